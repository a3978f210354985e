/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/com/coerce.c
 * VariantChangeType. A value is first brought to one of four forms (signed,
 * unsigned, real, text), then into the type asked for, with Automation's rules:
 * reals are rounded half to even, out of range is DISP_E_OVERFLOW, what has no
 * meaning is DISP_E_TYPEMISMATCH. Text is in the invariant locale: '.' for
 * decimals, dates as 2026-01-31 14:05:00 (docs/decisions/0701).
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "clients/com/variant.h"

enum form { FORM_INT, FORM_UINT, FORM_REAL, FORM_TEXT };
struct value {
	enum form form;
	int64_t i;
	uint64_t u;
	double r;
	char *text; /* owned */
	bool is_bool, is_date, is_cy;
	int64_t cy; /* with is_cy: ten-thousandths, exact */
};

#define TEXT_MAX 256 /* longer text is no number */

static HRESULT from_text(BSTR s, struct value *v)
{
	v->form = FORM_TEXT;
	v->text = CaselliUtf8FromString(s);
	return v->text ? S_OK : E_OUTOFMEMORY;
}

static HRESULT take(const VARIANT *src, struct value *v)
{
	memset(v, 0, sizeof(*v));
	switch (src->vt) {
	case VT_EMPTY: v->i = 0; return S_OK;
	case VT_I1: v->i = src->cVal; return S_OK;
	case VT_I2: v->i = src->iVal; return S_OK;
	case VT_I4: case VT_INT: v->i = src->lVal; return S_OK;
	case VT_I8: v->i = src->llVal; return S_OK;
	case VT_UI1: v->i = src->bVal; return S_OK;
	case VT_UI2: v->i = src->uiVal; return S_OK;
	case VT_UI4: case VT_UINT: v->i = src->ulVal; return S_OK;
	case VT_UI8: v->form = FORM_UINT; v->u = src->ullVal; return S_OK;
	case VT_BOOL: v->is_bool = true; v->i = src->boolVal ? -1 : 0; return S_OK;
	case VT_R4: v->form = FORM_REAL; v->r = (double)src->fltVal; return S_OK;
	case VT_R8: v->form = FORM_REAL; v->r = src->dblVal; return S_OK;
	case VT_DATE: v->form = FORM_REAL; v->is_date = true; v->r = src->date; return S_OK;
	case VT_CY:
		v->form = FORM_REAL;
		v->is_cy = true;
		v->cy = src->cyVal.int64;
		v->r = (double)v->cy / 10000.0;
		return S_OK;
	case VT_BSTR: return from_text(src->bstrVal, v);
	default: return DISP_E_TYPEMISMATCH; /* VT_NULL, VT_ERROR, objects */
	}
}

static const char *skip_space(const char *p)
{
	while (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n') {
		p++;
	}
	return p;
}

/* The plain forms only: strtod() also knows hex floats, "inf" and the process's locale. */
static bool looks_decimal(const char *p)
{
	int digits = 0;

	p += *p == '+' || *p == '-';
	for (; *p >= '0' && *p <= '9'; p++) {
		digits++;
	}
	if (*p == '.') {
		for (p++; *p >= '0' && *p <= '9'; p++) {
			digits++;
		}
	}
	if (digits && (*p == 'e' || *p == 'E')) {
		p += 1 + (p[1] == '+' || p[1] == '-');
		if (*p < '0' || *p > '9') {
			return false;
		}
		while (*p >= '0' && *p <= '9') {
			p++;
		}
	}
	return digits && *skip_space(p) == 0;
}

/* 10^e times m without the locale; 1e308 and back is all that can come here. */
static double scale(double m, int e)
{
	return e >= 0 ? m * pow(10.0, e) : m / pow(10.0, -e);
}

static double parse_decimal(const char *p)
{
	double m = 0, sign = 1;
	long e = 0;
	int point = 0;

	if (*p == '+' || *p == '-') {
		sign = *p++ == '-' ? -1 : 1;
	}
	for (; (*p >= '0' && *p <= '9') || *p == '.'; p++) {
		if (*p == '.') {
			point = 1;
		} else {
			m = m * 10 + (*p - '0');
			e -= point;
		}
	}
	if (*p == 'e' || *p == 'E') {
		long x = strtol(p + 1, NULL, 10);

		e += x > 10000 ? 10000 : x < -10000 ? -10000 : x;
	}
	return sign * scale(m, (int)(e > 20000 ? 20000 : e < -20000 ? -20000 : e));
}

/* 2026-01-31, 14:05[:09], or both with a blank or T between. */
static bool parse_date(const char *p, double *ret)
{
	SYSTEMTIME st = {.wYear = 1899, .wMonth = 12, .wDay = 30};
	unsigned y, mo, d, h, mi, s = 0;
	int n = 0;
	bool any = false;

	if (sscanf(p, "%4u-%2u-%2u%n", &y, &mo, &d, &n) == 3 && n > 0) {
		st.wYear = (WORD)y;
		st.wMonth = (WORD)mo;
		st.wDay = (WORD)d;
		p += n;
		p = *p == 'T' ? p + 1 : skip_space(p);
		any = true;
	}
	n = 0;
	if (sscanf(p, "%2u:%2u%n", &h, &mi, &n) == 2 && n > 0) {
		p += n;
		n = 0;
		if (sscanf(p, ":%2u%n", &s, &n) == 1) {
			p += n;
		}
		st.wHour = (WORD)h;
		st.wMinute = (WORD)mi;
		st.wSecond = (WORD)s;
		any = true;
	}
	return any && *skip_space(p) == 0 && SystemTimeToVariantTime(&st, ret);
}

/* Text to a number form, in place. */
static HRESULT text_to_number(struct value *v)
{
	const char *p = skip_space(v->text);
	HRESULT hr = S_OK;
	char *end;

	if (strlen(p) > TEXT_MAX) {
		return DISP_E_TYPEMISMATCH;
	}
	if (p[0] == '&' && (p[1] | 0x20) == 'h' && p[2]) {
		errno = 0;
		v->form = FORM_UINT;
		v->u = strtoull(p + 2, &end, 16);
		hr = *skip_space(end) ? DISP_E_TYPEMISMATCH : errno ? DISP_E_OVERFLOW : S_OK;
	} else if (looks_decimal(p)) {
		v->form = FORM_REAL;
		if (!strpbrk(p, ".eE")) {
			errno = 0;
			v->i = strtoll(p, NULL, 10);
			v->form = errno ? FORM_REAL : FORM_INT;
		}
		v->r = parse_decimal(p);
		hr = isfinite(v->r) ? S_OK : DISP_E_OVERFLOW;
	} else if (fx_str_ieq(p, "True") || fx_str_ieq(p, "#TRUE#")) {
		v->form = FORM_INT;
		v->i = -1;
	} else if (fx_str_ieq(p, "False") || fx_str_ieq(p, "#FALSE#")) {
		v->form = FORM_INT;
		v->i = 0;
	} else {
		return DISP_E_TYPEMISMATCH;
	}
	v->text = fx_free(v->text);
	return hr;
}

static int64_t round_cy(int64_t cy)
{
	int64_t q = cy / 10000, rest = cy % 10000;

	if (rest > 5000 || (rest == 5000 && q % 2 != 0)) {
		return q + 1;
	}
	if (rest < -5000 || (rest == -5000 && q % 2 != 0)) {
		return q - 1;
	}
	return q;
}

/* Half to even without touching the rounding mode of the process. */
static double round_even(double r)
{
	double f = floor(r), d = r - f;

	if (d > 0.5 || (d == 0.5 && fmod(f, 2.0) != 0)) {
		return f + 1;
	}
	return f;
}

static HRESULT to_int(const struct value *v, int64_t min, int64_t max, int64_t *ret)
{
	int64_t i = v->i;

	if (v->form == FORM_UINT) {
		if (v->u > INT64_MAX) {
			return DISP_E_OVERFLOW;
		}
		i = (int64_t)v->u;
	} else if (v->is_cy) {
		i = round_cy(v->cy);
	} else if (v->form == FORM_REAL) {
		double r = round_even(v->r);

		if (!(r >= -9223372036854775808.0 && r < 9223372036854775808.0)) {
			return DISP_E_OVERFLOW;
		}
		i = (int64_t)r;
	}
	if (i < min || i > max) {
		return DISP_E_OVERFLOW;
	}
	*ret = i;
	return S_OK;
}

static double to_real(const struct value *v)
{
	return v->form == FORM_REAL ? v->r : v->form == FORM_UINT ? (double)v->u : (double)v->i;
}

static HRESULT to_u64(const struct value *v, uint64_t *ret)
{
	int64_t i;
	HRESULT hr;

	if (v->form == FORM_UINT) {
		*ret = v->u;
		return S_OK;
	}
	if (v->form == FORM_REAL && !v->is_cy && v->r >= 9223372036854775808.0) {
		if (v->r >= 18446744073709551616.0) {
			return DISP_E_OVERFLOW;
		}
		*ret = (uint64_t)v->r;
		return S_OK;
	}
	hr = to_int(v, 0, INT64_MAX, &i);
	if (SUCCEEDED(hr)) {
		*ret = (uint64_t)i;
	}
	return hr;
}

static HRESULT to_cy(const struct value *v, CY *ret)
{
	double r;

	if (v->is_cy) {
		ret->int64 = v->cy;
		return S_OK;
	}
	if (v->form == FORM_INT) {
		return __builtin_mul_overflow(v->i, INT64_C(10000), &ret->int64) ? DISP_E_OVERFLOW :
										   S_OK;
	}
	r = round_even(to_real(v) * 10000.0);
	if (!(r >= -9223372036854775808.0 && r < 9223372036854775808.0)) {
		return DISP_E_OVERFLOW;
	}
	ret->int64 = (int64_t)r;
	return S_OK;
}

/* printf("%.15g") with '.' whatever the process's locale. */
static void real_text(char *buf, size_t size, double r, int digits)
{
	char *p;

	(void)snprintf(buf, size, "%.*g", digits, r);
	for (p = buf; *p; p++) {
		if (*p == ',') {
			*p = '.';
		} else if (*p == 'e') {
			*p = 'E';
		}
	}
}

static HRESULT date_text(double date, char *buf, size_t size)
{
	SYSTEMTIME st;
	int n = 0;

	if (!VariantTimeToSystemTime(date, &st)) {
		return DISP_E_OVERFLOW;
	}
	/* A date of day 0 is a time of day, as ElapsedTime uses it. */
	if (fabs(date) >= 1.0 || date == 0) {
		n = snprintf(buf, size, "%04u-%02u-%02u", st.wYear, st.wMonth, st.wDay);
	}
	if (st.wHour || st.wMinute || st.wSecond || n == 0) {
		(void)snprintf(buf + n, size - (size_t)n, "%s%02u:%02u:%02u", n ? " " : "",
			       st.wHour, st.wMinute, st.wSecond);
	}
	return S_OK;
}

static void cy_text(int64_t cy, char *buf, size_t size)
{
	uint64_t a = cy < 0 ? 0 - (uint64_t)cy : (uint64_t)cy;
	size_t n;

	(void)snprintf(buf, size, "%s%llu.%04u", cy < 0 ? "-" : "", (unsigned long long)(a / 10000),
		       (unsigned)(a % 10000));
	for (n = strlen(buf); buf[n - 1] == '0'; n--) {
		buf[n - 1] = 0;
	}
	if (buf[n - 1] == '.') {
		buf[n - 1] = 0;
	}
}

static HRESULT to_text(const struct value *v, VARTYPE from, USHORT flags, BSTR *ret)
{
	char buf[64] = "";
	HRESULT hr = S_OK;

	if (v->form == FORM_TEXT) {
		*ret = CaselliStringFromUtf8(v->text);
		return *ret ? S_OK : E_OUTOFMEMORY;
	}
	if (v->is_bool && flags & VARIANT_ALPHABOOL) {
		(void)snprintf(buf, sizeof(buf), "%s", v->i ? "True" : "False");
	} else if (v->is_date) {
		hr = date_text(v->r, buf, sizeof(buf));
	} else if (v->is_cy) {
		cy_text(v->cy, buf, sizeof(buf));
	} else if (v->form == FORM_REAL) {
		real_text(buf, sizeof(buf), v->r, from == VT_R4 ? 7 : 15);
	} else if (v->form == FORM_UINT) {
		(void)snprintf(buf, sizeof(buf), "%llu", (unsigned long long)v->u);
	} else if (from != VT_EMPTY) {
		(void)snprintf(buf, sizeof(buf), "%lld", (long long)v->i);
	}
	if (SUCCEEDED(hr)) {
		*ret = CaselliStringFromUtf8(buf);
		hr = *ret ? S_OK : E_OUTOFMEMORY;
	}
	return hr;
}

static HRESULT put_date(struct value *v, VARIANT *dst)
{
	if (v->form == FORM_TEXT) {
		if (strlen(v->text) > TEXT_MAX || !parse_date(skip_space(v->text), &dst->date)) {
			return DISP_E_TYPEMISMATCH;
		}
		return S_OK;
	}
	dst->date = to_real(v);
	return dst->date > -657435.0 && dst->date < 2958466.0 ? S_OK : DISP_E_OVERFLOW;
}

static HRESULT put_integer(const struct value *v, VARTYPE vt, VARIANT *dst)
{
	static const struct {
		VARTYPE vt;
		int64_t min, max;
	} range[] = {{VT_I1, INT8_MIN, INT8_MAX}, {VT_I2, INT16_MIN, INT16_MAX},
		     {VT_I4, INT32_MIN, INT32_MAX}, {VT_INT, INT32_MIN, INT32_MAX},
		     {VT_I8, INT64_MIN, INT64_MAX}, {VT_UI1, 0, UINT8_MAX}, {VT_UI2, 0, UINT16_MAX},
		     {VT_UI4, 0, UINT32_MAX}, {VT_UINT, 0, UINT32_MAX}};
	size_t k;

	for (k = 0; k < FX_ARRAY_LEN(range); k++) {
		if (range[k].vt == vt) {
			int64_t i = 0;
			HRESULT hr = to_int(v, range[k].min, range[k].max, &i);

			/* little-endian: the low bytes are the value of every smaller type */
			dst->llVal = i;
			return hr;
		}
	}
	return DISP_E_TYPEMISMATCH;
}

static HRESULT put_number(const struct value *v, VARTYPE vt, VARIANT *dst)
{
	double r = to_real(v);

	switch (vt) {
	case VT_R8:
		dst->dblVal = r;
		return S_OK;
	case VT_R4:
		if (isfinite(r) && fabs(r) > 3.4028235677973366e38) {
			return DISP_E_OVERFLOW;
		}
		dst->fltVal = (float)r;
		return S_OK;
	case VT_BOOL:
		dst->boolVal = (v->form == FORM_REAL ? r != 0 :
				v->form == FORM_UINT ? v->u != 0 :
						       v->i != 0) ?
				       VARIANT_TRUE :
				       VARIANT_FALSE;
		return S_OK;
	case VT_CY:
		return to_cy(v, &dst->cyVal);
	case VT_UI8:
		return to_u64(v, &dst->ullVal);
	default:
		return put_integer(v, vt, dst);
	}
}

/* An object stands for its default property, where it has one. */
static HRESULT default_value(IDispatch *d, VARIANT *ret)
{
	DISPPARAMS none = {NULL, NULL, 0, 0};
	HRESULT hr;

	if (!d) {
		return DISP_E_TYPEMISMATCH;
	}
	hr = IDispatch_Invoke(d, DISPID_VALUE, &IID_NULL, LOCALE_USER_DEFAULT, DISPATCH_PROPERTYGET,
			      &none, ret, NULL, NULL);
	if (SUCCEEDED(hr) && (ret->vt == VT_DISPATCH || ret->vt == VT_UNKNOWN)) {
		(void)VariantClear(ret);
		return DISP_E_TYPEMISMATCH;
	}
	return FAILED(hr) ? DISP_E_TYPEMISMATCH : S_OK;
}

static HRESULT object_to(const VARIANT *src, USHORT flags, VARTYPE vt, VARIANT *dst)
{
	VARIANT inner;
	HRESULT hr;

	if (vt == VT_DISPATCH || vt == VT_UNKNOWN) {
		if (!src->punkVal) {
			return S_OK;
		}
		hr = IUnknown_QueryInterface(src->punkVal,
					     vt == VT_DISPATCH ? &IID_IDispatch : &IID_IUnknown,
					     (void **)&dst->punkVal);
		return FAILED(hr) ? DISP_E_TYPEMISMATCH : S_OK;
	}
	if (src->vt != VT_DISPATCH || flags & VARIANT_NOVALUEPROP) {
		return DISP_E_TYPEMISMATCH;
	}
	VariantInit(&inner);
	hr = default_value(src->pdispVal, &inner);
	if (SUCCEEDED(hr)) {
		VARIANT tmp;

		VariantInit(&tmp);
		hr = VariantChangeType(&tmp, &inner, flags | VARIANT_NOVALUEPROP, vt);
		*dst = tmp;
		(void)VariantClear(&inner);
	}
	return hr;
}

static HRESULT convert(const VARIANT *src, USHORT flags, VARTYPE vt, VARIANT *dst)
{
	struct value v;
	HRESULT hr;

	if (vt == VT_EMPTY || vt == VT_NULL) {
		return src->vt == VT_EMPTY || src->vt == VT_NULL ? S_OK : DISP_E_TYPEMISMATCH;
	}
	if (src->vt == VT_DISPATCH || src->vt == VT_UNKNOWN) {
		return object_to(src, flags, vt, dst);
	}
	hr = take(src, &v);
	if (FAILED(hr)) {
		return hr;
	}
	if (vt == VT_BSTR) {
		hr = to_text(&v, src->vt, flags, &dst->bstrVal);
	} else if (vt == VT_DATE) {
		hr = put_date(&v, dst);
	} else {
		hr = v.form == FORM_TEXT ? text_to_number(&v) : S_OK;
		if (SUCCEEDED(hr)) {
			hr = put_number(&v, vt, dst);
		}
	}
	(void)fx_free(v.text);
	return hr;
}

HRESULT VariantChangeTypeEx(VARIANTARG *pvargDest, const VARIANTARG *pvarSrc, LCID lcid,
			    USHORT wFlags, VARTYPE vt)
{
	VARIANT src, dst;
	HRESULT hr;

	if (!pvargDest || !pvarSrc) {
		return E_INVALIDARG;
	}
	if (!fx_vt_known(vt) || vt == VT_VARIANT) {
		return DISP_E_BADVARTYPE;
	}
	hr = fx_variant_deref(pvarSrc, &src);
	if (FAILED(hr)) {
		return hr;
	}
	memset(&dst, 0, sizeof(dst));
	if (src.vt == vt) {
		hr = VariantCopy(&dst, &src);
	} else {
		hr = convert(&src, wFlags, vt, &dst);
	}
	if (FAILED(hr)) {
		return hr;
	}
	hr = VariantClear(pvargDest);
	dst.vt = vt;
	if (FAILED(hr)) {
		(void)VariantClear(&dst);
		return hr;
	}
	*pvargDest = dst;
	return S_OK;
}

HRESULT VariantChangeType(VARIANTARG *pvargDest, const VARIANTARG *pvarSrc, USHORT wFlags,
			  VARTYPE vt)
{
	return VariantChangeTypeEx(pvargDest, pvarSrc, LOCALE_USER_DEFAULT, wFlags, vt);
}
