/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords for the network (decision 0613), and who is known here: accounts with what is known
 * of their passwords (0614). The file of users is the daemon's, and read and written in a worker.
 */
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/accounts.h"
#include "service/service_priv.h"

struct asked {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone */
	enum fx_password_change how;
	fx_service_done_fn *done;
	fx_service_people_fn *people;
	void *arg;
	char name[FX_ACCESS_NAME_SIZE], by[FX_ACCESS_NAME_SIZE];
};

void fx_service_on_password(struct fx_service *s, const struct fx_password_ops *ops, void *arg)
{
	s->password = ops;
	s->password_arg = arg;
}

static struct asked *ask(struct fx_service *s, const struct fx_caller *c, void *arg)
{
	struct asked *a = fx_zalloc(sizeof(*a));

	if (a) {
		a->s = s;
		a->arg = arg;
		(void)fx_strlcpy(a->by, c->user, sizeof(a->by));
		fx_list_append(&s->passwords, &a->link);
	}
	return a;
}

static void forget(struct asked *a)
{
	if (a->s) {
		fx_list_remove(&a->link);
	}
	(void)fx_free(a);
}

void fx_passwords_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->passwords, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct asked, link)->s = NULL; /* freed by what answers */
	}
}

/* ---- changing ---- */

static void changed(void *arg, int err, const struct fx_reason *why)
{
	static const char *const words[] = {"was set", "was removed", "counts no more",
					    "counts again"};
	struct asked *a = arg;

	if (!err) { /* done, even if nobody waits any more */
		fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO,
			  "service: the password of user %s for the network %s, by user %s",
			  a->name, words[a->how], a->by);
	}
	if (a->s) {
		a->done(a->arg, err, why);
	}
	forget(a);
}

static int check(struct fx_service *s, const struct fx_caller *c, enum fx_password_change how,
		 const char *name, const char *password, struct fx_reason *reterr)
{
	int err = fx_service_allow(c, FX_RIGHT_WRITE_DAC, false, "changing a password");

	if (!err && c->remote) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_WARN, "service: refused: changing a password over "
			  "the network of user %s client=%s", c->user, c->client);
		err = FX_EACCES;
	}
	if (!err && !s->password) {
		err = FX_ENOSYS;
	}
	if (!err && (!fx_book_name_good(name, FX_ACCESS_NAME_SIZE) || !strcmp(name, "root") ||
		     (how == FX_PASSWORD_SET && !password))) {
		err = fx_fail(reterr, FX_EINVAL, "no user who could come over the network");
	}
	return err;
}

int fx_service_password(struct fx_service *s, const struct fx_caller *c,
			enum fx_password_change how, const char *name, const char *password,
			fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	int err = check(s, c, how, name, password, reterr);
	struct asked *a;

	FX_ON_LOOP(s->loop);
	a = err ? NULL : ask(s, c, arg);
	if (!a) {
		return err ? err : FX_ENOMEM;
	}
	a->how = how;
	a->done = done;
	(void)fx_strlcpy(a->name, name, sizeof(a->name));
	err = s->password->change(s->password_arg, how, name, password, changed, a);
	if (err) {
		forget(a);
	}
	return err;
}

/* ---- who is known ---- */

static int by_name(const void *x, const void *y)
{
	const struct fx_person *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order ? order : a->uid < b->uid ? -1 : 1;
}

/* Whom a name of the file of users leads to (0610): as written, then in small letters. */
static const struct fx_account_row *row_of(const struct fx_service *s, const char *name)
{
	const struct fx_account_row *row = fx_book_by_name(s, name);
	char small[FX_ACCESS_NAME_SIZE];

	if (row) {
		return row;
	}
	(void)fx_strlcpy(small, name, sizeof(small));
	for (char *p = small; *p; p++) {
		*p = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
	}
	return fx_book_by_name(s, small);
}

static void put_password(const struct fx_service *s, struct fx_person *v, size_t *n,
			 const struct fx_password_row *p)
{
	const struct fx_account_row *row = row_of(s, p->name);
	struct fx_person *person = NULL;

	for (size_t i = 0; row && !person && i < *n; i++) {
		person = v[i].uid == row->uid ? &v[i] : NULL;
	}
	if (!person) { /* has never been here */
		person = &v[(*n)++];
		*person = (struct fx_person){.uid = FX_UID_NONE};
		(void)fx_strlcpy(person->name, p->name, sizeof(person->name));
	}
	person->password = p->disabled ? FX_PERSON_DISABLED : FX_PERSON_PASSWORD;
	person->password_at = p->changed_at;
}

static void tell_people(struct asked *a, const struct fx_password_row *p, size_t n_p, bool asked)
{
	struct fx_service *s = a->s;
	struct fx_person *v = fx_calloc(s->book.n + n_p + 1, sizeof(*v));
	size_t n = 0;

	for (size_t i = 0; v && i < s->book.n; i++) {
		const struct fx_account_row *row = &s->book.v[i];

		if (!row->durable) {
			continue;
		}
		v[n] = (struct fx_person){.uid = row->uid, .created_at = row->created_at,
					  .password = asked ? FX_PERSON_NO_PASSWORD :
							      FX_PERSON_NOT_TOLD};
		(void)fx_strlcpy(v[n].name, row->name, sizeof(v[n].name));
		fx_account_seen(s, row->uid, &v[n].seen_at, &v[n].connections);
		n++;
	}
	for (size_t i = 0; v && i < n_p; i++) {
		put_password(s, v, &n, &p[i]);
	}
	if (v) {
		qsort(v, n, sizeof(*v), by_name);
	}
	a->people(a->arg, v ? 0 : FX_ENOMEM, v, v ? n : 0);
	(void)fx_free(v);
}

static void listed(void *arg, int err, const struct fx_password_row *p, size_t n)
{
	struct asked *a = arg;

	if (a->s && err) {
		a->people(a->arg, err, NULL, 0);
	} else if (a->s) {
		tell_people(a, p, n, true);
	}
	forget(a);
}

/* No file of users: nobody has a password. */
static void tell_without(void *arg)
{
	listed(arg, 0, NULL, 0);
}

static void tell_not(void *arg)
{
	struct asked *a = arg;

	if (a->s) {
		tell_people(a, NULL, 0, false);
	}
	forget(a);
}

int fx_service_people(struct fx_service *s, const struct fx_caller *c, fx_service_people_fn *done,
		      void *arg)
{
	bool passwords = fx_service_has(c, FX_RIGHT_READ_CONTROL);
	int err = fx_service_check(c, FX_RIGHT_CONFIG_QUERY, "listing the fax accounts");
	struct asked *a = err ? NULL : ask(s, c, arg);

	FX_ON_LOOP(s->loop);
	if (!a) {
		return err ? err : FX_ENOMEM;
	}
	a->people = done;
	if (passwords && s->password) {
		err = s->password->list(s->password_arg, listed, a);
		if (err) {
			forget(a);
		}
		return err;
	}
	fx_loop_post(s->loop, passwords ? tell_without : tell_not, a);
	return 0;
}
