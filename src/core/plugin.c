/* SPDX-License-Identifier: Apache-2.0 */
#include "core/plugin.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/route_rules.h"

static bool is_plain(const char *s)
{
	for (; *s; s++) {
		if ((unsigned char)*s < 0x20 || *s == 0x7F) {
			return false;
		}
	}
	return true;
}

static int check_methods(const struct fx_plugin *p, struct fx_reason *reterr)
{
	uint32_t i, k;

	if (!p->n_methods || p->n_methods > FX_PLUGIN_METHODS_MAX) {
		return fx_fail(reterr, FX_EINVAL, "an extension has 1 to %u methods",
			       FX_PLUGIN_METHODS_MAX);
	}
	for (i = 0; i < p->n_methods; i++) {
		const struct fx_plugin_method *m = &p->methods[i];

		if (!fx_guid_valid(m->guid)) {
			return fx_fail(reterr, FX_EINVAL, "'%s' is no GUID in braces", m->guid);
		}
		if (!m->function[0] || !is_plain(m->function) || !is_plain(m->name) ||
		    !is_plain(m->friendly)) {
			return fx_fail(reterr, FX_EINVAL, "a name of a method is missing or "
				       "has control characters");
		}
		for (k = 0; k < i; k++) {
			if (fx_str_ieq(p->methods[k].guid, m->guid)) {
				return fx_fail(reterr, FX_EINVAL, "%s stands there twice",
					       m->guid);
			}
		}
	}
	return 0;
}

int fx_plugin_check(const struct fx_plugin *p, struct fx_reason *reterr)
{
	if (!p->name[0] || !is_plain(p->name) || strpbrk(p->name, "/\\")) {
		return fx_fail(reterr, FX_EINVAL, "the name must be there, without control "
			       "characters and slashes");
	}
	if (!p->friendly[0] || !is_plain(p->friendly) || !is_plain(p->tsp)) {
		return fx_fail(reterr, FX_EINVAL, "the display name must be there, without "
			       "control characters");
	}
	if (!p->image[0] || !strchr("/%$", p->image[0]) || !is_plain(p->image)) {
		return fx_fail(reterr, FX_EINVAL, "'%s' is not the full path of a shared object",
			       p->image);
	}
	if (p->tsp[0]) {
		return fx_fail(reterr, FX_EINVAL, "it wants the telephony provider '%s'; only "
			       "virtual devices exist here", p->tsp);
	}
	return p->kind == FX_PLUGIN_EXTENSION ? check_methods(p, reterr) : 0;
}

void fx_plugin_slot(const struct fx_plugin *p, char dst[16])
{
	uint32_t hash = 2166136261u;
	bool simple = strlen(p->name) <= 11;
	const char *s;

	for (s = p->name; *s; s++) {
		int c = tolower((unsigned char)*s);

		hash = (hash ^ (uint32_t)c) * 16777619u;
		simple = simple && (islower((unsigned char)*s) || isdigit((unsigned char)*s) ||
				    *s == '-');
	}
	if (simple) {
		(void)snprintf(dst, 16, "fsp:%.11s", p->name);
	} else {
		(void)snprintf(dst, 16, "fsp:%08x", hash);
	}
}

char *fx_plugins_format(const struct fx_plugin *v, size_t n)
{
	struct fx_buf b = {0};
	size_t i;
	uint32_t k;

	for (i = 0; i < n; i++) {
		const struct fx_plugin *p = &v[i];

		fx_buf_printf(&b, "%s\t%s\t%s\t%s\t%s",
			      p->kind == FX_PLUGIN_PROVIDER ? "provider" : "extension", p->name,
			      p->friendly, p->image, p->tsp);
		for (k = 0; k < p->n_methods; k++) {
			const struct fx_plugin_method *m = &p->methods[k];

			fx_buf_printf(&b, "\t%s\t%s\t%s\t%s", m->name, m->friendly, m->function,
				      m->guid);
		}
		fx_buf_printf(&b, "\n");
	}
	fx_buf_u8(&b, 0);
	if (b.err) {
		fx_buf_fini(&b);
		return NULL;
	}
	return (char *)b.data;
}

/* The next field of a line, "" behind its end. */
static bool field(char **line, char *dst, size_t size)
{
	char *s = *line ? strsep(line, "\t") : NULL;

	if (!s || strlen(s) >= size) {
		return false;
	}
	(void)fx_strlcpy(dst, s, size);
	return true;
}

static bool read_line(struct fx_plugin *p, char *line)
{
	char kind[16];
	bool ok = field(&line, kind, sizeof(kind)) && field(&line, p->name, sizeof(p->name)) &&
		  field(&line, p->friendly, sizeof(p->friendly)) &&
		  field(&line, p->image, sizeof(p->image)) &&
		  field(&line, p->tsp, sizeof(p->tsp));

	p->kind = ok && !strcmp(kind, "extension") ? FX_PLUGIN_EXTENSION : FX_PLUGIN_PROVIDER;
	ok = ok && (p->kind == FX_PLUGIN_EXTENSION || !strcmp(kind, "provider"));
	while (ok && line && p->n_methods < FX_PLUGIN_METHODS_MAX) {
		struct fx_plugin_method *m = &p->methods[p->n_methods++];

		ok = field(&line, m->name, sizeof(m->name)) &&
		     field(&line, m->friendly, sizeof(m->friendly)) &&
		     field(&line, m->function, sizeof(m->function)) &&
		     field(&line, m->guid, sizeof(m->guid));
	}
	return ok && !line && !fx_plugin_check(p, NULL);
}

int fx_plugins_parse(const char *text, struct fx_plugin **ret, size_t *ret_n)
{
	fx_auto char *copy = fx_strdup(text);
	struct fx_plugin *v = fx_calloc(FX_PLUGINS_MAX, sizeof(*v));
	char *rest = copy, *line;
	size_t n = 0;
	int err = copy && v ? 0 : FX_ENOMEM;

	while (!err && (line = strsep(&rest, "\n"))) {
		if (!*line) {
			continue;
		}
		if (n == FX_PLUGINS_MAX) {
			err = FX_ELIMIT;
		} else if (!read_line(&v[n++], line)) {
			err = FX_ECORRUPT;
		}
	}
	if (err) {
		(void)fx_free(v);
		return err;
	}
	*ret = v;
	*ret_n = n;
	return 0;
}
