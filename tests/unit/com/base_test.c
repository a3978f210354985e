/* SPDX-License-Identifier: Apache-2.0 */
/* BSTR, VARIANT, GUIDs, error information, OLE dates. */
#include <math.h>
#include <string.h>
#include <caselli/com.h>
#include "tests/support/support.h"

static void bstr_layout(void **state)
{
	BSTR s = SysAllocString(u"abc");
	uint32_t len;

	(void)state;
	memcpy(&len, (char *)s - 4, 4);
	assert_int_equal(len, 6);
	assert_int_equal(s[3], 0);
	assert_int_equal((uintptr_t)s % 8, 0);
	assert_int_equal(SysStringLen(s), 3);
	SysFreeString(s);
	assert_int_equal(SysStringLen(NULL), 0);
	assert_null(SysAllocString(NULL));
	SysFreeString(NULL);
}

static void bstr_holds_nul(void **state)
{
	static const OLECHAR text[] = {'a', 0, 'b'};
	BSTR s = SysAllocStringLen(text, 3), t;

	(void)state;
	assert_int_equal(SysStringLen(s), 3);
	assert_int_equal(s[2], 'b');
	assert_true(SysReAllocStringLen(&s, NULL, 5));
	assert_int_equal(s[2], 'b');
	assert_int_equal(SysStringLen(s), 5);
	t = SysAllocStringByteLen("xyz", 3);
	assert_int_equal(SysStringByteLen(t), 3);
	assert_int_equal(SysStringLen(t), 1);
	assert_int_equal(((char *)t)[3], 0);
	assert_true(SysReAllocString(&t, u"longer"));
	assert_int_equal(SysStringLen(t), 6);
	SysFreeString(s);
	SysFreeString(t);
	assert_null(SysAllocStringLen(NULL, 0x7FFFFFFF));
}

static void bstr_utf8(void **state)
{
	BSTR s = CaselliStringFromUtf8("Z\xC3\xBCrich \xF0\x9F\x93\xA0");
	char *u = CaselliUtf8FromString(s);

	(void)state;
	assert_int_equal(SysStringLen(s), 9);
	assert_string_equal(u, "Z\xC3\xBCrich \xF0\x9F\x93\xA0");
	CoTaskMemFree(u);
	SysFreeString(s);
}

static void guid_text(void **state)
{
	OLECHAR buf[39];
	GUID g;

	(void)state;
	assert_int_equal(StringFromGUID2(&IID_IErrorInfo, buf, 39), 39);
	assert_memory_equal(buf, u"{1CF2B120-547D-101B-8E65-08002B2BD119}", sizeof(buf));
	assert_int_equal(StringFromGUID2(&IID_IErrorInfo, buf, 38), 0);
	assert_int_equal(CLSIDFromString(u"{1cf2b120-547d-101b-8e65-08002b2bd119}", &g), S_OK);
	assert_true(IsEqualGUID(&g, &IID_IErrorInfo));
	assert_int_equal(CLSIDFromString(u"{1cf2b120-547d-101b-8e65-08002b2bd119", &g),
			 CO_E_CLASSSTRING);
	assert_true(IsEqualGUID(&g, &IID_NULL));
	assert_int_equal(CLSIDFromString(u"{", &g), CO_E_CLASSSTRING);
	assert_int_equal(CLSIDFromString(u"", &g), CO_E_CLASSSTRING);
	assert_int_equal(CLSIDFromString(u"{1cf2b120-547d-101b-8e65-08002b2bd11g}", &g),
			 CO_E_CLASSSTRING);
}

static void error_info(void **state)
{
	ICreateErrorInfo *make;
	IErrorInfo *info, *again;
	BSTR s;

	(void)state;
	assert_int_equal(CreateErrorInfo(&make), S_OK);
	assert_int_equal(make->lpVtbl->SetDescription(make, (LPOLESTR)u"why"), S_OK);
	assert_int_equal(make->lpVtbl->SetSource(make, (LPOLESTR)u"me"), S_OK);
	assert_int_equal(make->lpVtbl->QueryInterface(make, &IID_IErrorInfo, (void **)&info), S_OK);
	assert_int_equal(SetErrorInfo(0, info), S_OK);
	assert_int_equal(IErrorInfo_Release(info), 2);
	assert_int_equal(make->lpVtbl->Release(make), 1);
	assert_int_equal(GetErrorInfo(0, &again), S_OK);
	assert_ptr_equal(info, again);
	assert_int_equal(IErrorInfo_GetDescription(again, &s), S_OK);
	assert_memory_equal(s, u"why", 8);
	SysFreeString(s);
	assert_int_equal(IErrorInfo_Release(again), 0);
	/* Taken out: a second reader gets nothing. */
	assert_int_equal(GetErrorInfo(0, &again), S_FALSE);
	assert_null(again);
}

static void ole_dates(void **state)
{
	static const struct {
		double date;
		WORD y, m, d, h, mi, s, dow;
	} c[] = {{2.0, 1900, 1, 1, 0, 0, 0, 1}, {25569.0, 1970, 1, 1, 0, 0, 0, 4},
		 {45000.75, 2023, 3, 15, 18, 0, 0, 3}, {0.5, 1899, 12, 30, 12, 0, 0, 6},
		 {-1.25, 1899, 12, 29, 6, 0, 0, 5}, {60.0, 1900, 2, 28, 0, 0, 0, 3}};
	SYSTEMTIME t;
	double back;
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(c); i++) {
		assert_true(VariantTimeToSystemTime(c[i].date, &t));
		assert_int_equal(t.wYear, c[i].y);
		assert_int_equal(t.wMonth, c[i].m);
		assert_int_equal(t.wDay, c[i].d);
		assert_int_equal(t.wHour, c[i].h);
		assert_int_equal(t.wDayOfWeek, c[i].dow);
		assert_true(SystemTimeToVariantTime(&t, &back));
		assert_true(fabs(back - c[i].date) < 1e-9);
	}
	assert_false(VariantTimeToSystemTime(3e6, &t));
	assert_false(VariantTimeToSystemTime(NAN, &t));
}

static VARIANT bstr(const OLECHAR *s)
{
	return (VARIANT){.vt = VT_BSTR, .bstrVal = SysAllocString(s)};
}

/* One row: a value, the type asked for, what comes out. Numbers are compared as double. */
static void coercion(void **state)
{
	static const struct {
		const OLECHAR *text; /* a BSTR, else the number below */
		VARTYPE from;
		double in;
		VARTYPE to;
		HRESULT hr;
		double out;
	} t[] = {
		{NULL, VT_EMPTY, 0, VT_I4, S_OK, 0},
		{NULL, VT_NULL, 0, VT_I4, DISP_E_TYPEMISMATCH, 0},
		{NULL, VT_ERROR, 0, VT_I4, DISP_E_TYPEMISMATCH, 0},
		{NULL, VT_I4, 70000, VT_I2, DISP_E_OVERFLOW, 0},
		{NULL, VT_I4, -5, VT_UI1, DISP_E_OVERFLOW, 0},
		{NULL, VT_I4, 255, VT_UI1, S_OK, 255},
		{NULL, VT_R8, 2.5, VT_I4, S_OK, 2},
		{NULL, VT_R8, 3.5, VT_I4, S_OK, 4},
		{NULL, VT_R8, -2.5, VT_I4, S_OK, -2},
		{NULL, VT_R8, 1e10, VT_I4, DISP_E_OVERFLOW, 0},
		{NULL, VT_R8, 1e300, VT_I8, DISP_E_OVERFLOW, 0},
		{NULL, VT_I4, 7, VT_BOOL, S_OK, -1},
		{NULL, VT_I4, 0, VT_BOOL, S_OK, 0},
		{NULL, VT_R8, 0.1, VT_BOOL, S_OK, -1},
		{NULL, VT_BOOL, -1, VT_I4, S_OK, -1},
		{NULL, VT_BOOL, -1, VT_I2, S_OK, -1},
		{NULL, VT_CY, 2.5, VT_I4, S_OK, 2},
		{NULL, VT_CY, 1.75, VT_R8, S_OK, 1.75},
		{NULL, VT_I4, 3, VT_CY, S_OK, 3},
		{NULL, VT_DATE, 36526.5, VT_R8, S_OK, 36526.5},
		{NULL, VT_R8, 1.5, VT_DATE, S_OK, 1.5},
		{NULL, VT_R8, 1e9, VT_DATE, DISP_E_OVERFLOW, 0},
		{NULL, VT_I4, 3, VT_UINT, S_OK, 3},
		{NULL, VT_INT, 4, VT_I2, S_OK, 4},
		{NULL, VT_I4, 3, VT_DISPATCH, DISP_E_TYPEMISMATCH, 0},
		{NULL, VT_I4, 3, 200, DISP_E_BADVARTYPE, 0},
		{u"12", 0, 0, VT_I4, S_OK, 12},
		{u" -12 ", 0, 0, VT_I2, S_OK, -12},
		{u"1.5", 0, 0, VT_R8, S_OK, 1.5},
		{u"2.5", 0, 0, VT_I4, S_OK, 2},
		{u"1e3", 0, 0, VT_I4, S_OK, 1000},
		{u"&H10", 0, 0, VT_I4, S_OK, 16},
		{u"True", 0, 0, VT_BOOL, S_OK, -1},
		{u"false", 0, 0, VT_BOOL, S_OK, 0},
		{u"1", 0, 0, VT_BOOL, S_OK, -1},
		{u"", 0, 0, VT_I4, DISP_E_TYPEMISMATCH, 0},
		{u"abc", 0, 0, VT_I4, DISP_E_TYPEMISMATCH, 0},
		{u"0x10", 0, 0, VT_I4, DISP_E_TYPEMISMATCH, 0},
		{u"inf", 0, 0, VT_R8, DISP_E_TYPEMISMATCH, 0},
		{u"1e999", 0, 0, VT_R8, DISP_E_OVERFLOW, 0},
		{u"99999999999", 0, 0, VT_I4, DISP_E_OVERFLOW, 0},
		{u"1970-01-02 12:00", 0, 0, VT_DATE, S_OK, 25570.5},
		{u"06:00:00", 0, 0, VT_DATE, S_OK, 0.25},
		{u"12", 0, 0, VT_DATE, DISP_E_TYPEMISMATCH, 0},
	};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(t); i++) {
		VARIANT src = t[i].text ? bstr(t[i].text) : (VARIANT){.vt = VT_R8,
				.dblVal = t[i].in};
		VARIANT dst = {.vt = VT_EMPTY};
		HRESULT hr;

		if (!t[i].text && t[i].from != VT_R8) {
			if (t[i].from == VT_NULL || t[i].from == VT_ERROR
					|| t[i].from == VT_EMPTY) {
				src = (VARIANT){.vt = t[i].from};
			} else {
				assert_int_equal(VariantChangeType(&src, &src, 0, t[i].from), S_OK);
			}
		}
		hr = VariantChangeType(&dst, &src, 0, t[i].to);
		if (hr != t[i].hr) {
			fail_msg("row %zu: %08x", i, (unsigned)hr);
		}
		if (SUCCEEDED(hr)) {
			assert_int_equal(dst.vt, t[i].to);
			assert_int_equal(VariantChangeType(&dst, &dst, 0, VT_R8), S_OK);
			if (dst.dblVal != t[i].out) {
				fail_msg("row %zu: %g", i, dst.dblVal);
			}
		}
		assert_int_equal(VariantClear(&src), S_OK);
		assert_int_equal(VariantClear(&dst), S_OK);
	}
}

static void to_text(void **state)
{
	static const struct {
		VARIANT v;
		USHORT flags;
		const char *text;
	} t[] = {
		{{.vt = VT_I4, .lVal = -7}, 0, "-7"},
		{{.vt = VT_EMPTY}, 0, ""},
		{{.vt = VT_BOOL, .boolVal = -1}, 0, "-1"},
		{{.vt = VT_BOOL, .boolVal = -1}, VARIANT_ALPHABOOL, "True"},
		{{.vt = VT_R8, .dblVal = 0.1}, 0, "0.1"},
		{{.vt = VT_R8, .dblVal = 1e20}, 0, "1E+20"},
		{{.vt = VT_R4, .fltVal = 0.1f}, 0, "0.1"},
		{{.vt = VT_UI8, .ullVal = UINT64_MAX}, 0, "18446744073709551615"},
		{{.vt = VT_CY, .cyVal = {12345}}, 0, "1.2345"},
		{{.vt = VT_CY, .cyVal = {-20000}}, 0, "-2"},
		{{.vt = VT_DATE, .date = 25569.5}, 0, "1970-01-01 12:00:00"},
		{{.vt = VT_DATE, .date = 0.25}, 0, "06:00:00"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(t); i++) {
		VARIANT out = {.vt = VT_EMPTY};
		char *u;

		assert_int_equal(VariantChangeType(&out, &t[i].v, t[i].flags, VT_BSTR), S_OK);
		u = CaselliUtf8FromString(out.bstrVal);
		assert_string_equal(u, t[i].text);
		CoTaskMemFree(u);
		assert_int_equal(VariantClear(&out), S_OK);
	}
}

static void references(void **state)
{
	LONG n = 42;
	BSTR s = SysAllocString(u"text");
	VARIANT by_long = {.vt = VT_I4 | VT_BYREF, .plVal = &n};
	VARIANT by_text = {.vt = VT_BSTR | VT_BYREF, .pbstrVal = &s};
	VARIANT by_variant = {.vt = VT_VARIANT | VT_BYREF, .pvarVal = &by_long};
	VARIANT loop = {.vt = VT_VARIANT | VT_BYREF, .pvarVal = &loop};
	VARIANT null = {.vt = VT_I4 | VT_BYREF};
	VARIANT out = {.vt = VT_EMPTY};

	(void)state;
	assert_int_equal(VariantCopyInd(&out, &by_long), S_OK);
	assert_int_equal(out.lVal, 42);
	assert_int_equal(VariantCopyInd(&out, &by_variant), S_OK);
	assert_int_equal(out.vt, VT_I4);
	assert_int_equal(VariantCopyInd(&out, &by_text), S_OK);
	assert_ptr_not_equal(out.bstrVal, s);
	assert_int_equal(SysStringLen(out.bstrVal), 4);
	assert_int_equal(VariantChangeType(&out, &by_variant, 0, VT_I2), S_OK);
	assert_int_equal(out.iVal, 42);
	assert_int_equal(VariantCopyInd(&out, &loop), E_INVALIDARG);
	assert_int_equal(VariantCopyInd(&out, &null), E_INVALIDARG);
	/* Clearing a reference leaves what it points to alone. */
	assert_int_equal(VariantClear(&by_text), S_OK);
	assert_int_equal(SysStringLen(s), 4);
	SysFreeString(s);
	assert_int_equal(VariantClear(&out), S_OK);
	out.vt = VT_ARRAY | VT_I4;
	assert_int_equal(VariantClear(&out), DISP_E_BADVARTYPE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bstr_layout), cmocka_unit_test(bstr_holds_nul),
		cmocka_unit_test(bstr_utf8),   cmocka_unit_test(guid_text),
		cmocka_unit_test(error_info),  cmocka_unit_test(ole_dates),
		cmocka_unit_test(coercion),    cmocka_unit_test(to_text),
		cmocka_unit_test(references),
	};

	return cmocka_run_group_tests_name("com-base", tests, NULL, NULL);
}
