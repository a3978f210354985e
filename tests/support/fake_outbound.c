/* SPDX-License-Identifier: Apache-2.0 */
/* Outbound routing of the fake service: core's model over its ports, nothing stored; every answer
 * comes later. */
#include "fake_service.h"

#include "base/mem.h"
#include "base/str.h"
#include "service/outbound.h"

struct later {
	fx_service_outbound_fn *done;
	void *arg;
	enum fx_outbound_error refused;
};

static struct fx_outbound *model(struct fx_service *s)
{
	if (!s->outbound.n_rules) {
		FX_ASSERT(!fx_outbound_init(&s->outbound));
	}
	return &s->outbound;
}

static bool there(void *arg, uint32_t id)
{
	return id >= 1 && id <= ((struct fx_service *)arg)->n_ports;
}

static struct fx_outbound_ports facts(struct fx_service *s)
{
	return (struct fx_outbound_ports){there, there, s->n_ports, s};
}

static void on_later(void *arg)
{
	struct later *l = arg;

	l->done(l->arg, 0, l->refused, NULL);
	(void)fx_free(l);
}

int fx_service_outbound_change(struct fx_service *s, const struct fx_caller *c,
			       const struct fx_outbound_change *ch, fx_service_outbound_fn *done,
			       void *arg)
{
	struct fx_outbound_ports ports = facts(s);
	struct later *l;

	if (!fx_service_has(c, FX_RIGHT_CONFIG_SET)) {
		return FX_EACCES;
	}
	l = fx_zalloc(sizeof(*l));
	FX_ASSERT(l);
	*l = (struct later){done, arg, fx_outbound_apply(model(s), ch, &ports, NULL)};
	fx_loop_post(s->loop, on_later, l);
	return 0;
}

void fx_service_outbound_groups_free(struct fx_outbound_group_info *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		(void)fx_free(v[i].group.name);
		(void)fx_free(v[i].group.ids);
	}
	(void)fx_free(v);
}

int fx_service_outbound_groups(struct fx_service *s, const struct fx_caller *c,
			       struct fx_outbound_group_info **ret, size_t *ret_n)
{
	const struct fx_outbound *o = model(s);
	struct fx_outbound_ports ports = facts(s);
	struct fx_outbound_group_info *v;

	if (!fx_service_has(c, FX_RIGHT_CONFIG_QUERY)) {
		return FX_EACCES;
	}
	v = fx_calloc(o->n_groups + 1, sizeof(*v));
	FX_ASSERT(v);
	for (size_t i = 0; i <= o->n_groups; i++) {
		const struct fx_outbound_group *g = i ? &o->groups[i - 1] : NULL;

		v[i].group.name = fx_strdup(g ? g->name : FX_OUTBOUND_ALL);
		v[i].group.n = g ? g->n : s->n_ports;
		v[i].group.ids = fx_calloc(v[i].group.n + 1, sizeof(uint32_t));
		FX_ASSERT(v[i].group.name && v[i].group.ids);
		for (uint32_t k = 0; k < v[i].group.n; k++) {
			v[i].group.ids[k] = g ? g->ids[k] : k + 1;
		}
		v[i].status = fx_outbound_group_status(g, &ports);
	}
	*ret = v;
	*ret_n = o->n_groups + 1;
	return 0;
}

int fx_service_outbound_rules(struct fx_service *s, const struct fx_caller *c,
			      struct fx_outbound *ret, enum fx_outbound_rule_status **ret_status)
{
	const struct fx_outbound *o = model(s);

	if (!fx_service_has(c, FX_RIGHT_CONFIG_QUERY)) {
		return FX_EACCES;
	}
	*ret_status = fx_calloc(o->n_rules, sizeof(**ret_status));
	FX_ASSERT(*ret_status && !fx_outbound_copy(ret, o));
	return 0;
}

int fx_service_outbound_test(struct fx_service *s, const struct fx_caller *c, const char *number,
			     uint64_t job_id, struct fx_outbound_answer *ret)
{
	static const struct fx_dialing here = {49, "30", "0", "00"};
	const struct fx_outbound_rule *r;

	if (!fx_service_has(c, FX_RIGHT_CONFIG_QUERY)) {
		return FX_EACCES;
	}
	if (!number && job_id != 1) {
		return FX_ENOMSG;
	}
	*ret = (struct fx_outbound_answer){.words = "a port is free", .n_ports = 1};
	fx_outbound_number(number ? number : "123", &here, &ret->number);
	r = fx_outbound_find(model(s), &ret->number);
	ret->rule_country = r->country;
	ret->rule_area = r->area;
	(void)fx_strlcpy(ret->group, fx_text(r->group), sizeof(ret->group));
	ret->ports = fx_zalloc(sizeof(*ret->ports));
	FX_ASSERT(ret->ports);
	ret->ports[0] = (struct fx_outbound_port){.device_id = 1, .name = "Line 1"};
	return 0;
}
