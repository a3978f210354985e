/* SPDX-License-Identifier: Apache-2.0 */
/* Routing administration: opnums 13 to 18, and our own RoutingTest. */
#include "clients/common/client_priv.h"

enum { OP_ENUM = 13, OP_ENABLE = 14, OP_GET = 15, OP_SET = 16, OP_ENUM_GLOBAL = 17,
       OP_SET_GLOBAL = 18 };

#define MANY(i, o, l) (&(const struct fx_client_array){i, o, &fx_##l##_layout, 0, 2})
#define IN(...)       ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})

uint32_t fx_client_enum_routing_methods(struct fx_client *c, const struct fx_ctx *port,
					enum fx_text_form form,
					struct fx_ms_routing_method **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, MANY(FX_CLIENT_FAX, OP_ENUM, ms_routing_method),
				   IN({.p = port}), form, (void **)ret, ret_n, NULL);
}

uint32_t fx_client_enable_routing_method(struct fx_client *c, const struct fx_ctx *port,
					 const char *guid, bool enable)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_ENABLE,
			    IN({.p = port}, {.s = {.u8 = guid}}, {.u = enable}), FX_TEXT_UTF8);
}

uint32_t fx_client_get_routing_info(struct fx_client *c, const struct fx_ctx *port,
				    const char *guid, uint8_t **ret, uint32_t *ret_size)
{
	return fx_client_get_bytes(c, OP_GET, IN({.p = port}, {.s = {.u8 = guid}}), ret, ret_size);
}

uint32_t fx_client_set_routing_info(struct fx_client *c, const struct fx_ctx *port,
				    const char *guid, const void *p, uint32_t n)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET,
			    IN({.p = port}, {.s = {.u8 = guid}}, {.p = n ? p : "", .n = n}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_enum_global_routing(struct fx_client *c, enum fx_text_form form,
				       struct fx_ms_global_routing **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, MANY(FX_CLIENT_FAX, OP_ENUM_GLOBAL, ms_global_routing), NULL,
				   form, (void **)ret, ret_n, NULL);
}

uint32_t fx_client_set_global_routing(struct fx_client *c, enum fx_text_form form,
				      const struct fx_ms_global_routing *info)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_GLOBAL, IN({.p = info}), form);
}

uint32_t fx_client_routing_test(struct fx_client *c, uint32_t device_id, const char *to,
				const char *from, const char *tsid, enum fx_text_form form,
				struct fx_cs_routing **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, MANY(FX_CLIENT_CASELLI, FX_CS_ROUTING_TEST, cs_routing),
				   IN({.u = device_id}, {.s = {.u8 = to}}, {.s = {.u8 = from}},
				      {.s = {.u8 = tsid}}), form, (void **)ret, ret_n, NULL);
}
