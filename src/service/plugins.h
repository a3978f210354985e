/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/plugins.h
 * Registered plug-ins: fax service providers and routing extensions (winfax.md 4.14). As in
 * service/service.h. What is registered counts from the next start of the service on.
 *
 * A plug-in runs as the service's user, so CONFIG_SET alone is not enough to add or remove one:
 * the caller is root or that user (decision 0434).
 */
#ifndef FX_SERVICE_PLUGINS_H
#define FX_SERVICE_PLUGINS_H

#include "core/plugin.h"
#include "service/service.h"

/** Add one. @return 0, FX_EACCES, FX_EINVAL (what is wrong with it), FX_EEXIST (name or GUID is
 * there), FX_ELIMIT, FX_EBUSY (another change is being written), FX_ENOMEM, store errors */
FX_MUST_CHECK int fx_service_register_plugin(struct fx_service *s, const struct fx_caller *c,
					     const struct fx_plugin *p, fx_service_done_fn *done,
					     void *arg, struct fx_reason *reterr);
/** @return as above, and FX_ENOENT */
FX_MUST_CHECK int fx_service_unregister_plugin(struct fx_service *s, const struct fx_caller *c,
					       enum fx_plugin_kind kind, const char *name,
					       fx_service_done_fn *done, void *arg,
					       struct fx_reason *reterr);

struct fx_plugin_info {
	struct fx_plugin plugin;
	bool serving;
	char state[256]; /**< "ok", or why not */
};
/** What an owner of the running ones says; another module than the service's. */
typedef void(fx_plugin_state_fn)(void *arg, const struct fx_plugin *p, bool *ret_serving,
				 char state[256]);
/** Those that are used without being registered (settings file), from i = 0 on.
 * @return false: no more */
typedef bool(fx_plugin_more_fn)(void *arg, size_t i, struct fx_plugin *ret);
void fx_service_watch_plugins(struct fx_service *s, fx_plugin_state_fn *fn,
			      fx_plugin_more_fn *more, void *arg);
/** All that are registered, then those that are used without. CONFIG_QUERY; fx_free(*ret). */
FX_MUST_CHECK int fx_service_plugins(struct fx_service *s, const struct fx_caller *c,
				     struct fx_plugin_info **ret, size_t *ret_n);
/** What the store has; at the start, too. @return 0, FX_ECORRUPT ...; fx_free(*ret) */
FX_MUST_CHECK int fx_service_load_plugins(struct fx_store *store, struct fx_plugin **ret,
					  size_t *ret_n);

#endif
