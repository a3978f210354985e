/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/access.h
 * Who may do what: entries for users and groups of the machine and for all others, from the
 * settings file and, above it, from the store, where they are changed at run time (decision 0580).
 *
 * root and the service's own user hold all rights. For anybody else his own entry decides alone;
 * without one, all entries of his groups together; without those, the default. An entry of the
 * store stands before the file's for the same name.
 * Thread: the loop thread.
 */
#ifndef FX_SERVICE_ACCESS_H
#define FX_SERVICE_ACCESS_H

#include "service/service.h"

#define FX_ACCESS_MAX 1000u /**< entries of the store, and of the file */

enum fx_access_source { FX_ACCESS_BUILT_IN, FX_ACCESS_FILE, FX_ACCESS_STORE };

struct fx_access_row {
	struct fx_access_entry entry; /**< in force */
	enum fx_access_source source;
	bool in_file;                 /**< the file has one, perhaps another */
	uint32_t file_mask;
};
/** The default first, then users, then groups, by name. READ_CONTROL; fx_free(*ret). */
FX_MUST_CHECK int fx_service_access_list(struct fx_service *s, const struct fx_caller *c,
					 struct fx_access_row **ret, size_t *ret_n);

struct fx_access_shown {
	char user[FX_ACCESS_NAME_SIZE];
	uint32_t mask;
	char why[256]; /**< "entry of the user, settings file" */
};
typedef void(fx_service_access_fn)(void *arg, int err, const struct fx_access_shown *shown);
/** What a user holds, and why. user NULL or "": the caller, who may always ask; of others
 * READ_CONTROL. The user is looked up in a worker. @return, or to done(), FX_ENOENT (no such
 * user), FX_EINVAL (no name) */
FX_MUST_CHECK int fx_service_access_show(struct fx_service *s, const struct fx_caller *c,
					 const char *user, fx_service_access_fn *done, void *arg);

/** SET: exactly these. GRANT, REVOKE: more or fewer than now; somebody without an entry gets one
 * of what he holds now. RESET: away, the file's counts again; RESET_ALL: all of the store's. */
enum fx_access_change {
	FX_ACCESS_SET,
	FX_ACCESS_GRANT,
	FX_ACCESS_REVOKE,
	FX_ACCESS_RESET,
	FX_ACCESS_RESET_ALL
};
/**
 * WRITE_DAC. In force for every caller, also those connected, when done() comes.
 * @param entry  kind and name, rights as mask; copied
 * @return, or to done(), FX_ENOENT (no such user or group; REVOKE and RESET do not mind), FX_EINVAL
 * (no name; root or the service's user, who hold all rights), FX_ELIMIT
 */
FX_MUST_CHECK int fx_service_access_change(struct fx_service *s, const struct fx_caller *c,
					   const struct fx_access_entry *entry,
					   enum fx_access_change change, fx_service_done_fn *done,
					   void *arg, struct fx_reason *reterr);

/* Passwords for the network: a file of users of ours, which the daemon knows. */
enum fx_password_change {
	FX_PASSWORD_SET,
	FX_PASSWORD_REMOVE,
	FX_PASSWORD_DISABLE, /**< kept, and of no use */
	FX_PASSWORD_ENABLE
};
/** Once, on the loop, if 0 was returned. */
typedef void(fx_password_done_fn)(void *arg, int err, const struct fx_reason *why);
struct fx_password_row {
	char name[FX_ACCESS_NAME_SIZE];
	int64_t changed_at; /**< Unix s, 0 = not known */
	bool disabled;
};
/** @param v  All who have one, by name; err 0 only. Gone when this returns. */
typedef void(fx_password_list_fn)(void *arg, int err, const struct fx_password_row *v, size_t n);
struct fx_password_ops {
	/** Texts are copied. Touches the disk in a worker, then calls done(). */
	int (*change)(void *arg, enum fx_password_change how, const char *name,
		      const char *password, fx_password_done_fn *done, void *done_arg);
	int (*list)(void *arg, fx_password_list_fn *done, void *done_arg);
};
/** @param ops  borrowed; both are mandatory */
void fx_service_on_password(struct fx_service *s, const struct fx_password_ops *ops, void *arg);
/**
 * WRITE_DAC, and from this machine alone: a password does not travel over a network.
 * @return, or to done(), 0 (on disk), FX_ENOENT (no such user), FX_EINVAL (name or password, in
 * words; root, who does not come over the network), FX_ENOSYS (there is no such file), errors of
 * writing
 */
FX_MUST_CHECK int fx_service_password(struct fx_service *s, const struct fx_caller *c,
				      enum fx_password_change how, const char *name,
				      const char *password, fx_service_done_fn *done, void *arg,
				      struct fx_reason *reterr);

#endif
