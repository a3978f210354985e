/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_ports.c  caselli ports, port, status */
#include "cli/commands.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"
#include "cli/live.h"
#include "cli/when.h"

static const char *yes_no(bool on)
{
	return on ? "yes" : "no";
}

static struct fx_json *port_json(const FAX_PORT_INFOA *p)
{
	struct fx_json *o = fx_json_of(fx_fields_port, p);

	fx_json_set_bool(o, "send", (p->Flags & FPF_SEND) != 0);
	fx_json_set_bool(o, "receive", (p->Flags & FPF_RECEIVE) != 0);
	fx_json_set_bool(o, "virtual", (p->Flags & FPF_VIRTUAL) != 0);
	return o;
}

static void print_ports(struct fx_cli *cli, const FAX_PORT_INFOA *ports, DWORD n)
{
	static const struct fx_column columns[] = {
		{"PORT", FX_RIGHT, 0},     {"NAME", FX_LEFT, 8}, {"STATE", FX_LEFT, 0},
		{"TSID", FX_LEFT, 6},      {"CSID", FX_LEFT, 6}, {"RINGS", FX_RIGHT, 0},
		{"PRIORITY", FX_RIGHT, 0}, {"SEND", FX_LEFT, 0}, {"RECEIVE", FX_LEFT, 0},
		{NULL, FX_LEFT, 0},
	};
	struct fx_table *t = NULL;
	DWORD i;

	fx_cli_check(fx_table_new(columns, &t));
	for (i = 0; i < n; i++) {
		const FAX_PORT_INFOA *p = &ports[i];

		fx_cli_check(fx_table_cellf(t, "%u", p->DeviceId));
		fx_cli_check(fx_table_cell(t, p->DeviceName));
		fx_cli_check(fx_table_cell(t, fx_word_fps(p->State)));
		fx_cli_check(fx_table_cell(t, p->Tsid));
		fx_cli_check(fx_table_cell(t, p->Csid));
		fx_cli_check(fx_table_cellf(t, "%u", p->Rings));
		fx_cli_check(fx_table_cellf(t, "%u", p->Priority));
		fx_cli_check(fx_table_cell(t, yes_no(p->Flags & FPF_SEND)));
		fx_cli_check(fx_table_cell(t, yes_no(p->Flags & FPF_RECEIVE)));
	}
	fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	(void)fx_table_free(t);
}

int fx_cmd_ports(struct fx_cli *cli, const struct fx_args *args)
{
	FAX_PORT_INFOA *ports = NULL;
	DWORD n = 0, i;
	int code = fx_cli_connect(cli);

	(void)args;
	if (code) {
		return code;
	}
	if (!FaxEnumPortsA(cli->server, &ports, &n)) {
		return fx_cli_fail(cli, "list the ports");
	}
	if (cli->globals.json) {
		struct fx_json *list = fx_json_list();

		for (i = 0; i < n; i++) {
			fx_json_add(list, port_json(&ports[i]));
		}
		fx_json_print(list, cli->out, false);
	} else {
		print_ports(cli, ports, n);
	}
	FaxFreeBuffer(ports);
	return FX_EXIT_OK;
}

static int set_flag(FAX_PORT_INFOA *p, DWORD flag, const char *value)
{
	int on = fx_args_choice("no|yes|off|on|false|true|0|1", value);

	if (on < 0) {
		return FX_EINVAL;
	}
	p->Flags = on % 2 ? p->Flags | flag : p->Flags & ~flag;
	return 0;
}

static int set_number(DWORD *field, int64_t min, int64_t max, const char *value)
{
	int64_t n;
	int err = fx_parse_i64(value, min, max, &n);

	if (!err) {
		*field = (DWORD)n;
	}
	return err;
}

/* One KEY=VALUE; the value's text must outlive p. */
static int set_attribute(struct fx_cli *cli, FAX_PORT_INFOA *p, const char *assignment)
{
	const char *value = strchr(assignment, '=');
	size_t len = value ? (size_t)(value - assignment) : 0;
	int err = FX_EINVAL;

	if (!value) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "\"%s\" is not KEY=VALUE", assignment);
	}
	value++;
	if (len == 4 && !strncmp(assignment, "tsid", len)) {
		p->Tsid = value;
		err = strlen(value) > 20 ? FX_EINVAL : 0;
	} else if (len == 4 && !strncmp(assignment, "csid", len)) {
		p->Csid = value;
		err = strlen(value) > 20 ? FX_EINVAL : 0;
	} else if (len == 5 && !strncmp(assignment, "rings", len)) {
		err = set_number(&p->Rings, 0, 99, value);
	} else if (len == 8 && !strncmp(assignment, "priority", len)) {
		err = set_number(&p->Priority, 1, 100000, value);
	} else if (len == 4 && !strncmp(assignment, "send", len)) {
		err = set_flag(p, FPF_SEND, value);
	} else if (len == 7 && !strncmp(assignment, "receive", len)) {
		err = set_flag(p, FPF_RECEIVE, value);
	} else {
		return fx_cli_error(cli, FX_EXIT_USAGE,
				    "a port has no \"%.*s\"; it has tsid, csid, "
				    "rings, priority, send, receive",
				    (int)len, assignment);
	}
	if (err) {
		return fx_cli_error(cli, FX_EXIT_USAGE,
				    "\"%s\" is not possible for %.*s; identifiers "
				    "have up to 20 characters, rings are 0 to 99, priority starts "
				    "at 1, send and receive are yes or no",
				    value, (int)len, assignment);
	}
	return FX_EXIT_OK;
}

static int change_port(struct fx_cli *cli, HANDLE port, const struct fx_args *args)
{
	FAX_PORT_INFOA *info = NULL;
	int code = FX_EXIT_OK;
	size_t i;

	if (!FaxGetPortA(port, &info)) {
		return fx_cli_fail(cli, "read port %s", args->words[0]);
	}
	for (i = 1; !code && i < args->n_words; i++) {
		code = set_attribute(cli, info, args->words[i]);
	}
	if (!code && !FaxSetPortA(port, info)) {
		code = fx_cli_fail(cli, "change port %s", args->words[0]);
		if (GetLastError() == ERROR_INVALID_PARAMETER) {
			fx_cli_hint(cli, "identifiers have up to 20 characters of ASCII; priority "
					 "is 1 to the number of ports");
		}
	}
	FaxFreeBuffer(info);
	return code;
}

int fx_cmd_port(struct fx_cli *cli, const struct fx_args *args)
{
	HANDLE port = NULL;
	uint64_t id;
	int code = fx_cli_number(cli, args->words[0], "port", UINT32_MAX, &id);

	code = code ? code : fx_cli_connect(cli);
	if (code) {
		return code;
	}
	if (!FaxOpenPort(cli->server, (DWORD)id, PORT_OPEN_MODIFY, &port)) {
		return fx_cli_fail(cli, "open port %s to change it", args->words[0]);
	}
	code = change_port(cli, port, args);
	(void)FaxClose(port);
	return code;
}

static void print_status(struct fx_cli *cli, const CASELLI_PORT_STATUS *ports, DWORD n)
{
	size_t width = fx_cli_width(cli), k;
	DWORD i;

	for (i = 0; i < n; i++) {
		char lines[FX_LIVE_LINES][FX_LIVE_LINE_SIZE];
		size_t count = fx_live_panel(&ports[i], width ? width : 100, cli->utf8, lines);

		for (k = 0; k < count; k++) {
			fprintf(cli->out, "%s\n", lines[k]);
		}
	}
}

static int status_once(struct fx_cli *cli, DWORD device_id)
{
	CASELLI_PORT_STATUS *ports = NULL;
	DWORD n = 0;

	if (!CaselliGetPortStatus(cli->server, device_id, &ports, &n)) {
		return fx_cli_fail(cli,
				   device_id ? "read the status of port %u" :
					       "read the status of the ports",
				   device_id);
	}
	if (!cli->globals.json) {
		print_status(cli, ports, n);
	} else if (device_id) {
		fx_json_print(fx_json_of(fx_fields_status, ports), cli->out, false);
	} else {
		fx_json_print(fx_json_of_all(fx_fields_status, ports, n, sizeof(*ports)), cli->out,
			      false);
	}
	CaselliFree(ports);
	return FX_EXIT_OK;
}

int fx_cmd_status(struct fx_cli *cli, const struct fx_args *args)
{
	const char *until = fx_args_value(args, "until");
	uint64_t device_id = 0, id = 0;
	int code = args->n_words ?
			   fx_cli_number(cli, args->words[0], "port", UINT32_MAX, &device_id) :
			   FX_EXIT_OK;

	code = code ? code : fx_cli_connect(cli);
	if (!code && until) {
		CASELLI_JOB *job = NULL;

		code = fx_cli_job(cli, until, &job);
		id = job ? job->Id : 0;
		CaselliFree(job);
	}
	if (code) {
		return code;
	}
	if (fx_args_has(args, "watch") || until) {
		return fx_live_watch(cli, (DWORD)device_id, id, false, NULL);
	}
	return status_once(cli, (DWORD)device_id);
}
