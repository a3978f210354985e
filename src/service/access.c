/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of who may do what. The store keeps its entries as one text, a line each, written
 * whole: there are few, and a change is all or nothing. Changes wait for each other, since GRANT
 * and REVOKE build on what is in force.
 *
 *   asked --first in line--> looked up in a worker --> being written --durable--> in force, done()
 */
#include "service/access.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

#define META_KEY "access"

struct entries {
	struct fx_access_entry *v;
	size_t n;
};
struct fx_access {
	uint32_t file_default;
	struct entries file, store;
	struct fx_link changes; /* change.link */
	struct fx_link shows;   /* show.link */
};

static const char *const kinds[] = {"default", "user", "group"};

/* ---- entries ---- */

static struct fx_access_entry *find(const struct entries *e, enum fx_access_kind kind,
				    const char *name)
{
	for (size_t i = 0; i < e->n; i++) {
		if (e->v[i].kind == kind && !strcmp(e->v[i].name, name)) {
			return &e->v[i];
		}
	}
	return NULL;
}

static void entries_fini(struct entries *e)
{
	e->v = fx_free(e->v);
	e->n = 0;
}

static int entries_copy(struct entries *dst, const struct fx_access_entry *v, size_t n)
{
	struct fx_access_entry *copy = fx_calloc(n + 1, sizeof(*copy)); /* room for one more */

	if (!copy) {
		return FX_ENOMEM;
	}
	if (n) {
		memcpy(copy, v, n * sizeof(*v));
	}
	*dst = (struct entries){copy, n};
	return 0;
}

/* dst has room for one more. */
static void put(struct entries *dst, const struct fx_access_entry *e)
{
	struct fx_access_entry *old = find(dst, e->kind, e->name);

	*(old ? old : &dst->v[dst->n++]) = *e;
}

static void take_out(struct entries *e, enum fx_access_kind kind, const char *name)
{
	struct fx_access_entry *old = find(e, kind, name);

	if (old) {
		*old = e->v[--e->n];
	}
}

static void to_text(const struct entries *e, struct fx_buf *b)
{
	for (size_t i = 0; i < e->n; i++) {
		char line[FX_ACCESS_NAME_SIZE + 32];
		int n = snprintf(line, sizeof(line), "%s 0x%" PRIx32 " %s\n", kinds[e->v[i].kind],
				 e->v[i].mask, e->v[i].name);

		fx_buf_put(b, line, (size_t)n);
	}
	fx_buf_put(b, "", 1);
}

/* "user 0x1 alice"; false for what a person or a broken disk wrote there. */
static bool from_line(const char *line, size_t n, struct fx_access_entry *ret)
{
	char text[FX_ACCESS_NAME_SIZE + 32], *mask, *name;

	if (n >= sizeof(text)) {
		return false;
	}
	memcpy(text, line, n);
	text[n] = '\0';
	mask = strchr(text, ' ');
	name = mask ? strchr(mask + 1, ' ') : NULL;
	if (!name) {
		return false;
	}
	*mask++ = *name++ = '\0';
	for (unsigned k = 0; k < FX_ACCESS_KINDS; k++) {
		if (!strcmp(kinds[k], text) && strlen(name) < sizeof(ret->name)) {
			*ret = (struct fx_access_entry){.kind = (enum fx_access_kind)k};
			ret->mask = (uint32_t)strtoul(mask, NULL, 0) & FX_RIGHT_ALL;
			(void)fx_strlcpy(ret->name, name, sizeof(ret->name));
			return true;
		}
	}
	return false;
}

static int from_text(const char *text, struct entries *ret)
{
	size_t lines = 1;

	for (const char *p = text; *p; p++) {
		lines += *p == '\n';
	}
	ret->v = fx_calloc(lines, sizeof(*ret->v));
	ret->n = 0;
	for (const char *p = text; ret->v && *p;) {
		size_t n = strcspn(p, "\n");

		ret->n += from_line(p, n, &ret->v[ret->n]);
		p += n + (p[n] == '\n');
	}
	return ret->v ? 0 : FX_ENOMEM;
}

/* ---- what somebody holds ---- */

static const struct fx_access_entry *in_force(const struct fx_access *a, enum fx_access_kind kind,
					      const char *name)
{
	const struct fx_access_entry *e = find(&a->store, kind, name);

	return e ? e : find(&a->file, kind, name);
}

/* The entry of a user. In names of the service's own accounts case does not count, as in none of
 * the network. */
static const struct fx_access_entry *of_user(const struct fx_access *a, uid_t uid,
					     const char *user)
{
	const struct entries *both[] = {&a->store, &a->file};
	const struct fx_access_entry *e = in_force(a, FX_ACCESS_USER, user);

	for (size_t k = 0; !e && fx_uid_is_account(uid) && k < FX_ARRAY_LEN(both); k++) {
		for (size_t i = 0; !e && i < both[k]->n; i++) {
			if (both[k]->v[i].kind == FX_ACCESS_USER &&
			    fx_str_ieq(both[k]->v[i].name, user)) {
				e = &both[k]->v[i];
			}
		}
	}
	return e;
}

static bool is_stored(const struct fx_access *a, const struct fx_access_entry *e)
{
	return a->store.n && e >= a->store.v && e < a->store.v + a->store.n;
}

static const char *source_str(const struct fx_access *a, const struct fx_access_entry *e)
{
	return is_stored(a, e) ? "caselli access" : "settings file";
}

static void say(char *why, const char *fmt, const char *a, const char *b)
{
	size_t n = why ? strlen(why) : 0;

	if (why && n < 256) {
		(void)snprintf(why + n, 256 - n, fmt, a, b);
	}
}

static bool of_groups(const struct fx_access *a, const char *groups, uint32_t *ret, char *why)
{
	uint32_t mask = 0;
	bool any = false;

	for (const char *p = fx_text(groups); *p;) {
		size_t n = strcspn(p, "\n");
		char name[FX_ACCESS_NAME_SIZE];
		const struct fx_access_entry *e = NULL;

		if (n < sizeof(name)) {
			memcpy(name, p, n);
			name[n] = '\0';
			e = in_force(a, FX_ACCESS_GROUP, name);
		}
		if (e) {
			say(why, any ? ", group %.100s (%s)" : "group %.100s (%s)", name,
			    source_str(a, e));
			mask |= e->mask;
			any = true;
		}
		p += n + (p[n] == '\n');
	}
	*ret = mask;
	return any;
}

uint32_t fx_access_of(const struct fx_service *s, uid_t uid, const char *user, const char *groups,
		      char *why)
{
	const struct fx_access *a = s->access;
	const struct fx_access_entry *e;
	uint32_t mask;

	if (why) {
		*why = '\0';
	}
	if (uid == 0 || uid == s->own_uid) {
		say(why, "%s%s", uid == 0 ? "root" : "the service's own user", "");
		return FX_RIGHT_ALL;
	}
	e = of_user(a, uid, user);
	if (e) {
		say(why, "user %.100s (%s)", user, source_str(a, e));
		return e->mask;
	}
	if (of_groups(a, groups, &mask, why)) {
		return mask;
	}
	e = find(&a->store, FX_ACCESS_DEFAULT, "");
	say(why, "default (%s)%s", e ? "caselli access" : "settings file", "");
	return e ? e->mask : a->file_default;
}

/* ---- the list ---- */

static int compare(const void *x, const void *y)
{
	const struct fx_access_row *a = x, *b = y;

	return a->entry.kind != b->entry.kind ? (a->entry.kind < b->entry.kind ? -1 : 1) :
						strcmp(a->entry.name, b->entry.name);
}

static size_t list_all(const struct fx_access *a, struct fx_access_row *v)
{
	const struct fx_access_entry *e = find(&a->store, FX_ACCESS_DEFAULT, "");
	size_t n = 0;

	v[n++] = (struct fx_access_row){
		.entry = {FX_ACCESS_DEFAULT, "", e ? e->mask : a->file_default},
		.source = e ? FX_ACCESS_STORE : FX_ACCESS_FILE, .in_file = true,
		.file_mask = a->file_default};
	for (size_t i = 0; i < a->store.n; i++) {
		e = &a->store.v[i];
		if (e->kind != FX_ACCESS_DEFAULT) {
			const struct fx_access_entry *f = find(&a->file, e->kind, e->name);

			v[n++] = (struct fx_access_row){*e, FX_ACCESS_STORE, f != NULL,
							f ? f->mask : 0};
		}
	}
	for (size_t i = 0; i < a->file.n; i++) {
		e = &a->file.v[i];
		if (!find(&a->store, e->kind, e->name)) {
			v[n++] = (struct fx_access_row){*e, FX_ACCESS_FILE, true, e->mask};
		}
	}
	qsort(v, n, sizeof(*v), compare);
	return n;
}

int fx_service_access_list(struct fx_service *s, const struct fx_caller *c,
			   struct fx_access_row **ret, size_t *ret_n)
{
	int err = fx_service_allow(c, FX_RIGHT_READ_CONTROL, false, "listing who may do what");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	return fx_access_rows(s, ret, ret_n);
}

/* ---- show ---- */

struct show {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone, nobody is told */
	struct fx_lookup l;
	fx_service_access_fn *done;
	void *arg;
};

/* A name that the machine does not know may be an account of ours. */
static void of_the_book(const struct fx_service *s, struct fx_lookup *l)
{
	const struct fx_account_row *row = NULL;

	if (l->kind == FX_ACCESS_USER && !*l->name) {
		row = fx_uid_is_account(l->uid) ? fx_book_by_uid(s, l->uid) : NULL;
	} else if (l->kind == FX_ACCESS_USER && !l->found) {
		row = fx_book_own(s, l->name);
	}

	if (row) {
		l->found = true;
		l->failed = false;
		l->uid = row->uid;
		(void)fx_strlcpy(l->name, row->name, sizeof(l->name));
	}
}

static void show_look(void *arg)
{
	fx_lookup_run(&((struct show *)arg)->l);
}

static void show_looked(void *arg)
{
	struct show *w = arg;
	struct fx_access_shown shown = {0};

	if (w->s) {
		fx_list_remove(&w->link);
		of_the_book(w->s, &w->l);
		(void)fx_strlcpy(shown.user, w->l.name, sizeof(shown.user));
		shown.mask = fx_access_of(w->s, w->l.uid, w->l.name, w->l.groups, shown.why);
		w->done(w->arg, w->l.found ? 0 : w->l.failed ? FX_EIO : FX_ENOENT,
			w->l.found ? &shown : NULL);
	}
	(void)fx_free(w->l.groups);
	(void)fx_free(w);
}

static bool is_name(const char *s)
{
	size_t n = strnlen(s, FX_ACCESS_NAME_SIZE);

	if (!n || n == FX_ACCESS_NAME_SIZE || !fx_utf8_valid(s, n)) {
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s[i] < ' ') {
			return false;
		}
	}
	return true;
}

int fx_service_access_show(struct fx_service *s, const struct fx_caller *c, const char *user,
			   fx_service_access_fn *done, void *arg)
{
	bool self = !user || !*user || !strcmp(user, c->user);
	struct show *w;
	int err = self ? 0 : fx_service_check(c, FX_RIGHT_READ_CONTROL,
					      "asking what another user may do");

	FX_ON_LOOP(s->loop);
	if (!err && !self && !is_name(user)) {
		err = FX_EINVAL;
	}
	w = err ? NULL : fx_zalloc(sizeof(*w));
	if (!w) {
		return err ? err : FX_ENOMEM;
	}
	w->s = s;
	w->done = done;
	w->arg = arg;
	w->l.kind = FX_ACCESS_USER;
	w->l.uid = c->uid;
	(void)fx_strlcpy(w->l.name, self ? "" : user, sizeof(w->l.name));
	err = fx_loop_work(s->loop, show_look, show_looked, w);
	if (err) {
		(void)fx_free(w);
		return err;
	}
	fx_list_append(&s->access->shows, &w->link);
	return 0;
}

/* ---- changes ---- */

struct change {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone */
	struct entries all;    /* instead of a change: the whole table of the store */
	enum fx_access_change how;
	struct fx_access_entry entry;
	struct fx_lookup l;
	struct entries target; /* being written */
	bool writing;          /* else, the first in line: in a worker */
	fx_service_done_fn *done;
	void *arg;
	char who[FX_ACCESS_NAME_SIZE];
};

static void next_change(struct fx_service *s);

static void change_free(struct change *ch)
{
	fx_list_remove(&ch->link);
	entries_fini(&ch->target);
	entries_fini(&ch->all);
	(void)fx_free(ch->l.groups);
	(void)fx_free(ch);
}

static void change_end(struct change *ch, int err, const struct fx_reason *why)
{
	struct fx_service *s = ch->s;

	ch->done(ch->arg, err, why);
	change_free(ch);
	next_change(s);
}

static void tell(const struct change *ch, const struct fx_access *a)
{
	const struct fx_access_entry *e = find(&a->store, ch->entry.kind, ch->entry.name);
	char text[FX_RIGHTS_TEXT_SIZE];

	if (ch->all.v) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO,
			  "service: all rights are those of a security descriptor, by user %s",
			  ch->who);
		return;
	}
	if (ch->how == FX_ACCESS_RESET_ALL) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO,
			  "service: all rights are those of the settings file again, by user %s",
			  ch->who);
		return;
	}
	fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO, "service: rights of %s%s%s are %s, by user %s",
		  kinds[ch->entry.kind], *ch->entry.name ? " " : "", ch->entry.name,
		  e ? fx_rights_str(e->mask, text) : "those of the settings file again", ch->who);
}

static void recorded(void *arg, int err, const struct fx_reason *why)
{
	struct change *ch = arg;
	struct fx_service *s = ch->s;

	if (!err) {
		entries_fini(&s->access->store);
		s->access->store = ch->target;
		ch->target = (struct entries){0};
		tell(ch, s->access);
		fx_accounts_refresh(s);
		fx_service_tell_config(s, 1u << FX_CONFIG_SECURITY);
	}
	change_end(ch, err, why);
}

/* What the subject of a change holds now. */
static uint32_t now_of(const struct change *ch)
{
	const struct fx_access *a = ch->s->access;
	const struct fx_access_entry *e = in_force(a, ch->entry.kind, ch->entry.name);

	if (e) {
		return e->mask;
	}
	if (ch->entry.kind == FX_ACCESS_USER) {
		return fx_access_of(ch->s, ch->l.found ? ch->l.uid : (uid_t)-1, ch->entry.name,
				    ch->l.groups, NULL);
	}
	e = find(&a->store, FX_ACCESS_DEFAULT, "");
	return e ? e->mask : a->file_default;
}

static int build_target(struct change *ch)
{
	const struct entries *old = &ch->s->access->store;
	struct fx_access_entry e = ch->entry;
	int err = ch->all.v ? entries_copy(&ch->target, ch->all.v, ch->all.n) :
			      entries_copy(&ch->target, old->v, old->n);

	if (err || ch->all.v) {
		return err;
	}
	switch (ch->how) {
	case FX_ACCESS_SET:
		break;
	case FX_ACCESS_GRANT:
		e.mask |= now_of(ch);
		break;
	case FX_ACCESS_REVOKE:
		e.mask = now_of(ch) & ~ch->entry.mask;
		break;
	case FX_ACCESS_RESET:
		take_out(&ch->target, e.kind, e.name);
		return 0;
	case FX_ACCESS_RESET_ALL:
		ch->target.n = 0;
		return 0;
	}
	put(&ch->target, &e);
	return ch->target.n > FX_ACCESS_MAX ? FX_ELIMIT : 0;
}

static int write_change(struct change *ch)
{
	struct fx_buf text = {0};
	struct fx_pending *p;
	struct fx_group *g;
	int err = build_target(ch);

	if (err) {
		return err;
	}
	to_text(&ch->target, &text);
	p = text.err ? NULL : fx_pending_new(ch->s, recorded, ch);
	if (!p) {
		fx_buf_fini(&text);
		return FX_ENOMEM;
	}
	g = fx_group_new(ch->s->journal);
	fx_group_put_meta(g, META_KEY, (const char *)text.data);
	fx_buf_fini(&text);
	err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, fx_pending_done, p);
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

static bool gives(const struct change *ch)
{
	return ch->how == FX_ACCESS_SET || ch->how == FX_ACCESS_GRANT;
}

static int check_found(const struct change *ch, struct fx_reason *why)
{
	if (ch->entry.kind == FX_ACCESS_DEFAULT) {
		return 0;
	}
	if (!ch->l.found && !ch->l.failed && gives(ch)) {
		return fx_fail(why, FX_ENOENT, "there is no %s %.100s on this machine",
			       kinds[ch->entry.kind], ch->entry.name);
	}
	if (ch->entry.kind == FX_ACCESS_USER && ch->l.found && ch->how != FX_ACCESS_RESET &&
	    (ch->l.uid == 0 || ch->l.uid == ch->s->own_uid)) {
		return fx_fail(why, FX_EINVAL, "%.100s holds all rights, whatever is set",
			       ch->entry.name);
	}
	return 0;
}

static void change_look(void *arg)
{
	fx_lookup_run(&((struct change *)arg)->l);
}

static void change_looked(void *arg)
{
	struct change *ch = arg;
	struct fx_reason why = {0};
	int err;

	if (!ch->s) {
		change_free(ch);
		return;
	}
	of_the_book(ch->s, &ch->l);
	if (ch->l.found && ch->entry.kind != FX_ACCESS_DEFAULT) {
		/* as the directory spells it, which some take in any case */
		(void)fx_strlcpy(ch->entry.name, ch->l.name, sizeof(ch->entry.name));
	}
	err = check_found(ch, &why);
	err = err ? err : write_change(ch);
	ch->writing = !err;
	if (err) {
		change_end(ch, err, &why);
	}
}

static void next_change(struct fx_service *s)
{
	struct fx_link *head = &s->access->changes;
	struct change *ch = fx_list_empty(head) ? NULL :
						  FX_CONTAINER(head->next, struct change, link);

	if (ch && fx_loop_work(s->loop, change_look, change_looked, ch)) {
		change_end(ch, FX_ENOMEM, NULL); /* and the one after it */
	}
}

static int check_entry(const struct fx_access_entry *e, enum fx_access_change how,
		       struct fx_reason *reterr)
{
	if (how == FX_ACCESS_RESET_ALL) {
		return 0;
	}
	if (how > FX_ACCESS_RESET_ALL || e->kind >= FX_ACCESS_KINDS ||
	    (e->kind == FX_ACCESS_DEFAULT) != !*e->name) {
		return fx_fail(reterr, FX_EINVAL, "no user, group or default is named");
	}
	if (e->kind != FX_ACCESS_DEFAULT && !is_name(e->name)) {
		return fx_fail(reterr, FX_EINVAL, "this cannot be a name");
	}
	return e->mask & ~(uint32_t)FX_RIGHT_ALL ?
		       fx_fail(reterr, FX_EINVAL, "there is no right 0x%x",
			       e->mask & ~(uint32_t)FX_RIGHT_ALL) : 0;
}

int fx_service_access_change(struct fx_service *s, const struct fx_caller *c,
			     const struct fx_access_entry *entry, enum fx_access_change how,
			     fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	struct change *ch;
	bool first = fx_list_empty(&s->access->changes);
	int err = fx_service_allow(c, FX_RIGHT_WRITE_DAC, false, "changing who may do what");

	FX_ON_LOOP(s->loop);
	err = err ? err : check_entry(entry, how, reterr);
	if (err) {
		return err;
	}
	ch = fx_zalloc(sizeof(*ch));
	if (!ch) {
		return FX_ENOMEM;
	}
	ch->s = s;
	ch->how = how;
	ch->entry = *entry;
	ch->done = done;
	ch->arg = arg;
	(void)fx_strlcpy(ch->who, c->user, sizeof(ch->who));
	ch->l.kind = how == FX_ACCESS_RESET_ALL ? FX_ACCESS_DEFAULT : entry->kind;
	(void)fx_strlcpy(ch->l.name, entry->name, sizeof(ch->l.name));
	fx_list_append(&s->access->changes, &ch->link);
	if (first) {
		err = fx_loop_work(s->loop, change_look, change_looked, ch);
	}
	if (err) {
		change_free(ch);
	}
	return err;
}

int fx_access_replace(struct fx_service *s, const struct fx_caller *c,
		      const struct fx_access_entry *v, size_t n, fx_service_done_fn *done,
		      void *arg)
{
	bool first = fx_list_empty(&s->access->changes);
	struct change *ch = n > FX_ACCESS_MAX ? NULL : fx_zalloc(sizeof(*ch));
	int err = ch ? entries_copy(&ch->all, v, n) : n > FX_ACCESS_MAX ? FX_ELIMIT : FX_ENOMEM;

	if (err) {
		(void)fx_free(ch);
		return err;
	}
	ch->s = s;
	ch->how = FX_ACCESS_RESET_ALL;
	ch->done = done;
	ch->arg = arg;
	(void)fx_strlcpy(ch->who, c->user, sizeof(ch->who));
	ch->l.kind = FX_ACCESS_DEFAULT;
	fx_list_append(&s->access->changes, &ch->link);
	if (first) {
		err = fx_loop_work(s->loop, change_look, change_looked, ch);
	}
	if (err) {
		change_free(ch);
	}
	return err;
}

int fx_access_rows(const struct fx_service *s, struct fx_access_row **ret, size_t *ret_n)
{
	struct fx_access_row *v = fx_calloc(1 + s->access->store.n + s->access->file.n, sizeof(*v));

	if (!v) {
		return FX_ENOMEM;
	}
	*ret_n = list_all(s->access, v);
	*ret = v;
	return 0;
}

/* ---- the table ---- */

static int set_file(struct fx_access *a, uint32_t users, const struct fx_access_entry *v, size_t n)
{
	struct entries copy;
	int err = entries_copy(&copy, v, n < FX_ACCESS_MAX ? n : FX_ACCESS_MAX);

	if (!err) {
		entries_fini(&a->file);
		a->file = copy;
		a->file_default = users & FX_RIGHT_ALL;
	}
	return err;
}

int fx_service_set_access(struct fx_service *s, uint32_t user_rights,
			  const struct fx_access_entry *access, size_t n)
{
	int err = set_file(s->access, user_rights, access, n);

	if (!err) {
		fx_accounts_refresh(s);
	}
	return err;
}

int fx_access_new(struct fx_service *s, const struct fx_service_prm *prm)
{
	struct fx_access *a = fx_zalloc(sizeof(*a));
	fx_auto char *text = NULL;
	int err;

	if (!a) {
		return FX_ENOMEM;
	}
	s->access = a;
	fx_list_init(&a->changes);
	fx_list_init(&a->shows);
	err = set_file(a, prm->user_rights, prm->access, prm->n_access);
	if (err) {
		return err;
	}
	err = fx_store_get_meta(s->store, META_KEY, &text);
	return err ? (err == FX_ENOENT ? 0 : err) : from_text(text, &a->store);
}

void fx_access_free(struct fx_service *s)
{
	struct fx_access *a = s->access;
	bool first = true;

	if (!a) {
		return;
	}
	FX_LIST_EACH_SAFE(&a->changes, it) {
		struct change *ch = FX_CONTAINER(it, struct change, link);

		if (it == a->changes.next && first && !ch->writing) {
			fx_list_remove(&ch->link);
			ch->s = NULL; /* in a worker: freed by change_looked() */
		} else {
			change_free(ch);
		}
		first = false;
	}
	FX_LIST_EACH_SAFE(&a->shows, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct show, link)->s = NULL; /* freed by show_looked() */
	}
	entries_fini(&a->file);
	entries_fini(&a->store);
	s->access = fx_free(a);
}
