/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Our sender and our receiver against far ends that behave as real machines do
 * (engine.md 5): late, silent, refusing, gone. Over T.38, frame by frame.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "t30/frames.h"
#include "t30/guards.h"
#include "tests/session/script.h"

static void late_cfr(void **state)
{
	/* T4 is 3.45 s: the second is later than the first repetition of DCS. */
	static const struct script_step slow[] = {
		{S_SEND, DIS, DIS_ALL, false}, {S_WAIT, DCS, NULL, false},
		{S_PAUSE, 6200, NULL, false}, {S_SEND, CFR, NULL, false},
		{S_WAIT, PPS, NULL, false}, {S_QUIET, 0, NULL, false},
		{S_SEND, MCF, NULL, false}, {S_WAIT, DCN, NULL, false}, {0}};
	static const struct script_step slower[] = {
		{S_SEND, DIS, DIS_ALL, false}, {S_WAIT, DCS, NULL, false},
		{S_WAIT, DCS, NULL, false}, {S_PAUSE, 6200, NULL, false},
		{S_SEND, CFR, NULL, false}, {S_WAIT, PPS, NULL, false},
		{S_QUIET, 0, NULL, false}, {S_SEND, MCF, NULL, false},
		{S_WAIT, DCN, NULL, false}, {0}};
	const struct script_step *both[] = {slow, slower};

	for (size_t i = 0; i < 2; i++) {
		struct sent t;

		send_to(&t, both[i], 1, 120);
		assert_int_equal(t.a.res.outcome, FX_OUTCOME_SUCCESS);
		sent_fini(&t);
	}
}

static void g6_rtn_on_the_last_page_is_no_success(void **state)
{
	static const struct script_step steps[] = {
		TRAINED_NO_ECM, {S_WAIT, EOP, NULL, false}, {S_QUIET, 0, NULL, false},
		{S_SEND, RTN, NULL, false}, {S_WAIT, DCN, NULL, false}, {0}};
	struct sent t;

	send_to(&t, steps, 1, 120);
	assert_int_equal(t.a.res.pages_confirmed, 0);
	assert_int_equal(t.a.res.outcome, FX_OUTCOME_PAGE_REJECTED);
	assert_int_equal(t.a.pages, 1);
	assert_false(t.a.page[0].confirmed);
	sent_fini(&t);
}

static void rtp_confirms_a_page(void **state)
{
	static const struct script_step steps[] = {
		TRAINED_NO_ECM, {S_WAIT, EOP, NULL, false}, {S_QUIET, 0, NULL, false},
		{S_SEND, RTP, NULL, false}, {S_WAIT, DCN, NULL, false}, {0}};
	struct sent t;

	send_to(&t, steps, 1, 120);
	assert_int_equal(t.a.res.pages_confirmed, 1);
	assert_int_equal(t.a.res.outcome, FX_OUTCOME_SUCCESS);
	sent_fini(&t);
}

static void dcn_instead_of_mcf(void **state)
{
	static const struct script_step steps[] = {
		TRAINED, {S_WAIT, PPS, NULL, false}, {S_QUIET, 0, NULL, false},
		{S_SEND, DCN, NULL, false}, {0}};
	struct sent t;

	send_to(&t, steps, 1, 120);
	assert_int_equal(t.a.res.pages_confirmed, 0);
	assert_int_not_equal(t.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(t.a.res.engine_code, 15);
	sent_fini(&t);
}

static void dcn_after_the_first_of_two_pages(void **state)
{
	static const struct script_step steps[] = {
		TRAINED, {S_WAIT, PPS, NULL, false}, {S_QUIET, 0, NULL, false},
		{S_SEND, MCF, NULL, false}, {S_WAIT, PPS, NULL, false}, {S_QUIET, 0, NULL, false},
		{S_SEND, DCN, NULL, false}, {0}};
	struct sent t;

	send_to(&t, steps, 2, 120);
	assert_int_equal(t.a.res.pages_confirmed, 1);
	assert_int_not_equal(t.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_non_null(strstr(t.a.res.words, "1 of 2 pages"));
	sent_fini(&t);
}

static void no_answer_after_the_page(void **state)
{
	static const struct script_step steps[] = {TRAINED, {S_WAIT, PPS, NULL, false}, {0}};
	struct sent t;

	send_to(&t, steps, 1, 120);
	assert_int_equal(t.a.res.pages_confirmed, 0);
	assert_int_not_equal(t.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_true(script_heard(&t.far, FX_FCF_PPS) >= 3); /* T.30 5.4.3: three tries */
	sent_fini(&t);
}

static void silence_is_not_fax(void **state)
{
	static const struct script_step steps[] = {{0}};
	struct sent t;

	send_to(&t, steps, 1, 70);
	assert_int_equal(t.a.res.outcome, FX_OUTCOME_NOT_FAX);
	assert_int_equal(t.a.res.engine_code, 2);
	sent_fini(&t);
}

static void ppr_is_counted_and_answered(void **state)
{
	/* Frame 0 of the block is asked for again. */
	static const struct script_step steps[] = {
		TRAINED, {S_WAIT, PPS, NULL, false}, {S_QUIET, 0, NULL, false},
		{S_SEND, 0xBC, "0100000000000000000000000000000000000000000000000000000000000000",
		 false},
		{S_WAIT, PPS, NULL, false}, {S_QUIET, 0, NULL, false}, {S_SEND, MCF, NULL, false},
		{S_WAIT, DCN, NULL, false}, {0}};
	struct sent t;

	send_to(&t, steps, 1, 120);
	assert_int_equal(t.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(t.a.res.ecm_retries, 1);
	sent_fini(&t);
}

static void a_machine_that_cannot_receive(void **state)
{
	static const struct script_step steps[] = {
		{S_SEND, DIS, "00ECFAC4800911808018", false}, {S_WAIT, DCN, NULL, false}, {0}};
	struct sent t;

	send_to(&t, steps, 1, 120);
	assert_int_equal(t.a.res.outcome, FX_OUTCOME_REFUSED);
	sent_fini(&t);
}

static void lost_dcn_after_eop_g8(void **state)
{
	static const struct script_step steps[] = {
		CALLING, PAGE, PPS_EOP, {S_WAIT, MCF, NULL, false}, {0}};
	struct got t;

	got_init(&t, steps);
	assert_true(got_run(&t, 60));
	assert_int_equal(t.b.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(t.b.res.pages_confirmed, 1);
	assert_int_equal(rx_pages(&t.b), 1);
	got_fini(&t);
	/* Without the guard the call is still there after ten minutes. */
	fx_t30_test_disable(FX_GUARD_G8);
	got_init(&t, steps);
	fx_t30_test_disable(0);
	assert_false(got_run(&t, 600));
	got_fini(&t);
}

static void sender_vanishes_in_mid_page_g8(void **state)
{
	static const struct script_step steps[] = {CALLING, PAGE, {0}};
	struct got t;

	got_init(&t, steps);
	assert_true(got_run(&t, 120));
	assert_int_not_equal(t.b.res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(t.b.res.pages_confirmed, 0);
	got_fini(&t);
}

static void repeated_pps_eop_stores_one_page(void **state)
{
	static const struct script_step steps[] = {
		CALLING, PAGE, PPS_EOP, {S_WAIT, MCF, NULL, false}, {S_QUIET, 0, NULL, false},
		PPS_EOP, {S_WAIT, MCF, NULL, false}, {S_QUIET, 0, NULL, false},
		{S_SEND, 0xFB, NULL, false}, {0}};
	struct got t;

	got_init(&t, steps);
	assert_true(got_run(&t, 60));
	assert_int_equal(t.b.pages, 1);
	assert_int_equal(rx_pages(&t.b), 1);
	assert_int_equal(t.b.res.outcome, FX_OUTCOME_SUCCESS);
	got_fini(&t);
}

static void dcn_in_mid_page(void **state)
{
	static const struct script_step steps[] = {
		CALLING, PAGE, {S_SEND, 0xFB, NULL, false}, {0}};
	struct got t;

	got_init(&t, steps);
	assert_true(got_run(&t, 60));
	assert_int_equal(t.b.res.pages_confirmed, 0);
	assert_int_not_equal(t.b.res.outcome, FX_OUTCOME_SUCCESS);
	got_fini(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(late_cfr),
		cmocka_unit_test(g6_rtn_on_the_last_page_is_no_success),
		cmocka_unit_test(rtp_confirms_a_page),
		cmocka_unit_test(dcn_instead_of_mcf),
		cmocka_unit_test(dcn_after_the_first_of_two_pages),
		cmocka_unit_test(no_answer_after_the_page),
		cmocka_unit_test(silence_is_not_fax),
		cmocka_unit_test(ppr_is_counted_and_answered),
		cmocka_unit_test(a_machine_that_cannot_receive),
		cmocka_unit_test(lost_dcn_after_eop_g8),
		cmocka_unit_test(sender_vanishes_in_mid_page_g8),
		cmocka_unit_test(repeated_pps_eop_stores_one_page),
		cmocka_unit_test(dcn_in_mid_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
