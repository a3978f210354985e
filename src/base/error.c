/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *fx_error_str(int err)
{
	switch (err) {
	case 0:
		return "success";
#define X(name, value, text)                                                   \
	case name:                                                             \
		return text;
		FX_ERROR_TABLE(X)
#undef X
	}
	return err < 0 && err > -1000 ? strerror(-err) : "unknown error";
}

int fx_error_from_errno(int e)
{
	switch (-e) {
#define X(name, value, text)                                                   \
	case name:                                                             \
		return name;
		FX_ERROR_TABLE(X)
#undef X
	}
	if (e == EPERM) {
		return FX_EACCES;
	}
#ifdef EDQUOT /* Windows has none */
	if (e == EDQUOT) {
		return FX_ENOSPC;
	}
#endif
	return FX_EIO;
}

void fx_reason_set(struct fx_reason *r, const char *fmt, ...)
{
	va_list ap;

	if (!r) {
		return;
	}
	va_start(ap, fmt);
	(void)vsnprintf(r->text, sizeof(r->text), fmt, ap);
	va_end(ap);
}

int fx_fail(struct fx_reason *r, int err, const char *fmt, ...)
{
	va_list ap;

	if (r) {
		va_start(ap, fmt);
		(void)vsnprintf(r->text, sizeof(r->text), fmt, ap);
		va_end(ap);
	}
	return err;
}

_Noreturn void fx_assert_failed(const char *cond, const char *file, int line)
{
	fprintf(stderr, "BUG: %s:%d: %s does not hold\n", file, line, cond);
	abort();
}
