/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file base/log.h
 * The log of the service, and trace facilities that switch at run time.
 * Rooms below queue log at debug only; queue and above log once, with fields
 * (job= call= port= client=). No page content, no passwords.
 * Thread: any.
 */
#ifndef FX_BASE_LOG_H
#define FX_BASE_LOG_H

#include <stdint.h>
#include "base/error.h"
#include "base/list.h"

enum fx_log_level { FX_LOG_ERROR, FX_LOG_WARN, FX_LOG_INFO, FX_LOG_DEBUG };

#define FX_TRACE_TABLE(X) X(PORT, "port") X(T30, "t30") X(T38, "t38") X(SIP, "sip") X(RPC, "rpc") \
	X(STORE, "store") X(ROUTE, "route") X(QUEUE, "queue") X(RENDER, "render")
enum fx_trace {
#define X(name, text) FX_TRACE_##name,
	FX_TRACE_TABLE(X)
#undef X
	FX_TRACE_COUNT
};
const char *fx_trace_str(enum fx_trace t);
/** @return facility or FX_TRACE_COUNT when unknown */
enum fx_trace fx_trace_from_str(const char *s);

typedef void(fx_log_sink_fn)(void *arg, enum fx_log_level level, int facility, const char *line);
/** Where lines go besides stderr (trace viewers); NULL removes it. facility -1 = log. */
void fx_log_set_sink(fx_log_sink_fn *fn, void *arg);
void fx_log_set_level(enum fx_log_level level); /**< INFO at first */
/** Lines on stderr, or to the sink alone (a provider host, whose sink is casellid). On at first. */
void fx_log_set_stderr(bool on);
/** Any thread; when something watches, only on the thread of the watchers. */
void fx_trace_set(enum fx_trace t, bool on);
bool fx_trace_on(enum fx_trace t);
uint32_t fx_trace_mask(void);              /**< 1 << enum fx_trace of those that are on */
void fx_trace_set_mask(uint32_t mask);     /**< All at once; as fx_trace_set() */

/** Told of each change of the mask, on the thread that made it. Not changed by fn itself. */
struct fx_trace_watch {
	struct fx_link link;
	void (*fn)(void *arg, uint32_t mask);
	void *arg;
};
/** Watchers of one process live on one thread. `w` is the caller's, with fn and arg set. */
void fx_trace_watch(struct fx_trace_watch *w);
void fx_trace_unwatch(struct fx_trace_watch *w); /**< Also when it never watched (all zero) */

void fx_log(enum fx_log_level level, const char *fmt, ...) FX_PRINTF(2, 3);
void fx_trace_line(enum fx_trace t, const char *fmt, ...) FX_PRINTF(2, 3);
#define fx_trace(t, ...) (fx_trace_on(t) ? fx_trace_line(t, __VA_ARGS__) : (void)0)

#endif
