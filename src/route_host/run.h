/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route_host/run.h
 * The fax that a method of the extension is routing now, as the callbacks see it (winfax.md 8.6).
 * What they change is noted and goes to casellid with the result: a method that crashes changed
 * nothing. Thread: the callbacks any, all else the main thread.
 */
#ifndef FX_ROUTE_HOST_RUN_H
#define FX_ROUTE_HOST_RUN_H

#include <faxroute.h>
#include "route/ext_msg.h"

extern FAX_ROUTE_CALLBACKROUTINES fx_run_callbacks;

/** @param files  of RUN; the first is the received TIFF, which methods see as `copy` */
FX_MUST_CHECK int fx_run_begin(uint32_t job, const struct fx_ext_item *files, uint32_t n,
			       const char *copy);
/** No callback works any more. The changes move to m->items, which fini frees. */
void fx_run_end(struct fx_ext_msg *m);

#endif
