/* SPDX-License-Identifier: Apache-2.0 */
/** @file base/str.h  Text helpers. Thread: any. All text inside is UTF-8. */
#ifndef FX_BASE_STR_H
#define FX_BASE_STR_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/** Copy, cut to size at a UTF-8 border, always NUL-terminated. @return dst */
char *fx_strlcpy(char *dst, const char *src, size_t size);
/** Never NULL: "" for NULL. */
static inline const char *fx_text(const char *s)
{
	return s ? s : "";
}
bool fx_str_eq(const char *a, const char *b); /**< NULL equals "" */
/** Case-insensitive for ASCII; NULL equals "". */
bool fx_str_ieq(const char *a, const char *b);
bool fx_utf8_valid(const char *s, size_t n);
/**
 * Make a stranger's text harmless in place: each byte of a control character (C0, DEL, and C1,
 * which some terminals obey as well) becomes '?'; so does each byte above 0x7F when the whole
 * is not UTF-8. The length stays.
 */
void fx_str_clean(char *s);
#ifdef _WIN32 /* the code page of the system; what it lacks becomes '?' */
/** To UTF-16LE without NUL, dst of 2 * strlen(s). @return units */
size_t fx_utf16le_from_ansi(uint8_t *dst, const char *s);
/** n units to text with NUL, dst of 3 * n + 1. @return bytes without NUL */
size_t fx_ansi_from_utf16le(char *dst, const uint8_t *p, size_t n);
#endif
/** UTF-8 to UTF-16 with NUL; bad bytes become U+FFFD. *ret_units without NUL. */
FX_MUST_CHECK uint16_t *fx_utf16_from_utf8(const char *s, size_t *ret_units);
/** UTF-16 (n units, no NUL needed) to UTF-8; lone surrogates become U+FFFD. */
FX_MUST_CHECK char *fx_utf8_from_utf16(const uint16_t *s, size_t n);
/** UTF-8 to UTF-16LE bytes without NUL; bad bytes become U+FFFD. dst: room for 2 * strlen(s).
 * @return units written */
size_t fx_utf16le_put(uint8_t *dst, const char *s);
/** UTF-16LE bytes (n units) to UTF-8 with NUL; dst: room for 3 * n + 1. @return bytes without NUL
 */
size_t fx_utf16le_get(char *dst, const uint8_t *src, size_t n);
/** Station identifier (T.30 5.3.6.2.4): printable ASCII kept, cut at 20. */
void fx_station_id(char dst[21], const char *src);
/** Decimal number in a range. @return 0 or FX_EINVAL, FX_ELIMIT */
FX_MUST_CHECK int fx_parse_i64(const char *s, int64_t min, int64_t max, int64_t *ret);

#endif
