/* SPDX-License-Identifier: Apache-2.0 */
#include "core/retry.h"

#include "tests/support/support.h"

#define NOW 1000000

static struct fx_decision decide(const struct fx_attempt_end *in)
{
	struct fx_config c;
	struct fx_attempt_end e = *in;

	fx_config_defaults(&c); /* 3 retries, 10 minutes */
	e.now = NOW;
	if (!e.pages) {
		e.pages = 2;
	}
	return fx_retry_decide(&c, &e);
}

static void table(void **state)
{
	static const struct {
		struct fx_attempt_end in;
		struct fx_decision out;
	} rows[] = {
		/* finished by pages, whatever the outcome says */
		{{.outcome = FX_OUTCOME_SUCCESS, .confirmed = 2},
		 {FX_NEXT_FINISHED, NOW, 0, false}},
		{{.outcome = FX_OUTCOME_DISCONNECTED, .confirmed = 2},
		 {FX_NEXT_FINISHED, NOW, 0, false}},
		/* said to be well, a page missing */
		{{.outcome = FX_OUTCOME_SUCCESS, .confirmed = 1}, {FX_NEXT_RETRY, NOW, 1, true}},
		/* delayed, until used up: 1 try and 3 retries */
		{{.outcome = FX_OUTCOME_BUSY}, {FX_NEXT_RETRY, NOW + 600, 1, false}},
		{{.outcome = FX_OUTCOME_NO_ANSWER, .tries = 2},
		 {FX_NEXT_RETRY, NOW + 600, 3, false}},
		{{.outcome = FX_OUTCOME_BUSY, .tries = 3}, {FX_NEXT_EXCEEDED, NOW, 4, false}},
		/* quick once, then delayed */
		{{.outcome = FX_OUTCOME_PROTOCOL}, {FX_NEXT_RETRY, NOW, 1, true}},
		{{.outcome = FX_OUTCOME_PROTOCOL, .tries = 1, .quick_used = true},
		 {FX_NEXT_RETRY, NOW + 600, 2, true}},
		{{.outcome = FX_OUTCOME_TIMEOUT, .tries = 3, .quick_used = true},
		 {FX_NEXT_EXCEEDED, NOW, 4, true}},
		/* hopeless */
		{{.outcome = FX_OUTCOME_BAD_NUMBER}, {FX_NEXT_FAILED, NOW, 0, false}},
		{{.outcome = FX_OUTCOME_CANCELLED}, {FX_NEXT_FAILED, NOW, 0, false}},
		{{.outcome = FX_OUTCOME_DOCUMENT}, {FX_NEXT_FAILED, NOW, 0, false}},
		/* another port does not count; without one it is a delayed try */
		{{.outcome = FX_OUTCOME_LINE_UNAVAILABLE, .other_port = true},
		 {FX_NEXT_OTHER_PORT, NOW, 0, false}},
		{{.outcome = FX_OUTCOME_LINE_UNAVAILABLE}, {FX_NEXT_RETRY, NOW + 600, 1, false}},
		/* a lost host costs nothing until it looks as if the job kills it */
		{{.outcome = FX_OUTCOME_HOST_LOST, .tries = 3}, {FX_NEXT_RETRY, NOW, 3, false}},
		{{.outcome = FX_OUTCOME_HOST_LOST, .host_losts = FX_RETRY_HOST_LOST_MAX},
		 {FX_NEXT_RETRY, NOW + 600, 1, false}},
	};

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		struct fx_decision d = decide(&rows[i].in);

		assert_int_equal(d.next, rows[i].out.next);
		assert_int_equal(d.at, rows[i].out.at);
		assert_int_equal(d.tries, rows[i].out.tries);
		assert_int_equal(d.quick_used, rows[i].out.quick_used);
	}
}

/* Whatever happens, a job ends after a bounded number of counted tries. */
static void every_outcome_ends(void **state)
{
	(void)state;
	for (unsigned o = 0; o < FX_OUTCOME_COUNT; o++) {
		struct fx_attempt_end e = {.outcome = (enum fx_outcome)o, .pages = 1};
		unsigned n = 0;
		struct fx_decision d;

		do {
			d = decide(&e);
			e.tries = d.tries;
			e.quick_used = d.quick_used;
			e.host_losts += o == FX_OUTCOME_HOST_LOST;
			assert_true(++n < 20);
		} while (d.next == FX_NEXT_RETRY || d.next == FX_NEXT_OTHER_PORT);
		assert_true(d.next == FX_NEXT_FAILED || d.next == FX_NEXT_EXCEEDED);
	}
}

static void no_retries_no_delay(void **state)
{
	struct fx_config c;
	struct fx_attempt_end e = {.outcome = FX_OUTCOME_PROTOCOL, .pages = 1, .now = NOW};

	(void)state;
	fx_config_defaults(&c);
	c.retries = 0;
	assert_int_equal(fx_retry_decide(&c, &e).next, FX_NEXT_EXCEEDED);
	c.retries = 1;
	c.retry_delay_min = 0;
	e.quick_used = true;
	assert_int_equal(fx_retry_decide(&c, &e).at, NOW);
}

static void resume_page(void **state)
{
	struct fx_config c;

	(void)state;
	fx_config_defaults(&c);
	assert_int_equal(fx_retry_first_page(&c, 5, 0), 0);
	assert_int_equal(fx_retry_first_page(&c, 5, 3), 3);
	assert_int_equal(fx_retry_first_page(&c, 5, 5), 0);
	c.resume_at_unconfirmed = false;
	assert_int_equal(fx_retry_first_page(&c, 5, 3), 0);
}

static void steps_down(void **state)
{
	(void)state;
	assert_int_equal(fx_retry_step(0).modems, FX_MODEM_ALL);
	assert_int_equal(fx_retry_step(1).modems, FX_MODEM_ALL);
	assert_int_equal(fx_retry_step(2).modems, FX_MODEM_V27TER | FX_MODEM_V29);
	assert_int_equal(fx_retry_step(3).modems, FX_MODEM_V27TER);
	assert_true(fx_retry_step(3).ecm);
	assert_false(fx_retry_step(4).ecm);
	assert_false(fx_retry_step(1000).ecm);
	assert_true(fx_retry_is_protocol(FX_OUTCOME_TIMEOUT));
	assert_false(fx_retry_is_protocol(FX_OUTCOME_HOST_LOST));
	assert_false(fx_retry_is_protocol(FX_OUTCOME_BUSY));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(table),	       cmocka_unit_test(every_outcome_ends),
		cmocka_unit_test(no_retries_no_delay), cmocka_unit_test(resume_page),
		cmocka_unit_test(steps_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
