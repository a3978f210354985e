/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The methods of one fax, which is a message already.
 *
 *   next --method--> running --end--> recorded --> next
 *   next --none left, some failed for now--> retrying --time, user, method came--> next
 *   next --none left--> message says what failed, job gone
 *
 * The end of each method is durable before the next one starts. What a crash can repeat is
 * one method: the one that ran.
 */
#include <stdio.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/owners.h"
#include "route/route_priv.h"

#define META_JOB_SIZE 40

static void meta_key(const struct fx_rx *rx, char key[META_JOB_SIZE])
{
	(void)snprintf(key, META_JOB_SIZE, "route.job.%llu", (unsigned long long)rx->job.id);
}

static const char *name_of(const struct fx_rx *rx, const struct fx_step *step)
{
	const struct fx_route_method *m = fx_route_find_method(rx->r, step->guid);

	return m && *m->info.friendly ? m->info.friendly : step->guid;
}

static const struct fx_route_rule *rule_of(const struct fx_rx *rx)
{
	struct fx_route_facts facts = {
		.to = rx->job.routing,
		.from = rx->job.caller_id,
		.tsid = rx->job.remote_id,
		.device_id = rx->job.device_id,
	};

	return fx_route_rules_find(&rx->r->settings.rules, &facts);
}

/* ---- what is to be done ---- */

void fx_pass_plan(struct fx_rx *rx)
{
	const struct fx_route_rule *rule = rule_of(rx);
	const struct fx_port_info *port = rx->shown ? fx_port_info(rx->shown) : NULL;

	if (port && !port->receive) {
		fx_trace(FX_TRACE_ROUTE, "job=%u port=%u does not receive: not routed",
			 rx->job.client_id, rx->job.device_id);
		return; /* faxcom.md 6.4 */
	}
	for (size_t i = 0; i < rx->r->n_methods; i++) {
		struct fx_route_method *m = rx->r->methods[i];
		const char *data;
		enum fx_rule_says says = fx_route_rule_says(rule, m->info.guid, &data);

		if (says == FX_RULE_OFF || (says == FX_RULE_NOTHING &&
					    !fx_route_is_enabled(rx->r, m, rx->job.device_id))) {
			continue;
		}
		if (fx_progress_add_step(&rx->progress, m->info.guid)) {
			fx_log(FX_LOG_ERROR, "route: job=%u: no memory for method %s",
			       rx->job.client_id, m->info.friendly);
		}
	}
	fx_trace(FX_TRACE_ROUTE,
		 "job=%u port=%u from=%s to=%s tsid=%s pages=%u rule=%s methods=%zu",
		 rx->job.client_id, rx->job.device_id, rx->job.caller_id, rx->job.routing,
		 rx->job.remote_id, rx->pages, rule ? rule->name : "-", rx->progress.n_steps);
}

void fx_pass_put(struct fx_rx *rx, struct fx_group *g)
{
	fx_auto char *text = rx->progress.n_steps ? fx_progress_write(&rx->progress) : NULL;
	char key[META_JOB_SIZE];

	meta_key(rx, key);
	if (text) {
		fx_group_put_meta(g, key, text);
	} else if (rx->progress.n_steps) {
		fx_log(FX_LOG_ERROR, "route: job=%u: no memory to record its routing",
		       rx->job.client_id);
	}
}

int fx_pass_load(struct fx_rx *rx)
{
	fx_auto char *text = NULL;
	char key[META_JOB_SIZE];
	int err;

	meta_key(rx, key);
	err = fx_store_get_meta(rx->r->store, key, &text);
	if (!err) {
		err = fx_progress_read(text, &rx->progress);
	}
	if (err == FX_ECORRUPT || err == FX_ELIMIT) {
		fx_log(FX_LOG_ERROR, "route: job=%u: what is left of its routing cannot be read; "
		       "it is in the inbox", rx->job.client_id);
		err = 0;
	}
	return err == FX_ENOENT ? 0 : err;
}

/* ---- the end of a method ---- */

static void next(struct fx_rx *rx);

/* The message may have been read or removed since: it is read anew. */
static void put_message(struct fx_rx *rx, struct fx_group *g, const char *more)
{
	struct fx_message m = {0};
	fx_auto char *text = NULL;
	int err = fx_store_get_message(rx->r->store, rx->job.id, &m);

	if (err) {
		return; /* removed by a user */
	}
	if (rx->run.owned) {
		err = fx_owners_put(&m.owners, rx->run.uid, false);
		m.job.uid = fx_owners_first(m.owners);
		err = err || m.job.uid != rx->run.uid ?
			      err : fx_str_replace(&m.job.user, rx->run.user);
	}
	if (!err && more) {
		text = fx_asprintf("%s %s", fx_text(m.job.words), more);
		err = text ? fx_str_replace(&m.job.words, text) : FX_ENOMEM;
	}
	if (!err) {
		fx_group_put_message(g, &m);
	}
	fx_message_fini(&m);
}

static void on_recorded(void *arg, int err, const struct fx_reason *why)
{
	struct fx_rx *rx = arg;

	(void)err, (void)why; /* kept until written */
	rx->pending--;
	if (!rx->r) {
		fx_rx_free(rx);
		return;
	}
	next(rx);
}

static void take_result(struct fx_rx *rx, const struct fx_route_result *res)
{
	const struct fx_route_settings *s = &rx->r->settings;
	struct fx_step *step = rx->run.step;
	const char *words = res->words && *res->words ? res->words : "it did not say why";

	step->tries++;
	switch (res->end) {
	case FX_ROUTE_DONE:
		step->state = FX_STEP_DONE;
		fx_log(FX_LOG_INFO, "route: job=%u delivered: %s%s%s", rx->job.client_id,
		       name_of(rx, step), res->words ? ": " : "", fx_text(res->words));
		break;
	case FX_ROUTE_DISABLED:
		step->state = FX_STEP_DISABLED;
		break;
	case FX_ROUTE_RETRY:
		step->state = !rx->cancelled && fx_route_retry_after(step->tries, s->retries,
								     s->retry_delay_s,
								     s->retry_max_s) ?
				      FX_STEP_RETRY : FX_STEP_FAILED;
		if (fx_step_set_bytes(&step->failure, &step->n_failure, res->failure.p,
				      res->failure.n)) {
			fx_log(FX_LOG_WARN, "route: job=%u: what %s left for its next try is lost",
			       rx->job.client_id, name_of(rx, step));
		}
		break;
	case FX_ROUTE_FAILED:
		step->state = FX_STEP_FAILED;
		break;
	}
	if (step->state == FX_STEP_RETRY || step->state == FX_STEP_FAILED) {
		(void)fx_strlcpy(step->words, words, sizeof(step->words));
		fx_str_clean(step->words);
		fx_log(step->state == FX_STEP_RETRY ? FX_LOG_WARN : FX_LOG_ERROR,
		       "route: job=%u %s failed (try %u)%s: %s", rx->job.client_id,
		       name_of(rx, step), step->tries,
		       step->state == FX_STEP_RETRY ? ", tried again later" :
						      " for good; the fax is in the inbox",
		       step->words);
	}
}

static void record_step(struct fx_rx *rx)
{
	struct fx_group *g = fx_group_new(rx->r->journal);
	int err;

	fx_pass_put(rx, g);
	if (rx->run.owned) {
		put_message(rx, g, NULL);
	}
	rx->run.owned = false;
	err = fx_group_commit(g, FX_COMMIT_KEEP, on_recorded, rx);
	if (err) {
		fx_log(FX_LOG_ERROR, "route: job=%u: no memory to record its routing",
		       rx->job.client_id);
		fx_timer_start(rx->again, FX_SECOND);
		return;
	}
	rx->pending++;
}

static void end_run(struct fx_rx *rx, const struct fx_route_result *res)
{
	rx->running = false;
	take_result(rx, res);
	rx->run.data = fx_free(rx->run.data);
	rx->run.n_data = 0;
	rx->run.m = NULL;
	record_step(rx);
}

static void on_done(void *arg, const struct fx_route_result *res)
{
	struct fx_rx *rx = arg;

	FX_ASSERT(rx->running);
	end_run(rx, res);
}

/* ---- the next method ---- */

static int text_bytes(const char *text, uint8_t **ret, size_t *ret_n)
{
	uint8_t *p = fx_zalloc(2 * strlen(text) + 2);

	if (!p) {
		return FX_ENOMEM;
	}
	*ret = p;
	*ret_n = 2 * fx_utf16le_put(p, text) + 2;
	return 0;
}

static void fill_fax(struct fx_rx *rx)
{
	struct fx_route_fax *f = &rx->run.fax;

	*f = (struct fx_route_fax){
		.id = rx->job.id,
		.client_id = rx->job.client_id,
		.received_at = rx->job.started_at,
		.elapsed_s = rx->job.ended_at > rx->job.started_at ?
				     rx->job.ended_at - rx->job.started_at : 0,
		.pages = rx->pages,
		.device_id = rx->job.device_id,
		.device_name = rx->a.port_name,
		.csid = fx_text(rx->job.number),
		.tsid = rx->job.remote_id,
		.caller_id = rx->job.caller_id,
		.routing = rx->job.routing,
		.receiver_name = fx_text(rx->job.recipient_name),
		.receiver_number = fx_text(rx->job.number),
		.tiff_path = rx->tiff_path,
	};
	(void)snprintf(rx->tiff_path, sizeof(rx->tiff_path), "%s/%s",
		       fx_spool_path(rx->spool, FX_SPOOL_INBOX), fx_text(rx->job.tiff_file));
}

/* @return 0, or what to record instead of a run */
static int prepare_run(struct fx_rx *rx, struct fx_step *step, struct fx_route_result *res)
{
	struct fx_route_run *run = &rx->run;
	const char *data = NULL;
	enum fx_rule_says says = fx_route_rule_says(rule_of(rx), step->guid, &data);
	int err = 0;

	run->rx = rx;
	run->step = step;
	run->m = fx_route_find_method(rx->r, step->guid);
	if (!run->m) {
		*res = (struct fx_route_result){.end = FX_ROUTE_RETRY,
						.words = "its extension is not loaded"};
		return FX_ENOENT;
	}
	/* Switched off since: no longer wanted. */
	if (says == FX_RULE_OFF ||
	    (says == FX_RULE_NOTHING && !fx_route_is_enabled(rx->r, run->m, rx->job.device_id))) {
		*res = (struct fx_route_result){.end = FX_ROUTE_DISABLED};
		return FX_ENOENT;
	}
	if (says == FX_RULE_ON) {
		err = text_bytes(data, &run->data, &run->n_data);
	} else if (!run->m->ops->get_data) {
		err = fx_route_load_data(rx->r, run->m, rx->job.device_id, &run->data,
					 &run->n_data);
	}
	if (err) {
		*res = (struct fx_route_result){.end = FX_ROUTE_RETRY, .words = fx_error_str(err)};
	}
	fill_fax(rx);
	return err;
}

static void start_step(struct fx_rx *rx, struct fx_step *step)
{
	struct fx_route_result res = {.end = FX_ROUTE_RETRY};
	int err = prepare_run(rx, step, &res);

	rx->running = true;
	if (err) {
		end_run(rx, &res);
		return;
	}
	fx_trace(FX_TRACE_ROUTE, "job=%u %s try %u", rx->job.client_id, rx->run.m->info.friendly,
		 step->tries + 1);
	err = rx->run.m->ops->start(rx->run.m, &rx->run, on_done, rx);
	if (err) {
		res.words = fx_error_str(err);
		end_run(rx, &res);
	}
}

/* ---- between and after the passes ---- */

static void on_finished(void *arg, int err, const struct fx_reason *why)
{
	struct fx_rx *rx = arg;
	struct fx_route *r = rx->r;

	(void)err, (void)why;
	rx->pending--;
	if (!r) {
		fx_rx_free(rx);
		return;
	}
	if (rx->worded && r->cb && r->cb->on_message_changed) {
		r->cb->on_message_changed(r->arg, rx->job.id);
	}
	fx_rx_done_with(rx);
}

static char *failures(struct fx_rx *rx)
{
	struct fx_buf b = {0};

	for (size_t i = 0; i < rx->progress.n_steps; i++) {
		const struct fx_step *s = &rx->progress.steps[i];

		if (s->state == FX_STEP_FAILED || s->state == FX_STEP_RETRY) {
			fx_buf_printf(&b, "%s%s (%u tr%s): %s.", b.len ? " " : "Not delivered: ",
				      name_of(rx, s), s->tries, s->tries == 1 ? "y" : "ies",
				      s->words);
		}
	}
	fx_buf_u8(&b, 0);
	if (b.err || b.len == 1) {
		fx_buf_fini(&b);
	}
	return (char *)b.data;
}

static void finish(struct fx_rx *rx)
{
	struct fx_group *g = fx_group_new(rx->r->journal);
	fx_auto char *failed = failures(rx);
	char key[META_JOB_SIZE];
	int err;

	meta_key(rx, key);
	rx->worded = failed != NULL;
	if (failed) {
		put_message(rx, g, failed);
	}
	fx_group_del_job(g, rx->job.id);
	fx_group_put_meta(g, key, NULL);
	err = fx_group_commit(g, FX_COMMIT_KEEP, on_finished, rx);
	if (err) {
		fx_timer_start(rx->again, FX_SECOND);
		return;
	}
	rx->pending++;
}

static void on_state(void *arg, int err, const struct fx_reason *why)
{
	struct fx_rx *rx = arg;

	(void)err, (void)why;
	rx->pending--;
	if (!rx->r) {
		fx_rx_free(rx);
	} else if (!fx_timer_running(rx->again)) { /* it came while this was being written */
		fx_pass_go(rx);
	}
}

static void show_state(struct fx_rx *rx)
{
	struct fx_group *g = fx_group_new(rx->r->journal);

	fx_group_put_job(g, &rx->job);
	fx_pass_put(rx, g);
	if (fx_group_commit(g, FX_COMMIT_KEEP, on_state, rx)) {
		fx_log(FX_LOG_WARN, "route: no memory to record job=%u", rx->job.client_id);
	} else {
		rx->pending++;
	}
	fx_queue_update(rx->r->queue, &rx->job);
}

/* JT_ROUTING, JS_RETRYING (winfax.md 1.3, 1.4). */
static void wait_for_retry(struct fx_rx *rx)
{
	const struct fx_route_settings *s = &rx->r->settings;
	fx_auto char *why = failures(rx);
	uint32_t tries = UINT32_MAX;
	int64_t after;

	for (size_t i = 0; i < rx->progress.n_steps; i++) {
		const struct fx_step *step = &rx->progress.steps[i];

		if (step->state == FX_STEP_RETRY && step->tries < tries) {
			tries = step->tries;
		}
	}
	after = fx_route_retry_after(tries, s->retries, s->retry_delay_s, s->retry_max_s);
	if (!after) { /* fewer retries are allowed by now: the next one is the last */
		after = s->retry_delay_s > 0 ? s->retry_delay_s : 1;
	}
	rx->job.state = FX_JOB_RETRYING;
	rx->job.tries = tries;
	rx->job.next_try_at = fx_loop_wall_us(rx->r->loop) / FX_SECOND + after;
	if (fx_str_replace(&rx->job.words, why)) {
		fx_log(FX_LOG_WARN, "route: no memory for a text job=%u", rx->job.client_id);
	}
	fx_rx_not_shown(rx);
	show_state(rx);
	fx_timer_start(rx->again, after * FX_SECOND);
}

static void next(struct fx_rx *rx)
{
	bool again = false;

	if (rx->r->stopping) {
		return; /* all is recorded; the next start goes on */
	}
	for (size_t i = 0; i < rx->progress.n_steps; i++) {
		struct fx_step *step = &rx->progress.steps[i];

		if (rx->cancelled &&
		    (step->state == FX_STEP_WAITING || step->state == FX_STEP_RETRY)) {
			step->state = FX_STEP_FAILED;
			if (!*step->words) {
				(void)fx_strlcpy(step->words, "cancelled", sizeof(step->words));
			}
		}
		if (step->state == FX_STEP_WAITING) {
			start_step(rx, step);
			return;
		}
		again |= step->state == FX_STEP_RETRY;
	}
	if (again) {
		wait_for_retry(rx);
	} else {
		finish(rx);
	}
}

void fx_pass_go(struct fx_rx *rx)
{
	if (rx->running || rx->pending) {
		return; /* goes on by itself */
	}
	if (rx->job.state == FX_JOB_RETRYING) {
		int64_t left = rx->job.next_try_at - fx_loop_wall_us(rx->r->loop) / FX_SECOND;

		if (left > 0 && !rx->cancelled) { /* after a restart, or woken early */
			fx_timer_start(rx->again, left * FX_SECOND);
			return;
		}
		for (size_t i = 0; i < rx->progress.n_steps; i++) {
			struct fx_step *step = &rx->progress.steps[i];

			if (step->state == FX_STEP_RETRY) {
				step->state = FX_STEP_WAITING;
			}
		}
		rx->job.state = FX_JOB_ROUTING;
		rx->job.next_try_at = 0;
		fx_queue_update(rx->r->queue, &rx->job);
	}
	next(rx);
}

/* ---- from outside ---- */

bool fx_pass_waits(const struct fx_rx *rx)
{
	return rx->filed && !rx->running && !rx->pending &&
	       (rx->job.state == FX_JOB_RETRYING || rx->r->stopping);
}

int fx_pass_cancel(struct fx_rx *rx)
{
	if (!rx->progress.n_steps || rx->cancelled) {
		return FX_ESTATE;
	}
	rx->cancelled = true;
	if (rx->running && rx->run.m && rx->run.m->ops->cancel) {
		rx->run.m->ops->cancel(rx->run.m, &rx->run);
	} else if (rx->filed && !rx->running) {
		fx_timer_start(rx->again, 0);
	}
	return 0;
}

void fx_pass_stop(struct fx_rx *rx)
{
	if (rx->running && rx->run.m && rx->run.m->ops->cancel) {
		rx->run.m->ops->cancel(rx->run.m, &rx->run);
	}
}

int fx_route_retry_now(struct fx_route *r, uint64_t job_id)
{
	FX_LIST_EACH(&r->faxes, it) {
		struct fx_rx *rx = FX_CONTAINER(it, struct fx_rx, link);

		if (rx->job.id == job_id) {
			if (rx->job.state != FX_JOB_RETRYING) {
				return FX_ESTATE;
			}
			rx->job.next_try_at = 0;
			fx_timer_start(rx->again, 0);
			return 0;
		}
	}
	return FX_ENOMSG;
}

void fx_route_method_came(struct fx_route *r, const char *guid)
{
	FX_LIST_EACH(&r->faxes, it) {
		struct fx_rx *rx = FX_CONTAINER(it, struct fx_rx, link);

		for (size_t i = 0; i < rx->progress.n_steps; i++) {
			const struct fx_step *s = &rx->progress.steps[i];

			if (rx->job.state == FX_JOB_RETRYING && s->state == FX_STEP_RETRY &&
			    fx_str_ieq(s->guid, guid)) {
				rx->job.next_try_at = 0;
				fx_timer_start(rx->again, 0);
			}
		}
	}
}

void fx_route_method_left(struct fx_route *r, struct fx_route_method *m)
{
	struct fx_route_result res = {.end = FX_ROUTE_RETRY,
				      .words = "its extension was unloaded"};

	FX_LIST_EACH_SAFE(&r->faxes, it) {
		struct fx_rx *rx = FX_CONTAINER(it, struct fx_rx, link);

		if (rx->running && rx->run.m == m) {
			end_run(rx, &res);
		}
	}
}
