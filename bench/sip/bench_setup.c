/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Calls set up per second: one provider calls another in a process of its own over UDP on
 * loopback: INVITE, ringing, answer, the media session that begins with it, and BYE from the far
 * end, which hangs up at once, without a DCN. 64 calls at once, as fast as they come.
 *
 * usage: bench_setup [CALLS]     default 2000; prints a row for bench/run
 */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/loop.h"
#include "bench/common/bench.h"
#include "document/fax_tiff.h"
#include "providers/sip/sip.h"
#include "providers/sip/tuning.h"

#define PORTS 64u  /* calls at once */
#define FAR_PORTS 500 /* the far end may take longer to be done */

struct side {
	struct fx_loop *loop;
	struct fx_provider *p;
	unsigned online, calls, begun, answered, ended, lost;
	int doc;
	double *took;
};

static void die(const char *what, int err)
{
	(void)fprintf(stderr, "bench_setup: %s: %s\n", what, fx_error_str(err));
	_exit(1);
}

static int document(void)
{
	const struct fx_tiff_tags tags = {0};
	struct fx_tiff_wr *out = NULL;
	struct fx_bitmap b;
	int fd = memfd_create("doc", MFD_CLOEXEC);

	if (fd < 0 || fx_tiff_create(fd, &tags, &out) ||
	    fx_bitmap_init(&b, 1728, 100, FX_RES_FINE) || fx_tiff_write(out, &b) ||
	    fx_tiff_finish(out)) {
		die("document", FX_EIO);
	}
	fx_bitmap_fini(&b);
	return fd;
}

static void dial_next(struct side *s, unsigned port)
{
	struct fx_dial d = {.number = "100", .local_id = "1", .ecm = true, .modems = FX_MODEM_ALL,
			    .n_docs = 1, .log_fd = -1};
	uint64_t call = 2 * ((uint64_t)s->begun * PORTS + port) + 1;
	char line[32];
	int err;

	if (s->begun == s->calls) {
		return;
	}
	d.docs[0] = (struct fx_call_doc){.fd = s->doc, .pages = 1, .name = "doc"};
	(void)snprintf(line, sizeof(line), "far/%u", port + 1);
	s->begun++;
	err = s->p->ops->dial(s->p, line, call, &d);
	if (err) {
		die("dial", err);
	}
}

static void on_line(void *arg, const struct fx_line *line)
{
	struct side *s = arg;

	s->online += line->online;
}
static void on_incoming(void *arg, uint64_t call, const char *line, const char *caller,
			const char *called)
{
	(void)arg, (void)call, (void)line, (void)caller, (void)called;
}
static void on_ring(void *arg, uint64_t call, uint32_t n)
{
	struct side *s = arg;
	struct fx_answer a = {.local_id = "2", .ecm = true, .modems = FX_MODEM_ALL, .log_fd = -1};

	if (n == 1) {
		a.rx_fd = memfd_create("rx", MFD_CLOEXEC);
		(void)s->p->ops->answer(s->p, call, &a);
		(void)close(a.rx_fd);
	}
}
/* The called side hangs up as soon as it has answered. */
static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	struct side *s = arg;

	if (!s->calls && st->state == FX_PORT_ANSWERED) {
		(void)s->p->ops->hangup(s->p, call);
	}
}
static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	(void)arg, (void)call, (void)page;
}
static void on_end(void *arg, uint64_t call, const struct fx_call_result *result)
{
	struct side *s = arg;

	if (!s->calls) {
		return;
	}
	if (result->answered_us >= 0) {
		s->took[s->answered++] = (double)result->answered_us / 1e6;
	} else if (!s->lost++) {
		(void)fprintf(stderr, "lost: %s\n", result->words);
	}
	s->ended++;
	dial_next(s, (unsigned)(call / 2 % PORTS));
}
static void on_lost(void *arg, const char *why)
{
	(void)arg;
	(void)fprintf(stderr, "bench_setup: %s\n", why);
	_exit(1);
}
static const struct fx_provider_sink sink = {on_line, on_incoming, on_ring, on_status, on_page,
					     on_end, on_lost};

static void open_side(struct side *s, const char *ours, unsigned port, const char *theirs,
		      unsigned far, unsigned ports)
{
	struct fx_provider_env env = {.sink = &sink, .arg = s};
	struct fx_reason why = {{0}};
	char text[512];
	int err = fx_loop_new_real(&s->loop);

	(void)snprintf(text, sizeof(text),
		       "[sip]\nlisten = udp:%s:%u\nmedia_port_min = 20000\nmedia_port_max = 29999\n"
		       "[trunk far]\nhost = %s\nport = %u\nports = %u\nmax_calls_per_s = 1000\n",
		       ours, port, theirs, far, ports);
	env.loop = s->loop;
	env.settings = text;
	if (!err) {
		err = fx_sip_provider_ops.open(&env, &s->p, &why);
	}
	if (err) {
		(void)fprintf(stderr, "%s\n", why.text);
		die("open", err);
	}
}

static unsigned free_port(const char *address)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)inet_pton(AF_INET, address, &a.sin_addr);
	if (bind(fd, (struct sockaddr *)&a, n) || getsockname(fd, (struct sockaddr *)&a, &n)) {
		die("socket", FX_EIO);
	}
	(void)close(fd);
	return ntohs(a.sin_port);
}

static void called_side(unsigned port, unsigned far)
{
	struct side s = {0};

	open_side(&s, "127.0.0.22", port, "127.0.0.21", far, FAR_PORTS);
	fx_loop_run(s.loop);
	_exit(0);
}

static bool all_online(void *arg)
{
	return ((struct side *)arg)->online >= PORTS;
}
static bool all_ended(void *arg)
{
	struct side *s = arg;

	return s->ended >= s->begun;
}

static void wait_for(struct side *s, bool (*done)(void *arg))
{
	if (!fx_loop_run_until(s->loop, done, s, 120 * FX_SECOND)) {
		(void)fprintf(stderr, "online %u, begun %u, answered %u, lost %u, ended %u\n",
			      s->online, s->begun, s->answered, s->lost, s->ended);
		die("two minutes passed", FX_ETIMEDOUT);
	}
}

static void report(struct side *s, double seconds)
{
	double rate = s->answered / seconds, middle = bench_median(s->took, s->answered);
	bool good = rate >= 100 && !s->lost;

	(void)printf("calls set up per second, one host, %u lost of %u (median %.0f ms to the "
		     "answer)\t%.0f/s\t\t\t>= 100\t%s\n", s->lost, s->calls, middle * 1e3, rate,
		     good ? "ok" : "MISSED");
}

int main(int argc, char **argv)
{
	struct side s = {.calls = argc == 2 ? (unsigned)atoi(argv[1]) : 2000};
	unsigned ours = free_port("127.0.0.21"), theirs = free_port("127.0.0.22");
	pid_t child;
	double begin;

	fx_sip_tuning.hangup_ms = fx_sip_tuning.bye_ms = 20;
	child = fork();
	if (!child) {
		called_side(theirs, ours);
	}
	s.doc = document();
	s.took = calloc(s.calls + 1, sizeof(double));
	if (!s.took) {
		return 1;
	}
	open_side(&s, "127.0.0.21", ours, "127.0.0.22", theirs, PORTS);
	wait_for(&s, all_online);
	begin = bench_now(CLOCK_MONOTONIC);
	for (unsigned i = 0; i < PORTS; i++) {
		dial_next(&s, i);
	}
	wait_for(&s, all_ended);
	report(&s, bench_now(CLOCK_MONOTONIC) - begin);
	s.p->ops->close(s.p);
	s.loop = fx_loop_free(s.loop);
	(void)kill(child, SIGTERM);
	(void)waitpid(child, NULL, 0);
	return 0;
}
