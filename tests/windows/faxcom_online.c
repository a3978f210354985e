/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/windows/faxcom_online.c
 * The objects through their vtables against a service on the network: ports, a letter sent, the
 * status of both ports while it goes and after it has gone, the queue, what fails. The objects are
 * made by COM in one thread and used in another as well; from an apartment they are marshalled.
 *
 * usage: faxcom_online sta|mta FILE NUMBER      NUMBER is the second port's
 */
#include <stdlib.h>
#include "tests/windows/check.h"
#include <initguid.h>
#include <ole2.h>
#include <oleauto.h>
#include <faxcom.h>

#define ROUNDS 2400 /* of 50 ms: what is waited for comes within two minutes */
#define PAUSE_MS 50
#define OK(call) CHECK_HR(call, S_OK)
#define CHECK_HR(call, want)                                                                       \
	do {                                                                                       \
		HRESULT got_ = (call);                                                             \
		if (got_ != (HRESULT)(want)) {                                                     \
			check_failed++;                                                            \
			printf("%s:%d: %s: %08lx\n", __FILE__, __LINE__, #call,                    \
			       (unsigned long)got_);                                               \
		}                                                                                  \
	} while (0)
#define NO_FILE  HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND)
#define GONE     0x80041B61 /* FAX_E_MESSAGE_NOT_FOUND */
#define JC_DELETE 1

static IFaxServer *server;
static WCHAR file_name[1024], number[200];

/* The object of a VARIANT, as the interface; NULL and a failed check if there is none. */
static void *object(VARIANT *v, const IID *iid)
{
	void *out = NULL;

	CHECK(V_VT(v) == VT_DISPATCH && V_DISPATCH(v));
	if (V_VT(v) == VT_DISPATCH && V_DISPATCH(v)) {
		OK(IDispatch_QueryInterface(V_DISPATCH(v), iid, &out));
	}
	(void)VariantClear(v);
	return out;
}

static BOOL is(BSTR text, const WCHAR *want)
{
	BOOL same = lstrcmpW(text ? text : L"", want) == 0;

	SysFreeString(text);
	return same;
}

/* ---- A status of each port ---- */
static IFaxPorts *get_ports(void)
{
	VARIANT v;

	OK(IFaxServer_GetPorts(server, &v));
	return object(&v, &IID_IFaxPorts);
}

static IFaxStatus *status_of(IFaxPorts *ports, LONG i)
{
	IFaxPort *port;
	IFaxStatus *status;
	VARIANT v;
	LONG a = 0, b = -1;

	OK(IFaxPorts_get_Item(ports, i, &v));
	port = object(&v, &IID_IFaxPort);
	if (!port) {
		return NULL;
	}
	OK(IFaxPort_GetStatus(port, &v));
	status = object(&v, &IID_IFaxStatus);
	OK(IFaxPort_get_DeviceId(port, &a));
	if (status) {
		OK(IFaxStatus_get_DeviceId(status, &b));
	}
	CHECK(a == b);
	(void)IFaxPort_Release(port);
	return status;
}

static BOOL idle(IFaxStatus *s)
{
	BSTR text = NULL;

	OK(IFaxStatus_Refresh(s));
	OK(IFaxStatus_get_Description(s, &text));
	return is(text, L"Available");
}

/* Every property of a port that sends. */
static void sending(IFaxStatus *s)
{
	BSTR t = NULL;
	LONG n = 0;
	BOOL flag = FALSE;
	DATE start = 0, submitted = 0, elapsed = -1;

#define TEXT_IS(Name, want)                                                                        \
	do {                                                                                       \
		OK(IFaxStatus_get_##Name(s, &t));                                                  \
		CHECK(is(t, want));                                                                \
	} while (0)
	TEXT_IS(DocumentName, L"early bound");
	TEXT_IS(Address, number);
	TEXT_IS(RecipientName, L"Marie Curie");
	TEXT_IS(SenderName, L"Caselli");
	TEXT_IS(CallerId, L"");
	TEXT_IS(RoutingString, L"");
	OK(IFaxStatus_get_DeviceName(s, &t));
	CHECK(SysStringLen(t) > 0 && is(t, t));
	OK(IFaxStatus_get_Tsid(s, &t));
	CHECK(SysStringLen(t) > 0 && is(t, t));
	OK(IFaxStatus_get_Csid(s, &t));
	SysFreeString(t);
	OK(IFaxStatus_get_PageCount(s, &n));
	CHECK(n == 2);
	OK(IFaxStatus_get_CurrentPage(s, &n));
	CHECK(n >= 0 && n <= 2);
	OK(IFaxStatus_get_DocumentSize(s, &n));
	CHECK(n > 0);
	OK(IFaxStatus_get_Receive(s, &flag));
	CHECK(flag == FALSE);
	OK(IFaxStatus_get_StartTime(s, &start));
	OK(IFaxStatus_get_SubmittedTime(s, &submitted));
	OK(IFaxStatus_get_ElapsedTime(s, &elapsed));
	CHECK(submitted > 40000 && start >= submitted - 1.0 / 86400);
	CHECK(elapsed >= 0 && elapsed < 1);
}

static BOOL sends(IFaxStatus *s)
{
	BOOL flag = FALSE;

	OK(IFaxStatus_get_Send(s, &flag));
	CHECK(flag == TRUE || flag == FALSE);
	return flag;
}

/* Both ports until the one has sent and the other received, then until both are idle. */
static void follow(void)
{
	IFaxPorts *ports = get_ports();
	IFaxStatus *s[2] = {NULL};
	BOOL sent = FALSE, received = FALSE, quiet = FALSE, flag;
	LONG n = 0;
	int i, k;

	OK(IFaxPorts_get_Count(ports, &n));
	CHECK(n == 2);
	for (k = 0; k < 2; k++) {
		s[k] = status_of(ports, k + 1);
	}
	for (i = 0; s[0] && s[1] && !check_failed && !quiet && i < ROUNDS; i++) {
		quiet = idle(s[0]) & idle(s[1]) & sent;
		for (k = 0; k < 2; k++) {
			if (sends(s[k])) {
				sent = TRUE;
				sending(s[k]);
			}
			OK(IFaxStatus_get_Receive(s[k], &flag));
			received = received || flag;
		}
		Sleep(PAUSE_MS);
	}
	CHECK(sent && received && quiet);
	for (k = 0; k < 2; k++) {
		if (s[k]) {
			(void)IFaxStatus_Release(s[k]);
		}
	}
	(void)IFaxPorts_Release(ports);
	printf("status\n");
}

/* ---- Documents and jobs ---- */
#define PUT(doc, Name, text)                                                                       \
	do {                                                                                       \
		BSTR b_ = SysAllocString(text);                                                    \
		OK(IFaxDoc_put_##Name(doc, b_));                                                   \
		SysFreeString(b_);                                                                 \
	} while (0)

static IFaxDoc *document(const WCHAR *path)
{
	BSTR b = SysAllocString(path);
	IFaxDoc *doc;
	VARIANT v;

	OK(IFaxServer_CreateDocument(server, b, &v));
	SysFreeString(b);
	doc = object(&v, &IID_IFaxDoc);
	PUT(doc, FaxNumber, number);
	PUT(doc, DisplayName, L"early bound");
	PUT(doc, RecipientName, L"Marie Curie");
	PUT(doc, SenderName, L"Caselli");
	return doc;
}

static LONG send_letter(void)
{
	IFaxDoc *doc = document(file_name);
	LONG id = 0;

	OK(IFaxDoc_Send(doc, &id));
	CHECK(id >= 1 && id < 32768);
	(void)IFaxDoc_Release(doc);
	return id;
}

static IFaxJob *find_job(LONG id)
{
	IFaxJobs *jobs;
	IFaxJob *job = NULL;
	VARIANT v;
	LONG n = 0, i, got = 0;

	OK(IFaxServer_GetJobs(server, &v));
	jobs = object(&v, &IID_IFaxJobs);
	OK(IFaxJobs_get_Count(jobs, &n));
	for (i = 1; i <= n && got != id; i++) {
		if (job) {
			(void)IFaxJob_Release(job);
		}
		OK(IFaxJobs_get_Item(jobs, i, &v));
		job = object(&v, &IID_IFaxJob);
		OK(IFaxJob_get_JobId(job, &got));
	}
	CHECK(got == id);
	CHECK_HR(IFaxJobs_get_Item(jobs, n + 1, &v), E_INVALIDARG);
	CHECK(V_VT(&v) == VT_EMPTY);
	(void)IFaxJobs_Release(jobs);
	return job;
}

/* A job that waits for the cheap hours, paused, resumed and removed. */
static void queue(void)
{
	IFaxDoc *doc = document(file_name);
	IFaxJob *job;
	BSTR t = NULL;
	LONG id = 0;

	OK(IFaxServer_put_PauseServerQueue(server, -1));
	OK(IFaxDoc_Send(doc, &id));
	job = find_job(id);
	OK(IFaxJob_SetStatus(job, 2));
	OK(IFaxJob_get_QueueStatus(job, &t));
	CHECK(is(t, L"Pending"));
	OK(IFaxJob_Refresh(job));
	OK(IFaxJob_get_QueueStatus(job, &t));
	CHECK(is(t, L"Paused"));
	OK(IFaxJob_get_DisplayName(job, &t));
	CHECK(is(t, L"early bound"));
	CHECK_HR(IFaxJob_SetStatus(job, 7), E_INVALIDARG);
	OK(IFaxJob_SetStatus(job, JC_DELETE));
	CHECK_HR(IFaxJob_Refresh(job), GONE);
	OK(IFaxServer_put_PauseServerQueue(server, 0));
	(void)IFaxJob_Release(job);
	(void)IFaxDoc_Release(doc);
	doc = document(L"Z:\\no\\such\\file.txt");
	CHECK_HR(IFaxDoc_Send(doc, &id), NO_FILE);
	CHECK(id == 0);
	(void)IFaxDoc_Release(doc);
	printf("jobs\n");
}

/* ---- The same object in another apartment ---- */
struct trip {
	IStream *stream;
	DWORD model;
};

static DWORD WINAPI elsewhere(void *arg)
{
	struct trip *t = arg;
	IFaxServer *s = NULL;
	IFaxPorts *ports;
	VARIANT v;
	LONG n = 0;

	OK(CoInitializeEx(NULL, t->model));
	OK(CoGetInterfaceAndReleaseStream(t->stream, &IID_IFaxServer, (void **)&s));
	OK(IFaxServer_GetPorts(s, &v));
	ports = object(&v, &IID_IFaxPorts);
	OK(IFaxPorts_get_Count(ports, &n));
	CHECK(n == 2);
	(void)IFaxPorts_Release(ports);
	(void)IFaxServer_Release(s);
	CoUninitialize();
	return 0;
}

static void other_apartment(DWORD model)
{
	struct trip t = {.model = model == COINIT_MULTITHREADED ? COINIT_APARTMENTTHREADED
								: COINIT_MULTITHREADED};
	HANDLE thread;
	MSG msg;

	OK(CoMarshalInterThreadInterfaceInStream(&IID_IFaxServer, (IUnknown *)server, &t.stream));
	thread = CreateThread(NULL, 0, elsewhere, &t, 0, NULL);
	while (MsgWaitForMultipleObjects(1, &thread, FALSE, INFINITE, QS_ALLINPUT) ==
	       WAIT_OBJECT_0 + 1) {
		while (PeekMessageW(&msg, NULL, 0, 0, PM_REMOVE)) {
			(void)DispatchMessageW(&msg);
		}
	}
	(void)CloseHandle(thread);
	printf("another apartment\n");
}

static void disconnect(void)
{
	IFaxPorts *ports = get_ports();
	VARIANT v;

	CHECK_HR(IFaxPorts_get_Item(ports, 0, &v), E_INVALIDARG);
	OK(IFaxServer_Disconnect(server));
	CHECK_HR(IFaxPorts_get_Item(ports, 1, &v), HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE));
	CHECK_HR(IFaxServer_Disconnect(server), HRESULT_FROM_WIN32(ERROR_INVALID_HANDLE));
	CHECK(IFaxPorts_Release(ports) == 0);
	CHECK(IFaxServer_Release(server) == 0);
	printf("disconnect\n");
}

int main(int argc, char **argv)
{
	DWORD model = argc > 1 && !lstrcmpA(argv[1], "mta") ? COINIT_MULTITHREADED
							    : COINIT_APARTMENTTHREADED;

	if (argc != 4) {
		return 2;
	}
	(void)MultiByteToWideChar(CP_ACP, 0, argv[2], -1, file_name, 1024);
	(void)MultiByteToWideChar(CP_ACP, 0, argv[3], -1, number, 200);
	OK(CoInitializeEx(NULL, model));
	OK(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_INPROC_SERVER, &IID_IFaxServer,
			    (void **)&server));
	OK(IFaxServer_Connect(server, NULL));
	if (check_failed) {
		return finish();
	}
	send_letter();
	follow();
	queue();
	other_apartment(model);
	disconnect();
	CoUninitialize();
	return finish();
}
