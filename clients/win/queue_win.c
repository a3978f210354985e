/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/win/queue_win.c  Completion ports of Windows behind the names of win.h. */
#include "clients/win/win.h"

BOOL fx_win_is_queue(HANDLE queue)
{
	DWORD flags;

	/* that it is a completion port shows with the first packet */
	return GetHandleInformation(queue, &flags);
}

BOOL fx_win_post(HANDLE queue, DWORD bytes, ULONG_PTR key, LPOVERLAPPED overlapped,
		 void (*drop)(LPOVERLAPPED overlapped))
{
	if (PostQueuedCompletionStatus(queue, bytes, key, overlapped)) {
		return TRUE;
	}
	drop(overlapped);
	return FALSE;
}

BOOL fx_win_on_close(HANDLE queue, struct fx_win_closer *c)
{
	(void)c;
	return fx_win_is_queue(queue);
}

BOOL fx_win_off_close(HANDLE queue, struct fx_win_closer *c)
{
	(void)queue, (void)c;
	return TRUE;
}
