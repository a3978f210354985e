/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/pipe.h
 * \PIPE\SHAREDFAX through a Samba on this machine: smbd forwards each open of the pipe to a
 * socket of ours. Private to the room.
 *
 *   accepted --who is it (rpc/npa.h), answered--> first PDU
 *   first PDU carries a token --> as a stranger over TCP, who logs in by it
 *   it carries none ----------> who Samba says, if the levels of [rpc] permit it
 *   then bytes go to and fro: to smbd each fragment is a message, u16 length and bytes
 *
 * Only root, which smbd is when it connects, is believed.
 * Thread: the loop thread.
 */
#ifndef FX_RPC_PIPE_H
#define FX_RPC_PIPE_H

#include "rpc/conn.h"

struct fx_pipe;
/** @return 0, or why not at that path, with the reason */
FX_MUST_CHECK int fx_pipe_new(struct fx_rpc_server *s, const char *path, struct fx_pipe **ret,
			      struct fx_reason *reterr);
struct fx_pipe *fx_pipe_free(struct fx_pipe *p);

#endif
