/* SPDX-License-Identifier: Apache-2.0 */
/* Routing administration: the rights, then route/methods.c. */
#include "service/routing.h"

#include "base/mem.h"
#include "base/str.h"
#include "core/route_rules.h"
#include "route/method.h"
#include "service/service_priv.h"

static void answered(void *arg, int err, const uint8_t *p, size_t n, const struct fx_reason *why)
{
	(void)p, (void)n;
	fx_pending_done(arg, err, why);
}

static int find(struct fx_service *s, uint32_t device_id, const char *guid,
		struct fx_route_method **ret, struct fx_reason *reterr)
{
	if (!fx_ports_find(s->ports, device_id)) {
		return fx_fail(reterr, FX_ENODEV, "there is no port %u", device_id);
	}
	*ret = fx_route_find_method(s->route, guid);
	return *ret ? 0 : fx_fail(reterr, FX_EDATA, "there is no routing method %.60s", guid);
}

int fx_service_routing_global(struct fx_service *s, const struct fx_caller *c,
			      struct fx_routing_method **ret, size_t *ret_n)
{
	size_t n = fx_route_n_methods(s->route);
	struct fx_routing_method *v;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "listing routing methods");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	v = fx_calloc(n ? n : 1, sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		v[i] = fx_route_method_at(s->route, i)->info;
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

int fx_service_set_routing_global(struct fx_service *s, const struct fx_caller *c, const char *guid,
				  uint32_t priority, fx_service_done_fn *done, void *arg,
				  struct fx_reason *reterr)
{
	struct fx_route_method *m = fx_route_find_method(s->route, guid);
	struct fx_pending *p;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "ordering routing methods");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	if (!m) {
		return fx_fail(reterr, FX_EDATA, "there is no routing method %.60s", guid);
	}
	p = fx_pending_new(s, done, arg);
	if (!p) {
		return FX_ENOMEM;
	}
	err = fx_route_set_place(s->route, m, priority, answered, p);
	if (err) {
		fx_pending_free(p);
		return err == FX_EINVAL ? fx_fail(reterr, err, "there are places 1 to %zu",
						  fx_route_n_methods(s->route)) : err;
	}
	return 0;
}

int fx_service_routing(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
		       struct fx_port_routing **ret, size_t *ret_n)
{
	size_t n = fx_route_n_methods(s->route);
	struct fx_port_routing *v;
	int err = fx_service_allow(c, FX_RIGHT_PORT_QUERY, false, "reading a port's routing");

	FX_ON_LOOP(s->loop);
	if (!err && !fx_ports_find(s->ports, device_id)) {
		err = FX_ENODEV;
	}
	if (err) {
		return err;
	}
	v = fx_calloc(n ? n : 1, sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		struct fx_route_method *m = fx_route_method_at(s->route, i);

		v[i].method = m->info;
		v[i].enabled = fx_route_is_enabled(s->route, m, device_id);
	}
	*ret = v;
	*ret_n = n;
	return 0;
}

int fx_service_enable_routing(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			      const char *guid, bool enable, fx_service_done_fn *done, void *arg,
			      struct fx_reason *reterr)
{
	struct fx_route_method *m = NULL;
	struct fx_pending *p;
	int err = fx_service_allow(c, FX_RIGHT_PORT_SET, false, "enabling a routing method");

	FX_ON_LOOP(s->loop);
	err = err ? err : find(s, device_id, guid, &m, reterr);
	if (err) {
		return err;
	}
	p = fx_pending_new(s, done, arg);
	if (!p) {
		return FX_ENOMEM;
	}
	err = fx_route_enable(s->route, m, device_id, enable, answered, p, reterr);
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

/* ---- data ---- */

struct reading {
	fx_service_routing_data_fn *done;
	void *arg;
};

static void got_data(void *arg, int err, const uint8_t *bytes, size_t n,
		     const struct fx_reason *why)
{
	struct fx_pending *p = arg;
	const struct reading *r = p->extra;

	(void)why;
	if (p->s) {
		r->done(r->arg, err, bytes, n);
	}
	fx_pending_free(p);
}

int fx_service_routing_data(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			    const char *guid, fx_service_routing_data_fn *done, void *arg)
{
	struct fx_route_method *m = NULL;
	struct reading r = {done, arg};
	struct fx_pending *p;
	int err = fx_service_allow(c, FX_RIGHT_PORT_QUERY, false, "reading a port's routing data");

	FX_ON_LOOP(s->loop);
	err = err ? err : find(s, device_id, guid, &m, NULL);
	if (err) {
		return err;
	}
	p = fx_pending_new(s, NULL, NULL);
	if (p) {
		p->extra = fx_memdup(&r, sizeof(r));
	}
	if (!p || !p->extra) {
		fx_pending_free(p);
		return FX_ENOMEM;
	}
	fx_route_get_data(s->route, m, device_id, got_data, p);
	return 0;
}

int fx_service_set_routing_data(struct fx_service *s, const struct fx_caller *c,
				uint32_t device_id, const char *guid, const uint8_t *bytes,
				size_t n, fx_service_done_fn *done, void *arg,
				struct fx_reason *reterr)
{
	struct fx_route_method *m = NULL;
	struct fx_pending *p;
	int err = fx_service_allow(c, FX_RIGHT_PORT_SET, false, "changing a port's routing data");

	FX_ON_LOOP(s->loop);
	err = err ? err : find(s, device_id, guid, &m, reterr);
	if (err) {
		return err;
	}
	p = fx_pending_new(s, done, arg);
	if (!p) {
		return FX_ENOMEM;
	}
	err = fx_route_set_data(s->route, m, device_id, bytes, n, answered, p, reterr);
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

/* ---- which rule ---- */

static int add_effect(struct fx_service *s, struct fx_route_method *m,
		      const struct fx_route_rule *rule, uint32_t device_id,
		      struct fx_routing_effect *e)
{
	const char *data = NULL;
	enum fx_rule_says says = fx_route_rule_says(rule, m->info.guid, &data);
	fx_auto uint8_t *bytes = NULL;
	size_t n = 0;
	int err;

	e->method = m->info;
	e->runs = says == FX_RULE_ON || (says == FX_RULE_NOTHING &&
					 fx_route_is_enabled(s->route, m, device_id));
	e->by_rule = says != FX_RULE_NOTHING;
	if (says == FX_RULE_ON) {
		e->data = fx_strdup(data);
		return e->data ? 0 : FX_ENOMEM;
	}
	if (m->ops->get_data) {
		return 0; /* its own affair */
	}
	err = fx_route_load_data(s->route, m, device_id, &bytes, &n);
	if (!err && n) {
		e->data = fx_zalloc(3 * (n / 2) + 1);
		if (!e->data) {
			return FX_ENOMEM;
		}
		(void)fx_utf16le_get(e->data, bytes, n / 2);
	}
	return err;
}

int fx_service_routing_test(struct fx_service *s, const struct fx_caller *c,
			    const struct fx_route_facts *facts, struct fx_routing_effect **ret,
			    size_t *ret_n, char ret_rule[FX_ROUTE_RULE_NAME_SIZE])
{
	const struct fx_route_rule *rule;
	struct fx_routing_effect *v;
	struct fx_port *port = fx_ports_find(s->ports, facts->device_id);
	size_t n = fx_route_n_methods(s->route);
	int err = fx_service_allow(c, FX_RIGHT_PORT_QUERY, false, "testing the routing rules");

	FX_ON_LOOP(s->loop);
	if (!err && !port) {
		err = FX_ENODEV;
	}
	if (err) {
		return err;
	}
	v = fx_calloc(n ? n : 1, sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	rule = fx_route_rules_find(&fx_route_settings(s->route)->rules, facts);
	for (size_t i = 0; !err && i < n; i++) {
		err = add_effect(s, fx_route_method_at(s->route, i), rule, facts->device_id, &v[i]);
		if (!fx_port_info(port)->receive) {
			v[i].runs = false;
		}
	}
	if (err) {
		fx_service_routing_effects_free(v, n);
		return err;
	}
	(void)fx_strlcpy(ret_rule, rule ? rule->name : "", FX_ROUTE_RULE_NAME_SIZE);
	*ret = v;
	*ret_n = n;
	return 0;
}

void fx_service_routing_effects_free(struct fx_routing_effect *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		(void)fx_free(v[i].data);
	}
	(void)fx_free(v);
}
