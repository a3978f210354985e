/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/ntlm_crypt.h"

#include <nettle/hmac.h>
#include <nettle/md4.h>
#include <nettle/md5.h>
#include <nettle/memops.h>
#include <string.h>

#include "rpc/auth/upcase.h"

static void wipe_buf(struct fx_buf *b)
{
	if (b->data) {
		explicit_bzero(b->data, b->cap);
	}
	fx_buf_fini(b);
}

int fx_ntlm_hash(const char *password, uint8_t ret[16])
{
	struct fx_buf text = {0};
	struct md4_ctx md4;
	int err;

	/* room at once: growing would leave copies behind */
	if (!fx_buf_grow(&text, 2 * strlen(password) + 1)) {
		return text.err;
	}
	text.len = 0;
	fx_ntlm_put_text(&text, password);
	err = text.err;
	if (!err) {
		md4_init(&md4);
		md4_update(&md4, text.len, text.data);
		md4_digest(&md4, 16, ret);
		explicit_bzero(&md4, sizeof(md4));
	}
	wipe_buf(&text);
	return err;
}

void fx_ntlm_hmac(const uint8_t key[16], const void *a, size_t a_len, const void *b, size_t b_len,
		  uint8_t ret[16])
{
	struct hmac_md5_ctx h;

	hmac_md5_set_key(&h, 16, key);
	hmac_md5_update(&h, a_len, a);
	hmac_md5_update(&h, b_len, b);
	hmac_md5_digest(&h, 16, ret);
	explicit_bzero(&h, sizeof(h));
}

int fx_ntlm_owf2(const uint8_t nt_hash[16], struct fx_ntlm_field user,
		 struct fx_ntlm_field domain, uint8_t ret[16])
{
	struct fx_buf name = {0};
	int err;

	fx_buf_put(&name, user.p, user.n);
	err = name.err;
	if (!err) {
		fx_upcase16le(name.data, name.len / 2);
		fx_ntlm_hmac(nt_hash, name.data, name.len, domain.p, domain.n, ret);
	}
	fx_buf_fini(&name);
	return err;
}

bool fx_ntlm_same(const void *a, const void *b, size_t n)
{
	return memeql_sec(a, b, n);
}

void fx_ntlm_rc4(const uint8_t key[16], const uint8_t src[16], uint8_t dst[16])
{
	struct arcfour_ctx rc4;

	arcfour_set_key(&rc4, 16, key);
	arcfour_crypt(&rc4, 16, dst, src);
	explicit_bzero(&rc4, sizeof(rc4));
}

void fx_ntlm_mic(const uint8_t key[16], const struct fx_buf *negotiate,
		 const struct fx_buf *challenge, const void *auth, size_t auth_len,
		 uint8_t ret[16])
{
	static const uint8_t zeros[16];
	const uint8_t *p = auth;
	struct hmac_md5_ctx h;

	hmac_md5_set_key(&h, 16, key);
	hmac_md5_update(&h, negotiate->len, negotiate->data);
	hmac_md5_update(&h, challenge->len, challenge->data);
	hmac_md5_update(&h, FX_NTLM_MIC_AT, p);
	hmac_md5_update(&h, sizeof(zeros), zeros);
	hmac_md5_update(&h, auth_len - FX_NTLM_MIC_AT - sizeof(zeros),
			p + FX_NTLM_MIC_AT + sizeof(zeros));
	hmac_md5_digest(&h, 16, ret);
	explicit_bzero(&h, sizeof(h));
}

/* MD5 of a key and a text with its NUL ([MS-NLMP] 3.4.5.2, 3.4.5.3) */
static void derive(const uint8_t *key, size_t key_len, const char *text, uint8_t ret[16])
{
	struct md5_ctx md5;

	md5_init(&md5);
	md5_update(&md5, key_len, key);
	md5_update(&md5, strlen(text) + 1, (const uint8_t *)text);
	md5_digest(&md5, 16, ret);
	explicit_bzero(&md5, sizeof(md5));
}

void fx_ntlm_way_init(struct fx_ntlm_way *w, const uint8_t exported[16], uint32_t flags,
		      bool from_client)
{
	size_t len = flags & FX_NTLM_128 ? 16 : flags & FX_NTLM_56 ? 7 : 5;

	derive(exported, 16, from_client ?
	       "session key to client-to-server signing key magic constant" :
	       "session key to server-to-client signing key magic constant", w->sign_key);
	derive(exported, len, from_client ?
	       "session key to client-to-server sealing key magic constant" :
	       "session key to server-to-client sealing key magic constant", w->seal_key);
	arcfour_set_key(&w->rc4, 16, w->seal_key);
	w->seq = 0;
	w->key_exch = (flags & FX_NTLM_KEY_EXCH) != 0;
}

static void put32(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++) {
		p[i] = (uint8_t)(v >> 8 * i);
	}
}

/* [MS-NLMP] 3.4.4.2: version, 8 bytes of HMAC over number and message (not yet encrypted), number
 */
static void checksum(const struct fx_ntlm_way *w, uint32_t seq, const struct fx_auth_pdu *p,
		     uint8_t token[FX_NTLM_TOKEN_SIZE])
{
	struct hmac_md5_ctx h;

	put32(token, 1);
	put32(token + 12, seq);
	hmac_md5_set_key(&h, 16, w->sign_key);
	hmac_md5_update(&h, 4, token + 12);
	hmac_md5_update(&h, p->head_len, p->head);
	hmac_md5_update(&h, p->data_len, p->data);
	hmac_md5_update(&h, p->tail_len, p->tail);
	hmac_md5_digest(&h, 8, token + 4);
	explicit_bzero(&h, sizeof(h));
}

int fx_ntlm_protect(struct fx_ntlm_way *w, const struct fx_auth_pdu *p, bool seal,
		    uint8_t token[FX_NTLM_TOKEN_SIZE])
{
	if (w->seq == UINT32_MAX) {
		return FX_EACCES;
	}
	/* signed is what was readable, but the cipher runs over the data first, then the checksum
	 */
	checksum(w, w->seq++, p, token);
	if (seal) {
		arcfour_crypt(&w->rc4, p->data_len, p->data, p->data);
	}
	if (w->key_exch) {
		arcfour_crypt(&w->rc4, 8, token + 4, token + 4);
	}
	return 0;
}

int fx_ntlm_unprotect(struct fx_ntlm_way *w, const struct fx_auth_pdu *p, bool seal,
		      const uint8_t token[FX_NTLM_TOKEN_SIZE])
{
	uint8_t want[FX_NTLM_TOKEN_SIZE];

	if (w->seq == UINT32_MAX) {
		return FX_EACCES;
	}
	if (seal) {
		arcfour_crypt(&w->rc4, p->data_len, p->data, p->data);
	}
	checksum(w, w->seq++, p, want);
	if (w->key_exch) {
		arcfour_crypt(&w->rc4, 8, want + 4, want + 4);
	}
	return fx_ntlm_same(want, token, sizeof(want)) ? 0 : FX_EACCES;
}

void fx_ntlm_sign_aside(struct fx_ntlm_way *w, const void *p, size_t n,
			uint8_t token[FX_NTLM_TOKEN_SIZE])
{
	struct fx_auth_pdu pdu = {.head = p, .head_len = n};
	struct arcfour_ctx rc4;

	w->seq = 1;
	checksum(w, 0, &pdu, token);
	if (w->key_exch) {
		arcfour_set_key(&rc4, 16, w->seal_key);
		arcfour_crypt(&rc4, 8, token + 4, token + 4);
		explicit_bzero(&rc4, sizeof(rc4));
	}
}
