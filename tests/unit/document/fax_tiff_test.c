/* SPDX-License-Identifier: Apache-2.0 */
/* Fax TIFF written and read again, files of the T.30 engine's kind, damaged files. */
#include "tests/unit/document/samples.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <signal.h>
#include <tiffio.h>
#include <unistd.h>

static void pages_come_back_pixel_for_pixel(void **state)
{
	static const enum fx_resolution res[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};
	static const uint32_t rows[] = {1146, 2292, 4573};
	uint32_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct fx_tiff_rd *rd = NULL;
		struct fx_tiff_page_info info;
		uint32_t p;
		int fd = sample_document(3, 1728, rows[i], res[i]);

		assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
		(void)close(fd);
		assert_int_equal(fx_tiff_pages(rd), 3);
		/* backwards, then one again: any order */
		for (p = 4; p-- > 0;) {
			struct fx_bitmap want = sample_page(1728, rows[i], res[i], p % 3), got;

			assert_int_equal(fx_tiff_page_info(rd, p % 3, &info), 0);
			assert_int_equal(info.width_px, 1728);
			assert_int_equal(info.rows, rows[i]);
			assert_int_equal(info.resolution, res[i]);
			assert_true(info.bytes > 1000);
			assert_int_equal(fx_tiff_read(rd, p % 3, &got), 0);
			assert_same_bits(&want, &got);
			fx_bitmap_fini(&want);
			fx_bitmap_fini(&got);
		}
		assert_int_equal(fx_tiff_page_info(rd, 3, &info), FX_ENOENT);
		rd = fx_tiff_close(rd);
		assert_null(rd);
	}
}

static uint32_t next_random(uint32_t *v)
{
	*v = *v * 1664525u + 1013904223u;
	return *v >> 8;
}

/* Runs of every length and colour, rows that follow each other closely or not at all. */
static void random_runs(struct fx_bitmap *b, uint32_t seed)
{
	size_t stride = fx_bitmap_stride(b);
	uint32_t y, x, v = seed, scale;

	for (y = 0; y < b->rows; y++) {
		uint8_t *row = b->bits + y * stride;
		bool black = next_random(&v) & 1;

		if (y && next_random(&v) % 3 == 0) {
			memcpy(row, row - stride, stride);
			x = next_random(&v) % b->width_px;
			row[x >> 3] ^= (uint8_t)(0x80 >> (x & 7));
			continue;
		}
		scale = 1u << next_random(&v) % 13;
		for (x = 0; x < b->width_px; black = !black) {
			uint32_t run = next_random(&v) % scale + 1;

			for (; run && x < b->width_px; run--, x++) {
				row[x >> 3] |= (uint8_t)(black << (7 - (x & 7)));
			}
		}
	}
}

static void coding_is_judged_by_libtiff(void **state)
{
	static const uint32_t widths[] = {1, 7, 63, 64, 65, 1728, 1733, 2048, 2432, 4864};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(widths); i++) {
		struct fx_bitmap b, got;
		struct fx_tiff_wr *wr = NULL;
		struct fx_tiff_rd *rd = NULL;
		int fd = sample_file();

		assert_int_equal(fx_bitmap_init(&b, widths[i], 600, FX_RES_FINE), 0);
		random_runs(&b, (uint32_t)i + 1);
		assert_int_equal(fx_tiff_create(fd, NULL, &wr), 0);
		assert_int_equal(fx_tiff_write(wr, &b), 0);
		assert_int_equal(fx_tiff_finish(wr), 0);
		assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
		assert_int_equal(fx_tiff_read(rd, 0, &got), 0);
		assert_same_bits(&b, &got);
		fx_bitmap_fini(&b);
		fx_bitmap_fini(&got);
		(void)fx_tiff_close(rd);
		(void)close(fd);
	}
}

static void tags_are_where_readers_look(void **state)
{
	const struct fx_tiff_tags tags = {.document_name = "letter.pdf",
					  .csid = "+49 30 123",
					  .tsid = "+49 30 999",
					  .sender = "A",
					  .recipient = "B",
					  .caller_id = "C",
					  .routing = "D",
					  .time = "2026-01-01T00:00:00Z"};
	struct fx_bitmap b = sample_page(1728, 100, FX_RES_FINE, 1);
	struct fx_tiff_wr *wr = NULL;
	char name[40], *text = NULL;
	float y = 0;
	uint16_t count = 0, order = 0;
	int fd = sample_file();
	TIFF *tif;

	(void)state;
	assert_int_equal(fx_tiff_create(fd, &tags, &wr), 0);
	assert_int_equal(fx_tiff_write(wr, &b), 0);
	assert_int_equal(fx_tiff_write(wr, &b), 0);
	assert_int_equal(fx_tiff_finish(wr), 0);
	fx_bitmap_fini(&b);
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	tif = TIFFOpen(name, "r");
	assert_non_null(tif);
	assert_int_equal(TIFFGetField(tif, TIFFTAG_DOCUMENTNAME, &text), 1);
	assert_string_equal(text, "letter.pdf");
	assert_int_equal(TIFFGetField(tif, TIFFTAG_YRESOLUTION, &y), 1);
	assert_int_equal((int)y, 196);
	assert_int_equal(TIFFGetField(tif, TIFFTAG_FILLORDER, &order), 1);
	assert_int_equal(order, FILLORDER_LSB2MSB);
	assert_int_equal(TIFFNumberOfStrips(tif), 1);
	/* a private tag, as a reader that never heard of it sees it */
	{
		uint32_t n = 0;

		assert_int_equal(TIFFGetField(tif, FX_TIFFTAG_TSID, &n, &text), 1);
		assert_string_equal(text, "+49 30 999");
		assert_int_equal(TIFFGetField(tif, FX_TIFFTAG_TIME, &n, &text), 1);
		assert_string_equal(text, "2026-01-01T00:00:00Z");
	}
	assert_int_equal(TIFFReadDirectory(tif), 1);
	assert_int_equal(TIFFGetField(tif, TIFFTAG_DOCUMENTNAME, &text), 0);
	(void)count;
	TIFFClose(tif);
	(void)close(fd);
}

struct variant {
	uint16_t compression, fill, photometric;
	uint32_t rows_per_strip, width;
	float xres, yres;
	uint16_t unit;
};

static int write_variant(const struct variant *v, const struct fx_bitmap *b)
{
	char name[40];
	int fd = sample_file();
	uint32_t y;
	TIFF *tif;

	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	tif = TIFFOpen(name, "w");
	assert_non_null(tif);
	(void)TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, b->width_px);
	(void)TIFFSetField(tif, TIFFTAG_IMAGELENGTH, b->rows);
	(void)TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, 1);
	(void)TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, 1);
	(void)TIFFSetField(tif, TIFFTAG_COMPRESSION, v->compression);
	(void)TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, v->photometric);
	(void)TIFFSetField(tif, TIFFTAG_FILLORDER, v->fill);
	(void)TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, v->rows_per_strip);
	(void)TIFFSetField(tif, TIFFTAG_XRESOLUTION, v->xres);
	(void)TIFFSetField(tif, TIFFTAG_YRESOLUTION, v->yres);
	(void)TIFFSetField(tif, TIFFTAG_RESOLUTIONUNIT, v->unit);
	for (y = 0; y < b->rows; y++) {
		uint8_t row[304];
		size_t i, n = fx_bitmap_stride(b);

		memcpy(row, b->bits + y * n, n);
		for (i = 0; v->photometric == PHOTOMETRIC_MINISBLACK && i < n; i++) {
			row[i] = (uint8_t)~row[i];
		}
		assert_int_equal(TIFFWriteScanline(tif, row, y, 0), 1);
	}
	TIFFClose(tif);
	return fd;
}

static void files_of_other_writers_are_read(void **state)
{
	static const struct variant v[] = {
		{COMPRESSION_CCITTFAX4, FILLORDER_LSB2MSB, PHOTOMETRIC_MINISWHITE, 300, 1728, 204,
		 196, RESUNIT_INCH},
		{COMPRESSION_CCITTFAX4, FILLORDER_MSB2LSB, PHOTOMETRIC_MINISBLACK, 300, 1728, 80.3F,
		 77, RESUNIT_CENTIMETER},
		{COMPRESSION_CCITTFAX3, FILLORDER_LSB2MSB, PHOTOMETRIC_MINISWHITE, 64, 2048, 204,
		 200, RESUNIT_INCH},
		{COMPRESSION_NONE, FILLORDER_MSB2LSB, PHOTOMETRIC_MINISWHITE, 7, 2432, 204, 190,
		 RESUNIT_INCH},
		{COMPRESSION_PACKBITS, FILLORDER_MSB2LSB, PHOTOMETRIC_MINISBLACK, 300, 1733, 204,
		 196, RESUNIT_INCH},
	};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(v); i++) {
		struct fx_bitmap want = sample_page(v[i].width, 300, FX_RES_FINE, 5), got;
		struct fx_tiff_rd *rd = NULL;
		struct fx_reason why = {{0}};
		int fd = write_variant(&v[i], &want);

		if (fx_tiff_open(fd, &rd, &why)) {
			fail_msg("variant %zu: %s", i, why.text);
		}
		assert_int_equal(fx_tiff_read(rd, 0, &got), 0);
		assert_same_bits(&want, &got);
		fx_bitmap_fini(&want);
		fx_bitmap_fini(&got);
		(void)fx_tiff_close(rd);
		(void)close(fd);
	}
}

static void other_files_are_refused_in_words(void **state)
{
	static const struct variant odd = {
		COMPRESSION_CCITTFAX4, FILLORDER_LSB2MSB, PHOTOMETRIC_MINISWHITE, 300, 1728, 72, 72,
		RESUNIT_INCH};
	struct fx_bitmap b = sample_page(1728, 300, FX_RES_FINE, 5);
	struct fx_tiff_rd *rd = NULL;
	struct fx_reason why = {{0}};
	int fd = sample_file();

	(void)state;
	assert_int_equal(fx_tiff_open(fd, &rd, &why), FX_EDATA);
	assert_string_equal(why.text, "the fax document is empty");
	assert_int_equal(pwrite(fd, "hello, world", 12, 0), 12);
	assert_int_equal(fx_tiff_open(fd, &rd, &why), FX_EDATA);
	assert_non_null(strstr(why.text, "cannot be read"));
	(void)close(fd);
	fd = write_variant(&odd, &b);
	assert_int_equal(fx_tiff_open(fd, &rd, &why), FX_EDATA);
	(void)close(fd);
	fx_bitmap_fini(&b);
	assert_null(rd);
}

static void cut_files_never_crash(void **state)
{
	int fd = sample_document(3, 1728, 400, FX_RES_FINE);
	off_t size = lseek(fd, 0, SEEK_END), cut;

	(void)state;
	for (cut = size - 1; cut > 0; cut -= size / 97 + 1) {
		struct fx_tiff_rd *rd = NULL;
		uint32_t p;

		assert_int_equal(ftruncate(fd, cut), 0);
		if (fx_tiff_open(fd, &rd, NULL)) {
			continue;
		}
		for (p = 0; p < fx_tiff_pages(rd); p++) {
			struct fx_bitmap b = {0};

			if (!fx_tiff_read(rd, p, &b)) {
				assert_int_equal(b.rows, 400);
			}
			fx_bitmap_fini(&b);
		}
		(void)fx_tiff_close(rd);
	}
	(void)close(fd);
}

static void page_limits_hold(void **state)
{
	struct fx_bitmap b;
	struct fx_tiff_wr *wr = NULL;
	struct fx_tiff_rd *rd = NULL;
	int fd = sample_file();
	uint32_t i;

	(void)state;
	assert_int_equal(fx_bitmap_init(&b, 1728, FX_PAGE_ROWS_MAX + 1, FX_RES_FINE), FX_ELIMIT);
	assert_int_equal(fx_bitmap_init(&b, 0, 1, FX_RES_FINE), FX_ELIMIT);
	assert_int_equal(fx_bitmap_init(&b, 1728, 8, FX_RES_FINE), 0);
	assert_int_equal(fx_tiff_create(fd, NULL, &wr), 0);
	for (i = 0; i < FX_DOC_PAGES_MAX; i++) {
		assert_int_equal(fx_tiff_write(wr, &b), 0);
	}
	assert_int_equal(fx_tiff_write(wr, &b), FX_ELIMIT);
	assert_int_equal(fx_tiff_finish(wr), 0);
	assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
	assert_int_equal(fx_tiff_pages(rd), FX_DOC_PAGES_MAX);
	fx_bitmap_fini(&b);
	assert_int_equal(fx_tiff_read(rd, FX_DOC_PAGES_MAX - 1, &b), 0);
	fx_bitmap_fini(&b);
	(void)fx_tiff_close(rd);
	(void)close(fd);
}

static void a_full_disk_is_told(void **state)
{
	struct fx_bitmap b = sample_page(1728, 2292, FX_RES_FINE, 1);
	struct fx_tiff_wr *wr = NULL;
	int fd = open("/dev/full", O_RDWR), err;

	(void)state;
	assert_true(fd >= 0);
	err = fx_tiff_create(fd, NULL, &wr);
	if (!err) {
		err = fx_tiff_write(wr, &b);
		assert_int_equal(err, FX_ENOSPC);
		err = fx_tiff_finish(wr);
	}
	assert_int_equal(err, FX_ENOSPC);
	fx_bitmap_fini(&b);
	(void)close(fd);
}

static void the_descriptor_is_not_moved(void **state)
{
	int fd = sample_document(1, 1728, 100, FX_RES_FINE);
	struct fx_tiff_rd *rd = NULL;
	struct fx_bitmap b;

	(void)state;
	assert_int_equal(lseek(fd, 7, SEEK_SET), 7);
	assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
	assert_int_equal(fx_tiff_read(rd, 0, &b), 0);
	fx_bitmap_fini(&b);
	assert_int_equal(lseek(fd, 0, SEEK_CUR), 7);
	(void)fx_tiff_close(rd);
	(void)close(fd);
}

static int write_and_read(void *arg)
{
	const struct fx_tiff_tags tags = {.csid = "1", .document_name = "n"};
	struct fx_bitmap *page = arg, got = {0};
	struct fx_tiff_wr *wr = NULL;
	struct fx_tiff_rd *rd = NULL;
	struct fx_buf first = {0};
	uint32_t w, h;
	int fd = sample_file(), err;

	err = fx_tiff_create(fd, &tags, &wr);
	if (!err) {
		err = fx_tiff_write(wr, page);
		err = err ? (void)fx_tiff_abandon(wr), err : fx_tiff_finish(wr);
	}
	err = err ? err : fx_tiff_open(fd, &rd, NULL);
	err = err ? err : fx_tiff_read(rd, 0, &got);
	err = err ? err : fx_tiff_first_page(rd, &first, &w, &h);
	fx_bitmap_fini(&got);
	fx_buf_fini(&first);
	(void)fx_tiff_close(rd);
	(void)close(fd);
	return err;
}

static void every_allocation_may_fail(void **state)
{
	struct fx_bitmap b = sample_page(1728, 64, FX_RES_FINE, 1);

	(void)state;
	fx_test_oom_sweep(write_and_read, &b);
	fx_bitmap_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_come_back_pixel_for_pixel),
		cmocka_unit_test(coding_is_judged_by_libtiff),
		cmocka_unit_test(tags_are_where_readers_look),
		cmocka_unit_test(files_of_other_writers_are_read),
		cmocka_unit_test(other_files_are_refused_in_words),
		cmocka_unit_test(cut_files_never_crash),
		cmocka_unit_test(page_limits_hold),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(the_descriptor_is_not_moved),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
