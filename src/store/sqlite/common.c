/* SPDX-License-Identifier: Apache-2.0 */
/* Statements that are kept, and SQLite's errors in our words. */
#include "store/sqlite/sqlite_priv.h"

#include <string.h>

#include "base/mem.h"

enum connection { W, R };

static const struct statement {
	enum connection conn;
	const struct fx_record *record;
	const char *sql;
} statements[FX_SQ_COUNT] = {
#define X(name, conn, record, sql) {conn, record, sql},
	FX_SQ_TABLE(X)
#undef X
};

int fx_sq_prepare_new(struct fx_sq *q, enum fx_sq_statement n, sqlite3_stmt **ret)
{
	const struct statement *s = &statements[n];
	fx_auto char *made = NULL;

	if (s->record) {
		made = s->conn == W ? fx_record_insert_sql(s->record)
				    : fx_record_select_sql(s->record, s->sql);
		if (!made) {
			return SQLITE_NOMEM;
		}
	}
	return sqlite3_prepare_v3(s->conn == W ? q->wr : q->rd, made ? made : s->sql, -1,
				  SQLITE_PREPARE_PERSISTENT, ret, NULL);
}

int fx_sq_prepare(struct fx_sq *q, enum fx_sq_statement n, sqlite3_stmt **ret)
{
	if (!q->st[n]) {
		int rc = fx_sq_prepare_new(q, n, &q->st[n]);

		if (rc != SQLITE_OK) {
			return rc;
		}
	}
	(void)sqlite3_reset(q->st[n]); /* tells again what the last use told */
	(void)sqlite3_clear_bindings(q->st[n]);
	*ret = q->st[n];
	return SQLITE_OK;
}

static int map_io(int sys)
{
	switch (sys) {
	case ENOSPC:
	case EDQUOT:
	case EFBIG:
		return FX_ENOSPC;
	case EROFS:
		return FX_EROFS;
	case EACCES:
	case EPERM:
		return FX_EACCES;
	case ENOMEM:
		return FX_ENOMEM;
	default:
		return FX_EIO;
	}
}

static int map(int rc, int sys)
{
	switch (rc & 0xff) {
	case SQLITE_FULL:
		return FX_ENOSPC;
	case SQLITE_NOMEM:
		return FX_ENOMEM;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return FX_EBUSY;
	case SQLITE_READONLY:
		return FX_EROFS;
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return FX_EACCES;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return FX_ECORRUPT;
	case SQLITE_TOOBIG:
		return FX_ELIMIT;
	case SQLITE_CONSTRAINT:
	case SQLITE_MISMATCH:
		return FX_EINVAL;
	case SQLITE_ERROR: /* a table or column that must be there is not */
	case SQLITE_SCHEMA:
		return FX_ECORRUPT;
	default: /* IOERR, CANTOPEN and what else the system refused */
		return map_io(sys);
	}
}

int fx_sq_fail(sqlite3 *db, int rc, const char *path, struct fx_reason *why)
{
	int sys = db ? sqlite3_system_errno(db) : 0;
	int err = map(rc, sys);
	const char *words = db ? sqlite3_errmsg(db) : sqlite3_errstr(rc);

	switch (err) {
	case FX_ENOSPC:
		return fx_fail(why, err, "No space is left on the disk for %s; free some space, "
			       "what was waiting can then be done again.", path);
	case FX_EROFS:
		return fx_fail(why, err, "%s is on a read-only file system or may not be written; "
			       "remount it, or correct the rights of the file and its folder.",
			       path);
	case FX_EACCES:
		return fx_fail(why, err, "Access to %s is denied; correct the rights of the file "
			       "and its folder.", path);
	case FX_EBUSY:
		return fx_fail(why, err, "%s is locked by another program; end that program.",
			       path);
	case FX_ECORRUPT:
		return fx_fail(why, err, "%s is damaged (%s); stop the service and restore the "
			       "file from a backup, or save what can be read with: "
			       "sqlite3 FILE .recover", path, words);
	case FX_EIO:
		return fx_fail(why, err, "The disk failed on %s (%s, %s); check the disk.", path,
			       words, sys ? strerror(sys) : "no cause given");
	default:
		return fx_fail(why, err, "%s: %s (%s).", path, fx_error_str(err), words);
	}
}
