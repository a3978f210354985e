/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events: opnums 73 to 75 and 92, and what the service calls back: the interface faxclient,
 * served by Wine's rpcrt4.
 */
#include "stubs.h"

#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "faxclient.h"

#define WAIT_MS 20000u
#define MAX     512

enum kind { OPENED, LEGACY, EXTENDED, CLOSED };
struct seen {
	enum kind kind;
	uint64_t context; /* the handle is the context's own number */
	FAX_LEGACY_EVENT legacy;
	byte p[512];
	ULONG n;
};

/* filled by threads of rpcrt4 */
static struct {
	CRITICAL_SECTION lock;
	HANDLE more;
	struct seen v[MAX];
	int n;
} in;
static int taken;
static bool dead; /* nothing came for WAIT_MS */
static wchar_t endpoint[8];

static void put(const struct seen *s)
{
	EnterCriticalSection(&in.lock);
	if (in.n < MAX) {
		in.v[in.n++] = *s;
	}
	LeaveCriticalSection(&in.lock);
	(void)SetEvent(in.more);
}

/* ---- the interface ---- */

ULONG FAX_OpenConnection(handle_t h, MIDL_uhyper context, FAX_CLIENT_HANDLE *ret)
{
	(void)h;
	put(&(struct seen){.kind = OPENED, .context = context});
	*ret = (FAX_CLIENT_HANDLE)(uintptr_t)context;
	return 0;
}

ULONG FAX_ClientEventQueue(FAX_CLIENT_HANDLE handle, FAX_LEGACY_EVENT e)
{
	put(&(struct seen){.kind = LEGACY, .context = (uintptr_t)handle, .legacy = e});
	return 0;
}

ULONG FAX_CloseConnection(FAX_CLIENT_HANDLE *handle)
{
	put(&(struct seen){.kind = CLOSED, .context = (uintptr_t)*handle});
	*handle = NULL;
	return 0;
}

ULONG FAX_ClientEventQueueEx(FAX_CLIENT_HANDLE handle, byte *p, ULONG n)
{
	struct seen s = {.kind = EXTENDED, .context = (uintptr_t)handle, .n = n};

	memcpy(s.p, p, n < sizeof(s.p) ? n : sizeof(s.p));
	put(&s);
	return 0;
}

void __RPC_USER FAX_CLIENT_HANDLE_rundown(FAX_CLIENT_HANDLE handle)
{
	(void)handle;
}

static void serve(void)
{
	RPC_STATUS rc = RPC_S_DUPLICATE_ENDPOINT;

	InitializeCriticalSection(&in.lock);
	in.more = CreateEventA(NULL, FALSE, FALSE, NULL);
	/* as Windows does: steps of 10 (ms-fax.md 9.5) */
	for (unsigned port = 21000 + GetCurrentProcessId() % 1000; rc && port < 60000; port += 10) {
		(void)swprintf(endpoint, 8, L"%u", port);
		rc = RpcServerUseProtseqEpW((RPC_WSTR)L"ncacn_ip_tcp", 10, (RPC_WSTR)endpoint,
					    NULL);
	}
	rc = rc ? rc : RpcServerRegisterIf(faxclient_v3_0_s_ifspec, NULL, NULL);
	rc = rc ? rc : RpcServerListen(1, 20, TRUE);
	CHECK(rc == RPC_S_OK);
}

/* The next one, in the order they came. @return false: nothing comes any more */
static bool next(struct seen *ret)
{
	bool there = false;

	while (!dead) {
		EnterCriticalSection(&in.lock);
		there = taken < in.n;
		if (there) {
			*ret = in.v[taken++];
		}
		LeaveCriticalSection(&in.lock);
		if (there || WaitForSingleObject(in.more, WAIT_MS) != WAIT_OBJECT_0) {
			break;
		}
	}
	CHECK(there);
	dead = !there;
	return there;
}

/* ---- the methods ---- */

static uint64_t subscribe(handle_t h, uint64_t context, ULONG extended, ULONG types,
			  const wchar_t *at, FAX_EVENT_EX_HANDLE *ret)
{
	return CALL(74, FAX_StartServerNotificationEx(h, (wchar_t *)L"client.example.test",
						      (wchar_t *)(uintptr_t)at, context,
						      (wchar_t *)L"ncacn_ip_tcp", extended, types,
						      ret));
}

static void end(uint64_t context, FAX_EVENT_EX_HANDLE *handle)
{
	struct seen s;

	GOOD(75, FAX_EndServerNotification(handle));
	CHECK(!*handle);
	do {
		if (!next(&s)) {
			return;
		}
	} while (s.kind != CLOSED || s.context != context);
}

static void legacy(void)
{
	static const ULONG order[] = {0x16, 1, 2, 4, 0x17}; /* queued ... deleted */
	const uint64_t context = 0x123456789abcdef0;
	FAX_EVENT_EX_HANDLE handle = NULL;
	unsigned at = 0;
	bool idle = false;
	struct seen s;
	uint32_t job;

	serve();
	verdict(74, true, 0, subscribe(w.rich, context, FALSE, 0, endpoint, &handle), __LINE__);
	CHECK(handle && next(&s) && s.kind == OPENED && s.context == context);
	w.sent[0] = send_fax(L"102", 1, &job);
	while ((at < sizeof(order) / sizeof(order[0]) || !idle) && next(&s)) {
		CHECK(s.kind == LEGACY && s.legacy.Size == 24 && s.legacy.TimeHigh);
		if (s.legacy.JobId == job && at < sizeof(order) / sizeof(order[0]) &&
		    s.legacy.EventId == order[at]) {
			at++;
		}
		idle = idle || (s.legacy.EventId == 0x13 && s.legacy.DeviceId);
	}
	CHECK(at == sizeof(order) / sizeof(order[0]));
	end(context, &handle);
}

static void refused(void)
{
	FAX_EVENT_EX_HANDLE handle = NULL;

	verdict(74, false, ERROR_INVALID_PARAMETER,
		subscribe(w.rich, 1, TRUE, 0x400, endpoint, &handle), __LINE__);
	verdict(74, false, ERROR_INVALID_PARAMETER,
		subscribe(w.rich, 1, TRUE, 1, L"80", &handle), __LINE__);
	verdict(74, false, ERROR_BAD_FORMAT,
		subscribe(w.rich, 1, TRUE, 1, L"12345678901", &handle), __LINE__);
	verdict(74, false, ERROR_ACCESS_DENIED, /* CONFIG */
		subscribe(w.poor, 1, TRUE, 4, endpoint, &handle), __LINE__);
	verdict(74, false, FAULT(ERROR_ACCESS_DENIED),
		subscribe(w.nemo, 1, TRUE, 2, endpoint, &handle), __LINE__);
	BAD(92, ERROR_INVALID_PARAMETER,
	    FAX_StartServerNotificationEx2(w.rich, NULL, (wchar_t *)L"c", endpoint, 1,
					   (wchar_t *)L"ncacn_ip_tcp", 2, 7, &handle));
	CHECK(!handle);
}

/* FAX_EVENT_EX and _EX_1 of a fax (ms-fax.md 4.3). */
struct fax_event {
	ULONG type, change, folder;
	uint64_t id;
};
static struct fax_event read_event(const struct seen *s, uint32_t job)
{
	struct fax_event e = {0};

	/* the readers of answers check bounds */
	fresh()->p = MIDL_user_allocate(s->n);
	o.n = s->n < sizeof(s->p) ? s->n : sizeof(s->p);
	memcpy(o.p, s->p, o.n);
	CHECK(s->kind == EXTENDED && u32(0) == 56 && o.n % 8 == 0 && u32(8));
	e = (struct fax_event){u32(12), u32(24), u32(32), u64(16)};
	if (e.type & 0x63 && e.change == 2) {
		CHECK(u32(28) == 56 && u32(56) == 120);
		if (job && u32(64) == job) {
			CHECK(u32(68) == 2 && u32(72) & 0x9cf); /* a send job's state */
			(void)text(56 + 40);
			(void)text(56 + 100);
		}
	} else if (e.type & 0x63) {
		CHECK(u32(28) == 0 && o.n == 56);
	}
	return e;
}

static void extended(void)
{
	const uint64_t all = 7, own_only = 0xfedcba9876543210;
	FAX_EVENT_EX_HANDLE h[2] = {NULL, NULL};
	unsigned added = 0, status = 0, removed = 0, in_archive = 0, out_archive = 0, ours = 0,
		 device = 0, closed = 0;
	struct seen s;
	uint32_t job;

	verdict(74, true, 0, subscribe(w.rich, all, TRUE, 0x3ff, endpoint, &h[0]), __LINE__);
	CHECK(next(&s) && s.kind == OPENED && s.context == all);
	GOOD(92, FAX_StartServerNotificationEx2(w.rich, NULL, (wchar_t *)L"c", endpoint, own_only,
						(wchar_t *)L"ncacn_ip_tcp", 0x42, 1, &h[1]));
	CHECK(next(&s) && s.kind == OPENED && s.context == own_only);
	w.sent[1] = send_fax(L"102", 1, &job);
	while ((!removed || !in_archive || !ours) && next(&s)) {
		struct fax_event e = read_event(&s, job);

		if (s.context == own_only) {
			CHECK(e.type & 0x42 && e.id == w.sent[1]);
			ours += e.type == 0x40;
			continue;
		}
		device += e.type == 0x100;
		in_archive += e.type == 0x20 && e.change == 0;
		out_archive += e.type == 0x40 && e.change == 0 && e.id == w.sent[1];
		if (e.type == 2 && e.id == w.sent[1]) {
			added += e.change == 0;
			status += e.change == 2;
			removed += e.change == 1;
		}
	}
	CHECK(added == 1 && status && removed == 1 && in_archive && out_archive == 1 && device);
	/* both end: each is told so */
	GOOD(75, FAX_EndServerNotification(&h[1]));
	GOOD(75, FAX_EndServerNotification(&h[0]));
	while (closed < 2 && next(&s)) {
		closed += s.kind == CLOSED;
	}
	CHECK(closed == 2 && !h[0] && !h[1]);
	GOOD(63, FAX_StartMessagesEnum(w.rich, FOLDER_SENT, &w.any));
	BAD(75, CONTEXT_MISMATCH, FAX_EndServerNotification((FAX_EVENT_EX_HANDLE *)&w.any));
}

const struct row event_rows[] = {
	{73, "StartServerNotification", NULL}, /* with the other methods of old versions */
	{74, "StartServerNotificationEx", legacy},
	{75, "EndServerNotification", refused},
	{92, "StartServerNotificationEx2", extended},
	{0, NULL, NULL},
};
