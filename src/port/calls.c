/* SPDX-License-Identifier: Apache-2.0 */
/* Calls on ports and the live status: what the queue and route ask for, and what
 * the providers report. */
#include "port/port_priv.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

static struct fx_port **bucket(struct fx_provider_slot *slot, uint64_t call)
{
	return &slot->calls[(call >> 1) % FX_CALL_BUCKETS];
}

static struct fx_port *by_call(struct fx_provider_slot *slot, uint64_t call)
{
	struct fx_port *port = *bucket(slot, call);

	while (port && port->call != call) {
		port = port->next_call;
	}
	return port;
}

static void link_call(struct fx_port *port, uint64_t call)
{
	struct fx_port **b = bucket(port->slot, call);

	port->call = call;
	port->next_call = *b;
	*b = port;
}

static void unlink_call(struct fx_port *port)
{
	struct fx_port **b = bucket(port->slot, port->call);

	while (*b != port) {
		b = &(*b)->next_call;
	}
	*b = port->next_call;
	port->call = 0;
}

void fx_port_drop_live(struct fx_port *port)
{
	if (port->live) {
		port->live->linger = fx_timer_free(port->live->linger);
		(void)fx_free(port->live->docs);
		port->live = fx_free(port->live);
	}
}

void fx_port_drop_ended(struct fx_port *port)
{
	if (port->live && !port->call && !port->live->in_end) {
		fx_port_drop_live(port);
	}
}

static void on_linger(void *arg)
{
	fx_port_tell_idle(arg);
	fx_port_drop_live(arg);
}

/* A new call begins: all of the last one goes at once. */
static int new_live(struct fx_port *port, enum fx_port_phase phase, enum fx_port_state state)
{
	struct fx_ports *t = port->slot->t;
	struct fx_port_live *live = fx_zalloc(sizeof(*live));

	if (!live) {
		return FX_ENOMEM;
	}
	if (fx_timer_new(t->loop, on_linger, port, &live->linger)) {
		(void)fx_free(live);
		return FX_ENOMEM;
	}
	live->phase = phase;
	live->start_us = fx_loop_now_us(t->loop);
	live->end_us = -1;
	live->st.active = true;
	live->st.started_at = fx_loop_wall_us(t->loop) / FX_SECOND;
	live->st.call.state = state;
	live->st.fps = fx_port_state_fps(state);
	fx_port_tell_idle(port);
	fx_port_drop_live(port);
	port->live = live;
	return 0;
}

bool fx_port_is_free(const struct fx_port *port)
{
	return port->online && !port->call && !(port->live && port->live->in_end);
}

void fx_port_status(struct fx_port *port, struct fx_port_status *ret)
{
	const struct fx_port_live *live = port->live;

	if (!live) {
		enum fx_port_state s = port->online ? FX_PORT_AVAILABLE : FX_PORT_OFFLINE;

		memset(ret, 0, sizeof(*ret));
		ret->call.state = s;
		ret->fps = fx_port_state_fps(s);
		return;
	}
	*ret = live->st;
	ret->call.elapsed_us =
		(live->end_us < 0 ? fx_loop_now_us(port->slot->t->loop) : live->end_us) -
		live->start_us;
}

static void set_job(struct fx_port_status *st, const struct fx_port_job *job)
{
	if (!job) {
		return;
	}
	st->job_id = job->job_id;
	st->client_id = job->client_id;
	st->size_bytes = job->size_bytes;
	st->submitted_at = job->submitted_at;
	if (job->pages) {
		st->call.pages_total = job->pages;
	}
	(void)fx_strlcpy(st->document_name, fx_text(job->document_name), sizeof(st->document_name));
	(void)fx_strlcpy(st->sender_name, fx_text(job->sender_name), sizeof(st->sender_name));
	(void)fx_strlcpy(st->recipient_name, fx_text(job->recipient_name),
			 sizeof(st->recipient_name));
	(void)fx_strlcpy(st->user, fx_text(job->user), sizeof(st->user));
}

int fx_port_dial(struct fx_port *port, const struct fx_dial *dial, const struct fx_port_job *job,
		 const struct fx_port_call_cb *cb, void *arg)
{
	struct fx_provider_slot *slot = port->slot;
	uint64_t call = slot->next_call;
	int err;

	FX_ON_LOOP(slot->t->loop);
	if (!fx_port_is_free(port)) {
		return FX_EBUSY;
	}
	err = new_live(port, FX_PHASE_CALLING, FX_PORT_INITIALIZING);
	if (err) {
		return err;
	}
	err = fx_port_set_docs(port->live, job);
	if (!err) {
		err = slot->p->ops->dial(slot->p, port->info.line, call, dial);
	}
	if (err) {
		fx_port_drop_live(port);
		return err;
	}
	slot->next_call += 2;
	link_call(port, call);
	port->live->cb = cb;
	port->live->arg = arg;
	port->live->st.call.sender = port->live->outgoing = true;
	(void)fx_strlcpy(port->live->st.number, dial->number, sizeof(port->live->st.number));
	(void)fx_strlcpy(port->live->st.call.local_id, dial->local_id, FX_ID_SIZE);
	set_job(&port->live->st, job);
	fx_trace(FX_TRACE_PORT, "port=%u call=%llu dial %s", port->info.device_id,
		 FX_CALL_SHOWN(call), dial->number);
	fx_port_tell(port, FX_FEI_INITIALIZING);
	return 0;
}

int fx_port_answer(struct fx_port *port, const struct fx_answer *answer,
		   const struct fx_port_job *job, const struct fx_port_call_cb *cb, void *arg)
{
	struct fx_provider_slot *slot = port->slot;
	struct fx_port_live *live = port->live;
	int err;

	FX_ON_LOOP(slot->t->loop);
	if (!port->call || !live->offered || live->answered || live->cancelling) {
		return port->call ? FX_ESTATE : FX_ENOENT;
	}
	err = fx_port_set_docs(live, job);
	if (!err) {
		err = slot->p->ops->answer(slot->p, port->call, answer);
	}
	if (err) {
		return err;
	}
	live->answered = true;
	live->phase = FX_PHASE_CALLING;
	live->cb = cb;
	live->arg = arg;
	live->st.call.state = FX_PORT_ANSWERED;
	live->st.fps = fx_port_state_fps(FX_PORT_ANSWERED);
	(void)fx_strlcpy(live->st.call.local_id, answer->local_id, FX_ID_SIZE);
	set_job(&live->st, job);
	fx_port_tell(port, FX_FEI_ANSWERED);
	return 0;
}

void fx_port_reject(struct fx_port *port)
{
	FX_ON_LOOP(port->slot->t->loop);
	if (port->call && port->live->phase == FX_PHASE_RINGING) {
		port->live->cancelling = true;
		(void)port->slot->p->ops->reject(port->slot->p, port->call);
	}
}

void fx_port_hangup(struct fx_port *port)
{
	FX_ON_LOOP(port->slot->t->loop);
	if (port->call && !port->live->cancelling) {
		port->live->cancelling = true;
		port->live->st.call.state = FX_PORT_ABORTING;
		port->live->st.fps = fx_port_state_fps(FX_PORT_ABORTING);
		fx_port_tell(port, FX_FEI_ABORTING);
		(void)port->slot->p->ops->hangup(port->slot->p, port->call);
	}
}

void fx_port_page_ack(struct fx_port *port, uint32_t page, bool ok)
{
	FX_ON_LOOP(port->slot->t->loop);
	if (port->call) {
		(void)port->slot->p->ops->page_ack(port->slot->p, port->call, page, ok);
	}
}

static enum fx_port_state end_state(enum fx_outcome o)
{
	if (o == FX_OUTCOME_SUCCESS) {
		return FX_PORT_COMPLETED;
	}
	return o == FX_OUTCOME_CANCELLED ? FX_PORT_ABORTING : FX_PORT_FAILED;
}

void fx_port_set_routing(struct fx_port *port, bool routing)
{
	struct fx_port_live *live = port->live;

	FX_ON_LOOP(port->slot->t->loop);
	if (!live || (port->call && !live->in_end)) {
		return; /* the next call is on show already */
	}
	if (routing) {
		fx_timer_stop(live->linger);
		live->phase = FX_PHASE_ROUTING;
		live->st.call.state = FX_PORT_ROUTING;
		live->st.fps = fx_port_state_fps(FX_PORT_ROUTING);
		fx_port_tell(port, FX_FEI_ROUTING);
	} else if (live->phase == FX_PHASE_ROUTING) {
		/* Routing may take no time at all: how the call ended stays on show after it. */
		live->phase = FX_PHASE_ENDED;
		live->st.call.state = end_state(live->outcome);
		live->st.fps = fx_outcome_fps(live->outcome);
		if (!live->in_end) {
			fx_timer_start(live->linger, FX_PORT_LINGER_US);
		}
	}
}

static void on_line(void *arg, const struct fx_line *line)
{
	struct fx_provider_slot *slot = arg;

	slot->works = slot->works || line->online;
	fx_ports_line(slot, line);
}

static void on_incoming(void *arg, uint64_t call, const char *line, const char *caller_id,
			const char *called)
{
	struct fx_provider_slot *slot = arg;
	struct fx_port *port = fx_ports_by_line(slot->t, slot, line);
	struct fx_call_status *st;

	if (!port || !fx_port_is_free(port) || !port->info.receive || by_call(slot, call) ||
	    new_live(port, FX_PHASE_RINGING, FX_PORT_RINGING)) {
		(void)slot->p->ops->reject(slot->p, call);
		return;
	}
	link_call(port, call);
	st = &port->live->st.call;
	(void)fx_strlcpy(st->caller_id, caller_id, sizeof(st->caller_id));
	(void)fx_strlcpy(st->routing, called, sizeof(st->routing));
	fx_trace(FX_TRACE_PORT, "port=%u call=%llu rings: %s -> %s", port->info.device_id,
		 FX_CALL_SHOWN(call), caller_id, called);
	fx_port_tell(port, FX_FEI_RINGING);
}

static void on_ring(void *arg, uint64_t call, uint32_t n)
{
	struct fx_provider_slot *slot = arg;
	struct fx_port *port = by_call(slot, call);
	struct fx_ports *t = slot->t;

	if (!port || port->live->offered || port->live->cancelling || n < port->info.rings ||
	    port->info.manual_answer) {
		return;
	}
	port->live->offered = true;
	if (t->cb.on_offer) {
		t->cb.on_offer(t->arg, port, port->live->st.call.caller_id,
			       port->live->st.call.routing);
	} else {
		fx_port_reject(port);
	}
}

static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	struct fx_port *port = by_call(arg, call);
	struct fx_port_live *live = port ? port->live : NULL;
	struct fx_call_status old;

	if (!port) {
		return;
	}
	old = live->st.call;
	live->st.call = *st;
	/* A provider need not repeat what was known before the session began. */
	if (!st->caller_id[0]) {
		memcpy(live->st.call.caller_id, old.caller_id, sizeof(old.caller_id));
	}
	if (!st->routing[0]) {
		memcpy(live->st.call.routing, old.routing, sizeof(old.routing));
	}
	if (!st->local_id[0]) {
		memcpy(live->st.call.local_id, old.local_id, sizeof(old.local_id));
	}
	if (!st->pages_total) {
		live->st.call.pages_total = old.pages_total;
	}
	if (live->cancelling) {
		live->st.call.state = FX_PORT_ABORTING;
	}
	live->st.fps = fx_port_state_fps(live->st.call.state);
	fx_port_tell_status(port);
	if (live->cb && live->cb->on_status) {
		live->cb->on_status(live->arg, port);
	}
}

static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	struct fx_port *port = by_call(arg, call);

	if (port && port->live->cb) {
		fx_port_tell_page(port, page);
		port->live->cb->on_page(port->live->arg, port, page);
	}
}

static void on_end(void *arg, uint64_t call, const struct fx_call_result *result)
{
	struct fx_port *port = by_call(arg, call);
	struct fx_port_live *live = port ? port->live : NULL;

	if (!port) {
		return;
	}
	fx_trace(FX_TRACE_PORT, "port=%u call=%llu ended: %s", port->info.device_id,
		 FX_CALL_SHOWN(call), fx_outcome_str(result->outcome));
	unlink_call(port);
	live->phase = FX_PHASE_ENDED;
	live->end_us = fx_loop_now_us(port->slot->t->loop);
	live->outcome = result->outcome;
	live->st.call.state = end_state(result->outcome);
	live->st.fps = fx_outcome_fps(result->outcome);
	fx_port_tell_end(port, result->outcome);
	if (live->cb) {
		live->in_end = true;
		live->cb->on_end(live->arg, port, result);
		live->in_end = false;
	}
	/* A call that nobody took leaves nothing to show. */
	if (!live->cb || !port->online) {
		if (port->online) {
			fx_port_tell_idle(port);
		}
		fx_port_drop_live(port);
	} else if (live->phase == FX_PHASE_ENDED) {
		fx_timer_start(live->linger, FX_PORT_LINGER_US);
	}
	fx_port_changed(port);
}

static void on_lost(void *arg, const char *why)
{
	struct fx_provider_slot *slot = arg;
	struct fx_ports *t = slot->t;
	size_t i;

	/* The one place that knows: no callback tells the rooms above. */
	fx_log(FX_LOG_WARN, "provider=%s is gone: %s", slot->name, why);
	slot->works = false;
	fx_reason_set(&slot->why, "%s", why);
	for (i = 0; i < t->n; i++) {
		struct fx_port *port = t->by_id[i];

		if (port->slot == slot && port->online) {
			port->online = false;
			port->why = fx_free(port->why);
			fx_port_drop_ended(port);
			fx_port_tell_line(port, FX_FEI_MODEM_POWERED_OFF);
			fx_port_changed(port);
		}
	}
}

const struct fx_provider_sink fx_ports_sink = {
	.on_line = on_line,
	.on_incoming = on_incoming,
	.on_ring = on_ring,
	.on_status = on_status,
	.on_page = on_page,
	.on_end = on_end,
	.on_lost = on_lost,
};
