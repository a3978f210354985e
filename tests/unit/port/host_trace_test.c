/* SPDX-License-Identifier: Apache-2.0 */
/* Lines of a host's log and trace: in order, from any thread, and a flood of them is cut. */
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/str.h"
#include "port/host_trace.h"
#include "tests/support/support.h"

#define AGAIN (20 * FX_MS)

struct far_side {
	struct fx_chan *ch;
	unsigned lines, lost;
	long last;
	bool got_end;
};

static void on_msg(void *arg, struct fx_host_msg *m)
{
	struct far_side *f = arg;

	assert_int_equal(m->type, FX_HOST_TRACE_LINE);
	if (m->trace.facility == FX_TRACE_COUNT) {
		if (strstr(m->trace.text, "lines of the trace were lost")) {
			f->lost += (unsigned)strtoul(m->trace.text, NULL, 10);
		}
		f->got_end = f->got_end || !strcmp(m->trace.text, "the end");
	} else {
		long n = strtol(m->trace.text, NULL, 10);

		assert_int_equal(m->trace.facility, FX_TRACE_T38);
		assert_true(n > f->last);
		f->last = n;
		f->lines++;
	}
}

static void on_broken(void *arg, const char *why)
{
	(void)arg;
	fail_msg("%s", why);
}

static const struct fx_chan_cb cb = {on_msg, on_broken};

struct ctx {
	struct fx_loop *loop;
	int sv[2];
	struct fx_chan *ch;
	struct fx_host_trace *t;
	struct far_side far;
};

static int setup(void **state)
{
	struct ctx *c = fx_zalloc(sizeof(*c));

	c->loop = fx_test_vloop();
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC, 0,
				    c->sv), 0);
	assert_int_equal(fx_chan_new(c->loop, c->sv[0], &cb, c, &c->ch), 0);
	assert_int_equal(fx_host_trace_new(c->loop, c->ch, &c->t), 0);
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	struct ctx *c = *state;

	fx_host_trace_close(c->t);
	c->far.ch = fx_chan_free(c->far.ch);
	c->ch = fx_chan_free(c->ch);
	fx_loop_free(c->loop);
	c->t = fx_host_trace_free(c->t);
	(void)fx_free(c);
	return 0;
}

static bool has_end(void *arg)
{
	return ((const struct ctx *)arg)->far.got_end;
}

static bool has_lost(void *arg)
{
	return ((const struct ctx *)arg)->far.lost > 0;
}

static void read_all(struct ctx *c)
{
	if (!c->far.ch) {
		assert_int_equal(fx_chan_new(c->loop, c->sv[1], &cb, &c->far, &c->far.ch), 0);
	}
	fx_log(FX_LOG_ERROR, "the end");
	assert_true(fx_loop_run_until(c->loop, has_end, c, FX_SECOND));
}

static void lines_come_in_order(void **state)
{
	struct ctx *c = *state;

	for (int i = 1; i <= 500; i++) {
		fx_trace_line(FX_TRACE_T38, "%d", i);
	}
	read_all(c);
	assert_int_equal(c->far.lines, 500);
	assert_int_equal(c->far.lost, 0);
}

/* casellid does not read: nothing waits for it, nothing grows, and the loss is told. */
static void a_flood_is_cut(void **state)
{
	struct ctx *c = *state;
	int64_t live = 0;
	int i;

	for (i = 1; i <= 50000; i++) {
		fx_trace_line(FX_TRACE_T38, "%d %0300d", i, i);
		if (i % 100 == 0) {
			fx_loop_step(c->loop, 0);
		}
		assert_true(fx_chan_waiting(c->ch) <= 200);
		live = i == 10000 ? fx_mem_live() : live;
	}
	assert_true(fx_mem_live() <= live);
	/* Its ring is full: what is said now is lost too, until it is read. */
	assert_int_equal(fx_chan_new(c->loop, c->sv[1], &cb, &c->far, &c->far.ch), 0);
	assert_true(fx_loop_run_until(c->loop, has_lost, c, FX_SECOND));
	assert_true(c->far.lost > 40000);
	assert_int_equal(c->far.lines + c->far.lost, 50000);
	read_all(c);
}

static void *talk(void *arg)
{
	(void)arg;
	for (int i = 0; i < 2000; i++) {
		fx_log(FX_LOG_ERROR, "%d from another thread", i);
	}
	return NULL;
}

static void any_thread_may_speak(void **state)
{
	struct ctx *c = *state;
	pthread_t t[3];

	for (size_t i = 0; i < FX_ARRAY_LEN(t); i++) {
		assert_int_equal(pthread_create(&t[i], NULL, talk, NULL), 0);
	}
	for (int i = 0; i < 100; i++) {
		fx_loop_step(c->loop, 0);
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(t); i++) {
		(void)pthread_join(t[i], NULL);
	}
	assert_int_equal(fx_chan_new(c->loop, c->sv[1], &cb, &c->far, &c->far.ch), 0);
	for (int i = 0; i < 200; i++) {
		fx_loop_step(c->loop, AGAIN);
	}
	read_all(c);
}

static void watch(void *arg, uint32_t mask)
{
	*(uint32_t *)arg = mask;
}

static void changes_are_told(void **state)
{
	uint32_t a = 99, b = 99;
	struct fx_trace_watch wa = {.fn = watch, .arg = &a}, wb = {.fn = watch, .arg = &b};
	struct fx_trace_watch no = {0};

	(void)state;
	fx_trace_unwatch(&no);
	fx_trace_watch(&wa);
	fx_trace_watch(&wb);
	assert_int_equal(a, 99);
	fx_trace_set(FX_TRACE_T30, true);
	assert_int_equal(a, 1u << FX_TRACE_T30);
	assert_int_equal(b, a);
	fx_trace_unwatch(&wb);
	a = b = 99;
	fx_trace_set(FX_TRACE_T30, true); /* no change */
	assert_int_equal(a, 99);
	fx_trace_set_mask(~0u);
	assert_int_equal(a, (1u << FX_TRACE_COUNT) - 1);
	assert_int_equal(fx_trace_mask(), a);
	assert_int_equal(b, 99);
	fx_trace_set_mask(0);
	fx_trace_unwatch(&wa);
	assert_false(fx_trace_on(FX_TRACE_T30));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(lines_come_in_order),
		T(a_flood_is_cut),
		T(any_thread_may_speak),
		cmocka_unit_test(changes_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
