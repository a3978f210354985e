/* SPDX-License-Identifier: Apache-2.0 */
/** @file route/route_priv.h  One reception, shared by the files of this room. */
#ifndef FX_ROUTE_ROUTE_PRIV_H
#define FX_ROUTE_ROUTE_PRIV_H

#include "base/list.h"
#include "queue/journal.h"
#include "queue/tags.h"
#include "route/route.h"

#define FX_ROUTE_ROOM_BYTES (UINT64_C(64) << 20)

struct fx_route {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_spool *spool;
	struct fx_queue *queue;
	struct fx_journal *journal; /* the queue's */
	uint64_t min_free_bytes;
	const struct fx_queue_cb *cb;
	void *arg;
	bool stopping;
	struct fx_link faxes; /* fx_rx.link */
};

/** One fax coming in, from the answer until it is a message. */
struct fx_rx {
	struct fx_link link;
	struct fx_route *r;   /* NULL: route is gone; freed by what is under way */
	struct fx_port *port; /* NULL once the call has ended */
	struct fx_port *shown; /* reads Routing until filed */
	struct fx_job job;
	struct fx_attempt a;
	int fd, log_fd;
	uint32_t pages;       /* recorded, so confirmed to the far end */
	uint32_t asked;       /* page whose record is under way, 0 = none */
	unsigned pending;     /* callbacks of journal and workers still to come */
	bool ended;           /* the call has ended */
	bool concluded;
	bool told;
	struct fx_timer *again;
	struct fx_spool *spool;
	int err;              /* of the worker */
	struct fx_fax_tags *tags; /* for the worker, until it has run */
};

struct fx_rx *fx_rx_new(struct fx_route *r);
void fx_rx_free(struct fx_rx *rx); /**< later, while callbacks are owed */
/** The call is over and its pages are recorded: make it a message, or forget it. */
void fx_rx_conclude(struct fx_rx *rx);
void fx_rx_on_again(void *rx); /**< timer: the step that failed, again */

/* methods.c */
/** Delivery methods of the port, in order of priority; the fax is in the spool. */
void fx_route_methods(struct fx_rx *rx);

/* recover.c */
FX_MUST_CHECK int fx_route_recover(struct fx_route *r, struct fx_reason *reterr);

#endif
