/* SPDX-License-Identifier: Apache-2.0 */
/* A client's DCE/RPC connection: bind, security, calls ([MS-RPCE] 3.3.2, C706 12). */
#include "clients/common/channel.h"

#include <string.h>

#include "base/mem.h"

#define RECV_SIZE  ((size_t)64 * 1024) /* a fragment is shorter by its 16 bits of length */
#define LEGS_MAX   8u                  /* tokens of one handshake; all known ones need three */
#define CONTEXT_ID 1u                  /* of the security context; any number, the only one */

int fx_channel_init(struct fx_channel *l, struct fx_transport *take_t, size_t max_answer)
{
	memset(l, 0, sizeof(*l));
	l->in = fx_zalloc(RECV_SIZE);
	if (!l->in) {
		return FX_ENOMEM;
	}
	l->answer.stub.max = max_answer;
	l->t = take_t;
	return 0;
}

void fx_channel_fini(struct fx_channel *l)
{
	if (l->t) {
		l->t->ops->close(l->t);
	}
	l->sec.auth = fx_auth_free(l->sec.auth);
	fx_buf_fini(&l->out);
	fx_buf_fini(&l->answer.stub);
	l->in = fx_free(l->in);
	l->t = NULL;
}

void fx_channel_shut(struct fx_channel *l)
{
	l->t->ops->shut(l->t);
}

static int fail(struct fx_channel *l, enum fx_channel_state state, int err)
{
	l->state = state;
	return err;
}

/* n bytes, contiguous, valid until the next call of this. */
static int need(struct fx_channel *l, size_t n, uint8_t **ret)
{
	if (l->in_len - l->in_pos < n && l->in_pos) {
		memmove(l->in, l->in + l->in_pos, l->in_len - l->in_pos);
		l->in_len -= l->in_pos;
		l->in_pos = 0;
	}
	while (l->in_len - l->in_pos < n) {
		int k = l->t->ops->recv(l->t, l->in + l->in_len, RECV_SIZE - l->in_len);

		if (k < 0) {
			return k;
		}
		l->in_len += (size_t)k;
	}
	*ret = l->in + l->in_pos;
	return 0;
}

/* Next PDU, whole, as it came; valid until the next read. */
static int recv_pdu(struct fx_channel *l, struct fx_pdu_hdr *hdr, uint8_t **pdu)
{
	int err = need(l, FX_PDU_HDR_SIZE, pdu);

	if (!err) {
		err = fx_pdu_hdr_get(*pdu, hdr);
	}
	if (!err) {
		err = need(l, hdr->frag_len, pdu);
	}
	if (err) {
		return fail(l, FX_CHANNEL_DEAD, err);
	}
	l->in_pos += hdr->frag_len;
	return 0;
}

static int send_out(struct fx_channel *l)
{
	int err = l->out.err ? l->out.err : l->t->ops->send(l->t, l->out.data, l->out.len);

	return err ? fail(l, FX_CHANNEL_DEAD, err) : 0;
}

static struct fx_sec_trailer trailer_of(const struct fx_channel *l)
{
	return (struct fx_sec_trailer){.type = (uint8_t)l->sec.auth->type,
				       .level = (uint8_t)l->sec.auth->level,
				       .context_id = CONTEXT_ID};
}

/* bind or alter_context with the next token; both offer the same contexts. */
static int send_bind(struct fx_channel *l, uint8_t type, const struct fx_pdu_bind *b,
		     const struct fx_buf *token)
{
	struct fx_sec_trailer t;

	fx_buf_reset(&l->out);
	fx_pdu_bind_put(&l->out, type, ++l->call_id, b);
	if (l->sec.auth) {
		t = trailer_of(l);
		fx_sec_append(&l->out, 0, &t, token, true);
	}
	return send_out(l);
}

static int nak(struct fx_channel *l, const uint8_t *pdu, size_t len)
{
	struct fx_rd r = fx_rd_init(pdu + FX_PDU_HDR_SIZE, len - FX_PDU_HDR_SIZE);

	switch ((enum fx_bind_nak)fx_rd_u16(&r)) {
	case FX_NAK_CONGESTION:
	case FX_NAK_LIMIT:
		return fail(l, FX_CHANNEL_BUSY, FX_EBUSY);
	case FX_NAK_AUTH_TYPE:
		return fail(l, FX_CHANNEL_AUTH_TYPE, FX_EACCES);
	case FX_NAK_REASON_NONE:
	case FX_NAK_VERSION:
	case FX_NAK_CHECKSUM: /* refused: as below */
		break;
	}
	/* A server that found the first token bad has no reason of its own for it. */
	return l->sec.auth ? fail(l, FX_CHANNEL_REFUSED, FX_EACCES) :
			     fail(l, FX_CHANNEL_NAK, FX_EPROTO);
}

/*
 * bind_ack or alter_context_resp: its results, and the token in `token` if one is wanted.
 * @return 0, or an error with l->state
 */
static int take_ack(struct fx_channel *l, uint8_t want, struct fx_pdu_ack *ret,
		    struct fx_sec_trailer *token, size_t *ret_token_len)
{
	struct fx_pdu_hdr hdr;
	uint8_t *pdu = NULL;
	size_t len;
	int err = recv_pdu(l, &hdr, &pdu);

	if (err) {
		return err;
	}
	if (hdr.type == FX_PDU_BIND_NAK) {
		return nak(l, pdu, hdr.frag_len);
	}
	if (hdr.type == FX_PDU_FAULT && l->sec.auth) {
		return fail(l, FX_CHANNEL_REFUSED, FX_EACCES);
	}
	len = hdr.frag_len;
	*ret_token_len = hdr.auth_len;
	if (hdr.auth_len && fx_sec_trailer_get(&hdr, pdu, token) == 0) {
		len = token->at - token->pad;
	} else if (hdr.auth_len) {
		return fail(l, FX_CHANNEL_DEAD, FX_EPROTO);
	}
	if (hdr.type != want || hdr.call_id != l->call_id ||
	    fx_pdu_ack_get(pdu + FX_PDU_HDR_SIZE, len - FX_PDU_HDR_SIZE, ret) != 0) {
		return fail(l, FX_CHANNEL_DEAD, FX_EPROTO);
	}
	/* the server takes part only if it says so in its first answer */
	if (want == FX_PDU_BIND_ACK && l->sec.auth) {
		l->sec.header_sign = hdr.flags & FX_PDU_HEADER_SIGN;
	}
	if (!l->sec.auth) {
		return hdr.auth_len ? fail(l, FX_CHANNEL_DEAD, FX_EPROTO) : 0;
	}
	if (hdr.auth_len &&
	    (token->type != (uint8_t)l->sec.auth->type ||
	     token->level != (uint8_t)l->sec.auth->level || token->context_id != CONTEXT_ID)) {
		return fail(l, FX_CHANNEL_DEAD, FX_EPROTO);
	}
	return 0;
}

/* Tokens to and fro until our side is done. `token`: the server's first one. */
static int handshake(struct fx_channel *l, const struct fx_pdu_bind *b, struct fx_sec_trailer token,
		     size_t n, struct fx_reason *reterr)
{
	struct fx_buf out = {.max = FX_AUTH_TOKEN_MAX};
	struct fx_sec_trailer t = trailer_of(l);
	struct fx_pdu_ack ack;
	int rc = 1;

	for (unsigned leg = 0; rc == 1 && leg < LEGS_MAX; leg++) {
		fx_buf_reset(&out);
		rc = n ? fx_auth_step(l->sec.auth, token.token, n, &out, reterr) : FX_EPROTO;
		if (rc == 1) {
			rc = send_bind(l, FX_PDU_ALTER, b, &out);
			rc = rc ? rc : take_ack(l, FX_PDU_ALTER_RESP, &ack, &token, &n);
			rc = rc ? rc : 1;
		} else if (rc == 0 && out.len) {
			fx_buf_reset(&l->out);
			fx_sec_auth3_put(&l->out, l->call_id, &t, &out, l->sec.header_sign);
			rc = send_out(l);
			l->asked_last = true;
		}
	}
	fx_buf_fini(&out);
	if (rc && l->state == FX_CHANNEL_OK) {
		/* the other side's tokens are wrong: it does not prove to be the server */
		l->state = rc == FX_ENOMEM ? FX_CHANNEL_DEAD : FX_CHANNEL_REFUSED;
	}
	return rc > 0 ? FX_EPROTO : rc;
}

static int first_token(struct fx_channel *l, struct fx_buf *token, struct fx_reason *reterr)
{
	bool starts = l->sec.auth && !l->sec.auth->complete;
	int rc = starts ? fx_auth_step(l->sec.auth, NULL, 0, token, reterr) : 0;

	return rc < 0 ? fail(l, FX_CHANNEL_REFUSED, rc) : 0;
}

int fx_channel_bind(struct fx_channel *l, const struct fx_channel_prm *prm, uint32_t *ret_accepted,
		    struct fx_reason *reterr)
{
	struct fx_pdu_bind b = {.max_xmit = FX_PDU_FRAG_MAX,
				.max_recv = FX_PDU_FRAG_MAX,
				.assoc_group = prm->assoc_group,
				.n_ctx = prm->n_ifaces};
	struct fx_buf token = {.max = FX_AUTH_TOKEN_MAX};
	struct fx_sec_trailer t = {0};
	struct fx_pdu_ack ack = {0};
	uint32_t accepted = 0;
	size_t n = 0;
	int err;

	l->sec.auth = prm->take_auth;
	l->sec.context_id = CONTEXT_ID;
	for (uint8_t i = 0; i < b.n_ctx; i++) {
		b.ctx[i] = (struct fx_pdu_ctx){.id = i, .abstract = prm->ifaces[i]};
	}
	err = first_token(l, &token, reterr);
	err = err ? err : send_bind(l, FX_PDU_BIND, &b, &token);
	fx_buf_fini(&token);
	err = err ? err : take_ack(l, FX_PDU_BIND_ACK, &ack, &t, &n);
	if (err) {
		return err;
	}
	if (ack.n_results != b.n_ctx || ack.max_recv < FX_PDU_FRAG_MIN) {
		return fail(l, FX_CHANNEL_DEAD, FX_EPROTO);
	}
	for (uint8_t i = 0; i < b.n_ctx; i++) {
		accepted |= ack.results[i].result == FX_CTX_ACCEPT ? 1u << i : 0;
	}
	if (!(accepted & 1)) {
		return fail(l, FX_CHANNEL_IFACE, FX_ENOSYS);
	}
	l->max_frag = ack.max_recv < FX_PDU_FRAG_MAX ? ack.max_recv : FX_PDU_FRAG_MAX;
	l->assoc_group = ack.assoc_group;
	err = l->sec.auth && !l->sec.auth->complete ? handshake(l, &b, t, n, reterr) : 0;
	if (!err) {
		*ret_accepted = accepted;
	}
	return err;
}

size_t fx_channel_begin(struct fx_channel *l)
{
	fx_buf_reset(&l->out);
	return fx_pdu_begin(&l->out);
}

/* One fragment of the answer. @return 1 that was all, 0 more to come, or an error */
static int take_answer(struct fx_channel *l, uint32_t *ret_fault)
{
	struct fx_pdu_call call;
	struct fx_pdu_hdr hdr;
	uint8_t *pdu = NULL;
	size_t len = 0;
	int rc = recv_pdu(l, &hdr, &pdu);

	if (rc) {
		return rc;
	}
	if (hdr.call_id != l->call_id ||
	    (hdr.type != FX_PDU_RESPONSE && hdr.type != FX_PDU_FAULT)) {
		return fail(l, FX_CHANNEL_DEAD, FX_EPROTO);
	}
	rc = fx_sec_open(&l->sec, &hdr, pdu, &len);
	if (rc) {
		return fail(l, l->sec.auth ? FX_CHANNEL_FORGED : FX_CHANNEL_DEAD, rc);
	}
	l->proven |= hdr.auth_len && fx_auth_protects(l->sec.auth);
	rc = fx_pdu_call_get(&hdr, pdu + FX_PDU_HDR_SIZE, len, &call);
	if (!rc && hdr.type == FX_PDU_FAULT) {
		*ret_fault = call.status ? call.status : FX_FAULT_PROTOCOL;
		return 1;
	}
	rc = rc ? rc : fx_pdu_asm_add(&l->answer, &hdr, &call);
	return rc < 0 ? fail(l, FX_CHANNEL_DEAD, rc) : rc;
}

int fx_channel_call(struct fx_channel *l, size_t at, uint16_t ctx_id, uint16_t opnum,
		    uint32_t *ret_fault)
{
	int rc;

	*ret_fault = 0;
	fx_sec_end(&l->out, at, &l->sec, FX_PDU_REQUEST, 0, ++l->call_id, ctx_id, opnum,
		   l->max_frag);
	if (l->out.err) {
		return l->out.err;
	}
	rc = send_out(l);
	fx_pdu_asm_reset(&l->answer);
	while (rc == 0) {
		rc = take_answer(l, ret_fault);
	}
	return rc < 0 ? rc : 0;
}
