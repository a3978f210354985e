/* SPDX-License-Identifier: Apache-2.0 */
/* Fields and names of cover pages. */
#include "tests/support/support.h"

#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "core/cover.h"

static void every_field_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < FX_COVER_FIELD_COUNT; i++) {
		const char *name = fx_cover_field_str((enum fx_cover_field)i);

		assert_true(*name);
		assert_int_equal(fx_cover_field_from_str(name, strlen(name)), i);
	}
	assert_int_equal(fx_cover_field_from_str("recipient", 9), FX_COVER_FIELD_COUNT);
	assert_int_equal(fx_cover_field_from_str("notes", 5), FX_COVER_FIELD_COUNT);
	assert_string_equal(fx_cover_field_str(FX_COVER_FIELD_COUNT), "");
}

/* Every field, with what is awkward in a text of lines. */
static void fields_come_back(void **state)
{
	struct fx_cover_fields f;
	struct fx_buf b = {0};
	char value[80];

	(void)state;
	for (int i = 0; i < FX_COVER_FIELD_COUNT; i++) {
		(void)snprintf(value, sizeof(value), "%d=\\n\xc3\xa9\na\r\nb\rc\td\\", i);
		fx_cover_put(&b, (enum fx_cover_field)i, value);
	}
	assert_int_equal(b.err, 0);
	assert_int_equal(fx_cover_fields_parse((const char *)b.data, b.len, &f), 0);
	for (int i = 0; i < FX_COVER_FIELD_COUNT; i++) {
		(void)snprintf(value, sizeof(value), "%d=\\n\xc3\xa9\na\nb\nc\td\\", i);
		assert_string_equal(f.v[i], value);
	}
	fx_cover_fields_fini(&f);
	fx_buf_reset(&b);
	fx_cover_put(&b, FX_COVER_NOTE, "");
	fx_cover_put(&b, FX_COVER_NOTE, NULL);
	assert_int_equal(b.len, 0);
	fx_buf_fini(&b);
}

static void bad_fields_are_refused(void **state)
{
	struct fx_cover_fields f;
	char *big = fx_zalloc(FX_COVER_TEXT_MAX + 2);
	static const char later[] = "cloud-account=x\nnote=a\nnote=b\n\nsubject=q";

	(void)state;
	assert_int_equal(fx_cover_fields_parse("note", 4, &f), FX_EDATA);
	assert_int_equal(fx_cover_fields_parse("note=\xff\n", 7, &f), FX_EDATA);
	assert_int_equal(fx_cover_fields_parse("note=a\0b", 8, &f), FX_EDATA);
	assert_int_equal(fx_cover_fields_parse(later, sizeof(later) - 1, &f), 0);
	assert_string_equal(f.v[FX_COVER_NOTE], "b");
	assert_string_equal(f.v[FX_COVER_SUBJECT], "q");
	fx_cover_fields_fini(&f);
	assert_non_null(big);
	memset(big, 'a', FX_COVER_TEXT_MAX + 1);
	memcpy(big, "note=", 5);
	assert_int_equal(fx_cover_fields_parse(big, FX_COVER_TEXT_MAX + 1, &f), FX_ELIMIT);
	assert_int_equal(fx_cover_fields_parse(big, FX_COVER_FIELD_MAX + 6, &f), FX_ELIMIT);
	assert_int_equal(fx_cover_fields_parse(big, FX_COVER_FIELD_MAX + 5, &f), 0);
	fx_cover_fields_fini(&f);
	(void)fx_free(big);
}

static int parse_once(void *arg)
{
	struct fx_cover_fields f;
	int err = fx_cover_fields_parse("note=a\nsubject=b\n", 17, &f);

	(void)arg;
	fx_cover_fields_fini(&f); /* empty after a failure */
	return err;
}

static void out_of_memory(void **state)
{
	(void)state;
	fx_test_oom_sweep(parse_once, NULL);
}

static void names(void **state)
{
	static const char *const good[][2] = {
		{"generic", "generic"}, {"GENERIC.COV", "generic"}, {"Fyi.Cover", "fyi"},
		{"our page.cov", "our page"}, {"a.b", "a.b"}, {"\xc3\xa9t\xc3\xa9", "\xc3\xa9t\xc3\xa9"},
	};
	static const char *const wrong[] = {"", ".cov", ".cover", "..", ".hidden", "../generic",
		"a/b", "a\\b.cov", "C:generic.cov", "a\nb", "a\x7f", "\xff", "a;b",
		"0123456789012345678901234567890123456789012345678901234567890123x"};
	char name[FX_COVER_NAME_MAX + 1];

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(good); i++) {
		assert_int_equal(fx_cover_name(good[i][0], name), 0);
		assert_string_equal(name, good[i][1]);
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(wrong); i++) {
		assert_int_equal(fx_cover_name(wrong[i], name), FX_EINVAL);
	}
	assert_int_equal(fx_cover_name(NULL, name), FX_EINVAL);
	assert_true(fx_cover_is_windows("FAXCOVER-VER003w....", 20));
	assert_false(fx_cover_is_windows("caselli-cover 1\n", 16));
	assert_false(fx_cover_is_windows("FAXCOVER-VER", 11));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_a_name),
		cmocka_unit_test(fields_come_back),
		cmocka_unit_test(bad_fields_are_refused),
		cmocka_unit_test(out_of_memory),
		cmocka_unit_test(names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
