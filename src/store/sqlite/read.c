/* SPDX-License-Identifier: Apache-2.0 */
/* Reads, on the loop thread and its own connection: they never wait for a commit. */
#include "store/sqlite/sqlite_priv.h"

#include <string.h>

#include "base/mem.h"

struct query {
	struct fx_sq *q;
	sqlite3_stmt *st;
	bool own; /* made for this read: the kept one was in use further up */
};

static int query_open(struct fx_sq *q, enum fx_sq_statement n, struct query *ret)
{
	int rc;

	*ret = (struct query){.q = q};
	ret->own = q->st[n] && sqlite3_stmt_busy(q->st[n]);
	rc = ret->own ? fx_sq_prepare_new(q, n, &ret->st) : fx_sq_prepare(q, n, &ret->st);
	return rc == SQLITE_OK ? 0 : fx_sq_fail(q->rd, rc, q->path, &q->base.read_why);
}

static void query_close(struct query *y)
{
	if (y->own) {
		(void)sqlite3_finalize(y->st);
	} else if (y->st) {
		(void)sqlite3_reset(y->st);
		(void)sqlite3_clear_bindings(y->st);
	}
}

/* @return 1 a row, 0 the end, or an error */
static int query_next(struct query *y)
{
	int rc = sqlite3_step(y->st);

	if (rc == SQLITE_ROW) {
		return 1;
	}
	return rc == SQLITE_DONE ? 0 : fx_sq_fail(y->q->rd, rc, y->q->path, &y->q->base.read_why);
}

static int query_row(struct query *y, const struct fx_record *r, void *row, size_t size)
{
	int err;

	memset(row, 0, size);
	err = fx_record_read(r, y->st, row);
	if (err == FX_ECORRUPT) {
		return fx_sq_fail(NULL, SQLITE_CORRUPT, y->q->path, &y->q->base.read_why);
	}
	return err;
}

int fx_sq_get_config(struct fx_store *s, struct fx_config *ret)
{
	struct fx_config c;
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_GET_CONFIG, &y);

	if (!err) {
		err = query_next(&y);
	}
	if (err == 1) {
		err = query_row(&y, &fx_record_config, &c, sizeof(c));
		if (err) {
			fx_config_fini(&c);
		} else {
			*ret = c;
		}
	} else if (err == 0) {
		err = FX_ENOENT;
	}
	query_close(&y);
	return err;
}

int fx_sq_get_meta(struct fx_store *s, const char *key, char **ret)
{
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_GET_META, &y);

	if (!err) {
		(void)sqlite3_bind_text(y.st, 1, key, -1, SQLITE_STATIC);
		err = query_next(&y);
	}
	if (err == 1) {
		char *copy = fx_strdup((const char *)sqlite3_column_text(y.st, 0));

		err = copy ? 0 : FX_ENOMEM;
		if (copy) {
			*ret = copy;
		}
	} else if (err == 0) {
		err = FX_ENOENT;
	}
	query_close(&y);
	return err;
}

int fx_sq_next_meta(struct fx_store *s, const char *from, bool above, char **ret_key, char **ret)
{
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_NEXT_META, &y);

	if (!err) {
		(void)sqlite3_bind_text(y.st, 1, from, -1, SQLITE_STATIC);
		(void)sqlite3_bind_int(y.st, 2, above);
		err = query_next(&y);
	}
	if (err == 1) {
		char *key = fx_strdup((const char *)sqlite3_column_text(y.st, 0));
		char *value = fx_strdup((const char *)sqlite3_column_text(y.st, 1));

		err = key && value ? 0 : FX_ENOMEM;
		if (err) {
			(void)fx_free(key);
			(void)fx_free(value);
		} else {
			*ret_key = key;
			*ret = value;
		}
	} else if (err == 0) {
		err = FX_ENOENT;
	}
	query_close(&y);
	return err;
}

int fx_sq_get_message(struct fx_store *s, uint64_t id, struct fx_message *ret)
{
	struct fx_message m;
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_GET_MESSAGE, &y);

	if (!err) {
		(void)sqlite3_bind_int64(y.st, 1, (sqlite3_int64)id);
		err = query_next(&y);
	}
	if (err == 1) {
		err = query_row(&y, &fx_record_message, &m, sizeof(m));
		if (err) {
			fx_message_fini(&m);
		} else {
			*ret = m;
		}
	} else if (err == 0) {
		err = FX_ENOENT;
	}
	query_close(&y);
	return err;
}

int fx_sq_find_message(struct fx_store *s, uint32_t client_id, uint64_t *ret)
{
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_FIND_MESSAGE, &y);

	if (!err) {
		(void)sqlite3_bind_int64(y.st, 1, client_id);
		err = query_next(&y);
	}
	if (err == 1) {
		/* the largest of none is NULL */
		err = sqlite3_column_type(y.st, 0) == SQLITE_NULL ? FX_ENOENT : 0;
		if (!err) {
			*ret = (uint64_t)sqlite3_column_int64(y.st, 0);
		}
	} else if (err == 0) {
		err = FX_ENOENT;
	}
	query_close(&y);
	return err;
}

int fx_sq_each_port(struct fx_store *s, bool (*fn)(void *, const struct fx_port_info *), void *arg)
{
	struct fx_port_info p;
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_EACH_PORT, &y);
	bool more = true;

	while (!err && more && (err = query_next(&y)) == 1) {
		err = query_row(&y, &fx_record_port, &p, sizeof(p));
		more = !err && fn(arg, &p);
	}
	query_close(&y);
	return err;
}

int fx_sq_each_job(struct fx_store *s, bool (*fn)(void *, const struct fx_job *), void *arg)
{
	struct fx_job j;
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_EACH_JOB, &y);
	bool more = true;

	while (!err && more && (err = query_next(&y)) == 1) {
		err = query_row(&y, &fx_record_job, &j, sizeof(j));
		more = !err && fn(arg, &j);
		fx_job_fini(&j);
	}
	query_close(&y);
	return err;
}

int fx_sq_each_attempt(struct fx_store *s, uint64_t job_id,
		       bool (*fn)(void *, const struct fx_attempt *), void *arg)
{
	struct fx_attempt a;
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_EACH_ATTEMPT, &y);
	bool more = true;

	if (!err) {
		(void)sqlite3_bind_int64(y.st, 1, (sqlite3_int64)job_id);
	}
	while (!err && more && (err = query_next(&y)) == 1) {
		err = query_row(&y, &fx_record_attempt, &a, sizeof(a));
		more = !err && fn(arg, &a);
	}
	query_close(&y);
	return err;
}

int fx_sq_each_page(struct fx_store *s, uint64_t job_id, bool (*fn)(void *, const struct fx_page *),
		    void *arg)
{
	struct fx_page p;
	struct query y;
	int err = query_open(fx_sq_of(s), FX_SQ_EACH_PAGE, &y);
	bool more = true;

	if (!err) {
		(void)sqlite3_bind_int64(y.st, 1, (sqlite3_int64)job_id);
	}
	while (!err && more && (err = query_next(&y)) == 1) {
		err = query_row(&y, &fx_record_page, &p, sizeof(p));
		more = !err && fn(arg, &p);
	}
	query_close(&y);
	return err;
}

/* Messages of a folder; `which` compares the id with `id` and sets the direction. */
static int each_message(struct fx_store *s, enum fx_sq_statement which, enum fx_folder folder,
			uint64_t id, bool (*fn)(void *, const struct fx_message *), void *arg)
{
	struct fx_message m;
	struct query y;
	int err = query_open(fx_sq_of(s), which, &y);
	bool more = true;

	if (!err) {
		(void)sqlite3_bind_int(y.st, 1, (int)folder);
		(void)sqlite3_bind_int64(y.st, 2, (sqlite3_int64)id);
	}
	while (!err && more && (err = query_next(&y)) == 1) {
		err = query_row(&y, &fx_record_message, &m, sizeof(m));
		more = !err && fn(arg, &m);
		fx_message_fini(&m);
	}
	query_close(&y);
	return err;
}

int fx_sq_each_message(struct fx_store *s, enum fx_folder folder, uint64_t after_id,
		       bool (*fn)(void *, const struct fx_message *), void *arg)
{
	return each_message(s, FX_SQ_EACH_MESSAGE, folder, after_id, fn, arg);
}

int fx_sq_each_message_back(struct fx_store *s, enum fx_folder folder, uint64_t before_id,
			    bool (*fn)(void *, const struct fx_message *), void *arg)
{
	return each_message(s, FX_SQ_EACH_MESSAGE_BACK, folder, before_id, fn, arg);
}
