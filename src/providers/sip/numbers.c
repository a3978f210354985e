/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/sip/numbers.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"

/* What people write between digits: no meaning. */
#define FILL " \t-./()[]_"

/* ---- taking apart what was written ---- */

/* Digits, '*', '#' and a leading '+'. "(0)" behind a country code is not dialled from abroad. */
static int bare(const char *s, size_t n, char dst[FX_NUMBER_SIZE], char *ret_bad)
{
	size_t len = 0;
	bool plus = false;

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (plus && i + 2 < n && !strncmp(s + i, "(0)", 3)) {
			i += 2;
			continue;
		}
		if (strchr(FILL, c)) {
			continue;
		}
		if (!(c >= '0' && c <= '9') && c != '*' && c != '#' && !(c == '+' && !len)) {
			*ret_bad = c;
			return FX_EINVAL;
		}
		if (len + 1 >= FX_NUMBER_SIZE) {
			return FX_EOVERFLOW;
		}
		plus |= c == '+';
		dst[len++] = c;
	}
	dst[len] = 0;
	return 0;
}

/* From the first pause on: what is sent as tones after the answer. */
static int tones(const char *s, char dst[FX_NUMBER_SIZE], char *ret_bad)
{
	size_t len = 0;

	for (; *s; s++) {
		char c = (char)toupper((unsigned char)*s);

		if (strchr(FILL, c)) {
			continue;
		}
		c = c == 'W' || c == 'P' ? ',' : c;
		if (!strchr("0123456789*#ABCD,", c)) {
			*ret_bad = *s;
			return FX_EINVAL;
		}
		if (len + 1 >= FX_NUMBER_SIZE) {
			return FX_EOVERFLOW;
		}
		dst[len++] = c;
	}
	dst[len] = 0;
	return 0;
}

/* ---- to the canonical form ---- */

static bool all_digits(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

/* Whether s begins with a prefix that is set. */
static bool begins(const char *s, const char *prefix)
{
	return *prefix && !strncmp(s, prefix, strlen(prefix));
}

/*
 * Only with a country: without one nobody knows what the digits mean, and a 0 may be the way out
 * of a private exchange. North America: ten digits are a whole number, seven a local one.
 */
static void canonical(const struct fx_sip_trunk *t, const char *s, char dst[FX_NUMBER_SIZE])
{
	char out[3 * FX_NUMBER_SIZE];
	size_t n = strlen(s);

	if (!*t->country || !all_digits(s) || n <= (size_t)t->short_digits) {
		(void)fx_strlcpy(dst, s, FX_NUMBER_SIZE);
		return;
	}
	if (begins(s, t->international)) {
		(void)snprintf(out, sizeof(out), "+%s", s + strlen(t->international));
	} else if (!strcmp(t->country, "1") && n == 10) {
		(void)snprintf(out, sizeof(out), "+1%s", s);
	} else if (begins(s, t->national)) {
		(void)snprintf(out, sizeof(out), "+%s%s", t->country, s + strlen(t->national));
	} else {
		(void)snprintf(out, sizeof(out), "+%s%s%s", t->country, t->area, s);
	}
	(void)fx_strlcpy(dst, out, FX_NUMBER_SIZE);
}

void fx_sip_canonical(const struct fx_sip_trunk *t, const char *number, char dst[FX_NUMBER_SIZE])
{
	char digits[FX_NUMBER_SIZE], bad;

	if (bare(number, strlen(number), digits, &bad) || !*digits) {
		(void)fx_strlcpy(dst, number, FX_NUMBER_SIZE);
		return;
	}
	canonical(t, digits, dst);
}

/* ---- to what the trunk wants ---- */

static void formatted(const struct fx_sip_trunk *t, const char *dialled, const char *canon,
		      char *dst, size_t size)
{
	size_t country = strlen(t->country);
	bool e164 = canon[0] == '+';

	switch ((enum fx_sip_format)t->format) {
	case FX_SIP_E164:
		(void)fx_strlcpy(dst, canon, size);
		break;
	case FX_SIP_DIGITS:
		(void)fx_strlcpy(dst, canon + e164, size);
		break;
	case FX_SIP_NATIONAL:
		if (!e164) {
			(void)fx_strlcpy(dst, canon, size);
		} else if (country && !strncmp(canon + 1, t->country, country)) {
			(void)snprintf(dst, size, "%s%s", t->national, canon + 1 + country);
		} else {
			(void)snprintf(dst, size, "%s%s", t->international, canon + 1);
		}
		break;
	case FX_SIP_DIALLED:
		(void)fx_strlcpy(dst, dialled, size);
		break;
	}
}

/* "sip:1234@host", "1234@host" of this very trunk is a number; of another host it is refused:
 * calls go where the settings say and nowhere else. */
static int without_host(const struct fx_sip_trunk *t, const char *s, char dst[FX_NUMBER_SIZE],
			struct fx_reason *reterr)
{
	const char *at;
	size_t n;

	s += strspn(s, " \t");
	s += !strncmp(s, "sip:", 4) ? 4 : 0;
	at = strchr(s, '@');
	if (at && !fx_str_ieq(at + 1, t->host)) {
		return fx_fail(reterr, FX_EINVAL, "\"%.80s\" is at another host than %.80s, where "
			       "this line calls; give the number alone", s, t->host);
	}
	n = at ? (size_t)(at - s) : strlen(s);
	if (n >= FX_NUMBER_SIZE) {
		return fx_fail(reterr, FX_EOVERFLOW, "the number is longer than %u characters",
			       FX_NUMBER_SIZE - 1);
	}
	memcpy(dst, s, n);
	dst[n] = 0;
	return 0;
}

int fx_sip_number(const struct fx_sip_trunk *t, const char *dialled, struct fx_sip_number *ret,
		  struct fx_reason *reterr)
{
	char user[FX_NUMBER_SIZE], digits[FX_NUMBER_SIZE], out[3 * FX_NUMBER_SIZE], bad = 0;
	char full[4 * FX_NUMBER_SIZE];
	size_t n;
	int err = without_host(t, dialled, user, reterr);

	if (err) {
		return err;
	}
	n = strcspn(user, ",wWpP");
	err = bare(user, n, digits, &bad);
	if (!err) {
		err = tones(user + n, ret->dtmf, &bad);
	}
	if (err == FX_EINVAL) {
		return fx_fail(reterr, err, "\"%.63s\" cannot be dialled: '%c' is no digit; "
			       "digits, +, * and # are, and tones behind a comma", dialled,
			       isprint((unsigned char)bad) ? bad : '?');
	}
	if (err || !strpbrk(digits, "0123456789*#")) {
		return fx_fail(reterr, err ? err : FX_EINVAL, "\"%.63s\" has %s", dialled,
			       err ? "too many digits" : "no digit to dial");
	}
	canonical(t, digits, ret->canonical);
	formatted(t, digits, ret->canonical, out, sizeof(out));
	n = begins(out, t->strip) ? strlen(t->strip) : 0;
	(void)snprintf(full, sizeof(full), "%s%s", t->prefix, out + n);
	if (strlen(full) >= sizeof(ret->wire) || !*full) {
		return fx_fail(reterr, FX_EOVERFLOW, "\"%.63s\" is %s with strip and prefix of "
			       "[trunk %s]", dialled, *full ? "too long" : "nothing", t->name);
	}
	(void)fx_strlcpy(ret->wire, full, sizeof(ret->wire));
	return 0;
}

int fx_sip_pattern_match(const char *pattern, const char *number)
{
	size_t n = strlen(pattern);

	if (!n) {
		return 0;
	}
	if (pattern[n - 1] == '*') {
		return strncmp(pattern, number, n - 1) ? -1 : (int)n - 1;
	}
	/* A whole number counts more than any beginning of it. */
	return strcmp(pattern, number) ? -1 : (int)n + 1;
}
