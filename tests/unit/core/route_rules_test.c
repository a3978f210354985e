/* SPDX-License-Identifier: Apache-2.0 */
/* Rules of routing, retries and names of files: pure decisions. */
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "core/route_rules.h"
#include "tests/support/support.h"

#define GUID "{01234567-89ab-cdef-0123-456789abcdef}"

static void set(struct fx_route_rules *r, const char *name, const char *key, const char *value)
{
	struct fx_reason why = {0};

	if (fx_route_rules_set(r, name, key, value, &why)) {
		fail_msg("%s %s: %s", name, key, why.text);
	}
}

static void patterns(void **state)
{
	(void)state;
	assert_true(fx_route_matches(NULL, NULL, false));
	assert_true(fx_route_matches("*", "", false));
	assert_false(fx_route_matches("", "x", false));
	assert_true(fx_route_matches("", "", false) == false); /* no pattern in the list */
	assert_true(fx_route_matches("0301*", "0301555", true));
	assert_false(fx_route_matches("0301*", "10301555", true));
	assert_true(fx_route_matches("*01", "1010101", true));
	assert_true(fx_route_matches("1?3", "123", true));
	assert_false(fx_route_matches("1?3", "13", true));
	assert_true(fx_route_matches("5, 7*, 9", "77", true));
	assert_false(fx_route_matches("5, 7*, 9", "6", true));
	assert_true(fx_route_matches("+49 (30) 1-2*", "+493012", true));
	assert_true(fx_route_matches("+49301*", "+49 30 / 1.2-3", true));
	assert_true(fx_route_matches("acme*", "ACME Berlin", false));
	assert_false(fx_route_matches("acme berlin", "acmeberlin", false)); /* not a number */
	/* many stars on a long text end soon */
	assert_false(fx_route_matches("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
				      false));
}

static void first_match_wins(void **state)
{
	struct fx_route_rules r = {0};
	struct fx_route_facts f = {.to = "030155", .from = "555", .tsid = "ACME", .device_id = 2};
	const char *data = NULL;

	(void)state;
	assert_null(fx_route_rules_find(&r, &f));
	set(&r, "one", "to", "9*");
	set(&r, "two", "tsid", "acme*");
	set(&r, "two", "port", "3");
	set(&r, "three", "from", "5*");
	set(&r, "three", "folder", "/srv/three");
	set(&r, "three", "email", "off");
	set(&r, "three", GUID, "x");
	set(&r, "four", "folder", "/srv/four");
	set(&r, "four", "only", "yes");
	assert_string_equal(fx_route_rules_find(&r, &f)->name, "three");
	f.device_id = 3;
	assert_string_equal(fx_route_rules_find(&r, &f)->name, "two");
	f.from = "1";
	f.device_id = 1;
	assert_string_equal(fx_route_rules_find(&r, &f)->name, "four");

	assert_int_equal(fx_route_rule_says(NULL, FX_ROUTING_FOLDER, &data), FX_RULE_NOTHING);
	assert_int_equal(fx_route_rule_says(&r.v[2], FX_ROUTING_FOLDER, &data), FX_RULE_ON);
	assert_string_equal(data, "/srv/three");
	assert_int_equal(fx_route_rule_says(&r.v[2], FX_ROUTING_EMAIL, &data), FX_RULE_OFF);
	assert_int_equal(fx_route_rule_says(&r.v[2], FX_ROUTING_PRINT, &data), FX_RULE_NOTHING);
	assert_int_equal(fx_route_rule_says(&r.v[2], "{01234567-89AB-cdef-0123-456789ABCDEF}",
					    &data), FX_RULE_ON);
	assert_int_equal(fx_route_rule_says(&r.v[3], FX_ROUTING_PRINT, &data), FX_RULE_OFF);
	fx_route_rules_fini(&r);
}

static void wrong_rules(void **state)
{
	static const char *const bad[][2] = {
		{"port", "x"}, {"port", "-1"}, {"only", "maybe"}, {"folder", "srv"},
		{"folder", ""}, {"colour", "red"}, {"{not-a-guid}", "x"},
	};
	struct fx_route_rules r = {0};
	struct fx_reason why;

	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(bad); i++) {
		why.text[0] = '\0';
		assert_int_equal(fx_route_rules_set(&r, "a", bad[i][0], bad[i][1], &why),
				 FX_EINVAL);
		assert_true(*why.text);
	}
	assert_int_equal(fx_route_rules_set(&r, "", "to", "1", &why), FX_EINVAL);
	for (unsigned i = 1; i < FX_ROUTE_RULES_MAX; i++) {
		char name[16];

		(void)snprintf(name, sizeof(name), "%u", i);
		set(&r, name, "to", "1");
	}
	assert_int_equal(fx_route_rules_set(&r, "more", "to", "1", &why), FX_ELIMIT);
	fx_route_rules_fini(&r);
}

static void retries(void **state)
{
	(void)state;
	assert_int_equal(fx_route_retry_after(1, 3, 60, 3600), 60);
	assert_int_equal(fx_route_retry_after(2, 3, 60, 3600), 120);
	assert_int_equal(fx_route_retry_after(3, 3, 60, 3600), 240);
	assert_int_equal(fx_route_retry_after(4, 3, 60, 3600), 0);
	assert_int_equal(fx_route_retry_after(1, 0, 60, 3600), 0);
	assert_int_equal(fx_route_retry_after(40, 100, 60, 3600), 3600);
	assert_int_equal(fx_route_retry_after(UINT32_MAX, INT64_MAX, 1, INT64_MAX), INT64_MAX);
}

static void names(void **state)
{
	struct fx_route_name n = {.to = "12", .from = "../etc/passwd", .tsid = "a\x01:b",
				  .date = "2026-11-22", .time = "160000", .id = 7, .pages = 2};
	char out[FX_ROUTE_NAME_SIZE], longer[400];
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(fx_route_file_name("{date}-{time}-{from}-{id}", &n, out, &why), 0);
	assert_string_equal(out, "2026-11-22-160000-.._etc_passwd-7");
	assert_int_equal(fx_route_file_name("{from}", &n, out, &why), 0);
	assert_string_equal(out, "_._etc_passwd"); /* never hidden, never above */
	assert_int_equal(fx_route_file_name("{tsid} {csid} {pages}", &n, out, &why), 0);
	assert_string_equal(out, "a__b unknown 2");
	assert_int_equal(fx_route_file_name("a/b", &n, out, &why), FX_EINVAL);
	assert_int_equal(fx_route_file_name("{nothing}", &n, out, &why), FX_EINVAL);
	assert_int_equal(fx_route_file_name("{date", &n, out, &why), FX_EINVAL);
	assert_int_equal(fx_route_file_name(" ", &n, out, &why), FX_EINVAL);
	for (size_t i = 0; i + 2 < sizeof(longer); i += 2) {
		memcpy(longer + i, "\xc3\xa4", 2);
	}
	longer[sizeof(longer) - 2] = '\0';
	n.from = longer;
	assert_int_equal(fx_route_file_name("x{from}", &n, out, &why), 0);
	assert_true(strlen(out) < FX_ROUTE_NAME_SIZE - 30);
	assert_int_equal((unsigned char)out[strlen(out) - 1], 0xa4); /* a whole character */
}

static void settings_are_copied(void **state)
{
	struct fx_route_settings a = {0}, b;
	const char *data = NULL;

	(void)state;
	assert_int_equal(fx_route_settings_defaults(&a), 0);
	set(&a.rules, "r", "to", "1");
	set(&a.rules, "r", "print", "lp");
	set(&a.rules, "r", "inbox", "off");
	assert_int_equal(fx_route_settings_copy(&b, &a), 0);
	fx_route_settings_fini(&a);
	assert_string_equal(b.folder_name, FX_ROUTE_FOLDER_NAME);
	assert_int_equal(b.retries, FX_ROUTE_RETRIES);
	assert_int_equal(b.rules.n, 1);
	assert_string_equal(b.rules.v[0].to, "1");
	assert_int_equal(fx_route_rule_says(&b.rules.v[0], FX_ROUTING_PRINT, &data), FX_RULE_ON);
	assert_int_equal(fx_route_rule_says(&b.rules.v[0], FX_ROUTING_INBOX, &data), FX_RULE_OFF);
	fx_route_settings_fini(&b);
}

static int make_and_copy(void *arg)
{
	struct fx_route_settings a = {0}, b;
	int err = fx_route_settings_defaults(&a);

	(void)arg;
	err = err ? err : fx_route_rules_set(&a.rules, "r", "to", "1", NULL);
	err = err ? err : fx_route_rules_set(&a.rules, "r", "print", "lp", NULL);
	err = err ? err : fx_route_rules_set(&a.rules, "s", "folder", "/srv", NULL);
	if (!err) {
		err = fx_route_settings_copy(&b, &a);
		if (!err) {
			fx_route_settings_fini(&b);
		}
	}
	fx_route_settings_fini(&a);
	return err;
}

static void out_of_memory(void **state)
{
	(void)state;
	fx_test_oom_sweep(make_and_copy, NULL);
}

static void words(void **state)
{
	(void)state;
	assert_string_equal(fx_routing_guid("EMail"), FX_ROUTING_EMAIL);
	assert_string_equal(fx_routing_guid(GUID), GUID);
	assert_null(fx_routing_guid("fold"));
	assert_string_equal(fx_routing_word(FX_ROUTING_INBOX), "inbox");
	assert_null(fx_routing_word(GUID));
	assert_false(fx_guid_valid("{01234567-89ab-cdef-0123-456789abcdef"));
	assert_false(fx_guid_valid(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns),
		cmocka_unit_test(first_match_wins),
		cmocka_unit_test(wrong_rules),
		cmocka_unit_test(retries),
		cmocka_unit_test(names),
		cmocka_unit_test(settings_are_copied),
		cmocka_unit_test(out_of_memory),
		cmocka_unit_test(words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
