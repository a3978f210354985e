/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/media.h
 * The media of one call: T.30 over RTP or UDPTL, and the change between them. Datagrams in,
 * datagrams out, clocked each 20 ms; no socket and no SIP, so that it runs on the virtual clock.
 *
 *   idle --audio()--> audio --t38()--> T.38 --audio()--> audio ...
 *   any --T.30 over or hang-up done--> done
 *
 * Thread: one at a time (the call's media worker). Owner: whoever made it frees it. Events are
 * called from inside and must not free it; page_ack(), hangup() may be called from them.
 */
#ifndef FX_SIP_MEDIA_H
#define FX_SIP_MEDIA_H

#include "providers/sip/dtmf.h"
#include "providers/sip/rtp.h"
#include "providers/sip/udptl.h"
#include "t30/g711.h"
#include "t30/session.h"
#include "t30/tones.h"

#define FX_MEDIA_TICK 160u /**< samples of 20 ms */

struct fx_media_events {
	/** Send to the far end, now. */
	void (*on_send)(void *arg, const uint8_t *p, size_t n);
	void (*on_status)(void *arg, const struct fx_call_status *st);
	void (*on_page)(void *arg, const struct fx_page_report *page);
	void (*on_log)(void *arg, int64_t t_us, const char *line);
	/** First CNG, CED or V.21 flags on the audio line: time to ask for T.38, or not. */
	void (*on_tone)(void *arg, enum fx_tone tone);
	/**
	 * Nothing came for that long since the last start or packet; told once for each start.
	 * T.38: only when nothing came at all since the change to it, since a far end may say
	 * nothing while it receives a page.
	 */
	void (*on_silence)(void *arg, uint32_t ms);
};

struct fx_media_prm {
	bool caller;
	const struct fx_dial *dial;     /**< caller; copied, its descriptors are not used */
	struct fx_t30_doc *take_doc;    /**< caller: of fx_t30_prepare() */
	const struct fx_answer *answer; /**< callee; copied, rx_fd dup'd */
	uint64_t call;
	int64_t start_us;               /**< call time of the answer */
	uint32_t jitter_ms;             /**< 0 = 80 */
	uint32_t audio_silence_ms, t38_silence_ms; /**< for on_silence; 0 = 10000, 6000 */
	const char *dtmf;               /**< caller: digits sent first, "" or NULL = none; dtmf.h */
	uint32_t dtmf_pause_ms;         /**< of a ',' in them */
	uint8_t event_type;             /**< RFC 4733 payload type; 0 = tones in the audio */
	uint32_t source;                /**< RTP SSRC, and first sequence number and time from it */
	const struct fx_media_events *events;
	void *arg;
};

struct fx_media;
FX_MUST_CHECK int fx_media_new(const struct fx_media_prm *prm, struct fx_media **ret);
struct fx_media *fx_media_free(struct fx_media *m);

/**
 * Speak G.711 from now on. Again with another codec or after T.38: a new session begins, unless
 * audio with the same codec goes on already.
 * @return 0, FX_ESTATE (pages have moved already), FX_ENOMEM, or what the session says
 */
FX_MUST_CHECK int fx_media_audio(struct fx_media *m, enum fx_g711 law, struct fx_reason *reterr);
/** What SDP agreed on. */
struct fx_media_t38 {
	enum fx_udptl_ec ec;
	unsigned redundancy;   /**< 0 = 3 */
	uint32_t max_datagram; /**< theirs; 0 = not said */
	uint32_t max_bit_rate; /**< 0 = 14400 */
	bool unpaced;          /**< both ends are ours */
};
/** Speak T.38 from now on; a new session begins. @return as fx_media_audio() */
FX_MUST_CHECK int fx_media_t38(struct fx_media *m, const struct fx_media_t38 *t38,
			       struct fx_reason *reterr);
/** True while a change of transport loses nothing: no page has begun to move. */
bool fx_media_may_switch(const struct fx_media *m);

/** A datagram came; RTP and UDPTL are told apart by what is spoken now. */
void fx_media_receive(struct fx_media *m, const uint8_t *p, size_t n);
/** 20 ms have passed. */
void fx_media_tick(struct fx_media *m);
void fx_media_page_ack(struct fx_media *m, uint32_t page, bool ok);
void fx_media_line_lost(struct fx_media *m); /**< the far end hung up */
void fx_media_hangup(struct fx_media *m);    /**< politely, DCN first */
bool fx_media_is_done(const struct fx_media *m);
/** Valid once done. */
void fx_media_result(const struct fx_media *m, struct fx_call_result *ret);

struct fx_media_stats {
	uint64_t sent, received;   /**< datagrams */
	uint64_t alien;            /**< of the other kind, or neither */
	struct fx_jitter_stats rtp;   /**< of all audio of the call */
	struct fx_udptl_stats udptl;  /**< of all T.38 of the call */
};
void fx_media_stats(const struct fx_media *m, struct fx_media_stats *ret);

#endif
