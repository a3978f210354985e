/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcasts: one document, many jobs; cancelled, crashed, and with nothing left behind. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/str.h"
#include "document/fax_tiff.h"
#include "tests/unit/queue/rig.h"

#define KEPT 64

struct answer {
	bool done;
	int err;
	struct fx_queue_ids parent, ids[KEPT];
	size_t n; /* asked for */
};

static void on_batch(void *arg, int err, struct fx_queue_ids parent, const struct fx_queue_ids *ids,
		     const struct fx_reason *why)
{
	struct answer *a = arg;

	(void)why;
	assert_false(a->done);
	a->done = true;
	a->err = err;
	a->parent = parent;
	for (size_t i = 0; !err && i < a->n && i < KEPT; i++) {
		a->ids[i] = ids[i];
	}
}

static bool answered(void *arg)
{
	return ((struct answer *)arg)->done;
}

/* n children to 9000, 9001 ... from `first` on; NULL number: a bad one in the last place. */
static int add(struct rig *r, const struct fx_job *parent, uint64_t parent_id, unsigned first,
	       size_t n, bool open, struct answer *ret)
{
	struct fx_job *jobs = fx_calloc(n + 1, sizeof(*jobs));
	char (*numbers)[16] = fx_calloc(n + 1, 16);
	struct fx_queue_batch batch = {.parent_id = parent_id, .parent = parent, .jobs = jobs,
				       .n = n, .open = open};
	struct fx_reason why = {0};
	int err;

	for (size_t i = 0; i < n; i++) {
		fx_job_init(&jobs[i]);
		(void)snprintf(numbers[i], 16, "9%03u", first + (unsigned)i);
		jobs[i].number = numbers[i];
		jobs[i].user = (char *)(uintptr_t)"tester";
		jobs[i].document_name = (char *)(uintptr_t)"letter to many";
	}
	*ret = (struct answer){.n = n};
	err = fx_queue_broadcast(r->queue, &batch, on_batch, ret, &why);
	if (!err) {
		assert_true(fx_loop_run_until(r->loop, answered, ret, FX_SECOND));
		err = ret->err;
	}
	(void)fx_free(jobs);
	(void)fx_free(numbers);
	return err;
}

static uint64_t start(struct rig *r, uint32_t pages, size_t n, bool open, struct answer *ret)
{
	struct fx_job parent = rig_job(r, NULL, pages);

	assert_int_equal(add(r, &parent, 0, 0, n, open, ret), 0);
	assert_true(ret->parent.client_id > 0);
	return ret->parent.id;
}

struct sent {
	struct rig *r;
	size_t n;
	unsigned seen[KEPT * 16];
	uint64_t parent;
};

static bool one_sent(void *arg, const struct fx_message *m)
{
	struct sent *s = arg;
	int fd;

	s->n++;
	s->seen[atoi(m->job.number) - 9000]++;
	assert_int_equal(m->job.parent_id, s->parent);
	assert_int_equal(m->job.confirmed, m->job.pages);
	assert_int_equal(fx_spool_openat(s->r->spool, FX_SPOOL_SENT, m->job.tiff_file, O_RDONLY,
					 &fd), 0);
	(void)close(fd);
	return true;
}

static size_t sent_once(struct rig *r, uint64_t parent)
{
	struct sent s = {.r = r, .parent = parent};

	assert_int_equal(fx_store_each_message(r->store, FX_FOLDER_SENT, 0, one_sent, &s), 0);
	for (size_t i = 0; i < FX_ARRAY_LEN(s.seen); i++) {
		assert_true(s.seen[i] <= 1);
	}
	return s.n;
}

static struct rig *new_rig(const char *lines)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	rig_start(r, lines);
	return r;
}

static void end_rig(struct rig *r)
{
	rig_stop(r);
	(void)fx_free(r);
}

static void one_document_for_all(void **state)
{
	struct rig *r = new_rig("3");
	struct answer a, b;
	uint64_t parent = start(r, 2, 3, true, &a);
	struct stat st;
	fx_auto char *path = NULL;

	(void)state;
	assert_int_equal(rig_state(r, a.parent.client_id), FX_JOB_PREPARING);
	assert_int_equal(add(r, NULL, parent, 3, 2, true, &b), 0);
	assert_int_equal(fx_queue_broadcast_count(r->queue, parent), 5);
	/* sent while it is open; then it waits for more */
	rig_run(r, 600);
	assert_int_equal(sent_once(r, parent), 5);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 1);
	assert_int_equal(rig_state(r, a.parent.client_id), FX_JOB_PENDING);
	path = fx_asprintf("%s/%s", fx_spool_path(r->spool, FX_SPOOL_QUEUE),
			   fx_queue_body(r->queue, parent));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_nlink, 6); /* the bytes are there once */
	assert_int_equal(add(r, NULL, parent, 5, 1, true, &b), 0);
	assert_int_not_equal(rig_state(r, b.ids[0].client_id), FX_JOB_PREPARING);
	assert_int_equal(rig_find(r, b.ids[0].client_id)->pages, 2);
	fx_queue_broadcast_end(r->queue, parent);
	assert_int_equal(add(r, NULL, parent, 6, 1, true, &b), FX_ESTATE);
	rig_run(r, 600);
	assert_int_equal(sent_once(r, parent), 6);
	assert_int_equal(fx_queue_count(r->queue), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_SENT), 6);
	assert_int_equal(add(r, NULL, parent, 6, 1, true, &b), FX_ENOMSG);
	end_rig(r);
}

static void commands_to_the_parent(void **state)
{
	struct rig *r = new_rig("1");
	struct answer a, b;
	uint64_t parent;

	(void)state;
	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	parent = start(r, 1, 2, false, &a);
	rig_run(r, 5);
	/* for the Windows 2000 API it is not there (winfax.md 4.6) */
	assert_int_equal(rig_command(r, a.parent.client_id, FX_JC_DELETE), FX_EINVAL);
	assert_int_equal(rig_command(r, a.parent.client_id, FX_JC_PAUSE), FX_EINVAL);
	assert_int_equal(rig_command(r, a.parent.client_id, FX_JC_RESUME), FX_EINVAL);
	/* no children of a child, of a plain job, of nothing */
	assert_int_equal(add(r, NULL, a.ids[0].id, 3, 1, false, &b), FX_ENOMSG);
	assert_int_equal(add(r, NULL, 12345, 3, 1, false, &b), FX_ENOMSG);
	/* a child is cancelled like any job; the last one takes the parent along */
	assert_int_equal(rig_command(r, a.ids[0].client_id, FX_JC_DELETE), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 1);
	assert_int_equal(rig_command(r, a.ids[1].client_id, FX_JC_DELETE), 0);
	rig_settle(r);
	assert_int_equal(fx_queue_count(r->queue), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	assert_null(fx_queue_find(r->queue, parent));
	end_rig(r);
}

static void on_cancelled(void *arg, int err, uint64_t id, uint32_t client_id,
			 const struct fx_reason *why)
{
	(void)id, (void)client_id, (void)why;
	*(int *)arg = err;
}

static void cancelled_as_a_whole(void **state)
{
	struct rig *r = new_rig("3");
	struct answer a;
	uint64_t parent = start(r, 2, 40, true, &a);
	int err = 99;
	size_t sent;

	(void)state;
	rig_run(r, 150); /* some are done, three are in a call */
	sent = sent_once(r, parent);
	assert_true(sent > 0 && sent < 30);
	assert_int_equal(fx_queue_broadcast_cancel(r->queue, 4711, on_cancelled, &err), FX_ENOMSG);
	assert_int_equal(fx_queue_broadcast_cancel(r->queue, parent, on_cancelled, &err), 0);
	assert_int_equal(fx_queue_broadcast_cancel(r->queue, parent, on_cancelled, &err),
			 FX_EINVAL);
	rig_run(r, 60);
	assert_int_equal(err, 0);
	assert_int_equal(fx_queue_count(r->queue), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	assert_true(sent_once(r, parent) <= sent + 3);
	end_rig(r);
}

static void unusable_document(void **state)
{
	struct rig *r = new_rig("1");
	struct fx_job parent = rig_job(r, NULL, 1);
	struct answer a;
	int fd;

	(void)state;
	assert_int_equal(fx_spool_openat(r->spool, FX_SPOOL_QUEUE, parent.upload_file, O_RDWR, &fd),
			 0);
	assert_int_equal(write(fd, "rubbish!", 8), 8);
	(void)close(fd);
	assert_int_equal(add(r, &parent, 0, 0, 3, true, &a), 0);
	rig_run(r, 60);
	assert_int_equal(rig_state(r, a.parent.client_id), FX_JOB_FAILED);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(rig_state(r, a.ids[i].client_id), FX_JOB_FAILED);
		assert_non_null(rig_find(r, a.ids[i].client_id)->words);
	}
	/* the same after a restart, which also closes it; it goes with the last child */
	rig_crash(r);
	rig_run(r, 60);
	assert_int_equal(fx_queue_count(r->queue), 4);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(rig_command(r, a.ids[i].client_id, FX_JC_DELETE), 0);
	}
	rig_settle(r);
	assert_int_equal(fx_queue_count(r->queue), 0);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	end_rig(r);
}

/* Children that used up their retries keep the document until they are restarted or too old. */
static void failed_children_keep_the_document(void **state)
{
	const struct fx_script_step steps[] = {{.outcome = FX_OUTCOME_BUSY, .not_answered = true},
					       {0}};
	struct rig *r = fx_zalloc(sizeof(*r));
	struct answer a;
	uint64_t parent;

	(void)state;
	fx_config_defaults(&r->config);
	r->config.retries = 0;
	rig_start(r, "2");
	fx_script_set("9000", steps, 2);
	parent = start(r, 1, 2, false, &a);
	rig_run(r, 300);
	assert_int_equal(rig_state(r, a.ids[0].client_id), FX_JOB_RETRIES_EXCEEDED);
	assert_int_equal(sent_once(r, parent), 1);
	rig_crash(r);
	rig_run(r, 10);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 1);
	assert_int_equal(rig_command(r, a.ids[0].client_id, FX_JC_RESUME), 0);
	rig_run(r, 300);
	assert_int_equal(sent_once(r, parent), 2);
	assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
	assert_int_equal(fx_queue_count(r->queue), 0);
	end_rig(r);
}

/* ---- power is lost ---- */

static uint32_t next_random(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

struct run {
	struct rig *r;
	uint32_t seed;
	uint64_t parent;
	unsigned added; /* recipients whose numbers were given to us */
	bool open, cancelled;
};

static void random_act(struct run *x)
{
	struct answer a;
	int err = 99;

	if (!x->parent) {
		x->parent = start(x->r, 1 + next_random(&x->seed) % 3,
				  next_random(&x->seed) % 4, true, &a);
		x->added = (unsigned)a.n;
		x->open = true;
	} else if (x->open && x->added < 40) {
		size_t n = 1 + next_random(&x->seed) % 8;

		if (!add(x->r, NULL, x->parent, x->added, n, true, &a)) {
			x->added += (unsigned)n;
		}
	} else if (!x->cancelled && next_random(&x->seed) % 40 == 0 &&
		   !fx_queue_broadcast_cancel(x->r->queue, x->parent, on_cancelled, &err)) {
		rig_settle(x->r);
		x->cancelled = err == 0;
	}
}

static void crashes_at_random(void **state)
{
	(void)state;
	for (uint32_t seed = 1; seed <= 40; seed++) {
		struct run x = {.r = new_rig("3"), .seed = seed * 7919};
		size_t sent;

		for (unsigned round = 0; round < 60; round++) {
			unsigned steps = next_random(&x.seed) % 40;

			if (next_random(&x.seed) % 2) {
				random_act(&x);
			}
			for (unsigned i = 0; i < steps; i++) {
				fx_loop_step(x.r->loop, FX_SECOND);
			}
			if (next_random(&x.seed) % 3 == 0) {
				rig_crash(x.r);
				/* whoever kept it open is gone as well */
				x.open = false;
			}
		}
		rig_crash(x.r);
		rig_run(x.r, 7200);
		sent = sent_once(x.r, x.parent);
		assert_true(x.cancelled ? sent <= x.added : sent == x.added);
		assert_int_equal(fx_queue_count(x.r->queue), 0);
		assert_int_equal(rig_files(x.r, FX_SPOOL_QUEUE), 0);
		assert_int_equal(rig_files(x.r, FX_SPOOL_SENT), sent);
		end_rig(x.r);
	}
}

/* A crash before the commit of an Add takes all of it, one behind it nothing. */
static void an_add_is_whole_or_not_at_all(void **state)
{
	struct rig *r = new_rig("1");
	struct fx_queue_batch batch = {.open = true};
	struct fx_job jobs[5];
	struct answer a;

	(void)state;
	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	batch.parent_id = start(r, 1, 2, true, &a);
	for (size_t i = 0; i < FX_ARRAY_LEN(jobs); i++) {
		fx_job_init(&jobs[i]);
		jobs[i].number = (char *)(uintptr_t)"9100";
	}
	batch.jobs = jobs;
	batch.n = FX_ARRAY_LEN(jobs);
	a.done = false;
	a.n = 0;
	assert_int_equal(fx_queue_broadcast(r->queue, &batch, on_batch, &a, NULL), 0);
	assert_int_equal(fx_queue_count(r->queue), 3); /* not shown before it is durable */
	rig_crash(r);
	assert_false(a.done);
	assert_int_equal(fx_queue_count(r->queue), 3);
	/* one bad number refuses all of it */
	end_rig(r);
	r = new_rig("1");
	batch.parent_id = start(r, 1, 2, true, &a);
	jobs[3].number = (char *)(uintptr_t)"no digits";
	assert_int_equal(fx_queue_broadcast(r->queue, &batch, on_batch, &a, NULL), FX_EINVAL);
	rig_settle(r);
	assert_int_equal(fx_queue_count(r->queue), 3);
	jobs[3].number = jobs[0].number;
	a.done = false;
	assert_int_equal(fx_queue_broadcast(r->queue, &batch, on_batch, &a, NULL), 0);
	rig_settle(r);
	assert_int_equal(fx_queue_count(r->queue), 8);
	rig_crash(r);
	assert_int_equal(fx_queue_count(r->queue), 8);
	end_rig(r);
}

/* A recipient costs its record and its number: what is equal in all stands once. */
static void memory_of_a_recipient(void **state)
{
	struct rig *r = new_rig("1");
	struct answer a;
	uint64_t parent;
	int64_t at[2];

	(void)state;
	r->config.pause_queue = true;
	fx_queue_set_config(r->queue, &r->config);
	parent = start(r, 1, 1, true, &a);
	for (unsigned k = 0; k < 2; k++) {
		struct rig *none = NULL;

		(void)none;
		assert_int_equal(add(r, NULL, parent, 1, 500, true, &a), 0);
		rig_settle(r);
		at[k] = fx_mem_live();
	}
	/* the memory store keeps each with all its texts: 4 texts, a record */
	assert_in_range(at[1] - at[0], 500 * (2 + 4), 500 * (2 + 6) + 50);
	end_rig(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_document_for_all),
		cmocka_unit_test(commands_to_the_parent),
		cmocka_unit_test(cancelled_as_a_whole),
		cmocka_unit_test(unusable_document),
		cmocka_unit_test(failed_children_keep_the_document),
		cmocka_unit_test(crashes_at_random),
		cmocka_unit_test(an_add_is_whole_or_not_at_all),
		cmocka_unit_test(memory_of_a_recipient),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
