/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An incoming call up to our answer, and the 2xx that is repeated until its ACK comes.
 *
 *   ringing --fx_leg_answer()--> up --ACK, or 32 s without: BYE--
 *      |----fx_leg_reject()----> over
 *      '----CANCEL, BYE--------> over
 */
#include "providers/sip/leg_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define OK_TIMEOUT_MS (64 * SIP_T1)
#define REL_TRIES 6 /* 0.5 s doubled each time: 32 s (RFC 3262 3) */

/* ---- our 2xx ---- */

static void on_ok_end(void *arg)
{
	struct fx_leg *l = arg;

	fx_leg_ok_done(l);
	if (l->state == LEG_UP) { /* RFC 3261 13.3.1.4: no ACK, so it is no call */
		(void)fx_strlcpy(l->end.words, "our answer was never acknowledged",
				 sizeof(l->end.words));
		fx_leg_offer_fini(l);
		fx_leg_bye(l, 102, "no ACK");
	}
}

static void on_ok_repeat(void *arg)
{
	struct fx_leg *l = arg;
	uint64_t ms;

	(void)sip_send(l->stack->sip, l->ok.msg->sock, l->ok.msg->tp, &l->ok.dst, l->ok.mb);
	l->ok.tries++;
	ms = l->ok.tries < 4 ? (uint64_t)SIP_T1 << l->ok.tries : SIP_T2;
	tmr_start(&l->ok.repeat, ms < SIP_T2 ? ms : SIP_T2, on_ok_repeat, l);
}

void fx_leg_ok_done(struct fx_leg *l)
{
	tmr_cancel(&l->ok.repeat);
	tmr_cancel(&l->ok.end);
	l->ok.msg = mem_deref(l->ok.msg);
	l->ok.mb = mem_deref(l->ok.mb);
	l->ok.tries = 0;
}

int fx_leg_send_ok(struct fx_leg *l, const uint8_t *sdp, size_t n, bool made_offer)
{
	struct fx_contact c = {*l->user ? l->user : "fax", &l->msg->dst, l->msg->tp};
	char headers[400];
	int e;

	fx_leg_ok_done(l);
	fx_leg_headers(l, true, headers, sizeof(headers));
	e = sip_treplyf(&l->st, l->is_update ? NULL : &l->ok.mb, l->stack->sip, l->msg, true, 200,
			"OK", "%H%sContent-Type: application/sdp\r\nContent-Length: %zu\r\n\r\n%b",
			fx_contact_print, &c, headers, n, sdp, n);
	l->st = NULL; /* libre keeps it, or it is gone */
	if (!e && !l->is_update) {
		l->ok.msg = mem_ref(l->msg);
		l->ok.made_offer = made_offer;
		fx_reply_addr(&l->ok.dst, l->msg);
		tmr_start(&l->ok.repeat, SIP_T1, on_ok_repeat, l);
		tmr_start(&l->ok.end, OK_TIMEOUT_MS, on_ok_end, l);
	}
	l->msg = mem_deref(l->msg);
	return fx_err_of(e);
}

void fx_leg_on_ack(struct fx_leg *l, const struct sip_msg *msg)
{
	const uint8_t *sdp = NULL;
	size_t n = 0;
	bool made_offer = l->ok.made_offer;

	if (!l->ok.msg || msg->cseq.num != l->ok.msg->cseq.num) {
		return;
	}
	fx_leg_ok_done(l);
	if (l->bye_waits) {
		fx_leg_bye(l, 0, NULL);
		return;
	}
	if (l->offer == OFFER_THEIRS) {
		l->offer = OFFER_NONE;
	}
	if (made_offer && l->ev.on_ack) {
		if (fx_leg_sdp(msg, &sdp, &n)) {
			n = 0;
		}
		l->their_hash = n ? fx_leg_hash(sdp, n) : l->their_hash;
		/* What it means is the owner's, who may end or free the call in it. */
		if (l->offer == OFFER_WAITS) {
			fx_leg_offer_go(l);
		}
		l->ev.on_ack(l->arg, sdp, n);
		return;
	}
	fx_leg_offer_go(l);
}

/* ---- a new call ---- */

static void on_cancel(void *arg)
{
	struct fx_leg *l = arg;

	if (l->state != LEG_RINGING) {
		return;
	}
	(void)sip_treply(&l->st, l->stack->sip, l->msg, 487, "Request Terminated");
	l->st = NULL;
	fx_leg_over(l, FX_LEG_THEM, 487, "the caller gave up before the answer");
}

/* What cannot become a call is refused with the status that says why. */
static bool check_invite(struct fx_stack *s, const struct sip_msg *msg, bool *rel,
			 const uint8_t **sdp, size_t *n)
{
	if (pl_strcasecmp(&msg->uri.scheme, "sip") && pl_strcasecmp(&msg->uri.scheme, "sips") &&
	    pl_strcasecmp(&msg->uri.scheme, "tel")) {
		fx_leg_reply(s, msg, 416);
		return false;
	}
	if (!fx_leg_check_require(s, msg, rel)) {
		return false;
	}
	if (!fx_contact_usable(s, msg)) {
		(void)sip_treply(NULL, s->sip, msg, 400, "Bad Contact");
		return false;
	}
	return fx_leg_check_se(s, msg) && fx_leg_check_body(s, msg, sdp, n);
}

/* RFC 3261 8.2.2.2: the same request by two ways. */
static bool is_merged(const struct fx_stack *s, const struct sip_msg *msg)
{
	FX_LIST_EACH(&s->ua->legs, it) {
		const struct fx_leg *l = FX_CONTAINER(it, struct fx_leg, link);

		if (!l->caller && l->msg && l->state == LEG_RINGING &&
		    !pl_cmp(&msg->callid, &l->msg->callid) &&
		    !pl_cmp(&msg->from.tag, &l->msg->from.tag) &&
		    msg->cseq.num == l->msg->cseq.num) {
			return true;
		}
	}
	return false;
}

static struct fx_leg *leg_for(struct fx_stack *s, const struct sip_msg *msg)
{
	struct fx_leg *l = fx_leg_new(s->ua, s, false);

	if (!l || sip_strans_alloc(&l->st, s->sip, msg, on_cancel, l) ||
	    sip_dialog_accept(&l->dlg, msg)) {
		return fx_leg_free(l);
	}
	l->msg = mem_ref((void *)(uintptr_t)msg);
	l->invite_cseq = msg->cseq.num;
	fx_leg_target(l, msg);
	return l;
}

void fx_leg_new_call(struct fx_stack *s, const struct sip_msg *msg, const struct fx_ua_in *in)
{
	const uint8_t *sdp = NULL;
	struct fx_leg *l;
	bool rel = false;
	size_t n = 0;
	int status;

	if (!check_invite(s, msg, &rel, &sdp, &n)) {
		return;
	}
	if (is_merged(s, msg)) {
		fx_leg_reply(s, msg, 482);
		return;
	}
	l = leg_for(s, msg);
	if (!l) {
		fx_leg_reply(s, msg, 500);
		return;
	}
	l->want_100rel = rel;
	l->no_offer = n == 0;
	l->their_hash = fx_leg_hash(sdp, n);
	(void)fx_strlcpy(l->call_id, in->call_id, sizeof(l->call_id));
	(void)fx_strlcpy(l->user, in->user, sizeof(l->user));
	(void)sip_treply(&l->st, s->sip, msg, 100, "Trying");
	fx_leg_take_se(l, msg, false);
	status = s->ua->ev.on_call(s->ua->arg, l, in, sdp, n);
	if (status) {
		(void)sip_treply(&l->st, s->sip, l->msg, (uint16_t)status, fx_hdr_reason(status));
		l->st = NULL;
		(void)fx_leg_free(l);
	}
}

void fx_leg_take(struct fx_leg *l, const struct fx_leg_events *events, void *arg)
{
	l->ev = *events;
	l->arg = arg;
}

/* ---- 1xx of ours, reliable if they require it (RFC 3262) ---- */

static void on_rel_repeat(void *arg)
{
	struct fx_leg *l = arg;

	if (++l->rel_tries > REL_TRIES) {
		(void)fx_strlcpy(l->end.words, "our ringing was never acknowledged (no PRACK)",
				 sizeof(l->end.words));
		fx_leg_reject(l, 500, "No PRACK", 0);
		return;
	}
	(void)sip_send(l->stack->sip, l->msg->sock, l->msg->tp, &l->rel_dst, l->rel);
	tmr_start(&l->rel_timer, (uint64_t)SIP_T1 << l->rel_tries, on_rel_repeat, l);
}

int fx_leg_progress(struct fx_leg *l, int status, const uint8_t *sdp, size_t n)
{
	struct fx_contact c = {*l->user ? l->user : "fax", NULL, SIP_TRANSP_UDP};
	char rel[80] = "";
	int e;

	/* A reliable one waits for its PRACK: no other before. To an INVITE without an offer it
	 * would have to bring ours (RFC 3261 13.2.1), which waits for the 200. */
	if (l->state != LEG_RINGING || !l->msg || l->rel || (l->want_100rel && l->no_offer)) {
		return 0;
	}
	c.addr = &l->msg->dst;
	c.tp = l->msg->tp;
	if (l->want_100rel) {
		(void)snprintf(rel, sizeof(rel), "Require: 100rel\r\nRSeq: %" PRIu32 "\r\n",
			       ++l->rseq);
	}
	e = sip_treplyf(&l->st, l->want_100rel ? &l->rel : NULL, l->stack->sip, l->msg, true,
			(uint16_t)status, status == 180 ? "Ringing" : "Session Progress",
			"%H%sAllow: " FX_LEG_ALLOW "\r\n%sContent-Length: %zu\r\n\r\n%b",
			fx_contact_print, &c, rel, n ? "Content-Type: application/sdp\r\n" : "", n,
			sdp, n);
	if (!e && l->rel) {
		l->rel_tries = 0;
		fx_reply_addr(&l->rel_dst, l->msg);
		tmr_start(&l->rel_timer, SIP_T1, on_rel_repeat, l);
	}
	return fx_err_of(e);
}

/* RAck: 1 4711 INVITE. It may come after our 200 too; only what never was is refused. */
void fx_leg_on_prack(struct fx_leg *l, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_RACK);
	char text[60] = "", want[60];
	const uint8_t *sdp;
	size_t n;

	if (h) {
		fx_pl_copy(text, sizeof(text), &h->val);
	}
	(void)snprintf(want, sizeof(want), "%" PRIu32 " %" PRIu32 " INVITE", l->rseq,
		       l->invite_cseq);
	if (!l->rseq || strcasecmp(text, want) != 0) {
		(void)sip_treply(NULL, l->stack->sip, msg, 481, "No Such Response");
		return;
	}
	tmr_cancel(&l->rel_timer);
	l->rel = mem_deref(l->rel);
	/* An offer in a PRACK: we have no second one to agree on before the call is up. */
	fx_leg_reply(l->stack, msg, fx_leg_sdp(msg, &sdp, &n) ? 200 : 488);
}

int fx_leg_answer(struct fx_leg *l, const uint8_t *sdp, size_t n)
{
	int err;

	if (l->state != LEG_RINGING || !l->msg) {
		return FX_ESTATE;
	}
	tmr_cancel(&l->rel_timer);
	l->rel = mem_deref(l->rel);
	l->is_update = false;
	err = fx_leg_send_ok(l, sdp, n, l->no_offer);
	if (!err) {
		l->state = LEG_UP;
		fx_leg_up(l);
	}
	return err;
}

static void on_rejected(void *arg)
{
	struct fx_leg *l = arg;

	fx_leg_over(l, FX_LEG_US, l->end.status, "refused by us");
}

void fx_leg_reject(struct fx_leg *l, int status, const char *reason, uint32_t retry_after_s)
{
	char retry[40] = "";

	if (l->state != LEG_RINGING || !l->msg) {
		return;
	}
	if (retry_after_s) {
		(void)snprintf(retry, sizeof(retry), "Retry-After: %" PRIu32 "\r\n",
			       retry_after_s);
	}
	tmr_cancel(&l->rel_timer);
	(void)sip_treplyf(&l->st, NULL, l->stack->sip, l->msg, false, (uint16_t)status,
			  reason ? reason : fx_hdr_reason(status),
			  "%sContent-Length: 0\r\n\r\n", retry);
	l->st = NULL;
	l->state = LEG_ENDING;
	l->end.status = status;
	tmr_start(&l->end_timer, 0, on_rejected, l);
}
