/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file port/host_proxy_priv.h
 * casellid's side of a provider host, in two files: host_proxy.c is the process and what it
 * tells (its diagram is there), host_proxy_ops.c what the port table asks of it.
 *
 * Thread: the loop thread.
 * Owner:  the provider slot owns the proxy; the proxy its channel, lines and calls.
 */
#ifndef FX_PORT_HOST_PROXY_PRIV_H
#define FX_PORT_HOST_PROXY_PRIV_H

#include <sys/types.h>

#include "base/list.h"
#include "base/log.h"
#include "port/host.h"
#include "port/host_chan.h"
#include "port/port_priv.h"

struct fx_proxy_call {
	struct fx_link link;
	uint64_t call;
	size_t line;
	bool decided; /**< answered or refused: no more rings */
};

struct fx_proxy_line {
	struct fx_line info;
	struct fx_proxy_call *call;
};

struct fx_proxy {
	struct fx_provider base; /* first */
	struct fx_provider_env env;
	char *name, *settings;
	char **argv;
	struct fx_chan *chan; /* NULL = down */
	pid_t pid;            /* 0 = none, or reaped */
	bool serving;
	uint64_t epoch;       /* of the process: its calls get numbers of their own */
	struct fx_proxy_line *lines;
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

/** The number of a call as the process knows it. */
uint64_t fx_proxy_inside(uint64_t call);
/** NULL: there is none of this number, name. */
struct fx_proxy_call *fx_proxy_find_call(struct fx_proxy *p, uint64_t call);
struct fx_proxy_line *fx_proxy_find_line(struct fx_proxy *p, const char *name);
/** A call on a line that has none. @return NULL: no memory */
struct fx_proxy_call *fx_proxy_add_call(struct fx_proxy *p, struct fx_proxy_line *line,
					uint64_t call);
void fx_proxy_drop_call(struct fx_proxy *p, struct fx_proxy_call *c);
/** Its timers, stopped, and the first delay. */
FX_MUST_CHECK int fx_proxy_init(struct fx_proxy *p);
/** Start the process and greet it. @return 0, or why not, in words too */
FX_MUST_CHECK int fx_proxy_start(struct fx_proxy *p, struct fx_reason *reterr);
/** Tell the process which traces are on; arg is the proxy. */
void fx_proxy_send_trace(void *arg, uint32_t mask);

#endif
