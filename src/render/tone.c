/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Grey to black and white.
 *
 * The page is divided into blocks of about 2 mm. A block with two tones (writing, lines) is cut
 * at a threshold between them, so that coloured writing stays readable; a block with many tones
 * belongs to a picture and is screened, and so do flat blocks whose tone drifts from one to the
 * next. Regions are then made whole: blocks between parts of a
 * picture join it, specks of "picture" within writing are writing. Flat tints are screened by the
 * same curve as pictures, so that no seam shows where they meet.
 *
 * The screen has clustered dots at 45 degrees, 54 to the inch: neighbours change together, which
 * codes in less than half the bits that dispersed dots need, and survives a fax machine's printing.
 */
#include "render/tone.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#define GAMMA       0.80 /* fax printers spread ink: middle tones are made lighter */
#define BLOCK_W     16u
#define FLAT_RANGE  32u
#define FAINT_RANGE 16u /* yellow on white differs by 29, but by that exactly */
#define WHITE_FROM  236u
#define TINT_WHITE  215u /* the grounds of tables and the like are left out */
#define DARK_TO     90u  /* a tone that may turn black without loss */
#define STROKE_MAX  16   /* dots: wider ink of a light colour is an area, not writing */
#define PICTURE_MIN 6u   /* blocks */

struct page {
	const uint8_t *grey;
	uint32_t rows, bw, bh, block_h;
	struct tone_block *blocks;
	uint8_t level[256]; /* after the white of the paper */
	uint8_t tone[256];  /* the same, for the screen */
	enum fx_quality quality;
	const struct tone_screen *screen;
	struct fx_bitmap *out;
};

/* Positions on the screen's tile sorted by how late they turn white: ranks become thresholds. */
struct spot {
	float value;
	uint16_t at;
};

static int by_value(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;

	return x->value < y->value ? -1 : x->value > y->value ? 1 : x->at - y->at;
}

void tone_screen_init(struct tone_screen *s, enum fx_resolution res)
{
	static const unsigned side = TONE_TILE, lines = TONE_LINES;
	struct spot spots[TONE_TILE * TONE_TILE * 2];
	unsigned x, y, n = 0;

	/* 16 rows of 196 to the inch, and as much of the paper at the others */
	s->h = side * (unsigned)res / 195;
	for (y = 0; y < s->h; y++) {
		for (x = 0; x < side; x++) {
			double k = 2 * M_PI * lines / side;
			double yy = (y + 0.5) * side / s->h, xx = x + 0.5;

			spots[n].value = (float)(cos(k * (xx + yy)) + cos(k * (xx - yy)));
			spots[n].at = (uint16_t)n;
			n++;
		}
	}
	qsort(spots, n, sizeof(spots[0]), by_value);
	for (x = 0; x < n; x++) {
		s->threshold[spots[x].at] = (uint8_t)(1 + x * 254 / (n - 1));
	}
}

/* The commonest light tone is the paper's: scans of grey or yellow paper become white. */
static unsigned paper_white(const uint8_t *grey, size_t n)
{
	uint32_t hist[256] = {0}, best = 0, all = 0;
	unsigned v, level = 255;
	size_t i;

	for (i = 0; i < n; i += 61) {
		hist[grey[i]]++;
		all++;
	}
	for (v = 175; v < 256; v++) {
		uint32_t sum = 0;
		unsigned j;

		for (j = v > 4 ? v - 4 : 0; j <= v + 4 && j < 256; j++) {
			sum += hist[j];
		}
		if (sum > best || (sum == best && v == 255)) {
			best = sum;
			level = v;
		}
	}
	return best > all / 3 && level < 248 ? level - 6 : 255;
}

static void make_curves(struct page *p)
{
	size_t n = (size_t)p->rows * RENDER_WIDTH;
	unsigned white = p->quality == FX_QUALITY_PHOTO ? 255 : paper_white(p->grey, n), v;

	for (v = 0; v < 256; v++) {
		unsigned l = v >= white ? 255 : v * 255 / white;
		double t = 255 * pow(l / 255.0, GAMMA);

		p->level[v] = (uint8_t)l;
		p->tone[v] = l >= 247 ? 255 : l <= 10 ? 0 : (uint8_t)(t + 0.5);
	}
}

/* Eight bytes of 0 or 255 only? */
static bool two_valued(uint64_t v)
{
	return ((v >> 7) & UINT64_C(0x0101010101010101)) * 255 == v;
}

/* Drawn writing, however faint, has no tones between; the noise of a scan has. */
static bool two_toned(const struct page *p, uint32_t bx, uint32_t first, uint32_t last,
		      const struct tone_block *b)
{
	uint32_t x, y;

	for (y = first; y < last; y++) {
		for (x = 0; x < BLOCK_W; x++) {
			unsigned l = p->level[p->grey[(size_t)y * RENDER_WIDTH + bx * BLOCK_W + x]];

			if (l > b->lo + 3u && l + 3u < b->hi) {
				return false;
			}
		}
	}
	return true;
}

static void measure(struct page *p, uint32_t bx, uint32_t by, struct tone_block *b)
{
	uint32_t y, x, first = by * p->block_h, mids = 0, light = 0, n = 0;
	uint32_t last = first + p->block_h < p->rows ? first + p->block_h : p->rows;
	unsigned lo = 255, hi = 0, a, z;
	bool pure = true;
	uint64_t any = 0, all = UINT64_MAX;

	for (y = first; y < last; y++) {
		const uint8_t *row = p->grey + (size_t)y * RENDER_WIDTH + bx * BLOCK_W;
		uint64_t v[2];

		memcpy(v, row, sizeof(v));
		pure = pure && two_valued(v[0]) && two_valued(v[1]);
		any |= v[0] | v[1];
		all &= v[0] & v[1];
	}
	if (pure) {
		b->kind = any == 0 ? TONE_INK : all == UINT64_MAX ? TONE_WHITE : TONE_PURE;
		return;
	}
	for (y = first; y < last; y++) {
		for (x = 0; x < BLOCK_W; x++) {
			unsigned l = p->level[p->grey[(size_t)y * RENDER_WIDTH + bx * BLOCK_W + x]];

			lo = l < lo ? l : lo;
			hi = l > hi ? l : hi;
		}
	}
	b->lo = (uint8_t)lo;
	b->hi = (uint8_t)hi;
	b->cut = (uint8_t)((lo + hi + 1) / 2);
	if (hi - lo < FLAT_RANGE && !(hi - lo >= FAINT_RANGE && two_toned(p, bx, first, last, b))) {
		b->kind = lo >= WHITE_FROM ? TONE_WHITE : TONE_FLAT;
		return;
	}
	a = lo + (hi - lo) * 3 / 10;
	z = hi - (hi - lo) * 3 / 10;
	for (y = first; y < last; y++) {
		for (x = 0; x < BLOCK_W; x++) {
			unsigned l = p->level[p->grey[(size_t)y * RENDER_WIDTH + bx * BLOCK_W + x]];

			n++;
			mids += l > a && l < z;
			light += l + (hi - lo) / 5 >= hi;
		}
	}
	b->many = mids * 8 > n;
	/* writing that was scanned is soft, but most of its block is paper */
	b->kind = mids * 8 <= n || (hi >= 200 && light * 5 >= n * 2) ? TONE_TEXT : TONE_PICTURE;
}

/* Ink of a light colour that is wide both across and down is an area, not writing. */
static bool is_area(const struct page *p, uint32_t x, uint32_t y, uint8_t cut)
{
	const uint8_t *at = p->grey + (size_t)y * RENDER_WIDTH + x;
	int run = 1, i;

	for (i = 1; i <= STROKE_MAX && x + (uint32_t)i < RENDER_WIDTH && p->level[at[i]] < cut;
	     i++) {
		run++;
	}
	for (i = 1; i <= STROKE_MAX && (uint32_t)i <= x && p->level[at[-i]] < cut; i++) {
		run++;
	}
	if (run <= STROKE_MAX) {
		return false;
	}
	run = 1;
	for (i = 1; i <= STROKE_MAX && y + (uint32_t)i < p->rows &&
		    p->level[at[(ptrdiff_t)i * RENDER_WIDTH]] < cut;
	     i++) {
		run++;
	}
	for (i = 1; i <= STROKE_MAX && (uint32_t)i <= y &&
		    p->level[at[-(ptrdiff_t)i * RENDER_WIDTH]] < cut;
	     i++) {
		run++;
	}
	return run > STROKE_MAX;
}

static void pack_row(const struct page *p, const struct tone_block *b, uint32_t bx, uint32_t y,
		     uint8_t *dst)
{
	const uint8_t *src = p->grey + (size_t)y * RENDER_WIDTH + bx * BLOCK_W;
	const uint8_t *thr = p->screen->threshold + (size_t)(y % p->screen->h) * TONE_TILE;
	unsigned bits = 0, x, tx = bx * BLOCK_W % TONE_TILE;
	uint64_t v[2];

	switch (b->kind) {
	case TONE_WHITE:
		return;
	case TONE_INK:
		dst[0] = dst[1] = 0xff;
		return;
	case TONE_PURE:
		memcpy(v, src, sizeof(v));
		for (x = 0; x < 2; x++) {
			/* the top bits of eight bytes, first byte leftmost; 255 is white */
			uint64_t m = (~v[x] >> 7) & UINT64_C(0x0101010101010101);

			dst[x] = (uint8_t)((m * UINT64_C(0x8040201008040201)) >> 56);
		}
		return;
	case TONE_FLAT:
	case TONE_PICTURE:
		for (x = 0; x < BLOCK_W; x++) {
			bits = bits << 1 | (p->tone[src[x]] < thr[tx]);
			tx = tx + 1 == TONE_TILE ? 0 : tx + 1;
		}
		break;
	case TONE_TEXT:
		for (x = 0; x < BLOCK_W; x++) {
			unsigned l = p->level[src[x]];
			bool black = l < b->cut;

			if (p->quality == FX_QUALITY_AUTO &&
			    (black ? (l >= DARK_TO || b->beside) &&
					     is_area(p, bx * BLOCK_W + x, y, b->cut) :
				     (b->many ? b->hi : l) < TINT_WHITE)) {
				black = p->tone[src[x]] < thr[tx];
			}
			bits = bits << 1 | black;
			tx = tx + 1 == TONE_TILE ? 0 : tx + 1;
		}
		break;
	}
	dst[0] = (uint8_t)(bits >> 8);
	dst[1] = (uint8_t)bits;
}

/* One rule for all when the sender chose. */
static void force_quality(struct page *p)
{
	uint32_t i;

	for (i = 0; i < p->bw * p->bh; i++) {
		struct tone_block *b = &p->blocks[i];

		if (b->kind != TONE_FLAT && b->kind != TONE_TEXT && b->kind != TONE_PICTURE) {
			continue;
		}
		if (p->quality == FX_QUALITY_PHOTO) {
			b->kind = TONE_PICTURE;
		} else {
			/* light writing on white is kept, a picture is cut in the middle */
			b->cut = b->kind == TONE_TEXT ? b->cut : 128;
			b->kind = TONE_TEXT;
		}
	}
}

/*
 * Areas outside pictures are treated as the writing in and beside them treats its ground, so that
 * no seam shows: dark ones are black, light ones white.
 */
static void settle_flats(struct page *p)
{
	uint32_t i;

	for (i = 0; i < p->bw * p->bh; i++) {
		struct tone_block *b = &p->blocks[i];

		if (b->kind == TONE_FLAT && (b->hi < DARK_TO || b->lo >= TINT_WHITE)) {
			b->kind = b->hi < DARK_TO ? TONE_INK : TONE_WHITE;
		}
	}
}

static void draw(struct page *p)
{
	size_t stride = fx_bitmap_stride(p->out);
	uint32_t bx, y;

	for (y = 0; y < p->rows; y++) {
		const struct tone_block *b = p->blocks + (size_t)(y / p->block_h) * p->bw;
		uint8_t *dst = p->out->bits + y * stride;

		for (bx = 0; bx < p->bw; bx++) {
			pack_row(p, &b[bx], bx, y, dst + 2 * bx);
		}
	}
}

int render_tone(const uint8_t *grey, uint32_t rows, enum fx_resolution res, enum fx_quality quality,
		struct fx_bitmap *ret)
{
	struct page p = {.grey = grey, .rows = rows, .quality = quality};
	struct tone_screen screen;
	struct fx_bitmap b;
	uint32_t x, y;
	int err;

	err = fx_bitmap_init(&b, RENDER_WIDTH, rows, res);
	if (err) {
		return err;
	}
	p.block_h = res == FX_RES_STANDARD ? 8 : res == FX_RES_FINE ? 16 : 32;
	p.bw = RENDER_WIDTH / BLOCK_W;
	p.bh = (rows + p.block_h - 1) / p.block_h;
	p.blocks = fx_calloc((size_t)p.bw * p.bh, sizeof(*p.blocks));
	if (!p.blocks) {
		fx_bitmap_fini(&b);
		return FX_ENOMEM;
	}
	p.out = &b;
	p.screen = &screen;
	tone_screen_init(&screen, res);
	make_curves(&p);
	for (y = 0; y < p.bh; y++) {
		for (x = 0; x < p.bw; x++) {
			measure(&p, x, y, &p.blocks[(size_t)y * p.bw + x]);
		}
	}
	if (quality == FX_QUALITY_AUTO) {
		err = tone_regions(p.blocks, p.bw, p.bh, PICTURE_MIN);
		settle_flats(&p);
	} else {
		force_quality(&p);
	}
	if (!err) {
		draw(&p);
	}
	(void)fx_free(p.blocks);
	if (err) {
		fx_bitmap_fini(&b);
		return err;
	}
	*ret = b;
	return 0;
}
