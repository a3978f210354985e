/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commits, on the store thread. A group shares one SQLite transaction and so
 * one sync; each of ours stands in a savepoint, so that a bad one fails alone.
 * When the whole fails (disk full, say), each is tried by itself: the small
 * ones may still fit, and each learns its own error.
 */
#include "store/sqlite/sqlite_priv.h"

#include <string.h>

static int step(struct fx_sq *q, enum fx_sq_statement n)
{
	sqlite3_stmt *st;
	int rc = fx_sq_prepare(q, n, &st);

	if (rc == SQLITE_OK) {
		rc = sqlite3_step(st);
		(void)sqlite3_reset(st);
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int step_id(struct fx_sq *q, enum fx_sq_statement n, uint64_t id)
{
	sqlite3_stmt *st;
	int rc = fx_sq_prepare(q, n, &st);

	if (rc == SQLITE_OK) {
		(void)sqlite3_bind_int64(st, 1, (sqlite3_int64)id);
		rc = sqlite3_step(st);
		(void)sqlite3_reset(st);
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int step_row(struct fx_sq *q, enum fx_sq_statement n, const struct fx_record *r,
		    const void *row)
{
	sqlite3_stmt *st;
	int rc = fx_sq_prepare(q, n, &st);

	if (rc == SQLITE_OK) {
		rc = fx_record_bind(r, st, row);
		if (rc == SQLITE_OK) {
			rc = sqlite3_step(st);
		}
		(void)sqlite3_reset(st);
		(void)sqlite3_clear_bindings(st); /* the texts are borrowed */
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int step_meta(struct fx_sq *q, enum fx_sq_statement n, const struct fx_meta *m)
{
	sqlite3_stmt *st;
	int rc = fx_sq_prepare(q, n, &st);

	if (rc == SQLITE_OK) {
		rc = sqlite3_bind_text(st, 1, m->key, -1, SQLITE_STATIC);
		if (rc == SQLITE_OK && m->value) {
			rc = sqlite3_bind_text64(st, 2, m->value, strlen(m->value), SQLITE_STATIC,
						 SQLITE_UTF8);
		}
		if (rc == SQLITE_OK) {
			rc = sqlite3_step(st);
		}
		(void)sqlite3_reset(st);
		(void)sqlite3_clear_bindings(st);
	}
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int del_message(struct fx_sq *q, uint64_t id)
{
	int rc = step_id(q, FX_SQ_DEL_MESSAGE, id);

	if (rc == SQLITE_OK) {
		rc = step_id(q, FX_SQ_DEL_ATTEMPTS, id);
	}
	return rc == SQLITE_OK ? step_id(q, FX_SQ_DEL_PAGES, id) : rc;
}

static int apply(struct fx_sq *q, const struct fx_op *op)
{
	switch (op->kind) {
	case FX_OP_CONFIG:
		return step_row(q, FX_SQ_PUT_CONFIG, &fx_record_config, op->u.any);
	case FX_OP_PORT:
		return step_row(q, FX_SQ_PUT_PORT, &fx_record_port, op->u.any);
	case FX_OP_JOB:
		return step_row(q, FX_SQ_PUT_JOB, &fx_record_job, op->u.any);
	case FX_OP_ATTEMPT:
		return step_row(q, FX_SQ_PUT_ATTEMPT, &fx_record_attempt, op->u.any);
	case FX_OP_PAGE:
		return step_row(q, FX_SQ_PUT_PAGE, &fx_record_page, op->u.any);
	case FX_OP_MESSAGE:
		return step_row(q, FX_SQ_PUT_MESSAGE, &fx_record_message, op->u.any);
	case FX_OP_DEL_JOB:
		return step_id(q, FX_SQ_DEL_JOB, op->id);
	case FX_OP_DEL_MESSAGE:
		return del_message(q, op->id);
	case FX_OP_META:
		return step_meta(q, FX_SQ_PUT_META, op->u.meta);
	case FX_OP_DEL_META:
		return step_meta(q, FX_SQ_DEL_META, op->u.meta);
	case FX_OP_COUNT:
		break;
	}
	return SQLITE_MISUSE;
}

static int apply_txn(struct fx_sq *q, struct fx_txn *t)
{
	int rc = t->reserve_to ? step_id(q, FX_SQ_SET_IDS, t->reserve_to) : SQLITE_OK;

	FX_LIST_EACH(&t->ops, l) {
		if (rc != SQLITE_OK) {
			break;
		}
		rc = apply(q, FX_CONTAINER(l, struct fx_op, link));
	}
	return rc;
}

static void fail(struct fx_sq *q, struct fx_txn *t, int rc)
{
	t->err = fx_sq_fail(q->wr, rc, q->path, &t->why);
}

/* Some errors (disk full, I/O) have rolled everything back already. */
static void rollback(struct fx_sq *q)
{
	if (!sqlite3_get_autocommit(q->wr)) {
		(void)step(q, FX_SQ_ROLLBACK);
	}
}

static void commit_one(struct fx_sq *q, struct fx_txn *t)
{
	int rc = step(q, FX_SQ_BEGIN);

	t->err = 0;
	if (rc == SQLITE_OK) {
		rc = apply_txn(q, t);
	}
	if (rc == SQLITE_OK) {
		rc = step(q, FX_SQ_COMMIT);
	}
	if (rc != SQLITE_OK) {
		fail(q, t, rc); /* first: a rollback would replace the error's words */
		rollback(q);
	}
}

/* One in its savepoint. @return false when the transaction around it is lost */
static bool apply_in_savepoint(struct fx_sq *q, struct fx_txn *t)
{
	int rc;

	t->err = 0;
	if (step(q, FX_SQ_SAVEPOINT) != SQLITE_OK) {
		return false;
	}
	rc = apply_txn(q, t);
	if (rc != SQLITE_OK) {
		fail(q, t, rc);
		if (sqlite3_get_autocommit(q->wr) || step(q, FX_SQ_ROLLBACK_TO) != SQLITE_OK) {
			return false;
		}
	}
	return step(q, FX_SQ_RELEASE) == SQLITE_OK;
}

static bool commit_together(struct fx_sq *q, struct fx_link *group)
{
	bool ok = step(q, FX_SQ_BEGIN) == SQLITE_OK;

	FX_LIST_EACH(group, l) {
		struct fx_txn *t = FX_CONTAINER(l, struct fx_txn, link);

		if (ok && !t->unsynced) {
			ok = apply_in_savepoint(q, t);
		}
	}
	ok = ok && step(q, FX_SQ_COMMIT) == SQLITE_OK;
	if (!ok) {
		rollback(q);
	}
	return ok;
}

void fx_sq_commit(struct fx_store *s, struct fx_link *group)
{
	struct fx_sq *q = fx_sq_of(s);
	size_t n = 0;

	FX_LIST_EACH(group, l) {
		n += !FX_CONTAINER(l, struct fx_txn, link)->unsynced;
	}
	if (n > 1 && commit_together(q, group)) {
		return;
	}
	FX_LIST_EACH(group, l) {
		struct fx_txn *t = FX_CONTAINER(l, struct fx_txn, link);

		if (!t->unsynced) {
			commit_one(q, t);
		}
	}
}
