/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/ntlm_priv.h"

#include <pthread.h>
#include <string.h>
#include <sys/random.h>

#include "base/list.h"
#include "base/mem.h"
#include "base/str.h"

/* what a client has to speak, and what is taken up when it offers it */
#define NEEDED   (FX_NTLM_UNICODE | FX_NTLM_NTLM | FX_NTLM_EXTENDED | FX_NTLM_128)
#define POSSIBLE (NEEDED | FX_NTLM_SIGN | FX_NTLM_SEAL | FX_NTLM_ALWAYS_SIGN | \
		  FX_NTLM_KEY_EXCH | FX_NTLM_56 | FX_NTLM_REQUEST_TARGET | FX_NTLM_VERSION)
#define EPOCH_1601_US UINT64_C(11644473600000000)

struct server {
	struct ntlm n;
	struct fx_ntlm_server_prm prm;
	uint8_t nonce[8];
	struct fx_link link; /* fx_ntlm_issued.list */
};

/* ---- challenges that wait ---- */

struct fx_ntlm_issued {
	pthread_mutex_t lock;
	struct fx_link list;
};

int fx_ntlm_issued_new(struct fx_ntlm_issued **ret)
{
	struct fx_ntlm_issued *i = fx_zalloc(sizeof(*i));

	if (!i) {
		return FX_ENOMEM;
	}
	(void)pthread_mutex_init(&i->lock, NULL);
	fx_list_init(&i->list);
	*ret = i;
	return 0;
}

struct fx_ntlm_issued *fx_ntlm_issued_free(struct fx_ntlm_issued *i)
{
	if (i) {
		(void)pthread_mutex_destroy(&i->lock);
	}
	return fx_free(i);
}

bool fx_ntlm_issued_has(struct fx_ntlm_issued *i, const uint8_t nonce[8])
{
	bool has = false;

	(void)pthread_mutex_lock(&i->lock);
	FX_LIST_EACH(&i->list, it) {
		has |= !memcmp(FX_CONTAINER(it, struct server, link)->nonce, nonce, 8);
	}
	(void)pthread_mutex_unlock(&i->lock);
	return has;
}

/* Is the challenge out, or is it answered? */
static void mark(struct server *s, bool waits)
{
	struct fx_ntlm_issued *i = s->prm.issued;

	if (i) {
		(void)pthread_mutex_lock(&i->lock);
		fx_list_remove(&s->link);
		if (waits) {
			fx_list_append(&i->list, &s->link);
		}
		(void)pthread_mutex_unlock(&i->lock);
	}
}

/* ---- the handshake ---- */

/* Does this level need what was not agreed? */
static int flags_ok(unsigned level, uint32_t flags, struct fx_reason *reterr)
{
	if ((flags & NEEDED) != NEEDED) {
		return fx_fail(
			reterr, FX_EACCES,
			"the client offers NTLM without Unicode, extended session security or "
			"128 bit keys (flags %08x)",
			flags);
	}
	if (level == FX_AUTH_LEVEL_PRIVACY && !(flags & FX_NTLM_SEAL)) {
		return fx_fail(reterr, FX_EACCES, "level privacy without sealing (flags %08x)",
			       flags);
	}
	if (level >= FX_AUTH_LEVEL_CALL && !(flags & (FX_NTLM_SIGN | FX_NTLM_ALWAYS_SIGN))) {
		return fx_fail(reterr, FX_EACCES, "signed calls without signing (flags %08x)",
			       flags);
	}
	return 0;
}

static int on_negotiate(struct server *s, const void *in, size_t n, struct fx_buf *out,
			struct fx_reason *reterr)
{
	struct ntlm *c = &s->n;
	uint32_t offered;
	int err;

	if (fx_ntlm_negotiate_get(in, n, &offered)) {
		return fx_fail(reterr, FX_EPROTO, "not an NTLM NEGOTIATE message");
	}
	if (offered & FX_NTLM_DATAGRAM) {
		return fx_fail(reterr, FX_EACCES, "NTLM for datagrams");
	}
	c->flags = offered & POSSIBLE;
	err = flags_ok(s->n.auth.level, c->flags, reterr);
	if (err) {
		return err;
	}
	if (getrandom(s->nonce, sizeof(s->nonce), 0) != (ssize_t)sizeof(s->nonce)) {
		return fx_fail(reterr, FX_EIO, "no random numbers");
	}
	fx_ntlm_challenge_put(&c->challenge, c->flags | FX_NTLM_TARGET_INFO |
			      FX_NTLM_TARGET_SERVER | FX_NTLM_VERSION | FX_NTLM_REQUEST_TARGET,
			      s->nonce, &s->prm.names,
			      ((uint64_t)s->prm.wall_us(s->prm.wall_arg) + EPOCH_1601_US) * 10);
	fx_buf_put(&c->negotiate, in, n);
	fx_buf_put(out, c->challenge.data, c->challenge.len);
	err = c->challenge.err ? c->challenge.err : c->negotiate.err;
	if (!err) {
		c->state = NTLM_WAITING;
		mark(s, true);
	}
	return err ? err : 1;
}

/* UTF-16LE to a text that fits into dst; a name of a stranger, so checked for odd characters */
static int name_get(char *dst, size_t size, struct fx_ntlm_field f)
{
	char text[3 * 256 + 1];
	size_t n;

	if (f.n > 2 * (sizeof(text) - 1) / 3) {
		return FX_ELIMIT;
	}
	n = fx_utf16le_get(text, f.p, f.n / 2);
	if (n >= size || memchr(text, '\0', n)) {
		return FX_ELIMIT;
	}
	text[n] = '\0';
	fx_str_clean(text);
	(void)fx_strlcpy(dst, text, size);
	return 0;
}

/* The session's key, out of the base key and what the client sent encrypted with it. */
static int exported_key(const struct ntlm *c, const struct fx_ntlm_auth *a,
			const uint8_t base[16], uint8_t ret[16], struct fx_reason *reterr)
{
	bool exchange = (c->flags & FX_NTLM_KEY_EXCH) != 0;

	/* without SIGN and SEAL [MS-NLMP] 3.1.5.1.2 sends no key; some send one all the same */
	if (exchange && a->key.n == 16) {
		fx_ntlm_rc4(base, a->key.p, ret);
		return 0;
	}
	if (a->key.n != 0 || (exchange && c->flags & (FX_NTLM_SIGN | FX_NTLM_SEAL))) {
		return fx_fail(reterr, FX_EPROTO, "a session key of %zu bytes", a->key.n);
	}
	memcpy(ret, base, 16);
	return 0;
}

static int check_mic(struct ntlm *c, const struct fx_ntlm_auth *a, const struct fx_ntlm_v2 *v2,
		     const uint8_t exported[16], const void *in, size_t n,
		     struct fx_reason *reterr)
{
	struct fx_ntlm_field av;
	uint8_t want[16];

	if (fx_ntlm_av_find(v2->info, FX_NTLM_AV_FLAGS, &av) ||
	    !(av.p[0] & FX_NTLM_AV_FLAG_MIC)) {
		return 0;
	}
	if (!a->has_mic) {
		return fx_fail(reterr, FX_EPROTO,
			       "the client says that there is a MIC, but there is none");
	}
	fx_ntlm_mic(exported, &c->negotiate, &c->challenge, in, n, want);
	if (!fx_ntlm_same(want, a->mic, sizeof(want))) {
		return fx_fail(reterr, FX_EACCES, "the messages were changed on their way (MIC)");
	}
	c->mic = true;
	return 0;
}

static int prove(struct server *s, const struct fx_ntlm_auth *a, const void *in, size_t n,
		 struct fx_reason *reterr)
{
	struct ntlm *c = &s->n;
	char user[sizeof(c->auth.peer.user)], domain[sizeof(c->auth.peer.domain)], host[128];
	struct fx_ntlm_claim claim = {.user = user, .domain = domain, .host = host,
		.user16 = a->user, .domain16 = a->domain, .lm = a->lm, .nt = a->nt};
	uint8_t base[16] = {0}, exported[16] = {0};
	struct fx_auth_peer peer = {0};
	int err;

	if (a->user.n == 0 || a->flags & FX_NTLM_ANONYMOUS) {
		return fx_fail(reterr, FX_EACCES, "anonymous");
	}
	if (name_get(user, sizeof(user), a->user) || name_get(domain, sizeof(domain), a->domain)) {
		return fx_fail(reterr, FX_EACCES, "a name of user or domain that cannot be");
	}
	if (name_get(host, sizeof(host), a->host)) {
		host[0] = '\0'; /* only for the log */
	}
	if (a->nt.n == 24) {
		return fx_fail(reterr, FX_EACCES, "user %s comes with NTLMv1, which is refused",
			       user);
	}
	if (fx_ntlm_v2_get(a->nt, &claim.v2)) {
		return fx_fail(reterr, FX_EACCES, "user %s comes without an NTLMv2 response", user);
	}
	memcpy(claim.nonce, s->nonce, sizeof(claim.nonce));
	err = s->prm.verify(s->prm.verify_arg, &claim, base, &peer, reterr);
	if (!err) {
		err = exported_key(c, a, base, exported, reterr);
	}
	if (!err) {
		err = check_mic(c, a, &claim.v2, exported, in, n, reterr);
	}
	if (!err) {
		c->auth.peer = peer;
		fx_ntlm_session(c, exported, false);
	}
	explicit_bzero(base, sizeof(base));
	explicit_bzero(exported, sizeof(exported));
	return err;
}

static int on_authenticate(struct server *s, const void *in, size_t n, struct fx_reason *reterr)
{
	struct ntlm *c = &s->n;
	struct fx_ntlm_auth a;
	int err;

	if (fx_ntlm_auth_get(in, n, &a)) {
		return fx_fail(reterr, FX_EPROTO, "not an NTLM AUTHENTICATE message");
	}
	/* what was not in the challenge cannot be agreed now */
	c->flags &= a.flags;
	err = flags_ok(c->auth.level, c->flags, reterr);
	return err ? err : prove(s, &a, in, n, reterr);
}

static int server_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		       struct fx_reason *reterr)
{
	struct server *s = (struct server *)a;
	int rc = FX_EPROTO;

	switch (s->n.state) {
	case NTLM_START:
		rc = on_negotiate(s, in, n, out, reterr);
		break;
	case NTLM_WAITING:
		mark(s, false);
		rc = on_authenticate(s, in, n, reterr);
		break;
	case NTLM_DONE:
	case NTLM_BROKEN:
		fx_reason_set(reterr, "an NTLM message after the end of the handshake");
		break;
	}
	return rc < 0 ? fx_ntlm_broken(&s->n, rc) : rc;
}

static void server_free(struct fx_auth *a)
{
	struct server *s = (struct server *)a;

	mark(s, false);
	fx_ntlm_fini(&s->n);
	(void)fx_free(s);
}

static const struct fx_auth_ops server_ops = {
	.step = server_step, .token_size = fx_ntlm_token_size, .protect = fx_ntlm_protect_pdu,
	.unprotect = fx_ntlm_unprotect_pdu, .free = server_free,
};

int fx_ntlm_accept(const struct fx_ntlm_server_prm *prm, struct fx_auth **ret)
{
	struct server *s = fx_zalloc(sizeof(*s));

	if (!s) {
		return FX_ENOMEM;
	}
	s->n.auth.ops = &server_ops;
	s->n.auth.type = FX_AUTH_NTLM;
	s->n.auth.level = prm->level;
	s->prm = *prm;
	fx_list_init(&s->link);
	*ret = &s->n.auth;
	return 0;
}

int fx_ntlm_claim_check(const struct fx_ntlm_claim *c, const uint8_t nt_hash[16],
			uint8_t ret_key[16])
{
	uint8_t owf[16], proof[16];
	int err = fx_ntlm_owf2(nt_hash, c->user16, c->domain16, owf);

	if (err) {
		return err;
	}
	fx_ntlm_hmac(owf, c->nonce, sizeof(c->nonce), c->v2.temp.p, c->v2.temp.n, proof);
	if (fx_ntlm_same(proof, c->v2.proof, sizeof(proof))) {
		fx_ntlm_hmac(owf, proof, sizeof(proof), NULL, 0, ret_key);
	} else {
		err = FX_EACCES;
	}
	explicit_bzero(owf, sizeof(owf));
	explicit_bzero(proof, sizeof(proof));
	return err;
}
