/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who comes over the network: a name and the domain that vouches for it, to a user of this machine
 * or an account of the service's own (decision 0610).
 *
 *   asked --looked up in a worker--> user of the machine --> account.c, as on the local socket
 *                                \-> nobody here --> account of ours --on disk--> account.c
 */
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

#define NAMED_MAX 256u /* at once */

struct named {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone, he was told */
	struct fx_who who;
	char client[64], address[46];
	uint32_t uid; /* of the account that is being written */
	bool working;
	bool by_domain; /* not our own file of users, though perhaps a home domain */
	struct fx_gate_job job;
	fx_service_login_fn *done;
	void *arg;
};

static bool is_word_of(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = fx_text(list); *(p += strspn(p, " ,\t")); p += strcspn(p, " ,\t")) {
		char one[FX_ACCESS_NAME_SIZE];

		if (strcspn(p, " ,\t") == n && n < sizeof(one)) {
			memcpy(one, p, n);
			one[n] = '\0';
			if (fx_str_ieq(one, word)) {
				return true;
			}
		}
	}
	return false;
}

static void refuse(const struct named *n, const char *why)
{
	uint32_t lost = 0;

	if (fx_log_may(&n->s->unknown, fx_loop_now_us(n->s->loop), &lost)) {
		fx_log_in(FX_LOG_AUDIT, FX_LOG_WARN,
			  "service: refused: user %s%s%s: %s client=%s%s", n->who.domain,
			  *n->who.domain ? "\\" : "", n->who.user, why, n->client,
			  lost ? " (more were not listed)" : "");
	}
}

static void end(struct named *n, int err)
{
	fx_service_login_fn *done = n->done;
	void *arg = n->arg;

	fx_list_remove(&n->link);
	(void)fx_free(n);
	done(arg, err, NULL);
}

static void go_on(struct named *n, uint32_t uid)
{
	struct named copy = *n;

	fx_list_remove(&n->link);
	(void)fx_free(n);
	fx_account_log_in(copy.s, uid,
			  &(struct fx_login_name){.client = copy.client, .address = copy.address},
			  copy.done, copy.arg);
}

static void on_disk(void *arg, int err, const struct fx_reason *why)
{
	struct named *n = arg;

	(void)why;
	if (err) {
		refuse(n, "his account cannot be written");
		end(n, err);
	} else {
		go_on(n, n->uid);
	}
}

static void as_account(struct named *n)
{
	struct fx_service *s = n->s;
	char name[FX_WHO_NAME_SIZE + 1];
	struct fx_account_row *row;
	int err = 0;

	(void)snprintf(name, sizeof(name), "%s%s%s", n->who.domain, *n->who.domain ? "\\" : "",
		       n->who.user);
	row = fx_book_own(s, name);
	if (!row && !fx_accounts_automatic(s)) {
		refuse(n, "has no fax account, and none is made by itself");
		end(n, FX_EACCES);
		return;
	}
	if (!row) {
		err = fx_book_add(s, 0, name);
		row = err ? NULL : &s->book.v[s->book.n - 1];
		if (row) {
			fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO,
				  "service: a fax account was made for user %s client=%s", name,
				  n->client);
		}
	}
	if (row && row->durable) {
		go_on(n, row->uid);
		return;
	}
	if (row) {
		n->uid = row->uid;
		err = fx_book_write(s, row->uid, on_disk, n);
	}
	if (err) {
		refuse(n, err == FX_ELIMIT ? "there are too many fax accounts" :
					     "his account cannot be written");
		end(n, err);
	}
}

static void as_user(struct named *n)
{
	if (n->who.uid == 0) {
		refuse(n, "is the superuser, who does not come over the network");
		end(n, FX_EACCES);
	} else if (n->by_domain && n->who.uid == n->s->own_uid) {
		/* he has all rights; no other directory of users gives them */
		refuse(n, "is the user that the service runs as, whom a "
			  "domain does not vouch for");
		end(n, FX_EACCES);
	} else if (fx_uid_is_account(n->who.uid)) {
		refuse(n, "has a number of those that are the service's own");
		end(n, FX_EACCES);
	} else if (!*n->who.domain && fx_book_own(n->s, n->who.user)) {
		refuse(n, "was a fax account of the network before the machine had a user of this "
			  "name; \"caselli accounts delete\" makes room for the user");
		end(n, FX_EACCES);
	} else {
		go_on(n, (uint32_t)n->who.uid);
	}
}

static void look(void *arg)
{
	fx_who_run(&((struct named *)arg)->who);
}

static void looked(void *arg)
{
	struct named *n = arg;

	if (!n->s) {
		(void)fx_free(n);
		return;
	}
	n->working = false;
	n->who.failed |= n->job.err != 0;
	if (n->who.found) {
		as_user(n);
	} else if (n->who.failed) {
		/* He may be a user of the machine: no account beside that one. */
		refuse(n, "the directory of users cannot be asked");
		end(n, FX_EIO);
	} else {
		as_account(n);
	}
}

static int check_name(const struct fx_login_name *name)
{
	size_t domain = strlen(fx_text(name->domain));
	bool good = fx_book_name_good(name->user, FX_ACCESS_NAME_SIZE) &&
		    (!domain || fx_book_name_good(name->domain, FX_ACCESS_NAME_SIZE));

	return good && domain + strlen(name->user) + 2 <= FX_ACCESS_NAME_SIZE ? 0 : FX_EINVAL;
}

bool fx_service_is_home(const struct fx_service *s, const char *domain)
{
	return *domain && is_word_of(s->home_domains, domain);
}

void fx_service_login_name(struct fx_service *s, const struct fx_login_name *name,
			   fx_service_login_fn *done, void *arg)
{
	size_t waiting = 0;
	struct named *n;
	int err = check_name(name);

	FX_ON_LOOP(s->loop);
	FX_LIST_EACH(&s->named, it) {
		waiting++;
	}
	if (!err && waiting >= NAMED_MAX) {
		err = FX_EBUSY;
	}
	n = err ? NULL : fx_zalloc(sizeof(*n));
	if (!n) {
		done(arg, err ? err : FX_ENOMEM, NULL);
		return;
	}
	*n = (struct named){.s = s, .working = true, .by_domain = *fx_text(name->domain) != 0,
			    .done = done, .arg = arg};
	fx_list_append(&s->named, &n->link);
	(void)fx_strlcpy(n->client, fx_text(name->client), sizeof(n->client));
	(void)fx_strlcpy(n->address, fx_text(name->address), sizeof(n->address));
	(void)fx_strlcpy(n->who.user, name->user, sizeof(n->who.user));
	if (!fx_service_is_home(s, fx_text(name->domain))) {
		(void)fx_strlcpy(n->who.domain, fx_text(name->domain), sizeof(n->who.domain));
	}
	err = fx_gate_work(s->name_gate, &n->job, look, looked, n);
	if (err) {
		end(n, err);
	}
}

int fx_service_set_home_domains(struct fx_service *s, const char *domains)
{
	return fx_str_replace(&s->home_domains, domains);
}

void fx_named_free(struct fx_service *s)
{
	if (!s->named.next) {
		return;
	}
	FX_LIST_EACH_SAFE(&s->named, it) {
		struct named *n = FX_CONTAINER(it, struct named, link);

		fx_list_remove(it);
		n->done(n->arg, FX_ECANCELED, NULL);
		if (n->working && !fx_gate_cancel(&n->job)) {
			n->s = NULL; /* freed by looked() */
		} else {
			(void)fx_free(n);
		}
	}
}
