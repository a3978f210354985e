/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/callout/callout.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/gate.h"
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/sec.h"
#include "rpc/msfax/ops.h"

#define READ_SIZE   4096u
#define ANSWER_MAX  65536u /* of what comes; answers have some 30 bytes */
#define SEC_CONTEXT 1u
#define CLOSING_MAX 64u  /* that only say good-bye; each has a descriptor */
#define STEPS_MAX   2u   /* in workers at once: base/gate.h */
/* Calls come one after the other, so they may all have the same number, and servers exist that
 * give each answer this one, whatever was asked (Wine 8). */
#define CALL_ID     1u

/* operations of faxclient, ms-fax.md 3.4 */
enum { OPEN_CONNECTION, CLIENT_EVENT_QUEUE, CLOSE_CONNECTION, CLIENT_EVENT_QUEUE_EX };

enum state { CONNECTING, SECURING, OPENING, READY, SENDING, CLOSING, FAILED };

struct fx_callouts {
	struct fx_loop *loop;
	struct fx_gate *steps;
	struct fx_link closing;
	size_t n_closing;
};

struct fx_callout {
	struct fx_callouts *all;
	struct fx_link link; /* all->closing */
	enum state state;
	bool freed; /* by its owner */
	int fd;
	struct fx_io *io;
	struct fx_timer *timer; /* the time limit; with `err` set, tells it */
	int err;
	struct fx_reason why;
	uint32_t timeout_ms;
	uint64_t context;
	char where[80];
	void (*ready)(void *arg, int err, const struct fx_reason *why);
	void *arg;
	struct fx_buf in, out;
	size_t out_pos;
	uint16_t max_frag;
	struct fx_ctx handle;
	struct fx_pdu_asm answer;
	/* security */
	enum fx_auth_type type;
	char *user, *domain, *password, *host;
	struct fx_auth_server *own;
	struct fx_sec sec;
	bool working, bound;
	struct fx_gate_job job;
	struct fx_buf token_in, token_out;
	int step;
	struct fx_reason step_why;
};

/* ---- end ---- */

static void release(struct fx_callout *c)
{
	c->io = fx_io_free(c->io);
	if (c->fd >= 0) {
		(void)close(c->fd);
		c->fd = -1;
	}
	fx_timer_stop(c->timer);
}

static void wipe(char *text)
{
	if (text) {
		explicit_bzero(text, strlen(text));
	}
	(void)fx_free(text);
}

static void destroy(struct fx_callout *c)
{
	release(c);
	if (!fx_list_empty(&c->link)) {
		c->all->n_closing--;
	}
	fx_list_remove(&c->link);
	c->timer = fx_timer_free(c->timer);
	c->sec.auth = fx_auth_free(c->sec.auth);
	fx_buf_fini(&c->in);
	fx_buf_fini(&c->out);
	fx_buf_fini(&c->answer.stub);
	fx_buf_fini(&c->token_in);
	fx_buf_fini(&c->token_out);
	(void)fx_free(c->user);
	(void)fx_free(c->domain);
	(void)fx_free(c->host);
	wipe(c->password);
	(void)fx_free(c);
}

static void tell(struct fx_callout *c, int err)
{
	if (!c->freed) {
		c->ready(c->arg, err, &c->why);
	}
}

/* The connection is of no use any more. Its owner hears of it from the loop, never from here. */
static void fail(struct fx_callout *c, int err, const char *why)
{
	if (c->state == FAILED) {
		return;
	}
	c->state = FAILED;
	c->err = err;
	fx_reason_set(&c->why, "%s: %s", c->where, why);
	if (c->working && fx_gate_cancel(&c->job)) {
		c->working = false;
	}
	release(c);
	fx_timer_start(c->timer, 0);
}

static void on_timer(void *arg)
{
	struct fx_callout *c = arg;

	if (c->state != FAILED) {
		fail(c, FX_ETIMEDOUT, "no answer in time");
	} else if (!c->freed) {
		tell(c, c->err);
	} else if (!c->working) {
		destroy(c);
	}
}

/* ---- sending ---- */

static void flush(struct fx_callout *c)
{
	while (c->out_pos < c->out.len) {
		ssize_t n = send(c->fd, c->out.data + c->out_pos, c->out.len - c->out_pos,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0 && errno == EAGAIN) {
			break;
		}
		if (n < 0) {
			fail(c, FX_EPIPE, strerror(errno));
			return;
		}
		c->out_pos += (size_t)n;
	}
	if (c->out_pos == c->out.len) {
		c->out_pos = 0;
		fx_buf_reset(&c->out);
	}
	fx_io_want(c->io, FX_IO_READ | (c->out.len ? FX_IO_WRITE : 0u));
}

static void send_out(struct fx_callout *c)
{
	if (c->out.err) {
		fail(c, c->out.err, fx_error_str(c->out.err));
	} else {
		fx_timer_start(c->timer, (int64_t)c->timeout_ms * FX_MS);
		flush(c);
	}
}

static void call(struct fx_callout *c, unsigned op, const struct fx_ms_val *in)
{
	size_t at = fx_pdu_begin(&c->out);
	struct fx_ndr_wr w = {.b = &c->out, .base = c->out.len};

	fx_ms_put_params(&w, fx_ms_faxclient_iface.ops[op].in, in, FX_TEXT_UTF8);
	fx_sec_end(&c->out, at, &c->sec, FX_PDU_REQUEST, 0, CALL_ID, 0, (uint16_t)op,
		   c->max_frag);
	fx_pdu_asm_reset(&c->answer);
	send_out(c);
}

static void open_connection(struct fx_callout *c)
{
	struct fx_ms_val in = {.u = c->context};

	c->state = OPENING;
	call(c, OPEN_CONNECTION, &in);
}

static void say_good_bye(struct fx_callout *c)
{
	struct fx_ms_val in = {.p = &c->handle};

	c->state = CLOSING;
	call(c, CLOSE_CONNECTION, &in);
}

/* ---- bind and security ---- */

static void put_bind(struct fx_callout *c, uint8_t type)
{
	struct fx_pdu_bind b = {
		.max_xmit = FX_PDU_FRAG_MAX, .max_recv = FX_PDU_FRAG_MAX, .n_ctx = 1};
	struct fx_sec_trailer t = {.type = (uint8_t)c->type, .level = FX_AUTH_LEVEL_PRIVACY,
				   .context_id = SEC_CONTEXT};
	size_t at = c->out.len;

	memcpy(b.ctx[0].abstract.uuid, fx_ms_faxclient_iface.uuid.b, 16);
	b.ctx[0].abstract.major = fx_ms_faxclient_iface.major;
	b.ctx[0].abstract.minor = fx_ms_faxclient_iface.minor;
	fx_pdu_bind_put(&c->out, type, CALL_ID, &b);
	if (c->type) {
		fx_sec_append(&c->out, at, &t, &c->token_out, true);
	}
}

/* A token of ours is made: on to the next leg. */
static void go_on(struct fx_callout *c)
{
	struct fx_sec_trailer t = {.type = (uint8_t)c->type, .level = FX_AUTH_LEVEL_PRIVACY,
				   .context_id = SEC_CONTEXT};

	if (!c->bound) {
		put_bind(c, FX_PDU_BIND);
		send_out(c);
	} else if (c->token_out.len == 0) {
		open_connection(c); /* the other side's token was the last one */
	} else if (c->step == 0 && c->type == FX_AUTH_NTLM) {
		fx_sec_auth3_put(&c->out, CALL_ID, &t, &c->token_out, c->sec.header_sign);
		open_connection(c); /* auth3 has no answer */
	} else {
		put_bind(c, FX_PDU_ALTER);
		send_out(c);
	}
}

static bool is_own(void *arg, const uint8_t nonce[8])
{
	return fx_auth_server_issued(arg, nonce);
}

static void step_work(void *arg)
{
	struct fx_callout *c = arg;
	struct fx_auth_client_prm prm = {.type = c->type, .level = FX_AUTH_LEVEL_PRIVACY,
					 .host = c->host, .user = c->user, .domain = c->domain,
					 .password = *c->password ? c->password : NULL,
					 .is_own = c->own ? is_own : NULL, .is_own_arg = c->own};
	int err = c->sec.auth ? 0 : fx_auth_initiate(&prm, &c->sec.auth, &c->step_why);

	fx_buf_reset(&c->token_out);
	c->step = err ? err : fx_auth_step(c->sec.auth, c->token_in.data, c->token_in.len,
					   &c->token_out, &c->step_why);
}

static void step_done(void *arg)
{
	struct fx_callout *c = arg;

	c->working = false;
	if (c->state == FAILED && c->freed) {
		destroy(c);
	} else if (c->state == FAILED) {
		fx_timer_start(c->timer, 0); /* gone meanwhile */
	} else if (c->job.err) {
		fail(c, c->job.err, fx_error_str(c->job.err));
	} else if (c->step < 0) {
		fail(c, c->step, c->step_why.text[0] ? c->step_why.text : fx_error_str(c->step));
	} else {
		go_on(c);
	}
}

static void secure(struct fx_callout *c)
{
	c->state = SECURING;
	if (!c->type) {
		put_bind(c, FX_PDU_BIND);
		send_out(c);
	} else if (fx_gate_work(c->all->steps, &c->job, step_work, step_done, c)) {
		fail(c, FX_ENOMEM, fx_error_str(FX_ENOMEM));
	} else {
		c->working = true;
	}
}

static void on_ack(struct fx_callout *c, const struct fx_pdu_hdr *h, const uint8_t *pdu)
{
	struct fx_sec_trailer t = {0};
	struct fx_pdu_ack ack;
	bool bind = h->type == FX_PDU_BIND_ACK;

	if (c->state != SECURING || c->working || bind == c->bound ||
	    fx_pdu_ack_get(pdu + FX_PDU_HDR_SIZE, h->frag_len - FX_PDU_HDR_SIZE, &ack) != 0 ||
	    ack.n_results != 1 || ack.results[0].result != FX_CTX_ACCEPT ||
	    ack.max_recv < FX_PDU_FRAG_MIN) {
		fail(c, FX_EPROTO, "it does not take events (no faxclient interface there)");
		return;
	}
	if (bind) {
		c->max_frag = ack.max_recv < FX_PDU_FRAG_MAX ? ack.max_recv : FX_PDU_FRAG_MAX;
		c->sec.header_sign = c->type && h->flags & FX_PDU_HEADER_SIGN;
	}
	c->bound = true;
	fx_buf_reset(&c->token_in);
	if (h->auth_len) {
		if (fx_sec_trailer_get(h, pdu, &t) != 0 || t.type != (uint8_t)c->type) {
			fail(c, FX_EPROTO, "a malformed answer to the bind");
			return;
		}
		fx_buf_put(&c->token_in, t.token, h->auth_len);
	}
	if (!c->type || (c->sec.auth->complete && !h->auth_len)) {
		open_connection(c);
	} else if (!h->auth_len) {
		fail(c, FX_EACCES, "it does not take part in the authentication");
	} else {
		secure(c);
	}
}

/* ---- answers ---- */

static void on_status(struct fx_callout *c)
{
	struct fx_rd r = fx_rd_init(c->answer.stub.data, c->answer.stub.len);
	bool handle = c->state == OPENING || c->state == CLOSING;
	const uint8_t *p = handle ? fx_rd_bytes(&r, sizeof(c->handle.b)) : NULL;
	uint32_t status = fx_rd_u32(&r);
	char text[48];

	if (c->state == CLOSING) {
		fail(c, FX_EPIPE, "closed");
	} else if (r.err) {
		fail(c, FX_EPROTO, "a malformed answer");
	} else if (status && c->state == OPENING) {
		(void)snprintf(text, sizeof(text), "it refuses events, error %u", status);
		fail(c, FX_EACCES, text);
	} else {
		/* An error for one event is the client's own business: 3.4, 9.5. */
		if (c->state == OPENING) {
			memcpy(c->handle.b, p, sizeof(c->handle.b));
		}
		c->state = READY;
		fx_timer_stop(c->timer);
		if (c->freed) {
			say_good_bye(c);
		} else {
			tell(c, 0);
		}
	}
}

static void on_fault(struct fx_callout *c, uint32_t status)
{
	char text[48];

	(void)snprintf(text, sizeof(text), "fault 0x%08X", status);
	fail(c, status == FX_FAULT_ACCESS_DENIED ? FX_EACCES : FX_EPROTO, text);
}

static void on_answer(struct fx_callout *c, const struct fx_pdu_hdr *h, uint8_t *pdu)
{
	struct fx_pdu_call v;
	size_t len = 0;
	int rc = fx_sec_open(&c->sec, h, pdu, &len);

	if (!rc) {
		rc = fx_pdu_call_get(h, pdu + FX_PDU_HDR_SIZE, len, &v);
	}
	if (rc || h->call_id != CALL_ID ||
	    (c->state != OPENING && c->state != SENDING && c->state != CLOSING)) {
		fail(c, rc ? rc : FX_EPROTO, rc == FX_EACCES ? "a forged answer" :
								 "a malformed answer");
	} else if (h->type == FX_PDU_FAULT) {
		on_fault(c, v.status);
	} else {
		rc = fx_pdu_asm_add(&c->answer, h, &v);
		if (rc < 0) {
			fail(c, rc, "a malformed answer");
		} else if (rc == 1) {
			on_status(c);
		}
	}
}

static void on_pdu(struct fx_callout *c, const struct fx_pdu_hdr *h, uint8_t *pdu)
{
	switch ((enum fx_pdu_type)h->type) {
	case FX_PDU_BIND_ACK:
	case FX_PDU_ALTER_RESP:
		on_ack(c, h, pdu);
		return;
	case FX_PDU_RESPONSE:
	case FX_PDU_FAULT:
		on_answer(c, h, pdu);
		return;
	case FX_PDU_BIND_NAK:
		fail(c, FX_EACCES, "it refuses the bind");
		return;
	case FX_PDU_SHUTDOWN:
		return;
	case FX_PDU_REQUEST:
	case FX_PDU_BIND:
	case FX_PDU_ALTER:
	case FX_PDU_AUTH3:
	case FX_PDU_CANCEL:
	case FX_PDU_ORPHANED:
		break;
	}
	fail(c, FX_EPROTO, "a PDU that a server does not send");
}

static void take(struct fx_callout *c)
{
	struct fx_pdu_hdr h;
	size_t pos = 0;

	while (c->state != FAILED && c->in.len - pos >= FX_PDU_HDR_SIZE) {
		if (fx_pdu_hdr_get(c->in.data + pos, &h) != 0 || h.frag_len > FX_PDU_FRAG_MAX) {
			fail(c, FX_EPROTO, "a malformed PDU");
			break;
		}
		if (c->in.len - pos < h.frag_len) {
			break;
		}
		on_pdu(c, &h, c->in.data + pos);
		pos += h.frag_len;
	}
	memmove(c->in.data, c->in.data + pos, c->in.len - pos);
	c->in.len -= pos;
}

static void on_readable(struct fx_callout *c)
{
	uint8_t *p = fx_buf_grow(&c->in, READ_SIZE);
	ssize_t n = p ? recv(c->fd, p, READ_SIZE, 0) : -1;

	if (!p) {
		fail(c, c->in.err, "an answer without end");
		return;
	}
	c->in.len -= READ_SIZE - (n > 0 ? (size_t)n : 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		fail(c, FX_EPIPE, "it hung up");
	} else {
		take(c);
	}
}

static void on_connected(struct fx_callout *c)
{
	int e = 0;
	socklen_t len = sizeof(e);

	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &len) != 0 || e) {
		fail(c, fx_error_from_errno(e), strerror(e));
		return;
	}
	fx_io_want(c->io, FX_IO_READ);
	secure(c);
}

static void on_io(void *arg, unsigned events)
{
	struct fx_callout *c = arg;

	if (c->state == CONNECTING) {
		on_connected(c);
		return;
	}
	if (events & FX_IO_WRITE) {
		flush(c);
	}
	if (c->state != FAILED && events & (FX_IO_READ | FX_IO_HANGUP)) {
		on_readable(c);
	}
}

/* ---- from outside ---- */

int fx_callouts_new(struct fx_loop *loop, struct fx_callouts **ret)
{
	struct fx_callouts *all = fx_zalloc(sizeof(*all));
	int err = all ? fx_gate_new(loop, STEPS_MAX, &all->steps) : FX_ENOMEM;

	if (err) {
		(void)fx_free(all);
		return err;
	}
	all->loop = loop;
	fx_list_init(&all->closing);
	*ret = all;
	return 0;
}

struct fx_callouts *fx_callouts_free(struct fx_callouts *all)
{
	if (all) {
		FX_LIST_EACH_SAFE(&all->closing, it) {
			struct fx_callout *c = FX_CONTAINER(it, struct fx_callout, link);

			fail(c, FX_ECANCELED, "the service ends");
			if (!c->working) {
				destroy(c);
			}
		}
		/* what a worker has still is freed when it comes back: the list may go before */
		FX_LIST_EACH_SAFE(&all->closing, it) {
			fx_list_remove(it);
		}
		all->steps = fx_gate_free(all->steps);
	}
	return fx_free(all);
}

size_t fx_callouts_closing(const struct fx_callouts *all)
{
	return all->n_closing;
}

static int dial(struct fx_callout *c, const struct fx_callout_prm *prm)
{
	struct addrinfo hints = {.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM}, *ai = NULL;
	char port[8];
	int on = 1, err = 0;

	(void)snprintf(port, sizeof(port), "%u", prm->port);
	if (getaddrinfo(prm->address, port, &hints, &ai) != 0) {
		return FX_EINVAL;
	}
	c->fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0) {
		err = fx_error_from_errno(errno);
	} else {
		(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
		if (connect(c->fd, ai->ai_addr, ai->ai_addrlen) != 0 && errno != EINPROGRESS) {
			/* told from the loop, like every other way to fail */
			fail(c, fx_error_from_errno(errno), strerror(errno));
		}
	}
	freeaddrinfo(ai);
	if (!err && c->state == CONNECTING) {
		err = fx_io_new(c->all->loop, c->fd, on_io, c, &c->io);
		if (!err) {
			fx_io_want(c->io, FX_IO_WRITE);
			fx_timer_start(c->timer, (int64_t)c->timeout_ms * FX_MS);
		}
	}
	return err;
}

static int copy_login(struct fx_callout *c, const struct fx_callout_prm *prm)
{
	c->type = prm->login.type;
	c->own = prm->login.own;
	c->user = fx_strdup(fx_text(prm->login.user));
	c->domain = fx_strdup(fx_text(prm->login.domain));
	c->password = fx_strdup(fx_text(prm->login.password));
	c->host = fx_strdup(fx_text(prm->name));
	return c->user && c->domain && c->password && c->host ? 0 : FX_ENOMEM;
}

int fx_callout_new(struct fx_callouts *all, const struct fx_callout_prm *prm,
		   struct fx_callout **ret)
{
	struct fx_callout *c = fx_zalloc(sizeof(*c));
	int err;

	if (!c) {
		return FX_ENOMEM;
	}
	c->all = all;
	c->fd = -1;
	c->timeout_ms = prm->timeout_ms;
	c->context = prm->context;
	c->ready = prm->ready;
	c->arg = prm->arg;
	c->sec.context_id = SEC_CONTEXT;
	c->in.max = ANSWER_MAX;
	c->answer.stub.max = ANSWER_MAX;
	c->token_out.max = FX_AUTH_TOKEN_MAX;
	fx_list_init(&c->link);
	(void)snprintf(c->where, sizeof(c->where), "%s port %u", prm->address, prm->port);
	err = copy_login(c, prm);
	if (!err) {
		err = fx_timer_new(all->loop, on_timer, c, &c->timer);
	}
	if (!err) {
		err = dial(c, prm);
	}
	if (err) {
		destroy(c);
		return err;
	}
	*ret = c;
	return 0;
}

static int send_event(struct fx_callout *c, unsigned op, const struct fx_ms_val *in)
{
	if (c->state != READY) {
		return FX_ESTATE;
	}
	c->state = SENDING;
	call(c, op, in);
	return 0;
}

int fx_callout_event(struct fx_callout *c, const struct fx_ms_event *e)
{
	struct fx_ms_val in[2] = {{.p = &c->handle}, {.p = e}};

	return send_event(c, CLIENT_EVENT_QUEUE, in);
}

int fx_callout_event_ex(struct fx_callout *c, const void *p, uint32_t n)
{
	struct fx_ms_val in[3] = {{.p = &c->handle}, {.p = p, .n = n}, {.u = n}};

	return send_event(c, CLIENT_EVENT_QUEUE_EX, in);
}

/* A client may subscribe and go, again and again, and never answer the good-bye: the one that has
 * waited longest goes without it. */
static void make_room(struct fx_callouts *all)
{
	size_t over = all->n_closing >= CLOSING_MAX ? all->n_closing - CLOSING_MAX + 1 : 0;

	FX_LIST_EACH_SAFE(&all->closing, it) {
		struct fx_callout *c = FX_CONTAINER(it, struct fx_callout, link);

		if (over && c->state != FAILED) {
			fail(c, FX_ECANCELED, "too many others");
			over--;
		}
	}
}

struct fx_callout *fx_callout_free(struct fx_callout *c)
{
	if (!c) {
		return NULL;
	}
	c->freed = true;
	make_room(c->all);
	fx_list_append(&c->all->closing, &c->link);
	c->all->n_closing++;
	if (c->state == READY) {
		say_good_bye(c);
	} else if (c->state != SENDING) {
		fail(c, FX_ECANCELED, "not wanted any more");
		fx_timer_start(c->timer, 0); /* destroys it, or the worker's end does */
	}
	return NULL;
}
