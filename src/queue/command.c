/* SPDX-License-Identifier: Apache-2.0 */
/* What clients do to a job: pause, resume, restart, delete. Effects are core's. */
#include "base/log.h"
#include "base/mem.h"
#include "core/select.h"
#include "queue/queue_priv.h"

struct command {
	struct fx_queue *q;
	uint64_t id;
	uint32_t client_id;
	fx_queue_done_fn *done;
	void *arg;
	bool undo_pause; /* give the flag this value when the store fails */
	bool undo_value;
};

static void answer(struct command *c, int err, const struct fx_reason *why)
{
	if (c->done) {
		c->done(c->arg, err, c->id, c->client_id, why);
	}
	(void)fx_free(c);
}

static void on_durable(void *arg, int err, const struct fx_reason *why)
{
	struct command *c = arg;
	struct fx_qjob *j;

	if (err == FX_ECANCELED) { /* the queue goes away */
		(void)fx_free(c);
		return;
	}
	j = fx_table_find(c->q, c->id);
	if (j && err && c->undo_pause) {
		j->job.paused = c->undo_value;
		fx_place_update(j);
		fx_qjob_changed(j);
	}
	answer(c, err, why);
}

static void on_nothing(void *arg)
{
	answer(arg, 0, NULL);
}

static struct command *new_command(struct fx_qjob *j, fx_queue_done_fn *done, void *arg)
{
	struct command *c = fx_zalloc(sizeof(*c));

	if (c) {
		*c = (struct command){.q = j->q,
				      .id = j->job.id,
				      .client_id = j->job.client_id,
				      .done = done,
				      .arg = arg};
	}
	return c;
}

/* Record the job's new state; the answer comes when it is durable. */
static int record(struct fx_qjob *j, enum fx_commit how, struct command *c)
{
	struct fx_group *g = fx_group_new(j->q->journal);

	fx_group_put_job(g, &j->job);
	return fx_group_commit(g, how, on_durable, c);
}

static int set_paused(struct fx_qjob *j, bool paused, struct command *c)
{
	int err;

	c->undo_pause = true;
	c->undo_value = j->job.paused;
	j->job.paused = paused;
	err = record(j, FX_COMMIT_FAIL_FAST, c);
	if (err) {
		j->job.paused = c->undo_value;
		return err;
	}
	fx_place_update(j);
	fx_qjob_changed(j);
	return 0;
}

static int restart(struct fx_qjob *j, struct command *c)
{
	bool prepare = !fx_qjob_is_prepared(j);
	int err;

	j->job.tries = 0;
	j->job.quick_used = false;
	j->job.next_try_at = j->job.ended_at = 0;
	j->job.paused = false;
	j->protocol_failures = j->host_losts = 0;
	j->job.state = prepare ? FX_JOB_PREPARING : FX_JOB_PENDING;
	err = record(j, FX_COMMIT_FAIL_FAST, c);
	if (prepare && fx_qjob_is_child(j)) {
		fx_bcast_restart(j);
	} else if (prepare) {
		fx_prep_enqueue(j);
	}
	fx_prep_next(j->q);
	fx_place_update(j);
	fx_qjob_changed(j);
	return err;
}

static int end_call(struct fx_qjob *j, enum fx_commit how, struct command *c)
{
	int err;

	if (j->finishing || (j->job.pages && j->job.confirmed >= j->job.pages)) {
		return FX_ESTATE; /* every page is confirmed: there is nothing to cancel */
	}
	j->before = j->job.state;
	j->job.state = FX_JOB_DELETING;
	err = record(j, how, c);
	if (err) {
		j->job.state = j->before;
		return err;
	}
	fx_log_detail(FX_LOG_INFO, "queue: job=%u is cancelled in its call", j->job.client_id);
	fx_qjob_changed(j);
	if (j->call) {
		fx_outcall_hangup(j->call);
	}
	return 0;
}

static int carry_out(struct fx_qjob *j, enum fx_job_effect effect, struct command *c)
{
	switch (effect) {
	case FX_JE_NOTHING:
		fx_loop_post(j->q->loop, on_nothing, c);
		return 0;
	case FX_JE_PAUSE:
		return set_paused(j, true, c);
	case FX_JE_RESUME:
		return set_paused(j, false, c);
	case FX_JE_RESTART:
		return restart(j, c);
	case FX_JE_HANGUP:
		return end_call(j, FX_COMMIT_FAIL_FAST, c);
	case FX_JE_ESTATE:
		return FX_ESTATE;
	case FX_JE_REMOVE: /* handled before */
	case FX_JE_EINVAL:
		break;
	}
	return FX_EINVAL;
}

int fx_queue_command(struct fx_queue *q, uint64_t job_id, enum fx_job_command cmd,
		     fx_queue_done_fn *done, void *arg)
{
	struct fx_qjob *j = fx_table_find(q, job_id);
	enum fx_job_effect effect;
	struct command *c;
	int err;

	FX_ON_LOOP(q->loop);
	if (!j || j->hidden) {
		return FX_ENOMSG;
	}
	effect = fx_job_command_effect(&j->job, cmd);
	if (j->foreign && effect != FX_JE_EINVAL && effect != FX_JE_ESTATE) {
		/* A call coming in: hang up; route makes a message of what arrived. */
		return FX_ESTATE;
	}
	if (effect == FX_JE_REMOVE) {
		return fx_qjob_remove(j, FX_COMMIT_FAIL_FAST, done, arg);
	}
	c = new_command(j, done, arg);
	if (!c) {
		return FX_ENOMEM;
	}
	err = carry_out(j, effect, c);
	if (err) {
		(void)fx_free(c);
	}
	return err;
}

int fx_qjob_cancel(struct fx_qjob *j, enum fx_commit how, fx_queue_done_fn *done, void *arg)
{
	enum fx_job_effect effect = fx_job_command_effect(&j->job, FX_JC_DELETE);
	struct command *c;
	int err;

	if (effect == FX_JE_REMOVE) {
		return fx_qjob_remove(j, how, done, arg);
	}
	if (effect != FX_JE_HANGUP) {
		return effect == FX_JE_EINVAL ? FX_EINVAL : FX_ESTATE;
	}
	c = new_command(j, done, arg);
	err = c ? end_call(j, how, c) : FX_ENOMEM;
	if (err) {
		(void)fx_free(c);
	}
	return err;
}
