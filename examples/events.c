/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Show what happens on the fax service, as it happens.
 *
 *     cc events.c $(pkg-config --cflags --libs winfax) -o events
 *     ./events
 *
 * Events come into a queue; on Linux CaselliQueueFd(queue) is a descriptor for poll() in
 * programs that wait for other things too. After FEI_FAXSVC_ENDED there are no more: a
 * program that wants them goes on with a new connection and a new registration.
 */
#include <winfax.h>
#include <caselli/winbase.h>
#include <stdio.h>
#include <time.h>

static const char *const names[] = {
	"?", "dialing", "sending", "receiving", "completed", "busy", "no answer", "bad address",
	"no dial tone", "disconnected", "fatal error", "not a fax call", "call delayed",
	"call blacklisted", "ringing", "aborting", "routing", "powered on", "powered off", "idle",
	"service ended", "answered", "job queued", "job deleted", "initializing",
	"line unavailable", "handled", "service started"};

static void show(const FAX_EVENT *e)
{
	uint64_t ticks = (uint64_t)e->TimeStamp.dwHighDateTime << 32 | e->TimeStamp.dwLowDateTime;
	time_t at = (time_t)(ticks / 10000000 - 11644473600); /* from 1601 to 1970 */
	char when[32] = "";
	struct tm tm;

	if (localtime_r(&at, &tm)) {
		strftime(when, sizeof(when), "%H:%M:%S", &tm);
	}
	printf("%s  %-17s", when, e->EventId <= FEI_NEVENTS ? names[e->EventId] : names[0]);
	if (e->DeviceId) {
		printf(" port %u", (unsigned)e->DeviceId);
	}
	if (e->JobId != 0xFFFFFFFF) {
		printf(" job %u", (unsigned)e->JobId);
	}
	printf("\n");
	fflush(stdout);
}

int main(void)
{
	HANDLE fax = NULL, queue = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
	LPOVERLAPPED packet;
	ULONG_PTR key;
	DWORD size, id = 0;

	if (!queue || !FaxConnectFaxServerA(NULL, &fax) ||
	    !FaxInitializeEventQueue(fax, queue, 0, NULL, 0)) {
		fprintf(stderr, "events: error %u\n", (unsigned)GetLastError());
		return 1;
	}
	FaxClose(fax); /* the events go on */
	while (id != FEI_FAXSVC_ENDED &&
	       GetQueuedCompletionStatus(queue, &size, &key, &packet, INFINITE)) {
		FAX_EVENT *e = (FAX_EVENT *)(void *)packet;

		show(e);
		id = e->EventId;
		LocalFree(e);
	}
	CloseHandle(queue);
	return 0;
}
