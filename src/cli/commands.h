/* SPDX-License-Identifier: Apache-2.0 */
/** @file cli/commands.h  The commands; each returns an exit code. */
#ifndef FX_CLI_COMMANDS_H
#define FX_CLI_COMMANDS_H

#include "cli/cli.h"

int fx_cmd_send(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_broadcast(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_ports(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_port(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_status(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_jobs(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_show(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_log(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_pause(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_resume(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_restart(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_cancel(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_inbox(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_sent(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_covers(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_save(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_remove(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_config(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_plugins(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_accounts(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_reassign(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_access(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_trace(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_routing(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_outbound(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_doctor(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_login(struct fx_cli *cli, const struct fx_args *args);
int fx_cmd_logout(struct fx_cli *cli, const struct fx_args *args);

/* What several of them share. */
/** Ask at the terminal; what is typed does not show. @return false: nothing, or too long */
bool fx_cli_ask_hidden(struct fx_cli *cli, const char *question, char *dst, size_t size);
/** The next line of the standard input. As above. */
bool fx_cli_read_line(char *dst, size_t size);
struct fx_json;
/** Which way a number goes, as JSON and in words. @return text, or a static one */
struct fx_json *fx_outbound_json(const CASELLI_OUTBOUND *v, DWORD n);
const char *fx_outbound_rule_text(char *text, size_t size, const CASELLI_OUTBOUND *v);
/** "-": the standard output. @param own_name a name of ours, which destroys no file */
int fx_cli_write_file(struct fx_cli *cli, const char *name, bool own_name, const BYTE *p, DWORD n);
/** Full path when a cover page is named that is a file here; free(). NULL: a common page. */
char *fx_cli_cover_file(const char *name);

/** --at into the job. @param text NULL = now @return exit code; *ret_at 0 = no instant */
int fx_send_schedule(struct fx_cli *cli, const char *text, FAX_JOB_PARAMA *params,
		     int64_t *ret_at);
/** Wait until the document is rendered, 30 s at most. @return exit code after printing why not */
int fx_send_settle(struct fx_cli *cli, DWORD number, uint64_t id);

#endif
