/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/when.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "base/str.h"

#define DAY_S       INT64_C(86400)
#define AHEAD_MAX_S (5 * 366 * DAY_S)

static const char *const weekdays[] = {"sunday",   "monday", "tuesday", "wednesday",
				       "thursday", "friday", "saturday"};

static bool number(const char **p, unsigned digits_max, unsigned max, unsigned *ret)
{
	unsigned n = 0, digits = 0;

	while (isdigit((unsigned char)**p) && digits < digits_max) {
		n = n * 10 + (unsigned)(**p - '0');
		(*p)++;
		digits++;
	}
	*ret = n;
	return digits && n <= max && !isdigit((unsigned char)**p);
}

static bool take(const char **p, char c)
{
	if (**p != c) {
		return false;
	}
	(*p)++;
	return true;
}

static void spaces(const char **p)
{
	while (**p == ' ') {
		(*p)++;
	}
}

/* "8:00", "8.00", "22:30:15", "8 am", "8:15pm" */
static bool clock_time(const char **p, struct tm *tm)
{
	unsigned hour, minute = 0, second = 0;
	bool colon = false;

	if (!number(p, 2, 23, &hour)) {
		return false;
	}
	if (take(p, ':') || take(p, '.')) {
		colon = true;
		if (!number(p, 2, 59, &minute)) {
			return false;
		}
		if (take(p, ':') && !number(p, 2, 59, &second)) {
			return false;
		}
	}
	spaces(p);
	if (!strncasecmp(*p, "am", 2) || !strncasecmp(*p, "pm", 2)) {
		if (hour < 1 || hour > 12) {
			return false;
		}
		hour = hour % 12 + (tolower((unsigned char)**p) == 'p' ? 12 : 0);
		*p += 2;
	} else if (!colon) {
		return false;
	}
	tm->tm_hour = (int)hour;
	tm->tm_min = (int)minute;
	tm->tm_sec = (int)second;
	return true;
}

/* Local wall clock to seconds; a time that daylight saving skips is not accepted. */
static bool local_seconds(const struct tm *want, int64_t *ret)
{
	struct tm tm = *want;
	time_t t;

	tm.tm_isdst = -1;
	t = mktime(&tm);
	if (t == (time_t)-1 || tm.tm_hour != want->tm_hour || tm.tm_min != want->tm_min) {
		return false;
	}
	*ret = t;
	return true;
}

static struct tm local_now(int64_t now_at)
{
	time_t t = (time_t)now_at;
	struct tm tm;

	(void)localtime_r(&t, &tm);
	tm.tm_sec = 0;
	return tm;
}

static bool word(const char **p, const char *w)
{
	size_t n = strlen(w);

	if (strncasecmp(*p, w, n) || isalpha((unsigned char)(*p)[n])) {
		return false;
	}
	*p += n;
	spaces(p);
	return true;
}

static int64_t unit_seconds(const char **p)
{
	static const struct {
		const char *word;
		int64_t seconds;
	} units[] = {
		{"s", 1},        {"sec", 1},      {"m", 60},      {"min", 60},
		{"minute", 60},  {"minutes", 60}, {"h", 3600},    {"hour", 3600},
		{"hours", 3600}, {"d", DAY_S},    {"day", DAY_S}, {"days", DAY_S},
	};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(units); i++) {
		if (word(p, units[i].word)) {
			return units[i].seconds;
		}
	}
	return 0;
}

/* "+2h", "+90 min", "+1d", "+1h30m" */
static bool relative(const char **p, int64_t now_at, int64_t *ret)
{
	int64_t total = 0;
	bool any = false;

	while (**p) {
		unsigned n;
		int64_t unit;

		spaces(p);
		if (!number(p, 6, 999999, &n)) {
			return false;
		}
		spaces(p);
		unit = unit_seconds(p);
		if (!unit) {
			return false;
		}
		total += n * unit;
		any = true;
	}
	*ret = now_at + total;
	return any;
}

/* After a date and time: nothing (local), Z, or +01:00. */
static bool zone(const char **p, struct tm *tm, int64_t *ret)
{
	unsigned hour, minute = 0;
	int sign = **p == '-' ? -1 : 1;

	if (!**p) {
		return local_seconds(tm, ret);
	}
	if (take(p, 'Z') || take(p, 'z')) {
		*ret = timegm(tm);
		return true;
	}
	if (!take(p, '+') && !take(p, '-')) {
		return false;
	}
	if (!number(p, 2, 14, &hour)) {
		return false;
	}
	if (take(p, ':') && !number(p, 2, 59, &minute)) {
		return false;
	}
	*ret = timegm(tm) - sign * ((int64_t)hour * 3600 + (int64_t)minute * 60);
	return true;
}

static bool iso(const char **p, int64_t *ret)
{
	struct tm tm = {0};
	unsigned year, month, day;

	if (!number(p, 4, 9999, &year) || year < 1970 || !take(p, '-') ||
	    !number(p, 2, 12, &month) || !month || !take(p, '-') || !number(p, 2, 31, &day) ||
	    !day || (!take(p, 'T') && !take(p, ' '))) {
		return false;
	}
	spaces(p);
	tm.tm_year = (int)year - 1900;
	tm.tm_mon = (int)month - 1;
	tm.tm_mday = (int)day;
	if (!clock_time(p, &tm)) {
		return false;
	}
	spaces(p);
	return zone(p, &tm, ret) && tm.tm_mday == (int)day;
}

static bool day_and_time(const char **p, int64_t now_at, int64_t *ret)
{
	struct tm tm = local_now(now_at);
	int64_t at;
	int ahead = 0, i;
	bool named = true, weekday = false;

	if (word(p, "tomorrow")) {
		ahead = 1;
	} else if (!word(p, "today")) {
		for (i = 0; i < 7; i++) {
			char brief[4];

			fx_strlcpy(brief, weekdays[i], sizeof(brief));
			if (word(p, weekdays[i]) || word(p, brief)) {
				ahead = (i - tm.tm_wday + 7) % 7;
				weekday = true;
				break;
			}
		}
		named = weekday;
	}
	(void)word(p, "at");
	if (!clock_time(p, &tm) || **p) {
		return false;
	}
	tm.tm_mday += ahead;
	if (!local_seconds(&tm, &at)) {
		return false;
	}
	/* a bare clock time or weekday that has passed means the next one */
	if (at <= now_at && (!named || weekday)) {
		tm.tm_mday += weekday ? 7 : 1;
		if (!local_seconds(&tm, &at)) {
			return false;
		}
	}
	*ret = at;
	return true;
}

int fx_when_parse(const char *text, int64_t now_at, int64_t *ret_at, struct fx_reason *reterr)
{
	const char *p = text;
	int64_t at = 0;
	bool ok;

	spaces(&p);
	if (!strcasecmp(p, "now")) {
		*ret_at = 0;
		return 0;
	}
	if (take(&p, '+')) {
		ok = relative(&p, now_at, &at);
	} else if (strlen(p) > 5 && p[4] == '-') {
		ok = iso(&p, &at);
	} else {
		ok = day_and_time(&p, now_at, &at);
	}
	if (!ok || *p) {
		return fx_fail(reterr, FX_EINVAL,
			       "\"%s\" is not a time; write 22:30, \"tomorrow 8:00\", \"monday "
			       "9:15\", \"2026-12-24 18:00\" or +2h",
			       text);
	}
	if (at < now_at) {
		return fx_fail(reterr, FX_EINVAL, "\"%s\" has passed already", text);
	}
	if (at > now_at + AHEAD_MAX_S) {
		return fx_fail(reterr, FX_EINVAL, "\"%s\" is more than five years ahead", text);
	}
	*ret_at = at;
	return 0;
}

char *fx_when_text(char *dst, size_t size, int64_t at, int64_t now_at)
{
	struct tm then = local_now(at), now = local_now(now_at);

	*dst = '\0';
	if (!at) {
		return dst;
	}
	if (then.tm_year == now.tm_year && then.tm_yday == now.tm_yday) {
		(void)strftime(dst, size, "%H:%M", &then);
	} else if (at > now_at - 6 * DAY_S && at < now_at + 6 * DAY_S) {
		(void)strftime(dst, size, "%a %H:%M", &then);
	} else {
		(void)strftime(dst, size, "%Y-%m-%d %H:%M", &then);
	}
	return dst;
}

char *fx_when_iso(char *dst, size_t size, int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;
	char zone_text[8];
	char text[32];

	*dst = '\0';
	if (!at || !localtime_r(&t, &tm)) {
		return dst;
	}
	(void)strftime(zone_text, sizeof(zone_text), "%z", &tm);
	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(dst, size, "%s%.3s:%s", text, zone_text, zone_text + 3);
	return dst;
}

char *fx_when_elapsed(char *dst, size_t size, int64_t ms)
{
	int64_t s = ms > 0 ? ms / 1000 : 0;

	if (s >= 3600) {
		snprintf(dst, size, "%lld:%02lld:%02lld", (long long)(s / 3600),
			 (long long)(s / 60 % 60), (long long)(s % 60));
	} else {
		snprintf(dst, size, "%lld:%02lld", (long long)(s / 60), (long long)(s % 60));
	}
	return dst;
}
