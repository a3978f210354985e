/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Watch the first fax port: one line for each change of its status.
 *
 *     cc port-status.c $(pkg-config --cflags --libs faxcom) -o port-status
 *     ./port-status [SERVER]          (nothing: the local service; Ctrl-C ends it)
 *
 * The calls are those of the Fax Service Client API for Windows 2000, in its documented
 * order: CoCreateInstance, Connect, GetPorts, get_Item, GetStatus, then Refresh in a loop,
 * Disconnect, Release. Every BSTR is freed, every object released.
 */
#include <faxcom.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile sig_atomic_t stop;

static void on_signal(int sig)
{
	(void)sig;
	stop = 1;
}

/* Say what went wrong, in the library's words. */
static int failed(const char *what, HRESULT hr)
{
	IErrorInfo *info = NULL;
	BSTR text = NULL;
	char *utf8;

	if (GetErrorInfo(0, &info) == S_OK) {
		IErrorInfo_GetDescription(info, &text);
		IErrorInfo_Release(info);
	}
	utf8 = CaselliUtf8FromString(text);
	fprintf(stderr, "%s: %s (%08X)\n", what, utf8 ? utf8 : "", (unsigned)hr);
	CoTaskMemFree(utf8);
	SysFreeString(text);
	return 1;
}

/* A VARIANT with an object: ask it for its interface, drop the rest. */
static void *object(VARIANT *v, REFIID iid)
{
	void *p = NULL;

	IDispatch_QueryInterface(V_DISPATCH(v), iid, &p);
	VariantClear(v);
	return p;
}

static void print_status(IFaxStatus *status)
{
	static char last[300];
	char line[300], *name, *words;
	BSTR device = NULL, description = NULL;
	LONG page = 0, pages = 0;
	BOOL sending = 0, receiving = 0;
	DATE elapsed = 0;

	IFaxStatus_get_DeviceName(status, &device);
	IFaxStatus_get_Description(status, &description);
	IFaxStatus_get_CurrentPage(status, &page);
	IFaxStatus_get_PageCount(status, &pages);
	IFaxStatus_get_Send(status, &sending);
	IFaxStatus_get_Receive(status, &receiving);
	IFaxStatus_get_ElapsedTime(status, &elapsed); /* days */
	name = CaselliUtf8FromString(device);
	words = CaselliUtf8FromString(description);
	snprintf(line, sizeof(line), "%s: %s%s page %d of %d", name ? name : "", words ? words : "",
		 sending ? ", sending" : receiving ? ", receiving" : "", (int)page, (int)pages);
	if (strcmp(line, last) != 0) {
		printf("%s, %.0f s\n", line, elapsed * 86400);
		fflush(stdout);
		strcpy(last, line);
	}
	CoTaskMemFree(name);
	CoTaskMemFree(words);
	SysFreeString(device);
	SysFreeString(description);
}

static int watch(IFaxServer *server)
{
	struct timespec pause = {0, 200 * 1000 * 1000};
	IFaxPorts *ports;
	IFaxPort *port;
	IFaxStatus *status;
	LONG count = 0;
	VARIANT v;
	HRESULT hr = IFaxServer_GetPorts(server, &v);

	if (FAILED(hr)) {
		return failed("GetPorts", hr);
	}
	ports = object(&v, &IID_IFaxPorts);
	IFaxPorts_get_Count(ports, &count);
	printf("%d ports\n", (int)count);
	hr = IFaxPorts_get_Item(ports, 1, &v); /* from 1 */
	IFaxPorts_Release(ports);
	if (FAILED(hr)) {
		return failed("Item", hr);
	}
	port = object(&v, &IID_IFaxPort);
	hr = IFaxPort_GetStatus(port, &v);
	IFaxPort_Release(port);
	if (FAILED(hr)) {
		return failed("GetStatus", hr);
	}
	status = object(&v, &IID_IFaxStatus);
	do {
		print_status(status);
		nanosleep(&pause, NULL);
		hr = IFaxStatus_Refresh(status); /* nothing changes in it until this is called */
	} while (SUCCEEDED(hr) && !stop);
	IFaxStatus_Release(status);
	return FAILED(hr) ? failed("Refresh", hr) : 0;
}

int main(int argc, char **argv)
{
	BSTR name = CaselliStringFromUtf8(argc > 1 ? argv[1] : "");
	IFaxServer *server = NULL;
	HRESULT hr = CoInitialize(NULL);
	int bad = 1;

	signal(SIGINT, on_signal);
	signal(SIGTERM, on_signal);
	if (SUCCEEDED(hr)) {
		hr = CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_ALL, &IID_IFaxServer,
				      (void **)&server);
	}
	if (SUCCEEDED(hr)) {
		hr = IFaxServer_Connect(server, name);
	}
	if (FAILED(hr)) {
		failed("Connect", hr);
	} else {
		bad = watch(server);
		IFaxServer_Disconnect(server);
	}
	if (server) {
		IFaxServer_Release(server);
	}
	SysFreeString(name);
	CoUninitialize();
	return bad;
}
