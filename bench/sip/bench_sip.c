/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a channel costs: calls between two ends on one media worker over UDP on loopback, at full
 * pace, real time; each call is two channels. CPU is that of the whole process, kernel included;
 * memory is what it maps for itself, with all calls amid their page.
 *
 * usage: bench_sip t38|g711 CALLS SECONDS
 * prints: two rows for bench/run, and on stderr what they come from
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
	(void)fprintf(stderr, "call %llu ended: %s\n", (unsigned long long)call,
		      done->result.words);
	exit(1); /* all are to go on until the end */
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

static double anon_kb(void)
{
	FILE *f = fopen("/proc/self/smaps_rollup", "r");
	char line[128];
	double kb = 0;

	while (f && fgets(line, sizeof(line), f)) {
		(void)sscanf(line, "Pss_Anon: %lf", &kb);
	}
	if (f) {
		(void)fclose(f);
	}
	return kb;
}

static void wait_until(double at)
{
	while (wall() < at) {
		(void)poll(NULL, 0, 100);
	}
}

/* Rows of bench/run: figure, value, reference, ratio, aim, verdict. */
static void report(bool t38, double channels, double kb)
{
	const double aim = t38 ? 2000 : 700, other = t38 ? 470 : 230;
	const char *what = t38 ? "T.38" : "G.711";

	(void)printf("channels per core, %s over UDP on loopback (another fax server)\t%.0f\t%.0f\t"
		     "%.1f\t>= %.0f\t%s\n", what, channels, other, channels / other, aim,
		     channels >= aim ? "ok" : "MISSED");
	(void)printf("memory per %s call in progress, media\t%.0f KB\t\t\t<= 200 KB\t%s\n", what,
		     kb, kb <= 200 ? "ok" : "MISSED");
}

int main(int argc, char **argv)
{
	static const struct fx_worker_events events = {on_ready, on_tone, on_silence, on_status,
						       on_page, on_done, on_stopped};
	bool t38 = argc == 4 && !strcmp(argv[1], "t38");
	unsigned calls = argc == 4 ? (unsigned)atoi(argv[2]) : 0, seconds;
	double begin_cpu, begin, took, kb;
	struct fx_workers_load before, load;
	int doc;

	if (!calls || (!t38 && strcmp(argv[1], "g711") != 0)) {
		(void)fprintf(stderr, "usage: bench_sip t38|g711 CALLS SECONDS\n");
		return 2;
	}
	seconds = (unsigned)atoi(argv[3]);
	doc = document(seconds * 60 + 1200); /* no call ends before the end */
	if (fx_workers_new(1, &events, NULL, &pool)) {
		return 1;
	}
	kb = anon_kb();
	for (unsigned k = 0; k < calls; k++) {
		start_pair(k, t38, doc);
	}
	wait_until(wall() + 12); /* set-up and the first 12 s (no page yet) are not measured */
	fx_workers_load(pool, &before);
	begin = wall();
	begin_cpu = cpu();
	wait_until(begin + seconds);
	took = wall() - begin;
	begin_cpu = cpu() - begin_cpu;
	kb = (anon_kb() - kb) / (2 * calls);
	fx_workers_load(pool, &load);
	(void)fprintf(stderr, "%s: %.0f channel-seconds, %.2f s CPU, %llu of %u still going on, "
		      "%llu ticks late\n", argv[1], 2 * calls * took, begin_cpu,
		      (unsigned long long)load.calls, 2 * calls,
		      (unsigned long long)(load.ticks_late - before.ticks_late));
	report(t38, 2 * calls * took / begin_cpu, kb);
	pool = fx_workers_free(pool);
	(void)close(doc);
	return 0;
}
