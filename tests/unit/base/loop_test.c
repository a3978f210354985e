/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/support.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

struct ctx {
	struct fx_loop *loop;
	struct fx_timer *a, *b;
	char order[16];
	int64_t at[16];
	bool done;
};

static void note(struct ctx *c, char ch)
{
	size_t n = strlen(c->order);

	c->at[n] = fx_loop_now_us(c->loop);
	c->order[n] = ch;
}

static void on_a(void *arg)
{
	struct ctx *c = arg;

	note(c, 'a');
	fx_timer_start(c->a, 10 * FX_MS);
}

static void on_b(void *arg)
{
	struct ctx *c = arg;

	note(c, 'b');
	c->done = true;
}

static void virtual_time_jumps_in_order(void **state)
{
	struct ctx c = {.loop = fx_test_vloop()};

	(void)state;
	assert_int_equal(fx_timer_new(c.loop, on_a, &c, &c.a), 0);
	assert_int_equal(fx_timer_new(c.loop, on_b, &c, &c.b), 0);
	fx_timer_start(c.a, 0);
	fx_timer_start(c.b, 25 * FX_MS);
	fx_test_wait(c.loop, &c.done, FX_SECOND);
	assert_string_equal(c.order, "aaab");
	assert_int_equal(c.at[3], 25 * FX_MS);
	assert_int_equal(fx_loop_wall_us(c.loop), FX_TEST_EPOCH_US + 25 * FX_MS);
	c.a = fx_timer_free(c.a);
	c.b = fx_timer_free(c.b);
	fx_loop_free(c.loop);
}

static void on_read(void *arg, unsigned events)
{
	struct ctx *c = arg;

	assert_true(events & FX_IO_READ);
	c->done = true;
}

static void descriptors_wake_both_loops(void **state)
{
	int kind;

	(void)state;
	for (kind = 0; kind < 2; kind++) {
		struct ctx c = {0};
		struct fx_io *io = NULL;
		int fds[2];

		assert_int_equal(kind ? fx_loop_new_real(&c.loop) : fx_loop_new_virtual(0, &c.loop),
				 0);
		assert_int_equal(pipe(fds), 0);
		assert_int_equal(fx_io_new(c.loop, fds[0], on_read, &c, &io), 0);
		fx_io_want(io, FX_IO_READ);
		assert_int_equal(write(fds[1], "x", 1), 1);
		fx_test_wait(c.loop, &c.done, 5 * FX_SECOND);
		io = fx_io_free(io);
		(void)close(fds[0]);
		(void)close(fds[1]);
		fx_loop_free(c.loop);
	}
}

static void work(void *arg)
{
	((struct ctx *)arg)->order[0] = 'w';
}

static void work_done(void *arg)
{
	struct ctx *c = arg;

	c->done = c->order[0] == 'w';
}

static void work_runs_elsewhere_and_ends_on_the_loop(void **state)
{
	struct ctx c = {0};

	(void)state;
	assert_int_equal(fx_loop_new_real(&c.loop), 0);
	assert_int_equal(fx_loop_work(c.loop, work, work_done, &c), 0);
	fx_test_wait(c.loop, &c.done, 5 * FX_SECOND);
	fx_loop_free(c.loop);
}

static void *poster(void *arg)
{
	struct ctx *c = arg;

	fx_loop_post(c->loop, on_b, c);
	return NULL;
}

static void a_post_from_another_thread_wakes(void **state)
{
	struct ctx c = {.loop = fx_test_vloop()};
	pthread_t t;

	(void)state;
	fx_loop_set_limit(c.loop, 0);
	assert_int_equal(pthread_create(&t, NULL, poster, &c), 0);
	while (!c.done) {
		fx_loop_step(c.loop, FX_SECOND);
	}
	assert_int_equal(fx_loop_now_us(c.loop), 0);
	(void)pthread_join(t, NULL);
	fx_loop_free(c.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(virtual_time_jumps_in_order),
		cmocka_unit_test(descriptors_wake_both_loops),
		cmocka_unit_test(work_runs_elsewhere_and_ends_on_the_loop),
		cmocka_unit_test(a_post_from_another_thread_wakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
