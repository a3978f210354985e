/* SPDX-License-Identifier: Apache-2.0 */
/*
 * TCP for Linux and Windows, from one source.
 *
 * Linux: the socket blocks, SO_RCVTIMEO and SO_SNDTIMEO limit the wait, and shutdown() wakes a
 * thread that waits. Windows wakes it by closesocket() alone, which another thread must not do
 * to a handle in use; so there the socket does not block and each wait is for its event or for
 * the one that shut() sets.
 */
#ifdef _WIN32
#include <winsock2.h>
#include <ws2tcpip.h>
#include <mstcpip.h>
#else
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#endif

#include "clients/common/transport.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

#define KEEP_IDLE_S     60 /* a server that lost its power is noticed within two minutes */
#define KEEP_INTERVAL_S 10
#define KEEP_COUNT      6
#define CONNECT_MIN_MS  2000u /* each address gets this long at least */
#define ADDRESSES_MAX   16u

#ifdef _WIN32
typedef SOCKET sock;
#define BAD_SOCK INVALID_SOCKET
#else
typedef int sock;
#define BAD_SOCK (-1)
#endif

struct tcp {
	struct fx_transport t;
	sock fd;
	uint32_t timeout_ms;
#ifdef _WIN32
	WSAEVENT ready, stop;
#endif
};

static struct tcp *get(struct fx_transport *t)
{
	return (struct tcp *)(void *)t;
}

#ifdef _WIN32
/* Lazily and once; not in DllMain, which must not load other libraries. */
static BOOL CALLBACK start(INIT_ONCE *once, void *arg, void **ctx)
{
	WSADATA data;

	return WSAStartup(MAKEWORD(2, 2), &data) == 0;
}

static bool start_sockets(void)
{
	static INIT_ONCE once = INIT_ONCE_STATIC_INIT;

	return InitOnceExecuteOnce(&once, start, NULL, NULL);
}

static int last_error(void)
{
	switch (WSAGetLastError()) {
	case WSAECONNREFUSED:
		return FX_ECONNREFUSED;
	case WSAETIMEDOUT:
		return FX_ETIMEDOUT;
	case WSAECONNRESET:
	case WSAECONNABORTED:
	case WSAESHUTDOWN:
		return FX_EPIPE;
	case WSAENOBUFS:
		return FX_ENOMEM;
	case WSAEACCES:
		return FX_EACCES;
	default:
		return FX_EIO;
	}
}

static bool would_block(void)
{
	return WSAGetLastError() == WSAEWOULDBLOCK;
}

static void close_sock(sock fd)
{
	(void)closesocket(fd);
}

/* Something may be possible again: FX_EPIPE after shut(), FX_ETIMEDOUT. */
static int wait_ready(struct tcp *c, uint32_t timeout_ms)
{
	WSAEVENT both[2] = {c->stop, c->ready};
	WSANETWORKEVENTS ev;
	DWORD rc = WSAWaitForMultipleEvents(2, both, FALSE, timeout_ms, FALSE);

	if (rc == WSA_WAIT_TIMEOUT) {
		return FX_ETIMEDOUT;
	}
	if (rc != WSA_WAIT_EVENT_0 + 1) {
		return rc == WSA_WAIT_EVENT_0 ? FX_EPIPE : FX_EIO;
	}
	return WSAEnumNetworkEvents(c->fd, c->ready, &ev) == 0 ? 0 : last_error();
}

static bool retry(struct tcp *c, int *err)
{
	if (!would_block()) {
		*err = last_error();
		return false;
	}
	*err = wait_ready(c, c->timeout_ms);
	return !*err;
}

static int make_ready(struct tcp *c)
{
	struct tcp_keepalive keep = {1, KEEP_IDLE_S * 1000, KEEP_INTERVAL_S * 1000};
	DWORD got;

	c->ready = WSACreateEvent();
	c->stop = WSACreateEvent();
	if (c->ready == WSA_INVALID_EVENT || c->stop == WSA_INVALID_EVENT) {
		return FX_ENOMEM;
	}
	/* without keepalive it works as well, until the power fails */
	(void)WSAIoctl(c->fd, SIO_KEEPALIVE_VALS, &keep, sizeof(keep), NULL, 0, &got, NULL, NULL);
	/* this makes the socket one that does not block */
	return WSAEventSelect(c->fd, c->ready, FD_READ | FD_WRITE | FD_CLOSE | FD_CONNECT) == 0 ?
		       0 :
		       last_error();
}

static int connected(struct tcp *c, uint32_t timeout_ms)
{
	WSANETWORKEVENTS ev;
	DWORD rc;

	if (!would_block()) {
		return last_error();
	}
	rc = WSAWaitForMultipleEvents(1, &c->ready, FALSE, timeout_ms, FALSE);
	if (rc != WSA_WAIT_EVENT_0) {
		return rc == WSA_WAIT_TIMEOUT ? FX_ETIMEDOUT : FX_EIO;
	}
	if (WSAEnumNetworkEvents(c->fd, c->ready, &ev) != 0) {
		return last_error();
	}
	if (ev.lNetworkEvents & FD_CONNECT && ev.iErrorCode[FD_CONNECT_BIT]) {
		WSASetLastError(ev.iErrorCode[FD_CONNECT_BIT]);
		return last_error();
	}
	return 0;
}

static int settle(struct tcp *c)
{
	return 0;
}

static void fini(struct tcp *c)
{
	if (c->ready && c->ready != WSA_INVALID_EVENT) {
		(void)WSACloseEvent(c->ready);
	}
	if (c->stop && c->stop != WSA_INVALID_EVENT) {
		(void)WSACloseEvent(c->stop);
	}
}
#else
static bool start_sockets(void)
{
	return true;
}

static int last_error(void)
{
	return errno == EPIPE || errno == ECONNRESET ? FX_EPIPE : fx_error_from_errno(errno);
}

static void close_sock(sock fd)
{
	(void)close(fd);
}

static bool retry(struct tcp *c, int *err)
{
	(void)c;
	if (errno == EINTR) {
		return true;
	}
	*err = errno == EAGAIN || errno == EWOULDBLOCK ? FX_ETIMEDOUT : last_error();
	return false;
}

static int make_ready(struct tcp *c)
{
	static const int on = 1, idle = KEEP_IDLE_S, interval = KEEP_INTERVAL_S, n = KEEP_COUNT;

	(void)setsockopt(c->fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof(on));
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof(idle));
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPINTVL, &interval, sizeof(interval));
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_KEEPCNT, &n, sizeof(n));
	return 0;
}

/* SO_SNDTIMEO was set to the time that this address gets: connect() keeps to it. */
static int connected(struct tcp *c, uint32_t timeout_ms)
{
	struct pollfd p = {.fd = c->fd, .events = POLLOUT};
	int err = 0;
	socklen_t n = sizeof(err);

	if (errno == EINPROGRESS || errno == EAGAIN) {
		return FX_ETIMEDOUT;
	}
	if (errno != EINTR) {
		return last_error();
	}
	/* a signal came: it goes on all the same */
	if (poll(&p, 1, (int)timeout_ms) != 1) {
		return FX_ETIMEDOUT;
	}
	if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &n) != 0) {
		return last_error();
	}
	errno = err;
	return err ? last_error() : 0;
}

static int set_limit(sock fd, int option, uint32_t ms)
{
	struct timeval tv = {(time_t)(ms / 1000), (suseconds_t)(ms % 1000) * 1000};

	return setsockopt(fd, SOL_SOCKET, option, &tv, sizeof(tv)) == 0 ? 0 : last_error();
}

static int settle(struct tcp *c)
{
	int err = set_limit(c->fd, SO_RCVTIMEO, c->timeout_ms);

	return err ? err : set_limit(c->fd, SO_SNDTIMEO, c->timeout_ms);
}

static void fini(struct tcp *c)
{
	(void)c;
}
#endif

#ifndef MSG_NOSIGNAL
#define MSG_NOSIGNAL 0
#endif
#define IO_MAX ((size_t)1 << 30) /* Windows counts in int */

static int tcp_send(struct fx_transport *t, const void *p, size_t n)
{
	struct tcp *c = get(t);
	const char *s = p;
	int err = 0;

	while (n > 0) {
		long k = (long)send(c->fd, s, n < IO_MAX ? n : IO_MAX, MSG_NOSIGNAL);

		if (k >= 0) {
			s += k;
			n -= (size_t)k;
		} else if (!retry(c, &err)) {
			return err;
		}
	}
	return 0;
}

static int tcp_recv(struct fx_transport *t, void *p, size_t size)
{
	struct tcp *c = get(t);
	int err = 0;
	long k;

	do {
		k = (long)recv(c->fd, p, size < IO_MAX ? size : IO_MAX, 0);
	} while (k < 0 && retry(c, &err));
	if (k < 0) {
		return err;
	}
	return k == 0 ? FX_EPIPE : (int)k;
}

static void tcp_close(struct fx_transport *t)
{
	struct tcp *c = get(t);

	if (c->fd != BAD_SOCK) {
		close_sock(c->fd);
	}
	fini(c);
	(void)fx_free(c);
}

static void tcp_shut(struct fx_transport *t)
{
#ifdef _WIN32
	(void)WSASetEvent(get(t)->stop);
	(void)shutdown(get(t)->fd, SD_BOTH);
#else
	(void)shutdown(get(t)->fd, SHUT_RDWR);
#endif
}

static const struct fx_transport_ops tcp_ops = {tcp_send, tcp_recv, tcp_close, tcp_shut};

static int dial(struct tcp *c, const struct addrinfo *a, uint32_t limit_ms)
{
	static const int on = 1;
	int err, type = a->ai_socktype;

#ifdef SOCK_CLOEXEC
	type |= SOCK_CLOEXEC;
#endif
	c->fd = socket(a->ai_family, type, a->ai_protocol);
	if (c->fd == BAD_SOCK) {
		return last_error();
	}
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, (const char *)&on, sizeof(on));
	err = make_ready(c);
#ifndef _WIN32
	err = err ? err : set_limit(c->fd, SO_SNDTIMEO, limit_ms);
#endif
	if (!err && connect(c->fd, a->ai_addr, (socklen_t)a->ai_addrlen) != 0) {
		err = connected(c, limit_ms);
	}
	return err ? err : settle(c);
}

static int lookup(const char *host, const char *port, struct addrinfo **ret,
		  struct fx_reason *reterr)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC,
				 .ai_socktype = SOCK_STREAM,
				 .ai_protocol = IPPROTO_TCP,
				 .ai_flags = AI_ADDRCONFIG};
	int rc = getaddrinfo(host, port, &hints, ret);

	if (rc != 0) {
		/* without a network card ADDRCONFIG hides the loop-back addresses */
		hints.ai_flags = 0;
		rc = getaddrinfo(host, port, &hints, ret);
	}
	if (rc == 0) {
		return 0;
	}
	return rc == EAI_MEMORY ?
		       FX_ENOMEM :
		       fx_fail(reterr, FX_ENOENT, "no machine of the name \"%s\" is known", host);
}

int fx_transport_tcp(const char *host, const char *port, uint32_t timeout_ms,
		     struct fx_transport **ret, struct fx_reason *reterr)
{
	struct addrinfo *list = NULL, *a;
	uint32_t n = 0, limit_ms;
	struct tcp *c = NULL;
	int err;

	if (!start_sockets()) {
		return fx_fail(reterr, FX_EIO, "Windows Sockets cannot be started");
	}
	err = lookup(host, port, &list, reterr);
	if (err) {
		return err;
	}
	for (a = list; a && n < ADDRESSES_MAX; a = a->ai_next) {
		n++;
	}
	limit_ms = timeout_ms / (n ? n : 1);
	limit_ms = limit_ms > CONNECT_MIN_MS || limit_ms == timeout_ms ? limit_ms : CONNECT_MIN_MS;
	err = FX_EIO;
	for (a = list; a && err && n-- > 0; a = a->ai_next) {
		c = fx_zalloc(sizeof(*c));
		if (!c) {
			err = FX_ENOMEM;
			break;
		}
		c->t.ops = &tcp_ops;
		c->fd = BAD_SOCK;
		c->timeout_ms = timeout_ms;
		err = dial(c, a, limit_ms);
		if (err) {
			tcp_close(&c->t);
		}
	}
	freeaddrinfo(list);
	if (err) {
		return fx_fail(reterr, err,
			       err == FX_ECONNREFUSED ? "nothing listens there" :
			       err == FX_ETIMEDOUT    ? "it does not answer" :
							"it cannot be reached");
	}
	*ret = &c->t;
	return 0;
}

void fx_client_hostname(char *dst, size_t size)
{
	dst[0] = '\0';
	if (start_sockets() && gethostname(dst, (int)size) != 0) {
		dst[0] = '\0';
	}
	dst[size - 1] = '\0';
}
