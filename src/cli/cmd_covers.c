/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_covers.c  caselli covers: the cover pages of the service */
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"

static bool has_ext(const char *s, const char *ext)
{
	size_t n = strlen(s), k = strlen(ext);

	return n > k && !strcasecmp(s + n - k, ext);
}

char *fx_cli_cover_file(const char *name)
{
	bool file = strchr(name, '/') || has_ext(name, ".cover") || has_ext(name, ".cov");

	return file && !access(name, F_OK) ? realpath(name, NULL) : NULL;
}

static int list(struct fx_cli *cli)
{
	static const struct fx_column columns[] = {
		{"NAME", FX_LEFT, 8}, {"SIZE", FX_RIGHT, 0}, {"WHAT", FX_LEFT, 16},
		{"", FX_LEFT, 0},     {NULL, FX_LEFT, 0},
	};
	struct fx_json *all = cli->globals.json ? fx_json_list() : NULL;
	struct fx_table *t = NULL;
	CASELLI_COVERPAGE *v = NULL;
	DWORD n = 0;

	if (!CaselliEnumCoverPages(cli->server, &v, &n)) {
		return fx_cli_fail(cli, "list the cover pages");
	}
	fx_cli_check(fx_table_new(columns, &t));
	for (DWORD i = 0; i < n; i++) {
		char size[24];

		if (all) {
			struct fx_json *o = fx_json_object();

			fx_json_set_text(o, "name", v[i].Name);
			fx_json_set_text(o, "title", v[i].Title);
			fx_json_set_int(o, "size_bytes", v[i].SizeBytes);
			fx_json_set_bool(o, "installed_here", v[i].Own);
			fx_json_set_bool(o, "usable", !v[i].Windows);
			fx_json_add(all, o);
			continue;
		}
		fx_cli_check(fx_table_cell(t, v[i].Name));
		fx_cli_check(fx_table_cell(t, fx_text_bytes(size, sizeof(size), v[i].SizeBytes)));
		fx_cli_check(fx_table_cell(t, v[i].Windows ? "of Windows: cannot be used" :
							     v[i].Title));
		fx_cli_check(fx_table_cell(t, v[i].Own ? "installed here" : ""));
	}
	if (all) {
		fx_json_print(all, cli->out, false);
	} else {
		fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	}
	(void)fx_table_free(t);
	CaselliFree(v);
	return FX_EXIT_OK;
}

static DWORD view_of(const char *file)
{
	return has_ext(file, ".pdf")				  ? CASELLI_VIEW_PDF :
	       has_ext(file, ".tif") || has_ext(file, ".tiff") ? CASELLI_VIEW_TIFF :
								   CASELLI_VIEW_PNG;
}

static int show(struct fx_cli *cli, const struct fx_args *args)
{
	const char *name = args->words[1], *out = fx_args_value(args, "output");
	const char *slash = strrchr(name, '/');
	char *file = fx_cli_cover_file(name); /* malloc()'s */
	char own[256];
	BYTE *data = NULL;
	DWORD size = 0;
	int code;

	if (out && strcmp(out, "-") != 0 && !has_ext(out, ".png") &&
	    view_of(out) == CASELLI_VIEW_PNG) {
		free(file);
		return fx_cli_error(cli, FX_EXIT_USAGE, "%s: the name ends in .png, .pdf or .tif",
				    out);
	}
	(void)snprintf(own, sizeof(own), "%s.png", slash ? slash + 1 : name);
	if (CaselliViewCoverPage(cli->server, file ? file : name, !file, view_of(out ? out : own),
				 1, &data, &size, NULL)) {
		code = fx_cli_write_file(cli, out ? out : own, !out, data, size);
		CaselliFree(data);
	} else {
		code = fx_cli_fail(cli, "show %s", name);
	}
	free(file);
	return code;
}

static int check(struct fx_cli *cli, const char *name)
{
	char *file = realpath(name, NULL);
	BYTE *data = NULL;
	DWORD size = 0, pages = 0;
	int code = FX_EXIT_OK;

	if (!CaselliViewCoverPage(cli->server, file ? file : name, FALSE, CASELLI_VIEW_PDF, 0,
				  &data, &size, &pages)) {
		code = fx_cli_fail(cli, "use %s", name);
	} else if (!cli->globals.json) {
		fprintf(cli->out, "%s is good.\n", name);
	}
	CaselliFree(data);
	free(file);
	return code;
}

static int install(struct fx_cli *cli, const char *name, const char *as)
{
	char *file = realpath(name, NULL);
	int code = FX_EXIT_OK;

	if (!CaselliInstallCoverPage(cli->server, file ? file : name, as)) {
		code = fx_cli_fail(cli, "install %s", name);
	} else if (!cli->globals.json) {
		fprintf(cli->out, "%s is a cover page of the service now.\n", as ? as : name);
	}
	free(file);
	return code;
}

static int take_away(struct fx_cli *cli, const char *name)
{
	if (!CaselliRemoveCoverPage(cli->server, name)) {
		return fx_cli_fail(cli, "remove %s", name);
	}
	if (!cli->globals.json) {
		fprintf(cli->out, "Cover page %s removed.\n", name);
	}
	return FX_EXIT_OK;
}

int fx_cmd_covers(struct fx_cli *cli, const struct fx_args *args)
{
	static const struct {
		const char *word;
		size_t min, max;
	} forms[] = {{"show", 2, 2}, {"check", 2, 2}, {"install", 2, 3}, {"remove", 2, 2}};
	size_t i = 0;
	int code;

	if (args->n_words) {
		while (i < FX_ARRAY_LEN(forms) && strcmp(forms[i].word, args->words[0]) != 0) {
			i++;
		}
		if (i == FX_ARRAY_LEN(forms) || args->n_words < forms[i].min ||
		    args->n_words > forms[i].max) {
			return fx_cli_error(cli, FX_EXIT_USAGE,
					    "covers [show NAME|FILE | check FILE | install FILE "
					    "[NAME] | remove NAME]");
		}
	}
	code = fx_cli_connect(cli);
	if (code || !args->n_words) {
		return code ? code : list(cli);
	}
	switch (i) {
	case 0:
		return show(cli, args);
	case 1:
		return check(cli, args->words[1]);
	case 2:
		return install(cli, args->words[1], args->n_words > 2 ? args->words[2] : NULL);
	default:
		return take_away(cli, args->words[1]);
	}
}
