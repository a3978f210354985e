/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/printers.h
 * The print queues that the service can see. Thread: the loop thread.
 */
#ifndef FX_ROUTE_PRINTERS_H
#define FX_ROUTE_PRINTERS_H

#include "route/route.h"

#define FX_PRINTERS_MAX 1000
struct fx_printer {
	char name[128];   /**< of the queue */
	char server[256]; /**< host of CUPS; "" = this machine's socket */
	char driver[128]; /**< make and model; "" = unknown */
};
/** v is borrowed for the call. No CUPS: none. */
typedef void(fx_route_printers_fn)(void *arg, int err, const struct fx_printer *v, size_t n);
/** done() comes once, later, also when route is gone by then. @return 0 or FX_ENOMEM */
FX_MUST_CHECK int fx_route_printers(struct fx_route *r, fx_route_printers_fn *done, void *arg);

#endif
