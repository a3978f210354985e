/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done with received faxes on each port, and switching a part of it on or off.
 *
 *     c++ routing-methods.cpp $(pkg-config --cflags --libs faxcom) -o routing-methods
 *     ./routing-methods [SERVER]                       list
 *     ./routing-methods [SERVER] enable|disable PORT "FRIENDLY NAME"
 *
 * As a program for Windows would write it, but for main(): faxcom.h in C++, texts in 16 bits.
 */
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <faxcom.h>

/* Whoever holds it releases it. */
template <class T> struct Ptr {
	T *p = nullptr;

	~Ptr()
	{
		if (p) {
			p->Release();
		}
	}
	T *operator->() const { return p; }
};

static void check(HRESULT hr)
{
	IErrorInfo *info = nullptr;
	BSTR text = nullptr;
	char *words;

	if (SUCCEEDED(hr)) {
		return;
	}
	if (GetErrorInfo(0, &info) == S_OK) {
		(void)info->GetDescription(&text);
		info->Release();
	}
	words = CaselliUtf8FromString(text);
	(void)fprintf(stderr, "routing-methods: 0x%08X %s\n", (unsigned)hr, words ? words : "");
	exit(1);
}

/* A text of the interface, as UTF-8; the BSTR is freed. */
static std::string take(BSTR s)
{
	char *u = CaselliUtf8FromString(s);
	std::string out = u ? u : "";

	CoTaskMemFree(u);
	SysFreeString(s);
	return out;
}

/* The object inside a result, as the interface wanted. */
template <class T> static void as(VARIANT *v, const IID &iid, Ptr<T> *ret)
{
	check(V_DISPATCH(v)->QueryInterface(iid, (void **)&ret->p));
	(void)VariantClear(v);
}

static void show(IFaxRoutingMethod *m)
{
	BSTR name, data, extension;
	BOOL on;

	check(m->get_FriendlyName(&name));
	check(m->get_RoutingData(&data));
	check(m->get_ExtensionName(&extension));
	check(m->get_Enable(&on));
	(void)printf("    %-3s %-28s %-20s %s\n", on ? "on" : "off", take(name).c_str(),
		     take(extension).c_str(), take(data).c_str());
}

struct order {
	bool change = false;
	BOOL enable = 0;
	std::string port, name;
};

static bool do_port(IFaxPort *port, const order &o)
{
	Ptr<IFaxRoutingMethods> methods;
	VARIANT v;
	BSTR s;
	LONG n, i;
	bool found = false;

	check(port->get_Name(&s));
	std::string name = take(s);
	if (o.change && o.port != name) {
		return false;
	}
	(void)printf("%s\n", name.c_str());
	check(port->GetRoutingMethods(&v));
	as(&v, IID_IFaxRoutingMethods, &methods);
	check(methods->get_Count(&n));
	for (i = 1; i <= n; i++) {
		Ptr<IFaxRoutingMethod> m;

		check(methods->get_Item(i, &v));
		as(&v, IID_IFaxRoutingMethod, &m);
		check(m->get_FriendlyName(&s));
		if (take(s) == o.name && o.change) {
			check(m->put_Enable(o.enable));
			found = true;
		}
		show(m.p);
	}
	return found;
}

int main(int argc, char **argv)
{
	Ptr<IFaxServer> server;
	Ptr<IFaxPorts> ports;
	const char *where = nullptr;
	bool found = false;
	VARIANT v;
	LONG n, i;
	order o;

	if (argc > 3 && (!strcmp(argv[argc - 3], "enable") || !strcmp(argv[argc - 3], "disable"))) {
		o.change = true;
		o.enable = argv[argc - 3][0] == 'e';
		o.port = argv[argc - 2];
		o.name = argv[argc - 1];
		argc -= 3;
	}
	where = argc > 1 ? argv[1] : "";
	check(CoCreateInstance(CLSID_FaxServer, nullptr, CLSCTX_ALL, IID_IFaxServer,
			       (void **)&server.p));
	BSTR name = CaselliStringFromUtf8(where);
	HRESULT hr = server->Connect(name);
	SysFreeString(name);
	check(hr);
	check(server->GetPorts(&v));
	as(&v, IID_IFaxPorts, &ports);
	check(ports->get_Count(&n));
	for (i = 1; i <= n; i++) {
		Ptr<IFaxPort> port;

		check(ports->get_Item(i, &v));
		as(&v, IID_IFaxPort, &port);
		found |= do_port(port.p, o);
	}
	if (o.change && !found) {
		(void)fprintf(stderr, "routing-methods: no such port or method\n");
		return 1;
	}
	return 0;
}
