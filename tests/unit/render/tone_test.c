/* SPDX-License-Identifier: Apache-2.0 */
/* Black and white: what the screen costs on the line, what stays crisp. */
#include "tests/support/support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "render/render.h"

#define ROWS 2292u

static uint8_t *grey_page(void)
{
	uint8_t *g = fx_calloc(ROWS, RENDER_WIDTH);
	uint32_t x, y;

	assert_non_null(g);
	/* a soft slope with a round light in it, as photographs have */
	for (y = 0; y < ROWS; y++) {
		for (x = 0; x < RENDER_WIDTH; x++) {
			int dx = (int)x - 800, dy = (int)y - 1000;
			int d = (dx * dx + dy * dy) / 9000;

			g[(size_t)y * RENDER_WIDTH + x] =
				(uint8_t)(40 + x * 100 / RENDER_WIDTH + y * 60 / ROWS +
					  (d < 50 ? 50 - d : 0));
		}
	}
	return g;
}

static uint32_t mmr_bytes(const struct fx_bitmap *b)
{
	char path[] = "/tmp/fxtoneXXXXXX";
	struct fx_tiff_page_info info;
	struct fx_tiff_wr *wr = NULL;
	struct fx_tiff_rd *rd = NULL;
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)unlink(path);
	assert_int_equal(fx_tiff_create(fd, NULL, &wr), 0);
	assert_int_equal(fx_tiff_write(wr, b), 0);
	assert_int_equal(fx_tiff_finish(wr), 0);
	assert_int_equal(fx_tiff_open(fd, &rd, NULL), 0);
	assert_int_equal(fx_tiff_page_info(rd, 0, &info), 0);
	(void)fx_tiff_close(rd);
	(void)close(fd);
	return info.bytes;
}

/* Floyd and Steinberg's error diffusion: the dispersed dots that others send. */
static struct fx_bitmap dispersed(const uint8_t *grey)
{
	int *err = fx_calloc(2 * (RENDER_WIDTH + 2), sizeof(*err));
	struct fx_bitmap b;
	uint32_t x, y;

	assert_non_null(err);
	assert_int_equal(fx_bitmap_init(&b, RENDER_WIDTH, ROWS, FX_RES_FINE), 0);
	for (y = 0; y < ROWS; y++) {
		int *now = err + (y & 1) * (RENDER_WIDTH + 2) + 1;
		int *next = err + (~y & 1) * (RENDER_WIDTH + 2) + 1;

		memset(next - 1, 0, (RENDER_WIDTH + 2) * sizeof(*next));
		for (x = 0; x < RENDER_WIDTH; x++) {
			int v = grey[(size_t)y * RENDER_WIDTH + x] + now[x] / 16;
			int e = v < 128 ? v : v - 255;

			if (v < 128) {
				b.bits[y * 216 + (x >> 3)] |= (uint8_t)(0x80 >> (x & 7));
			}
			now[x + 1] += 7 * e;
			next[x - (x ? 1 : 0)] += 3 * e;
			next[x] += 5 * e;
			next[x + 1] += e;
		}
	}
	(void)fx_free(err);
	return b;
}

static void clustered_dots_cost_far_less(void **state)
{
	uint8_t *g = grey_page();
	struct fx_bitmap other = dispersed(g), ours;
	uint32_t a, b;

	(void)state;
	assert_int_equal(render_tone(g, ROWS, FX_RES_FINE, FX_QUALITY_AUTO, &ours), 0);
	a = mmr_bytes(&ours);
	b = mmr_bytes(&other);
	print_message("a grey A4 page, fine, MMR: clustered %u bytes, dispersed %u bytes (%.0f s "
		      "and %.0f s "
		      "at 14400 bit/s)\n",
		      a, b, a * 8 / 14400.0, b * 8 / 14400.0);
	assert_true((uint64_t)a * 5 < (uint64_t)b * 3);
	fx_bitmap_fini(&ours);
	fx_bitmap_fini(&other);
	(void)fx_free(g);
}

static uint32_t blacks_of(const struct fx_bitmap *b)
{
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < b->rows * fx_bitmap_stride(b); i++) {
		n += (uint32_t)__builtin_popcount(b->bits[i]);
	}
	return n;
}

static void darker_grey_has_more_ink_at_each_resolution(void **state)
{
	static const enum fx_resolution all[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		uint32_t rows = (uint32_t)all[i], last = UINT32_MAX, n, v;
		uint8_t *g = fx_calloc(rows, RENDER_WIDTH);
		struct fx_bitmap b;

		assert_non_null(g);
		for (v = 0; v < 256; v += 15) {
			memset(g, (int)v, (size_t)rows * RENDER_WIDTH);
			assert_int_equal(render_tone(g, rows, all[i], FX_QUALITY_PHOTO, &b), 0);
			n = blacks_of(&b);
			assert_true(n < last || (v >= 240 && n == 0));
			if (v == 0) {
				assert_int_equal(n, rows * RENDER_WIDTH);
			}
			last = n;
			fx_bitmap_fini(&b);
		}
		assert_int_equal(last, 0);
		(void)fx_free(g);
	}
}

static void black_and_white_pass_untouched(void **state)
{
	static const enum fx_quality all[] = {FX_QUALITY_AUTO, FX_QUALITY_TEXT, FX_QUALITY_PHOTO};
	uint8_t *g = fx_calloc(500, RENDER_WIDTH);
	uint32_t v = 7, x, y;
	size_t i;

	(void)state;
	assert_non_null(g);
	for (i = 0; i < 500 * (size_t)RENDER_WIDTH; i++) {
		v = v * 1664525u + 1013904223u;
		g[i] = v >> 31 ? 255 : 0;
	}
	for (i = 0; i < 3; i++) {
		struct fx_bitmap b;

		assert_int_equal(render_tone(g, 500, FX_RES_FINE, all[i], &b), 0);
		for (y = 0; y < 500; y++) {
			for (x = 0; x < RENDER_WIDTH; x++) {
				bool black = b.bits[y * 216 + (x >> 3)] >> (7 - (x & 7)) & 1;

				assert_int_equal(black, g[(size_t)y * RENDER_WIDTH + x] == 0);
			}
		}
		fx_bitmap_fini(&b);
	}
	(void)fx_free(g);
}

static int tone_once(void *arg)
{
	struct fx_bitmap b = {0};
	int err = render_tone(arg, 64, FX_RES_FINE, FX_QUALITY_AUTO, &b);

	fx_bitmap_fini(&b);
	return err;
}

static void every_allocation_may_fail(void **state)
{
	uint8_t *g = grey_page();

	(void)state;
	fx_test_oom_sweep(tone_once, g);
	(void)fx_free(g);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clustered_dots_cost_far_less),
		cmocka_unit_test(darker_grey_has_more_ink_at_each_resolution),
		cmocka_unit_test(black_and_white_pass_untouched),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
