/* SPDX-License-Identifier: Apache-2.0 */
/*
 * caselli-render: one document in on descriptor 3, a fax TIFF out on 4, one line out on 5.
 *
 * Outside, it starts itself again in bubblewrap (or just again, where that does not work) and
 * waits; inside, it closes the sandbox before it reads the first byte. If the inner process dies,
 * the outer one says so on 5, so that there always is a line.
 */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "render/render.h"
#include "render/sandbox.h"

#define RENDER_NICE 10

enum {
	OPT_RES = 256,
	OPT_QUALITY,
	OPT_PAPER,
	OPT_PAGES,
	OPT_TIMEOUT,
	OPT_NAME,
	OPT_COVER,
	OPT_CHECK,
	OPT_INSIDE,
	OPT_PROBE,
	OPT_DEBUG,
	OPT_NO_BWRAP,
	OPT_HELP,
	OPT_VERSION
};

struct args {
	struct render_opts o;
	const char *inside; /* "bwrap" or "plain" in the inner process */
	const char *probe;  /* tests: report what the sandbox lets us do */
	bool check, debug, no_bwrap, help, version;
};

/* The address sanitizer's leak check would need ptrace, which the sandbox refuses. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "detect_leaks=0";
}

/* Threads are pango's and fontconfig's alone; they are not instrumented. */
const char *__tsan_default_options(void);
const char *__tsan_default_options(void)
{
	return "ignore_noninstrumented_modules=1";
}

static int parse_number(const char *s, uint32_t max, uint32_t *ret)
{
	int64_t v;

	if (fx_parse_i64(s, 1, max, &v) < 0) {
		return -1;
	}
	*ret = (uint32_t)v;
	return 0;
}

static int parse_quality(const char *s, enum fx_quality *ret)
{
	static const char *const names[] = {"auto", "text", "photo"};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(names); i++) {
		if (strcmp(s, names[i]) == 0) {
			*ret = (enum fx_quality)i;
			return 0;
		}
	}
	return -1;
}

static int parse_one(int opt, const char *val, struct args *a)
{
	switch (opt) {
	case OPT_RES:
		return fx_resolution_from_str(val, &a->o.resolution);
	case OPT_QUALITY:
		return parse_quality(val, &a->o.quality);
	case OPT_PAPER:
		a->o.letter = strcmp(val, "letter") == 0;
		return a->o.letter || strcmp(val, "a4") == 0 ? 0 : -1;
	case OPT_PAGES:
		return parse_number(val, FX_DOC_PAGES_MAX, &a->o.max_pages);
	case OPT_TIMEOUT:
		return parse_number(val, 3600, &a->o.timeout_s);
	case OPT_NAME:
		a->o.name = val;
		return 0;
	case OPT_COVER:
		a->o.cover = true;
		return 0;
	case OPT_INSIDE:
		a->inside = val;
		return 0;
	case OPT_PROBE:
		a->probe = val;
		return 0;
	case OPT_CHECK:
		a->check = true;
		return 0;
	case OPT_DEBUG:
		a->debug = true;
		return 0;
	case OPT_NO_BWRAP:
		a->no_bwrap = true;
		return 0;
	case OPT_HELP:
		a->help = true;
		return 0;
	case OPT_VERSION:
		a->version = true;
		return 0;
	default:
		return -1;
	}
}

static int parse_args(int argc, char **argv, struct args *a)
{
	static const struct option opts[] = {
		{"resolution", required_argument, NULL, OPT_RES},
		{"quality", required_argument, NULL, OPT_QUALITY},
		{"paper", required_argument, NULL, OPT_PAPER},
		{"max-pages", required_argument, NULL, OPT_PAGES},
		{"timeout", required_argument, NULL, OPT_TIMEOUT},
		{"name", required_argument, NULL, OPT_NAME},
		{"cover", no_argument, NULL, OPT_COVER},
		{"check", no_argument, NULL, OPT_CHECK},
		{"debug", no_argument, NULL, OPT_DEBUG},
		{"no-bubblewrap", no_argument, NULL, OPT_NO_BWRAP},
		{"help", no_argument, NULL, OPT_HELP},
		{"version", no_argument, NULL, OPT_VERSION},
		{"inside", required_argument, NULL, OPT_INSIDE},
		{"probe", required_argument, NULL, OPT_PROBE},
		{NULL, 0, NULL, 0},
	};
	int opt;

	*a = (struct args){.o = {.resolution = FX_RES_FINE,
				 .max_pages = FX_DOC_PAGES_MAX,
				 .timeout_s = 120,
				 .name = ""}};
	while ((opt = getopt_long(argc, argv, "", opts, NULL)) != -1) {
		if (parse_one(opt, optarg, a) < 0) {
			return -1;
		}
	}
	return optind == argc ? 0 : -1;
}

static void put_line(const char *line)
{
	size_t n = strlen(line);

	while (n) {
		ssize_t put = write(RENDER_RESULT_FD, line, n);

		if (put < 0 && errno == EINTR) {
			continue;
		}
		if (put <= 0) {
			return;
		}
		line += put;
		n -= (size_t)put;
	}
}

static void put_result(const struct render *r, int err)
{
	char line[400];

	if (err) {
		(void)snprintf(line, sizeof(line), "error %d %s\n", err,
			       r->why.text[0] ? r->why.text : fx_error_str(err));
	} else {
		(void)snprintf(line, sizeof(line), "ok %u\n", r->pages);
	}
	put_line(line);
}

static void print_state(FILE *f, const struct sandbox_state *s)
{
	int i;

	for (i = 0; i < SANDBOX_LAYERS; i++) {
		(void)fprintf(f, "%s: %s%s%s%s\n", sandbox_layer_str((enum sandbox_layer)i),
			      s->on[i] ? "ok" : "not available", s->why[i][0] ? " (" : "",
			      s->why[i], s->why[i][0] ? ")" : "");
	}
}

static void warm_up(void)
{
	/* what the C library opens lazily must not be met for the first time inside */
	(void)render_now_ms();
}

static int inside(const struct args *a)
{
	struct sandbox_state s = {0};
	struct render r = {.opts = a->o};
	bool wrapped = strcmp(a->inside, "bwrap") == 0;
	int err;

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (wrapped) {
		s.on[SANDBOX_BWRAP] = true;
		if (write(RENDER_READY_FD, "k", 1) != 1) {
			return 1;
		}
	} else {
		(void)snprintf(s.why[SANDBOX_BWRAP], sizeof(s.why[0]), "%s",
			       access("/usr/bin/bwrap", X_OK) ?
				       "package bubblewrap is not installed" :
			       a->no_bwrap ? "switched off" :
					     "the kernel refuses it");
	}
	(void)close(RENDER_READY_FD);
	warm_up();
	sandbox_enter(&s, wrapped, a->check ? -1 : RENDER_IN_FD,
		      a->o.timeout_s + 2); /* our own clock shall win, it says more */
	if (a->check || a->debug) {
		print_state(a->check ? stdout : stderr, &s);
	}
	if (a->check) {
		(void)fflush(stdout);
		return s.on[SANDBOX_SECCOMP] && s.on[SANDBOX_RLIMITS] ? 0 : 1;
	}
	if (a->probe) {
		return sandbox_probe(a->probe);
	}
	/* a kernel without any of them is not one to open strangers' files on */
	if (!s.on[SANDBOX_SECCOMP] || !s.on[SANDBOX_NO_NEW_PRIVS]) {
		err = fx_fail(&r.why, FX_EIO, "the sandbox cannot be set up (%s)",
			      s.why[SANDBOX_SECCOMP]);
	} else {
		r.deadline_ms = render_now_ms() + (int64_t)a->o.timeout_s * 1000;
		err = fx_tiff_create(RENDER_OUT_FD, NULL, &r.wr);
		err = err ? err : render_document(&r, RENDER_IN_FD);
		if (r.wr) {
			int e = fx_tiff_finish(r.wr);

			err = err ? err : e;
		}
	}
	put_result(&r, err);
	return 0;
}

/* @return pid of the inner process, or -1; *ret_ready: reads one byte once it runs in bubblewrap */
static pid_t start_wrapped(char **argv, const char *self, bool debug, int *ret_ready)
{
	char *line[128], *inner[48];
	int ready[2], n = 0, i;
	pid_t pid;

	for (i = 0; argv[i] && n < 44; i++) {
		inner[n++] = argv[i];
	}
	inner[n++] = (char *)(uintptr_t) "--inside";
	inner[n++] = (char *)(uintptr_t) "bwrap";
	inner[n] = NULL;
	if (sandbox_bwrap_argv(inner, self, line, FX_ARRAY_LEN(line)) < 0 ||
	    pipe2(ready, O_CLOEXEC) < 0) {
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (ready[1] != RENDER_READY_FD) {
			(void)dup2(ready[1], RENDER_READY_FD);
		} else {
			(void)fcntl(ready[1], F_SETFD, 0);
		}
		if (!debug) { /* its complaints are ours to explain */
			(void)dup2(open("/dev/null", O_WRONLY | O_CLOEXEC), 2);
		}
		(void)execv(line[0], line);
		_exit(127);
	}
	(void)close(ready[1]);
	*ret_ready = ready[0];
	return pid;
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return status;
}

bool render_killed_from_outside(int sig)
{
	return sig == SIGKILL || sig == SIGTERM || sig == SIGINT || sig == SIGHUP || sig == SIGQUIT;
}

int render_fail_killed(struct fx_reason *why)
{
	return fx_fail(why, FX_EIO,
		       "the program that converts documents was ended from outside, or the "
		       "machine ran out of memory; send the fax again");
}

/* bubblewrap passes a signal on as 128 + its number */
static int signal_of(int status)
{
	return WIFSIGNALED(status)                            ? WTERMSIG(status) :
	       WIFEXITED(status) && WEXITSTATUS(status) > 128 ? WEXITSTATUS(status) - 128 :
								0;
}

static int explain_death(int status, const struct args *a)
{
	struct render r = {.opts = a->o};
	int sig = signal_of(status);
	int err = FX_EDATA;

	if (!sig && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return 0;
	}
	if (render_killed_from_outside(sig)) {
		err = render_fail_killed(&r.why);
	} else if (sig == SIGXCPU) {
		err = fx_fail(&r.why, FX_ETIMEDOUT,
			      "converting the document took more than %u seconds; "
			      "send it as PDF or in parts",
			      a->o.timeout_s);
	} else if (sig == SIGXFSZ) {
		err = fx_fail(&r.why, FX_ELIMIT,
			      "the converted document is larger than 512 MB; send it "
			      "in parts");
	} else if (sig == SIGABRT || sig == SIGTRAP) {
		err = fx_fail(&r.why, FX_ELIMIT,
			      "the document needs too much memory; make it simpler");
	} else {
		err = fx_fail(&r.why, FX_EDATA,
			      "the document is damaged: converting it failed "
			      "(signal %d)",
			      sig);
	}
	put_result(&r, err);
	return 1;
}

static int outside(char **argv, struct args *a)
{
	char self[512];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	int ready = -1, status = 0;
	pid_t pid = -1;
	char c;

	self[n > 0 ? n : 0] = '\0';
	if (!a->no_bwrap) {
		pid = start_wrapped(argv, self, a->debug, &ready);
	}
	if (pid > 0) {
		do {
			n = read(ready, &c, 1);
		} while (n < 0 && errno == EINTR);
		(void)close(ready);
		if (n != 1) {
			status = wait_for(pid);
			if (render_killed_from_outside(signal_of(status))) {
				return explain_death(status, a);
			}
			pid = -1; /* bubblewrap does not work here: as it is, then */
		}
	}
	if (pid <= 0) {
		pid = fork();
		if (pid == 0) {
			a->inside = "plain";
			_exit(inside(a));
		}
	}
	status = pid > 0 ? wait_for(pid) : W_EXITCODE(1, 0);
	if (a->check || a->probe) {
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
	return explain_death(status, a);
}

static const char usage[] =
	"usage: caselli-render [OPTION...] 3<DOCUMENT 4<>FAX.TIF 5>RESULT\n"
	"  --resolution standard|fine|superfine   default: fine\n"
	"  --quality auto|text|photo              how grey is made; default: auto\n"
	"  --paper a4|letter                      default: a4\n"
	"  --max-pages N                          a longer document is an error\n"
	"  --timeout SECONDS                      default: 120\n"
	"  --name TEXT                            heads the pages of a text document\n"
	"  --cover                                DOCUMENT is a cover page with its fields\n"
	"  --no-bubblewrap                        do without that layer of the sandbox\n"
	"  --debug                                print the layers of the sandbox to stderr\n"
	"or: caselli-render --check               which layers of the sandbox work here\n"
	"    caselli-render --help | --version\n"
	"RESULT is one line: \"ok PAGES\" or \"error CODE REASON\".\n";

int main(int argc, char **argv)
{
	struct args a;

	if (parse_args(argc, argv, &a) < 0) {
		(void)fputs(usage, stderr);
		return 2;
	}
	if (a.help || a.version) {
		(void)fputs(a.help ? usage : "caselli-render " FX_VERSION "\n", stdout);
		return 0;
	}
	(void)signal(SIGPIPE, SIG_IGN);
	if (!a.inside) {
		/* Calls that go on have deadlines of milliseconds, and clients wait for job
		 * numbers; a document has time. */
		(void)setpriority(PRIO_PROCESS, 0, RENDER_NICE);
	}
	return a.inside ? inside(&a) : outside(argv, &a);
}
