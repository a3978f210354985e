/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file base/gate.h
 * Work in other threads of which only some may go on at once, so that steps that may hang (a
 * directory, a KDC) do not take all threads of the pool from the rest of the service.
 *
 *   waiting --a place is free--> going on --the work returned--> done(), on the loop
 *      '--cancel--> nothing is called
 *
 * Thread: the loop's. Owner: whoever made the gate; what is going on outlives it.
 */
#ifndef FX_BASE_GATE_H
#define FX_BASE_GATE_H

#include "base/list.h"
#include "base/loop.h"

struct fx_gate;
/** Part of the caller's own structure, which stays until done() or a cancel; starts as zeros. */
struct fx_gate_job {
	struct fx_link link;
	struct fx_gate *gate; /* NULL: not handed over */
	fx_loop_fn *work, *done;
	void *arg;
	bool going_on;
	int err; /**< in done(): 0, or FX_ENOMEM: the work was not called */
};

/** @param max  jobs at once, 1 or more */
FX_MUST_CHECK int fx_gate_new(struct fx_loop *loop, unsigned max, struct fx_gate **ret);
/** Jobs that wait must have been cancelled. */
struct fx_gate *fx_gate_free(struct fx_gate *g);
/** As fx_loop_work(), when its turn comes. @return 0, or FX_ENOMEM (neither is called) */
FX_MUST_CHECK int fx_gate_work(struct fx_gate *g, struct fx_gate_job *job, fx_loop_fn *work,
			       fx_loop_fn *done, void *arg);
/** @return true: it had not begun, and nothing is called; false: done() will come, or came */
bool fx_gate_cancel(struct fx_gate_job *job);
size_t fx_gate_waiting(const struct fx_gate *g);

#endif
