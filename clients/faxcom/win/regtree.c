/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/faxcom/win/regtree.c  Trees of the registry. */
#include <string.h>
#include <wchar.h>
#include "clients/faxcom/win/regtree.h"

/* Names of keys have at most 255 characters, names of values 16383; ours and those of a COM
 * registration are short. Deeper or longer than this is not understood and left alone. */
enum { NAME_MAX_CHARS = 512, DEPTH_MAX = 16 };

LSTATUS fc_key_make(HKEY root, const WCHAR *path, REGSAM view, HKEY *ret)
{
	return RegCreateKeyExW(root, path, 0, NULL, REG_OPTION_NON_VOLATILE, KEY_ALL_ACCESS | view,
			       NULL, ret, NULL);
}

LSTATUS fc_key_open(HKEY root, const WCHAR *path, REGSAM view, HKEY *ret)
{
	*ret = NULL;
	return RegOpenKeyExW(root, path, 0, KEY_ALL_ACCESS | view, ret);
}

void fc_key_close(HKEY k)
{
	if (k) {
		(void)RegCloseKey(k);
	}
}

LSTATUS fc_key_set_text(HKEY k, const WCHAR *name, const WCHAR *text)
{
	return RegSetValueExW(k, name, 0, REG_SZ, (const BYTE *)text,
			      (DWORD)((wcslen(text) + 1) * sizeof(WCHAR)));
}

LSTATUS fc_key_set_number(HKEY k, const WCHAR *name, DWORD v)
{
	return RegSetValueExW(k, name, 0, REG_DWORD, (const BYTE *)&v, sizeof(v));
}

DWORD fc_key_number(HKEY k, const WCHAR *name)
{
	DWORD v = 0, size = sizeof(v), type = 0;

	if (RegQueryValueExW(k, name, NULL, &type, (BYTE *)&v, &size) || type != REG_DWORD ||
	    size != sizeof(v)) {
		return 0;
	}
	return v;
}

LSTATUS fc_key_drop(HKEY root, const WCHAR *path)
{
	LSTATUS err = RegDeleteTreeW(root, path);

	return err == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : err;
}

static LSTATUS is_empty(HKEY k, bool *ret)
{
	DWORD keys = 0, values = 0;
	LSTATUS err = RegQueryInfoKeyW(k, NULL, NULL, NULL, &keys, NULL, NULL, &values, NULL, NULL,
				       NULL, NULL);

	*ret = keys == 0 && values == 0;
	return err;
}

LSTATUS fc_key_drop_empty(HKEY root, const WCHAR *path)
{
	bool empty = false;
	HKEY k;
	LSTATUS err = fc_key_open(root, path, 0, &k);

	if (err) {
		return err == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : err;
	}
	err = is_empty(k, &empty);
	fc_key_close(k);
	/* Without subkeys RegDeleteTree() and RegDeleteKey() are the same, and only the former
	 * takes the view from the handle. */
	return !err && empty ? fc_key_drop(root, path) : err;
}

LSTATUS fc_tree_copy(HKEY from, HKEY to)
{
	return RegCopyTreeW(from, NULL, to);
}

/* The bytes of a value, from the heap of the process; *ret NULL when there is no such value. */
struct value {
	DWORD type, size;
	BYTE *bytes;
};

static LSTATUS value_get(HKEY k, const WCHAR *name, struct value *ret)
{
	LSTATUS err;

	*ret = (struct value){0};
	err = RegQueryValueExW(k, name, NULL, &ret->type, NULL, &ret->size);
	if (err) {
		return err == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : err;
	}
	ret->bytes = HeapAlloc(GetProcessHeap(), 0, ret->size + 1);
	if (!ret->bytes) {
		return ERROR_NOT_ENOUGH_MEMORY;
	}
	err = RegQueryValueExW(k, name, NULL, &ret->type, ret->bytes, &ret->size);
	if (err) {
		(void)HeapFree(GetProcessHeap(), 0, ret->bytes);
		ret->bytes = NULL;
	}
	return err;
}

static LSTATUS value_same(HKEY a, HKEY b, const WCHAR *name, bool *ret)
{
	struct value va, vb = {0};
	LSTATUS err = value_get(a, name, &va);

	if (!err) {
		err = value_get(b, name, &vb);
	}
	*ret = !err && va.bytes && vb.bytes && va.type == vb.type && va.size == vb.size &&
	       memcmp(va.bytes, vb.bytes, va.size) == 0;
	(void)HeapFree(GetProcessHeap(), 0, va.bytes);
	(void)HeapFree(GetProcessHeap(), 0, vb.bytes);
	return err;
}

static LSTATUS contains(HKEY all, HKEY part, int depth, bool *ret)
{
	WCHAR name[NAME_MAX_CHARS];
	LSTATUS err = depth > DEPTH_MAX ? ERROR_INVALID_DATA : ERROR_SUCCESS;
	DWORD i, n;

	*ret = true;
	for (i = 0; !err && *ret; i++) {
		n = NAME_MAX_CHARS;
		err = RegEnumValueW(part, i, name, &n, NULL, NULL, NULL, NULL);
		if (!err) {
			err = value_same(all, part, name, ret);
		}
	}
	err = err == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : err;
	for (i = 0; !err && *ret; i++) {
		HKEY a = NULL, p = NULL;

		n = NAME_MAX_CHARS;
		err = RegEnumKeyExW(part, i, name, &n, NULL, NULL, NULL, NULL);
		if (!err) {
			err = fc_key_open(part, name, 0, &p);
		}
		if (!err && fc_key_open(all, name, 0, &a) == ERROR_FILE_NOT_FOUND) {
			*ret = false;
		} else if (!err) {
			err = a ? contains(a, p, depth + 1, ret) : ERROR_ACCESS_DENIED;
		}
		fc_key_close(a);
		fc_key_close(p);
	}
	return err == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : err;
}

LSTATUS fc_tree_contains(HKEY all, HKEY part, bool *ret)
{
	return contains(all, part, 0, ret);
}

static LSTATUS subtract_values(HKEY all, HKEY part)
{
	WCHAR name[NAME_MAX_CHARS];
	LSTATUS err = ERROR_SUCCESS;
	bool same;
	DWORD i;

	for (i = 0; !err; i++) {
		DWORD n = NAME_MAX_CHARS;

		err = RegEnumValueW(part, i, name, &n, NULL, NULL, NULL, NULL);
		if (!err) {
			err = value_same(all, part, name, &same);
		}
		if (!err && same) {
			err = RegDeleteValueW(all, name);
		}
	}
	return err == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : err;
}

static LSTATUS subtract(HKEY all, HKEY part, int depth)
{
	WCHAR name[NAME_MAX_CHARS];
	LSTATUS err = depth > DEPTH_MAX ? ERROR_INVALID_DATA : subtract_values(all, part);
	DWORD i;

	for (i = 0; !err; i++) {
		DWORD n = NAME_MAX_CHARS;
		HKEY a = NULL, p = NULL;

		err = RegEnumKeyExW(part, i, name, &n, NULL, NULL, NULL, NULL);
		if (!err) {
			err = fc_key_open(part, name, 0, &p);
		}
		if (!err) {
			LSTATUS found = fc_key_open(all, name, 0, &a);

			err = found == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : found;
		}
		if (!err && a) {
			err = subtract(a, p, depth + 1);
		}
		fc_key_close(p);
		if (a) {
			fc_key_close(a);
			err = err ? err : fc_key_drop_empty(all, name);
		}
	}
	return err == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : err;
}

LSTATUS fc_tree_subtract(HKEY all, HKEY part)
{
	return subtract(all, part, 0);
}
