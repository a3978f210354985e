/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All bytes of one connection over TCP, with a security whose handshake and tokens (fake_auth.h)
 * the input may know. The first byte chooses the door, and who it is at the beginning:
 *
 *   bit 0: the endpoint mapper    bit 1: alice logged in before the input, at level connect
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_auth.h"
#include "fake_service.h"
#include "rpc/auth/sec.h"
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int alive = 0, fds[2];
	struct fx_rpc_server_prm prm = {.max_stub_bytes = 32768, .max_send_bytes = 65536,
					.max_output_bytes = 1u << 20, .no_trace = true,
					.net = {.accept = fake_auth_accept, .accept_arg = &alive,
						.login = fx_service_login_name}};
	struct fx_rpc_server *server = NULL;
	struct fx_buf first = {0};

	if (size < 1) {
		return 0;
	}
	FX_ASSERT(fx_loop_new_virtual(INT64_C(1767225600000000), &prm.loop) == 0);
	prm.service = fake_service_new(prm.loop, 2);
	FX_ASSERT(fx_rpc_server_new(&prm, &server, NULL) == 0);
	FX_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
	FX_ASSERT(fx_rpc_server_serve_net(server, fds[1], data[0] & 1, NULL) == 0);
	if (data[0] & 2) {
		put_handshake(&first);
		converse(prm.loop, fds[0], first.data, first.len);
		fx_buf_fini(&first);
	}
	converse(prm.loop, fds[0], data + 1, size - 1);
	(void)close(fds[0]);
	server = fx_rpc_server_free(server);
	for (int i = 0; i < 6; i++) {
		fx_loop_step(prm.loop, 0);
	}
	FX_ASSERT(alive == 0 && prm.service->uploads_open == 0);
	fake_service_free(prm.service);
	(void)fx_loop_free(prm.loop);
	return 0;
}
