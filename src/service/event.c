/* SPDX-License-Identifier: Apache-2.0 */
/* Events for the subscribers of the front doors, in the order in which they happen. */
#include "base/mem.h"
#include "service/service_priv.h"

struct fx_subscription {
	struct fx_link link;
	struct fx_service *s;
	struct fx_caller caller;
	fx_service_event_fn *fn; /* NULL: unsubscribed while events are handed out */
	void *arg;
};

int fx_service_subscribe(struct fx_service *s, const struct fx_caller *c, fx_service_event_fn *fn,
			 void *arg, struct fx_subscription **ret)
{
	struct fx_subscription *sub;

	FX_ON_LOOP(s->loop);
	if (s->n_subs >= FX_SUBSCRIPTIONS_MAX) {
		return FX_ELIMIT;
	}
	sub = fx_zalloc(sizeof(*sub));
	if (!sub) {
		return FX_ENOMEM;
	}
	sub->s = s;
	sub->caller = *c;
	sub->fn = fn;
	sub->arg = arg;
	fx_list_append(&s->subs, &sub->link);
	s->n_subs++;
	*ret = sub;
	return 0;
}

void fx_service_unsubscribe(struct fx_subscription *sub)
{
	if (!sub) {
		return;
	}
	sub->fn = NULL;
	if (!sub->s || !sub->s->telling) {
		if (sub->s) {
			sub->s->n_subs--;
		}
		fx_list_remove(&sub->link);
		(void)fx_free(sub);
	}
}

void fx_service_events_free(struct fx_service *s)
{
	/* The subscriber still has its handle and gives it back later. */
	FX_LIST_EACH_SAFE(&s->subs, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct fx_subscription, link)->s = NULL;
	}
}

/* What somebody may not read, he does not hear of either. */
static bool may_hear(const struct fx_caller *c, enum fx_event_kind kind, const struct fx_job *job)
{
	switch (kind) {
	case FX_EVENT_JOB:
	case FX_EVENT_JOB_REMOVED:
	case FX_EVENT_MESSAGE:
		return fx_service_has(c, FX_RIGHT_JOB_QUERY) || (job && fx_service_owns(c, job)) ||
		       (kind == FX_EVENT_MESSAGE && (!job || job->type != FX_JT_SEND));
	case FX_EVENT_CONFIG:
		return fx_service_has(c, FX_RIGHT_CONFIG_QUERY);
	case FX_EVENT_PORT:
		return fx_service_has(c, FX_RIGHT_PORT_QUERY);
	}
	return false;
}

void fx_service_tell(struct fx_service *s, enum fx_event_kind kind, uint64_t id,
		     const struct fx_job *job)
{
	struct fx_event e = {.kind = kind, .id = id, .at_us = fx_loop_wall_us(s->loop)};

	s->telling++;
	FX_LIST_EACH(&s->subs, it) {
		struct fx_subscription *sub = FX_CONTAINER(it, struct fx_subscription, link);

		if (sub->fn && may_hear(&sub->caller, kind, job)) {
			sub->fn(sub->arg, &e);
		}
	}
	if (--s->telling) {
		return;
	}
	FX_LIST_EACH_SAFE(&s->subs, it) {
		struct fx_subscription *sub = FX_CONTAINER(it, struct fx_subscription, link);

		if (!sub->fn) {
			fx_service_unsubscribe(sub);
		}
	}
}

void fx_service_on_job(struct fx_service *s, const struct fx_job *job, bool removed)
{
	fx_service_tell(s, removed ? FX_EVENT_JOB_REMOVED : FX_EVENT_JOB, job->id, job);
}

void fx_service_on_message(struct fx_service *s, uint64_t id, enum fx_folder folder)
{
	/* The job is told as removed right after; until then it has the owner. */
	const struct fx_job *job = fx_queue_find(s->queue, id);

	(void)folder;
	fx_service_tell(s, FX_EVENT_MESSAGE, id, job);
}

void fx_service_on_port(struct fx_service *s, struct fx_port *port)
{
	fx_service_tell(s, FX_EVENT_PORT, fx_port_info(port)->device_id, NULL);
}
