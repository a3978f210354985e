/* SPDX-License-Identifier: Apache-2.0 */
/* The server side: which mechanism, and who vouches for whom. */
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/gss.h"
#include "rpc/auth/server_priv.h"
#include "rpc/auth/spnego.h"
#include "rpc/auth/winbind.h"

static const char *own(const char *s, int *err)
{
	const char *copy = fx_strdup(s);

	if (s && !copy) {
		*err = FX_ENOMEM;
	}
	return copy;
}

/* A NetBIOS name: 15 characters, capitals, up to the first dot. */
static void netbios(char dst[16], const char *name)
{
	(void)fx_strlcpy(dst, name, 16);
	dst[strcspn(dst, ".")] = '\0';
	for (char *p = dst; *p; p++) {
		if (*p >= 'a' && *p <= 'z') {
			*p = (char)(*p - 0x20);
		}
	}
}

static void names(struct fx_auth_server *s)
{
	char host[256] = "localhost";
	const char *dot;

	if (!s->prm.host && gethostname(host, sizeof(host) - 1)) {
		(void)fx_strlcpy(host, "localhost", sizeof(host));
	}
	(void)fx_strlcpy(s->dns_computer, s->prm.host ? s->prm.host : host, sizeof(host));
	netbios(s->nb_computer, s->dns_computer);
	netbios(s->nb_domain, s->prm.domain ? s->prm.domain : s->dns_computer);
	dot = strchr(s->dns_computer, '.');
	(void)fx_strlcpy(s->dns_domain, dot ? dot + 1 : s->dns_computer, sizeof(s->dns_domain));
}

int fx_auth_server_new(const struct fx_auth_server_prm *prm, struct fx_auth_server **ret,
		       struct fx_reason *reterr)
{
	struct fx_auth_server *s;
	int err = 0;

	if (!prm->wall_us) {
		return fx_fail(reterr, FX_EINVAL, "authentication needs a clock");
	}
	s = fx_zalloc(sizeof(*s));
	if (!s) {
		return FX_ENOMEM;
	}
	s->prm = *prm;
	s->prm.users_file = own(prm->users_file, &err);
	s->prm.host = own(prm->host, &err);
	s->prm.domain = own(prm->domain, &err);
	s->prm.keytab = own(prm->keytab, &err);
	names(s);
	err = err ? err : fx_throttle_new(&s->throttle);
	err = err ? err : fx_ntlm_issued_new(&s->issued);
	if (!err && prm->users_file) {
		err = fx_users_open(prm->users_file, &s->users);
		err = err ? err : fx_users_check(s->users, reterr);
	}
	if (err) {
		(void)fx_auth_server_free(s);
		return err;
	}
	*ret = s;
	return 0;
}

struct fx_auth_server *fx_auth_server_free(struct fx_auth_server *s)
{
	if (s) {
		(void)fx_users_close(s->users);
		(void)fx_throttle_free(s->throttle);
		(void)fx_ntlm_issued_free(s->issued);
		(void)fx_free((void *)(uintptr_t)s->prm.users_file);
		(void)fx_free((void *)(uintptr_t)s->prm.host);
		(void)fx_free((void *)(uintptr_t)s->prm.domain);
		(void)fx_free((void *)(uintptr_t)s->prm.keytab);
		(void)fx_free(s);
	}
	return NULL;
}

bool fx_auth_server_issued(struct fx_auth_server *s, const uint8_t nonce[8])
{
	return fx_ntlm_issued_has(s->issued, nonce);
}

/* "name" of "name@domain": the file has names alone. */
static void plain_name(char dst[128], const char *user)
{
	(void)fx_strlcpy(dst, user, 128);
	dst[strcspn(dst, "@")] = '\0';
}

/* @return 0, FX_ENOENT (not in the file), FX_EACCES, FX_EIO, FX_ENOMEM */
static int ask_file(struct fx_auth_server *s, const struct fx_ntlm_claim *c, const char *name,
		    uint8_t ret_key[16], struct fx_auth_peer *peer, struct fx_reason *reterr)
{
	struct fx_reason why = {0};
	struct fx_user user;
	int err = s->users ? fx_users_lookup(s->users, name, &user, &why) : FX_ENOENT;

	if (err == FX_ENOENT || err == FX_ENOMEM) {
		return err;
	}
	if (err) {
		return fx_fail(reterr, FX_EIO, "%s", why.text);
	}
	err = fx_ntlm_claim_check(c, user.nt_hash, ret_key);
	if (err == FX_EACCES) {
		fx_reason_set(reterr, "wrong password for user %s, from %s", user.name, c->host);
	} else if (!err && user.disabled) {
		explicit_bzero(ret_key, 16);
		err = fx_fail(reterr, FX_EACCES, "user %s is disabled", user.name);
	}
	if (!err) {
		(void)fx_strlcpy(peer->user, user.name, sizeof(peer->user));
		(void)fx_strlcpy(peer->mech, "ntlm", sizeof(peer->mech));
	}
	explicit_bzero(&user, sizeof(user));
	return err;
}

static int unknown_user(const struct fx_ntlm_claim *c, uint8_t ret_key[16],
			struct fx_reason *reterr)
{
	static const uint8_t nobody[16];

	/* the work of a known name, so that time tells nothing */
	int err = fx_ntlm_claim_check(c, nobody, ret_key);

	explicit_bzero(ret_key, 16);
	return err == FX_ENOMEM ?
		       err :
		       fx_fail(reterr, FX_EACCES, "no user %s%s%s in the file of users, from %s",
			       c->domain, *c->domain ? "\\" : "", c->user, c->host);
}

static int verify(void *arg, const struct fx_ntlm_claim *c, uint8_t ret_key[16],
		  struct fx_auth_peer *peer, struct fx_reason *reterr)
{
	struct fx_auth_server *s = arg;
	int64_t now = s->prm.wall_us(s->prm.wall_arg), wait;
	char name[128];
	int err;

	plain_name(name, c->user);
	wait = fx_throttle_wait_us(s->throttle, name, now);
	if (wait > 0) {
		return fx_fail(reterr, FX_EACCES,
			       "user %s came with wrong passwords; not heard for "
			       "another %lld s",
			       name, (long long)(wait / 1000000 + 1));
	}
	err = ask_file(s, c, name, ret_key, peer, reterr);
	if (err == FX_ENOENT && s->prm.winbind) {
		err = fx_winbind_verify(c, ret_key, peer, reterr);
	} else if (err == FX_ENOENT) {
		err = unknown_user(c, ret_key, reterr);
	}
	if (err == FX_EACCES) {
		fx_throttle_wrong(s->throttle, name, now);
	} else if (!err) {
		fx_throttle_right(s->throttle, name);
	}
	return err;
}

static int make_ntlm(void *arg, enum fx_auth_level level, struct fx_auth **ret)
{
	struct fx_auth_server *s = arg;
	struct fx_ntlm_server_prm prm = {.level = level, .issued = s->issued,
		.names = {s->nb_computer, s->nb_domain, s->dns_computer, s->dns_domain},
		.wall_us = s->prm.wall_us, .wall_arg = s->prm.wall_arg, .verify = verify,
		.verify_arg = s};

	return fx_ntlm_accept(&prm, ret);
}

static int make_spnego_kerberos(void *arg, enum fx_auth_level level, struct fx_auth **ret)
{
	struct fx_auth_server *s = arg;

	return fx_gss_accept(FX_AUTH_SPNEGO, level, s->prm.keytab, ret);
}

int fx_auth_accept(struct fx_auth_server *s, unsigned type, unsigned level, struct fx_auth **ret)
{
	struct fx_spnego_server_prm prm = {.level = (enum fx_auth_level)level, .ntlm = make_ntlm,
		.kerberos = s->prm.kerberos ? make_spnego_kerberos : NULL, .arg = s};

	if (level < FX_AUTH_LEVEL_CONNECT || level > FX_AUTH_LEVEL_PRIVACY) {
		return FX_ENOSYS;
	}
	if (type == FX_AUTH_NTLM) {
		return make_ntlm(s, prm.level, ret);
	}
	if (type == FX_AUTH_SPNEGO) {
		return fx_spnego_accept(&prm, ret);
	}
	if (type == FX_AUTH_KERBEROS && s->prm.kerberos) {
		return fx_gss_accept(FX_AUTH_KERBEROS, prm.level, s->prm.keytab, ret);
	}
	return FX_ENOSYS;
}
