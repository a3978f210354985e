/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/routing.c  FaxRoutingMethods and FaxRoutingMethod of one port. */
#include <string.h>
#include "clients/faxcom/faxcom_priv.h"

/* What makes a method: the GUID is the key, whatever place it has on the service today. */
struct fax_methods {
	struct fx_com_object base;
	void *port; /* the FaxPort, referenced; NULL: made without one */
	LONG n;
	BSTR *guids;
};
struct fax_method {
	struct fx_com_object base;
	void *port;
	BSTR guid;
};

static HRESULT method_new(void *port, const OLECHAR *guid, void **out);

/* ---- FaxRoutingMethods: the list as it was when it was made ---- */
static HRESULT STDMETHODCALLTYPE methods_count(IFaxRoutingMethods *This, LONG *pVal)
{
	struct fax_methods *o = (void *)This;

	if (!pVal) {
		return fc_null(This);
	}
	*pVal = 0;
	if (!o->port) {
		return fc_no_connection(This);
	}
	*pVal = o->n;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE methods_item(IFaxRoutingMethods *This, LONG Index, VARIANT *pVal)
{
	struct fax_methods *o = (void *)This;
	void *obj = NULL;
	HRESULT hr;

	if (!pVal) {
		return fc_null(This);
	}
	VariantInit(pVal);
	if (!o->port || !fc_port_handle(o->port)) {
		return fc_no_connection(This);
	}
	if (Index < 1 || Index > o->n) {
		return fx_com_fail(This, E_INVALIDARG,
				   "There is no routing method %d; Index runs from 1 to %d.", Index,
				   o->n);
	}
	hr = method_new(o->port, o->guids[Index - 1], &obj);
	if (SUCCEEDED(hr)) {
		fx_com_give(pVal, obj);
	}
	return hr;
}

static const IFaxRoutingMethodsVtbl methods_vtbl = {
	FX_COM_SLOTS(IFaxRoutingMethods), .get_Count = methods_count, .get_Item = methods_item,
};

static void methods_fini(void *obj)
{
	struct fax_methods *o = obj;
	LONG i;

	for (i = 0; o->guids && i < o->n; i++) {
		SysFreeString(o->guids[i]);
	}
	(void)fx_free(o->guids);
	if (o->port) {
		(void)fx_com_release(o->port);
	}
}

static const struct fx_disp_row methods_rows[] = {FX_ROWS_IFaxRoutingMethods};
static const struct fx_com_class methods_cls = {
	"FaxRoutingMethods", &IID_IFaxRoutingMethods, methods_rows, FX_ARRAY_LEN(methods_rows),
	methods_fini,
	&CLSID_FaxRoutingMethods, false,
};

static bool take_guids(struct fax_methods *o, const FAX_ROUTING_METHODW *list, DWORD n)
{
	o->guids = fx_calloc(n ? n : 1, sizeof(BSTR));
	if (!o->guids) {
		return false;
	}
	o->n = fc_long(n);
	for (DWORD i = 0; i < n; i++) {
		o->guids[i] = SysAllocString(list[i].Guid);
		if (!o->guids[i]) {
			return false;
		}
	}
	return true;
}

HRESULT fc_methods_new(void *port, const FAX_ROUTING_METHODW *list, DWORD n, void **out)
{
	struct fax_methods *o = fx_com_new(sizeof(*o), &methods_vtbl, &methods_cls);

	if (!o || !take_guids(o, list, n)) {
		if (o) {
			(void)fx_com_release(o);
		}
		return E_OUTOFMEMORY;
	}
	o->port = port;
	if (port) {
		(void)fx_com_add_ref(port);
	}
	*out = o;
	return S_OK;
}

/* ---- FaxRoutingMethod: read and written through at once, as FaxPort is ---- */
static bool same_guid(const OLECHAR *a, const OLECHAR *b)
{
	for (; *a && *b; a++, b++) {
		unsigned x = *a, y = *b;

		x = x >= 'A' && x <= 'Z' ? x + 32 : x;
		y = y >= 'A' && y <= 'Z' ? y + 32 : y;
		if (x != y) {
			return false;
		}
	}
	return *a == *b;
}

static const FAX_ROUTING_METHODW *find(const FAX_ROUTING_METHODW *list, DWORD n,
				       const OLECHAR *guid)
{
	DWORD i;

	for (i = 0; i < n; i++) {
		if (list[i].Guid && same_guid(list[i].Guid, guid)) {
			return &list[i];
		}
	}
	return NULL;
}

/* The whole list in *block (FaxFreeBuffer), this method's entry in *ret. */
static HRESULT load(void *This, PFAX_ROUTING_METHODW *block, const FAX_ROUTING_METHODW **ret)
{
	struct fax_method *o = This;
	HANDLE h = o->port ? fc_port_handle(o->port) : NULL;
	DWORD n = 0;

	*block = NULL;
	if (!h) {
		return fc_no_connection(This);
	}
	if (!FaxEnumRoutingMethodsW(h, block, &n)) {
		return fc_failed(This);
	}
	*ret = find(*block, n, o->guid);
	if (!*ret) {
		FaxFreeBuffer(*block);
		return fx_com_fail(This, HRESULT_FROM_WIN32(ERROR_INVALID_DATA),
				   "This routing method is no longer installed on the server.");
	}
	return S_OK;
}

#define GET(Name, type, READ)                                                                      \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxRoutingMethod *This, type *pVal)           \
	{                                                                                          \
		const FAX_ROUTING_METHODW *m = NULL;                                               \
		PFAX_ROUTING_METHODW block;                                                        \
		HRESULT hr;                                                                        \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		*pVal = 0;                                                                         \
		hr = load(This, &block, &m);                                                       \
		if (SUCCEEDED(hr)) {                                                               \
			hr = READ;                                                                 \
			FaxFreeBuffer(block);                                                      \
		}                                                                                  \
		return hr;                                                                         \
	}
#define GET_TEXT(Name, Field) GET(Name, BSTR, fc_text(m->Field, pVal))
GET(DeviceId, LONG, (*pVal = fc_long(m->DeviceId), S_OK))
GET(Enable, BOOL, (*pVal = m->Enabled != 0, S_OK))
GET_TEXT(DeviceName, DeviceName)
GET_TEXT(Guid, Guid)
GET_TEXT(FunctionName, FunctionName)
GET_TEXT(ImageName, ExtensionImageName)
GET_TEXT(FriendlyName, FriendlyName)
GET_TEXT(ExtensionName, ExtensionFriendlyName)

static HRESULT STDMETHODCALLTYPE put_Enable(IFaxRoutingMethod *This, BOOL newVal)
{
	struct fax_method *o = (void *)This;
	HANDLE h = o->port ? fc_port_handle(o->port) : NULL;

	if (!h) {
		return fc_no_connection(This);
	}
	return FaxEnableRoutingMethodW(h, o->guid, newVal != 0) ? S_OK : fc_failed(This);
}

/* The stored text (faxcom.md 9.6). An extension's data may be anything; what is no text of 16-bit
 * units with an end is given up to its last whole unit, as it would be read by a program in C. */
static HRESULT STDMETHODCALLTYPE get_RoutingData(IFaxRoutingMethod *This, BSTR *pVal)
{
	struct fax_method *o = (void *)This;
	HANDLE h = o->port ? fc_port_handle(o->port) : NULL;
	BYTE *data = NULL;
	DWORD size = 0, n = 0;

	if (!pVal) {
		return fc_null(This);
	}
	*pVal = NULL;
	if (!h) {
		return fc_no_connection(This);
	}
	if (!FaxGetRoutingInfoW(h, o->guid, &data, &size)) {
		return fc_failed(This);
	}
	while (n < size / 2 && (data[2 * n] || data[2 * n + 1])) {
		n++;
	}
	*pVal = SysAllocStringLen(NULL, n);
	if (*pVal && n > 0) {
		memcpy(*pVal, data, 2 * (size_t)n);
	}
	FaxFreeBuffer(data);
	return *pVal ? S_OK : E_OUTOFMEMORY;
}

#define ONE(Name) .get_##Name = get_##Name
static const IFaxRoutingMethodVtbl method_vtbl = {
	FX_COM_SLOTS(IFaxRoutingMethod),
	ONE(DeviceId), ONE(Enable), .put_Enable = put_Enable, ONE(DeviceName), ONE(Guid),
	ONE(FunctionName), ONE(ImageName), ONE(FriendlyName), ONE(ExtensionName), ONE(RoutingData),
};

static void method_fini(void *obj)
{
	struct fax_method *o = obj;

	SysFreeString(o->guid);
	if (o->port) {
		(void)fx_com_release(o->port);
	}
}

static const struct fx_disp_row method_rows[] = {FX_ROWS_IFaxRoutingMethod};
static const struct fx_com_class method_cls = {
	"FaxRoutingMethod", &IID_IFaxRoutingMethod, method_rows, FX_ARRAY_LEN(method_rows),
	method_fini,
	&CLSID_FaxRoutingMethod, false,
};

static HRESULT method_new(void *port, const OLECHAR *guid, void **out)
{
	struct fax_method *o = fx_com_new(sizeof(*o), &method_vtbl, &method_cls);

	if (!o) {
		return E_OUTOFMEMORY;
	}
	o->guid = SysAllocString(guid);
	if (guid && !o->guid) {
		(void)fx_com_release(o);
		return E_OUTOFMEMORY;
	}
	o->port = port;
	if (port) {
		(void)fx_com_add_ref(port);
	}
	*out = o;
	return S_OK;
}

HRESULT fc_method_new(void **out)
{
	return method_new(NULL, NULL, out);
}
