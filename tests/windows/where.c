/* SPDX-License-Identifier: Apache-2.0 */
/* where set ROOT VALUE | delete ROOT | connect NAME: which server is "". */
#include <string.h>
#include "tests/windows/check.h"
#include <winfax.h>

static HKEY root(const char *name)
{
	return strcmp(name, "HKCU") == 0 ? HKEY_CURRENT_USER : HKEY_LOCAL_MACHINE;
}

int main(int argc, char **argv)
{
	HANDLE h = NULL;
	HKEY key;

	if (argc == 4 && strcmp(argv[1], "set") == 0) {
		CHECK(!RegCreateKeyExA(root(argv[2]), "Software\\Caselli", 0, NULL, 0,
				       KEY_SET_VALUE, NULL, &key, NULL));
		CHECK(!RegSetValueExA(key, "Server", 0, REG_SZ, (const BYTE *)argv[3],
				      (DWORD)strlen(argv[3]) + 1));
		(void)RegCloseKey(key);
	} else if (argc == 3 && strcmp(argv[1], "delete") == 0) {
		(void)RegDeleteKeyA(root(argv[2]), "Software\\Caselli");
	} else if (argc == 3 && strcmp(argv[1], "connect") == 0) {
		/* whoever listens hangs up: only that it was asked counts */
		CHECK(!FaxConnectFaxServerA(argv[2], &h));
	} else {
		return 2;
	}
	return finish();
}
