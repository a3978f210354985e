/* SPDX-License-Identifier: Apache-2.0 */
/* The session behind the handshake, and what both roles need. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/gss_priv.h"

#define KDC_UNREACHABLE 0x96c73a9cu /* KRB5_KDC_UNREACH */
#define REALM_UNKNOWN   0x96c73ae6u /* KRB5_REALM_UNKNOWN */

/* 1.2.840.113554.1.2.2 and 1.3.6.1.5.5.2 */
const gss_OID_desc fx_gss_krb5 = {9, (void *)(uintptr_t)"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02"};
const gss_OID_desc fx_gss_spnego = {6, (void *)(uintptr_t)"\x2b\x06\x01\x05\x05\x02"};

gss_OID fx_gss_mech(enum fx_auth_type type)
{
	return (gss_OID)(uintptr_t)(type == FX_AUTH_SPNEGO ? &fx_gss_spnego : &fx_gss_krb5);
}

OM_uint32 fx_gss_only_krb5(OM_uint32 *minor, gss_cred_id_t cred)
{
	gss_OID_set_desc set = {1, fx_gss_mech(FX_AUTH_KERBEROS)};

	return gss_set_neg_mechs(minor, cred, &set);
}

static void add_status(char *dst, size_t size, OM_uint32 code, int type)
{
	OM_uint32 minor, more = 0;
	gss_buffer_desc text;
	size_t n = strlen(dst);

	if (gss_display_status(&minor, code, type, GSS_C_NO_OID, &more, &text) == GSS_S_COMPLETE) {
		if (n + 3 < size && text.length < size - n - 3) {
			memcpy(dst + n, n ? "; " : "", n ? 2 : 0);
			n += n ? 2 : 0;
			memcpy(dst + n, text.value, text.length);
			dst[n + text.length] = '\0';
		}
		(void)gss_release_buffer(&minor, &text);
	}
}

int fx_gss_fail(struct fx_reason *reterr, const char *what, OM_uint32 major, OM_uint32 minor)
{
	char text[256] = "";
	int err = FX_EACCES;

	if (minor) {
		add_status(text, sizeof(text), minor, GSS_C_MECH_CODE);
	}
	if (!*text || GSS_ROUTINE_ERROR(major) != GSS_S_FAILURE) {
		add_status(text, sizeof(text), major, GSS_C_GSS_CODE);
	}
	fx_str_clean(text);
	switch (GSS_ROUTINE_ERROR(major)) {
	case GSS_S_DEFECTIVE_TOKEN:
	case GSS_S_BAD_SIG:
		err = FX_EPROTO;
		break;
	case GSS_S_FAILURE:
		err = minor == ENOMEM ? FX_ENOMEM :
		      minor == KDC_UNREACHABLE || minor == REALM_UNKNOWN ? FX_EIO : FX_EACCES;
		break;
	default:
		break;
	}
	return fx_fail(reterr, err, "Kerberos: %s: %s", what, text);
}

struct gss *fx_gss_new(const struct fx_auth_ops *ops, enum fx_auth_type type,
		       enum fx_auth_level level)
{
	struct gss *g = fx_zalloc(sizeof(*g));

	if (g) {
		g->auth.ops = ops;
		g->auth.type = type;
		g->auth.level = level;
		g->ctx = GSS_C_NO_CONTEXT;
		g->cred = GSS_C_NO_CREDENTIAL;
		g->target = GSS_C_NO_NAME;
	}
	return g;
}

void fx_gss_free(struct fx_auth *a)
{
	struct gss *g = (struct gss *)a;
	OM_uint32 minor;

	(void)gss_delete_sec_context(&minor, &g->ctx, GSS_C_NO_BUFFER);
	(void)gss_release_cred(&minor, &g->cred);
	(void)gss_release_name(&minor, &g->target);
	(void)fx_free(g->keytab);
	(void)fx_free(g);
}

/* --- messages --- */

static bool sealed(const struct gss *g)
{
	return g->auth.level == FX_AUTH_LEVEL_PRIVACY;
}

/* The token first, then what it covers in the order of the wire. @return entries */
static int fill(gss_iov_buffer_desc iov[4], const struct gss *g, const struct fx_auth_pdu *p,
		const uint8_t *token, size_t n)
{
	int k = 0;

	iov[k].type = sealed(g) ? GSS_IOV_BUFFER_TYPE_HEADER : GSS_IOV_BUFFER_TYPE_MIC_TOKEN;
	iov[k++].buffer = (gss_buffer_desc){n, (void *)(uintptr_t)token};
	if (p->head_len) {
		iov[k].type = GSS_IOV_BUFFER_TYPE_SIGN_ONLY;
		iov[k++].buffer = (gss_buffer_desc){p->head_len, (void *)(uintptr_t)p->head};
	}
	iov[k].type = GSS_IOV_BUFFER_TYPE_DATA;
	iov[k++].buffer = (gss_buffer_desc){p->data_len, p->data};
	if (p->tail_len) {
		iov[k].type = GSS_IOV_BUFFER_TYPE_SIGN_ONLY;
		iov[k++].buffer = (gss_buffer_desc){p->tail_len, (void *)(uintptr_t)p->tail};
	}
	return k;
}

/* Length of the token: in DCE style nothing goes behind the data, so it does not depend on it. */
static int ask_token_len(struct gss *g, struct fx_reason *reterr)
{
	uint8_t data[64];
	struct fx_auth_pdu p = {.data = data, .data_len = sizeof(data)};
	gss_iov_buffer_desc iov[4];
	OM_uint32 major, minor;
	int n = fill(iov, g, &p, NULL, 0);

	major = sealed(g) ?
			gss_wrap_iov_length(&minor, g->ctx, 1, GSS_C_QOP_DEFAULT, NULL, iov, n) :
			gss_get_mic_iov_length(&minor, g->ctx, GSS_C_QOP_DEFAULT, iov, n);
	if (major != GSS_S_COMPLETE) {
		return fx_gss_fail(reterr, "length of a token", major, minor);
	}
	g->token_len = iov[0].buffer.length;
	return 0;
}

int fx_gss_complete(struct gss *g, OM_uint32 flags, struct fx_reason *reterr)
{
	OM_uint32 level = g->auth.level == FX_AUTH_LEVEL_PRIVACY ?
				  GSS_C_CONF_FLAG | GSS_C_INTEG_FLAG :
			  g->auth.level >= FX_AUTH_LEVEL_CALL ? GSS_C_INTEG_FLAG :
								0;

	if ((flags & level) != level) {
		return fx_fail(reterr, FX_EACCES, "Kerberos: not agreed what level %s needs",
			       fx_auth_level_str(g->auth.level));
	}
	if (!(flags & GSS_C_DCE_STYLE) || !(flags & GSS_C_MUTUAL_FLAG)) {
		return fx_fail(reterr, FX_EPROTO,
			       "Kerberos: not in DCE style with mutual authentication");
	}
	if (level && !(flags & (GSS_C_REPLAY_FLAG | GSS_C_SEQUENCE_FLAG))) {
		return fx_fail(reterr, FX_EACCES, "Kerberos: without detection of replays");
	}
	return level ? ask_token_len(g, reterr) : 0;
}

size_t fx_gss_token_size(const struct fx_auth *a, size_t n)
{
	return ((const struct gss *)a)->token_len;
}

int fx_gss_protect(struct fx_auth *a, const struct fx_auth_pdu *p, uint8_t *token, size_t n)
{
	struct gss *g = (struct gss *)a;
	gss_iov_buffer_desc iov[4];
	OM_uint32 major, minor;
	int conf = 0, k = fill(iov, g, p, token, n);

	if (g->broken || n != g->token_len) {
		return FX_EACCES;
	}
	major = sealed(g) ? gss_wrap_iov(&minor, g->ctx, 1, GSS_C_QOP_DEFAULT, &conf, iov, k) :
		gss_get_mic_iov(&minor, g->ctx, GSS_C_QOP_DEFAULT, iov, k);
	if (major != GSS_S_COMPLETE || (sealed(g) && !conf) || iov[0].buffer.length != n) {
		g->broken = true;
		return FX_EACCES;
	}
	return 0;
}

int fx_gss_unprotect(struct fx_auth *a, const struct fx_auth_pdu *p, const uint8_t *token,
		     size_t n)
{
	struct gss *g = (struct gss *)a;
	uint8_t copy[256]; /* unsealing writes into its token */
	gss_iov_buffer_desc iov[4];
	OM_uint32 major, minor;
	int conf = 0, k;

	if (g->broken || n > sizeof(copy)) {
		g->broken = true;
		return FX_EACCES;
	}
	memcpy(copy, token, n);
	k = fill(iov, g, p, copy, n);
	major = sealed(g) ? gss_unwrap_iov(&minor, g->ctx, &conf, NULL, iov, k) :
		gss_verify_mic_iov(&minor, g->ctx, NULL, iov, k);
	/* complete and nothing else: no duplicate, no gap, no old one */
	if (major != GSS_S_COMPLETE || (sealed(g) && !conf)) {
		g->broken = true;
		return FX_EACCES;
	}
	return 0;
}
