/* SPDX-License-Identifier: Apache-2.0 */
/** @file store/sqlite/sqlite_priv.h  The SQLite store's parts. */
#ifndef FX_STORE_SQLITE_PRIV_H
#define FX_STORE_SQLITE_PRIV_H

#include <sqlite3.h>
#include "store/sqlite/columns.h"
#include "store/backend.h"

/** "CSLI", in the file's header: file(1) and we know a Caselli store by it. */
#define FX_SQ_APPLICATION_ID 0x43534C49

/* Statements that are kept: name, connection (W store thread, R loop), record, SQL after SELECT's
 * FROM, or the whole statement where there is no record. A W with a record is its INSERT. */
#define FX_SQ_TABLE(X)                                                                             \
	X(BEGIN, W, NULL, "BEGIN IMMEDIATE")                                                       \
	X(COMMIT, W, NULL, "COMMIT")                                                               \
	X(ROLLBACK, W, NULL, "ROLLBACK")                                                           \
	X(SAVEPOINT, W, NULL, "SAVEPOINT one")                                                     \
	X(RELEASE, W, NULL, "RELEASE one")                                                         \
	X(ROLLBACK_TO, W, NULL, "ROLLBACK TO one")                                                 \
	X(SET_IDS, W, NULL, "UPDATE ids SET next = ?")                                             \
	X(PUT_CONFIG, W, &fx_record_config, NULL)                                                  \
	X(PUT_PORT, W, &fx_record_port, NULL)                                                      \
	X(PUT_JOB, W, &fx_record_job, NULL)                                                        \
	X(PUT_ATTEMPT, W, &fx_record_attempt, NULL)                                                \
	X(PUT_PAGE, W, &fx_record_page, NULL)                                                      \
	X(PUT_MESSAGE, W, &fx_record_message, NULL)                                                \
	X(PUT_META, W, NULL, "INSERT OR REPLACE INTO meta(key, value) VALUES(?, ?)")               \
	X(DEL_META, W, NULL, "DELETE FROM meta WHERE key = ?")                                     \
	X(DEL_JOB, W, NULL, "DELETE FROM job WHERE id = ?")                                        \
	X(DEL_MESSAGE, W, NULL, "DELETE FROM message WHERE id = ?")                                \
	X(DEL_ATTEMPTS, W, NULL, "DELETE FROM attempt WHERE job_id = ?")                           \
	X(DEL_PAGES, W, NULL, "DELETE FROM page WHERE job_id = ?")                                 \
	X(GET_META, R, NULL, "SELECT value FROM meta WHERE key = ?")                               \
	X(NEXT_META, R, NULL, "SELECT key, value FROM meta WHERE key >= ?1 AND "                   \
			      "(key > ?1 OR NOT ?2) ORDER BY key LIMIT 1")                         \
	X(FIND_MESSAGE, R, NULL, "SELECT max(id) FROM message WHERE job_client_id = ?")            \
	X(GET_CONFIG, R, &fx_record_config, "")                                                    \
	X(GET_MESSAGE, R, &fx_record_message, "WHERE id = ?")                                      \
	X(EACH_PORT, R, &fx_record_port, "ORDER BY device_id")                                     \
	X(EACH_JOB, R, &fx_record_job, "ORDER BY id")                                              \
	X(EACH_ATTEMPT, R, &fx_record_attempt, "WHERE job_id = ? ORDER BY id")                     \
	X(EACH_PAGE, R, &fx_record_page, "WHERE job_id = ? ORDER BY attempt_id, page")             \
	X(EACH_MESSAGE, R, &fx_record_message, "WHERE folder = ? AND id > ? ORDER BY id")          \
	X(EACH_MESSAGE_BACK, R, &fx_record_message,                                                \
	  "WHERE folder = ? AND id < ? ORDER BY id DESC")
enum fx_sq_statement {
#define X(name, conn, record, sql) FX_SQ_##name,
	FX_SQ_TABLE(X)
#undef X
	FX_SQ_COUNT
};

struct fx_sq {
	struct fx_store base;
	char *path;
	int lock_fd;
	sqlite3 *wr; /**< store thread; the loop's while it opens and closes */
	sqlite3 *rd; /**< loop thread */
	sqlite3_stmt *st[FX_SQ_COUNT]; /**< each prepared at its first use */
};

static inline struct fx_sq *fx_sq_of(struct fx_store *s)
{
	return FX_CONTAINER(s, struct fx_sq, base);
}

/** The statement, reset and without bindings. Its own connection's thread. @return SQLite's code */
FX_MUST_CHECK int fx_sq_prepare(struct fx_sq *q, enum fx_sq_statement n, sqlite3_stmt **ret);
/** As above, but a new statement: the caller finalizes it. */
FX_MUST_CHECK int fx_sq_prepare_new(struct fx_sq *q, enum fx_sq_statement n, sqlite3_stmt **ret);
/**
 * Our code for SQLite's, and the sentence for a person: what failed, on which file, the remedy.
 * @param db  The connection that failed, or NULL
 */
int fx_sq_fail(sqlite3 *db, int rc, const char *path, struct fx_reason *why);

void fx_sq_commit(struct fx_store *s, struct fx_link *group);
int fx_sq_get_config(struct fx_store *s, struct fx_config *ret);
int fx_sq_get_meta(struct fx_store *s, const char *key, char **ret);
int fx_sq_next_meta(struct fx_store *s, const char *from, bool above, char **ret_key, char **ret);
int fx_sq_get_message(struct fx_store *s, uint64_t id, struct fx_message *ret);
int fx_sq_each_port(struct fx_store *s, bool (*fn)(void *, const struct fx_port_info *), void *arg);
int fx_sq_each_job(struct fx_store *s, bool (*fn)(void *, const struct fx_job *), void *arg);
int fx_sq_each_attempt(struct fx_store *s, uint64_t job_id,
		       bool (*fn)(void *, const struct fx_attempt *), void *arg);
int fx_sq_each_page(struct fx_store *s, uint64_t job_id,
		    bool (*fn)(void *, const struct fx_page *), void *arg);
int fx_sq_find_message(struct fx_store *s, uint32_t client_id, uint64_t *ret);
int fx_sq_each_message(struct fx_store *s, enum fx_folder folder, uint64_t after_id,
		       bool (*fn)(void *, const struct fx_message *), void *arg);
int fx_sq_each_message_back(struct fx_store *s, enum fx_folder folder, uint64_t before_id,
			    bool (*fn)(void *, const struct fx_message *), void *arg);

#endif
