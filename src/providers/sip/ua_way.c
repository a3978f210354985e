/* SPDX-License-Identifier: Apache-2.0 */
/* A trunk's way out: identity, target, TLS; OPTIONS and REGISTER on it. */
#include "providers/sip/ua_priv.h"

#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/mem.h"
#include "base/str.h"

/* libre declares it only with USE_OPENSSL, under the name of the struct. */
struct ssl_ctx_st *tls_openssl_context(const struct tls *tls);

/* ---- TLS: by default libre trusts anybody and sends no name ---- */

static void on_tls(const SSL *ssl, int where, int ret)
{
	(void)ret;
	if (where == SSL_CB_HANDSHAKE_START && !SSL_is_server(ssl)) {
		const char *name = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));

		if (name) {
			(void)SSL_set_tlsext_host_name((SSL *)(uintptr_t)ssl, name);
		}
	}
}

static int open_tls(struct fx_ua_way *w, const struct fx_ua_way_prm *p, struct fx_reason *why)
{
	const char *name = p->verify_name && *p->verify_name ? p->verify_name : p->host;
	struct sa any;
	SSL_CTX *ctx;
	struct sip *sip = NULL;
	bool ok;
	int err;

	if (tls_alloc(&w->own.tls, TLS_METHOD_SSLV23, p->client_cert_file, NULL)) {
		return fx_fail(why, FX_EINVAL, "the certificate file %s cannot be read",
			       fx_text(p->client_cert_file));
	}
	ctx = tls_openssl_context(w->own.tls);
	ok = SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) == 1;
	ok = ok && (p->ca_file && *p->ca_file ? SSL_CTX_load_verify_locations(ctx, p->ca_file,
									      NULL) == 1 :
						SSL_CTX_set_default_verify_paths(ctx) == 1);
	if (!ok) {
		return fx_fail(why, FX_EINVAL, "the file of trusted certificates %s cannot be "
			       "read", fx_text(p->ca_file));
	}
	w->tls_name = fx_strdup(name);
	if (!p->verify_none) {
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER, NULL);
		if (X509_VERIFY_PARAM_set1_host(SSL_CTX_get0_param(ctx), name, 0) != 1) {
			return FX_ENOMEM;
		}
	}
	(void)SSL_CTX_set_app_data(ctx, w->tls_name);
	SSL_CTX_set_info_callback(ctx, on_tls);
	err = fx_err_of(sip_alloc(&sip, w->ua->dnsc, 256, 256, 64, w->ua->user_agent, NULL, NULL));
	if (err) {
		return err;
	}
	err = fx_stack_listen(&w->own, w->ua, sip);
	w->stack = &w->own;
	for (int v6 = 0; !err && v6 < 2; v6++) {
		sa_init(&any, v6 ? AF_INET6 : AF_INET);
		/* Without IPv6 on this machine the other one is enough. */
		if (fx_stack_bind(&w->own, SIP_TRANSP_TLS, &any) && !v6) {
			err = fx_fail(why, FX_EIO, "no socket for TLS");
		}
	}
	return err;
}

int fx_ua_way_new(struct fx_ua *ua, const struct fx_ua_way_prm *p, struct fx_ua_way **ret,
		  struct fx_reason *reterr)
{
	struct fx_ua_way *w = fx_zalloc(sizeof(*w));
	int err = 0;

	if (!w) {
		return FX_ENOMEM;
	}
	w->ua = ua;
	w->stack = &ua->stack;
	w->transport = p->transport;
	w->host = fx_strdup(p->host);
	w->identity_user = fx_strdup(fx_text(p->identity_user));
	w->identity_host = fx_strdup(p->identity_host && *p->identity_host ? p->identity_host :
									    p->host);
	w->display_name = fx_strdup(p->display_name);
	w->auth_user = fx_strdup(p->auth_user);
	w->auth_password = fx_strdup(p->auth_password);
	fx_list_append(&ua->ways, &w->link);
	if (!w->host || !w->identity_user || !w->identity_host) {
		err = FX_ENOMEM;
	}
	if (!err && p->transport == FX_SIP_TLS) {
		err = open_tls(w, p, reterr);
	}
	if (err) {
		(void)fx_ua_way_free(w);
		return err;
	}
	*ret = w;
	return 0;
}

struct fx_ua_way *fx_ua_way_free(struct fx_ua_way *w)
{
	if (w) {
		fx_list_remove(&w->link);
		fx_stack_close(&w->own);
		(void)fx_free(w->tls_name);
		(void)fx_free(w->host);
		(void)fx_free(w->identity_user);
		(void)fx_free(w->identity_host);
		(void)fx_free(w->display_name);
		(void)fx_free(w->auth_user);
		(void)fx_free(w->auth_password);
	}
	return fx_free(w);
}

void fx_ua_way_target(struct fx_ua_way *w, const struct sockaddr_storage *addr)
{
	fx_sa_from(&w->target, addr);
	if (!sa_port(&w->target)) {
		sa_set_port(&w->target, w->transport == FX_SIP_TLS ? SIP_PORT_TLS : SIP_PORT);
	}
	w->has_target = true;
}

void fx_way_route(const struct fx_ua_way *w, char *dst, size_t size)
{
	dst[0] = 0;
	if (w->has_target) {
		(void)re_snprintf(dst, size, "sip:%J%s", &w->target,
				  sip_transp_param(fx_transp(w->transport)));
	}
}

/* A user part as RFC 3261 wants it: what does not belong there goes as %xx. */
void fx_sip_escape(char *dst, size_t size, const char *user)
{
	static const char ok[] = "-_.!~*'()&=+$,;?/";
	size_t n = 0;

	for (; *user && n + 4 < size; user++) {
		unsigned char c = (unsigned char)*user;

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    strchr(ok, c)) {
			dst[n++] = (char)c;
		} else {
			n += (size_t)snprintf(dst + n, size - n, "%%%02X", c);
		}
	}
	dst[n] = 0;
}

void fx_way_uri(const struct fx_ua_way *w, const char *user, bool identity, char *dst, size_t size)
{
	const char *host = identity ? w->identity_host : w->host;
	bool v6 = strchr(host, ':') && host[0] != '[';
	char esc[FX_SIP_NAME_SIZE * 3];

	fx_sip_escape(esc, sizeof(esc), user);
	(void)snprintf(dst, size, "sip:%s%s%s%s%s", esc, *esc ? "@" : "", v6 ? "[" : "", host,
		       v6 ? "]" : "");
}

/* ---- requests without a call ---- */

struct fx_ua_request {
	struct fx_ua_way *w;
	const char *method;
	char uri[FX_SIP_URI_SIZE];
	uint32_t expires_s;
	struct sip_dialog *dlg;
	struct sip_request *req;
	struct fx_auth auth;
	struct tmr guard;
	fx_ua_reply_fn *fn;
	void *arg;
};

struct fx_ua_request *fx_ua_request_free(struct fx_ua_request *r)
{
	if (r) {
		tmr_cancel(&r->guard);
		r->req = mem_deref(r->req);
		r->dlg = mem_deref(r->dlg);
	}
	return fx_free(r);
}

/* fn() may free the request. */
static void finish(struct fx_ua_request *r, int status, const char *reason, uint32_t expires)
{
	fx_ua_reply_fn *fn = r->fn;

	tmr_cancel(&r->guard);
	r->req = mem_deref(r->req);
	fn(r->arg, status, reason, expires);
}

static int on_send(enum sip_transp tp, const struct sa *src, const struct sa *dst,
		   struct mbuf *mb, void *arg)
{
	struct fx_ua_request *r = arg;
	struct fx_contact c = {*r->w->identity_user ? r->w->identity_user : "fax", src, tp};

	(void)dst;
	return mbuf_printf(mb, "%H", fx_contact_print, &c);
}

static int send_request(struct fx_ua_request *r);

/* What the registrar granted: our Contact's expires, else the header. */
static uint32_t granted(const struct fx_ua_request *r, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	struct sip_addr addr;
	struct pl v;

	if (h && !sip_addr_decode(&addr, &h->val)) {
		static const struct pl name = PL("expires");

		if (!uri_param_get(&addr.params, &name, &v)) {
			return pl_u32(&v);
		}
	}
	return pl_isset(&msg->expires) ? pl_u32(&msg->expires) : r->expires_s;
}

static void on_reply(int err, const struct sip_msg *msg, void *arg)
{
	struct fx_ua_request *r = arg;
	char reason[100];

	if (err || !msg) {
		finish(r, 0, err == ETIMEDOUT ? "no answer" : strerror(err), 0);
		return;
	}
	if (msg->scode < 200) {
		return;
	}
	if ((msg->scode == 401 || msg->scode == 407) && !fx_auth_challenge(&r->auth, msg, r->w)) {
		r->req = mem_deref(r->req);
		if (!send_request(r)) {
			return;
		}
	}
	fx_pl_copy(reason, sizeof(reason), &msg->reason);
	finish(r, msg->scode, reason, granted(r, msg));
}

static int send_request(struct fx_ua_request *r)
{
	char auth[1400], expires[40] = "";

	fx_auth_header(&r->auth, r->w, r->method, r->uri, auth, sizeof(auth));
	if (!strcmp(r->method, "REGISTER")) {
		(void)snprintf(expires, sizeof(expires), "Expires: %u\r\n", r->expires_s);
	}
	return sip_drequestf(&r->req, r->w->stack->sip, true, r->method, r->dlg, 0, NULL, on_send,
			     on_reply, r, "%s%sAccept: application/sdp\r\nContent-Length: 0\r\n"
			     "\r\n", auth, expires);
}

static void on_guard(void *arg)
{
	finish(arg, 0, "no answer", 0);
}

static int request(struct fx_ua_way *w, const char *method, uint32_t expires_s,
		   uint32_t timeout_ms, fx_ua_reply_fn *fn, void *arg, struct fx_ua_request **ret)
{
	struct fx_ua_request *r = fx_zalloc(sizeof(*r));
	char me[FX_SIP_URI_SIZE], route[128];
	const char *routes[1] = {route};
	int e;

	if (!r) {
		return FX_ENOMEM;
	}
	r->w = w;
	r->method = method;
	r->expires_s = expires_s;
	r->fn = fn;
	r->arg = arg;
	tmr_init(&r->guard);
	fx_way_uri(w, "", false, r->uri, sizeof(r->uri));
	fx_way_uri(w, w->identity_user, true, me, sizeof(me));
	fx_way_route(w, route, sizeof(route));
	e = sip_dialog_alloc(&r->dlg, r->uri, strcmp(method, "REGISTER") ? r->uri : me, NULL, me,
			     *route ? routes : NULL, *route ? 1 : 0);
	if (!e) {
		e = send_request(r);
	}
	if (e) {
		(void)fx_ua_request_free(r);
		return fx_err_of(e);
	}
	tmr_start(&r->guard, timeout_ms, on_guard, r);
	*ret = r;
	return 0;
}

int fx_ua_options(struct fx_ua_way *w, uint32_t timeout_ms, fx_ua_reply_fn *fn, void *arg,
		  struct fx_ua_request **ret)
{
	return request(w, "OPTIONS", 0, timeout_ms, fn, arg, ret);
}

int fx_ua_register(struct fx_ua_way *w, uint32_t expires_s, uint32_t timeout_ms,
		   fx_ua_reply_fn *fn, void *arg, struct fx_ua_request **ret)
{
	return request(w, "REGISTER", expires_s, timeout_ms, fn, arg, ret);
}
