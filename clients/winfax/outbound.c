/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/outbound.c  caselli.h: over which ports numbers go. */
#include <stdio.h>

#include "clients/winfax/extra.h"

#define DEVICES_MAX 1000u /* ms-fax.md 6.1 */

static BOOL end(struct wf_server *s, uint32_t code)
{
	wf_unref(s);
	return code ? wf_code(code) : TRUE;
}

/* "1 7 3"; the caller's. */
static char *ids_text(const struct fx_ms_outbound_group *g)
{
	size_t size = (size_t)g->n_devices * 11 + 1, at = 0;
	char *text = fx_zalloc(size);

	for (uint32_t i = 0; text && g->devices && i < g->n_devices; i++) {
		at += (size_t)snprintf(text + at, size - at, "%s%u", i ? " " : "", g->devices[i]);
	}
	return text;
}

BOOL WINAPI CaselliEnumOutboundGroups(HANDLE Server, CASELLI_OUTBOUND_GROUP **Groups, DWORD *Count)
{
#define O(field) offsetof(CASELLI_OUTBOUND_GROUP, field)
	static const uint16_t text[] = {O(Name), O(Devices)};
#undef O
	static const struct wf_shape shape = {sizeof(CASELLI_OUTBOUND_GROUP), text,
					      FX_ARRAY_LEN(text)};
	struct fx_ms_outbound_group *list = NULL;
	CASELLI_OUTBOUND_GROUP *a;
	struct wf_server *s;
	uint32_t code, i, n = 0;
	BOOL ok;

	if (!Groups || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Groups or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_enum_outbound_groups(s->client, FX_TEXT_UTF8, &list, &n);
	if (!end(s, code)) {
		return FALSE;
	}
	a = fx_calloc(n ? n : 1, sizeof(*a));
	for (i = 0; a && i < n; i++) {
		a[i] = (CASELLI_OUTBOUND_GROUP){list[i].name.u8, ids_text(&list[i]),
						list[i].n_devices, list[i].status};
	}
	ok = wf_give_own(&shape, a, n, (void **)Groups, Count);
	for (i = 0; a && i < n; i++) {
		(void)fx_free((void *)(uintptr_t)a[i].Devices);
	}
	(void)fx_free(a);
	(void)fx_free(list);
	return ok;
}

BOOL WINAPI CaselliAddOutboundGroup(HANDLE Server, const char *Name)
{
	struct wf_server *s = wf_server_get(Server);

	return s && end(s, fx_client_add_outbound_group(s->client, Name ? Name : ""));
}

BOOL WINAPI CaselliRemoveOutboundGroup(HANDLE Server, const char *Name)
{
	struct wf_server *s = wf_server_get(Server);

	return s && end(s, fx_client_remove_outbound_group(s->client, Name ? Name : ""));
}

BOOL WINAPI CaselliSetOutboundGroup(HANDLE Server, const char *Name, const DWORD *DeviceIds,
				    DWORD Count)
{
	uint32_t ids[DEVICES_MAX];
	struct fx_ms_outbound_group w = {.name = {.u8 = Name ? Name : ""}, .n_devices = Count,
					 .devices = ids};
	struct wf_server *s;

	if (Count > DEVICES_MAX || (Count && !DeviceIds)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "DeviceIds is NULL, or Count is over %u.", DEVICES_MAX);
	}
	for (DWORD i = 0; i < Count; i++) {
		ids[i] = DeviceIds[i];
	}
	s = wf_server_get(Server);
	return s && end(s, fx_client_set_outbound_group(s->client, &w));
}

BOOL WINAPI CaselliOrderOutboundGroup(HANDLE Server, const char *Name, DWORD DeviceId, DWORD Place)
{
	struct wf_server *s = wf_server_get(Server);

	return s && end(s, fx_client_order_outbound_device(s->client, Name ? Name : "", DeviceId,
							   Place));
}

BOOL WINAPI CaselliEnumOutboundRules(HANDLE Server, CASELLI_OUTBOUND_RULE **Rules, DWORD *Count)
{
#define O(field) offsetof(CASELLI_OUTBOUND_RULE, field)
	static const uint16_t text[] = {O(CountryName), O(Group)};
#undef O
	static const struct wf_shape shape = {sizeof(CASELLI_OUTBOUND_RULE), text,
					      FX_ARRAY_LEN(text)};
	struct fx_ms_outbound_rule *list = NULL;
	CASELLI_OUTBOUND_RULE *a;
	struct wf_server *s;
	uint32_t code, i, n = 0;
	BOOL ok;

	if (!Rules || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Rules or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_enum_outbound_rules(s->client, FX_TEXT_UTF8, &list, &n);
	if (!end(s, code)) {
		return FALSE;
	}
	a = fx_calloc(n ? n : 1, sizeof(*a));
	for (i = 0; a && i < n; i++) {
		const struct fx_ms_destination *d = &list[i].destination;

		a[i] = (CASELLI_OUTBOUND_RULE){
			.CountryCode = list[i].country_code, .AreaCode = list[i].area_code,
			.CountryName = list[i].country_name.u8,
			.DeviceId = d->use_group ? 0 : d->device_id,
			.Group = d->use_group ? d->group.u8 : NULL,
		};
	}
	ok = wf_give_own(&shape, a, n, (void **)Rules, Count);
	(void)fx_free(a);
	(void)fx_free(list);
	return ok;
}

BOOL WINAPI CaselliAddOutboundRule(HANDLE Server, DWORD CountryCode, DWORD AreaCode,
				   DWORD DeviceId, const char *Group)
{
	struct wf_server *s = wf_server_get(Server);

	return s && end(s, fx_client_add_outbound_rule(s->client, CountryCode, AreaCode, DeviceId,
						       Group));
}

BOOL WINAPI CaselliSetOutboundRule(HANDLE Server, DWORD CountryCode, DWORD AreaCode,
				   DWORD DeviceId, const char *Group)
{
	struct wf_server *s = wf_server_get(Server);

	return s && end(s, fx_client_set_outbound_rule(s->client, CountryCode, AreaCode, DeviceId,
						       Group));
}

BOOL WINAPI CaselliRemoveOutboundRule(HANDLE Server, DWORD CountryCode, DWORD AreaCode)
{
	struct wf_server *s = wf_server_get(Server);

	return s && end(s, fx_client_remove_outbound_rule(s->client, CountryCode, AreaCode));
}

BOOL WINAPI CaselliTestOutbound(HANDLE Server, const char *Number, uint64_t JobId,
				CASELLI_OUTBOUND **Ways, DWORD *Count)
{
#define O(field) offsetof(CASELLI_OUTBOUND, field)
	static const uint16_t text[] = {O(Digits), O(Group), O(Words), O(PortName), O(PortState)};
#undef O
	static const struct wf_shape shape = {sizeof(CASELLI_OUTBOUND), text, FX_ARRAY_LEN(text)};
	struct fx_cs_outbound *list = NULL;
	CASELLI_OUTBOUND *a;
	struct wf_server *s;
	uint32_t code, i, n = 0;
	BOOL ok;

	if (!Ways || !Count) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Ways or Count is NULL.");
	}
	s = wf_server_get(Server);
	if (!s) {
		return FALSE;
	}
	code = fx_client_outbound_test(s->client, Number, JobId, FX_TEXT_UTF8, &list, &n);
	if (!end(s, code)) {
		return FALSE;
	}
	a = fx_calloc(n ? n : 1, sizeof(*a));
	for (i = 0; a && i < n; i++) {
		a[i] = (CASELLI_OUTBOUND){
			.CountryCode = list[i].country, .AreaCode = list[i].area,
			.RuleCountryCode = list[i].rule_country, .RuleAreaCode = list[i].rule_area,
			.Status = list[i].status, .Asked = list[i].asked != 0,
			.DeviceId = list[i].device_id, .Digits = list[i].digits.u8,
			.Group = list[i].group.u8, .Words = list[i].words.u8,
			.PortName = list[i].port_name.u8, .PortState = list[i].port_state.u8,
		};
	}
	ok = wf_give_own(&shape, a, n, (void **)Ways, Count);
	(void)fx_free(a);
	(void)fx_free(list);
	return ok;
}
