/* SPDX-License-Identifier: Apache-2.0 */
/* What a call says about its media, and what it makes of theirs (RFC 3264, T.38 annex D). */
#include "providers/sip/call_priv.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"

#define EVENT_TYPE 101
#define RECEIVE_BUFFER (1 << 20) /* unpaced T.38 comes in bursts */

/* ---- the socket ---- */

static void set_port(struct sockaddr_storage *a, uint16_t port)
{
	if (a->ss_family == AF_INET6) {
		((struct sockaddr_in6 *)a)->sin6_port = htons(port);
	} else {
		((struct sockaddr_in *)a)->sin_port = htons(port);
	}
}

static socklen_t length(const struct sockaddr_storage *a)
{
	return a->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
}

/* The address that this machine would send from; nothing is sent. */
static int route_to(const struct sockaddr_storage *peer, struct sockaddr_storage *ret)
{
	int fd = socket(peer->ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_storage to = *peer;
	socklen_t n = sizeof(*ret);
	bool good;

	if (fd < 0) {
		return FX_EIO;
	}
	set_port(&to, 9);
	good = !connect(fd, (struct sockaddr *)&to, length(&to)) &&
	       !getsockname(fd, (struct sockaddr *)ret, &n);
	(void)close(fd);
	return good ? 0 : FX_EIO;
}

/* Even ports of the range, one after the other, so that a port rests after its call. */
static int bind_in_range(struct fx_sip_call *c)
{
	unsigned min = ((unsigned)c->p->set.media_port_min + 1) & ~1u;
	unsigned n = ((unsigned)c->p->set.media_port_max - min) / 2 + 1;

	for (unsigned i = 0; i < n; i++) {
		c->port = (uint16_t)(min + 2 * (c->p->next_port++ % n));
		set_port(&c->local, c->port);
		if (!bind(c->fd, (struct sockaddr *)&c->local, length(&c->local))) {
			return 0;
		}
	}
	return FX_EIO;
}

int fx_call_bind(struct fx_sip_call *c, const struct sockaddr_storage *peer)
{
	enum fx_sip_transport t = (enum fx_sip_transport)c->ts->transport;
	int size = RECEIVE_BUFFER, err = fx_ua_local(c->p->ua, t, peer, &c->local);
	char host[INET6_ADDRSTRLEN] = "";

	if (err) { /* TLS has sockets of its own */
		err = route_to(peer, &c->local);
	}
	if (err) {
		return err;
	}
	c->fd = socket(c->local.ss_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0) {
		return FX_EIO;
	}
	(void)setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	err = bind_in_range(c);
	if (err) {
		(void)close(c->fd);
		c->fd = -1;
		return err;
	}
	(void)inet_ntop(c->local.ss_family, c->local.ss_family == AF_INET6 ?
			(void *)&((struct sockaddr_in6 *)&c->local)->sin6_addr :
			(void *)&((struct sockaddr_in *)&c->local)->sin_addr, host, sizeof(host));
	(void)fx_strlcpy(c->origin.host, *c->p->set.media_address ? c->p->set.media_address : host,
			 sizeof(c->origin.host));
	c->origin.v6 = strchr(c->origin.host, ':') != NULL;
	c->origin.id = (uint64_t)(fx_loop_wall_us(c->p->loop) / FX_SECOND) << 16 | c->port;
	return 0;
}

/* ---- ours ---- */

static void own_t38(const struct fx_sip_call *c, struct fx_sdp_t38_own *own)
{
	*own = (struct fx_sdp_t38_own){
		.version = 0,
		.max_bit_rate = c->plan.max_rate > 14400 ? 14400 : c->plan.max_rate,
		.max_datagram = FX_UDPTL_DATAGRAM_MAX,
		.ec = FX_SDP_EC_REDUNDANCY | FX_SDP_EC_FEC,
	};
}

static bool may_unpaced(const struct fx_sip_call *c)
{
	return c->ts->unpaced && (c->outgoing ? c->dial && c->dial->ecm && c->plan.ecm :
						c->has_answer && c->answer.ecm);
}

static void our_line(struct fx_sip_call *c, enum fx_sdp_kind kind, struct fx_sdp_line *l)
{
	struct fx_sdp_t38_own own;

	*l = (struct fx_sdp_line){.kind = kind, .port = c->port};
	if (kind == FX_SDP_AUDIO) {
		l->codecs = FX_SDP_PCMU | FX_SDP_PCMA;
		l->first = c->ts->codec == FX_SDP_PCMU ? FX_SDP_PCMU : FX_SDP_PCMA;
		l->event_type = EVENT_TYPE;
	} else {
		own_t38(c, &own);
		fx_sdp_t38_offer(&own, &l->t38);
		l->t38.unpaced = may_unpaced(c);
	}
}

/* The version rises only when something else is said. */
static int write_body(struct fx_sip_call *c, const struct fx_sdp_line *lines, unsigned n)
{
	struct fx_buf b = {.max = FX_SDP_MAX};
	int err;

	fx_sdp_write(&b, &c->origin, lines, n);
	if (!b.err && (b.len != c->body.len || !c->body.len ||
		       memcmp(b.data, c->body.data, b.len) != 0)) {
		c->origin.version++;
		fx_buf_reset(&b);
		fx_sdp_write(&b, &c->origin, lines, n);
		fx_buf_reset(&c->body);
		fx_buf_put(&c->body, b.data, b.len);
	}
	err = b.err ? b.err : c->body.err;
	fx_buf_fini(&b);
	return err;
}

/* The place of the session's lines that the offered kind takes: one of its kind, else the one
 * in use, whose kind changes (the usual way to T.38). */
static unsigned place_of(const struct fx_sip_call *c, enum fx_sdp_kind kind)
{
	unsigned used = 0;

	for (unsigned i = 0; i < c->layout.n; i++) {
		if (c->layout.media[i].kind == kind) {
			return i;
		}
		if (c->layout.media[i].port) {
			used = i;
		}
	}
	return used;
}

int fx_call_write_offer(struct fx_sip_call *c, enum fx_sdp_kind kind)
{
	struct fx_sdp_line lines[FX_SDP_MEDIA_MAX];
	unsigned n = c->layout.n ? c->layout.n : 1, at = place_of(c, kind);

	memset(lines, 0, sizeof(lines));
	for (unsigned i = 0; i < n; i++) {
		if (i == at) {
			our_line(c, kind, &lines[i]);
		} else {
			lines[i].kind = c->layout.media[i].kind;
			lines[i].refuse = &c->layout.media[i];
		}
	}
	return write_body(c, lines, n);
}

/* What they want of our direction when they hold: the mirror of theirs. */
static enum fx_sdp_dir mirror(const struct fx_sdp_media *m)
{
	return m->dir == FX_SDP_SENDONLY ? FX_SDP_RECVONLY :
	       m->dir == FX_SDP_RECVONLY ? FX_SDP_SENDONLY : m->dir;
}

int fx_call_write_answer(struct fx_sip_call *c, const struct fx_sdp_media *m)
{
	struct fx_sdp_line lines[FX_SDP_MEDIA_MAX];
	struct fx_sdp_t38_own own;

	memset(lines, 0, sizeof(lines));
	own_t38(c, &own);
	for (unsigned i = 0; i < c->theirs.n; i++) {
		struct fx_sdp_line *l = &lines[i];

		l->kind = c->theirs.media[i].kind;
		if (&c->theirs.media[i] != m) {
			l->refuse = &c->theirs.media[i];
			continue;
		}
		l->port = c->port;
		if (m->kind == FX_SDP_AUDIO) {
			l->first = c->law == FX_G711_ULAW ? FX_SDP_PCMU : FX_SDP_PCMA;
			l->codecs = l->first;
			l->event_type = m->event_type;
			l->dir = mirror(m);
		} else if (fx_sdp_t38_answer(&m->t38, &own, &l->t38, NULL)) {
			return FX_ENOSYS;
		} else {
			l->t38.unpaced = m->t38.unpaced && may_unpaced(c);
		}
	}
	return write_body(c, lines, c->theirs.n);
}

/* ---- theirs ---- */

const struct fx_sdp_media *fx_call_choose(struct fx_sip_call *c, bool first, struct fx_reason *why)
{
	const struct fx_sdp_media *image = fx_sdp_find(&c->theirs, FX_SDP_IMAGE);
	const struct fx_sdp_media *audio = fx_sdp_find(&c->theirs, FX_SDP_AUDIO);
	struct fx_sdp_t38_own own;
	struct fx_sdp_t38 t;

	own_t38(c, &own);
	if (image && !c->plan.take_t38) {
		(void)fx_fail(why, FX_ENOSYS, "T.38 is not allowed on this trunk");
		image = NULL;
	} else if (image && fx_sdp_t38_answer(&image->t38, &own, &t, why)) {
		image = NULL;
	} else if (!image && !audio) {
		(void)fx_fail(why, FX_ENOSYS, "neither G.711 nor T.38 in their offer");
	}
	/* Both at once: audio first and a change later is what most far ends do well. */
	if (image && audio && first && !c->ts->image_at_once && c->plan.audio) {
		return audio;
	}
	return image ? image : audio;
}

int fx_call_take_t38(struct fx_sip_call *c, const struct fx_sdp_media *m, bool we_offered,
		     struct fx_reason *why)
{
	struct fx_sdp_t38_own own;
	struct fx_sdp_t38 ours, agreed;
	int err;

	own_t38(c, &own);
	if (we_offered) {
		fx_sdp_t38_offer(&own, &ours);
		err = fx_sdp_t38_agree(&ours, &m->t38, &agreed, why);
	} else {
		err = fx_sdp_t38_answer(&m->t38, &own, &agreed, why);
		agreed.max_datagram = m->t38.max_datagram;
	}
	if (err) {
		return err;
	}
	c->t38 = (struct fx_media_t38){
		.ec = agreed.ec & FX_SDP_EC_REDUNDANCY ? FX_UDPTL_EC_REDUNDANCY :
		      agreed.ec & FX_SDP_EC_FEC ? FX_UDPTL_EC_FEC : FX_UDPTL_EC_NONE,
		.max_datagram = c->ts->max_datagram ? (uint32_t)c->ts->max_datagram :
						      agreed.max_datagram,
		.max_bit_rate = agreed.max_bit_rate,
		.unpaced = m->t38.unpaced && may_unpaced(c),
	};
	fx_call_log(c, "- T.38 version %u, up to %u bit/s, %s, datagrams up to %u octets%s",
		    agreed.version, agreed.max_bit_rate,
		    c->t38.ec == FX_UDPTL_EC_REDUNDANCY ? "redundancy" :
		    c->t38.ec == FX_UDPTL_EC_FEC ? "FEC" : "no error correction",
		    c->t38.max_datagram ? c->t38.max_datagram : FX_UDPTL_DATAGRAM_DEFAULT,
		    c->t38.unpaced ? ", unpaced" : "");
	return 0;
}

void fx_call_take_audio(struct fx_sip_call *c, const struct fx_sdp_media *m)
{
	enum fx_sdp_codec codec = m->first ? m->first : m->codecs & FX_SDP_PCMA ? FX_SDP_PCMA :
									       FX_SDP_PCMU;

	c->law = codec == FX_SDP_PCMU ? FX_G711_ULAW : FX_G711_ALAW;
	c->event_type = m->event_type;
}

bool fx_call_take_remote(struct fx_sip_call *c, const struct fx_sdp_media *m)
{
	struct sockaddr_storage a = {0};

	if (inet_pton(AF_INET, m->host, &((struct sockaddr_in *)&a)->sin_addr) == 1) {
		a.ss_family = AF_INET;
	} else if (inet_pton(AF_INET6, m->host, &((struct sockaddr_in6 *)&a)->sin6_addr) == 1) {
		a.ss_family = AF_INET6;
	}
	if (!a.ss_family || a.ss_family != c->local.ss_family) {
		return false;
	}
	set_port(&a, m->port);
	if (m->hold && (!strcmp(m->host, "0.0.0.0") || !strcmp(m->host, "::") ||
			m->dir == FX_SDP_INACTIVE)) {
		memset(&a, 0, sizeof(a)); /* on hold: nothing is sent */
	}
	c->remote = a;
	return true;
}
