/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A session's life: held pages, cancelling, a line that goes away, freeing at
 * any moment, many at once. design.md invariant 2.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "tests/session/line.h"

static bool b_is_held(struct call *c)
{
	return fx_t30_is_held(c->b.s);
}

/* Runs until b is held or max_s passed. */
static void run_to_hold(struct call *c, unsigned max_s)
{
	for (unsigned i = 0; i < max_s * LINE_S && !b_is_held(c); i++) {
		line_step(&c->line);
	}
	assert_true(b_is_held(c));
}

static void steps(struct call *c, unsigned ms)
{
	for (unsigned i = 0; i < ms / 20; i++) {
		line_step(&c->line);
	}
}

/* The page is confirmed only after page_ack(), be it 2 s later. */
static void hold(bool t38, bool unpaced)
{
	struct call c;

	call_init(&c, t38, 2, FX_RES_STANDARD);
	c.line.unpaced = c.a.prm.t38_unpaced = c.b.prm.t38_unpaced = unpaced;
	c.b.acks_by_hand = true;
	call_start(&c);
	for (uint32_t page = 1; page <= 2; page++) {
		run_to_hold(&c, 60);
		assert_int_equal(c.b.pages, page);
		assert_int_equal(rx_pages(&c.b), page); /* complete in rx_fd already */
		steps(&c, 2000);
		assert_true(b_is_held(&c));
		assert_int_equal(c.a.pages, page - 1); /* not confirmed meanwhile */
		fx_t30_page_ack(c.b.s, page, true);
		assert_false(b_is_held(&c));
	}
	assert_true(line_run(&c.line, 60));
	call_results(&c);
	assert_delivered(&c);
	call_fini(&c);
}

static void invariant_2_hold_audio(void **state)
{
	hold(false, false);
}
static void invariant_2_hold_t38(void **state)
{
	hold(true, false);
}
static void invariant_2_hold_t38_unpaced(void **state)
{
	hold(true, true);
}

static void unrecorded(bool t38, bool late)
{
	struct call c;

	call_init(&c, t38, 1, FX_RES_STANDARD);
	c.b.acks_by_hand = true;
	call_start(&c);
	run_to_hold(&c, 60);
	if (late) {
		steps(&c, 3100);
	} else {
		fx_t30_page_ack(c.b.s, 1, false);
	}
	assert_false(b_is_held(&c));
	fx_t30_page_ack(c.b.s, 1, true); /* too late: no effect */
	assert_true(line_run(&c.line, 60));
	call_results(&c);
	assert_int_equal(c.b.res.outcome, FX_OUTCOME_STORAGE);
	assert_int_equal(c.b.res.pages_confirmed, 0);
	assert_int_equal(c.a.res.pages_confirmed, 0);
	assert_int_not_equal(c.a.res.outcome, FX_OUTCOME_SUCCESS);
	assert_true(side_logged(&c.a, "< DCN"));
	call_fini(&c);
}

static void invariant_2_refused_page_is_not_confirmed(void **state)
{
	unrecorded(false, false);
	unrecorded(true, false);
}
static void invariant_2_ack_later_than_3_s(void **state)
{
	unrecorded(false, true);
	unrecorded(true, true);
}

/* Hang up after `ms`; both sides must be done within 5 s and know why. */
static void cancel(bool t38, bool by_caller, unsigned ms)
{
	struct call c;
	struct side *who;

	call_init(&c, t38, 2, FX_RES_FINE);
	call_start(&c);
	who = by_caller ? &c.a : &c.b;
	steps(&c, ms);
	fx_t30_hangup(who->s);
	steps(&c, 5000);
	assert_true(fx_t30_is_done(who->s));
	fx_t30_line_lost(c.a.s);
	fx_t30_line_lost(c.b.s);
	call_results(&c);
	assert_int_equal(who->res.outcome, FX_OUTCOME_CANCELLED);
	assert_int_not_equal((by_caller ? &c.b : &c.a)->res.outcome, FX_OUTCOME_SUCCESS);
	call_fini(&c);
}

static void hangup_at_every_phase(void **state)
{
	static const unsigned at_ms[] = {0, 20, 1000, 4000, 6000, 9000, 12000, 14000, 16500};

	for (size_t i = 0; i < FX_ARRAY_LEN(at_ms); i++) {
		cancel(false, true, at_ms[i]);
		cancel(false, false, at_ms[i]);
		cancel(true, true, at_ms[i]);
		cancel(true, false, at_ms[i]);
	}
}

static void hangup_in_mid_page_is_heard(bool t38)
{
	struct call c;

	call_init(&c, t38, 1, FX_RES_FINE);
	call_start(&c);
	steps(&c, 13000);
	fx_t30_hangup(c.a.s);
	assert_true(line_run(&c.line, 10));
	assert_true(side_logged(&c.b, "< DCN"));
	call_fini(&c);
}

static void dcn_of_ours_in_mid_page(void **state)
{
	hangup_in_mid_page_is_heard(false);
	hangup_in_mid_page_is_heard(true);
}

static void line_lost_ends_at_once(void **state)
{
	struct call c;

	call_init(&c, false, 2, FX_RES_STANDARD);
	call_start(&c);
	while (!c.b.pages) {
		line_step(&c.line);
	}
	steps(&c, 2000);
	fx_t30_line_lost(c.a.s);
	fx_t30_line_lost(c.b.s);
	call_results(&c);
	assert_int_equal(c.a.res.outcome, FX_OUTCOME_DISCONNECTED);
	assert_int_equal(c.b.res.outcome, FX_OUTCOME_PARTIAL);
	assert_int_equal(c.b.res.pages_confirmed, 1);
	assert_same_page(c.doc, 0, &c.b, 0); /* pages stored before stay good */
	call_fini(&c);
}

/* Under ASan this finds what the engine leaks when it is dropped in mid-call. */
static void free_at_any_moment(void **state)
{
	for (unsigned ms = 0; ms < 24000; ms += 740) {
		struct call c;

		call_init(&c, ms / 740 % 2, 1, FX_RES_STANDARD);
		call_start(&c);
		steps(&c, ms);
		call_fini(&c);
	}
}

static int make_sender(void *arg)
{
	struct side *d = arg;
	int err = fx_t30_new(&d->prm, &d->s, NULL);

	d->s = fx_t30_free(d->s);
	return err;
}

static void out_of_memory(void **state)
{
	struct call c;

	call_init(&c, true, 2, FX_RES_STANDARD);
	c.a.dial.banner = true;
	fx_test_oom_sweep(make_sender, &c.a);
	fx_test_oom_sweep(make_sender, &c.b);
	call_fini(&c);
}

#define MANY 20
static void many_sessions_in_one_thread(void **state)
{
	static struct call c[MANY];
	bool all = false;

	for (unsigned i = 0; i < MANY; i++) {
		call_init(&c[i], i % 2, 1, FX_RES_STANDARD);
		call_start(&c[i]);
	}
	for (unsigned n = 0; n < 60 * LINE_S && !all; n++) {
		all = true;
		for (unsigned i = 0; i < MANY; i++) {
			line_step(&c[i].line);
			all = all && fx_t30_is_done(c[i].a.s) && fx_t30_is_done(c[i].b.s);
		}
	}
	assert_true(all);
	for (unsigned i = 0; i < MANY; i++) {
		call_results(&c[i]);
		assert_delivered(&c[i]);
		call_fini(&c[i]);
	}
}

static void the_limit_of_a_call(void **state)
{
	struct call c;

	call_init(&c, false, 2, FX_RES_STANDARD);
	c.a.dial.max_call_s = 14;
	call_run(&c, 60);
	assert_int_equal(c.a.res.outcome, FX_OUTCOME_TIMEOUT);
	assert_true(c.a.res.ended_us >= 14 * FX_SECOND && c.a.res.ended_us < 15 * FX_SECOND);
	call_fini(&c);
}

static void host_name_is_not_in_the_file(void **state)
{
	/* HostComputer (316), ASCII, one octet, in place: nothing for a reader to stumble over. */
	static const uint8_t empty[12] = {0x3C, 0x01, 2, 0, 1};
	char host[256] = "";
	struct fx_buf b = {0};
	char path[64];
	struct call c;

	call_init(&c, true, 2, FX_RES_STANDARD);
	call_run(&c, 60);
	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", c.b.answer.rx_fd);
	fx_test_read_file(path, &b);
	assert_true(b.len > 100);
	if (strlen(host) > 3) {
		assert_null(memmem(b.data, b.len, host, strlen(host)));
	}
	assert_non_null(memmem(b.data, b.len, empty, sizeof(empty)));
	fx_buf_fini(&b);
	assert_delivered(&c);
	call_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(invariant_2_hold_audio),
		cmocka_unit_test(invariant_2_hold_t38),
		cmocka_unit_test(invariant_2_hold_t38_unpaced),
		cmocka_unit_test(invariant_2_refused_page_is_not_confirmed),
		cmocka_unit_test(invariant_2_ack_later_than_3_s),
		cmocka_unit_test(hangup_at_every_phase),
		cmocka_unit_test(dcn_of_ours_in_mid_page),
		cmocka_unit_test(line_lost_ends_at_once),
		cmocka_unit_test(free_at_any_moment),
		cmocka_unit_test(out_of_memory),
		cmocka_unit_test(many_sessions_in_one_thread),
		cmocka_unit_test(the_limit_of_a_call),
		cmocka_unit_test(host_name_is_not_in_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
