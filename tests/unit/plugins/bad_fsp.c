/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A provider that is deliberately bad: $BAD_FSP names the call and what it does there, "crash",
 * "hang", "fail" or "nonsense". All other calls are as they should be, and do as little as they
 * may. It rings once when FaxDevReceive is what is asked for.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <faxdev.h>
#include <faxext.h>

static HANDLE heap, port;
static ULONG_PTR ring_key;

/* @return true: fail here */
static bool bad(const char *where, bool *nonsense)
{
	const char *s = getenv("BAD_FSP");
	size_t n = strlen(where);
	volatile int *nowhere = NULL;

	*nonsense = false;
	if (!s || strncmp(s, where, n) != 0 || s[n] != ' ') {
		return false;
	}
	s += n + 1;
	if (!strcmp(s, "crash")) {
		*nowhere = 1;
	}
	while (!strcmp(s, "hang")) {
		(void)usleep(100000);
	}
	*nonsense = !strcmp(s, "nonsense");
	SetLastError(12345);
	return !strcmp(s, "fail");
}

BOOL WINAPI FaxDevVirtualDeviceCreation(LPDWORD n, LPWSTR prefix, LPDWORD id, HANDLE p,
					ULONG_PTR key);
BOOL WINAPI FaxDevInitialize(HLINEAPP app, HANDLE h, PFAX_LINECALLBACK *cb,
			     PFAX_SERVICE_CALLBACK unused);
BOOL WINAPI FaxDevStartJob(HLINE line, DWORD id, PHANDLE fax, HANDLE p, ULONG_PTR key);
BOOL WINAPI FaxDevEndJob(HANDLE fax);
BOOL WINAPI FaxDevSend(HANDLE fax, PFAX_SEND s, PFAX_SEND_CALLBACK cb);
BOOL WINAPI FaxDevReceive(HANDLE fax, HCALL call, PFAX_RECEIVE r);
BOOL WINAPI FaxDevReportStatus(HANDLE fax, PFAX_DEV_STATUS st, DWORD size, LPDWORD need);
BOOL WINAPI FaxDevAbortOperation(HANDLE fax);
HRESULT WINAPI FaxDevShutdown(void);
HRESULT WINAPI FaxExtInitializeConfig(PFAX_EXT_GET_DATA get, PFAX_EXT_SET_DATA set,
				      PFAX_EXT_REGISTER_FOR_EVENTS listen,
				      PFAX_EXT_UNREGISTER_FOR_EVENTS unlisten,
				      PFAX_EXT_FREE_BUFFER free_buffer);

static void ring(DWORD id)
{
	LINEMESSAGE *m = LocalAlloc(LPTR, sizeof(*m));

	if (m) {
		m->hDevice = id;
		m->dwParam1 = LINEDEVSTATE_RINGING;
		(void)PostQueuedCompletionStatus(port, sizeof(*m), ring_key, (void *)m);
	}
}

BOOL FaxDevVirtualDeviceCreation(LPDWORD n, LPWSTR prefix, LPDWORD id, HANDLE p, ULONG_PTR key)
{
	bool nonsense;
	int i;

	*n = 1;
	*id = 9;
	prefix[0] = 'B';
	port = p;
	ring_key = key;
	if (bad("create", &nonsense)) {
		return FALSE;
	}
	if (nonsense) { /* a text without end, more devices than there are numbers */
		*n = 0xFFFFFFFF;
		*id = 0xFFFFFFFF;
		for (i = 0; i < 128; i++) {
			prefix[i] = 0xD800;
		}
	}
	return TRUE;
}

HRESULT FaxExtInitializeConfig(PFAX_EXT_GET_DATA get, PFAX_EXT_SET_DATA set,
			       PFAX_EXT_REGISTER_FOR_EVENTS listen,
			       PFAX_EXT_UNREGISTER_FOR_EVENTS unlisten,
			       PFAX_EXT_FREE_BUFFER free_buffer)
{
	LPBYTE data = NULL;
	DWORD n = 0;
	bool nonsense;

	if (bad("config", &nonsense)) {
		return E_FAIL;
	}
	if (nonsense) {
		(void)get(0, DEV_ID_SRC_FAX, NULL, NULL, NULL);
		(void)get(0, DEV_ID_SRC_FAX, u"{../../../../../../../etc/passwd00000}", &data, &n);
		(void)set(NULL, 0, DEV_ID_SRC_TAPI, u"x", NULL, 0xFFFFFFFF);
		(void)listen(NULL, 0, DEV_ID_SRC_FAX, NULL, NULL);
		(void)unlisten((HANDLE)(uintptr_t)77);
		free_buffer(&n);
	}
	return S_OK;
}

BOOL FaxDevInitialize(HLINEAPP app, HANDLE h, PFAX_LINECALLBACK *cb, PFAX_SERVICE_CALLBACK unused)
{
	bool nonsense;

	(void)app, (void)unused;
	heap = h;
	*cb = NULL;
	if (bad("init", &nonsense)) {
		return FALSE;
	}
	if (nonsense) {
		ring(0);
		ring(12345678);
		(void)PostQueuedCompletionStatus(port, 0, ring_key, NULL);
		(void)PostQueuedCompletionStatus(port, 4, ring_key, (void *)&nonsense);
		(void)PostQueuedCompletionStatus(port, 40, ring_key, HeapAlloc(heap, 0, 40));
	}
	if (getenv("BAD_FSP") && !strncmp(getenv("BAD_FSP"), "receive", 7)) {
		ring(9);
	}
	return TRUE;
}

static _Atomic bool stopping; /* FaxDevAbortOperation was called */
static HANDLE op_port;
static ULONG_PTR op_key;

BOOL FaxDevStartJob(HLINE line, DWORD id, PHANDLE fax, HANDLE p, ULONG_PTR key)
{
	bool nonsense;

	(void)line, (void)id;
	op_port = p;
	op_key = key;
	if (bad("start", &nonsense)) {
		return FALSE;
	}
	*fax = nonsense ? NULL : (HANDLE)(uintptr_t)4711;
	return TRUE;
}

/* Packets that are freed twice, too small, of nobody's, flooding, with texts from elsewhere. */
static void post_nonsense(void)
{
	FAX_DEV_STATUS *st = HeapAlloc(heap, HEAP_ZERO_MEMORY, sizeof(*st));
	char *small = HeapAlloc(heap, 0, 3);
	int i;

	(void)PostQueuedCompletionStatus(op_port, 1, op_key, (void *)&i);
	(void)PostQueuedCompletionStatus(op_port, 1, op_key, (void *)(uintptr_t)0x10);
	(void)PostQueuedCompletionStatus(op_port, 3, op_key, (void *)small);
	(void)PostQueuedCompletionStatus(op_port, 0xF5F0D04Eu, op_key, NULL);
	if (st) {
		st->CSI = (LPWSTR)(uintptr_t)0x123;
		st->CallerId = (LPWSTR)(void *)(st + 1);
		st->RoutingInfo = (LPWSTR)(void *)((char *)st + 1);
		st->PageCount = 0xFFFFFFFF;
		st->StatusId = 0xDEADBEEF;
	}
	(void)PostQueuedCompletionStatus(op_port, sizeof(*st), op_key, (void *)st);
	(void)PostQueuedCompletionStatus(op_port, sizeof(*st), op_key, (void *)st);
	(void)PostQueuedCompletionStatus(op_port, sizeof(*st), op_key + 99, (void *)st);
	for (i = 0; i < 20000; i++) {
		(void)PostQueuedCompletionStatus(op_port, sizeof(*st), op_key,
						 HeapAlloc(heap, HEAP_ZERO_MEMORY, sizeof(*st)));
	}
	(void)HeapFree(heap, 0, st);
	(void)HeapFree(heap, 0, st);
}

BOOL FaxDevSend(HANDLE fax, PFAX_SEND s, PFAX_SEND_CALLBACK cb)
{
	FAX_DEV_STATUS *st = HeapAlloc(heap, HEAP_ZERO_MEMORY, sizeof(*st));
	bool nonsense;

	(void)fax;
	if (st) {
		st->StatusId = FS_DIALING;
		(void)PostQueuedCompletionStatus(op_port, sizeof(*st), op_key, (void *)st);
	}
	if (bad("send", &nonsense)) {
		return FALSE;
	}
	while (getenv("BAD_FSP") && !strncmp(getenv("BAD_FSP"), "abort", 5) && !stopping) {
		(void)usleep(10000); /* until it is aborted */
	}
	if (stopping) {
		return FALSE;
	}
	if (nonsense) {
		(void)cb(NULL, 99, 1, 2);
		s->FileName = NULL;
		s->ReceiverNumber = (LPWSTR)(uintptr_t)1;
		post_nonsense();
		(void)HeapDestroy(NULL);
		(void)CloseHandle((HANDLE)(uintptr_t)3);
	}
	return TRUE;
}

BOOL FaxDevReceive(HANDLE fax, HCALL call, PFAX_RECEIVE r)
{
	bool nonsense;

	(void)fax, (void)call;
	if (bad("receive", &nonsense)) {
		return FALSE;
	}
	if (nonsense) {
		post_nonsense();
		r->FileName = r->ReceiverName = r->ReceiverNumber = (LPWSTR)(uintptr_t)3;
	}
	return TRUE; /* with an empty file */
}

BOOL FaxDevReportStatus(HANDLE fax, PFAX_DEV_STATUS st, DWORD size, LPDWORD need)
{
	bool nonsense;

	(void)fax;
	if (bad("report", &nonsense)) {
		return FALSE;
	}
	*need = nonsense ? 0xFFFFFFFF : (DWORD)sizeof(*st);
	if (nonsense) { /* no text of it has an end */
		(void)memset(st, 0x41, size);
		st->StatusId = 77;
		st->CSI = (LPWSTR)(void *)(st + 1);
		return TRUE;
	}
	st->SizeOfStruct = sizeof(*st);
	st->StatusId = FS_COMPLETED;
	return TRUE;
}

BOOL FaxDevAbortOperation(HANDLE fax)
{
	bool nonsense;

	(void)fax;
	stopping = getenv("BAD_FSP") && !strcmp(getenv("BAD_FSP"), "abort hang");
	if (bad("abort", &nonsense)) {
		return FALSE; /* and it goes on */
	}
	if (nonsense) {
		post_nonsense();
	}
	stopping = true;
	return TRUE;
}

BOOL FaxDevEndJob(HANDLE fax)
{
	bool nonsense;

	(void)fax;
	return !bad("end", &nonsense);
}

HRESULT FaxDevShutdown(void)
{
	bool nonsense;

	return bad("shutdown", &nonsense) ? E_FAIL : nonsense ? (HRESULT)42 : S_OK;
}
