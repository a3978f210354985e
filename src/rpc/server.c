/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/server.h"

#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "rpc/conn.h"
#include "rpc/pipe.h"

/* Steps of clients' handshakes at once. One may wait for a directory for long, and the workers
 * have other things to do, too: decision 0665. */
#define HANDSHAKES_MAX 4u

/* A connection whose user is being looked up: it is read when that is known. */
struct arrival {
	struct fx_link link;
	struct fx_rpc_server *s; /* NULL: the server is gone */
	int fd;
	uid_t uid;
	bool in_call; /* login() has not returned yet */
	int err;
};

void fx_rpc_server_tick(struct fx_rpc_server *s)
{
	fx_timer_start(s->tick, 0);
}

static void on_tick(void *arg)
{
	struct fx_rpc_server *s = arg;

	if (s->paused) {
		s->paused = false;
		fx_io_want(s->io, FX_IO_READ);
	}
	fx_rpc_listen_resume(s);
	FX_LIST_EACH_SAFE(&s->conns, it) {
		struct fx_conn *c = FX_CONTAINER(it, struct fx_conn, link);

		if (c->doomed) {
			fx_conn_free(c);
		} else if (c->resume) {
			fx_conn_process(c);
		}
	}
}

static size_t of_user(const struct fx_rpc_server *s, uid_t uid)
{
	size_t n = 0;

	FX_LIST_EACH(&s->conns, it) {
		const struct fx_conn *c = FX_CONTAINER(it, struct fx_conn, link);

		n += c->door == FX_DOOR_UNIX && c->caller.uid == uid;
	}
	FX_LIST_EACH(&s->arrivals, it) {
		n += FX_CONTAINER(it, struct arrival, link)->uid == uid;
	}
	return n;
}

void fx_rpc_server_refuse(struct fx_rpc_server *s, int take_fd, const char *who, int err)
{
	uint32_t lost;

	if (fx_log_may(&s->refused, fx_loop_now_us(s->prm.loop), &lost)) {
		fx_log(FX_LOG_WARN, "rpc: a connection of %s was refused: %s%s", who,
		       err == FX_EBUSY ? "there are too many" : fx_error_str(err),
		       lost ? " (more were not listed)" : "");
	}
	(void)close(take_fd);
}

size_t fx_rpc_server_memory(const struct fx_rpc_server *s)
{
	size_t n = 0;

	FX_LIST_EACH(&s->conns, it) {
		const struct fx_conn *c = FX_CONTAINER(it, struct fx_conn, link);

		if (c->door != FX_DOOR_UNIX) {
			n += c->in.cap + c->out.cap + c->request.stub.cap;
		}
	}
	return n;
}

static void arrival_free(struct arrival *a)
{
	fx_list_remove(&a->link);
	if (a->s) {
		a->s->n_conns--;
	}
	(void)fx_free(a);
}

static void on_login(void *arg, int err, const struct fx_caller *caller)
{
	struct arrival *a = arg;
	struct fx_rpc_server *s = a->s;

	if (!s) {
		if (!err) {
			fx_service_logout(caller);
		}
		(void)close(a->fd);
		(void)fx_free(a);
		return;
	}
	if (!err) {
		err = fx_conn_new(s, a->fd, caller);
		if (err) {
			fx_service_logout(caller);
		}
	}
	a->err = err;
	if (a->in_call) {
		return; /* serve() goes on */
	}
	if (err) {
		fx_rpc_server_refuse(s, a->fd, "a local user", err);
	}
	arrival_free(a);
}

static int arrive(struct fx_rpc_server *s, int take_fd, const struct ucred *cred)
{
	struct arrival *a = fx_zalloc(sizeof(*a));
	int err;

	if (!a) {
		return FX_ENOMEM;
	}
	*a = (struct arrival){.s = s, .fd = take_fd, .uid = cred->uid, .in_call = true,
			      .err = FX_EAGAIN};
	fx_list_append(&s->arrivals, &a->link);
	s->n_conns++;
	fx_service_login(s->prm.service, cred->uid, cred->gid, cred->pid, on_login, a);
	a->in_call = false;
	err = a->err;
	if (err == FX_EAGAIN) {
		return 0; /* on_login() will come */
	}
	arrival_free(a);
	return err;
}

int fx_rpc_server_serve(struct fx_rpc_server *s, int take_fd)
{
	struct ucred cred = {0};
	socklen_t len = sizeof(cred);

	FX_ON_LOOP(s->prm.loop);
	if (getsockopt(take_fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0 ||
	    fcntl(take_fd, F_SETFL, O_NONBLOCK) != 0) {
		return fx_error_from_errno(errno);
	}
	if (s->n_conns >= s->prm.max_connections ||
	    (cred.uid != 0 && of_user(s, cred.uid) >= s->prm.max_user_connections)) {
		return FX_EBUSY;
	}
	return arrive(s, take_fd, &cred);
}

static void on_accept(void *arg, unsigned events)
{
	struct fx_rpc_server *s = arg;
	int fd, err;

	while ((fd = accept4(s->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0) {
		err = fx_rpc_server_serve(s, fd);
		if (err) {
			fx_rpc_server_refuse(s, fd, "a local user", err);
		}
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
		/* It stays in the backlog; asking again at once would only burn time. */
		fx_log(FX_LOG_ERROR, "rpc: cannot accept: %s", strerror(errno));
		fx_io_want(s->io, 0);
		s->paused = true;
		fx_timer_start(s->tick, 100 * FX_MS);
	}
}

/* Somebody else serves there, or a dead server left its socket. */
static int clear_path(const struct sockaddr_un *addr, struct fx_reason *reterr)
{
	struct stat st;
	int fd, rc;

	if (lstat(addr->sun_path, &st) != 0) {
		return 0;
	}
	if (!S_ISSOCK(st.st_mode)) {
		return fx_fail(reterr, FX_EEXIST, "%s is there and is not a socket; move it away",
			       addr->sun_path);
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return fx_error_from_errno(errno);
	}
	rc = connect(fd, (const struct sockaddr *)addr, sizeof(*addr));
	rc = rc == 0 || errno == EAGAIN;
	(void)close(fd);
	if (rc) {
		return fx_fail(reterr, FX_EBUSY, "another fax service answers at %s; stop it first",
			       addr->sun_path);
	}
	return unlink(addr->sun_path) == 0 ? 0 : fx_error_from_errno(errno);
}

static int listen_at(struct fx_rpc_server *s, struct fx_reason *reterr)
{
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	int err;

	if (strlen(s->path) >= sizeof(addr.sun_path)) {
		return fx_fail(reterr, FX_EOVERFLOW, "the socket path %s is longer than %zu bytes",
			       s->path, sizeof(addr.sun_path) - 1);
	}
	memcpy(addr.sun_path, s->path, strlen(s->path) + 1);
	err = clear_path(&addr, reterr);
	if (err) {
		return err;
	}
	s->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s->fd < 0 || bind(s->fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 ||
	    chmod(s->path, s->prm.mode) != 0 || listen(s->fd, 128) != 0) {
		return fx_fail(reterr, fx_error_from_errno(errno), "cannot listen at %s: %s",
			       s->path, strerror(errno));
	}
	err = fx_io_new(s->prm.loop, s->fd, on_accept, s, &s->io);
	if (!err) {
		fx_io_want(s->io, FX_IO_READ);
	}
	return err;
}

static void set_default(uint32_t *v, uint32_t value)
{
	*v = *v ? *v : value;
}

static void net_defaults(struct fx_rpc_net_prm *n)
{
	set_default(&n->min_level, FX_AUTH_LEVEL_PRIVACY);
	set_default(&n->local_min_level, FX_AUTH_LEVEL_CONNECT);
	set_default(&n->max_connections, 1024);
	set_default(&n->max_address_connections, 256);
	set_default(&n->max_user_connections, (n->max_connections + 1) / 2);
	set_default(&n->max_pending, 512);
	set_default(&n->max_address_pending, (n->max_pending + 3) / 4);
	set_default(&n->login_ms, 30000);
	n->max_memory_bytes = n->max_memory_bytes ? n->max_memory_bytes : UINT64_C(512) << 20;
}

void fx_rpc_server_set_net(struct fx_rpc_server *s, const struct fx_rpc_net_prm *prm)
{
	struct fx_rpc_net_prm v = *prm, *old = &s->prm.net;

	FX_ON_LOOP(s->prm.loop);
	net_defaults(&v);
	v.listen = NULL;
	v.principal = NULL;
	v.mapper_port = old->mapper_port;
	v.accept = old->accept;
	v.accept_arg = old->accept_arg;
	v.login = old->login;
	*old = v;
}

static void set_callback(struct fx_rpc_server *s, const struct fx_rpc_callback *how)
{
	s->env.callback = how ? *how : (struct fx_rpc_callback){0};
	set_default(&s->env.callback.timeout_ms, 10000);
}

void fx_rpc_server_set_callback(struct fx_rpc_server *s, const struct fx_rpc_callback *how)
{
	FX_ON_LOOP(s->prm.loop);
	set_callback(s, how);
}

const char *fx_rpc_server_trouble(const struct fx_rpc_server *s)
{
	return s->trouble.text;
}

/* Samba may be away, or come later: no reason for the fax service not to start. */
static void open_pipe(struct fx_rpc_server *s)
{
	const char *path = s->prm.net.pipe;
	struct fx_reason why = {0};

	if (path && *path && fx_pipe_new(s, path, &s->pipe, &why) != 0) {
		fx_log(FX_LOG_WARN, "rpc: no pipe for Samba: %s", why.text);
	}
	s->prm.net.pipe = NULL;
}

int fx_rpc_server_new(const struct fx_rpc_server_prm *prm, struct fx_rpc_server **ret,
		      struct fx_reason *reterr)
{
	struct fx_rpc_server *s = fx_zalloc(sizeof(*s));
	int err;

	if (!s) {
		return FX_ENOMEM;
	}
	s->prm = *prm;
	s->prm.mode = prm->mode ? prm->mode : 0666;
	set_default(&s->prm.max_connections, 256);
	set_default(&s->prm.max_user_connections, (s->prm.max_connections + 1) / 2);
	set_default(&s->prm.max_calls, 32);
	set_default(&s->prm.max_stub_bytes, 4u << 20);
	set_default(&s->prm.max_send_bytes, 16u << 20);
	set_default(&s->prm.max_output_bytes, 64u << 20);
	set_default(&s->prm.stall_ms, 30000);
	s->fd = -1;
	s->env.loop = prm->loop;
	s->env.service = prm->service;
	s->env.later_js = prm->later_js;
	fx_list_init(&s->env.modify);
	fx_list_init(&s->env.holding);
	fx_list_init(&s->env.waiting);
	fx_list_init(&s->env.subscriptions);
	set_callback(s, prm->callback);
	fx_list_init(&s->conns);
	fx_list_init(&s->arrivals);
	s->path = fx_strdup(prm->socket_path);
	net_defaults(&s->prm.net);
	s->principal = fx_strdup(prm->net.principal);
	err = (prm->socket_path && !s->path) || (prm->net.principal && !s->principal) ?
		      FX_ENOMEM : 0;
	if (!err) {
		err = fx_timer_new(prm->loop, on_tick, s, &s->tick);
	}
	if (!err) {
		err = fx_gate_new(prm->loop, HANDSHAKES_MAX, &s->handshakes);
	}
	if (!err) {
		err = fx_callouts_new(prm->loop, &s->env.callouts);
	}
	if (!err && !prm->no_trace) {
		err = fx_tracer_new(prm->loop, &s->env.tracer);
	}
	if (!err && s->path) {
		err = listen_at(s, reterr);
	}
	if (!err && prm->net.listen && *prm->net.listen) {
		err = fx_rpc_listen(s, reterr);
	}
	if (!err) {
		open_pipe(s);
	}
	if (err) {
		(void)fx_rpc_server_free(s);
		return err;
	}
	s->prm.net.listen = NULL; /* borrowed until here */
	s->prm.net.principal = NULL;
	*ret = s;
	return 0;
}

struct fx_rpc_server *fx_rpc_server_free(struct fx_rpc_server *s)
{
	if (!s) {
		return NULL;
	}
	FX_LIST_EACH_SAFE(&s->conns, it) {
		fx_conn_free(FX_CONTAINER(it, struct fx_conn, link));
	}
	FX_LIST_EACH_SAFE(&s->arrivals, it) {
		fx_list_remove(it);
		FX_CONTAINER(it, struct arrival, link)->s = NULL; /* freed by on_login() */
	}
	if (s->io) {
		/* only the socket that we made ourselves */
		(void)unlink(s->path);
	}
	s->io = fx_io_free(s->io);
	fx_rpc_listen_end(s);
	s->pipe = fx_pipe_free(s->pipe);
	s->tick = fx_timer_free(s->tick);
	s->env.callouts = fx_callouts_free(s->env.callouts);
	s->handshakes = fx_gate_free(s->handshakes);
	s->env.tracer = fx_tracer_free(s->env.tracer);
	if (s->fd >= 0) {
		(void)close(s->fd);
	}
	(void)fx_free(s->path);
	(void)fx_free(s->principal);
	return fx_free(s);
}

size_t fx_rpc_server_connections(const struct fx_rpc_server *s)
{
	return s->n_conns + s->n_net;
}
