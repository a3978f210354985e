/* SPDX-License-Identifier: Apache-2.0 */
/* Taking in a job: durable before the client hears of its number (invariant 1). */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/number.h"
#include "queue/queue_priv.h"

struct submit {
	struct fx_queue *q;
	uint64_t id;
	uint32_t client_id;
	fx_queue_done_fn *done;
	void *arg;
};

struct files {
	struct fx_queue *q;
	struct fx_group *g;
	uint64_t bytes;
	int err;
};

static void add_file(void *arg, const char *name)
{
	struct files *f = arg;
	struct stat st;
	int fd = -1;

	if (f->err) {
		return;
	}
	f->err = fx_spool_openat(f->q->spool, FX_SPOOL_QUEUE, name, O_RDONLY, &fd);
	if (f->err) {
		return;
	}
	if (fstat(fd, &st)) {
		f->err = fx_error_from_errno(errno);
	} else {
		f->bytes += (uint64_t)st.st_size;
		f->err = st.st_size ? 0 : FX_EDATA;
	}
	fx_group_sync_file(f->g, fd);
	(void)close(fd);
}

static void on_durable(void *arg, int err, const struct fx_reason *why)
{
	struct submit *s = arg;
	struct fx_qjob *j;

	if (err == FX_ECANCELED) { /* the queue goes away */
		(void)fx_free(s);
		return;
	}
	j = fx_table_find(s->q, s->id);
	if (err) {
		/* Refused: the upload is still the client's. */
		fx_table_remove(j);
		s->done(s->arg, err, 0, 0, why);
		(void)fx_free(s);
		return;
	}
	fx_table_show(j);
	fx_log(FX_LOG_INFO, "queue: job=%u (%llu) of %s to %s is accepted, %u bytes",
	       s->client_id, (unsigned long long)s->id, fx_text(j->job.user),
	       fx_text(j->job.number), j->job.size_bytes);
	fx_qjob_changed(j);
	fx_prep_enqueue(j);
	fx_prep_next(s->q);
	s->done(s->arg, 0, s->id, s->client_id, NULL);
	(void)fx_free(s);
}

int fx_submit_check(struct fx_queue *q, size_t n, struct fx_reason *reterr)
{
	int err = fx_journal_error(q->journal);

	if (q->stopping) {
		return fx_fail(reterr, FX_EAGAIN, "the service is stopping");
	}
	if (q->config.block_outgoing) {
		return fx_fail(reterr, FX_EBLOCKED,
			       "the administrator has closed the outgoing queue to new faxes");
	}
	if (err) {
		return fx_fail(
			reterr, err == FX_EROFS ? err : FX_ENOSPC,
			"the store cannot be written now (%s); free some space or repair the "
			"disk, then submit again",
			fx_error_str(err));
	}
	if (q->n_jobs + n > FX_QUEUE_JOBS_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "the queue is full (%u jobs)",
			       FX_QUEUE_JOBS_MAX);
	}
	return 0;
}

int fx_submit_check_job(const struct fx_job *job, struct fx_reason *reterr)
{
	if ((unsigned)job->priority > FX_PRIORITY_HIGH ||
	    (unsigned)job->schedule > FX_SCHEDULE_DISCOUNT ||
	    (unsigned)job->quality > FX_QUALITY_PHOTO ||
	    (job->resolution != FX_RES_STANDARD && job->resolution != FX_RES_FINE &&
	     job->resolution != FX_RES_SUPERFINE)) {
		return fx_fail(reterr, FX_EINVAL,
			       "unknown priority, schedule, quality or resolution");
	}
	return 0;
}

static int check(struct fx_queue *q, const struct fx_job *job, char number[FX_NUMBER_SIZE],
		 struct fx_reason *reterr)
{
	int err = fx_submit_check(q, 1, reterr);

	if (err) {
		return err;
	}
	if (!fx_upload_each(job->upload_file, NULL, NULL) &&
	    (!job->cover_page || job->upload_file)) {
		return fx_fail(reterr, FX_EINVAL, "the job has no document, or more than %u",
			       FX_QUEUE_UPLOADS_MAX);
	}
	err = fx_submit_check_job(job, reterr);
	return err ? err : fx_number_clean(job->number, number, reterr);
}

/* The queue's own fields; what the client says there does not count. */
int fx_submit_own_fields(struct fx_queue *q, struct fx_job *job, const char *number)
{
	job->id = fx_store_new_id(q->store);
	job->client_id = fx_queue_new_client_id(q);
	job->parent_id = 0;
	job->type = FX_JT_SEND;
	job->state = FX_JOB_PREPARING;
	job->no_line = job->quick_used = false;
	job->submitted_at = fx_queue_now(q);
	job->next_try_at = job->started_at = job->ended_at = 0;
	job->tries = job->pages = job->confirmed = 0;
	job->outcome = FX_OUTCOME_NONE;
	if (!job->fixed_port) {
		job->device_id = 0;
	}
	job->tiff_file = fx_free(job->tiff_file);
	job->cover_file = fx_free(job->cover_file);
	job->words = fx_free(job->words);
	return fx_str_replace(&job->number, number);
}

int fx_submit_files(struct fx_queue *q, struct fx_group *g, const char *list, uint64_t *bytes,
		    struct fx_reason *reterr)
{
	struct files files = {.q = q, .g = g};

	(void)fx_upload_each(list, add_file, &files);
	if (files.err) {
		return fx_fail(reterr, files.err, files.err == FX_EDATA ?
			       "the document is empty" : "the uploaded document is not there (%s)",
			       fx_error_str(files.err));
	}
	fx_group_sync_dir(g, fx_spool_path(q->spool, FX_SPOOL_QUEUE));
	*bytes += files.bytes;
	return 0;
}

static int begin(struct fx_queue *q, struct fx_qjob *j, struct submit *s,
		 struct fx_reason *reterr)
{
	struct fx_group *g = fx_group_new(q->journal);
	uint64_t bytes = 0;
	int err = g ? fx_submit_files(q, g, j->job.upload_file, &bytes, reterr) : FX_ENOMEM;

	if (err) {
		(void)fx_group_free(g);
		return err;
	}
	j->job.size_bytes = bytes > UINT32_MAX ? UINT32_MAX : (uint32_t)bytes;
	fx_group_put_job(g, &j->job);
	fx_queue_put_cursor(q, g);
	return fx_group_commit(g, FX_COMMIT_FAIL_FAST, on_durable, s);
}

int fx_queue_submit(struct fx_queue *q, const struct fx_job *job, fx_queue_done_fn *done, void *arg,
		    struct fx_reason *reterr)
{
	char number[FX_NUMBER_SIZE];
	struct submit *s;
	struct fx_qjob *j;
	struct fx_job copy;
	int err;

	FX_ON_LOOP(q->loop);
	err = check(q, job, number, reterr);
	if (err) {
		return err;
	}
	err = fx_job_copy(&copy, job);
	if (err) {
		return err;
	}
	s = fx_zalloc(sizeof(*s));
	err = s ? fx_submit_own_fields(q, &copy, number) : FX_ENOMEM;
	j = err ? NULL : fx_table_add(q, &copy);
	if (!j) {
		fx_job_fini(&copy);
		(void)fx_free(s);
		return FX_ENOMEM;
	}
	fx_table_hide(j);
	*s = (struct submit){q, j->job.id, j->job.client_id, done, arg};
	err = begin(q, j, s, reterr);
	if (err) {
		fx_table_remove(j);
		(void)fx_free(s);
	}
	return err;
}
