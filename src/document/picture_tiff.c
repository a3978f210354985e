/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TIFF of any kind. One bit per pixel is read as it is; everything else goes through libtiff's
 * RGBA conversion, a strip or a row of tiles at a time.
 */
#include "document/document_priv.h"
#include "document/picture_priv.h"

#include <string.h>
#include <sys/stat.h>

#include "base/list.h"
#include "base/mem.h"

struct tiff_pic {
	struct fx_picture_rd base;
	struct fx_tiff_io io;
	TIFF *tif;
	bool started, invert;
	uint32_t width, rows, y;
	uint32_t tile_w, band; /* rows decoded at once */
	uint8_t *bits;         /* bilevel: the band */
	size_t stride;
	uint32_t *rgba; /* else: a strip or one tile */
	uint8_t *grey;  /* else: the band */
};

static struct tiff_pic *tp(struct fx_picture_rd *p)
{
	return FX_CONTAINER(p, struct tiff_pic, base);
}

static void drop_band(struct tiff_pic *t)
{
	t->bits = fx_free(t->bits);
	t->rgba = fx_free(t->rgba);
	t->grey = fx_free(t->grey);
}

static void tiff_close(struct fx_picture_rd *p)
{
	struct tiff_pic *t = tp(p);

	if (t->tif) {
		TIFFClose(t->tif);
	}
	drop_band(t);
	(void)fx_free(t);
}

static int tiff_open(int fd, struct fx_picture_rd **ret, struct fx_reason *reterr)
{
	struct tiff_pic *t = fx_zalloc(sizeof(*t));
	struct stat st;

	if (!t) {
		return FX_ENOMEM;
	}
	t->base.ops = &fx_picture_tiff;
	t->io.fd = fd;
	if (fstat(fd, &st) < 0 || (uint64_t)st.st_size > FX_TIFF_SIZE_MAX) {
		tiff_close(&t->base);
		return fx_fail(reterr, FX_ELIMIT, "the TIFF file is larger than 1 GiB");
	}
	t->io.size = st.st_size;
	t->tif = fx_tiff_io_open(&t->io, "r");
	if (!t->tif) {
		fx_reason_set(reterr, "the TIFF file is damaged: %s", t->io.words);
		tiff_close(&t->base);
		return FX_EDATA;
	}
	*ret = &t->base;
	return 0;
}

static int damaged(struct tiff_pic *t, struct fx_reason *reterr)
{
	return fx_fail(reterr, FX_EDATA, "the TIFF file is damaged or cut off: %s", t->io.words);
}

static void resolution(struct tiff_pic *t, struct fx_picture *ret)
{
	uint16_t unit = RESUNIT_INCH;
	float x = 0, y = 0;

	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_RESOLUTIONUNIT, &unit);
	if (unit == RESUNIT_NONE || !TIFFGetField(t->tif, TIFFTAG_XRESOLUTION, &x) ||
	    !TIFFGetField(t->tif, TIFFTAG_YRESOLUTION, &y) || !(x > 0) || !(y > 0)) {
		return;
	}
	ret->x_dpi = (double)x * (unit == RESUNIT_CENTIMETER ? 2.54 : 1);
	ret->y_dpi = (double)y * (unit == RESUNIT_CENTIMETER ? 2.54 : 1);
}

static int plan_bilevel(struct tiff_pic *t, struct fx_reason *reterr)
{
	uint32_t per = 0;

	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_ROWSPERSTRIP, &per);
	t->band = per && per < t->rows ? per : t->rows;
	t->stride = (t->width + 7) / 8;
	t->bits = fx_calloc(t->band, t->stride);
	return t->bits ? 0 : fx_fail(reterr, FX_ENOMEM, "out of memory");
}

static int plan_colour(struct tiff_pic *t, struct fx_reason *reterr)
{
	char why[1024] = "";
	uint32_t tile_h = 0, per = 0;
	int err;

	if (!TIFFRGBAImageOK(t->tif, why)) {
		return fx_fail(reterr, FX_EDATA, "this kind of TIFF cannot be read: %.200s", why);
	}
	if (TIFFIsTiled(t->tif)) {
		(void)TIFFGetField(t->tif, TIFFTAG_TILEWIDTH, &t->tile_w);
		(void)TIFFGetField(t->tif, TIFFTAG_TILELENGTH, &tile_h);
		t->band = tile_h;
	} else {
		(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_ROWSPERSTRIP, &per);
		t->tile_w = t->width;
		t->band = per && per < t->rows ? per : t->rows;
	}
	err = fx_picture_check_size(t->tile_w, t->band, reterr);
	if (err) {
		return err;
	}
	t->rgba = fx_calloc((size_t)t->tile_w * t->band, sizeof(*t->rgba));
	t->grey = fx_calloc(t->band, t->width);
	return t->rgba && t->grey ? 0 : fx_fail(reterr, FX_ENOMEM, "out of memory");
}

static int tiff_next(struct fx_picture_rd *p, struct fx_picture *ret, struct fx_reason *reterr)
{
	struct tiff_pic *t = tp(p);
	uint16_t bps = 1, spp = 1, photo = PHOTOMETRIC_MINISWHITE, orient = 1, fill = 1;
	struct fx_picture pic = {0};
	int err;

	if (t->started && TIFFLastDirectory(t->tif)) {
		return FX_ENOENT;
	}
	if (t->started && !TIFFReadDirectory(t->tif)) {
		return damaged(t, reterr); /* the rest of the pages is not there */
	}
	t->started = true;
	drop_band(t);
	t->y = t->width = t->rows = 0;
	(void)TIFFGetField(t->tif, TIFFTAG_IMAGEWIDTH, &t->width);
	(void)TIFFGetField(t->tif, TIFFTAG_IMAGELENGTH, &t->rows);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_BITSPERSAMPLE, &bps);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_SAMPLESPERPIXEL, &spp);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_ORIENTATION, &orient);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_FILLORDER, &fill);
	if (!TIFFGetField(t->tif, TIFFTAG_PHOTOMETRIC, &photo)) {
		(void)TIFFSetField(t->tif, TIFFTAG_PHOTOMETRIC,
				   photo); /* as old fax writers mean */
	}
	err = fx_picture_check_size(t->width, t->rows, reterr);
	if (err) {
		return err;
	}
	pic.width_px = t->width;
	pic.rows = t->rows;
	pic.orientation = orient >= 1 && orient <= 8 ? orient : 1;
	pic.bilevel = bps == 1 && spp == 1 && !TIFFIsTiled(t->tif) &&
		      (photo == PHOTOMETRIC_MINISWHITE || photo == PHOTOMETRIC_MINISBLACK);
	resolution(t, &pic);
	t->invert = photo == PHOTOMETRIC_MINISBLACK;
	/* the converter turns nothing round by itself */
	(void)TIFFSetField(t->tif, TIFFTAG_ORIENTATION, ORIENTATION_TOPLEFT);
	err = pic.bilevel ? plan_bilevel(t, reterr) : plan_colour(t, reterr);
	if (!err) {
		*ret = pic;
	}
	return err;
}

static int bilevel_row(struct tiff_pic *t, uint8_t *grey, struct fx_reason *reterr)
{
	uint32_t in = t->y % t->band, x;
	const uint8_t *row;

	if (in == 0) {
		uint32_t rows = t->rows - t->y < t->band ? t->rows - t->y : t->band;
		tmsize_t n = (tmsize_t)(rows * t->stride);

		if (TIFFReadEncodedStrip(t->tif, t->y / t->band, t->bits, n) != n) {
			return damaged(t, reterr);
		}
	}
	row = t->bits + in * t->stride;
	for (x = 0; x < t->width; x++) {
		bool one = row[x >> 3] >> (7 - (x & 7)) & 1;

		grey[x] = one == t->invert ? 255 : 0;
	}
	return 0;
}

/* libtiff delivers strips and tiles upside down, colours multiplied with alpha. */
static void to_grey(struct tiff_pic *t, uint32_t x0, uint32_t rows_in_buffer)
{
	uint32_t w = t->width - x0 < t->tile_w ? t->width - x0 : t->tile_w, x, y;

	for (y = 0; y < t->band && y < rows_in_buffer; y++) {
		const uint32_t *src = t->rgba + (size_t)(rows_in_buffer - 1 - y) * t->tile_w;
		uint8_t *dst = t->grey + (size_t)y * t->width + x0;

		for (x = 0; x < w; x++) {
			unsigned g =
				fx_grey(TIFFGetR(src[x]), TIFFGetG(src[x]), TIFFGetB(src[x]), 255);

			g += 255 - TIFFGetA(src[x]);
			dst[x] = (uint8_t)(g > 255 ? 255 : g);
		}
	}
}

static int colour_row(struct tiff_pic *t, uint8_t *grey, struct fx_reason *reterr)
{
	uint32_t in = t->y % t->band, x;

	if (in == 0 && TIFFIsTiled(t->tif)) {
		for (x = 0; x < t->width; x += t->tile_w) {
			if (!TIFFReadRGBATile(t->tif, x, t->y, t->rgba)) {
				return damaged(t, reterr);
			}
			to_grey(t, x, t->band);
		}
	} else if (in == 0) {
		uint32_t rows = t->rows - t->y < t->band ? t->rows - t->y : t->band;

		if (!TIFFReadRGBAStripExt(t->tif, t->y, t->rgba, 1)) {
			return damaged(t, reterr);
		}
		to_grey(t, 0, rows);
	}
	memcpy(grey, t->grey + (size_t)in * t->width, t->width);
	return 0;
}

static int tiff_row(struct fx_picture_rd *p, uint8_t *grey, struct fx_reason *reterr)
{
	struct tiff_pic *t = tp(p);
	int err;

	if (t->y >= t->rows) {
		return FX_EINVAL;
	}
	err = t->bits ? bilevel_row(t, grey, reterr) : colour_row(t, grey, reterr);
	t->y++;
	return err;
}

const struct fx_picture_ops fx_picture_tiff = {"tiff", tiff_open, tiff_next, tiff_row, tiff_close};
