/* SPDX-License-Identifier: Apache-2.0 */
/* A leg: what is common to both directions, and the end. */
#include "providers/sip/leg_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "providers/sip/sdp.h"

#define END_GUARD_MS 4000
#define ACK_WAIT_MS 1000

struct fx_leg *fx_leg_new(struct fx_ua *ua, struct fx_stack *stack, bool caller)
{
	struct fx_leg *l = fx_zalloc(sizeof(*l));

	if (l) {
		l->ua = ua;
		l->stack = stack;
		l->caller = caller;
		l->state = caller ? LEG_CALLING : LEG_RINGING;
		l->se = FX_SESSION_S;
		l->running.max = l->sdp.max = l->re_sdp.max = l->early_sdp.max = FX_SDP_MAX;
		fx_list_append(&ua->legs, &l->link);
	}
	return l;
}

void fx_leg_close(struct fx_leg *l)
{
	tmr_cancel(&l->end_timer);
	tmr_cancel(&l->target_timer);
	tmr_cancel(&l->answer_timer);
	tmr_cancel(&l->rel_timer);
	fx_leg_ok_done(l);
	fx_leg_offer_fini(l);
	if (l->ua) {
		fx_leg_orphan(l);
		fx_list_remove(&l->link);
		fx_ua_leg_gone(l->ua);
	}
	l->invite = mem_deref(l->invite);
	l->other = mem_deref(l->other);
	l->ack_req = mem_deref(l->ack_req);
	l->ack = mem_deref(l->ack);
	l->rel = mem_deref(l->rel);
	l->st = mem_deref(l->st);
	l->msg = mem_deref(l->msg);
	l->early = mem_deref(l->early);
	l->origin = mem_deref(l->origin);
	l->dlg = mem_deref(l->dlg);
	l->way = NULL;
	l->ua = NULL;
	l->state = LEG_OVER;
}

struct fx_leg *fx_leg_free(struct fx_leg *l)
{
	if (!l) {
		return NULL;
	}
	fx_leg_close(l);
	fx_buf_fini(&l->sdp);
	fx_buf_fini(&l->re_sdp);
	fx_buf_fini(&l->early_sdp);
	fx_buf_fini(&l->running);
	(void)fx_free(l->invite_auth);
	return fx_free(l);
}

void fx_leg_use_way(struct fx_leg *l, struct fx_ua_way *way)
{
	if (!l->way && way->ua == l->ua) {
		l->way = way;
	}
}

bool fx_leg_is_caller(const struct fx_leg *l)
{
	return l->caller;
}

const char *fx_leg_call_id(const struct fx_leg *l)
{
	return l->call_id;
}

int fx_leg_running(struct fx_leg *l, const uint8_t *sdp, size_t n)
{
	fx_buf_reset(&l->running);
	fx_buf_put(&l->running, sdp, n);
	return l->running.err;
}

uint64_t fx_leg_hash(const uint8_t *p, size_t n)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < n; i++) {
		h = (h ^ p[i]) * 1099511628211u;
	}
	return h;
}

/* ---- messages ---- */

bool fx_leg_body(const struct sip_msg *msg, const uint8_t **ret, size_t *ret_n)
{
	size_t n = mbuf_get_left(msg->mb);

	if (pl_isset(&msg->clen)) {
		uint32_t len;

		if (!fx_hdr_number(&msg->clen, &len) || len > n) {
			return false;
		}
		n = len; /* libre takes what is left of the datagram */
	}
	*ret = mbuf_buf(msg->mb);
	*ret_n = n;
	return true;
}

int fx_leg_sdp(const struct sip_msg *msg, const uint8_t **ret, size_t *ret_n)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTENT_TYPE);
	const uint8_t *p = NULL;
	char type[200] = "";
	size_t n = 0;

	if (!fx_leg_body(msg, &p, &n)) {
		return FX_EPROTO;
	}
	if (!n) {
		return FX_ENOENT;
	}
	if (h) {
		fx_pl_copy(type, sizeof(type), &h->val);
	}
	return fx_sdp_part(type, p, n, ret, ret_n);
}

void fx_leg_auth(struct fx_leg *l, const char *method, char *dst)
{
	dst[0] = 0;
	if (l->way) {
		fx_auth_header(&l->auth, l->way, method, l->uri, dst);
	}
}

bool fx_leg_challenged(struct fx_leg *l, const struct sip_msg *msg)
{
	return (msg->scode == 401 || msg->scode == 407) && l->way &&
	       !fx_auth_challenge(&l->auth, msg, l->way);
}

void fx_leg_target(struct fx_leg *l, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr a;

	if (fx_contact_usable(l->stack, msg) && !sip_dialog_update(l->dlg, msg) &&
	    !sip_addr_decode(&a, &h->val)) {
		fx_pl_copy(l->uri, sizeof(l->uri), &a.auri); /* which a digest must name */
	}
}

int fx_leg_send_contact(enum sip_transp tp, const struct sa *src, const struct sa *dst,
			struct mbuf *mb, void *arg)
{
	struct fx_leg *l = arg;
	struct fx_contact c = {*l->user ? l->user : "fax", src, tp};

	(void)dst;
	return mbuf_printf(mb, "%H", fx_contact_print, &c);
}

void fx_leg_headers(struct fx_leg *l, bool reply, char *dst, size_t size)
{
	char se[80] = "";

	if (!reply) {
		(void)snprintf(se, sizeof(se), "Session-Expires: %" PRIu32 "\r\nMin-SE: %u\r\n",
			       l->se, FX_MIN_SE);
	} else if (l->peer_timer) {
		(void)snprintf(se, sizeof(se),
			       "Require: timer\r\nSession-Expires: %" PRIu32 ";refresher=%s\r\n",
			       l->se, l->we_refresh ? "uas" : "uac");
	}
	(void)snprintf(dst, size, "Allow: " FX_LEG_ALLOW "\r\nSupported: timer\r\n%s", se);
}

/* Reason: SIP;cause=480;text="..", Q.850;cause=16 (RFC 3326) */
static bool on_reason(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct fx_leg *l = arg;
	uint32_t cause;
	struct pl v;

	(void)msg;
	if (hdr->val.l >= 5 && !strncasecmp(hdr->val.p, "Q.850", 5) &&
	    fx_hdr_param(&hdr->val, "cause", &v) && fx_hdr_number(&v, &cause) && cause <= 127) {
		l->end.q850 = (int)cause;
	}
	if (fx_hdr_param(&hdr->val, "text", &v) && v.l) {
		fx_pl_copy(l->end.words, sizeof(l->end.words), &v);
	}
	return false;
}

void fx_leg_read_end(struct fx_leg *l, const struct sip_msg *msg)
{
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REASON, on_reason, l);
	l->end.retry_after_s = fx_hdr_value(msg, SIP_HDR_RETRY_AFTER);
}

/* ---- the end ---- */

void fx_leg_over(struct fx_leg *l, enum fx_leg_who who, int status, const char *words)
{
	if (l->told_end) {
		return;
	}
	l->told_end = true;
	l->state = LEG_OVER;
	tmr_cancel(&l->end_timer);
	tmr_cancel(&l->target_timer);
	tmr_cancel(&l->answer_timer);
	tmr_cancel(&l->rel_timer);
	fx_leg_ok_done(l);
	fx_leg_offer_fini(l);
	l->end.who = who;
	l->end.status = status;
	if (!*l->end.words) {
		(void)fx_strlcpy(l->end.words, *fx_text(words) ? words : "the call ended",
				 sizeof(l->end.words));
	}
	if (l->ev.on_end) {
		struct fx_leg_end end = l->end; /* the leg may be freed in it */

		l->ev.on_end(l->arg, &end);
	}
}

static void on_end_timer(void *arg)
{
	struct fx_leg *l = arg;

	fx_leg_over(l, FX_LEG_US, 0, "hung up; the far end did not confirm it");
}

static int send_bye(struct fx_leg *l);

static void on_bye_reply(int err, const struct sip_msg *msg, void *arg)
{
	struct fx_leg *l = arg;

	if (!err && msg->scode < 200) {
		return;
	}
	if (!err && fx_leg_challenged(l, msg) && !send_bye(l)) {
		return;
	}
	fx_leg_over(l, FX_LEG_US, 0, "hung up");
}

static int send_bye(struct fx_leg *l)
{
	char auth[FX_UA_AUTH_SIZE], reason[300] = "";

	fx_leg_auth(l, "BYE", auth);
	if (l->bye_q850) {
		(void)snprintf(reason, sizeof(reason), "Reason: Q.850;cause=%d%s%s%s\r\n",
			       l->bye_q850, *l->bye_words ? ";text=\"" : "", l->bye_words,
			       *l->bye_words ? "\"" : "");
	}
	return sip_drequestf(&l->other, l->stack->sip, true, "BYE", l->dlg, 0, NULL, NULL,
			     on_bye_reply, l, "%s%sContent-Length: 0\r\n\r\n", auth, reason);
}

static void keep_cause(struct fx_leg *l, int q850, const char *words)
{
	l->bye_q850 = q850 > 0 && q850 < 128 ? q850 : 0;
	fx_hdr_quoted(l->bye_words, sizeof(l->bye_words), fx_text(words));
}

/* What keep_cause() kept, now. */
static void bye_now(struct fx_leg *l)
{
	l->state = LEG_ENDING;
	fx_leg_ok_done(l);
	fx_auth_begin(&l->auth);
	tmr_start(&l->end_timer, l->bye_waits ? END_GUARD_MS - ACK_WAIT_MS : END_GUARD_MS,
		  on_end_timer, l);
	l->bye_waits = false;
	if (send_bye(l)) {
		tmr_start(&l->end_timer, 0, on_end_timer, l);
	}
}

void fx_leg_bye(struct fx_leg *l, int q850, const char *words)
{
	if (!l->bye_waits) {
		keep_cause(l, q850, words);
	}
	bye_now(l);
}

static void on_ack_wait(void *arg)
{
	bye_now(arg);
}

/* The called side says BYE only after the ACK (RFC 3261 15), or when it does not come. */
static void hang_up(struct fx_leg *l, int q850, const char *words)
{
	fx_leg_offer_fini(l);
	keep_cause(l, q850, words);
	if (l->ok.msg) {
		l->state = LEG_ENDING;
		l->bye_waits = true;
		tmr_start(&l->end_timer, ACK_WAIT_MS, on_ack_wait, l);
	} else {
		bye_now(l);
	}
}

void fx_leg_hangup(struct fx_leg *l, int q850, const char *words)
{
	switch (l->state) {
	case LEG_CALLING:
	case LEG_EARLY:
		l->state = LEG_ENDING;
		l->cancelled = true;
		tmr_cancel(&l->target_timer);
		tmr_cancel(&l->answer_timer);
		/* Before any 1xx libre waits for one with it (RFC 3261 9.1). */
		sip_request_cancel(l->invite);
		tmr_start(&l->end_timer, END_GUARD_MS, on_end_timer, l);
		break;
	case LEG_RINGING:
		fx_leg_reject(l, 480, "Temporarily Unavailable", 0);
		break;
	case LEG_UP:
		hang_up(l, q850, words);
		break;
	case LEG_ENDING:
	case LEG_OVER:
		break;
	}
}
