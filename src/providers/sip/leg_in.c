/* SPDX-License-Identifier: Apache-2.0 */
/* What comes in: requests outside of calls, new calls, and everything inside of one but offers. */
#include "providers/sip/leg_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define OK_TIMEOUT_MS (64 * SIP_T1)

/* ---- who asks ---- */

static void user_of(char *dst, size_t size, const struct uri *u)
{
	char buf[FX_SIP_NAME_SIZE * 3];
	struct pl p = u->user;

	/* %xx back to what it stands for; what cannot be is left as it came */
	if (re_snprintf(buf, sizeof(buf), "%H", uri_user_unescape, &p) < 0) {
		fx_pl_copy(buf, sizeof(buf), &p);
	}
	(void)fx_strlcpy(dst, buf, size);
	fx_str_clean(dst);
}

static void header_user(char *dst, size_t size, const struct sip_msg *msg, const char *name,
			enum sip_hdrid id)
{
	const struct sip_hdr *h = name ? sip_msg_xhdr(msg, name) : sip_msg_hdr(msg, id);
	struct sip_addr a;

	dst[0] = 0;
	if (h && !sip_addr_decode(&a, &h->val)) {
		user_of(dst, size, &a.uri);
	}
}

void fx_in_fill(struct fx_ua_in *in, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_USER_AGENT);

	memset(in, 0, sizeof(*in));
	fx_sa_to(&in->from, &msg->src);
	in->transport = msg->tp == SIP_TRANSP_TLS ? FX_SIP_TLS :
			msg->tp == SIP_TRANSP_TCP ? FX_SIP_TCP : FX_SIP_UDP;
	user_of(in->user, sizeof(in->user), &msg->uri);
	user_of(in->to_user, sizeof(in->to_user), &msg->to.uri);
	user_of(in->from_user, sizeof(in->from_user), &msg->from.uri);
	fx_pl_copy(in->from_host, sizeof(in->from_host), &msg->from.uri.host);
	fx_pl_copy(in->from_name, sizeof(in->from_name), &msg->from.dname);
	header_user(in->asserted_user, sizeof(in->asserted_user), msg, NULL,
		    SIP_HDR_P_ASSERTED_IDENTITY);
	header_user(in->diversion_user, sizeof(in->diversion_user), msg, "Diversion",
		    SIP_HDR_NONE);
	fx_pl_copy(in->call_id, sizeof(in->call_id), &msg->callid);
	if (h) {
		fx_pl_copy(in->user_agent, sizeof(in->user_agent), &h->val);
	}
}

/* ---- replies ---- */

static void reply(struct fx_stack *s, const struct sip_msg *msg, int status, const char *reason)
{
	(void)sip_treply(NULL, s->sip, msg, (uint16_t)status, reason);
}

static void reply_allow(struct fx_stack *s, const struct sip_msg *msg, int status,
			const char *reason)
{
	(void)sip_treplyf(NULL, NULL, s->sip, msg, false, (uint16_t)status, reason,
			  "Allow: " FX_LEG_ALLOW "\r\nAccept: application/sdp\r\n"
			  "Supported: timer\r\nContent-Length: 0\r\n\r\n");
}

static const char *reason_of(int status)
{
	switch (status) {
	case 400: return "Bad Request";
	case 403: return "Forbidden";
	case 404: return "Not Found";
	case 480: return "Temporarily Unavailable";
	case 486: return "Busy Here";
	case 488: return "Not Acceptable Here";
	case 491: return "Request Pending";
	case 500: return "Server Internal Error";
	case 503: return "Service Unavailable";
	case 600: return "Busy Everywhere";
	default: return "Not Accepted";
	}
}

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

	(void)sip_send(l->stack->sip, l->ok.msg->sock, l->ok.msg->tp, &l->ok.msg->src, l->ok.mb);
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
		tmr_start(&l->ok.repeat, SIP_T1, on_ok_repeat, l);
		tmr_start(&l->ok.end, OK_TIMEOUT_MS, on_ok_end, l);
	}
	l->msg = mem_deref(l->msg);
	return fx_err_of(e);
}

static void on_ack(struct fx_leg *l, const struct sip_msg *msg)
{
	const uint8_t *sdp = NULL;
	size_t n = 0;
	bool made_offer = l->ok.made_offer;

	if (!l->ok.msg || msg->cseq.num != l->ok.msg->cseq.num) {
		return;
	}
	fx_leg_ok_done(l);
	if (l->offer == OFFER_THEIRS) {
		l->offer = OFFER_NONE;
	}
	if (made_offer && l->ev.on_ack) {
		if (fx_leg_sdp(msg, &sdp, &n)) {
			n = 0;
		}
		l->their_hash = fx_leg_hash(sdp, n);
		l->ev.on_ack(l->arg, sdp, n);
		return; /* what it means is the owner's, who may have ended the call */
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

struct require {
	bool rel;
	char unknown[100];
};

static bool on_require(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct require *r = arg;

	(void)msg;
	if (!pl_strcasecmp(&hdr->val, "100rel")) {
		r->rel = true;
	} else if (pl_strcasecmp(&hdr->val, "timer") && !*r->unknown) {
		fx_pl_copy(r->unknown, sizeof(r->unknown), &hdr->val);
	}
	return false;
}

/* RFC 3261 8.2.2.3. @return false when it was refused */
static bool check_require(struct fx_stack *s, const struct sip_msg *msg, struct require *r)
{
	memset(r, 0, sizeof(*r));
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REQUIRE, on_require, r);
	if (*r->unknown) {
		(void)sip_treplyf(NULL, NULL, s->sip, msg, false, 420, "Bad Extension",
				  "Unsupported: %s\r\nContent-Length: 0\r\n\r\n", r->unknown);
		return false;
	}
	return true;
}

static bool contact_is_usable(const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr a;

	return h && !sip_addr_decode(&a, &h->val) && pl_isset(&a.uri.host) &&
	       (!pl_strcasecmp(&a.uri.scheme, "sip") || !pl_strcasecmp(&a.uri.scheme, "sips"));
}

static uint32_t session_expires(const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_SESSION_EXPIRES);

	return h ? pl_u32(&h->val) : 0;
}

/* What cannot become a call is refused with the status that says why. */
static bool check_invite(struct fx_stack *s, const struct sip_msg *msg, struct require *r,
			 const uint8_t **sdp, size_t *n)
{
	uint32_t se = session_expires(msg);
	int err;

	if (!check_require(s, msg, r)) {
		return false;
	}
	if (!contact_is_usable(msg)) {
		reply(s, msg, 400, "Bad Contact");
		return false;
	}
	if (se && se < FX_MIN_SE) {
		(void)sip_treplyf(NULL, NULL, s->sip, msg, false, 422,
				  "Session Interval Too Small",
				  "Min-SE: %u\r\nContent-Length: 0\r\n\r\n", FX_MIN_SE);
		return false;
	}
	*n = 0;
	err = fx_leg_sdp(msg, sdp, n);
	if (err == FX_EPROTO) {
		reply(s, msg, 400, "Bad Content-Length");
		return false;
	}
	if (err && pl_isset(&msg->clen) && pl_u32(&msg->clen)) {
		(void)sip_treplyf(NULL, NULL, s->sip, msg, false, 415, "Unsupported Media Type",
				  "Accept: application/sdp\r\nContent-Length: 0\r\n\r\n");
		return false;
	}
	return true;
}

/* RFC 3261 8.2.2.2: the same request by two ways. */
static bool is_merged(const struct fx_stack *s, const struct sip_msg *msg)
{
	FX_LIST_EACH(&s->ua->legs, it) {
		const struct fx_leg *l = FX_CONTAINER(it, struct fx_leg, link);

		if (!l->caller && l->msg && l->state == LEG_RINGING &&
		    !pl_strcmp(&msg->callid, l->call_id) &&
		    !pl_cmp(&msg->from.tag, &l->msg->from.tag) &&
		    msg->cseq.num == l->msg->cseq.num) {
			return true;
		}
	}
	return false;
}

static void new_call(struct fx_stack *s, const struct sip_msg *msg, const struct fx_ua_in *in)
{
	const uint8_t *sdp = NULL;
	struct require r;
	struct fx_leg *l;
	size_t n = 0;
	int status;

	if (!check_invite(s, msg, &r, &sdp, &n)) {
		return;
	}
	if (is_merged(s, msg)) {
		reply(s, msg, 482, "Loop Detected");
		return;
	}
	l = fx_leg_new(s->ua, s, false);
	if (!l || sip_strans_alloc(&l->st, s->sip, msg, on_cancel, l) ||
	    sip_dialog_accept(&l->dlg, msg)) {
		reply(s, msg, 500, "Server Internal Error");
		(void)fx_leg_free(l);
		return;
	}
	l->msg = mem_ref((void *)(uintptr_t)msg);
	l->want_100rel = r.rel;
	l->no_offer = n == 0;
	l->their_hash = fx_leg_hash(sdp, n);
	(void)fx_strlcpy(l->call_id, in->call_id, sizeof(l->call_id));
	(void)fx_strlcpy(l->user, in->user, sizeof(l->user));
	(void)sip_treply(&l->st, s->sip, msg, 100, "Trying");
	fx_leg_take_se(l, msg, false);
	status = s->ua->ev.on_call(s->ua->arg, l, in, sdp, n);
	if (status) {
		(void)sip_treply(&l->st, s->sip, l->msg, (uint16_t)status, reason_of(status));
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

	if (++l->rel_tries > 6) {
		fx_leg_reject(l, 500, "No PRACK", 0);
		return;
	}
	(void)sip_send(l->stack->sip, l->msg->sock, l->msg->tp, &l->msg->src, l->rel);
	tmr_start(&l->rel_timer, (uint64_t)SIP_T1 << l->rel_tries, on_rel_repeat, l);
}

int fx_leg_progress(struct fx_leg *l, int status, const uint8_t *sdp, size_t n)
{
	struct fx_contact c = {*l->user ? l->user : "fax", &l->msg->dst, l->msg->tp};
	char rel[80] = "";
	int e;

	if (l->state != LEG_RINGING || l->rel) {
		return 0; /* a reliable one waits for its PRACK: no other before */
	}
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
		tmr_start(&l->rel_timer, SIP_T1, on_rel_repeat, l);
	}
	return fx_err_of(e);
}

/* RAck: 1 4711 INVITE */
static void on_prack(struct fx_leg *l, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_RACK);
	char text[60] = "", want[60] = "";

	if (h) {
		fx_pl_copy(text, sizeof(text), &h->val);
	}
	if (l->msg) {
		(void)snprintf(want, sizeof(want), "%" PRIu32 " %" PRIu32 " INVITE", l->rseq,
			       l->msg->cseq.num);
	}
	if (!l->rel || strcasecmp(text, want) != 0) {
		reply(l->stack, msg, 481, "No Such Response");
		return;
	}
	tmr_cancel(&l->rel_timer);
	l->rel = mem_deref(l->rel);
	l->want_100rel = false; /* one is enough to show that it works */
	reply(l->stack, msg, 200, "OK");
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

	if (l->state != LEG_RINGING) {
		return;
	}
	if (retry_after_s) {
		(void)snprintf(retry, sizeof(retry), "Retry-After: %" PRIu32 "\r\n",
			       retry_after_s);
	}
	tmr_cancel(&l->rel_timer);
	(void)sip_treplyf(&l->st, NULL, l->stack->sip, l->msg, false, (uint16_t)status,
			  reason ? reason : reason_of(status),
			  "%sContent-Length: 0\r\n\r\n", retry);
	l->st = NULL;
	l->state = LEG_ENDING;
	l->end.status = status;
	tmr_start(&l->end_timer, 0, on_rejected, l);
}

/* ---- inside of a call ---- */

static struct fx_leg *leg_of(struct fx_stack *s, const struct sip_msg *msg)
{
	FX_LIST_EACH(&s->ua->legs, it) {
		struct fx_leg *l = FX_CONTAINER(it, struct fx_leg, link);

		if (l->stack == s && l->dlg && !pl_strcmp(&msg->callid, l->call_id) &&
		    sip_dialog_cmp(l->dlg, msg)) {
			return l;
		}
	}
	return NULL;
}

static void on_bye(struct fx_leg *l, const struct sip_msg *msg)
{
	reply(l->stack, msg, 200, "OK");
	fx_leg_read_end(l, msg);
	if (l->msg && l->st) { /* an open request of theirs */
		(void)sip_treply(&l->st, l->stack->sip, l->msg, 487, "Request Terminated");
		l->st = NULL;
	}
	fx_leg_over(l, FX_LEG_THEM, 0, "the far end hung up");
}

static void on_info(struct fx_leg *l, const struct sip_msg *msg)
{
	char type[100] = "";
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTENT_TYPE);

	reply(l->stack, msg, 200, "OK");
	if (h && l->ev.on_info) {
		fx_pl_copy(type, sizeof(type), &h->val);
		l->ev.on_info(l->arg, type, mbuf_buf(msg->mb), mbuf_get_left(msg->mb));
	}
}

static void in_dialog(struct fx_stack *s, const struct sip_msg *msg)
{
	struct fx_leg *l = leg_of(s, msg);
	struct require r;

	if (!pl_strcmp(&msg->met, "ACK")) {
		if (l) {
			on_ack(l, msg);
		}
		return;
	}
	if (!l || l->state == LEG_OVER) {
		reply(s, msg, 481, "Call Does Not Exist");
		return;
	}
	if (!sip_dialog_rseq_valid(l->dlg, msg)) {
		reply(s, msg, 500, "Bad Sequence");
		return;
	}
	if (!check_require(s, msg, &r)) {
		return;
	}
	if (!pl_strcmp(&msg->met, "BYE")) {
		on_bye(l, msg);
	} else if (!pl_strcmp(&msg->met, "INVITE") || !pl_strcmp(&msg->met, "UPDATE")) {
		fx_leg_offer_in(l, msg, msg->met.l == 6 && msg->met.p[0] == 'U');
	} else if (!pl_strcmp(&msg->met, "PRACK")) {
		on_prack(l, msg);
	} else if (!pl_strcmp(&msg->met, "INFO")) {
		on_info(l, msg);
	} else if (!pl_strcmp(&msg->met, "OPTIONS")) {
		reply_allow(s, msg, 200, "OK");
	} else {
		reply_allow(s, msg, 405, "Method Not Allowed");
	}
}

bool fx_leg_request(struct fx_stack *s, const struct sip_msg *msg)
{
	struct fx_ua_in in;
	char method[24];
	int status;

	if (pl_isset(&msg->to.tag)) {
		in_dialog(s, msg);
		return true;
	}
	if (!pl_strcmp(&msg->met, "ACK")) {
		return true;
	}
	fx_in_fill(&in, msg);
	fx_pl_copy(method, sizeof(method), &msg->met);
	in.method = method;
	status = s->ua->ev.on_stranger(s->ua->arg, &in);
	if (status == 1) {
		return true;
	}
	if (status) {
		reply(s, msg, status, reason_of(status));
	} else if (!strcmp(method, "INVITE")) {
		new_call(s, msg, &in);
	} else if (!strcmp(method, "OPTIONS")) {
		reply_allow(s, msg, 200, "OK");
	} else if (!strcmp(method, "BYE") || !strcmp(method, "UPDATE") ||
		   !strcmp(method, "PRACK") || !strcmp(method, "CANCEL")) {
		reply(s, msg, 481, "Call Does Not Exist");
	} else {
		reply_allow(s, msg, 405, "Method Not Allowed");
	}
	return true;
}

/* ---- responses that no transaction waits for ---- */

bool fx_leg_response(struct fx_stack *s, const struct sip_msg *msg)
{
	if (msg->scode < 200 || msg->scode > 299 || pl_strcmp(&msg->cseq.met, "INVITE")) {
		return false;
	}
	FX_LIST_EACH(&s->ua->legs, it) {
		struct fx_leg *l = FX_CONTAINER(it, struct fx_leg, link);
		struct sip_dialog *fork = NULL;

		if (!l->caller || !l->dlg || pl_strcmp(&msg->callid, l->call_id)) {
			continue;
		}
		if (sip_dialog_cmp(l->dlg, msg)) {
			if (l->ack && msg->cseq.num == l->ack_cseq) {
				(void)sip_send(s->sip, NULL, l->ack_tp, &l->ack_dst, l->ack);
			}
			return true;
		}
		/* Another branch of a forked call answered too: thanked and hung up. */
		if (sip_dialog_cmp_half(l->dlg, msg) && !sip_dialog_fork(&fork, l->dlg, msg)) {
			fx_leg_send_ack(l, fork, msg->cseq.num, false);
			(void)sip_drequestf(NULL, s->sip, true, "BYE", fork, 0, NULL, NULL, NULL,
					    NULL, "Content-Length: 0\r\n\r\n");
			mem_deref(fork);
			return true;
		}
	}
	return false;
}
