/* SPDX-License-Identifier: Apache-2.0 */
/** @file daemon/lines.h  Which port a provider's line is: identity that survives restarts. */
#ifndef FX_DAEMON_LINES_H
#define FX_DAEMON_LINES_H

#include "port/port.h"
#include "queue/queue.h"

struct fx_lines;
FX_MUST_CHECK int fx_lines_load(struct fx_store *store, struct fx_lines **ret);
struct fx_lines *fx_lines_free(struct fx_lines *l);
/** For fx_ports_cb.on_new_line: the stored port, or a new one with an id never used before. */
FX_MUST_CHECK int fx_lines_identify(struct fx_lines *l, struct fx_queue *queue,
				    const char *provider, const struct fx_line *line,
				    struct fx_port_info *info);

#endif
