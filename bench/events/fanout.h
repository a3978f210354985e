/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FX_BENCH_FANOUT_H
#define FX_BENCH_FANOUT_H
#include <stdatomic.h>
/** Opens for the one who waits when all of n threads have come to it, again and again. */
struct bench_gate {
	_Atomic unsigned here;
	unsigned n;
	int fds[2];
};
int bench_gate_init(struct bench_gate *g, unsigned n); /**< 0, or it failed */
void bench_gate_fini(struct bench_gate *g);
void bench_gate_arrive(struct bench_gate *g);
void bench_gate_wait(struct bench_gate *g);

/**
 * Seconds in which one thread writes `rounds` pieces of `size` bytes to each of n Unix sockets
 * and n threads have read them all; 0 = it failed. n up to 64.
 * @param in_step  the next round begins when all have read this one
 */
double bench_fanout(unsigned n, unsigned rounds, unsigned size, int in_step);
#endif
