/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/iface/convert.h"

#include <string.h>

union fx_wtext fx_wire_text(const char *s)
{
	return (union fx_wtext){.u8 = s && *s ? s : NULL};
}
#define T fx_wire_text

static uint32_t port_flags(const struct fx_port_info *p)
{
	return (p->receive ? FX_MS_FPF_RECEIVE : 0u) | (p->send ? FX_MS_FPF_SEND : 0u) |
	       (p->is_virtual ? FX_MS_FPF_VIRTUAL : 0u);
}

void fx_wire_port(struct fx_ms_port_info *w, const struct fx_port_info *p, uint32_t fps)
{
	*w = (struct fx_ms_port_info){
		.device_id = p->device_id, .state = fps, .flags = port_flags(p), .rings = p->rings,
		.priority = p->priority, .name = T(p->name), .tsid = T(p->tsid), .csid = T(p->csid),
	};
}

void fx_wire_port_ex(struct fx_ms_port_info_ex *w, const struct fx_port_info *p,
		     const struct fx_port_status *s)
{
	*w = (struct fx_ms_port_info_ex){
		.device_id = p->device_id, .name = T(p->name), .provider_name = T(p->provider),
		.description = T(p->description), .send = p->send,
		.receive_mode = !p->receive ? 0 : p->manual_answer ? 2 : 1,
		.status = fx_device_bits(s),
		.rings = p->rings, .csid = T(p->csid), .tsid = T(p->tsid),
	};
}

void fx_wire_device_status(struct fx_ms_device_status *w, const struct fx_port_info *p,
			   const struct fx_port_status *s)
{
	const struct fx_call_status *c = &s->call;
	bool send = s->active && c->sender, receive = s->active && !c->sender;

	*w = (struct fx_ms_device_status){
		.device_id = p->device_id, .device_name = T(p->name), .status = s->fps,
		.job_type = send ? FX_JT_SEND : receive ? FX_JT_RECEIVE : FX_JT_UNKNOWN,
		.csid = T(p->csid), .tsid = T(p->tsid),
	};
	if (!s->active) {
		return;
	}
	w->current_page = c->page;
	w->total_pages = c->pages_total;
	w->document_name = T(s->document_name);
	w->sender_name = T(s->sender_name);
	w->recipient_name = T(s->recipient_name);
	w->user_name = T(s->user);
	w->start_time = fx_ms_filetime_from(s->started_at);
	w->submitted_time = fx_ms_filetime_from(s->submitted_at);
	/* Both identifiers of the call: one is ours, the other the far machine's. */
	if (send) {
		w->phone_number = T(s->number);
		w->size_bytes = s->size_bytes;
		w->csid = T(c->remote_id);
		w->tsid = *c->local_id ? T(c->local_id) : w->tsid;
	} else {
		w->caller_id = T(c->caller_id);
		w->routing_string = T(c->routing);
		w->tsid = T(c->remote_id);
		w->csid = *c->local_id ? T(c->local_id) : w->csid;
	}
}

uint32_t fx_wire_js(const struct fx_job *j)
{
	uint32_t mods = (j->paused ? FX_JS_PAUSED : 0u) | (j->no_line ? FX_JS_NOLINE : 0u);

	switch (j->state) {
	case FX_JOB_PREPARING:
	case FX_JOB_PENDING:
		return FX_JS_PENDING | mods;
	case FX_JOB_RETRYING:
		return FX_JS_RETRYING | mods;
	case FX_JOB_IN_PROGRESS:
	case FX_JOB_ROUTING:
		return FX_JS_INPROGRESS;
	case FX_JOB_FAILED:
		return FX_JS_FAILED;
	case FX_JOB_RETRIES_EXCEEDED:
		return FX_JS_RETRIES_EXCEEDED;
	case FX_JOB_DELETING:
		return FX_JS_DELETING;
	case FX_JOB_STATE_COUNT:
		break;
	}
	return FX_JS_PENDING;
}

/* The later numbers: one bit up, PENDING is a bit of its own, ROUTING too. */
static uint32_t js_ex(const struct fx_job *j)
{
	uint32_t js = fx_wire_js(j);

	if (j->state == FX_JOB_ROUTING) {
		return FX_JSX_ROUTING;
	}
	if (j->state == FX_JOB_PENDING || j->state == FX_JOB_PREPARING) {
		return FX_JSX_PENDING | js << 1;
	}
	return js << 1;
}

static struct fx_ms_systemtime schedule_of(const struct fx_job *j)
{
	return fx_ms_systemtime_from(j->schedule == FX_SCHEDULE_TIME ? j->schedule_at : 0);
}

/* [MS-FAX] wants a number that is not NULL; a fax coming in has none. */
static union fx_wtext number_of(const struct fx_job *j)
{
	return (union fx_wtext){.u8 = j->number ? j->number : ""};
}

void fx_wire_job(struct fx_ms_job_entry *w, const struct fx_job *j, uint32_t fps, bool later)
{
	*w = (struct fx_ms_job_entry){
		.job_id = j->client_id, .user_name = T(j->user), .job_type = (uint32_t)j->type,
		.queue_status = later ? js_ex(j) : fx_wire_js(j), .status = fps,
		.size_bytes = j->size_bytes, .page_count = j->pages,
		.recipient_number = number_of(j), .recipient_name = T(j->recipient_name),
		.tsid = T(j->tsid), .sender_name = T(j->sender_name),
		.sender_company = T(j->sender_company), .sender_dept = T(j->sender_dept),
		.billing_code = T(j->billing_code), .schedule_action = (uint32_t)j->schedule,
		.schedule_time = schedule_of(j), .report_type = j->report_type,
		.report_address = T(j->report_address), .document_name = T(j->document_name),
	};
}

/* JS_EX_ (ms-fax.md 6.4) */
static uint32_t extended_status(enum fx_outcome o)
{
	switch (o) {
	case FX_OUTCOME_NONE:
		return 0;
	case FX_OUTCOME_SUCCESS:
		return 18;
	case FX_OUTCOME_BUSY:
		return 8;
	case FX_OUTCOME_NO_ANSWER:
		return 9;
	case FX_OUTCOME_BAD_NUMBER:
		return 10;
	case FX_OUTCOME_NO_DIALTONE:
		return 11;
	case FX_OUTCOME_LINE_UNAVAILABLE:
		return 7;
	case FX_OUTCOME_DISCONNECTED:
	case FX_OUTCOME_HOST_LOST:
		return 1;
	case FX_OUTCOME_NOT_FAX:
		return 15;
	case FX_OUTCOME_BLACKLISTED:
		return 14;
	case FX_OUTCOME_CANCELLED:
		return 19;
	case FX_OUTCOME_PARTIAL:
		return 16;
	case FX_OUTCOME_PROTOCOL:
	case FX_OUTCOME_REFUSED:
	case FX_OUTCOME_INCOMPATIBLE:
	case FX_OUTCOME_PAGE_REJECTED:
	case FX_OUTCOME_TIMEOUT:
	case FX_OUTCOME_STORAGE:
	case FX_OUTCOME_DOCUMENT:
	case FX_OUTCOME_COUNT:
		break;
	}
	return 12;
}

/* A job that no port is there for, and no try has said more yet: the line is unavailable. */
static uint32_t extended_idle(const struct fx_job *j)
{
	return extended_status(j->no_line && j->outcome == FX_OUTCOME_NONE ?
				       FX_OUTCOME_LINE_UNAVAILABLE :
				       j->outcome);
}

static uint32_t extended_live(const struct fx_port_status *s)
{
	switch (s->call.state) {
	case FX_PORT_INITIALIZING:
		return 2;
	case FX_PORT_DIALING:
		return 3;
	case FX_PORT_SENDING:
		return 4;
	case FX_PORT_ANSWERED:
	case FX_PORT_RINGING:
		return 5;
	case FX_PORT_RECEIVING:
		return 6;
	case FX_PORT_COMPLETED:
		return 18;
	case FX_PORT_ABORTING:
		return 19;
	case FX_PORT_OFFLINE:
	case FX_PORT_AVAILABLE:
	case FX_PORT_ROUTING:
	case FX_PORT_FAILED:
	case FX_PORT_STATE_COUNT:
		break;
	}
	return 0;
}

uint32_t fx_wire_job_type(enum fx_job_type t)
{
	return t == FX_JT_BROADCAST ? FX_JT_BROADCAST : 1u << (unsigned)t;
}

/* FAX_JOB_OP_: view, pause, resume, restart, delete */
static uint32_t operations(const struct fx_job *j)
{
	uint32_t ops = j->state == FX_JOB_DELETING || j->state == FX_JOB_ROUTING ? 0 : 0x10;

	if (j->type == FX_JT_SEND) {
		ops |= j->pages ? 1 : 0; /* rendered, here or with its broadcast */
		if (j->state == FX_JOB_PENDING || j->state == FX_JOB_RETRYING) {
			ops |= j->paused ? 4 : 2;
		}
		ops |= j->state == FX_JOB_RETRIES_EXCEEDED ? 8 : 0;
	}
	return ops;
}

void fx_wire_job_ex(struct fx_ms_job_entry_ex *w, struct fx_ms_job_status *st,
		    const struct fx_job *j, const struct fx_port_status *port,
		    const struct fx_port_info *info)
{
	bool live = port && port->active && port->job_id == j->id;
	const char *own = j->type == FX_JT_SEND ? j->tsid : j->remote_id;

	*st = (struct fx_ms_job_status){
		.valid = FX_JF_JOB_ID | FX_JF_TYPE | FX_JF_QUEUE_STATUS | FX_JF_STATUS_EX |
			 FX_JF_SIZE | FX_JF_PAGE_COUNT | FX_JF_CURRENT_PAGE | FX_JF_RETRIES |
			 (j->schedule == FX_SCHEDULE_TIME ? FX_JF_SCHEDULE_TIME : 0u) |
			 (j->started_at ? FX_JF_START_TIME : 0u) |
			 (j->ended_at ? FX_JF_END_TIME : 0u) |
			 (j->device_id ? FX_JF_DEVICE_ID : 0u),
		.job_id = j->client_id,
		.job_type = fx_wire_job_type(j->type),
		.queue_status = js_ex(j),
		.extended_status = live ? extended_live(port) : extended_idle(j),
		.size_bytes = j->size_bytes,
		.page_count = j->pages,
		.current_page = live ? port->call.page : 0,
		.tsid = T(own),
		.csid = T(j->type == FX_JT_SEND ? j->remote_id : j->number),
		.schedule_time = schedule_of(j),
		.start_time = fx_ms_systemtime_from(j->started_at),
		.end_time = fx_ms_systemtime_from(j->ended_at),
		.device_id = j->device_id,
		.device_name = T(info ? info->name : NULL),
		.retries = j->tries,
		.caller_id = T(j->caller_id),
		.routing_info = T(j->routing),
		.operations = operations(j),
	};
	*w = (struct fx_ms_job_entry_ex){
		.valid = FX_JF_MESSAGE_ID | FX_JF_SUBMISSION_TIME | FX_JF_PRIORITY |
			 FX_JF_STATUS_SUB | FX_JF_REPORT_TYPE |
			 (j->parent_id ? FX_JF_BROADCAST_ID : 0u) |
			 (j->schedule == FX_SCHEDULE_TIME ? FX_JF_ORIGINAL_SCHEDULE_TIME : 0u),
		.message_id = j->id,
		.broadcast_id = j->parent_id,
		.recipient_number = number_of(j),
		.recipient_name = T(j->recipient_name),
		.sender_user = T(j->user),
		.billing_code = T(j->billing_code),
		.original_schedule_time = schedule_of(j),
		.submission_time = fx_ms_systemtime_from(j->submitted_at),
		.priority = (uint32_t)j->priority,
		.report_type = j->report_type,
		.document_name = T(j->document_name),
		.subject = T(j->subject),
		.status = st,
		.receipt_address = T(j->report_address),
		.schedule_action = (uint32_t)j->schedule,
	};
}

void fx_wire_message(struct fx_ms_message *w, const struct fx_message *m)
{
	const struct fx_job *j = &m->job;
	bool sent = m->folder == FX_FOLDER_SENT;

	*w = (struct fx_ms_message){
		.valid = FX_JF_TYPE | FX_JF_STATUS_EX | FX_JF_SIZE | FX_JF_PAGE_COUNT |
			 FX_JF_PRIORITY | FX_JF_RETRIES | FX_JF_MESSAGE_ID | FX_JF_MESSAGE_FLAGS |
			 (j->parent_id ? FX_JF_BROADCAST_ID : 0u) |
			 (j->submitted_at ? FX_JF_SUBMISSION_TIME : 0u) |
			 (j->started_at ? FX_JF_START_TIME : 0u) |
			 (j->ended_at ? FX_JF_END_TIME : 0u),
		.message_id = m->id,
		.broadcast_id = j->parent_id,
		.job_type = sent ? FX_JTX_SEND : FX_JTX_RECEIVE,
		.queue_status = FX_JSX_COMPLETED,
		.extended_status = m->partial ? 16 : 0,
		.size_bytes = j->size_bytes,
		.page_count = j->pages,
		.recipient_number = T(j->number),
		.recipient_name = T(j->recipient_name),
		.sender_number = T(j->sender_number),
		.sender_name = T(j->sender_name),
		.tsid = T(sent ? j->tsid : j->remote_id),
		.csid = T(sent ? j->remote_id : j->number),
		.sender_user = T(j->user),
		.billing_code = T(j->billing_code),
		.original_schedule_time = schedule_of(j),
		.submission_time = fx_ms_systemtime_from(j->submitted_at),
		.start_time = fx_ms_systemtime_from(j->started_at),
		.end_time = fx_ms_systemtime_from(j->ended_at),
		.device_name = T(m->port_name),
		.priority = (uint32_t)j->priority,
		.retries = j->tries,
		.document_name = T(j->document_name),
		.subject = T(j->subject),
		.caller_id = T(j->caller_id),
		.routing_info = T(j->routing),
		.receipt_type = j->report_type,
		.receipt_address = T(j->report_address),
		.flags = m->read,
		.has_cover = sent ? j->cover_page != NULL : m->has_cover,
		.receive_folder = !sent && !m->owners,
	};
	if (!sent) {
		w->valid |= FX_JF_RECEIVE_FOLDER;
	}
}

void fx_wire_config(struct fx_ms_configuration *w, const struct fx_config *c)
{
	*w = (struct fx_ms_configuration){
		.retries = c->retries, .retry_delay = c->retry_delay_min,
		.dirty_days = c->dirty_days, .branding = c->branding,
		.use_device_tsid = c->use_device_tsid, .server_cp = c->server_cover,
		.pause_queue = c->pause_queue,
		.start_cheap = {c->cheap_start_hour, c->cheap_start_minute},
		.stop_cheap = {c->cheap_stop_hour, c->cheap_stop_minute},
		.archive_outgoing = c->archive_outgoing,
		.archive_directory = T(c->archive_directory),
		.profile_name = T(c->inbound_profile),
	};
}

static union fx_wtext transport_text(enum fx_transport t)
{
	return t == FX_TRANSPORT_NONE ? T(NULL) : T(fx_transport_str(t));
}

static union fx_wtext coding_text(enum fx_coding c)
{
	return c == FX_CODING_NONE ? T(NULL) : T(fx_coding_str(c));
}

void fx_wire_cs_port(struct fx_cs_port *w, const struct fx_port_info *p,
		     const struct fx_port_status *s)
{
	const struct fx_call_status *c = &s->call;

	*w = (struct fx_cs_port){
		.device_id = p->device_id, .name = T(p->name), .provider = T(p->provider),
		.line = T(p->line), .tsid = T(p->tsid), .csid = T(p->csid), .rings = p->rings,
		.priority = p->priority, .flags = port_flags(p),
		.state = T(fx_port_state_str(c->state)), .state_text = T(fx_fps_text(s->fps)),
		.fps = s->fps, .active = s->active, .sender = c->sender,
		.transport = transport_text(c->transport), .coding = coding_text(c->coding),
		.resolution = c->resolution ? T(fx_resolution_str(c->resolution)) : T(NULL),
		.page = c->page, .pages_total = c->pages_total,
		.pages_confirmed = c->pages_confirmed, .rate_bps = c->rate_bps, .ecm = c->ecm,
		.page_bytes = c->page_bytes, .page_bytes_total = c->page_bytes_total,
		.ecm_retries = c->ecm_retries, .remote_id = T(c->remote_id),
		.local_id = T(c->local_id), .caller_id = T(c->caller_id), .routing = T(c->routing),
		.number = T(s->number), .elapsed_ms = (uint64_t)c->elapsed_us / 1000,
		.job_id = s->job_id, .job_number = s->client_id, .size_bytes = s->size_bytes,
		.started_at = (uint64_t)s->started_at, .submitted_at = (uint64_t)s->submitted_at,
		.document_name = T(s->document_name), .sender_name = T(s->sender_name),
		.recipient_name = T(s->recipient_name), .user = T(s->user),
	};
}

void fx_wire_cs_job(struct fx_cs_job *w, const struct fx_job *j, uint32_t fps)
{
	*w = (struct fx_cs_job){
		.number = j->client_id,
		.id = j->id,
		.type = (uint32_t)j->type,
		.state = T(fx_job_state_str(j->state)),
		.paused = j->paused,
		.no_line = j->no_line,
		.priority = (uint32_t)j->priority,
		.schedule = (uint32_t)j->schedule,
		.resolution = j->resolution ? T(fx_resolution_str(j->resolution)) : T(NULL),
		.quality = (uint32_t)j->quality,
		.report_type = j->report_type,
		.device_id = j->device_id,
		.submitted_at = (uint64_t)j->submitted_at,
		.schedule_at = (uint64_t)j->schedule_at,
		.next_try_at = (uint64_t)j->next_try_at,
		.started_at = (uint64_t)j->started_at,
		.ended_at = (uint64_t)j->ended_at,
		.tries = j->tries,
		.pages = j->pages,
		.confirmed = j->confirmed,
		.size_bytes = j->size_bytes,
		.fps = fps,
		.outcome = T(fx_outcome_str(j->outcome)),
		.words = T(j->words),
		.user = T(j->user),
		.to_number = T(j->number),
		.recipient_name = T(j->recipient_name),
		.recipient_company = T(j->recipient_company),
		.tsid = T(j->tsid),
		.sender_name = T(j->sender_name),
		.sender_company = T(j->sender_company),
		.sender_dept = T(j->sender_dept),
		.sender_number = T(j->sender_number),
		.billing_code = T(j->billing_code),
		.document_name = T(j->document_name),
		.report_address = T(j->report_address),
		.subject = T(j->subject),
		.remote_id = T(j->remote_id),
		.caller_id = T(j->caller_id),
		.routing = T(j->routing),
	};
}

void fx_wire_cs_message(struct fx_cs_message *w, struct fx_cs_job *job, const struct fx_message *m)
{
	fx_wire_cs_job(job, &m->job, 0);
	*w = (struct fx_cs_message){
		.folder = m->folder == FX_FOLDER_SENT ? FX_MS_SENT : FX_MS_INBOX, .id = m->id,
		.read = m->read, .partial = m->partial, .port_name = T(m->port_name),
		.rate_bps = m->result.rate_bps, .ecm = m->result.ecm,
		.ecm_retries = m->result.ecm_retries,
		.transport = transport_text(m->result.transport),
		.coding = coding_text(m->result.coding), .job = job,
	};
}

void fx_wire_cs_attempt(struct fx_cs_attempt *w, const struct fx_attempt *a)
{
	const struct fx_call_result *r = &a->result;

	*w = (struct fx_cs_attempt){
		.device_id = a->device_id, .id = a->id, .job_id = a->job_id,
		.first_page = a->first_page, .started_at = (uint64_t)a->started_at,
		.answered_at = (uint64_t)a->answered_at, .ended_at = (uint64_t)a->ended_at,
		.outcome = T(fx_outcome_str(r->outcome)), .words = T(r->words),
		.number = T(a->number), .port_name = T(a->port_name), .remote_id = T(r->remote_id),
		.transport = transport_text(r->transport), .coding = coding_text(r->coding),
		.engine_code = (uint32_t)r->engine_code, .pages_confirmed = r->pages_confirmed,
		.pages_total = r->pages_total, .rate_bps = r->rate_bps, .ecm = r->ecm,
		.ecm_retries = r->ecm_retries, .has_log = *a->log_file != '\0',
	};
}
