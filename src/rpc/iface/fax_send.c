/* SPDX-License-Identifier: Apache-2.0 */
/* Upload and submission: opnums 68, 70, 72, 27 (ms-fax.md 9.3, 9.4), and our options for them. */
#include "rpc/iface/iface.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
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

static uint32_t check(const struct fx_icall *call)
{
	const struct fx_ms_coverpage *cover = call->in[1].p;
	const struct fx_ms_profile *to = call->in[4].p;
	const struct fx_ms_job_param *p = call->in[5].p;

	if (call->in[3].u == 0) {
		return FX_W_INVALID_PARAMETER;
	}
	if (call->in[3].u > 1) {
		/* one document, one recipient (opnum 84 says so): clients send it again */
		return call->assoc->client_api >= FX_MS_API_2 ? FX_W_FAX_RECIPIENTS_LIMIT
							       : FX_W_ACCESS_DENIED;
	}
	if (!to[0].fax_number.u8 || !*to[0].fax_number.u8 || p->priority > FX_PRIORITY_HIGH ||
	    p->schedule_action > FX_SCHEDULE_DISCOUNT) {
		return FX_W_INVALID_PARAMETER;
	}
	if (cover->file_name.u8 && !name_is_bare(cover->file_name.u8)) {
		return FX_W_INVALID_PARAMETER;
	}
	if (call->in[0].s.u8 ? !name_is_bare(call->in[0].s.u8) : !cover->file_name.u8) {
		return FX_W_INVALID_PARAMETER; /* NULL: a cover page alone */
	}
	/* receipts: none, or by mail, which this server does not send */
	return p->report_type & ~0x1Fu ? FX_W_INVALID_PARAMETER
	       : p->report_type & 0x17u ? FX_W_UNSUPPORTED_TYPE : FX_W_SUCCESS;
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

static int fill(struct fx_icall *call, struct fx_job *j)
{
	const struct fx_ms_coverpage *cover = call->in[1].p;
	const struct fx_ms_profile *from = call->in[2].p, *to = call->in[4].p;
	const struct fx_ms_job_param *p = call->in[5].p;
	const struct fx_assoc *a = call->assoc;
	const char *more = a->has_options ? fx_text(a->options.more_files.u8) : "";
	char *files;
	size_t n;

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
	if (fx_wire_cover(&call->arena, cover, from, to, j)) {
		return FX_ENOMEM;
	}
	n = strlen(fx_text(call->in[0].s.u8)) + strlen(more) + 2;
	files = fx_arena_alloc(&call->arena, n);
	if (!files) {
		return FX_ENOMEM;
	}
	(void)snprintf(files, n, "%s%s%s", fx_text(call->in[0].s.u8), *more ? "\n" : "", more);
	/* ';' between names on the wire (caselli.h), a line each inside */
	for (char *sep = strchr(files, ';'); sep; sep = strchr(sep, ';')) {
		*sep = '\n';
	}
	j->upload_file = text(files);
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
								   : cover->subject.u8);
	return 0;
}

static void submitted(void *arg, int err, uint64_t job_id, uint32_t client_id,
		      const struct fx_reason *why)
{
	struct fx_icall *call = arg;

	call->out[0].u = client_id;
	call->out[1].u = job_id;
	call->ids[0] = job_id;
	call->out[2].p = call->ids;
	call->out[2].n = 1;
	fx_icall_finish(call, fx_win32(err));
}

static uint32_t submit(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_reason why = {0};
	struct fx_job job;
	uint32_t code;
	int err = fx_service_check(&a->caller, FX_RIGHT_JOB_SUBMIT, "sending a fax");

	/* the right first, then the arguments (ms-fax.md 9) */
	if (err) {
		return fx_win32(err);
	}
	code = check(call);
	if (code) {
		return code;
	}
	err = fill(call, &job);
	if (!err) {
		err = fx_service_submit(a->env->service, &a->caller, &job, submitted, call, &why);
	}
	return fx_icall_later(err);
}

uint32_t fx_fax_send_document(struct fx_icall *call)
{
	uint32_t code = submit(call);

	fx_assoc_clear_options(call->assoc);
	return code;
}
