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
#include <strings.h>
#include "base/str.h"

#define TRIES_MAX 4 /* proxy and server, and each once more for a stale nonce */

static bool pl_is(const struct pl *p, const char *word)
{
	return p->p && !pl_strcasecmp(p, word);
}

/* Is "auth" one of qop="auth,auth-int"? */
static bool has_auth(const struct pl *qop)
{
	for (size_t i = 0; qop->p && i + 4 <= qop->l; i++) {
		bool begins = i == 0 || strchr(", \t", qop->p[i - 1]);
		bool ends = i + 4 == qop->l || strchr(", \t", qop->p[i + 4]);

		if (begins && ends && !strncasecmp(qop->p + i, "auth", 4)) {
			return true;
		}
	}
	return false;
}

/* As it stood between the quotes, since it goes back and into the hash like that. */
static bool raw(char *dst, size_t size, const struct pl *p)
{
	size_t n = p->p ? p->l : 0;

	if (n >= size || (n && memchr(p->p, 0, n))) {
		return false; /* cut it would be wrong */
	}
	for (size_t i = 0; i < n; i++) {
		if (p->p[i] == '\r' || p->p[i] == '\n') {
			return false;
		}
		dst[i] = p->p[i];
	}
	dst[n] = 0;
	return true;
}

/* One challenge header; a better one than what this reply had before replaces it. */
static bool take(struct fx_auth_realm *a, const struct pl *value, bool found, bool *stale)
{
	struct httpauth_digest_chall c;
	struct fx_auth_realm r;
	bool sha;

	memset(&c, 0, sizeof(c));
	memset(&r, 0, sizeof(r));
	if (httpauth_digest_challenge_decode(&c, value)) {
		return false;
	}
	sha = pl_is(&c.algorithm, "SHA-256");
	if (c.algorithm.p && !sha && !pl_is(&c.algorithm, "MD5")) {
		return false; /* MD5-sess, SHA-512-256: nobody demands them alone */
	}
	if (found && (a->sha256 || !sha)) {
		return false; /* the first of the best (RFC 8760 2.4) */
	}
	if (!raw(r.realm, sizeof(r.realm), &c.realm) || !raw(r.nonce, sizeof(r.nonce), &c.nonce) ||
	    !raw(r.opaque, sizeof(r.opaque), &c.opaque)) {
		return false;
	}
	r.qop = has_auth(&c.qop);
	if (!r.qop && pl_isset(&c.qop)) {
		return false; /* auth-int alone */
	}
	r.sha256 = sha;
	r.has = true;
	r.answered = a->answered;
	*a = r;
	*stale = pl_is(&c.stale, "true");
	return true;
}

struct look {
	struct fx_auth_realm *a;
	bool found, stale;
};

static bool on_header(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct look *l = arg;

	(void)msg;
	l->found |= take(l->a, &hdr->val, l->found, &l->stale);
	return false;
}

void fx_auth_begin(struct fx_auth *a)
{
	a->tries = 0;
	a->www.answered = a->proxy.answered = false;
}

int fx_auth_challenge(struct fx_auth *a, const struct sip_msg *msg, const struct fx_ua_way *w)
{
	bool proxy = msg->scode == 407;
	struct look l = {.a = proxy ? &a->proxy : &a->www};

	if (!w->auth_user || !w->auth_password || a->tries >= TRIES_MAX) {
		return FX_EACCES;
	}
	(void)sip_msg_hdr_apply(msg, true, proxy ? SIP_HDR_PROXY_AUTHENTICATE :
						   SIP_HDR_WWW_AUTHENTICATE, on_header, &l);
	/* The same password again helps only when the nonce was too old. */
	if (!l.found || (l.a->answered && !l.stale)) {
		return FX_EACCES;
	}
	l.a->answered = true;
	a->tries++;
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

static void one_header(struct fx_auth_realm *a, bool proxy, const struct fx_ua_way *w,
		       const char *method, const char *uri, char *dst, size_t size)
{
	char ha1[65], ha2[65], answer[65], nc[9], cnonce[33] = "", user[300], more[400] = "";
	unsigned char rnd[16];
	int n;

	if (!a->has || RAND_bytes(rnd, sizeof(rnd)) != 1) {
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
	fx_hdr_quoted(user, sizeof(user), w->auth_user);
	(void)snprintf(more, sizeof(more), "%s%s%s", *a->opaque ? ", opaque=\"" : "", a->opaque,
		       *a->opaque ? "\"" : "");
	n = snprintf(dst, size,
		     "%sAuthorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", "
		     "uri=\"%s\", response=\"%s\", algorithm=%s%s%s%s%s%s%s\r\n",
		     proxy ? "Proxy-" : "", user, a->realm, a->nonce, uri, answer,
		     a->sha256 ? "SHA-256" : "MD5", more, a->qop ? ", qop=auth, nc=" : "",
		     a->qop ? nc : "", a->qop ? ", cnonce=\"" : "", a->qop ? cnonce : "",
		     a->qop ? "\"" : "");
	if (n < 0 || (size_t)n >= size) {
		dst[0] = 0;
	}
}

void fx_auth_header(struct fx_auth *a, const struct fx_ua_way *w, const char *method,
		    const char *uri, char *dst)
{
	size_t n;

	dst[0] = 0;
	one_header(&a->www, false, w, method, uri, dst, FX_UA_AUTH_SIZE);
	n = strlen(dst);
	one_header(&a->proxy, true, w, method, uri, dst + n, FX_UA_AUTH_SIZE - n);
}
