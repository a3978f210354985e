/* SPDX-License-Identifier: Apache-2.0 */
/* What a bad line does to samples and packets. The same seed, the same faults. */
#include "providers/loop/loop_priv.h"

#include <math.h>

#include "base/mem.h"

/* A full-scale sine is +3.14 dBm0: so many dB lie between mean square and dBm0. */
#define DBM0_MEAN_SQUARE 84.16

/* xorshift64*: small, and good enough for a bad line */
uint32_t fx_rng(uint64_t *state)
{
	uint64_t v = *state;

	v ^= v >> 12;
	v ^= v << 25;
	v ^= v >> 27;
	*state = v;
	return (uint32_t)((v * 2685821657736338717u) >> 32);
}

bool fx_chance(uint64_t *state, double percent)
{
	return percent > 0 && fx_rng(state) < percent / 100.0 * 4294967296.0;
}

/* G.711 A-law: sign, exponent, mantissa of 13 bits, every other bit turned. */
static uint8_t alaw_code(int16_t s)
{
	int v = s >> 3, mask = 0xD5, seg = 0;

	if (v < 0) {
		v = -v - 1;
		mask = 0x55;
	}
	while (seg < 7 && v >= 32 << seg) {
		seg++;
	}
	return (uint8_t)((seg << 4 | (seg < 2 ? v >> 1 & 0xF : v >> seg & 0xF)) ^ mask);
}

static int16_t alaw_value(uint8_t code)
{
	int a = code ^ 0x55, seg = (a & 0x70) >> 4, v = (a & 0xF) << 4;

	v += seg ? 0x108 : 8;
	v = seg > 1 ? v << (seg - 1) : v;
	return (int16_t)(a & 0x80 ? v : -v);
}

/* G.711 u-law: biased by 33 of 14 bits, all bits turned. */
static uint8_t ulaw_code(int16_t s)
{
	int v = s < 0 ? -(int)s : s, seg = 0;

	v = (v > 32635 ? 32635 : v) + 0x84;
	while (seg < 7 && v >= 0x100 << seg) {
		seg++;
	}
	return (uint8_t)~((s < 0 ? 0x80 : 0) | seg << 4 | (v >> (seg + 3) & 0xF));
}

static int16_t ulaw_value(uint8_t code)
{
	int u = ~code, v = ((u & 0xF) << 3) + 0x84;

	v <<= (u & 0x70) >> 4;
	return (int16_t)(u & 0x80 ? 0x84 - v : v - 0x84);
}

int16_t *fx_codec_table(enum fx_loop_codec codec)
{
	int16_t *t = fx_calloc(65536, sizeof(*t));
	int i;

	for (i = 0; t && i < 65536; i++) {
		int16_t s = (int16_t)(i - 32768);

		t[i] = codec == FX_LOOP_ALAW   ? alaw_value(alaw_code(s))
		       : codec == FX_LOOP_ULAW ? ulaw_value(ulaw_code(s)) : s;
	}
	return t;
}

static int16_t clip(double v)
{
	return (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
}

static double gauss(uint64_t *rng)
{
	double sum = 0;
	int i;

	/* Twelve even numbers: variance 1, no tail that a modem would notice. */
	for (i = 0; i < 12; i++) {
		sum += fx_rng(rng) / 4294967296.0;
	}
	return sum - 6;
}

static void noise_and_level(struct fx_loop_conn *c, int16_t *amp, size_t n)
{
	double gain = pow(10, -c->opts.attenuation_db / 20);
	double sigma = c->opts.noise_dbm0 <= -100 ?
			       0 : pow(10, (c->opts.noise_dbm0 + DBM0_MEAN_SQUARE) / 20);
	size_t i;

	for (i = 0; i < n; i++) {
		amp[i] = clip(amp[i] * gain + (sigma > 0 ? sigma * gauss(&c->rng) : 0));
	}
}

/* Bits until the next wrong one, by the inverse of the exponential distribution. */
static double gap(struct fx_loop_conn *c)
{
	double u = (fx_rng(&c->rng) + 1.0) / 4294967297.0;

	return log(u) / log1p(-c->opts.bit_error_rate);
}

void fx_impair_bits(struct fx_loop_conn *c, uint8_t *p, size_t n)
{
	double at;

	if (c->opts.bit_error_rate <= 0) {
		return;
	}
	for (at = gap(c); at < (double)n * 8; at += 1 + gap(c)) {
		size_t bit = (size_t)at;

		p[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

/* Wrong bits hit what is on the line: codes, not samples. */
static void coded_errors(struct fx_loop_conn *c, int16_t *amp, size_t n)
{
	bool alaw = c->opts.codec == FX_LOOP_ALAW;
	uint8_t code[FX_FRAME];
	size_t i;

	for (i = 0; i < n; i++) {
		code[i] = alaw ? alaw_code(amp[i]) : ulaw_code(amp[i]);
	}
	fx_impair_bits(c, code, n);
	for (i = 0; i < n; i++) {
		amp[i] = alaw ? alaw_value(code[i]) : ulaw_value(code[i]);
	}
}

void fx_impair_audio(struct fx_loop_conn *c, int16_t *amp, size_t n)
{
	const int16_t *table = c->x->codec[c->opts.codec];
	size_t i;

	FX_ASSERT(n <= FX_FRAME);
	if (c->opts.attenuation_db > 0 || c->opts.noise_dbm0 > -100) {
		noise_and_level(c, amp, n);
	}
	if (c->opts.codec == FX_LOOP_LINEAR) {
		fx_impair_bits(c, (uint8_t *)amp, n * sizeof(*amp));
	} else if (c->opts.bit_error_rate > 0) {
		coded_errors(c, amp, n);
	} else {
		for (i = 0; i < n; i++) {
			amp[i] = table[amp[i] + 32768];
		}
	}
}

/* Something like speech: a humming voice of 120 Hz in syllables, about -18 dBm0. */
void fx_voice(struct fx_loop_conn *c, int16_t *amp, size_t n)
{
	static const double part[] = {1, .8, .9, .6, 1, .5, .3, .2, .15, .3, .25, .1};
	size_t i, k;

	for (i = 0; i < n; i++, c->voice_t++) {
		uint32_t t = c->voice_t % 3600; /* 450 ms: 300 ms sound, 150 ms pause */
		double v = 0, env = t < 2400 ? sin(M_PI * t / 2400.0) : 0;

		c->voice_phase += 2 * M_PI * (115 + 10 * env) / 8000;
		for (k = 0; env > 0 && k < FX_ARRAY_LEN(part); k++) {
			v += part[k] * sin(c->voice_phase * (double)(k + 1));
		}
		amp[i] = clip(v * env * 1500);
	}
}
