/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_plugins.c  caselli plugins: providers and routing extensions of others */
#include "cli/commands.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"
#include "cli/shared_object.h"

#define TEXT_MAX 100 /* what the interface has room for */

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

static int list(struct fx_cli *cli)
{
	CASELLI_PLUGIN *v = NULL;
	DWORD n = 0;
	int code = fx_cli_connect(cli);

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

/* ---- register; these functions of the interface know UTF-16 only ---- */

static WCHAR *wide(const char *s)
{
	uint8_t *bytes = fx_zalloc(2 * strlen(s) + 2);
	WCHAR *w = fx_zalloc((strlen(s) + 1) * sizeof(*w));
	size_t n;

	fx_cli_check(bytes && w ? 0 : FX_ENOMEM);
	n = fx_utf16le_put(bytes, s);
	for (size_t i = 0; i < n; i++) {
		w[i] = (WCHAR)(bytes[2 * i] | bytes[2 * i + 1] << 8);
	}
	(void)fx_free(bytes);
	return w;
}

static void put(LPWSTR dst, const char *s)
{
	fx_auto WCHAR *w = wide(s);
	size_t n = 0;

	for (; n < TEXT_MAX && w[n]; n++) {
		dst[n] = w[n];
	}
	dst[n] = 0;
}

/* FUNCTION GUID pairs of the command line, one at a time. */
struct methods {
	const char *const *words;
	size_t n;
};

static BOOL CALLBACK next_method(HANDLE h, LPVOID context, LPWSTR name, LPWSTR friendly,
				 LPWSTR function, LPWSTR guid)
{
	struct methods *m = context;

	(void)h;
	if (m->n < 2) {
		return FALSE;
	}
	put(name, m->words[0]);
	put(friendly, m->words[0]);
	put(function, m->words[0]);
	put(guid, m->words[1]);
	m->words += 2;
	m->n -= 2;
	return TRUE;
}

/* What the hosts ask for (faxdev.h, faxroute.h), and each method's function, before anybody
 * trusts it. */
static int check_image(struct fx_cli *cli, const char *path, const struct methods *m,
		       bool provider)
{
	static const char *const of_provider[] = {
		"FaxDevVirtualDeviceCreation", "FaxDevInitialize", "FaxDevStartJob",
		"FaxDevEndJob", "FaxDevSend", "FaxDevReceive", "FaxDevReportStatus",
		"FaxDevAbortOperation"};
	static const char *const of_extension[] = {
		"FaxRouteInitialize", "FaxRouteDeviceEnable", "FaxRouteDeviceChangeNotification",
		"FaxRouteGetRoutingInfo", "FaxRouteSetRoutingInfo"};
	struct fx_reason why = {0};
	int err = provider ? fx_so_check_file(path, of_provider, FX_ARRAY_LEN(of_provider), &why) :
			     fx_so_check_file(path, of_extension, FX_ARRAY_LEN(of_extension),
					      &why);

	for (size_t i = 0; !provider && !err && i + 1 < m->n; i += 2) {
		err = fx_so_check_file(path, &m->words[i], 1, &why);
	}
	return err ? fx_cli_error(cli, FX_EXIT_FAILED, "%s cannot be used: %s", path, why.text) :
		     FX_EXIT_OK;
}

static int add(struct fx_cli *cli, const struct fx_args *args, bool provider)
{
	const char *shown = fx_args_value(args, "shown-as");
	struct methods m = {args->words + 4, args->n_words - 4};
	fx_auto WCHAR *name = wide(args->words[2]);
	fx_auto WCHAR *friendly = wide(shown ? shown : args->words[2]);
	fx_auto WCHAR *image = NULL;
	static const WCHAR none[1];
	char path[PATH_MAX];
	int code;
	BOOL ok;

	if (!realpath(args->words[3], path)) {
		return fx_cli_error(cli, FX_EXIT_FAILED, "cannot find %s: %s", args->words[3],
				    strerror(errno));
	}
	code = check_image(cli, path, &m, provider);
	if (code) {
		return code;
	}
	image = wide(path);
	ok = provider ? FaxRegisterServiceProviderW(name, friendly, image, none) :
			FaxRegisterRoutingExtensionW(cli->server, name, friendly, image,
						     next_method, &m);
	if (!ok) {
		return fx_cli_fail(cli, "register %s", args->words[2]);
	}
	if (!cli->globals.json) {
		fprintf(cli->out, "%s is registered; the service uses it from its next start on "
			"(systemctl restart caselli).\n", args->words[2]);
	}
	return FX_EXIT_OK;
}

static int take_away(struct fx_cli *cli, const struct fx_args *args, bool provider)
{
	fx_auto WCHAR *name = wide(args->words[2]);

	if (provider ? !FaxUnregisterServiceProviderW(name) :
		       !CaselliUnregisterRoutingExtension(cli->server, args->words[2])) {
		return fx_cli_fail(cli, "remove %s", args->words[2]);
	}
	if (!cli->globals.json) {
		fprintf(cli->out, "%s is no longer registered; what runs of it ends with the "
			"service.\n", args->words[2]);
	}
	return FX_EXIT_OK;
}

int fx_cmd_plugins(struct fx_cli *cli, const struct fx_args *args)
{
	const char *const *w = args->words;
	size_t n = args->n_words;
	bool provider = n > 1 && !strcmp(w[1], "provider");
	bool extension = n > 1 && !strcmp(w[1], "extension");
	bool adds = n && !strcmp(w[0], "add") &&
		    ((provider && n == 4) || (extension && n >= 6 && n % 2 == 0));
	bool removes = n == 3 && !strcmp(w[0], "remove") && (provider || extension);
	int code;

	if (!n) {
		return list(cli);
	}
	if (!adds && !removes) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "caselli plugins [add provider NAME FILE | "
				    "add extension NAME FILE FUNCTION GUID... | remove provider "
				    "NAME | remove extension NAME]");
	}
	if (cli->globals.server && setenv("CASELLI_SERVER", cli->globals.server, 1)) {
		fx_cli_check(FX_ENOMEM); /* providers are registered without a handle */
	}
	code = fx_cli_connect(cli);
	return code ? code : adds ? add(cli, args, provider) : take_away(cli, args, provider);
}
