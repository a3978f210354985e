/* SPDX-License-Identifier: Apache-2.0 */
/* Cover pages of jobs and broadcasts, drawn by the real program, down to what is filed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "core/cover.h"
#include "document/coverpages.h"
#include "document/fax_tiff.h"
#include "tests/unit/queue/rig.h"

#define PAGE(text) "caselli-cover 1\ntext 20 20 -20 size=40 \"" text "\"\n"

struct env {
	struct rig r;
	char covers[300];
};

static void put_page(const char *folder, const char *name, const char *text)
{
	char path[400];
	FILE *f;

	(void)mkdir(folder, 0755);
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static int setup(void **state)
{
	struct env *e = fx_zalloc(sizeof(*e));

	assert_non_null(e);
	e->r.render = RENDER_PROGRAM;
	rig_start(&e->r, "4");
	rig_settle(&e->r);
	(void)snprintf(e->covers, sizeof(e->covers), "%s/coverpages", e->r.dir);
	assert_int_equal(fx_coverpages_new(e->covers, NULL, &e->r.covers), 0);
	rig_crash(&e->r); /* the queue knows them from now on */
	rig_settle(&e->r);
	*state = e;
	return 0;
}

static int teardown(void **state)
{
	struct env *e = *state;

	rig_stop(&e->r);
	(void)fx_coverpages_free(e->r.covers);
	(void)fx_free(e);
	return 0;
}

static const char *upload_page(struct rig *r, const char *text)
{
	static char name[64];
	int fd;

	assert_int_equal(fx_spool_create(r->spool, FX_SPOOL_QUEUE, ".cov", name, &fd), 0);
	assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	(void)close(fd);
	return name;
}

static bool keep_message(void *arg, const struct fx_message *m)
{
	struct fx_message *last = arg;

	fx_message_fini(last);
	assert_int_equal(fx_message_copy(last, m), 0);
	return true;
}

/* The newest message of sent/. */
static struct fx_message last_sent(struct rig *r)
{
	struct fx_message m = {.id = 0};

	fx_job_init(&m.job);
	assert_int_equal(fx_store_each_message(r->store, FX_FOLDER_SENT, 0, keep_message, &m), 0);
	assert_true(m.id > 0);
	return m;
}

static void sent_page(struct rig *r, uint32_t pages, uint32_t n, struct fx_bitmap *ret)
{
	struct fx_message m = last_sent(r);
	struct fx_tiff_rd *rd;
	int fd;

	assert_int_equal(m.job.pages, pages);
	assert_int_equal(fx_spool_openat(r->spool, FX_SPOOL_SENT, m.job.tiff_file, O_RDONLY, &fd),
			 0);
	assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
	assert_int_equal(fx_tiff_pages(rd), pages);
	assert_int_equal(fx_tiff_read(rd, n, ret), 0);
	(void)fx_tiff_close(rd);
	(void)close(fd);
	fx_message_fini(&m);
}

/* Send a job as it is; @return the first page of what was filed. */
static struct fx_bitmap send_it(struct rig *r, const struct fx_job *j, uint32_t pages)
{
	struct fx_bitmap b = {0};
	uint32_t id = rig_submit(r, j);

	assert_true(id > 0);
	rig_run(r, 400);
	if (rig_state(r, id) != FX_JOB_STATE_COUNT) {
		fail_msg("%s", fx_text(rig_find(r, id)->words));
	}
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	sent_page(r, pages, 0, &b);
	return b;
}

static bool same(const struct fx_bitmap *a, const struct fx_bitmap *b)
{
	return a->rows == b->rows && !memcmp(a->bits, b->bits, a->rows * fx_bitmap_stride(a));
}

/* What the page of the job shows is what this text shows. */
static void must_show(struct env *e, struct fx_job *j, uint32_t pages, const char *page,
		      const char *plain)
{
	struct fx_bitmap got, want;
	struct fx_job alone = *j;

	put_page(e->covers, "it.cover", page);
	put_page(e->covers, "plain.cover", plain);
	got = send_it(&e->r, j, pages);
	alone.upload_file = NULL;
	alone.cover_page = (char *)(uintptr_t)"common:plain";
	want = send_it(&e->r, &alone, 1); /* a cover page alone is a fax */
	assert_true(same(&got, &want));
	fx_bitmap_fini(&got);
	fx_bitmap_fini(&want);
}

static struct fx_job job_with(struct env *e, uint32_t pages)
{
	struct fx_job j = rig_job(&e->r, "200", pages);

	j.cover_page = (char *)(uintptr_t)"common:it";
	return j;
}

static void the_cover_goes_first_and_counts(void **state)
{
	struct env *e = *state;
	struct fx_job j = job_with(e, 3);

	j.cover_note = (char *)(uintptr_t)"first\nsecond";
	j.subject = (char *)(uintptr_t)"Pendulum";
	j.profile = (char *)(uintptr_t)"recipient-name=Lucia\nsender-city=Paris\n";
	j.sender_name = (char *)(uintptr_t)"Giovanni";
	must_show(e, &j, 4,
		  PAGE("{page-count} {subject} {recipient-name} {sender-city} {sender-name} "
		       "{recipient-fax} {body-pages} {note}"),
		  PAGE("4 Pendulum Lucia Paris Giovanni 200 3 first\\nsecond"));
	/* cover page first, in the same call: two documents */
	assert_int_equal(fx_script_dial_at(0)->n_docs, 2);
	assert_int_equal(fx_script_dial_at(0)->pages[0] + fx_script_dial_at(0)->pages[1], 4);
	/* "Page 2/4" is the header line of the document's first one */
	assert_int_equal(fx_script_dial_at(0)->before[0], 0);
	assert_int_equal(fx_script_dial_at(0)->before[1], 1);
	assert_int_equal(fx_script_dial_at(0)->total[0], 4);
	assert_int_equal(fx_script_dial_at(0)->total[1], 4);
}

static void the_time_is_when_it_is_due(void **state)
{
	struct env *e = *state;
	struct fx_job j = job_with(e, 1);

	/* the virtual clock begins 2026-01-01 00:00 */
	must_show(e, &j, 2, PAGE("{date-sent}"), PAGE("1 January 2026"));
	j = job_with(e, 1);
	j.schedule = FX_SCHEDULE_TIME;
	j.schedule_at = fx_queue_now(e->r.queue) + 60 - fx_queue_now(e->r.queue) % 60 + 120;
	{
		char plain[120];
		time_t t = (time_t)j.schedule_at;
		struct tm tm;

		gmtime_r(&t, &tm);
		(void)snprintf(plain, sizeof(plain), PAGE("%d January 2026, %02d:%02d"), tm.tm_mday,
			       tm.tm_hour, tm.tm_min);
		must_show(e, &j, 2, PAGE("{time-sent}"), plain);
	}
}

static void a_personal_page_goes_with_the_job(void **state)
{
	struct env *e = *state;
	struct fx_job j = rig_job(&e->r, "200", 2);
	char files[140];
	struct fx_bitmap b;

	j.cover_page = (char *)(uintptr_t)upload_page(&e->r,
						       "caselli-cover 1\nbox 0 0 0 0 fill=black\n");
	(void)snprintf(files, sizeof(files), "%s\n%s", j.upload_file, j.cover_page);
	j.upload_file = files;
	b = send_it(&e->r, &j, 3);
	assert_int_equal(b.bits[b.rows / 2 * fx_bitmap_stride(&b) + 100], 0xff);
	fx_bitmap_fini(&b);
}

static const char *words_of(struct env *e, struct fx_job *j, uint32_t *ret_id)
{
	*ret_id = rig_submit(&e->r, j);
	rig_run(&e->r, 60);
	assert_int_equal(rig_state(&e->r, *ret_id), FX_JOB_FAILED);
	return fx_text(rig_find(&e->r, *ret_id)->words);
}

static void what_cannot_be_used_fails_the_job(void **state)
{
	struct env *e = *state;
	struct fx_job j = job_with(e, 1);
	uint32_t id;

	assert_non_null(strstr(words_of(e, &j, &id), "\"it\" is not there any more"));
	put_page(e->covers, "it.cover", "caselli-cover 1\n\ntext 1\n");
	assert_int_equal(rig_command(&e->r, id, FX_JC_RESUME), 0);
	rig_run(&e->r, 60);
	assert_int_equal(rig_state(&e->r, id), FX_JOB_FAILED);
	assert_non_null(strstr(fx_text(rig_find(&e->r, id)->words), "wrong in line 3"));
	put_page(e->covers, "it.cover", "FAXCOVER-VER003w");
	assert_int_equal(rig_command(&e->r, id, FX_JC_RESUME), 0);
	rig_run(&e->r, 60);
	assert_non_null(strstr(fx_text(rig_find(&e->r, id)->words), "of Windows"));
	/* put right, the job goes */
	put_page(e->covers, "it.cover", PAGE("x"));
	assert_int_equal(rig_command(&e->r, id, FX_JC_RESUME), 0);
	rig_run(&e->r, 200);
	assert_int_equal(rig_state(&e->r, id), FX_JOB_STATE_COUNT);
	assert_int_equal(rig_files(&e->r, FX_SPOOL_QUEUE), 0);
}

static void nothing_is_left_of_a_removed_job(void **state)
{
	struct env *e = *state;
	struct fx_job j = job_with(e, 1);
	uint32_t id;

	put_page(e->covers, "it.cover", PAGE("x"));
	j.schedule = FX_SCHEDULE_TIME;
	j.schedule_at = fx_queue_now(e->r.queue) + 5000;
	id = rig_submit(&e->r, &j);
	rig_run(&e->r, 60);
	assert_int_equal(rig_state(&e->r, id), FX_JOB_PENDING);
	assert_int_equal(rig_find(&e->r, id)->pages, 2);
	assert_int_equal(rig_files(&e->r, FX_SPOOL_QUEUE), 2);
	rig_crash(&e->r); /* a drawn page is not drawn again */
	rig_settle(&e->r);
	assert_int_equal(rig_state(&e->r, id), FX_JOB_PENDING);
	assert_int_equal(rig_files(&e->r, FX_SPOOL_QUEUE), 2);
	assert_int_equal(rig_command(&e->r, id, FX_JC_DELETE), 0);
	rig_settle(&e->r);
	assert_int_equal(rig_files(&e->r, FX_SPOOL_QUEUE), 0);
}

struct answer {
	bool done;
	int err;
};

static void on_batch(void *arg, int err, struct fx_queue_ids parent, const struct fx_queue_ids *ids,
		     const struct fx_reason *why)
{
	struct answer *a = arg;

	(void)parent, (void)ids, (void)why;
	*a = (struct answer){true, err};
}

static bool answered(void *arg)
{
	return ((struct answer *)arg)->done;
}

/* Each child its own page, drawn when the pages behind it are counted. */
static void broadcast(struct env *e, struct fx_job *parent, const char *cover_page)
{
	static const char *const numbers[] = {"201", "202", "203"};
	struct fx_job jobs[3];
	struct fx_queue_batch batch = {.parent = parent, .jobs = jobs, .n = 3};
	struct fx_reason why = {0};
	struct answer a = {false, 0};

	for (size_t i = 0; i < 3; i++) {
		fx_job_init(&jobs[i]);
		jobs[i].number = (char *)(uintptr_t)numbers[i];
		jobs[i].user = (char *)(uintptr_t)"tester";
		jobs[i].cover_page = (char *)(uintptr_t)(i == 1 ? NULL : cover_page);
	}
	assert_int_equal(fx_queue_broadcast(e->r.queue, &batch, on_batch, &a, &why), 0);
	assert_true(fx_loop_run_until(e->r.loop, answered, &a, FX_SECOND));
	assert_int_equal(a.err, 0);
}

struct seen {
	size_t n, with_cover;
};

static bool see(void *arg, const struct fx_message *m)
{
	struct seen *s = arg;

	s->n++;
	s->with_cover += m->job.pages == 3;
	assert_int_equal(m->job.pages, strcmp(m->job.number, "202") ? 3 : 2);
	return true;
}

static void covers_of_a_broadcast(void **state)
{
	struct env *e = *state;
	struct fx_job parent = rig_job(&e->r, NULL, 2);
	struct seen s = {0, 0};
	struct fx_bitmap b;
	char files[140];
	const char *own;

	put_page(e->covers, "it.cover", PAGE("{recipient-fax}"));
	broadcast(e, &parent, "common:it");
	rig_run(&e->r, 600);
	assert_int_equal(fx_store_each_message(e->r.store, FX_FOLDER_SENT, 0, see, &s), 0);
	assert_int_equal(s.n, 3);
	assert_int_equal(s.with_cover, 2);
	assert_int_equal(rig_files(&e->r, FX_SPOOL_QUEUE), 0);
	/* one uploaded page for all of them stands with the parent; a crash in between */
	own = upload_page(&e->r, "caselli-cover 1\nbox 0 0 0 0 fill=black\n");
	parent = rig_job(&e->r, NULL, 2);
	(void)snprintf(files, sizeof(files), "%s\n%s", parent.upload_file, own);
	parent.upload_file = files;
	parent.cover_page = (char *)(uintptr_t)own;
	broadcast(e, &parent, own);
	rig_settle(&e->r);
	rig_crash(&e->r);
	rig_run(&e->r, 600);
	s = (struct seen){0, 0};
	assert_int_equal(fx_store_each_message(e->r.store, FX_FOLDER_SENT, 0, see, &s), 0);
	assert_int_equal(s.n, 6);
	assert_int_equal(s.with_cover, 4);
	assert_int_equal(rig_files(&e->r, FX_SPOOL_QUEUE), 0);
	b = (struct fx_bitmap){0};
	sent_page(&e->r, 3, 0, &b);
	assert_int_equal(b.bits[b.rows / 2 * fx_bitmap_stride(&b) + 100], 0xff);
	fx_bitmap_fini(&b);
}

static bool one_page(void *arg, const struct fx_message *m)
{
	assert_int_equal(m->job.pages, 1);
	assert_int_equal(m->job.confirmed, 1);
	assert_non_null(m->job.tiff_file);
	++*(size_t *)arg;
	return true;
}

/* Cover pages and nothing else: each its own, common or one upload for all. */
static void covers_alone(void **state)
{
	struct env *e = *state;
	struct fx_job parent = rig_job(&e->r, NULL, 1), jobs[3];
	struct fx_queue_batch batch = {.parent = &parent, .jobs = jobs, .n = 3};
	struct answer a;
	size_t n = 0;
	char own[64];

	put_page(e->covers, "it.cover", PAGE("{recipient-fax} {body-pages}"));
	parent.upload_file = NULL;
	for (size_t i = 0; i < FX_ARRAY_LEN(jobs); i++) {
		fx_job_init(&jobs[i]);
		jobs[i].number = (char *)(uintptr_t)"9000";
		jobs[i].cover_page = (char *)(uintptr_t)"common:it";
	}
	/* neither a document nor a cover page */
	assert_int_equal(fx_queue_broadcast(e->r.queue, &batch, on_batch, &a, NULL), FX_EINVAL);
	parent.cover_page = (char *)(uintptr_t)"common:it";
	jobs[2].cover_page = NULL;
	assert_int_equal(fx_queue_broadcast(e->r.queue, &batch, on_batch, &a, NULL), FX_EINVAL);
	jobs[2].cover_page = jobs[0].cover_page;
	assert_int_equal(fx_queue_broadcast(e->r.queue, &batch, on_batch, &a, NULL), 0);
	rig_settle(&e->r);
	rig_crash(&e->r); /* before they are drawn */
	rig_run(&e->r, 300);
	assert_int_equal(fx_queue_count(e->r.queue), 0);
	/* one upload for all: it goes with the last of them */
	(void)fx_strlcpy(own, upload_page(&e->r, PAGE("mine {recipient-fax}")), sizeof(own));
	parent.cover_page = parent.upload_file = own;
	for (size_t i = 0; i < FX_ARRAY_LEN(jobs); i++) {
		jobs[i].cover_page = own;
	}
	assert_int_equal(fx_queue_broadcast(e->r.queue, &batch, on_batch, &a, NULL), 0);
	rig_run(&e->r, 2);
	rig_crash(&e->r); /* the parent is ready, its children are not */
	rig_run(&e->r, 600);
	assert_int_equal(fx_store_each_message(e->r.store, FX_FOLDER_SENT, 0, one_page, &n), 0);
	assert_int_equal(n, 6);
	assert_int_equal(fx_queue_count(e->r.queue), 0);
	assert_int_equal(rig_files(&e->r, FX_SPOOL_QUEUE), 0);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(the_cover_goes_first_and_counts),
		T(the_time_is_when_it_is_due),
		T(a_personal_page_goes_with_the_job),
		T(what_cannot_be_used_fails_the_job),
		T(nothing_is_left_of_a_removed_job),
		T(covers_of_a_broadcast),
		T(covers_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
