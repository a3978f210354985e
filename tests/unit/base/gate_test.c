/* SPDX-License-Identifier: Apache-2.0 */
/* Some at once, the others in their order; and what hangs does not take the pool from the rest. */
#include "base/gate.h"

#include <semaphore.h>

#include "tests/support/support.h"

struct task {
	struct fx_gate_job job;
	int worked, done;
	sem_t *hang;
	bool all;
};

static void work(void *arg)
{
	struct task *t = arg;

	if (t->hang) {
		(void)sem_wait(t->hang);
	}
	t->worked++;
}

static void done(void *arg)
{
	struct task *t = arg;

	t->done++;
	t->all = true;
}

static void in_order(void **state)
{
	struct fx_loop *loop = NULL;
	struct fx_gate *g = NULL;
	struct task t[5] = {0};

	(void)state;
	assert_int_equal(fx_loop_new_virtual(FX_TEST_EPOCH_US, &loop), 0);
	assert_int_equal(fx_gate_new(loop, 2, &g), 0);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(fx_gate_work(g, &t[i].job, work, done, &t[i]), 0);
		assert_int_equal(t[i].worked, i < 2);
	}
	assert_int_equal(fx_gate_waiting(g), 3);
	assert_false(fx_gate_cancel(&t[0].job));
	assert_true(fx_gate_cancel(&t[3].job));
	assert_false(fx_gate_cancel(&t[3].job));
	for (int i = 0; i < 8; i++) {
		fx_loop_step(loop, 0);
	}
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(t[i].worked, i != 3);
		assert_int_equal(t[i].done, i != 3);
		assert_false(fx_gate_cancel(&t[i].job));
	}
	/* freed while one goes on */
	assert_int_equal(fx_gate_work(g, &t[3].job, work, done, &t[3]), 0);
	g = fx_gate_free(g);
	fx_loop_step(loop, 0);
	assert_int_equal(t[3].done, 1);
	(void)fx_loop_free(loop);
}

/* As many directories hang as there are handshakes: files are still read. */
static void the_rest_goes_on(void **state)
{
	struct fx_loop *loop = NULL;
	struct fx_gate *g[4] = {NULL};
	struct task t[4][20] = {0}, file = {0};
	sem_t hang;

	(void)state;
	assert_int_equal(sem_init(&hang, 0, 0), 0);
	assert_int_equal(fx_loop_new_real(&loop), 0);
	for (size_t k = 0; k < 4; k++) {
		/* handshakes, callouts, names, uids */
		assert_int_equal(fx_gate_new(loop, k ? 2 : 4, &g[k]), 0);
		for (size_t i = 0; i < 20; i++) {
			t[k][i].hang = &hang;
			assert_int_equal(fx_gate_work(g[k], &t[k][i].job, work, done, &t[k][i]), 0);
		}
	}
	assert_int_equal(fx_loop_work(loop, work, done, &file), 0);
	fx_test_wait(loop, &file.all, 30 * FX_SECOND);
	for (size_t i = 0; i < 80; i++) {
		assert_int_equal(t[i / 20][i % 20].done, 0);
	}
	for (size_t i = 0; i < 80; i++) {
		(void)sem_post(&hang);
	}
	for (size_t i = 0; i < 80; i++) {
		fx_test_wait(loop, &t[i / 20][i % 20].all, 30 * FX_SECOND);
	}
	for (size_t k = 0; k < 4; k++) {
		g[k] = fx_gate_free(g[k]);
	}
	(void)fx_loop_free(loop);
	(void)sem_destroy(&hang);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(in_order), cmocka_unit_test(the_rest_goes_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
