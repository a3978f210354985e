/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/faxcom/entry.c
 * The library's door: class factories, and on Linux the few CoXxx functions that
 * lead to them, since there is no registry.
 */
#include "clients/faxcom/faxcom_priv.h"

#define X(name, ...) const GUID name = FX_GUID_INIT(__VA_ARGS__);
#define FX_GUID_INIT(d1, d2, d3, a, b, c, d, e, f, g, h) {d1, d2, d3, {a, b, c, d, e, f, g, h}}
FX_FAXCOM_GUIDS(X)
#undef X

static HRESULT new_ports(void **out)
{
	return fc_ports_new(NULL, NULL, 0, out);
}

static HRESULT new_port(void **out)
{
	return fc_port_new(NULL, NULL, 0, out);
}

static HRESULT new_status(void **out)
{
	return fc_status_new(NULL, NULL, out);
}

static HRESULT new_methods(void **out)
{
	return fc_methods_new(NULL, NULL, 0, out);
}

static HRESULT new_jobs(void **out)
{
	return fc_jobs_new(NULL, NULL, 0, out);
}

static HRESULT new_job(void **out)
{
	return fc_job_new(NULL, NULL, out);
}

static HRESULT new_doc(void **out)
{
	return fc_doc_new(NULL, NULL, out);
}

/* Children made here have no parent: early-bound programs do so before they assign the real
 * one. Their members fail with "no connection". */
struct class_row {
	const char *progid;
	const CLSID *clsid;
	HRESULT (*make)(void **out);
};
static const struct class_row classes[] = {
	{"FaxServer.FaxServer", &CLSID_FaxServer, fc_server_new},
	{"FaxTiff.FaxTiff", &CLSID_FaxTiff, fc_tiff_new},
	{"FaxPorts.FaxPorts", &CLSID_FaxPorts, new_ports},
	{"FaxPort.FaxPort", &CLSID_FaxPort, new_port},
	{"FaxStatus.FaxStatus", &CLSID_FaxStatus, new_status},
	{"FaxRoutingMethods.FaxRoutingMethods", &CLSID_FaxRoutingMethods, new_methods},
	{"FaxRoutingMethod.FaxRoutingMethod", &CLSID_FaxRoutingMethod, fc_method_new},
	{"FaxJobs.FaxJobs", &CLSID_FaxJobs, new_jobs},
	{"FaxJob.FaxJob", &CLSID_FaxJob, new_job},
	{"FaxDoc.FaxDoc", &CLSID_FaxDoc, new_doc},
};

/* ---- Class factories: one static object each, counted by LockServer only ---- */
struct factory {
	const IClassFactoryVtbl *vtbl;
	const struct class_row *row;
};

static HRESULT STDMETHODCALLTYPE f_query(IClassFactory *This, REFIID riid, void **out)
{
	if (!out) {
		return E_POINTER;
	}
	*out = NULL;
	if (!riid || (!IsEqualIID(riid, &IID_IUnknown) && !IsEqualIID(riid, &IID_IClassFactory))) {
		return E_NOINTERFACE;
	}
	fx_com_lock(true);
	*out = This;
	return S_OK;
}

static ULONG STDMETHODCALLTYPE f_add_ref(IClassFactory *This)
{
	fx_com_lock(true);
	return 2;
}

static ULONG STDMETHODCALLTYPE f_release(IClassFactory *This)
{
	fx_com_lock(false);
	return 1;
}

static HRESULT STDMETHODCALLTYPE f_create(IClassFactory *This, IUnknown *outer, REFIID riid,
					  void **out)
{
	const struct factory *f = (void *)This;
	void *obj = NULL;
	HRESULT hr;

	if (!out) {
		return E_POINTER;
	}
	*out = NULL;
	if (outer) {
		return CLASS_E_NOAGGREGATION;
	}
	hr = f->row->make(&obj);
	if (SUCCEEDED(hr)) {
		hr = fx_com_query(obj, riid, out);
		(void)fx_com_release(obj);
	}
	return hr;
}

static HRESULT STDMETHODCALLTYPE f_lock(IClassFactory *This, BOOL lock)
{
	fx_com_lock(lock != 0);
	return S_OK;
}

static const IClassFactoryVtbl f_vtbl = {
	.QueryInterface = f_query, .AddRef = f_add_ref, .Release = f_release,
	.CreateInstance = f_create, .LockServer = f_lock,
};
#define F(i) {&f_vtbl, &classes[i]}
static struct factory factories[] = {F(0), F(1), F(2), F(3), F(4), F(5), F(6), F(7), F(8), F(9)};
#undef F
_Static_assert(FX_ARRAY_LEN(factories) == FX_ARRAY_LEN(classes), "one factory a class");

HRESULT STDAPICALLTYPE DllGetClassObject(REFCLSID rclsid, REFIID riid, LPVOID *ppv)
{
	size_t i;

	if (!ppv) {
		return E_POINTER;
	}
	*ppv = NULL;
	if (!rclsid || !riid) {
		return E_INVALIDARG;
	}
	for (i = 0; i < FX_ARRAY_LEN(classes); i++) {
		if (IsEqualCLSID(rclsid, classes[i].clsid)) {
			return f_query((IClassFactory *)(void *)&factories[i], riid, ppv);
		}
	}
	return CLASS_E_CLASSNOTAVAILABLE;
}

HRESULT STDAPICALLTYPE DllCanUnloadNow(void)
{
	return fx_com_live() == 0 ? S_OK : S_FALSE;
}

#ifndef _WIN32
HRESULT STDAPICALLTYPE CoGetClassObject(REFCLSID rclsid, DWORD dwClsContext, LPVOID pvReserved,
					REFIID riid, LPVOID *ppv)
{
	HRESULT hr = DllGetClassObject(rclsid, riid, ppv);

	return hr == CLASS_E_CLASSNOTAVAILABLE ? REGDB_E_CLASSNOTREG : hr;
}

HRESULT STDAPICALLTYPE CoCreateInstance(REFCLSID rclsid, IUnknown *pUnkOuter, DWORD dwClsContext,
					REFIID riid, LPVOID *ppv)
{
	IClassFactory *f = NULL;
	HRESULT hr;

	if (!ppv) {
		return E_POINTER;
	}
	*ppv = NULL;
	if (!riid) {
		return E_INVALIDARG;
	}
	hr = CoGetClassObject(rclsid, dwClsContext, NULL, &IID_IClassFactory, (void **)&f);
	if (SUCCEEDED(hr)) {
		hr = IClassFactory_CreateInstance(f, pUnkOuter, riid, ppv);
		(void)IClassFactory_Release(f);
	}
	return hr;
}

/* ASCII without case; what is left of `a` after `b`, or NULL. */
static const OLECHAR *after(const OLECHAR *a, const char *b)
{
	for (; *b; a++, b++) {
		unsigned x = *a, y = (unsigned char)*b;

		x = x >= 'A' && x <= 'Z' ? x + 32 : x;
		y = y >= 'A' && y <= 'Z' ? y + 32 : y;
		if (x != y) {
			return NULL;
		}
	}
	return a;
}

HRESULT STDAPICALLTYPE CLSIDFromProgID(LPCOLESTR lpszProgID, CLSID *lpclsid)
{
	size_t i;

	if (!lpszProgID || !lpclsid) {
		return E_INVALIDARG;
	}
	for (i = 0; i < FX_ARRAY_LEN(classes); i++) {
		const OLECHAR *rest = after(lpszProgID, classes[i].progid);

		if (rest && (*rest == 0 || (rest[0] == '.' && rest[1] == '1' && rest[2] == 0))) {
			*lpclsid = *classes[i].clsid;
			return S_OK;
		}
	}
	*lpclsid = IID_NULL;
	return CO_E_CLASSSTRING;
}

/* There are no apartments here: any thread may call any object. Only the counting is kept. */
static _Thread_local LONG inits;

HRESULT STDAPICALLTYPE CoInitializeEx(LPVOID pvReserved, DWORD dwCoInit)
{
	if (pvReserved) {
		return E_INVALIDARG;
	}
	return inits++ == 0 ? S_OK : S_FALSE;
}

HRESULT STDAPICALLTYPE CoInitialize(LPVOID pvReserved)
{
	return CoInitializeEx(pvReserved, COINIT_APARTMENTTHREADED);
}

void CoUninitialize(void)
{
	if (inits > 0) {
		inits--;
	}
}
#endif
