/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/sec.h"

#include <string.h>

#define STUB_ALIGN 16u /* the trailer starts on a multiple of this, counted from the stub */
#define AUTH_AT    10u /* auth_len in the header */

int fx_sec_trailer_get(const struct fx_pdu_hdr *hdr, const uint8_t *pdu,
		       struct fx_sec_trailer *ret)
{
	size_t need = (size_t)hdr->auth_len + FX_AUTH_TRAILER_SIZE;
	struct fx_rd r;

	if (hdr->auth_len == 0 || hdr->frag_len < FX_PDU_HDR_SIZE + need) {
		return FX_EPROTO;
	}
	ret->at = hdr->frag_len - need;
	r = fx_rd_init(pdu + ret->at, need);
	ret->type = fx_rd_u8(&r);
	ret->level = fx_rd_u8(&r);
	ret->pad = fx_rd_u8(&r);
	fx_rd_skip(&r, 1);
	ret->context_id = fx_rd_u32(&r);
	ret->token = fx_rd_bytes(&r, hdr->auth_len);
	return ret->pad > ret->at - FX_PDU_HDR_SIZE ? FX_EPROTO : 0;
}

static void trailer_put(uint8_t p[FX_AUTH_TRAILER_SIZE], const struct fx_sec_trailer *t)
{
	p[0] = t->type;
	p[1] = t->level;
	p[2] = t->pad;
	p[3] = 0;
	fx_store32(p + 4, t->context_id);
}

void fx_sec_append(struct fx_buf *b, size_t at, const struct fx_sec_trailer *t,
		   const struct fx_buf *token, bool header_sign)
{
	struct fx_sec_trailer v = *t;
	size_t end = b->len;
	uint8_t *p;

	if (token->len > FX_AUTH_TOKEN_MAX) {
		b->err = b->err ? b->err : FX_ELIMIT;
		return;
	}
	fx_buf_align(b, at, 4);
	v.pad = (uint8_t)(b->len - end);
	p = fx_buf_grow(b, FX_AUTH_TRAILER_SIZE);
	if (!p) {
		return;
	}
	trailer_put(p, &v);
	fx_buf_put(b, token->data, token->len);
	if (!b->err) {
		p = b->data + at;
		p[3] = (uint8_t)(p[3] | (header_sign ? FX_PDU_HEADER_SIGN : 0));
		fx_store16(p + 8, b->len - at);
		fx_store16(p + AUTH_AT, token->len);
	}
}

void fx_sec_auth3_put(struct fx_buf *b, uint32_t call_id, const struct fx_sec_trailer *t,
		      const struct fx_buf *token, bool header_sign)
{
	static const uint8_t head[12] = {5, 0, FX_PDU_AUTH3, FX_PDU_FIRST | FX_PDU_LAST, 0x10};
	size_t at = b->len;

	fx_buf_put(b, head, sizeof(head));
	fx_buf_u32(b, call_id);
	fx_buf_u32(b, 0); /* ignored, [MS-RPCE] 2.2.2.5 */
	fx_sec_append(b, at, t, token, header_sign);
}

static bool signs_header(const struct fx_sec *s)
{
	return s->header_sign || s->auth->whole_pdu;
}

/* One fragment at p: the header, `len` bytes of stub, `pad` of padding, trailer, token. */
static int guard(const struct fx_sec *s, uint8_t *p, size_t head_len, size_t len, size_t pad,
		 size_t token_len)
{
	struct fx_sec_trailer t = {.type = (uint8_t)s->auth->type, .pad = (uint8_t)pad,
				   .level = (uint8_t)s->auth->level, .context_id = s->context_id};
	uint8_t *tail = p + head_len + len + pad;
	struct fx_auth_pdu pdu = {
		.head = p, .head_len = signs_header(s) ? head_len : 0,
		.data = p + head_len, .data_len = len + pad,
		.tail = tail, .tail_len = signs_header(s) ? FX_AUTH_TRAILER_SIZE : 0,
	};

	memset(p + head_len + len, 0, pad);
	trailer_put(tail, &t);
	fx_store16(p + 8, head_len + len + pad + FX_AUTH_TRAILER_SIZE + token_len);
	fx_store16(p + AUTH_AT, token_len);
	return fx_auth_protect(s->auth, &pdu, tail + FX_AUTH_TRAILER_SIZE, token_len);
}

static size_t padding(size_t len)
{
	return (STUB_ALIGN - len % STUB_ALIGN) % STUB_ALIGN;
}

struct cut {
	size_t room;  /* of stub in a fragment, a multiple of STUB_ALIGN */
	size_t extra; /* of a full fragment: header, trailer, token */
	size_t total, n;
};

static void fragment_header(uint8_t *p, size_t i, const struct cut *c, uint8_t type, uint8_t minor,
			    uint32_t call_id, uint16_t ctx_id, uint16_t opnum)
{
	p[0] = 5;
	p[1] = minor;
	p[2] = type;
	p[3] = (uint8_t)((i == 0 ? FX_PDU_FIRST : 0) | (i == c->n - 1 ? FX_PDU_LAST : 0));
	fx_store32(p + 4, 0x10);
	fx_store32(p + 12, call_id);
	fx_store32(p + 16, c->total - i * c->room);
	fx_store16(p + 20, ctx_id);
	fx_store16(p + 22, opnum);
}

void fx_sec_end(struct fx_buf *b, size_t at, const struct fx_sec *s, uint8_t type, uint8_t minor,
		uint32_t call_id, uint16_t ctx_id, uint16_t opnum, uint16_t max_frag)
{
	size_t token, last, full, len;
	struct cut c = {0};
	int err = 0;

	if (!fx_auth_protects(s->auth)) {
		fx_pdu_end(b, at, type, minor, call_id, ctx_id, opnum, max_frag);
		return;
	}
	if (b->err) {
		return;
	}
	/* the largest token that a fragment may need decides for all */
	token = fx_auth_token_size(s->auth, max_frag);
	c.extra = FX_PDU_CALL_SIZE + FX_AUTH_TRAILER_SIZE + token;
	c.room = ((size_t)max_frag - c.extra) & ~(size_t)(STUB_ALIGN - 1);
	c.total = b->len - at - FX_PDU_CALL_SIZE;
	c.n = c.total > c.room ? (c.total + c.room - 1) / c.room : 1;
	last = c.total - (c.n - 1) * c.room;
	full = c.room + c.extra;
	fx_buf_zero(b, c.n * c.extra + padding(last) - FX_PDU_CALL_SIZE);
	if (b->err) {
		return;
	}
	/* from the end, so that each piece moves into free room */
	for (size_t i = c.n; i-- > 0;) {
		len = i == c.n - 1 ? last : c.room;
		memmove(b->data + at + i * full + FX_PDU_CALL_SIZE,
			b->data + at + FX_PDU_CALL_SIZE + i * c.room, len);
	}
	/* from the start: each protection counts one on */
	for (size_t i = 0; i < c.n && !err; i++) {
		uint8_t *p = b->data + at + i * full;

		len = i == c.n - 1 ? last : c.room;
		fragment_header(p, i, &c, type, minor, call_id, ctx_id, opnum);
		err = guard(s, p, FX_PDU_CALL_SIZE, len, padding(len), token);
	}
	b->err = b->err ? b->err : err;
}

void fx_sec_fault_put(struct fx_buf *b, const struct fx_sec *s, uint8_t minor, uint32_t call_id,
		      uint16_t ctx_id, bool did_not_execute, uint32_t status)
{
	size_t at = b->len, token, pad;
	int err;

	fx_pdu_fault_put(b, minor, call_id, ctx_id, did_not_execute, status);
	if (!fx_auth_protects(s->auth) || b->err) {
		return;
	}
	/* the stub begins behind the 8 bytes of status, which stay in the clear */
	token = fx_auth_token_size(s->auth, STUB_ALIGN);
	pad = padding(b->len - at - FX_PDU_CALL_SIZE);
	if (!fx_buf_grow(b, pad + FX_AUTH_TRAILER_SIZE + token)) {
		return;
	}
	err = guard(s, b->data + at, FX_PDU_CALL_SIZE, b->len - at - FX_PDU_CALL_SIZE - pad -
		    FX_AUTH_TRAILER_SIZE - token, pad, token);
	b->err = b->err ? b->err : err;
}

static size_t head_len(const struct fx_pdu_hdr *hdr)
{
	bool object = hdr->type == FX_PDU_REQUEST && hdr->flags & FX_PDU_OBJECT;

	if (hdr->type == FX_PDU_CANCEL || hdr->type == FX_PDU_ORPHANED) {
		return FX_PDU_HDR_SIZE; /* they have no body */
	}
	return FX_PDU_CALL_SIZE + (object ? 16u : 0u);
}

int fx_sec_open(const struct fx_sec *s, const struct fx_pdu_hdr *hdr, uint8_t *pdu,
		size_t *ret_len)
{
	size_t head = head_len(hdr);
	struct fx_sec_trailer t;
	struct fx_auth_pdu p;
	int err;

	if (hdr->auth_len == 0) {
		/* a fault may come from below the security of the other side; it tells no secret */
		*ret_len = hdr->frag_len - FX_PDU_HDR_SIZE;
		return fx_auth_protects(s->auth) && hdr->type != FX_PDU_FAULT ? FX_EPROTO : 0;
	}
	err = s->auth ? fx_sec_trailer_get(hdr, pdu, &t) : FX_EPROTO;
	if (err || t.at < head || t.pad > t.at - head || t.type != (uint8_t)s->auth->type ||
	    t.level != (uint8_t)s->auth->level || t.context_id != s->context_id) {
		return FX_EPROTO;
	}
	*ret_len = t.at - t.pad - FX_PDU_HDR_SIZE;
	if (!fx_auth_protects(s->auth)) {
		return 0; /* level connect: some send a token all the same, which proves nothing */
	}
	p = (struct fx_auth_pdu){
		.head = pdu, .head_len = signs_header(s) ? head : 0,
		.data = pdu + head, .data_len = t.at - head,
		.tail = pdu + t.at, .tail_len = signs_header(s) ? FX_AUTH_TRAILER_SIZE : 0,
	};
	if (!signs_header(s)) {
		p.maybe_head = pdu;
		p.maybe_head_len = head;
		p.maybe_tail = pdu + t.at;
		p.maybe_tail_len = FX_AUTH_TRAILER_SIZE;
	}
	return fx_auth_unprotect(s->auth, &p, t.token, hdr->auth_len);
}
