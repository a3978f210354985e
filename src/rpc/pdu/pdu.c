/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/pdu/pdu.h"

#include <string.h>

const struct fx_pdu_syntax fx_pdu_ndr20 = {
	{0x04, 0x5d, 0x88, 0x8a, 0xeb, 0x1c, 0xc9, 0x11, 0x9f, 0xe8, 0x08, 0x00, 0x2b, 0x10, 0x48,
	 0x60}, 2, 0};
/* 6cb71c2c-9812-4540-....: the first 8 bytes; the rest carries feature bits */
static const uint8_t features_prefix[8] = {0x2c, 0x1c, 0xb7, 0x6c, 0x12, 0x98, 0x40, 0x45};

bool fx_pdu_syntax_eq(const struct fx_pdu_syntax *a, const struct fx_pdu_syntax *b)
{
	return memcmp(a->uuid, b->uuid, 16) == 0 && a->major == b->major && a->minor == b->minor;
}

int fx_pdu_hdr_get(const uint8_t p[FX_PDU_HDR_SIZE], struct fx_pdu_hdr *ret)
{
	static const uint8_t drep[4] = {0x10, 0, 0, 0};
	struct fx_rd r = fx_rd_init(p, FX_PDU_HDR_SIZE);
	struct fx_pdu_hdr h;

	if (p[0] != 5 || p[1] > 1 || memcmp(p + 4, drep, 4) != 0) {
		return FX_EPROTO;
	}
	fx_rd_skip(&r, 1);
	h.minor = fx_rd_u8(&r);
	h.type = fx_rd_u8(&r);
	h.flags = fx_rd_u8(&r);
	fx_rd_skip(&r, 4);
	h.frag_len = fx_rd_u16(&r);
	h.auth_len = fx_rd_u16(&r);
	h.call_id = fx_rd_u32(&r);
	if (h.frag_len < FX_PDU_HDR_SIZE ||
	    (h.auth_len && h.auth_len + 8u > h.frag_len - FX_PDU_HDR_SIZE)) {
		return FX_EPROTO;
	}
	*ret = h;
	return 0;
}

static size_t hdr_put(struct fx_buf *b, uint8_t minor, uint8_t type, uint8_t flags,
		      uint32_t call_id)
{
	size_t at = b->len;

	fx_buf_u8(b, 5);
	fx_buf_u8(b, minor);
	fx_buf_u8(b, type);
	fx_buf_u8(b, flags);
	fx_buf_u32(b, 0x10);
	fx_buf_u32(b, 0); /* frag_len, patched by hdr_end(); auth_len */
	fx_buf_u32(b, call_id);
	return at;
}

static void hdr_end(struct fx_buf *b, size_t at)
{
	if (!b->err) {
		fx_store16(b->data + at + 8, b->len - at);
	}
}

static struct fx_pdu_syntax get_syntax(struct fx_rd *r)
{
	struct fx_pdu_syntax s = {{0}, 0, 0};
	const uint8_t *p = fx_rd_bytes(r, 16);

	if (p) {
		memcpy(s.uuid, p, 16);
	}
	s.major = fx_rd_u16(r);
	s.minor = fx_rd_u16(r);
	return s;
}

static void put_syntax(struct fx_buf *b, const struct fx_pdu_syntax *s)
{
	fx_buf_put(b, s->uuid, 16);
	fx_buf_u16(b, s->major);
	fx_buf_u16(b, s->minor);
}

int fx_pdu_bind_get(const void *p, size_t len, struct fx_pdu_bind *ret)
{
	struct fx_rd r = fx_rd_init(p, len);
	struct fx_pdu_bind v = {0};
	uint8_t i, k, n;

	v.max_xmit = fx_rd_u16(&r);
	v.max_recv = fx_rd_u16(&r);
	v.assoc_group = fx_rd_u32(&r);
	v.n_ctx = fx_rd_u8(&r);
	fx_rd_skip(&r, 3);
	if (v.n_ctx > FX_PDU_CTX_MAX) {
		return FX_ELIMIT;
	}
	for (i = 0; i < v.n_ctx && !r.err; i++) {
		struct fx_pdu_ctx *c = &v.ctx[i];

		c->id = fx_rd_u16(&r);
		n = fx_rd_u8(&r);
		fx_rd_skip(&r, 1);
		c->abstract = get_syntax(&r);
		if (n == 0 || n > FX_PDU_SYNTAX_MAX) {
			fx_rd_fail(&r, FX_EPROTO);
		}
		for (k = 0; k < n && !r.err; k++) {
			struct fx_pdu_syntax t = get_syntax(&r);

			c->ndr20 |= fx_pdu_syntax_eq(&t, &fx_pdu_ndr20);
			c->features |= memcmp(t.uuid, features_prefix, 8) == 0;
		}
	}
	if (r.err) {
		return r.err;
	}
	if (v.n_ctx == 0) {
		return FX_EPROTO;
	}
	*ret = v;
	return 0;
}

void fx_pdu_bind_put(struct fx_buf *b, uint8_t type, uint32_t call_id,
		     const struct fx_pdu_bind *bind)
{
	size_t at = hdr_put(b, 0, type, FX_PDU_FIRST | FX_PDU_LAST, call_id);
	uint8_t i;

	fx_buf_u16(b, bind->max_xmit);
	fx_buf_u16(b, bind->max_recv);
	fx_buf_u32(b, bind->assoc_group);
	fx_buf_u32(b, bind->n_ctx);
	for (i = 0; i < bind->n_ctx; i++) {
		fx_buf_u16(b, bind->ctx[i].id);
		fx_buf_u16(b, 1);
		put_syntax(b, &bind->ctx[i].abstract);
		put_syntax(b, &fx_pdu_ndr20);
	}
	hdr_end(b, at);
}

int fx_pdu_ack_get(const void *p, size_t len, struct fx_pdu_ack *ret)
{
	struct fx_rd r = fx_rd_init(p, len);
	struct fx_pdu_ack v = {0};
	uint8_t i;

	v.max_xmit = fx_rd_u16(&r);
	v.max_recv = fx_rd_u16(&r);
	v.assoc_group = fx_rd_u32(&r);
	fx_rd_skip(&r, fx_rd_u16(&r));
	fx_rd_align(&r, 4); /* the header has 16 bytes, so body and PDU align alike */
	v.n_results = fx_rd_u8(&r);
	fx_rd_skip(&r, 3);
	if (v.n_results > FX_PDU_CTX_MAX) {
		return FX_ELIMIT;
	}
	for (i = 0; i < v.n_results; i++) {
		v.results[i].result = fx_rd_u16(&r);
		v.results[i].reason = fx_rd_u16(&r);
		fx_rd_skip(&r, 20);
	}
	if (r.err) {
		return r.err;
	}
	*ret = v;
	return 0;
}

void fx_pdu_ack_put(struct fx_buf *b, uint8_t type, uint8_t minor, uint32_t call_id,
		    const char *addr, const struct fx_pdu_ack *ack)
{
	static const struct fx_pdu_syntax none;
	size_t at = hdr_put(b, minor, type, FX_PDU_FIRST | FX_PDU_LAST, call_id);
	uint8_t i;

	fx_buf_u16(b, ack->max_xmit);
	fx_buf_u16(b, ack->max_recv);
	fx_buf_u32(b, ack->assoc_group);
	if (addr) {
		fx_buf_u16(b, (uint16_t)(strlen(addr) + 1));
		fx_buf_put(b, addr, strlen(addr) + 1);
	} else {
		fx_buf_u16(b, 0);
	}
	fx_buf_align(b, at, 4);
	fx_buf_u32(b, ack->n_results);
	for (i = 0; i < ack->n_results; i++) {
		fx_buf_u16(b, ack->results[i].result);
		fx_buf_u16(b, ack->results[i].reason);
		put_syntax(b, ack->results[i].result == FX_CTX_ACCEPT ? &fx_pdu_ndr20 : &none);
	}
	hdr_end(b, at);
}

void fx_pdu_nak_put(struct fx_buf *b, uint32_t call_id, enum fx_bind_nak reason)
{
	size_t at = hdr_put(b, 0, FX_PDU_BIND_NAK, FX_PDU_FIRST | FX_PDU_LAST, call_id);

	fx_buf_u16(b, (uint16_t)reason);
	/* versions that we speak: one, 5.0 */
	fx_buf_u8(b, 1);
	fx_buf_u8(b, 5);
	fx_buf_u8(b, 0);
	fx_buf_zero(b, 3);
	hdr_end(b, at);
}

int fx_pdu_call_get(const struct fx_pdu_hdr *hdr, const void *body, size_t len,
		    struct fx_pdu_call *ret)
{
	struct fx_rd r = fx_rd_init(body, len);
	struct fx_pdu_call v = {0};

	v.alloc_hint = fx_rd_u32(&r);
	v.ctx_id = fx_rd_u16(&r);
	v.opnum = fx_rd_u16(&r); /* response, fault: cancel count and a reserved byte */
	if (hdr->type == FX_PDU_FAULT) {
		v.status = fx_rd_u32(&r);
		fx_rd_skip(&r, 4);
	} else if (hdr->type == FX_PDU_REQUEST && hdr->flags & FX_PDU_OBJECT) {
		fx_rd_skip(&r, 16);
	}
	v.stub_len = fx_rd_left(&r);
	v.stub = fx_rd_bytes(&r, v.stub_len);
	if (r.err) {
		return r.err;
	}
	*ret = v;
	return 0;
}

void fx_pdu_fault_put(struct fx_buf *b, uint8_t minor, uint32_t call_id, uint16_t ctx_id,
		      bool did_not_execute, uint32_t status)
{
	size_t at = hdr_put(b, minor, FX_PDU_FAULT,
			    (uint8_t)(FX_PDU_FIRST | FX_PDU_LAST |
				      (did_not_execute ? FX_PDU_DID_NOT_EXECUTE : 0)), call_id);

	fx_buf_u32(b, 0);
	fx_buf_u16(b, ctx_id);
	fx_buf_u16(b, 0);
	fx_buf_u32(b, status);
	fx_buf_u32(b, 0);
	hdr_end(b, at);
}

size_t fx_pdu_begin(struct fx_buf *b)
{
	size_t at = b->len;

	fx_buf_zero(b, FX_PDU_CALL_SIZE);
	return at;
}

void fx_pdu_end(struct fx_buf *b, size_t at, uint8_t type, uint8_t minor, uint32_t call_id,
		uint16_t ctx_id, uint16_t opnum, uint16_t max_frag)
{
	/* stubs of all but the last fragment stay multiples of 8, as Windows has them */
	size_t room = (max_frag - FX_PDU_CALL_SIZE) & ~(size_t)7, total, n, i;

	if (b->err) {
		return;
	}
	total = b->len - at - FX_PDU_CALL_SIZE;
	n = total > room ? (total + room - 1) / room : 1;
	fx_buf_zero(b, (n - 1) * FX_PDU_CALL_SIZE);
	if (b->err) {
		return;
	}
	/* from the end, so that each piece moves into free room */
	for (i = n; i-- > 0;) {
		size_t len = i == n - 1 ? total - i * room : room;
		uint8_t *stub = b->data + at + FX_PDU_CALL_SIZE + i * room;
		uint8_t *p = b->data + at + i * (room + FX_PDU_CALL_SIZE);

		memmove(p + FX_PDU_CALL_SIZE, stub, len);
		p[0] = 5;
		p[1] = minor;
		p[2] = type;
		p[3] = (uint8_t)((i == 0 ? FX_PDU_FIRST : 0) | (i == n - 1 ? FX_PDU_LAST : 0));
		fx_store32(p + 4, 0x10);
		fx_store16(p + 8, len + FX_PDU_CALL_SIZE);
		fx_store16(p + 10, 0);
		fx_store32(p + 12, call_id);
		fx_store32(p + 16, total - i * room);
		fx_store16(p + 20, ctx_id);
		fx_store16(p + 22, opnum);
	}
}

int fx_pdu_asm_add(struct fx_pdu_asm *a, const struct fx_pdu_hdr *hdr,
		   const struct fx_pdu_call *call)
{
	bool first = hdr->flags & FX_PDU_FIRST;

	if (first == a->active) {
		return FX_EPROTO;
	}
	if (first) {
		fx_buf_reset(&a->stub);
		a->active = true;
		a->call_id = hdr->call_id;
		a->ctx_id = call->ctx_id;
		a->opnum = call->opnum;
	} else if (hdr->call_id != a->call_id) {
		return FX_EPROTO;
	}
	fx_buf_put(&a->stub, call->stub, call->stub_len);
	if (a->stub.err) {
		return a->stub.err;
	}
	return hdr->flags & FX_PDU_LAST ? 1 : 0;
}

void fx_pdu_asm_reset(struct fx_pdu_asm *a)
{
	/* one big call shall not cost its memory for the rest of the connection */
	if (a->stub.cap > 256 * 1024) {
		size_t max = a->stub.max;

		fx_buf_fini(&a->stub);
		a->stub.max = max;
	}
	fx_buf_reset(&a->stub);
	a->active = false;
}
