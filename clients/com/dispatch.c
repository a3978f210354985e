/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/com/dispatch.c  Objects, and IDispatch by table. */
#include <stdarg.h>
#include <stdio.h>
#include "base/list.h"
#include "base/mem.h"
#include "clients/com/dispatch.h"
#include "clients/com/variant.h"
#ifdef _WIN32
#include "clients/com/typeinfo_win.h"
#endif

static LONG live;

LONG fx_com_live(void)
{
	return __atomic_load_n(&live, __ATOMIC_SEQ_CST);
}

void fx_com_lock(bool on)
{
	(void)__atomic_add_fetch(&live, on ? 1 : -1, __ATOMIC_SEQ_CST);
}

static struct fx_com_object *of_see(ISupportErrorInfo *p)
{
	return FX_CONTAINER(p, struct fx_com_object, see_vtbl);
}

static HRESULT STDMETHODCALLTYPE see_query(ISupportErrorInfo *p, REFIID riid, void **out)
{
	return fx_com_query(of_see(p), riid, out);
}

static ULONG STDMETHODCALLTYPE see_add_ref(ISupportErrorInfo *p)
{
	return fx_com_add_ref(of_see(p));
}

static ULONG STDMETHODCALLTYPE see_release(ISupportErrorInfo *p)
{
	return fx_com_release(of_see(p));
}

static HRESULT STDMETHODCALLTYPE see_supports(ISupportErrorInfo *p, REFIID riid)
{
	return riid && IsEqualIID(riid, of_see(p)->cls->iid) ? S_OK : S_FALSE;
}

static const ISupportErrorInfoVtbl see_vtbl = {
	.QueryInterface = see_query, .AddRef = see_add_ref, .Release = see_release,
	.InterfaceSupportsErrorInfo = see_supports,
};

void *fx_com_new(size_t size, const void *vtbl, const struct fx_com_class *cls)
{
	struct fx_com_object *o = fx_zalloc(size);

	if (o) {
		o->vtbl = vtbl;
		o->see_vtbl = &see_vtbl;
		o->cls = cls;
		o->refs = 1;
#ifdef _WIN32
		fx_com_win_init(o);
#endif
		fx_com_lock(true);
	}
	return o;
}

HRESULT STDMETHODCALLTYPE fx_com_query(void *obj, REFIID riid, void **out)
{
	struct fx_com_object *o = obj;

	if (!out) {
		return E_POINTER;
	}
	*out = NULL;
	if (!riid) {
		return E_INVALIDARG;
	}
	if (IsEqualIID(riid, &IID_IUnknown) || IsEqualIID(riid, &IID_IDispatch) ||
	    IsEqualIID(riid, o->cls->iid)) {
		*out = o;
	} else if (IsEqualIID(riid, &IID_ISupportErrorInfo)) {
		*out = &o->see_vtbl;
	} else {
#ifdef _WIN32
		return fx_com_win_query(o, riid, out);
#else
		return E_NOINTERFACE;
#endif
	}
	(void)fx_com_add_ref(o);
	return S_OK;
}

ULONG STDMETHODCALLTYPE fx_com_add_ref(void *obj)
{
	struct fx_com_object *o = obj;

	return (ULONG)__atomic_add_fetch(&o->refs, 1, __ATOMIC_SEQ_CST);
}

ULONG STDMETHODCALLTYPE fx_com_release(void *obj)
{
	struct fx_com_object *o = obj;
	LONG n = __atomic_sub_fetch(&o->refs, 1, __ATOMIC_SEQ_CST);

	if (n == 0) {
#ifdef _WIN32
		fx_com_win_fini(o);
#endif
		o->cls->fini(o);
		(void)fx_free(o);
		fx_com_lock(false);
	}
	return (ULONG)n;
}

HRESULT STDMETHODCALLTYPE fx_com_type_info_count(void *obj, UINT *n)
{
	if (!n) {
		return E_POINTER;
	}
#ifdef _WIN32
	*n = 1;
#else
	*n = 0;
#endif
	return S_OK;
}

HRESULT STDMETHODCALLTYPE fx_com_type_info(void *obj, UINT i, LCID lcid, ITypeInfo **out)
{
#ifdef _WIN32
	return fx_com_win_type_info(((struct fx_com_object *)obj)->cls, i, out);
#else
	if (out) {
		*out = NULL;
	}
	return out ? E_NOTIMPL : E_POINTER;
#endif
}

/* Without case, ASCII, as Automation matches names. */
static bool name_is(const OLECHAR *a, const char *b)
{
	for (; *b; a++, b++) {
		unsigned x = *a, y = (unsigned char)*b;

		x = x >= 'A' && x <= 'Z' ? x + 32 : x;
		y = y >= 'A' && y <= 'Z' ? y + 32 : y;
		if (x != y) {
			return false;
		}
	}
	return *a == 0;
}

/* Several rows share a name (get and put): a named argument may be of any of them. */
static DISPID param_id(const struct fx_com_class *cls, DISPID member, const OLECHAR *name)
{
	size_t i;

	for (i = 0; i < cls->n_rows; i++) {
		const struct fx_disp_row *row = &cls->rows[i];

		if (row->id == member && row->in_name && row->kind != FX_DISP_PUT &&
		    row->kind != FX_DISP_PUTREF && name_is(name, row->in_name)) {
			return 0;
		}
	}
	return DISPID_UNKNOWN;
}

HRESULT STDMETHODCALLTYPE fx_com_ids_of_names(void *obj, REFIID riid, LPOLESTR *names, UINT n,
					      LCID lcid, DISPID *ids)
{
	const struct fx_com_class *cls = ((struct fx_com_object *)obj)->cls;
	HRESULT hr = S_OK;
	size_t i;
	UINT k;

	if (!names || !ids || n == 0 || !names[0]) {
		return E_INVALIDARG;
	}
	if (riid && !IsEqualIID(riid, &IID_NULL)) {
		return DISP_E_UNKNOWNINTERFACE;
	}
	for (k = 0; k < n; k++) {
		ids[k] = DISPID_UNKNOWN;
	}
	for (i = 0; i < cls->n_rows && ids[0] == DISPID_UNKNOWN; i++) {
		if (name_is(names[0], cls->rows[i].name)) {
			ids[0] = cls->rows[i].id;
		}
	}
	if (ids[0] == DISPID_UNKNOWN) {
		return DISP_E_UNKNOWNNAME;
	}
	for (k = 1; k < n; k++) {
		ids[k] = names[k] ? param_id(cls, ids[0], names[k]) : DISPID_UNKNOWN;
		hr = ids[k] == DISPID_UNKNOWN ? DISP_E_UNKNOWNNAME : hr;
	}
	return hr;
}

static bool row_fits(const struct fx_disp_row *row, WORD flags)
{
	switch (row->kind) {
	case FX_DISP_PUT:
	case FX_DISP_PUTREF:
		return (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF)) != 0;
	case FX_DISP_GET:
	case FX_DISP_METHOD:
		/* Engines ask for a get as METHOD and for a method as PROPERTYGET. */
		return (flags & (DISPATCH_METHOD | DISPATCH_PROPERTYGET)) != 0 &&
		       !(flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF));
	}
	return false;
}

static const struct fx_disp_row *find_row(const struct fx_com_class *cls, DISPID id, WORD flags)
{
	size_t i;

	for (i = 0; i < cls->n_rows; i++) {
		if (cls->rows[i].id == id && row_fits(&cls->rows[i], flags)) {
			return &cls->rows[i];
		}
	}
	return NULL;
}

/* Find the one argument of a row, with its index for *argerr. */
static HRESULT pick_arg(const struct fx_disp_row *row, const DISPPARAMS *p, UINT *index)
{
	bool put = row->kind == FX_DISP_PUT || row->kind == FX_DISP_PUTREF;
	UINT want = row->in == FX_ARG_NONE ? 0 : 1;
	UINT have = p ? p->cArgs : 0, named = p ? p->cNamedArgs : 0;

	if (have > 0 && !p->rgvarg) {
		return E_INVALIDARG;
	}
	if (named > have || (named && !p->rgdispidNamedArgs)) {
		return E_INVALIDARG;
	}
	if (have != want) {
		return DISP_E_BADPARAMCOUNT;
	}
	if (want == 0) {
		return S_OK;
	}
	*index = 0;
	if (named && p->rgdispidNamedArgs[0] != (put ? DISPID_PROPERTYPUT : 0)) {
		return DISP_E_PARAMNOTFOUND;
	}
	if (p->rgvarg[0].vt == VT_ERROR && p->rgvarg[0].scode == DISP_E_PARAMNOTFOUND) {
		return DISP_E_PARAMNOTOPTIONAL;
	}
	return S_OK;
}

static HRESULT coerce_arg(enum fx_arg type, const VARIANT *src, VARIANT *dst)
{
	static const VARTYPE vt[] = {
		[FX_ARG_BSTR] = VT_BSTR, [FX_ARG_LONG] = VT_I4, [FX_ARG_SHORT] = VT_I2,
		[FX_ARG_BOOL] = VT_BOOL, [FX_ARG_DATE] = VT_DATE, [FX_ARG_DISPATCH] = VT_DISPATCH,
		[FX_ARG_VARIANT] = VT_VARIANT, [FX_ARG_NONE] = VT_EMPTY,
	};
	VARIANT v;
	HRESULT hr = fx_variant_deref(src, &v);

	if (FAILED(hr)) {
		return hr;
	}
	if (type == FX_ARG_NONE || type == FX_ARG_VARIANT) {
		return VariantCopyInd(dst, (VARIANT *)(uintptr_t)src); /* mingw lacks the const */
	}
	/* Nothing, Null or Empty for an object is no object; Null for text is no text. */
	if ((type == FX_ARG_DISPATCH && (v.vt == VT_EMPTY || v.vt == VT_NULL)) ||
	    (type == FX_ARG_BSTR && v.vt == VT_NULL)) {
		dst->vt = vt[type];
		return S_OK;
	}
	return VariantChangeType(dst, &v, 0, vt[type]);
}

/* The value a call writes its result to. */
union result {
	BSTR s;
	LONG l;
	SHORT i;
	DATE d;
	VARIANT v;
	IDispatch *p;
};

typedef HRESULT STDMETHODCALLTYPE(fn_0)(void *);
typedef HRESULT STDMETHODCALLTYPE(fn_s)(void *, BSTR);
typedef HRESULT STDMETHODCALLTYPE(fn_l)(void *, LONG);
typedef HRESULT STDMETHODCALLTYPE(fn_i)(void *, SHORT);
typedef HRESULT STDMETHODCALLTYPE(fn_d)(void *, IDispatch *);
typedef HRESULT STDMETHODCALLTYPE(fn_p)(void *, void *);
typedef HRESULT STDMETHODCALLTYPE(fn_sp)(void *, BSTR, void *);
typedef HRESULT STDMETHODCALLTYPE(fn_lp)(void *, LONG, void *);
typedef void(fn_any)(void);

static HRESULT call(void *obj, const struct fx_disp_row *row, const VARIANT *a, union result *r)
{
	fn_any *fn = ((fn_any *const *)((struct fx_com_object *)obj)->vtbl)[row->slot];
	bool out = row->out != FX_ARG_NONE;
	LONG n = row->in == FX_ARG_BOOL ? a->boolVal != 0 : a->lVal;

	switch (row->in) {
	case FX_ARG_NONE:
		return out ? ((fn_p *)fn)(obj, r) : ((fn_0 *)fn)(obj);
	case FX_ARG_BSTR:
		return out ? ((fn_sp *)fn)(obj, a->bstrVal, r) : ((fn_s *)fn)(obj, a->bstrVal);
	case FX_ARG_LONG:
	case FX_ARG_BOOL:
		return out ? ((fn_lp *)fn)(obj, n, r) : ((fn_l *)fn)(obj, n);
	case FX_ARG_SHORT:
		return out ? E_NOTIMPL : ((fn_i *)fn)(obj, a->iVal);
	case FX_ARG_DISPATCH:
		return out ? E_NOTIMPL : ((fn_d *)fn)(obj, a->pdispVal);
	case FX_ARG_DATE:
	case FX_ARG_VARIANT:
		break;
	}
	return E_NOTIMPL;
}

static void result_to(enum fx_arg type, union result *r, VARIANT *v)
{
	VariantInit(v);
	switch (type) {
	case FX_ARG_NONE:
		break;
	case FX_ARG_BSTR:
		v->vt = VT_BSTR;
		v->bstrVal = r->s;
		break;
	case FX_ARG_LONG:
	case FX_ARG_BOOL:
		v->vt = VT_I4;
		v->lVal = r->l;
		break;
	case FX_ARG_SHORT:
		v->vt = VT_I2;
		v->iVal = r->i;
		break;
	case FX_ARG_DATE:
		v->vt = VT_DATE;
		v->date = r->d;
		break;
	case FX_ARG_DISPATCH:
		v->vt = VT_DISPATCH;
		v->pdispVal = r->p;
		break;
	case FX_ARG_VARIANT:
		*v = r->v;
		break;
	}
}

/* A failed member: scripts read EXCEPINFO, so the error information moves there. */
static HRESULT raise(const struct fx_com_class *cls, HRESULT hr, EXCEPINFO *excep)
{
	IErrorInfo *info = NULL;

	if (!excep) {
		return DISP_E_EXCEPTION;
	}
	*excep = (EXCEPINFO){.scode = hr};
	if (GetErrorInfo(0, &info) == S_OK) {
		(void)IErrorInfo_GetSource(info, &excep->bstrSource);
		(void)IErrorInfo_GetDescription(info, &excep->bstrDescription);
		(void)IErrorInfo_Release(info);
	} else {
		excep->bstrSource = CaselliStringFromUtf8(cls->name);
		excep->bstrDescription = CaselliStringFromUtf8(
			hr == E_OUTOFMEMORY ? "There is not enough memory." : "The call failed.");
	}
	return DISP_E_EXCEPTION;
}

HRESULT STDMETHODCALLTYPE fx_com_invoke(void *obj, DISPID id, REFIID riid, LCID lcid, WORD flags,
					DISPPARAMS *params, VARIANT *result, EXCEPINFO *excep,
					UINT *argerr)
{
	const struct fx_com_class *cls = ((struct fx_com_object *)obj)->cls;
	const struct fx_disp_row *row = find_row(cls, id, flags);
	union result r;
	VARIANT arg, value;
	UINT index = 0;
	HRESULT hr;

	if (riid && !IsEqualIID(riid, &IID_NULL)) {
		return DISP_E_UNKNOWNINTERFACE;
	}
	if (result) {
		VariantInit(result);
	}
	if (!row) {
		return DISP_E_MEMBERNOTFOUND;
	}
	VariantInit(&arg);
	hr = pick_arg(row, params, &index);
	if (SUCCEEDED(hr) && row->in != FX_ARG_NONE) {
		hr = coerce_arg(row->in, &params->rgvarg[index], &arg);
	}
	if (FAILED(hr)) {
		if (argerr) {
			*argerr = index;
		}
		return hr;
	}
	r = (union result){.v = {.vt = VT_EMPTY}};
	(void)SetErrorInfo(0, NULL);
	hr = call(obj, row, &arg, &r);
	(void)VariantClear(&arg);
	if (FAILED(hr)) {
		return raise(cls, hr, excep);
	}
	result_to(row->out, &r, &value);
	if (result) {
		*result = value;
	} else {
		(void)VariantClear(&value);
	}
	return S_OK;
}

HRESULT fx_com_fail(const void *obj, HRESULT hr, const char *fmt, ...)
{
	const struct fx_com_class *cls = ((const struct fx_com_object *)obj)->cls;
	ICreateErrorInfo *make = NULL;
	IErrorInfo *info = NULL;
	char text[512];
	BSTR s;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* Out of memory here loses the sentence, not the code. */
	if (FAILED(CreateErrorInfo(&make))) {
		(void)SetErrorInfo(0, NULL);
		return hr;
	}
	(void)make->lpVtbl->SetGUID(make, cls->iid);
	s = CaselliStringFromUtf8(cls->name);
	(void)make->lpVtbl->SetSource(make, s);
	SysFreeString(s);
	s = CaselliStringFromUtf8(text);
	(void)make->lpVtbl->SetDescription(make, s);
	SysFreeString(s);
	if (SUCCEEDED(make->lpVtbl->QueryInterface(make, &IID_IErrorInfo, (void **)&info))) {
		(void)SetErrorInfo(0, info);
		(void)IErrorInfo_Release(info);
	}
	(void)make->lpVtbl->Release(make);
	return hr;
}

void fx_com_give(VARIANT *out, void *obj)
{
	VariantInit(out);
	out->vt = VT_DISPATCH;
	out->pdispVal = obj;
}
