/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with the running service, and the remedy; for `caselli doctor`. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "document/coverpages.h"
#include "route/checkup.h"
#include "service/plugins.h"
#include "service/service_priv.h"

#define HEALTH_MAX 64u
#define RENDER_LINES_MAX 16u
#define GHOSTSCRIPT "/usr/bin/gs" /* as render, which has no PATH */
#define CHECK_TIMEOUT_MS 15000
#define LOW_BYTES (UINT64_C(512) << 20)
#define BROKEN_BYTES (UINT64_C(64) << 20)
#define CLOCK_SANE_AT INT64_C(1735689600) /* 2025-01-01: older than this program */

/* The render program's own check, run once in a worker. */
struct fx_render_check {
	struct fx_service *s; /* NULL: the service is gone */
	char *program;
	struct fx_health lines[RENDER_LINES_MAX];
	size_t n;
};

struct report {
	struct fx_health *v;
	size_t n;
};

static void put(struct report *r, const char *name, int level, const char *fmt, ...)
	FX_PRINTF(4, 5);

static void put(struct report *r, const char *name, int level, const char *fmt, ...)
{
	struct fx_health *h;
	va_list ap;

	if (r->n == HEALTH_MAX) {
		return;
	}
	h = &r->v[r->n++];
	(void)fx_strlcpy(h->name, name, sizeof(h->name));
	h->level = level;
	va_start(ap, fmt);
	(void)vsnprintf(h->text, sizeof(h->text), fmt, ap);
	va_end(ap);
}

/* ---- the render program, in a worker ---- */

static void render_line(struct fx_render_check *c, char *line)
{
	struct fx_health *h = &c->lines[c->n];
	char *colon = strchr(line, ':');

	if (!colon || c->n == RENDER_LINES_MAX) {
		return;
	}
	*colon = '\0';
	(void)snprintf(h->name, sizeof(h->name), "render: %.24s", line);
	(void)fx_strlcpy(h->text, colon + 1 + (colon[1] == ' '), sizeof(h->text));
	h->level = strstr(h->text, "not available") ? 1 : 0;
	c->n++;
}

static size_t read_output(int fd, char *buf, size_t size)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && len + 1 < size && poll(&p, 1, CHECK_TIMEOUT_MS) > 0) {
		n = read(fd, buf + len, size - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	}
	buf[len] = '\0';
	return len;
}

static void check_work(void *arg)
{
	struct fx_render_check *c = arg;
	char *argv[] = {c->program, (char *)(uintptr_t)"--check", NULL};
	posix_spawn_file_actions_t fa;
	char buf[4096], *save = NULL;
	int fds[2], status = -1;
	pid_t pid = -1;

	if (pipe2(fds, O_CLOEXEC)) {
		return;
	}
	(void)posix_spawn_file_actions_init(&fa);
	(void)posix_spawn_file_actions_adddup2(&fa, fds[1], 1);
	if (posix_spawn(&pid, c->program, &fa, NULL, argv, environ)) {
		pid = -1;
	}
	(void)posix_spawn_file_actions_destroy(&fa);
	(void)close(fds[1]);
	if (pid > 0) {
		(void)read_output(fds[0], buf, sizeof(buf));
		(void)kill(pid, SIGKILL); /* it has said all, or hangs */
		(void)waitpid(pid, &status, 0);
		for (char *l = strtok_r(buf, "\n", &save); l; l = strtok_r(NULL, "\n", &save)) {
			render_line(c, l);
		}
	}
	(void)close(fds[0]);
}

static void check_done(void *arg)
{
	struct fx_render_check *c = arg;

	if (c->s) {
		c->s->check = NULL;
		c->s->render_health = fx_memdup(c->lines, c->n * sizeof(c->lines[0]));
		c->s->n_render_health = c->s->render_health ? c->n : 0;
	}
	(void)fx_free(c->program);
	(void)fx_free(c);
}

void fx_service_health_start(struct fx_service *s)
{
	struct fx_render_check *c;

	if (!s->render_program) {
		return;
	}
	c = fx_zalloc(sizeof(*c));
	if (c) {
		c->s = s;
		c->program = fx_strdup(s->render_program);
	}
	if (!c || !c->program || fx_loop_work(s->loop, check_work, check_done, c)) {
		fx_log(FX_LOG_WARN, "service: no memory to check the render program");
		if (c) {
			(void)fx_free(c->program);
		}
		(void)fx_free(c);
		return;
	}
	s->check = c;
}

void fx_service_health_free(struct fx_service *s)
{
	if (s->check) {
		s->check->s = NULL;
	}
	s->render_health = fx_free(s->render_health);
}

static void render_health(struct fx_service *s, struct report *r)
{
	if (!s->render_program) {
		put(r, "render", 1, "no render program is set: only fax TIFFs can be sent");
		return;
	}
	if (access(s->render_program, X_OK)) {
		put(r, "render", 2, "%.120s cannot be run (%s); install caselli again or set "
		    "[service] render", s->render_program, strerror(errno));
		return;
	}
	put(r, "render", 0, "%.200s", s->render_program);
	if (s->check) {
		put(r, "render sandbox", 0, "being checked; ask again in a moment");
	} else if (!s->n_render_health) {
		put(r, "render sandbox", 2, "\"%.100s --check\" gave no answer; run it by hand",
		    s->render_program);
	}
	for (size_t i = 0; i < s->n_render_health; i++) {
		const struct fx_health *h = &s->render_health[i];

		put(r, h->name, h->level, "%s", h->text);
	}
}

/* ---- the rest ---- */

static void store_health(struct fx_service *s, struct report *r)
{
	struct fx_config c;
	int err = fx_journal_error(s->journal);

	if (err) {
		put(r, "store", 2, "cannot be written: %s; new faxes are refused until it works",
		    fx_error_str(err));
		return;
	}
	err = fx_store_get_config(s->store, &c);
	if (!err) {
		fx_config_fini(&c);
	}
	if (err && err != FX_ENOENT) {
		put(r, "store", 2, "cannot be read: %s", fx_error_str(err));
	} else {
		put(r, "store", 0, "reads and writes; %zu jobs in the queue",
		    fx_queue_count(s->queue));
	}
}

static void disk_health(struct fx_service *s, struct report *r)
{
	static const enum fx_spool_dir dirs[] = {FX_SPOOL_QUEUE, FX_SPOOL_INBOX, FX_SPOOL_SENT,
						 FX_SPOOL_LOG};
	const char *path = fx_spool_path(s->spool, FX_SPOOL_QUEUE);
	struct statvfs v;

	if (!statvfs(path, &v)) {
		uint64_t free_bytes = (uint64_t)v.f_bavail * v.f_frsize;

		put(r, "disk", free_bytes < BROKEN_BYTES ? 2 : free_bytes < LOW_BYTES,
		    "%llu MB are free below %.120s%s", (unsigned long long)(free_bytes >> 20), path,
		    free_bytes < LOW_BYTES ? "; remove old messages or enlarge the disk" : "");
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(dirs); i++) {
		path = fx_spool_path(s->spool, dirs[i]);
		if (access(path, R_OK | W_OK | X_OK)) {
			put(r, "folder", 2, "%.140s: %s; give it to the service's user", path,
			    strerror(errno));
		}
	}
}

static void archive_health(struct fx_service *s, struct report *r)
{
	const char *dir = s->config.archive_directory;

	if (!s->config.archive_outgoing || !dir || !*dir) {
		return;
	}
	if (access(dir, W_OK | X_OK)) {
		put(r, "archive", 2, "%.140s: %s; no copies are kept there", dir, strerror(errno));
	} else {
		put(r, "archive", 0, "%.200s", dir);
	}
}

static void quota_health(struct fx_service *s, struct report *r)
{
	bool over;
	uint64_t bytes = fx_archive_bytes(s, &over);

	if (over) {
		put(r, "archive size", 1, "the messages take %llu MB, over the mark of %u MB; "
		    "remove some, or set an age limit", (unsigned long long)(bytes >> 20),
		    s->config.quota_high_mb);
	}
}

static void port_health(struct fx_service *s, struct report *r)
{
	size_t n = fx_ports_count(s->ports), offline = 0;

	for (size_t i = 0; i < n; i++) {
		struct fx_port_status st;

		fx_port_status(fx_ports_at(s->ports, i), &st);
		if (st.call.state == FX_PORT_OFFLINE) {
			offline++;
			const char *why = fx_port_why(fx_ports_at(s->ports, i));

			put(r, "port", 1, "%.63s is offline: %.160s",
			    fx_port_info(fx_ports_at(s->ports, i))->name, *why ? why :
			    "when its provider ended it is started again by itself, "
			    "and the service's log says why");
		}
	}
	if (!n) {
		put(r, "ports", 2, "there is no port; is a provider (%s) set up?",
		    fx_text(s->provider_text));
	} else {
		put(r, "ports", offline == n ? 2 : 0, "%zu of %zu are online (providers: %s)",
		    n - offline, n, fx_text(s->provider_text));
	}
}

/* Folders, mail server, printers and users that received faxes are to go to. */
static void routing_health(struct fx_service *s, struct report *r)
{
	size_t n_ports = fx_ports_count(s->ports), n = 0;
	const struct fx_checkup_line *lines = NULL;
	fx_auto uint32_t *devices = fx_calloc(n_ports + 1, sizeof(*devices));
	int err = s->route && devices ? 0 : FX_ENOENT;

	for (size_t i = 0; !err && i < n_ports; i++) {
		devices[i] = fx_port_info(fx_ports_at(s->ports, i))->device_id;
	}
	err = err ? err : fx_route_checkup(s->route, devices, n_ports, &lines, &n);
	if (err == FX_EBUSY) {
		put(r, "routing", 0, "its folders, printers and mail server are being checked; ask "
		    "again in a moment");
	}
	for (size_t i = 0; !err && i < n; i++) {
		put(r, lines[i].name, !lines[i].good, "%s", lines[i].text);
	}
}

/* Common cover pages: those of Windows stand in the list and cannot be used. */
static void cover_health(struct fx_service *s, struct report *r)
{
	struct fx_coverpage *v = NULL;
	size_t n = 0, windows = 0;
	int err = s->covers ? fx_coverpages_list(s->covers, &v, &n) : FX_ENOENT;

	for (size_t i = 0; !err && i < n; i++) {
		windows += v[i].windows;
	}
	if (err == FX_ENOENT || (!err && !n)) {
		put(r, "cover pages", 1, "there are none; install caselli again, or make one: "
		    "caselli-cover(5)");
	} else if (err) {
		put(r, "cover pages", 1, "cannot be listed: %s", fx_error_str(err));
	} else {
		put(r, "cover pages", windows > 0, "%zu can be used%s", n - windows,
		    windows ? "; those of Windows (.cov) cannot, draw them anew: caselli-cover(5)" :
			      "");
	}
	(void)fx_free(v);
}

static void plugin_health(struct fx_service *s, struct report *r)
{
	struct fx_plugin *v = NULL;
	size_t n = 0;
	int err = fx_service_load_plugins(s->store, &v, &n);

	if (err) {
		put(r, "plug-ins", 1, "the list cannot be read: %s", fx_error_str(err));
	}
	for (size_t i = 0; !err && i < n; i++) {
		char state[256] = "used from the next start of the service on";
		bool serving = false;

		if (s->plugin_state) {
			s->plugin_state(s->plugin_arg, &v[i], &serving, state);
		}
		put(r, "plug-in", !serving, "%.63s: %.190s", v[i].name, state);
	}
	(void)fx_free(v);
}

void fx_service_more_health(struct fx_service *s, fx_service_health_fn *fn, void *arg)
{
	s->more_health = fn;
	s->more_health_arg = arg;
}

int fx_service_health(struct fx_service *s, const struct fx_caller *c, struct fx_health **ret,
		      size_t *ret_n)
{
	struct report r = {0};
	int err = fx_service_allow(c, FX_RIGHT_PORT_QUERY, false, "asking for the health");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	r.v = fx_calloc(HEALTH_MAX, sizeof(*r.v));
	if (!r.v) {
		return FX_ENOMEM;
	}
	store_health(s, &r);
	disk_health(s, &r);
	quota_health(s, &r);
	archive_health(s, &r);
	render_health(s, &r);
	if (!access(GHOSTSCRIPT, X_OK)) {
		put(&r, "ghostscript", 0, "is installed");
	} else {
		put(&r, "ghostscript", 1, "is missing: PDF and PostScript cannot be sent; "
		    "apt-get install ghostscript");
	}
	if (fx_loop_wall_us(s->loop) / FX_SECOND < CLOCK_SANE_AT) {
		put(&r, "clock", 2, "the clock is years behind; schedules and headers are wrong: "
		    "set it, install an NTP client");
	} else {
		put(&r, "clock", 0, "is plausible");
	}
	if (s->config.pause_queue) {
		put(&r, "queue", 1,
		    "the outgoing queue is paused; caselli config set pause-queue no");
	}
	port_health(s, &r);
	routing_health(s, &r);
	plugin_health(s, &r);
	cover_health(s, &r);
	if (s->more_health) {
		r.n += s->more_health(s->more_health_arg, r.v + r.n, HEALTH_MAX - r.n);
	}
	*ret = r.v;
	*ret_n = r.n;
	return 0;
}
