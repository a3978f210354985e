/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_jobs.c  caselli jobs, show, log, pause, resume, restart, cancel */
#include "cli/commands.h"

#include <stdarg.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"
#include "cli/when.h"

static const struct fx_column job_columns[] = {
	{"JOB", FX_RIGHT, 0},   {"TYPE", FX_LEFT, 0},     {"STATE", FX_LEFT, 0},
	{"NUMBER", FX_LEFT, 8}, {"PAGES", FX_RIGHT, 0},   {"RETRIES", FX_RIGHT, 0},
	{"NEXT", FX_LEFT, 0},   {"DOCUMENT", FX_LEFT, 8}, {"USER", FX_LEFT, 4},
	{"REASON", FX_LEFT, 8}, {NULL, FX_LEFT, 0},
};

static void job_row(struct fx_table *t, const CASELLI_JOB *j)
{
	char when[40];
	bool waits = !strcmp(j->State, "pending") || !strcmp(j->State, "retrying") ||
		     !strcmp(j->State, "preparing");
	int64_t next = !waits ? 0 : j->NextTryAt ? j->NextTryAt : j->ScheduleAt;

	fx_cli_check(fx_table_cellf(t, "%u", j->JobId));
	fx_cli_check(fx_table_cell(t, fx_word_job_type(j->JobType)));
	fx_cli_check(fx_table_cell(t, j->Paused ? fx_word_queue_status(j->QueueStatus) : j->State));
	if (j->JobType == CASELLI_JT_BROADCAST) {
		fx_cli_check(fx_table_cellf(t, "%u left", j->Recipients));
	} else {
		fx_cli_check(fx_table_cell(t, j->Number));
	}
	if (j->Pages) {
		fx_cli_check(fx_table_cellf(t, "%u/%u", j->PagesConfirmed, j->Pages));
	} else {
		fx_cli_check(fx_table_cell(t, ""));
	}
	fx_cli_check(fx_table_cellf(t, "%u", j->Tries));
	fx_cli_check(fx_table_cell(t, fx_when_text(when, sizeof(when), next, fx_cli_now())));
	fx_cli_check(fx_table_cell(t, j->DocumentName));
	fx_cli_check(fx_table_cell(t, j->UserName));
	fx_cli_check(fx_table_cell(t, j->Words));
}

#define PAGE_JOBS 500u

/* Where the jobs go as they come, a page at a time. */
struct job_list {
	struct fx_cli *cli;
	struct fx_table *table; /* or */
	struct fx_json *json;
	uint64_t max, after;    /* after: 64-bit id */
	uint64_t n;
	DWORD last;             /* number of the last one */
};

static void take_page(struct job_list *l, const CASELLI_JOB *jobs, DWORD n)
{
	for (DWORD i = 0; i < n; i++) {
		if (l->json) {
			fx_json_add(l->json, fx_json_of(fx_fields_job, &jobs[i]));
		} else {
			job_row(l->table, &jobs[i]);
		}
		l->last = jobs[i].JobId;
	}
	l->n += n;
}

static int each_page(struct job_list *l)
{
	while (l->n < l->max) {
		uint64_t want = l->max - l->n < PAGE_JOBS ? l->max - l->n : PAGE_JOBS;
		CASELLI_JOB *jobs = NULL;
		DWORD n = 0;

		if (!CaselliEnumJobsPage(l->cli->server, l->after, (DWORD)want, &jobs, &n,
					 &l->after)) {
			return fx_cli_fail(l->cli, "list the jobs");
		}
		take_page(l, jobs, n);
		CaselliFree(jobs);
		if (!l->after) {
			break; /* that was all */
		}
	}
	return FX_EXIT_OK;
}

static void print_jobs(const struct job_list *l)
{
	struct fx_cli *cli = l->cli;

	if (l->json) {
		fx_json_print(l->json, cli->out, false);
	} else if (!l->n) {
		fputs("The queue is empty.\n", cli->out);
	} else {
		fx_table_print(l->table, cli->out, fx_cli_width(cli), cli->color);
	}
	if (!l->json && l->n && l->after) {
		fprintf(cli->out, "There are more: caselli jobs --after %u\n", l->last);
	}
}

/* --after JOB; a job that has gone from the queue still says where it stood. */
static int find_after(struct job_list *l, const char *text)
{
	CASELLI_JOB *job = NULL;
	int code = text ? fx_cli_job(l->cli, text, &job) : FX_EXIT_OK;

	if (job) {
		l->after = job->Id;
		CaselliFree(job);
	}
	return code;
}

int fx_cmd_jobs(struct fx_cli *cli, const struct fx_args *args)
{
	const char *limit = fx_args_value(args, "limit");
	struct job_list l = {.cli = cli, .max = UINT64_MAX};
	int64_t max;
	int code = FX_EXIT_OK;

	if (limit && fx_parse_i64(limit, 1, UINT32_MAX, &max)) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "--limit takes a number from 1 on, not "
				    "\"%s\"", limit);
	}
	l.max = limit ? (uint64_t)max : l.max;
	code = code ? code : fx_cli_connect(cli);
	code = code ? code : find_after(&l, fx_args_value(args, "after"));
	if (code) {
		return code;
	}
	if (cli->globals.json) {
		l.json = fx_json_list();
	} else {
		fx_cli_check(fx_table_new(job_columns, &l.table));
	}
	code = each_page(&l);
	if (!code || l.json) { /* what came, as an array that is whole */
		print_jobs(&l);
	}
	(void)fx_table_free(l.table);
	return code;
}

static void line(struct fx_cli *cli, const char *name, const char *fmt, ...) FX_PRINTF(3, 4);
/* "name   value"; nothing when there is no value. */
static void line(struct fx_cli *cli, const char *name, const char *fmt, ...)
{
	char text[512], clean[600];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fx_text_fit(clean, sizeof(clean), text, sizeof(clean));
	if (*clean) {
		fprintf(cli->out, "  %s%-12s%s %s\n", fx_cli_color(cli, FX_COLOR_DIM), name,
			fx_cli_color(cli, FX_COLOR_OFF), clean);
	}
}

static void line_time(struct fx_cli *cli, const char *name, int64_t at)
{
	char when[40];

	line(cli, name, "%s", fx_when_text(when, sizeof(when), at, fx_cli_now()));
}

static void print_job(struct fx_cli *cli, const CASELLI_JOB *j)
{
	char size[24];

	fprintf(cli->out, "%sJob %u%s (%s)\n", fx_cli_color(cli, FX_COLOR_BOLD), j->JobId,
		fx_cli_color(cli, FX_COLOR_OFF), fx_word_job_type(j->JobType));
	line(cli, "state", "%s%s", j->Finished ? "finished" : j->State,
	     j->Paused ? ", paused" : "");
	line(cli, "reason", "%s", j->Words);
	line(cli, "number", "%s", j->Number);
	if (j->JobType == CASELLI_JT_BROADCAST) {
		line(cli, "recipients", "%u in the queue", j->Recipients);
	} else if (j->BroadcastId) {
		line(cli, "broadcast", "job %u", j->BroadcastId);
	}
	line(cli, "recipient", "%s", j->RecipientName);
	line(cli, "document", "%s", j->DocumentName);
	if (j->Pages) {
		line(cli, "pages", "%u of %u confirmed, %s%s%s", j->PagesConfirmed, j->Pages,
		     fx_word_resolution(j->Resolution), j->SizeBytes ? ", " : "",
		     j->SizeBytes ? fx_text_bytes(size, sizeof(size), j->SizeBytes) : "");
	}
	line(cli, "priority", "%s", fx_word_priority(j->Priority));
	line(cli, "user", "%s", j->UserName);
	line(cli, "sender", "%s", j->SenderName);
	line(cli, "tsid", "%s", j->Tsid);
	line(cli, "billing code", "%s", j->BillingCode);
	line_time(cli, "submitted", j->SubmittedAt);
	line_time(cli, "scheduled", j->ScheduleAt);
	line_time(cli, "next try", j->NextTryAt);
	line_time(cli, "ended", j->EndedAt);
	line(cli, "id", "%llu", (unsigned long long)j->Id);
}

static void print_attempt(struct fx_cli *cli, const CASELLI_ATTEMPT *a, unsigned nth)
{
	char time[24] = "", when[40];
	bool good = !strcmp(a->Outcome, "success");

	if (a->EndedAt) {
		fx_when_elapsed(time, sizeof(time), (a->EndedAt - a->StartedAt) * 1000);
	}
	fprintf(cli->out, "\n  %sTry %u%s  %s%s%s\n", fx_cli_color(cli, FX_COLOR_BOLD), nth,
		fx_cli_color(cli, FX_COLOR_OFF),
		fx_cli_color(cli, good ? FX_COLOR_GREEN : FX_COLOR_YELLOW), a->Outcome,
		fx_cli_color(cli, FX_COLOR_OFF));
	line(cli, "cause", "%s", a->Words);
	line(cli, "port", "%u  %s", a->DeviceId, a->PortName);
	line(cli, "started", "%s%s%s", fx_when_text(when, sizeof(when), a->StartedAt, fx_cli_now()),
	     *time ? ", took " : "", time);
	if (a->PagesTotal) {
		line(cli, "pages", "%u of %u confirmed", a->PagesConfirmed, a->PagesTotal);
	}
	if (a->RateBps) {
		line(cli, "line", "%u bit/s  %s  %s%s%s", a->RateBps, a->Transport, a->Coding,
		     a->Ecm ? "  ECM" : "", a->EcmRetries ? ", blocks were sent again" : "");
	}
	line(cli, "far machine", "%s", a->RemoteId);
}

/* Which way an outgoing job goes that is not on its way yet. */
static CASELLI_OUTBOUND *way_of(struct fx_cli *cli, const CASELLI_JOB *job, DWORD *n)
{
	CASELLI_OUTBOUND *v = NULL;

	if (job->Finished || job->JobType != JT_SEND ||
	    (strcmp(job->State, "pending") && strcmp(job->State, "retrying")) ||
	    !CaselliTestOutbound(cli->server, NULL, job->Id, &v, n)) {
		return NULL; /* gone meanwhile, or an older service */
	}
	return v;
}

static void print_way(struct fx_cli *cli, const CASELLI_OUTBOUND *v, DWORD n)
{
	char text[700];

	line(cli, "goes by", "%s", fx_outbound_rule_text(text, sizeof(text), v));
	for (DWORD i = 1; i < n; i++) {
		line(cli, i == 1 ? "over" : "or", "port %u  %s%s%s", v[i].DeviceId, v[i].PortName,
		     *v[i].PortName ? ", " : "", v[i].PortState);
	}
	line(cli, "now", "%s", v->Words);
}

int fx_cmd_show(struct fx_cli *cli, const struct fx_args *args)
{
	CASELLI_JOB *job = NULL;
	CASELLI_ATTEMPT *tries = NULL;
	CASELLI_OUTBOUND *way;
	DWORD n = 0, i, n_way = 0;
	int code = fx_cli_connect(cli);

	code = code ? code : fx_cli_job(cli, args->words[0], &job);
	if (code) {
		return code;
	}
	way = way_of(cli, job, &n_way);
	if (!CaselliEnumAttempts(cli->server, job->Id, &tries, &n)) {
		code = fx_cli_fail(cli, "read the tries of job %s", args->words[0]);
	} else if (cli->globals.json) {
		struct fx_json *o = fx_json_of(fx_fields_job, job);

		fx_json_set(o, "attempts",
			    fx_json_of_all(fx_fields_attempt, tries, n, sizeof(*tries)));
		if (way) {
			fx_json_set(o, "outbound", fx_outbound_json(way, n_way));
		}
		fx_json_print(o, cli->out, false);
	} else {
		print_job(cli, job);
		if (way) {
			print_way(cli, way, n_way);
		}
		for (i = 0; i < n; i++) {
			print_attempt(cli, &tries[i], i + 1);
		}
	}
	CaselliFree(way);
	CaselliFree(tries);
	CaselliFree(job);
	return code;
}

static int print_log(struct fx_cli *cli, const CASELLI_ATTEMPT *a, unsigned nth,
		     struct fx_json *list)
{
	char *text = NULL, when[40];
	DWORD size = 0;

	if (!CaselliGetCallLog(cli->server, a->JobId, a->Id, &text, &size)) {
		return fx_cli_fail(cli, "read the log of try %u", nth);
	}
	if (list) {
		struct fx_json *o = fx_json_of(fx_fields_attempt, a);

		fx_json_set_text(o, "log", text);
		fx_json_add(list, o);
	} else {
		fprintf(cli->out, "%sTry %u, %s, %s%s\n", fx_cli_color(cli, FX_COLOR_BOLD), nth,
			fx_when_text(when, sizeof(when), a->StartedAt, fx_cli_now()), a->Outcome,
			fx_cli_color(cli, FX_COLOR_OFF));
		(void)fx_text_print(cli->out, text, size);
		if (size && text[size - 1] != '\n') {
			fputc('\n', cli->out);
		}
	}
	CaselliFree(text);
	return FX_EXIT_OK;
}

static int print_logs(struct fx_cli *cli, const CASELLI_ATTEMPT *tries, DWORD n, uint64_t only)
{
	struct fx_json *list = cli->globals.json ? fx_json_list() : NULL;
	int code = FX_EXIT_OK;
	DWORD i;

	for (i = 0; !code && i < n; i++) {
		if (!only || only == i + 1) {
			code = print_log(cli, &tries[i], i + 1, list);
		}
	}
	if (list) {
		fx_json_print(list, cli->out, false);
	} else if (!n) {
		fputs("No call was made for this job yet.\n", cli->out);
	}
	return code;
}

int fx_cmd_log(struct fx_cli *cli, const struct fx_args *args)
{
	const char *only_text = fx_args_value(args, "try");
	CASELLI_ATTEMPT *tries = NULL;
	CASELLI_JOB *job = NULL;
	uint64_t only = 0;
	DWORD n = 0;
	int code = only_text ? fx_cli_number(cli, only_text, "try", UINT32_MAX, &only) : FX_EXIT_OK;

	code = code ? code : fx_cli_connect(cli);
	code = code ? code : fx_cli_job(cli, args->words[0], &job);
	if (code) {
		return code;
	}
	if (!CaselliEnumAttempts(cli->server, job->Id, &tries, &n)) {
		code = fx_cli_fail(cli, "read the tries of job %s", args->words[0]);
	} else if (only > n) {
		code = fx_cli_error(cli, FX_EXIT_FAILED, "job %s has had %u tries, not %s",
				    args->words[0], n, only_text);
	} else {
		code = print_logs(cli, tries, n, only);
	}
	CaselliFree(tries);
	CaselliFree(job);
	return code;
}

/* Pausing and restarting do nothing to a call that is going on: say so. */
static const char *what_was_done(struct fx_cli *cli, uint64_t n, DWORD command, const char *done)
{
	CASELLI_JOB *job = NULL;

	if (command != JC_DELETE && CaselliFindJob(cli->server, (DWORD)n, &job)) {
		if (!strcmp(job->State, "in_progress")) {
			done = command == JC_PAUSE
				       ? "is being sent; paused if the call does not finish it"
				       : "is being sent already";
		}
		CaselliFree(job);
	}
	return done;
}

/* A broadcast is cancelled whole; the Windows 2000 API knows its recipients only. */
static bool set_job(struct fx_cli *cli, DWORD n, DWORD command)
{
	CASELLI_JOB *job = NULL;
	bool broadcast = command == JC_DELETE && CaselliFindJob(cli->server, n, &job) &&
			 job->JobType == CASELLI_JT_BROADCAST && !job->Finished;

	CaselliFree(job);
	return broadcast ? CaselliCancelBroadcast(cli->server, n)
			 : FaxSetJobA(cli->server, n, command, NULL);
}

/* One command for all jobs named; goes on after a failure, the first one decides the exit code. */
static int each_job(struct fx_cli *cli, const struct fx_args *args, DWORD command, const char *verb,
		    const char *done)
{
	int code = fx_cli_connect(cli);
	size_t i;

	for (i = 0; cli->server && i < args->n_words; i++) {
		uint64_t n;
		int failed = fx_cli_number(cli, args->words[i], "job", UINT32_MAX, &n);
		if (!failed) {
			if (!set_job(cli, (DWORD)n, command)) {
				failed = fx_cli_fail(cli, "%s job %s", verb, args->words[i]);
			} else if (!cli->globals.json) {
				fprintf(cli->out, "Job %s %s.\n", args->words[i],
					what_was_done(cli, n, command, done));
			}
		}
		code = code ? code : failed;
	}
	return code;
}

int fx_cmd_pause(struct fx_cli *cli, const struct fx_args *args)
{
	return each_job(cli, args, JC_PAUSE, "pause", "paused");
}

int fx_cmd_resume(struct fx_cli *cli, const struct fx_args *args)
{
	return each_job(cli, args, JC_RESUME, "resume", "resumed");
}

int fx_cmd_restart(struct fx_cli *cli, const struct fx_args *args)
{
	return each_job(cli, args, JC_RESTART, "restart", "will be tried again");
}

int fx_cmd_cancel(struct fx_cli *cli, const struct fx_args *args)
{
	return each_job(cli, args, JC_DELETE, "cancel", "cancelled");
}
