/* SPDX-License-Identifier: Apache-2.0 */
/* FaxInitializeEventQueue over a real connection: what arrives, when it ends, what is left. */
#include <caselli.h>
#include <caselli/winbase.h>
#include <dirent.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/mem.h"
#include "rig.h"

struct env {
	struct rig r; /* first */
	HANDLE fax, queue;
	int threads; /* of the process, without readers */
};

static int threads_now(void)
{
	DIR *d = opendir("/proc/self/task");
	int n = -2; /* . and .. */

	assert_non_null(d);
	while (readdir(d)) {
		n++;
	}
	(void)closedir(d);
	return n;
}

/* A thread that was joined is still seen for a moment. */
static void assert_threads(int want)
{
	for (int i = 0; i < 1000 && threads_now() != want; i++) {
		(void)poll(NULL, 0, 1);
	}
	assert_int_equal(threads_now(), want);
}

static int setup(void **state)
{
	struct env *e = fx_zalloc(sizeof(*e));

	e->r.prm.max_connections = 256;
	rig_start(&e->r);
	assert_true(FaxConnectFaxServerA(e->r.path, &e->fax));
	e->queue = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
	assert_non_null(e->queue);
	e->threads = threads_now();
	*state = e;
	return 0;
}

static int teardown(void **state)
{
	struct env *e = *state;

	if (e->queue) {
		assert_true(CloseHandle(e->queue));
	}
	if (e->fax) {
		assert_true(FaxClose(e->fax));
	}
	rig_stop(&e->r);
	(void)fx_free(e);
	return 0;
}

struct some {
	enum fx_fei fei;
	uint32_t first, n;
};

static void add(struct rig *r, void *arg)
{
	const struct some *s = arg;

	for (uint32_t i = 0; i < s->n; i++) {
		fake_service_fax_event(r->s, s->fei, 1, s->first + i, FX_UID_NONE);
	}
}

static void add_events(struct env *e, uint32_t first, uint32_t n)
{
	for (uint32_t i = 0; i < n; i += 1000) {
		rig_do(&e->r, add, &(struct some){FX_FEI_SENDING, first + i,
						  n - i < 1000 ? n - i : 1000});
	}
}

/* The next packet; the caller frees it with LocalFree(). */
static FAX_EVENT *next(HANDLE queue, ULONG_PTR want_key)
{
	LPOVERLAPPED o = NULL;
	ULONG_PTR key = 0;
	DWORD bytes = 0;

	assert_true(GetQueuedCompletionStatus(queue, &bytes, &key, &o, 20000));
	assert_true(key == want_key);
	assert_int_equal(bytes, sizeof(FAX_EVENT));
	return (FAX_EVENT *)(void *)o;
}

static void expect(HANDLE queue, DWORD event, DWORD job)
{
	FAX_EVENT *e = next(queue, 77);

	assert_int_equal(e->SizeOfStruct, 24);
	assert_int_equal(e->EventId, event);
	assert_int_equal(e->JobId, job);
	assert_int_equal(e->DeviceId, event == FEI_FAXSVC_ENDED ? 0 : 1);
	assert_true(e->TimeStamp.dwHighDateTime > 30000000);
	assert_null(LocalFree(e));
}

static void expect_nothing(HANDLE queue)
{
	LPOVERLAPPED o = NULL;
	ULONG_PTR key;
	DWORD bytes;

	assert_false(GetQueuedCompletionStatus(queue, &bytes, &key, &o, 0));
	assert_int_equal(GetLastError(), WAIT_TIMEOUT);
}

static void begin(struct env *e)
{
	assert_true(FaxInitializeEventQueue(e->fax, e->queue, 77, NULL, 0));
}

static void fails(BOOL ok, DWORD code)
{
	assert_false(ok);
	assert_int_equal(GetLastError(), code);
	assert_true(strlen(CaselliLastReason()) > 10);
}

static void no_rights(struct rig *r, void *arg)
{
	(void)arg;
	r->s->rights = 0;
}

static void arguments(void **state)
{
	struct env *e = *state;
	HWND window = (HWND)(uintptr_t)0x1234;
	HANDLE gone = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0), port = NULL;

	assert_true(CloseHandle(gone));
	fails(FaxInitializeEventQueue(NULL, e->queue, 0, NULL, 0), ERROR_INVALID_PARAMETER);
	fails(FaxInitializeEventQueue(e->fax, NULL, 0, NULL, 0), ERROR_INVALID_PARAMETER);
	fails(FaxInitializeEventQueue(e->fax, e->queue, 0, window, 0x401),
	      ERROR_INVALID_PARAMETER);
	fails(FaxInitializeEventQueue(e->fax, NULL, 0, window, 0x401), ERROR_INVALID_PARAMETER);
	fails(FaxInitializeEventQueue(e->fax, NULL, 0, window, 0), ERROR_INVALID_PARAMETER);
	fails(FaxInitializeEventQueue(e->fax, gone, 0, NULL, 0), ERROR_INVALID_HANDLE);
	fails(FaxInitializeEventQueue(e->fax, e->fax, 0, NULL, 0), ERROR_INVALID_HANDLE);
	fails(FaxInitializeEventQueue((HANDLE)(uintptr_t)0x4444, e->queue, 0, NULL, 0),
	      ERROR_INVALID_HANDLE);
	assert_true(FaxOpenPort(e->fax, 1, PORT_OPEN_QUERY, &port));
	fails(FaxInitializeEventQueue(port, e->queue, 0, NULL, 0), ERROR_INVALID_HANDLE);
	assert_true(FaxClose(port));
	rig_do(&e->r, no_rights, NULL);
	fails(FaxInitializeEventQueue(e->fax, e->queue, 0, NULL, 0), ERROR_ACCESS_DENIED);
	assert_threads(e->threads);
	rig_wait_connections(&e->r, 1); /* the handle's */
}

static void packets(void **state)
{
	struct env *e = *state;
	struct pollfd p = {.fd = CaselliQueueFd(e->queue), .events = POLLIN};

	add_events(e, 1, 5); /* before: not ours */
	begin(e);
	assert_int_equal(poll(&p, 1, 0), 0);
	rig_do(&e->r, add, &(struct some){FX_FEI_JOB_QUEUED, 9, 1});
	assert_int_equal(poll(&p, 1, 20000), 1);
	expect(e->queue, FEI_JOB_QUEUED, 9);
	assert_int_equal(poll(&p, 1, 0), 0);
	rig_do(&e->r, add, &(struct some){FX_FEI_IDLE, 0, 1});
	expect(e->queue, FEI_IDLE, 0xFFFFFFFF);
	expect_nothing(e->queue);
}

static void one_session(void **state)
{
	struct env *e = *state;
	HANDLE other = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);

	begin(e);
	fails(FaxInitializeEventQueue(e->fax, e->queue, 77, NULL, 0), ERROR_INVALID_DATA);
	fails(FaxInitializeEventQueue(e->fax, other, 77, NULL, 0), ERROR_INVALID_DATA);
	assert_true(CloseHandle(e->queue));
	e->queue = other;
	begin(e);
	add_events(e, 3, 1);
	expect(e->queue, FEI_SENDING, 3);
}

static void after_fax_close(void **state)
{
	struct env *e = *state;

	begin(e);
	assert_true(FaxClose(e->fax));
	e->fax = NULL;
	rig_wait_connections(&e->r, 1); /* the reader's own */
	assert_threads(e->threads + 1);
	add_events(e, 1, 3);
	for (DWORD i = 1; i <= 3; i++) {
		expect(e->queue, FEI_SENDING, i);
	}
	assert_true(CloseHandle(e->queue));
	e->queue = NULL;
	assert_threads(e->threads);
	rig_wait_connections(&e->r, 0);
}

/* The service says that it ends; a new one may be asked again, also with the same queue. */
static void service_ends(void **state)
{
	struct env *e = *state;

	begin(e);
	add_events(e, 1, 1);
	rig_do(&e->r, add, &(struct some){FX_FEI_FAXSVC_ENDED, 0, 1});
	expect(e->queue, FEI_SENDING, 1);
	expect(e->queue, FEI_FAXSVC_ENDED, 0xFFFFFFFF);
	rig_wait_connections(&e->r, 1); /* the reader's is closed */
	expect_nothing(e->queue);
	assert_true(FaxClose(e->fax));
	rig_stop(&e->r);
	rig_start(&e->r);
	assert_true(FaxConnectFaxServerA(e->r.path, &e->fax));
	begin(e);
	add_events(e, 2, 1);
	expect(e->queue, FEI_SENDING, 2);
}

/* The service dies without a word. */
static void service_lost(void **state)
{
	struct env *e = *state;

	begin(e);
	add_events(e, 1, 1);
	expect(e->queue, FEI_SENDING, 1);
	rig_stop(&e->r);
	expect(e->queue, FEI_FAXSVC_ENDED, 0xFFFFFFFF);
	expect_nothing(e->queue);
	rig_start(&e->r);
}

/* A child after fork() has the queue's handle, but no session: closing it harms nobody. */
static void in_a_child(void **state)
{
	struct env *e = *state;
	struct pollfd p = {.fd = CaselliQueueFd(e->queue), .events = POLLIN};
	int status = -1;
	pid_t pid;

	begin(e);
	pid = fork();
	if (pid == 0) {
		_exit(CloseHandle(e->queue) ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_threads(e->threads + 1);
	rig_wait_connections(&e->r, 2);
	assert_int_equal(poll(&p, 1, 0), 0);
	add_events(e, 4, 1);
	expect(e->queue, FEI_SENDING, 4);
}

static void slow_program(void **state)
{
	struct env *e = *state;

	begin(e);
	add_events(e, 1, 10000);
	for (DWORD i = 1; i <= 10000; i++) {
		expect(e->queue, FEI_SENDING, i);
	}
	expect_nothing(e->queue);
	add_events(e, 1, 500); /* never read: freed with the queue */
}

/* Packets that wait in the queue, from its descriptor. */
static unsigned long waiting(HANDLE queue)
{
	char path[64], line[128];
	unsigned long n = 0;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", CaselliQueueFd(queue));
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "eventfd-count:", 14)) {
			n = strtoul(line + 14, NULL, 16);
		}
	}
	(void)fclose(f);
	return n;
}

static void until_full(struct env *e)
{
	for (int i = 0; i < 4000 && waiting(e->queue) < CASELLI_QUEUE_MAX; i++) {
		(void)poll(NULL, 0, 5);
	}
	assert_int_equal(waiting(e->queue), CASELLI_QUEUE_MAX);
}

/* A full queue holds the reader up, and the service keeps what comes meanwhile. */
static void full_queue(void **state)
{
	struct env *e = *state;

	begin(e);
	add_events(e, 1, 60000);
	add_events(e, 60001, CASELLI_QUEUE_MAX - 60000);
	until_full(e);
	add_events(e, CASELLI_QUEUE_MAX + 1, 60000);
	for (DWORD i = 1; i <= CASELLI_QUEUE_MAX + 60000; i++) {
		expect(e->queue, FEI_SENDING, i);
	}
	expect_nothing(e->queue);
}

/* Past what the service keeps nothing is left out silently: the session ends. */
static void too_slow(void **state)
{
	struct env *e = *state;
	FAX_EVENT *got;
	DWORD want = 1, last = 0;

	begin(e);
	add_events(e, 1, CASELLI_QUEUE_MAX);
	until_full(e);
	add_events(e, CASELLI_QUEUE_MAX + 1, 70000);
	while (last != FEI_FAXSVC_ENDED) {
		got = next(e->queue, 77);
		last = got->EventId;
		assert_true(last == FEI_FAXSVC_ENDED || got->JobId == want++);
		(void)LocalFree(got);
	}
	assert_true(want > CASELLI_QUEUE_MAX);
	expect_nothing(e->queue);
	begin(e);
	add_events(e, 5, 1);
	expect(e->queue, FEI_SENDING, 5);
}

/* Closed while the reader waits for room. */
static void closed_when_full(void **state)
{
	struct env *e = *state;

	begin(e);
	add_events(e, 1, CASELLI_QUEUE_MAX);
	until_full(e);
	add_events(e, 1, 1000);
	assert_true(CloseHandle(e->queue));
	e->queue = NULL;
	assert_threads(e->threads);
}

static void *enum_ports(void *arg)
{
	const struct env *e = arg;
	PFAX_PORT_INFOW ports = NULL;
	intptr_t bad = 0;
	DWORD n = 0;

	for (int i = 0; i < 200; i++) {
		bad += !FaxEnumPortsW(e->fax, &ports, &n) || n != 2;
		FaxFreeBuffer(ports);
	}
	return (void *)bad;
}

static void eight_threads(void **state)
{
	struct env *e = *state;
	pthread_t t[8];
	void *bad;

	begin(e);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, enum_ports, e), 0);
	}
	add_events(e, 1, 5000);
	for (DWORD i = 1; i <= 5000; i++) {
		expect(e->queue, FEI_SENDING, i);
	}
	for (int i = 0; i < 8; i++) {
		(void)pthread_join(t[i], &bad);
		assert_null(bad);
	}
}

/* Registered and closed again and again, from two threads. */
static void *come_and_go(void *arg)
{
	const struct env *e = arg;
	intptr_t n = 0;

	for (int i = 0; i < 50; i++) {
		HANDLE q = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);

		if (FaxInitializeEventQueue(e->fax, q, 1, NULL, 0)) {
			n++;
		} else if (GetLastError() != ERROR_INVALID_DATA) {
			n -= 1000; /* anything else is wrong */
		}
		(void)CloseHandle(q);
	}
	return (void *)n;
}

static void coming_and_going(void **state)
{
	struct env *e = *state;
	void *a, *b;
	pthread_t t;

	assert_int_equal(pthread_create(&t, NULL, come_and_go, e), 0);
	add_events(e, 1, 1000);
	a = come_and_go(e);
	(void)pthread_join(t, &b);
	assert_true((intptr_t)a >= 0 && (intptr_t)b >= 0 && (intptr_t)a + (intptr_t)b > 0);
	assert_threads(e->threads);
	rig_wait_connections(&e->r, 1);
}

#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(arguments), T(packets), T(one_session), T(after_fax_close), T(service_ends),
		T(service_lost), T(in_a_child), T(slow_program), T(full_queue), T(too_slow),
		T(closed_when_full),
		T(eight_threads), T(coming_and_going),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
