/* SPDX-License-Identifier: Apache-2.0 */
/* A shared object as the linker made it, spoiled in each way that is told apart. */
#include <string.h>

#include "cli/shared_object.h"
#include "tests/support/support.h"

static const char *const exports[] = {"FaxDevSend", "FaxDevReceive"};

static void refused(struct fx_buf *b, size_t at, uint8_t value, const char *words)
{
	struct fx_reason why = {0};
	uint8_t was = b->data[at];

	b->data[at] = value;
	assert_int_equal(fx_so_check(b->data, b->len, exports, 2, &why), FX_EDATA);
	if (!strstr(why.text, words)) {
		fail_msg("\"%s\" does not say \"%s\"", why.text, words);
	}
	b->data[at] = was;
}

static void says_what_is_wrong(void **state)
{
	static const char *const other[] = {"FaxDevSend", "FaxRouteInitialize"};
	static const char *const used[] = {"PostQueuedCompletionStatus"}; /* asked for, not there */
	struct fx_reason why = {0};
	struct fx_buf b = {0};

	(void)state;
	fx_test_read_file(FX_TEST_FSP, &b);
	assert_int_equal(fx_so_check(b.data, b.len, exports, 2, &why), 0);
	assert_int_equal(fx_so_check(b.data, b.len, other, 2, &why), FX_EDATA);
	assert_string_equal(why.text, "it does not export FaxRouteInitialize");
	assert_int_equal(fx_so_check(b.data, b.len, used, 1, &why), FX_EDATA);
	refused(&b, 0, 0, "no ELF file");
	refused(&b, 4, 1, "64 bits");
	refused(&b, 5, 2, "byte order");
	refused(&b, 16, 2, "link it with -shared"); /* a program */
	refused(&b, 18, b.data[18] == 40 ? 62 : 40, "this machine is");
	refused(&b, 58, 1, "no table of exports");
	fx_buf_fini(&b);
}

/* Cut anywhere: refused if its tables are gone, and nothing is read behind the end. */
static void cut_files(void **state)
{
	struct fx_reason why = {0};
	struct fx_buf b = {0};
	uint64_t sections = 0;
	size_t n;

	(void)state;
	fx_test_read_file(FX_TEST_FSP, &b);
	memcpy(&sections, b.data + 40, sizeof(sections)); /* e_shoff of this machine's file */
	for (n = 0; n < b.len; n += n < 200 ? 1 : 211) {
		uint8_t *p = fx_memdup(b.data, n ? n : 1);

		assert_non_null(p);
		if (fx_so_check(p, n, exports, 2, &why) != FX_EDATA) {
			assert_true(n > sections); /* the first ones are all that it needs */
		}
		(void)fx_free(p);
	}
	fx_buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(says_what_is_wrong),
		cmocka_unit_test(cut_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
