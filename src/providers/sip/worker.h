/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/worker.h
 * Media workers: threads that move the datagrams and the time of calls. A call stays on one
 * worker for life, so its session, buffers and socket have one owner and no lock.
 *
 *   post a command --(list, eventfd)--> worker: every 5 ms a quarter of its calls, each call
 *   every 20 ms: read what has come, let time pass, send what is to be sent
 *
 * Calls are named by a number, never a pointer: a command for a call that is gone does nothing.
 * Thread: commands from any; events are called on the worker's thread and only hand on.
 */
#ifndef FX_SIP_WORKER_H
#define FX_SIP_WORKER_H

#include <sys/socket.h>
#include "providers/sip/media.h"

struct fx_worker_done {
	struct fx_call_result result;
	struct fx_media_stats stats;
};
struct fx_worker_events {
	/** After audio() or t38(): spoken from now on, or why not (then nothing changed). */
	void (*on_ready)(void *arg, uint64_t call, int err, const char *why);
	void (*on_tone)(void *arg, uint64_t call, enum fx_tone tone);
	void (*on_silence)(void *arg, uint64_t call, uint32_t ms);
	void (*on_status)(void *arg, uint64_t call, const struct fx_call_status *st);
	void (*on_page)(void *arg, uint64_t call, const struct fx_page_report *page);
	/** T.30 is over; the call's memory and socket live until stop(). */
	void (*on_done)(void *arg, uint64_t call, const struct fx_worker_done *done);
	/** The last word, after stop(): nothing of the call is left on the worker. */
	void (*on_stopped)(void *arg, uint64_t call, const struct fx_worker_done *done);
};

struct fx_workers;
/** @param n threads, 0 = one for each processor. @return 0, FX_ENOMEM, FX_EIO */
FX_MUST_CHECK int fx_workers_new(unsigned n, const struct fx_worker_events *events, void *arg,
				 struct fx_workers **ret);
/** Drops all calls, ends the threads; no event after it returns. */
struct fx_workers *fx_workers_free(struct fx_workers *w);

struct fx_worker_start {
	uint64_t call;
	int take_fd;             /**< bound UDP socket, the worker's from now on */
	int log_fd;              /**< session log to append to, dup'd; -1 = none */
	struct sockaddr_storage remote; /**< family 0 = not known yet */
	bool follow_source;      /**< send to where the first good datagram came from (NAT) */
	bool strict_source;      /**< take datagrams only from `remote`'s address */
	struct fx_media_prm media; /**< events and arg are not used */
};
/** @return 0, or FX_ENOMEM, FX_EBADF: nothing was taken, no event follows */
FX_MUST_CHECK int fx_workers_start(struct fx_workers *w, const struct fx_worker_start *take);
/* The others abort when out of memory, as fx_loop_post() does. */
void fx_workers_remote(struct fx_workers *w, uint64_t call, const struct sockaddr_storage *remote);
void fx_workers_audio(struct fx_workers *w, uint64_t call, enum fx_g711 law);
void fx_workers_t38(struct fx_workers *w, uint64_t call, const struct fx_media_t38 *t38);
void fx_workers_page_ack(struct fx_workers *w, uint64_t call, uint32_t page, bool ok);
void fx_workers_line_lost(struct fx_workers *w, uint64_t call);
void fx_workers_hangup(struct fx_workers *w, uint64_t call);
void fx_workers_stop(struct fx_workers *w, uint64_t call);

struct fx_workers_load {
	unsigned threads;
	uint64_t calls;      /**< now */
	uint64_t ticks_late; /**< ticks that came a whole tick or more too late */
};
void fx_workers_load(struct fx_workers *w, struct fx_workers_load *ret);

#endif
