/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/routing_test.c  caselli.h: which rule of routing applies. */
#include "clients/winfax/extra.h"

BOOL WINAPI CaselliTestRouting(HANDLE Server, DWORD DeviceId, const char *To, const char *From,
			       const char *Tsid, CASELLI_ROUTING **Methods, DWORD *Count)
{
#define O(field) offsetof(CASELLI_ROUTING, field)
	static const uint16_t text[] = {O(Guid), O(FriendlyName), O(Data), O(Rule)};
	static const struct wf_shape shape = {sizeof(CASELLI_ROUTING), text, FX_ARRAY_LEN(text)};
	struct fx_cs_routing *list = NULL;
	CASELLI_ROUTING *a;
	struct wf_server *s;
	uint32_t code, i, n = 0;
	BOOL ok;

	if (!Methods || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Methods or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_routing_test(s->client, DeviceId, To, From, Tsid, FX_TEXT_UTF8, &list, &n);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	a = fx_calloc(n ? n : 1, sizeof(*a));
	for (i = 0; a && i < n; i++) {
		a[i] = (CASELLI_ROUTING){
			.Guid = list[i].guid.u8, .FriendlyName = list[i].friendly_name.u8,
			.Runs = list[i].runs != 0, .ByRule = list[i].by_rule != 0,
			.Data = list[i].data.u8, .Rule = list[i].rule.u8,
		};
	}
	ok = wf_give_own(&shape, a, n, (void **)Methods, Count);
	(void)fx_free(a);
	(void)fx_free(list);
	return ok;
}
