/* SPDX-License-Identifier: Apache-2.0 */
/* Whole calls between two SIP providers over loopback: real sockets, real time, T.38 unpaced
 * between our own ends so that it is short. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "tests/sip/pair.h"

#define FAST "t38_pacing = unpaced\n"
#define IMAGE FAST "policy = t38\n"

static void both_well(struct pair *p, struct pair_call *out, struct pair_call *in, uint32_t pages)
{
	if (out->res.outcome != FX_OUTCOME_SUCCESS || in->res.outcome != FX_OUTCOME_SUCCESS) {
		pair_show(out);
		pair_show(in);
	}
	assert_int_equal(out->res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(in->res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(out->res.pages_confirmed, pages);
	assert_int_equal(in->pages, pages);
	for (uint32_t i = 0; i < pages; i++) {
		assert_same_page_fd(p->doc, i % p->doc_pages, in->rx_fd, i);
	}
	assert_true(out->res.answered_us >= 0 && out->res.ended_us > out->res.answered_us);
}

/* A call from a to b, to its end. */
static void call(struct pair *p, struct pair_call **out, struct pair_call **in)
{
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, out), 0);
	pair_wait(p, p->a.ended + p->b.ended + 2);
	*in = pair_incoming(&p->b);
	assert_non_null(*in);
}

static void direct_image(void **state)
{
	struct pair *p = pair_new(IMAGE, IMAGE);
	struct pair_call *out, *in;

	(void)state;
	assert_string_equal(p->a.lines[0].line, "far/1");
	assert_string_equal(p->a.lines[0].number, "+49301");
	call(p, &out, &in);
	both_well(p, out, in, 2);
	assert_string_equal(in->called, "+49302");
	assert_string_equal(in->caller_id, "+49301");
	assert_string_equal(in->line, "far/1");
	assert_int_equal(out->res.transport, FX_TRANSPORT_T38);
	assert_string_equal(out->res.remote_id, "+49 30 2");
	assert_int_equal(in->rings, 1);
	assert_true(pair_logged(out, "INVITE, T.38"));
	assert_true(pair_logged(in, "- T.38:"));
	(void)pair_free(p);
}

/* The whole way of most calls: audio, then the called side asks for T.38. */
static void t38_first(void **state)
{
	struct pair *p = pair_new(FAST, FAST);
	struct pair_call *out, *in;

	(void)state;
	call(p, &out, &in);
	both_well(p, out, in, 2);
	assert_int_equal(out->res.transport, FX_TRANSPORT_T38);
	assert_true(out->t38_seen && in->t38_seen);
	assert_int_equal(out->st[0].state, FX_PORT_DIALING);
	assert_int_equal(out->st[out->n_st - 1].state, FX_PORT_COMPLETED);
	assert_int_equal(in->st[0].state, FX_PORT_ANSWERED);
	assert_true(pair_logged(in, "> re-INVITE: T.38"));
	assert_true(pair_logged(out, "switching to T.38"));
	(void)pair_free(p);
}

/* The caller asks, because the called side never does. */
static void t38_by_the_caller(void **state)
{
	struct pair *p = pair_new(FAST, FAST "policy = g711-first\n");
	struct pair_call *out, *in;

	(void)state;
	call(p, &out, &in);
	both_well(p, out, in, 2);
	assert_int_equal(out->res.transport, FX_TRANSPORT_T38);
	assert_true(pair_logged(out, "heard: V.21"));
	assert_true(pair_logged(out, "> re-INVITE: T.38"));
	assert_false(pair_logged(in, "> re-INVITE: T.38"));
	(void)pair_free(p);
}

static bool page_sent(void *arg)
{
	const struct pair_call *c = arg;

	return c->n_st && c->st[c->n_st - 1].page == 1 && c->st[c->n_st - 1].page_bytes > 0;
}

/* 488 leaves the audio alone: the fax goes on, T.30 is not begun anew. */
static void t38_refused(void **state)
{
	struct pair *p = pair_new(FAST "policy = g711\n", FAST);
	struct pair_call *out, *in;

	(void)state;
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, &out), 0);
	if (!pair_until(p, page_sent, out)) {
		pair_show(out);
		fail_msg("no page");
	}
	in = pair_incoming(&p->b);
	assert_int_equal(out->st[out->n_st - 1].transport, FX_TRANSPORT_AUDIO);
	assert_true(pair_logged(in, "< T.38 refused (488"));
	assert_true(pair_logged(out, "> 488"));
	assert_false(pair_logged(in, "switching to T.38\n-"));
	/* and a hang-up in the middle of the page ends both */
	assert_int_equal(p->a.p->ops->hangup(p->a.p, out->id), 0);
	pair_wait(p, 2);
	assert_int_equal(out->res.outcome, FX_OUTCOME_CANCELLED);
	assert_int_not_equal(in->res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(out->st[out->n_st - 1].state, FX_PORT_ABORTING);
	assert_true(out->res.answered_us > 0);
	(void)pair_free(p);
}

/* G.711 to the last page; digits for the switchboard before it, as tones and as events. */
static void audio_alone(void **state)
{
	struct pair *p = pair_new("policy = g711\ndtmf_pause_ms = 100\n", "policy = g711\n");
	struct pair_call *out, *in;

	(void)state;
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302,12#", 1, &out), 0);
	pair_wait(p, 2);
	in = pair_incoming(&p->b);
	both_well(p, out, in, 2);
	assert_int_equal(out->res.transport, FX_TRANSPORT_AUDIO);
	assert_string_equal(in->called, "+49302");
	assert_true(pair_logged(in, "- RTP:"));
	assert_false(pair_logged(out, "re-INVITE"));
	(void)pair_free(p);
}

/* Both ask at the same moment. */
static void glare(void **state)
{
	struct pair *p;
	struct pair_call *out, *in;
	uint32_t ced = fx_sip_tuning.ced_ms;

	(void)state;
	fx_sip_tuning.ced_ms = 2990; /* when the flags that the caller goes by are heard */
	p = pair_new(FAST "t38_from_caller_s = 0\n", FAST "t38_from_caller_s = 0\n");
	call(p, &out, &in);
	both_well(p, out, in, 2);
	assert_int_equal(out->res.transport, FX_TRANSPORT_T38);
	fx_sip_tuning.ced_ms = ced;
	(void)pair_free(p);
}

/* Three documents in one call. */
static void joined_documents(void **state)
{
	struct pair *p = pair_new(IMAGE, IMAGE);
	struct pair_call *out, *in;

	(void)state;
	assert_int_equal(pair_dial(&p->a, "far/2", "+49302", 3, &out), 0);
	pair_wait(p, 2);
	in = pair_incoming(&p->b);
	both_well(p, out, in, 6);
	(void)pair_free(p);
}

static bool rings(void *arg)
{
	const struct pair_call *in = pair_incoming(arg);

	return in && in->rings >= 2;
}

static void cancel_while_it_rings(void **state)
{
	struct pair *p = pair_new(FAST, FAST);
	struct pair_call *out;

	(void)state;
	p->b.no_answer = true;
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, &out), 0);
	assert_true(pair_until(p, rings, &p->b));
	assert_int_equal(p->a.p->ops->hangup(p->a.p, out->id), 0);
	pair_wait(p, 2);
	assert_int_equal(out->res.outcome, FX_OUTCOME_CANCELLED);
	assert_int_equal(out->res.answered_us, -1);
	assert_int_equal(pair_incoming(&p->b)->res.outcome, FX_OUTCOME_DISCONNECTED);
	assert_int_equal(p->a.p->ops->hangup(p->a.p, out->id), FX_ENOENT);
	(void)pair_free(p);
}

static void nobody_answers(void **state)
{
	struct pair *p = pair_new(FAST, FAST);
	struct pair_call *out;

	(void)state;
	p->b.no_answer = true;
	p->a.answer_timeout_s = 1;
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, &out), 0);
	pair_wait(p, 2);
	assert_int_equal(out->res.outcome, FX_OUTCOME_NO_ANSWER);
	assert_int_equal(out->res.answered_us, -1);
	(void)pair_free(p);
}

/* The called ports are taken: 486. Refused before it rings: the next port is asked. */
static void busy_ports(void **state)
{
	struct pair *p = pair_new(FAST, FAST "ports = 2\n");
	struct pair_call *c[3], *more;

	(void)state;
	p->b.no_answer = true;
	for (int i = 0; i < 3; i++) {
		const char *lines[] = {"far/1", "far/2", "far/3"};

		assert_int_equal(pair_dial(&p->a, lines[i], "+49302", 1, &c[i]), 0);
	}
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, &more), FX_EBUSY);
	assert_int_equal(pair_dial(&p->a, "far/9", "+49302", 1, &more), FX_ENODEV);
	pair_wait(p, 1);
	assert_int_equal(c[0]->res.outcome == FX_OUTCOME_BUSY ||
			 c[1]->res.outcome == FX_OUTCOME_BUSY ||
			 c[2]->res.outcome == FX_OUTCOME_BUSY, 1);
	p->a.p->ops->hangup(p->a.p, c[0]->id);
	p->a.p->ops->hangup(p->a.p, c[1]->id);
	p->a.p->ops->hangup(p->a.p, c[2]->id);
	pair_wait(p, 5);
	(void)pair_free(p);
}

static void a_port_that_does_not_receive(void **state)
{
	struct pair *p = pair_new(IMAGE, IMAGE "ports = 2\n");
	struct pair_call *out;

	(void)state;
	p->b.reject = true;
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, &out), 0);
	pair_wait(p, 3);
	assert_int_equal(out->res.outcome, FX_OUTCOME_BUSY);
	assert_int_equal(p->b.n_calls, 2);
	assert_string_equal(p->b.calls[0].line, "far/1");
	assert_string_equal(p->b.calls[1].line, "far/2");
	assert_int_equal(p->b.calls[1].res.outcome, FX_OUTCOME_CANCELLED);
	assert_int_equal(p->b.calls[1].rings, 0);
	(void)pair_free(p);
}

/* The other program ends without a word in the middle of a page. */
static void the_far_end_vanishes(void **state)
{
	struct pair *p = pair_new("policy = t38\n", "policy = t38\n"); /* at a modem's pace */
	struct pair_call *out;

	(void)state;
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, &out), 0);
	if (!pair_until(p, page_sent, out)) {
		pair_show(out);
		fail_msg("no page");
	}
	pair_close(&p->b); /* says BYE */
	pair_wait(p, 1);
	assert_int_not_equal(out->res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(out->res.pages_confirmed, 0);
	assert_true(pair_logged(out, "ended by the far end"));
	assert_non_null(strstr(out->res.words, "hung up"));
	(void)pair_free(p);
}

/* One end takes T.38 alone, the other audio alone: they cannot meet, and are told so at once. */
static void nothing_in_common(void **state)
{
	struct pair *p = pair_new("policy = t38\n", "policy = g711\n");
	struct pair_call *out;

	(void)state;
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, &out), 0);
	pair_wait(p, 1);
	assert_int_equal(p->b.n_calls, 0);
	assert_int_equal(out->res.answered_us, -1);
	assert_int_not_equal(out->res.outcome, FX_OUTCOME_SUCCESS);
	(void)pair_free(p);
}

/* A call whose media failed makes the next one more careful, also after a restart. */
static void a_failure_is_remembered(void **state)
{
	struct pair *p = pair_new(IMAGE, IMAGE);
	struct pair_call *out, *in;

	(void)state;
	p->b.nack = true;
	call(p, &out, &in);
	assert_int_not_equal(out->res.outcome, FX_OUTCOME_SUCCESS);
	assert_int_equal(in->res.outcome, FX_OUTCOME_STORAGE);
	assert_false(pair_logged(out, "earlier calls failed"));
	pair_close(&p->a); /* writes what it knows */
	pair_reopen(&p->a, IMAGE);
	p->b.nack = false;
	call(p, &out, &in);
	both_well(p, out, in, 2);
	assert_true(pair_logged(out, "up to 9600 bit/s, ECM (policy T.38 only; earlier"));
	assert_true(out->res.rate_bps <= 9600);
	(void)pair_free(p);
}

static bool rings_once(void *arg)
{
	const struct pair_call *in = pair_incoming(arg);

	return in && in->rings;
}

static void close_in_the_middle(void **state)
{
	struct pair *p = pair_new(IMAGE, IMAGE);
	struct pair_call *out;

	(void)state;
	p->b.no_ack = true;
	assert_int_equal(pair_dial(&p->a, "far/1", "+49302", 1, &out), 0);
	assert_int_equal(pair_dial(&p->a, "far/2", "+49302", 1, &out), 0);
	assert_true(pair_until(p, rings_once, &p->b));
	(void)pair_free(p);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest quick[] = {
		cmocka_unit_test(direct_image),
		cmocka_unit_test(t38_first),
		cmocka_unit_test(joined_documents),
		cmocka_unit_test(cancel_while_it_rings),
		cmocka_unit_test(nobody_answers),
		cmocka_unit_test(busy_ports),
		cmocka_unit_test(a_port_that_does_not_receive),
		cmocka_unit_test(nothing_in_common),
		cmocka_unit_test(a_failure_is_remembered),
		cmocka_unit_test(close_in_the_middle),
	};
	const struct CMUnitTest paced[] = {
		cmocka_unit_test(audio_alone),
		cmocka_unit_test(t38_by_the_caller),
		cmocka_unit_test(t38_refused),
		cmocka_unit_test(glare),
		cmocka_unit_test(the_far_end_vanishes),
	};

	(void)argv;
	fx_sip_tuning.ring_ms = 200;
	fx_sip_tuning.bye_ms = 500;
	return argc > 1 ? cmocka_run_group_tests(paced, NULL, NULL) :
			  cmocka_run_group_tests(quick, NULL, NULL);
}
