/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/settings_sip.h"

#include <stdio.h>
#include <string.h>
#include "providers/sip/settings.h"

static const char trunk_help[] =
	"One section for each SIP provider or gateway; its ports are called NAME/1, NAME/2 ...";
static const char to_help[] =
	"What differs for some numbers, by number or beginning, as +4930* in the form with country "
	"code: t38-first, g711-first, t38 or g711, min_rate=, max_rate=, ecm=.";

bool fx_settings_is_sip(const char *section)
{
	return !strcmp(section, "sip") || !strncmp(section, "trunk ", 6);
}

static void put(struct fx_settings *s, const char *line)
{
	s->sip.len -= s->sip.len > 0; /* the NUL */
	fx_buf_put(&s->sip, line, strlen(line) + 1);
}

int fx_settings_sip_set(struct fx_settings *s, const char *section, const char *key,
			const char *value, struct fx_reason *reterr)
{
	struct fx_buf line = {0};
	int err = fx_sip_settings_check(section, key, value, reterr);

	if (err) {
		return err;
	}
	s->has_password |= !strcmp(key, "password") && *value;
	fx_buf_printf(&line, "[%s]\n%s = %s\n", section, key, value);
	fx_buf_u8(&line, 0);
	if (!line.err) {
		put(s, (const char *)line.data);
	}
	err = line.err ? line.err : s->sip.err;
	fx_buf_fini(&line);
	return err;
}

int fx_settings_sip_check(const struct fx_settings *s, struct fx_reason *reterr)
{
	struct fx_sip_settings sip;
	int err;

	if (s->sip.len <= 1) {
		return 0;
	}
	err = fx_sip_settings_parse(&sip, (const char *)s->sip.data, reterr);
	fx_sip_settings_fini(&sip);
	if (!err && !s->host) {
		err = fx_fail(reterr, FX_EINVAL, "SIP always runs in a process of its own; remove "
			      "host = no from [service]");
	}
	return err;
}

static void range(const struct fx_sip_key *k, char *buf, size_t size)
{
	*buf = 0;
	if (k->kind == FX_SIP_INT) {
		(void)snprintf(buf, size, " (%lld to %lld)", (long long)k->min, (long long)k->max);
	} else if (k->kind == FX_SIP_CHOICE) {
		(void)snprintf(buf, size, " (%s)", k->choices);
	} else if (k->kind == FX_SIP_FLAG) {
		(void)snprintf(buf, size, " (yes or no)");
	}
}

void fx_settings_sip_list(FILE *f)
{
	const char *section = "";
	char buf[80];

	for (size_t i = 0; i < fx_sip_n_keys; i++) {
		const struct fx_sip_key *k = &fx_sip_keys[i];
		bool trunk = !strcmp(k->section, "trunk");

		if (strcmp(section, k->section) != 0) {
			section = k->section;
			/* Their mere presence opens sockets, so even the names are comments. */
			(void)fprintf(f, trunk ? "\n; %s\n;[trunk NAME]\n" : "\n;[sip]\n",
				      trunk_help);
		}
		range(k, buf, sizeof(buf));
		(void)fprintf(f, "; %s%s\n;%s = %s\n", k->help, buf, k->key,
			      trunk && !strcmp(k->key, "host") ? "sip.example.org" : k->def);
	}
	(void)fprintf(f, "; %s\n;to +4930* = g711 max_rate=9600\n", to_help);
}

void fx_settings_sip_man(FILE *f, void (*row)(FILE *f, const char *key, const char *def,
					      const char *help, const char *more))
{
	const char *section = "";
	char buf[80];

	for (size_t i = 0; i < fx_sip_n_keys; i++) {
		const struct fx_sip_key *k = &fx_sip_keys[i];

		if (strcmp(section, k->section) != 0) {
			section = k->section;
			(void)fprintf(f, ".SS [%s]\n%s\n", strcmp(section, "sip") ? "trunk NAME" :
				      "sip", strcmp(section, "sip") ? trunk_help :
				      "The SIP lines; without this section and any trunk there are "
				      "none. Lists may go on in further lines of the same key.");
		}
		range(k, buf, sizeof(buf));
		row(f, k->key, k->def, k->help, buf);
	}
	row(f, "to PATTERN", "words", to_help, "");
}
