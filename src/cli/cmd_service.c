/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_service.c  caselli trace, doctor */
#include "cli/commands.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"

#define TRACE_WAIT_MS 250 /* how late a Ctrl-C may be noticed */
#define CHECKS_MS     15000 /* the doctor waits so long for checks that are under way */

/* Switch all facilities named (none = all). @return the first failure's exit code */
static int switch_traces(struct fx_cli *cli, const struct fx_args *args, BOOL on)
{
	int code = FX_EXIT_OK;
	size_t i;

	if (!args->n_words && !CaselliSetTrace(cli->server, "all", on)) {
		return fx_cli_fail(cli, "switch the traces");
	}
	for (i = 0; i < args->n_words; i++) {
		if (!CaselliSetTrace(cli->server, args->words[i], on)) {
			int failed = fx_cli_fail(cli, "switch trace %s", args->words[i]);

			if (GetLastError() != ERROR_ACCESS_DENIED) {
				fx_cli_hint(cli, "traces: port t30 t38 sip rpc store route queue "
						 "render all");
			}

			code = code ? code : failed;
		}
	}
	return code;
}

static int show_lines(struct fx_cli *cli)
{
	uint64_t cursor = 0;

	fx_cli_catch_interrupt();
	while (!fx_cli_interrupted()) {
		char *lines = NULL;

		if (!CaselliReadTrace(cli->server, &cursor, TRACE_WAIT_MS, &lines)) {
			return fx_cli_interrupted() ? FX_EXIT_OK :
						      fx_cli_fail(cli, "read the trace");
		}
		if (!fx_text_print(cli->out, fx_text(lines), strlen(fx_text(lines))) ||
		    fflush(cli->out)) {
			CaselliFree(lines);
			return FX_EXIT_FAILED;
		}
		CaselliFree(lines);
	}
	return FX_EXIT_OK;
}

int fx_cmd_trace(struct fx_cli *cli, const struct fx_args *args)
{
	int code = fx_cli_connect(cli), off;

	if (code) {
		return code;
	}
	if (fx_args_has(args, "off")) {
		return switch_traces(cli, args, FALSE);
	}
	code = switch_traces(cli, args, TRUE);
	if (!code) {
		code = show_lines(cli);
		off = switch_traces(cli, args, FALSE);
		code = code ? code : off;
	}
	return code;
}

static const char *last_reason(void)
{
	const char *reason = fx_text(CaselliLastReason());

	return *reason ? reason : fx_text(CaselliErrorText(GetLastError()));
}

struct doctor {
	struct fx_cli *cli;
	struct fx_json *list;
	unsigned count[3]; /* by level */
	bool denied;
};

static void found(struct doctor *d, const char *name, unsigned level, const char *text)
{
	static const char *const marks[] = {"ok", "warning", "BROKEN"};
	static const enum fx_color colors[] = {FX_COLOR_GREEN, FX_COLOR_YELLOW, FX_COLOR_RED};
	char clean_name[64], clean[512];

	level = level > 2 ? 2 : level;
	d->count[level]++;
	if (d->list) {
		CASELLI_HEALTH h = {name, level, text};

		fx_json_add(d->list, fx_json_of(fx_fields_health, &h));
		return;
	}
	fprintf(d->cli->out, "%s%-8s%s %-26s %s\n", fx_cli_color(d->cli, colors[level]),
		marks[level], fx_cli_color(d->cli, FX_COLOR_OFF),
		fx_text_fit(clean_name, sizeof(clean_name), name, 40),
		fx_text_fit(clean, sizeof(clean), text, sizeof(clean)));
}

/* Rights of the Windows 2000 API that this user has at the service. */
static void check_rights(struct doctor *d)
{
	static const struct {
		DWORD right;
		const char *word;
	} rights[] = {
		{FAX_JOB_SUBMIT, "submit"},          {FAX_JOB_QUERY, "see all jobs"},
		{FAX_JOB_MANAGE, "manage all jobs"}, {FAX_PORT_QUERY, "see ports"},
		{FAX_PORT_SET, "change ports"},      {FAX_CONFIG_QUERY, "see settings"},
		{FAX_CONFIG_SET, "change settings"},
	};
	char have[200] = "you may", missing[200] = "";
	size_t i, n_have = 0, n_missing = 0;

	for (i = 0; i < FX_ARRAY_LEN(rights); i++) {
		bool held = FaxAccessCheck(d->cli->server, rights[i].right);
		char *to = held ? have : missing;
		size_t *n = held ? &n_have : &n_missing;
		size_t used = strlen(to);

		snprintf(to + used, sizeof(have) - used, "%s%s", (*n)++ ? ", " : " ",
			 rights[i].word);
	}
	if (!n_have) {
		found(d, "rights", 2,
		      "you may do nothing here: root can say caselli access grant USER write");
		return;
	}
	found(d, "rights", 0, have);
	if (n_missing) {
		char text[300];

		snprintf(text, sizeof(text),
			 "you may not%s; root and the service's user may, and can grant it: "
			 "caselli access grant",
			 missing);
		found(d, "rights", 0, text);
	}
}

static void check_ports(struct doctor *d)
{
	FAX_PORT_INFOA *ports = NULL;
	DWORD n = 0, i, online = 0, senders = 0;
	char text[160];

	if (!FaxEnumPortsA(d->cli->server, &ports, &n)) {
		found(d, "sending", 2, last_reason());
		return;
	}
	for (i = 0; i < n; i++) {
		online += ports[i].State != FPS_OFFLINE;
		senders += (ports[i].Flags & FPF_SEND) && ports[i].State != FPS_OFFLINE;
	}
	if (senders) {
		snprintf(text, sizeof(text), "%u of %u ports can send now", senders, n);
	} else if (online) {
		snprintf(text, sizeof(text),
			 "no port that is online may send: caselli port PORT send=yes");
	} else {
		snprintf(text, sizeof(text), "no port is online, so nothing can be sent");
	}
	found(d, "sending", senders ? 0 : 2, text);
	FaxFreeBuffer(ports);
}

static void check_service(struct doctor *d)
{
	CASELLI_HEALTH *checks = NULL;
	int64_t end = fx_cli_now_ms() + CHECKS_MS;
	DWORD n = 0, i;
	bool busy;

	/* what takes a while (a mail server) is looked at beside the service's work */
	do {
		CaselliFree(checks);
		checks = NULL;
		busy = false;
		if (!CaselliGetHealth(d->cli->server, &checks, &n)) {
			found(d, "service", 2, last_reason());
			return;
		}
		for (i = 0; i < n; i++) {
			busy |= strstr(checks[i].Text, "being checked") != NULL;
		}
		if (busy) {
			(void)poll(NULL, 0, 100);
		}
	} while (busy && fx_cli_now_ms() < end);
	for (i = 0; i < n; i++) {
		found(d, checks[i].Name, checks[i].Level, checks[i].Text);
	}
	CaselliFree(checks);
}

static void check_reach(struct doctor *d)
{
	const char *env = getenv("CASELLI_SERVER");
	char text[400];

	if (FaxConnectFaxServerA(d->cli->globals.server, &d->cli->server)) {
		snprintf(text, sizeof(text), "reached%s%s",
			 d->cli->globals.server ? " at " :
			 env                    ? " at $CASELLI_SERVER = " :
						  "",
			 d->cli->globals.server ? d->cli->globals.server : fx_text(env));
		found(d, "service", 0, text);
		check_rights(d);
		check_ports(d);
		check_service(d);
		return;
	}
	d->cli->server = NULL;
	d->denied = GetLastError() == ERROR_ACCESS_DENIED;
	found(d, "service", 2, last_reason());
}

int fx_cmd_doctor(struct fx_cli *cli, const struct fx_args *args)
{
	struct doctor d = {.cli = cli, .list = cli->globals.json ? fx_json_list() : NULL};

	(void)args;
	check_reach(&d);
	if (d.list) {
		fx_json_print(d.list, cli->out, false);
	} else {
		fprintf(cli->out, "\n%u good, %u warnings, %u broken\n", d.count[0], d.count[1],
			d.count[2]);
		if (d.denied) {
			fputs("The service runs, and gives you no right at all; root can: caselli "
			      "access grant USER write\n", cli->out);
		} else if (!cli->server) {
			fputs("Why a service did not start is in its log (journalctl -u caselli, "
			      "or what casellid\nprinted); casellid --check-config checks its "
			      "settings.\n",
			      cli->out);
		}
	}
	return d.denied	    ? FX_EXIT_DENIED :
	       !cli->server ? FX_EXIT_UNREACHABLE : d.count[2] ? FX_EXIT_FAILED : FX_EXIT_OK;
}
