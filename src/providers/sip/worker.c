/* SPDX-License-Identifier: Apache-2.0 */
#include "providers/sip/worker.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "base/list.h"
#include "base/mem.h"

#define SLOTS 4          /* of 5 ms: the calls of a worker are spread over the 20 ms */
#define BUCKETS 256u
#define BATCH 16         /* datagrams in one system call */
#define CATCH_UP 100     /* ticks made up for at once: 2 s */
#define TICK_NS INT64_C(20000000)

struct wcall {
	struct fx_link slot; /* of its slot's calls */
	struct wcall *next; /* in the bucket */
	struct worker *w;
	uint64_t id;
	int fd, log_fd;
	struct sockaddr_storage remote;
	bool follow, strict, followed, done_told;
	int64_t started_ns;
	uint64_t ticks;
	struct fx_media *m;
	/* datagrams of this tick, sent together */
	unsigned n_out;
	struct iovec iov[BATCH]; /* in the worker's memory */
};

enum cmd_type { START, REMOTE, AUDIO, T38, ACK, LOST, HANGUP, STOP };
struct cmd {
	struct fx_link link;
	enum cmd_type type;
	uint64_t call;
	union {
		struct wcall *start; /* made by the caller's thread */
		struct sockaddr_storage remote;
		enum fx_g711 law;
		struct fx_media_t38 t38;
		struct {
			uint32_t page;
			bool ok;
		} ack;
	};
};

struct worker {
	struct fx_workers *pool;
	pthread_t thread;
	bool has_thread;
	int event_fd, timer_fd;
	pthread_mutex_t lock; /* the list of commands */
	struct fx_link cmds;
	bool quit;
	/* the thread's own */
	struct fx_link slots[SLOTS];
	unsigned slot, next_slot;
	struct wcall *buckets[BUCKETS];
	uint8_t in[BATCH][2048];
	uint8_t out[BATCH][FX_UDPTL_DATAGRAM_MAX];
	_Atomic uint64_t calls, late;
};

struct fx_workers {
	struct fx_worker_events ev;
	void *arg;
	unsigned n;
	struct worker *w;
};

static int64_t now_ns(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static struct worker *worker_of(struct fx_workers *p, uint64_t call)
{
	return &p->w[(call >> 1) % p->n]; /* numbers of one direction are all odd or all even */
}

static struct wcall **find(struct worker *w, uint64_t id)
{
	struct wcall **at = &w->buckets[(id >> 1) % BUCKETS];

	while (*at && (*at)->id != id) {
		at = &(*at)->next;
	}
	return at;
}

/* ---- events of the media ---- */

static void flush(struct wcall *c)
{
	struct mmsghdr m[BATCH];
	unsigned at = 0;

	memset(m, 0, sizeof(m));
	for (unsigned i = 0; i < c->n_out; i++) {
		m[i].msg_hdr.msg_name = &c->remote;
		m[i].msg_hdr.msg_namelen = c->remote.ss_family == AF_INET6 ?
						   sizeof(struct sockaddr_in6) :
						   sizeof(struct sockaddr_in);
		m[i].msg_hdr.msg_iov = &c->iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	while (at < c->n_out) {
		int n = sendmmsg(c->fd, m + at, c->n_out - at, MSG_DONTWAIT | MSG_NOSIGNAL);

		/* A datagram that cannot go is lost, as on any other way; ICMP errors likewise. */
		at += n > 0 ? (unsigned)n : 1;
	}
	c->n_out = 0;
}

static void on_send(void *arg, const uint8_t *p, size_t n)
{
	struct wcall *c = arg;

	if (!c->remote.ss_family || n > FX_UDPTL_DATAGRAM_MAX) {
		return;
	}
	if (c->n_out == BATCH) {
		flush(c);
	}
	memcpy(c->w->out[c->n_out], p, n);
	c->iov[c->n_out].iov_base = c->w->out[c->n_out];
	c->iov[c->n_out].iov_len = n;
	c->n_out++;
}

static void on_status(void *arg, const struct fx_call_status *st)
{
	struct wcall *c = arg;

	c->w->pool->ev.on_status(c->w->pool->arg, c->id, st);
}

static void on_page(void *arg, const struct fx_page_report *page)
{
	struct wcall *c = arg;

	c->w->pool->ev.on_page(c->w->pool->arg, c->id, page);
}

static void on_log(void *arg, int64_t t_us, const char *line)
{
	struct wcall *c = arg;
	char text[512];

	if (c->log_fd >= 0) {
		size_t n = fx_t30_log_format(text, sizeof(text), t_us, line);

		if (write(c->log_fd, text, n) < 0) {
			(void)close(c->log_fd); /* a full disk costs the log, not the call */
			c->log_fd = -1;
		}
	}
}

static void on_tone(void *arg, enum fx_tone tone)
{
	struct wcall *c = arg;

	c->w->pool->ev.on_tone(c->w->pool->arg, c->id, tone);
}

static void on_silence(void *arg, uint32_t ms)
{
	struct wcall *c = arg;

	c->w->pool->ev.on_silence(c->w->pool->arg, c->id, ms);
}

static const struct fx_media_events media_events = {on_send, on_status, on_page, on_log, on_tone,
						    on_silence};

/* ---- a call's 20 ms ---- */

static bool same_host(const struct sockaddr_storage *a, const struct sockaddr_storage *b)
{
	const struct sockaddr_in *a4 = (const void *)a, *b4 = (const void *)b;
	const struct sockaddr_in6 *a6 = (const void *)a, *b6 = (const void *)b;

	if (a->ss_family != b->ss_family) {
		return false;
	}
	return a->ss_family == AF_INET6 ?
		       !memcmp(&a6->sin6_addr, &b6->sin6_addr, sizeof(a6->sin6_addr)) :
		       a4->sin_addr.s_addr == b4->sin_addr.s_addr;
}

static void take_datagram(struct wcall *c, const uint8_t *p, size_t n,
			  const struct sockaddr_storage *from)
{
	bool known = same_host(from, &c->remote);

	if (c->strict && c->remote.ss_family && !known && !(c->follow && !c->followed)) {
		return;
	}
	if (c->follow && !c->followed) {
		c->followed = true;
		c->remote = *from;
	} else if (c->followed && !known) {
		return;
	}
	fx_media_receive(c->m, p, n);
}

static void receive(struct wcall *c)
{
	struct sockaddr_storage from[BATCH];
	struct mmsghdr m[BATCH];
	struct iovec iov[BATCH];
	int n;

	do {
		memset(m, 0, sizeof(m));
		for (int i = 0; i < BATCH; i++) {
			iov[i] = (struct iovec){c->w->in[i], sizeof(c->w->in[i])};
			m[i].msg_hdr.msg_iov = &iov[i];
			m[i].msg_hdr.msg_iovlen = 1;
			m[i].msg_hdr.msg_name = &from[i];
			m[i].msg_hdr.msg_namelen = sizeof(from[i]);
		}
		n = recvmmsg(c->fd, m, BATCH, MSG_DONTWAIT, NULL);
		for (int i = 0; i < n; i++) {
			if (!(m[i].msg_hdr.msg_flags & MSG_TRUNC)) {
				take_datagram(c, c->w->in[i], m[i].msg_len, &from[i]);
			}
		}
	} while (n == BATCH);
}

static void fill_done(struct wcall *c, struct fx_worker_done *d)
{
	fx_media_result(c->m, &d->result);
	fx_media_stats(c->m, &d->stats);
}

static void step(struct wcall *c, int64_t now)
{
	uint64_t due = (uint64_t)((now - c->started_ns) / TICK_NS);

	receive(c);
	if (due > c->ticks + 1) {
		c->w->late += due - c->ticks - 1;
	}
	if (due > c->ticks + CATCH_UP) {
		c->ticks = due - CATCH_UP; /* stopped in a debugger, a machine asleep */
	}
	while (c->ticks < due) {
		c->ticks++;
		fx_media_tick(c->m);
	}
	flush(c);
	if (fx_media_is_done(c->m) && !c->done_told) {
		struct fx_worker_done d;

		c->done_told = true;
		fill_done(c, &d);
		c->w->pool->ev.on_done(c->w->pool->arg, c->id, &d);
	}
}

/* ---- commands ---- */

static void wcall_free(struct wcall *c)
{
	if (c) {
		(void)fx_media_free(c->m);
		if (c->fd >= 0) {
			(void)close(c->fd);
		}
		if (c->log_fd >= 0) {
			(void)close(c->log_fd);
		}
		(void)fx_free(c);
	}
}

static void begin(struct worker *w, struct wcall *c)
{
	struct wcall **at = find(w, c->id);

	c->w = w;
	c->next = *at;
	*at = c;
	fx_list_append(&w->slots[w->next_slot++ % SLOTS], &c->slot);
	c->started_ns = now_ns();
	w->calls++;
}

static void stop(struct worker *w, struct wcall **at)
{
	struct wcall *c = *at;
	struct fx_worker_done d;
	uint64_t id = c->id;

	flush(c);
	fill_done(c, &d);
	*at = c->next;
	fx_list_remove(&c->slot);
	w->calls--;
	wcall_free(c);
	w->pool->ev.on_stopped(w->pool->arg, id, &d);
}

static void speak(struct wcall *c, const struct cmd *cmd)
{
	struct fx_reason why = {0};
	int err = cmd->type == AUDIO ? fx_media_audio(c->m, cmd->law, &why) :
				       fx_media_t38(c->m, &cmd->t38, &why);

	flush(c);
	c->w->pool->ev.on_ready(c->w->pool->arg, c->id, err,
				err && !*why.text ? fx_error_str(err) : why.text);
}

static void run(struct worker *w, struct cmd *cmd)
{
	struct wcall **at = find(w, cmd->call), *c = *at;

	if (cmd->type == START) {
		begin(w, cmd->start);
		return;
	}
	if (!c) {
		return;
	}
	switch (cmd->type) {
	case START:
		break;
	case REMOTE:
		c->remote = cmd->remote;
		c->followed = false;
		break;
	case AUDIO:
	case T38:
		speak(c, cmd);
		break;
	case ACK:
		fx_media_page_ack(c->m, cmd->ack.page, cmd->ack.ok);
		break;
	case LOST:
		fx_media_line_lost(c->m);
		break;
	case HANGUP:
		fx_media_hangup(c->m);
		break;
	case STOP:
		stop(w, at);
		break;
	}
}

static bool run_all(struct worker *w)
{
	struct fx_link todo;
	bool quit;

	fx_list_init(&todo);
	(void)pthread_mutex_lock(&w->lock);
	while (!fx_list_empty(&w->cmds)) {
		struct fx_link *it = w->cmds.next;

		fx_list_remove(it);
		fx_list_append(&todo, it);
	}
	quit = w->quit;
	(void)pthread_mutex_unlock(&w->lock);
	while (!fx_list_empty(&todo)) {
		struct cmd *cmd = FX_CONTAINER(todo.next, struct cmd, link);

		fx_list_remove(&cmd->link);
		run(w, cmd);
		(void)fx_free(cmd);
	}
	return quit;
}

static void run_slot(struct worker *w)
{
	int64_t now = now_ns();

	FX_LIST_EACH_SAFE(&w->slots[w->slot], it) {
		step(FX_CONTAINER(it, struct wcall, slot), now);
	}
	w->slot = (w->slot + 1) % SLOTS;
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	struct pollfd p[2] = {{.fd = w->event_fd, .events = POLLIN},
			      {.fd = w->timer_fd, .events = POLLIN}};
	bool quit = false;

	while (!quit) {
		uint64_t n = 0;

		if (poll(p, 2, -1) < 0 && errno != EINTR) {
			break;
		}
		if (p[0].revents) {
			(void)!read(w->event_fd, &n, sizeof(n));
			quit = run_all(w);
		}
		if (p[1].revents && read(w->timer_fd, &n, sizeof(n)) == (ssize_t)sizeof(n)) {
			for (n = n < SLOTS ? n : SLOTS; n; n--) {
				run_slot(w);
			}
		}
	}
	return NULL;
}

/* ---- the pool ---- */

static int start_worker(struct fx_workers *p, struct worker *w)
{
	struct itimerspec every = {{0, 5000000}, {0, 5000000}};

	w->pool = p;
	fx_list_init(&w->cmds);
	for (int i = 0; i < SLOTS; i++) {
		fx_list_init(&w->slots[i]);
	}
	(void)pthread_mutex_init(&w->lock, NULL);
	w->event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	w->timer_fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (w->event_fd < 0 || w->timer_fd < 0 || timerfd_settime(w->timer_fd, 0, &every, NULL) ||
	    pthread_create(&w->thread, NULL, worker_main, w)) {
		return FX_EIO;
	}
	w->has_thread = true;
	return 0;
}

int fx_workers_new(unsigned n, const struct fx_worker_events *events, void *arg,
		   struct fx_workers **ret)
{
	struct fx_workers *p = fx_zalloc(sizeof(*p));
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	int err = p ? 0 : FX_ENOMEM;

	if (!err) {
		p->ev = *events;
		p->arg = arg;
		p->n = n ? n : cpus > 0 ? (unsigned)cpus : 1;
		p->w = fx_calloc(p->n, sizeof(*p->w));
		err = p->w ? 0 : FX_ENOMEM;
	}
	for (unsigned i = 0; !err && i < p->n; i++) {
		p->w[i].event_fd = p->w[i].timer_fd = -1;
	}
	for (unsigned i = 0; !err && i < p->n; i++) {
		err = start_worker(p, &p->w[i]);
	}
	if (err) {
		(void)fx_workers_free(p);
		return err;
	}
	*ret = p;
	return 0;
}

static void wake(struct worker *w)
{
	uint64_t one = 1;

	(void)!write(w->event_fd, &one, sizeof(one));
}

static void worker_free(struct worker *w)
{
	if (!w->pool) {
		return; /* never started */
	}
	if (w->has_thread) {
		(void)pthread_mutex_lock(&w->lock);
		w->quit = true;
		(void)pthread_mutex_unlock(&w->lock);
		wake(w);
		(void)pthread_join(w->thread, NULL);
	}
	while (!fx_list_empty(&w->cmds)) {
		struct cmd *cmd = FX_CONTAINER(w->cmds.next, struct cmd, link);

		fx_list_remove(&cmd->link);
		if (cmd->type == START) {
			wcall_free(cmd->start);
		}
		(void)fx_free(cmd);
	}
	for (unsigned i = 0; i < BUCKETS; i++) {
		while (w->buckets[i]) {
			struct wcall *c = w->buckets[i];

			w->buckets[i] = c->next;
			wcall_free(c);
		}
	}
	if (w->event_fd >= 0) {
		(void)close(w->event_fd);
	}
	if (w->timer_fd >= 0) {
		(void)close(w->timer_fd);
	}
	(void)pthread_mutex_destroy(&w->lock);
}

struct fx_workers *fx_workers_free(struct fx_workers *p)
{
	for (unsigned i = 0; p && p->w && i < p->n; i++) {
		worker_free(&p->w[i]);
	}
	if (p) {
		(void)fx_free(p->w);
	}
	return fx_free(p);
}

static void post(struct fx_workers *p, struct cmd *take_cmd)
{
	struct worker *w = worker_of(p, take_cmd->call);

	(void)pthread_mutex_lock(&w->lock);
	fx_list_append(&w->cmds, &take_cmd->link);
	(void)pthread_mutex_unlock(&w->lock);
	wake(w);
}

static struct cmd *command(enum cmd_type type, uint64_t call)
{
	struct cmd *cmd = fx_zalloc(sizeof(*cmd));

	if (cmd) {
		cmd->type = type;
		cmd->call = call;
	}
	return cmd;
}

/* A command that must not be lost: as fx_loop_post(), without memory the process ends. */
static struct cmd *sure_command(enum cmd_type type, uint64_t call)
{
	struct cmd *cmd = command(type, call);

	if (!cmd) {
		abort();
	}
	return cmd;
}

int fx_workers_start(struct fx_workers *p, const struct fx_worker_start *take)
{
	struct fx_media_prm prm = take->media;
	struct wcall *c = fx_zalloc(sizeof(*c));
	struct cmd *cmd = command(START, take->call);
	int err = c && cmd ? 0 : FX_ENOMEM;

	if (!err) {
		c->id = take->call;
		c->fd = -1;
		c->log_fd = take->log_fd >= 0 ? fcntl(take->log_fd, F_DUPFD_CLOEXEC, 3) : -1;
		c->remote = take->remote;
		c->follow = take->follow_source;
		c->strict = take->strict_source;
		fx_list_init(&c->slot);
		prm.events = &media_events;
		prm.arg = c;
		err = fx_media_new(&prm, &c->m);
	}
	if (err) {
		wcall_free(c);
		(void)fx_free(cmd);
		return err;
	}
	c->fd = take->take_fd;
	cmd->start = c;
	post(p, cmd);
	return 0;
}

void fx_workers_remote(struct fx_workers *p, uint64_t call, const struct sockaddr_storage *remote)
{
	struct cmd *cmd = sure_command(REMOTE, call);

	cmd->remote = *remote;
	post(p, cmd);
}

void fx_workers_audio(struct fx_workers *p, uint64_t call, enum fx_g711 law)
{
	struct cmd *cmd = sure_command(AUDIO, call);

	cmd->law = law;
	post(p, cmd);
}

void fx_workers_t38(struct fx_workers *p, uint64_t call, const struct fx_media_t38 *t38)
{
	struct cmd *cmd = sure_command(T38, call);

	cmd->t38 = *t38;
	post(p, cmd);
}

void fx_workers_page_ack(struct fx_workers *p, uint64_t call, uint32_t page, bool ok)
{
	struct cmd *cmd = sure_command(ACK, call);

	cmd->ack.page = page;
	cmd->ack.ok = ok;
	post(p, cmd);
}

void fx_workers_line_lost(struct fx_workers *p, uint64_t call)
{
	post(p, sure_command(LOST, call));
}

void fx_workers_hangup(struct fx_workers *p, uint64_t call)
{
	post(p, sure_command(HANGUP, call));
}

void fx_workers_stop(struct fx_workers *p, uint64_t call)
{
	post(p, sure_command(STOP, call));
}

void fx_workers_load(struct fx_workers *p, struct fx_workers_load *ret)
{
	*ret = (struct fx_workers_load){.threads = p->n};
	for (unsigned i = 0; i < p->n; i++) {
		ret->calls += p->w[i].calls;
		ret->ticks_late += p->w[i].late;
	}
}
