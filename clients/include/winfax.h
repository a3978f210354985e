/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file winfax.h
 * Fax Service Client API for Windows 2000, C functions.
 *
 * Every function but FaxFreeBuffer and FaxAccessCheck returns nonzero on
 * success; zero means failure and GetLastError() has the reason. Results come
 * in one block each (structures, then the text they point to) that the caller
 * releases with FaxFreeBuffer, once. Unknown text is a NULL pointer.
 * Functions may be called from any thread, also on one handle.
 *
 * On Linux the A functions speak UTF-8 and WCHAR has 16 bits. Differences from
 * Windows are listed in docs/api.md.
 */
#ifndef _WINFAX_H
#define _WINFAX_H

#include <caselli/wintypes.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Device status: FAX_PORT_INFO.State, FAX_JOB_ENTRY.Status, FAX_DEVICE_STATUS.Status */
#define FPS_DIALING          0x20000001
#define FPS_SENDING          0x20000002
#define FPS_RECEIVING        0x20000004
#define FPS_COMPLETED        0x20000008
#define FPS_HANDLED          0x20000010
#define FPS_UNAVAILABLE      0x20000020
#define FPS_BUSY             0x20000040
#define FPS_NO_ANSWER        0x20000080
#define FPS_BAD_ADDRESS      0x20000100
#define FPS_NO_DIAL_TONE     0x20000200
#define FPS_DISCONNECTED     0x20000400
#define FPS_FATAL_ERROR      0x20000800
#define FPS_NOT_FAX_CALL     0x20001000
#define FPS_CALL_DELAYED     0x20002000
#define FPS_CALL_BLACKLISTED 0x20004000
#define FPS_INITIALIZING     0x20008000
#define FPS_OFFLINE          0x20010000
#define FPS_RINGING          0x20020000
#define FPS_AVAILABLE        0x20100000
#define FPS_ABORTING         0x20200000
#define FPS_ROUTING          0x20400000
#define FPS_ANSWERED         0x20800000

/* Port flags */
#define FPF_RECEIVE 0x00000001
#define FPF_SEND    0x00000002
#define FPF_VIRTUAL 0x00000004

/* Job types */
#define JT_UNKNOWN      0
#define JT_SEND         1
#define JT_RECEIVE      2
#define JT_ROUTING      3
#define JT_FAIL_RECEIVE 4

/* Queue status, bits; pending is none of them */
#define JS_PENDING          0x00000000
#define JS_INPROGRESS       0x00000001
#define JS_DELETING         0x00000002
#define JS_FAILED           0x00000004
#define JS_PAUSED           0x00000008
#define JS_NOLINE           0x00000010
#define JS_RETRYING         0x00000020
#define JS_RETRIES_EXCEEDED 0x00000040

/* Access rights */
#define FAX_JOB_SUBMIT   0x0001
#define FAX_JOB_QUERY    0x0002
#define FAX_CONFIG_QUERY 0x0004
#define FAX_CONFIG_SET   0x0008
#define FAX_PORT_QUERY   0x0010
#define FAX_PORT_SET     0x0020
#define FAX_JOB_MANAGE   0x0040
#define FAX_READ         0x00020016
#define FAX_WRITE        0x00020001
#define FAX_ALL_ACCESS   0x001F007F

/* FaxOpenPort */
typedef enum { PORT_OPEN_QUERY = 1, PORT_OPEN_MODIFY } FAX_ENUM_PORT_OPEN_TYPE;

/* Fax errors (Windows XP and later) */
#define FAX_ERR_START                     7001
#define FAX_ERR_SRV_OUTOFMEMORY           7001
#define FAX_ERR_GROUP_NOT_FOUND           7002
#define FAX_ERR_BAD_GROUP_CONFIGURATION   7003
#define FAX_ERR_GROUP_IN_USE              7004
#define FAX_ERR_RULE_NOT_FOUND            7005
#define FAX_ERR_NOT_NTFS                  7006
#define FAX_ERR_DIRECTORY_IN_USE          7007
#define FAX_ERR_FILE_ACCESS_DENIED        7008
#define FAX_ERR_MESSAGE_NOT_FOUND         7009
#define FAX_ERR_DEVICE_NUM_LIMIT_EXCEEDED 7010
#define FAX_ERR_NOT_SUPPORTED_ON_THIS_SKU 7011
#define FAX_ERR_VERSION_MISMATCH          7012
#define FAX_ERR_RECIPIENTS_LIMIT          7013
#define FAX_ERR_END                       7013

/* The same as HRESULT: severity error, facility ITF */
#define FAX_E_SRV_OUTOFMEMORY           ((HRESULT)0x80041B59u)
#define FAX_E_GROUP_NOT_FOUND           ((HRESULT)0x80041B5Au)
#define FAX_E_BAD_GROUP_CONFIGURATION   ((HRESULT)0x80041B5Bu)
#define FAX_E_GROUP_IN_USE              ((HRESULT)0x80041B5Cu)
#define FAX_E_RULE_NOT_FOUND            ((HRESULT)0x80041B5Du)
#define FAX_E_NOT_NTFS                  ((HRESULT)0x80041B5Eu)
#define FAX_E_DIRECTORY_IN_USE          ((HRESULT)0x80041B5Fu)
#define FAX_E_FILE_ACCESS_DENIED        ((HRESULT)0x80041B60u)
#define FAX_E_MESSAGE_NOT_FOUND         ((HRESULT)0x80041B61u)
#define FAX_E_DEVICE_NUM_LIMIT_EXCEEDED ((HRESULT)0x80041B62u)
#define FAX_E_NOT_SUPPORTED_ON_THIS_SKU ((HRESULT)0x80041B63u)
#define FAX_E_VERSION_MISMATCH          ((HRESULT)0x80041B64u)
#define FAX_E_RECIPIENTS_LIMIT          ((HRESULT)0x80041B65u)

/* Built-in routing methods, as the text type of UNICODE says */
#ifndef UNICODE
#define CASELLI_FAX_TEXT(s) s
#elif defined(_WIN32)
#define CASELLI_FAX_TEXT(s) L##s
#else
#define CASELLI_FAX_TEXT(s) u##s
#endif
#define MS_FAXROUTE_PRINTING_GUID CASELLI_FAX_TEXT("{aec1b37c-9af2-11d0-abf7-00c04fd91a4e}")
#define MS_FAXROUTE_FOLDER_GUID   CASELLI_FAX_TEXT("{92041a90-9af2-11d0-abf7-00c04fd91a4e}")
#define MS_FAXROUTE_EMAIL_GUID    CASELLI_FAX_TEXT("{6bbf7bfe-9af2-11d0-abf7-00c04fd91a4e}")

typedef enum {
	FAXLOG_LEVEL_NONE = 0,
	FAXLOG_LEVEL_MIN,
	FAXLOG_LEVEL_MED,
	FAXLOG_LEVEL_MAX
} FAX_ENUM_LOG_LEVELS;

typedef enum {
	FAXLOG_CATEGORY_INIT = 1,
	FAXLOG_CATEGORY_OUTBOUND,
	FAXLOG_CATEGORY_INBOUND,
	FAXLOG_CATEGORY_UNKNOWN
} FAX_ENUM_LOG_CATEGORIES;

typedef enum {
	JC_UNKNOWN = 0,
	JC_DELETE,
	JC_PAUSE,
	JC_RESUME,
	JC_RESTART = JC_RESUME
} FAX_ENUM_JOB_COMMANDS;

typedef enum { JSA_NOW = 0, JSA_SPECIFIC_TIME, JSA_DISCOUNT_PERIOD } FAX_ENUM_JOB_SEND_ATTRIBUTES;

typedef enum { DRT_NONE = 0, DRT_EMAIL, DRT_INBOX } FAX_ENUM_DELIVERY_REPORT_TYPES;

/* Events */
#define FEI_DIALING           0x00000001
#define FEI_SENDING           0x00000002
#define FEI_RECEIVING         0x00000003
#define FEI_COMPLETED         0x00000004
#define FEI_BUSY              0x00000005
#define FEI_NO_ANSWER         0x00000006
#define FEI_BAD_ADDRESS       0x00000007
#define FEI_NO_DIAL_TONE      0x00000008
#define FEI_DISCONNECTED      0x00000009
#define FEI_FATAL_ERROR       0x0000000A
#define FEI_NOT_FAX_CALL      0x0000000B
#define FEI_CALL_DELAYED      0x0000000C
#define FEI_CALL_BLACKLISTED  0x0000000D
#define FEI_RINGING           0x0000000E
#define FEI_ABORTING          0x0000000F
#define FEI_ROUTING           0x00000010
#define FEI_MODEM_POWERED_ON  0x00000011
#define FEI_MODEM_POWERED_OFF 0x00000012
#define FEI_IDLE              0x00000013
#define FEI_FAXSVC_ENDED      0x00000014
#define FEI_ANSWERED          0x00000015
#define FEI_JOB_QUEUED        0x00000016
#define FEI_DELETED           0x00000017
#define FEI_INITIALIZING      0x00000018
#define FEI_LINE_UNAVAILABLE  0x00000019
#define FEI_HANDLED           0x0000001A
#define FEI_FAXSVC_STARTED    0x0000001B
#define FEI_NEVENTS           FEI_FAXSVC_STARTED

/* A telephone call: 32 bits, on 64-bit platforms too. */
#ifndef _WIN32
typedef DWORD HCALL;
#elif !defined(DECLARE_OPAQUE32) && !defined(TAPI_H)
#ifdef _WIN64
typedef DWORD HCALL;
#else
typedef struct HCALL__ *HCALL;
#endif
#endif

/*
 * Each structure with text exists as FAX_xA and FAX_xW, of the same layout.
 * CASELLI_FAX_AW(FAX_X) names the pointers and the form without suffix.
 */
#ifdef UNICODE
#define CASELLI_FAX_AW(name)      \
	typedef name##W name;     \
	typedef P##name##W P##name;
#else
#define CASELLI_FAX_AW(name)      \
	typedef name##A name;     \
	typedef P##name##A P##name;
#endif

typedef struct _FAX_TIME {
	WORD Hour;   /**< 0 to 23 */
	WORD Minute; /**< 0 to 59 */
} FAX_TIME, *PFAX_TIME;

typedef struct _FAX_EVENTA {
	DWORD SizeOfStruct;
	FILETIME TimeStamp;
	DWORD DeviceId;
	DWORD EventId; /**< FEI_* */
	DWORD JobId;   /**< 0xFFFFFFFF: no job */
} FAX_EVENTA, *PFAX_EVENTA;
typedef FAX_EVENTA FAX_EVENTW, *PFAX_EVENTW;
#ifdef UNICODE
typedef FAX_EVENTW FAX_EVENT;
#else
typedef FAX_EVENTA FAX_EVENT;
#endif
typedef FAX_EVENT *PFAX_EVENT;

/** Server settings. SizeOfStruct is checked by FaxSetConfiguration. */
typedef struct _FAX_CONFIGURATIONA {
	DWORD SizeOfStruct;
	DWORD Retries; /**< further tries of a failed fax */
	DWORD RetryDelay; /**< minutes between them */
	DWORD DirtyDays; /**< days an unsent job stays; 0xFFFFFFFF: for ever */
	BOOL Branding; /**< header line on sent pages */
	BOOL UseDeviceTsid; /**< the port's TSID replaces the job's */
	BOOL ServerCp; /**< common cover pages only */
	BOOL PauseServerQueue; /**< outgoing queue paused */
	FAX_TIME StartCheapTime; /**< discount period, local wall clock */
	FAX_TIME StopCheapTime; /**< before the start: runs past midnight */
	BOOL ArchiveOutgoingFaxes;
	LPCSTR ArchiveDirectory; /**< required while archiving */
	LPCSTR Reserved; /**< Windows 2000: MAPI profile for received faxes */
} FAX_CONFIGURATIONA, *PFAX_CONFIGURATIONA;
typedef struct _FAX_CONFIGURATIONW {
	DWORD SizeOfStruct;
	DWORD Retries;
	DWORD RetryDelay;
	DWORD DirtyDays;
	BOOL Branding;
	BOOL UseDeviceTsid;
	BOOL ServerCp;
	BOOL PauseServerQueue;
	FAX_TIME StartCheapTime;
	FAX_TIME StopCheapTime;
	BOOL ArchiveOutgoingFaxes;
	LPCWSTR ArchiveDirectory;
	LPCWSTR Reserved;
} FAX_CONFIGURATIONW, *PFAX_CONFIGURATIONW;
CASELLI_FAX_AW(FAX_CONFIGURATION)

/** State of a port at one moment. */
typedef struct _FAX_DEVICE_STATUSA {
	DWORD SizeOfStruct;
	LPCSTR CallerId; /**< receiving: who calls */
	LPCSTR Csid;
	DWORD CurrentPage; /**< from 1; 0 while idle */
	DWORD DeviceId; /**< permanent line identifier */
	LPCSTR DeviceName;
	LPCSTR DocumentName;
	DWORD JobType; /**< JT_SEND, JT_RECEIVE, or JT_UNKNOWN while idle */
	LPCSTR PhoneNumber; /**< sending: number dialled */
	LPCSTR RoutingString; /**< receiving: number[|more] */
	LPCSTR SenderName;
	LPCSTR RecipientName;
	DWORD Size; /**< bytes of the document; 0 while not sending */
	FILETIME StartTime; /**< start of this call, UTC */
	DWORD Status; /**< FPS_* */
	LPCSTR StatusString; /**< NULL */
	FILETIME SubmittedTime; /**< UTC */
	DWORD TotalPages; /**< 0: not known */
	LPCSTR Tsid;
	LPCSTR UserName;
} FAX_DEVICE_STATUSA, *PFAX_DEVICE_STATUSA;
typedef struct _FAX_DEVICE_STATUSW {
	DWORD SizeOfStruct;
	LPCWSTR CallerId;
	LPCWSTR Csid;
	DWORD CurrentPage;
	DWORD DeviceId;
	LPCWSTR DeviceName;
	LPCWSTR DocumentName;
	DWORD JobType;
	LPCWSTR PhoneNumber;
	LPCWSTR RoutingString;
	LPCWSTR SenderName;
	LPCWSTR RecipientName;
	DWORD Size;
	FILETIME StartTime;
	DWORD Status;
	LPCWSTR StatusString;
	FILETIME SubmittedTime;
	DWORD TotalPages;
	LPCWSTR Tsid;
	LPCWSTR UserName;
} FAX_DEVICE_STATUSW, *PFAX_DEVICE_STATUSW;
CASELLI_FAX_AW(FAX_DEVICE_STATUS)

/** A job of the queue. */
typedef struct _FAX_JOB_ENTRYA {
	DWORD SizeOfStruct;
	DWORD JobId;
	LPCSTR UserName; /**< who submitted it */
	DWORD JobType; /**< JT_* */
	DWORD QueueStatus; /**< JS_* bits */
	DWORD Status; /**< FPS_* of the port at work; 0: none */
	DWORD Size; /**< bytes of the document */
	DWORD PageCount; /**< 0: not known */
	LPCSTR RecipientNumber;
	LPCSTR RecipientName;
	LPCSTR Tsid;
	LPCSTR SenderName;
	LPCSTR SenderCompany;
	LPCSTR SenderDept;
	LPCSTR BillingCode;
	DWORD ScheduleAction; /**< JSA_* */
	SYSTEMTIME ScheduleTime; /**< with JSA_SPECIFIC_TIME, UTC */
	DWORD DeliveryReportType; /**< DRT_* */
	LPCSTR DeliveryReportAddress;
	LPCSTR DocumentName;
} FAX_JOB_ENTRYA, *PFAX_JOB_ENTRYA;
typedef struct _FAX_JOB_ENTRYW {
	DWORD SizeOfStruct;
	DWORD JobId;
	LPCWSTR UserName;
	DWORD JobType;
	DWORD QueueStatus;
	DWORD Status;
	DWORD Size;
	DWORD PageCount;
	LPCWSTR RecipientNumber;
	LPCWSTR RecipientName;
	LPCWSTR Tsid;
	LPCWSTR SenderName;
	LPCWSTR SenderCompany;
	LPCWSTR SenderDept;
	LPCWSTR BillingCode;
	DWORD ScheduleAction;
	SYSTEMTIME ScheduleTime;
	DWORD DeliveryReportType;
	LPCWSTR DeliveryReportAddress;
	LPCWSTR DocumentName;
} FAX_JOB_ENTRYW, *PFAX_JOB_ENTRYW;
CASELLI_FAX_AW(FAX_JOB_ENTRY)

/** A port. FaxSetPort looks at Flags, Rings, Priority, Tsid, Csid. */
typedef struct _FAX_PORT_INFOA {
	DWORD SizeOfStruct;
	DWORD DeviceId; /**< permanent line identifier */
	DWORD State; /**< FPS_* */
	DWORD Flags; /**< FPF_* */
	DWORD Rings; /**< before answering, 0 to 99 */
	DWORD Priority; /**< rank for sending, 1 = first, to the number of ports */
	LPCSTR DeviceName;
	LPCSTR Tsid; /**< at most 20 characters 0x20 to 0x7F */
	LPCSTR Csid; /**< same */
} FAX_PORT_INFOA, *PFAX_PORT_INFOA;
typedef struct _FAX_PORT_INFOW {
	DWORD SizeOfStruct;
	DWORD DeviceId;
	DWORD State;
	DWORD Flags;
	DWORD Rings;
	DWORD Priority;
	LPCWSTR DeviceName;
	LPCWSTR Tsid;
	LPCWSTR Csid;
} FAX_PORT_INFOW, *PFAX_PORT_INFOW;
CASELLI_FAX_AW(FAX_PORT_INFO)

/** A routing method of a port. */
typedef struct _FAX_ROUTING_METHODA {
	DWORD SizeOfStruct;
	DWORD DeviceId;
	BOOL Enabled;
	LPCSTR DeviceName;
	LPCSTR Guid;
	LPCSTR FriendlyName;
	LPCSTR FunctionName;
	LPCSTR ExtensionImageName;
	LPCSTR ExtensionFriendlyName;
} FAX_ROUTING_METHODA, *PFAX_ROUTING_METHODA;
typedef struct _FAX_ROUTING_METHODW {
	DWORD SizeOfStruct;
	DWORD DeviceId;
	BOOL Enabled;
	LPCWSTR DeviceName;
	LPCWSTR Guid;
	LPCWSTR FriendlyName;
	LPCWSTR FunctionName;
	LPCWSTR ExtensionImageName;
	LPCWSTR ExtensionFriendlyName;
} FAX_ROUTING_METHODW, *PFAX_ROUTING_METHODW;
CASELLI_FAX_AW(FAX_ROUTING_METHOD)

/** A routing method and its rank. */
typedef struct _FAX_GLOBAL_ROUTING_INFOA {
	DWORD SizeOfStruct;
	DWORD Priority; /**< 1 = first */
	LPCSTR Guid;
	LPCSTR FriendlyName;
	LPCSTR FunctionName;
	LPCSTR ExtensionImageName;
	LPCSTR ExtensionFriendlyName;
} FAX_GLOBAL_ROUTING_INFOA, *PFAX_GLOBAL_ROUTING_INFOA;
typedef struct _FAX_GLOBAL_ROUTING_INFOW {
	DWORD SizeOfStruct;
	DWORD Priority;
	LPCWSTR Guid;
	LPCWSTR FriendlyName;
	LPCWSTR FunctionName;
	LPCWSTR ExtensionImageName;
	LPCWSTR ExtensionFriendlyName;
} FAX_GLOBAL_ROUTING_INFOW, *PFAX_GLOBAL_ROUTING_INFOW;
CASELLI_FAX_AW(FAX_GLOBAL_ROUTING_INFO)

/** What to send, for FaxSendDocument. */
typedef struct _FAX_JOB_PARAMA {
	DWORD SizeOfStruct; /**< required */
	LPCSTR RecipientNumber; /**< required */
	LPCSTR RecipientName;
	LPCSTR Tsid; /**< used while UseDeviceTsid is FALSE */
	LPCSTR SenderName;
	LPCSTR SenderCompany;
	LPCSTR SenderDept;
	LPCSTR BillingCode;
	DWORD ScheduleAction; /**< required, JSA_* */
	SYSTEMTIME ScheduleTime; /**< with JSA_SPECIFIC_TIME, UTC; past: now */
	DWORD DeliveryReportType; /**< DRT_* */
	LPCSTR DeliveryReportAddress; /**< NULL with DRT_NONE */
	LPCSTR DocumentName;
	HCALL CallHandle; /**< 0; hand-off is not supported */
	DWORD_PTR Reserved[3]; /**< 0; or {0xFFFFFFFF, device id, 0}: send on that port */
} FAX_JOB_PARAMA, *PFAX_JOB_PARAMA;
typedef struct _FAX_JOB_PARAMW {
	DWORD SizeOfStruct;
	LPCWSTR RecipientNumber;
	LPCWSTR RecipientName;
	LPCWSTR Tsid;
	LPCWSTR SenderName;
	LPCWSTR SenderCompany;
	LPCWSTR SenderDept;
	LPCWSTR BillingCode;
	DWORD ScheduleAction;
	SYSTEMTIME ScheduleTime;
	DWORD DeliveryReportType;
	LPCWSTR DeliveryReportAddress;
	LPCWSTR DocumentName;
	HCALL CallHandle;
	DWORD_PTR Reserved[3];
} FAX_JOB_PARAMW, *PFAX_JOB_PARAMW;
CASELLI_FAX_AW(FAX_JOB_PARAM)

/** Cover page and the people on it. */
typedef struct _FAX_COVERPAGE_INFOA {
	DWORD SizeOfStruct; /**< required */
	LPCSTR CoverPageName; /**< required */
	BOOL UseServerCoverPage;
	LPCSTR RecName;
	LPCSTR RecFaxNumber;
	LPCSTR RecCompany;
	LPCSTR RecStreetAddress;
	LPCSTR RecCity;
	LPCSTR RecState;
	LPCSTR RecZip;
	LPCSTR RecCountry;
	LPCSTR RecTitle;
	LPCSTR RecDepartment;
	LPCSTR RecOfficeLocation;
	LPCSTR RecHomePhone;
	LPCSTR RecOfficePhone;
	LPCSTR SdrName;
	LPCSTR SdrFaxNumber;
	LPCSTR SdrCompany;
	LPCSTR SdrAddress;
	LPCSTR SdrTitle;
	LPCSTR SdrDepartment;
	LPCSTR SdrOfficeLocation;
	LPCSTR SdrHomePhone;
	LPCSTR SdrOfficePhone;
	LPCSTR Note;
	LPCSTR Subject;
	SYSTEMTIME TimeSent; /**< set by the service */
	DWORD PageCount;
} FAX_COVERPAGE_INFOA, *PFAX_COVERPAGE_INFOA;
typedef struct _FAX_COVERPAGE_INFOW {
	DWORD SizeOfStruct;
	LPCWSTR CoverPageName;
	BOOL UseServerCoverPage;
	LPCWSTR RecName;
	LPCWSTR RecFaxNumber;
	LPCWSTR RecCompany;
	LPCWSTR RecStreetAddress;
	LPCWSTR RecCity;
	LPCWSTR RecState;
	LPCWSTR RecZip;
	LPCWSTR RecCountry;
	LPCWSTR RecTitle;
	LPCWSTR RecDepartment;
	LPCWSTR RecOfficeLocation;
	LPCWSTR RecHomePhone;
	LPCWSTR RecOfficePhone;
	LPCWSTR SdrName;
	LPCWSTR SdrFaxNumber;
	LPCWSTR SdrCompany;
	LPCWSTR SdrAddress;
	LPCWSTR SdrTitle;
	LPCWSTR SdrDepartment;
	LPCWSTR SdrOfficeLocation;
	LPCWSTR SdrHomePhone;
	LPCWSTR SdrOfficePhone;
	LPCWSTR Note;
	LPCWSTR Subject;
	SYSTEMTIME TimeSent;
	DWORD PageCount;
} FAX_COVERPAGE_INFOW, *PFAX_COVERPAGE_INFOW;
CASELLI_FAX_AW(FAX_COVERPAGE_INFO)

/** Logging level of one category. */
typedef struct _FAX_LOG_CATEGORYA {
	LPCSTR Name;
	DWORD Category; /**< FAXLOG_CATEGORY_* */
	DWORD Level; /**< FAXLOG_LEVEL_* */
} FAX_LOG_CATEGORYA, *PFAX_LOG_CATEGORYA;
typedef struct _FAX_LOG_CATEGORYW {
	LPCWSTR Name;
	DWORD Category;
	DWORD Level;
} FAX_LOG_CATEGORYW, *PFAX_LOG_CATEGORYW;
CASELLI_FAX_AW(FAX_LOG_CATEGORY)

/** Input of FaxStartPrintJob. */
typedef struct _FAX_PRINT_INFOA {
	DWORD SizeOfStruct;
	LPCSTR DocName;
	LPCSTR RecipientName;
	LPCSTR RecipientNumber;
	LPCSTR SenderName;
	LPCSTR SenderCompany;
	LPCSTR SenderDept;
	LPCSTR SenderBillingCode;
	LPCSTR Reserved;
	LPCSTR DrEmailAddress;
	LPCSTR OutputFileName;
} FAX_PRINT_INFOA, *PFAX_PRINT_INFOA;
typedef struct _FAX_PRINT_INFOW {
	DWORD SizeOfStruct;
	LPCWSTR DocName;
	LPCWSTR RecipientName;
	LPCWSTR RecipientNumber;
	LPCWSTR SenderName;
	LPCWSTR SenderCompany;
	LPCWSTR SenderDept;
	LPCWSTR SenderBillingCode;
	LPCWSTR Reserved;
	LPCWSTR DrEmailAddress;
	LPCWSTR OutputFileName;
} FAX_PRINT_INFOW, *PFAX_PRINT_INFOW;
CASELLI_FAX_AW(FAX_PRINT_INFO)

/** A printer context. A and W differ in size. */
typedef struct _FAX_CONTEXT_INFOA {
	DWORD SizeOfStruct;
	HDC hDC;
	CHAR ServerName[16];
} FAX_CONTEXT_INFOA, *PFAX_CONTEXT_INFOA;
typedef struct _FAX_CONTEXT_INFOW {
	DWORD SizeOfStruct;
	HDC hDC;
	WCHAR ServerName[16];
} FAX_CONTEXT_INFOW, *PFAX_CONTEXT_INFOW;
CASELLI_FAX_AW(FAX_CONTEXT_INFO)

/** Connect. NULL or "" is the service that $CASELLI_SERVER names, else the local one; other
 *  forms: docs/api.md. Close with FaxClose. */
BOOL WINAPI FaxConnectFaxServerA(LPCSTR MachineName, LPHANDLE FaxHandle);
typedef BOOL(WINAPI *PFAXCONNECTFAXSERVERA)(LPCSTR MachineName, LPHANDLE FaxHandle);
BOOL WINAPI FaxConnectFaxServerW(LPCWSTR MachineName, LPHANDLE FaxHandle);
typedef BOOL(WINAPI *PFAXCONNECTFAXSERVERW)(LPCWSTR MachineName, LPHANDLE FaxHandle);
#ifdef UNICODE
#define FaxConnectFaxServer FaxConnectFaxServerW
#define PFAXCONNECTFAXSERVER PFAXCONNECTFAXSERVERW
#else
#define FaxConnectFaxServer FaxConnectFaxServerA
#define PFAXCONNECTFAXSERVER PFAXCONNECTFAXSERVERA
#endif

/** Close a server or port handle. Ports stay usable after their server handle is closed. */
BOOL WINAPI FaxClose(HANDLE FaxHandle);
typedef BOOL(WINAPI *PFAXCLOSE)(HANDLE FaxHandle);

/** Open a port: PORT_OPEN_QUERY, or PORT_OPEN_MODIFY (one holder; a second one gets
 *  ERROR_INVALID_HANDLE). ERROR_BAD_UNIT: no such port. */
BOOL WINAPI FaxOpenPort(HANDLE FaxHandle, DWORD DeviceId, DWORD Flags, LPHANDLE
	FaxPortHandle);
typedef BOOL(WINAPI *PFAXOPENPORT)(HANDLE FaxHandle, DWORD DeviceId, DWORD Flags,
	LPHANDLE FaxPortHandle);

/** New structures with the sender filled in from the user's profile; free both. Local. */
BOOL WINAPI FaxCompleteJobParamsA(PFAX_JOB_PARAMA *JobParams, PFAX_COVERPAGE_INFOA
	*CoverpageInfo);
typedef BOOL(WINAPI *PFAXCOMPLETEJOBPARAMSA)(PFAX_JOB_PARAMA *JobParams,
	PFAX_COVERPAGE_INFOA *CoverpageInfo);
BOOL WINAPI FaxCompleteJobParamsW(PFAX_JOB_PARAMW *JobParams, PFAX_COVERPAGE_INFOW
	*CoverpageInfo);
typedef BOOL(WINAPI *PFAXCOMPLETEJOBPARAMSW)(PFAX_JOB_PARAMW *JobParams,
	PFAX_COVERPAGE_INFOW *CoverpageInfo);
#ifdef UNICODE
#define FaxCompleteJobParams FaxCompleteJobParamsW
#define PFAXCOMPLETEJOBPARAMS PFAXCOMPLETEJOBPARAMSW
#else
#define FaxCompleteJobParams FaxCompleteJobParamsA
#define PFAXCOMPLETEJOBPARAMS PFAXCOMPLETEJOBPARAMSA
#endif

/** Queue one file for one recipient. The bytes travel to the service before this returns, so the
 *  file may be deleted then. CoverpageInfo and FaxJobId may be NULL. */
BOOL WINAPI FaxSendDocumentA(HANDLE FaxHandle, LPCSTR FileName, PFAX_JOB_PARAMA
	JobParams, const FAX_COVERPAGE_INFOA *CoverpageInfo, LPDWORD FaxJobId);
typedef BOOL(WINAPI *PFAXSENDDOCUMENTA)(HANDLE FaxHandle, LPCSTR FileName,
	PFAX_JOB_PARAMA JobParams, const FAX_COVERPAGE_INFOA *CoverpageInfo, LPDWORD FaxJobId);
BOOL WINAPI FaxSendDocumentW(HANDLE FaxHandle, LPCWSTR FileName, PFAX_JOB_PARAMW
	JobParams, const FAX_COVERPAGE_INFOW *CoverpageInfo, LPDWORD FaxJobId);
typedef BOOL(WINAPI *PFAXSENDDOCUMENTW)(HANDLE FaxHandle, LPCWSTR FileName,
	PFAX_JOB_PARAMW JobParams, const FAX_COVERPAGE_INFOW *CoverpageInfo, LPDWORD FaxJobId);
#ifdef UNICODE
#define FaxSendDocument FaxSendDocumentW
#define PFAXSENDDOCUMENT PFAXSENDDOCUMENTW
#else
#define FaxSendDocument FaxSendDocumentA
#define PFAXSENDDOCUMENT PFAXSENDDOCUMENTA
#endif

/**
 * Asked for recipient number 1, 2, 3 ... of a broadcast. JobParams and CoverpageInfo are the
 * library's, empty but for SizeOfStruct; what they are made to point to is copied when this
 * returns. Without CoverPageName no cover page goes out.
 * @return nonzero: a recipient is described; 0: there are no more
 */
typedef BOOL(CALLBACK *PFAX_RECIPIENT_CALLBACKA)(HANDLE FaxHandle, DWORD RecipientNumber,
	LPVOID Context, PFAX_JOB_PARAMA JobParams, PFAX_COVERPAGE_INFOA CoverpageInfo);
typedef BOOL(CALLBACK *PFAX_RECIPIENT_CALLBACKW)(HANDLE FaxHandle, DWORD RecipientNumber,
	LPVOID Context, PFAX_JOB_PARAMW JobParams, PFAX_COVERPAGE_INFOW CoverpageInfo);
#ifdef UNICODE
#define PFAX_RECIPIENT_CALLBACK PFAX_RECIPIENT_CALLBACKW
#else
#define PFAX_RECIPIENT_CALLBACK PFAX_RECIPIENT_CALLBACKA
#endif

/** Queue one file for many recipients, one job each. FaxJobId: the job of the stored document; the
 *  jobs of the recipients have their own (FaxEnumJobs, FEI_JOB_QUEUED). When it fails after the
 *  document was stored, FaxJobId is set and the recipients before the bad one are queued. */
BOOL WINAPI FaxSendDocumentForBroadcastA(HANDLE FaxHandle, LPCSTR FileName, LPDWORD FaxJobId,
	PFAX_RECIPIENT_CALLBACKA FaxRecipientCallback, LPVOID Context);
typedef BOOL(WINAPI *PFAXSENDDOCUMENTFORBROADCASTA)(HANDLE FaxHandle, LPCSTR FileName, LPDWORD
	FaxJobId, PFAX_RECIPIENT_CALLBACKA FaxRecipientCallback, LPVOID Context);
BOOL WINAPI FaxSendDocumentForBroadcastW(HANDLE FaxHandle, LPCWSTR FileName, LPDWORD FaxJobId,
	PFAX_RECIPIENT_CALLBACKW FaxRecipientCallback, LPVOID Context);
typedef BOOL(WINAPI *PFAXSENDDOCUMENTFORBROADCASTW)(HANDLE FaxHandle, LPCWSTR FileName, LPDWORD
	FaxJobId, PFAX_RECIPIENT_CALLBACKW FaxRecipientCallback, LPVOID Context);
#ifdef UNICODE
#define FaxSendDocumentForBroadcast FaxSendDocumentForBroadcastW
#define PFAXSENDDOCUMENTFORBROADCAST PFAXSENDDOCUMENTFORBROADCASTW
#else
#define FaxSendDocumentForBroadcast FaxSendDocumentForBroadcastA
#define PFAXSENDDOCUMENTFORBROADCAST PFAXSENDDOCUMENTFORBROADCASTA
#endif

/** All jobs of the queue, both directions. No job: a block that is freed as well, count 0. */
BOOL WINAPI FaxEnumJobsA(HANDLE FaxHandle, PFAX_JOB_ENTRYA *JobEntry, LPDWORD
	JobsReturned);
typedef BOOL(WINAPI *PFAXENUMJOBSA)(HANDLE FaxHandle, PFAX_JOB_ENTRYA *JobEntry, LPDWORD
	JobsReturned);
BOOL WINAPI FaxEnumJobsW(HANDLE FaxHandle, PFAX_JOB_ENTRYW *JobEntry, LPDWORD
	JobsReturned);
typedef BOOL(WINAPI *PFAXENUMJOBSW)(HANDLE FaxHandle, PFAX_JOB_ENTRYW *JobEntry, LPDWORD
	JobsReturned);
#ifdef UNICODE
#define FaxEnumJobs FaxEnumJobsW
#define PFAXENUMJOBS PFAXENUMJOBSW
#else
#define FaxEnumJobs FaxEnumJobsA
#define PFAXENUMJOBS PFAXENUMJOBSA
#endif

/** One job; ERROR_INVALID_PARAMETER when there is none. */
BOOL WINAPI FaxGetJobA(HANDLE FaxHandle, DWORD JobId, PFAX_JOB_ENTRYA *JobEntry);
typedef BOOL(WINAPI *PFAXGETJOBA)(HANDLE FaxHandle, DWORD JobId, PFAX_JOB_ENTRYA
	*JobEntry);
BOOL WINAPI FaxGetJobW(HANDLE FaxHandle, DWORD JobId, PFAX_JOB_ENTRYW *JobEntry);
typedef BOOL(WINAPI *PFAXGETJOBW)(HANDLE FaxHandle, DWORD JobId, PFAX_JOB_ENTRYW
	*JobEntry);
#ifdef UNICODE
#define FaxGetJob FaxGetJobW
#define PFAXGETJOB PFAXGETJOBW
#else
#define FaxGetJob FaxGetJobA
#define PFAXGETJOB PFAXGETJOBA
#endif

/** JC_DELETE, JC_PAUSE, JC_RESUME (= JC_RESTART). JobEntry is not used and may be NULL. */
BOOL WINAPI FaxSetJobA(HANDLE FaxHandle, DWORD JobId, DWORD Command, const
	FAX_JOB_ENTRYA *JobEntry);
typedef BOOL(WINAPI *PFAXSETJOBA)(HANDLE FaxHandle, DWORD JobId, DWORD Command, const
	FAX_JOB_ENTRYA *JobEntry);
BOOL WINAPI FaxSetJobW(HANDLE FaxHandle, DWORD JobId, DWORD Command, const
	FAX_JOB_ENTRYW *JobEntry);
typedef BOOL(WINAPI *PFAXSETJOBW)(HANDLE FaxHandle, DWORD JobId, DWORD Command, const
	FAX_JOB_ENTRYW *JobEntry);
#ifdef UNICODE
#define FaxSetJob FaxSetJobW
#define PFAXSETJOB PFAXSETJOBW
#else
#define FaxSetJob FaxSetJobA
#define PFAXSETJOB PFAXSETJOBA
#endif

/** Cancel a queued or active job. */
BOOL WINAPI FaxAbort(HANDLE FaxHandle, DWORD JobId);
typedef BOOL(WINAPI *PFAXABORT)(HANDLE FaxHandle, DWORD JobId);

/** First page of an outgoing job as TIFF Class F. */
BOOL WINAPI FaxGetPageData(HANDLE FaxHandle, DWORD JobId, LPBYTE *Buffer, LPDWORD
	BufferSize, LPDWORD ImageWidth, LPDWORD ImageHeight);
typedef BOOL(WINAPI *PFAXGETPAGEDATA)(HANDLE FaxHandle, DWORD JobId, LPBYTE *Buffer,
	LPDWORD BufferSize, LPDWORD ImageWidth, LPDWORD ImageHeight);

/** What the port does now. */
BOOL WINAPI FaxGetDeviceStatusA(HANDLE FaxPortHandle, PFAX_DEVICE_STATUSA
	*DeviceStatus);
typedef BOOL(WINAPI *PFAXGETDEVICESTATUSA)(HANDLE FaxPortHandle, PFAX_DEVICE_STATUSA
	*DeviceStatus);
BOOL WINAPI FaxGetDeviceStatusW(HANDLE FaxPortHandle, PFAX_DEVICE_STATUSW
	*DeviceStatus);
typedef BOOL(WINAPI *PFAXGETDEVICESTATUSW)(HANDLE FaxPortHandle, PFAX_DEVICE_STATUSW
	*DeviceStatus);
#ifdef UNICODE
#define FaxGetDeviceStatus FaxGetDeviceStatusW
#define PFAXGETDEVICESTATUS PFAXGETDEVICESTATUSW
#else
#define FaxGetDeviceStatus FaxGetDeviceStatusA
#define PFAXGETDEVICESTATUS PFAXGETDEVICESTATUSA
#endif

/** All ports, by device id. */
BOOL WINAPI FaxEnumPortsA(HANDLE FaxHandle, PFAX_PORT_INFOA *PortInfo, LPDWORD
	PortsReturned);
typedef BOOL(WINAPI *PFAXENUMPORTSA)(HANDLE FaxHandle, PFAX_PORT_INFOA *PortInfo,
	LPDWORD PortsReturned);
BOOL WINAPI FaxEnumPortsW(HANDLE FaxHandle, PFAX_PORT_INFOW *PortInfo, LPDWORD
	PortsReturned);
typedef BOOL(WINAPI *PFAXENUMPORTSW)(HANDLE FaxHandle, PFAX_PORT_INFOW *PortInfo,
	LPDWORD PortsReturned);
#ifdef UNICODE
#define FaxEnumPorts FaxEnumPortsW
#define PFAXENUMPORTS PFAXENUMPORTSW
#else
#define FaxEnumPorts FaxEnumPortsA
#define PFAXENUMPORTS PFAXENUMPORTSA
#endif

/** One port. */
BOOL WINAPI FaxGetPortA(HANDLE FaxPortHandle, PFAX_PORT_INFOA *PortInfo);
typedef BOOL(WINAPI *PFAXGETPORTA)(HANDLE FaxPortHandle, PFAX_PORT_INFOA *PortInfo);
BOOL WINAPI FaxGetPortW(HANDLE FaxPortHandle, PFAX_PORT_INFOW *PortInfo);
typedef BOOL(WINAPI *PFAXGETPORTW)(HANDLE FaxPortHandle, PFAX_PORT_INFOW *PortInfo);
#ifdef UNICODE
#define FaxGetPort FaxGetPortW
#define PFAXGETPORT PFAXGETPORTW
#else
#define FaxGetPort FaxGetPortA
#define PFAXGETPORT PFAXGETPORTA
#endif

/** Change a port opened with PORT_OPEN_MODIFY. */
BOOL WINAPI FaxSetPortA(HANDLE FaxPortHandle, const FAX_PORT_INFOA *PortInfo);
typedef BOOL(WINAPI *PFAXSETPORTA)(HANDLE FaxPortHandle, const FAX_PORT_INFOA
	*PortInfo);
BOOL WINAPI FaxSetPortW(HANDLE FaxPortHandle, const FAX_PORT_INFOW *PortInfo);
typedef BOOL(WINAPI *PFAXSETPORTW)(HANDLE FaxPortHandle, const FAX_PORT_INFOW
	*PortInfo);
#ifdef UNICODE
#define FaxSetPort FaxSetPortW
#define PFAXSETPORT PFAXSETPORTW
#else
#define FaxSetPort FaxSetPortA
#define PFAXSETPORT PFAXSETPORTA
#endif

/** Settings of the service. */
BOOL WINAPI FaxGetConfigurationA(HANDLE FaxHandle, PFAX_CONFIGURATIONA *FaxConfig);
typedef BOOL(WINAPI *PFAXGETCONFIGURATIONA)(HANDLE FaxHandle, PFAX_CONFIGURATIONA
	*FaxConfig);
BOOL WINAPI FaxGetConfigurationW(HANDLE FaxHandle, PFAX_CONFIGURATIONW *FaxConfig);
typedef BOOL(WINAPI *PFAXGETCONFIGURATIONW)(HANDLE FaxHandle, PFAX_CONFIGURATIONW
	*FaxConfig);
#ifdef UNICODE
#define FaxGetConfiguration FaxGetConfigurationW
#define PFAXGETCONFIGURATION PFAXGETCONFIGURATIONW
#else
#define FaxGetConfiguration FaxGetConfigurationA
#define PFAXGETCONFIGURATION PFAXGETCONFIGURATIONA
#endif

/** Change them all. */
BOOL WINAPI FaxSetConfigurationA(HANDLE FaxHandle, const FAX_CONFIGURATIONA *FaxConfig);
typedef BOOL(WINAPI *PFAXSETCONFIGURATIONA)(HANDLE FaxHandle, const FAX_CONFIGURATIONA
	*FaxConfig);
BOOL WINAPI FaxSetConfigurationW(HANDLE FaxHandle, const FAX_CONFIGURATIONW *FaxConfig);
typedef BOOL(WINAPI *PFAXSETCONFIGURATIONW)(HANDLE FaxHandle, const FAX_CONFIGURATIONW
	*FaxConfig);
#ifdef UNICODE
#define FaxSetConfiguration FaxSetConfigurationW
#define PFAXSETCONFIGURATION PFAXSETCONFIGURATIONW
#else
#define FaxSetConfiguration FaxSetConfigurationA
#define PFAXSETCONFIGURATION PFAXSETCONFIGURATIONA
#endif

/** What is logged, by category. */
BOOL WINAPI FaxGetLoggingCategoriesA(HANDLE FaxHandle, PFAX_LOG_CATEGORYA *Categories, LPDWORD
	NumberCategories);
typedef BOOL(WINAPI *PFAXGETLOGGINGCATEGORIESA)(HANDLE FaxHandle, PFAX_LOG_CATEGORYA *Categories,
	LPDWORD NumberCategories);
BOOL WINAPI FaxGetLoggingCategoriesW(HANDLE FaxHandle, PFAX_LOG_CATEGORYW *Categories, LPDWORD
	NumberCategories);
typedef BOOL(WINAPI *PFAXGETLOGGINGCATEGORIESW)(HANDLE FaxHandle, PFAX_LOG_CATEGORYW *Categories,
	LPDWORD NumberCategories);
#ifdef UNICODE
#define FaxGetLoggingCategories FaxGetLoggingCategoriesW
#define PFAXGETLOGGINGCATEGORIES PFAXGETLOGGINGCATEGORIESW
#else
#define FaxGetLoggingCategories FaxGetLoggingCategoriesA
#define PFAXGETLOGGINGCATEGORIES PFAXGETLOGGINGCATEGORIESA
#endif

/** Change the levels of the categories given; others stay. */
BOOL WINAPI FaxSetLoggingCategoriesA(HANDLE FaxHandle, const FAX_LOG_CATEGORYA *Categories, DWORD
	NumberCategories);
typedef BOOL(WINAPI *PFAXSETLOGGINGCATEGORIESA)(HANDLE FaxHandle, const FAX_LOG_CATEGORYA
	*Categories, DWORD NumberCategories);
BOOL WINAPI FaxSetLoggingCategoriesW(HANDLE FaxHandle, const FAX_LOG_CATEGORYW *Categories, DWORD
	NumberCategories);
typedef BOOL(WINAPI *PFAXSETLOGGINGCATEGORIESW)(HANDLE FaxHandle, const FAX_LOG_CATEGORYW
	*Categories, DWORD NumberCategories);
#ifdef UNICODE
#define FaxSetLoggingCategories FaxSetLoggingCategoriesW
#define PFAXSETLOGGINGCATEGORIES PFAXSETLOGGINGCATEGORIESW
#else
#define FaxSetLoggingCategories FaxSetLoggingCategoriesA
#define PFAXSETLOGGINGCATEGORIES PFAXSETLOGGINGCATEGORIESA
#endif

/** The routing methods as they stand for one port, in the order in which they are called.
 *  ERROR_INVALID_FUNCTION: there is none. */
BOOL WINAPI FaxEnumRoutingMethodsA(HANDLE FaxPortHandle, PFAX_ROUTING_METHODA *RoutingMethod,
	LPDWORD MethodsReturned);
typedef BOOL(WINAPI *PFAXENUMROUTINGMETHODSA)(HANDLE FaxPortHandle, PFAX_ROUTING_METHODA
	*RoutingMethod, LPDWORD MethodsReturned);
BOOL WINAPI FaxEnumRoutingMethodsW(HANDLE FaxPortHandle, PFAX_ROUTING_METHODW *RoutingMethod,
	LPDWORD MethodsReturned);
typedef BOOL(WINAPI *PFAXENUMROUTINGMETHODSW)(HANDLE FaxPortHandle, PFAX_ROUTING_METHODW
	*RoutingMethod, LPDWORD MethodsReturned);
#ifdef UNICODE
#define FaxEnumRoutingMethods FaxEnumRoutingMethodsW
#define PFAXENUMROUTINGMETHODS PFAXENUMROUTINGMETHODSW
#else
#define FaxEnumRoutingMethods FaxEnumRoutingMethodsA
#define PFAXENUMROUTINGMETHODS PFAXENUMROUTINGMETHODSA
#endif

/** Switch a method on or off for one port. ERROR_INVALID_DATA: no such method. */
BOOL WINAPI FaxEnableRoutingMethodA(HANDLE FaxPortHandle, LPCSTR RoutingGuid, BOOL Enabled);
typedef BOOL(WINAPI *PFAXENABLEROUTINGMETHODA)(HANDLE FaxPortHandle, LPCSTR RoutingGuid, BOOL
	Enabled);
BOOL WINAPI FaxEnableRoutingMethodW(HANDLE FaxPortHandle, LPCWSTR RoutingGuid, BOOL Enabled);
typedef BOOL(WINAPI *PFAXENABLEROUTINGMETHODW)(HANDLE FaxPortHandle, LPCWSTR RoutingGuid, BOOL
	Enabled);
#ifdef UNICODE
#define FaxEnableRoutingMethod FaxEnableRoutingMethodW
#define PFAXENABLEROUTINGMETHOD PFAXENABLEROUTINGMETHODW
#else
#define FaxEnableRoutingMethod FaxEnableRoutingMethodA
#define PFAXENABLEROUTINGMETHOD PFAXENABLEROUTINGMETHODA
#endif

/** All routing methods, in the order in which they are called. */
BOOL WINAPI FaxEnumGlobalRoutingInfoA(HANDLE FaxHandle, PFAX_GLOBAL_ROUTING_INFOA *RoutingInfo,
	LPDWORD MethodsReturned);
typedef BOOL(WINAPI *PFAXENUMGLOBALROUTINGINFOA)(HANDLE FaxHandle, PFAX_GLOBAL_ROUTING_INFOA
	*RoutingInfo, LPDWORD MethodsReturned);
BOOL WINAPI FaxEnumGlobalRoutingInfoW(HANDLE FaxHandle, PFAX_GLOBAL_ROUTING_INFOW *RoutingInfo,
	LPDWORD MethodsReturned);
typedef BOOL(WINAPI *PFAXENUMGLOBALROUTINGINFOW)(HANDLE FaxHandle, PFAX_GLOBAL_ROUTING_INFOW
	*RoutingInfo, LPDWORD MethodsReturned);
#ifdef UNICODE
#define FaxEnumGlobalRoutingInfo FaxEnumGlobalRoutingInfoW
#define PFAXENUMGLOBALROUTINGINFO PFAXENUMGLOBALROUTINGINFOW
#else
#define FaxEnumGlobalRoutingInfo FaxEnumGlobalRoutingInfoA
#define PFAXENUMGLOBALROUTINGINFO PFAXENUMGLOBALROUTINGINFOA
#endif

/** Give the method of Guid another Priority, the others move up or down; nothing else counts. */
BOOL WINAPI FaxSetGlobalRoutingInfoA(HANDLE FaxHandle, const FAX_GLOBAL_ROUTING_INFOA
	*RoutingInfo);
typedef BOOL(WINAPI *PFAXSETGLOBALROUTINGINFOA)(HANDLE FaxHandle, const FAX_GLOBAL_ROUTING_INFOA
	*RoutingInfo);
BOOL WINAPI FaxSetGlobalRoutingInfoW(HANDLE FaxHandle, const FAX_GLOBAL_ROUTING_INFOW
	*RoutingInfo);
typedef BOOL(WINAPI *PFAXSETGLOBALROUTINGINFOW)(HANDLE FaxHandle, const FAX_GLOBAL_ROUTING_INFOW
	*RoutingInfo);
#ifdef UNICODE
#define FaxSetGlobalRoutingInfo FaxSetGlobalRoutingInfoW
#define PFAXSETGLOBALROUTINGINFO PFAXSETGLOBALROUTINGINFOW
#else
#define FaxSetGlobalRoutingInfo FaxSetGlobalRoutingInfoA
#define PFAXSETGLOBALROUTINGINFO PFAXSETGLOBALROUTINGINFOA
#endif

/** Data of a method for one port. Built-in methods: text of 16-bit units with NUL. */
BOOL WINAPI FaxGetRoutingInfoA(HANDLE FaxPortHandle, LPCSTR RoutingGuid, LPBYTE
	*RoutingInfoBuffer, LPDWORD RoutingInfoBufferSize);
typedef BOOL(WINAPI *PFAXGETROUTINGINFOA)(HANDLE FaxPortHandle, LPCSTR RoutingGuid, LPBYTE
	*RoutingInfoBuffer, LPDWORD RoutingInfoBufferSize);
BOOL WINAPI FaxGetRoutingInfoW(HANDLE FaxPortHandle, LPCWSTR RoutingGuid, LPBYTE
	*RoutingInfoBuffer, LPDWORD RoutingInfoBufferSize);
typedef BOOL(WINAPI *PFAXGETROUTINGINFOW)(HANDLE FaxPortHandle, LPCWSTR RoutingGuid, LPBYTE
	*RoutingInfoBuffer, LPDWORD RoutingInfoBufferSize);
#ifdef UNICODE
#define FaxGetRoutingInfo FaxGetRoutingInfoW
#define PFAXGETROUTINGINFO PFAXGETROUTINGINFOW
#else
#define FaxGetRoutingInfo FaxGetRoutingInfoA
#define PFAXGETROUTINGINFO PFAXGETROUTINGINFOA
#endif

/** Change them. */
BOOL WINAPI FaxSetRoutingInfoA(HANDLE FaxPortHandle, LPCSTR RoutingGuid, const BYTE
	*RoutingInfoBuffer, DWORD RoutingInfoBufferSize);
typedef BOOL(WINAPI *PFAXSETROUTINGINFOA)(HANDLE FaxPortHandle, LPCSTR RoutingGuid, const BYTE
	*RoutingInfoBuffer, DWORD RoutingInfoBufferSize);
BOOL WINAPI FaxSetRoutingInfoW(HANDLE FaxPortHandle, LPCWSTR RoutingGuid, const BYTE
	*RoutingInfoBuffer, DWORD RoutingInfoBufferSize);
typedef BOOL(WINAPI *PFAXSETROUTINGINFOW)(HANDLE FaxPortHandle, LPCWSTR RoutingGuid, const BYTE
	*RoutingInfoBuffer, DWORD RoutingInfoBufferSize);
#ifdef UNICODE
#define FaxSetRoutingInfo FaxSetRoutingInfoW
#define PFAXSETROUTINGINFO PFAXSETROUTINGINFOW
#else
#define FaxSetRoutingInfo FaxSetRoutingInfoA
#define PFAXSETROUTINGINFO PFAXSETROUTINGINFOA
#endif

/** Have the service load a fax service provider (faxdev.h) from its next start on. All four are
 *  required, TspName may be "". For administrators of the local service. */
BOOL WINAPI FaxRegisterServiceProviderW(LPCWSTR DeviceProvider, LPCWSTR FriendlyName, LPCWSTR
	ImageName, LPCWSTR TspName);
typedef BOOL(WINAPI *PFAXREGISTERSERVICEPROVIDERW)(LPCWSTR DeviceProvider, LPCWSTR FriendlyName,
	LPCWSTR ImageName, LPCWSTR TspName);
#define FaxRegisterServiceProvider FaxRegisterServiceProviderW
#define PFAXREGISTERSERVICEPROVIDER PFAXREGISTERSERVICEPROVIDERW

/** Undo it. */
BOOL WINAPI FaxUnregisterServiceProviderW(LPCWSTR DeviceProvider);
typedef BOOL(WINAPI *PFAXUNREGISTERSERVICEPROVIDERW)(LPCWSTR DeviceProvider);
#define FaxUnregisterServiceProvider FaxUnregisterServiceProviderW
#define PFAXUNREGISTERSERVICEPROVIDER PFAXUNREGISTERSERVICEPROVIDERW

/**
 * Asked for the methods of a routing extension, one after the other. Each text has room for 100
 * characters and NUL and is empty.
 * @return nonzero: a method is described; 0: there are no more
 */
typedef BOOL(CALLBACK *PFAX_ROUTING_INSTALLATION_CALLBACKW)(HANDLE FaxHandle, LPVOID Context,
	LPWSTR MethodName, LPWSTR FriendlyName, LPWSTR FunctionName, LPWSTR Guid);
#define PFAX_ROUTING_INSTALLATION_CALLBACK PFAX_ROUTING_INSTALLATION_CALLBACKW

/** Have the service load a routing extension (faxroute.h) from its next start on. */
BOOL WINAPI FaxRegisterRoutingExtensionW(HANDLE FaxHandle, LPCWSTR ExtensionName, LPCWSTR
	FriendlyName, LPCWSTR ImageName, PFAX_ROUTING_INSTALLATION_CALLBACKW CallBack, LPVOID
	Context);
typedef BOOL(WINAPI *PFAXREGISTERROUTINGEXTENSIONW)(HANDLE FaxHandle, LPCWSTR ExtensionName,
	LPCWSTR FriendlyName, LPCWSTR ImageName, PFAX_ROUTING_INSTALLATION_CALLBACKW CallBack,
	LPVOID Context);
#define FaxRegisterRoutingExtension FaxRegisterRoutingExtensionW
#define PFAXREGISTERROUTINGEXTENSION PFAXREGISTERROUTINGEXTENSIONW

/*
 * Declared in Windows' header but in none of its libraries, nor in this one; here
 * CaselliUnregisterRoutingExtension() (caselli.h) does it.
 */
BOOL WINAPI FaxUnregisterRoutingExtensionA(HANDLE FaxHandle, LPCSTR ExtensionName);
typedef BOOL(WINAPI *PFAXUNREGISTERROUTINGEXTENSIONA)(HANDLE FaxHandle, LPCSTR ExtensionName);
BOOL WINAPI FaxUnregisterRoutingExtensionW(HANDLE FaxHandle, LPCWSTR ExtensionName);
typedef BOOL(WINAPI *PFAXUNREGISTERROUTINGEXTENSIONW)(HANDLE FaxHandle, LPCWSTR ExtensionName);
#ifdef UNICODE
#define FaxUnregisterRoutingExtension FaxUnregisterRoutingExtensionW
#define PFAXUNREGISTERROUTINGEXTENSION PFAXUNREGISTERROUTINGEXTENSIONW
#else
#define FaxUnregisterRoutingExtension FaxUnregisterRoutingExtensionA
#define PFAXUNREGISTERROUTINGEXTENSION PFAXUNREGISTERROUTINGEXTENSIONA
#endif

/** Have events delivered to a queue of CreateIoCompletionPort() (on Linux: caselli/winbase.h, where
 *  CaselliQueueFd() is a descriptor to poll). Each packet is a FAX_EVENT for LocalFree(), with
 *  CompletionKey. They go on after the handle is closed, and end with FEI_FAXSVC_ENDED or with the
 *  queue. ERROR_INVALID_PARAMETER: no queue, or hWnd, since there are no windows on Linux;
 *  ERROR_INVALID_HANDLE: not a queue; ERROR_INVALID_DATA: this process has them already. */
BOOL WINAPI FaxInitializeEventQueue(HANDLE FaxHandle, HANDLE CompletionPort, ULONG_PTR
	CompletionKey, HWND hWnd, UINT MessageStart);
typedef BOOL(WINAPI *PFAXINITIALIZEEVENTQUEUE)(HANDLE FaxHandle, HANDLE CompletionPort, ULONG_PTR
	CompletionKey, HWND hWnd, UINT MessageStart);

/** Begin to print into a fax. The program writes the document (on Linux: CaselliPrintFd in
 *  caselli.h), EndDoc(hDC) sends it, AbortDoc(hDC) gives up, DeleteDC(hDC) frees. FaxJobId is the
 *  number of the print job, not of the fax. ERROR_INVALID_PRINTER_NAME: no fax service there. */
BOOL WINAPI FaxStartPrintJobA(LPCSTR PrinterName, const FAX_PRINT_INFOA *PrintInfo, LPDWORD
	FaxJobId, PFAX_CONTEXT_INFOA FaxContextInfo);
typedef BOOL(WINAPI *PFAXSTARTPRINTJOBA)(LPCSTR PrinterName, const FAX_PRINT_INFOA *PrintInfo,
	LPDWORD FaxJobId, PFAX_CONTEXT_INFOA FaxContextInfo);
BOOL WINAPI FaxStartPrintJobW(LPCWSTR PrinterName, const FAX_PRINT_INFOW *PrintInfo, LPDWORD
	FaxJobId, PFAX_CONTEXT_INFOW FaxContextInfo);
typedef BOOL(WINAPI *PFAXSTARTPRINTJOBW)(LPCWSTR PrinterName, const FAX_PRINT_INFOW *PrintInfo,
	LPDWORD FaxJobId, PFAX_CONTEXT_INFOW FaxContextInfo);
#ifdef UNICODE
#define FaxStartPrintJob FaxStartPrintJobW
#define PFAXSTARTPRINTJOB PFAXSTARTPRINTJOBW
#else
#define FaxStartPrintJob FaxStartPrintJobA
#define PFAXSTARTPRINTJOB PFAXSTARTPRINTJOBA
#endif

/** Put a cover page before the document of a print job. */
BOOL WINAPI FaxPrintCoverPageA(const FAX_CONTEXT_INFOA *FaxContextInfo, const FAX_COVERPAGE_INFOA
	*CoverPageInfo);
typedef BOOL(WINAPI *PFAXPRINTCOVERPAGEA)(const FAX_CONTEXT_INFOA *FaxContextInfo, const
	FAX_COVERPAGE_INFOA *CoverPageInfo);
BOOL WINAPI FaxPrintCoverPageW(const FAX_CONTEXT_INFOW *FaxContextInfo, const FAX_COVERPAGE_INFOW
	*CoverPageInfo);
typedef BOOL(WINAPI *PFAXPRINTCOVERPAGEW)(const FAX_CONTEXT_INFOW *FaxContextInfo, const
	FAX_COVERPAGE_INFOW *CoverPageInfo);
#ifdef UNICODE
#define FaxPrintCoverPage FaxPrintCoverPageW
#define PFAXPRINTCOVERPAGE PFAXPRINTCOVERPAGEW
#else
#define FaxPrintCoverPage FaxPrintCoverPageA
#define PFAXPRINTCOVERPAGE PFAXPRINTCOVERPAGEA
#endif

/** Nonzero: all rights of the mask are held. Zero with ERROR_SUCCESS: some are not. */
BOOL WINAPI FaxAccessCheck(HANDLE FaxHandle, DWORD AccessMask);
typedef BOOL(WINAPI *PFAXACCESSCHECK)(HANDLE FaxHandle, DWORD AccessMask);

/** Release a result of the functions above; NULL is fine, a foreign pointer is ignored. */
void WINAPI FaxFreeBuffer(LPVOID Buffer);
typedef void(WINAPI *PFAXFREEBUFFER)(LPVOID Buffer);

#ifdef __cplusplus
}
#endif

#endif
