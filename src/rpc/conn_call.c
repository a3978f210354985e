/* SPDX-License-Identifier: Apache-2.0 */
/* Requests of a connection: opened, put together, run, answered as they end. */
#include <string.h>

#include "base/mem.h"
#include "rpc/plain.h"

#define FORGET_MAX ((size_t)256 << 20) /* of one request beyond the limit */
#define SEND_DOCUMENT_EX 27
#define OPEN_STUB_MAX 8192u       /* of a request that needs no user */
#define MUCH ((size_t)256 * 1024) /* from here on the memory of all is looked at */

struct conn_call {
	struct fx_icall call; /* first */
	struct fx_conn *conn; /* NULL: it is gone, the answer has nowhere to go */
	struct fx_link link;
	uint32_t call_id;
	uint16_t ctx_id;
	uint8_t minor;
};

static void drop_call(struct conn_call *cc)
{
	fx_icall_clear(&cc->call);
	fx_buf_fini(&cc->call.data);
	(void)fx_free(cc);
}

/* Faults go without protection: decision 0631. */
void fx_conn_fault(struct fx_conn *c, uint8_t minor, uint32_t call_id, uint16_t ctx_id,
		   bool did_not_execute, uint32_t fault)
{
	fx_pdu_fault_put(&c->out, minor, call_id, ctx_id, did_not_execute, fault);
	c->s->stats.calls_out++;
	c->s->stats.pdus_out++;
}

static bool memory_left(const struct fx_conn *c, size_t more)
{
	return c->door == FX_DOOR_UNIX || more < MUCH ||
	       fx_rpc_server_memory(c->s) + more <= c->s->prm.net.max_memory_bytes;
}

/* The stub stands behind `at`; false: it is gone again, and the caller has heard why. */
static bool end_response(struct fx_conn *c, size_t start, size_t at, uint8_t minor,
			 uint32_t call_id, uint16_t ctx_id)
{
	bool much = !memory_left(c, c->out.len - start);

	if (!much) {
		fx_sec_end(&c->out, at, &c->sec, FX_PDU_RESPONSE, minor, call_id, ctx_id, 0,
			   c->max_frag);
	}
	if (c->out.err == FX_EACCES) {
		return false; /* the context protects no more: the connection ends */
	}
	if (c->out.err || much) { /* the caller is told, and may ask for less */
		c->out.err = 0;
		c->out.len = start;
		fx_conn_fault(c, minor, call_id, ctx_id, false, FX_FAULT_NO_MEMORY);
		return false;
	}
	c->s->stats.calls_out++;
	for (size_t p = start; p < c->out.len; p += c->out.data[p + 8] | c->out.data[p + 9] << 8) {
		c->s->stats.pdus_out++;
	}
	return true;
}

static void put_answer(struct fx_conn *c, struct conn_call *cc, uint32_t status)
{
	size_t start = c->out.len, at = fx_pdu_begin(&c->out);
	struct fx_ndr_wr w = {.b = &c->out, .base = c->out.len};

	fx_ms_put_params(&w, cc->call.op->out, cc->call.out, FX_TEXT_UTF8);
	fx_ndr_put_u32(&w, status);
	(void)end_response(c, start, at, cc->minor, cc->call_id, cc->ctx_id);
}

static void on_finish(struct fx_icall *call, uint32_t status)
{
	struct conn_call *cc = FX_CONTAINER(call, struct conn_call, call);
	struct fx_conn *c = cc->conn;

	if (!c) {
		drop_call(cc);
		return;
	}
	if (call->op->opnum != FX_CS_TRACE_READ || call->iface != &fx_ms_caselli_iface) {
		fx_trace(FX_TRACE_RPC, "client=\"%s\" %s: %s %u", c->caller.client, call->op->name,
			 call->fault ? "fault" : "status", call->fault ? call->fault : status);
	}
	if (call->fault) {
		fx_conn_fault(c, cc->minor, cc->call_id, cc->ctx_id, false, call->fault);
	} else {
		put_answer(c, cc, status);
	}
	fx_list_remove(&cc->link);
	c->n_calls--;
	drop_call(cc);
	if (c->out.err) {
		fx_conn_doom(c, "its answers cannot be written");
	} else if (!c->busy) {
		fx_conn_flush(c);
		if (c->resume && fx_conn_may_start(c)) {
			fx_rpc_server_tick(c->s);
		}
	}
}

static uint32_t start_call(struct fx_conn *c, const struct fx_pdu_hdr *h,
			   const struct fx_ms_iface *iface)
{
	struct fx_rd r = fx_rd_init(c->request.stub.data, c->request.stub.len);
	struct conn_call *cc = fx_zalloc(sizeof(*cc));

	if (!cc) {
		return FX_FAULT_NO_MEMORY;
	}
	cc->call.arena.max = (size_t)256 << 20;
	cc->call.iface = iface;
	cc->call.op = &iface->ops[c->request.opnum];
	cc->call.finish = on_finish;
	fx_list_init(&cc->call.link);
	fx_ms_get_params(&r, cc->call.op->in, cc->call.in, &cc->call.arena, FX_TEXT_UTF8);
	if (r.err) {
		drop_call(cc);
		return r.err == FX_ENOMEM ? FX_FAULT_NO_MEMORY : FX_FAULT_BAD_STUB;
	}
	cc->call.assoc = fx_assoc_ref(c->assoc);
	cc->conn = c;
	cc->call_id = h->call_id;
	cc->ctx_id = c->request.ctx_id;
	cc->minor = h->minor;
	fx_list_append(&c->calls, &cc->link);
	c->n_calls++;
	fx_icall_run(&cc->call);
	return 0;
}

/* The hand-made interfaces answer at once. */
static uint32_t plain_call(struct fx_conn *c, const struct fx_pdu_hdr *h,
			   const struct fx_rpc_iface *iface)
{
	struct fx_rd r = fx_rd_init(c->request.stub.data, c->request.stub.len);
	size_t start = c->out.len, at = fx_pdu_begin(&c->out);
	uint32_t fault = iface->plain(c, c->request.opnum, &r, &c->out);

	fx_trace(FX_TRACE_RPC, "client=\"%s\" %s %u: fault %u", c->caller.client, iface->name,
		 c->request.opnum, fault);
	if (fault || r.err) {
		c->out.len = start;
		c->out.err = 0;
		return fault ? fault : FX_FAULT_BAD_STUB;
	}
	(void)end_response(c, start, at, h->minor, h->call_id, c->request.ctx_id);
	return 0;
}

const struct fx_rpc_iface *fx_conn_iface(const struct fx_conn *c, uint16_t ctx_id)
{
	const struct fx_rpc_iface *iface = NULL;

	for (unsigned i = 0; i < c->n_ctx; i++) {
		if (c->ctx[i].id == ctx_id) {
			iface = c->ctx[i].iface;
		}
	}
	return iface;
}

/* A list of recipients may be long; nothing else that is asked for is. */
static void set_limit(struct fx_conn *c, const struct fx_pdu_call *call)
{
	const struct fx_rpc_iface *iface = fx_conn_iface(c, call->ctx_id);
	bool list = call->opnum == SEND_DOCUMENT_EX && iface && iface->ms == &fx_ms_fax_iface;

	c->request.stub.max = c->who != FX_WHO_KNOWN ? OPEN_STUB_MAX :
			      list ? c->s->prm.max_send_bytes : c->s->prm.max_stub_bytes;
}

/* The rest of a request beyond the limit is no reason to hang up: the client hears why. */
static void forget(struct fx_conn *c, const struct fx_pdu_hdr *h, const struct fx_pdu_call *call)
{
	if (h->call_id != c->over.call_id || ((h->flags & FX_PDU_FIRST) && c->over.n)) {
		fx_conn_doom(c, "fragments out of order");
		return;
	}
	c->over.n += call->stub_len ? call->stub_len : 1;
	if (c->over.n > FORGET_MAX) {
		fx_conn_doom(c, "its request has no end");
	} else if (h->flags & FX_PDU_LAST) {
		c->over.active = false;
		fx_trace(FX_TRACE_RPC, "client=\"%s\" asks with more than %zu bytes",
			 c->caller.client, c->request.stub.max);
		fx_conn_fault(c, h->minor, h->call_id, c->over.ctx_id, true, FX_FAULT_NO_MEMORY);
	}
}

/* Is this call served to somebody who did not log in? The remedy is in the log. */
static bool may_ask(struct fx_conn *c, const struct fx_rpc_iface *iface)
{
	uint16_t op = c->request.opnum;
	bool refused = c->who == FX_WHO_REFUSED;

	if (c->who == FX_WHO_KNOWN ||
	    (!refused && iface && op < 32 && iface->open_ops & UINT32_C(1) << op)) {
		return true;
	}
	if (!refused) {
		fx_conn_refused(c, "%s, operation %u, without authentication; let the client log "
				"in", iface ? iface->name : "an interface it did not bind", op);
	}
	return false;
}

static void on_whole(struct fx_conn *c, const struct fx_pdu_hdr *h)
{
	const struct fx_rpc_iface *iface = fx_conn_iface(c, c->request.ctx_id);
	uint16_t opnum = c->request.opnum;
	uint32_t fault;

	c->s->stats.calls_in++;
	if (!may_ask(c, iface)) {
		fault = FX_FAULT_ACCESS_DENIED;
	} else if (!iface) {
		fault = FX_FAULT_UNKNOWN_IF;
	} else if (!iface->ms) {
		fault = plain_call(c, h, iface);
	} else if (opnum >= iface->ms->n_ops || !iface->ms->ops[opnum].name) {
		fault = FX_FAULT_OP_RANGE;
	} else {
		fault = start_call(c, h, iface->ms);
	}
	if (fault) {
		fx_conn_fault(c, h->minor, h->call_id, c->request.ctx_id, true, fault);
	}
	if (c->who == FX_WHO_REFUSED) {
		fx_conn_close(c, "it could not log in");
	}
}

/* In order of arrival: a security context counts. @return 0, or the connection is doomed */
static int open_request(struct fx_conn *c, const struct fx_pdu_hdr *h, uint8_t *pdu,
			struct fx_pdu_call *call)
{
	size_t len = h->frag_len - FX_PDU_HDR_SIZE;
	int err = c->bound ? 0 : FX_EPROTO;

	if (!err && c->who == FX_WHO_KNOWN) {
		err = fx_sec_open(&c->sec, h, pdu, &len);
		if (err && c->sec.auth) {
			fx_conn_refused(c, "a request whose protection is %s; the connection is "
					"closed", err == FX_EACCES ? "forged or replayed" :
					"missing or malformed");
		}
	} else if (!err && c->who == FX_WHO_REFUSED && h->auth_len) {
		/* Its protection cannot be checked any more; what counts is who asks what. */
		struct fx_sec_trailer t;

		err = fx_sec_trailer_get(h, pdu, &t);
		len = err ? 0 : t.at - FX_PDU_HDR_SIZE;
	} else if (!err && h->auth_len) {
		err = FX_EPROTO;
	}
	if (!err) {
		err = fx_pdu_call_get(h, pdu + FX_PDU_HDR_SIZE, len, call);
	}
	if (err) {
		fx_conn_doom(c, err == FX_EACCES ? "a forged request" : "malformed request");
	}
	return err;
}

void fx_conn_request(struct fx_conn *c, const struct fx_pdu_hdr *h, uint8_t *pdu)
{
	struct fx_pdu_call call;
	size_t cap;
	int rc;

	if (open_request(c, h, pdu, &call)) {
		return;
	}
	if (c->over.active) {
		forget(c, h, &call);
		return;
	}
	if (h->flags & FX_PDU_FIRST) {
		set_limit(c, &call);
	}
	cap = c->request.stub.cap;
	rc = fx_pdu_asm_add(&c->request, h, &call);
	/* looked at when it grows: fragments may be of one byte, and connections are many */
	if (rc >= 0 && c->request.stub.cap != cap && !memory_left(c, c->request.stub.len)) {
		rc = FX_ENOMEM;
	}
	if (rc == FX_ELIMIT || rc == FX_ENOMEM) {
		c->over.active = true;
		c->over.call_id = c->request.call_id;
		c->over.ctx_id = c->request.ctx_id;
		c->over.n = 0;
		fx_pdu_asm_reset(&c->request);
		forget(c, h, &call);
		return;
	}
	if (rc < 0) {
		fx_conn_doom(c, "fragments out of order");
	}
	if (rc > 0) {
		on_whole(c, h);
		fx_pdu_asm_reset(&c->request);
	}
}

void fx_conn_orphaned(struct fx_conn *c, uint32_t call_id)
{
	if (c->request.active && c->request.call_id == call_id) {
		fx_pdu_asm_reset(&c->request);
	}
	if (c->over.call_id == call_id) {
		c->over.active = false;
	}
	FX_LIST_EACH_SAFE(&c->calls, it) {
		struct conn_call *cc = FX_CONTAINER(it, struct conn_call, link);

		if (cc->call_id == call_id && fx_icall_cancel(&cc->call)) {
			fx_list_remove(&cc->link);
			c->n_calls--;
			drop_call(cc);
		}
	}
}

void fx_conn_drop_calls(struct fx_conn *c)
{
	FX_LIST_EACH_SAFE(&c->calls, it) {
		struct conn_call *cc = FX_CONTAINER(it, struct conn_call, link);

		fx_list_remove(&cc->link);
		cc->conn = NULL;
		if (fx_icall_cancel(&cc->call)) {
			drop_call(cc);
		}
	}
}
