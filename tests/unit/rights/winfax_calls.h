/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/unit/rights/winfax_calls.h
 * One call of each function that has an A and a W form; included once for each, with F(name),
 * T(type) and S("text"). No include guard on purpose.
 */

static BOOL F(connect_)(struct wbench *w)
{
	HANDLE h = NULL;
	BOOL ok = F(FaxConnectFaxServer)(w->F(path), &h);

	return ok ? FaxClose(h) : FALSE;
}

static BOOL F(send_)(struct wbench *w)
{
	T(FAX_JOB_PARAM) p = {.SizeOfStruct = sizeof(p), .RecipientNumber = S("201")};
	DWORD job = 0;

	return F(FaxSendDocument)(w->h, w->F(file), &p, NULL, &job);
}

static BOOL CALLBACK F(recipient_)(HANDLE h, DWORD n, LPVOID context, T(PFAX_JOB_PARAM) p,
				   T(PFAX_COVERPAGE_INFO) cover)
{
	(void)h, (void)context, (void)cover;
	p->RecipientNumber = S("201");
	return n == 1;
}

static BOOL F(broadcast_)(struct wbench *w)
{
	DWORD job = 0;

	return F(FaxSendDocumentForBroadcast)(w->h, w->F(file), &job, F(recipient_), NULL);
}

static BOOL F(enum_jobs_)(struct wbench *w)
{
	T(PFAX_JOB_ENTRY) v = NULL;
	DWORD n = 0;
	BOOL ok = F(FaxEnumJobs)(w->h, &v, &n);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(get_job_)(struct wbench *w)
{
	T(PFAX_JOB_ENTRY) v = NULL;
	BOOL ok = F(FaxGetJob)(w->h, w->b.job, &v);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(set_job_)(struct wbench *w)
{
	return F(FaxSetJob)(w->h, w->b.job, JC_PAUSE, NULL);
}

static BOOL F(status_)(struct wbench *w)
{
	T(PFAX_DEVICE_STATUS) v = NULL;
	BOOL ok = F(FaxGetDeviceStatus)(w->port, &v);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(enum_ports_)(struct wbench *w)
{
	T(PFAX_PORT_INFO) v = NULL;
	DWORD n = 0;
	BOOL ok = F(FaxEnumPorts)(w->h, &v, &n);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(get_port_)(struct wbench *w)
{
	T(PFAX_PORT_INFO) v = NULL;
	BOOL ok = F(FaxGetPort)(w->port, &v);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(set_port_)(struct wbench *w)
{
	T(FAX_PORT_INFO) v = {.SizeOfStruct = sizeof(v), .DeviceId = PORT, .Rings = 7,
			      .Priority = 1, .Tsid = S("CHANGED"), .Csid = S("C")};

	return F(FaxSetPort)(w->port, &v);
}

static BOOL F(get_config_)(struct wbench *w)
{
	T(PFAX_CONFIGURATION) v = NULL;
	BOOL ok = F(FaxGetConfiguration)(w->h, &v);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(set_config_)(struct wbench *w)
{
	T(FAX_CONFIGURATION) v = {.SizeOfStruct = sizeof(v), .Retries = 9, .DirtyDays = 5};

	return F(FaxSetConfiguration)(w->h, &v);
}

static BOOL F(get_logging_)(struct wbench *w)
{
	T(PFAX_LOG_CATEGORY) v = NULL;
	DWORD n = 0;
	BOOL ok = F(FaxGetLoggingCategories)(w->h, &v, &n);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(set_logging_)(struct wbench *w)
{
	T(FAX_LOG_CATEGORY) v = {.Category = FAXLOG_CATEGORY_INBOUND,
				 .Level = FAXLOG_LEVEL_MIN};

	return F(FaxSetLoggingCategories)(w->h, &v, 1);
}

static BOOL F(enum_methods_)(struct wbench *w)
{
	T(PFAX_ROUTING_METHOD) v = NULL;
	DWORD n = 0;
	BOOL ok = F(FaxEnumRoutingMethods)(w->port, &v, &n);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(enable_method_)(struct wbench *w)
{
	return F(FaxEnableRoutingMethod)(w->port, w->F(guid), FALSE);
}

static BOOL F(enum_global_)(struct wbench *w)
{
	T(PFAX_GLOBAL_ROUTING_INFO) v = NULL;
	DWORD n = 0;
	BOOL ok = F(FaxEnumGlobalRoutingInfo)(w->h, &v, &n);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(set_global_)(struct wbench *w)
{
	T(FAX_GLOBAL_ROUTING_INFO) v = {.SizeOfStruct = sizeof(v), .Priority = 2,
					.Guid = w->F(guid)};

	return F(FaxSetGlobalRoutingInfo)(w->h, &v);
}

static BOOL F(get_data_)(struct wbench *w)
{
	LPBYTE v = NULL;
	DWORD n = 0;
	BOOL ok = F(FaxGetRoutingInfo)(w->port, w->F(guid), &v, &n);

	FaxFreeBuffer(v);
	return ok;
}

static BOOL F(set_data_)(struct wbench *w)
{
	return F(FaxSetRoutingInfo)(w->port, w->F(guid), (const BYTE *)u"/tmp", 10);
}

static const struct row F(rows_)[] = {
#define ROW(name, fn, right) {#name, F(fn), right}
	ROW(FaxConnectFaxServer, connect_, ANY),
	ROW(FaxSendDocument, send_, FAX_JOB_SUBMIT),
	ROW(FaxSendDocumentForBroadcast, broadcast_, FAX_JOB_SUBMIT),
	ROW(FaxEnumJobs, enum_jobs_, FAX_JOB_QUERY),
	ROW(FaxGetJob, get_job_, FAX_JOB_QUERY),
	ROW(FaxSetJob, set_job_, FAX_JOB_MANAGE),
	ROW(FaxGetDeviceStatus, status_, FAX_PORT_QUERY),
	ROW(FaxEnumPorts, enum_ports_, FAX_PORT_QUERY),
	ROW(FaxGetPort, get_port_, FAX_PORT_QUERY),
	ROW(FaxSetPort, set_port_, FAX_PORT_SET),
	ROW(FaxGetConfiguration, get_config_, FAX_CONFIG_QUERY),
	ROW(FaxSetConfiguration, set_config_, FAX_CONFIG_SET),
	ROW(FaxGetLoggingCategories, get_logging_, FAX_CONFIG_QUERY),
	ROW(FaxSetLoggingCategories, set_logging_, FAX_CONFIG_SET),
	ROW(FaxEnumRoutingMethods, enum_methods_, FAX_PORT_QUERY),
	ROW(FaxEnableRoutingMethod, enable_method_, FAX_PORT_SET),
	ROW(FaxEnumGlobalRoutingInfo, enum_global_, FAX_CONFIG_QUERY),
	ROW(FaxSetGlobalRoutingInfo, set_global_, FAX_CONFIG_SET),
	ROW(FaxGetRoutingInfo, get_data_, FAX_PORT_QUERY),
	ROW(FaxSetRoutingInfo, set_data_, FAX_PORT_SET),
#undef ROW
};
