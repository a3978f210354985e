/* SPDX-License-Identifier: Apache-2.0 */
/* The client side's choice of mechanism, where there is no SSPI. */
#include "rpc/auth/ntlm.h"

int fx_auth_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
		     struct fx_reason *reterr)
{
	switch (prm->type) {
	case FX_AUTH_NTLM:
		return fx_ntlm_initiate(prm, ret, reterr);
	case FX_AUTH_NONE:
	case FX_AUTH_SPNEGO:
	case FX_AUTH_KERBEROS:
		break;
	}
	return fx_fail(reterr, FX_ENOSYS, "authentication of type %u is not in this build",
		       (unsigned)prm->type);
}
