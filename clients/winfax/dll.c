/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/dll.c  winfax.dll itself; its exports are those of winfax.def. */
#include <windows.h>

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved);
BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
	if (reason == DLL_PROCESS_ATTACH) {
		(void)DisableThreadLibraryCalls(instance);
	}
	return TRUE;
}
