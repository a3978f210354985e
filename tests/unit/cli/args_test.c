/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <stdlib.h>
#include <string.h>
#include "cli/args.h"

static const struct fx_opt opts[] = {
	{"resolution", 'r', FX_OPT_REQUIRED, "standard|fine|superfine", "how fine"},
	{"priority", 'p', FX_OPT_OPTIONAL, "low|normal|high", "how urgent"},
	{"wait", 'w', FX_OPT_FLAG, NULL, "wait"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};
static const struct fx_command commands[] = {
	{"send", "NUMBER FILE...", "Send", NULL, "  caselli send 1 a", opts, 2, 100, NULL},
	{"ports", "", "List", NULL, NULL, NULL, 0, 0, NULL},
	{NULL, NULL, NULL, NULL, NULL, NULL, 0, 0, NULL},
};

static struct fx_globals g;
static struct fx_args a;
static struct fx_reason why;

/* "caselli" and the words of the line, parted by spaces. */
static int parse(const char *line)
{
	static char copy[256];
	char *argv[32] = {(char *)(uintptr_t) "caselli"}, *save = NULL, *word;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", line);
	for (word = strtok_r(copy, " ", &save); word; word = strtok_r(NULL, " ", &save)) {
		argv[argc++] = word;
	}
	why.text[0] = '\0';
	return fx_args_parse(commands, argc, argv, &g, &a, &why);
}

static void options_in_any_order_and_form(void **state)
{
	(void)state;
	assert_int_equal(parse("--json send -r fine 102 --priority a.pdf --server=x -w"), 0);
	assert_string_equal(a.command->name, "send");
	assert_true(g.json);
	assert_string_equal(g.server, "x");
	assert_string_equal(fx_args_value(&a, "resolution"), "fine");
	assert_string_equal(fx_args_value(&a, "priority"), "");
	assert_true(fx_args_has(&a, "wait"));
	assert_int_equal(a.n_words, 2);
	assert_string_equal(a.words[1], "a.pdf");
	assert_int_equal(parse("send -wrsuperfine 1 b --priority=low"), 0);
	assert_string_equal(fx_args_value(&a, "resolution"), "superfine");
	assert_string_equal(fx_args_value(&a, "priority"), "low");
	assert_false(g.json);
}

static void double_dash_ends_the_options(void **state)
{
	(void)state;
	assert_int_equal(parse("send -- 102 --json"), 0);
	assert_string_equal(a.words[1], "--json");
	assert_int_equal(parse("send 102 -"), 0);
	assert_string_equal(a.words[1], "-");
}

static void mistakes_are_named(void **state)
{
	static const struct {
		const char *line, *word;
	} bad[] = {
		{"sned 1 2", "sned"},
		{"send 102", "NUMBER FILE"},
		{"ports now", "now"},
		{"send 1 a --colour", "--colour"},
		{"send 1 a -x", "-x"},
		{"send 1 a -r", "standard|fine|superfine"},
		{"send 1 a -r best", "best"},
		{"send 1 a --wait=yes", "yes"},
		{"send 1 a --priority=urgent", "urgent"},
	};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(bad); i++) {
		assert_int_equal(parse(bad[i].line), FX_EINVAL);
		assert_non_null(strstr(why.text, bad[i].word));
	}
}

static void help_needs_no_arguments(void **state)
{
	(void)state;
	assert_int_equal(parse("send --help"), 0);
	assert_true(g.help);
	assert_string_equal(a.command->name, "send");
	assert_int_equal(parse("--version"), 0);
	assert_true(g.version);
	assert_null(a.command);
	assert_int_equal(parse(""), 0);
	assert_null(a.command);
}

static void help_shows_options_and_examples(void **state)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	fx_args_help(f, &commands[0]);
	fx_args_overview(f, commands);
	assert_int_equal(fclose(f), 0);
	assert_non_null(strstr(text, "usage: caselli send [OPTION...] NUMBER FILE..."));
	assert_non_null(strstr(text, "-r, --resolution standard|fine|superfine"));
	assert_non_null(strstr(text, "--priority[=low|normal|high]"));
	assert_non_null(strstr(text, "caselli send 1 a"));
	assert_non_null(strstr(text, "  ports      List"));
	free(text);
}

static void choices_are_whole_words(void **state)
{
	(void)state;
	assert_int_equal(fx_args_choice("no|yes|off", "yes"), 1);
	assert_int_equal(fx_args_choice("no|yes|off", "ye"), -1);
	assert_int_equal(fx_args_choice("no|yes|off", ""), -1);
	assert_int_equal(fx_args_choice("no|yes|off", "off"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(options_in_any_order_and_form),
		cmocka_unit_test(double_dash_ends_the_options),
		cmocka_unit_test(mistakes_are_named),
		cmocka_unit_test(help_needs_no_arguments),
		cmocka_unit_test(help_shows_options_and_examples),
		cmocka_unit_test(choices_are_whole_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
