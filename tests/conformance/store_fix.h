/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file tests/conformance/store_fix.h
 * An open store in a temp folder, short ways to write small records, and to
 * read back which ones are there. All fail the test when something is wrong.
 */
#ifndef FX_TESTS_STORE_FIX_H
#define FX_TESTS_STORE_FIX_H

#include "tests/conformance/store_records.h"
#include "tests/support/support.h"

enum store_kind { STORE_MEMORY, STORE_SQLITE, STORE_SQLITE_VIRTUAL };
extern enum store_kind store_which; /**< what store_setup() opens */

struct store_fix {
	struct fx_loop *loop;
	struct fx_store *store;
	char *dir, *path; /**< path: the database */
};
int store_setup(void **state);
int store_teardown(void **state);
/** Opens f->path again after fx_store_close(). */
void store_reopen(struct store_fix *f);

struct store_result {
	bool done;
	int err;
	struct fx_reason why;
	unsigned *counter, order; /**< counter: shared by several; may be NULL */
};
void store_on_done(void *arg, int err, const struct fx_reason *why);

struct fx_txn *store_begin(struct store_fix *f);
/** Waits for done(), checks that it does not come from inside. @return its err */
int store_commit(struct store_fix *f, struct fx_txn *t);
/** The same with all that done() was told. */
struct store_result store_try(struct store_fix *f, struct fx_txn *t);
int store_put(struct fx_txn *t, enum record kind, const void *rec);
void store_put_job(struct fx_txn *t, uint64_t id);
void store_put_attempt(struct fx_txn *t, uint64_t id, uint64_t job_id);
void store_put_page(struct fx_txn *t, uint64_t job_id, uint64_t attempt_id, uint32_t page);
void store_put_message(struct fx_txn *t, uint64_t id, enum fx_folder folder);

/** The ids met by a read, in order; a page's is attempt * 100 + page. */
struct store_seen {
	uint64_t id[64];
	size_t n, max;    /**< stops after max; 0 = 64 */
	const void *want; /**< compared with the first record, or NULL */
	enum record kind;
};
bool store_on_job(void *arg, const struct fx_job *j);
bool store_on_message(void *arg, const struct fx_message *m);
/** @param key  job id of attempts and pages, folder of messages */
void store_read(struct store_fix *f, enum record kind, uint64_t key, struct store_seen *s);
size_t store_count(struct store_fix *f, enum record kind, uint64_t key);
void store_assert_ids(const struct store_seen *s, size_t n, const uint64_t *ids);
#define ASSERT_IDS(seen, ...)                                                                      \
	store_assert_ids(seen, FX_ARRAY_LEN(((uint64_t[]){__VA_ARGS__})),                          \
			 (uint64_t[]){__VA_ARGS__})

#endif
