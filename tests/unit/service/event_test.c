/* SPDX-License-Identifier: Apache-2.0 */
/* Fax events in the order of winfax.md 6.4, and the log that all readers share. */
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "service/service_priv.h"
#include "tests/unit/service/over_rig.h"

struct bench {
	struct rig r; /* first */
	struct fx_service *s;
	struct fx_event_log *log;
	struct fx_caller root;
	uint64_t since;
	char words[4096];
};

static struct fx_caller caller(uid_t uid, uint32_t rights)
{
	return (struct fx_caller){.uid = uid, .rights = rights, .user = "u", .client = "test"};
}

static void tell_event(void *arg, const struct fx_fax_event *e)
{
	fx_service_on_fax_event(((struct bench *)arg)->s, e);
}

static void tell_job(void *arg, const struct fx_job *job, bool removed)
{
	fx_service_on_job(((struct bench *)arg)->s, job, removed);
}

static void up(struct bench *b, const char *lines)
{
	struct fx_service_prm prm = {.own_uid = 10, .user_rights = FX_RIGHTS_USER};

	fx_config_defaults(&b->r.config);
	b->r.config.retries = 1;
	b->r.config.retry_delay_min = 10;
	rig_start(&b->r, lines);
	b->s = service_over(&b->r, prm);
	b->log = fx_service_log(b->s);
	b->root = caller(0, FX_RIGHT_ALL);
	b->since = 1;
	b->r.tell_event = tell_event;
	b->r.tell_job = tell_job;
	b->r.tell_arg = b;
}

static int setup(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));

	*state = b;
	up(b, "1");
	return 0;
}

static int setup_two(void **state)
{
	struct bench *b = fx_zalloc(sizeof(*b));

	*state = b;
	up(b, "2");
	return 0;
}

static int teardown(void **state)
{
	struct bench *b = *state;

	b->r.tell_event = NULL;
	b->r.tell_job = NULL;
	b->s = fx_service_free(b->s);
	rig_stop(&b->r);
	(void)fx_free(b);
	return 0;
}

/* The fax events that c hears from *since on: "busy:1/3" is of port 1 and job 3. */
static const char *heard(struct bench *b, const struct fx_caller *c, uint64_t *since)
{
	struct fx_event_query q = {c, 1u << FX_EVENT_FAX, 0};
	struct fx_event v[64];
	bool lost = true;
	size_t n, at = 0, i;

	b->words[0] = '\0';
	do {
		n = fx_event_log_read(b->log, &q, since, v, FX_ARRAY_LEN(v), &lost);
		assert_false(lost);
		for (i = 0; i < n; i++) {
			assert_true(v[i].at_us <= fx_loop_wall_us(b->r.loop));
			at += (size_t)snprintf(b->words + at, sizeof(b->words) - at, "%s%s:%u/%u",
					       at ? " " : "", fx_fei_str((enum fx_fei)v[i].fei),
					       v[i].device_id, v[i].client_id);
			assert_true(at < sizeof(b->words));
		}
	} while (n);
	return b->words;
}

static const char *all(struct bench *b)
{
	return heard(b, &b->root, &b->since);
}

static void service_and_lines(void **state)
{
	struct bench *b = *state;

	rig_settle(&b->r);
	assert_string_equal(all(b), "faxsvc_started:0/0 modem_powered_on:1/0");
	fx_script_lose();
	rig_settle(&b->r);
	assert_string_equal(all(b), "modem_powered_off:1/0");
	fx_script_back();
	rig_settle(&b->r);
	assert_string_equal(all(b), "modem_powered_on:1/0");
	fx_service_ended(b->s);
	assert_int_equal(rig_send(&b->r, "200", 1), 1);
	assert_string_equal(all(b), "faxsvc_ended:0/0"); /* and nothing after it */
}

static void begin(struct bench *b)
{
	rig_settle(&b->r);
	(void)all(b);
}

static void sent(void **state)
{
	struct bench *b = *state;

	begin(b);
	assert_int_equal(rig_send(&b->r, "200", 3), 1);
	rig_run(&b->r, 300);
	assert_string_equal(all(b), "job_queued:0/1 initializing:1/1 dialing:1/1 sending:1/1 "
				    "sending:1/1 sending:1/1 completed:1/1 deleted:1/1 idle:1/0");
}

static void busy_then_gave_up(void **state)
{
	struct bench *b = *state;
	struct fx_script_step busy = {.outcome = FX_OUTCOME_BUSY, .not_answered = true};

	begin(b);
	fx_script_set("200", &busy, 1);
	assert_int_equal(rig_send(&b->r, "200", 1), 1);
	rig_run(&b->r, 60);
	assert_string_equal(all(b),
			    "job_queued:0/1 initializing:1/1 dialing:1/1 busy:1/1 idle:1/0");
	rig_run(&b->r, 700);
	assert_string_equal(all(b), "initializing:1/1 dialing:1/1 busy:1/1 idle:1/0");
	rig_run(&b->r, 86400);
	assert_int_equal(rig_state(&b->r, 1), FX_JOB_RETRIES_EXCEEDED);
	assert_string_equal(all(b), "");
	/* removed by hand: it was not under way any more */
	assert_int_equal(rig_command(&b->r, 1, FX_JC_DELETE), 0);
	rig_settle(&b->r);
	assert_string_equal(all(b), "deleted:1/1");
}

/* What a script can end with, and the event of each. */
static void ends(void **state)
{
	static const struct {
		enum fx_outcome outcome;
		const char *event;
	} table[] = {
		{FX_OUTCOME_NO_ANSWER, "no_answer"},
		{FX_OUTCOME_BAD_NUMBER, "bad_address"},
		{FX_OUTCOME_NO_DIALTONE, "no_dial_tone"},
		{FX_OUTCOME_LINE_UNAVAILABLE, "line_unavailable"},
		{FX_OUTCOME_DISCONNECTED, "disconnected"},
		{FX_OUTCOME_PROTOCOL, "fatal_error"},
		{FX_OUTCOME_NOT_FAX, "not_fax_call"},
		{FX_OUTCOME_BLACKLISTED, "call_blacklisted"},
		{FX_OUTCOME_HOST_LOST, "disconnected"},
	};
	struct bench *b = *state;

	begin(b);
	for (uint32_t i = 0; i < FX_ARRAY_LEN(table); i++) {
		struct fx_script_step step = {.outcome = table[i].outcome, .not_answered = true};
		fx_auto char *number = fx_asprintf("3%u", i);
		fx_auto char *want = fx_asprintf("job_queued:0/%u initializing:1/%u dialing:1/%u "
						 "%s:1/%u idle:1/0", i + 1, i + 1, i + 1,
						 table[i].event, i + 1);

		fx_script_set(number, &step, 1);
		assert_int_equal(rig_send(&b->r, number, 1), i + 1);
		rig_run(&b->r, 4);
		assert_int_equal(strncmp(all(b), want, strlen(want)), 0);
		(void)rig_command(&b->r, i + 1, FX_JC_DELETE); /* a retry of it would disturb */
		rig_run(&b->r, 10);
		(void)all(b);
	}
}

static void received(void **state)
{
	struct bench *b = *state;

	begin(b);
	fx_script_incoming("1", "555", 2, FX_OUTCOME_SUCCESS);
	rig_run(&b->r, 60);
	assert_string_equal(all(b), "ringing:1/0 answered:1/1 receiving:1/1 receiving:1/1 "
				    "completed:1/1 routing:1/1 deleted:1/1 idle:1/0");
}

static void cancelled(void **state)
{
	struct bench *b = *state;

	begin(b);
	assert_int_equal(rig_send(&b->r, "200", 3), 1);
	rig_run(&b->r, 10);
	(void)all(b);
	assert_int_equal(rig_command(&b->r, 1, FX_JC_DELETE), 0);
	rig_run(&b->r, 10);
	assert_string_equal(all(b), "aborting:1/1 deleted:1/1 idle:1/0");
	/* one that waits: no port */
	assert_int_equal(rig_send(&b->r, "200", 9), 2);
	rig_run(&b->r, 1);
	assert_int_equal(rig_send(&b->r, "201", 1), 3);
	(void)all(b);
	assert_int_equal(rig_command(&b->r, 3, FX_JC_DELETE), 0);
	rig_settle(&b->r);
	assert_string_equal(all(b), "aborting:0/3 deleted:0/3");
}

/* A port that is taken for the next call while its last one is still on show. */
static void next_call_at_once(void **state)
{
	struct bench *b = *state;
	struct fx_script_step busy = {.outcome = FX_OUTCOME_BUSY, .not_answered = true};

	begin(b);
	fx_script_set("200", &busy, 1);
	assert_int_equal(rig_send(&b->r, "200", 1), 1);
	assert_int_equal(rig_send(&b->r, "201", 1), 2);
	rig_run(&b->r, 3);
	assert_string_equal(all(b), "job_queued:0/1 job_queued:0/2 initializing:1/1 dialing:1/1 "
				    "busy:1/1 idle:1/0 initializing:1/2 dialing:1/2 sending:1/2");
}

/* Several jobs in one call: each has its own sequence, the port one end. */
static void joined(void **state)
{
	struct bench *b = *state;
	struct fx_config config;

	begin(b);
	assert_int_equal(fx_config_copy(&config, fx_queue_config(b->r.queue)), 0);
	config.join_jobs = config.pause_queue = true;
	fx_queue_set_config(b->r.queue, &config);
	assert_int_equal(rig_send(&b->r, "200", 2), 1);
	assert_int_equal(rig_send(&b->r, "200", 1), 2);
	rig_settle(&b->r);
	(void)all(b);
	config.pause_queue = false;
	fx_queue_set_config(b->r.queue, &config);
	fx_config_fini(&config);
	rig_run(&b->r, 300);
	assert_string_equal(all(b),
			    "initializing:1/1 initializing:1/2 dialing:1/1 dialing:1/2 "
			    "sending:1/1 sending:1/1 sending:1/2 completed:1/1 completed:1/2 "
			    "deleted:1/1 deleted:1/2 idle:1/0");
}

/* Own faxes for their owner, those of others with JOB_QUERY or, on a port, PORT_QUERY. */
static void rights(void **state)
{
	struct bench *b = *state;
	struct fx_caller alice = caller(1000, FX_RIGHT_JOB_SUBMIT),
			 bob = caller(1001, FX_RIGHT_JOB_SUBMIT),
			 clerk = caller(1002, FX_RIGHT_JOB_QUERY),
			 porter = caller(1003, FX_RIGHT_PORT_QUERY), nobody = caller(1000, 0);
	struct fx_job j;
	uint64_t since, at;

	begin(b);
	since = at = b->since;
	j = rig_job(&b->r, "200", 1);
	j.uid = 1000;
	assert_int_equal(rig_submit(&b->r, &j), 1);
	rig_run(&b->r, 60);
	fx_script_incoming("1", "555", 1, FX_OUTCOME_SUCCESS);
	rig_run(&b->r, 60);
	assert_string_equal(heard(b, &alice, &at),
			    "job_queued:0/1 initializing:1/1 dialing:1/1 sending:1/1 "
			    "completed:1/1 deleted:1/1 idle:1/0");
	at = since;
	assert_string_equal(heard(b, &bob, &at), "");
	at = since;
	assert_string_equal(heard(b, &clerk, &at),
			    "job_queued:0/1 initializing:1/1 dialing:1/1 sending:1/1 "
			    "completed:1/1 deleted:1/1 answered:1/2 receiving:1/2 completed:1/2 "
			    "routing:1/2 deleted:1/2");
	at = since;
	assert_string_equal(heard(b, &porter, &at),
			    "initializing:1/1 dialing:1/1 sending:1/1 completed:1/1 deleted:1/1 "
			    "idle:1/0 ringing:1/0 answered:1/2 receiving:1/2 completed:1/2 "
			    "routing:1/2 deleted:1/2 idle:1/0");
	at = since;
	assert_string_equal(heard(b, &nobody, &at), "");
	/* the parent of a broadcast has its sender's */
	fx_service_on_job(b->s, &(struct fx_job){.id = 9, .client_id = 9, .uid = 1000,
						 .type = FX_JT_BROADCAST}, true);
	at = fx_event_log_next(b->log) - 2;
	assert_string_equal(heard(b, &alice, &at), "deleted:0/9");
	fx_service_ended(b->s);
	at = fx_event_log_next(b->log) - 1;
	assert_string_equal(heard(b, &bob, &at), "faxsvc_ended:0/0");
}

/* A joined call that is cut: what was confirmed is completed, what was not has the call's end. */
static void joined_and_cut(void **state)
{
	const struct fx_script_step cut = {.outcome = FX_OUTCOME_DISCONNECTED, .pages = 2};
	struct bench *b = *state;
	struct fx_config config;

	begin(b);
	assert_int_equal(fx_config_copy(&config, fx_queue_config(b->r.queue)), 0);
	config.pause_queue = true;
	fx_queue_set_config(b->r.queue, &config);
	fx_script_set("200", &cut, 1);
	assert_int_equal(rig_send(&b->r, "200", 2), 1);
	assert_int_equal(rig_send(&b->r, "200", 1), 2);
	rig_settle(&b->r);
	(void)all(b);
	config.pause_queue = false;
	fx_queue_set_config(b->r.queue, &config);
	fx_config_fini(&config);
	rig_run(&b->r, 63);
	assert_string_equal(all(b), "initializing:1/1 initializing:1/2 dialing:1/1 dialing:1/2 "
				    "sending:1/1 sending:1/1 sending:1/2 completed:1/1 "
				    "disconnected:1/2 deleted:1/1 idle:1/0 initializing:1/2 "
				    "dialing:1/2"); /* at once, once */
}

/* What a restart finds was told when it came; its end is told. */
static void after_restart(void **state)
{
	struct bench *b = *state;

	begin(b);
	assert_int_equal(rig_send(&b->r, "200", 1), 1);
	assert_string_equal(all(b), "job_queued:0/1");
	rig_crash(&b->r);
	b->s->ports = b->r.ports;
	b->s->queue = b->r.queue;
	b->s->route = b->r.route;
	b->s->journal = fx_queue_journal(b->r.queue);
	rig_run(&b->r, 60);
	assert_string_equal(all(b), "modem_powered_on:1/0 initializing:1/1 dialing:1/1 sending:1/1 "
				    "completed:1/1 deleted:1/1 idle:1/0");
}

struct counter {
	struct bench *b;
	struct fx_event_watch w;
	unsigned calls;
};

static void on_watch(void *arg)
{
	struct counter *c = arg;

	c->calls++;
	if (c->calls == 1) {
		fx_event_log_watch(c->b->log, &c->w);
	}
}

static void ring(void **state)
{
	struct bench *b = *state;
	struct fx_fax_event e = {.fei = FX_FEI_SENDING, .device_id = 1, .uid = FX_UID_NONE};
	struct fx_event_query q = {&b->root, 1u << FX_EVENT_FAX, 0};
	struct counter c = {.b = b}, gone = {.b = b};
	struct fx_event v[2];
	uint64_t since, first;
	bool lost;
	int64_t live;

	begin(b);
	first = since = b->since;
	c.w = (struct fx_event_watch){.fn = on_watch, .arg = &c};
	gone.w = (struct fx_event_watch){.fn = on_watch, .arg = &gone};
	fx_event_log_watch(b->log, &c.w);
	fx_event_log_watch(b->log, &gone.w);
	fx_event_log_unwatch(&gone.w);
	fx_event_log_unwatch(&gone.w);
	live = fx_mem_live();
	for (uint32_t i = 0; i < FX_EVENTS_KEPT; i++) {
		e.device_id = i + 1;
		fx_service_on_fax_event(b->s, &e);
	}
	assert_int_equal(fx_mem_live(), live); /* readers that do not read cost nothing */
	rig_settle(&b->r);
	assert_int_equal(c.calls, 1); /* once for the whole burst */
	assert_int_equal(gone.calls, 0);
	/* nothing is lost within the ring */
	for (uint32_t i = 0; i < FX_EVENTS_KEPT; i += 2) {
		assert_int_equal(fx_event_log_read(b->log, &q, &since, v, 2, &lost), 2);
		assert_false(lost);
		assert_int_equal(v[0].device_id, i + 1);
		assert_int_equal(v[1].device_id, i + 2);
	}
	assert_int_equal(fx_event_log_read(b->log, &q, &since, v, 2, &lost), 0);
	/* and past it the reader is told, once */
	fx_service_on_fax_event(b->s, &e);
	assert_int_equal(fx_event_log_read(b->log, &q, &first, v, 2, &lost), 2);
	assert_true(lost);
	assert_int_equal(v[0].device_id, 2);
	assert_int_equal(fx_event_log_read(b->log, &q, &first, v, 2, &lost), 2);
	assert_false(lost);
	rig_settle(&b->r);
	assert_int_equal(c.calls, 2);
	/* a number of another log */
	first = fx_event_log_next(b->log) + 5;
	assert_int_equal(fx_event_log_read(b->log, &q, &first, v, 2, &lost), 0);
	assert_true(lost);
	assert_int_equal(first, fx_event_log_next(b->log));
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(service_and_lines), T(sent), T(busy_then_gave_up), T(ends), T(received),
		T(cancelled), T(next_call_at_once), T(joined), T(joined_and_cut), T(rights),
		T(after_restart),
		T(ring),
		cmocka_unit_test_setup_teardown(sent, setup_two, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
