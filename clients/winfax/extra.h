/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/extra.h  Shared by the two files behind caselli.h. */
#ifndef FX_CLIENTS_WINFAX_EXTRA_H
#define FX_CLIENTS_WINFAX_EXTRA_H

#include "clients/winfax/winfax_priv.h"

/** "fine" to lines per inch; 0 when unknown. */
DWORD wf_resolution(const char *s);
/** Pack n structures (NULL array: out of memory) for the caller; count may be NULL. */
BOOL wf_give_own(const struct wf_shape *shape, void *array, size_t n, void **out, DWORD *count);

#endif
