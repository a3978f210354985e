/* SPDX-License-Identifier: Apache-2.0 */
#include "base/loop_priv.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/mem.h"

struct vio {
	struct fx_io io;
	struct vio *next;
	int fd;
	unsigned events;
	fx_io_fn *fn;
	void *arg;
	bool dead;
};

struct vloop {
	struct fx_loop loop;
	_Atomic int64_t now_us;
	_Atomic int64_t limit_us;
	int64_t wall_us;
	int wake_fd[2];
	struct vio *ios;
	size_t n_ios;
	bool in_poll;
};

static struct vloop *vl(struct fx_loop *loop)
{
	return FX_CONTAINER(loop, struct vloop, loop);
}

static int64_t v_now(struct fx_loop *loop)
{
	return atomic_load(&vl(loop)->now_us);
}

static int64_t v_wall(struct fx_loop *loop)
{
	return vl(loop)->wall_us + v_now(loop);
}

static void v_wake(struct fx_loop *loop)
{
	char c = 0;
	ssize_t n = write(vl(loop)->wake_fd[1], &c, 1);

	(void)n; /* a full pipe wakes as well */
}

static void v_limit(struct fx_loop *loop, int64_t limit_us)
{
	atomic_store(&vl(loop)->limit_us, limit_us);
	v_wake(loop); /* it may wait at the old one */
}

static unsigned from_poll(short revents)
{
	unsigned ev = 0;

	if (revents & (POLLIN | POLLHUP | POLLERR)) {
		ev |= FX_IO_READ;
	}
	if (revents & (POLLOUT | POLLERR)) {
		ev |= FX_IO_WRITE;
	}
	if (revents & (POLLHUP | POLLERR)) {
		ev |= FX_IO_HANGUP;
	}
	return ev;
}

static void sweep(struct vloop *v)
{
	struct vio **p = &v->ios;

	while (*p) {
		struct vio *o = *p;

		if (o->dead) {
			*p = o->next;
			v->n_ios--;
			(void)fx_free(o);
		} else {
			p = &o->next;
		}
	}
}

/* Wait up to ms (-1: for ever) and run what is ready; returns how many ran. */
static size_t poll_ios(struct vloop *v, int ms)
{
	struct pollfd stack[32], *pfd = stack;
	struct vio **who, *whos[32];
	size_t n = 1, i, ran = 0;
	char junk[256];

	who = whos;
	if (v->n_ios + 1 > FX_ARRAY_LEN(stack)) {
		pfd = fx_calloc(v->n_ios + 1, sizeof(*pfd));
		who = fx_calloc(v->n_ios + 1, sizeof(*who));
		FX_ASSERT(pfd && who);
	}
	pfd[0] = (struct pollfd){.fd = v->wake_fd[0], .events = POLLIN};
	for (struct vio *o = v->ios; o; o = o->next) {
		if (!o->events || o->dead) {
			continue;
		}
		pfd[n] = (struct pollfd){.fd = o->fd};
		pfd[n].events = (short)((o->events & FX_IO_READ ? POLLIN : 0) |
					(o->events & FX_IO_WRITE ? POLLOUT : 0));
		who[n++] = o;
	}
	if (poll(pfd, (nfds_t)n, ms) > 0) {
		v->in_poll = true;
		if (pfd[0].revents) {
			while (read(v->wake_fd[0], junk, sizeof(junk)) > 0) {
			}
			ran++;
		}
		for (i = 1; i < n; i++) {
			unsigned ev = from_poll(pfd[i].revents);

			if (ev && !who[i]->dead && who[i]->events) {
				who[i]->fn(who[i]->arg, ev);
				ran++;
			}
		}
		v->in_poll = false;
		sweep(v);
	}
	if (pfd != stack) {
		(void)fx_free(pfd);
		(void)fx_free(who);
	}
	return ran;
}

static void v_step(struct fx_loop *loop, int64_t max_us)
{
	struct vloop *v = vl(loop);
	int64_t now = v_now(loop), next, end;

	if (fx_loop_run_posts(loop) + poll_ios(v, 0) + fx_loop_run_timers(loop, now)) {
		return;
	}
	if (fx_loop_has_posts(loop) || atomic_load(&loop->stop)) {
		return;
	}
	next = fx_loop_next_due(loop);
	end = max_us == FX_LOOP_NO_LIMIT ? INT64_MAX : now + max_us;
	if (end > atomic_load(&v->limit_us)) {
		end = atomic_load(&v->limit_us);
	}
	if (next <= end) {
		atomic_store(&v->now_us, next > now ? next : now);
	} else if (max_us != FX_LOOP_NO_LIMIT && end == now + max_us) {
		atomic_store(&v->now_us, end);
	} else {
		if (end != INT64_MAX && end > now) {
			atomic_store(&v->now_us, end);
		}
		/* Nothing can happen until a descriptor, a post or the limit moves. */
		(void)poll_ios(v, max_us == FX_LOOP_NO_LIMIT ? -1 : 20);
	}
}

static int v_io_new(struct fx_loop *loop, int fd, fx_io_fn *fn, void *arg, struct fx_io **ret)
{
	struct vloop *v = vl(loop);
	struct vio *o = fx_zalloc(sizeof(*o));

	if (!o) {
		return FX_ENOMEM;
	}
	o->io.loop = loop;
	o->fd = fd;
	o->fn = fn;
	o->arg = arg;
	o->next = v->ios;
	v->ios = o;
	v->n_ios++;
	*ret = &o->io;
	return 0;
}

static void v_io_want(struct fx_io *io, unsigned events)
{
	FX_CONTAINER(io, struct vio, io)->events = events;
}

static void v_io_free(struct fx_io *io)
{
	struct vio *o = FX_CONTAINER(io, struct vio, io);

	o->dead = true;
	o->events = 0;
	if (!vl(io->loop)->in_poll) {
		sweep(vl(io->loop));
	}
}

static int v_work(struct fx_loop *loop, fx_loop_fn *work, fx_loop_fn *done, void *arg)
{
	int err = fx_loop_reserve_post(loop);

	if (err) {
		return err;
	}
	work(arg);
	fx_loop_post(loop, done, arg);
	return 0;
}

static int v_signal(struct fx_loop *loop, int signum, void (*fn)(void *, int), void *arg)
{
	(void)loop, (void)signum, (void)fn, (void)arg;
	return FX_ENOSYS;
}

static void v_free(struct fx_loop *loop)
{
	struct vloop *v = vl(loop);

	sweep(v);
	FX_ASSERT(!v->ios);
	(void)close(v->wake_fd[0]);
	(void)close(v->wake_fd[1]);
	fx_loop_base_fini(loop);
	(void)fx_free(v);
}

static const struct fx_loop_ops virtual_ops = {
	.now_us = v_now,
	.wall_us = v_wall,
	.step = v_step,
	.wake = v_wake,
	.set_limit = v_limit,
	.io_new = v_io_new,
	.io_want = v_io_want,
	.io_free = v_io_free,
	.work = v_work,
	.signal = v_signal,
	.free = v_free,
};

bool fx_loop_is_virtual(const struct fx_loop *loop)
{
	return loop->ops == &virtual_ops;
}

int fx_loop_new_virtual(int64_t wall_us, struct fx_loop **ret)
{
	struct vloop *v = fx_zalloc(sizeof(*v));

	if (!v) {
		return FX_ENOMEM;
	}
	if (pipe2(v->wake_fd, O_CLOEXEC | O_NONBLOCK) < 0) {
		(void)fx_free(v);
		return fx_error_from_errno(errno);
	}
	v->wall_us = wall_us;
	atomic_store(&v->limit_us, FX_LOOP_NO_LIMIT);
	if (fx_loop_base_init(&v->loop, &virtual_ops) < 0) {
		(void)close(v->wake_fd[0]);
		(void)close(v->wake_fd[1]);
		(void)fx_free(v);
		return FX_ENOMEM;
	}
	*ret = &v->loop;
	return 0;
}
