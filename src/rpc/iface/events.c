/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for a change (FX_CS_WAIT) and for fax events (FX_CS_EVENTS), both from the service's
 * one log. The client says the number from which on it wants them, so that nothing is missed
 * between two calls, and nothing is kept here for a client that does not ask.
 */
#include "rpc/iface/wait.h"

#include "base/mem.h"

#define WAIT_MAX 256u    /* in one answer; the rest comes with the next */
#define EVENTS_MAX 1024u
#define WAIT_KINDS ((1u << FX_EVENT_FAX) - 1)
#define NO_JOB 0xFFFFFFFFu

_Static_assert((int)FX_CS_EVENT_PORT == (int)FX_EVENT_PORT, "kinds are the same on the wire");

/* --- waiting, also for the trace --- */

static void wait_cancel(struct fx_icall *call)
{
	fx_wait_end(call);
}

uint32_t fx_wait_begin(struct fx_icall *call, struct fx_link *list, uint64_t timeout_ms,
		       fx_loop_fn *on_time)
{
	struct fx_loop *loop = call->assoc->env->loop;

	if (timeout_ms > FX_CS_WAIT_MAX_MS) {
		timeout_ms = FX_CS_WAIT_MAX_MS;
	}
	if (fx_timer_new(loop, on_time, call, &call->timer) != 0) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	fx_timer_start(call->timer, (int64_t)timeout_ms * FX_MS);
	fx_list_append(list, &call->link);
	call->cancel = wait_cancel;
	return FX_LATER;
}

void fx_wait_end(struct fx_icall *call)
{
	fx_list_remove(&call->link);
	fx_event_log_unwatch(&call->watch);
	call->timer = fx_timer_free(call->timer);
}

/* --- events --- */

struct batch {
	struct fx_event v[EVENTS_MAX];
	size_t n;
	bool lost;
};

static struct fx_event_log *log_of(const struct fx_icall *call)
{
	return fx_service_log(call->assoc->env->service);
}

static bool is_fax(const struct fx_icall *call)
{
	return call->op->opnum == FX_CS_EVENTS;
}

/* What there is from call->since on, which moves. */
static void look(struct fx_icall *call, struct batch *b)
{
	struct fx_event_query q = {
		.caller = &call->assoc->caller, .kinds = call->kinds, .id = call->id};

	b->n = fx_event_log_read(log_of(call), &q, &call->since, b->v,
				 is_fax(call) ? EVENTS_MAX : WAIT_MAX, &b->lost);
}

static uint32_t put_fax_events(struct fx_icall *call, const struct batch *b)
{
	struct fx_ms_event *w = fx_arena_calloc(&call->arena, b->n, sizeof(*w));

	for (size_t i = 0; w && i < b->n; i++) {
		const struct fx_event *e = &b->v[i];

		w[i] = (struct fx_ms_event){.time = fx_ms_filetime_from_us(e->at_us),
					    .device_id = e->device_id,
					    .event_id = e->fei,
					    .job_id = e->client_id ? e->client_id : NO_JOB};
	}
	return w ? fx_icall_array(call, 2, &fx_ms_event_layout, w, b->n) : FX_W_NOT_ENOUGH_MEMORY;
}

static uint32_t put_changes(struct fx_icall *call, const struct batch *b)
{
	struct fx_cs_event *w = fx_arena_calloc(&call->arena, b->n, sizeof(*w));

	for (size_t i = 0; w && i < b->n; i++) {
		w[i] = (struct fx_cs_event){.kind = b->v[i].kind, .id = b->v[i].id,
					    .at_ms = (uint64_t)b->v[i].at_us / 1000};
	}
	return w ? fx_icall_array(call, 2, &fx_cs_event_layout, w, b->n) : FX_W_NOT_ENOUGH_MEMORY;
}

static uint32_t answer(struct fx_icall *call, const struct batch *b)
{
	call->out[0].u = call->since;
	call->out[1].u = b->lost;
	return is_fax(call) ? put_fax_events(call, b) : put_changes(call, b);
}

static void on_time(void *arg)
{
	static const struct batch nothing;
	struct fx_icall *call = arg;

	fx_wait_end(call);
	fx_icall_finish(call, answer(call, &nothing));
}

static void on_event(void *arg)
{
	struct fx_icall *call = arg;
	struct batch b;

	look(call, &b);
	if (b.n || b.lost) {
		fx_wait_end(call);
		fx_icall_finish(call, answer(call, &b));
	} else {
		fx_event_log_watch(log_of(call), &call->watch); /* seen, and not wanted */
	}
}

static uint32_t wait_for_events(struct fx_icall *call, uint64_t timeout_ms)
{
	struct batch b;
	uint32_t code;

	look(call, &b);
	if (b.n || b.lost || timeout_ms == 0) {
		return answer(call, &b);
	}
	fx_list_init(&call->link);
	call->watch = (struct fx_event_watch){.fn = on_event, .arg = call};
	code = fx_wait_begin(call, &call->assoc->env->waiting, timeout_ms, on_time);
	if (code == FX_LATER) {
		fx_event_log_watch(log_of(call), &call->watch);
	}
	return code;
}

uint32_t fx_cs_wait(struct fx_icall *call)
{
	uint64_t next = fx_event_log_next(log_of(call));
	uint32_t code = fx_win32(fx_service_check_any(&call->assoc->caller, "waiting for changes"));

	if (code || call->assoc->dead) {
		return code ? code : FX_W_CANCELLED;
	}
	call->since = call->in[0].u;
	call->kinds = call->in[1].u ? (uint32_t)call->in[1].u & WAIT_KINDS : WAIT_KINDS;
	call->id = call->in[2].u;
	if (call->since == 0 || call->since > next) {
		call->out[0].u = next; /* where we stand; ask again from here */
		return FX_W_SUCCESS;
	}
	return wait_for_events(call, call->in[3].u);
}

uint32_t fx_cs_events(struct fx_icall *call)
{
	uint32_t code = fx_win32(fx_service_check_any(&call->assoc->caller, "waiting for events"));

	if (code || call->assoc->dead) {
		return code ? code : FX_W_CANCELLED;
	}
	call->since = call->in[0].u ? call->in[0].u : fx_event_log_next(log_of(call));
	call->kinds = 1u << FX_EVENT_FAX;
	call->id = 0;
	return wait_for_events(call, call->in[1].u);
}
