/* SPDX-License-Identifier: Apache-2.0 */
/*
 * winfax.h alone, as C and C++, with and without UNICODE, for 64 and 32 bits: each name without a
 * letter is the A or W function, and fits its pointer type. Only compiled, never linked.
 */
#include <stddef.h>
#include <winfax.h>
#include <caselli.h>
#ifndef __cplusplus
#define static_assert _Static_assert
#endif
#include "tests/unit/faxcom/layout.h"

#ifdef UNICODE
typedef WCHAR TEXT_CHAR;
#define GUID_TEXT u"{92041a90-9af2-11d0-abf7-00c04fd91a4e}"
#else
typedef char TEXT_CHAR;
#define GUID_TEXT "{92041a90-9af2-11d0-abf7-00c04fd91a4e}"
#endif
static_assert(sizeof(MS_FAXROUTE_FOLDER_GUID) == 39 * sizeof(TEXT_CHAR), "text of UNICODE");
static_assert(sizeof(HCALL) == 4 && sizeof(BOOL) == 4 && sizeof(DWORD) == 4, "basic types");
static_assert(sizeof(WCHAR) == 2, "16-bit text");
static_assert(FEI_NEVENTS == 27 && FAX_ALL_ACCESS == 0x001F007F, "constants");
static_assert((DWORD)FAX_E_RECIPIENTS_LIMIT == 0x80041B65u, "HRESULT of 7013");
static_assert((DWORD)FAX_E_SRV_OUTOFMEMORY == 0x80041B59u, "HRESULT of 7001");

void names(void);
void names(void)
{
#define CHECK(type, name)                                                                          \
	{                                                                                          \
		type fn = name;                                                                    \
		(void)fn;                                                                          \
	}
	CHECK(PFAXCONNECTFAXSERVER, FaxConnectFaxServer)
	CHECK(PFAXCOMPLETEJOBPARAMS, FaxCompleteJobParams)
	CHECK(PFAXSENDDOCUMENT, FaxSendDocument)
	CHECK(PFAXSENDDOCUMENTFORBROADCAST, FaxSendDocumentForBroadcast)
	CHECK(PFAXENUMJOBS, FaxEnumJobs)
	CHECK(PFAXGETJOB, FaxGetJob)
	CHECK(PFAXSETJOB, FaxSetJob)
	CHECK(PFAXGETDEVICESTATUS, FaxGetDeviceStatus)
	CHECK(PFAXGETCONFIGURATION, FaxGetConfiguration)
	CHECK(PFAXSETCONFIGURATION, FaxSetConfiguration)
	CHECK(PFAXGETLOGGINGCATEGORIES, FaxGetLoggingCategories)
	CHECK(PFAXSETLOGGINGCATEGORIES, FaxSetLoggingCategories)
	CHECK(PFAXENUMPORTS, FaxEnumPorts)
	CHECK(PFAXGETPORT, FaxGetPort)
	CHECK(PFAXSETPORT, FaxSetPort)
	CHECK(PFAXENUMROUTINGMETHODS, FaxEnumRoutingMethods)
	CHECK(PFAXENABLEROUTINGMETHOD, FaxEnableRoutingMethod)
	CHECK(PFAXENUMGLOBALROUTINGINFO, FaxEnumGlobalRoutingInfo)
	CHECK(PFAXSETGLOBALROUTINGINFO, FaxSetGlobalRoutingInfo)
	CHECK(PFAXGETROUTINGINFO, FaxGetRoutingInfo)
	CHECK(PFAXSETROUTINGINFO, FaxSetRoutingInfo)
	CHECK(PFAXSTARTPRINTJOB, FaxStartPrintJob)
	CHECK(PFAXPRINTCOVERPAGE, FaxPrintCoverPage)
	CHECK(PFAXABORT, FaxAbort)
	CHECK(PFAXACCESSCHECK, FaxAccessCheck)
	CHECK(PFAXCLOSE, FaxClose)
	CHECK(PFAXFREEBUFFER, FaxFreeBuffer)
	CHECK(PFAXGETPAGEDATA, FaxGetPageData)
	CHECK(PFAXINITIALIZEEVENTQUEUE, FaxInitializeEventQueue)
	CHECK(PFAXOPENPORT, FaxOpenPort)
	CHECK(PFAXREGISTERROUTINGEXTENSION, FaxRegisterRoutingExtension)
	CHECK(PFAXREGISTERSERVICEPROVIDER, FaxRegisterServiceProvider)
	CHECK(PFAXUNREGISTERSERVICEPROVIDER, FaxUnregisterServiceProvider)
	CHECK(PFAXUNREGISTERROUTINGEXTENSION, FaxUnregisterRoutingExtension)
}

/* The structures without a letter are those of UNICODE. */
void structures(const TEXT_CHAR *text);
void structures(const TEXT_CHAR *text)
{
	FAX_JOB_PARAM p;
	FAX_COVERPAGE_INFO c;
	FAX_PRINT_INFO i;
	FAX_CONFIGURATION g;
	FAX_LOG_CATEGORY l;
	FAX_ROUTING_METHOD m;
	FAX_GLOBAL_ROUTING_INFO r;
	FAX_PORT_INFO o;
	FAX_DEVICE_STATUS s;
	FAX_JOB_ENTRY j;
	FAX_CONTEXT_INFO x;
	PFAX_CONTEXT_INFO px = &x;
	FAX_EVENT e;
	PFAX_EVENT pe = &e;

	p.RecipientNumber = c.CoverPageName = i.DocName = g.ArchiveDirectory = l.Name = m.Guid =
		r.Guid = o.Csid = s.Csid = j.Tsid = text;
	px->ServerName[15] = text[0];
	pe->EventId = FEI_IDLE;
	(void)p;
}
