/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/str.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static fx_log_sink_fn *sink;
static void *sink_arg;
static _Atomic int max_level = FX_LOG_INFO;
static _Atomic unsigned char depths[FX_LOG_CATEGORIES] = {FX_LOG_MAX, FX_LOG_MAX, FX_LOG_MAX,
							   FX_LOG_MAX};
static _Atomic unsigned traces;
static _Atomic bool on_stderr = true;
static struct fx_link watches = {&watches, &watches};

static const char *const level_names[] = {"error", "warning", "info", "debug"};

const char *fx_trace_str(enum fx_trace t)
{
	switch (t) {
#define X(name, text)                                                          \
	case FX_TRACE_##name:                                                  \
		return text;
		FX_TRACE_TABLE(X)
#undef X
	case FX_TRACE_COUNT:
		break;
	}
	return "?";
}

enum fx_trace fx_trace_from_str(const char *s)
{
	int t;

	for (t = 0; t < FX_TRACE_COUNT; t++) {
		if (strcmp(s, fx_trace_str((enum fx_trace)t)) == 0) {
			break;
		}
	}
	return (enum fx_trace)t;
}

void fx_log_set_sink(fx_log_sink_fn *fn, void *arg)
{
	pthread_mutex_lock(&lock);
	sink = fn;
	sink_arg = arg;
	pthread_mutex_unlock(&lock);
}

void fx_log_set_level(enum fx_log_level level)
{
	atomic_store(&max_level, (int)level);
}

void fx_log_set_depth(enum fx_log_category category, enum fx_log_depth depth)
{
	FX_ASSERT(category < FX_LOG_CATEGORIES && depth <= FX_LOG_MAX);
	atomic_store(&depths[category], (unsigned char)depth);
}

enum fx_log_depth fx_log_get_depth(enum fx_log_category category)
{
	FX_ASSERT(category < FX_LOG_CATEGORIES);
	return (enum fx_log_depth)atomic_load_explicit(&depths[category], memory_order_relaxed);
}

const char *fx_log_category_str(enum fx_log_category category)
{
	switch (category) {
	case FX_LOG_INIT:
		return "init";
	case FX_LOG_OUTBOUND:
		return "outbound";
	case FX_LOG_INBOUND:
		return "inbound";
	case FX_LOG_OTHER:
		return "other";
	case FX_LOG_AUDIT:
		return "audit";
	}
	return "?";
}

const char *fx_log_depth_str(enum fx_log_depth depth)
{
	switch (depth) {
	case FX_LOG_NONE:
		return "none";
	case FX_LOG_MIN:
		return "min";
	case FX_LOG_MED:
		return "med";
	case FX_LOG_MAX:
		return "max";
	}
	return "?";
}

bool fx_log_may(struct fx_log_bound *b, int64_t now_us, uint32_t *ret_lost)
{
	const int64_t minute = INT64_C(60000000);

	*ret_lost = 0;
	if (b->n == 0 || now_us - b->since_us >= minute) {
		*ret_lost = b->n > FX_LOG_BOUND ? b->n - FX_LOG_BOUND : 0;
		*b = (struct fx_log_bound){.since_us = now_us};
	}
	b->n += b->n < UINT32_MAX;
	return b->n <= FX_LOG_BOUND;
}

void fx_log_set_stderr(bool on)
{
	atomic_store(&on_stderr, on);
}

static void changed(unsigned was)
{
	unsigned mask = atomic_load(&traces);

	FX_LIST_EACH_SAFE(&watches, it) {
		struct fx_trace_watch *w = FX_CONTAINER(it, struct fx_trace_watch, link);

		if (mask != was) {
			w->fn(w->arg, mask);
		}
	}
}

void fx_trace_set(enum fx_trace t, bool on)
{
	changed(on ? atomic_fetch_or(&traces, 1u << t) : atomic_fetch_and(&traces, ~(1u << t)));
}

void fx_trace_set_mask(uint32_t mask)
{
	changed(atomic_exchange(&traces, mask & ((1u << FX_TRACE_COUNT) - 1)));
}

uint32_t fx_trace_mask(void)
{
	return atomic_load_explicit(&traces, memory_order_relaxed);
}

void fx_trace_watch(struct fx_trace_watch *w)
{
	fx_list_append(&watches, &w->link);
}

void fx_trace_unwatch(struct fx_trace_watch *w)
{
	if (w->link.next) {
		fx_list_remove(&w->link);
	}
}

bool fx_trace_on(enum fx_trace t)
{
	return atomic_load_explicit(&traces, memory_order_relaxed) >> t & 1;
}

static void emit(enum fx_log_level level, int facility, const char *fmt, va_list ap)
{
	char line[1024], when[32];
	struct timespec ts;
	struct tm tm;

	(void)vsnprintf(line, sizeof(line), fmt, ap);
	/* Names from clients and far machines must neither forge a line nor steer a terminal. */
	fx_str_clean(line);
	/* The log's own stamp is the one place that may read the clock: it is
	 * for people and nothing depends on it. */
	(void)clock_gettime(CLOCK_REALTIME, &ts);
	(void)localtime_r(&ts.tv_sec, &tm);
	(void)strftime(when, sizeof(when), "%F %T", &tm);
	pthread_mutex_lock(&lock);
	if (atomic_load_explicit(&on_stderr, memory_order_relaxed)) {
		(void)fprintf(stderr, "%s.%03ld %s%s%s: %s\n", when, ts.tv_nsec / 1000000,
			      level_names[level], facility < 0 ? "" : " ",
			      facility < 0 ? "" : fx_trace_str((enum fx_trace)facility), line);
	}
	if (sink) {
		sink(sink_arg, level, facility, line);
	}
	pthread_mutex_unlock(&lock);
}

void fx_log_line(enum fx_log_category category, enum fx_log_depth depth, enum fx_log_level level,
		 const char *fmt, ...)
{
	va_list ap;

	if ((int)level > atomic_load_explicit(&max_level, memory_order_relaxed) ||
	    (category != FX_LOG_AUDIT && depth > fx_log_get_depth(category))) {
		return;
	}
	va_start(ap, fmt);
	emit(level, -1, fmt, ap);
	va_end(ap);
}

void fx_trace_line(enum fx_trace t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	emit(FX_LOG_DEBUG, (int)t, fmt, ap);
	va_end(ap);
}
