/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Received faxes to accounts (ms-fax.md 102, decision 0611), and whose faxes a list is of.
 *
 *   asked --names that are no accounts yet looked up in a worker--> written --durable--> done()
 */
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/owners.h"
#include "service/accounts.h"
#include "service/service_priv.h"

#define TEXT_CHARS_MAX 253u /* MAX_FAX_STRING_LEN, in bytes at least so many */
#define TEXT_BYTES_MAX (4 * TEXT_CHARS_MAX)

struct target {
	uint32_t uid;
	bool known;
	struct fx_who who;
	char name[FX_ACCESS_NAME_SIZE];
};

struct reassign {
	struct fx_link link;
	struct fx_service *s; /* NULL: the service is gone */
	uint64_t id;
	struct target *v;
	size_t n;
	char *sender_name, *sender_number, *subject; /* NULL = as it was */
	bool has_cover;
	fx_service_done_fn *done;
	void *arg;
	char by[FX_ACCESS_NAME_SIZE];
};

static void reassign_free(struct reassign *r)
{
	fx_list_remove(&r->link);
	(void)fx_free(r->v);
	(void)fx_free(r->sender_name);
	(void)fx_free(r->sender_number);
	(void)fx_free(r->subject);
	(void)fx_free(r);
}

void fx_reassign_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->reassigning, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct reassign, link)->s = NULL; /* freed by looked() */
	}
}

/* ---- who ---- */

static void look(void *arg)
{
	struct reassign *r = arg;

	for (size_t i = 0; i < r->n; i++) {
		if (!r->v[i].known) {
			fx_who_run(&r->v[i].who);
		}
	}
}

static int add_target(struct reassign *r, const char *p, size_t n, struct fx_reason *reterr)
{
	struct target *t = &r->v[r->n];

	while (n && *p == ' ') {
		p++;
		n--;
	}
	while (n && p[n - 1] == ' ') {
		n--;
	}
	if (!n) {
		return 0; /* "a;" */
	}
	if (n >= sizeof(t->name) || r->n == FX_OWNERS_MAX) {
		return fx_fail(reterr, FX_EOVERFLOW, "a name is too long, or they are more than %u",
			       FX_OWNERS_MAX);
	}
	memcpy(t->name, p, n);
	t->name[n] = '\0';
	t->known = !fx_service_account_uid(r->s, t->name, &t->uid);
	if (!t->known && !fx_service_name_split(r->s, t->name, t->who.user, t->who.domain)) {
		return fx_fail(reterr, FX_EINVAL, "\"%.80s\" is not the name of a user", t->name);
	}
	r->n++;
	return 0;
}

static int read_targets(struct reassign *r, const char *list, struct fx_reason *reterr)
{
	size_t room = 1;
	int err = 0;

	for (const char *p = list; *p; p++) {
		room += *p == ';';
	}
	r->v = fx_calloc(room < FX_OWNERS_MAX ? room : FX_OWNERS_MAX, sizeof(*r->v));
	if (!r->v) {
		return FX_ENOMEM;
	}
	for (const char *p = list; !err && *p;) {
		size_t n = strcspn(p, ";");

		err = add_target(r, p, n, reterr);
		p += n + (p[n] == ';');
	}
	return err ? err : r->n ? 0 : fx_fail(reterr, FX_EINVAL, "nobody is named");
}

static int set_targets(struct reassign *r, struct fx_reason *why)
{
	for (size_t i = 0; i < r->n; i++) {
		struct target *t = &r->v[i];

		if (t->known) {
			continue;
		}
		if (!t->who.found || fx_uid_is_account((uint32_t)t->who.uid)) {
			return fx_fail(why, t->who.failed ? FX_EIO : FX_EINVAL,
				       t->who.failed ? "the directory of users cannot be asked" :
						       "there is no user \"%.80s\"", t->name);
		}
		t->uid = (uint32_t)t->who.uid;
		(void)fx_strlcpy(t->name, t->who.name, sizeof(t->name));
	}
	return 0;
}

/* ---- what ---- */

static int set_owners(const struct reassign *r, struct fx_message *m)
{
	char *owners = NULL;
	int err = 0;

	for (size_t i = 0; !err && i < r->n; i++) {
		bool read = false;

		(void)fx_owners_has(m->owners, r->v[i].uid, &read);
		err = fx_owners_put(&owners, r->v[i].uid, read);
	}
	if (!err) {
		err = fx_str_replace(&m->job.user, r->v[0].name);
	}
	if (err) {
		(void)fx_free(owners);
		return err;
	}
	(void)fx_free(m->owners);
	m->owners = owners;
	m->job.uid = r->v[0].uid;
	return 0;
}

static int set_texts(const struct reassign *r, struct fx_job *job)
{
	int err = r->sender_name ? fx_str_replace(&job->sender_name, r->sender_name) : 0;

	if (!err && r->sender_number) {
		err = fx_str_replace(&job->sender_number, r->sender_number);
	}
	return !err && r->subject ? fx_str_replace(&job->subject, r->subject) : err;
}

static int find_received(struct fx_service *s, uint64_t id, struct fx_message *m)
{
	int err = fx_store_get_message(s->store, id, m);

	if (!err && m->folder != FX_FOLDER_INBOX) {
		fx_message_fini(m);
		err = FX_ENOENT;
	}
	return err;
}

static int write_it(struct reassign *r, struct fx_reason *why)
{
	struct fx_message m;
	int err = set_targets(r, why);

	err = err ? err : find_received(r->s, r->id, &m);
	if (err) {
		return err;
	}
	err = set_owners(r, &m);
	err = err ? err : set_texts(r, &m.job);
	m.has_cover = r->has_cover;
	if (err) {
		fx_message_fini(&m);
		return err;
	}
	fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO, "service: job=%u, received, is %s%s's now, by user %s",
		  m.job.client_id, r->v[0].name, r->n > 1 ? "'s and others" : "", r->by);
	return fx_message_change(r->s, &m, r->done, r->arg);
}

static void looked(void *arg)
{
	struct reassign *r = arg;
	struct fx_reason why = {0};
	int err = r->s ? write_it(r, &why) : 0;

	if (err) {
		r->done(r->arg, err, &why);
	}
	reassign_free(r);
}

static int check_text(const char *text, struct fx_reason *reterr)
{
	size_t n = strnlen(fx_text(text), TEXT_BYTES_MAX + 1), chars = 0;

	for (size_t i = 0; i < n && n <= TEXT_BYTES_MAX; i++) {
		chars += ((unsigned char)text[i] & 0xC0) != 0x80;
	}
	return n > TEXT_BYTES_MAX || chars > TEXT_CHARS_MAX ?
		       fx_fail(reterr, FX_EOVERFLOW, "a text is longer than %u characters",
			       TEXT_CHARS_MAX) : 0;
}

static int copy_texts(struct reassign *r, const struct fx_reassign *to, struct fx_reason *reterr)
{
	const char *const from[] = {to->sender_name, to->sender_number, to->subject};
	char **const dst[] = {&r->sender_name, &r->sender_number, &r->subject};
	int err = 0;

	for (size_t i = 0; !err && i < FX_ARRAY_LEN(from); i++) {
		err = from[i] ? check_text(from[i], reterr) : 0;
		if (!err && from[i]) {
			*dst[i] = fx_strdup(from[i]);
			err = *dst[i] ? 0 : FX_ENOMEM;
		}
	}
	return err;
}

int fx_service_reassign(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			const struct fx_reassign *to, fx_service_done_fn *done, void *arg,
			struct fx_reason *reterr)
{
	struct fx_message m;
	struct reassign *r;
	int err = fx_service_allow(c, FX_RIGHT_JOB_MANAGE, false, "assigning a received fax");

	FX_ON_LOOP(s->loop);
	if (!err && s->config.incoming_public) {
		err = fx_fail(reterr, FX_ESTATE, "received faxes are public: that is a setting");
	}
	r = err ? NULL : fx_zalloc(sizeof(*r));
	if (!r) {
		return err ? err : FX_ENOMEM;
	}
	fx_list_append(&s->reassigning, &r->link);
	*r = (struct reassign){.link = r->link, .s = s, .id = id, .has_cover = to->has_cover,
			       .done = done, .arg = arg};
	(void)fx_strlcpy(r->by, c->user, sizeof(r->by));
	err = copy_texts(r, to, reterr);
	err = err ? err : read_targets(r, fx_text(to->recipients), reterr);
	if (!err) {
		err = find_received(s, id, &m);
		if (!err) {
			fx_message_fini(&m);
			err = fx_loop_work(s->loop, look, looked, r);
		}
	}
	if (err) {
		reassign_free(r);
	}
	return err;
}

/* ---- whose ---- */

int fx_service_scope(struct fx_service *s, const struct fx_caller *c, bool all,
		     const char *account, struct fx_scope *ret)
{
	struct fx_scope scope = {.all = all, .uid = (uint32_t)c->uid};
	int err = all ? fx_service_allow(c, FX_RIGHT_JOB_QUERY, false, "listing of all accounts") :
			fx_service_check_any(c, "listing of an account");

	FX_ON_LOOP(s->loop);
	if (!err && !all && !fx_service_account_is(s, c, account) &&
	    (!fx_service_has(c, FX_RIGHT_JOB_QUERY) ||
	     fx_service_account_uid(s, account, &scope.uid))) {
		err = FX_EINVAL;
	}
	if (!err) {
		*ret = scope;
	}
	return err;
}

bool fx_service_in_scope(struct fx_service *s, const struct fx_caller *c,
			 const struct fx_scope *scope, const struct fx_job *job)
{
	if (scope->all || !fx_service_is_incoming(job)) {
		return scope->all || job->uid == scope->uid;
	}
	/* one that comes in is nobody's yet */
	return (*fx_text(job->user) && job->uid == scope->uid) ||
	       (s->config.incoming_public && scope->uid == (uint32_t)c->uid);
}
