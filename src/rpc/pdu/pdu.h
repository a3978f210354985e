/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/pdu/pdu.h
 * DCE/RPC connection-oriented PDUs (C706 chapter 12, [MS-RPCE] 2.2.2), bytes only:
 * the same code in server and clients.
 *
 * Readers take the body behind the 16 bytes of header, already cut to the
 * fragment, and check every length. Errors: FX_EPROTO, FX_ETRUNC, FX_ELIMIT.
 * Thread: one at a time. Owner: buffers are the caller's.
 */
#ifndef FX_RPC_PDU_PDU_H
#define FX_RPC_PDU_PDU_H

#include "base/bytes.h"

#define FX_PDU_HDR_SIZE  16u
#define FX_PDU_CALL_SIZE 24u    /**< header of a request, response; a fault has 8 more */
#define FX_PDU_FRAG_MIN  1432u  /**< every implementation takes this (C706 12.6.3.1) */
#define FX_PDU_FRAG_MAX  32752u /**< what we offer and take; holds an upload chunk whole */
#define FX_PDU_CTX_MAX   16u
#define FX_PDU_SYNTAX_MAX 16u

enum fx_pdu_type {
	FX_PDU_REQUEST = 0, FX_PDU_RESPONSE = 2, FX_PDU_FAULT = 3, FX_PDU_BIND = 11,
	FX_PDU_BIND_ACK = 12, FX_PDU_BIND_NAK = 13, FX_PDU_ALTER = 14, FX_PDU_ALTER_RESP = 15,
	FX_PDU_AUTH3 = 16, FX_PDU_SHUTDOWN = 17, FX_PDU_CANCEL = 18, FX_PDU_ORPHANED = 19,
};
enum fx_pdu_flag {
	FX_PDU_FIRST = 0x01, FX_PDU_LAST = 0x02, FX_PDU_HEADER_SIGN = 0x04,
	FX_PDU_MULTIPLEX = 0x10, FX_PDU_DID_NOT_EXECUTE = 0x20, FX_PDU_OBJECT = 0x80,
};
/** Status of a fault PDU. */
enum fx_fault {
	FX_FAULT_ACCESS_DENIED = 0x00000005, FX_FAULT_BAD_STUB = 0x000006F7,
	FX_FAULT_OP_RANGE = 0x1C010002, FX_FAULT_UNKNOWN_IF = 0x1C010003,
	FX_FAULT_PROTOCOL = 0x1C01000B, FX_FAULT_CONTEXT = 0x1C00001A,
	FX_FAULT_NO_MEMORY = 0x1C00001B, FX_FAULT_BUSY = 0x1C010014,
};
enum fx_bind_nak { FX_NAK_REASON_NONE = 0, FX_NAK_CONGESTION = 1, FX_NAK_LIMIT = 2,
		   FX_NAK_VERSION = 4, FX_NAK_AUTH_TYPE = 8,
		   FX_NAK_CHECKSUM = 9 /**< [MS-RPCE] 2.2.2.5: who asks is refused */ };

struct fx_pdu_hdr {
	uint8_t minor; /**< 0 or 1 */
	uint8_t type;  /**< enum fx_pdu_type, or another number */
	uint8_t flags;
	uint16_t frag_len, auth_len;
	uint32_t call_id;
};
/** @return 0, FX_EPROTO (not 5.0/5.1, not little-endian, lengths impossible) */
FX_MUST_CHECK int fx_pdu_hdr_get(const uint8_t p[FX_PDU_HDR_SIZE], struct fx_pdu_hdr *ret);

struct fx_pdu_syntax {
	uint8_t uuid[16];
	uint16_t major, minor;
};
extern const struct fx_pdu_syntax fx_pdu_ndr20;
bool fx_pdu_syntax_eq(const struct fx_pdu_syntax *a, const struct fx_pdu_syntax *b);

struct fx_pdu_ctx {
	uint16_t id;
	struct fx_pdu_syntax abstract;
	bool ndr20;    /**< among the offered transfer syntaxes */
	bool features; /**< the bind-time feature pseudo syntax, 6cb71c2c-9812-4540-... */
};
struct fx_pdu_bind { /* BIND, ALTER */
	uint16_t max_xmit, max_recv;
	uint32_t assoc_group;
	uint8_t n_ctx;
	struct fx_pdu_ctx ctx[FX_PDU_CTX_MAX];
};
FX_MUST_CHECK int fx_pdu_bind_get(const void *p, size_t len, struct fx_pdu_bind *ret);
/** Each context is written with NDR 2.0 alone. @param type FX_PDU_BIND or FX_PDU_ALTER */
void fx_pdu_bind_put(struct fx_buf *b, uint8_t type, uint32_t call_id,
		     const struct fx_pdu_bind *bind);

/** Results of a context (p_cont_def_result_t). */
enum fx_pdu_result { FX_CTX_ACCEPT = 0, FX_CTX_USER_REJECT = 1, FX_CTX_REJECT = 2, FX_CTX_NEGOTIATE = 3 };
enum fx_pdu_reason { FX_CTX_NO_REASON = 0, FX_CTX_NO_ABSTRACT = 1, FX_CTX_NO_TRANSFER = 2, FX_CTX_LIMIT = 3 };
struct fx_pdu_ack { /* BIND_ACK, ALTER_RESP */
	uint16_t max_xmit, max_recv;
	uint32_t assoc_group;
	uint8_t n_results;
	struct {
		uint16_t result, reason;
	} results[FX_PDU_CTX_MAX];
};
FX_MUST_CHECK int fx_pdu_ack_get(const void *p, size_t len, struct fx_pdu_ack *ret);
/** @param addr  secondary address; only in a BIND_ACK */
void fx_pdu_ack_put(struct fx_buf *b, uint8_t type, uint8_t minor, uint32_t call_id,
		    const char *addr, const struct fx_pdu_ack *ack);
void fx_pdu_nak_put(struct fx_buf *b, uint32_t call_id, enum fx_bind_nak reason);

/** Body of a request, response or fault fragment. */
struct fx_pdu_call {
	uint32_t alloc_hint;
	uint16_t ctx_id;
	uint16_t opnum;     /**< request */
	uint32_t status;    /**< fault */
	const uint8_t *stub; /**< borrowed */
	size_t stub_len;
};
/** @param body  after the header; len = frag_len - 16 */
FX_MUST_CHECK int fx_pdu_call_get(const struct fx_pdu_hdr *hdr, const void *body, size_t len,
				  struct fx_pdu_call *ret);
void fx_pdu_fault_put(struct fx_buf *b, uint8_t minor, uint32_t call_id, uint16_t ctx_id,
		      bool did_not_execute, uint32_t status);

/**
 * Write a request or response without copying the stub: begin, append the stub to
 * b (it starts at the returned offset + FX_PDU_CALL_SIZE), end.
 */
size_t fx_pdu_begin(struct fx_buf *b);
/** Fill in headers; cuts into fragments of at most max_frag when it is longer. */
void fx_pdu_end(struct fx_buf *b, size_t at, uint8_t type, uint8_t minor, uint32_t call_id,
		uint16_t ctx_id, uint16_t opnum, uint16_t max_frag);

/** Puts the stub of one call together from fragments. */
struct fx_pdu_asm {
	struct fx_buf stub; /**< .max: largest stub, set before use */
	bool active;
	uint32_t call_id;
	uint16_t ctx_id, opnum;
};
/**
 * @return 1 the stub is complete, 0 more to come, FX_EPROTO (out of order, other call),
 * FX_ELIMIT, FX_ENOMEM. After 1 or an error, fx_pdu_asm_reset().
 */
FX_MUST_CHECK int fx_pdu_asm_add(struct fx_pdu_asm *a, const struct fx_pdu_hdr *hdr,
				 const struct fx_pdu_call *call);
void fx_pdu_asm_reset(struct fx_pdu_asm *a);

#endif
