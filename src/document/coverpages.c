/* SPDX-License-Identifier: Apache-2.0 */
#include "document/coverpages.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"

#define HEAD 4096u /* bytes of a page in which the title is looked for */

struct fx_coverpages {
	char *dir[2]; /* own, shared */
};

int fx_coverpages_new(const char *own, const char *shared, struct fx_coverpages **ret)
{
	struct fx_coverpages *c = fx_zalloc(sizeof(*c));

	if (!c) {
		return FX_ENOMEM;
	}
	c->dir[0] = fx_strdup(own);
	c->dir[1] = shared ? fx_strdup(shared) : NULL;
	if (!c->dir[0] || (shared && !c->dir[1])) {
		(void)fx_coverpages_free(c);
		return FX_ENOMEM;
	}
	*ret = c;
	return 0;
}

struct fx_coverpages *fx_coverpages_free(struct fx_coverpages *c)
{
	if (c) {
		(void)fx_free(c->dir[0]);
		(void)fx_free(c->dir[1]);
	}
	return fx_free(c);
}

static bool has_ext(const char *file, const char *ext)
{
	size_t n = strlen(file), k = strlen(ext);

	return n > k && fx_str_ieq(file + n - k, ext);
}

/* A file of a cover page, and its bare name. */
static bool page_name(const char *file, char name[FX_COVER_NAME_MAX + 1])
{
	return (has_ext(file, FX_COVER_EXT) || has_ext(file, ".cov")) && !fx_cover_name(file, name);
}

static int open_page(int dir, const char *file, int *ret_fd)
{
	int fd = openat(dir, file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;

	if (fd < 0) {
		return fx_error_from_errno(errno);
	}
	if (fstat(fd, &st) || !S_ISREG(st.st_mode)) {
		(void)close(fd);
		return FX_ENOENT;
	}
	*ret_fd = fd;
	return 0;
}

/* The file that a name means in a folder: .cover before .cov, then by the alphabet. */
static bool find_file(DIR *d, const char *name, char *ret, size_t size)
{
	char it[FX_COVER_NAME_MAX + 1];
	const struct dirent *e;
	bool found = false;

	while ((e = readdir(d))) {
		bool ours = has_ext(e->d_name, FX_COVER_EXT), was = has_ext(ret, FX_COVER_EXT);

		if (page_name(e->d_name, it) && !strcmp(it, name) && strlen(e->d_name) < size &&
		    (!found || ours > was || (ours == was && strcmp(e->d_name, ret) < 0))) {
			(void)fx_strlcpy(ret, e->d_name, size);
			found = true;
		}
	}
	return found;
}

static int find_in(const char *path, const char *name, int *ret_fd)
{
	char file[256] = "";
	DIR *d = opendir(path);
	int err;

	if (!d) {
		return errno == ENOTDIR ? FX_ENOENT : fx_error_from_errno(errno);
	}
	err = find_file(d, name, file, sizeof(file)) ? open_page(dirfd(d), file, ret_fd) :
							 FX_ENOENT;
	(void)closedir(d);
	return err;
}

int fx_coverpages_open(struct fx_coverpages *c, const char *name, int *ret_fd)
{
	char bare[FX_COVER_NAME_MAX + 1];
	int err = fx_cover_name(name, bare);

	if (err) {
		return err;
	}
	err = FX_ENOENT;
	for (size_t i = 0; i < 2 && c->dir[i] && err == FX_ENOENT; i++) {
		err = find_in(c->dir[i], bare, ret_fd);
	}
	return err;
}

/* title "..." of a page, as the renderer reads it; a text only, nothing depends on it. */
static void read_title(char *head, char *ret, size_t size)
{
	char *line, *rest = head, *d = ret;

	*ret = '\0';
	while ((line = strsep(&rest, "\n"))) {
		line += strspn(line, " \t");
		if (strncmp(line, "title", 5) == 0 && strchr(" \t", line[5]) && line[5]) {
			line = strchr(line, '"');
			while (line && *++line && *line != '"' && (size_t)(d - ret) + 1 < size) {
				line += *line == '\\' && line[1] == '"';
				*d++ = *line;
			}
			break;
		}
	}
	*d = '\0';
	if (!fx_utf8_valid(ret, strlen(ret))) { /* cut in a character, or no page of ours */
		*ret = '\0';
	}
	fx_str_clean(ret);
}

static void look_into(int dir, const char *file, struct fx_coverpage *p)
{
	char head[HEAD + 1];
	struct stat st = {0};
	ssize_t n;
	int fd;

	if (open_page(dir, file, &fd)) {
		return;
	}
	n = pread(fd, head, HEAD, 0);
	p->bytes = fstat(fd, &st) ? 0 : st.st_size > UINT32_MAX ? UINT32_MAX :
								   (uint32_t)st.st_size;
	head[n > 0 ? n : 0] = '\0';
	p->windows = n > 0 && fx_cover_is_windows(head, (size_t)n);
	if (!p->windows) {
		read_title(head, p->title, sizeof(p->title));
	}
	(void)close(fd);
}

struct listing {
	struct fx_coverpage *v;
	size_t n;
};

static int add_folder(struct listing *l, const char *path, bool own)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	int err = 0;

	if (!d) {
		return 0;
	}
	while (!err && l->n < FX_COVERPAGES_MAX && (e = readdir(d))) {
		struct fx_coverpage p = {.own = own}, *v;
		char file[256] = "";
		bool known = false;

		if (!page_name(e->d_name, p.name)) {
			continue;
		}
		for (size_t i = 0; i < l->n && !known; i++) {
			known = !strcmp(l->v[i].name, p.name);
		}
		if (known) {
			continue;
		}
		v = fx_realloc(l->v, (l->n + 1) * sizeof(*v));
		if (!v) {
			err = FX_ENOMEM;
			break;
		}
		l->v = v;
		(void)fx_strlcpy(file, e->d_name, sizeof(file));
		look_into(dirfd(d), file, &p);
		l->v[l->n++] = p;
	}
	(void)closedir(d);
	return err;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct fx_coverpage *)a)->name,
		      ((const struct fx_coverpage *)b)->name);
}

int fx_coverpages_list(struct fx_coverpages *c, struct fx_coverpage **ret, size_t *ret_n)
{
	struct listing l = {.n = 0};
	int err = 0;

	for (size_t i = 0; i < 2 && c->dir[i] && !err; i++) {
		err = add_folder(&l, c->dir[i], i == 0);
	}
	if (err) {
		(void)fx_free(l.v);
		return err;
	}
	if (l.n) {
		qsort(l.v, l.n, sizeof(*l.v), by_name);
	}
	*ret = l.v;
	*ret_n = l.n;
	return 0;
}

static int copy_bytes(int from, int to)
{
	char buf[FX_COVER_FILE_MAX + 1];
	size_t n = 0, done = 0;
	ssize_t k;

	while (n < sizeof(buf) && (k = pread(from, buf + n, sizeof(buf) - n, (off_t)n)) > 0) {
		n += (size_t)k;
	}
	if (n == sizeof(buf)) {
		return FX_ELIMIT;
	}
	while (done < n) {
		k = write(to, buf + done, n - done);
		if (k < 0 && errno != EINTR) {
			return fx_error_from_errno(errno);
		}
		done += k > 0 ? (size_t)k : 0;
	}
	return fsync(to) ? fx_error_from_errno(errno) : 0;
}

int fx_coverpages_put(struct fx_coverpages *c, const char *name, int fd)
{
	char bare[FX_COVER_NAME_MAX + 1];
	char file[FX_COVER_NAME_MAX + sizeof(FX_COVER_EXT)], part[sizeof(file) + 8];
	int dir, to, err = fx_cover_name(name, bare);

	if (err) {
		return err;
	}
	(void)snprintf(file, sizeof(file), "%s" FX_COVER_EXT, bare);
	(void)snprintf(part, sizeof(part), ".%s.new", bare);
	if (mkdir(c->dir[0], 0755) && errno != EEXIST) {
		return fx_error_from_errno(errno);
	}
	dir = open(c->dir[0], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0) {
		return fx_error_from_errno(errno);
	}
	to = openat(dir, part, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0644);
	err = to < 0 ? fx_error_from_errno(errno) : copy_bytes(fd, to);
	if (!err && (renameat(dir, part, dir, file) || (fsync(dir) && errno != EINVAL))) {
		err = fx_error_from_errno(errno);
	}
	if (to >= 0) {
		(void)close(to);
	}
	if (err) {
		(void)unlinkat(dir, part, 0);
	}
	(void)close(dir);
	return err;
}

int fx_coverpages_remove(struct fx_coverpages *c, const char *name)
{
	char bare[FX_COVER_NAME_MAX + 1], file[256] = "";
	int err = fx_cover_name(name, bare);
	DIR *d = err ? NULL : opendir(c->dir[0]);

	if (err || !d) {
		return err ? err : FX_ENOENT;
	}
	if (!find_file(d, bare, file, sizeof(file))) {
		err = FX_ENOENT;
	} else if (unlinkat(dirfd(d), file, 0) || (fsync(dirfd(d)) && errno != EINVAL)) {
		err = fx_error_from_errno(errno);
	}
	(void)closedir(d);
	return err;
}

int fx_coverpage_check(int fd, struct fx_reason *reterr)
{
	static const char magic[] = "caselli-cover ";
	char head[64];
	ssize_t n = pread(fd, head, sizeof(head), 0);
	const char *p = head;
	struct stat st;

	if (n < 0 || fstat(fd, &st)) {
		return fx_fail(reterr, FX_EIO, "the cover page cannot be read");
	}
	if (fx_cover_is_windows(head, (size_t)n)) {
		return fx_fail(reterr, FX_EDATA, "this is a cover page of Windows (.cov), which "
			       "cannot be read; use one of Caselli's (\"caselli covers\" lists "
			       "them) or write one, see caselli-cover(5)");
	}
	if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0) {
		p += 3;
		n -= 3;
	}
	if (n < (ssize_t)sizeof(magic) || memcmp(p, magic, sizeof(magic) - 1) != 0) {
		return fx_fail(reterr, FX_EDATA, "this is no cover page: the first line is not "
			       "\"caselli-cover 1\"; see caselli-cover(5)");
	}
	if (st.st_size > (off_t)FX_COVER_FILE_MAX) {
		return fx_fail(reterr, FX_EDATA, "the cover page has more than %u bytes",
			       FX_COVER_FILE_MAX);
	}
	return 0;
}
