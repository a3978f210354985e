/* SPDX-License-Identifier: Apache-2.0 */
/* What every store must do, run for each: memory, sqlite, sqlite-virtual. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "tests/conformance/store_fix.h"

static void lists_are_complete(void **state)
{
	record_check_lists();
}

static uint64_t key_for_read(enum record kind, const void *rec)
{
	switch (kind) {
	case REC_ATTEMPT:
		return ((const struct fx_attempt *)rec)->job_id;
	case REC_PAGE:
		return ((const struct fx_page *)rec)->job_id;
	case REC_MESSAGE:
		return ((const struct fx_message *)rec)->folder;
	case REC_CONFIG:
	case REC_PORT:
	case REC_JOB:
	case REC_COUNT:
		break;
	}
	return 0;
}

/* Two fillings, so that each flag is once set and once not. The second has the lower id where
 * both are in one list, so that it is read first. */
static void round_trip(struct store_fix *f, enum record kind)
{
	union {
		uint64_t id;
		struct fx_port_info port;
		struct fx_job job;
		struct fx_attempt attempt;
		struct fx_page page;
		struct fx_message message;
	} rec;

	for (unsigned seed = 1; seed <= 2; seed++) {
		struct store_seen s = {.max = 1, .want = &rec};
		struct fx_txn *t = store_begin(f);

		record_fill(kind, &rec, seed);
		if (kind == REC_PORT) {
			rec.port.device_id = 3 - seed;
		} else {
			rec.id = 3 - seed;
		}
		assert_int_equal(store_put(t, kind, &rec), 0);
		assert_int_equal(store_commit(f, t), 0);
		store_read(f, kind, key_for_read(kind, &rec), &s);
		assert_int_equal(s.n, 1);
		record_fini(kind, &rec);
	}
}

static void ports_round_trip(void **state)
{
	round_trip(*state, REC_PORT);
	assert_int_equal(store_count(*state, REC_PORT, 0), 2);
}

static void jobs_round_trip(void **state)
{
	round_trip(*state, REC_JOB);
}

static void attempts_round_trip(void **state)
{
	round_trip(*state, REC_ATTEMPT);
}

static void pages_round_trip(void **state)
{
	round_trip(*state, REC_PAGE);
}

static void messages_round_trip(void **state)
{
	struct store_fix *f = *state;
	struct fx_message m, got;
	struct fx_txn *t = store_begin(f);

	round_trip(f, REC_MESSAGE);
	record_fill(REC_MESSAGE, &m, 9);
	assert_int_equal(fx_txn_put_message(t, &m), 0);
	assert_int_equal(store_commit(f, t), 0);
	assert_int_equal(fx_store_get_message(f->store, m.id, &got), 0);
	record_same(REC_MESSAGE, &m, &got);
	record_fini(REC_MESSAGE, &got);
	assert_int_equal(fx_store_get_message(f->store, m.id + 1, &got), FX_ENOENT);
	record_fini(REC_MESSAGE, &m);
}

static void config_round_trips(void **state)
{
	struct store_fix *f = *state;
	struct fx_config c, got;

	assert_int_equal(fx_store_get_config(f->store, &got), FX_ENOENT);
	for (unsigned seed = 1; seed <= 3; seed++) {
		struct fx_txn *t = store_begin(f);

		record_fill(REC_CONFIG, &c, seed);
		if (seed == 3) { /* unset texts stay unset */
			c.archive_directory = fx_free(c.archive_directory);
		}
		assert_int_equal(fx_txn_put_config(t, &c), 0);
		assert_int_equal(store_commit(f, t), 0);
		assert_int_equal(fx_store_get_config(f->store, &got), 0);
		record_same(REC_CONFIG, &c, &got);
		fx_config_fini(&got);
		record_fini(REC_CONFIG, &c);
	}
}

static void a_record_is_replaced(void **state)
{
	struct store_fix *f = *state;
	struct fx_job j;

	for (unsigned seed = 1; seed <= 2; seed++) {
		struct fx_txn *t = store_begin(f);
		struct store_seen s = {.want = &j};

		record_fill(REC_JOB, &j, seed);
		j.id = 7;
		assert_int_equal(fx_txn_put_job(t, &j), 0);
		assert_int_equal(store_commit(f, t), 0);
		store_read(f, REC_JOB, 0, &s);
		ASSERT_IDS(&s, 7);
		record_fini(REC_JOB, &j);
	}
}

static void copies_are_deep(void **state)
{
	struct store_fix *f = *state;
	struct fx_job j, kept;
	struct fx_txn *t = store_begin(f);
	struct store_seen s = {.want = &kept};

	record_fill(REC_JOB, &kept, 1);
	assert_int_equal(fx_job_copy(&j, &kept), 0);
	assert_int_equal(fx_txn_put_job(t, &j), 0);
	j.subject[0] = '?';
	fx_job_fini(&j);
	assert_int_equal(store_commit(f, t), 0);
	store_read(f, REC_JOB, 0, &s);
	assert_int_equal(s.n, 1);
	record_fini(REC_JOB, &kept);
}

static void done_comes_in_order(void **state)
{
	struct store_fix *f = *state;
	struct store_result r[300] = {0};
	unsigned counter = 0;

	for (size_t i = 0; i < FX_ARRAY_LEN(r); i++) {
		struct fx_txn *t = store_begin(f);

		store_put_job(t, i + 1);
		r[i].counter = &counter;
		fx_store_commit(f->store, t, store_on_done, &r[i]);
	}
	assert_int_equal(counter, 0);
	fx_test_wait(f->loop, &r[FX_ARRAY_LEN(r) - 1].done, 10 * FX_SECOND);
	for (size_t i = 0; i < FX_ARRAY_LEN(r); i++) {
		assert_int_equal(r[i].err, 0);
		assert_int_equal(r[i].order, i + 1);
	}
}

static void done_is_optional(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);

	store_put_job(t, 1);
	fx_store_commit(f->store, t, NULL, NULL);
	assert_int_equal(store_commit(f, store_begin(f)), 0); /* an empty one */
	assert_int_equal(store_count(f, REC_JOB, 0), 1);
}

/* The bad one stores a job, an attempt and a page, then cannot bring its file to the disk. */
static void a_transaction_is_whole_or_nothing(void **state)
{
	struct store_fix *f = *state;
	struct store_result r[3] = {0};
	struct store_seen s = {0};
	int fds[2];

	assert_int_equal(pipe(fds), 0); /* a pipe cannot be synced */
	for (size_t i = 0; i < 3; i++) {
		struct fx_txn *t = store_begin(f);

		store_put_job(t, i + 1);
		store_put_attempt(t, 10 + i, i + 1);
		store_put_page(t, i + 1, 10 + i, 1);
		assert_int_equal(fx_txn_put_meta(t, "last", i == 1 ? "bad" : "good"), 0);
		if (i == 1) {
			assert_int_equal(fx_txn_sync_file(t, fds[1]), 0);
		}
		fx_store_commit(f->store, t, store_on_done, &r[i]);
	}
	(void)close(fds[0]);
	(void)close(fds[1]);
	fx_test_wait(f->loop, &r[2].done, 10 * FX_SECOND);
	assert_int_equal(r[0].err, 0);
	assert_true(r[1].err < 0);
	assert_true(r[1].why.text[0]);
	assert_int_equal(r[2].err, 0);
	store_read(f, REC_JOB, 0, &s);
	ASSERT_IDS(&s, 1, 3);
	assert_int_equal(store_count(f, REC_ATTEMPT, 2), 0);
	assert_int_equal(store_count(f, REC_PAGE, 2), 0);
	assert_int_equal(store_count(f, REC_PAGE, 3), 1);
}

static void files_are_synced(void **state)
{
	struct store_fix *f = *state;
	fx_auto char *path = fx_asprintf("%s/page.tif", f->dir);
	fx_auto char *missing = fx_asprintf("%s/missing", f->dir);
	struct fx_txn *t = store_begin(f);
	int fd = open(path, O_RDWR | O_CREAT, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, "page", 4), 4);
	assert_int_equal(fx_txn_sync_file(t, fd), 0);
	assert_int_equal(fx_txn_sync_dir(t, f->dir), 0);
	(void)close(fd); /* the transaction has its own */
	store_put_job(t, 1);
	assert_int_equal(store_commit(f, t), 0);

	t = store_begin(f);
	store_put_job(t, 2);
	assert_int_equal(fx_txn_sync_dir(t, missing), 0);
	assert_int_equal(store_commit(f, t), FX_ENOENT);
	assert_int_equal(store_count(f, REC_JOB, 0), 1);
	t = store_begin(f);
	assert_int_equal(fx_txn_sync_file(t, -1), FX_EBADF);
	(void)fx_txn_free(t);
}

static void ids_rise(void **state)
{
	struct store_fix *f = *state;
	uint64_t last = 0;

	for (int i = 0; i < 5000; i++) { /* several blocks, without a commit */
		uint64_t id = fx_store_new_id(f->store);

		assert_true(id > last && id <= INT64_MAX);
		last = id;
	}
}

static void deleting_a_job_leaves_its_record(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	struct store_seen s = {0};

	for (uint64_t id = 1; id <= 3; id++) {
		store_put_job(t, id);
		store_put_attempt(t, 10 + id, id);
		store_put_page(t, id, 10 + id, 1);
	}
	assert_int_equal(store_commit(f, t), 0);
	t = store_begin(f);
	assert_int_equal(fx_txn_del_job(t, 2), 0);
	assert_int_equal(fx_txn_del_job(t, 99), 0); /* missing is fine */
	assert_int_equal(store_commit(f, t), 0);
	store_read(f, REC_JOB, 0, &s);
	ASSERT_IDS(&s, 1, 3);
	assert_int_equal(store_count(f, REC_ATTEMPT, 2), 1);
	assert_int_equal(store_count(f, REC_PAGE, 2), 1);
}

static void deleting_a_message_takes_all(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	struct store_seen s = {0};

	for (uint64_t id = 1; id <= 3; id++) {
		store_put_message(t, id, FX_FOLDER_SENT);
		store_put_attempt(t, 10 + id, id);
		store_put_attempt(t, 20 + id, id);
		store_put_page(t, id, 10 + id, 1);
		store_put_page(t, id, 20 + id, 1);
	}
	assert_int_equal(store_commit(f, t), 0);
	t = store_begin(f);
	assert_int_equal(fx_txn_del_message(t, 2), 0);
	assert_int_equal(store_commit(f, t), 0);
	store_read(f, REC_MESSAGE, FX_FOLDER_SENT, &s);
	ASSERT_IDS(&s, 1, 3);
	for (uint64_t id = 1; id <= 3; id++) {
		assert_int_equal(store_count(f, REC_ATTEMPT, id), id == 2 ? 0 : 2);
		assert_int_equal(store_count(f, REC_PAGE, id), id == 2 ? 0 : 2);
	}
}

static void operations_apply_in_order(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	struct store_seen s = {0};

	/* A job that becomes a message, and one that is store_put, removed and put again. */
	store_put_job(t, 1);
	store_put_job(t, 2);
	assert_int_equal(fx_txn_del_job(t, 1), 0);
	assert_int_equal(fx_txn_del_job(t, 2), 0);
	store_put_message(t, 1, FX_FOLDER_SENT);
	store_put_job(t, 2);
	assert_int_equal(store_commit(f, t), 0);
	store_read(f, REC_JOB, 0, &s);
	ASSERT_IDS(&s, 2);
	assert_int_equal(store_count(f, REC_MESSAGE, FX_FOLDER_SENT), 1);
}

static void assert_meta(struct store_fix *f, const char *key, const char *want)
{
	char *got = NULL;

	if (!want) {
		assert_int_equal(fx_store_get_meta(f->store, key, &got), FX_ENOENT);
		return;
	}
	assert_int_equal(fx_store_get_meta(f->store, key, &got), 0);
	assert_string_equal(got, want);
	(void)fx_free(got);
}

static void meta_texts(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);

	assert_meta(f, "a", NULL);
	assert_int_equal(fx_txn_put_meta(t, "a", "1"), 0);
	assert_int_equal(fx_txn_put_meta(t, "b", ""), 0);
	assert_int_equal(fx_txn_put_meta(t, "gr\xc3\xbc\xc3\x9f", "\xf0\x9f\x93\xa0"), 0);
	assert_int_equal(store_commit(f, t), 0);
	assert_meta(f, "a", "1");
	assert_meta(f, "b", "");
	assert_meta(f, "gr\xc3\xbc\xc3\x9f", "\xf0\x9f\x93\xa0");
	t = store_begin(f);
	assert_int_equal(fx_txn_put_meta(t, "a", "2"), 0);
	assert_int_equal(fx_txn_put_meta(t, "b", NULL), 0);
	assert_int_equal(fx_txn_put_meta(t, "none", NULL), 0);
	assert_int_equal(store_commit(f, t), 0);
	assert_meta(f, "a", "2");
	assert_meta(f, "b", NULL);
}

static void assert_next(struct store_fix *f, const char *prefix, const char *after,
			const char *want_key, const char *want)
{
	char key[16] = "unset";
	char *got = NULL;

	if (!want_key) {
		assert_int_equal(fx_store_next_meta(f->store, prefix, after, key, sizeof(key),
						    &got), FX_ENOENT);
		assert_string_equal(key, "unset");
		assert_null(got);
		return;
	}
	assert_int_equal(fx_store_next_meta(f->store, prefix, after, key, sizeof(key), &got), 0);
	assert_string_equal(key, want_key);
	assert_string_equal(got, want);
	(void)fx_free(got);
}

static void meta_in_order(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	char key[4] = "old";
	char *got = NULL;

	assert_next(f, "r.", "", NULL, NULL);
	assert_int_equal(fx_txn_put_meta(t, "r.2", "two"), 0);
	assert_int_equal(fx_txn_put_meta(t, "s", "after all"), 0);
	assert_int_equal(fx_txn_put_meta(t, "r.10", "ten"), 0);
	assert_int_equal(fx_txn_put_meta(t, "r", "before all"), 0);
	assert_int_equal(fx_txn_put_meta(t, "r.\xc3\xbc", ""), 0);
	assert_int_equal(fx_txn_put_meta(t, "R.1", "other case"), 0);
	assert_int_equal(store_commit(f, t), 0);
	assert_next(f, "r.", "", "r.10", "ten");
	assert_next(f, "r.", "r.10", "r.2", "two");
	assert_next(f, "r.", "r.15", "r.2", "two");
	assert_next(f, "r.", "r.2", "r.\xc3\xbc", "");
	assert_next(f, "r.", "r.\xc3\xbc", NULL, NULL);
	assert_next(f, "t", "", NULL, NULL);
	assert_next(f, "", "r.\xc3\xbc", "s", "after all");
	assert_int_equal(fx_store_next_meta(f->store, "r.", "", key, sizeof(key), &got),
			 FX_ELIMIT);
	assert_string_equal(key, "old");
}

static void order_and_stop(void **state)
{
	static const uint64_t ids[] = {5, 1, 1000000000000, 3, 2};
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	struct store_seen s = {0};

	for (size_t i = 0; i < FX_ARRAY_LEN(ids); i++) {
		struct fx_port_info p = {.device_id = (uint32_t)ids[i] % 100000};

		store_put_job(t, ids[i]);
		store_put_attempt(t, ids[i], 77);
		store_put_page(t, 77, ids[i] % 10, (uint32_t)(6 - i));
		assert_int_equal(fx_txn_put_port(t, &p), 0);
	}
	store_put_attempt(t, 4, 78);
	store_put_page(t, 77, 2, 3);
	assert_int_equal(store_commit(f, t), 0);
	store_read(f, REC_JOB, 0, &s);
	ASSERT_IDS(&s, 1, 2, 3, 5, 1000000000000);
	store_read(f, REC_ATTEMPT, 77, &s);
	ASSERT_IDS(&s, 1, 2, 3, 5, 1000000000000);
	store_read(f, REC_PAGE, 77, &s);
	ASSERT_IDS(&s, 4, 105, 202, 203, 303, 506);
	store_read(f, REC_PORT, 0, &s);
	assert_int_equal(s.n, 5);
	for (size_t i = 1; i < s.n; i++) {
		assert_true(s.id[i] > s.id[i - 1]);
	}
	s.max = 2;
	store_read(f, REC_JOB, 0, &s);
	ASSERT_IDS(&s, 1, 2);
	store_read(f, REC_ATTEMPT, 77, &s);
	ASSERT_IDS(&s, 1, 2);
	store_read(f, REC_PAGE, 77, &s);
	ASSERT_IDS(&s, 4, 105);
	store_read(f, REC_PORT, 0, &s);
	assert_int_equal(s.n, 2);
}

static void message_by_client_number(void **state)
{
	static const uint32_t number_of[] = {0, 7, 8, 7, 32767, 8}; /* by id */
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	uint64_t id = 99;

	for (uint64_t i = 1; i < FX_ARRAY_LEN(number_of); i++) {
		struct fx_message m = {.id = i, .folder = i & 1 ? FX_FOLDER_SENT : FX_FOLDER_INBOX};

		fx_job_init(&m.job);
		m.job.client_id = number_of[i];
		assert_int_equal(fx_txn_put_message(t, &m), 0);
	}
	assert_int_equal(fx_store_find_message(f->store, 7, &id), FX_ENOENT);
	assert_int_equal(id, 99);
	assert_int_equal(store_commit(f, t), 0);
	assert_int_equal(fx_store_find_message(f->store, 7, &id), 0);
	assert_int_equal(id, 3);
	assert_int_equal(fx_store_find_message(f->store, 8, &id), 0);
	assert_int_equal(id, 5);
	assert_int_equal(fx_store_find_message(f->store, 9, &id), FX_ENOENT);
	assert_int_equal(fx_store_find_message(f->store, UINT32_MAX, &id), FX_ENOENT);
	t = store_begin(f);
	assert_int_equal(fx_txn_del_message(t, 3), 0);
	assert_int_equal(store_commit(f, t), 0);
	assert_int_equal(fx_store_find_message(f->store, 7, &id), 0);
	assert_int_equal(id, 1);
}

static void messages_by_folder(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	struct store_seen s = {0};

	for (uint64_t id = 1; id <= 9; id++) {
		store_put_message(t, id, id % 3 ? FX_FOLDER_INBOX : FX_FOLDER_SENT);
	}
	assert_int_equal(store_commit(f, t), 0);
	store_read(f, REC_MESSAGE, FX_FOLDER_SENT, &s);
	ASSERT_IDS(&s, 3, 6, 9);
	s.n = 0;
	assert_int_equal(
		fx_store_each_message(f->store, FX_FOLDER_INBOX, 4, store_on_message, &s), 0);
	ASSERT_IDS(&s, 5, 7, 8);
	s.n = 0;
	s.max = 2;
	assert_int_equal(
		fx_store_each_message(f->store, FX_FOLDER_INBOX, 1, store_on_message, &s), 0);
	ASSERT_IDS(&s, 2, 4);
	s.n = 0;
	assert_int_equal(fx_store_each_message(f->store, FX_FOLDER_SENT, UINT64_MAX,
					       store_on_message, &s),
			 0);
	assert_int_equal(s.n, 0);
	/* Backwards. */
	s.n = 0;
	assert_int_equal(
		fx_store_each_message_back(f->store, FX_FOLDER_INBOX, 0, store_on_message, &s), 0);
	ASSERT_IDS(&s, 8, 7);
	s.n = 0;
	assert_int_equal(
		fx_store_each_message_back(f->store, FX_FOLDER_INBOX, 7, store_on_message, &s), 0);
	ASSERT_IDS(&s, 5, 4);
	s.n = s.max = 0;
	assert_int_equal(fx_store_each_message_back(f->store, FX_FOLDER_SENT, UINT64_MAX,
						    store_on_message, &s),
			 0);
	ASSERT_IDS(&s, 9, 6, 3);
	s.n = 0;
	assert_int_equal(
		fx_store_each_message_back(f->store, FX_FOLDER_SENT, 3, store_on_message, &s), 0);
	assert_int_equal(s.n, 0);
	/* Moved to the other folder: in one of them only. */
	t = store_begin(f);
	store_put_message(t, 5, FX_FOLDER_SENT);
	assert_int_equal(store_commit(f, t), 0);
	s.max = 0;
	store_read(f, REC_MESSAGE, FX_FOLDER_SENT, &s);
	ASSERT_IDS(&s, 3, 5, 6, 9);
	assert_int_equal(store_count(f, REC_MESSAGE, FX_FOLDER_INBOX), 5);
}

struct nested {
	struct store_fix *f;
	struct store_result r;
	size_t jobs, inner;
};

static bool nested_job(void *arg, const struct fx_job *j)
{
	struct nested *n = arg;
	struct store_seen s = {0};

	n->jobs++;
	if (n->jobs == 1) { /* a commit while reading: the read does not see it, nothing breaks */
		struct fx_txn *t = store_begin(n->f);

		store_put_job(t, 50);
		assert_int_equal(fx_txn_del_job(t, 2), 0);
		fx_store_commit(n->f->store, t, store_on_done, &n->r);
	}
	store_read(n->f, REC_JOB, 0, &s);
	n->inner += s.n;
	assert_true(j->id <= 50);
	return true;
}

static void reads_nest(void **state)
{
	struct nested n = {.f = *state};
	struct fx_txn *t = store_begin(n.f);
	struct store_seen s = {0};

	for (uint64_t id = 1; id <= 3; id++) {
		store_put_job(t, id);
	}
	assert_int_equal(store_commit(n.f, t), 0);
	assert_int_equal(fx_store_each_job(n.f->store, nested_job, &n), 0);
	assert_int_equal(n.jobs, 3);
	fx_test_wait(n.f->loop, &n.r.done, 10 * FX_SECOND);
	assert_int_equal(n.r.err, 0);
	store_read(n.f, REC_JOB, 0, &s);
	ASSERT_IDS(&s, 1, 3, 50);
}

static void big_texts(void **state)
{
	struct store_fix *f = *state;
	struct fx_txn *t = store_begin(f);
	struct fx_job j;
	struct store_seen s = {.want = &j};
	char *big = fx_zalloc(100001);

	assert_non_null(big);
	for (size_t i = 0; i + 4 <= 100000; i += 4) { /* U+1F4E0, a fax machine */
		memcpy(big + i, "\xf0\x9f\x93\xa0", 4);
	}
	fx_job_init(&j);
	j.id = 1;
	j.profile = big;
	j.subject = fx_strdup("\xd0\xa4\xd0\xb0\xd0\xba\xd1\x81 \xe5\x82\xb3");
	assert_int_equal(fx_txn_put_job(t, &j), 0);
	assert_int_equal(fx_txn_put_meta(t, "big", big), 0);
	assert_int_equal(store_commit(f, t), 0);
	store_read(f, REC_JOB, 0, &s);
	assert_int_equal(s.n, 1);
	assert_meta(f, "big", big);
	fx_job_fini(&j);
}

static void close_finishes_commits(void **state)
{
	struct store_fix *f = *state;
	struct store_result r[50] = {0};

	for (size_t i = 0; i < FX_ARRAY_LEN(r); i++) {
		struct fx_txn *t = store_begin(f);

		store_put_job(t, i + 1);
		fx_store_commit(f->store, t, store_on_done, &r[i]);
	}
	f->store = fx_store_close(f->store);
	for (size_t i = 0; i < FX_ARRAY_LEN(r); i++) {
		assert_true(r[i].done);
		assert_int_equal(r[i].err, 0);
	}
}

struct sweep {
	struct store_fix *f;
	struct fx_config config;
	struct fx_job job;
	struct fx_message message;
};

static int build(void *arg)
{
	struct sweep *s = arg;
	struct fx_port_info port = {.device_id = 1};
	struct fx_attempt attempt = {.id = 1, .job_id = 1};
	struct fx_page page = {.job_id = 1};
	struct fx_txn *t;
	int err = fx_txn_new(s->f->store, &t);

	if (err) {
		return err;
	}
	if ((err = fx_txn_put_config(t, &s->config)) || (err = fx_txn_put_port(t, &port)) ||
	    (err = fx_txn_put_job(t, &s->job)) || (err = fx_txn_put_attempt(t, &attempt)) ||
	    (err = fx_txn_put_page(t, &page)) || (err = fx_txn_put_message(t, &s->message)) ||
	    (err = fx_txn_del_job(t, 1)) || (err = fx_txn_del_message(t, 1)) ||
	    (err = fx_txn_put_meta(t, "key", "value")) || (err = fx_txn_put_meta(t, "key", NULL)) ||
	    (err = fx_txn_sync_file(t, STDIN_FILENO)) || (err = fx_txn_sync_dir(t, "/tmp"))) {
	}
	(void)fx_txn_free(t);
	return err;
}

static int read_back(void *arg)
{
	struct sweep *s = arg;
	struct store_seen seen = {0};
	struct fx_message m;
	struct fx_config c;
	char *text;
	int err;

	if ((err = fx_store_get_config(s->f->store, &c))) {
		return err;
	}
	fx_config_fini(&c);
	if ((err = fx_store_get_message(s->f->store, s->message.id, &m))) {
		return err;
	}
	fx_message_fini(&m);
	if ((err = fx_store_get_meta(s->f->store, "key", &text))) {
		return err;
	}
	(void)fx_free(text);
	return fx_store_each_job(s->f->store, store_on_job, &seen);
}

static void out_of_memory(void **state)
{
	struct sweep s = {.f = *state};
	struct fx_txn *t = store_begin(s.f);
	int64_t live;

	record_fill(REC_CONFIG, &s.config, 1);
	record_fill(REC_JOB, &s.job, 1);
	record_fill(REC_MESSAGE, &s.message, 1);
	assert_int_equal(store_put(t, REC_CONFIG, &s.config), 0);
	assert_int_equal(store_put(t, REC_JOB, &s.job), 0);
	assert_int_equal(store_put(t, REC_MESSAGE, &s.message), 0);
	assert_int_equal(fx_txn_put_meta(t, "key", "value"), 0);
	assert_int_equal(store_commit(s.f, t), 0);
	live = fx_mem_live();
	fx_test_oom_sweep(build, &s);
	assert_int_equal(fx_mem_live(), live);
	fx_test_oom_sweep(read_back, &s);
	record_fini(REC_CONFIG, &s.config);
	record_fini(REC_JOB, &s.job);
	record_fini(REC_MESSAGE, &s.message);
}

#define CASE(fn) cmocka_unit_test_setup_teardown(fn, store_setup, store_teardown)

int main(int argc, char **argv)
{
	static const struct CMUnitTest cases[] = {
		cmocka_unit_test(lists_are_complete),
		CASE(config_round_trips), CASE(ports_round_trip), CASE(jobs_round_trip),
		CASE(attempts_round_trip), CASE(pages_round_trip), CASE(messages_round_trip),
		CASE(a_record_is_replaced), CASE(copies_are_deep), CASE(done_comes_in_order),
		CASE(done_is_optional), CASE(a_transaction_is_whole_or_nothing),
		CASE(files_are_synced), CASE(ids_rise), CASE(deleting_a_job_leaves_its_record),
		CASE(deleting_a_message_takes_all), CASE(operations_apply_in_order),
		CASE(meta_texts), CASE(meta_in_order), CASE(order_and_stop), CASE(messages_by_folder),
		CASE(message_by_client_number),
		CASE(reads_nest), CASE(big_texts), CASE(close_finishes_commits),
		CASE(out_of_memory),
	};
	const char *name = argc > 1 ? argv[1] : "sqlite";

	store_which = STORE_SQLITE;
	if (fx_str_eq(name, "memory")) {
		store_which = STORE_MEMORY;
	} else if (fx_str_eq(name, "sqlite-virtual")) {
		store_which = STORE_SQLITE_VIRTUAL;
	}
	return _cmocka_run_group_tests(name, cases, FX_ARRAY_LEN(cases), NULL, NULL);
}
