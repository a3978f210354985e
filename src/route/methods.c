/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The installed methods, their order, and what is kept for each port. In the store, as small
 * texts (docs/decisions/0560):
 *   route.order              GUIDs in order of priority, also of methods that are away
 *   route.enable.PORT.GUID   "1"
 *   route.data.PORT.GUID     bytes in hexadecimal
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/route_rules.h"
#include "route/route_priv.h"

#define META_ORDER "route.order"
#define KEY_SIZE (32 + FX_GUID_SIZE)

/* A change on its way to the store, and who waits for it. */
struct change {
	struct fx_link link; /* fx_route.changes */
	struct fx_route *r;  /* NULL: route is gone */
	fx_route_answer_fn *answer;
	void *arg;
	bool order;
};

static void lower(char *dst, const char *guid)
{
	size_t i = 0;

	for (; guid[i] && i + 1 < FX_GUID_SIZE; i++) {
		dst[i] = (char)tolower((unsigned char)guid[i]);
	}
	dst[i] = '\0';
}

static void make_key(char key[KEY_SIZE], const char *what, uint32_t device_id, const char *guid)
{
	char low[FX_GUID_SIZE];

	lower(low, guid);
	(void)snprintf(key, KEY_SIZE, "route.%s.%u.%s", what, device_id, low);
}

/* ---- order ---- */

static size_t place_of(const struct fx_route *r, const char *guid)
{
	for (size_t i = 0; i < r->n_order; i++) {
		if (fx_str_ieq(r->order[i], guid)) {
			return i;
		}
	}
	return r->n_order;
}

/* Methods that went for good leave their place in the end. */
static void add_to_order(struct fx_route *r, const char *guid)
{
	if (place_of(r, guid) < r->n_order) {
		return;
	}
	if (r->n_order == FX_ARRAY_LEN(r->order)) {
		memmove(r->order[0], r->order[1], sizeof(r->order) - sizeof(r->order[0]));
		r->n_order--;
	}
	lower(r->order[r->n_order++], guid);
}

static void sort_methods(struct fx_route *r)
{
	for (size_t i = 1; i < r->n_methods; i++) {
		struct fx_route_method *m = r->methods[i];
		size_t at = i;

		for (; at && place_of(r, r->methods[at - 1]->info.guid) >
			     place_of(r, m->info.guid); at--) {
			r->methods[at] = r->methods[at - 1];
		}
		r->methods[at] = m;
	}
	for (size_t i = 0; i < r->n_methods; i++) {
		r->methods[i]->info.priority = (uint32_t)i + 1;
	}
}

static void load_order(struct fx_route *r)
{
	fx_auto char *text = NULL;
	char *at, *guid;

	r->n_order = 0;
	if (!fx_store_get_meta(r->store, META_ORDER, &text)) {
		at = text;
		while ((guid = strsep(&at, " ")) != NULL) {
			if (fx_guid_valid(guid)) {
				add_to_order(r, guid);
			}
		}
	}
	for (size_t i = 0; i < r->n_methods; i++) {
		add_to_order(r, r->methods[i]->info.guid);
	}
	sort_methods(r);
}

int fx_route_methods_init(struct fx_route *r)
{
	fx_list_init(&r->changes);
	load_order(r);
	return 0;
}

void fx_route_methods_free(struct fx_route *r)
{
	while (r->n_methods) {
		struct fx_route_method *m = r->methods[--r->n_methods];

		m->ops->close(m);
	}
	FX_LIST_EACH_SAFE(&r->changes, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct change, link)->r = NULL;
	}
}

/* ---- the methods ---- */

size_t fx_route_n_methods(const struct fx_route *r)
{
	return r->n_methods;
}

struct fx_route_method *fx_route_method_at(struct fx_route *r, size_t i)
{
	return i < r->n_methods ? r->methods[i] : NULL;
}

struct fx_route_method *fx_route_find_method(struct fx_route *r, const char *guid)
{
	for (size_t i = 0; i < r->n_methods; i++) {
		if (fx_str_ieq(r->methods[i]->info.guid, guid)) {
			return r->methods[i];
		}
	}
	return NULL;
}

int fx_route_add_method(struct fx_route *r, struct fx_route_method *m)
{
	FX_ON_LOOP(r->loop);
	FX_ASSERT(m->ops && m->ops->start && m->ops->close);
	FX_ASSERT(!m->ops->is_enabled == !m->ops->enable &&
		  !m->ops->get_data == !m->ops->set_data &&
		  !m->ops->is_enabled == !m->ops->get_data);
	if (!fx_guid_valid(m->info.guid)) {
		return FX_EINVAL;
	}
	if (fx_route_find_method(r, m->info.guid)) {
		return FX_EEXIST;
	}
	if (r->n_methods == FX_ROUTE_METHODS_MAX) {
		return FX_ELIMIT;
	}
	r->methods[r->n_methods++] = m;
	add_to_order(r, m->info.guid);
	sort_methods(r);
	fx_route_method_came(r, m->info.guid);
	return 0;
}

void fx_route_remove_method(struct fx_route *r, const char *guid)
{
	for (size_t i = 0; i < r->n_methods; i++) {
		struct fx_route_method *m = r->methods[i];

		if (fx_str_ieq(m->info.guid, guid)) {
			memmove(&r->methods[i], &r->methods[i + 1],
				(r->n_methods - i - 1) * sizeof(struct fx_route_method *));
			r->n_methods--;
			sort_methods(r);
			fx_route_method_left(r, m);
			m->ops->close(m);
			return;
		}
	}
}

/* ---- changes ---- */

static void on_written(void *arg, int err, const struct fx_reason *why)
{
	struct change *c = arg;

	if (c->r) {
		fx_list_remove(&c->link);
		if (err && c->order) {
			load_order(c->r);
		}
	}
	c->answer(c->arg, err, NULL, 0, why);
	(void)fx_free(c);
}

static int write_meta(struct fx_route *r, const char *key, const char *value, bool order,
		      fx_route_answer_fn *answer, void *arg)
{
	struct change *c = fx_zalloc(sizeof(*c));
	struct fx_group *g = c ? fx_group_new(r->journal) : NULL;
	int err;

	if (!g) {
		(void)fx_free(c);
		return FX_ENOMEM;
	}
	*c = (struct change){.r = r, .answer = answer, .arg = arg, .order = order};
	fx_list_append(&r->changes, &c->link);
	fx_group_put_meta(g, key, value);
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, on_written, c);
	if (err) {
		fx_list_remove(&c->link);
		(void)fx_free(c);
	}
	return err;
}

int fx_route_set_place(struct fx_route *r, struct fx_route_method *m, uint32_t priority,
		       fx_route_answer_fn *answer, void *arg)
{
	fx_auto char *text = NULL;
	struct fx_buf b = {0};
	const char *before = NULL;
	char guid[FX_GUID_SIZE];
	size_t from, to, seen = 0;
	int err;

	if (priority < 1 || priority > r->n_methods) {
		return FX_EINVAL;
	}
	lower(guid, m->info.guid);
	for (size_t i = 0; i < r->n_methods; i++) {
		if (r->methods[i] != m && ++seen == priority) {
			before = r->methods[i]->info.guid;
		}
	}
	from = place_of(r, guid);
	memmove(r->order[from], r->order[from + 1],
		(r->n_order - from - 1) * sizeof(r->order[0]));
	r->n_order--;
	to = before ? place_of(r, before) : r->n_order;
	memmove(r->order[to + 1], r->order[to], (r->n_order - to) * sizeof(r->order[0]));
	memcpy(r->order[to], guid, sizeof(guid));
	r->n_order++;
	sort_methods(r);
	for (size_t i = 0; i < r->n_order; i++) {
		fx_buf_printf(&b, "%s%s", i ? " " : "", r->order[i]);
	}
	fx_buf_u8(&b, 0);
	text = (char *)b.data;
	err = b.err ? b.err : write_meta(r, META_ORDER, text, true, answer, arg);
	if (err) {
		load_order(r);
	}
	return err;
}

/* ---- for one port ---- */

bool fx_route_is_enabled(struct fx_route *r, struct fx_route_method *m, uint32_t device_id)
{
	fx_auto char *value = NULL;
	char key[KEY_SIZE];

	if (m->ops->is_enabled) {
		return m->ops->is_enabled(m, device_id);
	}
	make_key(key, "enable", device_id, m->info.guid);
	return !fx_store_get_meta(r->store, key, &value) && !strcmp(value, "1");
}

int fx_route_load_data(struct fx_route *r, struct fx_route_method *m, uint32_t device_id,
		       uint8_t **ret, size_t *ret_n)
{
	fx_auto char *value = NULL;
	char key[KEY_SIZE];
	uint8_t *p;
	size_t n;
	int err;

	make_key(key, "data", device_id, m->info.guid);
	err = fx_store_get_meta(r->store, key, &value);
	if (err) {
		*ret = NULL;
		*ret_n = 0;
		return err == FX_ENOENT ? 0 : err;
	}
	n = strlen(value) / 2;
	p = fx_zalloc(n);
	if (!p) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		unsigned byte = 0;

		if (sscanf(value + 2 * i, "%2x", &byte) != 1) {
			(void)fx_free(p);
			return FX_ECORRUPT;
		}
		p[i] = (uint8_t)byte;
	}
	*ret = p;
	*ret_n = n;
	return 0;
}

int fx_route_enable(struct fx_route *r, struct fx_route_method *m, uint32_t device_id, bool on,
		    fx_route_answer_fn *answer, void *arg, struct fx_reason *reterr)
{
	fx_auto uint8_t *data = NULL;
	char key[KEY_SIZE];
	size_t n = 0;
	int err = 0;

	if (m->ops->enable) {
		m->ops->enable(m, device_id, on, answer, arg);
		return 0;
	}
	if (on && m->ops->check) {
		err = fx_route_load_data(r, m, device_id, &data, &n);
		err = err ? err : m->ops->check(m, data, n, reterr);
	}
	make_key(key, "enable", device_id, m->info.guid);
	return err ? err : write_meta(r, key, on ? "1" : NULL, false, answer, arg);
}

void fx_route_get_data(struct fx_route *r, struct fx_route_method *m, uint32_t device_id,
		       fx_route_answer_fn *answer, void *arg)
{
	fx_auto uint8_t *data = NULL;
	size_t n = 0;
	int err;

	if (m->ops->get_data) {
		m->ops->get_data(m, device_id, answer, arg);
		return;
	}
	err = fx_route_load_data(r, m, device_id, &data, &n);
	answer(arg, err, data, n, NULL);
}

int fx_route_set_data(struct fx_route *r, struct fx_route_method *m, uint32_t device_id,
		      const uint8_t *p, size_t n, fx_route_answer_fn *answer, void *arg,
		      struct fx_reason *reterr)
{
	fx_auto char *hex = NULL;
	char key[KEY_SIZE];
	int err;

	if (n > FX_ROUTING_DATA_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "the data of a method is at most %u bytes",
			       FX_ROUTING_DATA_MAX);
	}
	if (m->ops->set_data) {
		m->ops->set_data(m, device_id, p, n, answer, arg);
		return 0;
	}
	if (n && m->ops->check) {
		err = m->ops->check(m, p, n, reterr);
		if (err) {
			return err == FX_ESTATE ? FX_EINVAL : err;
		}
	}
	if (!n && m->ops->check && fx_route_is_enabled(r, m, device_id) &&
	    m->ops->check(m, NULL, 0, NULL)) {
		return fx_fail(reterr, FX_EINVAL, "%s is enabled and needs its data; disable it "
			       "first", m->info.friendly);
	}
	hex = n ? fx_zalloc(2 * n + 1) : NULL;
	if (n && !hex) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		(void)snprintf(hex + 2 * i, 3, "%02x", p[i]);
	}
	make_key(key, "data", device_id, m->info.guid);
	return write_meta(r, key, hex, false, answer, arg);
}
