/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/handle.c
 * Handles are numbers in a table, never addresses, so that a stale, foreign or
 * made-up one is an error and not a crash. Objects are counted: a handle may be
 * closed while another thread is inside a call on it.
 */
#include "clients/winfax/winfax_priv.h"

struct slot {
	struct wf_object *obj;
	uint16_t age; /* in the handle too: a closed handle does not name its successor */
};
static fx_lock table_lock = FX_LOCK_INIT;
static struct slot *table;
static size_t n_slots;
#define HANDLES_MAX 65535u

static HANDLE make(size_t i)
{
	/* Multiples of 4, as on Windows; never NULL. Bit 30 is not set in the handles of queues and
	 * heaps (win/handle.c), so that no call takes one for the other. */
	uintptr_t age = table[i].age & 0xFFFu;

	return (HANDLE)(uintptr_t)((1u << 28 | age << 16 | (i + 1)) << 2);
}

static struct slot *find(HANDLE h)
{
	uintptr_t v = (uintptr_t)h;
	size_t i = (v >> 2) & 0xFFFF;

	if (v & 3 || i == 0 || i > n_slots || !table[i - 1].obj || make(i - 1) != h) {
		return NULL;
	}
	return &table[i - 1];
}

HANDLE wf_handle_new(void *obj)
{
	HANDLE h = NULL;
	size_t i;

	fx_lock_take(&table_lock);
	for (i = 0; i < n_slots && table[i].obj; i++) {
	}
	if (i == n_slots && n_slots < HANDLES_MAX) {
		size_t want = n_slots ? n_slots * 2 : 16;
		struct slot *t;

		want = want > HANDLES_MAX ? HANDLES_MAX : want;
		t = fx_realloc(table, want * sizeof(*t));
		if (t) {
			for (i = n_slots; i < want; i++) {
				t[i] = (struct slot){0};
			}
			i = n_slots;
			table = t;
			n_slots = want;
		}
	}
	if (i < n_slots) {
		table[i].obj = obj;
		h = make(i);
	}
	fx_lock_drop(&table_lock);
	return h;
}

void *wf_handle_get(HANDLE h, enum wf_kind kind)
{
	struct slot *s;
	struct wf_object *obj = NULL;

	if (!h) {
		(void)wf_fail(ERROR_INVALID_PARAMETER, "The handle is NULL; connect first.");
		return NULL;
	}
	fx_lock_take(&table_lock);
	s = find(h);
	if (s && s->obj->kind == kind) {
		obj = s->obj;
		wf_ref(obj);
	}
	fx_lock_drop(&table_lock);
	if (!obj) {
		(void)wf_code(ERROR_INVALID_HANDLE);
	}
	return obj;
}

struct wf_server *wf_server_get(HANDLE h)
{
	return wf_handle_get(h, WF_SERVER);
}

struct wf_port *wf_port_get(HANDLE h)
{
	return wf_handle_get(h, WF_PORT);
}

void *wf_handle_take(HANDLE h, unsigned kinds)
{
	struct slot *s;
	struct wf_object *obj = NULL;

	fx_lock_take(&table_lock);
	s = find(h);
	if (s && s->obj->kind & kinds) {
		obj = s->obj;
		s->obj = NULL;
		s->age++;
	}
	fx_lock_drop(&table_lock);
	if (!obj) {
		(void)wf_code(ERROR_INVALID_HANDLE);
	}
	return obj;
}

void wf_ref(void *obj)
{
	(void)__atomic_add_fetch(&((struct wf_object *)obj)->refs, 1, __ATOMIC_SEQ_CST);
}

void wf_unref(void *obj)
{
	struct wf_object *o = obj;

	if (o && __atomic_sub_fetch(&o->refs, 1, __ATOMIC_SEQ_CST) == 0) {
#ifdef _WIN32
		DWORD code = GetLastError(); /* closing a socket changes it */

		o->destroy(obj);
		SetLastError(code);
#else
		o->destroy(obj);
#endif
	}
}

#ifndef _WIN32
/* The table itself, for leak checkers, when the library goes and no handle is open. */
__attribute__((destructor)) static void at_exit(void)
{
	size_t i;

	for (i = 0; i < n_slots; i++) {
		if (table[i].obj) {
			return;
		}
	}
	table = fx_free(table);
	n_slots = 0;
}
#endif
