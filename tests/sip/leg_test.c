/* SPDX-License-Identifier: Apache-2.0 */
/* Calls between two user agents of ours over real sockets on loopback: signalling alone. */
#include <arpa/inet.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "providers/sip/leg.h"
#include "tests/support/support.h"

#define LEGS 20

/* On a thread of a user agent, where a test cannot fail by jumping out. */
#define MUST(x)                                                                                    \
	do {                                                                                       \
		if (!(x)) {                                                                        \
			(void)fprintf(stderr, "line %d: %s\n", __LINE__, #x);                      \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/* One end: a user agent, its legs, and what they told. Events come on the ua's thread. */
struct end {
	struct fx_ua *ua;
	struct fx_ua_way *way;
	pthread_mutex_t lock;
	pthread_cond_t change;
	int reject;         /* status for calls that come */
	bool auto_answer, accept_offers;
	const char *answer;
	struct leg {
		struct end *e;
		struct fx_leg *l;
		unsigned progress, answers, offers, acks, ends, done, refreshes;
		int done_status;
		char sdp[200];
		struct fx_leg_end end;
	} legs[LEGS];
	unsigned n_legs, n_ended;
	struct fx_ua_in in;
};

static void tell(struct end *e)
{
	(void)pthread_cond_broadcast(&e->change);
	(void)pthread_mutex_unlock(&e->lock);
}

static void keep(struct leg *g, const uint8_t *sdp, size_t n)
{
	n = n < sizeof(g->sdp) - 1 ? n : sizeof(g->sdp) - 1;
	if (n) {
		memcpy(g->sdp, sdp, n);
	}
	g->sdp[n] = 0;
}

static void on_progress(void *arg, int status, const uint8_t *sdp, size_t n)
{
	struct leg *g = arg;

	(void)status;
	(void)sdp;
	(void)n;
	(void)pthread_mutex_lock(&g->e->lock);
	g->progress++;
	tell(g->e);
}
static void on_answer(void *arg, const uint8_t *sdp, size_t n)
{
	struct leg *g = arg;

	MUST(!fx_leg_running(g->l, (const uint8_t *)"offer", 5));
	(void)pthread_mutex_lock(&g->e->lock);
	g->answers++;
	keep(g, sdp, n);
	tell(g->e);
}
static void on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh)
{
	struct leg *g = arg;
	bool accept;

	(void)pthread_mutex_lock(&g->e->lock);
	g->offers++;
	g->refreshes += refresh;
	keep(g, sdp, n);
	accept = g->e->accept_offers;
	tell(g->e);
	if (accept) {
		MUST(!fx_leg_accept(g->l, (const uint8_t *)"t38-answer", 10));
	} else {
		fx_leg_refuse(g->l, 488);
	}
}
static void on_ack(void *arg, const uint8_t *sdp, size_t n)
{
	struct leg *g = arg;

	(void)pthread_mutex_lock(&g->e->lock);
	g->acks++;
	keep(g, sdp, n);
	tell(g->e);
}
static void on_offer_done(void *arg, int status, const uint8_t *sdp, size_t n)
{
	struct leg *g = arg;

	(void)pthread_mutex_lock(&g->e->lock);
	g->done++;
	g->done_status = status;
	keep(g, sdp, n);
	tell(g->e);
}
static void on_end(void *arg, const struct fx_leg_end *end)
{
	struct leg *g = arg;
	struct end *e = g->e;

	(void)pthread_mutex_lock(&e->lock);
	g->l = fx_leg_free(g->l);
	g->ends++;
	g->end = *end;
	e->n_ended++;
	tell(e);
}
static const struct fx_leg_events leg_events = {on_progress, on_answer, on_offer, on_ack,
						on_offer_done, NULL, on_end};

static int on_stranger(void *arg, const struct fx_ua_in *in)
{
	(void)arg;
	(void)in;
	return 0;
}

static int on_call(void *arg, struct fx_leg *leg, const struct fx_ua_in *in, const uint8_t *sdp,
		   size_t n)
{
	struct end *e = arg;
	struct leg *g;

	if (e->reject) {
		return e->reject;
	}
	(void)pthread_mutex_lock(&e->lock);
	g = &e->legs[e->n_legs++];
	g->e = e;
	g->l = leg;
	e->in = *in;
	keep(g, sdp, n);
	tell(e);
	fx_leg_take(leg, &leg_events, g);
	(void)fx_leg_progress(leg, 180, NULL, 0);
	if (e->auto_answer) {
		MUST(!fx_leg_answer(leg, (const uint8_t *)e->answer,
					       strlen(e->answer)));
		MUST(!fx_leg_running(leg, (const uint8_t *)e->answer,
						strlen(e->answer)));
	}
	return 0;
}

static void on_message(void *arg, bool out, const struct sockaddr_storage *peer, const char *text,
		       size_t n)
{
	(void)arg;
	(void)out;
	(void)peer;
	(void)text;
	(void)n;
}

static const struct fx_ua_events ua_events = {on_stranger, on_call, on_message};

static void end_open(struct end *e, enum fx_sip_transport t)
{
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct fx_ua_listen l = {.transport = t};
	struct fx_ua_prm prm = {.listen = &l, .n_listen = 1, .user_agent = "caselli-test",
				.dns = "127.0.0.1:9", .events = &ua_events, .arg = e};
	struct fx_reason why = {0};

	memset(e, 0, sizeof(*e));
	(void)pthread_mutex_init(&e->lock, NULL);
	(void)pthread_cond_init(&e->change, NULL);
	e->auto_answer = e->accept_offers = true;
	e->answer = "answer";
	memcpy(&l.addr, &any, sizeof(any));
	if (fx_ua_new(&prm, &e->ua, &why)) {
		fail_msg("%s", why.text);
	}
	assert_int_not_equal(fx_ua_port(e->ua, t), 0);
}

/* Runs fn on the ua's thread and waits for it. */
struct job {
	void (*fn)(void *arg);
	void *arg;
	pthread_mutex_t lock;
	pthread_cond_t change;
	bool is_done;
};
static void run_job(void *arg)
{
	struct job *j = arg;

	j->fn(j->arg);
	(void)pthread_mutex_lock(&j->lock);
	j->is_done = true;
	(void)pthread_cond_signal(&j->change);
	(void)pthread_mutex_unlock(&j->lock);
}
static void on_thread(struct end *e, void (*fn)(void *arg), void *arg)
{
	struct job j = {fn, arg, PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};

	fx_ua_post(e->ua, run_job, &j);
	(void)pthread_mutex_lock(&j.lock);
	while (!j.is_done) {
		(void)pthread_cond_wait(&j.change, &j.lock);
	}
	(void)pthread_mutex_unlock(&j.lock);
}

/* Until *counter reaches n; how long that takes is not judged, only that it happens. */
static void reach(struct end *e, const unsigned *counter, unsigned n)
{
	struct timespec t;
	int err = 0;

	(void)clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += 60;
	(void)pthread_mutex_lock(&e->lock);
	while (*counter < n && !err) {
		err = pthread_cond_timedwait(&e->change, &e->lock, &t);
	}
	(void)pthread_mutex_unlock(&e->lock);
	if (err) {
		fail_msg("waited in vain: %u of %u", *counter, n);
	}
}

/* A look at a leg while its thread goes on. */
static struct leg see(struct end *e, unsigned i)
{
	struct leg g;

	(void)pthread_mutex_lock(&e->lock);
	g = e->legs[i];
	(void)pthread_mutex_unlock(&e->lock);
	return g;
}
static unsigned ended(struct end *e)
{
	unsigned n;

	(void)pthread_mutex_lock(&e->lock);
	n = e->n_ended;
	(void)pthread_mutex_unlock(&e->lock);
	return n;
}

struct calls {
	struct end *a, *b;
	enum fx_sip_transport t;
	unsigned n;
	const char *user;
};

static void open_way(void *arg)
{
	struct calls *c = arg;
	struct fx_ua_way_prm prm = {.transport = c->t, .host = "127.0.0.1",
				    .identity_user = "4930100", .display_name = "Lab, Berlin"};
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
				 .sin_port = htons(fx_ua_port(c->b->ua, c->t))};
	struct sockaddr_storage st;

	memset(&st, 0, sizeof(st));
	memcpy(&st, &to, sizeof(to));
	MUST(!fx_ua_way_new(c->a->ua, &prm, &c->a->way, NULL));
	fx_ua_way_target(c->a->way, &st);
}
static void close_way(void *arg)
{
	struct end *e = arg;

	e->way = fx_ua_way_free(e->way);
}
static void call(void *arg)
{
	struct calls *c = arg;

	for (unsigned i = 0; i < c->n; i++) {
		struct leg *g = &c->a->legs[c->a->n_legs++];
		struct fx_leg_prm prm = {.user = c->user ? c->user : "102",
					 .sdp = (const uint8_t *)"offer", .n = 5,
					 .events = &leg_events, .arg = g};

		g->e = c->a;
		MUST(!fx_leg_call(c->a->way, &prm, &g->l, NULL));
	}
}
static void hang_up(void *arg)
{
	struct end *e = arg;

	for (unsigned i = 0; i < e->n_legs; i++) {
		if (e->legs[i].l) {
			fx_leg_hangup(e->legs[i].l, 16, "done");
		}
	}
}
static void offer_t38(void *arg)
{
	struct end *e = arg;

	for (unsigned i = 0; i < e->n_legs; i++) {
		int err = fx_leg_offer(e->legs[i].l, (const uint8_t *)"t38-offer", 9);

		MUST(!err || err == FX_ESTATE);
		if (err) { /* theirs is here already */
			on_offer_done(&e->legs[i], 491, NULL, 0);
		}
	}
}
static void free_legs(void *arg)
{
	struct end *e = arg;

	for (unsigned i = 0; i < e->n_legs; i++) {
		e->legs[i].l = fx_leg_free(e->legs[i].l);
	}
}

static void begin(struct calls *c, struct end *a, struct end *b, enum fx_sip_transport t)
{
	*c = (struct calls){a, b, t, 1, NULL};
	end_open(a, t);
	end_open(b, t);
	on_thread(a, open_way, c);
}
static void finish(struct calls *c)
{
	on_thread(c->a, free_legs, c->a);
	on_thread(c->b, free_legs, c->b);
	on_thread(c->a, close_way, c->a);
	c->a->ua = fx_ua_free(c->a->ua);
	c->b->ua = fx_ua_free(c->b->ua);
}

static void course(enum fx_sip_transport t)
{
	struct end a, b;
	struct calls c;

	begin(&c, &a, &b, t);
	c.user = "+49 30/1 2#3";
	on_thread(&a, call, &c);
	reach(&a, &a.legs[0].answers, 1);
	assert_string_equal(see(&a, 0).sdp, "answer");
	assert_string_equal(see(&b, 0).sdp, "offer");
	assert_string_equal(b.in.user, "+49 30/1 2#3");
	assert_string_equal(b.in.from_user, "4930100");
	assert_int_equal(see(&a, 0).progress, 1);
	/* to T.38, from the called side, as is usual */
	on_thread(&b, offer_t38, &b);
	reach(&b, &b.legs[0].done, 1);
	assert_int_equal(see(&b, 0).done_status, 200);
	assert_string_equal(see(&b, 0).sdp, "t38-answer");
	assert_string_equal(see(&a, 0).sdp, "t38-offer");
	on_thread(&a, hang_up, &a);
	reach(&a, &a.n_ended, 1);
	reach(&b, &b.n_ended, 1);
	assert_int_equal(see(&a, 0).end.who, FX_LEG_US);
	assert_int_equal(see(&b, 0).end.who, FX_LEG_THEM);
	assert_int_equal(see(&b, 0).end.q850, 16);
	assert_string_equal(see(&b, 0).end.words, "done");
	finish(&c);
}

static void over_udp(void **state)
{
	course(FX_SIP_UDP);
}
static void over_tcp(void **state)
{
	course(FX_SIP_TCP);
}

/* 488 is told at once and the call goes on; then it is offered again and taken. */
static void refused_offer(void **state)
{
	struct end a, b;
	struct calls c;

	begin(&c, &a, &b, FX_SIP_UDP);
	a.accept_offers = false;
	on_thread(&a, call, &c);
	reach(&a, &a.legs[0].answers, 1);
	on_thread(&b, offer_t38, &b);
	reach(&b, &b.legs[0].done, 1);
	assert_int_equal(see(&b, 0).done_status, 488);
	(void)pthread_mutex_lock(&a.lock);
	a.accept_offers = true;
	(void)pthread_mutex_unlock(&a.lock);
	on_thread(&b, offer_t38, &b);
	reach(&b, &b.legs[0].done, 2);
	assert_int_equal(see(&b, 0).done_status, 200);
	assert_int_equal(ended(&a) + ended(&b), 0);
	finish(&c);
}

static void refused_call(void **state)
{
	struct end a, b;
	struct calls c;

	begin(&c, &a, &b, FX_SIP_UDP);
	b.reject = 486;
	on_thread(&a, call, &c);
	reach(&a, &a.n_ended, 1);
	assert_int_equal(see(&a, 0).end.status, 486);
	assert_int_equal(see(&a, 0).end.who, FX_LEG_THEM);
	assert_string_equal(see(&a, 0).end.words, "Busy Here");
	finish(&c);
}

static void cancelled(void **state)
{
	struct end a, b;
	struct calls c;

	begin(&c, &a, &b, FX_SIP_UDP);
	b.auto_answer = false;
	on_thread(&a, call, &c);
	reach(&a, &a.legs[0].progress, 1);
	on_thread(&a, hang_up, &a);
	reach(&a, &a.n_ended, 1);
	reach(&b, &b.n_ended, 1);
	assert_int_equal(see(&a, 0).end.who, FX_LEG_US);
	assert_int_equal(see(&a, 0).end.status, 487);
	assert_int_equal(see(&b, 0).end.who, FX_LEG_THEM);
	finish(&c);
}

static void to_nobody(void *arg)
{
	struct calls *c = arg;
	struct sockaddr_in no = {.sin_family = AF_INET, .sin_port = htons(9),
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_storage st;

	memset(&st, 0, sizeof(st));
	memcpy(&st, &no, sizeof(no));
	fx_ua_way_target(c->a->way, &st);
}

/* Nobody listens there: the call ends by our own limit, not by the transaction's 32 s. */
static void dead_target(void **state)
{
	struct end a, b;
	struct calls c;

	begin(&c, &a, &b, FX_SIP_UDP);
	on_thread(&a, to_nobody, &c);
	on_thread(&a, call, &c);
	reach(&a, &a.n_ended, 1);
	assert_int_equal(see(&a, 0).end.who, FX_LEG_NOBODY);
	assert_non_null(strstr(see(&a, 0).end.words, "5000 ms"));
	finish(&c);
}

/* Both sides ask for T.38 in the same moment, on twenty calls: all end up in it. */
static void glare(void **state)
{
	struct end a, b;
	struct calls c;
	unsigned offers = 0;

	begin(&c, &a, &b, FX_SIP_UDP);
	c.n = LEGS;
	on_thread(&a, call, &c);
	for (unsigned i = 0; i < LEGS; i++) {
		reach(&a, &a.legs[i].answers, 1);
	}
	reach(&b, &b.n_legs, LEGS);
	fx_ua_post(a.ua, offer_t38, &a);
	fx_ua_post(b.ua, offer_t38, &b);
	for (unsigned i = 0; i < LEGS; i++) {
		reach(&a, &a.legs[i].done, 1);
		reach(&b, &b.legs[i].done, 1);
		/* one was taken; the other one, if it came second, too or was dropped for it */
		assert_true(see(&a, i).done_status == 200 || see(&a, i).done_status == 491);
		assert_true(see(&b, i).done_status == 200 || see(&b, i).done_status == 491);
		offers += see(&a, i).offers + see(&b, i).offers;
	}
	assert_true(offers >= LEGS);
	assert_int_equal(ended(&a) + ended(&b), 0);
	on_thread(&b, hang_up, &b);
	reach(&a, &a.n_ended, LEGS);
	reach(&b, &b.n_ended, LEGS);
	finish(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(over_udp), cmocka_unit_test(over_tcp),
		cmocka_unit_test(refused_offer), cmocka_unit_test(refused_call),
		cmocka_unit_test(cancelled), cmocka_unit_test(dead_target),
		cmocka_unit_test(glare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
