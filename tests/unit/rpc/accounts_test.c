/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, owners, security descriptor and passwords over the wire: opnums 93 to 96, 99, 100,
 * 102 and Accounts of our own interface, against the fake service; bytes of 93 and 102. */
#include "base/mem.h"
#include "clients/common/client_accounts.h"
#include "clients/common/client_priv.h"
#include "golden.h"
#include "rig.h"

#define OTHER "EXAMPLE\\alice" /* the fake's one account */

static uint32_t create(struct fx_client *c, const char *name)
{
	const struct fx_ms_account_info info = {.name = {.u8 = name}};

	return fx_client_create_account(c, FX_TEXT_UTF8, &info);
}

static void accounts(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_account_info *v = NULL;
	uint32_t n = 0;

	assert_int_equal(create(c, "bruno"), 0);
	assert_int_equal(create(c, OTHER), FX_W_ALREADY_EXISTS);
	assert_int_equal(create(c, ""), FX_W_INVALID_PARAMETER);
	assert_int_equal(create(c, NULL), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_enum_accounts(c, FX_TEXT_UTF8, &v, &n), 0);
	assert_int_equal(n, 1);
	assert_string_equal(v[0].name.u8, OTHER);
	(void)fx_free(v);
	assert_int_equal(fx_client_get_account(c, (union fx_wtext){.u8 = OTHER}, FX_TEXT_UTF8, &v),
			 0);
	assert_string_equal(v->name.u8, OTHER);
	(void)fx_free(v);
	assert_int_equal(fx_client_get_account(c, (union fx_wtext){NULL}, FX_TEXT_UTF8, &v), 0);
	assert_true(*v->name.u8);
	(void)fx_free(v);
	assert_int_equal(fx_client_delete_account(c, (union fx_wtext){.u8 = OTHER}, FX_TEXT_UTF8),
			 0);
	assert_int_equal(fx_client_delete_account(c, (union fx_wtext){.u8 = "x"}, FX_TEXT_UTF8),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_delete_account(c, (union fx_wtext){NULL}, FX_TEXT_UTF8),
			 FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

static void people(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_cs_account *v = NULL;
	uint32_t n = 0;

	assert_int_equal(fx_client_accounts(c, FX_TEXT_UTF8, &v, &n), 0);
	assert_int_equal(n, 2);
	assert_string_equal(v[0].name.u8, OTHER);
	assert_int_equal(v[0].kind, 1);
	assert_int_equal(v[0].uid, 0x80000001);
	assert_int_equal(v[0].password, 1);
	assert_int_equal(v[0].connections, 3);
	assert_int_equal(v[0].created_at, 1000);
	assert_int_equal(v[0].seen_at, 2000);
	assert_string_equal(v[1].name.u8, "clerk");
	assert_int_equal(v[1].kind, 2);
	assert_int_equal(v[1].password, 3);
	assert_int_equal(v[1].password_at, 3000);
	(void)fx_free(v);
	assert_int_equal(fx_client_password(c, 0, "clerk", "a good password"), 0);
	assert_int_equal(fx_client_password(c, 0, "clerk", NULL), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_password(c, 1, "nobody", NULL), FX_W_FILE_NOT_FOUND);
	assert_int_equal(fx_client_password(c, 4, "clerk", NULL), FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

static void descriptor(void **state)
{
	struct fx_client *c = rig_client(*state);
	uint8_t *p = NULL;
	uint32_t n = 0;

	assert_int_equal(fx_client_get_security(c, 1, &p, &n), 0);
	assert_true(n > 20);
	assert_int_equal(fx_client_set_security(c, 1, p, n), 0);
	for (uint32_t i = 0; i < n; i++) {
		assert_int_not_equal(fx_client_set_security(c, 1, p, i), 0);
	}
	assert_int_equal(fx_client_set_security(c, 1, NULL, 0), FX_W_INVALID_PARAMETER);
	(void)fx_free(p);
	fx_client_unref(c);
}

static uint32_t reassign(struct fx_client *c, uint64_t id, const char *users)
{
	const struct fx_ms_reassign_info to = {.recipients = {.u8 = users},
					       .subject = {.u8 = "Invoice"}};

	return fx_client_reassign(c, id, FX_TEXT_UTF8, &to);
}

static void owners(void **state)
{
	struct rig *r = *state;
	struct fx_client *c = rig_client(r);

	assert_int_equal(reassign(c, r->s->message.id, "alice;bruno"), 0);
	assert_int_equal(reassign(c, 999999, "alice"), FX_W_FILE_NOT_FOUND);
	assert_int_equal(reassign(c, r->s->message.id, ""), FX_W_INVALID_PARAMETER);
	assert_int_equal(reassign(c, r->s->message.id, NULL), FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

/* ---- bytes ---- */

static void round_trip(unsigned op, const struct fx_ms_val *in, const char *name)
{
	const uint8_t *sig = fx_ms_fax_iface.ops[op].in;
	struct fx_ms_val back[FX_MS_PARAMS_MAX] = {0};
	struct fx_buf b = {0}, want = golden_load(name);
	struct fx_ndr_wr wr = fx_ndr_wr_init(&b);
	struct fx_arena arena = {0};
	struct fx_rd rd;

	fx_ms_put_params(&wr, sig, in, FX_TEXT_UTF8);
	golden_equal(name, &b);
	rd = fx_rd_init(want.data, want.len);
	fx_ms_get_params(&rd, sig, back, &arena, FX_TEXT_UTF8);
	assert_int_equal(rd.err, 0);
	assert_int_equal(fx_rd_left(&rd), 0);
	fx_buf_reset(&b);
	wr = fx_ndr_wr_init(&b);
	fx_ms_put_params(&wr, sig, back, FX_TEXT_UTF8);
	golden_equal(name, &b);
	for (size_t n = 0; n < want.len; n++) {
		rd = fx_rd_init(want.data, n);
		fx_ms_get_params(&rd, sig, back, &arena, FX_TEXT_UTF8);
		assert_int_not_equal(rd.err, 0);
	}
	fx_arena_fini(&arena);
	fx_buf_fini(&b);
	fx_buf_fini(&want);
}

static void bytes(void **state)
{
	const struct fx_ms_account_info account = {.name = {.u8 = "ab"}};
	const struct fx_ms_reassign_info to = {.recipients = {.u8 = "ab"},
		.sender_name = {.u8 = "c"}, .subject = {.u8 = "d"}, .has_cover = 1};
	struct fx_ms_account_info *back = NULL;
	struct fx_buf b = {0};

	(void)state;
	fx_ms_put(&b, &fx_ms_account_info_layout, &account, 1, FX_TEXT_UTF8);
	assert_int_equal(b.err, 0);
	round_trip(93, (const struct fx_ms_val[FX_MS_PARAMS_MAX]){
		{.u = 0}, {.p = b.data, .n = (uint32_t)b.len}}, "create_account_request");
	assert_int_equal(fx_ms_get(&fx_ms_account_info_layout, b.data, b.len, 1, FX_TEXT_UTF8,
				   (void **)&back), 0);
	assert_string_equal(back->name.u8, "ab");
	(void)fx_free(back);
	fx_buf_fini(&b);
	round_trip(102, (const struct fx_ms_val[FX_MS_PARAMS_MAX]){
		{.u = 0x1122334455667788}, {.p = &to}}, "reassign_message_request");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(accounts, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(people, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(descriptor, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(owners, rig_setup, rig_teardown),
		cmocka_unit_test(bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
