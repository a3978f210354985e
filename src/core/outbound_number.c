/* SPDX-License-Identifier: Apache-2.0 */
/* From what is dialled to country and area code; and the rule for it. */
#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "core/countries.h"
#include "core/outbound.h"

#define AREA_DIGITS 9 /* FX_OUTBOUND_AREA_MAX */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* What people put between digits. Everything else (pauses, '#', '@', "ext.") ends the number. */
static bool is_between(char c)
{
	return c == ' ' || c == '-' || c == '.' || c == '/' || c == '(' || c == ')' || c == '\t';
}

static size_t take_digits(const char *s, char *dst)
{
	size_t n = 0;

	for (; is_digit(*s) || is_between(*s); s++) {
		if (is_digit(*s) && n + 1 < FX_NUMBER_SIZE) {
			dst[n++] = *s;
		}
	}
	dst[n] = '\0';
	return n;
}

/* The digits in brackets behind the country code, "" = none. "(0)" is how some write the prefix
 * that is left out from abroad: *s moves behind it. */
static void take_area(const char **s, char area[FX_NUMBER_SIZE])
{
	const char *p = *s;
	size_t n = 0;

	area[0] = '\0';
	while (*p == ' ' || *p == '-') {
		p++;
	}
	if (*p != '(') {
		return;
	}
	for (p++; is_digit(*p) && n + 1 < FX_NUMBER_SIZE; p++) {
		area[n++] = *p;
	}
	area[*p == ')' ? n : 0] = '\0';
	if (!strcmp(area, "0")) {
		area[0] = '\0';
		*s = p + 1;
	}
}

static const char *no_zeros(const char *digits)
{
	while (*digits == '0') {
		digits++;
	}
	return digits;
}

static void set_national(struct fx_outbound_number *ret, const char *area, const char *digits)
{
	size_t n;

	(void)fx_strlcpy(ret->digits, area, sizeof(ret->digits));
	n = strlen(ret->digits);
	(void)fx_strlcpy(ret->digits + n, digits, sizeof(ret->digits) - n);
	digits = no_zeros(ret->digits);
	memmove(ret->digits, digits, strlen(digits) + 1);
}

/* Behind '+', or the prefix for calls abroad. */
static void from_abroad(const char *s, struct fx_outbound_number *ret)
{
	char digits[FX_NUMBER_SIZE], area[FX_NUMBER_SIZE];
	const struct fx_country *c;
	size_t len = 0, seen = 0;

	(void)take_digits(s, digits);
	c = fx_country_of_digits(digits, &len);
	if (!c) {
		return;
	}
	while (seen < len) {
		seen += is_digit(*s++);
	}
	ret->country = c->code;
	take_area(&s, area);
	(void)take_digits(s, digits);
	set_national(ret, "", digits);
	if (*no_zeros(area) && strlen(no_zeros(area)) <= AREA_DIGITS) {
		ret->has_area = true;
		ret->area = (uint32_t)strtoul(area, NULL, 10);
	}
}

void fx_outbound_number(const char *number, const struct fx_dialing *d,
			struct fx_outbound_number *ret)
{
	const char *s = fx_text(number);
	char digits[FX_NUMBER_SIZE];
	size_t abroad = strlen(d->abroad), national = strlen(d->national);

	*ret = (struct fx_outbound_number){0};
	while (*s == ' ') {
		s++;
	}
	if (!strncmp(s, "sip:", 4) || !strncmp(s, "tel:", 4)) {
		s += 4;
	}
	if (*s == '+') {
		from_abroad(s + 1, ret);
		return;
	}
	if (strchr(s, '@') || !take_digits(s, digits)) {
		return; /* an address, a code of the exchange */
	}
	if (abroad && !strncmp(digits, d->abroad, abroad)) {
		from_abroad(digits + abroad, ret);
		return;
	}
	ret->country = d->country;
	if (!d->country) {
		return;
	}
	if (national && !strncmp(digits, d->national, national)) {
		set_national(ret, "", digits + national);
	} else {
		set_national(ret, d->area, digits);
		ret->area = (uint32_t)strtoul(d->area, NULL, 10);
		ret->has_area = ret->area != 0;
	}
}

const struct fx_outbound_rule *fx_outbound_find(const struct fx_outbound *o,
						const struct fx_outbound_number *n)
{
	const struct fx_outbound_rule *r = NULL;

	if (!n->country || o->n_rules == 1) {
		return &o->rules[0];
	}
	if (n->has_area) {
		r = fx_outbound_rule(o, n->country, n->area);
	} else {
		char area[AREA_DIGITS + 1];

		(void)fx_strlcpy(area, n->digits, sizeof(area));
		for (size_t len = strlen(area); len && !r; len--) {
			area[len] = '\0';
			r = fx_outbound_rule(o, n->country, (uint32_t)strtoul(area, NULL, 10));
		}
	}
	r = r ? r : fx_outbound_rule(o, n->country, 0);
	return r ? r : &o->rules[0];
}
