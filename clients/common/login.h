/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/common/login.h
 * As whom a program logs in at a server on the network, and where that is kept:
 * CASELLI_USER with CASELLI_PASSWORD_FILE, else (Linux) the file of `caselli login`, else
 * whoever is logged in (a Kerberos ticket; on Windows the session). Decision 0741.
 * Thread: any. Owner: a struct fx_login holds a password; fx_login_wipe() it.
 */
#ifndef FX_CLIENTS_COMMON_LOGIN_H
#define FX_CLIENTS_COMMON_LOGIN_H

#include "base/bytes.h"
#include "rpc/auth/auth.h"

#define FX_LOGIN_TEXT_MAX  256u   /**< host, user, domain, password with NUL */
#define FX_LOGIN_FILE_MAX  65536u /**< bytes of the file */
#define FX_LOGIN_HOSTS_MAX 256u   /**< sections of the file */

struct fx_login {
	char user[FX_LOGIN_TEXT_MAX]; /**< "": whoever is logged in */
	char domain[FX_LOGIN_TEXT_MAX];
	char password[FX_LOGIN_TEXT_MAX];
	enum fx_auth_type type;
	enum fx_auth_level level;
};
void fx_login_wipe(struct fx_login *l);
/** "user", "DOMAIN\user" or "user@domain" into both parts. @return false: empty or too long */
bool fx_login_set_user(struct fx_login *l, const char *text);
/**
 * @param host, port  of the server as it was named; port "" = by the endpoint mapper
 * @return 0, or FX_EACCES (a file others may read), FX_EINVAL (malformed), FX_EIO, FX_ENOMEM,
 *         each with the reason
 */
FX_MUST_CHECK int fx_login_find(const char *host, const char *port, struct fx_login *ret,
				struct fx_reason *reterr);

/** Type and level: CASELLI_AUTH, CASELLI_AUTH_LEVEL; else NTLM with a user, SPNEGO without, and
 * privacy. @return 0, FX_EINVAL with the reason */
FX_MUST_CHECK int fx_login_choices(struct fx_login *l, struct fx_reason *reterr);

/** What stands in the file for a server: sections "[HOST]", "[HOST:PORT]" (which goes first) with
 * `user = NAME` and `password = TEXT`, or "TEXT" with \" and \\ inside.
 * @return 0, FX_ENOENT (nothing), FX_EINVAL (malformed: the line is in reterr), FX_ELIMIT */
FX_MUST_CHECK int fx_login_parse(const char *p, size_t n, const char *host, const char *port,
				 struct fx_login *ret, struct fx_reason *reterr);
/** The file without the section "[name]", and with a new one for l unless that is NULL.
 * @return 0, FX_ENOENT (nothing to remove), FX_EINVAL, FX_ELIMIT, FX_ENOMEM */
FX_MUST_CHECK int fx_login_edit(const char *p, size_t n, const char *name, const struct fx_login *l,
				struct fx_buf *out, struct fx_reason *reterr);

#ifndef _WIN32
/** $XDG_CONFIG_HOME/caselli/credentials, ~/.config/caselli/credentials. @return false: no home */
bool fx_login_file(char *dst, size_t size);
/** FX_ENOENT: no file, or no such section. */
FX_MUST_CHECK int fx_login_file_find(const char *host, const char *port, struct fx_login *ret,
				     struct fx_reason *reterr);
/** Replace the section; l NULL: remove it. The file is for the user alone and changes as a whole.
 * @param name  HOST or HOST:PORT
 * @return 0, FX_ENOENT (nothing to remove), or as fx_login_find() */
FX_MUST_CHECK int fx_login_file_put(const char *name, const struct fx_login *l,
				    struct fx_reason *reterr);
#endif

#endif
