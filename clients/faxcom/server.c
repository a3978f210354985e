/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/server.c  FaxServer. Settings are read and written through at once. */
#include <string.h>
#include "clients/faxcom/faxcom_priv.h"

struct fax_server {
	struct fx_com_object base;
	fx_lock lock; /* conn */
	struct fc_conn *conn;
};

static struct fax_server *of(void *p)
{
	return p;
}

struct fc_conn *fc_server_conn(void *server)
{
	struct fax_server *s = of(server);
	struct fc_conn *c;

	fx_lock_take(&s->lock);
	c = fc_conn_ref(s->conn);
	fx_lock_drop(&s->lock);
	return c;
}

/* Put another connection (or none) in place. @return the old one, the caller's */
static struct fc_conn *swap_conn(struct fax_server *s, struct fc_conn *c)
{
	struct fc_conn *old;

	fx_lock_take(&s->lock);
	old = s->conn;
	s->conn = c;
	fx_lock_drop(&s->lock);
	return old;
}

static bool drop_conn(struct fax_server *s)
{
	struct fc_conn *old = swap_conn(s, NULL);
	bool was = old && fc_conn_close(old);

	fc_conn_unref(old);
	return was;
}

static HRESULT STDMETHODCALLTYPE server_connect(IFaxServer *This, BSTR ServerName)
{
	struct fax_server *s = of(This);
	struct fc_conn *c, *other;
	HANDLE h = NULL;

	(void)drop_conn(s);
	if (!FaxConnectFaxServerW(ServerName, &h)) {
		return fc_failed(This);
	}
	c = fc_conn_new(h);
	if (!c) {
		return E_OUTOFMEMORY;
	}
	other = swap_conn(s, c);
	if (other) { /* two threads connected at once: the last one counts */
		(void)fc_conn_close(other);
		fc_conn_unref(other);
	}
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE server_disconnect(IFaxServer *This)
{
	return drop_conn(of(This)) ? S_OK : fc_no_connection(This);
}

static HRESULT give(HRESULT hr, void **obj, VARIANT *retval)
{
	if (SUCCEEDED(hr)) {
		fx_com_give(retval, *obj);
	}
	return hr;
}

static HRESULT ports_of(IFaxServer *This, struct fc_conn *c, VARIANT *retval)
{
	PFAX_PORT_INFOW list = NULL;
	void *obj = NULL;
	DWORD n = 0, i, *ids;
	HRESULT hr;

	if (!FaxEnumPortsW(fc_conn_handle(c), &list, &n)) {
		return fc_failed(This);
	}
	ids = fx_calloc(n ? n : 1, sizeof(*ids));
	for (i = 0; ids && i < n; i++) {
		ids[i] = list[i].DeviceId;
	}
	FaxFreeBuffer(list);
	hr = ids ? fc_ports_new(c, ids, n, &obj) : E_OUTOFMEMORY;
	(void)fx_free(ids);
	return give(hr, &obj, retval);
}

static HRESULT STDMETHODCALLTYPE server_get_ports(IFaxServer *This, VARIANT *retval)
{
	struct fc_conn *c;
	HRESULT hr;

	if (!retval) {
		return fc_null(This);
	}
	VariantInit(retval);
	c = fc_server_conn(This);
	hr = fc_conn_handle(c) ? ports_of(This, c, retval) : fc_no_connection(This);
	fc_conn_unref(c);
	return hr;
}

static HRESULT STDMETHODCALLTYPE server_create_document(IFaxServer *This, BSTR FileName,
							VARIANT *retval)
{
	void *obj = NULL;

	if (!retval) {
		return fc_null(This);
	}
	VariantInit(retval);
	/* Programs do this before Connect too; the connection is looked for at Send. */
	return give(fc_doc_new(This, FileName, &obj), &obj, retval);
}

static HRESULT jobs_of(IFaxServer *This, struct fc_conn *c, VARIANT *retval)
{
	PFAX_JOB_ENTRYW list = NULL;
	void *obj = NULL;
	DWORD n = 0;

	if (!FaxEnumJobsW(fc_conn_handle(c), &list, &n)) {
		return fc_failed(This);
	}
	return give(fc_jobs_new(c, list, n, &obj), &obj, retval);
}

static HRESULT STDMETHODCALLTYPE server_get_jobs(IFaxServer *This, VARIANT *retval)
{
	struct fc_conn *c;
	HRESULT hr;

	if (!retval) {
		return fc_null(This);
	}
	VariantInit(retval);
	c = fc_server_conn(This);
	hr = fc_conn_handle(c) ? jobs_of(This, c, retval) : fc_no_connection(This);
	fc_conn_unref(c);
	return hr;
}

/* ---- Settings ---- */
typedef void(change_fn)(FAX_CONFIGURATIONW *c, const void *value);

static HRESULT load(IFaxServer *This, PFAX_CONFIGURATIONW *ret)
{
	struct fc_conn *c = fc_server_conn(This);
	HANDLE h = fc_conn_handle(c);
	HRESULT hr = S_OK;

	if (!h) {
		hr = fc_no_connection(This);
	} else if (!FaxGetConfigurationW(h, ret)) {
		hr = fc_failed(This);
	}
	fc_conn_unref(c);
	return hr;
}

static HRESULT change_locked(IFaxServer *This, HANDLE h, change_fn *change, const void *value)
{
	static const WCHAR empty;
	PFAX_CONFIGURATIONW cfg = NULL;
	HRESULT hr = S_OK;

	if (!h) {
		return fc_no_connection(This);
	}
	if (!FaxGetConfigurationW(h, &cfg)) {
		return fc_failed(This);
	}
	change(cfg, value);
	/* Archiving may be switched on before its folder is set; each waits for the other. */
	if (!cfg->ArchiveDirectory) {
		cfg->ArchiveDirectory = &empty;
	}
	if (!FaxSetConfigurationW(h, cfg)) {
		hr = fc_failed(This);
	}
	FaxFreeBuffer(cfg);
	return hr;
}

static HRESULT store(IFaxServer *This, change_fn *change, const void *value)
{
	struct fc_conn *c = fc_server_conn(This);
	HRESULT hr;

	if (!c) {
		return fc_no_connection(This);
	}
	/* One at a time, so that two threads' changes do not undo each other. */
	fx_lock_take(&c->lock);
	hr = change_locked(This, c->handle, change, value);
	fx_lock_drop(&c->lock);
	fc_conn_unref(c);
	return hr;
}

#define SETTING(Name, type, READ, CHECK, RANGE, WRITE)                                             \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxServer *This, type *pVal)                  \
	{                                                                                          \
		PFAX_CONFIGURATIONW c = NULL;                                                      \
		HRESULT hr;                                                                        \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		*pVal = 0;                                                                         \
		hr = load(This, &c);                                                               \
		if (SUCCEEDED(hr)) {                                                               \
			*pVal = (type)(READ);                                                      \
			FaxFreeBuffer(c);                                                          \
		}                                                                                  \
		return hr;                                                                         \
	}                                                                                          \
	static void set_##Name(FAX_CONFIGURATIONW *c, const void *value)                           \
	{                                                                                          \
		type v;                                                                            \
												   \
		memcpy(&v, value, sizeof(v));                                                      \
		WRITE;                                                                             \
	}                                                                                          \
	static HRESULT STDMETHODCALLTYPE put_##Name(IFaxServer *This, type v)                      \
	{                                                                                          \
		return (CHECK) ? store(This, set_##Name, &v)                                       \
			       : fc_bad_value(This, #Name " is to be " RANGE ".");                 \
	}
#define SETTING_BOOL(Name, Field)                                                                  \
	SETTING(Name, BOOL, c->Field != 0, true, "TRUE or FALSE", c->Field = v != 0)
#define SETTING_TIME(Name, Field, top, RANGE)                                                      \
	SETTING(Name, SHORT, c->Field, v >= 0 && v <= (top), RANGE, c->Field = (WORD)v)

SETTING(Retries, LONG, fc_long(c->Retries), v >= 0, "0 or more", c->Retries = (DWORD)v)
SETTING(RetryDelay, LONG, fc_long(c->RetryDelay), v >= 0, "minutes, 0 or more",
	c->RetryDelay = (DWORD)v)
/* -1 is "never", 0xFFFFFFFF on the C side. */
SETTING(DirtyDays, LONG, c->DirtyDays, v >= -1, "days, or -1 for never", c->DirtyDays = (DWORD)v)
SETTING_BOOL(Branding, Branding)
SETTING_BOOL(UseDeviceTsid, UseDeviceTsid)
SETTING_BOOL(ServerCoverpage, ServerCp)
SETTING_BOOL(PauseServerQueue, PauseServerQueue)
SETTING_BOOL(ArchiveOutboundFaxes, ArchiveOutgoingFaxes)
SETTING_TIME(DiscountRateStartHour, StartCheapTime.Hour, 23, "0 to 23")
SETTING_TIME(DiscountRateStartMinute, StartCheapTime.Minute, 59, "0 to 59")
SETTING_TIME(DiscountRateEndHour, StopCheapTime.Hour, 23, "0 to 23")
SETTING_TIME(DiscountRateEndMinute, StopCheapTime.Minute, 59, "0 to 59")

#define SETTING_TEXT(Name, Field)                                                                  \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxServer *This, BSTR *pVal)                  \
	{                                                                                          \
		PFAX_CONFIGURATIONW c = NULL;                                                      \
		HRESULT hr;                                                                        \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		*pVal = 0;                                                                         \
		hr = load(This, &c);                                                               \
		if (SUCCEEDED(hr)) {                                                               \
			hr = fc_text(c->Field, pVal);                                              \
			FaxFreeBuffer(c);                                                          \
		}                                                                                  \
		return hr;                                                                         \
	}                                                                                          \
	static void set_##Name(FAX_CONFIGURATIONW *c, const void *value)                           \
	{                                                                                          \
		c->Field = value;                                                                  \
	}                                                                                          \
	static HRESULT STDMETHODCALLTYPE put_##Name(IFaxServer *This, BSTR newVal)                 \
	{                                                                                          \
		return store(This, set_##Name, newVal);                                            \
	}
SETTING_TEXT(ArchiveDirectory, ArchiveDirectory)
SETTING_TEXT(ServerMapiProfile, Reserved)

#define BOTH(Name) .get_##Name = get_##Name, .put_##Name = put_##Name
static const IFaxServerVtbl vtbl = {
	FX_COM_SLOTS(IFaxServer),
	.Connect = server_connect, .Disconnect = server_disconnect, .GetPorts = server_get_ports,
	.CreateDocument = server_create_document, .GetJobs = server_get_jobs,
	BOTH(Retries), BOTH(RetryDelay), BOTH(DirtyDays), BOTH(Branding), BOTH(UseDeviceTsid),
	BOTH(ServerCoverpage), BOTH(PauseServerQueue), BOTH(ArchiveOutboundFaxes),
	BOTH(ArchiveDirectory), BOTH(ServerMapiProfile), BOTH(DiscountRateStartHour),
	BOTH(DiscountRateStartMinute), BOTH(DiscountRateEndHour), BOTH(DiscountRateEndMinute),
};

static void server_fini(void *obj)
{
	struct fax_server *s = obj;

	/* Children that are still alive keep the connection; only the object ends. */
	fc_conn_unref(s->conn);
	fx_lock_fini(&s->lock);
}

static const struct fx_disp_row rows[] = {FX_ROWS_IFaxServer};
static const struct fx_com_class cls = {
	"FaxServer", &IID_IFaxServer, rows, FX_ARRAY_LEN(rows), server_fini,
	&CLSID_FaxServer, false,
};

HRESULT fc_server_new(void **out)
{
	struct fax_server *s = fx_com_new(sizeof(*s), &vtbl, &cls);

	if (!s) {
		return E_OUTOFMEMORY;
	}
	fx_lock_init(&s->lock);
	*out = s;
	return S_OK;
}
