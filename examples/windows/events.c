/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events [SERVER]: ports, then events until the service stops.
 * gcc -I include examples/events.c x64/lib/libwinfax.a -o events.exe
 */
#include <stdio.h>
#include <winfax.h>

static int failed(const char *what)
{
	fprintf(stderr, "%s: error %lu\n", what, (unsigned long)GetLastError());
	return 1;
}

int main(int argc, char **argv)
{
	HANDLE server, queue = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 1);
	PFAX_PORT_INFOA ports;
	DWORD n, bytes, i;
	LPOVERLAPPED packet;
	ULONG_PTR key;

	if (!FaxConnectFaxServerA(argc > 1 ? argv[1] : NULL, &server)) {
		return failed("FaxConnectFaxServer");
	}
	if (!FaxEnumPortsA(server, &ports, &n)) {
		return failed("FaxEnumPorts");
	}
	for (i = 0; i < n; i++) {
		printf("%lu  %s\n", (unsigned long)ports[i].DeviceId, ports[i].DeviceName);
	}
	FaxFreeBuffer(ports);
	if (!FaxInitializeEventQueue(server, queue, 0, NULL, 0)) {
		return failed("FaxInitializeEventQueue");
	}
	while (GetQueuedCompletionStatus(queue, &bytes, &key, &packet, INFINITE)) {
		FAX_EVENTA e = *(FAX_EVENTA *)packet;

		LocalFree(packet);
		printf("event %lu, port %lu, job %ld\n", (unsigned long)e.EventId,
		       (unsigned long)e.DeviceId, (long)(LONG)e.JobId);
		if (e.EventId == FEI_FAXSVC_ENDED) {
			break;
		}
	}
	FaxClose(server);
	CloseHandle(queue);
	return 0;
}
