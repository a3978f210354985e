/* SPDX-License-Identifier: Apache-2.0 */
/* What is tried next after each kind of end, and what is kept of it. */
#include "providers/sip/policy.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "tests/support/support.h"

#define NOW INT64_C(1767225600)
#define DAY INT64_C(86400)

static struct fx_sip_route route(int64_t policy)
{
	return (struct fx_sip_route){.policy = policy, .min_rate = 2400, .max_rate = 14400,
				     .ecm = true};
}

static struct fx_sip_plan plan(struct fx_policy *p, int64_t policy)
{
	struct fx_sip_route r = route(policy);
	struct fx_sip_plan ret;

	fx_policy_plan(p, "far", "+49301", &r, NOW, &ret);
	return ret;
}

static bool ended(struct fx_policy *p, const struct fx_sip_plan *pl, enum fx_outcome o,
		  enum fx_transport t)
{
	struct fx_policy_lesson l = {.outcome = o, .answered = true, .transport = t};

	return fx_policy_learn(p, "far", "+49301", pl, &l, NOW, 30);
}

/* ask, take, audio, ECM, rate */
static void plan_is(const struct fx_sip_plan *p, const char *flags, uint32_t rate)
{
	char text[8];

	(void)snprintf(text, sizeof(text), "%c%c%c%c", p->ask_t38 ? 'a' : '-',
		       p->take_t38 ? 't' : '-', p->audio ? 'g' : '-', p->ecm ? 'e' : '-');
	assert_string_equal(text, flags);
	assert_int_equal(p->max_rate, rate);
	assert_true(*p->words);
}

static void step_by_step(int64_t policy, const char *const flags[], const uint32_t rate[], int n)
{
	struct fx_policy *p = NULL;
	struct fx_sip_plan pl;

	assert_int_equal(fx_policy_new(&p), 0);
	for (int i = 0; i < n; i++) {
		pl = plan(p, policy);
		plan_is(&pl, flags[i], rate[i]);
		assert_true(ended(p, &pl, FX_OUTCOME_PROTOCOL, FX_TRANSPORT_T38));
	}
	pl = plan(p, policy); /* all was tried: from the start */
	plan_is(&pl, flags[0], rate[0]);
	assert_null(fx_policy_free(p));
}

static void each_policy_has_its_steps(void **state)
{
	static const char *const t38_first[] = {"atge", "--ge", "--ge", "--g-"};
	static const char *const g711_first[] = {"-tge", "atge", "--ge", "--g-"};
	static const char *const t38[] = {"at-e", "at-e", "at--"};
	static const char *const g711[] = {"--ge", "--ge", "--g-"};
	static const uint32_t four[] = {14400, 14400, 9600, 9600}, three[] = {14400, 9600, 9600};

	(void)state;
	step_by_step(FX_SIP_T38_FIRST, t38_first, four, 4);
	step_by_step(FX_SIP_G711_FIRST, g711_first, four, 4);
	step_by_step(FX_SIP_T38_ONLY, t38, three, 3);
	step_by_step(FX_SIP_G711_ONLY, g711, three, 3);
}

static void a_failure_in_audio_skips_audio_alone(void **state)
{
	struct fx_policy *p = NULL;
	struct fx_sip_plan pl;

	(void)state;
	assert_int_equal(fx_policy_new(&p), 0);
	pl = plan(p, FX_SIP_T38_FIRST);
	assert_true(ended(p, &pl, FX_OUTCOME_TIMEOUT, FX_TRANSPORT_AUDIO));
	pl = plan(p, FX_SIP_T38_FIRST);
	plan_is(&pl, "--ge", 9600);
	assert_null(fx_policy_free(p));
}

static void other_ends_teach_nothing(void **state)
{
	struct fx_policy_lesson l = {.outcome = FX_OUTCOME_PROTOCOL};
	struct fx_policy *p = NULL;
	struct fx_sip_plan pl;

	(void)state;
	assert_int_equal(fx_policy_new(&p), 0);
	pl = plan(p, FX_SIP_T38_FIRST);
	assert_false(fx_policy_learn(p, "far", "+49301", &pl, &l, NOW, 30)); /* never answered */
	assert_false(ended(p, &pl, FX_OUTCOME_BUSY, FX_TRANSPORT_NONE));
	assert_false(ended(p, &pl, FX_OUTCOME_CANCELLED, FX_TRANSPORT_T38));
	assert_false(ended(p, &pl, FX_OUTCOME_STORAGE, FX_TRANSPORT_T38));
	assert_false(ended(p, &pl, FX_OUTCOME_NOT_FAX, FX_TRANSPORT_AUDIO));
	assert_false(ended(p, &pl, FX_OUTCOME_SUCCESS, FX_TRANSPORT_T38));
	assert_int_equal(fx_policy_count(p), 0);
	assert_true(ended(p, &pl, FX_OUTCOME_NOT_FAX, FX_TRANSPORT_T38));
	assert_null(fx_policy_free(p));
}

static void what_worked_is_tried_first_until_it_expires(void **state)
{
	struct fx_sip_route r = route(FX_SIP_T38_FIRST);
	struct fx_policy_lesson l = {.outcome = FX_OUTCOME_SUCCESS, .answered = true,
				     .t38_refused = true, .transport = FX_TRANSPORT_AUDIO};
	struct fx_policy *p = NULL;
	struct fx_sip_plan pl;

	(void)state;
	assert_int_equal(fx_policy_new(&p), 0);
	pl = plan(p, FX_SIP_T38_FIRST);
	assert_true(fx_policy_learn(p, "far", "+49301", &pl, &l, NOW, 30));
	pl = plan(p, FX_SIP_T38_FIRST);
	plan_is(&pl, "-tge", 14400);
	assert_true(pl.no_t38);
	assert_non_null(strstr(pl.words, "refused"));
	/* not for another trunk or number */
	fx_policy_plan(p, "near", "+49301", &r, NOW, &pl);
	assert_true(pl.ask_t38);
	fx_policy_plan(p, "far", "+49302", &r, NOW, &pl);
	assert_true(pl.ask_t38);
	fx_policy_plan(p, "far", "+49301", &r, NOW + 30 * DAY - 1, &pl);
	assert_false(pl.ask_t38);
	fx_policy_plan(p, "far", "+49301", &r, NOW + 30 * DAY, &pl);
	assert_true(pl.ask_t38);
	assert_int_equal(fx_policy_count(p), 0);
	assert_null(fx_policy_free(p));
}

static void limits_hold(void **state)
{
	struct fx_sip_route r = route(FX_SIP_G711_ONLY);
	struct fx_policy *p = NULL;
	struct fx_sip_plan pl;

	(void)state;
	assert_int_equal(fx_policy_new(&p), 0);
	r.min_rate = 12000;
	r.ecm = false;
	fx_policy_plan(p, "far", "+49301", &r, NOW, &pl);
	assert_true(ended(p, &pl, FX_OUTCOME_PROTOCOL, FX_TRANSPORT_AUDIO));
	fx_policy_plan(p, "far", "+49301", &r, NOW, &pl);
	plan_is(&pl, "--g-", 14400); /* 9600 is below what is allowed */
	for (unsigned i = 0; i < FX_POLICY_MAX + 50; i++) {
		struct fx_policy_lesson l = {.outcome = FX_OUTCOME_PROTOCOL, .answered = true};
		char number[20];

		(void)snprintf(number, sizeof(number), "+%u", i);
		(void)fx_policy_learn(p, "far", number, &pl, &l, NOW + i, 30);
	}
	assert_int_equal(fx_policy_count(p), FX_POLICY_MAX);
	fx_policy_plan_in(&r, &pl);
	assert_false(pl.take_t38);
	assert_null(fx_policy_free(p));
}

static void it_outlives_the_program(void **state)
{
	char *dir = fx_test_mkdir();
	fx_auto char *path = fx_asprintf("%s/memory", dir);
	struct fx_policy *p = NULL, *q = NULL;
	struct fx_buf b = {0};
	struct fx_sip_plan pl;

	(void)state;
	assert_int_equal(fx_policy_new(&p), 0);
	assert_int_equal(fx_policy_new(&q), 0);
	assert_int_equal(fx_policy_load(q, path, NOW), 0); /* there is none yet */
	pl = plan(p, FX_SIP_T38_FIRST);
	assert_true(ended(p, &pl, FX_OUTCOME_PROTOCOL, FX_TRANSPORT_T38));
	fx_policy_text(p, NOW, &b);
	assert_int_equal(fx_policy_write(path, b.data, b.len), 0);
	assert_int_equal(fx_policy_write("/nowhere/x", b.data, b.len), FX_EIO);
	assert_int_equal(fx_policy_load(q, path, NOW), 0);
	pl = plan(q, FX_SIP_T38_FIRST);
	assert_int_equal(pl.step, 1);
	assert_null(fx_policy_free(q));
	assert_int_equal(fx_policy_new(&q), 0);
	assert_int_equal(fx_policy_load(q, path, NOW + 31 * DAY), 0);
	assert_int_equal(fx_policy_count(q), 0);
	assert_int_equal(fx_policy_load(q, "/", NOW), FX_EIO);
	fx_buf_fini(&b);
	assert_null(fx_policy_free(p));
	assert_null(fx_policy_free(q));
	fx_test_rmdir(dir);
}

static void lines_that_make_no_sense_are_left_out(void **state)
{
	static const char text[] = "caselli-sip-memory 1\nfar\t+1\t2\t0\t2000000000\nrubbish\n"
				   "far\t+2\t9\t0\t2000000000\nfar\t+3\t1\t0\t1000\n\n"
				   "far\t+1\t3\t0\t2000000000\nfar\t+4\t0\t1\t2000000000";
	struct fx_policy *p = NULL;

	(void)state;
	assert_int_equal(fx_policy_new(&p), 0);
	assert_int_equal(fx_policy_parse(p, text, sizeof(text) - 1, NOW), 0);
	assert_int_equal(fx_policy_count(p), 2);
	assert_int_equal(fx_policy_parse(p, "x", 1, NOW), FX_EPROTO);
	assert_int_equal(fx_policy_parse(p, text, FX_POLICY_FILE_MAX + 1, NOW), FX_ELIMIT);
	assert_null(fx_policy_free(p));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_policy_has_its_steps),
		cmocka_unit_test(a_failure_in_audio_skips_audio_alone),
		cmocka_unit_test(other_ends_teach_nothing),
		cmocka_unit_test(what_worked_is_tried_first_until_it_expires),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(it_outlives_the_program),
		cmocka_unit_test(lines_that_make_no_sense_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
