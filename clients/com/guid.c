/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/com/guid.c  GUIDs of the base interfaces, and GUIDs as text. */
#include <caselli/com.h>

#define OLE_GUID(name, d1)                                                                         \
	const GUID name = {d1, 0, 0, {0xC0, 0, 0, 0, 0, 0, 0, 0x46}}
OLE_GUID(IID_IUnknown, 0x00000000);
OLE_GUID(IID_IDispatch, 0x00020400);
OLE_GUID(IID_IClassFactory, 0x00000001);
const GUID IID_IErrorInfo = {
	0x1CF2B120, 0x547D, 0x101B, {0x8E, 0x65, 0x08, 0x00, 0x2B, 0x2B, 0xD1, 0x19}};
const GUID IID_ICreateErrorInfo = {
	0x22F03340, 0x547D, 0x101B, {0x8E, 0x65, 0x08, 0x00, 0x2B, 0x2B, 0xD1, 0x19}};
const GUID IID_ISupportErrorInfo = {
	0xDF0B3D60, 0x548F, 0x101B, {0x8E, 0x65, 0x08, 0x00, 0x2B, 0x2B, 0xD1, 0x19}};
const GUID IID_NULL = {0, 0, 0, {0}};

static void put_hex(OLECHAR **p, uint32_t v, int digits)
{
	while (digits-- > 0) {
		*(*p)++ = (OLECHAR) "0123456789ABCDEF"[v >> (4 * digits) & 15];
	}
}

INT StringFromGUID2(REFGUID rguid, LPOLESTR lpsz, INT cchMax)
{
	OLECHAR *p = lpsz;
	int i;

	if (!rguid || !lpsz || cchMax < 39) {
		return 0;
	}
	*p++ = '{';
	put_hex(&p, rguid->Data1, 8);
	*p++ = '-';
	put_hex(&p, rguid->Data2, 4);
	*p++ = '-';
	put_hex(&p, rguid->Data3, 4);
	*p++ = '-';
	for (i = 0; i < 8; i++) {
		if (i == 2) {
			*p++ = '-';
		}
		put_hex(&p, rguid->Data4[i], 2);
	}
	*p++ = '}';
	*p = 0;
	return 39;
}

/* Reads digits of one field. A wrong character makes *bad true; p stays inside the text then. */
static uint32_t get_hex(const OLECHAR **p, int digits, int *bad)
{
	uint32_t v = 0;

	while (digits-- > 0 && !*bad) {
		OLECHAR c = **p;

		if (c >= '0' && c <= '9') {
			v = v << 4 | (uint32_t)(c - '0');
		} else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
			v = v << 4 | (uint32_t)((c | 0x20) - 'a' + 10);
		} else {
			*bad = 1;
			return 0;
		}
		(*p)++;
	}
	return v;
}

static void get_char(const OLECHAR **p, OLECHAR c, int *bad)
{
	if (!*bad && **p == c) {
		(*p)++;
	} else {
		*bad = 1;
	}
}

static int parse(const OLECHAR *p, GUID *g)
{
	int bad = 0, i;

	get_char(&p, '{', &bad);
	g->Data1 = get_hex(&p, 8, &bad);
	get_char(&p, '-', &bad);
	g->Data2 = (uint16_t)get_hex(&p, 4, &bad);
	get_char(&p, '-', &bad);
	g->Data3 = (uint16_t)get_hex(&p, 4, &bad);
	get_char(&p, '-', &bad);
	for (i = 0; i < 8; i++) {
		if (i == 2) {
			get_char(&p, '-', &bad);
		}
		g->Data4[i] = (uint8_t)get_hex(&p, 2, &bad);
	}
	get_char(&p, '}', &bad);
	return !bad && *p == 0;
}

HRESULT IIDFromString(LPCOLESTR lpsz, IID *lpiid)
{
	GUID g;

	if (!lpiid) {
		return E_INVALIDARG;
	}
	*lpiid = IID_NULL;
	if (!lpsz) {
		return S_OK;
	}
	if (!parse(lpsz, &g)) {
		return E_INVALIDARG;
	}
	*lpiid = g;
	return S_OK;
}

HRESULT CLSIDFromString(LPCOLESTR lpsz, CLSID *pclsid)
{
	if (!pclsid) {
		return E_INVALIDARG;
	}
	return SUCCEEDED(IIDFromString(lpsz, pclsid)) ? S_OK : CO_E_CLASSSTRING;
}
