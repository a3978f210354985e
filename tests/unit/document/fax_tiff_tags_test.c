/* SPDX-License-Identifier: Apache-2.0 */
/* Tags of a finished fax: readable by libtiff, repeatable, and nothing else changes. */
#include "tests/unit/document/samples.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <tiffio.h>
#include <unistd.h>

static int complaints;

static void count_complaint(const char *module, const char *fmt, va_list ap)
{
	(void)module, (void)ap;
	/* "Unknown field with tag 65102 (0xfe4e) encountered": the only thing to be said */
	complaints += strstr(fmt, "Unknown field") == NULL;
}

static TIFF *open_again(int fd)
{
	char name[40];
	TIFF *tif;

	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	TIFFSetErrorHandler(count_complaint);
	TIFFSetWarningHandler(count_complaint);
	tif = TIFFOpen(name, "r");
	assert_non_null(tif);
	return tif;
}

static void assert_tag(TIFF *tif, uint32_t tag, const char *want)
{
	char *text = NULL;
	uint32_t n = 0;

	if (!want) {
		assert_int_equal(TIFFGetField(tif, tag, &n, &text), 0);
		return;
	}
	assert_int_equal(TIFFGetField(tif, tag, &n, &text), 1);
	assert_string_equal(text, want);
}

static void every_tag_is_read_by_libtiff(void **state)
{
	const struct fx_tiff_tags tags = {
#define X(NAME, name, number) .name = #name " with text",
		FX_TIFF_TAG_TABLE(X)
#undef X
	};
	int fd = sample_document(3, 1728, 1146, FX_RES_STANDARD);
	char *text = NULL;
	TIFF *tif;

	(void)state;
	complaints = 0;
	assert_int_equal(fx_tiff_tag(fd, &tags), 0);
	tif = open_again(fd);
#define X(NAME, name, number)                                                                      \
	if (number != TIFFTAG_DOCUMENTNAME) {                                                      \
		assert_tag(tif, number, #name " with text");                                       \
	}
	FX_TIFF_TAG_TABLE(X)
#undef X
	assert_int_equal(TIFFGetField(tif, TIFFTAG_DOCUMENTNAME, &text), 1);
	assert_string_equal(text, "document_name with text");
	assert_int_equal(TIFFReadDirectory(tif), 1);
	assert_tag(tif, FX_TIFFTAG_CSID, NULL); /* the first page alone */
	assert_int_equal(TIFFNumberOfDirectories(tif), 3);
	TIFFClose(tif);
	assert_int_equal(complaints, 0);
	(void)close(fd);
}

static void pages_stay_as_they_are(void **state)
{
	const struct fx_tiff_tags tags = {.csid = "1", .tsid = "+49 30 999 888"};
	int fd = sample_document(2, 1728, 1146, FX_RES_STANDARD);
	struct fx_tiff_rd *rd = NULL;
	uint32_t p;

	(void)state;
	assert_int_equal(fx_tiff_tag(fd, &tags), 0);
	assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
	assert_int_equal(fx_tiff_pages(rd), 2);
	for (p = 0; p < 2; p++) {
		struct fx_bitmap want = sample_page(1728, 1146, FX_RES_STANDARD, p), got;

		assert_int_equal(fx_tiff_read(rd, p, &got), 0);
		assert_same_bits(&want, &got);
		fx_bitmap_fini(&want);
		fx_bitmap_fini(&got);
	}
	(void)fx_tiff_close(rd);
	(void)close(fd);
}

static void again_replaces(void **state)
{
	const struct fx_tiff_tags first = {.csid = "old", .caller_id = "gone later"};
	const struct fx_tiff_tags second = {.csid = "new", .job_id = "5"};
	int fd = sample_document(1, 1728, 100, FX_RES_FINE);
	TIFF *tif;

	(void)state;
	complaints = 0;
	assert_int_equal(fx_tiff_tag(fd, &first), 0);
	assert_int_equal(fx_tiff_tag(fd, &second), 0);
	assert_int_equal(fx_tiff_tag(fd, &second), 0);
	tif = open_again(fd);
	assert_tag(tif, FX_TIFFTAG_CSID, "new");
	assert_tag(tif, FX_TIFFTAG_JOB_ID, "5");
	assert_tag(tif, FX_TIFFTAG_CALLER_ID, NULL);
	TIFFClose(tif);
	assert_int_equal(complaints, 0);
	(void)close(fd);
}

static void long_text_is_cut_at_a_character(void **state)
{
	char text[2001], want[FX_TIFF_TEXT_MAX + 1];
	struct fx_tiff_tags tags = {.recipient = text};
	int fd = sample_document(1, 1728, 100, FX_RES_FINE);
	TIFF *tif;
	size_t i;

	(void)state;
	text[0] = 'x'; /* two octets for each of the others: the limit falls into one */
	for (i = 1; i < 1999; i += 2) {
		memcpy(text + i, "\xC3\xA9", 2);
	}
	text[1999] = 0;
	memcpy(want, text, sizeof(want));
	want[FX_TIFF_TEXT_MAX - 1] = 0;
	assert_int_equal(fx_tiff_tag(fd, &tags), 0);
	tif = open_again(fd);
	assert_tag(tif, FX_TIFFTAG_RECIPIENT, want);
	TIFFClose(tif);
	(void)close(fd);
}

/* Byte order of a machine that writes "MM", as a far T.30 receiver's file may be. */
static void big_endian_files_stay_so(void **state)
{
	const struct fx_tiff_tags tags = {.csid = "abc", .tsid = "longer than an entry"};
	struct fx_bitmap b = sample_page(1728, 64, FX_RES_FINE, 1);
	char name[40];
	int fd = sample_file();
	uint32_t y;
	TIFF *tif;

	(void)state;
	complaints = 0;
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	tif = TIFFOpen(name, "wb");
	assert_non_null(tif);
	(void)TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, 1728);
	(void)TIFFSetField(tif, TIFFTAG_IMAGELENGTH, 64);
	(void)TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, 1);
	(void)TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, 1);
	(void)TIFFSetField(tif, TIFFTAG_COMPRESSION, COMPRESSION_CCITTFAX4);
	(void)TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_MINISWHITE);
	(void)TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, 64);
	for (y = 0; y < b.rows; y++) {
		(void)TIFFWriteScanline(tif, b.bits + y * fx_bitmap_stride(&b), y, 0);
	}
	TIFFClose(tif);
	fx_bitmap_fini(&b);
	assert_int_equal(fx_tiff_tag(fd, &tags), 0);
	tif = open_again(fd);
	assert_true(TIFFIsBigEndian(tif));
	assert_tag(tif, FX_TIFFTAG_CSID, "abc");
	assert_tag(tif, FX_TIFFTAG_TSID, "longer than an entry");
	TIFFClose(tif);
	assert_int_equal(complaints, 0);
	(void)close(fd);
}

static void damaged_files_are_refused_and_unchanged(void **state)
{
	static const struct {
		const char *bytes;
		size_t n;
	} bad[] = {{"", 0},
		   {"II", 2},
		   {"II+\0\b\0\0\0", 8},
		   {"IM*\0\b\0\0\0\1\0", 10},
		   {"II*\0\xFF\xFF\0\0", 8},
		   {"II*\0\4\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 24},
		   {"II*\0\b\0\0\0\0\0\0\0\0\0", 14},
		   {"II*\0\b\0\0\0\2\0\0\0\0\0\0\0\0\0", 18},
		   {"II*\0\b\0\0\0\xFF\xFF\0\0\0\0", 14}};
	const struct fx_tiff_tags tags = {.csid = "1"};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(bad); i++) {
		struct stat st;
		int fd = sample_file();

		assert_int_equal(write(fd, bad[i].bytes, bad[i].n), bad[i].n);
		assert_int_equal(fx_tiff_tag(fd, &tags), FX_EDATA);
		assert_int_equal(fstat(fd, &st), 0);
		assert_int_equal(st.st_size, bad[i].n);
		(void)close(fd);
	}
}

static void times(void **state)
{
	char text[32];

	(void)state;
	fx_tiff_tag_time(1767225600, text);
	assert_string_equal(text, "2026-01-01T00:00:00Z");
	fx_tiff_tag_time(0, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_tag_is_read_by_libtiff),
		cmocka_unit_test(pages_stay_as_they_are),
		cmocka_unit_test(again_replaces),
		cmocka_unit_test(long_text_is_cut_at_a_character),
		cmocka_unit_test(big_endian_files_stay_so),
		cmocka_unit_test(damaged_files_are_refused_and_unchanged),
		cmocka_unit_test(times),
	};

	return cmocka_run_group_tests_name("fax_tiff_tags", tests, NULL, NULL);
}
