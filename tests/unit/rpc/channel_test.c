/* SPDX-License-Identifier: Apache-2.0 */
/* A client's connection against answers from a script: what is taken, what is refused and how that
 * is told apart. The security is of no worth (fake_auth.h), so that scripts can make it. */
#include <string.h>

#include "base/mem.h"
#include "clients/common/channel.h"
#include "fake_auth.h"
#include "tests/support/support.h"

/* The other side: bytes to give, bytes that came. */
struct script {
	struct fx_transport t; /* first */
	struct fx_buf give, came;
	size_t at;
	bool closed;
};
struct rig {
	struct script s;
	struct fx_channel c;
	struct fx_auth *peer; /* the server's side of the protection */
	uint32_t accepted;
};
static const struct fx_pdu_syntax ifaces[] = {{{1}, 4, 0}, {{2}, 1, 0}};

static struct script *get(struct fx_transport *t)
{
	return (struct script *)(void *)t;
}

static int script_send(struct fx_transport *t, const void *p, size_t n)
{
	fx_buf_put(&get(t)->came, p, n);
	return 0;
}

/* Small pieces: a PDU never comes in one. */
static int script_recv(struct fx_transport *t, void *p, size_t size)
{
	struct script *s = get(t);
	size_t n = s->give.len - s->at;

	n = n > 7 ? 7 : n;
	n = n > size ? size : n;
	if (n) {
		memcpy(p, s->give.data + s->at, n);
	}
	s->at += n;
	return n ? (int)n : FX_EPIPE;
}

static void script_close(struct fx_transport *t)
{
	get(t)->closed = true;
}

static const struct fx_transport_ops script_ops = {script_send, script_recv, script_close, NULL};

static int setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	assert_non_null(r);
	r->s.t.ops = &script_ops;
	assert_int_equal(fx_channel_init(&r->c, &r->s.t, 100000), 0);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	struct rig *r = *state;

	fx_channel_fini(&r->c);
	assert_true(r->s.closed);
	fx_buf_fini(&r->s.give);
	fx_buf_fini(&r->s.came);
	(void)fx_auth_free(r->peer);
	(void)fx_free(r);
	return 0;
}

static struct fx_pdu_ack ack_of(uint16_t first, uint16_t second)
{
	struct fx_pdu_ack a = {
		.max_xmit = 4280, .max_recv = 4280, .assoc_group = 77, .n_results = 2};

	a.results[0].result = first;
	a.results[1].result = second;
	return a;
}

static void give_ack(struct rig *r, const struct fx_pdu_ack *a)
{
	fx_pdu_ack_put(&r->s.give, FX_PDU_BIND_ACK, 0, 1, "135", a);
}

/* bind_ack with a token. @param level that its trailer says */
static void give_challenge(struct rig *r, uint8_t level, bool header_sign)
{
	const struct fx_sec_trailer t = {.type = FX_AUTH_NTLM, .level = level, .context_id = 1};
	const struct fx_pdu_ack a = ack_of(0, 0);
	struct fx_buf token = {0};
	size_t at = r->s.give.len;

	give_ack(r, &a);
	fx_buf_put(&token, "challenge", 9);
	fx_sec_append(&r->s.give, at, &t, &token, header_sign);
	fx_buf_fini(&token);
}

static int do_bind(struct rig *r, struct fx_auth *auth)
{
	struct fx_channel_prm prm = {.ifaces = ifaces, .n_ifaces = 2, .take_auth = auth};
	struct fx_reason why = {0};

	return fx_channel_bind(&r->c, &prm, &r->accepted, &why);
}

static void test_plain(void **state)
{
	const struct fx_pdu_ack a = ack_of(FX_CTX_ACCEPT, FX_CTX_REJECT);
	struct rig *r = *state;
	uint32_t fault = 9;
	size_t at;

	give_ack(r, &a);
	assert_int_equal(do_bind(r, NULL), 0);
	assert_int_equal(r->accepted, 1);
	assert_int_equal(r->c.assoc_group, 77);
	at = fx_pdu_begin(&r->s.give);
	fx_buf_put(&r->s.give, "answer", 6);
	fx_pdu_end(&r->s.give, at, FX_PDU_RESPONSE, 0, 2, 0, 0, 1432);
	fx_pdu_fault_put(&r->s.give, 0, 3, 0, true, FX_FAULT_OP_RANGE);
	assert_int_equal(fx_channel_call(&r->c, fx_channel_begin(&r->c), 0, 5, &fault), 0);
	assert_int_equal(fault, 0);
	assert_int_equal(r->c.answer.stub.len, 6);
	assert_memory_equal(r->c.answer.stub.data, "answer", 6);
	assert_int_equal(fx_channel_call(&r->c, fx_channel_begin(&r->c), 0, 5, &fault), 0);
	assert_int_equal(fault, FX_FAULT_OP_RANGE);
	assert_int_equal(r->c.state, FX_CHANNEL_OK);
	/* and then it is over */
	assert_int_equal(fx_channel_call(&r->c, fx_channel_begin(&r->c), 0, 5, &fault), FX_EPIPE);
	assert_int_equal(r->c.state, FX_CHANNEL_DEAD);
}

static void fails(int err, enum fx_channel_state state, void (*give)(struct rig *r), bool auth)
{
	void *r = NULL;

	assert_int_equal(setup(&r), 0);
	give(r);
	assert_int_equal(
		do_bind(r, auth ? fake_auth_client(FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY) : NULL),
		err);
	assert_int_equal(((struct rig *)r)->c.state, state);
	assert_int_equal(teardown(&r), 0);
}

static void nak_busy(struct rig *r)
{
	fx_pdu_nak_put(&r->s.give, 1, FX_NAK_LIMIT);
}

static void nak_type(struct rig *r)
{
	fx_pdu_nak_put(&r->s.give, 1, FX_NAK_AUTH_TYPE);
}

static void nak_other(struct rig *r)
{
	fx_pdu_nak_put(&r->s.give, 1, FX_NAK_REASON_NONE);
}

static void denied(struct rig *r)
{
	fx_pdu_fault_put(&r->s.give, 0, 1, 0, true, FX_FAULT_ACCESS_DENIED);
}

static void no_iface(struct rig *r)
{
	const struct fx_pdu_ack a = ack_of(FX_CTX_REJECT, FX_CTX_ACCEPT);

	give_ack(r, &a);
}

static void too_few(struct rig *r)
{
	struct fx_pdu_ack a = ack_of(0, 0);

	a.n_results = 1;
	give_ack(r, &a);
}

static void tiny(struct rig *r)
{
	struct fx_pdu_ack a = ack_of(0, 0);

	a.max_recv = FX_PDU_FRAG_MIN - 1;
	give_ack(r, &a);
}

static void lower(struct rig *r)
{
	give_challenge(r, FX_AUTH_LEVEL_CONNECT, true);
}

static void token_unasked(struct rig *r)
{
	give_challenge(r, FX_AUTH_LEVEL_PRIVACY, false);
}

static void silence(struct rig *r)
{
	(void)r;
}

static void noise(struct rig *r)
{
	fx_buf_put(&r->s.give, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
}

static void test_bind_refused(void **state)
{
	(void)state;
	fails(FX_EBUSY, FX_CHANNEL_BUSY, nak_busy, false);
	fails(FX_EBUSY, FX_CHANNEL_BUSY, nak_busy, true);
	fails(FX_EACCES, FX_CHANNEL_AUTH_TYPE, nak_type, true);
	fails(FX_EPROTO, FX_CHANNEL_NAK, nak_other, false);
	fails(FX_EACCES, FX_CHANNEL_REFUSED, nak_other, true);
	fails(FX_EACCES, FX_CHANNEL_REFUSED, denied, true);
	fails(FX_EPROTO, FX_CHANNEL_DEAD, denied, false);
	fails(FX_ENOSYS, FX_CHANNEL_IFACE, no_iface, false);
	fails(FX_EPROTO, FX_CHANNEL_DEAD, too_few, false);
	fails(FX_EPROTO, FX_CHANNEL_DEAD, tiny, false);
	fails(FX_EPROTO, FX_CHANNEL_DEAD, lower, true);
	fails(FX_EPROTO, FX_CHANNEL_DEAD, token_unasked, false);
	fails(FX_EPIPE, FX_CHANNEL_DEAD, silence, true);
	fails(FX_EPROTO, FX_CHANNEL_DEAD, noise, true);
}

/* Header signing counts only when the server takes part. */
static void test_header_sign(void **state)
{
	struct rig *r = *state;

	give_challenge(r, FX_AUTH_LEVEL_PRIVACY, true);
	assert_int_equal(do_bind(r, fake_auth_client(FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY)), 0);
	assert_true(r->s.came.data[3] & FX_PDU_HEADER_SIGN);
	assert_true(r->c.sec.header_sign);
}

static void test_no_header_sign(void **state)
{
	struct rig *r = *state;

	give_challenge(r, FX_AUTH_LEVEL_PRIVACY, false);
	assert_int_equal(do_bind(r, fake_auth_client(FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY)), 0);
	assert_false(r->c.sec.header_sign);
}

/* An answer as the server protects it, then spoilt. */
static int spoilt(void (*spoil)(struct fx_buf *b))
{
	struct fx_sec sec = {.context_id = 1, .header_sign = true};
	struct fx_buf b = {0};
	void *state = NULL;
	struct rig *r;
	uint32_t fault;
	size_t at;
	int rc;

	assert_int_equal(setup(&state), 0);
	r = state;
	give_challenge(r, FX_AUTH_LEVEL_PRIVACY, true);
	assert_int_equal(do_bind(r, fake_auth_client(FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY)), 0);
	sec.auth = r->peer = fake_auth_client(FX_AUTH_NTLM, FX_AUTH_LEVEL_PRIVACY);
	at = fx_pdu_begin(&b);
	fx_buf_put(&b, "secret", 6);
	fx_sec_end(&b, at, &sec, FX_PDU_RESPONSE, 0, 2, 0, 0, 1432);
	assert_int_equal(b.err, 0);
	spoil(&b);
	fx_buf_put(&r->s.give, b.data, b.len);
	fx_buf_fini(&b);
	rc = fx_channel_call(&r->c, fx_channel_begin(&r->c), 0, 5, &fault);
	if (rc == 0) {
		assert_true(r->c.proven);
		assert_memory_equal(r->c.answer.stub.data, "secret", 6);
	} else {
		assert_int_equal(r->c.state, FX_CHANNEL_FORGED);
	}
	assert_int_equal(teardown(&state), 0);
	return rc;
}

static void leave(struct fx_buf *b)
{
	(void)b;
}

static void turn_stub(struct fx_buf *b)
{
	b->data[FX_PDU_CALL_SIZE] ^= 1;
}

static void turn_head(struct fx_buf *b)
{
	b->data[22] ^= 1;
}

static void turn_token(struct fx_buf *b)
{
	b->data[b->len - 1] ^= 1;
}

static void strip(struct fx_buf *b)
{
	b->len = FX_PDU_CALL_SIZE + 6;
	b->data[8] = (uint8_t)b->len;
	b->data[9] = b->data[10] = b->data[11] = 0;
}

static void test_spoilt(void **state)
{
	(void)state;
	assert_int_equal(spoilt(leave), 0);
	assert_int_equal(spoilt(turn_stub), FX_EACCES);
	assert_int_equal(spoilt(turn_head), FX_EACCES);
	assert_int_equal(spoilt(turn_token), FX_EACCES);
	assert_int_equal(spoilt(strip), FX_EPROTO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_plain, setup, teardown),
		cmocka_unit_test(test_bind_refused),
		cmocka_unit_test_setup_teardown(test_header_sign, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_header_sign, setup, teardown),
		cmocka_unit_test(test_spoilt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
