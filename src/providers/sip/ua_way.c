/* SPDX-License-Identifier: Apache-2.0 */
/* A trunk's way out: identity, target, TLS; OPTIONS and REGISTER on it. */
#include "providers/sip/ua_priv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include "base/mem.h"
#include "base/str.h"

#define TLS_BUCKETS 256

/* A stack of its own, since what is verified is this way's. */
static int open_tls(struct fx_ua_way *w, const struct fx_ua_way_prm *p, struct fx_reason *why)
{
	int err, bound = 0;

	w->own = fx_zalloc(sizeof(*w->own));
	if (!w->own) {
		return FX_ENOMEM;
	}
	fx_list_init(&w->own->link);
	w->own->ua = w->ua;
	w->stack = w->own;
	err = fx_tls_client(w, p, why);
	if (!err) {
		err = fx_stack_open(w->own, w->ua, TLS_BUCKETS);
	}
	for (int v6 = 0; !err && v6 < 2; v6++) {
		struct sa any;

		/* One of IPv4 and IPv6 may be missing on this machine. */
		(void)sa_set_str(&any, v6 ? "::" : "0.0.0.0", 0);
		bound += !fx_stack_bind(w->own, SIP_TRANSP_TLS, &any);
	}
	return err || bound ? err : fx_fail(why, FX_EIO, "no socket for TLS");
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
	if (p->display_name && *p->display_name) {
		char name[FX_SIP_NAME_SIZE * 2];

		fx_hdr_quoted(name, sizeof(name), p->display_name); /* libre adds the quotes */
		w->display_name = fx_strdup(name);
	}
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

static void way_close(struct fx_ua_way *w)
{
	if (w->ua) {
		fx_legs_drop(w->ua, w, "the trunk was taken out of service");
		fx_requests_end(w->ua, w);
		fx_list_remove(&w->link);
		fx_stack_bury(w->own);
	}
	w->own = NULL;
	w->ua = NULL;
}

void fx_ways_close(struct fx_ua *ua)
{
	FX_LIST_EACH_SAFE(&ua->ways, it) {
		way_close(FX_CONTAINER(it, struct fx_ua_way, link));
	}
}

struct fx_ua_way *fx_ua_way_free(struct fx_ua_way *w)
{
	if (w) {
		way_close(w);
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

bool fx_way_is_known(const struct fx_ua_way *w)
{
	struct sa sa;

	return w->ua && (w->has_target || !sa_set_str(&sa, w->host, SIP_PORT));
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
	struct fx_link link;
	struct fx_ua_way *w; /* NULL: it is gone */
	const char *method;
	char uri[FX_SIP_URI_SIZE], me[100]; /* me: our Contact's address as text */
	uint32_t expires_s;
	bool longer; /* 423 was heeded */
	struct sip_dialog *dlg;
	struct sip_request *req;
	struct fx_auth auth;
	struct tmr guard;
	fx_ua_reply_fn *fn;
	void *arg;
};

static void request_close(struct fx_ua_request *r)
{
	fx_list_remove(&r->link);
	tmr_cancel(&r->guard);
	r->req = mem_deref(r->req);
	r->dlg = mem_deref(r->dlg);
	r->w = NULL;
}

void fx_requests_end(struct fx_ua *ua, const struct fx_ua_way *w)
{
	FX_LIST_EACH_SAFE(&ua->requests, it) {
		struct fx_ua_request *r = FX_CONTAINER(it, struct fx_ua_request, link);

		if (!w || r->w == w) {
			request_close(r);
		}
	}
}

struct fx_ua_request *fx_ua_request_free(struct fx_ua_request *r)
{
	if (r && r->w) {
		request_close(r);
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
	(void)re_snprintf(r->me, sizeof(r->me), "%J", src);
	return mbuf_printf(mb, "%H", fx_contact_print, &c);
}

static int send_request(struct fx_ua_request *r);

struct grant {
	const struct fx_ua_request *r;
	bool found;
	uint32_t s;
};

/* A registrar lists all bindings of this user: ours is the one with our address. */
static bool on_binding(const struct sip_hdr *h, const struct sip_msg *msg, void *arg)
{
	struct grant *g = arg;
	char at[100];
	struct sip_addr a;
	struct pl v;

	(void)msg;
	if (sip_addr_decode(&a, &h->val) || !fx_hdr_param(&h->val, "expires", &v)) {
		return false;
	}
	(void)re_snprintf(at, sizeof(at), strchr(g->r->me, '[') ? "[%r]:%u" : "%r:%u",
			  &a.uri.host, a.uri.port ? a.uri.port : SIP_PORT);
	if (!g->found || !strcmp(at, g->r->me)) {
		(void)fx_hdr_number(&v, &g->s);
		g->found = true;
	}
	return !strcmp(at, g->r->me);
}

static uint32_t granted(const struct fx_ua_request *r, const struct sip_msg *msg)
{
	struct grant g = {.r = r, .s = r->expires_s};

	if (!strcmp(r->method, "REGISTER")) {
		(void)sip_msg_hdr_apply(msg, true, SIP_HDR_CONTACT, on_binding, &g);
	}
	if (!g.found && pl_isset(&msg->expires)) {
		(void)fx_hdr_number(&msg->expires, &g.s);
	}
	return g.s;
}

/* 423: they want a longer time (RFC 3261 10.2.8). */
static bool is_longer(struct fx_ua_request *r, const struct sip_msg *msg)
{
	uint32_t v = fx_hdr_value(msg, SIP_HDR_MIN_EXPIRES);

	if (msg->scode != 423 || r->longer || !r->expires_s || v <= r->expires_s || v > 604800) {
		return false;
	}
	r->longer = true;
	r->expires_s = v;
	return true;
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
	if (((msg->scode == 401 || msg->scode == 407) &&
	     !fx_auth_challenge(&r->auth, msg, r->w)) || is_longer(r, msg)) {
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
	char auth[FX_UA_AUTH_SIZE], expires[40] = "";

	fx_auth_header(&r->auth, r->w, r->method, r->uri, auth);
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
	struct fx_ua_request *r;
	char me[FX_SIP_URI_SIZE], route[128];
	const char *routes[1] = {route};
	int e;

	if (!fx_way_is_known(w)) {
		return FX_ENOENT;
	}
	r = fx_zalloc(sizeof(*r));
	if (!r) {
		return FX_ENOMEM;
	}
	fx_list_append(&w->ua->requests, &r->link);
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
