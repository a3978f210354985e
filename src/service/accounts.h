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
/** What is known of the password for the network of somebody. */
enum fx_person_password {
	FX_PERSON_NOT_TOLD, /**< the caller lacks READ_CONTROL */
	FX_PERSON_NO_PASSWORD,
	FX_PERSON_PASSWORD,
	FX_PERSON_DISABLED /**< has one, of no use now */
};
/** An account, or a name that has a password and was never here. */
struct fx_person {
	uint32_t uid; /**< FX_UID_NONE: no account */
	char name[FX_ACCESS_NAME_SIZE];
	int64_t created_at;    /**< of the account, Unix s */
	int64_t seen_at;       /**< last came or went, Unix s; 0 = not since the service started */
	uint32_t connections;  /**< now */
	enum fx_person_password password;
	int64_t password_at;   /**< was set, Unix s; 0 = not known */
};
/** @param v  by name; gone when this returns */
typedef void(fx_service_people_fn)(void *arg, int err, const struct fx_person *v, size_t n);
/**
 * Accounts and passwords in one list. CONFIG_QUERY; what is known of passwords, and who has
 * nothing else, with READ_CONTROL alone (decision 0614).
 * @return, or to done(), errors of reading the file of users
 */
FX_MUST_CHECK int fx_service_people(struct fx_service *s, const struct fx_caller *c,
				    fx_service_people_fn *done, void *arg);
/**
 * Names of a received fax's owners, ";" between, and of those who have read it. Who has no account
 * any more is his number. "" of nobody.
 * @param ret  two texts, the caller's
 */
FX_MUST_CHECK int fx_service_owner_names(struct fx_service *s, const char *owners, char *ret[2]);
/** The caller himself? By the same ways to write it; NULL and "" are. */
bool fx_service_account_is(struct fx_service *s, const struct fx_caller *c, const char *name);

#endif
