/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_outbound.c  caselli outbound: over which ports numbers go */
#include "cli/commands.h"

#include <stdlib.h>
#include <string.h>
#include "base/str.h"
#include "cli/json.h"

#define DEVICES_MAX 1000

static const char *state_word(DWORD group_status)
{
	static const char *const words[] = {"valid", "empty", "none valid", "some not valid"};

	return group_status < FX_ARRAY_LEN(words) ? words[group_status] : "unknown";
}

/* ---- lists ---- */

static int groups(struct fx_cli *cli, CASELLI_OUTBOUND_GROUP **ret, DWORD *n)
{
	int code = fx_cli_connect(cli);

	if (!code && !CaselliEnumOutboundGroups(cli->server, ret, n)) {
		code = fx_cli_fail(cli, "list the outbound groups");
	}
	return code;
}

static int list_groups(struct fx_cli *cli)
{
	static const struct fx_column columns[] = {
		{"GROUP", FX_LEFT, 8}, {"PORTS", FX_LEFT, 8}, {"STATE", FX_LEFT, 0},
		{NULL, FX_LEFT, 0},
	};
	CASELLI_OUTBOUND_GROUP *v = NULL;
	struct fx_json *list = cli->globals.json ? fx_json_list() : NULL;
	struct fx_table *t = NULL;
	DWORD n = 0;
	int code = groups(cli, &v, &n);

	if (code) {
		return code;
	}
	fx_cli_check(fx_table_new(columns, &t));
	for (DWORD i = 0; i < n; i++) {
		fx_cli_check(fx_table_cell(t, v[i].Name));
		fx_cli_check(fx_table_cell(t, v[i].Devices));
		fx_cli_check(fx_table_cell(t, state_word(v[i].Status)));
		if (list) {
			struct fx_json *o = fx_json_object();

			fx_json_set_text(o, "group", v[i].Name);
			fx_json_set_text(o, "ports", v[i].Devices);
			fx_json_set_text(o, "state", state_word(v[i].Status));
			fx_json_add(list, o);
		}
	}
	if (list) {
		fx_json_print(list, cli->out, false);
	} else {
		fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	}
	(void)fx_table_free(t);
	CaselliFree(v);
	return FX_EXIT_OK;
}

static const char *code_text(char text[16], DWORD code)
{
	(void)snprintf(text, 16, "%u", code);
	return code ? text : "any";
}

static struct fx_json *rule_json(const CASELLI_OUTBOUND_RULE *r)
{
	struct fx_json *o = fx_json_object();

	fx_json_set_int(o, "country_code", r->CountryCode);
	fx_json_set_int(o, "area_code", r->AreaCode);
	fx_json_set_text(o, "country", r->CountryName);
	fx_json_set_int(o, "port", r->DeviceId);
	fx_json_set_text(o, "group", r->Group);
	return o;
}

static int list_rules(struct fx_cli *cli)
{
	static const struct fx_column columns[] = {
		{"COUNTRY", FX_RIGHT, 0}, {"AREA", FX_RIGHT, 0}, {"GOES OVER", FX_LEFT, 8},
		{"NAME", FX_LEFT, 6}, {NULL, FX_LEFT, 0},
	};
	CASELLI_OUTBOUND_RULE *v = NULL;
	struct fx_json *list = cli->globals.json ? fx_json_list() : NULL;
	struct fx_table *t = NULL;
	char text[16];
	DWORD n = 0;
	int code = fx_cli_connect(cli);

	if (!code && !CaselliEnumOutboundRules(cli->server, &v, &n)) {
		code = fx_cli_fail(cli, "list the outbound rules");
	}
	if (code) {
		return code;
	}
	fx_cli_check(fx_table_new(columns, &t));
	for (DWORD i = 0; i < n; i++) {
		fx_cli_check(fx_table_cell(t, code_text(text, v[i].CountryCode)));
		fx_cli_check(fx_table_cell(t, code_text(text, v[i].AreaCode)));
		if (v[i].DeviceId) {
			fx_cli_check(fx_table_cellf(t, "port %u", v[i].DeviceId));
		} else {
			fx_cli_check(fx_table_cell(t, v[i].Group));
		}
		fx_cli_check(fx_table_cell(t, v[i].CountryName));
		if (list) {
			fx_json_add(list, rule_json(&v[i]));
		}
	}
	if (list) {
		fx_json_print(list, cli->out, false);
	} else {
		fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	}
	(void)fx_table_free(t);
	CaselliFree(v);
	return FX_EXIT_OK;
}

/* ---- groups ---- */

/* The ports of a group, as they are. @return exit code */
static int ports_of(struct fx_cli *cli, const char *name, DWORD ids[DEVICES_MAX], DWORD *ret_n)
{
	CASELLI_OUTBOUND_GROUP *v = NULL;
	DWORD n = 0, i = 0;
	int code = groups(cli, &v, &n);

	if (code) {
		return code;
	}
	while (i < n && !fx_str_ieq(v[i].Name, name)) {
		i++;
	}
	*ret_n = 0;
	if (i == n) {
		code = fx_cli_error(cli, FX_EXIT_USAGE, "there is no outbound group \"%s\"", name);
		fx_cli_hint(cli, "caselli outbound groups lists them");
	} else {
		char *p = (char *)(uintptr_t)v[i].Devices;

		while (*p && *ret_n < DEVICES_MAX) {
			ids[(*ret_n)++] = (DWORD)strtoul(p, &p, 10);
		}
	}
	CaselliFree(v);
	return code;
}

/* Words are ports: added behind, or taken away. */
static int change_ports(struct fx_cli *cli, const char *name, bool add, const char *const *w,
			size_t n_words)
{
	DWORD ids[DEVICES_MAX], n = 0;
	int code = ports_of(cli, name, ids, &n);

	for (size_t i = 0; !code && i < n_words; i++) {
		uint64_t id = 0;
		DWORD at = 0;

		code = fx_cli_number(cli, w[i], "port", UINT32_MAX, &id);
		while (at < n && ids[at] != id) {
			at++;
		}
		if (!code && add && at == n && n < DEVICES_MAX) {
			ids[n++] = (DWORD)id;
		} else if (!code && !add && at == n) {
			code = fx_cli_error(cli, FX_EXIT_USAGE, "port %s is not in group \"%s\"",
					    w[i], name);
		} else if (!code && !add) {
			memmove(&ids[at], &ids[at + 1], (--n - at) * sizeof(ids[0]));
		}
	}
	if (!code && !CaselliSetOutboundGroup(cli->server, name, ids, n)) {
		code = fx_cli_fail(cli, "set the ports of group \"%s\"", name);
		fx_cli_hint(cli, "caselli ports lists the ports there are; \"<All devices>\" has "
			    "them all");
	}
	return code;
}

static int add_group(struct fx_cli *cli, const char *name, const char *const *w, size_t n)
{
	int code = fx_cli_connect(cli);

	if (code) {
		return code;
	}
	if (!CaselliAddOutboundGroup(cli->server, name)) {
		return fx_cli_fail(cli, "add the group \"%s\"", name);
	}
	return n ? change_ports(cli, name, true, w, n) : FX_EXIT_OK;
}

static int remove_group(struct fx_cli *cli, const char *name)
{
	int code = fx_cli_connect(cli);

	if (!code && !CaselliRemoveOutboundGroup(cli->server, name)) {
		code = fx_cli_fail(cli, "remove the group \"%s\"", name);
		fx_cli_hint(cli, "a group that a rule leads to stays: caselli outbound rules");
	}
	return code;
}

static int order(struct fx_cli *cli, const char *name, const char *port, const char *place)
{
	uint64_t id, to;
	int code = fx_cli_number(cli, port, "port", UINT32_MAX, &id);

	code = code ? code : fx_cli_number(cli, place, "place", UINT32_MAX, &to);
	code = code ? code : fx_cli_connect(cli);
	if (!code &&
	    !CaselliOrderOutboundGroup(cli->server, name, (DWORD)id, (DWORD)to)) {
		code = fx_cli_fail(cli, "give port %s place %s in group \"%s\"", port, place, name);
	}
	return code;
}

/* ---- rules ---- */

static int code_of(struct fx_cli *cli, const char *word, const char *what, uint64_t *ret)
{
	*ret = 0;
	if (!strcmp(word, "any") || !strcmp(word, "0")) {
		return FX_EXIT_OK;
	}
	return fx_cli_number(cli, *word == '+' ? word + 1 : word, what, 999999999, ret);
}

static bool has_rule(struct fx_cli *cli, uint64_t country, uint64_t area)
{
	CASELLI_OUTBOUND_RULE *v = NULL;
	DWORD n = 0;
	bool found = false;

	if (CaselliEnumOutboundRules(cli->server, &v, &n)) {
		for (DWORD i = 0; i < n; i++) {
			found = found || (v[i].CountryCode == country && v[i].AreaCode == area);
		}
		CaselliFree(v);
	}
	return found;
}

/* A rule that is there leads there from now on. */
static int set_rule(struct fx_cli *cli, const char *const *w, bool to_group)
{
	uint64_t country, area, port = 0;
	const char *group = to_group ? w[3] : NULL;
	int code = code_of(cli, w[0], "country code", &country);
	BOOL ok;

	code = code ? code : code_of(cli, w[1], "area code", &area);
	code = code || to_group ? code : fx_cli_number(cli, w[3], "port", UINT32_MAX, &port);
	code = code ? code : fx_cli_connect(cli);
	if (code) {
		return code;
	}
	ok = has_rule(cli, country, area) ?
		     CaselliSetOutboundRule(cli->server, (DWORD)country, (DWORD)area, (DWORD)port,
					    group) :
		     CaselliAddOutboundRule(cli->server, (DWORD)country, (DWORD)area, (DWORD)port,
					    group);
	if (ok) {
		return FX_EXIT_OK;
	}
	code = fx_cli_fail(cli, "set the rule for %s %s", w[0], w[1]);
	fx_cli_hint(cli, "the group must be there and have ports, the country code assigned; an "
		    "area needs its country");
	return code;
}

static int remove_rule(struct fx_cli *cli, const char *country_text, const char *area_text)
{
	uint64_t country, area;
	int code = code_of(cli, country_text, "country code", &country);

	code = code ? code : code_of(cli, area_text, "area code", &area);
	code = code ? code : fx_cli_connect(cli);
	if (!code &&
	    !CaselliRemoveOutboundRule(cli->server, (DWORD)country, (DWORD)area)) {
		code = fx_cli_fail(cli, "remove the rule for %s %s", country_text, area_text);
	}
	return code;
}

/* ---- which way ---- */

struct fx_json *fx_outbound_json(const CASELLI_OUTBOUND *v, DWORD n)
{
	struct fx_json *o = fx_json_object(), *ports = fx_json_list();

	fx_json_set_int(o, "country_code", v->CountryCode);
	fx_json_set_text(o, "digits", v->Digits);
	fx_json_set_bool(o, "asked", v->Asked);
	fx_json_set_int(o, "rule_country_code", v->RuleCountryCode);
	fx_json_set_int(o, "rule_area_code", v->RuleAreaCode);
	fx_json_set_text(o, "group", v->Group);
	fx_json_set_text(o, "words", v->Words);
	for (DWORD i = 1; i < n; i++) {
		struct fx_json *p = fx_json_object();

		fx_json_set_int(p, "port", v[i].DeviceId);
		fx_json_set_text(p, "name", v[i].PortName);
		fx_json_set_text(p, "state", v[i].PortState);
		fx_json_add(ports, p);
	}
	fx_json_set(o, "ports", ports);
	return o;
}

const char *fx_outbound_rule_text(char *text, size_t size, const CASELLI_OUTBOUND *v)
{
	char country[16], area[16];

	if (v->Asked) {
		return "the job asks for its port";
	}
	(void)snprintf(text, size, "rule country %s, area %s: %s%s",
		       code_text(country, v->RuleCountryCode), code_text(area, v->RuleAreaCode),
		       *v->Group ? "group " : "one port", v->Group);
	return text;
}

static int test(struct fx_cli *cli, const char *number)
{
	CASELLI_OUTBOUND *v = NULL;
	char text[700], country[16];
	DWORD n = 0;
	int code = fx_cli_connect(cli);

	if (!code && !CaselliTestOutbound(cli->server, number, 0, &v, &n)) {
		code = fx_cli_fail(cli, "test the number");
	}
	if (code) {
		return code;
	}
	if (cli->globals.json) {
		fx_json_print(fx_outbound_json(v, n), cli->out, false);
	} else {
		(void)fprintf(cli->out, "Country %s, national number %s\n",
			      v->CountryCode ? code_text(country, v->CountryCode) : "not known",
			      *v->Digits ? v->Digits : "not known");
		(void)fprintf(cli->out, "By %s\n", fx_outbound_rule_text(text, sizeof(text), v));
		for (DWORD i = 1; i < n; i++) {
			(void)fprintf(cli->out, "  %u  %s  %s\n", v[i].DeviceId, v[i].PortName,
				      v[i].PortState);
		}
		(void)fprintf(cli->out, "Now: %s\n", v->Words);
	}
	CaselliFree(v);
	return FX_EXIT_OK;
}

static int run(struct fx_cli *cli, const char *what, const char *const *w, size_t n)
{
	if (!strcmp(what, "groups") && !n) {
		return list_groups(cli);
	}
	if (!strcmp(what, "rules") && !n) {
		return list_rules(cli);
	}
	if (!strcmp(what, "add-group") && n) {
		return add_group(cli, w[0], w + 1, n - 1);
	}
	if (!strcmp(what, "remove-group") && n == 1) {
		return remove_group(cli, w[0]);
	}
	if ((!strcmp(what, "add") || !strcmp(what, "take")) && n >= 2) {
		return change_ports(cli, w[0], *what == 'a', w + 1, n - 1);
	}
	if (!strcmp(what, "order") && n == 3) {
		return order(cli, w[0], w[1], w[2]);
	}
	if (!strcmp(what, "rule") && n == 4 && (!strcmp(w[2], "group") || !strcmp(w[2], "port"))) {
		return set_rule(cli, w, *w[2] == 'g');
	}
	if (!strcmp(what, "remove-rule") && n == 2) {
		return remove_rule(cli, w[0], w[1]);
	}
	if (!strcmp(what, "test") && n == 1) {
		return test(cli, w[0]);
	}
	return fx_cli_error(cli, FX_EXIT_USAGE, "see caselli help outbound");
}

int fx_cmd_outbound(struct fx_cli *cli, const struct fx_args *args)
{
	int code;

	if (args->n_words) {
		return run(cli, args->words[0], args->words + 1, args->n_words - 1);
	}
	code = list_groups(cli);
	if (!code && !cli->globals.json) {
		(void)fprintf(cli->out, "\n");
		code = list_rules(cli);
	}
	return code;
}
