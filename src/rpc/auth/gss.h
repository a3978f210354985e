/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/gss.h
 * Kerberos, raw or inside SPNEGO, through GSSAPI (MIT), as a security context: DCE style (three
 * legs, tokens without ASN.1 around), messages protected by the iov calls ([MS-KILE] 3.4.5.4).
 * No environment is read or set for a keytab or a cache of ours; /etc/krb5.conf counts.
 */
#ifndef FX_RPC_AUTH_GSS_H
#define FX_RPC_AUTH_GSS_H

#include "rpc/auth/auth.h"

/**
 * @param type    FX_AUTH_KERBEROS or FX_AUTH_SPNEGO
 * @param keytab  NULL = the system's
 * @return 0, FX_ENOMEM; what is wrong with a keytab is said by the first step
 */
FX_MUST_CHECK int fx_gss_accept(enum fx_auth_type type, enum fx_auth_level level,
				const char *keytab, struct fx_auth **ret);
/** Without a password: tickets of who is logged in. @return 0, FX_EACCES, FX_EIO, FX_ENOMEM */
FX_MUST_CHECK int fx_gss_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
				  struct fx_reason *reterr);

#endif
