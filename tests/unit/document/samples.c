/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/document/samples.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void set(struct fx_bitmap *b, uint32_t x, uint32_t y)
{
	b->bits[y * fx_bitmap_stride(b) + (x >> 3)] |= (uint8_t)(0x80 >> (x & 7));
}

bool bit(const struct fx_bitmap *b, uint32_t x, uint32_t y)
{
	return b->bits[y * fx_bitmap_stride(b) + (x >> 3)] >> (7 - (x & 7)) & 1;
}

struct fx_bitmap sample_page(uint32_t width_px, uint32_t rows, enum fx_resolution res,
			     uint32_t seed)
{
	struct fx_bitmap b;
	uint32_t x, y, v = seed * 2654435761u + 1;

	assert_int_equal(fx_bitmap_init(&b, width_px, rows, res), 0);
	for (y = rows / 4; y < rows; y++) {
		set(&b, 0, y);
		set(&b, width_px - 1, y);
		set(&b, (y * 3 + seed * 17) % width_px, y);
		for (x = 200; y % 8 < 4 && x < 400 && x < width_px; x++) {
			v = v * 1664525u + 1013904223u;
			if (v >> 30 == 0) {
				set(&b, x, y);
			}
		}
	}
	for (x = 0; x < width_px; x++) {
		set(&b, x, rows - 1);
	}
	return b;
}

void assert_same_bits(const struct fx_bitmap *a, const struct fx_bitmap *b)
{
	assert_int_equal(a->width_px, b->width_px);
	assert_int_equal(a->rows, b->rows);
	assert_int_equal(a->resolution, b->resolution);
	assert_memory_equal(a->bits, b->bits, a->rows * fx_bitmap_stride(a));
}

int sample_file(void)
{
	char path[] = "/tmp/fxtestXXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	(void)unlink(path);
	return fd;
}

int sample_document(uint32_t n, uint32_t width_px, uint32_t rows, enum fx_resolution res)
{
	struct fx_tiff_wr *wr = NULL;
	int fd = sample_file();
	uint32_t i;

	assert_int_equal(fx_tiff_create(fd, NULL, &wr), 0);
	for (i = 0; i < n; i++) {
		struct fx_bitmap b = sample_page(width_px, rows, res, i);

		assert_int_equal(fx_tiff_write(wr, &b), 0);
		fx_bitmap_fini(&b);
	}
	assert_int_equal(fx_tiff_finish(wr), 0);
	return fd;
}

uint32_t blacks(const struct fx_bitmap *b, uint32_t first, uint32_t n)
{
	size_t stride = fx_bitmap_stride(b), i;
	uint32_t sum = 0;

	for (i = first * stride; i < (first + n) * stride; i++) {
		sum += (uint32_t)__builtin_popcount(b->bits[i]);
	}
	return sum;
}

const char *save(const char *dir, const char *name, const struct fx_buf *data)
{
	static char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(data->data, 1, data->len, f), data->len);
	assert_int_equal(fclose(f), 0);
	return path;
}
