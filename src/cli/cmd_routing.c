/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_routing.c  caselli routing: what is done with received faxes */
#include "cli/commands.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"

#define DATA_MAX 4096

/* Ours go by their short name, others by their GUID. */
static const char *word_of(const char *guid, const char *function, const char *image)
{
	return image && !strcmp(image, "caselli") ? function : guid;
}

static const char *method_of(const FAX_GLOBAL_ROUTING_INFOA *g)
{
	return word_of(g->Guid, g->FunctionName, g->ExtensionImageName);
}

/* The GUID of a method as typed; borrowed from the list. */
static const char *find_guid(struct fx_cli *cli, const FAX_GLOBAL_ROUTING_INFOA *v, DWORD n,
			     const char *word)
{
	for (DWORD i = 0; i < n; i++) {
		if (fx_str_ieq(word, method_of(&v[i])) || fx_str_ieq(word, v[i].Guid)) {
			return v[i].Guid;
		}
	}
	(void)fx_cli_error(cli, FX_EXIT_USAGE, "there is no routing method \"%s\"", word);
	fx_cli_hint(cli, "caselli routing lists them");
	return NULL;
}

static int methods(struct fx_cli *cli, FAX_GLOBAL_ROUTING_INFOA **ret, DWORD *ret_n)
{
	int code = fx_cli_connect(cli);

	if (!code && !FaxEnumGlobalRoutingInfoA(cli->server, ret, ret_n)) {
		code = fx_cli_fail(cli, "list the routing methods");
	}
	return code;
}

/* ---- list ---- */

static void list_json(struct fx_cli *cli, const FAX_GLOBAL_ROUTING_INFOA *v, DWORD n)
{
	struct fx_json *list = fx_json_list();

	for (DWORD i = 0; i < n; i++) {
		struct fx_json *o = fx_json_object();

		fx_json_set_int(o, "place", v[i].Priority);
		fx_json_set_text(o, "method", method_of(&v[i]));
		fx_json_set_text(o, "guid", v[i].Guid);
		fx_json_set_text(o, "name", v[i].FriendlyName);
		fx_json_set_text(o, "extension", v[i].ExtensionFriendlyName);
		fx_json_set_text(o, "image", v[i].ExtensionImageName);
		fx_json_add(list, o);
	}
	fx_json_print(list, cli->out, false);
}

static int list_all(struct fx_cli *cli)
{
	static const struct fx_column columns[] = {
		{"PLACE", FX_RIGHT, 0}, {"METHOD", FX_LEFT, 0}, {"NAME", FX_LEFT, 8},
		{"EXTENSION", FX_LEFT, 6}, {NULL, FX_LEFT, 0},
	};
	FAX_GLOBAL_ROUTING_INFOA *v = NULL;
	struct fx_table *t = NULL;
	DWORD n = 0;
	int code = methods(cli, &v, &n);

	if (code) {
		return code;
	}
	if (cli->globals.json) {
		list_json(cli, v, n);
		FaxFreeBuffer(v);
		return FX_EXIT_OK;
	}
	fx_cli_check(fx_table_new(columns, &t));
	for (DWORD i = 0; i < n; i++) {
		fx_cli_check(fx_table_cellf(t, "%u", v[i].Priority));
		fx_cli_check(fx_table_cell(t, method_of(&v[i])));
		fx_cli_check(fx_table_cell(t, v[i].FriendlyName));
		fx_cli_check(fx_table_cell(t, v[i].ExtensionFriendlyName));
	}
	fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	(void)fx_table_free(t);
	FaxFreeBuffer(v);
	return FX_EXIT_OK;
}

/* Its data as a text; NULL = none, or not a text. fx_free(). */
static char *data_of(HANDLE port, const char *guid)
{
	BYTE *p = NULL;
	DWORD n = 0;
	char *text = NULL;

	if (FaxGetRoutingInfoA(port, guid, &p, &n) && n >= 2 && n % 2 == 0) {
		text = fx_zalloc(3 * (size_t)(n / 2) + 1);
		if (text) {
			(void)fx_utf16le_get(text, p, n / 2);
		}
	}
	FaxFreeBuffer(p);
	return text;
}

static void print_port(struct fx_cli *cli, HANDLE port, const FAX_ROUTING_METHODA *v, DWORD n)
{
	static const struct fx_column columns[] = {
		{"METHOD", FX_LEFT, 0}, {"ENABLED", FX_LEFT, 0}, {"DATA", FX_LEFT, 8},
		{NULL, FX_LEFT, 0},
	};
	struct fx_json *json = cli->globals.json ? fx_json_list() : NULL;
	struct fx_table *t = NULL;

	fx_cli_check(fx_table_new(columns, &t));
	for (DWORD i = 0; i < n; i++) {
		const char *word = word_of(v[i].Guid, v[i].FunctionName, v[i].ExtensionImageName);
		fx_auto char *data = data_of(port, v[i].Guid);
		struct fx_json *o;

		fx_cli_check(fx_table_cell(t, word));
		fx_cli_check(fx_table_cell(t, v[i].Enabled ? "yes" : "no"));
		fx_cli_check(fx_table_cell(t, data));
		if (json) {
			o = fx_json_object();
			fx_json_set_text(o, "method", word);
			fx_json_set_text(o, "guid", v[i].Guid);
			fx_json_set_bool(o, "enabled", v[i].Enabled);
			fx_json_set_text(o, "data", data);
			fx_json_add(json, o);
		}
	}
	if (json) {
		fx_json_print(json, cli->out, false);
	} else {
		fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	}
	(void)fx_table_free(t);
}

static int open_port(struct fx_cli *cli, const char *text, DWORD flags, HANDLE *ret)
{
	uint64_t id;
	int code = fx_cli_number(cli, text, "port", UINT32_MAX, &id);

	code = code ? code : fx_cli_connect(cli);
	if (!code && !FaxOpenPort(cli->server, (DWORD)id, flags, ret)) {
		code = fx_cli_fail(cli, "open port %s", text);
	}
	return code;
}

static int list_port(struct fx_cli *cli, const char *text)
{
	FAX_ROUTING_METHODA *v = NULL;
	HANDLE port = NULL;
	DWORD n = 0;
	int code = open_port(cli, text, PORT_OPEN_QUERY, &port);

	if (code) {
		return code;
	}
	if (FaxEnumRoutingMethodsA(port, &v, &n)) {
		print_port(cli, port, v, n);
		FaxFreeBuffer(v);
	} else {
		code = fx_cli_fail(cli, "list the routing methods of port %s", text);
	}
	(void)FaxClose(port);
	return code;
}

/* ---- change ---- */

/* What a refused text should have been; extensions have their own ideas. */
static void hint_data(struct fx_cli *cli, const char *word)
{
	static const struct {
		const char *word, *is;
	} forms[] = {
		{"folder", "the full path of a folder, from / on"},
		{"email", "one to 50 mail addresses, divided by commas"},
		{"print", "the name of a print queue, or ipp://host/path"},
		{"inbox", "the name of a user of the service's machine"},
	};

	for (size_t i = 0; i < FX_ARRAY_LEN(forms); i++) {
		if (fx_str_ieq(word, forms[i].word)) {
			fx_cli_hint(cli, "DATA of %s is %s; an enabled method keeps its data",
				    word, forms[i].is);
		}
	}
}

/* How the method stands now: data without enabling does nothing, and that is easily missed. */
static void say_state(struct fx_cli *cli, HANDLE port, const char *port_text, const char *guid)
{
	FAX_ROUTING_METHODA *v = NULL;
	DWORD n = 0;

	if (cli->globals.json || !FaxEnumRoutingMethodsA(port, &v, &n)) {
		return;
	}
	for (DWORD i = 0; i < n; i++) {
		if (fx_str_ieq(v[i].Guid, guid)) {
			fx_auto char *data = data_of(port, guid);
			char clean[600];

			fprintf(cli->out, "Port %s: %s is %s%s%s\n", port_text,
				word_of(guid, v[i].FunctionName, v[i].ExtensionImageName),
				v[i].Enabled ? "enabled" : "disabled", data && *data ? ", to " : "",
				fx_text_fit(clean, sizeof(clean), fx_text(data), sizeof(clean)));
		}
	}
	FaxFreeBuffer(v);
}

static int change_port(struct fx_cli *cli, const char *what, const char *port_text,
		       const char *word, const char *data)
{
	FAX_GLOBAL_ROUTING_INFOA *v = NULL;
	HANDLE port = NULL;
	DWORD n = 0;
	uint8_t bytes[2 * DATA_MAX + 2] = {0};
	const char *guid;
	BOOL ok = FALSE;
	int code;

	if (data && strlen(data) > DATA_MAX) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "the data is longer than %d bytes",
				    DATA_MAX);
	}
	code = methods(cli, &v, &n);
	if (code) {
		return code;
	}
	guid = find_guid(cli, v, n, word);
	code = guid ? open_port(cli, port_text, PORT_OPEN_MODIFY, &port) : FX_EXIT_USAGE;
	if (!code) {
		ok = data ? FaxSetRoutingInfoA(port, guid, bytes, *data ? (DWORD)
					       (2 * fx_utf16le_put(bytes, data) + 2) : 0) :
			    FaxEnableRoutingMethodA(port, guid, !strcmp(what, "enable"));
		code = ok ? FX_EXIT_OK : fx_cli_fail(cli, "%s %s for port %s",
						     data ? "set the data of" : what, word,
						     port_text);
		if (!ok && !data && GetLastError() == ERROR_BAD_CONFIGURATION) {
			fx_cli_hint(cli, "caselli routing set %s %s DATA first", port_text, word);
		} else if (!ok && data && code == FX_EXIT_FAILED) {
			hint_data(cli, word);
		} else if (ok) {
			say_state(cli, port, port_text, guid);
		}
		(void)FaxClose(port);
	}
	FaxFreeBuffer(v);
	return code;
}

static int set_order(struct fx_cli *cli, const char *word, const char *place)
{
	FAX_GLOBAL_ROUTING_INFOA *v = NULL, info = {.SizeOfStruct = sizeof(info)};
	uint64_t number;
	DWORD n = 0;
	int code = fx_cli_number(cli, place, "place", UINT32_MAX, &number);

	code = code ? code : methods(cli, &v, &n);
	if (code) {
		return code;
	}
	info.Guid = find_guid(cli, v, n, word);
	info.Priority = (DWORD)number;
	if (info.Guid && number > n) {
		code = fx_cli_error(cli, FX_EXIT_USAGE, "there is no place %s: the methods have "
				    "places 1 to %u", place, n);
	} else {
		code = !info.Guid ? FX_EXIT_USAGE :
		       FaxSetGlobalRoutingInfoA(cli->server, &info) ? FX_EXIT_OK :
		       fx_cli_fail(cli, "give %s place %s", word, place);
	}
	FaxFreeBuffer(v);
	return !code && !cli->globals.json ? list_all(cli) : code;
}

/* ---- test ---- */

static void print_test(struct fx_cli *cli, const CASELLI_ROUTING *v, DWORD n)
{
	bool any = false;

	if (cli->globals.json) {
		struct fx_json *list = fx_json_list();

		for (DWORD i = 0; i < n; i++) {
			struct fx_json *o = fx_json_object();

			fx_json_set_text(o, "guid", v[i].Guid);
			fx_json_set_text(o, "name", v[i].FriendlyName);
			fx_json_set_bool(o, "runs", v[i].Runs);
			fx_json_set_bool(o, "by_rule", v[i].ByRule);
			fx_json_set_text(o, "data", v[i].Data);
			fx_json_set_text(o, "rule", v[i].Rule);
			fx_json_add(list, o);
		}
		fx_json_print(list, cli->out, false);
		return;
	}
	if (n && *v->Rule) {
		(void)fprintf(cli->out, "Rule \"%s\" applies.\n", v->Rule);
	} else {
		(void)fprintf(cli->out, "No rule applies; the port decides.\n");
	}
	for (DWORD i = 0; i < n; i++) {
		if (v[i].Runs) {
			(void)fprintf(cli->out, "  %s%s%s%s\n", v[i].FriendlyName,
				      *v[i].Data ? ": " : "", v[i].Data,
				      v[i].ByRule ? "  (by the rule)" : "");
			any = true;
		}
	}
	if (!any) {
		(void)fprintf(cli->out, "  The fax is filed in the inbox, nothing else.\n");
	}
}

static int test(struct fx_cli *cli, const struct fx_args *args)
{
	const char *port = fx_args_value(args, "port");
	CASELLI_ROUTING *v = NULL;
	uint64_t id = 1;
	DWORD n = 0;
	int code = port ? fx_cli_number(cli, port, "port", UINT32_MAX, &id) : FX_EXIT_OK;

	code = code ? code : fx_cli_connect(cli);
	if (code) {
		return code;
	}
	if (!CaselliTestRouting(cli->server, (DWORD)id, fx_args_value(args, "to"),
				fx_args_value(args, "from"), fx_args_value(args, "tsid"), &v, &n)) {
		return fx_cli_fail(cli, "test the rules");
	}
	print_test(cli, v, n);
	CaselliFree(v);
	return FX_EXIT_OK;
}

int fx_cmd_routing(struct fx_cli *cli, const struct fx_args *args)
{
	const char *what = args->n_words ? args->words[0] : "list";
	const char *const *w = args->words + 1;
	size_t n = args->n_words ? args->n_words - 1 : 0;

	if (!strcmp(what, "list") && n <= 1) {
		return n ? list_port(cli, w[0]) : list_all(cli);
	}
	if ((!strcmp(what, "enable") || !strcmp(what, "disable")) && n == 2) {
		return change_port(cli, what, w[0], w[1], NULL);
	}
	if (!strcmp(what, "set") && (n == 2 || n == 3)) {
		return change_port(cli, what, w[0], w[1], n == 3 ? w[2] : "");
	}
	if (!strcmp(what, "order") && n == 2) {
		return set_order(cli, w[0], w[1]);
	}
	if (!strcmp(what, "test") && !n) {
		return test(cli, args);
	}
	return fx_cli_error(cli, FX_EXIT_USAGE,
			    "caselli routing list [PORT] | enable PORT METHOD | disable PORT "
			    "METHOD "
			    "| set PORT METHOD [DATA] | order METHOD PLACE | test");
}
