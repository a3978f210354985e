/* SPDX-License-Identifier: Apache-2.0 */
/* A leg: what is common to both directions, the INVITE of ours, the end. */
#include "providers/sip/leg_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "providers/sip/sdp.h"

#define TARGET_MS 5000
#define ANSWER_S 120
#define SESSION_S 1800
#define END_GUARD_MS 4000

struct fx_leg *fx_leg_new(struct fx_ua *ua, struct fx_stack *stack, bool caller)
{
	struct fx_leg *l = fx_zalloc(sizeof(*l));

	if (l) {
		l->ua = ua;
		l->stack = stack;
		l->caller = caller;
		l->state = caller ? LEG_CALLING : LEG_RINGING;
		l->se = SESSION_S;
		l->running.max = l->sdp.max = l->re_sdp.max = FX_SDP_MAX;
		fx_list_append(&ua->legs, &l->link);
	}
	return l;
}

struct fx_leg *fx_leg_free(struct fx_leg *l)
{
	if (!l) {
		return NULL;
	}
	fx_list_remove(&l->link);
	tmr_cancel(&l->end_timer);
	tmr_cancel(&l->target_timer);
	tmr_cancel(&l->answer_timer);
	tmr_cancel(&l->rel_timer);
	fx_leg_ok_done(l);
	fx_leg_offer_fini(l);
	l->invite = mem_deref(l->invite);
	l->other = mem_deref(l->other);
	l->ack = mem_deref(l->ack);
	l->rel = mem_deref(l->rel);
	l->st = mem_deref(l->st);
	l->msg = mem_deref(l->msg);
	l->dlg = mem_deref(l->dlg);
	fx_buf_fini(&l->sdp);
	fx_buf_fini(&l->running);
	return fx_free(l);
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

int fx_leg_sdp(const struct sip_msg *msg, const uint8_t **ret, size_t *ret_n)
{
	size_t n = mbuf_get_left(msg->mb);
	char type[200] = "";
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTENT_TYPE);

	if (pl_isset(&msg->clen)) {
		uint32_t len = pl_u32(&msg->clen);

		if (len > n) {
			return FX_EPROTO;
		}
		n = len; /* libre takes what is left of the datagram */
	}
	if (!n) {
		return FX_ENOENT;
	}
	if (h) {
		fx_pl_copy(type, sizeof(type), &h->val);
	}
	return fx_sdp_part(type, mbuf_buf(msg->mb), n, ret, ret_n);
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

static int on_ack_send(enum sip_transp tp, const struct sa *src, const struct sa *dst,
		       struct mbuf *mb, void *arg)
{
	struct fx_leg *l = arg;

	(void)src;
	l->ack = mem_deref(l->ack);
	l->ack = mem_ref(mb);
	l->ack_dst = *dst;
	l->ack_tp = tp;
	return 0;
}

void fx_leg_send_ack(struct fx_leg *l, struct sip_dialog *dlg, uint32_t cseq, bool keep)
{
	char auth[1400] = "";

	if (l->way) {
		fx_auth_header(&l->auth, l->way, "ACK", l->uri, auth, sizeof(auth));
	}
	(void)sip_drequestf(NULL, l->stack->sip, false, "ACK", dlg, cseq, NULL,
			    keep ? on_ack_send : NULL, NULL, l, "%sContent-Length: 0\r\n\r\n",
			    auth);
	if (keep) {
		l->ack_cseq = cseq;
	}
}

/* Reason: SIP;cause=480;text="..", Q.850;cause=16 (RFC 3326) */
static bool on_reason(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	static const struct pl cause = PL("cause"), text = PL("text");
	struct fx_leg *l = arg;
	struct pl params = hdr->val, v;
	const char *semi = pl_strchr(&params, ';');

	(void)msg;
	if (!semi) {
		return false;
	}
	params.l -= (size_t)(semi - params.p);
	params.p = semi;
	if (hdr->val.l >= 5 && !strncasecmp(hdr->val.p, "Q.850", 5) &&
	    !uri_param_get(&params, &cause, &v) && v.l <= 3) {
		l->end.q850 = (int)pl_u32(&v);
	}
	if (!uri_param_get(&params, &text, &v) && v.l > 2) {
		v.p += v.p[0] == '"';
		v.l -= v.p[-1] == '"' ? 2 : 0;
		fx_pl_copy(l->end.words, sizeof(l->end.words), &v);
	}
	return false;
}

void fx_leg_read_end(struct fx_leg *l, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_RETRY_AFTER);

	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REASON, on_reason, l);
	if (h) {
		l->end.retry_after_s = pl_u32(&h->val);
	}
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

static void on_bye_reply(int err, const struct sip_msg *msg, void *arg)
{
	struct fx_leg *l = arg;

	if (!err && msg->scode < 200) {
		return;
	}
	if (!err && (msg->scode == 401 || msg->scode == 407) && l->way &&
	    !fx_auth_challenge(&l->auth, msg, l->way)) {
		l->other = mem_deref(l->other);
		fx_leg_bye(l, 0, NULL);
		return;
	}
	fx_leg_over(l, FX_LEG_US, 0, "hung up");
}

void fx_leg_bye(struct fx_leg *l, int q850, const char *words)
{
	char auth[1400] = "", reason[200] = "";

	l->state = LEG_ENDING;
	if (l->way) {
		fx_auth_header(&l->auth, l->way, "BYE", l->uri, auth, sizeof(auth));
	}
	if (q850) {
		(void)snprintf(reason, sizeof(reason), "Reason: Q.850;cause=%d%s%s%s\r\n", q850,
			       words ? ";text=\"" : "", fx_text(words), words ? "\"" : "");
	}
	tmr_start(&l->end_timer, END_GUARD_MS, on_end_timer, l);
	if (sip_drequestf(&l->other, l->stack->sip, true, "BYE", l->dlg, 0, NULL, NULL,
			  on_bye_reply, l, "%s%sContent-Length: 0\r\n\r\n", auth, reason)) {
		tmr_start(&l->end_timer, 0, on_end_timer, l);
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
		fx_leg_ok_done(l);
		fx_leg_offer_fini(l);
		fx_leg_bye(l, q850, words);
		break;
	case LEG_ENDING:
	case LEG_OVER:
		break;
	}
}

/* ---- our INVITE ---- */

static int send_invite(struct fx_leg *l);

static void on_target_timer(void *arg)
{
	struct fx_leg *l = arg;
	char words[100];

	(void)snprintf(words, sizeof(words), "no response from the trunk within %u ms",
		       l->target_timeout_ms);
	l->invite = mem_deref(l->invite);
	fx_leg_over(l, FX_LEG_NOBODY, 0, words);
}

static void on_answer_timer(void *arg)
{
	struct fx_leg *l = arg;

	(void)snprintf(l->end.words, sizeof(l->end.words), "not answered within %u s",
		       l->answer_timeout_s);
	fx_leg_hangup(l, 0, NULL);
}

static void on_1xx(struct fx_leg *l, const struct sip_msg *msg)
{
	const uint8_t *sdp = NULL;
	size_t n = 0;

	tmr_cancel(&l->target_timer);
	l->got_1xx = true;
	if (l->state == LEG_CALLING) {
		l->state = LEG_EARLY;
	}
	if (msg->scode > 100 && l->state == LEG_EARLY) {
		if (fx_leg_sdp(msg, &sdp, &n)) {
			n = 0;
		}
		l->ev.on_progress(l->arg, msg->scode, sdp, n);
	}
}

static bool usable_contact(const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr a;

	return h && !sip_addr_decode(&a, &h->val) &&
	       (!pl_strcasecmp(&a.uri.scheme, "sip") || !pl_strcasecmp(&a.uri.scheme, "sips")) &&
	       pl_isset(&a.uri.host);
}

/* Where requests in the dialog go, which a digest must name. */
static void remember_target(struct fx_leg *l, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr a;

	if (h && !sip_addr_decode(&a, &h->val)) {
		fx_pl_copy(l->uri, sizeof(l->uri), &a.auri);
	}
}

static void on_2xx(struct fx_leg *l, const struct sip_msg *msg)
{
	const uint8_t *sdp = NULL;
	size_t n = 0;
	bool late = l->state == LEG_ENDING;

	l->invite = NULL; /* libre frees it after this */
	tmr_cancel(&l->target_timer);
	tmr_cancel(&l->answer_timer);
	if (!usable_contact(msg) || sip_dialog_create(l->dlg, msg)) {
		/* It cannot be acknowledged: no address to send to. */
		fx_leg_over(l, FX_LEG_THEM, 0, "they answered without a usable Contact");
		return;
	}
	remember_target(l, msg);
	l->state = LEG_UP;
	fx_leg_send_ack(l, l->dlg, msg->cseq.num, true);
	if (late) { /* CANCEL and 200 crossed */
		fx_leg_bye(l, 16, NULL);
		return;
	}
	if (fx_leg_sdp(msg, &sdp, &n)) {
		n = 0;
	}
	l->their_hash = fx_leg_hash(sdp, n);
	fx_leg_take_se(l, msg, true);
	fx_leg_up(l);
	l->ev.on_answer(l->arg, sdp, n);
}

/* 422: they want longer intervals (RFC 4028 6). */
static bool raise_se(struct fx_leg *l, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_MIN_SE);
	uint32_t v = h ? pl_u32(&h->val) : 0;

	if (l->raised_se || v <= l->se || v > 86400) {
		return false;
	}
	l->raised_se = true;
	l->se = v;
	return true;
}

static void on_invite_reply(int err, const struct sip_msg *msg, void *arg)
{
	struct fx_leg *l = arg;
	char words[160];

	if (err || !msg) {
		l->invite = NULL;
		fx_leg_over(l, l->cancelled ? FX_LEG_US : FX_LEG_NOBODY, 0,
			    err == ETIMEDOUT ? "no response from the trunk" : strerror(err));
		return;
	}
	if (msg->scode < 200) {
		on_1xx(l, msg);
		return;
	}
	if (msg->scode < 300) {
		on_2xx(l, msg);
		return;
	}
	l->invite = NULL;
	if (l->state != LEG_ENDING &&
	    (((msg->scode == 401 || msg->scode == 407) && l->way &&
	      !fx_auth_challenge(&l->auth, msg, l->way)) ||
	     (msg->scode == 422 && raise_se(l, msg)))) {
		if (!send_invite(l)) {
			return;
		}
	}
	fx_leg_read_end(l, msg);
	if (msg->scode < 400) { /* following would let anybody send our calls anywhere */
		(void)snprintf(words, sizeof(words), "redirected; that is not followed");
		l->end.words[0] = 0;
	} else {
		fx_pl_copy(words, sizeof(words), &msg->reason);
	}
	fx_leg_over(l, l->cancelled ? FX_LEG_US : FX_LEG_THEM, msg->scode, words);
}

static int send_invite(struct fx_leg *l)
{
	char auth[1400] = "", headers[400];

	fx_auth_header(&l->auth, l->way, "INVITE", l->uri, auth, sizeof(auth));
	fx_leg_headers(l, false, headers, sizeof(headers));
	return fx_err_of(sip_drequestf(&l->invite, l->stack->sip, true, "INVITE", l->dlg, 0, NULL,
				       fx_leg_send_contact, on_invite_reply, l,
				       "%s%s%sContent-Type: application/sdp\r\n"
				       "Content-Length: %zu\r\n\r\n%b",
				       auth, headers, l->asserted, l->sdp.len, l->sdp.data,
				       l->sdp.len));
}

static int make_dialog(struct fx_leg *l, const struct fx_leg_prm *p)
{
	char from[FX_SIP_URI_SIZE], route[128];
	const char *routes[1] = {route};
	int e;

	fx_way_uri(l->way, p->user, false, l->uri, sizeof(l->uri));
	fx_way_uri(l->way, p->caller && *p->caller ? p->caller : l->way->identity_user, true, from,
		   sizeof(from));
	(void)fx_strlcpy(l->user, l->way->identity_user, sizeof(l->user));
	if (p->asserted && *p->asserted) {
		char uri[FX_SIP_URI_SIZE - 40];

		fx_way_uri(l->way, p->asserted, true, uri, sizeof(uri));
		(void)snprintf(l->asserted, sizeof(l->asserted), "P-Asserted-Identity: <%s>\r\n",
			       uri);
	}
	fx_way_route(l->way, route, sizeof(route));
	e = sip_dialog_alloc(&l->dlg, l->uri, l->uri, l->way->display_name, from,
			     *route ? routes : NULL, *route ? 1 : 0);
	if (!e) {
		(void)fx_strlcpy(l->call_id, sip_dialog_callid(l->dlg), sizeof(l->call_id));
	}
	return fx_err_of(e);
}

int fx_leg_call(struct fx_ua_way *way, const struct fx_leg_prm *p, struct fx_leg **ret,
		struct fx_reason *reterr)
{
	struct fx_leg *l = fx_leg_new(way->ua, way->stack, true);
	int err;

	if (!l) {
		return FX_ENOMEM;
	}
	l->way = way;
	l->ev = *p->events;
	l->arg = p->arg;
	l->se = p->session_expires_s ? p->session_expires_s : SESSION_S;
	l->se = l->se < FX_MIN_SE ? FX_MIN_SE : l->se;
	l->target_timeout_ms = p->target_timeout_ms ? p->target_timeout_ms : TARGET_MS;
	l->answer_timeout_s = p->answer_timeout_s ? p->answer_timeout_s : ANSWER_S;
	fx_buf_put(&l->sdp, p->sdp, p->n);
	err = l->sdp.err ? l->sdp.err : make_dialog(l, p);
	if (!err) {
		err = send_invite(l);
		if (err) {
			(void)fx_fail(reterr, err, "the INVITE cannot be sent to \"%s\": no way "
				      "there from this machine", way->host);
		}
	}
	if (err) {
		(void)fx_leg_free(l);
		return err;
	}
	tmr_start(&l->target_timer, l->target_timeout_ms, on_target_timer, l);
	tmr_start(&l->answer_timer, l->answer_timeout_s * UINT64_C(1000), on_answer_timer, l);
	*ret = l;
	return 0;
}
