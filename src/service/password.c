/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passwords for the network (decision 0613), and who is known here: accounts with what is known
 * of their passwords (0614). The file of users is the daemon's, and read and written in a worker.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>
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

/* ---- who is known: tens of thousands, on the loop, so by sorting and halving ---- */

struct crowd {
	struct fx_person *v;
	size_t n;      /* accounts and, behind them, those who have only a password */
	size_t n_rows; /* accounts */
	struct fx_person **by_name; /* accounts, without regard to case */
};

static int by_name(const void *x, const void *y)
{
	const struct fx_person *a = x, *b = y;
	int order = strcmp(a->name, b->name);

	return order ? order : a->uid < b->uid ? -1 : 1;
}

static int by_uid(const void *x, const void *y)
{
	const struct fx_person *a = x, *b = y;

	return a->uid < b->uid ? -1 : a->uid > b->uid;
}

static int by_any_case(const void *x, const void *y)
{
	const struct fx_person *const *a = x, *const *b = y;

	return strcasecmp((*a)->name, (*b)->name);
}

static void put_seen(void *arg, uint32_t uid, int64_t at, uint32_t connections)
{
	const struct fx_person key = {.uid = uid};
	struct crowd *c = arg;
	struct fx_person *p = bsearch(&key, c->v, c->n_rows, sizeof(*c->v), by_uid);

	if (p) {
		p->seen_at = at;
		p->connections = connections;
	}
}

static bool is_small(const char *s)
{
	while (*s && (*s < 'A' || *s > 'Z')) {
		s++;
	}
	return !*s;
}

/* How well an account suits a name of the file of users (0610): a user of the machine as it is
 * written, then in small letters, then an account of ours. */
static int suits(const struct fx_person *p, const char *name)
{
	return fx_uid_is_account(p->uid) ? 1 : !strcmp(p->name, name) ? 3 : is_small(p->name) ? 2 :
											      0;
}

static struct fx_person *find(const struct crowd *c, const char *name)
{
	size_t low = 0, high = c->n_rows;
	struct fx_person *best = NULL;
	int score = 0;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (strcasecmp(c->by_name[mid]->name, name) < 0) {
			low = mid + 1;
		} else {
			high = mid;
		}
	}
	for (; low < c->n_rows && !strcasecmp(c->by_name[low]->name, name); low++) {
		if (suits(c->by_name[low], name) > score) {
			best = c->by_name[low];
			score = suits(best, name);
		}
	}
	return best;
}

static void put_password(struct crowd *c, const struct fx_password_row *p)
{
	struct fx_person *person = find(c, p->name);

	if (!person) { /* has never been here */
		person = &c->v[c->n++];
		*person = (struct fx_person){.uid = FX_UID_NONE};
		(void)fx_strlcpy(person->name, p->name, sizeof(person->name));
	}
	person->password = p->disabled ? FX_PERSON_DISABLED : FX_PERSON_PASSWORD;
	person->password_at = p->changed_at;
}

static int gather(struct fx_service *s, struct crowd *c, size_t more, bool asked)
{
	c->v = fx_calloc(s->book.n + more + 1, sizeof(*c->v));
	c->by_name = fx_calloc(s->book.n + 1, sizeof(struct fx_person *));
	if (!c->v || !c->by_name) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < s->book.n; i++) {
		const struct fx_account_row *row = &s->book.v[i];
		struct fx_person *p = &c->v[c->n_rows];

		if (!row->durable) {
			continue;
		}
		*p = (struct fx_person){.uid = row->uid, .created_at = row->created_at,
					.password = asked ? FX_PERSON_NO_PASSWORD :
							    FX_PERSON_NOT_TOLD};
		(void)fx_strlcpy(p->name, row->name, sizeof(p->name));
		c->n_rows++;
	}
	qsort(c->v, c->n_rows, sizeof(*c->v), by_uid);
	fx_accounts_each_seen(s, put_seen, c);
	for (size_t i = 0; i < c->n_rows; i++) {
		c->by_name[i] = &c->v[i];
	}
	qsort(c->by_name, c->n_rows, sizeof(*c->by_name), by_any_case);
	c->n = c->n_rows;
	return 0;
}

static void tell_people(struct asked *a, const struct fx_password_row *p, size_t n_p, bool asked)
{
	struct crowd c = {0};
	int err = gather(a->s, &c, n_p, asked);

	for (size_t i = 0; !err && i < n_p; i++) {
		put_password(&c, &p[i]);
	}
	if (!err) {
		qsort(c.v, c.n, sizeof(*c.v), by_name);
	}
	a->people(a->arg, err, err ? NULL : c.v, err ? 0 : c.n);
	(void)fx_free(c.by_name);
	(void)fx_free(c.v);
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
