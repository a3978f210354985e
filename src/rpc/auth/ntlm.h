/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/ntlm.h
 * NTLMv2 as a security context, both roles ([MS-NLMP] 3.1.5, 3.2.5). Not spoken, on purpose:
 * NTLMv1, LMv2 alone, anonymous, OEM character sets, datagrams, sessions without extended security,
 * keys of less than 128 bits. A challenge answers one context and each context takes one
 * AUTHENTICATE, so a replayed one is refused.
 */
#ifndef FX_RPC_AUTH_NTLM_H
#define FX_RPC_AUTH_NTLM_H

#include "rpc/auth/auth.h"
#include "rpc/auth/ntlm_msg.h"

/** What a client claims, and the proof of it. */
struct fx_ntlm_claim {
	const char *user, *domain, *host; /**< UTF-8, never NULL; user is not empty */
	struct fx_ntlm_field user16, domain16; /**< as sent, UTF-16LE */
	struct fx_ntlm_field lm, nt;           /**< responses as sent */
	struct fx_ntlm_v2 v2;                  /**< nt in parts */
	uint8_t nonce[8];                      /**< our challenge */
};
/**
 * Who proves a claim: a file of hashes, winbind.
 * @param ret_key   the session base key
 * @param ret_peer  filled in by it
 * @return 0, FX_EACCES, FX_EIO, FX_ENOMEM, with the reason in words
 */
typedef int(fx_ntlm_verify_fn)(void *arg, const struct fx_ntlm_claim *c, uint8_t ret_key[16],
			       struct fx_auth_peer *ret_peer, struct fx_reason *reterr);
/** Is the proof made with this NT hash? @return 0, FX_EACCES, FX_ENOMEM */
FX_MUST_CHECK int fx_ntlm_claim_check(const struct fx_ntlm_claim *c, const uint8_t nt_hash[16],
				      uint8_t ret_key[16]);

/** Challenges that wait for their answer; contexts of several threads share it. */
struct fx_ntlm_issued;
FX_MUST_CHECK int fx_ntlm_issued_new(struct fx_ntlm_issued **ret);
/** When the last context is gone. */
struct fx_ntlm_issued *fx_ntlm_issued_free(struct fx_ntlm_issued *i);
bool fx_ntlm_issued_has(struct fx_ntlm_issued *i, const uint8_t nonce[8]);

struct fx_ntlm_server_prm {
	enum fx_auth_level level;
	struct fx_ntlm_issued *issued; /**< NULL: not kept */
	struct fx_ntlm_names names; /**< borrowed as long as the context lives */
	int64_t (*wall_us)(void *arg);
	void *wall_arg;
	fx_ntlm_verify_fn *verify;
	void *verify_arg;
};
FX_MUST_CHECK int fx_ntlm_accept(const struct fx_ntlm_server_prm *prm, struct fx_auth **ret);
/**
 * @param prm  user: "name", "DOMAIN\name" or "name@domain"
 * @return 0, FX_EACCES (no user or password), FX_EINVAL (too long), FX_ENOMEM
 */
FX_MUST_CHECK int fx_ntlm_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
				   struct fx_reason *reterr);

/**
 * For SPNEGO: the signature of its list of mechanisms, by a complete context, before any PDU. It
 * takes number 0 of its direction.
 * @param of_peer  the one the other side has sent, else ours
 */
void fx_ntlm_list_mic(struct fx_auth *a, bool of_peer, const void *list, size_t n,
		      uint8_t ret[16]);
/** Did the AUTHENTICATE carry a MIC? (Then SPNEGO's list has to be signed, too.) */
bool fx_ntlm_has_mic(const struct fx_auth *a);

#endif
