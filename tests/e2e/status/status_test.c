/* SPDX-License-Identifier: Apache-2.0 */
/*
 * FaxStatus of both ports during a call: what a program sees that asks every 50 ms of call time.
 *
 * The whole service runs in a thread of this process, on the virtual clock; between two steps of
 * it both ports are read through libfaxcom over the real socket. So times are exact: each case
 * runs twice and must give the same list of (time, port, state, page).
 */
#include <caselli.h>
#include <faxcom.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <winfax.h>
#include "base/log.h"
#include "base/str.h"
#include "daemon/daemon.h"
#include "tests/support/support.h"

#define STEP_US (50 * FX_MS)
#define AFTER_US (5 * FX_SECOND) /* longer than the end of a call stays on show */
#define CASE_MAX_US (240 * FX_SECOND)
#define EVENTS_MAX 200
#define PAGES 2
#define EPOCH_DATE 46023.0 /* FX_TEST_EPOCH_US as a DATE */
#define SECOND_OF_DATE (1.0 / 86400)

struct event {
	int64_t at_ms; /* after the document was handed over */
	int port;
	char words[32];
	LONG page;
};
/* The 19 properties of one moment. */
struct look {
	char CallerId[64], Csid[32], DeviceName[64], DocumentName[64], Address[64],
		RoutingString[64], SenderName[64], RecipientName[64], Description[32], Tsid[32];
	LONG CurrentPage, DeviceId, DocumentSize, PageCount;
	BOOL Send, Receive;
	DATE StartTime, SubmittedTime, ElapsedTime;
};

struct scene {
	/* what happens */
	const char *number;
	int64_t abort_after_us; /* after the first page is being sent; 0 = never */
	/* the service, on its own thread */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t up;
	bool is_up;
	enum fx_exit code;
	struct fx_loop *loop;
	char *dir, *state, *socket, *letter;
	/* the client */
	HANDLE fax;
	DWORD job;
	IFaxServer *server;
	IFaxPort *port[2];
	IFaxStatus *status[2], *never_refreshed[2];
	struct look first[2], last[2];
	int64_t sent_us, sending_since_us;
	DATE call_start[2];
	struct event events[EVENTS_MAX];
	size_t n_events;
};

/* ---- the service ---- */

static struct scene *scenes[2]; /* of the case that runs: the same one twice */

static void say_up(struct scene *s, enum fx_exit code)
{
	(void)pthread_mutex_lock(&s->lock);
	s->is_up = true;
	s->code = code;
	(void)pthread_cond_signal(&s->up);
	(void)pthread_mutex_unlock(&s->lock);
}

static void *serve(void *arg)
{
	struct scene *s = arg;
	struct fx_daemon_prm prm = {.state = s->state, .socket = s->socket, .loop = s->loop};
	struct fx_settings settings;
	struct fx_daemon *d = NULL;
	struct fx_reason why = {0};
	enum fx_exit code = FX_EXIT_SETTINGS;

	if (!fx_settings_load(&settings, NULL, false, &why) &&
	    !fx_settings_set(&settings, "service", "host", "no", &why) &&
	    !fx_settings_set(&settings, "service", "render", RENDER_PROGRAM, &why)) {
		code = fx_daemon_build(&prm, &settings, &d, &why);
	} else {
		fx_settings_fini(&settings);
	}
	if (code != FX_EXIT_OK) {
		(void)fprintf(stderr, "service: %s\n", why.text);
	}
	/* From here on time stands still until a step is made. */
	fx_loop_set_limit(s->loop, fx_loop_now_us(s->loop));
	say_up(s, code);
	if (d) {
		fx_loop_run(s->loop);
		(void)fx_daemon_free(d);
	}
	return NULL;
}

/* Let the service live until `until`; when this returns it has nothing to do before. */
static void live_until(struct scene *s, int64_t until)
{
	const struct timespec moment = {0, 20 * 1000};

	fx_loop_set_limit(s->loop, until);
	while (fx_loop_now_us(s->loop) < until) {
		(void)nanosleep(&moment, NULL);
	}
}

static void start_service(struct scene *s)
{
	s->dir = fx_test_mkdir();
	s->state = fx_asprintf("%s/state", s->dir);
	s->socket = fx_asprintf("%s/rpc", s->dir);
	s->letter = fx_asprintf("%s/letter.txt", s->dir);
	s->loop = fx_test_vloop();
	(void)pthread_mutex_init(&s->lock, NULL);
	(void)pthread_cond_init(&s->up, NULL);
	assert_int_equal(pthread_create(&s->thread, NULL, serve, s), 0);
	(void)pthread_mutex_lock(&s->lock);
	while (!s->is_up) {
		(void)pthread_cond_wait(&s->up, &s->lock);
	}
	(void)pthread_mutex_unlock(&s->lock);
	assert_int_equal(s->code, FX_EXIT_OK);
}

static void stop_service(struct scene *s)
{
	if (!s->loop) {
		return;
	}
	fx_loop_set_limit(s->loop, FX_LOOP_NO_LIMIT);
	fx_loop_stop(s->loop);
	(void)pthread_join(s->thread, NULL);
	s->loop = fx_loop_free(s->loop);
	(void)pthread_mutex_destroy(&s->lock);
	(void)pthread_cond_destroy(&s->up);
	(void)fx_free(s->state);
	(void)fx_free(s->socket);
	(void)fx_free(s->letter);
	fx_test_rmdir(s->dir);
}

/* ---- the client ---- */

static void *object(VARIANT *v, REFIID iid)
{
	void *p = NULL;

	assert_int_equal(IDispatch_QueryInterface(V_DISPATCH(v), iid, &p), S_OK);
	(void)VariantClear(v);
	return p;
}

static void text(HRESULT hr, BSTR b, char *dst, size_t size)
{
	char *utf8 = CaselliUtf8FromString(b);

	assert_int_equal(hr, S_OK);
	(void)fx_strlcpy(dst, utf8 ? utf8 : "", size);
	CoTaskMemFree(utf8);
	SysFreeString(b);
}

static struct look read_all(IFaxStatus *st)
{
	struct look l;
	BSTR b = NULL;
	HRESULT hr;

	memset(&l, 0, sizeof(l));
#define TEXT(name)                                                                                 \
	hr = IFaxStatus_get_##name(st, &b);                                                        \
	text(hr, b, l.name, sizeof(l.name))
#define VALUE(name) assert_int_equal(IFaxStatus_get_##name(st, &l.name), S_OK)
	TEXT(CallerId); TEXT(Csid); TEXT(DeviceName); TEXT(DocumentName); TEXT(Address);
	TEXT(RoutingString); TEXT(SenderName); TEXT(RecipientName); TEXT(Description); TEXT(Tsid);
	VALUE(CurrentPage); VALUE(DeviceId); VALUE(DocumentSize); VALUE(PageCount);
	VALUE(Send); VALUE(Receive);
	VALUE(StartTime); VALUE(SubmittedTime); VALUE(ElapsedTime);
	return l;
}

static IFaxStatus *get_status(IFaxPort *port)
{
	VARIANT v;

	assert_int_equal(IFaxPort_GetStatus(port, &v), S_OK);
	return object(&v, &IID_IFaxStatus);
}

static void connect_client(struct scene *s)
{
	BSTR name = CaselliStringFromUtf8(s->socket);
	IFaxPorts *ports;
	LONG count = 0;
	VARIANT v;

	assert_true(FaxConnectFaxServerA(s->socket, &s->fax));
	assert_int_equal(CoCreateInstance(&CLSID_FaxServer, NULL, CLSCTX_ALL, &IID_IFaxServer,
					  (void **)&s->server), S_OK);
	assert_int_equal(IFaxServer_Connect(s->server, name), S_OK);
	SysFreeString(name);
	assert_int_equal(IFaxServer_GetPorts(s->server, &v), S_OK);
	ports = object(&v, &IID_IFaxPorts);
	assert_int_equal(IFaxPorts_get_Count(ports, &count), S_OK);
	assert_int_equal(count, 2);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(IFaxPorts_get_Item(ports, i + 1, &v), S_OK);
		s->port[i] = object(&v, &IID_IFaxPort);
		s->status[i] = get_status(s->port[i]);
		s->never_refreshed[i] = get_status(s->port[i]);
		s->first[i] = read_all(s->never_refreshed[i]);
	}
	(void)IFaxPorts_Release(ports);
}

static void disconnect_client(struct scene *s)
{
	for (int i = 0; i < 2 && s->never_refreshed[i]; i++) {
		(void)IFaxStatus_Release(s->status[i]);
		(void)IFaxStatus_Release(s->never_refreshed[i]);
		(void)IFaxPort_Release(s->port[i]);
		s->never_refreshed[i] = NULL;
	}
	if (s->server) {
		(void)IFaxServer_Disconnect(s->server);
		(void)IFaxServer_Release(s->server);
		s->server = NULL;
	}
	if (s->fax) {
		(void)FaxClose(s->fax);
		s->fax = NULL;
	}
}

static void hand_over(struct scene *s)
{
	FAX_JOB_PARAMA p = {.SizeOfStruct = sizeof(p), .RecipientNumber = s->number,
			    .RecipientName = "Recipient", .SenderName = "Sender",
			    .DocumentName = "Status test"};
	PFAX_CONFIGURATIONA c = NULL;
	FILE *f = fopen(s->letter, "w");

	(void)fputs("The first page.\n\fThe second page.\n", f);
	(void)fclose(f);
	assert_true(FaxGetConfigurationA(s->fax, &c));
	c->Retries = 0;
	assert_true(FaxSetConfigurationA(s->fax, c));
	FaxFreeBuffer(c);
	s->sent_us = fx_loop_now_us(s->loop);
	if (!FaxSendDocumentA(s->fax, s->letter, &p, NULL, &s->job)) {
		fail_msg("send: %s", CaselliLastReason());
	}
}

/* ---- what every moment must be like ---- */

#define SAME(a, b, name) (strcmp((a).name, (b).name) == 0)

static void check_idle(const struct look *l)
{
	assert_false(l->Send || l->Receive);
	assert_int_equal(l->CurrentPage, 0);
	assert_int_equal(l->PageCount, 0);
	assert_int_equal(l->DocumentSize, 0);
	assert_string_equal(l->DocumentName, "");
	assert_string_equal(l->SenderName, "");
	assert_string_equal(l->RecipientName, "");
	assert_string_equal(l->Address, "");
	assert_string_equal(l->CallerId, "");
	assert_string_equal(l->RoutingString, "");
	assert_true(l->StartTime == 0 && l->SubmittedTime == 0 && l->ElapsedTime == 0);
}

static void check_sender(struct scene *s, const struct look *l)
{
	assert_string_equal(l->DocumentName, "Status test");
	assert_string_equal(l->SenderName, "Sender");
	assert_string_equal(l->RecipientName, "Recipient");
	assert_string_equal(l->Address, s->number);
	assert_string_equal(l->CallerId, "");
	assert_string_equal(l->RoutingString, "");
	assert_int_equal(l->PageCount, PAGES);
	assert_true(l->DocumentSize > 0);
	assert_true(l->SubmittedTime > 0 && l->SubmittedTime <= l->StartTime);
}

static void check_receiver(const struct look *l)
{
	assert_string_equal(l->DocumentName, "");
	assert_string_equal(l->SenderName, "");
	assert_string_equal(l->Address, "");
	assert_int_equal(l->DocumentSize, 0);
}

static void check_call(struct scene *s, int i, const struct look *l)
{
	DATE now = EPOCH_DATE + (double)fx_loop_now_us(s->loop) / 86400e6;

	if (!l->Send == !l->Receive) {
		fail_msg("port %d shows \"%s\" and is neither sending nor receiving", i + 1,
			 l->Description);
	}
	assert_int_equal(l->Send, i == 0);
	if (l->Send) {
		check_sender(s, l);
		assert_null(strstr("Receiving Answered Ringing Routing", l->Description));
	} else {
		check_receiver(l);
		assert_null(strstr("Dialing Sending", l->Description));
	}
	assert_true(l->CurrentPage >= 0 && (!l->PageCount || l->CurrentPage <= l->PageCount));
	if (l->Receive && strcmp(l->Description, "Ringing") == 0 && !s->call_start[i]) {
		assert_int_equal(l->CurrentPage, 0);
	}
	/* One start for the whole call, in whole seconds, not in the future. */
	if (!s->call_start[i]) {
		s->call_start[i] = l->StartTime;
		assert_true(l->StartTime > now - 1.1 * SECOND_OF_DATE);
	}
	assert_true(l->StartTime == s->call_start[i]);
	assert_true(l->StartTime <= now + 0.01 * SECOND_OF_DATE);
	assert_true(l->ElapsedTime > 0); /* of the machine's clock, which is later */
}

static void note(struct scene *s, int i, const struct look *l)
{
	struct event *e = &s->events[s->n_events];

	if (s->n_events && SAME(*l, s->last[i], Description) &&
	    l->CurrentPage == s->last[i].CurrentPage) {
		return;
	}
	assert_true(s->n_events < EVENTS_MAX);
	s->n_events++;
	e->at_ms = (fx_loop_now_us(s->loop) - s->sent_us) / FX_MS;
	e->port = i + 1;
	(void)fx_strlcpy(e->words, l->Description, sizeof(e->words));
	e->page = l->CurrentPage;
}

static void look_at(struct scene *s, int i)
{
	struct look l, still;
	IFaxStatus *fresh;

	assert_int_equal(IFaxStatus_Refresh(s->status[i]), S_OK);
	l = read_all(s->status[i]);
	assert_int_equal(l.DeviceId, s->first[i].DeviceId);
	assert_string_equal(l.DeviceName, s->first[i].DeviceName);
	if (strcmp(l.Description, "Available") == 0) {
		check_idle(&l);
	} else {
		check_call(s, i, &l);
	}
	/* GetStatus gives the same moment as Refresh; the one that nobody refreshes never moves. */
	fresh = get_status(s->port[i]);
	still = read_all(fresh);
	(void)IFaxStatus_Release(fresh);
	still.ElapsedTime = l.ElapsedTime;
	assert_memory_equal(&still, &l, sizeof(l));
	still = read_all(s->never_refreshed[i]);
	assert_memory_equal(&still, &s->first[i], sizeof(still));
	note(s, i, &l);
	if (i == 0 && l.CurrentPage == 1 && strcmp(l.Description, "Sending") == 0 &&
	    !s->sending_since_us) {
		s->sending_since_us = fx_loop_now_us(s->loop);
	}
	s->last[i] = l;
}

static bool is_over(const struct scene *s)
{
	return s->call_start[0] && strcmp(s->last[0].Description, "Available") == 0 &&
	       strcmp(s->last[1].Description, "Available") == 0;
}

static void play(struct scene *s)
{
	int64_t now, end;

	start_service(s);
	connect_client(s);
	hand_over(s);
	now = fx_loop_now_us(s->loop);
	end = now + CASE_MAX_US;
	while (now < end) {
		bool over;

		look_at(s, 0);
		look_at(s, 1);
		over = is_over(s);
		if (over && end > now + AFTER_US) {
			end = now + AFTER_US;
		}
		if (s->abort_after_us && s->sending_since_us &&
		    now >= s->sending_since_us + s->abort_after_us) {
			assert_true(FaxAbort(s->fax, s->job));
			s->abort_after_us = 0;
		}
		now += STEP_US;
		live_until(s, now);
	}
	assert_true(is_over(s));
	disconnect_client(s);
	stop_service(s);
}

/* States of one port as "Available, Dialing, Sending 1, ...". */
static char *story(const struct scene *s, int port)
{
	struct fx_buf b = {0};

	for (size_t i = 0; i < s->n_events; i++) {
		const struct event *e = &s->events[i];
		char one[64];

		if (e->port == port) {
			(void)snprintf(one, sizeof(one), e->page ? "%s%s %d" : "%s%s",
				       b.len ? ", " : "", e->words, (int)e->page);
			fx_buf_put(&b, one, strlen(one));
		}
	}
	fx_buf_put(&b, "", 1);
	assert_int_equal(b.err, 0);
	return (char *)b.data;
}

static void show(const struct scene *s)
{
	for (size_t i = 0; i < s->n_events; i++) {
		const struct event *e = &s->events[i];

		(void)printf("%8lld ms  port %d  %s %d\n", (long long)e->at_ms, e->port, e->words,
			     (int)e->page);
	}
}

static void told(const struct scene *s, int port, const char *want)
{
	fx_auto char *got = story(s, port);

	if (strcmp(got, want) != 0) {
		show(s);
		fail_msg("port %d of %s\n  showed %s\n  not    %s", port, s->number, got, want);
	}
}

/* When a port first showed these words (and this page), in ms; -1 = never. */
static int64_t when(const struct scene *s, int port, const char *words, LONG page)
{
	for (size_t i = 2; i < s->n_events; i++) { /* after the two that were there at first */
		const struct event *e = &s->events[i];

		if (e->port == port && e->page == page && strcmp(e->words, words) == 0) {
			return e->at_ms;
		}
	}
	return -1;
}

static const struct scene *twice(const char *number, int64_t abort_after_us)
{
	for (int i = 0; i < 2; i++) {
		scenes[i] = fx_zalloc(sizeof(*scenes[i]));
		scenes[i]->number = number;
		scenes[i]->abort_after_us = abort_after_us;
		play(scenes[i]);
	}
	assert_int_equal(scenes[0]->n_events, scenes[1]->n_events);
	assert_memory_equal(scenes[0]->events, scenes[1]->events,
			    scenes[0]->n_events * sizeof(struct event));
	return scenes[0];
}

/* Also after a check that failed in the middle of a call. */
static int teardown(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		if (scenes[i]) {
			disconnect_client(scenes[i]);
			stop_service(scenes[i]);
			scenes[i] = fx_free(scenes[i]);
		}
	}
	return 0;
}

static void success(void **state)
{
	const struct scene *s = twice("102", 0);
	int64_t completed = when(s, 1, "Completed", PAGES);

	(void)state;
	told(s, 1, "Available, Dialing, Sending 1, Sending 2, Completed 2, Available");
	/* Routing takes no call time here, so nobody sees it. */
	told(s, 2, "Available, Ringing, Answered, Receiving, Receiving 1, Receiving 2, "
		   "Completed 2, Available");
	assert_int_equal(when(s, 1, "Dialing", 0), 50);
	assert_int_equal(when(s, 2, "Ringing", 0), 500);
	assert_int_equal(when(s, 2, "Answered", 0), 1000);
	assert_true(when(s, 1, "Sending", 1) < when(s, 2, "Receiving", 1));
	assert_true(when(s, 2, "Receiving", 2) < completed);
	assert_int_equal(when(s, 1, "Available", 0) - completed, 2000); /* decision 0400 */
}

static void busy(void **state)
{
	const struct scene *s = twice("102;busy", 0);

	(void)state;
	told(s, 1, "Available, Dialing, Busy, Available");
	told(s, 2, "Available");
	assert_int_equal(when(s, 1, "Busy", 0), 500);
	assert_int_equal(when(s, 1, "Available", 0), 2500);
}

static void cancelled_in_the_middle_of_a_page(void **state)
{
	const struct scene *s = twice("102", 6 * FX_SECOND);

	(void)state;
	told(s, 1, "Available, Dialing, Sending 1, Aborting 1, Available");
	told(s, 2, "Available, Ringing, Answered, Receiving, Receiving 1, Disconnected 1, "
		   "Available");
	assert_true(when(s, 1, "Sending", 1) < when(s, 2, "Receiving", 1));
	assert_int_equal(when(s, 1, "Aborting", 1) - when(s, 1, "Sending", 1), 6050);
}

static void cut_call(void **state)
{
	const struct scene *s = twice("102;cut_after_s=11", 0);

	(void)state;
	told(s, 1, "Available, Dialing, Sending 1, Disconnected 1, Available");
	told(s, 2, "Available, Ringing, Answered, Receiving, Receiving 1, Disconnected 1, "
		   "Available");
	assert_int_equal(when(s, 1, "Disconnected", 1), 12000); /* answered after one second */
	assert_int_equal(when(s, 1, "Available", 0), 14000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(success, teardown),
		cmocka_unit_test_teardown(busy, teardown),
		cmocka_unit_test_teardown(cancelled_in_the_middle_of_a_page, teardown),
		cmocka_unit_test_teardown(cut_call, teardown),
	};

	fx_log_set_level(FX_LOG_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
