/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_access.c  caselli access: who may do what */
#include "cli/commands.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"

#define READ_CONTROL 0x20000 /* a standard right of Windows, so not in winfax.h */

static const char *const kinds[] = {"default", "user", "group"};
static const char *const sources[] = {"built in", "settings file", "caselli access"};

static const char *kind_word(uint32_t kind)
{
	return kind < FX_ARRAY_LEN(kinds) ? kinds[kind] : "?";
}

/* ["job_submit", "read"] of "job_submit read"; nothing of "none". */
static struct fx_json *words_json(const char *text)
{
	struct fx_json *list = fx_json_list();

	for (const char *p = fx_text(text); *p && strcmp(p, "none") != 0;) {
		size_t n = strcspn(p, " ");
		char word[64];

		if (n < sizeof(word)) {
			memcpy(word, p, n);
			word[n] = '\0';
			fx_json_add(list, fx_json_text(word));
		}
		p += n + strspn(p + n, " ");
	}
	return list;
}

/* Who has a password for the network; none known where the list cannot be had. */
struct passwords {
	CASELLI_ACCOUNT *v;
	DWORD n;
};

/* What is known of the password of a row's user, or "". */
static const char *password_word(const struct passwords *p, const CASELLI_ACCESS *a)
{
	for (DWORD i = 0; a->Kind == CASELLI_ACCESS_USER && i < p->n; i++) {
		if (p->v[i].Password >= CASELLI_PASSWORD_THERE &&
		    fx_str_ieq(p->v[i].Name, a->Name)) {
			return fx_word_password(p->v[i].Password);
		}
	}
	return "";
}

static struct fx_json *row_json(const CASELLI_ACCESS *a)
{
	struct fx_json *o = fx_json_object();

	fx_json_set_text(o, "kind", kind_word(a->Kind));
	fx_json_set_text(o, "name", a->Name);
	fx_json_set(o, "rights", words_json(a->RightsText));
	fx_json_set_int(o, "mask", a->Rights);
	if (*fx_text(a->Why)) {
		fx_json_set_text(o, "why", a->Why);
	} else {
		fx_json_set_text(o, "source", a->Source < FX_ARRAY_LEN(sources) ?
						      sources[a->Source] : "?");
		if (a->InFile && a->Source == CASELLI_ACCESS_FROM_STORE) {
			fx_json_set(o, "settings_file", words_json(a->FileText));
		}
	}
	return o;
}

static void print_table(struct fx_cli *cli, const CASELLI_ACCESS *v, DWORD n,
			const struct passwords *p)
{
	static const struct fx_column columns[] = {
		{"WHO", FX_LEFT, 0},	{"NAME", FX_LEFT, 8},	       {"MAY", FX_LEFT, 12},
		{"SET BY", FX_LEFT, 0}, {"SETTINGS FILE", FX_LEFT, 8}, {"PASSWORD", FX_LEFT, 0},
		{NULL, FX_LEFT, 0},
	};
	struct fx_table *t = NULL;

	fx_cli_check(fx_table_new(columns, &t));
	for (DWORD i = 0; i < n; i++) {
		bool differs = v[i].InFile && v[i].Source == CASELLI_ACCESS_FROM_STORE;

		fx_cli_check(fx_table_cell(t, kind_word(v[i].Kind)));
		fx_cli_check(fx_table_cell(t, v[i].Name));
		fx_cli_check(fx_table_cell(t, v[i].RightsText));
		fx_cli_check(fx_table_cell(t, v[i].Source < FX_ARRAY_LEN(sources) ?
						      sources[v[i].Source] : "?"));
		fx_cli_check(fx_table_cell(t, differs ? v[i].FileText : NULL));
		fx_cli_check(fx_table_cell(t, password_word(p, &v[i])));
	}
	fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	(void)fx_table_free(t);
}

/* Those who have a password and no entry of their own. */
static void print_others(struct fx_cli *cli, const CASELLI_ACCESS *v, DWORD n,
			 const struct passwords *p)
{
	const char *before = "password for the network, without an entry: ";
	char name[200];

	for (DWORD i = 0; i < p->n; i++) {
		bool listed = p->v[i].Password < CASELLI_PASSWORD_THERE;

		for (DWORD k = 0; !listed && k < n; k++) {
			listed = v[k].Kind == CASELLI_ACCESS_USER &&
				 fx_str_ieq(v[k].Name, p->v[i].Name);
		}
		if (!listed) {
			fprintf(cli->out, "%s%s%s", before,
				fx_text_fit(name, sizeof(name), p->v[i].Name, 100),
				p->v[i].Password == CASELLI_PASSWORD_IS_DISABLED ? " (disabled)" :
										   "");
			before = ", ";
		}
	}
	if (*before == ',') {
		fputc('\n', cli->out);
	}
}

static void list_json(struct fx_cli *cli, const CASELLI_ACCESS *v, DWORD n,
		      const struct passwords *p)
{
	struct fx_json *all = fx_json_list();

	for (DWORD i = 0; i < n; i++) {
		struct fx_json *o = row_json(&v[i]);

		if (*password_word(p, &v[i])) {
			fx_json_set_text(o, "password", password_word(p, &v[i]));
		}
		fx_json_add(all, o);
	}
	fx_json_print(all, cli->out, false);
}

static int list(struct fx_cli *cli)
{
	struct passwords p = {0};
	CASELLI_ACCESS *v = NULL;
	DWORD n = 0;

	if (!CaselliEnumAccess(cli->server, &v, &n)) {
		return fx_cli_fail(cli, "list who may do what");
	}
	/* a file of users that cannot be read does not hide the rights */
	if (!FaxAccessCheck(cli->server, FAX_CONFIG_QUERY) ||
	    !CaselliEnumAccounts(cli->server, &p.v, &p.n)) {
		p = (struct passwords){0};
	}
	if (cli->globals.json) {
		list_json(cli, v, n, &p);
	} else {
		print_table(cli, v, n, &p);
		print_others(cli, v, n, &p);
	}
	CaselliFree(p.v);
	CaselliFree(v);
	return FX_EXIT_OK;
}

static int show(struct fx_cli *cli, const char *user)
{
	CASELLI_ACCESS *a = NULL;
	char name[200];

	if (!CaselliGetAccess(cli->server, user, &a)) {
		return fx_cli_fail(cli, "show what %s may do", user ? user : "you");
	}
	if (cli->globals.json) {
		fx_json_print(row_json(a), cli->out, false);
	} else {
		fprintf(cli->out, "%s: %s\nby: %s\n",
			fx_text_fit(name, sizeof(name), a->Name, 100), a->RightsText, a->Why);
	}
	CaselliFree(a);
	return FX_EXIT_OK;
}

/* "alice", "user:alice", "group:fax", "@fax", "default" */
static DWORD who_is(const char *who, const char **name)
{
	static const struct {
		const char *prefix;
		DWORD kind;
	} forms[] = {{"user:", CASELLI_ACCESS_USER}, {"group:", CASELLI_ACCESS_GROUP},
		     {"@", CASELLI_ACCESS_GROUP}};

	for (size_t i = 0; i < FX_ARRAY_LEN(forms); i++) {
		size_t n = strlen(forms[i].prefix);

		if (!strncmp(who, forms[i].prefix, n)) {
			*name = who + n;
			return forms[i].kind;
		}
	}
	*name = strcmp(who, "default") != 0 ? who : NULL;
	return *name ? CASELLI_ACCESS_USER : CASELLI_ACCESS_DEFAULT;
}

/* The words behind the name, with blanks between. NULL: too long to be rights. */
static const char *join(const struct fx_args *args, char *dst, size_t size)
{
	size_t n = 0;

	*dst = '\0';
	for (size_t i = 2; i < args->n_words; i++) {
		int k = snprintf(dst + n, size - n, "%s%s", n ? " " : "", args->words[i]);

		if (k < 0 || (size_t)k >= size - n) {
			return NULL;
		}
		n += (size_t)k;
	}
	return dst;
}

static int change(struct fx_cli *cli, const struct fx_args *args, DWORD how)
{
	const char *name = NULL, *who = args->n_words > 1 ? args->words[1] : NULL;
	char text[400];
	const char *rights = join(args, text, sizeof(text));
	DWORD kind = who ? who_is(who, &name) : CASELLI_ACCESS_DEFAULT;

	if (how == CASELLI_ACCESS_RESET && !who) {
		how = CASELLI_ACCESS_RESET_ALL;
	}
	if (!rights || !CaselliSetAccess(cli->server, how, kind, name, rights)) {
		int code = fx_cli_fail(cli, "change what %s may do", who ? who : "everybody");

		if (rights && GetLastError() == ERROR_INVALID_PARAMETER) {
			fx_cli_hint(cli, "rights: job_submit job_query job_manage port_query "
				    "port_set config_query config_set read_control write_dac "
				    "write_owner delete synchronize; read, write, all, none");
		}
		return code;
	}
	/* who may change it need not be allowed to see it */
	return cli->globals.json || !FaxAccessCheck(cli->server, READ_CONTROL) ? FX_EXIT_OK :
										 list(cli);
}

#define PASSWORD_SIZE 512

/* Twice at the terminal, or a line of the standard input. */
static bool get_password(struct fx_cli *cli, bool from_stdin, char dst[PASSWORD_SIZE])
{
	char again[PASSWORD_SIZE];
	bool ok;

	if (from_stdin) {
		return fx_cli_read_line(dst, PASSWORD_SIZE);
	}
	ok = fx_cli_ask_hidden(cli, "Password: ", dst, PASSWORD_SIZE) &&
	     fx_cli_ask_hidden(cli, "Once more: ", again, PASSWORD_SIZE) && !strcmp(dst, again);
	explicit_bzero(again, sizeof(again));
	return ok;
}

static int password(struct fx_cli *cli, const struct fx_args *args, DWORD how)
{
	const char *user = args->words[1];
	char text[PASSWORD_SIZE] = "";
	int code = FX_EXIT_OK;

	if (how == CASELLI_PASSWORD_SET &&
	    !get_password(cli, fx_args_has(args, "stdin"), text)) {
		explicit_bzero(text, sizeof(text));
		return fx_cli_error(cli, FX_EXIT_USAGE, "no password was given, or not twice the "
				    "same");
	}
	if (!CaselliSetPassword(cli->server, how, user,
				how == CASELLI_PASSWORD_SET ? text : NULL)) {
		code = fx_cli_fail(cli, "change the password of %s", user);
	}
	explicit_bzero(text, sizeof(text));
	return code;
}

#define PASSWORD 100 /* and CASELLI_PASSWORD_* */

static const struct {
	const char *word;
	size_t min_words, max_words;
	DWORD how;
	const char *usage;
} verbs[] = {
	{"list", 1, 1, 0, "list"},
	{"show", 1, 2, 0, "show [USER]"},
	{"grant", 3, FX_ARGS_WORDS_MAX, CASELLI_ACCESS_GRANT, "grant WHO RIGHT..."},
	{"revoke", 3, FX_ARGS_WORDS_MAX, CASELLI_ACCESS_REVOKE, "revoke WHO RIGHT..."},
	{"set", 3, FX_ARGS_WORDS_MAX, CASELLI_ACCESS_SET, "set WHO RIGHT..."},
	{"reset", 1, 2, CASELLI_ACCESS_RESET, "reset [WHO]"},
	{"set-password", 2, 2, PASSWORD + CASELLI_PASSWORD_SET, "set-password USER [--stdin]"},
	{"remove-password", 2, 2, PASSWORD + CASELLI_PASSWORD_REMOVE, "remove-password USER"},
	{"disable", 2, 2, PASSWORD + CASELLI_PASSWORD_DISABLE, "disable USER"},
	{"enable", 2, 2, PASSWORD + CASELLI_PASSWORD_ENABLE, "enable USER"},
};

int fx_cmd_access(struct fx_cli *cli, const struct fx_args *args)
{
	const char *verb = args->n_words ? args->words[0] : "list";
	size_t n = args->n_words ? args->n_words : 1, i;
	int code;

	for (i = 0; i < FX_ARRAY_LEN(verbs) && strcmp(verbs[i].word, verb) != 0; i++) {
	}
	if (i == FX_ARRAY_LEN(verbs)) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "caselli access list, show, grant, revoke, "
				    "set, reset, set-password, remove-password, disable or "
				    "enable; not \"%s\"", verb);
	}
	if (n < verbs[i].min_words || n > verbs[i].max_words) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "caselli access %s", verbs[i].usage);
	}
	code = fx_cli_connect(cli);
	if (code) {
		return code;
	}
	if (verbs[i].how >= PASSWORD) {
		return password(cli, args, verbs[i].how - PASSWORD);
	}
	return i == 0 ? list(cli) : i == 1 ? show(cli, n > 1 ? args->words[1] : NULL) :
					     change(cli, args, verbs[i].how);
}
