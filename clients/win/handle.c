/* SPDX-License-Identifier: Apache-2.0 */
/** @file clients/win/handle.c  Numbers for objects: a closed or made-up handle is an error only. */
#include "clients/win/win.h"

#ifndef _WIN32
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

/* A handle is 4 * (generation * 2^16 + index + 1): never NULL, -1 or odd, other at each use. Bit 30
 * is set in fax handles (winfax/handle.c), so that no call takes one for the other. */
struct slot {
	struct fx_win_object *o; /* NULL: free */
	uint32_t generation;     /* 12 bits are shown, so that 32-bit handles have room */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot *slots;
static size_t n_slots, free_hint;

#define GENERATION(g) ((g) & 0xFFFu)

static HANDLE to_handle(size_t index, uint32_t generation)
{
	return (HANDLE)(((uintptr_t)GENERATION(generation) << 16 | (index + 1)) << 2);
}

/* Under the lock. NULL: made up, closed, or of another kind. */
static struct slot *find(HANDLE h, enum fx_win_kind kind)
{
	uintptr_t v = (uintptr_t)h;
	size_t index = (v >> 2 & 0xFFFF);

	if ((v & 3) || !index || index > n_slots || v >> 30) {
		return NULL;
	}
	index--;
	if (!slots[index].o || slots[index].o->kind != kind ||
	    GENERATION(slots[index].generation) != (v >> 18)) {
		return NULL;
	}
	return &slots[index];
}

static bool grow(void)
{
	size_t i, n = n_slots ? 2 * n_slots : 16;
	struct slot *p;

	if (n >= FX_WIN_HANDLES_MAX) {
		n = FX_WIN_HANDLES_MAX - 1;
	}
	if (n <= n_slots) {
		return false;
	}
	p = realloc(slots, n * sizeof(*p));
	if (!p) {
		return false;
	}
	for (i = n_slots; i < n; i++) {
		p[i] = (struct slot){NULL, 0};
	}
	slots = p;
	n_slots = n;
	return true;
}

HANDLE fx_win_handle_new(struct fx_win_object *o)
{
	HANDLE h = NULL;
	size_t i;

	(void)pthread_mutex_lock(&lock);
	for (i = free_hint; i < n_slots && slots[i].o; i++) {
	}
	if (i < n_slots || grow()) { /* grown: the first new one is at i */
		slots[i].o = o;
		slots[i].generation++;
		free_hint = i + 1;
		o->users = 1;
		h = to_handle(i, slots[i].generation);
	}
	(void)pthread_mutex_unlock(&lock);
	return h;
}

struct fx_win_object *fx_win_get(HANDLE h, enum fx_win_kind kind)
{
	struct fx_win_object *o = NULL;
	struct slot *s;

	(void)pthread_mutex_lock(&lock);
	s = find(h, kind);
	if (s) {
		o = s->o;
		o->users++;
	}
	(void)pthread_mutex_unlock(&lock);
	if (!o) {
		SetLastError(ERROR_INVALID_HANDLE);
	}
	return o;
}

void fx_win_put(struct fx_win_object *o)
{
	bool last;

	(void)pthread_mutex_lock(&lock);
	last = --o->users == 0;
	(void)pthread_mutex_unlock(&lock);
	if (last) {
		o->destroy(o);
	}
}

struct fx_win_object *fx_win_remove(HANDLE h, enum fx_win_kind kind)
{
	struct fx_win_object *o = NULL;
	struct slot *s;

	(void)pthread_mutex_lock(&lock);
	s = find(h, kind);
	if (s) {
		o = s->o; /* the table's use becomes the caller's */
		s->o = NULL;
		if ((size_t)(s - slots) < free_hint) {
			free_hint = (size_t)(s - slots);
		}
	}
	(void)pthread_mutex_unlock(&lock);
	if (!o) {
		SetLastError(ERROR_INVALID_HANDLE);
	}
	return o;
}
#endif
