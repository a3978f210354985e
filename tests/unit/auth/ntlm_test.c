/* SPDX-License-Identifier: Apache-2.0 */
/* Our NTLM client against our NTLM server: the handshake, then PDUs at each level. */
#include "pair.h"
#include "rpc/auth/ntlm.h"
#include "rpc/auth/ntlm_crypt.h"
#include "rpc/auth/throttle.h"

#define PASS "correct horse"
static const enum fx_auth_level levels[] = {FX_AUTH_LEVEL_CONNECT, FX_AUTH_LEVEL_CALL,
	FX_AUTH_LEVEL_PKT, FX_AUTH_LEVEL_INTEGRITY, FX_AUTH_LEVEL_PRIVACY};

static int shake(struct pair *p, const char *user, const char *domain, const char *password)
{
	assert_int_equal(pair_open(p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, user, domain, password),
			 0);
	return pair_shake(p);
}

static void test_names(void **state)
{
	struct pair p;

	pair_init(&p, "J\xC3\xBCrgen", PASS);
	assert_int_equal(shake(&p, "J\xC3\xBCrgen", "", PASS), 0);
	assert_string_equal(p.b->peer.user, "J\xC3\xBCrgen");
	assert_string_equal(p.b->peer.domain, "");
	assert_string_equal(p.b->peer.mech, "ntlm");
	/* the file's spelling, whatever the client's; any domain, both forms */
	assert_int_equal(shake(&p, "j\xC3\x9CRGEN", "WORKGROUP", PASS), 0);
	assert_string_equal(p.b->peer.user, "J\xC3\xBCrgen");
	assert_int_equal(shake(&p, "OFFICE\\J\xC3\xBCrgen", "", PASS), 0);
	assert_string_equal(p.b->peer.user, "J\xC3\xBCrgen");
	assert_int_equal(shake(&p, "J\xC3\xBCrgen@office.example", "", PASS), 0);
	assert_string_equal(p.b->peer.user, "J\xC3\xBCrgen");
	pair_fini(&p);
}

static void test_refused(void **state)
{
	struct fx_users *u;
	struct pair p;

	pair_init(&p, "clerk", PASS);
	assert_int_equal(shake(&p, "clerk", "", "correct horsf"), FX_EACCES);
	assert_non_null(strstr(p.why.text, "wrong password for user clerk"));
	assert_false(p.b->complete);
	assert_int_equal(shake(&p, "clerk2", "", PASS), FX_EACCES);
	assert_non_null(strstr(p.why.text, "no user clerk2"));
	assert_int_equal(pair_open(&p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, "", "", PASS),
			 FX_EACCES);
	assert_int_equal(pair_open(&p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, "clerk", "", NULL),
			 FX_EACCES);
	/* a change of the file counts at once */
	assert_int_equal(fx_users_open(p.path, &u), 0);
	assert_int_equal(fx_users_set_disabled(u, "clerk", true, NULL), 0);
	assert_int_equal(shake(&p, "clerk", "", PASS), FX_EACCES);
	assert_non_null(strstr(p.why.text, "disabled"));
	assert_int_equal(fx_users_set_disabled(u, "clerk", false, NULL), 0);
	assert_int_equal(fx_users_set_password(u, "clerk", "another horse", 1, NULL), 0);
	assert_int_equal(shake(&p, "clerk", "", PASS), FX_EACCES);
	assert_int_equal(shake(&p, "clerk", "", "another horse"), 0);
	(void)fx_users_close(u);
	assert_int_equal(pair_open(&p, FX_AUTH_NTLM, (enum fx_auth_level)1, "a", "", "b"),
			 FX_ENOSYS);
	assert_int_equal(pair_open(&p, FX_AUTH_NTLM, (enum fx_auth_level)7, "a", "", "b"),
			 FX_ENOSYS);
	pair_fini(&p);
}

static void test_patience(void **state)
{
	struct pair p;
	unsigned i;

	pair_init(&p, "clerk", PASS);
	for (i = 0; i < FX_THROTTLE_FREE; i++) {
		assert_int_equal(shake(&p, "clerk", "", "wrong"), FX_EACCES);
	}
	assert_int_equal(shake(&p, "Clerk", "", "wrong"), FX_EACCES);
	assert_non_null(strstr(p.why.text, "wrong password"));
	/* one too many: a second of silence, for the right one, too */
	assert_int_equal(shake(&p, "clerk", "", PASS), FX_EACCES);
	assert_non_null(strstr(p.why.text, "not heard for another"));
	assert_int_equal(shake(&p, "other", "", PASS), FX_EACCES);
	assert_non_null(strstr(p.why.text, "no user"));
	p.now_us += 1000000;
	assert_int_equal(shake(&p, "clerk", "", "wrong"), FX_EACCES);
	p.now_us += 1000000;
	assert_int_equal(shake(&p, "clerk", "", PASS), FX_EACCES);
	p.now_us += 1000000;
	assert_int_equal(shake(&p, "clerk", "", PASS), 0);
	assert_int_equal(shake(&p, "clerk", "", "wrong"), FX_EACCES);
	assert_int_equal(shake(&p, "clerk", "", PASS), 0);
	/* never longer than half a minute */
	for (i = 0; i < 40; i++) {
		assert_int_equal(shake(&p, "clerk", "", "wrong"), FX_EACCES);
		p.now_us += FX_THROTTLE_MAX_S * INT64_C(1000000);
	}
	assert_int_equal(shake(&p, "clerk", "", PASS), 0);
	pair_fini(&p);
}

/* --- PDUs --- */

static void put_request(struct fx_buf *b, const struct fx_sec *s, const uint8_t *stub, size_t n,
			uint32_t call_id, uint16_t max_frag)
{
	size_t at = fx_pdu_begin(b);

	fx_buf_put(b, stub, n);
	fx_sec_end(b, at, s, FX_PDU_REQUEST, 0, call_id, 0, 7, max_frag);
	assert_int_equal(b->err, 0);
}

/* Open each fragment and put the stub together. @return 0 or the first error */
static int take(struct fx_buf *b, const struct fx_sec *s, struct fx_buf *stub, unsigned *frags)
{
	struct fx_pdu_asm whole = {.stub = {.max = 1u << 20}};
	struct fx_pdu_call call;
	struct fx_pdu_hdr hdr;
	size_t at = 0, len;
	int rc = 0;

	*frags = 0;
	while (at < b->len && rc == 0) {
		rc = b->len - at < FX_PDU_HDR_SIZE ? FX_ETRUNC : fx_pdu_hdr_get(b->data + at, &hdr);
		rc = rc ? rc : hdr.frag_len > b->len - at ? FX_ETRUNC :
		     fx_sec_open(s, &hdr, b->data + at, &len);
		rc = rc ? rc : fx_pdu_call_get(&hdr, b->data + at + FX_PDU_HDR_SIZE, len, &call);
		rc = rc ? rc : fx_pdu_asm_add(&whole, &hdr, &call);
		at += rc >= 0 ? hdr.frag_len : 0;
		++*frags;
	}
	if (rc == 1) {
		fx_buf_put(stub, whole.stub.data, whole.stub.len);
		rc = at == b->len ? 0 : FX_EPROTO;
	}
	fx_buf_fini(&whole.stub);
	return rc;
}

static const size_t sizes[] = {0, 1, 4, 15, 16, 17, 1300, 1400, 5000, 70000};

static void exchange(struct pair *p, bool header_sign, uint16_t max_frag)
{
	struct fx_sec a = {p->a, 3, header_sign}, b = {p->b, 3, header_sign};
	static uint8_t stub[70000];
	unsigned frags;

	for (size_t i = 0; i < sizeof(stub); i++) {
		stub[i] = (uint8_t)(i * 7 + i / 251);
	}
	for (size_t i = 0; i < 2 * FX_ARRAY_LEN(sizes); i++) {
		const struct fx_sec *from = i % 2 ? &b : &a, *to = i % 2 ? &a : &b;
		struct fx_buf wire = {0}, got = {0};
		size_t n = sizes[i / 2];

		put_request(&wire, from, stub, n, (uint32_t)i + 1, max_frag);
		if (p->a->level == FX_AUTH_LEVEL_PRIVACY && n >= 16) {
			assert_null(memmem(wire.data, wire.len, stub, 16));
		} else if (n >= 16) {
			assert_non_null(memmem(wire.data, wire.len, stub, 16));
		}
		assert_int_equal(take(&wire, to, &got, &frags), 0);
		assert_int_equal(got.len, n);
		assert_true(n == 0 || memcmp(got.data, stub, n) == 0);
		assert_true(frags >= n / max_frag + (n > max_frag));
		fx_buf_fini(&wire);
		fx_buf_fini(&got);
	}
}

static void test_levels(void **state)
{
	struct pair p;

	pair_init(&p, "clerk", PASS);
	for (size_t i = 0; i < FX_ARRAY_LEN(levels); i++) {
		for (int sign = 0; sign < 2; sign++) {
			assert_int_equal(pair_open(&p, FX_AUTH_NTLM, levels[i], "clerk", "", PASS),
					 0);
			assert_int_equal(pair_shake(&p), 0);
			exchange(&p, sign != 0, FX_PDU_FRAG_MIN);
			exchange(&p, sign != 0, 5840);
		}
	}
	pair_fini(&p);
}

/* A client and a server that skip the handshake: keys and flags as given. */
static void test_without_key_exchange(void **state)
{
	uint8_t key[16] = {1, 2, 3}, data[32] = {9}, plain[32], token[2][16], next[16];
	struct fx_auth_pdu pdu = {.data = data, .data_len = sizeof(data)};
	static const uint32_t strength[] = {FX_NTLM_128, FX_NTLM_56, 0, FX_NTLM_128 | FX_NTLM_56};

	memcpy(plain, data, sizeof(plain));
	for (size_t i = 0; i < FX_ARRAY_LEN(strength); i++) {
		for (unsigned seal = 0; seal < 2; seal++) {
			struct fx_ntlm_way out, in;

			fx_ntlm_way_init(&out, key, FX_NTLM_EXTENDED | strength[i], false);
			fx_ntlm_way_init(&in, key, FX_NTLM_EXTENDED | strength[i], false);
			for (unsigned k = 0; k < 2; k++) {
				assert_int_equal(fx_ntlm_protect(&out, &pdu, seal, token[k]), 0);
				assert_true(seal == (memcmp(data, plain, sizeof(data)) != 0));
				assert_int_equal(fx_ntlm_unprotect(&in, &pdu, seal, token[k]), 0);
				assert_memory_equal(data, plain, sizeof(data));
			}
			/* without key exchange the checksum is not encrypted: it shows */
			out.seq = 1;
			assert_int_equal(fx_ntlm_protect(&out, &pdu, false, next), 0);
			assert_memory_equal(next, token[1], 16);
		}
	}
}

static void test_flipped_bits(void **state)
{
	struct fx_buf wire = {0}, got = {0};
	uint8_t stub[40] = "some words in a request";
	struct pair p;
	unsigned frags, refused = 0;
	size_t bits = 1;

	pair_init(&p, "clerk", PASS);
	for (int level = FX_AUTH_LEVEL_INTEGRITY; level <= FX_AUTH_LEVEL_PRIVACY; level++) {
		for (size_t bit = 0; bit < bits; bit++) {
			struct fx_sec a = {.context_id = 1, .header_sign = true}, b;

			assert_int_equal(pair_open(&p, FX_AUTH_NTLM, (enum fx_auth_level)level,
						   "clerk", "", PASS),
					 0);
			assert_int_equal(pair_shake(&p), 0);
			a.auth = p.a;
			b = a;
			b.auth = p.b;
			put_request(&wire, &a, stub, sizeof(stub), 1, FX_PDU_FRAG_MIN);
			bits = 8 * wire.len;
			wire.data[bit / 8] ^= (uint8_t)(1u << bit % 8);
			assert_int_not_equal(take(&wire, &b, &got, &frags), 0);
			refused++;
			fx_buf_reset(&wire);
		}
	}
	assert_int_equal(refused, 2 * 8 * (24 + 48 + 8 + 16));
	fx_buf_fini(&wire);
	fx_buf_fini(&got);
	pair_fini(&p);
}

static void test_replay_and_order(void **state)
{
	struct fx_buf one = {0}, two = {0}, copy = {0}, got = {0};
	struct fx_sec a = {0}, b = {0};
	uint8_t stub[24] = {1};
	struct pair p;
	unsigned frags;

	pair_init(&p, "clerk", PASS);
	for (int what = 0; what < 4; what++) {
		assert_int_equal(shake(&p, "clerk", "", PASS), 0);
		a.auth = p.a;
		b.auth = p.b;
		put_request(&one, &a, stub, sizeof(stub), 1, 5840);
		put_request(&two, &a, stub, sizeof(stub), 2, 5840);
		fx_buf_put(&copy, one.data, one.len);
		if (what == 0) { /* a replay */
			assert_int_equal(take(&one, &b, &got, &frags), 0);
			assert_int_equal(take(&copy, &b, &got, &frags), FX_EACCES);
		} else if (what == 1) { /* the second first */
			assert_int_equal(take(&two, &b, &got, &frags), FX_EACCES);
		} else if (what == 2) { /* back to its sender */
			assert_int_equal(take(&one, &a, &got, &frags), FX_EACCES);
		} else { /* no protection at all */
			size_t at;

			fx_buf_reset(&one);
			at = fx_pdu_begin(&one);
			fx_buf_put(&one, stub, sizeof(stub));
			fx_pdu_end(&one, at, FX_PDU_REQUEST, 0, 1, 0, 7, 5840);
			assert_int_equal(take(&one, &b, &got, &frags), FX_EPROTO);
			/* which did not cost a number: the good one still goes */
			assert_int_equal(take(&copy, &b, &got, &frags), 0);
		}
		if (what < 2) {
			/* after one forgery nothing is believed any more */
			assert_int_equal(take(&two, &b, &got, &frags), FX_EACCES);
		}
		fx_buf_reset(&one);
		fx_buf_reset(&two);
		fx_buf_reset(&copy);
		fx_buf_reset(&got);
	}
	fx_buf_fini(&one);
	fx_buf_fini(&two);
	fx_buf_fini(&copy);
	fx_buf_fini(&got);
	pair_fini(&p);
}

static void test_faults(void **state)
{
	struct fx_buf wire = {0};
	struct fx_pdu_hdr hdr;
	struct fx_pdu_call call;
	struct pair p;
	size_t len;

	pair_init(&p, "clerk", PASS);
	for (size_t i = 0; i < FX_ARRAY_LEN(levels); i++) {
		for (int sign = 0; sign < 2; sign++) {
			struct fx_sec a, b;

			assert_int_equal(pair_open(&p, FX_AUTH_NTLM, levels[i], "clerk", "", PASS),
					 0);
			assert_int_equal(pair_shake(&p), 0);
			a = (struct fx_sec){p.a, 9, sign != 0};
			b = (struct fx_sec){p.b, 9, sign != 0};
			fx_sec_fault_put(&wire, &b, 0, 5, 0, true, FX_FAULT_ACCESS_DENIED);
			assert_int_equal(wire.err, 0);
			assert_int_equal(fx_pdu_hdr_get(wire.data, &hdr), 0);
			assert_int_equal(hdr.frag_len, wire.len);
			assert_int_equal(fx_sec_open(&a, &hdr, wire.data, &len), 0);
			assert_int_equal(fx_pdu_call_get(&hdr, wire.data + 16, len, &call), 0);
			assert_int_equal(call.status, FX_FAULT_ACCESS_DENIED);
			fx_buf_reset(&wire);
		}
	}
	fx_buf_fini(&wire);
	pair_fini(&p);
}

/* --- tokens --- */

static int server_step(struct pair *p, const void *in, size_t n, struct fx_buf *out)
{
	fx_buf_reset(out);
	return fx_auth_step(p->b, in, n, out, &p->why);
}

static void reopen(struct pair *p)
{
	assert_int_equal(pair_open(p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, "clerk", "", PASS), 0);
}

/* Client's NEGOTIATE in tokens[0], server's CHALLENGE in [1], AUTHENTICATE in [2] */
static void three(struct pair *p)
{
	reopen(p);
	assert_int_equal(fx_auth_step(p->a, NULL, 0, &p->tokens[0], NULL), 1);
	assert_int_equal(
		fx_auth_step(p->b, p->tokens[0].data, p->tokens[0].len, &p->tokens[1], NULL), 1);
	assert_int_equal(
		fx_auth_step(p->a, p->tokens[1].data, p->tokens[1].len, &p->tokens[2], NULL), 0);
	p->n_tokens = 3;
}

static void test_truncated(void **state)
{
	struct fx_buf out = {0};
	struct pair p;
	size_t n = 1;

	pair_init(&p, "clerk", PASS);
	for (size_t i = 0; i < 16; i++) {
		three(&p);
		p.b = fx_auth_free(p.b);
		assert_int_equal(
			fx_auth_accept(p.server, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, &p.b), 0);
		assert_int_equal(server_step(&p, p.tokens[0].data, i, &out), FX_EPROTO);
	}
	for (size_t i = 0; i < n; i++) {
		three(&p);
		n = p.tokens[2].len;
		assert_true(server_step(&p, p.tokens[2].data, i, &out) < 0);
		/* nothing after an error, not even the right one */
		assert_int_equal(server_step(&p, p.tokens[2].data, n, &out), FX_EPROTO);
		p.now_us += 60 * INT64_C(1000000);
	}
	fx_buf_fini(&out);
	pair_fini(&p);
}

/* Any bit of the AUTHENTICATE: refused, since the MIC covers it all. */
static void test_flipped_tokens(void **state)
{
	struct fx_buf out = {0};
	struct pair p;
	size_t n = 1;

	pair_init(&p, "clerk", PASS);
	for (size_t bit = 0; bit < 8 * n; bit += 3) {
		three(&p);
		n = p.tokens[2].len;
		p.tokens[2].data[bit / 8] ^= (uint8_t)(1u << bit % 8);
		assert_true(server_step(&p, p.tokens[2].data, n, &out) < 0);
		p.now_us += 60 * INT64_C(1000000);
	}
	/* a NEGOTIATE that was changed on its way shows in the MIC, too */
	reopen(&p);
	assert_int_equal(fx_auth_step(p.a, NULL, 0, &p.tokens[0], NULL), 1);
	p.tokens[0].data[15] ^= 0x80; /* 56 bits not offered */
	assert_int_equal(fx_auth_step(p.b, p.tokens[0].data, p.tokens[0].len, &p.tokens[1], NULL),
			 1);
	assert_int_equal(fx_auth_step(p.a, p.tokens[1].data, p.tokens[1].len, &p.tokens[2], NULL),
			 0);
	assert_int_equal(server_step(&p, p.tokens[2].data, p.tokens[2].len, &out), FX_EACCES);
	assert_non_null(strstr(p.why.text, "MIC"));
	p.n_tokens = 3;
	fx_buf_fini(&out);
	pair_fini(&p);
}

static void test_replayed_authenticate(void **state)
{
	struct fx_buf old = {0}, out = {0};
	struct pair p;

	pair_init(&p, "clerk", PASS);
	three(&p);
	fx_buf_put(&old, p.tokens[2].data, p.tokens[2].len);
	assert_int_equal(server_step(&p, old.data, old.len, &out), 0);
	/* to the same context, and to another one with another challenge */
	assert_int_equal(server_step(&p, old.data, old.len, &out), FX_EPROTO);
	three(&p);
	assert_int_equal(server_step(&p, old.data, old.len, &out), FX_EACCES);
	fx_buf_fini(&old);
	fx_buf_fini(&out);
	pair_fini(&p);
}

static void test_flags(void **state)
{
	static const struct {
		uint32_t without;
		int level, rc;
	} rows[] = {
		{0, FX_AUTH_LEVEL_PRIVACY, 1},
		{FX_NTLM_UNICODE, FX_AUTH_LEVEL_CONNECT, FX_EACCES},
		{FX_NTLM_EXTENDED, FX_AUTH_LEVEL_CONNECT, FX_EACCES},
		{FX_NTLM_128, FX_AUTH_LEVEL_CONNECT, FX_EACCES},
		{FX_NTLM_SEAL, FX_AUTH_LEVEL_PRIVACY, FX_EACCES},
		{FX_NTLM_SEAL, FX_AUTH_LEVEL_INTEGRITY, 1},
		{FX_NTLM_SIGN | FX_NTLM_ALWAYS_SIGN, FX_AUTH_LEVEL_INTEGRITY, FX_EACCES},
		{FX_NTLM_SIGN | FX_NTLM_SEAL, FX_AUTH_LEVEL_CONNECT, 1},
		{FX_NTLM_KEY_EXCH, FX_AUTH_LEVEL_PRIVACY, 1},
	};
	/* as impacket, Wine and Windows send them */
	static const uint32_t theirs[] = {0xe0888235, 0x62088235, 0xe20882b7};
	struct fx_buf m = {0}, out = {0};
	struct pair p;

	pair_init(&p, "clerk", PASS);
	for (size_t i = 0; i < FX_ARRAY_LEN(rows) + FX_ARRAY_LEN(theirs); i++) {
		bool own = i < FX_ARRAY_LEN(rows);
		uint32_t flags = own ? 0xe0888235u & ~rows[i].without :
				 theirs[i - FX_ARRAY_LEN(rows)];

		p.b = fx_auth_free(p.b);
		assert_int_equal(
			fx_auth_accept(p.server, FX_AUTH_NTLM,
				       own ? (unsigned)rows[i].level : FX_AUTH_LEVEL_PRIVACY, &p.b),
			0);
		fx_buf_reset(&m);
		fx_ntlm_negotiate_put(&m, flags);
		assert_int_equal(server_step(&p, m.data, m.len, &out), own ? rows[i].rc : 1);
	}
	fx_buf_fini(&m);
	fx_buf_fini(&out);
	pair_fini(&p);
}

static int sweep(void *arg)
{
	struct pair *p = arg;
	int rc = pair_open(p, FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY, "clerk", "", PASS);

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
		cmocka_unit_test(test_names), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_patience), cmocka_unit_test(test_levels),
		cmocka_unit_test(test_without_key_exchange), cmocka_unit_test(test_flipped_bits),
		cmocka_unit_test(test_replay_and_order), cmocka_unit_test(test_faults),
		cmocka_unit_test(test_truncated), cmocka_unit_test(test_flipped_tokens),
		cmocka_unit_test(test_replayed_authenticate), cmocka_unit_test(test_flags),
		cmocka_unit_test(test_oom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
