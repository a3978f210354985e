/* SPDX-License-Identifier: Apache-2.0 */
/* A page in memory, and its change to another resolution or width. */
#include "document/fax_tiff.h"

#include <string.h>

#include "base/mem.h"

#define WIDTH_MAX 4864u

int fx_bitmap_init(struct fx_bitmap *b, uint32_t width_px, uint32_t rows, enum fx_resolution res)
{
	memset(b, 0, sizeof(*b));
	if (!width_px || width_px > WIDTH_MAX || !rows || rows > FX_PAGE_ROWS_MAX) {
		return FX_ELIMIT;
	}
	b->width_px = width_px;
	b->rows = rows;
	b->resolution = res;
	b->bits = fx_calloc(rows, fx_bitmap_stride(b));
	if (!b->bits) {
		memset(b, 0, sizeof(*b));
		return FX_ENOMEM;
	}
	return 0;
}

void fx_bitmap_fini(struct fx_bitmap *b)
{
	(void)fx_free(b->bits);
	memset(b, 0, sizeof(*b));
}

/* 98 : 196 : 391 lines per inch count as 1 : 2 : 4, as fax machines treat them */
static unsigned density(enum fx_resolution res)
{
	switch (res) {
	case FX_RES_STANDARD:
		return 1;
	case FX_RES_FINE:
		return 2;
	case FX_RES_SUPERFINE:
		return 4;
	}
	return 2;
}

static void or_row(uint8_t *dst, const uint8_t *src, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		dst[i] |= src[i];
	}
}

int fx_bitmap_to_resolution(const struct fx_bitmap *src, enum fx_resolution res,
			    struct fx_bitmap *ret)
{
	unsigned from = density(src->resolution), to = density(res);
	size_t stride = fx_bitmap_stride(src);
	struct fx_bitmap b;
	uint32_t rows, y;
	int err;

	rows = to >= from ? src->rows * (to / from) : (src->rows + from / to - 1) / (from / to);
	err = fx_bitmap_init(&b, src->width_px, rows, res);
	if (err) {
		return err;
	}
	if (to >= from) {
		for (y = 0; y < rows; y++) {
			memcpy(b.bits + y * stride, src->bits + y / (to / from) * stride, stride);
		}
	} else {
		/* black wins: a thin horizontal line must not vanish */
		for (y = 0; y < src->rows; y++) {
			or_row(b.bits + y / (from / to) * stride, src->bits + y * stride, stride);
		}
	}
	*ret = b;
	return 0;
}

/* Weights of the source pixels below one target pixel, in 1/256 of a source pixel. */
struct span {
	uint32_t first, last; /* inclusive */
	uint32_t w_first, w_last;
};

static struct span span_of(uint32_t i, uint32_t from, uint32_t to)
{
	uint64_t a = (uint64_t)i * from * 256 / to, b = (uint64_t)(i + 1) * from * 256 / to;
	struct span s;

	if (b <= a) {
		b = a + 1;
	}
	s.first = (uint32_t)(a >> 8);
	s.last = (uint32_t)((b - 1) >> 8);
	if (s.last >= from) {
		s.last = from - 1;
	}
	if (s.first == s.last) {
		s.w_first = s.w_last = (uint32_t)(b - a);
	} else {
		s.w_first = 256 - (uint32_t)(a & 255);
		s.w_last = (uint32_t)(b - ((uint64_t)s.last << 8));
	}
	return s;
}

static uint32_t weight(const struct span *s, uint32_t i)
{
	return i == s->first ? s->w_first : i == s->last ? s->w_last : 256;
}

/* One target row: black where at least a third of the area is. A line one pixel wide covers
 * that much of some target pixel at every reduction we know (2432 to 1728 is the worst). */
static void scale_row(const struct fx_bitmap *src, struct fx_bitmap *dst, const struct span *cols,
		      uint32_t y, uint32_t *sum)
{
	size_t ss = fx_bitmap_stride(src), ds = fx_bitmap_stride(dst);
	struct span r = span_of(y, src->rows, dst->rows);
	uint64_t area = 0;
	uint32_t x, i, j;

	memset(sum, 0, src->width_px * sizeof(*sum));
	for (j = r.first; j <= r.last; j++) {
		const uint8_t *row = src->bits + j * ss;
		uint32_t w = weight(&r, j);

		area += w;
		for (i = 0; i < src->width_px; i++) {
			if (!row[i >> 3]) {
				i |= 7;
				continue;
			}
			sum[i] += row[i >> 3] & (0x80 >> (i & 7)) ? w : 0;
		}
	}
	for (x = 0; x < dst->width_px; x++) {
		uint64_t black = 0, total = 0;

		for (i = cols[x].first; i <= cols[x].last; i++) {
			uint32_t w = weight(&cols[x], i);

			black += (uint64_t)sum[i] * w;
			total += area * w;
		}
		if (black * 3 >= total) {
			dst->bits[y * ds + (x >> 3)] |= (uint8_t)(0x80 >> (x & 7));
		}
	}
}

int fx_bitmap_to_width(const struct fx_bitmap *src, uint32_t width_px, struct fx_bitmap *ret)
{
	fx_auto struct span *cols = NULL;
	fx_auto uint32_t *sum = NULL;
	struct fx_bitmap b;
	uint64_t rows;
	uint32_t i;
	int err;

	if (!width_px) {
		return FX_EINVAL;
	}
	/* the whole picture shrinks: a B4 page keeps its shape on A4 */
	rows = ((uint64_t)src->rows * width_px + src->width_px / 2) / src->width_px;
	if (rows > FX_PAGE_ROWS_MAX) {
		return FX_ELIMIT;
	}
	err = fx_bitmap_init(&b, width_px, rows ? (uint32_t)rows : 1, src->resolution);
	if (err) {
		return err;
	}
	cols = fx_calloc(width_px, sizeof(*cols));
	sum = fx_calloc(src->width_px, sizeof(*sum));
	if (!cols || !sum) {
		fx_bitmap_fini(&b);
		return FX_ENOMEM;
	}
	for (i = 0; i < width_px; i++) {
		cols[i] = span_of(i, src->width_px, width_px);
	}
	for (i = 0; i < b.rows; i++) {
		scale_row(src, &b, cols, i, sum);
	}
	*ret = b;
	return 0;
}
