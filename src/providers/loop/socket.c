/* SPDX-License-Identifier: Apache-2.0 */
/* A line whose other end is whoever connects to a Unix socket, in lock-step: our
 * call time moves only when a frame comes (docs/far-end-socket.md). */
#include "providers/loop/loop_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"

#define HEADER 3u
#define IN_MAX 65536u
#define OUT_MAX (1u << 20)
#define SILENCE_US (60 * FX_SECOND) /* a far end that sends no frames for so long is gone */
#define TEXT_MAX 200u

struct fx_loop_sock {
	struct fx_exchange *x;
	struct fx_loop_line *line;
	char path[108];
	int listen_fd, fd; /* fd -1: nobody is connected */
	struct fx_io *listen_io, *io;
	struct fx_timer *wake;
	struct fx_timer *watch;
	struct fx_buf in, out;
	size_t in_pos;
	bool hello, t38;
	bool waiting;      /* a frame waits until a page is acknowledged */
	int64_t frame_at;
	struct fx_loop_conn *call;
};

bool fx_sock_t38(const struct fx_loop_sock *s)
{
	return s->t38;
}

static void set_online(struct fx_loop_sock *s, bool online)
{
	if (s->line->info.online != online) {
		s->line->info.online = online;
		s->x->sink->on_line(s->x->arg, &s->line->info);
	}
}

/* The far end let go of the call, or of the socket. */
static void lose_call(struct fx_loop_sock *s, enum fx_outcome early)
{
	struct fx_loop_conn *c = s->call;
	struct fx_loop_end *e;
	int64_t now = fx_loop_now_us(s->x->loop);

	if (!c) {
		return;
	}
	s->call = NULL; /* nothing more is said about it */
	e = c->a.live ? &c->a : &c->b;
	if (c->state == FX_LOOP_CONNECTED) {
		e->lost_at = now;
		fx_media_check(c, now);
	} else {
		fx_loop_conn_over(c);
		if (e->live) {
			fx_loop_end_with(e, early, NULL);
		}
	}
	fx_loop_flush(s->x);
}

static void hang_socket(struct fx_loop_sock *s)
{
	s->io = fx_io_free(s->io);
	if (s->fd >= 0) {
		(void)close(s->fd);
	}
	s->fd = -1;
	fx_timer_stop(s->watch);
	fx_timer_stop(s->wake);
	fx_buf_fini(&s->in);
	fx_buf_fini(&s->out);
	s->in_pos = 0;
	s->hello = s->waiting = false;
}

static void disconnect(struct fx_loop_sock *s)
{
	hang_socket(s);
	set_online(s, false); /* first: nobody dials on it because its call ended */
	lose_call(s, FX_OUTCOME_DISCONNECTED);
}

static void write_out(struct fx_loop_sock *s)
{
	while (s->fd >= 0 && s->out.len) {
		ssize_t n = send(s->fd, s->out.data, s->out.len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n <= 0) {
			break; /* reading finds out what is wrong */
		}
		memmove(s->out.data, s->out.data + n, s->out.len - (size_t)n);
		s->out.len -= (size_t)n;
	}
	if (s->io) {
		fx_io_want(s->io, (s->waiting ? 0 : FX_IO_READ) | (s->out.len ? FX_IO_WRITE : 0));
	}
}

static void put(struct fx_loop_sock *s, char type, const void *p, size_t n)
{
	s->out.max = OUT_MAX;
	fx_buf_u8(&s->out, (uint8_t)type);
	fx_buf_u16(&s->out, (uint16_t)n);
	fx_buf_put(&s->out, p, n);
	if (s->out.err) {
		fx_timer_start(s->wake, 0); /* it does not read: found there */
	}
}

static void say(struct fx_loop_sock *s, char type, const char *text)
{
	if (s->fd >= 0) {
		put(s, type, text, strlen(text));
		write_out(s);
	}
}

void fx_sock_dial(struct fx_loop_sock *s, struct fx_loop_conn *c)
{
	c->far = FX_FAR_SOCKET;
	c->sock = s;
	s->call = c;
	say(s, 'D', c->digits);
}

void fx_sock_ring(struct fx_loop_conn *c)
{
	say(c->sock, 'R', "");
}

void fx_sock_answered(struct fx_loop_conn *c)
{
	c->sock->frame_at = fx_loop_now_us(c->x->loop);
	say(c->sock, 'A', "");
}

void fx_sock_release(struct fx_loop_conn *c)
{
	struct fx_loop_sock *s = c->sock;

	if (s && s->call == c) {
		s->call = NULL;
		s->waiting = false;
		if (c->state != FX_LOOP_CONNECTED && !c->a.line) {
			say(s, 'B', "busy");
		} else {
			say(s, 'X', "");
		}
		fx_timer_start(s->wake, 0); /* what came meanwhile */
	}
	c->sock = NULL;
}

void fx_sock_go_on(struct fx_loop_conn *c)
{
	if (c->sock && c->sock->waiting) {
		c->sock->frame_at = fx_loop_now_us(c->x->loop); /* it was we who kept still */
		fx_timer_start(c->sock->wake, 0);
	}
}

/* The far end calls: "called" or "called\ncaller". */
static void take_dial(struct fx_loop_sock *s, const char *text)
{
	struct fx_exchange *x = s->x;
	struct fx_loop_conn *c = NULL;
	const char *nl = strchr(text, '\n');
	size_t n = nl ? (size_t)(nl - text) : strlen(text);

	if (s->line->end || s->call || n >= FX_NUMBER_SIZE || fx_loop_conn_new(x, &c)) {
		say(s, 'B', "busy");
		return;
	}
	memcpy(c->digits, text, n);
	(void)fx_strlcpy(c->caller, nl ? nl + 1 : "", sizeof(c->caller));
	c->far = FX_FAR_SOCKET;
	c->sock = s;
	s->call = c;
	c->opts = x->set.call;
	c->state = FX_LOOP_RINGING;
	c->rang_at = c->next_ring = fx_loop_now_us(x->loop);
	c->give_up_at = c->rang_at + 120 * FX_SECOND;
	fx_loop_ring_line(c, s->line);
	fx_loop_rearm(c);
}

static void take_answer(struct fx_loop_sock *s)
{
	struct fx_loop_conn *c = s->call;

	if (c && c->a.live && c->state == FX_LOOP_RINGING) {
		s->frame_at = fx_loop_now_us(s->x->loop);
		fx_loop_answered(c);
	}
}

/* How a call of ours failed: one of our words for outcomes. */
static void take_busy(struct fx_loop_sock *s, const char *text)
{
	enum fx_outcome o = fx_outcome_from_str(text);
	struct fx_loop_conn *c = s->call;

	if (c && c->a.live && c->state == FX_LOOP_RINGING) {
		lose_call(s, o == FX_OUTCOME_NONE || o == FX_OUTCOME_SUCCESS ? FX_OUTCOME_BUSY : o);
	}
}

static struct fx_loop_end *our_end(struct fx_loop_conn *c)
{
	return c->a.t30 ? &c->a : &c->b;
}

static void after_step(struct fx_loop_sock *s, struct fx_loop_conn *c)
{
	int64_t now = fx_loop_now_us(s->x->loop);

	s->frame_at = now;
	fx_media_check(c, now);
	write_out(s);
	fx_loop_flush(s->x);
}

/* 20 ms of sound come, 20 ms go. */
static void step_audio(struct fx_loop_sock *s, const uint8_t *p)
{
	struct fx_loop_conn *c = s->call;
	struct fx_loop_end *e = our_end(c);
	int16_t amp[FX_FRAME];
	uint8_t le[FX_FRAME * 2];
	size_t i;

	fx_t30_tx(e->t30, amp, FX_FRAME);
	for (i = 0; i < FX_FRAME; i++) {
		le[2 * i] = (uint8_t)amp[i];
		le[2 * i + 1] = (uint8_t)(amp[i] >> 8);
	}
	put(s, 'S', le, sizeof(le));
	for (i = 0; i < FX_FRAME; i++) {
		amp[i] = (int16_t)(p[2 * i] | p[2 * i + 1] << 8);
	}
	fx_t30_rx(e->t30, amp, FX_FRAME);
	after_step(s, c);
}

/* Our packets wait in the queue towards the side that is not ours. */
static void send_packets(struct fx_loop_sock *s, struct fx_loop_rx *rx)
{
	while (rx->head) {
		struct fx_loop_packet *p = rx->head;
		uint8_t frame[2 + 1500];
		size_t n = p->len[0] < 1500 ? p->len[0] : 1500;

		rx->head = p->next;
		frame[0] = (uint8_t)p->seq;
		frame[1] = (uint8_t)(p->seq >> 8);
		memcpy(frame + 2, p->data, n);
		put(s, 'P', frame, n + 2);
		(void)fx_free(p);
	}
	rx->last = NULL;
}

static void step_t38(struct fx_loop_sock *s)
{
	struct fx_loop_conn *c = s->call;
	struct fx_loop_end *e = our_end(c);

	fx_t30_tick(e->t30, FX_FRAME);
	send_packets(s, &fx_loop_other(e)->rx);
	put(s, 'T', NULL, 0);
	after_step(s, c);
}

static void take_hello(struct fx_loop_sock *s, const char *text)
{
	if (strcmp(text, "caselli-line 1 audio") && strcmp(text, "caselli-line 1 t38")) {
		disconnect(s);
		return;
	}
	s->hello = true;
	s->t38 = strstr(text, "t38") != NULL;
	set_online(s, true);
}

static void take_packet(struct fx_loop_sock *s, const uint8_t *p, size_t n)
{
	if (n > 2) {
		fx_t30_ifp(our_end(s->call)->t30, p + 2, n - 2, (uint16_t)(p[0] | p[1] << 8));
		fx_media_check(s->call, fx_loop_now_us(s->x->loop));
		fx_loop_flush(s->x);
	}
}

static bool in_call(const struct fx_loop_sock *s)
{
	return s->call && s->call->state == FX_LOOP_CONNECTED && (s->call->a.t30 || s->call->b.t30);
}

static void take_text(struct fx_loop_sock *s, char type, const uint8_t *p, size_t n)
{
	char text[TEXT_MAX + 1];

	if (n > TEXT_MAX || memchr(p, 0, n)) {
		disconnect(s);
		return;
	}
	memcpy(text, p, n);
	text[n] = '\0';
	if (type == 'H') {
		take_hello(s, text);
	} else if (!s->hello) {
		disconnect(s);
	} else if (type == 'D') {
		take_dial(s, text);
	} else if (type == 'A') {
		take_answer(s);
	} else if (type == 'B') {
		take_busy(s, text);
	} else if (type == 'X') {
		lose_call(s, FX_OUTCOME_DISCONNECTED);
	} else if (type != 'R') {
		disconnect(s);
	}
}

/* One frame. Media of a call that is over are passed by: they crossed our 'X'. */
static void take(struct fx_loop_sock *s, char type, const uint8_t *p, size_t n)
{
	if (type == 'S' && n == FX_FRAME * 2 && s->hello && !s->t38) {
		if (in_call(s)) {
			step_audio(s, p);
		}
	} else if (type == 'T' && !n && s->hello && s->t38) {
		if (in_call(s)) {
			step_t38(s);
		}
	} else if (type == 'P' && s->hello && s->t38) {
		if (in_call(s)) {
			take_packet(s, p, n);
		}
	} else {
		take_text(s, type, p, n);
	}
}

/* Take whole frames while the session may go on. */
static void pump(struct fx_loop_sock *s)
{
	while (s->fd >= 0) {
		const uint8_t *p = s->in.data + s->in_pos;
		size_t left = s->in.len - s->in_pos, n;

		s->waiting = (s->call && s->call->answer_waits) ||
			     (in_call(s) && fx_t30_is_held(our_end(s->call)->t30));
		n = left >= HEADER ? (size_t)(p[1] | p[2] << 8) : 0;
		if (s->waiting || left < HEADER || left - HEADER < n) {
			break;
		}
		s->in_pos += HEADER + n;
		take(s, (char)p[0], p + HEADER, n);
	}
	if (s->fd >= 0) {
		if (s->in_pos) {
			memmove(s->in.data, s->in.data + s->in_pos, s->in.len - s->in_pos);
			s->in.len -= s->in_pos;
			s->in_pos = 0;
		}
		write_out(s);
	}
	fx_loop_flush(s->x);
}

static void on_wake(void *arg)
{
	struct fx_loop_sock *s = arg;

	if (s->out.err) {
		disconnect(s);
	} else if (s->fd >= 0) {
		pump(s);
	}
}

static void on_watch(void *arg)
{
	struct fx_loop_sock *s = arg;

	if (in_call(s) && !s->waiting &&
	    fx_loop_now_us(s->x->loop) - s->frame_at > SILENCE_US) {
		disconnect(s);
		return;
	}
	fx_timer_start(s->watch, SILENCE_US / 2);
}

static void on_io(void *arg, unsigned events)
{
	struct fx_loop_sock *s = arg;
	uint8_t chunk[4096];
	ssize_t n;

	if (events & FX_IO_WRITE) {
		write_out(s);
	}
	if (!(events & FX_IO_READ) || s->waiting) {
		return;
	}
	n = recv(s->fd, chunk, sizeof(chunk), MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	s->in.max = IN_MAX + HEADER + sizeof(chunk);
	fx_buf_put(&s->in, chunk, n > 0 ? (size_t)n : 0);
	if (n <= 0 || s->in.err) {
		disconnect(s);
		return;
	}
	pump(s);
}

static void on_connect(void *arg, unsigned events)
{
	struct fx_loop_sock *s = arg;
	int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

	(void)events;
	if (fd < 0) {
		return;
	}
	if (s->fd >= 0 || fx_io_new(s->x->loop, fd, on_io, s, &s->io)) {
		(void)close(fd); /* a line has one other end */
		return;
	}
	s->fd = fd;
	s->frame_at = fx_loop_now_us(s->x->loop);
	fx_timer_start(s->watch, SILENCE_US / 2);
	say(s, 'H', "caselli-line 1");
	write_out(s);
}

static int listen_on(struct fx_loop_sock *s, struct fx_reason *reterr)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	struct stat st;

	(void)fx_strlcpy(sa.sun_path, s->path, sizeof(sa.sun_path));
	s->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->listen_fd < 0) {
		return fx_fail(reterr, FX_EIO, "loop: no socket for '%s'", s->path);
	}
	/* Left over by a process that was killed. */
	if (!lstat(s->path, &st) && S_ISSOCK(st.st_mode)) {
		(void)unlink(s->path);
	}
	if (bind(s->listen_fd, (const struct sockaddr *)&sa, sizeof(sa)) < 0 ||
	    chmod(s->path, 0600) < 0 || listen(s->listen_fd, 4) < 0) {
		int err = fx_error_from_errno(errno);

		return fx_fail(reterr, err, "loop: cannot listen on '%s': %s", s->path,
			       fx_error_str(err));
	}
	return 0;
}

void fx_sock_close(struct fx_loop_sock *s)
{
	if (!s) {
		return;
	}
	hang_socket(s);
	s->listen_io = fx_io_free(s->listen_io);
	if (s->listen_fd >= 0) {
		(void)close(s->listen_fd);
		(void)unlink(s->path);
	}
	s->wake = fx_timer_free(s->wake);
	s->watch = fx_timer_free(s->watch);
	(void)fx_free(s);
}

int fx_sock_open(struct fx_exchange *x, struct fx_loop_line *line, const char *path,
		 struct fx_loop_sock **ret, struct fx_reason *reterr)
{
	struct fx_loop_sock *s = fx_zalloc(sizeof(*s));
	int err;

	if (!s) {
		return FX_ENOMEM;
	}
	s->x = x;
	s->line = line;
	s->fd = s->listen_fd = -1;
	(void)fx_strlcpy(s->path, path, sizeof(s->path));
	err = fx_timer_new(x->loop, on_wake, s, &s->wake);
	if (!err) {
		err = fx_timer_new(x->loop, on_watch, s, &s->watch);
	}
	if (!err) {
		err = listen_on(s, reterr);
	}
	if (!err) {
		err = fx_io_new(x->loop, s->listen_fd, on_connect, s, &s->listen_io);
	}
	if (err) {
		fx_sock_close(s);
		return err;
	}
	fx_io_want(s->listen_io, FX_IO_READ);
	*ret = s;
	return 0;
}
