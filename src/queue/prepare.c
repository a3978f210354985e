/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From uploads to one fax TIFF. Each upload is rendered by the sandboxed program;
 * several are joined, in order, by a worker that reads our own TIFFs only. The cover page comes
 * last, since it tells how many pages follow it, and stays a file of its own.
 *
 *   waiting --a render is free--> rendering (each upload) --> joining --> cover --> recording
 *                                     |  '--- render died: again, a few times           |
 *                                     '------ unusable document: failed, words       '--> pending
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "document/convert.h"
#include "document/fax_tiff.h"
#include "queue/queue_priv.h"

#define RENDER_TRIES_MAX 4u /* the first and three more */

struct part {
	char name[64];
	int fd;
};
struct fx_prep {
	struct fx_link link;
	struct fx_queue *q; /* NULL: cancelled; freed by the callback under way */
	struct fx_qjob *j;
	struct part up[FX_QUEUE_UPLOADS_MAX], out[FX_QUEUE_UPLOADS_MAX];
	size_t n, i;
	struct fx_convert *convert;
	struct fx_timer *again;
	char final[64];
	int final_fd;
	struct part cover;      /* the drawn cover page; "" = none yet */
	uint32_t pages, cover_pages;
	bool own_page;          /* the cover page is an upload of this job, not its broadcast's */
	enum fx_resolution resolution;
	int err;
	struct fx_reason why;
};

static void next_upload(struct fx_prep *p);

static void close_fd(int *fd)
{
	if (*fd >= 0) {
		(void)close(*fd);
		*fd = -1;
	}
}

static void free_prep(struct fx_prep *p)
{
	for (size_t i = 0; i < FX_QUEUE_UPLOADS_MAX; i++) {
		close_fd(&p->up[i].fd);
		close_fd(&p->out[i].fd);
	}
	close_fd(&p->final_fd);
	close_fd(&p->cover.fd);
	(void)fx_timer_free(p->again);
	fx_list_remove(&p->link);
	(void)fx_free(p);
}

/* Files made on the way that the job does not keep. */
static void remove_made(struct fx_prep *p, bool keep_final)
{
	struct fx_spool *spool = p->q->spool;

	for (size_t i = 0; i < p->n; i++) {
		if (p->out[i].name[0] && !(keep_final && !strcmp(p->out[i].name, p->final))) {
			(void)fx_spool_remove(spool, FX_SPOOL_QUEUE, p->out[i].name);
		}
	}
	/* (without a render program the only upload is the final file) */
	if (!keep_final && p->final[0] && strcmp(p->final, p->up[0].name) != 0) {
		(void)fx_spool_remove(spool, FX_SPOOL_QUEUE, p->final);
	}
	if (!keep_final && p->cover.name[0]) {
		(void)fx_spool_remove(spool, FX_SPOOL_QUEUE, p->cover.name);
	}
}

static void detach(struct fx_prep *p)
{
	struct fx_queue *q = p->q;

	p->j->prep = NULL;
	p->j = NULL;
	p->q = NULL;
	fx_list_remove(&p->link);
	q->renders--;
}

static void give_up(struct fx_prep *p, const char *words)
{
	struct fx_queue *q = p->q;
	struct fx_qjob *j = p->j;
	struct fx_reason why;

	fx_reason_set(&why, "%s", words); /* they may be in p */
	remove_made(p, false);
	detach(p);
	free_prep(p);
	j->job.outcome = FX_OUTCOME_DOCUMENT;
	fx_qjob_fail(j, FX_JOB_FAILED, why.text);
	fx_prep_next(q);
}

static void on_again(void *arg)
{
	struct fx_prep *p = arg;
	struct fx_queue *q = p->q;
	struct fx_qjob *j = p->j;

	remove_made(p, false);
	detach(p);
	free_prep(p);
	fx_prep_enqueue(j);
	fx_prep_next(q);
}

/* The machine's trouble, not the document's: later again, then fail with the words. */
static void trouble(struct fx_prep *p, int err, const char *words)
{
	uint32_t tries = ++p->j->prep_tries;

	if (tries >= RENDER_TRIES_MAX || err == FX_EDATA || err == FX_ELIMIT ||
	    err == FX_ETIMEDOUT || err == FX_EINVAL || err == FX_ENOENT) {
		p->j->prep_tries = 0;
		give_up(p, *words ? words : fx_error_str(err));
		return;
	}
	fx_log_detail(FX_LOG_WARN, "queue: job=%u preparing failed (%s), try %u of %u follows",
		      p->j->job.client_id, *words ? words : fx_error_str(err), tries + 1,
		      RENDER_TRIES_MAX);
	fx_timer_start(p->again, FX_SECOND << (tries - 1));
}

static void on_recorded(void *arg, int err, const struct fx_reason *why)
{
	struct fx_prep *p = arg;
	struct fx_queue *q = p->q;
	struct fx_qjob *j = p->j;

	(void)err, (void)why; /* kept until written */
	if (!q) {
		free_prep(p);
		return;
	}
	remove_made(p, true);
	for (size_t i = 0; i < p->n; i++) {
		if (strcmp(p->up[i].name, p->final) != 0) {
			(void)fx_spool_remove(q->spool, FX_SPOOL_QUEUE, p->up[i].name);
		}
	}
	if (p->own_page && !fx_qjob_is_parent(j)) {
		(void)fx_spool_remove(q->spool, FX_SPOOL_QUEUE, j->job.cover_page);
	}
	detach(p);
	free_prep(p);
	fx_log_detail(FX_LOG_INFO, "queue: job=%u is ready, %u pages, %s", j->job.client_id,
		      j->job.pages, fx_resolution_str(j->job.resolution));
	j->job.state = FX_JOB_PENDING;
	fx_qjob_changed(j);
	if (fx_qjob_is_parent(j)) {
		fx_bcast_go_on(j);
	}
	fx_place_update(j);
	fx_prep_next(q);
}

/* Durable before it may be sent: a restart never renders a document twice. */
static void record(struct fx_prep *p)
{
	struct fx_qjob *j = p->j;
	struct fx_group *g = fx_group_new(p->q->journal);
	/* a broadcast keeps the cover page for its children, who have no file of their own */
	char *uploads = j->job.upload_file, *kept = NULL;
	int err;

	if (p->own_page && fx_qjob_is_parent(j)) {
		kept = fx_strdup(j->job.cover_page);
		g = kept ? g : fx_group_free(g);
	}
	if (!g || (p->final[0] && fx_str_replace(&j->job.tiff_file, p->final)) ||
	    (p->cover.name[0] && fx_str_replace(&j->job.cover_file, p->cover.name))) {
		(void)fx_group_free(g);
		(void)fx_free(kept);
		trouble(p, FX_ENOMEM, "");
		return;
	}
	j->job.pages = fx_cover_body_pages(j, p->pages) + p->cover_pages;
	j->job.resolution = p->resolution;
	j->job.upload_file = kept;
	j->job.state = FX_JOB_PENDING;
	if (p->final_fd >= 0) {
		fx_group_sync_file(g, p->final_fd);
	}
	if (p->cover.fd >= 0) {
		fx_group_sync_file(g, p->cover.fd);
	}
	fx_group_sync_dir(g, fx_spool_path(p->q->spool, FX_SPOOL_QUEUE));
	fx_group_put_job(g, &j->job);
	j->job.state = FX_JOB_PREPARING;
	err = fx_group_commit(g, FX_COMMIT_KEEP, on_recorded, p);
	if (err) {
		(void)fx_free(kept);
		j->job.upload_file = uploads;
		j->job.tiff_file = fx_free(j->job.tiff_file);
		j->job.cover_file = fx_free(j->job.cover_file);
		trouble(p, err, "");
		return;
	}
	(void)fx_free(uploads);
}

static void on_cover(void *arg, const struct fx_convert_result *r)
{
	struct fx_prep *p = arg;

	p->convert = NULL;
	if (r->err) {
		trouble(p, r->err, r->words);
		return;
	}
	p->cover_pages = r->pages;
	if (fx_cover_body_pages(p->j, p->pages) + p->cover_pages > FX_DOC_PAGES_MAX) {
		trouble(p, FX_ELIMIT, "The document and its cover page have too many pages.");
		return;
	}
	record(p);
}

static int start_cover(struct fx_prep *p, char **fields, int *page_fd)
{
	struct fx_queue *q = p->q;
	struct fx_job *job = &p->j->job;
	struct fx_convert_prm prm = {
		.program = q->render_program,
		.resolution = p->resolution,
		.quality = FX_QUALITY_TEXT,
		.letter = q->letter,
	};
	int err = fx_cover_open(q, job, page_fd, &p->why);

	if (err) {
		return err;
	}
	prm.in_fd = *page_fd;
	prm.cover_fields = *fields = fx_cover_text(q, job, fx_cover_body_pages(p->j, p->pages));
	if (!*fields) {
		return FX_ENOMEM;
	}
	err = fx_spool_create(q->spool, FX_SPOOL_QUEUE, ".tif", p->cover.name, &p->cover.fd);
	if (err) {
		return err;
	}
	prm.out_fd = p->cover.fd;
	return fx_convert_start(q->loop, &prm, on_cover, p, &p->convert);
}

static bool wants_cover(const struct fx_prep *p)
{
	return p->j->job.cover_page && p->j->job.type == FX_JT_SEND && p->q->render_program;
}

/* The pages of the document are known, if there is one. */
static void body_done(struct fx_prep *p)
{
	fx_auto char *fields = NULL;
	int fd = -1, err;

	if (!wants_cover(p)) {
		record(p);
		return;
	}
	err = start_cover(p, &fields, &fd);
	if (fd >= 0) {
		(void)close(fd);
	}
	if (err) {
		trouble(p, err, p->why.text);
	}
}

static int copy_pages(struct fx_prep *p, int fd, struct fx_tiff_wr *wr)
{
	struct fx_tiff_rd *rd = NULL;
	int err = fx_tiff_open(fd, &rd, &p->why);

	for (uint32_t i = 0; !err && i < fx_tiff_pages(rd); i++) {
		struct fx_bitmap page = {0}, same = {0};

		if (++p->pages > FX_DOC_PAGES_MAX) {
			err = fx_fail(&p->why, FX_ELIMIT, "The documents have more than %u pages.",
				      FX_DOC_PAGES_MAX);
			break;
		}
		err = fx_tiff_read(rd, i, &page);
		if (err) {
			break;
		}
		if (page.resolution != p->resolution) {
			err = fx_bitmap_to_resolution(&page, p->resolution, &same);
		}
		if (!err) {
			err = fx_tiff_write(wr, same.bits ? &same : &page);
		}
		fx_bitmap_fini(&same);
		fx_bitmap_fini(&page);
	}
	(void)fx_tiff_close(rd);
	return err;
}

/* Worker thread: touches p only. */
static void join_work(void *arg)
{
	struct fx_prep *p = arg;
	struct fx_tiff_wr *wr = NULL;

	p->err = fx_tiff_create(p->final_fd, NULL, &wr);
	for (size_t i = 0; !p->err && i < p->n; i++) {
		p->err = copy_pages(p, p->out[i].fd >= 0 ? p->out[i].fd : p->up[i].fd, wr);
	}
	if (p->err) {
		(void)fx_tiff_abandon(wr);
	} else {
		p->err = fx_tiff_finish(wr);
	}
}

/* Worker thread: one TIFF of our own; how many pages has it, at which resolution? */
static void inspect_work(void *arg)
{
	struct fx_prep *p = arg;
	struct fx_tiff_rd *rd = NULL;
	struct fx_tiff_page_info info;

	p->err = fx_tiff_open(p->final_fd, &rd, &p->why);
	if (!p->err) {
		p->pages = fx_tiff_pages(rd);
		p->err = p->pages ? fx_tiff_page_info(rd, 0, &info) : FX_EDATA;
		p->resolution = p->err ? p->resolution : info.resolution;
	}
	(void)fx_tiff_close(rd);
}

static void work_done(void *arg)
{
	struct fx_prep *p = arg;

	if (!p->q) {
		free_prep(p);
	} else if (p->err) {
		trouble(p, p->err, p->why.text);
	} else {
		body_done(p);
	}
}

static void all_rendered(struct fx_prep *p)
{
	struct fx_queue *q = p->q;
	int err;

	if (p->n == 1) {
		const struct part *only = p->out[0].fd >= 0 ? &p->out[0] : &p->up[0];

		(void)fx_strlcpy(p->final, only->name, sizeof(p->final));
		p->final_fd = fcntl(only->fd, F_DUPFD_CLOEXEC, 0);
		err = p->final_fd >= 0 ? fx_loop_work(q->loop, inspect_work, work_done, p) :
					 fx_error_from_errno(errno);
	} else {
		p->pages = 0;
		err = fx_spool_create(q->spool, FX_SPOOL_QUEUE, ".tif", p->final, &p->final_fd);
		if (!err) {
			err = fx_loop_work(q->loop, join_work, work_done, p);
		}
	}
	if (err) {
		trouble(p, err, "");
	}
}

static void on_converted(void *arg, const struct fx_convert_result *r)
{
	struct fx_prep *p = arg;

	p->convert = NULL;
	if (r->err) {
		trouble(p, r->err, r->words);
		return;
	}
	p->i++;
	next_upload(p);
}

static void next_upload(struct fx_prep *p)
{
	struct fx_queue *q = p->q;
	const struct fx_job *job = &p->j->job;
	struct fx_convert_prm prm = {
		.program = q->render_program,
		.name = job->document_name,
		.resolution = job->resolution,
		.quality = job->quality,
		.letter = q->letter,
	};
	int err;

	if (!q->render_program || p->i == p->n) {
		all_rendered(p);
		return;
	}
	err = fx_spool_create(q->spool, FX_SPOOL_QUEUE, ".tif", p->out[p->i].name,
			      &p->out[p->i].fd);
	if (!err) {
		prm.in_fd = p->up[p->i].fd;
		prm.out_fd = p->out[p->i].fd;
		err = fx_convert_start(q->loop, &prm, on_converted, p, &p->convert);
	}
	if (err) {
		trouble(p, err, err == FX_EIO ? "The render program cannot be started; "
						"run \"caselli doctor\"." : "");
	}
}

static void add_upload(void *arg, const char *name)
{
	struct fx_prep *p = arg;

	if (fx_cover_is_upload(&p->j->job, name)) {
		p->own_page = true;
		return;
	}
	(void)fx_strlcpy(p->up[p->n].name, name, sizeof(p->up[0].name));
	p->n++;
}

static bool has_covers_only(const struct fx_qjob *j)
{
	return fx_qjob_is_parent(j) && fx_bcast_is_covers_only(j);
}

/* @return false: there is no memory; nothing was begun */
static bool start(struct fx_qjob *j)
{
	struct fx_queue *q = j->q;
	struct fx_prep *p = fx_zalloc(sizeof(*p));
	int err = p ? fx_timer_new(q->loop, on_again, p, &p->again) : FX_ENOMEM;

	if (err) {
		(void)fx_free(p);
		return false;
	}
	p->q = q;
	p->j = j;
	j->prep = p;
	p->resolution = fx_cover_resolution(j);
	p->final_fd = p->cover.fd = -1;
	for (size_t i = 0; i < FX_QUEUE_UPLOADS_MAX; i++) {
		p->up[i].fd = p->out[i].fd = -1;
	}
	fx_list_append(&q->preps, &p->link);
	q->renders++;
	(void)fx_upload_each(j->job.upload_file, add_upload, p);
	for (size_t i = 0; !err && i < p->n; i++) {
		err = fx_spool_openat(q->spool, FX_SPOOL_QUEUE, p->up[i].name,
				      q->render_program ? O_RDONLY : O_RDWR, &p->up[i].fd);
	}
	if (err || (!p->n && !wants_cover(p) && !has_covers_only(j))) {
		trouble(p, err ? err : FX_ENOENT, "The uploaded document is gone.");
	} else if (p->n) {
		next_upload(p);
	} else {
		body_done(p); /* a cover page alone, or a broadcast's child's */
	}
	return true;
}

void fx_prep_on_again(void *arg)
{
	fx_prep_next(arg);
}

void fx_prep_next(struct fx_queue *q)
{
	while (!q->stopping && q->renders < q->max_renders && !fx_list_empty(&q->prep_waiting)) {
		struct fx_qjob *j =
			FX_CONTAINER(q->prep_waiting.next, struct fx_qjob, prep_link);

		fx_list_remove(&j->prep_link);
		if (!start(j)) {
			fx_list_append(&q->prep_waiting, &j->prep_link);
			fx_timer_start(q->prep_again, FX_SECOND);
			return;
		}
	}
}

void fx_prep_enqueue(struct fx_qjob *j)
{
	if (!j->prep && fx_list_empty(&j->prep_link)) {
		fx_list_append(&j->q->prep_waiting, &j->prep_link);
	}
}

void fx_prep_cancel(struct fx_qjob *j)
{
	struct fx_prep *p = j->prep;
	struct fx_queue *q = j->q;
	bool idle;

	fx_list_remove(&j->prep_link);
	if (!p) {
		return;
	}
	/* Nobody will call back only while the render runs or a retry waits. */
	idle = p->convert || fx_timer_running(p->again);
	if (p->convert) {
		fx_convert_cancel(p->convert);
		p->convert = NULL;
	}
	fx_timer_stop(p->again);
	remove_made(p, false);
	detach(p);
	if (idle) {
		free_prep(p);
	}
	fx_prep_next(q);
}

void fx_prep_free_all(struct fx_queue *q)
{
	FX_LIST_EACH_SAFE(&q->preps, it) {
		struct fx_prep *p = FX_CONTAINER(it, struct fx_prep, link);
		bool idle = p->convert || fx_timer_running(p->again);

		if (p->convert) {
			fx_convert_cancel(p->convert);
			p->convert = NULL;
		}
		fx_timer_stop(p->again);
		detach(p); /* its files stay: the job is rendered anew after the next start */
		if (idle) {
			free_prep(p);
		}
	}
}
