/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Offers in a call. One offer at a time, one state:
 *
 *   none --fx_leg_offer()--> ours --2xx, refusal--> none
 *     |                       '--491--> glare --time--> ours
 *     '--our 2xx lacks its ACK--> waits --ACK--> ours
 *     |                                   '--their offer--> theirs (ours is dropped)
 *     '--their INVITE, UPDATE--> theirs --accepted (and ACK), refused--> none
 *   ours --their offer--> 491 to them, and on
 *
 * Theirs while another one of theirs is open, or the first one: 500 with Retry-After (RFC 3261
 * 14.2, RFC 3311 5.2).
 */
#include "providers/sip/leg_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define ANSWER_DUE_MS 30000
#define RE_GUARD_MS 40000 /* longer than the transaction: only a look-up that hangs */
#define RE_TRIES 8u

static int send_re_invite(struct fx_leg *l);

void fx_leg_offer_fini(struct fx_leg *l)
{
	tmr_cancel(&l->glare);
	tmr_cancel(&l->answer_due);
	tmr_cancel(&l->se_timer);
	l->re = mem_deref(l->re);
	l->update = mem_deref(l->update);
	fx_buf_reset(&l->re_sdp);
	l->offer = OFFER_NONE;
}

/* ---- ours ---- */

static void done(struct fx_leg *l, int status, const uint8_t *sdp, size_t n)
{
	bool refresh = l->re_is_refresh;

	tmr_cancel(&l->glare);
	l->offer = OFFER_NONE;
	l->re_is_refresh = false;
	if (!refresh && l->ev.on_offer_done) {
		l->ev.on_offer_done(l->arg, status, sdp, n);
	}
}

static void on_glare(void *arg)
{
	struct fx_leg *l = arg;

	l->offer = OFFER_OURS;
	if (send_re_invite(l)) {
		done(l, 500, NULL, 0);
	}
}

/* RFC 3261 14.1: the owner of the Call-ID waits 2.1 to 4 s, the other 0 to 2 s. */
static void wait_glare(struct fx_leg *l)
{
	uint32_t rnd = rand_u32();

	l->offer = OFFER_GLARE;
	tmr_start(&l->glare, l->caller ? 2100 + rnd % 1900 : 10 + rnd % 1990, on_glare, l);
}

static void on_re_2xx(struct fx_leg *l, const struct sip_msg *msg)
{
	const uint8_t *sdp = NULL;
	size_t n = 0;

	fx_leg_target(l, msg);
	fx_leg_send_ack(l, l->dlg, msg->cseq.num, true);
	if (fx_leg_sdp(msg, &sdp, &n)) {
		n = 0;
	}
	l->their_hash = n ? fx_leg_hash(sdp, n) : l->their_hash;
	fx_leg_take_se(l, msg, true);
	done(l, msg->scode, sdp, n);
}

void fx_leg_lost(struct fx_leg *l, int status)
{
	const char *words = status == 481 ? "the far end does not know the call any more" :
					    "the far end does not answer any more";

	(void)fx_strlcpy(l->end.words, words, sizeof(l->end.words));
	fx_leg_offer_fini(l);
	fx_leg_bye(l, 102, NULL);
}

/* Is it worth while to say it again? @return true when that is under way */
static bool again(struct fx_leg *l, const struct sip_msg *msg)
{
	uint32_t after = fx_hdr_value(msg, SIP_HDR_RETRY_AFTER);

	if (l->re_tries++ >= RE_TRIES) {
		return false;
	}
	if (msg->scode == 491) {
		wait_glare(l);
		return true;
	}
	/* An INVITE of theirs is open there (RFC 3261 14.2). */
	if (msg->scode == 500 && after && after <= 10) {
		l->offer = OFFER_GLARE;
		tmr_start(&l->glare, after * 1000, on_glare, l);
		return true;
	}
	return (fx_leg_challenged(l, msg) || (msg->scode == 422 && fx_leg_raise_se(l, msg))) &&
	       !send_re_invite(l);
}

static void on_re_reply(int err, const struct sip_msg *msg, void *arg)
{
	struct fx_leg *l = arg;
	int status = err || !msg ? 408 : msg->scode;

	if (status < 200) {
		return;
	}
	if (status < 300) {
		on_re_2xx(l, msg);
	} else if (status == 481 || status == 408) { /* RFC 3261 12.2.1.2: gone there */
		fx_leg_lost(l, status);
	} else if (!again(l, msg)) {
		done(l, status, NULL, 0);
	}
}

static void on_re_guard(void *arg)
{
	struct fx_leg *l = arg;

	l->re = mem_deref(l->re);
	fx_leg_lost(l, 408);
}

static int send_re_invite(struct fx_leg *l)
{
	char auth[FX_UA_AUTH_SIZE], headers[400];
	int e;

	fx_leg_auth(l, "INVITE", auth);
	(void)fx_free(l->invite_auth);
	l->invite_auth = fx_strdup(auth);
	fx_leg_headers(l, false, headers, sizeof(headers));
	e = sip_drequestf(&l->re, l->stack->sip, true, "INVITE", l->dlg, 0, NULL,
			  fx_leg_send_contact, on_re_reply, l,
			  "%s%sContent-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%b",
			  auth, headers, l->re_sdp.len, l->re_sdp.data, l->re_sdp.len);
	if (!e) {
		tmr_start(&l->glare, RE_GUARD_MS, on_re_guard, l);
	}
	return fx_err_of(e);
}

static int offer(struct fx_leg *l, const uint8_t *sdp, size_t n, bool refresh)
{
	int err;

	if (l->state != LEG_UP || l->offer != OFFER_NONE) {
		return FX_ESTATE;
	}
	fx_buf_reset(&l->re_sdp);
	fx_buf_put(&l->re_sdp, sdp, n);
	l->re_tries = 0;
	fx_auth_begin(&l->auth);
	err = l->re_sdp.err ? l->re_sdp.err : l->ok.msg ? 0 : send_re_invite(l);
	if (!err) {
		l->offer = l->ok.msg ? OFFER_WAITS : OFFER_OURS;
		l->re_is_refresh = refresh;
	}
	return err;
}

void fx_leg_offer_go(struct fx_leg *l)
{
	if (l->offer == OFFER_WAITS) {
		on_glare(l);
	}
}

int fx_leg_offer(struct fx_leg *l, const uint8_t *sdp, size_t n)
{
	return offer(l, sdp, n, false);
}

/* Unchanged body, unchanged version: nobody's media is touched. */
int fx_leg_offer_again(struct fx_leg *l)
{
	return l->running.len ? offer(l, l->running.data, l->running.len, true) : FX_ESTATE;
}

/* ---- theirs ---- */

static void on_answer_due(void *arg)
{
	fx_leg_refuse(arg, 500);
}

static void later(struct fx_leg *l, const struct sip_msg *msg)
{
	(void)sip_treplyf(NULL, NULL, l->stack->sip, msg, false, 500, "Another Offer Is Open",
			  "Retry-After: %u\r\nContent-Length: 0\r\n\r\n", 1 + rand_u32() % 9);
}

/* UPDATE without a body only refreshes the timer (RFC 3311, RFC 4028 7.4), at any time. */
static void bare_update(struct fx_leg *l, const struct sip_msg *msg)
{
	struct fx_contact c = {*l->user ? l->user : "fax", &msg->dst, msg->tp};
	char headers[400];

	if (l->state == LEG_UP) {
		fx_leg_target(l, msg);
	}
	fx_leg_take_se(l, msg, false);
	fx_leg_headers(l, true, headers, sizeof(headers));
	(void)sip_treplyf(NULL, NULL, l->stack->sip, msg, true, 200, "OK",
			  "%H%sContent-Length: 0\r\n\r\n", fx_contact_print, &c, headers);
}

/* @return true when an offer of theirs fits now, else it has been refused */
static bool fits(struct fx_leg *l, const struct sip_msg *msg)
{
	if (l->state == LEG_CALLING || l->state == LEG_EARLY || l->offer == OFFER_OURS) {
		fx_leg_reply(l->stack, msg, 491);
	} else if (l->state == LEG_RINGING || (l->offer == OFFER_THEIRS && l->msg) ||
		   (l->ok.msg && l->ok.made_offer)) {
		later(l, msg);
	} else if (l->state != LEG_UP) {
		fx_leg_reply(l->stack, msg, 481); /* our BYE is on its way */
	} else {
		return true;
	}
	return false;
}

/* @return false when it has been refused */
static bool begin_theirs(struct fx_leg *l, const struct sip_msg *msg, bool update)
{
	if (l->ok.msg) { /* they had our 2xx, or would not ask again: its ACK was lost */
		fx_leg_ok_done(l);
	}
	if (sip_strans_alloc(&l->st, l->stack->sip, msg, NULL, NULL)) {
		fx_leg_reply(l->stack, msg, 500);
		return false;
	}
	fx_leg_target(l, msg);
	l->msg = mem_deref(l->msg);
	l->msg = mem_ref((void *)(uintptr_t)msg);
	l->is_update = update;
	if (!update) {
		(void)sip_treply(&l->st, l->stack->sip, msg, 100, "Trying");
	}
	fx_leg_take_se(l, msg, false);
	tmr_cancel(&l->glare);
	l->offer = OFFER_THEIRS;
	tmr_start(&l->answer_due, ANSWER_DUE_MS, on_answer_due, l);
	return true;
}

static bool check(struct fx_leg *l, const struct sip_msg *msg, const uint8_t **sdp, size_t *n)
{
	if (sip_msg_hdr(msg, SIP_HDR_CONTACT) && !fx_contact_usable(l->stack, msg)) {
		(void)sip_treply(NULL, l->stack->sip, msg, 400, "Bad Contact");
		return false;
	}
	return fx_leg_check_se(l->stack, msg) && fx_leg_check_body(l->stack, msg, sdp, n);
}

void fx_leg_offer_in(struct fx_leg *l, const struct sip_msg *msg, bool update)
{
	bool dropped = l->offer == OFFER_GLARE || l->offer == OFFER_WAITS;
	const uint8_t *sdp = NULL;
	bool refresh;
	size_t n = 0;

	if (!check(l, msg, &sdp, &n)) {
		return;
	}
	if (update && !n && l->state != LEG_ENDING) {
		bare_update(l, msg);
		return;
	}
	if (!fits(l, msg) || !begin_theirs(l, msg, update)) {
		return;
	}
	dropped = dropped && !l->re_is_refresh && l->ev.on_offer_done;
	l->re_is_refresh = false;
	l->no_offer = n == 0;
	l->offered_hash = fx_leg_hash(sdp, n);
	refresh = n == 0 || l->offered_hash == l->their_hash;
	if (dropped) { /* theirs takes its place; the owner only notes it */
		l->ev.on_offer_done(l->arg, 491, NULL, 0);
	}
	if (refresh && l->running.len) {
		if (fx_leg_accept(l, l->running.data, l->running.len)) {
			fx_leg_refuse(l, 500);
		}
		return;
	}
	l->ev.on_offer(l->arg, sdp, n, refresh);
}

int fx_leg_accept(struct fx_leg *l, const uint8_t *sdp, size_t n)
{
	int err;

	if (l->offer != OFFER_THEIRS || !l->msg) {
		return FX_ESTATE;
	}
	tmr_cancel(&l->answer_due);
	err = fx_leg_send_ok(l, sdp, n, l->no_offer);
	if (!err && !l->no_offer) {
		l->their_hash = l->offered_hash;
	}
	if (err || l->is_update) { /* an INVITE is over with its ACK */
		l->offer = OFFER_NONE;
	}
	return err;
}

void fx_leg_refuse(struct fx_leg *l, int status)
{
	if (l->offer != OFFER_THEIRS || !l->msg) {
		return;
	}
	tmr_cancel(&l->answer_due);
	(void)sip_treply(&l->st, l->stack->sip, l->msg, (uint16_t)status, fx_hdr_reason(status));
	l->st = NULL;
	l->msg = mem_deref(l->msg);
	l->offer = OFFER_NONE;
}
