/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file queue/journal.h
 * Writes to the store that are never lost while the store fails: one transaction
 * at a time, what comes meanwhile goes together into the next one (so many waiting
 * submits share one disk sync), and a failed one is tried again after 1, 2, 4 .. 30 s.
 *
 * A group is written whole or not at all, groups in the order of committing.
 * Thread: the loop thread. Owner: whoever made the journal.
 */
#ifndef FX_QUEUE_JOURNAL_H
#define FX_QUEUE_JOURNAL_H

#include "store/store.h"

struct fx_journal;
struct fx_group;

FX_MUST_CHECK int fx_journal_new(struct fx_loop *loop, struct fx_store *store,
				 struct fx_journal **ret);
/** Hands what still waits to the store (which commits it before it closes); every done() that
 * is still owed is called here, with FX_ECANCELED. */
struct fx_journal *fx_journal_free(struct fx_journal *j);
/** As a crash would: what was not yet handed to the store is lost. done() as above. */
struct fx_journal *fx_journal_abandon(struct fx_journal *j);
/** 0, or the store's error while the newest transaction could not be written. */
int fx_journal_error(const struct fx_journal *j);
/** Nothing waits and nothing is being written. */
bool fx_journal_is_idle(const struct fx_journal *j);

/** @return a group to fill, or NULL (no memory; all functions below take NULL). */
struct fx_group *fx_group_new(struct fx_journal *j);
struct fx_group *fx_group_free(struct fx_group *g);
/* Copied. Lack of memory sticks until commit. */
void fx_group_put_job(struct fx_group *g, const struct fx_job *job);
void fx_group_del_job(struct fx_group *g, uint64_t id);
void fx_group_put_attempt(struct fx_group *g, const struct fx_attempt *a);
void fx_group_put_page(struct fx_group *g, const struct fx_page *p);
void fx_group_put_message(struct fx_group *g, const struct fx_message *m);
void fx_group_del_message(struct fx_group *g, uint64_t id);
void fx_group_put_meta(struct fx_group *g, const char *key, const char *value);
void fx_group_put_config(struct fx_group *g, const struct fx_config *c);
void fx_group_put_port(struct fx_group *g, const struct fx_port_info *p);
void fx_group_sync_file(struct fx_group *g, int fd); /**< dup'd */
void fx_group_sync_dir(struct fx_group *g, const char *path);

enum fx_commit {
	FX_COMMIT_KEEP,     /**< tried until it is written; done() only then, with err 0 */
	FX_COMMIT_FAIL_FAST /**< one failure: dropped, done() with the error */
};
/**
 * Takes g in any case. done (optional) is called once, later.
 * @return 0, or FX_ENOMEM (nothing written, done not called)
 */
FX_MUST_CHECK int fx_group_commit(struct fx_group *take_g, enum fx_commit how,
				  fx_store_done_fn *done, void *arg);

#endif
