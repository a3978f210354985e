/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/msfax/layout.h
 * One table per structure of [MS-FAX] drives four directions: custom-marshalled
 * buffers (ms-fax.md 4) and plain NDR structures (5), writing and reading.
 *
 * In memory a structure has the order and types of its C declaration in the
 * Windows SDK, texts being pointers of either form (enum fx_text_form), so that
 * winfax hands a decoded block to the application as it is.
 * Thread: any, one at a time per buffer. Owner: said at each function.
 */
#ifndef FX_RPC_MSFAX_LAYOUT_H
#define FX_RPC_MSFAX_LAYOUT_H

#include "rpc/ndr/ndr.h"

enum fx_ms_kind {
	FX_MS_SIZE,    /**< SizeOfStruct: wire size when written, C size when read */
	FX_MS_U32,
	FX_MS_ENUM,    /**< u32 in a buffer, 2 bytes in NDR; uint32_t in memory */
	FX_MS_U16,
	FX_MS_U64,
	FX_MS_TEXT,    /**< offset in a buffer, unique string pointer in NDR */
	FX_MS_TIME,    /**< struct fx_ms_time, 4 bytes */
	FX_MS_FILETIME,/**< struct fx_ms_filetime, 8 bytes */
	FX_MS_SYSTIME, /**< struct fx_ms_systemtime, 16 bytes */
	FX_MS_SUB,     /**< offset of another structure; pointer in memory; buffers only */
	FX_MS_NDR_U32, /**< only in NDR, not in the buffer form */
	FX_MS_U32S,    /**< array of u32, their number in the field before (struct fx_ms_group):
			*   offset in a buffer, unique pointer in NDR; uint32_t pointer in memory */
	FX_MS_DEST,    /**< struct fx_ms_destination; in a buffer bUseGroup is right behind it */
};
#define FX_MS_U32S_MAX 1000u /**< ms-fax.md 6.1: devices in a group */
/** Union of a device id and a group's name; in NDR the switch goes before it. */
struct fx_ms_destination {
	uint32_t use_group, device_id;
	union fx_wtext group;
};
struct fx_ms_field {
	enum fx_ms_kind kind;
	uint16_t wire_off; /**< in the fixed portion of the buffer form */
	uint16_t c_off;
};
struct fx_ms_layout {
	const char *name;
	uint16_t wire_size; /**< fixed portion; also the size that NDR input carries */
	uint16_t c_size;
	uint16_t n_fields;
	const struct fx_ms_field *fields; /**< in wire order */
	const struct fx_ms_layout *sub;   /**< of the FX_MS_SUB field, or NULL */
};

/**
 * Append n structures as one custom-marshalled buffer to b: fixed portions, sub
 * structures, texts from a multiple of 8, the whole padded to a multiple of 8.
 * @param elems  array of C structures, `stride` = layout->c_size apart
 */
void fx_ms_put(struct fx_buf *b, const struct fx_ms_layout *layout, const void *elems, size_t n,
	       enum fx_text_form form);
/**
 * Read such a buffer into one block: n C structures, then what they point to.
 * Takes elements at the listed size or rounded up to 8; checks every offset.
 * @param ret_block  fx_free() frees all; NULL when n is 0
 * @return 0, FX_ETRUNC, FX_EPROTO, FX_ELIMIT (texts shared beyond measure), FX_ENOMEM
 */
FX_MUST_CHECK int fx_ms_get(const struct fx_ms_layout *layout, const void *p, size_t len, size_t n,
			    enum fx_text_form form, void **ret_block);

/** NDR: the structure in place, then its texts. */
void fx_ms_put_ndr(struct fx_ndr_wr *w, const struct fx_ms_layout *layout, const void *elem,
		   enum fx_text_form form);
/** NDR: n structures in place, then the texts of each. Errors stick in r. */
void fx_ms_put_ndr_array(struct fx_ndr_wr *w, const struct fx_ms_layout *layout,
			 const void *elems, size_t n, enum fx_text_form form);
/** @param elems  zeroed C structures; texts go to the arena */
void fx_ms_get_ndr(struct fx_rd *r, const struct fx_ms_layout *layout, void *elems, size_t n,
		   struct fx_arena *a, enum fx_text_form form);

#endif
