/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include "cli/text.h"

static char *printed(const struct fx_table *t, size_t width)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fx_table_print(t, f, width, false);
	assert_int_equal(fclose(f), 0);
	return text;
}

static const struct fx_column columns[] = {
	{"JOB", FX_RIGHT, 0},
	{"DOCUMENT", FX_LEFT, 5},
	{"TO", FX_LEFT, 0},
	{NULL, FX_LEFT, 0},
};

static struct fx_table *sample(void)
{
	struct fx_table *t = NULL;

	assert_int_equal(fx_table_new(columns, &t), 0);
	assert_int_equal(fx_table_cellf(t, "%d", 7), 0);
	assert_int_equal(fx_table_cell(t, "citt\xc3\xa0 e paesi"), 0);
	assert_int_equal(fx_table_cell(t, "102"), 0);
	assert_int_equal(fx_table_cell(t, "1200"), 0);
	assert_int_equal(fx_table_cell(t, NULL), 0);
	assert_int_equal(fx_table_cell(t, "Anna"), 0);
	return t;
}

static void tables_align_and_fit(void **state)
{
	struct fx_table *t = sample();
	char *text = printed(t, 0);

	(void)state;
	assert_int_equal(fx_table_rows(t), 2);
	assert_string_equal(text, " JOB  DOCUMENT       TO\n"
				  "   7  citt\xc3\xa0 e paesi  102\n"
				  "1200                 Anna\n");
	free(text);
	text = printed(t, 19);
	assert_string_equal(text, " JOB  DOCUME\xe2\x80\xa6  TO\n"
				  "   7  citt\xc3\xa0 \xe2\x80\xa6  102\n"
				  "1200           Anna\n");
	free(text);
	(void)fx_table_free(t);
}

static void empty_columns_at_the_end_need_no_room(void **state)
{
	struct fx_table *t = NULL;
	char *text;

	(void)state;
	assert_int_equal(fx_table_new(columns, &t), 0);
	assert_int_equal(fx_table_cell(t, "7"), 0);
	assert_int_equal(fx_table_cell(t, "a letter"), 0);
	assert_int_equal(fx_table_cell(t, ""), 0);
	text = printed(t, 13);
	assert_string_equal(text, "JOB  DOCUMENT\n"
				  "  7  a letter\n");
	free(text);
	text = printed(t, 0); /* for programs each line has all columns */
	assert_string_equal(text, "JOB  DOCUMENT  TO\n"
				  "  7  a letter  \n");
	free(text);
	(void)fx_table_free(t);
}

static void texts_of_strangers_cannot_steer_the_terminal(void **state)
{
	char dst[64];

	(void)state;
	assert_string_equal(fx_text_fit(dst, sizeof(dst),
					"a\033[31mb\x07\xc2\x9b"
					"c\n",
					40),
			    "a[31mbc");
	assert_string_equal(fx_text_fit(dst, sizeof(dst), "x\xff\xc3", 40), "x??");
	assert_string_equal(fx_text_fit(dst, sizeof(dst),
					"\xe2\x80\xae"
					"evil",
					40),
			    "evil");
	assert_string_equal(fx_text_fit(dst, 5, "abcdefgh", 40), "a\xe2\x80\xa6");
	assert_string_equal(fx_text_fit(dst, sizeof(dst), NULL, 40), "");
	assert_string_equal(fx_text_fit(dst, sizeof(dst), "abc", 3), "abc");
	assert_string_equal(fx_text_fit(dst, sizeof(dst), "abcd", 3), "ab\xe2\x80\xa6");
}

static char *as_lines(const char *s, size_t n, bool (*fn)(FILE *, const char *, size_t))
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	assert_true(fn(f, s, n));
	assert_int_equal(fclose(f), 0);
	return text;
}

static void lines_of_strangers_cannot_steer_the_terminal(void **state)
{
	/* ESC [, CSI as one character of C1, an override of direction, a cut character */
	static const char line[] = "CSI\tq\033[31m \xc2\x9b"
				   "2J \xe2\x80\xae\xc3\xa0 \xff\n\0x\xc3";
	char *s;

	(void)state;
	s = as_lines(line, sizeof(line) - 1, fx_text_print);
	assert_string_equal(s, "CSI\tq[31m 2J \xc3\xa0 ?\nx?");
	free(s);
	s = as_lines("\"\xc2\x9b\xe2\x80\xae\xc3\xa0\"\n", 10, fx_text_print_json);
	assert_string_equal(s, "\"\\u009b\\u202e\xc3\xa0\"\n");
	free(s);
}

static void widths_count_columns(void **state)
{
	(void)state;
	assert_int_equal(fx_text_width("citt\xc3\xa0"), 5);
	assert_int_equal(fx_text_width("\033x\n"), 1);
	assert_int_equal(fx_text_width(NULL), 0);
}

static void amounts_are_short(void **state)
{
	char dst[32];

	(void)state;
	assert_string_equal(fx_text_bytes(dst, sizeof(dst), 812), "812 B");
	assert_string_equal(fx_text_bytes(dst, sizeof(dst), 23400), "23.4 kB");
	assert_string_equal(fx_text_bytes(dst, sizeof(dst), 1234567), "1.2 MB");
	assert_string_equal(fx_text_pages(dst, sizeof(dst), 1), "1 page");
	assert_string_equal(fx_text_pages(dst, sizeof(dst), 2), "2 pages");
	assert_string_equal(fx_text_pages(dst, sizeof(dst), 0), "? pages");
}

static int fill(void *arg)
{
	struct fx_table *t = NULL;
	int err = fx_table_new(columns, &t), i;

	(void)arg;
	for (i = 0; !err && i < 100; i++) {
		err = fx_table_cell(t, "cell");
	}
	(void)fx_table_free(t);
	return err;
}

static void a_table_without_memory_leaks_nothing(void **state)
{
	(void)state;
	fx_test_oom_sweep(fill, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tables_align_and_fit),
		cmocka_unit_test(empty_columns_at_the_end_need_no_room),
		cmocka_unit_test(texts_of_strangers_cannot_steer_the_terminal),
		cmocka_unit_test(lines_of_strangers_cannot_steer_the_terminal),
		cmocka_unit_test(widths_count_columns),
		cmocka_unit_test(amounts_are_short),
		cmocka_unit_test(a_table_without_memory_leaks_nothing),
	};

	(void)setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
