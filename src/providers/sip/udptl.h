/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/udptl.h
 * UDPTL (T.38 clause 9): IFP packets in datagrams, protected by copies of older ones
 * (redundancy) or by XORs of them (FEC). No socket and no clock: datagrams in, datagrams out.
 *
 * Thread: one at a time (the call's media worker). Owner: whoever made it frees it.
 */
#ifndef FX_SIP_UDPTL_H
#define FX_SIP_UDPTL_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

#define FX_UDPTL_IFP_MAX 512u       /**< octets of one IFP that we send or take */
#define FX_UDPTL_DATAGRAM_MAX 1400u /**< never more, whatever the peer takes (MTU) */
#define FX_UDPTL_DATAGRAM_DEFAULT 400u /**< a peer that says nothing (sip-t38.md 7) */
#define FX_UDPTL_REDUNDANCY_MAX 7u
#define FX_UDPTL_WINDOW 32u         /**< sequence numbers that are waited for */

enum fx_udptl_ec { FX_UDPTL_EC_NONE, FX_UDPTL_EC_REDUNDANCY, FX_UDPTL_EC_FEC };

struct fx_udptl_prm {
	enum fx_udptl_ec ec;   /**< what we send; every kind is understood */
	unsigned redundancy;   /**< older IFPs in a datagram, 0..FX_UDPTL_REDUNDANCY_MAX */
	unsigned fec_span, fec_entries; /**< 1..8 each; product up to FX_UDPTL_WINDOW / 2 */
	/** The peer's T38FaxMaxDatagram; 0 = the default. A datagram that holds the newest IFP
	 * alone may be larger: it must go out. */
	uint32_t max_datagram;
	/** In order; each number at most once. The engine sees from the numbers what is missing. */
	void (*on_ifp)(void *arg, const uint8_t *ifp, size_t len, uint16_t seq);
	void *arg;
};

struct fx_udptl_stats {
	uint64_t sent, received; /**< datagrams */
	uint64_t bad;            /**< not UDPTL */
	uint64_t repeated;       /**< the same number again */
	uint64_t late;           /**< older than what was delivered */
	uint64_t recovered;      /**< IFPs rebuilt from redundancy or FEC */
	uint64_t lost;           /**< IFPs never delivered */
	uint64_t resyncs;        /**< jumps of FX_UDPTL_WINDOW numbers or more */
};

struct fx_udptl;
/** @return 0, FX_EINVAL, FX_ENOMEM */
FX_MUST_CHECK int fx_udptl_new(const struct fx_udptl_prm *prm, struct fx_udptl **ret);
struct fx_udptl *fx_udptl_free(struct fx_udptl *u);

/**
 * The datagram of an IFP; what older IFPs it carries is decided here. Numbers begin at 0.
 * @param ifp 1 to FX_UDPTL_IFP_MAX octets
 * @return length in dst, 0 when the IFP is empty or too long
 */
size_t fx_udptl_send(struct fx_udptl *u, const uint8_t *ifp, size_t len,
		     uint8_t dst[FX_UDPTL_DATAGRAM_MAX]);
/** A datagram came in: on_ifp() for what it makes complete. @return 0, FX_EPROTO (not UDPTL) */
int fx_udptl_receive(struct fx_udptl *u, const uint8_t *p, size_t n);
/** Nothing more will come for what is missing (hang-up): deliver what waits behind it. */
void fx_udptl_flush(struct fx_udptl *u);
const struct fx_udptl_stats *fx_udptl_stats(const struct fx_udptl *u);

#endif
