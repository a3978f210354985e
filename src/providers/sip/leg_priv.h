/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/sip/leg_priv.h  A leg, shared by leg_*.c. */
#ifndef FX_SIP_LEG_PRIV_H
#define FX_SIP_LEG_PRIV_H

#include "base/bytes.h"
#include "providers/sip/ua_priv.h"

#define FX_MIN_SE 90u /* RFC 4028 4 */
#define FX_MAX_SE 86400u
#define FX_SESSION_S 1800u
#define FX_LEG_ALLOW "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, PRACK, INFO"

enum leg_state {
	LEG_CALLING,  /* INVITE is out, nothing came yet */
	LEG_EARLY,    /* a 1xx came */
	LEG_RINGING,  /* theirs, not answered yet */
	LEG_UP,
	LEG_ENDING,   /* CANCEL or BYE is out */
	LEG_OVER
};

/** Our 2xx, repeated until its ACK comes (RFC 3261 13.3.1.4). */
struct leg_ok {
	struct sip_msg *msg;   /* the INVITE; NULL = nothing waits */
	struct mbuf *mb;
	struct sa dst;
	unsigned tries;
	bool made_offer;       /* it had ours: their answer is in the ACK */
	struct tmr repeat, end;
};

/** An offer under way; theirs and ours exclude each other. */
enum leg_offer {
	OFFER_NONE,
	OFFER_OURS,
	OFFER_GLARE, /* ours waits for its time */
	OFFER_WAITS, /* ours waits for their ACK */
	OFFER_THEIRS
};

struct fx_leg {
	struct fx_link link;
	struct fx_ua *ua;
	struct fx_stack *stack;
	struct fx_ua_way *way; /* NULL: incoming */
	bool caller, told_end;
	enum leg_state state;
	struct fx_leg_events ev;
	void *arg;
	struct sip_dialog *dlg;    /* ours before the 2xx: without their tag */
	struct sip_dialog *origin; /* after it: what other branches may still answer to */
	struct sip_dialog *early;  /* of a reliable 1xx */
	char call_id[FX_SIP_NAME_SIZE], uri[FX_SIP_URI_SIZE], user[FX_SIP_NAME_SIZE];
	struct fx_auth auth;
	struct fx_leg_end end;
	struct tmr end_timer;
	bool bye_waits; /* for the ACK (RFC 3261 15) */
	int bye_q850;
	char bye_words[100];
	/* INVITE of ours */
	struct sip_request *invite;
	struct fx_buf sdp;
	char asserted[FX_SIP_URI_SIZE];
	char *invite_auth; /* what the INVITE had; its ACK has the same */
	struct fx_buf early_sdp; /* of a reliable 1xx: it is the answer */
	uint32_t their_rseq;
	struct tmr target_timer, answer_timer;
	uint32_t target_timeout_ms, answer_timeout_s;
	bool cancelled, got_1xx, raised_se;
	/* ACK of ours to the last 2xx */
	struct mbuf *ack;
	struct sip_request *ack_req; /* while a name of theirs is looked up */
	struct sa ack_dst;
	enum sip_transp ack_tp;
	uint32_t ack_cseq;
	/* INVITE of theirs, first or later, or UPDATE */
	struct sip_strans *st;
	struct sip_msg *msg;
	bool is_update, no_offer;
	struct leg_ok ok;
	/* reliable 1xx (RFC 3262) */
	bool want_100rel;
	uint32_t rseq, invite_cseq;
	struct mbuf *rel;
	struct sa rel_dst;
	unsigned rel_tries;
	struct tmr rel_timer;
	/* offers in the call */
	enum leg_offer offer;
	struct sip_request *re;
	struct fx_buf re_sdp;
	bool re_is_refresh;
	unsigned re_tries; /* 491, 422, Retry-After */
	struct tmr glare, answer_due;
	uint64_t their_hash; /* of their body that runs; the other one is only offered */
	uint64_t offered_hash;
	struct fx_buf running;
	/* session timer (RFC 4028) */
	uint32_t se;
	bool we_refresh, peer_timer, peer_update;
	struct tmr se_timer;
	struct sip_request *update; /* refresh of ours */
	struct sip_request *other;  /* BYE */
};

/* leg.c */
struct fx_leg *fx_leg_new(struct fx_ua *ua, struct fx_stack *stack, bool caller);
/** Give back all that is libre's; the leg itself stays its owner's. */
void fx_leg_close(struct fx_leg *l);
/** Tell the end, once. The owner may free the leg in it: touch nothing after. */
void fx_leg_over(struct fx_leg *l, enum fx_leg_who who, int status, const char *words);
/** The body cut to Content-Length; its SDP part. @return 0; FX_ENOENT none; FX_EPROTO bad length */
FX_MUST_CHECK int fx_leg_sdp(const struct sip_msg *msg, const uint8_t **ret, size_t *ret_n);
/** The body cut to Content-Length. @return false when there is less than it says */
bool fx_leg_body(const struct sip_msg *msg, const uint8_t **ret, size_t *ret_n);
void fx_leg_bye(struct fx_leg *l, int q850, const char *words);
/** Headers that every INVITE and 2xx of ours has, after Contact. */
void fx_leg_headers(struct fx_leg *l, bool reply, char *dst, size_t size);
void fx_leg_read_end(struct fx_leg *l, const struct sip_msg *msg);
uint64_t fx_leg_hash(const uint8_t *p, size_t n);
int fx_leg_send_contact(enum sip_transp tp, const struct sa *src, const struct sa *dst,
			struct mbuf *mb, void *arg);
/** Credentials of a request in the call, "" = none. dst of FX_UA_AUTH_SIZE. */
void fx_leg_auth(struct fx_leg *l, const char *method, char *dst);
/** A challenge to a request in the call. @return true = send again */
bool fx_leg_challenged(struct fx_leg *l, const struct sip_msg *msg);
/** Their Contact, if it is usable, is where the next request goes. */
void fx_leg_target(struct fx_leg *l, const struct sip_msg *msg);

/* leg_out.c */
/** ACK to a 2xx; dlg as it stands. */
void fx_leg_send_ack(struct fx_leg *l, struct sip_dialog *dlg, uint32_t cseq, bool keep);
/** Its INVITE may still be answered when the leg is gone: thanked and hung up then. */
void fx_leg_orphan(struct fx_leg *l);

/* leg_ring.c: an incoming call up to our answer, and our 2xx */
void fx_leg_new_call(struct fx_stack *s, const struct sip_msg *msg, const struct fx_ua_in *in);
/** 200 (or another 2xx) to msg with a body, kept until the ACK. */
FX_MUST_CHECK int fx_leg_send_ok(struct fx_leg *l, const uint8_t *sdp, size_t n, bool made_offer);
void fx_leg_ok_done(struct fx_leg *l);
void fx_leg_on_ack(struct fx_leg *l, const struct sip_msg *msg);
void fx_leg_on_prack(struct fx_leg *l, const struct sip_msg *msg);

/* leg_in.c */
void fx_leg_reply(struct fx_stack *s, const struct sip_msg *msg, int status);
/** RFC 3261 8.2.2.3. @return false when it was refused; rel: they require 100rel */
bool fx_leg_check_require(struct fx_stack *s, const struct sip_msg *msg, bool *rel);
/** 422 when their session interval is too short (RFC 4028 6). @return false when refused */
bool fx_leg_check_se(struct fx_stack *s, const struct sip_msg *msg);
/** A body that is no SDP, or cut short, is refused. @return false then; n 0 = no body */
bool fx_leg_check_body(struct fx_stack *s, const struct sip_msg *msg, const uint8_t **sdp,
		       size_t *n);

/* leg_offer.c */
void fx_leg_offer_in(struct fx_leg *l, const struct sip_msg *msg, bool update);
void fx_leg_offer_fini(struct fx_leg *l);
void fx_leg_offer_go(struct fx_leg *l); /**< their ACK is here */
/** Our unchanged body once more. @return 0, FX_ESTATE (an offer is open) ... */
FX_MUST_CHECK int fx_leg_offer_again(struct fx_leg *l);
void fx_leg_lost(struct fx_leg *l, int status); /**< 481, 408: it is gone there */

/* leg_timer.c: the session timer (RFC 4028) */
/** Session-Expires of a request or 2xx; starts the timer. */
void fx_leg_take_se(struct fx_leg *l, const struct sip_msg *msg, bool we_sent_request);
bool fx_leg_raise_se(struct fx_leg *l, const struct sip_msg *msg); /**< 422: longer, once */
void fx_leg_up(struct fx_leg *l);

#endif
