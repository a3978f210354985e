/* SPDX-License-Identifier: Apache-2.0 */
/* 1,000 jobs to 20 ports on the virtual clock: each once, in order, flat memory. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/unit/queue/rig.h"

#define JOBS 1000u
#define PORTS "20"

struct seen {
	struct rig *r;
	size_t n;
};

static bool sent_once(void *arg, const struct fx_message *m)
{
	struct seen *s = arg;

	s->n++;
	assert_int_equal(m->job.confirmed, m->job.pages);
	assert_int_equal(rig_attempts(s->r, m->id, NULL), 1);
	return true;
}

static int64_t rank_of(const char *number)
{
	/* the number says it: 9 PRIORITY TIME(4) */
	int64_t n = strtol(number, NULL, 10);

	return n;
}

/* Submit all while the queue is paused, so that the order is the queue's alone. */
static void submit_all(struct rig *r, unsigned seed)
{
	for (unsigned i = 0; i < JOBS; i++) {
		struct fx_job j;
		char number[16];
		unsigned priority, minute;

		seed = seed * 1664525u + 1013904223u;
		priority = (seed >> 8) % 3;
		minute = (seed >> 16) % 100;
		/* low last, later time last, then order of submitting */
		(void)snprintf(number, sizeof(number), "9%u%02u%04u", 2 - priority, minute, i);
		j = rig_job(r, number, 1 + i % 3);
		j.priority = (enum fx_priority)priority;
		j.schedule = FX_SCHEDULE_TIME;
		j.schedule_at = FX_TEST_EPOCH_US / FX_SECOND + 100000 + minute;
		assert_true(rig_submit(r, &j));
	}
}

static void thousand_jobs(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));
	int64_t before, most = 0;
	struct seen s = {r, 0};

	(void)state;
	r->config.retries = 3;
	fx_config_defaults(&r->config);
	r->config.pause_queue = true;
	rig_start(r, PORTS);
	submit_all(r, 42);
	rig_settle(r);
	before = fx_mem_live();
	rig_run(r, 200000);
	r->config.pause_queue = false;
	fx_queue_set_config(r->queue, &r->config);
	for (unsigned i = 0; i < 200 && fx_queue_count(r->queue); i++) {
		rig_run(r, 60);
		most = fx_mem_live() > most ? fx_mem_live() : most;
	}
	assert_int_equal(fx_queue_count(r->queue), 0);
	assert_int_equal(fx_script_dials(), JOBS);
	for (size_t i = 1; i < JOBS; i++) {
		assert_true(rank_of(fx_script_dial_at(i - 1)->number) <
			    rank_of(fx_script_dial_at(i)->number));
	}
	assert_int_equal(fx_store_each_message(r->store, FX_FOLDER_SENT, 0, sent_once, &s), 0);
	assert_int_equal(s.n, JOBS);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	/* The memory store keeps every record; the queue's own blocks only shrink. */
	assert_true(most < before + (int64_t)JOBS * 16);
	rig_stop(r);
	(void)fx_free(r);
}

/* Blocks and bytes for each waiting job stay what they are from 1,000 to 20,000. */
static void memory_per_job(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));
	int64_t at[3];
	const unsigned counts[] = {0, 2000, 4000};
	struct fx_job j;

	(void)state;
	fx_config_defaults(&r->config);
	r->config.pause_queue = true;
	rig_start(r, "1");
	fx_job_init(&j);
	j.type = FX_JT_RECEIVE;
	j.number = (char *)(uintptr_t)"200";
	for (unsigned k = 0, n = 0; k < 3; k++) {
		for (; n < counts[k]; n++) {
			j.id = n + 1;
			j.client_id = fx_queue_new_client_id(r->queue);
			assert_int_equal(fx_queue_adopt(r->queue, &j), 0);
		}
		at[k] = fx_mem_live();
	}
	/* a job and its one text; tables and heaps are single blocks */
	assert_in_range(at[1] - at[0], 2 * 2000, 2 * 2000 + 20);
	assert_in_range(at[2] - at[1], 2 * 2000, 2 * 2000 + 20);
	for (unsigned n = 0; n < 4000; n++) {
		fx_queue_drop(r->queue, n + 1);
	}
	assert_true(fx_mem_live() <= at[0] + 20);
	rig_stop(r);
	(void)fx_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thousand_jobs),
		cmocka_unit_test(memory_per_job),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
