/* SPDX-License-Identifier: Apache-2.0 */
/*
 * After a start: jobs into memory, what a crash left half done put in order.
 *  - attempts without an end are closed; pages recorded in them stay confirmed
 *  - in_progress goes back to pending, or becomes a message when all is confirmed
 *  - deleting is carried out; preparing is rendered anew
 *  - files of the queue folder that no job names are removed
 */
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/retry.h"
#include "queue/queue_priv.h"

#define PROGRESS_EVERY 100000u /* jobs; a million take a while */

struct names {
	char **v;
	size_t n, cap;
	int err;
};
struct loading {
	struct fx_queue *q;
	struct names names;
	size_t n;
	int err;
};
struct attempts {
	struct fx_qjob *j;
	struct fx_attempt last;
	struct fx_attempt *open; /* without an end */
	size_t n_open;
	bool any;
	int err;
};

static void remember(void *arg, const char *name)
{
	struct names *l = arg;

	if (l->err) {
		return;
	}
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 64;
		char **v = fx_realloc(l->v, cap * sizeof(char *));

		if (!v) {
			l->err = FX_ENOMEM;
			return;
		}
		l->v = v;
		l->cap = cap;
	}
	l->v[l->n] = fx_strdup(name);
	if (!l->v[l->n]) {
		l->err = FX_ENOMEM;
		return;
	}
	l->n++;
}

static void forget(struct names *l)
{
	for (size_t i = 0; i < l->n; i++) {
		(void)fx_free(l->v[i]);
	}
	(void)fx_free(l->v);
}

static bool load_one(void *arg, const struct fx_job *job)
{
	struct loading *l = arg;
	struct fx_qjob *j;
	struct fx_job copy;

	(void)fx_upload_each(job->upload_file, remember, &l->names);
	if (job->tiff_file) {
		remember(&l->names, job->tiff_file);
	}
	if (job->cover_file) {
		remember(&l->names, job->cover_file);
	}
	l->err = l->names.err;
	if (l->err || (job->type != FX_JT_SEND && job->type != FX_JT_BROADCAST)) {
		return !l->err; /* incoming ones are route's */
	}
	if (++l->n % PROGRESS_EVERY == 0) {
		fx_log(FX_LOG_INFO, "queue: %zu jobs are read", l->n);
	}
	if (fx_table_find_client(l->q, job->client_id)) {
		fx_log_in(FX_LOG_INIT, FX_LOG_WARN, "queue: two stored jobs have the number %u",
			  job->client_id);
	}
	l->err = fx_job_copy(&copy, job);
	if (l->err) {
		return false;
	}
	j = fx_table_add(l->q, &copy);
	if (!j) {
		fx_job_fini(&copy);
		l->err = FX_ENOMEM;
		return false;
	}
	if (copy.type == FX_JT_BROADCAST || copy.parent_id) {
		int err = fx_bcast_join(j, false);

		l->err = err == FX_ENOENT ? 0 : err; /* without its parent: settle() */
	}
	j->fresh = false; /* told when it was queued, in another life of ours */
	return !l->err;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool find_orphan(void *arg, const char *name)
{
	struct loading *l = arg;

	if (!l->names.n || !bsearch(&name, l->names.v, l->names.n, sizeof(char *), compare)) {
		fx_log_in(FX_LOG_INIT, FX_LOG_INFO, "queue: removing %s, which no job names", name);
		(void)fx_spool_remove(l->q->spool, FX_SPOOL_QUEUE, name);
	}
	return true;
}

static bool one_attempt(void *arg, const struct fx_attempt *a)
{
	struct attempts *s = arg;

	s->any = true;
	s->last = *a;
	if (a->ended_at) {
		s->j->protocol_failures += fx_retry_is_protocol(a->result.outcome);
	} else {
		struct fx_attempt *open =
			fx_realloc(s->open, (s->n_open + 1) * sizeof(struct fx_attempt));

		if (!open) {
			s->err = FX_ENOMEM;
			return false;
		}
		s->open = open;
		s->open[s->n_open++] = *a;
	}
	return true;
}

/* The end that nobody saw, in the words that an operator will read. */
static void close_attempt(struct fx_attempt *a, const struct fx_qjob *j, int64_t now)
{
	bool complete = j->job.pages && j->job.confirmed >= j->job.pages;

	a->ended_at = now;
	a->result.engine_code = -1;
	a->result.outcome = complete ? FX_OUTCOME_SUCCESS : FX_OUTCOME_HOST_LOST;
	a->result.pages_total = j->job.pages - a->first_page;
	a->result.pages_confirmed = j->job.confirmed - a->first_page;
	(void)fx_strlcpy(a->result.words,
			 complete ? "All pages were confirmed; then the service was interrupted." :
				    "The service was interrupted during the call.",
			 sizeof(a->result.words));
}

/* Nobody keeps it open any more; one that was being cancelled still is. */
static void settle_parent(struct fx_qjob *j)
{
	if (j->job.state == FX_JOB_PREPARING && fx_qjob_is_prepared(j)) {
		j->job.state = FX_JOB_PENDING;
	}
	if (j->job.state == FX_JOB_PREPARING) {
		fx_qjob_prepare(j);
	}
	fx_bcast_go_on(j);
}

static void settle(struct fx_qjob *j, struct attempts *s)
{
	struct fx_queue *q = j->q;
	struct fx_group *g;

	if (j->job.pages && j->job.confirmed >= j->job.pages && s->any &&
	    (fx_qjob_body(j) || j->job.cover_file)) {
		fx_finish_start(j, s->n_open ? &s->open[s->n_open - 1] : &s->last);
		return;
	}
	if (fx_qjob_is_parent(j)) {
		settle_parent(j);
		return;
	}
	if (j->job.state == FX_JOB_DELETING) {
		if (fx_qjob_remove(j, FX_COMMIT_KEEP, NULL, NULL)) {
			fx_log(FX_LOG_ERROR, "queue: no memory to remove job=%u",
			       j->job.client_id);
		}
		return;
	}
	if (j->job.state == FX_JOB_IN_PROGRESS) {
		j->job.state = FX_JOB_PENDING;
		j->job.next_try_at = 0;
		j->job.outcome = FX_OUTCOME_HOST_LOST;
		fx_qjob_set_words(j, "The service was interrupted during the call.");
		fx_log(FX_LOG_INFO, "queue: job=%u was in a call; %u of %u pages are confirmed",
		       j->job.client_id, j->job.confirmed, j->job.pages);
	}
	if (s->n_open) {
		g = fx_group_new(q->journal);
		for (size_t i = 0; i < s->n_open; i++) {
			fx_group_put_attempt(g, &s->open[i]);
		}
		fx_group_put_job(g, &j->job);
		if (fx_group_commit(g, FX_COMMIT_KEEP, NULL, NULL)) {
			s->err = FX_ENOMEM;
		}
	}
	if (j->job.state == FX_JOB_PREPARING && !fx_qjob_is_child(j) && fx_qjob_is_prepared(j)) {
		j->job.state = FX_JOB_PENDING; /* a command was recorded over the rendering */
	}
	if (j->job.parent_id && !j->bcast) {
		fx_qjob_fail(j, FX_JOB_FAILED, "The broadcast that it belongs to is gone.");
	} else if (j->job.state == FX_JOB_PREPARING) {
		fx_qjob_prepare(j);
	}
	fx_place_update(j);
}

static int recover_one(struct fx_qjob *j)
{
	struct fx_queue *q = j->q;
	struct attempts s = {.j = j};
	int64_t now = fx_queue_now(q);
	int err = 0;

	if (fx_bcast_is_cancelled(j) && j->job.state == FX_JOB_PREPARING) {
		return 0; /* goes with the whole */
	}
	if (j->job.tries || j->job.state == FX_JOB_IN_PROGRESS ||
	    j->job.state == FX_JOB_DELETING || j->job.confirmed) {
		err = fx_store_each_attempt(q->store, j->job.id, one_attempt, &s);
		err = err ? err : s.err;
	}
	for (size_t i = 0; i < s.n_open; i++) {
		close_attempt(&s.open[i], j, now);
	}
	if (!err) {
		settle(j, &s);
		err = s.err;
	}
	(void)fx_free(s.open);
	return err;
}

int fx_queue_load(struct fx_queue *q, struct fx_reason *reterr)
{
	struct loading l = {.q = q};
	struct fx_qjob *j;
	char *cursor = NULL;
	int64_t n = 0;
	int err = fx_store_each_job(q->store, load_one, &l);

	err = err ? err : l.err;
	if (!err && !fx_store_get_meta(q->store, FX_QUEUE_META_CLIENT, &cursor)) {
		q->last_client = !fx_parse_i64(cursor, 0, INT32_MAX, &n) ? (uint32_t)n : 0;
		(void)fx_free(cursor);
	}
	if (!err) {
		if (l.names.n) {
			qsort(l.names.v, l.names.n, sizeof(char *), compare);
		}
		err = fx_spool_each(q->spool, FX_SPOOL_QUEUE, find_orphan, &l);
	}
	forget(&l.names);
	for (size_t at = 0; !err && (j = fx_table_next(q, &at));) {
		err = recover_one(j);
	}
	if (err) {
		return fx_fail(reterr, err, "the stored jobs cannot be read: %s",
			       fx_error_str(err));
	}
	if (q->n_jobs) {
		fx_log_in(FX_LOG_INIT, FX_LOG_INFO, "queue: %zu jobs from before", q->n_jobs);
	}
	fx_prep_next(q);
	return 0;
}
