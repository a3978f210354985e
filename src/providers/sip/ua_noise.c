/* SPDX-License-Identifier: Apache-2.0 */
/*
 * libre writes a line to stderr for each packet that it cannot read, and has no switch for it:
 * whoever may send us packets could fill the log. Its re_fprintf() is called through the
 * dynamic linker, so this one takes its place: some lines a minute pass, the others are counted.
 */
#include "providers/sip/ua_priv.h"

#define DEBUG_MODULE "sip"
#define DEBUG_LEVEL 0
#include <re_dbg.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#define LINES_MAX 10u
#define PERIOD_MS 60000u

static atomic_uint passed, dropped;
static _Atomic uint64_t since_ms;

static bool may_pass(void)
{
	uint64_t now = tmr_jiffies(), since = atomic_load(&since_ms);

	if (!since || now - since >= PERIOD_MS) {
		atomic_store(&since_ms, now ? now : 1);
		atomic_store(&passed, 0);
		if (atomic_exchange(&dropped, 0)) {
			(void)fputs("sip: more such lines were left out\n", stderr);
		}
	}
	if (atomic_fetch_add(&passed, 1) < LINES_MAX) {
		return true;
	}
	atomic_fetch_add(&dropped, 1);
	return false;
}

/* Called so that the linker takes this file, and with it the function below. */
void fx_noise_init(void)
{
	atomic_store(&since_ms, 0);
	dbg_init(DBG_EMERG, DBG_NONE); /* a line for each bad TLS handshake */
}

__attribute__((visibility("default"))) int re_fprintf(FILE *stream, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (stream == stderr && !may_pass()) {
		return 0;
	}
	va_start(ap, fmt);
	n = re_vfprintf(stream, fmt, ap);
	va_end(ap);
	return n;
}
