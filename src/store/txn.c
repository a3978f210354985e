/* SPDX-License-Identifier: Apache-2.0 */
/* A transaction is a list of operations with copies of what they store. */
#include "store/backend.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/mem.h"

const char *fx_op_kind_str(enum fx_op_kind k)
{
	switch (k) {
#define X(name, id)                                                                                \
	case FX_OP_##name:                                                                         \
		return id;
		FX_OP_TABLE(X)
#undef X
	case FX_OP_COUNT:
		break;
	}
	return "?";
}

void fx_op_record_free(enum fx_op_kind kind, void *record)
{
	struct fx_meta *m = record;

	if (!record) {
		return;
	}
	switch (kind) {
	case FX_OP_CONFIG:
		fx_config_fini(record);
		break;
	case FX_OP_JOB:
		fx_job_fini(record);
		break;
	case FX_OP_MESSAGE:
		fx_message_fini(record);
		break;
	case FX_OP_META:
	case FX_OP_DEL_META:
		(void)fx_free(m->key);
		(void)fx_free(m->value);
		break;
	case FX_OP_PORT:
	case FX_OP_DEL_JOB:
	case FX_OP_ATTEMPT:
	case FX_OP_PAGE:
	case FX_OP_DEL_MESSAGE:
	case FX_OP_COUNT:
		break;
	}
	(void)fx_free(record);
}

int fx_txn_new(struct fx_store *s, struct fx_txn **ret)
{
	struct fx_txn *t;

	FX_ON_LOOP(s->loop);
	t = fx_zalloc(sizeof(*t));
	if (!t) {
		return FX_ENOMEM;
	}
	fx_list_init(&t->link);
	fx_list_init(&t->ops);
	fx_list_init(&t->syncs);
	*ret = t;
	return 0;
}

struct fx_txn *fx_txn_free(struct fx_txn *t)
{
	if (!t) {
		return NULL;
	}
	FX_LIST_EACH_SAFE(&t->ops, l) {
		struct fx_op *op = FX_CONTAINER(l, struct fx_op, link);

		fx_op_record_free(op->kind, op->u.any);
		(void)fx_free(op);
	}
	FX_LIST_EACH_SAFE(&t->syncs, l) {
		struct fx_sync *y = FX_CONTAINER(l, struct fx_sync, link);

		if (y->fd >= 0) {
			(void)close(y->fd);
		}
		(void)fx_free(y->path);
		(void)fx_free(y);
	}
	(void)fx_free(t);
	return NULL;
}

/* Takes record, also when it fails; a NULL record is one that could not be copied. */
static int add(struct fx_txn *t, enum fx_op_kind kind, uint64_t id, void *record)
{
	struct fx_op *op = record ? fx_zalloc(sizeof(*op)) : NULL;

	if (!op) {
		fx_op_record_free(kind, record);
		return FX_ENOMEM;
	}
	op->kind = kind;
	op->id = id;
	op->u.any = record;
	fx_list_append(&t->ops, &op->link);
	return 0;
}

static int add_delete(struct fx_txn *t, enum fx_op_kind kind, uint64_t id)
{
	struct fx_op *op = fx_zalloc(sizeof(*op));

	if (!op) {
		return FX_ENOMEM;
	}
	op->kind = kind;
	op->id = id;
	fx_list_append(&t->ops, &op->link);
	return 0;
}

int fx_txn_put_config(struct fx_txn *t, const struct fx_config *c)
{
	struct fx_config *copy = fx_zalloc(sizeof(*copy));

	if (copy && fx_config_copy(copy, c) < 0) {
		copy = fx_free(copy);
	}
	return add(t, FX_OP_CONFIG, 0, copy);
}

int fx_txn_put_port(struct fx_txn *t, const struct fx_port_info *p)
{
	return add(t, FX_OP_PORT, p->device_id, fx_memdup(p, sizeof(*p)));
}

int fx_txn_put_job(struct fx_txn *t, const struct fx_job *j)
{
	struct fx_job *copy = fx_zalloc(sizeof(*copy));

	if (copy && fx_job_copy(copy, j) < 0) {
		copy = fx_free(copy);
	}
	return add(t, FX_OP_JOB, j->id, copy);
}

int fx_txn_del_job(struct fx_txn *t, uint64_t job_id)
{
	return add_delete(t, FX_OP_DEL_JOB, job_id);
}

int fx_txn_put_attempt(struct fx_txn *t, const struct fx_attempt *a)
{
	return add(t, FX_OP_ATTEMPT, a->id, fx_memdup(a, sizeof(*a)));
}

int fx_txn_put_page(struct fx_txn *t, const struct fx_page *p)
{
	return add(t, FX_OP_PAGE, p->job_id, fx_memdup(p, sizeof(*p)));
}

int fx_txn_put_message(struct fx_txn *t, const struct fx_message *m)
{
	struct fx_message *copy = fx_zalloc(sizeof(*copy));

	if (copy && fx_message_copy(copy, m) < 0) {
		copy = fx_free(copy);
	}
	return add(t, FX_OP_MESSAGE, m->id, copy);
}

int fx_txn_del_message(struct fx_txn *t, uint64_t id)
{
	return add_delete(t, FX_OP_DEL_MESSAGE, id);
}

int fx_txn_put_meta(struct fx_txn *t, const char *key, const char *value)
{
	enum fx_op_kind kind = value ? FX_OP_META : FX_OP_DEL_META;
	struct fx_meta *m = fx_zalloc(sizeof(*m));

	if (!m) {
		return FX_ENOMEM;
	}
	m->key = fx_strdup(key);
	m->value = fx_strdup(value);
	if (!m->key || (value && !m->value)) {
		fx_op_record_free(kind, m);
		return FX_ENOMEM;
	}
	return add(t, kind, 0, m);
}

int fx_txn_sync_file(struct fx_txn *t, int fd)
{
	struct fx_sync *y = fx_zalloc(sizeof(*y));

	if (!y) {
		return FX_ENOMEM;
	}
	y->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (y->fd < 0) {
		(void)fx_free(y);
		return fx_error_from_errno(errno);
	}
	fx_list_append(&t->syncs, &y->link);
	return 0;
}

int fx_txn_sync_dir(struct fx_txn *t, const char *path)
{
	struct fx_sync *y = fx_zalloc(sizeof(*y));

	if (!y) {
		return FX_ENOMEM;
	}
	y->fd = -1;
	y->path = fx_strdup(path);
	if (!y->path) {
		(void)fx_free(y);
		return FX_ENOMEM;
	}
	fx_list_append(&t->syncs, &y->link);
	return 0;
}
