/* SPDX-License-Identifier: Apache-2.0 */
/** @file rpc/auth/gss_priv.h  What both roles of Kerberos share. */
#ifndef FX_RPC_AUTH_GSS_PRIV_H
#define FX_RPC_AUTH_GSS_PRIV_H

#include <gssapi/gssapi.h>
#include <gssapi/gssapi_ext.h>

#include "rpc/auth/gss.h"

struct gss {
	struct fx_auth auth;
	gss_ctx_id_t ctx;
	gss_cred_id_t cred;
	gss_name_t target; /* client */
	char *keytab;      /* server */
	size_t token_len;  /* asked for once the context is complete */
	bool broken;
};

extern const gss_OID_desc fx_gss_krb5, fx_gss_spnego;
/* The mechanism of a type. */
gss_OID fx_gss_mech(enum fx_auth_type type);
/* SPNEGO shall choose Kerberos, whatever else is installed. */
OM_uint32 fx_gss_only_krb5(OM_uint32 *minor, gss_cred_id_t cred);
/* An error of GSSAPI in words, and as one of ours. */
int fx_gss_fail(struct fx_reason *reterr, const char *what, OM_uint32 major, OM_uint32 minor);
/* The context is complete: is what the level needs there? */
int fx_gss_complete(struct gss *g, OM_uint32 flags, struct fx_reason *reterr);
struct gss *fx_gss_new(const struct fx_auth_ops *ops, enum fx_auth_type type,
		       enum fx_auth_level level);
void fx_gss_free(struct fx_auth *a);
size_t fx_gss_token_size(const struct fx_auth *a, size_t n);
int fx_gss_protect(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token, size_t n);
int fx_gss_unprotect(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
		     size_t n);

#endif
