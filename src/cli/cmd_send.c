/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_send.c  caselli send */
#include "cli/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "cli/json.h"
#include "cli/live.h"
#include "cli/when.h"

#define SETTLE_MS 30000 /* a long document goes on being rendered without us */

static const DWORD resolutions[] = {CASELLI_RESOLUTION_STANDARD, CASELLI_RESOLUTION_FINE,
				    CASELLI_RESOLUTION_SUPERFINE};

static SYSTEMTIME system_time(int64_t at)
{
	time_t t = (time_t)at;
	struct tm tm;

	(void)gmtime_r(&t, &tm);
	return (SYSTEMTIME){.wYear = (WORD)(tm.tm_year + 1900),
			    .wMonth = (WORD)(tm.tm_mon + 1),
			    .wDayOfWeek = (WORD)tm.tm_wday,
			    .wDay = (WORD)tm.tm_mday,
			    .wHour = (WORD)tm.tm_hour,
			    .wMinute = (WORD)tm.tm_min,
			    .wSecond = (WORD)tm.tm_sec};
}

int fx_send_schedule(struct fx_cli *cli, const char *text, FAX_JOB_PARAMA *params,
		     int64_t *ret_at)
{
	struct fx_reason why;

	params->ScheduleAction = JSA_NOW;
	*ret_at = 0;
	if (!text) {
		return FX_EXIT_OK;
	}
	if (!strcmp(text, "discount")) {
		params->ScheduleAction = JSA_DISCOUNT_PERIOD;
		return FX_EXIT_OK;
	}
	if (fx_when_parse(text, fx_cli_now(), ret_at, &why)) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "--at %s", why.text);
	}
	if (*ret_at) {
		params->ScheduleAction = JSA_SPECIFIC_TIME;
		params->ScheduleTime = system_time(*ret_at);
	}
	return FX_EXIT_OK;
}

static int options(struct fx_cli *cli, const struct fx_args *args, CASELLI_SEND *send)
{
	const char *v = fx_args_value(args, "resolution");
	uint64_t port = 0;
	int code;

	send->Resolution = v ? resolutions[fx_args_choice("standard|fine|superfine", v)] :
			       CASELLI_RESOLUTION_DEFAULT;
	v = fx_args_value(args, "quality");
	send->Quality = v ? (DWORD)fx_args_choice("auto|text|photo", v) : CASELLI_QUALITY_AUTO;
	v = fx_args_value(args, "priority");
	send->Priority = !v  ? CASELLI_PRIORITY_NORMAL :
			 !*v ? CASELLI_PRIORITY_HIGH :
			       (DWORD)fx_args_choice("low|normal|high", v);
	v = fx_args_value(args, "port");
	code = v ? fx_cli_number(cli, v, "port", UINT32_MAX, &port) : FX_EXIT_OK;
	send->DeviceId = (DWORD)port;
	return code;
}

static void texts(const struct fx_args *args, FAX_JOB_PARAMA *params)
{
	const struct {
		const char *option;
		LPCSTR *field;
	} map[] = {
		{"name", &params->RecipientName},    {"to-name", &params->RecipientName},
		{"from", &params->SenderName},
		{"company", &params->SenderCompany}, {"tsid", &params->Tsid},
		{"billing", &params->BillingCode},   {"title", &params->DocumentName},
	};
	size_t i;

	for (i = 0; i < FX_ARRAY_LEN(map); i++) {
		const char *v = fx_args_value(args, map[i].option);

		if (v) {
			*map[i].field = v;
		}
	}
	if (!fx_args_has(args, "title") && args->n_words > 1) {
		const char *slash = strrchr(args->words[1], '/');

		params->DocumentName = slash ? slash + 1 : args->words[1];
	}
}

/* @param file of a personal page, to be freed; @return exit code; *ret NULL: no cover page */
static int cover_page(struct fx_cli *cli, const struct fx_args *args, FAX_COVERPAGE_INFOA *cover,
		      char **file, const FAX_COVERPAGE_INFOA **ret)
{
	const struct {
		const char *option;
		LPCSTR *field;
	} map[] = {
		{"note", &cover->Note},
		{"subject", &cover->Subject},
		{"to-company", &cover->RecCompany},
		{"to-department", &cover->RecDepartment},
		{"to-title", &cover->RecTitle},
		{"to-address", &cover->RecStreetAddress},
		{"to-phone", &cover->RecOfficePhone},
	};
	const char *name = fx_args_value(args, "cover");

	*ret = name ? cover : NULL;
	for (size_t i = 0; i < FX_ARRAY_LEN(map); i++) {
		if (fx_args_has(args, map[i].option) && !name) {
			return fx_cli_error(cli, FX_EXIT_USAGE, "--%s stands on a cover page: name "
					    "one with --cover", map[i].option);
		}
		if (fx_args_has(args, map[i].option)) {
			*map[i].field = fx_args_value(args, map[i].option);
		}
	}
	if (!name) {
		return args->n_words > 1 ? FX_EXIT_OK :
					   fx_cli_error(cli, FX_EXIT_USAGE, "what shall be sent? "
							"name a file, or a cover page with "
							"--cover");
	}
	*file = fx_cli_cover_file(name);
	cover->CoverPageName = *file ? *file : name;
	cover->UseServerCoverPage = !*file;
	return FX_EXIT_OK;
}

/* The library says "file not found"; which one of several is for us to say. */
static int check_files(struct fx_cli *cli, const struct fx_args *args)
{
	size_t i;

	if (args->n_words - 1 > 64) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "at most 64 files make a fax, not %zu",
				    args->n_words - 1);
	}
	for (i = 1; i < args->n_words; i++) {
		if (access(args->words[i], R_OK)) {
			return fx_cli_error(cli, FX_EXIT_FAILED, "cannot read %s: %s",
					    args->words[i], strerror(errno));
		}
	}
	return FX_EXIT_OK;
}

/* What the service would only find out when it dials, or never. */
static int check_target(struct fx_cli *cli, const char *number, DWORD port)
{
	CASELLI_PORT_STATUS *status = NULL;
	DWORD n = 0;

	if (!strpbrk(number, "0123456789")) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "\"%s\" is not a fax number", number);
	}
	if (port && !CaselliGetPortStatus(cli->server, port, &status, &n)) {
		return fx_cli_fail(cli, "send from port %u", port);
	}
	CaselliFree(status);
	return FX_EXIT_OK;
}

static void report(struct fx_cli *cli, const struct fx_args *args, DWORD job, uint64_t id,
		   int64_t at)
{
	const char *how = fx_args_value(args, "at");
	char when[40], files[64];

	if (cli->globals.json) {
		struct fx_json *o = fx_json_object();

		fx_json_set_int(o, "job", job);
		fx_json_set_int(o, "id", (int64_t)id);
		fx_json_set_text(o, "number", args->words[0]);
		fx_json_print(o, cli->out, fx_args_has(args, "wait"));
		return;
	}
	(void)snprintf(files, sizeof(files), "%zu file%s%s", args->n_words - 1,
		       args->n_words == 2 ? "" : "s",
		       fx_args_has(args, "cover") ? " behind a cover page" : "");
	fprintf(cli->out, "Job %u: %s to %s%s%s\n", job,
		args->n_words > 1 ? files : "a cover page", args->words[0],
		at				  ? ", to be sent at " :
		how && !strcmp(how, "discount") ? ", to be sent in the cheap hours" :
						  "",
		fx_when_text(when, sizeof(when), at, fx_cli_now()));
	(void)fflush(cli->out);
}

static int wait_for(struct fx_cli *cli, DWORD number, uint64_t id)
{
	CASELLI_JOB *job = NULL;
	int code = fx_live_watch(cli, 0, id, true, &job);

	if (cli->globals.json) {
		if (job) {
			fx_json_print(fx_json_of(fx_fields_job, job), cli->out, true);
		}
	} else if (job && code == FX_EXIT_OK) {
		char pages[24], to[200];

		fprintf(cli->out, "%sSent%s: %s to %s\n", fx_cli_color(cli, FX_COLOR_GREEN),
			fx_cli_color(cli, FX_COLOR_OFF),
			fx_text_pages(pages, sizeof(pages), job->Pages),
			fx_text_fit(to, sizeof(to), job->Number, sizeof(to)));
	} else if (job) {
		(void)fx_cli_error(cli, code, "job %u failed: %s", number, job->Words);
		fx_cli_hint(cli,
			    "caselli log %u has the session log, caselli restart %u tries again",
			    number, number);
	} else if (fx_cli_interrupted()) {
		fprintf(cli->out,
			"Job %u goes on without us: caselli show %u, or caselli cancel %u\n",
			number, number, number);
	}
	CaselliFree(job);
	return code;
}

/*
 * A job number is given before the document is rendered (docs/decisions/0004). Wait until
 * that is done, so that a document nobody can read is told here and not found later.
 */
int fx_send_settle(struct fx_cli *cli, DWORD number, uint64_t id)
{
	int64_t end = fx_cli_now_ms() + SETTLE_MS;
	uint64_t serial = 0;
	int code = FX_EXIT_OK;
	bool over = false;

	fx_cli_catch_interrupt();
	while (!over && !fx_cli_interrupted() && fx_cli_now_ms() < end) {
		CASELLI_JOB *job = NULL;

		/* gone already: it was sent and we may not see it, or it was cancelled */
		over = !CaselliGetJob(cli->server, id, &job) ||
		       strcmp(job->State, "preparing") != 0;
		if (job && !strcmp(job->State, "failed")) {
			code = fx_cli_error(cli, FX_EXIT_FAILED, "job %u cannot be sent: %s",
					    number, job->Words);
			fx_cli_hint(cli, "caselli cancel %u removes it", number);
		}
		CaselliFree(job);
		if (!over) {
			fx_cli_wait(cli, &serial, 250);
		}
	}
	return code;
}

int fx_cmd_send(struct fx_cli *cli, const struct fx_args *args)
{
	CASELLI_SEND send = {.SizeOfStruct = sizeof(send)};
	FAX_JOB_PARAMA *params = NULL;
	FAX_COVERPAGE_INFOA *cover = NULL;
	const FAX_COVERPAGE_INFOA *with = NULL;
	char *file = NULL; /* of the cover page; malloc()'s */
	DWORD job = 0;
	uint64_t id = 0;
	int64_t at;
	int code = check_files(cli, args);

	code = code ? code : options(cli, args, &send);
	if (code) {
		return code;
	}
	if (!FaxCompleteJobParamsA(&params, &cover)) {
		return fx_cli_fail(cli, "prepare the job");
	}
	params->RecipientNumber = args->words[0];
	send.FileCount = (DWORD)(args->n_words - 1);
	send.Files = &args->words[1];
	texts(args, params);
	code = cover_page(cli, args, cover, &file, &with);
	code = code ? code : fx_send_schedule(cli, fx_args_value(args, "at"), params, &at);
	code = code ? code : fx_cli_connect(cli);
	code = code ? code : check_target(cli, args->words[0], send.DeviceId);
	if (!code && !CaselliSend(cli->server, &send, params, with, &job, &id)) {
		code = fx_cli_fail(cli, "send to %s", args->words[0]);
	}
	FaxFreeBuffer(params);
	FaxFreeBuffer(cover);
	free(file);
	if (code) {
		return code;
	}
	report(cli, args, job, id, at);
	code = fx_send_settle(cli, job, id);
	return !code && fx_args_has(args, "wait") ? wait_for(cli, job, id) : code;
}
