/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/plugins.c  caselli.h: the registered plug-ins. */
#include "clients/winfax/extra.h"

#define O(f) offsetof(CASELLI_PLUGIN, f)
static const uint16_t text[] = {O(Name), O(Friendly), O(Image), O(State)};
#undef O
static const struct wf_shape shape = {sizeof(CASELLI_PLUGIN), text, FX_ARRAY_LEN(text)};

BOOL WINAPI CaselliEnumPlugins(HANDLE Server, CASELLI_PLUGIN **Plugins, DWORD *Count)
{
	struct fx_cs_plugin *list = NULL;
	CASELLI_PLUGIN *a;
	struct wf_server *s;
	uint32_t code, i, n = 0;
	BOOL ok;

	if (!Plugins || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Plugins or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_plugins(s->client, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	a = fx_calloc(n ? n : 1, sizeof(*a));
	for (i = 0; a && i < n; i++) {
		a[i] = (CASELLI_PLUGIN){list[i].kind, list[i].serving != 0, list[i].methods,
					list[i].name.u8, list[i].friendly.u8, list[i].image.u8,
					list[i].state.u8};
	}
	ok = wf_give_own(&shape, a, n, (void **)Plugins, Count);
	(void)fx_free(a);
	(void)fx_free(list);
	return ok;
}
