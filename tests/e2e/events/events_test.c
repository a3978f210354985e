/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fax events of casellid as a program gets them: the sequences of winfax.md 6.4 over the loop
 * exchange, the end of the service, and what readers cost that die.
 *
 * usage: events_test CASELLID
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <caselli.h>
#include <caselli/winbase.h>
#include "tests/support/support.h"

#define DEADLINE_MS 30000
#define FAST ";transport=t38;t38_pacing=unpaced"
#define NONE 0xFFFFFFFFu

static const char *casellid;

struct env {
	char *dir;
	char letter[300], state[300], socket[300];
	pid_t pid;
	HANDLE fax, queue;
	FAX_EVENT got[200];
	size_t n;
};

static void breathe(void)
{
	(void)poll(NULL, 0, 5);
}

static bool connected(struct env *e)
{
	PFAX_PORT_INFOA p = NULL;
	DWORD n = 0;
	bool there;

	if (!e->fax && !FaxConnectFaxServerA(e->socket, &e->fax)) {
		return false;
	}
	there = FaxEnumPortsA(e->fax, &p, &n) && n == 2 && p[0].State == FPS_AVAILABLE &&
		p[1].State == FPS_AVAILABLE;
	FaxFreeBuffer(p);
	return there;
}

static void start_service(struct env *e)
{
	e->pid = fork();
	if (e->pid == 0) {
		(void)execl(casellid, casellid, "--state", e->state, "--socket", e->socket,
			    "--log-level", "error", (char *)NULL);
		_exit(127);
	}
	for (int i = 0; i < DEADLINE_MS / 5 && !connected(e); i++) {
		breathe();
	}
	assert_true(connected(e));
}

static void begin(struct env *e)
{
	e->queue = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
	if (!FaxInitializeEventQueue(e->fax, e->queue, 5, NULL, 0)) {
		fail_msg("events: %s", CaselliLastReason());
	}
	e->n = 0;
}

static int setup(void **state)
{
	struct env *e = fx_zalloc(sizeof(*e));
	FILE *f;

	e->dir = fx_test_mkdir();
	(void)snprintf(e->state, sizeof(e->state), "%s/state", e->dir);
	(void)snprintf(e->socket, sizeof(e->socket), "%s/rpc", e->dir);
	(void)snprintf(e->letter, sizeof(e->letter), "%s/letter.txt", e->dir);
	(void)setenv("XDG_CONFIG_HOME", e->dir, 1);
	f = fopen(e->letter, "w");
	(void)fputs("Page one.\n\fPage two.\n", f);
	(void)fclose(f);
	*state = e;
	start_service(e);
	begin(e);
	return 0;
}

static int teardown(void **state)
{
	struct env *e = *state;
	int status = 0;

	if (e->queue) {
		(void)CloseHandle(e->queue);
	}
	if (e->fax) {
		(void)FaxClose(e->fax);
	}
	if (e->pid > 0) {
		(void)kill(e->pid, SIGTERM);
		(void)waitpid(e->pid, &status, 0);
	}
	fx_test_rmdir(e->dir);
	(void)fx_free(e);
	return status;
}

static DWORD send_to(struct env *e, const char *number)
{
	FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .RecipientNumber = number};
	DWORD job = 0;

	if (!FaxSendDocumentA(e->fax, e->letter, &p, NULL, &job)) {
		fail_msg("send: %s", CaselliLastReason());
	}
	return job;
}

/* Keep what comes until there was this event, of this job or port (0 = any). */
static void until(struct env *e, DWORD event, DWORD job, DWORD device)
{
	LPOVERLAPPED o;
	ULONG_PTR key;
	DWORD bytes;
	FAX_EVENT *f;

	do {
		if (!GetQueuedCompletionStatus(e->queue, &bytes, &key, &o, DEADLINE_MS)) {
			fail_msg("event %u did not come", event);
		}
		f = (FAX_EVENT *)(void *)o;
		assert_true(key == 5 && bytes == sizeof(*f) && e->n < 200);
		e->got[e->n++] = *f;
		(void)LocalFree(f);
		f = &e->got[e->n - 1];
	} while (f->EventId != event || (job && f->JobId != job) ||
		 (device && f->DeviceId != device));
}

/* Events of a job, or those of a port that name no job, in the order in which they came. */
static void check(const struct env *e, DWORD job, DWORD device, const DWORD *want, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i < e->n; i++) {
		const FAX_EVENT *f = &e->got[i];

		if (f->JobId != job || (device && f->DeviceId != device)) {
			continue;
		}
		assert_true(at < n);
		assert_int_equal(f->EventId, want[at++]);
	}
	assert_int_equal(at, n);
}
#define CHECK(e, job, device, ...)                                                                 \
	do {                                                                                       \
		static const DWORD want_[] = {__VA_ARGS__};                                        \
		check(e, job, device, want_, sizeof(want_) / sizeof(want_[0]));                    \
	} while (0)

static DWORD received_job(const struct env *e)
{
	for (size_t i = 0; i < e->n; i++) {
		if (e->got[i].EventId == FEI_ANSWERED) {
			return e->got[i].JobId;
		}
	}
	fail_msg("nothing was answered");
	return 0;
}

static void send_and_receive(void **state)
{
	struct env *e = *state;
	DWORD job = send_to(e, "102" FAST), in;

	until(e, FEI_IDLE, 0, 0); /* of one port, then of the other */
	until(e, FEI_IDLE, 0, 3 - e->got[e->n - 1].DeviceId);
	in = received_job(e);
	CHECK(e, job, 0, FEI_JOB_QUEUED, FEI_INITIALIZING, FEI_DIALING, FEI_SENDING, FEI_SENDING,
	      FEI_COMPLETED, FEI_DELETED);
	CHECK(e, in, 2, FEI_ANSWERED, FEI_RECEIVING, FEI_RECEIVING, FEI_COMPLETED, FEI_ROUTING,
	      FEI_DELETED);
	CHECK(e, NONE, 1, FEI_IDLE);
	CHECK(e, NONE, 2, FEI_RINGING, FEI_IDLE);
}

static void busy(void **state)
{
	struct env *e = *state;
	PFAX_CONFIGURATIONA c = NULL;
	DWORD job;

	assert_true(FaxGetConfigurationA(e->fax, &c));
	c->Retries = 0;
	assert_true(FaxSetConfigurationA(e->fax, c));
	FaxFreeBuffer(c);
	job = send_to(e, "102;busy" FAST);
	until(e, FEI_IDLE, 0, 1);
	CHECK(e, job, 0, FEI_JOB_QUEUED, FEI_INITIALIZING, FEI_DIALING, FEI_BUSY);
	CHECK(e, NONE, 1, FEI_IDLE);
}

static void cancelled(void **state)
{
	struct env *e = *state;
	DWORD job = send_to(e, "102;no_answer");

	until(e, FEI_DIALING, job, 0);
	assert_true(FaxAbort(e->fax, job));
	until(e, FEI_IDLE, 0, 1);
	CHECK(e, job, 0, FEI_JOB_QUEUED, FEI_INITIALIZING, FEI_DIALING, FEI_ABORTING, FEI_DELETED);
}

static void the_end(struct env *e, int sig)
{
	int status;

	(void)kill(e->pid, sig);
	until(e, FEI_FAXSVC_ENDED, NONE, 0);
	assert_int_equal(e->got[e->n - 1].DeviceId, 0);
	(void)waitpid(e->pid, &status, 0);
	(void)FaxClose(e->fax);
	e->fax = NULL;
	start_service(e);
	assert_true(CloseHandle(e->queue));
	begin(e);
}

static void service_ends(void **state)
{
	struct env *e = *state;
	DWORD job;

	the_end(e, SIGTERM);
	the_end(e, SIGKILL);
	job = send_to(e, "102;busy" FAST);
	until(e, FEI_BUSY, job, 1);
}

/* Kilobytes of the service's own memory. */
static long memory_of(pid_t pid)
{
	char path[64], line[128];
	long kb = 0, sum = -1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (sscanf(line, "Pss_Anon: %ld kB", &kb) == 1) {
			sum = kb;
		}
	}
	(void)fclose(f);
	return sum;
}

/* Programs that register, read nothing and are killed. */
static void kill_readers(struct env *e, int n)
{
	pid_t pids[100];
	int ready[2];
	char c;

	assert_int_equal(pipe(ready), 0);
	for (int i = 0; i < n; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			HANDLE fax = NULL, q;

			q = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
			c = FaxConnectFaxServerA(e->socket, &fax) &&
			    FaxInitializeEventQueue(fax, q, 1, NULL, 0);
			(void)!write(ready[1], &c, 1);
			(void)pause();
			_exit(0);
		}
	}
	for (int i = 0; i < n; i++) {
		assert_int_equal(read(ready[0], &c, 1), 1);
		assert_int_equal(c, 1);
	}
	for (int i = 0; i < n; i++) {
		(void)kill(pids[i], SIGKILL);
		(void)waitpid(pids[i], NULL, 0);
	}
	(void)close(ready[0]);
	(void)close(ready[1]);
}

static void readers_that_die(void **state)
{
	struct env *e = *state;
	long before;

	/* what the service needs for so many at once, it has then */
	kill_readers(e, 100);
	for (int round = 0; round < 4; round++) {
		kill_readers(e, 25);
	}
	before = memory_of(e->pid);
	assert_true(before > 0);
	for (int round = 0; round < 8; round++) {
		kill_readers(e, 25);
	}
	/* Of 200 more nothing is left, but for how malloc() cuts its pages; to the block it is
	 * counted in rpc-events (dead_readers). */
	assert_in_range(memory_of(e->pid), 0, before + 1024);
	/* and those who live still hear everything */
	until(e, FEI_DELETED, send_to(e, "102" FAST), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(send_and_receive), T(busy), T(cancelled), T(service_ends), T(readers_that_die),
	};

	if (argc != 2) {
		(void)fprintf(stderr, "usage: events_test CASELLID\n");
		return 2;
	}
	casellid = argv[1];
	return cmocka_run_group_tests(tests, NULL, NULL);
}
