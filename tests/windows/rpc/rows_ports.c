/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ports, routing methods of ports, plug-ins: opnums 0, 2, 3, 8, 10 to 18, 45 to 50, 60 to 62, 78.
 */
#include "stubs.h"

#include <string.h>
#include <wchar.h>

#define NO_GUID (wchar_t *)L"{00000000-0000-0000-0000-000000000000}"
#define OUR_GUID (wchar_t *)L"{0c3f7a6e-7d0e-4b5e-9c39-1f3c1d2b4a59}"

static void printers(void)
{
	GOOD(0, FAX_GetServicePrinters(w.rich, BUFN));
	CHECK(o.count * 16 <= o.n);
	POOR(0, FAX_GetServicePrinters(w.poor, BUFN));
}

static void open_port(void)
{
	FAX_PORT_HANDLE none = NULL;

	GOOD(2, FAX_OpenPort(w.rich, w.device, 2, &w.port));
	CHECK(w.port != NULL);
	BAD(2, ERROR_INVALID_HANDLE, FAX_OpenPort(w.rich, w.device, 2, &none));
	BAD(2, ERROR_BAD_UNIT, FAX_OpenPort(w.rich, 999999, 1, &none));
	CHECK(!none);
}

static void close_port(void)
{
	FAX_PORT_HANDLE port = NULL;

	GOOD(2, FAX_OpenPort(w.rich, w.device, 1, &port));
	GOOD(3, FAX_ClosePort(&port));
	CHECK(!port);
	BAD(3, CONTEXT_MISMATCH, FAX_ClosePort((FAX_PORT_HANDLE *)&w.any));
}

static void device_status(void)
{
	GOOD(8, FAX_GetDeviceStatus(w.port, BUF));
	CHECK(o.n % 8 == 0 && u32(0) == 88 && u32(16) == w.device && at_rest(u32(60)) &&
	      *text(20));
	BAD(8, CONTEXT_MISMATCH, FAX_GetDeviceStatus(w.any, BUF));
}

static void enum_ports(void)
{
	GOOD(10, FAX_EnumPorts(w.rich, BUFN));
	CHECK(o.count >= 2 && o.n % 8 == 0);
	w.device = u32(4);
	for (ULONG i = 0; i < o.count; i++) {
		CHECK(u32(36 * i) == 36 && at_rest(u32(36 * i + 8)) && *text(36 * i + 24));
	}
	POOR(10, FAX_EnumPorts(w.poor, BUFN));
}

static void get_port(void)
{
	GOOD(11, FAX_GetPort(w.port, BUF));
	CHECK(u32(0) == 36 && u32(4) == w.device && u32(20) == 1);
	BAD(11, CONTEXT_MISMATCH, FAX_GetPort(w.any, BUF));
}

static void set_port(void)
{
	FAX_PORT p = {.Size = 48, .DeviceId = w.device, .Flags = 3, .Rings = 4, .Priority = 1,
		      .Tsid = (wchar_t *)L"Wine 8", .Csid = (wchar_t *)L"CS of widl"};

	GOOD(12, FAX_SetPort(w.port, &p));
	GOOD(11, FAX_GetPort(w.port, BUF));
	CHECK(u32(16) == 4 && is(28, p.Tsid) && is(32, p.Csid));
	p.Priority = 99;
	BAD(12, ERROR_INVALID_PARAMETER, FAX_SetPort(w.port, &p));
}

static void methods(void)
{
	GOOD(13, FAX_EnumRoutingMethods(w.port, BUFN));
	CHECK(o.count >= 1 && u32(0) == 36 && u32(4) == w.device && wcslen(text(16)) == 38 &&
	      *text(20) && *text(24) && *text(28) && *text(32));
	wcsncpy(w.guid, text(16), 63);
	BAD(13, CONTEXT_MISMATCH, FAX_EnumRoutingMethods(w.any, BUFN));
}

static void enable_method(void)
{
	GOOD(14, FAX_EnableRoutingMethod(w.port, w.guid, FALSE));
	GOOD(13, FAX_EnumRoutingMethods(w.port, BUFN));
	CHECK(u32(8) == 0);
	BAD(14, ERROR_INVALID_DATA, FAX_EnableRoutingMethod(w.port, NO_GUID, TRUE));
	BAD(14, ERROR_INVALID_PARAMETER, FAX_EnableRoutingMethod(w.port, NULL, TRUE));
}

static void routing_info(void)
{
	wchar_t folder[256];
	byte *data = (byte *)folder;
	ULONG n;

	(void)swprintf(folder, 256, L"%hs", w.folder);
	n = (ULONG)(wcslen(folder) + 1) * 2;
	GOOD(16, FAX_SetRoutingInfo(w.port, w.guid, data, n));
	GOOD(15, FAX_GetRoutingInfo(w.port, w.guid, BUF));
	CHECK(o.n == n && !memcmp(o.p, folder, n));
	BAD(15, ERROR_INVALID_DATA, FAX_GetRoutingInfo(w.port, NO_GUID, BUF));
	BAD(16, ERROR_INVALID_DATA, FAX_SetRoutingInfo(w.port, NO_GUID, data, n));
	BAD(16, ERROR_INVALID_PARAMETER, FAX_SetRoutingInfo(w.port, NULL, data, n));
}

static void global_routing(void)
{
	FAX_GLOBAL_ROUTING g = {.Size = 48, .Priority = 1};
	wchar_t guid[64] = L"";

	GOOD(17, FAX_EnumGlobalRoutingInfo(w.rich, BUFN));
	CHECK(o.count >= 2 && u32(0) == 28 && u32(4) == 1 && u32(28 + 4) == 2);
	wcsncpy(guid, text(28 + 8), 63);
	POOR(17, FAX_EnumGlobalRoutingInfo(w.poor, BUFN));
	g.Guid = guid;
	GOOD(18, FAX_SetGlobalRoutingInfo(w.rich, &g));
	GOOD(17, FAX_EnumGlobalRoutingInfo(w.rich, BUFN));
	CHECK(is(8, guid));
	g.Priority = 99;
	BAD(18, ERROR_INVALID_PARAMETER, FAX_SetGlobalRoutingInfo(w.rich, &g));
}

static void port_ex(void)
{
	FAX_PORT_EX p = {.Size = 72, .DeviceId = w.device, .Send = TRUE, .ReceiveMode = RECV_AUTO,
			 .Rings = 3, .Csid = (wchar_t *)L"CSID", .Tsid = (wchar_t *)L"TSID",
			 .Description = (wchar_t *)L"by widl \x20ac"};

	GOOD(47, FAX_SetPortEx(w.rich, w.device, &p));
	GOOD(46, FAX_GetPortEx(w.rich, w.device, BUF));
	CHECK(u32(0) == 48 && u32(4) == w.device && is(12, p.Description) && *text(16) &&
	      u32(24) == 1 && u32(28) == RECV_AUTO && u32(36) == 3 && is(40, p.Csid) &&
	      is(44, p.Tsid));
	BAD(46, ERROR_BAD_UNIT, FAX_GetPortEx(w.rich, 999999, BUF));
	BAD(47, ERROR_BAD_UNIT, FAX_SetPortEx(w.rich, 999999, &p));
	p.ReceiveMode = RECV_MANUAL; /* of a virtual port */
	BAD(47, ERROR_INVALID_PARAMETER, FAX_SetPortEx(w.rich, w.device, &p));
	GOOD(48, FAX_EnumPortsEx(w.rich, BUFN));
	CHECK(o.count >= 2 && u32(48) == 48 && *text(48 + 8));
	POOR(48, FAX_EnumPortsEx(w.poor, BUFN));
}

static void extension_data(void)
{
	byte data[] = {1, 2, 3};
	wchar_t *here = (wchar_t *)L"";

	GOOD(50, FAX_SetExtensionData(w.rich, here, w.device, OUR_GUID, data, 3));
	GOOD(49, FAX_GetExtensionData(w.rich, w.device, OUR_GUID, BUF));
	CHECK(o.n == 3 && o.p && o.p[2] == 3);
	BAD(49, ERROR_FILE_NOT_FOUND, FAX_GetExtensionData(w.rich, w.device, NO_GUID, BUF));
	BAD(50, ERROR_INVALID_PARAMETER,
	    FAX_SetExtensionData(w.rich, here, w.device, (wchar_t *)L"no GUID", data, 3));
}

static void providers(void)
{
	wchar_t *image = (wchar_t *)L"/nowhere/widl.so", *name = (wchar_t *)L"widl-provider";
	uint64_t rc = CALL(60, FAX_RegisterServiceProviderEx(w.rich, name, name, image,
							     (wchar_t *)L"", 0x10000, 0));

	/* what runs inside the service is registered by its own user alone (who may not come by
	 * the network when he is root): the good call is then refused */
	verdict(60, true, w.owner ? 0 : ERROR_ACCESS_DENIED, rc, __LINE__);
	POOR(60, FAX_RegisterServiceProviderEx(w.poor, name, name, image, (wchar_t *)L"", 0x10000,
					       0));
	GOOD(45, FAX_EnumerateProviders(w.rich, BUFN));
	CHECK(o.count == w.owner);
	if (w.owner) {
		CHECK(u32(0) == 52 && is(4, name) && is(8, image) && is(12, name) && u32(24) == 20);
	}
	POOR(45, FAX_EnumerateProviders(w.poor, BUFN));
	verdict(61, true, w.owner ? 0 : ERROR_ACCESS_DENIED,
		CALL(61, FAX_UnregisterServiceProviderEx(w.rich, name)), __LINE__);
	POOR(61, FAX_UnregisterServiceProviderEx(w.poor, name));
}

static void extensions(void)
{
	wchar_t *name = (wchar_t *)L"widl-extension"; /* the test registered it */

	GOOD(78, FAX_EnumRoutingExtensions(w.rich, BUFN));
	CHECK(o.count == 1 && u32(0) == 44 && is(12, name));
	POOR(78, FAX_EnumRoutingExtensions(w.poor, BUFN));
	verdict(62, true, w.owner ? 0 : ERROR_ACCESS_DENIED,
		CALL(62, FAX_UnregisterRoutingExtension(w.rich, name)), __LINE__);
	POOR(62, FAX_UnregisterRoutingExtension(w.poor, name));
	GOOD(78, FAX_EnumRoutingExtensions(w.rich, BUFN));
	CHECK(o.count == !w.owner);
}

const struct row port_rows[] = {
	{0, "GetServicePrinters", printers},
	{10, "EnumPorts", enum_ports},
	{2, "OpenPort", open_port},
	{3, "ClosePort", close_port},
	{8, "GetDeviceStatus", device_status},
	{11, "GetPort", get_port},
	{12, "SetPort", set_port},
	{13, "EnumRoutingMethods", methods},
	{14, "EnableRoutingMethod", enable_method},
	{15, "GetRoutingInfo", routing_info},
	{16, "SetRoutingInfo", NULL}, /* with the row before */
	{17, "EnumGlobalRoutingInfo", global_routing},
	{18, "SetGlobalRoutingInfo", NULL},
	{45, "EnumerateProviders", providers},
	{46, "GetPortEx", port_ex},
	{47, "SetPortEx", NULL},
	{48, "EnumPortsEx", NULL},
	{49, "GetExtensionData", extension_data},
	{50, "SetExtensionData", NULL},
	{60, "RegisterServiceProviderEx", NULL},
	{61, "UnregisterServiceProviderEx", NULL},
	{62, "UnregisterRoutingExtension", NULL},
	{78, "EnumRoutingExtensions", extensions},
	{0, NULL, NULL},
};
