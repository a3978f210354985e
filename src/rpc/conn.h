/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/conn.h
 * One connection: bytes in, PDUs, calls, bytes out.
 *
 *   new --bind--> bound --request--> calls going on --answers--> bound
 *    |              |
 *    '-- stalled, malformed, hung up --> doomed, freed by the server's next tick
 *
 * It reads only while it may start calls and its answers are taken, so a client that
 * does not read stops itself. Nothing frees a connection but conn_free(), from the
 * server's tick or end, never from within a call.
 * Thread: the loop thread.
 */
#ifndef FX_RPC_CONN_H
#define FX_RPC_CONN_H

#include "rpc/iface/iface.h"
#include "rpc/pdu/pdu.h"
#include "base/log.h"
#include "rpc/server.h"

struct fx_conn;
struct fx_rpc_server {
	struct fx_rpc_server_prm prm; /* with the defaults filled in; socket_path owned */
	struct fx_rpc_env env;
	char *path;
	int fd;
	struct fx_io *io;
	struct fx_timer *tick; /* frees the doomed, wakes those that waited, listens again */
	bool paused;
	struct fx_link conns, arrivals; /* known users; those being looked up */
	struct fx_log_bound refused;
	size_t n_conns;
	uint32_t last_group;
};

struct fx_conn {
	struct fx_rpc_server *s;
	struct fx_link link;
	struct fx_caller caller;
	struct fx_assoc *assoc; /* NULL = not bound */
	int fd;
	struct fx_io *io;
	unsigned want;
	struct fx_timer *stall;
	struct fx_buf in, out;
	size_t in_pos, out_pos;
	struct fx_pdu_asm request;
	struct {
		bool active; /* a request beyond the limit is read to its end and forgotten */
		uint32_t call_id;
		uint16_t ctx_id;
		size_t n;
	} over;
	uint16_t max_frag;
	struct {
		uint16_t id;
		const struct fx_ms_iface *iface;
	} ctx[FX_PDU_CTX_MAX];
	unsigned n_ctx;
	struct fx_link calls;
	unsigned n_calls;
	bool busy;   /* inside conn_process() */
	bool resume; /* bytes wait in `in` for a call to end */
	bool doomed;
};

FX_MUST_CHECK int fx_conn_new(struct fx_rpc_server *s, int take_fd, const struct fx_caller *caller);
void fx_conn_free(struct fx_conn *c);
/** Handle what was read, write what can be written. */
void fx_conn_process(struct fx_conn *c);
/** Server: run soon. */
void fx_rpc_server_tick(struct fx_rpc_server *s);

#endif
