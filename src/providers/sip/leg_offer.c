/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Offers in a call and its timer. One offer at a time, one state:
 *
 *   none --fx_leg_offer()--> ours --2xx, refusal--> none
 *     |                       '--491--> glare --time--> ours
 *     '--our 2xx lacks its ACK--> waits --ACK--> ours
 *     |                                   '--their offer--> theirs (ours is dropped)
 *     '--their INVITE, UPDATE--> theirs --accepted (and ACK), refused--> none
 *   ours --their offer--> 491 to them, and on
 */
#include "providers/sip/leg_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define ANSWER_DUE_MS 30000

static int send_re_invite(struct fx_leg *l);
static void on_se_timer(void *arg);

void fx_leg_offer_fini(struct fx_leg *l)
{
	tmr_cancel(&l->glare);
	tmr_cancel(&l->answer_due);
	tmr_cancel(&l->se_timer);
	l->re = mem_deref(l->re);
	fx_buf_fini(&l->re_sdp);
	l->re_sdp.max = 8192;
	l->offer = OFFER_NONE;
}

/* ---- ours ---- */

static void done(struct fx_leg *l, int status, const uint8_t *sdp, size_t n)
{
	bool refresh = l->re_is_refresh;

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

	(void)sip_dialog_update(l->dlg, msg);
	fx_leg_send_ack(l, l->dlg, msg->cseq.num, true);
	if (fx_leg_sdp(msg, &sdp, &n)) {
		n = 0;
	}
	l->their_hash = fx_leg_hash(sdp, n);
	fx_leg_take_se(l, msg, true);
	done(l, msg->scode, sdp, n);
}

static void on_re_reply(int err, const struct sip_msg *msg, void *arg)
{
	struct fx_leg *l = arg;
	int status = err || !msg ? 408 : msg->scode;

	if (status < 200) {
		return;
	}
	l->re = NULL;
	if (status < 300) {
		on_re_2xx(l, msg);
		return;
	}
	if ((status == 401 || status == 407) && l->way &&
	    !fx_auth_challenge(&l->auth, msg, l->way) && !send_re_invite(l)) {
		return;
	}
	if (status == 491) {
		wait_glare(l);
		return;
	}
	if (status == 481 || status == 408) { /* RFC 3261 12.2.1.2: the call is gone there */
		const char *words = status == 481 ? "the far end does not know the call any more" :
						    "the far end does not answer any more";

		(void)fx_strlcpy(l->end.words, words, sizeof(l->end.words));
		l->offer = OFFER_NONE;
		fx_leg_offer_fini(l);
		fx_leg_bye(l, 102, NULL);
		return;
	}
	done(l, status, NULL, 0);
}

static int send_re_invite(struct fx_leg *l)
{
	char auth[1400] = "", headers[400];

	if (l->way) {
		fx_auth_header(&l->auth, l->way, "INVITE", l->uri, auth, sizeof(auth));
	}
	fx_leg_headers(l, false, headers, sizeof(headers));
	return fx_err_of(sip_drequestf(&l->re, l->stack->sip, true, "INVITE", l->dlg, 0, NULL,
				       fx_leg_send_contact, on_re_reply, l,
				       "%s%sContent-Type: application/sdp\r\n"
				       "Content-Length: %zu\r\n\r\n%b",
				       auth, headers, l->re_sdp.len, l->re_sdp.data,
				       l->re_sdp.len));
}

static int offer(struct fx_leg *l, const uint8_t *sdp, size_t n, bool refresh)
{
	int err;

	if (l->state != LEG_UP || l->offer != OFFER_NONE) {
		return FX_ESTATE;
	}
	fx_buf_reset(&l->re_sdp);
	fx_buf_put(&l->re_sdp, sdp, n);
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

/* ---- theirs ---- */

static void on_answer_due(void *arg)
{
	fx_leg_refuse(arg, 500);
}

static void pending(struct fx_leg *l, const struct sip_msg *msg)
{
	(void)sip_treplyf(NULL, NULL, l->stack->sip, msg, false, 491, "Request Pending",
			  "Content-Length: 0\r\n\r\n");
}

/* UPDATE without a body only refreshes the timer (RFC 3311, RFC 4028 7.4). */
static void bare_update(struct fx_leg *l, const struct sip_msg *msg)
{
	struct fx_contact c = {*l->user ? l->user : "fax", &msg->dst, msg->tp};
	char headers[400];

	fx_leg_take_se(l, msg, false);
	fx_leg_headers(l, true, headers, sizeof(headers));
	(void)sip_treplyf(NULL, NULL, l->stack->sip, msg, true, 200, "OK",
			  "%H%sContent-Length: 0\r\n\r\n", fx_contact_print, &c, headers);
}

void fx_leg_offer_in(struct fx_leg *l, const struct sip_msg *msg, bool update)
{
	const uint8_t *sdp = NULL;
	bool refresh, drop = l->offer == OFFER_GLARE || l->offer == OFFER_WAITS;
	size_t n = 0;
	int err;

	if (l->state != LEG_UP || l->offer == OFFER_OURS || l->offer == OFFER_THEIRS ||
	    l->ok.msg) {
		pending(l, msg);
		return;
	}
	err = fx_leg_sdp(msg, &sdp, &n);
	if (err == FX_EPROTO) {
		(void)sip_treply(NULL, l->stack->sip, msg, 400, "Bad Content-Length");
		return;
	}
	if (update && !n) {
		bare_update(l, msg);
		return;
	}
	if (sip_strans_alloc(&l->st, l->stack->sip, msg, NULL, NULL)) {
		(void)sip_treply(NULL, l->stack->sip, msg, 500, "Server Internal Error");
		return;
	}
	(void)sip_dialog_update(l->dlg, msg);
	l->msg = mem_deref(l->msg);
	l->msg = mem_ref((void *)(uintptr_t)msg);
	l->is_update = update;
	l->no_offer = n == 0;
	if (!update) {
		(void)sip_treply(&l->st, l->stack->sip, msg, 100, "Trying");
	}
	refresh = n == 0 || fx_leg_hash(sdp, n) == l->their_hash;
	l->their_hash = n ? fx_leg_hash(sdp, n) : l->their_hash;
	fx_leg_take_se(l, msg, false);
	tmr_cancel(&l->glare);
	l->offer = OFFER_THEIRS;
	tmr_start(&l->answer_due, ANSWER_DUE_MS, on_answer_due, l);
	if (drop && !l->re_is_refresh && l->ev.on_offer_done) {
		l->ev.on_offer_done(l->arg, 491, NULL, 0); /* theirs takes its place */
	}
	l->re_is_refresh = false;
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
	(void)sip_treply(&l->st, l->stack->sip, l->msg, (uint16_t)status,
			 status == 488 ? "Not Acceptable Here" :
			 status == 491 ? "Request Pending" : "Server Internal Error");
	l->st = NULL;
	l->msg = mem_deref(l->msg);
	l->offer = OFFER_NONE;
}

/* ---- the session timer (RFC 4028) ---- */

void fx_leg_take_se(struct fx_leg *l, const struct sip_msg *msg, bool we_sent_request)
{
	static const struct pl name = PL("refresher");
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_SESSION_EXPIRES);
	struct pl params, who = PL_INIT;
	bool they_asked = false;

	l->peer_timer = h != NULL ||
			sip_msg_hdr_has_value(msg, SIP_HDR_SUPPORTED, "timer");
	l->peer_update = sip_msg_hdr_has_value(msg, SIP_HDR_ALLOW, "UPDATE");
	if (h) {
		uint32_t v = pl_u32(&h->val);

		params = h->val;
		(void)uri_param_get(&params, &name, &who);
		if (v >= FX_MIN_SE && v < 86400) {
			l->se = v;
		}
		they_asked = pl_isset(&who);
	}
	/* uac is who sent this request. In a reply the choice is made; in a request it is ours,
	 * unless they chose already. */
	if (we_sent_request) {
		l->we_refresh = !they_asked || !pl_strcasecmp(&who, "uac");
	} else {
		l->we_refresh = they_asked && !pl_strcasecmp(&who, "uas");
	}
	if (l->state == LEG_UP) {
		fx_leg_up(l);
	}
}

/* The refresher acts at half time; the other ends the call a little before the whole. */
void fx_leg_up(struct fx_leg *l)
{
	uint64_t ms = l->se * UINT64_C(1000);

	if (l->we_refresh) {
		tmr_start(&l->se_timer, ms / 2, on_se_timer, l);
	} else if (l->peer_timer) {
		tmr_start(&l->se_timer, ms - (ms / 3 < 32000 ? ms / 3 : 32000), on_se_timer, l);
	} else {
		tmr_cancel(&l->se_timer);
	}
}

static void on_se_timer(void *arg)
{
	struct fx_leg *l = arg;
	int err;

	if (l->state != LEG_UP) {
		return;
	}
	if (!l->we_refresh) {
		(void)fx_strlcpy(l->end.words, "the far end did not refresh the session in time",
				 sizeof(l->end.words));
		fx_leg_offer_fini(l);
		fx_leg_bye(l, 102, "session expired");
		return;
	}
	/* Unchanged body, unchanged version: nobody's media is touched. */
	err = l->running.len ? offer(l, l->running.data, l->running.len, true) : FX_ESTATE;
	tmr_start(&l->se_timer, err ? 5000 : l->se * UINT64_C(500), on_se_timer, l);
}
