/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/auth.h"

#include <stdio.h>

int fx_auth_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		 struct fx_reason *reterr)
{
	int rc;

	if (a->complete || n > FX_AUTH_TOKEN_MAX) {
		return fx_fail(reterr, FX_EPROTO, a->complete ? "a token after the last one" :
			       "a token of more than 16 KiB");
	}
	rc = a->ops->step(a, in, n, out, reterr);
	if (rc >= 0 && out->err) {
		rc = out->err;
	}
	a->complete = rc == 0;
	return rc;
}

size_t fx_auth_token_size(const struct fx_auth *a, size_t n)
{
	return a->ops->token_size(a, n);
}

int fx_auth_protect(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token,
		    size_t token_len)
{
	return a->complete ? a->ops->protect(a, p, token, token_len) : FX_EACCES;
}

int fx_auth_unprotect(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
		      size_t token_len)
{
	return a->complete ? a->ops->unprotect(a, p, token, token_len) : FX_EACCES;
}

struct fx_auth *fx_auth_free(struct fx_auth *a)
{
	if (a) {
		a->ops->free(a);
	}
	return NULL;
}

const char *fx_auth_type_str(unsigned type, char dst[16])
{
	switch (type) {
	case FX_AUTH_NONE:
		return "none";
	case FX_AUTH_SPNEGO:
		return "spnego";
	case FX_AUTH_NTLM:
		return "ntlm";
	case FX_AUTH_KERBEROS:
		return "kerberos";
	default:
		(void)snprintf(dst, 16, "type %u", type);
		return dst;
	}
}

const char *fx_auth_level_str(unsigned level)
{
	static const char *const names[] = {"level", "none", "connect", "call", "packet",
					    "integrity", "privacy"};

	return names[level < FX_ARRAY_LEN(names) ? level : 0];
}
