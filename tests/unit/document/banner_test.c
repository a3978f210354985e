/* SPDX-License-Identifier: Apache-2.0 */
/* The header line: there, legible in size, and nothing else moves. */
#include "tests/unit/document/samples.h"

#include <string.h>

static const enum fx_resolution all[] = {FX_RES_STANDARD, FX_RES_FINE, FX_RES_SUPERFINE};

static uint32_t strip_end(enum fx_resolution res)
{
	return 50 * (uint32_t)res / 204; /* 6 mm */
}

static void it_lies_over_the_margin(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		uint32_t rows = 11 * (uint32_t)all[i], end = strip_end(all[i]);
		struct fx_bitmap plain = sample_page(1728, rows, all[i], 3);
		struct fx_bitmap with = sample_page(1728, rows, all[i], 3);

		fx_bitmap_banner(&with, "2026-01-01 10:00  +49 30 123", "to +49 89 456",
				 "page 1 of 2");
		assert_int_equal(with.rows, rows);
		assert_memory_equal(plain.bits + end * 216, with.bits + end * 216,
				    (rows - end) * 216);
		/* about 50 letters of about 90 dots at fine */
		assert_in_range(blacks(&with, 0, end), 1000 * i + 1000, 16000);
		fx_bitmap_fini(&plain);
		fx_bitmap_fini(&with);
	}
}

static void every_letter_has_its_own_look(void **state)
{
	uint8_t looks[95][64 * 6];
	size_t i, j;

	(void)state;
	for (i = 0; i < 95; i++) {
		struct fx_bitmap b;
		char text[2] = {(char)(' ' + (char)i), 0};
		uint32_t y;

		assert_int_equal(fx_bitmap_init(&b, 1728, 200, FX_RES_FINE), 0);
		fx_bitmap_banner(&b, text, NULL, NULL);
		memset(looks[i], 0, sizeof(looks[i]));
		for (y = 0; y < 64; y++) {
			memcpy(looks[i] + y * 6, b.bits + y * 216 + 5, 6);
		}
		/* nothing is drawn outside its cell */
		assert_int_equal(i == 0, blacks(&b, 0, 200) == 0);
		fx_bitmap_fini(&b);
		for (j = 0; j < i; j++) {
			if (memcmp(looks[i], looks[j], sizeof(looks[i])) == 0) {
				fail_msg("'%c' looks like '%c'", ' ' + (char)i, ' ' + (char)j);
			}
		}
	}
}

static void a_dark_margin_is_cleared(void **state)
{
	struct fx_bitmap dark, light;
	uint32_t end = strip_end(FX_RES_FINE) - 10;

	(void)state;
	assert_int_equal(fx_bitmap_init(&dark, 1728, 300, FX_RES_FINE), 0);
	assert_int_equal(fx_bitmap_init(&light, 1728, 300, FX_RES_FINE), 0);
	memset(dark.bits, 0xff, 300 * 216);
	fx_bitmap_banner(&dark, "left", "middle", "right");
	fx_bitmap_banner(&light, "left", "middle", "right");
	assert_memory_equal(dark.bits, light.bits, end * 216);
	assert_int_equal(blacks(&dark, 100, 200), 200 * 1728);
	fx_bitmap_fini(&dark);
	fx_bitmap_fini(&light);
}

static void long_texts_stay_on_the_page(void **state)
{
	char text[400];
	struct fx_bitmap b;
	uint32_t y;

	(void)state;
	memset(text, 'W', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(fx_bitmap_init(&b, 1728, 200, FX_RES_FINE), 0);
	fx_bitmap_banner(&b, text, text, text);
	for (y = 0; y < 200; y++) {
		assert_false(bit(&b, 0, y) || bit(&b, 1727, y));
	}
	fx_bitmap_banner(&b, "\x80\xff", "", NULL); /* not ASCII: question marks */
	fx_bitmap_fini(&b);
	/* too small for a line: left alone */
	assert_int_equal(fx_bitmap_init(&b, 64, 200, FX_RES_FINE), 0);
	fx_bitmap_banner(&b, "x", "x", "x");
	assert_int_equal(blacks(&b, 0, 200), 0);
	fx_bitmap_fini(&b);
	assert_int_equal(fx_bitmap_init(&b, 1728, 5, FX_RES_FINE), 0);
	fx_bitmap_banner(&b, "x", "x", "x");
	assert_int_equal(blacks(&b, 0, 5), 0);
	fx_bitmap_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_lies_over_the_margin),
		cmocka_unit_test(every_letter_has_its_own_look),
		cmocka_unit_test(a_dark_margin_is_cleared),
		cmocka_unit_test(long_texts_stay_on_the_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
