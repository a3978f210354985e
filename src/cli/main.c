/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/main.c
 * `caselli`: a fax program like any other on winfax.h, and on caselli.h for
 * what the Windows interface lacks.
 */
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/commands.h"

static void init(struct fx_cli *cli)
{
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	(void)setlocale(LC_ALL, "");
	memset(cli, 0, sizeof(*cli));
	cli->out = stdout;
	cli->err = stderr;
	cli->terminal = isatty(STDOUT_FILENO) && !(term && !strcmp(term, "dumb"));
	cli->color = cli->terminal && !(no_color && *no_color);
	cli->utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
}

static int run(struct fx_cli *cli, const struct fx_args *args)
{
	int code = args->command->run(cli, args);

	if (cli->server) {
		(void)FaxClose(cli->server);
	}
	if (fflush(cli->out) || ferror(cli->out)) {
		return fx_cli_error(cli, FX_EXIT_FAILED, "the output could not be written");
	}
	return code;
}

int main(int argc, char **argv)
{
	struct fx_cli cli;
	struct fx_args args;
	struct fx_reason why = {""};

	init(&cli);
	if (fx_args_parse(fx_commands, argc, argv, &cli.globals, &args, &why)) {
		return fx_cli_error(&cli, FX_EXIT_USAGE, "%s", why.text);
	}
	if (cli.globals.version) {
		puts("caselli " FX_VERSION "\nLicence: Apache-2.0");
		return FX_EXIT_OK;
	}
	if (!args.command) {
		fx_args_overview(cli.globals.help ? stdout : stderr, fx_commands);
		return cli.globals.help ? FX_EXIT_OK : FX_EXIT_USAGE;
	}
	if (cli.globals.help) {
		fx_args_help(stdout, args.command);
		return FX_EXIT_OK;
	}
	return run(&cli, &args);
}
