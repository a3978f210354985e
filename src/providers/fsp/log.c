/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/fsp/log.c  The session log of a provider's call (docs/session-log.md). */
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "providers/fsp/fsp_priv.h"

static const struct {
	uint32_t status;
	const char *words;
} names[] = {
	{FS_INITIALIZING, "initializing"},
	{FS_DIALING, "dialing"},
	{FS_TRANSMITTING, "transmitting"},
	{FS_RECEIVING, "receiving"},
	{FS_COMPLETED, "completed"},
	{FS_HANDLED, "handled"},
	{FS_LINE_UNAVAILABLE, "line unavailable"},
	{FS_BUSY, "busy"},
	{FS_NO_ANSWER, "no answer"},
	{FS_BAD_ADDRESS, "bad address"},
	{FS_NO_DIAL_TONE, "no dial tone"},
	{FS_DISCONNECTED, "disconnected"},
	{FS_FATAL_ERROR, "fatal error"},
	{FS_NOT_FAX_CALL, "not a fax call"},
	{FS_CALL_DELAYED, "call delayed"},
	{FS_CALL_BLACKLISTED, "number is blacklisted"},
	{FS_USER_ABORT, "aborted by the user"},
	{FS_ANSWERED, "answered"},
	{0, "none"},
};

const char *fx_fsp_status_str(uint32_t status)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(names); i++) {
		if (names[i].status == status) {
			return names[i].words;
		}
	}
	return "a value of its own";
}

void fx_fsp_log(const struct fx_fsp_op *op, const char *fmt, ...)
{
	char line[300], text[330];
	int64_t t_us = fx_loop_now_us(op->f->loop) - op->start_us;
	va_list ap;
	int n;

	if (op->log_fd < 0 && !fx_trace_on(FX_TRACE_PORT)) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	fx_trace(FX_TRACE_PORT, "call=%llu line=%s %s", (unsigned long long)op->call,
		 op->line->info.line, line);
	n = snprintf(text, sizeof(text), "%8lld.%03lld %s\n", (long long)(t_us / FX_SECOND),
		     (long long)(t_us / FX_MS % 1000), line);
	if (op->log_fd >= 0) { /* a log that cannot be written does not stop a fax */
		(void)!write(op->log_fd, text, (size_t)n);
	}
}
