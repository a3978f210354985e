/* SPDX-License-Identifier: Apache-2.0 */
#include "core/schedule.h"

#include "tests/support/support.h"

#define DAY INT64_C(1767225600) /* 2026-01-01 00:00 UTC */
#define HM(h, m) ((h) * 3600 + (m) * 60)

static struct fx_config with_period(unsigned h1, unsigned m1, unsigned h2, unsigned m2)
{
	struct fx_config c;

	fx_config_defaults(&c);
	c.cheap_start_hour = (uint16_t)h1;
	c.cheap_start_minute = (uint16_t)m1;
	c.cheap_stop_hour = (uint16_t)h2;
	c.cheap_stop_minute = (uint16_t)m2;
	return c;
}

static void period_borders(void **state)
{
	struct fx_config c = with_period(20, 0, 7, 30);

	(void)state;
	assert_true(fx_config_is_cheap(&c, 20 * 60));
	assert_true(fx_config_is_cheap(&c, 23 * 60 + 59));
	assert_true(fx_config_is_cheap(&c, 0));
	assert_true(fx_config_is_cheap(&c, 7 * 60 + 29));
	assert_false(fx_config_is_cheap(&c, 7 * 60 + 30));
	assert_false(fx_config_is_cheap(&c, 19 * 60 + 59));
	c = with_period(9, 0, 10, 0);
	assert_true(fx_config_is_cheap(&c, 9 * 60));
	assert_false(fx_config_is_cheap(&c, 10 * 60));
	assert_false(fx_config_is_cheap(&c, 0));
	c = with_period(5, 5, 5, 5);
	assert_true(fx_config_is_cheap(&c, 1000));
}

static void next_cheap(void **state)
{
	static const struct {
		unsigned h1, m1, h2, m2;
		int east_s;
		int64_t now, want;
	} rows[] = {
		{0, 0, 0, 0, 0, HM(12, 0), HM(12, 0)},		 /* none set */
		{20, 0, 7, 0, 0, HM(12, 0), HM(20, 0)},		 /* today's evening */
		{20, 0, 7, 0, 0, HM(21, 0), HM(21, 0)},		 /* inside, before midnight */
		{20, 0, 7, 0, 0, HM(24, 30), HM(24, 30)},	 /* inside, after midnight */
		{20, 0, 7, 0, 0, HM(7, 0), HM(20, 0)},		 /* just over */
		{9, 0, 10, 0, 0, HM(10, 0), HM(24 + 9, 0)},	 /* tomorrow */
		{20, 0, 7, 0, 3600, HM(12, 0), HM(19, 0)},	 /* local time is UTC+1 */
		{20, 0, 7, 0, -5 * 3600, HM(12, 0), HM(25, 0)},	 /* UTC-5, at 07:00 there */
		{20, 0, 20, 1, 0, HM(20, 1), HM(24 + 20, 0)},	 /* one minute a day */
		{20, 0, 7, 0, 0, HM(12, 0) + 59, HM(20, 0)},	 /* seconds do not matter */
		{20, 0, 7, 0, 0, HM(19, 59) + 59, HM(20, 0)},
	};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		struct fx_config c =
			with_period(rows[i].h1, rows[i].m1, rows[i].h2, rows[i].m2);
		int east_s = rows[i].east_s;

		assert_int_equal(fx_schedule_next_cheap(&c, DAY + rows[i].now,
							fx_local_minute_offset, &east_s),
				 DAY + rows[i].want);
	}
}

/* Clocks go forward from 02:00 to 03:00 at DAY + 1 h UTC (UTC+1 before, +2 after). */
static unsigned spring(void *arg, int64_t at)
{
	int east_s = at < DAY + HM(1, 0) ? 3600 : 7200;

	(void)arg;
	return fx_local_minute_offset(&east_s, at);
}

/* And back from 03:00 to 02:00. */
static unsigned autumn(void *arg, int64_t at)
{
	int east_s = at < DAY + HM(1, 0) ? 7200 : 3600;

	(void)arg;
	return fx_local_minute_offset(&east_s, at);
}

static void daylight_saving(void **state)
{
	struct fx_config c = with_period(2, 30, 5, 0);
	int64_t evening = DAY - HM(6, 0);

	(void)state;
	/* 02:30 does not exist: the first cheap moment is 03:00 = 01:00 UTC */
	assert_int_equal(fx_schedule_next_cheap(&c, evening, spring, NULL), DAY + HM(1, 0));
	/* 02:30 comes twice: the first, 00:30 UTC */
	assert_int_equal(fx_schedule_next_cheap(&c, evening, autumn, NULL), DAY + HM(0, 30));
	/* A period that the jump swallows: the next day's, 02:10 = 00:10 UTC */
	c = with_period(2, 10, 2, 50);
	assert_int_equal(fx_schedule_next_cheap(&c, evening, spring, NULL), DAY + HM(24, 10));
}

static void ready_at(void **state)
{
	struct fx_config c = with_period(20, 0, 7, 0);
	int east_s = 0;
	int64_t now = DAY + HM(12, 0);
#define READY(s, at, next)                                                                         \
	fx_schedule_ready_at(&c, s, at, next, now, fx_local_minute_offset, &east_s)

	(void)state;
	assert_int_equal(READY(FX_SCHEDULE_NOW, now + 999, 0), now);
	assert_int_equal(READY(FX_SCHEDULE_NOW, 0, now + 600), now + 600);
	assert_int_equal(READY(FX_SCHEDULE_TIME, now + 999, 0), now + 999);
	assert_int_equal(READY(FX_SCHEDULE_TIME, now - 999, 0), now); /* past = now */
	assert_int_equal(READY(FX_SCHEDULE_TIME, now + 5, now + 600), now + 600);
	assert_int_equal(READY(FX_SCHEDULE_DISCOUNT, 0, 0), DAY + HM(20, 0));
	/* the retry delay ends outside the period: next day's */
	now = DAY + HM(30, 55);
	assert_int_equal(READY(FX_SCHEDULE_DISCOUNT, 0, now + 600), DAY + HM(44, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(period_borders),
		cmocka_unit_test(next_cheap),
		cmocka_unit_test(daylight_saving),
		cmocka_unit_test(ready_at),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
