/* SPDX-License-Identifier: Apache-2.0 */
/* The only user of libuv. */
#include "base/loop_priv.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <uv.h>

#include "base/mem.h"

/* Threads of the pool: more than all gates (base/gate.h) let in together, so that hanging
 * directories leave some for files. 4 handshakes, 2 callouts, 2 names, 2 uids. */
#define FX_LOOP_THREADS "12"

struct uvio {
	struct fx_io io;
	uv_poll_t poll;
	fx_io_fn *fn;
	void *arg;
	bool dead;
};

struct uvsig {
	uv_signal_t sig;
	void (*fn)(void *, int);
	void *arg;
	struct uvsig *next;
};

struct uvloop {
	struct fx_loop loop;
	uv_loop_t uv;
	uv_async_t async;
	uv_timer_t timer;
	struct uvsig *sigs;
	int64_t start_us;
};

struct uvwork {
	uv_work_t req;
	fx_loop_fn *work, *done;
	void *arg;
};

static struct uvloop *ul(struct fx_loop *loop)
{
	return FX_CONTAINER(loop, struct uvloop, loop);
}

static int64_t clock_us(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * FX_SECOND + ts.tv_nsec / 1000;
}

static int64_t u_now(struct fx_loop *loop)
{
	return clock_us(CLOCK_MONOTONIC) - ul(loop)->start_us;
}

static int64_t u_wall(struct fx_loop *loop)
{
	(void)loop;
	return clock_us(CLOCK_REALTIME);
}

static void u_wake(struct fx_loop *loop)
{
	(void)uv_async_send(&ul(loop)->async);
}

static void u_limit(struct fx_loop *loop, int64_t limit_us)
{
	(void)loop, (void)limit_us;
}

static void on_async(uv_async_t *a)
{
	(void)a;
}

static void on_timer(uv_timer_t *t)
{
	(void)t;
}

static void u_step(struct fx_loop *loop, int64_t max_us)
{
	struct uvloop *u = ul(loop);
	int64_t now = u_now(loop), wait = max_us, due;

	if (fx_loop_run_posts(loop) + fx_loop_run_timers(loop, now)) {
		wait = 0;
	}
	due = fx_loop_next_due(loop);
	if (due != INT64_MAX && due - now < wait) {
		wait = due > now ? due - now : 0;
	}
	if (wait <= 0 || fx_loop_has_posts(loop) || atomic_load(&loop->stop)) {
		(void)uv_run(&u->uv, UV_RUN_NOWAIT);
		return;
	}
	if (wait == FX_LOOP_NO_LIMIT) {
		(void)uv_timer_stop(&u->timer);
	} else {
		uv_update_time(&u->uv);
		(void)uv_timer_start(&u->timer, on_timer, (uint64_t)((wait + 999) / 1000), 0);
	}
	(void)uv_run(&u->uv, UV_RUN_ONCE);
}

static void on_poll(uv_poll_t *p, int status, int events)
{
	struct uvio *o = p->data;
	unsigned ev = 0;

	if (o->dead) {
		return;
	}
	if (status < 0) {
		ev = FX_IO_READ | FX_IO_WRITE | FX_IO_HANGUP;
	}
	ev |= events & UV_READABLE ? FX_IO_READ : 0;
	ev |= events & UV_WRITABLE ? FX_IO_WRITE : 0;
	ev |= events & UV_DISCONNECT ? FX_IO_READ | FX_IO_HANGUP : 0;
	o->fn(o->arg, ev);
}

static int u_io_new(struct fx_loop *loop, int fd, fx_io_fn *fn, void *arg, struct fx_io **ret)
{
	struct uvio *o = fx_zalloc(sizeof(*o));

	if (!o) {
		return FX_ENOMEM;
	}
	o->io.loop = loop;
	o->fn = fn;
	o->arg = arg;
	o->poll.data = o;
	if (uv_poll_init(&ul(loop)->uv, &o->poll, fd) < 0) {
		(void)fx_free(o);
		return FX_EIO;
	}
	*ret = &o->io;
	return 0;
}

static void u_io_want(struct fx_io *io, unsigned events)
{
	struct uvio *o = FX_CONTAINER(io, struct uvio, io);
	int ev = (events & FX_IO_READ ? UV_READABLE : 0) | (events & FX_IO_WRITE ? UV_WRITABLE : 0);

	if (ev) {
		(void)uv_poll_start(&o->poll, ev, on_poll);
	} else {
		(void)uv_poll_stop(&o->poll);
	}
}

static void on_io_closed(uv_handle_t *h)
{
	(void)fx_free(h->data);
}

static void u_io_free(struct fx_io *io)
{
	struct uvio *o = FX_CONTAINER(io, struct uvio, io);

	o->dead = true;
	(void)uv_poll_stop(&o->poll);
	uv_close((uv_handle_t *)&o->poll, on_io_closed);
}

static void on_work(uv_work_t *req)
{
	struct uvwork *w = req->data;

	w->work(w->arg);
}

static void on_work_done(uv_work_t *req, int status)
{
	struct uvwork *w = req->data;

	(void)status; /* never cancelled */
	w->done(w->arg);
	(void)fx_free(w);
}

static int u_work(struct fx_loop *loop, fx_loop_fn *work, fx_loop_fn *done, void *arg)
{
	struct uvwork *w = fx_zalloc(sizeof(*w));

	if (!w) {
		return FX_ENOMEM;
	}
	w->req.data = w;
	w->work = work;
	w->done = done;
	w->arg = arg;
	if (uv_queue_work(&ul(loop)->uv, &w->req, on_work, on_work_done) < 0) {
		(void)fx_free(w);
		return FX_ENOMEM;
	}
	return 0;
}

static void on_signal(uv_signal_t *h, int signum)
{
	struct uvsig *s = h->data;

	if (s->fn) {
		s->fn(s->arg, signum);
	}
}

static int u_signal(struct fx_loop *loop, int signum, void (*fn)(void *, int), void *arg)
{
	struct uvloop *u = ul(loop);
	struct uvsig *s;

	for (s = u->sigs; s; s = s->next) {
		if (s->sig.signum == signum) {
			s->fn = fn;
			s->arg = arg;
			return 0;
		}
	}
	s = fx_zalloc(sizeof(*s));
	if (!s) {
		return FX_ENOMEM;
	}
	s->sig.data = s;
	s->fn = fn;
	s->arg = arg;
	if (uv_signal_init(&u->uv, &s->sig) < 0) {
		(void)fx_free(s);
		return FX_EIO;
	}
	s->next = u->sigs;
	u->sigs = s;
	return uv_signal_start(&s->sig, on_signal, signum) < 0 ? FX_EINVAL : 0;
}

static void on_sig_closed(uv_handle_t *h)
{
	(void)fx_free(h->data);
}

static void u_free(struct fx_loop *loop)
{
	struct uvloop *u = ul(loop);
	struct uvsig *s, *next;

	for (s = u->sigs; s; s = next) {
		next = s->next;
		uv_close((uv_handle_t *)&s->sig, on_sig_closed);
	}
	uv_close((uv_handle_t *)&u->async, NULL);
	uv_close((uv_handle_t *)&u->timer, NULL);
	while (uv_run(&u->uv, UV_RUN_DEFAULT)) {
	}
	FX_ASSERT(uv_loop_close(&u->uv) == 0);
	fx_loop_base_fini(loop);
	(void)fx_free(u);
}

static const struct fx_loop_ops uv_ops = {
	.now_us = u_now,
	.wall_us = u_wall,
	.step = u_step,
	.wake = u_wake,
	.set_limit = u_limit,
	.io_new = u_io_new,
	.io_want = u_io_want,
	.io_free = u_io_free,
	.work = u_work,
	.signal = u_signal,
	.free = u_free,
};

int fx_loop_new_real(struct fx_loop **ret)
{
	struct uvloop *u = fx_zalloc(sizeof(*u));

	/* libuv's way to say it; what was set by hand stays */
	(void)setenv("UV_THREADPOOL_SIZE", FX_LOOP_THREADS, 0);
	if (!u) {
		return FX_ENOMEM;
	}
	u->start_us = clock_us(CLOCK_MONOTONIC);
	if (uv_loop_init(&u->uv) < 0) {
		(void)fx_free(u);
		return FX_ENOMEM;
	}
	if (fx_loop_base_init(&u->loop, &uv_ops) < 0 ||
	    uv_async_init(&u->uv, &u->async, on_async) < 0 ||
	    uv_timer_init(&u->uv, &u->timer) < 0) {
		(void)uv_loop_close(&u->uv);
		(void)fx_free(u);
		return FX_ENOMEM;
	}
	*ret = &u->loop;
	return 0;
}
