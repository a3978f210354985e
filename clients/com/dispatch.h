/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/com/dispatch.h
 * One object base for all interfaces: reference count, QueryInterface,
 * ISupportErrorInfo, and IDispatch by table, one row a member. A row names the
 * slot of the interface's vtable, so Invoke and early binding run the same code.
 *
 * Thread: any. Owner: reference counts.
 */
#ifndef FX_CLIENTS_COM_DISPATCH_H
#define FX_CLIENTS_COM_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <caselli/com.h>
#ifdef _WIN32
#include <ocidl.h>
#endif
#include "base/error.h"

#ifdef _WIN32 /* elsewhere com.h has them */
BSTR STDAPICALLTYPE CaselliStringFromUtf8(const char *text);
char *STDAPICALLTYPE CaselliUtf8FromString(BSTR bstr);
#endif

enum fx_disp_kind { FX_DISP_METHOD, FX_DISP_GET, FX_DISP_PUT, FX_DISP_PUTREF };
enum fx_arg {
	FX_ARG_NONE,
	FX_ARG_BSTR,
	FX_ARG_LONG,
	FX_ARG_SHORT,
	FX_ARG_BOOL, /**< 32-bit; every number but 0 is TRUE; read as VT_I4 */
	FX_ARG_DATE,
	FX_ARG_VARIANT,
	FX_ARG_DISPATCH,
};
/** A member: at most one argument in and one result out, which is all that fax objects have. */
struct fx_disp_row {
	const char *name;
	DISPID id;
	enum fx_disp_kind kind;
	unsigned slot;      /**< in the vtable, own members start at 7 */
	enum fx_arg in;
	enum fx_arg out;
	const char *in_name;/**< for named arguments; its DISPID is 0 */
};
struct fx_com_class {
	const char *name;   /**< "FaxServer": source of errors */
	const IID *iid;     /**< its dual interface */
	const struct fx_disp_row *rows;
	size_t n_rows;
	void (*fini)(void *obj); /**< frees what the object holds, not the object */
	const CLSID *clsid;
	/** It keeps pointers to other people's objects, so on Windows other apartments get
	 * proxies; without it they call the object itself. */
	bool apartment;
};
/** First member of every object. */
struct fx_com_object {
	const void *vtbl;
	const ISupportErrorInfoVtbl *see_vtbl;
	const struct fx_com_class *cls;
	LONG refs;
#ifdef _WIN32
	const IProvideClassInfoVtbl *pci_vtbl;
	IUnknown *marshaller; /**< free-threaded, aggregated; NULL until asked for */
#endif
};

/** Zeroed object of `size` bytes with one reference, or NULL. */
FX_MUST_CHECK void *fx_com_new(size_t size, const void *vtbl, const struct fx_com_class *cls);
/** Objects alive plus locks; 0 lets the library be unloaded. */
LONG fx_com_live(void);
void fx_com_lock(bool on);

/* Slots 0 to 6 of every vtable. */
HRESULT STDMETHODCALLTYPE fx_com_query(void *obj, REFIID riid, void **out);
ULONG STDMETHODCALLTYPE fx_com_add_ref(void *obj);
ULONG STDMETHODCALLTYPE fx_com_release(void *obj);
HRESULT STDMETHODCALLTYPE fx_com_type_info_count(void *obj, UINT *n);
HRESULT STDMETHODCALLTYPE fx_com_type_info(void *obj, UINT i, LCID lcid, ITypeInfo **out);
HRESULT STDMETHODCALLTYPE fx_com_ids_of_names(void *obj, REFIID riid, LPOLESTR *names, UINT n,
					      LCID lcid, DISPID *ids);
HRESULT STDMETHODCALLTYPE fx_com_invoke(void *obj, DISPID id, REFIID riid, LCID lcid, WORD flags,
					DISPPARAMS *params, VARIANT *result, EXCEPINFO *excep,
					UINT *argerr);
/** For a vtable initialiser of interface type I. */
#define FX_COM_SLOTS(I)                                                                            \
	.QueryInterface = (HRESULT(STDMETHODCALLTYPE *)(I *, REFIID, void **))fx_com_query,        \
	.AddRef = (ULONG(STDMETHODCALLTYPE *)(I *))fx_com_add_ref,                                 \
	.Release = (ULONG(STDMETHODCALLTYPE *)(I *))fx_com_release,                                \
	.GetTypeInfoCount = (HRESULT(STDMETHODCALLTYPE *)(I *, UINT *))fx_com_type_info_count,     \
	.GetTypeInfo = (HRESULT(STDMETHODCALLTYPE *)(I *, UINT, LCID,                              \
						     ITypeInfo **))fx_com_type_info,               \
	.GetIDsOfNames = (HRESULT(STDMETHODCALLTYPE *)(I *, REFIID, LPOLESTR *, UINT, LCID,        \
						       DISPID *))fx_com_ids_of_names,              \
	.Invoke = (HRESULT(STDMETHODCALLTYPE *)(I *, DISPID, REFIID, LCID, WORD, DISPPARAMS *,     \
						VARIANT *, EXCEPINFO *, UINT *))fx_com_invoke

/** Set the thread's error information (source: the class, text: the sentence). @return hr */
HRESULT fx_com_fail(const void *obj, HRESULT hr, const char *fmt, ...) FX_PRINTF(3, 4);
/** Put a reference of obj into *out as VT_DISPATCH; the caller's own reference is used up. */
void fx_com_give(VARIANT *out, void *obj);

#endif
