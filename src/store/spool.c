/* SPDX-License-Identifier: Apache-2.0 */
#include "store/spool.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/mem.h"

#define N_DIRS (FX_SPOOL_LOG + 1)
#define NAME_RANDOM_BYTES 16

static const char *const dir_names[N_DIRS] = {"queue", "inbox", "sent", "log"};

struct fx_spool {
	int fd[N_DIRS];
	char *path[N_DIRS];
};

static int fail_dir(struct fx_reason *reterr, const char *path, int e)
{
	int err = fx_error_from_errno(e);
	const char *remedy = "give the service the right to write there";

	if (err == FX_ENOSPC) {
		remedy = "free some space";
	} else if (err == FX_EROFS) {
		remedy = "remount the file system or choose another state folder";
	} else if (e == ENOTDIR || e == ELOOP) {
		remedy = "a plain folder must stand there";
	}
	return fx_fail(reterr, err, "Cannot use the folder %s: %s; %s.", path, strerror(e), remedy);
}

/* mkdir -p; each new folder is ours alone. */
static int make_path(const char *path)
{
	fx_auto char *copy = fx_strdup(path);
	char *p;

	if (!copy) {
		return ENOMEM;
	}
	for (p = copy + 1; *p; p++) {
		if (*p == '/') {
			*p = 0;
			if (mkdir(copy, 0700) < 0 && errno != EEXIST && errno != EISDIR &&
			    errno != EROFS && errno != EACCES) {
				return errno;
			}
			*p = '/';
		}
	}
	if (mkdir(copy, 0700) < 0 && errno != EEXIST) {
		return errno;
	}
	return 0;
}

static int open_dir(struct fx_spool *s, int i, const char *state_dir, struct fx_reason *reterr)
{
	s->path[i] = fx_asprintf("%s/%s", state_dir, dir_names[i]);
	if (!s->path[i]) {
		return fx_fail(reterr, FX_ENOMEM, "Out of memory.");
	}
	if (mkdir(s->path[i], 0700) < 0 && errno != EEXIST) {
		return fail_dir(reterr, s->path[i], errno);
	}
	s->fd[i] = open(s->path[i], O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (s->fd[i] < 0) {
		return fail_dir(reterr, s->path[i], errno);
	}
	return 0;
}

int fx_spool_open(const char *state_dir, struct fx_spool **ret, struct fx_reason *reterr)
{
	struct fx_spool *s = fx_zalloc(sizeof(*s));
	int i, e, err = 0, fd;

	if (!s) {
		return fx_fail(reterr, FX_ENOMEM, "Out of memory.");
	}
	for (i = 0; i < N_DIRS; i++) {
		s->fd[i] = -1;
	}
	e = make_path(state_dir);
	if (e) {
		err = fail_dir(reterr, state_dir, e);
	}
	for (i = 0; i < N_DIRS && !err; i++) {
		err = open_dir(s, i, state_dir, reterr);
	}
	if (err) {
		(void)fx_spool_close(s);
		return err;
	}
	/* The names of the four folders must outlive a power cut as well. */
	fd = open(state_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0) {
		e = fsync(fd) < 0 && errno != EINVAL ? errno : 0;
		(void)close(fd);
		if (e) {
			(void)fx_spool_close(s);
			return fail_dir(reterr, state_dir, e);
		}
	}
	*ret = s;
	return 0;
}

struct fx_spool *fx_spool_close(struct fx_spool *s)
{
	if (!s) {
		return NULL;
	}
	for (int i = 0; i < N_DIRS; i++) {
		if (s->fd[i] >= 0) {
			(void)close(s->fd[i]);
		}
		(void)fx_free(s->path[i]);
	}
	(void)fx_free(s);
	return NULL;
}

const char *fx_spool_path(const struct fx_spool *s, enum fx_spool_dir dir)
{
	return s->path[dir];
}

/* One plain name: nothing that leaves the folder, nothing hidden. */
static bool name_ok(const char *name)
{
	size_t n = strlen(name);

	return n > 0 && n < 64 && name[0] != '.' && !strchr(name, '/') && !strstr(name, "..");
}

static bool ext_ok(const char *ext)
{
	size_t n = strlen(ext);

	if (n == 0) {
		return true;
	}
	if (ext[0] != '.' || n < 2 || n > 16) {
		return false;
	}
	for (size_t i = 1; i < n; i++) {
		if (!isalnum((unsigned char)ext[i])) {
			return false;
		}
	}
	return true;
}

static int random_name(const char *ext, char name[64])
{
	uint8_t r[NAME_RANDOM_BYTES];

	if (getrandom(r, sizeof(r), 0) != (ssize_t)sizeof(r)) {
		return FX_EIO;
	}
	for (size_t i = 0; i < sizeof(r); i++) {
		(void)snprintf(name + 2 * i, 3, "%02x", r[i]);
	}
	(void)snprintf(name + 2 * sizeof(r), 64 - 2 * sizeof(r), "%s", ext);
	return 0;
}

int fx_spool_create(struct fx_spool *s, enum fx_spool_dir dir, const char *ext, char ret_name[64],
		    int *ret_fd)
{
	char name[64];
	int fd;

	if (!ext_ok(ext)) {
		return FX_EINVAL;
	}
	do {
		if (random_name(ext, name) < 0) {
			return FX_EIO;
		}
		fd = openat(s->fd[dir], name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			    0600);
	} while (fd < 0 && (errno == EEXIST || errno == EINTR));
	if (fd < 0) {
		return fx_error_from_errno(errno);
	}
	memcpy(ret_name, name, sizeof(name));
	*ret_fd = fd;
	return 0;
}

int fx_spool_openat(struct fx_spool *s, enum fx_spool_dir dir, const char *name, int flags,
		    int *ret_fd)
{
	struct stat st;
	int fd;

	if (!name_ok(name) || (flags & ~(O_ACCMODE | O_APPEND | O_TRUNC | O_CLOEXEC))) {
		return FX_EINVAL;
	}
	do {
		fd = openat(s->fd[dir], name,
			    flags | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	} while (fd < 0 && errno == EINTR);
	if (fd < 0) {
		return errno == ELOOP ? FX_EINVAL : fx_error_from_errno(errno);
	}
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return FX_EINVAL;
	}
	*ret_fd = fd;
	return 0;
}

int fx_spool_remove(struct fx_spool *s, enum fx_spool_dir dir, const char *name)
{
	if (!name_ok(name)) {
		return FX_EINVAL;
	}
	if (unlinkat(s->fd[dir], name, 0) < 0 && errno != ENOENT) {
		return fx_error_from_errno(errno);
	}
	return 0;
}

static bool there(struct fx_spool *s, enum fx_spool_dir dir, const char *name)
{
	struct stat st;

	return fstatat(s->fd[dir], name, &st, AT_SYMLINK_NOFOLLOW) == 0;
}

int fx_spool_move(struct fx_spool *s, enum fx_spool_dir from, enum fx_spool_dir to,
		  const char *name)
{
	if (!name_ok(name)) {
		return FX_EINVAL;
	}
	if (renameat2(s->fd[from], name, s->fd[to], name, RENAME_NOREPLACE) < 0) {
		/* Moved before a crash and asked again: what matters is that it is there. */
		if (errno != ENOENT || !there(s, to, name)) {
			return fx_error_from_errno(errno);
		}
	}
	/* The new name first: between the two the file has both names or one, never none. */
	if (fsync(s->fd[to]) < 0 || fsync(s->fd[from]) < 0) {
		return fx_error_from_errno(errno);
	}
	return 0;
}

static int copy_bytes(int from, int to)
{
	char buf[65536];
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0) {
		for (ssize_t off = 0; off < n;) {
			ssize_t w = write(to, buf + off, (size_t)(n - off));

			if (w < 0) {
				return fx_error_from_errno(errno);
			}
			off += w;
		}
	}
	if (n < 0 || fdatasync(to) < 0) {
		return fx_error_from_errno(errno);
	}
	return 0;
}

/* A copy beside the file, under a name that nobody knows: swept away after a crash. */
static int copy_beside(struct fx_spool *s, enum fx_spool_dir dir, const char *name, char copy[64])
{
	int from = -1, to = -1;
	int err = fx_spool_openat(s, dir, name, O_RDONLY, &from);

	if (err) {
		return err;
	}
	err = fx_spool_create(s, dir, ".tif", copy, &to);
	if (!err) {
		err = copy_bytes(from, to);
		(void)close(to);
		if (err) {
			(void)fx_spool_remove(s, dir, copy);
		}
	}
	(void)close(from);
	return err;
}

static int share_copy(struct fx_spool *s, enum fx_spool_dir from, const char *name,
		      enum fx_spool_dir to, const char *new_name)
{
	char copy[64];
	int err = copy_beside(s, from, name, copy);

	if (!err && renameat2(s->fd[from], copy, s->fd[to], new_name, RENAME_NOREPLACE) < 0) {
		err = errno == EEXIST ? 0 : fx_error_from_errno(errno);
		(void)fx_spool_remove(s, from, copy);
	}
	return err;
}

/* The file has all the names it may have: a copy takes its place, the names stay what they are. */
static int renew(struct fx_spool *s, enum fx_spool_dir dir, const char *name)
{
	char copy[64];
	int err = copy_beside(s, dir, name, copy);

	if (!err && renameat(s->fd[dir], copy, s->fd[dir], name) < 0) {
		err = fx_error_from_errno(errno);
		(void)fx_spool_remove(s, dir, copy);
	}
	return err;
}

int fx_spool_share(struct fx_spool *s, enum fx_spool_dir from, const char *name,
		   enum fx_spool_dir to, const char *new_name)
{
	int err = 0;

	if (!name_ok(name) || !name_ok(new_name)) {
		return FX_EINVAL;
	}
	if (linkat(s->fd[from], name, s->fd[to], new_name, 0) < 0) {
		if (errno == EMLINK) {
			err = renew(s, from, name);
			if (!err && linkat(s->fd[from], name, s->fd[to], new_name, 0) < 0) {
				err = errno == EEXIST ? 0 : fx_error_from_errno(errno);
			}
		} else if (errno == EPERM || errno == EOPNOTSUPP || errno == EXDEV) {
			err = share_copy(s, from, name, to, new_name);
		} else if (errno != EEXIST) {
			err = fx_error_from_errno(errno);
		}
	}
	if (!err && fsync(s->fd[to]) < 0) {
		err = fx_error_from_errno(errno);
	}
	return err;
}

int fx_spool_room(const struct fx_spool *s, uint64_t bytes)
{
	struct statvfs v;

	if (fstatvfs(s->fd[FX_SPOOL_QUEUE], &v) < 0) {
		return fx_error_from_errno(errno);
	}
	return (uint64_t)v.f_bavail * v.f_frsize < bytes ? FX_ENOSPC : 0;
}

int fx_spool_each(struct fx_spool *s, enum fx_spool_dir dir,
		  bool (*fn)(void *arg, const char *name), void *arg)
{
	int fd = openat(s->fd[dir], ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *e;
	DIR *d;

	if (fd < 0) {
		return fx_error_from_errno(errno);
	}
	d = fdopendir(fd);
	if (!d) {
		(void)close(fd);
		return FX_ENOMEM;
	}
	while ((e = readdir(d))) {
		if (e->d_name[0] != '.' && e->d_type != DT_DIR && !fn(arg, e->d_name)) {
			break;
		}
	}
	(void)closedir(d);
	return 0;
}
