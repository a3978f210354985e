/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/windows/reg_volatile.c
 * Make (or with /d delete) a volatile key of the current user; nothing lasting can be made in it.
 *
 * usage: reg_volatile [/d] KEY
 */
#include <string.h>
#include <windows.h>

int main(int argc, char **argv)
{
	DWORD made = 0;
	HKEY k;

	if (argc == 3 && !strcmp(argv[1], "/d")) {
		return RegDeleteKeyA(HKEY_CURRENT_USER, argv[2]) != ERROR_SUCCESS;
	}
	if (argc != 2 || RegCreateKeyExA(HKEY_CURRENT_USER, argv[1], 0, NULL, REG_OPTION_VOLATILE,
					 KEY_ALL_ACCESS, NULL, &k, &made)) {
		return 1;
	}
	(void)RegCloseKey(k);
	return made != REG_CREATED_NEW_KEY;
}
