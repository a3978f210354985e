/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading session descriptions. Names are compared without case, blanks after a colon are
 * nothing, unknown lines are skipped, the last line may lack its end. What decides where octets
 * go (m=, c=, ports) must be right, or the whole is refused.
 */
#include "providers/sip/sdp.h"

#include <string.h>
#include <strings.h>
#include "base/str.h"

/* A piece of the body: borrowed, without end mark. */
struct span {
	const char *p;
	size_t n;
};

static struct span trim(struct span s)
{
	while (s.n && (*s.p == ' ' || *s.p == '\t')) {
		s.p++;
		s.n--;
	}
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t' || s.p[s.n - 1] == '\r')) {
		s.n--;
	}
	return s;
}

static bool is(struct span s, const char *word)
{
	return s.n == strlen(word) && strncasecmp(s.p, word, s.n) == 0;
}

/* The next word up to a blank; *s is what follows it. */
static struct span word(struct span *s)
{
	struct span w;

	*s = trim(*s);
	w.p = s->p;
	w.n = 0;
	while (w.n < s->n && s->p[w.n] != ' ' && s->p[w.n] != '\t') {
		w.n++;
	}
	s->p += w.n;
	s->n -= w.n;
	return w;
}

/* Up to a character; *s is what follows it. */
static struct span until(struct span *s, char c)
{
	const char *at = s->n ? memchr(s->p, c, s->n) : NULL;
	struct span w = {s->p, at ? (size_t)(at - s->p) : s->n};
	size_t used = w.n + (at ? 1 : 0);

	s->p += used;
	s->n -= used;
	return w;
}

static void copy(char *dst, size_t size, struct span s)
{
	size_t n = s.n < size - 1 ? s.n : size - 1;

	for (size_t i = 0; i < n; i++) {
		dst[i] = s.p[i] ? s.p[i] : '?';
	}
	dst[n] = 0;
	fx_str_clean(dst);
}

/* Digits at the beginning; past the highest value it stays there. */
static bool number(struct span s, uint32_t *ret)
{
	uint64_t v = 0;
	size_t i = 0;

	s = trim(s);
	for (; i < s.n && s.p[i] >= '0' && s.p[i] <= '9'; i++) {
		v = v * 10 + (uint64_t)(s.p[i] - '0');
		v = v > UINT32_MAX ? UINT32_MAX : v;
	}
	*ret = (uint32_t)v;
	return i > 0;
}

static bool all_digits(struct span s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') {
			return false;
		}
	}
	return s.n > 0;
}

/* ---- c= and m= ---- */

static int connection(struct span s, char *host, bool *v6, struct fx_reason *why, unsigned line)
{
	struct span net = word(&s), type = word(&s), addr = word(&s);

	if (!is(net, "IN") || (!is(type, "IP4") && !is(type, "IP6")) || addr.n == 0 ||
	    addr.n >= FX_SDP_HOST_SIZE) {
		return fx_fail(why, FX_EPROTO, "SDP line %u: no address in c=", line);
	}
	addr = until(&addr, '/'); /* TTL */
	copy(host, FX_SDP_HOST_SIZE, addr);
	*v6 = is(type, "IP6");
	return 0;
}

static void payload(struct fx_sdp_media *m, struct span w)
{
	enum fx_sdp_codec codec;

	if (is(w, "0")) {
		codec = FX_SDP_PCMU;
	} else if (is(w, "8")) {
		codec = FX_SDP_PCMA;
	} else {
		return;
	}
	m->codecs |= codec;
	if (!m->first) {
		m->first = codec;
	}
}

static int media_line(struct fx_sdp *sdp, struct span s, struct fx_reason *why, unsigned line)
{
	struct fx_sdp_media *m;
	struct span kind = word(&s), port = word(&s), proto = word(&s);
	uint32_t v;

	if (sdp->n >= FX_SDP_MEDIA_MAX) {
		return fx_fail(why, FX_ELIMIT, "SDP line %u: more than %u media", line,
			       FX_SDP_MEDIA_MAX);
	}
	port = until(&port, '/');
	if (!kind.n || !proto.n || !all_digits(port) || !number(port, &v) || v > 65535) {
		return fx_fail(why, FX_EPROTO, "SDP line %u: m= without media, port and protocol",
			       line);
	}
	m = &sdp->media[sdp->n++];
	m->kind = is(kind, "audio") ? FX_SDP_AUDIO : is(kind, "image") ? FX_SDP_IMAGE :
									 FX_SDP_OTHER;
	m->port = (uint16_t)v;
	copy(m->media, sizeof(m->media), kind);
	copy(m->proto, sizeof(m->proto), proto);
	copy(m->fmt, sizeof(m->fmt), trim(s));
	while (trim(s).n) {
		struct span w = word(&s);

		if (m->kind == FX_SDP_AUDIO && is(proto, "RTP/AVP")) {
			payload(m, w);
		} else if (m->kind == FX_SDP_IMAGE && is(proto, "udptl") && is(w, "t38")) {
			m->udptl = true;
		}
	}
	return 0;
}

/* ---- a= ---- */

static bool direction(struct span name, enum fx_sdp_dir *ret)
{
	static const char *const names[] = {"sendrecv", "sendonly", "recvonly", "inactive"};

	for (unsigned i = 0; i < FX_ARRAY_LEN(names); i++) {
		if (is(name, names[i])) {
			*ret = (enum fx_sdp_dir)i;
			return true;
		}
	}
	return false;
}

/* Present means true, but for ":0" (Cisco and others, sip-t38.md 7). */
static bool flag(struct fx_sdp_t38 *t, struct span value, bool colon)
{
	uint32_t v = 1;

	t->colon_form |= colon;
	(void)(colon && number(value, &v));
	return v != 0;
}

static void t38_attr(struct fx_sdp_t38 *t, struct span name, struct span value, bool colon)
{
	if (is(name, "T38FaxVersion")) {
		(void)number(value, &t->version);
	} else if (is(name, "T38MaxBitRate") || is(name, "T38FaxMaxRate")) {
		(void)number(value, &t->max_bit_rate);
	} else if (is(name, "T38FaxFillBitRemoval")) {
		t->fill_bit_removal = flag(t, value, colon);
	} else if (is(name, "T38FaxTranscodingMMR")) {
		t->mmr = flag(t, value, colon);
	} else if (is(name, "T38FaxTranscodingJBIG")) {
		t->jbig = flag(t, value, colon);
	} else if (is(name, "T38FaxRateManagement")) {
		t->local_tcf = is(value, "localTCF");
	} else if (is(name, "T38FaxMaxBuffer")) {
		(void)number(value, &t->max_buffer);
	} else if (is(name, "T38FaxMaxDatagram") || is(name, "T38MaxDatagram")) {
		(void)number(value, &t->max_datagram);
	} else if (is(name, "T38FaxMaxIFP")) {
		(void)number(value, &t->max_ifp);
	} else if (is(name, "X-caselli-unpaced")) {
		t->unpaced = true;
	} else if (is(name, "T38FaxUdpEC")) {
		t->ec |= is(value, "t38UDPRedundancy") ? FX_SDP_EC_REDUNDANCY :
			 is(value, "t38UDPFEC") ? FX_SDP_EC_FEC :
			 is(value, "t38UDPNoEC") ? FX_SDP_EC_NONE : 0u;
	}
}

static void rtpmap(struct fx_sdp_media *m, struct span value)
{
	struct span type = word(&value), name = word(&value);
	uint32_t v;

	name = until(&name, '/');
	if (is(name, "telephone-event") && number(type, &v) && v >= 96 && v <= 127) {
		m->event_type = (uint8_t)v;
	}
}

static void attribute(struct fx_sdp *sdp, enum fx_sdp_dir *dir, struct span s)
{
	struct fx_sdp_media *m = sdp->n ? &sdp->media[sdp->n - 1] : NULL;
	struct span rest = s, name = trim(until(&rest, ':'));
	bool colon = name.n < s.n && memchr(s.p, ':', s.n) != NULL;
	struct span value = trim(rest);
	uint32_t v;

	if (direction(name, m ? &m->dir : dir) || !m) {
		return;
	}
	if (m->kind == FX_SDP_IMAGE) {
		t38_attr(&m->t38, name, value, colon);
	} else if (is(name, "rtpmap")) {
		rtpmap(m, value);
	} else if (is(name, "ptime") && number(value, &v) && v <= 200) {
		m->ptime = (uint8_t)v;
	}
}

/* ---- the whole ---- */

struct session {
	char host[FX_SDP_HOST_SIZE];
	bool v6;
	enum fx_sdp_dir dir;
};

static int one_line(struct fx_sdp *sdp, struct session *ses, struct span l, struct fx_reason *why,
		    unsigned line)
{
	struct fx_sdp_media *m = sdp->n ? &sdp->media[sdp->n - 1] : NULL;
	struct span v = {l.p + 2, l.n - 2};
	int err = 0;

	switch (l.p[0]) {
	case 'c':
		err = connection(v, m ? m->host : ses->host, m ? &m->v6 : &ses->v6, why, line);
		break;
	case 'm':
		err = media_line(sdp, v, why, line);
		if (!err) {
			sdp->media[sdp->n - 1].dir = ses->dir;
		}
		break;
	case 'a':
		attribute(sdp, &ses->dir, v);
		break;
	default:
		break; /* o=, s=, t=, b= and what others invent */
	}
	return err;
}

static void complete(struct fx_sdp *sdp, const struct session *ses)
{
	for (unsigned i = 0; i < sdp->n; i++) {
		struct fx_sdp_media *m = &sdp->media[i];

		if (!*m->host) {
			(void)fx_strlcpy(m->host, ses->host, sizeof(m->host));
			m->v6 = ses->v6;
		}
		m->hold = !strcmp(m->host, "0.0.0.0") || !strcmp(m->host, "::") ||
			  m->dir == FX_SDP_INACTIVE || m->dir == FX_SDP_SENDONLY;
	}
}

int fx_sdp_parse(const void *p, size_t n, struct fx_sdp *ret, struct fx_reason *reterr)
{
	struct session ses = {.dir = FX_SDP_SENDRECV};
	struct span all = {p, n};
	struct fx_sdp sdp = {.n = 0};
	bool version = false;
	unsigned line = 0;
	int err = 0;

	if (n > FX_SDP_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "SDP of %zu octets; at most %u are taken", n,
			       FX_SDP_MAX);
	}
	while (all.n && !err) {
		struct span l = trim(until(&all, '\n'));

		line++;
		if (l.n < 2 || l.p[1] != '=') {
			continue; /* blank lines, rubbish */
		}
		if (!version && !(l.p[0] == 'v' && l.n == 3 && l.p[2] == '0')) {
			return fx_fail(reterr, FX_EPROTO, "SDP line %u: v=0 is missing", line);
		}
		version = true;
		err = one_line(&sdp, &ses, l, reterr, line);
	}
	if (!err && !version) {
		err = fx_fail(reterr, FX_EPROTO, "SDP without v=0");
	}
	if (!err) {
		complete(&sdp, &ses);
		*ret = sdp;
	}
	return err;
}

const struct fx_sdp_media *fx_sdp_find(const struct fx_sdp *s, enum fx_sdp_kind kind)
{
	for (unsigned i = 0; i < s->n; i++) {
		const struct fx_sdp_media *m = &s->media[i];
		bool ours = kind == FX_SDP_AUDIO ? m->codecs != 0 : m->udptl;

		if (m->kind == kind && m->port && *m->host && ours) {
			return m;
		}
	}
	return NULL;
}

/* ---- multipart ---- */

/* Position of the boundary line at or after `at`, n when none. */
static size_t find_boundary(const char *p, size_t n, size_t at, const char *mark, size_t len)
{
	for (; at + len <= n; at++) {
		if ((at == 0 || p[at - 1] == '\n') && !memcmp(p + at, mark, len)) {
			return at;
		}
	}
	return n;
}

static bool is_sdp_part(struct span head)
{
	while (head.n) {
		struct span l = trim(until(&head, '\n')), name = trim(until(&l, ':'));

		if (is(name, "Content-Type") || is(name, "c")) {
			struct span type = trim(until(&l, ';'));

			if (is(type, "application/sdp")) {
				return true;
			}
		}
	}
	return false;
}

static int part_of(struct span body, const char *mark, size_t len, const uint8_t **ret,
		   size_t *ret_n)
{
	size_t at = find_boundary(body.p, body.n, 0, mark, len);

	while (at < body.n) {
		size_t next = find_boundary(body.p, body.n, at + len, mark, len);
		struct span part = {body.p + at, next - at}, rest = part, head;

		(void)until(&rest, '\n'); /* the boundary itself */
		head.p = rest.p;
		head.n = 0;
		while (rest.n) {
			struct span l = trim(until(&rest, '\n'));

			if (!l.n) {
				break;
			}
			head.n = (size_t)(rest.p - head.p);
		}
		if (is_sdp_part(head) && rest.n) {
			*ret = (const uint8_t *)rest.p;
			*ret_n = rest.n;
			return 0;
		}
		at = next;
	}
	return FX_ENOENT;
}

int fx_sdp_part(const char *content_type, const void *p, size_t n, const uint8_t **ret,
		size_t *ret_n)
{
	struct span prm = {fx_text(content_type), strlen(fx_text(content_type))};
	struct span type = trim(until(&prm, ';'));
	char mark[2 + 70 + 1] = "--"; /* RFC 2046 5.1.1 */

	if (!type.n || is(type, "application/sdp")) {
		*ret = p;
		*ret_n = n;
		return 0;
	}
	while (is(type, "multipart/mixed") && prm.n) {
		struct span one = until(&prm, ';'), name = trim(until(&one, '='));

		one = trim(one);
		if (one.n >= 2 && one.p[0] == '"' && one.p[one.n - 1] == '"') {
			one.p++;
			one.n -= 2;
		}
		if (is(name, "boundary") && one.n && one.n <= 70) {
			memcpy(mark + 2, one.p, one.n);
			return part_of((struct span){p, n}, mark, 2 + one.n, ret, ret_n);
		}
	}
	return FX_ENOENT;
}
