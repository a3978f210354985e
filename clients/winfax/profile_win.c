/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/profile_win.c  The full name of the account, else its login name. */
#define SECURITY_WIN32
#include <windows.h>
#include <security.h>
#include "clients/winfax/winfax_priv.h"

int wf_profile_account(struct wf_profile *p)
{
	WCHAR name[257];
	ULONG n = FX_ARRAY_LEN(name);
	fx_auto char *s = NULL;

	if (p->name) {
		return 0;
	}
	name[0] = 0;
	/* only accounts of a domain have a name for display */
	if (!GetUserNameExW(NameDisplay, name, &n) || !name[0]) {
		n = FX_ARRAY_LEN(name);
		if (!GetUserNameW(name, &n)) {
			return 0;
		}
	}
	s = fx_utf8_from_utf16((const uint16_t *)name, wcslen(name));
	return s ? fx_str_replace(&p->name, s) : FX_ENOMEM;
}
