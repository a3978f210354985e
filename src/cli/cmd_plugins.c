/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_plugins.c  caselli plugins: providers and routing extensions of others */
#include "cli/commands.h"

#include "cli/json.h"

static const char *kind_word(DWORD kind)
{
	return kind ? "extension" : "provider";
}

static void print_json(struct fx_cli *cli, const CASELLI_PLUGIN *v, DWORD n)
{
	struct fx_json *all = fx_json_list();

	for (DWORD i = 0; i < n; i++) {
		struct fx_json *o = fx_json_object();

		fx_json_set_text(o, "kind", kind_word(v[i].Kind));
		fx_json_set_text(o, "name", v[i].Name);
		fx_json_set_text(o, "friendly_name", v[i].Friendly);
		fx_json_set_text(o, "image", v[i].Image);
		fx_json_set_text(o, "state", v[i].State);
		fx_json_set_int(o, "methods", v[i].Methods);
		fx_json_set_int(o, "serving", v[i].Serving);
		fx_json_add(all, o);
	}
	fx_json_print(all, cli->out, false);
}

static void print_table(struct fx_cli *cli, const CASELLI_PLUGIN *v, DWORD n)
{
	static const struct fx_column columns[] = {
		{"KIND", FX_LEFT, 0},   {"NAME", FX_LEFT, 8},	{"SHOWN AS", FX_LEFT, 8},
		{"STATE", FX_LEFT, 12}, {"FILE", FX_LEFT, 12}, {NULL, FX_LEFT, 0},
	};
	struct fx_table *t = NULL;

	fx_cli_check(fx_table_new(columns, &t));
	for (DWORD i = 0; i < n; i++) {
		fx_cli_check(fx_table_cell(t, kind_word(v[i].Kind)));
		fx_cli_check(fx_table_cell(t, v[i].Name));
		fx_cli_check(fx_table_cell(t, v[i].Friendly));
		fx_cli_check(fx_table_cell(t, v[i].State));
		fx_cli_check(fx_table_cell(t, v[i].Image));
	}
	fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	(void)fx_table_free(t);
}

int fx_cmd_plugins(struct fx_cli *cli, const struct fx_args *args)
{
	CASELLI_PLUGIN *v = NULL;
	DWORD n = 0;
	int code = fx_cli_connect(cli);

	(void)args;
	if (code) {
		return code;
	}
	if (!CaselliEnumPlugins(cli->server, &v, &n)) {
		return fx_cli_fail(cli, "list the plug-ins");
	}
	if (cli->globals.json) {
		print_json(cli, v, n);
	} else if (!n) {
		fprintf(cli->out, "No plug-in is registered.\n");
	} else {
		print_table(cli, v, n);
	}
	CaselliFree(v);
	return FX_EXIT_OK;
}
