/* SPDX-License-Identifier: Apache-2.0 */
/* Rules, retries and names: what routing decides without touching anything. */
#include "core/route_rules.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "core/config.h"

static const struct {
	const char *word, *guid;
} words[] = {
	{"folder", FX_ROUTING_FOLDER},
	{"email", FX_ROUTING_EMAIL},
	{"print", FX_ROUTING_PRINT},
	{"inbox", FX_ROUTING_INBOX},
};

bool fx_guid_valid(const char *guid)
{
	static const char form[] = "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}";

	for (size_t i = 0; i < sizeof(form); i++) {
		bool hex = isxdigit((unsigned char)guid[i]);

		if (form[i] == 'x' ? !hex : guid[i] != form[i]) {
			return false;
		}
	}
	return true;
}

const char *fx_routing_guid(const char *word)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(words); i++) {
		if (fx_str_ieq(words[i].word, word)) {
			return words[i].guid;
		}
	}
	return fx_guid_valid(word) ? word : NULL;
}

const char *fx_routing_word(const char *guid)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(words); i++) {
		if (fx_str_ieq(words[i].guid, guid)) {
			return words[i].word;
		}
	}
	return NULL;
}

/* ---- matching ---- */

/* Wildcards without recursion: at a mismatch go back to the last star and give it one more. */
static bool match_one(const char *p, const char *s)
{
	const char *star = NULL, *from = NULL;

	while (*s) {
		if (*p == '*') {
			star = p++;
			from = s;
		} else if (*p && (*p == '?' || tolower((unsigned char)*p) ==
				  tolower((unsigned char)*s))) {
			p++;
			s++;
		} else if (star) {
			p = star + 1;
			s = ++from;
		} else {
			return false;
		}
	}
	while (*p == '*') {
		p++;
	}
	return !*p;
}

/* Numbers are written in many ways. */
static void bare(char *dst, size_t size, const char *src, size_t n, bool number)
{
	size_t at = 0;

	for (size_t i = 0; i < n && at + 1 < size; i++) {
		if (!number || !strchr(" -()./", src[i])) {
			dst[at++] = src[i];
		}
	}
	dst[at] = '\0';
}

bool fx_route_matches(const char *patterns, const char *value, bool number)
{
	char v[FX_ROUTING_SIZE], p[256];

	if (!patterns) {
		return true;
	}
	bare(v, sizeof(v), fx_text(value), strlen(fx_text(value)), number);
	while (*patterns) {
		size_t n, end;

		patterns += strspn(patterns, " \t,");
		n = end = strcspn(patterns, ",");
		while (n && (patterns[n - 1] == ' ' || patterns[n - 1] == '\t')) {
			n--;
		}
		bare(p, sizeof(p), patterns, n, number);
		if (n && match_one(p, v)) {
			return true;
		}
		patterns += end;
	}
	return false;
}

const struct fx_route_rule *fx_route_rules_find(const struct fx_route_rules *r,
						const struct fx_route_facts *facts)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct fx_route_rule *rule = &r->v[i];

		if ((!rule->port || rule->port == facts->device_id) &&
		    fx_route_matches(rule->to, facts->to, true) &&
		    fx_route_matches(rule->from, facts->from, true) &&
		    fx_route_matches(rule->tsid, facts->tsid, false)) {
			return rule;
		}
	}
	return NULL;
}

enum fx_rule_says fx_route_rule_says(const struct fx_route_rule *rule, const char *guid,
				     const char **ret_data)
{
	if (!rule) {
		return FX_RULE_NOTHING;
	}
	for (size_t i = 0; i < rule->n_methods; i++) {
		if (fx_str_ieq(rule->methods[i].guid, guid)) {
			if (rule->methods[i].data) {
				*ret_data = rule->methods[i].data;
			}
			return rule->methods[i].data ? FX_RULE_ON : FX_RULE_OFF;
		}
	}
	return rule->only ? FX_RULE_OFF : FX_RULE_NOTHING;
}

/* ---- rules from the settings ---- */

static void rule_fini(struct fx_route_rule *rule)
{
	(void)fx_free(rule->to);
	(void)fx_free(rule->from);
	(void)fx_free(rule->tsid);
	for (size_t i = 0; i < rule->n_methods; i++) {
		(void)fx_free(rule->methods[i].data);
	}
	(void)fx_free(rule->methods);
}

void fx_route_rules_fini(struct fx_route_rules *r)
{
	for (size_t i = 0; i < r->n; i++) {
		rule_fini(&r->v[i]);
	}
	r->v = fx_free(r->v);
	r->n = 0;
}

static int rule_of(struct fx_route_rules *r, const char *name, struct fx_route_rule **ret,
		   struct fx_reason *reterr)
{
	struct fx_route_rule *v;

	for (size_t i = 0; i < r->n; i++) {
		if (!strcmp(r->v[i].name, name)) {
			*ret = &r->v[i];
			return 0;
		}
	}
	if (!*name || strlen(name) >= FX_ROUTE_RULE_NAME_SIZE) {
		return fx_fail(reterr, FX_EINVAL, "a rule is [route NAME], the name up to %d bytes",
			       FX_ROUTE_RULE_NAME_SIZE - 1);
	}
	if (r->n >= FX_ROUTE_RULES_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "there may be %u rules", FX_ROUTE_RULES_MAX);
	}
	v = fx_realloc(r->v, (r->n + 1) * sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	r->v = v;
	v += r->n++;
	memset(v, 0, sizeof(*v));
	(void)fx_strlcpy(v->name, name, sizeof(v->name));
	*ret = v;
	return 0;
}

static int set_method(struct fx_route_rule *rule, const char *guid, const char *value,
		      struct fx_reason *reterr)
{
	bool off = fx_str_ieq(value, "off");
	struct fx_rule_method *m = NULL;
	char *data = NULL;

	if (!*value || (!off && fx_str_ieq(guid, FX_ROUTING_FOLDER) && *value != '/')) {
		return fx_fail(reterr, FX_EINVAL, "%s",
			       *value ? "folder must be a full path (from /), or off" :
					"a method needs its data, or off");
	}
	for (size_t i = 0; i < rule->n_methods; i++) {
		if (fx_str_ieq(rule->methods[i].guid, guid)) {
			m = &rule->methods[i];
		}
	}
	if (!off) {
		data = fx_strdup(value);
		if (!data) {
			return FX_ENOMEM;
		}
	}
	if (!m) {
		m = fx_realloc(rule->methods, (rule->n_methods + 1) * sizeof(*m));
		if (!m) {
			(void)fx_free(data);
			return FX_ENOMEM;
		}
		rule->methods = m;
		m += rule->n_methods++;
		*m = (struct fx_rule_method){0};
		(void)fx_strlcpy(m->guid, guid, sizeof(m->guid));
	}
	(void)fx_free(m->data);
	m->data = data;
	return 0;
}

/* A second [route NAME] would silently add to the first. */
static int set_patterns(char **field, const char *name, const char *key, const char *value,
			struct fx_reason *reterr)
{
	if (!value[strspn(value, ", \t")]) {
		return fx_fail(reterr, FX_EINVAL, "%s has no pattern; leave the line out, or write "
			       "* for any text", key);
	}
	if (*field) {
		return fx_fail(reterr, FX_EINVAL, "[route %s] has its \"%s\" already: divide "
			       "patterns by commas, and give each rule a name of its own", name,
			       key);
	}
	return fx_str_replace(field, value);
}

int fx_route_rules_set(struct fx_route_rules *r, const char *name, const char *key,
		       const char *value, struct fx_reason *reterr)
{
	struct fx_route_rule *rule = NULL;
	int err = rule_of(r, name, &rule, reterr);

	if (err) {
		return err;
	}
	if (!strcmp(key, "to")) {
		return set_patterns(&rule->to, rule->name, key, value, reterr);
	}
	if (!strcmp(key, "from")) {
		return set_patterns(&rule->from, rule->name, key, value, reterr);
	}
	if (!strcmp(key, "tsid")) {
		return set_patterns(&rule->tsid, rule->name, key, value, reterr);
	}
	if (!strcmp(key, "port")) {
		return fx_parse_i64(value, 0, UINT32_MAX, &rule->port) ?
			fx_fail(reterr, FX_EINVAL, "port is a port's number, not \"%.80s\"",
				value) : 0;
	}
	if (!strcmp(key, "only")) {
		rule->only = fx_str_ieq(value, "yes");
		return rule->only || fx_str_ieq(value, "no") ? 0 :
			fx_fail(reterr, FX_EINVAL, "only is yes or no, not \"%.80s\"", value);
	}
	if (fx_routing_guid(key)) {
		return set_method(rule, fx_routing_guid(key), value, reterr);
	}
	return fx_fail(reterr, FX_EINVAL, "\"%.60s\" is not of a rule: to, from, tsid, port, only, "
		       "folder, email, print, inbox, or a method's {GUID}", key);
}

/* ---- retries ---- */

int64_t fx_route_retry_after(uint32_t tries, int64_t retries, int64_t delay_s, int64_t max_s)
{
	int64_t s = delay_s < 1 ? 1 : delay_s;

	if (!tries || (int64_t)tries > retries) {
		return 0;
	}
	for (uint32_t i = 1; i < tries && s < max_s; i++) {
		s = s > max_s / 2 ? max_s : s * 2;
	}
	return s > max_s ? (max_s < 1 ? 1 : max_s) : s;
}

/* ---- names of files ---- */

static const char *part_of(const char *word, size_t n, const struct fx_route_name *name,
			   char number[24])
{
	const struct {
		const char *word, *text;
	} parts[] = {
		{"date", name->date}, {"time", name->time}, {"from", name->from},
		{"tsid", name->tsid}, {"csid", name->csid}, {"to", name->to}, {"port", name->port},
	};

	for (size_t i = 0; i < FX_ARRAY_LEN(parts); i++) {
		if (strlen(parts[i].word) == n && !strncmp(parts[i].word, word, n)) {
			return *fx_text(parts[i].text) ? parts[i].text : "unknown";
		}
	}
	if (n == 2 && !strncmp(word, "id", n)) {
		(void)snprintf(number, 24, "%llu", (unsigned long long)name->id);
		return number;
	}
	if (n == 5 && !strncmp(word, "pages", n)) {
		(void)snprintf(number, 24, "%u", name->pages);
		return number;
	}
	return NULL;
}

/* Leave room for "-99.tif" and for the name while it is written. */
#define NAME_USE (FX_ROUTE_NAME_SIZE - 40)

static size_t add_clean(char *dst, size_t at, const char *s, size_t n)
{
	for (size_t i = 0; i < n && at < NAME_USE; i++) {
		unsigned char c = (unsigned char)s[i];
		bool bad = c < 0x20 || c == 0x7f || strchr("/\\:*?\"<>|", c) || (c == '.' && !at);

		dst[at++] = bad ? '_' : (char)c;
	}
	return at;
}

int fx_route_file_name(const char *pattern, const struct fx_route_name *n,
		       char ret[FX_ROUTE_NAME_SIZE], struct fx_reason *reterr)
{
	size_t at = 0;

	for (const char *p = pattern; *p;) {
		char number[24];
		const char *end = *p == '{' ? strchr(p, '}') : NULL, *text;

		if (*p == '/') {
			return fx_fail(reterr, FX_EINVAL, "a file name has no '/'");
		}
		if (*p != '{') {
			at = add_clean(ret, at, p++, 1);
			continue;
		}
		text = end ? part_of(p + 1, (size_t)(end - p - 1), n, number) : NULL;
		if (!text) {
			return fx_fail(reterr, FX_EINVAL, "\"%.40s\" is none of {date} {time} "
				       "{from} {tsid} {csid} {to} {port} {pages} {id}", p);
		}
		at = add_clean(ret, at, text, strlen(text));
		p = end + 1;
	}
	while (at && (ret[at - 1] == ' ' || ret[at - 1] == '.' || !fx_utf8_valid(ret, at))) {
		at--; /* also a character that was cut in two */
	}
	ret[at] = '\0';
	return at ? 0 : fx_fail(reterr, FX_EINVAL, "the file name is empty");
}

/* ---- settings ---- */

#define TEXTS(X)                                                                                   \
	X(folder_name) X(print_server) X(mail_server) X(mail_user) X(mail_password)                \
	X(mail_password_file) X(mail_from) X(mail_subject) X(mail_ca_file)

int fx_route_settings_defaults(struct fx_route_settings *s)
{
	int err = fx_str_replace(&s->folder_name, FX_ROUTE_FOLDER_NAME);

	s->retries = FX_ROUTE_RETRIES;
	s->retry_delay_s = FX_ROUTE_RETRY_DELAY_S;
	s->retry_max_s = FX_ROUTE_RETRY_MAX_S;
	s->mail_timeout_s = FX_ROUTE_MAIL_TIMEOUT_S;
	s->mail_format = FX_ROUTE_PDF;
	s->print_format = FX_ROUTE_PDF;
	return err ? err : fx_str_replace(&s->mail_subject, FX_ROUTE_MAIL_SUBJECT);
}

void fx_route_settings_fini(struct fx_route_settings *s)
{
#define X(name) s->name = fx_free(s->name);
	TEXTS(X)
#undef X
	fx_route_rules_fini(&s->rules);
}

static int copy_rule(struct fx_route_rule *dst, const struct fx_route_rule *src)
{
	int err;

	(void)fx_strlcpy(dst->name, src->name, sizeof(dst->name));
	dst->port = src->port;
	dst->only = src->only;
	err = fx_str_replace(&dst->to, src->to);
	err = err ? err : fx_str_replace(&dst->from, src->from);
	err = err ? err : fx_str_replace(&dst->tsid, src->tsid);
	for (size_t i = 0; !err && i < src->n_methods; i++) {
		const struct fx_rule_method *m = &src->methods[i];

		err = set_method(dst, m->guid, m->data ? m->data : "off", NULL);
	}
	return err;
}

int fx_route_settings_copy(struct fx_route_settings *dst, const struct fx_route_settings *src)
{
	int err = 0;

	*dst = *src;
	dst->rules = (struct fx_route_rules){0};
#define X(name) dst->name = NULL;
	TEXTS(X)
#undef X
#define X(name) err = err ? err : fx_str_replace(&dst->name, src->name);
	TEXTS(X)
#undef X
	dst->rules.v = fx_calloc(src->rules.n ? src->rules.n : 1, sizeof(*dst->rules.v));
	err = dst->rules.v ? err : FX_ENOMEM;
	for (size_t i = 0; !err && i < src->rules.n; i++) {
		dst->rules.n++;
		err = copy_rule(&dst->rules.v[i], &src->rules.v[i]);
	}
	if (err) {
		fx_route_settings_fini(dst);
	}
	return err;
}

/* Is it the same server to log in to? An IPv6 address stands in brackets. */
static char *server_of(const struct fx_config *c)
{
	bool v6 = strchr(c->mail_server, ':') && *c->mail_server != '[';

	return fx_asprintf("%s%s%s:%u", v6 ? "[" : "", c->mail_server, v6 ? "]" : "",
			   c->mail_port);
}

static bool is_same_server(const struct fx_route_settings *s, const char *server,
			   const struct fx_config *c)
{
	const char *file = fx_text(s->mail_server);
	uint32_t port = s->mail_tls == FX_MAIL_TLS ? 465 : 25;

	return fx_str_ieq(file, server) ||
	       (c->mail_port == port && fx_str_ieq(file, c->mail_server));
}

int fx_route_settings_mail(struct fx_route_settings *s, const struct fx_config *c, bool report)
{
	fx_auto char *server = NULL;
	bool login = c->mail_auth != FX_MAIL_ANONYMOUS;
	int err;

	if (!c->mail_set || !(report ? c->mail_receipts : c->mail_routing) ||
	    !*fx_text(c->mail_server)) {
		return 0;
	}
	server = server_of(c);
	if (!server) {
		return FX_ENOMEM;
	}
	s->mail_ntlm = c->mail_auth == FX_MAIL_NTLM;
	if (!login || *fx_text(c->mail_password) || !is_same_server(s, server, c) ||
	    strcmp(fx_text(s->mail_user), fx_text(c->mail_user)) != 0) {
		/* another login, or none: the file's password is not for it */
		s->mail_password_file = fx_free(s->mail_password_file);
		err = fx_str_replace(&s->mail_password, login ? c->mail_password : NULL);
		err = err ? err : fx_str_replace(&s->mail_user, login ? c->mail_user : NULL);
		if (err) {
			return err;
		}
	}
	err = fx_str_replace(&s->mail_server, server);
	return err ? err : fx_str_replace(&s->mail_from, c->mail_from);
}
