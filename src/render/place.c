/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A picture or page on paper. Nothing is cropped but margins that hang over by a hair; nothing
 * is enlarged beyond its natural size; what lies on its side is turned.
 *
 * Reading reduces by whole numbers at once, so that memory depends on the paper and not on the
 * picture; the exact size follows by averaging areas, with weights in 1/256.
 */
#include "render/render.h"

#include <string.h>

#include "base/mem.h"

#define DPI_UNKNOWN 100.0
#define MARGIN_IN   0.4  /* around pictures that fill the page: 10 mm */
#define OVERHANG    1.02 /* Letter on A4 hangs over by 0.4 %: margins, not content */
#define TURN_RATIO  1.05

struct raster {
	uint32_t w, h;
	uint8_t *px;
};

struct plan {
	bool turn;       /* by 90 degrees after the file's own orientation */
	bool swap;       /* the file's orientation exchanges width and height */
	uint32_t tw, th; /* on paper, upright */
	uint32_t kx, ky; /* reduction while reading, in the picture's own axes */
};

static double sane_dpi(double d, double other)
{
	d = d >= 30 && d <= 5000 ? d : other;
	return d >= 30 && d <= 5000 ? d : DPI_UNKNOWN;
}

static void make_plan(const struct render *r, const struct fx_picture *pic, bool page,
		      struct plan *p)
{
	double xd = sane_dpi(pic->x_dpi, pic->y_dpi), yd = sane_dpi(pic->y_dpi, pic->x_dpi);
	double w = pic->width_px / xd, h = pic->rows / yd, res = (double)r->opts.resolution;
	double box_w = (double)RENDER_WIDTH / RENDER_X_DPI, box_h, s, t;

	box_h = render_paper_rows(&r->opts) / res;
	p->swap = pic->orientation >= 5;
	if (p->swap) {
		t = w, w = h, h = t;
	}
	p->turn = w > h * TURN_RATIO && (page || w > box_w * OVERHANG);
	if (p->turn) {
		t = w, w = h, h = t;
	}
	s = 1;
	if (w > box_w * OVERHANG || h > box_h * OVERHANG) {
		double m = page ? 0 : 2 * MARGIN_IN;
		double sx = (box_w - m) / w, sy = (box_h - m) / h;

		s = sx < sy ? sx : sy;
	}
	p->tw = (uint32_t)(w * s * RENDER_X_DPI + 0.5);
	p->th = (uint32_t)(h * s * res + 0.5);
	/* a pixel of the page program is a dot of the fax: no rounding may disturb that */
	if (s >= 1 && page && !p->turn && !p->swap) {
		p->tw = xd == RENDER_X_DPI ? pic->width_px : p->tw;
		p->th = yd == res ? pic->rows : p->th;
	} else if (s >= 1 && page && p->turn && !p->swap) {
		p->tw = yd == RENDER_X_DPI ? pic->rows : p->tw;
		p->th = xd == res ? pic->width_px : p->th;
	}
	p->tw = p->tw ? p->tw : 1;
	p->th = p->th ? p->th : 1;
	{
		bool across = p->turn != p->swap;
		uint32_t kx = pic->width_px / (across ? p->th : p->tw);
		uint32_t ky = pic->rows / (across ? p->tw : p->th);

		p->kx = kx ? kx : 1;
		p->ky = ky ? ky : 1;
	}
}

/* Read all rows, joining kx by ky pixels into one. */
static int read_reduced(struct render *r, const struct fx_picture *pic, const struct plan *p,
			render_row_fn *row, void *arg, struct raster *ret)
{
	uint32_t w = (pic->width_px + p->kx - 1) / p->kx, h = (pic->rows + p->ky - 1) / p->ky, x, y,
		 i;
	fx_auto uint8_t *line = fx_zalloc(pic->width_px);
	fx_auto uint32_t *sum = fx_calloc(w, sizeof(*sum));
	uint8_t *px = fx_calloc(h, w);
	int err = line && sum && px ? 0 : FX_ENOMEM;

	for (y = 0; y < pic->rows && !err; y++) {
		uint32_t in = y % p->ky,
			 n = pic->rows - (y - in) < p->ky ? pic->rows - (y - in) : p->ky;

		if (p->kx == 1 && p->ky == 1) {
			err = row(arg, px + (size_t)y * w, &r->why);
			continue;
		}
		err = row(arg, line, &r->why);
		if (!err && y % 256 == 0) {
			err = render_check_time(r);
		}
		for (x = 0, i = 0; x < w; x++) {
			uint32_t end =
				(x + 1) * p->kx < pic->width_px ? (x + 1) * p->kx : pic->width_px;
			uint32_t cols = end - i, s = 0;

			for (; i < end; i++) {
				s += line[i];
			}
			sum[x] = (in ? sum[x] : 0) + s;
			if (in + 1 == n) {
				px[(size_t)(y / p->ky) * w + x] = (uint8_t)(sum[x] / (cols * n));
			}
		}
	}
	if (err) {
		(void)fx_free(px);
		return r->why.text[0] ? err : fx_fail(&r->why, err, "%s", fx_error_str(err));
	}
	*ret = (struct raster){w, h, px};
	return 0;
}

/* Orientation as TIFF counts it; 8 turns by 90 degrees against the clock. */
static int orient(struct raster *p, unsigned o)
{
	bool swap = o >= 5, flip_x, flip_y;
	uint32_t w = swap ? p->h : p->w, h = swap ? p->w : p->h, x, y;
	uint8_t *px;

	if (o <= 1) {
		return 0;
	}
	px = fx_calloc(h, w);
	if (!px) {
		return FX_ENOMEM;
	}
	/* where the target's x and y run against the source's axes */
	flip_x = o == 2 || o == 3 || o == 6 || o == 7;
	flip_y = o == 3 || o == 4 || o == 7 || o == 8;
	for (y = 0; y < h; y++) {
		uint32_t sy = flip_y ? h - 1 - y : y;

		for (x = 0; x < w; x++) {
			uint32_t sx = flip_x ? w - 1 - x : x;

			px[(size_t)y * w + x] = swap ? p->px[(size_t)sx * p->w + sy] :
						       p->px[(size_t)sy * p->w + sx];
		}
	}
	(void)fx_free(p->px);
	*p = (struct raster){w, h, px};
	return 0;
}

/* Target dot i of `to` covers [a, b) of `from`, in 1/256. */
static void span(uint32_t i, uint32_t from, uint32_t to, uint32_t *a, uint32_t *b)
{
	*a = (uint32_t)((uint64_t)i * from * 256 / to);
	*b = (uint32_t)((uint64_t)(i + 1) * from * 256 / to);
	*b = *b > *a ? *b : *a + 1;
}

/* A row of the source at the target's width, 0..255 */
static void scale_row(const uint8_t *src, uint32_t from, uint8_t *dst, uint32_t to)
{
	uint32_t x, i;

	if (from == to) {
		memcpy(dst, src, to);
		return;
	}
	for (x = 0; x < to; x++) {
		uint32_t a, b, first, last;
		uint64_t sum = 0;

		span(x, from, to, &a, &b);
		first = a >> 8;
		last = (b - 1) >> 8;
		for (i = first; i <= last && i < from; i++) {
			uint32_t lo = i == first ? a : i << 8, hi = i == last ? b : (i + 1) << 8;

			sum += (uint64_t)src[i] * (hi - lo);
		}
		dst[x] = (uint8_t)(sum / (b - a));
	}
}

static int scale(const struct raster *src, uint32_t tw, uint32_t th, uint8_t *dst, size_t stride,
		 uint32_t cut_x, uint32_t dst_w, uint32_t dst_h)
{
	fx_auto uint8_t *line = fx_zalloc(tw);
	fx_auto uint32_t *acc = fx_calloc(tw, sizeof(*acc));
	uint32_t have = UINT32_MAX, y, j, x;

	if (!line || !acc) {
		return FX_ENOMEM;
	}
	for (y = 0; y < dst_h && y < th; y++) {
		uint32_t a, b, first, last;

		span(y, src->h, th, &a, &b);
		first = a >> 8;
		last = (b - 1) >> 8;
		memset(acc, 0, tw * sizeof(*acc));
		for (j = first; j <= last && j < src->h; j++) {
			uint32_t lo = j == first ? a : j << 8, hi = j == last ? b : (j + 1) << 8;

			if (j != have) {
				scale_row(src->px + (size_t)j * src->w, src->w, line, tw);
				have = j;
			}
			for (x = 0; x < tw; x++) {
				acc[x] += line[x] * (hi - lo);
			}
		}
		for (x = 0; x < dst_w; x++) {
			dst[y * stride + x] = (uint8_t)(acc[x + cut_x] / (b - a));
		}
	}
	return 0;
}

static int put_on_paper(struct render *r, struct raster *src, const struct plan *p, bool page)
{
	uint32_t rows = render_paper_rows(&r->opts), dst_w, dst_h, x0, y0, cut_x;
	fx_auto uint8_t *paper = NULL;
	int err;

	/* what hangs over by less than OVERHANG is cut, equally left and right, and at the bottom
	 */
	dst_w = p->tw < RENDER_WIDTH ? p->tw : RENDER_WIDTH;
	cut_x = (p->tw - dst_w) / 2;
	dst_h = p->th < rows ? p->th : rows;
	x0 = (RENDER_WIDTH - dst_w) / 2;
	y0 = (uint32_t)(MARGIN_IN * (double)r->opts.resolution);
	if (page || dst_h + y0 > rows) {
		y0 = page ? 0 : (rows - dst_h) / 2;
	}
	paper = fx_calloc(rows, RENDER_WIDTH);
	if (!paper) {
		return fx_fail(&r->why, FX_ENOMEM, "out of memory");
	}
	memset(paper, 255, (size_t)rows * RENDER_WIDTH);
	err = scale(src, p->tw, p->th, paper + (size_t)y0 * RENDER_WIDTH + x0, RENDER_WIDTH, cut_x,
		    dst_w, dst_h);
	if (err) {
		return fx_fail(&r->why, err, "out of memory");
	}
	return render_put_grey(r, paper, rows);
}

/* The common case: a page drawn in dots of the fax goes straight onto the paper. */
static int read_to_paper(struct render *r, const struct fx_picture *pic, render_row_fn *row,
			 void *arg)
{
	uint32_t rows = render_paper_rows(&r->opts), y, x0, w = pic->width_px;
	fx_auto uint8_t *paper = fx_calloc(rows, RENDER_WIDTH);
	fx_auto uint8_t *line = fx_zalloc(w);
	uint32_t n = w < RENDER_WIDTH ? w : RENDER_WIDTH, cut = (w - n) / 2;
	int err = 0;

	if (!paper || !line) {
		return fx_fail(&r->why, FX_ENOMEM, "out of memory");
	}
	memset(paper, 255, (size_t)rows * RENDER_WIDTH);
	x0 = (RENDER_WIDTH - n) / 2;
	for (y = 0; y < pic->rows && !err; y++) {
		err = row(arg, line, &r->why);
		if (!err && y < rows) {
			memcpy(paper + (size_t)y * RENDER_WIDTH + x0, line + cut, n);
		}
	}
	return err ? err : render_put_grey(r, paper, rows);
}

int render_place(struct render *r, const struct fx_picture *pic, bool page, render_row_fn *row,
		 void *arg)
{
	struct raster px = {0};
	struct plan p = {0};
	int err;

	make_plan(r, pic, page, &p);
	if (page && !p.turn && pic->orientation <= 1 && p.tw == pic->width_px &&
	    p.th == pic->rows) {
		return read_to_paper(r, pic, row, arg);
	}
	err = read_reduced(r, pic, &p, row, arg, &px);
	if (err) {
		return err;
	}
	err = orient(&px, pic->orientation);
	if (!err && p.turn) {
		err = orient(&px, 8);
	}
	if (err) {
		fx_reason_set(&r->why, "%s", fx_error_str(err));
	} else {
		err = put_on_paper(r, &px, &p, page);
	}
	(void)fx_free(px.px);
	return err;
}
