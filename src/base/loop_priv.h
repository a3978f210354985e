/* SPDX-License-Identifier: Apache-2.0 */
/** @file base/loop_priv.h  What the two loops share. */
#ifndef FX_BASE_LOOP_PRIV_H
#define FX_BASE_LOOP_PRIV_H

#include <pthread.h>
#include "base/list.h"
#include "base/loop.h"

struct fx_loop_ops {
	int64_t (*now_us)(struct fx_loop *loop);
	int64_t (*wall_us)(struct fx_loop *loop);
	void (*step)(struct fx_loop *loop, int64_t max_us);
	void (*wake)(struct fx_loop *loop);
	void (*set_limit)(struct fx_loop *loop, int64_t limit_us);
	int (*io_new)(struct fx_loop *loop, int fd, fx_io_fn *fn, void *arg, struct fx_io **ret);
	void (*io_want)(struct fx_io *io, unsigned events);
	void (*io_free)(struct fx_io *io);
	int (*work)(struct fx_loop *loop, fx_loop_fn *work, fx_loop_fn *done, void *arg);
	int (*signal)(struct fx_loop *loop, int signum, void (*fn)(void *, int), void *arg);
	void (*free)(struct fx_loop *loop);
};

struct fx_post {
	fx_loop_fn *fn;
	void *arg;
};

struct fx_loop {
	const struct fx_loop_ops *ops;
	pthread_mutex_t lock; /* posts */
	struct fx_post *posts;
	size_t n_posts, cap_posts;
	struct fx_timer **heap; /* by (due, seq) */
	size_t n_heap, cap_heap;
	uint64_t seq;
	pthread_t thread;
	bool has_thread;
	_Atomic bool stop;
};

struct fx_timer {
	struct fx_loop *loop;
	fx_loop_fn *fn;
	void *arg;
	int64_t due_us;
	uint64_t seq;
	size_t slot; /* heap index + 1, 0 = not running */
};

struct fx_io {
	struct fx_loop *loop;
};

int fx_loop_base_init(struct fx_loop *loop, const struct fx_loop_ops *ops);
void fx_loop_base_fini(struct fx_loop *loop);
/** Run everything posted so far. @return how many */
size_t fx_loop_run_posts(struct fx_loop *loop);
/** Run timers due at now_us. @return how many */
size_t fx_loop_run_timers(struct fx_loop *loop, int64_t now_us);
/** Next due time, or INT64_MAX. */
int64_t fx_loop_next_due(const struct fx_loop *loop);
bool fx_loop_has_posts(struct fx_loop *loop);
/** So that the next fx_loop_post() does not abort. @return 0 or FX_ENOMEM */
int fx_loop_reserve_post(struct fx_loop *loop);

#endif
