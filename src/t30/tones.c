/* SPDX-License-Identifier: Apache-2.0 */
#include "t30/tones.h"

#include <string.h>
#include <spandsp.h>
#include "base/mem.h"

enum { CNG, CED, V21, N };
static const struct {
	enum fx_tone tone;
	int type;
} kinds[N] = {
	[CNG] = {FX_TONE_CNG, MODEM_CONNECT_TONES_FAX_CNG},
	[CED] = {FX_TONE_CED, MODEM_CONNECT_TONES_ANS},
	[V21] = {FX_TONE_V21, MODEM_CONNECT_TONES_FAX_PREAMBLE},
};

struct detector {
	struct fx_tones *t;
	enum fx_tone tone;
	modem_connect_tones_rx_state_t *rx;
};
struct fx_tones {
	struct detector d[N];
	unsigned heard;
	void (*fn)(void *arg, enum fx_tone tone);
	void *arg;
};

/* Called for the begin (a tone's number) and the end (MODEM_CONNECT_TONES_NONE). */
static void on_tone(void *user, int code, int level, int delay)
{
	struct detector *d = user;

	(void)level;
	(void)delay;
	if (code != MODEM_CONNECT_TONES_NONE && !(d->t->heard & d->tone)) {
		d->t->heard |= d->tone;
		d->t->fn(d->t->arg, d->tone);
	}
}

int fx_tones_new(unsigned want, void (*fn)(void *arg, enum fx_tone tone), void *arg,
		 struct fx_tones **ret)
{
	struct fx_tones *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return FX_ENOMEM;
	}
	t->fn = fn;
	t->arg = arg;
	for (int i = 0; i < N; i++) {
		struct detector *d = &t->d[i];

		d->t = t;
		d->tone = kinds[i].tone;
		if (want & (unsigned)d->tone) {
			d->rx = modem_connect_tones_rx_init(NULL, kinds[i].type, on_tone, d);
			if (!d->rx) {
				(void)fx_tones_free(t);
				return FX_ENOMEM;
			}
		}
	}
	*ret = t;
	return 0;
}

struct fx_tones *fx_tones_free(struct fx_tones *t)
{
	for (int i = 0; t && i < N; i++) {
		if (t->d[i].rx) {
			(void)modem_connect_tones_rx_free(t->d[i].rx);
		}
	}
	return fx_free(t);
}

void fx_tones_rx(struct fx_tones *t, const int16_t *amp, size_t n)
{
	for (int i = 0; i < N; i++) {
		struct detector *d = &t->d[i];

		if (d->rx && t->heard & (unsigned)d->tone) {
			(void)modem_connect_tones_rx_free(d->rx);
			d->rx = NULL;
		}
		if (d->rx) {
			(void)modem_connect_tones_rx(d->rx, amp, (int)n);
		}
	}
}

unsigned fx_tones_heard(const struct fx_tones *t)
{
	return t->heard;
}
