/* SPDX-License-Identifier: Apache-2.0 */
/* Many threads on one connection, many connections at once. */
#include "rig.h"
#include <pthread.h>
#include <unistd.h>

#define THREADS 8
#define ROUNDS 25
#define CONNECTIONS 200

/* Reads and changes of every kind. NULL, or what failed. */
static const char *one_round(HANDLE h)
{
	FAX_JOB_PARAMW p = {.SizeOfStruct = sizeof(p), .RecipientNumber = u"102",
			    .ScheduleAction = JSA_SPECIFIC_TIME,
			    .ScheduleTime = {.wYear = 2099, .wMonth = 1, .wDay = 1}};
	PFAX_GLOBAL_ROUTING_INFOA g = NULL;
	PFAX_ROUTING_METHODW m = NULL;
	PFAX_DEVICE_STATUSA s = NULL;
	PFAX_CONFIGURATIONW c = NULL;
	PFAX_LOG_CATEGORYA l = NULL;
	PFAX_PORT_INFOW ports = NULL;
	PFAX_JOB_ENTRYA j = NULL;
	HANDLE q = NULL;
	DWORD n, id = 0;
	const char *bad = !FaxEnumPortsW(h, &ports, &n) ? "FaxEnumPorts"
			  : !FaxOpenPort(h, ids[1], PORT_OPEN_QUERY, &q) ? "FaxOpenPort"
			  : !FaxGetDeviceStatusA(q, &s) ? "FaxGetDeviceStatus"
			  : s->DeviceId != ids[1] ? "another thread's answer"
			  : !FaxEnumRoutingMethodsW(q, &m, &n) ? "FaxEnumRoutingMethods"
			  : !FaxEnumGlobalRoutingInfoA(h, &g, &n) ? "FaxEnumGlobalRoutingInfo"
			  : !FaxGetConfigurationW(h, &c) ? "FaxGetConfiguration"
			  : !FaxGetLoggingCategoriesA(h, &l, &n) ? "FaxGetLoggingCategories"
			  : !FaxSendDocumentW(h, letter_w, &p, NULL, &id) ? "FaxSendDocument"
			  : !FaxGetJobA(h, id, &j) ? "FaxGetJob"
			  : j->JobId != id ? "another thread's job"
			  : !FaxAbort(h, id) ? "FaxAbort"
			  : !FaxClose(q) ? "FaxClose" : NULL;

	FaxFreeBuffer(ports);
	FaxFreeBuffer(s);
	FaxFreeBuffer(m);
	FaxFreeBuffer(g);
	FaxFreeBuffer(c);
	FaxFreeBuffer(l);
	FaxFreeBuffer(j);
	return bad;
}

static void *work(void *arg)
{
	const char *bad = NULL;
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS && !bad; i++) {
		bad = one_round(fax);
	}
	return (void *)(uintptr_t)bad;
}

void eight_threads_one_connection(void **state)
{
	pthread_t t[THREADS];
	void *bad = NULL;
	int i;

	(void)state;
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, work, NULL), 0);
	}
	for (i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(t[i], &bad), 0);
		if (bad) {
			fail_msg("%s", (const char *)bad);
		}
	}
}

static void *connect_and_work(void *arg)
{
	HANDLE *h = arg;

	return FaxConnectFaxServerA(NULL, h) ? (void *)(uintptr_t)one_round(*h)
					     : (void *)(uintptr_t)"FaxConnectFaxServer";
}

void two_hundred_connections(void **state)
{
	static HANDLE h[CONNECTIONS];
	pthread_t t[CONNECTIONS];
	void *bad = NULL;
	int i;

	(void)state;
	for (i = 0; i < CONNECTIONS; i++) {
		assert_int_equal(pthread_create(&t[i], NULL, connect_and_work, &h[i]), 0);
	}
	for (i = 0; i < CONNECTIONS; i++) {
		assert_int_equal(pthread_join(t[i], &bad), 0);
		if (bad) {
			fail_msg("connection %d: %s", i, (const char *)bad);
		}
	}
	for (i = 0; i < CONNECTIONS; i++) { /* all of them are up at this moment */
		OK(FaxAccessCheck(h[i], FAX_JOB_QUERY));
	}
	for (i = 0; i < CONNECTIONS; i++) {
		OK(FaxClose(h[i]));
	}
	OK(FaxAccessCheck(fax, FAX_JOB_QUERY)); /* and the first one is none the worse */
}
