/* SPDX-License-Identifier: Apache-2.0 */
/* Each fault of the exchange does what its name says. All on the virtual clock. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "providers/loop/settings.h"
#include "tests/conformance/provider_rig.h"

static int open_loop(struct rig *r, const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	(void)r;
	return fx_loop_provider_ops.open(env, ret, reterr);
}
static const struct rig_impl impl = {"loop", false, open_loop};

/* One call from line 1 to `number`; the rig stays for questions. */
static struct rig *call(const char *settings, const char *number, uint32_t pages,
			struct rig_call **out)
{
	struct rig *r = rig_new(&impl, settings, 2);

	assert_int_equal(rig_dial_pages(r, "1", number, pages, out), 0);
	rig_wait_end(r, 1);
	if (rig_incoming(r)) {
		rig_wait_end(r, 2);
	}
	return r;
}

static void ends(const char *settings, const char *number, enum fx_outcome want)
{
	struct rig_call *out;
	struct rig *r = call(settings, number, 1, &out);

	if (out->result.outcome != want) {
		fail_msg("%s: %s: %s", number, fx_outcome_str(out->result.outcome),
			 out->result.words);
	}
	rig_free(r);
}

static void arrives(const char *settings, const char *number)
{
	struct rig_call *out;
	struct rig *r = call(settings, number, 2, &out);

	if (out->result.outcome != FX_OUTCOME_SUCCESS) {
		fail_msg("%s: %s", number, out->result.words);
	}
	rig_same_pages(out->rx_fd, rig_incoming(r)->rx_fd, 2);
	rig_free(r);
}

static void clean_lines_carry_pages(void **state)
{
	(void)state;
	arrives("", "102");
	arrives("", "102;codec=ulaw");
	arrives("codec = linear\n", "102");
	arrives("transport = t38\n", "102");
	arrives("", "102;transport=t38;t38_pacing=unpaced");
}

static void delay_is_borne(void **state)
{
	(void)state;
	arrives("", "102;delay_ms=300");
	arrives("transport = t38\n", "102;delay_ms=300");
	arrives("transport = t38\nt38_pacing = unpaced\n", "102;delay_ms=50");
}

static void signalling_faults(void **state)
{
	(void)state;
	ends("", "102;busy", FX_OUTCOME_BUSY);
	ends("fault.102 = busy\n", "102", FX_OUTCOME_BUSY);
	ends("fault.102 = busy\n", "102;busy=no", FX_OUTCOME_SUCCESS);
	ends("", "102;no_answer", FX_OUTCOME_NO_ANSWER);
	ends("fault.555 = no_answer\n", "(0) 5-55", FX_OUTCOME_BAD_NUMBER);
	ends("fault.0555 = no_answer\n", "(0) 5-55", FX_OUTCOME_NO_ANSWER);
	ends("", "102;busy=maybe", FX_OUTCOME_BAD_NUMBER);
	ends("", "102;t38=1", FX_OUTCOME_BAD_NUMBER); /* two options begin so */
}

static void who_is_no_fax_is_known_as_such(void **state)
{
	(void)state;
	ends("", "102;person", FX_OUTCOME_NOT_FAX);
	ends("", "102;silence", FX_OUTCOME_NOT_FAX);
}

/* So that a port is seen ringing. */
static void a_line_knows_of_a_call_before_it_rings(void **state)
{
	struct rig_call *out;
	struct rig *r;

	(void)state;
	r = call("ring_delay_ms = 1000\n", "102;transport=t38", 1, &out);
	assert_int_equal(rig_incoming(r)->came_us, 500 * FX_MS);
	assert_int_equal(rig_incoming(r)->rang_us, FX_SECOND);
	assert_true(out->result.answered_us >= FX_SECOND);
	rig_free(r);
	r = call("ring_delay_ms = 0\n", "102;transport=t38", 1, &out);
	assert_int_equal(rig_incoming(r)->rang_us, rig_incoming(r)->came_us);
	rig_free(r);
}

static void a_late_answer_comes_late(void **state)
{
	struct rig_call *out;
	struct rig *r;

	(void)state;
	r = call("", "102;answer_after_s=20", 1, &out);
	assert_int_equal(out->result.outcome, FX_OUTCOME_SUCCESS);
	assert_true(out->result.answered_us >= 21 * FX_SECOND &&
		    out->result.answered_us < 22 * FX_SECOND);
	rig_free(r);
	ends("", "102;answer_after_s=70", FX_OUTCOME_NO_ANSWER);
}

static void a_cut_ends_both_sides(void **state)
{
	static const char *const lines[] = {"102;cut_after_s=16",
					    "102;cut_after_s=16;transport=t38"};
	struct rig_call *out;
	size_t i;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(lines); i++) {
		struct rig *r = call("", lines[i], 20, &out);

		assert_int_equal(out->result.outcome, FX_OUTCOME_DISCONNECTED);
		assert_int_not_equal(rig_incoming(r)->result.outcome, FX_OUTCOME_SUCCESS);
		assert_true(out->result.ended_us - out->result.answered_us < 17 * FX_SECOND);
		rig_free(r);
	}
}

static void packets_lost_late_and_twice_are_repaired(void **state)
{
	(void)state;
	arrives("transport = t38\n", "102;loss_percent=10");
	arrives("transport = t38\n", "102;jitter_ms=60");
	arrives("transport = t38\n", "102;reorder_percent=10");
	arrives("transport = t38\n", "102;duplicate_percent=30");
	arrives("transport = t38\n",
		"102;loss=3;reorder=3;duplicate=3;jitter=30;seed=9");
	arrives("", "102;loss_percent=0.05");
	/* Neither hears the other; the called side gives up first. */
	ends("transport = t38\n", "102;loss_percent=100", FX_OUTCOME_DISCONNECTED);
}

static void noise_and_level(void **state)
{
	struct rig_call *out;
	struct rig *r;

	(void)state;
	arrives("", "102;attenuation_db=20");
	arrives("", "102;noise_dbm0=-50");
	r = call("", "102;noise_dbm0=-12", 1, &out); /* louder than the fax */
	assert_int_not_equal(out->result.outcome, FX_OUTCOME_SUCCESS);
	rig_free(r);
}

static void wrong_bits_cost_retries_but_no_pixels(void **state)
{
	struct rig_call *out;
	struct rig *r;

	(void)state;
	r = call("", "102;bit_error_rate=0.00001", 2, &out);
	assert_int_equal(out->result.outcome, FX_OUTCOME_SUCCESS);
	rig_same_pages(out->rx_fd, rig_incoming(r)->rx_fd, 2);
	rig_free(r);
	r = call("transport = t38\n", "102;bit_error_rate=0.02", 2, &out);
	assert_int_not_equal(out->result.outcome, FX_OUTCOME_SUCCESS);
	rig_free(r);
}

static void the_same_seed_gives_the_same_call(void **state)
{
	struct rig_call *a, *b, *c;
	const char *n = "102;transport=t38;loss_percent=25;seed=5";
	struct rig *ra, *rb, *rc;

	(void)state;
	ra = call("", n, 2, &a);
	rb = call("", n, 2, &b);
	rc = call("", "102;transport=t38;loss_percent=25;seed=6", 2, &c);
	assert_int_equal(a->result.ended_us, b->result.ended_us);
	assert_int_equal(a->n_states, b->n_states);
	assert_int_not_equal(a->result.ended_us, c->result.ended_us);
	rig_free(ra);
	rig_free(rb);
	rig_free(rc);
}

static void a_busy_line_and_the_next_one(void **state)
{
	struct rig *r = rig_new(&impl, "ports = 3\ntransport = t38\n", 3);
	struct rig_call *a, *b;

	(void)state;
	assert_int_equal(rig_dial(r, "1", "102", 0, &a), 0);
	assert_int_equal(rig_dial(r, "3", "102", 0, &b), 0);
	rig_wait_end(r, 3);
	assert_int_equal(b->result.outcome, FX_OUTCOME_BUSY);
	assert_int_equal(a->result.outcome, FX_OUTCOME_SUCCESS);
	rig_free(r);
}

static void the_session_log_tells_the_call(void **state)
{
	struct rig *r = rig_new(&impl, "", 2);
	struct fx_dial d = {.number = "102", .ecm = true, .n_docs = 1};
	fx_auto char *path = fx_asprintf("%s/log", r->dir);
	struct fx_buf log = {0};

	(void)state;
	d.log_fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
	d.docs[0].fd = rig_document(r, 1);
	d.docs[0].pages = 1;
	r->calls[r->n_calls++] = (struct rig_call){.id = 1, .rx_fd = d.docs[0].fd};
	assert_int_equal(r->p->ops->dial(r->p, "1", 1, &d), 0);
	(void)close(d.log_fd);
	rig_wait_end(r, 2);
	fx_test_read_file(path, &log);
	fx_buf_u8(&log, 0);
	assert_non_null(strstr((char *)log.data, " 0.000 - dial 102 on Loop 1\n"));
	assert_non_null(strstr((char *)log.data, " 1.000 - ring 1\n"));
	assert_non_null(strstr((char *)log.data, "- answered"));
	assert_non_null(strstr((char *)log.data, "DCS"));
	assert_non_null(strstr((char *)log.data, "= call ended: success"));
	fx_buf_fini(&log);
	rig_free(r);
}

static void refused(const char *text, const char *words)
{
	struct fx_loop_settings s;
	struct fx_reason why = {{0}};

	assert_int_equal(fx_loop_settings_parse(&s, text, &why), FX_EINVAL);
	if (!strstr(why.text, words)) {
		fail_msg("'%s' lacks '%s'", why.text, words);
	}
	fx_loop_settings_fini(&s);
}

static void settings_are_checked_by_line(void **state)
{
	struct fx_loop_settings s;

	(void)state;
	refused("ports = 2\nbell = 3\n", "line 2: there is no setting 'bell'");
	refused("ports = -1\n", "line 1: ports is '-1', but must be a number from 0 to 10000");
	refused("\n\ncodec = mp3\n", "line 3: codec is 'mp3', but must be one of alaw|ulaw|linear");
	refused("noise_dbm0 = nan\n", "noise_dbm0");
	refused("loss_percent = 101\n", "loss_percent");
	refused("fault.102 = explode\n", "a call has no option 'explode'");
	refused("fault.102 = ports=2\n", "a call has no option 'ports'");
	refused("socket.x = relative\n", "absolute path");
	refused("first_number = 10a\n", "must be digits");
	refused("ports\n", "is not 'key = value'");
	assert_int_equal(fx_loop_settings_parse(&s,
						"# a comment\n; another\nports = 3\r\n"
						"name = Line\nloss_percent = 0.5\n"
						"fault.103 = busy; seed=4\nsocket.a = /tmp/x\n",
						NULL), 0);
	assert_int_equal(s.ports, 3);
	assert_string_equal(s.name, "Line");
	assert_true(s.call.loss_percent > 0.49 && s.call.loss_percent < 0.51);
	assert_string_equal(fx_loop_fault_of(&s, "103"), "busy; seed=4");
	assert_null(fx_loop_fault_of(&s, "104"));
	assert_int_equal(s.n_sockets, 1);
	fx_loop_settings_fini(&s);
}

static int oom_settings(void *arg)
{
	struct fx_loop_settings s;
	int err = fx_loop_settings_parse(&s, "fault.1 = busy\nsocket.a = /x\n", NULL);

	(void)arg;
	fx_loop_settings_fini(&s);
	return err;
}

static void no_memory_leaks_nothing(void **state)
{
	(void)state;
	fx_test_oom_sweep(oom_settings, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_lines_carry_pages),
		cmocka_unit_test(delay_is_borne),
		cmocka_unit_test(signalling_faults),
		cmocka_unit_test(who_is_no_fax_is_known_as_such),
		cmocka_unit_test(a_line_knows_of_a_call_before_it_rings),
		cmocka_unit_test(a_late_answer_comes_late),
		cmocka_unit_test(a_cut_ends_both_sides),
		cmocka_unit_test(packets_lost_late_and_twice_are_repaired),
		cmocka_unit_test(noise_and_level),
		cmocka_unit_test(wrong_bits_cost_retries_but_no_pixels),
		cmocka_unit_test(the_same_seed_gives_the_same_call),
		cmocka_unit_test(a_busy_line_and_the_next_one),
		cmocka_unit_test(the_session_log_tells_the_call),
		cmocka_unit_test(settings_are_checked_by_line),
		cmocka_unit_test(no_memory_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
