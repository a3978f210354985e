/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/com/typeinfo_win.h
 * Between dispatch.c and typeinfo_win.c. Windows only. Thread: any.
 */
#ifndef FX_CLIENTS_COM_TYPEINFO_WIN_H
#define FX_CLIENTS_COM_TYPEINFO_WIN_H

#ifdef _WIN32

#include "clients/com/dispatch.h"

void fx_com_win_init(struct fx_com_object *o);
void fx_com_win_fini(struct fx_com_object *o);
/** GetTypeInfo(): the dual interface of the class. @return DISP_E_BADINDEX when i is not 0 */
HRESULT fx_com_win_type_info(const struct fx_com_class *cls, UINT i, ITypeInfo **out);
/** The interfaces that only Windows has; *out is NULL before. @return E_NOINTERFACE: none */
HRESULT fx_com_win_query(struct fx_com_object *o, REFIID riid, void **out);

#endif
#endif
