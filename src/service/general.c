/* SPDX-License-Identifier: Apache-2.0 */
/* Folders that clients name, and the mail server in force. */
#include "service/general.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

#define SMTP_PORT 25
#define SMTPS_PORT 465

static size_t characters(const char *utf8)
{
	size_t n = 0;

	for (; *utf8; utf8++) {
		n += ((unsigned char)*utf8 & 0xC0) != 0x80;
	}
	return n;
}

/* A part of the path goes up, or the path names another machine. */
static bool is_odd(const char *path)
{
	size_t n = strlen(path);

	return *path != '/' || path[1] == '/' || strchr(path, '\\') || strstr(path, "/../") ||
	       (n >= 3 && !strcmp(path + n - 3, "/.."));
}

static bool is_below(const char *path, const char *top)
{
	size_t n = strlen(top);

	return !strncmp(path, top, n) && (path[n] == '/' || path[n] == '\0');
}

/* Faxes that are copied among the service's own files would be taken for them. */
static bool is_ours(struct fx_service *s, const char *path)
{
	static const enum fx_spool_dir dirs[] = {FX_SPOOL_QUEUE, FX_SPOOL_INBOX, FX_SPOOL_SENT,
						 FX_SPOOL_LOG};
	char real[4096], own[4096];

	if (!realpath(path, real)) {
		return false;
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(dirs); i++) {
		if (realpath(fx_spool_path(s->spool, dirs[i]), own) && is_below(real, own)) {
			return true;
		}
	}
	return false;
}

int fx_service_look_at_folder(struct fx_service *s, const char *path, size_t max)
{
	struct stat st;

	if (!*path || is_odd(path)) {
		return FX_EINVAL;
	}
	if (characters(path) > max) {
		return FX_EOVERFLOW;
	}
	if (stat(path, &st)) {
		fx_auto char *up = errno == ENOENT ? fx_strdup(path) : NULL;
		char *slash = up ? strrchr(up, '/') : NULL;

		if (errno == EACCES) {
			return FX_EACCES;
		}
		if (slash && slash != up) {
			*slash = '\0';
			return stat(up, &st) || !S_ISDIR(st.st_mode) ? FX_ENODEV : FX_ENOENT;
		}
		return slash ? FX_ENOENT : FX_ENODEV;
	}
	if (!S_ISDIR(st.st_mode)) {
		return FX_ENODEV;
	}
	if (is_ours(s, path)) {
		return FX_EBUSY;
	}
	return access(path, W_OK | X_OK) ? FX_EACCES : 0;
}

int fx_service_check_folder(struct fx_service *s, const struct fx_caller *c, const char *path)
{
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_SET, false, "looking at a folder");

	FX_ON_LOOP(s->loop);
	return err ? err : fx_service_look_at_folder(s, path, FX_CONFIG_PATH_MAX);
}

/* ---- receipts ---- */

/* "host:port" apart; "[::1]:25" too. */
static void split_server(const char *server, struct fx_receipts *r)
{
	const char *end = strrchr(server, ':');
	int64_t port;
	size_t n;

	(void)fx_strlcpy(r->host, server, sizeof(r->host));
	if (end && (strchr(server, ':') == end || (end > server && end[-1] == ']')) &&
	    !fx_parse_i64(end + 1, 1, UINT16_MAX, &port)) {
		n = (size_t)(end - server);
		r->host[n < sizeof(r->host) ? n : sizeof(r->host) - 1] = '\0';
		r->port = (uint32_t)port;
	}
	r->server = r->host;
}

int fx_service_receipts(struct fx_service *s, const struct fx_caller *c, struct fx_receipts *ret)
{
	const struct fx_config *k = &s->config;
	const struct fx_route_settings *f = fx_route_settings(s->route);
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "reading the mail server");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	*ret = (struct fx_receipts){.port = SMTP_PORT};
	if (k->mail_set) {
		ret->receipts = k->mail_receipts;
		ret->routing = k->mail_routing;
		ret->auth = (enum fx_mail_auth)k->mail_auth;
		ret->server = k->mail_server;
		ret->port = k->mail_port;
		ret->from = k->mail_from;
		ret->user = k->mail_user;
		return 0;
	}
	ret->from_file = true;
	ret->port = f->mail_tls == FX_MAIL_TLS ? SMTPS_PORT : SMTP_PORT;
	ret->receipts = ret->routing = fx_text(f->mail_server)[0] != '\0';
	ret->auth = f->mail_user ? FX_MAIL_BASIC : FX_MAIL_ANONYMOUS;
	ret->from = f->mail_from;
	ret->user = f->mail_user;
	if (ret->receipts) {
		split_server(f->mail_server, ret);
	}
	return 0;
}

bool fx_service_incoming_public(const struct fx_service *s)
{
	return s->config.incoming_public;
}

/* ---- print queues ---- */

struct printers {
	fx_route_printers_fn *done;
	void *arg;
};

static void have_printers(void *arg, int err, const struct fx_printer *v, size_t n)
{
	struct fx_pending *p = arg;
	const struct printers *q = p->extra;

	if (p->s) {
		q->done(q->arg, err, v, n);
	}
	fx_pending_free(p);
}

int fx_service_printers(struct fx_service *s, const struct fx_caller *c,
			fx_route_printers_fn *done, void *arg)
{
	struct printers q = {done, arg};
	struct fx_pending *p;
	int err = fx_service_allow(c, FX_RIGHT_CONFIG_QUERY, false, "listing print queues");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	p = fx_pending_new(s, NULL, NULL);
	if (p) {
		p->extra = fx_memdup(&q, sizeof(q));
	}
	err = p && p->extra ? fx_route_printers(s->route, have_printers, p) : FX_ENOMEM;
	if (err) {
		fx_pending_free(p);
	}
	return err;
}
