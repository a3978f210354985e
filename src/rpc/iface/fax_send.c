/* SPDX-License-Identifier: Apache-2.0 */
/* Upload and submission: opnums 68, 70, 72, 27 (ms-fax.md 9.3, 9.4), and our options for them. */
#include "rpc/iface/iface.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "core/report.h"
#include "rpc/iface/convert.h"

uint32_t fx_fax_start_copy(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_upload *up = NULL;
	struct fx_handle *h;
	const char *name;
	char *copy;
	int err = fx_service_upload_start(a->env->service, &a->caller, call->in[0].s.u8, &up);

	if (err) {
		return fx_win32(err);
	}
	name = fx_upload_name(up);
	copy = fx_arena_alloc(&call->arena, strlen(name) + 1);
	if (!copy || strlen(name) + 1 > call->in[1].u || strlen(name) + 1 > FX_MS_FILE_NAME_UNITS) {
		fx_upload_abort(up);
		return copy ? FX_W_BUFFER_OVERFLOW : FX_W_NOT_ENOUGH_MEMORY;
	}
	err = fx_icall_new_handle(call, 1, FX_P_CTX_COPY, &h);
	if (err) {
		fx_upload_abort(up);
		return fx_win32(err);
	}
	memcpy(copy, name, strlen(name) + 1);
	call->out[0].s.u8 = copy;
	h->upload = up;
	return FX_W_SUCCESS;
}

uint32_t fx_fax_write_file(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_COPY);

	if (!h || !h->upload) {
		return FX_W_INVALID_HANDLE; /* or a copy the other way */
	}
	if (fx_service_check(&call->assoc->caller, FX_RIGHT_JOB_SUBMIT, "uploading a document")) {
		return FX_W_ACCESS_DENIED; /* taken from him since he began */
	}
	if (call->in[1].n == 0) {
		return FX_W_INVALID_PARAMETER;
	}
	return fx_win32(fx_upload_write(h->upload, call->in[1].p, call->in[1].n));
}

uint32_t fx_fax_end_copy(struct fx_icall *call)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_COPY);
	int err = 0;

	if (!h) {
		return FX_W_INVALID_HANDLE;
	}
	if (h->upload) {
		err = fx_upload_end(h->upload);
		h->upload = NULL;
	}
	fx_icall_close_handle(call, h);
	return fx_win32(err);
}

/* Options hold copies; borrowed pointers of the call would not last. */
uint32_t fx_cs_send_options(struct fx_icall *call)
{
	const struct fx_cs_send_options *o = call->in[0].p;
	struct fx_assoc *a = call->assoc;
	char *more, *subject;

	if (fx_service_check(&a->caller, FX_RIGHT_JOB_SUBMIT, "sending a fax")) {
		return FX_W_ACCESS_DENIED;
	}
	if ((o->resolution && o->resolution != FX_RES_STANDARD && o->resolution != FX_RES_FINE &&
	     o->resolution != FX_RES_SUPERFINE) || o->quality > FX_QUALITY_PHOTO ||
	    (o->priority != UINT32_MAX && o->priority > FX_PRIORITY_HIGH)) {
		return FX_W_INVALID_PARAMETER;
	}
	if (a->dead) {
		return FX_W_CANCELLED;
	}
	more = fx_strdup(o->more_files.u8);
	subject = fx_strdup(o->subject.u8);
	if ((o->more_files.u8 && !more) || (o->subject.u8 && !subject)) {
		(void)fx_free(more);
		(void)fx_free(subject);
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	fx_assoc_clear_options(a);
	a->options = *o;
	a->options.more_files.u8 = more;
	a->options.subject.u8 = subject;
	a->has_options = true;
	return FX_W_SUCCESS;
}

/* Names are the server's own; anything with a separator comes from elsewhere. */
static bool name_is_bare(const char *s)
{
	return *s && *s != '.' && !strpbrk(s, "/\\:\n");
}

/* What one recipient gets, of a single fax, a broadcast at once, or one that is built up. */
struct order {
	const struct fx_ms_coverpage *cover;
	const struct fx_ms_profile *from, *to;
	const struct fx_ms_job_param *param;
};

/* Reports (ms-fax.md 5, DRT_): by e-mail or none. One for a whole broadcast, with the fax attached,
 * in the inbox or on a screen is not offered. */
static uint32_t check_report(const struct fx_icall *call, const struct fx_ms_job_param *p)
{
	if (p->report_type & ~0x1Fu) {
		return FX_W_INVALID_PARAMETER;
	}
	if ((p->report_type & ~8u) == 0) {
		return FX_W_SUCCESS;
	}
	if (p->report_type != FX_REPORT_EMAIL ||
	    !fx_service_offers_reports(call->assoc->env->service)) {
		return FX_W_UNSUPPORTED_TYPE;
	}
	return fx_service_report_address_good(p->report_address.u8) ? FX_W_SUCCESS
								    : FX_W_INVALID_PARAMETER;
}

static uint32_t check_order(const struct fx_icall *call, const struct order *o)
{
	const struct fx_ms_job_param *p = o->param;

	if (!o->to->fax_number.u8 || !*o->to->fax_number.u8 || p->priority > FX_PRIORITY_HIGH ||
	    p->schedule_action > FX_SCHEDULE_DISCOUNT) {
		return FX_W_INVALID_PARAMETER;
	}
	if (o->cover->file_name.u8 && !name_is_bare(o->cover->file_name.u8)) {
		return FX_W_INVALID_PARAMETER;
	}
	return check_report(call, p);
}

static struct order order_of(const struct fx_icall *call, size_t i)
{
	return (struct order){call->in[1].p, call->in[2].p,
			      (const struct fx_ms_profile *)call->in[4].p + i, call->in[5].p};
}

static uint32_t check(const struct fx_icall *call)
{
	const struct fx_ms_coverpage *cover = call->in[1].p;
	uint32_t code = FX_W_SUCCESS;

	if (call->in[3].u == 0) {
		return FX_W_INVALID_PARAMETER;
	}
	for (size_t i = 0; !code && i < call->in[3].u; i++) {
		struct order o = order_of(call, i);

		code = check_order(call, &o);
	}
	if (code) {
		return code;
	}
	if (!call->in[0].s.u8) {
		return cover->file_name.u8 ? 0 : FX_W_INVALID_PARAMETER; /* a cover page alone */
	}
	return name_is_bare(call->in[0].s.u8) ? 0 : FX_W_INVALID_PARAMETER;
}

/* winfax.md 4.4: Reserved[0] = 0xFFFFFFFF asks for the port in Reserved[1]. */
static void choose_port(struct fx_job *j, const struct fx_ms_job_param *p,
			const struct fx_assoc *a)
{
	uint32_t id = p->reserved[0] == UINT32_MAX ? p->reserved[1] : 0;

	if (a->has_options && a->options.device_id) {
		id = a->options.device_id;
	}
	j->fixed_port = id != 0;
	j->device_id = id;
}

/* The texts of j borrow from the call: j is never given to fx_job_fini(). */
static char *text(const char *s)
{
	return s && *s ? (char *)(uintptr_t)s : NULL;
}

/* The uploads of a document, a line each: the one named, and those of the options. */
static char *files_of(struct fx_icall *call, const char *name)
{
	const struct fx_assoc *a = call->assoc;
	const char *more = a->has_options ? fx_text(a->options.more_files.u8) : "";
	size_t n = strlen(name) + strlen(more) + 2;
	char *files = fx_arena_alloc(&call->arena, n);

	if (!files) {
		return NULL;
	}
	(void)snprintf(files, n, "%s%s%s", name, *more ? "\n" : "", more);
	/* ';' between names on the wire (caselli.h), a line each inside */
	for (char *sep = strchr(files, ';'); sep; sep = strchr(sep, ';')) {
		*sep = '\n';
	}
	return files;
}

/* Everything but the document. */
static int fill(struct fx_icall *call, const struct order *o, struct fx_job *j)
{
	const struct fx_ms_profile *from = o->from, *to = o->to;
	const struct fx_ms_job_param *p = o->param;
	const struct fx_assoc *a = call->assoc;

	fx_job_init(j);
	j->type = FX_JT_SEND;
	j->priority = (enum fx_priority)p->priority;
	j->schedule = (enum fx_schedule)p->schedule_action;
	j->resolution = FX_RES_FINE;
	j->report_type = p->report_type;
	if (j->schedule == FX_SCHEDULE_TIME &&
	    fx_ms_systemtime_to(&p->schedule_time, &j->schedule_at) != 0) {
		return FX_EINVAL;
	}
	if (a->has_options) {
		j->resolution = a->options.resolution ? (enum fx_resolution)a->options.resolution
						      : FX_RES_FINE;
		j->quality = (enum fx_quality)a->options.quality;
		j->priority = a->options.priority == UINT32_MAX
				      ? j->priority : (enum fx_priority)a->options.priority;
	}
	choose_port(j, p, a);
	if (fx_wire_cover(&call->arena, o->cover, from, to, j)) {
		return FX_ENOMEM;
	}
	j->number = text(to->fax_number.u8);
	j->recipient_name = text(to->name.u8);
	j->recipient_company = text(to->company.u8);
	j->tsid = text(from->tsid.u8);
	j->sender_name = text(from->name.u8);
	j->sender_company = text(from->company.u8);
	j->sender_dept = text(from->department.u8);
	j->sender_number = text(from->fax_number.u8);
	j->billing_code = text(from->billing_code.u8);
	j->document_name = text(p->document_name.u8);
	j->report_address = text(p->report_address.u8);
	j->subject = text(a->has_options && a->options.subject.u8 ? a->options.subject.u8
								   : o->cover->subject.u8);
	return 0;
}

/* Ids as a result; kept with the call. */
static bool give_ids(struct fx_icall *call, unsigned i, const struct fx_queue_ids *ids, size_t n,
		     bool numbers)
{
	uint64_t *v = fx_arena_calloc(&call->arena, n, sizeof(*v));

	for (size_t k = 0; v && k < n; k++) {
		v[k] = numbers ? ids[k].client_id : ids[k].id;
	}
	call->out[i].p = v;
	call->out[i].n = v ? (uint32_t)n : 0;
	return v != NULL;
}

static void submitted(void *arg, int err, uint64_t job_id, uint32_t client_id,
		      const struct fx_reason *why)
{
	const struct fx_queue_ids id = {job_id, client_id};
	struct fx_icall *call = arg;

	call->out[0].u = client_id;
	call->out[1].u = job_id;
	if (!err && !give_ids(call, 2, &id, 1, false)) {
		err = FX_ENOMEM;
	}
	fx_icall_finish(call, fx_win32(err));
}

static int submit_one(struct fx_icall *call, char *files)
{
	const struct fx_assoc *a = call->assoc;
	struct order o = order_of(call, 0);
	struct fx_reason why = {0};
	struct fx_job job;
	int err = fill(call, &o, &job);

	job.upload_file = text(files);
	return err ? err : fx_service_submit(a->env->service, &a->caller, &job, submitted, call,
					     &why);
}

/* ms-fax.md 9.4: the job and the submission are the broadcast, then one id each recipient. */
static void broadcasted(void *arg, int err, struct fx_queue_ids parent,
			const struct fx_queue_ids *ids, const struct fx_reason *why)
{
	struct fx_icall *call = arg;

	call->out[0].u = parent.client_id;
	call->out[1].u = parent.id;
	if (!err && !give_ids(call, 2, ids, (size_t)call->in[3].u, false)) {
		err = FX_ENOMEM;
	}
	fx_icall_finish(call, fx_win32(err));
}

static int submit_many(struct fx_icall *call, char *files)
{
	const struct fx_assoc *a = call->assoc;
	size_t n = (size_t)call->in[3].u;
	struct fx_job *jobs = fx_arena_calloc(&call->arena, n, sizeof(*jobs));
	struct fx_reason why = {0};
	struct fx_job parent;
	int err = jobs ? 0 : FX_ENOMEM;

	for (size_t i = 0; !err && i < n; i++) {
		struct order o = order_of(call, i);

		err = fill(call, &o, &jobs[i]);
	}
	if (err) {
		return err;
	}
	parent = jobs[0];
	parent.upload_file = text(files);
	parent.number = parent.recipient_name = parent.recipient_company = NULL;
	return fx_service_broadcast(a->env->service, &a->caller, &parent, jobs, n, broadcasted,
				    call, &why);
}

static uint32_t submit(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	char *files;
	uint32_t code;
	/* the right first, then the arguments (ms-fax.md 9) */
	int err = fx_service_check(&a->caller, FX_RIGHT_JOB_SUBMIT, "sending a fax");

	if (err) {
		return fx_win32(err);
	}
	code = check(call);
	if (code) {
		return code;
	}
	files = files_of(call, fx_text(call->in[0].s.u8));
	if (!files) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	return fx_icall_later(call->in[3].u == 1 ? submit_one(call, files)
						 : submit_many(call, files));
}

uint32_t fx_fax_send_document(struct fx_icall *call)
{
	uint32_t code = submit(call);

	fx_assoc_clear_options(call->assoc);
	return code;
}

/* ---- broadcasts that are built up: opnums of our own ---- */

static void started(void *arg, int err, struct fx_queue_ids parent, const struct fx_queue_ids *ids,
		    const struct fx_reason *why)
{
	struct fx_icall *call = arg;
	struct fx_assoc *a = call->assoc;
	size_t i = 0;

	while (i < FX_BROADCASTS_MAX && a->broadcasts[i]) {
		i++;
	}
	if (!err && (a->dead || i == FX_BROADCASTS_MAX)) {
		/* the client is gone, or started many at once: nobody would end it */
		fx_service_broadcast_end(a->env->service, parent.id);
		err = a->dead ? FX_ECANCELED : FX_ELIMIT;
	}
	if (!err) {
		a->broadcasts[i] = parent.id;
	}
	call->out[0].u = parent.client_id;
	call->out[1].u = parent.id;
	fx_icall_finish(call, fx_win32(err));
}

uint32_t fx_cs_broadcast_start(struct fx_icall *call)
{
	static const struct fx_ms_coverpage no_cover;
	static const struct fx_ms_profile nobody;
	static const struct fx_ms_job_param normal = {.priority = FX_PRIORITY_NORMAL};
	const struct order o = {&no_cover, &nobody, &nobody, &normal};
	struct fx_assoc *a = call->assoc;
	struct fx_reason why = {0};
	struct fx_job parent;
	int err = fx_service_check(&a->caller, FX_RIGHT_JOB_SUBMIT, "starting a broadcast");

	if (err) {
		return fx_win32(err);
	}
	if (!name_is_bare(call->in[0].s.u8)) {
		return FX_W_INVALID_PARAMETER;
	}
	err = fill(call, &o, &parent);
	if (!err) {
		parent.document_name = text(call->in[1].s.u8);
		parent.upload_file = files_of(call, call->in[0].s.u8);
		err = parent.upload_file ? fx_service_broadcast_start(a->env->service, &a->caller,
								      &parent, started, call, &why)
					 : FX_ENOMEM;
	}
	fx_assoc_clear_options(a);
	return fx_icall_later(err);
}

static void added(void *arg, int err, struct fx_queue_ids parent, const struct fx_queue_ids *ids,
		  const struct fx_reason *why)
{
	const struct fx_cs_batch *b = ((struct fx_icall *)arg)->in[1].p;
	struct fx_icall *call = arg;

	if (!err && !give_ids(call, 0, ids, b->n, true)) {
		err = FX_ENOMEM;
	}
	fx_icall_finish(call, fx_win32_job(err));
}

uint32_t fx_cs_broadcast_add(struct fx_icall *call)
{
	const struct fx_cs_batch *b = call->in[1].p;
	const struct fx_assoc *a = call->assoc;
	struct fx_job *jobs = fx_arena_calloc(&call->arena, b->n, sizeof(*jobs));
	struct fx_reason why = {0};
	int err = fx_service_check(&a->caller, FX_RIGHT_JOB_SUBMIT, "adding to a broadcast");

	if (err || !jobs) {
		return fx_win32(err ? err : FX_ENOMEM);
	}
	for (size_t i = 0; i < b->n; i++) {
		const struct order o = {&b->covers[i], &b->senders[i], &b->recipients[i],
					&b->params[i]};
		uint32_t code = check_order(call, &o);

		if (code) {
			return code;
		}
		err = fill(call, &o, &jobs[i]);
		if (err) {
			return fx_win32(err);
		}
	}
	err = fx_service_broadcast_add(a->env->service, &a->caller, (uint32_t)call->in[0].u, jobs,
				       b->n, added, call, &why);
	return err ? fx_win32_job(err) : FX_LATER;
}

uint32_t fx_cs_broadcast_end(struct fx_icall *call)
{
	struct fx_assoc *a = call->assoc;
	struct fx_job job;
	uint32_t code = FX_W_INVALID_PARAMETER;
	int err = fx_service_job(a->env->service, &a->caller, (uint32_t)call->in[0].u, &job);

	if (err) {
		return fx_win32_job(err);
	}
	for (size_t i = 0; i < FX_BROADCASTS_MAX; i++) {
		if (a->broadcasts[i] == job.id) {
			a->broadcasts[i] = 0;
			fx_service_broadcast_end(a->env->service, job.id);
			code = FX_W_SUCCESS;
		}
	}
	fx_job_fini(&job);
	return code;
}

uint32_t fx_cs_broadcast_cancel(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	int err = fx_service_broadcast_cancel(a->env->service, &a->caller,
					      (uint32_t)call->in[0].u, fx_icall_done, call);

	return err ? fx_win32_job(err) : FX_LATER;
}
