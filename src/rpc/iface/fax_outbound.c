/* SPDX-License-Identifier: Apache-2.0 */
/* Outbound routing: opnums 51 to 59 (ms-fax.md 9.8), and our own OutboundTest. */
#include <stdio.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/countries.h"
#include "rpc/iface/convert.h"
#include "rpc/iface/iface.h"
#include "service/outbound.h"

/* ms-fax.md 7.1, by opnum where they differ. 7002 and 7004 are documented for removing only, 7003
 * for what leads to a group (decision 0592). */
static uint32_t code_of(unsigned opnum, int err, enum fx_outbound_error e)
{
	if (err) {
		return fx_win32_config(err);
	}
	switch (e) {
	case FX_OB_INVALID:
		return FX_W_INVALID_PARAMETER;
	case FX_OB_NAME_TOO_LONG:
		return FX_W_BUFFER_OVERFLOW;
	case FX_OB_EXISTS:
		return FX_W_DUP_NAME;
	case FX_OB_NO_GROUP:
		return opnum == 53 ? FX_W_FAX_GROUP_NOT_FOUND :
		       opnum == 55 ? FX_W_FAX_BAD_GROUP_CONFIGURATION : FX_W_INVALID_PARAMETER;
	case FX_OB_BAD_GROUP:
		return FX_W_FAX_BAD_GROUP_CONFIGURATION;
	case FX_OB_GROUP_IN_USE:
		return FX_W_FAX_GROUP_IN_USE;
	case FX_OB_NO_RULE:
		return opnum == 57 ? FX_W_FAX_RULE_NOT_FOUND : FX_W_INVALID_PARAMETER;
	case FX_OB_BUILT_IN:
		return opnum == 53 ? FX_W_INVALID_OPERATION : FX_W_INVALID_PARAMETER;
	case FX_OB_BAD_DEVICE:
		return FX_W_BAD_UNIT;
	case FX_OB_LIMIT:
	case FX_OB_NOMEM:
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	return FX_W_SUCCESS;
}

static void on_done(void *arg, int err, enum fx_outbound_error refused,
		    const struct fx_reason *why)
{
	struct fx_icall *call = arg;

	(void)why;
	fx_icall_finish(call, code_of(call->op->opnum, err, refused));
}

static uint32_t change(struct fx_icall *call, const struct fx_outbound_change *ch)
{
	const struct fx_assoc *a = call->assoc;

	return fx_icall_later(fx_service_outbound_change(a->env->service, &a->caller, ch, on_done,
							 call));
}

/* ---- groups ---- */

uint32_t fx_fax_add_group(struct fx_icall *call)
{
	return change(call, &(struct fx_outbound_change){.kind = FX_OUTBOUND_ADD_GROUP,
							 .group = fx_text(call->in[0].s.u8)});
}

uint32_t fx_fax_set_group(struct fx_icall *call)
{
	const struct fx_ms_outbound_group *w = call->in[0].p;

	/* (a status comes in, and does not count) */
	return change(call, &(struct fx_outbound_change){
		.kind = FX_OUTBOUND_SET_GROUP, .group = fx_text(w->name.u8), .ids = w->devices,
		.n_ids = w->devices ? w->n_devices : 0});
}

uint32_t fx_fax_remove_group(struct fx_icall *call)
{
	return change(call, &(struct fx_outbound_change){.kind = FX_OUTBOUND_REMOVE_GROUP,
							 .group = fx_text(call->in[0].s.u8)});
}

uint32_t fx_fax_order_device(struct fx_icall *call)
{
	return change(call, &(struct fx_outbound_change){
		.kind = FX_OUTBOUND_ORDER, .group = fx_text(call->in[0].s.u8),
		.device_id = (uint32_t)call->in[1].u, .place = (uint32_t)call->in[2].u});
}

uint32_t fx_fax_enum_groups(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_outbound_group_info *v = NULL;
	struct fx_ms_outbound_group *w;
	uint32_t code;
	size_t n = 0;
	int err = fx_service_outbound_groups(a->env->service, &a->caller, &v, &n);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	for (size_t i = 0; w && i < n; i++) {
		w[i] = (struct fx_ms_outbound_group){
			.name = fx_wire_text(v[i].group.name),
			.n_devices = (uint32_t)v[i].group.n, .devices = v[i].group.ids,
			.status = v[i].status,
		};
	}
	code = w ? fx_icall_array(call, 0, &fx_ms_outbound_group_layout, w, n)
		 : FX_W_NOT_ENOUGH_MEMORY;
	fx_service_outbound_groups_free(v, n);
	return code;
}

/* ---- rules ---- */

uint32_t fx_fax_add_rule(struct fx_icall *call)
{
	bool use_group = call->in[4].u != 0;

	return change(call, &(struct fx_outbound_change){
		.kind = FX_OUTBOUND_ADD_RULE, .area = (uint32_t)call->in[0].u,
		.country = (uint32_t)call->in[1].u, .device_id = (uint32_t)call->in[2].u,
		.group = use_group ? fx_text(call->in[3].s.u8) : NULL});
}

uint32_t fx_fax_remove_rule(struct fx_icall *call)
{
	return change(call, &(struct fx_outbound_change){
		.kind = FX_OUTBOUND_REMOVE_RULE, .area = (uint32_t)call->in[0].u,
		.country = (uint32_t)call->in[1].u});
}

uint32_t fx_fax_set_rule(struct fx_icall *call)
{
	const struct fx_ms_outbound_rule *w = call->in[0].p;
	const struct fx_ms_destination *d = &w->destination;
	const struct fx_assoc *a = call->assoc;
	int err = fx_service_check(&a->caller, FX_RIGHT_CONFIG_SET, "changing outbound routing");

	/* the switch of the union is bUseGroup: it cannot be one thing here and another there */
	if (!err && (d->use_group != 0) != (w->use_group != 0)) {
		err = FX_EINVAL;
	}
	return err ? fx_win32(err) : change(call, &(struct fx_outbound_change){
		.kind = FX_OUTBOUND_SET_RULE, .area = w->area_code, .country = w->country_code,
		.device_id = d->device_id, .group = d->use_group ? fx_text(d->group.u8) : NULL});
}

uint32_t fx_fax_enum_rules(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	enum fx_outbound_rule_status *st = NULL;
	struct fx_outbound o = {0};
	struct fx_ms_outbound_rule *w;
	uint32_t code;
	int err = fx_service_outbound_rules(a->env->service, &a->caller, &o, &st);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, o.n_rules, sizeof(*w));
	for (size_t i = 0; w && i < o.n_rules; i++) {
		const struct fx_outbound_rule *r = &o.rules[i];
		const struct fx_country *c = fx_country_by_code(r->country);

		w[i] = (struct fx_ms_outbound_rule){
			.area_code = r->area, .country_code = r->country,
			.country_name = fx_wire_text(c ? c->name : NULL),
			.destination = {r->group != NULL, r->device_id, fx_wire_text(r->group)},
			.use_group = r->group != NULL,
		};
	}
	code = w ? fx_icall_array(call, 0, &fx_ms_outbound_rule_layout, w, o.n_rules)
		 : FX_W_NOT_ENOUGH_MEMORY;
	fx_outbound_fini(&o);
	(void)fx_free(st);
	return code;
}

/* ---- ours ---- */

static const char *state_word(enum fx_outbound_port_state s)
{
	switch (s) {
	case FX_OP_FREE:
		return "free";
	case FX_OP_BUSY:
		return "busy";
	case FX_OP_OFFLINE:
		return "offline";
	case FX_OP_NOT_VALID:
		break;
	}
	return "not valid";
}

/* One row about the number and its rule, then one for each port. */
uint32_t fx_cs_outbound_test(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_outbound_answer r = {0};
	struct fx_cs_outbound *w;
	uint32_t code;
	int err = fx_service_outbound_test(a->env->service, &a->caller, call->in[0].s.u8,
					   call->in[1].u, &r);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, r.n_ports + 1, sizeof(*w));
	for (size_t i = 0; w && i <= r.n_ports; i++) {
		const struct fx_outbound_port *p = i ? &r.ports[i - 1] : NULL;

		w[i] = (struct fx_cs_outbound){
			.country = r.number.country, .area = r.number.area, .asked = r.asked,
			.rule_country = r.rule_country, .rule_area = r.rule_area,
			.status = r.status, .device_id = p ? p->device_id : 0,
			.digits = fx_wire_text(r.number.digits), .group = fx_wire_text(r.group),
			.words = fx_wire_text(r.words),
			.port_name = fx_wire_text(p ? p->name : NULL),
			.port_state = fx_wire_text(p ? state_word(p->state) : NULL),
		};
	}
	code = w ? fx_icall_array(call, 0, &fx_cs_outbound_layout, w, r.n_ports + 1)
		 : FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(r.ports);
	return code;
}
