/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/msfax/layout.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/msfax/msfax.h"

/* Texts may share bytes; a buffer that grows more than this in memory is an attack. */
#define GROWTH_MAX(len) ((len) * 64 + 65536)

static uint32_t c32(const void *c)
{
	uint32_t v;

	memcpy(&v, c, sizeof(v));
	return v;
}

/* n values of 16 bit from memory to the wire */
static void store16n(uint8_t *p, const void *c, size_t n)
{
	uint16_t v;
	size_t i;

	for (i = 0; i < n; i++) {
		memcpy(&v, (const uint8_t *)c + 2 * i, 2);
		p[2 * i] = (uint8_t)v;
		p[2 * i + 1] = (uint8_t)(v >> 8);
	}
}

static void load16n(void *c, const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint16_t v = fx_load16(p + 2 * i);

		memcpy((uint8_t *)c + 2 * i, &v, 2);
	}
}

/* --- writing buffers --- */

struct putter {
	struct fx_buf *b;
	size_t base;
	enum fx_text_form form;
};

static void put_text(struct putter *p, size_t at, const void *c)
{
	union fx_wtext t;
	uint32_t off;

	memcpy(&t, c, sizeof(t));
	if (!t.u8) {
		return;
	}
	off = (uint32_t)(p->b->len - p->base);
	fx_buf_wtext(p->b, t, p->form);
	if (!p->b->err) {
		fx_store32(p->b->data + at, off);
	}
}

static void put_u32s(struct putter *p, size_t at, const void *c, uint32_t n)
{
	const uint32_t *v;
	uint32_t i;

	memcpy(&v, c, sizeof(v));
	if (!v || !n) {
		return;
	}
	fx_buf_align(p->b, p->base, 4);
	if (!p->b->err) {
		fx_store32(p->b->data + at, (uint32_t)(p->b->len - p->base));
	}
	for (i = 0; i < n; i++) {
		fx_buf_u32(p->b, v[i]);
	}
}

static void put_dest(struct putter *p, size_t at, const struct fx_ms_destination *d)
{
	if (d->use_group) {
		put_text(p, at, &d->group);
	} else {
		fx_store32(p->b->data + at, d->device_id);
	}
}

/* One element whose fixed portion, already zero, is at `at`; sub: where its sub structure is. */
static void put_one(struct putter *p, const struct fx_ms_layout *l, size_t at, const uint8_t *elem,
		    size_t sub)
{
	size_t i;

	for (i = 0; i < l->n_fields && !p->b->err; i++) {
		const struct fx_ms_field *f = &l->fields[i];
		const uint8_t *c = elem + f->c_off;
		uint8_t *d = p->b->data + at + f->wire_off;
		uint64_t q;

		switch (f->kind) {
		case FX_MS_SIZE:
			fx_store32(d, l->wire_size);
			break;
		case FX_MS_U32:
		case FX_MS_ENUM:
			fx_store32(d, c32(c));
			break;
		case FX_MS_FILETIME:
			fx_store32(d, c32(c));
			fx_store32(d + 4, c32(c + 4));
			break;
		case FX_MS_U64:
			memcpy(&q, c, sizeof(q));
			fx_store32(d, (uint32_t)q);
			fx_store32(d + 4, (uint32_t)(q >> 32));
			break;
		case FX_MS_U16:
			store16n(d, c, 1);
			break;
		case FX_MS_TIME:
			store16n(d, c, 2);
			break;
		case FX_MS_SYSTIME:
			store16n(d, c, 8);
			break;
		case FX_MS_TEXT:
			put_text(p, at + f->wire_off, c);
			break;
		case FX_MS_SUB: {
			const uint8_t *s;

			memcpy(&s, c, sizeof(s));
			if (s) {
				fx_store32(d, (uint32_t)(sub - p->base));
				put_one(p, l->sub, sub, s, 0);
			}
			break;
		}
		case FX_MS_U32S:
			put_u32s(p, at + f->wire_off, c, c32(elem + f[-1].c_off));
			break;
		case FX_MS_DEST:
			put_dest(p, at + f->wire_off, (const struct fx_ms_destination *)c);
			break;
		case FX_MS_NDR_U32:
			break;
		}
	}
}

void fx_ms_put(struct fx_buf *b, const struct fx_ms_layout *layout, const void *elems, size_t n,
	       enum fx_text_form form)
{
	struct putter p = {.b = b, .base = b->len, .form = form};
	size_t subs = b->len + n * layout->wire_size, i;

	if (n > (1u << 24)) {
		b->err = b->err ? b->err : FX_ELIMIT;
		return;
	}
	fx_buf_zero(b, n * (layout->wire_size + (layout->sub ? layout->sub->wire_size : 0u)));
	fx_buf_align(b, p.base, 8);
	for (i = 0; i < n; i++) {
		put_one(&p, layout, p.base + i * layout->wire_size,
			(const uint8_t *)elems + i * layout->c_size,
			layout->sub ? subs + i * layout->sub->wire_size : 0);
	}
	fx_buf_align(b, p.base, 8);
}

/* --- reading buffers: once to measure, once to fill --- */

struct getter {
	const uint8_t *p;
	size_t len;
	enum fx_text_form form;
	uint8_t *out; /* NULL: measure */
	size_t used;
	int err;
};

static size_t take(struct getter *g, size_t size, size_t align)
{
	size_t at = (g->used + align - 1) & ~(align - 1);

	g->used = at + size;
	if (g->used > GROWTH_MAX(g->len)) {
		g->err = FX_ELIMIT;
	}
	return at;
}

static void get_text(struct getter *g, uint32_t off, size_t c_at)
{
	size_t n = 0, at;
	void *ptr;

	if (off == 0) {
		return;
	}
	for (;; n++) {
		if (off > g->len || g->len - off < 2 * n + 2) {
			g->err = FX_ETRUNC;
			return;
		}
		if (fx_load16(g->p + off + 2 * n) == 0) {
			break;
		}
		if (n >= FX_NDR_STRING_MAX) {
			g->err = FX_ELIMIT;
			return;
		}
	}
	at = g->form == FX_TEXT_UTF16 ? take(g, 2 * n + 2, 2) : take(g, 3 * n + 1, 1);
	if (!g->out || g->err) {
		return;
	}
	if (g->form == FX_TEXT_UTF16) {
		load16n(g->out + at, g->p + off, n + 1);
	} else {
		(void)fx_wtext_get_le((char *)g->out + at, g->p + off, n, g->form);
	}
	ptr = g->out + at;
	memcpy(g->out + c_at, &ptr, sizeof(ptr));
}

static void get_u32s(struct getter *g, uint32_t off, uint32_t n, size_t c_at)
{
	uint32_t i, v;
	size_t at;
	void *ptr;

	if (off == 0 || n == 0) {
		return;
	}
	if (n > FX_MS_U32S_MAX) {
		g->err = FX_ELIMIT;
		return;
	}
	if (off > g->len || (g->len - off) / 4 < n) {
		g->err = FX_ETRUNC;
		return;
	}
	at = take(g, (size_t)n * 4, 4);
	if (!g->out || g->err) {
		return;
	}
	for (i = 0; i < n; i++) {
		v = fx_load32(g->p + off + 4 * (size_t)i);
		memcpy(g->out + at + 4 * (size_t)i, &v, 4);
	}
	ptr = g->out + at;
	memcpy(g->out + c_at, &ptr, sizeof(ptr));
}

/* bUseGroup stands behind the destination, in the fixed portion. */
static void get_dest(struct getter *g, const uint8_t *s, size_t c_at)
{
	struct fx_ms_destination d = {.use_group = fx_load32(s + 4)};

	if (!d.use_group) {
		d.device_id = fx_load32(s);
	}
	if (g->out) {
		memcpy(g->out + c_at, &d, sizeof(d));
	}
	if (d.use_group) {
		get_text(g, fx_load32(s), c_at + offsetof(struct fx_ms_destination, group));
	}
}

static void get_one(struct getter *g, const struct fx_ms_layout *l, size_t at, size_t c_at,
		    size_t sub_at, size_t sub_c_at);

static void get_sub(struct getter *g, const struct fx_ms_layout *sub, uint32_t off, size_t c_at,
		    size_t sub_at, size_t sub_c_at)
{
	void *ptr;

	if (off == 0) {
		/* ms-fax.md 4.2: then the status of the same index after the entries */
		if (sub_at > g->len || g->len - sub_at < sub->wire_size ||
		    fx_load32(g->p + sub_at) != sub->wire_size) {
			return;
		}
		off = (uint32_t)sub_at;
	}
	if (off > g->len || g->len - off < sub->wire_size) {
		g->err = FX_ETRUNC;
		return;
	}
	get_one(g, sub, off, sub_c_at, 0, 0);
	if (g->out && !g->err) {
		ptr = g->out + sub_c_at;
		memcpy(g->out + c_at, &ptr, sizeof(ptr));
	}
}

static void get_one(struct getter *g, const struct fx_ms_layout *l, size_t at, size_t c_at,
		    size_t sub_at, size_t sub_c_at)
{
	uint8_t none[16];
	size_t i;

	for (i = 0; i < l->n_fields && !g->err; i++) {
		const struct fx_ms_field *f = &l->fields[i];
		const uint8_t *s = g->p + at + f->wire_off;
		uint8_t *c = g->out ? g->out + c_at + f->c_off : none;
		uint32_t v;
		uint64_t q;

		switch (f->kind) {
		case FX_MS_SIZE:
			v = l->c_size;
			memcpy(c, &v, 4);
			break;
		case FX_MS_U32:
		case FX_MS_ENUM:
			v = fx_load32(s);
			memcpy(c, &v, 4);
			break;
		case FX_MS_FILETIME:
			v = fx_load32(s);
			memcpy(c, &v, 4);
			v = fx_load32(s + 4);
			memcpy(c + 4, &v, 4);
			break;
		case FX_MS_U64:
			q = fx_load32(s) | (uint64_t)fx_load32(s + 4) << 32;
			memcpy(c, &q, 8);
			break;
		case FX_MS_U16:
			load16n(c, s, 1);
			break;
		case FX_MS_TIME:
			load16n(c, s, 2);
			break;
		case FX_MS_SYSTIME:
			load16n(c, s, 8);
			break;
		case FX_MS_TEXT:
			get_text(g, fx_load32(s), c_at + f->c_off);
			break;
		case FX_MS_SUB:
			get_sub(g, l->sub, fx_load32(s), c_at + f->c_off, sub_at, sub_c_at);
			break;
		case FX_MS_U32S:
			get_u32s(g, fx_load32(s), fx_load32(g->p + at + f[-1].wire_off),
				 c_at + f->c_off);
			break;
		case FX_MS_DEST:
			get_dest(g, s, c_at + f->c_off);
			break;
		case FX_MS_NDR_U32:
			break;
		}
	}
}

/* ms-fax.md 4.1 rule 7: elements follow each other at the listed size, or rounded up to 8. */
static size_t stride_of(const struct fx_ms_layout *l, const uint8_t *p, size_t len, size_t n)
{
	size_t size = l->wire_size, up = (size + 7) & ~(size_t)7;

	if (n < 2 || up == size || l->fields[0].kind != FX_MS_SIZE || len / n < up ||
	    fx_load32(p + size) == fx_load32(p) || fx_load32(p + up) != fx_load32(p)) {
		return size;
	}
	return up;
}

static void get_all(struct getter *g, const struct fx_ms_layout *l, size_t n, size_t stride)
{
	size_t sub_c = 0, elems = take(g, n * l->c_size, 8), i;

	if (l->sub) {
		sub_c = take(g, n * l->sub->c_size, 8);
	}
	for (i = 0; i < n && !g->err; i++) {
		get_one(g, l, i * stride, elems + i * l->c_size,
			l->sub ? n * stride + i * l->sub->wire_size : 0,
			l->sub ? sub_c + i * l->sub->c_size : 0);
	}
}

int fx_ms_get(const struct fx_ms_layout *layout, const void *p, size_t len, size_t n,
	      enum fx_text_form form, void **ret_block)
{
	struct getter g = {.p = p, .len = len, .form = form};
	size_t stride;

	if (n == 0) {
		*ret_block = NULL;
		return 0;
	}
	if (!p || len / n < layout->wire_size) {
		return FX_ETRUNC;
	}
	stride = stride_of(layout, p, len, n);
	get_all(&g, layout, n, stride);
	if (g.err) {
		return g.err;
	}
	g.out = fx_zalloc(g.used);
	if (!g.out) {
		return FX_ENOMEM;
	}
	g.used = 0;
	get_all(&g, layout, n, stride);
	*ret_block = g.out;
	return 0;
}

/* --- plain NDR --- */

static void put_ndr_dest(struct fx_ndr_wr *w, const struct fx_ms_destination *d)
{
	fx_ndr_put_u32(w, d->use_group);
	if (d->use_group) {
		fx_ndr_put_ref(w, d->group.u8 != NULL);
	} else {
		fx_ndr_put_u32(w, d->device_id);
	}
}

static void put_ndr_fixed(struct fx_ndr_wr *w, const struct fx_ms_layout *l, const uint8_t *elem)
{
	size_t i, k;
	uint64_t q;
	uint16_t h[8];

	fx_ndr_put_align(w, 4);
	for (i = 0; i < l->n_fields; i++) {
		const struct fx_ms_field *f = &l->fields[i];
		const uint8_t *c = elem + f->c_off;
		size_t halves = 0;

		switch (f->kind) {
		case FX_MS_SIZE:
			fx_ndr_put_u32(w, l->wire_size);
			break;
		case FX_MS_U32:
		case FX_MS_NDR_U32:
			fx_ndr_put_u32(w, c32(c));
			break;
		case FX_MS_ENUM:
			fx_ndr_put_u16(w, (uint16_t)c32(c));
			break;
		case FX_MS_FILETIME:
			fx_ndr_put_u32(w, c32(c));
			fx_ndr_put_u32(w, c32(c + 4));
			break;
		case FX_MS_U64:
			memcpy(&q, c, sizeof(q));
			fx_ndr_put_u64(w, q);
			break;
		case FX_MS_U16:
			halves = 1;
			break;
		case FX_MS_TIME:
			halves = 2;
			break;
		case FX_MS_SYSTIME:
			halves = 8;
			break;
		case FX_MS_TEXT:
		case FX_MS_U32S: {
			const void *t;

			memcpy(&t, c, sizeof(t));
			fx_ndr_put_ref(w, t != NULL);
			break;
		}
		case FX_MS_DEST:
			put_ndr_dest(w, (const struct fx_ms_destination *)c);
			break;
		case FX_MS_SUB:
			break;
		}
		memcpy(h, c, halves * 2);
		for (k = 0; k < halves; k++) {
			fx_ndr_put_u16(w, h[k]);
		}
	}
}

/* What a pointer of the fixed part leads to. */
static void put_ndr_behind(struct fx_ndr_wr *w, const struct fx_ms_field *f, const uint8_t *elem,
			   enum fx_text_form form)
{
	const uint8_t *c = elem + f->c_off;
	union fx_wtext t = {NULL};
	const uint32_t *v = NULL;
	uint32_t i, n;

	if (f->kind == FX_MS_TEXT) {
		memcpy(&t, c, sizeof(t));
	} else if (f->kind == FX_MS_DEST) {
		const struct fx_ms_destination *d = (const struct fx_ms_destination *)c;

		t = d->use_group ? d->group : t;
	} else if (f->kind == FX_MS_U32S) {
		memcpy(&v, c, sizeof(v));
	}
	if (t.u8) {
		fx_ndr_put_string(w, t, form);
	}
	if (v) {
		n = c32(elem + f[-1].c_off);
		fx_ndr_put_u32(w, n);
		for (i = 0; i < n; i++) {
			fx_ndr_put_u32(w, v[i]);
		}
	}
}

void fx_ms_put_ndr_array(struct fx_ndr_wr *w, const struct fx_ms_layout *l, const void *elems,
			 size_t n, enum fx_text_form form)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		put_ndr_fixed(w, l, (const uint8_t *)elems + i * l->c_size);
	}
	for (i = 0; i < n; i++) {
		for (k = 0; k < l->n_fields; k++) {
			put_ndr_behind(w, &l->fields[k], (const uint8_t *)elems + i * l->c_size,
				       form);
		}
	}
}

void fx_ms_put_ndr(struct fx_ndr_wr *w, const struct fx_ms_layout *layout, const void *elem,
		   enum fx_text_form form)
{
	fx_ms_put_ndr_array(w, layout, elem, 1, form);
}

/* The text fields get a mark where a text will follow. */
static const char pending[2];

static void get_ndr_dest(struct fx_rd *r, struct fx_ms_destination *d)
{
	uint32_t v;

	d->use_group = fx_ndr_get_u32(r);
	v = fx_ndr_get_u32(r);
	d->device_id = d->use_group ? 0 : v;
	d->group.u8 = d->use_group && v ? pending : NULL;
}

static void get_ndr_fixed(struct fx_rd *r, const struct fx_ms_layout *l, uint8_t *elem)
{
	size_t i, k;
	uint32_t v;
	uint64_t q;
	uint16_t h;

	fx_rd_align(r, 4);
	for (i = 0; i < l->n_fields && !r->err; i++) {
		const struct fx_ms_field *f = &l->fields[i];
		uint8_t *c = elem + f->c_off;
		size_t halves = 0, words = 0;

		switch (f->kind) {
		case FX_MS_SIZE:
		case FX_MS_U32:
		case FX_MS_NDR_U32:
			words = 1;
			break;
		case FX_MS_ENUM:
			v = fx_ndr_get_e16(r);
			memcpy(c, &v, 4);
			break;
		case FX_MS_FILETIME:
			words = 2;
			break;
		case FX_MS_U64:
			q = fx_ndr_get_u64(r);
			memcpy(c, &q, 8);
			break;
		case FX_MS_U16:
			halves = 1;
			break;
		case FX_MS_TIME:
			halves = 2;
			break;
		case FX_MS_SYSTIME:
			halves = 8;
			break;
		case FX_MS_TEXT:
		case FX_MS_U32S: {
			const void *mark = fx_ndr_get_u32(r) ? pending : NULL;

			memcpy(c, &mark, sizeof(mark));
			break;
		}
		case FX_MS_DEST:
			get_ndr_dest(r, (struct fx_ms_destination *)(void *)c);
			break;
		case FX_MS_SUB:
			break;
		}
		for (k = 0; k < words; k++) {
			v = fx_ndr_get_u32(r);
			memcpy(c + 4 * k, &v, 4);
		}
		for (k = 0; k < halves; k++) {
			h = fx_ndr_get_u16(r);
			memcpy(c + 2 * k, &h, 2);
		}
	}
}

static const uint32_t *get_ndr_u32s(struct fx_rd *r, uint32_t expected, struct fx_arena *a)
{
	uint32_t n = fx_ndr_get_u32(r), i;
	uint32_t *v;

	if (!r->err && (n != expected || n > FX_MS_U32S_MAX)) {
		fx_rd_fail(r, FX_EPROTO);
	}
	if (!r->err && n > fx_rd_left(r) / 4) {
		fx_rd_fail(r, FX_ETRUNC);
	}
	v = r->err ? NULL : fx_arena_calloc(a, n ? n : 1, sizeof(*v));
	if (!v) {
		fx_rd_fail(r, FX_ENOMEM);
		return NULL;
	}
	for (i = 0; i < n; i++) {
		v[i] = fx_ndr_get_u32(r);
	}
	return v;
}

static void get_ndr_behind(struct fx_rd *r, const struct fx_ms_field *f, uint8_t *elem,
			   struct fx_arena *a, enum fx_text_form form)
{
	uint8_t *c = elem + f->c_off;
	union fx_wtext t;
	const uint32_t *v;

	if (f->kind == FX_MS_DEST) {
		c += offsetof(struct fx_ms_destination, group);
	}
	if (f->kind == FX_MS_TEXT || f->kind == FX_MS_DEST) {
		memcpy(&t, c, sizeof(t));
		if (t.u8 == pending) {
			/* after an error too: no mark may stay behind */
			t.u8 = NULL;
			t = r->err ? t : fx_ndr_get_string(r, a, form, NULL);
			memcpy(c, &t, sizeof(t));
		}
	} else if (f->kind == FX_MS_U32S) {
		memcpy(&v, c, sizeof(v));
		if (v) {
			v = r->err ? NULL : get_ndr_u32s(r, c32(elem + f[-1].c_off), a);
			memcpy(c, &v, sizeof(v));
		}
	}
}

void fx_ms_get_ndr(struct fx_rd *r, const struct fx_ms_layout *l, void *elems, size_t n,
		   struct fx_arena *a, enum fx_text_form form)
{
	size_t i, k;

	for (i = 0; i < n && !r->err; i++) {
		get_ndr_fixed(r, l, (uint8_t *)elems + i * l->c_size);
	}
	for (i = 0; i < n; i++) {
		for (k = 0; k < l->n_fields; k++) {
			get_ndr_behind(r, &l->fields[k], (uint8_t *)elems + i * l->c_size, a,
				       form);
		}
	}
}
