/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/server.c  Connecting, closing, rights, configuration. */
#include "clients/winfax/winfax_priv.h"

#define SAME(S, s)                                                                                 \
	_Static_assert(sizeof(S##W) == sizeof(struct s) && sizeof(S##A) == sizeof(struct s), #S)
SAME(FAX_PORT_INFO, fx_ms_port_info);
SAME(FAX_DEVICE_STATUS, fx_ms_device_status);
SAME(FAX_JOB_ENTRY, fx_ms_job_entry);
SAME(FAX_CONFIGURATION, fx_ms_configuration);
SAME(FAX_ROUTING_METHOD, fx_ms_routing_method);
SAME(FAX_GLOBAL_ROUTING_INFO, fx_ms_global_routing);
SAME(FAX_LOG_CATEGORY, fx_ms_log_category);

static void server_free(void *obj)
{
	struct wf_server *s = obj;
	uint32_t share;

	/* Goodbye goes out when the last port of the connection is closed as well. */
	(void)fx_client_ref_count(s->client, &s->svc, 0, &share);
	(void)fx_client_unref(s->client);
	(void)fx_client_unref(s->waiter);
	fx_lock_fini(&s->lock);
	(void)fx_free(s->name);
	(void)fx_free(s);
}

uint32_t wf_server_new(const char *name, struct wf_server **ret, struct fx_reason *why)
{
	struct wf_server *s = fx_zalloc(sizeof(*s));
	uint32_t code, api;

	if (!s) {
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	s->o = (struct wf_object){WF_SERVER, 1, server_free};
	s->name = fx_strdup(fx_text(name));
	fx_lock_init(&s->lock);
	code = s->name ? fx_client_connect(name, 0, &s->client, why) : ERROR_NOT_ENOUGH_MEMORY;
	if (!code) {
		code = fx_client_connect_server(s->client, FX_MS_API_3, &api, &s->svc);
	}
	if (code) {
		(void)fx_client_unref(s->client);
		fx_lock_fini(&s->lock);
		(void)fx_free(s->name);
		(void)fx_free(s);
		return code;
	}
	*ret = s;
	return 0;
}

static BOOL connect_utf8(const char *name, LPHANDLE out)
{
	struct fx_reason why = {.text = ""};
	struct wf_server *s = NULL;
	uint32_t code;
	HANDLE h;

	if (!out) {
		return wf_fail(ERROR_INVALID_PARAMETER, "FaxHandle is NULL.");
	}
	*out = NULL;
	code = wf_server_new(name, &s, &why);
	if (code) {
		return wf_result(code, &why);
	}
	h = wf_handle_new(s);
	if (!h) {
		wf_unref(s);
		return wf_code(ERROR_NOT_ENOUGH_MEMORY);
	}
	*out = h;
	return TRUE;
}

static BOOL connect_to(const void *name, enum fx_text_form form, LPHANDLE out)
{
	fx_auto char *utf8 = name ? wf_to_utf8(name, form) : NULL;

	return !name || utf8 ? connect_utf8(utf8, out) : wf_code(ERROR_NOT_ENOUGH_MEMORY);
}

BOOL WINAPI FaxConnectFaxServerA(LPCSTR MachineName, LPHANDLE FaxHandle)
{
	return connect_to(MachineName, WF_TEXT_A, FaxHandle);
}

BOOL WINAPI FaxConnectFaxServerW(LPCWSTR MachineName, LPHANDLE FaxHandle)
{
	return connect_to(MachineName, FX_TEXT_UTF16, FaxHandle);
}

BOOL WINAPI FaxClose(HANDLE FaxHandle)
{
	void *obj = wf_handle_take(FaxHandle, WF_SERVER | WF_PORT);

	if (!obj) {
		return FALSE;
	}
	wf_unref(obj);
	return TRUE;
}

/* Old rights to those of the later set, for servers without our interface (winfax.md 1.1). */
static uint32_t later_rights(uint32_t mask)
{
	static const struct {
		uint32_t old, later;
	} map[] = {{FAX_JOB_SUBMIT, FX_MS_SUBMIT},       {FAX_JOB_QUERY, FX_MS_QUERY_JOBS},
		   {FAX_CONFIG_QUERY, FX_MS_QUERY_CONFIG}, {FAX_CONFIG_SET, FX_MS_MANAGE_CONFIG},
		   {FAX_PORT_QUERY, FX_MS_QUERY_CONFIG},   {FAX_PORT_SET, FX_MS_MANAGE_CONFIG},
		   {FAX_JOB_MANAGE, FX_MS_MANAGE_JOBS}};
	uint32_t out = mask & ~0x7Fu; /* the standard rights are the same bits in both sets */
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(map); i++) {
		out |= mask & map[i].old ? map[i].later : 0;
	}
	return out;
}

uint32_t wf_check_access(struct wf_server *s, uint32_t mask, bool *granted)
{
	struct fx_cs_info *info = NULL;
	uint32_t code = fx_client_info(s->client, FX_TEXT_UTF8, &info);

	if (code == 0) {
		*granted = mask && (mask & ~info->rights) == 0;
		(void)fx_free(info);
	} else if (code == FX_W_UNKNOWN_IF) {
		uint32_t later = later_rights(mask);

		*granted = false;
		code = later ? fx_client_access_check(s->client, later, granted, NULL) : 0;
	}
	return code;
}

BOOL WINAPI FaxAccessCheck(HANDLE FaxHandle, DWORD AccessMask)
{
	struct wf_server *s = wf_server_get(FaxHandle);
	bool granted = false;
	uint32_t code;

	if (!s) {
		return FALSE;
	}
	code = wf_check_access(s, AccessMask, &granted);
	wf_unref(s);
	if (code) {
		return wf_code(code);
	}
	/* "Not granted" is told from a failed check by a last error of 0 (winfax.md 4.9). */
	SetLastError(ERROR_SUCCESS);
	return granted;
}

static const uint16_t no_text;

static BOOL get_config(HANDLE h, enum fx_text_form form, void **out)
{
	struct fx_ms_configuration *c = NULL;
	struct wf_server *s;
	uint32_t code;

	if (!out) {
		return wf_fail(ERROR_INVALID_PARAMETER, "FaxConfig is NULL.");
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_get_configuration(s->client, form, &c);
	wf_unref(s);
	/* So that what was read can be written back: archiving wants a directory that is not NULL.
	 */
	if (!code && c->archive_outgoing && !c->archive_directory.w) {
		c->archive_directory.w = &no_text;
	}
	return code ? wf_code(code) : wf_give(&fx_ms_configuration_layout, c, 1, form, out);
}

BOOL WINAPI FaxGetConfigurationA(HANDLE FaxHandle, PFAX_CONFIGURATIONA *FaxConfig)
{
	return get_config(FaxHandle, WF_TEXT_A, (void **)FaxConfig);
}

BOOL WINAPI FaxGetConfigurationW(HANDLE FaxHandle, PFAX_CONFIGURATIONW *FaxConfig)
{
	return get_config(FaxHandle, FX_TEXT_UTF16, (void **)FaxConfig);
}

static BOOL set_config(HANDLE h, enum fx_text_form form, const void *config)
{
	const FAX_CONFIGURATIONA *c = config;
	struct wf_server *s;
	uint32_t code;

	if (!c || c->SizeOfStruct != sizeof(*c)) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "FaxConfig is NULL or its SizeOfStruct is not %u.",
			       (unsigned)sizeof(*c));
	}
	if (c->ArchiveOutgoingFaxes && !c->ArchiveDirectory) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "Archiving needs ArchiveDirectory, which is NULL.");
	}
	s = wf_server_get(h);
	if (!s) {
		return FALSE;
	}
	code = fx_client_set_configuration(s->client, form, config);
	wf_unref(s);
	return code == ERROR_INVALID_PARAMETER ?
		       wf_fail(code, "A value is out of its range, or ArchiveDirectory is no full "
			       "path of a folder that the service can write to.") :
		       wf_code(code);
}

BOOL WINAPI FaxSetConfigurationA(HANDLE FaxHandle, const FAX_CONFIGURATIONA *FaxConfig)
{
	return set_config(FaxHandle, WF_TEXT_A, FaxConfig);
}

BOOL WINAPI FaxSetConfigurationW(HANDLE FaxHandle, const FAX_CONFIGURATIONW *FaxConfig)
{
	return set_config(FaxHandle, FX_TEXT_UTF16, FaxConfig);
}
