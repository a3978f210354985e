/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/rtp.h
 * RTP headers (RFC 3550 5.1) and the buffer that gives a fax its samples at an even pace: a fixed
 * delay, no stretching, and what is missing is said to be missing, so that the session can bridge
 * it (engine.md G2). Values and one object; no socket, no clock.
 *
 * Thread: one at a time (the call's media worker).
 */
#ifndef FX_SIP_RTP_H
#define FX_SIP_RTP_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

#define FX_RTP_HEAD 12u
#define FX_RTP_PAYLOAD_MAX 1200u

struct fx_rtp {
	uint8_t type;
	bool marker;
	uint16_t seq;
	uint32_t time, source;
	const uint8_t *payload; /**< borrowed from the datagram */
	size_t len;
};
/** @return 0, FX_EPROTO (not RTP version 2, or cut) */
FX_MUST_CHECK int fx_rtp_read(const uint8_t *p, size_t n, struct fx_rtp *ret);
/** The header; the payload follows it. @return FX_RTP_HEAD */
size_t fx_rtp_write(const struct fx_rtp *h, uint8_t dst[FX_RTP_HEAD]);

struct fx_jitter_stats {
	uint64_t received, repeated, late; /**< packets */
	uint64_t lost;                     /**< by the gaps of sequence numbers */
	uint64_t missing_samples;          /**< that were not there when their time came */
	uint64_t resyncs, slips;           /**< new starts; 20 ms dropped or waited in silence */
	uint32_t jitter;                   /**< RFC 3550 6.4.1, samples */
};
struct fx_jitter;
/** @param delay_ms 20..500 */
FX_MUST_CHECK int fx_jitter_new(uint32_t delay_ms, struct fx_jitter **ret);
struct fx_jitter *fx_jitter_free(struct fx_jitter *j);
/**
 * Samples of a packet, decoded. @param now time of arrival in samples, for the jitter figure
 */
void fx_jitter_put(struct fx_jitter *j, const struct fx_rtp *h, const int16_t *amp, size_t n,
		   uint64_t now);
/**
 * The next 20 ms (160 samples): calls fn with each piece in order, amp NULL = n samples are
 * missing. Before the first packet and while it waits: nothing but missing ones, `started` false.
 * @return true once playing has begun
 */
bool fx_jitter_get(struct fx_jitter *j, void (*fn)(void *arg, const int16_t *amp, size_t n),
		   void *arg);
const struct fx_jitter_stats *fx_jitter_stats(const struct fx_jitter *j);

#endif
