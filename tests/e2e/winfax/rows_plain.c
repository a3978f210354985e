/* SPDX-License-Identifier: Apache-2.0 */
/* The functions of one form: seven without a letter, three in UTF-16 only. */
#include "rig.h"
#include <sys/stat.h>
#include <unistd.h>

/* ---- FaxAbort ---- */

static void abort_good(void)
{
	DWORD id = waiting_job();
	PFAX_JOB_ENTRYA j = NULL;

	OK(FaxAbort(fax, id));
	ERR(FaxGetJobA(other, id, &j), ERROR_INVALID_PARAMETER);
}

static void abort_bad(void)
{
	ERR(FaxAbort(NULL, foreign_job), ERROR_INVALID_PARAMETER);
	ERR(FaxAbort(port, foreign_job), ERROR_INVALID_HANDLE);
	ERR(FaxAbort(fax, 31999), ERROR_INVALID_PARAMETER);
	ERR(FaxAbort(fax, 0), ERROR_INVALID_PARAMETER);
}

static BOOL abort_denied(HANDLE h)
{
	return FaxAbort(h, foreign_job);
}

/* ---- FaxAccessCheck ---- */

static void access_good(void)
{
	static const DWORD each[] = {FAX_JOB_SUBMIT, FAX_JOB_QUERY, FAX_CONFIG_QUERY,
				     FAX_CONFIG_SET, FAX_PORT_QUERY, FAX_PORT_SET,
				     FAX_JOB_MANAGE};
	size_t i;

	for (i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		OK(FaxAccessCheck(fax, each[i]));
	}
	OK(FaxAccessCheck(fax, FAX_READ));
	OK(FaxAccessCheck(fax, FAX_WRITE));
	OK(FaxAccessCheck(fax, FAX_ALL_ACCESS));
}

static void access_bad(void)
{
	SetLastError(123);
	ERR(FaxAccessCheck(fax, 0), ERROR_SUCCESS); /* not granted is no failure */
	SetLastError(123);
	ERR(FaxAccessCheck(fax, 0x80000000), ERROR_SUCCESS);
	ERR(FaxAccessCheck(NULL, FAX_JOB_QUERY), ERROR_INVALID_PARAMETER);
	ERR(FaxAccessCheck(port, FAX_JOB_QUERY), ERROR_INVALID_HANDLE);
	ERR(FaxAccessCheck((HANDLE)(uintptr_t)0x12344, FAX_JOB_QUERY), ERROR_INVALID_HANDLE);
}

/* ---- FaxClose, FaxOpenPort ---- */

static void close_good(void)
{
	PFAX_PORT_INFOA p = NULL;
	HANDLE h = NULL, m = NULL, again = NULL;

	OK(FaxConnectFaxServerA(NULL, &h));
	OK(FaxOpenPort(h, ids[1], PORT_OPEN_MODIFY, &m));
	ERR(FaxOpenPort(other, ids[1], PORT_OPEN_MODIFY, &again), ERROR_INVALID_HANDLE);
	OK(FaxClose(h)); /* in the wrong order: the port stays */
	OK(FaxGetPortA(m, &p));
	FaxFreeBuffer(p);
	OK(FaxClose(m));
	OK(FaxOpenPort(other, ids[1], PORT_OPEN_MODIFY, &again));
	OK(FaxClose(again));
}

static void close_bad(void)
{
	HANDLE q = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1), h = NULL;

	OK(FaxConnectFaxServerA(NULL, &h));
	ERR(CloseHandle(h), ERROR_INVALID_HANDLE); /* fax handles want FaxClose */
	OK(FaxClose(h));
	ERR(FaxClose(h), ERROR_INVALID_HANDLE);
	ERR(FaxClose(q), ERROR_INVALID_HANDLE);
	OK(CloseHandle(q));
	ERR(FaxClose(NULL), ERROR_INVALID_HANDLE);
	ERR(FaxClose((HANDLE)(uintptr_t)-1), ERROR_INVALID_HANDLE);
}

static void open_good(void)
{
	HANDLE q1 = NULL, q2 = NULL, none = NULL, m = NULL, second = NULL;

	OK(FaxOpenPort(fax, ids[1], PORT_OPEN_QUERY, &q1));
	OK(FaxOpenPort(other, ids[1], PORT_OPEN_QUERY, &q2)); /* many may look */
	OK(FaxOpenPort(fax, ids[1], 0, &none));
	OK(FaxOpenPort(fax, ids[1], PORT_OPEN_MODIFY, &m));
	ERR(FaxOpenPort(other, ids[1], PORT_OPEN_MODIFY, &second), ERROR_INVALID_HANDLE);
	assert_null(second);
	OK(FaxClose(m));
	OK(FaxOpenPort(other, ids[1], PORT_OPEN_MODIFY, &second));
	OK(FaxClose(second));
	OK(FaxClose(none));
	OK(FaxClose(q2));
	OK(FaxClose(q1));
}

static void open_bad(void)
{
	HANDLE h = fax;

	ERR(FaxOpenPort(fax, 9999, PORT_OPEN_QUERY, &h), ERROR_BAD_UNIT);
	assert_null(h);
	ERR(FaxOpenPort(fax, 0, PORT_OPEN_QUERY, &h), ERROR_BAD_UNIT);
	ERR(FaxOpenPort(fax, ids[0], 4, &h), ERROR_INVALID_PARAMETER);
	ERR(FaxOpenPort(fax, ids[0], PORT_OPEN_QUERY, NULL), ERROR_INVALID_PARAMETER);
	ERR(FaxOpenPort(NULL, ids[0], PORT_OPEN_QUERY, &h), ERROR_INVALID_PARAMETER);
	ERR(FaxOpenPort(port, ids[0], PORT_OPEN_QUERY, &h), ERROR_INVALID_HANDLE);
}

static BOOL open_denied(HANDLE h)
{
	HANDLE q = NULL;

	return FaxOpenPort(h, ids[0], PORT_OPEN_QUERY, &q);
}

/* ---- FaxFreeBuffer ---- */

static void free_good(void)
{
	PFAX_PORT_INFOW p = NULL;
	DWORD n = 0;

	OK(FaxEnumPortsW(fax, &p, &n));
	FaxFreeBuffer(p); /* array and texts; a leak would show under the sanitizer */
}

static void free_bad(void)
{
	static _Alignas(16) char mine[64] = "mine";

	FaxFreeBuffer(NULL);
	FaxFreeBuffer(mine + 32); /* not ours: left alone */
	FaxFreeBuffer(mine + 1);
	assert_string_equal(mine, "mine");
}

/* ---- FaxGetPageData ---- */

static void page_good(void)
{
	int64_t end = now_ms() + DEADLINE_MS;
	DWORD id = waiting_job(), size = 0, width = 0, height = 0;
	LPBYTE page = NULL;

	while (!FaxGetPageData(fax, id, &page, &size, &width, &height)) { /* not rendered yet */
		assert_int_equal(GetLastError(), ERROR_INVALID_DATA);
		assert_true(now_ms() < end);
		breathe();
	}
	assert_int_equal(width, 1728);
	assert_true(height > 500);
	assert_true(size > 8);
	assert_memory_equal(page, "II*\0", 4);
	FaxFreeBuffer(page);
	cancel(id);
}

static void page_bad(void)
{
	DWORD size, w, h;
	LPBYTE p = NULL;

	ERR(FaxGetPageData(NULL, foreign_job, &p, &size, &w, &h), ERROR_INVALID_PARAMETER);
	ERR(FaxGetPageData(port, foreign_job, &p, &size, &w, &h), ERROR_INVALID_HANDLE);
	ERR(FaxGetPageData(fax, foreign_job, NULL, &size, &w, &h), ERROR_INVALID_PARAMETER);
	ERR(FaxGetPageData(fax, foreign_job, &p, NULL, &w, &h), ERROR_INVALID_PARAMETER);
	ERR(FaxGetPageData(fax, foreign_job, &p, &size, NULL, &h), ERROR_INVALID_PARAMETER);
	ERR(FaxGetPageData(fax, foreign_job, &p, &size, &w, NULL), ERROR_INVALID_PARAMETER);
	ERR(FaxGetPageData(fax, 31999, &p, &size, &w, &h), ERROR_INVALID_PARAMETER);
}

static BOOL page_denied(HANDLE h)
{
	DWORD size, width, height;
	LPBYTE p = NULL;

	return FaxGetPageData(h, foreign_job, &p, &size, &width, &height);
}

/* ---- FaxInitializeEventQueue ---- */

static HANDLE queue_of(HANDLE connection)
{
	HANDLE q = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);

	assert_non_null(q);
	OK(FaxInitializeEventQueue(connection, q, 77, NULL, 0));
	return q;
}

static DWORD next_event(HANDLE q, DWORD job)
{
	DWORD n = 0, id = 0;

	while (!id) {
		LPOVERLAPPED o = NULL;
		ULONG_PTR key = 0;
		PFAX_EVENTA e;

		OK(GetQueuedCompletionStatus(q, &n, &key, &o, DEADLINE_MS));
		e = (PFAX_EVENTA)(void *)o;
		assert_int_equal(key, 77);
		assert_int_equal(n, sizeof(*e));
		assert_int_equal(e->SizeOfStruct, sizeof(*e));
		id = e->JobId == job ? e->EventId : 0;
		assert_null(LocalFree(e));
	}
	return id;
}

static void events_good(void)
{
	HANDLE h = NULL, q;
	DWORD id;

	OK(FaxConnectFaxServerA(NULL, &h));
	q = queue_of(h);
	OK(FaxClose(h)); /* they go on */
	id = waiting_job();
	assert_int_equal(next_event(q, id), FEI_JOB_QUEUED);
	cancel(id);
	while (next_event(q, id) != FEI_DELETED) {
	}
	OK(CloseHandle(q));
}

static void events_bad(void)
{
	HANDLE q = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1), h = NULL;

	ERR(FaxInitializeEventQueue(NULL, q, 0, NULL, 0), ERROR_INVALID_PARAMETER);
	ERR(FaxInitializeEventQueue(fax, NULL, 0, NULL, 0), ERROR_INVALID_PARAMETER);
	ERR(FaxInitializeEventQueue(fax, q, 0, (HWND)1, 0x500), ERROR_INVALID_PARAMETER);
	ERR(FaxInitializeEventQueue(fax, NULL, 0, (HWND)1, 0x3FF), ERROR_INVALID_PARAMETER);
	ERR(FaxInitializeEventQueue(port, q, 0, NULL, 0), ERROR_INVALID_HANDLE);
	OK(FaxConnectFaxServerA(NULL, &h));
	OK(FaxInitializeEventQueue(h, q, 0, NULL, 0));
	OK(FaxClose(h));
	OK(CloseHandle(q));
}

/* ---- Registration ---- */

#define GUID1 u"{6d1f3f0e-1c0b-4a53-9d0f-0123456789ab}"

static void provider_good(void)
{
	OK(FaxRegisterServiceProviderW(GUID1, u"Anbieter \u00FC", u"/usr/lib/caselli/x.so", u""));
	ERR(FaxRegisterServiceProviderW(GUID1, u"Again", u"/usr/lib/caselli/y.so", u""),
	    ERROR_ALREADY_EXISTS);
	OK(FaxUnregisterServiceProviderW(GUID1));
}

static void provider_bad(void)
{
	ERR(FaxRegisterServiceProviderW(NULL, u"b", u"/c", u""), ERROR_INVALID_PARAMETER);
	ERR(FaxRegisterServiceProviderW(GUID1, NULL, u"/c", u""), ERROR_INVALID_PARAMETER);
	ERR(FaxRegisterServiceProviderW(GUID1, u"b", NULL, u""), ERROR_INVALID_PARAMETER);
	ERR(FaxRegisterServiceProviderW(GUID1, u"b", u"/c", NULL), ERROR_INVALID_PARAMETER);
	ERR(FaxRegisterServiceProviderW(GUID1, u"b", u"c.so", u""), ERROR_INVALID_PARAMETER);
}

static BOOL provider_denied(HANDLE h)
{
	(void)h; /* it connects by itself */
	return FaxRegisterServiceProviderW(GUID1, u"b", u"/usr/lib/caselli/x.so", u"");
}

static void unregister_good(void)
{
	OK(FaxRegisterServiceProviderW(GUID1, u"b", u"/usr/lib/caselli/x.so", u""));
	OK(FaxUnregisterServiceProviderW(GUID1));
	/* it is free again */
	OK(FaxRegisterServiceProviderW(GUID1, u"b", u"/usr/lib/caselli/x.so", u""));
	OK(FaxUnregisterServiceProviderW(GUID1));
}

static void unregister_bad(void)
{
	ERR(FaxUnregisterServiceProviderW(NULL), ERROR_INVALID_PARAMETER);
	ERR(FaxUnregisterServiceProviderW(GUID1), ERROR_NOT_FOUND);
}

static BOOL unregister_denied(HANDLE h)
{
	(void)h;
	return FaxUnregisterServiceProviderW(GUID1);
}

static void put(LPWSTR dst, const WCHAR *src)
{
	while ((*dst++ = *src++)) {
	}
}

static BOOL CALLBACK method(HANDLE h, LPVOID context, LPWSTR name, LPWSTR friendly, LPWSTR function,
			    LPWSTR guid)
{
	DWORD *left = context;

	(void)h;
	put(name, u"test");
	put(friendly, u"Test \u00FC");
	put(function, u"TestRoute");
	put(guid, u"{7d1f3f0e-1c0b-4a53-9d0f-0123456789ab}");
	return (*left)-- > 0;
}

static void extension_good(void)
{
	DWORD n = 1;

	OK(FaxRegisterRoutingExtensionW(fax, u"winfax test", u"Test", u"/usr/lib/caselli/r.so",
					method, &n));
	OK(CaselliUnregisterRoutingExtension(other, "winfax test"));
	ERR(CaselliUnregisterRoutingExtension(other, "winfax test"), ERROR_NOT_FOUND);
}

static void extension_bad(void)
{
	DWORD n = 1;

	ERR(FaxRegisterRoutingExtensionW(NULL, u"a", u"b", u"/c", method, &n),
	    ERROR_INVALID_PARAMETER);
	ERR(FaxRegisterRoutingExtensionW(port, u"a", u"b", u"/c", method, &n),
	    ERROR_INVALID_HANDLE);
	ERR(FaxRegisterRoutingExtensionW(fax, NULL, u"b", u"/c", method, &n),
	    ERROR_INVALID_PARAMETER);
	ERR(FaxRegisterRoutingExtensionW(fax, u"a", NULL, u"/c", method, &n),
	    ERROR_INVALID_PARAMETER);
	ERR(FaxRegisterRoutingExtensionW(fax, u"a", u"b", NULL, method, &n),
	    ERROR_INVALID_PARAMETER);
	ERR(FaxRegisterRoutingExtensionW(fax, u"a", u"b", u"/c", NULL, &n),
	    ERROR_INVALID_PARAMETER);
	n = 0; /* an extension without a method */
	ERR(FaxRegisterRoutingExtensionW(fax, u"a", u"b", u"/c", method, &n),
	    ERROR_INVALID_PARAMETER);
}

static BOOL extension_denied(HANDLE h)
{
	DWORD n = 1;

	return FaxRegisterRoutingExtensionW(h, u"winfax test", u"Test", u"/usr/lib/caselli/r.so",
					    method, &n);
}

#define ROW(name, fn, right) {#name, fn##_good, fn##_bad, right, fn##_denied}
const struct row rows_plain[] = {
	ROW(FaxAbort, abort, FAX_JOB_MANAGE),
	{"FaxAccessCheck", access_good, access_bad, 0, NULL},
	{"FaxClose", close_good, close_bad, 0, NULL},
	{"FaxFreeBuffer", free_good, free_bad, 0, NULL},
	ROW(FaxGetPageData, page, FAX_JOB_QUERY),
	{"FaxInitializeEventQueue", events_good, events_bad, 0, NULL},
	ROW(FaxOpenPort, open, FAX_PORT_QUERY),
	ROW(FaxRegisterRoutingExtensionW, extension, FAX_CONFIG_SET),
	ROW(FaxRegisterServiceProviderW, provider, FAX_CONFIG_SET),
	ROW(FaxUnregisterServiceProviderW, unregister, FAX_CONFIG_SET),
};
const size_t n_rows_plain = sizeof(rows_plain) / sizeof(rows_plain[0]);
