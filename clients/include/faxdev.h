/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file faxdev.h
 * The interface of a fax service provider: a shared object that supplies fax devices and does
 * the calls itself. Caselli loads each in a process of its own (docs/plugins.md).
 *
 * The provider exports the functions whose types stand at the end, under the names in their
 * comments, with C linkage. BOOL functions return nonzero for success; on failure they call
 * SetLastError() right before they return FALSE. All text is UTF-16. Here only virtual devices
 * exist: there is no telephony interface beneath.
 */
#ifndef _FAXDEV_H_
#define _FAXDEV_H_

#include <caselli/winbase.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef _WIN32
/* Telephony handles: plain 32-bit values on 64-bit machines, pointers on 32-bit ones. */
#if UINTPTR_MAX > 0xFFFFFFFFu
typedef DWORD HCALL;
typedef DWORD HLINE;
typedef DWORD HLINEAPP;
#else
typedef HANDLE HCALL;
typedef HANDLE HLINE;
typedef HANDLE HLINEAPP;
#endif

#define LINEDEVSTATE_RINGING 0x00000002u
#define LINE_DEVSPECIFIC     4

/** What a provider posts when a virtual device rings: made with LocalAlloc(LPTR), hDevice is the
 * device's id, dwParam1 LINEDEVSTATE_RINGING, all else 0. The service frees it. */
typedef struct linemessage_tag {
	DWORD hDevice;
	DWORD dwMessageID;
	DWORD_PTR dwCallbackInstance;
	DWORD_PTR dwParam1;
	DWORD_PTR dwParam2;
	DWORD_PTR dwParam3;
} LINEMESSAGE, *LPLINEMESSAGE;
#else
#include <tapi.h>
#endif

#define FAXDEVRECEIVE_SIZE      4096 /* octets behind FAX_RECEIVE */
#define FAXDEVREPORTSTATUS_SIZE 4096 /* octets behind FAX_DEV_STATUS */

/* FAX_DEV_STATUS.StatusId. Not every value is that of the FPS_ name of winfax.h. */
#define FS_INITIALIZING     0x20000000
#define FS_DIALING          0x20000001
#define FS_TRANSMITTING     0x20000002
#define FS_RECEIVING        0x20000004
#define FS_COMPLETED        0x20000008
#define FS_HANDLED          0x20000010
#define FS_LINE_UNAVAILABLE 0x20000020
#define FS_BUSY             0x20000040
#define FS_NO_ANSWER        0x20000080
#define FS_BAD_ADDRESS      0x20000100
#define FS_NO_DIAL_TONE     0x20000200
#define FS_DISCONNECTED     0x20000400
#define FS_FATAL_ERROR      0x20000800
#define FS_NOT_FAX_CALL     0x20001000
#define FS_CALL_DELAYED     0x20002000
#define FS_CALL_BLACKLISTED 0x20004000
#define FS_USER_ABORT       0x20200000
#define FS_ANSWERED         0x20800000

/** What to send. Set by the service; valid until FaxDevSend returns. */
typedef struct _FAX_SEND {
	DWORD SizeOfStruct;
	LPWSTR FileName;       /**< TIFF class F, one page each directory; only to be read */
	LPWSTR CallerName;     /**< of this device */
	LPWSTR CallerNumber;   /**< of this device: the TSID to present */
	LPWSTR ReceiverName;
	LPWSTR ReceiverNumber; /**< to be dialled */
	BOOL Branding;         /**< the provider draws the header line */
	HCALL CallHandle;      /**< 0 */
	DWORD Reserved[3];
} FAX_SEND, *PFAX_SEND;

/** Where to receive. The block has FAXDEVRECEIVE_SIZE octets more, FileName's text first. */
typedef struct _FAX_RECEIVE {
	DWORD SizeOfStruct;
	LPWSTR FileName;       /**< existing empty file: open it, write TIFF class F */
	LPWSTR ReceiverName;   /**< out, text behind the structure; may stay NULL */
	LPWSTR ReceiverNumber; /**< out, text behind the structure; may stay NULL */
	DWORD Reserved[4];
} FAX_RECEIVE, *PFAX_RECEIVE;

/** Where an operation stands; texts behind the structure in the same block, or NULL. */
typedef struct _FAX_DEV_STATUS {
	DWORD SizeOfStruct;
	DWORD StatusId;    /**< FS_*, or a value of the provider's own */
	DWORD StringId;    /**< not used here */
	DWORD PageCount;   /**< page being sent or received, from 1; 0: none */
	LPWSTR CSI;        /**< far station: its CSID when sending, its TSID when receiving */
	LPWSTR CallerId;   /**< receiving */
	LPWSTR RoutingInfo;/**< receiving: canonical number[|more] */
	DWORD ErrorCode;   /**< Win32; NO_ERROR while all is well */
	DWORD Reserved[3];
} FAX_DEV_STATUS, *PFAX_DEV_STATUS;

/* ---- Callbacks ---- */

/** Of the provider. Here only for enabling: FaxHandle NULL, hDevice the device's id, dwMessage
 * LINE_DEVSPECIFIC, dwParam1 nonzero = receives, dwParam2 nonzero = sends. */
typedef void(CALLBACK *PFAX_LINECALLBACK)(HANDLE FaxHandle, DWORD hDevice, DWORD dwMessage,
					  DWORD_PTR dwInstance, DWORD_PTR dwParam1,
					  DWORD_PTR dwParam2, DWORD_PTR dwParam3);
/** Reserved; the service passes NULL. */
typedef BOOL(CALLBACK *PFAX_SERVICE_CALLBACK)(HANDLE FaxHandle, DWORD DeviceId,
					      DWORD_PTR Param1, DWORD_PTR Param2,
					      DWORD_PTR Param3);
/** Of the service: a call exists. FALSE: end it. Virtual devices need not call it. */
typedef BOOL(CALLBACK *PFAX_SEND_CALLBACK)(HANDLE FaxHandle, HCALL CallHandle, DWORD Reserved1,
					   DWORD Reserved2);

/* ---- What a provider exports ---- */

/** FaxDevInitialize, mandatory: once, after loading. All memory that the provider hands over
 * comes from HeapHandle. LineAppHandle is 0 here, FaxServiceCallback NULL. */
typedef BOOL(WINAPI *PFAXDEVINITIALIZE)(HLINEAPP LineAppHandle, HANDLE HeapHandle,
					PFAX_LINECALLBACK *LineCallbackFunction,
					PFAX_SERVICE_CALLBACK FaxServiceCallback);
/** FaxDevVirtualDeviceCreation, mandatory here: 1 or more devices with the ids DeviceIdPrefix,
 * DeviceIdPrefix + 1 ... DeviceNamePrefix has room for 128 characters with NUL.
 * LINEMESSAGE of ringing devices goes to CompletionPort with CompletionKey. */
typedef BOOL(WINAPI *PFAXDEVVIRTUALDEVICECREATION)(LPDWORD DeviceCount, LPWSTR DeviceNamePrefix,
						   LPDWORD DeviceIdPrefix,
						   HANDLE CompletionPort,
						   ULONG_PTR CompletionKey);
/** FaxDevStartJob: first of each operation. *FaxHandle is the provider's own; FAX_DEV_STATUS
 * blocks from the heap go to CompletionPortHandle with CompletionKey at each change. */
typedef BOOL(WINAPI *PFAXDEVSTARTJOB)(HLINE LineHandle, DWORD DeviceId, PHANDLE FaxHandle,
				      HANDLE CompletionPortHandle, ULONG_PTR CompletionKey);
/** FaxDevEndJob: last of each operation that FaxDevStartJob began. */
typedef BOOL(WINAPI *PFAXDEVENDJOB)(HANDLE FaxHandle);
/** FaxDevSend: dial, send the whole file, hang up, return. */
typedef BOOL(WINAPI *PFAXDEVSEND)(HANDLE FaxHandle, PFAX_SEND FaxSend,
				  PFAX_SEND_CALLBACK FaxSendCallback);
/** FaxDevReceive: answer, receive into the file, hang up, return. */
typedef BOOL(WINAPI *PFAXDEVRECEIVE)(HANDLE FaxHandle, HCALL CallHandle, PFAX_RECEIVE FaxReceive);
/** FaxDevReportStatus: FaxStatus NULL and size 0 ask for the size. Also from other threads. */
typedef BOOL(WINAPI *PFAXDEVREPORTSTATUS)(HANDLE FaxHandle, PFAX_DEV_STATUS FaxStatus,
					  DWORD FaxStatusSize, LPDWORD FaxStatusSizeRequired);
/** FaxDevAbortOperation: from another thread; returns at once, the operation ends soon with
 * FALSE and FS_USER_ABORT. */
typedef BOOL(WINAPI *PFAXDEVABORTOPERATION)(HANDLE FaxHandle);
/** FaxDevConfigure: never called. */
typedef BOOL(WINAPI *PFAXDEVCONFIGURE)(void *PropSheetPage);
/** FaxDevShutdown, optional: before unloading. */
typedef HRESULT(WINAPI *PFAXDEVSHUTDOWN)(void);

#ifdef __cplusplus
}
#endif

#endif
