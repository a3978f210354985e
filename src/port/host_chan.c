/* SPDX-License-Identifier: Apache-2.0 */
#include "port/host_chan.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/list.h"
#include "base/mem.h"

#define STATUS_QUEUE_MAX 1000 /* messages; a status more is not worth the memory */
#define QUEUE_MAX 20000       /* the other side is stuck */
#define READS_AT_ONCE 64      /* then others have their turn */

struct waiting {
	struct fx_link link;
	struct fx_buf buf;
	int fds[FX_HOST_FDS_MAX];
	size_t n_fds;
};

struct fx_chan {
	struct fx_loop *loop;
	int fd;
	struct fx_io *io;
	struct fx_timer *broken; /* tells it */
	const char *why;
	struct fx_chan_cb cb;
	void *arg;
	struct fx_link queue;
	size_t n_queue;
	struct fx_buf scratch;
	uint8_t *in;
	bool *freed; /* set when a callback frees us */
};

static void break_later(struct fx_chan *ch, const char *why)
{
	if (!ch->why) {
		ch->why = why;
		fx_io_want(ch->io, 0);
		fx_timer_start(ch->broken, 0);
	}
}

static void on_broken(void *arg)
{
	struct fx_chan *ch = arg;

	ch->cb.on_broken(ch->arg, ch->why);
}

static void drop(struct fx_chan *ch, struct waiting *w)
{
	while (w->n_fds) {
		(void)close(w->fds[--w->n_fds]);
	}
	fx_buf_fini(&w->buf);
	fx_list_remove(&w->link);
	ch->n_queue--;
	(void)fx_free(w);
}

struct fx_chan *fx_chan_free(struct fx_chan *ch)
{
	if (!ch) {
		return NULL;
	}
	if (ch->freed) {
		*ch->freed = true;
	}
	FX_LIST_EACH_SAFE(&ch->queue, it) {
		drop(ch, FX_CONTAINER(it, struct waiting, link));
	}
	ch->io = fx_io_free(ch->io);
	ch->broken = fx_timer_free(ch->broken);
	(void)close(ch->fd);
	fx_buf_fini(&ch->scratch);
	(void)fx_free(ch->in);
	return fx_free(ch);
}

/* @return 1 sent, 0 later, negative broken */
static int send_now(struct fx_chan *ch, const struct fx_buf *b, const int *fds, size_t n_fds)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int) * FX_HOST_FDS_MAX)];
	} control;
	struct iovec iov = {b->data, b->len};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1};
	ssize_t n;

	if (n_fds) {
		struct cmsghdr *cm;

		memset(&control, 0, sizeof(control));
		msg.msg_control = control.space;
		msg.msg_controllen = CMSG_SPACE(sizeof(int) * n_fds);
		cm = CMSG_FIRSTHDR(&msg);
		cm->cmsg_level = SOL_SOCKET;
		cm->cmsg_type = SCM_RIGHTS;
		cm->cmsg_len = CMSG_LEN(sizeof(int) * n_fds);
		memcpy(CMSG_DATA(cm), fds, sizeof(int) * n_fds);
	}
	do {
		n = sendmsg(ch->fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT);
	} while (n < 0 && errno == EINTR);
	if (n >= 0) {
		return 1;
	}
	/* ETOOMANYREFS: too many descriptors in flight, they will be taken. */
	return errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS ? 0 : FX_EPIPE;
}

static int enqueue(struct fx_chan *ch, const struct fx_host_msg *m, const int *fds, size_t n_fds)
{
	struct waiting *w;
	size_t i;

	if (m->type == FX_HOST_STATUS && ch->n_queue >= STATUS_QUEUE_MAX) {
		return 0;
	}
	if (ch->n_queue >= QUEUE_MAX) {
		break_later(ch, "it does not read its messages");
		return FX_EPIPE;
	}
	w = fx_zalloc(sizeof(*w));
	if (!w) {
		return FX_ENOMEM;
	}
	fx_list_append(&ch->queue, &w->link);
	ch->n_queue++;
	fx_buf_put(&w->buf, ch->scratch.data, ch->scratch.len);
	for (i = 0; i < n_fds; i++) {
		int fd = fcntl(fds[i], F_DUPFD_CLOEXEC, 3);

		if (fd < 0) {
			drop(ch, w);
			return FX_EIO;
		}
		w->fds[w->n_fds++] = fd;
	}
	if (w->buf.err) {
		drop(ch, w);
		return FX_ENOMEM;
	}
	fx_io_want(ch->io, FX_IO_READ | FX_IO_WRITE);
	return 0;
}

size_t fx_chan_waiting(const struct fx_chan *ch)
{
	return ch->n_queue;
}

int fx_chan_send(struct fx_chan *ch, const struct fx_host_msg *m)
{
	int fds[FX_HOST_FDS_MAX];
	size_t n_fds;
	int n = 0, err;

	if (ch->why) {
		return FX_EPIPE;
	}
	fx_buf_reset(&ch->scratch);
	err = fx_host_msg_encode(m, &ch->scratch);
	if (err) {
		return err;
	}
	n_fds = fx_host_msg_fds(m, fds);
	if (fx_list_empty(&ch->queue)) {
		n = send_now(ch, &ch->scratch, fds, n_fds);
	}
	if (n < 0) {
		break_later(ch, "its socket is closed");
		return FX_EPIPE;
	}
	return n ? 0 : enqueue(ch, m, fds, n_fds);
}

static void send_queue(struct fx_chan *ch)
{
	while (!fx_list_empty(&ch->queue)) {
		struct waiting *w = FX_CONTAINER(ch->queue.next, struct waiting, link);
		int n = send_now(ch, &w->buf, w->fds, w->n_fds);

		if (n == 0) {
			return;
		}
		if (n < 0) {
			break_later(ch, "its socket is closed");
			return;
		}
		drop(ch, w);
	}
	fx_io_want(ch->io, FX_IO_READ);
}

static size_t take_fds(struct msghdr *msg, int fds[FX_HOST_FDS_MAX])
{
	struct cmsghdr *cm;
	size_t n = 0;

	for (cm = CMSG_FIRSTHDR(msg); cm; cm = CMSG_NXTHDR(msg, cm)) {
		if (cm->cmsg_level == SOL_SOCKET && cm->cmsg_type == SCM_RIGHTS) {
			size_t k = (cm->cmsg_len - CMSG_LEN(0)) / sizeof(int), i;

			for (i = 0; i < k; i++) {
				int fd;

				memcpy(&fd, CMSG_DATA(cm) + i * sizeof(int), sizeof(int));
				if (n < FX_HOST_FDS_MAX) {
					fds[n++] = fd;
				} else {
					(void)close(fd);
				}
			}
		}
	}
	return n;
}

/* @return false when there is nothing more, or we are gone */
static bool read_one(struct fx_chan *ch)
{
	union {
		struct cmsghdr align;
		char space[CMSG_SPACE(sizeof(int) * FX_HOST_FDS_MAX)];
	} control;
	struct iovec iov = {ch->in, FX_HOST_MSG_MAX};
	struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.space,
			     /* not CMSG_SPACE: its padding would let one more in */
			     .msg_controllen = CMSG_LEN(sizeof(int) * FX_HOST_FDS_MAX)};
	struct fx_host_msg m;
	int fds[FX_HOST_FDS_MAX], err;
	size_t n_fds;
	ssize_t n = recvmsg(ch->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	bool freed = false;

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return false;
	}
	if (n <= 0) {
		break_later(ch, "it ended");
		return false;
	}
	n_fds = take_fds(&msg, fds);
	err = fx_host_msg_decode(&m, ch->in, (size_t)n, fds, n_fds);
	if (err || msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) {
		fx_host_msg_fini(&m);
		break_later(ch, "it sent a malformed message");
		return false;
	}
	ch->freed = &freed;
	ch->cb.on_msg(ch->arg, &m);
	fx_host_msg_fini(&m);
	if (!freed) {
		ch->freed = NULL;
	}
	return !freed && !ch->why;
}

static void on_io(void *arg, unsigned events)
{
	struct fx_chan *ch = arg;
	int i;

	if (events & FX_IO_WRITE) {
		send_queue(ch);
	}
	for (i = 0; events & FX_IO_READ && !ch->why && i < READS_AT_ONCE; i++) {
		if (!read_one(ch)) {
			return;
		}
	}
}

int fx_chan_new(struct fx_loop *loop, int fd, const struct fx_chan_cb *cb, void *arg,
		struct fx_chan **ret)
{
	struct fx_chan *ch = fx_zalloc(sizeof(*ch));
	int err;

	if (!ch) {
		return FX_ENOMEM;
	}
	ch->loop = loop;
	ch->cb = *cb;
	ch->arg = arg;
	ch->scratch.max = FX_HOST_MSG_MAX + 64;
	fx_list_init(&ch->queue);
	ch->in = fx_zalloc(FX_HOST_MSG_MAX);
	err = ch->in ? fx_timer_new(loop, on_broken, ch, &ch->broken) : FX_ENOMEM;
	if (!err) {
		err = fx_io_new(loop, fd, on_io, ch, &ch->io);
	}
	if (err) {
		(void)fx_timer_free(ch->broken);
		(void)fx_free(ch->in);
		(void)fx_free(ch);
		return err;
	}
	ch->fd = fd;
	fx_io_want(ch->io, FX_IO_READ);
	*ret = ch;
	return 0;
}
