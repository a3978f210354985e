/* SPDX-License-Identifier: Apache-2.0 */
/* The pictures that ghostscript writes into our pipe, delivered in pieces. */
#include <stdlib.h>
#include <string.h>

#include "render/render.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *p;
	size_t left, piece;
};

static int fill(void *arg, uint8_t *p, size_t room)
{
	struct input *in = arg;
	size_t n = in->left < in->piece ? in->left : in->piece;

	n = n < room ? n : room;
	memcpy(p, in->p, n);
	in->p += n;
	in->left -= n;
	return (int)n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t row[FX_PICTURE_SIDE_MAX];
	static const size_t pieces[] = {1, 7, 65536};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(pieces); i++) {
		struct input in = {data, size, pieces[i]};
		struct render_pgm *p = calloc(1, sizeof(*p));
		uint32_t w, h, y;
		int err = 0;

		if (!p) {
			abort();
		}
		p->fill = fill;
		p->arg = &in;
		while (!err && render_pgm_next(p, &w, &h, NULL) == 0) {
			for (y = 0; y < h && !err; y++) {
				err = render_pgm_row(p, row, NULL);
			}
		}
		free(p);
	}
	return 0;
}
