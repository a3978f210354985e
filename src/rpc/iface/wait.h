/* SPDX-License-Identifier: Apache-2.0 */
/** @file rpc/iface/wait.h  Calls that wait: for an event, for a line of the trace. Loop thread. */
#ifndef FX_RPC_IFACE_WAIT_H
#define FX_RPC_IFACE_WAIT_H

#include "rpc/iface/iface.h"

/**
 * Put the call on the list until fx_wait_end(); on_time(call) comes after timeout_ms.
 * The connection may take it away before (fx_icall_cancel()).
 * @return FX_LATER, or 8 (then it is not on the list)
 */
uint32_t fx_wait_begin(struct fx_icall *call, struct fx_link *list, uint64_t timeout_ms,
		       fx_loop_fn *on_time);
/** Off the list; then finish it. */
void fx_wait_end(struct fx_icall *call);

#endif
