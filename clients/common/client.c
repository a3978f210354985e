/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of a connection: one at a time, faults and failures to Win32 codes. */
#include "clients/common/conn.h"

#include <string.h>

#include "base/mem.h"

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

struct fx_client *fx_client_free(struct fx_client *c)
{
	fx_channel_fini(&c->channel);
	fx_lock_fini(&c->lock);
	fx_arena_fini(&c->arena);
	return fx_free(c);
}

struct fx_client *fx_client_ref(struct fx_client *c)
{
	(void)atomic_fetch_add(&c->refs, 1);
	return c;
}

struct fx_client *fx_client_unref(struct fx_client *c)
{
	return c && atomic_fetch_sub(&c->refs, 1) == 1 ? fx_client_free(c) : NULL;
}

void fx_client_shut(struct fx_client *c)
{
	fx_channel_shut(&c->channel); /* without the lock, which the call that waits has */
}

uint32_t fx_client_broken(struct fx_client *c)
{
	uint32_t code;

	fx_lock_take(&c->lock);
	code = c->broken;
	fx_lock_drop(&c->lock);
	return code;
}

uint32_t fx_client_begin(struct fx_client *c, enum fx_client_iface iface, uint32_t op,
			 const struct fx_ms_val *in, enum fx_text_form form,
			 struct fx_ms_val out[FX_MS_PARAMS_MAX])
{
	const struct fx_ms_iface *i =
		iface == FX_CLIENT_FAX ? &fx_ms_fax_iface : &fx_ms_caselli_iface;
	struct fx_channel *l = &c->channel;
	struct fx_ndr_wr w;
	struct fx_rd r;
	uint32_t code, fault = 0;
	size_t at;
	int err;

	fx_lock_take(&c->lock);
	if (c->broken) {
		return c->broken;
	}
	if (iface == FX_CLIENT_CASELLI && !c->has_caselli) {
		return FX_W_UNKNOWN_IF;
	}
	fx_arena_fini(&c->arena);
	at = fx_channel_begin(l);
	w = fx_ndr_wr_init(&l->out);
	fx_ms_put_params(&w, i->ops[op].in, in, form);
	err = fx_channel_call(l, at, (uint16_t)iface, (uint16_t)op, &fault);
	if (err && l->state == FX_CHANNEL_OK) {
		return fx_client_code(err); /* nothing was sent */
	}
	if (err) {
		/* The stream may stand in the middle of an answer, or is not the server's: it is
		 * of no use any more. */
		c->broken = l->state == FX_CHANNEL_FORGED ? FX_W_SEC_PKG_ERROR : FX_W_CALL_FAILED;
		return c->broken;
	}
	if (fault) {
		return fault_code(fault);
	}
	r = fx_rd_init(l->answer.stub.data, l->answer.stub.len);
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

uint32_t fx_client_get_bytes(struct fx_client *c, uint32_t op, const struct fx_ms_val *in,
			     uint8_t **ret, uint32_t *ret_size)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, op, in, FX_TEXT_UTF8, out);
	uint8_t *p = NULL;

	if (!code && out[0].n) {
		p = fx_memdup(out[0].p, out[0].n);
		code = p ? 0 : FX_W_NOT_ENOUGH_MEMORY;
	}
	fx_client_end(c);
	if (!code) {
		*ret = p;
		*ret_size = out[0].n;
	}
	return code;
}

uint32_t fx_client_put_level0(struct fx_client *c, uint32_t op, const struct fx_ms_layout *layout,
			      const void *elem, enum fx_text_form form)
{
	struct fx_buf b = {0};
	struct fx_ms_val in[FX_MS_PARAMS_MAX] = {{.u = 0}};
	uint32_t code;

	fx_ms_put(&b, layout, elem, 1, form);
	in[1] = (struct fx_ms_val){.p = b.data, .n = (uint32_t)b.len};
	code = b.err ? fx_client_code(b.err) : fx_client_do(c, FX_CLIENT_FAX, op, in, form);
	fx_buf_fini(&b);
	return code;
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
