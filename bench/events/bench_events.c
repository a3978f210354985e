/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fax events a second when 50 programs listen: from the log through RPC into each of them,
 * against one thread that writes the same events bare to 50 Unix sockets.
 *
 *   bench_events     prints the rows
 *
 * Events come in bursts of 20, as 20 ports make them that change state in one turn of the loop.
 * As fast as they come, a program that is behind gets many bursts in one answer, which the bare
 * writer cannot do; with one burst at a time each costs a request and an answer for everybody.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/common/bench.h"
#include "bench/events/fanout.h"
#include "clients/common/client.h"
#include "fake_service.h"
#include "rpc/server.h"

#define LISTENERS 50u
#define BURST 20u
#define BURSTS 1000u
#define ROUNDS 7
#define EVENT_SIZE 24u

static struct fx_loop *loop;
static struct fx_service *service;
static char path[64];
static struct bench_gate gate;

static void *run(void *arg)
{
	(void)arg;
	fx_loop_run(loop);
	return NULL;
}

static void burst(void *arg)
{
	uintptr_t first = (uintptr_t)arg;

	for (uint32_t i = 0; i < BURST; i++) {
		fake_service_fax_event(service, FX_FEI_SENDING, i + 1, (uint32_t)first + i,
				       FX_UID_NONE);
	}
}

static void *listen_to(void *arg)
{
	struct fx_client *c = NULL;
	struct fx_ms_event *e = NULL;
	uint64_t since = 0;
	uint32_t want = 1, n = 0, i;
	bool lost = false, fail, in_step = arg != NULL;

	fail = fx_client_connect(path, 0, &c, NULL) ||
	       fx_client_events(c, &since, 0, &e, &n, &lost);
	e = fx_free(e);
	bench_gate_arrive(&gate); /* listens */
	while (!fail && want <= BURST * BURSTS) {
		fail = fx_client_events(c, &since, 20000, &e, &n, &lost) || lost || !n;
		for (i = 0; !fail && i < n; i++) {
			fail = e[i].job_id != want++;
			if (in_step && (want - 1) % BURST == 0) {
				bench_gate_arrive(&gate);
			}
		}
		e = fx_free(e);
	}
	(void)fx_client_unref(c);
	if (fail) {
		(void)fprintf(stderr, "bench_events: a listener missed events\n");
		_exit(1); /* others may wait for it */
	}
	return NULL;
}

static double ours(bool in_step)
{
	pthread_t t[LISTENERS];
	double start;

	if (bench_gate_init(&gate, LISTENERS)) {
		return 0;
	}
	for (unsigned i = 0; i < LISTENERS; i++) {
		if (pthread_create(&t[i], NULL, listen_to, in_step ? &gate : NULL)) {
			return 0;
		}
	}
	bench_gate_wait(&gate);
	start = bench_now(CLOCK_MONOTONIC);
	for (uintptr_t i = 0; i < BURSTS; i++) {
		fx_loop_post(loop, burst, (void *)(i * BURST + 1));
		if (in_step) {
			bench_gate_wait(&gate);
		}
	}
	for (unsigned i = 0; i < LISTENERS; i++) {
		(void)pthread_join(t[i], NULL);
	}
	start = bench_now(CLOCK_MONOTONIC) - start;
	bench_gate_fini(&gate);
	return start;
}

static void row(const char *how, bool in_step, double aim)
{
	double mine[ROUNDS], bare[ROUNDS], ratio[ROUNDS], mid;
	const double events = BURST * BURSTS;

	(void)ours(in_step);
	for (int i = 0; i < ROUNDS; i++) {
		bare[i] = bench_fanout(LISTENERS, BURSTS, BURST * EVENT_SIZE, in_step);
		mine[i] = ours(in_step);
		ratio[i] = bare[i] > 0 ? mine[i] / bare[i] : 1e9;
	}
	mid = bench_median(ratio, ROUNDS);
	printf("fax events to %u programs, %s\t%.0f /s\t%.0f /s\t%.2f\t<= %.1f\t%s\n", LISTENERS,
	       how, events / bench_median(mine, ROUNDS), events / bench_median(bare, ROUNDS), mid,
	       aim, mid <= aim ? "ok" : "MISSED");
}

int main(void)
{
	struct fx_rpc_server_prm prm = {.socket_path = path, .max_connections = 256};
	struct fx_rpc_server *server = NULL;
	struct fx_reason why = {0};
	pthread_t t;

	(void)snprintf(path, sizeof(path), "/tmp/caselli-bench-%d", (int)getpid());
	if (fx_loop_new_real(&loop)) {
		return 1;
	}
	service = fake_service_new(loop, 2);
	prm.loop = loop;
	prm.service = service;
	if (fx_rpc_server_new(&prm, &server, &why) || pthread_create(&t, NULL, run, NULL)) {
		(void)fprintf(stderr, "bench_events: %s\n", why.text);
		return 1;
	}
	row("as fast as they come", false, 1.5);
	row("each burst when all have the last", true, 4.0);
	fx_loop_stop(loop);
	(void)pthread_join(t, NULL);
	(void)fx_rpc_server_free(server);
	fake_service_free(service);
	(void)fx_loop_free(loop);
	(void)unlink(path);
	return 0;
}
