/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/retry.h
 * What follows an attempt to send: finished, again (when, on which port, from
 * which page, with which modems), or give up. Pure.
 */
#ifndef FX_CORE_RETRY_H
#define FX_CORE_RETRY_H

#include "core/config.h"
#include "core/job.h"

/** A host that ends this often under one job's calls is treated as a failed try. */
#define FX_RETRY_HOST_LOST_MAX 5u

enum fx_next {
	FX_NEXT_FINISHED,   /**< all pages confirmed: becomes a message */
	FX_NEXT_RETRY,      /**< again at `at` */
	FX_NEXT_OTHER_PORT, /**< again at once, not on the port just used */
	FX_NEXT_EXCEEDED,   /**< retries used up */
	FX_NEXT_FAILED      /**< hopeless: bad number, unusable document, cancelled */
};
const char *fx_next_str(enum fx_next n);

struct fx_attempt_end {
	enum fx_outcome outcome;
	uint32_t tries;        /**< counted before this attempt */
	bool quick_used;
	uint32_t host_losts;   /**< HOST_LOST ends of this job in a row before this one */
	uint32_t pages;        /**< of the document */
	uint32_t confirmed;    /**< in order, this attempt included */
	bool other_port;       /**< another port than those tried in this round exists */
	int64_t now;           /**< Unix s */
};
struct fx_decision {
	enum fx_next next;
	int64_t at;            /**< RETRY: Unix s, not before */
	uint32_t tries;        /**< counted from now on */
	bool quick_used;
};
/**
 * The end of an attempt to a decision. Success is judged by pages: SUCCESS with
 * pages missing is a retry; every page confirmed is finished whatever the outcome.
 */
struct fx_decision fx_retry_decide(const struct fx_config *c, const struct fx_attempt_end *end);

/** First page to send, from 0: the first unconfirmed one, or all again by the setting. */
uint32_t fx_retry_first_page(const struct fx_config *c, uint32_t pages, uint32_t confirmed);

/** What is offered to the far end in a try. */
struct fx_step {
	unsigned modems;
	bool ecm;
};
/**
 * Step-down by the number of attempts so far that failed by protocol
 * (fx_retry_is_protocol()): 0 and 1 all, 2 no V.17, 3 V.27ter only, 4.. no ECM.
 */
struct fx_step fx_retry_step(uint32_t protocol_failures);
bool fx_retry_is_protocol(enum fx_outcome o);

#endif
