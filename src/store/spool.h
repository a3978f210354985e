/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file store/spool.h
 * The files beside the database. Below the state folder:
 *   queue/    uploads and rendered documents of jobs (hex name + extension)
 *   inbox/ sent/   pages of messages        log/   session logs of calls
 * Names are ours, never a client's. Thread: any.
 */
#ifndef FX_STORE_SPOOL_H
#define FX_STORE_SPOOL_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

enum fx_spool_dir { FX_SPOOL_QUEUE, FX_SPOOL_INBOX, FX_SPOOL_SENT, FX_SPOOL_LOG };
struct fx_spool;
/** Creates the folders (0700). @return 0, FX_EACCES, FX_EROFS, FX_ENOSPC with reason */
FX_MUST_CHECK int fx_spool_open(const char *state_dir, struct fx_spool **ret,
				struct fx_reason *reterr);
struct fx_spool *fx_spool_close(struct fx_spool *s);
const char *fx_spool_path(const struct fx_spool *s, enum fx_spool_dir dir); /**< folder, borrowed */
/** New file with a random hex name and `ext` (".tif"); *ret_name has 32+ext characters, room 64. */
FX_MUST_CHECK int fx_spool_create(struct fx_spool *s, enum fx_spool_dir dir, const char *ext,
				  char ret_name[64], int *ret_fd);
/** flags as open(2): O_RDONLY, O_RDWR, O_WRONLY, O_APPEND, O_TRUNC. A link, or a name with '/'
 * or "..", is FX_EINVAL. */
FX_MUST_CHECK int fx_spool_openat(struct fx_spool *s, enum fx_spool_dir dir, const char *name,
				  int flags, int *ret_fd);
/** Remove; missing is fine. */
int fx_spool_remove(struct fx_spool *s, enum fx_spool_dir dir, const char *name);
/** Move between folders, same name (rename, then both folders synced). A file that is already
 * there and no longer here counts as moved; one that is in both is FX_EEXIST. */
FX_MUST_CHECK int fx_spool_move(struct fx_spool *s, enum fx_spool_dir from, enum fx_spool_dir to,
				const char *name);
/**
 * Give a file a further name in another folder: the bytes are shared (a hard link; a copy where
 * the file system makes none, or no more). new_name that is there already counts as done: names
 * are never used for two contents. The folder `to` is synced.
 */
FX_MUST_CHECK int fx_spool_share(struct fx_spool *s, enum fx_spool_dir from, const char *name,
				 enum fx_spool_dir to, const char *new_name);
/** Free space check; @return 0 or FX_ENOSPC when less than `bytes` are free */
FX_MUST_CHECK int fx_spool_room(const struct fx_spool *s, uint64_t bytes);
/** Every file name in a folder (for the sweep after a start). */
FX_MUST_CHECK int fx_spool_each(struct fx_spool *s, enum fx_spool_dir dir,
				bool (*fn)(void *arg, const char *name), void *arg);

#endif
