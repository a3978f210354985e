/* SPDX-License-Identifier: Apache-2.0 */
/* Fax events over a real connection: order, slow readers, dead ones, many at once. */
#include <poll.h>
#include <unistd.h>
#include "base/mem.h"
#include "rig.h"

static int setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	r->prm.max_connections = 256;
	rig_start(r);
	*state = r;
	return 0;
}

struct some {
	uint32_t first, n; /* job numbers */
	uint32_t uid;
};

static void add(struct rig *r, void *arg)
{
	const struct some *s = arg;
	uint32_t i;

	for (i = 0; i < s->n; i++) {
		fake_service_fax_event(r->s, FX_FEI_SENDING, 1, s->first + i, s->uid);
	}
}

static void add_events(struct rig *r, uint32_t first, uint32_t n)
{
	rig_do(r, add, &(struct some){first, n, FX_UID_NONE});
}

static uint64_t position(struct fx_client *c)
{
	struct fx_ms_event *e = NULL;
	uint64_t since = 0;
	uint32_t n = 1;
	bool lost = true;

	assert_int_equal(fx_client_events(c, &since, 0, &e, &n, &lost), 0);
	assert_int_equal(n, 0);
	assert_false(lost);
	(void)fx_free(e);
	return since;
}

static void fields(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	struct fx_ms_event *e = NULL;
	uint64_t since = position(c), at = since;
	uint32_t n = 0;
	bool lost = true;

	add_events(r, 7, 2);
	assert_int_equal(fx_client_events(c, &since, 9000, &e, &n, &lost), 0);
	assert_int_equal(n, 2);
	assert_false(lost);
	assert_int_equal(e[0].size, 24);
	assert_int_equal(e[0].device_id, 1);
	assert_int_equal(e[0].event_id, 0x02);
	assert_int_equal(e[0].job_id, 7);
	assert_int_equal(e[1].job_id, 8);
	/* now, and finer than seconds */
	assert_true(fx_ms_filetime_to(e[0].time) > 1577836800);
	assert_int_equal(since, at + 2);
	e = fx_free(e);
	/* none in time */
	assert_int_equal(fx_client_events(c, &since, 1, &e, &n, &lost), 0);
	assert_int_equal(n, 0);
	e = fx_free(e);
	/* of no job; other changes are not fax events, and fax events are no changes */
	rig_do(r, add, &(struct some){0, 1, FX_UID_NONE});
	assert_int_equal(fx_client_events(c, &since, 9000, &e, &n, &lost), 0);
	assert_int_equal(n, 1);
	assert_int_equal(e[0].job_id, 0xFFFFFFFF);
	(void)fx_free(e);
	fx_client_unref(c);
}

static void job_event(struct rig *r, void *arg)
{
	fake_service_event(r->s, FX_EVENT_JOB, *(uint64_t *)arg);
}

static void two_views_of_one_log(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	struct fx_ms_event *e = NULL;
	struct fx_cs_event *w = NULL;
	uint64_t since = 0, fax = position(c), id = 5;
	uint32_t n = 0;
	bool lost;

	assert_int_equal(fx_client_wait(c, &since, 0, 0, 0, &w, &n, &lost), 0);
	w = fx_free(w);
	add_events(r, 1, 3);
	rig_do(r, job_event, &id);
	assert_int_equal(fx_client_wait(c, &since, 0, 0, 9000, &w, &n, &lost), 0);
	assert_int_equal(n, 1);
	assert_int_equal(w[0].id, 5);
	w = fx_free(w);
	/* no mask brings fax events into the old operation */
	add_events(r, 4, 1);
	assert_int_equal(fx_client_wait(c, &since, UINT32_MAX, 0, 1, &w, &n, &lost), 0);
	assert_int_equal(n, 0);
	(void)fx_free(w);
	assert_int_equal(fx_client_events(c, &fax, 9000, &e, &n, &lost), 0);
	assert_int_equal(n, 4);
	(void)fx_free(e);
	fx_client_unref(c);
}

static void set_rights(struct rig *r, void *arg)
{
	r->s->rights = *(uint32_t *)arg;
}

static void rights(void **state)
{
	struct rig *r = *state;
	uint32_t none = 0, submit = FX_RIGHT_JOB_SUBMIT, n = 0;
	struct fx_ms_event *e = NULL;
	struct fx_client *c;
	uint64_t since = 0;
	bool lost;

	rig_do(r, set_rights, &none);
	c = rig_client(r);
	assert_int_equal(fx_client_events(c, &since, 0, &e, &n, &lost), FX_W_ACCESS_DENIED);
	fx_client_unref(c);
	rig_do(r, set_rights, &submit);
	c = rig_client(r);
	since = position(c);
	rig_do(r, add, &(struct some){1, 1, getuid() + 1});
	rig_do(r, add, &(struct some){2, 1, getuid()});
	rig_do(r, add, &(struct some){3, 1, FX_UID_NONE});
	assert_int_equal(fx_client_events(c, &since, 9000, &e, &n, &lost), 0);
	assert_int_equal(n, 1);
	assert_int_equal(e[0].job_id, 2);
	(void)fx_free(e);
	fx_client_unref(c);
}

/* 60,000 events while nobody reads: all are there, in order, in answers of a bounded size. */
static void slow_reader(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);
	uint64_t since = position(c);
	uint32_t want = 1, n, i;
	bool lost = false;

	for (i = 0; i < 60; i++) {
		add_events(r, 1 + i * 1000, 1000);
	}
	while (want <= 60000) {
		struct fx_ms_event *e = NULL;

		assert_int_equal(fx_client_events(c, &since, 9000, &e, &n, &lost), 0);
		assert_false(lost);
		assert_in_range(n, 1, 1024);
		for (i = 0; i < n; i++) {
			assert_int_equal(e[i].job_id, want++);
		}
		(void)fx_free(e);
	}
	/* more than the log keeps: told, and then on from the oldest that is there */
	for (i = 0; i < 70; i++) {
		add_events(r, 1 + i * 1000, 1000);
	}
	for (want = 70000 - FX_EVENTS_KEPT + 1; want <= 70000;) {
		struct fx_ms_event *e = NULL;
		bool first = want == 70000 - FX_EVENTS_KEPT + 1;

		assert_int_equal(fx_client_events(c, &since, 9000, &e, &n, &lost), 0);
		assert_int_equal(lost, first);
		for (i = 0; i < n; i++) {
			assert_int_equal(e[i].job_id, want++);
		}
		(void)fx_free(e);
	}
	fx_client_unref(c);
}

static void live_blocks(struct rig *r, void *arg)
{
	*(int64_t *)arg = fx_mem_live();
}

/* Readers that wait and go without a word leave nothing in the service. */
static void dead_readers(void **state)
{
	struct rig *r = *state;
	int64_t before = 0, after = 0;
	int round, i;

	for (round = 0; round < 3; round++) {
		struct fx_client *c[20];

		for (i = 0; i < 20; i++) {
			c[i] = rig_client(r);
			(void)position(c[i]);
		}
		for (i = 0; i < 20; i++) {
			fx_client_unref(c[i]);
		}
		rig_wait_connections(r, 0);
		rig_do(r, live_blocks, round ? &after : &before);
		add_events(r, 1, 1000); /* for nobody */
	}
	assert_int_equal(after, before);
}

/* --- many at once --- */

#define THREADS 8
#define EVENTS 2000

struct crowd {
	struct rig *r;
	struct fx_client *c;
	int bad;
};

static void *calls(void *arg)
{
	struct crowd *w = arg;
	struct fx_ms_port_info *ports = NULL;
	uint32_t n = 0, i;
	int bad = 0;

	for (i = 0; i < 200; i++) {
		bad += fx_client_enum_ports(w->c, FX_TEXT_UTF8, &ports, &n) != 0 || n != 2;
		ports = fx_free(ports);
	}
	(void)__atomic_add_fetch(&w->bad, bad, __ATOMIC_SEQ_CST);
	return NULL;
}

/* Reads all events 1..EVENTS in order over a connection of its own. */
static void *reads(void *arg)
{
	struct crowd *w = arg;
	struct fx_client *c = rig_client(w->r);
	uint64_t since = 1;
	uint32_t want = 1, n = 0, i, bad = 0;
	bool lost = false;

	while (want <= EVENTS && !bad) {
		struct fx_ms_event *e = NULL;

		bad += fx_client_events(c, &since, 9000, &e, &n, &lost) != 0 || lost || n == 0;
		for (i = 0; !bad && i < n; i++) {
			bad += e[i].job_id != want++;
		}
		(void)fx_free(e);
	}
	fx_client_unref(c);
	(void)__atomic_add_fetch(&w->bad, (int)bad, __ATOMIC_SEQ_CST);
	return NULL;
}

static void eight_threads_on_one_connection(void **state)
{
	struct crowd w = {.r = *state, .c = rig_client(*state)};
	pthread_t t[2 * THREADS];
	int i;

	for (i = 0; i < 2 * THREADS; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, i < THREADS ? calls : reads, &w), 0);
	}
	for (i = 0; i < EVENTS / 10; i++) {
		add_events(*state, 1 + (uint32_t)i * 10, 10);
	}
	for (i = 0; i < 2 * THREADS; i++) {
		(void)pthread_join(t[i], NULL);
	}
	fx_client_unref(w.c);
	assert_int_equal(w.bad, 0);
}

#define CROWD 200

static void two_hundred_connections(void **state)
{
	struct crowd w = {.r = *state};
	pthread_t t[CROWD];
	int i;

	for (i = 0; i < CROWD; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, reads, &w), 0);
	}
	rig_wait_connections(*state, CROWD);
	for (i = 0; i < EVENTS / 100; i++) {
		add_events(*state, 1 + (uint32_t)i * 100, 100);
	}
	for (i = 0; i < CROWD; i++) {
		(void)pthread_join(t[i], NULL);
	}
	assert_int_equal(w.bad, 0);
	rig_wait_connections(*state, 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(fields), T(two_views_of_one_log), T(rights), T(slow_reader), T(dead_readers),
		T(eight_threads_on_one_connection), T(two_hundred_connections),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
