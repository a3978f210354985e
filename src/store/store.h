/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file store/store.h
 * What survives: settings, ports, jobs, attempts, pages, messages. Memory and
 * SQLite implement it; one conformance suite (tests/conformance/store.c).
 *
 * Writes are transactions, committed in order on the store's own thread; commits
 * that wait together share one disk sync. done() is called on the loop when the
 * transaction is durable (or failed: then nothing of it is stored).
 * Reads are synchronous on the loop thread and see all finished commits.
 */
#ifndef FX_STORE_STORE_H
#define FX_STORE_STORE_H

#include <stddef.h>
#include "base/loop.h"
#include "core/config.h"
#include "core/job.h"
#include "core/port_info.h"

struct fx_store;
struct fx_txn;

FX_MUST_CHECK int fx_store_open_memory(struct fx_loop *loop, struct fx_store **ret);
/** Creates, migrates. @return 0, FX_EIO, FX_ECORRUPT, FX_ENOSPC, FX_EROFS, FX_EACCES, FX_EBUSY
 * (another process has it), FX_ENOSYS (written by a newer version) with a reason that names the
 * file and the remedy. Commits fail with the same codes and reasons. */
FX_MUST_CHECK int fx_store_open_sqlite(struct fx_loop *loop, const char *path,
				       struct fx_store **ret, struct fx_reason *reterr);
/** Finishes pending commits (their done() is called before it returns), then closes. Not from
 * within a done() or a read. NULL is fine. */
struct fx_store *fx_store_close(struct fx_store *s);

/** A new 64-bit id, never given twice, also not after a crash. */
uint64_t fx_store_new_id(struct fx_store *s);

FX_MUST_CHECK int fx_txn_new(struct fx_store *s, struct fx_txn **ret);
struct fx_txn *fx_txn_free(struct fx_txn *t); /**< one that is not committed */
/* Each copies its argument; insert or replace. @return 0 or FX_ENOMEM */
FX_MUST_CHECK int fx_txn_put_config(struct fx_txn *t, const struct fx_config *c);
FX_MUST_CHECK int fx_txn_put_port(struct fx_txn *t, const struct fx_port_info *p);
FX_MUST_CHECK int fx_txn_put_job(struct fx_txn *t, const struct fx_job *j);
FX_MUST_CHECK int fx_txn_del_job(struct fx_txn *t, uint64_t job_id); /**< attempts and pages stay */
FX_MUST_CHECK int fx_txn_put_attempt(struct fx_txn *t, const struct fx_attempt *a);
/** One record for each job, attempt and page. */
FX_MUST_CHECK int fx_txn_put_page(struct fx_txn *t, const struct fx_page *p);
FX_MUST_CHECK int fx_txn_put_message(struct fx_txn *t, const struct fx_message *m);
FX_MUST_CHECK int fx_txn_del_message(struct fx_txn *t, uint64_t id); /**< with attempts and pages */
/** Generic small texts (per-extension data, marks); value NULL deletes. */
FX_MUST_CHECK int fx_txn_put_meta(struct fx_txn *t, const char *key, const char *value);

typedef void(fx_store_done_fn)(void *arg, int err, const struct fx_reason *why);
/** Takes t in any case. done (optional) is called exactly once, never from inside. */
void fx_store_commit(struct fx_store *s, struct fx_txn *take_t, fx_store_done_fn *done, void *arg);
/** Make these files durable (fsync) before the transaction commits; fds are dup'd. */
FX_MUST_CHECK int fx_txn_sync_file(struct fx_txn *t, int fd);
/** fsync of a folder before the commit (a new name in it). */
FX_MUST_CHECK int fx_txn_sync_dir(struct fx_txn *t, const char *path);

/** Why the last read failed, in words; empty when it did not. Borrowed until the next read. */
const struct fx_reason *fx_store_read_reason(const struct fx_store *s);

/*
 * Reads fail with FX_ENOENT (never stored), FX_ENOMEM, FX_EIO, FX_ECORRUPT, FX_EBUSY. What they
 * return is the caller's (fx_config_fini(), fx_free(), fx_message_fini()); what fn gets is
 * borrowed for the call. fn may read and commit; it does not see what it commits.
 */
/** @return 0, FX_ENOENT (never stored) */
FX_MUST_CHECK int fx_store_get_config(struct fx_store *s, struct fx_config *ret);
FX_MUST_CHECK int fx_store_get_meta(struct fx_store *s, const char *key, char **ret);
/**
 * The first meta text in the order of keys (as bytes) whose key starts with prefix and is above
 * `after`. By an index in SQLite.
 * @param after    "" = from the first; may be ret_key
 * @param ret_key  Keys that do not fit: FX_ELIMIT
 * @return 0, FX_ENOENT (no more)
 */
FX_MUST_CHECK int fx_store_next_meta(struct fx_store *s, const char *prefix, const char *after,
				     char *ret_key, size_t size, char **ret);
FX_MUST_CHECK int fx_store_get_message(struct fx_store *s, uint64_t id, struct fx_message *ret);
/**
 * Newest message, of either folder, whose job had this client number. By an index in SQLite: as
 * fast with 100,000 messages as with one. (Memory looks at each.)
 * @return 0, FX_ENOENT
 */
FX_MUST_CHECK int fx_store_find_message(struct fx_store *s, uint32_t client_id, uint64_t *ret_id);
/* Each calls fn in order of id (pages: of attempt, then page); fn returns false to stop.
 * @return 0 or an error */
FX_MUST_CHECK int fx_store_each_port(struct fx_store *s,
				     bool (*fn)(void *, const struct fx_port_info *), void *arg);
FX_MUST_CHECK int fx_store_each_job(struct fx_store *s,
				    bool (*fn)(void *, const struct fx_job *), void *arg);
FX_MUST_CHECK int fx_store_each_attempt(struct fx_store *s, uint64_t job_id,
					bool (*fn)(void *, const struct fx_attempt *), void *arg);
FX_MUST_CHECK int fx_store_each_page(struct fx_store *s, uint64_t job_id,
				     bool (*fn)(void *, const struct fx_page *), void *arg);
FX_MUST_CHECK int fx_store_each_message(struct fx_store *s, enum fx_folder folder,
					uint64_t after_id,
					bool (*fn)(void *, const struct fx_message *), void *arg);
/** Newest first, ids below before_id (0 = from the newest on). By an index in SQLite. */
FX_MUST_CHECK int fx_store_each_message_back(struct fx_store *s, enum fx_folder folder,
					     uint64_t before_id,
					     bool (*fn)(void *, const struct fx_message *),
					     void *arg);

#endif
