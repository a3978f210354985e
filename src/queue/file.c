/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Three ways into sent/:
 *   its own document alone        moved
 *   a broadcast's document alone  a further name of the same file (hard link)
 *   with a cover page             a new file of both, cover page first
 */
#include "queue/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/mem.h"
#include "document/fax_tiff.h"

#define NAMES_MAX 1000u /* archive copies of one fax under different names */
#define COMPARE_BYTES 4096

static bool is_sent(struct fx_filing *f)
{
	int fd;

	if (fx_spool_openat(f->spool, FX_SPOOL_SENT, f->target, O_RDONLY, &fd)) {
		return false;
	}
	(void)close(fd);
	return true;
}

/* ---- into sent/ ---- */

static int copy_pages(struct fx_spool *spool, const char *name, struct fx_tiff_wr *wr)
{
	struct fx_tiff_rd *rd = NULL;
	int fd = -1;
	int err = fx_spool_openat(spool, FX_SPOOL_QUEUE, name, O_RDONLY, &fd);

	if (err) {
		return err;
	}
	err = fx_tiff_open(fd, &rd, NULL);
	for (uint32_t i = 0; !err && i < fx_tiff_pages(rd); i++) {
		struct fx_bitmap page = {0};

		err = fx_tiff_read(rd, i, &page);
		if (!err) {
			err = fx_tiff_write(wr, &page);
		}
		fx_bitmap_fini(&page);
	}
	(void)fx_tiff_close(rd);
	(void)close(fd);
	return err;
}

static int write_joined(struct fx_filing *f, int fd)
{
	struct fx_tiff_wr *wr = NULL;
	int err = fx_tiff_create(fd, NULL, &wr);

	if (!err) {
		err = copy_pages(f->spool, f->cover, wr);
	}
	if (!err && f->body[0]) {
		err = copy_pages(f->spool, f->body, wr);
	}
	if (err) {
		(void)fx_tiff_abandon(wr);
		return err;
	}
	err = fx_tiff_finish(wr);
	return !err && fdatasync(fd) ? fx_error_from_errno(errno) : err;
}

static int join(struct fx_filing *f)
{
	char name[64];
	int fd;
	int err = fx_spool_create(f->spool, FX_SPOOL_QUEUE, ".tif", name, &fd);

	if (err) {
		return err;
	}
	err = write_joined(f, fd);
	(void)close(fd);
	if (!err && f->tags) {
		fx_fax_tags_write(f->tags, f->spool, FX_SPOOL_QUEUE, name);
	}
	if (!err) {
		err = fx_spool_share(f->spool, FX_SPOOL_QUEUE, name, FX_SPOOL_SENT, f->target);
	}
	(void)fx_spool_remove(f->spool, FX_SPOOL_QUEUE, name);
	return err;
}

static int move(struct fx_filing *f)
{
	int err;

	if (f->tags) {
		fx_fax_tags_write(f->tags, f->spool, FX_SPOOL_QUEUE, f->body);
	}
	err = fx_spool_move(f->spool, FX_SPOOL_QUEUE, FX_SPOOL_SENT, f->body);
	return err == FX_ENOENT && is_sent(f) ? 0 : err;
}

static int into_sent(struct fx_filing *f)
{
	if (!f->cover[0] && !f->shared) {
		return move(f);
	}
	if (is_sent(f)) {
		return 0; /* before a crash */
	}
	/* The tags of one recipient cannot stand in a file that all have (decision 0541). */
	return f->cover[0] ? join(f) : fx_spool_share(f->spool, FX_SPOOL_QUEUE, f->body,
						      FX_SPOOL_SENT, f->target);
}

/* ---- the archive folder ---- */

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
	if (n < 0 || fsync(to)) {
		return fx_error_from_errno(errno);
	}
	return 0;
}

/* A name is on disk only with its folder; some network file systems have no sync of folders. */
static int sync_folder(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (fd < 0) {
		return fx_error_from_errno(errno);
	}
	if (fsync(fd) && errno != EINVAL) {
		err = fx_error_from_errno(errno);
	}
	(void)close(fd);
	return err;
}

static bool same_bytes(const char *a, const char *b)
{
	char x[COMPARE_BYTES], y[COMPARE_BYTES];
	FILE *fa = fopen(a, "re"), *fb = fopen(b, "re");
	bool same = fa && fb;
	size_t n, k;

	do {
		n = same ? fread(x, 1, sizeof(x), fa) : 0;
		k = same ? fread(y, 1, sizeof(y), fb) : 0;
		same = same && n == k && !memcmp(x, y, n);
	} while (same && n);
	if (fa) {
		(void)fclose(fa);
	}
	if (fb) {
		(void)fclose(fb);
	}
	return same;
}

/* Never over a file that is there; one with the same bytes is this fax, from before a crash. */
static int give_name(const struct fx_filing *f, const char *tmp)
{
	for (unsigned n = 1; n <= NAMES_MAX; n++) {
		char nth[16] = "";
		fx_auto char *path = NULL;

		if (n > 1) {
			(void)snprintf(nth, sizeof(nth), "-%u", n);
		}
		path = fx_asprintf("%s/%s%s.tif", f->archive, f->archive_name, nth);
		if (!path) {
			return FX_ENOMEM;
		}
		/* (file systems without the one have the other) */
		if (!renameat2(AT_FDCWD, tmp, AT_FDCWD, path, RENAME_NOREPLACE) ||
		    (errno == EINVAL && !link(tmp, path)) ||
		    (errno == EEXIST && same_bytes(tmp, path))) {
			return 0;
		}
		if (errno != EEXIST) {
			return fx_error_from_errno(errno);
		}
	}
	return FX_EEXIST;
}

/* A copy that appears whole or not at all. */
static int archive_copy(struct fx_filing *f)
{
	fx_auto char *tmp = fx_asprintf("%s/.%s.part", f->archive, f->archive_name);
	int from = -1, to, err;

	if (!tmp) {
		return FX_ENOMEM;
	}
	err = fx_spool_openat(f->spool, FX_SPOOL_SENT, f->target, O_RDONLY, &from);
	if (err) {
		return err;
	}
	to = open(tmp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	err = to < 0 ? fx_error_from_errno(errno) : copy_bytes(from, to);
	err = err ? err : give_name(f, tmp);
	err = err ? err : sync_folder(f->archive);
	if (to >= 0) {
		(void)close(to);
		(void)unlink(tmp);
	}
	(void)close(from);
	return err;
}

void fx_filing_work(struct fx_filing *f)
{
	f->err = into_sent(f);
	f->archive_err = !f->err && f->archive ? archive_copy(f) : 0;
}
