/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The door of the store: checks and traces every call, queues transactions for
 * the store thread, and brings their results back to the loop.
 *
 *   commit() --> queue --store thread--> group: sync files, one commit
 *                                          |
 *   done() on the loop <-- finished <------+   (one post for many)
 *
 * While the store thread waits for the disk, the next transactions gather in
 * the queue; that is the whole of group commit, nothing waits on purpose.
 * On a virtual loop, and for back ends that can not block, the same steps run
 * in place, so that a test has the same result each time.
 */
#include "store/backend.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"

static struct fx_txn *txn_of(struct fx_link *l)
{
	return FX_CONTAINER(l, struct fx_txn, link);
}

static void splice(struct fx_link *to, struct fx_link *from)
{
	FX_LIST_EACH_SAFE(from, l) {
		fx_list_remove(l);
		fx_list_append(to, l);
	}
}

/* Results, on the loop */

static void deliver(struct fx_store *s)
{
	struct fx_link ready;

	fx_list_init(&ready);
	pthread_mutex_lock(&s->lock);
	splice(&ready, &s->finished);
	pthread_mutex_unlock(&s->lock);
	s->delivering = true;
	FX_LIST_EACH_SAFE(&ready, l) {
		struct fx_txn *t = txn_of(l);

		fx_list_remove(l);
		if (t->err && t->reserve_to) {
			s->reserve_asked = atomic_load(&s->reserved); /* ask again */
		}
		if (t->err) {
			fx_log(FX_LOG_DEBUG, "store: commit %" PRIu64 ": %s", t->number,
			       t->why.text);
		}
		if (t->done) {
			t->done(t->arg, t->err, &t->why);
		}
		(void)fx_txn_free(t);
	}
	s->delivering = false;
}

static void on_mail(void *arg)
{
	struct fx_mailbox *m = arg;

	if (!m->store) {
		(void)fx_free(m);
		return;
	}
	pthread_mutex_lock(&m->store->lock);
	m->store->posted = false;
	pthread_mutex_unlock(&m->store->lock);
	deliver(m->store);
}

/* Commits, on the store thread or in place */

static void trace_group(struct fx_store *s, struct fx_link *group, int64_t took_us)
{
	if (!fx_trace_on(FX_TRACE_STORE)) {
		return;
	}
	FX_LIST_EACH(group, l) {
		struct fx_txn *t = txn_of(l);

		fx_trace(FX_TRACE_STORE, "%s commit %" PRIu64 ": %s%s%s (%" PRId64 " us)",
			 s->ops->name, t->number, t->err ? fx_error_str(t->err) : "durable",
			 t->err ? ": " : "", t->err ? t->why.text : "", took_us);
	}
}

static void note_results(struct fx_store *s, struct fx_link *group)
{
	FX_LIST_EACH(group, l) {
		struct fx_txn *t = txn_of(l);

		if (t->err && !t->why.text[0]) {
			fx_reason_set(&t->why, "The store failed: %s.", fx_error_str(t->err));
		}
		if (!t->err && t->reserve_to) {
			atomic_store(&s->reserved, t->reserve_to);
		}
	}
}

static void run_group(struct fx_store *s, struct fx_link *group)
{
	int64_t start = fx_loop_now_us(s->loop);
	size_t n = 0;
	bool post;

	fx_txn_sync_group(group);
	s->ops->commit(s, group);
	note_results(s, group);
	trace_group(s, group, fx_loop_now_us(s->loop) - start);
	FX_LIST_EACH(group, l) {
		n++;
	}
	pthread_mutex_lock(&s->lock);
	splice(&s->finished, group);
	s->unfinished -= n;
	post = !s->posted;
	s->posted = true;
	pthread_cond_broadcast(&s->progress);
	pthread_mutex_unlock(&s->lock);
	if (post) {
		fx_loop_post(s->loop, on_mail, s->mailbox);
	}
}

/* The next group; false when the queue is empty. Called with the lock held. */
static bool take_group(struct fx_store *s, struct fx_link *group)
{
	size_t n;

	fx_list_init(group);
	for (n = 0; n < FX_STORE_GROUP_MAX && !fx_list_empty(&s->queue); n++) {
		struct fx_link *l = s->queue.next;

		fx_list_remove(l);
		fx_list_append(group, l);
	}
	return n != 0;
}

static void *store_thread(void *arg)
{
	struct fx_store *s = arg;
	struct fx_link group;

	pthread_mutex_lock(&s->lock);
	for (;;) {
		if (take_group(s, &group)) {
			pthread_mutex_unlock(&s->lock);
			run_group(s, &group);
			pthread_mutex_lock(&s->lock);
		} else if (s->quit) {
			break;
		} else {
			pthread_cond_wait(&s->wake, &s->lock);
		}
	}
	pthread_mutex_unlock(&s->lock);
	return NULL;
}

/* In place each transaction is a group of its own. */
static void run_in_place(struct fx_store *s)
{
	while (!fx_list_empty(&s->queue)) {
		struct fx_link group, *l = s->queue.next;

		fx_list_remove(l);
		fx_list_init(&group);
		fx_list_append(&group, l);
		run_group(s, &group);
	}
}

static int start_thread(struct fx_store *s)
{
	sigset_t all, old;
	int e;

	/* Signals are the loop's. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &old);
	e = pthread_create(&s->thread, NULL, store_thread, s);
	(void)pthread_sigmask(SIG_SETMASK, &old, NULL);
	s->has_thread = e == 0;
	return e ? FX_ENOMEM : 0;
}

int fx_store_base_init(struct fx_store *s, uint64_t next_id, uint64_t reserved)
{
	FX_ASSERT(s->ops && s->ops->commit && s->ops->close && s->loop);
	s->mailbox = fx_zalloc(sizeof(*s->mailbox));
	if (!s->mailbox) {
		return FX_ENOMEM;
	}
	s->mailbox->store = s;
	s->in_place = s->ops->in_place || fx_loop_is_virtual(s->loop);
	s->next_id = next_id;
	s->reserve_asked = reserved;
	atomic_store(&s->reserved, reserved);
	fx_list_init(&s->queue);
	fx_list_init(&s->finished);
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->wake, NULL);
	pthread_cond_init(&s->progress, NULL);
	if (!s->in_place && start_thread(s) < 0) {
		pthread_cond_destroy(&s->progress);
		pthread_cond_destroy(&s->wake);
		pthread_mutex_destroy(&s->lock);
		s->mailbox = fx_free(s->mailbox);
		return FX_ENOMEM;
	}
	return 0;
}

/* What a clean end saves: the ids that were reserved and not given. */
static void give_back_ids(struct fx_store *s)
{
	struct fx_txn *t;

	if (s->next_id < atomic_load(&s->reserved) && fx_txn_new(s, &t) == 0) {
		s->reserve_asked = UINT64_MAX; /* no block is wanted any more */
		t->reserve_to = s->next_id;
		fx_store_commit(s, t, NULL, NULL);
	}
}

static bool busy(struct fx_store *s)
{
	bool is;

	pthread_mutex_lock(&s->lock);
	is = s->unfinished || !fx_list_empty(&s->finished);
	pthread_mutex_unlock(&s->lock);
	return is;
}

/* Until nothing is left; a done() may commit more. */
static void drain(struct fx_store *s)
{
	while (busy(s)) {
		pthread_mutex_lock(&s->lock);
		while (s->has_thread && s->unfinished) {
			pthread_cond_wait(&s->progress, &s->lock);
		}
		pthread_mutex_unlock(&s->lock);
		deliver(s);
	}
}

struct fx_store *fx_store_close(struct fx_store *s)
{
	if (!s) {
		return NULL;
	}
	FX_ON_LOOP(s->loop);
	FX_ASSERT(!s->reading && !s->delivering);
	drain(s);
	give_back_ids(s);
	drain(s);
	if (s->has_thread) {
		pthread_mutex_lock(&s->lock);
		s->quit = true;
		pthread_cond_signal(&s->wake);
		pthread_mutex_unlock(&s->lock);
		(void)pthread_join(s->thread, NULL);
	}
	/* drain() emptied the list, but a call may still be posted: it frees the mailbox. */
	s->mailbox->store = NULL;
	if (!s->posted) {
		(void)fx_free(s->mailbox);
	}
	pthread_cond_destroy(&s->progress);
	pthread_cond_destroy(&s->wake);
	pthread_mutex_destroy(&s->lock);
	s->ops->close(s);
	return NULL;
}

/* Commits, from the loop */

static void trace_commit(struct fx_store *s, const struct fx_txn *t)
{
	char line[400];
	size_t n = 0, more = 0;

	if (!fx_trace_on(FX_TRACE_STORE)) {
		return;
	}
	line[0] = 0;
	FX_LIST_EACH((struct fx_link *)(uintptr_t)&t->ops, l) {
		const struct fx_op *op = FX_CONTAINER(l, struct fx_op, link);
		const char *state = op->kind == FX_OP_JOB ? fx_job_state_str(op->u.job->state) : "";

		if (n + 80 > sizeof(line)) {
			more++;
			continue;
		}
		n += (size_t)snprintf(line + n, sizeof(line) - n, " %s %" PRIu64 "%s%s",
				      fx_op_kind_str(op->kind), op->id, *state ? " " : "", state);
	}
	fx_trace(FX_TRACE_STORE, "%s commit %" PRIu64 " asked:%s%s", s->ops->name, t->number, line,
		 more ? " ..." : "");
}

void fx_store_commit(struct fx_store *s, struct fx_txn *take_t, fx_store_done_fn *done, void *arg)
{
	struct fx_txn *t = take_t;

	FX_ON_LOOP(s->loop);
	t->done = done;
	t->arg = arg;
	t->number = ++s->n_commits;
	/* A commit carries the next block of ids when the present one is half used, so
	 * that ids cost no commit of their own. */
	if (!t->reserve_to && s->reserve_asked < s->next_id + FX_STORE_ID_BLOCK / 2) {
		t->reserve_to = s->reserve_asked = s->next_id + FX_STORE_ID_BLOCK;
	}
	trace_commit(s, t);
	pthread_mutex_lock(&s->lock);
	fx_list_append(&s->queue, &t->link);
	s->unfinished++;
	pthread_cond_signal(&s->wake);
	pthread_mutex_unlock(&s->lock);
	if (s->in_place && !s->reading) {
		run_in_place(s);
	}
}

/* All ids of the block are given and none was committed since: ask, and wait for the disk. */
static void wait_for_ids(struct fx_store *s)
{
	struct fx_txn *t;

	if (s->reserve_asked <= s->next_id && fx_txn_new(s, &t) == 0) {
		fx_store_commit(s, t, NULL, NULL);
	}
	pthread_mutex_lock(&s->lock);
	while (s->has_thread && s->unfinished && atomic_load(&s->reserved) <= s->next_id) {
		pthread_cond_wait(&s->progress, &s->lock);
	}
	pthread_mutex_unlock(&s->lock);
	/* When that failed (disk full) the id is given all the same: it can not be stored
	 * before a commit works, and each commit first reserves what was given. */
}

uint64_t fx_store_new_id(struct fx_store *s)
{
	FX_ON_LOOP(s->loop);
	if (s->next_id >= atomic_load(&s->reserved)) {
		wait_for_ids(s);
	}
	return s->next_id++;
}

/* Reads */

static void read_begin(struct fx_store *s)
{
	FX_ON_LOOP(s->loop);
	s->reading++;
}

static int read_end(struct fx_store *s, const char *what, int err)
{
	if (--s->reading == 0 && s->in_place) {
		run_in_place(s); /* what a callback committed */
	}
	if (err < 0 && err != FX_ENOENT) {
		if (!s->read_why.text[0]) {
			fx_reason_set(&s->read_why, "The store failed: %s.", fx_error_str(err));
		}
		fx_trace(FX_TRACE_STORE, "%s read of %s: %s", s->ops->name, what,
			 s->read_why.text);
	} else {
		s->read_why.text[0] = 0;
	}
	return err;
}

const struct fx_reason *fx_store_read_reason(const struct fx_store *s)
{
	return &s->read_why;
}

int fx_store_get_config(struct fx_store *s, struct fx_config *ret)
{
	read_begin(s);
	return read_end(s, "configuration", s->ops->get_config(s, ret));
}

int fx_store_get_meta(struct fx_store *s, const char *key, char **ret)
{
	read_begin(s);
	return read_end(s, "meta", s->ops->get_meta(s, key, ret));
}

int fx_store_next_meta(struct fx_store *s, const char *prefix, const char *after, char *ret_key,
		       size_t size, char **ret)
{
	bool first = strcmp(after, prefix) < 0;
	fx_auto char *key = NULL, *value = NULL;
	int err;

	read_begin(s);
	err = s->ops->next_meta(s, first ? prefix : after, !first, &key, &value);
	if (!err && strncmp(key, prefix, strlen(prefix)) != 0) {
		err = FX_ENOENT;
	}
	if (!err && strlen(key) >= size) {
		err = FX_ELIMIT;
	}
	if (!err) {
		(void)fx_strlcpy(ret_key, key, size);
		*ret = value;
		value = NULL;
	}
	return read_end(s, "meta", err);
}

int fx_store_get_message(struct fx_store *s, uint64_t id, struct fx_message *ret)
{
	read_begin(s);
	return read_end(s, "message", s->ops->get_message(s, id, ret));
}

int fx_store_find_message(struct fx_store *s, uint32_t client_id, uint64_t *ret_id)
{
	read_begin(s);
	return read_end(s, "message by client number", s->ops->find_message(s, client_id, ret_id));
}

int fx_store_each_port(struct fx_store *s, bool (*fn)(void *, const struct fx_port_info *),
		       void *arg)
{
	read_begin(s);
	return read_end(s, "ports", s->ops->each_port(s, fn, arg));
}

int fx_store_each_job(struct fx_store *s, bool (*fn)(void *, const struct fx_job *), void *arg)
{
	read_begin(s);
	return read_end(s, "jobs", s->ops->each_job(s, fn, arg));
}

int fx_store_each_attempt(struct fx_store *s, uint64_t job_id,
			  bool (*fn)(void *, const struct fx_attempt *), void *arg)
{
	read_begin(s);
	return read_end(s, "attempts", s->ops->each_attempt(s, job_id, fn, arg));
}

int fx_store_each_page(struct fx_store *s, uint64_t job_id,
		       bool (*fn)(void *, const struct fx_page *), void *arg)
{
	read_begin(s);
	return read_end(s, "pages", s->ops->each_page(s, job_id, fn, arg));
}

int fx_store_each_message(struct fx_store *s, enum fx_folder folder, uint64_t after_id,
			  bool (*fn)(void *, const struct fx_message *), void *arg)
{
	if (after_id >= INT64_MAX) {
		return 0; /* ids are below */
	}
	read_begin(s);
	return read_end(s, "messages", s->ops->each_message(s, folder, after_id, fn, arg));
}

int fx_store_each_message_back(struct fx_store *s, enum fx_folder folder, uint64_t before_id,
			       bool (*fn)(void *, const struct fx_message *), void *arg)
{
	if (before_id == 0 || before_id > INT64_MAX) {
		before_id = INT64_MAX; /* ids are below */
	}
	read_begin(s);
	return read_end(s, "messages", s->ops->each_message_back(s, folder, before_id, fn, arg));
}
