/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a fax TIFF: one of ours, or one that the T.30 engine wrote while receiving. */
#include "document/document_priv.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

int fx_tiff_dir_resolution(TIFF *tif)
{
	static const int known[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};
	uint16_t unit = RESUNIT_INCH;
	float y = 0;
	size_t i;

	(void)TIFFGetFieldDefaulted(tif, TIFFTAG_RESOLUTIONUNIT, &unit);
	if (!TIFFGetField(tif, TIFFTAG_YRESOLUTION, &y)) {
		return 0;
	}
	if (unit == RESUNIT_CENTIMETER) {
		y *= 2.54F;
	}
	for (i = 0; i < FX_ARRAY_LEN(known); i++) {
		if (y >= (float)known[i] * 0.95F && y <= (float)known[i] * 1.05F) {
			return known[i];
		}
	}
	return 0;
}

static uint32_t compressed_bytes(TIFF *tif, uint32_t strips)
{
	uint64_t *counts = NULL, sum = 0;
	uint32_t i;

	if (!TIFFGetField(tif, TIFFTAG_STRIPBYTECOUNTS, &counts) || !counts) {
		return 0;
	}
	for (i = 0; i < strips && sum < UINT32_MAX; i++) {
		sum += counts[i] < UINT32_MAX ? counts[i] : UINT32_MAX;
	}
	return sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
}

static int check_dir(struct fx_tiff_rd *t, uint32_t n, struct fx_tiff_dir *d, struct fx_reason *r)
{
	uint16_t bps = 1, spp = 1;
	uint32_t w = 0, h = 0;

	d->offset = TIFFCurrentDirOffset(t->tif);
	(void)TIFFGetField(t->tif, TIFFTAG_IMAGEWIDTH, &w);
	(void)TIFFGetField(t->tif, TIFFTAG_IMAGELENGTH, &h);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_BITSPERSAMPLE, &bps);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_SAMPLESPERPIXEL, &spp);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_COMPRESSION, &d->compression);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_FILLORDER, &d->fill_order);
	if (!TIFFGetField(t->tif, TIFFTAG_PHOTOMETRIC, &d->photometric)) {
		d->photometric = PHOTOMETRIC_MINISWHITE;
	}
	d->strips = TIFFNumberOfStrips(t->tif);
	d->info.width_px = w;
	d->info.rows = h;
	d->info.resolution = (enum fx_resolution)fx_tiff_dir_resolution(t->tif);
	d->info.bytes = compressed_bytes(t->tif, d->strips);
	if (bps != 1 || spp != 1 || TIFFIsTiled(t->tif) ||
	    (d->photometric != PHOTOMETRIC_MINISWHITE &&
	     d->photometric != PHOTOMETRIC_MINISBLACK)) {
		return fx_fail(r, FX_EDATA,
			       "page %u is not a fax page (one bit per pixel, in strips)", n);
	}
	if (!w || !h || !d->info.resolution) {
		return fx_fail(r, FX_EDATA, "page %u has no size or no fax resolution", n);
	}
	if (w > FX_TIFF_WIDTH_MAX || h > FX_PAGE_ROWS_MAX) {
		return fx_fail(r, FX_ELIMIT, "page %u is %u x %u dots, more than %u x %u", n, w, h,
			       FX_TIFF_WIDTH_MAX, FX_PAGE_ROWS_MAX);
	}
	if (d->info.bytes > (uint64_t)t->io.size) {
		return fx_fail(r, FX_EDATA, "page %u is cut off", n);
	}
	return 0;
}

static int add_dir(struct fx_tiff_rd *t, const struct fx_tiff_dir *d)
{
	if (t->n_dirs == t->cap_dirs) {
		uint32_t cap = t->cap_dirs ? t->cap_dirs * 2 : 8;
		struct fx_tiff_dir *p = fx_realloc(t->dirs, cap * sizeof(*p));

		if (!p) {
			return FX_ENOMEM;
		}
		t->dirs = p;
		t->cap_dirs = cap;
	}
	t->dirs[t->n_dirs++] = *d;
	return 0;
}

static int scan(struct fx_tiff_rd *t, struct fx_reason *reterr)
{
	int err;

	do {
		struct fx_tiff_dir d = {0};

		if (t->n_dirs == FX_DOC_PAGES_MAX) {
			return fx_fail(reterr, FX_ELIMIT, "the document has more than %u pages",
				       FX_DOC_PAGES_MAX);
		}
		err = check_dir(t, t->n_dirs + 1, &d, reterr);
		if (!err) {
			err = add_dir(t, &d);
		}
		if (err) {
			return err;
		}
	} while (TIFFReadDirectory(t->tif));
	return 0;
}

int fx_tiff_open(int fd, struct fx_tiff_rd **ret, struct fx_reason *reterr)
{
	struct fx_tiff_rd *t = fx_zalloc(sizeof(*t));
	struct stat st;
	int err = 0;

	if (!t) {
		return FX_ENOMEM;
	}
	t->io.fd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (t->io.fd < 0 || fstat(t->io.fd, &st) < 0) {
		err = fx_fail(reterr, FX_EIO, "cannot open the fax document: %s", strerror(errno));
	} else if (st.st_size <= 0) {
		err = fx_fail(reterr, FX_EDATA, "the fax document is empty");
	} else if ((uint64_t)st.st_size > FX_TIFF_SIZE_MAX) {
		err = fx_fail(reterr, FX_ELIMIT, "the fax document has %lld bytes, more than 1 GiB",
			      (long long)st.st_size);
	} else {
		t->io.size = st.st_size;
		t->tif = fx_tiff_io_open(&t->io, "r");
		if (t->tif) {
			err = scan(t, reterr);
		} else {
			err = t->io.err ? FX_EIO : FX_EDATA;
			fx_reason_set(reterr, "the fax document cannot be read: %s", t->io.words);
		}
	}
	if (err) {
		(void)fx_tiff_close(t);
		return err;
	}
	*ret = t;
	return 0;
}

struct fx_tiff_rd *fx_tiff_close(struct fx_tiff_rd *t)
{
	if (t) {
		if (t->tif) {
			TIFFClose(t->tif);
		}
		if (t->io.fd >= 0) {
			(void)close(t->io.fd);
		}
		(void)fx_free(t->dirs);
		(void)fx_free(t);
	}
	return NULL;
}

uint32_t fx_tiff_pages(const struct fx_tiff_rd *t)
{
	return t->n_dirs;
}

int fx_tiff_page_info(struct fx_tiff_rd *t, uint32_t page, struct fx_tiff_page_info *ret)
{
	if (page >= t->n_dirs) {
		return FX_ENOENT;
	}
	*ret = t->dirs[page].info;
	return 0;
}

const struct fx_tiff_dir *fx_tiff_select(struct fx_tiff_rd *t, uint32_t page)
{
	if (page >= t->n_dirs || (TIFFCurrentDirOffset(t->tif) != t->dirs[page].offset &&
				  !TIFFSetSubDirectory(t->tif, t->dirs[page].offset))) {
		return NULL;
	}
	return &t->dirs[page];
}

int fx_tiff_read(struct fx_tiff_rd *t, uint32_t page, struct fx_bitmap *ret)
{
	const struct fx_tiff_dir *d;
	struct fx_bitmap b;
	size_t stride, i;
	uint32_t s, per = 0;
	int err;

	if (page >= t->n_dirs) {
		return FX_ENOENT;
	}
	d = fx_tiff_select(t, page);
	if (!d) {
		return t->io.err ? FX_EIO : FX_EDATA;
	}
	err = fx_bitmap_init(&b, d->info.width_px, d->info.rows, d->info.resolution);
	if (err) {
		return err;
	}
	stride = fx_bitmap_stride(&b);
	(void)TIFFGetFieldDefaulted(t->tif, TIFFTAG_ROWSPERSTRIP, &per);
	if (!per || per > b.rows) {
		per = b.rows;
	}
	for (s = 0; s < d->strips && (uint64_t)s * per < b.rows; s++) {
		uint32_t rows = b.rows - s * per < per ? b.rows - s * per : per;
		tmsize_t n = (tmsize_t)(rows * stride);

		if (TIFFReadEncodedStrip(t->tif, s, b.bits + (size_t)s * per * stride, n) != n) {
			fx_bitmap_fini(&b);
			return t->io.err ? FX_EIO : FX_EDATA;
		}
	}
	for (i = 0; d->photometric == PHOTOMETRIC_MINISBLACK && i < b.rows * stride; i++) {
		b.bits[i] = (uint8_t)~b.bits[i];
	}
	/* bits right of the page belong to nobody: keep them white */
	for (i = 0; b.width_px % 8 && i < b.rows; i++) {
		b.bits[(i + 1) * stride - 1] &= (uint8_t)(0xff << (8 - b.width_px % 8));
	}
	*ret = b;
	return 0;
}
