/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All bytes of one connection over TCP, with a security whose handshake and tokens (fake_auth.h)
 * the input may know. The first byte chooses the door, and who it is at the beginning:
 *
 *   bit 0: the endpoint mapper    bit 1: alice logged in before the input, at level connect
 *   bit 2: she logged in by NTLM of our own at level privacy; what follows are commands, which
 *          are sealed (speak())
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_auth.h"
#include "fake_service.h"
#include "rpc/auth/sec.h"
#include "rpc/auth/users.h"
#include "rpc/msfax/ops.h"
#include "rpc/server.h"

static void put_handshake(struct fx_buf *b)
{
	struct fx_pdu_bind bind = {.max_xmit = 5840, .max_recv = 5840, .n_ctx = 1};
	struct fx_sec_trailer t = {.type = FX_AUTH_NTLM, .level = FX_AUTH_LEVEL_CONNECT};
	struct fx_buf token = {0};

	memcpy(bind.ctx[0].abstract.uuid, fx_ms_fax_iface.uuid.b, 16);
	bind.ctx[0].abstract.major = fx_ms_fax_iface.major;
	fx_pdu_bind_put(b, FX_PDU_BIND, 1, &bind);
	fx_buf_put(&token, "user alice", 10);
	fx_sec_append(b, 0, &t, &token, false);
	fx_buf_reset(&token);
	fx_buf_put(&token, "password secret", 15);
	fx_sec_auth3_put(b, 1, &t, &token, false);
	fx_buf_fini(&token);
}

static void converse(struct fx_loop *loop, int fd, const uint8_t *data, size_t size)
{
	size_t sent = 0;

	for (int i = 0; i < 48; i++) {
		static uint8_t sink[65536];
		ssize_t n = 0;

		if (sent < size) {
			n = send(fd, data + sent, size - sent, MSG_NOSIGNAL);
			sent += n > 0 ? (size_t)n : 0;
		}
		fx_loop_step(loop, 0);
		while (recv(fd, sink, sizeof(sink), 0) > 0) {
		}
		if (n < 0 && errno == EPIPE) {
			break;
		}
	}
}

/* ---- after a login at level privacy ---- */

#define PASSWORD "Pantelegraph 1865"

struct link {
	struct fx_loop *loop;
	int fd;
	struct fx_sec sec;
	uint32_t call_id;
};

static void send_sealed(struct link *l, struct fx_buf *b)
{
	if (!b->err) {
		converse(l->loop, l->fd, b->data, b->len);
	}
	fx_buf_fini(b);
}

static struct fx_sec_trailer trailer_of(const struct link *l)
{
	return (struct fx_sec_trailer){.type = (uint8_t)l->sec.auth->type,
				       .level = (uint8_t)l->sec.auth->level,
				       .context_id = l->sec.context_id};
}

/* The next PDU; its token into `out`. @return false: none, or none with a token */
static bool recv_token(struct link *l, uint8_t pdu[65536], struct fx_pdu_hdr *h,
		       struct fx_sec_trailer *t)
{
	ssize_t n = 0;

	for (int i = 0; i < 16 && n <= 0; i++) {
		fx_loop_step(l->loop, 0);
		n = recv(l->fd, pdu, 65536, 0);
	}
	return n >= FX_PDU_HDR_SIZE && fx_pdu_hdr_get(pdu, h) == 0 && h->frag_len == n &&
	       h->auth_len && fx_sec_trailer_get(h, pdu, t) == 0;
}

/* NTLM of ours on both sides, three legs. */
static void log_in(struct link *l)
{
	struct fx_auth_client_prm prm = {.type = FX_AUTH_NTLM, .level = FX_AUTH_LEVEL_PRIVACY,
					 .host = "fax", .user = "alice", .domain = "",
					 .password = PASSWORD};
	struct fx_pdu_bind bind = {.max_xmit = 5840, .max_recv = 5840, .n_ctx = 2};
	static uint8_t pdu[65536];
	struct fx_buf b = {0}, token = {0};
	struct fx_sec_trailer t;
	struct fx_pdu_hdr h;

	FX_ASSERT(fx_auth_initiate(&prm, &l->sec.auth, NULL) == 0);
	l->sec.context_id = 3;
	l->sec.header_sign = true;
	memcpy(bind.ctx[0].abstract.uuid, fx_ms_fax_iface.uuid.b, 16);
	bind.ctx[0].abstract.major = fx_ms_fax_iface.major;
	memcpy(bind.ctx[1].abstract.uuid, fx_ms_caselli_iface.uuid.b, 16);
	bind.ctx[1].abstract.major = fx_ms_caselli_iface.major;
	bind.ctx[1].id = 1;
	FX_ASSERT(fx_auth_step(l->sec.auth, NULL, 0, &token, NULL) == 1);
	fx_pdu_bind_put(&b, FX_PDU_BIND, 1, &bind);
	t = trailer_of(l);
	fx_sec_append(&b, 0, &t, &token, true);
	FX_ASSERT(send(l->fd, b.data, b.len, MSG_NOSIGNAL) == (ssize_t)b.len);
	FX_ASSERT(recv_token(l, pdu, &h, &t));
	fx_buf_reset(&token);
	FX_ASSERT(fx_auth_step(l->sec.auth, t.token, h.auth_len, &token, NULL) == 0);
	fx_buf_reset(&b);
	t = trailer_of(l);
	fx_sec_auth3_put(&b, 1, &t, &token, true);
	send_sealed(l, &b);
	fx_buf_fini(&token);
}

/* A cancel or an orphan with a token: the sealing of a request without the rest of its head. */
static void put_advice(struct link *l, struct fx_buf *b, uint8_t type)
{
	uint8_t *p = fx_buf_grow(b, FX_PDU_HDR_SIZE + FX_AUTH_TRAILER_SIZE + 16);
	struct fx_sec_trailer t = trailer_of(l);
	struct fx_auth_pdu v = {.head = p, .head_len = FX_PDU_HDR_SIZE,
				.data = p + FX_PDU_HDR_SIZE, .tail = p + FX_PDU_HDR_SIZE,
				.tail_len = FX_AUTH_TRAILER_SIZE};
	const uint8_t head[FX_PDU_HDR_SIZE] = {5, 0, type, 3, 0x10, 0, 0, 0, 40, 0, 16, 0,
					       (uint8_t)l->call_id};

	memcpy(p, head, sizeof(head));
	memcpy(p + FX_PDU_HDR_SIZE, (uint8_t[]){t.type, t.level, 0, 0, (uint8_t)t.context_id}, 5);
	memset(p + FX_PDU_HDR_SIZE + 5, 0, 3);
	if (fx_auth_protect(l->sec.auth, &v, p + FX_PDU_HDR_SIZE + FX_AUTH_TRAILER_SIZE, 16)) {
		b->err = FX_EACCES;
	}
}

/*
 * The input as commands, each of which is sealed as it has to be:
 *   kind, context, opnum (2), length (2), stub
 *   kind & 7: 0 to 3 request in fragments of 1432, 1432, 4280, 256; 4 orphaned; 5 cancel;
 *             6 the bytes as they are; 7 a request of which a byte is changed
 */
static void speak(struct link *l, const uint8_t *data, size_t size)
{
	static const uint16_t frag[8] = {1432, 1432, 4280, 256, 0, 0, 0, 1432};
	struct fx_rd r = fx_rd_init(data, size);

	for (int i = 0; i < 12 && fx_rd_left(&r) >= 6; i++) {
		uint8_t kind = fx_rd_u8(&r) & 7, ctx = fx_rd_u8(&r);
		uint16_t op = fx_rd_u16(&r), n = fx_rd_u16(&r);
		const uint8_t *stub;
		struct fx_buf b = {0};
		size_t at;

		n = n < fx_rd_left(&r) ? n : (uint16_t)fx_rd_left(&r);
		stub = fx_rd_bytes(&r, n);
		if (kind == 4 || kind == 5) {
			put_advice(l, &b, kind == 4 ? FX_PDU_ORPHANED : FX_PDU_CANCEL);
		} else if (kind == 6) {
			fx_buf_put(&b, stub, n);
		} else {
			at = fx_pdu_begin(&b);
			fx_buf_put(&b, stub, n);
			fx_sec_end(&b, at, &l->sec, FX_PDU_REQUEST, 0, ++l->call_id, ctx, op,
				   frag[kind]);
		}
		if (kind == 7 && !b.err) {
			b.data[op % b.len] ^= (uint8_t)(ctx | 1);
		}
		send_sealed(l, &b);
	}
}

static const char *users_path;

static void remove_users(void)
{
	char lock[80];

	(void)snprintf(lock, sizeof(lock), "%s.lock", users_path);
	(void)unlink(lock);
	(void)unlink(users_path);
}

static int64_t wall_us(void *arg)
{
	return fx_loop_wall_us(arg);
}

static int accept_real(void *arg, unsigned type, unsigned level, struct fx_auth **ret)
{
	return fx_auth_accept(arg, type, level, ret);
}

/* One file of users for all runs. */
static const char *users_file(void)
{
	static char path[64];
	struct fx_users *u = NULL;
	int fd;

	if (!*path) {
		(void)snprintf(path, sizeof(path), "/tmp/fuzz_rpc_net.XXXXXX");
		fd = mkstemp(path);
		FX_ASSERT(fd >= 0);
		(void)close(fd);
		FX_ASSERT(fx_users_open(path, &u) == 0);
		FX_ASSERT(fx_users_set_password(u, "alice", PASSWORD, 1, NULL) == 0);
		(void)fx_users_close(u);
		FX_ASSERT(atexit(remove_users) == 0);
		users_path = path;
	}
	return path;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int alive = 0, fds[2];
	struct fx_rpc_server_prm prm = {.max_stub_bytes = 32768, .max_send_bytes = 65536,
					.max_output_bytes = 1u << 20, .no_trace = true,
					.net = {.accept = fake_auth_accept, .accept_arg = &alive,
						.login = fx_service_login_name}};
	struct fx_rpc_server *server = NULL;
	struct fx_auth_server *auth = NULL;
	struct fx_buf first = {0};
	struct link l = {0};

	if (size < 1) {
		return 0;
	}
	FX_ASSERT(fx_loop_new_virtual(INT64_C(1767225600000000), &prm.loop) == 0);
	if (data[0] & 4) {
		struct fx_auth_server_prm real = {.users_file = users_file(), .host = "fax",
						  .wall_us = wall_us, .wall_arg = prm.loop};

		FX_ASSERT(fx_auth_server_new(&real, &auth, NULL) == 0);
		prm.net.accept = accept_real;
		prm.net.accept_arg = auth;
	}
	prm.service = fake_service_new(prm.loop, 2);
	FX_ASSERT(fx_rpc_server_new(&prm, &server, NULL) == 0);
	FX_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
	FX_ASSERT(fx_rpc_server_serve_net(server, fds[1], data[0] & 1 && !auth, NULL) == 0);
	l = (struct link){.loop = prm.loop, .fd = fds[0]};
	if (auth) {
		log_in(&l);
		FX_ASSERT(prm.service->logins == 1);
		speak(&l, data + 1, size - 1);
	} else if (data[0] & 2) {
		put_handshake(&first);
		converse(prm.loop, fds[0], first.data, first.len);
		fx_buf_fini(&first);
	}
	if (!auth) {
		converse(prm.loop, fds[0], data + 1, size - 1);
	}
	(void)close(fds[0]);
	l.sec.auth = fx_auth_free(l.sec.auth);
	server = fx_rpc_server_free(server);
	for (int i = 0; i < 6; i++) {
		fx_loop_step(prm.loop, 0);
	}
	auth = fx_auth_server_free(auth);
	FX_ASSERT(alive == 0 && prm.service->uploads_open == 0);
	fake_service_free(prm.service);
	(void)fx_loop_free(prm.loop);
	return 0;
}
