/* SPDX-License-Identifier: Apache-2.0 */
/* The store that forgets: sorted tables in memory, for tests and for trials. */
#include "store/backend.h"

#include <string.h>

#include "base/mem.h"

/* Where a record stands in its table; unused parts are 0. */
struct key {
	uint64_t part[3];
};

struct table {
	enum fx_op_kind kind; /* that puts into it */
	void **rows;          /* by key */
	size_t n, cap;
};

struct memory {
	struct fx_store base;
	struct fx_config *config;
	struct table ports, jobs, attempts, pages, messages;
	struct table meta; /* kept in the order of writing: few, and found by text */
};

static struct memory *mem_of(struct fx_store *s)
{
	return FX_CONTAINER(s, struct memory, base);
}

static struct key key_of(enum fx_op_kind kind, const void *row)
{
	const struct fx_attempt *a = row;
	const struct fx_page *p = row;

	switch (kind) {
	case FX_OP_PORT:
		return (struct key){{((const struct fx_port_info *)row)->device_id}};
	case FX_OP_JOB:
		return (struct key){{((const struct fx_job *)row)->id}};
	case FX_OP_ATTEMPT:
		return (struct key){{a->job_id, a->id}};
	case FX_OP_PAGE:
		return (struct key){{p->job_id, p->attempt_id, p->page}};
	case FX_OP_MESSAGE:
		return (struct key){{((const struct fx_message *)row)->id}};
	case FX_OP_CONFIG:
	case FX_OP_DEL_JOB:
	case FX_OP_DEL_MESSAGE:
	case FX_OP_META:
	case FX_OP_DEL_META:
	case FX_OP_COUNT:
		break;
	}
	return (struct key){{0}};
}

static int compare(const struct key *a, const struct key *b)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(a->part); i++) {
		if (a->part[i] != b->part[i]) {
			return a->part[i] < b->part[i] ? -1 : 1;
		}
	}
	return 0;
}

/* First row that is not below k. */
static size_t seek(const struct table *t, struct key k)
{
	size_t lo = 0, hi = t->n;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;
		struct key m = key_of(t->kind, t->rows[mid]);

		if (compare(&m, &k) < 0) {
			lo = mid + 1;
		} else {
			hi = mid;
		}
	}
	return lo;
}

static bool stands_at(const struct table *t, size_t i, struct key k)
{
	struct key m;

	if (i >= t->n) {
		return false;
	}
	m = key_of(t->kind, t->rows[i]);
	return compare(&m, &k) == 0;
}

static int reserve(struct table *t, size_t more)
{
	size_t cap = t->cap ? t->cap : 16;
	void **rows;

	while (cap < t->n + more) {
		cap *= 2;
	}
	if (cap == t->cap) {
		return 0;
	}
	rows = fx_realloc(t->rows, cap * sizeof(*rows));
	if (!rows) {
		return FX_ENOMEM;
	}
	t->rows = rows;
	t->cap = cap;
	return 0;
}

static void insert_at(struct table *t, size_t i, void *row)
{
	memmove(t->rows + i + 1, t->rows + i, (t->n - i) * sizeof(*t->rows));
	t->rows[i] = row;
	t->n++;
}

/* Rows from i on, `count` of them. */
static void remove_at(struct table *t, size_t i, size_t count)
{
	for (size_t k = i; k < i + count; k++) {
		fx_op_record_free(t->kind, t->rows[k]);
	}
	memmove(t->rows + i, t->rows + i + count, (t->n - i - count) * sizeof(*t->rows));
	t->n -= count;
}

static void put(struct table *t, void *take_row)
{
	struct key k = key_of(t->kind, take_row);
	size_t i = seek(t, k);

	if (stands_at(t, i, k)) {
		fx_op_record_free(t->kind, t->rows[i]);
		t->rows[i] = take_row;
	} else {
		insert_at(t, i, take_row);
	}
}

/* Remove all rows whose first key part is id. */
static void del(struct table *t, uint64_t id)
{
	size_t from = seek(t, (struct key){{id}}), to = seek(t, (struct key){{id + 1}});

	remove_at(t, from, to - from);
}

static size_t meta_find(const struct table *t, const char *key)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (strcmp(((struct fx_meta *)t->rows[i])->key, key) == 0) {
			break;
		}
	}
	return i;
}

static void meta_del(struct table *t, const char *key)
{
	size_t i = meta_find(t, key);

	if (i < t->n) {
		remove_at(t, i, 1);
	}
}

/* Can not fail: room was reserved. Records move from the operation to the tables. */
static void apply(struct memory *m, struct fx_op *op)
{
	void *row = op->u.any;

	switch (op->kind) {
	case FX_OP_CONFIG:
		fx_op_record_free(FX_OP_CONFIG, m->config);
		m->config = row;
		break;
	case FX_OP_PORT:
		put(&m->ports, row);
		break;
	case FX_OP_JOB:
		put(&m->jobs, row);
		break;
	case FX_OP_ATTEMPT:
		put(&m->attempts, row);
		break;
	case FX_OP_PAGE:
		put(&m->pages, row);
		break;
	case FX_OP_MESSAGE:
		put(&m->messages, row);
		break;
	case FX_OP_META:
		meta_del(&m->meta, op->u.meta->key);
		insert_at(&m->meta, m->meta.n, row);
		break;
	case FX_OP_DEL_META:
		meta_del(&m->meta, op->u.meta->key);
		return; /* the operation keeps its record */
	case FX_OP_DEL_JOB:
		del(&m->jobs, op->id);
		break;
	case FX_OP_DEL_MESSAGE:
		del(&m->messages, op->id);
		del(&m->attempts, op->id);
		del(&m->pages, op->id);
		break;
	case FX_OP_COUNT:
		break;
	}
	op->u.any = NULL;
}

static int make_room(struct memory *m, struct fx_txn *t)
{
	struct table *all[] = {&m->ports,    &m->jobs, &m->attempts, &m->pages,
			       &m->messages, &m->meta};
	size_t n = 0;

	FX_LIST_EACH(&t->ops, l) {
		n++;
	}
	for (size_t i = 0; i < FX_ARRAY_LEN(all); i++) {
		if (reserve(all[i], n) < 0) {
			return FX_ENOMEM;
		}
	}
	return 0;
}

static void m_commit(struct fx_store *s, struct fx_link *group)
{
	FX_LIST_EACH(group, l) {
		struct fx_txn *t = FX_CONTAINER(l, struct fx_txn, link);

		if (t->unsynced) {
			continue;
		}
		t->err = make_room(mem_of(s), t);
		if (t->err) {
			continue;
		}
		FX_LIST_EACH(&t->ops, k) {
			apply(mem_of(s), FX_CONTAINER(k, struct fx_op, link));
		}
	}
}

static int m_get_config(struct fx_store *s, struct fx_config *ret)
{
	struct fx_config *c = mem_of(s)->config;

	return c ? fx_config_copy(ret, c) : FX_ENOENT;
}

static int m_get_meta(struct fx_store *s, const char *key, char **ret)
{
	struct table *t = &mem_of(s)->meta;
	size_t i = meta_find(t, key);
	char *copy;

	if (i == t->n) {
		return FX_ENOENT;
	}
	copy = fx_strdup(((struct fx_meta *)t->rows[i])->value);
	if (!copy) {
		return FX_ENOMEM;
	}
	*ret = copy;
	return 0;
}

static int m_next_meta(struct fx_store *s, const char *from, bool above, char **ret_key,
		       char **ret)
{
	const struct table *t = &mem_of(s)->meta;
	const struct fx_meta *best = NULL;
	char *key, *value;

	for (size_t i = 0; i < t->n; i++) {
		const struct fx_meta *m = t->rows[i];
		int order = strcmp(m->key, from);

		if ((above ? order > 0 : order >= 0) && (!best || strcmp(m->key, best->key) < 0)) {
			best = m;
		}
	}
	if (!best) {
		return FX_ENOENT;
	}
	key = fx_strdup(best->key);
	value = fx_strdup(best->value);
	if (!key || !value) {
		(void)fx_free(key);
		(void)fx_free(value);
		return FX_ENOMEM;
	}
	*ret_key = key;
	*ret = value;
	return 0;
}

static int m_get_message(struct fx_store *s, uint64_t id, struct fx_message *ret)
{
	struct table *t = &mem_of(s)->messages;
	struct key k = {{id}};
	size_t i = seek(t, k);

	return stands_at(t, i, k) ? fx_message_copy(ret, t->rows[i]) : FX_ENOENT;
}

static int m_find_message(struct fx_store *s, uint32_t client_id, uint64_t *ret)
{
	struct table *t = &mem_of(s)->messages;

	for (size_t i = t->n; i > 0; i--) {
		const struct fx_message *m = t->rows[i - 1];

		if (m->job.client_id == client_id) {
			*ret = m->id;
			return 0;
		}
	}
	return FX_ENOENT;
}

/* Nothing changes a table during a read: the door holds commits back. */

static int m_each_port(struct fx_store *s, bool (*fn)(void *, const struct fx_port_info *),
		       void *arg)
{
	struct table *t = &mem_of(s)->ports;

	for (size_t i = 0; i < t->n && fn(arg, t->rows[i]); i++) {
	}
	return 0;
}

static int m_each_job(struct fx_store *s, bool (*fn)(void *, const struct fx_job *), void *arg)
{
	struct table *t = &mem_of(s)->jobs;

	for (size_t i = 0; i < t->n && fn(arg, t->rows[i]); i++) {
	}
	return 0;
}

static int m_each_attempt(struct fx_store *s, uint64_t job_id,
			  bool (*fn)(void *, const struct fx_attempt *), void *arg)
{
	struct table *t = &mem_of(s)->attempts;
	size_t i = seek(t, (struct key){{job_id}}), end = seek(t, (struct key){{job_id + 1}});

	for (; i < end && fn(arg, t->rows[i]); i++) {
	}
	return 0;
}

static int m_each_page(struct fx_store *s, uint64_t job_id,
		       bool (*fn)(void *, const struct fx_page *), void *arg)
{
	struct table *t = &mem_of(s)->pages;
	size_t i = seek(t, (struct key){{job_id}}), end = seek(t, (struct key){{job_id + 1}});

	for (; i < end && fn(arg, t->rows[i]); i++) {
	}
	return 0;
}

static int m_each_message(struct fx_store *s, enum fx_folder folder, uint64_t after_id,
			  bool (*fn)(void *, const struct fx_message *), void *arg)
{
	struct table *t = &mem_of(s)->messages;

	for (size_t i = seek(t, (struct key){{after_id + 1}}); i < t->n; i++) {
		const struct fx_message *m = t->rows[i];

		if (m->folder == folder && !fn(arg, m)) {
			break;
		}
	}
	return 0;
}

static int m_each_message_back(struct fx_store *s, enum fx_folder folder, uint64_t before_id,
			       bool (*fn)(void *, const struct fx_message *), void *arg)
{
	struct table *t = &mem_of(s)->messages;

	for (size_t i = seek(t, (struct key){{before_id}}); i > 0; i--) {
		const struct fx_message *m = t->rows[i - 1];

		if (m->folder == folder && !fn(arg, m)) {
			break;
		}
	}
	return 0;
}

static void table_fini(struct table *t)
{
	remove_at(t, 0, t->n);
	(void)fx_free(t->rows);
}

static void m_close(struct fx_store *s)
{
	struct memory *m = mem_of(s);

	fx_op_record_free(FX_OP_CONFIG, m->config);
	table_fini(&m->ports);
	table_fini(&m->jobs);
	table_fini(&m->attempts);
	table_fini(&m->pages);
	table_fini(&m->messages);
	table_fini(&m->meta);
	(void)fx_free(m);
}

static const struct fx_store_ops memory_ops = {
	.name = "memory",
	.in_place = true,
	.commit = m_commit,
	.get_config = m_get_config,
	.get_meta = m_get_meta,
	.next_meta = m_next_meta,
	.get_message = m_get_message,
	.each_port = m_each_port,
	.each_job = m_each_job,
	.each_attempt = m_each_attempt,
	.each_page = m_each_page,
	.each_message = m_each_message,
	.each_message_back = m_each_message_back,
	.find_message = m_find_message,
	.close = m_close,
};

int fx_store_open_memory(struct fx_loop *loop, struct fx_store **ret)
{
	struct memory *m = fx_zalloc(sizeof(*m));

	if (!m) {
		return FX_ENOMEM;
	}
	m->ports.kind = FX_OP_PORT;
	m->jobs.kind = FX_OP_JOB;
	m->attempts.kind = FX_OP_ATTEMPT;
	m->pages.kind = FX_OP_PAGE;
	m->messages.kind = FX_OP_MESSAGE;
	m->meta.kind = FX_OP_META;
	m->base.ops = &memory_ops;
	m->base.loop = loop;
	if (fx_store_base_init(&m->base, 1, UINT64_MAX) < 0) {
		(void)fx_free(m);
		return FX_ENOMEM;
	}
	*ret = &m->base;
	return 0;
}
