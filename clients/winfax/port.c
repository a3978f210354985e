/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/port.c  Ports and their status. */
#include "clients/winfax/winfax_priv.h"

static void port_free(void *obj)
{
	struct wf_port *p = obj;

	(void)fx_client_close_port(p->server->client, &p->ctx);
	wf_unref(p->server);
	(void)fx_free(p);
}

static uint32_t open_port(struct wf_server *s, DWORD device_id, DWORD flags, HANDLE *out)
{
	struct wf_port *p = fx_zalloc(sizeof(*p));
	uint32_t code;

	if (!p) {
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	code = fx_client_open_port(s->client, device_id, flags, &p->ctx);
	if (code) {
		(void)fx_free(p);
		return code;
	}
	p->o = (struct wf_object){WF_PORT, 1, port_free};
	p->device_id = device_id;
	p->flags = flags;
	p->server = s;
	wf_ref(s);
	*out = wf_handle_new(p);
	if (!*out) {
		wf_unref(p);
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	return 0;
}

BOOL WINAPI FaxOpenPort(HANDLE FaxHandle, DWORD DeviceId, DWORD Flags, LPHANDLE FaxPortHandle)
{
	struct wf_server *s;
	uint32_t code;
	HANDLE h = NULL;

	if (!FaxPortHandle) {
		return wf_fail(ERROR_INVALID_PARAMETER, "FaxPortHandle is NULL.");
	}
	*FaxPortHandle = NULL;
	if (Flags > (PORT_OPEN_QUERY | PORT_OPEN_MODIFY)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "Flags is %u; use PORT_OPEN_QUERY or PORT_OPEN_MODIFY.", Flags);
	}
	s = wf_server_get(FaxHandle);
	if (!s) {
		return FALSE;
	}
	code = open_port(s, DeviceId, Flags, &h);
	wf_unref(s);
	if (code == ERROR_INVALID_HANDLE) {
		return wf_fail(code, "Somebody else is changing port %u now; try again later.",
			       DeviceId);
	}
	if (code == ERROR_BAD_UNIT) {
		return wf_fail(code, "There is no port with device id %u.", DeviceId);
	}
	*FaxPortHandle = h;
	return wf_code(code);
}

static BOOL enum_ports(HANDLE h, enum fx_text_form form, void **out, LPDWORD n)
{
	struct fx_ms_port_info *list = NULL;
	struct wf_server *s;
	uint32_t code, count = 0;

	if (!out || !n) {
		return wf_fail(ERROR_INVALID_PARAMETER, "PortInfo or PortsReturned is NULL.");
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_enum_ports(s->client, form, &list, &count);
	wf_unref(s);
	return wf_give_list(&fx_ms_port_info_layout, code, list, count, form, out, n);
}

BOOL WINAPI FaxEnumPortsA(HANDLE FaxHandle, PFAX_PORT_INFOA *PortInfo, LPDWORD PortsReturned)
{
	return enum_ports(FaxHandle, WF_TEXT_A, (void **)PortInfo, PortsReturned);
}

BOOL WINAPI FaxEnumPortsW(HANDLE FaxHandle, PFAX_PORT_INFOW *PortInfo, LPDWORD PortsReturned)
{
	return enum_ports(FaxHandle, FX_TEXT_UTF16, (void **)PortInfo, PortsReturned);
}

static BOOL get_port(HANDLE h, enum fx_text_form form, void **out)
{
	struct fx_ms_port_info *info = NULL;
	struct wf_port *p;
	uint32_t code;

	if (!out) {
		return wf_fail(ERROR_INVALID_PARAMETER, "PortInfo is NULL.");
	}
	p = wf_port_get(h);
	if (!p) {
		return FALSE;
	}
	code = fx_client_get_port(p->server->client, &p->ctx, form, &info);
	wf_unref(p);
	return code ? wf_code(code) : wf_give(&fx_ms_port_info_layout, info, 1, form, out);
}

BOOL WINAPI FaxGetPortA(HANDLE FaxPortHandle, PFAX_PORT_INFOA *PortInfo)
{
	return get_port(FaxPortHandle, WF_TEXT_A, (void **)PortInfo);
}

BOOL WINAPI FaxGetPortW(HANDLE FaxPortHandle, PFAX_PORT_INFOW *PortInfo)
{
	return get_port(FaxPortHandle, FX_TEXT_UTF16, (void **)PortInfo);
}

static BOOL set_port(HANDLE h, enum fx_text_form form, const void *info)
{
	const FAX_PORT_INFOA *i = info;
	struct wf_port *p;
	uint32_t code;

	if (!i || i->SizeOfStruct != sizeof(*i)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "PortInfo is NULL or its SizeOfStruct is not %u.",
			       (unsigned)sizeof(*i));
	}
	if (i->Priority == 0 || i->Rings > 99) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "Priority is %u (from 1) and Rings is %u (0 to 99).", i->Priority,
			       i->Rings);
	}
	p = wf_port_get(h);
	if (!p) {
		return FALSE;
	}
	if (p->flags & PORT_OPEN_MODIFY) {
		code = fx_client_set_port(p->server->client, &p->ctx, form, info);
	} else {
		code = ERROR_ACCESS_DENIED;
	}
	wf_unref(p);
	if (!code) {
		return TRUE;
	}
	if (code == ERROR_INVALID_PARAMETER) {
		return wf_fail(code, "Priority is %u; it goes from 1 (first choice) to the number "
			       "of ports.", i->Priority);
	}
	return code != ERROR_ACCESS_DENIED ?
		       wf_code(code) :
		       wf_fail(code, "The port was not opened with PORT_OPEN_MODIFY, or the right "
				     "FAX_PORT_SET is missing.");
}

BOOL WINAPI FaxSetPortA(HANDLE FaxPortHandle, const FAX_PORT_INFOA *PortInfo)
{
	return set_port(FaxPortHandle, WF_TEXT_A, PortInfo);
}

BOOL WINAPI FaxSetPortW(HANDLE FaxPortHandle, const FAX_PORT_INFOW *PortInfo)
{
	return set_port(FaxPortHandle, FX_TEXT_UTF16, PortInfo);
}

static BOOL device_status(HANDLE h, enum fx_text_form form, void **out)
{
	struct fx_ms_device_status *status = NULL;
	struct wf_port *p;
	uint32_t code;

	if (!out) {
		return wf_fail(ERROR_INVALID_PARAMETER, "DeviceStatus is NULL.");
	}
	p = wf_port_get(h);
	if (!p) {
		return FALSE;
	}
	code = fx_client_get_device_status(p->server->client, &p->ctx, form, &status);
	wf_unref(p);
	return code ? wf_code(code) : wf_give(&fx_ms_device_status_layout, status, 1, form, out);
}

BOOL WINAPI FaxGetDeviceStatusA(HANDLE FaxPortHandle, PFAX_DEVICE_STATUSA *DeviceStatus)
{
	return device_status(FaxPortHandle, WF_TEXT_A, (void **)DeviceStatus);
}

BOOL WINAPI FaxGetDeviceStatusW(HANDLE FaxPortHandle, PFAX_DEVICE_STATUSW *DeviceStatus)
{
	return device_status(FaxPortHandle, FX_TEXT_UTF16, (void **)DeviceStatus);
}
