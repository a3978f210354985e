/* SPDX-License-Identifier: Apache-2.0 */
/* Messages: finished faxes, sent and received. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/owners.h"
#include "service/service_priv.h"

/* ms-fax.md 9.6. The receive folder is for those who manage it (decision 0611). */
enum fx_right fx_service_read_right(const struct fx_service *s, bool incoming)
{
	return incoming && !s->config.incoming_public ? FX_RIGHT_JOB_MANAGE : FX_RIGHT_JOB_QUERY;
}

static bool is_own(const struct fx_caller *c, const struct fx_message *m)
{
	return m->folder == FX_FOLDER_INBOX ? fx_owners_has(m->owners, (uint32_t)c->uid, NULL) :
					      fx_service_owns(c, &m->job);
}

/* Without any right in particular. */
static bool is_visible(const struct fx_service *s, const struct fx_caller *c,
		       const struct fx_message *m)
{
	return is_own(c, m) || (m->folder == FX_FOLDER_INBOX && s->config.incoming_public);
}

/* Each owner has read it or not for himself. */
static void make_personal(const struct fx_caller *c, struct fx_message *m)
{
	(void)fx_owners_has(m->owners, (uint32_t)c->uid, &m->read);
}

int fx_service_lookup(struct fx_service *s, const struct fx_caller *c, uint64_t id,
		      const char *what, struct fx_message *ret, bool *ret_live)
{
	const struct fx_job *job = fx_queue_find(s->queue, id);
	struct fx_message m = {.id = id, .folder = FX_FOLDER_SENT};
	bool visible;
	int err = fx_service_check_any(c, what);

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	/* A fax that is being routed is a job and a message: to be read, it is the message. */
	if (job && job->type == FX_JT_ROUTING && !fx_store_get_message(s->store, id, &m)) {
		job = NULL;
		err = 0;
	} else {
		err = job ? fx_job_copy(&m.job, job) : fx_store_get_message(s->store, id, &m);
	}
	if (err) {
		return err == FX_ENOENT ? FX_ENOMSG : err;
	}
	if (job && job->type != FX_JT_SEND && job->type != FX_JT_BROADCAST) {
		m.folder = FX_FOLDER_INBOX;
	}
	visible = is_visible(s, c, &m);
	err = fx_service_allow(c, fx_service_read_right(s, m.folder == FX_FOLDER_INBOX), visible,
			       what);
	if (err) {
		fx_message_fini(&m);
		return err;
	}
	*ret = m;
	*ret_live = job != NULL;
	return 0;
}

struct listing {
	const struct fx_service *s;
	const struct fx_caller *c;
	const struct fx_scope *scope; /* NULL = all that he sees */
	struct fx_message *v;
	size_t n, cap, max;
	int err;
};

static bool in_scope(const struct listing *l, const struct fx_message *m)
{
	if (!l->scope || l->scope->all) {
		return true;
	}
	if (m->folder != FX_FOLDER_INBOX) {
		return m->job.uid == l->scope->uid;
	}
	/* public ones are in everybody's own */
	return fx_owners_has(m->owners, l->scope->uid, NULL) ||
	       (l->s->config.incoming_public && l->scope->uid == (uint32_t)l->c->uid);
}

static bool add_message(void *arg, const struct fx_message *m)
{
	struct listing *l = arg;

	if (!in_scope(l, m) ||
	    (!is_visible(l->s, l->c, m) &&
	     !fx_service_has(l->c, fx_service_read_right(l->s, m->folder == FX_FOLDER_INBOX)))) {
		return true;
	}
	if (l->n == l->max) {
		return false;
	}
	if (l->n == l->cap) {
		size_t cap = l->cap ? l->cap * 2 : 16;
		struct fx_message *v = fx_realloc(l->v, cap * sizeof(*v));

		if (!v) {
			l->err = FX_ENOMEM;
			return false;
		}
		l->v = v;
		l->cap = cap;
	}
	l->err = fx_message_copy(&l->v[l->n], m);
	if (!l->err) {
		make_personal(l->c, &l->v[l->n++]);
	}
	return !l->err;
}

static size_t how_many(size_t max)
{
	return max && max < FX_MESSAGES_MAX ? max : FX_MESSAGES_MAX;
}

static int give_listing(struct listing *l, int err, struct fx_message **ret, size_t *ret_n)
{
	err = err ? err : l->err;
	if (err) {
		fx_service_messages_free(l->v, l->n);
		return err;
	}
	*ret = l->v;
	*ret_n = l->n;
	return 0;
}

int fx_service_messages(struct fx_service *s, const struct fx_caller *c, enum fx_folder folder,
			uint64_t after_id, size_t max, struct fx_message **ret, size_t *ret_n)
{
	return fx_service_messages_of(s, c, NULL, folder, after_id, max, ret, ret_n);
}

int fx_service_messages_of(struct fx_service *s, const struct fx_caller *c,
			   const struct fx_scope *scope, enum fx_folder folder, uint64_t after_id,
			   size_t max, struct fx_message **ret, size_t *ret_n)
{
	struct listing l = {.s = s, .c = c, .scope = scope, .max = how_many(max)};
	int err = fx_service_check_any(c, "listing messages");

	FX_ON_LOOP(s->loop);
	err = err ? err : fx_store_each_message(s->store, folder, after_id, add_message, &l);
	return give_listing(&l, err, ret, ret_n);
}

int fx_service_newest_messages(struct fx_service *s, const struct fx_caller *c,
			       enum fx_folder folder, uint64_t before_id, size_t max,
			       struct fx_message **ret, size_t *ret_n)
{
	struct listing l = {.s = s, .c = c, .max = how_many(max)};
	int err = fx_service_check_any(c, "listing messages");

	FX_ON_LOOP(s->loop);
	err = err ? err : fx_store_each_message_back(s->store, folder, before_id, add_message, &l);
	return give_listing(&l, err, ret, ret_n);
}

void fx_service_messages_free(struct fx_message *m, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fx_message_fini(&m[i]);
	}
	(void)fx_free(m);
}

int fx_service_message(struct fx_service *s, const struct fx_caller *c, uint64_t id,
		       struct fx_message *ret)
{
	bool live;
	struct fx_message m;
	int err = fx_service_lookup(s, c, id, "reading a message", &m, &live);

	if (!err && live) {
		fx_message_fini(&m);
		return FX_ENOMSG;
	}
	if (!err) {
		make_personal(c, &m);
		*ret = m;
	}
	return err;
}

bool fx_service_may_read(struct fx_service *s, const struct fx_caller *c, uint64_t id)
{
	struct fx_message m;
	bool live;
	int err = fx_service_lookup(s, c, id, "reading the pages of a fax", &m, &live);

	if (!err) {
		fx_message_fini(&m);
	}
	return err != FX_EACCES; /* one that was removed is read to its end */
}

int fx_service_message_files(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			     int *ret_fd, int *ret_cover)
{
	enum fx_spool_dir dir = FX_SPOOL_QUEUE;
	const char *name, *cover;
	struct fx_message m;
	bool live;
	int fd = -1, err = fx_service_lookup(s, c, id, "reading the pages of a fax", &m, &live);

	if (err) {
		return err;
	}
	/* in the queue the cover page is a file of its own, in the archive it is not */
	name = live ? fx_queue_body(s->queue, id) : m.job.tiff_file;
	cover = live ? m.job.cover_file : NULL;
	if (!live) {
		dir = m.folder == FX_FOLDER_INBOX ? FX_SPOOL_INBOX : FX_SPOOL_SENT;
	}
	if (!name) {
		name = cover;
		cover = NULL;
	}
	err = !name || (live && m.job.state == FX_JOB_PREPARING) ? FX_EDATA : 0;
	err = err ? err : fx_spool_openat(s->spool, dir, name, O_RDONLY, &fd);
	*ret_cover = -1;
	if (!err && cover) {
		err = fx_spool_openat(s->spool, dir, cover, O_RDONLY, ret_cover);
		if (err) {
			(void)close(fd);
		}
	}
	if (!err) {
		*ret_fd = fd;
	}
	fx_message_fini(&m);
	return err;
}

int fx_service_message_file(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			    int *ret_fd)
{
	int fd = -1, cover = -1, err = fx_service_message_files(s, c, id, &fd, &cover);

	if (!err && cover >= 0) {
		(void)close(fd);
		(void)close(cover);
		return FX_EAGAIN;
	}
	if (!err) {
		*ret_fd = fd;
	}
	return err;
}

/* ---- changes ---- */

static void removed(struct fx_pending *p, int err)
{
	struct fx_message *m = p->extra;

	if (!err) {
		fx_archive_removing(p->s, m);
	}
	if (!err && m->job.tiff_file) {
		(void)fx_spool_remove(p->s->spool, m->folder == FX_FOLDER_INBOX ? FX_SPOOL_INBOX :
				      FX_SPOOL_SENT, m->job.tiff_file);
	}
	if (!err) {
		fx_service_tell_removed(p->s, m);
	}
	fx_message_fini(m);
}

static void message_changed(struct fx_pending *p, int err)
{
	struct fx_message *m = p->extra;

	if (!err) {
		fx_service_tell_message(p->s, m);
	}
	fx_message_fini(m);
}

/* Takes m's texts in any case. */
static int change(struct fx_service *s, struct fx_message *m, bool remove, fx_service_done_fn *done,
		  void *arg)
{
	struct fx_pending *p = fx_pending_new(s, done, arg);
	struct fx_group *g = fx_group_new(s->journal);
	int err;

	if (remove) {
		fx_group_del_message(g, m->id);
	} else {
		fx_group_put_message(g, m);
	}
	if (p) {
		p->finish = remove ? removed : message_changed;
		p->extra = fx_memdup(m, sizeof(*m));
	}
	if (!p || !p->extra) {
		(void)fx_group_free(g);
		err = FX_ENOMEM;
	} else {
		err = fx_group_commit(g, FX_COMMIT_FAIL_FAST, fx_pending_done, p);
	}
	if (err) {
		fx_message_fini(m);
		fx_pending_free(p);
	}
	return err;
}

int fx_service_expire_message(struct fx_service *s, struct fx_message *take_m,
			      fx_service_done_fn *done, void *arg)
{
	return change(s, take_m, true, done, arg);
}

int fx_message_change(struct fx_service *s, struct fx_message *take_m, fx_service_done_fn *done,
		      void *arg)
{
	return change(s, take_m, false, done, arg);
}

/* As it is stored, not as the caller has read it. */
static int find_stored(struct fx_service *s, const struct fx_caller *c, uint64_t id,
		       const char *what, struct fx_message *ret)
{
	bool live = false;
	int err = fx_service_lookup(s, c, id, what, ret, &live);

	if (!err && live) {
		fx_message_fini(ret);
		err = FX_ENOMSG;
	}
	return err;
}

/* One of several who do not manage the folder: he takes himself off, the others keep it. */
static bool leaves_only(const struct fx_caller *c, const struct fx_message *m)
{
	const char *at = m->owners;
	uint32_t uid;
	bool read, others = false;

	if (m->folder != FX_FOLDER_INBOX || fx_service_has(c, FX_RIGHT_JOB_MANAGE)) {
		return false;
	}
	while (fx_owners_next(&at, &uid, &read)) {
		others = others || uid != (uint32_t)c->uid;
	}
	return others;
}

static int take_off(const struct fx_service *s, struct fx_message *m, uint32_t uid)
{
	int err = fx_owners_remove(&m->owners, uid);
	const struct fx_account_row *row;

	m->job.uid = fx_owners_first(m->owners);
	row = fx_book_by_uid(s, m->job.uid);
	return err || !row ? err : fx_str_replace(&m->job.user, row->name);
}

int fx_service_remove_message(struct fx_service *s, const struct fx_caller *c, uint64_t id,
			      fx_service_done_fn *done, void *arg)
{
	struct fx_message m;
	int err = find_stored(s, c, id, "removing a message", &m);

	if (err) {
		return err;
	}
	err = fx_service_allow(c, FX_RIGHT_JOB_MANAGE, is_own(c, &m), "removing a message");
	if (!err && leaves_only(c, &m)) {
		err = take_off(s, &m, (uint32_t)c->uid);
		if (!err) {
			return change(s, &m, false, done, arg);
		}
	}
	if (!err && fx_queue_find(s->queue, id)) {
		err = FX_ESTATE; /* being routed: its job is to be ended before */
	}
	if (err) {
		fx_message_fini(&m);
		return err;
	}
	return change(s, &m, true, done, arg);
}

int fx_service_set_message_read(struct fx_service *s, const struct fx_caller *c, uint64_t id,
				bool read, fx_service_done_fn *done, void *arg)
{
	struct fx_message m;
	int err = find_stored(s, c, id, "marking a message", &m);

	if (err) {
		return err;
	}
	if (fx_owners_has(m.owners, (uint32_t)c->uid, NULL)) {
		err = fx_owners_put(&m.owners, (uint32_t)c->uid, read);
	} else {
		m.read = read;
	}
	if (err) {
		fx_message_fini(&m);
		return err;
	}
	return change(s, &m, false, done, arg);
}

/* ---- from the number that clients know to the id ---- */

int fx_service_resolve(struct fx_service *s, const struct fx_caller *c, uint32_t client_id,
		       uint64_t *ret_id)
{
	const struct fx_job *job = fx_queue_find_client(s->queue, client_id);
	uint64_t id = job ? job->id : 0;
	struct fx_message m;
	bool live;
	int err = job ? 0 : fx_store_find_message(s->store, client_id, &id);

	FX_ON_LOOP(s->loop);
	if (!err) {
		err = fx_service_lookup(s, c, id, "reading a job", &m, &live);
	}
	if (!err) {
		fx_message_fini(&m);
		*ret_id = id;
	}
	return err == FX_ENOENT ? FX_ENOMSG : err;
}
