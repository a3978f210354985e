/* SPDX-License-Identifier: Apache-2.0 */
/* IDispatch by table, on an object made for the test. */
#include <string.h>
#include "clients/com/dispatch.h"
#include "tests/support/support.h"

struct thing {
	struct fx_com_object base;
	BSTR name;
	LONG size;
	BOOL on;
	SHORT hour;
	IDispatch *friend;
	int cleared;
};
static int alive;

static HRESULT get_name(struct thing *t, BSTR *p)
{
	*p = SysAllocStringLen(t->name, SysStringLen(t->name));
	return S_OK;
}
static HRESULT put_name(struct thing *t, BSTR s)
{
	SysFreeString(t->name);
	t->name = SysAllocStringLen(s, SysStringLen(s));
	return S_OK;
}
static HRESULT get_size(struct thing *t, LONG *p)
{
	*p = t->size;
	return S_OK;
}
static HRESULT put_size(struct thing *t, LONG v)
{
	if (v < 0) {
		return fx_com_fail(t, E_INVALIDARG, "Size is %d; it is to be 0 or more.", v);
	}
	t->size = v;
	return S_OK;
}
static HRESULT get_on(struct thing *t, BOOL *p)
{
	*p = t->on;
	return S_OK;
}
static HRESULT put_on(struct thing *t, BOOL v)
{
	t->on = v;
	return S_OK;
}
static HRESULT put_hour(struct thing *t, SHORT v)
{
	t->hour = v;
	return S_OK;
}
static HRESULT putref_friend(struct thing *t, IDispatch *p)
{
	t->friend = p; /* not kept: the test looks at it at once */
	return S_OK;
}
static HRESULT clear(struct thing *t)
{
	t->cleared++;
	return S_OK;
}
static HRESULT item(struct thing *t, LONG i, VARIANT *p)
{
	p->vt = VT_I4;
	p->lVal = i * 10;
	return S_OK;
}
static HRESULT age(struct thing *t, DATE *p)
{
	*p = 1.5;
	return S_OK;
}

static const struct fx_disp_row rows[] = {
	{"Name", 1, FX_DISP_GET, 7, FX_ARG_NONE, FX_ARG_BSTR, NULL},
	{"Name", 1, FX_DISP_PUT, 8, FX_ARG_BSTR, FX_ARG_NONE, "newVal"},
	{"Size", 2, FX_DISP_GET, 9, FX_ARG_NONE, FX_ARG_LONG, NULL},
	{"Size", 2, FX_DISP_PUT, 10, FX_ARG_LONG, FX_ARG_NONE, "newVal"},
	{"On", 3, FX_DISP_GET, 11, FX_ARG_NONE, FX_ARG_BOOL, NULL},
	{"On", 3, FX_DISP_PUT, 12, FX_ARG_BOOL, FX_ARG_NONE, "newVal"},
	{"Clear", 4, FX_DISP_METHOD, 13, FX_ARG_NONE, FX_ARG_NONE, NULL},
	{"Item", 5, FX_DISP_GET, 14, FX_ARG_LONG, FX_ARG_VARIANT, "Index"},
	{"Age", 6, FX_DISP_GET, 15, FX_ARG_NONE, FX_ARG_DATE, NULL},
	{"Hour", 7, FX_DISP_PUT, 16, FX_ARG_SHORT, FX_ARG_NONE, "newVal"},
	{"Friend", 8, FX_DISP_PUTREF, 17, FX_ARG_DISPATCH, FX_ARG_NONE, "newVal"},
};
static const GUID iid = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};

static void fini(void *p)
{
	SysFreeString(((struct thing *)p)->name);
	alive--;
}
static const struct fx_com_class cls = {.name = "Thing", .iid = &iid, .rows = rows,
					.n_rows = FX_ARRAY_LEN(rows), .fini = fini};
static const void *const vtbl[] = {
	fx_com_query, fx_com_add_ref, fx_com_release, fx_com_type_info_count, fx_com_type_info,
	fx_com_ids_of_names, fx_com_invoke, get_name, put_name, get_size, put_size, get_on, put_on,
	clear, item, age, put_hour, putref_friend};

static int setup(void **state)
{
	alive++;
	*state = fx_com_new(sizeof(struct thing), vtbl, &cls);
	return *state ? 0 : -1;
}

static int teardown(void **state)
{
	(void)SetErrorInfo(0, NULL);
	if (fx_com_release(*state) != 0 || alive != 0 || fx_com_live() != 0) {
		return -1;
	}
	return 0;
}

static HRESULT invoke(void *o, DISPID id, WORD flags, VARIANT *arg, VARIANT *out)
{
	DISPID put = DISPID_PROPERTYPUT;
	DISPPARAMS p = {arg, NULL, arg ? 1 : 0, 0};

	if (flags & (DISPATCH_PROPERTYPUT | DISPATCH_PROPERTYPUTREF)) {
		p.rgdispidNamedArgs = &put;
		p.cNamedArgs = 1;
	}
	return fx_com_invoke(o, id, &IID_NULL, LOCALE_USER_DEFAULT, flags, &p, out, NULL, NULL);
}

static void names(void **state)
{
	LPOLESTR n[2] = {(LPOLESTR)u"nAmE", (LPOLESTR)u"INDEX"};
	DISPID id[2];

	assert_int_equal(fx_com_ids_of_names(*state, &IID_NULL, n, 1, 0, id), S_OK);
	assert_int_equal(id[0], 1);
	n[0] = (LPOLESTR)u"item";
	assert_int_equal(fx_com_ids_of_names(*state, &IID_NULL, n, 2, 0, id), S_OK);
	assert_int_equal(id[0], 5);
	assert_int_equal(id[1], 0);
	n[1] = (LPOLESTR)u"other";
	assert_int_equal(fx_com_ids_of_names(*state, &IID_NULL, n, 2, 0, id), DISP_E_UNKNOWNNAME);
	assert_int_equal(id[0], 5);
	assert_int_equal(id[1], DISPID_UNKNOWN);
	n[0] = (LPOLESTR)u"Names";
	assert_int_equal(fx_com_ids_of_names(*state, &IID_NULL, n, 1, 0, id), DISP_E_UNKNOWNNAME);
	assert_int_equal(fx_com_ids_of_names(*state, &iid, n, 1, 0, id), DISP_E_UNKNOWNINTERFACE);
}

static void identity(void **state)
{
	IUnknown *a, *b;
	ISupportErrorInfo *see;
	void *none = &a;
	UINT n = 9;

	assert_int_equal(fx_com_query(*state, &iid, (void **)&a), S_OK);
	assert_int_equal(fx_com_query(*state, &IID_ISupportErrorInfo, (void **)&see), S_OK);
	assert_int_equal(see->lpVtbl->InterfaceSupportsErrorInfo(see, &iid), S_OK);
	assert_int_equal(see->lpVtbl->InterfaceSupportsErrorInfo(see, &IID_IDispatch), S_FALSE);
	assert_int_equal(see->lpVtbl->QueryInterface(see, &IID_IUnknown, (void **)&b), S_OK);
	assert_ptr_equal(a, b);
	assert_int_equal(fx_com_query(*state, &IID_IClassFactory, &none), E_NOINTERFACE);
	assert_null(none);
	assert_int_equal(fx_com_type_info_count(*state, &n), S_OK);
	assert_int_equal(n, 0);
	assert_int_equal(see->lpVtbl->Release(see), 3);
	assert_int_equal(IUnknown_Release(a), 2);
	assert_int_equal(IUnknown_Release(b), 1);
}

static void get_and_put(void **state)
{
	VARIANT v = {.vt = VT_BSTR, .bstrVal = SysAllocString(u"12")}, out;

	/* a text where a number is asked for, and a number where a text is */
	assert_int_equal(invoke(*state, 2, DISPATCH_PROPERTYPUT, &v, NULL), S_OK);
	assert_int_equal(VariantClear(&v), S_OK);
	v = (VARIANT){.vt = VT_R8, .dblVal = 7};
	assert_int_equal(invoke(*state, 1, DISPATCH_PROPERTYPUT, &v, NULL), S_OK);
	assert_int_equal(invoke(*state, 2, DISPATCH_PROPERTYGET, NULL, &out), S_OK);
	assert_int_equal(out.vt, VT_I4);
	assert_int_equal(out.lVal, 12);
	/* a property read as a method, by both flags, and without a place for the result */
	assert_int_equal(invoke(*state, 1, DISPATCH_METHOD, NULL, &out), S_OK);
	assert_memory_equal(out.bstrVal, u"7", 4);
	assert_int_equal(VariantClear(&out), S_OK);
	assert_int_equal(invoke(*state, 1, DISPATCH_METHOD | DISPATCH_PROPERTYGET, NULL,
			NULL), S_OK);
	/* a method called as a property */
	assert_int_equal(invoke(*state, 4, DISPATCH_PROPERTYGET, NULL, &out), S_OK);
	assert_int_equal(out.vt, VT_EMPTY);
	assert_int_equal(((struct thing *)*state)->cleared, 1);
	v = (VARIANT){.vt = VT_I2, .iVal = 4};
	assert_int_equal(invoke(*state, 5, DISPATCH_METHOD, &v, &out), S_OK);
	assert_int_equal(out.lVal, 40);
	assert_int_equal(invoke(*state, 6, DISPATCH_PROPERTYGET, NULL, &out), S_OK);
	assert_int_equal(out.vt, VT_DATE);
	assert_true(out.date == 1.5);
	v = (VARIANT){.vt = VT_I4, .lVal = 23};
	assert_int_equal(invoke(*state, 7, DISPATCH_PROPERTYPUT, &v, NULL), S_OK);
	assert_int_equal(((struct thing *)*state)->hour, 23);
	v.lVal = 70000;
	assert_int_equal(invoke(*state, 7, DISPATCH_PROPERTYPUT, &v, NULL), DISP_E_OVERFLOW);
}

static void booleans(void **state)
{
	VARIANT in[] = {{.vt = VT_BOOL, .boolVal = -1},
			{.vt = VT_I4, .lVal = 1},
			{.vt = VT_I2, .iVal = -1},
			{.vt = VT_R8, .dblVal = 2},
			{.vt = VT_UI1, .bVal = 1}};
	VARIANT out, off = {.vt = VT_BOOL};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(in); i++) {
		assert_int_equal(invoke(*state, 3, DISPATCH_PROPERTYPUT, &in[i], NULL), S_OK);
		assert_int_equal(invoke(*state, 3, DISPATCH_PROPERTYGET, NULL, &out), S_OK);
		assert_int_equal(out.vt, VT_I4); /* as the type library says: 1, not -1 */
		assert_int_equal(out.lVal, 1);
		assert_int_equal(invoke(*state, 3, DISPATCH_PROPERTYPUT, &off, NULL), S_OK);
		assert_int_equal(((struct thing *)*state)->on, 0);
	}
}

static void wrong_calls(void **state)
{
	VARIANT two[2] = {{.vt = VT_I4}, {.vt = VT_I4}}, text, omitted = {.vt = VT_ERROR}, out;
	DISPID named = 0, other = 7;
	DISPPARAMS p = {two, NULL, 2, 0};
	UINT bad = 9;

	assert_int_equal(invoke(*state, 99, DISPATCH_METHOD, NULL, NULL), DISP_E_MEMBERNOTFOUND);
	assert_int_equal(invoke(*state, 6, DISPATCH_PROPERTYPUT, two, NULL), DISP_E_MEMBERNOTFOUND);
	assert_int_equal(invoke(*state, 5, DISPATCH_METHOD, NULL, NULL), DISP_E_BADPARAMCOUNT);
	assert_int_equal(fx_com_invoke(*state, 5, &IID_NULL, 0, DISPATCH_METHOD, &p, NULL,
			NULL, NULL),
			 DISP_E_BADPARAMCOUNT);
	omitted.scode = DISP_E_PARAMNOTFOUND;
	assert_int_equal(invoke(*state, 5, DISPATCH_METHOD, &omitted, NULL),
			DISP_E_PARAMNOTOPTIONAL);
	text = (VARIANT){.vt = VT_BSTR, .bstrVal = SysAllocString(u"abc")};
	p = (DISPPARAMS){&text, NULL, 1, 0};
	assert_int_equal(fx_com_invoke(*state, 5, &IID_NULL, 0, DISPATCH_METHOD, &p, &out,
			NULL, &bad),
			 DISP_E_TYPEMISMATCH);
	assert_int_equal(bad, 0);
	assert_int_equal(VariantClear(&text), S_OK);
	p = (DISPPARAMS){two, &named, 1, 1};
	assert_int_equal(fx_com_invoke(*state, 5, &IID_NULL, 0, DISPATCH_METHOD, &p, &out,
			NULL, NULL),
			 S_OK);
	p.rgdispidNamedArgs = &other;
	assert_int_equal(fx_com_invoke(*state, 5, &IID_NULL, 0, DISPATCH_METHOD, &p, &out,
			NULL, NULL),
			 DISP_E_PARAMNOTFOUND);
	assert_int_equal(fx_com_invoke(*state, 4, &iid, 0, DISPATCH_METHOD, NULL, NULL, NULL, NULL),
			 DISP_E_UNKNOWNINTERFACE);
}

static void failure_has_words(void **state)
{
	VARIANT v = {.vt = VT_I4, .lVal = -3};
	DISPID put = DISPID_PROPERTYPUT;
	DISPPARAMS p = {&v, &put, 1, 1};
	EXCEPINFO e;
	IErrorInfo *info;
	char *u;

	assert_int_equal(fx_com_invoke(*state, 2, &IID_NULL, 0, DISPATCH_PROPERTYPUT, &p,
			NULL, &e, NULL),
			 DISP_E_EXCEPTION);
	assert_int_equal(e.scode, E_INVALIDARG);
	u = CaselliUtf8FromString(e.bstrDescription);
	assert_string_equal(u, "Size is -3; it is to be 0 or more.");
	CoTaskMemFree(u);
	assert_memory_equal(e.bstrSource, u"Thing", 12);
	SysFreeString(e.bstrSource);
	SysFreeString(e.bstrDescription);
	assert_int_equal(GetErrorInfo(0, &info), S_FALSE); /* moved, not copied */
	/* early bound: the words stay for GetErrorInfo */
	assert_int_equal(put_size(*state, -1), E_INVALIDARG);
	assert_int_equal(GetErrorInfo(0, &info), S_OK);
	assert_int_equal(IErrorInfo_Release(info), 0);
}

static void objects(void **state)
{
	VARIANT v = {.vt = VT_DISPATCH, .pdispVal = *state}, nothing = {.vt = VT_EMPTY};
	struct thing *t = *state;

	assert_int_equal(invoke(t, 8, DISPATCH_PROPERTYPUTREF, &v, NULL), S_OK);
	assert_ptr_equal(t->friend, t);
	assert_int_equal(invoke(t, 8, DISPATCH_PROPERTYPUT, &nothing, NULL), S_OK);
	assert_null(t->friend);
	/* an object without a default property is no number */
	assert_int_equal(invoke(t, 2, DISPATCH_PROPERTYPUT, &v, NULL), DISP_E_TYPEMISMATCH);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(names),       T(identity),    T(get_and_put),
			T(booleans),
					   T(wrong_calls), T(failure_has_words), T(objects)};

	return cmocka_run_group_tests_name("com-dispatch", tests, NULL, NULL);
}
