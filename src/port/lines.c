/* SPDX-License-Identifier: Apache-2.0 */
/* Which ports there are, in which order, and with which attributes. */
#include "port/port_priv.h"

#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

size_t fx_ports_count(const struct fx_ports *t)
{
	return t->n;
}

struct fx_port *fx_ports_at(struct fx_ports *t, size_t i)
{
	return i < t->n ? t->by_id[i] : NULL;
}

/* Position of the first port whose id is not below device_id. */
static size_t lower_bound(const struct fx_ports *t, uint32_t device_id)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->by_id[mid]->info.device_id < device_id) {
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	return lo;
}

struct fx_port *fx_ports_find(struct fx_ports *t, uint32_t device_id)
{
	size_t i = lower_bound(t, device_id);

	return i < t->n && t->by_id[i]->info.device_id == device_id ? t->by_id[i] : NULL;
}

struct fx_port *fx_ports_by_line(struct fx_ports *t, const struct fx_provider_slot *slot,
				 const char *line)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (t->by_id[i]->slot == slot && !strcmp(t->by_id[i]->info.line, line)) {
			return t->by_id[i];
		}
	}
	return NULL;
}

static bool is_in(const uint32_t *ids, size_t n, uint32_t id)
{
	while (n--) {
		if (ids[n] == id) {
			return true;
		}
	}
	return false;
}

struct fx_port *fx_ports_best_free(struct fx_ports *t, const uint32_t *not_ids, size_t n_not)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		struct fx_port *port = t->by_rank[i];

		if (port->info.send && fx_port_is_free(port) &&
		    !is_in(not_ids, n_not, port->info.device_id)) {
			return port;
		}
	}
	return NULL;
}

void fx_port_changed(struct fx_port *port)
{
	struct fx_ports *t = port->slot->t;

	if (t->cb.on_change) {
		t->cb.on_change(t->arg, port);
	}
}

/* Lines come in the order of the provider, priorities from the store: each port
 * goes before the first one that wants a lower place. */
static void insert_ranked(struct fx_ports *t, struct fx_port *port)
{
	size_t i = t->n;

	while (i && t->by_rank[i - 1]->want_priority > port->want_priority) {
		t->by_rank[i] = t->by_rank[i - 1];
		t->by_rank[i]->info.priority = (uint32_t)i + 1;
		i--;
	}
	t->by_rank[i] = port;
	port->info.priority = (uint32_t)i + 1;
}

static int make_room(struct fx_ports *t)
{
	size_t cap = t->cap ? t->cap * 2 : 16;
	struct fx_port **p;

	if (t->n < t->cap) {
		return 0;
	}
	p = fx_realloc(t->by_id, cap * sizeof(struct fx_port *));
	if (!p) {
		return FX_ENOMEM;
	}
	t->by_id = p;
	p = fx_realloc(t->by_rank, cap * sizeof(struct fx_port *));
	if (!p) {
		return FX_ENOMEM;
	}
	t->by_rank = p;
	t->cap = cap;
	return 0;
}

/* What a line gets that nobody has seen before; the owner may change all of it. */
static void default_info(const struct fx_provider_slot *slot, const struct fx_line *line,
			 struct fx_port_info *info)
{
	const struct fx_ports *t = slot->t;

	*info = (struct fx_port_info){.rings = 1, .send = true, .receive = true};
	info->device_id = t->n ? t->by_id[t->n - 1]->info.device_id + 1 : 1;
	info->priority = (uint32_t)t->n + 1;
	info->is_virtual = line->is_virtual;
	(void)fx_strlcpy(info->provider, slot->name, sizeof(info->provider));
	(void)fx_strlcpy(info->line, line->line, sizeof(info->line));
	(void)fx_strlcpy(info->name, line->name, sizeof(info->name));
	fx_station_id(info->tsid, line->number);
	fx_station_id(info->csid, line->number);
}

static int add_port(struct fx_provider_slot *slot, const struct fx_line *line,
		    struct fx_port **ret)
{
	struct fx_ports *t = slot->t;
	struct fx_port *port;
	size_t at;
	int err = make_room(t);

	port = err ? NULL : fx_zalloc(sizeof(*port));
	if (!port) {
		return FX_ENOMEM;
	}
	port->slot = slot;
	default_info(slot, line, &port->info);
	if (t->cb.on_new_line) {
		err = t->cb.on_new_line(t->arg, slot->name, line, &port->info);
	}
	if (!err && (!port->info.device_id || fx_ports_find(t, port->info.device_id))) {
		err = FX_EEXIST;
	}
	if (err) {
		(void)fx_free(port);
		return err;
	}
	port->want_priority = port->info.priority ? port->info.priority : (uint32_t)t->n + 1;
	at = lower_bound(t, port->info.device_id);
	memmove(t->by_id + at + 1, t->by_id + at, (t->n - at) * sizeof(struct fx_port *));
	t->by_id[at] = port;
	insert_ranked(t, port);
	t->n++;
	*ret = port;
	return 0;
}

void fx_ports_line(struct fx_provider_slot *slot, const struct fx_line *line)
{
	struct fx_port *port = fx_ports_by_line(slot->t, slot, line->line);
	bool was = port && port->online;

	if (!port) {
		int err = add_port(slot, line, &port);

		if (err) {
			fx_log(FX_LOG_DEBUG, "line not taken: provider=%s line=%s: %s", slot->name,
			       line->line, fx_error_str(err));
			return;
		}
	}
	port->online = line->online;
	(void)fx_free(port->why);
	port->why = line->online || !*line->why ? NULL : fx_strdup(line->why);
	fx_trace(FX_TRACE_PORT, "port=%u line=%s:%s %s", port->info.device_id, slot->name,
		 line->line, line->online ? "online" : "offline");
	if (was != line->online) {
		if (!port->online) {
			fx_port_drop_ended(port);
		}
		fx_port_tell_line(port, line->online ? FX_FEI_MODEM_POWERED_ON :
						       FX_FEI_MODEM_POWERED_OFF);
		fx_port_changed(port);
	}
}

const struct fx_port_info *fx_port_info(const struct fx_port *port)
{
	return &port->info;
}

const char *fx_port_why(const struct fx_port *port)
{
	return fx_text(port->why);
}

int fx_port_set(struct fx_port *port, const struct fx_port_info *info)
{
	struct fx_ports *t = port->slot->t;
	size_t i, from = port->info.priority - 1, to;

	FX_ON_LOOP(t->loop);
	if (info->priority < 1 || info->priority > t->n || info->rings > 99) {
		return FX_EINVAL;
	}
	if (port->call) {
		return FX_EBUSY;
	}
	port->info.rings = info->rings;
	port->info.send = info->send;
	port->info.receive = info->receive;
	port->info.manual_answer = info->manual_answer;
	(void)fx_strlcpy(port->info.description, info->description,
			 sizeof(port->info.description));
	fx_station_id(port->info.tsid, info->tsid);
	fx_station_id(port->info.csid, info->csid);
	to = info->priority - 1;
	if (from < to) {
		memmove(t->by_rank + from, t->by_rank + from + 1,
			(to - from) * sizeof(struct fx_port *));
	} else {
		memmove(t->by_rank + to + 1, t->by_rank + to,
			(from - to) * sizeof(struct fx_port *));
	}
	t->by_rank[to] = port;
	for (i = 0; i < t->n; i++) {
		t->by_rank[i]->info.priority = t->by_rank[i]->want_priority = (uint32_t)i + 1;
	}
	fx_port_changed(port);
	return 0;
}
