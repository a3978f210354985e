/* SPDX-License-Identifier: Apache-2.0 */
/* FaxTiff's reader: any file that a program gives as Image, every tag of it asked for. */
#include <string.h>

#include "base/mem.h"
#include "clients/faxcom/tiff_tags.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct input {
	const uint8_t *p;
	size_t size;
};

static int read_at(void *arg, uint64_t at, void *p, size_t n)
{
	const struct input *in = arg;

	if (at > in->size || n > in->size - at) {
		return FX_ETRUNC;
	}
	memcpy(p, in->p + at, n);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = {data, size};
	struct fc_tiff *t = NULL;
	uint32_t tag;
	int64_t at;

	if (fc_tiff_parse(read_at, &in, &t, NULL)) {
		return 0;
	}
	for (tag = 1; tag < 65536; tag++) {
		char *s = NULL;

		if (!fc_tiff_text(t, tag, &s)) {
			FX_ASSERT(s != NULL);
			(void)fx_free(s);
		}
	}
	(void)!fc_tiff_time(t, &at);
	(void)fc_tiff_free(t);
	return 0;
}
