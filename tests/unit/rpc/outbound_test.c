/* SPDX-License-Identifier: Apache-2.0 */
/* Outbound routing over the wire: opnums 51 to 59, OutboundTest; ours on both sides, and the
 * structures of 52 and 58 against bytes put together by hand. */
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "clients/common/client_priv.h"
#include "core/outbound.h"
#include "golden.h"
#include "rig.h"

static uint32_t set_group(struct fx_client *c, const char *name, const uint32_t *ids, uint32_t n)
{
	const struct fx_ms_outbound_group w = {.name = {.u8 = name}, .n_devices = n,
					       .devices = ids, .status = 2};

	return fx_client_set_outbound_group(c, &w);
}

static void groups(void **state)
{
	static const uint32_t both[] = {2, 1}, gone[] = {7};
	struct fx_client *c = rig_client(*state);
	struct fx_ms_outbound_group *g = NULL;
	char longest[129];
	uint32_t n = 0;

	memset(longest, 'g', sizeof(longest) - 1);
	longest[128] = '\0';
	assert_int_equal(fx_client_add_outbound_group(c, longest), FX_W_BUFFER_OVERFLOW);
	longest[127] = '\0';
	assert_int_equal(fx_client_add_outbound_group(c, longest), 0);
	assert_int_equal(fx_client_remove_outbound_group(c, longest), 0);
	assert_int_equal(fx_client_add_outbound_group(c, ""), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_add_outbound_group(c, "Z\xc3\xbcrich"), 0);
	assert_int_equal(fx_client_add_outbound_group(c, "Z\xc3\xbcrich"), FX_W_DUP_NAME);
	assert_int_equal(fx_client_add_outbound_group(c, FX_OUTBOUND_ALL), FX_W_DUP_NAME);
	assert_int_equal(fx_client_add_outbound_group(c, "empty"), 0);
	assert_int_equal(set_group(c, "Z\xc3\xbcrich", both, 2), 0);
	assert_int_equal(set_group(c, "Z\xc3\xbcrich", gone, 1), FX_W_INVALID_PARAMETER);
	assert_int_equal(set_group(c, "none", both, 2), FX_W_INVALID_PARAMETER);
	assert_int_equal(set_group(c, FX_OUTBOUND_ALL, both, 2), FX_W_INVALID_PARAMETER);
	assert_int_equal(set_group(c, NULL, both, 2), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_order_outbound_device(c, "Z\xc3\xbcrich", 1, 1), 0);
	assert_int_equal(fx_client_order_outbound_device(c, "Z\xc3\xbcrich", 1, 3),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_order_outbound_device(c, "none", 1, 1),
			 FX_W_FAX_BAD_GROUP_CONFIGURATION);
	assert_int_equal(fx_client_enum_outbound_groups(c, FX_TEXT_UTF8, &g, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(g[0].size, sizeof(*g));
	assert_string_equal(g[0].name.u8, FX_OUTBOUND_ALL);
	assert_int_equal(g[0].n_devices, 2);
	assert_int_equal(g[0].devices[1], 2);
	assert_int_equal(g[0].status, FX_GROUP_ALL_VALID);
	assert_string_equal(g[1].name.u8, "empty");
	assert_int_equal(g[1].n_devices, 0);
	assert_null(g[1].devices);
	assert_int_equal(g[1].status, FX_GROUP_EMPTY);
	assert_string_equal(g[2].name.u8, "Z\xc3\xbcrich");
	assert_int_equal(g[2].devices[0], 1);
	assert_int_equal(g[2].devices[1], 2);
	(void)fx_free(g);
	assert_int_equal(fx_client_enum_outbound_groups(c, FX_TEXT_UTF16, &g, &n), 0);
	assert_int_equal(g[2].name.w[1], 0xfc);
	(void)fx_free(g);
	assert_int_equal(set_group(c, "Z\xc3\xbcrich", NULL, 0), 0);
	assert_int_equal(fx_client_remove_outbound_group(c, FX_OUTBOUND_ALL),
			 FX_W_INVALID_OPERATION);
	assert_int_equal(fx_client_remove_outbound_group(c, "none"), FX_W_FAX_GROUP_NOT_FOUND);
	fx_client_unref(c);
}

static void rules(void **state)
{
	static const uint32_t ids[] = {2};
	struct fx_client *c = rig_client(*state);
	struct fx_ms_outbound_rule *v = NULL;
	struct fx_cs_outbound *t = NULL;
	uint32_t n = 0;

	assert_int_equal(fx_client_add_outbound_group(c, "g"), 0);
	assert_int_equal(fx_client_add_outbound_rule(c, 49, 30, 0, "g"),
			 FX_W_FAX_BAD_GROUP_CONFIGURATION);
	assert_int_equal(set_group(c, "g", ids, 1), 0);
	assert_int_equal(fx_client_add_outbound_rule(c, 49, 30, 0, "g"), 0);
	assert_int_equal(fx_client_add_outbound_rule(c, 49, 30, 1, NULL), FX_W_DUP_NAME);
	assert_int_equal(fx_client_add_outbound_rule(c, 44, 0, 1, NULL), 0);
	assert_int_equal(fx_client_add_outbound_rule(c, 39, 0, 9, NULL), FX_W_BAD_UNIT);
	assert_int_equal(fx_client_add_outbound_rule(c, 39, 0, 0, "none"),
			 FX_W_FAX_BAD_GROUP_CONFIGURATION);
	assert_int_equal(fx_client_add_outbound_rule(c, 999, 0, 1, NULL), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_add_outbound_rule(c, 0, 30, 1, NULL), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_remove_outbound_group(c, "g"), FX_W_FAX_GROUP_IN_USE);
	assert_int_equal(fx_client_set_outbound_rule(c, 44, 0, 2, NULL), 0);
	assert_int_equal(fx_client_set_outbound_rule(c, 44, 1, 2, NULL), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_set_outbound_rule(c, 44, 0, 0, "none"),
			 FX_W_FAX_BAD_GROUP_CONFIGURATION);
	assert_int_equal(fx_client_enum_outbound_rules(c, FX_TEXT_UTF8, &v, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(v[0].country_code, 0);
	assert_int_equal(v[0].area_code, 0);
	assert_null(v[0].country_name.u8);
	assert_int_equal(v[0].use_group, 1);
	assert_string_equal(v[0].destination.group.u8, FX_OUTBOUND_ALL);
	assert_int_equal(v[1].country_code, 44);
	assert_int_equal(v[1].use_group, 0);
	assert_int_equal(v[1].destination.device_id, 2);
	assert_string_equal(v[1].country_name.u8, "United Kingdom");
	assert_int_equal(v[2].area_code, 30);
	assert_string_equal(v[2].destination.group.u8, "g");
	(void)fx_free(v);
	assert_int_equal(fx_client_outbound_test(c, "030 1", 0, FX_TEXT_UTF8, &t, &n), 0);
	assert_int_equal(n, 2);
	assert_int_equal(t[0].country, 49);
	assert_int_equal(t[0].rule_area, 30);
	assert_string_equal(t[0].group.u8, "g");
	assert_string_equal(t[1].port_name.u8, "Line 1");
	assert_string_equal(t[1].port_state.u8, "free");
	(void)fx_free(t);
	assert_int_equal(fx_client_outbound_test(c, NULL, 2, FX_TEXT_UTF8, &t, &n),
			 FX_W_FAX_MESSAGE_NOT_FOUND);
	assert_int_equal(fx_client_remove_outbound_rule(c, 44, 0), 0);
	assert_int_equal(fx_client_remove_outbound_rule(c, 44, 0), FX_W_FAX_RULE_NOT_FOUND);
	assert_int_equal(fx_client_remove_outbound_rule(c, 0, 0), FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

/* ---- bytes ---- */

static void round_trip(uint8_t op, const void *w, const char *name)
{
	const uint8_t *sig = fx_ms_fax_iface.ops[op].in;
	struct fx_ms_val in[FX_MS_PARAMS_MAX] = {{.p = w}}, back[FX_MS_PARAMS_MAX] = {0};
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
	/* whatever is missing at the end is an error, never more */
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
	static const uint32_t ids[] = {1, 3};
	const struct fx_ms_outbound_group g = {.name = {.u8 = "ab"}, .n_devices = 2,
					       .devices = ids, .status = 3};
	const struct fx_ms_outbound_rule to_group = {.area_code = 30, .country_code = 49,
		.country_name = {.u8 = "D"}, .destination = {1, 0, {.u8 = "ab"}}, .use_group = 1};
	const struct fx_ms_outbound_rule to_device = {.area_code = 30, .country_code = 49,
						      .destination = {0, 7, {NULL}}};

	(void)state;
	round_trip(52, &g, "set_outbound_group_request");
	round_trip(58, &to_group, "set_outbound_rule_group_request");
	round_trip(58, &to_device, "set_outbound_rule_device_request");
}

/* The switch says group, the structure says device; and 1001 devices. */
static void contradictions(void **state)
{
	struct fx_client *c = rig_client(*state);
	static uint32_t many[1001];
	struct fx_ms_outbound_rule w = {.destination = {1, 0, {.u8 = FX_OUTBOUND_ALL}}};
	struct fx_ms_val in[FX_MS_PARAMS_MAX] = {{.p = &w}}, out[FX_MS_PARAMS_MAX] = {0};

	assert_int_equal(fx_client_begin(c, FX_CLIENT_FAX, 58, in, FX_TEXT_UTF8, out),
			 FX_W_INVALID_PARAMETER);
	fx_client_end(c);
	for (uint32_t i = 0; i < 1001; i++) {
		many[i] = i + 1;
	}
	assert_int_not_equal(set_group(c, "g", many, 1001), 0);
	fx_client_unref(c);
}

static void add_waiting(struct rig *r, void *arg)
{
	*(uint64_t *)arg = fake_service_add_job(r->s, "+39 06 1");
	r->s->jobs[r->s->n_jobs - 1].no_line = true;
}

/* GetJobEx of a job whose group has no port that may send */
static void a_job_without_a_line_says_so(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_job_entry_ex *ex = NULL;
	uint64_t id = 0;

	rig_do(*state, add_waiting, &id);
	assert_int_equal(fx_client_get_job_ex(c, id, FX_TEXT_UTF8, &ex), 0);
	assert_true(ex->status->queue_status & FX_JSX_NOLINE);
	assert_int_equal(ex->status->extended_status, 7); /* JS_EX_LINE_UNAVAILABLE */
	(void)fx_free(ex);
	fx_client_unref(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(groups, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(rules, rig_setup, rig_teardown),
		cmocka_unit_test(bytes),
		cmocka_unit_test_setup_teardown(contradictions, rig_setup, rig_teardown),
		cmocka_unit_test_setup_teardown(a_job_without_a_line_says_so, rig_setup,
						rig_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
