/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Bad lines: lost blocks, low level, noise, voices, lost and late packets. What
 * the guards G2, G9, G10 and G11 are for (engine.md 3 and 4.5).
 */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "t30/guards.h"
#include "tests/session/line.h"

static double db(double v)
{
	return pow(10, v / 20);
}

/* Runs calls with seeds 1..n; returns how many delivered every page. */
static unsigned good_of(unsigned n, void (*set)(struct call *c, void *arg), void *arg, unsigned off)
{
	unsigned good = 0;

	for (unsigned seed = 1; seed <= n; seed++) {
		struct call c;

		call_init(&c, false, 1, FX_RES_STANDARD);
		c.line.rnd += seed * 7919;
		set(&c, arg);
		fx_t30_test_disable(off);
		call_start(&c);
		fx_t30_test_disable(0);
		if (line_run(&c.line, 240)) {
			call_results(&c);
			if (c.a.res.outcome == FX_OUTCOME_SUCCESS) {
				assert_delivered(&c);
				good++;
			}
		}
		call_fini(&c);
	}
	return good;
}

static void lose(struct call *c, void *arg)
{
	c->line.loss_permille = *(unsigned *)arg;
}

/* engine.md 4.5: 0.5 % lost, of 40 calls 30 are good by repeating, 4 by zeros. */
static void g2_lost_blocks_are_repeated(void **state)
{
	unsigned permille = 5, with, without;

	with = good_of(20, lose, &permille, 0);
	without = good_of(20, lose, &permille, FX_GUARD_G2);
	printf("lost 0.5 %%: %u of 20 good with repeating, %u with zeros\n", with, without);
	assert_true(with >= without + 4);
}

struct gap {
	struct call c;
	uint64_t from_us, len_us;
	bool in_page;
};

static void page_line(void *arg, struct side *d, const char *text)
{
	struct gap *g = arg;

	(void)d;
	if (!strncmp(text, "- page 1 begins", 15)) {
		g->in_page = true;
		g->from_us = g->c.line.now_us + 2000000;
	}
}

/* 40 ms in the middle of a page. @return outcome of the sender */
static enum fx_outcome gap_call(unsigned off, unsigned ms)
{
	struct gap g = {.len_us = ms * UINT64_C(1000)};
	enum fx_outcome outcome;

	/* Of A4 length: what follows the gap must take longer than T2, 7 s. */
	call_init(&g.c, false, 1, FX_RES_FINE);
	(void)close(g.c.doc);
	g.c.doc = doc_new(1, FX_RES_FINE, 1728, 2292, 11);
	g.c.a.dial.docs[0].fd = g.c.doc;
	g.c.a.on_line = page_line;
	g.c.a.line_arg = &g;
	fx_t30_test_disable(off);
	call_start(&g.c);
	fx_t30_test_disable(0);
	for (unsigned i = 0; i < 240 * LINE_S && !fx_t30_is_done(g.c.a.s); i++) {
		g.c.line.loss_permille = g.in_page && g.c.line.now_us >= g.from_us &&
							 g.c.line.now_us < g.from_us + g.len_us
						 ? 1000
						 : 0;
		line_step(&g.c.line);
	}
	fx_t30_line_lost(g.c.b.s);
	fx_t30_result(g.c.a.s, &g.c.a.res);
	outcome = g.c.a.res.outcome;
	call_fini(&g.c);
	return outcome;
}

static void g2_a_gap_in_mid_page(void **state)
{
	assert_int_equal(gap_call(0, 40), FX_OUTCOME_SUCCESS);
	assert_int_not_equal(gap_call(FX_GUARD_G2, 40), FX_OUTCOME_SUCCESS);
	/* Longer than what is repeated: the engine's fill-in takes over. */
	assert_int_equal(gap_call(0, 300), FX_OUTCOME_SUCCESS);
}

static void weak(struct call *c, void *arg)
{
	/* Sent at -14 dBm0. */
	c->line.gain[0] = c->line.gain[1] = db(*(double *)arg + 14);
}

static void g9_v17_at_low_level(void **state)
{
	unsigned with = 0, without = 0;

	for (double level = -27; level >= -37; level -= 2) {
		with += good_of(1, weak, &level, 0);
		without += good_of(1, weak, &level, FX_GUARD_G9);
	}
	printf("-27 to -37 dBm0: %u of 6 good with the correction, %u without\n", with, without);
	assert_int_equal(with, 6);
	assert_true(without <= 4);
}

static void noisy(struct call *c, void *arg)
{
	c->line.noise_dbm0[0] = c->line.noise_dbm0[1] = *(double *)arg;
}

static void g10_noise_floor(void **state)
{
	unsigned with = 0, without = 0;

	for (double level = -46; level <= -37; level += 3) {
		with += good_of(1, noisy, &level, 0);
		without += good_of(1, noisy, &level, FX_GUARD_G9 | FX_GUARD_G8);
	}
	printf("noise at -46 to -37 dBm0: %u of 4 good with the gate, %u without\n", with, without);
	assert_int_equal(with, 4);
	assert_int_equal(without, 0);
}

/* A person: bursts of two drifting tones with pauses. */
struct voice {
	struct call c;
	double ph[2];
};

static void speak(void *arg, int dir, int16_t *amp, size_t n)
{
	struct voice *v = arg;
	double t = (double)v->c.line.now_us / 1e6;
	bool on = fmod(t, 1.7) < 1.1;

	if (dir != 1) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		v->ph[0] += 2 * M_PI * (180 + 60 * sin(3 * t)) / 8000;
		v->ph[1] += 2 * M_PI * (900 + 400 * sin(5 * t)) / 8000;
		amp[i] = (int16_t)(on ? 3000 * sin(v->ph[0]) + 2000 * sin(v->ph[1]) : 0);
	}
}

static void a_person_answers(void **state)
{
	struct voice v = {0};

	call_init(&v.c, false, 1, FX_RES_STANDARD);
	v.c.line.on_block = speak;
	v.c.line.arg = &v;
	call_start(&v.c);
	for (unsigned i = 0; i < 100 * LINE_S && !fx_t30_is_done(v.c.a.s); i++) {
		line_step(&v.c.line);
	}
	assert_true(fx_t30_is_done(v.c.a.s));
	fx_t30_result(v.c.a.s, &v.c.a.res);
	assert_int_equal(v.c.a.res.outcome, FX_OUTCOME_NOT_FAX);
	fx_t30_line_lost(v.c.b.s);
	call_fini(&v.c);
}

static void a_person_calls(void **state)
{
	struct call c;

	call_init(&c, false, 1, FX_RES_STANDARD);
	c.line.mute[0] = true;
	c.line.noise_dbm0[0] = -50;
	call_start(&c);
	for (unsigned i = 0; i < 100 * LINE_S && !fx_t30_is_done(c.b.s); i++) {
		line_step(&c.line);
	}
	assert_true(fx_t30_is_done(c.b.s));
	fx_t30_result(c.b.s, &c.b.res);
	assert_int_equal(c.b.res.outcome, FX_OUTCOME_NOT_FAX);
	fx_t30_line_lost(c.a.s);
	call_fini(&c);
}

static void mute_dcn(void *arg, struct side *d, const char *text)
{
	(void)d;
	if (!strncmp(text, "> DCN", 5)) {
		((struct line *)arg)->mute[0] = true;
	}
}

static void g8_dcn_lost_on_audio(void **state)
{
	struct call c;

	call_init(&c, false, 1, FX_RES_STANDARD);
	c.a.on_line = mute_dcn;
	c.a.line_arg = &c.line;
	call_run(&c, 120);
	assert_delivered(&c);
	call_fini(&c);
	call_init(&c, false, 1, FX_RES_STANDARD);
	c.a.on_line = mute_dcn;
	c.a.line_arg = &c.line;
	fx_t30_test_disable(FX_GUARD_G8);
	call_start(&c);
	fx_t30_test_disable(0);
	assert_false(line_run(&c.line, 600)); /* it would never end */
	call_fini(&c);
}

/* Noise comes up in mid-page and stays: a gate cannot help, the watchdog must. */
static void noise_on_page(void *arg, struct side *d, const char *text)
{
	struct line *l = arg;

	(void)d;
	if (!strncmp(text, "- page 1 begins", 15)) {
		l->noise_dbm0[0] = -20;
		l->mute[0] = true;
	}
}

static void g8_steady_noise_in_mid_page(void **state)
{
	struct call c;

	for (int ecm = 0; ecm < 2; ecm++) {
		call_init(&c, false, 1, FX_RES_STANDARD);
		c.a.dial.ecm = c.b.answer.ecm = ecm;
		c.b.answer.max_call_s = 600;
		c.a.on_line = noise_on_page;
		c.a.line_arg = &c.line;
		call_run(&c, 700);
		assert_int_not_equal(c.a.res.outcome, FX_OUTCOME_SUCCESS);
		assert_int_not_equal(c.b.res.outcome, FX_OUTCOME_SUCCESS);
		printf("steady noise, ECM %d: receiver ended at %.0f s: %s\n", ecm,
		       (double)c.b.res.ended_us / 1e6, c.b.res.words);
		call_fini(&c);
	}
}

static void t38_with(unsigned loss_permille, unsigned jitter_ms, unsigned delay_ms, bool banner)
{
	for (unsigned seed = 1; seed <= 5; seed++) {
		struct call c;

		call_init(&c, true, 2, FX_RES_STANDARD);
		c.line.rnd += seed;
		c.line.loss_permille = loss_permille;
		c.line.jitter_ms = jitter_ms;
		c.line.delay_ms = delay_ms;
		c.a.prm.t38_redundancy = c.b.prm.t38_redundancy = 4;
		c.a.dial.banner = banner;
		call_run(&c, 300);
		if (!banner) {
			assert_delivered(&c);
		}
		call_fini(&c);
	}
}

/* 5 % of packets, each sent 4 times: engine.md 4.5 has 40 of 40. */
static void g11_t38_loss_with_redundancy(void **state)
{
	t38_with(50, 0, 20, false);
}

static void t38_reordered(void **state)
{
	t38_with(0, 18, 20, false);
}

static void t38_far_away(void **state)
{
	t38_with(0, 0, 300, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(g2_lost_blocks_are_repeated),
		cmocka_unit_test(g2_a_gap_in_mid_page),
		cmocka_unit_test(g9_v17_at_low_level),
		cmocka_unit_test(g10_noise_floor),
		cmocka_unit_test(a_person_answers),
		cmocka_unit_test(a_person_calls),
		cmocka_unit_test(g8_dcn_lost_on_audio),
		cmocka_unit_test(g8_steady_noise_in_mid_page),
		cmocka_unit_test(g11_t38_loss_with_redundancy),
		cmocka_unit_test(t38_reordered),
		cmocka_unit_test(t38_far_away),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
