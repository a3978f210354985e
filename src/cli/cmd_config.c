/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/cmd_config.c  caselli config: FAX_CONFIGURATION and our own settings as one table */
#include "cli/commands.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "cli/config_keys.h"
#include "cli/json.h"

static struct fx_json *key_json(const struct fx_config_key *k, const struct fx_config_values *v)
{
	char text[FX_CONFIG_TEXT_SIZE];
	struct fx_json *o = fx_json_object();

	fx_json_set_text(o, "key", k->key);
	fx_json_set_text(o, "value", fx_config_key_get(k, v, text, sizeof(text)));
	fx_json_set_text(o, "help", k->help);
	return o;
}

static int show_all(struct fx_cli *cli, const struct fx_config_values *v)
{
	static const struct fx_column columns[] = {
		{"KEY", FX_LEFT, 0},
		{"VALUE", FX_LEFT, 8},
		{"MEANING", FX_LEFT, 12},
		{NULL, FX_LEFT, 0},
	};
	char text[FX_CONFIG_TEXT_SIZE];
	struct fx_table *t = NULL;
	const struct fx_config_key *k;

	if (cli->globals.json) {
		struct fx_json *list = fx_json_list();

		for (k = fx_config_keys; k->key; k++) {
			fx_json_add(list, key_json(k, v));
		}
		fx_json_print(list, cli->out, false);
		return FX_EXIT_OK;
	}
	fx_cli_check(fx_table_new(columns, &t));
	for (k = fx_config_keys; k->key; k++) {
		fx_cli_check(fx_table_cell(t, k->key));
		fx_cli_check(fx_table_cell(t, fx_config_key_get(k, v, text, sizeof(text))));
		fx_cli_check(fx_table_cell(t, k->help));
	}
	fx_table_print(t, cli->out, fx_cli_width(cli), cli->color);
	(void)fx_table_free(t);
	return FX_EXIT_OK;
}

static int unknown_key(struct fx_cli *cli, const char *key)
{
	return fx_cli_error(cli, FX_EXIT_USAGE,
			    "there is no setting \"%s\"; caselli config get lists them", key);
}

static int get(struct fx_cli *cli, const char *key, const struct fx_config_values *v)
{
	char text[FX_CONFIG_TEXT_SIZE];
	const struct fx_config_key *k;

	if (!key) {
		return show_all(cli, v);
	}
	k = fx_config_key_find(key);
	if (!k) {
		return unknown_key(cli, key);
	}
	if (cli->globals.json) {
		fx_json_print(key_json(k, v), cli->out, false);
	} else {
		(void)fx_config_key_get(k, v, text, sizeof(text));
		(void)fx_text_print(cli->out, text, strlen(text));
		fputc('\n', cli->out);
	}
	return FX_EXIT_OK;
}

/* Only the one that was named: another user may be changing another. */
static BOOL set_level(struct fx_cli *cli, const struct fx_config_key *k,
		      const struct fx_config_values *v)
{
	size_t i = (k->offset - offsetof(struct fx_config_values, log)) / sizeof(v->log[0]);
	FAX_LOG_CATEGORYA one = {.Category = (DWORD)i + FAXLOG_CATEGORY_INIT, .Level = v->log[i]};

	return FaxSetLoggingCategoriesA(cli->server, &one, 1);
}

static BOOL get_levels(struct fx_cli *cli, struct fx_config_values *v)
{
	FAX_LOG_CATEGORYA *list = NULL;
	DWORD n = 0;

	if (!FaxGetLoggingCategoriesA(cli->server, &list, &n)) {
		return FALSE;
	}
	for (DWORD i = 0; i < n; i++) {
		if (list[i].Category >= FAXLOG_CATEGORY_INIT &&
		    list[i].Category <= FAXLOG_CATEGORY_UNKNOWN) {
			v->log[list[i].Category - FAXLOG_CATEGORY_INIT] = list[i].Level;
		}
	}
	FaxFreeBuffer(list);
	return TRUE;
}

static int set(struct fx_cli *cli, const char *key, const char *value, struct fx_config_values *v)
{
	const struct fx_config_key *k = fx_config_key_find(key);
	struct fx_reason why;
	BOOL ok = FALSE;

	if (!k) {
		return unknown_key(cli, key);
	}
	if (fx_config_key_set(k, v, value, &why)) {
		return fx_cli_error(cli, FX_EXIT_USAGE, "%s", why.text);
	}
	v->own.SizeOfStruct = sizeof(v->own);
	v->fax.SizeOfStruct = sizeof(v->fax);
	v->general.SizeOfStruct = sizeof(v->general);
	switch (k->part) {
	case FX_KEY_FAX:
		ok = FaxSetConfigurationA(cli->server, &v->fax);
		break;
	case FX_KEY_LOGGING:
		ok = set_level(cli, k, v);
		break;
	case FX_KEY_OWN:
		ok = CaselliSetConfig(cli->server, &v->own);
		break;
	case FX_KEY_GENERAL:
		ok = CaselliSetGeneral(cli->server, &v->general);
		break;
	case FX_KEY_SHOWN: /* refused above */
		break;
	}
	return ok ? FX_EXIT_OK : fx_cli_fail(cli, "set %s", key);
}

static int reset(struct fx_cli *cli, const char *what)
{
	int code;

	if (strcmp(what, "mail")) {
		return fx_cli_error(cli, FX_EXIT_USAGE,
				    "caselli config reset mail: only the mail server that a client "
				    "set can be taken away");
	}
	code = fx_cli_connect(cli);
	return code ? code :
	       CaselliResetMail(cli->server) ?
		      FX_EXIT_OK :
		      fx_cli_fail(cli, "take away the mail server that a client set");
}

/* What of the values there is a block of the library's. */
struct blocks {
	FAX_CONFIGURATIONA *fax;
	CASELLI_CONFIG *own;
	CASELLI_GENERAL *general;
	CASELLI_MAIL *mail;
};

static bool load(struct fx_cli *cli, struct blocks *b, struct fx_config_values *v)
{
	if (!FaxGetConfigurationA(cli->server, &b->fax) ||
	    !CaselliGetConfig(cli->server, &b->own) ||
	    !CaselliGetGeneral(cli->server, &b->general) ||
	    !CaselliGetMail(cli->server, &b->mail) || !get_levels(cli, v)) {
		return false;
	}
	v->fax = *b->fax;
	v->own = *b->own;
	v->general = *b->general;
	v->mail = *b->mail;
	return true;
}

static int usage(struct fx_cli *cli, const char *word)
{
	return fx_cli_error(cli, FX_EXIT_USAGE,
			    "caselli config get [KEY], caselli config set KEY VALUE or caselli "
			    "config reset mail; not \"%s\"",
			    word);
}

int fx_cmd_config(struct fx_cli *cli, const struct fx_args *args)
{
	struct fx_config_values v = {.log = {0}};
	const char *word = args->words[0];
	struct blocks b = {0};
	bool change = !strcmp(word, "set");
	int code;

	if (!strcmp(word, "reset") && args->n_words == 2) {
		return reset(cli, args->words[1]);
	}
	if ((!change && strcmp(word, "get")) ||
	    (change ? args->n_words != 3 : args->n_words > 2)) {
		return usage(cli, word);
	}
	code = fx_cli_connect(cli);
	if (code) {
		return code;
	}
	if (!load(cli, &b, &v)) {
		code = fx_cli_fail(cli, "read the settings");
	} else {
		code = change ? set(cli, args->words[1], args->words[2], &v) :
				get(cli, args->n_words > 1 ? args->words[1] : NULL, &v);
	}
	FaxFreeBuffer(b.fax);
	CaselliFree(b.own);
	CaselliFree(b.general);
	CaselliFree(b.mail);
	return code;
}
