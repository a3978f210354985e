/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/worker.h
 * Threads for work that may take minutes (a mail server that does not answer): a few of its own,
 * so that it never holds up the pool of fx_loop_work(). Virtual loop: runs at once, in place.
 * Thread: the loop thread; work() runs in a thread of its own.
 */
#ifndef FX_ROUTE_WORKER_H
#define FX_ROUTE_WORKER_H

#include "base/loop.h"

struct fx_workers;
/** @param max  threads at once; more work waits its turn */
FX_MUST_CHECK int fx_workers_new(struct fx_loop *loop, unsigned max, struct fx_workers **ret);
/** Waits for the work that runs (tell it to hurry before). Whatever has not called done() yet gets
 * drop() instead. */
struct fx_workers *fx_workers_free(struct fx_workers *w);
/** work(arg) in a thread, then done(arg) on the loop. @return 0 or FX_ENOMEM */
FX_MUST_CHECK int fx_workers_run(struct fx_workers *w, fx_loop_fn *work, fx_loop_fn *done,
				 fx_loop_fn *drop, void *arg);

#endif
