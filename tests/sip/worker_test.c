/* SPDX-License-Identifier: Apache-2.0 */
/* Media workers over real sockets on loopback: real time, unpaced so that calls are short. */
#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "providers/sip/worker.h"
#include "tests/session/line.h"

#define CALLS 40u

/* What the workers told, from their threads. */
struct seen {
	pthread_mutex_t lock;
	struct fx_workers *w;
	unsigned ready, failed, done, well, stopped, silent;
	uint64_t alien;
	char why[100];
};

static void on_ready(void *arg, uint64_t call, int err, const char *why)
{
	struct seen *s = arg;

	(void)call;
	(void)pthread_mutex_lock(&s->lock);
	s->ready += !err;
	s->failed += err != 0;
	if (err) {
		(void)snprintf(s->why, sizeof(s->why), "%s", why);
	}
	(void)pthread_mutex_unlock(&s->lock);
}
static void on_tone(void *arg, uint64_t call, enum fx_tone tone)
{
	(void)arg;
	(void)call;
	(void)tone;
}
static void on_silence(void *arg, uint64_t call, uint32_t ms)
{
	struct seen *s = arg;

	(void)call;
	(void)ms;
	(void)pthread_mutex_lock(&s->lock);
	s->silent++;
	(void)pthread_mutex_unlock(&s->lock);
}
static void on_status(void *arg, uint64_t call, const struct fx_call_status *st)
{
	(void)arg;
	(void)call;
	(void)st;
}
static void on_page(void *arg, uint64_t call, const struct fx_page_report *page)
{
	struct seen *s = arg;

	if (call % 4 == 3) {
		fx_workers_page_ack(s->w, call, page->page, true);
	}
}
static void on_done(void *arg, uint64_t call, const struct fx_worker_done *done)
{
	struct seen *s = arg;

	(void)pthread_mutex_lock(&s->lock);
	s->done++;
	s->well += done->result.outcome == FX_OUTCOME_SUCCESS;
	(void)pthread_mutex_unlock(&s->lock);
	if (call % 4 == 1) {
		fx_workers_line_lost(s->w, call + 2); /* the caller hangs up */
	}
	fx_workers_stop(s->w, call);
}
static void on_stopped(void *arg, uint64_t call, const struct fx_worker_done *done)
{
	struct seen *s = arg;

	(void)call;
	(void)pthread_mutex_lock(&s->lock);
	s->stopped++;
	s->alien += done->stats.alien;
	(void)pthread_mutex_unlock(&s->lock);
}
static const struct fx_worker_events events = {on_ready, on_tone, on_silence, on_status,
					       on_page, on_done, on_stopped};

static int udp(struct sockaddr_storage *ret)
{
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t n = sizeof(a);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &n), 0);
	memset(ret, 0, sizeof(*ret));
	memcpy(ret, &a, sizeof(a));
	return fd;
}

/* Waits for what the threads do; how long that takes is not judged, only that it ends. */
static bool reach(struct seen *s, const unsigned *counter, unsigned want)
{
	for (int i = 0; i < 6000; i++) {
		bool there;

		(void)pthread_mutex_lock(&s->lock);
		there = *counter >= want;
		(void)pthread_mutex_unlock(&s->lock);
		if (there) {
			return true;
		}
		(void)poll(NULL, 0, 10);
	}
	return false;
}

/* Where both ends of a call are, and their sockets, to send what they would not. */
struct ends {
	struct sockaddr_storage at[2]; /* caller, called */
	int fd[2];
};

/* With `ends` datagrams are taken from the address agreed on only, as real calls do. */
static void start_pair(struct fx_workers *w, unsigned k, int doc, int *rx_fd, bool follow,
		       struct ends *ends)
{
	struct fx_dial dial = {.number = "1", .local_id = "1", .ecm = true, .log_fd = -1,
			       .modems = FX_MODEM_ALL, .n_docs = 1};
	struct fx_answer answer = {.local_id = "2", .ecm = true, .log_fd = -1,
				   .modems = FX_MODEM_ALL};
	struct fx_worker_start a = {.call = k * 4 + 1, .log_fd = -1}, b = {.call = k * 4 + 3,
									    .log_fd = -1};

	dial.docs[0] = (struct fx_call_doc){.fd = doc, .pages = 2, .name = "doc"};
	a.take_fd = udp(&b.remote);
	b.take_fd = udp(&a.remote);
	if (ends) {
		*ends = (struct ends){{b.remote, a.remote}, {dup(a.take_fd), dup(b.take_fd)}};
		a.strict_source = b.strict_source = true;
	}
	if (follow) { /* the answerer only learns the address from the first datagram */
		b.remote.ss_family = 0;
		b.follow_source = true;
	}
	a.media.caller = true;
	a.media.dial = &dial;
	answer.rx_fd = *rx_fd = memfd_create("rx", MFD_CLOEXEC);
	b.media.answer = &answer;
	assert_int_equal(fx_t30_prepare(&dial, &a.media.take_doc, NULL), 0);
	assert_int_equal(fx_workers_start(w, &a), 0);
	assert_int_equal(fx_workers_start(w, &b), 0);
}

static void forty_calls(void **state)
{
	static const struct fx_media_t38 t38 = {.ec = FX_UDPTL_EC_REDUNDANCY, .max_datagram = 400,
						.unpaced = true};
	struct seen s = {.lock = PTHREAD_MUTEX_INITIALIZER};
	int doc = doc_new(2, FX_RES_STANDARD, 1728, 400, 3), rx[CALLS];
	struct fx_workers_load load;

	assert_int_equal(fx_workers_new(2, &events, &s, &s.w), 0);
	for (unsigned k = 0; k < CALLS; k++) {
		start_pair(s.w, k, doc, &rx[k], k % 2, NULL);
		fx_workers_t38(s.w, k * 4 + 1, &t38);
		fx_workers_t38(s.w, k * 4 + 3, &t38);
	}
	assert_true(reach(&s, &s.stopped, 2 * CALLS));
	assert_int_equal(s.ready, 2 * CALLS);
	assert_int_equal(s.well, 2 * CALLS);
	assert_int_equal(s.alien, 0);
	fx_workers_load(s.w, &load);
	assert_int_equal(load.threads, 2);
	assert_int_equal(load.calls, 0);
	for (unsigned k = 0; k < CALLS; k++) {
		assert_same_page_fd(doc, 0, rx[k], 0);
		assert_same_page_fd(doc, 1, rx[k], 1);
		(void)close(rx[k]);
	}
	assert_null(fx_workers_free(s.w));
	(void)close(doc);
}

/* Commands for calls that are not there, and an end with calls going on. */
static void numbers_that_are_gone(void **state)
{
	struct sockaddr_storage any = {.ss_family = AF_INET};
	struct fx_media_t38 t38 = {.ec = FX_UDPTL_EC_NONE};
	struct seen s = {.lock = PTHREAD_MUTEX_INITIALIZER};
	int doc = doc_new(2, FX_RES_STANDARD, 1728, 400, 3), rx;

	assert_int_equal(fx_workers_new(1, &events, &s, &s.w), 0);
	fx_workers_audio(s.w, 77, FX_G711_ALAW);
	fx_workers_t38(s.w, 77, &t38);
	fx_workers_remote(s.w, 77, &any);
	fx_workers_page_ack(s.w, 77, 1, true);
	fx_workers_hangup(s.w, 77);
	fx_workers_line_lost(s.w, 77);
	fx_workers_stop(s.w, 77);
	start_pair(s.w, 0, doc, &rx, false, NULL);
	fx_workers_audio(s.w, 1, FX_G711_ULAW);
	fx_workers_audio(s.w, 1, FX_G711_ULAW); /* again: nothing changes */
	assert_true(reach(&s, &s.ready, 2));
	assert_int_equal(s.failed, 0);
	assert_null(fx_workers_free(s.w)); /* with two calls on it */
	assert_int_equal(s.stopped, 0);
	(void)close(rx);
	(void)close(doc);
}

/* Nobody but the far end of the call is listened to. */
static void strangers(void **state)
{
	struct fx_answer answer = {.local_id = "2", .ecm = true, .log_fd = -1,
				   .modems = FX_MODEM_ALL};
	struct fx_worker_start b = {.call = 3, .log_fd = -1, .strict_source = true};
	struct seen s = {.lock = PTHREAD_MUTEX_INITIALIZER};
	struct sockaddr_storage to, from;
	int fd = udp(&from);

	assert_int_equal(fx_workers_new(1, &events, &s, &s.w), 0);
	answer.rx_fd = memfd_create("rx", MFD_CLOEXEC);
	b.take_fd = udp(&to);
	b.media.answer = &answer;
	b.media.t38_silence_ms = 200;
	memcpy(&b.remote, &to, sizeof(to));
	((struct sockaddr_in *)&b.remote)->sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	assert_int_equal(fx_workers_start(s.w, &b), 0);
	fx_workers_t38(s.w, 3, &(struct fx_media_t38){.ec = FX_UDPTL_EC_REDUNDANCY});
	for (int i = 0; i < 50; i++) {
		static const uint8_t good[] = {0, 0, 1, 0, 0, 0};

		assert_int_equal(sendto(fd, good, sizeof(good), 0, (struct sockaddr *)&to,
					sizeof(struct sockaddr_in)), sizeof(good));
		(void)poll(NULL, 0, 10);
	}
	assert_true(reach(&s, &s.silent, 1)); /* although somebody sent all the time */
	fx_workers_stop(s.w, 3);
	assert_true(reach(&s, &s.stopped, 1));
	assert_null(fx_workers_free(s.w));
	(void)close(answer.rx_fd);
	(void)close(fd);
}

/* Something like RTP, something like UDPTL, and nothing like either. */
static size_t junk(uint32_t *seed, uint8_t *p, size_t size)
{
	size_t n;

	for (size_t i = 0; i < size; i++) {
		*seed = *seed * 1664525u + 1013904223u;
		p[i] = (uint8_t)(*seed >> 24);
	}
	n = (p[1] | (size_t)p[2] << 8) % size;
	if (p[0] % 3 == 0) {
		p[0] = 0x80;
		p[1] = p[1] % 2 ? 8 : 0;
	} else if (p[0] % 3 == 1) {
		p[0] = 0;
		p[1] %= 64;
		p[2] = p[2] % 2 ? p[2] % 64 : p[2];
	}
	return n;
}

static void send_junk(const struct ends *e, const int fd[2], unsigned count, uint32_t seed)
{
	uint8_t p[600];

	for (unsigned i = 0; i < count; i++) {
		size_t n = junk(&seed, p, sizeof(p));

		(void)sendto(fd[i % 2], p, n, MSG_DONTWAIT, (const struct sockaddr *)&e->at[!(i % 2)],
			     sizeof(struct sockaddr_in));
		if (i % 8 == 7) {
			(void)poll(NULL, 0, 1); /* the workers shall read it, not the kernel drop it */
		}
	}
}

/*
 * Random datagrams at two calls, in audio and in T.38: from strangers they change nothing; from
 * the sockets of the far ends themselves the call may be lost, but nothing else is.
 */
static void junk_from_anywhere(void **state)
{
	static const struct fx_media_t38 t38 = {.ec = FX_UDPTL_EC_REDUNDANCY, .max_datagram = 400,
						.unpaced = true};
	struct seen s = {.lock = PTHREAD_MUTEX_INITIALIZER};
	int doc = doc_new(2, FX_RES_STANDARD, 1728, 400, 3), rx[2], other[2];
	struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000009)};
	struct ends e[2];

	for (int i = 0; i < 2; i++) {
		other[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		assert_true(other[i] >= 0);
		assert_int_equal(bind(other[i], (struct sockaddr *)&a, sizeof(a)), 0);
	}
	assert_int_equal(fx_workers_new(2, &events, &s, &s.w), 0);
	for (unsigned k = 0; k < 2; k++) {
		start_pair(s.w, k, doc, &rx[k], false, &e[k]);
	}
	send_junk(&e[0], other, 800, 1);
	send_junk(&e[1], e[1].fd, 800, 2);
	for (uint64_t call = 1; call < 8; call += 2) {
		fx_workers_t38(s.w, call, &t38);
	}
	send_junk(&e[0], other, 1200, 3);
	send_junk(&e[1], e[1].fd, 1200, 4);
	fx_workers_stop(s.w, 5); /* stopped a second time if it ended well: nobody is there */
	fx_workers_stop(s.w, 7);
	assert_true(reach(&s, &s.stopped, 4));
	assert_true(s.well >= 2);
	assert_same_page_fd(doc, 0, rx[0], 0);
	assert_same_page_fd(doc, 1, rx[0], 1);
	for (unsigned k = 0; k < 2; k++) {
		(void)close(rx[k]);
		(void)close(other[k]);
		(void)close(e[k].fd[0]);
		(void)close(e[k].fd[1]);
	}
	assert_null(fx_workers_free(s.w));
	(void)close(doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forty_calls), cmocka_unit_test(numbers_that_are_gone),
		cmocka_unit_test(strangers), cmocka_unit_test(junk_from_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
