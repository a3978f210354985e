/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commits per second: 8 writers through the store's door, against one
 * connection that does nothing but commit a row of the same size with the
 * same guarantees on the same disk. With "files", each commit also makes one
 * new file of a page durable, as a submit does.
 *
 *   store_commit [FOLDER [SECONDS]]     seconds for each figure
 */
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/spool.h"
#include "store/store.h"

enum { ROUNDS = 8, WRITERS = 8, PAGE_BYTES = 50000, TEXT_BYTES = 600 };

struct bench {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_spool *spool;
	bool files;
	uint64_t commits;
	int64_t end_us;
	unsigned running;
	char text[TEXT_BYTES + 1];
};

static _Noreturn void die(const char *what, const char *why)
{
	(void)fprintf(stderr, "store_commit: %s: %s\n", what, why);
	exit(1);
}

static void start(struct bench *b);

static void on_done(void *arg, int err, const struct fx_reason *why)
{
	struct bench *b = arg;

	if (err) {
		die("commit", why->text);
	}
	b->commits++;
	if (fx_loop_now_us(b->loop) < b->end_us) {
		start(b);
	} else if (--b->running == 0) {
		fx_loop_stop(b->loop);
	}
}

static void add_file(struct bench *b, struct fx_txn *t)
{
	static char page[PAGE_BYTES];
	char name[64];
	int fd;

	if (fx_spool_create(b->spool, FX_SPOOL_QUEUE, ".tif", name, &fd) ||
	    write(fd, page, sizeof(page)) != (ssize_t)sizeof(page) || fx_txn_sync_file(t, fd) ||
	    fx_txn_sync_dir(t, fx_spool_path(b->spool, FX_SPOOL_QUEUE))) {
		die("file", "cannot be written");
	}
	(void)close(fd);
}

static void start(struct bench *b)
{
	struct fx_txn *t;
	struct fx_job j;

	fx_job_init(&j);
	j.id = fx_store_new_id(b->store);
	j.profile = b->text;
	if (fx_txn_new(b->store, &t) || fx_txn_put_job(t, &j)) {
		die("transaction", "out of memory");
	}
	if (b->files) {
		add_file(b, t);
	}
	fx_store_commit(b->store, t, on_done, b);
}

/* @return commits per second */
static double run(struct bench *b, int64_t us, bool files)
{
	int64_t from = fx_loop_now_us(b->loop);

	b->files = files;
	b->commits = 0;
	b->end_us = from + us;
	for (b->running = 0; b->running < WRITERS; b->running++) {
		start(b);
	}
	fx_loop_run(b->loop);
	return (double)b->commits * 1e6 / (double)(fx_loop_now_us(b->loop) - from);
}

static void check(sqlite3 *db, int rc)
{
	if (rc != SQLITE_OK && rc != SQLITE_DONE) {
		die("reference", sqlite3_errmsg(db));
	}
}

/* One connection, one row of `size` bytes per commit. */
static double reference(struct bench *b, const char *path, int64_t us, int size)
{
	static char row[PAGE_BYTES + TEXT_BYTES];
	int64_t from = fx_loop_now_us(b->loop), now = from;
	sqlite3_stmt *st;
	sqlite3 *db;
	uint64_t n = 0;

	check(NULL, sqlite3_open(path, &db));
	check(db, sqlite3_exec(db, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
				   "CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, text)",
			       NULL, NULL, NULL));
	check(db, sqlite3_prepare_v2(db, "INSERT INTO t(text) VALUES(?)", -1, &st, NULL));
	while (now - from < us) {
		check(db, sqlite3_bind_blob(st, 1, row, size, SQLITE_STATIC));
		check(db, sqlite3_step(st)); /* commits by itself */
		check(db, sqlite3_reset(st));
		n++;
		now = fx_loop_now_us(b->loop);
	}
	(void)sqlite3_finalize(st);
	(void)sqlite3_close(db);
	return (double)n * 1e6 / (double)(now - from);
}

int main(int argc, char **argv)
{
	char dir[4096], path[4200];
	struct bench b = {0};
	struct fx_reason why = {0};
	int64_t us = (argc > 2 ? strtol(argv[2], NULL, 10) : 2) * FX_SECOND / ROUNDS;
	double bare = 0, bare_page = 0, rows = 0, files = 0;

	(void)snprintf(dir, sizeof(dir), "%s/store-commit-XXXXXX",
		       argc > 1 ? argv[1] : "/var/tmp");
	memset(b.text, 'x', TEXT_BYTES);
	if (!mkdtemp(dir) || fx_loop_new_real(&b.loop) || fx_spool_open(dir, &b.spool, &why)) {
		die(dir, why.text);
	}
	(void)snprintf(path, sizeof(path), "%s/caselli.db", dir);
	if (fx_store_open_sqlite(b.loop, path, &b.store, &why)) {
		die(path, why.text);
	}
	(void)snprintf(path, sizeof(path), "%s/bare.db", dir);
	/* In turns, because other work on the disk comes and goes. */
	for (int i = 0; i < ROUNDS; i++) {
		bare += reference(&b, path, us, TEXT_BYTES) / ROUNDS;
		rows += run(&b, us, false) / ROUNDS;
		bare_page += reference(&b, path, us, TEXT_BYTES + PAGE_BYTES) / ROUNDS;
		files += run(&b, us, true) / ROUNDS;
	}
	b.store = fx_store_close(b.store);
	(void)fx_spool_close(b.spool);
	(void)fx_loop_free(b.loop);
	printf("bare SQLite, %5d bytes     %9.0f commits/s\n", TEXT_BYTES, bare);
	printf("store, %d writers            %9.0f commits/s  ratio %.2f\n", WRITERS, rows,
	       rows / bare);
	printf("bare SQLite, %5d bytes     %9.0f commits/s\n", TEXT_BYTES + PAGE_BYTES,
	       bare_page);
	printf("store, %d writers and files  %9.0f commits/s  ratio %.2f\n", WRITERS, files,
	       files / bare_page);
	(void)snprintf(path, sizeof(path), "rm -rf '%s'", dir);
	return system(path) == 0 ? 0 : 1;
}
