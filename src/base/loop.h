/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file base/loop.h
 * Time, timers, file descriptors and work in other threads: one interface with
 * a real implementation (libuv) and a virtual one, on which a call of a minute
 * runs in milliseconds with the same result each time.
 *
 * Virtual time moves only when nothing is posted and no descriptor is ready,
 * then jumps to the next timer, never past the limit of fx_loop_set_limit().
 *
 * Thread: all functions on the loop's own thread, the one that runs it, except
 * fx_loop_post(), fx_loop_stop(), fx_loop_set_limit() and the two clocks,
 * which any thread may call. Callbacks run on the loop's thread.
 * Owner: whoever made the object frees it; a loop outlives what is on it.
 */
#ifndef FX_BASE_LOOP_H
#define FX_BASE_LOOP_H

#include <stdint.h>
#include "base/error.h"

struct fx_loop;
struct fx_timer;
struct fx_io;
typedef void(fx_loop_fn)(void *arg);

#define FX_SECOND INT64_C(1000000) /* all times are in microseconds */
#define FX_MS INT64_C(1000)
#define FX_LOOP_NO_LIMIT INT64_MAX

FX_MUST_CHECK int fx_loop_new_real(struct fx_loop **ret);
/** @param wall_us Unix time in microseconds at which virtual time starts */
FX_MUST_CHECK int fx_loop_new_virtual(int64_t wall_us, struct fx_loop **ret);
/** Runs what is posted, then frees. Timers and ios must be freed before. */
struct fx_loop *fx_loop_free(struct fx_loop *loop);
bool fx_loop_is_virtual(const struct fx_loop *loop);

int64_t fx_loop_now_us(struct fx_loop *loop);  /**< Monotonic, starts near 0 */
int64_t fx_loop_wall_us(struct fx_loop *loop); /**< Unix time */

/** Run until fx_loop_stop(). */
void fx_loop_run(struct fx_loop *loop);
void fx_loop_stop(struct fx_loop *loop);
/** Handle what is ready; may wait up to max_us (real loop) for something. */
void fx_loop_step(struct fx_loop *loop, int64_t max_us);
/**
 * Run until done(arg) or until the loop's clock reaches now + max_us.
 * @return true when done() said so
 */
bool fx_loop_run_until(struct fx_loop *loop, bool (*done)(void *arg), void *arg, int64_t max_us);
/** Virtual: the time not to pass (FX_LOOP_NO_LIMIT at first). Real: no effect. */
void fx_loop_set_limit(struct fx_loop *loop, int64_t limit_us);

/** Call fn(arg) on the loop's thread, soon, in the order of posting. Aborts when out of memory. */
void fx_loop_post(struct fx_loop *loop, fx_loop_fn *fn, void *arg);

FX_MUST_CHECK int fx_timer_new(struct fx_loop *loop, fx_loop_fn *fn, void *arg,
			       struct fx_timer **ret);
/** One shot after delay_us (<= 0: as soon as possible); restarts a running one. */
void fx_timer_start(struct fx_timer *t, int64_t delay_us);
/** One shot when fx_loop_now_us() reaches due_us. Same due time: order of starting. */
void fx_timer_start_at(struct fx_timer *t, int64_t due_us);
void fx_timer_stop(struct fx_timer *t);
bool fx_timer_running(const struct fx_timer *t);
struct fx_timer *fx_timer_free(struct fx_timer *t); /**< Also from its own callback */

enum fx_io_event { FX_IO_READ = 1, FX_IO_WRITE = 2, FX_IO_HANGUP = 4 };
typedef void(fx_io_fn)(void *arg, unsigned events);
/** Watch a descriptor (borrowed); level triggered; starts with no events. */
FX_MUST_CHECK int fx_io_new(struct fx_loop *loop, int fd, fx_io_fn *fn, void *arg,
			    struct fx_io **ret);
void fx_io_want(struct fx_io *io, unsigned events); /**< FX_IO_READ | FX_IO_WRITE */
struct fx_io *
fx_io_free(struct fx_io *io); /**< Also from its own callback; before closing the fd */

/**
 * Run work(arg) in a thread of the pool, then done(arg) on the loop.
 * Virtual loop: work runs at once in place, done is posted.
 * @return 0 or FX_ENOMEM (then neither is called)
 */
FX_MUST_CHECK int fx_loop_work(struct fx_loop *loop, fx_loop_fn *work, fx_loop_fn *done, void *arg);

/** SIGTERM, SIGINT, SIGHUP, SIGCHLD ... on the real loop; NULL fn switches off. */
FX_MUST_CHECK int fx_loop_signal(struct fx_loop *loop, int signum,
				 void (*fn)(void *arg, int signum), void *arg);

/** Debug builds: aborts when called on another thread than the loop's. */
#ifdef NDEBUG
#define FX_ON_LOOP(loop) ((void)(loop))
#else
#define FX_ON_LOOP(loop) FX_ASSERT(fx_loop_is_own_thread(loop))
#endif
/** True on the thread that runs the loop, or when it does not run yet. */
bool fx_loop_is_own_thread(const struct fx_loop *loop);

#endif
