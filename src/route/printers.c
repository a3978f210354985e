/* SPDX-License-Identifier: Apache-2.0 */
/* The print queues that a print method could name, asked of CUPS in a worker. */
#include <cups/cups.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "route/printers.h"
#include "route/route_priv.h"

#define CONNECT_MS 3000
#define IO_TIMEOUT_S 5.0

struct asking {
	fx_route_printers_fn *done;
	void *arg;
	char host[256];
	int port;
	struct fx_printer *v;
	size_t n;
	int err;
};

static int on_timeout(http_t *http, void *arg)
{
	(void)http, (void)arg;
	return 0; /* give up */
}

/* Nobody is there to type one. */
static const char *no_password(const char *prompt, http_t *http, const char *method,
			       const char *resource, void *arg)
{
	(void)prompt, (void)http, (void)method, (void)resource, (void)arg;
	return NULL;
}

static void take(struct asking *q, const cups_dest_t *d)
{
	struct fx_printer *p = &q->v[q->n];
	const char *model = cupsGetOption("printer-make-and-model", d->num_options, d->options);

	if (d->instance || !d->name) {
		return; /* the same queue with other options */
	}
	(void)fx_strlcpy(p->name, d->name, sizeof(p->name));
	(void)fx_strlcpy(p->driver, fx_text(model), sizeof(p->driver));
	(void)fx_strlcpy(p->server, *q->host == '/' ? "" : q->host, sizeof(p->server));
	q->n++;
}

/* Worker thread. A CUPS that does not answer has no queues. */
static void work(void *arg)
{
	struct asking *q = arg;
	cups_dest_t *dests = NULL;
	http_t *http = httpConnect2(q->host, q->port, NULL, AF_UNSPEC,
				    HTTP_ENCRYPTION_IF_REQUESTED, 1, CONNECT_MS, NULL);
	int n;

	if (!http) {
		return;
	}
	cupsSetPasswordCB2(no_password, NULL);
	httpSetTimeout(http, IO_TIMEOUT_S, on_timeout, NULL);
	n = cupsGetDests2(http, &dests);
	n = n > FX_PRINTERS_MAX ? FX_PRINTERS_MAX : n;
	q->v = n > 0 ? fx_calloc((size_t)n, sizeof(*q->v)) : NULL;
	q->err = n > 0 && !q->v ? FX_ENOMEM : 0;
	for (int i = 0; q->v && i < n; i++) {
		take(q, &dests[i]);
	}
	cupsFreeDests(n, dests);
	httpClose(http);
}

static void done(void *arg)
{
	struct asking *q = arg;

	q->done(q->arg, q->err, q->v, q->n);
	(void)fx_free(q->v);
	(void)fx_free(q);
}

int fx_route_printers(struct fx_route *r, fx_route_printers_fn *fn, void *arg)
{
	struct asking *q = fx_zalloc(sizeof(*q));
	const char *server = r->settings.print_server;
	char *colon;
	int64_t port;
	int err;

	if (!q) {
		return FX_ENOMEM;
	}
	q->done = fn;
	q->arg = arg;
	q->port = ippPort();
	(void)fx_strlcpy(q->host, server ? server : cupsServer(), sizeof(q->host));
	colon = server && *server != '/' ? strrchr(q->host, ':') : NULL;
	if (colon && !fx_parse_i64(colon + 1, 1, UINT16_MAX, &port)) {
		*colon = '\0';
		q->port = (int)port;
	}
	err = fx_loop_work(r->loop, work, done, q);
	if (err) {
		(void)fx_free(q);
	}
	return err;
}
