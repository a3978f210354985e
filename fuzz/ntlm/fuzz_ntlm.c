/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTLM. Byte 0: who reads (bits 0-1) and the level; then the messages of the other side, each
 * behind two bytes of length. The server knows the user "User" of [MS-NLMP] 4.2.4 (bit 2) or
 * nobody; a stranger without the password never gets in.
 */
#include <string.h>

#include "rpc/auth/ntlm.h"
#include "rpc/auth/ntlm_crypt.h"

static int64_t now(void *arg)
{
	return INT64_C(1767225600000000);
}

static int verify(void *arg, const struct fx_ntlm_claim *c, uint8_t key[16],
		  struct fx_auth_peer *peer, struct fx_reason *reterr)
{
	uint8_t hash[16];
	int err = arg ? fx_ntlm_hash("Password", hash) : FX_EACCES;

	FX_ASSERT(c->user[0] && strlen(c->user) < sizeof(peer->user));
	err = err ? err : fx_ntlm_claim_check(c, hash, key);
	FX_ASSERT(err != 0); /* its challenge was made a moment ago */
	/* half the time the password is right: what comes after it is reached, too */
	return arg && (c->nonce[0] & 1) ? 0 : err;
}

static void parsers(const uint8_t *p, size_t n)
{
	struct fx_ntlm_challenge c;
	struct fx_ntlm_field f = {p, n};
	struct fx_ntlm_auth a;
	struct fx_ntlm_v2 v2;
	struct fx_buf b = {0};

	if (fx_ntlm_auth_get(p, n, &a) == 0) {
		fx_ntlm_auth_put(&b, &a);
		FX_ASSERT(b.err || fx_ntlm_auth_get(b.data, b.len, &a) == 0);
		if (fx_ntlm_v2_get(a.nt, &v2) == 0) {
			FX_ASSERT(fx_ntlm_av_find(v2.info, FX_NTLM_AV_FLAGS, &f) || f.n == 4);
		}
	}
	if (fx_ntlm_challenge_get(p, n, &c) == 0) {
		FX_ASSERT(fx_ntlm_av_find(c.info, FX_NTLM_AV_TIME, &f) || f.n == 8);
	}
	fx_buf_fini(&b);
}

static void steps(struct fx_auth *a, const uint8_t *p, size_t n)
{
	struct fx_rd r = fx_rd_init(p, n);
	struct fx_buf out = {0};
	struct fx_reason why;
	const uint8_t *m;
	size_t len;
	bool was;

	for (int i = 0; i < 3 && fx_rd_left(&r) > 2; i++) {
		len = fx_rd_u16(&r);
		len = len > fx_rd_left(&r) ? fx_rd_left(&r) : len;
		m = fx_rd_bytes(&r, len);
		parsers(m, len);
		was = a->complete;
		FX_ASSERT(fx_auth_step(a, m, len, &out, &why) >= 0 || a->complete == was);
	}
	fx_buf_fini(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_ntlm_server_prm prm = {.names = {"FAX", "OFFICE", "fax.example", "example"},
		.wall_us = now, .verify = verify};
	struct fx_auth_client_prm client = {.type = FX_AUTH_NTLM,
					    .user = "User",
					    .domain = "Domain",
					    .password = "Password",
					    .host = "server"};
	struct fx_auth *a = NULL;
	struct fx_buf out = {0};
	int err;

	if (size < 1) {
		return 0;
	}
	prm.level = (enum fx_auth_level)(FX_AUTH_LEVEL_CONNECT + data[0] / 16 % 5);
	prm.verify_arg = data[0] & 4 ? &prm : NULL;
	client.level = prm.level;
	err = data[0] & 1 ? fx_ntlm_initiate(&client, &a, NULL) : fx_ntlm_accept(&prm, &a);
	if (!err) {
		if (data[0] & 1) {
			err = fx_auth_step(a, NULL, 0, &out, NULL);
		}
		steps(a, data + 1, size - 1);
	}
	fx_buf_fini(&out);
	(void)fx_auth_free(a);
	return 0;
}
