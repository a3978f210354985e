/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the configuration promises, through the front door of a whole service on the virtual clock:
 * each setting is changed while the service runs, counts for the next fax, is seen by another
 * client, and is kept over a restart.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <dirent.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>
#include "document/fax_tiff.h"
#include "tests/e2e/config/scene.h"

#define TO "102"
#define BUSY "102;busy"
#define MARCH_28_NOON 1774699200 /* 2026, UTC; Rome's clocks go forward on the 29th at 01:00 UTC */
#define OCTOBER_24_NOON 1792843200 /* and back on the 25th at 01:00 UTC */
#define HOUR 3600
#define DAY 86400
#define DISCOUNT 2u
#define NEVER UINT32_MAX
#define BLACK "caselli-cover 1\nbox 0 0 0 0 fill=black\n"
#define SLACK 30 /* seconds that a call takes */

static const struct scene_fax plain = {.number = TO}, busy = {.number = BUSY};

static uint64_t must_send(struct scene *s, const struct scene_fax *fax)
{
	uint64_t id = 0;

	assert_int_equal(scene_send(s, fax, &id), 0);
	assert_true(id > 0);
	return id;
}

static void must_be(struct scene *s, uint64_t id, const char *state)
{
	assert_string_equal(scene_job_state(s, id), state);
}

static void await_state(struct scene *s, uint64_t id, const char *state, int64_t seconds)
{
	int64_t end = scene_now(s) + seconds;

	while (strcmp(scene_job_state(s, id), state) != 0) {
		if (scene_now(s) >= end) {
			fail_msg("the job is \"%s\", not \"%s\"", scene_job_state(s, id), state);
		}
		scene_live(s, 1);
	}
}

/* ---- all fields at once ---- */

static void other_values(struct fx_ms_configuration *w)
{
	w->retries = 7;
	w->retry_delay = 23;
	w->dirty_days = 11;
	w->branding = 0;
	w->use_device_tsid = 0;
	w->server_cp = 1;
	w->pause_queue = 1;
	w->start_cheap = (struct fx_ms_time){21, 45};
	w->stop_cheap = (struct fx_ms_time){5, 15};
	w->archive_outgoing = 0;
	w->archive_directory.u8 = "/nowhere/at/all"; /* archiving is off: not looked at */
	w->profile_name.u8 = "Outlook";
}

static void expect_other_values(struct scene *s)
{
	struct fx_ms_configuration *w = scene_config(s);
	struct fx_ms_log_category *log = NULL;
	uint32_t n = 0, states = 0;

	assert_int_equal(w->retries, 7);
	assert_int_equal(w->retry_delay, 23);
	assert_int_equal(w->dirty_days, 11);
	assert_int_equal(w->branding, 0);
	assert_int_equal(w->use_device_tsid, 0);
	assert_int_equal(w->server_cp, 1);
	assert_int_equal(w->pause_queue, 1);
	assert_int_equal(w->start_cheap.hour * 60 + w->start_cheap.minute, 21 * 60 + 45);
	assert_int_equal(w->stop_cheap.hour * 60 + w->stop_cheap.minute, 5 * 60 + 15);
	assert_int_equal(w->archive_outgoing, 0);
	assert_string_equal(w->archive_directory.u8, "/nowhere/at/all");
	assert_string_equal(w->profile_name.u8, "Outlook");
	(void)fx_free(w);
	assert_int_equal(fx_client_get_queue_states(s->other, &states), 0);
	assert_int_equal(states, FX_MS_QUEUE_OUT_PAUSED);
	assert_int_equal(fx_client_get_logging(s->other, FX_TEXT_UTF8, &log, &n), 0);
	assert_true(n >= 4);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_equal(log[i].level, i % 4);
	}
	(void)fx_free(log);
}

static void all_fields(void **state)
{
	struct scene *s = *state;
	struct fx_ms_log_category *log = NULL;
	uint32_t n = 0;

	scene_start(s);
	assert_int_equal(fx_client_get_logging(s->c, FX_TEXT_UTF8, &log, &n), 0);
	for (uint32_t i = 0; i < n; i++) {
		log[i].level = i % 4;
	}
	assert_int_equal(fx_client_set_logging(s->c, FX_TEXT_UTF8, log, n), 0);
	(void)fx_free(log);
	assert_int_equal(scene_configure(s, other_values), 0);
	expect_other_values(s);
	scene_restart(s);
	expect_other_values(s);
}

/* ---- Retries, RetryDelay ---- */

static void two_retries(struct fx_ms_configuration *w)
{
	w->retries = 2;
	w->retry_delay = 7;
}

static void no_retries(struct fx_ms_configuration *w)
{
	w->retries = 0;
}

/* Calls of a job that is always answered busy: how many, and that many minutes apart. */
static void expect_tries(struct scene *s, uint64_t id, uint32_t n, int64_t minutes)
{
	struct fx_cs_attempt *v = NULL;
	uint32_t got = 0;

	for (uint32_t i = 1; i < n; i++) {
		await_state(s, id, "retrying", SLACK);
		scene_live(s, minutes * 60 - SLACK);
	}
	await_state(s, id, "retries_exceeded", n * minutes * 60 + 3 * SLACK);
	assert_int_equal(fx_client_attempts(s->other, id, FX_TEXT_UTF8, &v, &got), 0);
	assert_int_equal(got, n);
	for (uint32_t i = 1; i < n; i++) {
		int64_t gap = (int64_t)(v[i].started_at - v[i - 1].ended_at);

		assert_in_range(gap, minutes * 60, minutes * 60 + 2);
	}
	(void)fx_free(v);
}

static void retries(void **state)
{
	struct scene *s = *state;
	uint64_t id;

	scene_start(s);
	assert_int_equal(scene_configure(s, two_retries), 0);
	expect_tries(s, must_send(s, &busy), 3, 7);
	scene_restart(s);
	expect_tries(s, must_send(s, &busy), 3, 7);
	/* one that waits for its next try when the service stops keeps its hour */
	id = must_send(s, &busy);
	await_state(s, id, "retrying", SLACK);
	scene_restart(s);
	expect_tries(s, id, 3, 7);
	assert_int_equal(scene_configure(s, no_retries), 0);
	expect_tries(s, must_send(s, &busy), 1, 0);
}

/* ---- DirtyDays ---- */

static void five_days(struct fx_ms_configuration *w)
{
	w->retries = 0;
	w->dirty_days = 5;
}

static void days_never(struct fx_ms_configuration *w)
{
	w->retries = 0;
	w->dirty_days = NEVER;
}

static void dirty_days(void **state)
{
	struct scene *s = *state;
	struct fx_ms_configuration *w;
	uint64_t id;

	scene_start(s);
	assert_int_equal(scene_configure(s, five_days), 0);
	id = must_send(s, &busy);
	await_state(s, id, "retries_exceeded", SLACK);
	scene_live(s, 4 * DAY);
	scene_restart(s);
	scene_live(s, DAY - 2 * HOUR);
	must_be(s, id, "retries_exceeded");
	scene_live(s, 3 * HOUR);
	must_be(s, id, "");
	/* never: also after a restart, until it is changed; then it counts at once */
	assert_int_equal(scene_configure(s, days_never), 0);
	id = must_send(s, &busy);
	await_state(s, id, "retries_exceeded", SLACK);
	scene_live(s, 20 * DAY);
	scene_restart(s);
	w = scene_config(s);
	assert_int_equal(w->dirty_days, NEVER);
	(void)fx_free(w);
	scene_live(s, 20 * DAY);
	must_be(s, id, "retries_exceeded");
	assert_int_equal(scene_configure(s, five_days), 0);
	scene_live(s, 5);
	must_be(s, id, "");
}

/* ---- the discount period ---- */

static void night(struct fx_ms_configuration *w)
{
	w->start_cheap = (struct fx_ms_time){22, 0};
	w->stop_cheap = (struct fx_ms_time){6, 0};
}

static void four_to_five(struct fx_ms_configuration *w)
{
	w->start_cheap = (struct fx_ms_time){4, 0};
	w->stop_cheap = (struct fx_ms_time){5, 0};
}

static void two_to_three(struct fx_ms_configuration *w)
{
	w->start_cheap = (struct fx_ms_time){2, 0};
	w->stop_cheap = (struct fx_ms_time){3, 0};
}

static void half_past_two_to_three(struct fx_ms_configuration *w)
{
	w->start_cheap = (struct fx_ms_time){2, 30};
	w->stop_cheap = (struct fx_ms_time){3, 0};
}

/* Queued at `now` in Rome for the cheap hours, dialled at `then`; changed at run time, before. */
static void expect_call(struct scene *s, int64_t now, scene_change_fn *hours, int64_t then,
			bool restart)
{
	const struct scene_fax cheap = {.number = TO, .schedule = DISCOUNT};
	struct fx_cs_attempt *v = NULL;
	uint32_t n = 0;
	uint64_t id;

	scene_stop(s);
	scene_set_clock(s, now);
	scene_start(s);
	assert_int_equal(scene_configure(s, hours), 0);
	id = must_send(s, &cheap);
	if (restart) {
		scene_live(s, HOUR);
		must_be(s, id, "pending");
		scene_restart(s);
	}
	if (then - scene_now(s) > 60) {
		scene_live(s, then - scene_now(s) - 60);
		must_be(s, id, "pending");
	}
	await_state(s, id, "message", then - scene_now(s) + 60);
	assert_int_equal(fx_client_attempts(s->other, id, FX_TEXT_UTF8, &v, &n), 0);
	assert_int_equal(n, 1);
	assert_in_range((int64_t)v[0].started_at, then, then + 3);
	(void)fx_free(v);
}

static void discount(void **state)
{
	struct scene *s = *state;

	(void)setenv("TZ", "Europe/Rome", 1);
	tzset();
	scene_start(s);
	/* winter: an hour ahead of UTC; over midnight from 22:00 on, also over a restart */
	expect_call(s, MARCH_28_NOON, night, MARCH_28_NOON + 9 * HOUR, true);
	/* behind midnight, inside: at once */
	expect_call(s, MARCH_28_NOON + 12 * HOUR, night, MARCH_28_NOON + 12 * HOUR, false);
	/* forward in March: 4:00 is 02:00 UTC already; 2:00 to 3:00 is not there, so a day later */
	expect_call(s, MARCH_28_NOON, four_to_five, MARCH_28_NOON + 14 * HOUR, false);
	expect_call(s, MARCH_28_NOON, two_to_three, MARCH_28_NOON + 36 * HOUR, true);
	/* back in October: from 2:00 to 3:00 comes twice and is cheap both times */
	expect_call(s, OCTOBER_24_NOON, two_to_three, OCTOBER_24_NOON + 12 * HOUR, false);
	expect_call(s, OCTOBER_24_NOON + 13 * HOUR + 600, two_to_three,
		    OCTOBER_24_NOON + 13 * HOUR + 600, false);
	expect_call(s, OCTOBER_24_NOON + 13 * HOUR + 600, half_past_two_to_three,
		    OCTOBER_24_NOON + 13 * HOUR + 1800, false);
	/* four to five in winter time again */
	expect_call(s, OCTOBER_24_NOON, four_to_five, OCTOBER_24_NOON + 15 * HOUR, true);
	(void)setenv("TZ", "UTC", 1);
	tzset();
}

/* ---- PauseServerQueue and the bits of SetQueue ---- */

static void paused(struct fx_ms_configuration *w)
{
	w->pause_queue = 1;
}

static void set_queue(struct scene *s, uint32_t states)
{
	struct fx_ms_configuration *w;
	uint32_t seen = 99;

	assert_int_equal(fx_client_set_queue(s->c, states), 0);
	assert_int_equal(fx_client_get_queue_states(s->other, &seen), 0);
	assert_int_equal(seen, states);
	w = scene_config(s);
	assert_int_equal(w->pause_queue, (states & FX_MS_QUEUE_OUT_PAUSED) != 0);
	(void)fx_free(w);
}

static void queue_bits(void **state)
{
	struct scene *s = *state;
	uint32_t seen = 0;
	uint64_t id;

	scene_start(s);
	assert_int_equal(scene_configure(s, paused), 0);
	id = must_send(s, &plain);
	scene_live(s, DAY);
	must_be(s, id, "pending");
	scene_restart(s);
	scene_live(s, HOUR);
	must_be(s, id, "pending");
	/* blocked: nothing new, what is there goes out */
	set_queue(s, FX_MS_QUEUE_OUT_BLOCKED | FX_MS_QUEUE_OUT_PAUSED);
	assert_int_equal(scene_send(s, &plain, NULL), FX_W_WRITE_PROTECT);
	scene_restart(s);
	assert_int_equal(scene_send(s, &plain, NULL), FX_W_WRITE_PROTECT);
	set_queue(s, FX_MS_QUEUE_OUT_BLOCKED);
	await_state(s, id, "message", 2 * SLACK);
	assert_int_equal(scene_send(s, &plain, NULL), FX_W_WRITE_PROTECT);
	(void)fx_free(scene_await(s, FX_MS_INBOX, 1, SLACK));
	/* calls that come in are refused, over a restart too, then taken again */
	set_queue(s, FX_MS_QUEUE_IN_BLOCKED);
	scene_restart(s);
	id = must_send(s, &plain);
	await_state(s, id, "retrying", 3 * SLACK);
	assert_int_equal(scene_messages(s, FX_MS_INBOX, NULL), 1);
	set_queue(s, 0);
	await_state(s, id, "message", HOUR);
	(void)fx_free(scene_await(s, FX_MS_INBOX, 2, SLACK));
	/* a bit that nobody knows changes nothing */
	assert_int_equal(fx_client_set_queue(s->c, 8), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_get_queue_states(s->other, &seen), 0);
	assert_int_equal(seen, 0);
}

/* ---- Branding, UseDeviceTsid ---- */

static void no_branding(struct fx_ms_configuration *w)
{
	w->branding = 0;
}

static void branding(struct fx_ms_configuration *w)
{
	w->branding = 1;
}

static void tsid_of_the_job(struct fx_ms_configuration *w)
{
	w->use_device_tsid = 0;
}

static void tsid_of_the_port(struct fx_ms_configuration *w)
{
	w->use_device_tsid = 1;
}

/* Is there anything on the first eighth of an inch of what arrived? */
static bool has_header(struct scene *s, uint64_t id)
{
	int fd = memfd_create("page", MFD_CLOEXEC);
	struct fx_bitmap b = {0};
	struct fx_tiff_rd *rd = NULL;
	uint8_t *data = NULL;
	uint32_t pages = 0;
	size_t size = 0;
	bool ink = false;

	assert_int_equal(fx_client_view(s->other, id, FX_CLIENT_VIEW_TIFF, 0, &data, &size,
					&pages), 0);
	assert_int_equal(write(fd, data, size), (ssize_t)size);
	(void)fx_free(data);
	assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
	assert_int_equal(fx_tiff_read(rd, 0, &b), 0);
	for (size_t i = 0; i < 24 * fx_bitmap_stride(&b); i++) {
		ink = ink || b.bits[i];
	}
	fx_bitmap_fini(&b);
	(void)fx_tiff_close(rd);
	(void)close(fd);
	return ink;
}

static void expect_header(struct scene *s, uint32_t nth, bool header)
{
	struct fx_cs_message *m;

	(void)must_send(s, &plain);
	m = scene_await(s, FX_MS_INBOX, nth, HOUR);
	assert_int_equal(has_header(s, m->id), header);
	(void)fx_free(m);
}

static void header_line(void **state)
{
	struct scene *s = *state;

	scene_start(s);
	expect_header(s, 1, true);
	assert_int_equal(scene_configure(s, no_branding), 0);
	expect_header(s, 2, false);
	scene_restart(s);
	expect_header(s, 3, false);
	assert_int_equal(scene_configure(s, branding), 0);
	expect_header(s, 4, true);
}

static void expect_tsid(struct scene *s, uint32_t nth, bool of_the_job)
{
	const struct scene_fax fax = {.number = TO, .tsid = "+39 06 77"};
	struct fx_cs_message *m;

	(void)must_send(s, &fax);
	m = scene_await(s, FX_MS_INBOX, nth, HOUR);
	assert_non_null(m->job->remote_id.u8);
	assert_int_equal(strcmp(m->job->remote_id.u8, "+39 06 77") == 0, of_the_job);
	(void)fx_free(m);
}

static void whose_tsid(void **state)
{
	struct scene *s = *state;

	scene_start(s);
	expect_tsid(s, 1, false);
	assert_int_equal(scene_configure(s, tsid_of_the_job), 0);
	expect_tsid(s, 2, true);
	scene_restart(s);
	expect_tsid(s, 3, true);
	assert_int_equal(scene_configure(s, tsid_of_the_port), 0);
	expect_tsid(s, 4, false);
}

/* ---- ServerCp ---- */

static void server_cp(struct fx_ms_configuration *w)
{
	w->server_cp = 1;
}

static void any_cp(struct fx_ms_configuration *w)
{
	w->server_cp = 0;
}

static uint32_t send_covered(struct scene *s, bool common)
{
	struct scene_fax fax = {.number = TO, .cover = "house", .common = common};
	char name[256];

	if (!common) {
		scene_upload(s, ".cov", BLACK, name);
		fax.cover = name;
	}
	return scene_send(s, &fax, NULL);
}

static void expect_personal(struct scene *s, bool allowed)
{
	uint32_t option = 99;

	assert_int_equal(fx_client_get_config_option(s->other, 0, &option), 0);
	assert_int_equal(option, allowed);
	assert_int_equal(send_covered(s, true), 0);
	assert_int_equal(send_covered(s, false), allowed ? 0 : FX_W_ACCESS_DENIED);
}

static void cover_pages(void **state)
{
	struct fx_cs_message *sent, *received = NULL;
	struct scene *s = *state;
	uint32_t pages = 0;
	char name[256];

	scene_start(s);
	scene_upload(s, ".cov", BLACK, name);
	assert_int_equal(fx_client_cover_put(s->c, "house", name), 0);
	expect_personal(s, true);
	assert_int_equal(scene_configure(s, server_cp), 0);
	expect_personal(s, false);
	scene_restart(s);
	expect_personal(s, false);
	assert_int_equal(scene_configure(s, any_cp), 0);
	expect_personal(s, true);
	/* each has its cover page, also at the other end, where some share a call */
	sent = scene_await(s, FX_MS_SENT, 6, HOUR);
	for (uint32_t i = 0; i < 6; i++) {
		assert_int_equal(sent[i].job->pages, 2);
	}
	(void)fx_free(sent);
	for (uint32_t i = scene_messages(s, FX_MS_INBOX, &received); i > 0; i--) {
		pages += received[i - 1].job->pages;
	}
	(void)fx_free(received);
	assert_int_equal(pages, 12);
}

/* ---- the archive of sent faxes ---- */

static char *archive; /* of the running test */

static void archived(struct fx_ms_configuration *w)
{
	w->archive_outgoing = 1;
	w->archive_directory.u8 = archive;
}

static unsigned copies(void)
{
	DIR *d = opendir(archive);
	struct dirent *e;
	unsigned n = 0;

	while (d && (e = readdir(d))) {
		n += e->d_name[0] != '.';
	}
	if (d) {
		(void)closedir(d);
	}
	return n;
}

/* Sent and kept by the service, whatever the archive says. */
static void expect_copies(struct scene *s, uint32_t sent, unsigned n)
{
	(void)must_send(s, &plain);
	(void)fx_free(scene_await(s, FX_MS_SENT, sent, HOUR));
	assert_int_equal(copies(), n);
}

/* What `caselli doctor` says about it: 0 good, 2 broken. */
static void expect_health(struct scene *s, uint32_t level)
{
	struct fx_cs_health *v = NULL;
	uint32_t n = 0, found = 0;

	assert_int_equal(fx_client_health(s->other, FX_TEXT_UTF8, &v, &n), 0);
	for (uint32_t i = 0; i < n; i++) {
		if (strcmp(v[i].name.u8, "archive") == 0) {
			assert_int_equal(v[i].level, level);
			found++;
		}
	}
	assert_int_equal(found, 1);
	(void)fx_free(v);
}

static void archive_folder(void **state)
{
	struct scene *s = *state;

	scene_start(s);
	archive = fx_asprintf("%s/archive", s->dir);
	/* a folder that is not there is refused, and nothing else is changed */
	assert_int_equal(scene_configure(s, archived), FX_W_INVALID_PARAMETER);
	expect_copies(s, 1, 0);
	assert_int_equal(mkdir(archive, 0700), 0);
	assert_int_equal(scene_configure(s, archived), 0);
	expect_copies(s, 2, 1);
	expect_health(s, 0);
	scene_restart(s);
	expect_copies(s, 3, 2);
	/* it goes away meanwhile */
	fx_test_rmdir(fx_strdup(archive));
	expect_copies(s, 4, 0);
	expect_health(s, 2);
	scene_restart(s); /* which is no reason not to start */
	expect_copies(s, 5, 0);
	assert_int_equal(mkdir(archive, 0700), 0);
	expect_copies(s, 6, 1);
	expect_health(s, 0);
	archive = fx_free(archive);
}

static int archive_teardown(void **state)
{
	if (archive) {
		(void)umount2(archive, MNT_DETACH);
	}
	archive = fx_free(archive);
	return scene_teardown(state);
}

static void fill(void)
{
	static const uint8_t zeros[4096];
	fx_auto char *path = fx_asprintf("%s/.ballast", archive);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	while (write(fd, zeros, sizeof(zeros)) > 0) {
	}
	(void)close(fd);
}

static void archive_on_a_bad_disk(void **state)
{
	fx_auto char *ballast = NULL;
	struct scene *s = *state;

	archive = fx_asprintf("%s/archive", s->dir);
	ballast = fx_asprintf("%s/.ballast", archive);
	assert_int_equal(mkdir(archive, 0700), 0);
	if (mount("tmpfs", archive, "tmpfs", 0, "size=256k")) {
		(void)fprintf(stderr, "no right to mount a tmpfs here\n");
		skip();
	}
	scene_start(s);
	assert_int_equal(scene_configure(s, archived), 0);
	expect_copies(s, 1, 1);
	fill();
	expect_copies(s, 2, 1); /* no half a file either */
	assert_int_equal(unlink(ballast), 0);
	expect_copies(s, 3, 2);
	assert_int_equal(mount(NULL, archive, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
	expect_copies(s, 4, 2);
	expect_health(s, 2);
	assert_int_equal(scene_configure(s, archived), FX_W_INVALID_PARAMETER);
	scene_restart(s);
	expect_copies(s, 5, 2);
	assert_int_equal(mount(NULL, archive, NULL, MS_REMOUNT, NULL), 0);
	expect_copies(s, 6, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, scene_setup, scene_teardown)
		T(all_fields),
		T(retries),
		T(dirty_days),
		T(discount),
		T(queue_bits),
		T(header_line),
		T(whose_tsid),
		T(cover_pages),
		T(archive_folder),
		cmocka_unit_test_setup_teardown(archive_on_a_bad_disk, scene_setup,
						archive_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
