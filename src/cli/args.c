/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/args.h"

#include <string.h>
#include "base/str.h"

static const struct fx_opt global_opts[] = {
	{"json", 0, FX_OPT_FLAG, NULL, "machine-readable output"},
	{"server", 's', FX_OPT_REQUIRED, "NAME", "socket path or host; else $CASELLI_SERVER"},
	{"help", 'h', FX_OPT_FLAG, NULL, "this text"},
	{"version", 'V', FX_OPT_FLAG, NULL, "version and licence"},
	{NULL, 0, FX_OPT_FLAG, NULL, NULL},
};

struct parse {
	int argc, at; /* at: next one to read */
	char **argv;
	struct fx_globals *globals;
	struct fx_args *args;
	struct fx_reason *reterr;
};

const struct fx_command *fx_args_command(const struct fx_command *commands, const char *name)
{
	for (; commands->name; commands++) {
		if (!strcmp(commands->name, name)) {
			return commands;
		}
	}
	return NULL;
}

int fx_args_choice(const char *choices, const char *value)
{
	size_t n = strlen(value);
	int i = 0;

	while (n && choices) {
		const char *bar = strchr(choices, '|');
		size_t len = bar ? (size_t)(bar - choices) : strlen(choices);

		if (len == n && !strncmp(choices, value, n)) {
			return i;
		}
		choices = bar ? bar + 1 : NULL;
		i++;
	}
	return -1;
}

static void set_global(struct fx_globals *g, const char *name, const char *value)
{
	if (!strcmp(name, "json")) {
		g->json = true;
	} else if (!strcmp(name, "server")) {
		g->server = value;
	} else if (!strcmp(name, "help")) {
		g->help = true;
	} else {
		g->version = true;
	}
}

static const struct fx_opt *find_opt(const struct fx_opt *opts, const char *name, size_t len)
{
	for (; opts && opts->name; opts++) {
		if (strlen(opts->name) == len && !strncmp(opts->name, name, len)) {
			return opts;
		}
	}
	return NULL;
}

static const struct fx_opt *find_letter(const struct fx_opt *opts, char letter)
{
	for (; opts && opts->name; opts++) {
		if (opts->letter == letter) {
			return opts;
		}
	}
	return NULL;
}

/* Store an option that was found; takes the next word when it needs a value and has none. */
static int take_opt(struct parse *p, const struct fx_opt *opt, bool global, const char *value)
{
	struct fx_args *args = p->args;

	if (opt->value == FX_OPT_FLAG && value) {
		return fx_fail(p->reterr, FX_EINVAL, "--%s takes no value, but got \"%s\"",
			       opt->name, value);
	}
	if (opt->value == FX_OPT_REQUIRED && !value) {
		if (p->at >= p->argc) {
			return fx_fail(p->reterr, FX_EINVAL, "--%s needs a value: --%s %s",
				       opt->name, opt->name, opt->metavar);
		}
		value = p->argv[p->at++];
	}
	if (value && opt->metavar && strchr(opt->metavar, '|') &&
	    fx_args_choice(opt->metavar, value) < 0) {
		return fx_fail(p->reterr, FX_EINVAL, "--%s cannot be \"%s\"; it is one of %s",
			       opt->name, value, opt->metavar);
	}
	if (global) {
		set_global(p->globals, opt->name, value);
	} else {
		args->value[opt - args->command->opts] = value ? value : "";
	}
	return 0;
}

static int take_long(struct parse *p, const char *text)
{
	const struct fx_opt *opts = p->args->command ? p->args->command->opts : NULL;
	const char *equal = strchr(text, '=');
	size_t len = equal ? (size_t)(equal - text) : strlen(text);
	const struct fx_opt *opt = find_opt(opts, text, len);
	bool global = !opt;

	if (!opt) {
		opt = find_opt(global_opts, text, len);
	}
	if (!opt) {
		return fx_fail(p->reterr, FX_EINVAL,
			       "unknown option --%.*s; see caselli %s%s--help", (int)len, text,
			       p->args->command ? p->args->command->name : "",
			       p->args->command ? " " : "");
	}
	return take_opt(p, opt, global, equal ? equal + 1 : NULL);
}

static int take_letters(struct parse *p, const char *text)
{
	const struct fx_opt *opts = p->args->command ? p->args->command->opts : NULL;

	for (; *text; text++) {
		const struct fx_opt *opt = find_letter(opts, *text);
		bool global = !opt;
		const char *value = NULL;
		int err;

		if (!opt) {
			opt = find_letter(global_opts, *text);
		}
		if (!opt) {
			return fx_fail(p->reterr, FX_EINVAL,
				       "unknown option -%c; see caselli %s%s--help", *text,
				       p->args->command ? p->args->command->name : "",
				       p->args->command ? " " : "");
		}
		if (opt->value == FX_OPT_REQUIRED && text[1]) {
			value = text + 1;
		}
		err = take_opt(p, opt, global, value);
		if (err || value) {
			return err;
		}
	}
	return 0;
}

static int take_word(struct parse *p, const struct fx_command *commands, const char *word)
{
	struct fx_args *args = p->args;

	if (!args->command) {
		args->command = fx_args_command(commands, word);
		if (!args->command) {
			return fx_fail(p->reterr, FX_EINVAL,
				       "there is no command \"%s\"; caselli --help lists them",
				       word);
		}
		return 0;
	}
	if (args->n_words >= FX_ARGS_WORDS_MAX) {
		return fx_fail(p->reterr, FX_ELIMIT, "more than %d arguments", FX_ARGS_WORDS_MAX);
	}
	args->words[args->n_words++] = word;
	return 0;
}

static int check_words(const struct fx_args *args, struct fx_reason *reterr)
{
	const struct fx_command *c = args->command;

	if (args->n_words < c->min_words) {
		return fx_fail(reterr, FX_EINVAL, "something is missing: caselli %s %s", c->name,
			       c->args);
	}
	if (args->n_words > c->max_words) {
		return fx_fail(reterr, FX_EINVAL, "\"%s\" is too much: caselli %s%s%s",
			       args->words[c->max_words], c->name, *c->args ? " " : "", c->args);
	}
	return 0;
}

int fx_args_parse(const struct fx_command *commands, int argc, char **argv,
		  struct fx_globals *ret_globals, struct fx_args *ret_args,
		  struct fx_reason *reterr)
{
	struct parse p = {argc, 1, argv, ret_globals, ret_args, reterr};
	bool words_only = false;
	int err = 0;

	memset(ret_globals, 0, sizeof(*ret_globals));
	memset(ret_args, 0, sizeof(*ret_args));
	while (!err && p.at < argc) {
		const char *word = argv[p.at++];

		if (words_only || word[0] != '-' || !word[1]) {
			err = take_word(&p, commands, word);
		} else if (!strcmp(word, "--")) {
			words_only = true;
		} else if (word[1] == '-') {
			err = take_long(&p, word + 2);
		} else {
			err = take_letters(&p, word + 1);
		}
	}
	if (err || !ret_args->command || ret_globals->help || ret_globals->version) {
		return err;
	}
	return check_words(ret_args, reterr);
}

const char *fx_args_value(const struct fx_args *args, const char *name)
{
	const struct fx_opt *opt = find_opt(args->command->opts, name, strlen(name));

	FX_ASSERT(opt);
	return args->value[opt - args->command->opts];
}

static void print_opts(FILE *f, const struct fx_opt *opts)
{
	for (; opts && opts->name; opts++) {
		char head[80];
		char letter[6] = "    ";

		if (opts->letter) {
			snprintf(letter, sizeof(letter), "-%c, ", opts->letter);
		}
		switch (opts->value) {
		case FX_OPT_FLAG:
			snprintf(head, sizeof(head), "%s--%s", letter, opts->name);
			break;
		case FX_OPT_REQUIRED:
			snprintf(head, sizeof(head), "%s--%s %s", letter, opts->name,
				 opts->metavar);
			break;
		case FX_OPT_OPTIONAL:
			snprintf(head, sizeof(head), "%s--%s[=%s]", letter, opts->name,
				 opts->metavar);
			break;
		}
		if (strlen(head) > 28) {
			fprintf(f, "  %s\n  %-28s %s\n", head, "", opts->help);
		} else {
			fprintf(f, "  %-28s %s\n", head, opts->help);
		}
	}
}

void fx_args_help(FILE *f, const struct fx_command *c)
{
	fprintf(f, "usage: caselli %s%s%s%s\n\n%s\n", c->name, c->opts ? " [OPTION...]" : "",
		*c->args ? " " : "", c->args, c->summary);
	if (c->text) {
		fprintf(f, "\n%s\n", c->text);
	}
	fputs("\noptions:\n", f);
	print_opts(f, c->opts);
	print_opts(f, global_opts);
	if (c->examples) {
		fprintf(f, "\nexamples:\n%s\n", c->examples);
	}
}

void fx_args_overview(FILE *f, const struct fx_command *commands)
{
	fputs("usage: caselli COMMAND [OPTION...] [ARGUMENT...]\n\n"
	      "Send, watch and read faxes through the Caselli service.\n\ncommands:\n",
	      f);
	for (; commands->name; commands++) {
		fprintf(f, "  %-10s %s\n", commands->name, commands->summary);
	}
	fputs("\noptions of every command:\n", f);
	print_opts(f, global_opts);
	fputs("\ncaselli COMMAND --help tells more and has examples.\n"
	      "\nexit codes: 0 done, 1 failed, 2 wrong usage, 3 the service cannot be reached,\n"
	      "            4 access denied, 5 the fax failed (send --wait)\n",
	      f);
}
