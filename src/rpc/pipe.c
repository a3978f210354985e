/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/pipe.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/address.h"
#include "rpc/npa.h"

#define READ_SIZE  ((size_t)32 * 1024)
#define KEEP_SIZE  ((size_t)256 * 1024) /* waiting in one direction; then the other is not read */
#define RELAYS_MAX 256u

struct fx_pipe {
	struct fx_rpc_server *s;
	char *path;
	int fd;
	struct fx_io *io;
	struct fx_link relays;
	size_t n;
};

enum stage { GREETING, FIRST_PDU, LOGGING_IN, RELAYING, ENDED };

/* One end of the relay. */
struct side {
	struct relay *r;
	int fd;
	struct fx_io *io;
	struct fx_buf in, out; /* read and not handed on; to be written */
	size_t out_pos;
	bool eof;
};

struct relay {
	struct fx_link link;
	struct fx_pipe *pipe; /* NULL: gone while the service looked the user up */
	enum stage stage;
	struct side smb, rpc; /* smbd; the connection of the server */
	struct fx_timer *timer; /* of the greeting; ends a relay that is done */
	struct fx_npa who;
	struct sockaddr_storage peer;
	bool trusted; /* logging in by what Samba says */
};

/* ---- the end ---- */

static void side_fini(struct side *d)
{
	d->io = fx_io_free(d->io);
	if (d->fd >= 0) {
		(void)close(d->fd);
	}
	fx_buf_fini(&d->in);
	fx_buf_fini(&d->out);
}

static void relay_free(struct relay *r)
{
	side_fini(&r->smb);
	side_fini(&r->rpc);
	r->timer = fx_timer_free(r->timer);
	fx_list_remove(&r->link);
	if (r->pipe) {
		r->pipe->n--;
	}
	(void)fx_free(r);
}

static void end(struct relay *r, const char *why)
{
	if (r->stage == ENDED) {
		return;
	}
	if (why) {
		fx_log(FX_LOG_WARN, "rpc: a client of the pipe is refused: %s", why);
	}
	if (r->stage == LOGGING_IN) {
		r->pipe->n--;
		r->pipe = NULL; /* freed when the service answers */
		fx_list_remove(&r->link);
	}
	r->stage = ENDED;
	fx_io_want(r->smb.io, 0);
	if (r->rpc.io) {
		fx_io_want(r->rpc.io, 0);
	}
	fx_timer_start(r->timer, 0);
}

static void on_timer(void *arg)
{
	struct relay *r = arg;

	if (r->stage == ENDED && r->pipe) {
		relay_free(r);
	} else if (r->stage != ENDED) {
		end(r, "it did not say in time what it wants");
	}
}

/* ---- bytes ---- */

static void want(struct side *d, const struct side *other)
{
	bool room = other->out.len - other->out_pos < KEEP_SIZE && d->in.len < 2 * KEEP_SIZE;

	if (d->io && d->r->stage != ENDED) {
		fx_io_want(d->io, (room && !d->eof ? FX_IO_READ : 0u) |
				  (d->out.len ? FX_IO_WRITE : 0u));
	}
}

static void flush(struct side *d)
{
	while (d->out_pos < d->out.len) {
		ssize_t n = send(d->fd, d->out.data + d->out_pos, d->out.len - d->out_pos,
				 MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n < 0) {
			if (errno != EAGAIN) {
				end(d->r, NULL);
			}
			return;
		}
		d->out_pos += (size_t)n;
	}
	d->out_pos = 0;
	fx_buf_reset(&d->out);
}

static void cut(struct fx_buf *b, size_t n)
{
	memmove(b->data, b->data + n, b->len - n);
	b->len -= n;
}

/* From smbd: messages, of which the bytes count. @return false: more is needed */
static bool message(const struct fx_buf *b, size_t at, size_t *ret_n)
{
	if (b->len - at < 2) {
		return false;
	}
	*ret_n = (size_t)(b->data[at] | b->data[at + 1] << 8);
	return b->len - at >= 2 + *ret_n;
}

static void to_rpc(struct relay *r)
{
	size_t n, at = 0;

	while (message(&r->smb.in, at, &n)) {
		fx_buf_put(&r->rpc.out, r->smb.in.data + at + 2, n);
		at += 2 + n;
	}
	cut(&r->smb.in, at);
	flush(&r->rpc);
}

/* To smbd: each fragment a message. */
static void to_smb(struct relay *r)
{
	struct fx_buf *b = &r->rpc.in;
	struct fx_pdu_hdr h;
	size_t at = 0;

	while (b->len - at >= FX_PDU_HDR_SIZE && fx_pdu_hdr_get(b->data + at, &h) == 0 &&
	       b->len - at >= h.frag_len) {
		fx_buf_u16(&r->smb.out, h.frag_len);
		fx_buf_put(&r->smb.out, b->data + at, h.frag_len);
		at += h.frag_len;
	}
	cut(b, at);
	flush(&r->smb);
}

/* ---- the first PDU ---- */

static void on_io(void *arg, unsigned events);

static void relaying(struct relay *r)
{
	r->stage = RELAYING;
	fx_timer_stop(r->timer);
	to_rpc(r);
	want(&r->rpc, &r->smb);
	want(&r->smb, &r->rpc);
}

/* The other end of a socket pair becomes a connection of the server. @return fd or -1 */
static int inner(struct relay *r)
{
	int v[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, v) != 0) {
		return -1;
	}
	r->rpc.fd = v[0];
	if (fx_io_new(r->pipe->s->prm.loop, v[0], on_io, &r->rpc, &r->rpc.io) != 0) {
		(void)close(v[1]);
		return -1;
	}
	return v[1];
}

static void as_stranger(struct relay *r)
{
	struct sockaddr_storage here = {.ss_family = AF_UNSPEC};
	int fd = inner(r);

	if (fd < 0 || fx_conn_new_net(r->pipe->s, fd, FX_DOOR_TCP, &r->peer, &here, 0) != 0) {
		if (fd >= 0) {
			(void)close(fd);
		}
		end(r, "no memory or descriptors");
		return;
	}
	relaying(r);
}

static void on_login(void *arg, int err, const struct fx_caller *caller)
{
	struct relay *r = arg;
	int fd = -1;

	if (!r->pipe) { /* ended meanwhile */
		if (!err) {
			fx_service_logout(caller);
		}
		relay_free(r);
		return;
	}
	r->stage = FIRST_PDU;
	if (!err) {
		fd = inner(r);
		err = fd < 0 ? FX_EIO : fx_conn_new(r->pipe->s, fd, caller);
		if (err) {
			fx_service_logout(caller);
			if (fd >= 0) {
				(void)close(fd);
			}
		}
	}
	if (err) {
		end(r, err == FX_EACCES ? "it may not use the fax service" : fx_error_str(err));
	} else {
		relaying(r);
	}
}

static bool levels_permit(const struct relay *r)
{
	const struct fx_rpc_net_prm *net = &r->pipe->s->prm.net;

	return (fx_address_is_loopback(&r->peer) ? net->local_min_level : net->min_level) <=
	       FX_AUTH_LEVEL_CONNECT;
}

static void as_samba_says(struct relay *r)
{
	const struct fx_npa *v = &r->who;
	struct fx_login_name name = {.user = v->unix_name, .domain = "", .address = v->address};
	char client[64];

	if (!v->authenticated) {
		end(r, "it is anonymous or a guest");
		return;
	}
	if (!levels_permit(r) || !r->pipe->s->prm.net.login) {
		end(r, "its calls are not sealed; let it bind with authentication, or set "
		       "min_level = connect in [rpc] and have Samba encrypt (docs/network.md)");
		return;
	}
	(void)snprintf(client, sizeof(client), "pipe %.45s", v->address);
	name.client = client;
	r->stage = LOGGING_IN;
	fx_timer_stop(r->timer);
	r->pipe->s->prm.net.login(r->pipe->s->prm.service, &name, on_login, r);
}

static void first_pdu(struct relay *r)
{
	struct fx_buf *b = &r->smb.in;
	struct fx_pdu_hdr h;
	size_t n;

	if (!message(b, 0, &n)) {
		if (b->len > KEEP_SIZE) {
			end(r, "a first message without end");
		}
		return;
	}
	if (n < FX_PDU_HDR_SIZE || fx_pdu_hdr_get(b->data + 2, &h) != 0) {
		end(r, "what it says is not DCE/RPC");
	} else if (h.auth_len) {
		as_stranger(r);
	} else {
		as_samba_says(r);
	}
}

/* ---- who is it ---- */

static void peer_of(struct relay *r)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)&r->peer;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)&r->peer;

	if (inet_pton(AF_INET, r->who.address, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
	} else if (inet_pton(AF_INET6, r->who.address, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
	} else {
		r->peer.ss_family = AF_UNSPEC; /* nowhere near: as strict as with a far one */
	}
	fx_address_set_port(&r->peer, r->who.port);
}

static void greeting(struct relay *r)
{
	struct fx_buf *b = &r->smb.in;
	struct fx_reason why = {0};
	size_t n;

	if (b->len < 4) {
		return;
	}
	n = ((size_t)b->data[0] << 24 | (size_t)b->data[1] << 16 | (size_t)b->data[2] << 8 |
	     b->data[3]) + 4;
	if (n > FX_NPA_MAX) {
		end(r, "what connects to the pipe's socket is not smbd");
		return;
	}
	if (b->len < n) {
		return;
	}
	if (fx_npa_get(b->data, n, &r->who, &why) != 0) {
		end(r, why.text);
		return;
	}
	cut(b, n);
	peer_of(r);
	fx_npa_answer(&r->smb.out);
	r->stage = FIRST_PDU;
	flush(&r->smb);
	if (r->stage == FIRST_PDU) {
		first_pdu(r);
	}
}

static void took(struct side *d)
{
	struct relay *r = d->r;

	if (d == &r->rpc) {
		to_smb(r);
	} else if (r->stage == GREETING) {
		greeting(r);
	} else if (r->stage == FIRST_PDU) {
		first_pdu(r);
	} else if (r->stage == RELAYING) {
		to_rpc(r);
	}
}

static void on_io(void *arg, unsigned events)
{
	struct side *d = arg;
	struct relay *r = d->r;
	uint8_t *p;
	ssize_t n = 0;

	if (events & FX_IO_WRITE) {
		flush(d);
	}
	if (r->stage != ENDED && events & (FX_IO_READ | FX_IO_HANGUP)) {
		p = fx_buf_grow(&d->in, READ_SIZE);
		n = p ? recv(d->fd, p, READ_SIZE, 0) : -1;
		d->in.len -= p ? READ_SIZE - (n > 0 ? (size_t)n : 0) : 0;
		if (n > 0) {
			took(d);
		} else if (n == 0 || !p || (errno != EAGAIN && errno != EINTR)) {
			end(r, NULL);
		}
	}
	want(&r->smb, &r->rpc);
	want(&r->rpc, &r->smb);
}

/* ---- the socket ---- */

static int relay_new(struct fx_pipe *p, int take_fd)
{
	struct relay *r = fx_zalloc(sizeof(*r));
	int err;

	if (!r) {
		return FX_ENOMEM;
	}
	*r = (struct relay){.pipe = p, .smb = {.r = r, .fd = -1}, .rpc = {.r = r, .fd = -1}};
	fx_list_init(&r->link);
	r->smb.in.max = r->rpc.in.max = 4 * KEEP_SIZE;
	p->n++;
	err = fx_timer_new(p->s->prm.loop, on_timer, r, &r->timer);
	if (!err) {
		err = fx_io_new(p->s->prm.loop, take_fd, on_io, &r->smb, &r->smb.io);
	}
	if (err) {
		relay_free(r);
		return err;
	}
	r->smb.fd = take_fd;
	fx_list_append(&p->relays, &r->link);
	fx_io_want(r->smb.io, FX_IO_READ);
	fx_timer_start(r->timer, (int64_t)p->s->prm.net.login_ms * FX_MS);
	return 0;
}

static void on_accept(void *arg, unsigned events)
{
	struct fx_pipe *p = arg;
	int fd;

	while ((fd = accept4(p->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		struct ucred cred = {.uid = UINT32_MAX};
		socklen_t len = sizeof(cred);
		int err = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0 ||
			  cred.uid != 0 ? FX_EACCES : p->n >= RELAYS_MAX ? FX_EBUSY : 0;

		err = err ? err : relay_new(p, fd);
		if (err) {
			fx_rpc_server_refuse(p->s, fd, "the pipe", err);
		}
	}
}

int fx_pipe_new(struct fx_rpc_server *s, const char *path, struct fx_pipe **ret,
		struct fx_reason *reterr)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct fx_pipe *p;
	struct stat st;
	int err;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		return fx_fail(reterr, FX_EOVERFLOW, "the path %s of the pipe's socket is too long",
			       path);
	}
	p = fx_zalloc(sizeof(*p));
	if (!p) {
		return FX_ENOMEM;
	}
	p->s = s;
	fx_list_init(&p->relays);
	memcpy(addr.sun_path, path, strlen(path) + 1);
	if (lstat(path, &st) == 0 && S_ISSOCK(st.st_mode)) {
		(void)unlink(path); /* of a service that is gone: another has the Unix socket */
	}
	p->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (p->fd < 0 || bind(p->fd, (const struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    chmod(path, 0600) != 0 || listen(p->fd, 64) != 0) {
		err = fx_fail(reterr, fx_error_from_errno(errno),
			      "cannot make the pipe's socket %s: %s", path, strerror(errno));
		(void)fx_pipe_free(p);
		return err;
	}
	p->path = fx_strdup(path);
	err = p->path ? fx_io_new(s->prm.loop, p->fd, on_accept, p, &p->io) : FX_ENOMEM;
	if (err) {
		(void)fx_pipe_free(p);
		return err;
	}
	fx_io_want(p->io, FX_IO_READ);
	*ret = p;
	return 0;
}

struct fx_pipe *fx_pipe_free(struct fx_pipe *p)
{
	if (!p) {
		return NULL;
	}
	FX_LIST_EACH_SAFE(&p->relays, it) {
		struct relay *r = FX_CONTAINER(it, struct relay, link);

		if (r->stage == LOGGING_IN) {
			end(r, NULL); /* on_login() frees it */
			fx_timer_stop(r->timer);
		} else {
			relay_free(r);
		}
	}
	p->io = fx_io_free(p->io);
	if (p->fd >= 0) {
		(void)close(p->fd);
	}
	if (p->path) {
		(void)unlink(p->path);
	}
	(void)fx_free(p->path);
	return fx_free(p);
}
