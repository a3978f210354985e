/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Users who are or were here, what they hold, and the check of it. An account stays as long as
 * the service: callers that were copied point to it, so that a change of rights counts for all of
 * them from their next call on.
 *
 *   unknown --login--> looked up in a worker --> known --a minute, somebody connected--> again
 *                                            '-> no such user: every login that waits is refused
 */
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

#define FRESH_US (60 * FX_SECOND)
#define STEPS_MAX 2u /* questions to the directory at once, of either kind: decision 0665 */
#define LOOKUPS_MAX 256u

struct fx_account {
	struct fx_link link;
	struct fx_service *s;
	uid_t uid;
	char user[FX_ACCESS_NAME_SIZE];
	char *groups;    /* names, a line each */
	uint32_t rights; /* now */
	bool known;      /* was found once */
	bool busy;       /* being looked up */
	int64_t looked_us;
	unsigned logins; /* connections */
	int64_t seen_at; /* came or went, Unix s; 0 = not yet */
	struct fx_link waiting; /* login.link */
	struct fx_log_bound bound;
};

struct login {
	struct fx_link link;
	char client[64], address[46];
	bool by_name; /* over the network: no use without any right */
	fx_service_login_fn *done;
	void *arg;
};

struct work {
	struct fx_lookup l;
	struct fx_account *account; /* NULL: the service is gone */
	struct fx_link link;
	struct fx_gate_job job;
};

/* ---- the check ---- */

uint32_t fx_service_rights(const struct fx_caller *c)
{
	return c->account ? c->account->rights : c->rights;
}

bool fx_service_has(const struct fx_caller *c, uint32_t rights)
{
	return (fx_service_rights(c) & rights) == rights;
}

bool fx_service_sees_ports(const struct fx_caller *c)
{
	return fx_service_has(c, FX_RIGHT_PORT_QUERY);
}

static bool has_any(const struct fx_caller *c)
{
	return fx_service_rights(c) & FX_RIGHTS_ANY;
}

static void tell_lost(const struct fx_account *a, uint32_t lost)
{
	if (lost) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_WARN,
			  "service: refused: %u more calls of user %s (uid %u), which are not "
			  "listed", lost, a->user, (unsigned)a->uid);
	}
}

static int refused(const struct fx_caller *c, const char *right, const char *what)
{
	struct fx_account *a = c->account;
	uint32_t lost = 0;

	if (a && !fx_log_may(&a->bound, fx_loop_now_us(a->s->loop), &lost)) {
		return FX_EACCES;
	}
	if (a) {
		tell_lost(a, lost);
	}
	fx_log_in(FX_LOG_AUDIT, FX_LOG_WARN,
		  "service: refused: %s of user %s (uid %u) needs %s client=%s", what, c->user,
		  (unsigned)c->uid, right, c->client);
	return FX_EACCES;
}

int fx_service_allow(const struct fx_caller *c, enum fx_right right, bool owner, const char *what)
{
	/* What is one's own needs some right, too: "none" is nothing at all. */
	return (owner && has_any(c)) || fx_service_has(c, right) ?
		       0 : refused(c, fx_right_str(right), what);
}

int fx_service_check(const struct fx_caller *c, enum fx_right right, const char *what)
{
	return fx_service_allow(c, right, false, what);
}

int fx_service_check_any(const struct fx_caller *c, const char *what)
{
	return has_any(c) ? 0 : refused(c, "any right", what);
}

/* ---- accounts ---- */

static bool is_service(const struct fx_service *s, uid_t uid)
{
	return uid == 0 || uid == s->own_uid;
}

static struct fx_account *account_of(struct fx_service *s, uid_t uid)
{
	struct fx_account *a;

	FX_LIST_EACH(&s->accounts, it) {
		a = FX_CONTAINER(it, struct fx_account, link);
		if (a->uid == uid) {
			return a;
		}
	}
	a = fx_zalloc(sizeof(*a));
	if (a) {
		a->s = s;
		a->uid = uid;
		fx_list_init(&a->waiting);
		fx_list_append(&s->accounts, &a->link);
	}
	return a;
}

static void account_free(struct fx_account *a)
{
	fx_list_remove(&a->link);
	(void)fx_free(a->groups);
	(void)fx_free(a);
}

/*
 * An account of ours whose name a user of the machine has got meanwhile is not used: what is
 * written under this name may be meant for either (decision 0610).
 */
static bool is_doubtful(const struct fx_service *s, const struct fx_account_row *row)
{
	const struct fx_account_row *other = fx_book_by_name(s, row->name);

	return other && !fx_uid_is_account(other->uid);
}

/* With automatic accounts off, who has none may do nothing. */
static bool has_account(const struct fx_account *a)
{
	const struct fx_account_row *row = fx_book_by_uid(a->s, a->uid);

	if (fx_uid_is_account(a->uid)) {
		return row && !is_doubtful(a->s, row);
	}
	return row || is_service(a->s, a->uid) || fx_accounts_automatic(a->s);
}

static void reckon(struct fx_account *a)
{
	a->rights = a->known && has_account(a) ?
			    fx_access_of(a->s, a->uid, a->user, a->groups, NULL) : 0;
}

void fx_accounts_refresh(struct fx_service *s)
{
	FX_LIST_EACH(&s->accounts, it) {
		reckon(FX_CONTAINER(it, struct fx_account, link));
	}
}

/* ---- lookups ---- */

static void answer(struct fx_account *a, int err)
{
	struct fx_service *s = a->s;

	FX_LIST_EACH_SAFE(&a->waiting, it) {
		struct login *l = FX_CONTAINER(it, struct login, link);
		struct fx_caller c = {.uid = a->uid, .account = a, .rights = a->rights,
				      .remote = l->by_name};
		int one = err;

		fx_list_remove(&l->link);
		s->n_lookups--;
		(void)fx_strlcpy(c.user, a->user, sizeof(c.user));
		(void)fx_strlcpy(c.client, l->client, sizeof(c.client));
		(void)fx_strlcpy(c.address, l->address, sizeof(c.address));
		if (!one && l->by_name) {
			one = fx_service_check_any(&c, "a network connection");
		}
		if (!one) {
			a->logins++;
			a->seen_at = fx_loop_wall_us(s->loop) / FX_SECOND;
		}
		if (!one && !fx_timer_running(s->minute)) {
			fx_timer_start(s->minute, FRESH_US);
		}
		l->done(l->arg, one, one ? NULL : &c);
		(void)fx_free(l);
	}
}

/* A user of this machine has an account from now on. He need not wait for the disk: it says no
 * more than what the machine will say again. */
static void make_row(struct fx_account *a)
{
	struct fx_account_row *row = fx_book_by_uid(a->s, a->uid);

	if (row || is_service(a->s, a->uid) || !fx_accounts_automatic(a->s)) {
		return;
	}
	if (fx_book_add(a->s, a->uid, a->user) || fx_book_write(a->s, a->uid, NULL, NULL)) {
		fx_log(FX_LOG_WARN, "service: no account could be made for user %s", a->user);
		return;
	}
	fx_accounts_refresh(a->s); /* one of ours may have had this name */
}

/* What the directory said. One that cannot be asked changes nothing for those it knew. */
static void take(struct fx_account *a, struct fx_lookup *l)
{
	if (l->found && !l->failed) {
		(void)fx_strlcpy(a->user, l->name, sizeof(a->user));
		(void)fx_free(a->groups);
		a->groups = l->groups;
		l->groups = NULL;
		a->known = true;
	} else if (is_service(a->s, a->uid) && !a->known) {
		(void)snprintf(a->user, sizeof(a->user), "uid%u", (unsigned)a->uid);
		a->known = true;
	} else if (!l->failed && !is_service(a->s, a->uid)) {
		a->known = false; /* was removed from the machine */
	}
	if (a->known) {
		make_row(a);
	}
	reckon(a);
}

static void refuse_unknown(struct fx_service *s, uid_t uid)
{
	uint32_t lost = 0;

	if (fx_log_may(&s->unknown, fx_loop_now_us(s->loop), &lost)) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_WARN, "service: refused: uid %u is not known here%s",
			  (unsigned)uid, lost ? " (more were not listed)" : "");
	}
}

static void look(void *arg)
{
	fx_lookup_run(&((struct work *)arg)->l);
}

static void looked(void *arg)
{
	struct work *w = arg;
	struct fx_account *a = w->account;

	w->l.failed |= w->job.err != 0;
	if (a) {
		fx_list_remove(&w->link);
		a->busy = false;
		a->looked_us = fx_loop_now_us(a->s->loop);
		take(a, &w->l);
		if (a->known) {
			answer(a, 0);
		} else {
			refuse_unknown(a->s, a->uid);
			answer(a, FX_EACCES);
			if (!*a->user) {
				account_free(a); /* nobody was given it */
			}
		}
	}
	(void)fx_free(w->l.groups);
	(void)fx_free(w);
}

static int start(struct fx_account *a)
{
	struct work *w = fx_zalloc(sizeof(*w));
	int err = w ? 0 : FX_ENOMEM;

	if (w) {
		w->l = (struct fx_lookup){.kind = FX_ACCESS_USER, .uid = a->uid,
					.no_groups = is_service(a->s, a->uid)};
		w->account = a;
		err = fx_gate_work(a->s->uid_gate, &w->job, look, looked, w);
	}
	if (err) {
		(void)fx_free(w);
		return err;
	}
	fx_list_append(&a->s->lookups, &w->link);
	a->busy = true;
	return 0;
}

static bool is_fresh(const struct fx_account *a)
{
	/* No directory knows those of ours. */
	return a->known && (fx_uid_is_account(a->uid) ||
			    fx_loop_now_us(a->s->loop) - a->looked_us < FRESH_US);
}

/* @param from  its client; its address, too, when he came by name */
static int wait_for(struct fx_account *a, const struct fx_login_name *from, bool by_name,
		    fx_service_login_fn *done, void *arg)
{
	struct login *l = fx_zalloc(sizeof(*l));
	bool fresh = is_fresh(a);
	int err = l && !fresh && !a->busy ? start(a) : 0;

	if (!l || err) {
		(void)fx_free(l);
		return l ? err : FX_ENOMEM;
	}
	*l = (struct login){.by_name = by_name, .done = done, .arg = arg};
	(void)fx_strlcpy(l->client, from->client, sizeof(l->client));
	(void)fx_strlcpy(l->address, fx_text(from->address), sizeof(l->address));
	fx_list_append(&a->waiting, &l->link);
	a->s->n_lookups++;
	if (fresh) {
		answer(a, 0);
	}
	return 0;
}

static void log_in(struct fx_service *s, uid_t uid, const struct fx_login_name *from, bool by_name,
		   fx_service_login_fn *done, void *arg)
{
	struct fx_account *a = s->n_lookups < LOOKUPS_MAX ? account_of(s, uid) : NULL;
	int err = a ? 0 : s->n_lookups < LOOKUPS_MAX ? FX_ENOMEM : FX_EBUSY;

	if (!err) {
		err = wait_for(a, from, by_name, done, arg);
	}
	if (err) {
		done(arg, err, NULL);
	}
}

void fx_service_login(struct fx_service *s, uid_t uid, gid_t gid, pid_t pid,
		      fx_service_login_fn *done, void *arg)
{
	char client[64];

	(void)gid; /* of the process; the groups of the user count */
	FX_ON_LOOP(s->loop);
	(void)snprintf(client, sizeof(client), "unix pid %d", (int)pid);
	if (fx_uid_is_account(uid)) { /* those numbers are the service's */
		refuse_unknown(s, uid);
		done(arg, FX_EACCES, NULL);
		return;
	}
	log_in(s, uid, &(struct fx_login_name){.client = client}, false, done, arg);
}

void fx_account_log_in(struct fx_service *s, uint32_t uid, const struct fx_login_name *from,
		       fx_service_login_fn *done, void *arg)
{
	if (fx_uid_is_account(uid)) {
		const struct fx_account_row *row = fx_book_by_uid(s, uid);
		struct fx_account *a = row ? account_of(s, uid) : NULL;

		if (!a) {
			done(arg, row ? FX_ENOMEM : FX_EACCES, NULL);
			return;
		}
		(void)fx_strlcpy(a->user, row->name, sizeof(a->user));
		a->known = true;
		reckon(a);
	}
	log_in(s, uid, from, true, done, arg);
}

void fx_service_logout(const struct fx_caller *c)
{
	if (c->account && c->account->logins) {
		c->account->logins--;
		c->account->seen_at = fx_loop_wall_us(c->account->s->loop) / FX_SECOND;
	}
}

void fx_accounts_each_seen(const struct fx_service *s,
			   void (*fn)(void *arg, uint32_t uid, int64_t at, uint32_t connections),
			   void *arg)
{
	FX_LIST_EACH(&s->accounts, it) {
		const struct fx_account *a = FX_CONTAINER(it, struct fx_account, link);

		fn(arg, (uint32_t)a->uid, a->seen_at, a->logins);
	}
}

/* Once a minute: who is connected may have been put into a group or out of it. */
static void on_minute(void *arg)
{
	struct fx_service *s = arg;
	bool more = false;

	FX_LIST_EACH(&s->accounts, it) {
		struct fx_account *a = FX_CONTAINER(it, struct fx_account, link);

		if (a->logins && !a->busy && !is_fresh(a) && !fx_uid_is_account(a->uid) &&
		    start(a)) {
			fx_log(FX_LOG_WARN, "service: no memory to look user %s up", a->user);
		}
		if (a->bound.n > FX_LOG_BOUND &&
		    fx_loop_now_us(s->loop) - a->bound.since_us >= FRESH_US) {
			tell_lost(a, a->bound.n - FX_LOG_BOUND);
			a->bound.n = 0;
		}
		more = more || a->logins || a->bound.n > FX_LOG_BOUND;
	}
	if (more) {
		fx_timer_start(s->minute, FRESH_US);
	}
}

int fx_accounts_init(struct fx_service *s)
{
	int err = fx_book_load(s);

	err = err ? err : fx_gate_new(s->loop, STEPS_MAX, &s->uid_gate);
	err = err ? err : fx_gate_new(s->loop, STEPS_MAX, &s->name_gate);
	return err ? err : fx_timer_new(s->loop, on_minute, s, &s->minute);
}

void fx_accounts_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->lookups, it) {
		struct work *w = FX_CONTAINER(it, struct work, link);

		fx_list_remove(it);
		w->account = NULL; /* freed by looked() */
		if (fx_gate_cancel(&w->job)) {
			(void)fx_free(w);
		}
	}
	FX_LIST_EACH_SAFE(&s->accounts, it) {
		struct fx_account *a = FX_CONTAINER(it, struct fx_account, link);

		answer(a, FX_ECANCELED);
		account_free(a);
	}
	s->minute = fx_timer_free(s->minute);
	fx_named_free(s);
	s->uid_gate = fx_gate_free(s->uid_gate);
	s->name_gate = fx_gate_free(s->name_gate);
	fx_making_free(s);
	fx_reassign_free(s);
	fx_passwords_free(s);
	fx_security_free(s);
	fx_book_free(s);
}
