/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of a picture made into whole regions, so that no seams show inside. */
#include "render/tone.h"

#include <string.h>

#include "base/mem.h"

#define DRIFT      40 /* tones between the darkest and the lightest block */
#define DRIFT_STEP 4  /* between neighbours */

struct field {
	struct tone_block *b;
	uint32_t w, h;
	uint32_t *stack;
	uint8_t *seen;
};

/* The eight neighbours of a block that lie on the page. */
static unsigned neighbours(const struct field *f, uint32_t i, uint32_t out[8])
{
	uint32_t x = i % f->w, y = i / f->w;
	unsigned n = 0;
	int dx, dy;

	for (dy = -1; dy <= 1; dy++) {
		for (dx = -1; dx <= 1; dx++) {
			int64_t nx = (int64_t)x + dx, ny = (int64_t)y + dy;

			if ((dx || dy) && nx >= 0 && ny >= 0 && nx < f->w && ny < f->h) {
				out[n++] = (uint32_t)(ny * f->w + nx);
			}
		}
	}
	return n;
}

/* Connected pictures smaller than min blocks are soft writing. */
static void drop_specks(struct field *f, uint32_t min)
{
	uint32_t i, j, near[8];

	for (i = 0; i < f->w * f->h; i++) {
		uint32_t head = 0, n = 0;

		if (f->b[i].kind != TONE_PICTURE || f->seen[i]) {
			continue;
		}
		f->stack[n++] = i;
		f->seen[i] = 1;
		while (head < n) {
			unsigned k = neighbours(f, f->stack[head++], near);

			for (j = 0; j < k; j++) {
				if (f->b[near[j]].kind == TONE_PICTURE && !f->seen[near[j]]) {
					f->seen[near[j]] = 1;
					f->stack[n++] = near[j];
				}
			}
		}
		for (j = 0; n < min && j < n; j++) {
			f->b[f->stack[j]].kind = TONE_TEXT;
		}
	}
}

/* Blocks of one tone each, drifting from block to block: a sky, a wall. Tints do not drift. */
static void find_drifts(struct field *f, uint32_t min)
{
	uint32_t i, j, near[8];

	for (i = 0; i < f->w * f->h; i++) {
		uint32_t head = 0, n = 0;
		uint8_t lo = 255, hi = 0;

		if (f->b[i].kind != TONE_FLAT || f->seen[i]) {
			continue;
		}
		f->stack[n++] = i;
		f->seen[i] = 1;
		while (head < n) {
			const struct tone_block *b = &f->b[f->stack[head]];
			unsigned k = neighbours(f, f->stack[head++], near);

			lo = b->lo < lo ? b->lo : lo;
			hi = b->hi > hi ? b->hi : hi;
			for (j = 0; j < k; j++) {
				const struct tone_block *o = &f->b[near[j]];

				if (o->kind == TONE_FLAT && !f->seen[near[j]] &&
				    o->lo <= b->hi + DRIFT_STEP && b->lo <= o->hi + DRIFT_STEP) {
					f->seen[near[j]] = 1;
					f->stack[n++] = near[j];
				}
			}
		}
		for (j = 0; n >= min && hi - lo > DRIFT && j < n; j++) {
			f->b[f->stack[j]].kind = TONE_PICTURE;
		}
	}
}

/* Does a block beside a picture belong to it? What has paper in it does not, nor pure black and
 * white, which the page's program drew. */
static bool joins(const struct tone_block *b)
{
	return b->kind == TONE_FLAT || (b->kind == TONE_TEXT && b->hi < 232);
}

static void grow(struct field *f)
{
	uint32_t i, n = 0, near[8];

	for (i = 0; i < f->w * f->h; i++) {
		f->seen[i] = f->b[i].kind == TONE_PICTURE;
		if (f->seen[i]) {
			f->stack[n++] = i;
		}
	}
	while (n) {
		unsigned k = neighbours(f, f->stack[--n], near), j;

		for (j = 0; j < k; j++) {
			if (!f->seen[near[j]] && joins(&f->b[near[j]])) {
				f->seen[near[j]] = 1;
				f->b[near[j]].kind = TONE_PICTURE;
				f->stack[n++] = near[j];
			}
		}
	}
}

/* Hard edges inside a picture look like writing: most of their neighbours say what they are. */
static void fill_holes(struct field *f)
{
	uint32_t i, near[8];

	for (i = 0; i < f->w * f->h; i++) {
		unsigned k, j, pictures = 0;

		f->seen[i] = 0;
		if (f->b[i].kind != TONE_TEXT) {
			continue;
		}
		k = neighbours(f, i, near);
		for (j = 0; j < k; j++) {
			pictures += f->b[near[j]].kind == TONE_PICTURE;
		}
		f->b[i].beside = pictures > 0;
		f->seen[i] = pictures >= 4;
	}
	for (i = 0; i < f->w * f->h; i++) {
		if (f->seen[i]) {
			f->b[i].kind = TONE_PICTURE;
		}
	}
}

int tone_regions(struct tone_block *b, uint32_t w, uint32_t h, uint32_t min)
{
	struct field f = {.b = b, .w = w, .h = h};
	size_t n = (size_t)w * h;
	bool fine;

	f.stack = fx_calloc(n, sizeof(*f.stack));
	f.seen = fx_zalloc(n);
	fine = f.stack && f.seen;
	if (fine) {
		find_drifts(&f, 2 * min);
		memset(f.seen, 0, n);
		drop_specks(&f, min);
		grow(&f);
		fill_holes(&f);
		fill_holes(&f);
	}
	(void)fx_free(f.stack);
	(void)fx_free(f.seen);
	return fine ? 0 : FX_ENOMEM;
}
