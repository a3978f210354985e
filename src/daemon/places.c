/* SPDX-License-Identifier: Apache-2.0 */
/* Where things live on a machine (design): for the system service, and for a user. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "daemon/settings.h"

/* $NAME when it is a full path, else $HOME/rest. */
static char *base_of(const char *name, const char *rest, const char *file)
{
	const char *dir = getenv(name), *home = getenv("HOME");

	if (dir && *dir == '/') {
		return fx_asprintf("%s/%s", dir, file);
	}
	if (home && *home == '/') {
		return fx_asprintf("%s/%s/%s", home, rest, file);
	}
	return fx_asprintf("/tmp/caselli-%u/%s", (unsigned)geteuid(), file);
}

/* systemd gives a unit its folders by name (the first of a list). */
static char *of_unit(const char *name, const char *file)
{
	const char *dir = getenv(name);
	int n = dir ? (int)strcspn(dir, ":") : 0;

	return n && *dir == '/' ? fx_asprintf("%.*s%s", n, dir, file) : NULL;
}

int fx_places_init(struct fx_places *p)
{
	const char *run = getenv("XDG_RUNTIME_DIR");

	if (getenv("STATE_DIRECTORY") && getenv("RUNTIME_DIRECTORY") &&
	    getenv("CONFIGURATION_DIRECTORY")) {
		p->config = of_unit("CONFIGURATION_DIRECTORY", "/caselli.conf");
		p->state = of_unit("STATE_DIRECTORY", "");
		p->socket = of_unit("RUNTIME_DIRECTORY", "/rpc");
	} else if (geteuid() == 0) {
		p->config = fx_strdup("/etc/caselli/caselli.conf");
		p->state = fx_strdup("/var/lib/caselli");
		p->socket = fx_strdup("/run/caselli/rpc");
	} else {
		p->config = base_of("XDG_CONFIG_HOME", ".config", "caselli/caselli.conf");
		p->state = base_of("XDG_STATE_HOME", ".local/state", "caselli");
		p->socket = run && *run == '/' ? fx_asprintf("%s/caselli/rpc", run) :
						 fx_asprintf("/tmp/caselli-%u/rpc",
							     (unsigned)geteuid());
	}
	if (!p->config || !p->state || !p->socket) {
		fx_places_fini(p);
		return FX_ENOMEM;
	}
	return 0;
}

void fx_places_fini(struct fx_places *p)
{
	p->config = fx_free(p->config);
	p->state = fx_free(p->state);
	p->socket = fx_free(p->socket);
}
