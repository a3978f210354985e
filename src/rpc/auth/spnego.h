/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/spnego.h
 * SPNEGO as a security context (RFC 4178, [MS-SPNG]): carries our NTLM, with the list of
 * mechanisms signed; a client that comes with Kerberos is handed to GSSAPI as a whole.
 */
#ifndef FX_RPC_AUTH_SPNEGO_H
#define FX_RPC_AUTH_SPNEGO_H

#include "rpc/auth/auth.h"

/** Makes the context that is inside. */
typedef int(fx_spnego_make_fn)(void *arg, enum fx_auth_level level, struct fx_auth **ret);
struct fx_spnego_server_prm {
	enum fx_auth_level level;
	fx_spnego_make_fn *ntlm;
	fx_spnego_make_fn *kerberos; /**< takes SPNEGO tokens as they come; NULL = not offered */
	void *arg;
};
FX_MUST_CHECK int fx_spnego_accept(const struct fx_spnego_server_prm *prm, struct fx_auth **ret);
/** With user and password: NTLM inside. @return as fx_ntlm_initiate() */
FX_MUST_CHECK int fx_spnego_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
				     struct fx_reason *reterr);

#endif
