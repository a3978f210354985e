/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/gss_priv.h"

static int import(const char *text, gss_OID type, gss_name_t *ret, struct fx_reason *reterr)
{
	gss_buffer_desc b = {strlen(text), (void *)(uintptr_t)text};
	OM_uint32 minor, major = gss_import_name(&minor, &b, type, ret);

	return major == GSS_S_COMPLETE ? 0 : fx_gss_fail(reterr, text, major, minor);
}

/* Of a named user: with a password from the KDC, else out of the caches. */
static int named_cred(struct gss *g, const struct fx_auth_client_prm *prm,
		      struct fx_reason *reterr)
{
	gss_OID_set_desc mechs = {1, fx_gss_mech(g->auth.type)};
	gss_buffer_desc password = {0, NULL};
	char *text = *fx_text(prm->domain) ? fx_asprintf("%s@%s", prm->user, prm->domain) :
		     fx_strdup(prm->user);
	gss_name_t name = GSS_C_NO_NAME;
	OM_uint32 major = GSS_S_COMPLETE, minor = 0;
	int err = text ? import(text, GSS_C_NT_USER_NAME, &name, reterr) : FX_ENOMEM;

	if (!err && prm->password) {
		password =
			(gss_buffer_desc){strlen(prm->password), (void *)(uintptr_t)prm->password};
		major = gss_acquire_cred_with_password(&minor, name, &password, GSS_C_INDEFINITE,
						       &mechs, GSS_C_INITIATE, &g->cred, NULL,
						       NULL);
	} else if (!err) {
		major = gss_acquire_cred(&minor, name, GSS_C_INDEFINITE, &mechs, GSS_C_INITIATE,
					 &g->cred, NULL, NULL);
	}
	if (major != GSS_S_COMPLETE) {
		err = fx_gss_fail(reterr, text, major, minor);
	}
	(void)gss_release_name(&minor, &name);
	(void)fx_free(text);
	return err;
}

static int own_cred(struct gss *g, struct fx_reason *reterr)
{
	gss_OID_set_desc mechs = {1, fx_gss_mech(g->auth.type)};
	OM_uint32 minor, major;

	major = gss_acquire_cred(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs, GSS_C_INITIATE,
				 &g->cred, NULL, NULL);
	return major == GSS_S_COMPLETE ? 0 : fx_gss_fail(reterr, "no ticket (kinit)", major, minor);
}

static int client_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		       struct fx_reason *reterr)
{
	struct gss *g = (struct gss *)a;
	gss_buffer_desc got = {n, (void *)(uintptr_t)in}, answer = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, flags = GSS_C_MUTUAL_FLAG | GSS_C_DCE_STYLE | GSS_C_REPLAY_FLAG |
					GSS_C_SEQUENCE_FLAG | GSS_C_INTEG_FLAG | GSS_C_CONF_FLAG;
	int err;

	if (g->broken) {
		return FX_EPROTO;
	}
	major = gss_init_sec_context(&minor, g->cred, &g->ctx, g->target, fx_gss_mech(a->type),
				     flags, 0, GSS_C_NO_CHANNEL_BINDINGS,
				     in ? &got : GSS_C_NO_BUFFER, NULL, &answer, &flags, NULL);
	if (GSS_ERROR(major)) {
		err = fx_gss_fail(reterr, "the server's ticket", major, minor);
	} else {
		fx_buf_put(out, answer.value, answer.length);
		err = out->err ? out->err : major & GSS_S_CONTINUE_NEEDED ? 1 :
		      fx_gss_complete(g, flags, reterr);
	}
	(void)gss_release_buffer(&minor, &answer);
	g->broken = err < 0;
	return err;
}

static const struct fx_auth_ops ops = {
	.step = client_step, .token_size = fx_gss_token_size, .protect = fx_gss_protect,
	.unprotect = fx_gss_unprotect, .free = fx_gss_free,
};

int fx_gss_initiate(const struct fx_auth_client_prm *prm, struct fx_auth **ret,
		    struct fx_reason *reterr)
{
	struct gss *g;
	char *spn;
	OM_uint32 minor;
	int err;

	if (!*fx_text(prm->host)) {
		return fx_fail(reterr, FX_EACCES, "Kerberos needs the name of the server");
	}
	g = fx_gss_new(&ops, prm->type, prm->level);
	spn = fx_asprintf("host@%s", prm->host);
	err = g && spn ? import(spn, GSS_C_NT_HOSTBASED_SERVICE, &g->target, reterr) : FX_ENOMEM;
	(void)fx_free(spn);
	if (!err) {
		err = *fx_text(prm->user) ? named_cred(g, prm, reterr) : own_cred(g, reterr);
	}
	if (!err && g->auth.type == FX_AUTH_SPNEGO &&
	    fx_gss_only_krb5(&minor, g->cred) != GSS_S_COMPLETE) {
		err = fx_fail(reterr, FX_EACCES, "Kerberos: SPNEGO does not offer it");
	}
	if (err) {
		if (g) {
			fx_gss_free(&g->auth);
		}
		return err;
	}
	*ret = &g->auth;
	return 0;
}
