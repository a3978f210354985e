/* SPDX-License-Identifier: Apache-2.0 */
/* The fax objects, early and late bound, against a server inside the test. */
#include <math.h>
#include <stdio.h>
#include <string.h>
#include "clients/faxcom/faxcom_priv.h"
#include "tests/support/support.h"
#include "tests/unit/winfax/fake_client.h"

static IFaxServer *server;

static int setup(void **state)
{
	(void)state;
	fake_reset();
	server = NULL;
	if (FAILED(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_ALL, &IID_IFaxServer,
				    (void **)&server))) {
		return -1;
	}
	return SUCCEEDED(IFaxServer_Connect(server, NULL)) ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	if (server) {
		(void)IFaxServer_Release(server);
	}
	(void)SetErrorInfo(0, NULL);
	return fake.connections == 0 && fake.handles == 0 && DllCanUnloadNow() == S_OK ? 0 : -1;
}

static void *as(VARIANT *v, REFIID iid)
{
	void *p = NULL;

	assert_int_equal(v->vt, VT_DISPATCH);
	assert_int_equal(IDispatch_QueryInterface(v->pdispVal, iid, &p), S_OK);
	assert_int_equal(VariantClear(v), S_OK);
	return p;
}

static IFaxPort *first_port(void)
{
	IFaxPorts *ports;
	IFaxPort *port;
	VARIANT v;

	assert_int_equal(IFaxServer_GetPorts(server, &v), S_OK);
	ports = as(&v, &IID_IFaxPorts);
	assert_int_equal(IFaxPorts_get_Item(ports, 1, &v), S_OK);
	port = as(&v, &IID_IFaxPort);
	assert_int_equal(IFaxPorts_Release(ports), 0);
	return port;
}

static void assert_text(BSTR s, const char *text)
{
	char *u = CaselliUtf8FromString(s);

	assert_string_equal(u, text);
	CoTaskMemFree(u);
	SysFreeString(s);
}

/* A failed call: its code, and a sentence for a person. */
static void assert_words(HRESULT hr, HRESULT want, const char *part)
{
	IErrorInfo *info = NULL;
	BSTR s = NULL;
	char *u;

	assert_int_equal((uint32_t)hr, (uint32_t)want);
	assert_int_equal(GetErrorInfo(0, &info), S_OK);
	assert_int_equal(IErrorInfo_GetDescription(info, &s), S_OK);
	u = CaselliUtf8FromString(s);
	if (!strstr(u, part)) {
		fail_msg("\"%s\" does not say \"%s\"", u, part);
	}
	CoTaskMemFree(u);
	SysFreeString(s);
	(void)IErrorInfo_Release(info);
}

/* Late bound: by name, any case. */
static HRESULT by_name(void *obj, const OLECHAR *name, WORD flags, VARIANT *arg, VARIANT *out,
		       EXCEPINFO *e)
{
	IDispatch *d = obj;
	LPOLESTR n = (LPOLESTR)name;
	DISPID id, put = DISPID_PROPERTYPUT;
	DISPPARAMS p = {arg, NULL, arg ? 1 : 0, 0};
	HRESULT hr = IDispatch_GetIDsOfNames(d, &IID_NULL, &n, 1, LOCALE_USER_DEFAULT, &id);

	if (FAILED(hr)) {
		return hr;
	}
	if (flags & DISPATCH_PROPERTYPUT) {
		p.rgdispidNamedArgs = &put;
		p.cNamedArgs = 1;
	}
	return IDispatch_Invoke(d, id, &IID_NULL, LOCALE_USER_DEFAULT, flags, &p, out, e, NULL);
}

static void status_all_members(void **state)
{
	IFaxPort *port = first_port();
	IFaxStatus *s;
	VARIANT v;
	BSTR t;
	LONG n;
	BOOL b;
	DATE d;

	(void)state;
	assert_int_equal(IFaxPort_GetStatus(port, &v), S_OK);
	s = as(&v, &IID_IFaxStatus);
#define TEXT(Name, want) assert_int_equal(IFaxStatus_get_##Name(s, &t), S_OK), assert_text(t, want)
#define LONGV(Name, want) assert_int_equal(IFaxStatus_get_##Name(s, &n), S_OK), \
		assert_int_equal(n, want)
	TEXT(CallerId, "caller");
	TEXT(Csid, "csid");
	LONGV(CurrentPage, 2);
	LONGV(DeviceId, 11);
	TEXT(DeviceName, "Z\xC3\xBCrich 1");
	TEXT(DocumentName, "document");
	assert_int_equal(IFaxStatus_get_Send(s, &b), S_OK);
	assert_int_equal(b, 1);
	assert_int_equal(IFaxStatus_get_Receive(s, &b), S_OK);
	assert_int_equal(b, 0);
	TEXT(Address, "+41 44");
	TEXT(RoutingString, "routing");
	TEXT(SenderName, "sender");
	TEXT(RecipientName, "recipient");
	LONGV(DocumentSize, 4711);
	TEXT(Description, "Sending");
	LONGV(PageCount, 5);
	TEXT(Tsid, "tsid");
	assert_int_equal(IFaxStatus_get_StartTime(s, &d), S_OK);
	assert_true(fabs(d - 46023.0) < 1e-6); /* 2026-01-01 */
	assert_int_equal(IFaxStatus_get_SubmittedTime(s, &d), S_OK);
	assert_true(fabs(d - (46023.0 - 60.0 / 86400)) < 1e-6);
	assert_int_equal(IFaxStatus_get_ElapsedTime(s, &d), S_OK);
	assert_true(d >= 0);
	/* a snapshot until Refresh */
	fake.status.current_page = 3;
	fake.status.job_type = 0;
	fake.status.status = 0x20100000;
	fake.status.caller_id.u8 = NULL;
	LONGV(CurrentPage, 2);
	assert_int_equal(IFaxStatus_Refresh(s), S_OK);
	LONGV(CurrentPage, 3);
	TEXT(Description, "Available");
	TEXT(CallerId, "");
	assert_int_equal(IFaxStatus_get_ElapsedTime(s, &d), S_OK);
	assert_true(d == 0);
	/* a refresh that fails leaves the old values */
	fake.fail = 5;
	assert_words(IFaxStatus_Refresh(s), E_ACCESSDENIED, "denied");
	LONGV(CurrentPage, 3);
	fake.fail = 0;
	assert_int_equal(IFaxStatus_get_Tsid(s, NULL), E_POINTER);
	assert_int_equal(IFaxPort_Release(port), 1); /* the status holds its port */
	assert_int_equal(IFaxStatus_Release(s), 0);
}

static void status_by_invoke(void **state)
{
	static const struct {
		DISPID id;
		VARTYPE vt;
	} ids[] = {{1, VT_BSTR}, {2, VT_BSTR}, {3, VT_I4}, {4, VT_I4}, {5, VT_BSTR}, {6, VT_BSTR},
		   {8, VT_I4}, {9, VT_I4}, {10, VT_BSTR}, {12, VT_BSTR}, {13, VT_BSTR},
		   {14, VT_BSTR}, {15, VT_I4}, {16, VT_BSTR}, {17, VT_I4}, {18, VT_BSTR},
		   {19, VT_DATE}, {20, VT_DATE}, {21, VT_DATE}, {22, VT_EMPTY}};
	IFaxPort *port = first_port();
	DISPPARAMS none = {NULL, NULL, 0, 0};
	VARIANT v, out;
	IDispatch *d;
	size_t i;

	(void)state;
	assert_int_equal(by_name(port, u"getSTATUS", DISPATCH_METHOD, NULL, &v, NULL), S_OK);
	d = v.pdispVal;
	for (i = 0; i < FX_ARRAY_LEN(ids); i++) {
		assert_int_equal(IDispatch_Invoke(d, ids[i].id, &IID_NULL, 0,
						  DISPATCH_METHOD | DISPATCH_PROPERTYGET,
								&none, &out,
						  NULL, NULL), S_OK);
		assert_int_equal(out.vt, ids[i].vt);
		assert_int_equal(VariantClear(&out), S_OK);
	}
	/* the holes of the numbering */
	assert_int_equal(IDispatch_Invoke(d, 7, &IID_NULL, 0, DISPATCH_PROPERTYGET, &none,
			&out, NULL,
					  NULL), DISP_E_MEMBERNOTFOUND);
	assert_int_equal(IDispatch_Invoke(d, 11, &IID_NULL, 0, DISPATCH_PROPERTYGET, &none,
			&out, NULL,
					  NULL), DISP_E_MEMBERNOTFOUND);
	assert_int_equal(VariantClear(&v), S_OK);
	assert_int_equal(IFaxPort_Release(port), 0);
}

static void server_settings(void **state)
{
	VARIANT t = {.vt = VT_BOOL, .boolVal = -1}, v;
	BSTR s;
	LONG n;
	SHORT h;
	BOOL b;

	(void)state;
	assert_int_equal(IFaxServer_get_DirtyDays(server, &n), S_OK);
	assert_int_equal(n, -1);
	assert_int_equal(IFaxServer_put_DirtyDays(server, 5), S_OK);
	assert_int_equal(fake.config.dirty_days, 5);
	assert_int_equal(IFaxServer_put_DirtyDays(server, -1), S_OK);
	assert_int_equal(fake.config.dirty_days, 0xFFFFFFFF);
	assert_words(IFaxServer_put_DirtyDays(server, -2), E_INVALIDARG, "-1 for never");
	assert_int_equal(IFaxServer_put_Retries(server, 7), S_OK);
	assert_int_equal(IFaxServer_put_RetryDelay(server, 8), S_OK);
	assert_int_equal(fake.config.retries * 10 + fake.config.retry_delay, 78);
	assert_int_equal(IFaxServer_get_DiscountRateStartHour(server, &h), S_OK);
	assert_int_equal(h, 20);
	assert_int_equal(IFaxServer_get_DiscountRateEndMinute(server, &h), S_OK);
	assert_int_equal(h, 5);
	assert_int_equal(IFaxServer_put_DiscountRateStartMinute(server, 59), S_OK);
	assert_int_equal(IFaxServer_put_DiscountRateEndHour(server, 6), S_OK);
	assert_int_equal(fake.config.start_cheap.minute, 59);
	assert_int_equal(fake.config.stop_cheap.hour, 6);
	assert_words(IFaxServer_put_DiscountRateEndHour(server, 24), E_INVALIDARG, "0 to 23");
	assert_int_equal(by_name(server, u"pauseserverqueue", DISPATCH_PROPERTYPUT, &t, NULL,
			NULL), S_OK);
	assert_int_equal(fake.config.pause_queue, 1);
	assert_int_equal(by_name(server, u"PauseServerQueue", DISPATCH_PROPERTYGET, NULL, &v,
			NULL), S_OK);
	assert_int_equal(v.vt, VT_I4);
	assert_int_equal(v.lVal, 1);
	assert_int_equal(IFaxServer_put_UseDeviceTsid(server, 1), S_OK);
	assert_int_equal(IFaxServer_put_ServerCoverpage(server, -1), S_OK);
	assert_int_equal(IFaxServer_put_Branding(server, 0), S_OK);
	assert_int_equal(fake.config.use_device_tsid + 2 * fake.config.server_cp
			+ 4 * fake.config.branding, 3);
	/* archiving on, no folder yet: allowed, in either order */
	assert_int_equal(IFaxServer_put_ArchiveOutboundFaxes(server, 1), S_OK);
	s = SysAllocString(u"/faxes");
	assert_int_equal(IFaxServer_put_ArchiveDirectory(server, s), S_OK);
	assert_int_equal(IFaxServer_put_ServerMapiProfile(server, s), S_OK);
	SysFreeString(s);
	assert_string_equal(fake.archive, "/faxes");
	assert_int_equal(IFaxServer_get_ServerMapiProfile(server, &s), S_OK);
	assert_text(s, "/faxes");
	assert_int_equal(IFaxServer_get_ArchiveOutboundFaxes(server, &b), S_OK);
	assert_int_equal(b, 1);
	fake.fail = 5;
	assert_words(IFaxServer_put_Retries(server, 3), E_ACCESSDENIED, "denied");
	fake.fail = 0;
}

static void port_properties(void **state)
{
	IFaxPort *p = first_port();
	LONG n;
	BOOL b;
	BSTR s;

	(void)state;
	assert_int_equal(IFaxPort_get_Name(p, &s), S_OK);
	assert_text(s, "Z\xC3\xBCrich 1");
	assert_int_equal(IFaxPort_get_DeviceId(p, &n), S_OK);
	assert_int_equal(n, 11);
	assert_int_equal(IFaxPort_put_Rings(p, 4), S_OK);
	assert_int_equal(IFaxPort_get_Rings(p, &n), S_OK);
	assert_int_equal(n, 4);
	assert_words(IFaxPort_put_Rings(p, 100), E_INVALIDARG, "99");
	s = SysAllocString(u"CSID NEW");
	assert_int_equal(IFaxPort_put_Csid(p, s), S_OK);
	SysFreeString(s);
	assert_int_equal(IFaxPort_get_Csid(p, &s), S_OK);
	assert_text(s, "CSID NEW");
	assert_int_equal(IFaxPort_get_Tsid(p, &s), S_OK);
	assert_text(s, "TSID 1");
	assert_int_equal(IFaxPort_put_Tsid(p, NULL), S_OK);
	assert_int_equal(IFaxPort_put_Send(p, 0), S_OK);
	assert_int_equal(IFaxPort_put_Receive(p, -1), S_OK);
	assert_int_equal(fake.ports[0].flags & 3, 1);
	assert_int_equal(IFaxPort_get_Receive(p, &b), S_OK);
	assert_int_equal(b, 1);
	assert_int_equal(IFaxPort_put_Priority(p, 2), S_OK);
	assert_int_equal(IFaxPort_get_Priority(p, &n), S_OK);
	assert_int_equal(n, 2);
	assert_words(IFaxPort_put_Priority(p, 3), E_INVALIDARG, "");
	assert_words(IFaxPort_put_Priority(p, 0), E_INVALIDARG, "number of ports");
	assert_int_equal(IFaxPort_get_CanModify(p, &b), S_OK);
	assert_int_equal(b, 1);
	fake.rights = 0x17;
	assert_int_equal(IFaxPort_get_CanModify(p, &b), S_OK);
	assert_int_equal(b, 0);
	fake.modify_held = true;
	assert_words(IFaxPort_put_Rings(p, 4), HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE),
			"else is changing");
	fake.modify_held = false;
	assert_int_equal(IFaxPort_Release(p), 0);
}

static void collections(void **state)
{
	IFaxPorts *ports;
	IDispatch *a, *b;
	VARIANT v, i = {.vt = VT_BSTR};
	LONG n;

	(void)state;
	assert_int_equal(by_name(server, u"getports", DISPATCH_METHOD, NULL, &v, NULL), S_OK);
	ports = as(&v, &IID_IFaxPorts);
	assert_int_equal(IFaxPorts_get_Count(ports, &n), S_OK);
	assert_int_equal(n, 2);
	assert_words(IFaxPorts_get_Item(ports, 0, &v), E_INVALIDARG, "1 to 2");
	assert_words(IFaxPorts_get_Item(ports, 3, &v), E_INVALIDARG, "1 to 2");
	i.bstrVal = SysAllocString(u"2");
	assert_int_equal(by_name(ports, u"Item", DISPATCH_METHOD | DISPATCH_PROPERTYGET, &i,
			&v, NULL), S_OK);
	a = v.pdispVal;
	assert_int_equal(by_name(ports, u"Item", DISPATCH_PROPERTYGET, &i, &v, NULL), S_OK);
	b = v.pdispVal;
	assert_ptr_not_equal(a, b); /* each a new object */
	(void)VariantClear(&i);
	assert_int_equal(IDispatch_Release(a), 0);
	assert_int_equal(IDispatch_Release(b), 0);
	assert_int_equal(IFaxPorts_Release(ports), 0);
	assert_int_equal(by_name(server, u"NoSuch", DISPATCH_METHOD, NULL, &v, NULL),
			DISP_E_UNKNOWNNAME);
}

static void jobs_and_job(void **state)
{
	IFaxJobs *jobs;
	IFaxJob *j;
	VARIANT v;
	LONG n;
	BOOL b;
	BSTR t;

	(void)state;
	assert_int_equal(IFaxServer_GetJobs(server, &v), S_OK);
	jobs = as(&v, &IID_IFaxJobs);
	assert_int_equal(IFaxJobs_get_Count(jobs, &n), S_OK);
	assert_int_equal(n, 2);
	assert_int_equal(IFaxJobs_get_Item(jobs, 1, &v), S_OK);
	j = as(&v, &IID_IFaxJob);
#define JT(Name, want) assert_int_equal(IFaxJob_get_##Name(j, &t), S_OK), assert_text(t, want)
#define JL(Name, want) assert_int_equal(IFaxJob_get_##Name(j, &n), S_OK), assert_int_equal(n, want)
	JL(JobId, 1);
	JL(Type, 1);
	JT(UserName, "user");
	JT(QueueStatus, "Paused"); /* retrying and paused: the pause is what holds it */
	JT(DeviceStatus, "Unknown");
	JL(PageCount, 3);
	JT(FaxNumber, "123");
	JT(RecipientName, "rcpt");
	JT(Tsid, "tsid");
	JT(SenderName, "sender");
	JT(SenderCompany, "company");
	JT(SenderDept, "dept");
	JT(BillingCode, "bill");
	JT(DisplayName, "doc");
	assert_int_equal(IFaxJob_get_DiscountSend(j, &b), S_OK);
	assert_int_equal(b, 1);
	assert_int_equal(IFaxJob_SetStatus(j, JC_RESUME), S_OK);
	assert_int_equal(fake.last_command, JC_RESUME);
	assert_words(IFaxJob_SetStatus(j, 9), E_INVALIDARG, "command");
	fake.jobs[0].queue_status = 0x20;
	JT(QueueStatus, "Paused");
	assert_int_equal(IFaxJob_Refresh(j), S_OK);
	JT(QueueStatus, "Retrying");
	/* the queue moves on while a script loops */
	fake.n_jobs = 0;
	assert_words(IFaxJob_Refresh(j), (HRESULT)0x80041B61, "left the queue");
	JT(QueueStatus, "Retrying");
	assert_int_equal(IFaxJob_Release(j), 0);
	assert_int_equal(IFaxJobs_get_Item(jobs, 2, &v), S_OK);
	j = as(&v, &IID_IFaxJob);
	JL(JobId, 2);
	JT(QueueStatus, "In Progress");
	JT(DeviceStatus, "Receiving");
	JT(UserName, "");
	assert_int_equal(IFaxJob_Release(j), 0);
	assert_words(IFaxJobs_get_Item(jobs, 3, &v), E_INVALIDARG, "1 to 2");
	assert_int_equal(IFaxJobs_Release(jobs), 0);
}

static void put_by_name(void *obj, const OLECHAR *name, const OLECHAR *text)
{
	VARIANT v = {.vt = VT_BSTR, .bstrVal = SysAllocString(text)};

	assert_int_equal(by_name(obj, name, DISPATCH_PROPERTYPUT, &v, NULL, NULL), S_OK);
	assert_int_equal(VariantClear(&v), S_OK);
}

static void shortest_send(void **state)
{
	VARIANT v, r, arg = {.vt = VT_BSTR}, no = {.vt = VT_BOOL}, zero = {.vt = VT_I2};
	char *dir = fx_test_mkdir(), path[256];
	IDispatch *doc;
	EXCEPINFO e;
	FILE *f;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/a.txt", dir);
	f = fopen(path, "w");
	(void)fputs("hello", f);
	(void)fclose(f);
	/* CreateDocument before Connect, as programs do */
	assert_int_equal(IFaxServer_Disconnect(server), S_OK);
	arg.bstrVal = CaselliStringFromUtf8(path);
	assert_int_equal(by_name(server, u"createdocument", DISPATCH_METHOD, &arg, &v, NULL), S_OK);
	(void)VariantClear(&arg);
	doc = v.pdispVal;
	put_by_name(doc, u"FaxNumber", u"0 44-1,2");
	put_by_name(doc, u"DisplayName", u"Title");
	put_by_name(doc, u"RecipientName", u"R");
	put_by_name(doc, u"SenderName", u"S");
	put_by_name(doc, u"CoverpageName", u"");
	assert_int_equal(by_name(doc, u"SendCoverpage", DISPATCH_PROPERTYPUT, &no, NULL,
			NULL), S_OK);
	assert_int_equal(by_name(doc, u"DiscountSend", DISPATCH_PROPERTYPUT, &zero, NULL,
			NULL), S_OK);
	assert_int_equal(by_name(doc, u"Send", DISPATCH_METHOD, NULL, &r, &e), DISP_E_EXCEPTION);
	assert_int_equal((uint32_t)e.scode, 0x80070006);
	SysFreeString(e.bstrSource);
	assert_text(e.bstrDescription,
			"There is no connection to a fax server; call Connect first.");
	assert_int_equal(IFaxServer_Connect(server, NULL), S_OK);
	assert_int_equal(by_name(doc, u"Send", DISPATCH_METHOD | DISPATCH_PROPERTYGET, NULL,
			&r, &e), S_OK);
	assert_int_equal(r.vt, VT_I4);
	assert_int_equal(r.lVal, 7);
	assert_string_equal(fake.number, "0 44-1,2"); /* unchanged */
	assert_string_equal(fake.document, "Title");
	assert_string_equal(fake.sender, "S");
	assert_string_equal(fake.ext, ".txt");
	put_by_name(doc, u"FileName", u"/nonexistent.pdf");
	assert_int_equal(by_name(doc, u"Send", DISPATCH_METHOD, NULL, &r, &e), DISP_E_EXCEPTION);
	assert_int_equal((uint32_t)e.scode, 0x80070002);
	SysFreeString(e.bstrSource);
	assert_text(e.bstrDescription, "The file /nonexistent.pdf does not exist.");
	put_by_name(doc, u"FaxNumber", u"");
	assert_int_equal(by_name(doc, u"Send", DISPATCH_METHOD, NULL, &r, NULL), DISP_E_EXCEPTION);
	/* the document outlives its server object */
	assert_int_equal(IFaxServer_Release(server), 1);
	server = NULL;
	assert_int_equal(fake.connections, 1);
	assert_int_equal(IDispatch_Release(doc), 0);
	fx_test_rmdir(dir);
}

/* Every text of a document arrives in its own place on the wire. */
static void doc_every_field(void **state)
{
	static const struct {
		const char *property;
		const char *place;
	} map[] = {
		{"RecipientName", fake.to.name}, {"FaxNumber", fake.to.fax_number},
		{"RecipientCompany", fake.to.company}, {"RecipientAddress", fake.to.street},
		{"RecipientCity", fake.to.city}, {"RecipientState", fake.to.state},
		{"RecipientZip", fake.to.zip}, {"RecipientCountry", fake.to.country},
		{"RecipientTitle", fake.to.title}, {"RecipientDepartment", fake.to.department},
		{"RecipientOffice", fake.to.office_location},
		{"RecipientHomePhone", fake.to.home_phone},
		{"RecipientOfficePhone", fake.to.office_phone}, {"SenderName", fake.from.name},
		{"SenderFax", fake.from.fax_number}, {"SenderCompany", fake.from.company},
		{"SenderAddress", fake.from.street}, {"SenderTitle", fake.from.title},
		{"SenderDepartment", fake.from.department},
		{"SenderOffice", fake.from.office_location},
		{"SenderHomePhone", fake.from.home_phone},
		{"SenderOfficePhone", fake.from.office_phone}, {"Tsid", fake.from.tsid},
		{"BillingCode", fake.from.billing_code}, {"CoverpageNote", fake.note},
		{"CoverpageSubject", fake.subject}, {"CoverpageName", fake.cover},
		{"DisplayName", fake.document}};
	char *dir = fx_test_mkdir(), path[256];
	VARIANT v, on = {.vt = VT_BOOL, .boolVal = -1};
	IDispatch *doc;
	BSTR name;
	FILE *f;
	size_t i;

	(void)state;
	(void)snprintf(path, sizeof(path), "%s/a.txt", dir);
	f = fopen(path, "w");
	(void)fputs("hello", f);
	(void)fclose(f);
	name = CaselliStringFromUtf8(path);
	assert_int_equal(IFaxServer_CreateDocument(server, name, &v), S_OK);
	SysFreeString(name);
	doc = v.pdispVal;
	for (i = 0; i < FX_ARRAY_LEN(map); i++) {
		name = CaselliStringFromUtf8(map[i].property);
		put_by_name(doc, name, name);
		SysFreeString(name);
	}
	assert_int_equal(by_name(doc, u"SendCoverpage", DISPATCH_PROPERTYPUT, &on, NULL, NULL),
			 S_OK);
	assert_int_equal(by_name(doc, u"ServerCoverpage", DISPATCH_PROPERTYPUT, &on, NULL, NULL),
			 S_OK);
	assert_int_equal(by_name(doc, u"Send", DISPATCH_METHOD, NULL, &v, NULL), S_OK);
	for (i = 0; i < FX_ARRAY_LEN(map); i++) {
		assert_string_equal(map[i].place, map[i].property);
	}
	assert_int_equal(fake.server_cover, 1);
	assert_int_equal(IDispatch_Release(doc), 0);
	fx_test_rmdir(dir);
}

static void doc_hand_off(void **state)
{
	VARIANT v;
	IFaxDoc *d;
	LONG n;
	BSTR s = SysAllocString(u"x");

	(void)state;
	assert_int_equal(IFaxServer_CreateDocument(server, NULL, &v), S_OK);
	d = as(&v, &IID_IFaxDoc);
	assert_words(IFaxDoc_Send(d, &n), E_INVALIDARG, "FileName");
	assert_int_equal(IFaxDoc_put_FileName(d, s), S_OK);
	assert_words(IFaxDoc_Send(d, &n), E_INVALIDARG, "FaxNumber");
	assert_int_equal(IFaxDoc_put_FaxNumber(d, s), S_OK);
	assert_int_equal(IFaxDoc_put_SendCoverpage(d, 1), S_OK);
	assert_words(IFaxDoc_Send(d, &n), E_INVALIDARG, "CoverpageName");
	assert_int_equal(IFaxDoc_put_CallHandle(d, 5), S_OK);
	assert_words(IFaxDoc_Send(d, &n), HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED), "CallHandle");
	assert_int_equal(IFaxDoc_put_CallHandle(d, 0), S_OK);
	assert_int_equal(IFaxDoc_putref_ConnectionObject(d, (IDispatch *)(void *)server), S_OK);
	assert_words(IFaxDoc_Send(d, &n), HRESULT_FROM_WIN32(ERROR_NOT_SUPPORTED),
			"ConnectionObject");
	assert_int_equal(IFaxDoc_Send(d, NULL), E_POINTER);
	SysFreeString(s);
	assert_int_equal(IFaxDoc_Release(d), 0);
}

static void doc_flags(void **state)
{
	VARIANT v, t = {.vt = VT_BOOL, .boolVal = -1};
	IFaxDoc *d;
	BOOL b;

	(void)state;
	assert_int_equal(IFaxServer_CreateDocument(server, NULL, &v), S_OK);
	d = as(&v, &IID_IFaxDoc);
	assert_int_equal(IFaxDoc_get_ServerCoverpage(d, &b), S_OK);
	assert_int_equal(b, 0);
	assert_int_equal(by_name(d, u"ServerCoverpage", DISPATCH_PROPERTYPUT, &t, NULL, NULL),
			S_OK);
	assert_int_equal(IFaxDoc_get_ServerCoverpage(d, &b), S_OK);
	assert_int_equal(b, 1);
	assert_int_equal(IFaxDoc_get_SendCoverpage(d, &b), S_OK);
	assert_int_equal(b, 0);
	assert_int_equal(IFaxDoc_Release(d), 0);
}

static void lifetimes(void **state)
{
	IFaxPort *p = first_port();
	LONG n;

	(void)state;
	/* server first: the port keeps the connection */
	assert_int_equal(IFaxServer_Release(server), 0);
	server = NULL;
	assert_int_equal(fake.connections, 1);
	assert_int_equal(IFaxPort_get_Rings(p, &n), S_OK);
	assert_int_equal(IFaxPort_Release(p), 0);
	assert_int_equal(fake.connections, 0);
	assert_int_equal(fake.goodbyes, 1);
	/* Disconnect first, then release the children: the other documented order */
	assert_int_equal(setup(NULL), 0);
	p = first_port();
	assert_int_equal(IFaxServer_Disconnect(server), S_OK);
	assert_words(IFaxPort_get_Rings(p, &n), HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE),
			"Connect");
	assert_words(IFaxServer_Disconnect(server), HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE),
			"Connect");
	assert_words(IFaxServer_get_Retries(server, &n),
			HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE), "Connect");
	assert_int_equal(IFaxServer_Connect(server, NULL), S_OK);
	assert_int_equal(IFaxServer_Connect(server, NULL), S_OK); /* drops the old one */
	assert_int_equal(IFaxPort_Release(p), 0);
	assert_int_equal(fake.connections, 1);
	fake.fail_connect = 1722;
	assert_words(IFaxServer_Connect(server, NULL), HRESULT_FROM_WIN32(1722), "Nobody there");
	fake.fail_connect = 0;
}

static void children_without_parent(void **state)
{
	static const GUID *const cls[] = {&CLSID_FaxPorts, &CLSID_FaxPort, &CLSID_FaxStatus,
					  &CLSID_FaxJobs, &CLSID_FaxJob, &CLSID_FaxDoc,
					  &CLSID_FaxRoutingMethods, &CLSID_FaxRoutingMethod,
					  &CLSID_FaxTiff};
	DISPPARAMS none = {NULL, NULL, 0, 0};
	IDispatch *d;
	VARIANT v;
	DISPID id;
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(cls); i++) {
		assert_int_equal(CoCreateInstance(cls[i], NULL, CLSCTX_ALL, &IID_IDispatch,
				(void **)&d),
				 S_OK);
		for (id = 1; id <= 36; id++) { /* nothing crashes */
			(void)IDispatch_Invoke(d, id, &IID_NULL, 0, DISPATCH_METHOD, &none, &v,
					       NULL, NULL);
			(void)VariantClear(&v);
		}
		assert_int_equal(IDispatch_Release(d), 0);
	}
	assert_int_equal(CoCreateInstance(&CLSID_FaxServer, (IUnknown *)(void *)server, 0,
			&IID_IDispatch,
					  (void **)&d), CLASS_E_NOAGGREGATION);
}

static void prog_ids(void **state)
{
	CLSID c;

	(void)state;
	assert_int_equal(CLSIDFromProgID(u"FaxServer.FaxServer", &c), S_OK);
	assert_true(IsEqualCLSID(&c, &CLSID_FaxServer));
	assert_int_equal(CLSIDFromProgID(u"faxserver.faxserver.1", &c), S_OK);
	assert_true(IsEqualCLSID(&c, &CLSID_FaxServer));
	assert_int_equal(CLSIDFromProgID(u"FaxServer.FaxServer.2", &c), CO_E_CLASSSTRING);
	assert_int_equal(CLSIDFromProgID(u"Fax", &c), CO_E_CLASSSTRING);
	assert_int_equal(CoInitialize(NULL), S_OK);
	assert_int_equal(CoInitializeEx(NULL, COINIT_MULTITHREADED), S_FALSE);
	CoUninitialize();
	CoUninitialize();
}

static void *thread(void *arg)
{
	IFaxStatus *s = arg;
	int i;

	for (i = 0; i < 200; i++) {
		IFaxPort *p = NULL;
		IFaxPorts *ports;
		VARIANT v;
		BSTR t;
		LONG n;

		if (FAILED(IFaxStatus_Refresh(s)) || FAILED(IFaxStatus_get_DeviceName(s, &t)) ||
		    FAILED(IFaxServer_GetPorts(server, &v))) {
			return arg;
		}
		SysFreeString(t);
		ports = (IFaxPorts *)(void *)v.pdispVal;
		if (FAILED(IFaxPorts_get_Item(ports, 1, &v))) {
			return arg;
		}
		p = (IFaxPort *)(void *)v.pdispVal;
		if (FAILED(IFaxPort_put_Rings(p, 1 + i % 99)) ||
		    FAILED(IFaxPort_get_Rings(p, &n)) ||
		    FAILED(IFaxServer_put_Retries(server, i))) {
			return arg;
		}
		(void)IFaxPorts_Release(ports);
		(void)IFaxPort_Release(p);
	}
	return NULL;
}

static void eight_threads(void **state)
{
	IFaxPort *p = first_port();
	IFaxStatus *s;
	pthread_t t[8];
	VARIANT v;
	void *bad;
	int i;

	(void)state;
	assert_int_equal(IFaxPort_GetStatus(p, &v), S_OK);
	s = as(&v, &IID_IFaxStatus);
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, thread, s), 0);
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
	}
	assert_int_equal(IFaxPort_Release(p), 1);
	assert_int_equal(IFaxStatus_Release(s), 0);
}

/* Connect, a port and its status, a document: each allocation fails once. */
static int whole_round(void *arg)
{
	IFaxServer *srv = NULL;
	IFaxStatus *st = NULL;
	VARIANT ports, port, status, doc, name;
	HRESULT hr = CoCreateInstance(&CLSID_FaxServer, NULL, 0, &IID_IFaxServer, (void **)&srv);

	(void)arg;
	VariantInit(&ports);
	VariantInit(&port);
	VariantInit(&status);
	VariantInit(&doc);
	VariantInit(&name);
	hr = FAILED(hr) ? hr : IFaxServer_Connect(srv, NULL);
	hr = FAILED(hr) ? hr : IFaxServer_GetPorts(srv, &ports);
	hr = FAILED(hr) ? hr : IFaxPorts_get_Item((IFaxPorts *)(void *)ports.pdispVal, 1, &port);
	hr = FAILED(hr) ? hr : IFaxPort_GetStatus((IFaxPort *)(void *)port.pdispVal, &status);
	if (SUCCEEDED(hr)) {
		st = (void *)status.pdispVal;
		hr = IFaxStatus_Refresh(st);
	}
	hr = FAILED(hr) ? hr : by_name(st, u"DeviceName", DISPATCH_PROPERTYGET, NULL, &name, NULL);
	hr = FAILED(hr) ? hr : IFaxServer_CreateDocument(srv, NULL, &doc);
	(void)VariantClear(&name);
	(void)VariantClear(&doc);
	(void)VariantClear(&status);
	(void)VariantClear(&port);
	(void)VariantClear(&ports);
	if (srv) {
		(void)IFaxServer_Release(srv);
	}
	(void)SetErrorInfo(0, NULL);
	return FAILED(hr) ? FX_ENOMEM : 0;
}

static void out_of_memory(void **state)
{
	(void)state;
	fx_test_oom_sweep(whole_round, NULL);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {T(status_all_members),
					   T(status_by_invoke),
					   T(server_settings),
					   T(port_properties),
					   T(collections),
					   T(jobs_and_job),
					   T(shortest_send),
					   T(doc_every_field),
					   T(doc_hand_off),
					   T(doc_flags),
					   T(lifetimes),
					   T(children_without_parent),
					   T(prog_ids),
					   T(eight_threads), T(out_of_memory)};

	return cmocka_run_group_tests_name("faxcom-objects", tests, NULL, NULL);
}
