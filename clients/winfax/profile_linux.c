/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/winfax/profile_linux.c  Full name, office and telephones of the account, from the
 * GECOS field of passwd. */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "clients/winfax/winfax_priv.h"

/* A part of the account's field, where the file said nothing. */
static int from_account(char **dst, char **rest, const char *login)
{
	char *part = *rest ? strsep(rest, ",") : NULL, buf[256];
	const char *amp = part && login ? strchr(part, '&') : NULL;

	if (*dst || !part || !*part) {
		return 0;
	}
	if (amp) { /* by custom '&' is the login name, capitalised */
		(void)snprintf(buf, sizeof(buf), "%.*s%c%s%s", (int)(amp - part), part,
			       login[0] >= 'a' && login[0] <= 'z' ? login[0] - 32 : login[0],
			       login[0] ? login + 1 : "", amp + 1);
		part = buf;
	}
	return fx_utf8_valid(part, strlen(part)) ? fx_str_replace(dst, part) : 0;
}

int wf_profile_account(struct wf_profile *p)
{
	struct passwd pw, *found = NULL;
	char buf[4096], *rest;
	int err;

	if (getpwuid_r(geteuid(), &pw, buf, sizeof(buf), &found) || !found) {
		return 0;
	}
	rest = pw.pw_gecos;
	err = from_account(&p->name, &rest, pw.pw_name);
	err = err ? err : from_account(&p->office, &rest, NULL);
	err = err ? err : from_account(&p->office_phone, &rest, NULL);
	err = err ? err : from_account(&p->home_phone, &rest, NULL);
	return err || p->name ? err : fx_str_replace(&p->name, pw.pw_name);
}
