/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/windows/typelib_dump.c
 * Prints what the platform's own reader (oleaut32) finds in a type library: a line for
 * the library, each class, each interface and each member of the vtable, in order.
 *
 * usage: typelib_dump FILE      (.tlb, or a DLL with one inside)
 */
#ifndef COBJMACROS
#define COBJMACROS
#endif
#include <stdio.h>
#include <windows.h>
#include <ole2.h>
#include <oleauto.h>

static void die(const char *what, HRESULT hr)
{
	printf("FAILED %s %08lx\n", what, (unsigned long)hr);
	exit(1);
}

static void guid(const GUID *g)
{
	OLECHAR s[40];

	(void)StringFromGUID2(g, s, 40);
	s[37] = 0;
	printf(" %ls", s + 1);
}

static const char *base_type(VARTYPE vt)
{
	switch (vt) {
	case VT_I2:
		return "I2";
	case VT_I4:
		return "I4";
	case VT_INT:
		return "INT";
	case VT_DATE:
		return "DATE";
	case VT_BSTR:
		return "BSTR";
	case VT_VARIANT:
		return "VARIANT";
	case VT_DISPATCH:
		return "DISPATCH";
	case VT_HRESULT:
		return "HRESULT";
	default:
		return "?";
	}
}

static void type(const TYPEDESC *t)
{
	while (t->vt == VT_PTR) {
		printf("*");
		t = t->lptdesc;
	}
	printf("%s", base_type(t->vt));
}

static void function(ITypeInfo *ti, const char *iface, UINT i)
{
	FUNCDESC *f;
	BSTR names[4] = {NULL}, help = NULL;
	UINT n = 0, k;
	HRESULT hr = ITypeInfo_GetFuncDesc(ti, i, &f);

	if (FAILED(hr)) {
		die("GetFuncDesc", hr);
	}
	(void)ITypeInfo_GetNames(ti, f->memid, names, 4, &n);
	(void)ITypeInfo_GetDocumentation(ti, f->memid, NULL, &help, NULL, NULL);
	printf("member %s %u %ld %d %ls %d ", iface, (unsigned)(f->oVft / sizeof(void *)), f->memid,
	       f->invkind, names[0], f->callconv);
	type(&f->elemdescFunc.tdesc);
	for (k = 0; k < (UINT)f->cParams; k++) {
		printf(" %ls:", k + 1 < n && names[k + 1] ? names[k + 1] : L"-");
		type(&f->lprgelemdescParam[k].tdesc);
		printf(":%u", f->lprgelemdescParam[k].paramdesc.wParamFlags);
	}
	printf(" # %ls\n", help ? help : L"");
	for (k = 0; k < n; k++) {
		SysFreeString(names[k]);
	}
	SysFreeString(help);
	ITypeInfo_ReleaseFuncDesc(ti, f);
}

static void interface_of(ITypeInfo *disp, const char *name)
{
	ITypeInfo *ti = NULL;
	TYPEATTR *a;
	HREFTYPE ref;
	HRESULT hr = ITypeInfo_GetRefTypeOfImplType(disp, (UINT)-1, &ref);
	UINT i;

	if (SUCCEEDED(hr)) {
		hr = ITypeInfo_GetRefTypeInfo(disp, ref, &ti);
	}
	if (SUCCEEDED(hr)) {
		hr = ITypeInfo_GetTypeAttr(ti, &a);
	}
	if (FAILED(hr)) {
		die("the vtable half of a dual interface", hr);
	}
	for (i = 0; i < a->cFuncs; i++) {
		function(ti, name, i);
	}
	ITypeInfo_ReleaseTypeAttr(ti, a);
	ITypeInfo_Release(ti);
}

static void class_of(ITypeInfo *ti, UINT n)
{
	UINT i;

	for (i = 0; i < n; i++) {
		ITypeInfo *impl = NULL;
		HREFTYPE ref;
		INT flags = 0;
		BSTR name = NULL;

		if (FAILED(ITypeInfo_GetRefTypeOfImplType(ti, i, &ref)) ||
		    FAILED(ITypeInfo_GetRefTypeInfo(ti, ref, &impl))) {
			die("interface of a class", E_FAIL);
		}
		(void)ITypeInfo_GetImplTypeFlags(ti, i, &flags);
		(void)ITypeInfo_GetDocumentation(impl, MEMBERID_NIL, &name, NULL, NULL, NULL);
		printf(" %ls:%d", name, flags);
		SysFreeString(name);
		ITypeInfo_Release(impl);
	}
}

static void entry(ITypeLib *lib, UINT i)
{
	ITypeInfo *ti = NULL;
	TYPEATTR *a;
	BSTR name = NULL, help = NULL;
	char ansi[64];

	if (FAILED(ITypeLib_GetTypeInfo(lib, i, &ti)) || FAILED(ITypeInfo_GetTypeAttr(ti, &a))) {
		die("type info", E_FAIL);
	}
	(void)ITypeInfo_GetDocumentation(ti, MEMBERID_NIL, &name, &help, NULL, NULL);
	(void)snprintf(ansi, sizeof(ansi), "%ls", name);
	printf("%s %s", a->typekind == TKIND_COCLASS ? "class" : "interface", ansi);
	guid(&a->guid);
	printf(" %d %x", a->typekind, a->wTypeFlags);
	if (a->typekind == TKIND_COCLASS) {
		class_of(ti, a->cImplTypes);
	}
	printf(" # %ls\n", help ? help : L"");
	if (a->typekind == TKIND_DISPATCH) {
		interface_of(ti, ansi);
	}
	SysFreeString(name);
	SysFreeString(help);
	ITypeInfo_ReleaseTypeAttr(ti, a);
	ITypeInfo_Release(ti);
}

int main(int argc, char **argv)
{
	WCHAR path[MAX_PATH];
	ITypeLib *lib = NULL;
	TLIBATTR *la;
	BSTR name = NULL, help = NULL;
	HRESULT hr;
	UINT i;

	if (argc != 2 || !MultiByteToWideChar(CP_ACP, 0, argv[1], -1, path, MAX_PATH)) {
		return 2;
	}
	hr = LoadTypeLibEx(path, REGKIND_NONE, &lib);
	if (FAILED(hr)) {
		die("LoadTypeLibEx", hr);
	}
	if (FAILED(ITypeLib_GetLibAttr(lib, &la))) {
		die("GetLibAttr", E_FAIL);
	}
	(void)ITypeLib_GetDocumentation(lib, -1, &name, &help, NULL, NULL);
	printf("library %ls", name);
	guid(&la->guid);
	printf(" %u.%u %u %lu # %ls\n", la->wMajorVerNum, la->wMinorVerNum, la->syskind, la->lcid,
	       help);
	ITypeLib_ReleaseTLibAttr(lib, la);
	for (i = 0; i < ITypeLib_GetTypeInfoCount(lib); i++) {
		entry(lib, i);
	}
	SysFreeString(name);
	SysFreeString(help);
	ITypeLib_Release(lib);
	printf("END\n");
	return 0;
}
