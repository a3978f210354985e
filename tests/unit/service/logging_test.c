/* SPDX-License-Identifier: Apache-2.0 */
/* Categories of the log: what is switched off is not written, and stays so over a restart. */
#include <string.h>
#include "base/str.h"
#include "service/logging.h"
#include "service/service_priv.h"
#include "tests/unit/service/over_rig.h"

struct bench {
	struct rig r; /* first */
	struct fx_service *s;
	struct fx_caller admin, clerk;
	unsigned outbound, inbound, audit;
	struct answer got;
};

static void on_line(void *arg, enum fx_log_level level, int facility, const char *line)
{
	struct bench *b = arg;

	(void)level, (void)facility;
	b->outbound += !strncmp(line, "queue: job=", 11);
	b->inbound += !strncmp(line, "route: job=", 11);
	b->audit += !strncmp(line, "service: the log of ", 20) || strstr(line, "refused: ");
}

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));
	struct fx_service_prm prm = {.own_uid = 10};

	rig_start(&b->r, "2");
	rig_settle(&b->r);
	b->s = service_over(&b->r, prm);
	b->admin = (struct fx_caller){.uid = 5, .user = "admin",
				      .rights = FX_RIGHT_CONFIG_QUERY | FX_RIGHT_CONFIG_SET};
	b->clerk = (struct fx_caller){.uid = 6, .user = "clerk", .rights = FX_RIGHT_JOB_SUBMIT};
	fx_log_set_level(FX_LOG_INFO);
	fx_log_set_stderr(false);
	fx_log_set_sink(on_line, b);
	*state = b;
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	fx_log_set_sink(NULL, NULL);
	fx_log_set_stderr(true);
	fx_log_set_level(FX_LOG_ERROR);
	for (unsigned i = 0; i < FX_LOG_CATEGORIES; i++) {
		fx_log_set_depth((enum fx_log_category)i, FX_LOG_MAX);
	}
	b->s = fx_service_free(b->s);
	rig_stop(&b->r);
	(void)fx_free(b);
	return 0;
}

static int set(struct bench *b, const struct fx_caller *c, uint32_t category, uint32_t depth)
{
	struct fx_log_setting v = {category, depth};
	int err = fx_service_set_logging(b->s, c, &v, 1, on_answer, &b->got, NULL);

	b->got.done = false;
	return answer_of(&b->r, &b->got, err);
}

static void what_is_off_is_not_written(void **state)
{
	struct bench *b = *state;
	unsigned all, some;

	rig_send(&b->r, "200", 1);
	rig_run(&b->r, 100);
	all = b->outbound;
	assert_true(all >= 3); /* accepted, ready, sent ... */
	assert_int_equal(set(b, &b->admin, FX_LOG_OUTBOUND, FX_LOG_NONE), 0);
	b->outbound = 0;
	rig_send(&b->r, "200", 1);
	rig_run(&b->r, 100);
	assert_int_equal(b->outbound, 0);
	fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
	rig_run(&b->r, 10);
	assert_true(b->inbound > 0);
	assert_int_equal(set(b, &b->admin, FX_LOG_OUTBOUND, FX_LOG_MED), 0);
	rig_send(&b->r, "200", 1);
	rig_run(&b->r, 100);
	some = b->outbound;
	assert_true(some > 0 && some < all);
	assert_int_equal(set(b, &b->admin, FX_LOG_OUTBOUND, FX_LOG_MAX), 0);
	b->outbound = 0;
	rig_send(&b->r, "200", 1);
	rig_run(&b->r, 100);
	assert_int_equal(b->outbound, all);
	assert_int_equal(b->audit, 3); /* who changed it is told in any case */
}

static void kept_over_a_restart(void **state)
{
	struct bench *b = *state;
	struct fx_log_setting v[FX_LOG_CATEGORIES];

	assert_int_equal(set(b, &b->admin, FX_LOG_INBOUND, FX_LOG_MIN), 0);
	fx_log_set_depth(FX_LOG_INBOUND, FX_LOG_MAX); /* as a new process has it */
	fx_service_load_logging(b->r.store);
	assert_int_equal(fx_service_logging(b->s, &b->admin, v), 0);
	for (unsigned i = 0; i < FX_LOG_CATEGORIES; i++) {
		assert_int_equal(v[i].category, i);
		assert_int_equal(v[i].depth, i == FX_LOG_INBOUND ? FX_LOG_MIN : FX_LOG_MAX);
	}
}

static void refused(void **state)
{
	struct bench *b = *state;
	struct fx_log_setting v[FX_LOG_CATEGORIES];

	assert_int_equal(fx_service_logging(b->s, &b->clerk, v), FX_EACCES);
	assert_int_equal(set(b, &b->clerk, FX_LOG_OUTBOUND, FX_LOG_NONE), FX_EACCES);
	assert_int_equal(set(b, &b->admin, FX_LOG_CATEGORIES, FX_LOG_NONE), FX_EINVAL);
	assert_int_equal(set(b, &b->admin, FX_LOG_INIT, FX_LOG_MAX + 1), FX_EINVAL);
	assert_int_equal(fx_service_set_logging(b->s, &b->admin, v, 0, on_answer, &b->got, NULL),
			 FX_EINVAL);
	assert_int_equal(fx_log_get_depth(FX_LOG_OUTBOUND), FX_LOG_MAX);
	/* the log of what is refused cannot be switched off by those who may set the rest */
	assert_int_equal(set(b, &b->admin, FX_LOG_OTHER, FX_LOG_NONE), 0);
	b->audit = 0;
	assert_int_equal(set(b, &b->clerk, FX_LOG_OTHER, FX_LOG_NONE), FX_EACCES);
	assert_int_equal(b->audit, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_is_off_is_not_written),
		T(kept_over_a_restart),
		T(refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
