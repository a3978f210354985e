/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/extra.c  caselli.h: ports, jobs, attempts, messages, views. */
#include <string.h>
#include "clients/winfax/extra.h"

DWORD wf_resolution(const char *s)
{
	return fx_str_eq(s, "standard") ? CASELLI_RESOLUTION_STANDARD
	       : fx_str_eq(s, "fine") ? CASELLI_RESOLUTION_FINE
	       : fx_str_eq(s, "superfine") ? CASELLI_RESOLUTION_SUPERFINE : 0;
}

BOOL wf_give_own(const struct wf_shape *shape, void *array, size_t n, void **out, DWORD *count)
{
	void *block = array ? wf_pack(shape, array, n, FX_TEXT_UTF8, FX_TEXT_UTF8, true) : NULL;

	if (!block) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*out = block;
	if (count) {
		*count = (DWORD)n;
	}
	return TRUE;
}

/* How a structure of ours is made of one of the wire. */
struct conversion {
	const struct wf_shape *shape;
	size_t src_size;
	void (*from)(void *dst, const void *src);
};

/* What a call brought (n structures, freed here) for the caller. count may be NULL. */
static BOOL give_converted(const struct conversion *c, uint32_t code, void *src, size_t n,
			   void **out, DWORD *count)
{
	char *a;
	size_t i;
	BOOL ok;

	if (code) {
		return wf_code(code);
	}
	a = fx_calloc(n ? n : 1, c->shape->size);
	for (i = 0; a && i < n; i++) {
		c->from(a + i * c->shape->size, (const char *)src + i * c->src_size);
	}
	ok = wf_give_own(c->shape, a, n, out, count);
	(void)fx_free(a);
	(void)fx_free(src);
	return ok;
}

static void port_from(void *dst, const void *src)
{
	const struct fx_cs_port *s = src;

	*(CASELLI_PORT_STATUS *)dst = (CASELLI_PORT_STATUS){
		.DeviceId = s->device_id, .Status = s->fps, .Name = s->name.u8,
		.StatusText = s->state_text.u8, .Active = s->active != 0, .Sending = s->sender != 0,
		.JobId = s->job_number, .Page = s->page, .PagesTotal = s->pages_total,
		.PagesConfirmed = s->pages_confirmed, .PageBytes = s->page_bytes,
		.PageBytesTotal = s->page_bytes_total, .RateBps = s->rate_bps,
		.Resolution = wf_resolution(s->resolution.u8), .Ecm = s->ecm != 0,
		.EcmRetries = s->ecm_retries, .SizeBytes = s->size_bytes, .Coding = s->coding.u8,
		.Transport = s->transport.u8, .RemoteId = s->remote_id.u8,
		.LocalId = s->local_id.u8, .CallerId = s->caller_id.u8, .Routing = s->routing.u8,
		.Number = s->number.u8, .DocumentName = s->document_name.u8,
		.SenderName = s->sender_name.u8, .RecipientName = s->recipient_name.u8,
		.UserName = s->user.u8, .Id = s->job_id, .StartedAt = (int64_t)s->started_at,
		.SubmittedAt = (int64_t)s->submitted_at, .ElapsedMs = (int64_t)s->elapsed_ms};
}

#define O(f) offsetof(CASELLI_PORT_STATUS, f)
static const uint16_t port_text[] = {
	O(Name), O(StatusText), O(Coding), O(Transport), O(RemoteId), O(LocalId), O(CallerId),
	O(Routing), O(Number), O(DocumentName), O(SenderName), O(RecipientName), O(UserName)};
#undef O
static const struct wf_shape port_shape = {sizeof(CASELLI_PORT_STATUS), port_text,
					   FX_ARRAY_LEN(port_text)};
static const struct conversion ports = {&port_shape, sizeof(struct fx_cs_port), port_from};

BOOL WINAPI CaselliGetPortStatus(HANDLE Server, DWORD DeviceId, CASELLI_PORT_STATUS **Status,
				 DWORD *Count)
{
	struct fx_cs_port *list = NULL;
	struct wf_server *s;
	uint32_t code, n = 1;

	if (!Status || (!Count && !DeviceId)) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Status or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = DeviceId ? fx_client_cs_port(s->client, DeviceId, FX_TEXT_UTF8, &list)
			: fx_client_cs_ports(s->client, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	return give_converted(&ports, code, list, n, (void **)Status, Count);
}

static DWORD queue_status(const struct fx_cs_job *j)
{
	static const struct {
		const char *state;
		DWORD js;
	} map[] = {{"in_progress", JS_INPROGRESS}, {"routing", JS_INPROGRESS},
		   {"retrying", JS_RETRYING}, {"failed", JS_FAILED},
		   {"retries_exceeded", JS_RETRIES_EXCEEDED}, {"deleting", JS_DELETING}};
	DWORD js = JS_PENDING;
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(map); i++) {
		js = fx_str_eq(j->state.u8, map[i].state) ? map[i].js : js;
	}
	return js | (j->paused ? JS_PAUSED : 0) | (j->no_line ? JS_NOLINE : 0);
}

static void job_from(CASELLI_JOB *d, const struct fx_cs_job *j, bool finished)
{
	*d = (CASELLI_JOB){
		.Id = j->id, .JobId = j->number, .JobType = j->type,
		.QueueStatus = finished ? 0 : queue_status(j), .Finished = finished,
		.State = finished ? "finished" : j->state.u8, .Words = j->words.u8,
		.Outcome = j->outcome.u8, .UserName = j->user.u8, .Number = j->to_number.u8,
		.RecipientName = j->recipient_name.u8, .SenderName = j->sender_name.u8,
		.DocumentName = j->document_name.u8, .Tsid = j->tsid.u8,
		.BillingCode = j->billing_code.u8, .Priority = j->priority,
		.Resolution = wf_resolution(j->resolution.u8), .Quality = j->quality,
		.ScheduleAction = j->schedule, .DeviceId = j->device_id, .Tries = j->tries,
		.Pages = j->pages, .PagesConfirmed = j->confirmed, .SizeBytes = j->size_bytes,
		.Paused = j->paused != 0, .SubmittedAt = (int64_t)j->submitted_at,
		.ScheduleAt = (int64_t)j->schedule_at, .NextTryAt = (int64_t)j->next_try_at,
		.StartedAt = (int64_t)j->started_at, .EndedAt = (int64_t)j->ended_at,
		.BroadcastId = j->parent, .Recipients = j->recipients};
}

#define O(f) offsetof(CASELLI_JOB, f)
static const uint16_t job_text[] = {O(State), O(Words), O(Outcome), O(UserName), O(Number),
				    O(RecipientName), O(SenderName), O(DocumentName), O(Tsid),
				    O(BillingCode)};
#undef O
static const struct wf_shape job_shape = {sizeof(CASELLI_JOB), job_text, FX_ARRAY_LEN(job_text)};

static void live_job_from(void *dst, const void *src)
{
	job_from(dst, src, false);
}
static const struct conversion live_jobs = {&job_shape, sizeof(struct fx_cs_job), live_job_from};

static BOOL give_job(struct wf_server *s, uint64_t id, bool finished, CASELLI_JOB **out)
{
	struct fx_cs_job *job = NULL;
	struct fx_cs_message *m = NULL;
	CASELLI_JOB j;
	uint32_t code = FX_W_FAX_MESSAGE_NOT_FOUND;
	BOOL ok;

	if (!finished) {
		code = fx_client_cs_job(s->client, id, FX_TEXT_UTF8, &job);
	}
	/* It may have become a message since the caller saw it. */
	if (code == FX_W_FAX_MESSAGE_NOT_FOUND) {
		code = fx_client_cs_message(s->client, id, FX_TEXT_UTF8, &m);
	}
	if (!code && !job && !(m && m->job)) {
		code = RPC_S_PROTOCOL_ERROR;
	}
	if (code) {
		(void)fx_free(m);
		return wf_code(code);
	}
	job_from(&j, job ? job : m->job, !job);
	ok = wf_give_own(&job_shape, &j, 1, (void **)out, NULL);
	(void)fx_free(job);
	(void)fx_free(m);
	return ok;
}

BOOL WINAPI CaselliGetJob(HANDLE Server, uint64_t Id, CASELLI_JOB **Job)
{
	struct wf_server *s;
	BOOL ok;

	if (!Job) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Job is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	ok = give_job(s, Id, false, Job);
	wf_unref(s);
	return ok;
}

BOOL WINAPI CaselliFindJob(HANDLE Server, DWORD JobId, CASELLI_JOB **Job)
{
	bool finished = false;
	struct wf_server *s;
	uint64_t id = 0;
	uint32_t code;
	BOOL ok;

	if (!Job) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Job is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_resolve_job(s->client, JobId, &id, &finished);
	if (code == FX_W_FAX_MESSAGE_NOT_FOUND) {
		ok = wf_fail(code, "There is no job %u, neither in the queue nor finished.", JobId);
	} else {
		ok = code ? wf_code(code) : give_job(s, id, finished, Job);
	}
	wf_unref(s);
	return ok;
}

BOOL WINAPI CaselliEnumJobs(HANDLE Server, CASELLI_JOB **Jobs, DWORD *Count)
{
	struct fx_cs_job *list = NULL;
	struct wf_server *s;
	uint32_t code, n = 0;

	if (!Jobs || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Jobs or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_cs_jobs(s->client, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	return give_converted(&live_jobs, code, list, n, (void **)Jobs, Count);
}

BOOL WINAPI CaselliEnumJobsPage(HANDLE Server, uint64_t AfterId, DWORD Max, CASELLI_JOB **Jobs,
				DWORD *Count, uint64_t *Next)
{
	struct fx_cs_job *list = NULL;
	struct wf_server *s;
	uint32_t code, n = 0;
	uint64_t next = 0;
	BOOL ok;

	if (!Jobs || !Count || !Next || Max == 0 || Max > FX_CS_PAGE_MAX) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Jobs, Count or Next is NULL, or Max is "
			       "not 1 to %u.", FX_CS_PAGE_MAX);
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_jobs_page(s->client, AfterId, Max, FX_TEXT_UTF8, &list, &n, &next);
	wf_unref(s);
	ok = give_converted(&live_jobs, code, list, n, (void **)Jobs, Count);
	if (ok) {
		*Next = next;
	}
	return ok;
}

BOOL WINAPI CaselliCancelBroadcast(HANDLE Server, DWORD JobId)
{
	struct wf_server *s = wf_server_get(Server);
	uint32_t code;

	if (!s) {
		return FALSE;
	}
	code = fx_client_broadcast_cancel(s->client, JobId);
	wf_unref(s);
	return code == FX_W_INVALID_PARAMETER ?
		       wf_fail(code, "There is no broadcast %u, or it is cancelled already.",
			       JobId) :
	       code ? wf_code(code) : TRUE;
}

#define O(f) offsetof(CASELLI_ATTEMPT, f)
static const uint16_t attempt_text[] = {O(Outcome), O(Words), O(Number), O(PortName), O(RemoteId),
					O(Coding), O(Transport)};
#undef O
static const struct wf_shape attempt_shape = {sizeof(CASELLI_ATTEMPT), attempt_text,
					      FX_ARRAY_LEN(attempt_text)};

static void attempt_from(void *dst, const void *src)
{
	const struct fx_cs_attempt *t = src;

	*(CASELLI_ATTEMPT *)dst = (CASELLI_ATTEMPT){
		.Id = t->id, .JobId = t->job_id, .DeviceId = t->device_id,
		.FirstPage = t->first_page + 1, .PagesConfirmed = t->pages_confirmed,
		.PagesTotal = t->pages_total, .RateBps = t->rate_bps,
		.EcmRetries = t->ecm_retries, .Ecm = t->ecm != 0,
		.StartedAt = (int64_t)t->started_at, .AnsweredAt = (int64_t)t->answered_at,
		.EndedAt = (int64_t)t->ended_at, .Outcome = t->outcome.u8, .Words = t->words.u8,
		.Number = t->number.u8, .PortName = t->port_name.u8,
		.RemoteId = t->remote_id.u8, .Coding = t->coding.u8,
		.Transport = t->transport.u8};
}

static const struct conversion attempts = {&attempt_shape, sizeof(struct fx_cs_attempt),
					   attempt_from};

BOOL WINAPI CaselliEnumAttempts(HANDLE Server, uint64_t Id, CASELLI_ATTEMPT **Attempts,
				DWORD *Count)
{
	struct fx_cs_attempt *list = NULL;
	struct wf_server *s;
	uint32_t code, n = 0;

	if (!Attempts || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Attempts or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_attempts(s->client, Id, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	return give_converted(&attempts, code, list, n, (void **)Attempts, Count);
}

BOOL WINAPI CaselliGetCallLog(HANDLE Server, uint64_t Id, uint64_t AttemptId, char **Text,
			      DWORD *Size)
{
	struct wf_server *s;
	uint32_t code;
	char *log = NULL, *block;

	if (!Text) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Text is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_call_log(s->client, Id, AttemptId, &log);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	block = wf_pack_bytes(log, strlen(log));
	(void)fx_free(log);
	if (!block) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*Text = block;
	if (Size) {
		*Size = (DWORD)strlen(block);
	}
	return TRUE;
}

#define O(f) offsetof(CASELLI_MESSAGE, f)
static const uint16_t message_text[] = {O(PortName), O(UserName), O(Number), O(RecipientName),
					O(SenderName), O(DocumentName), O(Tsid), O(Csid),
					O(CallerId), O(Routing), O(Words), O(SenderNumber),
					O(Subject), O(Owners), O(ReadBy)};
#undef O
static const struct wf_shape message_shape = {sizeof(CASELLI_MESSAGE), message_text,
					      FX_ARRAY_LEN(message_text)};

static void message_from(void *dst, const void *src)
{
	static const struct fx_cs_job none = {.size = 0};
	const struct fx_cs_message *m = src;
	const struct fx_cs_job *j = m->job ? m->job : &none;
	bool sent = m->folder == FX_MS_SENT;

	*(CASELLI_MESSAGE *)dst = (CASELLI_MESSAGE){
		.Id = m->id, .JobId = j->number,
		.Folder = sent ? CASELLI_FOLDER_SENT : CASELLI_FOLDER_INBOX, .Read = m->read != 0,
		.Partial = m->partial != 0, .DeviceId = j->device_id, .Pages = j->pages,
		.Resolution = wf_resolution(j->resolution.u8), .SizeBytes = j->size_bytes,
		.RateBps = m->rate_bps, .Tries = j->tries, .Ecm = m->ecm != 0,
		.SubmittedAt = (int64_t)j->submitted_at, .StartedAt = (int64_t)j->started_at,
		.EndedAt = (int64_t)j->ended_at, .PortName = m->port_name.u8,
		.UserName = j->user.u8, .Number = j->to_number.u8,
		.RecipientName = j->recipient_name.u8, .SenderName = j->sender_name.u8,
		.DocumentName = j->document_name.u8,
		/* remote_id is the far machine's: CSID of what we sent, TSID of what came in;
		 * the number of a received fax is our own CSID */
		.Tsid = sent ? j->tsid.u8 : j->remote_id.u8,
		.Csid = sent ? j->remote_id.u8 : j->to_number.u8, .CallerId = j->caller_id.u8,
		.Routing = j->routing.u8, .Words = j->words.u8,
		.SenderNumber = j->sender_number.u8, .Subject = j->subject.u8,
		.Owners = m->owners.u8, .ReadBy = m->read_by.u8};
}

static const struct conversion messages = {&message_shape, sizeof(struct fx_cs_message),
					   message_from};

typedef uint32_t(list_fn)(struct fx_client *c, uint32_t folder, uint64_t from_id, uint32_t max,
			  enum fx_text_form form, struct fx_cs_message **ret, uint32_t *ret_n);

static BOOL list_messages(HANDLE Server, list_fn *list_of, DWORD Folder, uint64_t FromId, DWORD Max,
			  CASELLI_MESSAGE **Messages, DWORD *Count)
{
	struct fx_cs_message *list = NULL;
	struct wf_server *s;
	uint32_t code, n = 0;

	if (!Messages || !Count || Folder > CASELLI_FOLDER_SENT) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "A result is NULL, or folder %u is unknown.", Folder);
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = list_of(s->client, Folder == CASELLI_FOLDER_SENT ? FX_MS_SENT : FX_MS_INBOX, FromId,
		       Max ? Max : 100, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	return give_converted(&messages, code, list, n, (void **)Messages, Count);
}

BOOL WINAPI CaselliEnumMessages(HANDLE Server, DWORD Folder, uint64_t AfterId, DWORD Max,
				CASELLI_MESSAGE **Messages, DWORD *Count)
{
	return list_messages(Server, fx_client_cs_messages, Folder, AfterId, Max, Messages, Count);
}

BOOL WINAPI CaselliEnumNewestMessages(HANDLE Server, DWORD Folder, uint64_t BeforeId, DWORD Max,
				      CASELLI_MESSAGE **Messages, DWORD *Count)
{
	return list_messages(Server, fx_client_cs_newest_messages, Folder, BeforeId, Max, Messages,
			     Count);
}

BOOL WINAPI CaselliGetMessage(HANDLE Server, uint64_t Id, CASELLI_MESSAGE **Message)
{
	struct fx_cs_message *m = NULL;
	struct wf_server *s;
	uint32_t code;

	if (!Message) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Message is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_cs_message(s->client, Id, FX_TEXT_UTF8, &m);
	wf_unref(s);
	return give_converted(&messages, code, m, 1, (void **)Message, NULL);
}

/* The documented calls want the folder; it is a part of the message. */
static uint32_t folder_of(struct wf_server *s, uint64_t id, uint32_t *ret)
{
	struct fx_cs_message *m = NULL;
	uint32_t code = fx_client_cs_message(s->client, id, FX_TEXT_UTF8, &m);

	if (!code) {
		*ret = m->folder;
		(void)fx_free(m);
	}
	return code;
}

BOOL WINAPI CaselliRemoveMessage(HANDLE Server, uint64_t Id)
{
	struct wf_server *s = wf_server_get(Server);
	uint32_t code, folder = 0;

	if (!s) {
		return FALSE;
	}
	code = folder_of(s, Id, &folder);
	if (!code) {
		code = fx_client_remove_message(s->client, Id, folder);
	}
	wf_unref(s);
	return wf_code(code);
}

BOOL WINAPI CaselliSetMessageRead(HANDLE Server, uint64_t Id, BOOL Read)
{
	struct wf_server *s = wf_server_get(Server);
	uint32_t code, folder = 0;

	if (!s) {
		return FALSE;
	}
	code = folder_of(s, Id, &folder);
	if (!code) {
		code = fx_client_set_message_read(s->client, Id, folder, Read != 0);
	}
	wf_unref(s);
	return wf_code(code);
}

BOOL WINAPI CaselliView(HANDLE Server, uint64_t Id, DWORD View, DWORD Page, BYTE **Data,
			DWORD *Size, DWORD *Pages)
{
	uint32_t code, pages = 0;
	struct wf_server *s;
	uint8_t *p = NULL;
	size_t n = 0;
	void *block;

	if (!Data || !Size || View > CASELLI_VIEW_PNG || (View == CASELLI_VIEW_PNG && !Page)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "A result is NULL, view %u is unknown, or page "
			       "%u is not from 1.",
			       View, Page);
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_view(s->client, Id, (enum fx_client_view)View, Page, &p, &n, &pages);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	block = n <= UINT32_MAX ? wf_pack_bytes(p, n) : NULL;
	(void)fx_free(p);
	if (!block) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*Data = block;
	*Size = (DWORD)n;
	if (Pages) {
		*Pages = pages;
	}
	return TRUE;
}
