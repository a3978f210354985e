/* SPDX-License-Identifier: Apache-2.0 */
/* Routing of the fake interface: two methods, one of them of an extension, on port 1. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/cli/fake_api.h"

#define FOLDER "{92041a90-9af2-11d0-abf7-00c04fd91a4e}"
#define OTHER  "{11111111-2222-3333-4444-555555555555}"

static void *copy_of(const void *p, size_t size)
{
	void *copy = malloc(size);

	if (!copy) {
		abort();
	}
	memcpy(copy, p, size);
	return copy;
}

static BOOL note(const char *function, const char *what)
{
	if (fake.fail && !strcmp(fake.fail, function)) {
		SetLastError(fake.error);
		return FALSE;
	}
	if (*what) { /* a change or a test */
		(void)snprintf(fake.routing, sizeof(fake.routing), "%s", what);
	}
	return TRUE;
}

BOOL WINAPI FaxEnumGlobalRoutingInfoA(HANDLE h, PFAX_GLOBAL_ROUTING_INFOA *ret, LPDWORD n)
{
	static const FAX_GLOBAL_ROUTING_INFOA two[] = {
		{sizeof(two[0]), 1, FOLDER, "Store in a folder", "folder", "caselli", "Caselli"},
		{sizeof(two[0]), 2, OTHER, "Other", "run", "other.so", "Others"},
	};

	(void)h;
	*ret = copy_of(two, sizeof(two));
	*n = 2;
	return note("FaxEnumGlobalRoutingInfoA", "");
}

BOOL WINAPI FaxSetGlobalRoutingInfoA(HANDLE h, const FAX_GLOBAL_ROUTING_INFOA *info)
{
	char text[100];

	(void)h;
	(void)snprintf(text, sizeof(text), "order %s %u", info->Guid, info->Priority);
	return note("FaxSetGlobalRoutingInfoA", text);
}

BOOL WINAPI FaxEnumRoutingMethodsA(HANDLE h, PFAX_ROUTING_METHODA *ret, LPDWORD n)
{
	static const FAX_ROUTING_METHODA two[] = {
		{sizeof(two[0]), 1, TRUE, "Loop 1", FOLDER, "Store in a folder", "folder",
		 "caselli", "Caselli"},
		{sizeof(two[0]), 1, FALSE, "Loop 1", OTHER, "Other", "run", "other.so", "Others"},
	};

	(void)h;
	*ret = copy_of(two, sizeof(two));
	*n = 2;
	return note("FaxEnumRoutingMethodsA", "");
}

BOOL WINAPI FaxEnableRoutingMethodA(HANDLE h, LPCSTR guid, BOOL on)
{
	char text[100];

	(void)h;
	(void)snprintf(text, sizeof(text), "enable %s %d", guid, on);
	return note("FaxEnableRoutingMethodA", text);
}

BOOL WINAPI FaxGetRoutingInfoA(HANDLE h, LPCSTR guid, LPBYTE *ret, LPDWORD n)
{
	(void)h;
	*ret = copy_of("/\0s\0r\0v\0\0", 10);
	*n = strcmp(guid, FOLDER) ? 0 : 10;
	return note("FaxGetRoutingInfoA", "");
}

BOOL WINAPI FaxSetRoutingInfoA(HANDLE h, LPCSTR guid, const BYTE *p, DWORD n)
{
	char text[100];

	(void)h;
	(void)snprintf(text, sizeof(text), "data %s %u %c%c", guid, n, n ? p[0] : '-',
		       n > 2 ? p[2] : '-');
	return note("FaxSetRoutingInfoA", text);
}

BOOL WINAPI CaselliTestRouting(HANDLE h, DWORD port, const char *to, const char *from,
			       const char *tsid, CASELLI_ROUTING **ret, DWORD *n)
{
	bool hit = to && !strcmp(to, "1234");
	CASELLI_ROUTING one = {FOLDER, "Store in a folder", hit, hit, hit ? "/srv" : "",
			       hit ? "sales" : ""};
	char text[100];

	(void)h;
	*ret = copy_of(&one, sizeof(one));
	*n = 1;
	(void)snprintf(text, sizeof(text), "test %u %s %s %s", port, to ? to : "-",
		       from ? from : "-", tsid ? tsid : "-");
	return note("CaselliTestRouting", text);
}

/* ---- outbound: one group, one rule ---- */

BOOL WINAPI CaselliEnumOutboundGroups(HANDLE h, CASELLI_OUTBOUND_GROUP **ret, DWORD *n)
{
	static const CASELLI_OUTBOUND_GROUP two[] = {{"<All devices>", "1 2", 2, 0},
						     {"north", "4 3", 2, 3}};

	(void)h;
	*ret = copy_of(two, sizeof(two));
	*n = 2;
	return note("CaselliEnumOutboundGroups", "");
}

BOOL WINAPI CaselliEnumOutboundRules(HANDLE h, CASELLI_OUTBOUND_RULE **ret, DWORD *n)
{
	static const CASELLI_OUTBOUND_RULE two[] = {{0, 0, "", 0, "<All devices>"},
						    {49, 30, "Germany", 7, ""}};

	(void)h;
	*ret = copy_of(two, sizeof(two));
	*n = 2;
	return note("CaselliEnumOutboundRules", "");
}

BOOL WINAPI CaselliAddOutboundGroup(HANDLE h, const char *name)
{
	char text[100];

	(void)h;
	(void)snprintf(text, sizeof(text), "add group %s", name);
	return note("CaselliAddOutboundGroup", text);
}

BOOL WINAPI CaselliRemoveOutboundGroup(HANDLE h, const char *name)
{
	char text[100];

	(void)h;
	(void)snprintf(text, sizeof(text), "remove group %s", name);
	return note("CaselliRemoveOutboundGroup", text);
}

BOOL WINAPI CaselliSetOutboundGroup(HANDLE h, const char *name, const DWORD *ids, DWORD n)
{
	char text[100];
	int at;

	(void)h;
	at = snprintf(text, sizeof(text), "set group %s", name);
	for (DWORD i = 0; i < n && at < 80; i++) {
		at += snprintf(text + at, sizeof(text) - (size_t)at, " %u", ids[i]);
	}
	return note("CaselliSetOutboundGroup", text);
}

BOOL WINAPI CaselliOrderOutboundGroup(HANDLE h, const char *name, DWORD id, DWORD place)
{
	char text[100];

	(void)h;
	(void)snprintf(text, sizeof(text), "order %s %u %u", name, id, place);
	return note("CaselliOrderOutboundGroup", text);
}

static BOOL rule(const char *function, const char *what, DWORD country, DWORD area, DWORD id,
		 const char *group)
{
	char text[100];

	(void)snprintf(text, sizeof(text), "%s rule %u %u %u %s", what, country, area, id,
		       group ? group : "-");
	return note(function, text);
}

BOOL WINAPI CaselliAddOutboundRule(HANDLE h, DWORD country, DWORD area, DWORD id,
				   const char *group)
{
	(void)h;
	return rule("CaselliAddOutboundRule", "add", country, area, id, group);
}

BOOL WINAPI CaselliSetOutboundRule(HANDLE h, DWORD country, DWORD area, DWORD id,
				   const char *group)
{
	(void)h;
	return rule("CaselliSetOutboundRule", "set", country, area, id, group);
}

BOOL WINAPI CaselliRemoveOutboundRule(HANDLE h, DWORD country, DWORD area)
{
	(void)h;
	return rule("CaselliRemoveOutboundRule", "remove", country, area, 0, NULL);
}

BOOL WINAPI CaselliTestOutbound(HANDLE h, const char *number, uint64_t id,
				CASELLI_OUTBOUND **ret, DWORD *n)
{
	CASELLI_OUTBOUND two[] = {
		{49, 0, 49, 30, 3, FALSE, 0, "30123", "north", "a port is free", "", ""},
		{49, 0, 49, 30, 3, FALSE, 4, "30123", "north", "a port is free", "Line 4",
		 "free"}};
	char text[100];

	(void)h;
	*ret = copy_of(two, sizeof(two));
	*n = 2;
	(void)snprintf(text, sizeof(text), "way %s %u", number ? number : "-", (unsigned)id);
	return note("CaselliTestOutbound", text);
}
