/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/ext.h
 * A routing extension of others (faxroute.h) in a host process of its own: each of its methods
 * is a routing method like ours. A crash or hang fails only what was under way, which is tried
 * again as route's policy says; the host is started again after 1, 2, 4 ... 60 s.
 *
 * Thread: the loop thread. Owner: the caller of fx_ext_new(), until fx_ext_free(), which comes
 * after fx_route_free(); its methods belong to route once they are added.
 */
#ifndef FX_ROUTE_EXT_H
#define FX_ROUTE_EXT_H

#include "core/plugin.h"
#include "route/method.h"

struct fx_ext;
struct fx_ext_prm {
	struct fx_loop *loop;
	struct fx_route *route;
	const struct fx_plugin *plugin; /**< an extension; copied */
	const char *program;            /**< caselli-route-host */
	const char *folder;             /**< of its data and copies; made if need be */
	uint32_t step_s; /**< for each call of the extension but methods; 0 = 30 */
	uint32_t run_s;  /**< for a method; 0 = 600 */
};
/** Start the host, add the methods. @return 0, FX_EEXIST (a GUID), FX_ENOMEM */
FX_MUST_CHECK int fx_ext_new(const struct fx_ext_prm *prm, struct fx_ext **ret,
			     struct fx_reason *reterr);
struct fx_ext *fx_ext_free(struct fx_ext *x);
/** A port came or went. */
void fx_ext_device(struct fx_ext *x, uint32_t device_id, bool there);
/** "ok", "starting", or why it does not serve; borrowed until the next call. */
const char *fx_ext_state(const struct fx_ext *x, bool *ret_serving);
int fx_ext_pid(const struct fx_ext *x); /**< 0 = not running (tests) */

#endif
