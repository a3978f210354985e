/* SPDX-License-Identifier: Apache-2.0 */
/* A call that comes in, from the INVITE to our answer. */
#include "providers/sip/call_priv.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

static void tell_incoming(struct fx_sip_call *c)
{
	struct fx_sip_event ev = {.type = FX_SIP_EV_INCOMING, .call = c->id};

	ev.incoming.line = c->line;
	(void)fx_strlcpy(ev.incoming.caller_id, c->caller_id, sizeof(ev.incoming.caller_id));
	(void)fx_strlcpy(ev.incoming.called, c->called, sizeof(ev.incoming.called));
	c->rings = 0;
	fx_sip_outbox_put(c->p->outbox, &ev);
}

void fx_call_ring(struct fx_sip_call *c)
{
	struct fx_sip_event ev = {.type = FX_SIP_EV_RING, .call = c->id};

	if (fx_ua_now_ms() - c->rang_ms > c->p->tune.ring_max_ms) {
		fx_call_refuse(c, 480, FX_OUTCOME_NO_ANSWER);
		return;
	}
	ev.ring = ++c->rings;
	fx_sip_outbox_put(c->p->outbox, &ev);
	(void)fx_leg_progress(c->leg, 180, NULL, 0);
	fx_ua_timer_start(c->timer, c->p->tune.ring_ms);
}

/* Who calls, and what number of ours: with a registration the URI may name only the account. */
static int numbers_of(struct fx_sip_call *c, const struct fx_ua_in *in)
{
	const char *who = *in->asserted_user ? in->asserted_user : in->from_user;
	char routing[FX_ROUTING_SIZE];
	bool account = *c->ts->user && !strcmp(in->user, c->ts->user) && *in->to_user;
	int err = fx_sip_did(c->ts, account ? in->to_user : in->user, routing);

	if (err && !account && *in->to_user) {
		err = fx_sip_did(c->ts, in->to_user, routing);
	}
	if (!err) {
		fx_sip_canonical(c->ts, who, c->caller_id);
		(void)fx_strlcpy(c->called, routing, sizeof(c->called));
	}
	return err;
}

/* Their offer, before anything rings: what cannot work is refused at once. @return status */
static int read_offer(struct fx_sip_call *c, const uint8_t *sdp, size_t n)
{
	struct fx_reason why;

	c->offerless = n == 0;
	if (!n) {
		return 0;
	}
	if (fx_sdp_parse(sdp, n, &c->theirs, &why)) {
		return 400;
	}
	return fx_call_choose(c, true, &why) ? 0 : 488;
}

static int take_call(struct fx_sip_call *c, const struct fx_ua_in *in, const uint8_t *sdp, size_t n)
{
	size_t place = 0;
	int status;

	while (fx_trunks_at(c->p->trunks, place) != c->trunk) {
		place++;
	}
	if (numbers_of(c, in)) {
		return 404;
	}
	fx_policy_plan_in(fx_sip_route_of(c->ts, c->caller_id), &c->plan);
	status = read_offer(c, sdp, n);
	if (status) {
		return status;
	}
	if (fx_trunk_begin(c->trunk, false, NULL, NULL)) {
		return 486;
	}
	c->counted = true;
	c->line = fx_sip_take_line(c->p, place);
	return c->line == SIZE_MAX ? 486 : 0;
}

int fx_sip_on_call(void *arg, struct fx_leg *leg, const struct fx_ua_in *in, const uint8_t *sdp,
		   size_t n)
{
	struct fx_sip *p = arg;
	struct fx_sip_call *c = NULL;
	struct fx_trunk *t = p->trunks ? fx_trunks_of_call(p->trunks, in) : NULL;
	int status;

	if (p->closing || !p->trunks) {
		return 503;
	}
	if (!t) {
		return 403;
	}
	if (fx_call_new(p, p->next_in, &c)) {
		return 503;
	}
	p->next_in += 2;
	c->trunk = t;
	c->ts = fx_trunk_settings(t);
	c->start_us = fx_loop_now_us(p->loop);
	c->peer = in->from;
	status = take_call(c, in, sdp, n);
	if (status) {
		(void)fx_call_free(c);
		return status;
	}
	c->leg = leg;
	c->state = FX_CALL_RINGS;
	c->rang_ms = fx_ua_now_ms();
	fx_leg_take(leg, &fx_call_leg_events, c);
	if (fx_trunk_way(t)) {
		fx_leg_use_way(leg, fx_trunk_way(t)); /* our re-INVITE and BYE may be challenged */
	}
	tell_incoming(c);
	fx_call_ring(c);
	return 0;
}

void fx_call_refuse(struct fx_sip_call *c, int status, enum fx_outcome outcome)
{
	c->fail = outcome;
	(void)fx_strlcpy(c->fail_words, fx_outcome_words(outcome), sizeof(c->fail_words));
	fx_leg_reject(c->leg, status, NULL, 0);
	c->state = FX_CALL_ENDS;
	fx_ua_timer_start(c->timer, 1000);
}

/* A port that does not receive is no reason to send a caller away while others are free. */
void fx_call_reject(struct fx_sip_call *c, bool early)
{
	size_t line;

	if (c->state != FX_CALL_RINGS) {
		return;
	}
	line = early && ++c->tried_lines < (uint32_t)c->ts->ports ?
		       fx_sip_take_line(c->p, c->p->lines[c->line].trunk) : SIZE_MAX;
	if (line == SIZE_MAX) {
		fx_call_refuse(c, 486, FX_OUTCOME_CANCELLED);
		return;
	}
	fx_sip_tell_no_call(c->p, c->id, FX_OUTCOME_CANCELLED, NULL);
	fx_call_rename(c, c->p->next_in);
	c->p->next_in += 2;
	c->line = line;
	tell_incoming(c);
	fx_call_ring(c);
}

static int begin(struct fx_sip_call *c)
{
	struct fx_reason why = {{0}};
	const struct fx_sdp_media *m;
	int err = fx_call_bind(c, &c->peer);

	if (err) {
		return err;
	}
	if (c->offerless) {
		err = fx_call_write_offer(c, c->plan.image_first ? FX_SDP_IMAGE : FX_SDP_AUDIO);
		if (!err) {
			err = fx_leg_answer(c->leg, c->body.data, c->body.len);
		}
		c->answered_us = fx_call_us(c);
		return err; /* their answer comes in the ACK */
	}
	m = fx_call_choose(c, true, &why);
	if (m->kind == FX_SDP_IMAGE) {
		err = fx_call_take_t38(c, m, false, &why);
	} else {
		fx_call_take_audio(c, m);
	}
	if (!err && !fx_call_take_remote(c, m) && !m->hold) {
		err = FX_EPROTO;
	}
	if (!err) {
		err = fx_call_write_answer(c, m);
	}
	if (!err) {
		c->layout = c->theirs;
		err = fx_call_start(c, m->kind == FX_SDP_IMAGE ? FX_MEDIUM_T38 : FX_MEDIUM_AUDIO);
	}
	return err;
}

void fx_call_take_answer(struct fx_sip_call *c, const struct fx_answer *take_answer)
{
	int err;

	c->answer = *take_answer;
	c->has_answer = true;
	if (c->state != FX_CALL_RINGS) {
		return; /* the caller gave up meanwhile; freed with the call */
	}
	c->log_fd = take_answer->log_fd;
	c->answer.log_fd = -1;
	c->state = FX_CALL_STARTS;
	fx_ua_timer_stop(c->timer);
	c->answer.ecm = c->answer.ecm && c->plan.ecm;
	fx_call_log(c, "- answer %s on %s after %u rings", *c->caller_id ? c->caller_id :
		    "an unknown caller", c->ts->name, c->rings);
	fx_call_log(c, "- media: %s", c->plan.words);
	err = begin(c);
	if (err) {
		char words[120];

		(void)snprintf(words, sizeof(words), "the call cannot be answered: %s",
			       fx_error_str(err));
		fx_call_end(c, FX_OUTCOME_LINE_UNAVAILABLE, words);
	}
}
