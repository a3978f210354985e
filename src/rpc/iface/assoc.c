/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/iface/assoc.h"

#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"
#include "rpc/iface/subscribe.h"
#include "rpc/iface/iface.h"

int fx_assoc_new(struct fx_rpc_env *env, const struct fx_caller *caller, uint32_t group,
		 struct fx_assoc **ret)
{
	struct fx_assoc *a = fx_zalloc(sizeof(*a));

	if (!a) {
		return FX_ENOMEM;
	}
	a->env = env;
	a->caller = *caller;
	a->group = group;
	a->refs = 1;
	*ret = a;
	return 0;
}

struct fx_assoc *fx_assoc_ref(struct fx_assoc *a)
{
	a->refs++;
	return a;
}

void fx_assoc_unref(struct fx_assoc *a)
{
	if (--a->refs == 0) {
		fx_assoc_rundown(a);
		(void)fx_free(a->slots);
		(void)fx_free(a);
	}
}

void fx_assoc_clear_options(struct fx_assoc *a)
{
	(void)fx_free((void *)(uintptr_t)a->options.more_files.u8);
	(void)fx_free((void *)(uintptr_t)a->options.subject.u8);
	memset(&a->options, 0, sizeof(a->options));
	a->has_options = false;
}

void fx_assoc_rundown(struct fx_assoc *a)
{
	size_t i;

	a->dead = true;
	for (i = 0; i < a->n_slots; i++) {
		if (a->slots[i]) {
			fx_handle_free(a, a->slots[i]);
		}
	}
	fx_assoc_clear_options(a);
	for (i = 0; i < FX_BROADCASTS_MAX; i++) {
		if (a->broadcasts[i]) {
			fx_service_broadcast_end(a->env->service, a->broadcasts[i]);
			a->broadcasts[i] = 0;
		}
	}
}

static int free_slot(struct fx_assoc *a, size_t *ret)
{
	struct fx_handle **more;
	size_t i, n = a->n_slots ? a->n_slots * 2 : 8;

	if (a->n_used >= FX_HANDLES_MAX) {
		return FX_ELIMIT;
	}
	for (i = 0; a->n_used < a->n_slots && i < a->n_slots; i++) {
		if (!a->slots[i]) {
			*ret = i;
			return 0;
		}
	}
	more = fx_realloc(a->slots, n * sizeof(struct fx_handle *));
	if (!more) {
		return FX_ENOMEM;
	}
	memset(more + a->n_slots, 0, (n - a->n_slots) * sizeof(struct fx_handle *));
	*ret = a->n_slots;
	a->slots = more;
	a->n_slots = n;
	return 0;
}

int fx_handle_new(struct fx_assoc *a, enum fx_ms_param type, struct fx_handle **ret)
{
	struct fx_handle *h;
	size_t slot;
	int err;

	if (a->dead) {
		return FX_ECANCELED;
	}
	err = free_slot(a, &slot);
	if (err) {
		return err;
	}
	h = fx_zalloc(sizeof(*h));
	if (!h) {
		return FX_ENOMEM;
	}
	/* bytes 4..7 of the 20 say the slot (never all zero: one more), the rest cannot be guessed
	 */
	if (getrandom(h->ctx.b + 8, 12, 0) != 12) {
		(void)fx_free(h);
		return FX_EIO;
	}
	h->ctx.b[4] = (uint8_t)(slot + 1);
	h->ctx.b[5] = (uint8_t)((slot + 1) >> 8);
	h->type = type;
	h->fd = -1;
	h->uid = a->caller.uid;
	fx_list_init(&h->modify);
	fx_list_init(&h->hold);
	a->slots[slot] = h;
	a->n_used++;
	*ret = h;
	return 0;
}

static bool may_hold(const struct fx_assoc *a, uint64_t bytes)
{
	size_t n = 1;

	FX_LIST_EACH(&a->env->holding, it) {
		const struct fx_handle *h = FX_CONTAINER(it, struct fx_handle, hold);

		if (h->uid == a->caller.uid) {
			n++;
			bytes += h->data ? h->size : 0;
		}
	}
	return n <= FX_HOLD_MAX && bytes <= FX_HOLD_MAX_BYTES;
}

int fx_handle_new_document(struct fx_assoc *a, enum fx_ms_param type, int take_fd,
			   uint8_t *take_data, uint64_t size, struct fx_handle **ret)
{
	struct fx_handle *h;
	int err = may_hold(a, take_data ? size : 0) ? fx_handle_new(a, type, &h) : FX_ELIMIT;

	if (err) {
		return err;
	}
	h->fd = take_fd;
	h->data = take_data;
	h->size = size;
	fx_list_append(&a->env->holding, &h->hold);
	*ret = h;
	return 0;
}

struct fx_handle *fx_handle_find(struct fx_assoc *a, const struct fx_ctx *ctx,
				 enum fx_ms_param type)
{
	size_t slot = (size_t)(ctx->b[4] | ctx->b[5] << 8) - 1;
	struct fx_handle *h;

	if (slot >= a->n_slots) {
		return NULL;
	}
	h = a->slots[slot];
	return h && h->type == type && memcmp(h->ctx.b, ctx->b, sizeof(ctx->b)) == 0 ? h : NULL;
}

void fx_handle_free(struct fx_assoc *a, struct fx_handle *h)
{
	size_t slot = (size_t)(h->ctx.b[4] | h->ctx.b[5] << 8) - 1;

	a->slots[slot] = NULL;
	a->n_used--;
	fx_list_remove(&h->modify);
	fx_list_remove(&h->hold);
	fx_subscription_free(h->subscription);
	if (h->upload) {
		fx_upload_abort(h->upload);
	}
	if (h->fd >= 0) {
		(void)close(h->fd);
	}
	(void)fx_free(h->data);
	(void)fx_free(h);
}
