/* SPDX-License-Identifier: Apache-2.0 */
/* winfax.dll at a server on the network: connect, ports, status; the error that ends it. */
#include <windows.h>
#include <winfax.h>

#include <stdio.h>

static int failed(const char *what)
{
	printf("%s: error %lu\nEND\n", what, (unsigned long)GetLastError());
	return 0;
}

int main(int argc, char **argv)
{
	PFAX_DEVICE_STATUSA status;
	PFAX_PORT_INFOA ports;
	HANDLE server, port;
	DWORD n = 0;

	if (!FaxConnectFaxServerA(argc > 1 ? argv[1] : NULL, &server)) {
		return failed("connect");
	}
	if (!FaxEnumPortsA(server, &ports, &n)) {
		return failed("ports");
	}
	for (DWORD i = 0; i < n; i++) {
		printf("port %lu %s\n", (unsigned long)ports[i].DeviceId, ports[i].DeviceName);
	}
	FaxFreeBuffer(ports);
	if (!FaxOpenPort(server, 1, PORT_OPEN_QUERY, &port)) {
		return failed("open");
	}
	if (!FaxGetDeviceStatusA(port, &status)) {
		return failed("status");
	}
	printf("status %lx %s\n", (unsigned long)status->Status, status->Csid);
	FaxFreeBuffer(status);
	if (!FaxClose(port) || !FaxClose(server)) {
		return failed("close");
	}
	printf("END\n");
	return 0;
}
