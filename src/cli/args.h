/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/args.h
 * Commands and their options as tables: one parser, one help text made of them.
 * Thread: any. Owner: everything points into argv and static tables.
 */
#ifndef FX_CLI_ARGS_H
#define FX_CLI_ARGS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include "base/error.h"

#define FX_ARGS_OPTS_MAX  24
#define FX_ARGS_WORDS_MAX 128

enum fx_opt_value { FX_OPT_FLAG, FX_OPT_REQUIRED, FX_OPT_OPTIONAL };

/** One option; a table ends with name NULL. */
struct fx_opt {
	const char *name; /**< "resolution", without dashes */
	char letter;      /**< 'r', 0 = none */
	enum fx_opt_value value;
	const char *metavar; /**< "TIME"; also the list of choices: "standard|fine" */
	const char *help;
};

struct fx_cli;
struct fx_args;
struct fx_command {
	const char *name;
	const char *args;     /**< "NUMBER FILE..." */
	const char *summary;  /**< one line */
	const char *text;     /**< further paragraphs of the help, or NULL */
	const char *examples; /**< one a line, or NULL */
	const struct fx_opt *opts;
	size_t min_words, max_words; /**< 0 as maximum: none */
	/** @return exit code */
	int (*run)(struct fx_cli *cli, const struct fx_args *args);
};

struct fx_args {
	const struct fx_command *command;
	const char
		*value[FX_ARGS_OPTS_MAX]; /**< by position in command->opts; "" = given, no value */
	const char *words[FX_ARGS_WORDS_MAX];
	size_t n_words;
	bool help;
};

/** Options that every command takes; `json` only has a meaning where something is shown. */
struct fx_globals {
	const char *server;
	bool json, help, version;
};

/**
 * Global options, then the name of a command, then its own options and words.
 * Global options are understood after the command, too.
 *
 * @param argv  argv[1] is the first one; argc as main() got it
 * @return 0, FX_EINVAL (with the reason); ret_args->command NULL: none was named
 */
FX_MUST_CHECK int fx_args_parse(const struct fx_command *commands, int argc, char **argv,
				struct fx_globals *ret_globals, struct fx_args *ret_args,
				struct fx_reason *reterr);

/** Value of an option: NULL = not given, "" = given without a value. */
const char *fx_args_value(const struct fx_args *args, const char *name);
static inline bool fx_args_has(const struct fx_args *args, const char *name)
{
	return fx_args_value(args, name) != NULL;
}
/** @return position of the value in the |-separated choices of the option, or -1 */
int fx_args_choice(const char *choices, const char *value);
/** Command by name, NULL = unknown. */
const struct fx_command *fx_args_command(const struct fx_command *commands, const char *name);
void fx_args_help(FILE *f, const struct fx_command *command);
void fx_args_overview(FILE *f, const struct fx_command *commands);

#endif
