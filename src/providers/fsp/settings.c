/* SPDX-License-Identifier: Apache-2.0 */
/** @file providers/fsp/settings.c  The settings of one provider: lines "key = value". */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "providers/fsp/settings.h"

#define TEXT(f) offsetof(struct fx_fsp_settings, f), sizeof(((struct fx_fsp_settings *)0)->f)
#define NUMBER(f) offsetof(struct fx_fsp_settings, f), 0

static const struct key {
	const char *name;
	size_t at, size; /* size 0: a number */
	int64_t min, max, preset;
} keys[] = {
	{"image", TEXT(image), 0, 0, 0},
	{"tsp", TEXT(tsp), 0, 0, 0},
	{"folder", TEXT(folder), 0, 0, 0},
	{"start_s", NUMBER(start_s), 1, 3600, 60},
	{"step_s", NUMBER(step_s), 1, 3600, 30},
	{"call_s", NUMBER(call_s), 1, 86400, 3600},
	{"silence_s", NUMBER(silence_s), 1, 86400, 600},
	{"grace_s", NUMBER(grace_s), 1, 3600, 20},
};

static const struct key *find(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(keys); i++) {
		if (strlen(keys[i].name) == n && !memcmp(keys[i].name, name, n)) {
			return &keys[i];
		}
	}
	return NULL;
}

static int take(struct fx_fsp_settings *s, const struct key *k, const char *value,
		struct fx_reason *reterr)
{
	char *at = (char *)s + k->at;
	int64_t v;

	if (k->size) {
		if (strlen(value) >= k->size) {
			return fx_fail(reterr, FX_ELIMIT, "%s is too long", k->name);
		}
		(void)fx_strlcpy(at, value, k->size);
		return 0;
	}
	if (fx_parse_i64(value, k->min, k->max, &v)) {
		return fx_fail(reterr, FX_EINVAL, "%s = %.40s: a number from %lld to %lld is "
			       "wanted", k->name, value, (long long)k->min, (long long)k->max);
	}
	(void)memcpy(at, &v, sizeof(v));
	return 0;
}

static int take_line(struct fx_fsp_settings *s, char *line, struct fx_reason *reterr)
{
	const struct key *k;
	size_t n;

	line += strspn(line, " \t");
	if (!*line || *line == ';' || *line == '#') {
		return 0;
	}
	n = strcspn(line, " \t=");
	k = find(line, n);
	if (!k) {
		return fx_fail(reterr, FX_EINVAL, "there is no setting '%.*s'", (int)n, line);
	}
	line += n;
	line += strspn(line, " \t");
	line += *line == '=';
	line += strspn(line, " \t");
	n = strlen(line);
	while (n && strchr(" \t\r", line[n - 1])) {
		line[--n] = '\0';
	}
	return take(s, k, line, reterr);
}

int fx_fsp_settings_parse(struct fx_fsp_settings *s, const char *text, struct fx_reason *reterr)
{
	fx_auto char *copy = fx_strdup(fx_text(text));
	char *line = copy, *end;
	int err = copy ? 0 : FX_ENOMEM;
	size_t i;

	(void)memset(s, 0, sizeof(*s));
	for (i = 0; i < FX_ARRAY_LEN(keys); i++) {
		if (!keys[i].size) {
			(void)memcpy((char *)s + keys[i].at, &keys[i].preset, sizeof(int64_t));
		}
	}
	while (!err && line) {
		end = strchr(line, '\n');
		if (end) {
			*end++ = '\0';
		}
		err = take_line(s, line, reterr);
		line = end;
	}
	if (!err && !s->image[0]) {
		return fx_fail(reterr, FX_EINVAL, "image is missing: the full path of the "
			       "provider's shared object");
	}
	if (!err && s->tsp[0]) {
		return fx_fail(reterr, FX_EINVAL, "it wants the telephony provider '%s'; only "
			       "virtual devices exist here (tsp must be empty)", s->tsp);
	}
	return err;
}
