/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many clients of a server on the network in one process: each a thread with a connection of its
 * own that polls the status of ports, or has events delivered.
 *
 * usage: crowd poll|events SERVER CLIENTS
 * Runs until standard input is closed; prints "ready" when all are connected, and at the end one
 * line "calls N events N errors N". Exit code 1 when a call failed.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <caselli.h>
#include <caselli/winbase.h>
#include <winfax.h>

#define CLIENTS_MAX 256

static const char *server;
static atomic_bool stop;
static atomic_uint calls, events, errors, ready;

static void complain(const char *what)
{
	if (!atomic_load(&stop)) {
		(void)fprintf(stderr, "%s: error %u: %s\n", what, (unsigned)GetLastError(),
			      CaselliLastReason());
		atomic_fetch_add(&errors, 1);
	}
}

static void nap(void)
{
	(void)nanosleep(&(struct timespec){.tv_nsec = 20 * 1000 * 1000}, NULL);
}

/* As a status display does it: all ports, then each by itself. */
static bool poll_once(HANDLE fax)
{
	PFAX_PORT_INFOA ports = NULL;
	PFAX_DEVICE_STATUSA st = NULL;
	HANDLE port = NULL;
	DWORD n = 0;
	bool good = FaxEnumPortsA(fax, &ports, &n);

	atomic_fetch_add(&calls, 1);
	for (DWORD i = 0; good && i < n && i < 4; i++) {
		good = FaxOpenPort(fax, ports[i].DeviceId, PORT_OPEN_QUERY, &port) &&
		       FaxGetDeviceStatusA(port, &st);
		good = good && st->DeviceId == ports[i].DeviceId;
		FaxFreeBuffer(st);
		st = NULL;
		if (port) {
			good = FaxClose(port) && good;
			port = NULL;
		}
		atomic_fetch_add(&calls, 3);
	}
	FaxFreeBuffer(ports);
	return good;
}

static void *poller(void *arg)
{
	HANDLE fax = NULL;

	if (!FaxConnectFaxServerA(server, &fax)) {
		complain("connect");
		return NULL;
	}
	atomic_fetch_add(&ready, 1);
	while (!atomic_load(&stop)) {
		if (!poll_once(fax)) {
			complain("status");
			break;
		}
		nap();
	}
	(void)FaxClose(fax);
	return NULL;
}

static void *listener(void *arg)
{
	HANDLE fax = NULL, port = CreateIoCompletionPort(INVALID_HANDLE_VALUE, NULL, 0, 0);
	OVERLAPPED *event = NULL;
	ULONG_PTR key;
	DWORD n;

	if (!FaxConnectFaxServerA(server, &fax) ||
	    !FaxInitializeEventQueue(fax, port, 5, NULL, 0)) {
		complain("events");
		return NULL;
	}
	atomic_fetch_add(&ready, 1);
	while (!atomic_load(&stop)) {
		if (GetQueuedCompletionStatus(port, &n, &key, &event, 100) && event) {
			atomic_fetch_add(&events, 1);
			(void)LocalFree(event);
		}
	}
	(void)FaxClose(fax);
	(void)CloseHandle(port);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t t[CLIENTS_MAX];
	char c;
	int n = argc == 4 ? atoi(argv[3]) : 0;
	bool polls = argc == 4 && strcmp(argv[1], "poll") == 0;

	if (n < 1 || n > CLIENTS_MAX) {
		(void)fprintf(stderr, "usage: crowd poll|events SERVER CLIENTS\n");
		return 2;
	}
	server = argv[2];
	for (int i = 0; i < n; i++) {
		if (pthread_create(&t[i], NULL, polls ? poller : listener, NULL) != 0) {
			return 2;
		}
	}
	while (atomic_load(&ready) + atomic_load(&errors) < (unsigned)n) {
		nap();
	}
	(void)printf("ready\n");
	(void)fflush(stdout);
	while (read(STDIN_FILENO, &c, 1) > 0) {
	}
	atomic_store(&stop, true);
	for (int i = 0; i < n; i++) {
		(void)pthread_join(t[i], NULL);
	}
	(void)printf("calls %u events %u errors %u\n", atomic_load(&calls), atomic_load(&events),
		     atomic_load(&errors));
	return atomic_load(&errors) ? 1 : 0;
}
