/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/com/bstr.c  BSTR: length in bytes in front, NUL behind; and CoTaskMem*. */
#include <string.h>
#include <caselli/com.h>
#include "base/mem.h"
#include "base/str.h"

/* The text starts at 8, so that it is aligned for anything a caller puts into it. */
#define HEAD 8u
/* Lengths are 32-bit byte counts; stay clear of their end. */
#define BSTR_MAX_BYTES 0x7FFFFFF0u

static uint32_t *length_of(BSTR s)
{
	return (uint32_t *)(void *)((char *)s - 4);
}

static BSTR alloc_bytes(const void *from, uint32_t bytes)
{
	char *block;

	if (bytes > BSTR_MAX_BYTES) {
		return NULL;
	}
	block = fx_zalloc((size_t)HEAD + bytes + 2 + (bytes & 1));
	if (!block) {
		return NULL;
	}
	memcpy(block + 4, &bytes, 4);
	if (from && bytes) {
		memcpy(block + HEAD, from, bytes);
	}
	return (BSTR)(void *)(block + HEAD);
}

static size_t units(const OLECHAR *s)
{
	size_t n = 0;

	while (s[n]) {
		n++;
	}
	return n;
}

BSTR SysAllocString(const OLECHAR *psz)
{
	size_t n;

	if (!psz) {
		return NULL;
	}
	n = units(psz);
	return n > BSTR_MAX_BYTES / 2 ? NULL : alloc_bytes(psz, (uint32_t)n * 2);
}

BSTR SysAllocStringLen(const OLECHAR *strIn, UINT ui)
{
	return ui > BSTR_MAX_BYTES / 2 ? NULL : alloc_bytes(strIn, ui * 2);
}

BSTR SysAllocStringByteLen(LPCSTR psz, UINT len)
{
	return alloc_bytes(psz, len);
}

INT SysReAllocString(BSTR *pbstr, const OLECHAR *psz)
{
	size_t n = psz ? units(psz) : 0;

	if (n > BSTR_MAX_BYTES / 2) {
		return FALSE;
	}
	return SysReAllocStringLen(pbstr, psz, (UINT)n);
}

INT SysReAllocStringLen(BSTR *pbstr, const OLECHAR *psz, UINT len)
{
	BSTR s;

	if (!pbstr) {
		return FALSE;
	}
	s = SysAllocStringLen(NULL, len);
	if (!s) {
		return FALSE;
	}
	if (psz) {
		memcpy(s, psz, (size_t)len * 2);
	} else if (*pbstr) {
		UINT old = SysStringLen(*pbstr);

		memcpy(s, *pbstr, (size_t)(old < len ? old : len) * 2);
	}
	SysFreeString(*pbstr);
	*pbstr = s;
	return TRUE;
}

void SysFreeString(BSTR bstr)
{
	if (bstr) {
		(void)fx_free((char *)bstr - HEAD);
	}
}

UINT SysStringByteLen(BSTR bstr)
{
	return bstr ? *length_of(bstr) : 0;
}

UINT SysStringLen(BSTR bstr)
{
	return SysStringByteLen(bstr) / 2;
}

void *CoTaskMemAlloc(size_t cb)
{
	return fx_zalloc(cb);
}

void *CoTaskMemRealloc(void *pv, size_t cb)
{
	if (pv && cb == 0) {
		return fx_free(pv);
	}
	return fx_realloc(pv, cb);
}

void CoTaskMemFree(void *pv)
{
	(void)fx_free(pv);
}
