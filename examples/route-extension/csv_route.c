/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fax routing extension (faxroute.h) with one method: it appends a line for each received fax
 * to a CSV file, writes a note beside it and adds the note to the fax's files. The path of the
 * CSV file is the method's data for a port (UTF-16 text with NUL, as FaxSetRoutingInfo sends it).
 * Data and switches are kept with the service through faxext.h. README.md beside it.
 */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <faxext.h>
#include <faxroute.h>

#define METHOD_GUID u"{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}"
#define PATH_ITEM   u"{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d2}"
#define SWITCH_ITEM u"{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d3}"
#define PATH_UNITS  1000

static const GUID method_guid = {0x5e0b3c52, 0x6a57, 0x4c44,
				 {0x9d, 0x57, 0x52, 0xa2, 0xa0, 0xc5, 0xf0, 0xd1}};
static HANDLE heap;
static FAX_ROUTE_CALLBACKROUTINES service;
static PFAX_EXT_GET_DATA get_item;
static PFAX_EXT_SET_DATA set_item;
static PFAX_EXT_FREE_BUFFER free_item;

HRESULT WINAPI FaxExtInitializeConfig(PFAX_EXT_GET_DATA get, PFAX_EXT_SET_DATA set,
				      PFAX_EXT_REGISTER_FOR_EVENTS listen,
				      PFAX_EXT_UNREGISTER_FOR_EVENTS unlisten,
				      PFAX_EXT_FREE_BUFFER free_buffer);
BOOL WINAPI FaxRouteInitialize(HANDLE HeapHandle,
			       PFAX_ROUTE_CALLBACKROUTINES FaxRouteCallbackRoutines);
BOOL WINAPI CsvRoute(const FAX_ROUTE *FaxRoute, PVOID *FailureData, LPDWORD FailureDataSize);
BOOL WINAPI FaxRouteDeviceChangeNotification(DWORD DeviceId, BOOL NewDevice);
BOOL WINAPI FaxRouteDeviceEnable(LPCWSTR RoutingGuid, DWORD DeviceId, LONG Enabled);
BOOL WINAPI FaxRouteGetRoutingInfo(LPCWSTR RoutingGuid, DWORD DeviceId, LPBYTE RoutingInfo,
				   LPDWORD RoutingInfoSize);
BOOL WINAPI FaxRouteSetRoutingInfo(LPCWSTR RoutingGuid, DWORD DeviceId, const BYTE *RoutingInfo,
				   DWORD RoutingInfoSize);

HRESULT FaxExtInitializeConfig(PFAX_EXT_GET_DATA get, PFAX_EXT_SET_DATA set,
			       PFAX_EXT_REGISTER_FOR_EVENTS listen,
			       PFAX_EXT_UNREGISTER_FOR_EVENTS unlisten,
			       PFAX_EXT_FREE_BUFFER free_buffer)
{
	(void)listen, (void)unlisten;
	get_item = get;
	set_item = set;
	free_item = free_buffer;
	return S_OK;
}

BOOL FaxRouteInitialize(HANDLE HeapHandle, PFAX_ROUTE_CALLBACKROUTINES FaxRouteCallbackRoutines)
{
	heap = HeapHandle;
	service = *FaxRouteCallbackRoutines;
	return TRUE;
}

/* @return octets of the port's path with NUL; 0: none */
static DWORD load_path(DWORD device, WCHAR path[PATH_UNITS])
{
	LPBYTE p = NULL;
	DWORD n = 0;

	if (get_item(device, DEV_ID_SRC_FAX, PATH_ITEM, &p, &n) != ERROR_SUCCESS) {
		return 0;
	}
	n = n <= PATH_UNITS * sizeof(WCHAR) ? n : 0;
	(void)memcpy(path, p, n);
	free_item(p);
	return n;
}

static void narrow(char *dst, size_t size, LPCWSTR s)
{
	size_t i = 0;

	for (; s && s[i] && i + 1 < size; i++) {
		dst[i] = (char)(s[i] < 0x80 && s[i] != ';' && s[i] >= 0x20 ? s[i] : '?');
	}
	dst[i] = '\0';
}

static bool write_line(const char *path, const char *mode, const FAX_ROUTE *r)
{
	char tsid[64], csid[64], device[128];
	FILE *f = fopen(path, mode);

	if (!f) {
		return false;
	}
	narrow(tsid, sizeof(tsid), r->Tsid);
	narrow(csid, sizeof(csid), r->Csid);
	narrow(device, sizeof(device), r->DeviceName);
	(void)fprintf(f, "%u;%s;%s;%s;%u\n", r->JobId, device, tsid, csid, r->PageCount);
	return fclose(f) == 0;
}

static BOOL CALLBACK count_file(DWORD JobId, GUID *GuidOwner, GUID *GuidCaller, LPCWSTR FileName,
				PVOID Context)
{
	(void)JobId, (void)GuidOwner, (void)GuidCaller, (void)FileName;
	++*(DWORD *)Context;
	return TRUE;
}

BOOL CsvRoute(const FAX_ROUTE *FaxRoute, PVOID *FailureData, LPDWORD FailureDataSize)
{
	WCHAR wide[PATH_UNITS + 8] = {0};
	char path[PATH_UNITS], note[PATH_UNITS + 32];
	GUID guid = method_guid;
	DWORD files = 0;
	size_t i;

	/* What an earlier method set for us counts more than our own data. */
	if (FaxRoute->RoutingInfoData &&
	    FaxRoute->RoutingInfoDataSize <= PATH_UNITS * sizeof(WCHAR)) {
		(void)memcpy(wide, FaxRoute->RoutingInfoData, FaxRoute->RoutingInfoDataSize);
	} else if (!load_path(FaxRoute->DeviceId, wide)) {
		SetLastError(ERROR_BAD_CONFIGURATION);
		return FALSE; /* for good: nobody said where to */
	}
	narrow(path, sizeof(path), wide);
	if (!write_line(path, "a", FaxRoute)) {
		/* Again, later: the service keeps this block for us. */
		DWORD *tries = *FailureData && *FailureDataSize == sizeof(DWORD) ?
				       *FailureData :
				       HeapAlloc(heap, HEAP_ZERO_MEMORY, sizeof(DWORD));

		if (tries) {
			++*tries;
			*FailureData = tries;
			*FailureDataSize = sizeof(*tries);
		}
		SetLastError(ERROR_WRITE_FAULT);
		return FALSE;
	}
	(void)service.FaxRouteEnumFiles(FaxRoute->JobId, &guid, count_file, &files);
	(void)snprintf(note, sizeof(note), "%s.%u.txt", path, FaxRoute->JobId);
	if (files && write_line(note, "w", FaxRoute)) {
		for (i = 0; note[i] && i < PATH_UNITS + 7; i++) {
			wide[i] = (WCHAR)(unsigned char)note[i];
		}
		wide[i] = 0;
		(void)service.FaxRouteAddFile(FaxRoute->JobId, wide, &guid);
	}
	return TRUE;
}

BOOL FaxRouteDeviceChangeNotification(DWORD DeviceId, BOOL NewDevice)
{
	(void)DeviceId, (void)NewDevice; /* what we keep of a device that is gone does no harm */
	return TRUE;
}

BOOL FaxRouteDeviceEnable(LPCWSTR RoutingGuid, DWORD DeviceId, LONG Enabled)
{
	WCHAR path[PATH_UNITS];
	LPBYTE p = NULL;
	DWORD n = 0, code;
	BYTE on = Enabled == STATUS_ENABLE;

	(void)RoutingGuid; /* there is but one method */
	if (Enabled == QUERY_STATUS) {
		if (get_item(DeviceId, DEV_ID_SRC_FAX, SWITCH_ITEM, &p, &n) == ERROR_SUCCESS) {
			on = n == 1 && *p;
			free_item(p);
		}
		return on;
	}
	if (on && !load_path(DeviceId, path)) {
		SetLastError(ERROR_BAD_CONFIGURATION);
		return FALSE;
	}
	code = set_item(NULL, DeviceId, DEV_ID_SRC_FAX, SWITCH_ITEM, &on, 1);
	SetLastError(code);
	return code == ERROR_SUCCESS;
}

BOOL FaxRouteGetRoutingInfo(LPCWSTR RoutingGuid, DWORD DeviceId, LPBYTE RoutingInfo,
			    LPDWORD RoutingInfoSize)
{
	WCHAR path[PATH_UNITS];
	DWORD n = load_path(DeviceId, path);

	(void)RoutingGuid;
	if (RoutingInfo && *RoutingInfoSize < n) {
		SetLastError(ERROR_INSUFFICIENT_BUFFER);
		return FALSE;
	}
	if (RoutingInfo) {
		(void)memcpy(RoutingInfo, path, n);
	}
	*RoutingInfoSize = n;
	return TRUE;
}

BOOL FaxRouteSetRoutingInfo(LPCWSTR RoutingGuid, DWORD DeviceId, const BYTE *RoutingInfo,
			    DWORD RoutingInfoSize)
{
	WCHAR path[PATH_UNITS];
	DWORD code;

	(void)RoutingGuid;
	if (!RoutingInfo || RoutingInfoSize < 2 * sizeof(WCHAR) ||
	    RoutingInfoSize > sizeof(path) || RoutingInfoSize % sizeof(WCHAR)) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return FALSE;
	}
	(void)memcpy(path, RoutingInfo, RoutingInfoSize);
	if (path[0] != '/' || path[RoutingInfoSize / sizeof(WCHAR) - 1]) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return FALSE;
	}
	code = set_item(NULL, DeviceId, DEV_ID_SRC_FAX, PATH_ITEM, (LPBYTE)path, RoutingInfoSize);
	SetLastError(code);
	return code == ERROR_SUCCESS;
}
