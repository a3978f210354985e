/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/lines.h"

#include <stdio.h>
#include <string.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "queue/journal.h"

#define META_LAST "ports.last_device_id"

struct fx_lines {
	struct fx_port_info *v;
	size_t n;
	uint32_t last_id; /* never given again, also when a port is gone */
	int err;
};

static int add(struct fx_lines *l, const struct fx_port_info *info)
{
	struct fx_port_info *v = fx_realloc(l->v, (l->n + 1) * sizeof(*v));

	if (!v) {
		return FX_ENOMEM;
	}
	l->v = v;
	l->v[l->n++] = *info;
	if (info->device_id > l->last_id) {
		l->last_id = info->device_id;
	}
	return 0;
}

static bool load_one(void *arg, const struct fx_port_info *info)
{
	struct fx_lines *l = arg;

	l->err = add(l, info);
	return !l->err;
}

int fx_lines_load(struct fx_store *store, struct fx_lines **ret)
{
	struct fx_lines *l = fx_zalloc(sizeof(*l));
	char *last = NULL;
	int64_t id = 0;
	int err = l ? fx_store_each_port(store, load_one, l) : FX_ENOMEM;

	if (!err) {
		err = l->err;
	}
	if (err) {
		(void)fx_lines_free(l);
		return err;
	}
	if (!fx_store_get_meta(store, META_LAST, &last)) {
		if (!fx_parse_i64(last, 0, UINT32_MAX, &id) && id > l->last_id) {
			l->last_id = (uint32_t)id;
		}
		(void)fx_free(last);
	}
	*ret = l;
	return 0;
}

struct fx_lines *fx_lines_free(struct fx_lines *l)
{
	if (l) {
		(void)fx_free(l->v);
	}
	return fx_free(l);
}

static void new_port(struct fx_lines *l, const char *provider, const struct fx_line *line,
		     struct fx_port_info *info)
{
	memset(info, 0, sizeof(*info));
	info->device_id = l->last_id + 1;
	(void)fx_strlcpy(info->provider, provider, sizeof(info->provider));
	(void)fx_strlcpy(info->line, line->line, sizeof(info->line));
	(void)fx_strlcpy(info->name, line->name, sizeof(info->name));
	fx_station_id(info->tsid, line->number);
	fx_station_id(info->csid, line->number);
	info->rings = 1;
	info->priority = (uint32_t)l->n + 1;
	info->send = info->receive = true;
	info->is_virtual = line->is_virtual;
}

int fx_lines_identify(struct fx_lines *l, struct fx_queue *queue, const char *provider,
		      const struct fx_line *line, struct fx_port_info *info)
{
	struct fx_group *g;
	char last[16];
	int err;

	for (size_t i = 0; i < l->n; i++) {
		if (!strcmp(l->v[i].provider, provider) && !strcmp(l->v[i].line, line->line)) {
			*info = l->v[i];
			(void)fx_strlcpy(info->name, line->name, sizeof(info->name));
			info->is_virtual = line->is_virtual;
			return 0;
		}
	}
	new_port(l, provider, line, info);
	err = add(l, info);
	if (err) {
		return err;
	}
	fx_log_in(FX_LOG_OTHER, FX_LOG_INFO, "casellid: port=%u is %s (%s line %s)",
		  info->device_id, info->name, provider, line->line);
	(void)snprintf(last, sizeof(last), "%u", l->last_id);
	g = fx_group_new(fx_queue_journal(queue));
	fx_group_put_port(g, info);
	fx_group_put_meta(g, META_LAST, last);
	return fx_group_commit(g, FX_COMMIT_KEEP, NULL, NULL);
}
