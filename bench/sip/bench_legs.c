/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls set up, one after the other without waiting, between two user agents in this process
 * over UDP on loopback: INVITE, 180, 200, ACK, BYE. And how many stand at once.
 *
 * usage: bench_legs RATE CALLS       calls begun each second, in all
 *        bench_legs hold CALLS       all at once, then all hung up
 * prints: a row for bench/run; exit 1 when a call was lost
 */
#include <arpa/inet.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include "providers/sip/leg.h"

#define CALLS_MAX 20000u

static struct fx_ua *a, *b;
static struct fx_ua_way *way;
static struct fx_ua_timer *tick;
static struct leg {
	struct fx_leg *l;
	bool answered;
} out[CALLS_MAX], in[CALLS_MAX];
static unsigned calls, begun, n_in, rate;
static bool hold;
static atomic_uint answered, ended, in_ended;

static void on_progress(void *arg, int status, const uint8_t *sdp, size_t n)
{
	(void)arg;
	(void)status;
	(void)sdp;
	(void)n;
}
static void on_answer(void *arg, const uint8_t *sdp, size_t n)
{
	struct leg *g = arg;

	(void)sdp;
	(void)n;
	g->answered = true;
	atomic_fetch_add(&answered, 1);
	if (!hold) {
		fx_leg_hangup(g->l, 16, NULL);
	}
}
static void on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh)
{
	(void)arg;
	(void)sdp;
	(void)n;
	(void)refresh;
}
static void on_end(void *arg, const struct fx_leg_end *e)
{
	struct leg *g = arg;

	if (!g->answered) {
		(void)fprintf(stderr, "lost: %s\n", e->words);
	}
	g->l = fx_leg_free(g->l);
	atomic_fetch_add(&ended, 1);
}
static void on_in_end(void *arg, const struct fx_leg_end *e)
{
	struct leg *g = arg;

	(void)e;
	g->l = fx_leg_free(g->l);
	atomic_fetch_add(&in_ended, 1);
}
static const struct fx_leg_events out_events = {on_progress, on_answer, on_offer, on_answer, NULL,
						NULL, on_end};
static const struct fx_leg_events in_events = {on_progress, NULL, on_offer, NULL, NULL, NULL,
					       on_in_end};

static int on_stranger(void *arg, const struct fx_ua_in *i)
{
	(void)arg;
	(void)i;
	return 0;
}
static int on_call(void *arg, struct fx_leg *l, const struct fx_ua_in *i, const uint8_t *sdp,
		   size_t n)
{
	(void)arg;
	(void)i;
	(void)sdp;
	(void)n;
	if (n_in == CALLS_MAX) {
		return 503;
	}
	in[n_in].l = l;
	fx_leg_take(l, &in_events, &in[n_in++]);
	(void)fx_leg_progress(l, 180, NULL, 0);
	return fx_leg_answer(l, (const uint8_t *)"answer", 6) ? 500 : 0;
}
static const struct fx_ua_events events = {on_stranger, on_call, NULL};

static struct fx_ua *open_ua(void)
{
	struct sockaddr_in lo = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct fx_ua_listen l = {.transport = FX_SIP_UDP};
	struct fx_ua_prm prm = {.listen = &l, .n_listen = 1, .user_agent = "bench",
				.dns = "127.0.0.1:9", .events = &events};
	struct fx_reason why = {0};
	struct fx_ua *ua = NULL;

	memcpy(&l.addr, &lo, sizeof(lo));
	if (fx_ua_new(&prm, &ua, &why)) {
		(void)fprintf(stderr, "%s\n", why.text);
		exit(1);
	}
	return ua;
}

static void begin_one(void)
{
	struct leg *g = &out[begun++];
	struct fx_leg_prm prm = {.user = "200", .sdp = (const uint8_t *)"offer", .n = 5,
				 .events = &out_events, .arg = g, .target_timeout_ms = 30000};

	if (fx_leg_call(way, &prm, &g->l, NULL)) {
		(void)fprintf(stderr, "call %u could not be begun\n", begun);
		exit(1);
	}
}

static uint64_t start_ms;
static void on_tick(void *arg)
{
	uint64_t due = hold ? calls : (fx_ua_now_ms() - start_ms) * rate / 1000;
	/* all at once must still fit the socket's buffer: in portions */
	unsigned most = hold ? 20 : 1000;

	(void)arg;
	while (begun < calls && begun < due && most--) {
		begin_one();
	}
	if (begun < calls) {
		fx_ua_timer_start(tick, 5);
	}
}

static void go(void *arg)
{
	struct fx_ua_way_prm prm = {.transport = FX_SIP_UDP, .host = "127.0.0.1",
				    .identity_user = "100"};
	struct sockaddr_storage st;
	struct sockaddr_in lo = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons(fx_ua_port(b, FX_SIP_UDP))};

	(void)arg;
	memset(&st, 0, sizeof(st));
	memcpy(&st, &lo, sizeof(lo));
	if (fx_ua_way_new(a, &prm, &way, NULL) || fx_ua_timer_new(a, on_tick, NULL, &tick)) {
		exit(1);
	}
	fx_ua_way_target(way, &st);
	start_ms = fx_ua_now_ms();
	on_tick(NULL);
}

static void hang_up(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < begun; i++) {
		if (out[i].l) {
			fx_leg_hangup(out[i].l, 16, NULL);
		}
	}
}

static void tidy(void *arg)
{
	(void)arg;
	tick = fx_ua_timer_free(tick);
	way = fx_ua_way_free(way);
}

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void reach(atomic_uint *n, unsigned want)
{
	double limit = now() + 90;

	while (atomic_load(n) < want && now() < limit) {
		(void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
	}
}

int main(int argc, char **argv)
{
	struct rusage u;
	double t, took, cpu;
	unsigned good = 0;

	if (argc != 3) {
		(void)fprintf(stderr, "usage: bench_legs RATE|hold CALLS\n");
		return 2;
	}
	hold = !strcmp(argv[1], "hold");
	rate = (unsigned)atoi(argv[1]);
	calls = (unsigned)atoi(argv[2]);
	calls = calls < CALLS_MAX ? calls : CALLS_MAX;
	a = open_ua();
	b = open_ua();
	t = now();
	fx_ua_post(a, go, NULL);
	reach(&answered, calls);
	took = now() - t;
	if (hold) {
		fx_ua_post(a, hang_up, NULL);
	}
	reach(&ended, calls);
	reach(&in_ended, calls);
	(void)getrusage(RUSAGE_SELF, &u);
	cpu = (double)u.ru_utime.tv_sec + (double)u.ru_stime.tv_sec +
	      (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
	fx_ua_post(a, tidy, NULL);
	a = fx_ua_free(a);
	b = fx_ua_free(b);
	for (unsigned i = 0; i < begun; i++) {
		good += out[i].answered;
	}
	(void)fprintf(stderr, "%u of %u calls in %.2f s, both ends: CPU %.2f s, %ld KB\n", good,
		      calls, took, cpu, u.ru_maxrss);
	if (hold) {
		(void)printf("SIP calls at once, signalling, lost\t%u of %u\t\t\tnone\t%s\n",
			     calls - good, calls, good == calls ? "ok" : "MISSED");
	} else {
		(void)printf("SIP calls set up per second, signalling alone, both ends, none lost\t%.0f\t\t\t>= 100\t"
			     "%s\n", good / took, good == calls && good / took >= 99 ? "ok" :
			     "MISSED");
	}
	return good == calls ? 0 : 1;
}
