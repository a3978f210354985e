/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The render program as the service runs it (fx_convert on a real loop), on documents that
 * make-inputs made: every format, every broken file, the limits.
 */
#include "tests/support/support.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/str.h"
#include "document/convert.h"
#include "document/fax_tiff.h"

static char *dir;
static struct fx_loop *loop;

struct run {
	struct fx_convert_prm prm;
	struct fx_convert_result res;
	struct fx_convert *c;
	struct fx_tiff_rd *tiff;
	int out;
	bool done;
};

static void on_done(void *arg, const struct fx_convert_result *res)
{
	struct run *r = arg;

	assert_false(r->done);
	r->res = *res;
	r->done = true;
}

static int open_in(const char *name)
{
	char *path = fx_asprintf("%s/%s", name[0] == '/' ? "" : dir, name);
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		fail_msg("no input %s", path);
	}
	(void)fx_free(path);
	return fd;
}

static void run_start(struct run *r, const char *name)
{
	char path[] = "/tmp/fxrenderXXXXXX";

	r->out = mkstemp(path);
	assert_true(r->out >= 0);
	(void)unlink(path);
	r->prm.program = RENDER_PROGRAM;
	r->prm.in_fd = open_in(name);
	r->prm.out_fd = r->out;
	r->prm.name = name;
	r->prm.resolution = r->prm.resolution ? r->prm.resolution : FX_RES_FINE;
	r->prm.timeout_s = r->prm.timeout_s ? r->prm.timeout_s : 60;
	assert_int_equal(fx_convert_start(loop, &r->prm, on_done, r, &r->c), 0);
	(void)close(r->prm.in_fd);
}

static struct run convert(const char *name, struct fx_convert_prm prm)
{
	struct run r = {.prm = prm};

	run_start(&r, name);
	fx_test_wait(loop, &r.done, 100 * FX_SECOND);
	if (!r.res.err) {
		assert_int_equal(fx_tiff_open(r.out, &r.tiff, NULL), 0);
		assert_int_equal(fx_tiff_pages(r.tiff), r.res.pages);
	}
	return r;
}

static struct fx_bitmap page_of(const struct run *r, uint32_t page)
{
	struct fx_bitmap b = {0};

	assert_int_equal(fx_tiff_read(r->tiff, page, &b), 0);
	return b;
}

static void run_end(struct run *r)
{
	r->tiff = fx_tiff_close(r->tiff);
	(void)close(r->out);
}

static bool has_ink(const struct fx_bitmap *b)
{
	size_t i, n = b->rows * fx_bitmap_stride(b);

	for (i = 0; i < n && !b->bits[i]; i++) {
	}
	return i < n;
}

/* Share of black in a part of the page given in thousandths, in thousandths. */
static uint32_t ink(const struct fx_bitmap *b, uint32_t x0, uint32_t y0, uint32_t x1, uint32_t y1)
{
	uint64_t black = 0, all = 0;
	uint32_t x, y;

	for (y = b->rows * y0 / 1000; y < b->rows * y1 / 1000; y++) {
		for (x = b->width_px * x0 / 1000; x < b->width_px * x1 / 1000; x++) {
			black += b->bits[y * fx_bitmap_stride(b) + (x >> 3)] >> (7 - (x & 7)) & 1;
			all++;
		}
	}
	return (uint32_t)(black * 1000 / all);
}

static void every_format_becomes_pages(void **state)
{
	static const struct {
		const char *name;
		uint32_t pages;
	} docs[] = {
		{LETTER_PDF, 2},    {"grey.jpg", 1},  {"colour.jpg", 1},    {"progressive.jpg", 1},
		{"cmyk.jpg", 1},    {"grey.png", 1},  {"colour.png", 1},    {"palette.png", 1},
		{"bits.png", 1},    {"deep.png", 1},  {"lzw.tif", 1},       {"jpeg.tif", 1},
		{"palette.tif", 1}, {"cmyk.tif", 1},  {"tiled.tif", 1},     {"planes.tif", 1},
		{"scan300.tif", 1}, {"g3.tif", 1},    {"scan-grey.tif", 1}, {"side.tif", 1},
		{"fax.tif", 2},     {"page.ps", 1},   {"page.pdf", 1},      {"landscape.pdf", 1},
		{"a3.ps", 1},       {"short.txt", 1}, {"long.txt", 3},      {"feed.txt", 4},
		{"wide.txt", 2},
	};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(docs); i++) {
		struct run r = convert(docs[i].name, (struct fx_convert_prm){0});
		struct fx_bitmap b;

		if (r.res.err || r.res.pages != docs[i].pages) {
			fail_msg("%s: %u pages, error %d %s", docs[i].name, r.res.pages, r.res.err,
				 r.res.words);
		}
		b = page_of(&r, 0);
		assert_int_equal(b.width_px, 1728);
		if (!has_ink(&b)) {
			fail_msg("%s: nothing on the page", docs[i].name);
		}
		fx_bitmap_fini(&b);
		run_end(&r);
	}
}

static void pages_have_the_size_asked_for(void **state)
{
	static const struct {
		enum fx_resolution res;
		bool letter;
		uint32_t rows;
	} sizes[] = {{FX_RES_STANDARD, false, 1146},  {FX_RES_FINE, false, 2292},
		     {FX_RES_SUPERFINE, false, 4572}, {FX_RES_STANDARD, true, 1078},
		     {FX_RES_FINE, true, 2156},       {FX_RES_SUPERFINE, true, 4301}};
	static const char *const docs[] = {"landscape.pdf", "scan300.tif", "short.txt"};
	size_t i, d;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(sizes); i++) {
		for (d = 0; d < FX_ARRAY_LEN(docs); d++) {
			struct run r = convert(docs[d],
					       (struct fx_convert_prm){.resolution = sizes[i].res,
								       .letter = sizes[i].letter});
			struct fx_tiff_page_info info;

			assert_int_equal(r.res.err, 0);
			assert_int_equal(fx_tiff_page_info(r.tiff, 0, &info), 0);
			assert_int_equal(info.rows, sizes[i].rows);
			assert_int_equal(info.resolution, sizes[i].res);
			run_end(&r);
		}
	}
}

/* The test page `lines`: a thick bar at the upper left, nothing else that is so black. */
static void assert_upright(const char *name, const struct fx_bitmap *b)
{
	if (ink(b, 150, 128, 480, 138) < 900 || ink(b, 520, 110, 880, 150) > 50 ||
	    ink(b, 120, 860, 880, 890) > 50) {
		fail_msg("%s does not stand upright: %u %u %u", name, ink(b, 150, 128, 480, 138),
			 ink(b, 520, 110, 880, 150), ink(b, 120, 860, 880, 890));
	}
}

static void scans_keep_their_place(void **state)
{
	static const char *const docs[] = {"scan300.tif", "g3.tif", "scan-grey.tif", "side.tif"};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(docs); i++) {
		struct run r = convert(docs[i], (struct fx_convert_prm){0});
		struct fx_bitmap b = page_of(&r, 0);

		assert_upright(docs[i], &b);
		fx_bitmap_fini(&b);
		run_end(&r);
	}
}

static void landscape_pages_are_turned(void **state)
{
	static const char *const docs[] = {"landscape.pdf", "landscape.ps"};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct run r = convert(docs[i], (struct fx_convert_prm){0});
		struct fx_bitmap b = page_of(&r, 0);

		/* the bar of 300 x 40 points near the top stands upright at the left, at the bottom
		 */
		assert_true(ink(&b, 105, 580, 165, 900) > 900);
		assert_true(ink(&b, 105, 100, 165, 500) < 10);
		/* the thin line at the page's foot runs down at the right, unbroken */
		assert_true(ink(&b, 860, 100, 880, 900) > 130);
		fx_bitmap_fini(&b);
		run_end(&r);
	}
}

static void larger_paper_is_fitted_whole(void **state)
{
	struct run r = convert("a3.ps", (struct fx_convert_prm){0});
	struct fx_bitmap b = page_of(&r, 0);

	(void)state;
	assert_true(ink(&b, 100, 40, 900, 70) > 30);
	assert_true(ink(&b, 100, 930, 900, 960) > 30);
	assert_int_equal(ink(&b, 0, 100, 1000, 900), 0);
	fx_bitmap_fini(&b);
	run_end(&r);
}

static void a_fax_passes_dot_for_dot(void **state)
{
	struct run r = convert("fax.tif", (struct fx_convert_prm){0});
	struct run coarse =
		convert("fax.tif", (struct fx_convert_prm){.resolution = FX_RES_STANDARD});
	struct fx_tiff_rd *orig = NULL;
	int fd = open_in("fax.tif");
	uint32_t p;

	(void)state;
	assert_int_equal(fx_tiff_open(fd, &orig, NULL), 0);
	for (p = 0; p < 2; p++) {
		struct fx_bitmap a, b = page_of(&r, p), c = page_of(&coarse, p), half;

		assert_int_equal(fx_tiff_read(orig, p, &a), 0);
		assert_int_equal(a.rows, b.rows);
		assert_memory_equal(a.bits, b.bits, a.rows * fx_bitmap_stride(&a));
		assert_int_equal(fx_bitmap_to_resolution(&a, FX_RES_STANDARD, &half), 0);
		assert_int_equal(half.rows, c.rows);
		assert_memory_equal(half.bits, c.bits, c.rows * fx_bitmap_stride(&c));
		fx_bitmap_fini(&a);
		fx_bitmap_fini(&b);
		fx_bitmap_fini(&c);
		fx_bitmap_fini(&half);
	}
	(void)fx_tiff_close(orig);
	(void)close(fd);
	run_end(&r);
	run_end(&coarse);
}

static void writing_in_colour_stays_readable(void **state)
{
	struct run r = convert("colours.ps", (struct fx_convert_prm){0});
	struct fx_bitmap b = page_of(&r, 0);
	uint32_t red = ink(&b, 120, 150, 320, 175), yellow = ink(&b, 120, 270, 320, 294);
	uint32_t grey = ink(&b, 120, 388, 320, 412);

	(void)state;
	assert_in_range(red, 60, 300);
	assert_in_range(yellow, 60, 300);
	assert_in_range(grey, 60, 300);
	fx_bitmap_fini(&b);
	run_end(&r);
}

static void clear_pixels_are_paper(void **state)
{
	struct run r = convert("clear.png", (struct fx_convert_prm){0});
	struct fx_bitmap b = page_of(&r, 0);

	(void)state;
	assert_false(has_ink(&b));
	fx_bitmap_fini(&b);
	run_end(&r);
}

static void cameras_orientation_counts(void **state)
{
	struct run r = convert("turned.jpg", (struct fx_convert_prm){.quality = FX_QUALITY_PHOTO});
	struct fx_bitmap b = page_of(&r, 0);

	(void)state;
	/* stored standing, to be shown lying, and turned again to fill the sheet: its ink is
	 * taller than wide on the page */
	assert_true(ink(&b, 450, 100, 550, 160) > 20);
	assert_true(ink(&b, 250, 740, 450, 790) > 5);
	fx_bitmap_fini(&b);
	run_end(&r);
}

struct broken {
	const char *name;
	int err;
	const char *words;
	uint32_t timeout_s, max_pages;
};

static void broken_files_end_in_words(void **state)
{
	static const struct broken docs[] = {
		{"empty", FX_EDATA, "the document is empty", 0, 0},
		{"cut.pdf", FX_EDATA, "cut off", 0, 0},
		{"head-only.pdf", FX_EDATA, "", 0, 0},
		{"secret.pdf", FX_EDATA, "protected by a password; remove the protection", 0, 0},
		{"cut-colour.jpg", FX_EDATA, "cut off", 0, 0},
		{"cut-colour.png", FX_EDATA, "cut off", 0, 0},
		{"cut-lzw.tif", FX_EDATA, "damaged", 0, 0},
		{"cut-fax.tif", FX_EDATA, "damaged", 0, 0},
		{"broken.ps", FX_EDATA, "PostScript is damaged", 0, 0},
		{"office.docx", FX_EDATA, "save the document as PDF", 0, 0},
		{"office.doc", FX_EDATA, "save the document as PDF", 0, 0},
		{"noise.bin", FX_EDATA, "PDF, PostScript, TIFF, PNG, JPEG", 0, 0},
		{"latin1.txt", FX_EDATA, "UTF-8", 0, 0},
		{"bomb.png", FX_ELIMIT, "65000 x 65000 pixels", 0, 0},
		{"bomb.jpg", FX_ELIMIT, "65400 x 65400 pixels", 0, 0},
		{"bomb.tif", FX_ELIMIT, "60000 x 70000 pixels", 0, 0},
		{"endless-pages.ps", FX_ELIMIT, "more than 5 pages", 0, 5},
		{"long.txt", FX_ELIMIT, "more than 2 pages", 0, 2},
		{"fax.tif", FX_ELIMIT, "more than 1 pages", 0, 1},
		{"endless.ps", FX_ETIMEDOUT, "longer than 1 seconds", 1, 0},
		{"passwd.ps", FX_EDATA, "other files, which is not allowed", 0, 0},
		{"pipe.ps", FX_EDATA, "", 0, 0},
		{"write.ps", FX_EDATA, "", 0, 0},
	};
	char *written = fx_asprintf("%s/written", dir);
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(docs); i++) {
		struct run r = convert(docs[i].name,
				       (struct fx_convert_prm){.timeout_s = docs[i].timeout_s,
							       .max_pages = docs[i].max_pages});

		if (r.res.err != docs[i].err || !strstr(r.res.words, docs[i].words)) {
			fail_msg("%s: %d %s", docs[i].name, r.res.err, r.res.words);
		}
		run_end(&r);
	}
	assert_int_equal(access(written, F_OK), -1);
	(void)fx_free(written);
}

static void a_missing_program_is_told(void **state)
{
	struct run r = {.prm = {.program = "/nonexistent/caselli-render",
				.in_fd = 0,
				.out_fd = 0,
				.resolution = FX_RES_FINE}};

	(void)state;
	assert_int_equal(fx_convert_start(loop, &r.prm, on_done, &r, &r.c), FX_EIO);
}

static bool quiet(void *arg)
{
	(void)arg;
	return false;
}

static void cancel_ends_it_without_a_word(void **state)
{
	struct run r = {0};

	(void)state;
	run_start(&r, "endless.ps");
	fx_loop_step(loop, 20 * FX_MS);
	fx_convert_cancel(r.c);
	(void)fx_loop_run_until(loop, quiet, NULL, 200 * FX_MS);
	assert_false(r.done);
	run_end(&r);
}

static void a_program_that_hangs_is_killed(void **state)
{
	/* not our program: it knows no timeout */
	struct run r = {.prm = {.timeout_s = 1}};
	char *path = fx_asprintf("%s/hang", dir);
	FILE *f = fopen(path, "w");

	(void)state;
	assert_non_null(f);
	(void)fprintf(f, "#!/bin/sh\nsleep 100\n");
	(void)fchmod(fileno(f), 0755);
	(void)fclose(f);
	r.prm.in_fd = open_in("page.ps");
	r.prm.out_fd = r.prm.in_fd;
	r.prm.program = path;
	r.prm.resolution = FX_RES_FINE;
	assert_int_equal(fx_convert_start(loop, &r.prm, on_done, &r, &r.c), 0);
	fx_test_wait(loop, &r.done, 30 * FX_SECOND);
	assert_int_equal(r.res.err, FX_ETIMEDOUT);
	(void)close(r.prm.in_fd);
	(void)fx_free(path);
}

static void result_lines_are_not_trusted(void **state)
{
	static const struct {
		const char *script;
		int err;
	} liars[] = {{"echo ok 0", FX_EDATA},
		     {"echo ok 5000", FX_EDATA},
		     {"echo ok", FX_EDATA},
		     {"echo hello", FX_EDATA},
		     {":", FX_EDATA},
		     {"echo error 7 x", FX_EDATA},
		     {"echo error -13 x", FX_EDATA},
		     {"echo error -1003 fine", FX_EDATA},
		     {"head -c 100000 /dev/zero | tr '\\0' x", FX_EDATA},
		     {"echo ok 1; exit 3", FX_EIO},
		     {"echo ok 1; kill -9 $$", FX_EIO},
		     {"kill -9 $$", FX_EIO},
		     {"printf 'error -10'; kill -TERM $$", FX_EIO},
		     {"echo ok 3", 0}};
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(liars); i++) {
		struct run r = {0};
		char *path = fx_asprintf("%s/liar%zu", dir, i);
		FILE *f = fopen(path, "w");

		assert_non_null(f);
		(void)fprintf(f, "#!/bin/sh\nexec >&5\n%s\n", liars[i].script);
		(void)fchmod(fileno(f), 0755);
		(void)fclose(f);
		r.prm = (struct fx_convert_prm){
			.program = path, .in_fd = 0, .out_fd = 0, .resolution = FX_RES_FINE};
		assert_int_equal(fx_convert_start(loop, &r.prm, on_done, &r, &r.c), 0);
		fx_test_wait(loop, &r.done, 30 * FX_SECOND);
		if (r.res.err != liars[i].err) {
			fail_msg("'%s' gave %d %s", liars[i].script, r.res.err, r.res.words);
		}
		(void)fx_free(path);
	}
}

static void virtual_time_runs_it_in_place(void **state)
{
	struct fx_loop *real = loop;
	struct run r;

	(void)state;
	loop = fx_test_vloop();
	r = convert("page.ps", (struct fx_convert_prm){0});
	assert_int_equal(r.res.err, 0);
	assert_int_equal(r.res.pages, 1);
	run_end(&r);
	fx_loop_free(loop);
	loop = real;
}

static int setup(void **state)
{
	char *cmd;

	(void)state;
	dir = fx_test_mkdir();
	cmd = fx_asprintf("%s %s %s", MAKE_INPUTS, dir, LETTER_PDF);
	if (system(cmd) != 0) {
		(void)fprintf(stderr, "make-inputs failed\n");
		return -1;
	}
	(void)fx_free(cmd);
	return fx_loop_new_real(&loop);
}

static int teardown(void **state)
{
	(void)state;
	fx_loop_free(loop);
	fx_test_rmdir(dir);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_format_becomes_pages),
		cmocka_unit_test(pages_have_the_size_asked_for),
		cmocka_unit_test(scans_keep_their_place),
		cmocka_unit_test(landscape_pages_are_turned),
		cmocka_unit_test(larger_paper_is_fitted_whole),
		cmocka_unit_test(a_fax_passes_dot_for_dot),
		cmocka_unit_test(writing_in_colour_stays_readable),
		cmocka_unit_test(clear_pixels_are_paper),
		cmocka_unit_test(cameras_orientation_counts),
		cmocka_unit_test(broken_files_end_in_words),
		cmocka_unit_test(a_missing_program_is_told),
		cmocka_unit_test(cancel_ends_it_without_a_word),
		cmocka_unit_test(a_program_that_hangs_is_killed),
		cmocka_unit_test(result_lines_are_not_trusted),
		cmocka_unit_test(virtual_time_runs_it_in_place),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
