/* SPDX-License-Identifier: Apache-2.0 */
/*
 * T.6 (MMR) coding of a page, 64 dots at a time: libtiff's coder looks at bytes and took a third
 * of the time of rendering a text page. Its decoder stays the judge, in the tests.
 */
#include "document/document_priv.h"

#include <string.h>

/* A code of T.4 tables 2 and 3: bits in the low end, most significant first. */
struct code {
	uint8_t len;
	uint16_t bits;
};

static const struct code white_term[64] = {
	{8, 0x35}, {6, 0x07}, {4, 0x07}, {4, 0x08}, {4, 0x0b}, {4, 0x0c}, {4, 0x0e}, {4, 0x0f},
	{5, 0x13}, {5, 0x14}, {5, 0x07}, {5, 0x08}, {6, 0x08}, {6, 0x03}, {6, 0x34}, {6, 0x35},
	{6, 0x2a}, {6, 0x2b}, {7, 0x27}, {7, 0x0c}, {7, 0x08}, {7, 0x17}, {7, 0x03}, {7, 0x04},
	{7, 0x28}, {7, 0x2b}, {7, 0x13}, {7, 0x24}, {7, 0x18}, {8, 0x02}, {8, 0x03}, {8, 0x1a},
	{8, 0x1b}, {8, 0x12}, {8, 0x13}, {8, 0x14}, {8, 0x15}, {8, 0x16}, {8, 0x17}, {8, 0x28},
	{8, 0x29}, {8, 0x2a}, {8, 0x2b}, {8, 0x2c}, {8, 0x2d}, {8, 0x04}, {8, 0x05}, {8, 0x0a},
	{8, 0x0b}, {8, 0x52}, {8, 0x53}, {8, 0x54}, {8, 0x55}, {8, 0x24}, {8, 0x25}, {8, 0x58},
	{8, 0x59}, {8, 0x5a}, {8, 0x5b}, {8, 0x4a}, {8, 0x4b}, {8, 0x32}, {8, 0x33}, {8, 0x34}};
static const struct code black_term[64] = {
	{10, 0x37}, {3, 0x02},  {2, 0x03},  {2, 0x02},  {3, 0x03},  {4, 0x03},  {4, 0x02},
	{5, 0x03},  {6, 0x05},  {6, 0x04},  {7, 0x04},  {7, 0x05},  {7, 0x07},  {8, 0x04},
	{8, 0x07},  {9, 0x18},  {10, 0x17}, {10, 0x18}, {10, 0x08}, {11, 0x67}, {11, 0x68},
	{11, 0x6c}, {11, 0x37}, {11, 0x28}, {11, 0x17}, {11, 0x18}, {12, 0xca}, {12, 0xcb},
	{12, 0xcc}, {12, 0xcd}, {12, 0x68}, {12, 0x69}, {12, 0x6a}, {12, 0x6b}, {12, 0xd2},
	{12, 0xd3}, {12, 0xd4}, {12, 0xd5}, {12, 0xd6}, {12, 0xd7}, {12, 0x6c}, {12, 0x6d},
	{12, 0xda}, {12, 0xdb}, {12, 0x54}, {12, 0x55}, {12, 0x56}, {12, 0x57}, {12, 0x64},
	{12, 0x65}, {12, 0x52}, {12, 0x53}, {12, 0x24}, {12, 0x37}, {12, 0x38}, {12, 0x27},
	{12, 0x28}, {12, 0x58}, {12, 0x59}, {12, 0x2b}, {12, 0x2c}, {12, 0x5a}, {12, 0x66},
	{12, 0x67}};
/* 64, 128 ... 1728 */
static const struct code white_make[27] = {
	{5, 0x1b}, {5, 0x12}, {6, 0x17}, {7, 0x37}, {8, 0x36}, {8, 0x37}, {8, 0x64},
	{8, 0x65}, {8, 0x68}, {8, 0x67}, {9, 0xcc}, {9, 0xcd}, {9, 0xd2}, {9, 0xd3},
	{9, 0xd4}, {9, 0xd5}, {9, 0xd6}, {9, 0xd7}, {9, 0xd8}, {9, 0xd9}, {9, 0xda},
	{9, 0xdb}, {9, 0x98}, {9, 0x99}, {9, 0x9a}, {6, 0x18}, {9, 0x9b}};
static const struct code black_make[27] = {
	{10, 0x0f}, {12, 0xc8}, {12, 0xc9}, {12, 0x5b}, {12, 0x33}, {12, 0x34}, {12, 0x35},
	{13, 0x6c}, {13, 0x6d}, {13, 0x4a}, {13, 0x4b}, {13, 0x4c}, {13, 0x4d}, {13, 0x72},
	{13, 0x73}, {13, 0x74}, {13, 0x75}, {13, 0x76}, {13, 0x77}, {13, 0x52}, {13, 0x53},
	{13, 0x54}, {13, 0x55}, {13, 0x5a}, {13, 0x5b}, {13, 0x64}, {13, 0x65}};
/* 1792, 1856 ... 2560, either colour */
static const struct code both_make[13] = {
	{11, 0x08}, {11, 0x0c}, {11, 0x0d}, {12, 0x12}, {12, 0x13}, {12, 0x14}, {12, 0x15},
	{12, 0x16}, {12, 0x17}, {12, 0x1c}, {12, 0x1d}, {12, 0x1e}, {12, 0x1f}};
/* a1 is 3 left of b1 ... 3 right of it (table 4) */
static const struct code vertical[7] = {{7, 0x02}, {6, 0x02}, {3, 0x02}, {1, 0x01},
					{3, 0x03}, {6, 0x03}, {7, 0x03}};
static const struct code pass_mode = {4, 0x01}, horizontal_mode = {3, 0x01};

struct writer {
	struct fx_buf *out;
	uint64_t acc; /* the low `n` bits wait */
	unsigned n;
};

static void put(struct writer *w, struct code c)
{
	w->acc = w->acc << c.len | c.bits;
	w->n += c.len;
	if (w->n >= 32) {
		uint32_t v = (uint32_t)(w->acc >> (w->n - 32));
		uint8_t b[4] = {(uint8_t)(v >> 24), (uint8_t)(v >> 16), (uint8_t)(v >> 8),
				(uint8_t)v};

		fx_buf_put(w->out, b, sizeof(b));
		w->n -= 32;
	}
}

static void put_run(struct writer *w, uint32_t run, bool black)
{
	for (; run >= 2624; run -= 2560) {
		put(w, both_make[12]);
	}
	if (run >= 1792) {
		put(w, both_make[(run - 1792) / 64]);
	} else if (run >= 64) {
		put(w, black ? black_make[run / 64 - 1] : white_make[run / 64 - 1]);
	}
	put(w, black ? black_term[run % 64] : white_term[run % 64]);
}

/*
 * The columns where a row changes colour, from white at the left; then the width, twice more than
 * needed, so that looking two ahead needs no check.
 */
static void find_changes(const uint8_t *row, uint32_t width, uint16_t *at)
{
	uint32_t x, n = 0;
	uint64_t last = 0; /* all ones after black */

	for (x = 0; x < width; x += 64) {
		uint64_t v = 0;
		uint32_t left = width - x, bytes = left >= 64 ? 8 : (left + 7) / 8;

		memcpy(&v, row + x / 8, bytes);
		v = __builtin_bswap64(v);
		if (left < 64) {
			/* right of the page the colour goes on, so that nothing changes there */
			uint64_t beyond = UINT64_MAX >> left;

			v = v >> (64 - left) & 1 ? v | beyond : v & ~beyond;
		}
		if (v != last) {
			/* a one wherever a dot differs from the one left of it */
			uint64_t d = v ^ (v >> 1 | (last & UINT64_C(1) << 63));

			while (d) {
				unsigned k = (unsigned)__builtin_clzll(d);

				at[n++] = (uint16_t)(x + k);
				d &= ~(UINT64_C(1) << (63 - k));
			}
			last = v & 1 ? UINT64_MAX : 0;
		}
	}
	at[n] = at[n + 1] = at[n + 2] = at[n + 3] = (uint16_t)width;
}

/* T.6 2.2.5 with lists of changes: even entries turn to black, odd ones to white. */
static void code_row(struct writer *w, const uint16_t *cur, const uint16_t *ref, uint32_t width)
{
	uint32_t a0 = 0, i = 0, j = 0;
	bool start = true, black = false;

	while (a0 < width) {
		uint32_t a1 = cur[i], b1, b2;
		int32_t d;

		/* b1: the first change of ref right of a0 towards the colour opposite to a0's */
		while (j > 0 && ref[j - 1] > a0) {
			j--;
		}
		while (ref[j] < width &&
		       (ref[j] < a0 || (ref[j] == a0 && !start) || (j & 1) != black)) {
			j++;
		}
		b1 = ref[j];
		b2 = b1 < width ? ref[j + 1] : width;
		d = (int32_t)a1 - (int32_t)b1;
		if (b2 < a1) {
			put(w, pass_mode);
			a0 = b2;
		} else if (d >= -3 && d <= 3) {
			put(w, vertical[d + 3]);
			a0 = a1;
			black = !black;
			i++;
		} else {
			uint32_t a2 = a1 < width ? cur[i + 1] : width;

			put(w, horizontal_mode);
			put_run(w, a1 - a0, black);
			put_run(w, a2 - a1, !black);
			a0 = a2;
			i += 2;
		}
		start = false;
	}
}

int fx_t6_encode(const struct fx_bitmap *b, struct fx_buf *ret)
{
	uint16_t lines[2][FX_TIFF_WIDTH_MAX + 8];
	uint16_t *cur = lines[0], *ref = lines[1], *t;
	struct writer w = {.out = ret};
	size_t stride = fx_bitmap_stride(b);
	uint32_t y;

	if (b->width_px > FX_TIFF_WIDTH_MAX) {
		return FX_ELIMIT;
	}
	ref[0] = ref[1] = ref[2] = ref[3] = (uint16_t)b->width_px;
	for (y = 0; y < b->rows && !ret->err; y++) {
		const uint8_t *row = b->bits + y * stride;

		find_changes(row, b->width_px, cur);
		code_row(&w, cur, ref, b->width_px);
		t = ref, ref = cur, cur = t;
	}
	/* EOFB: EOL twice; then whole bytes */
	put(&w, (struct code){12, 1});
	put(&w, (struct code){12, 1});
	while (w.n % 8) {
		put(&w, (struct code){1, 0});
	}
	while (w.n) {
		w.n -= 8;
		fx_buf_u8(ret, (uint8_t)(w.acc >> w.n));
	}
	return ret->err;
}
