/* SPDX-License-Identifier: Apache-2.0 */
/* Where a server name leads: faxcom.md 6.1. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "clients/common/client.h"
#include "clients/common/transport.h"

static bool put_path(struct fx_client_place *p, const char *path)
{
#ifdef _WIN32
	(void)p, (void)path;
	return false; /* programs there, Wine's too, cannot open Unix sockets */
#else
	p->remote = false;
	return (size_t)snprintf(p->path, sizeof(p->path), "%s", path) < sizeof(p->path);
#endif
}

static bool is_local_name(const char *name)
{
	char host[256], *dot;

	if (!*name || strcmp(name, ".") == 0 || fx_str_ieq(name, "localhost") ||
	    strcmp(name, "127.0.0.1") == 0 || strcmp(name, "::1") == 0) {
		return true;
	}
	fx_client_hostname(host, sizeof(host));
	if (*host && fx_str_ieq(name, host)) {
		return true;
	}
	dot = strchr(host, '.');
	if (dot) {
		*dot = '\0';
	}
	return *host && fx_str_ieq(name, host);
}

/* host, host:port, [v6]:port; a name with several colons is a bare IPv6 address */
static bool put_host(struct fx_client_place *p, const char *name)
{
	const char *end = name + strlen(name), *port = NULL;

	if (*name == '[') {
		const char *close = strchr(name, ']');

		if (!close || (close[1] && close[1] != ':')) {
			return false;
		}
		port = close[1] ? close + 2 : NULL;
		name++;
		end = close;
	} else {
		const char *colon = strchr(name, ':');

		if (colon && !strchr(colon + 1, ':')) {
			port = colon + 1;
			end = colon;
		}
	}
	if (end == name || (size_t)(end - name) >= sizeof(p->host) ||
	    (port && (!*port || strlen(port) > 5 || strspn(port, "0123456789") != strlen(port)))) {
		return false;
	}
	p->remote = true;
	memcpy(p->host, name, (size_t)(end - name));
	p->host[end - name] = '\0';
	(void)snprintf(p->port, sizeof(p->port), "%s", port ? port : "");
	return true;
}

static bool local_place(struct fx_client_place *p)
{
	char text[sizeof(p->path) > sizeof(p->host) + 16 ? sizeof(p->path) : sizeof(p->host) + 16];
	const char *server = getenv("CASELLI_SERVER");

	if (!server || !*server) {
		if (!fx_client_default_server(text, sizeof(text))) {
			return false;
		}
		server = text;
	}
	return strchr(server, '/') ? put_path(p, server) : put_host(p, server);
}

uint32_t fx_client_resolve(const char *server, struct fx_client_place *ret)
{
	struct fx_client_place p = {0};
	char name[512];
	size_t n;
	bool ok;

	server = fx_text(server);
	if (strchr(server, '/')) {
		ok = put_path(&p, server);
	} else {
		server += strspn(server, "\\");
		n = strcspn(server, "\\");
		if (n >= sizeof(name)) {
			return FX_W_INVALID_NET_ADDR;
		}
		memcpy(name, server, n);
		name[n] = '\0';
		ok = is_local_name(name) ? local_place(&p) : put_host(&p, name);
	}
	if (!ok) {
		return FX_W_INVALID_NET_ADDR;
	}
	*ret = p;
	return FX_W_SUCCESS;
}
