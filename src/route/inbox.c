/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Inbox of a user (docs/decisions/0562): every fax is filed in the inbox of the service anyhow;
 * this method says whose it is. Windows 2000 names a mail profile here; we name a user of the
 * machine, who then owns the message.
 */
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "route/own.h"

int fx_inbox_check(const char *text, struct fx_reason *reterr)
{
	return strlen(text) < 64 && !strpbrk(text, "/: \t\n") ? 0 :
		fx_fail(reterr, FX_EINVAL, "\"%.80s\" is not the name of a user", text);
}

void fx_inbox_work(struct fx_own_task *t)
{
	struct passwd pw, *found = NULL;
	char buf[4096];
	int e = getpwnam_r(t->data, &pw, buf, sizeof(buf), &found);

	if (!found) { /* a directory service may be away for a while */
		fx_own_end(t, e ? FX_ROUTE_RETRY : FX_ROUTE_FAILED,
			   "there is no user \"%.60s\" on this machine%s%s", t->data, e ? ": " : "",
			   e ? strerror(e) : "");
		return;
	}
	t->owned = true;
	t->uid = found->pw_uid;
	(void)fx_strlcpy(t->user, found->pw_name, sizeof(t->user));
	fx_own_end(t, FX_ROUTE_DONE, "%s", t->user);
}
