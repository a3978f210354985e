/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What can a program do in the sandbox? `--probe PATH` tries, inside, what an attacker would, and
 * prints one line for each: "allowed NAME" or "refused NAME (why)". Tests read it.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "render/sandbox.h"

static void tell(const char *name, bool could)
{
	if (could) {
		(void)printf("allowed %s\n", name);
	} else {
		(void)printf("refused %s (%s)\n", name, strerror(errno));
	}
}

static bool opens(const char *path, int flags)
{
	int fd = open(path, flags | O_CLOEXEC, 0600);

	if (fd >= 0) {
		(void)close(fd);
	}
	return fd >= 0;
}

int sandbox_probe(const char *path)
{
	char file[512];
	pid_t pid;
	int status = 0, hold[2];
	struct rlimit many = {0, 0};

	(void)snprintf(file, sizeof(file), "%s/written-by-probe", path);
	tell("read /etc/passwd", opens("/etc/passwd", O_RDONLY));
	tell("read the folder", opens(path, O_RDONLY | O_DIRECTORY));
	tell("write a file", opens(file, O_WRONLY | O_CREAT));
	tell("write /usr", opens("/usr/caselli-probe", O_WRONLY | O_CREAT));
	tell("internet socket", socket(AF_INET, SOCK_STREAM, 0) >= 0);
	tell("unix socket", socket(AF_UNIX, SOCK_STREAM, 0) >= 0);
	tell("netlink socket", socket(AF_NETLINK, SOCK_RAW, 0) >= 0);
	tell("ptrace", ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
	tell("kill init", kill(1, 0) == 0 && getppid() != 1);
	tell("chmod", chmod("/tmp", 0777) == 0);
	(void)getrlimit(RLIMIT_NPROC, &many);
	errno = EAGAIN;
	tell("have many processes", many.rlim_cur > 64);
	pid = fork();
	if (pid == 0) {
		(void)execl("/etc/passwd", "x", (char *)NULL);
		_exit(42);
	}
	tell("run a file that is no program", pid > 0 && waitpid(pid, &status, 0) == pid &&
						      WIFEXITED(status) &&
						      WEXITSTATUS(status) != 42);
	pid = pipe2(hold, O_CLOEXEC) == 0 ? fork() : -1;
	if (pid == 0) {
		char c;

		(void)close(hold[1]);
		_exit(read(hold[0], &c, 1) == 0 ? 0 : 1);
	}
	/* what is left once the decoders run */
	if (pid < 0 || sandbox_no_exec() < 0) {
		return 1;
	}
	tell("signal at the end", kill(pid, 0) == 0);
	(void)close(hold[1]);
	(void)waitpid(pid, NULL, 0);
	pid = fork();
	if (pid == 0) {
		_exit(0);
	}
	tell("fork at the end", pid > 0);
	(void)fflush(stdout);
	return 0;
}
