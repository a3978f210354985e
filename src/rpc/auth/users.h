/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/users.h
 * The file of users who may log in over the network with a password: names and NT hashes.
 *
 *   name:NT hash in hex:date of the last change:flags     clerk:31d6...:20261122T194012Z:disabled
 *
 * Names are compared without regard to case, as Windows does. An NT hash is worth as much as the
 * password, so a file that others may read or write is refused. It is read again when it changed,
 * and replaced as a whole, under a lock (the file's name with ".lock"), when it is written; so
 * the service and a command may use it at the same time.
 * Thread: any, several at once. Owner: whoever opened it.
 */
#ifndef FX_RPC_AUTH_USERS_H
#define FX_RPC_AUTH_USERS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define FX_USERS_NAME_MAX 64u      /**< bytes */
#define FX_USERS_PASSWORD_MIN 8u   /**< characters */
#define FX_USERS_PASSWORD_MAX 127u /**< characters, as on Windows */
#define FX_USERS_MAX 20000u
#define FX_USERS_FILE_MAX (4u << 20) /**< bytes */

struct fx_user {
	char name[FX_USERS_NAME_MAX + 1]; /**< as it is written in the file */
	uint8_t nt_hash[16];              /**< MD4 of the password in UTF-16LE */
	int64_t changed_at;               /**< Unix seconds; 0 = not known */
	bool disabled;
};

struct fx_users;
/** Nothing is read yet; a file that is not there has no users. @return 0 or FX_ENOMEM */
FX_MUST_CHECK int fx_users_open(const char *path, struct fx_users **ret);
struct fx_users *fx_users_close(struct fx_users *u);
/**
 * Read the file if it changed.
 * @return 0, FX_EACCES (others may read it, or we may not), FX_EDATA (a line is wrong: which and
 *         why is in the reason), FX_ELIMIT, FX_EIO, FX_ENOMEM
 */
FX_MUST_CHECK int fx_users_check(struct fx_users *u, struct fx_reason *reterr);
/** @return 0, FX_ENOENT (no such user), or as fx_users_check(). Wipe ret when done. */
FX_MUST_CHECK int fx_users_lookup(struct fx_users *u, const char *name, struct fx_user *ret,
				  struct fx_reason *reterr);
/**
 * Give a user a password: a new one, or the first (then the user is added; the file, too). A
 * disabled user stays disabled. On disk when it returns.
 * @param password  UTF-8, FX_USERS_PASSWORD_MIN to _MAX characters, no control characters
 * @return 0, FX_EINVAL (name or password, in words), FX_ELIMIT (too many users), as
 *         fx_users_check(), FX_ENOSPC and other errors of writing
 */
FX_MUST_CHECK int fx_users_set_password(struct fx_users *u, const char *name,
					const char *password, int64_t now_at,
					struct fx_reason *reterr);
/** @return as fx_users_set_password(), FX_ENOENT */
FX_MUST_CHECK int fx_users_set_disabled(struct fx_users *u, const char *name, bool disabled,
					struct fx_reason *reterr);
/** @return as fx_users_set_password(), FX_ENOENT */
FX_MUST_CHECK int fx_users_remove(struct fx_users *u, const char *name,
				  struct fx_reason *reterr);
/** All, sorted by name, without their hashes. The array is the caller's (fx_free()). */
FX_MUST_CHECK int fx_users_list(struct fx_users *u, struct fx_user **ret, size_t *ret_n,
				struct fx_reason *reterr);

/** May a user have this name here? @return 0 or FX_EINVAL with the reason */
FX_MUST_CHECK int fx_users_name_ok(const char *name, struct fx_reason *reterr);

#endif
