/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/accounts.h
 * Fax accounts (ms-fax.md 3.1, 93-96): who has been here, and who may come. An account is a user
 * of this machine (his own uid), or somebody who is known by what a network vouches for: then it
 * is the service's, with a uid from FX_UID_ACCOUNTS on that is never given twice. Decision 0610.
 *
 * Names are as a person writes them: "alice" of this machine or of our own file of users,
 * "EXAMPLE\alice" of a domain or realm. Case does not count in the service's own.
 * Thread: the loop thread.
 */
#ifndef FX_SERVICE_ACCOUNTS_H
#define FX_SERVICE_ACCOUNTS_H

#include "service/service.h"

#define FX_ACCOUNTS_MAX 20000u

struct fx_account_row {
	uint32_t uid;
	char name[FX_ACCESS_NAME_SIZE];
	int64_t created_at; /**< Unix s */
	bool durable;       /**< on disk; others are not shown yet */
};
static inline bool fx_uid_is_account(uint32_t uid)
{
	return uid >= FX_UID_ACCOUNTS;
}

/** All, by name. CONFIG_QUERY; fx_free(*ret). */
FX_MUST_CHECK int fx_service_accounts(struct fx_service *s, const struct fx_caller *c,
				      struct fx_account_row **ret, size_t *ret_n);
typedef void(fx_service_account_fn)(void *arg, int err, const struct fx_account_row *row);
/**
 * One account; NULL or "" is the caller's, which anybody may ask for; others CONFIG_QUERY.
 * @return 0, FX_ENOENT
 */
FX_MUST_CHECK int fx_service_account(struct fx_service *s, const struct fx_caller *c,
				     const char *name, struct fx_account_row *ret);
/**
 * CONFIG_SET. "EXAMPLE\alice" becomes an account of the service. A plain name, and one that is
 * written for this machine (".\alice", "HOST\alice"), a user of the machine, or else one of our
 * own file of users. done() when it is on disk.
 * @return, or to done(), FX_EEXIST, FX_EINVAL (no name; root), FX_EIO (the directory of users
 * cannot be asked), FX_ELIMIT
 */
FX_MUST_CHECK int fx_service_account_create(struct fx_service *s, const struct fx_caller *c,
					    const char *name, fx_service_done_fn *done, void *arg,
					    struct fx_reason *reterr);
/**
 * CONFIG_SET. What belonged to an account of the service then belongs to nobody: a later account
 * of that name is another one. A user of the machine gets an account again with his next
 * connection, unless accounts are not made by themselves. Who is connected holds no right any
 * more.
 * @return, or to done(), FX_ENOENT
 */
FX_MUST_CHECK int fx_service_account_delete(struct fx_service *s, const struct fx_caller *c,
					    const char *name, fx_service_done_fn *done, void *arg);
/**
 * The uid behind a name, looked up in accounts only: "alice", "HOST\alice", ".\alice",
 * "EXAMPLE\alice", "alice@EXAMPLE". No right is asked for.
 * @return 0, FX_ENOENT
 */
FX_MUST_CHECK int fx_service_account_uid(struct fx_service *s, const char *name, uint32_t *ret);
/** The caller himself? By the same ways to write it; NULL and "" are. */
bool fx_service_account_is(struct fx_service *s, const struct fx_caller *c, const char *name);

#endif
