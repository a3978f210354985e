/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/handle.c
 * Handles are numbers in a table, never addresses, so that a stale, foreign or
 * made-up one is an error and not a crash. Objects are counted: a handle may be
 * closed while another thread is inside a call on it.
 */
#include "clients/winfax/winfax_priv.h"

struct slot {
	void *obj;
	uint16_t age; /* in the handle too: a closed handle does not name its successor */
};
static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct slot *table;
static size_t n_slots;
#define HANDLES_MAX 65535u

static HANDLE make(size_t i)
{
	/* multiples of 4, as on Windows; never NULL */
	return (HANDLE)(uintptr_t)((((uintptr_t)table[i].age & 0x1FFF) << 16 | (i + 1)) << 2);
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

	(void)pthread_mutex_lock(&table_lock);
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
	(void)pthread_mutex_unlock(&table_lock);
	return h;
}

static LONG *refs_of(void *obj)
{
	struct wf_server *s = obj;
	struct wf_port *p = obj;

	return s->kind == WF_SERVER ? &s->refs : &p->refs;
}

static void *get(HANDLE h, enum wf_kind kind)
{
	struct slot *s;
	void *obj = NULL;

	if (!h) {
		(void)wf_fail(ERROR_INVALID_PARAMETER, "The handle is NULL; connect first.");
		return NULL;
	}
	(void)pthread_mutex_lock(&table_lock);
	s = find(h);
	if (s && *(enum wf_kind *)s->obj == kind) {
		obj = s->obj;
		(void)__atomic_add_fetch(refs_of(obj), 1, __ATOMIC_SEQ_CST);
	}
	(void)pthread_mutex_unlock(&table_lock);
	if (!obj) {
		(void)wf_code(ERROR_INVALID_HANDLE);
	}
	return obj;
}

struct wf_server *wf_server_get(HANDLE h)
{
	return get(h, WF_SERVER);
}

struct wf_port *wf_port_get(HANDLE h)
{
	return get(h, WF_PORT);
}

void *wf_handle_take(HANDLE h)
{
	struct slot *s;
	void *obj = NULL;

	(void)pthread_mutex_lock(&table_lock);
	s = find(h);
	if (s) {
		obj = s->obj;
		s->obj = NULL;
		s->age++;
	}
	(void)pthread_mutex_unlock(&table_lock);
	if (!obj) {
		(void)wf_code(ERROR_INVALID_HANDLE);
	}
	return obj;
}

static void server_free(struct wf_server *s)
{
	uint32_t share;

	/* Goodbye goes out when the last port of the connection is closed as well. */
	(void)fx_client_ref_count(s->client, &s->svc, 0, &share);
	(void)fx_client_unref(s->client);
	(void)fx_client_unref(s->waiter);
	(void)pthread_mutex_destroy(&s->lock);
	(void)fx_free(s->name);
	(void)fx_free(s);
}

void wf_unref(void *obj)
{
	if (!obj || __atomic_sub_fetch(refs_of(obj), 1, __ATOMIC_SEQ_CST) > 0) {
		return;
	}
	if (*(enum wf_kind *)obj == WF_SERVER) {
		server_free(obj);
	} else {
		struct wf_port *p = obj;

		(void)fx_client_close_port(p->server->client, &p->ctx);
		wf_unref(p->server);
		(void)fx_free(p);
	}
}

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
