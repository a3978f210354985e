/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One run of the render program. It gets the document on descriptor 3, an empty file on 4 and
 * a pipe on 5, on which it writes one line: "ok PAGES" or "error CODE WORDS". It decodes what
 * strangers sent, so the line is checked like any other input.
 *
 *   started --result line, pipe closed--> reaping --process gone--> fn()
 *      |                                      ^
 *      +---- timer: kill ---------------------+
 *   cancel: kill, then as above, but without fn().
 */
#include "document/convert.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/cover.h"
#include "document/fax_tiff.h"

#define TIMEOUT_DEFAULT_S 120u
/* The program ends itself at the timeout and says so; this is for one that is stuck. */
#define GRACE_S 5
#define KILLED_WAIT_S 30

enum convert_state { CONVERT_RUNNING, CONVERT_REAPING, CONVERT_DONE };

struct fx_convert {
	struct fx_loop *loop;
	fx_convert_fn *fn;
	void *arg;
	enum convert_state state;
	pid_t pid;
	int pidfd, pipe_fd;
	struct fx_io *io, *pid_io;
	struct fx_timer *timer;
	uint32_t timeout_s;
	bool cancelled, timed_out;
	char line[320];
	size_t len;
	struct fx_convert_result result;
};

static const char *quality_arg(enum fx_quality q)
{
	switch (q) {
	case FX_QUALITY_AUTO:
		return "auto";
	case FX_QUALITY_TEXT:
		return "text";
	case FX_QUALITY_PHOTO:
		return "photo";
	}
	return "auto";
}

static int spawn_error(int e)
{
	return e == ENOMEM ? FX_ENOMEM : FX_EIO;
}

/* File actions run in order: first out of the way (above 9), then onto 3, 4, 5. */
static int spawn(struct fx_convert *c, const struct fx_convert_prm *prm, int in_fd, int out_fd,
		 int result_fd)
{
	char pages[16], timeout[16];
	char *const argv[] = {(char *)(uintptr_t)prm->program,
			      (char *)(uintptr_t) "--resolution",
			      (char *)(uintptr_t)fx_resolution_str(prm->resolution),
			      (char *)(uintptr_t) "--quality",
			      (char *)(uintptr_t)quality_arg(prm->quality),
			      (char *)(uintptr_t) "--paper",
			      (char *)(uintptr_t)(prm->letter ? "letter" : "a4"),
			      (char *)(uintptr_t) "--max-pages",
			      pages,
			      (char *)(uintptr_t) "--timeout",
			      timeout,
			      (char *)(uintptr_t) "--name",
			      (char *)(uintptr_t)fx_text(prm->name),
			      prm->cover_fields ? (char *)(uintptr_t) "--cover" : NULL,
			      NULL};
	static char *const env[] = {(char *)(uintptr_t) "PATH=/usr/bin:/bin",
				    (char *)(uintptr_t) "LC_ALL=C.UTF-8", NULL};
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int e;

	(void)snprintf(pages, sizeof(pages), "%u",
		       prm->max_pages ? prm->max_pages : FX_DOC_PAGES_MAX);
	(void)snprintf(timeout, sizeof(timeout), "%u", c->timeout_s);
	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	e = posix_spawn_file_actions_init(&fa);
	if (e) {
		return spawn_error(e);
	}
	e = posix_spawnattr_init(&attr);
	if (e) {
		(void)posix_spawn_file_actions_destroy(&fa);
		return spawn_error(e);
	}
	(void)posix_spawnattr_setsigmask(&attr, &none);
	(void)posix_spawnattr_setsigdefault(&attr, &all);
	(void)posix_spawnattr_setpgroup(&attr, 0);
	(void)posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
						      POSIX_SPAWN_SETPGROUP);
	e = posix_spawn_file_actions_adddup2(&fa, in_fd, 3);
	e = e ? e : posix_spawn_file_actions_adddup2(&fa, out_fd, 4);
	e = e ? e : posix_spawn_file_actions_adddup2(&fa, result_fd, 5);
	e = e ? e : posix_spawn_file_actions_addclosefrom_np(&fa, 6);
	e = e ? e : posix_spawn(&c->pid, prm->program, &fa, &attr, argv, env);
	(void)posix_spawnattr_destroy(&attr);
	(void)posix_spawn_file_actions_destroy(&fa);
	return e ? spawn_error(e) : 0;
}

/* A cover page travels behind its fields: they, a NUL byte, the page. */
static int cover_input(const struct fx_convert_prm *prm, int *ret_fd)
{
	struct fx_buf b = {0};
	ssize_t n;
	uint8_t *p;
	int fd = -1, err;

	fx_buf_put(&b, prm->cover_fields, strlen(prm->cover_fields) + 1);
	p = fx_buf_grow(&b, FX_COVER_FILE_MAX + 1); /* one more: the program complains of it */
	n = p ? pread(prm->in_fd, p, FX_COVER_FILE_MAX + 1, 0) : -1;
	err = !p ? FX_ENOMEM : n < 0 ? fx_error_from_errno(errno) : 0;
	if (!err) {
		b.len -= FX_COVER_FILE_MAX + 1 - (size_t)n;
		fd = memfd_create("cover", MFD_CLOEXEC);
		err = fd < 0 ? fx_error_from_errno(errno) : 0;
	}
	if (!err && write(fd, b.data, b.len) != (ssize_t)b.len) {
		err = FX_ENOMEM;
		(void)close(fd);
	}
	fx_buf_fini(&b);
	*ret_fd = err ? -1 : fd;
	return err;
}

/* Duplicates above 9, so that no dup2 above hits a source of a later one. */
static int start_process(struct fx_convert *c, const struct fx_convert_prm *prm)
{
	int fds[2] = {-1, -1}, in = -1, out = -1, res = -1, err = FX_EIO;

	if (access(prm->program, X_OK) == 0 && pipe2(fds, O_CLOEXEC) == 0) {
		in = fcntl(prm->in_fd, F_DUPFD_CLOEXEC, 10);
		out = fcntl(prm->out_fd, F_DUPFD_CLOEXEC, 10);
		res = fcntl(fds[1], F_DUPFD_CLOEXEC, 10);
		if (in >= 0 && out >= 0 && res >= 0) {
			err = spawn(c, prm, in, out, res);
		}
	}
	if (!err) {
		c->pipe_fd = fds[0];
		fds[0] = -1;
		(void)fcntl(c->pipe_fd, F_SETFL, O_NONBLOCK);
		c->pidfd = (int)syscall(SYS_pidfd_open, c->pid, 0);
	}
	if (!err && c->pidfd < 0) {
		(void)kill(-c->pid, SIGKILL);
		(void)waitpid(c->pid, NULL, 0);
		err = FX_EIO;
	}
	if (fds[0] >= 0) {
		(void)close(fds[0]);
	}
	if (fds[1] >= 0) {
		(void)close(fds[1]);
	}
	if (in >= 0) {
		(void)close(in);
	}
	if (out >= 0) {
		(void)close(out);
	}
	if (res >= 0) {
		(void)close(res);
	}
	return err;
}

static void convert_free(struct fx_convert *c)
{
	c->io = c->io ? fx_io_free(c->io) : NULL;
	c->pid_io = c->pid_io ? fx_io_free(c->pid_io) : NULL;
	c->timer = c->timer ? fx_timer_free(c->timer) : NULL;
	if (c->pipe_fd >= 0) {
		(void)close(c->pipe_fd);
	}
	if (c->pidfd >= 0) {
		(void)close(c->pidfd);
	}
	(void)fx_free(c);
}

static bool allowed_error(int err)
{
	switch (err) {
	case FX_EDATA:
	case FX_ELIMIT:
	case FX_ETIMEDOUT:
	case FX_EIO:
	case FX_ENOSPC:
	case FX_ENOMEM:
	case FX_EINVAL:
		return true;
	default: /* a code that the program has no reason to give */
		return false;
	}
}

static void plain_words(char *dst, const char *src, size_t size)
{
	(void)fx_strlcpy(dst, src, size);
	if (fx_utf8_valid(dst, strlen(dst))) {
		fx_str_clean(dst);
	} else {
		(void)fx_strlcpy(dst, "the document cannot be processed", size);
	}
}

static void parse_line(struct fx_convert *c)
{
	struct fx_convert_result *r = &c->result;
	int64_t pages = 0;
	char *nl;
	int err = 0, at = 0;

	c->line[c->len] = '\0';
	nl = strchr(c->line, '\n');
	if (nl) {
		*nl = '\0';
	}
	if (nl && strncmp(c->line, "ok ", 3) == 0 &&
	    fx_parse_i64(c->line + 3, 1, FX_DOC_PAGES_MAX, &pages) == 0) {
		r->pages = (uint32_t)pages;
		return;
	}
	if (nl && sscanf(c->line, "error %d %n", &err, &at) == 1 && at && allowed_error(err)) {
		r->err = err;
		plain_words(r->words, c->line + at, sizeof(r->words));
		return;
	}
	r->err = FX_EDATA;
	(void)fx_strlcpy(r->words,
			 "the program that converts documents ended without a result; "
			 "the document is damaged or needs too much memory",
			 sizeof(r->words));
}

/* The outer process decodes nothing: no document ends it, only somebody's signal. */
static bool ended_from_outside(const struct fx_convert *c, int status)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

	return (sig == SIGKILL || sig == SIGTERM || sig == SIGINT || sig == SIGHUP) &&
	       !memchr(c->line, '\n', c->len);
}

static void settle(struct fx_convert *c, int status)
{
	if (!c->timed_out && ended_from_outside(c, status)) {
		c->result.err = FX_EIO;
		(void)fx_strlcpy(c->result.words,
				 "the program that converts documents was ended from outside, or "
				 "the machine ran out of memory; send the fax again",
				 sizeof(c->result.words));
	} else if (c->timed_out) {
		c->result.err = FX_ETIMEDOUT;
		(void)snprintf(c->result.words, sizeof(c->result.words),
			       "converting the document took longer than %u seconds; "
			       "send it as PDF or in parts",
			       c->timeout_s);
	} else {
		parse_line(c);
	}
	if (!c->result.err && !(WIFEXITED(status) && WEXITSTATUS(status) == 0)) {
		/* the line may be older than a crash at the end */
		c->result.err = FX_EIO;
		(void)fx_strlcpy(c->result.words, "the program that converts documents failed",
				 sizeof(c->result.words));
	}
	fx_trace(FX_TRACE_RENDER, "render pid %d: err %d pages %u %s", (int)c->pid, c->result.err,
		 c->result.pages, c->result.words);
}

static void finish(struct fx_convert *c, int status)
{
	settle(c, status);
	c->state = CONVERT_DONE;
	if (!c->cancelled) {
		c->fn(c->arg, &c->result);
	}
	convert_free(c);
}

static void read_line(struct fx_convert *c)
{
	char rest[256];
	ssize_t n;

	for (;;) {
		size_t room = sizeof(c->line) - 1 - c->len;

		n = room ? read(c->pipe_fd, c->line + c->len, room) :
			   read(c->pipe_fd, rest, sizeof(rest));
		if (n <= 0) {
			break;
		}
		c->len += room ? (size_t)n : 0;
	}
	if (n == 0 && c->io) {
		c->io = fx_io_free(c->io);
	}
}

static void on_pipe(void *arg, unsigned events)
{
	(void)events;
	read_line(arg);
}

static void kill_all(struct fx_convert *c)
{
	c->state = CONVERT_REAPING;
	/* the group: what the program started dies with it */
	(void)kill(-c->pid, SIGKILL);
}

static void on_exit_of_process(void *arg, unsigned events)
{
	struct fx_convert *c = arg;
	siginfo_t ended = {.si_pid = 0};
	int status = 0;

	(void)events;
	if (waitid(P_PID, (id_t)c->pid, &ended, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    ended.si_pid == 0) {
		return;
	}
	/* Its group first: once it is reaped, the number may be another's. */
	(void)kill(-c->pid, SIGKILL);
	while (waitpid(c->pid, &status, 0) < 0 && errno == EINTR) {
	}
	read_line(c);
	finish(c, status);
}

static void on_timeout(void *arg)
{
	struct fx_convert *c = arg;

	c->timed_out = true;
	kill_all(c);
}

/* Virtual time does not wait for a real process: as fx_loop_work(), run it in place. */
static void run_in_place(void *arg)
{
	struct fx_convert *c = arg;
	struct pollfd p = {.fd = c->pidfd, .events = POLLIN};
	int n;

	if (!c->cancelled) {
		do {
			n = poll(&p, 1, (int)(c->timeout_s + GRACE_S) * 1000);
		} while (n < 0 && errno == EINTR);
		c->timed_out = n == 0;
	}
	if (c->timed_out || c->cancelled) {
		kill_all(c);
		(void)poll(&p, 1, KILLED_WAIT_S * 1000);
	}
	on_exit_of_process(c, FX_IO_READ);
}

static int watch(struct fx_convert *c)
{
	int err;

	if (fx_loop_is_virtual(c->loop)) {
		fx_loop_post(c->loop, run_in_place, c);
		return 0;
	}
	err = fx_io_new(c->loop, c->pipe_fd, on_pipe, c, &c->io);
	err = err ? err : fx_io_new(c->loop, c->pidfd, on_exit_of_process, c, &c->pid_io);
	err = err ? err : fx_timer_new(c->loop, on_timeout, c, &c->timer);
	if (!err) {
		fx_io_want(c->io, FX_IO_READ);
		fx_io_want(c->pid_io, FX_IO_READ);
		fx_timer_start(c->timer, (int64_t)(c->timeout_s + GRACE_S) * FX_SECOND);
	}
	return err;
}

int fx_convert_start(struct fx_loop *loop, const struct fx_convert_prm *prm, fx_convert_fn *fn,
		     void *arg, struct fx_convert **ret)
{
	struct fx_convert *c;
	struct fx_convert_prm own = *prm;
	int cover_fd = -1, err = 0;

	FX_ON_LOOP(loop);
	c = fx_zalloc(sizeof(*c));
	if (!c) {
		return FX_ENOMEM;
	}
	c->loop = loop;
	c->fn = fn;
	c->arg = arg;
	c->pidfd = c->pipe_fd = -1;
	c->timeout_s = prm->timeout_s ? prm->timeout_s : TIMEOUT_DEFAULT_S;
	if (prm->cover_fields) {
		err = cover_input(prm, &cover_fd);
		own.in_fd = cover_fd;
	}
	err = err ? err : start_process(c, &own);
	if (cover_fd >= 0) {
		(void)close(cover_fd);
	}
	if (!err) {
		err = watch(c);
		if (err) {
			(void)kill(-c->pid, SIGKILL);
			(void)waitpid(c->pid, NULL, 0);
		}
	}
	if (err) {
		convert_free(c);
		return err;
	}
	*ret = c;
	return 0;
}

void fx_convert_cancel(struct fx_convert *c)
{
	FX_ON_LOOP(c->loop);
	FX_ASSERT(c->state != CONVERT_DONE);
	c->cancelled = true;
	kill_all(c);
}
