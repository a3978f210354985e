/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How many documents a second 8 clients can hand over until each has its job
 * number back, against SQLite transactions of the same size on the same disk.
 *
 *   bench_submit PAGE.TIF FOLDER   prints the row
 *   bench_submit --fill N PAGE.TIF submits N jobs and prints nothing
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>
#include <winfax.h>

#include "bench/common/bench.h"

#define CLIENTS 8
#define JOBS 400
#define COMMITS 400

#define SCHEMA "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"                               \
	"CREATE TABLE t(id INTEGER PRIMARY KEY, doc BLOB)"

static const char *file;
static _Atomic int left;
static _Atomic int failed;

static void *client(void *arg)
{
	FAX_JOB_PARAMA jp = {.SizeOfStruct = sizeof(jp), .RecipientNumber = "102",
			     .ScheduleAction = JSA_NOW, .DocumentName = "bench"};
	HANDLE h = NULL;
	DWORD id;

	(void)arg;
	if (!FaxConnectFaxServerA(NULL, &h)) {
		atomic_store(&failed, (int)GetLastError());
		return NULL;
	}
	while (atomic_fetch_sub(&left, 1) > 0) {
		if (!FaxSendDocumentA(h, file, &jp, NULL, &id)) {
			atomic_store(&failed, (int)GetLastError());
			break;
		}
	}
	(void)FaxClose(h);
	return NULL;
}

/* @return seconds for n jobs */
static double submit(int n)
{
	pthread_t t[CLIENTS];
	double start = bench_now(CLOCK_MONOTONIC);
	int i;

	atomic_store(&left, n);
	for (i = 0; i < CLIENTS; i++) {
		if (pthread_create(&t[i], NULL, client, NULL)) {
			abort();
		}
	}
	for (i = 0; i < CLIENTS; i++) {
		(void)pthread_join(t[i], NULL);
	}
	if (atomic_load(&failed)) {
		fprintf(stderr, "bench_submit: error %d\n", atomic_load(&failed));
		exit(1);
	}
	return bench_now(CLOCK_MONOTONIC) - start;
}

/* Commits a second, one after another, of one row with the document in it. */
static double sqlite_rate(const char *folder, size_t size)
{
	char path[512], *blob = calloc(1, size);
	sqlite3_stmt *st = NULL;
	sqlite3 *db = NULL;
	double start;
	int i;

	(void)snprintf(path, sizeof(path), "%s/reference.db", folder);
	if (!blob || sqlite3_open(path, &db) ||
	    sqlite3_exec(db, SCHEMA, NULL, NULL, NULL) ||
	    sqlite3_prepare_v2(db, "INSERT INTO t(doc) VALUES(?)", -1, &st, NULL)) {
		fprintf(stderr, "bench_submit: SQLite: %s\n", sqlite3_errmsg(db));
		exit(1);
	}
	memset(blob, 0x55, size);
	start = bench_now(CLOCK_MONOTONIC);
	for (i = 0; i < COMMITS; i++) {
		(void)sqlite3_bind_blob(st, 1, blob, (int)size, SQLITE_STATIC);
		if (sqlite3_step(st) != SQLITE_DONE) {
			fprintf(stderr, "bench_submit: SQLite: %s\n", sqlite3_errmsg(db));
			exit(1);
		}
		(void)sqlite3_reset(st);
	}
	start = bench_now(CLOCK_MONOTONIC) - start;
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	free(blob);
	return COMMITS / start;
}

int main(int argc, char **argv)
{
	struct stat st;
	double ours[3], ref[3], a, b;
	int i;

	if (argc == 4 && strcmp(argv[1], "--fill") == 0) {
		file = argv[3];
		(void)submit(atoi(argv[2]));
		return 0;
	}
	if (argc != 3 || stat(argv[1], &st) < 0) {
		fprintf(stderr, "usage: bench_submit PAGE.TIF FOLDER | --fill N PAGE.TIF\n");
		return 2;
	}
	file = argv[1];
	(void)submit(CLIENTS);
	for (i = 0; i < 3; i++) {
		char path[512];

		ref[i] = sqlite_rate(argv[2], (size_t)st.st_size + 1024);
		(void)snprintf(path, sizeof(path), "%s/reference.db", argv[2]);
		(void)unlink(path);
		ours[i] = JOBS / submit(JOBS);
	}
	a = bench_median(ours, 3);
	b = bench_median(ref, 3);
	printf("submit a one-page TIFF (%ld octets), 8 clients\t%.0f/s\t%.0f commits/s\t%.2f\t"
	       ">= 0.5\t%s\n", (long)st.st_size, a, b, a / b, a / b >= 0.5 ? "ok" : "MISSED");
	return 0;
}
