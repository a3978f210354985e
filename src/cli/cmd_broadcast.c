/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/cmd_broadcast.c  caselli broadcast
 * The list is read and checked whole before anything goes to the service, so that a slip in line
 * 9,000 is told before the first fax is queued.
 */
#include "cli/commands.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/str.h"
#include "cli/json.h"
#include "cli/when.h"

#define LIST_MAX    1000000
#define NUMBER_MAX  63
#define PROGRESS_MS 100

struct recipient {
	char *line; /* the texts below are cut out of it */
	const char *number, *name, *company;
	size_t at;  /* line of the list, from 1 */
};

struct list {
	struct fx_cli *cli;
	const char *file; /* "-" is the standard input */
	struct recipient *v;
	size_t n, size;
	/* while they are handed over */
	size_t given;
	int64_t shown_ms;
	const FAX_JOB_PARAMA *params;
	const FAX_COVERPAGE_INFOA *cover; /* NULL: none */
};

static void list_free(struct list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].line);
	}
	free(l->v);
}

/* ---- the list ---- */

static char *trim(char *s)
{
	size_t n;

	s += strspn(s, " \t\r\n");
	n = strlen(s);
	while (n && strchr(" \t\r\n", s[n - 1])) {
		s[--n] = '\0';
	}
	return s;
}

/* The next field, in the way of CSV: "in quotes", where "" is a quote. */
static char *next_field(char **at, char separator)
{
	char *field = *at, *from = field, *to = field;
	bool quoted = false;

	for (; *from && (quoted || *from != separator); from++) {
		if (*from != '"') {
			*to++ = *from;
		} else if (quoted && from[1] == '"') {
			*to++ = *from++;
		} else {
			quoted = !quoted;
		}
	}
	*at = *from ? from + 1 : from;
	*to = '\0';
	return trim(field);
}

/* NUMBER;NAME;COMPANY, also with tabs or commas; or NUMBER NAME. */
static void split(struct recipient *r, char *s)
{
	size_t n = strcspn(s, ";\t,");
	char separator = s[n];

	if (separator) {
		r->number = next_field(&s, separator);
		r->name = next_field(&s, separator);
		r->company = next_field(&s, separator);
		return;
	}
	n = strspn(s, "+0123456789*#()-./ ");
	while (n && s[n] && s[n - 1] != ' ') {
		n--; /* "sip2fax@host": no number that a name follows */
	}
	r->number = s;
	r->name = r->company = "";
	if (n && s[n]) {
		s[n - 1] = '\0';
		r->number = trim(s);
		r->name = trim(s + n);
	}
}

static int add(struct list *l, char *take_line, size_t at)
{
	struct recipient *r;
	bool bom = at == 1 && !strncmp(take_line, "\xEF\xBB\xBF", 3);
	char *s = trim(take_line + (bom ? 3 : 0));

	if (!*s || *s == '#') {
		free(take_line);
		return FX_EXIT_OK;
	}
	if (l->n == l->size) {
		size_t size = l->size ? l->size * 2 : 256;
		struct recipient *v = realloc(l->v, size * sizeof(*v));

		fx_cli_check(v ? 0 : FX_ENOMEM);
		l->v = v;
		l->size = size;
	}
	r = &l->v[l->n++];
	*r = (struct recipient){.line = take_line, .at = at};
	split(r, s);
	if (strlen(r->number) > NUMBER_MAX || !strpbrk(r->number, "0123456789@")) {
		fx_cli_error(l->cli, FX_EXIT_USAGE, "%s:%zu: \"%s\" is not a fax number", l->file,
			     at, r->number);
		fx_cli_hint(l->cli, "A line is NUMBER;NAME;COMPANY, the last two as you like; "
				    "lines that begin with # do not count.");
		return FX_EXIT_USAGE;
	}
	return l->n <= LIST_MAX ? FX_EXIT_OK :
		fx_cli_error(l->cli, FX_EXIT_USAGE, "%s: more than %d recipients", l->file,
			     LIST_MAX);
}

static int read_list(struct list *l)
{
	bool input = !strcmp(l->file, "-");
	FILE *f = input ? stdin : fopen(l->file, "re");
	char *line = NULL;
	size_t size = 0, at = 0;
	int code = FX_EXIT_OK;

	if (!f) {
		return fx_cli_error(l->cli, FX_EXIT_FAILED, "cannot read %s: %s", l->file,
				    strerror(errno));
	}
	errno = 0;
	while (!code && getline(&line, &size, f) >= 0) {
		code = add(l, line, ++at);
		line = NULL;
		size = 0;
	}
	if (!code && !feof(f)) {
		code = fx_cli_error(l->cli, FX_EXIT_FAILED, "cannot read %s: %s", l->file,
				    strerror(errno));
	}
	free(line);
	if (!input) {
		(void)fclose(f);
	}
	if (!code && !l->n) {
		code = fx_cli_error(l->cli, FX_EXIT_USAGE, "%s names no recipient", l->file);
	}
	return code;
}

/* ---- to the service ---- */

static void progress(struct list *l)
{
	int64_t now = fx_cli_now_ms();

	if (!l->cli->terminal || l->cli->globals.json || now - l->shown_ms < PROGRESS_MS) {
		return;
	}
	l->shown_ms = now;
	fprintf(l->cli->out, "\r%zu of %zu recipients", l->given, l->n);
	(void)fflush(l->cli->out);
}

static void progress_end(struct list *l)
{
	if (l->shown_ms) {
		fputs("\r\033[K", l->cli->out);
		(void)fflush(l->cli->out);
	}
}

static BOOL CALLBACK next(HANDLE fax, DWORD n, LPVOID context, PFAX_JOB_PARAMA params,
			  PFAX_COVERPAGE_INFOA cover)
{
	struct list *l = context;
	const struct recipient *r;

	(void)fax;
	(void)n;
	if (l->given == l->n || fx_cli_interrupted()) {
		return FALSE;
	}
	r = &l->v[l->given++];
	progress(l);
	params->RecipientNumber = r->number;
	params->RecipientName = *r->name ? r->name : NULL;
	params->SenderName = l->params->SenderName;
	params->SenderCompany = l->params->SenderCompany;
	params->SenderDept = l->params->SenderDept;
	params->Tsid = l->params->Tsid;
	params->BillingCode = l->params->BillingCode;
	params->DocumentName = l->params->DocumentName;
	params->ScheduleAction = l->params->ScheduleAction;
	params->ScheduleTime = l->params->ScheduleTime;
	if (l->cover) {
		*cover = *l->cover;
		cover->RecName = params->RecipientName;
		cover->RecFaxNumber = r->number;
		cover->RecCompany = *r->company ? r->company : NULL;
	}
	return TRUE;
}

static int options(struct list *l, const struct fx_args *args, FAX_JOB_PARAMA *p,
		   FAX_COVERPAGE_INFOA *cover, char **ret_file)
{
	const char *name = fx_args_value(args, "cover");
	const struct {
		const char *option;
		LPCSTR *field;
		bool on_cover;
	} map[] = {
		{"from", &p->SenderName, false},     {"company", &p->SenderCompany, false},
		{"tsid", &p->Tsid, false},	     {"billing", &p->BillingCode, false},
		{"title", &p->DocumentName, false},  {"note", &cover->Note, true},
		{"subject", &cover->Subject, true},
	};

	for (size_t i = 0; i < FX_ARRAY_LEN(map); i++) {
		const char *v = fx_args_value(args, map[i].option);

		if (v && map[i].on_cover && !name) {
			return fx_cli_error(l->cli, FX_EXIT_USAGE, "--%s stands on a cover page: "
					    "name one with --cover", map[i].option);
		}
		if (v) {
			*map[i].field = v;
		}
	}
	l->params = p;
	if (name) {
		*ret_file = fx_cli_cover_file(name);
		cover->CoverPageName = *ret_file ? *ret_file : name;
		cover->UseServerCoverPage = !*ret_file;
		l->cover = cover;
	}
	return FX_EXIT_OK;
}

/* What of it is queued, when it did not go to the end. */
static size_t queued(struct list *l, DWORD id)
{
	CASELLI_JOB *job = NULL;
	size_t n = 0;

	if (id && CaselliFindJob(l->cli->server, id, &job)) {
		n = job->Recipients;
	}
	CaselliFree(job);
	return n;
}

/* Ctrl-C, or the service refused one: those before it are queued, and said to be. */
static int stopped(struct list *l, DWORD id, int code)
{
	size_t n = queued(l, id);

	if (code) {
		if (l->given && l->given <= l->n && n < l->given) {
			fx_cli_hint(l->cli, "It was not further than line %zu of %s (%s).",
				    l->v[l->given - 1].at, l->file, l->v[l->given - 1].number);
		}
	} else {
		code = fx_cli_error(l->cli, FX_EXIT_FAILED, "interrupted after %zu of %zu "
				    "recipients", l->given, l->n);
	}
	if (n) {
		fx_cli_hint(l->cli, "%zu recipients are queued as broadcast %u; caselli cancel %u "
				    "takes them out again.", n, id, id);
	} else {
		fx_cli_hint(l->cli, "No recipient is queued.");
	}
	return code;
}

static int report(struct list *l, const struct fx_args *args, DWORD id, int64_t at)
{
	CASELLI_JOB *job = NULL;
	const char *how = fx_args_value(args, "at");
	const char *slash = strrchr(args->words[1], '/');
	char when[40];
	int code = FX_EXIT_OK;

	if (l->cli->globals.json) {
		struct fx_json *o = fx_json_object();

		fx_json_set_int(o, "job", id);
		fx_json_set_int(o, "recipients", (int64_t)l->given);
		fx_json_print(o, l->cli->out, false);
	} else {
		fprintf(l->cli->out, "Broadcast %u: %s to %zu recipient%s%s%s\n", id,
			slash ? slash + 1 : args->words[1], l->given, l->given == 1 ? "" : "s",
			at ? ", to be sent at " :
			how && !strcmp(how, "discount") ? ", to be sent in the cheap hours" : "",
			fx_when_text(when, sizeof(when), at, fx_cli_now()));
		(void)fflush(l->cli->out);
	}
	if (CaselliFindJob(l->cli->server, id, &job)) {
		code = fx_send_settle(l->cli, id, job->Id);
	}
	CaselliFree(job);
	return code;
}

static int hand_over(struct list *l, const struct fx_args *args, FAX_JOB_PARAMA *p,
		     FAX_COVERPAGE_INFOA *cover, char **cover_file)
{
	DWORD id = 0;
	int64_t at = 0;
	int code = options(l, args, p, cover, cover_file);
	BOOL ok;

	code = code ? code : fx_send_schedule(l->cli, fx_args_value(args, "at"), p, &at);
	code = code ? code : fx_cli_connect(l->cli);
	if (code) {
		return code;
	}
	fx_cli_catch_interrupt();
	ok = FaxSendDocumentForBroadcastA(l->cli->server, args->words[1], &id, next, l);
	progress_end(l);
	if (!ok) {
		code = fx_cli_fail(l->cli, "send %s to the list %s", args->words[1], l->file);
		return id ? stopped(l, id, code) : code;
	}
	return l->given < l->n ? stopped(l, id, FX_EXIT_OK) : report(l, args, id, at);
}

int fx_cmd_broadcast(struct fx_cli *cli, const struct fx_args *args)
{
	struct list l = {.cli = cli, .file = args->words[0]};
	FAX_JOB_PARAMA *params = NULL;
	FAX_COVERPAGE_INFOA *cover = NULL;
	char *cover_file = NULL; /* malloc()'s */
	int code;

	if (access(args->words[1], R_OK)) {
		return fx_cli_error(cli, FX_EXIT_FAILED, "cannot read %s: %s", args->words[1],
				    strerror(errno));
	}
	code = read_list(&l);
	if (!code && !FaxCompleteJobParamsA(&params, &cover)) {
		code = fx_cli_fail(cli, "prepare the jobs");
	}
	code = code ? code : hand_over(&l, args, params, cover, &cover_file);
	FaxFreeBuffer(params);
	FaxFreeBuffer(cover);
	free(cover_file);
	list_free(&l);
	return code;
}
