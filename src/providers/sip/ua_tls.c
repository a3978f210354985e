/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TLS of the ways and of the listeners. By default libre trusts anybody, sends no name and
 * speaks what is long broken, so each context is set here (sip-t38: one for each way, since what
 * is verified is the way's).
 */
#include "providers/sip/ua_priv.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"

/* libre declares it only with USE_OPENSSL, under the name of the struct. */
struct ssl_ctx_st *tls_openssl_context(const struct tls *tls);

int fx_tls_server(struct tls **ret, const char *cert_file, struct fx_reason *why)
{
	if (tls_alloc(ret, TLS_METHOD_SSLV23, cert_file, NULL)) {
		return fx_fail(why, FX_EINVAL,
			       "the certificate file %s cannot be read (it needs certificate and "
			       "key, PEM)", fx_text(cert_file));
	}
	if (SSL_CTX_set_min_proto_version(tls_openssl_context(*ret), TLS1_2_VERSION) != 1) {
		*ret = mem_deref(*ret);
		return fx_fail(why, FX_EINVAL, "TLS 1.2 is not available");
	}
	return 0;
}

/* Server Name Indication; addresses have none (RFC 6066 3). */
static void on_tls(const SSL *ssl, int where, int ret)
{
	(void)ret;
	if (where == SSL_CB_HANDSHAKE_START && !SSL_is_server(ssl)) {
		const char *name = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
		struct sa sa;

		if (name && sa_set_str(&sa, name, 0)) {
			(void)SSL_set_tlsext_host_name((SSL *)(uintptr_t)ssl, name);
		}
	}
}

/* The certificate must be for this name, or this address. */
static bool verify(SSL_CTX *ctx, const char *name)
{
	X509_VERIFY_PARAM *prm = SSL_CTX_get0_param(ctx);
	struct sa sa;

	SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
	if (!sa_set_str(&sa, name, 0)) {
		return X509_VERIFY_PARAM_set1_ip_asc(prm, name) == 1;
	}
	return X509_VERIFY_PARAM_set1_host(prm, name, 0) == 1;
}

int fx_tls_client(struct fx_ua_way *w, const struct fx_ua_way_prm *p, struct fx_reason *why)
{
	const char *name = p->verify_name && *p->verify_name ? p->verify_name : p->host;
	const char *cert = p->client_cert_file && *p->client_cert_file ? p->client_cert_file :
									 NULL;
	SSL_CTX *ctx;
	bool ok;

	if (tls_alloc(&w->own->tls, TLS_METHOD_SSLV23, cert, NULL)) {
		return fx_fail(why, FX_EINVAL, "the certificate file %s cannot be read",
			       fx_text(cert));
	}
	ctx = tls_openssl_context(w->own->tls);
	ok = SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1;
	ok = ok && (p->ca_file && *p->ca_file ? SSL_CTX_load_verify_locations(ctx, p->ca_file,
									      NULL) == 1 :
						SSL_CTX_set_default_verify_paths(ctx) == 1);
	if (!ok) {
		return fx_fail(why, FX_EINVAL, "the file of trusted certificates %s cannot be "
			       "read", fx_text(p->ca_file));
	}
	w->own->tls_name = fx_strdup(name);
	if (!w->own->tls_name) {
		return FX_ENOMEM;
	}
	if (!p->verify_none && !verify(ctx, name)) {
		return fx_fail(why, FX_EINVAL, "\"%s\" is no name to verify a certificate with",
			       name);
	}
	(void)SSL_CTX_set_app_data(ctx, w->own->tls_name);
	SSL_CTX_set_info_callback(ctx, on_tls);
	return 0;
}
