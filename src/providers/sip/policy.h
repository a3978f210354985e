/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/policy.h
 * How a call shall be made: the trunk's settings for the destination, and what is known from
 * earlier calls to it. A call that failed in its media makes the next one more careful, a step
 * at a time; what then worked stays for as long as the trunk remembers (remember_days).
 *
 *   T.38 first:  as set -> G.711 alone -> 9600 bit/s -> without ECM
 *   G.711 first: as set -> T.38 asked for -> G.711 at 9600 bit/s -> without ECM
 *   one alone:   as set -> 9600 bit/s -> without ECM
 *
 * Values in memory and their text for a file; no I/O but fx_policy_load() and _write(), no clock.
 * Thread: one at a time (the provider's loop).
 */
#ifndef FX_SIP_POLICY_H
#define FX_SIP_POLICY_H

#include "base/bytes.h"
#include "providers/sip/settings.h"

#define FX_POLICY_MAX 4096u           /**< destinations; the one to expire first gives way */
#define FX_POLICY_FILE_MAX (1u << 20) /**< octets of the file */

struct fx_sip_plan {
	bool image_first;  /**< the INVITE offers T.38 alone */
	bool ask_t38;      /**< we ask for T.38 in the call */
	bool take_t38;     /**< they may */
	bool audio;        /**< G.711 may carry the fax */
	bool ecm;
	uint32_t min_rate, max_rate; /**< bit/s */
	unsigned step, last_step; /**< 0 = as set */
	bool no_t38;       /**< the destination refused it before */
	char words[160];   /**< the choice and why, for the session log */
};
/** How a call went, as far as it teaches something. */
struct fx_policy_lesson {
	enum fx_outcome outcome;
	bool answered;
	bool t38_refused;
	enum fx_transport transport; /**< the last one spoken */
};

struct fx_policy;
FX_MUST_CHECK int fx_policy_new(struct fx_policy **ret);
struct fx_policy *fx_policy_free(struct fx_policy *p);
size_t fx_policy_count(const struct fx_policy *p);

/** @param number canonical. @param now_s Unix time */
void fx_policy_plan(struct fx_policy *p, const char *trunk, const char *number,
		    const struct fx_sip_route *route, int64_t now_s, struct fx_sip_plan *ret);
/** Of a call that comes in. */
void fx_policy_plan_in(const struct fx_sip_route *route, struct fx_sip_plan *ret);
/**
 * What a call taught. Without memory for it nothing is learned.
 * @param days 0 = an hour, so that at least the retries know
 * @return true: something changed and may be written
 */
bool fx_policy_learn(struct fx_policy *p, const char *trunk, const char *number,
		     const struct fx_sip_plan *plan, const struct fx_policy_lesson *lesson,
		     int64_t now_s, int64_t days);

/** The text of the file. Errors stick in b. */
void fx_policy_text(const struct fx_policy *p, int64_t now_s, struct fx_buf *b);
/** Lines that make no sense are left out. @return 0, FX_EPROTO (not such a file), FX_ELIMIT,
 * FX_ENOMEM */
FX_MUST_CHECK int fx_policy_parse(struct fx_policy *p, const void *text, size_t n, int64_t now_s);
/** A file that is missing is an empty one. Blocks. */
FX_MUST_CHECK int fx_policy_load(struct fx_policy *p, const char *path, int64_t now_s);
/** Whole or not at all, by rename. Blocks; any thread. @return 0, FX_EIO */
FX_MUST_CHECK int fx_policy_write(const char *path, const void *text, size_t n);

#endif
