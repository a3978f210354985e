/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs: submit, list, command, first page, attempts and logs. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/cover.h"
#include "document/fax_tiff.h"
#include "service/service_priv.h"

/* ---- submit ---- */

int fx_service_check_texts(const struct fx_job *job, struct fx_reason *reterr)
{
	int err = 0;

#define X(name)                                                                                    \
	if (!err && job->name) {                                                                   \
		bool large = !strcmp(#name, "profile") || !strcmp(#name, "cover_note");            \
		size_t max = large ? FX_PROFILE_MAX : FX_TEXT_MAX;                                 \
		size_t n = strnlen(job->name, max);                                                \
		if (n == max) {                                                                    \
			err = fx_fail(reterr, FX_EOVERFLOW, "%s is longer than %zu bytes", #name,  \
				      max - 1);                                                    \
		} else if (!fx_utf8_valid(job->name, n)) {                                         \
			err = fx_fail(reterr, FX_EINVAL, "%s is not valid UTF-8", #name);          \
		}                                                                                  \
	}
	FX_JOB_TEXTS(X)
#undef X
	return err;
}

static void submitted(struct fx_pending *p, int err)
{
	if (err) {
		fx_service_uploads_give_back(p->s, p->extra);
	} else {
		fx_service_uploads_used(p->s, p->extra);
	}
}

/* The documents, and an uploaded cover page behind them; NULL = a common page alone. */
static int all_uploads(const struct fx_job *job, const char *cover, char **ret)
{
	bool own = cover && strncmp(cover, FX_COVER_COMMON, strlen(FX_COVER_COMMON)) != 0;
	const char *files = fx_text(job->upload_file);

	if (!own && !*files && cover) {
		*ret = NULL;
		return 0;
	}
	*ret = own ? fx_asprintf("%s%s%s", files, *files ? "\n" : "", cover) : fx_strdup(files);
	return *ret ? 0 : FX_ENOMEM;
}

static int take_files(struct fx_service *s, const struct fx_caller *c, const struct fx_job *job,
		      struct fx_job *mine, struct fx_reason *reterr)
{
	int err = 0;

	mine->cover_page = mine->upload_file = NULL;
	if (job->cover_page) {
		err = fx_service_cover_check(s, c, job->cover_page, &mine->cover_page, reterr);
	}
	err = err ? err : all_uploads(job, mine->cover_page, &mine->upload_file);
	if (!err && mine->upload_file) {
		err = fx_service_uploads_take(s, c, mine->upload_file, reterr);
	}
	return err;
}

int fx_service_submit(struct fx_service *s, const struct fx_caller *c, const struct fx_job *job,
		      fx_queue_done_fn *done, void *arg, struct fx_reason *reterr)
{
	struct fx_job mine = *job; /* texts stay borrowed */
	struct fx_pending *p;
	int err = fx_service_allow(c, FX_RIGHT_JOB_SUBMIT, false, "sending a fax");

	FX_ON_LOOP(s->loop);
	if (!err) {
		err = fx_service_check_texts(job, reterr);
	}
	if (err) {
		return err;
	}
	err = take_files(s, c, job, &mine, reterr);
	if (err) {
		(void)fx_free(mine.cover_page);
		(void)fx_free(mine.upload_file);
		return err;
	}
	mine.uid = (uint32_t)c->uid;
	mine.user = (char *)(uintptr_t)c->user; /* copied by the queue */
	p = fx_pending_new(s, NULL, arg);
	if (p) {
		p->queue_done = done;
		p->finish = submitted;
		p->extra = fx_strdup(fx_text(mine.upload_file));
	}
	err = p && p->extra ? fx_queue_submit(s->queue, &mine, fx_pending_queue_done, p, reterr) :
			      FX_ENOMEM;
	if (err) {
		fx_service_uploads_give_back(s, mine.upload_file);
		fx_pending_free(p);
	}
	(void)fx_free(mine.cover_page);
	(void)fx_free(mine.upload_file);
	return err;
}

/* ---- list ---- */

struct listing {
	const struct fx_service *s;
	const struct fx_caller *c;
	struct fx_job *v;
	size_t n, cap;
	size_t max, looked; /* of a page; max also of a whole list */
	bool more;
	uint64_t next;
	int err;
};

static bool add_job(void *arg, const struct fx_job *job)
{
	struct listing *l = arg;

	if (!fx_service_has(l->c, fx_service_read_right(l->s, fx_service_is_incoming(job))) &&
	    !fx_service_owns(l->c, job)) {
		return true;
	}
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		struct fx_job *v = fx_realloc(l->v, cap * sizeof(*v));

		if (!v) {
			l->err = FX_ENOMEM;
			return false;
		}
		l->v = v;
		l->cap = cap;
	}
	l->err = fx_job_copy(&l->v[l->n], job);
	l->n += !l->err;
	return !l->err;
}

/* All or an error: half a list would be taken for the whole. */
static bool add_to_list(void *arg, const struct fx_job *job)
{
	struct listing *l = arg;

	if (!add_job(l, job)) {
		return false;
	}
	if (l->n > l->max) {
		l->err = FX_ELIMIT;
	}
	return !l->err;
}

static bool add_to_page(void *arg, const struct fx_job *job)
{
	struct listing *l = arg;

	if (l->n == l->max || l->looked++ == FX_SERVICE_PAGE_LOOK) {
		l->more = true;
		return false;
	}
	if (!add_job(arg, job)) {
		return false;
	}
	l->next = job->id;
	return true;
}

int fx_service_jobs_page(struct fx_service *s, const struct fx_caller *c, uint64_t after_id,
			 size_t max, struct fx_job **ret, size_t *ret_n, uint64_t *ret_next)
{
	struct listing l = {.s = s, .c = c, .max = max, .next = after_id};
	int err = fx_service_check_any(c, "listing jobs");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	fx_queue_each_after(s->queue, after_id, add_to_page, &l);
	if (l.err) {
		fx_service_jobs_free(l.v, l.n);
		return l.err;
	}
	*ret = l.v;
	*ret_n = l.n;
	*ret_next = l.more ? l.next : 0;
	return 0;
}

int fx_service_all_jobs(struct fx_service *s, const struct fx_caller *c, struct fx_job **ret,
			size_t *ret_n)
{
	int err = fx_service_allow(c, FX_RIGHT_JOB_QUERY, false, "listing all jobs");

	return err ? err : fx_service_jobs(s, c, ret, ret_n);
}

int fx_service_jobs(struct fx_service *s, const struct fx_caller *c, struct fx_job **ret,
		    size_t *ret_n)
{
	struct listing l = {.s = s, .c = c, .max = FX_SERVICE_LIST_MAX};
	int err = fx_service_check_any(c, "listing jobs");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	fx_queue_each(s->queue, add_to_list, &l);
	if (l.err) {
		fx_service_jobs_free(l.v, l.n);
		return l.err;
	}
	*ret = l.v;
	*ret_n = l.n;
	return 0;
}

void fx_service_jobs_free(struct fx_job *jobs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fx_job_fini(&jobs[i]);
	}
	(void)fx_free(jobs);
}

static int give_job(const struct fx_service *s, const struct fx_caller *c, const struct fx_job *job,
		    struct fx_job *ret)
{
	int err = fx_service_check_any(c, "reading a job");

	if (err || !job) {
		return err ? err : FX_ENOMSG;
	}
	err = fx_service_allow(c, fx_service_read_right(s, fx_service_is_incoming(job)),
			       fx_service_owns(c, job), "reading a job");
	return err ? err : fx_job_copy(ret, job);
}

int fx_service_job(struct fx_service *s, const struct fx_caller *c, uint32_t client_id,
		   struct fx_job *ret)
{
	FX_ON_LOOP(s->loop);
	return give_job(s, c, fx_queue_find_client(s->queue, client_id), ret);
}

int fx_service_job_by_id(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			 struct fx_job *ret)
{
	FX_ON_LOOP(s->loop);
	return give_job(s, c, fx_queue_find(s->queue, id), ret);
}

uint32_t fx_service_job_fps(struct fx_service *s, const struct fx_job *job)
{
	struct fx_port *port;
	struct fx_port_status st;

	switch (job->state) {
	case FX_JOB_IN_PROGRESS:
	case FX_JOB_DELETING:
	case FX_JOB_ROUTING:
		break;
	case FX_JOB_PREPARING:
	case FX_JOB_PENDING:
	case FX_JOB_RETRYING:
	case FX_JOB_FAILED:
	case FX_JOB_RETRIES_EXCEEDED:
	case FX_JOB_STATE_COUNT:
		return 0;
	}
	port = job->device_id ? fx_ports_find(s->ports, job->device_id) : NULL;
	if (!port) {
		return 0;
	}
	fx_port_status(port, &st);
	/* Joined jobs share a call that shows the first one's number. */
	return st.active && st.started_at >= job->started_at ? st.fps : 0;
}

int fx_service_job_command(struct fx_service *s, const struct fx_caller *c, uint32_t client_id,
			   enum fx_job_command cmd, fx_service_done_fn *done, void *arg)
{
	const struct fx_job *job = fx_queue_find_client(s->queue, client_id);
	struct fx_pending *p;
	int err = fx_service_check_any(c, "changing a job");

	FX_ON_LOOP(s->loop);
	if (err || !job) {
		return err ? err : FX_ENOMSG;
	}
	err = fx_service_allow(c, FX_RIGHT_JOB_MANAGE, fx_service_owns(c, job) &&
			       (job->type == FX_JT_SEND || job->type == FX_JT_BROADCAST),
			       "changing a job");
	if (err) {
		return err;
	}
	p = fx_pending_new(s, done, arg);
	if (!p) {
		return FX_ENOMEM;
	}
	if (s->route && (job->type == FX_JT_RECEIVE || job->type == FX_JT_ROUTING) &&
	    cmd != FX_JC_PAUSE) {
		/* Hang up, or give up what is left of its routing; or try that now. */
		err = cmd == FX_JC_DELETE ? fx_route_cancel(s->route, job->id) :
					    fx_route_retry_now(s->route, job->id);
		if (!err) {
			struct fx_group *g = fx_group_new(s->journal);

			/* Nothing to record; the answer comes in the order of writing. */
			err = fx_group_commit(g, FX_COMMIT_KEEP, fx_pending_done, p);
		}
	} else {
		err = fx_queue_command(s->queue, job->id, cmd, fx_pending_queue_done, p);
	}
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

/* ---- the first page ---- */

int fx_service_page_data(struct fx_service *s, const struct fx_caller *c, uint32_t client_id,
			 struct fx_buf *ret, uint32_t *ret_width, uint32_t *ret_rows)
{
	const struct fx_job *job = fx_queue_find_client(s->queue, client_id);
	struct fx_tiff_rd *rd = NULL;
	const char *name;
	int fd = -1, err = fx_service_check_any(c, "reading a job's page");

	FX_ON_LOOP(s->loop);
	if (err || !job) {
		return err ? err : FX_ENOMSG;
	}
	err = fx_service_allow(c, FX_RIGHT_JOB_QUERY, fx_service_owns(c, job),
			       "reading a job's page");
	if (err) {
		return err;
	}
	/* A queued fax with a cover page shows that first. */
	name = job->cover_file ? job->cover_file : fx_queue_body(s->queue, job->id);
	if (job->type != FX_JT_SEND || !name || job->state == FX_JOB_PREPARING) {
		return FX_EDATA;
	}
	err = fx_spool_openat(s->spool, FX_SPOOL_QUEUE, name, O_RDONLY, &fd);
	if (!err) {
		err = fx_tiff_open(fd, &rd, NULL);
		(void)close(fd);
	}
	if (!err) {
		err = fx_tiff_first_page(rd, ret, ret_width, ret_rows);
	}
	(void)fx_tiff_close(rd);
	return err;
}

/* ---- attempts and logs ---- */

struct attempts {
	struct fx_attempt *v;
	size_t n;
	int err;
};

static bool add_attempt(void *arg, const struct fx_attempt *a)
{
	struct attempts *l = arg;
	struct fx_attempt *v = fx_realloc(l->v, (l->n + 1) * sizeof(*v));

	if (!v) {
		l->err = FX_ENOMEM;
		return false;
	}
	l->v = v;
	l->v[l->n++] = *a;
	return true;
}

int fx_service_attempts(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			struct fx_attempt **ret, size_t *ret_n)
{
	struct attempts l = {0};
	struct fx_message m;
	bool live;
	int err = fx_service_lookup(s, c, id, "reading the attempts of a job", &m, &live);

	if (err) {
		return err;
	}
	fx_message_fini(&m);
	err = fx_store_each_attempt(s->store, id, add_attempt, &l);
	err = err ? err : l.err;
	if (err) {
		(void)fx_free(l.v);
		return err;
	}
	*ret = l.v;
	*ret_n = l.n;
	return 0;
}

static int read_file(int fd, struct fx_buf *ret)
{
	char buf[16384];
	ssize_t n;

	while ((n = read(fd, buf, sizeof(buf))) > 0 && ret->len < FX_CALL_LOG_MAX) {
		fx_buf_put(ret, buf, (size_t)n);
	}
	return n < 0 ? fx_error_from_errno(errno) : ret->err;
}

int fx_service_call_log(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			uint64_t attempt_id, struct fx_buf *ret)
{
	struct fx_attempt *v = NULL;
	const char *file = NULL;
	size_t n = 0;
	int fd = -1;
	int err = fx_service_attempts(s, c, id, &v, &n);

	for (size_t i = 0; !err && i < n; i++) {
		if (v[i].id == attempt_id) {
			file = v[i].log_file;
		}
	}
	if (!err && (!file || !*file)) {
		err = FX_ENOENT;
	}
	if (!err) {
		err = fx_spool_openat(s->spool, FX_SPOOL_LOG, file, O_RDONLY, &fd);
	}
	if (!err) {
		err = read_file(fd, ret);
		(void)close(fd);
	}
	(void)fx_free(v);
	return err;
}
