/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Store in a folder. The file is written under a hidden name, synced, then linked to its own, so
 * that whoever watches the folder never sees half a fax, and nothing that is there is ever
 * overwritten: a name that is taken gets "-2", "-3" ... A file with the same content under the
 * same name is this fax, delivered just before a crash: then there is nothing to do.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/mem.h"
#include "base/str.h"
#include "route/own.h"

#define TAKEN_MAX 9999
#define COPY_BYTES 65536

int fx_folder_check(const char *text, struct fx_reason *reterr)
{
	return *text == '/' && strlen(text) < FX_ROUTE_PATH_MAX ? 0 :
		fx_fail(reterr, FX_EINVAL, "a folder is a full path (from /), not \"%.150s\"",
			text);
}

static int write_all(int fd, const uint8_t *p, size_t n)
{
	while (n) {
		ssize_t done = write(fd, p, n);

		if (done < 0) {
			return fx_error_from_errno(errno);
		}
		p += done;
		n -= (size_t)done;
	}
	return 0;
}

static int copy_tiff(const char *path, int out, const struct fx_own_task *t)
{
	uint8_t buf[COPY_BYTES];
	int in = open(path, O_RDONLY | O_CLOEXEC), err = 0;
	ssize_t n = 0;

	if (in < 0) {
		return fx_error_from_errno(errno);
	}
	while (!err && (n = read(in, buf, sizeof(buf))) > 0) {
		err = t->cancel ? FX_ECANCELED : write_all(out, buf, (size_t)n);
	}
	if (!err && n < 0) {
		err = fx_error_from_errno(errno);
	}
	(void)close(in);
	return err;
}

static int write_fax(struct fx_own_task *t, int out)
{
	struct fx_buf pdf = {0};
	int err;

	if (t->settings.folder_format == FX_ROUTE_TIFF) {
		err = copy_tiff(t->fax.tiff_path, out, t);
	} else {
		err = fx_own_pdf(t, &pdf);
		err = err ? err : write_all(out, pdf.data, pdf.len);
		fx_buf_fini(&pdf);
	}
	if (!err && (fchmod(out, 0640) || fsync(out))) {
		err = fx_error_from_errno(errno);
	}
	return err;
}

static bool same_content(int dir, const char *name, int out)
{
	uint8_t a[4096], b[4096];
	struct stat sa, sb;
	off_t at = 0;
	bool same;
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0) {
		return false;
	}
	same = !fstat(fd, &sa) && !fstat(out, &sb) && S_ISREG(sa.st_mode) &&
	       sa.st_size == sb.st_size;
	while (same && at < sa.st_size) {
		ssize_t n = pread(fd, a, sizeof(a), at);

		same = n > 0 && pread(out, b, (size_t)n, at) == n && !memcmp(a, b, (size_t)n);
		at += n;
	}
	(void)close(fd);
	return same;
}

/* A hard link fails where the name is taken; file systems without links have this rename. */
static int give_name(int dir, const char *temp, const char *name)
{
	if (!linkat(dir, temp, dir, name, 0)) {
		return 0;
	}
	if (errno == EPERM || errno == EOPNOTSUPP || errno == ENOSYS || errno == EMLINK) {
		return renameat2(dir, temp, dir, name, RENAME_NOREPLACE) ?
			fx_error_from_errno(errno) : 0;
	}
	return fx_error_from_errno(errno);
}

static int name_it(struct fx_own_task *t, int dir, int out, const char *temp, char *name,
		   size_t size)
{
	const char *ext = t->settings.folder_format == FX_ROUTE_TIFF ? ".tif" : ".pdf";
	char base[FX_ROUTE_NAME_SIZE];
	struct fx_reason why = {0};
	int err = fx_own_fill(t, fx_text(t->settings.folder_name), base, &why);

	if (err) {
		return err;
	}
	err = FX_EEXIST;
	for (int i = 1; err == FX_EEXIST && i <= TAKEN_MAX; i++) {
		if (i == 1) {
			(void)snprintf(name, size, "%s%s", base, ext);
		} else {
			(void)snprintf(name, size, "%s-%d%s", base, i, ext);
		}
		err = give_name(dir, temp, name);
		if (err == FX_EEXIST && same_content(dir, name, out)) {
			err = 0;
		}
	}
	return err;
}

static int deliver(struct fx_own_task *t, int dir, char *name, size_t size)
{
	char temp[64];
	int out, err;

	(void)snprintf(temp, sizeof(temp), ".caselli-%llu.part", (unsigned long long)t->fax.id);
	if (unlinkat(dir, temp, 0) && errno != ENOENT) { /* of a try that a crash ended */
		return fx_error_from_errno(errno);
	}
	out = openat(dir, temp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0640);
	if (out < 0) {
		return fx_error_from_errno(errno);
	}
	err = write_fax(t, out);
	err = err ? err : name_it(t, dir, out, temp, name, size);
	(void)unlinkat(dir, temp, 0);
	if (!err && fsync(dir) && errno != EINVAL) { /* some network file systems cannot */
		err = fx_error_from_errno(errno);
	}
	(void)close(out);
	return err;
}

void fx_folder_work(struct fx_own_task *t)
{
	int dir = open(t->data, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char name[FX_ROUTE_NAME_SIZE + 32] = "";
	int err = dir < 0 ? fx_error_from_errno(errno) : deliver(t, dir, name, sizeof(name));

	if (dir >= 0) {
		(void)close(dir);
	}
	if (err) {
		fx_own_end(t, err == FX_EDATA || err == FX_EINVAL ? FX_ROUTE_FAILED :
								    FX_ROUTE_RETRY,
			   "%s: %s", t->data, fx_error_str(err));
	} else {
		fx_own_end(t, FX_ROUTE_DONE, "%s/%s", t->data, name);
	}
}
