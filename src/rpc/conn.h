/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/conn.h
 * One connection: bytes in, PDUs, calls, bytes out. Private to the room.
 *
 *   new --bind--> bound --request--> calls going on --answers--> bound
 *    |              |
 *    '-- stalled, malformed, hung up --> doomed, freed by the server's next tick
 *
 * It reads only while it may start calls and its answers are taken, so a client that
 * does not read stops itself. Nothing frees a connection but fx_conn_free(), from the
 * server's tick or end, never from within a call.
 *
 * Who calls (enum fx_who; conn_bind.c). A Unix socket begins at KNOWN. Over TCP:
 *
 *   NOBODY --bind or alter with a token--> ASKED     a worker has the token, nothing is read
 *   ASKED  --more is needed--> WAITING --alter, auth3--> ASKED
 *   ASKED  --proved--> ASKED (the service looks the user up) --> KNOWN
 *   ASKED  --refused, in a bind--> bind_nak, in an alter--> fault 5; written, then closed
 *   ASKED  --refused, in an auth3, which has no answer--> REFUSED --request--> fault 5, closed
 *   any but KNOWN --login_ms--> closed
 *
 * NOBODY and WAITING are served what needs no user (rpc/plain.h), else fault 5. KNOWN: each
 * request is opened by the security context; a forged, replayed or flipped one ends it all.
 * Thread: the loop thread; tokens are checked in a worker, which then has the context alone.
 */
#ifndef FX_RPC_CONN_H
#define FX_RPC_CONN_H

#include <sys/socket.h>

#include "base/gate.h"
#include "base/log.h"
#include "rpc/auth/sec.h"
#include "rpc/iface/iface.h"
#include "rpc/pdu/pdu.h"
#include "rpc/server.h"

enum fx_door { FX_DOOR_UNIX, FX_DOOR_TCP, FX_DOOR_MAPPER };
enum fx_who { FX_WHO_NOBODY, FX_WHO_ASKED, FX_WHO_WAITING, FX_WHO_KNOWN, FX_WHO_REFUSED };

struct fx_conn;
struct fx_pipe;
/** Counters of inq_stats: calls and PDUs. */
struct fx_rpc_stats {
	uint32_t calls_in, calls_out, pdus_in, pdus_out;
};
struct fx_rpc_server {
	struct fx_rpc_server_prm prm; /* with the defaults filled in; texts are NULL or owned */
	struct fx_rpc_env env;
	char *path, *principal;
	int fd;
	struct fx_io *io;
	struct fx_timer *tick; /* frees the doomed, wakes those that waited, listens again */
	bool paused;
	struct fx_link conns, arrivals; /* connections; of the Unix socket, being looked up */
	struct fx_log_bound refused, logins;
	struct fx_gate *handshakes; /* of clients, in workers */
	size_t n_conns; /* of the Unix socket */
	size_t n_net;   /* over TCP */
	uint32_t last_group;
	struct fx_listener *listeners;
	struct fx_pipe *pipe;
	size_t n_listeners;
	struct fx_reason trouble;
	struct fx_rpc_stats stats;
};

struct fx_conn_step;
struct fx_rpc_iface; /* plain.h */
struct fx_conn {
	struct fx_rpc_server *s;
	struct fx_link link;
	enum fx_door door;
	enum fx_who who;
	struct fx_caller caller; /* before KNOWN: client alone, uid FX_UID_NONE */
	bool bound;
	uint32_t group;
	struct fx_assoc *assoc;  /* KNOWN and bound */
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
		const struct fx_rpc_iface *iface;
	} ctx[FX_PDU_CTX_MAX];
	unsigned n_ctx;
	struct fx_link calls;
	unsigned n_calls;
	bool busy;    /* inside fx_conn_process() */
	bool resume;  /* bytes wait in `in` for a call to end */
	bool closing; /* nothing more is read; doomed when all is written */
	bool doomed;
	/* over TCP */
	struct sockaddr_storage peer, here;
	bool local;               /* the peer is on this machine */
	uint16_t service_port;    /* MAPPER: where the service is, at the same address */
	struct fx_sec sec;        /* auth NULL: no handshake has begun */
	struct fx_conn_step *step; /* ASKED */
	struct fx_timer *patience; /* until KNOWN login_ms in all; then idle_ms from call to call */
};

/* conn.c */
FX_MUST_CHECK int fx_conn_new(struct fx_rpc_server *s, int take_fd, const struct fx_caller *caller);
/** A connection over TCP, nobody yet. Its addresses are borrowed. */
FX_MUST_CHECK int fx_conn_new_net(struct fx_rpc_server *s, int take_fd, enum fx_door door,
				  const struct sockaddr_storage *peer,
				  const struct sockaddr_storage *here, uint16_t service_port);
void fx_conn_free(struct fx_conn *c);
/** Handle what was read, write what can be written. */
void fx_conn_process(struct fx_conn *c);
/** No more of it; the next tick frees it. */
void fx_conn_doom(struct fx_conn *c, const char *why);
/** Write what is there, then doom it. */
void fx_conn_close(struct fx_conn *c, const char *why);
void fx_conn_flush(struct fx_conn *c);
bool fx_conn_may_start(const struct fx_conn *c);
/** It became known: other limits hold from now on. */
void fx_conn_known(struct fx_conn *c);
/** Log, rarely enough, that something was refused, and the remedy. */
void fx_conn_refused(struct fx_conn *c, const char *fmt, ...) FX_PRINTF(2, 3);

/* conn_bind.c */
/** BIND, ALTER, AUTH3; pdu is the whole fragment. */
void fx_conn_bind(struct fx_conn *c, const struct fx_pdu_hdr *h, const uint8_t *pdu);
/** The connection goes while a worker or the service has its handshake. */
void fx_conn_drop_step(struct fx_conn *c);

/* conn_call.c */
/** REQUEST; the protection is taken off in place. */
void fx_conn_request(struct fx_conn *c, const struct fx_pdu_hdr *h, uint8_t *pdu);
/** ORPHANED: the client does not want the answer any more. */
void fx_conn_orphaned(struct fx_conn *c, uint32_t call_id);
void fx_conn_drop_calls(struct fx_conn *c);
/** A fault for a call that is not going on. */
void fx_conn_fault(struct fx_conn *c, uint8_t minor, uint32_t call_id, uint16_t ctx_id,
		   bool did_not_execute, uint32_t fault);
const struct fx_rpc_iface *fx_conn_iface(const struct fx_conn *c, uint16_t ctx_id);

/* listen.c: the doors on TCP */
FX_MUST_CHECK int fx_rpc_listen(struct fx_rpc_server *s, struct fx_reason *reterr);
void fx_rpc_listen_end(struct fx_rpc_server *s);
/** Accept again after a pause. */
void fx_rpc_listen_resume(struct fx_rpc_server *s);

/* server.c */
/** Server: run soon. */
void fx_rpc_server_tick(struct fx_rpc_server *s);
/** Close a descriptor that is not served; the log hears why, not too often. */
void fx_rpc_server_refuse(struct fx_rpc_server *s, int take_fd, const char *who, int err);
/** Bytes that requests and answers of all connections over TCP take. */
size_t fx_rpc_server_memory(const struct fx_rpc_server *s);

#endif
