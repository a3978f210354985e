/* SPDX-License-Identifier: Apache-2.0 */
/* TCP of the clients: addresses in turn, what is said when nobody is there, limits, shut. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "clients/common/transport.h"
#include "support/support.h"

static int listen_on(int family, char port[16])
{
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr_in v4 = {.sin_family = AF_INET,
				 .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr *a = family == AF_INET6 ? (void *)&v6 : (void *)&v4;
	socklen_t n = family == AF_INET6 ? sizeof(v6) : sizeof(v4);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

	if (fd < 0) {
		return -1;
	}
	if (family == AF_INET6) {
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on));
	}
	if (bind(fd, a, n) != 0 || listen(fd, 4) != 0 || getsockname(fd, a, &n) != 0) {
		(void)close(fd);
		return -1;
	}
	(void)snprintf(port, 16, "%u", ntohs(family == AF_INET6 ? v6.sin6_port : v4.sin_port));
	return fd;
}

static void talk(int listener, const char *host, const char *port)
{
	struct fx_transport *t = NULL;
	struct fx_reason why = {0};
	char buf[16];
	int fd;

	assert_int_equal(fx_transport_tcp(host, port, 5000, &t, &why), 0);
	fd = accept(listener, NULL, NULL);
	assert_true(fd >= 0);
	assert_int_equal(t->ops->send(t, "hello", 5), 0);
	assert_int_equal(recv(fd, buf, 5, MSG_WAITALL), 5);
	assert_memory_equal(buf, "hello", 5);
	assert_int_equal(send(fd, "yes", 3, 0), 3);
	assert_int_equal(t->ops->recv(t, buf, sizeof(buf)), 3);
	(void)close(fd);
	assert_int_equal(t->ops->recv(t, buf, sizeof(buf)), FX_EPIPE);
	t->ops->close(t);
}

static void test_addresses(void **state)
{
	char port[16];
	int fd = listen_on(AF_INET, port);

	(void)state;
	assert_true(fd >= 0);
	talk(fd, "127.0.0.1", port);
	talk(fd, "localhost", port); /* where that is ::1 first, the second one */
	(void)close(fd);
	fd = listen_on(AF_INET6, port);
	if (fd >= 0) { /* some machines have no IPv6 */
		talk(fd, "::1", port);
		(void)close(fd);
	}
}

static void test_nobody(void **state)
{
	struct fx_transport *t = NULL;
	struct fx_reason why = {0};
	char port[16];
	int fd = listen_on(AF_INET, port);

	(void)state;
	assert_true(fd >= 0);
	(void)close(fd);
	assert_int_equal(fx_transport_tcp("127.0.0.1", port, 5000, &t, &why), FX_ECONNREFUSED);
	assert_string_equal(why.text, "nothing listens there");
	assert_int_equal(fx_transport_tcp("no such name", port, 5000, &t, &why), FX_ENOENT);
	assert_string_equal(why.text, "no machine of the name \"no such name\" is known");
	assert_null(t);
}

static void test_limit(void **state)
{
	struct fx_transport *t = NULL;
	char port[16], buf[4];
	int fd = listen_on(AF_INET, port);

	(void)state;
	assert_true(fd >= 0);
	/* the kernel takes the connection, nobody answers */
	assert_int_equal(fx_transport_tcp("127.0.0.1", port, 30, &t, NULL), 0);
	assert_int_equal(t->ops->recv(t, buf, sizeof(buf)), FX_ETIMEDOUT);
	t->ops->close(t);
	(void)close(fd);
}

static void *wait_long(void *arg)
{
	struct fx_transport *t = arg;
	char b[4];

	return (void *)(intptr_t)t->ops->recv(t, b, sizeof(b));
}

static void test_shut(void **state)
{
	struct fx_transport *t = NULL;
	pthread_t thread;
	char port[16];
	void *rc;
	int fd = listen_on(AF_INET, port);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(fx_transport_tcp("127.0.0.1", port, 60000, &t, NULL), 0);
	assert_int_equal(pthread_create(&thread, NULL, wait_long, t), 0);
	t->ops->shut(t);
	assert_int_equal(pthread_join(thread, &rc), 0);
	assert_int_equal((int)(intptr_t)rc, FX_EPIPE);
	assert_int_equal(t->ops->send(t, "x", 1), FX_EPIPE);
	t->ops->close(t);
	(void)close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_nobody),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_shut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
