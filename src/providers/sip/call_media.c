/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Media of a call: from the answer on, the changes between G.711 and T.38, and what the worker
 * tells. A change that they offer is made first and accepted then (READY), so that nothing of
 * theirs is lost; one that we offer is made when they accepted.
 *
 *   audio --their offer, ours accepted--> T.38 --no UDPTL, their offer--> audio
 *   our offer refused: audio goes on as if nothing had been
 */
#include "providers/sip/call_priv.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define DIGITS_MS 30000
#define ASK_AGAIN_MS 500 /* another offer is open */

/* ---- to the worker ---- */

static unsigned modems_up_to(unsigned modems, uint32_t rate)
{
	modems = modems & FX_MODEM_ALL ? modems & FX_MODEM_ALL : FX_MODEM_ALL;
	modems &= rate < 9600 ? FX_MODEM_V27TER : rate < 14400 ? FX_MODEM_V29 | FX_MODEM_V27TER :
								 FX_MODEM_ALL;
	return modems ? modems : FX_MODEM_V27TER;
}

int fx_call_start(struct fx_sip_call *c, enum fx_medium medium)
{
	struct fx_worker_start s = {
		.call = c->id,
		.take_fd = c->fd,
		.log_fd = c->log_fd,
		.remote = c->remote,
		.follow_source = c->ts->follow_source,
		.strict_source = true,
		.media = {
			.caller = c->outgoing,
			.dial = c->dial,
			.take_doc = c->doc,
			.answer = &c->answer,
			.call = c->id,
			.start_us = fx_call_us(c),
			.jitter_ms = (uint32_t)c->ts->jitter_ms,
			.audio_silence_ms = c->p->tune.audio_silence_ms,
			.t38_silence_ms = c->p->tune.t38_silence_ms,
			.dtmf = c->outgoing ? c->number.dtmf : NULL,
			.dtmf_pause_ms = (uint32_t)c->ts->dtmf_pause_ms,
			.event_type = c->event_type,
			.source = (uint32_t)(c->id * 2654435761u) ^ (uint32_t)c->start_us ^ c->port,
		},
	};
	int err;

	if (c->dial) {
		c->dial->ecm = c->dial->ecm && c->plan.ecm;
		c->dial->modems = modems_up_to(c->dial->modems, c->plan.max_rate);
	}
	c->answer.modems = modems_up_to(c->answer.modems, c->plan.max_rate);
	err = fx_workers_start(c->p->workers, &s);
	if (err) {
		return err;
	}
	c->fd = -1;
	c->doc = NULL;
	c->life = FX_LIFE_ON;
	fx_call_speak(c, medium, FX_CHANGE_FIRST);
	return 0;
}

void fx_call_speak(struct fx_sip_call *c, enum fx_medium medium, enum fx_change change)
{
	c->to = medium;
	c->change = change;
	if (medium == FX_MEDIUM_T38) {
		fx_workers_t38(c->p->workers, c->id, &c->t38);
	} else {
		fx_workers_audio(c->p->workers, c->id, c->law);
	}
}

static void send_there(struct fx_sip_call *c)
{
	fx_workers_remote(c->p->workers, c->id, &c->remote);
}

/* ---- our offers ---- */

static bool offer(struct fx_sip_call *c, enum fx_medium medium)
{
	enum fx_sdp_kind kind = medium == FX_MEDIUM_T38 ? FX_SDP_IMAGE : FX_SDP_AUDIO;
	int err = c->leg && c->state == FX_CALL_UP ? fx_call_write_offer(c, kind) : FX_ESTATE;

	if (!err) {
		err = fx_leg_offer(c->leg, c->body.data, c->body.len);
	}
	if (!err) {
		c->asking = medium;
		fx_call_log(c, "> re-INVITE: %s", medium == FX_MEDIUM_T38 ? "T.38" : "audio");
	}
	return !err;
}

/* In state UP, by the timer `ask`: time for our own offer of T.38. */
void fx_call_up(struct fx_sip_call *c)
{
	if (c->state != FX_CALL_UP || c->now != FX_MEDIUM_AUDIO || c->asked || c->pages_move ||
	    c->cancelled || c->went_back || c->life != FX_LIFE_ON) {
		return;
	}
	if (c->change != FX_CHANGE_NONE || !offer(c, FX_MEDIUM_T38)) {
		fx_ua_timer_start(c->ask, ASK_AGAIN_MS);
		return;
	}
	c->asked = true;
	fx_call_log(c, "- switching to T.38");
}

static void refused(struct fx_sip_call *c, int status)
{
	c->t38_refused = true;
	fx_call_log(c, "< T.38 refused (%d %s): the call goes on in G.711", status,
		    fx_sip_status_words(status));
	if (!c->plan.audio) {
		fx_call_end(c, FX_OUTCOME_INCOMPATIBLE,
			    "the far end refused T.38, and nothing else is allowed here");
	}
}

/* Their image line has port 0: no medium is left, so audio at once (sip-t38.md 8). */
static void back_to_audio(struct fx_sip_call *c, const char *why)
{
	c->went_back = true;
	fx_call_log(c, "! %s: back to audio", why);
	if (!c->plan.audio || !offer(c, FX_MEDIUM_AUDIO)) {
		fx_call_end(c, FX_OUTCOME_PROTOCOL, why);
	}
}

static void t38_accepted(struct fx_sip_call *c, int status, const uint8_t *sdp, size_t n)
{
	struct fx_reason why = {{0}};
	const struct fx_sdp_media *m = NULL;
	int err = n ? fx_sdp_parse(sdp, n, &c->theirs, &why) : FX_EPROTO;

	m = err ? NULL : fx_sdp_find(&c->theirs, FX_SDP_IMAGE);
	if (!m || fx_call_take_t38(c, m, true, &why) || !fx_call_take_remote(c, m)) {
		c->t38_refused = true;
		if (!err && fx_sdp_find(&c->theirs, FX_SDP_AUDIO)) {
			fx_call_log(c, "< %d, but with audio: the call goes on in G.711", status);
			return;
		}
		back_to_audio(c, *why.text ? why.text : "they accepted T.38 without a port");
		return;
	}
	c->layout = c->theirs;
	(void)!fx_leg_running(c->leg, c->body.data, c->body.len);
	fx_call_log(c, "< T.38 accepted");
	send_there(c);
	fx_call_speak(c, FX_MEDIUM_T38, FX_CHANGE_OURS);
}

static void audio_accepted(struct fx_sip_call *c, const uint8_t *sdp, size_t n)
{
	struct fx_reason why = {{0}};
	const struct fx_sdp_media *m = NULL;

	if (n && !fx_sdp_parse(sdp, n, &c->theirs, &why)) {
		m = fx_sdp_find(&c->theirs, FX_SDP_AUDIO);
	}
	if (!m || !fx_call_take_remote(c, m)) {
		fx_call_end(c, FX_OUTCOME_PROTOCOL, "the far end has no audio any more");
		return;
	}
	fx_call_take_audio(c, m);
	c->layout = c->theirs;
	(void)!fx_leg_running(c->leg, c->body.data, c->body.len);
	send_there(c);
	fx_call_speak(c, FX_MEDIUM_AUDIO, FX_CHANGE_OURS);
}

void fx_call_on_offer_done(void *arg, int status, const uint8_t *sdp, size_t n)
{
	struct fx_sip_call *c = arg;
	enum fx_medium asked = c->asking;

	c->asking = FX_MEDIUM_NONE;
	if (c->state != FX_CALL_UP) {
		return;
	}
	if (status == 491) {
		fx_call_log(c, "- both asked at once: theirs counts");
		c->asked = false; /* should theirs come to nothing */
	} else if (asked == FX_MEDIUM_T38) {
		if (status / 100 == 2) {
			t38_accepted(c, status, sdp, n);
		} else {
			refused(c, status);
		}
	} else if (asked == FX_MEDIUM_AUDIO) {
		if (status / 100 == 2) {
			audio_accepted(c, sdp, n);
		} else {
			fx_call_end(c, FX_OUTCOME_PROTOCOL,
				    "the far end refused to go back to audio");
		}
	}
}

/* ---- their offers ---- */

static void refuse(struct fx_sip_call *c, const char *why)
{
	fx_call_log(c, "> 488: %s", why);
	fx_leg_refuse(c->leg, 488);
}

static void accept_now(struct fx_sip_call *c)
{
	if (fx_leg_accept(c->leg, c->body.data, c->body.len)) {
		fx_leg_refuse(c->leg, 500);
		return;
	}
	c->layout = c->theirs;
	(void)!fx_leg_running(c->leg, c->body.data, c->body.len);
}

static void take_offer(struct fx_sip_call *c, const struct fx_sdp_media *m)
{
	enum fx_medium medium = m->kind == FX_SDP_IMAGE ? FX_MEDIUM_T38 : FX_MEDIUM_AUDIO;
	struct sockaddr_storage was = c->remote;
	struct fx_reason why = {{0}};
	bool same = medium == c->now;

	fx_call_log(c, "< re-INVITE: %s%s", medium == FX_MEDIUM_T38 ? "T.38" : "audio",
		    m->hold ? ", on hold" : "");
	if (medium == FX_MEDIUM_T38 && !same && fx_call_take_t38(c, m, false, &why)) {
		refuse(c, why.text);
		return;
	}
	if (medium == FX_MEDIUM_AUDIO) {
		fx_call_take_audio(c, m);
	}
	if (!fx_call_take_remote(c, m)) {
		refuse(c, "no address for media");
		return;
	}
	if (fx_call_write_answer(c, m)) {
		c->remote = was;
		fx_leg_refuse(c->leg, 500);
		return;
	}
	send_there(c);
	if (same && medium == FX_MEDIUM_T38) { /* another address, or hold: T.30 goes on */
		accept_now(c);
		return;
	}
	if (c->life != FX_LIFE_ON) { /* after the fax many go back to audio, then hang up */
		accept_now(c);
		return;
	}
	if (!same && medium == FX_MEDIUM_T38) {
		fx_call_log(c, "- switching to T.38");
	}
	fx_call_speak(c, medium, FX_CHANGE_THEIRS);
}

void fx_call_on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh)
{
	struct fx_sip_call *c = arg;
	const struct fx_sdp_media *m;
	struct fx_reason why = {{0}};

	(void)refresh;
	if (c->state != FX_CALL_UP || c->change != FX_CHANGE_NONE) {
		fx_leg_refuse(c->leg, 491);
		return;
	}
	if (!n) { /* they want ours: what is running */
		if (fx_call_write_offer(c, c->now == FX_MEDIUM_T38 ? FX_SDP_IMAGE : FX_SDP_AUDIO) ||
		    fx_leg_accept(c->leg, c->body.data, c->body.len)) {
			fx_leg_refuse(c->leg, 500);
		}
		return;
	}
	if (fx_sdp_parse(sdp, n, &c->theirs, &why)) {
		fx_call_log(c, "> 488: %s", why.text);
		fx_leg_refuse(c->leg, 488);
		return;
	}
	m = fx_call_choose(c, false, &why);
	if (!m || (m->kind == FX_SDP_IMAGE && c->went_back)) {
		refuse(c, m ? "T.38 brought nothing before" : why.text);
		return;
	}
	take_offer(c, m);
}

/* The answer to an offer in our 2xx: of the first INVITE, or of a refresh without SDP. */
void fx_call_on_ack(void *arg, const uint8_t *sdp, size_t n)
{
	struct fx_sip_call *c = arg;
	struct fx_reason why = {{0}};
	const struct fx_sdp_media *m = NULL;
	int err = n ? fx_sdp_parse(sdp, n, &c->theirs, &why) : FX_EPROTO;

	if (!err) {
		m = fx_call_choose(c, true, &why);
	}
	if (c->life == FX_LIFE_ON) {
		if (m && fx_call_take_remote(c, m)) {
			send_there(c);
		}
		return;
	}
	if (c->state != FX_CALL_STARTS) {
		return;
	}
	if (m && m->kind == FX_SDP_IMAGE) {
		err = fx_call_take_t38(c, m, true, &why);
	} else if (m) {
		fx_call_take_audio(c, m);
	}
	if (!m || err || !fx_call_take_remote(c, m)) {
		fx_call_end(c, FX_OUTCOME_INCOMPATIBLE,
			    *why.text ? why.text : "their ACK does not say where their media are");
		return;
	}
	c->layout = c->theirs;
	(void)!fx_leg_running(c->leg, c->body.data, c->body.len);
	err = fx_call_start(c, m->kind == FX_SDP_IMAGE ? FX_MEDIUM_T38 : FX_MEDIUM_AUDIO);
	if (err) {
		fx_call_end(c, FX_OUTCOME_LINE_UNAVAILABLE, fx_error_str(err));
	}
}

/* ---- READY ---- */

static void first_ready(struct fx_sip_call *c, int err, const char *why)
{
	if (err) {
		fx_call_end(c, c->outgoing ? FX_OUTCOME_DOCUMENT : FX_OUTCOME_STORAGE, why);
		return;
	}
	if (!c->outgoing && !c->offerless) {
		c->answered_us = fx_call_us(c);
		if (fx_leg_answer(c->leg, c->body.data, c->body.len)) {
			fx_call_end(c, FX_OUTCOME_LINE_UNAVAILABLE, "the answer cannot be sent");
			return;
		}
		(void)!fx_leg_running(c->leg, c->body.data, c->body.len);
	}
	c->state = FX_CALL_UP;
	if (c->now == FX_MEDIUM_AUDIO) {
		/* Digits behind the number take their time before anybody is a fax. */
		fx_ua_timer_start(c->person, c->p->tune.person_ms +
						     (*c->number.dtmf ? DIGITS_MS : 0));
	}
	if (!c->outgoing) {
		fx_call_status(c, FX_PORT_ANSWERED);
		if (c->now == FX_MEDIUM_AUDIO && c->plan.ask_t38) {
			fx_ua_timer_start(c->ask, c->p->tune.ced_ms);
		}
	}
}

static void theirs_ready(struct fx_sip_call *c, int err, const char *why)
{
	if (!err) {
		accept_now(c);
	} else {
		refuse(c, why);
	}
}

static void on_ready(struct fx_sip_call *c, int err, const char *why)
{
	enum fx_change change = c->change;
	bool news = c->now != c->to;

	c->change = FX_CHANGE_NONE;
	if (!err) {
		c->now = c->to;
		c->was_t38 |= c->now == FX_MEDIUM_T38;
	}
	if (c->state == FX_CALL_ENDS || c->state == FX_CALL_OVER) {
		return;
	}
	switch (change) {
	case FX_CHANGE_NONE:
		break;
	case FX_CHANGE_FIRST:
		first_ready(c, err, why);
		return;
	case FX_CHANGE_THEIRS:
		theirs_ready(c, err, why);
		break;
	case FX_CHANGE_OURS:
		if (err) { /* a page began meanwhile: the far end must come back */
			back_to_audio(c, why);
			return;
		}
		break;
	}
	if (!err && news && c->told != FX_PORT_ABORTING) {
		fx_call_status(c, c->told);
	}
}

/* ---- what the worker tells; each is posted to the signalling thread ---- */

enum note_type { READY, TONE, SILENCE, STATUS, PAGE, DONE, STOPPED };
struct note {
	struct fx_sip *p;
	uint64_t call;
	enum note_type type;
	union {
		struct {
			int err;
			char why[200];
		} ready;
		enum fx_tone tone;
		uint32_t ms;
		struct fx_call_status status;
		struct fx_page_report page;
		struct fx_worker_done done;
	};
};

/* A fax that calls sends CNG or answers our flags, one that answers sends CED or flags. */
void fx_call_on_person(void *arg)
{
	struct fx_sip_call *c = arg;
	char words[120];

	if (c->state != FX_CALL_UP || c->life != FX_LIFE_ON || c->now != FX_MEDIUM_AUDIO ||
	    c->heard || c->was_t38 || c->pages_move) {
		return;
	}
	(void)snprintf(words, sizeof(words),
		       "no fax was heard within %u s (CNG, CED, V.21): a person, or silence",
		       c->p->tune.person_ms / 1000);
	fx_call_end(c, FX_OUTCOME_NOT_FAX, words);
}

static void tone(struct fx_sip_call *c, enum fx_tone t)
{
	c->heard = true;
	fx_call_log(c, "- heard: %s", t == FX_TONE_CNG ? "CNG, a calling fax" :
		    t == FX_TONE_CED ? "CED, an answering fax" : "V.21 flags, T.30 begins");
	if (c->outgoing && t == FX_TONE_V21 && c->plan.ask_t38 && c->state == FX_CALL_UP) {
		fx_ua_timer_start(c->ask, (uint32_t)c->ts->t38_from_caller_s * 1000);
	}
}

static void silence(struct fx_sip_call *c, uint32_t ms)
{
	char words[100];

	if (c->state != FX_CALL_UP || c->life != FX_LIFE_ON) {
		return;
	}
	if (c->now == FX_MEDIUM_T38 && !c->went_back && c->plan.audio) {
		(void)snprintf(words, sizeof(words), "no T.38 came within %u s", ms / 1000);
		back_to_audio(c, words);
		return;
	}
	(void)snprintf(words, sizeof(words), "nothing came from the far end for %u s", ms / 1000);
	fx_call_end(c, FX_OUTCOME_TIMEOUT, words);
}

static void status(struct fx_sip_call *c, const struct fx_call_status *st)
{
	c->pages_move |= st->page > 0;
	fx_call_status_of(c, st);
	if (st->rate_bps && st->rate_bps < c->plan.min_rate && c->state == FX_CALL_UP &&
	    !c->cancelled) {
		char words[100];

		(void)snprintf(words, sizeof(words), "only %u bit/s; at least %u are wanted here",
			       st->rate_bps, c->plan.min_rate);
		fx_call_end(c, FX_OUTCOME_PROTOCOL, words);
	}
}

static void page(struct fx_sip_call *c, const struct fx_page_report *report)
{
	struct fx_sip_event ev = {.type = FX_SIP_EV_PAGE, .call = c->id, .page = *report};

	c->pages_move = true;
	if (c->state != FX_CALL_OVER) {
		fx_sip_outbox_put(c->p->outbox, &ev);
	}
}

static void take(struct fx_sip_call *c, const struct note *n)
{
	switch (n->type) {
	case READY:
		on_ready(c, n->ready.err, n->ready.why);
		break;
	case TONE:
		tone(c, n->tone);
		break;
	case SILENCE:
		silence(c, n->ms);
		break;
	case STATUS:
		status(c, &n->status);
		break;
	case PAGE:
		page(c, &n->page);
		break;
	case DONE:
		c->done = n->done;
		if (c->life == FX_LIFE_ON) {
			fx_call_t30_done(c);
		}
		break;
	case STOPPED:
		c->done = n->done;
		c->life = FX_LIFE_STOPPED;
		fx_call_check(c);
		break;
	}
}

static void on_note(void *arg)
{
	struct note *n = arg;
	struct fx_sip_call *c = fx_call_find(n->p, n->call);

	if (c) {
		take(c, n);
	}
	(void)fx_free(n);
}

static void post(struct fx_sip *p, uint64_t call, const struct note *n)
{
	struct note *copy = fx_memdup(n, sizeof(*n));

	if (!copy) {
		fx_assert_failed("out of memory", __FILE__, __LINE__);
	}
	copy->p = p;
	copy->call = call;
	fx_ua_post(p->ua, on_note, copy);
}

static void w_ready(void *arg, uint64_t call, int err, const char *why)
{
	struct note n = {.type = READY, .ready.err = err};

	(void)fx_strlcpy(n.ready.why, fx_text(why), sizeof(n.ready.why));
	post(arg, call, &n);
}
static void w_tone(void *arg, uint64_t call, enum fx_tone t)
{
	post(arg, call, &(struct note){.type = TONE, .tone = t});
}
static void w_silence(void *arg, uint64_t call, uint32_t ms)
{
	post(arg, call, &(struct note){.type = SILENCE, .ms = ms});
}
static void w_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	post(arg, call, &(struct note){.type = STATUS, .status = *st});
}
static void w_page(void *arg, uint64_t call, const struct fx_page_report *report)
{
	post(arg, call, &(struct note){.type = PAGE, .page = *report});
}
static void w_done(void *arg, uint64_t call, const struct fx_worker_done *done)
{
	post(arg, call, &(struct note){.type = DONE, .done = *done});
}
static void w_stopped(void *arg, uint64_t call, const struct fx_worker_done *done)
{
	post(arg, call, &(struct note){.type = STOPPED, .done = *done});
}

const struct fx_worker_events fx_sip_worker_events = {w_ready, w_tone, w_silence, w_status,
						      w_page, w_done, w_stopped};
