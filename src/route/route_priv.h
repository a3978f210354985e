/* SPDX-License-Identifier: Apache-2.0 */
/** @file route/route_priv.h  One reception, shared by the files of this room. */
#ifndef FX_ROUTE_ROUTE_PRIV_H
#define FX_ROUTE_ROUTE_PRIV_H

#include "base/list.h"
#include "queue/journal.h"
#include "queue/tags.h"
#include "route/method.h"
#include "route/progress.h"
#include "route/route.h"

#define FX_ROUTE_ROOM_BYTES (UINT64_C(64) << 20)
#define FX_ROUTE_ORDER_MAX 256u

struct fx_checkup;
struct fx_reports;
struct fx_checkup *fx_checkup_free(struct fx_checkup *c);

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
	struct fx_route_settings settings;
	struct fx_route_method *methods[FX_ROUTE_METHODS_MAX]; /* in order */
	size_t n_methods;
	char order[FX_ROUTE_ORDER_MAX][FX_GUID_SIZE]; /* also of methods that are away */
	size_t n_order;
	struct fx_link changes;
	struct fx_checkup *checkup; /* NULL until somebody asks */
	struct fx_reports *reports;
};

/* What a method is given; inside the fax it works on. */
struct fx_route_run {
	struct fx_rx *rx;
	struct fx_route_method *m;
	struct fx_step *step;
	struct fx_route_fax fax;
	uint8_t *data;
	size_t n_data;
	bool owned;     /* the message gets this owner */
	uint32_t uid;
	char user[64];
};

/** One fax coming in, from the answer until it is a message and was routed. */
struct fx_rx {
	struct fx_link link;
	struct fx_route *r;   /* NULL: route is gone; freed by what is under way */
	struct fx_port *port; /* NULL once the call has ended */
	struct fx_port *shown; /* reads Routing until the first pass is over */
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
	/* routing */
	bool filed;           /* it is a message */
	bool running;         /* a method has it */
	bool worded;          /* the message says what failed */
	bool cancelled;       /* by a user: methods that are left are given up */
	struct fx_progress progress;
	struct fx_route_run run;
	char tiff_path[FX_ROUTE_PATH_MAX];
};

struct fx_rx *fx_rx_new(struct fx_route *r);
void fx_rx_free(struct fx_rx *rx); /**< later, while callbacks are owed */
/** The call is over and its pages are recorded: make it a message, or forget it. */
void fx_rx_conclude(struct fx_rx *rx);
void fx_rx_on_again(void *rx); /**< timer: the step that failed, again */
/** The fax is a message, and all that was to be done with it is done. */
void fx_rx_done_with(struct fx_rx *rx);
void fx_rx_not_shown(struct fx_rx *rx); /**< its port no longer reads Routing */

/* pass.c: the methods of one fax */
/** Choose its methods, in order. */
void fx_pass_plan(struct fx_rx *rx);
void fx_pass_put(struct fx_rx *rx, struct fx_group *g); /**< the progress, as it stands */
/** The fax is filed: go on with the methods that are left. */
void fx_pass_go(struct fx_rx *rx);
/** After a restart, of a fax that was filed: what the store says. */
FX_MUST_CHECK int fx_pass_load(struct fx_rx *rx);
/** A user gives up what is left. @return 0, FX_ESTATE */
FX_MUST_CHECK int fx_pass_cancel(struct fx_rx *rx);
void fx_pass_stop(struct fx_rx *rx); /**< the service ends */
bool fx_pass_waits(const struct fx_rx *rx); /**< nothing goes on, all is recorded */

/* methods.c */
FX_MUST_CHECK int fx_route_methods_init(struct fx_route *r);
void fx_route_methods_free(struct fx_route *r);
void fx_route_method_came(struct fx_route *r, const char *guid);      /**< pass.c */
void fx_route_method_left(struct fx_route *r, struct fx_route_method *m); /**< pass.c */

/* own.c */
/** Folder, e-mail, print, inbox. */
FX_MUST_CHECK int fx_route_add_own_methods(struct fx_route *r);

/* report.c: delivery reports of the queue's jobs, mailed from the store */
FX_MUST_CHECK int fx_reports_new(struct fx_route *r, struct fx_reports **ret);
struct fx_reports *fx_reports_free(struct fx_reports *p);
void fx_reports_stop(struct fx_reports *p);
bool fx_reports_busy(const struct fx_reports *p);

/* recover.c */
FX_MUST_CHECK int fx_route_recover(struct fx_route *r, struct fx_reason *reterr);

#endif
