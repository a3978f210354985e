/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Routing methods: what is done with a received fax besides filing it in the
 * inbox. They run here, in order of priority, on a fax whose pages are recorded
 * and whose job is durable in state routing; after a crash they run again, so
 * each must bear being repeated. Folder, print and mail take their place in this
 * list; filing in the inbox always follows and is not a method.
 */
#include "base/log.h"
#include "route/route_priv.h"

struct method {
	const char *name;
	/** @return 0, or an error that is logged and does not hold the others up */
	int (*run)(struct fx_rx *rx);
};

static int trace_method(struct fx_rx *rx)
{
	fx_trace(FX_TRACE_ROUTE, "job=%u port=%u from=%s to=%s pages=%u", rx->job.client_id,
		 rx->job.device_id, rx->job.caller_id, rx->job.routing, rx->pages);
	return 0;
}

static const struct method methods[] = {
	{"trace", trace_method},
};

void fx_route_methods(struct fx_rx *rx)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(methods); i++) {
		int err = methods[i].run(rx);

		if (err) {
			fx_log(FX_LOG_ERROR, "route: job=%u method %s: %s", rx->job.client_id,
			       methods[i].name, fx_error_str(err));
		}
	}
}
