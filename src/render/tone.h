/* SPDX-License-Identifier: Apache-2.0 */
/** @file render/tone.h  The parts of render_tone(). Pure. */
#ifndef FX_RENDER_TONE_H
#define FX_RENDER_TONE_H

#include "render/render.h"

/*
 * 3 periods across and down in a tile of 16 dots, at 45 degrees: 204 * 3 / 16 * sqrt(2) = 54 dots
 * to the inch, and 256 thresholds. Measured in MMR on a grey page: 60 to the inch costs 10 % more,
 * 72 to the inch 6 %, and all dots changing at once (fewer thresholds) up to 20 %.
 */
#define TONE_TILE 16
#define TONE_LINES 3

struct tone_screen {
	unsigned h; /* rows of the tile: 8, 16 or 32 */
	uint8_t threshold[TONE_TILE * TONE_TILE * 2];
};
void tone_screen_init(struct tone_screen *s, enum fx_resolution res);

enum tone_kind {
	TONE_WHITE,
	TONE_INK,     /* all black */
	TONE_PURE,    /* black and white already */
	TONE_FLAT,    /* one tone */
	TONE_TEXT,    /* two tones */
	TONE_PICTURE  /* many tones */
};
struct tone_block {
	enum tone_kind kind;
	bool many;           /* middle tones in it */
	bool beside;         /* a picture is next to it */
	uint8_t lo, hi, cut; /* darkest, lightest, threshold between */
};
/** Make regions whole; pictures of fewer than `min` blocks become writing. */
FX_MUST_CHECK int tone_regions(struct tone_block *b, uint32_t w, uint32_t h, uint32_t min);

#endif
