/* SPDX-License-Identifier: Apache-2.0 */
/*
 * CPU of a minute of call: 100 calls at once through the loop provider, on the
 * virtual clock, against spandsp alone doing the same call in a loop. Both ends
 * are counted on both sides.
 *
 *   bench_calls PAGE.TIF
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/loop.h"
#include "bench/calls/bare.h"
#include "bench/common/bench.h"
#include "port/provider.h"

#define CALLS 100
#define ROUNDS 3

struct exchange {
	struct fx_loop *loop;
	struct fx_provider *p;
	int ended, good;
	double call_s; /* of the sending ends */
};

static void on_line(void *arg, const struct fx_line *line)
{
	(void)arg, (void)line;
}

static void on_incoming(void *arg, uint64_t call, const char *line, const char *caller,
			const char *called)
{
	(void)arg, (void)call, (void)line, (void)caller, (void)called;
}

static void on_ring(void *arg, uint64_t call, uint32_t n)
{
	struct exchange *x = arg;
	struct fx_answer a = {.local_id = "102", .ecm = true, .modems = FX_MODEM_ALL, .log_fd = -1};

	if (n != 1) {
		return;
	}
	a.rx_fd = memfd_create("rx", MFD_CLOEXEC);
	if (x->p->ops->answer(x->p, call, &a)) {
		fprintf(stderr, "bench_calls: a call could not be answered\n");
	}
	(void)close(a.rx_fd);
}

static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	(void)arg, (void)call, (void)st;
}

static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	struct exchange *x = arg;

	if (!(call & 1)) {
		(void)x->p->ops->page_ack(x->p, call, page->page, true);
	}
}

static void on_end(void *arg, uint64_t call, const struct fx_call_result *r)
{
	struct exchange *x = arg;

	x->ended++;
	x->good += r->outcome == FX_OUTCOME_SUCCESS;
	if (call & 1) {
		x->call_s += (double)(r->ended_us - r->answered_us) / 1e6;
	}
}

static void on_lost(void *arg, const char *why)
{
	(void)arg, (void)why;
}

static const struct fx_provider_sink sink = {
	on_line, on_incoming, on_ring, on_status, on_page, on_end, on_lost,
};

static bool all_ended(void *arg)
{
	return ((struct exchange *)arg)->ended == 2 * CALLS;
}

/* @return CPU seconds per minute of call */
static double ours(bool t38, const char *page)
{
	struct exchange x = {0};
	struct fx_provider_env env = {.sink = &sink, .arg = &x};
	struct fx_reason why = {0};
	char settings[128];
	double cpu;
	int i, fd = open(page, O_RDONLY | O_CLOEXEC);

	(void)snprintf(settings, sizeof(settings),
		       "ports = %d\nfirst_number = 1001\ntransport = %s\n", 2 * CALLS,
		       t38 ? "t38" : "audio");
	env.settings = settings;
	if (fd < 0 || fx_loop_new_virtual(0, &x.loop)) {
		return 0;
	}
	env.loop = x.loop;
	if (fx_loop_provider_ops.open(&env, &x.p, &why)) {
		fprintf(stderr, "bench_calls: %s\n", why.text);
		return 0;
	}
	fx_loop_step(x.loop, 1);
	cpu = bench_now(CLOCK_PROCESS_CPUTIME_ID);
	for (i = 0; i < CALLS; i++) {
		struct fx_dial d = {.local_id = "101", .n_docs = 1, .ecm = true,
				    .modems = FX_MODEM_ALL, .log_fd = -1};
		char line[16];

		d.docs[0] = (struct fx_call_doc){.fd = fd, .pages = 1, .name = "page"};
		(void)snprintf(line, sizeof(line), "%d", i + 1);
		(void)snprintf(d.number, sizeof(d.number), "%d", 1001 + CALLS + i);
		if (x.p->ops->dial(x.p, line, (uint64_t)i * 2 + 1, &d)) {
			fprintf(stderr, "bench_calls: line %s does not dial\n", line);
		}
	}
	(void)fx_loop_run_until(x.loop, all_ended, &x, 1800 * FX_SECOND);
	cpu = bench_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	if (x.good != 2 * CALLS) {
		fprintf(stderr, "bench_calls: only %d of %d ends ended well\n", x.good, 2 * CALLS);
	}
	x.p->ops->close(x.p);
	(void)fx_loop_free(x.loop);
	(void)close(fd);
	return x.call_s > 0 ? cpu * 60 / x.call_s : 0;
}

static double bare(bool t38, const char *page)
{
	int fd = memfd_create("rx", 0), i;
	double cpu = bench_now(CLOCK_PROCESS_CPUTIME_ID), call_s = 0;
	char path[64];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	for (i = 0; i < CALLS; i++) {
		call_s += bench_bare_call(t38, page, path);
	}
	cpu = bench_now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	(void)close(fd);
	return call_s > 0 ? cpu * 60 / call_s : 0;
}

int main(int argc, char **argv)
{
	int t38, i;

	if (argc != 2) {
		fprintf(stderr, "usage: bench_calls PAGE.TIF\n");
		return 2;
	}
	for (t38 = 1; t38 >= 0; t38--) {
		double a[ROUNDS], b[ROUNDS], ratio[ROUNDS], mid;

		for (i = 0; i < ROUNDS; i++) {
			b[i] = bare(t38, argv[1]);
			a[i] = ours(t38, argv[1]);
			ratio[i] = a[i] / b[i];
		}
		mid = bench_median(ratio, ROUNDS);
		printf("CPU of a minute of %s call, %d at once, both ends\t%.2f ms\t%.2f ms\t%.2f\t"
		       "<= 1.15\t%s\n",
		       t38 ? "T.38" : "G.711", CALLS, bench_median(a, ROUNDS) * 1e3,
		       bench_median(b, ROUNDS) * 1e3, mid, mid <= 1.15 ? "ok" : "MISSED");
	}
	return 0;
}
