/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/routing.c  Routing administration (winfax.md 4.10). */
#include "clients/winfax/winfax_priv.h"

/* A GUID string as UTF-8; NULL with the last error. */
static char *guid_of(const void *guid, enum fx_text_form form)
{
	char *s;

	if (wf_no_text(guid, form)) {
		(void)wf_fail(ERROR_INVALID_PARAMETER,
			      "The GUID of the routing method is missing.");
		return NULL;
	}
	s = wf_to_utf8(guid, form);
	if (!s) {
		(void)wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	return s;
}

static BOOL method_result(uint32_t code, const char *guid)
{
	return code == ERROR_INVALID_DATA ?
		       wf_fail(code, "There is no routing method %s, or it refuses the data.",
			       guid) :
		       wf_code(code);
}

static BOOL enum_methods(HANDLE h, enum fx_text_form form, void **out, LPDWORD n)
{
	struct fx_ms_routing_method *list = NULL;
	struct wf_port *p;
	uint32_t code, count = 0;

	if (!out || !n) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "RoutingMethod or MethodsReturned is NULL.");
	}
	p = wf_port_get(h);
	if (!p) {
		return FALSE;
	}
	code = fx_client_enum_routing_methods(p->server->client, &p->ctx, form, &list, &count);
	wf_unref(p);
	if (!code && count == 0) {
		(void)fx_free(list);
		code = ERROR_INVALID_FUNCTION; /* [MS-FAX] of a server without methods */
	}
	return code == ERROR_INVALID_FUNCTION ?
		       wf_fail(code, "The service has no routing method.") :
		       wf_give_list(&fx_ms_routing_method_layout, code, list, count, form, out, n);
}

BOOL WINAPI FaxEnumRoutingMethodsA(HANDLE FaxPortHandle, PFAX_ROUTING_METHODA *RoutingMethod,
				   LPDWORD MethodsReturned)
{
	return enum_methods(FaxPortHandle, WF_TEXT_A, (void **)RoutingMethod, MethodsReturned);
}

BOOL WINAPI FaxEnumRoutingMethodsW(HANDLE FaxPortHandle, PFAX_ROUTING_METHODW *RoutingMethod,
				   LPDWORD MethodsReturned)
{
	return enum_methods(FaxPortHandle, FX_TEXT_UTF16, (void **)RoutingMethod, MethodsReturned);
}

static BOOL enable_method(HANDLE h, const void *guid, enum fx_text_form form, BOOL enabled)
{
	char *g = guid_of(guid, form);
	struct wf_port *p = g ? wf_port_get(h) : NULL;
	BOOL ok = FALSE;

	if (p) {
		ok = method_result(fx_client_enable_routing_method(p->server->client, &p->ctx, g,
								   enabled != 0), g);
		wf_unref(p);
	}
	(void)fx_free(g);
	return ok;
}

BOOL WINAPI FaxEnableRoutingMethodA(HANDLE FaxPortHandle, LPCSTR RoutingGuid, BOOL Enabled)
{
	return enable_method(FaxPortHandle, RoutingGuid, WF_TEXT_A, Enabled);
}

BOOL WINAPI FaxEnableRoutingMethodW(HANDLE FaxPortHandle, LPCWSTR RoutingGuid, BOOL Enabled)
{
	return enable_method(FaxPortHandle, RoutingGuid, FX_TEXT_UTF16, Enabled);
}

static BOOL enum_global(HANDLE h, enum fx_text_form form, void **out, LPDWORD n)
{
	struct fx_ms_global_routing *list = NULL;
	struct wf_server *s;
	uint32_t code, count = 0;

	if (!out || !n) {
		return wf_fail(ERROR_INVALID_PARAMETER, "RoutingInfo or MethodsReturned is NULL.");
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_enum_global_routing(s->client, form, &list, &count);
	wf_unref(s);
	return wf_give_list(&fx_ms_global_routing_layout, code, list, count, form, out, n);
}

BOOL WINAPI FaxEnumGlobalRoutingInfoA(HANDLE FaxHandle, PFAX_GLOBAL_ROUTING_INFOA *RoutingInfo,
				      LPDWORD MethodsReturned)
{
	return enum_global(FaxHandle, WF_TEXT_A, (void **)RoutingInfo, MethodsReturned);
}

BOOL WINAPI FaxEnumGlobalRoutingInfoW(HANDLE FaxHandle, PFAX_GLOBAL_ROUTING_INFOW *RoutingInfo,
				      LPDWORD MethodsReturned)
{
	return enum_global(FaxHandle, FX_TEXT_UTF16, (void **)RoutingInfo, MethodsReturned);
}

static BOOL set_global(HANDLE h, enum fx_text_form form, const void *info)
{
	const FAX_GLOBAL_ROUTING_INFOA *i = info;
	struct fx_ms_global_routing wire = {.size = sizeof(wire)};
	struct wf_server *s;
	BOOL ok;
	char *g;

	if (!i || i->SizeOfStruct != sizeof(*i)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "RoutingInfo is NULL or its SizeOfStruct is not %u.",
			       (unsigned)sizeof(*i));
	}
	if (i->Priority == 0) {
		return wf_fail(ERROR_INVALID_PARAMETER, "Priority is 0; the first is 1.");
	}
	g = guid_of(i->Guid, form);
	s = g ? wf_server_get(h) : NULL;
	if (!s) {
		(void)fx_free(g);
		return FALSE;
	}
	/* The other texts have no effect, and need not even be texts. */
	wire.priority = i->Priority;
	wire.guid.u8 = g;
	ok = method_result(fx_client_set_global_routing(s->client, FX_TEXT_UTF8, &wire), g);
	wf_unref(s);
	(void)fx_free(g);
	return ok;
}

BOOL WINAPI FaxSetGlobalRoutingInfoA(HANDLE FaxHandle, const FAX_GLOBAL_ROUTING_INFOA *RoutingInfo)
{
	return set_global(FaxHandle, WF_TEXT_A, RoutingInfo);
}

BOOL WINAPI FaxSetGlobalRoutingInfoW(HANDLE FaxHandle, const FAX_GLOBAL_ROUTING_INFOW *RoutingInfo)
{
	return set_global(FaxHandle, FX_TEXT_UTF16, RoutingInfo);
}

static BOOL get_info(HANDLE h, const void *guid, enum fx_text_form form, LPBYTE *out, LPDWORD size)
{
	char *g = out && size ? guid_of(guid, form) : NULL;
	struct wf_port *p;
	uint8_t *data = NULL;
	uint32_t code, n = 0;
	void *block;
	BOOL ok;

	if (!out || !size) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "RoutingInfoBuffer or RoutingInfoBufferSize is NULL.");
	}
	p = g ? wf_port_get(h) : NULL;
	if (!p) {
		(void)fx_free(g);
		return FALSE;
	}
	code = fx_client_get_routing_info(p->server->client, &p->ctx, g, &data, &n);
	wf_unref(p);
	ok = method_result(code, g);
	(void)fx_free(g);
	if (!ok) {
		return FALSE;
	}
	block = wf_pack_bytes(data, n);
	(void)fx_free(data);
	if (!block) {
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*out = block;
	*size = n;
	return TRUE;
}

BOOL WINAPI FaxGetRoutingInfoA(HANDLE FaxPortHandle, LPCSTR RoutingGuid,
			       LPBYTE *RoutingInfoBuffer, LPDWORD RoutingInfoBufferSize)
{
	return get_info(FaxPortHandle, RoutingGuid, WF_TEXT_A, RoutingInfoBuffer,
			RoutingInfoBufferSize);
}

BOOL WINAPI FaxGetRoutingInfoW(HANDLE FaxPortHandle, LPCWSTR RoutingGuid,
			       LPBYTE *RoutingInfoBuffer, LPDWORD RoutingInfoBufferSize)
{
	return get_info(FaxPortHandle, RoutingGuid, FX_TEXT_UTF16, RoutingInfoBuffer,
			RoutingInfoBufferSize);
}

static BOOL set_info(HANDLE h, const void *guid, enum fx_text_form form, const BYTE *data, DWORD n)
{
	struct wf_port *p;
	BOOL ok = FALSE;
	char *g;

	if (!data || n > FX_MS_RPC_BUFFER_MAX) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "RoutingInfoBuffer is NULL, or %u bytes are more than %u.", n,
			       FX_MS_RPC_BUFFER_MAX);
	}
	g = guid_of(guid, form);
	p = g ? wf_port_get(h) : NULL;
	if (p) {
		ok = method_result(fx_client_set_routing_info(p->server->client, &p->ctx, g, data,
							      n), g);
		wf_unref(p);
	}
	(void)fx_free(g);
	return ok;
}

BOOL WINAPI FaxSetRoutingInfoA(HANDLE FaxPortHandle, LPCSTR RoutingGuid,
			       const BYTE *RoutingInfoBuffer, DWORD RoutingInfoBufferSize)
{
	return set_info(FaxPortHandle, RoutingGuid, WF_TEXT_A, RoutingInfoBuffer,
			RoutingInfoBufferSize);
}

BOOL WINAPI FaxSetRoutingInfoW(HANDLE FaxPortHandle, LPCWSTR RoutingGuid,
			       const BYTE *RoutingInfoBuffer, DWORD RoutingInfoBufferSize)
{
	return set_info(FaxPortHandle, RoutingGuid, FX_TEXT_UTF16, RoutingInfoBuffer,
			RoutingInfoBufferSize);
}
