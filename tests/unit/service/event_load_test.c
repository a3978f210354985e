/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 1,000 faxes over 20 ports with the real queue, service and wire, on the virtual clock in a
 * thread; programs with event queues of every speed beside it. Order and number of the events
 * must not depend on how fast, or whether, anybody reads.
 */
#include <caselli.h>
#include <caselli/winbase.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/str.h"
#include "clients/common/client.h"
#include "document/fax_tiff.h"
#include "rpc/server.h"
#include "service/service.h"
#include "tests/unit/queue/rig.h"

#define LINES "20"
#define JOBS 1000u
#define BUSY_EVERY 20u /* each such number is busy once, then answers */

struct whole {
	struct rig r; /* first */
	struct fx_service *s;
	struct fx_rpc_server *rpc;
	pthread_t thread;
	char path[108], letter[128];
};

static void tell_event(void *arg, const struct fx_fax_event *e)
{
	fx_service_on_fax_event(((struct whole *)arg)->s, e);
}

static void tell_job(void *arg, const struct fx_job *job, bool removed)
{
	fx_service_on_job(((struct whole *)arg)->s, job, removed);
}

static void *run(void *arg)
{
	struct whole *w = arg;

	fx_loop_run(w->r.loop);
	return NULL;
}

/* A fax TIFF of three pages. */
static void write_letter(struct whole *w)
{
	struct fx_tiff_wr *wr;
	struct fx_bitmap page;
	int fd;

	(void)snprintf(w->letter, sizeof(w->letter), "%s/letter.tif", w->r.dir);
	fd = open(w->letter, O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fx_tiff_create(fd, NULL, &wr), 0);
	assert_int_equal(fx_bitmap_init(&page, 1728, 16, FX_RES_FINE), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(fx_tiff_write(wr, &page), 0);
	}
	fx_bitmap_fini(&page);
	assert_int_equal(fx_tiff_finish(wr), 0);
	(void)close(fd);
}

static int setup(void **state)
{
	static const struct fx_script_step busy_once[] = {
		{.outcome = FX_OUTCOME_BUSY, .not_answered = true}, {0}};
	struct whole *w = fx_zalloc(sizeof(*w));
	struct fx_service_prm sp = {.own_uid = getuid(), .user_rights = FX_RIGHTS_USER};
	struct fx_rpc_server_prm rp = {.max_connections = 256};
	struct fx_reason why = {0};
	char number[16];

	*state = w;
	fx_config_defaults(&w->r.config);
	rig_start(&w->r, LINES);
	rig_settle(&w->r);
	(void)snprintf(w->path, sizeof(w->path), "%s/rpc", w->r.dir);
	write_letter(w);
	for (unsigned i = BUSY_EVERY; i <= JOBS; i += BUSY_EVERY) {
		(void)snprintf(number, sizeof(number), "6%u", i);
		fx_script_set(number, busy_once, FX_ARRAY_LEN(busy_once));
	}
	sp.loop = rp.loop = w->r.loop;
	sp.store = w->r.store;
	sp.spool = w->r.spool;
	sp.ports = w->r.ports;
	sp.queue = w->r.queue;
	sp.route = w->r.route;
	assert_int_equal(fx_service_new(&sp, &w->r.config, &w->s, &why), 0);
	w->r.tell_event = tell_event;
	w->r.tell_job = tell_job;
	w->r.tell_arg = w;
	rp.service = w->s;
	rp.socket_path = w->path;
	assert_int_equal(fx_rpc_server_new(&rp, &w->rpc, &why), 0);
	/* nothing is dialled before all are there */
	fx_loop_set_limit(w->r.loop, fx_loop_now_us(w->r.loop));
	assert_int_equal(pthread_create(&w->thread, NULL, run, w), 0);
	return 0;
}

static int teardown(void **state)
{
	struct whole *w = *state;

	fx_loop_stop(w->r.loop);
	(void)pthread_join(w->thread, NULL);
	w->rpc = fx_rpc_server_free(w->rpc);
	w->r.tell_event = NULL;
	w->r.tell_job = NULL;
	w->s = fx_service_free(w->s);
	rig_stop(&w->r);
	(void)fx_free(w);
	return 0;
}

/* ---- what each job must have, in this order ---- */

static const DWORD sent[] = {FEI_JOB_QUEUED, FEI_INITIALIZING, FEI_DIALING, FEI_SENDING,
			     FEI_SENDING, FEI_SENDING, FEI_COMPLETED, FEI_DELETED};
static const DWORD busy_first[] = {FEI_JOB_QUEUED, FEI_INITIALIZING, FEI_DIALING, FEI_BUSY,
				   FEI_INITIALIZING, FEI_DIALING, FEI_SENDING, FEI_SENDING,
				   FEI_SENDING, FEI_COMPLETED, FEI_DELETED};

struct book {
	uint32_t at[JOBS + 1]; /* how far each job is */
	uint32_t on_port[64];  /* the job that a port is busy with, 0 = idle */
	uint32_t deleted, idle, calls;
};

static void of_port(struct book *b, const FAX_EVENT *e)
{
	uint32_t *now = &b->on_port[e->DeviceId];

	assert_in_range(e->DeviceId, 1, 63);
	if (e->EventId == FEI_INITIALIZING) {
		assert_int_equal(*now, 0); /* IDLE was before */
		*now = e->JobId;
		b->calls++;
	} else if (e->EventId == FEI_IDLE) {
		assert_true(*now > 0);
		assert_int_equal(e->JobId, 0xFFFFFFFF);
		*now = 0;
		b->idle++;
	} else if (e->EventId != FEI_DELETED) {
		assert_int_equal(*now, e->JobId);
	}
}

static void enter(struct book *b, const FAX_EVENT *e)
{
	bool busy = e->JobId % BUSY_EVERY == 0;
	const DWORD *want = busy ? busy_first : sent;
	size_t n = busy ? FX_ARRAY_LEN(busy_first) : FX_ARRAY_LEN(sent);

	if (e->EventId != FEI_JOB_QUEUED) {
		of_port(b, e);
	}
	if (e->EventId == FEI_IDLE) {
		return;
	}
	assert_in_range(e->JobId, 1, JOBS);
	assert_true(b->at[e->JobId] < n);
	assert_int_equal(e->EventId, want[b->at[e->JobId]++]);
	b->deleted += e->EventId == FEI_DELETED;
}

static bool complete(const struct book *b)
{
	return b->deleted == JOBS && b->idle == b->calls;
}

static void check_complete(const struct book *b)
{
	assert_true(complete(b));
	assert_int_equal(b->calls, JOBS + JOBS / BUSY_EVERY);
}

/* ---- readers ---- */

static FAX_EVENT *next(HANDLE queue)
{
	LPOVERLAPPED o = NULL;
	ULONG_PTR key = 0;
	DWORD bytes = 0;

	if (!GetQueuedCompletionStatus(queue, &bytes, &key, &o, 30000)) {
		fail_msg("no event for 30 s: %u", GetLastError());
	}
	return (FAX_EVENT *)(void *)o;
}

/* Reads one batch every now and then, straight from the wire. */
struct slow {
	struct fx_client *c;
	uint64_t since;
	struct book book;
	uint32_t batches;
	bool bad;
};

static void *read_slowly(void *arg)
{
	const struct timespec pause = {0, 20 * 1000 * 1000};
	struct slow *s = arg;

	while (!s->bad && !complete(&s->book)) {
		struct fx_ms_event *e = NULL;
		uint32_t n = 0, i;
		bool lost = false;

		(void)nanosleep(&pause, NULL);
		s->bad = fx_client_events(s->c, &s->since, 20000, &e, &n, &lost) || lost || !n;
		s->batches++;
		for (i = 0; i < n; i++) {
			FAX_EVENT f = {24, {e[i].time.low, e[i].time.high}, e[i].device_id,
				       e[i].event_id, e[i].job_id};

			enter(&s->book, &f);
		}
		(void)fx_free(e);
	}
	return NULL;
}

static struct fx_client *reader(const struct whole *w, uint64_t *since)
{
	struct fx_reason why = {0};
	struct fx_ms_event *e = NULL;
	struct fx_client *c = NULL;
	uint32_t n = 0;
	bool lost;

	*since = 0;
	assert_int_equal(fx_client_connect(w->path, 0, &c, &why), 0);
	assert_int_equal(fx_client_events(c, since, 0, &e, &n, &lost), 0);
	(void)fx_free(e);
	return c;
}

static void send_all(struct whole *w, HANDLE fax)
{
	char number[16];

	for (uint32_t i = 1; i <= JOBS; i++) {
		FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .RecipientNumber = number};
		DWORD job = 0;

		(void)snprintf(number, sizeof(number), i % BUSY_EVERY ? "5%u" : "6%u", i);
		if (!FaxSendDocumentA(fax, w->letter, &p, NULL, &job)) {
			fail_msg("job %u: %s", i, CaselliLastReason());
		}
		assert_int_equal(job, i);
	}
}

static void a_thousand_jobs(void **state)
{
	struct whole *w = *state;
	static struct slow slow;
	static struct book book;
	struct fx_client *dying[10];
	HANDLE fax = NULL, queue;
	uint64_t none;
	pthread_t t;

	memset(&book, 0, sizeof(book));
	assert_true(FaxConnectFaxServerA(w->path, &fax));
	queue = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
	assert_true(FaxInitializeEventQueue(fax, queue, 1, NULL, 0));
	slow.c = reader(w, &slow.since);
	for (size_t i = 0; i < FX_ARRAY_LEN(dying); i++) {
		dying[i] = reader(w, &none);
	}
	assert_int_equal(pthread_create(&t, NULL, read_slowly, &slow), 0);
	send_all(w, fax);
	for (size_t i = 0; i < FX_ARRAY_LEN(dying); i++) {
		(void)fx_client_unref(dying[i]); /* without a word */
	}
	/* the queue is not read until everything is over */
	fx_loop_set_limit(w->r.loop, FX_LOOP_NO_LIMIT);
	(void)pthread_join(t, NULL);
	assert_false(slow.bad);
	check_complete(&slow.book);
	while (!complete(&book)) {
		FAX_EVENT *e = next(queue);

		enter(&book, e);
		(void)LocalFree(e);
	}
	check_complete(&book);
	assert_true(CloseHandle(queue));
	assert_true(FaxClose(fax));
	(void)fx_client_unref(slow.c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_thousand_jobs, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
