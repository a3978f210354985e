/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/outbound.h
 * Outbound routing (docs/outbound.md): which ports a number is dialled over. Groups are ordered
 * lists of ports, rules lead from country and area code to a port or a group. Pure; values with
 * owned texts.
 */
#ifndef FX_CORE_OUTBOUND_H
#define FX_CORE_OUTBOUND_H

#include <stdbool.h>
#include <stddef.h>
#include "core/call.h"

#define FX_OUTBOUND_ALL "<All devices>" /**< built in: every port that sends, by priority */
#define FX_OUTBOUND_NAME_MAX 127        /**< characters (ms-fax.md 6.1: 128 is refused) */
#define FX_OUTBOUND_NAME_SIZE (4 * FX_OUTBOUND_NAME_MAX + 1)
#define FX_OUTBOUND_DEVICES_MAX 1000u   /**< in a group */
#define FX_OUTBOUND_GROUPS_MAX 1000u
#define FX_OUTBOUND_RULES_MAX 10000u
#define FX_OUTBOUND_AREA_MAX 999999999u

struct fx_outbound_group {
	char *name;    /**< compared without case (ASCII) */
	uint32_t *ids; /**< the first choice first */
	size_t n;
};
struct fx_outbound_rule {
	uint32_t country; /**< code; 0 = any, then area is 0 too */
	uint32_t area;    /**< 0 = any */
	uint32_t device_id; /**< 0 = the group */
	char *group;      /**< NULL = the device */
};
/** Zeroed is not valid: fx_outbound_init(). */
struct fx_outbound {
	struct fx_outbound_group *groups; /**< in order of name; without the built-in one */
	size_t n_groups;
	struct fx_outbound_rule *rules; /**< by country and area; the first is 0/0, always there */
	size_t n_rules;
};
FX_MUST_CHECK int fx_outbound_init(struct fx_outbound *o); /**< only the default rule */
void fx_outbound_fini(struct fx_outbound *o);
FX_MUST_CHECK int fx_outbound_copy(struct fx_outbound *dst, const struct fx_outbound *src);
/** NULL = none, or the built-in one. */
const struct fx_outbound_group *fx_outbound_group(const struct fx_outbound *o, const char *name);
const struct fx_outbound_rule *fx_outbound_rule(const struct fx_outbound *o, uint32_t country,
						uint32_t area);
bool fx_outbound_is_all(const char *group);
/** Does the rule lead to every port, as if there were no rules? */
bool fx_outbound_rule_is_all(const struct fx_outbound_rule *r);

/** What there is, for checks and states. */
struct fx_outbound_ports {
	bool (*exists)(void *arg, uint32_t device_id);
	bool (*sends)(void *arg, uint32_t device_id); /**< exists and may send: a valid device */
	size_t n_sending;
	void *arg;
};
enum fx_outbound_group_status { /* as on the wire (ms-fax.md 6.2) */
	FX_GROUP_ALL_VALID,
	FX_GROUP_EMPTY,
	FX_GROUP_NONE_VALID,
	FX_GROUP_SOME_NOT_VALID
};
enum fx_outbound_rule_status {
	FX_RULE_VALID,
	FX_RULE_EMPTY_GROUP,
	FX_RULE_NONE_VALID,
	FX_RULE_SOME_NOT_VALID,
	FX_RULE_BAD_DEVICE
};
/** @param g  NULL: the built-in group */
enum fx_outbound_group_status fx_outbound_group_status(const struct fx_outbound_group *g,
						       const struct fx_outbound_ports *ports);
enum fx_outbound_rule_status fx_outbound_rule_status(const struct fx_outbound *o,
						     const struct fx_outbound_rule *r,
						     const struct fx_outbound_ports *ports);
/** What the state means, for a person; "valid" when all is well. */
const char *fx_outbound_group_words(enum fx_outbound_group_status st);
const char *fx_outbound_rule_words(enum fx_outbound_rule_status st);

/* Changes. */
enum fx_outbound_kind {
	FX_OUTBOUND_ADD_GROUP,
	FX_OUTBOUND_SET_GROUP,    /**< devices */
	FX_OUTBOUND_REMOVE_GROUP,
	FX_OUTBOUND_ORDER,        /**< one device of a group to a place */
	FX_OUTBOUND_ADD_RULE,
	FX_OUTBOUND_SET_RULE,     /**< destination */
	FX_OUTBOUND_REMOVE_RULE
};
enum fx_outbound_error { /* 0 is success */
	FX_OB_INVALID = 1,    /**< a value is out of range or unknown */
	FX_OB_NAME_TOO_LONG,
	FX_OB_EXISTS,         /**< a group of this name, a rule for these codes */
	FX_OB_NO_GROUP,       /**< to change or remove */
	FX_OB_BAD_GROUP,      /**< a rule's: not there, or empty */
	FX_OB_GROUP_IN_USE,   /**< a rule leads to it */
	FX_OB_NO_RULE,
	FX_OB_BUILT_IN,       /**< the group of all devices, the default rule */
	FX_OB_BAD_DEVICE,     /**< no such port */
	FX_OB_LIMIT,
	FX_OB_NOMEM
};
struct fx_outbound_change {
	enum fx_outbound_kind kind;
	const char *group;      /**< of groups and ORDER; of a rule: NULL = the device */
	const uint32_t *ids;    /**< SET_GROUP */
	size_t n_ids;
	uint32_t device_id;     /**< ORDER, rules */
	uint32_t place;         /**< ORDER: from 1 */
	uint32_t country, area; /**< rules */
};
/** Carries it out, or leaves *o as it was. @return 0 or why not, with words */
FX_MUST_CHECK enum fx_outbound_error fx_outbound_apply(struct fx_outbound *o,
						       const struct fx_outbound_change *ch,
						       const struct fx_outbound_ports *ports,
						       struct fx_reason *reterr);

/* As it is kept in the store: a short text for each group and rule. */
/** "1 7 3". The caller's; NULL = no memory. */
char *fx_outbound_group_text(const struct fx_outbound_group *g);
/** @return 0, FX_EINVAL, FX_ELIMIT, FX_ENOMEM */
FX_MUST_CHECK int fx_outbound_load_group(struct fx_outbound *o, const char *name,
					 const char *text);
/** "device 7", "group NAME". */
char *fx_outbound_rule_text(const struct fx_outbound_rule *r);
/** The default rule is replaced. As above. */
FX_MUST_CHECK int fx_outbound_load_rule(struct fx_outbound *o, uint32_t country, uint32_t area,
					const char *text);

/* Numbers. */
/** Where this machine is: completes what is dialled without country. From the settings. */
struct fx_dialing {
	uint32_t country;  /**< 0 = not said: only the default rule counts for such numbers */
	char area[10];     /**< digits, without national prefix; "" = none */
	char national[8];  /**< prefix before an area code: "0", "1", "" */
	char abroad[8];    /**< prefix before a country code: "00" */
};
struct fx_outbound_number {
	uint32_t country;  /**< 0 = cannot be told */
	bool has_area;     /**< known: written in brackets, or that of this machine */
	uint32_t area;
	char digits[FX_NUMBER_SIZE]; /**< national, without leading zeros */
};
void fx_outbound_number(const char *number, const struct fx_dialing *d,
			struct fx_outbound_number *ret);
/** The rule for a number: the longest area code that fits, then any area, then 0/0. */
const struct fx_outbound_rule *fx_outbound_find(const struct fx_outbound *o,
						const struct fx_outbound_number *n);

#endif
