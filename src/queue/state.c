/* SPDX-License-Identifier: Apache-2.0 */
/* Changes of a job's state: in memory, in the store, and told to the outside. */
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/report.h"
#include "queue/queue_priv.h"

struct removal {
	struct fx_queue *q;
	uint64_t id;
	uint32_t client_id;
	fx_queue_done_fn *done;
	void *arg;
};

void fx_qjob_tell(struct fx_qjob *j, enum fx_fei fei)
{
	const struct fx_queue *q = j->q;
	struct fx_fax_event e = {.fei = fei,
				 .job_id = j->job.id,
				 .client_id = j->job.client_id,
				 .uid = j->job.uid};

	if (q->cb && q->cb->on_event) {
		q->cb->on_event(q->arg, &e);
	}
}

/* A job that had failed is only removed; one in a call is told by its port. */
static bool tells_cancel(const struct fx_qjob *j)
{
	return j->before != FX_JOB_FAILED && j->before != FX_JOB_RETRIES_EXCEEDED &&
	       (!j->call || fx_outcall_reserved(j->call));
}

void fx_qjob_changed(struct fx_qjob *j)
{
	struct fx_queue *q = j->q;
	bool deleting = j->job.state == FX_JOB_DELETING;

	if (j->hidden) {
		return;
	}
	if (j->fresh && !j->foreign && !fx_qjob_is_parent(j)) {
		fx_qjob_tell(j, FX_FEI_JOB_QUEUED);
	}
	j->fresh = false;
	if (deleting && !j->cancel_told && !fx_qjob_is_parent(j) && tells_cancel(j)) {
		fx_qjob_tell(j, FX_FEI_ABORTING);
	}
	j->cancel_told = deleting;
	if (q->cb && q->cb->on_job) {
		q->cb->on_job(q->arg, &j->job, false);
	}
}

void fx_qjob_set_words(struct fx_qjob *j, const char *words)
{
	if (fx_str_replace(&j->job.words, words)) {
		fx_log(FX_LOG_WARN, "queue: no memory for a text job=%u", j->job.client_id);
	}
}

void fx_qjob_save(struct fx_qjob *j)
{
	struct fx_group *g = fx_group_new(j->q->journal);

	fx_group_put_job(g, &j->job);
	if (fx_group_commit(g, FX_COMMIT_KEEP, NULL, NULL)) {
		/* The store keeps the state before; a restart goes on from there. */
		fx_log(FX_LOG_ERROR, "queue: no memory to record job=%u", j->job.client_id);
	}
	fx_qjob_changed(j);
}

static void on_end_saved(void *arg, int err, const struct fx_reason *why)
{
	(void)why;
	if (!err) {
		fx_qjob_report_written(arg);
	}
}

void fx_qjob_save_end(struct fx_qjob *j, struct fx_group *g)
{
	bool report = (j->job.state == FX_JOB_FAILED ||
		       j->job.state == FX_JOB_RETRIES_EXCEEDED) && fx_report_wanted(&j->job);

	fx_group_put_job(g, &j->job);
	if (report) {
		fx_qjob_put_report(j, g, false);
	}
	if (fx_group_commit(g, FX_COMMIT_KEEP, report ? on_end_saved : NULL, j->q)) {
		fx_log(FX_LOG_ERROR, "queue: no memory to record the end of job=%u",
		       j->job.client_id);
	}
	fx_qjob_changed(j);
}

void fx_qjob_fail(struct fx_qjob *j, enum fx_job_state state, const char *words)
{
	fx_place_remove(j);
	j->job.state = state;
	j->job.ended_at = fx_queue_now(j->q);
	fx_qjob_set_words(j, words);
	fx_log(FX_LOG_WARN, "queue: job=%u to %s is %s: %s", j->job.client_id,
	       fx_text(j->job.number), fx_job_state_str(state), fx_text(words));
	fx_qjob_tell(j, FX_FEI_FATAL_ERROR);
	fx_qjob_save_end(j, fx_group_new(j->q->journal));
	if (fx_qjob_is_parent(j)) {
		fx_bcast_go_on(j);
	}
}

size_t fx_upload_each(const char *list, void (*fn)(void *, const char *), void *arg)
{
	size_t n = 0;

	for (const char *p = list; p && *p;) {
		size_t len = strcspn(p, "\n");
		char name[64];

		if (!len || len >= sizeof(name) || memchr(p, '/', len) ||
		    n++ == FX_QUEUE_UPLOADS_MAX) {
			return 0;
		}
		memcpy(name, p, len);
		name[len] = '\0';
		if (fn) {
			fn(arg, name);
		}
		p += len + (p[len] == '\n');
	}
	return n;
}

static void remove_name(void *arg, const char *name)
{
	(void)fx_spool_remove(arg, FX_SPOOL_QUEUE, name);
}

void fx_qjob_remove_files(struct fx_qjob *j)
{
	(void)fx_upload_each(j->job.upload_file, remove_name, j->q->spool);
	if (j->job.tiff_file) {
		remove_name(j->q->spool, j->job.tiff_file);
	}
	if (j->job.cover_file) {
		remove_name(j->q->spool, j->job.cover_file);
	}
}

static void remove_failed(struct fx_qjob *j)
{
	j->job.state = j->before;
	if (j->job.state == FX_JOB_PREPARING) {
		fx_qjob_prepare(j);
	}
	fx_place_update(j);
	fx_qjob_changed(j);
}

static void on_removed(void *arg, int err, const struct fx_reason *why)
{
	struct removal *r = arg;
	struct fx_qjob *j;

	if (err == FX_ECANCELED) { /* the queue goes away */
		(void)fx_free(r);
		return;
	}
	j = fx_table_find(r->q, r->id);
	if (j && err) {
		remove_failed(j);
	} else if (j) {
		const struct fx_queue_cb *cb = r->q->cb;

		fx_log(FX_LOG_INFO, "queue: job=%u is removed", r->client_id);
		fx_qjob_remove_files(j);
		if (cb && cb->on_job) {
			cb->on_job(r->q->arg, &j->job, true);
		}
		fx_table_remove(j);
	}
	if (r->done) {
		r->done(r->arg, err, r->id, r->client_id, why);
	}
	(void)fx_free(r);
}

int fx_qjob_remove(struct fx_qjob *j, enum fx_commit how, fx_queue_done_fn *done, void *arg)
{
	struct fx_queue *q = j->q;
	struct removal *r = fx_zalloc(sizeof(*r));
	struct fx_group *g = r ? fx_group_new(q->journal) : NULL;

	if (!g) {
		(void)fx_free(r);
		return FX_ENOMEM;
	}
	*r = (struct removal){q, j->job.id, j->job.client_id, done, arg};
	fx_group_del_job(g, j->job.id);
	fx_group_del_message(g, j->job.id); /* its attempts and pages */
	if (fx_group_commit(g, how, on_removed, r)) {
		(void)fx_free(r);
		return FX_ENOMEM;
	}
	fx_prep_cancel(j);
	fx_place_remove(j);
	if (j->job.state != FX_JOB_DELETING) {
		j->before = j->job.state;
		j->job.state = FX_JOB_DELETING;
	}
	fx_qjob_changed(j);
	return 0;
}
