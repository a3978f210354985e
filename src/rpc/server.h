/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/server.h
 * The RPC front door: MS-FAX and our own interface on a Unix stream socket.
 *
 * A caller is known by the credentials of its socket before a request is read
 * (fx_service_login()). Handles live as long as the association: all connections
 * bound with the same group by the same user.
 * Thread: the loop thread. Owner: whoever made it; the service outlives it. Free the
 * server before the loop is freed and run.
 */
#ifndef FX_RPC_SERVER_H
#define FX_RPC_SERVER_H

#include "base/loop.h"
#include "service/service.h"

struct fx_rpc_server;
struct fx_rpc_server_prm {
	struct fx_loop *loop;
	struct fx_service *service;
	const char *socket_path;   /**< folder must exist; a dead socket there is replaced.
				    * NULL: only fx_rpc_server_serve() */
	unsigned mode;             /**< of the socket, 0 = 0666 (rights are checked per caller) */
	uint32_t max_connections;  /**< 0 = 256; one more is closed at once */
	uint32_t max_user_connections; /**< of one user, 0 = half of the above; not for root */
	uint32_t max_calls;        /**< going on at once per connection, 0 = 32; then it waits */
	uint32_t max_stub_bytes;   /**< of one request, 0 = 4 MiB; past it a fault, no memory */
	uint32_t max_send_bytes;   /**< of a SendDocumentEx, 0 = 16 MiB: 10,000 full profiles */
	uint32_t max_output_bytes; /**< answers waiting per connection, 0 = 64 MiB */
	uint32_t stall_ms;         /**< no bind, half a request, or answers not read: 0 = 30 000 */
	bool later_js;             /**< opnums 4, 5: job states with the numbers of [MS-FAX] */
	bool no_trace;             /**< leave the log's sink alone */
};
/** @return 0, FX_ENOMEM, FX_EBUSY (another server answers there), FX_EACCES, FX_EIO ... */
FX_MUST_CHECK int fx_rpc_server_new(const struct fx_rpc_server_prm *prm,
				    struct fx_rpc_server **ret, struct fx_reason *reterr);
/** Closes all connections at once; handles are run down. */
struct fx_rpc_server *fx_rpc_server_free(struct fx_rpc_server *s);
/** Serve one connected descriptor as if it came by the socket (tests, socket activation). */
FX_MUST_CHECK int fx_rpc_server_serve(struct fx_rpc_server *s, int take_fd);
size_t fx_rpc_server_connections(const struct fx_rpc_server *s);

#endif
