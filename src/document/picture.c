/* SPDX-License-Identifier: Apache-2.0 */
#include "document/picture_priv.h"

#include <string.h>

static const struct fx_picture_ops *const decoders[] = {&fx_picture_tiff, &fx_picture_png,
							&fx_picture_jpeg};

int fx_picture_check_size(uint64_t width_px, uint64_t rows, struct fx_reason *reterr)
{
	if (!width_px || !rows) {
		return fx_fail(reterr, FX_EDATA, "the picture is empty (%llu x %llu pixels)",
			       (unsigned long long)width_px, (unsigned long long)rows);
	}
	if (width_px > FX_PICTURE_SIDE_MAX || rows > FX_PICTURE_SIDE_MAX ||
	    width_px * rows > FX_PICTURE_PIXELS_MAX) {
		return fx_fail(
			reterr, FX_ELIMIT,
			"the picture has %llu x %llu pixels, more than %llu million in all or "
			"%u on a side; make it smaller",
			(unsigned long long)width_px, (unsigned long long)rows,
			(unsigned long long)(FX_PICTURE_PIXELS_MAX / 1000000), FX_PICTURE_SIDE_MAX);
	}
	return 0;
}

int fx_picture_open(const char *format, int fd, struct fx_picture_rd **ret,
		    struct fx_reason *reterr)
{
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(decoders); i++) {
		if (strcmp(decoders[i]->format, format) == 0) {
			return decoders[i]->open(fd, ret, reterr);
		}
	}
	return fx_fail(reterr, FX_EINVAL, "%s is not a format of pictures", format);
}

struct fx_picture_rd *fx_picture_close(struct fx_picture_rd *p)
{
	if (p) {
		p->ops->close(p);
	}
	return NULL;
}

int fx_picture_next(struct fx_picture_rd *p, struct fx_picture *ret, struct fx_reason *reterr)
{
	return p->ops->next(p, ret, reterr);
}

int fx_picture_row(struct fx_picture_rd *p, uint8_t *grey, struct fx_reason *reterr)
{
	return p->ops->row(p, grey, reterr);
}
