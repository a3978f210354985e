/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/com/typeinfo_win.c
 * What only Windows has of an object: type information from the type library inside our own
 * module, IProvideClassInfo, and the free-threaded marshaller. Loading goes through oleaut32,
 * which keeps a library in memory as long as anybody uses it, so nothing is cached here.
 */
#include "base/list.h"
#include "clients/com/dispatch.h"
#include "clients/com/typeinfo_win.h"

enum { PATH_CHARS = 1024 };

extern IMAGE_DOS_HEADER __ImageBase;

static HRESULT type_info(const GUID *guid, ITypeInfo **out)
{
	WCHAR path[PATH_CHARS];
	DWORD n = GetModuleFileNameW((HMODULE)&__ImageBase, path, PATH_CHARS);
	ITypeLib *lib = NULL;
	HRESULT hr;

	*out = NULL;
	if (n == 0 || n >= PATH_CHARS) {
		return TYPE_E_CANTLOADLIBRARY;
	}
	hr = LoadTypeLibEx(path, REGKIND_NONE, &lib);
	if (SUCCEEDED(hr)) {
		hr = ITypeLib_GetTypeInfoOfGuid(lib, guid, out);
		(void)ITypeLib_Release(lib);
	}
	return hr;
}

HRESULT fx_com_win_type_info(const struct fx_com_class *cls, UINT i, ITypeInfo **out)
{
	if (!out) {
		return E_POINTER;
	}
	*out = NULL;
	return i == 0 ? type_info(cls->iid, out) : DISP_E_BADINDEX;
}

static struct fx_com_object *of_pci(IProvideClassInfo *p)
{
	return FX_CONTAINER(p, struct fx_com_object, pci_vtbl);
}

static HRESULT STDMETHODCALLTYPE pci_query(IProvideClassInfo *p, REFIID riid, void **out)
{
	return fx_com_query(of_pci(p), riid, out);
}

static ULONG STDMETHODCALLTYPE pci_add_ref(IProvideClassInfo *p)
{
	return fx_com_add_ref(of_pci(p));
}

static ULONG STDMETHODCALLTYPE pci_release(IProvideClassInfo *p)
{
	return fx_com_release(of_pci(p));
}

static HRESULT STDMETHODCALLTYPE pci_class_info(IProvideClassInfo *p, ITypeInfo **out)
{
	return out ? type_info(of_pci(p)->cls->clsid, out) : E_POINTER;
}

static const IProvideClassInfoVtbl pci_vtbl = {
	.QueryInterface = pci_query, .AddRef = pci_add_ref, .Release = pci_release,
	.GetClassInfo = pci_class_info,
};

void fx_com_win_init(struct fx_com_object *o)
{
	o->pci_vtbl = &pci_vtbl;
}

void fx_com_win_fini(struct fx_com_object *o)
{
	if (o->marshaller) {
		(void)IUnknown_Release(o->marshaller);
	}
}

/* Made when somebody first asks; of two threads that ask at once one throws its own away. */
static HRESULT marshaller(struct fx_com_object *o, void **out)
{
	IUnknown *mine = NULL;
	HRESULT hr;

	if (!__atomic_load_n(&o->marshaller, __ATOMIC_SEQ_CST)) {
		hr = CoCreateFreeThreadedMarshaler((IUnknown *)(void *)o, &mine);
		if (FAILED(hr)) {
			return hr;
		}
		if (InterlockedCompareExchangePointer((void **)&o->marshaller, mine, NULL)) {
			(void)IUnknown_Release(mine);
		}
	}
	return IUnknown_QueryInterface(o->marshaller, &IID_IMarshal, out);
}

HRESULT fx_com_win_query(struct fx_com_object *o, REFIID riid, void **out)
{
	if (IsEqualIID(riid, &IID_IProvideClassInfo)) {
		*out = &o->pci_vtbl;
		(void)fx_com_add_ref(o);
		return S_OK;
	}
	if (IsEqualIID(riid, &IID_IMarshal) && !o->cls->apartment) {
		return marshaller(o, out);
	}
	return E_NOINTERFACE;
}
