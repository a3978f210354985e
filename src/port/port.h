/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file port/port.h
 * The port table: ports, their attributes and live status, seizing, calls.
 *
 * Status is kept whole in memory and replaced whole, so that a reader never
 * sees a mixture of two moments and never touches the store.
 * Thread: the loop thread. Owner: the table owns every port; queue and route
 * borrow one for the length of a call.
 */
#ifndef FX_PORT_PORT_H
#define FX_PORT_PORT_H

#include <stddef.h>
#include "core/fei.h"
#include "core/port_info.h"
#include "port/provider.h"

struct fx_ports;
struct fx_port;

/** Who makes the calls (queue) or takes them (route) is told what happens to a call. */
struct fx_port_call_cb {
	void (*on_status)(void *arg, struct fx_port *port); /**< optional */
	void (*on_page)(void *arg, struct fx_port *port, const struct fx_page_report *page);
	/** The port is free again when this returns. */
	void (*on_end)(void *arg, struct fx_port *port, const struct fx_call_result *result);
};

struct fx_ports_cb {
	/** A new line was announced: give it identity and attributes (stored, or new). */
	int (*on_new_line)(void *arg, const char *provider, const struct fx_line *line,
			   struct fx_port_info *info);
	/** A receiving port rang `info.rings` times: call fx_port_answer() or fx_port_reject(). */
	void (*on_offer)(void *arg, struct fx_port *port, const char *caller_id,
			 const char *called);
	/** A port became free, came online or went offline: the queue may dispatch. */
	void (*on_change)(void *arg, struct fx_port *port);
	/**
	 * Optional. Each change of a port's state, none left out or merged, in order: of a call
	 * once for each of its documents, SENDING and RECEIVING once a page. IDLE comes when the
	 * status reads Available again, at the latest right before the next call's first event.
	 */
	void (*on_event)(void *arg, const struct fx_fax_event *e);
};

FX_MUST_CHECK int fx_ports_new(struct fx_loop *loop, const struct fx_ports_cb *cb, void *arg,
			       struct fx_ports **ret);
struct fx_ports *fx_ports_free(struct fx_ports *t); /**< closes its providers */

/** Start a provider inside this process (tests, or `host = no`). */
FX_MUST_CHECK int fx_ports_add_provider(struct fx_ports *t, const struct fx_provider_ops *ops,
					const char *settings, struct fx_reason *reterr);

size_t fx_ports_count(const struct fx_ports *t);
/** By position 0..count-1 (order of device id), NULL outside. */
struct fx_port *fx_ports_at(struct fx_ports *t, size_t i);
struct fx_port *fx_ports_find(struct fx_ports *t, uint32_t device_id);
/** Best-ranked free port that may send, skipping the ids in `not_ids`; NULL = none. */
struct fx_port *fx_ports_best_free(struct fx_ports *t, const uint32_t *not_ids, size_t n_not);

const struct fx_port_info *fx_port_info(const struct fx_port *port);
/** The whole status now; elapsed times are brought up to date. */
void fx_port_status(struct fx_port *port, struct fx_port_status *ret);
/** Why the port is offline, as its provider says; "" = nothing said. Valid until the next event. */
const char *fx_port_why(const struct fx_port *port);
bool fx_port_is_free(const struct fx_port *port); /**< online and no call */
/**
 * Change rings, tsid, csid, send, receive, manual_answer, description, priority; others are
 * renumbered so that priorities stay 1..n. Identifiers are cleaned as T.30 wants them.
 * @return 0, FX_EINVAL (priority outside 1..n, rings over 99), FX_EBUSY (call going on)
 */
FX_MUST_CHECK int fx_port_set(struct fx_port *port, const struct fx_port_info *info);

/** One document of a call that sends, for its events. */
struct fx_port_doc {
	uint64_t job_id;
	uint32_t client_id, uid;
	uint32_t pages; /**< that the call has of it */
};
/** What the status of a port shows about the job on it; copied. */
struct fx_port_job {
	uint64_t job_id;
	uint32_t client_id;
	uint32_t uid;                   /**< the job's owner, or FX_UID_NONE */
	const struct fx_port_doc *docs; /**< when the call has several; NULL = only this job */
	size_t n_docs;
	uint32_t size_bytes, pages;
	int64_t submitted_at;
	const char *document_name, *sender_name, *recipient_name, *user;
};
/** @return 0, FX_EBUSY (not free), or what the provider says; then no callback follows */
FX_MUST_CHECK int fx_port_dial(struct fx_port *port, const struct fx_dial *dial,
			       const struct fx_port_job *job, const struct fx_port_call_cb *cb,
			       void *arg);
/** Only for an offered call. As above. */
FX_MUST_CHECK int fx_port_answer(struct fx_port *port, const struct fx_answer *answer,
				 const struct fx_port_job *job, const struct fx_port_call_cb *cb,
				 void *arg);
void fx_port_reject(struct fx_port *port);
void fx_port_hangup(struct fx_port *port);
void fx_port_page_ack(struct fx_port *port, uint32_t page, bool ok);
/** After on_end of a received fax the status reads Routing until called with false, then for 2 s
 * how the call ended. */
void fx_port_set_routing(struct fx_port *port, bool routing);

#endif
