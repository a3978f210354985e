/* SPDX-License-Identifier: Apache-2.0 */
#include "base/loop_priv.h"

#include <stdatomic.h>
#include <string.h>

#include "base/mem.h"

int fx_loop_base_init(struct fx_loop *loop, const struct fx_loop_ops *ops)
{
	loop->ops = ops;
	return pthread_mutex_init(&loop->lock, NULL) ? FX_ENOMEM : 0;
}

void fx_loop_base_fini(struct fx_loop *loop)
{
	FX_ASSERT(loop->n_heap == 0);
	pthread_mutex_destroy(&loop->lock);
	(void)fx_free(loop->posts);
	(void)fx_free(loop->heap);
}

struct fx_loop *fx_loop_free(struct fx_loop *loop)
{
	if (loop) {
		while (fx_loop_run_posts(loop)) {
		}
		loop->ops->free(loop);
	}
	return NULL;
}

int64_t fx_loop_now_us(struct fx_loop *loop)
{
	return loop->ops->now_us(loop);
}

int64_t fx_loop_wall_us(struct fx_loop *loop)
{
	return loop->ops->wall_us(loop);
}

static void enter(struct fx_loop *loop)
{
	loop->thread = pthread_self();
	loop->has_thread = true;
}

void fx_loop_step(struct fx_loop *loop, int64_t max_us)
{
	enter(loop);
	loop->ops->step(loop, max_us);
}

void fx_loop_run(struct fx_loop *loop)
{
	enter(loop);
	while (!atomic_load(&loop->stop)) {
		loop->ops->step(loop, FX_LOOP_NO_LIMIT);
	}
	atomic_store(&loop->stop, false);
	loop->has_thread = false;
}

bool fx_loop_run_until(struct fx_loop *loop, bool (*done)(void *), void *arg, int64_t max_us)
{
	int64_t end = fx_loop_now_us(loop) + max_us;

	enter(loop);
	while (!done(arg)) {
		int64_t left = end - fx_loop_now_us(loop);

		if (left <= 0) {
			return false;
		}
		loop->ops->step(loop, left);
	}
	return true;
}

void fx_loop_stop(struct fx_loop *loop)
{
	atomic_store(&loop->stop, true);
	loop->ops->wake(loop);
}

void fx_loop_set_limit(struct fx_loop *loop, int64_t limit_us)
{
	loop->ops->set_limit(loop, limit_us);
	loop->ops->wake(loop);
}

bool fx_loop_is_own_thread(const struct fx_loop *loop)
{
	return !loop->has_thread || pthread_equal(loop->thread, pthread_self());
}

/* Room for one more post; under the lock. */
static int make_room(struct fx_loop *loop)
{
	size_t cap = loop->cap_posts ? loop->cap_posts * 2 : 64;
	struct fx_post *p;

	if (loop->n_posts < loop->cap_posts) {
		return 0;
	}
	p = fx_realloc(loop->posts, cap * sizeof(*p));
	if (!p) {
		return FX_ENOMEM;
	}
	loop->posts = p;
	loop->cap_posts = cap;
	return 0;
}

int fx_loop_reserve_post(struct fx_loop *loop)
{
	int err;

	pthread_mutex_lock(&loop->lock);
	err = make_room(loop);
	pthread_mutex_unlock(&loop->lock);
	return err;
}

void fx_loop_post(struct fx_loop *loop, fx_loop_fn *fn, void *arg)
{
	bool first;

	pthread_mutex_lock(&loop->lock);
	first = loop->n_posts == 0;
	FX_ASSERT(!make_room(loop)); /* no way to report it: the caller counts on the call */
	loop->posts[loop->n_posts++] = (struct fx_post){fn, arg};
	pthread_mutex_unlock(&loop->lock);
	if (first) {
		loop->ops->wake(loop);
	}
}

bool fx_loop_has_posts(struct fx_loop *loop)
{
	bool has;

	pthread_mutex_lock(&loop->lock);
	has = loop->n_posts != 0;
	pthread_mutex_unlock(&loop->lock);
	return has;
}

size_t fx_loop_run_posts(struct fx_loop *loop)
{
	struct fx_post *batch;
	size_t n, i;

	pthread_mutex_lock(&loop->lock);
	if (!loop->n_posts) {
		pthread_mutex_unlock(&loop->lock);
		return 0; /* what was reserved stays */
	}
	batch = loop->posts;
	n = loop->n_posts;
	loop->posts = NULL;
	loop->n_posts = loop->cap_posts = 0;
	pthread_mutex_unlock(&loop->lock);
	for (i = 0; i < n; i++) {
		batch[i].fn(batch[i].arg);
	}
	(void)fx_free(batch);
	return n;
}

/* The timer heap: earliest due time first, then the order of starting. */

static bool before(const struct fx_timer *a, const struct fx_timer *b)
{
	return a->due_us != b->due_us ? a->due_us < b->due_us : a->seq < b->seq;
}

static void place(struct fx_loop *loop, size_t i, struct fx_timer *t)
{
	loop->heap[i] = t;
	t->slot = i + 1;
}

static void sift(struct fx_loop *loop, size_t i)
{
	struct fx_timer *t = loop->heap[i];

	while (i && before(t, loop->heap[(i - 1) / 2])) {
		place(loop, i, loop->heap[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	for (;;) {
		size_t k = 2 * i + 1;

		if (k >= loop->n_heap) {
			break;
		}
		if (k + 1 < loop->n_heap && before(loop->heap[k + 1], loop->heap[k])) {
			k++;
		}
		if (!before(loop->heap[k], t)) {
			break;
		}
		place(loop, i, loop->heap[k]);
		i = k;
	}
	place(loop, i, t);
}

int fx_timer_new(struct fx_loop *loop, fx_loop_fn *fn, void *arg, struct fx_timer **ret)
{
	struct fx_timer *t;

	t = fx_zalloc(sizeof(*t));
	if (!t) {
		return FX_ENOMEM;
	}
	t->loop = loop;
	t->fn = fn;
	t->arg = arg;
	*ret = t;
	return 0;
}

void fx_timer_start(struct fx_timer *t, int64_t delay_us)
{
	fx_timer_start_at(t, fx_loop_now_us(t->loop) + (delay_us > 0 ? delay_us : 0));
}

void fx_timer_start_at(struct fx_timer *t, int64_t due_us)
{
	struct fx_loop *loop = t->loop;

	fx_timer_stop(t);
	if (loop->n_heap == loop->cap_heap) {
		size_t cap = loop->cap_heap ? loop->cap_heap * 2 : 64;
		struct fx_timer **h = fx_realloc(loop->heap, cap * sizeof(*h));

		FX_ASSERT(h); /* a timer that can not start would hang a call for ever */
		loop->heap = h;
		loop->cap_heap = cap;
	}
	t->due_us = due_us;
	t->seq = ++loop->seq;
	place(loop, loop->n_heap++, t);
	sift(loop, loop->n_heap - 1);
}

void fx_timer_stop(struct fx_timer *t)
{
	struct fx_loop *loop = t->loop;
	size_t i;

	if (!t->slot) {
		return;
	}
	i = t->slot - 1;
	t->slot = 0;
	if (i != --loop->n_heap) {
		place(loop, i, loop->heap[loop->n_heap]);
		sift(loop, i);
	}
}

bool fx_timer_running(const struct fx_timer *t)
{
	return t->slot != 0;
}

struct fx_timer *fx_timer_free(struct fx_timer *t)
{
	if (t) {
		fx_timer_stop(t);
		(void)fx_free(t);
	}
	return NULL;
}

int64_t fx_loop_next_due(const struct fx_loop *loop)
{
	return loop->n_heap ? loop->heap[0]->due_us : INT64_MAX;
}

size_t fx_loop_run_timers(struct fx_loop *loop, int64_t now_us)
{
	uint64_t newest = loop->seq;
	size_t n = 0;

	/* Timers started by these callbacks wait for the next turn. */
	while (loop->n_heap && loop->heap[0]->due_us <= now_us && loop->heap[0]->seq <= newest) {
		struct fx_timer *t = loop->heap[0];

		fx_timer_stop(t);
		t->fn(t->arg);
		n++;
	}
	return n;
}

int fx_io_new(struct fx_loop *loop, int fd, fx_io_fn *fn, void *arg, struct fx_io **ret)
{
	return loop->ops->io_new(loop, fd, fn, arg, ret);
}

void fx_io_want(struct fx_io *io, unsigned events)
{
	io->loop->ops->io_want(io, events);
}

struct fx_io *fx_io_free(struct fx_io *io)
{
	if (io) {
		io->loop->ops->io_free(io);
	}
	return NULL;
}

int fx_loop_work(struct fx_loop *loop, fx_loop_fn *work, fx_loop_fn *done, void *arg)
{
	return loop->ops->work(loop, work, done, arg);
}

int fx_loop_signal(struct fx_loop *loop, int signum, void (*fn)(void *, int), void *arg)
{
	return loop->ops->signal(loop, signum, fn, arg);
}
