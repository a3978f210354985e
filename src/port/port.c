/* SPDX-License-Identifier: Apache-2.0 */
/* The port table as an object, and its providers. */
#include "port/host.h"
#include "port/port_priv.h"

#include <string.h>

#include "base/mem.h"
#include "base/str.h"

int fx_ports_new(struct fx_loop *loop, const struct fx_ports_cb *cb, void *arg,
		 struct fx_ports **ret)
{
	struct fx_ports *t = fx_zalloc(sizeof(*t));

	if (!t) {
		return FX_ENOMEM;
	}
	t->loop = loop;
	t->arg = arg;
	if (cb) {
		t->cb = *cb;
	}
	fx_list_init(&t->slots);
	*ret = t;
	return 0;
}

struct fx_ports *fx_ports_free(struct fx_ports *t)
{
	size_t i;

	if (!t) {
		return NULL;
	}
	FX_LIST_EACH_SAFE(&t->slots, it) {
		struct fx_provider_slot *slot = FX_CONTAINER(it, struct fx_provider_slot, link);

		slot->p->ops->close(slot->p);
		fx_list_remove(it);
		(void)fx_free(slot);
	}
	for (i = 0; i < t->n; i++) {
		fx_port_drop_live(t->by_id[i]);
		(void)fx_free(t->by_id[i]->why);
		(void)fx_free(t->by_id[i]);
	}
	(void)fx_free(t->by_id);
	(void)fx_free(t->by_rank);
	return fx_free(t);
}

struct fx_provider_slot *fx_ports_slot(struct fx_ports *t, const char *name)
{
	FX_LIST_EACH(&t->slots, it) {
		struct fx_provider_slot *slot = FX_CONTAINER(it, struct fx_provider_slot, link);

		if (!strcmp(slot->name, name)) {
			return slot;
		}
	}
	return NULL;
}

const char *fx_ports_provider_state(struct fx_ports *t, const char *provider, bool *ret_works)
{
	const struct fx_provider_slot *slot = fx_ports_slot(t, provider);

	*ret_works = slot && slot->works;
	return !slot ? "not there" : slot->works ? "ok" : slot->why.text[0] ? slot->why.text :
									      "starting";
}

int fx_ports_add_slot(struct fx_ports *t, const char *name, const char *settings,
		      fx_slot_open_fn *open, void *ctx, struct fx_reason *reterr)
{
	struct fx_provider_env env = {.loop = t->loop, .sink = &fx_ports_sink};
	struct fx_provider_slot *slot;
	int err;

	FX_ON_LOOP(t->loop);
	if (strlen(name) >= sizeof(slot->name) || fx_ports_slot(t, name)) {
		return fx_fail(reterr, FX_EEXIST, "provider '%s' cannot be added twice", name);
	}
	slot = fx_zalloc(sizeof(*slot));
	if (!slot) {
		return fx_fail(reterr, FX_ENOMEM, "provider '%s': out of memory", name);
	}
	slot->t = t;
	slot->next_call = 1;
	(void)fx_strlcpy(slot->name, name, sizeof(slot->name));
	env.arg = slot;
	env.settings = fx_text(settings);
	err = open(ctx, &env, &slot->p, reterr);
	if (err) {
		(void)fx_free(slot);
		return err;
	}
	fx_list_append(&t->slots, &slot->link);
	return 0;
}

static int open_here(void *ctx, const struct fx_provider_env *env, struct fx_provider **ret,
		     struct fx_reason *reterr)
{
	const struct fx_provider_ops *ops = ctx;

	return ops->open(env, ret, reterr);
}

int fx_ports_add_provider(struct fx_ports *t, const struct fx_provider_ops *ops,
			  const char *settings, struct fx_reason *reterr)
{
	if (ops->abi != FX_PROVIDER_ABI) {
		return fx_fail(reterr, FX_EINVAL, "provider '%s' was made for interface %u, not %u",
			       ops->name, ops->abi, FX_PROVIDER_ABI);
	}
	FX_ASSERT(ops->open && ops->dial && ops->answer && ops->reject && ops->hangup &&
		  ops->page_ack && ops->close);
	return fx_ports_add_slot(t, ops->name, settings, open_here, (void *)(uintptr_t)ops, reterr);
}
