/* SPDX-License-Identifier: Apache-2.0 */
/* All bytes of one connection against the server, with a service in memory. */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake_service.h"
#include "rpc/server.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_rpc_server_prm prm = {.max_stub_bytes = 32768, .max_send_bytes = 65536,
					.max_output_bytes = 1u << 20, .no_trace = true};
	struct fx_rpc_server *server = NULL;
	int fds[2], i;
	size_t sent = 0;

	FX_ASSERT(fx_loop_new_virtual(INT64_C(1767225600000000), &prm.loop) == 0);
	prm.service = fake_service_new(prm.loop, 2);
	for (i = 1; i <= 3; i++) { /* for the readers of events */
		fake_service_fax_event(prm.service, FX_FEI_SENDING, 1, (uint32_t)i, FX_UID_NONE);
	}
	FX_ASSERT(fx_rpc_server_new(&prm, &server, NULL) == 0);
	FX_ASSERT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) == 0);
	FX_ASSERT(fx_rpc_server_serve(server, fds[1]) == 0);
	for (i = 0; i < 64; i++) {
		static uint8_t sink[65536];
		ssize_t n = 0;

		if (sent < size) {
			n = send(fds[0], data + sent, size - sent, MSG_NOSIGNAL);
			sent += n > 0 ? (size_t)n : 0;
		}
		fx_loop_step(prm.loop, 0);
		while (recv(fds[0], sink, sizeof(sink), 0) > 0) {
		}
		if (n < 0 && errno == EPIPE) {
			break;
		}
	}
	(void)close(fds[0]);
	for (i = 0; i < 4; i++) {
		fx_loop_step(prm.loop, 0);
	}
	server = fx_rpc_server_free(server);
	for (i = 0; i < 4; i++) {
		fx_loop_step(prm.loop, 0);
	}
	FX_ASSERT(prm.service->uploads_open == 0);
	fake_service_free(prm.service);
	(void)fx_loop_free(prm.loop);
	return 0;
}
