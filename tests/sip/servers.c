/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/sip/servers.h"

#include <arpa/inet.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/support/support.h"

/* ---- a socket with a thread behind it ---- */

static void *serve(void *arg)
{
	struct server *s = arg;
	struct pollfd p[2] = {{s->fd, POLLIN, 0}, {s->stop[0], POLLIN, 0}};
	char in[4000], out[4000];

	while (poll(p, 2, -1) > 0 && !p[1].revents) {
		struct sockaddr_in from;
		socklen_t len = sizeof(from);
		ssize_t n = recvfrom(s->fd, in, sizeof(in) - 1, 0, (struct sockaddr *)&from, &len);
		size_t m = 0;

		if (n > 0 && s->answer) {
			in[n] = 0;
			(void)pthread_mutex_lock(&s->lock);
			m = s->answer(s, in, (size_t)n, out, sizeof(out));
			(void)pthread_mutex_unlock(&s->lock);
		}
		if (m) {
			(void)sendto(s->fd, out, m, 0, (struct sockaddr *)&from, len);
		}
	}
	return NULL;
}

void server_open(struct server *s, server_fn *answer)
{
	struct sockaddr_in me = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t len = sizeof(me);

	memset(s, 0, sizeof(*s));
	s->answer = answer;
	s->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->fd, (struct sockaddr *)&me, len), 0);
	assert_int_equal(getsockname(s->fd, (struct sockaddr *)&me, &len), 0);
	s->port = ntohs(me.sin_port);
	assert_int_equal(pipe(s->stop), 0);
	(void)pthread_mutex_init(&s->lock, NULL);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
}

void server_close(struct server *s)
{
	assert_int_equal(write(s->stop[1], "", 1), 1);
	(void)pthread_join(s->thread, NULL);
	(void)close(s->fd);
	(void)close(s->stop[0]);
	(void)close(s->stop[1]);
	(void)pthread_mutex_destroy(&s->lock);
}

unsigned look_at(struct server *s, const unsigned *counter)
{
	unsigned n;

	(void)pthread_mutex_lock(&s->lock);
	n = *counter;
	(void)pthread_mutex_unlock(&s->lock);
	return n;
}

void set_mode(struct server *s, enum mode mode)
{
	(void)pthread_mutex_lock(&s->lock);
	s->mode = mode;
	(void)pthread_mutex_unlock(&s->lock);
}

/* ---- the registrar ---- */

/* The line of a header, with its end. */
static size_t copy_header(const char *in, const char *name, char *out, size_t size)
{
	const char *p = strstr(in, name), *end = p ? strstr(p + 2, "\r\n") : NULL;

	return end ? (size_t)snprintf(out, size, "%.*s", (int)(end - p), p) : 0;
}

static unsigned expires_of(const char *in)
{
	const char *p = strstr(in, "\r\nExpires: ");

	return p ? (unsigned)strtoul(p + 11, NULL, 10) : 0;
}

static const char *status_for(struct server *s, const char *in)
{
	bool reg = !strncmp(in, "REGISTER ", 9);

	s->registers += reg && expires_of(in);
	s->unregisters += reg && !expires_of(in);
	switch (s->mode) {
	case REG_DENIES:
		return reg ? "401 Unauthorized" : "200 OK";
	case REG_BRIEF: /* a minute is too short */
		return !reg || expires_of(in) > 100 ? "200 OK" : "423 Interval Too Brief";
	case REG_OUT:
		return "503 Service Unavailable";
	case REG_SILENT:
		return NULL;
	case REG_OK:
		break;
	}
	return "200 OK";
}

size_t registrar(struct server *s, const char *in, size_t n, char *out, size_t size)
{
	static const char *const copied[] = {"\r\nVia:", "\r\nFrom:", "\r\nTo:", "\r\nCall-ID:",
					     "\r\nCSeq:", "\r\nContact:"};
	const char *status = status_for(s, in);
	size_t m;

	(void)n;
	if (!status || !strncmp(in, "ACK ", 4)) {
		return 0;
	}
	m = (size_t)snprintf(out, size, "SIP/2.0 %s", status);
	for (size_t i = 0; i < FX_ARRAY_LEN(copied); i++) {
		m += copy_header(in, copied[i], out + m, size - m);
		m += (size_t)snprintf(out + m, size - m, "%s", i == 2 ? ";tag=x" : "");
	}
	return m + (size_t)snprintf(out + m, size - m, "\r\n%sExpires: %u\r\n"
				    "Content-Length: 0\r\n\r\n", status[0] == '4' ?
				    "WWW-Authenticate: Digest realm=\"r\", nonce=\"n\"\r\n" : "",
				    expires_of(in));
}

/* ---- the name server: _sip._udp.two.test -> t1, t2 at loopback ---- */

static size_t put(char *out, size_t at, const char *bytes, size_t n)
{
	memcpy(out + at, bytes, n);
	return at + n;
}

static size_t put_srv(struct server *s, char *out, size_t at, int i)
{
	char rr[] = "\xc0\x0c\0\x21\0\1\0\0\0\x3c\0\x13\0\1\0\0\0\0\2t1\3two\4test\0\0\0\0";

	rr[13] = (char)(i + 1);
	rr[16] = (char)(s->targets[i] >> 8);
	rr[17] = (char)s->targets[i];
	rr[20] = (char)('1' + i);
	rr[11] = 6 + 3 + 4 + 5 + 1;
	return put(out, at, rr, 12 + 6 + 13);
}

size_t name_server(struct server *s, const char *in, size_t n, char *out, size_t size)
{
	size_t q = 12, at;
	bool srv, a;

	if (n < 17 || n > 300 || size < 600) {
		return 0;
	}
	while (q < n && in[q]) {
		q += (size_t)in[q] + 1;
	}
	q += 5; /* end of the question */
	if (q > n) {
		return 0;
	}
	srv = in[q - 3] == 33;
	a = in[q - 3] == 1;
	memcpy(out, in, q);
	out[2] = (char)0x84;
	out[3] = 0;
	memset(out + 4, 0, 8);
	out[5] = 1;
	out[7] = (char)(srv ? 2 : a ? 1 : 0);
	at = q;
	if (srv) {
		at = put_srv(s, out, at, 1); /* the worse one first */
		at = put_srv(s, out, at, 0);
	} else if (a) {
		at = put(out, at, "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1", 16);
	}
	return at;
}
