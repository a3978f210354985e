/* SPDX-License-Identifier: Apache-2.0 */
/* A fax page as PNG, a fax document as PDF, the first page alone as TIFF Class F. */
#include "document/document_priv.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void png_put(png_structp png, png_bytep p, size_t n)
{
	struct fx_buf *b = png_get_io_ptr(png);

	fx_buf_put(b, p, n);
	if (b->err) {
		png_error(png, "no memory");
	}
}

static void png_flushed(png_structp png)
{
	(void)png;
}

static void png_failed(png_structp png, png_const_charp msg)
{
	(void)msg;
	longjmp(png_jmpbuf(png), 1);
}

static void png_warned(png_structp png, png_const_charp msg)
{
	(void)png, (void)msg;
}

/* Share of black below each target dot of row y, as grey. */
static void grey_row(const struct fx_bitmap *b, unsigned scale, uint32_t y, uint32_t height,
		     uint32_t width, uint8_t *out)
{
	size_t stride = fx_bitmap_stride(b);
	uint32_t from = (uint32_t)((uint64_t)y * b->rows / height);
	uint32_t to = (uint32_t)((uint64_t)(y + 1) * b->rows / height);
	uint32_t x, i, j;

	to = to > from ? to : from + 1;
	for (x = 0; x < width; x++) {
		uint32_t end = (x + 1) * scale < b->width_px ? (x + 1) * scale : b->width_px;
		uint32_t black = 0, all = (to - from) * (end - x * scale);

		for (j = from; j < to; j++) {
			for (i = x * scale; i < end; i++) {
				black += b->bits[j * stride + (i >> 3)] >> (7 - (i & 7)) & 1;
			}
		}
		out[x] = (uint8_t)(255 - 255 * black / all);
	}
}

struct png_job {
	const struct fx_bitmap *b;
	unsigned scale;
	uint32_t width, height, y;
	uint8_t *row;
};

/* libpng leaves by longjmp; everything that must survive it is in *job. */
static bool write_png(png_structp png, png_infop info, struct png_job *job)
{
	if (setjmp(png_jmpbuf(png))) {
		return false;
	}
	png_set_IHDR(png, info, job->width, job->height, 8, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
		     PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
	png_set_pHYs(png, info, 8031 / job->scale, 8031 / job->scale, PNG_RESOLUTION_METER);
	png_set_compression_level(png, 4);
	png_set_filter(png, 0, PNG_FILTER_NONE);
	png_write_info(png, info);
	for (job->y = 0; job->y < job->height; job->y++) {
		grey_row(job->b, job->scale, job->y, job->height, job->width, job->row);
		png_write_row(png, job->row);
	}
	png_write_end(png, info);
	return true;
}

int fx_bitmap_to_png(const struct fx_bitmap *b, unsigned scale, struct fx_buf *ret)
{
	struct png_job job = {.b = b, .scale = scale};
	struct fx_buf out = {0};
	png_structp png;
	png_infop info = NULL;
	bool fine = false;

	if (scale < 1 || scale > 4 || !b->resolution) {
		return FX_EINVAL;
	}
	job.width = (b->width_px + scale - 1) / scale;
	job.height = (b->rows * 204 / (uint32_t)b->resolution + scale - 1) / scale;
	job.height = job.height ? job.height : 1;
	job.row = fx_zalloc(job.width);
	png = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, png_failed, png_warned);
	if (png) {
		info = png_create_info_struct(png);
		png_set_write_fn(png, &out, png_put, png_flushed);
	}
	fine = job.row && info && write_png(png, info, &job);
	png_destroy_write_struct(&png, &info);
	(void)fx_free(job.row);
	if (!fine) {
		int err = out.err ? out.err : FX_ENOMEM;

		fx_buf_fini(&out);
		return err;
	}
	*ret = out;
	return 0;
}

static int recoded(struct fx_tiff_rd *t, uint32_t page, struct fx_buf *ret)
{
	struct fx_buf file = {0};
	struct fx_tiff_wr *wr = NULL;
	struct fx_tiff_rd mem = {.io = {.fd = -1, .mem = &file}};
	struct fx_bitmap b = {0};
	int err;

	err = fx_tiff_read(t, page, &b);
	if (!err) {
		err = fx_tiff_create_mem(&file, NULL, &wr);
	}
	if (!err) {
		err = fx_tiff_write(wr, &b);
		err = err ? (void)fx_tiff_abandon(wr), err : fx_tiff_finish(wr);
	}
	fx_bitmap_fini(&b);
	mem.tif = err ? NULL : fx_tiff_io_open(&mem.io, "r");
	if (mem.tif) {
		uint64_t *counts = NULL;

		if (TIFFGetField(mem.tif, TIFFTAG_STRIPBYTECOUNTS, &counts) && counts) {
			uint8_t *p = fx_buf_grow(ret, counts[0]);

			err = !p ? ret->err : 0;
			if (p && TIFFReadRawStrip(mem.tif, 0, p, (tmsize_t)counts[0]) < 0) {
				err = FX_EIO;
			}
			if (!err) {
				fx_bits_reverse(p, counts[0]);
			}
		}
		TIFFClose(mem.tif);
	} else if (!err) {
		err = FX_ENOMEM;
	}
	fx_buf_fini(&file);
	return err;
}

int fx_tiff_page_t6(struct fx_tiff_rd *t, uint32_t page, struct fx_buf *ret)
{
	const struct fx_tiff_dir *d = fx_tiff_select(t, page);
	uint8_t *p;

	if (!d) {
		return page < t->n_dirs ? FX_EDATA : FX_ENOENT;
	}
	if (d->compression != COMPRESSION_CCITTFAX4 || d->strips != 1 ||
	    d->photometric != PHOTOMETRIC_MINISWHITE || !d->info.bytes) {
		return recoded(t, page, ret);
	}
	p = fx_buf_grow(ret, d->info.bytes);
	if (!p) {
		return ret->err;
	}
	if (TIFFReadRawStrip(t->tif, 0, p, d->info.bytes) != (tmsize_t)d->info.bytes) {
		return t->io.err ? FX_EIO : FX_EDATA;
	}
	if (d->fill_order == FILLORDER_LSB2MSB) {
		fx_bits_reverse(p, d->info.bytes);
	}
	return 0;
}

static void pdf_obj(struct fx_buf *pdf, uint32_t *offsets, uint32_t n)
{
	offsets[n] = (uint32_t)pdf->len;
	fx_buf_printf(pdf, "%u 0 obj\n", n);
}

/* Three objects a page: page, its contents, its image; they start at number 3. */
static int pdf_page(struct fx_tiff_rd *t, uint32_t page, struct fx_buf *pdf, uint32_t *offsets)
{
	const struct fx_tiff_page_info *i = &t->dirs[page].info;
	double w = i->width_px * 72.0 / 204, h = i->rows * 72.0 / (double)i->resolution;
	uint32_t n = 3 + 3 * page;
	struct fx_buf data = {0};
	char draw[64];
	int err;

	err = fx_tiff_page_t6(t, page, &data);
	if (err) {
		fx_buf_fini(&data);
		return err;
	}
	pdf_obj(pdf, offsets, n);
	fx_buf_printf(pdf,
		      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %.2f %.2f] /Contents %u 0 R "
		      "/Resources << /XObject << /P %u 0 R >> >> >>\nendobj\n",
		      w, h, n + 1, n + 2);
	(void)snprintf(draw, sizeof(draw), "q %.2f 0 0 %.2f 0 0 cm /P Do Q", w, h);
	pdf_obj(pdf, offsets, n + 1);
	fx_buf_printf(pdf, "<< /Length %zu >>\nstream\n%s\nendstream\nendobj\n", strlen(draw),
		      draw);
	pdf_obj(pdf, offsets, n + 2);
	fx_buf_printf(
		pdf,
		"<< /Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace /DeviceGray "
		"/BitsPerComponent 1 /Filter /CCITTFaxDecode /DecodeParms << /K -1 /Columns %u "
		"/Rows %u >> /Length %zu >>\nstream\n",
		i->width_px, i->rows, i->width_px, i->rows, data.len);
	fx_buf_put(pdf, data.data, data.len);
	fx_buf_printf(pdf, "\nendstream\nendobj\n");
	fx_buf_fini(&data);
	return pdf->err;
}

int fx_tiff_to_pdf(struct fx_tiff_rd *t, struct fx_buf *ret)
{
	uint32_t n = t->n_dirs, objs = 3 + 3 * n, i;
	fx_auto uint32_t *offsets = fx_calloc(objs, sizeof(*offsets));
	struct fx_buf pdf = {0};
	size_t xref;
	int err = 0;

	if (!offsets) {
		return FX_ENOMEM;
	}
	fx_buf_printf(&pdf, "%%PDF-1.4\n%%\xe2\xe3\xcf\xd3\n");
	pdf_obj(&pdf, offsets, 1);
	fx_buf_printf(&pdf, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
	pdf_obj(&pdf, offsets, 2);
	fx_buf_printf(&pdf, "<< /Type /Pages /Count %u /Kids [", n);
	for (i = 0; i < n; i++) {
		fx_buf_printf(&pdf, " %u 0 R", 3 + 3 * i);
	}
	fx_buf_printf(&pdf, " ] >>\nendobj\n");
	for (i = 0; i < n && !err; i++) {
		err = pdf_page(t, i, &pdf, offsets);
	}
	xref = pdf.len;
	fx_buf_printf(&pdf, "xref\n0 %u\n0000000000 65535 f \n", objs);
	for (i = 1; i < objs; i++) {
		fx_buf_printf(&pdf, "%010u 00000 n \n", offsets[i]);
	}
	fx_buf_printf(&pdf, "trailer\n<< /Size %u /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", objs,
		      xref);
	err = err ? err : pdf.err;
	if (err) {
		fx_buf_fini(&pdf);
		return err;
	}
	*ret = pdf;
	return 0;
}

int fx_tiff_first_page(struct fx_tiff_rd *t, struct fx_buf *ret, uint32_t *ret_width_px,
		       uint32_t *ret_rows)
{
	struct fx_buf file = {0};
	struct fx_tiff_wr *wr = NULL;
	struct fx_bitmap b = {0};
	int err;

	err = fx_tiff_read(t, 0, &b);
	if (!err) {
		err = fx_tiff_create_mem(&file, NULL, &wr);
	}
	if (!err) {
		err = fx_tiff_write(wr, &b);
		err = err ? (void)fx_tiff_abandon(wr), err : fx_tiff_finish(wr);
	}
	if (err) {
		fx_buf_fini(&file);
	} else {
		*ret = file;
		*ret_width_px = b.width_px;
		*ret_rows = b.rows;
	}
	fx_bitmap_fini(&b);
	return err;
}
