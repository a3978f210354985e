/* SPDX-License-Identifier: Apache-2.0 */
/* Open a fax TIFF, read every page, make every output of it. */
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "document/fax_tiff.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PAGES 4u /* of each input: more would only repeat */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct fx_tiff_rd *rd = NULL;
	struct fx_buf out = {0};
	uint32_t w = 0, h = 0, i;

	if (fd < 0 || write(fd, data, size) != (ssize_t)size) {
		abort();
	}
	if (fx_tiff_open(fd, &rd, NULL) == 0) {
		for (i = 0; i < fx_tiff_pages(rd) && i < PAGES; i++) {
			struct fx_tiff_page_info info;
			struct fx_bitmap b = {0};

			if (fx_tiff_page_info(rd, i, &info) == 0 && fx_tiff_read(rd, i, &b) == 0 &&
			    (b.rows != info.rows || b.rows > FX_PAGE_ROWS_MAX)) {
				abort();
			}
			fx_bitmap_fini(&b);
		}
		if (fx_tiff_pages(rd) <= PAGES && fx_tiff_to_pdf(rd, &out) == 0) {
			fx_buf_fini(&out);
		}
		if (fx_tiff_first_page(rd, &out, &w, &h) == 0) {
			fx_buf_fini(&out);
		}
	}
	(void)fx_tiff_close(rd);
	(void)close(fd);
	return 0;
}
