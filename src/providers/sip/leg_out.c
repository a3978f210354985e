/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The INVITE of ours, and what becomes of it.
 *
 *   calling --1xx--> early --2xx: ACK--> up
 *      |               |---3xx-6xx--> over (401, 407, 422: once more)
 *      |               '---hung up: CANCEL--> ending --487--> over
 *      '--silence--> over; the INVITE goes on as an orphan
 *
 * An orphan is an INVITE whose leg is gone, or a forked one beyond its first answer: libre
 * cancels it when a 1xx comes, and a 2xx is thanked and hung up here (RFC 3261 13.2.2.4).
 */
#include "providers/sip/leg_priv.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define TARGET_MS 5000
#define ANSWER_S 120
#define ORPHAN_MS (64 * SIP_T1)
#define ORPHANS_MAX 8192u

/* ---- ACK ---- */

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
	/* Held, since libre may have a name to look up before it asks on_ack_send(). */
	if (keep) {
		l->ack_req = mem_deref(l->ack_req);
		l->ack_cseq = cseq;
	}
	(void)sip_drequestf(keep ? &l->ack_req : NULL, l->stack->sip, false, "ACK", dlg, cseq,
			    NULL, keep ? on_ack_send : NULL, NULL, l,
			    "%sContent-Length: 0\r\n\r\n", fx_text(l->invite_auth));
}

/* ---- orphans ---- */

struct orphan {
	struct fx_link link;
	struct fx_stack *stack;
	struct sip_dialog *dlg; /* without their tag */
	uint64_t until;
};

static void orphan_free(struct fx_ua *ua, struct orphan *o)
{
	fx_list_remove(&o->link);
	ua->n_orphans--;
	mem_deref(o->dlg);
	(void)fx_free(o);
}

static void on_orphan_timer(void *arg)
{
	struct fx_ua *ua = arg;
	uint64_t now = tmr_jiffies();

	while (!fx_list_empty(&ua->orphans)) {
		struct orphan *o = FX_CONTAINER(ua->orphans.next, struct orphan, link);

		if (o->until > now) {
			tmr_start(&ua->orphan_timer, o->until - now, on_orphan_timer, ua);
			return;
		}
		orphan_free(ua, o);
	}
}

void fx_orphans_free(struct fx_ua *ua, const struct fx_stack *s)
{
	FX_LIST_EACH_SAFE(&ua->orphans, it) {
		struct orphan *o = FX_CONTAINER(it, struct orphan, link);

		if (!s || o->stack == s) {
			orphan_free(ua, o);
		}
	}
	if (fx_list_empty(&ua->orphans)) {
		tmr_cancel(&ua->orphan_timer);
	}
}

void fx_leg_orphan(struct fx_leg *l)
{
	struct sip_dialog *dlg = l->origin ? l->origin : l->caller ? l->dlg : NULL;
	struct orphan *o = dlg && !l->ua->ending ? fx_zalloc(sizeof(*o)) : NULL;

	if (!o) {
		return;
	}
	if (l->ua->n_orphans >= ORPHANS_MAX) {
		orphan_free(l->ua, FX_CONTAINER(l->ua->orphans.next, struct orphan, link));
	}
	o->stack = l->stack;
	o->dlg = mem_ref(dlg);
	o->until = tmr_jiffies() + ORPHAN_MS;
	fx_list_append(&l->ua->orphans, &o->link);
	l->ua->n_orphans++;
	if (!tmr_isrunning(&l->ua->orphan_timer)) {
		tmr_start(&l->ua->orphan_timer, ORPHAN_MS, on_orphan_timer, l->ua);
	}
}

void fx_legs_drop(struct fx_ua *ua, const struct fx_ua_way *w, const char *words)
{
	FX_LIST_EACH_SAFE(&ua->legs, it) {
		struct fx_leg *l = FX_CONTAINER(it, struct fx_leg, link);

		if (w && l->way == w && !l->caller && l->stack != w->own) {
			l->way = NULL; /* theirs, which only borrowed its digest: goes on */
		}
		if (w && l->way != w && l->stack != w->own) {
			continue;
		}
		fx_leg_hangup(l, 0, NULL); /* which frees none */
		if (l->bye_waits) {
			fx_leg_bye(l, 0, NULL);
		}
	}
	for (;;) {
		struct fx_leg *l = NULL;

		FX_LIST_EACH(&ua->legs, it) {
			struct fx_leg *x = FX_CONTAINER(it, struct fx_leg, link);

			if (!w || x->way == w || x->stack == w->own) {
				l = x;
				break;
			}
		}
		if (!l) {
			return;
		}
		if (l->told_end) {
			fx_leg_close(l);
			continue;
		}
		/* Its owner may free it in this; if not, it is met again and closed. */
		fx_leg_over(l, FX_LEG_US, 0, words);
	}
}

/* ---- responses that no transaction waits for: 2xx ---- */

/* Thanked and hung up. */
static bool refuse_2xx(struct fx_stack *s, struct sip_dialog *dlg, const struct sip_msg *msg)
{
	struct sip_dialog *fork = NULL;

	if (!sip_dialog_cmp_half(dlg, msg) || !fx_contact_usable(s, msg) ||
	    sip_dialog_fork(&fork, dlg, msg)) {
		return false;
	}
	(void)sip_drequestf(NULL, s->sip, false, "ACK", fork, msg->cseq.num, NULL, NULL, NULL,
			    NULL, "Content-Length: 0\r\n\r\n");
	(void)sip_drequestf(NULL, s->sip, true, "BYE", fork, 0, NULL, NULL, NULL, NULL,
			    "Content-Length: 0\r\n\r\n");
	mem_deref(fork);
	return true;
}

/* One of a leg's own. */
static void repeated_2xx(struct fx_leg *l, const struct sip_msg *msg)
{
	if (l->ack && msg->cseq.num == l->ack_cseq) {
		(void)sip_send(l->stack->sip, NULL, l->ack_tp, &l->ack_dst, l->ack);
	} else {
		fx_leg_send_ack(l, l->dlg, msg->cseq.num, true);
	}
}

/* Nobody else looks after us, so all are taken: libre writes a line for each it sees left. */
bool fx_leg_response(struct fx_stack *s, const struct sip_msg *msg)
{
	if (msg->scode < 200 || msg->scode > 299 || pl_strcmp(&msg->cseq.met, "INVITE")) {
		return true;
	}
	FX_LIST_EACH(&s->ua->legs, it) {
		struct fx_leg *l = FX_CONTAINER(it, struct fx_leg, link);

		if (l->stack != s || !l->dlg) {
			continue;
		}
		if (sip_dialog_cmp(l->dlg, msg)) {
			repeated_2xx(l, msg);
			return true;
		}
		/* Another branch of a forked call answered too. */
		if (l->origin && refuse_2xx(s, l->origin, msg)) {
			return true;
		}
	}
	FX_LIST_EACH(&s->ua->orphans, it) {
		struct orphan *o = FX_CONTAINER(it, struct orphan, link);

		if (o->stack == s && refuse_2xx(s, o->dlg, msg)) {
			return true;
		}
	}
	return true;
}

/* ---- our INVITE ---- */

static int send_invite(struct fx_leg *l);

static void on_target_timer(void *arg)
{
	struct fx_leg *l = arg;
	char words[100];

	(void)snprintf(words, sizeof(words), "no response from the trunk within %u ms",
		       l->target_timeout_ms);
	/* libre holds on to it and says CANCEL should a 1xx come after all. */
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

/* We do not say that we understand 100rel; who sends it all the same gets its PRACK. */
static void prack(struct fx_leg *l, const struct sip_msg *msg, const uint8_t *sdp, size_t n)
{
	uint32_t rseq = fx_hdr_value(msg, SIP_HDR_RSEQ);
	char auth[FX_UA_AUTH_SIZE];

	if (!rseq || !sip_msg_hdr_has_value(msg, SIP_HDR_REQUIRE, "100rel") ||
	    !fx_contact_usable(l->stack, msg)) {
		return;
	}
	if (l->early ? !sip_dialog_cmp(l->early, msg) || rseq <= l->their_rseq :
		       sip_dialog_fork(&l->early, l->dlg, msg) != 0) {
		return; /* another branch, or a repeated one */
	}
	l->their_rseq = rseq;
	if (n) {
		fx_buf_reset(&l->early_sdp);
		fx_buf_put(&l->early_sdp, sdp, n);
	}
	fx_leg_auth(l, "PRACK", auth);
	(void)sip_drequestf(NULL, l->stack->sip, true, "PRACK", l->early, 0, NULL, NULL, NULL,
			    NULL, "RAck: %u %u INVITE\r\n%sContent-Length: 0\r\n\r\n", rseq,
			    msg->cseq.num, auth);
}

static void on_1xx(struct fx_leg *l, const struct sip_msg *msg)
{
	const uint8_t *sdp = NULL;
	size_t n = 0;

	tmr_cancel(&l->target_timer);
	if (l->state == LEG_CALLING) {
		l->state = LEG_EARLY;
	}
	if (msg->scode == 100) {
		return;
	}
	if (fx_leg_sdp(msg, &sdp, &n)) {
		n = 0;
	}
	prack(l, msg, sdp, n);
	if (l->state == LEG_EARLY) {
		l->ev.on_progress(l->arg, msg->scode, sdp, n);
	}
}

/* The dialog of a 2xx; the one without their tag stays for other branches. */
static bool make_call(struct fx_leg *l, const struct sip_msg *msg)
{
	struct sip_dialog *d = NULL;

	if (l->early && sip_dialog_cmp(l->early, msg)) {
		d = mem_ref(l->early);
	} else if (sip_dialog_fork(&d, l->dlg, msg)) {
		return false;
	}
	l->early = mem_deref(l->early);
	l->origin = l->dlg;
	l->dlg = d;
	return true;
}

static void on_2xx(struct fx_leg *l, const struct sip_msg *msg)
{
	const uint8_t *sdp = NULL;
	size_t n = 0;
	bool late = l->state == LEG_ENDING;

	tmr_cancel(&l->target_timer);
	tmr_cancel(&l->answer_timer);
	if (!fx_contact_usable(l->stack, msg) || !make_call(l, msg)) {
		/* It cannot be acknowledged: no address to send to. */
		fx_leg_over(l, FX_LEG_THEM, 0, "they answered without a usable Contact");
		return;
	}
	fx_leg_target(l, msg);
	l->state = LEG_UP;
	fx_leg_send_ack(l, l->dlg, msg->cseq.num, true);
	if (late) { /* CANCEL and 200 crossed */
		fx_leg_bye(l, 16, NULL);
		return;
	}
	if (fx_leg_sdp(msg, &sdp, &n)) {
		sdp = l->early_sdp.data; /* said before, if at all */
		n = l->early_sdp.len;
	}
	l->their_hash = fx_leg_hash(sdp, n);
	fx_leg_take_se(l, msg, true);
	l->ev.on_answer(l->arg, sdp, n);
}

static void refused(struct fx_leg *l, const struct sip_msg *msg)
{
	char words[160];

	if (l->cancelled) { /* why we gave up is known better here */
		fx_leg_over(l, FX_LEG_US, msg->scode, "given up before the answer");
		return;
	}
	fx_leg_read_end(l, msg);
	if (msg->scode < 400) { /* following would let anybody send our calls anywhere */
		(void)snprintf(words, sizeof(words), "redirected; that is not followed");
		l->end.words[0] = 0;
	} else {
		fx_pl_copy(words, sizeof(words), &msg->reason);
	}
	fx_leg_over(l, FX_LEG_THEM, msg->scode, words);
}

static void on_invite_reply(int err, const struct sip_msg *msg, void *arg)
{
	struct fx_leg *l = arg;

	if (err || !msg) {
		fx_leg_over(l, l->cancelled ? FX_LEG_US : FX_LEG_NOBODY, 0,
			    err == ETIMEDOUT ? "no response from the trunk" : strerror(err));
	} else if (msg->scode < 200) {
		on_1xx(l, msg);
	} else if (msg->scode < 300) {
		on_2xx(l, msg);
	} else if (l->state == LEG_ENDING ||
		   !(fx_leg_challenged(l, msg) ||
		     (msg->scode == 422 && fx_leg_raise_se(l, msg))) ||
		   send_invite(l)) {
		refused(l, msg);
	}
}

static int send_invite(struct fx_leg *l)
{
	char auth[FX_UA_AUTH_SIZE], headers[400];

	fx_leg_auth(l, "INVITE", auth);
	(void)fx_free(l->invite_auth);
	l->invite_auth = fx_strdup(auth);
	l->early = mem_deref(l->early);
	l->their_rseq = 0;
	fx_leg_headers(l, false, headers, sizeof(headers));
	return fx_err_of(sip_drequestf(&l->invite, l->stack->sip, true, "INVITE", l->dlg, 0, NULL,
				       fx_leg_send_contact, on_invite_reply, l,
				       "%s%s%s%sContent-Length: %zu\r\n\r\n%b",
				       auth, headers, l->asserted,
				       l->sdp.len ? "Content-Type: application/sdp\r\n" : "",
				       l->sdp.len, l->sdp.data, l->sdp.len));
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

static uint32_t interval(uint32_t wanted)
{
	uint32_t v = wanted ? wanted : FX_SESSION_S;

	return v < FX_MIN_SE ? FX_MIN_SE : v > FX_MAX_SE ? FX_MAX_SE : v;
}

int fx_leg_call(struct fx_ua_way *way, const struct fx_leg_prm *p, struct fx_leg **ret,
		struct fx_reason *reterr)
{
	struct fx_leg *l;
	int err;

	if (!fx_way_is_known(way) || way->ua->ending) {
		return fx_fail(reterr, FX_ENOENT, "no address is known for \"%s\"", way->host);
	}
	l = fx_leg_new(way->ua, way->stack, true);
	if (!l) {
		return FX_ENOMEM;
	}
	l->way = way;
	l->ev = *p->events;
	l->arg = p->arg;
	l->se = interval(p->session_expires_s);
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
