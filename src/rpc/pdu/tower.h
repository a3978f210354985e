/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/pdu/tower.h
 * Protocol towers of the endpoint mapper (C706 appendix I and L): which interface, by which
 * protocols, where. Bytes only. Only RPC over TCP has a use here; a tower of other protocols is
 * read as far as its interface.
 * Thread: any. Owner: buffers are the caller's.
 */
#ifndef FX_RPC_PDU_TOWER_H
#define FX_RPC_PDU_TOWER_H

#include "rpc/pdu/pdu.h"

#define FX_TOWER_MAX 2048u /**< bytes of one that is read; those of Windows have 75 */

struct fx_tower {
	struct fx_pdu_syntax iface;    /**< floor 1 */
	struct fx_pdu_syntax transfer; /**< floor 2 */
	bool tcp;                      /**< floors 3 to 5 are RPC over TCP and IPv4 */
	uint16_t port;                 /**< host order */
	uint8_t ip[4];                 /**< 0.0.0.0: not known, or IPv6 */
};
/** @return 0, FX_EPROTO, FX_ETRUNC, FX_ELIMIT (more than FX_TOWER_MAX) */
FX_MUST_CHECK int fx_tower_get(const void *p, size_t len, struct fx_tower *ret);
/** Append the five floors of RPC over TCP; t->tcp is taken for true. */
void fx_tower_put(struct fx_buf *b, const struct fx_tower *t);

#endif
