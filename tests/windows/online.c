/* SPDX-License-Identifier: Apache-2.0 */
/* online FILE NUMBER: a winfax program against a service on the network: ports, a fax, its
 * events through a completion port, its port's status while it goes, the queue. */
#include <string.h>
#include "tests/windows/check.h"
#include <winfax.h>

#define WAIT_MS 60000

static HANDLE server, queue;
static BOOL seen; /* the status of a port while it sends */

static void ports(void)
{
	FAX_PORT_INFOW *w = NULL, *one = NULL;
	FAX_PORT_INFOA *a = NULL;
	DWORD n = 0, m = 0;
	HANDLE port = NULL;

	CHECK(FaxEnumPortsW(server, &w, &n) && n == 2);
	CHECK(FaxEnumPortsA(server, &a, &m) && m == n);
	if (!w || !a || n != 2) {
		return;
	}
	CHECK(w[0].SizeOfStruct == sizeof(w[0]) && w[0].DeviceId && w[0].DeviceName);
	CHECK(w[0].State == FPS_AVAILABLE && w[0].Flags & FPF_SEND);
	CHECK((size_t)lstrlenW(w[0].DeviceName) == strlen(a[0].DeviceName));
	CHECK(FaxOpenPort(server, w[0].DeviceId, PORT_OPEN_QUERY, &port));
	CHECK(FaxGetPortW(port, &one) && one->DeviceId == w[0].DeviceId);
	FaxFreeBuffer(one);
	CHECK(FaxClose(port));
	FAILS(ERROR_BAD_UNIT, FaxOpenPort(server, 4711, PORT_OPEN_QUERY, &port));
	FaxFreeBuffer(w);
	FaxFreeBuffer(a);
}

static DWORD send_it(const WCHAR *file, const WCHAR *number, BOOL later)
{
	FAX_JOB_PARAMW *p = NULL;
	FAX_COVERPAGE_INFOW *c = NULL;
	DWORD job = 0;

	CHECK(FaxCompleteJobParamsW(&p, &c));
	p->RecipientNumber = number;
	p->RecipientName = L"R\u00e9cipient";
	p->DocumentName = L"from Windows";
	if (later) {
		GetSystemTime(&p->ScheduleTime);
		p->ScheduleTime.wYear++;
		p->ScheduleTime.wDay = 1;
		p->ScheduleAction = JSA_SPECIFIC_TIME;
	}
	FAILS(ERROR_FILE_NOT_FOUND, FaxSendDocumentW(server, L"Z:\\no\\such.pdf", p, NULL, &job));
	CHECK(FaxSendDocumentW(server, file, p, NULL, &job));
	CHECK(job >= 1);
	FaxFreeBuffer(p);
	FaxFreeBuffer(c);
	return job;
}

static void see_job(DWORD job)
{
	FAX_JOB_ENTRYW *e = NULL, *all = NULL;
	DWORD n = 0, i, found = 0;

	CHECK(FaxGetJobW(server, job, &e));
	CHECK(e && e->JobType == JT_SEND && lstrcmpW(e->DocumentName, L"from Windows") == 0);
	CHECK(e && lstrcmpW(e->RecipientName, L"R\u00e9cipient") == 0);
	FaxFreeBuffer(e);
	CHECK(FaxEnumJobsW(server, &all, &n));
	for (i = 0; i < n; i++) {
		found += all[i].JobId == job;
	}
	CHECK(found == 1);
	FaxFreeBuffer(all);
}

/* A job that waits, and what this user may not do. */
static void queued_job(const WCHAR *file, const WCHAR *number)
{
	FAX_CONFIGURATIONW *c = NULL;
	DWORD job = send_it(file, number, TRUE);

	see_job(job);
	FAILS(ERROR_INVALID_PARAMETER, FaxSetJobW(server, job, JC_UNKNOWN, NULL));
	CHECK(FaxSetJobW(server, job, JC_PAUSE, NULL));
	CHECK(FaxSetJobW(server, job, JC_DELETE, NULL));
	CHECK(FaxGetConfigurationW(server, &c) && c->SizeOfStruct == sizeof(*c));
	CHECK(!FaxAccessCheck(server, FAX_CONFIG_SET));
	FAILS(ERROR_ACCESS_DENIED, FaxSetConfigurationW(server, c));
	FaxFreeBuffer(c);
}

/* The loop line is quick: by now the call may be over. */
static void see_status(DWORD device)
{
	FAX_DEVICE_STATUSW *s = NULL;
	HANDLE port = NULL;

	CHECK(FaxOpenPort(server, device, PORT_OPEN_QUERY, &port));
	CHECK(FaxGetDeviceStatusW(port, &s));
	CHECK(s && s->SizeOfStruct == sizeof(*s) && s->DeviceId == device);
	if (s && s->JobType == JT_SEND) {
		CHECK(s->PhoneNumber && lstrcmpW(s->PhoneNumber, L"102") == 0);
		CHECK(s->StartTime.dwHighDateTime && s->Status != FPS_AVAILABLE);
		seen = TRUE;
	}
	FaxFreeBuffer(s);
	CHECK(FaxClose(port));
}

/* @return the events of the job are complete */
static BOOL watch(DWORD job)
{
	DWORD bytes, queued = 0, sending = 0, completed = 0;
	LPOVERLAPPED packet;
	ULONG_PTR key;

	while (GetQueuedCompletionStatus(queue, &bytes, &key, &packet, WAIT_MS)) {
		FAX_EVENTW e = *(FAX_EVENTW *)(void *)packet;

		CHECK(key == 0xFA8 && bytes == sizeof(e) && e.SizeOfStruct == sizeof(e));
		CHECK(!LocalFree(packet));
		if (e.JobId != job) {
			continue;
		}
		queued += e.EventId == FEI_JOB_QUEUED;
		if (e.EventId == FEI_SENDING && !sending++) {
			see_status(e.DeviceId);
		}
		completed += e.EventId == FEI_COMPLETED;
		if (e.EventId == FEI_DELETED) {
			CHECK(queued == 1 && sending >= 1 && completed == 1);
			return TRUE;
		}
	}
	return FALSE;
}

int wmain(int argc, WCHAR **argv);
int wmain(int argc, WCHAR **argv)
{
	DWORD job;
	int i;

	if (argc != 3) {
		return 2;
	}
	queue = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
	CHECK(FaxConnectFaxServerW(NULL, &server));
	if (!server) {
		return finish();
	}
	ports();
	CHECK(FaxAccessCheck(server, FAX_JOB_SUBMIT));
	CHECK(FaxInitializeEventQueue(server, queue, 0xFA8, NULL, 0));
	FAILS(ERROR_INVALID_DATA, FaxInitializeEventQueue(server, queue, 0xFA8, NULL, 0));
	for (i = 0; i < 8 && !seen && !check_failed; i++) {
		job = send_it(argv[1], argv[2], FALSE);
		CHECK(watch(job));
	}
	CHECK(seen);
	queued_job(argv[1], argv[2]);
	CHECK(FaxClose(server));
	FAILS(ERROR_INVALID_HANDLE, FaxClose(server));
	CHECK(CloseHandle(queue));
	return finish();
}
