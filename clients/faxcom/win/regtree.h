/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/faxcom/win/regtree.h
 * Trees of the Windows registry as sets of values: copy, contain, subtract. Windows only.
 *
 * Thread: any. Errors: Win32 codes, ERROR_SUCCESS is 0. Handles are borrowed.
 */
#ifndef FX_CLIENTS_FAXCOM_REGTREE_H
#define FX_CLIENTS_FAXCOM_REGTREE_H

#ifdef _WIN32

#include <stdbool.h>
#include <windows.h>

/** A key below `root` with its parents, opened for everything. */
LSTATUS fc_key_make(HKEY root, const WCHAR *path, REGSAM view, HKEY *ret);
LSTATUS fc_key_open(HKEY root, const WCHAR *path, REGSAM view, HKEY *ret);
/** NULL is fine. */
void fc_key_close(HKEY k);
/** Text value; name NULL: the default value. */
LSTATUS fc_key_set_text(HKEY k, const WCHAR *name, const WCHAR *text);
LSTATUS fc_key_set_number(HKEY k, const WCHAR *name, DWORD v);
/** 0 when there is none. */
DWORD fc_key_number(HKEY k, const WCHAR *name);
/** Delete `path` below root with all in it; a missing one is fine. */
LSTATUS fc_key_drop(HKEY root, const WCHAR *path);
/** Delete `path` below root when nothing is in it; a missing or full one is fine. */
LSTATUS fc_key_drop_empty(HKEY root, const WCHAR *path);

/** Add all of `from` to `to`; values of the same name are overwritten. */
LSTATUS fc_tree_copy(HKEY from, HKEY to);
/** Whether `all` has every key of `part` and every value with the same type and bytes. */
LSTATUS fc_tree_contains(HKEY all, HKEY part, bool *ret);
/** Take the values of `part` out of `all`, where they are the same, and the subkeys that are
 * empty after that. What somebody else added stays. */
LSTATUS fc_tree_subtract(HKEY all, HKEY part);

#endif
#endif
