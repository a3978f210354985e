/* SPDX-License-Identifier: Apache-2.0 */
/* Settings at run time and over a restart: discount hours, archive, DirtyDays, blocked, paused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "tests/unit/queue/rig.h"

#define MARCH_28_NOON 1774699200 /* 2026, UTC; Rome's clocks go forward on the 29th at 01:00 UTC */
#define OCTOBER_24_NOON 1792843200 /* and back on the 25th at 01:00 UTC */
#define HOUR 3600

static struct rig *new_rig(void)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	rig_start(r, "1");
	return r;
}

static void end_rig(struct rig *r)
{
	rig_stop(r);
	(void)fx_free(r);
}

static void set(struct rig *r)
{
	fx_queue_set_config(r->queue, &r->config);
	rig_settle(r);
}

/* When a discount job that was queued at `now` is dialled, in Rome, hours from start to stop. */
static int64_t dialled_at(int64_t now, unsigned start, unsigned start_min, unsigned stop,
			  bool crash)
{
	struct rig *r = new_rig();
	int64_t at;
	struct fx_job j;

	(void)setenv("TZ", "Europe/Rome", 1);
	tzset();
	rig_run(r, now - FX_TEST_EPOCH_US / FX_SECOND);
	r->config.cheap_start_hour = (uint16_t)start;
	r->config.cheap_start_minute = (uint16_t)start_min;
	r->config.cheap_stop_hour = (uint16_t)stop;
	set(r);
	j = rig_job(r, "200", 1);
	j.schedule = FX_SCHEDULE_DISCOUNT;
	assert_true(rig_submit(r, &j));
	if (crash) {
		rig_run(r, HOUR);
		rig_crash(r);
	}
	rig_run(r, 3 * 86400);
	assert_int_equal(fx_script_dials(), 1);
	at = (FX_TEST_EPOCH_US + fx_script_dial_at(0)->at_us) / FX_SECOND;
	end_rig(r);
	(void)setenv("TZ", "UTC", 1);
	tzset();
	return at;
}

static void discount_hours(void **state)
{
	(void)state;
	/* winter: Rome is an hour ahead; over midnight from 22:00 on, also after a restart */
	assert_in_range(dialled_at(MARCH_28_NOON, 22, 0, 6, false),
			MARCH_28_NOON + 9 * HOUR, MARCH_28_NOON + 9 * HOUR + 2);
	assert_in_range(dialled_at(MARCH_28_NOON, 22, 0, 6, true),
			MARCH_28_NOON + 9 * HOUR, MARCH_28_NOON + 9 * HOUR + 2);
	/* behind midnight, inside: at once */
	assert_in_range(dialled_at(MARCH_28_NOON + 12 * HOUR, 22, 0, 6, false),
			MARCH_28_NOON + 12 * HOUR, MARCH_28_NOON + 12 * HOUR + 2);
	/* 4:00 on the day of the change is 02:00 UTC already */
	assert_in_range(dialled_at(MARCH_28_NOON, 4, 0, 5, false),
			MARCH_28_NOON + 14 * HOUR, MARCH_28_NOON + 14 * HOUR + 2);
	/* 2:00 to 3:00 does not exist on that day: the next day's, 00:00 UTC */
	assert_in_range(dialled_at(MARCH_28_NOON, 2, 0, 3, false),
			MARCH_28_NOON + 36 * HOUR, MARCH_28_NOON + 36 * HOUR + 2);
	/* autumn: the hour from 2:00 to 3:00 comes twice and is cheap both times */
	assert_in_range(dialled_at(OCTOBER_24_NOON, 2, 0, 3, false),
			OCTOBER_24_NOON + 12 * HOUR, OCTOBER_24_NOON + 12 * HOUR + 2);
	assert_in_range(dialled_at(OCTOBER_24_NOON + 13 * HOUR + 600, 2, 0, 3, false),
			OCTOBER_24_NOON + 13 * HOUR + 600, OCTOBER_24_NOON + 13 * HOUR + 602);
	/* from 2:30 on: at 2:10 of the second time it waits for half past */
	assert_in_range(dialled_at(OCTOBER_24_NOON + 13 * HOUR + 600, 2, 30, 3, false),
			OCTOBER_24_NOON + 13 * HOUR + 1800, OCTOBER_24_NOON + 13 * HOUR + 1802);
}

static bool archived(const struct rig *r, uint64_t id, const char *suffix)
{
	char path[300];

	(void)snprintf(path, sizeof(path), "%s/archive/20260101-%llu%s.tif", r->dir,
		       (unsigned long long)id, suffix);
	return access(path, F_OK) == 0;
}

static void archive_never_costs_a_fax(void **state)
{
	struct rig *r = new_rig();
	char folder[200], taken[300];
	FILE *f;

	(void)state;
	(void)snprintf(folder, sizeof(folder), "%s/archive", r->dir);
	r->config.archive_directory = fx_strdup(folder);
	set(r);
	/* not there: the fax is sent and filed all the same */
	assert_true(rig_send(r, "200", 1));
	rig_run(r, 120);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	assert_int_equal(fx_queue_count(r->queue), 0);
	/* there: a copy, kept over a restart of the settings' owner too */
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_true(rig_send(r, "200", 1));
	rig_run(r, 120);
	assert_true(archived(r, r->id, ""));
	/* the next one's name is taken: not overwritten */
	(void)snprintf(taken, sizeof(taken), "%s/20260101-%llu.tif", folder,
		       (unsigned long long)r->id + 1);
	for (unsigned i = 1; i < 8; i++) { /* attempts take ids as well */
		(void)snprintf(taken, sizeof(taken), "%s/20260101-%llu.tif", folder,
			       (unsigned long long)r->id + i);
		f = fopen(taken, "w");
		(void)fputs("another's", f);
		(void)fclose(f);
	}
	assert_true(rig_send(r, "200", 1));
	rig_run(r, 120);
	assert_true(archived(r, r->id, "-2"));
	(void)snprintf(taken, sizeof(taken), "%s/20260101-%llu.tif", folder,
		       (unsigned long long)r->id);
	f = fopen(taken, "r");
	assert_int_equal(fgetc(f), 'a');
	(void)fclose(f);
	/* each is ignored without the other (faxcom.md 6.3) */
	r->config.archive_outgoing = false;
	set(r);
	assert_true(rig_send(r, "200", 1));
	rig_run(r, 120);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 4);
	assert_false(archived(r, r->id, "") && archived(r, r->id, "-2"));
	end_rig(r);
}

static void dirty_days_never(void **state)
{
	const struct fx_script_step busy = {.outcome = FX_OUTCOME_BUSY, .not_answered = true};
	struct rig *r = new_rig();
	uint32_t job;

	(void)state;
	r->config.retries = 0;
	r->config.dirty_days = FX_DIRTY_DAYS_NEVER;
	set(r);
	fx_script_set("200", &busy, 1);
	job = rig_send(r, "200", 1);
	rig_run(r, 400 * 86400);
	assert_int_equal(rig_state(r, job), FX_JOB_RETRIES_EXCEEDED);
	rig_crash(r);
	rig_run(r, 86400);
	assert_int_equal(rig_state(r, job), FX_JOB_RETRIES_EXCEEDED);
	r->config.dirty_days = 10; /* counts at once */
	set(r);
	rig_run(r, 5);
	assert_int_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	end_rig(r);
}

static void blocked_and_paused(void **state)
{
	struct rig *r = new_rig();
	uint32_t job;

	(void)state;
	r->config.pause_queue = true;
	set(r);
	job = rig_send(r, "200", 1);
	r->config.block_outgoing = true;
	set(r);
	assert_int_equal(rig_send(r, "200", 1), 0);
	assert_int_equal(r->err, FX_EBLOCKED);
	assert_int_equal(rig_state(r, job), FX_JOB_PENDING);
	rig_crash(r);
	assert_int_equal(rig_send(r, "200", 1), 0);
	/* what is queued goes out */
	r->config.pause_queue = false;
	set(r);
	rig_run(r, 120);
	assert_int_equal(rig_messages(r, FX_FOLDER_SENT), 1);
	/* calls that come in are refused, then taken again */
	r->config.block_incoming = true;
	set(r);
	fx_script_incoming("1", "300", 1, FX_OUTCOME_SUCCESS);
	rig_run(r, 60);
	assert_int_equal(rig_messages(r, FX_FOLDER_INBOX), 0);
	assert_int_equal(fx_script_refused(), 1);
	r->config.block_incoming = false;
	set(r);
	fx_script_incoming("1", "300", 1, FX_OUTCOME_SUCCESS);
	rig_run(r, 60);
	assert_int_equal(rig_messages(r, FX_FOLDER_INBOX), 1);
	end_rig(r);
}

static void branding_and_tsid(void **state)
{
	struct rig *r = new_rig();
	struct fx_job j = rig_job(r, "200", 1);

	(void)state;
	j.tsid = (char *)(uintptr_t)"+39 06 77";
	assert_true(rig_submit(r, &j));
	rig_run(r, 120);
	assert_true(fx_script_dial_at(0)->banner);
	assert_string_not_equal(fx_script_dial_at(0)->local_id, "+39 06 77");
	r->config.branding = r->config.use_device_tsid = false;
	set(r);
	j = rig_job(r, "200", 1);
	j.tsid = (char *)(uintptr_t)"+39 06 77";
	assert_true(rig_submit(r, &j));
	rig_run(r, 120);
	assert_false(fx_script_dial_at(1)->banner);
	assert_string_equal(fx_script_dial_at(1)->local_id, "+39 06 77");
	end_rig(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(discount_hours),
		cmocka_unit_test(archive_never_costs_a_fax),
		cmocka_unit_test(dirty_days_never),
		cmocka_unit_test(blocked_and_paused),
		cmocka_unit_test(branding_and_tsid),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
