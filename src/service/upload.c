/* SPDX-License-Identifier: Apache-2.0 */
/* Documents on their way in: files in the queue folder under names of ours. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/mem.h"
#include "base/str.h"
#include "service/service_priv.h"

#define SWEEP_US (600 * FX_SECOND)
#define ROOM_BYTES (UINT64_C(16) << 20) /* kept free for the store */
#define ROOM_EVERY (UINT64_C(1) << 20)

struct fx_upload {
	struct fx_link link;
	struct fx_service *s;
	uid_t uid;
	char name[64];
	int fd; /* -1: closed, waits for submit */
	bool taken;
	uint64_t bytes, room_at;
	int64_t closed_us;
};

static struct fx_upload *find(struct fx_service *s, const char *name)
{
	FX_LIST_EACH(&s->uploads, it) {
		struct fx_upload *u = FX_CONTAINER(it, struct fx_upload, link);

		if (!strcmp(u->name, name)) {
			return u;
		}
	}
	return NULL;
}

static void drop(struct fx_upload *u, bool remove_file)
{
	if (u->fd >= 0) {
		(void)close(u->fd);
	}
	if (remove_file) {
		(void)fx_spool_remove(u->s->spool, FX_SPOOL_QUEUE, u->name);
	}
	fx_list_remove(&u->link);
	(void)fx_free(u);
}

static void on_sweep(void *arg)
{
	struct fx_service *s = arg;
	int64_t old = fx_loop_now_us(s->loop) - FX_UPLOAD_KEEP_S * FX_SECOND;

	FX_LIST_EACH_SAFE(&s->uploads, it) {
		struct fx_upload *u = FX_CONTAINER(it, struct fx_upload, link);

		if (u->fd < 0 && !u->taken && u->closed_us <= old) {
			fx_log_detail(FX_LOG_INFO, "service: upload %s was never submitted",
				      u->name);
			drop(u, true);
		}
	}
	fx_timer_start(s->upload_sweep, SWEEP_US);
}

int fx_service_uploads_init(struct fx_service *s)
{
	int err = fx_timer_new(s->loop, on_sweep, s, &s->upload_sweep);

	if (!err) {
		fx_timer_start(s->upload_sweep, SWEEP_US);
	}
	return err;
}

void fx_service_uploads_free(struct fx_service *s)
{
	FX_LIST_EACH_SAFE(&s->uploads, it) {
		drop(FX_CONTAINER(it, struct fx_upload, link), false);
	}
	s->upload_sweep = fx_timer_free(s->upload_sweep);
}

static bool known_extension(const char *ext)
{
	static const char *const known[] = {".tif", ".tiff", ".pdf", ".ps", ".txt", ".png", ".jpg",
					    ".jpeg", ".cov", ".eps", ".bin"};

	for (size_t i = 0; i < FX_ARRAY_LEN(known); i++) {
		if (!strcmp(ext, known[i])) {
			return true;
		}
	}
	return false;
}

static size_t count_of(const struct fx_service *s, uid_t uid)
{
	size_t n = 0;

	FX_LIST_EACH(&s->uploads, it) {
		n += FX_CONTAINER(it, struct fx_upload, link)->uid == uid;
	}
	return n;
}

int fx_service_upload_start(struct fx_service *s, const struct fx_caller *c, const char *ext,
			    struct fx_upload **ret)
{
	struct fx_upload *u;
	uint32_t lost;
	int err = fx_service_allow(c, FX_RIGHT_JOB_SUBMIT, false, "uploading a document");

	FX_ON_LOOP(s->loop);
	if (err) {
		return err;
	}
	if (!ext || !known_extension(ext)) {
		return FX_EINVAL;
	}
	if (count_of(s, c->uid) >= FX_UPLOADS_PER_USER) {
		if (fx_log_may(&s->uploads_full, fx_loop_now_us(s->loop), &lost)) {
			fx_log(FX_LOG_WARN,
			       "service: user %s has %u uploads that are not submitted", c->user,
			       FX_UPLOADS_PER_USER);
		}
		return FX_ELIMIT;
	}
	err = fx_journal_error(s->journal);
	if (err || fx_spool_room(s->spool, ROOM_BYTES)) {
		return err ? err : FX_ENOSPC;
	}
	u = fx_zalloc(sizeof(*u));
	if (!u) {
		return FX_ENOMEM;
	}
	err = fx_spool_create(s->spool, FX_SPOOL_QUEUE, ext, u->name, &u->fd);
	if (err) {
		(void)fx_free(u);
		return err;
	}
	u->s = s;
	u->uid = c->uid;
	fx_list_append(&s->uploads, &u->link);
	*ret = u;
	return 0;
}

const char *fx_upload_name(const struct fx_upload *u)
{
	return u->name;
}

int fx_upload_write(struct fx_upload *u, const void *p, size_t n)
{
	const uint8_t *b = p;

	if (u->bytes + n > FX_UPLOAD_MAX_BYTES) {
		return FX_ELIMIT;
	}
	if (u->bytes + n >= u->room_at) {
		if (fx_spool_room(u->s->spool, ROOM_BYTES + ROOM_EVERY)) {
			return FX_ENOSPC;
		}
		u->room_at = u->bytes + n + ROOM_EVERY;
	}
	u->bytes += n;
	while (n) {
		ssize_t w = write(u->fd, b, n);

		if (w < 0) {
			if (errno == EINTR) {
				continue;
			}
			return fx_error_from_errno(errno);
		}
		b += w;
		n -= (size_t)w;
	}
	return 0;
}

int fx_upload_end(struct fx_upload *u)
{
	int err;

	/* Begin to write now: the sync that submit needs then finds it half done. */
	(void)sync_file_range(u->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
	err = close(u->fd) ? fx_error_from_errno(errno) : 0;

	u->fd = -1;
	u->closed_us = fx_loop_now_us(u->s->loop);
	if (err) {
		drop(u, true);
	}
	return err;
}

void fx_upload_abort(struct fx_upload *u)
{
	drop(u, true);
}

/* ---- names in a submit ---- */

struct names {
	struct fx_service *s;
	const struct fx_caller *c;
	int err;
	enum { NAMES_CHECK, NAMES_TAKE, NAMES_BACK, NAMES_USED } what;
};

static void each_name(const char *list, void (*fn)(struct names *, const char *), struct names *n)
{
	for (const char *p = fx_text(list); *p;) {
		size_t len = strcspn(p, "\n");
		char name[64];

		if (!len || len >= sizeof(name)) {
			n->err = FX_EINVAL;
			return;
		}
		memcpy(name, p, len);
		name[len] = '\0';
		fn(n, name);
		p += len + (p[len] == '\n');
	}
}

static void one_name(struct names *n, const char *name)
{
	struct fx_upload *u = find(n->s, name);

	if (!u) {
		n->err = FX_ENOENT;
		return;
	}
	switch (n->what) {
	case NAMES_CHECK:
		if (u->uid != n->c->uid || u->fd >= 0 || u->taken) {
			n->err = FX_ENOENT; /* whose it is, is nobody's business */
		}
		break;
	case NAMES_TAKE:
		u->taken = true;
		break;
	case NAMES_BACK:
		u->taken = false;
		break;
	case NAMES_USED:
		drop(u, false);
		break;
	}
}

int fx_service_uploads_take(struct fx_service *s, const struct fx_caller *c, const char *list,
		    struct fx_reason *reterr)
{
	struct names n = {.s = s, .c = c, .what = NAMES_CHECK};

	each_name(list, one_name, &n);
	if (n.err || !list || !*list) {
		return fx_fail(reterr, n.err ? n.err : FX_EINVAL,
			       "the document was not uploaded by this user, or was used already");
	}
	n.what = NAMES_TAKE;
	each_name(list, one_name, &n);
	return 0;
}

bool fx_service_upload_is(struct fx_service *s, const struct fx_caller *c, const char *name)
{
	const struct fx_upload *u = find(s, fx_text(name));

	return u && u->uid == c->uid && u->fd < 0 && !u->taken;
}

void fx_service_uploads_give_back(struct fx_service *s, const char *list)
{
	struct names n = {.s = s, .what = NAMES_BACK};

	each_name(list, one_name, &n);
}

void fx_service_uploads_used(struct fx_service *s, const char *list)
{
	struct names n = {.s = s, .what = NAMES_USED};

	each_name(list, one_name, &n);
}
