/* SPDX-License-Identifier: Apache-2.0 */
/* Power is lost at random moments: invariants 1 to 5 of the design. */
#include <stdlib.h>
#include <string.h>
#include "tests/unit/queue/rig.h"

struct known {
	uint64_t id;
	uint32_t pages;
};

static uint32_t next_random(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

static bool page_once(void *arg, const struct fx_page *p)
{
	uint32_t *want = arg;

	assert_int_equal(p->page, ++*want); /* in order, none twice, none missing */
	return true;
}

static bool attempt_whole(void *arg, const struct fx_attempt *a)
{
	(void)arg;
	assert_true(a->ended_at >= a->started_at);
	assert_true(a->result.outcome != FX_OUTCOME_NONE);
	assert_true(a->result.words[0] && a->number[0] && a->port_name[0]);
	return true;
}

static void check_end(struct rig *r, const struct known *k, size_t n)
{
	uint32_t confirmed = 0, pages = 0;

	assert_int_equal(fx_queue_count(r->queue), 0);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), n);
	for (size_t i = 0; i < n; i++) {
		struct fx_message m;
		uint32_t page = 0;

		assert_int_equal(fx_store_get_message(r->store, k[i].id, &m), 0);
		assert_int_equal(m.job.pages, k[i].pages);
		assert_int_equal(m.job.confirmed, k[i].pages);
		fx_message_fini(&m);
		assert_int_equal(fx_store_each_page(r->store, k[i].id, page_once, &page), 0);
		assert_int_equal(page, k[i].pages);
		assert_int_equal(fx_store_each_attempt(r->store, k[i].id, attempt_whole, NULL), 0);
		pages += page;
	}
	for (unsigned i = 0; i < 5; i++) {
		char number[8] = {'2', '0', (char)('0' + i), 0};

		confirmed += fx_script_confirmed(number);
	}
	/* A page is confirmed once more only when the crash came before its record. */
	assert_true(confirmed >= pages);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_SENT), n);
}

static void one_run(uint32_t seed)
{
	struct rig *r = fx_zalloc(sizeof(*r));
	struct known k[12];
	size_t n = 0;

	rig_start(r, "3");
	for (unsigned round = 0; round < 60 && (n < 12 || fx_queue_count(r->queue)); round++) {
		unsigned steps = next_random(&seed) % 40;

		if (n < FX_ARRAY_LEN(k) && next_random(&seed) % 2) {
			char number[8] = {'2', '0', (char)('0' + next_random(&seed) % 5), 0};

			k[n].pages = 1 + next_random(&seed) % 4;
			assert_true(rig_send(r, number, k[n].pages));
			k[n++].id = r->id;
		}
		for (unsigned i = 0; i < steps; i++) {
			fx_loop_step(r->loop, FX_SECOND);
		}
		rig_crash(r);
	}
	rig_run(r, 7200);
	while (n < 1) {
		assert_true(rig_send(r, "200", 1));
		k[n].pages = 1;
		k[n++].id = r->id;
		rig_run(r, 600);
	}
	check_end(r, k, n);
	rig_stop(r);
	(void)fx_free(r);
}

static void crashes_at_random(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 25; seed++) {
		one_run(seed * 7919);
	}
}

/* The crash between moving the file and recording the message. */
static void crash_between_move_and_message(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));
	uint32_t job;
	uint64_t id;

	(void)state;
	rig_start(r, "1");
	job = rig_send(r, "200", 1);
	id = r->id;
	rig_run(r, 10);
	while (rig_find(r, job) && !rig_find(r, job)->confirmed) {
		fx_loop_step(r->loop, FX_SECOND);
	}
	rig_settle(r); /* the page is recorded */
	assert_int_equal(fx_spool_move(r->spool, FX_SPOOL_QUEUE, FX_SPOOL_SENT,
				       rig_find(r, job)->tiff_file), 0);
	rig_crash(r);
	rig_run(r, 10);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(r->last_message, id);
	assert_int_equal(fx_script_dials(), 1);
	assert_int_equal(rig_attempts(r, id, NULL), 1);
	rig_stop(r);
	(void)fx_free(r);
}

/* A clean stop hangs up; the job is pending, not counted, and goes on later. */
static void clean_stop(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));
	uint32_t job;

	(void)state;
	rig_start(r, "1");
	job = rig_send(r, "200", 3);
	rig_run(r, 40);
	fx_queue_stop(r->queue);
	assert_false(fx_queue_is_idle(r->queue));
	rig_run(r, 5);
	assert_true(fx_queue_is_idle(r->queue));
	rig_down(r, false);
	rig_up(r);
	assert_int_equal(rig_state(r, job), FX_JOB_PENDING);
	assert_int_equal(rig_find(r, job)->tries, 0);
	assert_int_equal(rig_find(r, job)->confirmed, 1);
	rig_run(r, 120);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(fx_script_confirmed("200"), 3);
	rig_stop(r);
	(void)fx_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(crashes_at_random),
		cmocka_unit_test(crash_between_move_and_message),
		cmocka_unit_test(clean_stop),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
