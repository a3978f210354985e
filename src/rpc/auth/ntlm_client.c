/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/ntlm_priv.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"

#define NEEDED (FX_NTLM_UNICODE | FX_NTLM_EXTENDED | FX_NTLM_128 | FX_NTLM_TARGET_INFO)
#define EPOCH_1601_S UINT64_C(11644473600)
#define NAME_MAX_BYTES 512u

struct client {
	struct ntlm n;
	struct fx_buf user, domain; /* UTF-16LE, as sent */
	char host[256];
	uint8_t nt_hash[16];
	bool (*is_own)(void *arg, const uint8_t nonce[8]);
	void *is_own_arg;
};

static int start(struct client *k, struct fx_buf *out)
{
	struct ntlm *c = &k->n;

	/* signing is asked for at every level, so that a key is always exchanged */
	c->flags = FX_NTLM_UNICODE | FX_NTLM_REQUEST_TARGET | FX_NTLM_NTLM | FX_NTLM_SIGN |
		   FX_NTLM_ALWAYS_SIGN | FX_NTLM_EXTENDED | FX_NTLM_TARGET_INFO | FX_NTLM_128 |
		   FX_NTLM_KEY_EXCH | FX_NTLM_56 |
		   (c->auth.level == FX_AUTH_LEVEL_PRIVACY ? FX_NTLM_SEAL : 0);
	fx_ntlm_negotiate_put(&c->negotiate, c->flags);
	fx_buf_put(out, c->negotiate.data, c->negotiate.len);
	c->state = NTLM_WAITING;
	return c->negotiate.err ? c->negotiate.err : 1;
}

/* The server's pairs with ours: flags, and the name we meant to call. */
static void put_pairs(struct client *k, struct fx_buf *b, struct fx_ntlm_field info)
{
	static const enum fx_ntlm_av ids[] = {FX_NTLM_AV_NB_DOMAIN, FX_NTLM_AV_NB_COMPUTER,
		FX_NTLM_AV_DNS_DOMAIN, FX_NTLM_AV_DNS_COMPUTER, FX_NTLM_AV_TIME};
	uint8_t flags[4] = {FX_NTLM_AV_FLAG_MIC};
	struct fx_ntlm_field f;
	char spn[300];

	for (size_t i = 0; i < FX_ARRAY_LEN(ids); i++) {
		if (fx_ntlm_av_find(info, ids[i], &f) == 0) {
			fx_ntlm_av_put(b, ids[i], f.p, f.n);
		}
	}
	if (k->n.mic) {
		fx_ntlm_av_put(b, FX_NTLM_AV_FLAGS, flags, sizeof(flags));
	}
	if (k->host[0]) {
		(void)snprintf(spn, sizeof(spn), "host/%s", k->host);
		fx_ntlm_av_put_text(b, FX_NTLM_AV_TARGET, spn);
	}
	fx_ntlm_av_put(b, FX_NTLM_AV_EOL, NULL, 0);
}

static void put_time(struct fx_buf *b, struct fx_ntlm_field info)
{
	struct fx_ntlm_field f;
	struct timespec now = {0};

	if (fx_ntlm_av_find(info, FX_NTLM_AV_TIME, &f) == 0) {
		fx_buf_put(b, f.p, 8);
		return;
	}
	/* an old server: it wants a date near its own ([MS-NLMP] 3.1.5.1.2) */
	(void)clock_gettime(CLOCK_REALTIME, &now);
	fx_buf_u64(b, ((uint64_t)now.tv_sec + EPOCH_1601_S) * 10000000);
}

/* The NTLMv2 response, proof in front, and the base key. */
static int respond(struct client *k, const struct fx_ntlm_challenge *ch, struct fx_buf *nt,
		   uint8_t base[16])
{
	uint8_t owf[16], nonce[8];
	int err;

	if (getrandom(nonce, sizeof(nonce), 0) != (ssize_t)sizeof(nonce)) {
		return FX_EIO;
	}
	fx_buf_zero(nt, 16); /* the proof goes here */
	fx_buf_u16(nt, 0x0101);
	fx_buf_zero(nt, 6);
	put_time(nt, ch->info);
	fx_buf_put(nt, nonce, sizeof(nonce));
	fx_buf_zero(nt, 4);
	put_pairs(k, nt, ch->info);
	fx_buf_zero(nt, 4);
	err = nt->err ? nt->err :
	      fx_ntlm_owf2(k->nt_hash, (struct fx_ntlm_field){k->user.data, k->user.len},
			   (struct fx_ntlm_field){k->domain.data, k->domain.len}, owf);
	if (!err) {
		fx_ntlm_hmac(owf, ch->nonce, 8, nt->data + 16, nt->len - 16, nt->data);
		fx_ntlm_hmac(owf, nt->data, 16, NULL, 0, base);
		explicit_bzero(owf, sizeof(owf));
	}
	return err;
}

static void our_name(struct fx_buf *b)
{
	char name[64] = "";

	if (gethostname(name, sizeof(name) - 1) == 0) {
		name[strcspn(name, ".")] = '\0';
		fx_ntlm_put_text(b, name);
	}
}

static int finish(struct client *k, const struct fx_ntlm_challenge *ch, struct fx_buf *out)
{
	static const uint8_t lm[24]; /* [MS-NLMP] 3.1.5.1.2: zeros beside NTLMv2 with a time */
	struct ntlm *c = &k->n;
	struct fx_ntlm_auth a = {.flags = c->flags, .has_mic = true, .lm = {lm, sizeof(lm)},
		.user = {k->user.data, k->user.len}, .domain = {k->domain.data, k->domain.len}};
	uint8_t base[16] = {0}, exported[16], sealed[16];
	struct fx_buf nt = {0}, name = {0};
	size_t at = out->len;
	int err = respond(k, ch, &nt, base);

	our_name(&name);
	err = err ? err : name.err;
	if (!err && c->flags & FX_NTLM_KEY_EXCH) {
		err = getrandom(exported, 16, 0) == 16 ? 0 : FX_EIO;
		fx_ntlm_rc4(base, exported, sealed);
		a.key = (struct fx_ntlm_field){sealed, 16};
	} else {
		memcpy(exported, base, 16);
	}
	if (!err) {
		a.nt = (struct fx_ntlm_field){nt.data, nt.len};
		a.host = (struct fx_ntlm_field){name.data, name.len};
		fx_ntlm_auth_put(out, &a);
		err = out->err;
	}
	if (!err && c->mic) {
		fx_ntlm_mic(exported, &c->negotiate, &c->challenge, out->data + at, out->len - at,
			    out->data + at + FX_NTLM_MIC_AT);
	}
	if (!err) {
		fx_ntlm_session(c, exported, true);
	}
	explicit_bzero(base, sizeof(base));
	explicit_bzero(exported, sizeof(exported));
	fx_buf_fini(&nt);
	fx_buf_fini(&name);
	return err;
}

static int on_challenge(struct client *k, const void *in, size_t n, struct fx_buf *out,
			struct fx_reason *reterr)
{
	struct fx_ntlm_challenge ch;
	struct ntlm *c = &k->n;
	struct fx_ntlm_field f;
	uint32_t seal = c->flags & FX_NTLM_SEAL;

	if (fx_ntlm_challenge_get(in, n, &ch)) {
		return fx_fail(reterr, FX_EPROTO, "the server's NTLM challenge is malformed");
	}
	if ((ch.flags & NEEDED) != NEEDED || (ch.flags & seal) != seal) {
		return fx_fail(
			reterr, FX_EACCES,
			"the server offers NTLM without extended session security, 128 bit keys, "
			"Unicode or sealing (flags %08x)",
			ch.flags);
	}
	if (k->is_own && k->is_own(k->is_own_arg, ch.nonce)) {
		return fx_fail(reterr, FX_EACCES, "it hands our own NTLM challenge back to us");
	}
	fx_buf_put(&c->challenge, in, n);
	if (c->challenge.err) {
		return c->challenge.err;
	}
	c->flags &= ch.flags | FX_NTLM_REQUEST_TARGET;
	c->mic = fx_ntlm_av_find(ch.info, FX_NTLM_AV_TIME, &f) == 0;
	return finish(k, &ch, out);
}

static int client_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		       struct fx_reason *reterr)
{
	struct client *k = (struct client *)a;
	int rc = FX_EPROTO;

	switch (k->n.state) {
	case NTLM_START:
		rc = start(k, out);
		break;
	case NTLM_WAITING:
		rc = on_challenge(k, in, n, out, reterr);
		break;
	case NTLM_DONE:
	case NTLM_BROKEN:
		fx_reason_set(reterr, "an NTLM message after the end of the handshake");
		break;
	}
	return rc < 0 ? fx_ntlm_broken(&k->n, rc) : rc;
}

static void client_free(struct fx_auth *a)
{
	struct client *k = (struct client *)a;

	fx_ntlm_fini(&k->n);
	fx_buf_fini(&k->user);
	fx_buf_fini(&k->domain);
	explicit_bzero(k->nt_hash, sizeof(k->nt_hash));
	(void)fx_free(k);
}

static const struct fx_auth_ops client_ops = {
	.step = client_step, .token_size = fx_ntlm_token_size, .protect = fx_ntlm_protect_pdu,
	.unprotect = fx_ntlm_unprotect_pdu, .free = client_free,
};

/* "DOMAIN\name" in two; "name@domain" goes as it is, with no domain, as Windows sends it */
static void put_names(struct client *k, const char *user, const char *domain)
{
	const char *cut = strchr(user, '\\');
	char front[NAME_MAX_BYTES];

	if (cut && !*domain) {
		(void)fx_strlcpy(front, user, (size_t)(cut - user) + 1);
		domain = front;
		user = cut + 1;
	}
	fx_ntlm_put_text(&k->user, user);
	fx_ntlm_put_text(&k->domain, domain);
}

int fx_ntlm_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
		     struct fx_reason *reterr)
{
	const char *user = fx_text(prm->user), *domain = fx_text(prm->domain);
	struct client *k;
	int err;

	if (!*user || !prm->password) {
		return fx_fail(reterr, FX_EACCES, "NTLM needs a user name and a password");
	}
	if (strlen(user) >= NAME_MAX_BYTES || strlen(domain) >= NAME_MAX_BYTES) {
		return fx_fail(reterr, FX_EINVAL, "the name of user or domain is too long");
	}
	k = fx_zalloc(sizeof(*k));
	if (!k) {
		return FX_ENOMEM;
	}
	k->n.auth.ops = &client_ops;
	k->n.auth.type = FX_AUTH_NTLM;
	k->n.auth.level = prm->level;
	(void)fx_strlcpy(k->host, fx_text(prm->host), sizeof(k->host));
	put_names(k, user, domain);
	k->is_own = prm->is_own;
	k->is_own_arg = prm->is_own_arg;
	err = fx_ntlm_hash(prm->password, k->nt_hash);
	err = err ? err : k->user.err ? k->user.err : k->domain.err;
	if (err) {
		client_free(&k->n.auth);
		return err;
	}
	*ret = &k->n.auth;
	return 0;
}
