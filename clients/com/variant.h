/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/com/variant.h  What variant.c and coerce.c share with dispatch.c. */
#ifndef FX_CLIENTS_COM_VARIANT_H
#define FX_CLIENTS_COM_VARIANT_H

#include <stdbool.h>
#include <caselli/com.h>

/** True for the types without VT_BYREF and VT_ARRAY that this base handles. */
bool fx_vt_known(VARTYPE vt);

/**
 * Follow VT_BYREF and VT_VARIANT|VT_BYREF.
 * @param ret  A shallow value: borrowed text and objects, never to be cleared
 * @return S_OK, E_INVALIDARG (NULL reference), DISP_E_BADVARTYPE
 */
HRESULT fx_variant_deref(const VARIANT *src, VARIANT *ret);

#endif
