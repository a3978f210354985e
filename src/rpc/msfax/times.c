/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/msfax/msfax.h"

#define DAY 86400
/* 1601-01-01 to 1970-01-01 */
#define FILETIME_EPOCH INT64_C(11644473600)

static struct fx_ms_filetime filetime(uint64_t ticks)
{
	return (struct fx_ms_filetime){(uint32_t)ticks, (uint32_t)(ticks >> 32)};
}

struct fx_ms_filetime fx_ms_filetime_from(int64_t unix_s)
{
	return filetime(unix_s <= 0 ? 0 : (uint64_t)(unix_s + FILETIME_EPOCH) * 10000000u);
}

struct fx_ms_filetime fx_ms_filetime_from_us(int64_t unix_us)
{
	return filetime(unix_us <= 0 ? 0 : (uint64_t)(unix_us + FILETIME_EPOCH * 1000000) * 10u);
}

int64_t fx_ms_filetime_to(struct fx_ms_filetime t)
{
	uint64_t v = (uint64_t)t.high << 32 | t.low;

	return v ? (int64_t)(v / 10000000u) - FILETIME_EPOCH : 0;
}

/* Days since 1970-01-01 of a date in the Gregorian calendar, and back, by eras of 400 years
 * that begin in March. No libc: the client library runs on Windows too. */
static int64_t days_from(int64_t y, unsigned m, unsigned d)
{
	int64_t era, yoe, doy;

	y -= m <= 2;
	era = y / 400;
	yoe = y - era * 400;
	doy = (153 * ((int64_t)m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

struct fx_ms_systemtime fx_ms_systemtime_from(int64_t unix_s)
{
	struct fx_ms_systemtime t = {0};
	int64_t days, rest, z, era, doe, yoe, doy, mp;

	/* beyond the year 30827 a SYSTEMTIME has no year */
	if (unix_s <= 0 || unix_s > INT64_C(910670515199)) {
		return t;
	}
	days = unix_s / DAY;
	rest = unix_s % DAY;
	z = days + 719468;
	era = z / 146097;
	doe = z - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	t.day = (uint16_t)(doy - (153 * mp + 2) / 5 + 1);
	t.month = (uint16_t)(mp < 10 ? mp + 3 : mp - 9);
	t.year = (uint16_t)(yoe + era * 400 + (t.month <= 2));
	t.weekday = (uint16_t)((days + 4) % 7);
	t.hour = (uint16_t)(rest / 3600);
	t.minute = (uint16_t)(rest / 60 % 60);
	t.second = (uint16_t)(rest % 60);
	return t;
}

int fx_ms_systemtime_to(const struct fx_ms_systemtime *t, int64_t *ret)
{
	static const uint8_t month_days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = t->year % 4 == 0 && (t->year % 100 != 0 || t->year % 400 == 0);

	if (t->year < 1601 || t->month < 1 || t->month > 12 || t->day < 1 ||
	    t->day > month_days[t->month - 1] || (t->month == 2 && t->day == 29 && !leap) ||
	    t->hour > 23 || t->minute > 59 || t->second > 59 || t->ms > 999) {
		return FX_EINVAL;
	}
	*ret = days_from(t->year, t->month, t->day) * DAY + t->hour * 3600 + t->minute * 60 +
	       t->second;
	return 0;
}
