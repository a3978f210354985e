/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file base/log.h
 * The log of the service, and trace facilities that switch at run time.
 * Rooms below queue log at debug only; queue and above log once, with fields
 * (job= call= port= client=). No page content, no passwords.
 *
 * Each line belongs to a category and has a depth (winfax.md 1.6), which are switched at run
 * time. The category is the room's: its meson.build sets FX_LOG_CATEGORY; a line that belongs
 * elsewhere says so with fx_log_in(). The depth follows from the level: errors MIN, all else
 * MED, debug MAX; what is a step on the way and no event of its own is fx_log_detail(), MAX.
 * Thread: any.
 */
#ifndef FX_BASE_LOG_H
#define FX_BASE_LOG_H

#include <stdint.h>
#include "base/error.h"
#include "base/list.h"

enum fx_log_level { FX_LOG_ERROR, FX_LOG_WARN, FX_LOG_INFO, FX_LOG_DEBUG };

/** FAXLOG_CATEGORY_* - 1. AUDIT is none of them: it is always written, so that nobody who may
 * switch the others off can hide what he did. */
enum fx_log_category {
	FX_LOG_INIT,     /**< start and stop of the service */
	FX_LOG_OUTBOUND, /**< sending */
	FX_LOG_INBOUND,  /**< receiving and routing */
	FX_LOG_OTHER,    /**< "unknown": all other */
	FX_LOG_CATEGORIES,
	FX_LOG_AUDIT = FX_LOG_CATEGORIES /**< refused calls, changes of rights and of the log */
};
/** How much of a category is written: FAXLOG_LEVEL_*. */
enum fx_log_depth { FX_LOG_NONE, FX_LOG_MIN, FX_LOG_MED, FX_LOG_MAX };
#ifndef FX_LOG_CATEGORY
#define FX_LOG_CATEGORY FX_LOG_OTHER
#endif

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
void fx_log_set_level(enum fx_log_level level); /**< INFO at first; bounds all categories */
/** MAX at first. @param category not AUDIT */
void fx_log_set_depth(enum fx_log_category category, enum fx_log_depth depth);
enum fx_log_depth fx_log_get_depth(enum fx_log_category category);
/** "init", "outbound", "inbound", "other"; "none", "min", "med", "max": settings, CLI, store. */
const char *fx_log_category_str(enum fx_log_category category);
const char *fx_log_depth_str(enum fx_log_depth depth);
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

void fx_log_line(enum fx_log_category category, enum fx_log_depth depth, enum fx_log_level level,
		 const char *fmt, ...) FX_PRINTF(4, 5);
static inline enum fx_log_depth fx_log_depth_of(enum fx_log_level level)
{
	return level == FX_LOG_ERROR ? FX_LOG_MIN : level == FX_LOG_DEBUG ? FX_LOG_MAX : FX_LOG_MED;
}
/** A line of another category than the room's. */
#define fx_log_in(category, level, ...)                                                            \
	fx_log_line(category, fx_log_depth_of(level), level, __VA_ARGS__)
/** A line of the room's category. */
#define fx_log(level, ...) fx_log_in(FX_LOG_CATEGORY, level, __VA_ARGS__)
#define fx_log_detail(level, ...) fx_log_line(FX_LOG_CATEGORY, FX_LOG_MAX, level, __VA_ARGS__)
void fx_trace_line(enum fx_trace t, const char *fmt, ...) FX_PRINTF(2, 3);
#define fx_trace(t, ...) (fx_trace_on(t) ? fx_trace_line(t, __VA_ARGS__) : (void)0)

/**
 * A bound for lines that a client can cause: 20 a minute of each source. Zero at first.
 * Thread: one at a time.
 */
struct fx_log_bound {
	int64_t since_us; /**< start of this minute */
	uint32_t n;       /**< asked for in it */
};
#define FX_LOG_BOUND 20u
/** @param now_us monotonic. @param ret_lost lines of an earlier minute that were not written and
 * not yet told of. @return may this one be written? */
bool fx_log_may(struct fx_log_bound *b, int64_t now_us, uint32_t *ret_lost);

#endif
