/* SPDX-License-Identifier: Apache-2.0 */
#include "rpc/auth/users_priv.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "rpc/auth/ntlm_crypt.h"

static int cannot(struct fx_reason *reterr, const char *path, int e)
{
	return fx_fail(reterr, fx_error_from_errno(e), "%s cannot be written: %s", path,
		       strerror(e));
}

/* The lock between processes; it stays there, since removing it would race. */
static int lock_file(const struct fx_users *u, int *ret_fd, struct fx_reason *reterr)
{
	char *path = fx_asprintf("%s.lock", u->path);
	int fd, rc;

	if (!path) {
		return FX_ENOMEM;
	}
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	do {
		rc = fd < 0 ? -1 : flock(fd, LOCK_EX);
	} while (rc < 0 && fd >= 0 && errno == EINTR);
	if (rc < 0) {
		rc = cannot(reterr, path, errno);
		if (fd >= 0) {
			(void)close(fd);
		}
	} else {
		*ret_fd = fd;
	}
	(void)fx_free(path);
	return rc;
}

static void put_row(struct fx_buf *b, const struct fx_user *user)
{
	time_t at = (time_t)user->changed_at;
	char date[32] = "";
	struct tm tm;

	if (at > 0 && gmtime_r(&at, &tm)) {
		(void)strftime(date, sizeof(date), "%Y%m%dT%H%M%SZ", &tm);
	}
	fx_buf_printf(b, "%s:", user->name);
	for (size_t i = 0; i < sizeof(user->nt_hash); i++) {
		fx_buf_printf(b, "%02x", user->nt_hash[i]);
	}
	fx_buf_printf(b, ":%s:%s\n", date, user->disabled ? "disabled" : "");
}

static int write_all(int fd, const uint8_t *p, size_t n)
{
	ssize_t k;

	while (n > 0) {
		k = write(fd, p, n);
		if (k < 0 && errno != EINTR) {
			return -1;
		}
		if (k > 0) {
			p += k;
			n -= (size_t)k;
		}
	}
	return fsync(fd);
}

/* The folder, so that the new name is on disk, too. */
static void sync_folder(const char *path)
{
	const char *cut = strrchr(path, '/');
	char dir[4096] = ".";
	int fd;

	if (cut && (size_t)(cut - path) + 2 <= sizeof(dir)) {
		(void)fx_strlcpy(dir, path, (size_t)(cut - path) + 2);
	}
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
}

/* Beside the file, then in its place. Its owner stays: root may write for the service. */
static int replace(const struct fx_users *u, const struct fx_buf *b, struct fx_reason *reterr)
{
	char *path = fx_asprintf("%s.new", u->path);
	bool keep = u->read && (u->seen.st_uid != geteuid() || u->seen.st_gid != getegid());
	int fd, err = 0;

	if (!path) {
		return FX_ENOMEM;
	}
	(void)unlink(path); /* of a run that was killed; we hold the lock */
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0 || write_all(fd, b->data, b->len) ||
	    (keep && geteuid() == 0 && fchown(fd, u->seen.st_uid, u->seen.st_gid)) ||
	    rename(path, u->path)) {
		err = cannot(reterr, path, errno);
		(void)unlink(path);
	} else {
		sync_folder(u->path);
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	(void)fx_free(path);
	return err;
}

static int write_table(struct fx_users *u, struct fx_reason *reterr)
{
	struct fx_buf b = {.max = FX_USERS_FILE_MAX};
	int err;

	/* room at once: growing would leave copies of hashes behind */
	(void)fx_buf_grow(&b, u->table.notes.len + u->table.n * (FX_USERS_NAME_MAX + 64));
	b.len = 0;
	fx_buf_put(&b, u->table.notes.data, u->table.notes.len);
	for (size_t i = 0; i < u->table.n; i++) {
		put_row(&b, &u->table.rows[i].user);
	}
	err = b.err ? b.err : replace(u, &b, reterr);
	if (b.data) {
		explicit_bzero(b.data, b.cap);
	}
	fx_buf_fini(&b);
	return err;
}

struct change {
	const char *name;
	const uint8_t *hash; /* NULL: as it is */
	int64_t now_at;
	int disabled; /* -1: as it is */
	bool remove;
};

static int apply(struct users_table *t, const struct change *c, struct fx_reason *reterr)
{
	char key[sizeof(t->rows->key)];
	struct users_row *row;
	bool found;
	size_t at;

	fx_users_key(key, c->name);
	at = fx_users_find(t, key, &found);
	if (!found && !c->hash) {
		return fx_fail(reterr, FX_ENOENT, "there is no user %s", c->name);
	}
	if (c->remove) {
		explicit_bzero(&t->rows[at], sizeof(*row));
		t->n--;
		memmove(t->rows + at, t->rows + at + 1, (t->n - at) * sizeof(*row));
		return 0;
	}
	if (!found && t->n == FX_USERS_MAX) {
		return fx_fail(reterr, FX_ELIMIT, "there are %u users already", FX_USERS_MAX);
	}
	row = found ? &t->rows[at] : fx_users_insert(t, at);
	if (!row) {
		return FX_ENOMEM;
	}
	if (!found) {
		memcpy(row->key, key, sizeof(key));
		(void)fx_strlcpy(row->user.name, c->name, sizeof(row->user.name));
	}
	if (c->hash) {
		memcpy(row->user.nt_hash, c->hash, sizeof(row->user.nt_hash));
		row->user.changed_at = c->now_at;
	}
	row->user.disabled = c->disabled < 0 ? row->user.disabled : c->disabled > 0;
	return 0;
}

static int change(struct fx_users *u, const struct change *c, struct fx_reason *reterr)
{
	int fd = -1, err = fx_users_name_ok(c->name, reterr);

	if (err) {
		return err;
	}
	(void)pthread_mutex_lock(&u->lock);
	err = lock_file(u, &fd, reterr);
	if (!err) {
		err = fx_users_load(u, reterr);
	}
	if (!err) {
		err = apply(&u->table, c, reterr);
		err = err ? err : write_table(u, reterr);
		/* whatever happened, what counts is in the file: read it next time */
		u->read = false;
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	(void)pthread_mutex_unlock(&u->lock);
	return err;
}

static int password_ok(const char *s, struct fx_reason *reterr)
{
	size_t n = strlen(s), chars = 0;

	if (!fx_utf8_valid(s, n)) {
		return fx_fail(reterr, FX_EINVAL, "the password is not UTF-8");
	}
	for (size_t i = 0; i < n; i++) {
		if ((unsigned char)s[i] < 0x20 || s[i] == 0x7F) {
			return fx_fail(reterr, FX_EINVAL, "a control character in the password");
		}
		chars += ((unsigned char)s[i] & 0xC0) != 0x80;
	}
	if (chars < FX_USERS_PASSWORD_MIN || chars > FX_USERS_PASSWORD_MAX) {
		return fx_fail(reterr, FX_EINVAL,
			       "a password has %u to %u characters, this one %zu",
			       FX_USERS_PASSWORD_MIN, FX_USERS_PASSWORD_MAX, chars);
	}
	return 0;
}

int fx_users_set_password(struct fx_users *u, const char *name, const char *password,
			  int64_t now_at, struct fx_reason *reterr)
{
	struct change c = {.name = name, .now_at = now_at, .disabled = -1};
	uint8_t hash[16];
	int err = password_ok(password, reterr);

	if (err) {
		return err;
	}
	err = fx_ntlm_hash(password, hash);
	if (!err) {
		c.hash = hash;
		err = change(u, &c, reterr);
	}
	explicit_bzero(hash, sizeof(hash));
	return err;
}

int fx_users_set_disabled(struct fx_users *u, const char *name, bool disabled,
			  struct fx_reason *reterr)
{
	return change(u, &(struct change){.name = name, .disabled = disabled}, reterr);
}

int fx_users_remove(struct fx_users *u, const char *name, struct fx_reason *reterr)
{
	return change(u, &(struct change){.name = name, .disabled = -1, .remove = true}, reterr);
}
