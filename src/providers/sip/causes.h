/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/causes.h
 * Why a SIP call did not come about or ended: every status from 300 to 699 and every Q.850 cause
 * as outcome and plain words with what to do. Pure; total.
 */
#ifndef FX_SIP_CAUSES_H
#define FX_SIP_CAUSES_H

#include "providers/sip/leg.h"
#include "core/outcome.h"

struct fx_sip_cause {
	enum fx_outcome outcome; /**< never NONE or SUCCESS */
	bool other_target;       /**< another address of the trunk may do better: 503, silence */
	bool other_media;        /**< the offer was refused: try other media (488, 415, 606, 65) */
	char words[200];         /**< "busy (486, Q.850 17)", never empty */
};

/** Words of a status or cause; for numbers that nobody defined those of their class. Static. */
const char *fx_sip_status_words(int status);
const char *fx_q850_words(int cause);
enum fx_outcome fx_sip_status_outcome(int status);
enum fx_outcome fx_q850_outcome(int cause);
/**
 * How a leg ended, when T.30 does not say it better.
 * @param answered the call was up
 */
void fx_sip_cause_of(const struct fx_leg_end *end, bool answered, struct fx_sip_cause *ret);
/** Q.850 cause for the Reason header when we hang up after this outcome; RFC 3398's numbers. */
int fx_sip_q850_of(enum fx_outcome o);

#endif
