/* SPDX-License-Identifier: Apache-2.0 */
/*
 *   submit --durable--> preparing --rendered, durable--> pending --attempt durable--> in_progress
 *                          |                              ^  ^                           |
 *                          '- unusable -> failed          |  '-- cut by us, crash -------+
 *                                          |  ^           |                              |
 *                               restart ---'  |           +------- retrying <- may retry-+
 *                                             +- hopeless -------------------------------+
 *                     retries_exceeded <- retries used up -------------------------------+
 *                                             sent/, message <- all pages confirmed -----'
 *   delete: at once (one transaction), from in_progress when the call has ended.
 *   failed, retries_exceeded: until restart, delete or DirtyDays.
 */
#include <string.h>
#include <sys/stat.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "queue/queue_priv.h"

#define SWEEP_US (3600 * FX_SECOND)

static void on_wake(void *arg)
{
	fx_queue_dispatch(arg);
}

void fx_queue_kick(struct fx_queue *q)
{
	if (!fx_timer_running(q->kick) && !q->stopping) {
		fx_timer_start(q->kick, 0);
	}
}

static bool old_log(void *arg, const char *name)
{
	struct fx_queue *q = arg;
	fx_auto char *path = fx_asprintf("%s/%s", fx_spool_path(q->spool, FX_SPOOL_LOG), name);
	struct stat st;

	if (path && !stat(path, &st) &&
	    (int64_t)st.st_mtime + (int64_t)q->log_days * 86400 < fx_queue_now(q)) {
		(void)fx_spool_remove(q->spool, FX_SPOOL_LOG, name);
	}
	return true;
}

/* Unsent jobs do not fill the disk for ever (winfax.md 2.6, DirtyDays). */
static void on_sweep(void *arg)
{
	struct fx_queue *q = arg;
	int64_t now = fx_queue_now(q);
	int64_t days_s = (int64_t)q->config.dirty_days * 86400;

	if (q->config.dirty_days != FX_DIRTY_DAYS_NEVER) {
		struct fx_qjob *j;

		for (size_t at = 0; (j = fx_table_next(q, &at));) {
			/* (a broadcast's parent goes with the last of its children) */
			if ((j->job.state == FX_JOB_FAILED ||
			     j->job.state == FX_JOB_RETRIES_EXCEEDED) && !fx_qjob_is_parent(j) &&
			    !j->foreign && j->job.ended_at + days_s <= now) {
				fx_log(FX_LOG_INFO, "queue: job=%u lay unsent for %u days",
				       j->job.client_id, q->config.dirty_days);
				if (fx_qjob_remove(j, FX_COMMIT_KEEP, NULL, NULL)) {
					break; /* no memory: the next sweep goes on */
				}
			}
		}
	}
	/* The files' times are real ones, so only on a real clock. */
	if (q->log_days && !fx_loop_is_virtual(q->loop) &&
	    fx_spool_each(q->spool, FX_SPOOL_LOG, old_log, q)) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_WARN, "queue: the session logs cannot be listed");
	}
	fx_timer_start(q->sweep, SWEEP_US);
}

static int make_timers(struct fx_queue *q)
{
	int err = fx_timer_new(q->loop, on_wake, q, &q->wake);

	if (!err) {
		err = fx_timer_new(q->loop, on_wake, q, &q->kick);
	}
	if (!err) {
		err = fx_timer_new(q->loop, on_sweep, q, &q->sweep);
	}
	if (!err) {
		err = fx_timer_new(q->loop, fx_prep_on_again, q, &q->prep_again);
	}
	return err;
}

static int init(struct fx_queue *q, const struct fx_queue_prm *prm,
		const struct fx_config *config)
{
	int err;

	q->loop = prm->loop;
	q->store = prm->store;
	q->spool = prm->spool;
	q->ports = prm->ports;
	q->cb = prm->cb;
	q->arg = prm->arg;
	q->max_renders = prm->max_renders ? prm->max_renders : 2;
	q->letter = prm->letter;
	q->covers = prm->covers;
	q->log_days = prm->log_days;
	fx_list_init(&q->lanes);
	fx_list_init(&q->prep_waiting);
	fx_list_init(&q->preps);
	fx_list_init(&q->calls);
	fx_list_init(&q->works);
	if (prm->dialing) {
		q->dialing = *prm->dialing;
	}
	err = fx_config_copy(&q->config, config);
	if (!err && prm->render_program) {
		q->render_program = fx_strdup(prm->render_program);
		err = q->render_program ? 0 : FX_ENOMEM;
	}
	if (!err) {
		err = make_timers(q);
	}
	if (!err) {
		err = fx_journal_new(q->loop, q->store, &q->journal);
	}
	return err ? err : fx_table_init(q);
}

int fx_queue_new(const struct fx_queue_prm *prm, const struct fx_config *config,
		 struct fx_queue **ret, struct fx_reason *reterr)
{
	struct fx_queue *q = fx_zalloc(sizeof(*q));
	int err;

	if (!q) {
		return FX_ENOMEM;
	}
	err = init(q, prm, config);
	if (!err) {
		err = fx_queue_load_outbound(q);
	}
	if (!err) {
		err = fx_queue_load(q, reterr);
	}
	if (err) {
		(void)fx_queue_abandon(q);
		return err;
	}
	fx_timer_start(q->sweep, FX_SECOND);
	*ret = q;
	return 0;
}

static struct fx_queue *free_queue(struct fx_queue *q, bool flush)
{
	if (!q) {
		return NULL;
	}
	q->stopping = true;
	fx_prep_free_all(q);
	fx_finish_free_all(q);
	FX_LIST_EACH_SAFE(&q->calls, it) {
		fx_outcall_free((struct fx_outcall *)(void *)it);
	}
	q->journal = flush ? fx_journal_free(q->journal) : fx_journal_abandon(q->journal);
	fx_table_fini(q);
	fx_heap_fini(&q->later);
	fx_heap_fini(&q->ready);
	fx_heap_fini(&q->aside);
	(void)fx_timer_free(q->wake);
	(void)fx_timer_free(q->kick);
	(void)fx_timer_free(q->sweep);
	(void)fx_timer_free(q->prep_again);
	fx_config_fini(&q->config);
	fx_outbound_fini(&q->outbound);
	(void)fx_free(q->render_program);
	return fx_free(q);
}

struct fx_queue *fx_queue_free(struct fx_queue *q)
{
	return free_queue(q, true);
}

struct fx_queue *fx_queue_abandon(struct fx_queue *q)
{
	return free_queue(q, false);
}

void fx_queue_stop(struct fx_queue *q)
{
	q->stopping = true;
	FX_LIST_EACH_SAFE(&q->calls, it) {
		fx_outcall_hangup((struct fx_outcall *)(void *)it);
	}
}

bool fx_queue_is_idle(const struct fx_queue *q)
{
	return fx_list_empty(&q->calls) && fx_list_empty(&q->works) &&
	       fx_journal_is_idle(q->journal);
}

struct fx_journal *fx_queue_journal(struct fx_queue *q)
{
	return q->journal;
}

const struct fx_config *fx_queue_config(const struct fx_queue *q)
{
	return &q->config;
}

static bool same_period(const struct fx_config *a, const struct fx_config *b)
{
	return a->cheap_start_hour == b->cheap_start_hour &&
	       a->cheap_start_minute == b->cheap_start_minute &&
	       a->cheap_stop_hour == b->cheap_stop_hour &&
	       a->cheap_stop_minute == b->cheap_stop_minute;
}

void fx_queue_set_config(struct fx_queue *q, const struct fx_config *config)
{
	struct fx_config c;
	struct fx_qjob *j;
	bool period, days;

	FX_ON_LOOP(q->loop);
	if (fx_config_copy(&c, config)) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR, "queue: no memory for the new settings");
		return;
	}
	period = !same_period(&q->config, &c);
	days = q->config.dirty_days != c.dirty_days;
	fx_config_fini(&q->config);
	q->config = c;
	/* All jobs are looked at only for what concerns them all: pausing a long queue is quick. */
	for (size_t at = 0; period && (j = fx_table_next(q, &at));) {
		if (j->job.schedule == FX_SCHEDULE_DISCOUNT) {
			fx_place_update(j);
		}
	}
	if (days) {
		fx_timer_start(q->sweep, 0);
	}
	fx_queue_kick(q);
}

size_t fx_queue_count(const struct fx_queue *q)
{
	return q->n_jobs - q->n_hidden;
}

/* "Waits for a port" is known only now: nothing is written when ports come and go. */
static const struct fx_job *shown(struct fx_qjob *j)
{
	if (!j->foreign) {
		j->job.no_line = j->place == FX_PLACE_READY && !j->q->config.pause_queue;
	}
	return &j->job;
}

void fx_queue_each_after(struct fx_queue *q, uint64_t after_id,
			 bool (*fn)(void *, const struct fx_job *), void *arg)
{
	struct fx_qjob *j;

	q->walking++;
	for (size_t at = fx_table_after(q, after_id); (j = fx_table_next(q, &at));) {
		if (!j->hidden && !fn(arg, shown(j))) {
			break;
		}
	}
	q->walking--;
}

void fx_queue_each(struct fx_queue *q, bool (*fn)(void *, const struct fx_job *), void *arg)
{
	fx_queue_each_after(q, 0, fn, arg);
}

const char *fx_queue_body(struct fx_queue *q, uint64_t job_id)
{
	struct fx_qjob *j = fx_table_find(q, job_id);

	return j && !j->hidden ? fx_qjob_body(j) : NULL;
}

const struct fx_job *fx_queue_find(struct fx_queue *q, uint64_t job_id)
{
	struct fx_qjob *j = fx_table_find(q, job_id);

	return j && !j->hidden ? shown(j) : NULL;
}

const struct fx_job *fx_queue_find_client(struct fx_queue *q, uint32_t client_id)
{
	struct fx_qjob *j = fx_table_find_client(q, client_id);

	return j && !j->hidden ? shown(j) : NULL;
}

/* ---- incoming jobs, route's ---- */

int fx_queue_adopt(struct fx_queue *q, const struct fx_job *job)
{
	struct fx_job copy;
	struct fx_qjob *j;
	int err = fx_job_copy(&copy, job);

	if (err) {
		return err;
	}
	j = fx_table_add(q, &copy);
	if (!j) {
		fx_job_fini(&copy);
		return FX_ENOMEM;
	}
	j->foreign = true;
	fx_qjob_changed(j);
	return 0;
}

void fx_queue_update(struct fx_queue *q, const struct fx_job *job)
{
	struct fx_qjob *j = fx_table_find(q, job->id);
	struct fx_job copy;

	if (!j || !j->foreign || fx_job_copy(&copy, job)) {
		return;
	}
	copy.client_id = j->job.client_id;
	fx_job_fini(&j->job);
	j->job = copy;
	fx_qjob_changed(j);
}

void fx_queue_drop(struct fx_queue *q, uint64_t job_id)
{
	struct fx_qjob *j = fx_table_find(q, job_id);

	if (j && j->foreign) {
		if (q->cb && q->cb->on_job) {
			q->cb->on_job(q->arg, &j->job, true);
		}
		fx_table_remove(j);
	}
}
