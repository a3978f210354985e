/* SPDX-License-Identifier: Apache-2.0 */
/* Outbound routing: opnums 51 to 59, and our own OutboundTest. */
#include <string.h>

#include "clients/common/client_priv.h"

enum { OP_ADD_GROUP = 51, OP_SET_GROUP = 52, OP_REMOVE_GROUP = 53, OP_GROUPS = 54, OP_ORDER = 55,
       OP_ADD_RULE = 56, OP_REMOVE_RULE = 57, OP_SET_RULE = 58, OP_RULES = 59 };

#define MANY(i, o, l) (&(const struct fx_client_array){i, o, &fx_##l##_layout, 0, 2})
#define IN(...)       ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})

uint32_t fx_client_add_outbound_group(struct fx_client *c, const char *name)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_ADD_GROUP, IN({.s = {.u8 = name}}), FX_TEXT_UTF8);
}

uint32_t fx_client_set_outbound_group(struct fx_client *c,
				      const struct fx_ms_outbound_group *group)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_GROUP, IN({.p = group}), FX_TEXT_UTF8);
}

uint32_t fx_client_remove_outbound_group(struct fx_client *c, const char *name)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_REMOVE_GROUP, IN({.s = {.u8 = name}}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_enum_outbound_groups(struct fx_client *c, enum fx_text_form form,
					struct fx_ms_outbound_group **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, MANY(FX_CLIENT_FAX, OP_GROUPS, ms_outbound_group), NULL,
				   form, (void **)ret, ret_n, NULL);
}

uint32_t fx_client_order_outbound_device(struct fx_client *c, const char *group,
					 uint32_t device_id, uint32_t place)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_ORDER,
			    IN({.s = {.u8 = group}}, {.u = device_id}, {.u = place}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_add_outbound_rule(struct fx_client *c, uint32_t country, uint32_t area,
				     uint32_t device_id, const char *group)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_ADD_RULE,
			    IN({.u = area}, {.u = country}, {.u = device_id},
			       {.s = {.u8 = group}}, {.u = group != NULL}), FX_TEXT_UTF8);
}

uint32_t fx_client_set_outbound_rule(struct fx_client *c, uint32_t country, uint32_t area,
				     uint32_t device_id, const char *group)
{
	struct fx_ms_outbound_rule w = {
		.area_code = area, .country_code = country, .use_group = group != NULL,
		.destination = {group != NULL, device_id, {.u8 = group}},
	};

	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_RULE, IN({.p = &w}), FX_TEXT_UTF8);
}

uint32_t fx_client_remove_outbound_rule(struct fx_client *c, uint32_t country, uint32_t area)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_REMOVE_RULE, IN({.u = area}, {.u = country}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_enum_outbound_rules(struct fx_client *c, enum fx_text_form form,
				       struct fx_ms_outbound_rule **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, MANY(FX_CLIENT_FAX, OP_RULES, ms_outbound_rule), NULL, form,
				   (void **)ret, ret_n, NULL);
}

uint32_t fx_client_outbound_test(struct fx_client *c, const char *number, uint64_t job_id,
				 enum fx_text_form form, struct fx_cs_outbound **ret,
				 uint32_t *ret_n)
{
	return fx_client_get_array(c, MANY(FX_CLIENT_CASELLI, FX_CS_OUTBOUND_TEST, cs_outbound),
				   IN({.s = {.u8 = number}}, {.u = job_id}), form, (void **)ret,
				   ret_n, NULL);
}
