/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/events/fanout.h"

#include <pthread.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include "bench/common/bench.h"

#define N_MAX 64u

struct end {
	int fd;
	size_t bytes, size;
	struct bench_gate *gate; /* NULL: not in step */
};

int bench_gate_init(struct bench_gate *g, unsigned n)
{
	atomic_init(&g->here, 0);
	g->n = n;
	return pipe(g->fds);
}

void bench_gate_fini(struct bench_gate *g)
{
	(void)close(g->fds[0]);
	(void)close(g->fds[1]);
}

void bench_gate_arrive(struct bench_gate *g)
{
	if ((atomic_fetch_add(&g->here, 1) + 1) % g->n == 0 && write(g->fds[1], "", 1) != 1) {
		_exit(1);
	}
}

void bench_gate_wait(struct bench_gate *g)
{
	char c;

	if (read(g->fds[0], &c, 1) != 1) {
		_exit(1);
	}
}

static void *drain(void *arg)
{
	struct end *e = arg;
	char buf[65536];
	ssize_t k;

	while (e->bytes && (k = read(e->fd, buf, e->gate ? e->size : sizeof(buf))) > 0) {
		e->bytes -= (size_t)k;
		if (e->gate && e->bytes % e->size == 0) {
			bench_gate_arrive(e->gate);
		}
	}
	return NULL;
}

static int write_all(const int *fds, unsigned n, unsigned rounds, unsigned size,
		     struct bench_gate *gate)
{
	static char buf[65536];

	for (unsigned r = 0; r < rounds; r++) {
		for (unsigned i = 0; i < n; i++) {
			if (write(fds[i], buf, size) != (ssize_t)size) {
				return -1;
			}
		}
		if (gate) {
			bench_gate_wait(gate);
		}
	}
	return 0;
}

double bench_fanout(unsigned n, unsigned rounds, unsigned size, int in_step)
{
	struct end ends[N_MAX];
	pthread_t t[N_MAX];
	int fds[N_MAX], pair[2], bad = 0;
	struct bench_gate gate;
	double start;

	if (bench_gate_init(&gate, n)) {
		return 0;
	}
	for (unsigned i = 0; i < n && i < N_MAX; i++) {
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair)) {
			return 0;
		}
		fds[i] = pair[0];
		ends[i] = (struct end){pair[1], (size_t)rounds * size, size,
				       in_step ? &gate : NULL};
		if (pthread_create(&t[i], NULL, drain, &ends[i])) {
			return 0;
		}
	}
	start = bench_now(CLOCK_MONOTONIC);
	bad = write_all(fds, n, rounds, size, in_step ? &gate : NULL);
	for (unsigned i = 0; i < n; i++) {
		(void)pthread_join(t[i], NULL);
		bad |= ends[i].bytes != 0;
	}
	start = bench_now(CLOCK_MONOTONIC) - start;
	for (unsigned i = 0; i < n; i++) {
		(void)close(fds[i]);
		(void)close(ends[i].fd);
	}
	bench_gate_fini(&gate);
	return bad ? 0 : start;
}
