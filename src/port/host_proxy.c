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
#include "port/host.h"

#include <string.h>
#include <unistd.h>

#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "port/host_chan.h"
#include "port/host_spawn.h"
#include "port/port_priv.h"

#define RESTART_MIN_S 1
#define RESTART_MAX_S 60
#define STEADY_US (60 * FX_SECOND) /* after so long a crash begins at 1 s again */
#define PING_US (10 * FX_SECOND)
#define SILENCE_US (60 * FX_SECOND) /* coding a document of 1,000 pages may take half of it */
#define END_WAIT_MS 500
#define LINES_MAX 20000
#define RETIRE_US (100 * FX_MS) /* what it may take to end by itself */
#define DRAIN_AT 4 /* times the calls after which an idle host is replaced */

struct proxy_call {
	struct fx_link link;
	uint64_t call;
	size_t line;
	bool decided; /**< answered or refused: no more rings */
};

struct proxy_line {
	struct fx_line info;
	struct proxy_call *call;
};

struct proxy {
	struct fx_provider base; /* first */
	struct fx_provider_env env;
	char *name, *settings;
	char **argv;
	struct fx_chan *chan; /* NULL = down */
	pid_t pid;            /* 0 = none, or reaped */
	bool serving;
	uint64_t epoch;       /* of the process: its calls get numbers of their own */
	struct proxy_line *lines;
	size_t n_lines;
	struct fx_link calls;
	struct fx_timer *restart, *ping, *retire;
	uint32_t max_calls, n_calls; /* n_calls: of this process */
	bool draining;
	int64_t heard_at, served_at;
	int delay_s;
	struct fx_reason why; /* of READY */
	struct fx_trace_watch watch;
};

static const struct fx_provider_ops proxy_ops;

static struct proxy *proxy_of(struct fx_provider *p)
{
	FX_ASSERT(p->ops == &proxy_ops);
	return FX_CONTAINER(p, struct proxy, base);
}

/* Incoming calls of a new process begin at 2 again: its epoch stands above. */
static uint64_t outside(const struct proxy *p, uint64_t call)
{
	return call & 1 ? call : call | p->epoch << 40;
}

static uint64_t inside(uint64_t call)
{
	return call & 1 ? call : call & ((UINT64_C(1) << 40) - 1);
}

static struct proxy_call *find_call(struct proxy *p, uint64_t call)
{
	FX_LIST_EACH(&p->calls, it) {
		struct proxy_call *c = FX_CONTAINER(it, struct proxy_call, link);

		if (c->call == call) {
			return c;
		}
	}
	return NULL;
}

static struct proxy_line *find_line(struct proxy *p, const char *name)
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
static bool is_worn(const struct proxy *p, uint64_t times)
{
	return p->max_calls && p->n_calls >= p->max_calls * times;
}

static struct proxy_call *add_call(struct proxy *p, struct proxy_line *line, uint64_t call)
{
	struct proxy_call *c = fx_zalloc(sizeof(*c));

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

static void drop_call(struct proxy *p, struct proxy_call *c)
{
	p->lines[c->line].call = NULL;
	fx_list_remove(&c->link);
	(void)fx_free(c);
}

static void end_lost(struct proxy *p)
{
	struct fx_call_result r = {.outcome = FX_OUTCOME_HOST_LOST, .engine_code = -1,
				   .answered_us = -1};

	(void)fx_strlcpy(r.words, fx_outcome_words(r.outcome), sizeof(r.words));
	while (!fx_list_empty(&p->calls)) {
		struct proxy_call *c = FX_CONTAINER(p->calls.next, struct proxy_call, link);
		uint64_t call = c->call;

		drop_call(p, c);
		p->env.sink->on_end(p->env.arg, call, &r);
	}
}

static void set_offline(struct proxy *p, struct proxy_line *l)
{
	l->info.online = false;
	p->env.sink->on_line(p->env.arg, &l->info);
}

static void stop_serving(struct proxy *p)
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
	struct proxy *p = arg;
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
static void go_down(struct proxy *p, const char *why)
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

static void take_line(struct proxy *p, const struct fx_line *info)
{
	struct proxy_line *l = find_line(p, info->line);

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

static void take_incoming(struct proxy *p, const struct fx_host_msg *m)
{
	struct proxy_line *l = find_line(p, m->line);
	uint64_t call = outside(p, m->call);
	struct fx_host_msg no = {.type = FX_HOST_REJECT, .call = m->call};

	if (m->call & 1 || m->call >> 40 || find_call(p, call)) {
		return; /* a number that cannot be */
	}
	/* Busy: our dial and its ring met half way. */
	if (!l || l->call || !l->info.online || !add_call(p, l, call)) {
		(void)!fx_chan_send(p->chan, &no);
		return;
	}
	p->env.sink->on_incoming(p->env.arg, call, m->line, m->incoming.caller_id,
				 m->incoming.called);
}

static void take_call(struct proxy *p, const struct fx_host_msg *m)
{
	const struct fx_provider_sink *sink = p->env.sink;
	uint64_t call = outside(p, m->call);
	struct proxy_call *c = find_call(p, call);

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
		drop_call(p, c);
		sink->on_end(p->env.arg, call, &r);
		if (fx_list_empty(&p->calls) && is_worn(p, 1)) {
			/* Its end stays on show as long as any other's. */
			fx_timer_start(p->retire, FX_PORT_LINGER_US);
		}
	}
}

static void take_ready(struct proxy *p, const struct fx_host_msg *m)
{
	if (m->ready.err) {
		p->why = m->ready.why;
		go_down(p, "the provider does not start");
		return;
	}
	p->serving = true;
	p->served_at = fx_loop_now_us(p->env.loop);
}

static void send_trace(void *arg, uint32_t mask)
{
	struct proxy *p = arg;
	struct fx_host_msg m = {.type = FX_HOST_TRACE, .trace_mask = mask};

	FX_ON_LOOP(p->env.loop);
	if (p->chan) {
		(void)!fx_chan_send(p->chan, &m); /* a broken channel starts it anew */
	}
}

static void take_hello(struct proxy *p, const struct fx_host_msg *m)
{
	struct fx_host_msg open = {.type = FX_HOST_OPEN, .settings = p->settings};

	if (m->hello.version != FX_HOST_VERSION || m->hello.abi != FX_PROVIDER_ABI ||
	    strcmp(m->hello.provider, p->name)) {
		go_down(p, "the program speaks another version, or is another provider");
		return;
	}
	send_trace(p, fx_trace_mask());
	if (fx_chan_send(p->chan, &open)) {
		go_down(p, "its settings cannot be sent");
	}
}

/* Its log lines are ours, and what it traces reaches our viewers. */
static void take_trace(const struct proxy *p, const struct fx_host_msg *m)
{
	if (m->trace.facility == FX_TRACE_COUNT) {
		fx_log(m->trace.level, "%s host: %s", p->name, m->trace.text);
	} else {
		fx_trace((enum fx_trace)m->trace.facility, "%s: %s", p->name, m->trace.text);
	}
}

static void on_msg(void *arg, struct fx_host_msg *m)
{
	struct proxy *p = arg;

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

static int start(struct proxy *p, struct fx_reason *reterr)
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
	struct proxy *p = arg;

	if (p->pid && !fx_host_kill(p->pid)) {
		fx_timer_start(p->restart, RETIRE_US); /* the kernel still holds it */
		return;
	}
	p->pid = 0;
	if (start(p, NULL)) {
		go_down(p, "it cannot be started");
	}
}

static void on_ping(void *arg)
{
	struct proxy *p = arg;
	struct fx_host_msg ping = {.type = FX_HOST_PING};

	if (fx_loop_now_us(p->env.loop) - p->heard_at > SILENCE_US) {
		go_down(p, "it does not answer");
		return;
	}
	(void)!fx_chan_send(p->chan, &ping);
	fx_timer_start(p->ping, PING_US);
}

static int op_dial(struct fx_provider *base, const char *line, uint64_t call,
		   const struct fx_dial *d)
{
	struct proxy *p = proxy_of(base);
	struct proxy_line *l = find_line(p, line);
	struct fx_host_msg *m;
	struct proxy_call *c;
	int err;

	if (!p->chan || !p->serving || !l || !l->info.online) {
		return FX_ENODEV;
	}
	if (l->call) {
		return FX_EBUSY;
	}
	if (!(call & 1) || find_call(p, call) || !d->n_docs || d->n_docs > FX_CALL_DOCS_MAX) {
		return FX_EINVAL;
	}
	m = fx_zalloc(sizeof(*m)); /* 5 KB: not on the stack of whoever calls */
	c = m ? add_call(p, l, call) : NULL;
	if (!c) {
		(void)fx_free(m);
		return FX_ENOMEM;
	}
	m->type = FX_HOST_DIAL;
	m->call = call;
	(void)fx_strlcpy(m->line, line, sizeof(m->line));
	m->dial = *d;
	err = fx_chan_send(p->chan, m);
	if (err) {
		drop_call(p, c);
	}
	(void)fx_free(m);
	return err == FX_EPIPE ? FX_ENODEV : err;
}

/* A broken channel ends all calls soon: to the caller the message is on its way. */
static int send_op(struct proxy *p, const struct fx_host_msg *m)
{
	int err = p->chan ? fx_chan_send(p->chan, m) : FX_ENOENT;

	return err == FX_EPIPE ? 0 : err;
}

static int op_answer(struct fx_provider *base, uint64_t call, const struct fx_answer *a)
{
	struct proxy *p = proxy_of(base);
	struct proxy_call *c = find_call(p, call);
	struct fx_host_msg m = {.type = FX_HOST_ANSWER, .call = inside(call)};
	int err;

	if (!c) {
		return FX_ENOENT;
	}
	if (call & 1 || c->decided) {
		return FX_ESTATE;
	}
	m.answer = *a;
	err = send_op(p, &m);
	c->decided = !err;
	return err;
}

static int op_simple(struct fx_provider *base, enum fx_host_type type, uint64_t call)
{
	struct proxy *p = proxy_of(base);
	struct proxy_call *c = find_call(p, call);
	struct fx_host_msg m = {.type = type, .call = inside(call)};

	if (!c) {
		return FX_ENOENT;
	}
	if (type == FX_HOST_REJECT && (call & 1 || c->decided)) {
		return FX_ESTATE;
	}
	c->decided = true;
	return send_op(p, &m);
}

static int op_reject(struct fx_provider *base, uint64_t call)
{
	return op_simple(base, FX_HOST_REJECT, call);
}

static int op_hangup(struct fx_provider *base, uint64_t call)
{
	return op_simple(base, FX_HOST_HANGUP, call);
}

static int op_page_ack(struct fx_provider *base, uint64_t call, uint32_t page, bool ok)
{
	struct proxy *p = proxy_of(base);
	struct fx_host_msg m = {.type = FX_HOST_PAGE_ACK, .call = inside(call),
				.ack = {.page = page, .ok = ok}};

	return find_call(p, call) ? send_op(p, &m) : FX_ENOENT;
}

static void op_close(struct fx_provider *base)
{
	struct proxy *p = proxy_of(base);
	size_t i;

	fx_trace_unwatch(&p->watch);
	/* A closed socket is the sign to hang up and end. */
	p->chan = fx_chan_free(p->chan);
	if (p->pid) {
		fx_host_end(p->pid, p->serving ? END_WAIT_MS : 0);
	}
	p->restart = fx_timer_free(p->restart);
	p->ping = fx_timer_free(p->ping);
	p->retire = fx_timer_free(p->retire);
	FX_LIST_EACH_SAFE(&p->calls, it) {
		drop_call(p, FX_CONTAINER(it, struct proxy_call, link));
	}
	for (i = 0; p->argv && p->argv[i]; i++) {
		(void)fx_free(p->argv[i]);
	}
	(void)fx_free(p->argv);
	(void)fx_free(p->lines);
	(void)fx_free(p->name);
	(void)fx_free(p->settings);
	(void)fx_free(p);
}

static int op_open(const struct fx_provider_env *env, struct fx_provider **ret,
		   struct fx_reason *reterr)
{
	(void)env, (void)ret;
	return fx_fail(reterr, FX_ENOSYS, "a provider host needs a program");
}

static const struct fx_provider_ops proxy_ops = {
	.abi = FX_PROVIDER_ABI,
	.name = "host",
	.open = op_open,
	.dial = op_dial,
	.answer = op_answer,
	.reject = op_reject,
	.hangup = op_hangup,
	.page_ack = op_page_ack,
	.close = op_close,
};

static int copy_argv(struct proxy *p, char *const argv[])
{
	size_t n = 0, i;

	while (argv[n]) {
		n++;
	}
	p->argv = fx_calloc(n + 1, sizeof(char *));
	if (!p->argv) {
		return FX_ENOMEM;
	}
	for (i = 0; i < n; i++) {
		p->argv[i] = fx_strdup(argv[i]);
		if (!p->argv[i]) {
			return FX_ENOMEM;
		}
	}
	return 0;
}

int fx_host_open(const struct fx_provider_env *env, const char *provider, char *const argv[],
		 struct fx_provider **ret, struct fx_reason *reterr)
{
	struct proxy *p = fx_zalloc(sizeof(*p));
	int err = p ? 0 : FX_ENOMEM;

	if (p) {
		p->base.ops = &proxy_ops;
		p->env = *env;
		p->delay_s = RESTART_MIN_S;
		p->max_calls = FX_HOST_CALLS;
		fx_list_init(&p->calls);
		p->watch.fn = send_trace;
		p->watch.arg = p;
		fx_trace_watch(&p->watch);
		p->name = fx_strdup(provider);
		p->settings = fx_strdup(fx_text(env->settings));
		err = p->name && p->settings ? copy_argv(p, argv) : FX_ENOMEM;
		p->env.settings = NULL;
	}
	if (!err) {
		err = fx_timer_new(env->loop, on_restart, p, &p->restart);
	}
	if (!err) {
		err = fx_timer_new(env->loop, on_ping, p, &p->ping);
	}
	if (!err) {
		err = fx_timer_new(env->loop, on_retire, p, &p->retire);
	}
	if (err) {
		fx_reason_set(reterr, "provider host: %s", fx_error_str(err));
	} else {
		err = start(p, reterr);
	}
	if (err) {
		if (p) {
			op_close(&p->base);
		}
		return err;
	}
	*ret = &p->base;
	return 0;
}

int fx_host_pid(struct fx_provider *base)
{
	return base->ops == &proxy_ops ? (int)proxy_of(base)->pid : 0;
}

void fx_host_set_calls(struct fx_provider *base, uint32_t n)
{
	if (base->ops == &proxy_ops) {
		proxy_of(base)->max_calls = n;
	}
}

struct open_ctx {
	const char *provider;
	char *const *argv;
};

static int open_slot(void *arg, const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	const struct open_ctx *c = arg;

	return fx_host_open(env, c->provider, c->argv, ret, reterr);
}

int fx_ports_add_host(struct fx_ports *t, const char *provider, char *const argv[],
		      const char *settings, struct fx_reason *reterr)
{
	struct open_ctx c = {provider, argv};

	return fx_ports_add_slot(t, provider, settings, open_slot, &c, reterr);
}

int fx_ports_host_pid(struct fx_ports *t, const char *provider)
{
	struct fx_provider_slot *slot = fx_ports_slot(t, provider);

	return slot ? fx_host_pid(slot->p) : 0;
}

void fx_ports_set_host_calls(struct fx_ports *t, const char *provider, uint32_t n)
{
	struct fx_provider_slot *slot = fx_ports_slot(t, provider);

	if (slot) {
		fx_host_set_calls(slot->p, n);
	}
}
