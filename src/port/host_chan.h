/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file port/host_chan.h
 * One end of the socket pair between casellid and a provider host. Never blocks:
 * what the other side does not take yet waits in a bounded queue.
 * Thread: the loop thread.
 */
#ifndef FX_PORT_HOST_CHAN_H
#define FX_PORT_HOST_CHAN_H

#include "port/host_msg.h"

struct fx_chan;
struct fx_chan_cb {
	/** Borrowed; the callee may take descriptors out of it (set them to -1). May free the chan.
	 */
	void (*on_msg)(void *arg, struct fx_host_msg *m);
	/** Once: closed, malformed, or the other side does not read. May free the chan. */
	void (*on_broken)(void *arg, const char *why);
};
/** @param fd taken after success */
FX_MUST_CHECK int fx_chan_new(struct fx_loop *loop, int fd, const struct fx_chan_cb *cb, void *arg,
			      struct fx_chan **ret);
struct fx_chan *fx_chan_free(struct fx_chan *ch);
/** Messages that the other side did not take yet. */
size_t fx_chan_waiting(const struct fx_chan *ch);
/**
 * Send or queue; descriptors are duplicated. A full queue drops statuses, then
 * breaks the channel (told later, never from inside).
 * @return 0, or what fx_host_msg_encode() says, FX_EPIPE
 */
FX_MUST_CHECK int fx_chan_send(struct fx_chan *ch, const struct fx_host_msg *m);

#endif
