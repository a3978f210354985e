/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of headers: numbers, parameters, quoted text, addresses. */
#include "providers/sip/ua_priv.h"

#include <stdio.h>
#include <string.h>
#include "base/str.h"

void fx_pl_copy(char *dst, size_t size, const struct pl *pl)
{
	size_t n = pl->p ? pl->l : 0;

	n = n < size - 1 ? n : size - 1;
	for (size_t i = 0; i < n; i++) {
		dst[i] = pl->p[i] ? pl->p[i] : '?';
	}
	dst[n] = 0;
	fx_str_clean(dst);
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

void fx_hdr_quoted(char *dst, size_t size, const char *text)
{
	size_t n = 0;

	for (; *text && n + 3 < size; text++) {
		if (*text == '"' || *text == '\\') {
			dst[n++] = '\\';
		}
		dst[n++] = *text;
	}
	dst[n] = 0;
	fx_str_clean(dst);
}

bool fx_hdr_number(const struct pl *p, uint32_t *ret)
{
	uint64_t v = 0;
	size_t i = 0;

	for (; p->p && i < p->l && p->p[i] >= '0' && p->p[i] <= '9'; i++) {
		v = v * 10 + (uint64_t)(p->p[i] - '0');
		v = v > UINT32_MAX ? UINT32_MAX : v;
	}
	*ret = (uint32_t)v;
	return i > 0;
}

uint32_t fx_hdr_value(const struct sip_msg *msg, enum sip_hdrid id)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, id);
	uint32_t v = 0;

	(void)(h && fx_hdr_number(&h->val, &v));
	return v;
}

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Up to one of the two characters outside of quotes, from i on. */
static size_t to_mark(const struct pl *p, size_t i, char a, char b)
{
	bool quote = false;

	for (; i < p->l; i++) {
		if (quote && p->p[i] == '\\' && i + 1 < p->l) {
			i++;
		} else if (p->p[i] == '"') {
			quote = !quote;
		} else if (!quote && (p->p[i] == a || p->p[i] == b)) {
			break;
		}
	}
	return i;
}

static struct pl trimmed(const struct pl *p, size_t from, size_t to)
{
	struct pl r;

	while (from < to && blank(p->p[from])) {
		from++;
	}
	while (to > from && blank(p->p[to - 1])) {
		to--;
	}
	r.p = p->p + from;
	r.l = to - from;
	return r;
}

bool fx_hdr_param(const struct pl *header, const char *name, struct pl *ret)
{
	size_t i = header->p ? to_mark(header, 0, ';', ';') : 0;

	while (header->p && i < header->l) {
		size_t end = to_mark(header, i + 1, ';', ';');
		size_t eq = to_mark(header, i + 1, '=', ';');
		struct pl key = trimmed(header, i + 1, eq < end ? eq : end);

		if (eq < end && !pl_strcasecmp(&key, name)) {
			struct pl v = trimmed(header, eq + 1, end);

			if (v.l >= 2 && v.p[0] == '"' && v.p[v.l - 1] == '"') {
				v.p++;
				v.l -= 2;
			}
			*ret = v;
			return true;
		}
		i = end;
	}
	return false;
}

const char *fx_hdr_reason(int status)
{
	static const struct {
		int status;
		const char *text;
	} table[] = {
		{400, "Bad Request"},          {401, "Unauthorized"},
		{403, "Forbidden"},            {404, "Not Found"},
		{405, "Method Not Allowed"},   {408, "Request Timeout"},
		{410, "Gone"},                 {415, "Unsupported Media Type"},
		{416, "Unsupported URI Scheme"},
		{480, "Temporarily Unavailable"}, {481, "Call Does Not Exist"},
		{482, "Loop Detected"},        {484, "Address Incomplete"},
		{486, "Busy Here"},            {487, "Request Terminated"},
		{488, "Not Acceptable Here"},  {491, "Request Pending"},
		{500, "Server Internal Error"}, {501, "Not Implemented"},
		{503, "Service Unavailable"},  {600, "Busy Everywhere"},
		{603, "Decline"},              {606, "Not Acceptable"},
	};

	for (size_t i = 0; i < FX_ARRAY_LEN(table); i++) {
		if (table[i].status == status) {
			return table[i].text;
		}
	}
	return "Not Accepted";
}

void fx_reply_addr(struct sa *dst, const struct sip_msg *msg)
{
	struct pl end;

	sip_reply_addr(dst, msg, !msg_param_exists(&msg->via.params, "rport", &end));
}

/*
 * libre sends to sip: only. Where there is nothing but TLS, sips: means the same, so "<sips:"
 * becomes " <sip:", and "sips:" without brackets "sip:".
 */
static bool plain_scheme(const struct sip_hdr *h, const struct sip_addr *a)
{
	struct sip_hdr *hdr = (struct sip_hdr *)(uintptr_t)h;
	char *p = (char *)(uintptr_t)a->auri.p;

	if (a->auri.l < 6) {
		return false;
	}
	if (p > h->val.p && p[-1] == '<') {
		memcpy(p - 1, " <sip:", 6);
	} else if (p == h->val.p) {
		memcpy(p + 1, "sip:", 4);
		hdr->val.p++;
		hdr->val.l--;
	} else {
		return false;
	}
	return true;
}

static bool on_record_route(const struct sip_hdr *h, const struct sip_msg *msg, void *arg)
{
	struct sip_addr a;

	(void)msg;
	(void)arg;
	if (!sip_addr_decode(&a, &h->val) && !pl_strcasecmp(&a.uri.scheme, "sips")) {
		(void)plain_scheme(h, &a);
	}
	return false;
}

/* libre reads "[::1" without its bracket as a host too. */
static bool is_host(const struct pl *host)
{
	struct sa sa;

	if (!sa_set(&sa, host, SIP_PORT)) {
		return true;
	}
	for (size_t i = 0; i < host->l; i++) {
		char c = host->p[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
		    c != '.' && c != '-' && c != '_') {
			return false;
		}
	}
	return host->l > 0;
}

bool fx_contact_usable(const struct fx_stack *s, const struct sip_msg *msg)
{
	const struct sip_hdr *h = sip_msg_hdr(msg, SIP_HDR_CONTACT);
	bool tls_only = s != &s->ua->stack ||
			(!s->ua->ports[FX_SIP_UDP] && !s->ua->ports[FX_SIP_TCP]);
	struct sip_addr a;

	if (!h || sip_addr_decode(&a, &h->val) || !is_host(&a.uri.host)) {
		return false;
	}
	if (tls_only && !msg->req) { /* a request's are sent back as they came */
		(void)sip_msg_hdr_apply(msg, true, SIP_HDR_RECORD_ROUTE, on_record_route, NULL);
	}
	return !pl_strcasecmp(&a.uri.scheme, "sip") ||
	       (tls_only && !pl_strcasecmp(&a.uri.scheme, "sips") && plain_scheme(h, &a));
}
