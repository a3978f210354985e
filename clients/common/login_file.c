/* SPDX-License-Identifier: Apache-2.0 */
/* The file of credentials on Linux: for its user alone, changed as a whole. */
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/str.h"
#include "clients/common/login.h"

#define PATH_SIZE 512u

bool fx_login_file(char *dst, size_t size)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (config && *config == '/') {
		return (size_t)snprintf(dst, size, "%s/caselli/credentials", config) < size;
	}
	return home && *home == '/' &&
	       (size_t)snprintf(dst, size, "%s/.config/caselli/credentials", home) < size;
}

static void wipe(char *p, size_t n)
{
	explicit_bzero(p, n);
}

/* @return 0, FX_ENOENT, or an error with its reason; *ret for wipe() and fx_free() */
static int load(const char *path, char **ret, size_t *ret_n, struct fx_reason *reterr)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK), err = 0;
	size_t n = 0;
	struct stat st;
	char *p;

	if (fd < 0) {
		return errno == ENOENT || errno == ENOTDIR ?
			       FX_ENOENT :
			       fx_fail(reterr, fx_error_from_errno(errno), "%s: %s", path,
				       strerror(errno));
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() ||
	    st.st_mode & (S_IRWXG | S_IRWXO)) {
		(void)close(fd);
		return fx_fail(reterr, FX_EACCES,
			       "%s has passwords and is not yours alone: "
			       "chmod 600 %s",
			       path, path);
	}
	p = fx_zalloc(FX_LOGIN_FILE_MAX + 1);
	if (!p) {
		err = FX_ENOMEM;
	}
	while (!err && n <= FX_LOGIN_FILE_MAX) {
		ssize_t k = read(fd, p + n, FX_LOGIN_FILE_MAX + 1 - n);

		if (k < 0 && errno != EINTR) {
			err = fx_fail(reterr, FX_EIO, "%s: %s", path, strerror(errno));
		} else if (k == 0) {
			break;
		}
		n += k > 0 ? (size_t)k : 0;
	}
	(void)close(fd);
	if (err) {
		(void)fx_free(p);
		return err;
	}
	*ret = p;
	*ret_n = n;
	return 0;
}

/* "PATH: what" */
static int in_file(const char *path, int err, const struct fx_reason *what,
		   struct fx_reason *reterr)
{
	return err && err != FX_ENOENT && what->text[0] ?
		       fx_fail(reterr, err, "%s: %s", path, what->text) :
		       err;
}

int fx_login_file_find(const char *host, const char *port, struct fx_login *ret,
		       struct fx_reason *reterr)
{
	struct fx_reason what = {0};
	char path[PATH_SIZE], *p = NULL;
	size_t n = 0;
	int err = fx_login_file(path, sizeof(path)) ? load(path, &p, &n, reterr) : FX_ENOENT;

	if (err) {
		return err;
	}
	err = fx_login_parse(p, n, host, port, ret, &what);
	wipe(p, n);
	(void)fx_free(p);
	return in_file(path, err, &what, reterr);
}

/* The folder of the file, and the one above: ~/.config may not exist yet. */
static void make_folders(const char *path)
{
	char dir[PATH_SIZE], *end;

	(void)snprintf(dir, sizeof(dir), "%s", path);
	end = strrchr(dir, '/');
	*end = '\0';
	if (mkdir(dir, 0700) != 0 && errno == ENOENT) {
		end = strrchr(dir, '/');
		*end = '\0';
		(void)mkdir(dir, 0700);
		*end = '/';
		(void)mkdir(dir, 0700);
	}
}

static int store(const char *path, const struct fx_buf *b, struct fx_reason *reterr)
{
	char tmp[PATH_SIZE + 8];
	int fd, err = 0;

	make_folders(path);
	(void)snprintf(tmp, sizeof(tmp), "%s.XXXXXX", path);
	fd = mkostemp(tmp, O_CLOEXEC); /* mode 0600 */
	if (fd < 0) {
		return fx_fail(reterr, fx_error_from_errno(errno), "%s: %s", path, strerror(errno));
	}
	for (size_t at = 0; at < b->len && !err;) {
		ssize_t k = write(fd, b->data + at, b->len - at);

		if (k < 0 && errno != EINTR) {
			err = errno;
		}
		at += k > 0 ? (size_t)k : 0;
	}
	if (!err && fsync(fd) != 0) {
		err = errno;
	}
	if (close(fd) != 0 && !err) {
		err = errno;
	}
	if (!err && rename(tmp, path) != 0) {
		err = errno;
	}
	if (err) {
		(void)unlink(tmp);
		return fx_fail(reterr, fx_error_from_errno(err), "%s: %s", path, strerror(err));
	}
	return 0;
}

int fx_login_file_put(const char *name, const struct fx_login *l, struct fx_reason *reterr)
{
	struct fx_buf out = {.max = FX_LOGIN_FILE_MAX};
	struct fx_reason what = {0};
	char path[PATH_SIZE], *p = NULL;
	size_t n = 0;
	int err;

	if (!fx_login_file(path, sizeof(path))) {
		return fx_fail(reterr, FX_EINVAL,
			       "HOME is not set, so there is no place to keep it");
	}
	err = load(path, &p, &n, reterr);
	if (err && err != FX_ENOENT) {
		return err;
	}
	err = in_file(path, fx_login_edit(fx_text(p), n, name, l, &out, &what), &what, reterr);
	if (!err) {
		err = store(path, &out, reterr);
	}
	if (p) {
		wipe(p, n);
	}
	if (out.data) {
		wipe((char *)out.data, out.cap);
	}
	fx_buf_fini(&out);
	(void)fx_free(p);
	return err;
}
