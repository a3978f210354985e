/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/conformance/store_fix.h"

#include "tests/support/support.h"

enum store_kind store_which = STORE_SQLITE;

void store_reopen(struct store_fix *f)
{
	struct fx_reason why = {0};

	if (fx_store_open_sqlite(f->loop, f->path, &f->store, &why) < 0) {
		fail_msg("%s", why.text);
	}
}

int store_setup(void **state)
{
	struct store_fix *f = fx_zalloc(sizeof(*f));

	assert_non_null(f);
	f->dir = fx_test_mkdir();
	f->path = fx_asprintf("%s/caselli.db", f->dir);
	if (store_which == STORE_SQLITE) {
		assert_int_equal(fx_loop_new_real(&f->loop), 0);
	} else {
		f->loop = fx_test_vloop();
	}
	if (store_which == STORE_MEMORY) {
		assert_int_equal(fx_store_open_memory(f->loop, &f->store), 0);
	} else {
		store_reopen(f);
	}
	*state = f;
	return 0;
}

int store_teardown(void **state)
{
	struct store_fix *f = *state;

	fx_mem_fail_at(0);
	(void)fx_store_close(f->store);
	(void)fx_loop_free(f->loop);
	fx_test_rmdir(f->dir);
	(void)fx_free(f->path);
	(void)fx_free(f);
	return 0;
}

void store_on_done(void *arg, int err, const struct fx_reason *why)
{
	struct store_result *r = arg;

	assert_false(r->done);
	r->done = true;
	r->err = err;
	r->why = *why;
	if (r->counter) {
		r->order = ++*r->counter;
	}
}

struct store_result store_try(struct store_fix *f, struct fx_txn *t)
{
	struct store_result r = {0};

	fx_store_commit(f->store, t, store_on_done, &r);
	assert_false(r.done);
	fx_test_wait(f->loop, &r.done, 10 * FX_SECOND);
	return r;
}

int store_commit(struct store_fix *f, struct fx_txn *t)
{
	return store_try(f, t).err;
}

struct fx_txn *store_begin(struct store_fix *f)
{
	struct fx_txn *t = NULL;

	assert_int_equal(fx_txn_new(f->store, &t), 0);
	return t;
}

int store_put(struct fx_txn *t, enum record kind, const void *rec)
{
	switch (kind) {
	case REC_CONFIG:
		return fx_txn_put_config(t, rec);
	case REC_PORT:
		return fx_txn_put_port(t, rec);
	case REC_JOB:
		return fx_txn_put_job(t, rec);
	case REC_ATTEMPT:
		return fx_txn_put_attempt(t, rec);
	case REC_PAGE:
		return fx_txn_put_page(t, rec);
	case REC_MESSAGE:
		return fx_txn_put_message(t, rec);
	case REC_COUNT:
		break;
	}
	return FX_EINVAL;
}

void store_put_job(struct fx_txn *t, uint64_t id)
{
	struct fx_job j;

	fx_job_init(&j);
	j.id = id;
	assert_int_equal(fx_txn_put_job(t, &j), 0);
	fx_job_fini(&j);
}

void store_put_attempt(struct fx_txn *t, uint64_t id, uint64_t job_id)
{
	struct fx_attempt a = {.id = id, .job_id = job_id};

	assert_int_equal(fx_txn_put_attempt(t, &a), 0);
}

void store_put_page(struct fx_txn *t, uint64_t job_id, uint64_t attempt_id, uint32_t page)
{
	struct fx_page p = {.job_id = job_id, .attempt_id = attempt_id, .page = page};

	assert_int_equal(fx_txn_put_page(t, &p), 0);
}

void store_put_message(struct fx_txn *t, uint64_t id, enum fx_folder folder)
{
	struct fx_message m = {.id = id, .folder = folder};

	fx_job_init(&m.job);
	assert_int_equal(fx_txn_put_message(t, &m), 0);
	fx_message_fini(&m);
}

static bool note(struct store_seen *s, uint64_t id, const void *rec)
{
	if (s->want && s->n == 0) {
		record_same(s->kind, s->want, rec);
	}
	s->id[s->n++] = id;
	return s->n < (s->max ? s->max : FX_ARRAY_LEN(s->id));
}

static bool on_port(void *arg, const struct fx_port_info *p)
{
	return note(arg, p->device_id, p);
}

bool store_on_job(void *arg, const struct fx_job *j)
{
	return note(arg, j->id, j);
}

static bool on_attempt(void *arg, const struct fx_attempt *a)
{
	return note(arg, a->id, a);
}

static bool on_page(void *arg, const struct fx_page *p)
{
	return note(arg, p->attempt_id * 100 + p->page, p);
}

bool store_on_message(void *arg, const struct fx_message *m)
{
	return note(arg, m->id, m);
}

void store_read(struct store_fix *f, enum record kind, uint64_t key, struct store_seen *s)
{
	int err = 0;

	s->kind = kind;
	s->n = 0;
	switch (kind) {
	case REC_PORT:
		err = fx_store_each_port(f->store, on_port, s);
		break;
	case REC_JOB:
		err = fx_store_each_job(f->store, store_on_job, s);
		break;
	case REC_ATTEMPT:
		err = fx_store_each_attempt(f->store, key, on_attempt, s);
		break;
	case REC_PAGE:
		err = fx_store_each_page(f->store, key, on_page, s);
		break;
	case REC_MESSAGE:
		err = fx_store_each_message(f->store, (enum fx_folder)key, 0, store_on_message, s);
		break;
	case REC_CONFIG:
	case REC_COUNT:
		break;
	}
	if (err) {
		fail_msg("%s", fx_store_read_reason(f->store)->text);
	}
}

void store_assert_ids(const struct store_seen *s, size_t n, const uint64_t *ids)
{
	assert_int_equal(s->n, n);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(s->id[i], ids[i]);
	}
}
size_t store_count(struct store_fix *f, enum record kind, uint64_t key)
{
	struct store_seen s = {0};

	store_read(f, kind, key, &s);
	return s.n;
}
