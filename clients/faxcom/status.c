/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/status.c  FaxStatus: one moment of a port, until Refresh. */
#include <string.h>
#include "clients/common/thread.h"
#include "clients/faxcom/faxcom_priv.h"

struct fax_status {
	struct fx_com_object base;
	void *port;           /* the FaxPort, referenced; NULL: made without one */
	fx_lock lock; /* what follows */
	PFAX_DEVICE_STATUSW s;
	DATE elapsed;         /* at the moment of the snapshot */
};

/* Seconds since StartTime, in days. The only clock of the client libraries: the fax
 * interface gives the start alone (docs/decisions/0703). */
static DATE elapsed_now(const FAX_DEVICE_STATUSW *s)
{
	DATE start = fc_date(s->StartTime), now;

	if (start == 0 || s->JobType == JT_UNKNOWN) {
		return 0;
	}
	now = (double)fx_client_now_us() / 864e8 + 25569.0;
	return now > start ? now - start : 0;
}

static HRESULT STDMETHODCALLTYPE status_refresh(IFaxStatus *This)
{
	struct fax_status *o = (void *)This;
	HANDLE h = o->port ? fc_port_handle(o->port) : NULL;
	PFAX_DEVICE_STATUSW fresh = NULL, old;

	if (!h) {
		return fc_no_connection(This);
	}
	if (!FaxGetDeviceStatusW(h, &fresh)) {
		return fc_failed(This);
	}
	fx_lock_take(&o->lock);
	old = o->s;
	o->s = fresh;
	o->elapsed = elapsed_now(fresh);
	fx_lock_drop(&o->lock);
	FaxFreeBuffer(old);
	return S_OK;
}

#define GET(Name, type, READ)                                                                      \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxStatus *This, type *pVal)                  \
	{                                                                                          \
		struct fax_status *o = (void *)This;                                               \
		HRESULT hr;                                                                        \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		memset(pVal, 0, sizeof(*pVal));                                                    \
		fx_lock_take(&o->lock);                                                \
		hr = o->s ? READ : S_FALSE;                                                        \
		fx_lock_drop(&o->lock);                                              \
		return hr == S_FALSE ? fc_no_connection(This) : hr;                                \
	}
#define GET_TEXT(Name, Field) GET(Name, BSTR, fc_text(o->s->Field, pVal))
#define GET_LONG(Name, Field) GET(Name, LONG, (*pVal = fc_long(o->s->Field), S_OK))

/* Status in words; a port without a status has StatusString, or nothing to say. */
static HRESULT description(const FAX_DEVICE_STATUSW *s, BSTR *out)
{
	if (s->Status == 0) {
		return fc_text(s->StatusString, out);
	}
	*out = CaselliStringFromUtf8(fc_device_words(s->Status));
	return *out ? S_OK : E_OUTOFMEMORY;
}

GET_TEXT(CallerId, CallerId)
GET_TEXT(Csid, Csid)
GET_LONG(CurrentPage, CurrentPage)
GET_LONG(DeviceId, DeviceId)
GET_TEXT(DeviceName, DeviceName)
GET_TEXT(DocumentName, DocumentName)
GET(Send, BOOL, (*pVal = o->s->JobType == JT_SEND, S_OK))
GET(Receive, BOOL, (*pVal = o->s->JobType == JT_RECEIVE, S_OK))
GET_TEXT(Address, PhoneNumber)
GET_TEXT(RoutingString, RoutingString)
GET_TEXT(SenderName, SenderName)
GET_TEXT(RecipientName, RecipientName)
GET_LONG(DocumentSize, Size)
GET(Description, BSTR, description(o->s, pVal))
GET_LONG(PageCount, TotalPages)
GET_TEXT(Tsid, Tsid)
GET(StartTime, DATE, (*pVal = fc_date(o->s->StartTime), S_OK))
GET(SubmittedTime, DATE, (*pVal = fc_date(o->s->SubmittedTime), S_OK))
GET(ElapsedTime, DATE, (*pVal = o->elapsed, S_OK))

#define ONE(Name) .get_##Name = get_##Name
static const IFaxStatusVtbl vtbl = {
	FX_COM_SLOTS(IFaxStatus),
	ONE(CallerId), ONE(Csid), ONE(CurrentPage), ONE(DeviceId), ONE(DeviceName),
	ONE(DocumentName), ONE(Send), ONE(Receive), ONE(Address), ONE(RoutingString),
	ONE(SenderName), ONE(RecipientName), ONE(DocumentSize), ONE(Description), ONE(PageCount),
	ONE(Tsid), ONE(StartTime), ONE(SubmittedTime), ONE(ElapsedTime), .Refresh = status_refresh,
};

static void status_fini(void *obj)
{
	struct fax_status *o = obj;

	FaxFreeBuffer(o->s);
	if (o->port) {
		(void)fx_com_release(o->port);
	}
	fx_lock_fini(&o->lock);
}

static const struct fx_disp_row rows[] = {FX_ROWS_IFaxStatus};
static const struct fx_com_class cls = {
	"FaxStatus", &IID_IFaxStatus, rows, FX_ARRAY_LEN(rows), status_fini,
	&CLSID_FaxStatus, false,
};

HRESULT fc_status_new(void *port, PFAX_DEVICE_STATUSW take, void **out)
{
	struct fax_status *o = fx_com_new(sizeof(*o), &vtbl, &cls);

	if (!o) {
		FaxFreeBuffer(take);
		return E_OUTOFMEMORY;
	}
	fx_lock_init(&o->lock);
	o->port = port;
	if (port) {
		(void)fx_com_add_ref(port);
	}
	o->s = take;
	o->elapsed = take ? elapsed_now(take) : 0;
	*out = o;
	return S_OK;
}
