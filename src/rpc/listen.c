/* SPDX-License-Identifier: Apache-2.0 */
/* The doors on TCP: where is listened, and who may come in before he said who he is. */
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "rpc/address.h"
#include "rpc/listen.h"

#define BACKLOG 512

static size_t of_address(const struct fx_rpc_server *s, const struct sockaddr_storage *peer,
			 size_t *ret_pending, size_t *ret_all_pending, struct fx_conn **ret_oldest)
{
	size_t n = 0;

	*ret_pending = *ret_all_pending = 0;
	*ret_oldest = NULL;
	FX_LIST_EACH(&s->conns, it) {
		struct fx_conn *c = FX_CONTAINER(it, struct fx_conn, link);
		bool pending = c->who != FX_WHO_KNOWN && !c->doomed, same;

		if (c->door == FX_DOOR_UNIX) {
			continue;
		}
		same = fx_address_same_client(&c->peer, peer);
		n += same;
		*ret_pending += same && pending;
		*ret_all_pending += pending;
		if (pending && !*ret_oldest) {
			*ret_oldest = c;
		}
	}
	return n;
}

/*
 * Strangers who never log in shall not keep users out: of one address only some may be pending,
 * and when there are too many in all, the oldest goes. A user logs in within a second.
 */
static int may_come_in(struct fx_rpc_server *s, const struct sockaddr_storage *peer)
{
	const struct fx_rpc_net_prm *prm = &s->prm.net;
	size_t n, pending, all_pending;
	struct fx_conn *oldest;

	n = of_address(s, peer, &pending, &all_pending, &oldest);
	if (s->n_net >= prm->max_connections || n >= prm->max_address_connections ||
	    pending >= prm->max_address_pending) {
		return FX_EBUSY;
	}
	if (all_pending >= prm->max_pending && oldest) {
		fx_conn_doom(oldest, "too many did not log in");
	}
	return 0;
}

static void on_accept(void *arg, unsigned events)
{
	struct fx_listener *l = arg;
	struct fx_rpc_server *s = l->s;
	char who[FX_ADDRESS_STR_SIZE];

	for (int i = 0; i < BACKLOG; i++) { /* others are served in between */
		struct sockaddr_storage peer = {0}, here = {0};
		socklen_t n = sizeof(peer), m = sizeof(here);
		int err, fd = accept4(l->fd, (struct sockaddr *)&peer, &n,
				      SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0) {
			break;
		}
		err = getsockname(fd, (struct sockaddr *)&here, &m) ? FX_EIO :
								      may_come_in(s, &peer);
		if (!err) {
			err = fx_conn_new_net(s, fd, l->door, &peer, &here, l->service_port);
		}
		if (err) {
			fx_rpc_server_refuse(s, fd, fx_address_str(&peer, who), err);
		}
		errno = 0;
	}
	if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
		/* It stays in the backlog; asking again at once would only burn time. */
		fx_log(FX_LOG_ERROR, "rpc: cannot accept: %s", strerror(errno));
		fx_io_want(l->io, 0);
		l->paused = true;
		fx_timer_start(s->tick, 100 * FX_MS);
	}
}

void fx_rpc_listen_resume(struct fx_rpc_server *s)
{
	for (size_t i = 0; i < s->n_listeners; i++) {
		if (s->listeners[i].paused) {
			s->listeners[i].paused = false;
			fx_io_want(s->listeners[i].io, FX_IO_READ);
		}
	}
}

/* @return an fd, or -1 with errno */
static int open_socket(struct sockaddr_storage *sa)
{
	int on = 1, e, fd = socket(sa->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t len = fx_address_len(sa);

	if (fd < 0) {
		return -1;
	}
	/* after a restart at once again; and each family by itself, whatever the system says */
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) ||
	    (sa->ss_family == AF_INET6 &&
	     setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on))) ||
	    bind(fd, (const struct sockaddr *)sa, len) || listen(fd, BACKLOG) ||
	    getsockname(fd, (struct sockaddr *)sa, &len)) {
		e = errno;
		(void)close(fd);
		errno = e;
		return -1;
	}
	return fd;
}

static bool no_such_family(const struct fx_address *a, int e)
{
	return a->any && a->sa.ss_family == AF_INET6 && (e == EAFNOSUPPORT || e == EADDRNOTAVAIL);
}

/* @return 0, also when IPv6 is not there and was not asked for by name */
static int add(struct fx_rpc_server *s, const struct fx_address *a, enum fx_door door,
	       uint16_t service_port, struct fx_reason *reterr)
{
	struct fx_listener *l = &s->listeners[s->n_listeners];
	char text[FX_ADDRESS_STR_SIZE];
	int err;

	*l = (struct fx_listener){.s = s, .door = door, .addr = a->sa,
				  .service_port = service_port};
	l->fd = open_socket(&l->addr);
	if (l->fd < 0 && no_such_family(a, errno)) {
		return 0;
	}
	if (l->fd < 0) {
		int e = errno;

		return fx_fail(reterr, fx_error_from_errno(e), "cannot listen at %s: %s%s",
			       fx_address_str(&a->sa, text), strerror(e),
			       e == EADDRINUSE ? "; another program has that port" :
			       e == EACCES ? "; ports below 1024 need CAP_NET_BIND_SERVICE "
					     "(docs/network.md)" : "");
	}
	err = fx_io_new(s->prm.loop, l->fd, on_accept, l, &l->io);
	if (err) {
		(void)close(l->fd);
		return err;
	}
	fx_io_want(l->io, FX_IO_READ);
	s->n_listeners++;
	return 0;
}

/* One mapper for each host that is listened at; it tells that one's first port. */
static void add_mappers(struct fx_rpc_server *s, size_t n_services)
{
	for (size_t i = 0; i < n_services; i++) {
		struct fx_address a = {.sa = s->listeners[i].addr};
		struct fx_reason why = {0};
		bool seen = false;

		for (size_t k = 0; k < i; k++) {
			seen |= fx_address_same_host(&s->listeners[k].addr, &a.sa);
		}
		fx_address_set_port(&a.sa, s->prm.net.mapper_port);
		if (seen || !add(s, &a, FX_DOOR_MAPPER, fx_address_port(&s->listeners[i].addr),
				 &why)) {
			continue;
		}
		fx_reason_set(&s->trouble, "no endpoint mapper: %.200s; clients must name the "
			      "port of the service", why.text);
		fx_log(FX_LOG_WARN, "rpc: %s", s->trouble.text);
	}
}

int fx_rpc_listen(struct fx_rpc_server *s, struct fx_reason *reterr)
{
	struct fx_address v[FX_LISTEN_MAX];
	char text[FX_ADDRESS_STR_SIZE];
	size_t n = 0;
	int err = fx_addresses_parse(s->prm.net.listen, v, &n, reterr);

	if (err || !n) {
		return err;
	}
	s->listeners = fx_calloc(2 * n, sizeof(*s->listeners));
	if (!s->listeners) {
		return FX_ENOMEM;
	}
	for (size_t i = 0; i < n; i++) {
		/* "*:0" means one port for both families */
		if (i && v[i].any && v[i - 1].any && s->n_listeners && !fx_address_port(&v[i].sa)) {
			const struct fx_listener *before = &s->listeners[s->n_listeners - 1];

			fx_address_set_port(&v[i].sa, fx_address_port(&before->addr));
		}
		err = add(s, &v[i], FX_DOOR_TCP, 0, reterr);
		if (err) {
			return err;
		}
	}
	if (s->prm.net.mapper_port) {
		add_mappers(s, s->n_listeners);
	}
	for (size_t i = 0; i < s->n_listeners; i++) {
		fx_log(FX_LOG_INFO, "rpc: %s at %s", s->listeners[i].door == FX_DOOR_MAPPER ?
		       "endpoint mapper" : "listening", fx_address_str(&s->listeners[i].addr,
								       text));
	}
	return 0;
}

void fx_rpc_listen_end(struct fx_rpc_server *s)
{
	for (size_t i = 0; i < s->n_listeners; i++) {
		s->listeners[i].io = fx_io_free(s->listeners[i].io);
		(void)close(s->listeners[i].fd);
	}
	s->n_listeners = 0;
	s->listeners = fx_free(s->listeners);
}

bool fx_rpc_server_listens(const struct fx_rpc_server *s, size_t i, char *dst, size_t size)
{
	char text[FX_ADDRESS_STR_SIZE];

	if (i >= s->n_listeners) {
		return false;
	}
	(void)snprintf(dst, size, "%s%s", s->listeners[i].door == FX_DOOR_MAPPER ?
		       "endpoint mapper " : "", fx_address_str(&s->listeners[i].addr, text));
	return true;
}

void fx_rpc_server_net_counts(const struct fx_rpc_server *s, size_t *ret_known,
			      size_t *ret_pending)
{
	*ret_known = *ret_pending = 0;
	FX_LIST_EACH(&s->conns, it) {
		const struct fx_conn *c = FX_CONTAINER(it, struct fx_conn, link);

		if (c->door != FX_DOOR_UNIX) {
			*ret_known += c->who == FX_WHO_KNOWN;
			*ret_pending += c->who != FX_WHO_KNOWN;
		}
	}
}

int fx_rpc_server_serve_net(struct fx_rpc_server *s, int take_fd, bool mapper,
			    const struct sockaddr_storage *peer)
{
	struct sockaddr_storage here = {.ss_family = AF_INET}, there;
	struct fx_address v[FX_LISTEN_MAX];
	size_t n;
	int err;

	FX_ON_LOOP(s->prm.loop);
	err = fx_addresses_parse("127.0.0.1:1", v, &n, NULL);
	if (err) {
		return err;
	}
	there = peer ? *peer : v[0].sa;
	if (!peer) {
		here = v[0].sa;
	}
	err = may_come_in(s, &there);
	return err ? err : fx_conn_new_net(s, take_fd, mapper ? FX_DOOR_MAPPER : FX_DOOR_TCP,
					   &there, &here, 49600);
}
