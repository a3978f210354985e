/* SPDX-License-Identifier: Apache-2.0 */
#include "clients/common/transport.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/mem.h"

#define SYSTEM_SOCKET "/run/caselli/rpc"

struct unix_transport {
	struct fx_transport t;
	int fd;
};

static struct unix_transport *get(struct fx_transport *t)
{
	return (struct unix_transport *)(void *)t;
}

static int sock_error(int e)
{
	if (e == EAGAIN || e == EWOULDBLOCK) {
		return FX_ETIMEDOUT; /* SO_RCVTIMEO, SO_SNDTIMEO */
	}
	return e == EPIPE || e == ECONNRESET ? FX_EPIPE : FX_EIO;
}

static int unix_send(struct fx_transport *t, const void *p, size_t n)
{
	const char *s = p;

	while (n > 0) {
		ssize_t k = send(get(t)->fd, s, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR) {
			continue;
		}
		if (k < 0) {
			return sock_error(errno);
		}
		s += k;
		n -= (size_t)k;
	}
	return 0;
}

static int unix_recv(struct fx_transport *t, void *p, size_t size)
{
	ssize_t k;

	do {
		k = recv(get(t)->fd, p, size, 0);
	} while (k < 0 && errno == EINTR);
	if (k < 0) {
		return sock_error(errno);
	}
	return k == 0 ? FX_EPIPE : (int)k;
}

static void unix_close(struct fx_transport *t)
{
	(void)close(get(t)->fd);
	(void)fx_free(t);
}

static void unix_shut(struct fx_transport *t)
{
	(void)shutdown(get(t)->fd, SHUT_RDWR);
}

static const struct fx_transport_ops unix_ops = {unix_send, unix_recv, unix_close, unix_shut};

int fx_transport_unix(const char *path, uint32_t timeout_ms, struct fx_transport **ret)
{
	struct timeval tv = {(time_t)(timeout_ms / 1000), (suseconds_t)(timeout_ms % 1000) * 1000};
	struct sockaddr_un addr = {.sun_family = AF_UNIX};
	struct unix_transport *u;
	int err = 0;

	if (strlen(path) >= sizeof(addr.sun_path)) {
		return FX_EOVERFLOW;
	}
	memcpy(addr.sun_path, path, strlen(path) + 1);
	u = fx_zalloc(sizeof(*u));
	if (!u) {
		return FX_ENOMEM;
	}
	u->t.ops = &unix_ops;
	u->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (u->fd < 0) {
		err = fx_error_from_errno(errno);
		(void)fx_free(u);
		return err;
	}
	/* A server that is stuck must not hold us in connect() either: send's limit covers it. */
	if (setsockopt(u->fd, SOL_SOCKET, SO_RCVTIMEO, &tv, sizeof(tv)) != 0 ||
	    setsockopt(u->fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv)) != 0) {
		err = fx_error_from_errno(errno);
	} else if (connect(u->fd, (struct sockaddr *)&addr, sizeof(addr)) != 0) {
		err = errno == EAGAIN ? FX_EBUSY : fx_error_from_errno(errno);
	}
	if (err) {
		unix_close(&u->t);
		return err;
	}
	*ret = &u->t;
	return 0;
}

static bool user_socket(char *dst, size_t size)
{
	const char *run = getenv("XDG_RUNTIME_DIR");
	struct stat st;
	size_t n;

	if (run && *run == '/') {
		n = (size_t)snprintf(dst, size, "%s/caselli/rpc", run);
		return n < size && stat(dst, &st) == 0;
	}
	/* Anybody may make a folder in /tmp: only our own is believed. */
	n = (size_t)snprintf(dst, size, "/tmp/caselli-%u", (unsigned)getuid());
	if (n + 5 > size || lstat(dst, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != getuid() ||
	    st.st_mode & (S_IWGRP | S_IWOTH)) {
		return false;
	}
	memcpy(dst + n, "/rpc", 5);
	return stat(dst, &st) == 0;
}

bool fx_client_default_server(char *dst, size_t size)
{
	return user_socket(dst, size) ||
	       (size_t)snprintf(dst, size, "%s", SYSTEM_SOCKET) < size;
}
