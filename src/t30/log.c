/* SPDX-License-Identifier: Apache-2.0 */
/* The session log (docs/session-log.md), and the engine's own log behind it. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/log.h"
#include "t30/t30_priv.h"

void fx_t30_log(struct fx_t30 *s, const char *fmt, ...)
{
	char line[400];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	s->ev.on_log(s->arg, call_us(s), line);
	fx_t30_trace(s, FX_TRACE_T30, "%s", line);
}

void fx_t30_trace(const struct fx_t30 *s, enum fx_trace t, const char *fmt, ...)
{
	char line[400];
	va_list ap;

	if (!fx_trace_on(t)) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fx_trace_line(t, "call=%llu %s %.3f %s", (unsigned long long)s->call,
		      s->caller ? "sends" : "receives", (double)call_us(s) / 1e6, line);
}

size_t fx_t30_log_format(char *dst, size_t size, int64_t t_us, const char *line)
{
	int n = snprintf(dst, size, "%8lld.%03lld %s\n", (long long)(t_us / 1000000),
			 (long long)(t_us / 1000 % 1000), line);

	if (n < 0 || !size) {
		return 0;
	}
	if ((size_t)n >= size) { /* cut: the line end stays */
		if (size > 1) {
			dst[size - 2] = '\n';
		}
		return size - 1;
	}
	return (size_t)n;
}

/* The handler gets no pointer of ours, therefore the thread's current session. */
static void on_engine_line(int level, const char *text)
{
	struct fx_t30 *s = fx_engine_current();
	char line[300];
	size_t n = 0;

	/* One line, printable: parts of it may come from the far end. */
	for (; *text && n + 1 < sizeof(line); text++) {
		if (*text != '\n') {
			line[n++] = *text >= ' ' && *text < 127 ? *text : '?';
		}
	}
	line[n] = 0;
	if (!s || !n) {
		return;
	}
	if (level > SPAN_LOG_PROTOCOL_WARNING) {
		fx_t30_trace(s, FX_TRACE_T30, "engine: %s", line);
	} else {
		fx_t30_log(s, "! engine: %s", line);
	}
}

static void take_over(logging_state_t *log, int level)
{
	if (log) {
		(void)span_log_set_level(log, level | SPAN_LOG_SUPPRESS_LABELLING);
		span_log_set_message_handler(log, on_engine_line);
		span_log_set_error_handler(log, NULL);
	}
}

void fx_t30_log_engine(struct fx_t30 *s)
{
	int level = fx_trace_on(FX_TRACE_T30) ? SPAN_LOG_FLOW : SPAN_LOG_PROTOCOL_WARNING;

	take_over(t30_get_logging_state(s->t30), level);
	if (s->fax) {
		take_over(fax_get_logging_state(s->fax), level);
	} else {
		take_over(t38_terminal_get_logging_state(s->term), level);
		take_over(t38_core_get_logging_state(s->core), level);
	}
}
