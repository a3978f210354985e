/* SPDX-License-Identifier: Apache-2.0 */
/* The host's side: a real provider serves casellid over the socket. */
#include "port/host.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "port/host_chan.h"
#include "port/host_trace.h"

struct server {
	const struct fx_provider_ops *ops;
	struct fx_loop *loop;
	struct fx_chan *chan;
	struct fx_provider *p;
	struct fx_host_trace *trace;
	int code;
};

/* What cannot be sent breaks the channel, which ends us. */
static void send_msg(struct server *s, const struct fx_host_msg *m)
{
	(void)!fx_chan_send(s->chan, m);
}

static void on_line(void *arg, const struct fx_line *line)
{
	struct fx_host_msg m = {.type = FX_HOST_LINE, .about = *line};

	send_msg(arg, &m);
}

static void on_incoming(void *arg, uint64_t call, const char *line, const char *caller_id,
			const char *called)
{
	struct fx_host_msg m = {.type = FX_HOST_INCOMING, .call = call};

	(void)fx_strlcpy(m.line, line, sizeof(m.line));
	(void)fx_strlcpy(m.incoming.caller_id, caller_id, sizeof(m.incoming.caller_id));
	(void)fx_strlcpy(m.incoming.called, called, sizeof(m.incoming.called));
	send_msg(arg, &m);
}

static void on_ring(void *arg, uint64_t call, uint32_t n)
{
	struct fx_host_msg m = {.type = FX_HOST_RING, .call = call, .ring = n};

	send_msg(arg, &m);
}

static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	struct fx_host_msg m = {.type = FX_HOST_STATUS, .call = call, .status = *st};

	send_msg(arg, &m);
}

static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	struct fx_host_msg m = {.type = FX_HOST_PAGE, .call = call, .page = *page};

	send_msg(arg, &m);
}

static void on_end(void *arg, uint64_t call, const struct fx_call_result *result)
{
	struct fx_host_msg m = {.type = FX_HOST_END, .call = call, .result = *result};

	send_msg(arg, &m);
}

static void on_lost(void *arg, const char *why)
{
	struct fx_host_msg m = {.type = FX_HOST_LOST};

	(void)fx_strlcpy(m.ready.why.text, why, sizeof(m.ready.why.text));
	send_msg(arg, &m);
}

static const struct fx_provider_sink sink = {
	.on_line = on_line, .on_incoming = on_incoming, .on_ring = on_ring,
	.on_status = on_status, .on_page = on_page, .on_end = on_end, .on_lost = on_lost,
};

static void take_hello(struct server *s, const struct fx_host_msg *m)
{
	struct fx_host_msg hello = {.type = FX_HOST_HELLO};

	(void)m; /* casellid decides whether the versions fit */
	hello.hello.version = FX_HOST_VERSION;
	hello.hello.abi = s->ops->abi;
	(void)fx_strlcpy(hello.hello.provider, s->ops->name, sizeof(hello.hello.provider));
	send_msg(s, &hello);
}

static void take_open(struct server *s, const struct fx_host_msg *m)
{
	struct fx_provider_env env = {.loop = s->loop, .sink = &sink, .arg = s,
				      .settings = fx_text(m->settings)};
	struct fx_host_msg ready = {.type = FX_HOST_READY};

	if (s->p) {
		return;
	}
	ready.ready.err = s->ops->open(&env, &s->p, &ready.ready.why);
	send_msg(s, &ready);
}

/* casellid took the call for begun: say how it ended. */
static void refuse(struct server *s, uint64_t call, int err)
{
	struct fx_call_result r = {.engine_code = -1, .answered_us = -1};

	r.outcome = err == FX_EINVAL ? FX_OUTCOME_BAD_NUMBER : FX_OUTCOME_LINE_UNAVAILABLE;
	(void)snprintf(r.words, sizeof(r.words), "%s (%s)", fx_outcome_words(r.outcome),
		       fx_error_str(err));
	on_end(s, call, &r);
}

static void take_call(struct server *s, const struct fx_host_msg *m)
{
	const struct fx_provider_ops *ops = s->ops;
	int err;

	if (!s->p) {
		return;
	}
	/* A call that is gone told its end already; the others can only be told by it. */
	if (m->type == FX_HOST_DIAL) {
		err = ops->dial(s->p, m->line, m->call, &m->dial);
		if (err) {
			refuse(s, m->call, err);
		}
	} else if (m->type == FX_HOST_ANSWER) {
		err = ops->answer(s->p, m->call, &m->answer);
		if (err && err != FX_ENOENT) {
			(void)ops->hangup(s->p, m->call);
		}
	} else if (m->type == FX_HOST_REJECT) {
		(void)ops->reject(s->p, m->call);
	} else if (m->type == FX_HOST_HANGUP) {
		(void)ops->hangup(s->p, m->call);
	} else {
		(void)ops->page_ack(s->p, m->call, m->ack.page, m->ack.ok);
	}
}

static void on_msg(void *arg, struct fx_host_msg *m)
{
	struct server *s = arg;
	struct fx_host_msg pong = {.type = FX_HOST_PONG};

	switch (m->type) {
	case FX_HOST_HELLO:
		take_hello(s, m);
		return;
	case FX_HOST_OPEN:
		take_open(s, m);
		return;
	case FX_HOST_PING:
		send_msg(s, &pong);
		return;
	case FX_HOST_TRACE:
		fx_trace_set_mask(m->trace_mask);
		return;
	case FX_HOST_DIAL:
	case FX_HOST_ANSWER:
	case FX_HOST_REJECT:
	case FX_HOST_HANGUP:
	case FX_HOST_PAGE_ACK:
		take_call(s, m);
		return;
	case FX_HOST_READY:
	case FX_HOST_LINE:
	case FX_HOST_INCOMING:
	case FX_HOST_RING:
	case FX_HOST_STATUS:
	case FX_HOST_PAGE:
	case FX_HOST_END:
	case FX_HOST_LOST:
	case FX_HOST_PONG:
	case FX_HOST_TRACE_LINE:
		break;
	}
	s->code = 1;
	fx_loop_stop(s->loop);
}

static void on_broken(void *arg, const char *why)
{
	struct server *s = arg;

	(void)why; /* casellid ended, or let go of us: both are the end */
	fx_loop_stop(s->loop);
}

int fx_host_main(const struct fx_provider_ops *ops, int fd)
{
	static const struct fx_chan_cb cb = {.on_msg = on_msg, .on_broken = on_broken};
	struct server s = {.ops = ops};

	/* Ctrl-C and a stop of the service reach the whole group: casellid ends us, by
	 * closing the socket when it is done with the calls. */
	(void)signal(SIGINT, SIG_IGN);
	(void)signal(SIGTERM, SIG_IGN);
	(void)signal(SIGPIPE, SIG_IGN);
	if (fx_loop_new_real(&s.loop)) {
		return 1;
	}
	if (fx_chan_new(s.loop, fd, &cb, &s, &s.chan)) {
		fx_loop_free(s.loop);
		return 1;
	}
	if (fx_host_trace_new(s.loop, s.chan, &s.trace)) {
		s.trace = NULL; /* then its lines stay on stderr */
	}
	fx_loop_run(s.loop);
	if (s.p) {
		s.ops->close(s.p);
	}
	fx_host_trace_close(s.trace);
	s.chan = fx_chan_free(s.chan);
	fx_loop_free(s.loop);
	s.trace = fx_host_trace_free(s.trace);
	return s.code;
}
