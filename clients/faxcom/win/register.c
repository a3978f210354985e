/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/faxcom/win/register.c
 * What regsvr32 calls: the classes, their names, interfaces and type library go into the
 * registry, of the machine or (DllInstall with "user") of one user. Whoever had these keys
 * before, such as Windows' own fax library, has them again after unregistration; journal.h
 * says how. All or nothing: when one key fails, those already written are given back.
 */
#include <stdio.h>
#include <wchar.h>
#include <windows.h>
#include <olectl.h>
#include "clients/faxcom/faxcom_priv.h"
#include "clients/faxcom/win/journal.h"

/* Longer than any path of a DLL that COM can load. */
enum { PATH_CHARS = 1024 };
#define LIB_VERSION L"1.0"
#define LIB_NAME    L"faxcom 1.0 Type Library"
/* The marshaller of oleaut32, which works from the type library. */
#define MARSHALLER  L"{00020424-0000-0000-C000-000000000046}"
#ifdef FC_REGISTERS_64
#define LIB_PART L"1.0\\0\\win64"
#else
#define LIB_PART L"1.0\\0\\win32"
#endif
/* Where Windows itself sends a 32-bit program; a test that plays one has to go there. */
#ifdef FC_TEST_AS_32
#define VIEW L"Wow6432Node\\"
#else
#define VIEW L""
#endif

extern IMAGE_DOS_HEADER __ImageBase;

struct class_names {
	const WCHAR *name, *interface_name;
	const GUID *clsid, *iid;
};
#define WIDE(s)  L"" #s
#define X(c, i) {WIDE(c), WIDE(i), &CLSID_##c, &IID_##i},
static const struct class_names names[] = {FX_FAXCOM_CLASSES(X)};
#undef X

/* What the writers below need: one class, and the file of this library. */
struct what {
	const struct class_names *row;
	WCHAR path[PATH_CHARS];
};

static LSTATUS own_path(WCHAR *ret)
{
	DWORD n = GetModuleFileNameW((HMODULE)&__ImageBase, ret, PATH_CHARS);

	if (n == 0) {
		return (LSTATUS)GetLastError();
	}
	return n >= PATH_CHARS - 1 ? ERROR_FILENAME_EXCED_RANGE : ERROR_SUCCESS;
}

/* A subkey with a default value and perhaps one more. */
static LSTATUS sub(HKEY k, const WCHAR *path, const WCHAR *text, const WCHAR *name,
		   const WCHAR *value)
{
	HKEY s = NULL;
	LSTATUS err = fc_key_make(k, path, 0, &s);

	if (!err && text) {
		err = fc_key_set_text(s, NULL, text);
	}
	if (!err && name) {
		err = fc_key_set_text(s, name, value);
	}
	fc_key_close(s);
	return err;
}

static LSTATUS title(HKEY k, const struct class_names *row)
{
	WCHAR text[64];

	(void)swprintf(text, 64, L"%ls Class", row->name);
	return fc_key_set_text(k, NULL, text);
}

static void progid(const struct class_names *row, bool version, WCHAR *ret, size_t n)
{
	(void)swprintf(ret, n, L"%ls.%ls%ls", row->name, row->name, version ? L".1" : L"");
}

static LSTATUS write_class(HKEY k, const void *arg)
{
	const struct what *w = arg;
	WCHAR id[64], lib[40];
	LSTATUS err = title(k, w->row);

	(void)StringFromGUID2(&LIBID_FAXCOMLib, lib, 40);
	err = err ? err : sub(k, L"InprocServer32", w->path, L"ThreadingModel", L"Both");
	progid(w->row, true, id, 64);
	err = err ? err : sub(k, L"ProgID", id, NULL, NULL);
	progid(w->row, false, id, 64);
	err = err ? err : sub(k, L"VersionIndependentProgID", id, NULL, NULL);
	err = err ? err : sub(k, L"TypeLib", lib, NULL, NULL);
	err = err ? err : sub(k, L"Version", LIB_VERSION, NULL, NULL);
	return err ? err : sub(k, L"Programmable", NULL, NULL, NULL);
}

static LSTATUS write_progid_1(HKEY k, const void *arg)
{
	const struct what *w = arg;
	WCHAR clsid[40];
	LSTATUS err = title(k, w->row);

	(void)StringFromGUID2(w->row->clsid, clsid, 40);
	return err ? err : sub(k, L"CLSID", clsid, NULL, NULL);
}

static LSTATUS write_progid(HKEY k, const void *arg)
{
	const struct what *w = arg;
	WCHAR id[64];
	LSTATUS err = write_progid_1(k, arg);

	progid(w->row, true, id, 64);
	return err ? err : sub(k, L"CurVer", id, NULL, NULL);
}

static LSTATUS write_interface(HKEY k, const void *arg)
{
	const struct what *w = arg;
	WCHAR lib[40];
	LSTATUS err = fc_key_set_text(k, NULL, w->row->interface_name);

	(void)StringFromGUID2(&LIBID_FAXCOMLib, lib, 40);
	err = err ? err : sub(k, L"ProxyStubClsid32", MARSHALLER, NULL, NULL);
	return err ? err : sub(k, L"TypeLib", lib, L"Version", LIB_VERSION);
}

static LSTATUS write_library(HKEY k, const void *arg)
{
	const struct what *w = arg;
	LSTATUS err = sub(k, LIB_VERSION, LIB_NAME, NULL, NULL);

	err = err ? err : sub(k, L"1.0\\FLAGS", L"0", NULL, NULL);
	return err ? err : sub(k, LIB_PART, w->path, NULL, NULL);
}

typedef LSTATUS(unit_fn)(struct fc_registry *r, const struct fc_unit *u);

static LSTATUS each_of_class(struct fc_registry *r, const struct what *w, unit_fn *fn, bool go_on)
{
	WCHAR clsid[40], iid[40], id[64], id_1[64];
	const struct fc_unit units[] = {
		{VIEW L"CLSID", clsid, false, false, NULL, write_class, w},
		{NULL, id, true, false, NULL, write_progid, w},
		{NULL, id_1, true, false, NULL, write_progid_1, w},
		{VIEW L"Interface", iid, false, false, NULL, write_interface, w},
	};
	LSTATUS first = ERROR_SUCCESS;
	size_t i;

	(void)StringFromGUID2(w->row->clsid, clsid, 40);
	(void)StringFromGUID2(w->row->iid, iid, 40);
	progid(w->row, false, id, 64);
	progid(w->row, true, id_1, 64);
	for (i = 0; i < FX_ARRAY_LEN(units) && (go_on || !first); i++) {
		LSTATUS err = fn(r, &units[i]);

		first = first ? first : err;
	}
	return first;
}

/* All units in order; go_on: past failures too, reporting the first. */
static LSTATUS each(struct fc_registry *r, struct what *w, unit_fn *fn, bool go_on)
{
	WCHAR lib[40];
	const struct fc_unit library = {L"TypeLib", lib, true, true, LIB_PART, write_library, w};
	LSTATUS first;
	size_t i;

	(void)StringFromGUID2(&LIBID_FAXCOMLib, lib, 40);
	first = fn(r, &library);
	for (i = 0; i < FX_ARRAY_LEN(names) && (go_on || !first); i++) {
		LSTATUS err;

		w->row = &names[i];
		err = each_of_class(r, w, fn, go_on);
		first = first ? first : err;
	}
	return first;
}

static HRESULT change(HKEY hive, bool on)
{
	struct fc_registry r;
	struct what w = {0};
	LSTATUS err = fc_registry_open(hive, &r);

	if (!err) {
		err = own_path(w.path);
	}
	if (!err) {
		err = each(&r, &w, on ? fc_unit_take : fc_unit_give_back, !on);
		if (err && on) {
			(void)each(&r, &w, fc_unit_give_back, true);
		}
	}
	fc_registry_close(&r);
	return HRESULT_FROM_WIN32((DWORD)err);
}

STDAPI DllRegisterServer(void)
{
	return change(HKEY_LOCAL_MACHINE, true);
}

STDAPI DllUnregisterServer(void)
{
	return change(HKEY_LOCAL_MACHINE, false);
}

STDAPI DllInstall(BOOL bInstall, PCWSTR pszCmdLine); /* in no header */
STDAPI DllInstall(BOOL bInstall, PCWSTR pszCmdLine)
{
	if (!pszCmdLine || !*pszCmdLine || !_wcsicmp(pszCmdLine, L"machine")) {
		return change(HKEY_LOCAL_MACHINE, bInstall != 0);
	}
	if (!_wcsicmp(pszCmdLine, L"user")) {
		return change(HKEY_CURRENT_USER, bInstall != 0);
	}
	return E_INVALIDARG;
}
