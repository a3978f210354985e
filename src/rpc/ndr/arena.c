/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/ndr/arena.h"

#include "base/mem.h"

#define CHUNK_SIZE ((size_t)4000)
#define ARENA_MAX  ((size_t)64 << 20)

struct fx_arena_chunk {
	struct fx_arena_chunk *next;
	size_t used, size;
	_Alignas(8) uint8_t data[];
};

void *fx_arena_alloc(struct fx_arena *a, size_t size)
{
	size_t max = a->max ? a->max : ARENA_MAX;
	struct fx_arena_chunk *c = a->chunks;
	void *p;

	if (size > max || a->used > max - size) {
		return NULL;
	}
	size = (size + 7) & ~(size_t)7;
	if (!c || size > c->size - c->used) {
		size_t room = size > CHUNK_SIZE ? size : CHUNK_SIZE;

		c = fx_zalloc(sizeof(*c) + room);
		if (!c) {
			return NULL;
		}
		c->size = room;
		c->next = a->chunks;
		a->chunks = c;
	}
	p = c->data + c->used;
	c->used += size;
	a->used += size;
	return p;
}

void *fx_arena_calloc(struct fx_arena *a, size_t n, size_t size)
{
	size_t total;

	if (__builtin_mul_overflow(n, size, &total)) {
		return NULL;
	}
	return fx_arena_alloc(a, total);
}

void fx_arena_fini(struct fx_arena *a)
{
	while (a->chunks) {
		struct fx_arena_chunk *c = a->chunks;

		a->chunks = c->next;
		(void)fx_free(c);
	}
	a->used = 0;
}
