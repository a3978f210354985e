/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/spnego_msg.h
 * The tokens of SPNEGO (RFC 4178 section 4.2), bytes only: as much as carrying NTLM takes. Strict
 * DER: definite, shortest lengths, no unknown elements but those that RFC and [MS-SPNG] name.
 * Fields point into the token. Thread: any. Errors: FX_EPROTO.
 */
#ifndef FX_RPC_AUTH_SPNEGO_MSG_H
#define FX_RPC_AUTH_SPNEGO_MSG_H

#include "base/bytes.h"
#include "rpc/auth/ntlm_msg.h"

#define FX_SPNEGO_MECHS_MAX 16u
#define FX_SPNEGO_TOKEN_MAX 16384u /**< of what is carried */

enum fx_spnego_mech { FX_SPNEGO_OTHER, FX_SPNEGO_NTLM, FX_SPNEGO_KRB5, FX_SPNEGO_MS_KRB5 };
enum fx_spnego_state {
	FX_SPNEGO_COMPLETED = 0, FX_SPNEGO_INCOMPLETE = 1, FX_SPNEGO_REJECT = 2,
	FX_SPNEGO_REQUEST_MIC = 3, FX_SPNEGO_NO_STATE = 255,
};

struct fx_spnego_init {
	enum fx_spnego_mech mechs[FX_SPNEGO_MECHS_MAX];
	unsigned n_mechs;
	struct fx_ntlm_field list;  /**< MechTypeList as it was encoded: what mechListMIC signs */
	struct fx_ntlm_field token; /**< n 0: none */
};
struct fx_spnego_resp {
	enum fx_spnego_state state;
	enum fx_spnego_mech mech; /**< FX_SPNEGO_OTHER also when it is not there */
	bool has_mech;
	struct fx_ntlm_field token, mic; /**< n 0: none */
};

FX_MUST_CHECK int fx_spnego_init_get(const void *p, size_t n, struct fx_spnego_init *ret);
FX_MUST_CHECK int fx_spnego_resp_get(const void *p, size_t n, struct fx_spnego_resp *ret);
/** NegTokenInit that offers NTLM alone. */
void fx_spnego_init_put(struct fx_buf *b, struct fx_ntlm_field token);
void fx_spnego_resp_put(struct fx_buf *b, const struct fx_spnego_resp *r);
/** MechTypeList of fx_spnego_init_put(). */
struct fx_ntlm_field fx_spnego_our_list(void);

#endif
