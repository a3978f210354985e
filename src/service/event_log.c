/* SPDX-License-Identifier: Apache-2.0 */
/* The ring, who may hear what, and who waits. */
#include "service/event_log.h"

#include "base/mem.h"

struct fx_event_log {
	struct fx_loop *loop;
	uint64_t next;           /* number of the next event */
	bool ended;              /* FAXSVC_ENDED is in it */
	struct fx_timer *wake;
	struct fx_link watching; /* fx_event_watch.link */
	struct fx_event ring[];  /* event n at n % FX_EVENTS_KEPT */
};
_Static_assert(sizeof(struct fx_event) == 32, "64 Ki of them are 2 MiB");
_Static_assert((FX_EVENTS_KEPT & (FX_EVENTS_KEPT - 1)) == 0, "a power of two");

/* Once for all events of a turn, so that a burst is one answer and not many. */
static void on_wake(void *arg)
{
	struct fx_event_log *log = arg;
	struct fx_link now;

	/* Those that watch again, and those taken away meanwhile, stay out of the way. */
	fx_list_init(&now);
	while (!fx_list_empty(&log->watching)) {
		struct fx_link *it = log->watching.next;

		fx_list_remove(it);
		fx_list_append(&now, it);
	}
	while (!fx_list_empty(&now)) {
		struct fx_event_watch *w = FX_CONTAINER(now.next, struct fx_event_watch, link);

		fx_list_remove(&w->link);
		w->fn(w->arg);
	}
}

int fx_event_log_new(struct fx_loop *loop, struct fx_event_log **ret)
{
	/* Pages of it that were never written cost no memory. */
	struct fx_event_log *log =
		fx_zalloc(sizeof(*log) + FX_EVENTS_KEPT * sizeof(log->ring[0]));

	if (!log) {
		return FX_ENOMEM;
	}
	log->loop = loop;
	log->next = 1;
	fx_list_init(&log->watching);
	if (fx_timer_new(loop, on_wake, log, &log->wake)) {
		(void)fx_free(log);
		return FX_ENOMEM;
	}
	*ret = log;
	return 0;
}

struct fx_event_log *fx_event_log_free(struct fx_event_log *log)
{
	if (log) {
		FX_ASSERT(fx_list_empty(&log->watching));
		log->wake = fx_timer_free(log->wake);
	}
	return fx_free(log);
}

void fx_event_log_add(struct fx_event_log *log, const struct fx_event *e)
{
	struct fx_event *slot = &log->ring[log->next % FX_EVENTS_KEPT];

	FX_ON_LOOP(log->loop);
	if (log->ended) {
		return;
	}
	*slot = *e;
	slot->at_us = fx_loop_wall_us(log->loop);
	log->next++;
	log->ended = e->kind == FX_EVENT_FAX && e->fei == FX_FEI_FAXSVC_ENDED;
	if (!fx_list_empty(&log->watching) && !fx_timer_running(log->wake)) {
		fx_timer_start(log->wake, 0);
	}
}

uint64_t fx_event_log_next(const struct fx_event_log *log)
{
	return log->next;
}

/* What somebody may not read, he does not hear of either. */
static bool may_hear(const struct fx_caller *c, const struct fx_event *e)
{
	if (!(fx_service_rights(c) & FX_RIGHTS_ANY)) {
		return false;
	}
	if (e->extra && fx_service_has(c, FX_RIGHT_JOB_MANAGE)) {
		return false;
	}
	if (e->anybody || (e->uid != FX_UID_NONE && e->uid == c->uid)) {
		return true;
	}
	switch ((enum fx_event_kind)e->kind) {
	case FX_EVENT_JOB:
	case FX_EVENT_JOB_REMOVED:
	case FX_EVENT_MESSAGE:
		return fx_service_has(c, e->guarded ? FX_RIGHT_JOB_MANAGE : FX_RIGHT_JOB_QUERY);
	case FX_EVENT_CONFIG:
	case FX_EVENT_ACTIVITY:
		return fx_service_has(c, FX_RIGHT_CONFIG_QUERY);
	case FX_EVENT_PORT:
	case FX_EVENT_DEVICE_STATUS:
		return fx_service_has(c, FX_RIGHT_PORT_QUERY);
	case FX_EVENT_QUEUE_STATE:
		return true; /* as reading it (ms-fax.md 3.1, 32) */
	case FX_EVENT_FAX:
		return (e->id && fx_service_has(c, FX_RIGHT_JOB_QUERY)) ||
		       (e->device_id && fx_service_has(c, FX_RIGHT_PORT_QUERY));
	}
	return false;
}

size_t fx_event_log_read(const struct fx_event_log *log, const struct fx_event_query *q,
			 uint64_t *since, struct fx_event *v, size_t max, bool *ret_lost)
{
	uint64_t oldest = log->next > FX_EVENTS_KEPT ? log->next - FX_EVENTS_KEPT : 1;
	uint64_t at = *since;
	size_t n = 0;

	FX_ON_LOOP(log->loop);
	*ret_lost = at < oldest || at > log->next;
	if (at > log->next) {
		at = log->next;
	} else if (at < oldest) {
		at = oldest;
	}
	for (; at < log->next && n < max; at++) {
		const struct fx_event *e = &log->ring[at % FX_EVENTS_KEPT];

		if (q->kinds & 1u << e->kind && (!q->id || q->id == e->id) &&
		    may_hear(q->caller, e)) {
			v[n++] = *e;
		}
	}
	*since = at;
	return n;
}

void fx_event_log_watch(struct fx_event_log *log, struct fx_event_watch *w)
{
	FX_ON_LOOP(log->loop);
	fx_list_append(&log->watching, &w->link);
}

void fx_event_log_unwatch(struct fx_event_watch *w)
{
	if (w->link.next) {
		fx_list_remove(&w->link);
	}
}
