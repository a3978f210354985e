/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/doc.c  FaxDoc: values at rest until Send. */
#include "clients/faxcom/faxcom_priv.h"

/* Every text of the object. The sender's start as the user's own profile has them. */
#define DOC_TEXTS(X)                                                                               \
	X(FileName) X(CoverpageName) X(RecipientName) X(RecipientCompany) X(RecipientAddress)      \
	X(RecipientCity) X(RecipientState) X(RecipientZip) X(RecipientCountry) X(RecipientTitle)   \
	X(RecipientDepartment) X(RecipientOffice) X(RecipientHomePhone) X(RecipientOfficePhone)    \
	X(SenderName) X(SenderCompany) X(SenderAddress) X(SenderTitle) X(SenderDepartment)         \
	X(SenderOffice) X(SenderHomePhone) X(SenderOfficePhone) X(CoverpageNote)                   \
	X(CoverpageSubject) X(Tsid) X(BillingCode) X(EmailAddress) X(DisplayName) X(FaxNumber)     \
	X(SenderFax)
#define DOC_FLAGS(X) X(SendCoverpage) X(ServerCoverpage) X(DiscountSend)

struct values {
#define X(Name) BSTR Name;
	DOC_TEXTS(X)
#undef X
#define X(Name) BOOL Name;
	DOC_FLAGS(X)
#undef X
	LONG CallHandle;
	IDispatch *ConnectionObject;
};
struct fax_doc {
	struct fx_com_object base;
	void *server;         /* the FaxServer, referenced; NULL: made without one */
	fx_lock lock; /* v */
	struct values v;
};

static HRESULT get_text(IFaxDoc *This, BSTR struct_field, BSTR *pVal)
{
	/* With its length: a text may hold NULs. */
	*pVal = SysAllocStringLen(struct_field, SysStringLen(struct_field));
	return *pVal ? S_OK : E_OUTOFMEMORY;
}

static HRESULT put_text(struct fax_doc *o, BSTR *field, BSTR newVal)
{
	BSTR copy = SysAllocStringLen(newVal, SysStringLen(newVal)), old;

	if (!copy) {
		return E_OUTOFMEMORY;
	}
	fx_lock_take(&o->lock);
	old = *field;
	*field = copy;
	fx_lock_drop(&o->lock);
	SysFreeString(old);
	return S_OK;
}

#define X(Name)                                                                                    \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxDoc *This, BSTR *pVal)                     \
	{                                                                                          \
		struct fax_doc *o = (void *)This;                                                  \
		HRESULT hr;                                                                        \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		*pVal = NULL;                                                                      \
		fx_lock_take(&o->lock);                                                \
		hr = get_text(This, o->v.Name, pVal);                                              \
		fx_lock_drop(&o->lock);                                              \
		return hr;                                                                         \
	}                                                                                          \
	static HRESULT STDMETHODCALLTYPE put_##Name(IFaxDoc *This, BSTR newVal)                    \
	{                                                                                          \
		struct fax_doc *o = (void *)This;                                                  \
												   \
		return put_text(o, &o->v.Name, newVal);                                            \
	}
DOC_TEXTS(X)
#undef X

#define NUMBER(Name, type, STORED)                                                                 \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxDoc *This, type *pVal)                     \
	{                                                                                          \
		struct fax_doc *o = (void *)This;                                                  \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		fx_lock_take(&o->lock);                                                \
		*pVal = o->v.Name;                                                                 \
		fx_lock_drop(&o->lock);                                              \
		return S_OK;                                                                       \
	}                                                                                          \
	static HRESULT STDMETHODCALLTYPE put_##Name(IFaxDoc *This, type v)                         \
	{                                                                                          \
		struct fax_doc *o = (void *)This;                                                  \
												   \
		fx_lock_take(&o->lock);                                                \
		o->v.Name = STORED;                                                                \
		fx_lock_drop(&o->lock);                                              \
		return S_OK;                                                                       \
	}
#define X(Name) NUMBER(Name, BOOL, v != 0)
DOC_FLAGS(X)
#undef X
NUMBER(CallHandle, LONG, v)

static HRESULT STDMETHODCALLTYPE putref_ConnectionObject(IFaxDoc *This, IDispatch *newVal)
{
	struct fax_doc *o = (void *)This;
	IDispatch *old;

	if (newVal) {
		(void)IDispatch_AddRef(newVal);
	}
	fx_lock_take(&o->lock);
	old = o->v.ConnectionObject;
	o->v.ConnectionObject = newVal;
	fx_lock_drop(&o->lock);
	if (old) {
		(void)IDispatch_Release(old);
	}
	return S_OK;
}

static void values_fini(struct values *v)
{
#define X(Name) SysFreeString(v->Name);
	DOC_TEXTS(X)
#undef X
	if (v->ConnectionObject) {
		(void)IDispatch_Release(v->ConnectionObject);
	}
}

/* A copy, so that Send works without the lock while others go on changing the object. */
static HRESULT values_copy(struct fax_doc *o, struct values *dst)
{
	bool ok = true;

	fx_lock_take(&o->lock);
	*dst = o->v;
#define X(Name)                                                                                    \
	dst->Name = SysAllocStringLen(o->v.Name, SysStringLen(o->v.Name));                         \
	ok = ok && dst->Name;
	DOC_TEXTS(X)
#undef X
	if (dst->ConnectionObject) {
		(void)IDispatch_AddRef(dst->ConnectionObject);
	}
	fx_lock_drop(&o->lock);
	if (!ok) {
		values_fini(dst);
		return E_OUTOFMEMORY;
	}
	return S_OK;
}

/* An empty text is none. */
static LPCWSTR opt(BSTR s)
{
	return SysStringLen(s) ? s : NULL;
}

static void fill_cover(FAX_COVERPAGE_INFOW *c, const struct values *v)
{
	*c = (FAX_COVERPAGE_INFOW){
		.SizeOfStruct = sizeof(*c), .CoverPageName = opt(v->CoverpageName),
		.UseServerCoverPage = v->ServerCoverpage, .RecName = opt(v->RecipientName),
		.RecFaxNumber = opt(v->FaxNumber), .RecCompany = opt(v->RecipientCompany),
		.RecStreetAddress = opt(v->RecipientAddress), .RecCity = opt(v->RecipientCity),
		.RecState = opt(v->RecipientState), .RecZip = opt(v->RecipientZip),
		.RecCountry = opt(v->RecipientCountry), .RecTitle = opt(v->RecipientTitle),
		.RecDepartment = opt(v->RecipientDepartment),
		.RecOfficeLocation = opt(v->RecipientOffice),
		.RecHomePhone = opt(v->RecipientHomePhone),
		.RecOfficePhone = opt(v->RecipientOfficePhone), .SdrName = opt(v->SenderName),
		.SdrFaxNumber = opt(v->SenderFax), .SdrCompany = opt(v->SenderCompany),
		.SdrAddress = opt(v->SenderAddress), .SdrTitle = opt(v->SenderTitle),
		.SdrDepartment = opt(v->SenderDepartment),
		.SdrOfficeLocation = opt(v->SenderOffice),
		.SdrHomePhone = opt(v->SenderHomePhone),
		.SdrOfficePhone = opt(v->SenderOfficePhone), .Note = opt(v->CoverpageNote),
		.Subject = opt(v->CoverpageSubject)};
}

static void fill_params(FAX_JOB_PARAMW *p, const struct values *v)
{
	*p = (FAX_JOB_PARAMW){
		.SizeOfStruct = sizeof(*p), .RecipientNumber = opt(v->FaxNumber),
		.RecipientName = opt(v->RecipientName), .Tsid = opt(v->Tsid),
		.SenderName = opt(v->SenderName), .SenderCompany = opt(v->SenderCompany),
		.SenderDept = opt(v->SenderDepartment), .BillingCode = opt(v->BillingCode),
		.ScheduleAction = v->DiscountSend ? JSA_DISCOUNT_PERIOD : JSA_NOW,
		.DeliveryReportType = SysStringLen(v->EmailAddress) ? DRT_EMAIL : DRT_NONE,
		.DeliveryReportAddress = opt(v->EmailAddress),
		.DocumentName = opt(v->DisplayName)};
}

static HRESULT check(IFaxDoc *This, const struct values *v)
{
	HRESULT bad = HRESULT_FROM_WIN32(ERROR_INVALID_PARAMETER);

	if (!SysStringLen(v->FileName)) {
		return fx_com_fail(This, bad, "FileName is empty; there is nothing to send.");
	}
	if (!SysStringLen(v->FaxNumber)) {
		return fx_com_fail(This, bad, "FaxNumber is empty; set the number to dial.");
	}
	if (v->CallHandle || v->ConnectionObject) {
		return fx_com_fail(
			This, HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED),
			"Sending over a call that is up (CallHandle, ConnectionObject) is "
			"not supported.");
	}
	if (v->SendCoverpage && !SysStringLen(v->CoverpageName)) {
		return fx_com_fail(This, bad, "SendCoverpage is set but CoverpageName is empty.");
	}
	return S_OK;
}

static HRESULT send_values(IFaxDoc *This, HANDLE h, const struct values *v, LONG *pVal)
{
	FAX_COVERPAGE_INFOW cover;
	FAX_JOB_PARAMW params;
	DWORD id = 0;

	fill_cover(&cover, v);
	fill_params(&params, v);
	if (!FaxSendDocumentW(h, v->FileName, &params, v->SendCoverpage ? &cover : NULL, &id)) {
		return fc_failed(This);
	}
	*pVal = fc_long(id);
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE doc_send(IFaxDoc *This, LONG *pVal)
{
	struct fax_doc *o = (void *)This;
	struct fc_conn *c;
	struct values v;
	HANDLE h;
	HRESULT hr;

	if (!pVal) {
		return fc_null(This);
	}
	*pVal = 0;
	hr = values_copy(o, &v);
	if (FAILED(hr)) {
		return hr;
	}
	c = o->server ? fc_server_conn(o->server) : NULL;
	h = fc_conn_handle(c);
	hr = h ? check(This, &v) : fc_no_connection(This);
	if (SUCCEEDED(hr)) {
		hr = send_values(This, h, &v, pVal);
	}
	fc_conn_unref(c);
	values_fini(&v);
	return hr;
}

#define X(Name) .get_##Name = get_##Name, .put_##Name = put_##Name,
static const IFaxDocVtbl vtbl = {
	FX_COM_SLOTS(IFaxDoc), DOC_TEXTS(X) DOC_FLAGS(X) X(CallHandle)
	.Send = doc_send, .putref_ConnectionObject = putref_ConnectionObject,
};
#undef X

static void doc_fini(void *obj)
{
	struct fax_doc *o = obj;

	values_fini(&o->v);
	if (o->server) {
		(void)fx_com_release(o->server);
	}
	fx_lock_fini(&o->lock);
}

static const struct fx_disp_row rows[] = {FX_ROWS_IFaxDoc};
static const struct fx_com_class cls = {
	"FaxDoc", &IID_IFaxDoc, rows, FX_ARRAY_LEN(rows), doc_fini,
	&CLSID_FaxDoc, true,
};

/* What the user's profile knows; nothing of it is needed, so a failure leaves it out. */
static void take_profile(struct fax_doc *o)
{
	PFAX_JOB_PARAMW p = NULL;
	PFAX_COVERPAGE_INFOW c = NULL;

	if (!FaxCompleteJobParamsW(&p, &c)) {
		return;
	}
	o->v.SenderName = SysAllocString(c->SdrName);
	o->v.SenderCompany = SysAllocString(c->SdrCompany);
	o->v.SenderAddress = SysAllocString(c->SdrAddress);
	o->v.SenderTitle = SysAllocString(c->SdrTitle);
	o->v.SenderDepartment = SysAllocString(c->SdrDepartment);
	o->v.SenderOffice = SysAllocString(c->SdrOfficeLocation);
	o->v.SenderHomePhone = SysAllocString(c->SdrHomePhone);
	o->v.SenderOfficePhone = SysAllocString(c->SdrOfficePhone);
	o->v.SenderFax = SysAllocString(c->SdrFaxNumber);
	o->v.BillingCode = SysAllocString(p->BillingCode);
	o->v.Tsid = SysAllocString(p->Tsid);
	FaxFreeBuffer(p);
	FaxFreeBuffer(c);
}

HRESULT fc_doc_new(void *server, BSTR file, void **out)
{
	struct fax_doc *o = fx_com_new(sizeof(*o), &vtbl, &cls);

	if (!o) {
		return E_OUTOFMEMORY;
	}
	fx_lock_init(&o->lock);
	o->server = server;
	if (server) {
		(void)fx_com_add_ref(server);
	}
	take_profile(o);
	o->v.FileName = SysAllocStringLen(file, SysStringLen(file));
	if (!o->v.FileName) {
		(void)fx_com_release(o);
		return E_OUTOFMEMORY;
	}
	*out = o;
	return S_OK;
}
