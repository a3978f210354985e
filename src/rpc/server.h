/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/server.h
 * The RPC front doors: MS-FAX and our own interface on a Unix stream socket and on TCP, and
 * an endpoint mapper on another TCP port.
 *
 * A caller on the Unix socket is known by its credentials before a request is read
 * (fx_service_login()); over TCP by what he proves in the bind (fx_service_login_name()), and
 * until then he is served nothing but what rpc/plain.h says. Handles live as long as the
 * association: all connections bound with the same group by the same user.
 * Thread: the loop thread. Owner: whoever made it; the service outlives it. Free the
 * server before the loop is freed and run.
 */
#ifndef FX_RPC_SERVER_H
#define FX_RPC_SERVER_H

#include "base/loop.h"
#include "rpc/auth/auth.h"
#include "service/service.h"

struct fx_rpc_callback;
struct fx_rpc_server;
/** The doors on the network. Zero: none. */
struct fx_rpc_net_prm {
	const char *listen;      /**< "ADDRESS:PORT ..." (rpc/address.h); NULL or "" = no TCP */
	uint16_t mapper_port;    /**< endpoint mapper at the same addresses; 0 = none. A port that
				  *   is taken is a warning, no error */
	const char *pipe;        /**< path of the socket that smbd forwards \\PIPE\\SHAREDFAX to;
				  *   NULL or "" = none. One that cannot be made is a warning */
	/** As fx_auth_accept(); NULL: nobody can log in. What it gave is freed by the server, also
	 * some time after fx_rpc_server_free(), on the loop. */
	int (*accept)(void *arg, unsigned type, unsigned level, struct fx_auth **ret);
	void *accept_arg;
	/** fx_service_login_name(); NULL: nobody can log in. */
	void (*login)(struct fx_service *s, const struct fx_login_name *name,
		      fx_service_login_fn *done, void *arg);
	unsigned min_level;       /**< enum fx_auth_level of peers elsewhere; 0 = privacy */
	unsigned local_min_level; /**< of peers on this machine; 0 = connect */
	const char *principal;    /**< of inq_princ_name; NULL = none. Copied */
	uint32_t max_connections; /**< 0 = 1024 */
	uint32_t max_address_connections; /**< of one address, 0 = 256 */
	uint32_t max_user_connections; /**< of one user, 0 = half of max_connections */
	uint32_t max_pending;     /**< nobody logged in yet, 0 = 512; past it the oldest goes */
	uint32_t max_address_pending; /**< of one address, 0 = a quarter; one more is refused */
	uint32_t login_ms;        /**< from connect to login, 0 = 30 000 */
	uint32_t idle_ms;         /**< without a call, 0 = never closed */
	uint64_t max_memory_bytes; /**< of all their requests and answers, 0 = 512 MiB */
};
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
	const struct fx_rpc_callback *callback; /**< texts borrowed until free; NULL: clients are
				    * called back without authentication, 10 s each */
	bool no_trace;             /**< leave the log's sink alone */
	struct fx_rpc_net_prm net;
};
/** @return 0, FX_ENOMEM, FX_EBUSY (another server answers there), FX_EACCES, FX_EIO ... */
FX_MUST_CHECK int fx_rpc_server_new(const struct fx_rpc_server_prm *prm,
				    struct fx_rpc_server **ret, struct fx_reason *reterr);
/** Closes all connections at once; handles are run down. */
struct fx_rpc_server *fx_rpc_server_free(struct fx_rpc_server *s);
/** Serve one connected descriptor as if it came by the socket (tests, socket activation). */
FX_MUST_CHECK int fx_rpc_server_serve(struct fx_rpc_server *s, int take_fd);
size_t fx_rpc_server_connections(const struct fx_rpc_server *s);

/**
 * Serve one connected descriptor as if it came by TCP (tests).
 * @param mapper  as if by the endpoint mapper's port
 * @param peer    who it is to be; NULL = 127.0.0.1:1
 * @return as fx_rpc_server_serve(); after an error the descriptor is the caller's
 */
struct sockaddr_storage;
FX_MUST_CHECK int fx_rpc_server_serve_net(struct fx_rpc_server *s, int take_fd, bool mapper,
					  const struct sockaddr_storage *peer);
/** Reload: levels, limits and times for what comes from now on; the rest stays. */
void fx_rpc_server_set_net(struct fx_rpc_server *s, const struct fx_rpc_net_prm *prm);
/** Reload: for subscriptions from now on. The texts are borrowed until free, or the next one. */
void fx_rpc_server_set_callback(struct fx_rpc_server *s, const struct fx_rpc_callback *how);
/** What is listened at: "192.0.2.1:49600", and "endpoint mapper 192.0.2.1:135"; i from 0.
 * @return false: no more */
bool fx_rpc_server_listens(const struct fx_rpc_server *s, size_t i, char *dst, size_t size);
/** Doors that could not be opened, in words; "" = all are open. Borrowed. */
const char *fx_rpc_server_trouble(const struct fx_rpc_server *s);
/** Connections over TCP: with a user, without one. */
void fx_rpc_server_net_counts(const struct fx_rpc_server *s, size_t *ret_known,
			      size_t *ret_pending);

#endif
