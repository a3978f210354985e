/* SPDX-License-Identifier: Apache-2.0 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static _Atomic uint64_t fail_at, count;
static _Atomic bool failed;
static _Atomic int64_t live;

static bool must_fail(void)
{
	uint64_t at = atomic_load_explicit(&fail_at, memory_order_relaxed);

	if (!at || atomic_fetch_add(&count, 1) + 1 != at) {
		return false;
	}
	atomic_store(&failed, true);
	return true;
}

void fx_mem_fail_at(uint64_t n)
{
	atomic_store(&count, 0);
	atomic_store(&failed, false);
	atomic_store(&fail_at, n);
}

bool fx_mem_failed(void)
{
	return atomic_load(&failed);
}

int64_t fx_mem_live(void)
{
	return atomic_load(&live);
}

void *fx_zalloc(size_t size)
{
	return fx_calloc(1, size ? size : 1);
}

void *fx_calloc(size_t n, size_t size)
{
	void *p = must_fail() ? NULL : calloc(n ? n : 1, size ? size : 1);

	if (p) {
		atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
	}
	return p;
}

void *fx_realloc(void *p, size_t size)
{
	void *q = must_fail() ? NULL : realloc(p, size ? size : 1);

	if (q && !p) {
		atomic_fetch_add_explicit(&live, 1, memory_order_relaxed);
	}
	return q;
}

void *fx_memdup(const void *p, size_t size)
{
	void *q = fx_zalloc(size);

	if (q && size) {
		memcpy(q, p, size);
	}
	return q;
}

char *fx_strdup(const char *s)
{
	return s ? fx_memdup(s, strlen(s) + 1) : NULL;
}

char *fx_asprintf(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0) {
		return NULL;
	}
	s = fx_zalloc((size_t)n + 1);
	if (s) {
		va_start(ap, fmt);
		(void)vsnprintf(s, (size_t)n + 1, fmt, ap);
		va_end(ap);
	}
	return s;
}

void *fx_free(void *p)
{
	if (p) {
		atomic_fetch_sub_explicit(&live, 1, memory_order_relaxed);
		free(p);
	}
	return NULL;
}

int fx_str_replace(char **dst, const char *src)
{
	char *copy = NULL;

	if (src && *src) {
		copy = fx_strdup(src);
		if (!copy) {
			return FX_ENOMEM;
		}
	}
	(void)fx_free(*dst);
	*dst = copy;
	return 0;
}
