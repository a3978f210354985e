/* SPDX-License-Identifier: Apache-2.0 */
#include "core/outbound.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/countries.h"

/* ---- the value ---- */

static void group_fini(struct fx_outbound_group *g)
{
	g->name = fx_free(g->name);
	g->ids = fx_free(g->ids);
	g->n = 0;
}

static int group_copy(struct fx_outbound_group *dst, const struct fx_outbound_group *src)
{
	dst->name = fx_strdup(src->name);
	dst->ids = fx_memdup(src->ids, src->n * sizeof(*src->ids));
	dst->n = src->n;
	if (!dst->name || (src->n && !dst->ids)) {
		group_fini(dst);
		return FX_ENOMEM;
	}
	return 0;
}

static int rule_copy(struct fx_outbound_rule *dst, const struct fx_outbound_rule *src)
{
	*dst = *src;
	dst->group = fx_strdup(src->group);
	return src->group && !dst->group ? FX_ENOMEM : 0;
}

int fx_outbound_init(struct fx_outbound *o)
{
	*o = (struct fx_outbound){0};
	o->rules = fx_zalloc(sizeof(*o->rules));
	if (!o->rules) {
		return FX_ENOMEM;
	}
	o->rules[0].group = fx_strdup(FX_OUTBOUND_ALL);
	if (!o->rules[0].group) {
		o->rules = fx_free(o->rules);
		return FX_ENOMEM;
	}
	o->n_rules = 1;
	return 0;
}

void fx_outbound_fini(struct fx_outbound *o)
{
	for (size_t i = 0; i < o->n_groups; i++) {
		group_fini(&o->groups[i]);
	}
	for (size_t i = 0; i < o->n_rules; i++) {
		(void)fx_free(o->rules[i].group);
	}
	(void)fx_free(o->groups);
	(void)fx_free(o->rules);
	*o = (struct fx_outbound){0};
}

int fx_outbound_copy(struct fx_outbound *dst, const struct fx_outbound *src)
{
	struct fx_outbound o = {0};
	int err = 0;

	o.groups = fx_calloc(src->n_groups ? src->n_groups : 1, sizeof(*o.groups));
	o.rules = fx_calloc(src->n_rules ? src->n_rules : 1, sizeof(*o.rules));
	err = o.groups && o.rules ? 0 : FX_ENOMEM;
	while (!err && o.n_groups < src->n_groups) {
		err = group_copy(&o.groups[o.n_groups], &src->groups[o.n_groups]);
		o.n_groups += !err;
	}
	while (!err && o.n_rules < src->n_rules) {
		err = rule_copy(&o.rules[o.n_rules], &src->rules[o.n_rules]);
		o.n_rules += !err;
	}
	if (err) {
		fx_outbound_fini(&o);
		return err;
	}
	*dst = o;
	return 0;
}

static unsigned char low(char c)
{
	return (unsigned char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

static int name_cmp(const char *a, const char *b)
{
	while (*a && low(*a) == low(*b)) {
		a++;
		b++;
	}
	return low(*a) - low(*b);
}

bool fx_outbound_is_all(const char *group)
{
	return group && !name_cmp(group, FX_OUTBOUND_ALL);
}

bool fx_outbound_rule_is_all(const struct fx_outbound_rule *r)
{
	return fx_outbound_is_all(r->group);
}

/* Where it is, or belongs. */
static size_t group_place(const struct fx_outbound *o, const char *name, bool *found)
{
	size_t lo = 0, hi = o->n_groups;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (name_cmp(o->groups[mid].name, name) < 0) {
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	*found = lo < o->n_groups && !name_cmp(o->groups[lo].name, name);
	return lo;
}

const struct fx_outbound_group *fx_outbound_group(const struct fx_outbound *o, const char *name)
{
	bool found;
	size_t i = group_place(o, name, &found);

	return found ? &o->groups[i] : NULL;
}

static size_t rule_place(const struct fx_outbound *o, uint32_t country, uint32_t area, bool *found)
{
	size_t lo = 0, hi = o->n_rules;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		const struct fx_outbound_rule *r = &o->rules[mid];

		if (r->country < country || (r->country == country && r->area < area)) {
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	*found = lo < o->n_rules && o->rules[lo].country == country && o->rules[lo].area == area;
	return lo;
}

const struct fx_outbound_rule *fx_outbound_rule(const struct fx_outbound *o, uint32_t country,
						uint32_t area)
{
	bool found;
	size_t i = rule_place(o, country, area, &found);

	return found ? &o->rules[i] : NULL;
}

/* ---- states ---- */

enum fx_outbound_group_status fx_outbound_group_status(const struct fx_outbound_group *g,
						       const struct fx_outbound_ports *ports)
{
	size_t valid = 0;

	if (!g) {
		return ports->n_sending ? FX_GROUP_ALL_VALID : FX_GROUP_EMPTY;
	}
	for (size_t i = 0; i < g->n; i++) {
		valid += ports->sends(ports->arg, g->ids[i]);
	}
	return !g->n            ? FX_GROUP_EMPTY :
	       !valid           ? FX_GROUP_NONE_VALID :
	       valid < g->n     ? FX_GROUP_SOME_NOT_VALID : FX_GROUP_ALL_VALID;
}

enum fx_outbound_rule_status fx_outbound_rule_status(const struct fx_outbound *o,
						     const struct fx_outbound_rule *r,
						     const struct fx_outbound_ports *ports)
{
	const struct fx_outbound_group *g;

	if (!r->group) {
		return ports->sends(ports->arg, r->device_id) ? FX_RULE_VALID : FX_RULE_BAD_DEVICE;
	}
	g = fx_outbound_group(o, r->group);
	if (!g && !fx_outbound_rule_is_all(r)) {
		return FX_RULE_EMPTY_GROUP; /* only after damage to the store */
	}
	switch (fx_outbound_group_status(g, ports)) {
	case FX_GROUP_ALL_VALID:
		break;
	case FX_GROUP_EMPTY:
		return FX_RULE_EMPTY_GROUP;
	case FX_GROUP_NONE_VALID:
		return FX_RULE_NONE_VALID;
	case FX_GROUP_SOME_NOT_VALID:
		return FX_RULE_SOME_NOT_VALID;
	}
	return FX_RULE_VALID;
}

const char *fx_outbound_group_words(enum fx_outbound_group_status st)
{
	switch (st) {
	case FX_GROUP_ALL_VALID:
		return "valid";
	case FX_GROUP_EMPTY:
		return "the group has no ports";
	case FX_GROUP_NONE_VALID:
		return "no port of the group is there and may send";
	case FX_GROUP_SOME_NOT_VALID:
		return "some ports of the group are gone or may not send";
	}
	return "unknown";
}

const char *fx_outbound_rule_words(enum fx_outbound_rule_status st)
{
	switch (st) {
	case FX_RULE_VALID:
		return fx_outbound_group_words(FX_GROUP_ALL_VALID);
	case FX_RULE_EMPTY_GROUP:
		return fx_outbound_group_words(FX_GROUP_EMPTY);
	case FX_RULE_NONE_VALID:
		return fx_outbound_group_words(FX_GROUP_NONE_VALID);
	case FX_RULE_SOME_NOT_VALID:
		return fx_outbound_group_words(FX_GROUP_SOME_NOT_VALID);
	case FX_RULE_BAD_DEVICE:
		return "the port is gone or may not send";
	}
	return "unknown";
}

/* ---- changes of the lists ---- */

static int group_add(struct fx_outbound *o, const char *name, const uint32_t *ids, size_t n)
{
	struct fx_outbound_group src = {(char *)(uintptr_t)name, (uint32_t *)(uintptr_t)ids, n};
	struct fx_outbound_group g;
	struct fx_outbound_group *v;
	bool found;
	size_t at = group_place(o, name, &found);

	if (group_copy(&g, &src)) {
		return FX_ENOMEM;
	}
	v = fx_realloc(o->groups, (o->n_groups + 1) * sizeof(*v));
	if (!v) {
		group_fini(&g);
		return FX_ENOMEM;
	}
	o->groups = v;
	memmove(&v[at + 1], &v[at], (o->n_groups - at) * sizeof(*v));
	v[at] = g;
	o->n_groups++;
	return 0;
}

static void group_remove(struct fx_outbound *o, const char *name)
{
	bool found;
	size_t at = group_place(o, name, &found);

	group_fini(&o->groups[at]);
	o->n_groups--;
	memmove(&o->groups[at], &o->groups[at + 1], (o->n_groups - at) * sizeof(*o->groups));
}

static int rule_add(struct fx_outbound *o, const struct fx_outbound_rule *src)
{
	struct fx_outbound_rule r, *v;
	bool found;
	size_t at = rule_place(o, src->country, src->area, &found);

	if (rule_copy(&r, src)) {
		return FX_ENOMEM;
	}
	if (found) {
		(void)fx_free(o->rules[at].group);
		o->rules[at] = r;
		return 0;
	}
	v = fx_realloc(o->rules, (o->n_rules + 1) * sizeof(*v));
	if (!v) {
		(void)fx_free(r.group);
		return FX_ENOMEM;
	}
	o->rules = v;
	memmove(&v[at + 1], &v[at], (o->n_rules - at) * sizeof(*v));
	v[at] = r;
	o->n_rules++;
	return 0;
}

static void rule_remove(struct fx_outbound *o, uint32_t country, uint32_t area)
{
	bool found;
	size_t at = rule_place(o, country, area, &found);

	(void)fx_free(o->rules[at].group);
	o->n_rules--;
	memmove(&o->rules[at], &o->rules[at + 1], (o->n_rules - at) * sizeof(*o->rules));
}

/* ---- changes as they are asked for ---- */

static enum fx_outbound_error fail(struct fx_reason *reterr, enum fx_outbound_error e,
				   const char *words, const char *name)
{
	(void)fx_fail(reterr, e == FX_OB_NOMEM ? FX_ENOMEM : FX_EINVAL, words, name);
	return e;
}

static size_t characters(const char *s)
{
	size_t n = 0;

	for (; *s; s++) {
		n += ((unsigned char)*s & 0xc0) != 0x80;
		n += ((unsigned char)*s & 0xf8) == 0xf0; /* two in UTF-16 */
	}
	return n;
}

static enum fx_outbound_error check_name(const char *name, struct fx_reason *reterr)
{
	const char *s = fx_text(name);

	if (!*s || !fx_utf8_valid(s, strlen(s))) {
		return fail(reterr, FX_OB_INVALID, "a group needs a name%s", "");
	}
	if (characters(s) > FX_OUTBOUND_NAME_MAX) {
		return fail(reterr, FX_OB_NAME_TOO_LONG, "the name of a group has 127 characters "
			    "at most: \"%.40s...\" is longer", s);
	}
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7f) {
			return fail(reterr, FX_OB_INVALID,
				    "the name of a group has no control characters%s", "");
		}
	}
	return 0;
}

static enum fx_outbound_error add_group(struct fx_outbound *o, const char *name,
					struct fx_reason *reterr)
{
	if (fx_outbound_is_all(name) || fx_outbound_group(o, name)) {
		return fail(reterr, FX_OB_EXISTS, "there is a group \"%.508s\" already", name);
	}
	if (o->n_groups >= FX_OUTBOUND_GROUPS_MAX) {
		return fail(reterr, FX_OB_LIMIT, "there are 1000 groups already%s", "");
	}
	return group_add(o, name, NULL, 0) ? fail(reterr, FX_OB_NOMEM, "no memory%s", "") : 0;
}

/* A device that went away may stay where it is, so that clients can write back what they read. */
static bool has(const struct fx_outbound_group *g, uint32_t id)
{
	for (size_t i = 0; i < g->n; i++) {
		if (g->ids[i] == id) {
			return true;
		}
	}
	return false;
}

static enum fx_outbound_error check_ids(const struct fx_outbound_group *g,
					const struct fx_outbound_change *ch,
					const struct fx_outbound_ports *ports,
					struct fx_reason *reterr)
{
	char number[16];

	if (ch->n_ids > FX_OUTBOUND_DEVICES_MAX) {
		return fail(reterr, FX_OB_INVALID, "a group has 1000 ports at most%s", "");
	}
	for (size_t i = 0; i < ch->n_ids; i++) {
		(void)snprintf(number, sizeof(number), "%u", ch->ids[i]);
		if (!has(g, ch->ids[i]) && !ports->exists(ports->arg, ch->ids[i])) {
			return fail(reterr, FX_OB_INVALID, "there is no port %s", number);
		}
		for (size_t k = 0; k < i; k++) {
			if (ch->ids[k] == ch->ids[i]) {
				return fail(reterr, FX_OB_INVALID, "port %s is named twice",
					    number);
			}
		}
	}
	return 0;
}

static enum fx_outbound_error set_group(struct fx_outbound_group *g,
					const struct fx_outbound_change *ch,
					const struct fx_outbound_ports *ports,
					struct fx_reason *reterr)
{
	enum fx_outbound_error e = check_ids(g, ch, ports, reterr);
	uint32_t *ids;

	if (e) {
		return e;
	}
	ids = fx_memdup(ch->ids, ch->n_ids * sizeof(*ids));
	if (ch->n_ids && !ids) {
		return fail(reterr, FX_OB_NOMEM, "no memory%s", "");
	}
	(void)fx_free(g->ids);
	g->ids = ids;
	g->n = ch->n_ids;
	return 0;
}

static enum fx_outbound_error order(struct fx_outbound_group *g,
				    const struct fx_outbound_change *ch, struct fx_reason *reterr)
{
	size_t at = 0, to = ch->place - 1;

	while (at < g->n && g->ids[at] != ch->device_id) {
		at++;
	}
	if (at == g->n) {
		return fail(reterr, FX_OB_INVALID, "the group \"%.508s\" has no such port",
			    g->name);
	}
	if (!ch->place || ch->place > g->n) {
		return fail(reterr, FX_OB_INVALID, "the group \"%.508s\" has no such place",
			    g->name);
	}
	for (; at < to; at++) {
		g->ids[at] = g->ids[at + 1];
	}
	for (; at > to; at--) {
		g->ids[at] = g->ids[at - 1];
	}
	g->ids[to] = ch->device_id;
	return 0;
}

static enum fx_outbound_error remove_group(struct fx_outbound *o, const char *name,
					   struct fx_reason *reterr)
{
	for (size_t i = 0; i < o->n_rules; i++) {
		if (o->rules[i].group && !name_cmp(o->rules[i].group, name)) {
			return fail(reterr, FX_OB_GROUP_IN_USE,
				    "a rule leads to the group \"%.508s\"", name);
		}
	}
	group_remove(o, name);
	return 0;
}

static enum fx_outbound_error change_group(struct fx_outbound *o,
					   const struct fx_outbound_change *ch,
					   const struct fx_outbound_ports *ports,
					   struct fx_reason *reterr)
{
	enum fx_outbound_error e = check_name(ch->group, reterr);
	bool found;
	size_t at;

	if (e) {
		return e;
	}
	if (ch->kind == FX_OUTBOUND_ADD_GROUP) {
		return add_group(o, ch->group, reterr);
	}
	if (fx_outbound_is_all(ch->group)) {
		return fail(reterr, FX_OB_BUILT_IN, "the group %s is built in", FX_OUTBOUND_ALL);
	}
	at = group_place(o, ch->group, &found);
	if (!found) {
		return fail(reterr, FX_OB_NO_GROUP, "there is no group \"%.508s\"", ch->group);
	}
	if (ch->kind == FX_OUTBOUND_SET_GROUP) {
		return set_group(&o->groups[at], ch, ports, reterr);
	}
	return ch->kind == FX_OUTBOUND_ORDER ? order(&o->groups[at], ch, reterr)
					     : remove_group(o, ch->group, reterr);
}

static enum fx_outbound_error check_destination(const struct fx_outbound *o,
						const struct fx_outbound_change *ch,
						const struct fx_outbound_ports *ports,
						struct fx_reason *reterr)
{
	const struct fx_outbound_group *g;
	enum fx_outbound_error e;
	char number[16];

	if (!ch->group) {
		(void)snprintf(number, sizeof(number), "%u", ch->device_id);
		return ch->device_id && ports->exists(ports->arg, ch->device_id) ? 0 :
			fail(reterr, FX_OB_BAD_DEVICE, "there is no port %s", number);
	}
	e = check_name(ch->group, reterr);
	if (e || fx_outbound_is_all(ch->group)) {
		return e;
	}
	g = fx_outbound_group(o, ch->group);
	if (!g) {
		return fail(reterr, FX_OB_BAD_GROUP, "there is no group \"%.508s\"", ch->group);
	}
	return g->n ? 0 : fail(reterr, FX_OB_BAD_GROUP, "the group \"%.508s\" has no ports",
			       ch->group);
}

static enum fx_outbound_error change_rule(struct fx_outbound *o,
					  const struct fx_outbound_change *ch,
					  const struct fx_outbound_ports *ports,
					  struct fx_reason *reterr)
{
	bool there = fx_outbound_rule(o, ch->country, ch->area) != NULL;
	struct fx_outbound_rule r = {ch->country, ch->area, ch->group ? 0 : ch->device_id,
				     (char *)(uintptr_t)ch->group};
	enum fx_outbound_error e;
	char codes[32];

	(void)snprintf(codes, sizeof(codes), "%u/%u", ch->country, ch->area);
	if ((!ch->country && ch->area) || ch->area > FX_OUTBOUND_AREA_MAX ||
	    (ch->country && !fx_country_by_code(ch->country))) {
		return fail(reterr, FX_OB_INVALID, "there is no country code and area code %s",
			    codes);
	}
	if (ch->kind != FX_OUTBOUND_ADD_RULE && !there) {
		return fail(reterr, FX_OB_NO_RULE, "there is no rule for %s", codes);
	}
	if (ch->kind == FX_OUTBOUND_REMOVE_RULE) {
		if (!ch->country) {
			return fail(reterr, FX_OB_BUILT_IN, "the default rule %s stays", codes);
		}
		rule_remove(o, ch->country, ch->area);
		return 0;
	}
	if (ch->kind == FX_OUTBOUND_ADD_RULE && there) {
		return fail(reterr, FX_OB_EXISTS, "there is a rule for %s already", codes);
	}
	if (!there && o->n_rules >= FX_OUTBOUND_RULES_MAX) {
		return fail(reterr, FX_OB_LIMIT, "there are 10000 rules already%s", "");
	}
	e = check_destination(o, ch, ports, reterr);
	if (e) {
		return e;
	}
	return rule_add(o, &r) ? fail(reterr, FX_OB_NOMEM, "no memory%s", "") : 0;
}

enum fx_outbound_error fx_outbound_apply(struct fx_outbound *o,
					 const struct fx_outbound_change *ch,
					 const struct fx_outbound_ports *ports,
					 struct fx_reason *reterr)
{
	switch (ch->kind) {
	case FX_OUTBOUND_ADD_GROUP:
	case FX_OUTBOUND_SET_GROUP:
	case FX_OUTBOUND_REMOVE_GROUP:
	case FX_OUTBOUND_ORDER:
		return change_group(o, ch, ports, reterr);
	case FX_OUTBOUND_ADD_RULE:
	case FX_OUTBOUND_SET_RULE:
	case FX_OUTBOUND_REMOVE_RULE:
		break;
	}
	return change_rule(o, ch, ports, reterr);
}

/* ---- as text ---- */

char *fx_outbound_group_text(const struct fx_outbound_group *g)
{
	size_t size = g->n * 11 + 1, at = 0;
	char *text = fx_zalloc(size);

	for (size_t i = 0; text && i < g->n; i++) {
		at += (size_t)snprintf(text + at, size - at, "%s%u", i ? " " : "", g->ids[i]);
	}
	return text;
}

int fx_outbound_load_group(struct fx_outbound *o, const char *name, const char *text)
{
	uint32_t ids[FX_OUTBOUND_DEVICES_MAX];
	size_t n = 0;
	bool found;

	(void)group_place(o, name, &found);
	if (found || check_name(name, NULL) || fx_outbound_is_all(name)) {
		return FX_EINVAL;
	}
	for (const char *p = text; *p;) {
		char *end;
		unsigned long v = strtoul(p, &end, 10);

		if (end == p || !v || v > UINT32_MAX) {
			return FX_EINVAL;
		}
		if (n == FX_OUTBOUND_DEVICES_MAX) {
			return FX_ELIMIT;
		}
		ids[n++] = (uint32_t)v;
		for (p = end; *p == ' '; p++) {
			;
		}
	}
	return o->n_groups < FX_OUTBOUND_GROUPS_MAX ? group_add(o, name, ids, n) : FX_ELIMIT;
}

char *fx_outbound_rule_text(const struct fx_outbound_rule *r)
{
	return r->group ? fx_asprintf("group %s", r->group)
			: fx_asprintf("device %u", r->device_id);
}

int fx_outbound_load_rule(struct fx_outbound *o, uint32_t country, uint32_t area,
			  const char *text)
{
	struct fx_outbound_rule r = {.country = country, .area = area};
	char *end = NULL;

	if (!strncmp(text, "group ", 6)) {
		r.group = (char *)(uintptr_t)(text + 6);
		if (check_name(r.group, NULL)) {
			return FX_EINVAL;
		}
	} else if (!strncmp(text, "device ", 7)) {
		r.device_id = (uint32_t)strtoul(text + 7, &end, 10);
		if (!r.device_id || *end) {
			return FX_EINVAL;
		}
	} else {
		return FX_EINVAL;
	}
	if ((!country && area) || country > 999 || area > FX_OUTBOUND_AREA_MAX) {
		return FX_EINVAL;
	}
	return o->n_rules < FX_OUTBOUND_RULES_MAX ? rule_add(o, &r) : FX_ELIMIT;
}
