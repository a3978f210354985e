/* SPDX-License-Identifier: Apache-2.0 */
/* The port table over a provider that does what the test says. */
#include <string.h>

#include "base/str.h"
#include "port/port.h"
#include "tests/support/support.h"

/* A provider without a network: it writes down what it is asked. */
struct fake {
	struct fx_provider base;
	struct fx_provider_env env;
	char last[64]; /* last operation */
	uint64_t last_call;
	int err;       /* what operations answer */
	bool closed;
};

struct ctx {
	struct fx_loop *loop;
	struct fx_ports *t;
	struct fake fake;
	unsigned offers, changes, ends, pages, statuses;
	struct fx_port *offered;
	enum fx_outcome outcome;
	bool was_free_in_end, route_it;
	uint32_t prio[16]; /* stored priorities by line */
};
static struct ctx *now;

static int note(const char *op, uint64_t call)
{
	fx_strlcpy(now->fake.last, op, sizeof(now->fake.last));
	now->fake.last_call = call;
	return now->fake.err;
}

static int fake_open(const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	(void)reterr;
	now->fake.env = *env;
	*ret = &now->fake.base;
	return 0;
}
static int fake_dial(struct fx_provider *p, const char *line, uint64_t call,
		     const struct fx_dial *d)
{
	(void)p, (void)line, (void)d;
	return note("dial", call);
}
static int fake_answer(struct fx_provider *p, uint64_t call, const struct fx_answer *a)
{
	(void)p, (void)a;
	return note("answer", call);
}
static int fake_reject(struct fx_provider *p, uint64_t call)
{
	(void)p;
	return note("reject", call);
}
static int fake_hangup(struct fx_provider *p, uint64_t call)
{
	(void)p;
	return note("hangup", call);
}
static int fake_ack(struct fx_provider *p, uint64_t call, uint32_t page, bool ok)
{
	(void)p, (void)page, (void)ok;
	return note("ack", call);
}
static void fake_close(struct fx_provider *p)
{
	(void)p;
	now->fake.closed = true;
}
static const struct fx_provider_ops fake_ops = {
	FX_PROVIDER_ABI, "fake", fake_open, fake_dial, fake_answer,
	fake_reject, fake_hangup, fake_ack, fake_close,
};

static int on_new_line(void *arg, const char *provider, const struct fx_line *line,
		       struct fx_port_info *info)
{
	struct ctx *c = arg;
	unsigned n = (unsigned)(line->line[0] - '0');

	assert_string_equal(provider, "fake");
	info->device_id = 100 - n; /* the order of ids is not that of lines */
	info->priority = c->prio[n];
	return n == 9 ? FX_EACCES : 0;
}
static void on_offer(void *arg, struct fx_port *port, const char *caller_id, const char *called)
{
	struct ctx *c = arg;

	assert_string_equal(caller_id, "0301");
	assert_string_equal(called, "0302");
	c->offers++;
	c->offered = port;
}
static void on_change(void *arg, struct fx_port *port)
{
	(void)port;
	((struct ctx *)arg)->changes++;
}
static const struct fx_ports_cb ports_cb = {on_new_line, on_offer, on_change, NULL};

static void call_status(void *arg, struct fx_port *port)
{
	(void)port;
	((struct ctx *)arg)->statuses++;
}
static void call_page(void *arg, struct fx_port *port, const struct fx_page_report *page)
{
	(void)port, (void)page;
	((struct ctx *)arg)->pages++;
}
static void call_end(void *arg, struct fx_port *port, const struct fx_call_result *result)
{
	struct ctx *c = arg;

	c->ends++;
	c->outcome = result->outcome;
	c->was_free_in_end = fx_port_is_free(port);
	if (c->route_it) {
		fx_port_set_routing(port, true);
	}
}
static const struct fx_port_call_cb call_cb = {call_status, call_page, call_end};

static void add_line(struct ctx *c, char name, bool online)
{
	struct fx_line l = {.name = "Line", .number = "+49 30 1", .online = online};

	l.line[0] = name;
	c->fake.env.sink->on_line(c->fake.env.arg, &l);
}

static int setup(void **state)
{
	struct ctx *c = fx_zalloc(sizeof(*c));

	now = c;
	c->fake.base.ops = &fake_ops;
	c->loop = fx_test_vloop();
	assert_int_equal(fx_ports_new(c->loop, &ports_cb, c, &c->t), 0);
	assert_int_equal(fx_ports_add_provider(c->t, &fake_ops, "", NULL), 0);
	*state = c;
	return 0;
}

static int teardown(void **state)
{
	struct ctx *c = *state;

	fx_ports_free(c->t);
	assert_true(c->fake.closed);
	fx_loop_free(c->loop);
	(void)fx_free(c);
	return 0;
}

static struct fx_port *line_port(struct ctx *c, char name)
{
	return fx_ports_find(c->t, 100u - (uint32_t)(name - '0'));
}

static uint32_t fps(struct fx_port *port)
{
	struct fx_port_status st;

	fx_port_status(port, &st);
	return st.fps;
}

static void pass(struct ctx *c, int64_t us)
{
	for (int64_t end = fx_loop_now_us(c->loop) + us; fx_loop_now_us(c->loop) < end;) {
		fx_loop_step(c->loop, end - fx_loop_now_us(c->loop));
	}
}

static int dial(struct fx_port *port)
{
	struct fx_dial d = {.number = "0302", .local_id = "me"};
	struct fx_port_job job = {
		.job_id = 7, .client_id = 3, .pages = 2, .document_name = "letter", .user = "anna"};

	return fx_port_dial(port, &d, &job, &call_cb, now);
}

static void say(struct ctx *c, uint64_t call, enum fx_port_state s, uint32_t page)
{
	struct fx_call_status st = {.state = s, .page = page};

	c->fake.env.sink->on_status(c->fake.env.arg, call, &st);
}

static void finish(struct ctx *c, uint64_t call, enum fx_outcome o)
{
	struct fx_call_result r = {.outcome = o, .words = "x"};

	c->fake.env.sink->on_end(c->fake.env.arg, call, &r);
}

static void priorities_stay_1_to_n(void **state)
{
	struct ctx *c = *state;
	struct fx_port_info info;
	uint32_t i;

	/* stored: line 1 wants 3, line 2 wants 1, line 3 wants 2; line 4 is new */
	c->prio[1] = 3, c->prio[2] = 1, c->prio[3] = 2;
	add_line(c, '1', true);
	assert_int_equal(fx_port_info(line_port(c, '1'))->priority, 1);
	add_line(c, '2', true);
	add_line(c, '3', true);
	add_line(c, '4', true);
	add_line(c, '9', true); /* not wanted */
	assert_int_equal(fx_ports_count(c->t), 4);
	assert_int_equal(fx_port_info(line_port(c, '1'))->priority, 3);
	assert_int_equal(fx_port_info(line_port(c, '2'))->priority, 1);
	assert_int_equal(fx_port_info(line_port(c, '3'))->priority, 2);
	assert_int_equal(fx_port_info(line_port(c, '4'))->priority, 4);
	for (i = 1; i < 4; i++) {
		assert_true(fx_port_info(fx_ports_at(c->t, i))->device_id >
			    fx_port_info(fx_ports_at(c->t, i - 1))->device_id);
	}
	assert_null(fx_ports_at(c->t, 4));
	info = *fx_port_info(line_port(c, '4'));
	info.priority = 1;
	info.rings = 99;
	fx_strlcpy(info.csid, "A\tB", sizeof(info.csid));
	assert_int_equal(fx_port_set(line_port(c, '4'), &info), 0);
	assert_int_equal(fx_port_info(line_port(c, '4'))->priority, 1);
	assert_string_equal(fx_port_info(line_port(c, '4'))->csid, "AB");
	assert_int_equal(fx_port_info(line_port(c, '2'))->priority, 2);
	assert_int_equal(fx_port_info(line_port(c, '1'))->priority, 4);
	info.priority = 3;
	assert_int_equal(fx_port_set(line_port(c, '4'), &info), 0);
	assert_int_equal(fx_port_info(line_port(c, '2'))->priority, 1);
	assert_int_equal(fx_port_info(line_port(c, '3'))->priority, 2);
	info.priority = 5;
	assert_int_equal(fx_port_set(line_port(c, '4'), &info), FX_EINVAL);
	info.priority = 0;
	assert_int_equal(fx_port_set(line_port(c, '4'), &info), FX_EINVAL);
	info.priority = 1;
	info.rings = 100;
	assert_int_equal(fx_port_set(line_port(c, '4'), &info), FX_EINVAL);
}

static void the_best_free_port_may_send_and_is_online(void **state)
{
	struct ctx *c = *state;
	struct fx_port_info info;
	uint32_t skip;

	c->prio[1] = 1, c->prio[2] = 2, c->prio[3] = 3, c->prio[4] = 4;
	add_line(c, '1', false);
	add_line(c, '2', true);
	add_line(c, '3', true);
	add_line(c, '4', true);
	assert_ptr_equal(fx_ports_best_free(c->t, NULL, 0), line_port(c, '2'));
	info = *fx_port_info(line_port(c, '2'));
	info.send = false;
	assert_int_equal(fx_port_set(line_port(c, '2'), &info), 0);
	assert_ptr_equal(fx_ports_best_free(c->t, NULL, 0), line_port(c, '3'));
	skip = fx_port_info(line_port(c, '3'))->device_id;
	assert_ptr_equal(fx_ports_best_free(c->t, &skip, 1), line_port(c, '4'));
	assert_int_equal(dial(line_port(c, '3')), 0);
	assert_int_equal(dial(line_port(c, '3')), FX_EBUSY);
	assert_int_equal(dial(line_port(c, '1')), FX_EBUSY);
	assert_ptr_equal(fx_ports_best_free(c->t, NULL, 0), line_port(c, '4'));
	c->changes = 0;
	add_line(c, '1', true);
	assert_int_equal(c->changes, 1);
	assert_ptr_equal(fx_ports_best_free(c->t, NULL, 0), line_port(c, '1'));
	assert_null(fx_ports_find(c->t, 1));
}

static void a_sender_shows_each_step_and_then_its_outcome(void **state)
{
	struct ctx *c = *state;
	struct fx_port *p;
	struct fx_port_status st;
	struct fx_port_info info;

	add_line(c, '1', true);
	p = line_port(c, '1');
	fx_port_status(p, &st);
	assert_int_equal(st.fps, 0x20100000);
	assert_false(st.active);
	assert_string_equal(st.document_name, "");
	pass(c, 5 * FX_SECOND);
	assert_int_equal(dial(p), 0);
	assert_string_equal(c->fake.last, "dial");
	assert_int_equal(fps(p), 0x20008000);
	info = *fx_port_info(p);
	assert_int_equal(fx_port_set(p, &info), FX_EBUSY);
	say(c, 1, FX_PORT_DIALING, 0);
	assert_int_equal(fps(p), 0x20000001);
	pass(c, 3 * FX_SECOND);
	say(c, 1, FX_PORT_SENDING, 1);
	fx_port_status(p, &st);
	assert_int_equal(st.fps, 0x20000002);
	assert_int_equal(st.call.elapsed_us, 3 * FX_SECOND);
	assert_int_equal(st.call.pages_total, 2);
	assert_int_equal(st.started_at, FX_TEST_EPOCH_US / FX_SECOND + 5);
	assert_string_equal(st.number, "0302");
	assert_string_equal(st.call.local_id, "me");
	assert_string_equal(st.document_name, "letter");
	assert_int_equal(st.job_id, 7);
	assert_true(st.active);
	finish(c, 1, FX_OUTCOME_BUSY);
	assert_false(c->was_free_in_end);
	assert_true(fx_port_is_free(p));
	assert_int_equal(fps(p), 0x20000040);
	pass(c, FX_SECOND);
	fx_port_status(p, &st);
	assert_int_equal(st.call.elapsed_us, 3 * FX_SECOND); /* it stands still */
	pass(c, 2 * FX_SECOND);
	assert_int_equal(fps(p), 0x20100000);
	assert_int_equal(c->statuses, 2);
	/* What comes late is about no call. */
	say(c, 1, FX_PORT_SENDING, 1);
	finish(c, 1, FX_OUTCOME_SUCCESS);
	assert_int_equal(c->ends, 1);
	assert_int_equal(fps(p), 0x20100000);
}

static void a_cancelled_call_reads_aborting_until_it_ended(void **state)
{
	struct ctx *c = *state;
	struct fx_port *p;

	add_line(c, '1', true);
	p = line_port(c, '1');
	assert_int_equal(dial(p), 0);
	fx_port_hangup(p);
	assert_string_equal(c->fake.last, "hangup");
	say(c, 1, FX_PORT_SENDING, 1);
	assert_int_equal(fps(p), 0x20200000);
	finish(c, 1, FX_OUTCOME_CANCELLED);
	assert_int_equal(fps(p), 0x20200000);
	/* The next call takes the place of the last one at once. */
	assert_int_equal(dial(p), 0);
	assert_int_equal(fps(p), 0x20008000);
	pass(c, 5 * FX_SECOND);
	assert_int_equal(fps(p), 0x20008000);
	finish(c, 3, FX_OUTCOME_SUCCESS);
	assert_int_equal(fps(p), 0x20000008);
}

static void a_dial_that_is_refused_leaves_nothing(void **state)
{
	struct ctx *c = *state;
	struct fx_port *p;

	add_line(c, '1', true);
	p = line_port(c, '1');
	c->fake.err = FX_ENODEV;
	assert_int_equal(dial(p), FX_ENODEV);
	assert_true(fx_port_is_free(p));
	assert_int_equal(fps(p), 0x20100000);
	assert_int_equal(c->ends, 0);
}

static void ring(struct ctx *c, uint64_t call, uint32_t from, uint32_t to)
{
	while (from <= to) {
		c->fake.env.sink->on_ring(c->fake.env.arg, call, from++);
	}
}

static void a_receiver_counts_rings_and_routes(void **state)
{
	struct ctx *c = *state;
	struct fx_answer a = {.local_id = "me", .rx_fd = -1, .log_fd = -1};
	struct fx_port_job job = {.job_id = 9};
	struct fx_port_info info;
	struct fx_port_status st;
	struct fx_port *p;

	add_line(c, '1', true);
	p = line_port(c, '1');
	info = *fx_port_info(p);
	info.rings = 3;
	assert_int_equal(fx_port_set(p, &info), 0);
	c->fake.env.sink->on_incoming(c->fake.env.arg, 2, "1", "0301", "0302");
	assert_int_equal(fps(p), 0x20020000);
	assert_false(fx_port_is_free(p));
	assert_int_equal(fx_port_answer(p, &a, &job, &call_cb, c), FX_ESTATE);
	ring(c, 2, 1, 2);
	assert_int_equal(c->offers, 0);
	ring(c, 2, 3, 4);
	assert_int_equal(c->offers, 1);
	assert_int_equal(fx_port_answer(p, &a, &job, &call_cb, c), 0);
	assert_int_equal(fx_port_answer(p, &a, &job, &call_cb, c), FX_ESTATE);
	assert_int_equal(fps(p), 0x20800000);
	say(c, 2, FX_PORT_RECEIVING, 1);
	fx_port_status(p, &st);
	assert_string_equal(st.call.caller_id, "0301");
	assert_string_equal(st.call.routing, "0302");
	fx_port_page_ack(p, 1, true);
	assert_string_equal(c->fake.last, "ack");
	c->route_it = true;
	finish(c, 2, FX_OUTCOME_SUCCESS);
	pass(c, 10 * FX_SECOND);
	assert_int_equal(fps(p), 0x20400000);
	assert_true(fx_port_is_free(p));
	fx_port_set_routing(p, false);
	assert_int_equal(fps(p), 0x20000008);
	assert_true(fx_port_is_free(p));
	pass(c, 1900 * FX_MS);
	assert_int_equal(fps(p), 0x20000008);
	pass(c, 200 * FX_MS);
	assert_int_equal(fps(p), 0x20100000);
}

static void who_cannot_receive_is_busy(void **state)
{
	struct ctx *c = *state;
	struct fx_port_info info;
	struct fx_port *p;

	add_line(c, '1', true);
	p = line_port(c, '1');
	info = *fx_port_info(p);
	info.receive = false;
	assert_int_equal(fx_port_set(p, &info), 0);
	c->fake.env.sink->on_incoming(c->fake.env.arg, 2, "1", "0301", "0302");
	assert_string_equal(c->fake.last, "reject");
	assert_int_equal(fps(p), 0x20100000);
	info.receive = true;
	assert_int_equal(fx_port_set(p, &info), 0);
	c->fake.env.sink->on_incoming(c->fake.env.arg, 4, "1", "0301", "0302");
	ring(c, 4, 1, 1);
	fx_port_reject(p);
	assert_int_equal(c->fake.last_call, 4);
	finish(c, 4, FX_OUTCOME_CANCELLED);
	assert_int_equal(fps(p), 0x20100000); /* a call that nobody took leaves nothing */
	assert_int_equal(c->ends, 0);
	/* The caller hung up while we thought about it. */
	c->fake.env.sink->on_incoming(c->fake.env.arg, 6, "1", "0301", "0302");
	ring(c, 6, 1, 1);
	finish(c, 6, FX_OUTCOME_DISCONNECTED);
	assert_true(fx_port_is_free(p));
	fx_port_reject(p);
	assert_int_equal(c->fake.last_call, 4);
}

static void a_lost_provider_takes_its_ports_offline(void **state)
{
	struct ctx *c = *state;
	struct fx_port *p;

	add_line(c, '1', true);
	add_line(c, '2', true);
	p = line_port(c, '1');
	assert_int_equal(dial(p), 0);
	add_line(c, '1', false);
	assert_int_equal(fps(p), 0x20008000);
	finish(c, 1, FX_OUTCOME_HOST_LOST);
	assert_int_equal(c->outcome, FX_OUTCOME_HOST_LOST);
	c->fake.env.sink->on_lost(c->fake.env.arg, "test");
	assert_int_equal(fps(p), 0x20010000);
	assert_int_equal(fps(line_port(c, '2')), 0x20010000);
	assert_null(fx_ports_best_free(c->t, NULL, 0));
	add_line(c, '2', true);
	assert_ptr_equal(fx_ports_best_free(c->t, NULL, 0), line_port(c, '2'));
	assert_int_equal(fx_ports_count(c->t), 2);
}

static void a_provider_of_another_interface_is_refused(void **state)
{
	struct ctx *c = *state;
	struct fx_provider_ops ops = fake_ops;
	struct fx_reason why = {{0}};

	assert_int_equal(fx_ports_add_provider(c->t, &fake_ops, "", &why), FX_EEXIST);
	ops.abi = 99;
	ops.name = "other";
	assert_int_equal(fx_ports_add_provider(c->t, &ops, "", &why), FX_EINVAL);
	assert_non_null(strstr(why.text, "99"));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(priorities_stay_1_to_n),
		T(the_best_free_port_may_send_and_is_online),
		T(a_sender_shows_each_step_and_then_its_outcome),
		T(a_cancelled_call_reads_aborting_until_it_ended),
		T(a_dial_that_is_refused_leaves_nothing),
		T(a_receiver_counts_rings_and_routes),
		T(who_cannot_receive_is_busy),
		T(a_lost_provider_takes_its_ports_offline),
		T(a_provider_of_another_interface_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
