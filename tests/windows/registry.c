/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/windows/registry.c
 * The registry and the registration of a DLL for register_test.py, in one process that stays: a
 * command a line on stdin, its fields divided by tabs, texts in UTF-8. After what it prints stands
 * a line of a point, a tab and the error code in decimal.
 *
 *   tree KEY                   K <tab> key, then V <tab> name <tab> data of its values; its subkeys
 *   names KEY                  N <tab> the name of each subkey
 *   set KEY NAME sz|dword DATA
 *   create KEY, volatile KEY, delete KEY
 *   install DLL 1|0 machine|user
 *
 * KEY begins with HKLM\ or HKCU\.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#define LINE_MAX_ 4096
#define FIELDS 5
#define DEPTH 16

static void put(const char *head, const WCHAR *a, const char *b)
{
	char text[LINE_MAX_ * 3];

	if (!WideCharToMultiByte(CP_UTF8, 0, a, -1, text, sizeof(text), NULL, NULL)) {
		text[0] = 0;
	}
	printf("%s\t%s%s%s\n", head, text, b ? "\t" : "", b ? b : "");
}

/* The root of a key and the rest of its name; NULL: no such root. */
static HKEY root(const WCHAR *key, const WCHAR **rest)
{
	*rest = key + 5;
	return !wcsncmp(key, L"HKLM\\", 5)   ? HKEY_LOCAL_MACHINE
	       : !wcsncmp(key, L"HKCU\\", 5) ? HKEY_CURRENT_USER
					     : NULL;
}

static LSTATUS open_key(const WCHAR *key, HKEY *out)
{
	const WCHAR *rest;
	HKEY top = root(key, &rest);

	return top ? RegOpenKeyExW(top, rest, 0, KEY_READ, out) : ERROR_INVALID_PARAMETER;
}

/* As it would stand in a file of regedit, without the quotes of a text. */
static void value(const WCHAR *name, DWORD type, const BYTE *data, DWORD size)
{
	static char out[6 * LINE_MAX_];
	char text[3 * LINE_MAX_] = {0};
	size_t n = 0, i;

	if (type == REG_DWORD && size == 4) {
		(void)snprintf(out, sizeof(out), "dword:%08lx", *(const DWORD *)(const void *)data);
	} else if (type == REG_SZ) {
		(void)WideCharToMultiByte(CP_UTF8, 0, (const WCHAR *)(const void *)data,
					  (int)(size / 2), text, sizeof(text) - 1, NULL, NULL);
		for (i = 0; text[i]; i++) {
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%s%c",
					      text[i] == '\\' ? "\\" : "", text[i]);
		}
		out[n] = 0;
	} else {
		n = (size_t)snprintf(out, sizeof(out), "hex(%lx):", (unsigned long)type);
		for (i = 0; i < size && n < sizeof(out) - 4; i++) {
			n += (size_t)snprintf(out + n, sizeof(out) - n, "%02x", data[i]);
		}
	}
	put("V", name, out);
}

static LSTATUS values(HKEY h)
{
	LSTATUS err = ERROR_SUCCESS;
	DWORD i;

	for (i = 0; err == ERROR_SUCCESS; i++) {
		WCHAR name[1024];
		BYTE data[LINE_MAX_ + 2] = {0};
		DWORD n = 1024, size = LINE_MAX_, type = 0;

		err = RegEnumValueW(h, i, name, &n, NULL, &type, data, &size);
		if (err == ERROR_SUCCESS) {
			value(name, type, data, size);
		}
	}
	return err == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : err;
}

static LSTATUS tree(const WCHAR *key, int depth)
{
	HKEY h = NULL;
	LSTATUS err = open_key(key, &h);
	DWORD i;

	if (err) {
		return err;
	}
	put("K", key, NULL);
	err = values(h);
	for (i = 0; err == ERROR_SUCCESS && depth < DEPTH; i++) {
		WCHAR name[256], below[LINE_MAX_];
		DWORD n = 256;

		err = RegEnumKeyExW(h, i, name, &n, NULL, NULL, NULL, NULL);
		if (err == ERROR_SUCCESS) {
			(void)_snwprintf(below, LINE_MAX_ - 1, L"%ls\\%ls", key, name);
			below[LINE_MAX_ - 1] = 0;
			err = tree(below, depth + 1);
		}
	}
	(void)RegCloseKey(h);
	return err == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : err;
}

static LSTATUS names(const WCHAR *key)
{
	HKEY h = NULL;
	LSTATUS err = open_key(key, &h);
	DWORD i;

	for (i = 0; err == ERROR_SUCCESS; i++) {
		WCHAR name[256];
		DWORD n = 256;

		err = RegEnumKeyExW(h, i, name, &n, NULL, NULL, NULL, NULL);
		if (err == ERROR_SUCCESS) {
			put("N", name, NULL);
		}
	}
	if (h) {
		(void)RegCloseKey(h);
	}
	return err == ERROR_NO_MORE_ITEMS ? ERROR_SUCCESS : err;
}

static LSTATUS create(const WCHAR *key, DWORD how, HKEY *out)
{
	const WCHAR *rest;
	HKEY top = root(key, &rest), h = NULL;
	LSTATUS err = top ? RegCreateKeyExW(top, rest, 0, NULL, how, KEY_ALL_ACCESS, NULL, &h, NULL)
			  : ERROR_INVALID_PARAMETER;

	if (out) {
		*out = h;
	} else if (h) {
		(void)RegCloseKey(h);
	}
	return err;
}

static LSTATUS set(const WCHAR *key, const WCHAR *name, const WCHAR *type, const WCHAR *data)
{
	DWORD number = wcstoul(data, NULL, 16);
	BOOL text = !wcscmp(type, L"sz");
	HKEY h = NULL;
	LSTATUS err = create(key, 0, &h);

	if (!err) {
		err = text ? RegSetValueExW(h, name, 0, REG_SZ, (const BYTE *)data,
					    (DWORD)(2 * wcslen(data) + 2))
			   : RegSetValueExW(h, name, 0, REG_DWORD, (const BYTE *)&number, 4);
		(void)RegCloseKey(h);
	}
	return err;
}

static LSTATUS delete(const WCHAR *key)
{
	const WCHAR *rest;
	HKEY top = root(key, &rest);
	LSTATUS err = top ? RegDeleteTreeW(top, rest) : ERROR_INVALID_PARAMETER;

	return err == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : err;
}

typedef HRESULT(WINAPI plain_fn)(void);
typedef HRESULT(WINAPI install_fn)(BOOL, LPCWSTR);

/* What regsvr32 does: machine by DllRegisterServer, user by DllInstall alone. */
static LSTATUS install(const WCHAR *dll, BOOL on, const WCHAR *whom)
{
	HMODULE m = LoadLibraryW(dll);
	plain_fn *fn;
	install_fn *user;
	HRESULT hr = E_FAIL;

	if (!m) {
		return (LSTATUS)GetLastError();
	}
	fn = (plain_fn *)(void *)GetProcAddress(m, on ? "DllRegisterServer"
						       : "DllUnregisterServer");
	user = (install_fn *)(void *)GetProcAddress(m, "DllInstall");
	if (!wcscmp(whom, L"user")) {
		hr = user ? user(on, whom) : E_NOTIMPL;
	} else {
		hr = fn ? fn() : E_NOTIMPL;
	}
	(void)FreeLibrary(m);
	return hr;
}

static LSTATUS command(WCHAR *f[FIELDS])
{
	if (!wcscmp(f[0], L"tree")) {
		LSTATUS err = tree(f[1], 0);

		return err == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : err;
	}
	if (!wcscmp(f[0], L"names")) {
		LSTATUS err = names(f[1]);

		return err == ERROR_FILE_NOT_FOUND ? ERROR_SUCCESS : err;
	}
	return !wcscmp(f[0], L"set")        ? set(f[1], f[2], f[3], f[4])
	       : !wcscmp(f[0], L"create")   ? create(f[1], 0, NULL)
	       : !wcscmp(f[0], L"volatile") ? create(f[1], REG_OPTION_VOLATILE, NULL)
	       : !wcscmp(f[0], L"delete")   ? delete(f[1])
	       : !wcscmp(f[0], L"install")  ? install(f[1], f[2][0] == '1', f[3])
					    : ERROR_INVALID_FUNCTION;
}

int main(void)
{
	static char line[LINE_MAX_];
	static WCHAR wide[LINE_MAX_];
	static WCHAR none[] = L"";

	while (fgets(line, sizeof(line), stdin)) {
		WCHAR *f[FIELDS] = {none, none, none, none, none}, *p = wide;
		int i;

		line[strcspn(line, "\r\n")] = 0;
		(void)MultiByteToWideChar(CP_UTF8, 0, line, -1, wide, LINE_MAX_);
		for (i = 0; p && i < FIELDS; i++) {
			f[i] = p;
			p = wcschr(p, '\t');
			if (p) {
				*p++ = 0;
			}
		}
		printf(".\t%ld\n", (long)command(f));
		(void)fflush(stdout);
	}
	return 0;
}
