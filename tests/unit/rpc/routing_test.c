/* SPDX-License-Identifier: Apache-2.0 */
/* Routing administration over the wire: opnums 13 to 18, RoutingTest, and the lists of plug-ins, 45
 * and 78; ours on both sides. */
#include "base/mem.h"
#include "base/str.h"
#include "core/routing.h"
#include "rig.h"

static void set_rights(struct rig *r, void *arg)
{
	r->s->rights = *(const uint32_t *)arg;
}

static void methods_of_a_port(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_routing_method *m = NULL;
	struct fx_ctx port;
	uint32_t n = 0;

	assert_int_equal(fx_client_open_port(c, 1, FX_MS_PORT_QUERY, &port), 0);
	assert_int_equal(fx_client_enum_routing_methods(c, &port, FX_TEXT_UTF8, &m, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(m[0].size, sizeof(*m));
	assert_int_equal(m[2].device_id, 1);
	assert_int_equal(m[2].enabled, 0);
	assert_string_equal(m[2].device_name.u8, "Line 1");
	assert_string_equal(m[2].guid.u8, FAKE_METHOD);
	assert_string_equal(m[2].friendly_name.u8, "Third");
	assert_string_equal(m[2].function_name.u8, "third");
	assert_string_equal(m[2].image_name.u8, "third.so");
	assert_string_equal(m[2].extension_name.u8, "Z\xc3\xbcrich");
	(void)fx_free(m);
	assert_int_equal(fx_client_enum_routing_methods(c, &port, FX_TEXT_UTF16, &m, &n), 0);
	assert_int_equal(m[2].extension_name.w[1], 0xfc);
	(void)fx_free(m);
	assert_int_equal(fx_client_close_port(c, &port), 0);
	fx_client_unref(c);
}

static void enable_and_data(void **state)
{
	static const uint8_t bytes[] = {'/', 0, 'x', 0, 0, 0};
	struct fx_client *c = rig_client(*state);
	struct fx_ms_routing_method *m = NULL;
	uint8_t *p = NULL;
	struct fx_ctx port;
	uint32_t n = 0;

	assert_int_equal(fx_client_open_port(c, 1, FX_MS_PORT_MODIFY, &port), 0);
	assert_int_equal(fx_client_get_routing_info(c, &port, FAKE_METHOD, &p, &n), 0);
	assert_null(p);
	assert_int_equal(n, 0);
	/* enabling what lacks its data */
	assert_int_equal(fx_client_enable_routing_method(c, &port, FAKE_METHOD, true),
			 FX_W_BAD_CONFIGURATION);
	assert_int_equal(fx_client_set_routing_info(c, &port, FAKE_METHOD, bytes, sizeof(bytes)),
			 0);
	assert_int_equal(fx_client_enable_routing_method(c, &port, FAKE_METHOD, true), 0);
	assert_int_equal(fx_client_get_routing_info(c, &port, FAKE_METHOD, &p, &n), 0);
	assert_int_equal(n, sizeof(bytes));
	assert_memory_equal(p, bytes, n);
	(void)fx_free(p);
	assert_int_equal(fx_client_enum_routing_methods(c, &port, FX_TEXT_UTF8, &m, &n), 0);
	assert_int_equal(m[2].enabled, 1);
	(void)fx_free(m);
	assert_int_equal(fx_client_set_routing_info(c, &port, FAKE_METHOD, NULL, 0), 0);
	assert_int_equal(fx_client_get_routing_info(c, &port, FAKE_METHOD, &p, &n), 0);
	assert_int_equal(n, 0);
	/* what is not there, NULL, too much */
	assert_int_equal(fx_client_enable_routing_method(c, &port, "{0}", true),
			 FX_W_INVALID_DATA);
	assert_int_equal(fx_client_get_routing_info(c, &port, "", &p, &n), FX_W_INVALID_DATA);
	assert_int_equal(fx_client_set_routing_info(c, &port, "x", bytes, 2), FX_W_INVALID_DATA);
	assert_int_equal(fx_client_enable_routing_method(c, &port, NULL, true),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_get_routing_info(c, &port, NULL, &p, &n),
			 FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_set_routing_info(c, &port, NULL, bytes, 2),
			 FX_W_INVALID_PARAMETER);
	p = fx_zalloc(FX_ROUTING_DATA_MAX);
	assert_int_equal(fx_client_set_routing_info(c, &port, FAKE_METHOD, p, FX_ROUTING_DATA_MAX),
			 FX_W_INVALID_DATA); /* refused */
	(void)fx_free(p);
	assert_int_equal(fx_client_close_port(c, &port), 0);
	fx_client_unref(c);
}

static void global_order(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_ms_global_routing *g = NULL, info = {.guid = {.u8 = FAKE_METHOD}, .priority = 1};
	uint32_t n = 0;

	assert_int_equal(fx_client_enum_global_routing(c, FX_TEXT_UTF8, &g, &n), 0);
	assert_int_equal(n, 3);
	assert_int_equal(g[0].size, sizeof(*g));
	assert_string_equal(g[0].guid.u8, FX_ROUTING_FOLDER);
	assert_int_equal(g[2].priority, 3);
	(void)fx_free(g);
	assert_int_equal(fx_client_set_global_routing(c, FX_TEXT_UTF8, &info), 0);
	assert_int_equal(fx_client_enum_global_routing(c, FX_TEXT_UTF8, &g, &n), 0);
	assert_string_equal(g[0].guid.u8, FAKE_METHOD);
	assert_string_equal(g[1].guid.u8, FX_ROUTING_FOLDER);
	assert_int_equal(g[1].priority, 2);
	assert_string_equal(g[0].extension_name.u8, "Z\xc3\xbcrich");
	(void)fx_free(g);
	info.priority = 4;
	assert_int_equal(fx_client_set_global_routing(c, FX_TEXT_UTF8, &info),
			 FX_W_INVALID_PARAMETER);
	info.guid.u8 = "{nothing}";
	assert_int_equal(fx_client_set_global_routing(c, FX_TEXT_UTF8, &info), FX_W_INVALID_DATA);
	info.guid.u8 = NULL;
	assert_int_equal(fx_client_set_global_routing(c, FX_TEXT_UTF8, &info),
			 FX_W_INVALID_PARAMETER);
	fx_client_unref(c);
}

static void which_rule(void **state)
{
	struct fx_client *c = rig_client(*state);
	struct fx_cs_routing *r = NULL;
	uint32_t n = 0;

	assert_int_equal(fx_client_routing_test(c, 1, "1234", NULL, NULL, FX_TEXT_UTF8, &r, &n),
			 0);
	assert_int_equal(n, 3);
	assert_string_equal(r[0].rule.u8, "sales");
	assert_string_equal(r[0].data.u8, "/srv/fax");
	assert_int_equal(r[0].runs, 1);
	assert_int_equal(r[1].runs, 0);
	assert_null(r[1].data.u8);
	(void)fx_free(r);
	assert_int_equal(fx_client_routing_test(c, 1, NULL, "5", "A", FX_TEXT_UTF8, &r, &n), 0);
	assert_null(r[0].rule.u8);
	(void)fx_free(r);
	assert_int_equal(fx_client_routing_test(c, 9, NULL, NULL, NULL, FX_TEXT_UTF8, &r, &n),
			 FX_W_BAD_UNIT);
	fx_client_unref(c);
}

/* The right that each needs, and that it comes before any argument. */
static void rights(void **state)
{
	struct rig *r = *state;
	uint32_t all_but[] = {FX_RIGHT_ALL & ~FX_RIGHT_PORT_SET,
			      FX_RIGHT_ALL & ~FX_RIGHT_CONFIG_SET,
			      FX_RIGHT_ALL & ~FX_RIGHT_CONFIG_QUERY};
	struct fx_ms_global_routing *g = NULL, info = {.guid = {.u8 = "x"}};
	struct fx_client *c;
	struct fx_ctx port;
	uint32_t n = 0;

	rig_do(r, set_rights, &all_but[0]);
	c = rig_client(r);
	assert_int_equal(fx_client_open_port(c, 1, FX_MS_PORT_QUERY, &port), 0);
	assert_int_equal(fx_client_enable_routing_method(c, &port, "x", true), FX_W_ACCESS_DENIED);
	assert_int_equal(fx_client_set_routing_info(c, &port, "x", "", 0), FX_W_ACCESS_DENIED);
	fx_client_unref(c);
	rig_do(r, set_rights, &all_but[1]);
	c = rig_client(r);
	assert_int_equal(fx_client_set_global_routing(c, FX_TEXT_UTF8, &info), FX_W_ACCESS_DENIED);
	fx_client_unref(c);
	rig_do(r, set_rights, &all_but[2]);
	c = rig_client(r);
	assert_int_equal(fx_client_enum_global_routing(c, FX_TEXT_UTF8, &g, &n),
			 FX_W_ACCESS_DENIED);
	fx_client_unref(c);
}

static void plugins_are_listed(void **state)
{
	static const uint32_t no_query = ~(uint32_t)FX_RIGHT_CONFIG_QUERY;
	static const struct fx_client_method method = {"m", "M", "F", FAKE_METHOD};
	struct fx_client *c = rig_client(*state);
	struct fx_ms_provider_info *p = NULL;
	struct fx_ms_extension_info *x = NULL;
	uint32_t n = 9;

	assert_int_equal(fx_client_enum_providers(c, FX_TEXT_UTF8, &p, &n), 0);
	assert_int_equal(n, 0);
	(void)fx_free(p);
	assert_int_equal(fx_client_register_provider(c, "folder", "F\xc3\xbcr", "/f.so", ""), 0);
	assert_int_equal(fx_client_enum_providers(c, FX_TEXT_UTF8, &p, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(p->size, sizeof(*p));
	assert_string_equal(p->provider_name.u8, "folder");
	assert_string_equal(p->friendly_name.u8, "F\xc3\xbcr");
	assert_string_equal(p->image_name.u8, "/f.so");
	assert_string_equal(fx_text(p->guid.u8), "");
	assert_int_equal(p->capabilities, 0);
	assert_int_equal(p->version_size, 20);
	assert_int_equal(p->version_valid, 0);
	assert_int_equal(p->status, FX_MS_PROVIDER_CANT_INIT); /* not before the next start */
	(void)fx_free(p);
	assert_int_equal(fx_client_enum_extensions(c, FX_TEXT_UTF8, &x, &n), 0);
	assert_int_equal(n, 0); /* each kind in its own list */
	(void)fx_free(x);
	assert_int_equal(fx_client_unregister_provider(c, "folder"), 0);
	assert_int_equal(fx_client_register_extension(c, "csv", "CSV", "/c.so", &method, 1), 0);
	assert_int_equal(fx_client_enum_extensions(c, FX_TEXT_UTF8, &x, &n), 0);
	assert_int_equal(n, 1);
	assert_int_equal(x->size, sizeof(*x));
	assert_string_equal(x->extension_name.u8, "csv");
	assert_int_equal(x->version_size, 20);
	assert_int_equal(x->status, FX_MS_PROVIDER_CANT_INIT);
	(void)fx_free(x);
	assert_int_equal(fx_client_unregister_extension(c, "csv"), 0);
	fx_client_unref(c);
	rig_do(*state, set_rights, (void *)(uintptr_t)&no_query);
	c = rig_client(*state);
	assert_int_equal(fx_client_enum_providers(c, FX_TEXT_UTF8, &p, &n), FX_W_ACCESS_DENIED);
	assert_int_equal(fx_client_enum_extensions(c, FX_TEXT_UTF8, &x, &n), FX_W_ACCESS_DENIED);
	fx_client_unref(c);
}

#define T(f) cmocka_unit_test_setup_teardown(f, rig_setup, rig_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(methods_of_a_port), T(enable_and_data), T(global_order), T(which_rule), T(rights),
		T(plugins_are_listed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
