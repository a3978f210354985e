/* SPDX-License-Identifier: Apache-2.0 */
/* A call of ours, from dialling to the answer. */
#include "providers/sip/call_priv.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"

#define DRAIN_MAX 4096 /* datagrams of early media */

void fx_sip_tell_no_call(struct fx_sip *p, uint64_t call, enum fx_outcome outcome,
			 const char *words)
{
	struct fx_sip_event ev = {.type = FX_SIP_EV_END, .call = call};

	ev.end.result.engine_code = -1;
	ev.end.result.answered_us = -1;
	ev.end.result.outcome = outcome;
	(void)fx_strlcpy(ev.end.result.words, words ? words : fx_outcome_words(outcome),
			 sizeof(ev.end.result.words));
	ev.end.lesson.outcome = outcome;
	fx_sip_outbox_put(p->outbox, &ev);
}

static uint32_t pages_of(const struct fx_dial *d)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->n_docs; i++) {
		n += d->docs[i].pages - d->docs[i].first_page;
	}
	return n;
}

void fx_sip_call_dial(void *arg)
{
	struct fx_sip_dial *d = arg;
	struct fx_sip *p = d->p;
	struct fx_sip_call *c = NULL;
	int err = p->closing ? FX_ECANCELED : fx_call_new(p, d->call, &c);

	if (!err) {
		c->dial = fx_memdup(&d->dial, sizeof(d->dial));
		err = c->dial ? 0 : FX_ENOMEM;
	}
	if (err) {
		if (c) {
			(void)fx_call_free(c);
		}
		if (d->take_log_fd >= 0) {
			(void)close(d->take_log_fd);
		}
		fx_sip_tell_no_call(p, d->call, FX_OUTCOME_LINE_UNAVAILABLE, NULL);
		(void)fx_free(d);
		return;
	}
	c->outgoing = true;
	c->line = d->line;
	c->log_fd = d->take_log_fd;
	c->start_us = d->start_us;
	c->plan = d->plan;
	c->number = d->number;
	c->trunk = fx_trunks_at(p->trunks, p->lines[d->line].trunk);
	c->ts = fx_trunk_settings(c->trunk);
	c->pages_total = pages_of(c->dial);
	fx_call_log(c, "- dial %s as %s by trunk %s", c->number.canonical, c->number.wire,
		    c->ts->name);
	fx_call_log(c, "- media: %s", c->plan.words);
	(void)fx_free(d);
	fx_call_status(c, FX_PORT_DIALING);
	fx_call_invite(c);
}

static void fail(struct fx_sip_call *c, const struct fx_reason *why, const char *otherwise)
{
	fx_call_end(c, FX_OUTCOME_LINE_UNAVAILABLE, *why->text ? why->text : otherwise);
}

static int send_invite(struct fx_sip_call *c, struct fx_reason *why)
{
	struct fx_leg_prm prm = {
		.user = c->number.wire,
		.caller = c->ts->number,
		.answer_timeout_s = c->dial->answer_timeout_s,
		.session_expires_s = (uint32_t)c->ts->session_expires_s,
		.events = &fx_call_leg_events,
		.arg = c,
	};
	struct sockaddr_storage target;
	int err;

	if (!fx_trunk_target(c->trunk, &target)) {
		return fx_fail(why, FX_ENODEV, "the trunk %s has no address to call now",
			       c->ts->name);
	}
	err = c->fd < 0 ? fx_call_bind(c, &target) : 0;
	if (err) {
		return fx_fail(why, err, "no free RTP port between %d and %d",
			       (int)c->p->set.media_port_min, (int)c->p->set.media_port_max);
	}
	c->layout.n = 0;
	err = fx_call_write_offer(c, c->first_offer);
	if (err) {
		return err;
	}
	prm.sdp = c->body.data;
	prm.n = c->body.len;
	c->state = FX_CALL_OUT;
	return fx_leg_call(fx_trunk_way(c->trunk), &prm, &c->leg, why);
}

void fx_call_invite(struct fx_sip_call *c)
{
	struct fx_reason why = {{0}};
	uint32_t wait_ms = 100;
	int err;

	if (!c->counted) {
		err = fx_trunk_begin(c->trunk, true, &wait_ms, &why);
		if (err == FX_EAGAIN) {
			c->state = FX_CALL_WAITS;
			fx_call_log(c, "- waits %u ms: %s", wait_ms, why.text);
			fx_ua_timer_start(c->timer, wait_ms);
			return;
		}
		if (err) {
			fail(c, &why, "the trunk takes no call now");
			return;
		}
		c->counted = true;
		c->first_offer = c->plan.image_first ? FX_SDP_IMAGE : FX_SDP_AUDIO;
	}
	err = send_invite(c, &why);
	if (err) {
		fail(c, &why, fx_error_str(err));
		return;
	}
	fx_call_log(c, "> INVITE, %s", c->first_offer == FX_SDP_IMAGE ? "T.38" : "audio");
}

bool fx_call_again(struct fx_sip_call *c, const struct fx_leg_end *end)
{
	struct fx_reason why = {{0}};
	struct fx_sip_cause cause;
	bool other;

	fx_sip_cause_of(end, false, &cause);
	if (cause.other_target && fx_trunk_failed(c->trunk, end->retry_after_s, end->words)) {
		fx_call_log(c, "- %s; the next address of the trunk", end->words);
		return !send_invite(c, &why);
	}
	other = c->first_offer == FX_SDP_AUDIO ? c->plan.take_t38 : c->plan.audio;
	if (!cause.other_media || !other || c->tried_other) {
		return false;
	}
	c->tried_other = true;
	c->first_offer = c->first_offer == FX_SDP_AUDIO ? FX_SDP_IMAGE : FX_SDP_AUDIO;
	fx_call_log(c, "- %s (%d) to our offer; again with %s", end->words, end->status,
		    c->first_offer == FX_SDP_IMAGE ? "T.38 alone" : "audio");
	return !send_invite(c, &why);
}

/* What came before the answer is old; T.38 that came just now is not. */
static void drain(struct fx_sip_call *c)
{
	char junk[64];

	for (int i = 0; i < DRAIN_MAX && recv(c->fd, junk, sizeof(junk), MSG_DONTWAIT) >= 0; i++) {
	}
}

void fx_call_answered(struct fx_sip_call *c, const uint8_t *sdp, size_t n)
{
	struct fx_reason why = {{0}};
	const struct fx_sdp_media *m;
	int err;

	c->answered_us = fx_call_us(c);
	c->state = FX_CALL_STARTS;
	fx_call_log(c, "< answered");
	err = n ? fx_sdp_parse(sdp, n, &c->theirs, &why) :
		  fx_fail(&why, FX_EPROTO, "they answered without saying where their media are");
	m = err ? NULL : fx_sdp_find(&c->theirs, c->first_offer);
	if (!err && !m) {
		err = fx_fail(&why, FX_EPROTO, "they answered without any medium that was offered");
	}
	if (!err && m->kind == FX_SDP_IMAGE) {
		err = fx_call_take_t38(c, m, true, &why);
	} else if (!err) {
		fx_call_take_audio(c, m);
	}
	if (!err && !fx_call_take_remote(c, m)) {
		err = fx_fail(&why, FX_EPROTO, "\"%s\" is no address for media", m->host);
	}
	if (err) {
		fx_call_end(c, FX_OUTCOME_INCOMPATIBLE, why.text);
		return;
	}
	c->layout = c->theirs;
	(void)!fx_leg_running(c->leg, c->body.data, c->body.len);
	if (c->early && m->kind == FX_SDP_AUDIO) {
		drain(c);
	}
	if (c->doc_ready) {
		fx_call_pages_ready(c);
	}
}

void fx_call_pages_ready(struct fx_sip_call *c)
{
	enum fx_medium medium = c->first_offer == FX_SDP_IMAGE ? FX_MEDIUM_T38 : FX_MEDIUM_AUDIO;
	int err = fx_call_start(c, medium);

	if (err) {
		fx_call_end(c, FX_OUTCOME_LINE_UNAVAILABLE, fx_error_str(err));
	}
}
