/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/watch.c  The live display: draws what cli/live.c says, waits for the service. */
#include "cli/live.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"

#define LIVE_PORTS_MAX 64 /* panels; a terminal has no room for more */

struct fx_live {
	struct fx_cli *cli;
	size_t lines_up; /* lines of the last picture, the cursor is below them */
	size_t width;    /* of the terminal when it was drawn */
	CASELLI_PORT_STATUS last[LIVE_PORTS_MAX]; /* line-wise: what was said; texts are not kept */
	size_t n_last;
};

struct fx_live *fx_live_new(struct fx_cli *cli)
{
	struct fx_live *live = fx_zalloc(sizeof(*live));

	if (!live) {
		fx_cli_check(FX_ENOMEM);
	}
	live->cli = cli;
	if (cli->terminal && !cli->globals.json) {
		fputs("\033[?25l", cli->out);
	}
	return live;
}

struct fx_live *fx_live_free(struct fx_live *live)
{
	if (live && live->cli->terminal && !live->cli->globals.json) {
		fputs("\033[?25h", live->cli->out);
		(void)fflush(live->cli->out);
	}
	return fx_free(live);
}

static enum fx_color color_of(const CASELLI_PORT_STATUS *s)
{
	switch (s->Status) {
	case FPS_AVAILABLE:
		return FX_COLOR_DIM;
	case FPS_SENDING:
	case FPS_RECEIVING:
	case FPS_COMPLETED:
	case FPS_ANSWERED:
	case FPS_ROUTING:
		return FX_COLOR_GREEN;
	case FPS_DIALING:
	case FPS_RINGING:
	case FPS_INITIALIZING:
	case FPS_ABORTING:
		return FX_COLOR_YELLOW;
	default:
		return FX_COLOR_RED;
	}
}

static void draw(struct fx_live *live, const CASELLI_PORT_STATUS *ports, size_t n)
{
	struct fx_cli *cli = live->cli;
	char lines[FX_LIVE_LINES][FX_LIVE_LINE_SIZE];
	size_t width = fx_cli_width(cli), i, k, drawn = 0;

	/* the last column stays free: some terminals wrap as soon as it is written */
	width = width > 1 ? width - 1 : 79;
	if (live->lines_up) {
		fprintf(cli->out, "\033[%zuA\r", live->lines_up);
	}
	for (i = 0; i < n; i++) {
		size_t count = fx_live_panel(&ports[i], width, cli->utf8, lines);

		for (k = 0; k < count; k++) {
			fprintf(cli->out, "%s%s%s\033[K\n",
				fx_cli_color(cli, k < 2 ? color_of(&ports[i]) : FX_COLOR_DIM),
				lines[k], fx_cli_color(cli, FX_COLOR_OFF));
		}
		drawn += count;
	}
	fputs("\033[J", cli->out);
	(void)fflush(cli->out);
	live->lines_up = drawn;
}

static void say(struct fx_live *live, const CASELLI_PORT_STATUS *s, bool known, size_t at)
{
	struct fx_cli *cli = live->cli;
	char line[FX_LIVE_LINE_SIZE];

	if (known && !fx_live_differs(&live->last[at], s)) {
		return;
	}
	if (cli->globals.json) {
		fx_json_print(fx_json_of(fx_fields_status, s), cli->out, true);
	} else {
		fprintf(cli->out, "%s\n", fx_live_line(line, sizeof(line), s));
		(void)fflush(cli->out);
	}
	live->last[at] = *s;
}

void fx_live_show(struct fx_live *live, const CASELLI_PORT_STATUS *ports, size_t n)
{
	size_t i, k;

	n = n > LIVE_PORTS_MAX ? LIVE_PORTS_MAX : n;
	if (live->cli->terminal && !live->cli->globals.json) {
		draw(live, ports, n);
		return;
	}
	for (i = 0; i < n; i++) {
		for (k = 0; k < live->n_last && live->last[k].DeviceId != ports[i].DeviceId; k++) {
		}
		if (k < LIVE_PORTS_MAX) {
			say(live, &ports[i], k < live->n_last, k);
			live->n_last = k == live->n_last ? k + 1 : live->n_last;
		}
	}
}

/* Is the job over? Fills *ret (CaselliFree) and *code. */
static bool job_over(struct fx_cli *cli, uint64_t id, CASELLI_JOB **ret, int *code)
{
	CASELLI_JOB *job = NULL;
	bool over;

	if (!CaselliGetJob(cli->server, id, &job)) {
		*code = fx_cli_fail(cli, "follow the fax (was it cancelled?)");
		*code = *code == FX_EXIT_FAILED ? FX_EXIT_FAX_FAILED : *code;
		return true;
	}
	over = job->Finished || !strcmp(job->State, "failed") ||
	       !strcmp(job->State, "retries_exceeded");
	*code = !over || job->Finished ? FX_EXIT_OK : FX_EXIT_FAX_FAILED;
	CaselliFree(*ret);
	*ret = job;
	return over;
}

/* Take out the ports that do not work on the job. @return how many are left */
static size_t only_job(CASELLI_PORT_STATUS *ports, size_t n, uint64_t id)
{
	size_t i, left = 0;

	for (i = 0; i < n; i++) {
		if (ports[i].Id == id) {
			ports[left++] = ports[i];
		}
	}
	return left;
}

static int show_once(struct fx_cli *cli, struct fx_live *live, DWORD device_id, uint64_t only_id)
{
	CASELLI_PORT_STATUS *ports = NULL;
	DWORD n = 0;

	if (!CaselliGetPortStatus(cli->server, device_id, &ports, &n)) {
		return fx_cli_fail(cli, "read the status of the ports");
	}
	fx_live_show(live, ports, only_id ? only_job(ports, n, only_id) : n);
	CaselliFree(ports);
	return FX_EXIT_OK;
}

int fx_live_watch(struct fx_cli *cli, DWORD device_id, uint64_t until_id, bool only_its_port,
		  CASELLI_JOB **ret_job)
{
	struct fx_live *live = fx_live_new(cli);
	CASELLI_JOB *job = NULL;
	uint64_t serial = 0;
	int code = FX_EXIT_OK;
	bool over = false;

	fx_cli_catch_interrupt();
	while (!over && !fx_cli_interrupted()) {
		if (until_id) {
			over = job_over(cli, until_id, &job, &code);
		}
		if (!over || code == FX_EXIT_OK) {
			int failed = show_once(cli, live, device_id, only_its_port ? until_id : 0);

			if (failed) {
				code = failed;
				break;
			}
		}
		if (!over) {
			fx_cli_wait(cli, &serial, 500);
		}
	}
	(void)fx_live_free(live);
	if (over && ret_job) {
		*ret_job = job;
	} else {
		CaselliFree(job);
	}
	return code;
}
