/* SPDX-License-Identifier: Apache-2.0 */
/* Taking in a broadcast: parent, children, or both, in one commit (invariant 1). */
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/number.h"
#include "queue/queue_priv.h"

struct batch {
	struct fx_queue *q;
	struct fx_queue_ids parent;
	bool new_parent;
	fx_queue_batch_fn *done;
	void *arg;
	size_t n;
	struct fx_queue_ids ids[];
};

/* The last first: the parent, when it is new, goes after its children. */
static void undo(struct batch *b)
{
	for (size_t i = b->n; i > 0; i--) {
		struct fx_qjob *j = fx_table_find(b->q, b->ids[i - 1].id);

		if (j) {
			fx_table_remove(j);
		}
	}
	if (b->new_parent) {
		fx_table_remove(fx_table_find(b->q, b->parent.id));
	}
}

static void show(struct fx_qjob *j)
{
	fx_table_show(j);
	fx_qjob_changed(j);
	fx_qjob_prepare(j);
}

static void on_durable(void *arg, int err, const struct fx_reason *why)
{
	struct batch *b = arg;
	struct fx_qjob *parent;

	if (err == FX_ECANCELED) { /* the queue goes away */
		(void)fx_free(b);
		return;
	}
	if (err) {
		undo(b);
		b->done(b->arg, err, (struct fx_queue_ids){0}, NULL, why);
		(void)fx_free(b);
		return;
	}
	parent = fx_table_find(b->q, b->parent.id);
	fx_log(b->new_parent ? FX_LOG_INFO : FX_LOG_DEBUG, /* many; its end says how many */
	       "queue: broadcast job=%u (%llu) of %s: %zu recipients are accepted",
	       b->parent.client_id, (unsigned long long)b->parent.id, fx_text(parent->job.user),
	       b->n);
	if (b->new_parent) {
		show(parent);
	}
	for (size_t i = 0; i < b->n; i++) {
		show(fx_table_find(b->q, b->ids[i].id));
	}
	fx_bcast_go_on(parent);
	fx_prep_next(b->q);
	b->done(b->arg, 0, b->parent, b->ids, NULL);
	(void)fx_free(b);
}

static int add(struct fx_queue *q, const struct fx_job *job, enum fx_job_type type,
	       uint64_t parent_id, bool open, struct fx_reason *reterr, struct fx_qjob **ret)
{
	char number[FX_NUMBER_SIZE] = "";
	struct fx_qjob *j;
	struct fx_job copy;
	int err = fx_submit_check_job(job, reterr);

	if (!err && type == FX_JT_SEND) {
		err = fx_number_clean(job->number, number, reterr);
	}
	err = err ? err : fx_job_copy(&copy, job);
	if (err) {
		return err;
	}
	err = fx_submit_own_fields(q, &copy, number);
	copy.type = type;
	copy.parent_id = parent_id;
	j = err ? NULL : fx_table_add(q, &copy);
	if (!j) {
		fx_job_fini(&copy);
		return FX_ENOMEM;
	}
	fx_table_hide(j);
	err = fx_bcast_join(j, open);
	if (err) {
		fx_table_remove(j);
		return err;
	}
	*ret = j;
	return 0;
}

static int add_parent(struct batch *b, const struct fx_queue_batch *batch, struct fx_group *g,
		      struct fx_reason *reterr)
{
	const char *files = batch->parent->upload_file;
	uint64_t bytes = 0;
	struct fx_qjob *j;
	int err;

	if (!fx_upload_each(files, NULL, NULL) && (!batch->parent->cover_page || files)) {
		return fx_fail(reterr, FX_EINVAL, "the broadcast has no document, or more than %u",
			       FX_QUEUE_UPLOADS_MAX);
	}
	err = fx_submit_files(b->q, g, files, &bytes, reterr);
	if (!err) {
		err = add(b->q, batch->parent, FX_JT_BROADCAST, 0, batch->open, reterr, &j);
	}
	if (err) {
		return err;
	}
	b->new_parent = true;
	b->parent = (struct fx_queue_ids){j->job.id, j->job.client_id};
	j->job.size_bytes = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
	fx_group_put_job(g, &j->job);
	return 0;
}

static int find_parent(struct batch *b, uint64_t id, struct fx_reason *reterr)
{
	struct fx_qjob *j = fx_table_find(b->q, id);

	if (!j || j->hidden || !fx_qjob_is_parent(j)) {
		return fx_fail(reterr, FX_ENOMSG, "there is no such broadcast");
	}
	if (!fx_bcast_is_open(j) || j->finishing || j->job.state == FX_JOB_DELETING) {
		return fx_fail(reterr, FX_ESTATE, "broadcast %u takes no more recipients",
			       j->job.client_id);
	}
	if (j->job.state == FX_JOB_FAILED) {
		return fx_fail(reterr, FX_EDATA, "the document of broadcast %u cannot be sent: %s",
			       j->job.client_id, fx_text(j->job.words));
	}
	b->parent = (struct fx_queue_ids){j->job.id, j->job.client_id};
	return 0;
}

/* Fills g; what it puts into the table is in b. */
static int fill(struct batch *b, const struct fx_queue_batch *batch, struct fx_group *g,
		struct fx_reason *reterr)
{
	struct fx_qjob *parent = NULL;
	int err = batch->parent_id ? find_parent(b, batch->parent_id, reterr)
				   : add_parent(b, batch, g, reterr);

	if (!err) {
		parent = fx_table_find(b->q, b->parent.id);
	}
	for (size_t i = 0; !err && i < batch->n; i++) {
		uint64_t bytes = 0;
		struct fx_qjob *j;

		if (!batch->jobs[i].cover_page && fx_bcast_is_covers_only(parent)) {
			err = fx_fail(reterr, FX_EINVAL, "there is neither a document nor a cover "
				      "page for %s", fx_text(batch->jobs[i].number));
			break;
		}
		err = add(b->q, &batch->jobs[i], FX_JT_SEND, b->parent.id, false, reterr, &j);
		if (err) {
			break;
		}
		b->ids[b->n++] = (struct fx_queue_ids){j->job.id, j->job.client_id};
		j->job.size_bytes = parent->job.size_bytes;
		if (j->job.upload_file) { /* a cover page of its own */
			err = fx_submit_files(b->q, g, j->job.upload_file, &bytes, reterr);
		}
		fx_group_put_job(g, &j->job);
	}
	if (!err) {
		fx_queue_put_cursor(b->q, g);
	}
	return err;
}

int fx_queue_broadcast(struct fx_queue *q, const struct fx_queue_batch *batch,
		       fx_queue_batch_fn *done, void *arg, struct fx_reason *reterr)
{
	struct fx_group *g;
	struct batch *b;
	int err = fx_submit_check(q, batch->n + 1, reterr);

	FX_ON_LOOP(q->loop);
	if (err) {
		return err;
	}
	if (batch->n > FX_QUEUE_BATCH_MAX || (!batch->parent_id && !batch->parent)) {
		return FX_EINVAL;
	}
	b = fx_zalloc(sizeof(*b) + batch->n * sizeof(b->ids[0]));
	g = b ? fx_group_new(q->journal) : NULL;
	if (!g) {
		(void)fx_free(b);
		return FX_ENOMEM;
	}
	b->q = q;
	b->done = done;
	b->arg = arg;
	err = fill(b, batch, g, reterr);
	if (err) {
		(void)fx_group_free(g);
	} else {
		err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, on_durable, b);
	}
	if (err) {
		undo(b);
		(void)fx_free(b);
	}
	return err;
}
