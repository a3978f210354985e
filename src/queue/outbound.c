/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outbound routing: groups and rules in the store, and which lane a job waits in. As small texts
 * (docs/decisions/0591):
 *   outbound.group.NAME          device ids, the first choice first
 *   outbound.rule.COUNTRY.AREA   "device ID" or "group NAME"
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "queue/queue_priv.h"

#define META_GROUP "outbound.group."
#define META_RULE "outbound.rule."
#define KEY_SIZE (sizeof(META_GROUP) + FX_OUTBOUND_NAME_SIZE)

const struct fx_outbound *fx_queue_outbound(const struct fx_queue *q)
{
	return &q->outbound;
}

const struct fx_dialing *fx_queue_dialing(const struct fx_queue *q)
{
	return &q->dialing;
}

const struct fx_outbound_rule *fx_queue_rule(const struct fx_queue *q, const char *number)
{
	struct fx_outbound_number n;

	if (q->outbound.n_rules == 1) {
		return &q->outbound.rules[0];
	}
	fx_outbound_number(number, &q->dialing, &n);
	return fx_outbound_find(&q->outbound, &n);
}

/* ---- store ---- */

static int load_one(struct fx_outbound *o, const char *key, const char *text)
{
	unsigned country = 0, area = 0;
	int end = 0;

	if (!strncmp(key, META_GROUP, strlen(META_GROUP))) {
		return fx_outbound_load_group(o, key + strlen(META_GROUP), text);
	}
	if (sscanf(key + strlen(META_RULE), "%9u.%9u%n", &country, &area, &end) != 2 ||
	    key[strlen(META_RULE) + (size_t)end]) {
		return FX_EINVAL;
	}
	return fx_outbound_load_rule(o, country, area, text);
}

static int load_all(struct fx_queue *q, struct fx_outbound *o, const char *prefix)
{
	char key[KEY_SIZE] = "";
	int err;

	for (;;) {
		fx_auto char *text = NULL;

		err = fx_store_next_meta(q->store, prefix, key, key, sizeof(key), &text);
		if (err) {
			return err == FX_ENOENT ? 0 : err;
		}
		err = load_one(o, key, text);
		if (err == FX_ENOMEM) {
			return err;
		}
		if (err) {
			fx_log(FX_LOG_WARN, "queue: \"%.80s\" of the store is left out: %s", key,
			       fx_error_str(err));
		}
	}
}

int fx_queue_load_outbound(struct fx_queue *q)
{
	struct fx_outbound o;
	int err = fx_outbound_init(&o);

	if (err) {
		return err;
	}
	err = load_all(q, &o, META_GROUP);
	err = err ? err : load_all(q, &o, META_RULE);
	if (err) {
		fx_outbound_fini(&o);
		return err;
	}
	fx_outbound_fini(&q->outbound);
	q->outbound = o;
	return 0;
}

/* @param text  NULL: no memory for it */
static int put_text(struct fx_group *g, const char *key, const char *text)
{
	if (text) {
		fx_group_put_meta(g, key, text);
	}
	return text ? 0 : FX_ENOMEM;
}

static int put_group(struct fx_group *g, const struct fx_outbound_group *group, bool there)
{
	fx_auto char *text = there ? fx_outbound_group_text(group) : NULL;
	char key[KEY_SIZE];

	(void)snprintf(key, sizeof(key), META_GROUP "%s", group->name);
	if (!there) {
		fx_group_put_meta(g, key, NULL);
		return 0;
	}
	return put_text(g, key, text);
}

static bool same_ids(const struct fx_outbound_group *a, const struct fx_outbound_group *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->ids, b->ids, a->n * sizeof(*a->ids)));
}

static bool same_rule(const struct fx_outbound_rule *a, const struct fx_outbound_rule *b)
{
	return a->device_id == b->device_id && fx_str_eq(a->group, b->group);
}

static int put_rule(struct fx_group *g, const struct fx_outbound_rule *r, bool there)
{
	fx_auto char *text = there ? fx_outbound_rule_text(r) : NULL;
	char key[64];

	(void)snprintf(key, sizeof(key), META_RULE "%u.%u", r->country, r->area);
	if (!there) {
		fx_group_put_meta(g, key, NULL);
		return 0;
	}
	return put_text(g, key, text);
}

static int put_groups(struct fx_group *g, const struct fx_outbound *was,
		      const struct fx_outbound *now)
{
	int err = 0;

	for (size_t i = 0; !err && i < was->n_groups; i++) {
		if (!fx_outbound_group(now, was->groups[i].name)) {
			err = put_group(g, &was->groups[i], false);
		}
	}
	for (size_t i = 0; !err && i < now->n_groups; i++) {
		const struct fx_outbound_group *old = fx_outbound_group(was, now->groups[i].name);

		if (!old || !same_ids(old, &now->groups[i])) {
			err = put_group(g, &now->groups[i], true);
		}
	}
	return err;
}

int fx_queue_put_outbound(struct fx_group *g, const struct fx_outbound *was,
			  const struct fx_outbound *now)
{
	int err = put_groups(g, was, now);

	for (size_t i = 0; !err && i < was->n_rules; i++) {
		if (!fx_outbound_rule(now, was->rules[i].country, was->rules[i].area)) {
			err = put_rule(g, &was->rules[i], false);
		}
	}
	for (size_t i = 0; !err && i < now->n_rules; i++) {
		const struct fx_outbound_rule *r = &now->rules[i], *old =
			fx_outbound_rule(was, r->country, r->area);

		if (!old || !same_rule(old, r)) {
			err = put_rule(g, r, true);
		}
	}
	return err;
}

/* ---- lanes anew ---- */

/* It waits where its rule leads already. */
static bool stays(const struct fx_qjob *j)
{
	const struct fx_outbound_rule *r = fx_queue_rule(j->q, j->job.number);

	if (!j->lane || fx_outbound_rule_is_all(r)) {
		return !j->lane && fx_outbound_rule_is_all(r);
	}
	return r->group ? fx_str_ieq(j->lane->group, r->group)
			: !j->lane->group && j->lane->device_id == r->device_id;
}

static void lane_again(struct fx_qjob *j)
{
	struct fx_lane *old = j->lane;
	bool ready = j->place == FX_PLACE_READY;

	if (j->job.fixed_port || j->job.type != FX_JT_SEND || j->foreign || stays(j)) {
		return;
	}
	if (ready) {
		fx_place_remove(j); /* out of the lane's heap, while it is known */
	}
	j->lane = NULL;
	if (fx_lane_join(j)) {
		j->lane = old;
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR, "queue: job=%u keeps the ports it had: no "
			  "memory for the new rules", j->job.client_id);
	} else if (old) {
		struct fx_lane *now = j->lane;

		j->lane = old;
		fx_lane_leave(j);
		j->lane = now;
	}
	if (j->lane != old) {
		/* what was tried belongs to the old choice of ports */
		j->not_ports = fx_free(j->not_ports);
		j->n_not_ports = 0;
	}
	if (ready) {
		fx_place_restore(j);
	}
}

static void all_again(struct fx_queue *q)
{
	struct fx_qjob *j;

	for (size_t at = 0; (j = fx_table_next(q, &at));) {
		lane_again(j);
	}
	fx_queue_kick(q);
}

static bool same_rules(const struct fx_outbound *a, const struct fx_outbound *b)
{
	if (a->n_rules != b->n_rules) {
		return false;
	}
	for (size_t i = 0; i < a->n_rules; i++) {
		const struct fx_outbound_rule *x = &a->rules[i], *y = &b->rules[i];

		if (x->country != y->country || x->area != y->area || !same_rule(x, y)) {
			return false;
		}
	}
	return true;
}

void fx_queue_set_outbound(struct fx_queue *q, struct fx_outbound *now)
{
	bool same = same_rules(&q->outbound, now);

	FX_ON_LOOP(q->loop);
	fx_outbound_fini(&q->outbound);
	q->outbound = *now;
	*now = (struct fx_outbound){0};
	FX_LIST_EACH(&q->lanes, it) {
		struct fx_lane *l = FX_CONTAINER(it, struct fx_lane, link);

		l->members = l->group ? fx_outbound_group(&q->outbound, l->group) : NULL;
	}
	if (!same) {
		all_again(q);
	}
	fx_queue_kick(q);
}

void fx_queue_set_dialing(struct fx_queue *q, const struct fx_dialing *d)
{
	FX_ON_LOOP(q->loop);
	if (memcmp(&q->dialing, d, sizeof(*d))) {
		q->dialing = *d;
		all_again(q);
	}
}
