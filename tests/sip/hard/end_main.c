/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One end of SIP calls as a process: commands on stdin, events on stdout, a line each, so that
 * tests in other languages can be the other end. Words are separated by blanks; the last one of
 * a command takes the rest of the line, with \n and \r as two characters.
 *
 *   way NAME udp|tcp|tls HOST [at=IP:PORT] [user=U pass=P] [ca=FILE] [name=N] [from=U]
 *   call WAY NUMBER BODY           target_ms N, se N: of the calls that follow
 *   mode auto|hold|STATUS          what becomes of incoming calls
 *   offers accept|hold|STATUS      and of offers in them
 *   progress LEG STATUS [BODY]     answer, offer, accept LEG BODY     refuse LEG STATUS
 *   reject LEG STATUS RETRY        hangup LEG Q850 [WORDS]            free LEG
 *   use LEG WAY   unway WAY        options WAY MS     register WAY EXPIRES MS
 *   resolve HOST PORT              drop STATUS (of strangers)         quit
 * Each is answered by "ok" when it was done.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "providers/sip/leg.h"

#define LEGS 4096u
#define WAYS 32u

static struct fx_ua *ua;
static struct leg {
	struct fx_leg *l;
	unsigned id;
} legs[LEGS];
static unsigned n_legs;
static struct {
	char name[32];
	struct fx_ua_way *w;
} ways[WAYS];
static int mode, offers, drop; /* 0 auto, -1 hold, else a status */
static uint32_t target_ms, se;
static char running[2000] = "answer";

static void body_out(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] == '\n') {
			(void)fputs("\\n", stdout);
		} else if (p[i] == '\r') {
			(void)fputs("\\r", stdout);
		} else {
			(void)putchar(p[i]);
		}
	}
	(void)putchar('\n');
	(void)fflush(stdout);
}

static void say(const struct leg *g, const char *what, const uint8_t *p, size_t n)
{
	(void)printf("leg %u %s ", g->id, what);
	body_out(p, n);
}

static void on_progress(void *arg, int status, const uint8_t *sdp, size_t n)
{
	char what[40];

	(void)snprintf(what, sizeof(what), "progress %d", status);
	say(arg, what, sdp, n);
}
static void run_body(struct leg *g)
{
	if (fx_leg_running(g->l, (const uint8_t *)running, strlen(running))) {
		abort();
	}
}
static void on_answer(void *arg, const uint8_t *sdp, size_t n)
{
	run_body(arg);
	say(arg, "answered", sdp, n);
}
static void on_offer(void *arg, const uint8_t *sdp, size_t n, bool refresh)
{
	struct leg *g = arg;

	say(g, refresh ? "offer-refresh" : "offer", sdp, n);
	if (offers == 0) {
		(void)!fx_leg_accept(g->l, (const uint8_t *)"taken", 5);
	} else if (offers > 0) {
		fx_leg_refuse(g->l, offers);
	}
}
static void on_ack(void *arg, const uint8_t *sdp, size_t n)
{
	say(arg, "ack", sdp, n);
}
static void on_offer_done(void *arg, int status, const uint8_t *sdp, size_t n)
{
	char what[40];

	(void)snprintf(what, sizeof(what), "done %d", status);
	say(arg, what, sdp, n);
}
static void on_info(void *arg, const char *type, const uint8_t *body, size_t n)
{
	char what[140];

	(void)snprintf(what, sizeof(what), "info %s", type);
	say(arg, what, body, n);
}
static void on_end(void *arg, const struct fx_leg_end *e)
{
	static const char *const who[] = {"us", "them", "nobody"};
	struct leg *g = arg;

	(void)printf("leg %u end %s status=%d q850=%d retry=%u %s\n", g->id, who[e->who],
		     e->status, e->q850, e->retry_after_s, e->words);
	(void)fflush(stdout);
	g->l = fx_leg_free(g->l);
}
static const struct fx_leg_events leg_events = {on_progress, on_answer, on_offer, on_ack,
						on_offer_done, on_info, on_end};

static int on_stranger(void *arg, const struct fx_ua_in *in)
{
	(void)arg;
	(void)in;
	return drop;
}

static struct leg *new_leg(struct fx_leg *l)
{
	struct leg *g = &legs[n_legs];

	g->id = n_legs++;
	g->l = l;
	return g;
}

static int on_call(void *arg, struct fx_leg *l, const struct fx_ua_in *in, const uint8_t *sdp,
		   size_t n)
{
	struct leg *g;
	char what[900];

	(void)arg;
	if (mode > 0) {
		return mode;
	}
	if (n_legs == LEGS) {
		return 503;
	}
	g = new_leg(l);
	fx_leg_take(l, &leg_events, g);
	(void)snprintf(what, sizeof(what), "in user=%s from=%s name=%s pai=%s div=%s", in->user,
		       in->from_user, in->from_name, in->asserted_user, in->diversion_user);
	say(g, what, sdp, n);
	if (mode == 0) {
		(void)fx_leg_progress(l, 180, NULL, 0);
		if (!fx_leg_answer(l, (const uint8_t *)running, strlen(running))) {
			run_body(g);
		}
	}
	return 0;
}

static void on_message(void *arg, bool out, const struct sockaddr_storage *peer, const char *text,
		       size_t n)
{
	(void)arg;
	(void)peer;
	if (getenv("SIP_TRACE")) {
		(void)fprintf(stderr, "%s\n%.*s\n", out ? ">>>" : "<<<", (int)n, text);
	}
}
static const struct fx_ua_events ua_events = {on_stranger, on_call, on_message};

/* ---- commands ---- */

static void unescape(char *s)
{
	char *d = s;

	while (*s) {
		if (s[0] == '\\' && (s[1] == 'n' || s[1] == 'r')) {
			*d++ = s[1] == 'n' ? '\n' : '\r';
			s += 2;
		} else {
			*d++ = *s++;
		}
	}
	*d = 0;
}

static struct fx_ua_way *way_of(const char *name)
{
	for (unsigned i = 0; i < WAYS; i++) {
		if (ways[i].w && !strcmp(ways[i].name, name)) {
			return ways[i].w;
		}
	}
	return NULL;
}

static enum fx_sip_transport transport(const char *s)
{
	return !strcmp(s, "tls") ? FX_SIP_TLS : !strcmp(s, "tcp") ? FX_SIP_TCP : FX_SIP_UDP;
}

static bool address(const char *text, struct sockaddr_storage *ret)
{
	const char *colon = strrchr(text, ':');
	char host[64];
	struct sockaddr_in *v4 = (struct sockaddr_in *)(void *)ret;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)(void *)ret;
	uint16_t port = colon ? (uint16_t)atoi(colon + 1) : 0;

	memset(ret, 0, sizeof(*ret));
	(void)snprintf(host, sizeof(host), "%.*s", (int)(colon ? colon - text : 0), text);
	if (inet_pton(AF_INET, host, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return true;
	}
	v6->sin6_family = AF_INET6;
	v6->sin6_port = htons(port);
	return inet_pton(AF_INET6, host, &v6->sin6_addr) == 1;
}

static void do_way(char *rest)
{
	struct fx_ua_way_prm p = {.identity_user = "100"};
	struct fx_reason why = {0};
	struct sockaddr_storage at;
	const char *name = strsep(&rest, " "), *tp = strsep(&rest, " ");
	bool has_at = false;
	unsigned i = 0;

	p.transport = transport(tp);
	p.host = strsep(&rest, " ");
	while (rest) {
		char *key = strsep(&rest, " "), *value = strchr(key, '=');

		if (!value) {
			continue;
		}
		*value++ = 0;
		if (!strcmp(key, "at")) {
			has_at = address(value, &at);
		} else if (!strcmp(key, "user")) {
			p.auth_user = value;
		} else if (!strcmp(key, "pass")) {
			p.auth_password = value;
		} else if (!strcmp(key, "ca")) {
			p.ca_file = value;
		} else if (!strcmp(key, "name")) {
			p.verify_name = value;
		} else if (!strcmp(key, "from")) {
			p.identity_user = value;
		} else if (!strcmp(key, "shown")) {
			p.display_name = value;
		} else if (!strcmp(key, "trust")) {
			p.verify_none = true;
		}
	}
	while (i < WAYS && ways[i].w) {
		i++;
	}
	if (i == WAYS || fx_ua_way_new(ua, &p, &ways[i].w, &why)) {
		(void)printf("way %s failed %s\n", name, why.text);
		return;
	}
	(void)fx_strlcpy(ways[i].name, name, sizeof(ways[i].name));
	if (has_at) {
		fx_ua_way_target(ways[i].w, &at);
	}
	(void)printf("way %s ok\n", name);
}

static void do_call(char *rest)
{
	struct fx_reason why = {0};
	struct fx_ua_way *w = way_of(strsep(&rest, " "));
	struct fx_leg_prm p = {.user = strsep(&rest, " "), .events = &leg_events,
			       .target_timeout_ms = target_ms, .session_expires_s = se};
	struct leg *g = new_leg(NULL);
	int err;

	p.arg = g;
	p.sdp = (const uint8_t *)fx_text(rest);
	p.n = strlen(fx_text(rest));
	err = w ? fx_leg_call(w, &p, &g->l, &why) : FX_ENOENT;
	(void)printf("leg %u %s %s\n", g->id, err ? "failed" : "out",
		     err ? why.text : fx_leg_call_id(g->l));
}

static struct fx_ua_request *requests[64];
static unsigned n_requests;

static void on_reply(void *arg, int status, const char *reason, uint32_t expires)
{
	struct fx_ua_request **r = arg;

	(void)printf("reply %d expires=%u %s\n", status, expires, reason);
	(void)fflush(stdout);
	*r = fx_ua_request_free(*r);
}

static void do_request(char *rest, bool reg)
{
	struct fx_ua_way *w = way_of(strsep(&rest, " "));
	uint32_t expires = reg ? (uint32_t)atoi(strsep(&rest, " ")) : 0;
	uint32_t ms = (uint32_t)atoi(fx_text(rest));
	struct fx_ua_request **r = &requests[n_requests++ % 64];
	int err = reg ? fx_ua_register(w, expires, ms, on_reply, r, r) :
			fx_ua_options(w, ms, on_reply, r, r);

	if (err) {
		(void)printf("reply failed\n");
	}
}

static struct fx_ua_lookup *lookup;
static void on_resolved(void *arg, int err, const struct fx_ua_target *t, size_t n,
			const char *why)
{
	(void)arg;
	(void)printf("resolved %s %zu", err ? "failed" : "ok", n);
	for (size_t i = 0; i < n; i++) {
		const struct sockaddr_in *v4 = (const void *)&t[i].addr;
		char host[INET_ADDRSTRLEN] = "v6";

		(void)inet_ntop(AF_INET, &v4->sin_addr, host, sizeof(host));
		(void)printf(" %s:%u", host, ntohs(v4->sin_port));
	}
	(void)printf(" %s\n", why);
	(void)fflush(stdout);
	lookup = fx_ua_lookup_free(lookup);
}

static void do_leg(const char *what, char *rest)
{
	unsigned id = (unsigned)atoi(fx_text(strsep(&rest, " ")));
	struct fx_leg *l = id < LEGS ? legs[id].l : NULL;
	const char *text = fx_text(rest);
	int first = atoi(text), err = 0;
	const char *second = strchr(text, ' ');

	second = second ? second + 1 : "";
	if (!l) {
		(void)printf("leg %u gone\n", id);
	} else if (!strcmp(what, "progress")) {
		(void)fx_leg_progress(l, first, (const uint8_t *)second, strlen(second));
	} else if (!strcmp(what, "answer")) {
		err = fx_leg_answer(l, (const uint8_t *)text, strlen(text));
		run_body(&legs[id]);
	} else if (!strcmp(what, "offer")) {
		err = fx_leg_offer(l, (const uint8_t *)text, strlen(text));
	} else if (!strcmp(what, "accept")) {
		err = fx_leg_accept(l, (const uint8_t *)text, strlen(text));
	} else if (!strcmp(what, "refuse")) {
		fx_leg_refuse(l, first);
	} else if (!strcmp(what, "reject")) {
		fx_leg_reject(l, first, NULL, (uint32_t)atoi(second));
	} else if (!strcmp(what, "hangup")) {
		fx_leg_hangup(l, first, *second ? second : NULL);
	} else if (!strcmp(what, "use")) {
		fx_leg_use_way(l, way_of(text));
	} else {
		legs[id].l = fx_leg_free(l);
	}
	if (err) {
		(void)printf("leg %u refused-command %s\n", id, what);
	}
}

static void unway(const char *name)
{
	for (unsigned i = 0; i < WAYS; i++) {
		if (ways[i].w && !strcmp(ways[i].name, name)) {
			ways[i].w = fx_ua_way_free(ways[i].w);
		}
	}
	(void)printf("unway ok\n");
}

static int what_of(const char *s)
{
	return !strcmp(s, "hold") ? -1 : atoi(s); /* "auto", "accept": 0 */
}

static void run(void *arg)
{
	char *line = arg, *rest = line;
	const char *what = strsep(&rest, " ");
	char *more = rest ? rest : line + strlen(line);

	unescape(more);
	if (!strcmp(what, "way")) {
		do_way(more);
	} else if (!strcmp(what, "call")) {
		do_call(more);
	} else if (!strcmp(what, "options") || !strcmp(what, "register")) {
		do_request(more, what[0] == 'r');
	} else if (!strcmp(what, "resolve")) {
		const char *host = strsep(&more, " ");

		if (fx_ua_resolve(ua, host, (uint16_t)atoi(fx_text(more)), FX_SIP_UDP, on_resolved,
				  NULL, &lookup)) {
			(void)printf("resolved failed\n");
		}
	} else if (!strcmp(what, "mode")) {
		mode = what_of(more);
	} else if (!strcmp(what, "offers")) {
		offers = what_of(more);
	} else if (!strcmp(what, "drop")) {
		drop = atoi(more);
	} else if (!strcmp(what, "target_ms")) {
		target_ms = (uint32_t)atoi(more);
	} else if (!strcmp(what, "se")) {
		se = (uint32_t)atoi(more);
	} else if (!strcmp(what, "body")) {
		(void)fx_strlcpy(running, more, sizeof(running));
	} else if (!strcmp(what, "unway")) {
		unway(more);
	} else {
		do_leg(what, more);
	}
	(void)printf("ok\n");
	(void)fflush(stdout);
	free(line);
}

int main(int argc, char **argv)
{
	struct fx_ua_listen l[6];
	struct fx_ua_prm prm = {.listen = l, .user_agent = "caselli-test", .dns = "127.0.0.1:9",
				.dns_timeout_ms = 1500, .events = &ua_events};
	struct fx_reason why = {0};
	char line[8192];

	memset(l, 0, sizeof(l));
	for (int i = 1; i + 1 < argc; i += 2) {
		if (!strcmp(argv[i], "dns")) {
			prm.dns = argv[i + 1];
		} else if (!strcmp(argv[i], "cert")) {
			l[prm.n_listen - 1].cert_file = argv[i + 1];
		} else if (prm.n_listen < 6 && address(argv[i + 1], &l[prm.n_listen].addr)) {
			l[prm.n_listen++].transport = transport(argv[i]);
		}
	}
	if (fx_ua_new(&prm, &ua, &why)) {
		(void)fprintf(stderr, "%s\n", why.text);
		return 1;
	}
	(void)printf("ready udp=%u tcp=%u tls=%u\n", fx_ua_port(ua, FX_SIP_UDP),
		     fx_ua_port(ua, FX_SIP_TCP), fx_ua_port(ua, FX_SIP_TLS));
	(void)fflush(stdout);
	while (fgets(line, sizeof(line), stdin) && strncmp(line, "quit", 4) != 0) {
		char *copy;

		line[strcspn(line, "\n")] = 0;
		copy = strdup(line);
		if (copy) {
			fx_ua_post(ua, run, copy);
		}
	}
	ua = fx_ua_free(ua);
	for (unsigned i = 0; i < n_legs; i++) {
		legs[i].l = fx_leg_free(legs[i].l);
	}
	for (unsigned i = 0; i < WAYS; i++) {
		ways[i].w = fx_ua_way_free(ways[i].w);
	}
	for (unsigned i = 0; i < 64; i++) {
		requests[i] = fx_ua_request_free(requests[i]);
	}
	(void)printf("over\n");
	return 0;
}
