/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job whose pages are all confirmed becomes a message: the file gets into sent/
 * in a worker, then one transaction closes the attempt, adds the message and takes
 * the job away. A crash between the two finds the file in sent/ and goes on.
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/report.h"
#include "queue/file.h"
#include "queue/queue_priv.h"

#define AGAIN_US (5 * FX_SECOND)

struct fx_finish {
	struct fx_link link;
	struct fx_queue *q; /* NULL: the queue is gone */
	struct fx_qjob *j;
	struct fx_timer *again;
	struct fx_attempt last;
	struct fx_filing filing;
	bool busy; /* a worker or the journal will call back */
	bool told;
};

static void free_finish(struct fx_finish *f)
{
	fx_list_remove(&f->link);
	(void)fx_timer_free(f->again);
	(void)fx_free(f->filing.archive);
	f->filing.tags = fx_fax_tags_free(f->filing.tags);
	(void)fx_free(f);
}

/* Worker thread. */
static void file_work(void *arg)
{
	struct fx_finish *f = arg;

	fx_filing_work(&f->filing);
}

static void on_message(void *arg, int err, const struct fx_reason *why)
{
	struct fx_finish *f = arg;
	struct fx_queue *q = f->q;
	struct fx_qjob *j = f->j;

	(void)err, (void)why; /* kept until written */
	if (q) {
		uint64_t id = j->job.id;

		/* The billing code is for those who read this log (faxcom.md 4.9). */
		fx_log(FX_LOG_INFO, "queue: job=%u to %s is sent, %u pages%s%s", j->job.client_id,
		       fx_text(j->job.number), j->job.pages,
		       *fx_text(j->job.billing_code) ? " billing=" : "",
		       fx_text(j->job.billing_code));
		if (fx_report_wanted(&j->job)) {
			fx_qjob_report_written(q);
		}
		if (q->cb && q->cb->on_message) {
			q->cb->on_message(q->arg, id, FX_FOLDER_SENT);
		}
		if (q->cb && q->cb->on_job) {
			q->cb->on_job(q->arg, &j->job, true);
		}
		if (fx_filing_leaves_files(&f->filing)) {
			fx_qjob_remove_files(j);
		}
		fx_table_remove(j);
	}
	free_finish(f);
}

static void try_later(struct fx_finish *f, int err)
{
	if (!f->told) {
		f->told = true;
		fx_log(FX_LOG_ERROR, "queue: job=%u is sent but cannot be filed: %s; trying again",
		       f->j->job.client_id, fx_error_str(err));
	}
	f->busy = false;
	fx_timer_start(f->again, AGAIN_US);
}

static void commit_message(struct fx_finish *f)
{
	struct fx_queue *q = f->q;
	struct fx_group *g = fx_group_new(q->journal);
	struct fx_message m = {
		.id = f->j->job.id,
		.folder = FX_FOLDER_SENT,
		.read = true,
		.job = f->j->job, /* borrowed texts */
		.result = f->last.result,
	};
	int err;

	m.job.tiff_file = f->filing.target[0] ? f->filing.target : NULL;
	m.job.cover_file = NULL;
	(void)fx_strlcpy(m.port_name, f->last.port_name, sizeof(m.port_name));
	fx_group_put_attempt(g, &f->last);
	fx_group_put_message(g, &m);
	fx_qjob_put_report(f->j, g, true);
	fx_group_del_job(g, m.id);
	err = fx_group_commit(g, FX_COMMIT_KEEP, on_message, f);
	if (err) {
		try_later(f, err);
	}
}

static void file_done(void *arg)
{
	struct fx_finish *f = arg;
	struct fx_filing *filing = &f->filing;

	if (!f->q) {
		free_finish(f);
		return;
	}
	if (filing->archive_err) {
		/* The fax itself is in sent/: it is not lost, and not sent again. */
		fx_log(FX_LOG_ERROR, "queue: job=%u: no copy in the archive folder %s: %s",
		       f->j->job.client_id, filing->archive, fx_error_str(filing->archive_err));
	}
	if (filing->err == FX_ENOENT) {
		/* Sent, but the file is gone: the record must not wait for it. */
		fx_log(FX_LOG_ERROR, "queue: job=%u: its document %s is lost",
		       f->j->job.client_id, filing->body);
		filing->target[0] = '\0';
	} else if (filing->err) {
		try_later(f, filing->err);
		return;
	}
	commit_message(f);
}

static void begin(void *arg)
{
	struct fx_finish *f = arg;
	int err;

	f->busy = true;
	err = fx_loop_work(f->q->loop, file_work, file_done, f);
	if (err) {
		try_later(f, err);
	}
}

static void set_archive(struct fx_finish *f)
{
	const struct fx_config *c = &f->q->config;
	time_t t = (time_t)f->j->job.ended_at;
	struct tm tm;
	char day[24];

	/* Each is ignored without the other (faxcom.md 6.3). */
	if (!c->archive_outgoing || !c->archive_directory || !*c->archive_directory ||
	    !localtime_r(&t, &tm) || !strftime(day, sizeof(day), "%Y%m%d", &tm)) {
		return;
	}
	f->filing.archive = fx_strdup(c->archive_directory);
	if (!f->filing.archive) {
		fx_log(FX_LOG_ERROR, "queue: job=%u: no memory for its copy in the archive folder",
		       f->j->job.client_id);
	}
	(void)snprintf(f->filing.archive_name, sizeof(f->filing.archive_name), "%s-%llu", day,
		       (unsigned long long)f->j->job.id);
}

/* What the far machine saw as ours: as call.c chose it. */
static const char *our_tsid(const struct fx_queue *q, const struct fx_job *job, uint32_t device_id)
{
	const struct fx_port *port = fx_ports_find(q->ports, device_id);

	return port && (q->config.use_device_tsid || !job->tsid || !*job->tsid)
		       ? fx_port_info(port)->tsid
		       : fx_text(job->tsid);
}

static void set_files(struct fx_finish *f, const struct fx_qjob *j)
{
	struct fx_filing *filing = &f->filing;

	filing->spool = j->q->spool;
	filing->shared = fx_qjob_is_child(j);
	(void)fx_strlcpy(filing->cover, fx_text(j->job.cover_file), sizeof(filing->cover));
	(void)fx_strlcpy(filing->body, fx_text(fx_qjob_body(j)), sizeof(filing->body));
	if (filing->shared || filing->cover[0]) {
		/* Told by the job, so that filing it again after a crash finds it. */
		(void)snprintf(filing->target, sizeof(filing->target), "%032llx.tif",
			       (unsigned long long)j->job.id);
	} else {
		(void)fx_strlcpy(filing->target, filing->body, sizeof(filing->target));
	}
}

void fx_finish_start(struct fx_qjob *j, const struct fx_attempt *last)
{
	struct fx_queue *q = j->q;
	struct fx_finish *f = fx_zalloc(sizeof(*f));

	j->finishing = true;
	fx_place_remove(j);
	if (!f || fx_timer_new(q->loop, begin, f, &f->again)) {
		/* Its confirmed pages are recorded: the next start files it. */
		fx_log(FX_LOG_ERROR, "queue: no memory to file job=%u", j->job.client_id);
		(void)fx_free(f);
		return;
	}
	f->q = q;
	f->j = j;
	f->last = *last;
	j->job.ended_at = last->ended_at;
	j->job.outcome = FX_OUTCOME_SUCCESS;
	j->job.state = FX_JOB_IN_PROGRESS;
	j->job.paused = false;
	fx_qjob_set_words(j, last->result.words);
	set_files(f, j);
	set_archive(f);
	f->filing.tags = fx_fax_tags_new(&j->job, last, our_tsid(q, &j->job, last->device_id));
	fx_list_append(&q->works, &f->link);
	begin(f);
}

void fx_finish_free_all(struct fx_queue *q)
{
	FX_LIST_EACH_SAFE(&q->works, it) {
		struct fx_finish *f = FX_CONTAINER(it, struct fx_finish, link);

		fx_list_remove(&f->link);
		f->q = NULL;
		f->j = NULL;
		if (!f->busy) {
			free_finish(f);
		}
	}
}
