/* SPDX-License-Identifier: Apache-2.0 */
#include "core/select.h"

#include "core/number.h"
#include "tests/support/support.h"

static struct fx_job job(uint64_t id, const char *number)
{
	struct fx_job j;

	fx_job_init(&j);
	j.id = id;
	j.state = FX_JOB_PENDING;
	j.submitted_at = 100;
	j.number = (char *)(uintptr_t)number; /* never freed in these tests */
	return j;
}

static void order(void **state)
{
	struct fx_job a = job(1, "1"), b = job(2, "1");

	(void)state;
	assert_true(fx_job_order(&a, &b) < 0);
	b.priority = FX_PRIORITY_HIGH;
	assert_true(fx_job_order(&a, &b) > 0);
	b.priority = FX_PRIORITY_NORMAL;
	a.schedule = FX_SCHEDULE_TIME;
	a.schedule_at = 200;
	assert_true(fx_job_order(&a, &b) > 0);
	a.schedule_at = 50; /* in the past when submitted: as if now */
	assert_true(fx_job_order(&a, &b) < 0);
	assert_int_equal(fx_job_order(&a, &a), 0);
}

static void joining(void **state)
{
	struct fx_config c;
	struct fx_job a = job(1, "+39 011 555"), b = job(2, "+39-011-555");

	(void)state;
	fx_config_defaults(&c);
	assert_true(fx_job_can_join(&c, &a, &b, 7));
	assert_false(fx_job_can_join(&c, &a, &a, 7));
	b.resolution = FX_RES_STANDARD;
	assert_false(fx_job_can_join(&c, &a, &b, 7));
	b.resolution = FX_RES_FINE;
	b.paused = true;
	assert_false(fx_job_can_join(&c, &a, &b, 7));
	b.paused = false;
	b.fixed_port = true;
	b.device_id = 8;
	assert_false(fx_job_can_join(&c, &a, &b, 7));
	assert_true(fx_job_can_join(&c, &a, &b, 8));
	b.tsid = (char *)(uintptr_t)"other";
	assert_true(fx_job_can_join(&c, &a, &b, 8)); /* the port's TSID is used anyway */
	c.use_device_tsid = false;
	assert_false(fx_job_can_join(&c, &a, &b, 8));
	b.tsid = NULL;
	b.number = (char *)(uintptr_t)"+39011556";
	assert_false(fx_job_can_join(&c, &a, &b, 8));
	b.number = a.number;
	c.join_jobs = false;
	assert_false(fx_job_can_join(&c, &a, &b, 8));
}

/* Every command in every state (winfax.md 4.6, ms-fax.md 9.4). */
static void commands(void **state)
{
	static const enum fx_job_effect want[FX_JOB_STATE_COUNT][3] = {
		[FX_JOB_PREPARING] = {FX_JE_REMOVE, FX_JE_PAUSE, FX_JE_NOTHING},
		[FX_JOB_PENDING] = {FX_JE_REMOVE, FX_JE_PAUSE, FX_JE_NOTHING},
		[FX_JOB_IN_PROGRESS] = {FX_JE_HANGUP, FX_JE_PAUSE, FX_JE_NOTHING},
		[FX_JOB_RETRYING] = {FX_JE_REMOVE, FX_JE_PAUSE, FX_JE_NOTHING},
		[FX_JOB_FAILED] = {FX_JE_REMOVE, FX_JE_ESTATE, FX_JE_RESTART},
		[FX_JOB_RETRIES_EXCEEDED] = {FX_JE_REMOVE, FX_JE_ESTATE, FX_JE_RESTART},
		[FX_JOB_DELETING] = {FX_JE_EINVAL, FX_JE_EINVAL, FX_JE_EINVAL},
		[FX_JOB_ROUTING] = {FX_JE_ESTATE, FX_JE_ESTATE, FX_JE_ESTATE},
	};
	struct fx_job j = job(1, "1");

	(void)state;
	for (unsigned s = 0; s < FX_JOB_STATE_COUNT; s++) {
		j.state = (enum fx_job_state)s;
		for (unsigned c = 0; c < 3; c++) {
			assert_int_equal(fx_job_command_effect(&j, (enum fx_job_command)(c + 1)),
					 want[s][c]);
		}
		assert_int_equal(fx_job_command_effect(&j, (enum fx_job_command)9), FX_JE_EINVAL);
	}
	j.state = FX_JOB_PENDING;
	j.paused = true;
	assert_int_equal(fx_job_command_effect(&j, FX_JC_PAUSE), FX_JE_NOTHING);
	assert_int_equal(fx_job_command_effect(&j, FX_JC_RESUME), FX_JE_RESUME);
	j.type = FX_JT_RECEIVE;
	assert_int_equal(fx_job_command_effect(&j, FX_JC_PAUSE), FX_JE_ESTATE);
}

static void numbers(void **state)
{
	char n[FX_NUMBER_SIZE];
	struct fx_reason why = {0};

	(void)state;
	assert_int_equal(fx_number_clean("  +39 (011) 555-0\r\n", n, &why), 0);
	assert_string_equal(n, "+39 (011) 555-0"); /* passed through */
	assert_int_equal(fx_number_clean("Fax@Example.ORG", n, &why), 0);
	assert_int_equal(fx_number_clean("", n, &why), FX_EINVAL);
	assert_int_equal(fx_number_clean(NULL, n, &why), FX_EINVAL);
	assert_int_equal(fx_number_clean("abc", n, &why), FX_EINVAL);
	assert_int_equal(fx_number_clean("1\n2", n, &why), FX_EINVAL);
	assert_int_equal(fx_number_clean("1\xff", n, &why), FX_EINVAL);
	assert_int_equal(fx_number_clean("0123456789012345678901234567890123456789"
					 "0123456789012345678901234",
					 n, &why),
			 FX_EOVERFLOW);
	fx_number_comparable("+39 (011) 555-0", n);
	assert_string_equal(n, "+390115550");
	assert_true(fx_number_equal("Fax@Example.ORG", "fax@example.org"));
	assert_false(fx_number_equal("abc", "def")); /* both bare forms are empty */
	assert_false(fx_number_equal("5+5", "+55"));
	assert_true(fx_number_equal("5+5", "55"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order),
		cmocka_unit_test(joining),
		cmocka_unit_test(commands),
		cmocka_unit_test(numbers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
