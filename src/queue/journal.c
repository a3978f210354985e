/* SPDX-License-Identifier: Apache-2.0 */
#include "queue/journal.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/list.h"
#include "base/log.h"
#include "base/mem.h"

#define BACKOFF_MIN_US FX_SECOND
#define BACKOFF_MAX_US (30 * FX_SECOND)

enum op_kind {
	OP_PUT_JOB,
	OP_DEL_JOB,
	OP_PUT_ATTEMPT,
	OP_PUT_PAGE,
	OP_PUT_MESSAGE,
	OP_DEL_MESSAGE,
	OP_PUT_META,
	OP_PUT_CONFIG,
	OP_PUT_PORT,
	OP_SYNC_FILE,
	OP_SYNC_DIR
};
struct op {
	enum op_kind kind;
	uint64_t id;
	int fd;
	char *text, *value;
	void *data; /* job, attempt, page, message, config or port */
};
struct fx_group {
	struct fx_link link;
	struct fx_journal *j;
	struct op *ops;
	size_t n, cap;
	int err;
	enum fx_commit how;
	fx_store_done_fn *done;
	void *arg;
};
/* Outlives the journal when the store answers after fx_journal_free(). */
struct flight {
	struct fx_journal *j;
};
struct fx_journal {
	struct fx_loop *loop;
	struct fx_store *store;
	struct fx_link waiting; /* groups not handed over */
	struct fx_link flying;  /* groups of the transaction under way */
	struct flight *flight;
	struct fx_timer *retry;
	int64_t backoff_us;
	int err;
	bool told; /* the failure is in the log */
};

static void send_batch(struct fx_journal *j);

static void op_fini(struct op *o)
{
	switch (o->kind) {
	case OP_PUT_JOB:
		if (o->data) {
			fx_job_fini(o->data);
		}
		break;
	case OP_PUT_MESSAGE:
		if (o->data) {
			fx_message_fini(o->data);
		}
		break;
	case OP_PUT_CONFIG:
		if (o->data) {
			fx_config_fini(o->data);
		}
		break;
	case OP_SYNC_FILE:
		if (o->fd >= 0) {
			(void)close(o->fd);
		}
		break;
	case OP_DEL_JOB:
	case OP_PUT_ATTEMPT:
	case OP_PUT_PAGE:
	case OP_DEL_MESSAGE:
	case OP_PUT_META:
	case OP_PUT_PORT:
	case OP_SYNC_DIR:
		break;
	}
	(void)fx_free(o->text);
	(void)fx_free(o->value);
	(void)fx_free(o->data);
}

struct fx_group *fx_group_free(struct fx_group *g)
{
	if (g) {
		for (size_t i = 0; i < g->n; i++) {
			op_fini(&g->ops[i]);
		}
		(void)fx_free(g->ops);
		fx_list_remove(&g->link);
		(void)fx_free(g);
	}
	return NULL;
}

struct fx_group *fx_group_new(struct fx_journal *j)
{
	struct fx_group *g = fx_zalloc(sizeof(*g));

	if (g) {
		g->j = j;
		fx_list_init(&g->link);
	}
	return g;
}

static struct op *add(struct fx_group *g, enum op_kind kind)
{
	struct op *o;

	if (!g || g->err) {
		return NULL;
	}
	if (g->n == g->cap) {
		size_t cap = g->cap ? g->cap * 2 : 4;
		struct op *ops = fx_realloc(g->ops, cap * sizeof(*ops));

		if (!ops) {
			g->err = FX_ENOMEM;
			return NULL;
		}
		g->ops = ops;
		g->cap = cap;
	}
	o = &g->ops[g->n++];
	memset(o, 0, sizeof(*o));
	o->kind = kind;
	o->fd = -1;
	return o;
}

static void add_copy(struct fx_group *g, enum op_kind kind, const void *p, size_t size)
{
	struct op *o = add(g, kind);

	if (o) {
		o->data = fx_memdup(p, size);
		g->err = o->data ? 0 : FX_ENOMEM;
	}
}

void fx_group_put_job(struct fx_group *g, const struct fx_job *job)
{
	struct fx_job copy;
	struct op *o = add(g, OP_PUT_JOB);

	if (!o) {
		return;
	}
	g->err = fx_job_copy(&copy, job);
	if (!g->err) {
		o->data = fx_memdup(&copy, sizeof(copy));
		if (!o->data) {
			fx_job_fini(&copy);
			g->err = FX_ENOMEM;
		}
	}
}

void fx_group_put_message(struct fx_group *g, const struct fx_message *m)
{
	struct fx_message copy;
	struct op *o = add(g, OP_PUT_MESSAGE);

	if (!o) {
		return;
	}
	g->err = fx_message_copy(&copy, m);
	if (!g->err) {
		o->data = fx_memdup(&copy, sizeof(copy));
		if (!o->data) {
			fx_message_fini(&copy);
			g->err = FX_ENOMEM;
		}
	}
}

void fx_group_put_config(struct fx_group *g, const struct fx_config *c)
{
	struct fx_config copy;
	struct op *o = add(g, OP_PUT_CONFIG);

	if (!o) {
		return;
	}
	g->err = fx_config_copy(&copy, c);
	if (!g->err) {
		o->data = fx_memdup(&copy, sizeof(copy));
		if (!o->data) {
			fx_config_fini(&copy);
			g->err = FX_ENOMEM;
		}
	}
}

void fx_group_put_attempt(struct fx_group *g, const struct fx_attempt *a)
{
	add_copy(g, OP_PUT_ATTEMPT, a, sizeof(*a));
}

void fx_group_put_page(struct fx_group *g, const struct fx_page *p)
{
	add_copy(g, OP_PUT_PAGE, p, sizeof(*p));
}

void fx_group_put_port(struct fx_group *g, const struct fx_port_info *p)
{
	add_copy(g, OP_PUT_PORT, p, sizeof(*p));
}

void fx_group_del_job(struct fx_group *g, uint64_t id)
{
	struct op *o = add(g, OP_DEL_JOB);

	if (o) {
		o->id = id;
	}
}

void fx_group_del_message(struct fx_group *g, uint64_t id)
{
	struct op *o = add(g, OP_DEL_MESSAGE);

	if (o) {
		o->id = id;
	}
}

void fx_group_put_meta(struct fx_group *g, const char *key, const char *value)
{
	struct op *o = add(g, OP_PUT_META);

	if (o) {
		o->text = fx_strdup(key);
		o->value = fx_strdup(value);
		g->err = o->text && (o->value || !value) ? 0 : FX_ENOMEM;
	}
}

void fx_group_sync_file(struct fx_group *g, int fd)
{
	struct op *o = add(g, OP_SYNC_FILE);

	if (o) {
		o->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		g->err = o->fd >= 0 ? 0 : fx_error_from_errno(errno);
	}
}

void fx_group_sync_dir(struct fx_group *g, const char *path)
{
	struct op *o = add(g, OP_SYNC_DIR);

	if (o) {
		o->text = fx_strdup(path);
		g->err = o->text ? 0 : FX_ENOMEM;
	}
}

static int op_apply(const struct op *o, struct fx_txn *t)
{
	switch (o->kind) {
	case OP_PUT_JOB:
		return fx_txn_put_job(t, o->data);
	case OP_DEL_JOB:
		return fx_txn_del_job(t, o->id);
	case OP_PUT_ATTEMPT:
		return fx_txn_put_attempt(t, o->data);
	case OP_PUT_PAGE:
		return fx_txn_put_page(t, o->data);
	case OP_PUT_MESSAGE:
		return fx_txn_put_message(t, o->data);
	case OP_DEL_MESSAGE:
		return fx_txn_del_message(t, o->id);
	case OP_PUT_META:
		return fx_txn_put_meta(t, o->text, o->value);
	case OP_PUT_CONFIG:
		return fx_txn_put_config(t, o->data);
	case OP_PUT_PORT:
		return fx_txn_put_port(t, o->data);
	case OP_SYNC_FILE:
		return fx_txn_sync_file(t, o->fd);
	case OP_SYNC_DIR:
		return fx_txn_sync_dir(t, o->text);
	}
	return 0;
}

static int build(struct fx_journal *j, const struct fx_link *groups, struct fx_txn **ret)
{
	struct fx_txn *t = NULL;
	int err = fx_txn_new(j->store, &t);

	FX_LIST_EACH(groups, it) {
		struct fx_group *g = FX_CONTAINER(it, struct fx_group, link);

		for (size_t i = 0; !err && i < g->n; i++) {
			err = op_apply(&g->ops[i], t);
		}
	}
	if (err) {
		(void)fx_txn_free(t);
		return err;
	}
	*ret = t;
	return 0;
}

static void move_all(struct fx_link *to, struct fx_link *from)
{
	FX_LIST_EACH_SAFE(from, it) {
		fx_list_remove(it);
		fx_list_append(to, it);
	}
}

static void finish_group(struct fx_group *g, int err, const struct fx_reason *why)
{
	fx_store_done_fn *done = g->done;
	void *arg = g->arg;

	(void)fx_group_free(g);
	if (done) {
		done(arg, err, why);
	}
}

/* The flying groups failed: some are dropped, the others wait in front again. */
static void batch_failed(struct fx_journal *j, int err, const struct fx_reason *why)
{
	struct fx_link keep, drop;
	bool first = !j->told;

	fx_list_init(&keep);
	fx_list_init(&drop);
	FX_LIST_EACH_SAFE(&j->flying, it) {
		struct fx_group *g = FX_CONTAINER(it, struct fx_group, link);

		fx_list_remove(it);
		fx_list_append(g->how == FX_COMMIT_KEEP ? &keep : &drop, it);
	}
	move_all(&keep, &j->waiting);
	move_all(&j->waiting, &keep);
	j->err = err;
	if (first) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_ERROR,
			  "store: cannot write: %s; trying again until it works",
			  why && *why->text ? why->text : fx_error_str(err));
		j->backoff_us = BACKOFF_MIN_US;
		j->told = true;
	}
	fx_timer_start(j->retry, j->backoff_us);
	j->backoff_us = j->backoff_us * 2 < BACKOFF_MAX_US ? j->backoff_us * 2 : BACKOFF_MAX_US;
	while (!fx_list_empty(&drop)) {
		finish_group(FX_CONTAINER(drop.next, struct fx_group, link), err, why);
	}
}

static void batch_done(struct fx_journal *j)
{
	struct fx_link done;

	fx_list_init(&done);
	move_all(&done, &j->flying);
	j->err = 0;
	if (j->told) {
		fx_log_in(FX_LOG_OTHER, FX_LOG_INFO, "store: writing works again");
		j->told = false;
	}
	while (!fx_list_empty(&done)) {
		finish_group(FX_CONTAINER(done.next, struct fx_group, link), 0, NULL);
	}
	if (!j->flight && !fx_list_empty(&j->waiting) && !fx_timer_running(j->retry)) {
		send_batch(j);
	}
}

static void on_commit(void *arg, int err, const struct fx_reason *why)
{
	struct flight *f = arg;
	struct fx_journal *j = f->j;

	(void)fx_free(f);
	if (!j) {
		return;
	}
	j->flight = NULL;
	if (err) {
		batch_failed(j, err, why);
	} else {
		batch_done(j);
	}
}

static void send_batch(struct fx_journal *j)
{
	struct fx_txn *t = NULL;
	struct flight *f = fx_zalloc(sizeof(*f));
	int err = f ? build(j, &j->waiting, &t) : FX_ENOMEM;

	move_all(&j->flying, &j->waiting);
	if (err) {
		(void)fx_free(f);
		batch_failed(j, err, NULL);
		return;
	}
	f->j = j;
	j->flight = f;
	fx_store_commit(j->store, t, on_commit, f);
}

static void on_retry(void *arg)
{
	struct fx_journal *j = arg;

	if (!j->flight && !fx_list_empty(&j->waiting)) {
		send_batch(j);
	} else if (!j->flight) {
		j->err = 0; /* only dropped groups failed: the next one will tell */
	}
}

int fx_group_commit(struct fx_group *g, enum fx_commit how, fx_store_done_fn *done, void *arg)
{
	struct fx_journal *j;

	if (!g || g->err) {
		int err = g ? g->err : FX_ENOMEM;

		(void)fx_group_free(g);
		return err;
	}
	j = g->j;
	g->how = how;
	g->done = done;
	g->arg = arg;
	fx_list_append(&j->waiting, &g->link);
	if (!j->flight && !fx_timer_running(j->retry)) {
		/* A timer, not a call: groups made in the same turn share a transaction. */
		fx_timer_start(j->retry, 0);
	}
	return 0;
}

int fx_journal_error(const struct fx_journal *j)
{
	return j->err;
}

bool fx_journal_is_idle(const struct fx_journal *j)
{
	return !j->flight && fx_list_empty(&j->waiting);
}

int fx_journal_new(struct fx_loop *loop, struct fx_store *store, struct fx_journal **ret)
{
	struct fx_journal *j = fx_zalloc(sizeof(*j));
	int err;

	if (!j) {
		return FX_ENOMEM;
	}
	j->loop = loop;
	j->store = store;
	fx_list_init(&j->waiting);
	fx_list_init(&j->flying);
	err = fx_timer_new(loop, on_retry, j, &j->retry);
	if (err) {
		(void)fx_free(j);
		return err;
	}
	*ret = j;
	return 0;
}

struct fx_journal *fx_journal_abandon(struct fx_journal *j)
{
	if (!j) {
		return NULL;
	}
	if (j->flight) {
		j->flight->j = NULL;
	}
	move_all(&j->waiting, &j->flying);
	(void)fx_timer_free(j->retry);
	while (!fx_list_empty(&j->waiting)) {
		finish_group(FX_CONTAINER(j->waiting.next, struct fx_group, link), FX_ECANCELED,
			     NULL);
	}
	return fx_free(j);
}

struct fx_journal *fx_journal_free(struct fx_journal *j)
{
	struct fx_txn *t = NULL;

	if (j && !fx_list_empty(&j->waiting) && !build(j, &j->waiting, &t)) {
		fx_store_commit(j->store, t, NULL, NULL);
	}
	return fx_journal_abandon(j);
}
