/* SPDX-License-Identifier: Apache-2.0 */
/* What of the machine the client asks, on Windows. */
#include <string.h>
#include <windows.h>

#include "base/mem.h"
#include "base/str.h"
#include "clients/common/transport.h"

static bool copy(char *dst, size_t size, const char *s)
{
	return s && strlen(fx_strlcpy(dst, s, size)) == strlen(s);
}

/* The value Server of Software\Caselli. @return false: there is none, or it is empty */
static bool registered(HKEY root, char *dst, size_t size)
{
	WCHAR text[300];
	DWORD bytes = sizeof(text) - sizeof(text[0]), type = 0;
	fx_auto char *s = NULL;
	bool found;
	HKEY key;

	/* the 64-bit view from 32-bit programs too: one machine has one server */
	if (RegOpenKeyExW(root, L"Software\\Caselli", 0, KEY_QUERY_VALUE | KEY_WOW64_64KEY, &key)) {
		return false;
	}
	found = RegQueryValueExW(key, L"Server", NULL, &type, (LPBYTE)text, &bytes) == 0 &&
		type == REG_SZ && bytes >= sizeof(text[0]);
	(void)RegCloseKey(key);
	if (!found) {
		return false;
	}
	text[bytes / sizeof(text[0])] = 0; /* the stored NUL may be missing */
	s = fx_utf8_from_utf16((const uint16_t *)text, wcslen(text));
	return s && *s && copy(dst, size, s);
}

bool fx_client_default_server(char *dst, size_t size)
{
	return registered(HKEY_CURRENT_USER, dst, size) ||
	       registered(HKEY_LOCAL_MACHINE, dst, size) || copy(dst, size, "localhost");
}
