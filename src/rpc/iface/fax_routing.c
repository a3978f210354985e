/* SPDX-License-Identifier: Apache-2.0 */
/* Routing of received faxes: opnums 13 to 18 (ms-fax.md 9.8), and which rule applies. */
#include "service/routing.h"

#include "base/mem.h"
#include "base/str.h"
#include "rpc/iface/convert.h"
#include "rpc/iface/iface.h"

/* ms-fax.md 7.1: these know 5, 8, 13, 87 only; the port's handle may lead nowhere by now. A
 * method that lacks its data says 1610, as the extension does on Windows (winfax.md 8.2). */
static uint32_t code_of(int err)
{
	return err == FX_ENODEV ? FX_W_INVALID_DATA :
	       err == FX_ESTATE ? FX_W_BAD_CONFIGURATION :
	       err == FX_ELIMIT ? FX_W_INVALID_PARAMETER : fx_win32_config(err);
}

static void on_done(void *arg, int err, const struct fx_reason *why)
{
	(void)why;
	fx_icall_finish(arg, code_of(err));
}

static uint32_t later(int err)
{
	return err ? code_of(err) : FX_LATER;
}

/* The right comes before the arguments: who may nothing learns nothing. */
static uint32_t check(struct fx_icall *call, enum fx_right right, const char *what,
		      struct fx_handle **ret_port)
{
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_PORT);
	int err;

	if (!h) {
		return FX_W_INVALID_HANDLE;
	}
	*ret_port = h;
	err = fx_service_check(&call->assoc->caller, right, what);
	if (err) {
		return code_of(err);
	}
	return call->in[1].s.u8 ? FX_W_SUCCESS : FX_W_INVALID_PARAMETER;
}

uint32_t fx_fax_enum_routing(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_handle *h = fx_icall_handle(call, 0, FX_P_CTX_PORT);
	struct fx_port_routing *v = NULL;
	struct fx_ms_routing_method *w;
	struct fx_port_info info;
	uint32_t code;
	size_t n = 0;
	int err;

	if (!h) {
		return FX_W_INVALID_HANDLE;
	}
	err = fx_service_routing(a->env->service, &a->caller, h->device_id, &v, &n);
	err = err ? err : fx_service_port(a->env->service, &a->caller, h->device_id, &info);
	w = err ? NULL : fx_arena_calloc(&call->arena, n, sizeof(*w));
	if (!w || !n) {
		(void)fx_free(v);
		return err ? code_of(err) : n ? FX_W_NOT_ENOUGH_MEMORY : FX_W_INVALID_FUNCTION;
	}
	for (size_t i = 0; i < n; i++) {
		const struct fx_routing_method *m = &v[i].method;

		w[i] = (struct fx_ms_routing_method){
			.device_id = h->device_id, .enabled = v[i].enabled,
			.device_name = fx_wire_text(info.name), .guid = fx_wire_text(m->guid),
			.friendly_name = fx_wire_text(m->friendly),
			.function_name = fx_wire_text(m->function),
			.image_name = fx_wire_text(m->image),
			.extension_name = fx_wire_text(m->extension),
		};
	}
	code = fx_icall_array(call, 0, &fx_ms_routing_method_layout, w, n);
	(void)fx_free(v);
	return code;
}

uint32_t fx_fax_enable_routing(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_handle *h = NULL;
	uint32_t code = check(call, FX_RIGHT_PORT_SET, "enabling a routing method", &h);

	return code ? code :
		      later(fx_service_enable_routing(a->env->service, &a->caller, h->device_id,
						      call->in[1].s.u8, call->in[2].u != 0, on_done,
						      call, NULL));
}

static void on_data(void *arg, int err, const uint8_t *p, size_t n)
{
	struct fx_icall *call = arg;

	if (!err && n) {
		fx_buf_reset(&call->data);
		fx_buf_put(&call->data, p, n);
		fx_icall_finish(call, fx_icall_data(call, 0));
		return;
	}
	fx_icall_finish(call, code_of(err));
}

uint32_t fx_fax_get_routing(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_handle *h = NULL;
	uint32_t code = check(call, FX_RIGHT_PORT_QUERY, "reading a port's routing data", &h);

	return code ? code :
		      later(fx_service_routing_data(a->env->service, &a->caller, h->device_id,
						    call->in[1].s.u8, on_data, call));
}

uint32_t fx_fax_set_routing(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_handle *h = NULL;
	uint32_t code = check(call, FX_RIGHT_PORT_SET, "changing a port's routing data", &h);
	int err;

	if (!code && !call->in[2].p) {
		code = FX_W_INVALID_PARAMETER;
	}
	if (code) {
		return code;
	}
	err = fx_service_set_routing_data(a->env->service, &a->caller, h->device_id,
					  call->in[1].s.u8, call->in[2].p, call->in[2].n, on_done,
					  call, NULL);
	/* refused by the method (winfax.md 4.10) */
	return err == FX_EINVAL ? FX_W_INVALID_DATA : later(err);
}

uint32_t fx_fax_enum_global_routing(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_routing_method *v = NULL;
	struct fx_ms_global_routing *w;
	uint32_t code;
	size_t n = 0;
	int err = fx_service_routing_global(a->env->service, &a->caller, &v, &n);

	w = err ? NULL : fx_arena_calloc(&call->arena, n, sizeof(*w));
	if (!w || !n) {
		(void)fx_free(v);
		return err ? code_of(err) : n ? FX_W_NOT_ENOUGH_MEMORY : FX_W_INVALID_FUNCTION;
	}
	for (size_t i = 0; i < n; i++) {
		w[i] = (struct fx_ms_global_routing){
			.priority = v[i].priority, .guid = fx_wire_text(v[i].guid),
			.friendly_name = fx_wire_text(v[i].friendly),
			.function_name = fx_wire_text(v[i].function),
			.image_name = fx_wire_text(v[i].image),
			.extension_name = fx_wire_text(v[i].extension),
		};
	}
	code = fx_icall_array(call, 0, &fx_ms_global_routing_layout, w, n);
	(void)fx_free(v);
	return code;
}

uint32_t fx_fax_set_global_routing(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	const struct fx_ms_global_routing *w = call->in[0].p;
	int err = fx_service_check(&a->caller, FX_RIGHT_CONFIG_SET, "ordering routing methods");

	if (err) {
		return code_of(err);
	}
	if (!w->guid.u8) {
		return FX_W_INVALID_PARAMETER;
	}
	return later(fx_service_set_routing_global(a->env->service, &a->caller, w->guid.u8,
						   w->priority, on_done, call, NULL));
}

uint32_t fx_cs_routing_test(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_route_facts facts = {
		.device_id = (uint32_t)call->in[0].u, .to = call->in[1].s.u8,
		.from = call->in[2].s.u8, .tsid = call->in[3].s.u8,
	};
	struct fx_routing_effect *v = NULL;
	char rule[FX_ROUTE_RULE_NAME_SIZE] = "";
	struct fx_cs_routing *w;
	uint32_t code;
	size_t n = 0;
	int err = fx_service_routing_test(a->env->service, &a->caller, &facts, &v, &n, rule);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n ? n : 1, sizeof(*w));
	for (size_t i = 0; w && i < n; i++) {
		w[i] = (struct fx_cs_routing){
			.runs = v[i].runs, .by_rule = v[i].by_rule,
			.guid = fx_wire_text(v[i].method.guid),
			.friendly_name = fx_wire_text(v[i].method.friendly),
			.data = fx_wire_text(v[i].data), .rule = fx_wire_text(rule),
		};
	}
	code = w ? fx_icall_array(call, 0, &fx_cs_routing_layout, w, n) : FX_W_NOT_ENOUGH_MEMORY;
	fx_service_routing_effects_free(v, n);
	return code;
}
