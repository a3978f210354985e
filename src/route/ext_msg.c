/* SPDX-License-Identifier: Apache-2.0 */
#include "route/ext_msg.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

static void put_data(struct fx_buf *b, const struct fx_ext_data *d)
{
	fx_buf_u8(b, d->p != NULL);
	fx_buf_u32(b, d->p ? d->n : 0);
	if (d->p) {
		fx_buf_put(b, d->p, d->n);
	}
}

int fx_ext_msg_encode(const struct fx_ext_msg *m, struct fx_buf *b)
{
	size_t start = b->len, i;

	if (m->n_items > FX_EXT_ITEMS_MAX) {
		return FX_ELIMIT;
	}
	fx_buf_u8(b, (uint8_t)m->type);
	fx_buf_u32(b, m->serial);
	for (i = 0; i < FX_EXT_NUMBERS; i++) {
		fx_buf_u32(b, m->number[i]);
	}
	for (i = 0; i < FX_EXT_WIDES; i++) {
		fx_buf_u64(b, m->wide[i]);
	}
	for (i = 0; i < FX_EXT_TEXTS; i++) {
		fx_buf_text(b, fx_text(m->text[i]));
	}
	put_data(b, &m->data[0]);
	put_data(b, &m->data[1]);
	fx_buf_u32(b, m->n_items);
	for (i = 0; i < m->n_items; i++) {
		fx_buf_u32(b, m->items[i].kind);
		fx_buf_text(b, fx_text(m->items[i].a));
		fx_buf_text(b, fx_text(m->items[i].b));
		put_data(b, &m->items[i].data);
	}
	if (b->err) {
		return b->err;
	}
	return b->len - start > FX_EXT_MSG_MAX ? FX_ELIMIT : 0;
}

static char *get_text(struct fx_rd *r)
{
	char *s = fx_rd_text(r, FX_EXT_TEXT_MAX);

	if (s) {
		fx_str_clean(s);
	}
	return s;
}

static void get_data(struct fx_rd *r, struct fx_ext_data *d)
{
	uint8_t there = fx_rd_u8(r);
	uint32_t n = fx_rd_u32(r);
	const uint8_t *p;

	if (there > 1 || (!there && n) || n > FX_ROUTING_DATA_MAX) {
		fx_rd_fail(r, n > FX_ROUTING_DATA_MAX ? FX_ELIMIT : FX_EPROTO);
		return;
	}
	p = fx_rd_bytes(r, n);
	if (!there || r->err) {
		return;
	}
	d->p = fx_memdup(p, n);
	d->n = n;
	if (!d->p) {
		fx_rd_fail(r, FX_ENOMEM);
	}
}

static bool is_type(uint8_t v)
{
	switch (v) {
#define X(name, number)                                                                            \
	case number:                                                                               \
		return true;
		FX_EXT_TYPE_TABLE(X)
#undef X
	}
	return false;
}

int fx_ext_msg_decode(struct fx_ext_msg *m, const uint8_t *p, size_t len)
{
	struct fx_rd r = fx_rd_init(p, len);
	uint8_t type;
	uint32_t n, i;

	(void)memset(m, 0, sizeof(*m));
	if (len > FX_EXT_MSG_MAX) {
		return FX_ELIMIT;
	}
	type = fx_rd_u8(&r);
	if (!r.err && !is_type(type)) {
		return FX_EPROTO;
	}
	m->type = (enum fx_ext_type)type;
	m->serial = fx_rd_u32(&r);
	for (i = 0; i < FX_EXT_NUMBERS; i++) {
		m->number[i] = fx_rd_u32(&r);
	}
	for (i = 0; i < FX_EXT_WIDES; i++) {
		m->wide[i] = fx_rd_u64(&r);
	}
	for (i = 0; i < FX_EXT_TEXTS; i++) {
		m->text[i] = get_text(&r);
	}
	get_data(&r, &m->data[0]);
	get_data(&r, &m->data[1]);
	n = fx_rd_u32(&r);
	if (r.err || n > FX_EXT_ITEMS_MAX) {
		return r.err ? r.err : FX_ELIMIT;
	}
	m->items = fx_calloc(n, sizeof(*m->items));
	if (!m->items) {
		return FX_ENOMEM;
	}
	for (i = 0; i < n && !r.err; i++) {
		m->n_items++;
		m->items[i].kind = fx_rd_u32(&r);
		m->items[i].a = get_text(&r);
		m->items[i].b = get_text(&r);
		get_data(&r, &m->items[i].data);
	}
	return r.err ? r.err : fx_rd_left(&r) ? FX_EPROTO : 0;
}

void fx_ext_msg_fini(struct fx_ext_msg *m)
{
	uint32_t i;

	for (i = 0; i < FX_EXT_TEXTS; i++) {
		m->text[i] = fx_free(m->text[i]);
	}
	for (i = 0; i < m->n_items; i++) {
		(void)fx_free(m->items[i].a);
		(void)fx_free(m->items[i].b);
		(void)fx_free(m->items[i].data.p);
	}
	m->items = fx_free(m->items);
	m->n_items = 0;
	m->data[0].p = fx_free(m->data[0].p);
	m->data[1].p = fx_free(m->data[1].p);
}
