/* SPDX-License-Identifier: Apache-2.0 */
/* TIFF, PNG and JPEG documents. A TIFF that is a fax already passes dot for dot. */
#include "render/render.h"

#include <string.h>

#include "base/mem.h"

struct source {
	struct fx_picture_rd *rd;
};

static int next_row(void *arg, uint8_t *grey, struct fx_reason *reterr)
{
	struct source *s = arg;

	return fx_picture_row(s->rd, grey, reterr);
}

static bool near(double v, double want)
{
	return v > want * 0.95 && v < want * 1.05;
}

/* A page of a fax: one bit per pixel, a width of T.30 at 204 dpi, a resolution of T.30. */
static bool is_fax_page(const struct fx_picture *p, enum fx_resolution *ret)
{
	static const enum fx_resolution known[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};
	size_t i;

	if (!p->bilevel || p->orientation > 1 || !near(p->x_dpi, RENDER_X_DPI) ||
	    (p->width_px != 1728 && p->width_px != 2048 && p->width_px != 2432) ||
	    p->rows > FX_PAGE_ROWS_MAX) {
		return false;
	}
	for (i = 0; i < FX_ARRAY_LEN(known); i++) {
		if (near(p->y_dpi, (double)known[i])) {
			*ret = known[i];
			return true;
		}
	}
	return false;
}

static int read_bits(struct render *r, struct source *s, struct fx_bitmap *b)
{
	fx_auto uint8_t *line = fx_zalloc(b->width_px);
	uint32_t x, y;
	int err = line ? 0 : fx_fail(&r->why, FX_ENOMEM, "out of memory");

	for (y = 0; y < b->rows && !err; y++) {
		uint8_t *row = b->bits + y * fx_bitmap_stride(b);

		err = next_row(s, line, &r->why);
		for (x = 0; x < b->width_px && !err; x++) {
			if (!line[x]) {
				row[x >> 3] |= (uint8_t)(0x80 >> (x & 7));
			}
		}
	}
	return err;
}

static int fax_page(struct render *r, struct source *s, const struct fx_picture *pic,
		    enum fx_resolution res)
{
	struct fx_bitmap b = {0}, wide = {0}, out = {0};
	int err = fx_bitmap_init(&b, pic->width_px, pic->rows, res);

	if (!err) {
		err = read_bits(r, s, &b);
	}
	if (!err && b.width_px != RENDER_WIDTH) {
		err = fx_bitmap_to_width(&b, RENDER_WIDTH, &wide);
		fx_bitmap_fini(&b);
		b = wide;
	}
	if (!err && res != r->opts.resolution) {
		err = fx_bitmap_to_resolution(&b, r->opts.resolution, &out);
		fx_bitmap_fini(&b);
		b = out;
	}
	if (!err) {
		err = render_put_bitmap(r, &b);
	} else if (!r->why.text[0]) {
		fx_reason_set(&r->why, "page %u: %s", r->pages + 1, fx_error_str(err));
	}
	fx_bitmap_fini(&b);
	return err;
}

int render_picture(struct render *r, const char *format, int fd)
{
	enum fx_resolution res = FX_RES_FINE;
	struct fx_picture pic;
	struct source s = {0};
	int err = fx_picture_open(format, fd, &s.rd, &r->why);

	while (!err) {
		err = fx_picture_next(s.rd, &pic, &r->why);
		if (err) {
			break;
		}
		/* a second or later picture would be dropped at the limit anyway: say so early */
		if (r->pages >= r->opts.max_pages) {
			err = fx_fail(&r->why, FX_ELIMIT,
				      "the document has more than %u pages; send it "
				      "in parts",
				      r->opts.max_pages);
		} else if (is_fax_page(&pic, &res)) {
			err = fax_page(r, &s, &pic, res);
		} else {
			err = render_place(r, &pic, false, next_row, &s);
		}
	}
	s.rd = s.rd ? fx_picture_close(s.rd) : NULL;
	if (err == FX_ENOENT && r->pages) {
		err = 0;
	}
	return err;
}
