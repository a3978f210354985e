/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include "t30/level.h"
#include "tests/support/support.h"

#define N 160u

static void tone(int16_t *amp, double dbm0)
{
	double peak = sqrt(2) * pow(10, (dbm0 + 84.16) / 20);

	for (unsigned i = 0; i < N; i++) {
		amp[i] = (int16_t)(peak * sin(2 * M_PI * 1700 * i / 8000));
	}
}

static double level_of(const int16_t *amp)
{
	double sum = 0;

	for (unsigned i = 0; i < N; i++) {
		sum += (double)amp[i] * amp[i];
	}
	return 10 * log10(sum / N + 1e-9) - 84.16;
}

static void weak_signals_are_raised(void **state)
{
	for (double at = -42; at <= -16; at += 2) {
		struct fx_level l = FX_LEVEL_START;
		int16_t amp[N];

		tone(amp, at);
		fx_level_fix(&l, amp, N);
		assert_true(fabs(level_of(amp) - -14) < 0.5);
	}
}

static void strong_signals_stay(void **state)
{
	struct fx_level l = FX_LEVEL_START;
	int16_t amp[N], before[N];

	tone(amp, -9);
	tone(before, -9);
	fx_level_fix(&l, amp, N);
	assert_memory_equal(amp, before, sizeof(amp));
}

static void what_lies_far_below_the_signal_is_silenced(void **state)
{
	struct fx_level l = FX_LEVEL_START;
	int16_t amp[N];

	tone(amp, -20);
	fx_level_fix(&l, amp, N);
	tone(amp, -36);
	fx_level_fix(&l, amp, N);
	assert_true(level_of(amp) < -100);
	tone(amp, -30); /* 10 dB below: part of the signal */
	fx_level_fix(&l, amp, N);
	assert_true(fabs(level_of(amp) - -24) < 0.5);
}

static void below_43_dbm0_nothing_is_heard(void **state)
{
	struct fx_level l = FX_LEVEL_START;
	int16_t amp[N] = {0};

	fx_level_fix(&l, amp, N);
	fx_level_fix(&l, amp, 0);
	tone(amp, -46);
	fx_level_fix(&l, amp, N);
	assert_true(level_of(amp) < -100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weak_signals_are_raised),
		cmocka_unit_test(strong_signals_stay),
		cmocka_unit_test(what_lies_far_below_the_signal_is_silenced),
		cmocka_unit_test(below_43_dbm0_nothing_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
