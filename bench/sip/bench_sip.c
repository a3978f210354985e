/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a channel costs: calls between two pools of media workers over UDP on loopback, at full
 * pace, real time; each call is two channels. CPU is that of the whole process.
 *
 * usage: bench_sip t38|g711 CALLS SECONDS
 * prints: channel-seconds, CPU seconds, channels per core, packets, ticks late, calls ended well
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include "document/fax_tiff.h"
#include "providers/sip/worker.h"

static struct fx_workers *pool;
static _Atomic unsigned ended, well;
static _Atomic uint64_t packets;

static void on_ready(void *arg, uint64_t call, int err, const char *why)
{
	(void)arg;
	if (err) {
		(void)fprintf(stderr, "call %llu: %s\n", (unsigned long long)call, why);
		exit(1);
	}
}
static void on_tone(void *arg, uint64_t call, enum fx_tone tone)
{
	(void)arg;
	(void)call;
	(void)tone;
}
static void on_silence(void *arg, uint64_t call, uint32_t ms)
{
	(void)arg;
	(void)call;
	(void)ms;
}
static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	(void)arg;
	(void)call;
	(void)st;
}
static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	(void)arg;
	if (call % 4 == 3) { /* the receiving one of a pair */
		fx_workers_page_ack(pool, call, page->page, true);
	}
}
static void on_done(void *arg, uint64_t call, const struct fx_worker_done *done)
{
	(void)arg;
	ended++;
	well += done->result.outcome == FX_OUTCOME_SUCCESS;
	packets += done->stats.sent;
	fx_workers_stop(pool, call);
}
static void on_stopped(void *arg, uint64_t call, const struct fx_worker_done *done)
{
	(void)arg;
	(void)call;
	(void)done;
}

static int document(unsigned rows)
{
	const struct fx_tiff_tags tags = {0};
	struct fx_tiff_wr *out = NULL;
	struct fx_bitmap b;
	int fd = memfd_create("doc", MFD_CLOEXEC);

	if (fd < 0 || fx_tiff_create(fd, &tags, &out) ||
	    fx_bitmap_init(&b, 1728, rows, FX_RES_FINE)) {
		exit(1);
	}
	for (unsigned r = 0; r < rows; r++) { /* about 30 octets a row in MMR */
		for (unsigned k = 0; k < 11; k++) {
			unsigned at = (r * 7919u + k * 104729u * (r + 1)) % 216;

			b.bits[r * fx_bitmap_stride(&b) + at] = 0x3C;
		}
	}
	if (fx_tiff_write(out, &b) || fx_tiff_finish(out)) {
		exit(1);
	}
	fx_bitmap_fini(&b);
	return fd;
}

static int udp(struct sockaddr_storage *ret)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&a, sizeof(a)) ||
	    getsockname(fd, (struct sockaddr *)&a, &n)) {
		perror("socket");
		exit(1);
	}
	memset(ret, 0, sizeof(*ret));
	memcpy(ret, &a, sizeof(a));
	return fd;
}

static void speak(uint64_t call, bool t38)
{
	static const struct fx_media_t38 p = {.ec = FX_UDPTL_EC_REDUNDANCY, .max_datagram = 400};

	if (t38) {
		fx_workers_t38(pool, call, &p);
	} else {
		fx_workers_audio(pool, call, FX_G711_ALAW);
	}
}

static void start_pair(uint64_t k, bool t38, int doc)
{
	static struct fx_dial dial = {.number = "1", .local_id = "1", .ecm = true, .log_fd = -1,
				      .modems = FX_MODEM_ALL, .n_docs = 1};
	struct fx_answer answer = {.local_id = "2", .ecm = true, .log_fd = -1,
				   .modems = FX_MODEM_ALL};
	struct fx_worker_start a = {.call = k * 4 + 1, .log_fd = -1}, b = {.call = k * 4 + 3,
									    .log_fd = -1};

	dial.docs[0] = (struct fx_call_doc){.fd = doc, .pages = 1, .name = "doc"};
	a.take_fd = udp(&b.remote);
	b.take_fd = udp(&a.remote);
	a.media.caller = true;
	a.media.dial = &dial;
	b.media.answer = &answer;
	a.media.source = (uint32_t)k * 7919u + 1;
	b.media.source = (uint32_t)k * 7919u + 2;
	answer.rx_fd = memfd_create("rx", MFD_CLOEXEC);
	if (fx_t30_prepare(&dial, &a.media.take_doc, NULL) || fx_workers_start(pool, &a) ||
	    fx_workers_start(pool, &b)) {
		(void)fprintf(stderr, "call %llu could not begin\n", (unsigned long long)k);
		exit(1);
	}
	(void)close(answer.rx_fd);
	speak(a.call, t38);
	speak(b.call, t38);
}

static double cpu(void)
{
	struct rusage u;

	(void)getrusage(RUSAGE_SELF, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double wall(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static const struct fx_worker_events events = {on_ready, on_tone, on_silence, on_status,
						       on_page, on_done, on_stopped};
	bool t38 = argc == 4 && !strcmp(argv[1], "t38");
	unsigned calls = argc == 4 ? (unsigned)atoi(argv[2]) : 0, seconds;
	double begin_cpu, begin, at;
	struct fx_workers_load load;
	int doc;

	if (!calls || (!t38 && strcmp(argv[1], "g711") != 0)) {
		(void)fprintf(stderr, "usage: bench_sip t38|g711 CALLS SECONDS\n");
		return 2;
	}
	seconds = (unsigned)atoi(argv[3]);
	doc = document(seconds * 60); /* long enough for calls of that length */
	if (fx_workers_new(1, &events, NULL, &pool)) {
		return 1;
	}
	for (unsigned k = 0; k < calls; k++) {
		start_pair(k, t38, doc);
	}
	/* Set-up and the first 12 s (no page yet) are not what is measured. */
	at = wall() + 12;
	while (wall() < at) {
		(void)poll(NULL, 0, 100);
	}
	begin = wall();
	begin_cpu = cpu();
	while (wall() < begin + seconds && ended < 2 * calls) {
		(void)poll(NULL, 0, 100);
	}
	at = wall() - begin;
	begin_cpu = cpu() - begin_cpu;
	fx_workers_load(pool, &load);
	(void)printf("%.1f channel-seconds, %.3f s CPU, %.0f channels per core, %llu of %u still "
		     "going on, %u ended well, %llu ticks late\n",
		     2 * calls * at, begin_cpu, 2 * calls * at / begin_cpu,
		     (unsigned long long)load.calls, 2 * calls, well,
		     (unsigned long long)load.ticks_late);
	pool = fx_workers_free(pool);
	(void)close(doc);
	return 0;
}
