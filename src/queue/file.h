/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file queue/file.h
 * The files of a sent fax: into sent/ under one name, and a copy into the archive folder.
 * Everything may be done again after a crash and ends the same.
 */
#ifndef FX_QUEUE_FILE_H
#define FX_QUEUE_FILE_H

#include <stdbool.h>
#include "queue/tags.h"

/** Filled on the loop; the worker touches nothing else. */
struct fx_filing {
	struct fx_spool *spool;
	char cover[64];          /**< rendered cover page in queue/; "" = none */
	char body[64];           /**< rendered document in queue/; "" = none */
	bool shared;             /**< a broadcast's body: it stays, sent/ gets a further name */
	char target[64];         /**< name in sent/ */
	char *archive;           /**< folder for a copy; NULL = none; owned */
	char archive_name[40];   /**< without ".tif" */
	struct fx_fax_tags *tags; /**< NULL: none; owned */
	int err;                 /**< result; FX_ENOENT: the files are gone */
	int archive_err;         /**< result: the copy is not there */
};

/** Worker thread. Does not remove what it leaves behind in queue/ (fx_filing_leaves_files()). */
void fx_filing_work(struct fx_filing *f);
/** After success cover and body are still in queue/, to be removed unless the body is shared. */
static inline bool fx_filing_leaves_files(const struct fx_filing *f)
{
	return f->cover[0] != '\0';
}

#endif
