/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/plain.h
 * The interfaces that a connection may bind: the fax interface and our own, whose operations
 * are rows, and two that every RPC server has, written by hand: the endpoint mapper (C706
 * appendix O, [MS-RPCE] 2.2.1.2) and remote management (C706 appendix Q).
 * Thread: the loop thread.
 */
#ifndef FX_RPC_PLAIN_H
#define FX_RPC_PLAIN_H

#include "rpc/conn.h"

/** Reads the stub, appends the answer's. @return 0 or enum fx_fault; then out is not sent */
typedef uint32_t(fx_plain_fn)(struct fx_conn *c, uint16_t opnum, struct fx_rd *in,
			      struct fx_buf *out);
struct fx_rpc_iface {
	const char *name;
	struct fx_pdu_syntax syntax;  /**< of a plain one; see fx_rpc_iface_syntax() */
	const struct fx_ms_iface *ms; /**< its operations; NULL: plain has them */
	fx_plain_fn *plain;
	unsigned doors;               /**< 1 << enum fx_door: where it is served */
	uint32_t open_ops;            /**< 1 << opnum: need no user */
};
/** NULL: not served at this door, or another version. */
const struct fx_rpc_iface *fx_rpc_iface_find(enum fx_door door, const struct fx_pdu_syntax *s);
/** Those that are served at a door, for inq_if_ids and the mapper; i from 0. NULL: no more */
const struct fx_rpc_iface *fx_rpc_iface_at(enum fx_door door, size_t i);
struct fx_pdu_syntax fx_rpc_iface_syntax(const struct fx_rpc_iface *i);

fx_plain_fn fx_epm_call, fx_mgmt_call;

/** Status codes of their own. */
enum fx_plain_status {
	FX_EPT_NOT_REGISTERED = 0x16C9A0D6,
	FX_MGMT_ACCESS_DENIED = 5,
	FX_MGMT_UNKNOWN_AUTHN = 0x6D3, /**< RPC_S_UNKNOWN_AUTHN_SERVICE */
	FX_MGMT_STRING_TOO_LONG = 0x6CF, /**< RPC_S_STRING_TOO_LONG */
};

#endif
