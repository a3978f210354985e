/* SPDX-License-Identifier: Apache-2.0 */
/* The last steps of a page: limit, time, black and white, file. */
#include "render/render.h"

#include <time.h>

int64_t render_now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int render_check_time(struct render *r)
{
	if (render_now_ms() < r->deadline_ms) {
		return 0;
	}
	return fx_fail(&r->why, FX_ETIMEDOUT,
		       "converting the document took longer than %u seconds "
		       "(page %u); send it as PDF or in parts",
		       r->opts.timeout_s, r->pages + 1);
}

uint32_t render_paper_rows(const struct render_opts *o)
{
	/* A4 is 297 mm, Letter 11 inch */
	return (uint32_t)((o->letter ? 11.0 : 297 / 25.4) * (double)o->resolution + 0.5);
}

int render_put_bitmap(struct render *r, const struct fx_bitmap *page)
{
	int err;

	if (r->pages >= r->opts.max_pages) {
		return fx_fail(&r->why, FX_ELIMIT,
			       "the document has more than %u pages; send it in "
			       "parts",
			       r->opts.max_pages);
	}
	err = render_check_time(r);
	if (err) {
		return err;
	}
	err = fx_tiff_write(r->wr, page);
	if (err) {
		return fx_fail(&r->why, err, "page %u cannot be stored: %s", r->pages + 1,
			       fx_error_str(err));
	}
	r->pages++;
	return 0;
}

int render_put_grey(struct render *r, const uint8_t *grey, uint32_t rows)
{
	struct fx_bitmap b = {0};
	int err = render_tone(grey, rows, r->opts.resolution, r->opts.quality, &b);

	if (err) {
		return fx_fail(&r->why, err, "page %u: %s", r->pages + 1, fx_error_str(err));
	}
	err = render_put_bitmap(r, &b);
	fx_bitmap_fini(&b);
	return err;
}

/* Ink covers half of a dot: black. Text needs no screen. */
int render_put_ink(struct render *r, const uint8_t *ink, size_t stride)
{
	struct fx_bitmap b;
	uint32_t x, y;
	int err = fx_bitmap_init(&b, RENDER_WIDTH, render_paper_rows(&r->opts), r->opts.resolution);

	if (err) {
		return fx_fail(&r->why, err, "out of memory");
	}
	for (y = 0; y < b.rows; y++) {
		const uint8_t *row = ink + y * stride;
		uint8_t *dst = b.bits + y * fx_bitmap_stride(&b);

		for (x = 0; x < RENDER_WIDTH; x++) {
			dst[x >> 3] |= (uint8_t)((row[x] >= 110) << (7 - (x & 7)));
		}
	}
	err = render_put_bitmap(r, &b);
	fx_bitmap_fini(&b);
	return err;
}
