/* SPDX-License-Identifier: Apache-2.0 */
/* Routing administration of the fake service, on port 1; every answer comes later. */
#include "fake_service.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "service/routing.h"

#define N 3

static const struct fx_routing_method methods[N] = {
	{FX_ROUTING_FOLDER, "Store in a folder", "folder", "caselli", "Caselli", 1},
	{FX_ROUTING_PRINT, "Print", "print", "caselli", "Caselli", 2},
	{FAKE_METHOD, "Third", "third", "third.so", "Z\xc3\xbcrich", 3},
};

struct later {
	fx_service_done_fn *done;
	fx_service_routing_data_fn *data;
	void *arg;
	uint8_t bytes[64];
	size_t n;
};

static void on_later(void *arg)
{
	struct later *l = arg;

	if (l->data) {
		l->data(l->arg, 0, l->bytes, l->n);
	} else {
		l->done(l->arg, 0, NULL);
	}
	(void)fx_free(l);
}

static int later(struct fx_service *s, struct later l)
{
	struct later *copy = fx_memdup(&l, sizeof(l));

	FX_ASSERT(copy);
	fx_loop_post(s->loop, on_later, copy);
	return 0;
}

static size_t find(const char *guid)
{
	size_t i = 0;

	while (i < N && !fx_str_ieq(methods[i].guid, guid)) {
		i++;
	}
	return i;
}

/* s->order[place] is the method's index plus one; 0 = as it was. */
static size_t at_place(const struct fx_service *s, size_t place)
{
	return s->order[place] ? s->order[place] - 1 : place;
}

int fx_service_routing_global(struct fx_service *s, const struct fx_caller *c,
			      struct fx_routing_method **ret, size_t *ret_n)
{
	struct fx_routing_method *v;

	if (!fx_service_has(c, FX_RIGHT_CONFIG_QUERY)) {
		return FX_EACCES;
	}
	v = fx_calloc(N, sizeof(*v));
	FX_ASSERT(v);
	for (uint32_t i = 0; i < N; i++) {
		v[i] = methods[at_place(s, i)];
		v[i].priority = i + 1;
	}
	*ret = v;
	*ret_n = N;
	return 0;
}

int fx_service_set_routing_global(struct fx_service *s, const struct fx_caller *c,
				  const char *guid, uint32_t priority, fx_service_done_fn *done,
				  void *arg, struct fx_reason *reterr)
{
	size_t m = find(guid), from = 0;
	uint32_t old[N];

	(void)reterr;
	if (!fx_service_has(c, FX_RIGHT_CONFIG_SET)) {
		return FX_EACCES;
	}
	if (m == N || priority < 1 || priority > N) {
		return m == N ? FX_EDATA : FX_EINVAL;
	}
	for (size_t i = 0; i < N; i++) {
		old[i] = (uint32_t)at_place(s, i) + 1;
	}
	for (size_t i = 0; i < N; i++) {
		if (i + 1 == priority) {
			s->order[i] = (uint32_t)m + 1;
			continue;
		}
		from += old[from] == m + 1;
		s->order[i] = old[from++];
	}
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_routing(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
		       struct fx_port_routing **ret, size_t *ret_n)
{
	struct fx_port_routing *v;

	if (!fx_service_has(c, FX_RIGHT_PORT_QUERY)) {
		return FX_EACCES;
	}
	if (device_id < 1 || device_id > s->n_ports) {
		return FX_ENODEV;
	}
	v = fx_calloc(N, sizeof(*v));
	FX_ASSERT(v);
	for (uint32_t i = 0; i < N; i++) {
		v[i].method = methods[at_place(s, i)];
		v[i].enabled = device_id == 1 && s->enabled[at_place(s, i)];
	}
	*ret = v;
	*ret_n = N;
	return 0;
}

int fx_service_enable_routing(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			      const char *guid, bool enable, fx_service_done_fn *done, void *arg,
			      struct fx_reason *reterr)
{
	size_t m = find(guid);

	(void)device_id, (void)reterr;
	if (!fx_service_has(c, FX_RIGHT_PORT_SET)) {
		return FX_EACCES;
	}
	if (m == N) {
		return FX_EDATA;
	}
	if (enable && m == 2 && !s->routing_n[m]) {
		return FX_ESTATE;
	}
	s->enabled[m] = enable;
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_routing_data(struct fx_service *s, const struct fx_caller *c, uint32_t device_id,
			    const char *guid, fx_service_routing_data_fn *done, void *arg)
{
	struct later l = {.data = done, .arg = arg};
	size_t m = find(guid);

	(void)device_id;
	if (!fx_service_has(c, FX_RIGHT_PORT_QUERY)) {
		return FX_EACCES;
	}
	if (m == N) {
		return FX_EDATA;
	}
	l.n = s->routing_n[m];
	memcpy(l.bytes, s->routing_data[m], l.n);
	return later(s, l);
}

int fx_service_set_routing_data(struct fx_service *s, const struct fx_caller *c,
				uint32_t device_id, const char *guid, const uint8_t *p, size_t n,
				fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	size_t m = find(guid);

	(void)device_id, (void)reterr;
	if (!fx_service_has(c, FX_RIGHT_PORT_SET)) {
		return FX_EACCES;
	}
	if (m == N || n > sizeof(s->routing_data[m])) {
		return m == N ? FX_EDATA : FX_EINVAL;
	}
	memcpy(s->routing_data[m], p, n);
	s->routing_n[m] = n;
	return later(s, (struct later){.done = done, .arg = arg});
}

int fx_service_routing_test(struct fx_service *s, const struct fx_caller *c,
			    const struct fx_route_facts *facts, struct fx_routing_effect **ret,
			    size_t *ret_n, char ret_rule[FX_ROUTE_RULE_NAME_SIZE])
{
	struct fx_routing_effect *v;

	if (!fx_service_has(c, FX_RIGHT_PORT_QUERY)) {
		return FX_EACCES;
	}
	if (facts->device_id < 1 || facts->device_id > s->n_ports) {
		return FX_ENODEV;
	}
	v = fx_calloc(N, sizeof(*v));
	FX_ASSERT(v);
	for (uint32_t i = 0; i < N; i++) {
		v[i].method = methods[at_place(s, i)];
		v[i].runs = v[i].by_rule = fx_str_eq(facts->to, "1234") && i == 0;
	}
	v[0].data = fx_strdup("/srv/fax");
	(void)fx_strlcpy(ret_rule, fx_str_eq(facts->to, "1234") ? "sales" : "",
			 FX_ROUTE_RULE_NAME_SIZE);
	*ret = v;
	*ret_n = N;
	return 0;
}

void fx_service_routing_effects_free(struct fx_routing_effect *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		(void)fx_free(v[i].data);
	}
	(void)fx_free(v);
}
