/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/fsp/watch.c  The watchdog: a limit for everything that the provider does. */
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "providers/fsp/fsp_priv.h"

#define RING_US (6 * FX_SECOND)
#define RINGS_MAX 10u
#define HANGUP_US (4500 * FX_MS)

/* A function of the provider does not come back: the only way out of it is our end, which
 * casellid takes for that of every call here (HOST_LOST, tried again). */
_Noreturn static void die(const struct fx_fsp *f, const char *what)
{
	char why[160];

	(void)snprintf(why, sizeof(why), "the provider does not come back from %s", what);
	(void)fprintf(stderr, "caselli-host: %s; ending\n", why);
	f->sink->on_lost(f->arg, why); /* the words for `caselli plugins` */
	_exit(3);
}

static void watch_running(struct fx_fsp_op *op, int64_t now)
{
	const struct fx_fsp_settings *set = &op->f->set;
	int64_t since, call_s = set->call_s;
	enum fx_fsp_stage stage = fx_fsp_op_stage(op, &since);
	uint32_t max_s = op->sender && op->dial ? op->dial->max_call_s : op->answer.max_call_s;

	if (op->cancelled && !op->told && now - op->cancel_us > HANGUP_US) {
		/* first: nobody dials because a call ended */
		fx_fsp_set_online(op->f, op->line, false);
		fx_fsp_tell_end(op, FX_OUTCOME_CANCELLED, NULL);
	}
	if (stage == FX_FSP_OURS) {
		return;
	}
	if (stage != FX_FSP_CALL) {
		if (now - since > set->step_s * FX_SECOND) {
			die(op->f, fx_fsp_stage_str(stage));
		}
		return;
	}
	call_s = max_s && max_s < call_s ? max_s : call_s;
	if (!op->cancel_us && (now - since > call_s * FX_SECOND ||
			       (now - op->heard_us > set->silence_s * FX_SECOND &&
				now - since > set->silence_s * FX_SECOND))) {
		fx_log(FX_LOG_WARN, "call=%llu: the provider is told to stop it: it is too long, "
		       "or silent", (unsigned long long)op->call);
		fx_fsp_log(op, "! it is too long, or silent: FaxDevAbortOperation");
		op->cancel_us = now;
		fx_fsp_op_abort(op);
	}
	if (op->cancel_us && now - op->cancel_us > set->grace_s * FX_SECOND) {
		die(op->f, fx_fsp_stage_str(stage));
	}
}

static void watch_ringing(struct fx_fsp_op *op, int64_t now)
{
	if (now - op->start_us < op->ring * RING_US) {
		return;
	}
	if (op->ring < RINGS_MAX) {
		op->ring++;
		op->f->sink->on_ring(op->f->arg, op->call, op->ring);
		return;
	}
	fx_fsp_tell_end(op, FX_OUTCOME_NO_ANSWER, NULL);
	fx_fsp_drop(op);
}

void fx_fsp_watch(void *arg)
{
	struct fx_fsp *f = arg;
	int64_t now = fx_loop_now_us(f->loop);

	if (!f->starter_joined && now - f->open_us > f->set.start_s * FX_SECOND) {
		die(f, f->starting);
	}
	FX_LIST_EACH_SAFE(&f->ops, it) {
		struct fx_fsp_op *op = FX_CONTAINER(it, struct fx_fsp_op, link);

		if (op->running) {
			watch_running(op, now);
		} else if (!op->delivering && !op->cancelled) {
			watch_ringing(op, now);
		}
	}
	fx_timer_start(f->watch, FX_FSP_WATCH_US);
}
