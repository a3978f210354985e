/* SPDX-License-Identifier: Apache-2.0 */
#include "core/number.h"

#include <string.h>
#include "base/str.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

int fx_number_clean(const char *s, char dst[FX_NUMBER_SIZE], struct fx_reason *reterr)
{
	const char *p = fx_text(s);
	size_t n = strlen(p);
	bool usable = false;

	while (n && is_space(*p)) {
		p++;
		n--;
	}
	while (n && is_space(p[n - 1])) {
		n--;
	}
	if (!n) {
		return fx_fail(reterr, FX_EINVAL, "the fax number is empty");
	}
	if (n >= FX_NUMBER_SIZE) {
		return fx_fail(reterr, FX_EOVERFLOW, "the fax number has %zu bytes; the most is %d",
			       n, FX_NUMBER_SIZE - 1);
	}
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)p[i] < 0x20 || p[i] == 0x7f) {
			return fx_fail(reterr, FX_EINVAL,
				       "the fax number has a control character");
		}
		usable = usable || is_digit(p[i]) || p[i] == '@';
	}
	if (!usable || !fx_utf8_valid(p, n)) {
		return fx_fail(reterr, FX_EINVAL, "\"%.*s\" has no digit to dial", (int)n, p);
	}
	memcpy(dst, p, n);
	dst[n] = '\0';
	return 0;
}

void fx_number_comparable(const char *s, char dst[FX_NUMBER_SIZE])
{
	const char *p = fx_text(s);
	bool address = strchr(p, '@') != NULL;
	size_t n = 0;

	for (; *p && n + 1 < FX_NUMBER_SIZE; p++) {
		char c = *p;

		if (address) {
			if (!is_space(c)) {
				dst[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
			}
		} else if (is_digit(c) || c == '*' || c == '#' || (c == '+' && !n)) {
			dst[n++] = c;
		}
	}
	dst[n] = '\0';
}

bool fx_number_equal(const char *a, const char *b)
{
	char x[FX_NUMBER_SIZE], y[FX_NUMBER_SIZE];

	fx_number_comparable(a, x);
	fx_number_comparable(b, y);
	return *x && !strcmp(x, y);
}
