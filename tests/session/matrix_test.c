/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every modulation x coding x ECM, over audio and T.38, on clean and bad lines: the
 * page that arrives is the page that was sent. Lower speeds are reached as in life: the
 * receiver refuses the training (FTT) until they are tried.
 */
#include <stdio.h>
#include <string.h>
#include "tests/session/line.h"

struct speed {
	unsigned modems, failures;
	uint32_t rate_bps;
	const char *modem;
};

/* The engine's order of fall-back (T.30 5.2, and V.17 Annex). */
static const struct speed speeds[] = {
	{FX_MODEM_ALL, 0, 14400, "V.17"},
	{FX_MODEM_ALL, 1, 12000, "V.17"},
	{FX_MODEM_ALL, 2, 9600, "V.17"},
	{FX_MODEM_ALL, 4, 7200, "V.17"},
	{FX_MODEM_V29 | FX_MODEM_V27TER, 0, 9600, "V.29"},
	{FX_MODEM_V29 | FX_MODEM_V27TER, 1, 7200, "V.29"},
	{FX_MODEM_V27TER, 0, 4800, "V.27ter"},
	{FX_MODEM_V27TER, 1, 2400, "V.27ter"},
};

struct spoiler {
	struct call c;
	unsigned failures, dcs;
	uint64_t dcs_at_us;
	uint64_t from_us; /* of the TCF, after DCS and the training before it */
	bool tcf;
};

/* From DCS to the answer, without the second in which DCS itself and the training run. */
static void watch(void *arg, struct side *d, const char *text)
{
	struct spoiler *s = arg;

	(void)d;
	if (!strncmp(text, "> DCS", 5)) {
		s->dcs++;
		s->dcs_at_us = s->c.line.now_us;
		s->tcf = true;
	} else if (!strncmp(text, "- training: V.", 14)) {
		s->from_us = !strncmp(text + 12, "V.29", 4)    ? 1000000
			     : !strncmp(text + 12, "V.17", 4) ? 2200000
							      : 1800000;
	} else if (!strncmp(text, "< FTT", 5) || !strncmp(text, "< CFR", 5)) {
		s->tcf = false;
	}
}

static bool spoil(const struct spoiler *s, int dir)
{
	uint64_t age = s->c.line.now_us - s->dcs_at_us;

	return dir == 0 && s->tcf && s->dcs <= s->failures && age > s->from_us &&
	       age < s->from_us + 1100000;
}

static void spoil_block(void *arg, int dir, int16_t *amp, size_t n)
{
	struct spoiler *s = arg;

	for (size_t i = 0; spoil(s, dir) && i < n; i++) {
		amp[i] = (int16_t)((int)line_rnd(&s->c.line, 8000) - 4000);
	}
}

static bool spoil_packet(void *arg, int dir, uint8_t *ifp, size_t *len)
{
	(void)ifp, (void)len;
	return !spoil(arg, dir);
}

/* A long analogue line, or a network that loses and reorders. */
static void impair(struct call *c, bool t38, const struct speed *sp, enum fx_coding coding)
{
	c->line.rnd += sp->rate_bps + (uint64_t)coding;
	if (t38) {
		c->line.loss_permille = 20;
		c->line.jitter_ms = 15;
		c->a.prm.t38_redundancy = c->b.prm.t38_redundancy = 4;
	} else {
		c->line.gain[0] = c->line.gain[1] = 0.25; /* received at -26 dBm0 */
		c->line.noise_dbm0[0] = c->line.noise_dbm0[1] = -58;
	}
}

static void run(const struct speed *sp, bool t38, bool ecm, enum fx_coding coding, bool bad)
{
	struct spoiler s = {.failures = sp->failures};
	char want[64];

	call_init(&s.c, t38, 1, FX_RES_STANDARD);
	s.c.line.arg = &s;
	s.c.line.on_block = spoil_block;
	s.c.line.on_packet = spoil_packet;
	s.c.a.on_line = watch;
	s.c.a.line_arg = &s;
	s.c.a.dial.ecm = s.c.b.answer.ecm = ecm;
	s.c.a.dial.modems = sp->modems;
	s.c.a.prm.codings = 1u << coding | 1u << FX_CODING_MH;
	if (bad) {
		impair(&s.c, t38, sp, coding);
	}
	call_run(&s.c, 300);
	if (s.c.a.res.rate_bps != sp->rate_bps || s.c.a.res.coding != coding) {
		printf("%.*s", (int)s.c.a.log.len, (const char *)s.c.a.log.data);
		fail_msg("%s %u, %u failures: got %u", sp->modem, sp->rate_bps, sp->failures,
			 s.c.a.res.rate_bps);
	}
	assert_int_equal(s.c.a.res.ecm, ecm);
	(void)snprintf(want, sizeof(want), "training: %s %u bit/s", sp->modem, sp->rate_bps);
	assert_true(side_logged(&s.c.b, want));
	assert_delivered(&s.c);
	call_fini(&s.c);
}

static void all_of(bool t38, bool ecm, bool bad)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(speeds); i++) {
		run(&speeds[i], t38, ecm, FX_CODING_MH, bad);
		run(&speeds[i], t38, ecm, FX_CODING_MR, bad);
		if (ecm) {
			run(&speeds[i], t38, ecm, FX_CODING_MMR, bad);
		}
	}
}

static void audio_ecm(void **state)
{
	all_of(false, true, false);
}
static void audio_without_ecm(void **state)
{
	all_of(false, false, false);
}
static void t38_ecm(void **state)
{
	all_of(true, true, false);
}
static void t38_without_ecm(void **state)
{
	all_of(true, false, false);
}

static void audio_ecm_on_a_weak_noisy_line(void **state)
{
	all_of(false, true, true);
}
static void audio_without_ecm_on_a_weak_noisy_line(void **state)
{
	all_of(false, false, true);
}
static void t38_ecm_with_loss_and_reordering(void **state)
{
	all_of(true, true, true);
}
static void t38_without_ecm_with_loss_and_reordering(void **state)
{
	all_of(true, false, true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(audio_ecm),
		cmocka_unit_test(audio_without_ecm),
		cmocka_unit_test(t38_ecm),
		cmocka_unit_test(t38_without_ecm),
		cmocka_unit_test(audio_ecm_on_a_weak_noisy_line),
		cmocka_unit_test(audio_without_ecm_on_a_weak_noisy_line),
		cmocka_unit_test(t38_ecm_with_loss_and_reordering),
		cmocka_unit_test(t38_without_ecm_with_loss_and_reordering),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
