/* SPDX-License-Identifier: Apache-2.0 */
/* Broadcasts: one document, many recipients. */
#include <string.h>
#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/cover.h"
#include "service/service_priv.h"

static void submitted(struct fx_pending *p, int err)
{
	if (!p->extra) {
		return; /* nothing was uploaded for it */
	}
	if (err) {
		fx_service_uploads_give_back(p->s, p->extra);
	} else {
		fx_service_uploads_used(p->s, p->extra);
	}
}

static void add_uploads(struct fx_buf *b, const char *list)
{
	if (list && *list) {
		fx_buf_printf(b, "%s%s", b->len ? "\n" : "", list);
	}
}

/* Uploads of the whole batch: the documents, and personal cover pages. */
static int list_uploads(const struct fx_queue_batch *batch, char **ret)
{
	struct fx_buf b = {.max = 1u << 20};

	if (batch->parent) {
		add_uploads(&b, batch->parent->upload_file);
	}
	for (size_t i = 0; !b.err && i < batch->n; i++) {
		add_uploads(&b, batch->jobs[i].upload_file);
	}
	fx_buf_u8(&b, 0);
	if (b.err) {
		int err = b.err;

		fx_buf_fini(&b);
		return err;
	}
	*ret = (char *)b.data;
	return 0;
}

static bool is_upload(const char *cover_page)
{
	return cover_page && strncmp(cover_page, FX_COVER_COMMON, strlen(FX_COVER_COMMON)) != 0;
}

static void disown(struct fx_job *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		(void)fx_free(v[i].cover_page);
		(void)fx_free(v[i].upload_file);
	}
	(void)fx_free(v);
}

/* The cover page under the name that the queue knows; most recipients have the same. */
static int own_cover(struct fx_service *s, const struct fx_caller *c, const struct fx_job *jobs,
		     struct fx_job *v, size_t i, struct fx_reason *reterr)
{
	if (!jobs[i].cover_page) {
		return 0;
	}
	if (i && v[i - 1].cover_page && !strcmp(jobs[i].cover_page, jobs[i - 1].cover_page)) {
		v[i].cover_page = fx_strdup(v[i - 1].cover_page);
		return v[i].cover_page ? 0 : FX_ENOMEM;
	}
	return fx_service_cover_check(s, c, jobs[i].cover_page, &v[i].cover_page, reterr);
}

/*
 * Jobs as the caller gave them, with his name. Texts stay borrowed, but cover_page and
 * upload_file, which disown() frees. An uploaded cover page is the recipient's own file.
 */
static int own(struct fx_service *s, const struct fx_caller *c, const struct fx_job *jobs, size_t n,
	       bool shared_cover, struct fx_job **ret, struct fx_reason *reterr)
{
	struct fx_job *v = fx_calloc(n ? n : 1, sizeof(*v));
	int err = v ? 0 : FX_ENOMEM;

	for (size_t i = 0; !err && i < n; i++) {
		v[i] = jobs[i];
		v[i].uid = (uint32_t)c->uid;
		v[i].user = (char *)(uintptr_t)c->user;
		v[i].cover_page = v[i].upload_file = NULL;
		err = fx_service_check_texts(&jobs[i], reterr);
		err = err ? err : own_cover(s, c, jobs, v, i, reterr);
		if (!err && !shared_cover && is_upload(v[i].cover_page)) {
			v[i].upload_file = fx_strdup(v[i].cover_page);
			err = v[i].upload_file ? 0 : FX_ENOMEM;
		}
		for (size_t k = 0; !err && v[i].upload_file && k < i; k++) {
			if (fx_str_eq(v[k].upload_file, v[i].upload_file)) {
				err = fx_fail(reterr, FX_EINVAL,
					      "two recipients name the same uploaded cover page");
			}
		}
	}
	if (err) {
		disown(v, n);
		return err;
	}
	*ret = v;
	return 0;
}

/* The parent has the document, and the cover page if it is one upload for all, or all there is. */
static int own_parent(struct fx_service *s, const struct fx_caller *c, const struct fx_job *parent,
		      struct fx_job **ret, struct fx_reason *reterr)
{
	const char *files = fx_text(parent->upload_file);
	struct fx_job *v = NULL;
	int err = own(s, c, parent, 1, true, &v, reterr);

	if (err) {
		return err;
	}
	if (is_upload(v->cover_page)) {
		v->upload_file = fx_asprintf("%s%s%s", files, *files ? "\n" : "", v->cover_page);
	} else if (*files) {
		v->cover_page = fx_free(v->cover_page);
		v->upload_file = fx_strdup(files);
	} /* else each has a common page alone, and there is no file */
	if (!v->upload_file && (*files || is_upload(v->cover_page))) {
		disown(v, 1);
		return FX_ENOMEM;
	}
	*ret = v;
	return 0;
}

static int send_batch(struct fx_service *s, const struct fx_caller *c, struct fx_queue_batch *batch,
		      fx_queue_batch_fn *done, void *arg, struct fx_reason *reterr)
{
	struct fx_pending *p = NULL;
	char *uploads = NULL;
	int err = list_uploads(batch, &uploads);

	if (!err && *uploads) {
		err = fx_service_uploads_take(s, c, uploads, reterr);
	} else if (!err) {
		uploads = fx_free(uploads);
	}
	if (err) {
		(void)fx_free(uploads);
		return err;
	}
	p = fx_pending_new(s, NULL, arg);
	if (p) {
		p->batch_done = done;
		p->finish = submitted;
		p->extra = uploads;
	}
	err = p ? fx_queue_broadcast(s->queue, batch, fx_pending_batch_done, p, reterr) :
		  FX_ENOMEM;
	if (err && uploads) {
		fx_service_uploads_give_back(s, uploads);
	}
	if (err && !p) {
		(void)fx_free(uploads);
	}
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

static int broadcast(struct fx_service *s, const struct fx_caller *c, struct fx_queue_batch *batch,
		     fx_queue_batch_fn *done, void *arg, struct fx_reason *reterr)
{
	struct fx_job *jobs = NULL, *parent = NULL;
	bool whole = batch->parent && batch->n;
	size_t n = batch->n;
	int err = 0;

	FX_ON_LOOP(s->loop);
	if (batch->parent) {
		err = own_parent(s, c, batch->parent, &parent, reterr);
	}
	if (!err) {
		err = own(s, c, batch->jobs, n, whole, &jobs, reterr);
	}
	if (!err) {
		batch->parent = parent;
		batch->jobs = jobs;
		err = send_batch(s, c, batch, done, arg, reterr);
	}
	disown(parent, 1);
	disown(jobs, n);
	return err;
}

int fx_service_broadcast(struct fx_service *s, const struct fx_caller *c,
			 const struct fx_job *parent, const struct fx_job *jobs, size_t n,
			 fx_queue_batch_fn *done, void *arg, struct fx_reason *reterr)
{
	struct fx_queue_batch batch = {.parent = parent, .jobs = jobs, .n = n};
	int err = fx_service_allow(c, FX_RIGHT_JOB_SUBMIT, false, "sending a broadcast");

	return err ? err : broadcast(s, c, &batch, done, arg, reterr);
}

int fx_service_broadcast_start(struct fx_service *s, const struct fx_caller *c,
			       const struct fx_job *parent, fx_queue_batch_fn *done, void *arg,
			       struct fx_reason *reterr)
{
	struct fx_queue_batch batch = {.parent = parent, .open = true};
	int err = fx_service_allow(c, FX_RIGHT_JOB_SUBMIT, false, "starting a broadcast");

	return err ? err : broadcast(s, c, &batch, done, arg, reterr);
}

int fx_service_broadcast_add(struct fx_service *s, const struct fx_caller *c, uint32_t parent,
			     const struct fx_job *jobs, size_t n, fx_queue_batch_fn *done,
			     void *arg, struct fx_reason *reterr)
{
	const struct fx_job *job = fx_queue_find_client(s->queue, parent);
	struct fx_queue_batch batch = {.jobs = jobs, .n = n, .open = true};
	int err = fx_service_allow(c, FX_RIGHT_JOB_SUBMIT, false, "adding to a broadcast");

	if (err) {
		return err;
	}
	/* Whose it is, is nobody's business. */
	if (!job || job->type != FX_JT_BROADCAST || !fx_service_owns(c, job)) {
		return fx_fail(reterr, FX_ENOMSG, "there is no broadcast %u of user %s", parent,
			       c->user);
	}
	if (!n) {
		return fx_fail(reterr, FX_EINVAL, "a broadcast is added to by one or more");
	}
	batch.parent_id = job->id;
	return broadcast(s, c, &batch, done, arg, reterr);
}

void fx_service_broadcast_end(struct fx_service *s, uint64_t parent_id)
{
	fx_queue_broadcast_end(s->queue, parent_id);
}

int fx_service_broadcast_cancel(struct fx_service *s, const struct fx_caller *c, uint32_t parent,
				fx_service_done_fn *done, void *arg)
{
	const struct fx_job *job = fx_queue_find_client(s->queue, parent);
	struct fx_pending *p;
	int err = fx_service_check_any(c, "cancelling a broadcast");

	FX_ON_LOOP(s->loop);
	if (err || !job || job->type != FX_JT_BROADCAST) {
		return err ? err : FX_ENOMSG;
	}
	err = fx_service_allow(c, FX_RIGHT_JOB_MANAGE, fx_service_owns(c, job),
			       "cancelling a broadcast");
	if (err) {
		return err;
	}
	p = fx_pending_new(s, done, arg);
	err = p ? fx_queue_broadcast_cancel(s->queue, job->id, fx_pending_queue_done, p) :
		  FX_ENOMEM;
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

size_t fx_service_broadcast_count(struct fx_service *s, const struct fx_job *parent)
{
	return fx_queue_broadcast_count(s->queue, parent->id);
}

uint32_t fx_service_parent_number(struct fx_service *s, const struct fx_job *job)
{
	const struct fx_job *parent = job->parent_id ? fx_queue_find(s->queue, job->parent_id) :
						       NULL;

	return parent ? parent->client_id : 0;
}
