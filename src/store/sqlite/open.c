/* SPDX-License-Identifier: Apache-2.0 */
/* Opening: one process at a time, a check of the file, migrations; and closing. */
#include "store/sqlite/sqlite_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "store/sqlite/migrations.h"

/* Other programs (backups, the sqlite3 command) lock for moments only. */
#define BUSY_TIMEOUT_MS 3000
/* Up to this size the whole file is checked at each start; it takes about a second then. */
#define CHECK_MAX_BYTES (256LL << 20)

static int system_fail(int e, const char *path, struct fx_reason *why)
{
	int err = fx_error_from_errno(e);
	const char *remedy = "check the path and the rights of its folder";

	if (err == FX_ENOSPC) {
		remedy = "free some space";
	} else if (err == FX_EROFS) {
		remedy = "remount the file system or choose another state folder";
	}
	return fx_fail(why, err, "Cannot open %s: %s; %s.", path, strerror(e), remedy);
}

/* The lock is the kernel's and ends with the process; the number in the file is for people. */
static int take_lock(struct fx_sq *q, struct fx_reason *why)
{
	fx_auto char *path = fx_asprintf("%s-lock", q->path);
	char pid[16] = {0};
	int e;

	if (!path) {
		return fx_fail(why, FX_ENOMEM, "Out of memory.");
	}
	q->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (q->lock_fd < 0) {
		return system_fail(errno, path, why);
	}
	if (flock(q->lock_fd, LOCK_EX | LOCK_NB) < 0) {
		e = errno;
		if (e != EWOULDBLOCK) {
			return system_fail(e, path, why);
		}
		if (pread(q->lock_fd, pid, sizeof(pid) - 1, 0) < 1) {
			(void)snprintf(pid, sizeof(pid), "unknown");
		}
		return fx_fail(why, FX_EBUSY,
			       "%s is in use by another process (pid %s); stop that one first.",
			       q->path, pid);
	}
	(void)snprintf(pid, sizeof(pid), "%d", (int)getpid());
	if (ftruncate(q->lock_fd, 0) < 0 ||
	    pwrite(q->lock_fd, pid, strlen(pid), 0) != (ssize_t)strlen(pid)) {
		return system_fail(errno ? errno : ENOSPC, path, why);
	}
	return 0;
}

static int fail(struct fx_sq *q, sqlite3 *db, int rc, struct fx_reason *why)
{
	return fx_sq_fail(db, rc, q->path, why);
}

static int connect(struct fx_sq *q, int flags, sqlite3 **ret, struct fx_reason *why)
{
	int rc = sqlite3_open_v2(q->path, ret, flags | SQLITE_OPEN_NOMUTEX, NULL);

	if (rc != SQLITE_OK) {
		return fail(q, *ret, rc, why);
	}
	(void)sqlite3_extended_result_codes(*ret, 1);
	(void)sqlite3_busy_timeout(*ret, BUSY_TIMEOUT_MS);
	/* A column name that does not exist shall be an error, not a text. */
	(void)sqlite3_db_config(*ret, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	(void)sqlite3_db_config(*ret, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	return 0;
}

/* The first column of the only row, as number and (room permitting) as text. */
static int ask(struct fx_sq *q, const char *sql, int64_t *ret, char *text, size_t size,
	       struct fx_reason *why)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(q->wr, sql, -1, &st, NULL), err = 0;

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(st);
	}
	if (rc == SQLITE_ROW) {
		const char *t = (const char *)sqlite3_column_text(st, 0);

		*ret = sqlite3_column_int64(st, 0);
		(void)snprintf(text, size, "%s", t ? t : "");
	} else {
		err = fail(q, q->wr, rc == SQLITE_DONE ? SQLITE_CORRUPT : rc, why);
	}
	(void)sqlite3_finalize(st);
	return err;
}

static int ask_number(struct fx_sq *q, const char *sql, int64_t *ret, struct fx_reason *why)
{
	char none[1];

	return ask(q, sql, ret, none, sizeof(none), why);
}

static int exec(struct fx_sq *q, const char *sql, struct fx_reason *why)
{
	int rc = sqlite3_exec(q->wr, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : fail(q, q->wr, rc, why);
}

/* Ours, and of a version that we know? */
static int check_version(struct fx_sq *q, int64_t *ret_version, struct fx_reason *why)
{
	int64_t app = 0, tables = 0;
	int err = ask_number(q, "PRAGMA application_id", &app, why);

	if (!err) {
		err = ask_number(q, "PRAGMA user_version", ret_version, why);
	}
	if (!err) {
		err = ask_number(q, "SELECT count(*) FROM sqlite_master", &tables, why);
	}
	if (err) {
		return err;
	}
	if (app != FX_SQ_APPLICATION_ID && (app != 0 || tables != 0)) {
		return fx_fail(why, FX_ECORRUPT,
			       "%s is a database of another program; move it away or choose "
			       "another state folder.", q->path);
	}
	if (*ret_version > fx_migrations_count) {
		return fx_fail(why, FX_ENOSYS,
			       "%s was written by a newer version of Caselli (schema %d, this one "
			       "knows %d); install that version again.", q->path,
			       (int)*ret_version, fx_migrations_count);
	}
	return 0;
}

static int migrate(struct fx_sq *q, int64_t version, struct fx_reason *why)
{
	for (; version < fx_migrations_count; version++) {
		char tail[128];
		int err;

		(void)snprintf(tail, sizeof(tail),
			       "PRAGMA application_id = %d; PRAGMA user_version = %d; COMMIT",
			       FX_SQ_APPLICATION_ID, (int)version + 1);
		err = exec(q, "BEGIN IMMEDIATE", why);
		if (!err) {
			err = exec(q, fx_migrations[version], why);
		}
		if (!err) {
			err = exec(q, tail, why);
		}
		if (err) {
			if (!sqlite3_get_autocommit(q->wr)) {
				(void)sqlite3_exec(q->wr, "ROLLBACK", NULL, NULL, NULL);
			}
			return err;
		}
	}
	return 0;
}

static int check_content(struct fx_sq *q, struct fx_reason *why)
{
	char text[160] = "";
	struct stat st;
	int64_t n = 0;
	int err;

	if (stat(q->path, &st) < 0 || st.st_size > CHECK_MAX_BYTES) {
		return 0; /* reads find damage when they come to it */
	}
	err = ask(q, "PRAGMA quick_check(1)", &n, text, sizeof(text), why);
	if (!err && strcmp(text, "ok") != 0) {
		for (char *p = text; *p; p++) {
			*p = *p == '\n' ? ' ' : *p;
		}
		return fx_fail(why, FX_ECORRUPT,
			       "%s is damaged (%.100s); restore it from a backup, or save what can "
			       "be read with: sqlite3 FILE .recover", q->path, text);
	}
	return err;
}

static int open_writer(struct fx_sq *q, struct fx_reason *why)
{
	char mode[16] = "";
	int64_t version = 0, n = 0;
	int fd, err;

	/* Made here, because SQLite would let everybody read it. */
	fd = open(q->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0) {
		return system_fail(errno, q->path, why);
	}
	(void)close(fd);
	err = connect(q, SQLITE_OPEN_READWRITE, &q->wr, why);
	if (!err) {
		err = check_version(q, &version, why);
	}
	if (!err) {
		err = ask(q, "PRAGMA journal_mode = WAL", &n, mode, sizeof(mode), why);
	}
	if (!err && strcmp(mode, "wal") != 0) {
		err = fx_fail(why, FX_EIO, "%s cannot use a write-ahead log there; put the state "
			      "folder on a local disk.", q->path);
	}
	if (!err) {
		err = exec(q, "PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216",
			   why);
	}
	if (!err) {
		err = check_content(q, why);
	}
	return err ? err : migrate(q, version, why);
}

/* The first id of this run, and a block reserved for it on the disk. */
static int reserve_first(struct fx_sq *q, int64_t *ret_next, struct fx_reason *why)
{
	char sql[80];
	/* Above all that is stored as well: a restored or repaired file may have an old count. */
	int err = ask_number(q, "SELECT max((SELECT next FROM ids),"
			     " (SELECT ifnull(max(id), 0) + 1 FROM job),"
			     " (SELECT ifnull(max(id), 0) + 1 FROM attempt),"
			     " (SELECT ifnull(max(id), 0) + 1 FROM message))", ret_next, why);

	if (err) {
		return err;
	}
	(void)snprintf(sql, sizeof(sql), "UPDATE ids SET next = %lld",
		       (long long)*ret_next + FX_STORE_ID_BLOCK);
	return exec(q, sql, why);
}

static void sq_free(struct fx_sq *q)
{
	for (int i = 0; i < FX_SQ_COUNT; i++) {
		(void)sqlite3_finalize(q->st[i]);
	}
	(void)sqlite3_close(q->rd);
	(void)sqlite3_close(q->wr); /* last: writes the log back into the file */
	if (q->lock_fd >= 0) {
		(void)close(q->lock_fd);
	}
	(void)fx_free(q->path);
	(void)fx_free(q);
}

static void sq_close(struct fx_store *s)
{
	sq_free(fx_sq_of(s));
}

static const struct fx_store_ops sqlite_ops = {
	.name = "sqlite",
	.commit = fx_sq_commit,
	.get_config = fx_sq_get_config,
	.get_meta = fx_sq_get_meta,
	.next_meta = fx_sq_next_meta,
	.get_message = fx_sq_get_message,
	.each_port = fx_sq_each_port,
	.each_job = fx_sq_each_job,
	.each_attempt = fx_sq_each_attempt,
	.each_page = fx_sq_each_page,
	.each_message = fx_sq_each_message,
	.each_message_back = fx_sq_each_message_back,
	.find_message = fx_sq_find_message,
	.close = sq_close,
};

int fx_store_open_sqlite(struct fx_loop *loop, const char *path, struct fx_store **ret,
			 struct fx_reason *reterr)
{
	struct fx_sq *q = fx_zalloc(sizeof(*q));
	int64_t next = 0;
	int err;

	if (!q) {
		return fx_fail(reterr, FX_ENOMEM, "Out of memory.");
	}
	q->lock_fd = -1;
	q->base.ops = &sqlite_ops;
	q->base.loop = loop;
	q->path = fx_strdup(path);
	err = q->path ? take_lock(q, reterr) : fx_fail(reterr, FX_ENOMEM, "Out of memory.");
	if (!err) {
		err = open_writer(q, reterr);
	}
	if (!err) {
		err = reserve_first(q, &next, reterr);
	}
	if (!err) {
		err = connect(q, SQLITE_OPEN_READWRITE, &q->rd, reterr);
	}
	if (!err) {
		err = fx_store_base_init(&q->base, (uint64_t)next,
					 (uint64_t)next + FX_STORE_ID_BLOCK);
		if (err) {
			fx_reason_set(reterr, "Out of memory.");
		}
	}
	if (err) {
		sq_free(q);
		return err;
	}
	*ret = &q->base;
	return 0;
}
