/* SPDX-License-Identifier: Apache-2.0 */
/* On Windows; files.c is the other one. */
#include "clients/common/files.h"

#include <errno.h>
#include <fcntl.h>
#include <io.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "base/mem.h"
#include "base/str.h"

static wchar_t *wide(const char *s)
{
	wchar_t *w = (wchar_t *)(void *)fx_utf16_from_utf8(s, NULL);

	if (!w) {
		errno = ENOMEM;
	}
	return w;
}

static char *narrow(const wchar_t *w)
{
	return fx_utf8_from_utf16((const uint16_t *)w, wcslen(w));
}

int fx_file_open(const char *path)
{
	fx_auto wchar_t *w = wide(path);
	DWORD attributes;

	if (!w) {
		return -1;
	}
	attributes = GetFileAttributesW(w);
	if (attributes != INVALID_FILE_ATTRIBUTES &&
	    attributes & (FILE_ATTRIBUTE_DIRECTORY | FILE_ATTRIBUTE_DEVICE)) {
		errno = EISDIR;
		return -1;
	}
	return _wopen(w, _O_RDONLY | _O_BINARY | _O_NOINHERIT);
}

int fx_file_read_at(int fd, uint64_t at, void *p, size_t n)
{
	size_t done = 0;

	if (_lseeki64(fd, (int64_t)at, SEEK_SET) < 0) {
		return FX_EIO;
	}
	while (done < n) {
		size_t left = n - done;
		int got = _read(fd, (char *)p + done, left < 65536 ? (unsigned)left : 65536);

		if (got <= 0) {
			return got < 0 ? FX_EIO : FX_ETRUNC;
		}
		done += (size_t)got;
	}
	return 0;
}

static bool slash(char c)
{
	return c == '/' || c == '\\';
}

bool fx_path_is_full(const char *path)
{
	char drive = (char)(path[0] | 0x20);

	return slash(path[0]) || (drive >= 'a' && drive <= 'z' && path[1] == ':' && slash(path[2]));
}

const char *fx_path_name(const char *path)
{
	const char *name = path, *p;

	for (p = path; *p; p++) {
		if (slash(*p) || (*p == ':' && p == path + 1)) {
			name = p + 1;
		}
	}
	return name;
}

char *fx_path_full(const char *path)
{
	fx_auto wchar_t *w = wide(path), *full = NULL;
	DWORD n = w ? GetFullPathNameW(w, 0, NULL, NULL) : 0, got;

	full = n ? fx_calloc(n, sizeof(*full)) : NULL;
	got = full ? GetFullPathNameW(w, n, full, NULL) : 0;
	return got && got < n && GetFileAttributesW(full) != INVALID_FILE_ATTRIBUTES ? narrow(full)
										     : NULL;
}

char *fx_user_folder(enum fx_user_folder which)
{
	const wchar_t *dir = _wgetenv(L"APPDATA");
	fx_auto char *base = narrow(dir ? dir : L"C:");

	(void)which;
	return base ? fx_asprintf("%s\\Caselli", base) : NULL;
}

void fx_folder_names(const char *folder, bool (*fn)(void *arg, const char *name), void *arg)
{
	fx_auto char *pattern = fx_asprintf("%s\\*", folder);
	fx_auto wchar_t *w = pattern ? wide(pattern) : NULL;
	HANDLE h = INVALID_HANDLE_VALUE;
	WIN32_FIND_DATAW found;
	bool more = true;

	if (w) {
		h = FindFirstFileW(w, &found);
	}
	while (more && h != INVALID_HANDLE_VALUE) {
		fx_auto char *name = narrow(found.cFileName);

		more = name && fn(arg, name) && FindNextFileW(h, &found);
	}
	if (h != INVALID_HANDLE_VALUE) {
		(void)FindClose(h);
	}
}
