/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/com/errinfo.c
 * Error information: an object with source and description, one per thread.
 */
#include <pthread.h>
#include <caselli/com.h>
#include "base/list.h"
#include "base/mem.h"

struct errinfo {
	const IErrorInfoVtbl *vtbl;
	const ICreateErrorInfoVtbl *create_vtbl;
	LONG refs;
	GUID guid;
	BSTR source, description, help_file;
	DWORD help_context;
};

static struct errinfo *of(IErrorInfo *p)
{
	return FX_CONTAINER(p, struct errinfo, vtbl);
}

static struct errinfo *of_create(ICreateErrorInfo *p)
{
	return FX_CONTAINER(p, struct errinfo, create_vtbl);
}

static HRESULT query(struct errinfo *e, REFIID riid, void **out)
{
	if (!out) {
		return E_POINTER;
	}
	*out = NULL;
	if (IsEqualIID(riid, &IID_IUnknown) || IsEqualIID(riid, &IID_IErrorInfo)) {
		*out = &e->vtbl;
	} else if (IsEqualIID(riid, &IID_ICreateErrorInfo)) {
		*out = &e->create_vtbl;
	} else {
		return E_NOINTERFACE;
	}
	(void)__atomic_add_fetch(&e->refs, 1, __ATOMIC_SEQ_CST);
	return S_OK;
}

static ULONG release(struct errinfo *e)
{
	LONG n = __atomic_sub_fetch(&e->refs, 1, __ATOMIC_SEQ_CST);

	if (n == 0) {
		SysFreeString(e->source);
		SysFreeString(e->description);
		SysFreeString(e->help_file);
		(void)fx_free(e);
	}
	return (ULONG)n;
}

static HRESULT ei_query(IErrorInfo *p, REFIID riid, void **out)
{
	return query(of(p), riid, out);
}

static ULONG ei_add_ref(IErrorInfo *p)
{
	return (ULONG)__atomic_add_fetch(&of(p)->refs, 1, __ATOMIC_SEQ_CST);
}

static ULONG ei_release(IErrorInfo *p)
{
	return release(of(p));
}

static HRESULT get_text(BSTR from, BSTR *to)
{
	if (!to) {
		return E_POINTER;
	}
	*to = from ? SysAllocStringLen(from, SysStringLen(from)) : NULL;
	return from && !*to ? E_OUTOFMEMORY : S_OK;
}

static HRESULT ei_guid(IErrorInfo *p, GUID *out)
{
	if (!out) {
		return E_POINTER;
	}
	*out = of(p)->guid;
	return S_OK;
}

static HRESULT ei_source(IErrorInfo *p, BSTR *out)
{
	return get_text(of(p)->source, out);
}

static HRESULT ei_description(IErrorInfo *p, BSTR *out)
{
	return get_text(of(p)->description, out);
}

static HRESULT ei_help_file(IErrorInfo *p, BSTR *out)
{
	return get_text(of(p)->help_file, out);
}

static HRESULT ei_help_context(IErrorInfo *p, DWORD *out)
{
	if (!out) {
		return E_POINTER;
	}
	*out = of(p)->help_context;
	return S_OK;
}

static HRESULT ci_query(ICreateErrorInfo *p, REFIID riid, void **out)
{
	return query(of_create(p), riid, out);
}

static ULONG ci_add_ref(ICreateErrorInfo *p)
{
	return (ULONG)__atomic_add_fetch(&of_create(p)->refs, 1, __ATOMIC_SEQ_CST);
}

static ULONG ci_release(ICreateErrorInfo *p)
{
	return release(of_create(p));
}

static HRESULT set_text(BSTR *to, const OLECHAR *from)
{
	BSTR s = SysAllocString(from);

	if (from && !s) {
		return E_OUTOFMEMORY;
	}
	SysFreeString(*to);
	*to = s;
	return S_OK;
}

static HRESULT ci_guid(ICreateErrorInfo *p, REFGUID g)
{
	of_create(p)->guid = g ? *g : IID_NULL;
	return S_OK;
}

static HRESULT ci_source(ICreateErrorInfo *p, LPOLESTR s)
{
	return set_text(&of_create(p)->source, s);
}

static HRESULT ci_description(ICreateErrorInfo *p, LPOLESTR s)
{
	return set_text(&of_create(p)->description, s);
}

static HRESULT ci_help_file(ICreateErrorInfo *p, LPOLESTR s)
{
	return set_text(&of_create(p)->help_file, s);
}

static HRESULT ci_help_context(ICreateErrorInfo *p, DWORD v)
{
	of_create(p)->help_context = v;
	return S_OK;
}

static const IErrorInfoVtbl ei_vtbl = {
	.QueryInterface = ei_query, .AddRef = ei_add_ref, .Release = ei_release,
	.GetGUID = ei_guid, .GetSource = ei_source, .GetDescription = ei_description,
	.GetHelpFile = ei_help_file, .GetHelpContext = ei_help_context,
};
static const ICreateErrorInfoVtbl ci_vtbl = {
	.QueryInterface = ci_query, .AddRef = ci_add_ref, .Release = ci_release,
	.SetGUID = ci_guid, .SetSource = ci_source, .SetDescription = ci_description,
	.SetHelpFile = ci_help_file, .SetHelpContext = ci_help_context,
};

HRESULT CreateErrorInfo(ICreateErrorInfo **pperrinfo)
{
	struct errinfo *e;

	if (!pperrinfo) {
		return E_POINTER;
	}
	e = fx_zalloc(sizeof(*e));
	if (!e) {
		return E_OUTOFMEMORY;
	}
	e->vtbl = &ei_vtbl;
	e->create_vtbl = &ci_vtbl;
	e->refs = 1;
	*pperrinfo = (ICreateErrorInfo *)(void *)&e->create_vtbl;
	return S_OK;
}

/* One per thread; the key's destructor releases it when a thread ends. */
static pthread_key_t key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int key_ok;

static void drop(void *p)
{
	(void)IErrorInfo_Release((IErrorInfo *)p);
}

static void make_key(void)
{
	key_ok = pthread_key_create(&key, drop) == 0;
}

/* The main thread and dlclose() run no key destructors. */
__attribute__((destructor)) static void at_exit(void)
{
	IErrorInfo *old;

	if (key_ok) {
		old = pthread_getspecific(key);
		(void)pthread_key_delete(key);
		key_ok = 0;
		if (old) {
			drop(old);
		}
	}
}

HRESULT SetErrorInfo(ULONG dwReserved, IErrorInfo *perrinfo)
{
	IErrorInfo *old;

	if (dwReserved) {
		return E_INVALIDARG;
	}
	(void)pthread_once(&once, make_key);
	if (!key_ok) {
		return E_OUTOFMEMORY;
	}
	old = pthread_getspecific(key);
	if (pthread_setspecific(key, perrinfo)) {
		return E_OUTOFMEMORY;
	}
	if (perrinfo) {
		(void)perrinfo->lpVtbl->AddRef(perrinfo);
	}
	if (old) {
		drop(old);
	}
	return S_OK;
}

HRESULT GetErrorInfo(ULONG dwReserved, IErrorInfo **pperrinfo)
{
	if (dwReserved || !pperrinfo) {
		return E_INVALIDARG;
	}
	(void)pthread_once(&once, make_key);
	*pperrinfo = key_ok ? pthread_getspecific(key) : NULL;
	if (!*pperrinfo) {
		return S_FALSE;
	}
	(void)pthread_setspecific(key, NULL);
	return S_OK;
}
