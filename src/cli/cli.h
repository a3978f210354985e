/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/cli.h
 * What the commands of `caselli` share: output, connection, failure, interruption.
 * Thread: the main one. Owner: main() owns the one struct fx_cli.
 */
#ifndef FX_CLI_CLI_H
#define FX_CLI_CLI_H

#include <caselli.h>
#include "cli/args.h"
#include "cli/text.h"

enum fx_exit {
	FX_EXIT_OK,
	FX_EXIT_FAILED,
	FX_EXIT_USAGE,
	FX_EXIT_UNREACHABLE,
	FX_EXIT_DENIED,
	FX_EXIT_FAX_FAILED, /**< send --wait: the fax was not delivered */
};

struct fx_cli {
	FILE *out, *err;
	struct fx_globals globals;
	HANDLE server; /**< NULL until fx_cli_connect() */
	bool terminal; /**< out is one */
	bool color;    /**< terminal, and NO_COLOR is not set */
	bool utf8;     /**< the terminal's character set */
};

/** Columns of the terminal now; 0 = not a terminal, no limit. */
size_t fx_cli_width(const struct fx_cli *cli);
/** Unix seconds and milliseconds; the program's only look at the clock. */
int64_t fx_cli_now(void);
int64_t fx_cli_now_ms(void);

/** Connect to the service, once. @return FX_EXIT_OK, or the exit code after printing why */
int fx_cli_connect(struct fx_cli *cli);
/**
 * Print the reason of the last failure of the fax API and its remedy.
 * @param what  "cancel job 5", completes "cannot ..."
 * @return exit code
 */
int fx_cli_fail(struct fx_cli *cli, const char *what, ...) FX_PRINTF(2, 3);
/** Print `caselli: ...`. @return exit_code */
int fx_cli_error(struct fx_cli *cli, int exit_code, const char *fmt, ...) FX_PRINTF(3, 4);
/** A line below an error: what can be done about it. */
void fx_cli_hint(struct fx_cli *cli, const char *fmt, ...) FX_PRINTF(2, 3);
/** Exit when err says that memory is out; the only error that table cells have. */
void fx_cli_check(int err);

/** From now on SIGINT and SIGTERM are noted instead of ending the program. */
void fx_cli_catch_interrupt(void);
bool fx_cli_interrupted(void);
/** Wait for a change of the service (or max_ms); never longer than a key press should take. */
void fx_cli_wait(struct fx_cli *cli, uint64_t *serial, unsigned max_ms);

/** Escape sequence when colours are on, else "". */
enum fx_color {
	FX_COLOR_OFF,
	FX_COLOR_BOLD,
	FX_COLOR_DIM,
	FX_COLOR_RED,
	FX_COLOR_GREEN,
	FX_COLOR_YELLOW
};
const char *fx_cli_color(const struct fx_cli *cli, enum fx_color c);

/** A job's number or an id as typed. @return 0, or FX_EXIT_USAGE after printing why */
int fx_cli_number(struct fx_cli *cli, const char *text, const char *what, uint64_t max,
		  uint64_t *ret);
/** Job by its small number. @return 0, or the exit code after printing why; CaselliFree() */
int fx_cli_job(struct fx_cli *cli, const char *text, CASELLI_JOB **ret);

extern const struct fx_command fx_commands[]; /**< ends with name NULL */

#endif
