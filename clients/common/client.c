/* SPDX-License-Identifier: Apache-2.0 */
/* The connection: bind, one call at a time, faults to Win32 codes. */
#include "clients/common/client_priv.h"

#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "clients/common/lock.h"
#include "clients/common/transport.h"
#include "rpc/pdu/pdu.h"

#define RECV_SIZE ((size_t)64 * 1024)
#define STUB_MAX  ((size_t)256 << 20) /* an answer: 100,000 jobs fit */

struct fx_client {
	_Atomic unsigned refs;
	fx_lock lock; /* all below */
	struct fx_transport *t;
	uint32_t broken;      /* Win32 code, 0 = works */
	bool has_caselli;
	uint16_t max_frag;    /* what the server takes */
	uint32_t call_id;
	struct fx_buf out;    /* request */
	uint8_t *in;          /* received, not yet used: in[in_pos .. in_len) */
	size_t in_pos, in_len;
	struct fx_pdu_asm answer;
	struct fx_arena arena;
};

uint32_t fx_client_code(int err)
{
	switch (err) {
	case 0:
		return FX_W_SUCCESS;
	case FX_ENOMEM:
		return FX_W_NOT_ENOUGH_MEMORY;
	case FX_EACCES:
		return FX_W_ACCESS_DENIED;
	case FX_EINVAL:
	case FX_ELIMIT:
	case FX_EOVERFLOW:
		return FX_W_INVALID_PARAMETER;
	case FX_EPROTO:
	case FX_ETRUNC:
		return FX_W_RPC_PROTOCOL_ERROR;
	case FX_EBUSY:
		return FX_W_SERVER_TOO_BUSY;
	case FX_ENOENT:
	case FX_ECONNREFUSED:
		return FX_W_SERVER_UNAVAILABLE;
	default:
		return FX_W_CALL_FAILED;
	}
}

static uint32_t fault_code(uint32_t status)
{
	static const struct {
		uint32_t fault, code;
	} known[] = {
		{FX_FAULT_OP_RANGE, FX_W_PROCNUM_OUT_OF_RANGE},
		{FX_FAULT_CONTEXT, FX_W_INVALID_HANDLE},
		{FX_FAULT_UNKNOWN_IF, FX_W_UNKNOWN_IF},
		{FX_FAULT_NO_MEMORY, FX_W_NOT_ENOUGH_MEMORY},
		{FX_FAULT_BUSY, FX_W_SERVER_TOO_BUSY},
		{FX_FAULT_PROTOCOL, FX_W_RPC_PROTOCOL_ERROR},
	};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(known); i++) {
		if (known[i].fault == status) {
			return known[i].code;
		}
	}
	/* 5, 0x6F7 and others are Win32 codes as they are */
	return status && status < 0x10000 ? status : FX_W_CALL_FAILED;
}

/* n bytes, contiguous, valid until the next call of this. */
static int need(struct fx_client *c, size_t n, const uint8_t **ret)
{
	if (c->in_len - c->in_pos < n && c->in_pos) {
		memmove(c->in, c->in + c->in_pos, c->in_len - c->in_pos);
		c->in_len -= c->in_pos;
		c->in_pos = 0;
	}
	while (c->in_len - c->in_pos < n) {
		int k = c->t->ops->recv(c->t, c->in + c->in_len, RECV_SIZE - c->in_len);

		if (k < 0) {
			return k;
		}
		c->in_len += (size_t)k;
	}
	*ret = c->in + c->in_pos;
	return 0;
}

/* Next PDU; body valid until the next read. */
static int recv_pdu(struct fx_client *c, struct fx_pdu_hdr *hdr, const uint8_t **body)
{
	const uint8_t *p;
	int err = need(c, FX_PDU_HDR_SIZE, &p);

	if (!err) {
		err = fx_pdu_hdr_get(p, hdr);
	}
	if (!err && hdr->auth_len) {
		err = FX_EPROTO; /* nothing was negotiated */
	}
	if (!err) {
		err = need(c, hdr->frag_len, &p);
	}
	if (!err) {
		*body = p + FX_PDU_HDR_SIZE;
		c->in_pos += hdr->frag_len;
	}
	return err;
}

static int bind(struct fx_client *c)
{
	struct fx_pdu_bind b = {
		.max_xmit = FX_PDU_FRAG_MAX, .max_recv = FX_PDU_FRAG_MAX, .n_ctx = 2};
	const struct fx_ms_iface *const ifaces[] = {&fx_ms_fax_iface, &fx_ms_caselli_iface};
	struct fx_pdu_hdr hdr;
	struct fx_pdu_ack ack;
	const uint8_t *body;
	uint16_t i;
	int err;

	for (i = 0; i < 2; i++) {
		b.ctx[i].id = i;
		memcpy(b.ctx[i].abstract.uuid, ifaces[i]->uuid.b, 16);
		b.ctx[i].abstract.major = ifaces[i]->major;
		b.ctx[i].abstract.minor = ifaces[i]->minor;
	}
	fx_buf_reset(&c->out);
	fx_pdu_bind_put(&c->out, FX_PDU_BIND, ++c->call_id, &b);
	err = c->out.err ? c->out.err : c->t->ops->send(c->t, c->out.data, c->out.len);
	if (!err) {
		err = recv_pdu(c, &hdr, &body);
	}
	if (err) {
		return err;
	}
	if (hdr.type == FX_PDU_BIND_NAK) {
		return FX_EBUSY; /* too many connections is the one reason our server has */
	}
	if (hdr.type != FX_PDU_BIND_ACK ||
	    fx_pdu_ack_get(body, hdr.frag_len - FX_PDU_HDR_SIZE, &ack) != 0 || ack.n_results != 2 ||
	    ack.results[0].result != FX_CTX_ACCEPT || ack.max_recv < FX_PDU_FRAG_MIN) {
		return FX_EPROTO;
	}
	c->max_frag = ack.max_recv < FX_PDU_FRAG_MAX ? ack.max_recv : FX_PDU_FRAG_MAX;
	c->has_caselli = ack.results[1].result == FX_CTX_ACCEPT;
	return 0;
}

static struct fx_client *client_free(struct fx_client *c)
{
	if (c->t) {
		c->t->ops->close(c->t);
	}
	fx_lock_fini(&c->lock);
	fx_buf_fini(&c->out);
	fx_buf_fini(&c->answer.stub);
	fx_arena_fini(&c->arena);
	(void)fx_free(c->in);
	return fx_free(c);
}

static uint32_t why(struct fx_reason *reterr, uint32_t code, const char *path, int err)
{
	if (code == FX_W_SERVER_UNAVAILABLE) {
		fx_reason_set(reterr,
			      "No fax service answers at %s (%s). Start it with `casellid`, or "
			      "name it with CASELLI_SERVER.",
			      path, fx_error_str(err));
	} else if (code == FX_W_ACCESS_DENIED) {
		fx_reason_set(reterr,
			      "You may not use the fax service at %s; its administrator can "
			      "permit it.",
			      path);
	} else {
		fx_reason_set(reterr, "Cannot connect to the fax service at %s: %s.", path,
			      fx_error_str(err));
	}
	return code;
}

uint32_t fx_client_connect(const char *server, uint32_t timeout_ms, struct fx_client **ret,
			   struct fx_reason *reterr)
{
	struct fx_client_place place;
	struct fx_client *c;
	uint32_t code = fx_client_resolve(server, &place);
	int err;

	if (code) {
		fx_reason_set(reterr, "\"%s\" is not the name of a fax server.", fx_text(server));
		return code;
	}
	if (place.remote) {
		fx_reason_set(reterr,
			      "The fax server %s is on another machine; only the local service "
			      "can be reached.",
			      place.host);
		return FX_W_NOT_SUPPORTED;
	}
	c = fx_zalloc(sizeof(*c));
	if (!c) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	atomic_init(&c->refs, 1);
	fx_lock_init(&c->lock);
	c->answer.stub.max = STUB_MAX;
	c->in = fx_zalloc(RECV_SIZE);
	err = c->in ? fx_transport_unix(place.path, timeout_ms ? timeout_ms : FX_CLIENT_TIMEOUT_MS,
					&c->t) : FX_ENOMEM;
	if (!err) {
		err = bind(c);
	}
	if (err) {
		(void)client_free(c);
		/* it listened but did not answer in time, or hung up: nobody serves there */
		code = err == FX_EPIPE || err == FX_ETIMEDOUT ? FX_W_SERVER_UNAVAILABLE
							       : fx_client_code(err);
		return why(reterr, code, place.path, err);
	}
	*ret = c;
	return FX_W_SUCCESS;
}

struct fx_client *fx_client_ref(struct fx_client *c)
{
	(void)atomic_fetch_add(&c->refs, 1);
	return c;
}

struct fx_client *fx_client_unref(struct fx_client *c)
{
	return c && atomic_fetch_sub(&c->refs, 1) == 1 ? client_free(c) : NULL;
}

void fx_client_shut(struct fx_client *c)
{
	c->t->ops->shut(c->t); /* without the lock, which the call that waits has */
}

uint32_t fx_client_broken(struct fx_client *c)
{
	uint32_t code;

	fx_lock_take(&c->lock);
	code = c->broken;
	fx_lock_drop(&c->lock);
	return code;
}

/* Send the request in c->out, bring the whole answer into c->answer.stub. */
static uint32_t exchange(struct fx_client *c, int *ret_err)
{
	struct fx_pdu_call call;
	struct fx_pdu_hdr hdr;
	const uint8_t *body;
	int err = c->t->ops->send(c->t, c->out.data, c->out.len), rc = 0;

	fx_pdu_asm_reset(&c->answer);
	while (!err && rc == 0) {
		err = recv_pdu(c, &hdr, &body);
		if (!err) {
			err = fx_pdu_call_get(&hdr, body, hdr.frag_len - FX_PDU_HDR_SIZE, &call);
		}
		if (!err && (hdr.call_id != c->call_id ||
			     (hdr.type != FX_PDU_RESPONSE && hdr.type != FX_PDU_FAULT))) {
			err = FX_EPROTO;
		}
		if (!err && hdr.type == FX_PDU_FAULT) {
			return fault_code(call.status);
		}
		if (!err) {
			rc = fx_pdu_asm_add(&c->answer, &hdr, &call);
			err = rc < 0 ? rc : 0;
		}
	}
	*ret_err = err;
	return FX_W_SUCCESS;
}

uint32_t fx_client_begin(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
			 const struct fx_ms_val *in, enum fx_text_form form,
			 struct fx_ms_val out[FX_MS_PARAMS_MAX])
{
	const struct fx_ms_iface *i =
		iface == FX_CLIENT_FAX ? &fx_ms_fax_iface : &fx_ms_caselli_iface;
	struct fx_ndr_wr w;
	struct fx_rd r;
	uint32_t code;
	size_t at;
	int err = 0;

	fx_lock_take(&c->lock);
	if (c->broken) {
		return c->broken;
	}
	if (iface == FX_CLIENT_CASELLI && !c->has_caselli) {
		return FX_W_UNKNOWN_IF;
	}
	fx_arena_fini(&c->arena);
	fx_buf_reset(&c->out);
	at = fx_pdu_begin(&c->out);
	w = fx_ndr_wr_init(&c->out);
	fx_ms_put_params(&w, i->ops[op].in, in, form);
	fx_pdu_end(&c->out, at, FX_PDU_REQUEST, 0, ++c->call_id, (uint16_t)iface, (uint16_t)op,
		   c->max_frag);
	if (c->out.err) {
		return fx_client_code(c->out.err);
	}
	code = exchange(c, &err);
	if (err) {
		/* The stream may stand in the middle of an answer: it is of no use any more. */
		c->broken = FX_W_CALL_FAILED;
		return c->broken;
	}
	if (code) {
		return code;
	}
	r = fx_rd_init(c->answer.stub.data, c->answer.stub.len);
	fx_ms_get_params(&r, i->ops[op].out, out, &c->arena, FX_TEXT_UTF8);
	code = fx_ndr_get_u32(&r);
	return r.err ? (r.err == FX_ENOMEM ? FX_W_NOT_ENOUGH_MEMORY : FX_W_BAD_STUB_DATA) : code;
}

void fx_client_end(struct fx_client *c)
{
	fx_lock_drop(&c->lock);
}

uint32_t fx_client_get_array(struct fx_client *c, const struct fx_client_array *call,
			     const struct fx_ms_val *in, enum fx_text_form form, void **ret,
			     uint32_t *ret_n, struct fx_ms_val *ret_out)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, call->iface, call->op, in, form, out), n = 1;
	void *block = NULL;
	int err;

	if (!code) {
		n = call->count_at ? (uint32_t)out[call->count_at].u : 1;
		err = fx_ms_get(call->layout, out[call->at].p, out[call->at].n, n, form, &block);
		code = err == 0         ? 0 :
		       err == FX_ENOMEM ? FX_W_NOT_ENOUGH_MEMORY :
					  FX_W_BAD_STUB_DATA;
	}
	fx_client_end(c);
	if (code) {
		return code;
	}
	*ret = block;
	if (ret_n) {
		*ret_n = n;
	}
	if (ret_out) {
		memcpy(ret_out, out, sizeof(out));
	}
	return 0;
}

uint32_t fx_client_do(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
		      const struct fx_ms_val *in, enum fx_text_form form)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, iface, op, in, form, out);

	fx_client_end(c);
	return code;
}

uint32_t fx_client_get_u32(struct fx_client *c, uint32_t op, uint32_t *ret)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, op, NULL, FX_TEXT_UTF8, out);

	fx_client_end(c);
	if (!code) {
		*ret = (uint32_t)out[0].u;
	}
	return code;
}

uint32_t fx_client_open(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
			const struct fx_ms_val *in, struct fx_ctx *ret)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, iface, op, in, FX_TEXT_UTF8, out);

	if (!code) {
		memcpy(ret->b, out[0].p, sizeof(ret->b));
	}
	fx_client_end(c);
	return code;
}

uint32_t fx_client_close(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
			 struct fx_ctx *h)
{
	struct fx_ms_val in = {.p = h};

	return fx_client_open(c, iface, op, &in, h);
}
