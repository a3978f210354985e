/* SPDX-License-Identifier: Apache-2.0 */
/* What comes in: who asks, what every request must be, and where in a call it belongs. */
#include "providers/sip/leg_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

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

void fx_leg_reply(struct fx_stack *s, const struct sip_msg *msg, int status)
{
	(void)sip_treply(NULL, s->sip, msg, (uint16_t)status,
			 status == 200 ? "OK" : fx_hdr_reason(status));
}

static void reply_allow(struct fx_stack *s, const struct sip_msg *msg, int status)
{
	(void)sip_treplyf(NULL, NULL, s->sip, msg, false, (uint16_t)status,
			  status == 200 ? "OK" : fx_hdr_reason(status),
			  "Allow: " FX_LEG_ALLOW "\r\nAccept: application/sdp\r\n"
			  "Supported: timer\r\nContent-Length: 0\r\n\r\n");
}

/* ---- what every request must be ---- */

struct require {
	bool rel;
	char unknown[200]; /* "a, b" */
};

static bool on_require(const struct sip_hdr *hdr, const struct sip_msg *msg, void *arg)
{
	struct require *r = arg;
	size_t n = strlen(r->unknown);

	(void)msg;
	if (!pl_strcasecmp(&hdr->val, "100rel")) {
		r->rel = true;
	} else if (hdr->val.l && pl_strcasecmp(&hdr->val, "timer") &&
		   n + hdr->val.l + 3 < sizeof(r->unknown)) {
		(void)fx_strlcpy(r->unknown + n, n ? ", " : "", sizeof(r->unknown) - n);
		n = strlen(r->unknown);
		fx_pl_copy(r->unknown + n, sizeof(r->unknown) - n, &hdr->val);
	}
	return false;
}

bool fx_leg_check_require(struct fx_stack *s, const struct sip_msg *msg, bool *rel)
{
	struct require r;

	memset(&r, 0, sizeof(r));
	(void)sip_msg_hdr_apply(msg, true, SIP_HDR_REQUIRE, on_require, &r);
	*rel = r.rel;
	if (*r.unknown) {
		(void)sip_treplyf(NULL, NULL, s->sip, msg, false, 420, "Bad Extension",
				  "Unsupported: %s\r\nContent-Length: 0\r\n\r\n", r.unknown);
		return false;
	}
	return true;
}

bool fx_leg_check_se(struct fx_stack *s, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_SESSION_EXPIRES);
	uint32_t v;

	if (!h || !fx_hdr_number(&h->val, &v) || v >= FX_MIN_SE) {
		return true;
	}
	(void)sip_treplyf(NULL, NULL, s->sip, msg, false, 422, "Session Interval Too Small",
			  "Min-SE: %u\r\nContent-Length: 0\r\n\r\n", FX_MIN_SE);
	return false;
}

bool fx_leg_check_body(struct fx_stack *s, const struct sip_msg *msg, const uint8_t **sdp,
		       size_t *n)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTENT_ENCODING);
	const uint8_t *body;
	size_t len = 0;
	int err = fx_leg_sdp(msg, sdp, n);

	if (err == FX_EPROTO) {
		(void)sip_treply(NULL, s->sip, msg, 400, "Bad Content-Length");
		return false;
	}
	if (err) {
		*n = 0;
	}
	if ((err && fx_leg_body(msg, &body, &len) && len) ||
	    (!err && h && pl_strcasecmp(&h->val, "identity"))) {
		(void)sip_treplyf(NULL, NULL, s->sip, msg, false, 415, "Unsupported Media Type",
				  "Accept: application/sdp\r\nAccept-Encoding: identity\r\n"
				  "Content-Length: 0\r\n\r\n");
		return false;
	}
	return true;
}

/* ---- inside of a call ---- */

/* Ours before their 2xx has no tag of theirs yet. */
static struct fx_leg *leg_of(struct fx_stack *s, const struct sip_msg *msg)
{
	FX_LIST_EACH(&s->ua->legs, it) {
		struct fx_leg *l = FX_CONTAINER(it, struct fx_leg, link);

		if (l->stack == s && l->dlg && l->state != LEG_OVER &&
		    (l->caller && !l->origin ? sip_dialog_cmp_half(l->dlg, msg) :
					       sip_dialog_cmp(l->dlg, msg))) {
			return l;
		}
	}
	return NULL;
}

static void on_bye(struct fx_leg *l, const struct sip_msg *msg)
{
	fx_leg_reply(l->stack, msg, 200);
	if (l->state != LEG_ENDING) { /* else it is our end, and why is known here */
		fx_leg_read_end(l, msg);
	}
	if (l->msg && l->st) { /* an open request of theirs */
		(void)sip_treply(&l->st, l->stack->sip, l->msg, 487, "Request Terminated");
		l->st = NULL;
	}
	fx_leg_over(l, l->state == LEG_ENDING ? FX_LEG_US : FX_LEG_THEM, 0,
		    l->state == LEG_ENDING ? "hung up" : "the far end hung up");
}

static void on_info(struct fx_leg *l, const struct sip_msg *msg)
{
	char type[100] = "";
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTENT_TYPE);
	const uint8_t *body = NULL;
	size_t n = 0;

	if (!fx_leg_body(msg, &body, &n)) {
		fx_leg_reply(l->stack, msg, 400);
		return;
	}
	fx_leg_reply(l->stack, msg, 200);
	if (h && l->ev.on_info) {
		fx_pl_copy(type, sizeof(type), &h->val);
		l->ev.on_info(l->arg, type, body, n);
	}
}

static int may_enter(struct fx_stack *s, const struct sip_msg *msg, struct fx_ua_in *in,
		     char *method, size_t size)
{
	fx_in_fill(in, msg);
	fx_pl_copy(method, size, &msg->met);
	in->method = method;
	return s->ua->ev.on_stranger(s->ua->arg, in);
}

/* A tag of a call that is not, or not any more. */
static void no_call(struct fx_stack *s, const struct sip_msg *msg)
{
	struct fx_ua_in in;
	char method[24];

	if (may_enter(s, msg, &in, method, sizeof(method)) != 1) {
		fx_leg_reply(s, msg, 481);
	}
}

static void dispatch(struct fx_leg *l, const struct sip_msg *msg)
{
	struct fx_stack *s = l->stack;
	bool early = l->caller && !l->origin, rel;

	if (!fx_leg_check_require(s, msg, &rel)) {
		return;
	}
	if (!pl_strcmp(&msg->met, "UPDATE") || (!early && !pl_strcmp(&msg->met, "INVITE"))) {
		fx_leg_offer_in(l, msg, msg->met.p[0] == 'U');
	} else if (!pl_strcmp(&msg->met, "INFO")) {
		on_info(l, msg);
	} else if (!pl_strcmp(&msg->met, "OPTIONS")) {
		reply_allow(s, msg, 200);
	} else if (early) {
		fx_leg_reply(s, msg, 481); /* nothing else is there before their answer */
	} else if (!pl_strcmp(&msg->met, "BYE")) {
		on_bye(l, msg);
	} else if (!pl_strcmp(&msg->met, "PRACK")) {
		fx_leg_on_prack(l, msg);
	} else {
		reply_allow(s, msg, 405);
	}
}

static void in_dialog(struct fx_stack *s, const struct sip_msg *msg)
{
	struct fx_leg *l = leg_of(s, msg);

	if (!pl_strcmp(&msg->met, "ACK")) {
		if (l) {
			fx_leg_on_ack(l, msg);
		}
	} else if (!l || !pl_strcmp(&msg->met, "CANCEL")) { /* of no transaction any more */
		no_call(s, msg);
	} else if (!sip_dialog_rseq_valid(l->dlg, msg)) {
		(void)sip_treply(NULL, s->sip, msg, 500, "Bad Sequence");
	} else {
		dispatch(l, msg);
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
	status = may_enter(s, msg, &in, method, sizeof(method));
	if (status == 1) {
		return true;
	}
	if (status || s->ua->ending) {
		fx_leg_reply(s, msg, status ? status : 503);
	} else if (!strcmp(method, "INVITE")) {
		fx_leg_new_call(s, msg, &in);
	} else if (!strcmp(method, "OPTIONS")) {
		bool rel;

		if (fx_leg_check_require(s, msg, &rel)) {
			reply_allow(s, msg, 200);
		}
	} else if (!strcmp(method, "BYE") || !strcmp(method, "UPDATE") ||
		   !strcmp(method, "PRACK") || !strcmp(method, "CANCEL") ||
		   !strcmp(method, "INFO")) {
		fx_leg_reply(s, msg, 481);
	} else {
		reply_allow(s, msg, 405);
	}
	return true;
}
