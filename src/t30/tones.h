/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file t30/tones.h
 * What is heard on an audio line before and beside a session: the signals by which a provider
 * decides whether a fax is at the other end and when to ask for T.38 (T.30 4.1, 5.2).
 * Thread: one at a time. Owner: whoever made it frees it.
 */
#ifndef FX_T30_TONES_H
#define FX_T30_TONES_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

enum fx_tone {
	FX_TONE_CNG = 1, /**< 1100 Hz, a calling fax */
	FX_TONE_CED = 2, /**< 2100 Hz, an answering fax */
	FX_TONE_V21 = 4  /**< V.21 flags: T.30 has begun */
};
struct fx_tones;
/** @param want bits of enum fx_tone; each is told once, from inside fx_tones_rx() */
FX_MUST_CHECK int fx_tones_new(unsigned want, void (*fn)(void *arg, enum fx_tone tone), void *arg,
			       struct fx_tones **ret);
struct fx_tones *fx_tones_free(struct fx_tones *t);
/** 8000 samples a second; the buffer is not changed. Costs nothing once all were heard. */
void fx_tones_rx(struct fx_tones *t, const int16_t *amp, size_t n);
unsigned fx_tones_heard(const struct fx_tones *t);

#endif
