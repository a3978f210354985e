/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A broadcast: one parent with the document, one job (child) for each recipient. The document is
 * rendered once and stands in the queue folder once, as the parent's; it goes with the parent.
 *
 *   parent: preparing --rendered--> pending --closed, last child gone--> removed
 *              '------ unusable --> failed -----------'
 *           any --cancel--> deleting --last child gone--> removed
 *   child:  preparing (blocked) --parent pending, then its cover page--> pending, as any job
 *              '------ parent failed --> failed
 *
 * "Closed" is not stored: whoever keeps a broadcast open is gone after a restart. A child's state
 * is not stored again when the parent becomes ready: preparing, with a parent that is ready, is
 * pending. What concerns all children is done a slice at a time, so that a million of them do
 * not stop the loop.
 */
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "queue/queue_priv.h"

#define SLICE 1000u
#define AGAIN_US FX_SECOND

/* Texts that the children of one broadcast mostly have in common: kept once. The queue changes
 * none of them. */
#define SHARED_TEXTS(X)                                                                            \
	X(user) X(tsid) X(sender_name) X(sender_company) X(sender_dept) X(sender_number)           \
	X(billing_code) X(document_name) X(report_address) X(subject) X(profile) X(cover_page)     \
	X(cover_note)

struct fx_bcast {
	struct fx_qjob *parent;
	struct fx_link blocked; /* children that wait for the document */
	struct fx_link others;
	struct fx_link leaving; /* being cancelled with the whole */
	size_t n;               /* in all three */
	bool open;              /* more may come */
	struct fx_job shared;   /* those texts of the first child, only */
	struct fx_timer *step;
};

static struct fx_qjob *child_of(struct fx_link *l)
{
	return FX_CONTAINER(l, struct fx_qjob, sibling);
}

static void move_to(struct fx_link *list, struct fx_qjob *child)
{
	fx_list_remove(&child->sibling);
	fx_list_append(list, &child->sibling);
}

const char *fx_qjob_body(const struct fx_qjob *j)
{
	return fx_qjob_is_child(j) ? j->bcast->parent->job.tiff_file : j->job.tiff_file;
}

static bool has_own(const struct fx_qjob *j)
{
	return !j->job.cover_page || j->job.cover_file;
}

const struct fx_job *fx_bcast_parent(const struct fx_qjob *child)
{
	return &child->bcast->parent->job;
}

static bool parent_is_ready(const struct fx_qjob *child)
{
	return child->bcast->parent->job.state == FX_JOB_PENDING;
}

bool fx_qjob_is_prepared(const struct fx_qjob *j)
{
	if (fx_qjob_is_child(j)) {
		return has_own(j) && parent_is_ready(j);
	}
	if (fx_qjob_is_parent(j)) {
		/* upload_file: a cover page for its children */
		return j->job.tiff_file || fx_bcast_is_covers_only(j);
	}
	return !j->job.upload_file && has_own(j) && (j->job.tiff_file || j->job.cover_file);
}

bool fx_bcast_is_cancelled(const struct fx_qjob *j)
{
	return j->bcast && j->bcast->parent->job.state == FX_JOB_DELETING;
}

bool fx_bcast_is_open(const struct fx_qjob *parent)
{
	return parent->bcast->open;
}

bool fx_bcast_is_covers_only(const struct fx_qjob *parent)
{
	const struct fx_job *job = &parent->job;

	return job->cover_page && !job->tiff_file &&
	       (!job->upload_file || !strcmp(job->upload_file, job->cover_page));
}

/* ---- joining and leaving ---- */

static void share_texts(struct fx_job *shared, struct fx_job *job)
{
#define X(name)                                                                                    \
	if (job->name && !shared->name) {                                                          \
		shared->name = job->name;                                                          \
	} else if (job->name && !strcmp(job->name, shared->name)) {                                \
		(void)fx_free(job->name);                                                          \
		job->name = shared->name;                                                          \
	}
	SHARED_TEXTS(X)
#undef X
}

static void unshare_texts(const struct fx_job *shared, struct fx_job *job)
{
#define X(name)                                                                                    \
	if (job->name == shared->name) {                                                           \
		job->name = NULL;                                                                  \
	}
	SHARED_TEXTS(X)
#undef X
}

static void on_step(void *arg);

static int new_parent(struct fx_qjob *j, bool open)
{
	struct fx_bcast *b = fx_zalloc(sizeof(*b));

	if (!b || fx_timer_new(j->q->loop, on_step, b, &b->step)) {
		(void)fx_free(b);
		return FX_ENOMEM;
	}
	b->parent = j;
	b->open = open;
	fx_list_init(&b->blocked);
	fx_list_init(&b->others);
	fx_list_init(&b->leaving);
	j->bcast = b;
	return 0;
}

int fx_bcast_join(struct fx_qjob *j, bool open)
{
	struct fx_qjob *parent;

	if (fx_qjob_is_parent(j)) {
		return new_parent(j, open);
	}
	parent = fx_table_find(j->q, j->job.parent_id);
	if (!parent || !fx_qjob_is_parent(parent)) {
		return FX_ENOENT;
	}
	j->bcast = parent->bcast;
	j->bcast->n++;
	fx_list_append(j->job.state == FX_JOB_PREPARING ? &j->bcast->blocked : &j->bcast->others,
		       &j->sibling);
	share_texts(&j->bcast->shared, &j->job);
	return 0;
}

void fx_bcast_leave(struct fx_qjob *j)
{
	struct fx_bcast *b = j->bcast;

	if (!b) {
		return;
	}
	if (b->parent == j) {
		FX_ASSERT(!b->n); /* the last child went before */
		(void)fx_timer_free(b->step);
		fx_job_fini(&b->shared);
		j->bcast = fx_free(b);
		return;
	}
	j->bcast = NULL;
	fx_list_remove(&j->sibling);
	unshare_texts(&b->shared, &j->job);
	if (--b->n == 0) {
		fx_timer_start(b->step, 0);
	}
}

/* ---- what is done for all children ---- */

void fx_bcast_go_on(struct fx_qjob *parent)
{
	fx_timer_start(parent->bcast->step, 0);
}

static void release(struct fx_qjob *child)
{
	const struct fx_job *parent = &child->bcast->parent->job;

	move_to(&child->bcast->others, child);
	if (!child->hidden && child->job.state == FX_JOB_PREPARING && !has_own(child)) {
		fx_prep_enqueue(child); /* its cover page tells how many pages follow */
		fx_prep_next(child->q);
		return;
	}
	if (child->hidden || child->job.state != FX_JOB_PREPARING) {
		return;
	}
	if (!child->job.cover_file) { /* else its own pages are counted already */
		child->job.pages = parent->pages;
	}
	child->job.resolution = parent->resolution;
	child->job.state = FX_JOB_PENDING;
	fx_qjob_changed(child);
	fx_place_update(child);
}

void fx_bcast_child_prepared(struct fx_qjob *child)
{
	if (fx_bcast_is_cancelled(child)) {
		move_to(&child->bcast->others, child);
		fx_bcast_go_on(child->bcast->parent);
	} else if (parent_is_ready(child)) {
		release(child);
	} else {
		move_to(&child->bcast->blocked, child);
		if (child->bcast->parent->job.state == FX_JOB_FAILED) {
			fx_bcast_go_on(child->bcast->parent);
		}
	}
}

void fx_qjob_prepare(struct fx_qjob *j)
{
	if (fx_qjob_is_child(j)) {
		fx_bcast_child_prepared(j); /* when the broadcast's document is there */
	} else {
		fx_prep_enqueue(j);
	}
}

void fx_bcast_restart(struct fx_qjob *child)
{
	struct fx_qjob *parent = child->bcast->parent;

	if (parent->job.state == FX_JOB_FAILED) {
		parent->job.state = FX_JOB_PREPARING;
		parent->job.ended_at = 0;
		fx_qjob_save(parent);
		fx_prep_enqueue(parent);
	}
	fx_qjob_prepare(child);
}

static void release_slice(struct fx_bcast *b)
{
	for (unsigned i = 0; i < SLICE && !fx_list_empty(&b->blocked); i++) {
		release(child_of(b->blocked.next));
	}
	if (!fx_list_empty(&b->blocked)) {
		fx_timer_start(b->step, 0);
	}
}

static void fail_slice(struct fx_bcast *b)
{
	for (unsigned i = 0; i < SLICE && !fx_list_empty(&b->blocked); i++) {
		struct fx_qjob *child = child_of(b->blocked.next);

		move_to(&b->others, child);
		if (!child->hidden && child->job.state == FX_JOB_PREPARING) {
			fx_prep_cancel(child);
			child->job.outcome = FX_OUTCOME_DOCUMENT;
			fx_qjob_fail(child, FX_JOB_FAILED, b->parent->job.words);
		}
	}
	if (!fx_list_empty(&b->blocked)) {
		fx_timer_start(b->step, FX_MS); /* the store takes its turn between */
	}
}

/* The parent outlives this: its own removal begins in a later turn, and is written later. */
static void on_slice_gone(void *arg, int err, uint64_t id, uint32_t client_id,
			  const struct fx_reason *why)
{
	const struct fx_bcast *b = arg;

	(void)err, (void)id, (void)client_id, (void)why;
	fx_bcast_go_on(b->parent);
}

/* @return true: on_slice_gone() comes, if asked for */
static bool cancel_child(struct fx_bcast *b, struct fx_qjob *child, bool tell)
{
	int err;

	move_to(&b->leaving, child);
	if (child->finishing || child->job.state == FX_JOB_DELETING) {
		return false;
	}
	err = fx_qjob_cancel(child, FX_COMMIT_KEEP, tell ? on_slice_gone : NULL, b);
	if (err == FX_ENOMEM) {
		move_to(&b->others, child);
		fx_timer_start(b->step, AGAIN_US);
	}
	return !err;
}

/* The next slice follows when this one is written, so that memory does not grow with them all. */
static void cancel_slice(struct fx_bcast *b)
{
	struct fx_link *lists[] = {&b->blocked, &b->others};
	bool told = false;
	unsigned n = 0;

	for (size_t k = 0; k < FX_ARRAY_LEN(lists); k++) {
		FX_LIST_EACH_SAFE(lists[k], it) {
			struct fx_qjob *child = child_of(it);

			if (n == SLICE) {
				break;
			}
			/* One that is not durable yet comes here when it is. */
			if (!child->hidden) {
				n++;
				told = cancel_child(b, child, !told) || told;
			}
		}
	}
	if (!told && n == SLICE) {
		fx_timer_start(b->step, 0); /* all of them were going already */
	}
}

static void on_step(void *arg)
{
	struct fx_bcast *b = arg;
	struct fx_qjob *parent = b->parent;

	if (parent->q->stopping || parent->hidden) {
		return;
	}
	if (!b->n && !b->open) {
		if (!parent->finishing && fx_qjob_remove(parent, FX_COMMIT_KEEP, NULL, NULL)) {
			fx_timer_start(b->step, AGAIN_US);
			return;
		}
		parent->finishing = true; /* once */
		return;
	}
	switch (parent->job.state) {
	case FX_JOB_PENDING:
		release_slice(b);
		break;
	case FX_JOB_FAILED:
		fail_slice(b);
		break;
	case FX_JOB_DELETING:
		cancel_slice(b);
		break;
	case FX_JOB_PREPARING:
	case FX_JOB_IN_PROGRESS:
	case FX_JOB_RETRYING:
	case FX_JOB_RETRIES_EXCEEDED:
	case FX_JOB_ROUTING:
	case FX_JOB_STATE_COUNT:
		break;
	}
}

/* ---- what the outside asks for ---- */

void fx_queue_broadcast_end(struct fx_queue *q, uint64_t parent_id)
{
	struct fx_qjob *parent = fx_table_find(q, parent_id);

	FX_ON_LOOP(q->loop);
	if (parent && fx_qjob_is_parent(parent) && parent->bcast->open) {
		parent->bcast->open = false;
		fx_log(FX_LOG_INFO, "queue: broadcast job=%u is complete, %zu recipients are left",
		       parent->job.client_id, parent->bcast->n);
		fx_bcast_go_on(parent);
	}
}

size_t fx_queue_broadcast_count(struct fx_queue *q, uint64_t parent_id)
{
	struct fx_qjob *parent = fx_table_find(q, parent_id);

	return parent && fx_qjob_is_parent(parent) ? parent->bcast->n : 0;
}

struct cancelling {
	struct fx_queue *q;
	uint64_t id;
	uint32_t client_id;
	fx_queue_done_fn *done;
	void *arg;
};

static void on_cancelled(void *arg, int err, const struct fx_reason *why)
{
	struct cancelling *c = arg;
	struct fx_qjob *parent;

	if (err == FX_ECANCELED) { /* the queue goes away */
		(void)fx_free(c);
		return;
	}
	parent = fx_table_find(c->q, c->id);
	if (err) {
		parent->job.state = parent->before;
		if (parent->job.state == FX_JOB_PREPARING) {
			fx_prep_enqueue(parent);
		}
	} else {
		parent->bcast->open = false;
	}
	fx_bcast_go_on(parent);
	if (c->done) {
		c->done(c->arg, err, c->id, c->client_id, why);
	}
	(void)fx_free(c);
}

int fx_queue_broadcast_cancel(struct fx_queue *q, uint64_t parent_id, fx_queue_done_fn *done,
			      void *arg)
{
	struct fx_qjob *parent = fx_table_find(q, parent_id);
	struct cancelling *c;
	struct fx_group *g;
	int err;

	FX_ON_LOOP(q->loop);
	if (!parent || parent->hidden || !fx_qjob_is_parent(parent)) {
		return FX_ENOMSG;
	}
	if (parent->job.state == FX_JOB_DELETING || parent->finishing) {
		return FX_EINVAL;
	}
	c = fx_zalloc(sizeof(*c));
	if (!c) {
		return FX_ENOMEM;
	}
	*c = (struct cancelling){q, parent_id, parent->job.client_id, done, arg};
	fx_prep_cancel(parent);
	parent->before = parent->job.state;
	parent->job.state = FX_JOB_DELETING;
	parent->finishing = false;
	g = fx_group_new(q->journal);
	fx_group_put_job(g, &parent->job);
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, on_cancelled, c);
	if (err) {
		parent->job.state = parent->before;
		(void)fx_free(c);
		fx_bcast_go_on(parent);
		return err;
	}
	fx_log(FX_LOG_INFO, "queue: broadcast job=%u is cancelled; %zu recipients are left",
	       parent->job.client_id, parent->bcast->n);
	fx_qjob_changed(parent);
	return 0;
}
