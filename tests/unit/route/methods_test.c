/* SPDX-License-Identifier: Apache-2.0 */
/* The methods of a received fax: order, results, retries, restarts; the folder method. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/str.h"
#include "core/route_rules.h"
#include "route/method.h"
#include "tests/unit/queue/rig.h"

#define GUID_A "{aaaaaaaa-0000-0000-0000-000000000001}"
#define GUID_B "{bbbbbbbb-0000-0000-0000-000000000002}"
#define N_METHODS 6 /* ours and two of the test */

/* ---- methods of the test: what they answer is set beforehand ---- */

struct fake {
	struct fx_route_method base;
	struct fx_loop *loop;
	const char *name;
	struct fx_route_run *run;
	fx_route_done_fn *done;
	void *arg;
	struct fx_timer *timer;
};
static struct {
	enum fx_route_end end[8]; /* by the number of the start, the last one for ever */
	size_t n;
	const char *failure;
	int64_t takes_s;
	bool check_needs_data;
} script[2];
static char history[1024]; /* "a0 b0 a1": method and try */
static char seen_failure[64], seen_data[64], seen_override[64];
static struct fake *fakes[2];
static unsigned closed;
static const char *add_file, *set_override_of;

static void text_into(char *dst, size_t size, struct fx_route_bytes b)
{
	char text[64] = "";

	if (b.n && b.n / 2 * 3 + 1 < sizeof(text)) {
		(void)fx_utf16le_get(text, b.p, b.n / 2);
	}
	(void)fx_strlcpy(dst, text, size);
}

static void fake_end(void *arg)
{
	struct fake *f = arg;
	unsigned which = f == fakes[1];
	uint32_t tries = fx_route_run_tries(f->run);
	size_t at = tries < script[which].n ? tries : script[which].n - 1;
	struct fx_route_result res = {
		.end = script[which].n ? script[which].end[at] : FX_ROUTE_DONE,
		.words = "the test says so",
	};
	struct fx_route_run *run = f->run;

	if (res.end == FX_ROUTE_RETRY && script[which].failure) {
		res.failure = (struct fx_route_bytes){(const uint8_t *)script[which].failure,
						      strlen(script[which].failure)};
	}
	if (add_file && which == 0) {
		assert_true(fx_route_run_add_file(run, add_file, GUID_A) > 0);
		assert_int_equal(fx_route_run_add_file(run, add_file, GUID_A), FX_EEXIST);
	}
	if (set_override_of && which == 0) {
		assert_int_equal(fx_route_run_set_override(run, set_override_of,
							   (const uint8_t *)"o\0v\0\0\0", 6), 0);
		assert_int_equal(fx_route_run_set_override(run, GUID_A, NULL, 0), FX_ESTATE);
	}
	f->run = NULL;
	f->done(f->arg, &res);
}

static int fake_start(struct fx_route_method *m, struct fx_route_run *run, fx_route_done_fn *done,
		      void *arg)
{
	struct fake *f = (struct fake *)(void *)m;
	struct fx_route_bytes failure = fx_route_run_failure(run);
	size_t len = strlen(history);

	assert_null(f->run);
	f->run = run;
	f->done = done;
	f->arg = arg;
	(void)snprintf(history + len, sizeof(history) - len, "%s%s%u", len ? " " : "", f->name,
		       fx_route_run_tries(run));
	(void)snprintf(seen_failure, sizeof(seen_failure), "%.*s", (int)failure.n,
		       failure.p ? (const char *)failure.p : "");
	text_into(seen_data, sizeof(seen_data), fx_route_run_data(run));
	text_into(seen_override, sizeof(seen_override), fx_route_run_override(run));
	assert_int_equal(fx_route_run_fax(run)->pages, 1);
	assert_int_equal(access(fx_route_run_file(run, 0, NULL), R_OK), 0);
	fx_timer_start(f->timer, script[f == fakes[1]].takes_s * FX_SECOND);
	return 0;
}

static void fake_cancel(struct fx_route_method *m, struct fx_route_run *run)
{
	(void)run;
	fx_timer_start(((struct fake *)(void *)m)->timer, 0);
}

static void fake_close(struct fx_route_method *m)
{
	struct fake *f = (struct fake *)(void *)m;

	closed++;
	f->timer = fx_timer_free(f->timer);
	(void)fx_free(f);
}

static int fake_check(struct fx_route_method *m, const uint8_t *p, size_t n,
		      struct fx_reason *reterr)
{
	bool needs = script[m == &fakes[1]->base].check_needs_data;

	(void)p;
	return needs && !n ? fx_fail(reterr, FX_ESTATE, "it needs data") : 0;
}

static const struct fx_route_method_ops fake_ops = {
	.start = fake_start, .cancel = fake_cancel, .close = fake_close, .check = fake_check,
};

static void add_fake(struct rig *r, unsigned i)
{
	struct fake *f = fx_zalloc(sizeof(*f));

	assert_non_null(f);
	f->base.ops = &fake_ops;
	f->name = i ? "b" : "a";
	(void)fx_strlcpy(f->base.info.guid, i ? GUID_B : GUID_A, FX_GUID_SIZE);
	(void)fx_strlcpy(f->base.info.friendly, i ? "Bee" : "Ay", FX_ROUTING_NAME_SIZE);
	assert_int_equal(fx_timer_new(r->loop, fake_end, f, &f->timer), 0);
	fakes[i] = f;
	assert_int_equal(fx_route_add_method(r->route, &f->base), 0);
}

/* ---- the rig ---- */

static bool answered;
static int answer;
static char answer_text[128];
static size_t answer_n;

static void on_answer(void *arg, int err, const uint8_t *p, size_t n, const struct fx_reason *why)
{
	(void)arg, (void)why;
	assert_false(answered);
	answered = true;
	answer = err;
	answer_n = n;
	text_into(answer_text, sizeof(answer_text), (struct fx_route_bytes){p, n});
}

static bool is_answered(void *arg)
{
	(void)arg;
	return answered;
}

static int wait_answer(struct rig *r, int err)
{
	if (!err) {
		assert_true(fx_loop_run_until(r->loop, is_answered, NULL, FX_SECOND));
		err = answer;
	}
	answered = false;
	return err;
}

static int enable(struct rig *r, const char *guid, uint32_t port, bool on)
{
	struct fx_reason why = {0};

	return wait_answer(r, fx_route_enable(r->route, fx_route_find_method(r->route, guid), port,
					      on, on_answer, NULL, &why));
}

static int set_data(struct rig *r, const char *guid, uint32_t port, const char *text)
{
	struct fx_reason why = {0};
	uint8_t bytes[512] = {0};
	size_t n = text ? 2 * fx_utf16le_put(bytes, text) + 2 : 0;

	return wait_answer(r, fx_route_set_data(r->route, fx_route_find_method(r->route, guid),
						port, bytes, n, on_answer, NULL, &why));
}

static const char *get_data(struct rig *r, const char *guid, uint32_t port)
{
	fx_route_get_data(r->route, fx_route_find_method(r->route, guid), port, on_answer, NULL);
	assert_int_equal(wait_answer(r, 0), 0);
	return answer_text;
}

static void set_rule(struct rig *r, const char *key, const char *value, int64_t n_retries)
{
	struct fx_route_settings s = {0};

	assert_int_equal(fx_route_settings_defaults(&s), 0);
	s.retries = n_retries;
	if (key) {
		assert_int_equal(fx_route_rules_set(&s.rules, "r", "to", "*", NULL), 0);
		assert_int_equal(fx_route_rules_set(&s.rules, "r", key, value, NULL), 0);
	}
	assert_int_equal(fx_route_set_settings(r->route, &s), 0);
	fx_route_settings_fini(&s);
}

static void reset(void)
{
	memset(script, 0, sizeof(script));
	*history = *seen_failure = *seen_data = *seen_override = '\0';
	add_file = set_override_of = NULL;
	closed = 0;
}

static int setup(void **state)
{
	struct rig *r = fx_zalloc(sizeof(*r));

	reset();
	rig_start(r, "2");
	add_fake(r, 0);
	add_fake(r, 1);
	rig_settle(r);
	*state = r;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(*state);
	(void)fx_free(*state);
	return 0;
}

static void receive(struct rig *r, int64_t seconds)
{
	fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
	rig_run(r, seconds);
}

static bool take_first(void *arg, const struct fx_message *m)
{
	assert_int_equal(fx_message_copy(arg, m), 0);
	return false;
}

static struct fx_message inbox(struct rig *r)
{
	struct fx_message m = {0};

	assert_int_equal(fx_store_each_message(r->store, FX_FOLDER_INBOX, 0, take_first, &m), 0);
	assert_true(m.id);
	return m;
}

/* ---- order, enabling ---- */

static void only_enabled_ones_run(void **state)
{
	struct rig *r = *state;

	receive(r, 10);
	assert_string_equal(history, "");
	assert_int_equal(enable(r, GUID_B, 1, true), 0);
	assert_int_equal(enable(r, GUID_A, 2, true), 0); /* another port's */
	receive(r, 10);
	assert_string_equal(history, "b0");
	assert_int_equal(enable(r, GUID_B, 1, false), 0);
	receive(r, 10);
	assert_string_equal(history, "b0");
	assert_int_equal(rig_messages(r, FX_FOLDER_INBOX), 3);
	assert_int_equal(fx_queue_count(r->queue), 0);
}

static void order_is_run_order(void **state)
{
	struct rig *r = *state;

	assert_int_equal(fx_route_n_methods(r->route), N_METHODS);
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	assert_int_equal(enable(r, GUID_B, 1, true), 0);
	receive(r, 10);
	assert_string_equal(history, "a0 b0");
	assert_int_equal(wait_answer(r, fx_route_set_place(r->route, &fakes[1]->base, 1, on_answer,
							   NULL)), 0);
	assert_int_equal(fakes[1]->base.info.priority, 1);
	assert_int_equal(fakes[0]->base.info.priority, N_METHODS);
	*history = '\0';
	receive(r, 10);
	assert_string_equal(history, "b0 a0");
	for (size_t i = 0; i < N_METHODS; i++) { /* 1..n, none twice */
		assert_int_equal(fx_route_method_at(r->route, i)->info.priority, i + 1);
	}
	assert_int_equal(fx_route_set_place(r->route, &fakes[1]->base, 0, on_answer, NULL),
			 FX_EINVAL);
	assert_int_equal(fx_route_set_place(r->route, &fakes[1]->base, N_METHODS + 1, on_answer,
					    NULL), FX_EINVAL);
	/* kept over a restart, where the methods come in another order */
	rig_down(r, true);
	rig_up(r);
	add_fake(r, 0);
	add_fake(r, 1);
	assert_int_equal(fakes[1]->base.info.priority, 1);
	assert_int_equal(fakes[0]->base.info.priority, N_METHODS);
	rig_settle(r);
	assert_true(fx_route_is_enabled(r->route, &fakes[0]->base, 1));
	assert_false(fx_route_is_enabled(r->route, &fakes[0]->base, 2));
}

static void each_place(void **state)
{
	struct rig *r = *state;

	for (uint32_t from = 1; from <= N_METHODS; from++) {
		for (uint32_t to = 1; to <= N_METHODS; to++) {
			struct fx_route_method *m = fx_route_method_at(r->route, from - 1);

			assert_int_equal(wait_answer(r, fx_route_set_place(r->route, m, to,
									   on_answer, NULL)), 0);
			assert_ptr_equal(fx_route_method_at(r->route, to - 1), m);
		}
	}
}

static void data_of_a_port(void **state)
{
	struct rig *r = *state;

	assert_string_equal(get_data(r, GUID_A, 1), "");
	assert_int_equal(answer_n, 0);
	script[0].check_needs_data = true;
	assert_int_equal(enable(r, GUID_A, 1, true), FX_ESTATE);
	assert_int_equal(set_data(r, GUID_A, 1, "Z\xc3\xbcrich"), 0);
	assert_string_equal(get_data(r, GUID_A, 1), "Z\xc3\xbcrich");
	assert_string_equal(get_data(r, GUID_A, 2), "");
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	assert_int_equal(set_data(r, GUID_A, 1, NULL), FX_EINVAL); /* it is enabled */
	receive(r, 10);
	assert_string_equal(seen_data, "Z\xc3\xbcrich");
	assert_int_equal(enable(r, GUID_A, 1, false), 0);
	assert_int_equal(set_data(r, GUID_A, 1, NULL), 0);
	assert_string_equal(get_data(r, GUID_A, 1), "");
	assert_int_equal(enable(r, FX_ROUTING_EMAIL, 1, true), FX_ESTATE);
	assert_int_equal(set_data(r, FX_ROUTING_EMAIL, 1, "nobody"), FX_EINVAL);
	assert_int_equal(set_data(r, FX_ROUTING_FOLDER, 1, "srv"), FX_EINVAL);
	assert_int_equal(set_data(r, FX_ROUTING_PRINT, 1, "a b"), FX_EINVAL);
	assert_int_equal(set_data(r, FX_ROUTING_INBOX, 1, "a/b"), FX_EINVAL);
	assert_int_equal(set_data(r, FX_ROUTING_EMAIL, 1, "a@b, c@d"), 0);
	assert_int_equal(enable(r, FX_ROUTING_EMAIL, 1, true), 0);
}

static void port_that_does_not_receive(void **state)
{
	struct rig *r = *state;
	struct fx_port *port;
	struct fx_port_info info;

	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
	rig_settle(r);
	port = fx_ports_find(r->ports, 1);
	info = *fx_port_info(port);
	info.receive = false;
	rig_run(r, 10); /* the call began before; the change waits for its end */
	assert_string_equal(history, "a0");
	assert_int_equal(fx_port_set(port, &info), 0);
	receive(r, 10);
	assert_string_equal(history, "a0");
	assert_int_equal(fx_script_refused(), 1);
}

/* ---- rules ---- */

static void rule_over_port(void **state)
{
	struct rig *r = *state;

	assert_int_equal(set_data(r, GUID_A, 1, "port"), 0);
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	set_rule(r, GUID_A, "rule", 3);
	receive(r, 10);
	assert_string_equal(history, "a0");
	assert_string_equal(seen_data, "rule");
	set_rule(r, GUID_A, "off", 3);
	receive(r, 10);
	assert_string_equal(history, "a0");
	set_rule(r, GUID_B, "it", 3); /* b is not enabled for the port; a is */
	receive(r, 10);
	assert_string_equal(history, "a0 a0 b0");
	assert_string_equal(seen_data, "it");
}

/* ---- results ---- */

static void failure_does_not_stop_the_next(void **state)
{
	struct rig *r = *state;
	struct fx_message m;

	script[0].end[0] = FX_ROUTE_FAILED;
	script[0].n = 1;
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	assert_int_equal(enable(r, GUID_B, 1, true), 0);
	receive(r, 1000);
	assert_string_equal(history, "a0 b0");
	assert_int_equal(fx_queue_count(r->queue), 0);
	m = inbox(r);
	assert_non_null(strstr(m.job.words, "Not delivered: Ay (1 try): the test says so."));
	fx_message_fini(&m);
}

static void retried_until_it_works(void **state)
{
	struct rig *r = *state;
	const struct fx_job *j;
	struct fx_message m;
	int64_t now;

	script[0].end[0] = script[0].end[1] = FX_ROUTE_RETRY;
	script[0].n = 3;
	script[0].failure = "opaque";
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	assert_int_equal(enable(r, GUID_B, 1, true), 0);
	receive(r, 10);
	assert_string_equal(history, "a0 b0");
	j = rig_find(r, 1);
	assert_non_null(j);
	assert_int_equal(j->type, FX_JT_ROUTING);
	assert_int_equal(j->state, FX_JOB_RETRYING);
	assert_int_equal(j->tries, 1);
	assert_non_null(strstr(j->words, "Ay (1 try)"));
	now = fx_loop_wall_us(r->loop) / FX_SECOND;
	assert_true(j->next_try_at > now && j->next_try_at <= now + FX_ROUTE_RETRY_DELAY_S);
	assert_int_equal(rig_messages(r, FX_FOLDER_INBOX), 1); /* there at once */
	assert_true(fx_route_is_idle(r->route));
	rig_run(r, FX_ROUTE_RETRY_DELAY_S);
	assert_string_equal(history, "a0 b0 a1");
	assert_string_equal(seen_failure, "opaque");
	rig_run(r, FX_ROUTE_RETRY_DELAY_S);
	assert_string_equal(history, "a0 b0 a1"); /* twice as long now */
	rig_run(r, FX_ROUTE_RETRY_DELAY_S);
	assert_string_equal(history, "a0 b0 a1 a2");
	rig_run(r, 1);
	assert_int_equal(fx_queue_count(r->queue), 0);
	m = inbox(r);
	assert_null(strstr(m.job.words, "Not delivered"));
	fx_message_fini(&m);
}

static void given_up(void **state)
{
	struct rig *r = *state;
	struct fx_message m;

	script[0].end[0] = FX_ROUTE_RETRY;
	script[0].n = 1;
	set_rule(r, NULL, NULL, 2);
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	receive(r, 3600);
	assert_string_equal(history, "a0 a1 a2");
	assert_int_equal(fx_queue_count(r->queue), 0);
	m = inbox(r);
	assert_non_null(strstr(m.job.words, "Not delivered: Ay (3 tries)"));
	fx_message_fini(&m);
}

static void user_ends_or_hastens_it(void **state)
{
	struct rig *r = *state;
	uint64_t id;

	script[0].end[0] = script[0].end[1] = script[0].end[2] = FX_ROUTE_RETRY;
	script[0].n = 1;
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	receive(r, 10);
	id = rig_find(r, 1)->id;
	assert_int_equal(fx_route_retry_now(r->route, id + 100), FX_ENOMSG);
	assert_int_equal(fx_route_retry_now(r->route, id), 0);
	rig_run(r, 1);
	assert_string_equal(history, "a0 a1");
	assert_int_equal(fx_route_cancel(r->route, id), 0);
	rig_run(r, 1);
	assert_string_equal(history, "a0 a1");
	assert_int_equal(fx_queue_count(r->queue), 0);
	assert_int_equal(rig_messages(r, FX_FOLDER_INBOX), 1);
	/* while a method runs */
	script[0].takes_s = 100;
	receive(r, 10);
	assert_int_equal(rig_find(r, 2)->state, FX_JOB_ROUTING);
	assert_int_equal(fx_route_retry_now(r->route, rig_find(r, 2)->id), FX_ESTATE);
	assert_int_equal(fx_route_cancel(r->route, rig_find(r, 2)->id), 0);
	rig_run(r, 1);
	assert_int_equal(fx_queue_count(r->queue), 0);
}

static void disabled_while_it_waits(void **state)
{
	struct rig *r = *state;

	script[0].end[0] = FX_ROUTE_RETRY;
	script[0].n = 1;
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	receive(r, 10);
	assert_int_equal(enable(r, GUID_A, 1, false), 0);
	rig_run(r, 3600);
	assert_string_equal(history, "a0");
	assert_int_equal(fx_queue_count(r->queue), 0);
}

static void incomplete_is_not_routed(void **state)
{
	struct rig *r = *state;
	struct fx_message m;

	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	fx_script_incoming("1", "555", 1, FX_OUTCOME_PARTIAL);
	rig_run(r, 10);
	assert_string_equal(history, "");
	m = inbox(r);
	assert_true(m.partial);
	assert_int_equal(m.job.type, FX_JT_FAIL_RECEIVE);
	fx_message_fini(&m);
}

static void override_and_files_reach_the_next(void **state)
{
	struct rig *r = *state;

	add_file = "/etc/hostname";
	set_override_of = GUID_B;
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	assert_int_equal(enable(r, GUID_B, 1, true), 0);
	script[1].takes_s = 5;
	fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
	while (!fakes[1]->run) {
		fx_loop_step(r->loop, FX_SECOND);
	}
	assert_string_equal(seen_override, "ov");
	assert_int_equal(fx_route_run_n_files(fakes[1]->run), 2);
	assert_string_equal(fx_route_run_file(fakes[1]->run, 1, NULL), "/etc/hostname");
	assert_int_equal(fx_route_run_delete_file(fakes[1]->run,
						  fx_route_run_file(fakes[1]->run, 0, NULL)),
			 FX_EACCES);
	assert_int_equal(fx_route_run_delete_file(fakes[1]->run, "/nowhere"), FX_ENOENT);
	assert_int_equal(fx_route_run_add_file(fakes[1]->run, "here", GUID_B), FX_EINVAL);
	assert_int_equal(fx_route_run_delete_file(fakes[1]->run, "/etc/hostname"), 1);
	assert_int_equal(fx_route_run_n_files(fakes[1]->run), 1);
	rig_run(r, 10);
	assert_int_equal(fx_queue_count(r->queue), 0);
}

static void method_that_goes_and_comes(void **state)
{
	struct rig *r = *state;

	script[0].takes_s = 50;
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	receive(r, 10);
	fx_route_remove_method(r->route, GUID_A); /* while it runs */
	assert_int_equal(closed, 1);
	rig_run(r, 1);
	assert_int_equal(rig_find(r, 1)->state, FX_JOB_RETRYING);
	assert_int_equal(fx_route_n_methods(r->route), N_METHODS - 1);
	script[0].takes_s = 0;
	add_fake(r, 0);
	rig_run(r, 1); /* at once, not after the delay */
	assert_string_equal(history, "a0 a1");
	assert_int_equal(fx_queue_count(r->queue), 0);
}

static void stop_waits_for_the_method(void **state)
{
	struct rig *r = *state;

	script[0].takes_s = 100;
	script[0].end[0] = FX_ROUTE_RETRY;
	script[0].n = 1;
	assert_int_equal(enable(r, GUID_A, 1, true), 0);
	assert_int_equal(enable(r, GUID_B, 1, true), 0);
	receive(r, 10);
	assert_false(fx_route_is_idle(r->route));
	fx_route_stop(r->route);
	rig_run(r, 1);
	assert_true(fx_route_is_idle(r->route));
	assert_string_equal(history, "a0"); /* b has its turn after the restart */
	rig_crash(r);
	script[0].n = 0;
	script[0].takes_s = 0;
	add_fake(r, 0);
	add_fake(r, 1);
	rig_run(r, 200);
	assert_string_equal(history, "a0 b0 a1");
	assert_int_equal(fx_queue_count(r->queue), 0);
}

/* Killed at every step: the fax is there, and each method ran at least once, the ones whose end
 * was recorded exactly once. */
static void crash_anywhere(void **state)
{
	unsigned with_repeat = 0;

	(void)state;
	for (unsigned steps = 0; steps < 70; steps++) {
		struct rig *r = fx_zalloc(sizeof(*r));
		unsigned a = 0, b = 0;

		reset();
		rig_start(r, "1");
		add_fake(r, 0);
		add_fake(r, 1);
		rig_settle(r);
		assert_int_equal(enable(r, GUID_A, 1, true), 0);
		assert_int_equal(enable(r, GUID_B, 1, true), 0);
		fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
		for (unsigned i = 0; i < steps; i++) {
			fx_loop_step(r->loop, FX_SECOND);
		}
		rig_crash(r);
		add_fake(r, 0);
		add_fake(r, 1);
		rig_run(r, 300);
		for (const char *p = history; *p; p++) {
			a += *p == 'a';
			b += *p == 'b';
		}
		assert_true(a <= 2 && b <= 2);
		assert_false(a == 2 && b == 2); /* one method at most is repeated */
		with_repeat += a == 2 || b == 2;
		assert_int_equal(fx_queue_count(r->queue), 0);
		assert_int_equal(rig_files(r, FX_SPOOL_QUEUE), 0);
		if (rig_messages(r, FX_FOLDER_INBOX)) {
			struct fx_message m = inbox(r);

			assert_true(m.partial || (a && b));
			fx_message_fini(&m);
		}
		rig_stop(r);
		(void)fx_free(r);
	}
	assert_true(with_repeat > 0 && with_repeat < 20);
}

/* ---- the folder method ---- */

static size_t files_in(const char *dir, char first[256])
{
	DIR *d = opendir(dir);
	const struct dirent *e;
	size_t n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
			(void)snprintf(first, 256, "%s", e->d_name);
			n++;
		}
	}
	(void)closedir(d);
	return n;
}

static void folder(void **state)
{
	struct rig *r = *state;
	char *dir = fx_test_mkdir(), name[256], path[600];
	struct stat st;

	assert_int_equal(set_data(r, FX_ROUTING_FOLDER, 1, dir), 0);
	assert_int_equal(enable(r, FX_ROUTING_FOLDER, 1, true), 0);
	receive(r, 10);
	assert_int_equal(files_in(dir, name), 1);
	assert_non_null(strstr(name, "-555-"));
	assert_non_null(strstr(name, ".tif"));
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(st.st_nlink, 1);
	assert_int_equal(fx_queue_count(r->queue), 0);
	fx_test_rmdir(dir);
}

/* A name that is taken is never overwritten; the same fax again is not stored twice. */
static void folder_never_overwrites(void **state)
{
	struct rig *r = *state;
	struct fx_route_settings s = {0};
	char *dir = fx_test_mkdir(), path[600], name[256];
	int fd;

	assert_int_equal(fx_route_settings_defaults(&s), 0);
	assert_int_equal(fx_str_replace(&s.folder_name, "fax"), 0);
	assert_int_equal(fx_route_set_settings(r->route, &s), 0);
	fx_route_settings_fini(&s);
	(void)snprintf(path, sizeof(path), "%s/fax.tif", dir);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	assert_int_equal(write(fd, "mine", 4), 4);
	(void)close(fd);
	assert_int_equal(set_data(r, FX_ROUTING_FOLDER, 1, dir), 0);
	assert_int_equal(enable(r, FX_ROUTING_FOLDER, 1, true), 0);
	receive(r, 10);
	assert_int_equal(files_in(dir, name), 2);
	(void)snprintf(path, sizeof(path), "%s/fax-2.tif", dir);
	assert_int_equal(access(path, R_OK), 0);
	fx_test_rmdir(dir);
}

static void folder_is_away(void **state)
{
	struct rig *r = *state;
	char *dir = fx_test_mkdir(), sub[600], name[256];
	const struct fx_job *j;

	(void)snprintf(sub, sizeof(sub), "%s/later", dir);
	assert_int_equal(set_data(r, FX_ROUTING_FOLDER, 1, sub), 0);
	assert_int_equal(enable(r, FX_ROUTING_FOLDER, 1, true), 0);
	receive(r, 10);
	j = rig_find(r, 1);
	assert_non_null(j);
	assert_int_equal(j->state, FX_JOB_RETRYING);
	assert_non_null(strstr(j->words, "not found"));
	assert_int_equal(mkdir(sub, 0700), 0);
	rig_run(r, 2 * FX_ROUTE_RETRY_DELAY_S);
	assert_int_equal(files_in(sub, name), 1);
	assert_int_equal(fx_queue_count(r->queue), 0);
	fx_test_rmdir(dir);
}

static void inbox_of_a_user(void **state)
{
	struct rig *r = *state;
	struct fx_message m;

	assert_int_equal(set_data(r, FX_ROUTING_INBOX, 1, "daemon"), 0);
	assert_int_equal(enable(r, FX_ROUTING_INBOX, 1, true), 0);
	receive(r, 10);
	m = inbox(r);
	assert_string_equal(m.job.user, "daemon");
	assert_int_equal(m.job.uid, 1);
	fx_message_fini(&m);
	assert_int_equal(set_data(r, FX_ROUTING_INBOX, 2, "no-such-user-here"), 0);
	assert_int_equal(enable(r, FX_ROUTING_INBOX, 2, true), 0);
	fx_script_incoming("2", "555", 1, FX_OUTCOME_SUCCESS);
	rig_run(r, 10);
	assert_int_equal(fx_queue_count(r->queue), 0); /* not tried again */
	assert_int_equal(rig_messages(r, FX_FOLDER_INBOX), 2);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_enabled_ones_run),
		T(order_is_run_order),
		T(each_place),
		T(data_of_a_port),
		T(port_that_does_not_receive),
		T(rule_over_port),
		T(failure_does_not_stop_the_next),
		T(retried_until_it_works),
		T(given_up),
		T(user_ends_or_hastens_it),
		T(disabled_while_it_waits),
		T(incomplete_is_not_routed),
		T(override_and_files_reach_the_next),
		T(method_that_goes_and_comes),
		T(stop_waits_for_the_method),
		cmocka_unit_test(crash_anywhere),
		T(folder),
		T(folder_never_overwrites),
		T(folder_is_away),
		T(inbox_of_a_user),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
