/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/com/deref.c  What a VARIANT refers to, on both platforms. */
#include <string.h>
#include "clients/com/variant.h"

bool fx_vt_known(VARTYPE vt)
{
	return vt <= VT_UNKNOWN || (vt >= VT_I1 && vt <= VT_UINT);
}

static HRESULT load(const VARIANT *src, VARIANT *ret)
{
	const void *p = src->byref;

	memset(ret, 0, sizeof(*ret));
	ret->vt = src->vt & VT_TYPEMASK;
	if (!p) {
		return E_INVALIDARG;
	}
	switch (ret->vt) {
	case VT_I1: case VT_UI1:
		memcpy(&ret->bVal, p, 1);
		return S_OK;
	case VT_I2: case VT_UI2: case VT_BOOL:
		memcpy(&ret->iVal, p, 2);
		return S_OK;
	case VT_I4: case VT_UI4: case VT_INT: case VT_UINT: case VT_R4: case VT_ERROR:
		memcpy(&ret->lVal, p, 4);
		return S_OK;
	case VT_I8: case VT_UI8: case VT_R8: case VT_CY: case VT_DATE:
		memcpy(&ret->llVal, p, 8);
		return S_OK;
	case VT_BSTR: case VT_DISPATCH: case VT_UNKNOWN:
		memcpy(&ret->byref, p, sizeof(void *));
		return S_OK;
	default:
		return DISP_E_BADVARTYPE;
	}
}

HRESULT fx_variant_deref(const VARIANT *src, VARIANT *ret)
{
	VARIANT v = *src;
	int hops;

	/* A variant in a variant: twice covers every caller; more is a loop. */
	for (hops = 0; v.vt == (VT_VARIANT | VT_BYREF); hops++) {
		if (!v.pvarVal || hops == 4) {
			return E_INVALIDARG;
		}
		v = *v.pvarVal;
	}
	if (v.vt & VT_ARRAY || !fx_vt_known(v.vt & VT_TYPEMASK)) {
		return DISP_E_BADVARTYPE;
	}
	if (v.vt & VT_BYREF) {
		return load(&v, ret);
	}
	*ret = v;
	return S_OK;
}
