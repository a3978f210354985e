/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/live.h
 * The status of ports as text: a panel that is redrawn in place on a terminal,
 * and one line for each change elsewhere.
 */
#ifndef FX_CLI_LIVE_H
#define FX_CLI_LIVE_H

#include "cli/cli.h"

#define FX_LIVE_LINES     3
#define FX_LIVE_LINE_SIZE 512

/** Share of the whole fax that is done, 0..1000; -1 = not known (receiving, idle). */
int fx_live_permille(const CASELLI_PORT_STATUS *s);
/** A progress bar of `columns`; ASCII unless utf8. @return dst */
char *fx_live_bar(char *dst, size_t size, int permille, size_t columns, bool utf8);
/** "14400 bit/s  T.38  MMR  ECM  fine": what was negotiated, "" before. @return dst */
char *fx_live_modes(char *dst, size_t size, const CASELLI_PORT_STATUS *s);
/**
 * Lines of a port's panel, without colours, cut to `width`.
 * @return number of lines: 1 for an idle port, else FX_LIVE_LINES
 */
size_t fx_live_panel(const CASELLI_PORT_STATUS *s, size_t width, bool utf8,
		     char lines[FX_LIVE_LINES][FX_LIVE_LINE_SIZE]);
/** One line that says all. @return dst */
char *fx_live_line(char *dst, size_t size, const CASELLI_PORT_STATUS *s);
/** True when a line-wise display should say something new. */
bool fx_live_differs(const CASELLI_PORT_STATUS *was, const CASELLI_PORT_STATUS *is);

struct fx_live;
/** Shows ports until freed. On a terminal the cursor is hidden meanwhile. */
struct fx_live *fx_live_new(struct fx_cli *cli);
/** Draw what changed. Statuses are borrowed for the call. */
void fx_live_show(struct fx_live *live, const CASELLI_PORT_STATUS *ports, size_t n);
/** Leaves the last picture standing and the terminal as it was. @return NULL */
struct fx_live *fx_live_free(struct fx_live *live);

/**
 * Show the ports (0 = all) until interrupted, or until the job is done.
 * @param until_id  64-bit id of a job, 0 = none
 * @param only_its_port  show only ports that work on that job
 * @param ret_job   set when until_id finished: its last state, CaselliFree(); optional
 * @return exit code; FX_EXIT_FAX_FAILED when the job failed for good
 */
int fx_live_watch(struct fx_cli *cli, DWORD device_id, uint64_t until_id, bool only_its_port,
		  CASELLI_JOB **ret_job);

#endif
