/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file base/bytes.h
 * A growing byte buffer, and little-endian cursors to write and read it.
 *
 * The first error sticks: later writes do nothing, later reads return zero,
 * and the caller checks `err` once at the end.
 * Thread: one at a time. Owner: whoever holds the struct.
 */
#ifndef FX_BASE_BYTES_H
#define FX_BASE_BYTES_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/** Growing buffer. Zero-initialised is empty. */
struct fx_buf {
	uint8_t *data;
	size_t len;
	size_t cap;
	size_t max; /**< Largest len allowed, 0 = 1 GiB; beyond it FX_ELIMIT */
	int err;    /**< 0, FX_ENOMEM or FX_ELIMIT; sticks */
};
void fx_buf_fini(struct fx_buf *b); /**< Frees and zeroes */
void fx_buf_reset(struct fx_buf *b); /**< len 0, err 0, memory kept */
void fx_buf_put(struct fx_buf *b, const void *p, size_t n);
void fx_buf_zero(struct fx_buf *b, size_t n);
/** Reserve n bytes at the end (uninitialised) and return them, or NULL. */
uint8_t *fx_buf_grow(struct fx_buf *b, size_t n);
void fx_buf_u8(struct fx_buf *b, uint8_t v);
void fx_buf_u16(struct fx_buf *b, uint16_t v);
void fx_buf_u32(struct fx_buf *b, uint32_t v);
void fx_buf_u64(struct fx_buf *b, uint64_t v);
/** Pad with zeros to a multiple of n (power of two) counted from `base`. */
void fx_buf_align(struct fx_buf *b, size_t base, size_t n);
/** u32 byte count, then the text without NUL; NULL is 0xFFFFFFFF. */
void fx_buf_text(struct fx_buf *b, const char *s);
void fx_buf_printf(struct fx_buf *b, const char *fmt, ...) FX_PRINTF(2, 3);

/** Little-endian numbers in place: the low bits of v. */
static inline void fx_store16(uint8_t *p, size_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}
static inline void fx_store32(uint8_t *p, size_t v)
{
	fx_store16(p, v);
	fx_store16(p + 2, v >> 16);
}
static inline uint16_t fx_load16(const uint8_t *p)
{
	return (uint16_t)(p[0] | p[1] << 8);
}
static inline uint32_t fx_load32(const uint8_t *p)
{
	return fx_load16(p) | (uint32_t)fx_load16(p + 2) << 16;
}

/** Read cursor over borrowed bytes. */
struct fx_rd {
	const uint8_t *p;
	size_t len;
	size_t pos;
	int err; /**< 0, FX_ETRUNC, FX_ELIMIT, FX_EPROTO or FX_ENOMEM; sticks */
};
struct fx_rd fx_rd_init(const void *p, size_t len);
size_t fx_rd_left(const struct fx_rd *r);
uint8_t fx_rd_u8(struct fx_rd *r);
uint16_t fx_rd_u16(struct fx_rd *r);
uint32_t fx_rd_u32(struct fx_rd *r);
uint64_t fx_rd_u64(struct fx_rd *r);
/** n bytes in place, borrowed; NULL on error (and only then, n = 0 too). */
const uint8_t *fx_rd_bytes(struct fx_rd *r, size_t n);
void fx_rd_align(struct fx_rd *r, size_t n);
void fx_rd_skip(struct fx_rd *r, size_t n);
/** Counterpart of fx_buf_text(): new text or NULL; more than max: FX_ELIMIT. */
char *fx_rd_text(struct fx_rd *r, size_t max);
/** The same into a fixed array; cut texts set FX_ELIMIT. */
void fx_rd_text_into(struct fx_rd *r, char *dst, size_t size);
void fx_rd_fail(struct fx_rd *r, int err);

#endif
