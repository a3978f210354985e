/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Print: one IPP Print-Job to CUPS, or to a printer that speaks IPP itself. Delivered means that
 * the print queue took the job; paper is the queue's business.
 */
#include <cups/cups.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "route/own.h"

#define IO_TIMEOUT_S 30.0
#define LOOK_MS      5000 /* for the doctor */
#define URI_SIZE 1024

int fx_print_check(const char *text, struct fx_reason *reterr)
{
	bool uri = !strncmp(text, "ipp://", 6) || !strncmp(text, "ipps://", 7);

	return strlen(text) < 256 && (uri || !strpbrk(text, "/#? \t\n")) ? 0 :
		fx_fail(reterr, FX_EINVAL, "\"%.100s\" is neither the name of a print queue nor "
			"ipp://host/path", text);
}

struct target {
	char host[256], resource[URI_SIZE], uri[URI_SIZE];
	int port;
	bool tls;
};

static int find_target(const struct fx_own_task *t, struct target *g)
{
	char scheme[16], user[64];
	const char *server = t->settings.print_server;
	char *colon;

	g->port = ippPort();
	if (strstr(t->data, "://")) {
		(void)fx_strlcpy(g->uri, t->data, sizeof(g->uri));
		if (httpSeparateURI(HTTP_URI_CODING_ALL, t->data, scheme, sizeof(scheme), user,
				    sizeof(user), g->host, sizeof(g->host), &g->port, g->resource,
				    sizeof(g->resource)) < HTTP_URI_STATUS_OK) {
			return FX_EINVAL;
		}
		g->tls = !strcmp(scheme, "ipps");
		return 0;
	}
	(void)fx_strlcpy(g->host, server ? server : cupsServer(), sizeof(g->host));
	colon = server && *server != '/' ? strrchr(g->host, ':') : NULL;
	if (colon) {
		int64_t port;

		if (fx_parse_i64(colon + 1, 1, 65535, &port)) {
			return FX_EINVAL;
		}
		*colon = '\0';
		g->port = (int)port;
	}
	if (httpAssembleURIf(HTTP_URI_CODING_ALL, g->uri, sizeof(g->uri), "ipp", NULL,
			     *g->host == '/' ? "localhost" : g->host, *g->host == '/' ? 0 : g->port,
			     "/printers/%s", t->data) < HTTP_URI_STATUS_OK) {
		return FX_EINVAL;
	}
	(void)snprintf(g->resource, sizeof(g->resource), "/printers/%s", t->data);
	return 0;
}

/* Nobody is there to type one. */
static const char *no_password(const char *prompt, http_t *http, const char *method,
			       const char *resource, void *arg)
{
	(void)prompt, (void)http, (void)method, (void)resource, (void)arg;
	return NULL;
}

static int on_timeout(http_t *http, void *arg)
{
	(void)http, (void)arg;
	return 0; /* give up */
}

/* The document as a descriptor: the TIFF itself, or a PDF in memory. */
static int open_document(struct fx_own_task *t, int *ret_fd)
{
	struct fx_buf pdf = {0};
	int fd, err;

	if (t->settings.print_format == FX_ROUTE_TIFF) {
		fd = open(t->fax.tiff_path, O_RDONLY | O_CLOEXEC);
		*ret_fd = fd;
		return fd < 0 ? fx_error_from_errno(errno) : 0;
	}
	err = fx_own_pdf(t, &pdf);
	if (err) {
		fx_buf_fini(&pdf);
		return err;
	}
	fd = memfd_create("fax", MFD_CLOEXEC);
	if (fd < 0) {
		err = fx_error_from_errno(errno);
	} else if (write(fd, pdf.data, pdf.len) != (ssize_t)pdf.len || lseek(fd, 0, SEEK_SET)) {
		(void)close(fd);
		err = FX_EIO;
	} else {
		*ret_fd = fd;
	}
	fx_buf_fini(&pdf);
	return err;
}

static ipp_t *print_job(const struct fx_own_task *t, const struct target *g)
{
	ipp_t *req = ippNewRequest(IPP_OP_PRINT_JOB);
	char name[FX_ROUTE_NAME_SIZE];

	if (fx_own_fill(t, "Fax from {from}", name, NULL)) {
		(void)fx_strlcpy(name, "Fax", sizeof(name));
	}
	(void)ippAddString(req, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, g->uri);
	(void)ippAddString(req, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
			   cupsUser());
	(void)ippAddString(req, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, name);
	(void)ippAddString(req, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL,
			   t->settings.print_format == FX_ROUTE_TIFF ? "image/tiff" :
								       "application/pdf");
	return req;
}

static void judge(struct fx_own_task *t, const struct target *g, ipp_t *answer)
{
	ipp_status_t status = cupsLastError();
	ipp_attribute_t *id = answer ? ippFindAttribute(answer, "job-id", IPP_TAG_INTEGER) : NULL;

	if (answer && status < IPP_STATUS_REDIRECTION_OTHER_SITE) {
		fx_own_end(t, FX_ROUTE_DONE, "%s, job %d", t->data, id ? ippGetInteger(id, 0) : 0);
		return;
	}
	/* What the printer will say again tomorrow is final; all else may be set right. */
	fx_own_end(t, status == IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED ||
		   status == IPP_STATUS_ERROR_DOCUMENT_FORMAT_ERROR ||
		   status == IPP_STATUS_ERROR_REQUEST_ENTITY ? FX_ROUTE_FAILED : FX_ROUTE_RETRY,
		   "printer %s: %s (%s)", g->uri, cupsLastErrorString(), ippErrorString(status));
}

static http_t *connect_to(struct fx_own_task *t, const struct target *g, int timeout_ms)
{
	http_t *http;

	cupsSetPasswordCB2(no_password, NULL);
	http = httpConnect2(g->host, g->port, NULL, AF_UNSPEC,
			    g->tls ? HTTP_ENCRYPTION_ALWAYS : HTTP_ENCRYPTION_IF_REQUESTED, 1,
			    timeout_ms, (int *)(uintptr_t)&t->cancel);
	if (http) {
		httpSetTimeout(http, timeout_ms / 1000.0, on_timeout, NULL);
	}
	return http;
}

/* The printer's own word on itself. */
static void judge_state(struct fx_own_task *t, ipp_t *answer)
{
	ipp_status_t status = cupsLastError();
	ipp_attribute_t *takes, *state;

	if (!answer || status >= IPP_STATUS_REDIRECTION_OTHER_SITE) {
		fx_own_end(t, FX_ROUTE_RETRY, "%.100s: %s", t->data, cupsLastErrorString());
		return;
	}
	takes = ippFindAttribute(answer, "printer-is-accepting-jobs", IPP_TAG_BOOLEAN);
	state = ippFindAttribute(answer, "printer-state", IPP_TAG_ENUM);
	if (takes && !ippGetBoolean(takes, 0)) {
		fx_own_end(t, FX_ROUTE_RETRY, "%.100s takes no jobs; cupsaccept makes it",
			   t->data);
	} else if (state && ippGetInteger(state, 0) == IPP_PSTATE_STOPPED) {
		fx_own_end(t, FX_ROUTE_RETRY, "%.100s is stopped: it takes jobs and does not "
			   "print; cupsenable starts it", t->data);
	} else {
		fx_own_end(t, FX_ROUTE_DONE, "%.100s takes jobs", t->data);
	}
}

void fx_print_look(struct fx_own_task *t)
{
	struct target g = {.port = 0};
	ipp_t *req, *answer;
	http_t *http;

	if (find_target(t, &g)) {
		fx_own_end(t, FX_ROUTE_RETRY, "%.150s is no print queue", t->data);
		return;
	}
	http = connect_to(t, &g, LOOK_MS);
	if (!http) {
		fx_own_end(t, FX_ROUTE_RETRY, "%.80s: the print server %.80s:%d cannot be reached: "
			   "%s; is CUPS there, and [print] server right?", t->data, g.host, g.port,
			   cupsLastErrorString());
		return;
	}
	req = ippNewRequest(IPP_OP_GET_PRINTER_ATTRIBUTES);
	(void)ippAddString(req, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, g.uri);
	answer = cupsDoRequest(http, req, g.resource);
	judge_state(t, answer);
	ippDelete(answer);
	httpClose(http);
}

void fx_print_work(struct fx_own_task *t)
{
	struct target g = {.port = 0};
	http_t *http;
	ipp_t *answer;
	int fd = -1;
	int err = find_target(t, &g);

	err = err ? err : open_document(t, &fd);
	if (err) {
		fx_own_end(t, err == FX_EDATA || err == FX_EINVAL ? FX_ROUTE_FAILED :
								    FX_ROUTE_RETRY,
			   "cannot be prepared for printer %s: %s", t->data, fx_error_str(err));
		return;
	}
	http = connect_to(t, &g, (int)(IO_TIMEOUT_S * 1000));
	if (!http) {
		fx_own_end(t, FX_ROUTE_RETRY, "the print server %s:%d cannot be reached: %s",
			   g.host, g.port, cupsLastErrorString());
	} else {
		answer = cupsDoIORequest(http, print_job(t, &g), g.resource, fd, -1);
		judge(t, &g, answer);
		ippDelete(answer);
		httpClose(http);
	}
	(void)close(fd);
}
