/* SPDX-License-Identifier: Apache-2.0 */
/* Foreign pictures, row by row; the first bytes choose the decoder as they do in render. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document/convert.h"
#include "document/picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PIXELS                                                                                     \
	(4u << 20) /* larger pictures are opened, not read: time, not memory, is short here */
#define PICTURES 3

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t row[FX_PICTURE_SIDE_MAX];
	const char *format = fx_document_sniff(data, size);
	struct fx_picture_rd *rd = NULL;
	struct fx_picture pic;
	uint32_t y;
	int fd, n;

	if (!format ||
	    (strcmp(format, "tiff") && strcmp(format, "png") && strcmp(format, "jpeg"))) {
		return 0;
	}
	fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (fd < 0 || write(fd, data, size) != (ssize_t)size) {
		abort();
	}
	if (fx_picture_open(format, fd, &rd, NULL) == 0) {
		for (n = 0; n < PICTURES && fx_picture_next(rd, &pic, NULL) == 0; n++) {
			if ((uint64_t)pic.width_px * pic.rows > PIXELS) {
				break;
			}
			for (y = 0; y < pic.rows && fx_picture_row(rd, row, NULL) == 0; y++) {
			}
		}
	}
	(void)fx_picture_close(rd);
	(void)close(fd);
	return 0;
}
