/* SPDX-License-Identifier: Apache-2.0 */
/* Users and groups of the machine, asked in a worker: the directory may be far away. */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

#define GROUPS_MAX 1024
#define ENTRY_MAX (1u << 20) /* of a group with very many members */

/* "Not found" and "could not be asked" differ: the first ends a user's rights, the second not. */
static bool is_absent(int e)
{
	return e == 0 || e == ENOENT || e == ESRCH;
}

/* Name of a group into b, a line. A number without a name is left out: no entry can mean it. */
static void put_group(struct fx_buf *b, gid_t gid)
{
	size_t size = 4096;
	struct group g, *found = NULL;
	char *buf = NULL;
	int e;

	do {
		(void)fx_free(buf);
		buf = fx_zalloc(size);
		e = buf ? getgrgid_r(gid, &g, buf, size, &found) : ENOMEM;
		size *= 4;
	} while (e == ERANGE && size <= ENTRY_MAX);
	if (e == 0 && found && !strchr(found->gr_name, '\n')) {
		fx_buf_put(b, found->gr_name, strlen(found->gr_name));
		fx_buf_put(b, "\n", 1);
	}
	(void)fx_free(buf);
}

static void find_groups(struct fx_lookup *l, gid_t gid)
{
	gid_t gids[GROUPS_MAX];
	struct fx_buf b = {0};
	int n = GROUPS_MAX;

	if (getgrouplist(l->name, gid, gids, &n) < 0) {
		n = n < GROUPS_MAX ? n : GROUPS_MAX; /* the first ones count */
	}
	for (int i = 0; i < n; i++) {
		put_group(&b, gids[i]);
	}
	fx_buf_put(&b, "", 1);
	l->failed = b.err != 0;
	l->groups = b.err ? NULL : (char *)b.data;
	if (b.err) {
		fx_buf_fini(&b);
	}
}

static void find_user(struct fx_lookup *l)
{
	struct passwd pw, *found = NULL;
	char buf[16384];
	int e = *l->name ? getpwnam_r(l->name, &pw, buf, sizeof(buf), &found) :
			   getpwuid_r(l->uid, &pw, buf, sizeof(buf), &found);

	l->found = e == 0 && found;
	l->failed = !l->found && !is_absent(e);
	if (l->found) {
		l->uid = pw.pw_uid;
		(void)fx_strlcpy(l->name, pw.pw_name, sizeof(l->name));
		if (!l->no_groups) {
			find_groups(l, pw.pw_gid);
		}
	}
}

static void find_group(struct fx_lookup *l)
{
	struct group g, *found = NULL;
	size_t size = ENTRY_MAX;
	char *buf = fx_zalloc(size);
	int e = buf ? getgrnam_r(l->name, &g, buf, size, &found) : ENOMEM;

	l->found = e == 0 && found;
	l->failed = !l->found && !is_absent(e);
	(void)fx_free(buf);
}

void fx_lookup_run(struct fx_lookup *l)
{
	switch (l->kind) {
	case FX_ACCESS_USER:
		find_user(l);
		break;
	case FX_ACCESS_GROUP:
		find_group(l);
		break;
	case FX_ACCESS_DEFAULT:
	case FX_ACCESS_KINDS:
		break;
	}
}

/* ---- names of the network ---- */

/* @return found, and then what he is called here; a name that leads back to another user is not
 * his (a directory that leaves domains out, beside a user of the machine of the same name) */
static bool ask(struct fx_who *w, const char *name)
{
	struct fx_lookup l = {.kind = FX_ACCESS_USER, .no_groups = true}, back;

	if (strlen(name) >= sizeof(l.name)) {
		return false;
	}
	(void)fx_strlcpy(l.name, name, sizeof(l.name));
	find_user(&l);
	w->failed = w->failed || l.failed;
	if (!l.found) {
		return false;
	}
	back = (struct fx_lookup){.kind = FX_ACCESS_USER, .no_groups = true};
	(void)fx_strlcpy(back.name, l.name, sizeof(back.name));
	find_user(&back);
	w->failed = w->failed || back.failed;
	if (!back.found || back.uid != l.uid) {
		return false;
	}
	w->found = true;
	w->failed = false;
	w->uid = l.uid;
	(void)fx_strlcpy(w->name, l.name, sizeof(w->name));
	return true;
}

void fx_who_run(struct fx_who *w)
{
	char text[FX_WHO_NAME_SIZE + 1];

	if (*w->domain) {
		/* winbind's way and sssd's; both take either mostly */
		(void)snprintf(text, sizeof(text), "%s\\%s", w->domain, w->user);
		if (!ask(w, text)) {
			(void)snprintf(text, sizeof(text), "%s@%s", w->user, w->domain);
			(void)ask(w, text);
		}
		return;
	}
	if (ask(w, w->user)) {
		return;
	}
	/* Case does not count on Windows; here names are small by custom. */
	(void)fx_strlcpy(text, w->user, sizeof(text));
	for (char *p = text; *p; p++) {
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p + 32) : *p;
	}
	if (strcmp(text, w->user) != 0) {
		(void)ask(w, text);
	}
}
