/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/inbound.h
 * Who may call us, and what the number called means.
 *
 * Requests are let in from the addresses that a trunk's host and proxy have and from the networks
 * of accept_from. Others are strangers: counted, dropped without a word, or answered with 403 or
 * 404 as [sip] strangers says, so many a second at most. Looking costs a comparison for each known
 * address and no memory.
 *
 * Thread: one at a time. No I/O, no clock.
 */
#ifndef FX_SIP_INBOUND_H
#define FX_SIP_INBOUND_H

#include "providers/sip/settings.h"

/** An address with the leading bits that count; port does not count. */
struct fx_sip_net {
	uint8_t addr[16]; /**< IPv4 as ::ffff:a.b.c.d */
	uint8_t bits;     /**< 0..128 of addr */
};
/** "192.0.2.0/24", "2001:db8::1". @return 0 or FX_EINVAL with the reason */
FX_MUST_CHECK int fx_sip_net_parse(const char *text, struct fx_sip_net *ret,
				   struct fx_reason *reterr);
bool fx_sip_net_has(const struct fx_sip_net *net, const struct sockaddr_storage *addr);

struct fx_inbound_stats {
	uint64_t let_in;
	uint64_t strangers; /**< all requests from unknown addresses */
	uint64_t answered;  /**< of those, with a refusal */
	struct sockaddr_storage last; /**< the stranger who came last */
};
struct fx_inbound;
FX_MUST_CHECK int fx_inbound_new(const struct fx_sip_settings *s, struct fx_inbound **ret,
				 struct fx_reason *reterr);
struct fx_inbound *fx_inbound_free(struct fx_inbound *in);
/** The addresses a trunk (its place in the settings) has now; they replace the former ones. */
FX_MUST_CHECK int fx_inbound_set_targets(struct fx_inbound *in, size_t trunk,
					 const struct sockaddr_storage *addr, size_t n);
/** For on_stranger: @return 0 = let in, 1 = drop it, else the status to answer */
int fx_inbound_check(struct fx_inbound *in, const struct sockaddr_storage *from, uint64_t now_ms);
/**
 * Trunk of a request from a known address. When several trunks have that address, the one whose
 * `numbers` or `user` name the number called, else the first.
 * @return its place in the settings, SIZE_MAX = a stranger
 */
size_t fx_inbound_trunk(const struct fx_inbound *in, const struct sockaddr_storage *from,
			const char *called);
void fx_inbound_stats(const struct fx_inbound *in, struct fx_inbound_stats *ret);

/**
 * What a number called means: routing data (FaxStatus.RoutingString) from the trunk's `numbers`;
 * without any its digits as they came.
 * @return 0, FX_ENOENT (no such number here: answer 404)
 */
FX_MUST_CHECK int fx_sip_did(const struct fx_sip_trunk *t, const char *called,
			     char ret[FX_ROUTING_SIZE]);
/** Check the text of `numbers`. @return 0 or FX_EINVAL with the reason */
FX_MUST_CHECK int fx_sip_numbers_check(const char *text, struct fx_reason *reterr);

#endif
