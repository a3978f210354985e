/* SPDX-License-Identifier: Apache-2.0 */
/* On Windows alone: text of the A functions. */
#include "base/str.h"

#include <string.h>
#include <windows.h>

size_t fx_utf16le_from_ansi(uint8_t *dst, const char *s)
{
	int n = (int)strlen(s);

	return n ? (size_t)MultiByteToWideChar(CP_ACP, 0, s, n, (WCHAR *)(void *)dst, n) : 0;
}

size_t fx_ansi_from_utf16le(char *dst, const uint8_t *p, size_t n)
{
	size_t len = 0;
	WCHAR c[256];

	while (n > 0) {
		size_t k = n < FX_ARRAY_LEN(c) ? n : FX_ARRAY_LEN(c) - 1;

		/* p may be unaligned; pairs of surrogates stay together */
		memcpy(c, p, k * sizeof(c[0]));
		if (k < n && k > 1 && (c[k - 1] & 0xFC00) == 0xD800) {
			k--;
		}
		len += (size_t)WideCharToMultiByte(CP_ACP, 0, c, (int)k, dst + len, (int)(3 * k),
						   NULL, NULL);
		p += k * sizeof(c[0]);
		n -= k;
	}
	dst[len] = 0;
	return len;
}
