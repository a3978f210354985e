/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/ndr/arena.h
 * Memory of one call: what a decoder makes lives until the whole is freed.
 * Thread: one at a time. Owner: whoever holds the struct; zeroed is empty.
 */
#ifndef FX_RPC_NDR_ARENA_H
#define FX_RPC_NDR_ARENA_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

struct fx_arena_chunk;
struct fx_arena {
	struct fx_arena_chunk *chunks;
	size_t used; /**< bytes given out */
	size_t max;  /**< limit of used; 0 = 64 MiB */
};
/** Zeroed, 8-aligned; NULL when out of memory or over the limit. */
FX_MUST_CHECK void *fx_arena_alloc(struct fx_arena *a, size_t size);
/** n zeroed elements; NULL also when n * size overflows. */
FX_MUST_CHECK void *fx_arena_calloc(struct fx_arena *a, size_t n, size_t size);
/** Frees all; the arena is empty and may be used again. */
void fx_arena_fini(struct fx_arena *a);

#endif
