/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/leg.h
 * One SIP call: dialog, offers and answers (RFC 3261, 3262, 3264, 3311, 4028). Bodies pass
 * through as they are; what is in them is sdp.h's and the call's business.
 *
 *   outgoing: calling --1xx--> early --2xx (ACK sent)--> up --> over
 *   incoming: ringing --fx_leg_answer()--> up --> over
 *   up: at most one offer at a time, theirs or ours; glare and its back-off are one state
 *
 * Thread: the signalling thread. Owner: whoever got it from fx_leg_call() or took it in on_call;
 * after on_end() it is to be freed, and nothing else may be called.
 */
#ifndef FX_SIP_LEG_H
#define FX_SIP_LEG_H

#include "providers/sip/ua.h"

enum fx_leg_who { FX_LEG_US, FX_LEG_THEM, FX_LEG_NOBODY /**< time-out, transport */ };
struct fx_leg_end {
	enum fx_leg_who who;
	int status;          /**< SIP status that ended it, 0 = BYE or none */
	int q850;            /**< of a Reason header, 0 = none */
	char words[160];     /**< reason phrase, Reason text, or what happened; never empty */
	uint32_t retry_after_s;
};

struct fx_leg_events {
	/** 100 to 199 but 100; n 0 = without SDP (early media otherwise). */
	void (*on_progress)(void *arg, int status, const uint8_t *sdp, size_t n);
	/** 2xx to our INVITE; the ACK is on its way. n 0: it had no SDP. */
	void (*on_answer)(void *arg, const uint8_t *sdp, size_t n);
	/**
	 * An offer in the call, INVITE or UPDATE; n 0 = they want ours. Answer with
	 * fx_leg_accept() or fx_leg_refuse(), now or later (30 s at most).
	 * refresh: the same body as before or none changed: answer what is running.
	 */
	void (*on_offer)(void *arg, const uint8_t *sdp, size_t n, bool refresh);
	/** Their answer, in the ACK, to an offer that fx_leg_answer() or accept() made. */
	void (*on_ack)(void *arg, const uint8_t *sdp, size_t n);
	/** End of our fx_leg_offer(): 2xx with their answer, else a status: nothing changed.
	 * 491: their offer came first and was (or will be) told by on_offer(). */
	void (*on_offer_done)(void *arg, int status, const uint8_t *sdp, size_t n);
	/** DTMF by INFO, if anybody sends it; digits of RFC 4733 come in RTP. */
	void (*on_info)(void *arg, const char *type, const uint8_t *body, size_t n);
	/** The last word. */
	void (*on_end)(void *arg, const struct fx_leg_end *end);
};

struct fx_leg_prm {
	const char *user;        /**< number to call, as the trunk wants it */
	const char *caller;      /**< number shown, NULL = the way's identity */
	const char *asserted;    /**< P-Asserted-Identity, NULL = none */
	const uint8_t *sdp;      /**< our offer */
	size_t n;
	uint32_t answer_timeout_s; /**< from the INVITE to the 2xx; 0 = 120 */
	uint32_t target_timeout_ms;/**< without any response: the target is dead; 0 = 5000 */
	uint32_t session_expires_s;/**< 0 = 1800; we refresh at half of it */
	const struct fx_leg_events *events;
	void *arg;
};
/** @return 0, FX_ENOENT (the way has a name and no target yet), FX_EIO, FX_ENOMEM */
FX_MUST_CHECK int fx_leg_call(struct fx_ua_way *way, const struct fx_leg_prm *prm,
			      struct fx_leg **ret, struct fx_reason *reterr);
/**
 * An incoming call came by this trunk: its digest is used when they ask for one in the call.
 * The call goes on without when the way is freed.
 */
void fx_leg_use_way(struct fx_leg *l, struct fx_ua_way *way);
/** In on_call(): this leg's events go here; 100 is sent already. */
void fx_leg_take(struct fx_leg *l, const struct fx_leg_events *events, void *arg);
/** 180, or 183 with SDP; reliably (PRACK) when they require it. */
int fx_leg_progress(struct fx_leg *l, int status, const uint8_t *sdp, size_t n);
/** 200 with our answer (or offer, when they made none). Repeated until their ACK. */
FX_MUST_CHECK int fx_leg_answer(struct fx_leg *l, const uint8_t *sdp, size_t n);
/** Refuse an incoming call; on_end() follows. */
void fx_leg_reject(struct fx_leg *l, int status, const char *reason, uint32_t retry_after_s);

/** Our re-INVITE. @return 0, FX_ESTATE (an offer is open, or not up) */
FX_MUST_CHECK int fx_leg_offer(struct fx_leg *l, const uint8_t *sdp, size_t n);
/** Our answer to on_offer(). */
FX_MUST_CHECK int fx_leg_accept(struct fx_leg *l, const uint8_t *sdp, size_t n);
void fx_leg_refuse(struct fx_leg *l, int status); /**< 488, 491 ...; the call goes on */
/** What refreshes repeat: the body that runs now. Copied. */
FX_MUST_CHECK int fx_leg_running(struct fx_leg *l, const uint8_t *sdp, size_t n);

/**
 * End it, in any state: CANCEL, BYE or refusal as it fits, at most 4 s until on_end().
 * q850: cause for the Reason header, 0 = none
 */
void fx_leg_hangup(struct fx_leg *l, int q850, const char *words);
/**
 * Frees it, in a callback of its own too; without on_end() before, the far end may hear nothing
 * (but an INVITE of ours that is answered after this is thanked and hung up). When its way or
 * its ua is gone already on_end() has come, and any thread may free it.
 */
struct fx_leg *fx_leg_free(struct fx_leg *l);
/** True when we made the call: the one who waits longer after glare (RFC 3261 14.1). */
bool fx_leg_is_caller(const struct fx_leg *l);
const char *fx_leg_call_id(const struct fx_leg *l);

#endif
