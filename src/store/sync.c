/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a group of transactions become durable before its commit. A
 * disk's cache flush takes long and serves all who wait for it at the time, so
 * several files are synced at once, each in a thread of its own.
 */
#include "store/backend.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_THREADS 8

/* What a group's threads share: where the next file stands. */
struct job {
	pthread_mutex_t lock;
	struct fx_link *group;
	struct fx_txn *txn;   /* NULL = at the end */
	struct fx_link *sync; /* last one taken of txn->syncs, or its head */
};

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

static void sync_file(struct job *job, struct fx_txn *t, int fd)
{
	char link[64], path[200];
	int e;

	if (fdatasync(fd) == 0) {
		return;
	}
	e = errno;
	(void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	memset(path, 0, sizeof(path));
	if (readlink(link, path, sizeof(path) - 1) < 0) {
		(void)snprintf(path, sizeof(path), "a document");
	}
	pthread_mutex_lock(&job->lock); /* two files of one transaction may fail at once */
	fail(t, path, e);
	pthread_mutex_unlock(&job->lock);
}

static struct fx_txn *txn_after(struct fx_link *group, struct fx_link *l)
{
	return l->next == group ? NULL : FX_CONTAINER(l->next, struct fx_txn, link);
}

/* The next file of the group, or -1. */
static int take_file(struct job *job, struct fx_txn **ret_t)
{
	int fd = -1;

	pthread_mutex_lock(&job->lock);
	while (job->txn && fd < 0) {
		job->sync = job->sync->next;
		if (job->sync == &job->txn->syncs) {
			job->txn = txn_after(job->group, &job->txn->link);
			job->sync = job->txn ? &job->txn->syncs : NULL;
		} else {
			fd = FX_CONTAINER(job->sync, struct fx_sync, link)->fd;
			*ret_t = job->txn;
		}
	}
	pthread_mutex_unlock(&job->lock);
	return fd;
}

static void *sync_files(void *arg)
{
	struct job *job = arg;
	struct fx_txn *t = NULL;
	int fd;

	while ((fd = take_file(job, &t)) >= 0) {
		sync_file(job, t, fd);
	}
	return NULL;
}

/* Start the write-out of all files, so that the waits that follow find it under way. */
static size_t start_files(struct fx_link *group)
{
	size_t n = 0;

	FX_LIST_EACH(group, l) {
		FX_LIST_EACH(&FX_CONTAINER(l, struct fx_txn, link)->syncs, k) {
			struct fx_sync *y = FX_CONTAINER(k, struct fx_sync, link);

			if (y->fd >= 0) {
				(void)sync_file_range(y->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
				n++;
			}
		}
	}
	return n;
}

static void sync_all_files(struct fx_link *group, size_t n_files)
{
	pthread_t thread[MAX_THREADS];
	struct job job = {.group = group, .txn = txn_after(group, group)};
	size_t n = 0;

	job.sync = &job.txn->syncs;
	pthread_mutex_init(&job.lock, NULL);
	while (n + 1 < n_files && n < MAX_THREADS &&
	       pthread_create(&thread[n], NULL, sync_files, &job) == 0) {
		n++;
	}
	(void)sync_files(&job); /* this thread too, and alone when there are no others */
	while (n) {
		(void)pthread_join(thread[--n], NULL);
	}
	pthread_mutex_destroy(&job.lock);
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
	size_t n_files = start_files(group);

	if (n_files) {
		sync_all_files(group, n_files);
	}
	/* Then the folders: one that is synced once serves the whole group. */
	FX_LIST_EACH(group, l) {
		struct fx_txn *t = FX_CONTAINER(l, struct fx_txn, link);

		FX_LIST_EACH(&t->syncs, k) {
			struct fx_sync *y = FX_CONTAINER(k, struct fx_sync, link);

			if (y->path && !t->unsynced && !done_before(group, t, y->path)) {
				sync_dir(t, y->path);
			}
		}
	}
}
