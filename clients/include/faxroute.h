/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file faxroute.h
 * The interface of a fax routing extension: a shared object with one or more methods that do
 * something with received faxes. Caselli loads each in a process of its own (docs/plugins.md).
 *
 * The extension exports the functions whose types stand at the end, under the names in their
 * comments, with C linkage, and one function of type PFAXROUTEMETHOD for each method. BOOL
 * functions return nonzero for success; on failure they call SetLastError() and return FALSE.
 * All text is UTF-16; GUIDs as text stand in braces, any case.
 */
#ifndef _FAXROUTE_H_
#define _FAXROUTE_H_

#include <caselli/winbase.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Third argument of FaxRouteDeviceEnable. */
typedef enum { QUERY_STATUS = -1, STATUS_DISABLE = 0, STATUS_ENABLE = 1 } FAXROUTE_ENABLE;

#ifdef _WIN32
#define FAXROUTE_ALIGN8
#else
/* Eight octets on 32-bit Windows too, where Linux would align them to four. */
#define FAXROUTE_ALIGN8 __attribute__((aligned(8)))
#endif

/** A received fax. Texts may be NULL or empty. Valid until the method returns. */
typedef struct _FAX_ROUTE {
	DWORD SizeOfStruct;    /**< a larger value: fields were appended */
	DWORD JobId;           /**< for the callbacks */
	FAXROUTE_ALIGN8 DWORDLONG ElapsedTime; /**< 100 ns units that the call took */
	FAXROUTE_ALIGN8 DWORDLONG ReceiveTime; /**< start of the call, as a FILETIME, UTC */
	DWORD PageCount;
	LPCWSTR Csid;          /**< our station */
	LPCWSTR Tsid;          /**< the far station */
	LPCWSTR CallerId;
	LPCWSTR RoutingInfo;   /**< dialled number */
	LPCWSTR ReceiverName;
	LPCWSTR ReceiverNumber;
	LPCWSTR DeviceName;
	DWORD DeviceId;
	LPBYTE RoutingInfoData; /**< set by an earlier method for this one, else NULL */
	DWORD RoutingInfoDataSize;
} FAX_ROUTE, *PFAX_ROUTE;

/* ---- Callbacks of the service; only while a method runs, for the job it was given ---- */

/** FileName: full path. Guid: the calling method. @return number of the file, -1 on failure */
typedef LONG(WINAPI *PFAXROUTEADDFILE)(DWORD JobId, LPCWSTR FileName, GUID *Guid);
/** Takes it from the list, the file stays; never the received TIFF. @return its number or -1 */
typedef LONG(WINAPI *PFAXROUTEDELETEFILE)(DWORD JobId, LPCWSTR FileName);
/** Index from 0, the received TIFF. FileNameBuffer NULL: *RequiredSize in octets with NUL. */
typedef BOOL(WINAPI *PFAXROUTEGETFILE)(DWORD JobId, DWORD Index, LPWSTR FileNameBuffer,
				       LPDWORD RequiredSize);
/** Of the extension, once for each file. FALSE ends it. */
typedef BOOL(CALLBACK *PFAXROUTEENUMFILE)(DWORD JobId, GUID *GuidOwner, GUID *GuidCaller,
					  LPCWSTR FileName, PVOID Context);
typedef BOOL(WINAPI *PFAXROUTEENUMFILES)(DWORD JobId, GUID *Guid, PFAXROUTEENUMFILE FileEnumerator,
					 PVOID Context);
/** RoutingInfoData of a method that comes later for this fax. */
typedef BOOL(WINAPI *PFAXROUTEMODIFYROUTINGDATA)(DWORD JobId, LPCWSTR RoutingGuid,
						 LPBYTE RoutingData, DWORD RoutingDataSize);

/** Copy it: it need not live longer than FaxRouteInitialize. */
typedef struct _FAX_ROUTE_CALLBACKROUTINES {
	DWORD SizeOfStruct;
	PFAXROUTEADDFILE FaxRouteAddFile;
	PFAXROUTEDELETEFILE FaxRouteDeleteFile;
	PFAXROUTEGETFILE FaxRouteGetFile;
	PFAXROUTEENUMFILES FaxRouteEnumFiles;
	PFAXROUTEMODIFYROUTINGDATA FaxRouteModifyRoutingData;
} FAX_ROUTE_CALLBACKROUTINES, *PFAX_ROUTE_CALLBACKROUTINES;

/* ---- What an extension exports ---- */

/** FaxRouteInitialize: once, after loading. Memory handed over comes from HeapHandle. */
typedef BOOL(WINAPI *PFAXROUTEINITIALIZE)(HANDLE HeapHandle,
					  PFAX_ROUTE_CALLBACKROUTINES FaxRouteCallbackRoutines);
/**
 * A method, exported under the name it was registered with. FALSE and *FailureData set to a
 * block of the heap: called again later, *FailureData then holds these bytes (0 and NULL at
 * the first time). FALSE without: failed for good.
 */
typedef BOOL(WINAPI *PFAXROUTEMETHOD)(const FAX_ROUTE *FaxRoute, PVOID *FailureData,
				      LPDWORD FailureDataSize);
/** FaxRouteDeviceChangeNotification: a device came (TRUE) or went. */
typedef BOOL(WINAPI *PFAXROUTEDEVICECHANGENOTIFICATION)(DWORD DeviceId, BOOL NewDevice);
/** FaxRouteDeviceEnable: FAXROUTE_ENABLE. Configuration missing: FALSE, ERROR_BAD_CONFIGURATION. */
typedef BOOL(WINAPI *PFAXROUTEDEVICEENABLE)(LPCWSTR RoutingGuid, DWORD DeviceId, LONG Enabled);
/** FaxRouteGetRoutingInfo: RoutingInfo NULL asks for the size. */
typedef BOOL(WINAPI *PFAXROUTEGETROUTINGINFO)(LPCWSTR RoutingGuid, DWORD DeviceId,
					      LPBYTE RoutingInfo, LPDWORD RoutingInfoSize);
/** FaxRouteSetRoutingInfo: to be kept by the extension. */
typedef BOOL(WINAPI *PFAXROUTESETROUTINGINFO)(LPCWSTR RoutingGuid, DWORD DeviceId,
					      const BYTE *RoutingInfo, DWORD RoutingInfoSize);

#ifdef __cplusplus
}
#endif

#endif
