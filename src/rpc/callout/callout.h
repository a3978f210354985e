/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/callout/callout.h
 * The service as RPC client: one connection to the faxclient interface of a program that
 * asked for events ([MS-FAX] 3.2.4, ms-fax.md 3.4 and 9.5).
 *
 *   new --TCP, bind, security, OpenConnection--> ready <--answer-- event on its way
 *    |                                             |  '--event-->    |
 *    '--refused, too slow, hung up--> failed <-----'-----------------'
 *   free: CloseConnection, if it was open; the connection goes by itself after that
 *
 * One event is on its way at a time, so a slow client costs nothing but its own events.
 * Thread: the loop thread; steps of the security run in a worker. Owner: whoever made it.
 */
#ifndef FX_RPC_CALLOUT_CALLOUT_H
#define FX_RPC_CALLOUT_CALLOUT_H

#include "base/loop.h"
#include "rpc/auth/auth.h"
#include "rpc/msfax/msfax.h"

/** How the service proves itself to a client; copied. */
struct fx_callout_login {
	enum fx_auth_type type; /**< FX_AUTH_NONE: not at all, which Windows refuses */
	const char *user, *domain, *password; /**< "" or NULL: the service's own Kerberos ticket */
	/** The service's own, or NULL: its challenges are refused, which a client could hand on to
	 * be the service's user here (decision 0667). Borrowed; outlives the callouts. */
	struct fx_auth_server *own;
};
struct fx_callouts; /**< all of a server: those that only say good-bye are kept here */
FX_MUST_CHECK int fx_callouts_new(struct fx_loop *loop, struct fx_callouts **ret);
/** Connections that only say good-bye. */
size_t fx_callouts_closing(const struct fx_callouts *all);
/** Ends those that are left; every fx_callout was freed before. */
struct fx_callouts *fx_callouts_free(struct fx_callouts *all);

struct fx_callout_prm {
	const char *address; /**< numeric, IPv4 or IPv6; copied */
	uint16_t port;
	const char *name;    /**< the client's name for itself, for its SPN and the log; copied */
	uint64_t context;    /**< OpenConnection: the client's own number */
	struct fx_callout_login login;
	uint32_t timeout_ms; /**< of the way to OpenConnection's answer, and of each event */
	/**
	 * 0: open, or the event was taken; another may be given. Else once, the last: the
	 * connection is gone. Never called from within a function of this file.
	 */
	void (*ready)(void *arg, int err, const struct fx_reason *why);
	void *arg;
};
struct fx_callout;
/** @return 0 (ready() will come), FX_EINVAL (address), FX_ENOMEM, FX_EIO */
FX_MUST_CHECK int fx_callout_new(struct fx_callouts *all, const struct fx_callout_prm *prm,
				 struct fx_callout **ret);
/** ClientEventQueue and ClientEventQueueEx; only when ready. ready() tells how it went.
 * @return 0, FX_ESTATE (not ready), FX_ENOMEM */
FX_MUST_CHECK int fx_callout_event(struct fx_callout *c, const struct fx_ms_event *e);
FX_MUST_CHECK int fx_callout_event_ex(struct fx_callout *c, const void *p, uint32_t n);
/** ready() does not come any more. */
struct fx_callout *fx_callout_free(struct fx_callout *c);

#endif
