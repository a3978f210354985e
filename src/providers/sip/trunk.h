/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/trunk.h
 * The trunks of the settings, alive: where each is (asked again and again), which of its targets
 * answer, whether we are registered, how many calls it may have.
 *
 *   resolve --targets--> probe each with OPTIONS --best that answers--> the way's target
 *                                                  \--[register]--> REGISTER, refreshed
 *   online: a target answers and, with register = yes, the registration holds.
 *
 * Thread: the signalling thread. Owner: whoever called fx_trunks_new(); a trunk and its way live
 * as long as the whole.
 */
#ifndef FX_SIP_TRUNK_H
#define FX_SIP_TRUNK_H

#include "providers/sip/inbound.h"
#include "providers/sip/settings.h"

struct fx_trunk;
struct fx_trunks;

struct fx_trunks_prm {
	struct fx_ua *ua;
	const struct fx_sip_settings *settings; /**< borrowed until free */
	/**
	 * A trunk went online or offline, or the reason changed; first time soon after the start,
	 * never from inside fx_trunks_new(). words: a sentence for people, never empty; "at
	 * 192.0.2.1:5060, registered for 3600 s".
	 */
	void (*on_state)(void *arg, struct fx_trunk *t, bool online, const char *words);
	void *arg;
	/* 0 = what is built in; tests are quicker */
	uint32_t probe_timeout_ms;  /**< 4000: without an answer the target is dead */
	uint32_t probe_dead_ms;     /**< 10000: dead targets are asked again */
	uint32_t resolve_ms;        /**< 300000: next look-up; after failure sooner */
	uint32_t retry_ms;          /**< 2000: first try again of look-up or REGISTER; doubles */
	uint32_t retry_max_ms;      /**< 120000 */
	uint32_t refused_ms;        /**< 600000: after a wrong password */
};
FX_MUST_CHECK int fx_trunks_new(const struct fx_trunks_prm *prm, struct fx_trunks **ret,
				struct fx_reason *reterr);
/** Un-register, 2 s at most, then fn once; no on_state() any more. fx_trunks_free() after it. */
void fx_trunks_close(struct fx_trunks *ts, void (*fn)(void *arg), void *arg);
struct fx_trunks *fx_trunks_free(struct fx_trunks *ts);

size_t fx_trunks_count(const struct fx_trunks *ts);
struct fx_trunk *fx_trunks_at(struct fx_trunks *ts, size_t i); /**< order of the settings */
/** Of a line of the provider, "NAME/3" (fx_sip_line_name()). NULL = none */
struct fx_trunk *fx_trunks_of_line(struct fx_trunks *ts, const char *line);
/** Who may talk to us; knows the addresses that the trunks have now. */
struct fx_inbound *fx_trunks_inbound(struct fx_trunks *ts);
/** Which trunk a request belongs to that on_stranger let pass: by address, of several the one
 * that has the number called. NULL = none */
struct fx_trunk *fx_trunks_of_call(struct fx_trunks *ts, const struct fx_ua_in *in);

const struct fx_sip_trunk *fx_trunk_settings(const struct fx_trunk *t);
/** NULL when the trunk has a fault (a file that cannot be read): it is offline then. */
struct fx_ua_way *fx_trunk_way(struct fx_trunk *t);
bool fx_trunk_is_online(const struct fx_trunk *t);
const char *fx_trunk_words(const struct fx_trunk *t); /**< of the last on_state(); borrowed */
/** Where calls go now. @return false when no target is known */
bool fx_trunk_target(const struct fx_trunk *t, struct sockaddr_storage *ret);

/**
 * Begin a call: counts it against calls at once and, outgoing, calls per second.
 * @param ret_wait_ms with FX_EAGAIN: try again then; may be NULL
 * @return 0 (fx_trunk_end() must follow), FX_ENODEV (offline; outgoing only), FX_EBUSY (all
 *         ports have calls), FX_EAGAIN (too many in this second); why in the reason
 */
FX_MUST_CHECK int fx_trunk_begin(struct fx_trunk *t, bool outgoing, uint32_t *ret_wait_ms,
				 struct fx_reason *reterr);
void fx_trunk_end(struct fx_trunk *t);
/**
 * The target that the way has did not answer an INVITE, or said 503: if there is another one it
 * counts as dead until a probe is answered (retry_after_s at least, when given); if it is the
 * only one, it is asked at once and stays until it does not answer that either.
 * on_state() may come from inside.
 * @return true: there is another one, which the way has from now on; call again at once
 */
bool fx_trunk_failed(struct fx_trunk *t, uint32_t retry_after_s, const char *why);

#endif
