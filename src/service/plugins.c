/* SPDX-License-Identifier: Apache-2.0 */
/* Registered plug-ins: one text in the store (core/plugin.h), one change at a time. */
#include "service/plugins.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

#define META "plugins"

int fx_service_load_plugins(struct fx_store *store, struct fx_plugin **ret, size_t *ret_n)
{
	fx_auto char *text = NULL;
	int err = fx_store_get_meta(store, META, &text);

	return err && err != FX_ENOENT ? err : fx_plugins_parse(fx_text(text), ret, ret_n);
}

/* It makes the service run a program of the caller's choice: that only he may who could anyway. */
static int may_change(struct fx_service *s, const struct fx_caller *c, struct fx_reason *reterr)
{
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "registering plug-ins");

	if (err) {
		return err;
	}
	if (c->uid != 0 && c->uid != s->own_uid) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_WARN, "service: user %s may not register plug-ins: "
			  "only root and the user of the service", c->user);
		return fx_fail(reterr, FX_EACCES, "only root and the user that runs the service "
			       "may register plug-ins");
	}
	return s->plugins_changing ? FX_EBUSY : 0;
}

static void recorded(struct fx_pending *p, int err)
{
	p->s->plugins_changing = false;
	if (!err) {
		fx_service_tell_config(p->s, 1u << FX_CONFIG_DEVICES);
	}
}

static int write_all(struct fx_service *s, const struct fx_plugin *v, size_t n,
		     fx_service_done_fn *done, void *arg)
{
	fx_auto char *text = fx_plugins_format(v, n);
	struct fx_pending *p = text ? fx_pending_new(s, done, arg) : NULL;
	struct fx_group *g;
	int err;

	if (!p) {
		return FX_ENOMEM;
	}
	p->finish = recorded;
	g = fx_group_new(s->journal);
	fx_group_put_meta(g, META, text);
	s->plugins_changing = true;
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, fx_pending_done, p);
	if (err) {
		s->plugins_changing = false;
		fx_pending_free(p);
	}
	return err;
}

static bool has_guid(const struct fx_plugin *p, const char *guid)
{
	for (uint32_t i = 0; i < p->n_methods; i++) {
		if (fx_str_ieq(p->methods[i].guid, guid)) {
			return true;
		}
	}
	return false;
}

static int check_new(struct fx_service *s, const struct fx_plugin *v, size_t n,
		     const struct fx_plugin *p, struct fx_reason *reterr)
{
	char slot[16], other[16];

	fx_plugin_slot(p, slot);
	for (size_t i = 0; i < n; i++) {
		fx_plugin_slot(&v[i], other);
		if (v[i].kind == p->kind &&
		    (fx_str_ieq(v[i].name, p->name) ||
		     (p->kind == FX_PLUGIN_PROVIDER && !strcmp(slot, other)))) {
			return fx_fail(reterr, FX_EEXIST, "%s is registered already", p->name);
		}
		for (uint32_t k = 0; k < p->n_methods; k++) {
			if (has_guid(&v[i], p->methods[k].guid)) {
				return fx_fail(reterr, FX_EEXIST, "the method %s is there already",
					       p->methods[k].guid);
			}
		}
	}
	for (uint32_t k = 0; k < p->n_methods; k++) {
		if (s->route && fx_route_find_method(s->route, p->methods[k].guid)) {
			return fx_fail(reterr, FX_EEXIST, "the method %s is there already",
				       p->methods[k].guid);
		}
	}
	return n < FX_PLUGINS_MAX ? 0 : fx_fail(reterr, FX_ELIMIT, "more than %u plug-ins",
						FX_PLUGINS_MAX);
}

int fx_service_register_plugin(struct fx_service *s, const struct fx_caller *c,
			       const struct fx_plugin *p, fx_service_done_fn *done, void *arg,
			       struct fx_reason *reterr)
{
	fx_auto struct fx_plugin *v = NULL;
	int err = may_change(s, c, reterr);
	size_t n = 0;

	FX_ON_LOOP(s->loop);
	err = err ? err : fx_plugin_check(p, reterr);
	err = err ? err : fx_service_load_plugins(s->store, &v, &n);
	err = err ? err : check_new(s, v, n, p, reterr);
	if (err) {
		return err;
	}
	v[n++] = *p; /* there is room for FX_PLUGINS_MAX */
	err = write_all(s, v, n, done, arg);
	if (!err) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO, "service: %s %s (%s) is registered by user "
			  "%s; it is used from the next start on",
			  p->kind == FX_PLUGIN_PROVIDER ? "provider" : "extension", p->name,
			  p->image, c->user);
	}
	return err;
}

int fx_service_unregister_plugin(struct fx_service *s, const struct fx_caller *c,
				 enum fx_plugin_kind kind, const char *name,
				 fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	fx_auto struct fx_plugin *v = NULL;
	int err = may_change(s, c, reterr);
	size_t n = 0, i;

	FX_ON_LOOP(s->loop);
	err = err ? err : fx_service_load_plugins(s->store, &v, &n);
	if (err) {
		return err;
	}
	for (i = 0; i < n && (v[i].kind != kind || !fx_str_ieq(v[i].name, name)); i++) {
	}
	if (i == n) {
		return fx_fail(reterr, FX_ENOENT, "%s is not registered", name);
	}
	memmove(&v[i], &v[i + 1], (n - i - 1) * sizeof(*v));
	err = write_all(s, v, n - 1, done, arg);
	if (!err) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO, "service: the registration of %s is removed "
			  "by user %s; it serves until the service ends", name, c->user);
	}
	return err;
}

void fx_service_watch_plugins(struct fx_service *s, fx_plugin_state_fn *fn,
			      fx_plugin_more_fn *more, void *arg)
{
	s->plugin_state = fn;
	s->plugin_more = more;
	s->plugin_arg = arg;
}

int fx_service_plugins(struct fx_service *s, const struct fx_caller *c,
		       struct fx_plugin_info **ret, size_t *ret_n)
{
	fx_auto struct fx_plugin *v = NULL;
	struct fx_plugin_info *list;
	struct fx_plugin p;
	size_t n = 0, more = 0;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "listing plug-ins");

	FX_ON_LOOP(s->loop);
	err = err ? err : fx_service_load_plugins(s->store, &v, &n);
	if (err) {
		return err;
	}
	while (s->plugin_more && s->plugin_more(s->plugin_arg, more, &p)) {
		more++;
	}
	list = fx_calloc(n + more + 1, sizeof(*list));
	if (!list) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n + more; i++) {
		if (i < n) {
			list[i].plugin = v[i];
		} else {
			(void)s->plugin_more(s->plugin_arg, i - n, &list[i].plugin);
		}
		(void)fx_strlcpy(list[i].state, "used from the next start of the service on",
				 sizeof(list[i].state));
		if (s->plugin_state) {
			s->plugin_state(s->plugin_arg, &list[i].plugin, &list[i].serving,
					list[i].state);
		}
	}
	*ret = list;
	*ret_n = n + more;
	return 0;
}
