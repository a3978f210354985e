/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/ntlm_crypt.h
 * Keys, proofs, signing and sealing of NTLMv2 with extended session security ([MS-NLMP] 3.3.2,
 * 3.4), on nettle's primitives. The functions hold no state but what is in their arguments.
 * Thread: any. Owner: the caller wipes what it gets.
 */
#ifndef FX_RPC_AUTH_NTLM_CRYPT_H
#define FX_RPC_AUTH_NTLM_CRYPT_H

#include <nettle/arcfour.h>

#include "rpc/auth/auth.h"
#include "rpc/auth/ntlm_msg.h"

#define FX_NTLM_TOKEN_SIZE 16u /**< of a signature */

/** NTOWFv1: MD4 of a UTF-8 password in UTF-16LE. @return 0 or FX_ENOMEM */
FX_MUST_CHECK int fx_ntlm_hash(const char *password, uint8_t ret[16]);
/** NTOWFv2. User and domain in UTF-16LE as they are sent. @return 0 or FX_ENOMEM */
FX_MUST_CHECK int fx_ntlm_owf2(const uint8_t nt_hash[16], struct fx_ntlm_field user,
			       struct fx_ntlm_field domain, uint8_t ret[16]);
void fx_ntlm_hmac(const uint8_t key[16], const void *a, size_t a_len, const void *b, size_t b_len,
		  uint8_t ret[16]);
/** Equal, in a time that does not depend on where they differ? */
bool fx_ntlm_same(const void *a, const void *b, size_t n);
void fx_ntlm_rc4(const uint8_t key[16], const uint8_t src[16], uint8_t dst[16]);
/** HMAC over the three messages, the third with zeros for its MIC. */
void fx_ntlm_mic(const uint8_t key[16], const struct fx_buf *negotiate,
		 const struct fx_buf *challenge, const void *auth, size_t auth_len,
		 uint8_t ret[16]);

/** One direction of a session. */
struct fx_ntlm_way {
	uint8_t sign_key[16], seal_key[16];
	struct arcfour_ctx rc4;
	uint32_t seq;
	bool key_exch;
};
/** @param from_client  the direction */
void fx_ntlm_way_init(struct fx_ntlm_way *w, const uint8_t exported[16], uint32_t flags,
		      bool from_client);
/** Seal the data when asked to, and sign. @return 0, FX_EACCES (all numbers are used up) */
FX_MUST_CHECK int fx_ntlm_protect(struct fx_ntlm_way *w, const struct fx_auth_pdu *p, bool seal,
				  uint8_t token[FX_NTLM_TOKEN_SIZE]);
/** @return 0, FX_EACCES (forged, replayed, out of order) */
FX_MUST_CHECK int fx_ntlm_unprotect(struct fx_ntlm_way *w, const struct fx_auth_pdu *p, bool seal,
				    const uint8_t token[FX_NTLM_TOKEN_SIZE]);
/**
 * The signature of SPNEGO's list of mechanisms: number 0, and the first PDU has number 1; but the
 * cipher stays where it was ([MS-SPNG] 3.3.5.1: the same key state for both).
 */
void fx_ntlm_sign_aside(struct fx_ntlm_way *w, const void *p, size_t n,
			uint8_t token[FX_NTLM_TOKEN_SIZE]);

#endif
