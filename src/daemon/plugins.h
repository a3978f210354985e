/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file daemon/plugins.h
 * The registered plug-ins at work: a host process for each provider and routing extension.
 * Thread: the loop thread. Owner: the daemon; freed after ports and route.
 */
#ifndef FX_DAEMON_PLUGINS_H
#define FX_DAEMON_PLUGINS_H

#include "daemon/settings.h"
#include "port/port.h"
#include "service/plugins.h"

struct fx_plugins;
struct fx_plugins_prm {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_ports *ports;
	struct fx_route *route;
	const struct fx_settings *settings;
	const char *host_program, *state_dir; /**< beside host_program: caselli-route-host */
};
/** Start all of them. One that cannot be started is logged, and no error.
 * @return 0, FX_ENOMEM, FX_ECORRUPT (the registrations cannot be read) */
FX_MUST_CHECK int fx_plugins_new(const struct fx_plugins_prm *prm, struct fx_plugins **ret,
				 struct fx_reason *reterr);
struct fx_plugins *fx_plugins_free(struct fx_plugins *p);
/** A port is there: the extensions are told. p may be NULL. */
void fx_plugins_port(struct fx_plugins *p, uint32_t device_id);
void fx_plugins_state(void *arg, const struct fx_plugin *plugin, bool *ret_serving,
		      char state[256]); /**< fx_plugin_state_fn; arg: struct fx_plugins */
bool fx_plugins_more(void *arg, size_t i, struct fx_plugin *ret); /**< fx_plugin_more_fn */

#endif
