/* SPDX-License-Identifier: Apache-2.0 */
/*
 * PDF and PostScript through ghostscript, which draws grey pages in dots of the fax and writes
 * them into a pipe; we turn one page into black and white while it draws the next. Whatever it
 * does, it does inside our own sandbox.
 *
 * A document whose first page lies on its side is drawn once more with the resolutions of the
 * two axes exchanged, so that its pages can be turned dot for dot.
 */
#include "render/render.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "render/sandbox.h"

#define GS "/usr/bin/gs"

struct gs {
	struct render *r;
	pid_t pid;
	int out, err;
	char said[2048]; /* the beginning of its messages */
	size_t said_len;
	struct render_pgm pgm;
	bool restart, turned;
	bool died; /* its output ended by itself */
};

static void child(int doc, int out, int err, const struct render_opts *o, bool turned)
{
	char res[40], in[40];
	const char *const argv[] = {
		"gs", "-q", "-dSAFER", "-dBATCH", "-dNOPAUSE", "-dNOPROMPT", "-sDEVICE=pgmraw", res,
		o->letter ? "-sPAPERSIZE=letter" : "-sPAPERSIZE=a4", "-dMaxBitmap=120000000",
		/* plain luminance: colour profiles make yellow writing as light as the paper */
		"-dUseFastColor=true", "-dNumRenderingThreads=1", "-sstdout=%stderr",
		"-sOutputFile=-", "-f", in, NULL};
	static char *const env[] = {
		(char *)(uintptr_t) "PATH=/usr/bin:/bin", (char *)(uintptr_t) "HOME=/tmp",
		(char *)(uintptr_t) "TMPDIR=/tmp", (char *)(uintptr_t) "LC_ALL=C.UTF-8", NULL};
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	(void)snprintf(res, sizeof(res), turned ? "-r%dx%d" : "-r%2$dx%1$d", (int)o->resolution,
		       RENDER_X_DPI);
	(void)snprintf(in, sizeof(in), "/proc/self/fd/%d", doc);
	if (sandbox_no_signals() == 0 && null >= 0 && dup2(null, 0) == 0 && dup2(out, 1) == 1 &&
	    dup2(err, 2) == 2) {
		(void)close(RENDER_OUT_FD);
		(void)close(RENDER_RESULT_FD);
		(void)execve(GS, (char *const *)(uintptr_t)argv, env);
	}
	_exit(127);
}

static int start(struct gs *g, int doc)
{
	int out[2], err[2];

	if (pipe2(out, O_CLOEXEC) < 0) {
		return fx_fail(&g->r->why, FX_EIO, "no pipe: %s", strerror(errno));
	}
	if (pipe2(err, O_CLOEXEC) < 0) {
		(void)close(out[0]);
		(void)close(out[1]);
		return fx_fail(&g->r->why, FX_EIO, "no pipe: %s", strerror(errno));
	}
	/* room for a part of the next page, so that it is drawn while this one is coded */
	(void)fcntl(out[0], F_SETPIPE_SZ, 1 << 20);
	(void)fcntl(out[0], F_SETFL, O_NONBLOCK);
	g->pid = fork();
	if (g->pid == 0) {
		child(doc, out[1], err[1], &g->r->opts, g->turned);
	}
	(void)close(out[1]);
	(void)close(err[1]);
	g->out = out[0];
	g->err = err[0];
	g->said_len = 0;
	g->pgm.pos = g->pgm.len = 0;
	return g->pid > 0 ? 0 : fx_fail(&g->r->why, FX_EIO, "ghostscript does not start");
}

/* @return wait status */
static int stop(struct gs *g)
{
	int status = 0;

	if (g->out >= 0) {
		(void)close(g->out);
	}
	if (g->pid > 0) {
		(void)waitpid(g->pid, &status, 0);
	}
	if (g->err >= 0) {
		(void)close(g->err);
	}
	g->out = g->err = -1;
	g->pid = -1;
	return status;
}

static void listen_to(struct gs *g)
{
	char rest[512];
	size_t room = sizeof(g->said) - 1 - g->said_len;
	ssize_t n =
		room ? read(g->err, g->said + g->said_len, room) : read(g->err, rest, sizeof(rest));

	if (n <= 0) {
		(void)close(g->err);
		g->err = -1;
		return;
	}
	g->said_len += room ? (size_t)n : 0;
	g->said[g->said_len] = '\0';
}

/*
 * ghostscript writes 4 KB at a time. Woken for each of them, both sides would spend more time on
 * changing places than on the page: so an empty pipe is left alone for a moment, to fill.
 */
static void let_it_fill(void)
{
	const struct timespec moment = {0, 200 * 1000};

	(void)clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL);
}

/* @return bytes, 0 at the end, FX_EAGAIN when the pipe is empty, FX_EIO */
static int take(struct gs *g, uint8_t *p, size_t room)
{
	ssize_t n;

	do {
		n = read(g->out, p, room);
	} while (n < 0 && errno == EINTR);
	g->died = n == 0;
	return n >= 0 ? (int)n : errno == EAGAIN ? FX_EAGAIN : FX_EIO;
}

static int fill(void *arg, uint8_t *p, size_t room)
{
	struct gs *g = arg;

	for (;;) {
		struct pollfd fds[2] = {{.fd = g->out, .events = POLLIN},
					{.fd = g->err, .events = POLLIN}};
		int64_t left = g->r->deadline_ms - render_now_ms();
		int err = render_check_time(g->r), n;

		if (err) {
			return err;
		}
		n = take(g, p, room);
		if (n != FX_EAGAIN) {
			return n;
		}
		if (poll(fds, 2, left < 1000 ? (int)left + 1 : 1000) < 0 && errno != EINTR) {
			return FX_EIO;
		}
		if (g->err >= 0 && fds[1].revents) {
			listen_to(g);
		} else if (fds[0].revents == POLLIN) {
			let_it_fill();
		}
	}
}

static int next_row(void *arg, uint8_t *grey, struct fx_reason *reterr)
{
	struct gs *g = arg;

	return render_pgm_row(&g->pgm, grey, reterr);
}

static int one_page(struct gs *g)
{
	struct render *r = g->r;
	struct fx_picture pic = {.orientation = 1};
	int err = render_pgm_next(&g->pgm, &pic.width_px, &pic.rows, &r->why);

	if (err) {
		return err;
	}
	if (r->pages >= r->opts.max_pages) {
		return fx_fail(&r->why, FX_ELIMIT,
			       "the document has more than %u pages; send it in "
			       "parts",
			       r->opts.max_pages);
	}
	pic.x_dpi = g->turned ? (double)r->opts.resolution : RENDER_X_DPI;
	pic.y_dpi = g->turned ? RENDER_X_DPI : (double)r->opts.resolution;
	if (!g->turned && !r->pages && !g->restart &&
	    pic.width_px / pic.x_dpi > 1.05 * pic.rows / pic.y_dpi) {
		g->restart = true;
		return FX_EAGAIN;
	}
	return render_place(r, &pic, true, next_row, g);
}

/* Its own words, if it has any, are for programmers; say what a sender can do. */
static int explain(struct gs *g, int status, bool pdf)
{
	struct render *r = g->r;
	const char *what = pdf ? "PDF" : "PostScript";

	if (WIFSIGNALED(status) && render_killed_from_outside(WTERMSIG(status))) {
		return render_fail_killed(&r->why);
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) {
		return fx_fail(&r->why, FX_ETIMEDOUT,
			       "drawing the %s took more than %u seconds; send it "
			       "in parts",
			       what, r->opts.timeout_s);
	}
	if (strstr(g->said, "password")) {
		return fx_fail(&r->why, FX_EDATA,
			       "the PDF is protected by a password; remove the "
			       "protection");
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127) {
		return fx_fail(&r->why, FX_EIO,
			       "ghostscript is not installed; install the package "
			       "ghostscript");
	}
	if (strstr(g->said, "VMerror") || (WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV)) {
		return fx_fail(&r->why, FX_ELIMIT, "the %s needs too much memory; make it simpler",
			       what);
	}
	if (strstr(g->said, "invalidfileaccess")) {
		return fx_fail(&r->why, FX_EDATA,
			       "the %s tries to use other files, which is not "
			       "allowed",
			       what);
	}
	return fx_fail(&r->why, FX_EDATA, "the %s is damaged%s", what,
		       r->pages ? "; the first pages could be read" : "");
}

/* A PDF ends with %%EOF; without it the rest was lost on the way. */
static int check_pdf_end(struct render *r, int fd)
{
	char tail[2048];
	off_t size = lseek(fd, 0, SEEK_END);
	off_t from = size > (off_t)sizeof(tail) ? size - (off_t)sizeof(tail) : 0;
	ssize_t n = pread(fd, tail, sizeof(tail), from);

	if (n > 0 && memmem(tail, (size_t)n, "%%EOF", 5)) {
		return 0;
	}
	return fx_fail(&r->why, FX_EDATA,
		       "the PDF is cut off: its end is missing; send the whole file");
}

static int all_pages(struct gs *g)
{
	int err;

	do {
		err = one_page(g);
	} while (!err);
	return err;
}

int render_ghostscript(struct render *r, int fd, bool pdf)
{
	struct gs *g;
	int err, status;

	if (pdf) {
		err = check_pdf_end(r, fd);
		if (err) {
			return err;
		}
	}
	g = fx_zalloc(sizeof(*g));
	if (!g) {
		return fx_fail(&r->why, FX_ENOMEM, "out of memory");
	}
	g->r = r;
	g->out = g->err = -1;
	g->pgm.fill = fill;
	g->pgm.arg = g;
	do {
		err = start(g, fd);
		if (!err) {
			err = all_pages(g);
		}
		if (!g->died && g->pid > 0) {
			(void)kill(g->pid, SIGKILL);
		}
		while (g->died && g->err >= 0) {
			listen_to(g);
		}
		status = stop(g);
		g->turned = g->restart;
	} while (err == FX_EAGAIN && g->restart);
	/* it may also die in the middle of a page: its own end tells more than ours */
	if (err == FX_ENOENT && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		err = r->pages ? 0 :
		      strstr(g->said, "password") ?
				 explain(g, status, pdf) :
				 fx_fail(&r->why, FX_EDATA, "the document has no pages");
	} else if (err == FX_ENOENT || (err == FX_EDATA && g->died)) {
		err = explain(g, status, pdf);
	}
	(void)fx_free(g);
	return err;
}
