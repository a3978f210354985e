/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mutated SIP messages over UDP and TCP against a user agent of ours that answers calls, offers
 * and hangs up; TCP ones are split at random places. The same ones every time for a seed.
 * Between them an OPTIONS must be answered, and every ROUND messages all is freed and begun anew.
 *
 * usage: sip_mutate COUNT [SEED] FILE...     progress on stderr every 100,000
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "providers/sip/leg.h"

#define ROUND 20000u
#define PING_EVERY 40u
#define FILES 256u
#define SIZE_MAX_ 8192u
#define LEGS 300u

static uint64_t seed;
static uint32_t rnd(uint32_t below)
{
	seed ^= seed >> 12;
	seed ^= seed << 25;
	seed ^= seed >> 27;
	return (uint32_t)((seed * UINT64_C(2685821657736338717)) >> 32) % (below ? below : 1);
}

static struct {
	uint8_t p[SIZE_MAX_];
	size_t n;
} files[FILES];
static unsigned n_files;

/* ---- our end; on its thread ---- */

static struct leg {
	struct fx_leg *l;
	bool used;
} legs[LEGS];
static unsigned n_calls;

static void on_progress(void *arg, int status, const uint8_t *sdp, size_t n)
{
	(void)arg;
	(void)status;
	(void)sdp;
	(void)n;
}
static void on_body(void *arg, const uint8_t *sdp, size_t n)
{
	(void)arg;
	(void)sdp;
	(void)n;
}
static void on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh)
{
	struct leg *g = arg;

	(void)sdp;
	(void)refresh;
	if (n % 3 == 0) {
		fx_leg_refuse(g->l, 488);
	} else if (n % 3 == 1) {
		(void)!fx_leg_accept(g->l, (const uint8_t *)"yes", 3);
	} else {
		fx_leg_hangup(g->l, 16, "by an offer");
	}
}
static void on_done(void *arg, int status, const uint8_t *sdp, size_t n)
{
	(void)status;
	on_body(arg, sdp, n);
}
static void on_info(void *arg, const char *type, const uint8_t *body, size_t n)
{
	struct leg *g = arg;

	(void)type;
	(void)body;
	if (n % 2) {
		g->l = fx_leg_free(g->l); /* in a callback of its own */
	}
}
static void on_end(void *arg, const struct fx_leg_end *end)
{
	struct leg *g = arg;

	(void)end;
	g->l = fx_leg_free(g->l);
}
static const struct fx_leg_events leg_events = {on_progress, on_body, on_offer, on_body, on_done,
						on_info, on_end};

static int on_stranger(void *arg, const struct fx_ua_in *in)
{
	(void)arg;
	(void)in;
	return 0;
}
static int on_call(void *arg, struct fx_leg *l, const struct fx_ua_in *in, const uint8_t *sdp,
		   size_t n)
{
	struct leg *g = &legs[n_calls++ % LEGS];

	(void)arg;
	(void)in;
	(void)sdp;
	if (g->l) { /* the oldest one goes */
		g->l = fx_leg_free(g->l);
	}
	fx_leg_take(l, &leg_events, g);
	g->l = l;
	switch (n_calls % 5) {
	case 0:
		g->l = NULL; /* not taken after all */
		return 486;
	case 1:
		(void)fx_leg_progress(l, 183, (const uint8_t *)"early", 5);
		break;
	case 2:
		(void)fx_leg_progress(l, 180, NULL, 0);
		/* fall through */
	case 3:
		(void)!fx_leg_answer(l, (const uint8_t *)"answer", 6);
		(void)!fx_leg_running(l, (const uint8_t *)"answer", 6);
		(void)!fx_leg_offer(l, (const uint8_t *)"offer", 5 * (n % 2));
		break;
	default:
		fx_leg_reject(l, 480, NULL, 5);
		break;
	}
	return 0;
}
static const struct fx_ua_events ua_events = {on_stranger, on_call, NULL};

static void free_legs(void *arg)
{
	(void)arg;
	for (unsigned i = 0; i < LEGS; i++) {
		legs[i].l = fx_leg_free(legs[i].l);
	}
}

/* ---- the other end ---- */

static struct sockaddr_in ua_udp, ua_tcp;
static int udp = -1, tcp = -1;

static size_t mutate(uint8_t *p, size_t n)
{
	static const char *const words[] = {
		"\r\n", "\"", "<", ">", ";", ",", ":", "@", "[", "]", "%", "\\", "-1", "0",
		"4294967296", "99999999999999999999", "sip:", "sips:", "tel:", "Contact: *\r\n",
		"Content-Length: 70000\r\n", "Require: 100rel\r\n", "Session-Expires: 1\r\n",
		"INVITE", "ACK", "BYE", "UPDATE", "PRACK", "CANCEL", "INFO", ";tag=", ";lr", ";rport",
		"z9hG4bK", "UDP", "TLS", "::1", "127.0.0.1", "SIP/2.0", "\r\n\r\n", " ",
	};
	size_t at = rnd((uint32_t)n), len;
	const char *w;

	switch (rnd(7)) {
	case 0:
		p[at] ^= (uint8_t)(1u << rnd(8));
		return n;
	case 1:
		p[at] = (uint8_t)rnd(256);
		return n;
	case 2:
		return rnd(4) ? n : at;
	case 3:
		len = rnd((uint32_t)(n - at < 40 ? n - at : 40)) + 1;
		memmove(p + at, p + at + len, n - at - len);
		return n - len;
	case 4:
		len = rnd((uint32_t)(n - at < 200 ? n - at : 200)) + 1;
		if (n + len > SIZE_MAX_) {
			return n;
		}
		memmove(p + at + len, p + at, n - at);
		return n + len;
	default:
		w = words[rnd(sizeof(words) / sizeof(words[0]))];
		len = strlen(w);
		if (n + len > SIZE_MAX_) {
			return n;
		}
		memmove(p + at + len, p + at, n - at);
		memcpy(p + at, w, len);
		return n + len;
	}
}

/* The call that answered last: later messages are made to belong to it. */
static char their_tag[40] = "none", their_id[40] = "seed";

static void word_after(const char *text, const char *mark, char *dst, size_t size)
{
	const char *at = strstr(text, mark);
	size_t n;

	if (at) {
		at += strlen(mark);
		n = strcspn(at, ";\r\n ");
		if (n > 0 && n < size) {
			memcpy(dst, at, n);
			dst[n] = 0;
		}
	}
}

static void learn(const char *text)
{
	const char *to = strstr(text, "To: <sip:200");

	if (to && strstr(text, "Call-ID: seed") && strstr(text, " INVITE")) {
		word_after(to, ";tag=", their_tag, sizeof(their_tag));
		word_after(text, "Call-ID: ", their_id, sizeof(their_id));
	}
}

static void drain(int fd)
{
	char buf[8192];
	ssize_t n;

	while ((n = recv(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT)) > 0) {
		buf[n] = 0;
		learn(buf);
	}
}

static size_t put(uint8_t *p, size_t n, const char *what, const char *with)
{
	uint8_t *at = memmem(p, n, what, strlen(what));
	size_t old = strlen(what), len = strlen(with);

	if (at && n + len < SIZE_MAX_) {
		memmove(at + len, at + old, n - (size_t)(at - p) - old);
		memcpy(at, with, len);
		n = n - old + len;
	}
	return n;
}

/* A transaction of its own, else the library takes it for a repeated one. */
static size_t renew(uint8_t *p, size_t n)
{
	static unsigned long count;
	char branch[60], id[60], tag[60];

	(void)snprintf(branch, sizeof(branch), "z9hG4bK%lu-", ++count);
	n = put(p, n, "z9hG4bK", branch);
	if (memmem(p, n, ";tag=t\r\n", 8)) {
		(void)snprintf(tag, sizeof(tag), ";tag=%s\r\n", their_tag);
		(void)snprintf(id, sizeof(id), "Call-ID: %s\r\n", their_id);
		n = put(p, n, ";tag=t\r\n", tag);
	} else {
		(void)snprintf(id, sizeof(id), "Call-ID: seed%lu\r\n", count);
	}
	return put(p, n, "Call-ID: seed\r\n", id);
}

/* Alive? */
static unsigned long done, pings;
static void ping(void)
{
	struct pollfd p = {.fd = udp, .events = POLLIN};
	char buf[8192], id[60];

	(void)snprintf(id, sizeof(id), "Call-ID: ping-%lu\r\n", ++pings);
	(void)snprintf(buf, sizeof(buf),
		       "OPTIONS sip:x SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:1;branch=z9hG4bKp%lu;"
		       "rport\r\nFrom: <sip:p@x>;tag=1\r\nTo: <sip:y@x>\r\n%sCSeq: 1 OPTIONS\r\n"
		       "Content-Length: 0\r\n\r\n", pings, id);
	for (int tries = 0; tries < 12; tries++) {
		(void)sendto(udp, buf, strlen(buf), 0, (struct sockaddr *)&ua_udp, sizeof(ua_udp));
		while (poll(&p, 1, 200 << (tries < 6 ? tries : 6)) == 1) {
			char in[8192];
			ssize_t n = recv(udp, in, sizeof(in) - 1, 0);

			in[n > 0 ? n : 0] = 0;
			learn(in);
			if (strstr(in, id)) {
				return;
			}
		}
	}
	(void)fprintf(stderr, "no answer after %lu messages\n", done);
	exit(1);
}

static void send_tcp(const uint8_t *p, size_t n)
{
	size_t at = 0;
	ssize_t got;

	if (tcp < 0) {
		ping(); /* it takes few at a time; more would wait for seconds */
		tcp = socket(AF_INET, SOCK_STREAM, 0);
		if (tcp < 0 || connect(tcp, (struct sockaddr *)&ua_tcp, sizeof(ua_tcp))) {
			perror("connect");
			exit(1);
		}
		(void)setsockopt(tcp, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
	}
	while (at < n) {
		size_t part = 1 + rnd((uint32_t)(n - at));

		part = rnd(3) ? n - at : part;
		got = send(tcp, p + at, part, MSG_NOSIGNAL);
		if (got <= 0) {
			break; /* it has thrown us out, as it should */
		}
		at += (size_t)got;
	}
	drain(tcp);
	if (rnd(8) == 0 || at < n) {
		(void)close(tcp);
		tcp = -1;
	}
}

static struct fx_ua *begin(void)
{
	struct sockaddr_in lo = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct fx_ua_listen l[2] = {{.transport = FX_SIP_UDP}, {.transport = FX_SIP_TCP}};
	struct fx_ua_prm prm = {.listen = l, .n_listen = 2, .user_agent = "x", .dns = "127.0.0.1:9",
				.events = &ua_events};
	struct fx_reason why = {0};
	struct fx_ua *ua = NULL;

	memcpy(&l[0].addr, &lo, sizeof(lo));
	memcpy(&l[1].addr, &lo, sizeof(lo));
	if (fx_ua_new(&prm, &ua, &why)) {
		(void)fprintf(stderr, "%s\n", why.text);
		exit(1);
	}
	ua_udp = ua_tcp = lo;
	ua_udp.sin_port = htons(fx_ua_port(ua, FX_SIP_UDP));
	ua_tcp.sin_port = htons(fx_ua_port(ua, FX_SIP_TCP));
	return ua;
}

static struct fx_ua *end(struct fx_ua *ua)
{
	if (tcp >= 0) {
		(void)close(tcp);
		tcp = -1;
	}
	fx_ua_post(ua, free_legs, NULL);
	return fx_ua_free(ua);
}

static void one(void)
{
	static uint8_t buf[2 * SIZE_MAX_];
	unsigned f = rnd(n_files), steps = rnd(5);
	size_t n = files[f].n;

	memcpy(buf, files[f].p, n);
	n = renew(buf, n);
	for (; steps && n; steps--) {
		n = mutate(buf, n);
	}
	if (rnd(4) == 0) {
		send_tcp(buf, n);
	} else {
		(void)sendto(udp, buf, n, 0, (struct sockaddr *)&ua_udp, sizeof(ua_udp));
	}
	drain(udp); /* or the answer to a ping would find no room */
}

static void load(const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f) {
		perror(path);
		exit(1);
	}
	if (n_files < FILES) {
		files[n_files].n = fread(files[n_files].p, 1, SIZE_MAX_ / 2, f);
		n_files += files[n_files].n > 0;
	}
	(void)fclose(f);
}

int main(int argc, char **argv)
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	struct sockaddr_in lo = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};

	for (int i = 3; i < argc; i++) {
		load(argv[i]);
	}
	if (!count || !n_files) {
		(void)fprintf(stderr, "usage: sip_mutate COUNT SEED FILE...\n");
		return 2;
	}
	seed = strtoull(argv[2], NULL, 10) * UINT64_C(0x9e3779b97f4a7c15) + 1;
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	if (bind(udp, (struct sockaddr *)&lo, sizeof(lo))) {
		perror("bind");
		return 1;
	}
	while (done < count) {
		struct fx_ua *ua = begin();

		for (unsigned i = 0; i < ROUND && done < count; i++) {
			one();
			if (++done % PING_EVERY == 0) {
				ping();
			}
			if (done % 100000 == 0) {
				(void)fprintf(stderr, "%lu messages\n", done);
			}
		}
		ping();
		ua = end(ua);
	}
	(void)close(udp);
	(void)printf("%lu messages of %u files, %u calls: alive\n", done, n_files, n_calls);
	return 0;
}
