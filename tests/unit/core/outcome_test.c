/* SPDX-License-Identifier: Apache-2.0 */
#include "core/outcome.h"

#include <string.h>
#include "core/call.h"
#include "tests/support/support.h"

/* All flags, all codes, and the page counts that matter. */
static void check_one(const struct fx_t30_end *e)
{
	enum fx_outcome o = fx_outcome_from_t30(e);

	assert_true(o > FX_OUTCOME_NONE && o < FX_OUTCOME_COUNT);
	if (o == FX_OUTCOME_SUCCESS) {
		assert_false(e->storage_failed);
		assert_true(e->pages_confirmed > 0);
		assert_true(e->sender ? e->pages_confirmed >= e->pages_expected : e->eop_seen);
	}
	if (o == FX_OUTCOME_PARTIAL) {
		assert_false(e->sender);
		assert_true(e->pages_confirmed > 0);
	}
	if (e->storage_failed) {
		assert_int_equal(o, FX_OUTCOME_STORAGE);
	}
}

static void map_is_total(void **state)
{
	static const uint32_t counts[] = {0, 1, 2, 3};

	(void)state;
	for (int code = -1; code <= 62; code++) {
		assert_true(strlen(fx_t30_code_words(code)) > 5);
		for (unsigned flags = 0; flags < 256; flags++) {
			for (unsigned n = 0; n < 16; n++) {
				struct fx_t30_end e = {
					.code = code,
					.sender = flags & 1,
					.by_us = flags & 2,
					.watchdog = flags & 4,
					.line_lost = flags & 8,
					.storage_failed = flags & 16,
					.rtn = flags & 32,
					.eop_seen = flags & 64,
					.malformed = flags & 128,
					.pages_confirmed = counts[n & 3],
					.pages_expected = counts[n >> 2],
				};
				check_one(&e);
			}
		}
	}
}

static void success_only_by_pages(void **state)
{
	struct fx_t30_end e = {.sender = true, .pages_expected = 2, .pages_confirmed = 1};

	(void)state;
	/* G6: code 0 after RTN for the last page */
	assert_int_equal(fx_outcome_from_t30(&e), FX_OUTCOME_PAGE_REJECTED);
	e.pages_confirmed = 2;
	e.code = 49;
	e.line_lost = e.by_us = true; /* cut after the last MCF */
	assert_int_equal(fx_outcome_from_t30(&e), FX_OUTCOME_SUCCESS);
}

static void codes_of_a_sender(void **state)
{
	static const struct {
		int code;
		enum fx_outcome outcome;
		enum fx_retry_class retry;
	} rows[] = {
		{-1, FX_OUTCOME_DISCONNECTED, FX_RETRY_QUICK},
		{2, FX_OUTCOME_NOT_FAX, FX_RETRY_DELAYED},
		{11, FX_OUTCOME_INCOMPATIBLE, FX_RETRY_DELAYED},
		{13, FX_OUTCOME_PROTOCOL, FX_RETRY_QUICK},
		{20, FX_OUTCOME_TIMEOUT, FX_RETRY_QUICK},
		{41, FX_OUTCOME_DOCUMENT, FX_RETRY_NONE},
		{48, FX_OUTCOME_TIMEOUT, FX_RETRY_QUICK},
		{49, FX_OUTCOME_DISCONNECTED, FX_RETRY_QUICK},
		{56, FX_OUTCOME_REFUSED, FX_RETRY_DELAYED},
		{99, FX_OUTCOME_PROTOCOL, FX_RETRY_QUICK},
	};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		struct fx_t30_end e = {.code = rows[i].code, .sender = true, .pages_expected = 1};

		assert_int_equal(fx_outcome_from_t30(&e), rows[i].outcome);
		assert_int_equal(fx_outcome_retry(rows[i].outcome), rows[i].retry);
	}
}

static void ends_of_a_receiver(void **state)
{
	struct fx_t30_end e = {.code = 0, .pages_confirmed = 1, .eop_seen = true};

	(void)state;
	assert_int_equal(fx_outcome_from_t30(&e), FX_OUTCOME_SUCCESS);
	e.eop_seen = false;
	assert_int_equal(fx_outcome_from_t30(&e), FX_OUTCOME_PARTIAL);
	e.pages_confirmed = 0;
	e.code = 48; /* nobody spoke fax: a person or silence */
	assert_int_equal(fx_outcome_from_t30(&e), FX_OUTCOME_NOT_FAX);
	e.storage_failed = true;
	assert_int_equal(fx_outcome_from_t30(&e), FX_OUTCOME_STORAGE);
}

static void names_go_both_ways(void **state)
{
	(void)state;
	for (unsigned i = 0; i < FX_OUTCOME_COUNT; i++) {
		assert_int_equal(fx_outcome_from_str(fx_outcome_str((enum fx_outcome)i)), i);
		assert_true(strlen(fx_outcome_words((enum fx_outcome)i)) > 5);
		assert_int_equal(fx_outcome_fps((enum fx_outcome)i) & 0x20000000u, 0x20000000u);
		assert_true(i == FX_OUTCOME_NONE ||
			    strcmp(fx_fps_text(fx_outcome_fps((enum fx_outcome)i)), "Unknown"));
	}
	assert_int_equal(fx_outcome_from_str("nonsense"), FX_OUTCOME_NONE);
	assert_int_equal(fx_outcome_from_str(NULL), FX_OUTCOME_NONE);
	assert_string_equal(fx_outcome_str((enum fx_outcome)999), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(map_is_total),	     cmocka_unit_test(success_only_by_pages),
		cmocka_unit_test(codes_of_a_sender), cmocka_unit_test(ends_of_a_receiver),
		cmocka_unit_test(names_go_both_ways),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
