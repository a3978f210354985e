/* SPDX-License-Identifier: Apache-2.0 */
/* What winfax.dll does without a server. Linked with an import library that is not ours. */
#include <string.h>
#include "tests/windows/check.h"
#include <winfax.h>

static void connect_nowhere(void)
{
	HANDLE h = (HANDLE)(ULONG_PTR)1;

	/* nothing listens on port 1 */
	FAILS(RPC_S_SERVER_UNAVAILABLE, FaxConnectFaxServerA("127.0.0.1:1", &h));
	CHECK(!h);
	FAILS(RPC_S_SERVER_UNAVAILABLE, FaxConnectFaxServerW(L"\\\\127.0.0.1:1", &h));
	FAILS(RPC_S_INVALID_NET_ADDR, FaxConnectFaxServerA("/run/caselli/rpc", &h));
	FAILS(RPC_S_INVALID_NET_ADDR, FaxConnectFaxServerA("127.0.0.1:fax", &h));
	FAILS(ERROR_INVALID_PARAMETER, FaxConnectFaxServerA("127.0.0.1:1", NULL));
}

static void wrong_handles(void)
{
	HANDLE event = CreateEventW(NULL, FALSE, FALSE, NULL);
	FAX_PORT_INFOW *ports = NULL;
	DWORD n = 0;

	FAILS(ERROR_INVALID_HANDLE, FaxClose((HANDLE)(ULONG_PTR)0x1234));
	FAILS(ERROR_INVALID_HANDLE, FaxClose(event));
	FAILS(ERROR_INVALID_PARAMETER, FaxEnumPortsW(NULL, &ports, &n));
	FAILS(ERROR_INVALID_HANDLE, FaxEnumPortsW((HANDLE)(ULONG_PTR)0x40000000, &ports, &n));
	FAILS(ERROR_INVALID_HANDLE, FaxInitializeEventQueue(event, event, 0, NULL, 0));
	FaxFreeBuffer(NULL);
	CHECK(CloseHandle(event));
}

/* The harness has written a profile into the folder APPDATA. */
static void job_params(void)
{
	FAX_JOB_PARAMW *p = NULL;
	FAX_COVERPAGE_INFOW *c = NULL;
	FAX_JOB_PARAMA *pa = NULL;
	FAX_COVERPAGE_INFOA *ca = NULL;
	char ansi[64];

	FAILS(ERROR_INVALID_PARAMETER, FaxCompleteJobParamsW(&p, NULL));
	CHECK(FaxCompleteJobParamsW(&p, &c));
	CHECK(FaxCompleteJobParamsA(&pa, &ca));
	if (check_failed) {
		return;
	}
	CHECK(p->SizeOfStruct == sizeof(*p) && c->SizeOfStruct == sizeof(*c));
	CHECK(pa->SizeOfStruct == sizeof(*p) && ca->SizeOfStruct == sizeof(*c));
	CHECK(p->SenderName && wcscmp(p->SenderName, L"Andr\u00e9 Caselli") == 0);
	CHECK(c->SdrOfficeLocation && wcscmp(c->SdrOfficeLocation, L"Room 7") == 0);
	/* A: the code page of the system */
	CHECK(WideCharToMultiByte(CP_ACP, 0, L"Andr\u00e9 Caselli", -1, ansi, sizeof(ansi), NULL,
				  NULL) > 0);
	CHECK(pa->SenderName && strcmp(pa->SenderName, ansi) == 0);
	printf("code page %u, %s\n", GetACP(), pa->SenderName);
	CHECK(!p->SenderCompany); /* unknown text is NULL */
	FaxFreeBuffer(p);
	FaxFreeBuffer(c);
	FaxFreeBuffer(pa);
	FaxFreeBuffer(ca);
}

static void printing(void)
{
	FAX_PRINT_INFOW info = {.SizeOfStruct = sizeof(info), .RecipientNumber = L"200"};
	FAX_CONTEXT_INFOW context = {.SizeOfStruct = sizeof(context)};
	FAX_COVERPAGE_INFOW cover = {.SizeOfStruct = sizeof(cover), .CoverPageName = L"fyi"};
	DWORD job = 0;

	FAILS(ERROR_INVALID_PRINTER_NAME, FaxStartPrintJobW(NULL, &info, &job, &context));
	FAILS(ERROR_INVALID_HANDLE, FaxPrintCoverPageW(&context, &cover));
	info.SizeOfStruct = 1;
	FAILS(ERROR_INVALID_PARAMETER, FaxStartPrintJobW(NULL, &info, &job, &context));
}

int main(void)
{
	connect_nowhere();
	wrong_handles();
	job_params();
	printing();
	return finish();
}
