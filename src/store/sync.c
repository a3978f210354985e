/* SPDX-License-Identifier: Apache-2.0 */
/* The files of a group of transactions become durable before its commit. */
#include "store/backend.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void fail(struct fx_txn *t, const char *what, int e)
{
	t->unsynced = true;
	t->err = fx_error_from_errno(e);
	if (t->err == FX_ENOSPC) {
		fx_reason_set(&t->why, "No space is left on the disk for %s; free some space.",
			      what);
	} else {
		fx_reason_set(&t->why, "Could not bring %s to the disk: %s; check the disk.", what,
			      strerror(e));
	}
}

static void sync_file(struct fx_txn *t, int fd)
{
	char link[64], path[200];
	ssize_t n;

	if (fdatasync(fd) == 0) {
		return;
	}
	n = errno;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	memset(path, 0, sizeof(path));
	if (readlink(link, path, sizeof(path) - 1) < 0) {
		(void)snprintf(path, sizeof(path), "a document");
	}
	fail(t, path, (int)n);
}

static void sync_dir(struct fx_txn *t, const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		fail(t, path, errno);
		return;
	}
	if (fsync(fd) < 0) {
		fail(t, path, errno);
	}
	(void)close(fd);
}

/* True when a transaction before t syncs this folder, and could. */
static bool done_before(struct fx_link *group, const struct fx_txn *t, const char *path)
{
	FX_LIST_EACH(group, l) {
		struct fx_txn *o = FX_CONTAINER(l, struct fx_txn, link);

		if (o == t) {
			break;
		}
		if (o->unsynced) {
			continue;
		}
		FX_LIST_EACH(&o->syncs, k) {
			struct fx_sync *y = FX_CONTAINER(k, struct fx_sync, link);

			if (y->path && strcmp(y->path, path) == 0) {
				return true;
			}
		}
	}
	return false;
}

void fx_txn_sync_group(struct fx_link *group)
{
	/* First start the write-out of all files, so that the file system can take them
	 * into one journal commit; the waits below are then short but for the first. */
	FX_LIST_EACH(group, l) {
		FX_LIST_EACH(&FX_CONTAINER(l, struct fx_txn, link)->syncs, k) {
			struct fx_sync *y = FX_CONTAINER(k, struct fx_sync, link);

			if (y->fd >= 0) {
				(void)sync_file_range(y->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
			}
		}
	}
	/* All files, then all folders: a folder synced once serves the whole group. */
	for (int folders = 0; folders < 2; folders++) {
		FX_LIST_EACH(group, l) {
			struct fx_txn *t = FX_CONTAINER(l, struct fx_txn, link);

			FX_LIST_EACH(&t->syncs, k) {
				struct fx_sync *y = FX_CONTAINER(k, struct fx_sync, link);

				if (t->unsynced || folders != (y->path != NULL)) {
					continue;
				}
				if (!y->path) {
					sync_file(t, y->fd);
				} else if (!done_before(group, t, y->path)) {
					sync_dir(t, y->path);
				}
			}
		}
	}
}
