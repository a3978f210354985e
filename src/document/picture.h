/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file document/picture.h
 * Foreign pictures (TIFF, PNG, JPEG) as rows of grey. Linked into the sandboxed render program
 * and nothing else: this code meets bytes from strangers.
 * Thread: one at a time.
 */
#ifndef FX_DOCUMENT_PICTURE_H
#define FX_DOCUMENT_PICTURE_H

#include "document/fax_tiff.h"

#define FX_PICTURE_SIDE_MAX 65500u              /**< pixels */
#define FX_PICTURE_PIXELS_MAX UINT64_C(250000000) /**< width times height */

struct fx_picture {
	uint32_t width_px, rows;
	double x_dpi, y_dpi;   /**< 0 = the file does not say */
	unsigned orientation;  /**< 1..8 as TIFF and Exif count */
	bool bilevel;          /**< one bit per pixel: rows hold 0 and 255 only */
};

struct fx_picture_rd;
/** @param format "tiff", "png" or "jpeg" @param fd borrowed until close, must seek
 * @return 0, FX_EDATA, FX_ELIMIT, FX_ENOMEM, with the reason in words */
FX_MUST_CHECK int fx_picture_open(const char *format, int fd, struct fx_picture_rd **ret,
				  struct fx_reason *reterr);
struct fx_picture_rd *fx_picture_close(struct fx_picture_rd *p);
/** Go to the first or the next picture of the file. @return 0, FX_ENOENT = no more, FX_EDATA ... */
FX_MUST_CHECK int fx_picture_next(struct fx_picture_rd *p, struct fx_picture *ret,
				  struct fx_reason *reterr);
/** One row, width_px bytes, 0 = black. @return 0, FX_EDATA, FX_ELIMIT */
FX_MUST_CHECK int fx_picture_row(struct fx_picture_rd *p, uint8_t *grey, struct fx_reason *reterr);
/** FX_ELIMIT with words when a picture of this size is too large, FX_EDATA when it is empty. */
FX_MUST_CHECK int fx_picture_check_size(uint64_t width_px, uint64_t rows, struct fx_reason *reterr);

#endif
