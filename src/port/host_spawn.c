/* SPDX-License-Identifier: Apache-2.0 */
#include "port/host_spawn.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "port/host_msg.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

static void limit_memory(void)
{
#ifndef SANITIZED /* their shadow memory is terabytes */
	struct rlimit lim = {FX_HOST_AS_LIMIT, FX_HOST_AS_LIMIT};

	(void)setrlimit(RLIMIT_AS, &lim);
#endif
}

/* After fork in a process with threads: only what is safe there. */
_Noreturn static void become(char *const argv[], int fd, pid_t parent)
{
	sigset_t none;
	int null = open("/dev/null", O_RDWR);

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		_exit(126); /* it died before we asked */
	}
	if (null >= 0) {
		(void)dup2(null, STDIN_FILENO);
	}
	(void)dup2(STDERR_FILENO, STDOUT_FILENO);
	if (fd == FX_HOST_FD) {
		(void)fcntl(fd, F_SETFD, 0);
	} else if (dup2(fd, FX_HOST_FD) < 0) {
		_exit(126);
	}
	(void)close_range(FX_HOST_FD + 1, ~0u, 0);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	limit_memory();
	(void)execv(argv[0], argv);
	_exit(127);
}

int fx_host_spawn(char *const argv[], int *ret_fd, pid_t *ret_pid, struct fx_reason *reterr)
{
	pid_t parent = getpid(), pid;
	int sv[2];

	if (access(argv[0], X_OK) < 0) {
		return fx_fail(reterr, FX_ENOENT, "the provider host '%s' cannot be run: %s",
			       argv[0], fx_error_str(fx_error_from_errno(errno)));
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, sv) < 0) {
		return fx_fail(reterr, fx_error_from_errno(errno), "no socket for a provider host");
	}
	pid = fork();
	if (pid == 0) {
		become(argv, sv[1], parent);
	}
	(void)close(sv[1]);
	if (pid < 0) {
		(void)close(sv[0]);
		return fx_fail(reterr, FX_ENOMEM, "no process for a provider host");
	}
	*ret_fd = sv[0];
	*ret_pid = pid;
	return 0;
}

bool fx_host_kill(pid_t pid)
{
	(void)kill(pid, SIGKILL);
	return waitpid(pid, NULL, WNOHANG) != 0;
}

void fx_host_end(pid_t pid, int max_ms)
{
	/* No wrapper in the oldest C library that we build with. */
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd p = {.fd = fd, .events = POLLIN};

	if (fd >= 0) {
		(void)poll(&p, 1, max_ms);
		(void)close(fd);
	}
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {
	}
}
