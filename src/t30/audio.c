/* SPDX-License-Identifier: Apache-2.0 */
/* A session over samples. Time is what comes in; what goes out follows it. */
#include <string.h>
#include "t30/t30_priv.h"

/* A loss of up to this is bridged by repeating, a longer one by the engine's fill-in. */
#define REPEAT_MAX (SAMPLES_S / 10)

void fx_t30_tx(struct fx_t30 *s, int16_t *amp, size_t n)
{
	int made = 0;

	switch (s->mode) {
	case MODE_RUNNING:
		if (s->fax) {
			fx_engine_enter(s);
			made = fax_tx(s->fax, amp, (int)n);
			fx_engine_leave(s);
		}
		break;
	case MODE_PARTING:
		fx_part_audio(s, amp, n);
		return;
	case MODE_HELD:
	case MODE_DONE:
		break;
	}
	if (made < 0) {
		made = 0;
	}
	if ((size_t)made < n) {
		memset(amp + made, 0, (n - (size_t)made) * sizeof(*amp));
	}
}

/* Up to BLOCK samples; the engine and the level correction change the buffer. */
static void take(struct fx_t30 *s, int16_t *amp, size_t n)
{
	s->now += n;
	if (s->mode == MODE_RUNNING && s->fax) {
		if (guard(s, FX_GUARD_G9)) {
			fx_level_fix(&s->level, amp, n);
		}
		fx_engine_enter(s);
		(void)fax_rx(s->fax, amp, (int)n);
		fx_engine_leave(s);
	}
	fx_t30_advanced(s);
}

void fx_t30_rx(struct fx_t30 *s, const int16_t *amp, size_t n)
{
	int16_t block[BLOCK];

	while (n) {
		size_t k = n < BLOCK ? n : BLOCK;

		memcpy(block, amp, k * sizeof(*amp));
		memcpy(s->last, amp, k * sizeof(*amp));
		s->last_n = k;
		s->lost = 0;
		take(s, block, k);
		amp += k;
		n -= k;
	}
}

static void fill_in(struct fx_t30 *s, size_t n)
{
	s->now += n;
	if (s->mode == MODE_RUNNING && s->fax) {
		fx_engine_enter(s);
		(void)fax_rx_fillin(s->fax, (int)n);
		fx_engine_leave(s);
	}
	fx_t30_advanced(s);
}

/* G2: zeros look like the end of the carrier and cost the call. */
void fx_t30_rx_lost(struct fx_t30 *s, size_t n)
{
	int16_t block[BLOCK];

	while (n) {
		size_t k = n < BLOCK ? n : BLOCK;

		s->lost += k;
		if (guard(s, FX_GUARD_G2) && s->lost > REPEAT_MAX) {
			fill_in(s, k);
		} else {
			memset(block, 0, sizeof(block));
			for (size_t i = 0; guard(s, FX_GUARD_G2) && s->last_n && i < k; i++) {
				block[i] = s->last[i % s->last_n];
			}
			take(s, block, k);
		}
		n -= k;
	}
}
