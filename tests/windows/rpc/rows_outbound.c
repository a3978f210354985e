/* SPDX-License-Identifier: Apache-2.0 */
/* Outbound routing: opnums 51 to 59. */
#include "stubs.h"

#include <wchar.h>

#define NAME   (wchar_t *)L"Lines of Lyon"
#define NO_ONE (wchar_t *)L"nobody's"
#define NONE   0xffffffffu

/* Of the group in the answer of 54, the offset; NONE: it is not there. */
static ULONG find_group(const wchar_t *name)
{
	GOOD(54, FAX_EnumOutboundGroups(w.rich, BUFN));
	CHECK(o.count >= 1 && u32(0) == 20 && is(4, L"<All devices>"));
	for (ULONG i = 0; i < o.count; i++) {
		if (!wcscmp(text(20 * i + 4), name)) {
			return 20 * i;
		}
	}
	return NONE;
}

static void groups(void)
{
	ULONG devices[] = {w.device, w.device + 1};
	FAX_OUT_GROUP g = {.Size = 40, .Name = NAME, .NumDevices = 2, .Devices = devices};
	ULONG at;

	GOOD(51, FAX_AddOutboundGroup(w.rich, NAME));
	BAD(51, ERROR_DUP_NAME, FAX_AddOutboundGroup(w.rich, NAME));
	GOOD(52, FAX_SetOutboundGroup(w.rich, &g));
	at = find_group(NAME);
	CHECK(at != NONE && u32(at + 8) == 2 && u32(u32(at + 12)) == w.device &&
	      u32(at + 16) == GROUP_VALID);
	GOOD(55, FAX_SetDeviceOrderInGroup(w.rich, NAME, w.device, 2));
	at = find_group(NAME);
	CHECK(at != NONE && u32(u32(at + 12) + 4) == w.device);
	g.Name = NO_ONE;
	BAD(52, ERROR_INVALID_PARAMETER, FAX_SetOutboundGroup(w.rich, &g));
	BAD(55, BAD_GROUP, FAX_SetDeviceOrderInGroup(w.rich, NO_ONE, w.device, 1));
	GOOD(51, FAX_AddOutboundGroup(w.rich, (wchar_t *)L"short-lived"));
	GOOD(53, FAX_RemoveOutboundGroup(w.rich, (wchar_t *)L"short-lived"));
	CHECK(find_group(L"short-lived") == NONE);
	BAD(53, GROUP_NOT_FOUND, FAX_RemoveOutboundGroup(w.rich, NO_ONE));
	POOR(54, FAX_EnumOutboundGroups(w.poor, BUFN));
}

static ULONG find_rule(ULONG country)
{
	GOOD(59, FAX_EnumOutboundRules(w.rich, BUFN));
	CHECK(o.count >= 1 && u32(0) == 24 && u32(4) == 0 && u32(8) == 0);
	for (ULONG i = 0; i < o.count; i++) {
		if (u32(24 * i + 8) == country) {
			return 24 * i;
		}
	}
	return NONE;
}

static void rules(void)
{
	FAX_OUT_RULE r = {.Size = 40, .CountryCode = 39};
	ULONG at;

	GOOD(56, FAX_AddOutboundRule(w.rich, 0, 39, 0, NAME, TRUE));
	BAD(56, ERROR_DUP_NAME, FAX_AddOutboundRule(w.rich, 0, 39, w.device, NULL, FALSE));
	at = find_rule(39);
	CHECK(at != NONE && u32(at + 20) == 1 && is(at + 16, NAME));
	r.Destination.DeviceId = w.device;
	GOOD(58, FAX_SetOutboundRule(w.rich, &r));
	at = find_rule(39);
	CHECK(at != NONE && u32(at + 20) == 0 && u32(at + 16) == w.device);
	r.UseGroup = TRUE;
	r.Destination.GroupName = NAME;
	GOOD(58, FAX_SetOutboundRule(w.rich, &r));
	at = find_rule(39);
	CHECK(at != NONE && u32(at + 20) == 1 && is(at + 16, NAME));
	r.Destination.GroupName = NO_ONE;
	BAD(58, BAD_GROUP, FAX_SetOutboundRule(w.rich, &r));
	GOOD(57, FAX_RemoveOutboundRule(w.rich, 0, 39));
	CHECK(find_rule(39) == NONE);
	BAD(57, RULE_NOT_FOUND, FAX_RemoveOutboundRule(w.rich, 0, 39));
	POOR(59, FAX_EnumOutboundRules(w.poor, BUFN));
}

const struct row outbound_rows[] = {
	{51, "AddOutboundGroup", groups},
	{52, "SetOutboundGroup", NULL},
	{53, "RemoveOutboundGroup", NULL},
	{54, "EnumOutboundGroups", NULL},
	{55, "SetDeviceOrderInGroup", NULL},
	{56, "AddOutboundRule", rules},
	{57, "RemoveOutboundRule", NULL},
	{58, "SetOutboundRule", NULL},
	{59, "EnumOutboundRules", NULL},
	{0, NULL, NULL},
};
