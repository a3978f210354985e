/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/iface/subscribe.h
 * Subscriptions: a client that has the service call it back with events (opnums 74, 92, 75).
 *
 *   74, 92 --callout opened--> handle EVTX: reads the service's log, an event at a time
 *                '--fails--> the call's error      |        '--fails--> dead, says so in the log
 *                                                  75, or the end of the association: gone
 *
 * It is called where its connection comes from, at the port that it named, and nowhere else: a
 * name that a stranger chose never makes the service connect, let alone log in, somewhere
 * (ms-fax.md 9.5).
 * Thread: the loop thread. Owner: the handle.
 */
#ifndef FX_RPC_IFACE_SUBSCRIBE_H
#define FX_RPC_IFACE_SUBSCRIBE_H

#include "rpc/callout/callout.h"
#include "rpc/iface/iface.h"
#include "rpc/msfax/event_ex.h"

#define FX_SUBSCRIPTIONS_MAX      1024u /**< of a server */
#define FX_SUBSCRIPTIONS_USER_MAX 64u   /**< of one user */
#define FX_CALLBACK_PORT_MIN      1024u /**< [MS-FAX]: clients listen at 1024 and above */

struct fx_subscription;
void fx_subscription_free(struct fx_subscription *s);

/** What a subscription asks for. */
struct fx_event_wish {
	const struct fx_caller *caller;
	uint32_t mask;   /**< enum fx_ms_event_type; 0 = legacy */
	bool ex1;        /**< FAX_EVENT_EX_1 */
	bool own_only;   /**< faxes of the caller alone (opnum 92) */
};
/** Kinds of the log, 1 << enum fx_event_kind, that may give such events. */
uint32_t fx_event_kinds(const struct fx_event_wish *w);
/** An event of the log as FAX_EVENT. @return false: it is none */
bool fx_event_legacy(const struct fx_event *e, struct fx_ms_event *ret);
/**
 * The same as FAX_EVENT_EX or _EX_1, appended to b.
 * @param config  CONFIG: which kind, one at a time
 * @return false: it is not wished for, or its subject is gone
 */
bool fx_event_extended(struct fx_service *s, const struct fx_event_wish *w,
		       const struct fx_event *e, unsigned config, struct fx_buf *b);

#endif
