/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cli.c  What all commands share. */
#include "cli/cli.h"

#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"

#define WAIT_STEP_MS 250 /* how late a Ctrl-C may be noticed while the service is asked to wait */
#define FRAME_MS     80  /* least time between two pictures */

static volatile sig_atomic_t interrupted;

static void on_interrupt(int signum)
{
	(void)signum;
	interrupted = 1;
}

void fx_cli_catch_interrupt(void)
{
	struct sigaction sa = {.sa_handler = on_interrupt};

	(void)sigaction(SIGINT, &sa, NULL);
	(void)sigaction(SIGTERM, &sa, NULL);
}

bool fx_cli_interrupted(void)
{
	return interrupted != 0;
}

int64_t fx_cli_now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t fx_cli_now(void)
{
	return fx_cli_now_ms() / 1000;
}

void fx_cli_wait(struct fx_cli *cli, uint64_t *serial, unsigned max_ms)
{
	int64_t start = fx_cli_now_ms();
	unsigned step = max_ms > WAIT_STEP_MS ? WAIT_STEP_MS : max_ms;
	DWORD changes = 0;
	unsigned waited = 0;

	while (waited < max_ms && !changes && !interrupted) {
		if (!CaselliWaitChange(cli->server, step, serial, &changes)) {
			/* the next request tells what is wrong; do not spin until then */
			(void)poll(NULL, 0, (int)step);
			return;
		}
		waited += step;
	}
	if (fx_cli_now_ms() - start < FRAME_MS) {
		(void)poll(NULL, 0, FRAME_MS);
	}
}

size_t fx_cli_width(const struct fx_cli *cli)
{
	struct winsize ws;
	const char *columns = getenv("COLUMNS");
	int64_t n;

	if (!cli->terminal) {
		return 0;
	}
	if (!ioctl(fileno(cli->out), TIOCGWINSZ, &ws) && ws.ws_col > 0) {
		return ws.ws_col;
	}
	return columns && !fx_parse_i64(columns, 20, 10000, &n) ? (size_t)n : 80;
}

const char *fx_cli_color(const struct fx_cli *cli, enum fx_color c)
{
	static const char *const codes[] = {"\033[0m",  "\033[1m",  "\033[2m",
					    "\033[31m", "\033[32m", "\033[33m"};

	return cli->color ? codes[c] : "";
}

int fx_cli_error(struct fx_cli *cli, int exit_code, const char *fmt, ...)
{
	char text[640], clean[700];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(cli->err, "caselli: %s\n", fx_text_fit(clean, sizeof(clean), text, sizeof(clean)));
	return exit_code;
}

void fx_cli_hint(struct fx_cli *cli, const char *fmt, ...)
{
	char text[400], clean[440];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(cli->err, "  %s\n", fx_text_fit(clean, sizeof(clean), text, sizeof(clean)));
}

void fx_cli_check(int err)
{
	if (err) {
		fprintf(stderr, "caselli: %s\n", fx_error_str(err));
		exit(FX_EXIT_FAILED);
	}
}

static int exit_code_of(DWORD error)
{
	return error == RPC_S_SERVER_UNAVAILABLE || error == RPC_S_CALL_FAILED ?
		       FX_EXIT_UNREACHABLE :
	       error == ERROR_ACCESS_DENIED ? FX_EXIT_DENIED :
					      FX_EXIT_FAILED;
}

/* What to do, unless the reason says so itself. */
static const char *remedy_of(int exit_code, const char *reason)
{
	if (exit_code == FX_EXIT_UNREACHABLE && !strstr(reason, "casellid") &&
	    !strstr(reason, "Name the port")) {
		return "\n  Start the service (systemctl start caselli, or casellid as yourself), "
		       "or "
		       "name another\n  one with --server or CASELLI_SERVER.";
	}
	if (exit_code == FX_EXIT_DENIED && !strstr(reason, "the login of") &&
	    !strstr(reason, "caselli login") &&
	    !strstr(reason, "chmod")) {
		return "\n  caselli access show tells what you may do; root and the service's user "
		       "may do all,\n  and give rights: caselli access grant USER RIGHT...";
	}
	return "";
}

int fx_cli_fail(struct fx_cli *cli, const char *what, ...)
{
	DWORD error = GetLastError();
	int exit_code = exit_code_of(error);
	char reason[512], said[256], clean[600];
	va_list ap;

	fx_strlcpy(reason, fx_text(CaselliLastReason()), sizeof(reason));
	if (!*reason) {
		fx_strlcpy(reason, fx_text(CaselliErrorText(error)), sizeof(reason));
	}
	va_start(ap, what);
	(void)vsnprintf(said, sizeof(said), what, ap);
	va_end(ap);
	fx_text_fit(clean, sizeof(clean), reason, sizeof(clean));
	fprintf(cli->err, "caselli: cannot %s: %s%s\n", said, clean, remedy_of(exit_code, reason));
	return exit_code;
}

int fx_cli_connect(struct fx_cli *cli)
{
	if (cli->server) {
		return FX_EXIT_OK;
	}
	if (FaxConnectFaxServerA(cli->globals.server, &cli->server)) {
		return FX_EXIT_OK;
	}
	cli->server = NULL;
	return fx_cli_fail(cli, "reach the service");
}

int fx_cli_number(struct fx_cli *cli, const char *text, const char *what, uint64_t max,
		  uint64_t *ret)
{
	int64_t n;

	if (fx_parse_i64(text, 1, max > INT64_MAX ? INT64_MAX : (int64_t)max, &n)) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "\"%s\" is not the number of a %s", text,
				    what);
	}
	*ret = (uint64_t)n;
	return FX_EXIT_OK;
}

int fx_cli_job(struct fx_cli *cli, const char *text, CASELLI_JOB **ret)
{
	uint64_t n;
	int code = fx_cli_number(cli, text, "job", UINT32_MAX, &n);

	if (code) {
		return code;
	}
	if (!CaselliFindJob(cli->server, (DWORD)n, ret)) {
		return fx_cli_fail(cli, "find job %s (caselli jobs, inbox and sent list them)",
				   text);
	}
	return FX_EXIT_OK;
}
