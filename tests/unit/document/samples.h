/* SPDX-License-Identifier: Apache-2.0 */
/** @file tests/unit/document/samples.h  Pages and files that the tests of this room share. */
#ifndef FX_TESTS_DOCUMENT_SAMPLES_H
#define FX_TESTS_DOCUMENT_SAMPLES_H

#include "tests/support/support.h"
#include "document/fax_tiff.h"

/** A page with frames, diagonals and a speckled block; `seed` makes pages differ. */
struct fx_bitmap sample_page(uint32_t width_px, uint32_t rows, enum fx_resolution res,
			     uint32_t seed);
void assert_same_bits(const struct fx_bitmap *a, const struct fx_bitmap *b);
/** An unlinked file, open for reading and writing; the caller closes it. */
int sample_file(void);
/** A document of n pages in such a file. */
int sample_document(uint32_t n, uint32_t width_px, uint32_t rows, enum fx_resolution res);
bool bit(const struct fx_bitmap *b, uint32_t x, uint32_t y);
/** Number of black dots in rows first..first+n-1. */
uint32_t blacks(const struct fx_bitmap *b, uint32_t first, uint32_t n);
/** Write to a file in dir and return its path (static buffer). */
const char *save(const char *dir, const char *name, const struct fx_buf *data);

#endif
