/* SPDX-License-Identifier: Apache-2.0 */
/* The loop-back exchange as a provider: operations in, events out. */
#include "providers/loop/loop_priv.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

static struct fx_exchange *exchange(struct fx_provider *p)
{
	FX_ASSERT(p->ops == &fx_loop_provider_ops);
	return FX_CONTAINER(p, struct fx_exchange, base);
}

static struct fx_loop_end **bucket(struct fx_exchange *x, uint64_t call)
{
	return &x->calls[(call >> 1) % FX_LOOP_BUCKETS];
}

struct fx_loop_end *fx_loop_find(struct fx_exchange *x, uint64_t call)
{
	struct fx_loop_end *e = *bucket(x, call);

	while (e && e->id != call) {
		e = e->next;
	}
	return e;
}

static void unlink_end(struct fx_loop_end *e)
{
	struct fx_loop_end **p = bucket(e->conn->x, e->id);

	while (*p != e) {
		p = &(*p)->next;
	}
	*p = e->next;
	e->id = 0;
}

static void link_end(struct fx_loop_end *e, uint64_t id)
{
	struct fx_loop_end **p = bucket(e->conn->x, id);

	e->id = id;
	e->live = true;
	e->next = *p;
	*p = e;
}

void fx_loop_log(struct fx_loop_end *e, const char *fmt, ...)
{
	char line[300], text[400];
	va_list ap;

	if (!e->line || (e->log_fd < 0 && !fx_trace_on(FX_TRACE_PORT))) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fx_trace(FX_TRACE_PORT, "call=%llu line=%s %s", (unsigned long long)e->id,
		 e->line->info.line, line);
	if (e->log_fd < 0) {
		return;
	}
	/* A log that cannot be written does not stop a fax. */
	(void)!write(e->log_fd, text,
		     fx_t30_log_format(text, sizeof(text),
				       fx_loop_now_us(e->conn->x->loop) - e->start_us, line));
}

/* Statuses leave room for pages and the end; then the newest one counts. */
void fx_loop_queue(struct fx_loop_end *e, const struct fx_loop_event *ev)
{
	struct fx_loop_event *last;

	if (!e->live) {
		return;
	}
	if (ev->type == FX_EV_STATUS && e->n_ev >= FX_LOOP_EVENTS - 4) {
		last = &e->ev[(e->ev_first + e->n_ev - 1) % FX_LOOP_EVENTS];
		if (last->type == FX_EV_STATUS) {
			*last = *ev;
		}
		return;
	}
	/* The last place is the end's. A peer that makes so many pages at once is no fax. */
	if (ev->type != FX_EV_END && e->n_ev >= FX_LOOP_EVENTS - 1) {
		e->lost_at = fx_loop_now_us(e->conn->x->loop);
		return;
	}
	e->ev[(e->ev_first + e->n_ev++) % FX_LOOP_EVENTS] = *ev;
	if (fx_list_empty(&e->ready)) {
		fx_list_append(&e->conn->x->ready, &e->ready);
	}
	fx_loop_flush_soon(e->conn->x);
}

void fx_loop_queue_status(struct fx_loop_end *e, enum fx_port_state state)
{
	struct fx_loop_event ev = {.type = FX_EV_STATUS};
	struct fx_loop_conn *c = e->conn;

	ev.status.state = state;
	ev.status.sender = e->caller;
	ev.status.transport = FX_TRANSPORT_NONE;
	ev.status.elapsed_us = fx_loop_now_us(c->x->loop) - e->start_us;
	if (e->caller && e->dial) {
		(void)fx_strlcpy(ev.status.local_id, e->dial->local_id, FX_ID_SIZE);
	} else if (e->answer) {
		(void)fx_strlcpy(ev.status.local_id, e->answer->local_id, FX_ID_SIZE);
	}
	fx_loop_queue(e, &ev);
}

void fx_loop_end_result(struct fx_loop_end *e, const struct fx_call_result *r)
{
	struct fx_loop_event ev = {.type = FX_EV_END, .result = *r};
	struct fx_loop_conn *c = e->conn;

	if (!e->live) {
		return;
	}
	if (c->far != FX_FAR_SOCKET || !e->t30) { /* there, call time is the session's */
		ev.result.answered_us = c->connected_at >= 0 ? c->connected_at - e->start_us : -1;
		ev.result.ended_us = fx_loop_now_us(c->x->loop) - e->start_us;
	}
	if (c->connected_at >= 0) {
		ev.result.transport = c->t38 ? FX_TRANSPORT_T38 : FX_TRANSPORT_AUDIO;
	}
	if (!ev.result.words[0]) {
		(void)fx_strlcpy(ev.result.words, fx_outcome_words(r->outcome),
				 sizeof(ev.result.words));
	}
	fx_loop_log(e, "= call ended: %s: %s", fx_outcome_str(r->outcome), ev.result.words);
	fx_loop_queue(e, &ev);
	e->live = false;
	e->line->end = NULL;
	fx_media_end_fini(e);
}

void fx_loop_end_with(struct fx_loop_end *e, enum fx_outcome outcome, const char *words)
{
	struct fx_call_result r = {.outcome = outcome, .engine_code = -1};
	uint32_t i;

	for (i = 0; e->dial && i < e->dial->n_docs; i++) {
		r.pages_total += e->dial->docs[i].pages;
	}
	(void)fx_strlcpy(r.words, fx_text(words), sizeof(r.words));
	fx_loop_end_result(e, &r);
}

static void tell_lines(struct fx_exchange *x)
{
	size_t i;

	x->lines_told = true;
	for (i = 0; i < x->n_lines; i++) {
		x->sink->on_line(x->arg, &x->lines[i].info);
	}
}

/* Tell one event; the end of both sides frees the connection. */
static void tell(struct fx_loop_end *e)
{
	struct fx_loop_conn *c = e->conn;
	struct fx_exchange *x = c->x;
	struct fx_loop_event ev = e->ev[e->ev_first];
	uint64_t id = e->id;

	e->ev_first = (e->ev_first + 1) % FX_LOOP_EVENTS;
	if (!--e->n_ev) {
		fx_list_remove(&e->ready);
	}
	switch (ev.type) {
	case FX_EV_INCOMING:
		x->sink->on_incoming(x->arg, id, e->line->info.line,
				     c->a.line ? c->a.line->info.number : c->caller, c->digits);
		return;
	case FX_EV_RING:
		if (!e->live) {
			return; /* refused meanwhile */
		}
		x->sink->on_ring(x->arg, id, ev.ring);
		return;
	case FX_EV_STATUS:
		x->sink->on_status(x->arg, id, &ev.status);
		return;
	case FX_EV_PAGE:
		x->sink->on_page(x->arg, id, &ev.page);
		return;
	case FX_EV_END:
		break;
	}
	unlink_end(e);
	if (!c->a.id && !c->b.id) {
		fx_loop_conn_free(c);
	}
	x->sink->on_end(x->arg, id, &ev.result);
}

void fx_loop_flush(struct fx_exchange *x)
{
	if (x->in_flush) {
		return;
	}
	x->in_flush = true;
	if (!x->lines_told) {
		tell_lines(x);
	}
	while (!fx_list_empty(&x->ready)) {
		tell(FX_CONTAINER(x->ready.next, struct fx_loop_end, ready));
	}
	x->in_flush = false;
}

static void on_flush(void *arg)
{
	fx_loop_flush(arg);
}

void fx_loop_flush_soon(struct fx_exchange *x)
{
	if (!x->in_flush && !fx_timer_running(x->flush_timer)) {
		fx_timer_start(x->flush_timer, 0);
	}
}

static int dup_fd(int fd)
{
	return fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 3);
}

static int open_conn(struct fx_exchange *x, struct fx_loop_line *line, uint64_t call,
		     const struct fx_dial *d, struct fx_loop_conn **ret)
{
	struct fx_loop_conn *c = NULL;
	uint32_t i;
	int err = fx_loop_conn_new(x, &c);

	if (err) {
		return err;
	}
	c->a.dial = fx_memdup(d, sizeof(*d));
	err = c->a.dial ? fx_prep_start(&c->a, d) : FX_ENOMEM;
	if (err) {
		fx_loop_conn_free(c);
		return err;
	}
	for (i = 0; i < d->n_docs; i++) {
		c->a.dial->docs[i].fd = -1; /* the worker has its own */
	}
	c->a.log_fd = dup_fd(d->log_fd);
	c->a.line = line;
	line->end = &c->a;
	link_end(&c->a, call);
	*ret = c;
	return 0;
}

/* "0102-30;busy" is digits 010230 and options "busy". */
static void split_number(struct fx_loop_conn *c, const char *number)
{
	const char *opts = strchr(number, ';'), *fault;
	size_t n = 0;

	for (; *number && number != opts; number++) {
		if (*number >= '0' && *number <= '9') {
			c->digits[n++] = *number;
		}
	}
	c->opts = c->x->set.call;
	fault = fx_loop_fault_of(&c->x->set, c->digits);
	c->bad_opts = (fault && fx_loop_opts_parse(&c->opts, fault, &c->why)) ||
		      (opts && fx_loop_opts_parse(&c->opts, opts, &c->why));
	c->rng = (uint64_t)c->opts.seed * 2654435761u + 88172645463325252u;
}

static struct fx_loop_line *line_by_name(struct fx_exchange *x, const char *name)
{
	size_t i;
	char *end = NULL;
	unsigned long n = strtoul(name, &end, 10);

	/* Lines of the exchange are called by their position. */
	if (!*end && n >= 1 && n <= (unsigned long)x->set.ports &&
	    !strcmp(x->lines[n - 1].info.line, name)) {
		return &x->lines[n - 1];
	}
	for (i = (size_t)x->set.ports; i < x->n_lines; i++) {
		if (!strcmp(x->lines[i].info.line, name)) {
			return &x->lines[i];
		}
	}
	return NULL;
}

static int loop_dial(struct fx_provider *p, const char *line, uint64_t call,
		     const struct fx_dial *d)
{
	struct fx_exchange *x = exchange(p);
	struct fx_loop_line *l = line_by_name(x, line);
	struct fx_loop_conn *c = NULL;
	int err;

	FX_ON_LOOP(x->loop);
	if (!l || !l->info.online) {
		return FX_ENODEV;
	}
	if (l->end) {
		return FX_EBUSY;
	}
	if (!(call & 1) || fx_loop_find(x, call) || !d->n_docs || d->n_docs > FX_CALL_DOCS_MAX ||
	    !strpbrk(d->number, "0123456789")) {
		return FX_EINVAL;
	}
	err = open_conn(x, l, call, d, &c);
	if (err) {
		return err;
	}
	split_number(c, d->number);
	fx_loop_log(&c->a, "- dial %s on %s", d->number, l->info.name);
	fx_loop_queue_status(&c->a, FX_PORT_DIALING);
	c->next_ring = c->a.start_us + x->set.ring_delay_ms * FX_MS;
	c->give_up_at = c->next_ring +
			(d->answer_timeout_s ? d->answer_timeout_s : 60) * FX_SECOND;
	/*
	 * Half of the delay is the network's: then the called line knows of the call, as it does
	 * from a SIP INVITE or a modem's RING, and shows it before the first ring is counted.
	 * A far end on a socket is told when it shall ring.
	 */
	fx_timer_start_at(c->timer, c->a.start_us +
					   x->set.ring_delay_ms * FX_MS / (l->sock ? 1 : 2));
	return 0;
}

static int loop_answer(struct fx_provider *p, uint64_t call, const struct fx_answer *a)
{
	struct fx_exchange *x = exchange(p);
	struct fx_loop_end *e = fx_loop_find(x, call);
	struct fx_loop_conn *c;
	int64_t now = fx_loop_now_us(x->loop);

	FX_ON_LOOP(x->loop);
	if (!e || !e->live) {
		return FX_ENOENT;
	}
	c = e->conn;
	if (e->caller || e->accepted || c->state != FX_LOOP_RINGING) {
		return FX_ESTATE;
	}
	e->answer = fx_memdup(a, sizeof(*a));
	if (!e->answer) {
		return FX_ENOMEM;
	}
	e->answer->rx_fd = dup_fd(a->rx_fd);
	e->log_fd = dup_fd(a->log_fd);
	e->accepted = true;
	fx_loop_log(e, "- answer on %s after %u rings", e->line->info.name, c->rings);
	c->connect_at = c->rang_at + c->opts.answer_after_s * FX_SECOND;
	c->connect_at = c->connect_at > now ? c->connect_at : now;
	fx_loop_rearm(c);
	return 0;
}

static int hang(struct fx_provider *p, uint64_t call, bool reject)
{
	struct fx_exchange *x = exchange(p);
	struct fx_loop_end *e = fx_loop_find(x, call);

	FX_ON_LOOP(x->loop);
	if (!e) {
		return FX_ENOENT;
	}
	if (reject && (e->caller || e->accepted)) {
		return FX_ESTATE;
	}
	if (!e->live) {
		return 0; /* its end is being told */
	}
	if (e->conn->state == FX_LOOP_CONNECTED) {
		fx_media_end_hangup(e);
	} else {
		fx_loop_hangup_early(e, reject);
	}
	return 0;
}

static int loop_reject(struct fx_provider *p, uint64_t call)
{
	return hang(p, call, true);
}

static int loop_hangup(struct fx_provider *p, uint64_t call)
{
	return hang(p, call, false);
}

static int loop_page_ack(struct fx_provider *p, uint64_t call, uint32_t page, bool ok)
{
	struct fx_loop_end *e = fx_loop_find(exchange(p), call);

	if (!e || !e->live) {
		return FX_ENOENT;
	}
	if (!e->t30) {
		return FX_ESTATE;
	}
	fx_t30_page_ack(e->t30, page, ok);
	if (e->conn->far == FX_FAR_SOCKET) {
		fx_sock_go_on(e->conn);
	}
	return 0;
}

static void loop_close(struct fx_provider *p)
{
	struct fx_exchange *x = exchange(p);
	size_t i;

	FX_ASSERT(!x->in_flush);
	FX_LIST_EACH_SAFE(&x->conns, it) {
		fx_loop_conn_free(FX_CONTAINER(it, struct fx_loop_conn, link));
	}
	x->flush_timer = fx_timer_free(x->flush_timer);
	x->step_timer = fx_timer_free(x->step_timer);
	for (i = 0; i < FX_ARRAY_LEN(x->codec); i++) {
		(void)fx_free(x->codec[i]);
	}
	for (i = 0; i < x->n_lines; i++) {
		fx_sock_close(x->lines[i].sock);
	}
	(void)fx_free(x->lines);
	fx_loop_settings_fini(&x->set);
	(void)fx_free(x);
}

static int make_lines(struct fx_exchange *x)
{
	size_t i, n = (size_t)x->set.ports;
	int width = (int)strlen(x->set.first_number);
	unsigned long long first = strtoull(x->set.first_number, NULL, 10);

	x->lines = fx_calloc(n + x->set.n_sockets, sizeof(*x->lines));
	if (!x->lines) {
		return FX_ENOMEM;
	}
	for (i = 0; i < n; i++) {
		struct fx_line *l = &x->lines[i].info;

		(void)snprintf(l->line, sizeof(l->line), "%zu", i + 1);
		(void)snprintf(l->name, sizeof(l->name), "%s %zu", x->set.name, i + 1);
		(void)snprintf(l->number, sizeof(l->number), "%0*llu", width, first + i);
		l->online = l->is_virtual = true;
	}
	x->n_lines = n;
	return 0;
}

/* Lines on sockets come after those of the exchange, offline until somebody connects. */
static int make_sockets(struct fx_exchange *x, struct fx_reason *reterr)
{
	size_t i;
	int err = 0;

	for (i = 0; i < x->set.n_sockets && !err; i++) {
		const struct fx_loop_pair *p = &x->set.sockets[i];
		struct fx_loop_line *line = &x->lines[x->n_lines];
		struct fx_line *l = &line->info;

		(void)fx_strlcpy(l->line, p->key, sizeof(l->line));
		(void)snprintf(l->name, sizeof(l->name), "%s %s", x->set.name, p->key);
		if (strspn(p->key, "0123456789") == strlen(p->key)) {
			(void)fx_strlcpy(l->number, p->key, sizeof(l->number));
		}
		l->is_virtual = true;
		if (line_by_name(x, l->line)) {
			return fx_fail(reterr, FX_EINVAL, "loop: there is a line '%s' already",
				       l->line);
		}
		x->n_lines++;
		err = fx_sock_open(x, line, p->value, &line->sock, reterr);
	}
	return err;
}

struct fx_loop_line *fx_loop_line_of(struct fx_exchange *x, const char *digits)
{
	unsigned long long first = strtoull(x->set.first_number, NULL, 10);
	unsigned long long v = strtoull(digits, NULL, 10);

	if (v < first || v - first >= (unsigned long long)x->set.ports ||
	    strcmp(x->lines[v - first].info.number, digits)) {
		return NULL;
	}
	return &x->lines[v - first];
}

static int loop_open(const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	struct fx_exchange *x = fx_zalloc(sizeof(*x));
	int err;

	if (!x) {
		return fx_fail(reterr, FX_ENOMEM, "loop: out of memory");
	}
	x->base.ops = &fx_loop_provider_ops;
	x->loop = env->loop;
	x->sink = env->sink;
	x->arg = env->arg;
	x->next_in = 2;
	fx_list_init(&x->conns);
	fx_list_init(&x->active);
	fx_list_init(&x->ready);
	err = fx_loop_settings_parse(&x->set, env->settings, reterr);
	if (!err) {
		err = make_lines(x);
	}
	if (!err) {
		err = make_sockets(x, reterr);
	}
	if (!err) {
		err = fx_timer_new(x->loop, on_flush, x, &x->flush_timer);
	}
	if (!err) {
		err = fx_timer_new(x->loop, fx_media_step_timer, x, &x->step_timer);
	}
	if (err) {
		if (reterr && !reterr->text[0]) {
			fx_reason_set(reterr, "loop: %s", fx_error_str(err));
		}
		loop_close(&x->base);
		return err;
	}
	fx_timer_start(x->flush_timer, 0);
	*ret = &x->base;
	return 0;
}

const struct fx_provider_ops fx_loop_provider_ops = {
	.abi = FX_PROVIDER_ABI,
	.name = "loop",
	.open = loop_open,
	.dial = loop_dial,
	.answer = loop_answer,
	.reject = loop_reject,
	.hangup = loop_hangup,
	.page_ack = loop_page_ack,
	.close = loop_close,
};
