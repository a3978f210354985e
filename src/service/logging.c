/* SPDX-License-Identifier: Apache-2.0 */
/* Categories of the log. Each has a text of its own in the store, so that two changes which
 * fail or succeed on their own leave nothing of each other behind. */
#include "service/logging.h"

#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

static void key_of(unsigned category, char key[32])
{
	(void)snprintf(key, 32, "log.%s", fx_log_category_str((enum fx_log_category)category));
}

int fx_service_logging(struct fx_service *s, const struct fx_caller *c,
		       struct fx_log_setting ret[FX_LOG_CATEGORIES])
{
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "reading what is logged");

	FX_ON_LOOP(s->loop);
	for (unsigned i = 0; !err && i < FX_LOG_CATEGORIES; i++) {
		ret[i].category = i;
		ret[i].depth = fx_log_get_depth((enum fx_log_category)i);
	}
	return err;
}

/* As one change asks for it: FX_LOG_MAX + 1 = unchanged. */
struct wanted {
	unsigned char depth[FX_LOG_CATEGORIES];
	char who[sizeof(((struct fx_caller *)0)->user)];
};
#define UNCHANGED (FX_LOG_MAX + 1)

static void recorded(struct fx_pending *p, int err)
{
	const struct wanted *w = p->extra;

	for (unsigned i = 0; !err && i < FX_LOG_CATEGORIES; i++) {
		if (w->depth[i] != UNCHANGED) {
			fx_log_set_depth((enum fx_log_category)i, (enum fx_log_depth)w->depth[i]);
			fx_log_in(FX_LOG_AUDIT, FX_LOG_INFO, "service: the log of %s is set to %s "
				  "by user %s", fx_log_category_str((enum fx_log_category)i),
				  fx_log_depth_str((enum fx_log_depth)w->depth[i]), w->who);
		}
	}
	if (!err) {
		fx_service_tell_config(p->s, 1u << FX_CONFIG_LOGS);
	}
}

static struct fx_group *group_of(struct fx_service *s, const struct wanted *w)
{
	struct fx_group *g = fx_group_new(s->journal);

	for (unsigned i = 0; i < FX_LOG_CATEGORIES; i++) {
		char key[32];

		if (w->depth[i] != UNCHANGED) {
			key_of(i, key);
			fx_group_put_meta(g, key,
					  fx_log_depth_str((enum fx_log_depth)w->depth[i]));
		}
	}
	return g;
}

static int want(struct wanted *w, const struct fx_log_setting *v, size_t n,
		struct fx_reason *reterr)
{
	memset(w->depth, UNCHANGED, sizeof(w->depth));
	if (n == 0) {
		return fx_fail(reterr, FX_EINVAL, "no category is named");
	}
	for (size_t i = 0; i < n; i++) {
		if (v[i].category >= FX_LOG_CATEGORIES || v[i].depth > FX_LOG_MAX) {
			return fx_fail(reterr, FX_EINVAL,
				       "there is no category %u of the log, or no level %u",
				       v[i].category + 1, v[i].depth);
		}
		w->depth[v[i].category] = (unsigned char)v[i].depth;
	}
	return 0;
}

int fx_service_set_logging(struct fx_service *s, const struct fx_caller *c,
			   const struct fx_log_setting *v, size_t n, fx_service_done_fn *done,
			   void *arg, struct fx_reason *reterr)
{
	struct wanted w;
	struct fx_pending *p;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "changing what is logged");

	FX_ON_LOOP(s->loop);
	err = err ? err : want(&w, v, n, reterr);
	if (err) {
		return err;
	}
	(void)fx_strlcpy(w.who, c->user, sizeof(w.who));
	p = fx_pending_new(s, done, arg);
	if (p) {
		p->finish = recorded;
		p->extra = fx_memdup(&w, sizeof(w));
	}
	err = p && p->extra ? fx_group_commit(group_of(s, &w), FX_COMMIT_FAIL_FAST,
					      fx_pending_done, p) : FX_ENOMEM;
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

void fx_service_load_logging(struct fx_store *store)
{
	for (unsigned i = 0; i < FX_LOG_CATEGORIES; i++) {
		fx_auto char *value = NULL;
		char key[32];

		key_of(i, key);
		if (fx_store_get_meta(store, key, &value)) {
			continue; /* never set: as it is */
		}
		for (unsigned d = FX_LOG_NONE; d <= FX_LOG_MAX; d++) {
			if (!strcmp(value, fx_log_depth_str((enum fx_log_depth)d))) {
				fx_log_set_depth((enum fx_log_category)i, (enum fx_log_depth)d);
			}
		}
	}
}
