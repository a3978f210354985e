/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SPNEGO. Byte 0: bit 0 our client reads, else our server; then tokens, each behind two bytes of
 * length. What a parser takes is written again and read again.
 */
#include <string.h>

#include "rpc/auth/ntlm.h"
#include "rpc/auth/spnego.h"
#include "rpc/auth/spnego_msg.h"

static int64_t now(void *arg)
{
	return INT64_C(1767225600000000);
}

static int verify(void *arg, const struct fx_ntlm_claim *c, uint8_t key[16],
		  struct fx_auth_peer *peer, struct fx_reason *reterr)
{
	memset(key, 7, 16);
	return c->nonce[0] & 1 ? 0 : FX_EACCES;
}

static int make(void *arg, enum fx_auth_level level, struct fx_auth **ret)
{
	struct fx_ntlm_server_prm prm = {.level = level, .wall_us = now, .verify = verify,
		.names = {"FAX", "OFFICE", "fax.example", "example"}};

	return fx_ntlm_accept(&prm, ret);
}

static void parsers(const uint8_t *p, size_t n)
{
	struct fx_spnego_resp r, again;
	struct fx_spnego_init i;
	struct fx_buf b = {0};

	if (fx_spnego_init_get(p, n, &i) == 0) {
		FX_ASSERT(i.n_mechs > 0 && i.n_mechs <= FX_SPNEGO_MECHS_MAX && i.list.n <= n);
	}
	if (fx_spnego_resp_get(p, n, &r) == 0 && r.token.n <= FX_SPNEGO_TOKEN_MAX) {
		fx_spnego_resp_put(&b, &r);
		FX_ASSERT(b.err || (fx_spnego_resp_get(b.data, b.len, &again) == 0 &&
				    again.state == r.state && again.token.n == r.token.n &&
				    again.mic.n == r.mic.n));
	}
	fx_buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_spnego_server_prm prm = {.level = FX_AUTH_LEVEL_PRIVACY, .ntlm = make};
	struct fx_auth_client_prm client = {.type = FX_AUTH_SPNEGO, .user = "User",
		.level = FX_AUTH_LEVEL_PRIVACY, .password = "Password", .host = "server"};
	struct fx_auth *a = NULL;
	struct fx_buf out = {0};
	struct fx_reason why;
	const uint8_t *m;
	struct fx_rd r;
	size_t len;
	int rc;

	if (size < 1) {
		return 0;
	}
	rc = data[0] & 1 ? fx_spnego_initiate(&client, &a, NULL) : fx_spnego_accept(&prm, &a);
	if (rc) {
		return 0;
	}
	if (data[0] & 1) {
		rc = fx_auth_step(a, NULL, 0, &out, NULL);
	}
	r = fx_rd_init(data + 1, size - 1);
	for (int i = 0; i < 5 && fx_rd_left(&r) > 2; i++) {
		len = fx_rd_u16(&r);
		len = len > fx_rd_left(&r) ? fx_rd_left(&r) : len;
		m = fx_rd_bytes(&r, len);
		parsers(m, len);
		rc = fx_auth_step(a, m, len, &out, &why);
		FX_ASSERT(rc >= 0 || !a->complete || i > 0);
	}
	fx_buf_fini(&out);
	(void)fx_auth_free(a);
	return 0;
}
