/* SPDX-License-Identifier: Apache-2.0 */
/** @file document/picture_priv.h  One decoder of pictures. */
#ifndef FX_DOCUMENT_PICTURE_PRIV_H
#define FX_DOCUMENT_PICTURE_PRIV_H

#include "document/picture.h"

struct fx_picture_ops {
	const char *format;
	int (*open)(int fd, struct fx_picture_rd **ret, struct fx_reason *reterr);
	int (*next)(struct fx_picture_rd *p, struct fx_picture *ret, struct fx_reason *reterr);
	int (*row)(struct fx_picture_rd *p, uint8_t *grey, struct fx_reason *reterr);
	void (*close)(struct fx_picture_rd *p);
};
struct fx_picture_rd {
	const struct fx_picture_ops *ops;
};
extern const struct fx_picture_ops fx_picture_tiff, fx_picture_png, fx_picture_jpeg;

/** Luminance on white paper; r, g, b are not multiplied with alpha. */
static inline uint8_t fx_grey(unsigned r, unsigned g, unsigned b, unsigned a)
{
	unsigned y = (r * 77 + g * 150 + b * 29 + 128) >> 8;

	return (uint8_t)((y * a + 255 * (255 - a) + 127) / 255);
}

#endif
