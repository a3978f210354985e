/* SPDX-License-Identifier: Apache-2.0 */
/* Change of resolution and width. */
#include "tests/unit/document/samples.h"

#include <string.h>

static void finer_doubles_rows(void **state)
{
	struct fx_bitmap a = sample_page(1728, 100, FX_RES_STANDARD, 1), b, c;
	uint32_t y;

	(void)state;
	assert_int_equal(fx_bitmap_to_resolution(&a, FX_RES_SUPERFINE, &b), 0);
	assert_int_equal(b.rows, 400);
	assert_int_equal(b.resolution, FX_RES_SUPERFINE);
	for (y = 0; y < 400; y++) {
		assert_memory_equal(b.bits + y * 216, a.bits + y / 4 * 216, 216);
	}
	/* and back, without loss */
	assert_int_equal(fx_bitmap_to_resolution(&b, FX_RES_STANDARD, &c), 0);
	assert_same_bits(&a, &c);
	fx_bitmap_fini(&a);
	fx_bitmap_fini(&b);
	fx_bitmap_fini(&c);
}

static void coarser_keeps_thin_lines(void **state)
{
	struct fx_bitmap a, b;

	(void)state;
	assert_int_equal(fx_bitmap_init(&a, 1728, 101, FX_RES_FINE), 0);
	memset(a.bits + 51 * 216, 0xff, 216);
	memset(a.bits + 100 * 216, 0xff, 216); /* the odd last row */
	assert_int_equal(fx_bitmap_to_resolution(&a, FX_RES_STANDARD, &b), 0);
	assert_int_equal(b.rows, 51);
	assert_int_equal(blacks(&b, 25, 1), 1728);
	assert_int_equal(blacks(&b, 50, 1), 1728);
	assert_int_equal(blacks(&b, 0, 51), 2 * 1728);
	fx_bitmap_fini(&a);
	fx_bitmap_fini(&b);
}

static void narrower_keeps_shape_and_lines(void **state)
{
	static const uint32_t widths[] = {2048, 2432};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct fx_bitmap a, b;
		uint32_t x, y, rows = 1000, lines = 0;

		assert_int_equal(fx_bitmap_init(&a, widths[i], rows, FX_RES_FINE), 0);
		for (y = 0; y < rows; y++) { /* one dot wide, every 40 */
			for (x = 0; x < widths[i]; x += 40) {
				a.bits[y * fx_bitmap_stride(&a) + (x >> 3)] |=
					(uint8_t)(0x80 >> (x & 7));
			}
		}
		assert_int_equal(fx_bitmap_to_width(&a, 1728, &b), 0);
		assert_int_equal(b.width_px, 1728);
		assert_int_equal(b.rows, (rows * 1728 + widths[i] / 2) / widths[i]);
		for (x = 0; x < 1728; x++) {
			lines += bit(&b, x, 100) && (!x || !bit(&b, x - 1, 100));
		}
		assert_int_equal(lines, (widths[i] + 39) / 40);
		fx_bitmap_fini(&a);
		fx_bitmap_fini(&b);
	}
}

static void same_width_is_the_same_picture(void **state)
{
	struct fx_bitmap a = sample_page(1728, 100, FX_RES_FINE, 1), b;

	(void)state;
	assert_int_equal(fx_bitmap_to_width(&a, 1728, &b), 0);
	assert_same_bits(&a, &b);
	fx_bitmap_fini(&a);
	fx_bitmap_fini(&b);
}

static void limits_hold(void **state)
{
	struct fx_bitmap a, b;

	(void)state;
	assert_int_equal(fx_bitmap_init(&a, 1728, FX_PAGE_ROWS_MAX, FX_RES_STANDARD), 0);
	assert_int_equal(fx_bitmap_to_resolution(&a, FX_RES_FINE, &b), FX_ELIMIT);
	assert_int_equal(fx_bitmap_to_width(&a, 1729, &b), FX_ELIMIT);
	assert_int_equal(fx_bitmap_to_width(&a, 0, &b), FX_EINVAL);
	fx_bitmap_fini(&a);
	assert_null(a.bits);
}

static int scale_once(void *arg)
{
	struct fx_bitmap out = {0};
	int err = fx_bitmap_to_width(arg, 864, &out);

	fx_bitmap_fini(&out);
	return err;
}

static void every_allocation_may_fail(void **state)
{
	struct fx_bitmap a = sample_page(1728, 64, FX_RES_FINE, 1);

	(void)state;
	fx_test_oom_sweep(scale_once, &a);
	fx_bitmap_fini(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finer_doubles_rows),
		cmocka_unit_test(coarser_keeps_thin_lines),
		cmocka_unit_test(narrower_keeps_shape_and_lines),
		cmocka_unit_test(same_width_is_the_same_picture),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(every_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
