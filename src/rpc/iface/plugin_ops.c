/* SPDX-License-Identifier: Apache-2.0 */
/* Registration of plug-ins: opnums 60 to 62, lists 45 and 78 (ms-fax.md 9), two of our own. */
#include "rpc/iface/iface.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/iface/convert.h"
#include "service/plugins.h"

#define FSPI_VERSION 0x00010000u
#define VERSION_SIZE 20u /* a plug-in's version is not known: valid is 0 */

/* 111 for what is too long, 1015 when it cannot be kept (ms-fax.md 8). */
static uint32_t answer(int err)
{
	return err == FX_EOVERFLOW ? FX_W_BUFFER_OVERFLOW : fx_win32_config(err);
}

static bool take(const struct fx_icall *call, unsigned i, char *dst, size_t size)
{
	const char *s = fx_text(call->in[i].s.u8);

	if (strlen(s) >= size) {
		return false;
	}
	(void)fx_strlcpy(dst, s, size);
	return true;
}

/* The right before the arguments: who lacks it learns nothing of them. */
static uint32_t begin(struct fx_icall *call, struct fx_plugin **ret)
{
	uint32_t code = fx_win32(fx_service_check(&call->assoc->caller, FX_RIGHT_CONFIG_SET,
						  "registering plug-ins"));

	if (code) {
		return code;
	}
	*ret = fx_zalloc(sizeof(**ret));
	if (!*ret) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	return take(call, 0, (*ret)->name, sizeof((*ret)->name)) &&
			       take(call, 1, (*ret)->friendly, sizeof((*ret)->friendly)) &&
			       take(call, 2, (*ret)->image, sizeof((*ret)->image)) ?
		       0 : FX_W_BUFFER_OVERFLOW;
}

static uint32_t add(struct fx_icall *call, const struct fx_plugin *p)
{
	int err = fx_service_register_plugin(call->assoc->env->service, &call->assoc->caller, p,
					     fx_icall_done, call, NULL);

	return err ? answer(err) : FX_LATER;
}

uint32_t fx_fax_register_provider(struct fx_icall *call)
{
	fx_auto struct fx_plugin *p = NULL;
	uint32_t code = begin(call, &p);

	if (code) {
		return code;
	}
	p->kind = FX_PLUGIN_PROVIDER;
	if (!take(call, 3, p->tsp, sizeof(p->tsp))) {
		return FX_W_BUFFER_OVERFLOW;
	}
	if (call->in[4].u != FSPI_VERSION || call->in[5].u) {
		return FX_W_INVALID_PARAMETER;
	}
	return add(call, p);
}

static uint32_t remove_one(struct fx_icall *call, enum fx_plugin_kind kind)
{
	int err = fx_service_unregister_plugin(call->assoc->env->service, &call->assoc->caller,
					       kind, fx_text(call->in[0].s.u8), fx_icall_done,
					       call, NULL);

	return err ? answer(err) : FX_LATER;
}

uint32_t fx_fax_unregister_provider(struct fx_icall *call)
{
	return remove_one(call, FX_PLUGIN_PROVIDER);
}

uint32_t fx_fax_unregister_extension(struct fx_icall *call)
{
	return remove_one(call, FX_PLUGIN_EXTENSION);
}

/* "name TAB display name TAB function TAB GUID", a line each. */
static uint32_t read_methods(struct fx_plugin *p, const char *text)
{
	fx_auto char *copy = fx_strdup(text);
	char *rest = copy, *line, *f[4];
	size_t i;

	if (!copy) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	while ((line = strsep(&rest, "\n"))) {
		struct fx_plugin_method *m = &p->methods[p->n_methods];

		if (!*line) {
			continue;
		}
		for (i = 0; i < 4; i++) {
			f[i] = line ? strsep(&line, "\t") : NULL;
		}
		if (!f[3] || line || p->n_methods == FX_PLUGIN_METHODS_MAX) {
			return FX_W_INVALID_PARAMETER;
		}
		if (strlen(f[0]) >= sizeof(m->name) || strlen(f[1]) >= sizeof(m->friendly) ||
		    strlen(f[2]) >= sizeof(m->function)) {
			return FX_W_BUFFER_OVERFLOW;
		}
		if (strlen(f[3]) >= sizeof(m->guid)) {
			return FX_W_INVALID_PARAMETER;
		}
		(void)fx_strlcpy(m->name, f[0], sizeof(m->name));
		(void)fx_strlcpy(m->friendly, f[1], sizeof(m->friendly));
		(void)fx_strlcpy(m->function, f[2], sizeof(m->function));
		(void)fx_strlcpy(m->guid, f[3], sizeof(m->guid));
		p->n_methods++;
	}
	return 0;
}

uint32_t fx_cs_register_extension(struct fx_icall *call)
{
	fx_auto struct fx_plugin *p = NULL;
	uint32_t code = begin(call, &p);

	if (!code) {
		p->kind = FX_PLUGIN_EXTENSION;
		code = read_methods(p, fx_text(call->in[3].s.u8));
	}
	return code ? code : add(call, p);
}

/* ---- 45 and 78 ---- */

/* What the caller asked for, of the list of all; *ret is fx_free()'d. */
static uint32_t of_kind(const struct fx_icall *call, enum fx_plugin_kind kind,
			struct fx_plugin_info **ret, size_t *ret_n)
{
	const struct fx_assoc *a = call->assoc;
	size_t n = 0, i, k = 0;
	int err = fx_service_plugins(a->env->service, &a->caller, ret, &n);

	for (i = 0; !err && i < n; i++) {
		if ((*ret)[i].plugin.kind == kind) {
			(*ret)[k++] = (*ret)[i];
		}
	}
	*ret_n = k;
	return fx_win32(err);
}

/* Why it does not serve stands in `caselli plugins`; these forms have a number for it only. */
static uint32_t status_of(const struct fx_plugin_info *p)
{
	return p->serving ? FX_MS_PROVIDER_SUCCESS : FX_MS_PROVIDER_CANT_INIT;
}

uint32_t fx_fax_enum_providers(struct fx_icall *call)
{
	struct fx_plugin_info *list = NULL;
	struct fx_ms_provider_info *w;
	size_t n = 0, i;
	uint32_t code = of_kind(call, FX_PLUGIN_PROVIDER, &list, &n);

	if (code) {
		return code;
	}
	w = fx_arena_calloc(&call->arena, n ? n : 1, sizeof(*w));
	for (i = 0; w && i < n; i++) {
		const struct fx_plugin *p = &list[i].plugin;

		w[i] = (struct fx_ms_provider_info){
			.friendly_name = fx_wire_text(p->friendly),
			.image_name = fx_wire_text(p->image),
			.provider_name = fx_wire_text(p->name), .guid = fx_wire_text(""),
			.version_size = VERSION_SIZE, .status = status_of(&list[i])};
	}
	code = w ? fx_icall_array(call, 0, &fx_ms_provider_info_layout, w, n) :
		   FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(list);
	return code;
}

uint32_t fx_fax_enum_extensions(struct fx_icall *call)
{
	struct fx_plugin_info *list = NULL;
	struct fx_ms_extension_info *w;
	size_t n = 0, i;
	uint32_t code = of_kind(call, FX_PLUGIN_EXTENSION, &list, &n);

	if (code) {
		return code;
	}
	w = fx_arena_calloc(&call->arena, n ? n : 1, sizeof(*w));
	for (i = 0; w && i < n; i++) {
		const struct fx_plugin *p = &list[i].plugin;

		w[i] = (struct fx_ms_extension_info){
			.friendly_name = fx_wire_text(p->friendly),
			.image_name = fx_wire_text(p->image),
			.extension_name = fx_wire_text(p->name),
			.version_size = VERSION_SIZE, .status = status_of(&list[i])};
	}
	code = w ? fx_icall_array(call, 0, &fx_ms_extension_info_layout, w, n) :
		   FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(list);
	return code;
}

uint32_t fx_cs_plugins(struct fx_icall *call)
{
	const struct fx_assoc *a = call->assoc;
	struct fx_plugin_info *list = NULL;
	struct fx_cs_plugin *w;
	size_t n = 0, i;
	uint32_t code;
	int err = fx_service_plugins(a->env->service, &a->caller, &list, &n);

	if (err) {
		return fx_win32(err);
	}
	w = fx_arena_calloc(&call->arena, n, sizeof(*w));
	for (i = 0; w && i < n; i++) {
		const struct fx_plugin *p = &list[i].plugin;

		w[i] = (struct fx_cs_plugin){
			.kind = p->kind, .serving = list[i].serving, .methods = p->n_methods,
			.name = fx_wire_text(p->name), .friendly = fx_wire_text(p->friendly),
			.image = fx_wire_text(p->image), .state = fx_wire_text(list[i].state)};
	}
	code = w ? fx_icall_array(call, 0, &fx_cs_plugin_layout, w, n) : FX_W_NOT_ENOUGH_MEMORY;
	(void)fx_free(list);
	return code;
}
