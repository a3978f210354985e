/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/print_win.c
 * Printing needs a printer driver that draws, and none comes with this library (decision 0745):
 * there is no fax printer. Programs send documents instead.
 */
#include "clients/winfax/winfax_priv.h"

static BOOL no_printer(const void *info, size_t info_size, const void *context, size_t size,
		       const void *job_id)
{
	if (!info || *(const DWORD *)info != info_size || !context ||
	    *(const DWORD *)context != size || !job_id) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "An argument is NULL or a SizeOfStruct is wrong.");
	}
	return wf_fail(ERROR_INVALID_PRINTER_NAME,
		       "There is no fax printer here; send the document with FaxSendDocument.");
}

BOOL WINAPI FaxStartPrintJobA(LPCSTR PrinterName, const FAX_PRINT_INFOA *PrintInfo,
			      LPDWORD FaxJobId, PFAX_CONTEXT_INFOA FaxContextInfo)
{
	return no_printer(PrintInfo, sizeof(*PrintInfo), FaxContextInfo, sizeof(*FaxContextInfo),
			  FaxJobId);
}

BOOL WINAPI FaxStartPrintJobW(LPCWSTR PrinterName, const FAX_PRINT_INFOW *PrintInfo,
			      LPDWORD FaxJobId, PFAX_CONTEXT_INFOW FaxContextInfo)
{
	return no_printer(PrintInfo, sizeof(*PrintInfo), FaxContextInfo, sizeof(*FaxContextInfo),
			  FaxJobId);
}

/* No print job was ever begun, so no hDC can be one's. */
static BOOL no_job(const void *context, size_t size, const void *cover, size_t cover_size)
{
	if (!context || *(const DWORD *)context != size || !cover ||
	    *(const DWORD *)cover != cover_size) {
		return wf_fail(ERROR_INVALID_PARAMETER,
			       "A structure is NULL or its SizeOfStruct is wrong.");
	}
	return wf_fail(ERROR_INVALID_HANDLE, "hDC is not of a print job.");
}

BOOL WINAPI FaxPrintCoverPageA(const FAX_CONTEXT_INFOA *FaxContextInfo,
			       const FAX_COVERPAGE_INFOA *CoverPageInfo)
{
	return no_job(FaxContextInfo, sizeof(*FaxContextInfo), CoverPageInfo,
		      sizeof(*CoverPageInfo));
}

BOOL WINAPI FaxPrintCoverPageW(const FAX_CONTEXT_INFOW *FaxContextInfo,
			       const FAX_COVERPAGE_INFOW *CoverPageInfo)
{
	return no_job(FaxContextInfo, sizeof(*FaxContextInfo), CoverPageInfo,
		      sizeof(*CoverPageInfo));
}
