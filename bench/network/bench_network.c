/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a call over TCP costs, beside bare TCP of the same octets.
 *
 *   bench_network status SERVER CLIENTS SECONDS   GetDeviceStatus of port 1 from each client
 *   bench_network bare SEALED CLIENTS SECONDS     ping-pong of as many octets, no RPC
 *   bench_network upload SERVER BYTES             one document by StartCopyToServer, WriteFile
 *   bench_network copy BYTES                      the same octets down a TCP connection
 *
 * Prints calls a second and the median round trip in microseconds, or seconds.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "bench/common/bench.h"
#include "clients/common/client.h"

#define CLIENTS_MAX 256
#define SAMPLES     20000u /* of a client: the last of them */
#define CHUNK       16384u
/* GetDeviceStatus on the wire: header 24, handle 20; header 24, some 150 octets. Sealed: padding
 * to 16, trailer 8, token 16 on both. */
#define REQUEST        44
#define REPLY          176
#define REQUEST_SEALED 80
#define REPLY_SEALED   208

struct one {
	pthread_t thread;
	const char *server;
	int fd; /* bare */
	size_t request, reply;
	double until;
	double *times;
	size_t n;
	bool failed;
};

static bool read_all(int fd, char *p, size_t n)
{
	while (n) {
		ssize_t k = read(fd, p, n);

		if (k <= 0) {
			return false;
		}
		p += k;
		n -= (size_t)k;
	}
	return true;
}

static void sample(struct one *o, double start)
{
	o->times[o->n++ % SAMPLES] = bench_now(CLOCK_MONOTONIC) - start;
}

static void *status(void *arg)
{
	struct one *o = arg;
	struct fx_client *c = NULL;
	struct fx_reason why = {0};
	struct fx_ctx svc, port;
	uint32_t api, code = fx_client_connect(o->server, 0, &c, &why);

	code = code ? code : fx_client_connect_server(c, FX_MS_API_3, &api, &svc);
	code = code ? code : fx_client_open_port(c, 1, FX_MS_PORT_QUERY, &port);
	while (!code && bench_now(CLOCK_MONOTONIC) < o->until) {
		double start = bench_now(CLOCK_MONOTONIC);
		struct fx_ms_device_status *st = NULL;

		code = fx_client_get_device_status(c, &port, FX_TEXT_UTF8, &st);
		sample(o, start);
		(void)fx_free(st);
	}
	if (code) {
		(void)fprintf(stderr, "bench_network: error %u: %s\n", code, why.text);
	}
	o->failed = code != 0;
	(void)fx_client_unref(c);
	return NULL;
}

static void *bare(void *arg)
{
	struct one *o = arg;
	char buf[1024] = {0};

	while (!o->failed && bench_now(CLOCK_MONOTONIC) < o->until) {
		double start = bench_now(CLOCK_MONOTONIC);

		o->failed = write(o->fd, buf, o->request) != (ssize_t)o->request ||
			    !read_all(o->fd, buf, o->reply);
		sample(o, start);
	}
	(void)close(o->fd);
	return NULL;
}

static int run(struct one *v, unsigned n, double seconds, void *(*fn)(void *))
{
	double *all = fx_calloc((size_t)n * SAMPLES, sizeof(*all)), start, took;
	size_t calls = 0, m = 0;
	bool failed = !all;

	start = bench_now(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < n; i++) {
		v[i].until = start + seconds;
		v[i].times = fx_calloc(SAMPLES, sizeof(double));
		if (!v[i].times || pthread_create(&v[i].thread, NULL, fn, &v[i]) != 0) {
			return 1;
		}
	}
	for (unsigned i = 0; i < n; i++) {
		size_t k;

		(void)pthread_join(v[i].thread, NULL);
		k = v[i].n < SAMPLES ? v[i].n : SAMPLES;
		calls += v[i].n;
		failed = failed || v[i].failed;
		if (all) {
			memcpy(all + m, v[i].times, k * sizeof(double));
			m += k;
		}
		(void)fx_free(v[i].times);
	}
	took = bench_now(CLOCK_MONOTONIC) - start;
	if (!failed && m) {
		(void)printf("%.1f %.1f\n", (double)calls / took, bench_median(all, m) * 1e6);
	}
	(void)fx_free(all);
	return failed;
}

/* A listening socket on a free port of this machine. @return fd */
static int listen_somewhere(struct sockaddr_in *a)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(*a);

	*a = (struct sockaddr_in){.sin_family = AF_INET,
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	if (fd < 0 || bind(fd, (struct sockaddr *)a, len) || listen(fd, CLIENTS_MAX) ||
	    getsockname(fd, (struct sockaddr *)a, &len)) {
		return -1;
	}
	return fd;
}

struct echo {
	int fd;
	size_t request, reply;
};

static void *echo(void *arg)
{
	struct echo e = *(struct echo *)arg;
	char buf[1024] = {0};

	while (read_all(e.fd, buf, e.request) && write(e.fd, buf, e.reply) == (ssize_t)e.reply) {
	}
	(void)close(e.fd);
	return NULL;
}

static void no_delay(int fd)
{
	int on = 1;

	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
}

/* The other end is a process of its own with a thread for each client. */
static void serve(int listener, unsigned n, size_t request, size_t reply)
{
	static struct echo e[CLIENTS_MAX];
	pthread_t t[CLIENTS_MAX];

	for (unsigned i = 0; i < n; i++) {
		e[i] = (struct echo){accept(listener, NULL, NULL), request, reply};
		no_delay(e[i].fd);
		if (pthread_create(&t[i], NULL, echo, &e[i]) != 0) {
			_exit(1);
		}
	}
	for (unsigned i = 0; i < n; i++) {
		(void)pthread_join(t[i], NULL);
	}
	_exit(0);
}

static int run_bare(struct one *v, unsigned n, double seconds)
{
	struct sockaddr_in a;
	int listener = listen_somewhere(&a), rc;
	pid_t pid = fork();

	if (listener < 0 || pid < 0) {
		return 1;
	}
	if (pid == 0) {
		serve(listener, n, v[0].request, v[0].reply);
	}
	for (unsigned i = 0; i < n; i++) {
		v[i].fd = socket(AF_INET, SOCK_STREAM, 0);
		if (connect(v[i].fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
			return 1;
		}
		no_delay(v[i].fd);
	}
	rc = run(v, n, seconds, bare);
	(void)waitpid(pid, NULL, 0);
	return rc;
}

static int upload(const char *server, size_t bytes)
{
	static uint8_t chunk[CHUNK] = {'%', 'P', 'D', 'F', '-', '1', '.', '4', '\n'};
	struct fx_client *c = NULL;
	struct fx_reason why = {0};
	struct fx_ctx svc, copy;
	char name[256];
	uint32_t api, code = fx_client_connect(server, 0, &c, &why);
	double start;

	code = code ? code : fx_client_connect_server(c, FX_MS_API_3, &api, &svc);
	start = bench_now(CLOCK_MONOTONIC);
	code = code ? code : fx_client_start_copy(c, ".pdf", name, &copy);
	for (size_t at = 0; !code && at < bytes; at += CHUNK) {
		code = fx_client_write_file(c, &copy, chunk, CHUNK);
	}
	code = code ? code : fx_client_end_copy(c, &copy);
	if (code) {
		(void)fprintf(stderr, "bench_network: error %u: %s\n", code, why.text);
		return 1;
	}
	(void)printf("%.6f\n", bench_now(CLOCK_MONOTONIC) - start);
	(void)fx_client_unref(c);
	return 0;
}

static int copy(size_t bytes)
{
	static char chunk[CHUNK];
	struct sockaddr_in a;
	int listener = listen_somewhere(&a), fd = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid = fork();
	double start;
	char done;

	if (listener < 0 || fd < 0 || pid < 0) {
		return 1;
	}
	if (pid == 0) {
		int in = accept(listener, NULL, NULL);

		for (size_t at = 0; at < bytes && read_all(in, chunk, CHUNK); at += CHUNK) {
		}
		_exit(write(in, chunk, 1) != 1);
	}
	if (connect(fd, (struct sockaddr *)&a, sizeof(a)) != 0) {
		return 1;
	}
	start = bench_now(CLOCK_MONOTONIC);
	for (size_t at = 0; at < bytes; at += CHUNK) {
		if (write(fd, chunk, CHUNK) != CHUNK) {
			return 1;
		}
	}
	if (!read_all(fd, &done, 1)) {
		return 1;
	}
	(void)printf("%.6f\n", bench_now(CLOCK_MONOTONIC) - start);
	(void)waitpid(pid, NULL, 0);
	return 0;
}

int main(int argc, char **argv)
{
	static struct one v[CLIENTS_MAX];
	const char *what = argc > 1 ? argv[1] : "";
	unsigned n = argc == 5 ? (unsigned)atoi(argv[3]) : 0;
	bool sealed = argc > 2 && strcmp(argv[2], "1") == 0;

	for (unsigned i = 0; i < n && i < CLIENTS_MAX; i++) {
		v[i].server = argv[2];
		v[i].request = sealed ? REQUEST_SEALED : REQUEST;
		v[i].reply = sealed ? REPLY_SEALED : REPLY;
	}
	if (n && n <= CLIENTS_MAX && strcmp(what, "status") == 0) {
		return run(v, n, atof(argv[4]), status);
	}
	if (n && n <= CLIENTS_MAX && strcmp(what, "bare") == 0) {
		return run_bare(v, n, atof(argv[4]));
	}
	if (argc == 4 && strcmp(what, "upload") == 0) {
		return upload(argv[2], strtoul(argv[3], NULL, 10));
	}
	if (argc == 3 && strcmp(what, "copy") == 0) {
		return copy(strtoul(argv[2], NULL, 10));
	}
	(void)fprintf(stderr, "usage: bench_network status SERVER N SECONDS | bare SEALED N SECONDS"
			      " | upload SERVER BYTES | copy BYTES\n");
	return 2;
}
