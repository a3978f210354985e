/* SPDX-License-Identifier: Apache-2.0 */
/** @file base/list.h  Intrusive doubly linked ring. Thread: one at a time. */
#ifndef FX_BASE_LIST_H
#define FX_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct fx_link {
	struct fx_link *prev, *next;
};

static inline void fx_list_init(struct fx_link *h)
{
	h->prev = h->next = h;
}
static inline bool fx_list_empty(const struct fx_link *h)
{
	return h->next == h;
}
static inline void fx_list_append(struct fx_link *h, struct fx_link *l)
{
	l->prev = h->prev;
	l->next = h;
	h->prev->next = l;
	h->prev = l;
}
/** Unlink; a link that was initialised may be removed any number of times. */
static inline void fx_list_remove(struct fx_link *l)
{
	l->prev->next = l->next;
	l->next->prev = l->prev;
	fx_list_init(l);
}
#define FX_CONTAINER(ptr, type, member) ((type *)(void *)((char *)(ptr) - offsetof(type, member)))
#define FX_LIST_EACH(h, it) for (struct fx_link *it = (h)->next; it != (h); it = it->next)
/** Allows removal of `it` in the body. */
#define FX_LIST_EACH_SAFE(h, it)                                                         \
	for (struct fx_link *it = (h)->next, *it##_n = it->next; it != (h);              \
	     it = it##_n, it##_n = it->next)

#endif
