/* SPDX-License-Identifier: Apache-2.0 */
/* Texts of strangers, in variables and in the log. */
#include <string.h>

#include "base/log.h"
#include "base/str.h"
#include "tests/support/support.h"

static void control_characters_are_made_harmless(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"", ""},
		{"citt\xc3\xa0 \xc2\xa0", "citt\xc3\xa0 \xc2\xa0"},
		{"a\nb\033[31m\x7f", "a?b?[31m?"},
		{"\xc2\x9b" "2J", "??2J"},
		{"\xc2", "?"},
		{"\xc3\xa0\xff", "???"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(cases); i++) {
		char s[32];

		memcpy(s, cases[i].in, strlen(cases[i].in) + 1);
		fx_str_clean(s);
		assert_string_equal(s, cases[i].out);
	}
}

static void keep(void *arg, enum fx_log_level level, int facility, const char *text)
{
	(void)level, (void)facility;
	(void)fx_strlcpy(arg, text, 64);
}

static void nobody_forges_a_line_of_the_log(void **state)
{
	char line[64] = "";

	(void)state;
	fx_log_set_stderr(false);
	fx_log_set_sink(keep, line);
	fx_log(FX_LOG_ERROR, "document=\"%s\"", "x\n2026-01-01 error: \033]0;gone\a");
	fx_log_set_sink(NULL, NULL);
	fx_log_set_stderr(true);
	assert_string_equal(line, "document=\"x?2026-01-01 error: ?]0;gone?\"");
}

static void count(void *arg, enum fx_log_level level, int facility, const char *text)
{
	(void)level, (void)facility, (void)text;
	(*(unsigned *)arg)++;
}

/* One line of each depth and category. @return how many were written */
static unsigned lines_of(enum fx_log_category category)
{
	unsigned n = 0;

	fx_log_set_sink(count, &n);
	fx_log_in(category, FX_LOG_ERROR, "an error");
	fx_log_in(category, FX_LOG_WARN, "a warning");
	fx_log_in(category, FX_LOG_INFO, "an event");
	fx_log_line(category, FX_LOG_MAX, FX_LOG_INFO, "a step");
	fx_log_set_sink(NULL, NULL);
	return n;
}

static void categories_of_the_log(void **state)
{
	static const unsigned lines[] = {0, 1, 3, 4};

	(void)state;
	fx_log_set_stderr(false);
	for (unsigned c = 0; c < FX_LOG_CATEGORIES; c++) {
		for (unsigned d = FX_LOG_NONE; d <= FX_LOG_MAX; d++) {
			fx_log_set_depth((enum fx_log_category)c, (enum fx_log_depth)d);
			assert_int_equal(lines_of((enum fx_log_category)c), lines[d]);
			/* the others do not change, and who did it is always told */
			assert_int_equal(lines_of((enum fx_log_category)((c + 1) % 4)), 4);
			assert_int_equal(lines_of(FX_LOG_AUDIT), 4);
		}
	}
	fx_log_set_stderr(true);
}

static void a_client_cannot_fill_the_log(void **state)
{
	struct fx_log_bound b = {0};
	uint32_t lost, written = 0;

	(void)state;
	for (unsigned i = 0; i < 1000; i++) {
		written += fx_log_may(&b, 5, &lost);
		assert_int_equal(lost, 0);
	}
	assert_int_equal(written, FX_LOG_BOUND);
	assert_false(fx_log_may(&b, 60000004, &lost));
	assert_true(fx_log_may(&b, 60000005, &lost));
	assert_int_equal(lost, 1001 - FX_LOG_BOUND);
	assert_true(fx_log_may(&b, 60000006, &lost));
	assert_int_equal(lost, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_are_made_harmless),
		cmocka_unit_test(nobody_forges_a_line_of_the_log),
		cmocka_unit_test(categories_of_the_log),
		cmocka_unit_test(a_client_cannot_fill_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
