/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/outbound.h
 * Outbound routing (ms-fax.md 3.1, opnums 51 to 59; docs/outbound.md). As in service/service.h:
 * rights are checked here, changes are durable when done() comes. Thread: the loop thread.
 */
#ifndef FX_SERVICE_OUTBOUND_H
#define FX_SERVICE_OUTBOUND_H

#include "core/outbound.h"
#include "service/service.h"

/** A group as it stands; ids are those of the group, gone ones too. */
struct fx_outbound_group_info {
	struct fx_outbound_group group;
	enum fx_outbound_group_status status;
};
/** The built-in group first. CONFIG_QUERY. fx_service_outbound_groups_free(). */
FX_MUST_CHECK int fx_service_outbound_groups(struct fx_service *s, const struct fx_caller *c,
					     struct fx_outbound_group_info **ret, size_t *ret_n);
void fx_service_outbound_groups_free(struct fx_outbound_group_info *v, size_t n);
/** The default rule first. CONFIG_QUERY. *ret_status: one each, fx_free(); fx_outbound_fini(). */
FX_MUST_CHECK int fx_service_outbound_rules(struct fx_service *s, const struct fx_caller *c,
					    struct fx_outbound *ret,
					    enum fx_outbound_rule_status **ret_status);

/** err: 0, or why it could not be stored; refused: the change is not possible, with words. */
typedef void(fx_service_outbound_fn)(void *arg, int err, enum fx_outbound_error refused,
				     const struct fx_reason *why);
/**
 * CONFIG_SET. One after the other, in order of arrival; `ch` is copied. The order of the built-in
 * group is that of the ports' priorities: FX_OUTBOUND_ORDER in it changes those. done() is called
 * exactly once, perhaps before this returns.
 * @return 0, FX_EACCES, FX_ENOMEM: done() does not come
 */
FX_MUST_CHECK int fx_service_outbound_change(struct fx_service *s, const struct fx_caller *c,
					     const struct fx_outbound_change *ch,
					     fx_service_outbound_fn *done, void *arg);

enum fx_outbound_port_state { FX_OP_FREE, FX_OP_BUSY, FX_OP_OFFLINE, FX_OP_NOT_VALID };
struct fx_outbound_port {
	uint32_t device_id;
	char name[64]; /**< "" = it is gone */
	enum fx_outbound_port_state state;
};
/** Which way a number would go now. */
struct fx_outbound_answer {
	struct fx_outbound_number number;
	uint32_t rule_country, rule_area;
	bool asked;              /**< the job asks for a port: no rule counts */
	char group[FX_OUTBOUND_NAME_SIZE]; /**< "" = a port */
	enum fx_outbound_rule_status status;
	struct fx_outbound_port *ports; /**< in the order in which they are tried; fx_free() */
	size_t n_ports;
	const char *words; /**< what it waits for, or that it does not; static */
};
/**
 * For a number (CONFIG_QUERY), or with number NULL for an outgoing job by its id (as
 * fx_service_job_by_id()). Ports are left out for callers without PORT_QUERY.
 */
FX_MUST_CHECK int fx_service_outbound_test(struct fx_service *s, const struct fx_caller *c,
					   const char *number, uint64_t job_id,
					   struct fx_outbound_answer *ret);

#endif
