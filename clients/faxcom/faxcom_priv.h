/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/faxcom/faxcom_priv.h
 * The fax objects among themselves. Every object may be used from any thread;
 * what changes in one is behind its own lock. Children share the connection,
 * so they work (and end) in whatever order a program releases things.
 */
#ifndef FX_CLIENTS_FAXCOM_PRIV_H
#define FX_CLIENTS_FAXCOM_PRIV_H

#include "clients/common/lock.h"
#include <caselli.h>
#include <faxcom.h>
#include "base/mem.h"
#include "clients/com/dispatch.h"
#include "clients/faxcom/members.h"

/** A connection, counted by the server object and every child. */
struct fc_conn {
	LONG refs;
	HANDLE handle;        /**< of winfax; NULL once disconnected */
	fx_lock lock; /**< handle, and read-change-write of settings and ports */
};
/** Takes h over. @return NULL: out of memory, h is closed */
struct fc_conn *fc_conn_new(HANDLE h);
struct fc_conn *fc_conn_ref(struct fc_conn *c); /**< NULL is fine */
void fc_conn_unref(struct fc_conn *c);
/** End it now for all that share it. @return false when it was ended before */
bool fc_conn_close(struct fc_conn *c);
/** The handle, NULL after the end or for a NULL connection. */
HANDLE fc_conn_handle(struct fc_conn *c);

/** The last error of winfax as HRESULT, with its sentence as error information. */
HRESULT fc_failed(const void *obj);
/** The member needs a connection and there is none. */
HRESULT fc_no_connection(const void *obj);
/** The caller gave no place for the result. @return E_POINTER */
HRESULT fc_null(const void *obj);
/** An argument out of range; the sentence says which are allowed. */
HRESULT fc_bad_value(const void *obj, const char *sentence);
HRESULT fc_from_win32(DWORD code);
/** New text ("" for NULL). @return E_POINTER, E_OUTOFMEMORY */
HRESULT fc_text(const WCHAR *s, BSTR *out);
/** 0 for an unset time. OLE date in UTC. */
DATE fc_date(FILETIME t);
LONG fc_long(DWORD v); /**< stays positive */
/** English words (faxcom.md 5.3, 5.4); UTF-8, static. */
const char *fc_device_words(DWORD fps);
const char *fc_queue_words(DWORD js);

/* Makers: *out gets the object with one reference; conn may be NULL (made by the class factory). */
HRESULT fc_server_new(void **out);
HRESULT fc_tiff_new(void **out);
HRESULT fc_ports_new(struct fc_conn *conn, const DWORD *ids, DWORD n, void **out);
HRESULT fc_port_new(struct fc_conn *conn, HANDLE port, DWORD device_id, void **out);
/** @param port  a FaxPort; referenced. list: borrowed, its GUIDs are copied */
HRESULT fc_methods_new(void *port, const FAX_ROUTING_METHODW *list, DWORD n, void **out);
/** Without a parent: every member fails. */
HRESULT fc_method_new(void **out);
HRESULT fc_status_new(void *port, PFAX_DEVICE_STATUSW take, void **out);
HRESULT fc_jobs_new(struct fc_conn *conn, PFAX_JOB_ENTRYW take, DWORD n, void **out);
HRESULT fc_job_new(struct fc_conn *conn, PFAX_JOB_ENTRYW take, void **out);
/** @param server  object to take the connection from at Send(); referenced; NULL is fine */
HRESULT fc_doc_new(void *server, BSTR file, void **out);

/** The present connection of a server object, referenced; NULL when there is none. */
struct fc_conn *fc_server_conn(void *server);
/** The port of a FaxPort, and whether its connection still stands. */
HANDLE fc_port_handle(void *port);

#endif
