/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/routing.h
 * Routing administration (winfax.md 4.10). As in service/service.h: rights are checked here,
 * changes are durable when done() comes, results are core's values. Thread: the loop thread.
 *
 * Errors besides FX_EACCES and FX_ENOMEM: FX_ENODEV no such port, FX_EDATA no such method.
 */
#ifndef FX_SERVICE_ROUTING_H
#define FX_SERVICE_ROUTING_H

#include "core/route_rules.h"
#include "core/routing.h"
#include "service/service.h"

/** All methods in order of priority. CONFIG_QUERY; fx_free(*ret). */
FX_MUST_CHECK int fx_service_routing_global(struct fx_service *s, const struct fx_caller *c,
					    struct fx_routing_method **ret, size_t *ret_n);
/** Give a method another place, 1 to their number; the others are renumbered. CONFIG_SET.
 * @return also FX_EINVAL (no such place) */
FX_MUST_CHECK int fx_service_set_routing_global(struct fx_service *s, const struct fx_caller *c,
						const char *guid, uint32_t priority,
						fx_service_done_fn *done, void *arg,
						struct fx_reason *reterr);

/** A method as it stands for one port. */
struct fx_port_routing {
	struct fx_routing_method method;
	bool enabled;
};
/** In order of priority. PORT_QUERY; fx_free(*ret). */
FX_MUST_CHECK int fx_service_routing(struct fx_service *s, const struct fx_caller *c,
				     uint32_t device_id, struct fx_port_routing **ret,
				     size_t *ret_n);
/** PORT_SET. @return also FX_ESTATE (enabling a method that lacks its data) */
FX_MUST_CHECK int fx_service_enable_routing(struct fx_service *s, const struct fx_caller *c,
					    uint32_t device_id, const char *guid, bool enable,
					    fx_service_done_fn *done, void *arg,
					    struct fx_reason *reterr);
typedef void(fx_service_routing_data_fn)(void *arg, int err, const uint8_t *p, size_t n);
/** Opaque bytes; of our own methods a UTF-16LE text with NUL (winfax.md 1.10). PORT_QUERY.
 * done() comes later, since an extension in its host may have to be asked. */
FX_MUST_CHECK int fx_service_routing_data(struct fx_service *s, const struct fx_caller *c,
					  uint32_t device_id, const char *guid,
					  fx_service_routing_data_fn *done, void *arg);
/** PORT_SET. @return also FX_EINVAL (refused by the method), FX_ELIMIT */
FX_MUST_CHECK int fx_service_set_routing_data(struct fx_service *s, const struct fx_caller *c,
					      uint32_t device_id, const char *guid,
					      const uint8_t *p, size_t n,
					      fx_service_done_fn *done, void *arg,
					      struct fx_reason *reterr);

/** What would be done with a fax. */
struct fx_routing_effect {
	struct fx_routing_method method;
	bool runs;
	bool by_rule; /**< the rule says so, not the port */
	char *data;   /**< text, NULL = none, or known to its extension alone */
};
/**
 * Which rule a fax matches and what would be done with it, in order. PORT_QUERY.
 * @param ret_rule  "" = no rule
 */
FX_MUST_CHECK int fx_service_routing_test(struct fx_service *s, const struct fx_caller *c,
					  const struct fx_route_facts *facts,
					  struct fx_routing_effect **ret, size_t *ret_n,
					  char ret_rule[FX_ROUTE_RULE_NAME_SIZE]);
void fx_service_routing_effects_free(struct fx_routing_effect *v, size_t n);

#endif
