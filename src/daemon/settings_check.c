/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is good as a setting and yet will not work on this machine as it is now: a folder that is
 * not there, a user nobody knows, mail without a mail server. --check-config tells; the service
 * starts all the same, since it may be set right while it runs.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "daemon/net_callback.h"
#include "daemon/settings.h"
#include "providers/fsp/settings.h"
#include "providers/sip/settings.h"
#include "service/access.h"

struct warnings {
	FILE *f;
	size_t n;
};

static void warn(struct warnings *w, const char *fmt, ...) FX_PRINTF(2, 3);

static void warn(struct warnings *w, const char *fmt, ...)
{
	va_list ap;

	w->n++;
	(void)fputs("warning: ", w->f);
	va_start(ap, fmt);
	(void)vfprintf(w->f, fmt, ap);
	va_end(ap);
	(void)fputc('\n', w->f);
}

static void check_readable(struct warnings *w, const char *key, const char *path)
{
	if (path && access(path, R_OK)) {
		warn(w, "%s = %s: %s", key, path, strerror(errno));
	}
}

static bool has_method(const struct fx_route_rule *rule, const char *guid)
{
	const char *data = NULL;

	return fx_route_rule_says(rule, guid, &data) == FX_RULE_ON;
}

static void check_mail(struct warnings *w, const struct fx_route_settings *r)
{
	struct stat st;

	check_readable(w, "[mail] ca_file", r->mail_ca_file);
	check_readable(w, "[mail] password_file", r->mail_password_file);
	if (r->mail_password_file && !stat(r->mail_password_file, &st) && (st.st_mode & S_IROTH)) {
		warn(w, "[mail] password_file = %s can be read by everybody and is not used; "
		     "chmod 640, and give it to the service's group", r->mail_password_file);
	}
	if (r->mail_user && !r->mail_password && !r->mail_password_file) {
		warn(w, "[mail] user = %s has no password; set password_file", r->mail_user);
	}
	if (r->mail_server && r->mail_tls == FX_MAIL_PLAIN && r->mail_user) {
		warn(w, "[mail] tls = none sends the password of %s unencrypted", r->mail_user);
	}
	for (size_t i = 0; i < r->rules.n && !r->mail_server; i++) {
		if (has_method(&r->rules.v[i], FX_ROUTING_EMAIL)) {
			warn(w, "[route %s] mails faxes, but [mail] names no server",
			     r->rules.v[i].name);
		}
	}
}

/* What the rule's methods need. */
static void check_targets(struct warnings *w, const struct fx_route_rule *rule)
{
	const char *data = NULL;

	if (fx_route_rule_says(rule, FX_ROUTING_FOLDER, &data) == FX_RULE_ON &&
	    access(data, W_OK | X_OK)) {
		warn(w, "[route %s] folder = %s: %s; the service's user must be able to write "
		     "there", rule->name, data, strerror(errno));
	}
	errno = 0;
	if (fx_route_rule_says(rule, FX_ROUTING_INBOX, &data) == FX_RULE_ON && !getpwnam(data)) {
		warn(w, "[route %s] inbox = %s: there is no such user on this machine", rule->name,
		     data);
	}
}

static void check_rules(struct warnings *w, const struct fx_route_rules *r)
{
	for (size_t i = 0; i < r->n; i++) {
		const struct fx_route_rule *rule = &r->v[i];

		check_targets(w, rule);
		if (!rule->n_methods && !rule->only) {
			warn(w, "[route %s] names no method: a fax that it matches goes as the "
			     "port says", rule->name);
		}
		if (!rule->to && !rule->from && !rule->tsid && !rule->port && i + 1 < r->n) {
			warn(w, "[route %s] has no pattern and so takes every fax: the rules after "
			     "it never apply", rule->name);
		}
	}
}

static void check_names(struct warnings *w, const struct fx_settings *s)
{
	for (size_t i = 0; i < s->n_access; i++) {
		const struct fx_access_entry *e = &s->access[i];
		bool user = e->kind == FX_ACCESS_USER;

		if (user && strpbrk(e->name, "\\")) {
			continue; /* of a domain: known once he was here */
		}
		if (user ? !getpwnam(e->name) : !getgrnam(e->name)) {
			warn(w, "[rights] %s %s: there is no such %s on this machine",
			     user ? "user" : "group", e->name, user ? "user" : "group");
		}
	}
}

static void check_providers(struct warnings *w, const struct fx_settings *s)
{
	for (size_t i = 0; i < s->n_providers; i++) {
		const struct fx_provider_section *p = &s->providers[i];
		struct fx_fsp_settings fsp = {0};
		struct fx_reason why = {0};
		char key[64];

		if (!fx_fsp_settings_parse(&fsp, fx_text(p->text), &why)) {
			(void)snprintf(key, sizeof(key), "[provider %s] image", p->name);
			check_readable(w, key, *fsp.image ? fsp.image : NULL);
		}
		if (*fsp.image && !s->host) {
			warn(w, "[provider %s] is not used: [service] host = no", p->name);
		}
	}
}

static void check_trunk(struct warnings *w, const struct fx_sip_trunk *t)
{
	char key[64];
	const struct {
		const char *key, *path;
	} files[] = {{"ca_file", t->ca_file}, {"client_cert", t->client_cert}};

	for (size_t i = 0; i < FX_ARRAY_LEN(files); i++) {
		(void)snprintf(key, sizeof(key), "[trunk %s] %s", t->name, files[i].key);
		check_readable(w, key, *files[i].path ? files[i].path : NULL);
	}
	if (*t->fault) {
		warn(w, "[trunk %s] %s", t->name, t->fault);
	}
	if (t->do_register && !*t->password && !*t->password_file) {
		warn(w, "[trunk %s] registers without a password; most providers want one, set "
		     "password_file", t->name);
	}
	if (t->transport == FX_SIP_TLS && !t->tls_verify) {
		warn(w, "[trunk %s] tls_verify = no: anybody on the way can listen", t->name);
	}
}

static void check_sip(struct warnings *w, const struct fx_settings *s)
{
	struct fx_sip_settings sip;

	if (s->sip.len <= 1) {
		return;
	}
	if (!fx_sip_settings_parse(&sip, (const char *)s->sip.data, NULL)) {
		fx_sip_settings_secrets(&sip);
		check_readable(w, "[sip] cert", *sip.cert ? sip.cert : NULL);
		for (size_t i = 0; i < sip.n_trunks; i++) {
			check_trunk(w, &sip.trunks[i]);
		}
		if (!sip.n_trunks) {
			warn(w, "[sip] has no [trunk NAME], so it has no lines");
		}
	}
	fx_sip_settings_fini(&sip);
}

static void check_rpc(struct warnings *w, const struct fx_rpc_settings *r)
{
	static const char *const levels[] = {"connect", "call", "packet", "integrity"};

	check_readable(w, "[rpc] keytab", r->keytab);
	check_readable(w, "[rpc] users_file", r->users_file);
	if (!r->listen && r->mapper_port) {
		warn(w, "[rpc] endpoint_mapper = %d, but listen is empty: nobody is served on the "
		     "network", (int)r->mapper_port);
	}
	if (r->listen && r->mapper_port && r->mapper_port < 1024 && geteuid() != 0) {
		warn(w, "[rpc] endpoint_mapper = %d needs CAP_NET_BIND_SERVICE; docs/network.md "
		     "has the lines for systemd", (int)r->mapper_port);
	}
	if (r->listen && (size_t)r->min_level < FX_ARRAY_LEN(levels)) {
		warn(w, "[rpc] min_level = %s: faxes and their numbers can be read on the way%s",
		     levels[r->min_level], r->min_level < 3 ? ", and changed" : "");
	}
	if (!r->callback_auth && (r->callback_user || r->callback_password_file)) {
		warn(w, "[rpc] callback_user and callback_password_file are not used: "
		     "callback_auth = none");
	} else if (r->callback_auth) {
		struct fx_net_callback c;
		struct fx_reason why = {0};

		if (fx_net_callback_init(&c, r, &why)) {
			warn(w, "%s", why.text);
		} else {
			fx_net_callback_fini(&c);
		}
	}
	if (r->winbind && !(r->auth & FX_MECH_NTLM)) {
		warn(w, "[rpc] winbind = yes is not used: auth has no ntlm");
	}
}

size_t fx_settings_warn(const struct fx_settings *s, FILE *f)
{
	struct warnings w = {.f = f};

	check_readable(&w, "[service] render", s->render);
	check_readable(&w, "[service] host_program", s->host_program);
	check_mail(&w, &s->route);
	check_rules(&w, &s->route.rules);
	check_names(&w, s);
	check_rpc(&w, &s->rpc);
	check_providers(&w, s);
	check_sip(&w, s);
	return w.n;
}
