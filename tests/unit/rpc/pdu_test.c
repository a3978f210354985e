/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "rpc/pdu/pdu.h"
#include "support/support.h"

static const struct fx_pdu_syntax fax = {{0x65, 0x31, 0x0a, 0xea, 0x34, 0x48, 0xd2, 0x11, 0xa6,
					  0xf8, 0x00, 0xc0, 0x4f, 0xa3, 0x46, 0xcc},
					 4,
					 0};

static struct fx_pdu_hdr hdr_of(const struct fx_buf *b, size_t at)
{
	struct fx_pdu_hdr h;

	assert_true(b->len - at >= FX_PDU_HDR_SIZE);
	assert_int_equal(fx_pdu_hdr_get(b->data + at, &h), 0);
	return h;
}

static void test_bind(void **state)
{
	struct fx_pdu_bind in = {.max_xmit = 5840, .max_recv = 5841, .assoc_group = 7, .n_ctx = 2,
		.ctx = {{.id = 3, .abstract = fax}, {.id = 4, .abstract = fax}}}, out;
	struct fx_buf b = {0};
	struct fx_pdu_hdr h;
	size_t n;

	fx_pdu_bind_put(&b, FX_PDU_BIND, 1, &in);
	h = hdr_of(&b, 0);
	assert_int_equal(h.type, FX_PDU_BIND);
	assert_int_equal(h.frag_len, b.len);
	assert_int_equal(fx_pdu_bind_get(b.data + 16, b.len - 16, &out), 0);
	assert_int_equal(out.max_recv, 5841);
	assert_int_equal(out.ctx[1].id, 4);
	assert_true(out.ctx[1].ndr20);
	assert_false(out.ctx[1].features);
	assert_true(fx_pdu_syntax_eq(&out.ctx[0].abstract, &fax));
	for (n = 0; n < b.len - 16; n++) {
		assert_int_not_equal(fx_pdu_bind_get(b.data + 16, n, &out), 0);
	}
	b.data[24] = FX_PDU_CTX_MAX + 1;
	assert_int_equal(fx_pdu_bind_get(b.data + 16, b.len - 16, &out), FX_ELIMIT);
	b.data[24] = 0;
	assert_int_equal(fx_pdu_bind_get(b.data + 16, b.len - 16, &out), FX_EPROTO);
	fx_buf_fini(&b);
}

static void test_ack(void **state)
{
	struct fx_pdu_ack in = {.max_xmit = 1, .max_recv = 2, .assoc_group = 3, .n_results = 2,
		.results = {{FX_CTX_ACCEPT, 0}, {FX_CTX_REJECT, FX_CTX_NO_ABSTRACT}}}, out;
	static const char *const addrs[] = {NULL, "", "a", "ab", "abc", "SHAREDFAX"};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(addrs); i++) {
		struct fx_buf b = {0};

		fx_pdu_ack_put(&b, FX_PDU_BIND_ACK, 0, 9, addrs[i], &in);
		assert_int_equal(hdr_of(&b, 0).frag_len, b.len);
		assert_int_equal(fx_pdu_ack_get(b.data + 16, b.len - 16, &out), 0);
		assert_int_equal(out.n_results, 2);
		assert_int_equal(out.results[1].reason, FX_CTX_NO_ABSTRACT);
		fx_buf_fini(&b);
	}
}

static void test_header_refused(void **state)
{
	uint8_t good[16] = {5, 0, 0, 3, 0x10, 0, 0, 0, 16, 0, 0, 0, 1, 0, 0, 0}, bad[16];
	static const struct {
		uint8_t at, value;
	} faults[] = {{0, 4}, {1, 2}, {4, 0}, {5, 1}, {8, 15}, {10, 1}};
	struct fx_pdu_hdr h;
	size_t i;

	assert_int_equal(fx_pdu_hdr_get(good, &h), 0);
	for (i = 0; i < FX_ARRAY_LEN(faults); i++) {
		memcpy(bad, good, 16);
		bad[faults[i].at] = faults[i].value;
		assert_int_equal(fx_pdu_hdr_get(bad, &h), FX_EPROTO);
	}
}

/* A stub of any length, cut and put together again. */
static void test_fragments(void **state)
{
	static const size_t sizes[] = {0, 1, 1408, 1409, 2816, 2817, 100000};
	size_t i, k;

	for (i = 0; i < FX_ARRAY_LEN(sizes); i++) {
		struct fx_buf b = {0};
		struct fx_pdu_asm a = {.stub = {.max = 200000}};
		size_t at, pos = 3;
		int rc = 0;

		fx_buf_zero(&b, 3); /* not at the start of the buffer */
		at = fx_pdu_begin(&b);
		for (k = 0; k < sizes[i]; k++) {
			fx_buf_u8(&b, (uint8_t)(k * 7 + k / 251));
		}
		fx_pdu_end(&b, at, FX_PDU_REQUEST, 0, 5, 1, 8, 1432);
		while (pos < b.len) {
			struct fx_pdu_hdr h = hdr_of(&b, pos);
			struct fx_pdu_call c;

			assert_int_equal(rc, 0);
			assert_true(h.frag_len <= 1432);
			assert_int_equal(
				fx_pdu_call_get(&h, b.data + pos + 16, h.frag_len - 16u, &c), 0);
			assert_int_equal(c.opnum, 8);
			assert_int_equal(c.alloc_hint, sizes[i] - a.stub.len);
			rc = fx_pdu_asm_add(&a, &h, &c);
			pos += h.frag_len;
		}
		assert_int_equal(rc, 1);
		assert_int_equal(a.stub.len, sizes[i]);
		for (k = 0; k < sizes[i]; k++) {
			assert_int_equal(a.stub.data[k], (uint8_t)(k * 7 + k / 251));
		}
		fx_buf_fini(&a.stub);
		fx_buf_fini(&b);
	}
}

static void test_assembly_refuses(void **state)
{
	uint8_t bytes[100] = {0};
	struct fx_pdu_asm a = {.stub = {.max = 150}};
	struct fx_pdu_hdr first = {.flags = FX_PDU_FIRST, .call_id = 1}, more = {.call_id = 1};
	struct fx_pdu_call c = {.stub = bytes, .stub_len = 100};

	assert_int_equal(fx_pdu_asm_add(&a, &more, &c), FX_EPROTO);
	assert_int_equal(fx_pdu_asm_add(&a, &first, &c), 0);
	assert_int_equal(fx_pdu_asm_add(&a, &first, &c), FX_EPROTO);
	more.call_id = 2;
	assert_int_equal(fx_pdu_asm_add(&a, &more, &c), FX_EPROTO);
	more.call_id = 1;
	assert_int_equal(fx_pdu_asm_add(&a, &more, &c), FX_ELIMIT);
	fx_pdu_asm_reset(&a);
	assert_int_equal(fx_pdu_asm_add(&a, &first, &c), 0);
	fx_buf_fini(&a.stub);
}

static void test_fault(void **state)
{
	struct fx_buf b = {0};
	struct fx_pdu_call c;
	struct fx_pdu_hdr h;

	fx_pdu_fault_put(&b, 0, 77, 1, true, FX_FAULT_OP_RANGE);
	h = hdr_of(&b, 0);
	assert_int_equal(h.frag_len, 32);
	assert_int_equal(h.call_id, 77);
	assert_int_equal(fx_pdu_call_get(&h, b.data + 16, 16, &c), 0);
	assert_int_equal(c.status, FX_FAULT_OP_RANGE);
	assert_int_equal(fx_pdu_call_get(&h, b.data + 16, 15, &c), FX_ETRUNC);
	fx_buf_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bind), cmocka_unit_test(test_ack),
		cmocka_unit_test(test_header_refused), cmocka_unit_test(test_fragments),
		cmocka_unit_test(test_assembly_refuses), cmocka_unit_test(test_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
