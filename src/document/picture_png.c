/* SPDX-License-Identifier: Apache-2.0 */
/* PNG. Interlaced pictures are held whole, others row by row. */
#include "document/picture_priv.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/mem.h"

struct png_pic {
	struct fx_picture_rd base;
	int fd;
	png_structp png;
	png_infop info;
	bool started;
	uint32_t width, rows, y;
	unsigned channels;
	uint8_t *row;   /* one row, or all of an interlaced picture */
	uint8_t **list; /* interlaced: where the rows begin */
	char words[120];
};

static struct png_pic *pp(struct fx_picture_rd *p)
{
	return FX_CONTAINER(p, struct png_pic, base);
}

static void on_error(png_structp png, png_const_charp msg)
{
	struct png_pic *p = png_get_error_ptr(png);

	(void)snprintf(p->words, sizeof(p->words), "%s", msg);
	longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp msg)
{
	(void)png, (void)msg;
}

static void on_read(png_structp png, png_bytep dst, size_t n)
{
	struct png_pic *p = png_get_io_ptr(png);

	while (n) {
		ssize_t got = read(p->fd, dst, n);

		if (got < 0 && errno == EINTR) {
			continue;
		}
		if (got <= 0) {
			png_error(png, "the file ends too early");
		}
		dst += got;
		n -= (size_t)got;
	}
}

static void png_close(struct fx_picture_rd *base)
{
	struct png_pic *p = pp(base);

	png_destroy_read_struct(&p->png, &p->info, NULL);
	(void)fx_free(p->row);
	(void)fx_free(p->list);
	(void)fx_free(p);
}

static int png_open(int fd, struct fx_picture_rd **ret, struct fx_reason *reterr)
{
	struct png_pic *p = fx_zalloc(sizeof(*p));

	if (!p) {
		return FX_ENOMEM;
	}
	p->base.ops = &fx_picture_png;
	p->fd = fd;
	p->png = png_create_read_struct(PNG_LIBPNG_VER_STRING, p, on_error, on_warning);
	p->info = p->png ? png_create_info_struct(p->png) : NULL;
	if (!p->info || lseek(fd, 0, SEEK_SET) != 0) {
		png_close(&p->base);
		return fx_fail(reterr, FX_ENOMEM, "out of memory");
	}
	png_set_read_fn(p->png, p, on_read);
	png_set_user_limits(p->png, FX_PICTURE_SIDE_MAX, FX_PICTURE_SIDE_MAX);
	png_set_chunk_malloc_max(p->png, 8 << 20);
	*ret = &p->base;
	return 0;
}

static int damaged(struct png_pic *p, struct fx_reason *reterr)
{
	return fx_fail(reterr, FX_EDATA, "the PNG picture is damaged or cut off: %s", p->words);
}

/* 8-bit grey or RGB, with alpha where the file has transparency */
static void ask_simple(struct png_pic *p)
{
	png_set_expand(p->png);
	png_set_scale_16(p->png);
	png_set_packing(p->png);
	if (png_get_interlace_type(p->png, p->info) != PNG_INTERLACE_NONE) {
		(void)png_set_interlace_handling(p->png);
	}
	png_read_update_info(p->png, p->info);
	p->channels = png_get_channels(p->png, p->info);
}

/* libpng leaves by longjmp: what must survive it is in *p. */
static bool read_header(struct png_pic *p)
{
	if (setjmp(png_jmpbuf(p->png))) {
		return false;
	}
	png_read_info(p->png, p->info);
	p->width = png_get_image_width(p->png, p->info);
	p->rows = png_get_image_height(p->png, p->info);
	return true;
}

static bool read_interlaced(struct png_pic *p)
{
	if (setjmp(png_jmpbuf(p->png))) {
		return false;
	}
	png_read_image(p->png, p->list);
	return true;
}

static int prepare(struct png_pic *p, bool interlaced, struct fx_reason *reterr)
{
	size_t stride = png_get_rowbytes(p->png, p->info);
	uint32_t y;

	if (interlaced && (uint64_t)stride * p->rows > UINT32_C(400) << 20) {
		return fx_fail(reterr, FX_ELIMIT,
			       "the interlaced PNG picture has %u x %u pixels, too "
			       "many to hold; save it without interlacing",
			       p->width, p->rows);
	}
	p->row = fx_calloc(interlaced ? p->rows : 1, stride);
	p->list = interlaced ? fx_calloc(p->rows, sizeof(*p->list)) : NULL;
	if (!p->row || (interlaced && !p->list)) {
		return fx_fail(reterr, FX_ENOMEM, "out of memory");
	}
	for (y = 0; interlaced && y < p->rows; y++) {
		p->list[y] = p->row + y * stride;
	}
	return interlaced && !read_interlaced(p) ? damaged(p, reterr) : 0;
}

static bool set_up(struct png_pic *p)
{
	if (setjmp(png_jmpbuf(p->png))) {
		return false;
	}
	ask_simple(p);
	return p->channels >= 1 && p->channels <= 4;
}

static int png_next(struct fx_picture_rd *base, struct fx_picture *ret, struct fx_reason *reterr)
{
	struct png_pic *p = pp(base);
	struct fx_picture pic = {.orientation = 1};
	int err;

	if (p->started) {
		return FX_ENOENT;
	}
	p->started = true;
	if (!read_header(p)) {
		if (strstr(p->words, "exceeds user limit")) {
			return fx_fail(reterr, FX_ELIMIT,
				       "the PNG picture has more than %u pixels on "
				       "a side; make it smaller",
				       FX_PICTURE_SIDE_MAX);
		}
		return damaged(p, reterr);
	}
	err = fx_picture_check_size(p->width, p->rows, reterr);
	if (err) {
		return err;
	}
	pic.width_px = p->width;
	pic.rows = p->rows;
	pic.bilevel = png_get_bit_depth(p->png, p->info) == 1 &&
		      png_get_color_type(p->png, p->info) == PNG_COLOR_TYPE_GRAY;
	pic.x_dpi = png_get_x_pixels_per_meter(p->png, p->info) * 0.0254;
	pic.y_dpi = png_get_y_pixels_per_meter(p->png, p->info) * 0.0254;
	if (!set_up(p)) {
		return damaged(p, reterr);
	}
	err = prepare(p, png_get_interlace_type(p->png, p->info) != PNG_INTERLACE_NONE, reterr);
	if (!err) {
		*ret = pic;
	}
	return err;
}

static bool read_row(struct png_pic *p)
{
	if (setjmp(png_jmpbuf(p->png))) {
		return false;
	}
	png_read_row(p->png, p->row, NULL);
	return true;
}

static int png_row(struct fx_picture_rd *base, uint8_t *grey, struct fx_reason *reterr)
{
	struct png_pic *p = pp(base);
	const uint8_t *s;
	uint32_t x;

	if (p->y >= p->rows) {
		return FX_EINVAL;
	}
	if (!p->list && !read_row(p)) {
		return damaged(p, reterr);
	}
	s = p->list ? p->list[p->y] : p->row;
	for (x = 0; x < p->width; x++, s += p->channels) {
		bool colour = p->channels >= 3;
		unsigned alpha = p->channels % 2 ? 255 : s[p->channels - 1];

		grey[x] = fx_grey(s[0], s[colour ? 1 : 0], s[colour ? 2 : 0], alpha);
	}
	p->y++;
	return 0;
}

const struct fx_picture_ops fx_picture_png = {"png", png_open, png_next, png_row, png_close};
