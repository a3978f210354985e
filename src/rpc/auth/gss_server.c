/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/gss_priv.h"

static int acquire(struct gss *g, struct fx_reason *reterr)
{
	gss_key_value_element_desc where = {"keytab", g->keytab};
	gss_key_value_set_desc store = {1, &where};
	gss_OID_set_desc mechs = {1, fx_gss_mech(g->auth.type)};
	OM_uint32 major, minor;

	/* not by environment: that would be everybody's in this process */
	major = gss_acquire_cred_from(&minor, GSS_C_NO_NAME, GSS_C_INDEFINITE, &mechs, GSS_C_ACCEPT,
				      g->keytab ? &store : NULL, &g->cred, NULL, NULL);
	if (major == GSS_S_COMPLETE && g->auth.type == FX_AUTH_SPNEGO) {
		major = fx_gss_only_krb5(&minor, g->cred);
	}
	return major == GSS_S_COMPLETE ? 0 :
					 fx_gss_fail(reterr, "keys of this machine", major, minor);
}

static void copy_text(char *dst, size_t size, const gss_buffer_desc *b)
{
	size_t n = b->length < size ? b->length : size - 1;

	memcpy(dst, b->value, n);
	dst[n] = '\0';
	dst[strlen(dst)] = '\0';
	fx_str_clean(dst);
}

/* "user@REALM"; an @ of the name itself is written \@ */
static int split(struct fx_auth_peer *p, const gss_buffer_desc *name)
{
	char text[sizeof(p->user) + sizeof(p->domain)], *at;

	/* a backslash stands in front of what would end or cut a name: '@', '/', NUL, newline */
	if (memchr(name->value, '\\', name->length)) {
		return FX_EINVAL;
	}
	if (name->length >= sizeof(text) || memchr(name->value, '\0', name->length)) {
		return FX_ELIMIT;
	}
	copy_text(text, sizeof(text), name);
	at = strrchr(text, '@');
	if (!at || at == text || strlen(at + 1) >= sizeof(p->domain) ||
	    (size_t)(at - text) >= sizeof(p->user)) {
		return FX_ELIMIT;
	}
	*at = '\0';
	(void)fx_strlcpy(p->user, text, sizeof(p->user));
	(void)fx_strlcpy(p->domain, at + 1, sizeof(p->domain));
	return 0;
}

/* krb5.conf's word counts where it gives a name that the principal does not have: the name alone is
 * also what libkrb5 makes of everybody of the default realm, and that is for home_domains to say
 * (decision 0645). A local name with its domain is a directory's; the service finds that itself. */
static bool is_mapped(const struct fx_auth_peer *p, const char *local)
{
	return *local && !strpbrk(local, "@\\") && strcmp(local, p->user) != 0;
}

static int peer(struct gss *g, gss_name_t name, struct fx_reason *reterr)
{
	struct fx_auth_peer *p = &g->auth.peer;
	gss_buffer_desc text = GSS_C_EMPTY_BUFFER;
	char local[sizeof(p->user)];
	OM_uint32 major, minor;
	int err;

	(void)fx_strlcpy(p->mech, g->auth.type == FX_AUTH_SPNEGO ? "spnego/kerberos" : "kerberos",
			 sizeof(p->mech));
	major = gss_display_name(&minor, name, &text, NULL);
	if (major != GSS_S_COMPLETE) {
		return fx_gss_fail(reterr, "name of the client", major, minor);
	}
	err = split(p, &text);
	(void)gss_release_buffer(&minor, &text);
	if (err) {
		return fx_fail(reterr, FX_EACCES, "Kerberos: a principal that cannot be a user");
	}
	if (gss_localname(&minor, name, fx_gss_mech(FX_AUTH_KERBEROS), &text) == GSS_S_COMPLETE &&
	    text.length < sizeof(local)) {
		copy_text(local, sizeof(local), &text);
		if (is_mapped(p, local)) {
			(void)fx_strlcpy(p->user, local, sizeof(p->user));
			*p->domain = '\0';
		}
	}
	(void)gss_release_buffer(&minor, &text);
	return 0;
}

static int server_step(struct fx_auth *a, const void *in, size_t n, struct fx_buf *out,
		       struct fx_reason *reterr)
{
	struct gss *g = (struct gss *)a;
	gss_buffer_desc got = {n, (void *)(uintptr_t)in}, answer = GSS_C_EMPTY_BUFFER;
	OM_uint32 major, minor, flags = 0;
	gss_name_t name = GSS_C_NO_NAME;
	int err = g->broken ? FX_EPROTO : g->cred ? 0 : acquire(g, reterr);

	if (err) {
		g->broken = true;
		return err;
	}
	major = gss_accept_sec_context(&minor, &g->ctx, g->cred, &got, GSS_C_NO_CHANNEL_BINDINGS,
				       &name, NULL, &answer, &flags, NULL, NULL);
	if (GSS_ERROR(major)) {
		err = fx_gss_fail(reterr, "the client's ticket", major, minor);
	} else {
		fx_buf_put(out, answer.value, answer.length);
		err = out->err ? out->err : major & GSS_S_CONTINUE_NEEDED ? 1 : 0;
	}
	if (err == 0) {
		err = flags & GSS_C_ANON_FLAG ? fx_fail(reterr, FX_EACCES, "anonymous") :
		      fx_gss_complete(g, flags, reterr);
		err = err ? err : peer(g, name, reterr);
	}
	(void)gss_release_buffer(&minor, &answer);
	(void)gss_release_name(&minor, &name);
	g->broken = err < 0;
	return err;
}

static const struct fx_auth_ops ops = {
	.step = server_step, .token_size = fx_gss_token_size, .protect = fx_gss_protect,
	.unprotect = fx_gss_unprotect, .free = fx_gss_free,
};

int fx_gss_accept(enum fx_auth_type type, enum fx_auth_level level, const char *keytab,
		  struct fx_auth **ret)
{
	struct gss *g = fx_gss_new(&ops, type, level);

	if (!g) {
		return FX_ENOMEM;
	}
	g->keytab = fx_strdup(keytab);
	if (keytab && !g->keytab) {
		fx_gss_free(&g->auth);
		return FX_ENOMEM;
	}
	*ret = &g->auth;
	return 0;
}
