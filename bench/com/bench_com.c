/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What COM costs when a program reads a snapshot: FaxStatus.CurrentPage through the vtable and
 * through IDispatch::Invoke, against a plain virtual call that reads a number. No server is
 * reached by any of them.
 *
 *   CASELLI_SERVER=... bench_com
 */
#include <stdio.h>

#include <faxcom.h>

#include "bench/com/plain.h"
#include "bench/common/bench.h"

#define ROUNDS 15
#define CALLS 200000
#define DISPID_CURRENT_PAGE 3

static volatile int32_t sink;

static double bare(struct plain *p)
{
	double start = bench_now(CLOCK_MONOTONIC);
	int32_t page = 0;
	int i;

	for (i = 0; i < CALLS; i++) {
		(void)p->vtbl->get_page(p, &page);
		sink = page;
	}
	return (bench_now(CLOCK_MONOTONIC) - start) / CALLS;
}

static double vtable(IFaxStatus *s)
{
	double start = bench_now(CLOCK_MONOTONIC);
	LONG page = 0;
	int i;

	for (i = 0; i < CALLS; i++) {
		if (FAILED(s->lpVtbl->get_CurrentPage(s, &page))) {
			return 0;
		}
		sink = page;
	}
	return (bench_now(CLOCK_MONOTONIC) - start) / CALLS;
}

static double invoke(IDispatch *d)
{
	double start = bench_now(CLOCK_MONOTONIC);
	DISPPARAMS none = {NULL, NULL, 0, 0};
	VARIANT v;
	int i;

	for (i = 0; i < CALLS; i++) {
		if (FAILED(d->lpVtbl->Invoke(d, DISPID_CURRENT_PAGE, &IID_NULL, 0,
					     DISPATCH_PROPERTYGET, &none, &v, NULL, NULL))) {
			return 0;
		}
		sink = v.lVal;
	}
	return (bench_now(CLOCK_MONOTONIC) - start) / CALLS;
}

static IFaxStatus *status(void)
{
	IFaxServer *server = NULL;
	IDispatch *ports, *port;
	IFaxStatus *ret = NULL;
	VARIANT v;

	if (FAILED(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_ALL, &IID_IFaxServer,
				    (void **)&server)) ||
	    FAILED(server->lpVtbl->Connect(server, NULL)) ||
	    FAILED(server->lpVtbl->GetPorts(server, &v))) {
		return NULL;
	}
	(void)server->lpVtbl->Release(server);
	ports = v.pdispVal;
	if (FAILED(((IFaxPorts *)(void *)ports)->lpVtbl->get_Item((void *)ports, 1, &v))) {
		return NULL;
	}
	(void)ports->lpVtbl->Release(ports);
	port = v.pdispVal;
	if (SUCCEEDED(((IFaxPort *)(void *)port)->lpVtbl->GetStatus((void *)port, &v))) {
		ret = (IFaxStatus *)(void *)v.pdispVal;
	}
	(void)port->lpVtbl->Release(port);
	return ret;
}

static void row(const char *name, double *ours, double *bare_ns, double aim)
{
	double ratio[ROUNDS], mid;
	int i;

	for (i = 0; i < ROUNDS; i++) {
		ratio[i] = ours[i] / bare_ns[i];
	}
	mid = bench_median(ratio, ROUNDS);
	printf("%s\t%.1f ns\t%.2f ns\t%.1f\t<= %g\t%s\n", name, bench_median(ours, ROUNDS) * 1e9,
	       bench_median(bare_ns, ROUNDS) * 1e9, mid, aim,
	       mid > 0 && mid <= aim ? "ok" : "MISSED");
}

int main(void)
{
	double plain_a[ROUNDS], plain_b[ROUNDS], early[ROUNDS], late[ROUNDS];
	IFaxStatus *s = status();
	struct plain *p = plain_make();
	int i;

	if (!s) {
		fprintf(stderr, "bench_com: no service at $CASELLI_SERVER\n");
		return 1;
	}
	(void)bare(p);
	for (i = 0; i < ROUNDS; i++) {
		plain_a[i] = bare(p);
		early[i] = vtable(s);
		plain_b[i] = bare(p);
		late[i] = invoke((IDispatch *)(void *)s);
	}
	row("property get of a snapshot, vtable (a plain virtual call)", early, plain_a, 10);
	row("property get of a snapshot, Invoke (a plain virtual call)", late, plain_b, 40);
	(void)s->lpVtbl->Release(s);
	return 0;
}
