/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/com/variant.c  VARIANT: clear, copy, resolve references; dates. */
#include <math.h>
#include <string.h>
#include "clients/com/variant.h"

_Static_assert(sizeof(VARIANT) == (sizeof(void *) == 8 ? 24 : 16), "layout of Windows");

void VariantInit(VARIANTARG *pvarg)
{
	if (pvarg) {
		memset(pvarg, 0, sizeof(*pvarg));
	}
}

HRESULT VariantClear(VARIANTARG *pvarg)
{
	if (!pvarg) {
		return E_INVALIDARG;
	}
	if (pvarg->vt & VT_ARRAY || !fx_vt_known(pvarg->vt & VT_TYPEMASK)) {
		return DISP_E_BADVARTYPE;
	}
	if (pvarg->vt == VT_BSTR) {
		SysFreeString(pvarg->bstrVal);
	} else if ((pvarg->vt == VT_DISPATCH || pvarg->vt == VT_UNKNOWN) && pvarg->punkVal) {
		(void)IUnknown_Release(pvarg->punkVal);
	}
	/* As on Windows only the type is reset; the rest is zeroed to catch stale use. */
	memset(pvarg, 0, sizeof(*pvarg));
	return S_OK;
}

/* A copy of *src with its own text and reference; *dst is overwritten, not cleared. */
static HRESULT duplicate(VARIANT *dst, const VARIANT *src)
{
	VARIANT v = *src;

	if (v.vt == VT_BSTR && v.bstrVal) {
		v.bstrVal = SysAllocStringByteLen(NULL, SysStringByteLen(src->bstrVal));
		if (!v.bstrVal) {
			return E_OUTOFMEMORY;
		}
		memcpy(v.bstrVal, src->bstrVal, SysStringByteLen(src->bstrVal));
	} else if ((v.vt == VT_DISPATCH || v.vt == VT_UNKNOWN) && v.punkVal) {
		(void)IUnknown_AddRef(v.punkVal);
	}
	*dst = v;
	return S_OK;
}

HRESULT VariantCopy(VARIANTARG *pvargDest, const VARIANTARG *pvargSrc)
{
	VARIANT v;
	HRESULT hr;

	if (!pvargDest || !pvargSrc) {
		return E_INVALIDARG;
	}
	if (pvargDest == pvargSrc) {
		return S_OK;
	}
	if (pvargSrc->vt & VT_ARRAY || !fx_vt_known(pvargSrc->vt & VT_TYPEMASK)) {
		return DISP_E_BADVARTYPE;
	}
	hr = duplicate(&v, pvargSrc);
	if (FAILED(hr)) {
		return hr;
	}
	hr = VariantClear(pvargDest);
	if (FAILED(hr)) {
		(void)VariantClear(&v);
		return hr;
	}
	*pvargDest = v;
	return S_OK;
}

/* The value that a reference points to, still borrowed. */
HRESULT VariantCopyInd(VARIANT *pvarDest, const VARIANTARG *pvargSrc)
{
	VARIANT v, copy;
	HRESULT hr;

	if (!pvarDest || !pvargSrc) {
		return E_INVALIDARG;
	}
	hr = fx_variant_deref(pvargSrc, &v);
	if (SUCCEEDED(hr)) {
		hr = duplicate(&copy, &v);
	}
	if (FAILED(hr)) {
		return hr;
	}
	hr = VariantClear(pvarDest);
	if (FAILED(hr)) {
		(void)VariantClear(&copy);
		return hr;
	}
	*pvarDest = copy;
	return S_OK;
}

/* Days from 1970-01-01 to a civil date, Gregorian; and back. */
static int64_t days_from_civil(int64_t y, unsigned m, unsigned d)
{
	int64_t era;
	unsigned yoe, doy;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = (unsigned)(y - era * 400);
	doy = (153 * (m + (m > 2 ? -3u : 9u)) + 2) / 5 + d - 1;
	return era * 146097 + (int64_t)(yoe * 365 + yoe / 4 - yoe / 100 + doy) - 719468;
}

static void civil_from_days(int64_t z, int *y, unsigned *m, unsigned *d)
{
	int64_t era;
	unsigned doe, yoe, doy, mp;

	z += 719468;
	era = (z >= 0 ? z : z - 146096) / 146097;
	doe = (unsigned)(z - era * 146097);
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*d = doy - (153 * mp + 2) / 5 + 1;
	*m = mp < 10 ? mp + 3 : mp - 9;
	*y = (int)((int64_t)yoe + era * 400) + (*m <= 2);
}

#define OLE_EPOCH_DAYS 25569 /* 1899-12-30 to 1970-01-01 */

/* Before the epoch an OLE date counts days down but the time of day up. */
static double ole_join(int64_t days, double fraction)
{
	return days < 0 ? (double)days - fraction : (double)days + fraction;
}

INT SystemTimeToVariantTime(SYSTEMTIME *lpSystemTime, double *pvtime)
{
	const SYSTEMTIME *s = lpSystemTime;
	int64_t days;

	if (!s || !pvtime || s->wYear < 100 || s->wYear > 9999 || s->wMonth < 1 || s->wMonth > 12 ||
	    s->wDay < 1 || s->wDay > 31 || s->wHour > 23 || s->wMinute > 59 || s->wSecond > 59) {
		return FALSE;
	}
	days = days_from_civil(s->wYear, s->wMonth, s->wDay) + OLE_EPOCH_DAYS;
	*pvtime = ole_join(days, (s->wHour * 3600.0 + s->wMinute * 60.0 + s->wSecond) / 86400.0);
	return TRUE;
}

INT VariantTimeToSystemTime(double vtime, SYSTEMTIME *lpSystemTime)
{
	double whole = trunc(vtime);
	int64_t days, secs;
	unsigned m, d;
	int y;

	/* Years 100 to 9999, as on Windows. */
	if (!lpSystemTime || !(vtime > -657435.0 && vtime < 2958466.0)) {
		return FALSE;
	}
	days = (int64_t)whole;
	secs = llround(fabs(vtime - whole) * 86400.0);
	if (secs == 86400) {
		secs = 0;
		days++;
	}
	civil_from_days(days - OLE_EPOCH_DAYS, &y, &m, &d);
	if (y > 9999) {
		return FALSE;
	}
	*lpSystemTime = (SYSTEMTIME){
		.wYear = (WORD)y, .wMonth = (WORD)m, .wDay = (WORD)d,
		.wDayOfWeek = (WORD)(((days - 1) % 7 + 7) % 7),
		.wHour = (WORD)(secs / 3600), .wMinute = (WORD)(secs / 60 % 60),
		.wSecond = (WORD)(secs % 60)};
	return TRUE;
}
