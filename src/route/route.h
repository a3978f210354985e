/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/route.h
 * Incoming: answer an offered call into a spool file, record each page before it
 * is confirmed to the far end (invariant 2), turn the fax into a message.
 * After a crash, pages recorded before become a (partial) message.
 * Thread: the loop thread.
 */
#ifndef FX_ROUTE_ROUTE_H
#define FX_ROUTE_ROUTE_H

#include "core/route_rules.h"
#include "queue/queue.h"

struct fx_route;
struct fx_route_prm {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_spool *spool;
	struct fx_queue *queue;
	uint64_t min_free_bytes; /**< below it calls are refused; 0 = 64 MiB */
	const struct fx_route_settings *settings; /**< copied; NULL = defaults, no rules */
	const struct fx_queue_cb *cb;
	void *arg;
};
/** Recovers interrupted receptions found in the store; routing that was under way goes on. */
FX_MUST_CHECK int fx_route_new(const struct fx_route_prm *prm, struct fx_route **ret,
			       struct fx_reason *reterr);
/** After the port table, before the queue. What is under way is finished by the next start. */
struct fx_route *fx_route_free(struct fx_route *r);
/** Clean shutdown: calls are hung up, new ones refused. */
void fx_route_stop(struct fx_route *r);
/** No call, nothing being filed or delivered; what waits for its next try does not count. */
bool fx_route_is_idle(const struct fx_route *r);
/** New settings of routing: what is routed or tried again from now on. */
FX_MUST_CHECK int fx_route_set_settings(struct fx_route *r, const struct fx_route_settings *s);
const struct fx_route_settings *fx_route_settings(const struct fx_route *r);
/**
 * Hang up an incoming call by its job; what arrived becomes a partial message. After the call:
 * give up the routing methods that are left; the fax is in the inbox.
 * @return 0, FX_ENOMSG, FX_ESTATE (nothing is left to give up)
 */
FX_MUST_CHECK int fx_route_cancel(struct fx_route *r, uint64_t job_id);
/** Methods that wait for their next try: now. @return 0, FX_ENOMSG, FX_ESTATE (does not wait) */
FX_MUST_CHECK int fx_route_retry_now(struct fx_route *r, uint64_t job_id);
/** From fx_queue_cb.on_report: a delivery report is in the store. */
void fx_route_report_came(struct fx_route *r);
/** Is there a mail server that could take them? */
bool fx_route_offers_reports(const struct fx_route *r);
/** One mail address. */
bool fx_route_report_address_good(const char *address);
/** From fx_ports_cb.on_offer. */
void fx_route_offer(struct fx_route *r, struct fx_port *port, const char *caller_id,
		    const char *called);

#endif
