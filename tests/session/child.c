/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/session/child.h"

#include "tests/support/support.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

#define EXIT_BASE 100 /* apart from what sanitizers and the shell use */

int child_run(int (*fn)(void *arg), void *arg, unsigned cpu_s)
{
	int status = 0;
	pid_t pid;

	if (getenv("FX_TEST_VALGRIND")) {
		print_message("skipped: valgrind sees the engine's defect itself, and is slow\n");
		skip();
	}

	(void)fflush(NULL);
	pid = fork();
	if (pid == 0) {
		struct rlimit cpu = {cpu_s, cpu_s + 1}, core = {0, 0};
		int null = open("/dev/null", O_WRONLY);

		/* Back to the default: cmocka catches these to go on. */
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGABRT, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		(void)setrlimit(RLIMIT_CPU, &cpu);
		(void)setrlimit(RLIMIT_CORE, &core);
		(void)dup2(null, 2);
		_exit(EXIT_BASE + fn(arg));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid) {
		return CHILD_CRASHED;
	}
	if (WIFSIGNALED(status)) {
		int sig = WTERMSIG(status);

		return sig == SIGXCPU || sig == SIGKILL ? CHILD_HUNG : CHILD_CRASHED;
	}
	return WEXITSTATUS(status) >= EXIT_BASE ? WEXITSTATUS(status) - EXIT_BASE : CHILD_CRASHED;
}
