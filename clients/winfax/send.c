/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/send.c  FaxSendDocument and CaselliSend. */
#include <string.h>
#include "base/bytes.h"
#include "clients/common/files.h"
#include "clients/winfax/send.h"

#define RESERVED_PORT 0xFFFFFFFFu /* Reserved[0]: send on the port in Reserved[1] (winfax.md 4.4) */
#define COVER_FORMAT_COV 1u
#define PRIORITY_AS_PARAM 0xFFFFFFFFu

static BOOL check_cover(const struct wf_order *o)
{
	if (!o->cp) {
		return TRUE;
	}
	if (o->cp->SizeOfStruct != sizeof(*o->cp)) {
		return wf_fail(ERROR_INVALID_PARAMETER, "CoverpageInfo: SizeOfStruct is not %u.",
			       (unsigned)sizeof(*o->cp));
	}
	if (wf_no_text(o->cp->CoverPageName, o->form)) {
		return wf_fail(ERROR_INVALID_PARAMETER, "CoverpageInfo: CoverPageName is missing.");
	}
	return TRUE;
}

BOOL wf_order_check(const struct wf_order *o)
{
	const FAX_JOB_PARAMA *p = o->p;
	int64_t when;

	if (!p || p->SizeOfStruct != sizeof(*p)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "JobParams is NULL or its SizeOfStruct is not %u.",
			       (unsigned)sizeof(*p));
	}
	if (wf_no_text(p->RecipientNumber, o->form)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "The fax number (RecipientNumber) is missing.");
	}
	if (p->CallHandle) {
		return wf_fail(ERROR_NOT_SUPPORTED,
			       "Sending over a call that is up (CallHandle) is not supported.");
	}
	if (p->ScheduleAction > JSA_DISCOUNT_PERIOD || p->DeliveryReportType > DRT_INBOX) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "ScheduleAction is %u, DeliveryReportType is %u; each is 0 to 2.",
			       p->ScheduleAction, p->DeliveryReportType);
	}
	if (p->ScheduleAction == JSA_SPECIFIC_TIME) {
		struct fx_ms_systemtime t;

		memcpy(&t, &p->ScheduleTime, sizeof(t));
		if (fx_ms_systemtime_to(&t, &when)) {
			return wf_fail(ERROR_INVALID_PARAMETER, "ScheduleTime is no valid time.");
		}
	}
	if (p->Reserved[0] && (uint32_t)p->Reserved[0] != RESERVED_PORT) {
		return wf_fail(ERROR_INVALID_PARAMETER, "JobParams: Reserved is to be zero.");
	}
	return check_cover(o);
}

/* Sender and recipient: cover page data where given, else the job's. */
static void fill_people(const struct wf_order *o, struct fx_ms_profile *from,
			struct fx_ms_profile *to)
{
	static const FAX_COVERPAGE_INFOA none = {.SizeOfStruct = 0};
	const FAX_COVERPAGE_INFOA *c = o->cp ? o->cp : &none;
	const FAX_JOB_PARAMA *p = o->p;

	memset(from, 0, sizeof(*from));
	memset(to, 0, sizeof(*to));
	from->size = to->size = sizeof(*from);
	from->name.u8 = p->SenderName ? p->SenderName : c->SdrName;
	from->fax_number.u8 = c->SdrFaxNumber;
	from->company.u8 = p->SenderCompany ? p->SenderCompany : c->SdrCompany;
	from->street.u8 = c->SdrAddress;
	from->title.u8 = c->SdrTitle;
	from->department.u8 = p->SenderDept ? p->SenderDept : c->SdrDepartment;
	from->office_location.u8 = c->SdrOfficeLocation;
	from->home_phone.u8 = c->SdrHomePhone;
	from->office_phone.u8 = c->SdrOfficePhone;
	from->billing_code.u8 = p->BillingCode;
	from->tsid.u8 = p->Tsid;
	to->name.u8 = p->RecipientName ? p->RecipientName : c->RecName;
	to->fax_number.u8 = p->RecipientNumber;
	to->company.u8 = c->RecCompany;
	to->street.u8 = c->RecStreetAddress;
	to->city.u8 = c->RecCity;
	to->state.u8 = c->RecState;
	to->zip.u8 = c->RecZip;
	to->country.u8 = c->RecCountry;
	to->title.u8 = c->RecTitle;
	to->department.u8 = c->RecDepartment;
	to->office_location.u8 = c->RecOfficeLocation;
	to->home_phone.u8 = c->RecHomePhone;
	to->office_phone.u8 = c->RecOfficePhone;
}

/* The documents of an order. */
struct files {
	char names[WF_FILES_MAX][256]; /* on the server */
	struct fx_buf more;            /* all names but the first, ';' between */
};

/* Our own text in the form of the order. */
static int own_text(struct wf_parcel *pc, const char *s, enum fx_text_form form,
		    union fx_wtext *ret)
{
	void *own;

	ret->u8 = s;
	if (form != FX_TEXT_UTF8) {
		own = wf_from_utf8(s, form);
		if (!own) {
			return FX_ENOMEM;
		}
		pc->wide[pc->n_wide++] = own;
		ret->u8 = own;
	}
	return 0;
}

static BOOL upload_all(struct wf_server *s, const struct wf_order *o, struct files *f)
{
	size_t i;

	for (i = 0; i < o->n_files; i++) {
		BOOL ok = o->fds ? wf_upload_fd(s, o->fds[i], o->files[i], NULL, f->names[i])
				 : wf_upload(s, o->files[i], NULL, f->names[i]);

		if (!ok) {
			return FALSE;
		}
		if (i > 0) {
			fx_buf_printf(&f->more, "%s%s", i > 1 ? ";" : "", f->names[i]);
		}
	}
	fx_buf_u8(&f->more, 0);
	return f->more.err ? wf_code(ERROR_NOT_ENOUGH_MEMORY) : TRUE;
}

/* A personal cover page is a file of the user's; a common one has a name only. */
static BOOL upload_cover(struct wf_server *s, const struct wf_order *o, struct wf_parcel *pc)
{
	fx_auto char *name = NULL, *path = NULL;

	if (!o->cp) {
		return TRUE;
	}
	name = wf_to_utf8(o->cp->CoverPageName, o->form);
	path = !name			  ? NULL :
	       o->cp->UseServerCoverPage ? wf_cover_common(name) : wf_cover_personal(name);
	if (!path) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	if (!o->cp->UseServerCoverPage) {
		return wf_upload(s, path, ".cov", pc->cover_name);
	}
	if (!*path || strlen(path) >= sizeof(pc->cover_name)) {
		return wf_fail(ERROR_FILE_NOT_FOUND, "\"%s\" is no name of a cover page.", name);
	}
	(void)fx_strlcpy(pc->cover_name, path, sizeof(pc->cover_name));
	return TRUE;
}

static int fill(const struct wf_order *o, struct wf_parcel *pc)
{
	const FAX_JOB_PARAMA *p = o->p;
	const char *first = o->n_files ? o->files[0] : "";
	int err = 0;

	fill_people(o, &pc->from, &pc->to);
	pc->cover.size = sizeof(pc->cover);
	if (o->cp) {
		pc->cover.format = COVER_FORMAT_COV;
		pc->cover.server_based = o->cp->UseServerCoverPage != 0;
		pc->cover.note.u8 = o->cp->Note;
		pc->cover.subject.u8 = o->cp->Subject;
		pc->cover.file_name.u8 = o->cp->CoverPageName;
		if (pc->cover_name[0]) {
			err = own_text(pc, pc->cover_name, o->form, &pc->cover.file_name);
		}
	}
	pc->param.size = sizeof(pc->param);
	pc->param.schedule_action = p->ScheduleAction;
	if (p->ScheduleAction == JSA_SPECIFIC_TIME) {
		memcpy(&pc->param.schedule_time, &p->ScheduleTime, sizeof(p->ScheduleTime));
	}
	pc->param.report_type = p->DeliveryReportType;
	if (p->DeliveryReportType != DRT_NONE) {
		pc->param.report_address.u8 = p->DeliveryReportAddress;
	}
	pc->param.priority = o->priority;
	pc->param.document_name.u8 = p->DocumentName;
	if (!err && !p->DocumentName) {
		err = own_text(pc, fx_path_name(first), o->form,
			       &pc->param.document_name);
	}
	return err;
}

BOOL wf_parcel_make(struct wf_server *s, const struct wf_order *o, struct wf_parcel *pc)
{
	memset(pc, 0, sizeof(*pc));
	return upload_cover(s, o, pc) && (fill(o, pc) == 0 || wf_code(ERROR_NOT_ENOUGH_MEMORY));
}

void wf_parcel_fini(struct wf_parcel *pc)
{
	while (pc->n_wide > 0) {
		(void)fx_free(pc->wide[--pc->n_wide]);
	}
}

/* Options and document belong together: the lock keeps other threads' documents out. */
static uint32_t submit(struct wf_server *s, const struct wf_order *o, const struct files *f,
		       const struct wf_parcel *pc, uint32_t *job_id, uint64_t *id)
{
	struct fx_client_send send = {
		.file_name = o->n_files ? f->names[0] : NULL, .cover = &pc->cover,
		.sender = &pc->from,
		.recipients = &pc->to, .n_recipients = 1, .param = &pc->param, .form = o->form};
	struct fx_cs_send_options opt = {
		.size = sizeof(opt), .resolution = o->resolution, .quality = o->quality,
		.priority = PRIORITY_AS_PARAM, .device_id = o->device_id};
	bool plain = !o->resolution && !o->quality && !o->device_id && o->n_files <= 1;
	uint64_t parent = 0, own = 0;
	uint32_t code = 0;

	opt.more_files.u8 = f->more.len > 1 ? (const char *)f->more.data : NULL;
	fx_lock_take(&s->lock);
	if (!plain) {
		code = fx_client_send_options(s->client, FX_TEXT_UTF8, &opt);
	}
	if (!code) {
		code = fx_client_send_document(s->client, &send, job_id, &parent, &own);
	}
	fx_lock_drop(&s->lock);
	*id = own ? own : parent;
	return code;
}

BOOL wf_send_result(uint32_t code)
{
	switch (code) {
	case FX_W_UNSUPPORTED_TYPE:
		return wf_fail(ERROR_NOT_SUPPORTED,
			       "The service mails no delivery reports (its setting [mail] server "
			       "is empty), or none of this type.");
	case ERROR_INVALID_PARAMETER:
		return wf_fail(code, "The service does not take the fax as it is: the number needs "
			       "a digit and 63 characters at most, a delivery report one mail "
			       "address.");
	default:
		return wf_code(code);
	}
}

BOOL wf_send(struct wf_server *s, const struct wf_order *o, DWORD *job_id, uint64_t *id)
{
	struct files *f = fx_zalloc(sizeof(*f));
	struct wf_parcel pc = {.n_wide = 0};
	uint32_t number = 0;
	uint64_t long_id = 0;
	BOOL ok = f ? upload_all(s, o, f) && wf_parcel_make(s, o, &pc)
		    : wf_code(ERROR_NOT_ENOUGH_MEMORY);

	if (ok) {
		uint32_t code = submit(s, o, f, &pc, &number, &long_id);

		ok = code && o->cp ? wf_cover_result(s, o, code) : wf_send_result(code);
	}
	if (ok && job_id) {
		*job_id = number;
	}
	if (ok && id) {
		*id = long_id;
	}
	wf_parcel_fini(&pc);
	if (f) {
		fx_buf_fini(&f->more);
		(void)fx_free(f);
	}
	return ok;
}

static BOOL send_order(HANDLE h, const struct wf_order *o, DWORD *job_id, uint64_t *id)
{
	struct wf_server *s;
	BOOL ok;

	if (!wf_order_check(o)) {
		return FALSE;
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	ok = wf_send(s, o, job_id, id);
	wf_unref(s);
	return ok;
}

static BOOL send_one(HANDLE h, const char *file, enum fx_text_form form, const void *params,
		     const void *cover, LPDWORD job_id)
{
	struct wf_order o = {.form = form, .p = params, .cp = cover, .n_files = 1,
			  .priority = CASELLI_PRIORITY_NORMAL};
	const char *path;
	char *own;
	BOOL ok;

	if (!file || wf_no_text(file, form)) {
		return wf_fail(ERROR_INVALID_PARAMETER, "FileName is missing.");
	}
	own = wf_to_utf8(file, form);
	if (!own) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	if (o.p && o.p->SizeOfStruct == sizeof(*o.p) &&
	    (uint32_t)o.p->Reserved[0] == RESERVED_PORT) {
		o.device_id = (uint32_t)o.p->Reserved[1];
	}
	path = own;
	o.files = &path;
	ok = send_order(h, &o, job_id, NULL);
	(void)fx_free(own);
	return ok;
}

BOOL WINAPI FaxSendDocumentA(HANDLE FaxHandle, LPCSTR FileName, PFAX_JOB_PARAMA JobParams,
			     const FAX_COVERPAGE_INFOA *CoverpageInfo, LPDWORD FaxJobId)
{
	return send_one(FaxHandle, FileName, WF_TEXT_A, JobParams, CoverpageInfo, FaxJobId);
}

BOOL WINAPI FaxSendDocumentW(HANDLE FaxHandle, LPCWSTR FileName, PFAX_JOB_PARAMW JobParams,
			     const FAX_COVERPAGE_INFOW *CoverpageInfo, LPDWORD FaxJobId)
{
	return send_one(FaxHandle, (const void *)FileName, FX_TEXT_UTF16, JobParams, CoverpageInfo,
			FaxJobId);
}

BOOL WINAPI CaselliSend(HANDLE Server, const CASELLI_SEND *Send, const FAX_JOB_PARAMA *Params,
			const FAX_COVERPAGE_INFOA *Cover, DWORD *JobId, uint64_t *Id)
{
	struct wf_order o = {.form = FX_TEXT_UTF8, .p = Params, .cp = Cover};
	size_t i;

	if (!Send || Send->SizeOfStruct != sizeof(*Send)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "Send is NULL or its SizeOfStruct is wrong.");
	}
	if (Send->FileCount > WF_FILES_MAX || (Send->FileCount && !Send->Files) ||
	    (!Send->FileCount && !Cover)) {
		return wf_fail(ERROR_INVALID_PARAMETER, "%u files; 1 to %u can go in one fax, or a "
			       "cover page alone.", Send->FileCount, WF_FILES_MAX);
	}
	for (i = 0; i < Send->FileCount; i++) {
		if (wf_no_text(Send->Files[i], FX_TEXT_UTF8)) {
			return wf_fail(ERROR_INVALID_PARAMETER, "The name of file %zu is missing.",
				       i + 1);
		}
	}
	if ((Send->Resolution && Send->Resolution != CASELLI_RESOLUTION_STANDARD &&
	     Send->Resolution != CASELLI_RESOLUTION_FINE &&
	     Send->Resolution != CASELLI_RESOLUTION_SUPERFINE) ||
	    Send->Quality > CASELLI_QUALITY_PHOTO || Send->Priority > CASELLI_PRIORITY_HIGH) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "Resolution %u (98, 196, 391), quality %u or priority %u (0 to 2).",
			       Send->Resolution, Send->Quality, Send->Priority);
	}
	o.files = Send->Files;
	o.n_files = Send->FileCount;
	o.resolution = Send->Resolution;
	o.quality = Send->Quality;
	o.priority = Send->Priority;
	o.device_id = Send->DeviceId;
	return send_order(Server, &o, JobId, Id);
}
