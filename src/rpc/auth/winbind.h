/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/winbind.h
 * Users of a domain, proved by Samba's winbindd on this machine. Thread: any; one question may take
 * as long as the domain controller does. The library is only used when it is asked.
 */
#ifndef FX_RPC_AUTH_WINBIND_H
#define FX_RPC_AUTH_WINBIND_H

#include "rpc/auth/ntlm.h"

/**
 * As fx_ntlm_verify_fn.
 * @return 0, FX_EACCES (wrong password, unknown user, account locked ...), FX_EIO (no winbindd, no
 *         domain controller), FX_ENOMEM
 */
FX_MUST_CHECK int fx_winbind_verify(const struct fx_ntlm_claim *c, uint8_t ret_key[16],
				    struct fx_auth_peer *ret_peer, struct fx_reason *reterr);

#endif
