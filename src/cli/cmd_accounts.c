/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_accounts.c  caselli accounts, reassign: who is known, and whose a fax is */
#include "cli/commands.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/json.h"
#include "cli/when.h"

static const struct fx_column columns[] = {
	{"USER", FX_LEFT, 8},	  {"KNOWN TO", FX_LEFT, 0}, {"SINCE", FX_LEFT, 0},
	{"SEEN", FX_LEFT, 0},	  {"NOW", FX_RIGHT, 0},	    {"PASSWORD", FX_LEFT, 0},
	{NULL, FX_LEFT, 0},
};

static const char *when(char text[40], int64_t at)
{
	return at ? fx_when_text(text, 40, at, fx_cli_now()) : "";
}

static void put_row(struct fx_table *t, const CASELLI_ACCOUNT *a)
{
	static const char *const known_to[] = {"machine", "service", "(never here)"};
	char text[40];

	fx_cli_check(fx_table_cell(t, a->Name));
	fx_cli_check(fx_table_cell(t, a->Kind < FX_ARRAY_LEN(known_to) ? known_to[a->Kind] : "?"));
	fx_cli_check(fx_table_cell(t, when(text, a->CreatedAt)));
	fx_cli_check(fx_table_cell(t, when(text, a->SeenAt)));
	fx_cli_check(a->Connections ? fx_table_cellf(t, "%u", a->Connections) :
				      fx_table_cell(t, ""));
	if (a->Password == CASELLI_PASSWORD_THERE && a->PasswordAt) {
		fx_cli_check(fx_table_cellf(t, "since %s", when(text, a->PasswordAt)));
	} else {
		fx_cli_check(fx_table_cell(t, a->Password < CASELLI_PASSWORD_THERE ?
						      "" : fx_word_password(a->Password)));
	}
}

static int list(struct fx_cli *cli)
{
	CASELLI_ACCOUNT *v = NULL;
	struct fx_table *t = NULL;
	DWORD n = 0;

	if (!CaselliEnumAccounts(cli->server, &v, &n)) {
		return fx_cli_fail(cli, "list the accounts");
	}
	if (cli->globals.json) {
		fx_json_print(fx_json_of_all(fx_fields_account, v, n, sizeof(*v)), cli->out, false);
	} else if (!n) {
		fputs("Nobody has a fax account yet.\n", cli->out);
	} else {
		fx_cli_check(fx_table_new(columns, &t));
		for (DWORD i = 0; i < n; i++) {
			put_row(t, &v[i]);
		}
		fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
		(void)fx_table_free(t);
	}
	CaselliFree(v);
	return FX_EXIT_OK;
}

int fx_cmd_accounts(struct fx_cli *cli, const struct fx_args *args)
{
	const char *verb = args->n_words ? args->words[0] : "list";
	const char *name = args->n_words > 1 ? args->words[1] : NULL;
	bool create = !strcmp(verb, "create"), remove = !strcmp(verb, "delete");
	int code;

	if ((!create && !remove && strcmp(verb, "list") != 0) ||
	    (create || remove) != (name != NULL)) {
		return fx_cli_error(cli, FX_EXIT_USAGE,
				    "caselli accounts [list], create USER or delete USER");
	}
	code = fx_cli_connect(cli);
	if (code || !name) {
		return code ? code : list(cli);
	}
	if (!(create ? CaselliCreateAccount : CaselliDeleteAccount)(cli->server, name)) {
		return fx_cli_fail(cli, "%s the account %s", verb, name);
	}
	return FX_EXIT_OK;
}

/* The users behind the message, with ';' between. NULL: too long. */
static char *join(const struct fx_args *args, char *dst, size_t size)
{
	size_t n = 0;

	*dst = '\0';
	for (size_t i = 1; i < args->n_words; i++) {
		int k = snprintf(dst + n, size - n, "%s%s", n ? ";" : "", args->words[i]);

		if (k < 0 || (size_t)k >= size - n) {
			return NULL;
		}
		n += (size_t)k;
	}
	return dst;
}

int fx_cmd_reassign(struct fx_cli *cli, const struct fx_args *args)
{
	char users[FX_ARGS_WORDS_MAX * 128];
	CASELLI_REASSIGN to = {.SizeOfStruct = sizeof(to),
			       .HasCoverPage = fx_args_has(args, "has-cover"),
			       .Users = join(args, users, sizeof(users)),
			       .SenderName = fx_args_value(args, "sender-name"),
			       .SenderNumber = fx_args_value(args, "sender-number"),
			       .Subject = fx_args_value(args, "subject")};
	uint64_t id;
	int code = fx_cli_number(cli, args->words[0], "message", INT64_MAX, &id);

	if (!code && !to.Users) {
		code = fx_cli_error(cli, FX_EXIT_USAGE, "these names are too long");
	}
	code = code ? code : fx_cli_connect(cli);
	if (!code && !CaselliReassign(cli->server, id, &to)) {
		code = fx_cli_fail(cli, "give message %s to %s", args->words[0], users);
	}
	return code;
}
