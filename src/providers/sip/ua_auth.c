/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Digest (RFC 7616, RFC 8760). libre knows MD5 only and gives up on a reply that offers SHA-256
 * beside it, so the answer is computed here: SHA-256 when offered, else MD5.
 */
#include "providers/sip/ua_priv.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdio.h>
#include <string.h>
#include "base/str.h"

#define TRIES_MAX 2 /* one for the challenge, one for a stale nonce */

static bool pl_is(const struct pl *p, const char *word)
{
	return p->p && !pl_strcasecmp(p, word);
}

static void unquoted(char *dst, size_t size, const struct pl *p)
{
	fx_pl_copy(dst, size, p);
}

/* One challenge header; a better one than what we have replaces it. */
static bool take(struct fx_auth *a, const struct pl *value, bool proxy, bool *stale)
{
	struct httpauth_digest_chall c;
	bool sha;

	memset(&c, 0, sizeof(c));
	if (httpauth_digest_challenge_decode(&c, value)) {
		return false;
	}
	sha = pl_is(&c.algorithm, "SHA-256");
	if (c.algorithm.p && !sha && !pl_is(&c.algorithm, "MD5")) {
		return false; /* MD5-sess, SHA-512-256: nobody demands them alone */
	}
	if (a->has && a->sha256 && !sha) {
		return false;
	}
	if (c.realm.l >= sizeof(a->realm) || c.nonce.l >= sizeof(a->nonce) ||
	    c.opaque.l >= sizeof(a->opaque)) {
		return false; /* cut they would be wrong */
	}
	unquoted(a->realm, sizeof(a->realm), &c.realm);
	unquoted(a->nonce, sizeof(a->nonce), &c.nonce);
	unquoted(a->opaque, sizeof(a->opaque), &c.opaque);
	a->qop = c.qop.p && c.qop.l && pl_strcasecmp(&c.qop, "auth-int");
	a->sha256 = sha;
	a->proxy = proxy;
	a->has = true;
	*stale = pl_is(&c.stale, "true");
	return true;
}

struct look {
	struct fx_auth *a;
	bool proxy, found, stale;
};

static bool on_header(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct look *l = arg;

	(void)msg;
	l->found |= take(l->a, &hdr->val, l->proxy, &l->stale);
	return false;
}

int fx_auth_challenge(struct fx_auth *a, const struct sip_msg *msg, const struct fx_ua_way *w)
{
	struct look l = {.a = a, .proxy = msg->scode == 407};
	bool again = a->has && a->tries > 0;

	if (!w->auth_user || !w->auth_password || a->tries >= TRIES_MAX) {
		return FX_EACCES;
	}
	a->has = false;
	(void)sip_msg_hdr_apply(msg, true, l.proxy ? SIP_HDR_PROXY_AUTHENTICATE :
						     SIP_HDR_WWW_AUTHENTICATE, on_header, &l);
	/* The same password again helps only when the nonce was too old. */
	if (!l.found || (again && !l.stale)) {
		return FX_EACCES;
	}
	a->tries++;
	a->nc = 0;
	return 0;
}

/* Hash of the parts with ':' between them, in lower-case hex. */
static void hash(bool sha256, char dst[65], const char *const *parts, size_t n)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char md[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	dst[0] = 0;
	if (!ctx || EVP_DigestInit_ex(ctx, sha256 ? EVP_sha256() : EVP_md5(), NULL) != 1) {
		EVP_MD_CTX_free(ctx);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		(void)EVP_DigestUpdate(ctx, ":", i > 0);
		(void)EVP_DigestUpdate(ctx, parts[i], strlen(parts[i]));
	}
	(void)EVP_DigestFinal_ex(ctx, md, &len);
	EVP_MD_CTX_free(ctx);
	for (unsigned i = 0; i < len && i < 32; i++) {
		(void)snprintf(dst + 2 * i, 3, "%02x", md[i]);
	}
}

void fx_auth_header(struct fx_auth *a, const struct fx_ua_way *w, const char *method,
		    const char *uri, char *dst, size_t size)
{
	char ha1[65], ha2[65], answer[65], nc[9], cnonce[33] = "";
	unsigned char rnd[16];
	int n;

	dst[0] = 0;
	if (!a->has) {
		return;
	}
	if (RAND_bytes(rnd, sizeof(rnd)) != 1) {
		return; /* then the far end refuses us, which is told */
	}
	for (unsigned i = 0; i < sizeof(rnd); i++) {
		(void)snprintf(cnonce + 2 * i, 3, "%02x", rnd[i]);
	}
	(void)snprintf(nc, sizeof(nc), "%08x", ++a->nc);
	hash(a->sha256, ha1, (const char *[]){w->auth_user, a->realm, w->auth_password}, 3);
	hash(a->sha256, ha2, (const char *[]){method, uri}, 2);
	if (a->qop) {
		hash(a->sha256, answer,
		     (const char *[]){ha1, a->nonce, nc, cnonce, "auth", ha2}, 6);
	} else {
		hash(a->sha256, answer, (const char *[]){ha1, a->nonce, ha2}, 3);
	}
	n = snprintf(dst, size,
		     "%sAuthorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", "
		     "uri=\"%s\", response=\"%s\", algorithm=%s",
		     a->proxy ? "Proxy-" : "", w->auth_user, a->realm, a->nonce, uri, answer,
		     a->sha256 ? "SHA-256" : "MD5");
	if (n > 0 && (size_t)n < size && *a->opaque) {
		n += snprintf(dst + n, size - (size_t)n, ", opaque=\"%s\"", a->opaque);
	}
	if (n > 0 && (size_t)n < size && a->qop) {
		n += snprintf(dst + n, size - (size_t)n, ", qop=auth, nc=%s, cnonce=\"%s\"", nc,
			      cnonce);
	}
	if (n > 0 && (size_t)n < size) {
		n += snprintf(dst + n, size - (size_t)n, "\r\n");
	}
	if (n < 0 || (size_t)n >= size) {
		dst[0] = 0;
	}
}
