/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/ports.c  FaxPorts and FaxPort. */
#include "clients/faxcom/faxcom_priv.h"

/* ---- FaxPorts: the list as it was when it was made ---- */
struct fax_ports {
	struct fx_com_object base;
	struct fc_conn *conn;
	LONG n;
	DWORD *ids;
};

static HRESULT STDMETHODCALLTYPE ports_count(IFaxPorts *This, LONG *pVal)
{
	struct fax_ports *p = (void *)This;

	if (!pVal) {
		return fc_null(This);
	}
	*pVal = 0;
	if (!p->conn) {
		return fc_no_connection(This);
	}
	*pVal = p->n;
	return S_OK;
}

static HRESULT STDMETHODCALLTYPE ports_item(IFaxPorts *This, LONG Index, VARIANT *pVal)
{
	struct fax_ports *p = (void *)This;
	HANDLE server, port = NULL;
	void *obj = NULL;
	HRESULT hr;

	if (!pVal) {
		return fc_null(This);
	}
	VariantInit(pVal);
	server = fc_conn_handle(p->conn);
	if (!server) {
		return fc_no_connection(This);
	}
	if (Index < 1 || Index > p->n) {
		return fx_com_fail(This, E_INVALIDARG,
				   "There is no port %d; Index runs from 1 to %d.", Index, p->n);
	}
	if (!FaxOpenPort(server, p->ids[Index - 1], PORT_OPEN_QUERY, &port)) {
		return fc_failed(This);
	}
	hr = fc_port_new(p->conn, port, p->ids[Index - 1], &obj);
	if (SUCCEEDED(hr)) {
		fx_com_give(pVal, obj);
	}
	return hr;
}

static const IFaxPortsVtbl ports_vtbl = {
	FX_COM_SLOTS(IFaxPorts), .get_Count = ports_count, .get_Item = ports_item,
};

static void ports_fini(void *obj)
{
	struct fax_ports *p = obj;

	fc_conn_unref(p->conn);
	(void)fx_free(p->ids);
}

static const struct fx_disp_row ports_rows[] = {FX_ROWS_IFaxPorts};
static const struct fx_com_class ports_cls = {
	"FaxPorts", &IID_IFaxPorts, ports_rows, FX_ARRAY_LEN(ports_rows), ports_fini,
	&CLSID_FaxPorts, false,
};

HRESULT fc_ports_new(struct fc_conn *conn, const DWORD *ids, DWORD n, void **out)
{
	struct fax_ports *p = fx_com_new(sizeof(*p), &ports_vtbl, &ports_cls);

	if (!p) {
		return E_OUTOFMEMORY;
	}
	if (n > 0) {
		p->ids = fx_memdup(ids, n * sizeof(*ids));
		if (!p->ids) {
			(void)fx_com_release(p);
			return E_OUTOFMEMORY;
		}
	}
	p->n = (LONG)n;
	p->conn = fc_conn_ref(conn);
	*out = p;
	return S_OK;
}

/* ---- FaxPort: read and written through at once ---- */
struct fax_port {
	struct fx_com_object base;
	struct fc_conn *conn;
	HANDLE port; /* open for QUERY as long as the object lives */
	DWORD device_id;
};

HANDLE fc_port_handle(void *port)
{
	struct fax_port *p = port;

	return fc_conn_handle(p->conn) ? p->port : NULL;
}

static HRESULT load(IFaxPort *This, PFAX_PORT_INFOW *ret)
{
	HANDLE h = fc_port_handle(This);

	if (!h) {
		return fc_no_connection(This);
	}
	return FaxGetPortW(h, ret) ? S_OK : fc_failed(This);
}

typedef void(change_fn)(FAX_PORT_INFOW *p, const void *value);

static HRESULT change_open(IFaxPort *This, HANDLE port, change_fn *change, const void *value)
{
	PFAX_PORT_INFOW info = NULL;
	HRESULT hr = S_OK;

	if (!FaxGetPortW(port, &info)) {
		return fc_failed(This);
	}
	change(info, value);
	if (!FaxSetPortW(port, info)) {
		hr = fc_failed(This);
	}
	FaxFreeBuffer(info);
	return hr;
}

/* MODIFY is held by one at a time on the whole server, so only for the moment of the change. */
static HRESULT store(IFaxPort *This, change_fn *change, const void *value)
{
	struct fax_port *p = (void *)This;
	HANDLE port = NULL;
	HRESULT hr;

	if (!p->conn) {
		return fc_no_connection(This);
	}
	fx_lock_take(&p->conn->lock);
	if (!p->conn->handle) {
		hr = fc_no_connection(This);
	} else if (!FaxOpenPort(p->conn->handle, p->device_id, PORT_OPEN_MODIFY, &port)) {
		hr = fc_failed(This);
	} else {
		hr = change_open(This, port, change, value);
		(void)FaxClose(port);
	}
	fx_lock_drop(&p->conn->lock);
	return hr;
}

#define GET(Name, type, READ)                                                                      \
	static HRESULT STDMETHODCALLTYPE get_##Name(IFaxPort *This, type *pVal)                    \
	{                                                                                          \
		PFAX_PORT_INFOW i = NULL;                                                          \
		HRESULT hr;                                                                        \
												   \
		if (!pVal) {                                                                       \
			return fc_null(This);                                                      \
		}                                                                                  \
		*pVal = 0;                                                                         \
		hr = load(This, &i);                                                               \
		if (SUCCEEDED(hr)) {                                                               \
			hr = READ;                                                                 \
			FaxFreeBuffer(i);                                                          \
		}                                                                                  \
		return hr;                                                                         \
	}
#define GET_LONG(Name, Field) GET(Name, LONG, (*pVal = fc_long(i->Field), S_OK))
#define GET_FLAG(Name, bit)   GET(Name, BOOL, (*pVal = (i->Flags & (bit)) != 0, S_OK))
#define GET_TEXT(Name, Field) GET(Name, BSTR, fc_text(i->Field, pVal))

GET_TEXT(Name, DeviceName)
GET_TEXT(Csid, Csid)
GET_TEXT(Tsid, Tsid)
GET_LONG(DeviceId, DeviceId)
GET_LONG(Rings, Rings)
GET_LONG(Priority, Priority)
GET_FLAG(Send, FPF_SEND)
GET_FLAG(Receive, FPF_RECEIVE)

static void set_rings(FAX_PORT_INFOW *i, const void *value)
{
	i->Rings = *(const DWORD *)value;
}

static void set_priority(FAX_PORT_INFOW *i, const void *value)
{
	i->Priority = *(const DWORD *)value;
}

static void set_csid(FAX_PORT_INFOW *i, const void *value)
{
	i->Csid = value;
}

static void set_tsid(FAX_PORT_INFOW *i, const void *value)
{
	i->Tsid = value;
}

static void set_send(FAX_PORT_INFOW *i, const void *value)
{
	i->Flags = (i->Flags & ~(DWORD)FPF_SEND) | (*(const BOOL *)value ? FPF_SEND : 0);
}

static void set_receive(FAX_PORT_INFOW *i, const void *value)
{
	i->Flags = (i->Flags & ~(DWORD)FPF_RECEIVE) | (*(const BOOL *)value ? FPF_RECEIVE : 0);
}

static HRESULT STDMETHODCALLTYPE put_Rings(IFaxPort *This, LONG newVal)
{
	return newVal < 1 || newVal > 99 ? fc_bad_value(This, "Rings is to be 1 to 99.")
					 : store(This, set_rings, &newVal);
}

static HRESULT STDMETHODCALLTYPE put_Priority(IFaxPort *This, LONG newVal)
{
	return newVal < 1 ?
		       fc_bad_value(This,
				    "Priority is to be 1 (first choice) to the number of ports.") :
		       store(This, set_priority, &newVal);
}

static HRESULT STDMETHODCALLTYPE put_Csid(IFaxPort *This, BSTR newVal)
{
	return store(This, set_csid, newVal);
}

static HRESULT STDMETHODCALLTYPE put_Tsid(IFaxPort *This, BSTR newVal)
{
	return store(This, set_tsid, newVal);
}

static HRESULT STDMETHODCALLTYPE put_Send(IFaxPort *This, BOOL newVal)
{
	return store(This, set_send, &newVal);
}

static HRESULT STDMETHODCALLTYPE put_Receive(IFaxPort *This, BOOL newVal)
{
	return store(This, set_receive, &newVal);
}

static HRESULT STDMETHODCALLTYPE port_routing_methods(IFaxPort *This, VARIANT *retval)
{
	PFAX_ROUTING_METHODW list = NULL;
	void *obj = NULL;
	DWORD n = 0;
	HANDLE h;
	HRESULT hr;

	if (!retval) {
		return fc_null(This);
	}
	VariantInit(retval);
	h = fc_port_handle(This);
	if (!h) {
		return fc_no_connection(This);
	}
	/* A service without any method says ERROR_INVALID_FUNCTION; a collection may be empty. */
	if (!FaxEnumRoutingMethodsW(h, &list, &n) && GetLastError() != ERROR_INVALID_FUNCTION) {
		return fc_failed(This);
	}
	hr = fc_methods_new(This, list, list ? n : 0, &obj);
	FaxFreeBuffer(list);
	if (SUCCEEDED(hr)) {
		fx_com_give(retval, obj);
	}
	return hr;
}

static HRESULT STDMETHODCALLTYPE get_CanModify(IFaxPort *This, BOOL *pVal)
{
	struct fax_port *p = (void *)This;
	HANDLE h = fc_conn_handle(p->conn);

	if (!pVal) {
		return fc_null(This);
	}
	*pVal = 0;
	if (!h) {
		return fc_no_connection(This);
	}
	/* The right, not whether another holds the port just now: that passes. */
	*pVal = FaxAccessCheck(h, FAX_PORT_SET) != 0;
	return *pVal || GetLastError() == ERROR_SUCCESS ? S_OK : fc_failed(This);
}

static HRESULT STDMETHODCALLTYPE port_get_status(IFaxPort *This, VARIANT *retval)
{
	PFAX_DEVICE_STATUSW status = NULL;
	void *obj = NULL;
	HANDLE h;
	HRESULT hr;

	if (!retval) {
		return fc_null(This);
	}
	VariantInit(retval);
	h = fc_port_handle(This);
	if (!h) {
		return fc_no_connection(This);
	}
	if (!FaxGetDeviceStatusW(h, &status)) {
		return fc_failed(This);
	}
	hr = fc_status_new(This, status, &obj);
	if (SUCCEEDED(hr)) {
		fx_com_give(retval, obj);
	}
	return hr;
}

#define BOTH(Name) .get_##Name = get_##Name, .put_##Name = put_##Name
static const IFaxPortVtbl port_vtbl = {
	FX_COM_SLOTS(IFaxPort),
	.get_Name = get_Name, .get_DeviceId = get_DeviceId, BOTH(Rings), BOTH(Csid), BOTH(Tsid),
	BOTH(Send), BOTH(Receive), BOTH(Priority), .GetRoutingMethods = port_routing_methods,
	.get_CanModify = get_CanModify, .GetStatus = port_get_status,
};

static void port_fini(void *obj)
{
	struct fax_port *p = obj;

	if (p->port) {
		(void)FaxClose(p->port);
	}
	fc_conn_unref(p->conn);
}

static const struct fx_disp_row port_rows[] = {FX_ROWS_IFaxPort};
static const struct fx_com_class port_cls = {
	"FaxPort", &IID_IFaxPort, port_rows, FX_ARRAY_LEN(port_rows), port_fini,
	&CLSID_FaxPort, false,
};

HRESULT fc_port_new(struct fc_conn *conn, HANDLE port, DWORD device_id, void **out)
{
	struct fax_port *p = fx_com_new(sizeof(*p), &port_vtbl, &port_cls);

	if (!p) {
		if (port) {
			(void)FaxClose(port);
		}
		return E_OUTOFMEMORY;
	}
	p->conn = fc_conn_ref(conn);
	p->port = port;
	p->device_id = device_id;
	*out = p;
	return S_OK;
}
