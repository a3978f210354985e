/* SPDX-License-Identifier: Apache-2.0 */
/* From the signalling thread to the owner's loop: one list, one wake-up for all that waits. */
#include "providers/sip/sip_priv.h"

#include <stdlib.h>
#include "base/mem.h"

struct fx_sip_outbox {
	struct fx_loop *loop;
	void (*fn)(void *arg, const struct fx_sip_event *ev);
	void *arg;
	pthread_mutex_t lock;
	struct fx_link list;
	bool posted, closed;
};

int fx_sip_outbox_new(struct fx_loop *loop, void (*fn)(void *arg, const struct fx_sip_event *ev),
		      void *arg, struct fx_sip_outbox **ret)
{
	struct fx_sip_outbox *o = fx_zalloc(sizeof(*o));

	if (!o) {
		return FX_ENOMEM;
	}
	o->loop = loop;
	o->fn = fn;
	o->arg = arg;
	fx_list_init(&o->list);
	(void)pthread_mutex_init(&o->lock, NULL);
	*ret = o;
	return 0;
}

static void outbox_free(struct fx_sip_outbox *o)
{
	while (!fx_list_empty(&o->list)) {
		struct fx_sip_event *ev = FX_CONTAINER(o->list.next, struct fx_sip_event, link);

		fx_list_remove(&ev->link);
		(void)fx_free(ev);
	}
	(void)pthread_mutex_destroy(&o->lock);
	(void)fx_free(o);
}

static struct fx_sip_event *next(struct fx_sip_outbox *o)
{
	struct fx_sip_event *ev = NULL;

	(void)pthread_mutex_lock(&o->lock);
	if (!fx_list_empty(&o->list)) {
		ev = FX_CONTAINER(o->list.next, struct fx_sip_event, link);
		fx_list_remove(&ev->link);
	} else {
		o->posted = false;
	}
	(void)pthread_mutex_unlock(&o->lock);
	return ev;
}

/* fn() may close the outbox. */
static void on_post(void *arg)
{
	struct fx_sip_outbox *o = arg;
	struct fx_sip_event *ev;

	while (!o->closed && (ev = next(o)) != NULL) {
		o->fn(o->arg, ev);
		(void)fx_free(ev);
	}
	if (o->closed) {
		outbox_free(o);
	}
}

void fx_sip_outbox_put(struct fx_sip_outbox *o, const struct fx_sip_event *ev)
{
	struct fx_sip_event *copy = fx_memdup(ev, sizeof(*ev));
	bool post;

	if (!copy) {
		abort();
	}
	(void)pthread_mutex_lock(&o->lock);
	fx_list_append(&o->list, &copy->link);
	post = !o->posted;
	o->posted = true;
	(void)pthread_mutex_unlock(&o->lock);
	if (post) {
		fx_loop_post(o->loop, on_post, o);
	}
}

void fx_sip_outbox_close(struct fx_sip_outbox *o)
{
	bool posted;

	if (!o) {
		return;
	}
	(void)pthread_mutex_lock(&o->lock);
	posted = o->posted;
	(void)pthread_mutex_unlock(&o->lock);
	o->closed = true;
	if (!posted) {
		outbox_free(o);
	}
}
