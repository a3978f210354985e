/* SPDX-License-Identifier: Apache-2.0 */
/* Commands in every state; rendering; a store that fails. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/unit/queue/fake_convert.h"
#include "tests/unit/queue/rig.h"

static int setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	memset(&fake_plan, 0, sizeof(fake_plan));
	rig_start(r, "1");
	*state = r;
	return 0;
}

static int setup_render(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	memset(&fake_plan, 0, sizeof(fake_plan));
	r->render = "fake";
	rig_start(r, "1");
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(*state);
	(void)fx_free(*state);
	return 0;
}

static void delete_waiting(void **state)
{
	struct rig *r = *state;
	uint32_t job;

	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	job = rig_send(r, "200", 1);
	rig_settle(r);
	assert_int_equal(rig_state(r, job), FX_JOB_PENDING);
	assert_int_equal(rig_command(r, job, FX_JC_DELETE), 0);
	assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
	assert_int_equal(r->n_removed, 1);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	assert_int_equal(rig_command(r, job, FX_JC_DELETE), FX_ENOMSG);
	rig_crash(r);
	assert_int_equal(fx_queue_count(r->queue), 0);
}

static void delete_active(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step hangs = {.outcome = FX_OUTCOME_DISCONNECTED, .pages = 1,
					     .hangs = true};
	uint32_t job;

	fx_script_set("200", &hangs, 1);
	job = rig_send(r, "200", 3);
	rig_run(r, 40);
	assert_int_equal(rig_state(r, job), FX_JOB_IN_PROGRESS);
	assert_int_equal(rig_command(r, job, FX_JC_DELETE), 0);
	assert_int_equal(rig_state(r, job), FX_JOB_DELETING);
	assert_int_equal(rig_command(r, job, FX_JC_DELETE), FX_EINVAL); /* cancelling already */
	assert_int_equal(rig_command(r, job, FX_JC_PAUSE), FX_EINVAL);
	rig_run(r, 5);
	assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
}

/* Power is lost between the delete and the end of the call: the delete holds. */
static void delete_active_then_crash(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step hangs = {.outcome = FX_OUTCOME_DISCONNECTED, .hangs = true};
	uint32_t job;

	fx_script_set("200", &hangs, 1);
	job = rig_send(r, "200", 3);
	rig_run(r, 40);
	assert_int_equal(rig_command(r, job, FX_JC_DELETE), 0);
	rig_crash(r);
	rig_run(r, 60);
	assert_int_equal(fx_queue_count(r->queue), 0);
	assert_int_equal(fx_script_dials(), 1);
}

static void delete_one_of_a_joined_call(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step steps[] = {
		{.outcome = FX_OUTCOME_DISCONNECTED, .pages = 1, .hangs = true}, {0}};
	uint32_t a, b;

	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	fx_script_set("200", steps, 2);
	a = rig_send(r, "200", 2);
	b = rig_send(r, "200", 2);
	rig_settle(r);
	r->config.pause_queue = false;
	fx_queue_set_config(r->queue, &r->config);
	rig_run(r, 40);
	assert_int_equal(rig_command(r, b, FX_JC_DELETE), 0);
	rig_run(r, 120);
	assert_int_equal(rig_state(r, a), FX_JOB_STATE_COUNT); /* sent by a second call */
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(fx_script_dial_at(1)->n_docs, 1);
	assert_int_equal(fx_script_dial_at(1)->first_page[0], 1);
}

static void delete_too_late(void **state)
{
	struct rig *r = *state;
	uint32_t job = rig_send(r, "200", 1);

	rig_run(r, 31); /* the page is confirmed, DCN not yet said */
	if (rig_find(r, job)->confirmed == 0) {
		fx_loop_step(r->loop, 0);
	}
	assert_int_equal(rig_find(r, job)->confirmed, 1);
	assert_int_equal(rig_command(r, job, FX_JC_DELETE), FX_ESTATE);
	rig_run(r, 5);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
}

static void pause_and_resume(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step steps[] = {{.outcome = FX_OUTCOME_BUSY, .not_answered = true},
					       {0}};
	uint32_t job;

	fx_script_set("200", steps, 2);
	job = rig_send(r, "200", 1);
	rig_settle(r);
	rig_run(r, 0);
	/* active: the flag is set, the call goes on */
	assert_int_equal(rig_command(r, job, FX_JC_PAUSE), 0);
	rig_run(r, 3600);
	assert_int_equal(rig_state(r, job), FX_JOB_RETRYING);
	assert_true(rig_find(r, job)->paused);
	assert_int_equal(fx_script_dials(), 1);
	rig_crash(r); /* the flag survives */
	assert_true(rig_find(r, job)->paused);
	assert_int_equal(rig_command(r, job, FX_JC_PAUSE), 0); /* already so */
	assert_int_equal(rig_command(r, job, FX_JC_RESUME), 0);
	rig_run(r, 60);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
}

static void failed_states(void **state)
{
	struct rig *r = *state;
	const struct fx_script_step bad = {.outcome = FX_OUTCOME_BAD_NUMBER, .not_answered = true};
	uint32_t job;

	fx_script_set("200", &bad, 1);
	job = rig_send(r, "200", 1);
	rig_run(r, 10);
	assert_int_equal(rig_state(r, job), FX_JOB_FAILED);
	assert_int_equal(rig_command(r, job, FX_JC_PAUSE), FX_ESTATE);
	assert_int_equal(rig_command(r, job, (enum fx_job_command)77), FX_EINVAL);
	assert_int_equal(rig_command(r, job, FX_JC_DELETE), 0);
	assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
}

/* ---- rendering ---- */

static void rendered(void **state)
{
	struct rig *r = *state;
	uint32_t job;

	fake_plan.pages = 2;
	job = rig_send(r, "200", 2);
	assert_int_equal(rig_state(r, job), FX_JOB_PREPARING);
	rig_run(r, 2);
	assert_int_equal(rig_find(r, job)->pages, 2);
	assert_null(rig_find(r, job)->upload_file);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 1); /* the upload is gone */
	rig_run(r, 100);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
}

static void several_uploads(void **state)
{
	struct rig *r = *state;
	struct fx_job j = rig_job(r, "200", 2);
	fx_auto char *first = fx_strdup(j.upload_file);
	fx_auto char *both = fx_asprintf("%s\n%s", first, rig_upload(r, 3, FX_RES_STANDARD));
	uint32_t job;

	j.upload_file = both;
	job = rig_submit(r, &j);
	rig_run(r, 3);
	assert_int_equal(rig_find(r, job)->pages, 5);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 1);
	rig_run(r, 300);
	assert_int_equal(fx_script_confirmed("200"), 5);
}

static void unusable_document(void **state)
{
	struct rig *r = *state;
	uint32_t job;

	fake_plan = (struct fake_plan){1, FX_EDATA, "The PDF is encrypted; remove its password.",
				       1, 0, 0, 0};
	job = rig_send(r, "200", 1);
	rig_run(r, 5);
	assert_int_equal(rig_state(r, job), FX_JOB_FAILED);
	assert_string_equal(rig_find(r, job)->words, "The PDF is encrypted; remove its password.");
	assert_int_equal(fake_plan.started, 1);
	rig_crash(r);
	assert_int_equal(rig_state(r, job), FX_JOB_FAILED);
	/* the upload is still there: a restart renders it again */
	assert_int_equal(rig_command(r, job, FX_JC_RESUME), 0);
	rig_run(r, 100);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
}

static void render_dies(void **state)
{
	struct rig *r = *state;
	uint32_t job;

	fake_plan = (struct fake_plan){2, FX_EIO, "", 1, 0, 0, 0};
	job = rig_send(r, "200", 1);
	rig_run(r, 60);
	assert_int_equal(fake_plan.started, 3);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	fake_plan.fail_times = 99;
	job = rig_send(r, "200", 1);
	rig_run(r, 60);
	assert_int_equal(rig_state(r, job), FX_JOB_FAILED);
}

static void crash_while_rendering(void **state)
{
	struct rig *r = *state;
	uint32_t job;

	fake_plan.pages = 1;
	job = rig_send(r, "200", 1);
	rig_crash(r);
	assert_int_equal(rig_state(r, job), FX_JOB_PREPARING);
	rig_run(r, 100);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0); /* half a rendering is swept up */
}

static void delete_while_rendering(void **state)
{
	struct rig *r = *state;
	uint32_t jobs[5];

	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	fake_plan.pages = 1;
	for (unsigned i = 0; i < 5; i++) {
		jobs[i] = rig_send(r, "200", 1);
	}
	assert_int_equal(fake_plan.running, 2);
	assert_int_equal(rig_command(r, jobs[0], FX_JC_DELETE), 0);
	assert_int_equal(rig_command(r, jobs[4], FX_JC_DELETE), 0);
	assert_int_equal(rig_command(r, jobs[3], FX_JC_PAUSE), 0);
	rig_run(r, 10);
	assert_int_equal(fake_plan.most, 2);
	assert_int_equal(fake_plan.running, 0);
	assert_int_equal(rig_state(r, jobs[1]), FX_JOB_PENDING);
	assert_int_equal(rig_state(r, jobs[3]), FX_JOB_PENDING);
	assert_true(rig_find(r, jobs[3])->paused);
	assert_int_equal(fx_queue_count(r->queue), 3);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 3);
}

/* A pause recorded over a rendering that is just being recorded. */
static void pause_while_recording(void **state)
{
	struct rig *r = *state;
	uint32_t job;

	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	fake_plan.pages = 1;
	job = rig_send(r, "200", 1);
	while (!rig_find(r, job)->tiff_file) {
		fx_loop_step(r->loop, FX_SECOND);
	}
	assert_int_equal(rig_command(r, job, FX_JC_PAUSE), 0);
	rig_crash(r);
	assert_int_equal(rig_state(r, job), FX_JOB_PENDING);
	assert_true(rig_find(r, job)->paused);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define TR(f) cmocka_unit_test_setup_teardown(f, setup_render, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(delete_waiting),
		T(delete_active),
		T(delete_active_then_crash),
		T(delete_one_of_a_joined_call),
		T(delete_too_late),
		T(pause_and_resume),
		T(failed_states),
		TR(rendered),
		TR(several_uploads),
		TR(unusable_document),
		TR(render_dies),
		TR(crash_while_rendering),
		TR(delete_while_rendering),
		TR(pause_while_recording),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
