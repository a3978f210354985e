/* SPDX-License-Identifier: Apache-2.0 */
/* casellid's side of a provider host: a provider whose work is done elsewhere.
 *
 *   starting --READY 0--> serving --broken, silent, READY err--> down
 *      ^  ^                  |  |                                 |
 *      |  |   4 N calls: draining, no new ones                    |
 *      |  |                  |  |                                 |
 *      |  '-- 0.1 s -- N calls, and none for 2 s                  |
 *      '------------------ 1, 2, 4 ... 60 s ----------------------'
 */
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "port/host_proxy_priv.h"
#include "port/host_spawn.h"

#define RESTART_MIN_S 1
#define RESTART_MAX_S 60
#define STEADY_US (60 * FX_SECOND) /* after so long a crash begins at 1 s again */
#define PING_US (10 * FX_SECOND)
#define SILENCE_US (60 * FX_SECOND) /* coding a document of 1,000 pages may take half of it */
#define LINES_MAX 20000
#define RETIRE_US (100 * FX_MS) /* what it may take to end by itself */
#define DRAIN_AT 4 /* times the calls after which an idle host is replaced */

/* Incoming calls of a new process begin at 2 again: its epoch stands above. */
static uint64_t outside(const struct fx_proxy *p, uint64_t call)
{
	return call & 1 ? call : call | p->epoch << 40;
}

uint64_t fx_proxy_inside(uint64_t call)
{
	return call & 1 ? call : call & ((UINT64_C(1) << 40) - 1);
}

struct fx_proxy_call *fx_proxy_find_call(struct fx_proxy *p, uint64_t call)
{
	FX_LIST_EACH(&p->calls, it) {
		struct fx_proxy_call *c = FX_CONTAINER(it, struct fx_proxy_call, link);

		if (c->call == call) {
			return c;
		}
	}
	return NULL;
}

struct fx_proxy_line *fx_proxy_find_line(struct fx_proxy *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n_lines; i++) {
		if (!strcmp(p->lines[i].info.line, name)) {
			return &p->lines[i];
		}
	}
	return NULL;
}

/* So many calls that its memory should be given back (engine.md G12)? */
static bool is_worn(const struct fx_proxy *p, uint64_t times)
{
	return p->max_calls && p->n_calls >= p->max_calls * times;
}

struct fx_proxy_call *fx_proxy_add_call(struct fx_proxy *p, struct fx_proxy_line *line,
					uint64_t call)
{
	struct fx_proxy_call *c = fx_zalloc(sizeof(*c));

	if (c) {
		c->call = call;
		c->line = (size_t)(line - p->lines);
		line->call = c;
		fx_list_append(&p->calls, &c->link);
		p->n_calls++;
		if (is_worn(p, DRAIN_AT)) {
			fx_timer_start(p->retire, 0); /* not from inside dial() */
		}
	}
	return c;
}

void fx_proxy_drop_call(struct fx_proxy *p, struct fx_proxy_call *c)
{
	p->lines[c->line].call = NULL;
	fx_list_remove(&c->link);
	(void)fx_free(c);
}

static void end_lost(struct fx_proxy *p)
{
	struct fx_call_result r = {.outcome = FX_OUTCOME_HOST_LOST, .engine_code = -1,
				   .answered_us = -1};

	(void)fx_strlcpy(r.words, fx_outcome_words(r.outcome), sizeof(r.words));
	while (!fx_list_empty(&p->calls)) {
		struct fx_proxy_call *c = FX_CONTAINER(p->calls.next, struct fx_proxy_call, link);
		uint64_t call = c->call;

		fx_proxy_drop_call(p, c);
		p->env.sink->on_end(p->env.arg, call, &r);
	}
}

static void set_offline(struct fx_proxy *p, struct fx_proxy_line *l)
{
	l->info.online = false;
	l->info.why[0] = '\0';
	p->env.sink->on_line(p->env.arg, &l->info);
}

static void stop_serving(struct fx_proxy *p)
{
	size_t i;

	p->chan = fx_chan_free(p->chan);
	fx_timer_stop(p->ping);
	fx_timer_stop(p->retire);
	p->serving = false;
	for (i = 0; i < p->n_lines; i++) {
		set_offline(p, &p->lines[i]);
	}
}

/* No call for a while: another process takes over. Else, in time: no new ones. */
static void on_retire(void *arg)
{
	struct fx_proxy *p = arg;
	size_t i;

	if (!p->serving) {
		return;
	}
	if (fx_list_empty(&p->calls)) {
		fx_log(FX_LOG_DEBUG, "provider=%s: its host is replaced after %u calls", p->name,
		       p->n_calls);
		stop_serving(p); /* it ends by itself, or is killed by on_restart() */
		fx_timer_start(p->restart, RETIRE_US);
	} else if (is_worn(p, DRAIN_AT) && !p->draining) {
		p->draining = true;
		for (i = 0; i < p->n_lines; i++) {
			if (!p->lines[i].call && p->lines[i].info.online) {
				set_offline(p, &p->lines[i]);
			}
		}
	}
}

/* All that the owner must hear, in the order of provider.h; then try again later. */
static void go_down(struct fx_proxy *p, const char *why)
{
	struct fx_reason said = p->why;

	if (p->pid && fx_host_kill(p->pid)) {
		p->pid = 0;
	}
	if (p->serving && fx_loop_now_us(p->env.loop) - p->served_at > STEADY_US) {
		p->delay_s = RESTART_MIN_S;
	}
	fx_timer_start(p->restart, p->delay_s * FX_SECOND);
	p->delay_s = p->delay_s * 2 < RESTART_MAX_S ? p->delay_s * 2 : RESTART_MAX_S;
	stop_serving(p); /* offline first: nobody dials on them because a call ended */
	end_lost(p);
	p->env.sink->on_lost(p->env.arg, said.text[0] ? said.text : why);
}

static void take_line(struct fx_proxy *p, const struct fx_line *info)
{
	struct fx_proxy_line *l = fx_proxy_find_line(p, info->line);

	if (!l) {
		l = p->n_lines < LINES_MAX ?
			    fx_realloc(p->lines, (p->n_lines + 1) * sizeof(*l)) : NULL;
		if (!l) {
			return;
		}
		p->lines = l;
		l = &p->lines[p->n_lines++];
		l->call = NULL;
	}
	l->info = *info;
	l->info.online = info->online && (l->call || !p->draining);
	p->env.sink->on_line(p->env.arg, &l->info);
}

static void take_incoming(struct fx_proxy *p, const struct fx_host_msg *m)
{
	struct fx_proxy_line *l = fx_proxy_find_line(p, m->line);
	uint64_t call = outside(p, m->call);
	struct fx_host_msg no = {.type = FX_HOST_REJECT, .call = m->call};

	if (m->call & 1 || m->call >> 40 || fx_proxy_find_call(p, call)) {
		return; /* a number that cannot be */
	}
	/* Busy: our dial and its ring met half way. */
	if (!l || l->call || !l->info.online || !fx_proxy_add_call(p, l, call)) {
		(void)!fx_chan_send(p->chan, &no);
		return;
	}
	p->env.sink->on_incoming(p->env.arg, call, m->line, m->incoming.caller_id,
				 m->incoming.called);
}

static void take_call(struct fx_proxy *p, const struct fx_host_msg *m)
{
	const struct fx_provider_sink *sink = p->env.sink;
	uint64_t call = outside(p, m->call);
	struct fx_proxy_call *c = fx_proxy_find_call(p, call);

	if (!c) {
		return;
	}
	if (m->type == FX_HOST_RING) {
		if (!c->decided) {
			sink->on_ring(p->env.arg, call, m->ring);
		}
	} else if (m->type == FX_HOST_STATUS) {
		sink->on_status(p->env.arg, call, &m->status);
	} else if (m->type == FX_HOST_PAGE) {
		sink->on_page(p->env.arg, call, &m->page);
	} else {
		struct fx_call_result r = m->result;

		if (!r.words[0] || r.outcome == FX_OUTCOME_NONE) {
			r.outcome = r.outcome == FX_OUTCOME_NONE ? FX_OUTCOME_PROTOCOL : r.outcome;
			(void)fx_strlcpy(r.words, fx_outcome_words(r.outcome), sizeof(r.words));
		}
		if (p->draining) { /* first: nobody dials because a call ended */
			set_offline(p, &p->lines[c->line]);
		}
		fx_proxy_drop_call(p, c);
		sink->on_end(p->env.arg, call, &r);
		if (fx_list_empty(&p->calls) && is_worn(p, 1)) {
			/* Its end stays on show as long as any other's. */
			fx_timer_start(p->retire, FX_PORT_LINGER_US);
		}
	}
}

static void take_ready(struct fx_proxy *p, const struct fx_host_msg *m)
{
	if (m->ready.err) {
		p->why = m->ready.why;
		go_down(p, "the provider does not start");
		return;
	}
	p->serving = true;
	p->served_at = fx_loop_now_us(p->env.loop);
}

void fx_proxy_send_trace(void *arg, uint32_t mask)
{
	struct fx_proxy *p = arg;
	struct fx_host_msg m = {.type = FX_HOST_TRACE, .trace_mask = mask};

	FX_ON_LOOP(p->env.loop);
	if (p->chan) {
		(void)!fx_chan_send(p->chan, &m); /* a broken channel starts it anew */
	}
}

static void take_hello(struct fx_proxy *p, const struct fx_host_msg *m)
{
	struct fx_host_msg open = {.type = FX_HOST_OPEN, .settings = p->settings};

	if (m->hello.version != FX_HOST_VERSION || m->hello.abi != FX_PROVIDER_ABI ||
	    strcmp(m->hello.provider, p->name)) {
		go_down(p, "the program speaks another version, or is another provider");
		return;
	}
	fx_proxy_send_trace(p, fx_trace_mask());
	if (fx_chan_send(p->chan, &open)) {
		go_down(p, "its settings cannot be sent");
	}
}

/* Its log lines are ours, and what it traces reaches our viewers. */
static void take_trace(const struct fx_proxy *p, const struct fx_host_msg *m)
{
	if (m->trace.facility == FX_TRACE_COUNT) {
		fx_log(m->trace.level, "%s host: %s", p->name, m->trace.text);
	} else {
		fx_trace((enum fx_trace)m->trace.facility, "%s: %s", p->name, m->trace.text);
	}
}

static void on_msg(void *arg, struct fx_host_msg *m)
{
	struct fx_proxy *p = arg;

	p->heard_at = fx_loop_now_us(p->env.loop);
	switch (m->type) {
	case FX_HOST_HELLO:
		take_hello(p, m);
		return;
	case FX_HOST_READY:
		take_ready(p, m);
		return;
	case FX_HOST_LINE:
		take_line(p, &m->about);
		return;
	case FX_HOST_INCOMING:
		take_incoming(p, m);
		return;
	case FX_HOST_RING:
	case FX_HOST_STATUS:
	case FX_HOST_PAGE:
	case FX_HOST_END:
		take_call(p, m);
		return;
	case FX_HOST_LOST:
		p->why = m->ready.why;
		go_down(p, "the provider ended");
		return;
	case FX_HOST_PONG:
		return;
	case FX_HOST_TRACE_LINE:
		take_trace(p, m);
		return;
	case FX_HOST_TRACE:
	case FX_HOST_OPEN:
	case FX_HOST_DIAL:
	case FX_HOST_ANSWER:
	case FX_HOST_REJECT:
	case FX_HOST_HANGUP:
	case FX_HOST_PAGE_ACK:
	case FX_HOST_PING:
		break;
	}
	go_down(p, "it sent a message of the wrong direction");
}

static void on_broken(void *arg, const char *why)
{
	go_down(arg, why);
}

static const struct fx_chan_cb chan_cb = {.on_msg = on_msg, .on_broken = on_broken};

int fx_proxy_start(struct fx_proxy *p, struct fx_reason *reterr)
{
	struct fx_host_msg hello = {.type = FX_HOST_HELLO};
	int fd = -1, err = fx_host_spawn(p->argv, &fd, &p->pid, reterr);

	if (err) {
		return err;
	}
	err = fx_chan_new(p->env.loop, fd, &chan_cb, p, &p->chan);
	if (err) {
		(void)close(fd);
		fx_host_end(p->pid, 0);
		p->pid = 0;
		return fx_fail(reterr, err, "provider host: %s", fx_error_str(err));
	}
	p->epoch++;
	p->n_calls = 0;
	p->draining = false;
	p->why.text[0] = '\0';
	p->heard_at = fx_loop_now_us(p->env.loop);
	hello.hello.version = FX_HOST_VERSION;
	hello.hello.abi = FX_PROVIDER_ABI;
	(void)fx_strlcpy(hello.hello.provider, p->name, sizeof(hello.hello.provider));
	fx_timer_start(p->ping, PING_US);
	return fx_chan_send(p->chan, &hello);
}

static void on_restart(void *arg)
{
	struct fx_proxy *p = arg;

	if (p->pid && !fx_host_kill(p->pid)) {
		fx_timer_start(p->restart, RETIRE_US); /* the kernel still holds it */
		return;
	}
	p->pid = 0;
	if (fx_proxy_start(p, NULL)) {
		go_down(p, "it cannot be started");
	}
}

static void on_ping(void *arg)
{
	struct fx_proxy *p = arg;
	struct fx_host_msg ping = {.type = FX_HOST_PING};

	if (fx_loop_now_us(p->env.loop) - p->heard_at > SILENCE_US) {
		go_down(p, "it does not answer");
		return;
	}
	(void)!fx_chan_send(p->chan, &ping);
	fx_timer_start(p->ping, PING_US);
}

int fx_proxy_init(struct fx_proxy *p)
{
	int err = fx_timer_new(p->env.loop, on_restart, p, &p->restart);

	p->delay_s = RESTART_MIN_S;
	err = err ? err : fx_timer_new(p->env.loop, on_ping, p, &p->ping);
	return err ? err : fx_timer_new(p->env.loop, on_retire, p, &p->retire);
}
