/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/call_priv.h
 * One call on the signalling thread: its leg, its media, and what is agreed about them.
 *
 *   outgoing: waits -> out --2xx, pages ready--> starts --READY--> up --> ends --> over
 *   incoming: rings --answer()--> starts --READY, our 2xx--> up --> ends --> over
 *   ends: leg and media stop, whoever began it. over: the owner was told; only the leg's last
 *   words are waited for.
 */
#ifndef FX_SIP_CALL_PRIV_H
#define FX_SIP_CALL_PRIV_H

#include "providers/sip/sip_priv.h"

enum fx_call_state {
	FX_CALL_WAITS, FX_CALL_OUT, FX_CALL_RINGS, FX_CALL_STARTS, FX_CALL_UP, FX_CALL_ENDS,
	FX_CALL_OVER
};
enum fx_medium { FX_MEDIUM_NONE, FX_MEDIUM_AUDIO, FX_MEDIUM_T38 };
/** Why the worker was asked to speak something else; one at a time. */
enum fx_change {
	FX_CHANGE_NONE,
	FX_CHANGE_FIRST,  /* at the answer */
	FX_CHANGE_THEIRS, /* their offer waits for it */
	FX_CHANGE_OURS    /* ours was accepted */
};
enum fx_worker_life { FX_LIFE_NONE, FX_LIFE_ON, FX_LIFE_DONE, FX_LIFE_STOPPING, FX_LIFE_STOPPED };

struct fx_sip_call {
	struct fx_sip *p;
	struct fx_sip_call *next;  /* in the bucket */
	uint64_t id;
	bool outgoing, counted;    /* counted: on the trunk */
	enum fx_call_state state;
	size_t line;
	struct fx_trunk *trunk;
	const struct fx_sip_trunk *ts;
	struct fx_leg *leg;
	struct fx_ua_timer *timer; /* of the state */
	struct fx_ua_timer *ask;   /* for our T.38 offer */
	struct fx_ua_timer *person; /* until a fax must have been heard */
	bool heard;                /* CNG, CED or V.21 */
	int64_t start_us, answered_us;
	int log_fd;
	/* what to do */
	struct fx_sip_plan plan;
	struct fx_sip_number number;
	struct fx_dial *dial;
	struct fx_t30_doc *doc;
	bool doc_ready;
	struct fx_answer answer;
	bool has_answer;
	uint32_t pages_total;
	char caller_id[FX_NUMBER_SIZE], called[FX_NUMBER_SIZE];
	struct sockaddr_storage peer; /* incoming: who asks */
	uint32_t rings;
	uint32_t tried_lines;      /* incoming: owners that refused */
	uint64_t rang_ms;
	/* SDP */
	int fd;                    /* until the worker has it */
	struct sockaddr_storage local;
	uint16_t port;
	struct fx_sdp_origin origin;
	struct fx_buf body;        /* the last of ours, whatever became of it */
	struct fx_sdp theirs;      /* their last offer or answer */
	struct fx_sdp layout;      /* the m-lines of the session */
	enum fx_sdp_kind first_offer; /* outgoing: of the INVITE */
	bool tried_other, early, offerless;
	struct sockaddr_storage remote;
	uint8_t event_type;
	/* media */
	enum fx_worker_life life;
	enum fx_medium now, to;
	enum fx_change change;
	enum fx_g711 law;
	struct fx_media_t38 t38;
	enum fx_medium asking;     /* our offer that is open */
	bool asked, t38_refused, went_back, pages_move, was_t38;
	enum fx_port_state told;
	struct fx_worker_done done;
	/* the end */
	bool cancelled, leg_late, has_end;
	struct fx_leg_end end;
	enum fx_outcome fail;      /* ours, before all others; NONE = none */
	char fail_words[200];
};

/* call.c */
struct fx_sip_call *fx_call_find(struct fx_sip *p, uint64_t id);
FX_MUST_CHECK int fx_call_new(struct fx_sip *p, uint64_t id, struct fx_sip_call **ret);
struct fx_sip_call *fx_call_free(struct fx_sip_call *c);
void fx_call_rename(struct fx_sip_call *c, uint64_t id);
void fx_call_log(struct fx_sip_call *c, const char *fmt, ...) FX_PRINTF(2, 3);
int64_t fx_call_us(const struct fx_sip_call *c); /**< call time */
void fx_call_status(struct fx_sip_call *c, enum fx_port_state state);
void fx_call_status_of(struct fx_sip_call *c, const struct fx_call_status *st);
/** End it from our side, in any state. outcome NONE: as T.30 or the leg says. */
void fx_call_end(struct fx_sip_call *c, enum fx_outcome outcome, const char *words);
/** The media say that T.30 is over. */
void fx_call_on_person(void *call); /**< timer: was a fax heard? */
void fx_call_t30_done(struct fx_sip_call *c);
/** Leg and media are looked at: is all of it over? May free the call. */
void fx_call_check(struct fx_sip_call *c);
extern const struct fx_leg_events fx_call_leg_events;

/* call_out.c, call_in.c */
void fx_call_invite(struct fx_sip_call *c);
/** The INVITE failed: another target, other media. @return true: another one is on its way */
bool fx_call_again(struct fx_sip_call *c, const struct fx_leg_end *end);
void fx_call_answered(struct fx_sip_call *c, const uint8_t *sdp, size_t n);
void fx_call_pages_ready(struct fx_sip_call *c);
void fx_call_take_answer(struct fx_sip_call *c, const struct fx_answer *take_answer);
/** One more ring, or the end of them. */
void fx_call_ring(struct fx_sip_call *c);
/** Its owner does not take it. early: before it rang, so that another line may be asked. */
void fx_call_reject(struct fx_sip_call *c, bool early);
void fx_call_refuse(struct fx_sip_call *c, int status, enum fx_outcome outcome);

/* call_sdp.c: bodies */
FX_MUST_CHECK int fx_call_bind(struct fx_sip_call *c, const struct sockaddr_storage *peer);
/** Our offer of one kind, in the layout of the session. Into c->body. */
FX_MUST_CHECK int fx_call_write_offer(struct fx_sip_call *c, enum fx_sdp_kind kind);
/** Our answer to c->theirs: `m` in use, the others refused. */
FX_MUST_CHECK int fx_call_write_answer(struct fx_sip_call *c, const struct fx_sdp_media *m);
/** Which of their lines shall be used; NULL = none. @param now of the answer, not in the call */
const struct fx_sdp_media *fx_call_choose(struct fx_sip_call *c, bool first,
					  struct fx_reason *why);
FX_MUST_CHECK int fx_call_take_t38(struct fx_sip_call *c, const struct fx_sdp_media *m,
				   bool we_offered, struct fx_reason *why);
void fx_call_take_audio(struct fx_sip_call *c, const struct fx_sdp_media *m);
/** Where their media are. @return false: nowhere we can send to */
bool fx_call_take_remote(struct fx_sip_call *c, const struct fx_sdp_media *m);

/* call_media.c: from the answer on */
/** Give socket and pages to a worker and let it speak. @return 0 or why not */
FX_MUST_CHECK int fx_call_start(struct fx_sip_call *c, enum fx_medium medium);
void fx_call_speak(struct fx_sip_call *c, enum fx_medium medium, enum fx_change change);
void fx_call_on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh);
void fx_call_on_ack(void *arg, const uint8_t *sdp, size_t n);
void fx_call_on_offer_done(void *arg, int status, const uint8_t *sdp, size_t n);
void fx_call_up(struct fx_sip_call *c);

#endif
