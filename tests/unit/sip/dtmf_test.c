/* SPDX-License-Identifier: Apache-2.0 */
/* Digits after the answer: what a Goertzel filter hears, and the events told instead. */
#include "providers/sip/dtmf.h"

#include <math.h>
#include <string.h>
#include "tests/support/support.h"

static double power(const int16_t *amp, unsigned n, double f)
{
	double c = 2 * cos(6.283185307179586 * f / 8000), a = 0, b = 0;

	for (unsigned i = 0; i < n; i++) {
		double t = amp[i] + c * a - b;

		b = a;
		a = t;
	}
	return a * a + b * b - c * a * b;
}

static char heard(const int16_t *amp)
{
	static const double rows[] = {697, 770, 852, 941}, cols[] = {1209, 1336, 1477, 1633};
	static const char keys[] = "123A456B789C*0#D";
	unsigned r = 0, c = 0;

	for (unsigned i = 1; i < 4; i++) {
		r = power(amp, 160, rows[i]) > power(amp, 160, rows[r]) ? i : r;
		c = power(amp, 160, cols[i]) > power(amp, 160, cols[c]) ? i : c;
	}
	return power(amp, 160, rows[r]) > 1e9 ? keys[4 * r + c] : ' ';
}

/* One character each 20 ms. */
static void what_is_sent(const char *digits, uint32_t pause_ms, const char *want)
{
	struct fx_dtmf d;
	struct fx_dtmf_step s;
	int16_t amp[160];
	char text[600];
	size_t n = 0;

	fx_dtmf_init(&d, digits, pause_ms);
	while (fx_dtmf_next(&d, &s, amp)) {
		text[n++] = heard(amp);
		assert_true(s.tone == (text[n - 1] != ' '));
		assert_int_equal(s.last, s.tone && s.duration == 800);
		assert_int_equal(s.first, s.tone && s.duration == 160);
		assert_true(n < sizeof(text));
	}
	text[n] = 0;
	assert_string_equal(text, want);
	assert_false(fx_dtmf_busy(&d));
	assert_false(fx_dtmf_next(&d, &s, amp));
}

static void digits(void **state)
{
	(void)state;
	what_is_sent("", 100, "");
	what_is_sent(NULL, 100, "");
	what_is_sent("1", 100, "11111     ");
	what_is_sent(",55#", 60, "   55555     55555     #####     ");
	what_is_sent("0-d x*", 100, "00000     DDDDD     *****     ");
	what_is_sent("ABC", 0, "AAAAA     BBBBB     CCCCC     ");
	what_is_sent("246", 0, "22222     44444     66666     ");
	what_is_sent("3789", 0, "33333     77777     88888     99999     ");
}

static void events(void **state)
{
	static const char all[] = "0123456789*#ABCD";
	struct fx_dtmf d;
	struct fx_dtmf_step s;
	int16_t amp[160];
	unsigned want = 0;

	(void)state;
	fx_dtmf_init(&d, all, 100);
	while (fx_dtmf_next(&d, &s, amp)) {
		if (s.tone) {
			assert_int_equal(s.event, want);
			want += s.last;
		}
	}
	assert_int_equal(want, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(digits), cmocka_unit_test(events)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
