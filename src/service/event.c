/* SPDX-License-Identifier: Apache-2.0 */
/* What queue, route and port table tell, put into the log of events. */
#include "base/mem.h"
#include "base/str.h"
#include "core/owners.h"
#include "service/service_priv.h"

struct fx_event_log *fx_service_log(struct fx_service *s)
{
	return s->log;
}

static bool is_incoming(const struct fx_job *job)
{
	return job->type != FX_JT_SEND && job->type != FX_JT_BROADCAST;
}

static void tell(struct fx_service *s, enum fx_event_kind kind, uint64_t id,
		 const struct fx_job *job, enum fx_event_change change)
{
	struct fx_event e = {.kind = (uint8_t)kind, .id = id, .uid = FX_UID_NONE,
			     .change = (uint8_t)change};

	if (job) {
		e.client_id = job->client_id;
		e.incoming = is_incoming(job);
		/* a received fax is nobody's until it was given to somebody */
		e.uid = e.incoming && !*fx_text(job->user) ? FX_UID_NONE : job->uid;
	}
	if (e.incoming && !s->config.incoming_public) {
		e.guarded = true;
	} else {
		e.anybody = kind == FX_EVENT_MESSAGE && (!job || e.incoming);
	}
	fx_event_log_add(s->log, &e);
}

void fx_service_tell(struct fx_service *s, enum fx_event_kind kind, uint64_t id,
		     const struct fx_job *job)
{
	tell(s, kind, id, job, FX_CHANGE_CHANGED);
}

bool fx_service_hears_incoming(const struct fx_service *s, const struct fx_caller *c)
{
	return s->config.incoming_public ||
	       fx_service_has(c, fx_service_read_right(s, true));
}

/* Once for all who may read it, and once for each further owner. */
static void tell_owners(struct fx_service *s, const struct fx_message *m,
			enum fx_event_change change)
{
	const char *at = m->owners;
	uint32_t uid;
	bool read;

	tell(s, FX_EVENT_MESSAGE, m->id, &m->job, change);
	if (m->folder != FX_FOLDER_INBOX || s->config.incoming_public) {
		return; /* one event is for all */
	}
	while (fx_owners_next(&at, &uid, &read)) {
		struct fx_event e = {.kind = FX_EVENT_MESSAGE, .id = m->id, .uid = uid,
				     .client_id = m->job.client_id, .incoming = true,
				     .guarded = true, .extra = true, .change = (uint8_t)change};

		if (uid != m->job.uid) {
			fx_event_log_add(s->log, &e);
		}
	}
}

void fx_service_tell_message(struct fx_service *s, const struct fx_message *m)
{
	tell_owners(s, m, FX_CHANGE_CHANGED);
}

void fx_service_tell_removed(struct fx_service *s, const struct fx_message *m)
{
	tell_owners(s, m, FX_CHANGE_REMOVED);
}

void fx_service_tell_config(struct fx_service *s, uint32_t kinds)
{
	struct fx_event e = {.kind = FX_EVENT_CONFIG, .uid = FX_UID_NONE, .what = kinds};

	fx_event_log_add(s->log, &e);
}

void fx_service_tell_queue_state(struct fx_service *s)
{
	struct fx_event e = {.kind = FX_EVENT_QUEUE_STATE, .uid = FX_UID_NONE};

	e.what = (s->config.block_incoming ? FX_QUEUE_IN_BLOCKED : 0u) |
		 (s->config.block_outgoing ? FX_QUEUE_OUT_BLOCKED : 0u) |
		 (s->config.pause_queue ? FX_QUEUE_OUT_PAUSED : 0u);
	fx_event_log_add(s->log, &e);
}

void fx_service_tell_activity(void *arg)
{
	struct fx_service *s = arg;

	fx_service_tell(s, FX_EVENT_ACTIVITY, 0, NULL);
}

/* What the later API says of a line is less than its status: told when that changes. */
static void look_at_line(struct fx_service *s, uint32_t device_id)
{
	struct fx_event e = {.kind = FX_EVENT_DEVICE_STATUS, .id = device_id,
			     .device_id = device_id, .uid = FX_UID_NONE};
	struct fx_port *port = fx_ports_find(s->ports, device_id);
	struct fx_told_bits *v;
	struct fx_port_status st;
	size_t i = 0;

	if (!port) {
		return;
	}
	fx_port_status(port, &st);
	e.what = fx_device_bits(&st);
	while (i < s->n_bits && s->bits[i].device_id != device_id) {
		i++;
	}
	if (i == s->n_bits) {
		v = fx_realloc(s->bits, (i + 1) * sizeof(*v));
		if (!v) {
			return; /* told with its next change */
		}
		s->bits = v;
		s->bits[i] = (struct fx_told_bits){device_id, 0};
		s->n_bits++;
	}
	if (s->bits[i].bits != e.what) {
		s->bits[i].bits = e.what;
		fx_event_log_add(s->log, &e);
	}
}

void fx_service_on_fax_event(struct fx_service *s, const struct fx_fax_event *f)
{
	struct fx_event e = {.kind = FX_EVENT_FAX,
			     .fei = (uint8_t)f->fei,
			     .id = f->job_id,
			     .device_id = f->device_id,
			     .client_id = f->client_id,
			     .uid = f->uid,
			     .incoming = f->incoming};

	fx_event_log_add(s->log, &e);
	if (f->device_id) {
		look_at_line(s, f->device_id);
	}
}

static void of_the_service(struct fx_service *s, enum fx_fei fei)
{
	struct fx_event e = {.kind = FX_EVENT_FAX,
			     .fei = (uint8_t)fei,
			     .uid = FX_UID_NONE,
			     .anybody = true};

	fx_event_log_add(s->log, &e);
}

void fx_service_started(struct fx_service *s)
{
	of_the_service(s, FX_FEI_FAXSVC_STARTED);
}

void fx_service_ended(struct fx_service *s)
{
	of_the_service(s, FX_FEI_FAXSVC_ENDED);
}

void fx_service_on_job(struct fx_service *s, const struct fx_job *job, bool removed)
{
	if (removed) {
		bool incoming = is_incoming(job);
		struct fx_fax_event e = {.fei = FX_FEI_DELETED,
					 .device_id = job->device_id,
					 .job_id = job->id,
					 .client_id = job->client_id,
					 .uid = incoming ? FX_UID_NONE : job->uid,
					 .incoming = incoming};

		fx_service_on_fax_event(s, &e);
	}
	/* Ids only grow: the first word of one is its beginning. */
	tell(s, removed ? FX_EVENT_JOB_REMOVED : FX_EVENT_JOB, job->id, job,
	     removed                    ? FX_CHANGE_REMOVED :
	     job->id > s->newest_job_id ? FX_CHANGE_ADDED :
					  FX_CHANGE_CHANGED);
	s->newest_job_id = job->id > s->newest_job_id ? job->id : s->newest_job_id;
	if (!fx_timer_running(s->activity)) {
		fx_timer_start(s->activity, FX_SECOND);
	}
}

void fx_service_on_message(struct fx_service *s, uint64_t id, enum fx_folder folder)
{
	/* The job is told as removed right after; until then it has the owner. */
	const struct fx_job *job = fx_queue_find(s->queue, id);
	struct fx_message m;

	if (folder == FX_FOLDER_INBOX && !fx_store_get_message(s->store, id, &m)) {
		tell_owners(s, &m, FX_CHANGE_ADDED);
		fx_message_fini(&m);
		return;
	}

	tell(s, FX_EVENT_MESSAGE, id, job, FX_CHANGE_ADDED);
	fx_archive_added(s, id);
}

void fx_service_on_message_changed(struct fx_service *s, uint64_t id)
{
	tell(s, FX_EVENT_MESSAGE, id, fx_queue_find(s->queue, id), FX_CHANGE_CHANGED);
}

void fx_service_on_port(struct fx_service *s, struct fx_port *port)
{
	uint32_t device_id = fx_port_info(port)->device_id;

	fx_service_tell(s, FX_EVENT_PORT, device_id, NULL);
	look_at_line(s, device_id);
}
