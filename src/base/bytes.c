/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define BUF_MAX ((size_t)1 << 30)

void fx_buf_fini(struct fx_buf *b)
{
	(void)fx_free(b->data);
	memset(b, 0, sizeof(*b));
}

void fx_buf_reset(struct fx_buf *b)
{
	b->len = 0;
	b->err = 0;
}

uint8_t *fx_buf_grow(struct fx_buf *b, size_t n)
{
	size_t max = b->max ? b->max : BUF_MAX;
	uint8_t *p;

	if (b->err) {
		return NULL;
	}
	if (n > max || b->len > max - n) {
		b->err = FX_ELIMIT;
		return NULL;
	}
	if (b->len + n > b->cap || !b->data) {
		size_t cap = b->cap ? b->cap : 64;

		while (cap < b->len + n) {
			cap *= 2;
		}
		p = fx_realloc(b->data, cap);
		if (!p) {
			b->err = FX_ENOMEM;
			return NULL;
		}
		b->data = p;
		b->cap = cap;
	}
	p = b->data + b->len;
	b->len += n;
	return p;
}

void fx_buf_put(struct fx_buf *b, const void *p, size_t n)
{
	uint8_t *d = fx_buf_grow(b, n);

	if (d && n) {
		memcpy(d, p, n);
	}
}

void fx_buf_zero(struct fx_buf *b, size_t n)
{
	uint8_t *d = fx_buf_grow(b, n);

	if (d && n) {
		memset(d, 0, n);
	}
}

static void put_le(struct fx_buf *b, uint64_t v, size_t n)
{
	uint8_t *d = fx_buf_grow(b, n);
	size_t i;

	for (i = 0; d && i < n; i++) {
		d[i] = (uint8_t)(v >> (8 * i));
	}
}

void fx_buf_u8(struct fx_buf *b, uint8_t v)
{
	put_le(b, v, 1);
}

void fx_buf_u16(struct fx_buf *b, uint16_t v)
{
	put_le(b, v, 2);
}

void fx_buf_u32(struct fx_buf *b, uint32_t v)
{
	put_le(b, v, 4);
}

void fx_buf_u64(struct fx_buf *b, uint64_t v)
{
	put_le(b, v, 8);
}

void fx_buf_align(struct fx_buf *b, size_t base, size_t n)
{
	size_t over = (b->len - base) & (n - 1);

	if (over) {
		fx_buf_zero(b, n - over);
	}
}

void fx_buf_text(struct fx_buf *b, const char *s)
{
	if (!s) {
		fx_buf_u32(b, UINT32_MAX);
		return;
	}
	fx_buf_u32(b, (uint32_t)strlen(s));
	fx_buf_put(b, s, strlen(s));
}

void fx_buf_printf(struct fx_buf *b, const char *fmt, ...)
{
	va_list ap;
	uint8_t *d;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	d = n < 0 ? NULL : fx_buf_grow(b, (size_t)n + 1);
	if (d) {
		va_start(ap, fmt);
		(void)vsnprintf((char *)d, (size_t)n + 1, fmt, ap);
		va_end(ap);
		b->len--;
	}
}

struct fx_rd fx_rd_init(const void *p, size_t len)
{
	return (struct fx_rd){.p = p, .len = len};
}

size_t fx_rd_left(const struct fx_rd *r)
{
	return r->err ? 0 : r->len - r->pos;
}

void fx_rd_fail(struct fx_rd *r, int err)
{
	if (!r->err) {
		r->err = err;
	}
}

const uint8_t *fx_rd_bytes(struct fx_rd *r, size_t n)
{
	static const uint8_t nothing[1];
	const uint8_t *p;

	if (r->err || n > r->len - r->pos) {
		fx_rd_fail(r, FX_ETRUNC);
		return NULL;
	}
	p = r->p ? r->p + r->pos : nothing;
	r->pos += n;
	return p;
}

static uint64_t get_le(struct fx_rd *r, size_t n)
{
	const uint8_t *p = fx_rd_bytes(r, n);
	uint64_t v = 0;
	size_t i;

	for (i = 0; p && i < n; i++) {
		v |= (uint64_t)p[i] << (8 * i);
	}
	return v;
}

uint8_t fx_rd_u8(struct fx_rd *r)
{
	return (uint8_t)get_le(r, 1);
}

uint16_t fx_rd_u16(struct fx_rd *r)
{
	return (uint16_t)get_le(r, 2);
}

uint32_t fx_rd_u32(struct fx_rd *r)
{
	return (uint32_t)get_le(r, 4);
}

uint64_t fx_rd_u64(struct fx_rd *r)
{
	return get_le(r, 8);
}

void fx_rd_align(struct fx_rd *r, size_t n)
{
	size_t over = r->pos & (n - 1);

	if (over) {
		(void)fx_rd_bytes(r, n - over);
	}
}

void fx_rd_skip(struct fx_rd *r, size_t n)
{
	(void)fx_rd_bytes(r, n);
}

char *fx_rd_text(struct fx_rd *r, size_t max)
{
	uint32_t n = fx_rd_u32(r);
	const uint8_t *p;
	char *s;

	if (r->err || n == UINT32_MAX) {
		return NULL;
	}
	if (n > max) {
		fx_rd_fail(r, FX_ELIMIT);
		return NULL;
	}
	p = fx_rd_bytes(r, n);
	if (!p) {
		return NULL;
	}
	if (memchr(p, 0, n)) {
		fx_rd_fail(r, FX_EPROTO);
		return NULL;
	}
	s = fx_zalloc((size_t)n + 1);
	if (!s) {
		fx_rd_fail(r, FX_ENOMEM);
		return NULL;
	}
	memcpy(s, p, n);
	return s;
}

void fx_rd_text_into(struct fx_rd *r, char *dst, size_t size)
{
	uint32_t n = fx_rd_u32(r);
	const uint8_t *p;

	dst[0] = '\0';
	if (r->err || n == UINT32_MAX) {
		return;
	}
	if (n >= size) {
		fx_rd_fail(r, FX_ELIMIT);
		return;
	}
	p = fx_rd_bytes(r, n);
	if (p) {
		memcpy(dst, p, n);
		dst[n] = '\0';
	}
}
