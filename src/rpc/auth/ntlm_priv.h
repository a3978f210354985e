/* SPDX-License-Identifier: Apache-2.0 */
/** @file rpc/auth/ntlm_priv.h  What the two roles of NTLM share. */
#ifndef FX_RPC_AUTH_NTLM_PRIV_H
#define FX_RPC_AUTH_NTLM_PRIV_H

#include "rpc/auth/ntlm.h"
#include "rpc/auth/ntlm_crypt.h"

/*  server: start --NEGOTIATE / CHALLENGE--> waiting --AUTHENTICATE--> done
 *  client: start --(nothing) / NEGOTIATE--> waiting --CHALLENGE / AUTHENTICATE--> done
 *  any error: broken, for good */
enum ntlm_state { NTLM_START, NTLM_WAITING, NTLM_DONE, NTLM_BROKEN };

struct ntlm {
	struct fx_auth auth;
	enum ntlm_state state;
	uint32_t flags; /* offered, then agreed */
	bool mic;
	bool came; /* a protected PDU did */
	struct fx_buf negotiate, challenge; /* as they went over the wire, for the MIC */
	struct fx_ntlm_way out, in;
};

/* Flags and key decide how the session is protected from now on. */
void fx_ntlm_session(struct ntlm *c, const uint8_t exported[16], bool client);
/* An error ends the context. @return err */
int fx_ntlm_broken(struct ntlm *c, int err);
size_t fx_ntlm_token_size(const struct fx_auth *a, size_t n);
int fx_ntlm_protect_pdu(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token, size_t n);
int fx_ntlm_unprotect_pdu(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
			  size_t n);
void fx_ntlm_fini(struct ntlm *c);

#endif
