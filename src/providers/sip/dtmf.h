/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/dtmf.h
 * Digits sent after the answer (an extension behind a switchboard): 100 ms of tone, 100 ms of
 * silence each, pauses by ','. As tones (ITU-T Q.23) in the audio, or told as events (RFC 4733).
 * Value; no memory, no clock.
 *
 * Thread: one at a time.
 */
#ifndef FX_SIP_DTMF_H
#define FX_SIP_DTMF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FX_DTMF_MAX 64u

struct fx_dtmf {
	char digits[FX_DTMF_MAX];
	uint32_t at;       /**< digit */
	uint32_t pause;    /**< ticks of a ',' */
	uint32_t tick;     /**< of 20 ms, within the digit */
	double phase[2];
};
/** What these 20 ms are. */
struct fx_dtmf_step {
	bool tone;         /**< else silence */
	bool first, last;  /**< 20 ms of this tone */
	uint8_t event;     /**< RFC 4733: 0-9, 10 '*', 11 '#', 12-15 A-D */
	uint16_t duration; /**< samples of the tone, these included */
};
/** @param digits 0-9 * # A-D and ','; others are left out; NULL = none; cut at FX_DTMF_MAX - 1 */
void fx_dtmf_init(struct fx_dtmf *d, const char *digits, uint32_t pause_ms);
bool fx_dtmf_busy(const struct fx_dtmf *d);
/** The next 160 samples into amp. @return false when nothing is left (amp is unchanged) */
bool fx_dtmf_next(struct fx_dtmf *d, struct fx_dtmf_step *ret, int16_t amp[160]);

#endif
