/* SPDX-License-Identifier: Apache-2.0 */
#include "base/str.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"

char *fx_strlcpy(char *dst, const char *src, size_t size)
{
	size_t n = src ? strlen(src) : 0;

	if (n >= size) {
		n = size - 1;
		while (n && ((unsigned char)src[n] & 0xC0) == 0x80) {
			n--;
		}
	}
	if (n) {
		memcpy(dst, src, n);
	}
	dst[n] = '\0';
	return dst;
}

bool fx_str_eq(const char *a, const char *b)
{
	return strcmp(fx_text(a), fx_text(b)) == 0;
}

bool fx_str_ieq(const char *a, const char *b)
{
	return strcasecmp(fx_text(a), fx_text(b)) == 0;
}

/* One code point from s[0..n); returns its length, 0 when malformed. */
static size_t utf8_one(const unsigned char *s, size_t n, uint32_t *cp)
{
	size_t len, i;

	if (s[0] < 0x80) {
		*cp = s[0];
		return 1;
	}
	if (s[0] >= 0xC2 && s[0] < 0xE0) {
		len = 2;
		*cp = s[0] & 0x1F;
	} else if (s[0] >= 0xE0 && s[0] < 0xF0) {
		len = 3;
		*cp = s[0] & 0x0F;
	} else if (s[0] >= 0xF0 && s[0] < 0xF5) {
		len = 4;
		*cp = s[0] & 0x07;
	} else {
		return 0;
	}
	if (len > n) {
		return 0;
	}
	for (i = 1; i < len; i++) {
		if ((s[i] & 0xC0) != 0x80) {
			return 0;
		}
		*cp = *cp << 6 | (s[i] & 0x3F);
	}
	if ((len == 3 && *cp < 0x800) || (len == 4 && *cp < 0x10000) || *cp > 0x10FFFF ||
	    (*cp >= 0xD800 && *cp < 0xE000)) {
		return 0;
	}
	return len;
}

bool fx_utf8_valid(const char *s, size_t n)
{
	uint32_t cp;
	size_t i = 0;

	while (i < n) {
		size_t k = utf8_one((const unsigned char *)s + i, n - i, &cp);

		if (!k) {
			return false;
		}
		i += k;
	}
	return true;
}

uint16_t *fx_utf16_from_utf8(const char *s, size_t *ret_units)
{
	size_t n = strlen(s), i = 0, out = 0;
	uint16_t *w = fx_calloc(n + 1, sizeof(*w));

	if (!w) {
		return NULL;
	}
	while (i < n) {
		uint32_t cp = 0;
		size_t k = utf8_one((const unsigned char *)s + i, n - i, &cp);

		if (!k) {
			cp = 0xFFFD;
			k = 1;
		}
		i += k;
		if (cp >= 0x10000) {
			cp -= 0x10000;
			w[out++] = (uint16_t)(0xD800 | cp >> 10);
			w[out++] = (uint16_t)(0xDC00 | (cp & 0x3FF));
		} else {
			w[out++] = (uint16_t)cp;
		}
	}
	if (ret_units) {
		*ret_units = out;
	}
	return w;
}

static char *utf8_put(char *o, uint32_t cp)
{
	if (cp < 0x80) {
		*o++ = (char)cp;
	} else if (cp < 0x800) {
		*o++ = (char)(0xC0 | cp >> 6);
		*o++ = (char)(0x80 | (cp & 0x3F));
	} else if (cp < 0x10000) {
		*o++ = (char)(0xE0 | cp >> 12);
		*o++ = (char)(0x80 | (cp >> 6 & 0x3F));
		*o++ = (char)(0x80 | (cp & 0x3F));
	} else {
		*o++ = (char)(0xF0 | cp >> 18);
		*o++ = (char)(0x80 | (cp >> 12 & 0x3F));
		*o++ = (char)(0x80 | (cp >> 6 & 0x3F));
		*o++ = (char)(0x80 | (cp & 0x3F));
	}
	return o;
}

char *fx_utf8_from_utf16(const uint16_t *s, size_t n)
{
	char *u = fx_calloc(n + 1, 3), *o = u;
	size_t i;

	for (i = 0; u && i < n; i++) {
		uint32_t cp = s[i];

		if (cp >= 0xD800 && cp < 0xDC00 && i + 1 < n && s[i + 1] >= 0xDC00 &&
		    s[i + 1] < 0xE000) {
			cp = 0x10000 + ((cp & 0x3FF) << 10) + (s[++i] & 0x3FF);
		} else if (cp >= 0xD800 && cp < 0xE000) {
			cp = 0xFFFD;
		}
		o = utf8_put(o, cp);
	}
	return u;
}

static uint8_t *put16(uint8_t *d, uint32_t unit)
{
	*d++ = (uint8_t)unit;
	*d++ = (uint8_t)(unit >> 8);
	return d;
}

size_t fx_utf16le_put(uint8_t *dst, const char *s)
{
	const unsigned char *u = (const unsigned char *)s;
	uint8_t *d = dst;
	size_t left = 0;

	while (*u) {
		uint32_t cp = *u;
		size_t k = 1;

		if (cp >= 0x80) {
			left = left ? left : strlen((const char *)u);
			k = utf8_one(u, left, &cp);
			left = k ? left - k : left - 1;
			cp = k ? cp : 0xFFFD;
			k = k ? k : 1;
		} else {
			left = 0;
		}
		u += k;
		if (cp >= 0x10000) {
			d = put16(d, 0xD800 | (cp - 0x10000) >> 10);
			cp = 0xDC00 | ((cp - 0x10000) & 0x3FF);
		}
		d = put16(d, cp);
	}
	return (size_t)(d - dst) / 2;
}

size_t fx_utf16le_get(char *dst, const uint8_t *src, size_t n)
{
	char *o = dst;
	size_t i;

	for (i = 0; i < n; i++) {
		uint32_t cp = src[2 * i] | (uint32_t)src[2 * i + 1] << 8;

		if (cp >= 0xD800 && cp < 0xDC00 && i + 1 < n && (src[2 * i + 3] & 0xFC) == 0xDC) {
			uint32_t low = src[2 * i + 2] | (uint32_t)src[2 * i + 3] << 8;

			cp = 0x10000 + ((cp & 0x3FF) << 10) + (low & 0x3FF);
			i++;
		} else if (cp >= 0xD800 && cp < 0xE000) {
			cp = 0xFFFD;
		}
		o = utf8_put(o, cp);
	}
	*o = '\0';
	return (size_t)(o - dst);
}

void fx_str_clean(char *s)
{
	bool valid = fx_utf8_valid(s, strlen(s));

	for (; *s; s++) {
		unsigned char c = (unsigned char)s[0], next = (unsigned char)s[1];

		if (c == 0xC2 && next < 0xA0 && valid) { /* C1: U+0080 to U+009F */
			s[0] = s[1] = '?';
		} else if (c < 0x20 || c == 0x7F || (c >= 0x80 && !valid)) {
			*s = '?';
		}
	}
}

void fx_station_id(char dst[21], const char *src)
{
	size_t n = 0;

	for (; src && *src && n < 20; src++) {
		if (*src >= 0x20 && *src < 0x7F) {
			dst[n++] = *src;
		}
	}
	dst[n] = '\0';
}

int fx_parse_i64(const char *s, int64_t min, int64_t max, int64_t *ret)
{
	char *end = NULL;
	long long v;

	if (!s || !*s) {
		return FX_EINVAL;
	}
	errno = 0;
	v = strtoll(s, &end, 10);
	if (*end) {
		return FX_EINVAL;
	}
	if (errno || v < min || v > max) {
		return FX_ELIMIT;
	}
	*ret = v;
	return 0;
}
