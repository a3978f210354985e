/* SPDX-License-Identifier: Apache-2.0 */
/* A change that is being made durable, and who waits for it. */
#include "base/mem.h"
#include "service/service_priv.h"

struct fx_pending *fx_pending_new(struct fx_service *s, fx_service_done_fn *done, void *arg)
{
	struct fx_pending *p = fx_zalloc(sizeof(*p));

	if (p) {
		p->s = s;
		p->done = done;
		p->arg = arg;
		fx_list_append(&s->calls, &p->link);
	}
	return p;
}

void fx_pending_free(struct fx_pending *p)
{
	if (p) {
		fx_list_remove(&p->link);
		(void)fx_free(p->extra);
		(void)fx_free(p);
	}
}

void fx_pending_done(void *arg, int err, const struct fx_reason *why)
{
	struct fx_pending *p = arg;

	if (p->s) {
		if (p->finish) {
			p->finish(p, err);
		}
		if (p->done) {
			p->done(p->arg, err, why);
		}
	}
	fx_pending_free(p);
}

void fx_pending_queue_done(void *arg, int err, uint64_t id, uint32_t client_id,
			   const struct fx_reason *why)
{
	struct fx_pending *p = arg;

	if (p->s) {
		if (p->finish) {
			p->finish(p, err);
		}
		if (p->queue_done) {
			p->queue_done(p->arg, err, id, client_id, why);
		} else if (p->done) {
			p->done(p->arg, err, why);
		}
	}
	fx_pending_free(p);
}

void fx_pending_batch_done(void *arg, int err, struct fx_queue_ids parent,
			   const struct fx_queue_ids *ids, const struct fx_reason *why)
{
	struct fx_pending *p = arg;

	if (p->s) {
		if (p->finish) {
			p->finish(p, err);
		}
		p->batch_done(p->arg, err, parent, ids, why);
	}
	fx_pending_free(p);
}
