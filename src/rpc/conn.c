/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/conn.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/address.h"

#define READ_SIZE ((size_t)64 * 1024)
#define KEEP_SIZE ((size_t)256 * 1024) /* an idle connection keeps no larger buffer */
/* a dead peer is noticed within 2 minutes and 4 probes of 15 s */
#define KEEPALIVE_IDLE_S 120
#define KEEPALIVE_INTERVAL_S 15
#define KEEPALIVE_COUNT 4

void fx_conn_doom(struct fx_conn *c, const char *why)
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

void fx_conn_close(struct fx_conn *c, const char *why)
{
	c->closing = true;
	if (!out_waiting(c)) {
		fx_conn_doom(c, why);
	}
}

bool fx_conn_may_start(const struct fx_conn *c)
{
	return c->who != FX_WHO_ASKED && !c->closing && c->n_calls < c->s->prm.max_calls &&
	       out_waiting(c) < KEEP_SIZE;
}

void fx_conn_refused(struct fx_conn *c, const char *fmt, ...)
{
	struct fx_reason why;
	uint32_t lost;
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(why.text, sizeof(why.text), fmt, ap);
	va_end(ap);
	if (fx_log_may(&c->s->refused, fx_loop_now_us(c->s->prm.loop), &lost)) {
		fx_log(FX_LOG_WARN, "rpc: refused client=\"%s\": %s%s", c->caller.client, why.text,
		       lost ? " (more were not listed)" : "");
	}
}

/* What the stall timer watches: a client that owes us something. */
static void watch(struct fx_conn *c, bool progress)
{
	bool owes = !c->bound || out_waiting(c) || c->request.active || c->over.active ||
		    (c->in.len && !c->resume);

	if (!owes) {
		if (fx_timer_running(c->stall)) {
			fx_timer_stop(c->stall);
		}
	} else if (progress || !fx_timer_running(c->stall)) {
		fx_timer_start(c->stall, (int64_t)c->s->prm.stall_ms * FX_MS);
	}
}

static bool write_some(struct fx_conn *c)
{
	bool progress = false;

	while (!c->doomed && out_waiting(c)) {
		ssize_t n = send(c->fd, c->out.data + c->out_pos, out_waiting(c), MSG_NOSIGNAL);

		if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
			break;
		}
		if (n < 0) {
			fx_conn_doom(c, "it hung up");
			break;
		}
		c->out_pos += (size_t)n;
		progress = true;
	}
	return progress;
}

void fx_conn_flush(struct fx_conn *c)
{
	bool progress = write_some(c);
	unsigned want;

	if (c->out_pos == c->out.len) {
		c->out_pos = 0;
		if (c->out.cap > KEEP_SIZE) {
			size_t max = c->out.max;

			fx_buf_fini(&c->out);
			c->out.max = max;
		}
		fx_buf_reset(&c->out);
		if (c->closing) {
			fx_conn_doom(c, "after a refusal");
		}
	} else if (c->out_pos > KEEP_SIZE && c->out_pos > out_waiting(c)) {
		memmove(c->out.data, c->out.data + c->out_pos, out_waiting(c));
		c->out.len -= c->out_pos;
		c->out_pos = 0;
	}
	if (c->doomed) {
		return;
	}
	want = (fx_conn_may_start(c) ? FX_IO_READ : 0u) | (out_waiting(c) ? FX_IO_WRITE : 0u);
	if (want != c->want) {
		c->want = want;
		fx_io_want(c->io, want);
	}
	watch(c, progress);
}

/* Cancels and orphans may be protected, too; then the context counts them. */
static bool open_advice(struct fx_conn *c, const struct fx_pdu_hdr *h, uint8_t *pdu)
{
	size_t len;

	if (!h->auth_len && c->who == FX_WHO_KNOWN && fx_auth_protects(c->sec.auth)) {
		return false; /* anybody's: the calls go on */
	}
	if (h->auth_len && (c->who != FX_WHO_KNOWN || fx_sec_open(&c->sec, h, pdu, &len) != 0)) {
		fx_conn_doom(c, "a forged PDU");
		return false;
	}
	return true;
}

static void on_pdu(struct fx_conn *c, const struct fx_pdu_hdr *h, uint8_t *pdu)
{
	c->s->stats.pdus_in++;
	switch ((enum fx_pdu_type)h->type) {
	case FX_PDU_BIND:
	case FX_PDU_ALTER:
	case FX_PDU_AUTH3:
		fx_conn_bind(c, h, pdu);
		return;
	case FX_PDU_REQUEST:
		fx_conn_request(c, h, pdu);
		return;
	case FX_PDU_ORPHANED:
		if (open_advice(c, h, pdu)) {
			fx_conn_orphaned(c, h->call_id);
		}
		return;
	case FX_PDU_CANCEL: /* advice only: the answer comes anyway */
		(void)open_advice(c, h, pdu);
		return;
	case FX_PDU_RESPONSE:
	case FX_PDU_FAULT:
	case FX_PDU_BIND_ACK:
	case FX_PDU_BIND_NAK:
	case FX_PDU_ALTER_RESP:
	case FX_PDU_SHUTDOWN:
		break;
	}
	fx_conn_doom(c, "a PDU that a client does not send");
}

static void rest(struct fx_conn *c)
{
	if (c->who == FX_WHO_KNOWN && c->patience && c->s->prm.net.idle_ms) {
		fx_timer_start(c->patience, (int64_t)c->s->prm.net.idle_ms * FX_MS);
	}
}

void fx_conn_process(struct fx_conn *c)
{
	struct fx_pdu_hdr h;
	bool progress = false;

	c->busy = true;
	c->resume = false;
	while (!c->doomed && c->in.len - c->in_pos >= FX_PDU_HDR_SIZE) {
		uint8_t *p = c->in.data + c->in_pos;

		if (!fx_conn_may_start(c)) {
			c->resume = true;
			break;
		}
		if (fx_pdu_hdr_get(p, &h) != 0 || h.frag_len > FX_PDU_FRAG_MAX) {
			fx_conn_doom(c, "malformed PDU");
			break;
		}
		if (c->in.len - c->in_pos < h.frag_len) {
			break;
		}
		on_pdu(c, &h, p);
		c->in_pos += h.frag_len;
		progress = true;
	}
	if (c->in_pos) {
		memmove(c->in.data, c->in.data + c->in_pos, c->in.len - c->in_pos);
		c->in.len -= c->in_pos;
		c->in_pos = 0;
	}
	c->busy = false;
	if (progress) {
		rest(c);
	}
	if (!c->doomed) {
		watch(c, progress);
		fx_conn_flush(c);
	}
	if (c->resume && !c->doomed && fx_conn_may_start(c)) {
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
			fx_conn_doom(c, "out of memory");
			return;
		}
		n = recv(c->fd, p, READ_SIZE, 0);
		c->in.len = at + (n > 0 ? (size_t)n : 0);
		if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
			fx_conn_doom(c, "it hung up");
			return;
		}
	} else if (events & FX_IO_HANGUP) {
		fx_conn_doom(c, "it hung up");
		return;
	}
	if (events & FX_IO_WRITE) {
		fx_conn_flush(c);
	}
	if (!c->doomed && (n > 0 || (c->resume && fx_conn_may_start(c)))) {
		fx_conn_process(c);
	}
}

static void on_stall(void *arg)
{
	struct fx_conn *c = arg;

	fx_conn_doom(c, c->bound ? "it stalled" : "it did not bind");
}

static void on_patience(void *arg)
{
	struct fx_conn *c = arg;

	if (c->who != FX_WHO_KNOWN) {
		fx_conn_doom(c, "it did not log in in time");
	} else if (c->n_calls) {
		rest(c);
	} else {
		fx_conn_doom(c, "it was idle for long");
	}
}

void fx_conn_known(struct fx_conn *c)
{
	c->who = FX_WHO_KNOWN;
	fx_timer_stop(c->patience);
	rest(c);
}

static int make(struct fx_rpc_server *s, int take_fd, struct fx_conn **ret)
{
	struct fx_conn *c = fx_zalloc(sizeof(*c));
	int err;

	if (!c) {
		return FX_ENOMEM;
	}
	c->s = s;
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
	*ret = c;
	return 0;
}

static void begin(struct fx_conn *c, int take_fd)
{
	c->fd = take_fd;
	fx_list_append(&c->s->conns, &c->link);
	c->want = FX_IO_READ;
	fx_io_want(c->io, FX_IO_READ);
	watch(c, true);
}

int fx_conn_new(struct fx_rpc_server *s, int take_fd, const struct fx_caller *caller)
{
	struct fx_conn *c = NULL;
	int err = make(s, take_fd, &c);

	if (err) {
		return err;
	}
	c->who = FX_WHO_KNOWN;
	c->caller = *caller;
	s->n_conns++;
	begin(c, take_fd);
	return 0;
}

static void set_option(int fd, int level, int name, int value)
{
	/* no TCP socket (tests), or an old kernel: it works without */
	(void)setsockopt(fd, level, name, &value, sizeof(value));
}

int fx_conn_new_net(struct fx_rpc_server *s, int take_fd, enum fx_door door,
		    const struct sockaddr_storage *peer, const struct sockaddr_storage *here,
		    uint16_t service_port)
{
	char address[FX_ADDRESS_STR_SIZE];
	struct fx_conn *c = NULL;
	int err = make(s, take_fd, &c);

	if (!err) {
		err = fx_timer_new(s->prm.loop, on_patience, c, &c->patience);
		if (err) {
			fx_conn_free(c);
		}
	}
	if (err) {
		return err;
	}
	c->door = door;
	c->caller.uid = FX_UID_NONE;
	(void)snprintf(c->caller.client, sizeof(c->caller.client), "tcp %.58s",
		       fx_address_str(peer, address));
	c->peer = *peer;
	c->here = *here;
	c->local = fx_address_is_loopback(peer) || fx_address_same_host(peer, here);
	c->service_port = service_port;
	set_option(take_fd, IPPROTO_TCP, TCP_NODELAY, 1);
	set_option(take_fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	set_option(take_fd, IPPROTO_TCP, TCP_KEEPIDLE, KEEPALIVE_IDLE_S);
	set_option(take_fd, IPPROTO_TCP, TCP_KEEPINTVL, KEEPALIVE_INTERVAL_S);
	set_option(take_fd, IPPROTO_TCP, TCP_KEEPCNT, KEEPALIVE_COUNT);
	s->n_net++;
	begin(c, take_fd);
	fx_timer_start(c->patience, (int64_t)s->prm.net.login_ms * FX_MS);
	return 0;
}

static void leave(struct fx_conn *c)
{
	if (c->assoc) {
		if (--c->assoc->connections == 0) {
			fx_assoc_rundown(c->assoc);
		}
		fx_assoc_unref(c->assoc);
	}
	if (c->fd < 0) {
		return;
	}
	fx_list_remove(&c->link);
	if (c->door == FX_DOOR_UNIX) {
		c->s->n_conns--;
	} else {
		c->s->n_net--;
	}
	if (c->who == FX_WHO_KNOWN) {
		fx_service_logout(&c->caller);
	}
}

void fx_conn_free(struct fx_conn *c)
{
	c->doomed = true;
	fx_conn_drop_calls(c);
	leave(c);
	if (c->step) {
		fx_conn_drop_step(c);
	} else {
		c->sec.auth = fx_auth_free(c->sec.auth);
	}
	c->stall = fx_timer_free(c->stall);
	c->patience = fx_timer_free(c->patience);
	c->io = fx_io_free(c->io);
	if (c->fd >= 0) {
		(void)close(c->fd);
	}
	fx_buf_fini(&c->in);
	fx_buf_fini(&c->out);
	fx_buf_fini(&c->request.stub);
	(void)fx_free(c);
}
