/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The session timer (RFC 4028). Who refreshes does it at half of the interval, by UPDATE when
 * the other takes it (nothing is negotiated in it, so nothing can go wrong), else by re-INVITE
 * with the body that runs. The other ends the call a little before the whole has passed.
 */
#include "providers/sip/leg_priv.h"

#include <stdio.h>
#include <string.h>
#include "base/str.h"

#define AGAIN_MS 5000

static void on_se_timer(void *arg);

bool fx_leg_raise_se(struct fx_leg *l, const struct sip_msg *msg)
{
	uint32_t v = fx_hdr_value(msg, SIP_HDR_MIN_SE);

	if (l->raised_se || v <= l->se || v > FX_MAX_SE) {
		return false;
	}
	l->raised_se = true;
	l->se = v;
	return true;
}

void fx_leg_take_se(struct fx_leg *l, const struct sip_msg *msg, bool we_sent_request)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_SESSION_EXPIRES);
	uint32_t v, min = fx_hdr_value(msg, SIP_HDR_MIN_SE);
	struct pl who = PL_INIT;
	bool said = h && fx_hdr_number(&h->val, &v);

	l->peer_timer = said || (!we_sent_request &&
				 sip_msg_hdr_has_value(msg, SIP_HDR_SUPPORTED, "timer"));
	l->peer_update = sip_msg_hdr_has_value(msg, SIP_HDR_ALLOW, "UPDATE");
	if (said) {
		(void)fx_hdr_param(&h->val, "refresher", &who);
		l->se = v < FX_MIN_SE ? FX_MIN_SE : v > FX_MAX_SE ? FX_MAX_SE : v;
	} else if (!we_sent_request && min > l->se && min <= FX_MAX_SE) {
		l->se = min;
	}
	/* uac is who sent this request. In a reply the choice is made, and without an interval
	 * there is none; in a request it is ours, unless they chose already. */
	if (we_sent_request) {
		l->we_refresh = said && pl_strcasecmp(&who, "uas") != 0;
	} else {
		l->we_refresh = pl_isset(&who) && !pl_strcasecmp(&who, "uas");
	}
	if (l->state == LEG_UP) {
		fx_leg_up(l);
	}
}

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

static int send_update(struct fx_leg *l);

static void on_update_reply(int err, const struct sip_msg *msg, void *arg)
{
	struct fx_leg *l = arg;
	int status = err || !msg ? 408 : msg->scode;

	if (status < 200) {
		return;
	}
	if (status < 300) {
		bool update = l->peer_update;

		fx_leg_target(l, msg);
		fx_leg_take_se(l, msg, true);
		l->peer_update |= update; /* a reply need not repeat Allow */
	} else if (status == 481 || status == 408) {
		fx_leg_lost(l, status);
	} else if (!(fx_leg_challenged(l, msg) || (status == 422 && fx_leg_raise_se(l, msg))) ||
		   send_update(l)) {
		l->peer_update = status == 491; /* what else they have: by re-INVITE then */
		tmr_start(&l->se_timer, AGAIN_MS, on_se_timer, l);
	}
}

static int send_update(struct fx_leg *l)
{
	char auth[FX_UA_AUTH_SIZE], headers[400];

	fx_leg_auth(l, "UPDATE", auth);
	fx_leg_headers(l, false, headers, sizeof(headers));
	return fx_err_of(sip_drequestf(&l->update, l->stack->sip, true, "UPDATE", l->dlg, 0, NULL,
				       fx_leg_send_contact, on_update_reply, l,
				       "%s%sContent-Length: 0\r\n\r\n", auth, headers));
}

static int refresh(struct fx_leg *l)
{
	if (l->update) {
		return FX_ESTATE;
	}
	if (l->peer_update) {
		fx_auth_begin(&l->auth);
		return send_update(l);
	}
	return fx_leg_offer_again(l);
}

static void on_se_timer(void *arg)
{
	struct fx_leg *l = arg;

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
	tmr_start(&l->se_timer, refresh(l) ? AGAIN_MS : l->se * UINT64_C(500), on_se_timer, l);
}
