/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/sip/dtmf.h"

#include <math.h>
#include <string.h>

#define TONE_TICKS 5u  /* Q.24: at least 40 ms; 100 ms are understood by all */
#define GAP_TICKS 5u
#define AMPLITUDE 5000.0 /* -13 dBm0 each */

static const char keys[] = "0123456789*#ABCD";

void fx_dtmf_init(struct fx_dtmf *d, const char *digits, uint32_t pause_ms)
{
	size_t n = 0;

	memset(d, 0, sizeof(*d));
	for (; digits && *digits && n < sizeof(d->digits) - 1; digits++) {
		char c = *digits >= 'a' && *digits <= 'd' ? (char)(*digits - 'a' + 'A') : *digits;

		if (c == ',' || strchr(keys, c)) {
			d->digits[n++] = c;
		}
	}
	d->pause = pause_ms / 20 ? pause_ms / 20 : 1;
}

bool fx_dtmf_busy(const struct fx_dtmf *d)
{
	return d->digits[d->at] != 0;
}

static void tone(struct fx_dtmf *d, unsigned event, int16_t amp[160])
{
	static const double rows[] = {697, 770, 852, 941}, cols[] = {1209, 1336, 1477, 1633};
	/* 0 to 9, *, #, A to D on the keys of a telephone */
	static const uint8_t row[] = {3, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 0, 1, 2, 3};
	static const uint8_t col[] = {1, 0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 2, 3, 3, 3, 3};
	const double pi2 = 6.283185307179586;

	for (int i = 0; i < 160; i++) {
		amp[i] = (int16_t)(AMPLITUDE * (sin(d->phase[0]) + sin(d->phase[1])));
		d->phase[0] = fmod(d->phase[0] + pi2 * rows[row[event]] / 8000, pi2);
		d->phase[1] = fmod(d->phase[1] + pi2 * cols[col[event]] / 8000, pi2);
	}
}

bool fx_dtmf_next(struct fx_dtmf *d, struct fx_dtmf_step *ret, int16_t amp[160])
{
	char c = d->digits[d->at];
	uint32_t all = c == ',' ? d->pause : TONE_TICKS + GAP_TICKS;

	memset(ret, 0, sizeof(*ret));
	if (!c) {
		return false;
	}
	ret->tone = c != ',' && d->tick < TONE_TICKS;
	if (ret->tone) {
		ret->event = (uint8_t)(strchr(keys, c) - keys);
		ret->first = d->tick == 0;
		ret->last = d->tick == TONE_TICKS - 1;
		ret->duration = (uint16_t)(160 * (d->tick + 1));
		tone(d, ret->event, amp);
	} else {
		memset(amp, 0, 160 * sizeof(*amp));
	}
	if (++d->tick >= all) {
		d->tick = 0;
		d->at++;
		d->phase[0] = d->phase[1] = 0;
	}
	return true;
}
