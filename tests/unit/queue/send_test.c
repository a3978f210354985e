/* SPDX-License-Identifier: Apache-2.0 */
/* From submit to message: schedule, order, ports, retries, joined calls. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/unit/queue/rig.h"

static int setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	rig_start(r, "1");
	*state = r;
	return 0;
}

static int setup_two(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	rig_start(r, "2");
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(*state);
	(void)fx_free(*state);
	return 0;
}

static void one_fax(void **state)
{
	struct rig *r = *state;
	uint32_t job = rig_send(r, "200", 3);
	uint64_t id = r->id;
	struct fx_attempt a;
	struct fx_message m;

	assert_int_equal(job, 1);
	rig_run(r, 10);
	assert_int_equal(rig_state(r, job), FX_JOB_IN_PROGRESS);
	assert_int_equal(rig_find(r, job)->pages, 3);
	rig_run(r, 35);
	assert_int_equal(rig_find(r, job)->confirmed, 1);
	rig_run(r, 120);
	assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
	assert_int_equal(r->last_message, id);
	assert_int_equal(fx_store_get_message(r->store, id, &m), 0);
	assert_string_equal(m.job.number, "200");
	assert_string_equal(m.port_name, "Script 1");
	assert_int_equal(m.job.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(m.result.pages_confirmed, 3);
	fx_message_fini(&m);
	assert_int_equal(rig_attempts(r, id, &a), 1);
	assert_int_equal(a.result.outcome, FX_OUTCOME_SUCCESS);
	assert_true(a.ended_at > a.answered_at && a.answered_at >= a.started_at);
	assert_string_equal(a.result.remote_id, "FAR");
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_SENT), 1);
	assert_string_equal(fx_script_dial_at(0)->local_id, "101");
	assert_true(fx_script_dial_at(0)->banner);
}

static void busy_until_exceeded(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step busy = {.outcome = FX_OUTCOME_BUSY, .not_answered = true};
	uint32_t job;
	uint64_t id;

	fx_script_set("200", &busy, 1);
	job = rig_send(r, "200", 1);
	id = r->id;
	rig_run(r, 10);
	assert_int_equal(rig_state(r, job), FX_JOB_RETRYING);
	assert_int_equal(rig_find(r, job)->outcome, FX_OUTCOME_BUSY);
	rig_run(r, 3600);
	assert_int_equal(rig_state(r, job), FX_JOB_RETRIES_EXCEEDED);
	assert_int_equal(fx_script_dials(), 4); /* the first and 3 retries */
	for (size_t i = 1; i < 4; i++) {
		int64_t gap = fx_script_dial_at(i)->at_us - fx_script_dial_at(i - 1)->at_us;

		assert_true(gap >= 600 * FX_SECOND && gap < 605 * FX_SECOND);
	}
	assert_int_equal(rig_attempts(r, id, NULL), 4);
	/* restart: all tries anew, and now it works */
	fx_script_set("200", &(struct fx_script_step){0}, 1);
	assert_int_equal(rig_command(r, job, FX_JC_RESUME), 0);
	rig_run(r, 60);
	assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(rig_attempts(r, id, NULL), 5);
}

static void hopeless_fails_at_once(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step bad = {.outcome = FX_OUTCOME_BAD_NUMBER, .not_answered = true};
	uint32_t job;

	fx_script_set("200", &bad, 1);
	job = rig_send(r, "200", 1);
	rig_run(r, 3600);
	assert_int_equal(rig_state(r, job), FX_JOB_FAILED);
	assert_int_equal(fx_script_dials(), 1);
	assert_string_equal(rig_find(r, job)->words, "The number does not exist.");
}

/* Quick retry, resume at the first unconfirmed page, and the step-down. */
static void resume_and_step_down(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step steps[] = {
		{.outcome = FX_OUTCOME_PROTOCOL, .pages = 2},
		{.outcome = FX_OUTCOME_TIMEOUT, .pages = 0},
		{.outcome = FX_OUTCOME_TIMEOUT, .pages = 1},
		{.outcome = FX_OUTCOME_NONE},
	};
	uint64_t id;

	fx_script_set("200", steps, FX_ARRAY_LEN(steps));
	(void)rig_send(r, "200", 5);
	id = r->id;
	rig_run(r, 7200);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(fx_script_dials(), 4);
	assert_int_equal(fx_script_confirmed("200"), 5); /* no page twice */
	assert_int_equal(fx_script_dial_at(1)->first_page[0], 2);
	assert_int_equal(fx_script_dial_at(2)->first_page[0], 2);
	assert_int_equal(fx_script_dial_at(3)->first_page[0], 3);
	assert_true(fx_script_dial_at(1)->at_us - fx_script_dial_at(0)->at_us < 100 * FX_SECOND);
	assert_int_equal(fx_script_dial_at(1)->modems, FX_MODEM_ALL);
	assert_int_equal(fx_script_dial_at(2)->modems, FX_MODEM_V27TER | FX_MODEM_V29);
	assert_int_equal(fx_script_dial_at(3)->modems, FX_MODEM_V27TER);
	assert_int_equal(rig_attempts(r, id, NULL), 4);
}

static void all_again_by_setting(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step steps[] = {{.outcome = FX_OUTCOME_PROTOCOL, .pages = 2}, {0}};

	r->config.resume_at_unconfirmed = false;
	fx_queue_set_config(r->queue, &r->config);
	fx_script_set("200", steps, 2);
	(void)rig_send(r, "200", 3);
	rig_run(r, 7200);
	assert_int_equal(fx_script_dial_at(1)->first_page[0], 0);
	assert_int_equal(fx_script_confirmed("200"), 5);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
}

/* The engine said well, pages are missing (G4, G6): not a success. */
static void success_without_pages(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step lie[] = {{.outcome = FX_OUTCOME_SUCCESS, .pages = 1}, {0}};
	struct fx_attempt a;
	uint64_t id;

	fx_script_set("200", lie, 2);
	(void)rig_send(r, "200", 3);
	id = r->id;
	rig_run(r, 60);
	assert_int_equal(rig_attempts(r, id, &a), 2);
	rig_run(r, 3600);
	assert_int_equal(fx_script_dials(), 2);
	assert_int_equal(fx_script_confirmed("200"), 3);
}

static void another_port(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step steps[] = {
		{.outcome = FX_OUTCOME_LINE_UNAVAILABLE, .not_answered = true}, {0}};
	uint32_t job;

	fx_script_set("200", steps, 2);
	job = rig_send(r, "200", 1);
	rig_run(r, 60);
	assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
	assert_int_equal(fx_script_dials(), 2);
	assert_string_equal(fx_script_dial_at(0)->line, "1");
	assert_string_equal(fx_script_dial_at(1)->line, "2");
}

static void host_lost(void **state)
{
	struct rig *r = *state;
	uint32_t job = rig_send(r, "200", 2);

	rig_run(r, 40); /* page 1 is confirmed */
	fx_script_lose();
	rig_run(r, 5);
	assert_int_equal(rig_state(r, job), FX_JOB_RETRYING);
	assert_true(rig_find(r, job)->no_line);
	assert_int_equal(rig_find(r, job)->tries, 0);
	fx_script_back();
	rig_run(r, 60);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(fx_script_dial_at(1)->first_page[0], 1);
}

static void priorities_and_times(void **state)
{
	struct rig *r = *state;
	static const char *const numbers[] = {"201", "202", "203", "204", "205"};
	static const char *const want[] = {"205", "203", "202", "204", "201"};
	struct fx_job j;

	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	for (unsigned i = 0; i < 5; i++) {
		j = rig_job(r, numbers[i], 1);
		j.priority = i == 0 ? FX_PRIORITY_LOW : i == 4 || i == 2 ? FX_PRIORITY_HIGH :
									   FX_PRIORITY_NORMAL;
		if (i == 2) {
			/* same rank as 205, but a later time */
			j.schedule = FX_SCHEDULE_TIME;
			j.schedule_at = fx_queue_now(r->queue) + 30;
		}
		assert_true(rig_submit(r, &j));
	}
	rig_run(r, 60);
	assert_int_equal(fx_script_dials(), 0);
	assert_false(rig_find(r, 1)->no_line); /* paused is not "no line" */
	r->config.pause_queue = false;
	fx_queue_set_config(r->queue, &r->config);
	rig_run(r, 10);
	assert_true(rig_find(r, 1)->no_line);
	rig_run(r, 600);
	assert_int_equal(fx_script_dials(), 5);
	for (unsigned i = 0; i < 5; i++) {
		assert_string_equal(fx_script_dial_at(i)->number, want[i]);
	}
}

static void times_and_discount(void **state)
{
	struct rig *r = *state; /* it is midnight, UTC */
	struct fx_job j;
	int64_t now = fx_queue_now(r->queue);

	r->config.cheap_start_hour = 22;
	r->config.cheap_stop_hour = 6;
	fx_queue_set_config(r->queue, &r->config);
	rig_run(r, 8 * 3600); /* 08:00: outside */
	j = rig_job(r, "201", 1);
	j.schedule = FX_SCHEDULE_DISCOUNT;
	assert_true(rig_submit(r, &j));
	j = rig_job(r, "202", 1);
	j.schedule = FX_SCHEDULE_TIME;
	j.schedule_at = now + 9 * 3600;
	assert_true(rig_submit(r, &j));
	j = rig_job(r, "203", 1);
	j.schedule = FX_SCHEDULE_TIME;
	j.schedule_at = now - 5; /* past = now */
	assert_true(rig_submit(r, &j));
	rig_run(r, 120);
	assert_int_equal(fx_script_dials(), 1);
	assert_string_equal(fx_script_dial_at(0)->number, "203");
	rig_run(r, 3600);
	assert_int_equal(fx_script_dials(), 2);
	assert_string_equal(fx_script_dial_at(1)->number, "202");
	rig_run(r, 12 * 3600);
	assert_int_equal(fx_script_dials(), 2);
	rig_run(r, 3600);
	assert_int_equal(fx_script_dials(), 3);
	assert_int_equal(fx_script_dial_at(2)->at_us / FX_SECOND, 22 * 3600);
	/* over midnight: 02:00 is inside; 07:00 is not; a new setting opens it at once */
	rig_run(r, 4 * 3600);
	j = rig_job(r, "204", 1);
	j.schedule = FX_SCHEDULE_DISCOUNT;
	assert_true(rig_submit(r, &j));
	rig_run(r, 60);
	assert_int_equal(fx_script_dials(), 4);
	rig_run(r, 5 * 3600);
	j = rig_job(r, "205", 1);
	j.schedule = FX_SCHEDULE_DISCOUNT;
	assert_true(rig_submit(r, &j));
	rig_run(r, 60);
	assert_int_equal(fx_script_dials(), 4);
	r->config.cheap_stop_hour = 12;
	fx_queue_set_config(r->queue, &r->config);
	rig_run(r, 60);
	assert_int_equal(fx_script_dials(), 5);
}

static void joined_call(void **state)
{
	struct rig *r = *state;
	/* 7 pages in all; cut after 4: the first (2) is done, the second (3) lacks one */
	const struct fx_script_step steps[] = {{.outcome = FX_OUTCOME_DISCONNECTED, .pages = 4},
					       {0}};
	uint32_t a, b, c, other;

	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	fx_script_set("200", steps, 2);
	a = rig_send(r, "200", 2);
	other = rig_send(r, "300", 1);
	b = rig_send(r, "2 0-0", 3);
	c = rig_send(r, "200", 2);
	rig_settle(r);
	r->config.pause_queue = false;
	fx_queue_set_config(r->queue, &r->config);
	rig_run(r, 130);
	assert_int_equal(fx_script_dial_at(0)->n_docs, 3);
	assert_int_equal(fx_script_dial_at(0)->pages[1], 3);
	assert_int_equal(rig_state(r, a), FX_JOB_STATE_COUNT);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(rig_find(r, b)->confirmed, 2);
	assert_int_equal(rig_find(r, b)->tries, 1);
	assert_int_equal(rig_find(r, c)->tries, 0); /* its turn never came */
	rig_run(r, 3600);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 4);
	assert_int_equal(fx_script_confirmed("200") + fx_script_confirmed("2 0-0"), 7);
	assert_int_equal(rig_state(r, other), FX_JOB_STATE_COUNT);
}

static void no_join_by_setting(void **state)
{
	struct rig *r = *state;

	r->config.pause_queue = true;
	r->config.join_jobs = false;
	fx_queue_set_config(r->queue, &r->config);
	(void)rig_send(r, "200", 2);
	(void)rig_send(r, "200", 2);
	r->config.pause_queue = false;
	fx_queue_set_config(r->queue, &r->config);
	rig_run(r, 600);
	assert_int_equal(fx_script_dials(), 2);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 2);
}

static void dirty_days(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step bad = {.outcome = FX_OUTCOME_BAD_NUMBER, .not_answered = true};
	uint32_t job;
	uint64_t id;

	r->config.dirty_days = 2;
	fx_queue_set_config(r->queue, &r->config);
	fx_script_set("200", &bad, 1);
	job = rig_send(r, "200", 1);
	id = r->id;
	rig_run(r, 86400);
	assert_int_equal(rig_state(r, job), FX_JOB_FAILED);
	rig_run(r, 86400 + 7200);
	assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
	assert_int_equal(rig_attempts(r, id, NULL), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	/* never */
	r->config.dirty_days = FX_DIRTY_DAYS_NEVER;
	fx_queue_set_config(r->queue, &r->config);
	job = rig_send(r, "200", 1);
	rig_run(r, 400 * INT64_C(86400));
	assert_int_equal(rig_state(r, job), FX_JOB_FAILED);
}

static void archive_copy(void **state)
{
	struct rig *r = *state;
	struct fx_buf copy = {0}, sent = {0};
	struct fx_message m;
	char *dir = fx_test_mkdir();
	fx_auto char *path = NULL, *file = NULL;

	r->config.archive_directory = fx_strdup(dir);
	fx_queue_set_config(r->queue, &r->config);
	(void)rig_send(r, "200", 1);
	rig_run(r, 100);
	assert_int_equal(fx_store_get_message(r->store, r->id, &m), 0);
	path = fx_asprintf("%s/20260101-%llu.tif", dir, (unsigned long long)r->id);
	file = fx_asprintf("%s/%s", fx_spool_path(r->spool, FX_SPOOL_SENT), m.job.tiff_file);
	fx_test_read_file(path, &copy);
	fx_test_read_file(file, &sent);
	assert_int_equal(copy.len, sent.len);
	assert_memory_equal(copy.data, sent.data, copy.len);
	fx_message_fini(&m);
	fx_buf_fini(&copy);
	fx_buf_fini(&sent);
	fx_test_rmdir(dir);
}

static void client_numbers(void **state)
{
	struct rig *r = *state;
	uint32_t a, b;

	assert_int_equal(rig_send(r, "200", 1), 1);
	rig_run(r, 100);
	assert_int_equal(rig_send(r, "200", 1), 2); /* not 1 again so soon */
	rig_run(r, 100);
	r->queue->last_client = FX_CLIENT_ID_SMALL - 1;
	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	a = rig_send(r, "200", 1);
	b = rig_send(r, "200", 1);
	assert_int_equal(a, FX_CLIENT_ID_SMALL);
	assert_int_equal(b, 1);
	r->queue->last_client = 0;
	assert_int_equal(rig_send(r, "200", 1), 2); /* 1 is taken */
	/* all small ones are in use: larger ones, and small ones again as soon as one is free */
	b = r->queue->n_small;
	r->queue->n_small = FX_CLIENT_ID_SMALL;
	assert_int_equal(rig_send(r, "200", 1), FX_CLIENT_ID_SMALL + 1);
	r->queue->last_client = INT32_MAX;
	assert_int_equal(rig_send(r, "200", 1), FX_CLIENT_ID_SMALL + 2);
	r->queue->n_small = b;
	assert_int_equal(rig_send(r, "200", 1), 3);
	/* after a restart the round goes on */
	rig_crash(r);
	assert_int_equal(rig_send(r, "200", 1), 4);
}

static void refusals(void **state)
{
	struct rig *r = *state;
	struct fx_job j = rig_job(r, "", 1);

	assert_int_equal(rig_submit(r, &j), 0);
	assert_int_equal(r->err, FX_EINVAL);
	j.number = (char *)(uintptr_t)"200";
	j.upload_file = (char *)(uintptr_t)"../x";
	assert_int_equal(rig_submit(r, &j), 0);
	assert_int_equal(r->err, FX_EINVAL);
	j.upload_file = (char *)(uintptr_t)"missing.tif";
	assert_int_equal(rig_submit(r, &j), 0);
	assert_int_equal(r->err, FX_ENOENT);
	j.upload_file = NULL;
	assert_int_equal(rig_submit(r, &j), 0);
	j = rig_job(r, "200", 1);
	j.priority = (enum fx_priority)7;
	assert_int_equal(rig_submit(r, &j), 0);
	assert_int_equal(fx_queue_count(r->queue), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define T2(f) cmocka_unit_test_setup_teardown(f, setup_two, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(one_fax),		 T(busy_until_exceeded), T(hopeless_fails_at_once),
		T(resume_and_step_down), T(all_again_by_setting), T(success_without_pages),
		T2(another_port),	 T(host_lost),		 T(priorities_and_times),
		T(times_and_discount),	 T(joined_call),	 T(no_join_by_setting),
		T(dirty_days),		 T(archive_copy),	 T(client_numbers),
		T(refusals),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
