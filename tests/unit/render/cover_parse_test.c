/* SPDX-License-Identifier: Apache-2.0 */
/* The text format of cover pages: what is read, and the words about what is not. */
#include "tests/support/support.h"

#include <string.h>
#include "base/str.h"
#include "render/cover.h"

#define HEAD COVER_MAGIC "\n"

static int parse(const char *text, struct cover *c, struct fx_reason *why)
{
	return cover_parse(text, strlen(text), c, why);
}

static void a_page(void **state)
{
	static const char text[] =
		"\xef\xbb\xbf" COVER_MAGIC "   # ours\r\n"
		"title \"A \\\"page\\\"\"\r\n\r\n# nothing\n"
		"font \"Nimbus Sans\"\nsize 12.5\n"
		"text 20 30.5 -20 8 bold size=20 align=right color=white "
		"\"To {recipient-name}\" # x\n"
		"text 1 2 3 font=\"P052, serif\" italic spacing=-0.5 lines=1.5 if=note \"a # b\"\n"
		"rows 20 50 80 label=22 gap=2 rules\n\trow \"Name\" \"{sender-name}\"\nend\n"
		"box -50 10 30 -10 width=0.9 radius=2 fill=black\nline 0 -20 -0.5 -20\n"
		"note 20 100 -20\nnext\nnote 20 20 -20 -20\n";
	struct cover c;
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(parse(text, &c, &why), 0);
	assert_string_equal(c.title, "A \"page\"");
	assert_int_equal(c.n, 8);
	assert_int_equal(c.n_first, 7);
	assert_int_equal(c.items[0].kind, COVER_TEXT);
	assert_int_equal(c.items[0].line, 7);
	assert_true(c.items[0].has_h);
	assert_true(c.items[0].v[1] > 30.49 && c.items[0].v[1] < 30.51);
	assert_true(c.items[0].v[2] > -20.01 && c.items[0].v[2] < -19.99);
	assert_true(c.items[0].style.bold && c.items[0].style.white);
	assert_int_equal(c.items[0].style.align, COVER_RIGHT);
	assert_string_equal(c.items[0].style.font, "Nimbus Sans");
	assert_string_equal(c.items[0].text, "To {recipient-name}");
	assert_false(c.items[1].has_h || c.items[1].style.bold);
	assert_string_equal(c.items[1].style.font, "P052, serif");
	assert_string_equal(c.items[1].text, "a # b");
	assert_int_equal(c.items[1].only_if, FX_COVER_NOTE);
	assert_int_equal(c.items[2].kind, COVER_ROWS);
	assert_true(c.items[2].rules && c.items[2].style.size_pt > 12.4);
	assert_int_equal(c.items[3].kind, COVER_ROW);
	assert_string_equal(c.items[3].label_text, "Name");
	assert_int_equal(c.items[4].fill, COVER_BLACK);
	assert_int_equal(c.items[5].kind, COVER_LINE);
	assert_int_equal(c.items[7].kind, COVER_NOTE);
	cover_fini(&c);
}

static const struct {
	const char *text, *words;
	int err;
} wrong[] = {
	{"", "no cover page", FX_EDATA},
	{"hello", "no cover page", FX_EDATA},
	{"FAXCOVER-VER003w\1\2", "of Windows", FX_EDATA},
	{"caselli-cover 2\n", "line 1: version", FX_EDATA},
	{HEAD "text 1 2 3 \"\xff\"\n", "UTF-8", FX_EDATA},
	{HEAD "\n\npicture 1 2 3\n", "line 4: unknown statement \"picture\"", FX_EDATA},
	{HEAD "text 1 2 \"x\"\n", "line 2: text needs X Y W", FX_EDATA},
	{HEAD "text 1 2 3\n", "in quotes", FX_EDATA},
	{HEAD "text 1 2 1e3 \"x\"\n", "no length in mm", FX_EDATA},
	{HEAD "text nan 2 3 \"x\"\n", "no length in mm", FX_EDATA},
	{HEAD "text 1 2 501 \"x\"\n", "no length in mm", FX_EDATA},
	{HEAD "text 1 2 3 \"x\n", "without its closing", FX_EDATA},
	{HEAD "text 1 2 3 \"x\"y\n", "directly behind", FX_EDATA},
	{HEAD "text 1 2 3 \"x\" \"y\"\n", "a text where an option", FX_EDATA},
	{HEAD "text 1 2 3 blink \"x\"\n", "unknown option \"blink\"", FX_EDATA},
	{HEAD "text 1 2 3 fill=black \"x\"\n", "unknown option \"fill\"", FX_EDATA},
	{HEAD "text 1 2 3 size=1000 \"x\"\n", "size is a number from 4 to 200", FX_EDATA},
	{HEAD "text 1 2 3 align=up \"x\"\n", "align cannot be \"up\"", FX_EDATA},
	{HEAD "text 1 2 3 if=nobody \"x\"\n", "no such field", FX_EDATA},
	{HEAD "text 1 2 3 \"{nobody}\"\n", "unknown field", FX_EDATA},
	{HEAD "text 1 2 3 \"{note\"\n", "{ without its }", FX_EDATA},
	{HEAD "text 1 2 3 \"note}\"\n", "} without its {", FX_EDATA},
	{HEAD "text 1 2 3 \"[a [b]]\"\n", "[ inside [ ]", FX_EDATA},
	{HEAD "text 1 2 3 \"[a\"\n", "[ without its ]", FX_EDATA},
	{HEAD "text 1 2 3 \"a]\"\n", "] without its [", FX_EDATA},
	{HEAD "row \"a\" \"b\"\n", "outside of rows", FX_EDATA},
	{HEAD "rows 1 2 3\nrow \"a\"\nend\n", "line 3: a row is", FX_EDATA},
	{HEAD "rows 1 2 3\nline 1 2 3 4\nend\n", "only row and end", FX_EDATA},
	{HEAD "rows 1 2 3\n", "without its end", FX_EDATA},
	{HEAD "end\n", "end without rows", FX_EDATA},
	{HEAD "next\n", "needs a note", FX_EDATA},
	{HEAD "note 1 2 3\nnext\nline 1 2 3 4\n", "behind next a note is missing", FX_EDATA},
	{HEAD "note 1 2 3\nnext\nnote 1 2 3\nnext\n", "line 5: next stands alone", FX_EDATA},
	{HEAD "size\n", "size needs one value", FX_EDATA},
	{HEAD "font \"\"\n", "a font has a name", FX_EDATA},
	{HEAD "line 1 2 3\n", "line needs X1 Y1 X2 Y2", FX_EDATA},
	{HEAD "a b c d e f g h i j k l m n o p q r s t u v w x y\n", "more than 24 words", FX_EDATA},
};

static void errors_name_the_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(wrong); i++) {
		struct fx_reason why = {0};
		struct cover c;
		int err = parse(wrong[i].text, &c, &why);

		if (err != wrong[i].err || !strstr(why.text, wrong[i].words)) {
			fail_msg("%zu: %d \"%s\", not \"%s\"", i, err, why.text, wrong[i].words);
		}
	}
}

static void limits(void **state)
{
	struct fx_reason why = {0};
	struct fx_buf b = {0};
	struct cover c;

	(void)state;
	fx_buf_printf(&b, HEAD);
	for (unsigned i = 0; i < COVER_ITEMS_MAX; i++) {
		fx_buf_printf(&b, "line 1 2 3 4\n");
	}
	assert_int_equal(cover_parse((const char *)b.data, b.len, &c, &why), 0);
	cover_fini(&c);
	fx_buf_printf(&b, "line 1 2 3 4\n");
	assert_int_equal(cover_parse((const char *)b.data, b.len, &c, &why), FX_EDATA);
	assert_non_null(strstr(why.text, "more than 400 things"));
	fx_buf_reset(&b);
	fx_buf_printf(&b, HEAD);
	for (unsigned i = 0; i < COVER_LINES_MAX; i++) {
		fx_buf_printf(&b, "\n");
	}
	assert_int_equal(cover_parse((const char *)b.data, b.len, &c, &why), FX_EDATA);
	assert_non_null(strstr(why.text, "more than 2000 lines"));
	while (b.len <= FX_COVER_FILE_MAX) {
		fx_buf_printf(&b, "# a long comment that goes on and on and on and on\n");
	}
	assert_int_equal(cover_parse((const char *)b.data, b.len, &c, &why), FX_ELIMIT);
	fx_buf_fini(&b);
}

static void texts_are_filled_in(void **state)
{
	static const char *const cases[][2] = {
		{"To {recipient-name}", "To Rossi"},
		{"{sender-name}[, {sender-title}]", ""},
		{"{recipient-name}[, {recipient-title}][ ({subject})]", "Rossi (A\nB)"},
		{"[{sender-name} ]{recipient-name}  ", "Rossi"},
		{"\\{x\\} \\[y\\] \\\\n a\\nb", "{x} [y] \\n a\nb"},
		{"[only words]", ""},
	};
	struct fx_cover_fields f = {{0}};
	char *s;
	bool any;

	(void)state;
	f.v[FX_COVER_RECIPIENT_NAME] = fx_strdup("Rossi");
	f.v[FX_COVER_SUBJECT] = fx_strdup("A\nB");
	for (size_t i = 0; i < FX_ARRAY_LEN(cases); i++) {
		assert_null(cover_check_text(cases[i][0]));
		assert_int_equal(cover_expand(cases[i][0], &f, &s, NULL), 0);
		assert_string_equal(s, cases[i][1]);
		(void)fx_free(s);
	}
	assert_int_equal(cover_expand("Tel. {sender-fax}", &f, &s, &any), 0);
	assert_false(any); /* only its label would stand there */
	(void)fx_free(s);
	assert_int_equal(cover_expand("Tel. {recipient-name}", &f, &s, &any), 0);
	assert_true(any);
	(void)fx_free(s);
	assert_int_equal(cover_expand("Tel.", &f, &s, &any), 0);
	assert_true(any);
	(void)fx_free(s);
	fx_cover_fields_fini(&f);
}

static int parse_once(void *arg)
{
	struct cover c;
	int err = parse(arg, &c, NULL);

	if (!err) {
		cover_fini(&c);
	}
	return err;
}

static void out_of_memory(void **state)
{
	static char text[] = HEAD "text 1 2 3 \"a\"\nrows 1 2 3\nrow \"a\" \"b\"\nend\n";

	(void)state;
	fx_test_oom_sweep(parse_once, text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page),
		cmocka_unit_test(errors_name_the_line),
		cmocka_unit_test(limits),
		cmocka_unit_test(texts_are_filled_in),
		cmocka_unit_test(out_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
