/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/msfax/ops.h
 * Operations as data: one row each, number, name, parameters in, parameters out.
 * Server and clients marshal every call by these rows (ms-fax.md 2 and 3).
 * Thread: any. Owner: said at each function.
 */
#ifndef FX_RPC_MSFAX_OPS_H
#define FX_RPC_MSFAX_OPS_H

#include "rpc/msfax/layout.h"

enum fx_ms_param {
	FX_P_END,
	FX_P_U32,
	FX_P_U64,
	FX_P_E16,
	FX_P_U32P,   /**< u32?, in and out: out is present when in was */
	FX_P_NREC,   /**< u32 {0..10000} */
	FX_P_STR,    /**< wstr! */
	FX_P_STRP,   /**< wstr? */
	FX_P_BYTES,  /**< bytes[n]!, its N follows */
	FX_P_BYTESP, /**< bytes[n]?, its N follows */
	FX_P_BUF,    /**< BUF[n], its N follows */
	FX_P_N,      /**< u32: size of the last bytes or buffer; {0..1048576} for input */
	FX_P_NCHUNK, /**< the same, {0..16384} */
	FX_P_U64A,   /**< u64[n]! */
	FX_P_SENDER, FX_P_RECIPIENTS, /**< ms-fax.md 3.2, forms B and A read, B written */
	FX_P_REST,   /**< whatever follows: the operation is not served */
	/* context handles by type */
	FX_P_CTX_SVC, FX_P_CTX_PORT, FX_P_CTX_ENUM, FX_P_CTX_COPY, FX_P_CTX_EVT, FX_P_CTX_EVTX,
	FX_P_CTX_VIEW, FX_P_CTX_CLI,
	/* structures by layout, in NDR */
	FX_P_PORT_INFO, FX_P_CONFIGURATION, FX_P_COVERPAGE, FX_P_JOB_PARAM, FX_P_VERSION,
	FX_P_ACTIVITY, FX_P_OUTBOX_CONFIG, FX_P_PORT_INFO_EX, FX_P_MESSAGE_PROPS,
	FX_P_SEND_OPTIONS, FX_P_EXTRA_CONFIG, FX_P_GLOBAL_ROUTING,
	FX_P_REASSIGN,
	FX_P_EVENT,  /**< FAX_EVENT */
	FX_P_OUTBOUND_GROUP, FX_P_OUTBOUND_RULE,
	FX_P_RECEIPTS_CONFIG, FX_P_ACTIVITY_CONFIG, FX_P_ARCHIVE_CONFIG,
	FX_P_BATCH,  /**< struct fx_cs_batch: its n, then four arrays in NDR */
	FX_P_COUNT
};
#define FX_MS_PARAMS_MAX 8
struct fx_ms_op {
	uint8_t opnum;
	const char *name;
	uint8_t in[FX_MS_PARAMS_MAX],
		out[FX_MS_PARAMS_MAX]; /**< enum fx_ms_param, END-terminated */
};
struct fx_uuid {
	uint8_t b[16]; /**< as on the wire */
};
struct fx_ms_iface {
	const char *name;
	struct fx_uuid uuid;
	uint16_t major, minor;
	const struct fx_ms_op *ops; /**< by opnum, no gaps; name NULL = reserved */
	size_t n_ops;
};
extern const struct fx_ms_iface fx_ms_fax_iface;     /**< ea0a3165-... v4.0 */
/** Served by a client that wants events: 6099fc12-... v3.0, ms-fax.md 3.4 */
extern const struct fx_ms_iface fx_ms_faxclient_iface;
extern const struct fx_ms_iface fx_ms_caselli_iface; /**< ours, docs/caselli-rpc.md */

/** A context handle as on the wire; all zero = NULL. */
struct fx_ctx {
	uint8_t b[20];
};

/** One parameter. Which members count follows from the kind. */
struct fx_ms_val {
	uint64_t u;         /**< U32 U64 E16 U32P NREC N; STR read: max_count */
	union fx_wtext s;   /**< STR STRP */
	const void *p;      /**< bytes, U64A (uint64_t[]), struct, struct array, struct fx_ctx * */
	uint32_t n;         /**< bytes, elements */
	bool null;          /**< U32P: pointer absent */
};

/** Append the parameters of sig; zeroed values give NULL pointers and zeros. */
void fx_ms_put_params(struct fx_ndr_wr *w, const uint8_t *sig, const struct fx_ms_val *v,
		      enum fx_text_form form);
/**
 * Read them. Bytes stay in the stub (borrowed), the rest is made in the arena.
 * Errors stick in r; surplus bytes at the end are left.
 */
void fx_ms_get_params(struct fx_rd *r, const uint8_t *sig, struct fx_ms_val *v,
		      struct fx_arena *a, enum fx_text_form form);

#endif
