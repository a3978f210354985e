/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/windows/faxcom_early.c
 * faxcom.dll as a C program meets it: registered, created by COM, called through the vtable and
 * through IDispatch; type and error information; from one apartment into the other. No service
 * is needed: 127.0.0.1:1 refuses.
 *
 * usage: faxcom_early sta|mta      the last line is END when all held
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>
#include <initguid.h>
#include <ole2.h>
#include <ocidl.h>
#include <oleauto.h>
#include <faxcom.h>

static const IID no_iid; /* IID_NULL; mingw has it in a library only */
#define SERVER_DOWN ((HRESULT)0x800706BA)
#define NO_HANDLE   ((HRESULT)0x80070006)

static void fail(int line, const char *what, HRESULT hr)
{
	printf("FAILED line %d: %s: %08lx\n", line, what, (unsigned long)hr);
	fflush(stdout);
	ExitProcess(1);
}
#define WANT(call, hr)                                                                             \
	do {                                                                                       \
		HRESULT got_ = (call);                                                             \
		if (got_ != (hr)) {                                                                \
			fail(__LINE__, #call, got_);                                               \
		}                                                                                  \
	} while (0)
#define TRUE_(what)                                                                                \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			fail(__LINE__, #what, 0);                                                  \
		}                                                                                  \
	} while (0)

static const struct row {
	const WCHAR *name;
	const CLSID *clsid;
	const IID *iid;
	BOOL free_threaded;
} rows[] = {
	{L"FaxServer", &CLSID_FaxServer, &IID_IFaxServer, TRUE},
	{L"FaxTiff", &CLSID_FaxTiff, &IID_IFaxTiff, TRUE},
	{L"FaxPorts", &CLSID_FaxPorts, &IID_IFaxPorts, TRUE},
	{L"FaxPort", &CLSID_FaxPort, &IID_IFaxPort, TRUE},
	{L"FaxStatus", &CLSID_FaxStatus, &IID_IFaxStatus, TRUE},
	{L"FaxRoutingMethods", &CLSID_FaxRoutingMethods, &IID_IFaxRoutingMethods, TRUE},
	{L"FaxRoutingMethod", &CLSID_FaxRoutingMethod, &IID_IFaxRoutingMethod, TRUE},
	{L"FaxJobs", &CLSID_FaxJobs, &IID_IFaxJobs, TRUE},
	{L"FaxJob", &CLSID_FaxJob, &IID_IFaxJob, TRUE},
	{L"FaxDoc", &CLSID_FaxDoc, &IID_IFaxDoc, FALSE},
};

/* The name of a type and its GUID are those wanted; `name` may carry an I in front. */
static void is_type(ITypeInfo *ti, const WCHAR *prefix, const WCHAR *name, const GUID *guid,
		    TYPEKIND kind)
{
	TYPEATTR *a = NULL;
	BSTR text = NULL;

	WANT(ITypeInfo_GetTypeAttr(ti, &a), S_OK);
	TRUE_(IsEqualGUID(&a->guid, guid));
	TRUE_(a->typekind == kind);
	ITypeInfo_ReleaseTypeAttr(ti, a);
	WANT(ITypeInfo_GetDocumentation(ti, MEMBERID_NIL, &text, NULL, NULL, NULL), S_OK);
	TRUE_(wcsncmp(text, prefix, wcslen(prefix)) == 0);
	TRUE_(wcscmp(text + wcslen(prefix), name) == 0);
	SysFreeString(text);
}

static void type_information(IDispatch *d, const struct row *row)
{
	IProvideClassInfo *pci = NULL;
	ITypeInfo *ti = NULL;
	UINT n = 9;

	WANT(d->lpVtbl->GetTypeInfoCount(d, &n), S_OK);
	TRUE_(n == 1);
	WANT(d->lpVtbl->GetTypeInfoCount(d, NULL), E_POINTER);
	WANT(d->lpVtbl->GetTypeInfo(d, 1, 0, &ti), DISP_E_BADINDEX);
	WANT(d->lpVtbl->GetTypeInfo(d, 0, 0, NULL), E_POINTER);
	WANT(d->lpVtbl->GetTypeInfo(d, 0, LOCALE_USER_DEFAULT, &ti), S_OK);
	is_type(ti, L"I", row->name, row->iid, TKIND_DISPATCH);
	ITypeInfo_Release(ti);
	WANT(IDispatch_QueryInterface(d, &IID_IProvideClassInfo, (void **)&pci), S_OK);
	WANT(pci->lpVtbl->GetClassInfo(pci, NULL), E_POINTER);
	WANT(pci->lpVtbl->GetClassInfo(pci, &ti), S_OK);
	is_type(ti, L"", row->name, row->clsid, TKIND_COCLASS);
	ITypeInfo_Release(ti);
	pci->lpVtbl->Release(pci);
}

/* IUnknown is one pointer whichever way it is asked for. */
static void identity(IDispatch *d, const struct row *row)
{
	const IID *const all[] = {&IID_IUnknown, &IID_IDispatch, row->iid, &IID_ISupportErrorInfo,
				  &IID_IProvideClassInfo};
	IUnknown *first = NULL, *p = NULL, *u = NULL;
	IMarshal *m = NULL;
	size_t i;

	WANT(IDispatch_QueryInterface(d, &IID_IUnknown, (void **)&first), S_OK);
	for (i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		WANT(IDispatch_QueryInterface(d, all[i], (void **)&p), S_OK);
		WANT(IUnknown_QueryInterface(p, &IID_IUnknown, (void **)&u), S_OK);
		TRUE_(u == first);
		IUnknown_Release(u);
		IUnknown_Release(p);
	}
	WANT(IDispatch_QueryInterface(d, &IID_IPersist, (void **)&p), E_NOINTERFACE);
	TRUE_(p == NULL);
	WANT(IDispatch_QueryInterface(d, &IID_IMarshal, (void **)&m),
	     row->free_threaded ? S_OK : E_NOINTERFACE);
	if (m) {
		WANT(IUnknown_QueryInterface((IUnknown *)m, &IID_IUnknown, (void **)&u), S_OK);
		TRUE_(u == first);
		IUnknown_Release(u);
		IUnknown_Release((IUnknown *)m);
	}
	IUnknown_Release(first);
}

static void error_support(IDispatch *d, const struct row *row)
{
	ISupportErrorInfo *see = NULL;

	WANT(IDispatch_QueryInterface(d, &IID_ISupportErrorInfo, (void **)&see), S_OK);
	WANT(see->lpVtbl->InterfaceSupportsErrorInfo(see, row->iid), S_OK);
	WANT(see->lpVtbl->InterfaceSupportsErrorInfo(see, &IID_IPersist), S_FALSE);
	see->lpVtbl->Release(see);
}

static void each_class(void)
{
	size_t i;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		WCHAR progid[80];
		IDispatch *d = NULL;
		IUnknown *outer = NULL;
		CLSID id;

		(void)swprintf(progid, 80, L"%ls.%ls", row->name, row->name);
		WANT(CLSIDFromProgID(progid, &id), S_OK);
		TRUE_(IsEqualGUID(&id, row->clsid));
		(void)wcscat(progid, L".1");
		WANT(CLSIDFromProgID(progid, &id), S_OK);
		TRUE_(IsEqualGUID(&id, row->clsid));
		WANT(CoCreateInstance(row->clsid, NULL, CLSCTX_INPROC_SERVER, row->iid, (void **)&d),
		     S_OK);
		type_information(d, row);
		identity(d, row);
		error_support(d, row);
		WANT(CoCreateInstance(row->clsid, (IUnknown *)d, CLSCTX_INPROC_SERVER, &IID_IUnknown,
				      (void **)&outer),
		     CLASS_E_NOAGGREGATION);
		TRUE_(IDispatch_Release(d) == 0);
	}
	printf("10 classes, their types, identity and error support\n");
}

/* What failed last in this thread, from IErrorInfo: its source and that it says something. */
static void error_text(const WCHAR *source)
{
	IErrorInfo *info = NULL;
	BSTR s = NULL, t = NULL;

	WANT(GetErrorInfo(0, &info), S_OK);
	WANT(IErrorInfo_GetSource(info, &s), S_OK);
	TRUE_(wcscmp(s, source) == 0);
	WANT(IErrorInfo_GetDescription(info, &t), S_OK);
	TRUE_(SysStringLen(t) > 10);
	printf("error text: %ls\n", t);
	SysFreeString(s);
	SysFreeString(t);
	IErrorInfo_Release(info);
}

static void vtable_calls(IFaxServer *s)
{
	BSTR down = SysAllocString(L"127.0.0.1:1"), file = SysAllocString(L"C:\\x.txt");
	BSTR text = NULL;
	IFaxDoc *doc = NULL;
	VARIANT v;
	LONG n = 7;

	WANT(IFaxServer_get_Retries(s, &n), NO_HANDLE);
	error_text(L"FaxServer");
	WANT(IFaxServer_get_Retries(s, NULL), E_POINTER);
	WANT(IFaxServer_Connect(s, down), SERVER_DOWN);
	error_text(L"FaxServer");
	VariantInit(&v);
	WANT(IFaxServer_CreateDocument(s, file, &v), S_OK);
	TRUE_(V_VT(&v) == VT_DISPATCH);
	WANT(IDispatch_QueryInterface(V_DISPATCH(&v), &IID_IFaxDoc, (void **)&doc), S_OK);
	WANT(IFaxDoc_get_FileName(doc, &text), S_OK);
	TRUE_(wcscmp(text, file) == 0);
	SysFreeString(text);
	WANT(IFaxDoc_Send(doc, &n), NO_HANDLE);
	error_text(L"FaxDoc");
	(void)IFaxDoc_Release(doc);
	(void)VariantClear(&v);
	SysFreeString(down);
	SysFreeString(file);
}

static HRESULT invoke(IDispatch *d, DISPID id, WORD flags, VARIANT *arg, VARIANT *result,
		      EXCEPINFO *e)
{
	DISPID put = DISPID_PROPERTYPUT;
	DISPPARAMS p = {arg, NULL, arg ? 1 : 0, 0};
	UINT bad = 0;

	if (flags & DISPATCH_PROPERTYPUT) {
		p.rgdispidNamedArgs = &put;
		p.cNamedArgs = 1;
	}
	return d->lpVtbl->Invoke(d, id, &no_iid, LOCALE_USER_DEFAULT, flags, &p, result, e, &bad);
}

static void dispatch_calls(IDispatch *d)
{
	LPOLESTR name = (LPOLESTR)L"cOnNeCt", wrong = (LPOLESTR)L"Konnect";
	EXCEPINFO e = {0};
	VARIANT v;
	DISPID id = 0;

	WANT(d->lpVtbl->GetIDsOfNames(d, &no_iid, &name, 1, 0, &id), S_OK);
	TRUE_(id == 1);
	WANT(d->lpVtbl->GetIDsOfNames(d, &no_iid, &wrong, 1, 0, &id), DISP_E_UNKNOWNNAME);
	V_VT(&v) = VT_BSTR;
	V_BSTR(&v) = SysAllocString(L"127.0.0.1:1");
	WANT(invoke(d, 1, DISPATCH_METHOD, &v, NULL, &e), DISP_E_EXCEPTION);
	TRUE_(e.scode == SERVER_DOWN);
	TRUE_(SysStringLen(e.bstrDescription) > 10);
	TRUE_(wcscmp(e.bstrSource, L"FaxServer") == 0);
	SysFreeString(e.bstrDescription);
	SysFreeString(e.bstrSource);
	WANT(invoke(d, 1, DISPATCH_METHOD, NULL, NULL, NULL), DISP_E_BADPARAMCOUNT);
	WANT(invoke(d, 99, DISPATCH_METHOD, NULL, NULL, NULL), DISP_E_MEMBERNOTFOUND);
	(void)VariantClear(&v);
}

/* ITypeInfo::Invoke finds the slots of the vtable on its own. */
static void type_info_invoke(void)
{
	DISPID put = DISPID_PROPERTYPUT;
	DISPPARAMS p = {0};
	EXCEPINFO e = {0};
	ITypeInfo *ti = NULL;
	IFaxDoc *doc = NULL;
	VARIANT arg, r;
	UINT bad = 0;

	WANT(CoCreateInstance(&CLSID_FaxDoc, NULL, CLSCTX_INPROC_SERVER, &IID_IFaxDoc,
			      (void **)&doc), S_OK);
	WANT(doc->lpVtbl->GetTypeInfo(doc, 0, 0, &ti), S_OK);
	V_VT(&arg) = VT_BSTR;
	V_BSTR(&arg) = SysAllocString(L"0123 456");
	p = (DISPPARAMS){&arg, &put, 1, 1};
	WANT(ITypeInfo_Invoke(ti, doc, 33, DISPATCH_PROPERTYPUT, &p, NULL, &e, &bad), S_OK);
	p = (DISPPARAMS){0};
	VariantInit(&r);
	WANT(ITypeInfo_Invoke(ti, doc, 33, DISPATCH_PROPERTYGET, &p, &r, &e, &bad), S_OK);
	TRUE_(V_VT(&r) == VT_BSTR && wcscmp(V_BSTR(&r), L"0123 456") == 0);
	(void)VariantClear(&r);
	(void)VariantClear(&arg);
	V_VT(&arg) = VT_I4;
	V_I4(&arg) = 5;
	p = (DISPPARAMS){&arg, &put, 1, 1};
	WANT(ITypeInfo_Invoke(ti, doc, 3, DISPATCH_PROPERTYPUT, &p, NULL, &e, &bad), S_OK);
	p = (DISPPARAMS){0};
	WANT(ITypeInfo_Invoke(ti, doc, 3, DISPATCH_PROPERTYGET, &p, &r, &e, &bad), S_OK);
	TRUE_(V_VT(&r) == VT_I4 && V_I4(&r) == 1);
	ITypeInfo_Release(ti);
	(void)IFaxDoc_Release(doc);
	printf("ITypeInfo::Invoke reads and writes\n");
}

/* ---- From one apartment into the other ---- */
struct trip {
	IStream *server, *doc;
	IUnknown *server_here, *doc_here;
	DWORD model;
};

static DWORD WINAPI other_side(void *arg)
{
	struct trip *t = arg;
	IFaxServer *s = NULL;
	IFaxDoc *doc = NULL;
	BSTR name = SysAllocString(L"from the other side");
	LONG n = 0;

	WANT(CoInitializeEx(NULL, t->model), S_OK);
	WANT(CoGetInterfaceAndReleaseStream(t->server, &IID_IFaxServer, (void **)&s), S_OK);
	TRUE_((IUnknown *)s == t->server_here); /* the object itself: free-threaded */
	WANT(IFaxServer_get_Retries(s, &n), NO_HANDLE);
	WANT(CoGetInterfaceAndReleaseStream(t->doc, &IID_IFaxDoc, (void **)&doc), S_OK);
	TRUE_((IUnknown *)doc != t->doc_here); /* a proxy, made from the type library */
	WANT(IFaxDoc_put_DisplayName(doc, name), S_OK);
	(void)IFaxDoc_Release(doc);
	(void)IFaxServer_Release(s);
	SysFreeString(name);
	CoUninitialize();
	return 0;
}

/* Wait as an apartment must: its messages are the calls of others. */
static void wait_for(HANDLE thread)
{
	MSG msg;

	while (MsgWaitForMultipleObjects(1, &thread, FALSE, INFINITE, QS_ALLINPUT) ==
	       WAIT_OBJECT_0 + 1) {
		while (PeekMessageW(&msg, NULL, 0, 0, PM_REMOVE)) {
			(void)DispatchMessageW(&msg);
		}
	}
}

static void apartments(DWORD model)
{
	struct trip t = {.model = model == COINIT_MULTITHREADED ? COINIT_APARTMENTTHREADED
								: COINIT_MULTITHREADED};
	IFaxServer *s = NULL;
	IFaxDoc *doc = NULL;
	BSTR name = NULL;
	HANDLE thread;

	WANT(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_INPROC_SERVER, &IID_IFaxServer,
			      (void **)&s), S_OK);
	WANT(CoCreateInstance(&CLSID_FaxDoc, NULL, CLSCTX_INPROC_SERVER, &IID_IFaxDoc,
			      (void **)&doc), S_OK);
	t.server_here = (IUnknown *)s;
	t.doc_here = (IUnknown *)doc;
	WANT(CoMarshalInterThreadInterfaceInStream(&IID_IFaxServer, t.server_here, &t.server), S_OK);
	WANT(CoMarshalInterThreadInterfaceInStream(&IID_IFaxDoc, t.doc_here, &t.doc), S_OK);
	thread = CreateThread(NULL, 0, other_side, &t, 0, NULL);
	TRUE_(thread);
	wait_for(thread);
	(void)CloseHandle(thread);
	WANT(IFaxDoc_get_DisplayName(doc, &name), S_OK);
	TRUE_(wcscmp(name, L"from the other side") == 0);
	SysFreeString(name);
	(void)IFaxDoc_Release(doc);
	(void)IFaxServer_Release(s);
	printf("one apartment calls into the other\n");
}

typedef HRESULT(STDAPICALLTYPE can_unload_fn)(void);

static void factory_and_unload(void)
{
	HMODULE m = GetModuleHandleA("faxcom.dll");
	FARPROC found = m ? GetProcAddress(m, "DllCanUnloadNow") : NULL;
	can_unload_fn *can = (can_unload_fn *)(void *)found;
	IClassFactory *f = NULL;
	IUnknown *u = NULL;

	TRUE_(can);
	WANT(can(), S_OK);
	WANT(CoGetClassObject(&CLSID_FaxTiff, CLSCTX_INPROC_SERVER, NULL, &IID_IClassFactory,
			      (void **)&f), S_OK);
	WANT(f->lpVtbl->LockServer(f, TRUE), S_OK);
	(void)f->lpVtbl->Release(f);
	WANT(can(), S_FALSE);
	WANT(CoGetClassObject(&CLSID_FaxTiff, CLSCTX_INPROC_SERVER, NULL, &IID_IClassFactory,
			      (void **)&f), S_OK);
	WANT(f->lpVtbl->LockServer(f, FALSE), S_OK);
	WANT(f->lpVtbl->CreateInstance(f, NULL, &IID_IPersist, (void **)&u), E_NOINTERFACE);
	WANT(f->lpVtbl->CreateInstance(f, NULL, &IID_IUnknown, (void **)&u), S_OK);
	(void)f->lpVtbl->Release(f);
	WANT(can(), S_FALSE);
	(void)IUnknown_Release(u);
	WANT(can(), S_OK);
	printf("class factory, locks, unloading\n");
}

int main(int argc, char **argv)
{
	DWORD model = argc > 1 && !strcmp(argv[1], "mta") ? COINIT_MULTITHREADED
							  : COINIT_APARTMENTTHREADED;
	IFaxServer *s = NULL;

	WANT(CoInitializeEx(NULL, model), S_OK);
	each_class();
	WANT(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_INPROC_SERVER, &IID_IFaxServer,
			      (void **)&s), S_OK);
	vtable_calls(s);
	dispatch_calls((IDispatch *)s);
	(void)IFaxServer_Release(s);
	type_info_invoke();
	apartments(model);
	factory_and_unload();
	CoUninitialize();
	printf("END\n");
	return 0;
}
