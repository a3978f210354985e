/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Broadcasts through the front door: 10,000 recipients over 50 loop-back ports on the virtual
 * clock, some of them cancelled in the middle, power lost in the middle, one cancelled whole.
 *
 * The service runs in a thread of this process; between two steps of its clock the client calls.
 * Power is lost by copying the state folder while the clock stands still, names that share a
 * file included, and going on with the copy.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <dirent.h>
#include <time.h>
#include "base/log.h"
#include "clients/common/client.h"
#include "daemon/daemon.h"
#include "tests/support/support.h"

#define RECIPIENTS 10000u
#define PORTS "50"
#define STEP_US (10 * FX_SECOND)
#define RUN_MAX_US (2 * 86400 * FX_SECOND)
#define CANCELLED 200u

struct scene {
	char *dir, *state, *socket;
	unsigned lives;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t up;
	bool is_up;
	enum fx_exit code;
	struct fx_loop *loop;
	struct fx_client *c;
	uint32_t jobs[RECIPIENTS];
	bool cancelled[RECIPIENTS];
	unsigned sent[RECIPIENTS];
};

/* ---- the service ---- */

static void *serve(void *arg)
{
	static const char *const loop_settings[][2] = {{"ports", PORTS}, {"transport", "t38"},
						       {"t38_pacing", "unpaced"},
						       {"t38_redundancy", "0"}};
	struct scene *s = arg;
	struct fx_daemon_prm prm = {.state = s->state, .socket = s->socket, .loop = s->loop};
	struct fx_settings settings;
	struct fx_daemon *d = NULL;
	struct fx_reason why = {0};
	enum fx_exit code = FX_EXIT_SETTINGS;
	int err = fx_settings_load(&settings, NULL, false, &why);

	err = err ? err : fx_settings_set(&settings, "service", "host", "no", &why);
	err = err ? err : fx_settings_set(&settings, "service", "render", RENDER_PROGRAM, &why);
	for (size_t i = 0; !err && i < FX_ARRAY_LEN(loop_settings); i++) {
		err = fx_settings_set(&settings, "loop", loop_settings[i][0], loop_settings[i][1],
				      &why);
	}
	if (err) {
		fx_settings_fini(&settings);
	} else {
		fx_log_set_level(FX_LOG_ERROR);
		code = fx_daemon_build(&prm, &settings, &d, &why);
	}
	if (code != FX_EXIT_OK) {
		(void)fprintf(stderr, "service: %s\n", why.text);
	}
	fx_loop_set_limit(s->loop, fx_loop_now_us(s->loop));
	(void)pthread_mutex_lock(&s->lock);
	s->is_up = true;
	s->code = code;
	(void)pthread_cond_signal(&s->up);
	(void)pthread_mutex_unlock(&s->lock);
	if (d) {
		fx_loop_run(s->loop);
		(void)fx_daemon_free(d);
	}
	return NULL;
}

static void live(struct scene *s, int64_t us)
{
	const struct timespec moment = {0, 20 * 1000};
	int64_t until = fx_loop_now_us(s->loop) + us;

	fx_loop_set_limit(s->loop, until);
	while (fx_loop_now_us(s->loop) < until) {
		(void)nanosleep(&moment, NULL);
	}
}

static void start_service(struct scene *s)
{
	s->state = fx_asprintf("%s/state%u", s->dir, s->lives);
	s->socket = fx_asprintf("%s/rpc%u", s->dir, s->lives++);
	s->loop = fx_test_vloop();
	s->is_up = false;
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_cond_init(&s->up, NULL);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
	(void)pthread_mutex_lock(&s->lock);
	while (!s->is_up) {
		(void)pthread_cond_wait(&s->up, &s->lock);
	}
	(void)pthread_mutex_unlock(&s->lock);
	assert_int_equal(s->code, FX_EXIT_OK);
	assert_int_equal(fx_client_connect(s->socket, 60000, &s->c, NULL), 0);
}

static void stop_service(struct scene *s)
{
	s->c = fx_client_unref(s->c);
	fx_loop_set_limit(s->loop, FX_LOOP_NO_LIMIT);
	fx_loop_stop(s->loop);
	(void)pthread_join(s->thread, NULL);
	s->loop = fx_loop_free(s->loop);
	(void)pthread_mutex_destroy(&s->lock);
	(void)pthread_cond_destroy(&s->up);
	s->state = fx_free(s->state);
	s->socket = fx_free(s->socket);
}

/* What the disk holds at this moment, and a new life with that. */
static void lose_power(struct scene *s)
{
	fx_auto char *copy = fx_asprintf("cp -a '%s' '%s/state%u'", s->state, s->dir, s->lives);

	assert_int_equal(system(copy), 0); /* NOLINT: names of our own */
	stop_service(s);
	start_service(s);
}

/* ---- the client ---- */

/* The first 25 call, the others answer: nobody is busy because he calls himself. */
static void share_ports(struct scene *s)
{
	for (uint32_t id = 1; id <= 50; id++) {
		struct fx_ms_port_info *info = NULL;
		struct fx_ctx h;

		assert_int_equal(fx_client_open_port(s->c, id, FX_MS_PORT_QUERY | FX_MS_PORT_MODIFY,
						     &h), 0);
		assert_int_equal(fx_client_get_port(s->c, &h, FX_TEXT_UTF8, &info), 0);
		info->flags = id <= 25 ? FX_MS_FPF_SEND : FX_MS_FPF_RECEIVE;
		assert_int_equal(fx_client_set_port(s->c, &h, FX_TEXT_UTF8, info), 0);
		(void)fx_free(info);
		assert_int_equal(fx_client_close_port(s->c, &h), 0);
	}
}

static void upload(struct scene *s, char name[256])
{
	struct fx_ctx copy;

	assert_int_equal(fx_client_start_copy(s->c, ".txt", name, &copy), 0);
	assert_int_equal(fx_client_write_file(s->c, &copy, "To all.\n", 8), 0);
	assert_int_equal(fx_client_end_copy(s->c, &copy), 0);
}

/* Recipient i; the seed in its number tells it from the others on the same line. */
static void add(struct scene *s, uint32_t parent, uint32_t first, uint32_t n)
{
	static const struct fx_ms_profile from = {.name = {.u8 = "Giovanni Caselli"}};
	static const struct fx_ms_job_param param = {.priority = 1,
						     .document_name = {.u8 = "to all"}};
	struct fx_ms_profile to[FX_CLIENT_BROADCAST_MAX];
	struct fx_client_recipient r[FX_CLIENT_BROADCAST_MAX];
	char numbers[FX_CLIENT_BROADCAST_MAX][32];

	memset(to, 0, sizeof(to));
	for (uint32_t i = 0; i < n; i++) {
		(void)snprintf(numbers[i], sizeof(numbers[i]), "%u;seed=%u",
			       126 + (first + i) % 25, first + i);
		to[i].fax_number.u8 = numbers[i];
		r[i] = (struct fx_client_recipient){.sender = &from, .recipient = &to[i],
						    .param = &param};
	}
	assert_int_equal(fx_client_broadcast_add(s->c, parent, FX_TEXT_UTF8, r, n,
						 &s->jobs[first]), 0);
}

static uint32_t start_broadcast(struct scene *s, uint32_t n)
{
	uint32_t parent = 0;
	char name[256];

	upload(s, name);
	assert_int_equal(fx_client_broadcast_start(s->c, name, FX_TEXT_UTF8, "to all", &parent),
			 0);
	for (uint32_t i = 0; i < n; i += FX_CLIENT_BROADCAST_MAX) {
		add(s, parent, i, FX_CLIENT_BROADCAST_MAX);
	}
	return parent;
}

static uint32_t left(struct scene *s, uint32_t parent)
{
	struct fx_cs_job *page = NULL;
	uint32_t n = 0, recipients = 0;
	uint64_t next;

	assert_int_equal(fx_client_jobs_page(s->c, 0, 1, FX_TEXT_UTF8, &page, &n, &next), 0);
	if (n) {
		assert_int_equal(page[0].number, parent); /* the oldest there is */
		recipients = page[0].recipients + 1;
	}
	(void)fx_free(page);
	return recipients;
}

static void live_until_left(struct scene *s, uint32_t parent, uint32_t n)
{
	int64_t end = fx_loop_now_us(s->loop) + RUN_MAX_US;

	while (left(s, parent) > n) {
		if (fx_loop_now_us(s->loop) > end) {
			fail_msg("%u of the broadcast are left after two days", left(s, parent));
		}
		live(s, STEP_US);
	}
}

/* Pending ones only: what is in a call may be confirmed while it is cancelled. */
static void cancel_some(struct scene *s)
{
	unsigned n = 0;

	for (uint32_t i = 7; i < RECIPIENTS && n < CANCELLED; i += 13) {
		struct fx_ms_job_entry *job = NULL;
		bool pending = fx_client_get_job(s->c, s->jobs[i], FX_TEXT_UTF8, &job) == 0 &&
			       (job->queue_status & ~0x10u) == 0;

		(void)fx_free(job);
		if (pending) {
			assert_int_equal(fx_client_set_job(s->c, s->jobs[i], 1), 0);
			s->cancelled[i] = true;
			n++;
		}
	}
	assert_int_equal(n, CANCELLED);
}

/* ---- what must hold ---- */

static uint32_t count_sent(struct scene *s)
{
	uint32_t total = 0, n = 0;
	uint64_t after = 0;

	do {
		struct fx_cs_message *m = NULL;

		assert_int_equal(fx_client_cs_messages(s->c, FX_MS_SENT, after, 1000, FX_TEXT_UTF8,
						       &m, &n), 0);
		for (uint32_t i = 0; i < n; i++) {
			const char *seed = strstr(m[i].job->to_number.u8, "seed=");

			assert_non_null(seed);
			assert_int_equal(m[i].job->pages, 1);
			s->sent[atoi(seed + 5)]++;
			after = m[i].id;
		}
		(void)fx_free(m);
		total += n;
	} while (n);
	return total;
}

static uint32_t count_pages_received(struct scene *s)
{
	uint32_t pages = 0, n = 0;
	uint64_t after = 0;

	do {
		struct fx_cs_message *m = NULL;

		assert_int_equal(fx_client_cs_messages(s->c, FX_MS_INBOX, after, 1000,
						       FX_TEXT_UTF8, &m, &n), 0);
		for (uint32_t i = 0; i < n; i++) {
			pages += m[i].job->pages;
			after = m[i].id;
		}
		(void)fx_free(m);
	} while (n);
	return pages;
}

static unsigned files_in(const struct scene *s, const char *folder)
{
	fx_auto char *path = fx_asprintf("%s/%s", s->state, folder);
	DIR *d = opendir(path);
	struct dirent *e;
	unsigned n = 0;

	assert_non_null(d);
	while ((e = readdir(d))) {
		n += e->d_name[0] != '.';
	}
	(void)closedir(d);
	return n;
}

static void nothing_is_left(struct scene *s)
{
	struct fx_cs_job *jobs = NULL;
	uint32_t n = 9;

	live(s, 60 * FX_SECOND);
	assert_int_equal(fx_client_cs_jobs(s->c, FX_TEXT_UTF8, &jobs, &n), 0);
	assert_int_equal(n, 0);
	assert_int_equal(files_in(s, "queue"), 0);
}

static void ten_thousand(void **state)
{
	struct scene *s = *state;
	uint32_t parent, sent, received;

	start_service(s);
	share_ports(s);
	parent = start_broadcast(s, RECIPIENTS - 1000);
	live_until_left(s, parent, RECIPIENTS - 2500); /* it is sent while it is open */
	for (uint32_t i = RECIPIENTS - 1000; i < RECIPIENTS; i += FX_CLIENT_BROADCAST_MAX) {
		add(s, parent, i, FX_CLIENT_BROADCAST_MAX);
	}
	assert_int_equal(fx_client_broadcast_end(s->c, parent), 0);
	live_until_left(s, parent, 6000);
	cancel_some(s);
	live_until_left(s, parent, 5000);
	live(s, 7 * FX_SECOND); /* in the middle of calls */
	lose_power(s);
	live_until_left(s, parent, 0);
	sent = count_sent(s);
	for (uint32_t i = 0; i < RECIPIENTS; i++) {
		if (s->sent[i] != (s->cancelled[i] ? 0 : 1)) {
			fail_msg("recipient %u (%s) got it %u times", i,
				 s->cancelled[i] ? "cancelled" : "not cancelled", s->sent[i]);
		}
	}
	assert_int_equal(sent, RECIPIENTS - CANCELLED);
	/* A page may be there twice when power was lost between its arrival and its confirmation:
	 * one for each call that went on. */
	received = count_pages_received(s);
	assert_in_range(received, sent, sent + 25);
	nothing_is_left(s);
	stop_service(s);
}

static void cancelled_whole(void **state)
{
	struct scene *s = *state;
	uint32_t parent, sent;

	start_service(s);
	share_ports(s);
	parent = start_broadcast(s, 2000);
	live_until_left(s, parent, 1500);
	/* for the Windows 2000 API it is not there */
	assert_int_equal(fx_client_set_job(s->c, parent, 1), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_abort(s->c, parent), FX_W_INVALID_PARAMETER);
	assert_int_equal(fx_client_broadcast_cancel(s->c, parent), 0);
	lose_power(s); /* it stays cancelled */
	live_until_left(s, parent, 0);
	sent = count_sent(s);
	assert_in_range(sent, 400, 800);
	for (uint32_t i = 0; i < RECIPIENTS; i++) {
		assert_true(s->sent[i] <= 1);
	}
	nothing_is_left(s);
	stop_service(s);
}

static int setup(void **state)
{
	struct scene *s = fx_zalloc(sizeof(*s));

	s->dir = fx_test_mkdir();
	*state = s;
	return 0;
}

static int teardown(void **state)
{
	struct scene *s = *state;

	if (s->loop) {
		stop_service(s);
	}
	fx_test_rmdir(s->dir);
	(void)fx_free(s);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(cancelled_whole, setup, teardown),
		cmocka_unit_test_setup_teardown(ten_thousand, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
