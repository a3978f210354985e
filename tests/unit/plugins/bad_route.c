/* SPDX-License-Identifier: Apache-2.0 */
/* An extension that is deliberately bad: $BAD_ROUTE names the call and what it does there. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <faxext.h>
#include <faxroute.h>

static HANDLE heap;
static FAX_ROUTE_CALLBACKROUTINES service;

static bool bad(const char *where, bool *nonsense)
{
	const char *s = getenv("BAD_ROUTE");
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

HRESULT WINAPI FaxExtInitializeConfig(PFAX_EXT_GET_DATA get, PFAX_EXT_SET_DATA set,
				      PFAX_EXT_REGISTER_FOR_EVENTS listen,
				      PFAX_EXT_UNREGISTER_FOR_EVENTS unlisten,
				      PFAX_EXT_FREE_BUFFER free_buffer);
BOOL WINAPI FaxRouteInitialize(HANDLE h, PFAX_ROUTE_CALLBACKROUTINES c);
BOOL WINAPI BadMethod(const FAX_ROUTE *r, PVOID *failure, LPDWORD size);
BOOL WINAPI FaxRouteDeviceChangeNotification(DWORD id, BOOL is_new);
BOOL WINAPI FaxRouteDeviceEnable(LPCWSTR guid, DWORD id, LONG on);
BOOL WINAPI FaxRouteGetRoutingInfo(LPCWSTR guid, DWORD id, LPBYTE p, LPDWORD n);
BOOL WINAPI FaxRouteSetRoutingInfo(LPCWSTR guid, DWORD id, const BYTE *p, DWORD n);

HRESULT FaxExtInitializeConfig(PFAX_EXT_GET_DATA get, PFAX_EXT_SET_DATA set,
			       PFAX_EXT_REGISTER_FOR_EVENTS listen,
			       PFAX_EXT_UNREGISTER_FOR_EVENTS unlisten,
			       PFAX_EXT_FREE_BUFFER free_buffer)
{
	bool nonsense;

	if (bad("config", &nonsense)) {
		return E_FAIL;
	}
	if (nonsense) {
		(void)get(0, DEV_ID_SRC_FAX, NULL, NULL, NULL);
		(void)set(NULL, 0, DEV_ID_SRC_TAPI, u"x", NULL, 0xFFFFFFFF);
		(void)listen(NULL, 0, DEV_ID_SRC_FAX, NULL, NULL);
		(void)unlisten((HANDLE)(uintptr_t)77);
		free_buffer(&nonsense);
	}
	return S_OK;
}

BOOL FaxRouteInitialize(HANDLE h, PFAX_ROUTE_CALLBACKROUTINES c)
{
	bool nonsense;

	heap = h;
	service = *c;
	if (bad("init", &nonsense)) {
		return FALSE;
	}
	(void)memset(c, nonsense ? 0x41 : 0, sizeof(*c)); /* ours: it may */
	return TRUE;
}

static void spoil(const FAX_ROUTE *r)
{
	WCHAR name[2000];
	DWORD n = sizeof(name), i;

	(void)service.FaxRouteAddFile(r->JobId, NULL, NULL);
	(void)service.FaxRouteAddFile(r->JobId, u"relative", NULL);
	(void)service.FaxRouteAddFile(r->JobId + 1, u"/etc/passwd", NULL);
	for (i = 0; i < 2000; i++) {
		name[i] = '/';
	}
	name[1999] = 0;
	(void)service.FaxRouteAddFile(r->JobId, name, NULL);
	for (i = 0; i < 500; i++) {
		name[2] = (WCHAR)('a' + i % 26);
		name[3] = (WCHAR)('a' + i / 26);
		name[4] = 0;
		(void)service.FaxRouteAddFile(r->JobId, name, NULL);
	}
	n = sizeof(name);
	if (service.FaxRouteGetFile(r->JobId, 0, name, &n)) {
		(void)service.FaxRouteDeleteFile(r->JobId, name);
	}
	(void)service.FaxRouteGetFile(r->JobId, 0xFFFFFFFF, name, &n);
	(void)service.FaxRouteGetFile(r->JobId, 0, name, NULL);
	(void)service.FaxRouteEnumFiles(r->JobId, NULL, NULL, NULL);
	(void)service.FaxRouteModifyRoutingData(r->JobId, u"{no guid}", NULL, 0xFFFFFFFF);
}

BOOL BadMethod(const FAX_ROUTE *r, PVOID *failure, LPDWORD size)
{
	bool nonsense;

	if (bad("method", &nonsense)) {
		return FALSE;
	}
	if (nonsense) {
		spoil(r);
		*failure = (PVOID)(uintptr_t)0x123;
		*size = 0xFFFFFFFF;
		return FALSE;
	}
	if (bad("retry", &nonsense)) {
		*failure = *failure ? *failure : HeapAlloc(heap, HEAP_ZERO_MEMORY, 4);
		++*(DWORD *)*failure;
		*size = nonsense ? 0xFFFFFFFF : 4;
		return FALSE;
	}
	return TRUE;
}

BOOL FaxRouteDeviceChangeNotification(DWORD id, BOOL is_new)
{
	bool nonsense;

	(void)id, (void)is_new;
	return !bad("device", &nonsense);
}

BOOL FaxRouteDeviceEnable(LPCWSTR guid, DWORD id, LONG on)
{
	bool nonsense;

	(void)guid, (void)id;
	if (bad("enable", &nonsense)) {
		return FALSE;
	}
	return nonsense ? on * 77 : TRUE;
}

BOOL FaxRouteGetRoutingInfo(LPCWSTR guid, DWORD id, LPBYTE p, LPDWORD n)
{
	bool nonsense;

	(void)guid, (void)id;
	if (bad("get", &nonsense)) {
		return FALSE;
	}
	if (nonsense) {
		*n = p ? *n + 1 : 100;
	} else {
		*n = 0;
	}
	return TRUE;
}

BOOL FaxRouteSetRoutingInfo(LPCWSTR guid, DWORD id, const BYTE *p, DWORD n)
{
	bool nonsense;

	(void)guid, (void)id, (void)p, (void)n;
	return !bad("set", &nonsense);
}
