/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A job whose pages are all confirmed becomes a message: the file moves to sent/
 * in a worker, then one transaction closes the attempt, adds the message and takes
 * the job away. A crash between the two finds the file in sent/ and goes on.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "queue/queue_priv.h"
#include "queue/tags.h"

#define AGAIN_US (5 * FX_SECOND)

struct fx_finish {
	struct fx_link link;
	struct fx_queue *q; /* NULL: the queue is gone */
	struct fx_qjob *j;
	struct fx_spool *spool;
	struct fx_timer *again;
	struct fx_attempt last;
	char name[64];
	char *archive; /* folder for a copy, NULL = none */
	char archive_name[64];
	struct fx_fax_tags *tags; /* NULL: no memory for them */
	bool busy;     /* a worker or the journal will call back */
	bool told;
	int err, archive_err;
};

static void free_finish(struct fx_finish *f)
{
	fx_list_remove(&f->link);
	(void)fx_timer_free(f->again);
	(void)fx_free(f->archive);
	f->tags = fx_fax_tags_free(f->tags);
	(void)fx_free(f);
}

static int copy_bytes(int from, int to)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0) {
		for (ssize_t off = 0; off < n;) {
			ssize_t w = write(to, buf + off, (size_t)(n - off));

			if (w < 0) {
				return fx_error_from_errno(errno);
			}
			off += w;
		}
	}
	return n < 0 ? fx_error_from_errno(errno) : 0;
}

/* A name is on disk only with its folder; some network file systems have no sync of folders. */
static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0) {
		return fx_error_from_errno(errno);
	}
	if (fsync(fd) && errno != EINVAL) {
		err = fx_error_from_errno(errno);
	}
	(void)close(fd);
	return err;
}

/* A copy that appears whole or not at all; the same name when done again. */
static int archive_copy(struct fx_finish *f)
{
	fx_auto char *tmp = fx_asprintf("%s/.%s.part", f->archive, f->archive_name);
	fx_auto char *path = fx_asprintf("%s/%s", f->archive, f->archive_name);
	int from = -1, to, err;

	if (!tmp || !path) {
		return FX_ENOMEM;
	}
	err = fx_spool_openat(f->spool, FX_SPOOL_QUEUE, f->name, O_RDONLY, &from);
	if (err) {
		return err == FX_ENOENT ? 0 : err; /* moved before a crash, so copied as well */
	}
	to = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	err = to < 0 ? fx_error_from_errno(errno) : copy_bytes(from, to);
	if (!err && (fsync(to) || rename(tmp, path))) {
		err = fx_error_from_errno(errno);
	}
	err = err ? err : sync_folder(f->archive);
	if (to >= 0) {
		(void)close(to);
		(void)unlink(tmp);
	}
	(void)close(from);
	return err;
}

/* Worker thread. */
static void move_work(void *arg)
{
	struct fx_finish *f = arg;
	int fd;

	if (f->tags) {
		fx_fax_tags_write(f->tags, f->spool, FX_SPOOL_QUEUE, f->name);
	}
	if (f->archive) {
		f->archive_err = archive_copy(f);
	}
	f->err = fx_spool_move(f->spool, FX_SPOOL_QUEUE, FX_SPOOL_SENT, f->name);
	if (f->err == FX_ENOENT &&
	    !fx_spool_openat(f->spool, FX_SPOOL_SENT, f->name, O_RDONLY, &fd)) {
		(void)close(fd);
		f->err = 0;
	}
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
		if (q->cb && q->cb->on_message) {
			q->cb->on_message(q->arg, id, FX_FOLDER_SENT);
		}
		if (q->cb && q->cb->on_job) {
			q->cb->on_job(q->arg, &j->job, true);
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

	(void)fx_strlcpy(m.port_name, f->last.port_name, sizeof(m.port_name));
	fx_group_put_attempt(g, &f->last);
	fx_group_put_message(g, &m);
	fx_group_del_job(g, m.id);
	err = fx_group_commit(g, FX_COMMIT_KEEP, on_message, f);
	if (err) {
		try_later(f, err);
	}
}

static void move_done(void *arg)
{
	struct fx_finish *f = arg;

	if (!f->q) {
		free_finish(f);
		return;
	}
	if (f->archive_err) {
		fx_log(FX_LOG_ERROR, "queue: job=%u: no copy in %s: %s", f->j->job.client_id,
		       f->archive, fx_error_str(f->archive_err));
		f->archive_err = 0;
	}
	if (f->err == FX_ENOENT) {
		/* Sent, but the file is gone: the record must not wait for it. */
		fx_log(FX_LOG_ERROR, "queue: job=%u: its document %s is lost",
		       f->j->job.client_id, f->name);
		f->j->job.tiff_file = fx_free(f->j->job.tiff_file);
	} else if (f->err) {
		try_later(f, f->err);
		return;
	}
	commit_message(f);
}

static void begin(void *arg)
{
	struct fx_finish *f = arg;
	int err;

	f->busy = true;
	err = fx_loop_work(f->q->loop, move_work, move_done, f);
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
	f->archive = fx_strdup(c->archive_directory);
	(void)snprintf(f->archive_name, sizeof(f->archive_name), "%s-%llu.tif", day,
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
	f->spool = q->spool;
	f->last = *last;
	j->job.ended_at = last->ended_at;
	j->job.outcome = FX_OUTCOME_SUCCESS;
	j->job.state = FX_JOB_IN_PROGRESS;
	j->job.paused = false;
	fx_qjob_set_words(j, last->result.words);
	(void)fx_strlcpy(f->name, fx_text(j->job.tiff_file), sizeof(f->name));
	set_archive(f);
	f->tags = fx_fax_tags_new(&j->job, last, our_tsid(q, &j->job, last->device_id));
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
