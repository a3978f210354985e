/* SPDX-License-Identifier: Apache-2.0 */
#include "core/outbound.h"

#include <string.h>
#include "tests/support/support.h"

/* Ports 1 to 5 are there; 5 may not send. */
static bool exists(void *arg, uint32_t id)
{
	(void)arg;
	return id >= 1 && id <= 5;
}

static bool sends(void *arg, uint32_t id)
{
	return exists(arg, id) && id != 5;
}

static const struct fx_outbound_ports ports = {exists, sends, 4, NULL};

static int setup(void **state)
{
	static struct fx_outbound o;

	*state = &o;
	return fx_outbound_init(&o);
}

static int teardown(void **state)
{
	fx_outbound_fini(*state);
	return 0;
}

static enum fx_outbound_error add_group(struct fx_outbound *o, const char *name)
{
	struct fx_outbound_change ch = {.kind = FX_OUTBOUND_ADD_GROUP, .group = name};
	struct fx_reason why = {0};
	enum fx_outbound_error e = fx_outbound_apply(o, &ch, &ports, &why);

	assert_true(!e || *why.text);
	return e;
}

static enum fx_outbound_error set_group(struct fx_outbound *o, const char *name,
					const uint32_t *ids, size_t n)
{
	struct fx_outbound_change ch = {.kind = FX_OUTBOUND_SET_GROUP, .group = name, .ids = ids,
					.n_ids = n};

	return fx_outbound_apply(o, &ch, &ports, NULL);
}

static enum fx_outbound_error order(struct fx_outbound *o, const char *name, uint32_t id,
				    uint32_t place)
{
	struct fx_outbound_change ch = {.kind = FX_OUTBOUND_ORDER, .group = name, .device_id = id,
					.place = place};

	return fx_outbound_apply(o, &ch, &ports, NULL);
}

static enum fx_outbound_error rule(struct fx_outbound *o, enum fx_outbound_kind kind,
				   uint32_t country, uint32_t area, const char *group, uint32_t id)
{
	struct fx_outbound_change ch = {.kind = kind, .country = country, .area = area,
					.group = group, .device_id = id};

	return fx_outbound_apply(o, &ch, &ports, NULL);
}

static void groups(void **state)
{
	struct fx_outbound *o = *state;
	char longest[130];
	const uint32_t two[] = {3, 1}, twice[] = {1, 1}, unknown[] = {9};
	static uint32_t many[FX_OUTBOUND_DEVICES_MAX + 1];

	memset(longest, 'g', sizeof(longest));
	longest[128] = '\0';
	assert_int_equal(add_group(o, longest), FX_OB_NAME_TOO_LONG);
	longest[127] = '\0';
	assert_int_equal(add_group(o, longest), 0);
	assert_int_equal(add_group(o, ""), FX_OB_INVALID);
	assert_int_equal(add_group(o, NULL), FX_OB_INVALID);
	assert_int_equal(add_group(o, "a\nb"), FX_OB_INVALID);
	assert_int_equal(add_group(o, "\xff"), FX_OB_INVALID);
	assert_int_equal(add_group(o, "Berlin"), 0);
	assert_int_equal(add_group(o, "BERLIN"), FX_OB_EXISTS);
	assert_int_equal(add_group(o, "<all devices>"), FX_OB_EXISTS);
	assert_int_equal(set_group(o, "berlin", two, 2), 0);
	assert_int_equal(fx_outbound_group(o, "Berlin")->n, 2);
	assert_int_equal(fx_outbound_group(o, "Berlin")->ids[0], 3);
	assert_int_equal(set_group(o, "Berlin", twice, 2), FX_OB_INVALID);
	assert_int_equal(set_group(o, "Berlin", unknown, 1), FX_OB_INVALID);
	assert_int_equal(set_group(o, "Berlin", many, FX_OUTBOUND_DEVICES_MAX + 1), FX_OB_INVALID);
	assert_int_equal(set_group(o, "Bonn", two, 2), FX_OB_NO_GROUP);
	assert_int_equal(set_group(o, FX_OUTBOUND_ALL, two, 2), FX_OB_BUILT_IN);
	assert_int_equal(order(o, "Berlin", 1, 1), 0);
	assert_int_equal(fx_outbound_group(o, "Berlin")->ids[0], 1);
	assert_int_equal(fx_outbound_group(o, "Berlin")->ids[1], 3);
	assert_int_equal(order(o, "Berlin", 1, 0), FX_OB_INVALID);
	assert_int_equal(order(o, "Berlin", 1, 3), FX_OB_INVALID);
	assert_int_equal(order(o, "Berlin", 2, 1), FX_OB_INVALID);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 0, "Berlin", 0), 0);
	{
		struct fx_outbound_change ch = {.kind = FX_OUTBOUND_REMOVE_GROUP,
						.group = "Berlin"};

		assert_int_equal(fx_outbound_apply(o, &ch, &ports, NULL), FX_OB_GROUP_IN_USE);
		assert_int_equal(rule(o, FX_OUTBOUND_REMOVE_RULE, 49, 0, NULL, 0), 0);
		assert_int_equal(fx_outbound_apply(o, &ch, &ports, NULL), 0);
		assert_int_equal(fx_outbound_apply(o, &ch, &ports, NULL), FX_OB_NO_GROUP);
		ch.group = FX_OUTBOUND_ALL;
		assert_int_equal(fx_outbound_apply(o, &ch, &ports, NULL), FX_OB_BUILT_IN);
	}
	assert_int_equal(o->n_groups, 1);
}

static void rules(void **state)
{
	struct fx_outbound *o = *state;

	assert_int_equal(add_group(o, "empty"), 0);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 0, 0, NULL, 1), FX_OB_EXISTS);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 0, 30, NULL, 1), FX_OB_INVALID);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 999, 0, NULL, 1), FX_OB_INVALID);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, UINT32_MAX, NULL, 1), FX_OB_INVALID);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 30, NULL, 9), FX_OB_BAD_DEVICE);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 30, NULL, 0), FX_OB_BAD_DEVICE);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 30, "none", 0), FX_OB_BAD_GROUP);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 30, "empty", 0), FX_OB_BAD_GROUP);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 30, NULL, 2), 0);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 30, NULL, 2), FX_OB_EXISTS);
	assert_int_equal(rule(o, FX_OUTBOUND_SET_RULE, 49, 30, NULL, 3), 0);
	assert_int_equal(fx_outbound_rule(o, 49, 30)->device_id, 3);
	assert_int_equal(rule(o, FX_OUTBOUND_SET_RULE, 49, 31, NULL, 3), FX_OB_NO_RULE);
	assert_int_equal(rule(o, FX_OUTBOUND_REMOVE_RULE, 49, 31, NULL, 0), FX_OB_NO_RULE);
	assert_int_equal(rule(o, FX_OUTBOUND_REMOVE_RULE, 0, 0, NULL, 0), FX_OB_BUILT_IN);
	assert_int_equal(rule(o, FX_OUTBOUND_SET_RULE, 0, 0, NULL, 2), 0);
	assert_int_equal(rule(o, FX_OUTBOUND_SET_RULE, 0, 0, FX_OUTBOUND_ALL, 0), 0);
	assert_true(fx_outbound_rule_is_all(&o->rules[0]));
}

static void states(void **state)
{
	struct fx_outbound *o = *state;
	static const struct fx_outbound_ports none = {exists, sends, 0, NULL};
	const uint32_t good[] = {1, 2}, some[] = {1, 5}, bad[] = {5};
	const struct fx_outbound_group *g;

	assert_int_equal(fx_outbound_group_status(NULL, &ports), FX_GROUP_ALL_VALID);
	assert_int_equal(fx_outbound_group_status(NULL, &none), FX_GROUP_EMPTY);
	assert_int_equal(add_group(o, "g"), 0);
	g = fx_outbound_group(o, "g");
	assert_int_equal(fx_outbound_group_status(g, &ports), FX_GROUP_EMPTY);
	assert_int_equal(set_group(o, "g", good, 2), 0);
	assert_int_equal(fx_outbound_group_status(g, &ports), FX_GROUP_ALL_VALID);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 1, 0, "g", 0), 0);
	assert_int_equal(fx_outbound_rule_status(o, fx_outbound_rule(o, 1, 0), &ports),
			 FX_RULE_VALID);
	assert_int_equal(set_group(o, "g", some, 2), 0);
	assert_int_equal(fx_outbound_rule_status(o, fx_outbound_rule(o, 1, 0), &ports),
			 FX_RULE_SOME_NOT_VALID);
	assert_int_equal(set_group(o, "g", bad, 1), 0);
	assert_int_equal(fx_outbound_group_status(g, &ports), FX_GROUP_NONE_VALID);
	assert_int_equal(fx_outbound_rule_status(o, fx_outbound_rule(o, 1, 0), &ports),
			 FX_RULE_NONE_VALID);
	assert_int_equal(set_group(o, "g", NULL, 0), 0);
	assert_int_equal(fx_outbound_rule_status(o, fx_outbound_rule(o, 1, 0), &ports),
			 FX_RULE_EMPTY_GROUP);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 44, 0, NULL, 5), 0);
	assert_int_equal(fx_outbound_rule_status(o, fx_outbound_rule(o, 44, 0), &ports),
			 FX_RULE_BAD_DEVICE);
	assert_int_equal(fx_outbound_rule_status(o, &o->rules[0], &ports), FX_RULE_VALID);
}

static void stored(void **state)
{
	struct fx_outbound *o = *state, copy, again;
	const uint32_t ids[] = {4, 2, 5};
	fx_auto char *group = NULL, *text = NULL;

	assert_int_equal(add_group(o, "Z\xc3\xbcrich"), 0);
	assert_int_equal(set_group(o, "Z\xc3\xbcrich", ids, 3), 0);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 41, 44, "Z\xc3\xbcrich", 0), 0);
	assert_int_equal(fx_outbound_copy(&copy, o), 0);
	group = fx_outbound_group_text(&copy.groups[0]);
	text = fx_outbound_rule_text(fx_outbound_rule(&copy, 41, 44));
	fx_outbound_fini(&copy);
	assert_string_equal(group, "4 2 5");
	assert_string_equal(text, "group Z\xc3\xbcrich");
	assert_int_equal(fx_outbound_init(&again), 0);
	assert_int_equal(fx_outbound_load_group(&again, "Z\xc3\xbcrich", group), 0);
	assert_int_equal(fx_outbound_load_rule(&again, 41, 44, text), 0);
	assert_int_equal(fx_outbound_load_rule(&again, 0, 0, "device 3"), 0);
	assert_int_equal(again.n_rules, 2);
	assert_int_equal(again.rules[0].device_id, 3);
	assert_int_equal(again.groups[0].ids[2], 5);
	assert_int_equal(fx_outbound_load_group(&again, "Z\xc3\xbcrich", ""), FX_EINVAL);
	assert_int_equal(fx_outbound_load_group(&again, "x", "1 two"), FX_EINVAL);
	assert_int_equal(fx_outbound_load_group(&again, "x", "0"), FX_EINVAL);
	assert_int_equal(fx_outbound_load_group(&again, "x", "99999999999"), FX_EINVAL);
	assert_int_equal(fx_outbound_load_rule(&again, 1, 0, "device"), FX_EINVAL);
	assert_int_equal(fx_outbound_load_rule(&again, 1, 0, "device 1x"), FX_EINVAL);
	assert_int_equal(fx_outbound_load_rule(&again, 1, 0, "group "), FX_EINVAL);
	assert_int_equal(fx_outbound_load_rule(&again, 0, 1, "device 1"), FX_EINVAL);
	fx_outbound_fini(&again);
}

/* Every example of docs/outbound.md and more. */
static void numbers(void **state)
{
	static const struct fx_dialing berlin = {49, "30", "0", "00"}, boston = {1, "617", "1",
		"011"}, rome = {39, "", "", "00"}, nowhere = {0, "", "0", "00"};
	static const struct {
		const struct fx_dialing *d;
		const char *number;
		uint32_t country, area; /* area: 0 = not marked */
		const char *digits;
	} rows[] = {
		{&berlin, "+49 (30) 123456", 49, 30, "30123456"},
		{&berlin, "+4930123456", 49, 0, "30123456"},
		{&berlin, "+49 (0)30 123456", 49, 0, "30123456"},
		{&berlin, "0049-30-123456", 49, 0, "30123456"},
		{&berlin, "030 123456", 49, 0, "30123456"},
		{&berlin, "123456", 49, 30, "30123456"},
		{&berlin, "0041 44 1234567", 41, 0, "441234567"},
		{&berlin, "+1 (212) 555-1234", 1, 212, "2125551234"},
		{&berlin, "+39 (06) 12345", 39, 6, "612345"},
		{&berlin, "tel:+4930123", 49, 0, "30123"},
		{&berlin, "sip:+4930123@example.com", 49, 0, "30123"},
		{&berlin, "+4930123,,#17", 49, 0, "30123"},
		{&berlin, "sip:fax@example.com", 0, 0, ""},
		{&berlin, "123@example.com", 0, 0, ""},
		{&berlin, "*31#123", 0, 0, ""},
		{&berlin, "+999 1", 0, 0, ""},
		{&berlin, "+", 0, 0, ""},
		{&berlin, "", 0, 0, ""},
		{&berlin, "+49 (30", 49, 0, "30"},
		{&berlin, "+49 (12345678901) 2", 49, 0, "123456789012"},
		{&boston, "555-1234", 1, 617, "6175551234"},
		{&boston, "1 212 555 1234", 1, 0, "2125551234"},
		{&boston, "011 49 30 123", 49, 0, "30123"},
		{&rome, "06 12345", 39, 0, "612345"},
		{&nowhere, "030 123456", 0, 0, ""},
		{&nowhere, "+4930123456", 49, 0, "30123456"},
		{&nowhere, "0049 30 1", 49, 0, "301"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fx_outbound_number n;

		fx_outbound_number(rows[i].number, rows[i].d, &n);
		if (n.country != rows[i].country || strcmp(n.digits, rows[i].digits) ||
		    n.has_area != (rows[i].area != 0) || n.area != rows[i].area) {
			fail_msg("%s: %u %u \"%s\"", rows[i].number, n.country, n.area, n.digits);
		}
	}
}

static void choice(void **state)
{
	struct fx_outbound *o = *state;
	static const struct fx_dialing here = {49, "30", "0", "00"};
	static const struct {
		const char *number;
		uint32_t country, area;
	} rows[] = {
		{"+49 (30) 123", 49, 30}, {"+4930923", 49, 30},  {"0301123", 49, 301},
		{"+49 (30) 1123", 49, 30}, /* brackets end the area code */
		{"123", 49, 30},          {"089 1", 49, 0},      {"+44 20 1", 0, 0},
		{"+1 212 5", 1, 212},     {"+12135", 1, 0},      {"fax@example.com", 0, 0},
		{"+49", 49, 0},
	};

	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 30, NULL, 1), 0);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 301, NULL, 2), 0);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 49, 0, NULL, 3), 0);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 1, 212, NULL, 4), 0);
	assert_int_equal(rule(o, FX_OUTBOUND_ADD_RULE, 1, 0, NULL, 4), 0);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fx_outbound_number n;
		const struct fx_outbound_rule *r;

		fx_outbound_number(rows[i].number, &here, &n);
		r = fx_outbound_find(o, &n);
		if (r->country != rows[i].country || r->area != rows[i].area) {
			fail_msg("%s: rule %u/%u", rows[i].number, r->country, r->area);
		}
	}
}

static int sweep(void *arg)
{
	struct fx_outbound o;
	const uint32_t ids[] = {1, 2};
	struct fx_outbound copy;
	int err = fx_outbound_init(&o);

	(void)arg;
	if (err) {
		return err;
	}
	err = add_group(&o, "g") || set_group(&o, "g", ids, 2) ||
	      rule(&o, FX_OUTBOUND_ADD_RULE, 49, 0, "g", 0) ||
	      rule(&o, FX_OUTBOUND_SET_RULE, 49, 0, NULL, 1) ? FX_ENOMEM : 0;
	if (!err) {
		err = fx_outbound_copy(&copy, &o);
		if (!err) {
			fx_outbound_fini(&copy);
		}
	}
	fx_outbound_fini(&o);
	return err;
}

static void lack_of_memory(void **state)
{
	(void)state;
	fx_test_oom_sweep(sweep, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(groups, setup, teardown),
		cmocka_unit_test_setup_teardown(rules, setup, teardown),
		cmocka_unit_test_setup_teardown(states, setup, teardown),
		cmocka_unit_test_setup_teardown(stored, setup, teardown),
		cmocka_unit_test(numbers),
		cmocka_unit_test_setup_teardown(choice, setup, teardown),
		cmocka_unit_test(lack_of_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
