/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One GetStatus through COM, RPC and back, against a bare ping-pong of the same
 * octets over a Unix socket between two processes.
 *
 *   CASELLI_SERVER=... bench_getstatus PORTS   PORTS only names the row
 */
#include <stdio.h>
#include <string.h>

#include <faxcom.h>

#include "bench/common/bench.h"
#include "bench/getstatus/pingpong.h"

#define ROUNDS 9
#define CALLS 3000
/* A request of GetDeviceStatus: PDU header 24, context handle 20. The reply: header 24, referent,
 * count, 88 fixed octets, about 3 short texts, size and status. */
#define REQUEST 44
#define REPLY 176

static int fail(const char *what, HRESULT hr)
{
	fprintf(stderr, "bench_getstatus: %s: 0x%08X\n", what, (unsigned)hr);
	return 1;
}

static double getstatus(IFaxPort *port)
{
	double start = bench_now(CLOCK_MONOTONIC);
	VARIANT v;
	int i;

	for (i = 0; i < CALLS; i++) {
		VariantInit(&v);
		if (FAILED(port->lpVtbl->GetStatus(port, &v))) {
			return 0;
		}
		VariantClear(&v);
	}
	return (bench_now(CLOCK_MONOTONIC) - start) / CALLS;
}

int main(int argc, char **argv)
{
	double ours[ROUNDS], bare[ROUNDS], ratio[ROUNDS], mid;
	IFaxServer *server = NULL;
	IFaxPorts *ports = NULL;
	IFaxPort *port = NULL;
	VARIANT v;
	HRESULT hr;
	LONG n = 0;
	int i;

	hr = CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_INPROC_SERVER, &IID_IFaxServer,
			      (void **)&server);
	if (FAILED(hr) || FAILED(hr = server->lpVtbl->Connect(server, NULL)) ||
	    FAILED(hr = server->lpVtbl->GetPorts(server, &v))) {
		return fail("connect", hr);
	}
	ports = (IFaxPorts *)v.pdispVal;
	if (FAILED(hr = ports->lpVtbl->get_Count(ports, &n)) ||
	    FAILED(hr = ports->lpVtbl->get_Item(ports, n, &v))) {
		return fail("the last port", hr);
	}
	port = (IFaxPort *)v.pdispVal;
	(void)getstatus(port);
	for (i = 0; i < ROUNDS; i++) {
		bare[i] = bench_pingpong(REQUEST, REPLY, CALLS);
		ours[i] = getstatus(port);
		ratio[i] = ours[i] / bare[i];
	}
	mid = bench_median(ratio, ROUNDS);
	printf("GetStatus round trip, one client, %s ports\t%.1f us\t%.1f us\t%.2f\t<= 2.5\t%s\n",
	       argc > 1 ? argv[1] : "?", bench_median(ours, ROUNDS) * 1e6,
	       bench_median(bare, ROUNDS) * 1e6, mid, mid > 0 && mid <= 2.5 ? "ok" : "MISSED");
	port->lpVtbl->Release(port);
	ports->lpVtbl->Release(ports);
	(void)server->lpVtbl->Disconnect(server);
	server->lpVtbl->Release(server);
	return 0;
}
