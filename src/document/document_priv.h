/* SPDX-License-Identifier: Apache-2.0 */
/** @file document/document_priv.h  Shared inside the room: libtiff over our own I/O. */
#ifndef FX_DOCUMENT_PRIV_H
#define FX_DOCUMENT_PRIV_H

#include <sys/types.h>
#include <tiffio.h>
#include "document/fax_tiff.h"

#define FX_TIFF_WIDTH_MAX 4864u           /* A3 at 400 dpi, the widest page T.30 knows */
#define FX_TIFF_SIZE_MAX ((size_t)1 << 30)

/**
 * A file or memory with a position of its own: the descriptor's offset is shared with whoever
 * duplicated it, so only pread and pwrite are used.
 */
struct fx_tiff_io {
	int fd;              /* owned; -1 = memory */
	struct fx_buf *mem;  /* borrowed; written when fd is -1 */
	off_t pos;
	off_t size;          /* of a file that is read */
	int err;             /* first failure of a system call, as FX_E* */
	char words[160];     /* last complaint of libtiff */
};

/** Open over io, which must outlive the handle. mode "r", "w" or "wl". NULL: see io->words. */
TIFF *fx_tiff_io_open(struct fx_tiff_io *io, const char *mode);
/** Resolution of the present directory by its tags, within 5 %; 0 = none of the three. */
int fx_tiff_dir_resolution(TIFF *tif);

struct fx_tiff_dir {
	uint64_t offset;
	struct fx_tiff_page_info info;
	uint16_t compression, photometric, fill_order;
	uint32_t strips;
};
struct fx_tiff_rd {
	struct fx_tiff_io io;
	TIFF *tif;
	uint32_t n_dirs, cap_dirs;
	struct fx_tiff_dir *dirs;
};
/** Make a page the present directory. @return NULL when out of range or damaged */
const struct fx_tiff_dir *fx_tiff_select(struct fx_tiff_rd *t, uint32_t page);
/** The T.6 data of one page, most significant bit first, without re-coding when possible. */
FX_MUST_CHECK int fx_tiff_page_t6(struct fx_tiff_rd *t, uint32_t page, struct fx_buf *ret);
/** As fx_tiff_create(), into memory (borrowed until finish). */
FX_MUST_CHECK int fx_tiff_create_mem(struct fx_buf *mem, const struct fx_tiff_tags *tags,
				     struct fx_tiff_wr **ret);
/** Append a page in T.6, most significant bit first, with EOFB. */
FX_MUST_CHECK int fx_t6_encode(const struct fx_bitmap *b, struct fx_buf *ret);
/** Reverse the bits of each byte. */
void fx_bits_reverse(uint8_t *p, size_t n);

#endif
