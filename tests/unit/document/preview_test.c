/* SPDX-License-Identifier: Apache-2.0 */
/* PNG, PDF and first page, judged by libpng, pngcheck, ghostscript, pdftoppm and libtiff. */
#include "tests/unit/document/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"

static char *dir;

static int setup(void **state)
{
	(void)state;
	dir = fx_test_mkdir();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fx_test_rmdir(dir);
	return 0;
}

/* Run a command line with the folder as $D; the exit code. */
static int sh(const char *cmd)
{
	assert_int_equal(setenv("D", dir, 1), 0);
	return system(cmd);
}

static struct fx_tiff_rd *open_document(uint32_t n, uint32_t rows, enum fx_resolution res)
{
	struct fx_tiff_rd *rd = NULL;
	int fd = sample_document(n, 1728, rows, res);

	assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
	(void)close(fd);
	return rd;
}

static void png_has_square_pixels(void **state)
{
	static const enum fx_resolution all[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};
	unsigned scale;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct fx_bitmap b = sample_page(1728, 5 * (uint32_t)all[i], all[i], 1);

		for (scale = 1; scale <= 4; scale++) {
			struct fx_buf png = {0};
			uint32_t w, h;

			assert_int_equal(fx_bitmap_to_png(&b, scale, &png), 0);
			w = (uint32_t)(png.data[18] << 8 | png.data[19]);
			h = (uint32_t)(png.data[22] << 8 | png.data[23]);
			assert_int_equal(w, 1728 / scale);
			assert_in_range(h, 1020 / scale - 1, 1020 / scale + 1);
			(void)save(dir, "p.png", &png);
			assert_int_equal(sh("pngcheck -q $D/p.png >/dev/null"), 0);
			fx_buf_fini(&png);
		}
		fx_bitmap_fini(&b);
	}
	{
		struct fx_bitmap b = sample_page(1728, 100, FX_RES_FINE, 1);
		struct fx_buf png = {0};

		assert_int_equal(fx_bitmap_to_png(&b, 0, &png), FX_EINVAL);
		assert_int_equal(fx_bitmap_to_png(&b, 5, &png), FX_EINVAL);
		fx_bitmap_fini(&b);
	}
}

/* A PBM (P4) that a judge wrote: 1 = black, like ours. */
static void assert_pbm_is(const char *name, const struct fx_bitmap *want)
{
	char *path = fx_asprintf("%s/%s", dir, name);
	struct fx_buf f = {0};
	uint32_t w = 0, h = 0;
	int at = 0;

	fx_test_read_file(path, &f);
	fx_buf_u8(&f, 0);
	/* ghostscript writes a comment line */
	{
		char *p = (char *)f.data + 3;

		if (*p == '#') {
			p = strchr(p, '\n') + 1;
		}
		assert_int_equal(sscanf(p, "%u %u%n", &w, &h, &at), 2);
		assert_int_equal(w, want->width_px);
		assert_int_equal(h, want->rows);
		assert_memory_equal(p + at + 1, want->bits, want->rows * fx_bitmap_stride(want));
	}
	fx_buf_fini(&f);
	(void)fx_free(path);
}

static void pdf_shows_the_same_dots(void **state)
{
	struct fx_tiff_rd *rd = open_document(2, 2292, FX_RES_FINE);
	struct fx_bitmap second = sample_page(1728, 2292, FX_RES_FINE, 1);
	struct fx_buf pdf = {0};

	(void)state;
	assert_int_equal(fx_tiff_to_pdf(rd, &pdf), 0);
	(void)save(dir, "d.pdf", &pdf);
	assert_int_equal(
		sh("pdfinfo $D/d.pdf > $D/info 2>$D/err && grep -q '^Pages: *2$' $D/info && "
		   "test ! -s $D/err"),
		0);
	/* 1728/204 and 2292/196 inch in points */
	assert_int_equal(sh("grep -q '^Page size: *609.88 x 841.96' $D/info"), 0);
	assert_int_equal(sh("gs -q -dSAFER -dBATCH -dNOPAUSE -sDEVICE=pbmraw -r204x196 "
			    "-sOutputFile=$D/g%d.pbm $D/d.pdf 2>&1 | (! grep .)"),
			 0);
	assert_pbm_is("g2.pbm", &second);
	assert_int_equal(sh("pdfimages -f 2 -l 2 $D/d.pdf $D/i && test -s $D/i-000.pbm"), 0);
	assert_pbm_is("i-000.pbm", &second);
	fx_buf_fini(&pdf);
	fx_bitmap_fini(&second);
	(void)fx_tiff_close(rd);
}

static void pdf_of_a_foreign_coding_is_recoded(void **state)
{
	struct fx_tiff_rd *rd = open_document(1, 400, FX_RES_STANDARD);
	struct fx_bitmap want = sample_page(1728, 400, FX_RES_STANDARD, 0);
	struct fx_bitmap got;
	struct fx_buf pdf = {0}, tiff = {0};
	uint32_t w = 0, h = 0;
	FILE *f;

	(void)state;
	assert_int_equal(fx_tiff_first_page(rd, &tiff, &w, &h), 0);
	(void)fx_tiff_close(rd);
	(void)save(dir, "one.tif", &tiff);
	assert_int_equal(sh("tiffcp -c g3:2d -r 16 $D/one.tif $D/g3.tif"), 0);
	{
		char *path = fx_asprintf("%s/g3.tif", dir);

		f = fopen(path, "rb");
		(void)fx_free(path);
	}
	assert_non_null(f);
	assert_int_equal(fx_tiff_open(fileno(f), &rd, NULL), 0);
	assert_int_equal(fx_tiff_read(rd, 0, &got), 0);
	assert_same_bits(&want, &got);
	fx_bitmap_fini(&got);
	assert_int_equal(fx_tiff_to_pdf(rd, &pdf), 0);
	(void)save(dir, "g3.pdf", &pdf);
	assert_int_equal(sh("pdfimages $D/g3.pdf $D/r"), 0);
	assert_pbm_is("r-000.pbm", &want);
	fx_buf_fini(&pdf);
	fx_buf_fini(&tiff);
	fx_bitmap_fini(&want);
	(void)fx_tiff_close(rd);
	(void)fclose(f);
}

static void first_page_stands_alone(void **state)
{
	struct fx_tiff_rd *rd = open_document(3, 500, FX_RES_FINE);
	struct fx_buf tiff = {0};
	uint32_t w = 0, h = 0;

	(void)state;
	assert_int_equal(fx_tiff_first_page(rd, &tiff, &w, &h), 0);
	assert_int_equal(w, 1728);
	assert_int_equal(h, 500);
	(void)save(dir, "f.tif", &tiff);
	assert_int_equal(sh("test $(tiffinfo $D/f.tif | grep -c '^TIFF Directory') = 1"), 0);
	assert_int_equal(sh("tiffinfo $D/f.tif | grep -q 'CCITT Group 4'"), 0);
	fx_buf_fini(&tiff);
	(void)fx_tiff_close(rd);
}

static int preview_all(void *arg)
{
	struct fx_tiff_rd *rd = arg;
	struct fx_buf a = {0}, b = {0};
	struct fx_bitmap page = {0};
	int err = fx_tiff_to_pdf(rd, &a);

	err = err ? err : fx_tiff_read(rd, 0, &page);
	err = err ? err : fx_bitmap_to_png(&page, 4, &b);
	fx_bitmap_fini(&page);
	fx_buf_fini(&a);
	fx_buf_fini(&b);
	return err;
}

static void every_allocation_may_fail(void **state)
{
	struct fx_tiff_rd *rd = open_document(1, 64, FX_RES_FINE);

	(void)state;
	fx_test_oom_sweep(preview_all, rd);
	(void)fx_tiff_close(rd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(png_has_square_pixels),
		cmocka_unit_test(pdf_shows_the_same_dots),
		cmocka_unit_test(pdf_of_a_foreign_coding_is_recoded),
		cmocka_unit_test(first_page_stands_alone),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
