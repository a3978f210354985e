/* SPDX-License-Identifier: Apache-2.0 */
/* Which ports jobs go over, by rules for their numbers. */
#include <stdio.h>
#include <string.h>
#include "tests/unit/queue/rig.h"

static bool is_port(void *arg, uint32_t id)
{
	return fx_ports_find(((struct rig *)arg)->ports, id) != NULL;
}

static void change(struct rig *r, const struct fx_outbound_change *ch)
{
	const struct fx_outbound_ports ports = {is_port, is_port, 1, r};
	struct fx_group *g = fx_group_new(fx_queue_journal(r->queue));
	struct fx_outbound o;
	struct fx_reason why = {0};

	assert_int_equal(fx_outbound_copy(&o, fx_queue_outbound(r->queue)), 0);
	if (fx_outbound_apply(&o, ch, &ports, &why)) {
		fail_msg("%s", why.text);
	}
	assert_int_equal(fx_queue_put_outbound(g, fx_queue_outbound(r->queue), &o), 0);
	assert_int_equal(fx_group_commit(g, FX_COMMIT_KEEP, NULL, NULL), 0);
	fx_queue_set_outbound(r->queue, &o);
	rig_settle(r);
}

static void group(struct rig *r, const char *name, const uint32_t *ids, size_t n)
{
	struct fx_outbound_change ch = {.kind = FX_OUTBOUND_ADD_GROUP, .group = name};

	change(r, &ch);
	ch.kind = FX_OUTBOUND_SET_GROUP;
	ch.ids = ids;
	ch.n_ids = n;
	change(r, &ch);
}

static void rule(struct rig *r, uint32_t country, uint32_t area, const char *name, uint32_t id)
{
	struct fx_outbound_change ch = {.kind = fx_outbound_rule(fx_queue_outbound(r->queue),
								  country, area) ?
						 FX_OUTBOUND_SET_RULE : FX_OUTBOUND_ADD_RULE,
					.country = country, .area = area, .group = name,
					.device_id = id};

	change(r, &ch);
}

static int setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	rig_start(r, "4");
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(*state);
	(void)fx_free(*state);
	return 0;
}

static const char *line_of(const char *number)
{
	for (size_t i = fx_script_dials(); i-- > 0;) {
		if (!strcmp(fx_script_dial_at(i)->number, number)) {
			return fx_script_dial_at(i)->line;
		}
	}
	return "none";
}

static void two_groups(struct rig *r)
{
	static const uint32_t north[] = {4, 3}, south[] = {2};

	group(r, "north", north, 2);
	group(r, "south", south, 1);
	rule(r, 49, 30, "north", 0);
	rule(r, 39, 0, "south", 0);
}

static void numbers_over_their_ports(void **state)
{
	struct rig *r = *state;

	two_groups(r);
	(void)rig_send(r, "+49 30 1", 1);
	(void)rig_send(r, "+49 30 2", 1);
	(void)rig_send(r, "+39 06 1", 1);
	(void)rig_send(r, "+44 1", 1);
	rig_run(r, 5);
	assert_string_equal(line_of("+49 30 1"), "4");
	assert_string_equal(line_of("+49 30 2"), "3");
	assert_string_equal(line_of("+39 06 1"), "2");
	assert_string_equal(line_of("+44 1"), "1");
}

/* A busy group waits; those behind it in the queue go on. */
static void no_head_of_line_blocking(void **state)
{
	static const struct fx_script_step hangs = {.hangs = true};
	struct rig *r = *state;
	uint32_t waits;

	two_groups(r);
	fx_script_set("+39 06 1", &hangs, 1);
	(void)rig_send(r, "+39 06 1", 1);
	waits = rig_send(r, "+39 06 2", 1);
	(void)rig_send(r, "+49 30 1", 1);
	(void)rig_send(r, "+44 1", 1);
	rig_run(r, 5);
	assert_int_equal(rig_state(r, waits), FX_JOB_PENDING);
	assert_true(rig_find(r, waits)->no_line);
	assert_string_equal(line_of("+39 06 2"), "none");
	assert_string_equal(line_of("+49 30 1"), "4");
	assert_string_equal(line_of("+44 1"), "1");
	/* and goes when its group is given another port */
	rule(r, 39, 0, NULL, 3);
	rig_run(r, 5);
	assert_string_equal(line_of("+39 06 2"), "3");
}

static void order_and_members_count_at_once(void **state)
{
	static const struct fx_script_step hangs = {.hangs = true};
	struct rig *r = *state;
	const uint32_t more[] = {2, 1};
	struct fx_outbound_change ch = {.kind = FX_OUTBOUND_SET_GROUP, .group = "south",
					.ids = more, .n_ids = 2};

	two_groups(r);
	fx_script_set("+39 06 1", &hangs, 1);
	(void)rig_send(r, "+39 06 1", 1);
	(void)rig_send(r, "+39 06 2", 1);
	rig_run(r, 5);
	assert_string_equal(line_of("+39 06 2"), "none");
	change(r, &ch);
	rig_run(r, 5);
	assert_string_equal(line_of("+39 06 2"), "1");
}

static void a_wish_is_kept(void **state)
{
	struct rig *r = *state;
	struct fx_job j = rig_job(r, "+49 30 1", 1);

	two_groups(r);
	j.fixed_port = true;
	j.device_id = 1;
	(void)rig_submit(r, &j);
	rig_run(r, 5);
	assert_string_equal(line_of("+49 30 1"), "1");
}

/* Another port of the group is tried, never one outside of it. */
static void no_line_within_the_group(void **state)
{
	static const struct fx_script_step none = {.outcome = FX_OUTCOME_LINE_UNAVAILABLE,
						   .not_answered = true};
	struct rig *r = *state;
	uint32_t job;

	two_groups(r);
	fx_script_set("+49 30 1", &none, 1);
	job = rig_send(r, "+49 30 1", 1);
	rig_run(r, 30);
	assert_true(fx_script_dials() >= 2);
	for (size_t i = 0; i < fx_script_dials(); i++) {
		const char *line = fx_script_dial_at(i)->line;

		assert_true(!strcmp(line, "3") || !strcmp(line, "4"));
	}
	assert_string_equal(fx_script_dial_at(0)->line, "4");
	assert_string_equal(fx_script_dial_at(1)->line, "3");
	assert_int_not_equal(rig_state(r, job), FX_JOB_STATE_COUNT);
}

/* Two forms of a number, one with the area code in brackets, may have different rules: a call
 * over a port of one does not take along the other. */
static void joined_only_where_the_rule_allows(void **state)
{
	static const struct fx_script_step hangs = {.hangs = true};
	struct rig *r = *state;

	two_groups(r);
	rule(r, 49, 301, NULL, 1);
	fx_script_set("+44 1", &hangs, 1);
	(void)rig_send(r, "+44 1", 1); /* on port 1 */
	rig_run(r, 5);
	(void)rig_send(r, "+493012", 1);     /* 49/301: port 1, busy */
	(void)rig_send(r, "+49 (30) 12", 1); /* 49/30: north */
	rig_run(r, 5);
	assert_string_equal(line_of("+49 (30) 12"), "4");
	assert_string_equal(line_of("+493012"), "none");
	assert_int_equal(fx_script_dial_at(1)->n_docs, 1);
}

static void restart_keeps_them(void **state)
{
	struct rig *r = *state;
	const struct fx_outbound *o;
	struct fx_outbound_change ch = {.kind = FX_OUTBOUND_REMOVE_RULE, .country = 39};

	two_groups(r);
	rule(r, 0, 0, NULL, 2);
	change(r, &ch);
	r->lines = "3"; /* port 4 is gone */
	rig_crash(r);
	o = fx_queue_outbound(r->queue);
	assert_int_equal(o->n_groups, 2);
	assert_int_equal(o->n_rules, 2);
	assert_int_equal(o->groups[0].n, 2);
	assert_int_equal(o->groups[0].ids[0], 4);
	assert_int_equal(o->rules[0].device_id, 2);
	(void)rig_send(r, "+49 30 1", 1);
	(void)rig_send(r, "+44 1", 1);
	rig_run(r, 5);
	assert_string_equal(line_of("+49 30 1"), "3");
	assert_string_equal(line_of("+44 1"), "2");
}

static void where_we_are(void **state)
{
	static const struct fx_dialing here = {49, "30", "0", "00"};
	struct rig *r = *state;

	two_groups(r);
	(void)rig_command(r, rig_send(r, "1", 1), FX_JC_PAUSE);
	fx_queue_set_dialing(r->queue, &here);
	(void)rig_send(r, "030 2", 1);
	(void)rig_send(r, "003906 1", 1);
	rig_run(r, 5);
	assert_string_equal(line_of("030 2"), "4");
	assert_string_equal(line_of("003906 1"), "2");
	assert_int_equal(fx_queue_rule(r->queue, "1")->area, 30);
}

/* A million rules' worth of looking: what waits is in its lane, so the next job is found at once
 * however many wait for a busy group. */
static void long_queue_behind_a_busy_group(void **state)
{
	static const struct fx_script_step hangs = {.hangs = true};
	struct rig *r = *state;
	struct fx_lane *lane = NULL;

	two_groups(r);
	fx_script_set("+39 06 1", &hangs, 1);
	(void)rig_send(r, "+39 06 1", 1);
	for (unsigned i = 0; i < 300; i++) {
		char number[24];

		(void)snprintf(number, sizeof(number), "+39 07 %u", i);
		(void)rig_send(r, number, 1);
	}
	(void)rig_send(r, "+44 1", 1);
	rig_run(r, 5);
	assert_string_equal(line_of("+44 1"), "1");
	FX_LIST_EACH(&r->queue->lanes, it) {
		struct fx_lane *l = FX_CONTAINER(it, struct fx_lane, link);

		lane = l->group && !strcmp(l->group, "south") ? l : lane;
	}
	assert_non_null(lane);
	assert_int_equal(lane->ready.n, 300);
	assert_int_equal(r->queue->ready.n, 0);
	/* without the rule they take any port */
	rule(r, 39, 0, FX_OUTBOUND_ALL, 0);
	assert_true(r->queue->ready.n >= 296);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(numbers_over_their_ports, setup, teardown),
		cmocka_unit_test_setup_teardown(no_head_of_line_blocking, setup, teardown),
		cmocka_unit_test_setup_teardown(order_and_members_count_at_once, setup, teardown),
		cmocka_unit_test_setup_teardown(a_wish_is_kept, setup, teardown),
		cmocka_unit_test_setup_teardown(no_line_within_the_group, setup, teardown),
		cmocka_unit_test_setup_teardown(joined_only_where_the_rule_allows, setup, teardown),
		cmocka_unit_test_setup_teardown(restart_keeps_them, setup, teardown),
		cmocka_unit_test_setup_teardown(where_we_are, setup, teardown),
		cmocka_unit_test_setup_teardown(long_queue_behind_a_busy_group, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
