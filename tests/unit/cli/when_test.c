/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cli/when.h"

#define NOW INT64_C(1795353600) /* 2026-11-22 13:20 UTC, a Sunday; 14:20 in Rome */

static int rome(void **state)
{
	(void)state;
	assert_int_equal(setenv("TZ", "Europe/Rome", 1), 0);
	tzset();
	return 0;
}

static void check(const char *text, const char *iso)
{
	char got[40];
	int64_t at = -1;
	struct fx_reason why = {""};

	if (fx_when_parse(text, NOW, &at, &why)) {
		fail_msg("%s: %s", text, why.text);
	}
	assert_string_equal(fx_when_iso(got, sizeof(got), at), iso);
}

static void the_ways_people_write_a_time(void **state)
{
	(void)state;
	check("22:30", "2026-11-22T22:30:00+01:00");
	check("14:20", "2026-11-23T14:20:00+01:00");
	check("8:00", "2026-11-23T08:00:00+01:00");
	check("8.15", "2026-11-23T08:15:00+01:00");
	check("8 pm", "2026-11-22T20:00:00+01:00");
	check("12:30am", "2026-11-23T00:30:00+01:00");
	check("today 22:30", "2026-11-22T22:30:00+01:00");
	check("tomorrow 8:00", "2026-11-23T08:00:00+01:00");
	check("Tomorrow at 8:00", "2026-11-23T08:00:00+01:00");
	check("monday 9:15", "2026-11-23T09:15:00+01:00");
	check("sun 9:15", "2026-11-29T09:15:00+01:00");
	check("sunday 15:00", "2026-11-22T15:00:00+01:00");
	check("2026-12-24 18:00", "2026-12-24T18:00:00+01:00");
	check("2026-12-24T18:00:05", "2026-12-24T18:00:05+01:00");
	check("2026-12-24T18:00Z", "2026-12-24T19:00:00+01:00");
	check("2026-12-24T18:00-05:00", "2026-12-25T00:00:00+01:00");
	check("2027-07-01 09:00", "2027-07-01T09:00:00+02:00");
	check("+2h", "2026-11-22T16:20:00+01:00");
	check("+90min", "2026-11-22T15:50:00+01:00");
	check("+1h30m", "2026-11-22T15:50:00+01:00");
	check("+1d", "2026-11-23T14:20:00+01:00");
	check("+45 s", "2026-11-22T14:20:45+01:00");
}

static void now_is_no_time(void **state)
{
	int64_t at = -1;

	(void)state;
	assert_int_equal(fx_when_parse("now", NOW, &at, NULL), 0);
	assert_int_equal(at, 0);
}

static void what_is_no_time_is_refused_in_words(void **state)
{
	static const char *const bad[] = {
		"",
		"soon",
		"25:00",
		"12:60",
		"8",
		"tomorrow",
		"13 pm",
		"+",
		"+2",
		"+2 weeks",
		"+2hx",
		"2026-13-01 10:00",
		"2026-02-30 10:00",
		"2026-12-24",
		"2026-12-24 18:00 or so",
		"today 8:00",
		"2020-01-01 10:00",
		"2099-01-01 10:00",
		"2027-03-28 02:30",
		"22:30 x",
		"+999999d",
	};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(bad); i++) {
		struct fx_reason why = {""};
		int64_t at = -1;

		if (fx_when_parse(bad[i], NOW, &at, &why) != FX_EINVAL) {
			fail_msg("\"%s\" was taken as %lld", bad[i], (long long)at);
		}
		assert_non_null(strstr(why.text, bad[i]));
		assert_int_equal(at, -1);
	}
}

static void times_are_shown_as_short_as_possible(void **state)
{
	char text[40];

	(void)state;
	assert_string_equal(fx_when_text(text, sizeof(text), NOW + 3600, NOW), "15:20");
	assert_string_equal(fx_when_text(text, sizeof(text), NOW + 86400, NOW), "Mon 14:20");
	assert_string_equal(fx_when_text(text, sizeof(text), NOW + 30 * 86400, NOW),
			    "2026-12-22 14:20");
	assert_string_equal(fx_when_text(text, sizeof(text), 0, NOW), "");
	assert_string_equal(fx_when_iso(text, sizeof(text), 0), "");
	assert_string_equal(fx_when_elapsed(text, sizeof(text), 34999), "0:34");
	assert_string_equal(fx_when_elapsed(text, sizeof(text), 724000), "12:04");
	assert_string_equal(fx_when_elapsed(text, sizeof(text), 3723000), "1:02:03");
	assert_string_equal(fx_when_elapsed(text, sizeof(text), -5), "0:00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_ways_people_write_a_time),
		cmocka_unit_test(now_is_no_time),
		cmocka_unit_test(what_is_no_time_is_refused_in_words),
		cmocka_unit_test(times_are_shown_as_short_as_possible),
	};

	return cmocka_run_group_tests(tests, rome, NULL);
}
