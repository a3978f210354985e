/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client libraries through the front door: this starts casellid on a folder of its own,
 * connects as any program does, and looks at what the functions and objects answer.
 *
 * usage: api_test CASELLID
 * Calls go over the loop exchange, T.38 without pacing, so a fax takes a moment.
 */
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <caselli.h>
#include <faxcom.h>
#include "tests/support/support.h"

#define DEADLINE_MS 30000
#define FAST ";transport=t38;t38_pacing=unpaced"

static const char *casellid;
static char *dir;
static char letter[300], state_dir[300], socket_path[300], conf[300];
static pid_t daemon_pid;
static HANDLE fax;

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Between two looks at a thing that has no event. */
static void breathe(void)
{
	struct timespec t = {0, 5 * 1000 * 1000};

	(void)nanosleep(&t, NULL);
}

static int start(void **state)
{
	int64_t end = now_ms() + DEADLINE_MS;
	FILE *f;

	(void)state;
	dir = fx_test_mkdir();
	(void)snprintf(state_dir, sizeof(state_dir), "%s/state", dir);
	(void)snprintf(socket_path, sizeof(socket_path), "%s/rpc", dir);
	(void)snprintf(letter, sizeof(letter), "%s/letter.txt", dir);
	f = fopen(letter, "w");
	(void)fputs("Dear friend,\n\nthis is a fax.\n", f);
	(void)fclose(f);
	(void)snprintf(conf, sizeof(conf), "%s/caselli.conf", dir);
	f = fopen(conf, "w");
	(void)fputs("[service]\nmax_connections = 1000\n", f);
	(void)fclose(f);
	(void)setenv("CASELLI_SERVER", socket_path, 1);
	(void)setenv("XDG_CONFIG_HOME", dir, 1);
	daemon_pid = fork();
	if (daemon_pid == 0) {
		(void)execl(casellid, casellid, "--config", conf, "--state", state_dir, "--socket", socket_path,
			    "--log-level", "error", (char *)NULL);
		_exit(127);
	}
	while (!FaxConnectFaxServerA(NULL, &fax)) {
		if (now_ms() > end || waitpid(daemon_pid, NULL, WNOHANG) == daemon_pid) {
			(void)fprintf(stderr, "casellid: %s\n", CaselliLastReason());
			return -1;
		}
		breathe();
	}
	return 0;
}

static int stop(void **state)
{
	int status = -1;

	(void)state;
	if (fax) {
		(void)FaxClose(fax);
	}
	if (daemon_pid > 0) {
		(void)kill(daemon_pid, SIGTERM);
		(void)waitpid(daemon_pid, &status, 0);
	}
	fx_test_rmdir(dir);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : -1;
}

static void ok(BOOL good, const char *what)
{
	if (!good) {
		fail_msg("%s: %u %s", what, GetLastError(), CaselliLastReason());
	}
}
#define OK(call) ok(call, #call)

/* On the very first start the provider's host has yet to say which lines it has. */
static void wait_ports(DWORD want)
{
	int64_t end = now_ms() + DEADLINE_MS;
	PFAX_PORT_INFOW w = NULL;
	DWORD n = 0;

	for (;;) {
		bool all = true;
		DWORD i;

		OK(FaxEnumPortsW(fax, &w, &n));
		for (i = 0; i < n; i++) {
			all = all && w[i].State == FPS_AVAILABLE;
		}
		FaxFreeBuffer(w);
		if (n >= want && all) {
			return;
		}
		assert_true(now_ms() < end);
		breathe();
	}
}

static void ports(void **state)
{
	PFAX_PORT_INFOW w = NULL;
	PFAX_PORT_INFOA p = NULL;
	PFAX_DEVICE_STATUSA s = NULL;
	HANDLE q, m, second;
	DWORD n = 0, first;

	(void)state;
	wait_ports(2);
	OK(FaxEnumPortsW(fax, &w, &n));
	assert_int_equal(w[0].SizeOfStruct, sizeof(*w));
	first = w[0].DeviceId;
	FaxFreeBuffer(w);
	OK(FaxOpenPort(fax, first, PORT_OPEN_QUERY, &q));
	OK(FaxGetDeviceStatusA(q, &s));
	assert_int_equal(s->Status, FPS_AVAILABLE);
	assert_int_equal(s->DeviceId, first);
	assert_int_equal(s->JobType, JT_UNKNOWN);
	FaxFreeBuffer(s);
	OK(FaxOpenPort(fax, first, PORT_OPEN_MODIFY, &m));
	assert_false(FaxOpenPort(fax, first, PORT_OPEN_MODIFY, &second));
	assert_int_equal(GetLastError(), ERROR_INVALID_HANDLE);
	OK(FaxGetPortA(m, &p));
	p->Rings = 3;
	p->Csid = "CSID \xC3\xBC 0123456789 0123456789"; /* cut at 20, non-ASCII dropped */
	OK(FaxSetPortA(m, p));
	FaxFreeBuffer(p);
	OK(FaxGetPortA(q, &p));
	assert_int_equal(p->Rings, 3);
	assert_true(strlen(p->Csid) <= 20);
	assert_null(strchr(p->Csid, '\xC3'));
	FaxFreeBuffer(p);
	OK(FaxClose(m));
	OK(FaxClose(q));
	assert_false(FaxOpenPort(fax, 9999, PORT_OPEN_QUERY, &q));
	assert_int_equal(GetLastError(), ERROR_BAD_UNIT);
}

static void configuration(void **state)
{
	PFAX_CONFIGURATIONW c = NULL;

	(void)state;
	OK(FaxGetConfigurationW(fax, &c));
	OK(FaxSetConfigurationW(fax, c)); /* what was read can be written */
	c->Retries = 5;
	c->DirtyDays = 0xFFFFFFFF;
	c->StartCheapTime.Hour = 20;
	OK(FaxSetConfigurationW(fax, c));
	FaxFreeBuffer(c);
	OK(FaxGetConfigurationW(fax, &c));
	assert_int_equal(c->Retries, 5);
	assert_int_equal(c->DirtyDays, 0xFFFFFFFF);
	assert_int_equal(c->StartCheapTime.Hour, 20);
	FaxFreeBuffer(c);
	assert_true(FaxAccessCheck(fax, FAX_ALL_ACCESS)); /* the service's own user */
}

static void pause_queue(BOOL on)
{
	PFAX_CONFIGURATIONA c = NULL;

	OK(FaxGetConfigurationA(fax, &c));
	c->PauseServerQueue = on;
	OK(FaxSetConfigurationA(fax, c));
	FaxFreeBuffer(c);
}

static DWORD send_letter(const char *number)
{
	FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .RecipientNumber = number,
			    .RecipientName = "Rec\xC3\xADpient", .SenderName = "Sender",
			    .BillingCode = "B-1", .DocumentName = "A letter"};
	DWORD id = 0;

	OK(FaxSendDocumentA(fax, letter, &p, NULL, &id));
	assert_in_range(id, 1, 32767);
	return id;
}

static void job_control(void **state)
{
	PFAX_JOB_ENTRYA j = NULL;
	DWORD id, n;

	(void)state;
	pause_queue(TRUE);
	id = send_letter("102" FAST);
	OK(FaxGetJobA(fax, id, &j));
	assert_int_equal(j->JobType, JT_SEND);
	assert_string_equal(j->RecipientNumber, "102" FAST);
	assert_string_equal(j->RecipientName, "Rec\xC3\xADpient");
	assert_string_equal(j->BillingCode, "B-1");
	assert_string_equal(j->DocumentName, "A letter");
	FaxFreeBuffer(j);
	OK(FaxSetJobA(fax, id, JC_PAUSE, NULL));
	OK(FaxGetJobA(fax, id, &j));
	assert_true(j->QueueStatus & JS_PAUSED);
	FaxFreeBuffer(j);
	OK(FaxSetJobA(fax, id, JC_RESUME, NULL));
	OK(FaxEnumJobsA(fax, &j, &n));
	assert_int_equal(n, 1);
	assert_false(j->QueueStatus & JS_PAUSED);
	FaxFreeBuffer(j);
	OK(FaxAbort(fax, id));
	assert_false(FaxGetJobA(fax, id, &j));
	assert_int_equal(GetLastError(), ERROR_INVALID_PARAMETER);
	assert_false(FaxSetJobA(fax, id, JC_PAUSE, NULL));
	pause_queue(FALSE);
}

/* Wait for a job to become a message. */
static void wait_sent(DWORD id)
{
	int64_t end = now_ms() + DEADLINE_MS;
	CASELLI_JOB *j = NULL;

	for (;;) {
		uint64_t serial = 0;
		DWORD changes;
		BOOL finished;

		OK(CaselliFindJob(fax, id, &j));
		finished = j->Finished;
		if (!finished && (j->QueueStatus & (JS_FAILED | JS_RETRIES_EXCEEDED))) {
			fail_msg("job %u: %s (%s)", id, j->State, j->Words);
		}
		CaselliFree(j);
		if (finished) {
			return;
		}
		assert_true(now_ms() < end);
		OK(CaselliWaitChange(fax, 100, &serial, &changes));
	}
}

static void one_fax_through_com(void **state)
{
	IFaxServer *server = NULL;
	VARIANT v;
	IDispatch *d;
	IFaxDoc *doc;
	BSTR s = CaselliStringFromUtf8(letter), number = CaselliStringFromUtf8("102" FAST);
	LONG id = 0;

	(void)state;
	assert_int_equal(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_ALL, &IID_IFaxServer,
					  (void **)&server), S_OK);
	assert_int_equal(IFaxServer_Connect(server, NULL), S_OK);
	assert_int_equal(IFaxServer_CreateDocument(server, s, &v), S_OK);
	d = V_DISPATCH(&v);
	assert_int_equal(IDispatch_QueryInterface(d, &IID_IFaxDoc, (void **)&doc), S_OK);
	(void)VariantClear(&v);
	assert_int_equal(IFaxDoc_put_FaxNumber(doc, number), S_OK);
	assert_int_equal(IFaxDoc_Send(doc, &id), S_OK);
	SysFreeString(s);
	SysFreeString(number);
	assert_int_equal(IFaxDoc_Release(doc), 0);
	assert_int_equal(IFaxServer_Disconnect(server), S_OK);
	assert_int_equal(IFaxServer_Release(server), 0);
	assert_int_equal(DllCanUnloadNow(), S_OK);
	wait_sent((DWORD)id);
}

/* A received fax names both machines: the far one's TSID, and the CSID of our port. */
static void received_identifiers(void)
{
	int64_t end = now_ms() + DEADLINE_MS;
	CASELLI_MESSAGE *m = NULL;
	PFAX_PORT_INFOA ports = NULL;
	DWORD n = 0, n_ports = 0, i;

	while (!n) {
		CaselliFree(m);
		OK(CaselliEnumMessages(fax, CASELLI_FOLDER_INBOX, 0, 0, &m, &n));
		assert_true(now_ms() < end);
	}
	OK(FaxEnumPortsA(fax, &ports, &n_ports));
	for (i = 0; i < n_ports && ports[i].DeviceId != m[n - 1].DeviceId; i++) {
	}
	assert_true(i < n_ports);
	assert_string_equal(m[n - 1].Csid, ports[i].Csid);
	assert_string_not_equal(m[n - 1].Tsid, "");
	assert_string_not_equal(m[n - 1].Tsid, m[n - 1].Csid);
	FaxFreeBuffer(ports);
	CaselliFree(m);
}

static void message_and_log(void **state)
{
	CASELLI_MESSAGE *m = NULL;
	CASELLI_ATTEMPT *a = NULL;
	CASELLI_HEALTH *h = NULL;
	BYTE *data = NULL;
	char *log = NULL;
	DWORD n = 0, size = 0, pages = 0;

	(void)state;
	wait_sent(send_letter("102" FAST));
	OK(CaselliEnumMessages(fax, CASELLI_FOLDER_SENT, 0, 0, &m, &n));
	assert_true(n >= 1);
	assert_int_equal(m[0].Pages, 1);
	OK(CaselliEnumAttempts(fax, m[0].Id, &a, &n));
	assert_int_equal(n, 1);
	assert_string_equal(a[0].Outcome, "success");
	OK(CaselliGetCallLog(fax, m[0].Id, a[0].Id, &log, &size));
	assert_true(size > 0);
	OK(CaselliView(fax, m[0].Id, CASELLI_VIEW_PNG, 1, &data, &size, &pages));
	assert_memory_equal(data, "\x89PNG", 4);
	CaselliFree(data);
	OK(CaselliView(fax, m[0].Id, CASELLI_VIEW_PDF, 0, &data, &size, &pages));
	assert_memory_equal(data, "%PDF", 4);
	CaselliFree(data);
	CaselliFree(log);
	CaselliFree(a);
	CaselliFree(m);
	received_identifiers();
	OK(CaselliGetHealth(fax, &h, &n));
	assert_true(n > 0);
	CaselliFree(h);
}

/* A second program's view while a fax goes: each snapshot is of one moment. */
static void status_while_sending(void **state)
{
	int64_t end = now_ms() + DEADLINE_MS;
	PFAX_PORT_INFOA list = NULL;
	DWORD n, id, seen = 0;
	HANDLE port;

	(void)state;
	OK(FaxEnumPortsA(fax, &list, &n));
	OK(FaxOpenPort(fax, list[0].DeviceId, PORT_OPEN_QUERY, &port));
	FaxFreeBuffer(list);
	id = send_letter("102;transport=t38");
	for (;;) {
		PFAX_DEVICE_STATUSA s = NULL;

		OK(FaxGetDeviceStatusA(port, &s));
		if (s->JobType == JT_SEND) {
			seen |= s->Status;
			assert_string_equal(s->DocumentName, "A letter");
			assert_true(s->CurrentPage <= s->TotalPages);
			assert_true(s->StartTime.dwHighDateTime != 0);
		} else {
			assert_int_equal(s->CurrentPage, 0);
		}
		FaxFreeBuffer(s);
		if (seen & FPS_SENDING & 0xFFFFFFu || now_ms() > end) {
			break;
		}
		breathe();
	}
	assert_true(seen & FPS_SENDING & 0xFFFFFFu);
	OK(FaxAbort(fax, id));
	OK(FaxClose(port));
}

/* The states that a port went through, each once, as FaxStatus.Description says them. */
struct track {
	IFaxStatus *status;
	char states[400];
	bool sent, received;
	LONG pages;
};

static void look(struct track *t)
{
	BSTR s = NULL;
	BOOL sends = 0, receives = 0;
	LONG page = 0, total = 0;
	char *words, *last;
	size_t used = strlen(t->states);

	assert_int_equal(IFaxStatus_Refresh(t->status), S_OK);
	assert_int_equal(IFaxStatus_get_Description(t->status, &s), S_OK);
	assert_int_equal(IFaxStatus_get_Send(t->status, &sends), S_OK);
	assert_int_equal(IFaxStatus_get_Receive(t->status, &receives), S_OK);
	assert_int_equal(IFaxStatus_get_CurrentPage(t->status, &page), S_OK);
	assert_int_equal(IFaxStatus_get_PageCount(t->status, &total), S_OK);
	words = CaselliUtf8FromString(s);
	SysFreeString(s);
	assert_false(sends && receives);
	if (strcmp(words, "Sending") == 0) {
		assert_true(sends && page >= 1 && page <= total && page >= t->pages);
		t->pages = page;
	} else if (strcmp(words, "Receiving") == 0) {
		assert_true(receives);
	} else if (strcmp(words, "Available") == 0) {
		assert_false(sends || receives || page);
	}
	t->sent |= sends != 0;
	t->received |= receives != 0;
	last = strrchr(t->states, ' ');
	if (strcmp(last ? last + 1 : t->states, words) != 0) {
		(void)snprintf(t->states + used, sizeof(t->states) - used, "%s%s", used ? " " : "",
			       words);
	}
	CoTaskMemFree(words);
}

static void track_open(IFaxPorts *ports, LONG index, struct track *t)
{
	IFaxPort *port;
	VARIANT v;

	assert_int_equal(IFaxPorts_get_Item(ports, index, &v), S_OK);
	port = (IFaxPort *)(void *)V_DISPATCH(&v);
	assert_int_equal(IFaxPort_GetStatus(port, &v), S_OK);
	(void)IFaxPort_Release(port);
	t->status = (IFaxStatus *)(void *)V_DISPATCH(&v);
}

/* Each word of `want` in this order; others may stand between. */
static void assert_order(const char *states, const char *const *want)
{
	const char *at = states;

	for (; *want; want++) {
		at = strstr(at, *want);
		if (!at) {
			fail_msg("\"%s\" lacks %s in its place", states, *want);
		}
		at += strlen(*want);
	}
}

static void com_status_of_both_ports(void **state)
{
	static const char *const out[] = {"Available", "Dialing", "Sending", "Available", NULL};
	static const char *const in[] = {"Available", "Ringing", "Answered",
			       "Receiving", "Available", NULL};
	int64_t end = now_ms() + 2 * DEADLINE_MS;
	struct track a = {.pages = 0}, b = {.pages = 0};
	IFaxServer *server = NULL;
	IFaxPorts *list;
	VARIANT v;

	(void)state;
	wait_ports(2);
	assert_int_equal(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_ALL, &IID_IFaxServer,
					  (void **)&server), S_OK);
	assert_int_equal(IFaxServer_Connect(server, NULL), S_OK);
	assert_int_equal(IFaxServer_GetPorts(server, &v), S_OK);
	list = (IFaxPorts *)(void *)V_DISPATCH(&v);
	track_open(list, 1, &a);
	track_open(list, 2, &b);
	(void)IFaxPorts_Release(list);
	(void)IFaxServer_Release(server); /* the children keep the connection */
	look(&a);
	look(&b);
	(void)send_letter("102;transport=t38");
	while (!a.sent || !b.received || !strstr(a.states, "Sending") ||
	       strcmp(strrchr(a.states, ' ') + 1, "Available") != 0 ||
	       strcmp(strrchr(b.states, ' ') + 1, "Available") != 0) {
		look(&a);
		look(&b);
		if (now_ms() > end) {
			fail_msg("port 1: %s; port 2: %s", a.states, b.states);
		}
		breathe();
	}
	assert_order(a.states, out);
	assert_order(b.states, in);
	assert_int_equal(a.pages, 1);
	assert_int_equal(IFaxStatus_Release(a.status), 0);
	assert_int_equal(IFaxStatus_Release(b.status), 0);
	assert_int_equal(DllCanUnloadNow(), S_OK);
}

static void several_files_and_a_time(void **state)
{
	const char *files[] = {letter, letter, letter};
	CASELLI_SEND s = {.SizeOfStruct = sizeof(s), .FileCount = 3, .Files = files,
			  .Resolution = CASELLI_RESOLUTION_STANDARD,
			  .Priority = CASELLI_PRIORITY_HIGH};
	FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .RecipientNumber = "102" FAST,
			    .ScheduleAction = JSA_SPECIFIC_TIME,
			    .ScheduleTime = {.wYear = 2099, .wMonth = 12, .wDay = 31}};
	int64_t end = now_ms() + DEADLINE_MS;
	PFAX_JOB_ENTRYA j = NULL;
	CASELLI_JOB *cj = NULL;
	BYTE *page = NULL;
	DWORD id = 0, size, width, rows;
	uint64_t long_id = 0;

	(void)state;
	OK(CaselliSend(fax, &s, &p, NULL, &id, &long_id));
	OK(FaxGetJobA(fax, id, &j));
	assert_int_equal(j->ScheduleAction, JSA_SPECIFIC_TIME);
	assert_int_equal(j->ScheduleTime.wYear, 2099);
	FaxFreeBuffer(j);
	/* the page is there once the document is rendered */
	while (!FaxGetPageData(fax, id, &page, &size, &width, &rows)) {
		assert_int_equal(GetLastError(), ERROR_INVALID_DATA);
		assert_true(now_ms() < end);
		breathe();
	}
	assert_int_equal(width, 1728);
	assert_true(rows > 500);
	FaxFreeBuffer(page);
	OK(CaselliGetJob(fax, long_id, &cj));
	assert_int_equal(cj->JobId, id);
	assert_int_equal(cj->Pages, 3);
	assert_string_equal(cj->State, "pending");
	assert_int_equal(cj->Resolution, CASELLI_RESOLUTION_STANDARD);
	assert_int_equal(cj->Priority, CASELLI_PRIORITY_HIGH);
	CaselliFree(cj);
	OK(FaxAbort(fax, id));
}

static void *thread(void *arg)
{
	int i;

	for (i = 0; i < 50; i++) {
		PFAX_PORT_INFOW p = NULL;
		PFAX_CONFIGURATIONA c = NULL;
		PFAX_DEVICE_STATUSW s = NULL;
		HANDLE h = NULL;
		DWORD n;

		if (!FaxEnumPortsW(fax, &p, &n) || !FaxGetConfigurationA(fax, &c) ||
		    !FaxOpenPort(fax, p[0].DeviceId, PORT_OPEN_QUERY, &h) ||
		    !FaxGetDeviceStatusW(h, &s) || s->DeviceId != p[0].DeviceId || !FaxClose(h)) {
			return (void *)(uintptr_t)1;
		}
		FaxFreeBuffer(p);
		FaxFreeBuffer(c);
		FaxFreeBuffer(s);
	}
	return arg;
}

static void eight_threads_one_connection(void **state)
{
	pthread_t t[8];
	void *bad;
	int i;

	(void)state;
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, thread, NULL), 0);
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
	}
}

/* One FaxServer in the hands of eight threads: reads, puts, snapshots, sends. */
static void *com_thread(void *arg)
{
	IFaxServer *server = arg;
	int i;

	for (i = 0; i < 25; i++) {
		IFaxPorts *ports;
		IFaxPort *port;
		VARIANT v, item, status;
		LONG n = 0;

		if (FAILED(IFaxServer_put_Retries(server, i)) ||
		    FAILED(IFaxServer_get_Retries(server, &n)) ||
		    FAILED(IFaxServer_GetPorts(server, &v))) {
			return (void *)(uintptr_t)1;
		}
		ports = (IFaxPorts *)(void *)V_DISPATCH(&v);
		if (FAILED(IFaxPorts_get_Item(ports, 1 + i % 2, &item))) {
			return (void *)(uintptr_t)2;
		}
		port = (IFaxPort *)(void *)V_DISPATCH(&item);
		if (FAILED(IFaxPort_put_Rings(port, 1 + i % 9)) ||
		    FAILED(IFaxPort_GetStatus(port, &status))) {
			return (void *)(uintptr_t)3;
		}
		(void)IFaxPorts_Release(ports); /* parents first and children first, in turn */
		if (i % 2) {
			(void)VariantClear(&status);
			(void)VariantClear(&item);
		} else {
			(void)VariantClear(&item);
			(void)VariantClear(&status);
		}
		if (FAILED(IFaxServer_GetJobs(server, &v))) {
			return (void *)(uintptr_t)4;
		}
		(void)VariantClear(&v);
	}
	return NULL;
}

static void eight_threads_one_fax_server(void **state)
{
	IFaxServer *server = NULL;
	pthread_t t[8];
	void *bad;
	int i;

	(void)state;
	assert_int_equal(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_ALL, &IID_IFaxServer,
					  (void **)&server), S_OK);
	assert_int_equal(IFaxServer_Connect(server, NULL), S_OK);
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, com_thread, server), 0);
	}
	for (i = 0; i < 8; i++) {
		assert_int_equal(pthread_join(t[i], &bad), 0);
		assert_null(bad);
	}
	assert_int_equal(IFaxServer_Release(server), 0);
	assert_int_equal(DllCanUnloadNow(), S_OK);
}

/* More than one user may hold without a setting (max_connections). */
static void two_hundred_connections(void **state)
{
	static IFaxServer *servers[200];
	int64_t end = now_ms() + DEADLINE_MS;
	size_t i;
	LONG n;

	(void)state;
	for (i = 0; i < FX_ARRAY_LEN(servers); i++) {
		HRESULT hr;

		assert_int_equal(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_ALL,
						  &IID_IFaxServer, (void **)&servers[i]), S_OK);
		hr = IFaxServer_Connect(servers[i], NULL);
		if (FAILED(hr)) {
			fail_msg("connection %zu: 0x%08X", i + 1, (unsigned)hr);
		}
	}
	/* each is alive while all are, and a put through one is read through every other */
	assert_int_equal(IFaxServer_put_Retries(servers[0], 4), S_OK);
	for (i = 0; i < FX_ARRAY_LEN(servers); i++) {
		assert_int_equal(IFaxServer_get_Retries(servers[i], &n), S_OK);
		assert_int_equal(n, 4);
	}
	for (i = 0; i < FX_ARRAY_LEN(servers); i++) {
		if (i % 2) {
			assert_int_equal(IFaxServer_Disconnect(servers[i]), S_OK);
		}
		assert_int_equal(IFaxServer_Release(servers[i]), 0);
	}
	assert_true(now_ms() < end);
	assert_int_equal(DllCanUnloadNow(), S_OK);
}

static void service_gone(void **state)
{
	PFAX_PORT_INFOW p = NULL;
	int status = -1;
	DWORD n;

	(void)state;
	(void)kill(daemon_pid, SIGTERM);
	assert_int_equal(waitpid(daemon_pid, &status, 0), daemon_pid);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	daemon_pid = 0;
	assert_false(FaxEnumPortsW(fax, &p, &n));
	assert_int_equal(GetLastError(), RPC_S_CALL_FAILED);
	OK(FaxClose(fax));
	fax = NULL;
	assert_false(FaxConnectFaxServerA("", &fax));
	assert_int_equal(GetLastError(), RPC_S_SERVER_UNAVAILABLE);
	assert_non_null(strstr(CaselliLastReason(), "casellid"));
}

static int cleanup(void **state)
{
	if (daemon_pid > 0) {
		return stop(state);
	}
	fx_test_rmdir(dir);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ports),
		cmocka_unit_test(configuration),
		cmocka_unit_test(job_control),
		cmocka_unit_test(one_fax_through_com),
		cmocka_unit_test(message_and_log),
		cmocka_unit_test(status_while_sending),
		cmocka_unit_test(com_status_of_both_ports),
		cmocka_unit_test(several_files_and_a_time),
		cmocka_unit_test(eight_threads_one_connection),
		cmocka_unit_test(eight_threads_one_fax_server),
		cmocka_unit_test(two_hundred_connections),
		cmocka_unit_test(service_gone),
	};

	casellid = argc > 1 ? argv[1] : "casellid";
	return cmocka_run_group_tests_name("api", tests, start, cleanup);
}
