/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/ndr/ndr.h"

#include <string.h>

#include "base/str.h"

struct fx_ndr_wr fx_ndr_wr_init(struct fx_buf *b)
{
	return (struct fx_ndr_wr){.b = b, .base = b->len};
}

void fx_ndr_put_align(struct fx_ndr_wr *w, size_t n)
{
	fx_buf_align(w->b, w->base, n);
}

void fx_ndr_put_u16(struct fx_ndr_wr *w, uint16_t v)
{
	fx_ndr_put_align(w, 2);
	fx_buf_u16(w->b, v);
}

void fx_ndr_put_u32(struct fx_ndr_wr *w, uint32_t v)
{
	fx_ndr_put_align(w, 4);
	fx_buf_u32(w->b, v);
}

void fx_ndr_put_u64(struct fx_ndr_wr *w, uint64_t v)
{
	fx_ndr_put_align(w, 8);
	fx_buf_u64(w->b, v);
}

void fx_ndr_put_ref(struct fx_ndr_wr *w, bool present)
{
	fx_ndr_put_u32(w, present ? 0x00020000u + 4 * w->refs++ : 0);
}

static size_t units16(const uint16_t *w)
{
	size_t n = 0;

	while (w && w[n]) {
		n++;
	}
	return n;
}

size_t fx_wtext_put_le(uint8_t *d, const char *s, enum fx_text_form form)
{
#ifdef _WIN32
	if (form == FX_TEXT_ANSI) {
		return fx_utf16le_from_ansi(d, s);
	}
#endif
	(void)form;
	return fx_utf16le_put(d, s);
}

size_t fx_wtext_get_le(char *d, const uint8_t *p, size_t n, enum fx_text_form form)
{
#ifdef _WIN32
	if (form == FX_TEXT_ANSI) {
		return fx_ansi_from_utf16le(d, p, n);
	}
#endif
	(void)form;
	return fx_utf16le_get(d, p, n);
}

void fx_buf_wtext(struct fx_buf *b, union fx_wtext s, enum fx_text_form form)
{
	size_t i, n, at = b->len;
	uint8_t *d;

	if (form != FX_TEXT_UTF16) {
		n = s.u8 ? strlen(s.u8) : 0;
		d = fx_buf_grow(b, 2 * n + 2);
		if (d) {
			n = n ? fx_wtext_put_le(d, s.u8, form) : 0;
			d[2 * n] = d[2 * n + 1] = 0;
			b->len = at + 2 * n + 2;
		}
		return;
	}
	n = units16(s.w);
	d = fx_buf_grow(b, 2 * n + 2);
	for (i = 0; d && i <= n; i++) {
		uint16_t u = s.w ? s.w[i] : 0;

		d[2 * i] = (uint8_t)u;
		d[2 * i + 1] = (uint8_t)(u >> 8);
	}
}

static void patch_u32(struct fx_buf *b, size_t at, uint32_t v)
{
	if (!b->err) {
		b->data[at] = (uint8_t)v;
		b->data[at + 1] = (uint8_t)(v >> 8);
		b->data[at + 2] = (uint8_t)(v >> 16);
		b->data[at + 3] = (uint8_t)(v >> 24);
	}
}

void fx_ndr_put_string(struct fx_ndr_wr *w, union fx_wtext s, enum fx_text_form form)
{
	size_t at;
	uint32_t n;

	fx_ndr_put_align(w, 4);
	at = w->b->len;
	fx_buf_zero(w->b, 12);
	fx_buf_wtext(w->b, s, form);
	n = (uint32_t)((w->b->len - at - 12) / 2);
	patch_u32(w->b, at, n);
	patch_u32(w->b, at + 8, n);
}

void fx_ndr_put_bytes(struct fx_ndr_wr *w, const void *p, uint32_t n)
{
	fx_ndr_put_u32(w, n);
	fx_buf_put(w->b, p, n);
}

uint16_t fx_ndr_get_u16(struct fx_rd *r)
{
	fx_rd_align(r, 2);
	return fx_rd_u16(r);
}

uint32_t fx_ndr_get_u32(struct fx_rd *r)
{
	fx_rd_align(r, 4);
	return fx_rd_u32(r);
}

uint64_t fx_ndr_get_u64(struct fx_rd *r)
{
	fx_rd_align(r, 8);
	return fx_rd_u64(r);
}

uint16_t fx_ndr_get_e16(struct fx_rd *r)
{
	return fx_ndr_get_u16(r);
}

union fx_wtext fx_wtext_from_le(struct fx_arena *a, const uint8_t *p, size_t n,
				enum fx_text_form form)
{
	union fx_wtext t = {NULL};
	uint16_t *w;
	char *s;
	size_t i;

	if (form == FX_TEXT_UTF16) {
		w = fx_arena_calloc(a, n + 1, 2);
		for (i = 0; w && i < n; i++) {
			w[i] = (uint16_t)(p[2 * i] | p[2 * i + 1] << 8);
		}
		t.w = w;
		return t;
	}
	s = fx_arena_alloc(a, 3 * n + 1);
	if (s) {
		(void)fx_wtext_get_le(s, p, n, form);
	}
	t.u8 = s;
	return t;
}

union fx_wtext fx_ndr_get_string(struct fx_rd *r, struct fx_arena *a, enum fx_text_form form,
				 uint32_t *ret_max)
{
	union fx_wtext t = {NULL};
	uint32_t max = fx_ndr_get_u32(r), offset = fx_rd_u32(r), n = fx_rd_u32(r), i;
	const uint8_t *p;

	if (r->err) {
		return t;
	}
	if (offset != 0 || n == 0 || n > max) {
		fx_rd_fail(r, FX_EPROTO);
		return t;
	}
	if (n > FX_NDR_STRING_MAX) {
		fx_rd_fail(r, FX_ELIMIT);
		return t;
	}
	p = fx_rd_bytes(r, 2 * (size_t)n);
	for (i = 0; p && i < n; i++) {
		if ((p[2 * i] == 0 && p[2 * i + 1] == 0) != (i == n - 1)) {
			fx_rd_fail(r, FX_EPROTO);
			return t;
		}
	}
	if (!p) {
		return t;
	}
	t = fx_wtext_from_le(a, p, n - 1, form);
	if (!t.u8) {
		fx_rd_fail(r, FX_ENOMEM);
	}
	if (ret_max) {
		*ret_max = max;
	}
	return t;
}

const uint8_t *fx_ndr_get_bytes(struct fx_rd *r, uint32_t max, uint32_t *ret_n)
{
	uint32_t n = fx_ndr_get_u32(r);

	*ret_n = 0;
	if (!r->err && n > max) {
		fx_rd_fail(r, FX_ELIMIT);
	}
	if (r->err) {
		return NULL;
	}
	*ret_n = n;
	return fx_rd_bytes(r, n);
}
