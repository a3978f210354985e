/* SPDX-License-Identifier: Apache-2.0 */
/* Events of the service's log as the two kinds of [MS-FAX]. */
#include "rpc/iface/convert.h"
#include "rpc/iface/subscribe.h"

#define NO_JOB 0xFFFFFFFFu

uint32_t fx_event_kinds(const struct fx_event_wish *w)
{
	static const struct {
		uint32_t types, kinds;
	} map[] = {
		{FX_MS_EVENT_IN_QUEUE | FX_MS_EVENT_OUT_QUEUE,
		 1u << FX_EVENT_JOB | 1u << FX_EVENT_JOB_REMOVED},
		{FX_MS_EVENT_IN_ARCHIVE | FX_MS_EVENT_OUT_ARCHIVE, 1u << FX_EVENT_MESSAGE},
		{FX_MS_EVENT_CONFIG, 1u << FX_EVENT_CONFIG},
		{FX_MS_EVENT_ACTIVITY, 1u << FX_EVENT_ACTIVITY},
		{FX_MS_EVENT_QUEUE_STATE, 1u << FX_EVENT_QUEUE_STATE},
		{FX_MS_EVENT_FXSSVC_ENDED | FX_MS_EVENT_NEW_CALL, 1u << FX_EVENT_FAX},
		{FX_MS_EVENT_DEVICE_STATUS, 1u << FX_EVENT_DEVICE_STATUS},
	};
	uint32_t kinds = 0;

	if (!w->mask) {
		return 1u << FX_EVENT_FAX;
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(map); i++) {
		kinds |= w->mask & map[i].types ? map[i].kinds : 0;
	}
	return kinds;
}

bool fx_event_legacy(const struct fx_event *e, struct fx_ms_event *ret)
{
	*ret = (struct fx_ms_event){.time = fx_ms_filetime_from_us(e->at_us),
				    .device_id = e->device_id,
				    .event_id = e->fei,
				    .job_id = e->client_id ? e->client_id : NO_JOB};
	return e->kind == FX_EVENT_FAX;
}

/* ---- extended ---- */

struct source {
	struct fx_service *s;
	const struct fx_event_wish *w;
	const struct fx_event *e;
	/* what the structure borrows from */
	struct fx_job job;
	bool has_job;
	struct fx_ms_job_status status;
	struct fx_ms_job_entry_ex entry;
	struct fx_port_info info;
	struct fx_port_status port;
};

/* The job as it is now; one that is gone has no status to tell of. */
static bool put_status(struct source *v, struct fx_ms_event_ex *x)
{
	const struct fx_caller *c = v->w->caller;
	bool line;

	v->has_job = fx_service_job_by_id(v->s, c, v->e->id, &v->job) == 0;
	if (!v->has_job) {
		return false;
	}
	line = v->job.device_id && fx_service_sees_ports(c) &&
	       fx_service_port(v->s, c, v->job.device_id, &v->info) == 0 &&
	       fx_service_port_status(v->s, c, v->job.device_id, &v->port) == 0;
	fx_wire_job_ex(&v->entry, &v->status, &v->job, line ? &v->port : NULL,
		       line ? &v->info : NULL);
	x->status = &v->status;
	return true;
}

static bool of_queue(struct source *v, struct fx_ms_event_ex *x)
{
	const struct fx_event *e = v->e;

	x->type = e->incoming ? FX_MS_EVENT_IN_QUEUE : FX_MS_EVENT_OUT_QUEUE;
	x->message_id = e->id;
	x->receive_folder = v->w->ex1 && e->incoming;
	if (e->kind == FX_EVENT_JOB_REMOVED) {
		x->change = FX_MS_JOB_REMOVED;
		return true;
	}
	x->change = e->change == FX_CHANGE_ADDED ? FX_MS_JOB_ADDED : FX_MS_JOB_STATUS;
	return x->change == FX_MS_JOB_ADDED || put_status(v, x);
}

static bool of_archive(struct source *v, struct fx_ms_event_ex *x)
{
	const struct fx_event *e = v->e;

	x->type = e->incoming ? FX_MS_EVENT_IN_ARCHIVE : FX_MS_EVENT_OUT_ARCHIVE;
	x->message_id = e->id;
	x->receive_folder = v->w->ex1 && e->incoming && e->uid == FX_UID_NONE;
	x->change = e->change == FX_CHANGE_ADDED   ? FX_MS_JOB_ADDED :
		    e->change == FX_CHANGE_REMOVED ? FX_MS_JOB_REMOVED :
						     FX_MS_JOB_CHANGED;
	return true;
}

static bool of_fax(struct source *v, struct fx_ms_event_ex *x)
{
	if (v->e->fei == FX_FEI_FAXSVC_ENDED) {
		x->type = FX_MS_EVENT_FXSSVC_ENDED;
		return true;
	}
	x->type = FX_MS_EVENT_NEW_CALL;
	if (v->e->fei != FX_FEI_RINGING || !v->e->device_id) {
		return false;
	}
	x->device_id = v->e->device_id;
	x->call = v->e->device_id; /* a port has one call at a time */
	if (fx_service_port_status(v->s, v->w->caller, x->device_id, &v->port) == 0) {
		x->caller_id = fx_wire_text(v->port.call.caller_id);
	}
	return true;
}

static bool of_activity(struct source *v, struct fx_ms_event_ex *x)
{
	struct fx_activity now;

	x->type = FX_MS_EVENT_ACTIVITY;
	if (fx_service_activity(v->s, v->w->caller, &now) != 0) {
		return false;
	}
	x->activity = (struct fx_ms_activity){.incoming = now.incoming, .routing = now.routing,
					      .outgoing = now.outgoing, .queued = now.queued};
	return true;
}

static bool convert(struct source *v, unsigned config, struct fx_ms_event_ex *x)
{
	switch ((enum fx_event_kind)v->e->kind) {
	case FX_EVENT_JOB:
	case FX_EVENT_JOB_REMOVED:
		return of_queue(v, x);
	case FX_EVENT_MESSAGE:
		return of_archive(v, x);
	case FX_EVENT_CONFIG:
		x->type = FX_MS_EVENT_CONFIG;
		x->config = config;
		return true;
	case FX_EVENT_ACTIVITY:
		return of_activity(v, x);
	case FX_EVENT_QUEUE_STATE:
		x->type = FX_MS_EVENT_QUEUE_STATE;
		x->queue_states = v->e->what;
		return true;
	case FX_EVENT_DEVICE_STATUS:
		x->type = FX_MS_EVENT_DEVICE_STATUS;
		x->device_id = v->e->device_id;
		x->device_status = v->e->what;
		return true;
	case FX_EVENT_FAX:
		return of_fax(v, x);
	case FX_EVENT_PORT:
		break;
	}
	return false;
}

static bool is_others(const struct fx_event_wish *w, const struct fx_event *e)
{
	bool fax = e->kind == FX_EVENT_JOB || e->kind == FX_EVENT_JOB_REMOVED ||
		   e->kind == FX_EVENT_MESSAGE;

	return w->own_only && fax && e->uid != w->caller->uid && e->uid != FX_UID_NONE;
}

bool fx_event_extended(struct fx_service *s, const struct fx_event_wish *w,
		       const struct fx_event *e, unsigned config, struct fx_buf *b)
{
	struct source v = {.s = s, .w = w, .e = e};
	struct fx_ms_event_ex x = {.time = fx_ms_filetime_from_us(e->at_us)};
	bool good = !is_others(w, e) && convert(&v, config, &x) && w->mask & x.type;

	if (good) {
		fx_ms_event_ex_put(b, &x, FX_TEXT_UTF8);
	}
	if (v.has_job) {
		fx_job_fini(&v.job);
	}
	return good && !b->err;
}
