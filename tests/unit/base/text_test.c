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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(control_characters_are_made_harmless),
		cmocka_unit_test(nobody_forges_a_line_of_the_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
