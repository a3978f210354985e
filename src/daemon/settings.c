/* SPDX-License-Identifier: Apache-2.0 */
#include "daemon/settings.h"

#include <ini.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "daemon/net_callback.h"
#include "daemon/settings_rpc.h"
#include "daemon/settings_sip.h"
#include "providers/fsp/settings.h"
#include "providers/loop/settings.h"
#include "route/method.h"
#include "service/access.h"

enum kind {
	KIND_PATH,
	KIND_TEXT,
	KIND_HOST,
	KIND_PATTERN,
	KIND_DIGITS,
	KIND_FLAG,
	KIND_INT,
	KIND_CHOICE,
	KIND_RIGHTS,
	KIND_LISTEN,
	KIND_PORT,
	KIND_MECHS
};
struct row {
	const char *section, *key;
	enum kind kind;
	int64_t min, max;
	const char *def;
	const char *choices;
	size_t offset;
	const char *help;
};
#define F(field) offsetof(struct fx_settings, field)

static const struct row rows[] = {
	{"service", "state", KIND_PATH, 0, 0, "", NULL, F(state),
	 "Folder of the database, documents and archive. Empty: /var/lib/caselli for root, "
	 "$XDG_STATE_HOME/caselli for others."},
	{"service", "socket", KIND_PATH, 0, 0, "", NULL, F(socket),
	 "Socket for clients. Empty: /run/caselli/rpc for root, $XDG_RUNTIME_DIR/caselli/rpc for "
	 "others."},
	{"service", "log_level", KIND_CHOICE, 0, 3, "info", "error|warn|info|debug", F(log_level),
	 "What is written to the log (standard error). Changes with SIGHUP."},
	{"service", "host", KIND_FLAG, 0, 1, "yes", NULL, F(host),
	 "Each provider runs in a process of its own; no: inside casellid."},
	{"service", "host_program", KIND_PATH, 0, 0, "", NULL, F(host_program),
	 "The program of those processes. Empty: caselli-host, found beside casellid."},
	{"service", "host_calls", KIND_INT, 0, 1000000, "500", NULL, F(host_calls),
	 "After so many calls such a process is replaced as soon as it is idle. 0: never."},
	{"service", "coverpages", KIND_PATH, 0, 0, "", NULL, F(coverpages),
	 "Folder of the common cover pages, see caselli-cover(5). Empty: coverpages below the "
	 "state folder. Those that came with caselli are found besides."},
	{"service", "render", KIND_PATH, 0, 0, "", NULL, F(render),
	 "The program that turns documents into faxes. Empty: caselli-render, found beside "
	 "casellid."},
	{"service", "max_renders", KIND_INT, 1, 64, "2", NULL, F(max_renders),
	 "Documents that are converted at the same time."},
	{"service", "min_free_mb", KIND_INT, 1, 1000000, "64", NULL, F(min_free_mb),
	 "With less free space, MB, incoming calls are refused."},
	{"service", "max_connections", KIND_INT, 1, 10000, "256", NULL, F(max_connections),
	 "Connections of clients at the same time."},
	{"service", "log_days", KIND_INT, 0, 36500, "90", NULL, F(log_days),
	 "Session logs of calls are kept so many days; 0: for ever."},
	{"paper", "size", KIND_CHOICE, 0, 1, "a4", "a4|letter", F(paper),
	 "Paper that documents are fitted to."},
	{"dialing", "country_code", KIND_INT, 0, 999, "0", NULL, F(country_code),
	 "Country of this machine, 49 for Germany: completes numbers without one when their "
	 "outbound rule is chosen. 0: not known. Like all of [dialing]: changes with SIGHUP."},
	{"dialing", "area_code", KIND_INT, 0, 999999999, "0", NULL, F(area_code),
	 "Area code of this machine without the prefix, 30 for Berlin; 0: there are none."},
	{"dialing", "national_prefix", KIND_DIGITS, 0, 7, "0", NULL, F(national_prefix),
	 "What is dialled before an area code; 1 in North America, empty where there is none."},
	{"dialing", "international_prefix", KIND_DIGITS, 0, 7, "00", NULL,
	 F(international_prefix), "What is dialled before a country code; 011 in North America."},
	{"routing", "retries", KIND_INT, 0, 1000, "10", NULL, F(route.retries),
	 "A routing method that failed for now is tried again so often. Like all of routing: "
	 "changes with SIGHUP."},
	{"routing", "retry_delay_s", KIND_INT, 1, 86400, "60", NULL, F(route.retry_delay_s),
	 "The first time after so many seconds, then after twice as long each time ..."},
	{"routing", "retry_max_s", KIND_INT, 1, 604800, "3600", NULL, F(route.retry_max_s),
	 "... but never longer than this."},
	{"folder", "name", KIND_PATTERN, 0, 0, FX_ROUTE_FOLDER_NAME, NULL, F(route.folder_name),
	 "Names of stored faxes, and of attachments: {date} {time} {from} {tsid} {csid} {to} "
	 "{port} {pages} {id}; the extension follows. A name that is taken gets -2, -3 ..."},
	{"folder", "format", KIND_CHOICE, 0, 1, "tiff", "tiff|pdf", F(route.folder_format),
	 "What is stored."},
	{"print", "server", KIND_HOST, 0, 0, "", NULL, F(route.print_server),
	 "Where the print queues are, host[:port]. Empty: as CUPS says (client.conf)."},
	{"print", "format", KIND_CHOICE, 0, 1, "pdf", "tiff|pdf", F(route.print_format),
	 "What is printed."},
	{"mail", "server", KIND_HOST, 0, 0, "", NULL, F(route.mail_server),
	 "The mail server, host[:port]. Without one faxes and delivery reports are not mailed."},
	{"mail", "tls", KIND_CHOICE, 0, 3, "starttls", "starttls|tls|try|none", F(route.mail_tls),
	 "starttls: nothing is sent before encryption is on; tls: from the first byte; try: if the "
	 "server offers it; none. The server's certificate is checked."},
	{"mail", "ca_file", KIND_PATH, 0, 0, "", NULL, F(route.mail_ca_file),
	 "Certificates to check the server with. Empty: those of the system."},
	{"mail", "user", KIND_TEXT, 0, 0, "", NULL, F(route.mail_user),
	 "Log in as; empty: do not."},
	{"mail", "password_file", KIND_PATH, 0, 0, "", NULL, F(route.mail_password_file),
	 "File whose first line is the password. One that everybody can read is not used."},
	{"mail", "password", KIND_TEXT, 0, 0, "", NULL, F(route.mail_password),
	 "Or the password itself; then this file must not be readable by everybody."},
	{"mail", "from", KIND_TEXT, 0, 0, "", NULL, F(route.mail_from),
	 "Sender's address. Empty: caselli@ and the name of this machine."},
	{"mail", "subject", KIND_PATTERN, 0, 0, FX_ROUTE_MAIL_SUBJECT, NULL, F(route.mail_subject),
	 "Subject, with the words of folder's name."},
	{"mail", "format", KIND_CHOICE, 0, 1, "pdf", "tiff|pdf", F(route.mail_format),
	 "What is attached."},
	{"mail", "timeout_s", KIND_INT, 1, 600, "60", NULL, F(route.mail_timeout_s),
	 "A server that does not answer for so long is tried again later."},
	{"rpc", "listen", KIND_LISTEN, 0, 0, "", NULL, F(rpc.listen),
	 "Addresses for Windows clients and caselli on other machines: 192.0.2.1:49600, "
	 "[2001:db8::1]:49600, *:49600 for all. Empty: only the socket. docs/network.md has more."},
	{"rpc", "endpoint_mapper", KIND_PORT, 0, 65535, "off", NULL, F(rpc.mapper_port),
	 "Windows finds the port by asking here: 135, or off. The same addresses as listen."},
	{"rpc", "samba_pipe", KIND_PATH, 0, 0, "", NULL, F(rpc.pipe),
	 "Socket to which Samba on this machine forwards the named pipe SHAREDFAX: "
	 "/run/samba/ncalrpc/np/sharedfax. Empty: no named pipe. docs/network.md has more."},
	{"rpc", "auth", KIND_MECHS, 0, 0, "ntlm kerberos", NULL, F(rpc.auth),
	 "How users prove who they are: ntlm (users_file, winbind), kerberos (keytab)."},
	{"rpc", "min_level", KIND_CHOICE, 0, 4, "privacy", FX_RPC_LEVELS, F(rpc.min_level),
	 "Lowest protection of clients on other machines; privacy is encryption. Changes with "
	 "SIGHUP, as the limits below do."},
	{"rpc", "local_min_level", KIND_CHOICE, 0, 4, "connect", FX_RPC_LEVELS,
	 F(rpc.local_min_level), "The same for clients on this machine."},
	{"rpc", "users_file", KIND_PATH, 0, 0, "", NULL, F(rpc.users_file),
	 "Names and password hashes, written by caselli access set-password. Empty: users below "
	 "the state folder."},
	{"rpc", "keytab", KIND_PATH, 0, 0, "", NULL, F(rpc.keytab),
	 "Kerberos keys of host/NAME. Empty: the system's, /etc/krb5.keytab."},
	{"rpc", "winbind", KIND_FLAG, 0, 1, "no", NULL, F(rpc.winbind),
	 "Users that the file does not have are asked of winbind; the machine is in a domain."},
	{"rpc", "host", KIND_TEXT, 0, 0, "", NULL, F(rpc.host),
	 "Name of this machine as clients call it. Empty: its own."},
	{"rpc", "domain", KIND_TEXT, 0, 0, "", NULL, F(rpc.domain),
	 "Its NetBIOS domain. Empty: its name."},
	{"rpc", "callbacks", KIND_FLAG, 0, 1, "yes", NULL, F(rpc.callbacks),
	 "Programs that ask for events are called back where they come from. Changes with SIGHUP, "
	 "as the three below do."},
	{"rpc", "callback_auth", KIND_CHOICE, 0, 3, "none", FX_CALLBACK_AUTHS,
	 F(rpc.callback_auth),
	 "How the service proves to them who it is. Windows' own programs take events only with "
	 "it, encrypted."},
	{"rpc", "callback_user", KIND_TEXT, 0, 0, "", NULL, F(rpc.callback_user),
	 "As whom: a user whom the client's machine knows, with @ and domain or realm if need be. "
	 "Empty, for kerberos and spnego: the ticket of the service's own user."},
	{"rpc", "callback_password_file", KIND_PATH, 0, 0, "", NULL, F(rpc.callback_password_file),
	 "File whose first line is the password; one that others may read is refused."},
	{"rpc", "max_connections", KIND_INT, 1, 10000, "1024", NULL, F(rpc.max_connections),
	 "Connections over the network at the same time ..."},
	{"rpc", "max_address_connections", KIND_INT, 1, 10000, "256", NULL,
	 F(rpc.max_address_connections), "... of one address ..."},
	{"rpc", "max_user_connections", KIND_INT, 0, 10000, "0", NULL, F(rpc.max_user_connections),
	 "... of one user; 0: half of max_connections ..."},
	{"rpc", "max_pending", KIND_INT, 4, 10000, "512", NULL, F(rpc.max_pending),
	 "... and of which nobody logged in yet, a quarter of them of one address; then the "
	 "oldest is closed."},
	{"rpc", "login_timeout_s", KIND_INT, 1, 600, "30", NULL, F(rpc.login_timeout_s),
	 "Whoever did not log in after so many seconds is disconnected."},
	{"rpc", "idle_timeout_s", KIND_INT, 0, 10000000, "0", NULL, F(rpc.idle_timeout_s),
	 "Connections without a call for so long are closed; 0: never. Programs do not come back "
	 "by themselves. Dead machines are noticed anyway, within minutes."},
	{"rpc", "max_memory_mb", KIND_INT, 16, 65536, "512", NULL, F(rpc.max_memory_mb),
	 "Memory for requests and answers of all these connections, MB."},
	{"rights", "users", KIND_RIGHTS, 0, 0, "read write", NULL, F(user_rights),
	 "What local users may do of whom nothing else is said; root and the service's own user "
	 "may do all. caselli access stands before it. Changes with SIGHUP."},
	{"rights", "home_domains", KIND_TEXT, 0, 0, "", NULL, F(home_domains),
	 "Domains and Kerberos realms whose users are the users of this machine of the same "
	 "names, with blanks between them. Users of others have accounts of their own. Changes "
	 "with SIGHUP."},
};

static int parse_choice(const char *choices, const char *value, int64_t *ret)
{
	int64_t i = 0;

	for (const char *p = choices; *p; i++) {
		size_t n = strcspn(p, "|");

		if (strlen(value) == n && !strncmp(p, value, n)) {
			*ret = i;
			return 0;
		}
		p += n + (p[n] == '|');
	}
	return FX_EINVAL;
}

static int parse_flag(const char *value, bool *ret)
{
	static const char *const yes[] = {"yes", "true", "on", "1"}, *const no[] = {"no", "false",
										   "off", "0"};

	for (size_t i = 0; i < FX_ARRAY_LEN(yes); i++) {
		if (fx_str_ieq(value, yes[i]) || fx_str_ieq(value, no[i])) {
			*ret = fx_str_ieq(value, yes[i]);
			return 0;
		}
	}
	return FX_EINVAL;
}

static int set_rights(uint32_t *field, const char *key, const char *value, struct fx_reason *reterr)
{
	struct fx_reason why = {0};

	return fx_rights_parse(value, field, &why) ?
		       fx_fail(reterr, FX_EINVAL, "%.60s: %.120s; see casellid --list-settings",
			       key, why.text) : 0;
}

static int set_pattern(char **field, const char *key, const char *value, struct fx_reason *reterr)
{
	struct fx_route_name none = {0};
	char name[FX_ROUTE_NAME_SIZE];
	struct fx_reason why = {0};

	return fx_route_file_name(value, &none, name, &why) ?
		       fx_fail(reterr, FX_EINVAL, "%s: %.200s", key, why.text) :
		       fx_str_replace(field, value);
}

/* host, host:port or [address]:port; "" = none. The print server may be a socket, too. */
static int set_host(char **field, const struct row *r, const char *value, struct fx_reason *reterr)
{
	const char *end = *value == '[' ? strchr(value, ']') : NULL;
	const char *colon = strchr(end ? end : value, ':');
	bool socket = *value == '/' && !strcmp(r->section, "print");
	int64_t port;

	if (strlen(value) > 255 || strpbrk(value, " \t@") || (!socket && strchr(value, '/')) ||
	    (*value == '[' && (!end || (end[1] && end[1] != ':'))) || (*value == ':' && !strchr(value + 1, ':'))) {
		return fx_fail(reterr, FX_EINVAL, "%s is a name or address, with :PORT if need be, "
			       "not \"%.100s\"", r->key, value);
	}
	if (!socket && colon && fx_parse_i64(colon + 1, 1, 65535, &port)) {
		return fx_fail(reterr, FX_EINVAL, "%s: the port in \"%.100s\" is a number from 1 "
			       "to 65535 (an IPv6 address stands in brackets: [::1]:25)", r->key,
			       value);
	}
	return fx_str_replace(field, value);
}

static int set_row(struct fx_settings *s, const struct row *r, const char *value,
		   struct fx_reason *reterr)
{
	void *field = (char *)s + r->offset;

	switch (r->kind) {
	case KIND_PATH:
		if (*value && *value != '/') {
			return fx_fail(reterr, FX_EINVAL, "%s must be a full path (from /), not "
				       "\"%.150s\"", r->key, value);
		}
		return fx_str_replace(field, value);
	case KIND_TEXT:
		return strlen(value) > 1000 ? fx_fail(reterr, FX_EINVAL, "%s is too long", r->key) :
					      fx_str_replace(field, value);
	case KIND_HOST:
		return set_host(field, r, value, reterr);
	case KIND_PATTERN:
		return set_pattern(field, r->key, value, reterr);
	case KIND_DIGITS:
		return strspn(value, "0123456789") != strlen(value) ||
				       strlen(value) > (size_t)r->max ?
			       fx_fail(reterr, FX_EINVAL, "%s is up to %lld digits, not "
				       "\"%.100s\"", r->key, (long long)r->max, value) :
			       fx_str_replace(field, value);
	case KIND_FLAG:
		return parse_flag(value, field) ?
			fx_fail(reterr, FX_EINVAL, "%s is yes or no, not \"%.100s\"", r->key,
				value) : 0;
	case KIND_INT:
		return fx_parse_i64(value, r->min, r->max, field) ?
			       fx_fail(reterr, FX_EINVAL,
				       "%s is a number from %lld to %lld, not \"%.100s\"", r->key,
				       (long long)r->min, (long long)r->max, value) :
			       0;
	case KIND_CHOICE:
		return parse_choice(r->choices, value, field) ?
			fx_fail(reterr, FX_EINVAL, "%s is one of %s, not \"%.100s\"", r->key,
				r->choices, value) : 0;
	case KIND_RIGHTS:
		return set_rights(field, r->key, value, reterr);
	case KIND_LISTEN:
		return fx_settings_rpc_listen(field, r->key, value, reterr);
	case KIND_PORT:
		return fx_settings_rpc_port(field, r->key, value, reterr);
	case KIND_MECHS:
		return fx_settings_rpc_mechs(field, r->key, value, reterr);
	}
	return FX_EINVAL;
}

/* [rights] user NAME = ..., group NAME = ... @return 1 when the key is another */
static int set_access(struct fx_settings *s, const char *key, const char *value,
		      struct fx_reason *reterr)
{
	struct fx_access_entry e = {.kind = !strncmp(key, "user ", 5) ? FX_ACCESS_USER :
					    !strncmp(key, "group ", 6) ? FX_ACCESS_GROUP :
									 FX_ACCESS_DEFAULT};
	const char *name = key + (e.kind == FX_ACCESS_USER ? 5 : 6);
	struct fx_access_entry *v;
	int err;

	if (e.kind == FX_ACCESS_DEFAULT) {
		return 1;
	}
	name += strspn(name, " \t");
	if (!*name || strlen(name) >= sizeof(e.name)) {
		return fx_fail(reterr, FX_EINVAL, "\"%.80s\" names nobody", key);
	}
	err = set_rights(&e.mask, key, value, reterr);
	if (err) {
		return err;
	}
	(void)fx_strlcpy(e.name, name, sizeof(e.name));
	for (size_t i = 0; i < s->n_access; i++) {
		if (s->access[i].kind == e.kind && !strcmp(s->access[i].name, e.name)) {
			s->access[i] = e;
			return 0;
		}
	}
	if (s->n_access >= FX_ACCESS_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "more than %u users and groups in [rights]",
			       FX_ACCESS_MAX);
	}
	v = fx_realloc(s->access, (s->n_access + 1) * sizeof(*v));
	if (!v) {
		return FX_ENOMEM;
	}
	s->access = v;
	s->access[s->n_access++] = e;
	return 0;
}

/* The provider's own table says what is right; here each line is tried alone. */
static int set_loop(struct fx_settings *s, const char *key, const char *value,
		    struct fx_reason *reterr)
{
	struct fx_loop_settings try = {0};
	fx_auto char *line = fx_asprintf("%s = %s\n", key, value);
	struct fx_reason why = {0};
	int err = line ? fx_loop_settings_parse(&try, line, &why) : FX_ENOMEM;

	if (line) {
		fx_loop_settings_fini(&try);
	}
	if (err) {
		return fx_fail(reterr, err, "%s", *why.text ? why.text : fx_error_str(err));
	}
	s->loop.len -= s->loop.len > 0; /* the NUL */
	fx_buf_put(&s->loop, line, strlen(line) + 1);
	return s->loop.err;
}

static struct fx_provider_section *provider_section(struct fx_settings *s, const char *name)
{
	struct fx_provider_section *v;

	for (size_t i = 0; i < s->n_providers; i++) {
		if (!strcmp(s->providers[i].name, name)) {
			return &s->providers[i];
		}
	}
	v = fx_realloc(s->providers, (s->n_providers + 1) * sizeof(*v));
	if (!v) {
		return NULL;
	}
	s->providers = v;
	v = &s->providers[s->n_providers++];
	(void)fx_strlcpy(v->name, name, sizeof(v->name));
	v->text = NULL;
	return v;
}

/* [provider NAME]: providers of others (providers/fsp), and limits of registered ones */
static int set_provider(struct fx_settings *s, const char *name, const char *key,
			const char *value, struct fx_reason *reterr)
{
	fx_auto char *line = fx_asprintf("image = /\n%s = %s\n", key, value);
	struct fx_fsp_settings try;
	struct fx_provider_section *p;
	int err = line ? fx_fsp_settings_parse(&try, line, reterr) : FX_ENOMEM;
	char *text;

	if (!err && !strcmp(key, "image") && *value != '/') {
		err = fx_fail(reterr, FX_EINVAL, "image must be a full path (from /), not "
			      "\"%.150s\"", value);
	}
	if (err) {
		return err;
	}
	if (!*name || strlen(name) >= sizeof(p->name) || strpbrk(name, "/\\")) {
		return fx_fail(reterr, FX_EINVAL, "[provider NAME]: a name of 1 to %zu characters "
			       "without slashes", sizeof(p->name) - 1);
	}
	p = provider_section(s, name);
	text = p ? fx_asprintf("%s%s = %s\n", fx_text(p->text), key, value) : NULL;
	if (!text) {
		return FX_ENOMEM;
	}
	(void)fx_free(p->text);
	p->text = text;
	return 0;
}

/* [route NAME]; the methods themselves say what their data may be. */
static int set_rule(struct fx_settings *s, const char *name, const char *key, const char *value,
		    struct fx_reason *reterr)
{
	const char *guid = fx_routing_guid(key);
	struct fx_reason why = {0};

	if (guid && *value && !fx_str_ieq(value, "off") && fx_route_check_data(guid, value, &why)) {
		return fx_fail(reterr, FX_EINVAL, "%.40s: %.190s", key, why.text);
	}
	return fx_route_rules_set(&s->route.rules, name, key, value, reterr);
}

/* In the file's own words: "[service], [paper] ..." */
static int unknown_section(const char *section, struct fx_reason *reterr)
{
	const char *last = "";
	char list[200] = "";

	if (!*section) {
		return fx_fail(reterr, FX_EINVAL, "this line stands below no [section]; is a "
			       "bracket missing above it?");
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		if (strcmp(last, rows[i].section) != 0) {
			size_t n = strlen(list);

			last = rows[i].section;
			(void)snprintf(list + n, sizeof(list) - n, "[%s], ", last);
		}
	}
	return fx_fail(reterr, FX_EINVAL, "unknown section [%.40s]; there are %s[loop], "
		       "[route NAME], [provider NAME], [sip], [trunk NAME]", section, list);
}

int fx_settings_set(struct fx_settings *s, const char *section, const char *key, const char *value,
		    struct fx_reason *reterr)
{
	bool section_known = false;

	if (!strcmp(section, "loop")) {
		return set_loop(s, key, value, reterr);
	}
	if (fx_settings_is_sip(section)) {
		return fx_settings_sip_set(s, section, key, value, reterr);
	}
	if (!strncmp(section, "provider ", 9)) {
		return set_provider(s, section + 9, key, value, reterr);
	}
	if (!strncmp(section, "route ", 6)) {
		return set_rule(s, section + 6, key, value, reterr);
	}
	if (!strcmp(section, "rights")) {
		int err = set_access(s, key, value, reterr);

		if (err <= 0) {
			return err;
		}
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		if (strcmp(rows[i].section, section) != 0) {
			continue;
		}
		section_known = true;
		if (!strcmp(rows[i].key, key)) {
			return set_row(s, &rows[i], value, reterr);
		}
	}
	if (!section_known) {
		return unknown_section(section, reterr);
	}
	return fx_fail(reterr, FX_EINVAL, "unknown setting \"%.80s\" in [%s]; casellid "
		       "--list-settings shows all", key, section);
}

/* ---- the file ---- */

struct reading {
	struct fx_settings *s;
	FILE *f;
	int line;
	const char *path;
	struct fx_reason *reterr;
	int err;
};

static char *read_line(char *buf, int size, void *arg)
{
	struct reading *r = arg;

	r->line++;
	return fgets(buf, size, r->f);
}

static int on_pair(void *arg, const char *section, const char *key, const char *value)
{
	struct reading *r = arg;
	struct fx_reason why = {0};

	if (!r->err) {
		r->err = fx_settings_set(r->s, section, key, value, &why);
		if (r->err) {
			fx_reason_set(r->reterr, "%.120s:%d: %.190s", r->path, r->line,
				      *why.text ? why.text : fx_error_str(r->err));
		}
	}
	return !r->err;
}

static int read_file(struct fx_settings *s, const char *path, bool required,
		     struct fx_reason *reterr)
{
	struct reading r = {.s = s, .path = path, .reterr = reterr};
	struct stat st;
	int bad;

	r.f = fopen(path, "re");
	if (!r.f) {
		int e = errno;

		if (e == ENOENT && !required) {
			return 0;
		}
		return fx_fail(reterr, fx_error_from_errno(e), "%.200s cannot be read: %s", path,
			       strerror(e));
	}
	bad = ini_parse_stream(read_line, &r, on_pair, &r);
	if (!r.err && !bad && (s->route.mail_password || s->has_password) &&
	    (fstat(fileno(r.f), &st) || (st.st_mode & S_IROTH))) {
		r.err = fx_fail(reterr, FX_EACCES, "%.150s holds the password of %s and can be "
				"read by everybody; chmod o-r, or use password_file", path,
				s->has_password ? "a trunk" : "[mail]");
	}
	(void)fclose(r.f);
	if (!r.err && !bad && s->route.retry_max_s < s->route.retry_delay_s) {
		r.err = fx_fail(reterr, FX_EINVAL, "%.150s: [routing] retry_max_s = %lld is less "
				"than retry_delay_s = %lld", path, (long long)s->route.retry_max_s,
				(long long)s->route.retry_delay_s);
	}
	if (!r.err && !bad) {
		struct fx_reason why = {0};

		r.err = fx_settings_sip_check(s, &why);
		if (r.err) {
			fx_reason_set(reterr, "%.120s: %.190s", path, *why.text ? why.text :
				      fx_error_str(r.err));
		}
	} else if (!r.err) {
		r.err = fx_fail(reterr, FX_EINVAL, "%.200s:%d: neither \"[section]\" nor \"key = "
				"value\"", path, bad > 0 ? bad : r.line);
	}
	return r.err;
}

int fx_settings_load(struct fx_settings *s, const char *path, bool required,
		     struct fx_reason *reterr)
{
	memset(s, 0, sizeof(*s));
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		int err = set_row(s, &rows[i], rows[i].def, reterr);

		if (err) {
			return err;
		}
	}
	fx_buf_put(&s->loop, "", 1);
	fx_buf_put(&s->sip, "", 1);
	if (s->loop.err || s->sip.err) {
		return FX_ENOMEM;
	}
	return path ? read_file(s, path, required, reterr) : 0;
}

void fx_settings_fini(struct fx_settings *s)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		if (rows[i].kind == KIND_PATH || rows[i].kind == KIND_TEXT ||
		    rows[i].kind == KIND_HOST || rows[i].kind == KIND_PATTERN ||
		    rows[i].kind == KIND_DIGITS || rows[i].kind == KIND_LISTEN) {
			char **p = (char **)(void *)((char *)s + rows[i].offset);

			*p = fx_free(*p);
		}
	}
	fx_route_rules_fini(&s->route.rules);
	s->access = fx_free(s->access);
	s->n_access = 0;
	fx_buf_fini(&s->loop);
	fx_buf_fini(&s->sip);
	for (size_t i = 0; i < s->n_providers; i++) {
		(void)fx_free(s->providers[i].text);
	}
	s->providers = fx_free(s->providers);
	s->n_providers = 0;
}

static const char rule_help[] =
	"; What is done with faxes to, or from, some numbers (docs/routing.md). Rules are tried "
	"in\n; the order of the file; the first one whose patterns all match decides, alone. What "
	"it\n"
	"; does not name goes as the port says (caselli routing). Patterns are divided by commas;\n"
	"; * is any text, ? any character. All of it changes with SIGHUP.\n";

/* ---- the table, for people ---- */

static void range(const struct row *r, char *buf, size_t size)
{
	*buf = '\0';
	if (r->kind == KIND_INT) {
		(void)snprintf(buf, size, " (%lld to %lld)", (long long)r->min, (long long)r->max);
	} else if (r->kind == KIND_CHOICE) {
		(void)snprintf(buf, size, " (%s)", r->choices);
	} else if (r->kind == KIND_FLAG) {
		(void)snprintf(buf, size, " (yes or no)");
	}
}

/* The words of [rights]; lines below 200 bytes, which is what the parser takes. */
static const char *const rights_help[] = {
	"Rights: job_submit job_query config_query config_set port_query port_set job_manage,",
	"read_control (see who may do what), write_dac (change it), write_owner delete "
	"synchronize;",
	"sets: read (job_query config_query port_query read_control), write (job_submit "
	"read_control), all, none.",
	"The same for one user or group of the machine: a user's own line decides alone; without",
	"one all lines of his groups together; without those, users.",
};

void fx_settings_list(FILE *f)
{
	const char *section = "";
	char buf[80];

	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		if (strcmp(section, rows[i].section) != 0) {
			section = rows[i].section;
			(void)fprintf(f, "%s[%s]\n", i ? "\n" : "", section);
		}
		range(&rows[i], buf, sizeof(buf));
		(void)fprintf(f, "; %s%s\n;%s = %s\n", rows[i].help, buf, rows[i].key, rows[i].def);
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(rights_help); i++) {
		(void)fprintf(f, "; %s\n", rights_help[i]);
	}
	(void)fprintf(f, ";user clerk = job_submit\n;group fax = read write job_manage\n");
	(void)fprintf(f, "\n%s", rule_help);
	(void)fprintf(f, ";[route sales]\n;to = 0301*, 0302*\n;folder = /srv/fax/sales\n"
			 ";email = sales@example.org\n;print = off\n");
	(void)fprintf(f, "\n[loop]\n");
	for (size_t i = 0; i < fx_loop_n_keys; i++) {
		(void)fprintf(f, "; %s\n;%s = %s\n", fx_loop_keys[i].help, fx_loop_keys[i].key,
			      fx_loop_keys[i].def);
	}
	(void)fprintf(f, "; What happens to calls to a number, as options divided by ';'.\n"
			 ";fault.102 = busy\n"
			 "; A line that is a Unix socket; whoever connects is the far end.\n"
			 ";socket.tester = /tmp/line\n");
	fx_settings_sip_list(f);
	(void)fprintf(f, "\n; A fax service provider of others (docs/plugins.md), or the limits of "
			 "one that is registered.\n;[provider folder]\n"
			 ";image = /usr/local/lib/folder_fsp.so\n"
			 "; Seconds: start, each step, longest call, silence in a call, abort.\n"
			 ";start_s = 60\n;step_s = 30\n;call_s = 3600\n;silence_s = 600\n"
			 ";grace_s = 20\n");
}

static void man_row(FILE *f, const char *key, const char *def, const char *help, const char *more)
{
	const char *quote = strchr(key, ' ') ? "\"" : "";

	/* a line that begins with a point would be a request to troff */
	(void)fprintf(f, ".TP\n.BR %s%s%s \" = %s\"\n%s%s%s\n", quote, key, quote, def,
		      *help == '.' ? "\\&" : "", help, more);
}

static void man_rules(FILE *f)
{
	(void)fprintf(f, ".SS [route NAME]\n");
	for (const char *p = rule_help; *p;) {
		size_t n = strcspn(p, "\n");

		(void)fprintf(f, "%.*s\n", (int)(n > 2 ? n - 2 : 0), p + 2);
		p += n + (p[n] == '\n');
	}
	man_row(f, "to", "patterns", "Number that was called (DID).", "");
	man_row(f, "from", "patterns", "Number of the caller.", "");
	man_row(f, "tsid", "patterns", "What the far machine calls itself.", "");
	man_row(f, "port", "number", "The port that took the call.", "");
	man_row(f, "folder, email, print, inbox, {GUID}", "data | off",
		"The method runs with this data, or not at all, whatever the port says.", "");
	man_row(f, "only", "no", "yes: methods that the rule does not name do not run.", "");
	(void)fprintf(f, ".PP\n.nf\n[route sales]\nto = 0301*, 0302*\nfolder = /srv/fax/sales\n"
			 "email = sales@example.org\nprint = off\n\n[route junk]\n"
			 "tsid = *CASINO*\nonly = yes\n\n[route rest]\n"
			 "inbox = frontdesk\n.fi\n");
}

void fx_settings_man(FILE *f)
{
	const char *section = "";
	char buf[80];

	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		if (strcmp(section, rows[i].section) != 0) {
			section = rows[i].section;
			(void)fprintf(f, ".SS [%s]\n", section);
		}
		range(&rows[i], buf, sizeof(buf));
		man_row(f, rows[i].key, rows[i].def, rows[i].help, buf);
	}
	man_row(f, "user NAME", "rights", "What this user of the machine may do.", "");
	man_row(f, "group NAME", "rights", "What members of this group of the machine may do.", "");
	(void)fprintf(f, ".PP\n");
	for (size_t i = 0; i < FX_ARRAY_LEN(rights_help); i++) {
		(void)fprintf(f, "%s\n", rights_help[i]);
	}
	man_rules(f);
	(void)fprintf(f, ".SS [loop]\n");
	for (size_t i = 0; i < fx_loop_n_keys; i++) {
		man_row(f, fx_loop_keys[i].key, fx_loop_keys[i].def, fx_loop_keys[i].help, "");
	}
	man_row(f, "fault.NUMBER", "options", "What happens to calls to a number.", "");
	man_row(f, "socket.NAME", "path", "A line that is a Unix socket.", "");
	fx_settings_sip_man(f, man_row);
	(void)fprintf(f, ".SS [provider NAME]\nA fax service provider of others, or the limits of "
			 "one that is registered.\n");
	man_row(f, "image", "path", "Full path of its shared object.", "");
	man_row(f, "start_s", "60", "Longest time of its start, s.", "");
	man_row(f, "step_s", "30", "Longest time of a call but sending and receiving, s.", "");
	man_row(f, "call_s", "3600", "Longest call, s.", "");
	man_row(f, "silence_s", "600", "Longest time without a status in a call, s.", "");
	man_row(f, "grace_s", "20", "From the order to stop to the end of its process, s.", "");
}

void fx_settings_dialing(const struct fx_settings *s, struct fx_dialing *ret)
{
	*ret = (struct fx_dialing){.country = (uint32_t)s->country_code};
	if (s->area_code) {
		(void)snprintf(ret->area, sizeof(ret->area), "%u", (uint32_t)s->area_code);
	}
	(void)fx_strlcpy(ret->national, fx_text(s->national_prefix), sizeof(ret->national));
	(void)fx_strlcpy(ret->abroad, fx_text(s->international_prefix), sizeof(ret->abroad));
}
