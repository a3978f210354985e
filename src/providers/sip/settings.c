/* SPDX-License-Identifier: Apache-2.0 */
/* [sip] and [trunk NAME]: lines to values, then what must fit together. */
#include "providers/sip/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "base/mem.h"
#include "base/str.h"
#include "providers/sip/numbers.h"
#include "providers/sip/settings_priv.h"

#define TRUNKS_MAX 100u
#define ROUTES_MAX 1000u
#define BLANKS " \t\r"

static const char *const policies[] = {"t38-first", "g711-first", "t38", "g711"};

/* ---- one value ---- */

static int choice_of(const struct fx_sip_key *k, const char *v, int64_t *ret)
{
	const char *p = k->choices;

	for (int64_t i = k->min; p; i++) {
		size_t n = strcspn(p, "|");

		if (strlen(v) == n && !strncmp(p, v, n)) {
			*ret = i;
			return 0;
		}
		p = p[n] ? p + n + 1 : NULL;
	}
	return FX_EINVAL;
}

static int flag_of(const char *v, int64_t *ret)
{
	static const char *const yes[] = {"yes", "true", "on", "1"};
	static const char *const no[] = {"no", "false", "off", "0"};

	for (size_t i = 0; i < FX_ARRAY_LEN(yes); i++) {
		if (fx_str_ieq(v, yes[i]) || fx_str_ieq(v, no[i])) {
			*ret = fx_str_ieq(v, yes[i]);
			return 0;
		}
	}
	return FX_EINVAL;
}

static char *trim(char *s)
{
	size_t n;

	s += strspn(s, BLANKS);
	for (n = strlen(s); n && strchr(BLANKS, s[n - 1]); n--) {
		s[n - 1] = 0;
	}
	return s;
}

static int add_part(const struct fx_sip_key *k, char *field, const char *part,
		    struct fx_reason *why)
{
	size_t n = strlen(field);
	struct fx_reason bad = {0};

	if (k->check && k->check(part, &bad)) {
		return fx_fail(why, FX_EINVAL, "%s has \"%.80s\", but each part %.150s", k->key,
			       part, bad.text);
	}
	if (n + strlen(part) + 3 > k->size) {
		return fx_fail(why, FX_EINVAL, "%s is longer than %zu characters", k->key,
			       k->size - 1);
	}
	(void)snprintf(field + n, k->size - n, "%s%s", n ? ", " : "", part);
	return 0;
}

/* A list's parts one by one; what does not fit is not cut but refused. */
static int set_list(const struct fx_sip_key *k, char *field, const char *v, bool add,
		    struct fx_reason *why)
{
	char part[256];
	int err = 0;

	if (!add) {
		field[0] = 0;
	}
	while (*v && !err) {
		size_t len = strcspn(v, ",");
		char *p;

		if (len >= sizeof(part)) {
			return fx_fail(why, FX_EINVAL, "%s has a part of more than %zu characters",
				       k->key, sizeof(part) - 1);
		}
		memcpy(part, v, len);
		part[len] = 0;
		v += len + (v[len] == ',');
		p = trim(part);
		err = *p ? add_part(k, field, p, why) : 0;
	}
	return err;
}

static int set_text(const struct fx_sip_key *k, char *field, const char *v, struct fx_reason *why)
{
	struct fx_reason bad = {0};

	if (strlen(v) >= k->size) {
		return fx_fail(why, FX_EINVAL, "%s is longer than %zu characters", k->key,
			       k->size - 1);
	}
	if (*v && k->check && k->check(v, &bad)) {
		return fx_fail(why, FX_EINVAL, "%s is \"%.80s\", but %.150s", k->key, v, bad.text);
	}
	for (const char *p = v; *p; p++) {
		if ((unsigned char)*p < 0x20 || *p == 0x7f) {
			return fx_fail(why, FX_EINVAL, "%s has control characters", k->key);
		}
	}
	(void)fx_strlcpy(field, v, k->size);
	return 0;
}

/* Store a value in the struct that starts at base. add: a further line of a list */
static int set_value(const struct fx_sip_key *k, void *base, const char *v, bool add,
		     struct fx_reason *why)
{
	void *field = (char *)base + k->offset;

	switch (k->kind) {
	case FX_SIP_INT:
		return fx_parse_i64(v, k->min, k->max, field) ?
			fx_fail(why, FX_EINVAL, "%s is \"%.80s\", but must be a number from %lld "
				"to %lld", k->key, v, (long long)k->min, (long long)k->max) : 0;
	case FX_SIP_FLAG:
		return flag_of(v, field) ? fx_fail(why, FX_EINVAL, "%s is \"%.80s\", but must be "
						   "yes or no", k->key, v) : 0;
	case FX_SIP_CHOICE:
		return choice_of(k, v, field) ? fx_fail(why, FX_EINVAL, "%s is \"%.80s\", but must "
							"be one of %s", k->key, v, k->choices) : 0;
	case FX_SIP_PATH:
		if (*v && *v != '/') {
			return fx_fail(why, FX_EINVAL, "%s is \"%.80s\", but must be a full path "
				       "(from /)", k->key, v);
		}
		return set_text(k, field, v, why);
	case FX_SIP_TEXT:
		return set_text(k, field, v, why);
	case FX_SIP_LIST:
		return set_list(k, field, v, add, why);
	}
	return FX_EINVAL;
}

static void set_defaults(const char *section, void *base)
{
	for (size_t i = 0; i < fx_sip_n_keys; i++) {
		const struct fx_sip_key *k = &fx_sip_keys[i];

		if (!strcmp(k->section, section)) {
			FX_ASSERT(!set_value(k, base, k->def, false, NULL));
		}
	}
}

static const struct fx_sip_key *find_key(const char *section, const char *key)
{
	for (size_t i = 0; i < fx_sip_n_keys; i++) {
		if (!strcmp(fx_sip_keys[i].section, section) && !strcmp(fx_sip_keys[i].key, key)) {
			return &fx_sip_keys[i];
		}
	}
	return NULL;
}

/* ---- to PATTERN = g711 max_rate=9600 ecm=no ---- */

static int route_word(struct fx_sip_route *r, char *word, struct fx_reason *why)
{
	char *eq = strchr(word, '=');
	int64_t v;

	for (size_t i = 0; !eq && i < FX_ARRAY_LEN(policies); i++) {
		if (!strcmp(word, policies[i])) {
			r->policy = (int64_t)i;
			return 0;
		}
	}
	if (eq) {
		*eq++ = 0;
		if (!strcmp(word, "ecm") && !flag_of(eq, &v)) {
			r->ecm = v;
			return 0;
		}
		if (!strcmp(word, "max_rate") && !fx_parse_i64(eq, 2400, 14400, &v)) {
			r->max_rate = v;
			return 0;
		}
		if (!strcmp(word, "min_rate") && !fx_parse_i64(eq, 2400, 14400, &v)) {
			r->min_rate = v;
			return 0;
		}
	}
	return fx_fail(why, FX_EINVAL, "\"%.60s%s%.40s\" is none of t38-first, g711-first, t38, "
		       "g711, ecm=yes or no, max_rate= or min_rate=2400 to 14400", word,
		       eq ? "=" : "", eq ? eq : "");
}

/* -1 in a field: as the trunk has it; filled in when all is read. */
static int parse_route(const char *pattern, const char *value, struct fx_sip_route *r,
		       struct fx_reason *why)
{
	fx_auto char *copy = fx_strdup(value);
	size_t digits;
	char *save = NULL;

	*r = (struct fx_sip_route){.policy = -1, .min_rate = -1, .max_rate = -1, .ecm = -1};
	if (!copy) {
		return FX_ENOMEM;
	}
	pattern += strspn(pattern, BLANKS);
	digits = (pattern[0] == '+') + strspn(pattern + (pattern[0] == '+'), "0123456789");
	if (!digits || strlen(pattern) >= sizeof(r->pattern) ||
	    (pattern[digits] && strcmp(pattern + digits, "*") != 0)) {
		return fx_fail(why, FX_EINVAL, "\"to %.60s\" needs a number or its beginning and "
			       "*, as to +4930* =", pattern);
	}
	(void)fx_strlcpy(r->pattern, pattern, sizeof(r->pattern));
	for (char *w = strtok_r(copy, " \t,", &save); w; w = strtok_r(NULL, " \t,", &save)) {
		int err = route_word(r, w, why);

		if (err) {
			return err;
		}
	}
	return 0;
}

static int add_route(struct fx_sip_trunk *t, const char *pattern, const char *value,
		     struct fx_reason *why)
{
	struct fx_sip_route r, *all;
	int err = parse_route(pattern, value, &r, why);

	if (err) {
		return err;
	}
	if (t->n_routes >= ROUTES_MAX) {
		return fx_fail(why, FX_EINVAL, "more than %u lines \"to ...\"", ROUTES_MAX);
	}
	all = fx_realloc(t->routes, (t->n_routes + 1) * sizeof(*all));
	if (!all) {
		return FX_ENOMEM;
	}
	t->routes = all;
	t->routes[t->n_routes++] = r;
	return 0;
}

/* ---- sections ---- */

static int check_name(const char *name, struct fx_reason *why)
{
	static const char ok[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789-_.";
	size_t n = strlen(name);

	return n && n < FX_SIP_TRUNK_NAME && strspn(name, ok) == n ? 0 :
		fx_fail(why, FX_EINVAL, "a trunk's name has 1 to %u letters, digits, - _ or .",
			FX_SIP_TRUNK_NAME - 1);
}

static const char *trunk_name(const char *section)
{
	return strncmp(section, "trunk ", 6) ? NULL : section + 6 + strspn(section + 6, " \t");
}

struct parsing {
	struct fx_sip_settings *s;
	struct fx_sip_trunk *trunk; /* NULL = [sip] */
	bool listen_seen;           /* the one list that has a default */
	char section[64];
	bool in_section;
};

static int open_section(struct parsing *p, const char *section, struct fx_reason *why)
{
	const char *name = trunk_name(section);
	struct fx_sip_settings *s = p->s;
	struct fx_sip_trunk *all;
	int err;

	(void)fx_strlcpy(p->section, section, sizeof(p->section));
	p->in_section = true;
	p->trunk = NULL;
	if (!strcmp(section, "sip")) {
		return 0;
	}
	err = name ? check_name(name, why) : fx_fail(why, FX_EINVAL, "there is only [sip] and "
						     "[trunk NAME]");
	for (size_t i = 0; !err && i < s->n_trunks; i++) {
		if (!strcmp(s->trunks[i].name, name)) {
			p->trunk = &s->trunks[i];
			return 0;
		}
	}
	if (!err && s->n_trunks >= TRUNKS_MAX) {
		err = fx_fail(why, FX_EINVAL, "more than %u trunks", TRUNKS_MAX);
	}
	if (err) {
		return err;
	}
	all = fx_realloc(s->trunks, (s->n_trunks + 1) * sizeof(*all));
	if (!all) {
		return FX_ENOMEM;
	}
	s->trunks = all;
	p->trunk = &all[s->n_trunks++];
	memset(p->trunk, 0, sizeof(*p->trunk));
	(void)fx_strlcpy(p->trunk->name, name, sizeof(p->trunk->name));
	set_defaults("trunk", p->trunk);
	return 0;
}

static int unknown_key(const char *section, const char *key, struct fx_reason *why)
{
	return fx_fail(why, FX_EINVAL, "there is no setting \"%.60s\" in [%.40s]; casellid "
		       "--list-settings shows all", key, section);
}

static int one_pair(struct parsing *p, const char *key, const char *v, struct fx_reason *why)
{
	const struct fx_sip_key *k;
	bool add;

	if (!p->in_section) {
		return fx_fail(why, FX_EINVAL, "%.60s stands before [sip] and any [trunk NAME]",
			       key);
	}
	if (p->trunk && !strncmp(key, "to ", 3)) {
		return add_route(p->trunk, key + 3, v, why);
	}
	k = find_key(p->trunk ? "trunk" : "sip", key);
	if (!k) {
		return unknown_key(p->section, key, why);
	}
	add = strcmp(key, "listen") != 0 || p->listen_seen;
	p->listen_seen |= !add;
	return set_value(k, p->trunk ? (void *)p->trunk : (void *)p->s, v, add, why);
}

static int one_line(struct parsing *p, char *line, struct fx_reason *why)
{
	char *key = trim(line), *eq, *end;

	if (!*key || *key == '#' || *key == ';') {
		return 0;
	}
	if (*key == '[') {
		end = strchr(key, ']');
		if (!end || end[1]) {
			return fx_fail(why, FX_EINVAL, "\"%.60s\" is no [section]", key);
		}
		*end = 0;
		return open_section(p, trim(key + 1), why);
	}
	eq = strchr(key, '=');
	if (!eq) {
		return fx_fail(why, FX_EINVAL, "\"%.60s\" is not \"key = value\"", key);
	}
	*eq = 0;
	return one_pair(p, trim(key), trim(eq + 1), why);
}

/* ---- what must fit together ---- */

static bool is_listened(const struct fx_sip_settings *s, int64_t transport)
{
	struct fx_ua_listen l[32];
	size_t n = fx_sip_settings_listen(s, l, FX_ARRAY_LEN(l));

	for (size_t i = 0; i < n; i++) {
		if ((int64_t)l[i].transport == transport) {
			return true;
		}
	}
	return false;
}

static int finish_trunk(const struct fx_sip_settings *s, struct fx_sip_trunk *t,
			struct fx_reason *why)
{
	static const char *const words[] = {"udp", "tcp", "tls"};

	if (!*t->host) {
		return fx_fail(why, FX_EINVAL, "host is missing: say where the provider or gateway "
			       "is, host = sip.example.org");
	}
	if (t->do_register && !*t->user) {
		return fx_fail(why, FX_EINVAL, "register = yes needs user, the name to register");
	}
	if (*t->password && *t->password_file) {
		return fx_fail(why, FX_EINVAL, "password and password_file are both set; keep one");
	}
	if (t->transport != FX_SIP_TLS && !is_listened(s, t->transport)) {
		return fx_fail(why, FX_EINVAL, "transport is %s, but [sip] listen has no %s; add "
			       "%s:0.0.0.0:5060 there", words[t->transport], words[t->transport],
			       words[t->transport]);
	}
	for (size_t i = 0; i < t->n_routes; i++) {
		struct fx_sip_route *r = &t->routes[i];

		r->policy = r->policy < 0 ? t->media.policy : r->policy;
		r->min_rate = r->min_rate < 0 ? t->media.min_rate : r->min_rate;
		r->max_rate = r->max_rate < 0 ? t->media.max_rate : r->max_rate;
		r->ecm = r->ecm < 0 ? t->media.ecm : r->ecm;
		if (r->min_rate > r->max_rate) {
			return fx_fail(why, FX_EINVAL, "to %s: min_rate is above max_rate",
				       r->pattern);
		}
	}
	return t->media.min_rate > t->media.max_rate ?
		       fx_fail(why, FX_EINVAL, "min_rate is above max_rate") : 0;
}

static int finish_sip(const struct fx_sip_settings *s, struct fx_reason *why)
{
	int64_t ports = 0, have = s->media_port_max - s->media_port_min + 1;

	for (size_t i = 0; i < s->n_trunks; i++) {
		ports += s->trunks[i].ports;
	}
	if (have < ports || have <= 1) {
		return fx_fail(why, FX_EINVAL, "media_port_min to media_port_max are %lld UDP "
			       "ports, but the trunks have %lld fax ports; make it wider",
			       (long long)(have > 0 ? have : 0), (long long)ports);
	}
	if (is_listened(s, FX_SIP_TLS) && !*s->cert) {
		return fx_fail(why, FX_EINVAL, "listen has tls, which needs cert, a file with "
			       "certificate and key");
	}
	return 0;
}

static int finish(struct fx_sip_settings *s, struct fx_reason *reterr)
{
	struct fx_reason why = {0};
	int err = finish_sip(s, &why);

	if (err) {
		return fx_fail(reterr, err, "[sip] %.250s", why.text);
	}
	for (size_t i = 0; i < s->n_trunks; i++) {
		err = finish_trunk(s, &s->trunks[i], &why);
		if (err) {
			return fx_fail(reterr, err, "[trunk %s] %.250s", s->trunks[i].name,
				       why.text);
		}
	}
	return 0;
}

/* ---- whole texts ---- */

int fx_sip_settings_parse(struct fx_sip_settings *s, const char *text, struct fx_reason *reterr)
{
	fx_auto char *copy = fx_strdup(fx_text(text));
	struct parsing p = {.s = s};
	struct fx_reason why = {0};
	char *next;
	int err = 0;

	memset(s, 0, sizeof(*s));
	if (!copy) {
		return FX_ENOMEM;
	}
	set_defaults("sip", s);
	for (char *line = copy; line && !err; line = next) {
		next = strchr(line, '\n');
		if (next) {
			*next++ = 0;
		}
		err = one_line(&p, line, &why);
	}
	if (err) {
		return fx_fail(reterr, err, "[%.60s] %.240s", p.in_section ? p.section : "?",
			       *why.text ? why.text : fx_error_str(err));
	}
	return finish(s, reterr);
}

void fx_sip_settings_fini(struct fx_sip_settings *s)
{
	for (size_t i = 0; i < s->n_trunks; i++) {
		s->trunks[i].routes = fx_free(s->trunks[i].routes);
	}
	s->trunks = fx_free(s->trunks);
	s->n_trunks = 0;
}

int fx_sip_settings_check(const char *section, const char *key, const char *value,
			  struct fx_reason *reterr)
{
	const char *name = trunk_name(section);
	union {
		struct fx_sip_settings sip;
		struct fx_sip_trunk trunk;
	} scratch;
	struct fx_sip_route route;
	const struct fx_sip_key *k;
	int err = name ? check_name(name, reterr) : 0;

	if (err) {
		return err;
	}
	if (name && !strncmp(key, "to ", 3)) {
		return parse_route(key + 3, value, &route, reterr);
	}
	k = find_key(name ? "trunk" : "sip", key);
	return k ? set_value(k, &scratch, value, false, reterr) :
		   unknown_key(section, key, reterr);
}

/* ---- passwords ---- */

static void read_secret(struct fx_sip_trunk *t)
{
	FILE *f = fopen(t->password_file, "re");
	struct stat st;

	if (!f) {
		(void)snprintf(t->fault, sizeof(t->fault), "password_file %.100s cannot be read: "
			       "%.40s", t->password_file, strerror(errno));
		return;
	}
	if (fstat(fileno(f), &st) || !S_ISREG(st.st_mode) || (st.st_mode & S_IROTH)) {
		(void)snprintf(t->fault, sizeof(t->fault), "password_file %.110s can be read by "
			       "everybody and is not used; chmod o-r", t->password_file);
	} else if (!fgets(t->password, sizeof(t->password), f) ||
		   !strcspn(t->password, "\r\n")) {
		(void)snprintf(t->fault, sizeof(t->fault), "password_file %.120s has no first "
			       "line", t->password_file);
	}
	(void)fclose(f);
	t->password[strcspn(t->password, "\r\n")] = 0;
}

void fx_sip_settings_secrets(struct fx_sip_settings *s)
{
	for (size_t i = 0; i < s->n_trunks; i++) {
		if (*s->trunks[i].password_file) {
			read_secret(&s->trunks[i]);
		}
	}
}

/* ---- questions ---- */

void fx_sip_line_name(const struct fx_sip_trunk *t, uint32_t i, char dst[32])
{
	(void)snprintf(dst, 32, "%s/%u", t->name, (unsigned)(i % 1000));
}

const struct fx_sip_trunk *fx_sip_trunk_of_line(const struct fx_sip_settings *s, const char *line,
						uint32_t *ret_i)
{
	const char *slash = strrchr(line, '/');
	int64_t n;

	for (size_t i = 0; slash && i < s->n_trunks; i++) {
		const struct fx_sip_trunk *t = &s->trunks[i];

		if (strlen(t->name) == (size_t)(slash - line) &&
		    !strncmp(line, t->name, (size_t)(slash - line)) &&
		    !fx_parse_i64(slash + 1, 1, t->ports, &n)) {
			if (ret_i) {
				*ret_i = (uint32_t)n;
			}
			return t;
		}
	}
	return NULL;
}

const struct fx_sip_route *fx_sip_route_of(const struct fx_sip_trunk *t, const char *number)
{
	const struct fx_sip_route *best = &t->media;
	int most = -1;

	for (size_t i = 0; i < t->n_routes; i++) {
		int n = fx_sip_pattern_match(t->routes[i].pattern, number);

		if (n > most) {
			most = n;
			best = &t->routes[i];
		}
	}
	return best;
}
