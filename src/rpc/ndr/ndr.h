/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/ndr/ndr.h
 * NDR 2.0 (C706 chapter 14): the primitives that the fax interfaces use, over
 * fx_buf and fx_rd. Alignment counts from the start of the stub.
 *
 * Errors stick in the buffer or the cursor: FX_ETRUNC (stub too short),
 * FX_EPROTO (counts that disagree), FX_ELIMIT, FX_ENOMEM. A server answers the
 * first two with the fault "bad stub data".
 * Thread: one at a time. Owner: buffers are the caller's.
 */
#ifndef FX_RPC_NDR_NDR_H
#define FX_RPC_NDR_NDR_H

#include "base/bytes.h"
#include "rpc/ndr/arena.h"

/** How texts stand in memory; on the wire they are always UTF-16LE. */
enum fx_text_form {
	FX_TEXT_UTF8,
	FX_TEXT_UTF16,
#ifdef _WIN32
	FX_TEXT_ANSI, /**< the code page of the system; what is said of UTF-8 fits */
#endif
};
/** A borrowed text of either form; has the size of a plain pointer. */
union fx_wtext {
	const char *u8;
	const uint16_t *w;
};

#define FX_NDR_STRING_MAX 32768 /**< UTF-16 units with NUL in one string */

struct fx_ndr_wr {
	struct fx_buf *b;
	size_t base;   /**< where the stub starts in b */
	uint32_t refs; /**< referent ids given so far */
};
struct fx_ndr_wr fx_ndr_wr_init(struct fx_buf *b); /**< the stub starts at b->len */
void fx_ndr_put_align(struct fx_ndr_wr *w, size_t n);
void fx_ndr_put_u16(struct fx_ndr_wr *w, uint16_t v);
void fx_ndr_put_u32(struct fx_ndr_wr *w, uint32_t v);
void fx_ndr_put_u64(struct fx_ndr_wr *w, uint64_t v);
/** Referent id: 0 when absent, else 0x00020000 and 4 more each time. */
void fx_ndr_put_ref(struct fx_ndr_wr *w, bool present);
/** Conformant varying string with NUL: the three counts, the text. NULL is "". */
void fx_ndr_put_string(struct fx_ndr_wr *w, union fx_wtext s, enum fx_text_form form);
/** Conformant bytes: max_count, n bytes. */
void fx_ndr_put_bytes(struct fx_ndr_wr *w, const void *p, uint32_t n);

/** UTF-16LE with NUL at the end of b, in place. */
void fx_buf_wtext(struct fx_buf *b, union fx_wtext s, enum fx_text_form form);

/* Reading: a cursor whose byte 0 is the start of the stub. */
uint16_t fx_ndr_get_u16(struct fx_rd *r);
uint32_t fx_ndr_get_u32(struct fx_rd *r);
uint64_t fx_ndr_get_u64(struct fx_rd *r);
/** Enum parameter: 2 bytes (ms-fax.md 2, e16). */
uint16_t fx_ndr_get_e16(struct fx_rd *r);
/**
 * Conformant varying string; counts are checked, it must end in its only NUL.
 * @param ret_max  optional: max_count, the room that the sender says there is
 * @return text in the arena, {NULL} on error (sticks in r)
 */
union fx_wtext fx_ndr_get_string(struct fx_rd *r, struct fx_arena *a, enum fx_text_form form,
				 uint32_t *ret_max);
/** Conformant bytes, borrowed; more than max: FX_ELIMIT. NULL on error. */
const uint8_t *fx_ndr_get_bytes(struct fx_rd *r, uint32_t max, uint32_t *ret_n);
/** An 8-bit form to UTF-16LE, without NUL, d of 2 * strlen(s). @return units */
size_t fx_wtext_put_le(uint8_t *d, const char *s, enum fx_text_form form);
/** n units at p to an 8-bit form with NUL, d of 3 * n + 1. @return bytes without NUL */
size_t fx_wtext_get_le(char *d, const uint8_t *p, size_t n, enum fx_text_form form);
/** n units at p to the form asked for, with NUL, in the arena; NULL: out of memory. */
union fx_wtext fx_wtext_from_le(struct fx_arena *a, const uint8_t *p, size_t n,
				enum fx_text_form form);

#endif
