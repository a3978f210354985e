/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, inboxes and the security descriptor of the fake service: one account, "EXAMPLE\alice",
 * beside the caller's; a descriptor that is what was set last. */
#include "fake_service.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "service/accounts.h"
#include "service/access.h"
#include "service/security.h"

#define OTHER "EXAMPLE\\alice"

struct later {
	int err;
	fx_service_done_fn *done;
	void *arg;
};

static void on_later(void *arg)
{
	struct later *l = arg;

	l->done(l->arg, l->err, NULL);
	(void)fx_free(l);
}

static int later(struct fx_service *s, int err, fx_service_done_fn *done, void *arg)
{
	struct later l = {err, done, arg}, *copy = fx_memdup(&l, sizeof(l));

	FX_ASSERT(copy);
	fx_loop_post(s->loop, on_later, copy);
	return 0;
}

bool fx_service_account_is(struct fx_service *s, const struct fx_caller *c, const char *name)
{
	(void)s;
	return !name || !*name || fx_str_ieq(name, c->user);
}

int fx_service_account_uid(struct fx_service *s, const char *name, uint32_t *ret)
{
	(void)s;
	*ret = FX_UID_ACCOUNTS + 1;
	return fx_str_ieq(name, OTHER) ? 0 : FX_ENOENT;
}

int fx_service_accounts(struct fx_service *s, const struct fx_caller *c,
			struct fx_account_row **ret, size_t *ret_n)
{
	int err = fx_service_check(c, FX_RIGHT_CONFIG_QUERY, "accounts");

	(void)s;
	*ret = err ? NULL : fx_calloc(1, sizeof(**ret));
	if (err) {
		return err;
	}
	*ret_n = 1;
	(*ret)->uid = FX_UID_ACCOUNTS + 1;
	(void)fx_strlcpy((*ret)->name, OTHER, sizeof((*ret)->name));
	return 0;
}

int fx_service_account(struct fx_service *s, const struct fx_caller *c, const char *name,
		       struct fx_account_row *ret)
{
	bool self = fx_service_account_is(s, c, name);
	int err = self ? 0 : fx_service_check(c, FX_RIGHT_CONFIG_QUERY, "an account");

	if (err || (!self && !fx_str_ieq(name, OTHER))) {
		return err ? err : FX_ENOENT;
	}
	*ret = (struct fx_account_row){.uid = 1};
	(void)fx_strlcpy(ret->name, self ? c->user : OTHER, sizeof(ret->name));
	return 0;
}

int fx_service_account_create(struct fx_service *s, const struct fx_caller *c, const char *name,
			      fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	int err = fx_service_check(c, FX_RIGHT_CONFIG_SET, "an account");

	(void)reterr;
	return err ? err : !*fx_text(name) ? FX_EINVAL :
	       later(s, fx_str_ieq(name, OTHER) ? FX_EEXIST : 0, done, arg);
}

int fx_service_account_delete(struct fx_service *s, const struct fx_caller *c, const char *name,
			      fx_service_done_fn *done, void *arg)
{
	int err = fx_service_check(c, FX_RIGHT_CONFIG_SET, "an account");

	return err ? err : fx_str_ieq(fx_text(name), OTHER) ? later(s, 0, done, arg) : FX_ENOENT;
}

int fx_service_scope(struct fx_service *s, const struct fx_caller *c, bool all,
		     const char *account, struct fx_scope *ret)
{
	int err = all ? fx_service_check(c, FX_RIGHT_JOB_QUERY, "all accounts") : 0;

	*ret = (struct fx_scope){.all = all, .uid = (uint32_t)c->uid};
	return err ? err : all || fx_service_account_is(s, c, account) ? 0 : FX_EINVAL;
}

bool fx_service_in_scope(struct fx_service *s, const struct fx_caller *c,
			 const struct fx_scope *scope, const struct fx_job *job)
{
	(void)s, (void)c, (void)scope, (void)job;
	return true;
}

int fx_service_messages_of(struct fx_service *s, const struct fx_caller *c,
			   const struct fx_scope *scope, enum fx_folder folder, uint64_t after_id,
			   size_t max, struct fx_message **ret, size_t *ret_n)
{
	(void)scope;
	return fx_service_messages(s, c, folder, after_id, max, ret, ret_n);
}

int fx_service_reassign(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			const struct fx_reassign *to, fx_service_done_fn *done, void *arg,
			struct fx_reason *reterr)
{
	int err = fx_service_check(c, FX_RIGHT_JOB_MANAGE, "assigning");

	(void)reterr;
	return err ? err : !*fx_text(to->recipients) ? FX_EINVAL :
	       later(s, id == s->message.id ? 0 : FX_ENOENT, done, arg);
}

int fx_service_security(struct fx_service *s, const struct fx_caller *c, uint32_t what,
			fx_service_secdesc_fn *done, void *arg)
{
	const struct fx_secdesc d = {.owner = fx_sid_make(5, 2, 32, 544)};
	int err = fx_service_check(c, FX_RIGHT_READ_CONTROL, "the descriptor");
	struct fx_buf b = {0};

	(void)s;
	err = err ? err : fx_secdesc_put(&b, &d, what);
	if (!err) {
		done(arg, 0, b.data, b.len);
	}
	fx_buf_fini(&b);
	return err;
}

int fx_service_set_security(struct fx_service *s, const struct fx_caller *c, uint32_t what,
			    const void *p, size_t n, fx_service_done_fn *done, void *arg)
{
	struct fx_secdesc d = {0};
	int err = fx_service_check(c, FX_RIGHT_WRITE_DAC, "the descriptor");

	(void)what;
	err = err ? err : fx_secdesc_get(p, n, &d, NULL);
	fx_secdesc_fini(&d);
	return err ? err : later(s, 0, done, arg);
}

int fx_service_password(struct fx_service *s, const struct fx_caller *c,
			enum fx_password_change how, const char *name, const char *password,
			fx_service_done_fn *done, void *arg, struct fx_reason *reterr)
{
	int err = fx_service_check(c, FX_RIGHT_WRITE_DAC, "a password");

	(void)reterr;
	return err ? err : how == FX_PASSWORD_SET && !password ? FX_EINVAL :
	       later(s, !strcmp(name, "clerk") ? 0 : FX_ENOENT, done, arg);
}

struct people {
	fx_service_people_fn *done;
	void *arg;
};

static void on_people(void *arg)
{
	const struct fx_person v[] = {
		{.uid = FX_UID_ACCOUNTS + 1, .name = OTHER, .created_at = 1000, .seen_at = 2000,
		 .connections = 3, .password = FX_PERSON_NO_PASSWORD},
		{.uid = FX_UID_NONE, .name = "clerk", .password = FX_PERSON_DISABLED,
		 .password_at = 3000}};
	struct people *p = arg;

	p->done(p->arg, 0, v, FX_ARRAY_LEN(v));
	(void)fx_free(p);
}

int fx_service_people(struct fx_service *s, const struct fx_caller *c, fx_service_people_fn *done,
		      void *arg)
{
	int err = fx_service_check(c, FX_RIGHT_CONFIG_QUERY, "accounts");
	struct people p = {done, arg}, *copy = err ? NULL : fx_memdup(&p, sizeof(p));

	if (err) {
		return err;
	}
	FX_ASSERT(copy);
	fx_loop_post(s->loop, on_people, copy);
	return 0;
}

int fx_service_owner_names(struct fx_service *s, const char *owners, char *ret[2])
{
	(void)s;
	ret[0] = fx_strdup(owners);
	ret[1] = fx_strdup("");
	FX_ASSERT(ret[0] && ret[1]);
	return 0;
}
