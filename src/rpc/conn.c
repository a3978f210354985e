/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/conn.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#define READ_SIZE ((size_t)64 * 1024)
#define KEEP_SIZE ((size_t)256 * 1024) /* an idle connection keeps no larger buffer */
#define FORGET_MAX ((size_t)256 << 20) /* of one request beyond the limit */
#define SEND_DOCUMENT_EX 27

struct conn_call {
	struct fx_icall call; /* first */
	struct fx_conn *conn; /* NULL: it is gone, the answer has nowhere to go */
	struct fx_link link;
	uint32_t call_id;
	uint16_t ctx_id;
	uint8_t minor;
};

static void doom(struct fx_conn *c, const char *why)
{
	if (!c->doomed) {
		fx_trace(FX_TRACE_RPC, "client=\"%s\" closed: %s", c->caller.client, why);
		c->doomed = true;
		fx_io_want(c->io, 0);
		fx_rpc_server_tick(c->s);
	}
}

static size_t out_waiting(const struct fx_conn *c)
{
	return c->out.len - c->out_pos;
}

static bool may_start(const struct fx_conn *c)
{
	return c->n_calls < c->s->prm.max_calls && out_waiting(c) < KEEP_SIZE;
}

/* What the stall timer watches: a client that owes us something. */
static void watch(struct fx_conn *c, bool progress)
{
	bool owes = !c->assoc || out_waiting(c) || c->request.active || c->over.active ||
		    (c->in.len && !c->resume);

	if (!owes) {
		if (fx_timer_running(c->stall)) {
			fx_timer_stop(c->stall);
		}
	} else if (progress || !fx_timer_running(c->stall)) {
		fx_timer_start(c->stall, (int64_t)c->s->prm.stall_ms * FX_MS);
	}
}

static void flush(struct fx_conn *c)
{
	bool progress = false;
	unsigned want;

	while (!c->doomed && out_waiting(c)) {
		ssize_t n = send(c->fd, c->out.data + c->out_pos, out_waiting(c), MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			break;
		}
		if (n < 0) {
			doom(c, "it hung up");
			return;
		}
		c->out_pos += (size_t)n;
		progress = true;
	}
	if (c->out_pos == c->out.len) {
		c->out_pos = 0;
		if (c->out.cap > KEEP_SIZE) {
			size_t max = c->out.max;

			fx_buf_fini(&c->out);
			c->out.max = max;
		}
		fx_buf_reset(&c->out);
	} else if (c->out_pos > KEEP_SIZE && c->out_pos > out_waiting(c)) {
		memmove(c->out.data, c->out.data + c->out_pos, out_waiting(c));
		c->out.len -= c->out_pos;
		c->out_pos = 0;
	}
	if (c->doomed) {
		return;
	}
	want = (may_start(c) ? FX_IO_READ : 0u) | (out_waiting(c) ? FX_IO_WRITE : 0u);
	if (want != c->want) {
		c->want = want;
		fx_io_want(c->io, want);
	}
	watch(c, progress);
}

/* --- bind --- */

static const struct fx_ms_iface *iface_of(const struct fx_pdu_syntax *s)
{
	static const struct fx_ms_iface *const all[] = {&fx_ms_fax_iface, &fx_ms_caselli_iface};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(all); i++) {
		if (memcmp(s->uuid, all[i]->uuid.b, 16) == 0 && s->major == all[i]->major &&
		    s->minor <= all[i]->minor) {
			return all[i];
		}
	}
	return NULL;
}

static bool add_ctx(struct fx_conn *c, uint16_t id, const struct fx_ms_iface *iface)
{
	unsigned i;

	for (i = 0; i < c->n_ctx && c->ctx[i].id != id; i++) {
	}
	if (i == FX_PDU_CTX_MAX) {
		return false;
	}
	c->ctx[i].id = id;
	c->ctx[i].iface = iface;
	c->n_ctx += i == c->n_ctx;
	return true;
}

static void negotiate(struct fx_conn *c, const struct fx_pdu_bind *b, struct fx_pdu_ack *ack)
{
	unsigned i;

	ack->n_results = b->n_ctx;
	for (i = 0; i < b->n_ctx; i++) {
		const struct fx_ms_iface *iface = iface_of(&b->ctx[i].abstract);

		ack->results[i].result = FX_CTX_REJECT;
		if (b->ctx[i].features) {
			ack->results[i].result = FX_CTX_NEGOTIATE; /* reason: no feature bits */
		} else if (!iface) {
			ack->results[i].reason = FX_CTX_NO_ABSTRACT;
		} else if (!b->ctx[i].ndr20) {
			ack->results[i].reason = FX_CTX_NO_TRANSFER;
		} else if (!add_ctx(c, b->ctx[i].id, iface)) {
			ack->results[i].reason = FX_CTX_LIMIT;
		} else {
			ack->results[i].result = FX_CTX_ACCEPT;
		}
	}
}

/* Group 0 starts an association; another must exist, and belong to the same user. */
static int join(struct fx_conn *c, uint32_t group)
{
	struct fx_rpc_server *s = c->s;
	int err;

	if (group == 0) {
		s->last_group = s->last_group + 1 ? s->last_group + 1 : 1;
		err = fx_assoc_new(&s->env, &c->caller, s->last_group, &c->assoc);
		if (err) {
			return err;
		}
		c->assoc->connections = 1;
		return 0;
	}
	FX_LIST_EACH(&s->conns, it) {
		struct fx_assoc *a = FX_CONTAINER(it, struct fx_conn, link)->assoc;

		if (a && a->group == group && a->caller.uid == c->caller.uid) {
			c->assoc = fx_assoc_ref(a);
			a->connections++;
			return 0;
		}
	}
	return FX_ENOENT;
}

static void on_bind(struct fx_conn *c, const struct fx_pdu_hdr *h, const uint8_t *body, size_t len)
{
	struct fx_pdu_ack ack = {0};
	struct fx_pdu_bind b;

	if (h->auth_len) {
		/* Who calls is known from the socket; there is nothing to negotiate. */
		fx_pdu_nak_put(&c->out, h->call_id, FX_NAK_AUTH_TYPE);
		return;
	}
	if ((h->type == FX_PDU_BIND) != !c->assoc || fx_pdu_bind_get(body, len, &b) != 0) {
		doom(c, "malformed bind");
		return;
	}
	if (h->type == FX_PDU_BIND &&
	    (b.max_recv < FX_PDU_FRAG_MIN || join(c, b.assoc_group) != 0)) {
		fx_pdu_nak_put(&c->out, h->call_id, FX_NAK_REASON_NONE);
		return;
	}
	if (h->type == FX_PDU_BIND) {
		c->max_frag = b.max_recv < FX_PDU_FRAG_MAX ? b.max_recv : FX_PDU_FRAG_MAX;
	}
	negotiate(c, &b, &ack);
	ack.max_xmit = c->max_frag;
	ack.max_recv = b.max_xmit >= FX_PDU_FRAG_MIN && b.max_xmit < FX_PDU_FRAG_MAX
			       ? b.max_xmit : FX_PDU_FRAG_MAX;
	ack.assoc_group = c->assoc->group;
	fx_pdu_ack_put(&c->out, h->type == FX_PDU_BIND ? FX_PDU_BIND_ACK : FX_PDU_ALTER_RESP,
		       h->minor, h->call_id, h->type == FX_PDU_BIND ? FX_MS_PIPE : NULL, &ack);
}

/* --- calls --- */

static void drop_call(struct conn_call *cc)
{
	fx_icall_clear(&cc->call);
	fx_buf_fini(&cc->call.data);
	(void)fx_free(cc);
}

static void put_fault(struct fx_conn *c, const struct conn_call *cc, uint32_t fault)
{
	fx_pdu_fault_put(&c->out, cc->minor, cc->call_id, cc->ctx_id, false, fault);
}

static void put_answer(struct fx_conn *c, struct conn_call *cc, uint32_t status)
{
	size_t start = c->out.len, at = fx_pdu_begin(&c->out);
	struct fx_ndr_wr w = {.b = &c->out, .base = c->out.len};

	fx_ms_put_params(&w, cc->call.op->out, cc->call.out, FX_TEXT_UTF8);
	fx_ndr_put_u32(&w, status);
	fx_pdu_end(&c->out, at, FX_PDU_RESPONSE, cc->minor, cc->call_id, cc->ctx_id, 0,
		   c->max_frag);
	if (c->out.err) { /* a list beyond measure: the caller is told, and may ask for less */
		c->out.err = 0;
		c->out.len = start;
		put_fault(c, cc, FX_FAULT_NO_MEMORY);
	}
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
		put_fault(c, cc, call->fault);
	} else {
		put_answer(c, cc, status);
	}
	fx_list_remove(&cc->link);
	c->n_calls--;
	drop_call(cc);
	if (c->out.err) {
		doom(c, "its answers fill the memory");
	} else if (!c->busy) {
		flush(c);
		if (c->resume && may_start(c)) {
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

static const struct fx_ms_iface *bound_iface(const struct fx_conn *c, uint16_t ctx_id)
{
	const struct fx_ms_iface *iface = NULL;

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
	bool list = call->opnum == SEND_DOCUMENT_EX &&
		    bound_iface(c, call->ctx_id) == &fx_ms_fax_iface;

	c->request.stub.max = list ? c->s->prm.max_send_bytes : c->s->prm.max_stub_bytes;
}

/* The rest of a request beyond the limit is no reason to hang up: the client hears why. */
static void forget(struct fx_conn *c, const struct fx_pdu_hdr *h, const struct fx_pdu_call *call)
{
	if (h->call_id != c->over.call_id || ((h->flags & FX_PDU_FIRST) && c->over.n)) {
		doom(c, "fragments out of order");
		return;
	}
	c->over.n += call->stub_len ? call->stub_len : 1;
	if (c->over.n > FORGET_MAX) {
		doom(c, "its request has no end");
	} else if (h->flags & FX_PDU_LAST) {
		c->over.active = false;
		fx_trace(FX_TRACE_RPC, "client=\"%s\" asks with more than %zu bytes",
			 c->caller.client, c->request.stub.max);
		fx_pdu_fault_put(&c->out, h->minor, h->call_id, c->over.ctx_id, true,
				 FX_FAULT_NO_MEMORY);
	}
}

static void on_request(struct fx_conn *c, const struct fx_pdu_hdr *h, const uint8_t *body,
		       size_t len)
{
	const struct fx_ms_iface *iface;
	struct fx_pdu_call call;
	uint32_t fault = 0;
	int rc;

	if (!c->assoc || h->auth_len || fx_pdu_call_get(h, body, len, &call) != 0) {
		doom(c, "malformed request");
		return;
	}
	if (c->over.active) {
		forget(c, h, &call);
		return;
	}
	if (h->flags & FX_PDU_FIRST) {
		set_limit(c, &call);
	}
	rc = fx_pdu_asm_add(&c->request, h, &call);
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
		doom(c, "fragments out of order");
	}
	if (rc <= 0) {
		return;
	}
	iface = bound_iface(c, c->request.ctx_id);
	if (!iface) {
		fault = FX_FAULT_UNKNOWN_IF;
	} else if (c->request.opnum >= iface->n_ops || !iface->ops[c->request.opnum].name) {
		fault = FX_FAULT_OP_RANGE;
	} else {
		fault = start_call(c, h, iface);
	}
	if (fault) {
		fx_pdu_fault_put(&c->out, h->minor, h->call_id, c->request.ctx_id, true, fault);
	}
	fx_pdu_asm_reset(&c->request);
}

/* The client does not want the answer any more; a call that only waits ends here. */
static void on_orphaned(struct fx_conn *c, uint32_t call_id)
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

static void on_pdu(struct fx_conn *c, const struct fx_pdu_hdr *h, const uint8_t *body)
{
	size_t len = h->frag_len - FX_PDU_HDR_SIZE;

	switch ((enum fx_pdu_type)h->type) {
	case FX_PDU_BIND:
	case FX_PDU_ALTER:
		on_bind(c, h, body, len);
		return;
	case FX_PDU_REQUEST:
		on_request(c, h, body, len);
		return;
	case FX_PDU_ORPHANED:
		on_orphaned(c, h->call_id);
		return;
	case FX_PDU_AUTH3:  /* nothing was negotiated that it could complete */
	case FX_PDU_CANCEL: /* advice only: the answer comes anyway */
		return;
	case FX_PDU_RESPONSE:
	case FX_PDU_FAULT:
	case FX_PDU_BIND_ACK:
	case FX_PDU_BIND_NAK:
	case FX_PDU_ALTER_RESP:
	case FX_PDU_SHUTDOWN:
		break;
	}
	doom(c, "a PDU that a client does not send");
}

void fx_conn_process(struct fx_conn *c)
{
	struct fx_pdu_hdr h;
	bool progress = false;

	c->busy = true;
	c->resume = false;
	while (!c->doomed && c->in.len - c->in_pos >= FX_PDU_HDR_SIZE) {
		const uint8_t *p = c->in.data + c->in_pos;

		if (!may_start(c)) {
			c->resume = true;
			break;
		}
		if (fx_pdu_hdr_get(p, &h) != 0 || h.frag_len > FX_PDU_FRAG_MAX) {
			doom(c, "malformed PDU");
			break;
		}
		if (c->in.len - c->in_pos < h.frag_len) {
			break;
		}
		on_pdu(c, &h, p + FX_PDU_HDR_SIZE);
		c->in_pos += h.frag_len;
		progress = true;
	}
	if (c->in_pos) {
		memmove(c->in.data, c->in.data + c->in_pos, c->in.len - c->in_pos);
		c->in.len -= c->in_pos;
		c->in_pos = 0;
	}
	c->busy = false;
	if (!c->doomed) {
		watch(c, progress);
		flush(c);
	}
	if (c->resume && !c->doomed && may_start(c)) {
		fx_rpc_server_tick(c->s); /* the flush made room */
	}
}

static void on_io(void *arg, unsigned events)
{
	struct fx_conn *c = arg;
	ssize_t n = -1;

	if (c->doomed) {
		return;
	}
	if (events & (FX_IO_READ | FX_IO_HANGUP) && c->in.len < 2 * READ_SIZE) {
		size_t at = c->in.len;
		uint8_t *p = fx_buf_grow(&c->in, READ_SIZE);

		if (!p) {
			doom(c, "out of memory");
			return;
		}
		n = recv(c->fd, p, READ_SIZE, 0);
		c->in.len = at + (n > 0 ? (size_t)n : 0);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
			doom(c, "it hung up");
			return;
		}
	} else if (events & FX_IO_HANGUP) {
		doom(c, "it hung up");
		return;
	}
	if (events & FX_IO_WRITE) {
		flush(c);
	}
	if (!c->doomed && (n > 0 || (c->resume && may_start(c)))) {
		fx_conn_process(c);
	}
}

static void on_stall(void *arg)
{
	struct fx_conn *c = arg;

	doom(c, c->assoc ? "it stalled" : "it did not bind");
}

int fx_conn_new(struct fx_rpc_server *s, int take_fd, const struct fx_caller *caller)
{
	struct fx_conn *c = fx_zalloc(sizeof(*c));
	int err;

	if (!c) {
		return FX_ENOMEM;
	}
	c->s = s;
	c->caller = *caller;
	c->fd = -1;
	c->request.stub.max = s->prm.max_stub_bytes;
	c->out.max = s->prm.max_output_bytes;
	fx_list_init(&c->calls);
	fx_list_init(&c->link);
	err = fx_timer_new(s->prm.loop, on_stall, c, &c->stall);
	if (!err) {
		err = fx_io_new(s->prm.loop, take_fd, on_io, c, &c->io);
	}
	if (err) {
		fx_conn_free(c);
		return err;
	}
	c->fd = take_fd;
	fx_list_append(&s->conns, &c->link);
	s->n_conns++;
	c->want = FX_IO_READ;
	fx_io_want(c->io, FX_IO_READ);
	watch(c, true);
	return 0;
}

void fx_conn_free(struct fx_conn *c)
{
	c->doomed = true;
	FX_LIST_EACH_SAFE(&c->calls, it) {
		struct conn_call *cc = FX_CONTAINER(it, struct conn_call, link);

		fx_list_remove(&cc->link);
		cc->conn = NULL;
		if (fx_icall_cancel(&cc->call)) {
			drop_call(cc);
		}
	}
	if (c->assoc) {
		if (--c->assoc->connections == 0) {
			fx_assoc_rundown(c->assoc);
		}
		fx_assoc_unref(c->assoc);
	}
	if (c->fd >= 0) {
		fx_list_remove(&c->link);
		c->s->n_conns--;
		fx_service_logout(&c->caller);
	}
	c->stall = fx_timer_free(c->stall);
	c->io = fx_io_free(c->io);
	if (c->fd >= 0) {
		(void)close(c->fd);
	}
	fx_buf_fini(&c->in);
	fx_buf_fini(&c->out);
	fx_buf_fini(&c->request.stub);
	(void)fx_free(c);
}
