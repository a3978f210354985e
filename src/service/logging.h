/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/logging.h
 * What is written to the log (winfax.md 1.6, 4.8): a depth for each category, kept in the store,
 * in force at once. As in service/service.h: rights are checked here, done() comes when durable.
 * Thread: the loop thread.
 */
#ifndef FX_SERVICE_LOGGING_H
#define FX_SERVICE_LOGGING_H

#include "base/log.h"
#include "service/service.h"

struct fx_log_setting {
	uint32_t category; /**< enum fx_log_category, not AUDIT */
	uint32_t depth;    /**< enum fx_log_depth */
};

/** All four, in the order of the categories. CONFIG_QUERY. */
FX_MUST_CHECK int fx_service_logging(struct fx_service *s, const struct fx_caller *c,
				     struct fx_log_setting ret[FX_LOG_CATEGORIES]);
/** Those named are changed, together; of one named twice the last counts. CONFIG_SET.
 * @return also FX_EINVAL (none, an unknown category or depth) */
FX_MUST_CHECK int fx_service_set_logging(struct fx_service *s, const struct fx_caller *c,
					 const struct fx_log_setting *v, size_t n,
					 fx_service_done_fn *done, void *arg,
					 struct fx_reason *reterr);
/** At the start, before anything else is logged: what the store says comes into force. */
void fx_service_load_logging(struct fx_store *store);

#endif
