/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/checkup.h
 * Would routing work now? Each target that an enabled method of a port or a rule names is tried
 * without delivering anything: folders are looked at, the mail server is greeted (with TLS and
 * password), print queues are asked for their state, users are looked up. For `caselli doctor`.
 * Thread: the loop thread; the looking is done in one of its own.
 */
#ifndef FX_ROUTE_CHECKUP_H
#define FX_ROUTE_CHECKUP_H

#include "route/route.h"

#define FX_CHECKUP_MAX 32u /**< targets; more are not looked at */

struct fx_checkup_line {
	char name[64]; /**< "mail server", "printer lp" */
	bool good;
	char text[256]; /**< what was found, and the remedy */
};
/**
 * What was found, at most 2 s ago; else a new look begins.
 * @param devices  ports whose enabled methods count
 * @param ret      borrowed until the next call
 * @return 0 (no lines: nothing but the inbox is used), FX_EBUSY (under way, ask again), FX_ENOMEM
 */
FX_MUST_CHECK int fx_route_checkup(struct fx_route *r, const uint32_t *devices, size_t n,
				   const struct fx_checkup_line **ret, size_t *ret_n);

#endif
