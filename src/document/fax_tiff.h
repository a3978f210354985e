/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file document/fax_tiff.h
 * The fax TIFF: pages of one bit per pixel, MMR (T.6), 1728 wide (2048, 2432 of far
 * machines can be read), 204x98, 204x196 or 204x391. The only user of libtiff.
 * Only files of our own render or of our own T.30 receiver are opened here.
 * Thread: any; one object, one thread at a time.
 */
#ifndef FX_DOCUMENT_FAX_TIFF_H
#define FX_DOCUMENT_FAX_TIFF_H

#include <stddef.h>
#include "base/bytes.h"
#include "core/call.h"
#include "document/fax_tiff_tags.h"

/** A page in memory: rows of (width+7)/8 bytes, 1 = black, most significant bit left. */
struct fx_bitmap {
	uint32_t width_px, rows;
	enum fx_resolution resolution;
	uint8_t *bits; /**< owned */
};
void fx_bitmap_fini(struct fx_bitmap *b);
FX_MUST_CHECK int fx_bitmap_init(struct fx_bitmap *b, uint32_t width_px, uint32_t rows,
				 enum fx_resolution res); /**< white */
static inline size_t fx_bitmap_stride(const struct fx_bitmap *b)
{
	return (b->width_px + 7) / 8;
}

#define FX_PAGE_ROWS_MAX 20000u /**< engine.md G5 */
#define FX_DOC_PAGES_MAX 1000u

struct fx_tiff_page_info {
	uint32_t width_px, rows;
	enum fx_resolution resolution;
	uint32_t bytes; /**< compressed */
};

struct fx_tiff_rd;
/** @param fd duplicated; @return 0, FX_EDATA (with reason), FX_EIO, FX_ELIMIT, FX_ENOMEM */
FX_MUST_CHECK int fx_tiff_open(int fd, struct fx_tiff_rd **ret, struct fx_reason *reterr);
struct fx_tiff_rd *fx_tiff_close(struct fx_tiff_rd *t);
uint32_t fx_tiff_pages(const struct fx_tiff_rd *t);
FX_MUST_CHECK int fx_tiff_page_info(struct fx_tiff_rd *t, uint32_t page,
				    struct fx_tiff_page_info *ret);
FX_MUST_CHECK int fx_tiff_read(struct fx_tiff_rd *t, uint32_t page, struct fx_bitmap *ret);

struct fx_tiff_wr;
/** @param fd    empty file, duplicated; read and written when there are tags
 * @param tags  for the first page, written by fx_tiff_finish(); NULL = none. Copied */
FX_MUST_CHECK int fx_tiff_create(int fd, const struct fx_tiff_tags *tags, struct fx_tiff_wr **ret);
FX_MUST_CHECK int fx_tiff_write(struct fx_tiff_wr *t, const struct fx_bitmap *page);
/** Finish; frees t in any case. Without tags it does not sync. @return 0 or FX_EIO, FX_ENOSPC */
FX_MUST_CHECK int fx_tiff_finish(struct fx_tiff_wr *t);
struct fx_tiff_wr *fx_tiff_abandon(struct fx_tiff_wr *t);

/** The same picture at another resolution: rows doubled, joined (black wins) or quartered. */
FX_MUST_CHECK int fx_bitmap_to_resolution(const struct fx_bitmap *src, enum fx_resolution res,
					  struct fx_bitmap *ret);
/** The same picture scaled to another width (2048, 2432 -> 1728 ...). */
FX_MUST_CHECK int fx_bitmap_to_width(const struct fx_bitmap *src, uint32_t width_px,
				     struct fx_bitmap *ret);
/** Draw the header line over the top margin, in place: left, middle, right texts (ASCII). */
void fx_bitmap_banner(struct fx_bitmap *page, const char *left, const char *middle,
		      const char *right);
/** Grey PNG of a page, scaled to square pixels, `scale` 1..4 = divided by it. */
FX_MUST_CHECK int fx_bitmap_to_png(const struct fx_bitmap *b, unsigned scale, struct fx_buf *ret);
/** PDF of all pages of an open fax TIFF (CCITT G4 streams, no re-coding when possible). */
FX_MUST_CHECK int fx_tiff_to_pdf(struct fx_tiff_rd *t, struct fx_buf *ret);

/**
 * The first page alone as a TIFF Class F stream (FaxGetPageData, winfax.md 4.6).
 */
FX_MUST_CHECK int fx_tiff_first_page(struct fx_tiff_rd *t, struct fx_buf *ret,
				     uint32_t *ret_width_px, uint32_t *ret_rows);
#endif
