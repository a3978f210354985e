/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/sec.h
 * PDUs with security: the sec_trailer and token behind bind, alter_context and auth3, and
 * protected requests, responses and faults ([MS-RPCE] 2.2.2.11, 3.3.1.5.2). Bytes only; the
 * same code in server and clients.
 * Thread: one at a time for each context. Owner: buffers are the caller's.
 */
#ifndef FX_RPC_AUTH_SEC_H
#define FX_RPC_AUTH_SEC_H

#include "rpc/auth/auth.h"
#include "rpc/pdu/pdu.h"

struct fx_sec_trailer {
	uint8_t type, level; /**< enum fx_auth_type, fx_auth_level, or other numbers */
	uint8_t pad;         /**< bytes of padding before the trailer */
	uint32_t context_id;
	const uint8_t *token; /**< borrowed, hdr->auth_len bytes */
	size_t at;            /**< of the trailer, from the start of the PDU */
};
/**
 * The trailer of a whole PDU with auth_len > 0.
 * @return 0, FX_EPROTO (it does not fit into the fragment, or the padding does not)
 */
FX_MUST_CHECK int fx_sec_trailer_get(const struct fx_pdu_hdr *hdr, const uint8_t *pdu,
				     struct fx_sec_trailer *ret);

/**
 * Put trailer and token behind the PDU that starts at `at` and ends the buffer (bind, bind_ack,
 * alter_context, alter_context_resp, auth3), and mend its lengths.
 * @param header_sign  set FX_PDU_HEADER_SIGN in its flags
 */
void fx_sec_append(struct fx_buf *b, size_t at, const struct fx_sec_trailer *t,
		   const struct fx_buf *token, bool header_sign);
/** A whole auth3 PDU. */
void fx_sec_auth3_put(struct fx_buf *b, uint32_t call_id, const struct fx_sec_trailer *t,
		      const struct fx_buf *token, bool header_sign);

/** How the calls of one connection are protected. auth NULL: not at all. */
struct fx_sec {
	struct fx_auth *auth;
	uint32_t context_id;
	bool header_sign;
};
/**
 * As fx_pdu_end(), each fragment with its trailer when the level asks for it.
 * An error sticks in b->err (FX_EACCES: the context does not protect any more).
 */
void fx_sec_end(struct fx_buf *b, size_t at, const struct fx_sec *s, uint8_t type, uint8_t minor,
		uint32_t call_id, uint16_t ctx_id, uint16_t opnum, uint16_t max_frag);
/** As fx_pdu_fault_put(). */
void fx_sec_fault_put(struct fx_buf *b, const struct fx_sec *s, uint8_t minor, uint32_t call_id,
		      uint16_t ctx_id, bool did_not_execute, uint32_t status);
/**
 * Take the protection off a request, response or fault, in place.
 * @param pdu      the whole fragment, hdr->frag_len bytes; the stub is unsealed in it
 * @param ret_len  length of the body behind the 16 bytes of header, without padding and trailer
 * @return 0, FX_EPROTO (malformed; no protection where the level asks for it, or other type,
 *         level or context than agreed), FX_EACCES (forged or replayed)
 */
FX_MUST_CHECK int fx_sec_open(const struct fx_sec *s, const struct fx_pdu_hdr *hdr, uint8_t *pdu,
			      size_t *ret_len);

#endif
