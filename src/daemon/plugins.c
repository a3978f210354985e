/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/plugins.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "daemon/daemon.h"
#include "port/host.h"
#include "route/ext.h"

struct entry {
	struct fx_plugin plugin;
	struct fx_ext *ext; /* extension */
	char slot[16];      /* provider */
	bool in_file;       /* not registered: stands in the settings file alone */
	struct fx_reason why; /* set: it could not be started */
};

struct fx_plugins {
	struct fx_plugins_prm prm;
	char *route_host;
	struct entry *v;
	size_t n;
};

/* Below the state folder; the slot's name is safe as a file name, others become one by it. */
static char *folder_of(const struct fx_plugins *p, const struct entry *e)
{
	char slot[16];

	fx_plugin_slot(&e->plugin, slot);
	return fx_asprintf("%s/plugins/%s-%s", p->prm.state_dir,
			   e->plugin.kind == FX_PLUGIN_PROVIDER ? "provider" : "extension",
			   slot + 4);
}

/* Lines of [provider NAME] behind ours: a later line of the same key counts. */
static char *settings_of(const struct fx_plugins *p, const struct entry *e, const char *folder)
{
	struct fx_buf b = {0};

	if (e->plugin.image[0]) {
		fx_buf_printf(&b, "image = %s\n", e->plugin.image);
	}
	fx_buf_printf(&b, "folder = %s\n", folder);
	for (size_t i = 0; i < p->prm.settings->n_providers; i++) {
		if (fx_str_ieq(p->prm.settings->providers[i].name, e->plugin.name)) {
			fx_buf_printf(&b, "%s", p->prm.settings->providers[i].text);
		}
	}
	fx_buf_u8(&b, 0);
	if (b.err) {
		fx_buf_fini(&b);
		return NULL;
	}
	return (char *)b.data;
}

static int start_provider(struct fx_plugins *p, struct entry *e, const char *folder)
{
	fx_auto char *settings = settings_of(p, e, folder);
	char *argv[] = {(char *)(uintptr_t)p->prm.host_program,
			(char *)(uintptr_t)"--provider", e->slot, NULL};

	fx_plugin_slot(&e->plugin, e->slot);
	return settings ? fx_ports_add_host(p->prm.ports, e->slot, argv, settings, &e->why) :
			  FX_ENOMEM;
}

static int start_extension(struct fx_plugins *p, struct entry *e, const char *folder)
{
	struct fx_ext_prm prm = {.loop = p->prm.loop, .route = p->prm.route,
				 .plugin = &e->plugin, .program = p->route_host,
				 .folder = folder};

	return fx_ext_new(&prm, &e->ext, &e->why);
}

static void start(struct fx_plugins *p, struct entry *e)
{
	fx_auto char *folder = folder_of(p, e);
	int err = folder ? fx_make_dirs(folder, 0700, &e->why) : FX_ENOMEM;

	if (!err) {
		err = e->plugin.kind == FX_PLUGIN_PROVIDER ? start_provider(p, e, folder) :
							     start_extension(p, e, folder);
	}
	if (err) {
		if (!e->why.text[0]) {
			fx_reason_set(&e->why, "%s", fx_error_str(err));
		}
		fx_log(FX_LOG_ERROR, "casellid: plug-in %s is not used: %s", e->plugin.name,
		       e->why.text);
	}
}

static bool is_registered(const struct fx_plugins *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->v[i].plugin.kind == FX_PLUGIN_PROVIDER &&
		    fx_str_ieq(p->v[i].plugin.name, name)) {
			return true;
		}
	}
	return false;
}

/* Registered ones, then those that stand in the settings file alone. */
static int collect(struct fx_plugins *p, struct fx_reason *reterr)
{
	const struct fx_settings *s = p->prm.settings;
	fx_auto struct fx_plugin *v = NULL;
	size_t n = 0, i;
	int err = fx_service_load_plugins(p->prm.store, &v, &n);

	if (err) {
		return fx_fail(reterr, err, "the registered plug-ins cannot be read: %s",
			       fx_error_str(err));
	}
	p->v = fx_calloc(n + s->n_providers + 1, sizeof(*p->v));
	if (!p->v) {
		return FX_ENOMEM;
	}
	for (i = 0; i < n; i++) {
		p->v[p->n++].plugin = v[i];
	}
	for (i = 0; i < s->n_providers; i++) {
		if (!is_registered(p, s->providers[i].name)) {
			struct fx_plugin *q = &p->v[p->n].plugin;

			p->v[p->n++].in_file = true;
			q->kind = FX_PLUGIN_PROVIDER;
			(void)fx_strlcpy(q->name, s->providers[i].name, sizeof(q->name));
			(void)fx_strlcpy(q->friendly, q->name, sizeof(q->friendly));
		}
	}
	return 0;
}

int fx_plugins_new(const struct fx_plugins_prm *prm, struct fx_plugins **ret,
		   struct fx_reason *reterr)
{
	struct fx_plugins *p = fx_zalloc(sizeof(*p));
	const char *slash = strrchr(prm->host_program ? prm->host_program : "", '/');
	int err;

	if (!p) {
		return FX_ENOMEM;
	}
	p->prm = *prm;
	p->route_host = fx_asprintf("%.*s/caselli-route-host",
				    slash ? (int)(slash - prm->host_program) : 0,
				    prm->host_program ? prm->host_program : "");
	if (p->route_host && slash && access(p->route_host, X_OK) < 0) { /* in the build folder */
		p->route_host = fx_free(p->route_host);
		p->route_host = fx_asprintf("%.*s/../route_host/caselli-route-host",
					    (int)(slash - prm->host_program), prm->host_program);
	}
	err = p->route_host ? collect(p, reterr) : FX_ENOMEM;
	if (err) {
		(void)fx_plugins_free(p);
		return err;
	}
	for (size_t i = 0; i < p->n; i++) {
		start(p, &p->v[i]);
	}
	*ret = p;
	return 0;
}

struct fx_plugins *fx_plugins_free(struct fx_plugins *p)
{
	if (p) {
		for (size_t i = 0; i < p->n; i++) {
			p->v[i].ext = fx_ext_free(p->v[i].ext);
		}
		(void)fx_free(p->v);
		(void)fx_free(p->route_host);
	}
	return fx_free(p);
}

void fx_plugins_port(struct fx_plugins *p, uint32_t device_id)
{
	for (size_t i = 0; p && i < p->n; i++) {
		if (p->v[i].ext) {
			fx_ext_device(p->v[i].ext, device_id, true);
		}
	}
}

void fx_plugins_state(void *arg, const struct fx_plugin *plugin, bool *ret_serving,
		      char state[256])
{
	struct fx_plugins *p = arg;

	for (size_t i = 0; i < p->n; i++) {
		const struct entry *e = &p->v[i];

		if (e->plugin.kind != plugin->kind || !fx_str_ieq(e->plugin.name, plugin->name)) {
			continue;
		}
		if (e->why.text[0]) {
			(void)fx_strlcpy(state, e->why.text, 256);
		} else if (e->ext) {
			(void)fx_strlcpy(state, fx_ext_state(e->ext, ret_serving), 256);
		} else {
			(void)fx_strlcpy(state, fx_ports_provider_state(p->prm.ports, e->slot,
									ret_serving), 256);
		}
		return;
	}
}

/* The value of "image" in a section's lines, to be shown; "" when it cannot be told. */
static void show_image(const struct fx_settings *s, const char *name, char *dst, size_t size)
{
	for (size_t i = 0; i < s->n_providers; i++) {
		const char *at = fx_str_ieq(s->providers[i].name, name) ?
				 strstr(s->providers[i].text, "image = ") : NULL;

		if (at) {
			at += strlen("image = ");
			(void)snprintf(dst, size, "%.*s", (int)strcspn(at, "\n"), at);
			return;
		}
	}
}

bool fx_plugins_more(void *arg, size_t i, struct fx_plugin *ret)
{
	const struct fx_plugins *p = arg;

	for (size_t k = 0; k < p->n; k++) {
		if (p->v[k].in_file && !i--) {
			*ret = p->v[k].plugin;
			show_image(p->prm.settings, ret->name, ret->image, sizeof(ret->image));
			return true;
		}
	}
	return false;
}
