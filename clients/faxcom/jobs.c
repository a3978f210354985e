/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/jobs.c  FaxJobs and FaxJob. */
#include <string.h>
#include "clients/faxcom/faxcom_priv.h"
#include "clients/winfax/copy.h"

/* ---- FaxJobs: the queue as it was when the list was made ---- */
struct fax_jobs {
	struct fx_com_object base;
	struct fc_conn *conn;
	PFAX_JOB_ENTRYW list;
	LONG n;
};

static HRESULT STDMETHODCALLTYPE jobs_count(IFaxJobs *This, LONG *pVal)
{
	struct fax_jobs *o = (void *)This;

	if (!pVal) {
		return fc_null(This);
	}
	*pVal = 0;
	if (!o->conn) {
		return fc_no_connection(This);
	}
	*pVal = o->n;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE jobs_item(IFaxJobs *This, LONG Index, VARIANT *pVal)
{
	struct fax_jobs *o = (void *)This;
	PFAX_JOB_ENTRYW job = NULL;
	void *obj = NULL;
	HANDLE h;
	HRESULT hr;

	if (!pVal) {
		return fc_null(This);
	}
	VariantInit(pVal);
	h = fc_conn_handle(o->conn);
	if (!h) {
		return fc_no_connection(This);
	}
	if (Index < 1 || Index > o->n) {
		return fx_com_fail(This, E_INVALIDARG,
				   "There is no job %d in this list; Index runs "
				   "from 1 to %d.",
				   Index, o->n);
	}
	if (!FaxGetJobW(h, o->list[Index - 1].JobId, &job)) {
		if (GetLastError() != ERROR_INVALID_PARAMETER) {
			return fc_failed(This);
		}
		/* It left the queue since Count: scripts that loop get it as it last was. */
		job = wf_copy_job(&o->list[Index - 1]);
		if (!job) {
			return E_OUTOFMEMORY;
		}
	}
	hr = fc_job_new(o->conn, job, &obj);
	if (SUCCEEDED(hr)) {
		fx_com_give(pVal, obj);
	}
	return hr;
}

static const IFaxJobsVtbl jobs_vtbl = {
	FX_COM_SLOTS(IFaxJobs), .get_Count = jobs_count, .get_Item = jobs_item,
};

static void jobs_fini(void *obj)
{
	struct fax_jobs *o = obj;

	FaxFreeBuffer(o->list);
	fc_conn_unref(o->conn);
}

static const struct fx_disp_row jobs_rows[] = {FX_ROWS_IFaxJobs};
static const struct fx_com_class jobs_cls = {
	"FaxJobs", &IID_IFaxJobs, jobs_rows, FX_ARRAY_LEN(jobs_rows), jobs_fini,
	&CLSID_FaxJobs, false,
};

HRESULT fc_jobs_new(struct fc_conn *conn, PFAX_JOB_ENTRYW take, DWORD n, void **out)
{
	struct fax_jobs *o = fx_com_new(sizeof(*o), &jobs_vtbl, &jobs_cls);

	if (!o) {
		FaxFreeBuffer(take);
		return E_OUTOFMEMORY;
	}
	o->conn = fc_conn_ref(conn);
	o->list = take;
	o->n = fc_long(n);
	*out = o;
	return S_OK;
}

/* ---- FaxJob: one moment of a job, until Refresh ---- */
struct fax_job {
	struct fx_com_object base;
	struct fc_conn *conn;
	DWORD id;
	fx_lock lock; /* j */
	PFAX_JOB_ENTRYW j;
};

static HRESULT job_gone(const void *This, DWORD id)
{
	return GetLastError() == ERROR_INVALID_PARAMETER
		       ? fx_com_fail(This, fc_from_win32(FAX_ERR_MESSAGE_NOT_FOUND),
				     "Job %u has left the queue: it was sent or removed.", id)
		       : fc_failed(This);
}

static HRESULT STDMETHODCALLTYPE job_refresh(IFaxJob *This)
{
	struct fax_job *o = (void *)This;
	HANDLE h = fc_conn_handle(o->conn);
	PFAX_JOB_ENTRYW fresh = NULL, old;

	if (!h) {
		return fc_no_connection(This);
	}
	if (!FaxGetJobW(h, o->id, &fresh)) {
		return job_gone(This, o->id);
	}
	fx_lock_take(&o->lock);
	old = o->j;
	o->j = fresh;
	fx_lock_drop(&o->lock);
	FaxFreeBuffer(old);
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE job_set_status(IFaxJob *This, LONG Command)
{
	struct fax_job *o = (void *)This;
	HANDLE h = fc_conn_handle(o->conn);

	if (!h) {
		return fc_no_connection(This);
	}
	return FaxSetJobW(h, o->id, (DWORD)Command, NULL) ? S_OK : fc_failed(This);
}

#define GET(Name, type, READ)                                                                      \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxJob *This, type *pVal)                     \
	{                                                                                          \
		struct fax_job *o = (void *)This;                                                  \
		HRESULT hr;                                                                        \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		memset(pVal, 0, sizeof(*pVal));                                                    \
		fx_lock_take(&o->lock);                                                \
		hr = o->j ? READ : S_FALSE;                                                        \
		fx_lock_drop(&o->lock);                                              \
		return hr == S_FALSE ? fc_no_connection(This) : hr;                                \
	}
#define GET_TEXT(Name, Field) GET(Name, BSTR, fc_text(o->j->Field, pVal))
#define GET_LONG(Name, Field) GET(Name, LONG, (*pVal = fc_long(o->j->Field), S_OK))

static HRESULT words(const char *s, BSTR *out)
{
	*out = CaselliStringFromUtf8(s);
	return *out ? S_OK : E_OUTOFMEMORY;
}

GET_LONG(JobId, JobId)
GET_LONG(Type, JobType)
GET_TEXT(UserName, UserName)
GET(QueueStatus, BSTR, words(fc_queue_words(o->j->QueueStatus), pVal))
GET(DeviceStatus, BSTR, words(fc_device_words(o->j->Status), pVal))
/* Only outgoing jobs have these (IFaxJob), though the structure's are never empty. */
GET(PageCount, LONG, (*pVal = o->j->JobType == JT_SEND ? fc_long(o->j->PageCount) : 0, S_OK))
GET(FaxNumber, BSTR, fc_text(o->j->JobType == JT_SEND ? o->j->RecipientNumber : NULL, pVal))
GET_TEXT(RecipientName, RecipientName)
GET_TEXT(Tsid, Tsid)
GET_TEXT(SenderName, SenderName)
GET_TEXT(SenderCompany, SenderCompany)
GET_TEXT(SenderDept, SenderDept)
GET_TEXT(BillingCode, BillingCode)
GET_TEXT(DisplayName, DocumentName)
GET(DiscountSend, BOOL, (*pVal = o->j->ScheduleAction == JSA_DISCOUNT_PERIOD, S_OK))

#define ONE(Name) .get_##Name = get_##Name
static const IFaxJobVtbl job_vtbl = {
	FX_COM_SLOTS(IFaxJob),
	ONE(JobId), ONE(Type), ONE(UserName), ONE(QueueStatus), ONE(DeviceStatus), ONE(PageCount),
	ONE(FaxNumber), ONE(RecipientName), ONE(Tsid), ONE(SenderName), ONE(SenderCompany),
	ONE(SenderDept), ONE(BillingCode), ONE(DisplayName), ONE(DiscountSend),
	.SetStatus = job_set_status, .Refresh = job_refresh,
};

static void job_fini(void *obj)
{
	struct fax_job *o = obj;

	FaxFreeBuffer(o->j);
	fc_conn_unref(o->conn);
	fx_lock_fini(&o->lock);
}

static const struct fx_disp_row job_rows[] = {FX_ROWS_IFaxJob};
static const struct fx_com_class job_cls = {
	"FaxJob", &IID_IFaxJob, job_rows, FX_ARRAY_LEN(job_rows), job_fini,
	&CLSID_FaxJob, false,
};

HRESULT fc_job_new(struct fc_conn *conn, PFAX_JOB_ENTRYW take, void **out)
{
	struct fax_job *o = fx_com_new(sizeof(*o), &job_vtbl, &job_cls);

	if (!o) {
		FaxFreeBuffer(take);
		return E_OUTOFMEMORY;
	}
	fx_lock_init(&o->lock);
	o->conn = fc_conn_ref(conn);
	o->id = take ? take->JobId : 0;
	o->j = take;
	*out = o;
	return S_OK;
}
