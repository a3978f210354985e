/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Outbound routing: the rights, and changes one after the other, each over what the one before
 * left.
 *
 *   asked --first in line--> being written --durable--> in force, done(), the next
 */
#include "service/outbound.h"

#include <stdlib.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

struct change {
	struct fx_link link;
	struct fx_service *s;
	struct fx_outbound_change ch;
	char *group;
	uint32_t *ids;
	struct fx_outbound target; /* being written */
	fx_service_outbound_fn *done;
	void *arg;
};

static void change_free(struct change *c)
{
	if (c) {
		fx_list_remove(&c->link);
		(void)fx_free(c->group);
		(void)fx_free(c->ids);
		fx_outbound_fini(&c->target);
		(void)fx_free(c);
	}
}

void fx_service_outbound_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->outbound_changes, it) {
		change_free(FX_CONTAINER(it, struct change, link));
	}
}

/* ---- what there is ---- */

static bool exists(void *arg, uint32_t id)
{
	return fx_ports_find(((struct fx_service *)arg)->ports, id) != NULL;
}

static bool sends(void *arg, uint32_t id)
{
	struct fx_port *port = fx_ports_find(((struct fx_service *)arg)->ports, id);

	return port && fx_port_info(port)->send;
}

static int by_priority(const void *a, const void *b)
{
	const struct fx_port *const *x = a, *const *y = b;

	return fx_port_info(*x)->priority < fx_port_info(*y)->priority ? -1 : 1;
}

/* Those that may send, the first choice first. fx_free(*ret) */
static int sending(struct fx_service *s, struct fx_port ***ret, size_t *ret_n)
{
	size_t all = fx_ports_count(s->ports), n = 0;
	struct fx_port **v = fx_calloc(all ? all : 1, sizeof(struct fx_port *));

	if (!v) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < all; i++) {
		struct fx_port *port = fx_ports_at(s->ports, i);

		if (fx_port_info(port)->send) {
			v[n++] = port;
		}
	}
	qsort(v, n, sizeof(struct fx_port *), by_priority);
	*ret = v;
	*ret_n = n;
	return 0;
}

static struct fx_outbound_ports facts(struct fx_service *s)
{
	struct fx_outbound_ports p = {exists, sends, 0, s};

	for (size_t i = 0; i < fx_ports_count(s->ports); i++) {
		p.n_sending += fx_port_info(fx_ports_at(s->ports, i))->send;
	}
	return p;
}

/* ---- lists ---- */

void fx_service_outbound_groups_free(struct fx_outbound_group_info *v, size_t n)
{
	for (size_t i = 0; v && i < n; i++) {
		(void)fx_free(v[i].group.name);
		(void)fx_free(v[i].group.ids);
	}
	(void)fx_free(v);
}

static int built_in(struct fx_service *s, struct fx_outbound_group *ret)
{
	struct fx_port **v = NULL;
	int err = sending(s, &v, &ret->n);

	if (err) {
		return err;
	}
	/* as many as a group may have: the buffer of the wire ends there */
	ret->n = ret->n > FX_OUTBOUND_DEVICES_MAX ? FX_OUTBOUND_DEVICES_MAX : ret->n;
	ret->ids = fx_calloc(ret->n ? ret->n : 1, sizeof(*ret->ids));
	ret->name = fx_strdup(FX_OUTBOUND_ALL);
	for (size_t i = 0; ret->ids && i < ret->n; i++) {
		ret->ids[i] = fx_port_info(v[i])->device_id;
	}
	(void)fx_free(v);
	return ret->ids && ret->name ? 0 : FX_ENOMEM;
}

int fx_service_outbound_groups(struct fx_service *s, const struct fx_caller *c,
			       struct fx_outbound_group_info **ret, size_t *ret_n)
{
	const struct fx_outbound *o = fx_queue_outbound(s->queue);
	struct fx_outbound_ports ports;
	struct fx_outbound_group_info *v;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "listing outbound groups");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	v = fx_calloc(o->n_groups + 1, sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	ports = facts(s);
	err = built_in(s, &v[0].group);
	v[0].status = fx_outbound_group_status(NULL, &ports);
	for (size_t i = 0; !err && i < o->n_groups; i++) {
		struct fx_outbound_group *g = &v[i + 1].group;

		g->name = fx_strdup(o->groups[i].name);
		g->n = o->groups[i].n;
		g->ids = g->n ? fx_memdup(o->groups[i].ids, g->n * sizeof(*g->ids)) : NULL;
		err = g->name && (g->ids || !g->n) ? 0 : FX_ENOMEM;
		v[i + 1].status = fx_outbound_group_status(&o->groups[i], &ports);
	}
	if (err) {
		fx_service_outbound_groups_free(v, o->n_groups + 1);
		return err;
	}
	*ret = v;
	*ret_n = o->n_groups + 1;
	return 0;
}

int fx_service_outbound_rules(struct fx_service *s, const struct fx_caller *c,
			      struct fx_outbound *ret, enum fx_outbound_rule_status **ret_status)
{
	const struct fx_outbound *o = fx_queue_outbound(s->queue);
	struct fx_outbound_ports ports;
	enum fx_outbound_rule_status *st;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "listing outbound rules");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	st = fx_calloc(o->n_rules, sizeof(*st));
	err = st ? fx_outbound_copy(ret, o) : FX_ENOMEM;
	if (err) {
		(void)fx_free(st);
		return err;
	}
	ports = facts(s);
	for (size_t i = 0; i < o->n_rules; i++) {
		st[i] = fx_outbound_rule_status(o, &o->rules[i], &ports);
	}
	*ret_status = st;
	return 0;
}

/* ---- changes ---- */

static void write_next(struct fx_service *s);

static void finish(struct change *c, int err, enum fx_outbound_error refused,
		   const struct fx_reason *why)
{
	struct fx_service *s = c->s;

	s->outbound_writing = false;
	fx_list_remove(&c->link);
	c->done(c->arg, err, refused, why);
	change_free(c);
	write_next(s);
}

static void on_recorded(void *arg, int err, const struct fx_reason *why)
{
	struct change *c = arg;
	bool of_rule = c->ch.kind == FX_OUTBOUND_ADD_RULE || c->ch.kind == FX_OUTBOUND_SET_RULE ||
		       c->ch.kind == FX_OUTBOUND_REMOVE_RULE;

	if (!err) {
		fx_queue_set_outbound(c->s->queue, &c->target);
		fx_service_tell_config(c->s, 1u << (of_rule ? FX_CONFIG_OUT_RULES
							    : FX_CONFIG_OUT_GROUPS));
	}
	finish(c, err, 0, why);
}

static void on_ports_recorded(void *arg, int err, const struct fx_reason *why)
{
	struct change *c = arg;

	if (!err) {
		fx_service_tell_config(c->s, 1u << FX_CONFIG_OUT_GROUPS);
	}
	finish(c, err, 0, why);
}

/* The built-in group's order is the priorities of all ports, of which some may not send. */
static int order_ports(struct change *c, enum fx_outbound_error *refused, struct fx_reason *why)
{
	struct fx_port **v = NULL;
	size_t n = 0;
	struct fx_port_info info;
	int err = sending(c->s, &v, &n);

	if (err) {
		return err;
	}
	*refused = FX_OB_INVALID;
	if (!sends(c->s, c->ch.device_id)) {
		(void)fx_fail(why, FX_EINVAL, "there is no port %u that sends", c->ch.device_id);
	} else if (!c->ch.place || c->ch.place > n) {
		(void)fx_fail(why, FX_EINVAL, "there are places 1 to %zu", n);
	} else {
		*refused = 0;
		info = *fx_port_info(fx_ports_find(c->s->ports, c->ch.device_id));
		info.priority = fx_port_info(v[c->ch.place - 1])->priority;
		err = fx_service_change_port(c->s, &info, on_ports_recorded, c, why);
	}
	(void)fx_free(v);
	return err;
}

static int write_change(struct change *c, enum fx_outbound_error *refused, struct fx_reason *why)
{
	struct fx_service *s = c->s;
	const struct fx_outbound *now = fx_queue_outbound(s->queue);
	struct fx_outbound_ports ports = facts(s);
	struct fx_pending *p;
	struct fx_group *g;
	int err;

	if (c->ch.kind == FX_OUTBOUND_ORDER && fx_outbound_is_all(c->group)) {
		return order_ports(c, refused, why);
	}
	err = fx_outbound_copy(&c->target, now);
	if (err) {
		return err;
	}
	*refused = fx_outbound_apply(&c->target, &c->ch, &ports, why);
	if (*refused) {
		return 0;
	}
	p = fx_pending_new(s, on_recorded, c);
	if (!p) {
		return FX_ENOMEM;
	}
	g = fx_group_new(s->journal);
	err = fx_queue_put_outbound(g, now, &c->target);
	if (err) {
		(void)fx_group_free(g);
	} else {
		err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, fx_pending_done, p);
	}
	if (err) {
		fx_pending_free(p);
	}
	return err;
}

static void write_next(struct fx_service *s)
{
	while (!s->outbound_writing && !fx_list_empty(&s->outbound_changes)) {
		struct change *c = FX_CONTAINER(s->outbound_changes.next, struct change, link);
		enum fx_outbound_error refused = 0;
		struct fx_reason why = {0};
		int err;

		s->outbound_writing = true;
		err = write_change(c, &refused, &why);
		if (err || refused) {
			/* (write_next() in there goes on with the next) */
			finish(c, err, refused, &why);
			return;
		}
	}
}

int fx_service_outbound_change(struct fx_service *s, const struct fx_caller *caller,
			       const struct fx_outbound_change *ch, fx_service_outbound_fn *done,
			       void *arg)
{
	struct change *c;
	int err = fx_service_allow(caller, FX_RIGHT_CONFIG_SET, false,
				   "changing outbound routing");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	c = fx_zalloc(sizeof(*c));
	if (!c) {
		return FX_ENOMEM;
	}
	fx_list_init(&c->link);
	*c = (struct change){.link = c->link, .s = s, .ch = *ch, .done = done, .arg = arg};
	c->group = fx_strdup(ch->group);
	c->ids = ch->n_ids ? fx_memdup(ch->ids, ch->n_ids * sizeof(*ch->ids)) : NULL;
	fx_list_init(&c->link);
	if ((ch->group && !c->group) || (ch->n_ids && !c->ids)) {
		change_free(c);
		return FX_ENOMEM;
	}
	c->ch.group = c->group;
	c->ch.ids = c->ids;
	fx_list_append(&s->outbound_changes, &c->link);
	write_next(s);
	return 0;
}

/* ---- which way ---- */

static enum fx_outbound_port_state state_of(struct fx_port *port)
{
	struct fx_port_status st;

	if (!port || !fx_port_info(port)->send) {
		return FX_OP_NOT_VALID;
	}
	fx_port_status(port, &st);
	return fx_port_is_free(port)                  ? FX_OP_FREE :
	       st.call.state == FX_PORT_OFFLINE ? FX_OP_OFFLINE : FX_OP_BUSY;
}

static void fill_port(struct fx_service *s, struct fx_outbound_port *p, uint32_t id)
{
	struct fx_port *port = fx_ports_find(s->ports, id);

	p->device_id = id;
	if (port) {
		(void)fx_strlcpy(p->name, fx_port_info(port)->name, sizeof(p->name));
	}
	p->state = state_of(port);
}

static int fill_ports(struct fx_service *s, const struct fx_outbound_rule *r,
		      struct fx_outbound_answer *a)
{
	const struct fx_outbound_group *g =
		r->group ? fx_outbound_group(fx_queue_outbound(s->queue), r->group) : NULL;
	struct fx_port **v = NULL;
	size_t n = g ? g->n : 1;
	int err = fx_outbound_rule_is_all(r) ? sending(s, &v, &n) : 0;

	if (r->group && !g && !v) {
		n = 0;
	}
	a->ports = err ? NULL : fx_calloc(n ? n : 1, sizeof(*a->ports));
	for (size_t i = 0; a->ports && i < n; i++) {
		fill_port(s, &a->ports[i], v ? fx_port_info(v[i])->device_id :
					   g ? g->ids[i] : r->device_id);
	}
	a->n_ports = a->ports ? n : 0;
	(void)fx_free(v);
	return a->ports ? 0 : FX_ENOMEM;
}

static const char *words_of(const struct fx_outbound_answer *a)
{
	bool busy = false;

	for (size_t i = 0; i < a->n_ports; i++) {
		if (a->ports[i].state == FX_OP_FREE) {
			return "a port is free";
		}
		busy = busy || a->ports[i].state == FX_OP_BUSY;
	}
	if (busy) {
		return "waits for a port: each is busy";
	}
	for (size_t i = 0; i < a->n_ports; i++) {
		if (a->ports[i].state == FX_OP_OFFLINE) {
			return "waits for a port: each is offline";
		}
	}
	return a->status == FX_RULE_VALID ? "waits for a port: there is none"
					  : fx_outbound_rule_words(a->status);
}

int fx_service_outbound_test(struct fx_service *s, const struct fx_caller *c, const char *number,
			     uint64_t job_id, struct fx_outbound_answer *ret)
{
	const struct fx_outbound *o = fx_queue_outbound(s->queue);
	struct fx_outbound_answer a = {0};
	struct fx_outbound_rule wish = {0};
	const struct fx_outbound_rule *r;
	struct fx_outbound_ports ports = facts(s);
	struct fx_job job = {0};
	int err = number ? fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false,
					    "testing outbound routing")
			 : fx_service_job_by_id(s, c, job_id, &job);

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	if (!number && job.type != FX_JT_SEND) {
		fx_job_fini(&job);
		return FX_EDATA;
	}
	fx_outbound_number(number ? number : job.number, fx_queue_dialing(s->queue), &a.number);
	a.asked = job.fixed_port;
	wish.device_id = job.device_id;
	fx_job_fini(&job);
	r = a.asked ? &wish : fx_outbound_find(o, &a.number);
	a.rule_country = r->country;
	a.rule_area = r->area;
	(void)fx_strlcpy(a.group, fx_text(r->group), sizeof(a.group));
	a.status = fx_outbound_rule_status(o, r, &ports);
	err = fill_ports(s, r, &a);
	if (err) {
		return err;
	}
	a.words = words_of(&a);
	if (!fx_service_sees_ports(c)) {
		a.n_ports = 0;
	}
	*ret = a;
	return 0;
}
