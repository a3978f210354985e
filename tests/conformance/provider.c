/* SPDX-License-Identifier: Apache-2.0 */
/* What every provider must do, as provider.h says. Each way to run one gets the same list. */
#include "tests/conformance/provider_rig.h"

#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/str.h"
#include "port/host.h"

/* Short rings and T.38 as fast as it goes, so that a host in real time is quick too. */
#define QUICK                                                                                      \
	"ports = 3\nring_delay_ms = 20\nring_every_ms = 100\n"                                     \
	"transport = t38\nt38_pacing = unpaced\n"

static int open_loop(struct rig *r, const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	(void)r;
	return fx_loop_provider_ops.open(env, ret, reterr);
}
static const struct rig_impl in_process = {"in process", false, open_loop};

#ifdef FX_TEST_HOST
static int open_host(struct rig *r, const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	static char program[] = FX_TEST_HOST, opt[] = "--provider", name[] = "loop";
	static char *const argv[] = {program, opt, name, NULL};

	(void)r;
	return fx_host_open(env, "loop", argv, ret, reterr);
}
static const struct rig_impl by_host = {"host", true, open_host};
#endif

static const struct rig_impl *impl = &in_process;

static void state_is(const struct rig_call *c, size_t i, enum fx_port_state want)
{
	assert_true(i < c->n_states);
	assert_string_equal(fx_port_state_str(c->states[i].state), fx_port_state_str(want));
}

static void lines_are_announced(void **state)
{
	struct rig *r = rig_new(impl, QUICK "first_number = 0098\n", 3);

	(void)state;
	assert_string_equal(r->lines[0].line, "1");
	assert_string_equal(r->lines[0].name, "Loop 1");
	assert_string_equal(r->lines[0].number, "0098");
	assert_string_equal(r->lines[2].number, "0100");
	assert_true(r->lines[2].online && r->lines[2].is_virtual);
	rig_free(r);
}

static void a_page_arrives_as_it_was_sent(void **state)
{
	struct rig *r = rig_new(impl, QUICK, 3);
	struct rig_call *out, *in;

	(void)state;
	assert_int_equal(rig_dial_pages(r, "1", "102", 2, &out), 0);
	rig_wait_end(r, 2);
	in = rig_incoming(r);
	assert_non_null(in);
	assert_string_equal(in->line, "2");
	assert_string_equal(in->caller_id, "101");
	assert_string_equal(in->called, "102");
	assert_int_equal(out->result.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(in->result.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(out->result.pages_confirmed, 2);
	assert_int_equal(in->result.pages_confirmed, 2);
	assert_int_equal(out->n_pages, 2);
	assert_int_equal(in->n_pages, 2);
	assert_true(out->pages[1].confirmed);
	assert_int_equal(in->pages[1].rows, 400);
	assert_string_equal(out->result.remote_id, "+49 30 102");
	assert_string_equal(in->result.remote_id, "+49 30 101");
	assert_true(out->result.answered_us >= 0 &&
		    out->result.ended_us > out->result.answered_us);
	assert_int_equal(out->result.transport, FX_TRANSPORT_T38);
	rig_same_pages(out->rx_fd, in->rx_fd, 2);
	rig_free(r);
}

/* No state comes twice or out of order; each status is of one moment. */
static void check_order(const struct rig_call *c, bool sender, const enum fx_port_state *order,
			size_t n)
{
	size_t i, at = 0;
	uint32_t page = 0;

	state_is(c, 0, order[0]);
	state_is(c, c->n_states - 1, order[n - 1]);
	for (i = 0; i < c->n_states; i++) {
		const struct fx_call_status *st = &c->states[i];

		while (at < n && order[at] != st->state) {
			at++;
		}
		if (at == n) {
			fail_msg("status %zu is %s", i, fx_port_state_str(st->state));
		}
		assert_int_equal(st->sender, sender);
		assert_true(st->page >= page && st->page <= 2);
		assert_true(st->pages_confirmed <= st->page);
		assert_true(st->pages_confirmed + 1 >= st->page);
		page = st->page;
	}
	assert_int_equal(page, 2);
}

static void the_status_tells_the_call_in_order(void **state)
{
	static const enum fx_port_state sends[] = {FX_PORT_DIALING, FX_PORT_SENDING,
						   FX_PORT_COMPLETED};
	static const enum fx_port_state receives[] = {FX_PORT_ANSWERED, FX_PORT_RECEIVING,
						      FX_PORT_COMPLETED};
	struct rig *r = rig_new(impl, QUICK, 3);
	struct rig_call *out;

	(void)state;
	assert_int_equal(rig_dial_pages(r, "1", "102", 2, &out), 0);
	rig_wait_end(r, 2);
	check_order(out, true, sends, FX_ARRAY_LEN(sends));
	check_order(rig_incoming(r), false, receives, FX_ARRAY_LEN(receives));
	rig_free(r);
}

static void expect_end(const char *line, const char *number, uint32_t timeout_s,
		       enum fx_outcome want)
{
	struct rig *r = rig_new(impl, QUICK, 3);
	struct rig_call *out;

	assert_int_equal(rig_dial(r, line, number, timeout_s, &out), 0);
	rig_wait_end(r, 1);
	assert_string_equal(fx_outcome_str(out->result.outcome), fx_outcome_str(want));
	assert_int_equal(out->result.answered_us, -1);
	assert_int_equal(out->result.pages_confirmed, 0);
	assert_int_equal(r->n_calls, 1);
	state_is(out, 0, FX_PORT_DIALING);
	rig_free(r);
}

static void calls_that_reach_nobody_say_why(void **state)
{
	(void)state;
	expect_end("1", "999", 0, FX_OUTCOME_BAD_NUMBER);
	expect_end("1", "102;frequency=5", 0, FX_OUTCOME_BAD_NUMBER);
	expect_end("1", "101", 0, FX_OUTCOME_LINE_UNAVAILABLE);
	expect_end("1", "102;busy", 0, FX_OUTCOME_BUSY);
	expect_end("1", "102;no_answer", 1, FX_OUTCOME_NO_ANSWER);
}

static void an_unanswered_call_ends_on_both_sides(void **state)
{
	struct rig *r = rig_new(impl, QUICK, 3);
	struct rig_call *out;

	(void)state;
	r->no_answer = true;
	assert_int_equal(rig_dial(r, "1", "102", 1, &out), 0);
	rig_wait_end(r, 2);
	assert_int_equal(out->result.outcome, FX_OUTCOME_NO_ANSWER);
	assert_int_equal(rig_incoming(r)->result.outcome, FX_OUTCOME_DISCONNECTED);
	assert_true(rig_incoming(r)->rings >= 5);
	rig_free(r);
}

static void a_rejected_call_is_busy(void **state)
{
	struct rig *r = rig_new(impl, QUICK, 3);
	struct rig_call *out;

	(void)state;
	r->reject = true;
	assert_int_equal(rig_dial(r, "1", "102", 0, &out), 0);
	rig_wait_end(r, 2);
	assert_int_equal(out->result.outcome, FX_OUTCOME_BUSY);
	assert_int_equal(rig_incoming(r)->result.outcome, FX_OUTCOME_CANCELLED);
	assert_int_equal(rig_incoming(r)->rings, 0);
	rig_free(r);
}

static void wrong_operations_are_refused(void **state)
{
	struct rig *r = rig_new(impl, QUICK, 3);
	struct rig_call *out, *more;

	(void)state;
	assert_int_equal(rig_dial(r, "9", "102", 0, &more), FX_ENODEV);
	assert_int_equal(rig_dial(r, "1", "102;no_answer", 1, &out), 0);
	assert_int_equal(rig_dial(r, "1", "103", 0, &more), FX_EBUSY);
	assert_int_equal(r->p->ops->hangup(r->p, 77), FX_ENOENT);
	assert_int_equal(r->p->ops->reject(r->p, 78), FX_ENOENT);
	assert_int_equal(r->p->ops->page_ack(r->p, 78, 1, true), FX_ENOENT);
	rig_wait_end(r, 1);
	/* The line is free again. */
	assert_int_equal(rig_dial(r, "1", "103", 0, &more), 0);
	rig_wait_end(r, 3);
	assert_int_equal(more->result.outcome, FX_OUTCOME_SUCCESS);
	rig_free(r);
}

static struct rig_call *watched;
static bool rings(void *arg)
{
	(void)arg;
	watched = rig_incoming(arg);
	return watched && watched->rings;
}
static bool sends(void *arg)
{
	const struct rig *r = arg;
	const struct rig_call *c = &r->calls[0];

	return c->n_states && c->states[c->n_states - 1].state == FX_PORT_SENDING;
}

/* Where: 0 at once, 1 while it rings, 2 while pages move; who: the caller or the called. */
static void hang_up(int where, bool called)
{
	/* At modem pace something is on the line when we look. */
	struct rig *r = rig_new(impl, where == 2 ? "ring_delay_ms = 20\ntransport = t38\n" : QUICK,
				where == 2 ? 2 : 3);
	struct rig_call *out, *in = NULL;
	int64_t at;

	r->no_answer = where == 1;
	assert_int_equal(rig_dial(r, "1", "102", 0, &out), 0);
	if (where) {
		assert_true(rig_until(r, where == 1 ? rings : sends, 20 * FX_SECOND));
		in = rig_incoming(r);
	}
	at = fx_loop_now_us(r->loop);
	rig_hangup(r, called ? in : out);
	rig_wait_end(r, in ? 2 : 1);
	assert_true(fx_loop_now_us(r->loop) - at < 5 * FX_SECOND);
	assert_int_equal((called ? in : out)->result.outcome, FX_OUTCOME_CANCELLED);
	assert_int_equal(out->result.pages_confirmed, 0);
	if (in) {
		assert_int_not_equal((called ? out : in)->result.outcome, FX_OUTCOME_SUCCESS);
	}
	rig_free(r);
}

static void a_hang_up_ends_the_call_in_each_state(void **state)
{
	(void)state;
	hang_up(0, false);
	hang_up(1, false);
	hang_up(1, true);
	if (!impl->is_real) { /* half a minute of call time */
		hang_up(2, false);
		hang_up(2, true);
	}
}

static void a_page_that_is_not_recorded_is_not_confirmed(void **state)
{
	struct rig *r = rig_new(impl, QUICK, 3);
	struct rig_call *out;

	(void)state;
	r->nack = true;
	assert_int_equal(rig_dial(r, "1", "102", 0, &out), 0);
	rig_wait_end(r, 2);
	assert_int_not_equal(out->result.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(out->result.pages_confirmed, 0);
	assert_int_equal(out->n_pages, 0);
	assert_int_equal(rig_incoming(r)->result.outcome, FX_OUTCOME_STORAGE);
	assert_int_equal(rig_incoming(r)->result.pages_confirmed, 0);
	rig_free(r);
}

static bool any_page(void *arg)
{
	const struct rig_call *in = rig_incoming(arg);

	return in && in->n_pages;
}

static void close_drops_all_without_a_word(void **state)
{
	struct rig *r = rig_new(impl, QUICK, 3);
	struct rig_call *out;

	(void)state;
	r->no_ack = true;
	assert_int_equal(rig_dial(r, "1", "102", 0, &out), 0);
	assert_true(rig_until(r, any_page, 20 * FX_SECOND));
	assert_int_equal(rig_dial(r, "3", "102", 0, &out), 0);
	rig_close(r); /* from here each callback fails the test */
	fx_loop_step(r->loop, 10 * FX_MS);
	fx_loop_step(r->loop, 10 * FX_MS);
	rig_free(r);
}

#ifdef FX_TEST_HOST
#include <signal.h>

static bool has_end(void *arg)
{
	return ((const struct rig *)arg)->lost > 0;
}
static bool all_online(void *arg)
{
	const struct rig *r = arg;
	size_t i;

	for (i = 0; i < r->n_lines; i++) {
		if (!r->lines[i].online) {
			return false;
		}
	}
	return true;
}

static void a_killed_host_loses_its_calls_and_comes_back(void **state)
{
	struct rig *r = rig_new(&by_host, QUICK, 3);
	struct rig_call *out, *again;
	int pid = fx_host_pid(r->p);

	(void)state;
	assert_true(pid > 0);
	r->no_ack = true;
	assert_int_equal(rig_dial(r, "1", "102", 0, &out), 0);
	assert_true(rig_until(r, any_page, 10 * FX_SECOND));
	assert_int_equal(kill(pid, SIGKILL), 0);
	assert_true(rig_until(r, has_end, 5 * FX_SECOND));
	assert_int_equal(out->result.outcome, FX_OUTCOME_HOST_LOST);
	assert_int_equal(rig_incoming(r)->result.outcome, FX_OUTCOME_HOST_LOST);
	assert_false(r->lines[0].online);
	assert_int_equal(rig_dial(r, "1", "102", 0, &again), FX_ENODEV);
	assert_true(rig_until(r, all_online, 5 * FX_SECOND)); /* after a second */
	assert_int_not_equal(fx_host_pid(r->p), pid);
	r->no_ack = false;
	assert_int_equal(rig_dial(r, "1", "102", 0, &again), 0);
	rig_wait_end(r, 4);
	assert_int_equal(again->result.outcome, FX_OUTCOME_SUCCESS);
	rig_free(r);
}
/* What was seen of each facility: [0] of the caller, [1] of the called. */
struct seen {
	unsigned lines, t30[2], t38[2], port, dis;
};

static void on_log(void *arg, enum fx_log_level level, int facility, const char *line)
{
	struct seen *s = arg;
	bool called = strstr(line, "call=2 ") != NULL;

	(void)level;
	s->lines += facility >= 0; /* a slow machine may lose some, and be told so */
	if (facility == FX_TRACE_T30) {
		assert_non_null(strstr(line, called ? "call=2 receives " : "call=1 sends "));
		s->t30[called]++;
		s->dis += strstr(line, called ? " > DIS" : " < DIS") != NULL;
	} else if (facility == FX_TRACE_T38) {
		assert_non_null(strstr(line, " IFP "));
		s->t38[called]++;
	} else if (facility == FX_TRACE_PORT) {
		assert_memory_equal(line, "loop: call=", 11);
		s->port++;
	}
}

/* Switched on while the host runs, and off again. */
static void traces_of_a_host_reach_us(void **state)
{
	struct rig *r = rig_new(&by_host, QUICK, 3);
	struct seen s = {0};
	struct rig_call *out;

	(void)state;
	fx_log_set_stderr(false);
	fx_log_set_sink(on_log, &s);
	fx_trace_set_mask(1u << FX_TRACE_T30 | 1u << FX_TRACE_T38 | 1u << FX_TRACE_PORT);
	assert_int_equal(rig_dial(r, "1", "102", 0, &out), 0);
	rig_wait_end(r, 2);
	fx_trace_set_mask(0);
	assert_true(s.t30[0] > 10 && s.t30[1] > 10);
	assert_true(s.t38[0] > 10 && s.t38[1] > 10);
	assert_true(s.port >= 4);
	assert_true(s.dis >= 2);
	s.lines = 0;
	assert_int_equal(rig_dial(r, "1", "102", 0, &out), 0);
	rig_wait_end(r, 4);
	fx_log_set_sink(NULL, NULL);
	fx_log_set_stderr(true);
	assert_int_equal(s.lines, 0);
	rig_free(r);
}

/* One that starts later is told what is on already. */
static void a_new_host_knows_what_is_traced(void **state)
{
	struct seen s = {0};
	struct rig_call *out;
	struct rig *r;

	(void)state;
	fx_log_set_stderr(false);
	fx_log_set_sink(on_log, &s);
	fx_trace_set(FX_TRACE_T30, true);
	r = rig_new(&by_host, QUICK, 3);
	assert_int_equal(rig_dial(r, "1", "102", 0, &out), 0);
	rig_wait_end(r, 2);
	rig_free(r);
	fx_trace_set(FX_TRACE_T30, false);
	fx_log_set_sink(NULL, NULL);
	fx_log_set_stderr(true);
	assert_true(s.t30[0] > 10 && s.t30[1] > 10);
	assert_int_equal(s.t38[0] + s.port, 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_announced),
		cmocka_unit_test(a_page_arrives_as_it_was_sent),
		cmocka_unit_test(the_status_tells_the_call_in_order),
		cmocka_unit_test(calls_that_reach_nobody_say_why),
		cmocka_unit_test(an_unanswered_call_ends_on_both_sides),
		cmocka_unit_test(a_rejected_call_is_busy),
		cmocka_unit_test(wrong_operations_are_refused),
		cmocka_unit_test(a_hang_up_ends_the_call_in_each_state),
		cmocka_unit_test(a_page_that_is_not_recorded_is_not_confirmed),
		cmocka_unit_test(close_drops_all_without_a_word),
	};
	int failed = cmocka_run_group_tests_name("provider loop, in process", tests, NULL, NULL);
#ifdef FX_TEST_HOST
	const struct CMUnitTest host_tests[] = {
		cmocka_unit_test(a_killed_host_loses_its_calls_and_comes_back),
		cmocka_unit_test(traces_of_a_host_reach_us),
		cmocka_unit_test(a_new_host_knows_what_is_traced),
	};

	impl = &by_host;
	failed += cmocka_run_group_tests_name("provider loop, host", tests, NULL, NULL);
	failed += cmocka_run_group_tests_name("provider host", host_tests, NULL, NULL);
#endif
	return failed;
}
