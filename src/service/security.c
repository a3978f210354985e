/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One list says exactly what the table says, when it is read entry after entry (decision 0612):
 *
 *   administrators all | each user: allowed, and the rest denied | what groups are allowed |
 *   the rest of it denied to groups | everybody
 *
 * The other way round, each name is granted what the list grants him, with his groups of now.
 */
#include "service/security.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/access.h"
#include "service/service_priv.h"

#define AUTH_WORLD 1u
#define AUTH_NT 5u
#define AUTH_UNIX 22u
#define UNIX_USER 1u
#define UNIX_GROUP 2u
#define ALL_V3 (0x3FFu | 0x1F0000u)
#define IDS_MAX 1026u
#define INFO_BITS (FX_SEC_OWNER | FX_SEC_GROUP | FX_SEC_DACL | FX_SEC_SACL)
#define INFO_PROTECTION 0xF0000000u /* protected or not: nothing is inherited here */

/* A name and its number. */
struct subject {
	enum fx_access_kind kind;
	char name[FX_ACCESS_NAME_SIZE];
	uint32_t id;
	bool known, failed;
	uint32_t *gids; /* of a user */
	size_t n_gids;
	uint32_t mask;  /* what it shall hold, or holds */
};

struct task {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone */
	struct fx_caller c;
	uint32_t what;
	struct subject *v;
	size_t n;
	struct subject *held; /* to be set: who stands in the table now */
	size_t n_held;
	struct fx_secdesc d;
	fx_service_secdesc_fn *got;
	fx_service_done_fn *done;
	void *arg;
};

static struct fx_sid everyone(void)
{
	return fx_sid_make(AUTH_WORLD, 1, 0, 0);
}
static struct fx_sid authenticated(void)
{
	return fx_sid_make(AUTH_NT, 1, 11, 0);
}
static struct fx_sid system_sid(void)
{
	return fx_sid_make(AUTH_NT, 1, 18, 0);
}
static struct fx_sid administrators(void)
{
	return fx_sid_make(AUTH_NT, 2, 32, 544);
}

static bool is_sid(const struct fx_sid *sid, struct fx_sid other)
{
	return fx_sid_equal(sid, &other);
}

static bool is_unix(const struct fx_sid *sid, uint32_t kind)
{
	return sid->authority == AUTH_UNIX && sid->n == 2 && sid->sub[0] == kind;
}

static void task_free(struct task *t)
{
	fx_list_remove(&t->link);
	for (size_t i = 0; i < t->n; i++) {
		(void)fx_free(t->v[i].gids);
	}
	(void)fx_free(t->v);
	(void)fx_free(t->held);
	fx_secdesc_fini(&t->d);
	(void)fx_free(t);
}

void fx_security_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->securing, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct task, link)->s = NULL; /* freed by its end */
	}
}

static struct task *task_new(struct fx_service *s, const struct fx_caller *c, uint32_t what,
			     void *arg)
{
	struct task *t = fx_zalloc(sizeof(*t));

	if (t) {
		t->s = s;
		t->c = *c;
		t->what = what;
		t->arg = arg;
		fx_list_append(&s->securing, &t->link);
	}
	return t;
}

/* ---- reading ---- */

static void number_of_name(struct subject *x)
{
	struct passwd pw, *user = NULL;
	struct group gr, *group = NULL;
	size_t size = 1u << 20;
	char *buf = fx_zalloc(size);

	if (!buf) {
		x->failed = true;
	} else if (x->kind == FX_ACCESS_USER) {
		(void)getpwnam_r(x->name, &pw, buf, size, &user);
		x->id = user ? (uint32_t)user->pw_uid : 0;
	} else {
		(void)getgrnam_r(x->name, &gr, buf, size, &group);
		x->id = group ? (uint32_t)group->gr_gid : 0;
	}
	x->known = user || group;
	(void)fx_free(buf);
}

static void look_up_names(void *arg)
{
	struct task *t = arg;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->v[i].known) {
			number_of_name(&t->v[i]);
		}
	}
}

static void add_ace(struct fx_secdesc *d, bool deny, uint32_t mask, struct fx_sid sid)
{
	if (mask) {
		d->aces[d->n_aces++] = (struct fx_ace){.deny = deny, .mask = mask, .sid = sid};
	}
}

static struct fx_sid sid_of(const struct subject *x)
{
	return x->kind == FX_ACCESS_DEFAULT ? everyone() :
	       fx_sid_make(AUTH_UNIX, 2, x->kind == FX_ACCESS_USER ? UNIX_USER : UNIX_GROUP, x->id);
}

/* Names that nobody has any more are left out: there is no number to write. */
static void add_kind(struct fx_secdesc *d, const struct task *t, enum fx_access_kind kind,
		     bool allow, bool deny)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct subject *x = &t->v[i];

		if (x->kind == kind && x->known) {
			add_ace(d, false, allow ? x->mask : 0, sid_of(x));
			add_ace(d, true, deny ? ALL_V3 & ~x->mask : 0, sid_of(x));
		}
	}
}

static int build(const struct task *t, struct fx_buf *b)
{
	struct fx_secdesc d = {.owner = administrators(), .group = administrators(),
			       .has_dacl = true};
	int err;

	d.aces = fx_calloc(2 * t->n + 1, sizeof(*d.aces));
	if (!d.aces) {
		return FX_ENOMEM;
	}
	add_ace(&d, false, ALL_V3, administrators());
	add_kind(&d, t, FX_ACCESS_USER, true, true);
	add_kind(&d, t, FX_ACCESS_GROUP, true, false);
	add_kind(&d, t, FX_ACCESS_GROUP, false, true);
	add_kind(&d, t, FX_ACCESS_DEFAULT, true, false);
	err = fx_secdesc_put(b, &d, t->what);
	fx_secdesc_fini(&d);
	return err;
}

static void names_looked_up(void *arg)
{
	struct task *t = arg;
	struct fx_buf b = {0};
	int err;

	if (t->s) {
		err = build(t, &b);
		t->got(t->arg, err, b.data, b.len);
		fx_buf_fini(&b);
	}
	task_free(t);
}

/* Everybody in the table; who has an account has a number already. */
static int take_rows(struct fx_service *s, struct subject **ret, size_t *ret_n)
{
	struct fx_access_row *rows = NULL;
	size_t n = 0;
	int err = fx_access_rows(s, &rows, &n);
	struct subject *v = err ? NULL : fx_calloc(n, sizeof(*v));

	if (!v) {
		(void)fx_free(rows);
		return err ? err : FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		struct subject *x = &v[i];
		const struct fx_account_row *own = fx_book_own(s, rows[i].entry.name);

		x->kind = rows[i].entry.kind;
		(void)fx_strlcpy(x->name, rows[i].entry.name, sizeof(x->name));
		x->mask = fx_rights_to_v3(rows[i].entry.mask);
		x->known = x->kind == FX_ACCESS_DEFAULT;
		if (x->kind == FX_ACCESS_USER && own) {
			x->id = own->uid;
			x->known = true;
		}
	}
	(void)fx_free(rows);
	*ret = v;
	*ret_n = n;
	return 0;
}

static int check_info(const struct fx_caller *c, uint32_t what, const char *doing)
{
	if (what & FX_SEC_SACL) { /* ACCESS_SYSTEM_SECURITY, which nobody holds */
		return fx_service_check(c, FX_RIGHT_SYSTEM_SECURITY, doing);
	}
	return what & ~(INFO_BITS | INFO_PROTECTION) || !(what & INFO_BITS) ? FX_EINVAL : 0;
}

int fx_service_security(struct fx_service *s, const struct fx_caller *c, uint32_t what,
			fx_service_secdesc_fn *done, void *arg)
{
	struct task *t;
	int err = fx_service_check(c, FX_RIGHT_READ_CONTROL, "reading the security descriptor");

	FX_ON_LOOP(s->loop);
	err = err ? err : check_info(c, what, "reading the audit list");
	t = err ? NULL : task_new(s, c, what, arg);
	if (!t) {
		return err ? err : FX_ENOMEM;
	}
	t->got = done;
	err = take_rows(s, &t->v, &t->n);
	err = err ? err : fx_loop_work(s->loop, look_up_names, names_looked_up, t);
	if (err) {
		task_free(t);
	}
	return err;
}

/* ---- writing ---- */

/* Names for numbers, and the groups of users. */
static void name_of_number(struct subject *x)
{
	struct passwd pw, *user = NULL;
	struct group gr, *group = NULL;
	size_t size = 1u << 20;
	char *buf = fx_zalloc(size);
	gid_t gids[IDS_MAX - 2];
	int n = (int)FX_ARRAY_LEN(gids), e = 0;

	if (!buf) {
		x->failed = true;
		return;
	}
	if (x->kind == FX_ACCESS_USER) {
		e = getpwuid_r((uid_t)x->id, &pw, buf, size, &user);
	} else {
		e = getgrgid_r((gid_t)x->id, &gr, buf, size, &group);
	}
	x->known = user || group;
	x->failed = !x->known && e && e != ENOENT && e != ESRCH;
	if (x->known) {
		(void)fx_strlcpy(x->name, user ? pw.pw_name : gr.gr_name, sizeof(x->name));
	}
	if (user && getgrouplist(pw.pw_name, pw.pw_gid, gids, &n) >= 0) {
		x->gids = fx_calloc((size_t)n + 1, sizeof(*x->gids));
		x->failed = !x->gids;
		for (int i = 0; x->gids && i < n; i++) {
			x->gids[x->n_gids++] = (uint32_t)gids[i];
		}
	}
	(void)fx_free(buf);
}

static void look_up_numbers(void *arg)
{
	struct task *t = arg;

	for (size_t i = 0; i < t->n; i++) {
		if (!t->v[i].known) {
			name_of_number(&t->v[i]);
		}
	}
	for (size_t i = 0; i < t->n_held; i++) {
		if (!t->held[i].known) {
			number_of_name(&t->held[i]);
		}
	}
}

static int refuse(struct fx_reason *why, const struct fx_sid *sid, const char *text)
{
	char name[FX_SID_TEXT_SIZE];

	return fx_fail(why, FX_EINVAL, "%s %s", fx_sid_str(sid, name), text);
}

/* Who this entry is about, once. */
static int add_subject(struct task *t, const struct fx_ace *e, struct fx_reason *why)
{
	bool user = is_unix(&e->sid, UNIX_USER), group = is_unix(&e->sid, UNIX_GROUP);
	enum fx_access_kind kind = user ? FX_ACCESS_USER : FX_ACCESS_GROUP;
	struct subject *x = &t->v[t->n];

	if (e->flags & FX_ACE_INHERIT_ONLY || is_sid(&e->sid, everyone()) ||
	    is_sid(&e->sid, authenticated()) || is_sid(&e->sid, administrators()) ||
	    is_sid(&e->sid, system_sid())) {
		return 0;
	}
	if (!user && !group) {
		return refuse(why, &e->sid, "is nobody that this machine knows");
	}
	for (size_t i = 0; i < t->n; i++) {
		if (t->v[i].kind == kind && t->v[i].id == e->sid.sub[1]) {
			return 0;
		}
	}
	*x = (struct subject){.kind = kind, .id = e->sid.sub[1]};
	if (user && fx_uid_is_account(x->id)) {
		const struct fx_account_row *own = fx_book_by_uid(t->s, x->id);

		if (!own) {
			return refuse(why, &e->sid, "is no fax account");
		}
		(void)fx_strlcpy(x->name, own->name, sizeof(x->name));
		x->known = true;
	}
	t->n++;
	return 0;
}

/* Members of two groups are granted what either has: nothing that is granted to a group, or to
 * anybody but everybody, may stand behind what is denied to one. */
static int check_order(const struct fx_secdesc *d, struct fx_reason *why)
{
	bool denied = false;

	for (size_t i = 0; i < d->n_aces; i++) {
		const struct fx_ace *e = &d->aces[i];

		if (is_unix(&e->sid, UNIX_GROUP) && e->deny) {
			denied = true;
		} else if (denied && !e->deny && is_unix(&e->sid, UNIX_GROUP)) {
			return refuse(why, &e->sid, "is granted something behind what is denied to "
				      "a group, which cannot be said here");
		}
	}
	return 0;
}

static uint32_t granted_to(const struct task *t, const struct subject *x)
{
	struct fx_sid *ids = fx_calloc(x ? x->n_gids + 3 : 2, sizeof(*ids));
	uint32_t mask = 0;
	size_t n = 0;

	if (!ids) {
		return 0;
	}
	if (x) {
		ids[n++] = sid_of(x);
		for (size_t i = 0; i < x->n_gids; i++) {
			ids[n++] = fx_sid_make(AUTH_UNIX, 2, UNIX_GROUP, x->gids[i]);
		}
	}
	ids[n++] = everyone();
	ids[n++] = authenticated();
	mask = fx_secdesc_granted(&t->d, ids, n);
	(void)fx_free(ids);
	return mask;
}

/* What is the same in words of version 3 stays as it is, with what these words do not tell. */
static int to_ours(const struct fx_access_row *rows, size_t n, const char *who, uint32_t v3,
		   struct fx_access_entry *e, struct fx_reason *why)
{
	for (size_t i = 0; i < n; i++) {
		const struct fx_access_entry *old = &rows[i].entry;

		if (old->kind == e->kind && !strcmp(old->name, e->name) &&
		    fx_rights_to_v3(old->mask) == v3) {
			e->mask = old->mask;
			return 0;
		}
	}
	return fx_rights_from_v3(v3, &e->mask) ? 0 :
		fx_fail(why, FX_EINVAL, "the rights 0x%x of %.80s hold a part of what goes "
			"together here", v3, who);
}

static int add_entry(struct fx_access_entry *v, size_t *n, const struct fx_access_entry *e)
{
	if (*n == FX_ACCESS_MAX) {
		return FX_ELIMIT;
	}
	v[(*n)++] = *e;
	return 0;
}

/* Who has no number could not stand in the list that was read and changed. */
static bool has_number(const struct task *t, const struct fx_access_entry *e)
{
	for (size_t i = 0; i < t->n_held; i++) {
		if (t->held[i].kind == e->kind && !strcmp(t->held[i].name, e->name)) {
			return t->held[i].known;
		}
	}
	return true;
}

static bool is_in(const struct fx_access_entry *v, size_t n, const struct fx_access_entry *e)
{
	for (size_t i = 0; i < n; i++) {
		if (v[i].kind == e->kind && !strcmp(v[i].name, e->name)) {
			return true;
		}
	}
	return false;
}

/* Of those whom the list does not name: whom it could not name keeps what he has; who stands in
 * the settings file is one of all from now on; others are out of the table. */
static int add_unnamed(const struct task *t, const struct fx_access_row *rows, size_t n_rows,
		       uint32_t rest, struct fx_access_entry *v, size_t *n)
{
	int err = 0;

	for (size_t i = 0; !err && i < n_rows; i++) {
		struct fx_access_entry e = rows[i].entry;
		bool keep = !has_number(t, &e);

		if (e.kind != FX_ACCESS_DEFAULT && (keep || rows[i].in_file) && !is_in(v, *n, &e)) {
			e.mask = keep ? e.mask : rest;
			err = add_entry(v, n, &e);
		}
	}
	return err;
}

static int make_entries(struct task *t, const struct fx_access_row *rows, size_t n_rows,
			struct fx_access_entry *v, size_t *n, struct fx_reason *why)
{
	struct fx_access_entry e = {.kind = FX_ACCESS_DEFAULT};
	int err = to_ours(rows, n_rows, "everybody", granted_to(t, NULL), &e, why);
	uint32_t rest = e.mask;

	err = err ? err : add_entry(v, n, &e);
	for (size_t i = 0; !err && i < t->n; i++) {
		const struct subject *x = &t->v[i];

		if (!x->known) {
			return fx_fail(why, x->failed ? FX_EIO : FX_EINVAL,
				       "there is no %s %u here", x->kind == FX_ACCESS_USER ?
				       "user" : "group", x->id);
		}
		if (x->kind == FX_ACCESS_USER && (x->id == 0 || x->id == t->s->own_uid)) {
			continue; /* they hold all, whatever is written */
		}
		e = (struct fx_access_entry){.kind = x->kind};
		(void)fx_strlcpy(e.name, x->name, sizeof(e.name));
		err = to_ours(rows, n_rows, x->name, granted_to(t, x), &e, why);
		err = err ? err : add_entry(v, n, &e);
	}
	return err ? err : add_unnamed(t, rows, n_rows, rest, v, n);
}

static int set_list(struct task *t, struct fx_reason *why)
{
	struct fx_access_entry *v = fx_calloc(FX_ACCESS_MAX, sizeof(*v));
	struct fx_access_row *rows = NULL;
	size_t n = 0, n_rows = 0;
	int err = v ? fx_access_rows(t->s, &rows, &n_rows) : FX_ENOMEM;

	err = err ? err : make_entries(t, rows, n_rows, v, &n, why);
	err = err ? err : fx_access_replace(t->s, &t->c, v, n, t->done, t->arg);
	(void)fx_free(rows);
	(void)fx_free(v);
	return err;
}

static void tell_refused(const struct fx_caller *c, const struct fx_reason *why)
{
	fx_log_in(FX_LOG_AUDIT, FX_LOG_WARN,
		  "service: the security descriptor of user %s is not taken: %s client=%s", c->user,
		  why->text, c->client);
}

static void numbers_looked_up(void *arg)
{
	struct task *t = arg;
	struct fx_reason why = {0};
	int err = t->s ? set_list(t, &why) : 0;

	if (err) {
		tell_refused(&t->c, &why);
		t->done(t->arg, err, &why);
	}
	task_free(t);
}

/* Owner and group are the machine's administrators for good. */
static int check_whose(const struct task *t, struct fx_reason *why)
{
	const struct fx_secdesc *d = &t->d;

	if (t->what & FX_SEC_OWNER && !is_sid(&d->owner, administrators()) &&
	    !is_sid(&d->owner, fx_sid_make(AUTH_UNIX, 2, UNIX_USER, 0))) {
		return fx_fail(why, FX_EINVAL, "the owner is the administrators of the machine and "
			       "can be nobody else");
	}
	if (t->what & FX_SEC_GROUP && !is_sid(&d->group, administrators()) &&
	    !is_sid(&d->group, fx_sid_make(AUTH_UNIX, 2, UNIX_GROUP, 0))) {
		return fx_fail(why, FX_EINVAL, "the group is the administrators of the machine and "
			       "can be no other");
	}
	return 0;
}

static int take_list(struct task *t, struct fx_reason *why)
{
	int err = 0;

	if (!t->d.has_dacl || t->d.null_dacl) {
		return fx_fail(why, FX_EINVAL, "there is no list, which would be all rights for "
			       "everybody");
	}
	t->v = fx_calloc(t->d.n_aces + 1, sizeof(*t->v));
	if (!t->v) {
		return FX_ENOMEM;
	}
	err = take_rows(t->s, &t->held, &t->n_held);
	for (size_t i = 0; !err && i < t->d.n_aces; i++) {
		err = add_subject(t, &t->d.aces[i], why);
	}
	return err ? err : check_order(&t->d, why);
}

static int check_rights(const struct fx_caller *c, uint32_t what)
{
	int err = what & FX_SEC_OWNER ? fx_service_check(c, FX_RIGHT_WRITE_OWNER,
							 "changing the owner") : 0;

	if (!err && what & (FX_SEC_GROUP | FX_SEC_DACL)) {
		err = fx_service_check(c, FX_RIGHT_WRITE_DAC, "changing who may do what");
	}
	return err ? err : check_info(c, what, "changing the audit list");
}

static void nothing_to_look_up(void *arg)
{
	(void)arg;
}

static void nothing_changed(void *arg)
{
	struct task *t = arg;

	if (t->s) {
		t->done(t->arg, 0, NULL);
	}
	task_free(t);
}

int fx_service_set_security(struct fx_service *s, const struct fx_caller *c, uint32_t what,
			    const void *p, size_t n, fx_service_done_fn *done, void *arg)
{
	struct fx_reason why = {0};
	bool list = what & FX_SEC_DACL;
	struct task *t;
	int err = check_rights(c, what);

	FX_ON_LOOP(s->loop);
	t = err ? NULL : task_new(s, c, what, arg);
	if (!t) {
		return err ? err : FX_ENOMEM;
	}
	t->done = done;
	err = fx_secdesc_get(p, n, &t->d, &why);
	err = err ? err : check_whose(t, &why);
	if (!err && list) {
		err = take_list(t, &why);
	}
	if (err) {
		tell_refused(c, &why);
	} else {
		err = fx_loop_work(s->loop, list ? look_up_numbers : nothing_to_look_up,
				   list ? numbers_looked_up : nothing_changed, t);
	}
	if (err) {
		task_free(t);
	}
	return err;
}
