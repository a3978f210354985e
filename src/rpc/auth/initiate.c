/* SPDX-License-Identifier: Apache-2.0 */
/* The client side's choice of mechanism, where there is no SSPI. */
#include "base/str.h"
#include "rpc/auth/gss.h"
#include "rpc/auth/ntlm.h"
#include "rpc/auth/spnego.h"

int fx_auth_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
		     struct fx_reason *reterr)
{
	switch (prm->type) {
	case FX_AUTH_NTLM:
		return fx_ntlm_initiate(prm, ret, reterr);
	case FX_AUTH_SPNEGO:
		/* a password is for NTLM; tickets of who is logged in are for Kerberos */
		return prm->password && *fx_text(prm->user) ? fx_spnego_initiate(prm, ret, reterr) :
		       fx_gss_initiate(prm, ret, reterr);
	case FX_AUTH_KERBEROS:
		return fx_gss_initiate(prm, ret, reterr);
	case FX_AUTH_NONE:
		break;
	}
	return fx_fail(reterr, FX_ENOSYS, "authentication of type %u does not exist",
		       (unsigned)prm->type);
}
