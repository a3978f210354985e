/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/win/heap.c  Heaps that know their blocks: a second free is only an error. */
#include "clients/win/win.h"

#ifndef _WIN32
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next; /* of the same bucket */
	size_t size;
	_Alignas(16) unsigned char data[];
};

struct heap {
	struct fx_win_object object;
	pthread_mutex_t lock;
	struct block **buckets;
	size_t n_buckets; /* a power of two; 0 until the first block */
	size_t n, used, max;
};

static struct heap local_heap = {.lock = PTHREAD_MUTEX_INITIALIZER};
static struct heap process_heap = {.object = {.kind = FX_WIN_HEAP},
				   .lock = PTHREAD_MUTEX_INITIALIZER};
static pthread_once_t process_once = PTHREAD_ONCE_INIT;
static HANDLE process_handle;

static struct block **bucket(struct heap *h, const void *data)
{
	uintptr_t v = (uintptr_t)data >> 4;

	return &h->buckets[(v ^ v >> 16) & (h->n_buckets - 1)];
}

/* Where the block hangs, or NULL. Under the lock. */
static struct block **find(struct heap *h, const void *data)
{
	struct block **pp;

	if (!h->n_buckets) {
		return NULL;
	}
	for (pp = bucket(h, data); *pp; pp = &(*pp)->next) {
		if ((*pp)->data == (const unsigned char *)data) {
			return pp;
		}
	}
	return NULL;
}

static int grow(struct heap *h)
{
	size_t i, old = h->n_buckets, n = old ? 2 * old : 64;
	struct block **was = h->buckets, **p = calloc(n, sizeof(struct block *)), *b;

	if (!p) {
		return old ? 0 : -1; /* longer chains are only slower */
	}
	h->buckets = p;
	h->n_buckets = n;
	for (i = 0; i < old; i++) {
		while ((b = was[i])) {
			was[i] = b->next;
			b->next = *bucket(h, b->data);
			*bucket(h, b->data) = b;
		}
	}
	free(was);
	return 0;
}

static void *take(struct heap *h, size_t size, int zero)
{
	struct block *b = NULL;

	(void)pthread_mutex_lock(&h->lock);
	if (size <= SIZE_MAX / 2 && (!h->max || (size <= h->max && h->used <= h->max - size)) &&
	    (h->n < 2 * h->n_buckets || grow(h) == 0)) {
		b = malloc(sizeof(*b) + size);
	}
	if (b) {
		b->size = size;
		b->next = *bucket(h, b->data);
		*bucket(h, b->data) = b;
		h->n++;
		h->used += size;
	}
	(void)pthread_mutex_unlock(&h->lock);
	if (!b) {
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
		return NULL;
	}
	if (zero) {
		(void)memset(b->data, 0, size);
	}
	return b->data;
}

static BOOL give_back(struct heap *h, void *data)
{
	struct block **pp, *b = NULL;

	(void)pthread_mutex_lock(&h->lock);
	pp = find(h, data);
	if (pp) {
		b = *pp;
		*pp = b->next;
		h->n--;
		h->used -= b->size;
	}
	(void)pthread_mutex_unlock(&h->lock);
	free(b);
	return b != NULL;
}

static SIZE_T size_of(struct heap *h, const void *data)
{
	struct block **pp;
	SIZE_T n = (SIZE_T)-1;

	(void)pthread_mutex_lock(&h->lock);
	pp = find(h, data);
	if (pp) {
		n = (*pp)->size;
	}
	(void)pthread_mutex_unlock(&h->lock);
	return n;
}

HLOCAL LocalAlloc(UINT Flags, SIZE_T Bytes)
{
	if (Flags & ~(UINT)LPTR) {
		SetLastError(ERROR_INVALID_PARAMETER);
		return NULL;
	}
	return take(&local_heap, Bytes, (Flags & LMEM_ZEROINIT) != 0);
}

HLOCAL LocalFree(HLOCAL Mem)
{
	if (Mem && !give_back(&local_heap, Mem)) {
		SetLastError(ERROR_INVALID_HANDLE);
		return Mem;
	}
	return NULL;
}

SIZE_T LocalSize(HLOCAL Mem)
{
	SIZE_T n = size_of(&local_heap, Mem);

	if (n == (SIZE_T)-1) {
		SetLastError(ERROR_INVALID_HANDLE);
		return 0;
	}
	return n;
}

static void destroy(struct fx_win_object *o)
{
	struct heap *h = (struct heap *)o;
	struct block *b;
	size_t i;

	for (i = 0; i < h->n_buckets; i++) {
		while ((b = h->buckets[i])) {
			h->buckets[i] = b->next;
			free(b);
		}
	}
	free(h->buckets);
	(void)pthread_mutex_destroy(&h->lock);
	free(h);
}

HANDLE HeapCreate(DWORD Options, SIZE_T InitialSize, SIZE_T MaximumSize)
{
	struct heap *h = calloc(1, sizeof(*h));
	HANDLE handle = NULL;

	(void)Options;
	(void)InitialSize;
	if (h) {
		h->object.kind = FX_WIN_HEAP;
		h->object.destroy = destroy;
		h->max = MaximumSize;
		(void)pthread_mutex_init(&h->lock, NULL);
		handle = fx_win_handle_new(&h->object);
		if (!handle) {
			destroy(&h->object);
		}
	}
	if (!handle) {
		SetLastError(ERROR_NOT_ENOUGH_MEMORY);
	}
	return handle;
}

static void make_process_heap(void)
{
	process_handle = fx_win_handle_new(&process_heap.object);
}

HANDLE GetProcessHeap(void)
{
	(void)pthread_once(&process_once, make_process_heap);
	return process_handle;
}

BOOL HeapDestroy(HANDLE Heap)
{
	struct fx_win_object *o;

	if (Heap == GetProcessHeap()) {
		SetLastError(ERROR_INVALID_HANDLE);
		return FALSE;
	}
	o = fx_win_remove(Heap, FX_WIN_HEAP);
	if (!o) {
		return FALSE;
	}
	fx_win_put(o);
	return TRUE;
}

LPVOID HeapAlloc(HANDLE Heap, DWORD Flags, SIZE_T Bytes)
{
	struct heap *h = (struct heap *)fx_win_get(Heap, FX_WIN_HEAP);
	void *p;

	if (!h) {
		return NULL;
	}
	p = take(h, Bytes, (Flags & HEAP_ZERO_MEMORY) != 0);
	fx_win_put(&h->object);
	return p;
}

BOOL HeapFree(HANDLE Heap, DWORD Flags, LPVOID Mem)
{
	struct heap *h = (struct heap *)fx_win_get(Heap, FX_WIN_HEAP);
	BOOL ok;

	(void)Flags;
	if (!h) {
		return FALSE;
	}
	ok = !Mem || give_back(h, Mem);
	fx_win_put(&h->object);
	if (!ok) {
		SetLastError(ERROR_INVALID_PARAMETER);
	}
	return ok;
}

SIZE_T HeapSize(HANDLE Heap, DWORD Flags, const void *Mem)
{
	struct heap *h = (struct heap *)fx_win_get(Heap, FX_WIN_HEAP);
	SIZE_T n;

	(void)Flags;
	if (!h) {
		return (SIZE_T)-1;
	}
	n = size_of(h, Mem);
	fx_win_put(&h->object);
	if (n == (SIZE_T)-1) {
		SetLastError(ERROR_INVALID_PARAMETER);
	}
	return n;
}

LPVOID HeapReAlloc(HANDLE Heap, DWORD Flags, LPVOID Mem, SIZE_T Bytes)
{
	SIZE_T old = HeapSize(Heap, 0, Mem);
	unsigned char *p;

	if (old == (SIZE_T)-1) {
		return NULL;
	}
	p = HeapAlloc(Heap, Flags, Bytes);
	if (p) {
		(void)memcpy(p, Mem, old < Bytes ? old : Bytes);
		(void)HeapFree(Heap, 0, Mem);
	}
	return p;
}
#endif
