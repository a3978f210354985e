/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file base/mem.h
 * Allocation, with a hook that lets tests fail the n-th one.
 * Thread: any. Owner: the caller of each function.
 */
#ifndef FX_BASE_MEM_H
#define FX_BASE_MEM_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/** Zeroed memory, or NULL. @param size 0 gives a valid pointer. */
FX_MUST_CHECK void *fx_zalloc(size_t size);
/** n zeroed elements; NULL also when n*size overflows. */
FX_MUST_CHECK void *fx_calloc(size_t n, size_t size);
FX_MUST_CHECK void *fx_realloc(void *p, size_t size);
/** Copy of a text; NULL for NULL (not an error) or when out of memory. */
FX_MUST_CHECK char *fx_strdup(const char *s);
FX_MUST_CHECK void *fx_memdup(const void *p, size_t size);
/** printf into new memory, or NULL. */
FX_MUST_CHECK char *fx_asprintf(const char *fmt, ...) FX_PRINTF(1, 2);
/** @return NULL, so that `p = fx_free(p)` works. */
void *fx_free(void *p);

/**
 * Replace *dst by a copy of src (NULL or "" both make it NULL).
 * @return 0 or FX_ENOMEM, then *dst is unchanged
 */
FX_MUST_CHECK int fx_str_replace(char **dst, const char *src);

/** Tests: fail the n-th allocation from now (1 = next); 0 switches off. */
void fx_mem_fail_at(uint64_t n);
/** Tests: true when the failure set by fx_mem_fail_at() happened. */
bool fx_mem_failed(void);
/** Blocks allocated here and not yet freed, for leak checks. */
int64_t fx_mem_live(void);

static inline void fx_freep_(void *p)
{
	(void)fx_free(*(void **)p);
}
/** A local pointer that frees itself at the end of its scope. */
#define fx_auto __attribute__((cleanup(fx_freep_)))

#endif
