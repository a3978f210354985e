/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Waiting for a change (FX_CS_WAIT). Each association that waits has a subscription
 * and a ring of the last events, numbered from 1; a client says the number from which
 * on it wants them, so that nothing is missed between two waits.
 */
#include "rpc/iface/wait.h"

#include "base/mem.h"

#define RING 256u

struct fx_events {
	struct fx_subscription *sub;
	struct fx_loop *loop;
	struct fx_link waiting;
	uint64_t next; /* number that the next event gets */
	struct fx_cs_event ring[RING];
};

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
	call->timer = fx_timer_free(call->timer);
}

/* --- events --- */

static bool matches(const struct fx_icall *call, const struct fx_cs_event *e)
{
	return (!call->kinds || call->kinds & 1u << e->kind) && (!call->id || call->id == e->id);
}

static uint32_t answer(struct fx_icall *call, const struct fx_events *ev)
{
	uint64_t oldest = ev->next > RING ? ev->next - RING : 1, i;
	struct fx_cs_event *w = fx_arena_calloc(&call->arena, RING, sizeof(*w));
	size_t n = 0;

	if (!w) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	call->out[1].u = call->since < oldest;
	for (i = call->since < oldest ? oldest : call->since; i < ev->next; i++) {
		const struct fx_cs_event *e = &ev->ring[i % RING];

		if (matches(call, e)) {
			w[n++] = *e;
		}
	}
	call->out[0].u = ev->next;
	return fx_icall_array(call, 2, &fx_cs_event_layout, w, n);
}

static void on_event(void *arg, const struct fx_event *e)
{
	struct fx_events *ev = arg;
	struct fx_cs_event *slot = &ev->ring[ev->next++ % RING];

	*slot = (struct fx_cs_event){.kind = (uint32_t)e->kind, .id = e->id,
				     .at_ms = (uint64_t)e->at_us / 1000};
	FX_LIST_EACH_SAFE(&ev->waiting, it) {
		struct fx_icall *call = FX_CONTAINER(it, struct fx_icall, link);

		if (matches(call, slot)) {
			fx_wait_end(call);
			fx_icall_finish(call, answer(call, ev));
		} else {
			call->since = ev->next; /* seen, and not wanted */
		}
	}
}

static void on_time(void *arg)
{
	struct fx_icall *call = arg;

	fx_wait_end(call);
	fx_icall_finish(call, answer(call, call->assoc->events));
}

static int events_of(struct fx_assoc *a, struct fx_events **ret)
{
	struct fx_events *ev = a->events;
	int err;

	if (!ev) {
		ev = fx_zalloc(sizeof(*ev));
		if (!ev) {
			return FX_ENOMEM;
		}
		ev->next = 1;
		fx_list_init(&ev->waiting);
		err = fx_service_subscribe(a->env->service, &a->caller, on_event, ev, &ev->sub);
		if (err) {
			(void)fx_free(ev);
			return err;
		}
		a->events = ev;
	}
	*ret = ev;
	return 0;
}

struct fx_events *fx_events_free(struct fx_events *ev)
{
	if (ev) {
		/* Waiting calls were cancelled with their connections. */
		fx_service_unsubscribe(ev->sub);
		FX_ASSERT(fx_list_empty(&ev->waiting));
	}
	return fx_free(ev);
}

uint32_t fx_cs_wait(struct fx_icall *call)
{
	struct fx_events *ev = NULL;
	uint64_t i;
	int err;

	if (call->assoc->dead) {
		return FX_W_CANCELLED;
	}
	err = events_of(call->assoc, &ev);
	if (err) {
		return fx_win32(err);
	}
	call->since = call->in[0].u;
	call->kinds = (uint32_t)call->in[1].u;
	call->id = call->in[2].u;
	if (call->since == 0 || call->since > ev->next) {
		call->out[0].u = ev->next; /* where we stand; ask again from here */
		return FX_W_SUCCESS;
	}
	for (i = call->since; i < ev->next; i++) {
		if (ev->next - i > RING || matches(call, &ev->ring[i % RING])) {
			return answer(call, ev);
		}
	}
	call->since = ev->next;
	if (call->in[3].u == 0) {
		return answer(call, ev);
	}
	return fx_wait_begin(call, &ev->waiting, call->in[3].u, on_time);
}
