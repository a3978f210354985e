/* SPDX-License-Identifier: Apache-2.0 */
/* Fax accounts as clients see them: made, deleted, listed (ms-fax.md 93-96). */
#include "service/accounts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/owners.h"
#include "service/service_priv.h"

bool fx_accounts_automatic(const struct fx_service *s)
{
	return s->config.auto_accounts;
}

/* ---- names ---- */

/* This machine, as Windows writes it in front of a user's name. */
static bool is_this_machine(const char *domain)
{
	char host[256];

	if (!*domain || !strcmp(domain, ".")) {
		return true;
	}
	if (gethostname(host, sizeof(host))) {
		return false;
	}
	host[sizeof(host) - 1] = '\0';
	if (fx_str_ieq(domain, host)) {
		return true;
	}
	host[strcspn(host, ".")] = '\0';
	return fx_str_ieq(domain, host);
}

/* "DOMAIN\user", "user@DOMAIN", "user". @return false: no name */
bool fx_service_name_split(const struct fx_service *s, const char *text,
			   char user[FX_ACCESS_NAME_SIZE], char domain[FX_ACCESS_NAME_SIZE])
{
	const char *back = strchr(text, '\\'), *at = strrchr(text, '@');
	const char *u = back ? back + 1 : text, *d = back ? text : at ? at + 1 : "";
	size_t n_u = back || !at ? strlen(u) : (size_t)(at - text);
	size_t n_d = back ? (size_t)(back - text) : strlen(d);

	if (n_u >= FX_ACCESS_NAME_SIZE || n_d >= FX_ACCESS_NAME_SIZE ||
	    n_u + n_d + 2 > FX_ACCESS_NAME_SIZE) {
		return false;
	}
	memcpy(user, u, n_u);
	user[n_u] = '\0';
	memcpy(domain, d, n_d);
	domain[n_d] = '\0';
	if (is_this_machine(domain) || fx_service_is_home(s, domain)) {
		*domain = '\0';
	}
	return fx_book_name_good(user, FX_ACCESS_NAME_SIZE) &&
	       (!*domain || fx_book_name_good(domain, FX_ACCESS_NAME_SIZE));
}

static void join(char dst[FX_ACCESS_NAME_SIZE], const char *user, const char *domain)
{
	char text[FX_WHO_NAME_SIZE + 1];

	(void)snprintf(text, sizeof(text), "%s%s%s", domain, *domain ? "\\" : "", user);
	(void)fx_strlcpy(dst, text, FX_ACCESS_NAME_SIZE);
}

/* As it stands first, which is how the machine itself writes users of domains; then in parts. */
static struct fx_account_row *find(const struct fx_service *s, const char *text)
{
	char user[FX_ACCESS_NAME_SIZE], domain[FX_ACCESS_NAME_SIZE], name[FX_ACCESS_NAME_SIZE];
	struct fx_account_row *row = fx_book_by_name(s, text);

	if (row || !fx_service_name_split(s, text, user, domain)) {
		return row;
	}
	join(name, user, domain);
	return fx_book_by_name(s, name);
}

int fx_service_account_uid(struct fx_service *s, const char *name, uint32_t *ret)
{
	const struct fx_account_row *row = find(s, name);

	FX_ON_LOOP(s->loop);
	if (row) {
		*ret = row->uid;
	}
	return row ? 0 : FX_ENOENT;
}

bool fx_service_account_is(struct fx_service *s, const struct fx_caller *c, const char *name)
{
	char user[FX_ACCESS_NAME_SIZE], domain[FX_ACCESS_NAME_SIZE], full[FX_ACCESS_NAME_SIZE];

	if (!name || !*name || !strcmp(name, c->user)) {
		return true;
	}
	if (!fx_service_name_split(s, name, user, domain)) {
		return false;
	}
	join(full, user, domain);
	return fx_uid_is_account(c->uid) ? fx_str_ieq(full, c->user) : !strcmp(full, c->user);
}

/* ---- reading ---- */

static int by_name(const void *x, const void *y)
{
	const struct fx_account_row *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order ? order : a->uid < b->uid ? -1 : 1;
}

int fx_service_accounts(struct fx_service *s, const struct fx_caller *c,
			struct fx_account_row **ret, size_t *ret_n)
{
	struct fx_account_row *v;
	size_t n = 0;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "listing fax accounts");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	v = fx_calloc(s->book.n + 1, sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < s->book.n; i++) {
		if (s->book.v[i].durable) {
			v[n++] = s->book.v[i];
		}
	}
	qsort(v, n, sizeof(*v), by_name);
	*ret = v;
	*ret_n = n;
	return 0;
}

int fx_service_account(struct fx_service *s, const struct fx_caller *c, const char *name,
		       struct fx_account_row *ret)
{
	bool self = fx_service_account_is(s, c, name);
	const struct fx_account_row *row;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, self, "reading a fax account");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	row = self ? fx_book_by_uid(s, (uint32_t)c->uid) : find(s, name);
	if (row && row->durable) {
		*ret = *row;
		return 0;
	}
	if (!self) {
		return FX_ENOENT;
	}
	/* root and the service's user are here without one */
	*ret = (struct fx_account_row){.uid = (uint32_t)c->uid};
	(void)fx_strlcpy(ret->name, c->user, sizeof(ret->name));
	return 0;
}

static void put_name(const struct fx_service *s, struct fx_buf *b, uint32_t uid)
{
	const struct fx_account_row *row = fx_book_by_uid(s, uid);

	fx_buf_printf(b, "%s", b->len ? ";" : "");
	if (row) {
		fx_buf_printf(b, "%s", row->name);
	} else {
		fx_buf_printf(b, "uid %u", (unsigned)uid);
	}
}

int fx_service_owner_names(struct fx_service *s, const char *owners, char *ret[2])
{
	struct fx_buf all = {0}, readers = {0};
	const char *at = owners;
	uint32_t uid;
	bool read;
	int err;

	while (fx_owners_next(&at, &uid, &read)) {
		put_name(s, &all, uid);
		if (read) {
			put_name(s, &readers, uid);
		}
	}
	fx_buf_put(&all, "", 1);
	fx_buf_put(&readers, "", 1);
	err = all.err ? all.err : readers.err;
	if (err) {
		fx_buf_fini(&all);
		fx_buf_fini(&readers);
		return err;
	}
	ret[0] = (char *)all.data;
	ret[1] = (char *)readers.data;
	return 0;
}

/* ---- making ---- */

struct making {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone */
	struct fx_who who;
	fx_service_done_fn *done;
	void *arg;
	char by[FX_ACCESS_NAME_SIZE];
};

static void making_end(struct making *m, int err, const struct fx_reason *why)
{
	m->done(m->arg, err, why);
	fx_list_remove(&m->link);
	(void)fx_free(m);
}

static int add_found(struct making *m, const char *name, uint32_t uid, struct fx_reason *why)
{
	struct fx_service *s = m->s;
	const struct fx_account_row *old = uid ? fx_book_by_uid(s, uid) : NULL;
	int err;

	old = old ? old : fx_book_by_name(s, name);
	if (old) {
		return fx_fail(why, FX_EEXIST, "there is a fax account %.100s", old->name);
	}
	err = fx_book_add(s, uid, name);
	if (!err) {
		err = fx_book_write(s, s->book.v[s->book.n - 1].uid, m->done, m->arg);
		if (err) {
			s->book.n--;
		}
	}
	if (!err) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO,
			  "service: a fax account was made for user %s, by user %s", name, m->by);
		fx_accounts_refresh(s);
		fx_service_tell_config(s, 1u << FX_CONFIG_SECURITY);
	}
	return err;
}

static void make_look(void *arg)
{
	fx_who_run(&((struct making *)arg)->who);
}

static void make_looked(void *arg)
{
	struct making *m = arg;
	struct fx_reason why = {0};
	char name[FX_ACCESS_NAME_SIZE];
	int err;

	if (!m->s) {
		(void)fx_free(m);
		return;
	}
	if (m->who.found && (m->who.uid == 0 || fx_uid_is_account((uint32_t)m->who.uid))) {
		err = fx_fail(&why, FX_EINVAL, "%.100s needs no fax account", m->who.name);
	} else if (m->who.found) {
		err = add_found(m, m->who.name, (uint32_t)m->who.uid, &why);
	} else if (m->who.failed) {
		err = fx_fail(&why, FX_EIO, "the directory of users cannot be asked");
	} else {
		join(name, m->who.user, m->who.domain);
		err = add_found(m, name, 0, &why);
	}
	if (err) {
		making_end(m, err, &why);
	} else {
		fx_list_remove(&m->link); /* the store answers */
		(void)fx_free(m);
	}
}

int fx_service_account_create(struct fx_service *s, const struct fx_caller *c, const char *name,
			      fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	struct making *m;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "making a fax account");

	FX_ON_LOOP(s->loop);
	m = err ? NULL : fx_zalloc(sizeof(*m));
	if (!m) {
		return err ? err : FX_ENOMEM;
	}
	if (!fx_service_name_split(s, fx_text(name), m->who.user, m->who.domain)) {
		(void)fx_free(m);
		return fx_fail(reterr, FX_EINVAL, "this cannot be the name of a user");
	}
	m->s = s;
	m->done = done;
	m->arg = arg;
	(void)fx_strlcpy(m->by, c->user, sizeof(m->by));
	fx_list_append(&s->making, &m->link);
	err = fx_loop_work(s->loop, make_look, make_looked, m);
	if (err) {
		fx_list_remove(&m->link);
		(void)fx_free(m);
	}
	return err;
}

void fx_making_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->making, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct making, link)->s = NULL; /* freed by make_looked() */
	}
}

int fx_service_account_delete(struct fx_service *s, const struct fx_caller *c, const char *name,
			      fx_service_done_fn *done, void *arg)
{
	const struct fx_account_row *row;
	char gone[FX_ACCESS_NAME_SIZE];
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "deleting a fax account");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	row = name && *name ? find(s, name) : NULL;
	if (!row) {
		return FX_ENOENT;
	}
	if (fx_book_own(s, row->name)) {
		row = fx_book_own(s, row->name); /* of two, the one that is in the way */
	}
	(void)fx_strlcpy(gone, row->name, sizeof(gone));
	err = fx_book_delete(s, row->uid, done, arg);
	if (!err) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO,
			  "service: the fax account of user %s was deleted, by user %s", gone,
			  c->user);
		fx_accounts_refresh(s);
		fx_service_tell_config(s, 1u << FX_CONFIG_SECURITY);
	}
	return err;
}
