/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/com/utf8.c  Texts of COM from and to UTF-8, on both platforms. */
#include "base/mem.h"
#include "base/str.h"
#include "clients/com/dispatch.h"

#define TEXT_MAX 0x40000000u /* characters: what the length of a BSTR can say */

BSTR STDAPICALLTYPE CaselliStringFromUtf8(const char *text)
{
	size_t n = 0;
	uint16_t *w = fx_utf16_from_utf8(fx_text(text), &n);
	BSTR s = w && n < TEXT_MAX ? SysAllocStringLen((const OLECHAR *)w, (UINT)n) : NULL;

	(void)fx_free(w);
	return s;
}

char *STDAPICALLTYPE CaselliUtf8FromString(BSTR bstr)
{
	return bstr ? fx_utf8_from_utf16((const uint16_t *)bstr, SysStringLen(bstr)) :
		      fx_strdup("");
}
