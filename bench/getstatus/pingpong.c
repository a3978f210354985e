/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/getstatus/pingpong.h"

#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/common/bench.h"

static int read_all(int fd, char *p, size_t n)
{
	while (n) {
		ssize_t k = read(fd, p, n);

		if (k <= 0) {
			return -1;
		}
		p += k;
		n -= (size_t)k;
	}
	return 0;
}

static void serve(int fd, size_t request, size_t reply)
{
	char buf[65536];

	memset(buf, 0, sizeof(buf));
	while (read_all(fd, buf, request) == 0 && write(fd, buf, reply) == (ssize_t)reply) {
	}
	_exit(0);
}

/* One round trip with both processes where the kernel puts them, or both on one processor. */
static double pingpong(size_t request, size_t reply, unsigned rounds, bool together)
{
	cpu_set_t all, one;
	char buf[65536];
	double start, each;
	int fds[2];
	unsigned i;
	pid_t pid;

	memset(buf, 0, sizeof(buf));
	(void)sched_getaffinity(0, sizeof(all), &all);
	if (together) {
		CPU_ZERO(&one);
		CPU_SET(sched_getcpu(), &one);
		(void)sched_setaffinity(0, sizeof(one), &one);
	}
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0 || (pid = fork()) < 0) {
		return 0;
	}
	if (pid == 0) {
		(void)close(fds[0]);
		serve(fds[1], request, reply);
	}
	(void)close(fds[1]);
	start = bench_now(CLOCK_MONOTONIC);
	for (i = 0; i < rounds; i++) {
		if (write(fds[0], buf, request) != (ssize_t)request ||
		    read_all(fds[0], buf, reply) < 0) {
			break;
		}
	}
	each = (bench_now(CLOCK_MONOTONIC) - start) / rounds;
	(void)close(fds[0]);
	(void)waitpid(pid, NULL, 0);
	(void)sched_setaffinity(0, sizeof(all), &all);
	return i == rounds ? each : 0;
}

double bench_pingpong(size_t request, size_t reply, unsigned rounds)
{
	double apart = pingpong(request, reply, rounds, false);
	double together = pingpong(request, reply, rounds, true);

	return apart < together ? apart : together;
}
