/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and offsets of faxdev.h and faxroute.h as published (64-bit and 32-bit), and that the
 * headers stand alone; judged by the compiler, as C and as C++. */
#include <faxdev.h>
#include <faxroute.h>
#include <faxext.h>
#include <stddef.h>
#ifndef __cplusplus
#define static_assert _Static_assert
#endif
#define SIZE(S, s64, s32) static_assert(sizeof(S) == (sizeof(void *) == 8 ? s64 : s32), #S)
#define AT(S, f, o64, o32) static_assert(offsetof(S, f) == (sizeof(void *) == 8 ? o64 : o32), \
		#S "." #f)
SIZE(LINEMESSAGE, 40, 24);
AT(LINEMESSAGE, hDevice, 0, 0);
AT(LINEMESSAGE, dwMessageID, 4, 4);
AT(LINEMESSAGE, dwCallbackInstance, 8, 8);
AT(LINEMESSAGE, dwParam1, 16, 12);
AT(LINEMESSAGE, dwParam2, 24, 16);
AT(LINEMESSAGE, dwParam3, 32, 20);
SIZE(FAX_SEND, 72, 44);
AT(FAX_SEND, SizeOfStruct, 0, 0);
AT(FAX_SEND, FileName, 8, 4);
AT(FAX_SEND, CallerName, 16, 8);
AT(FAX_SEND, CallerNumber, 24, 12);
AT(FAX_SEND, ReceiverName, 32, 16);
AT(FAX_SEND, ReceiverNumber, 40, 20);
AT(FAX_SEND, Branding, 48, 24);
AT(FAX_SEND, CallHandle, 52, 28);
AT(FAX_SEND, Reserved, 56, 32);
SIZE(FAX_RECEIVE, 48, 32);
AT(FAX_RECEIVE, SizeOfStruct, 0, 0);
AT(FAX_RECEIVE, FileName, 8, 4);
AT(FAX_RECEIVE, ReceiverName, 16, 8);
AT(FAX_RECEIVE, ReceiverNumber, 24, 12);
AT(FAX_RECEIVE, Reserved, 32, 16);
SIZE(FAX_DEV_STATUS, 56, 44);
AT(FAX_DEV_STATUS, SizeOfStruct, 0, 0);
AT(FAX_DEV_STATUS, StatusId, 4, 4);
AT(FAX_DEV_STATUS, StringId, 8, 8);
AT(FAX_DEV_STATUS, PageCount, 12, 12);
AT(FAX_DEV_STATUS, CSI, 16, 16);
AT(FAX_DEV_STATUS, CallerId, 24, 20);
AT(FAX_DEV_STATUS, RoutingInfo, 32, 24);
AT(FAX_DEV_STATUS, ErrorCode, 40, 28);
AT(FAX_DEV_STATUS, Reserved, 44, 32);
SIZE(FAX_ROUTE, 112, 72);
AT(FAX_ROUTE, SizeOfStruct, 0, 0);
AT(FAX_ROUTE, JobId, 4, 4);
AT(FAX_ROUTE, ElapsedTime, 8, 8);
AT(FAX_ROUTE, ReceiveTime, 16, 16);
AT(FAX_ROUTE, PageCount, 24, 24);
AT(FAX_ROUTE, Csid, 32, 28);
AT(FAX_ROUTE, Tsid, 40, 32);
AT(FAX_ROUTE, CallerId, 48, 36);
AT(FAX_ROUTE, RoutingInfo, 56, 40);
AT(FAX_ROUTE, ReceiverName, 64, 44);
AT(FAX_ROUTE, ReceiverNumber, 72, 48);
AT(FAX_ROUTE, DeviceName, 80, 52);
AT(FAX_ROUTE, DeviceId, 88, 56);
AT(FAX_ROUTE, RoutingInfoData, 96, 60);
AT(FAX_ROUTE, RoutingInfoDataSize, 104, 64);
SIZE(FAX_ROUTE_CALLBACKROUTINES, 48, 24);
AT(FAX_ROUTE_CALLBACKROUTINES, SizeOfStruct, 0, 0);
AT(FAX_ROUTE_CALLBACKROUTINES, FaxRouteAddFile, 8, 4);
AT(FAX_ROUTE_CALLBACKROUTINES, FaxRouteDeleteFile, 16, 8);
AT(FAX_ROUTE_CALLBACKROUTINES, FaxRouteGetFile, 24, 12);
AT(FAX_ROUTE_CALLBACKROUTINES, FaxRouteEnumFiles, 32, 16);
AT(FAX_ROUTE_CALLBACKROUTINES, FaxRouteModifyRoutingData, 40, 20);
SIZE(GUID, 16, 16);

int main(void)
{
	return FS_INITIALIZING == 0x20000000 && FS_USER_ABORT == 0x20200000 ? 0 : 1;
}
