/* SPDX-License-Identifier: Apache-2.0 */
/* SPNEGO with NTLM inside: our client and server, and clients that offer other lists. */
#include "pair.h"
#include "rpc/auth/ntlm.h"
#include "rpc/auth/spnego_msg.h"

#define PASS "correct horse"

/* @param first  number of the first PDU: the list's signature took 0, if there was one */
static void talk(struct pair *p, int first)
{
	uint8_t stub[32] = "a stub", plain[32], token[16];
	struct fx_auth_pdu pdu = {.data = stub, .data_len = sizeof(stub)};

	memcpy(plain, stub, sizeof(plain));
	for (int i = 0; i < 3; i++) {
		assert_int_equal(fx_auth_token_size(p->a, sizeof(stub)), 16);
		assert_int_equal(fx_auth_protect(p->a, &pdu, token, 16), 0);
		assert_memory_not_equal(stub, plain, sizeof(plain));
		assert_int_equal(token[12], first + i);
		assert_int_equal(fx_auth_unprotect(p->b, &pdu, token, 16), 0);
		assert_memory_equal(stub, plain, sizeof(plain));
		assert_int_equal(fx_auth_protect(p->b, &pdu, token, 16), 0);
		assert_int_equal(fx_auth_unprotect(p->a, &pdu, token, 16), 0);
	}
	stub[3] ^= 1;
	assert_int_equal(fx_auth_protect(p->a, &pdu, token, 16), 0);
	token[5] ^= 1;
	assert_int_equal(fx_auth_unprotect(p->b, &pdu, token, 16), FX_EACCES);
}

static void open_pair(struct pair *p, const char *password)
{
	assert_int_equal(pair_open(p, FX_AUTH_SPNEGO, FX_AUTH_LEVEL_PRIVACY, "clerk", "", password),
			 0);
}

static void test_ntlm_inside(void **state)
{
	struct fx_spnego_resp last;
	struct pair p;

	pair_init(&p, "clerk", PASS);
	open_pair(&p, PASS);
	assert_int_equal(pair_shake(&p), 0);
	assert_int_equal(p.a->type, FX_AUTH_SPNEGO);
	assert_string_equal(p.b->peer.user, "clerk");
	assert_string_equal(p.b->peer.mech, "spnego/ntlm");
	/* init, challenge, authenticate, completed; with the list signed both ways; then nothing */
	assert_int_equal(p.n_tokens, 5);
	assert_int_equal(fx_spnego_resp_get(p.tokens[2].data, p.tokens[2].len, &last), 0);
	assert_int_equal(last.mic.n, 16);
	assert_int_equal(fx_spnego_resp_get(p.tokens[3].data, p.tokens[3].len, &last), 0);
	assert_int_equal(last.state, FX_SPNEGO_COMPLETED);
	assert_int_equal(last.mic.n, 16);
	talk(&p, 1);
	open_pair(&p, "wrong");
	assert_int_equal(pair_shake(&p), FX_EACCES);
	pair_fini(&p);
}

/* A list with NTLM in second place, as DER, and its token for the first. */
static const uint8_t kerberos_first[] = {
	0x60, 0x2f, 6, 6, 0x2b, 6, 1, 5, 5, 2, 0xa0, 0x25, 0x30, 0x23, 0xa0, 0x19, 0x30, 0x17,
	6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2,
	6, 10, 0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10, 0xa2, 6, 4, 4, 1, 2, 3, 4};
#define LIST_AT  16u
#define LIST_LEN 25u

static int step(struct fx_auth *a, const struct fx_buf *in, struct fx_buf *out, struct pair *p)
{
	fx_buf_reset(out);
	return fx_auth_step(a, in->data, in->len, out, &p->why);
}

/* The first choice is not spoken here: asked for NTLM, and for a signature over the list. */
static void second_choice(struct pair *p, int what, int expect)
{
	struct fx_auth_client_prm prm = {.type = FX_AUTH_NTLM, .level = FX_AUTH_LEVEL_PRIVACY,
		.user = "clerk", .password = PASS};
	struct fx_buf in = {0}, out = {0}, inner = {0};
	struct fx_spnego_resp r, answer = {.state = FX_SPNEGO_NO_STATE};
	uint8_t list[LIST_LEN], mic[16];

	pair_hang_up(p);
	assert_int_equal(fx_auth_initiate(&prm, &p->a, NULL), 0);
	assert_int_equal(fx_auth_accept(p->server, FX_AUTH_SPNEGO, FX_AUTH_LEVEL_PRIVACY, &p->b),
			 0);
	memcpy(list, kerberos_first + LIST_AT, LIST_LEN);
	fx_buf_put(&in, kerberos_first, sizeof(kerberos_first));
	assert_int_equal(step(p->b, &in, &out, p), 1);
	assert_int_equal(fx_spnego_resp_get(out.data, out.len, &r), 0);
	assert_int_equal(r.state, FX_SPNEGO_REQUEST_MIC);
	assert_int_equal(r.mech, FX_SPNEGO_NTLM);
	assert_int_equal(r.token.n, 0);
	assert_int_equal(fx_auth_step(p->a, NULL, 0, &inner, NULL), 1);
	answer.token = (struct fx_ntlm_field){inner.data, inner.len};
	fx_buf_reset(&in);
	fx_spnego_resp_put(&in, &answer);
	assert_int_equal(step(p->b, &in, &out, p), 1);
	assert_int_equal(fx_spnego_resp_get(out.data, out.len, &r), 0);
	assert_int_equal(r.state, FX_SPNEGO_INCOMPLETE);
	fx_buf_reset(&inner);
	assert_int_equal(fx_auth_step(p->a, r.token.p, r.token.n, &inner, NULL), 0);
	answer.token = (struct fx_ntlm_field){inner.data, inner.len};
	list[LIST_LEN - 1] ^= what == 1; /* somebody had changed the list */
	fx_ntlm_list_mic(p->a, false, list, LIST_LEN, mic);
	answer.mic = (struct fx_ntlm_field){mic, what == 2 ? 0 : sizeof(mic)};
	fx_buf_reset(&in);
	fx_spnego_resp_put(&in, &answer);
	assert_int_equal(step(p->b, &in, &out, p), expect);
	if (!expect) {
		assert_int_equal(fx_spnego_resp_get(out.data, out.len, &r), 0);
		fx_ntlm_list_mic(p->a, true, list, LIST_LEN, mic);
		assert_memory_equal(r.mic.p, mic, 16);
		talk(p, 1);
	}
	fx_buf_fini(&in);
	fx_buf_fini(&out);
	fx_buf_fini(&inner);
}

static void test_second_choice(void **state)
{
	struct pair p;

	pair_init(&p, "clerk", PASS);
	second_choice(&p, 0, 0);
	second_choice(&p, 1, FX_EACCES);
	assert_non_null(strstr(p.why.text, "mechListMIC"));
	second_choice(&p, 2, FX_EACCES);
	pair_fini(&p);
}

/* Without SPNEGO around it, which Windows' own servers take as well */
static void test_raw_ntlm(void **state)
{
	struct fx_auth_client_prm prm = {.type = FX_AUTH_NTLM, .level = FX_AUTH_LEVEL_PRIVACY,
		.user = "clerk", .password = PASS};
	struct pair p;

	pair_init(&p, "clerk", PASS);
	assert_int_equal(fx_auth_initiate(&prm, &p.a, NULL), 0);
	assert_int_equal(fx_auth_accept(p.server, FX_AUTH_SPNEGO, FX_AUTH_LEVEL_PRIVACY, &p.b), 0);
	assert_int_equal(pair_shake(&p), 0);
	assert_string_equal(p.b->peer.mech, "spnego/ntlm");
	talk(&p, 0);
	pair_fini(&p);
}

static void test_bad_tokens(void **state)
{
	struct fx_spnego_init init;
	struct fx_spnego_resp resp;
	struct fx_buf b = {0};
	uint8_t bad[sizeof(kerberos_first) + 1];
	uint8_t token[300] = {0};

	assert_int_equal(fx_spnego_init_get(kerberos_first, sizeof(kerberos_first), &init), 0);
	assert_int_equal(init.n_mechs, 2);
	assert_int_equal(init.mechs[0], FX_SPNEGO_KRB5);
	assert_int_equal(init.token.n, 4);
	for (size_t n = 0; n < sizeof(kerberos_first); n++) {
		assert_int_equal(fx_spnego_init_get(kerberos_first, n, &init), FX_EPROTO);
	}
	memcpy(bad, kerberos_first, sizeof(kerberos_first));
	bad[sizeof(bad) - 1] = 0;
	assert_int_equal(fx_spnego_init_get(bad, sizeof(bad), &init),
			 FX_EPROTO); /* something behind */
	bad[1] = 0x80; /* indefinite */
	assert_int_equal(fx_spnego_init_get(bad, sizeof(bad) - 1, &init), FX_EPROTO);
	/* lengths of one, two and three bytes; not in their shortest form */
	for (size_t n = 100; n <= 300; n += 20) {
		fx_buf_reset(&b);
		fx_spnego_init_put(&b, (struct fx_ntlm_field){token, n});
		assert_int_equal(fx_spnego_init_get(b.data, b.len, &init), 0);
		assert_int_equal(init.token.n, n);
		fx_buf_reset(&b);
		fx_spnego_resp_put(&b, &(struct fx_spnego_resp){.state = FX_SPNEGO_INCOMPLETE,
			.has_mech = true, .token = {token, n}, .mic = {token, 16}});
		assert_int_equal(fx_spnego_resp_get(b.data, b.len, &resp), 0);
		assert_int_equal(resp.token.n, n);
		assert_int_equal(resp.mic.n, 16);
		assert_int_equal(resp.mech, FX_SPNEGO_NTLM);
	}
	assert_int_equal(fx_spnego_resp_get("\xa1\x81\x07\x30\x05\xa0\x03\x0a\x01\x00", 10, &resp),
			 FX_EPROTO);
	assert_int_equal(fx_spnego_resp_get("\xa1\x07\x30\x05\xa0\x03\x0a\x01\x00", 9, &resp), 0);
	assert_int_equal(fx_spnego_resp_get("\xa1\x07\x30\x05\xa0\x03\x0a\x01\x04", 9, &resp),
			 FX_EPROTO);
	fx_buf_fini(&b);
}

static int sweep(void *arg)
{
	struct pair *p = arg;
	int rc = pair_open(p, FX_AUTH_SPNEGO, FX_AUTH_LEVEL_PRIVACY, "clerk", "", PASS);

	rc = rc ? rc : pair_shake(p);
	pair_hang_up(p);
	return rc;
}

static void test_oom(void **state)
{
	struct pair p;

	pair_init(&p, "clerk", PASS);
	fx_test_oom_sweep(sweep, &p);
	pair_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ntlm_inside), cmocka_unit_test(test_second_choice),
		cmocka_unit_test(test_raw_ntlm), cmocka_unit_test(test_bad_tokens),
		cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
