/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file port/host_trace.h
 * In a provider host: lines of its log and trace on their way to casellid. They
 * never make the host wait or grow: what does not fit is counted and dropped.
 * Thread: the loop's; lines come from any.
 */
#ifndef FX_PORT_HOST_TRACE_H
#define FX_PORT_HOST_TRACE_H

#include "port/host_chan.h"

struct fx_host_trace;
/** Takes over the log of the process: from here nothing goes to stderr. */
FX_MUST_CHECK int fx_host_trace_new(struct fx_loop *loop, struct fx_chan *chan,
				    struct fx_host_trace **ret);
/** Give stderr its log back; before the channel goes. The object goes with the loop. */
void fx_host_trace_close(struct fx_host_trace *t);
/** After the loop is gone. */
struct fx_host_trace *fx_host_trace_free(struct fx_host_trace *t);

#endif
