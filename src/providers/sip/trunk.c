/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where a trunk is, which of its targets answer, and whether it is online.
 *
 *   look-up ----> targets, best first; those that were known keep their state
 *   target: unknown --OPTIONS answered--> live --no answer, 503--> dead --answered--> live
 *   current: the first that is live; the way sends there
 *
 * Without keepalive nobody is asked: a target is live until a call fails there.
 */
#include "providers/sip/trunk.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "providers/sip/settings_priv.h"
#include "providers/sip/trunk_priv.h"

#define CLOSE_MAX_MS 2500u

void fx_trunk_addr_text(const struct sockaddr_storage *addr, char *dst, size_t size)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	char text[INET6_ADDRSTRLEN] = "?";

	if (addr->ss_family == AF_INET6) {
		memcpy(&v6, addr, sizeof(v6));
		(void)inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text));
		(void)snprintf(dst, size, "[%s]:%u", text, ntohs(v6.sin6_port));
	} else {
		memcpy(&v4, addr, sizeof(v4));
		(void)inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text));
		(void)snprintf(dst, size, "%s:%u", text, ntohs(v4.sin_port));
	}
}

static bool same_addr(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	char x[64], y[64];

	fx_trunk_addr_text(a, x, sizeof(x));
	fx_trunk_addr_text(b, y, sizeof(y));
	return a->ss_family == b->ss_family && !strcmp(x, y);
}

/* ---- online or not, and why ---- */

static const char *transport_name(int64_t transport)
{
	return transport == FX_SIP_TLS ? "tls" : transport == FX_SIP_TCP ? "tcp" : "udp";
}

/* Something was asked for the first time and is not answered yet: nothing to tell. */
static bool is_starting(const struct fx_trunk *t)
{
	bool waits = !t->looks[0].asked;

	if (t->current) {
		return t->s->do_register && !t->reg_asked;
	}
	for (size_t i = 0; i < t->n_targets; i++) {
		waits |= t->targets[i]->state == FX_TARGET_UNKNOWN;
	}
	return t->way && waits;
}

static void dead_words(const struct fx_trunk *t, char *dst, size_t size)
{
	char addr[64];
	size_t n = (size_t)snprintf(dst, size, "%.60s does not answer: ", t->looks[0].host);

	for (size_t i = 0; i < t->n_targets && n + 1 < size; i++) {
		fx_trunk_addr_text(&t->targets[i]->addr, addr, sizeof(addr));
		n += (size_t)snprintf(dst + n, size - n, "%s%s %.40s", i ? "; " : "", addr,
				      *t->targets[i]->why ? t->targets[i]->why : "not asked yet");
	}
}

static bool judge(const struct fx_trunk *t, char *words, size_t size)
{
	char addr[64];

	if (!t->way) {
		(void)fx_strlcpy(words, t->fault, size);
		return false;
	}
	if (!t->n_targets) {
		(void)snprintf(words, size, "%s", *t->looks[0].why ? t->looks[0].why :
								     "not looked up yet");
		return false;
	}
	if (!t->current) {
		dead_words(t, words, size);
		return false;
	}
	if (t->s->do_register && fx_ua_now_ms() >= t->reg_until_ms) {
		(void)snprintf(words, size, "%s", *t->reg_why ? t->reg_why : "not registered yet");
		return false;
	}
	fx_trunk_addr_text(&t->current->addr, addr, sizeof(addr));
	(void)snprintf(words, size, "at %s over %s", addr, transport_name(t->s->transport));
	if (t->s->do_register) {
		size_t n = strlen(words);

		(void)snprintf(words + n, size - n, ", registered as %.60s for %u s", t->s->user,
			       (unsigned)t->reg_granted_s);
	}
	return true;
}

void fx_trunk_update(struct fx_trunk *t)
{
	char words[sizeof(t->words)];
	bool online = judge(t, words, sizeof(words));

	if (t->ts->closing || (!t->told && !online && is_starting(t)) ||
	    (t->told && online == t->online && !strcmp(words, t->words))) {
		return;
	}
	t->told = true;
	t->online = online;
	(void)fx_strlcpy(t->words, words, sizeof(t->words));
	t->ts->prm.on_state(t->ts->prm.arg, t, online, t->words);
}

/* ---- targets ---- */

static bool usable(const struct fx_target *g)
{
	return g->state == FX_TARGET_LIVE ||
	       (!g->t->s->keepalive_s && g->state == FX_TARGET_UNKNOWN);
}

/* The best that answers. */
static void choose(struct fx_trunk *t)
{
	struct fx_target *best = NULL;

	for (size_t i = 0; i < t->n_targets && !best; i++) {
		best = usable(t->targets[i]) ? t->targets[i] : NULL;
	}
	if (best == t->current) {
		return;
	}
	t->current = best;
	if (best) {
		fx_ua_way_target(t->way, &best->addr);
		/* Also what holds at another target: calls shall come by the one that lives. */
		fx_trunk_register_now(t);
	}
}

static void set_dead(struct fx_target *g, const char *why)
{
	g->state = FX_TARGET_DEAD;
	(void)fx_strlcpy(g->why, why, sizeof(g->why));
}

static void on_probe(void *arg, int status, const char *reason, uint32_t expires_s)
{
	struct fx_target *g = arg;
	const struct fx_trunks_prm *prm = &g->t->ts->prm;
	char why[80];

	(void)expires_s;
	g->probe = fx_ua_request_free(g->probe);
	/* Whoever answers is there, be it with 404 or 405; 503 means that it takes no calls. */
	if (status && status != 503 && fx_ua_now_ms() >= g->dead_until_ms) {
		g->state = FX_TARGET_LIVE;
	} else if (!status || status == 503) {
		(void)snprintf(why, sizeof(why), "%.0d%s%.60s", status, status ? " " : "", reason);
		set_dead(g, why);
	}
	fx_ua_timer_start(g->timer, g->state == FX_TARGET_LIVE ?
				    (uint32_t)g->t->s->keepalive_s * 1000 : prm->probe_dead_ms);
	choose(g->t);
	fx_trunk_update(g->t);
}

static void probe(struct fx_target *g)
{
	struct fx_trunk *t = g->t;
	int err;

	if (g->probe || t->ts->closing) {
		return;
	}
	/* A request keeps the target that the way had when it began. */
	fx_ua_way_target(t->way, &g->addr);
	err = fx_ua_options(t->way, t->ts->prm.probe_timeout_ms, on_probe, g, &g->probe);
	if (t->current) {
		fx_ua_way_target(t->way, &t->current->addr);
	}
	if (err) { /* no network, or none of this family */
		set_dead(g, fx_error_str(err));
		fx_ua_timer_start(g->timer, t->ts->prm.probe_dead_ms);
		choose(t);
	}
}

static void on_target_timer(void *arg)
{
	struct fx_target *g = arg;

	if (g->t->s->keepalive_s) {
		probe(g);
	} else {
		g->state = FX_TARGET_UNKNOWN; /* the next call will show */
		choose(g->t);
	}
	fx_trunk_update(g->t);
}

static struct fx_target *target_free(struct fx_target *g)
{
	if (g) {
		(void)fx_ua_request_free(g->probe);
		(void)fx_ua_timer_free(g->timer);
	}
	return fx_free(g);
}

static struct fx_target *target_new(struct fx_trunk *t, const struct sockaddr_storage *addr)
{
	struct fx_target *g = fx_zalloc(sizeof(*g));

	if (g && fx_ua_timer_new(t->ts->prm.ua, on_target_timer, g, &g->timer)) {
		return target_free(g);
	}
	if (g) {
		g->t = t;
		g->addr = *addr;
	}
	return g;
}

static struct fx_target *take_known(struct fx_trunk *t, const struct sockaddr_storage *addr)
{
	for (size_t i = 0; i < t->n_targets; i++) {
		struct fx_target *g = t->targets[i];

		if (g && same_addr(&g->addr, addr)) {
			t->targets[i] = NULL;
			return g;
		}
	}
	return NULL;
}

static bool is_listed(struct fx_target *const *list, size_t n, const struct sockaddr_storage *addr)
{
	for (size_t i = 0; i < n; i++) {
		if (same_addr(&list[i]->addr, addr)) {
			return true;
		}
	}
	return false;
}

/* The new list; what was in the old one stays as it is, with its state. */
static void set_targets(struct fx_trunk *t, const struct sockaddr_storage *addrs, size_t n)
{
	struct fx_target *list[FX_TRUNK_TARGETS];
	size_t count = 0;

	for (size_t i = 0; i < n && count < FX_TRUNK_TARGETS; i++) {
		struct fx_target *g;

		if (is_listed(list, count, &addrs[i])) {
			continue;
		}
		g = take_known(t, &addrs[i]);
		g = g ? g : target_new(t, &addrs[i]);
		if (g) {
			list[count++] = g;
		}
	}
	for (size_t i = 0; i < t->n_targets; i++) {
		if (t->targets[i] && t->targets[i] == t->current) {
			t->current = NULL;
		}
		(void)target_free(t->targets[i]);
	}
	memcpy(t->targets, list, count * sizeof(list[0]));
	t->n_targets = count;
	for (size_t i = 0; i < count && t->s->keepalive_s; i++) {
		if (list[i]->state == FX_TARGET_UNKNOWN) {
			probe(list[i]);
		}
	}
	choose(t);
}

/* ---- look-ups ---- */

static void set_sources(struct fx_trunk *t)
{
	struct sockaddr_storage all[2 * FX_TRUNK_TARGETS];
	size_t n = 0;

	for (size_t i = 0; i < FX_ARRAY_LEN(t->looks); i++) {
		memcpy(all + n, t->looks[i].addrs, t->looks[i].n_addrs * sizeof(all[0]));
		n += t->looks[i].n_addrs;
	}
	/* Never more than there is room for: both have the same limit. */
	FX_ASSERT(!fx_inbound_set_targets(t->ts->inbound, t->index, all, n));
}

static void on_resolved(void *arg, int err, const struct fx_ua_target *found, size_t n,
			const char *why)
{
	struct fx_look *l = arg;
	struct fx_trunk *t = l->t;
	const struct fx_trunks_prm *prm = &t->ts->prm;

	l->asked = true;
	(void)fx_strlcpy(l->why, why, sizeof(l->why));
	l->n_addrs = err ? l->n_addrs : n < FX_TRUNK_TARGETS ? n : FX_TRUNK_TARGETS;
	for (size_t i = 0; !err && i < l->n_addrs; i++) {
		l->addrs[i] = found[i].addr;
	}
	l->lookup = fx_ua_lookup_free(l->lookup); /* found and why were its own */
	if (err) {
		/* What was known stays: a name server that is down is no reason to lose a trunk. */
		l->wait_ms = l->wait_ms ? l->wait_ms * 2 : prm->retry_ms;
		l->wait_ms = l->wait_ms < prm->retry_max_ms ? l->wait_ms : prm->retry_max_ms;
		fx_ua_timer_start(l->timer, l->wait_ms);
	} else {
		l->wait_ms = 0;
		set_sources(t);
		if (l == &t->looks[0]) {
			set_targets(t, l->addrs, l->n_addrs);
		}
		fx_ua_timer_start(l->timer, prm->resolve_ms);
	}
	fx_trunk_update(t);
}

static void look(void *arg)
{
	struct fx_look *l = arg;
	struct fx_trunk *t = l->t;
	int err;

	if (t->ts->closing) {
		return;
	}
	l->lookup = fx_ua_lookup_free(l->lookup);
	err = fx_ua_resolve(t->ts->prm.ua, l->host, l->port,
			    (enum fx_sip_transport)t->s->transport, on_resolved, l, &l->lookup);
	if (err) {
		on_resolved(l, err, NULL, 0, fx_error_str(err));
	}
}

/* ---- one trunk ---- */

static int open_looks(struct fx_trunk *t)
{
	size_t n = 0;
	int err = 0;

	if (*t->s->proxy) {
		struct fx_look *l = &t->looks[n++];

		err = fx_sip_host_port(t->s->proxy, l->host, sizeof(l->host), &l->port);
	}
	(void)fx_strlcpy(t->looks[n].host, t->s->host, sizeof(t->looks[n].host));
	t->looks[n++].port = (uint16_t)t->s->port;
	for (size_t i = 0; i < n && !err; i++) {
		t->looks[i].t = t;
		err = fx_ua_timer_new(t->ts->prm.ua, look, &t->looks[i], &t->looks[i].timer);
		if (!err) {
			fx_ua_timer_start(t->looks[i].timer, 0);
		}
	}
	return err;
}

static int open_trunk(struct fx_trunk *t)
{
	const struct fx_sip_trunk *s = t->s;
	struct fx_reason why = {0};
	struct fx_ua_way_prm prm = {
		.transport = (enum fx_sip_transport)s->transport,
		.host = s->host,
		.identity_user = *s->user ? s->user : s->number,
		.identity_host = *s->from_host ? s->from_host : NULL,
		.display_name = *s->display_name ? s->display_name : NULL,
		.auth_user = *s->auth_user ? s->auth_user : *s->user ? s->user : NULL,
		.auth_password = *s->password ? s->password : NULL,
		.ca_file = *s->ca_file ? s->ca_file : NULL,
		.verify_name = *s->tls_name ? s->tls_name : NULL,
		.verify_none = !s->tls_verify,
		.client_cert_file = *s->client_cert ? s->client_cert : NULL,
	};
	int err;

	if (*s->fault) {
		(void)fx_strlcpy(t->fault, s->fault, sizeof(t->fault));
		return 0;
	}
	err = fx_ua_way_new(t->ts->prm.ua, &prm, &t->way, &why);
	if (err == FX_ENOMEM) {
		return err;
	}
	if (err) { /* the others shall work all the same */
		(void)fx_strlcpy(t->fault, *why.text ? why.text : fx_error_str(err),
				 sizeof(t->fault));
		return 0;
	}
	err = fx_trunk_register_new(t);
	return err ? err : open_looks(t);
}

static void close_trunk(struct fx_trunk *t)
{
	fx_trunk_register_free(t);
	for (size_t i = 0; i < FX_ARRAY_LEN(t->looks); i++) {
		t->looks[i].lookup = fx_ua_lookup_free(t->looks[i].lookup);
		t->looks[i].timer = fx_ua_timer_free(t->looks[i].timer);
	}
	for (size_t i = 0; i < t->n_targets; i++) {
		t->targets[i] = target_free(t->targets[i]);
	}
	t->n_targets = 0;
	t->current = NULL;
	t->way = fx_ua_way_free(t->way);
}

/* ---- all of them ---- */

static void on_later(void *arg)
{
	struct fx_trunks *ts = arg;

	if (ts->closing) {
		void (*fn)(void *a) = ts->closed;

		ts->closed = NULL;
		if (fn) {
			fn(ts->closed_arg);
		}
		return;
	}
	for (size_t i = 0; i < ts->n; i++) {
		fx_trunk_update(&ts->trunks[i]); /* of those that have a fault */
	}
}

static void fill_defaults(struct fx_trunks_prm *p)
{
	p->probe_timeout_ms = p->probe_timeout_ms ? p->probe_timeout_ms : 4000;
	p->probe_dead_ms = p->probe_dead_ms ? p->probe_dead_ms : 10000;
	p->resolve_ms = p->resolve_ms ? p->resolve_ms : 300000;
	p->retry_ms = p->retry_ms ? p->retry_ms : 2000;
	p->retry_max_ms = p->retry_max_ms ? p->retry_max_ms : 120000;
	p->refused_ms = p->refused_ms ? p->refused_ms : 600000;
}

int fx_trunks_new(const struct fx_trunks_prm *prm, struct fx_trunks **ret, struct fx_reason *reterr)
{
	struct fx_trunks *ts = fx_zalloc(sizeof(*ts));
	size_t n = prm->settings->n_trunks;
	int err;

	if (!ts) {
		return FX_ENOMEM;
	}
	ts->prm = *prm;
	fill_defaults(&ts->prm);
	ts->trunks = fx_calloc(n, sizeof(*ts->trunks));
	err = ts->trunks ? fx_inbound_new(prm->settings, &ts->inbound, reterr) : FX_ENOMEM;
	if (!err) {
		err = fx_ua_timer_new(prm->ua, on_later, ts, &ts->later);
	}
	for (; !err && ts->n < n; ts->n++) {
		struct fx_trunk *t = &ts->trunks[ts->n];

		t->ts = ts;
		t->index = ts->n;
		t->s = &prm->settings->trunks[ts->n];
		t->tokens = (uint64_t)t->s->max_calls_per_s * 1000;
		err = open_trunk(t);
	}
	if (err) {
		(void)fx_trunks_free(ts);
		return err;
	}
	fx_ua_timer_start(ts->later, 0);
	*ret = ts;
	return 0;
}

void fx_trunks_one_closed(struct fx_trunks *ts)
{
	if (ts->closing_open && --ts->closing_open == 0) {
		fx_ua_timer_start(ts->later, 0);
	}
}

void fx_trunks_close(struct fx_trunks *ts, void (*fn)(void *arg), void *arg)
{
	ts->closing = true;
	ts->closed = fn;
	ts->closed_arg = arg;
	for (size_t i = 0; i < ts->n; i++) {
		ts->closing_open += fx_trunk_unregister(&ts->trunks[i]);
	}
	fx_ua_timer_start(ts->later, ts->closing_open ? CLOSE_MAX_MS : 0);
}

struct fx_trunks *fx_trunks_free(struct fx_trunks *ts)
{
	if (!ts) {
		return NULL;
	}
	for (size_t i = 0; ts->trunks && i < ts->prm.settings->n_trunks; i++) {
		if (ts->trunks[i].ts) {
			close_trunk(&ts->trunks[i]);
		}
	}
	(void)fx_ua_timer_free(ts->later);
	(void)fx_inbound_free(ts->inbound);
	(void)fx_free(ts->trunks);
	return fx_free(ts);
}

/* ---- questions ---- */

size_t fx_trunks_count(const struct fx_trunks *ts)
{
	return ts->n;
}

struct fx_trunk *fx_trunks_at(struct fx_trunks *ts, size_t i)
{
	return i < ts->n ? &ts->trunks[i] : NULL;
}

struct fx_trunk *fx_trunks_of_line(struct fx_trunks *ts, const char *line)
{
	const struct fx_sip_trunk *s = fx_sip_trunk_of_line(ts->prm.settings, line, NULL);

	return s ? &ts->trunks[s - ts->prm.settings->trunks] : NULL;
}

struct fx_inbound *fx_trunks_inbound(struct fx_trunks *ts)
{
	return ts->inbound;
}

struct fx_trunk *fx_trunks_of_call(struct fx_trunks *ts, const struct fx_ua_in *in)
{
	size_t i = fx_inbound_trunk(ts->inbound, &in->from, in->user);

	return i == SIZE_MAX ? NULL : &ts->trunks[i];
}

const struct fx_sip_trunk *fx_trunk_settings(const struct fx_trunk *t)
{
	return t->s;
}

struct fx_ua_way *fx_trunk_way(struct fx_trunk *t)
{
	return t->way;
}

bool fx_trunk_is_online(const struct fx_trunk *t)
{
	return t->online;
}

const char *fx_trunk_words(const struct fx_trunk *t)
{
	return t->told ? t->words : "not known yet";
}

bool fx_trunk_target(const struct fx_trunk *t, struct sockaddr_storage *ret)
{
	if (t->current) {
		*ret = t->current->addr;
	}
	return t->current != NULL;
}

/* ---- calls ---- */

/* One call of this second. @return 0, else ms until there is one again */
static uint32_t take_token(struct fx_trunk *t)
{
	uint64_t rate = (uint64_t)t->s->max_calls_per_s, now = fx_ua_now_ms();
	uint64_t passed = now > t->filled_ms ? now - t->filled_ms : 0;

	t->tokens += rate * (passed < 1000 ? passed : 1000);
	t->tokens = t->tokens < rate * 1000 ? t->tokens : rate * 1000;
	t->filled_ms = now;
	if (t->tokens < 1000) {
		return (uint32_t)((1000 - t->tokens + rate - 1) / rate);
	}
	t->tokens -= 1000;
	return 0;
}

int fx_trunk_begin(struct fx_trunk *t, bool outgoing, uint32_t *ret_wait_ms,
		   struct fx_reason *reterr)
{
	uint32_t wait;

	if (outgoing && !t->online) {
		return fx_fail(reterr, FX_ENODEV, "trunk %s is offline: %.240s", t->s->name,
			       fx_trunk_words(t));
	}
	if (t->calls >= t->s->ports) {
		return fx_fail(reterr, FX_EBUSY, "trunk %s has all its %lld calls", t->s->name,
			       (long long)t->s->ports);
	}
	wait = outgoing ? take_token(t) : 0;
	if (wait) {
		if (ret_wait_ms) {
			*ret_wait_ms = wait;
		}
		return fx_fail(reterr, FX_EAGAIN, "trunk %s has begun %lld calls in this second",
			       t->s->name, (long long)t->s->max_calls_per_s);
	}
	t->calls++;
	return 0;
}

void fx_trunk_end(struct fx_trunk *t)
{
	FX_ASSERT(t->calls > 0);
	t->calls--;
}

bool fx_trunk_failed(struct fx_trunk *t, uint32_t retry_after_s, const char *why)
{
	struct fx_target *g = t->current;
	bool other = false;

	for (size_t i = 0; i < t->n_targets; i++) {
		other |= t->targets[i] != g && usable(t->targets[i]);
	}
	if (!g) {
		return false;
	}
	if (!other) { /* the only one: one silence is no proof, and who else could take calls? */
		if (t->s->keepalive_s) {
			probe(g);
		}
		return false;
	}
	set_dead(g, *fx_text(why) ? why : "no answer");
	g->dead_until_ms = fx_ua_now_ms() + retry_after_s * UINT64_C(1000);
	g->probe = fx_ua_request_free(g->probe); /* an answer that is on its way is an old one */
	fx_ua_timer_start(g->timer, t->ts->prm.probe_dead_ms);
	choose(t);
	fx_trunk_update(t);
	return t->current != NULL;
}
