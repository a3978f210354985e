/* SPDX-License-Identifier: Apache-2.0 */
/* One page and several, audio and T.38, clean lines: the quick part. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "tests/session/line.h"

static void one_page(bool t38)
{
	struct call c;

	call_init(&c, t38, 1, FX_RES_FINE);
	call_run(&c, 120);
	assert_int_equal(c.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(c.b.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(c.a.res.pages_confirmed, 1);
	assert_int_equal(c.a.res.rate_bps, 14400);
	assert_true(c.a.res.ecm);
	assert_int_equal(c.a.res.coding, FX_CODING_MMR);
	assert_string_equal(c.a.res.remote_id, "+33 4 1002");
	assert_string_equal(c.b.res.remote_id, "+39 02 1001");
	assert_same_page(c.doc, 0, &c.b, 0);
	call_fini(&c);
}

static void audio_one_page(void **state)
{
	one_page(false);
}

static void t38_one_page(void **state)
{
	one_page(true);
}

static void t38_unpaced_three_pages(void **state)
{
	struct call c;

	call_init(&c, true, 3, FX_RES_FINE);
	c.line.unpaced = c.a.prm.t38_unpaced = c.b.prm.t38_unpaced = true;
	call_run(&c, 60);
	assert_int_equal(c.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(c.b.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(rx_pages(&c.b), 3);
	for (uint32_t i = 0; i < 3; i++) {
		assert_same_page(c.doc, i, &c.b, i);
	}
	call_fini(&c);
}

static void t38_status_tells_the_pages_in_order(void **state)
{
	struct call c;

	call_init(&c, true, 2, FX_RES_STANDARD);
	call_run(&c, 120);
	assert_int_equal(c.a.n_states, 2);
	assert_int_equal(c.a.states[0], FX_PORT_SENDING);
	assert_int_equal(c.a.states[1], FX_PORT_COMPLETED);
	assert_int_equal(c.b.states[0], FX_PORT_RECEIVING);
	assert_int_equal(c.b.states[1], FX_PORT_COMPLETED);
	assert_int_equal(c.a.pages, 2);
	assert_int_equal(c.b.pages, 2);
	assert_int_equal(c.a.page[1].page, 2);
	assert_true(c.a.page[1].confirmed);
	assert_int_equal(c.a.page[1].rows, FX_RES_STANDARD * 4);
	assert_int_equal(c.b.page[1].rows, FX_RES_STANDARD * 4);
	call_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audio_one_page),
		cmocka_unit_test(t38_one_page),
		cmocka_unit_test(t38_unpaced_three_pages),
		cmocka_unit_test(t38_status_tells_the_pages_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
