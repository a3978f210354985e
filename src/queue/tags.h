/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file queue/tags.h
 * What a finished fax, sent or received, writes about itself into its file
 * (document/fax_tiff_tags.h, docs/fax-tiff.md). Made on the loop, written in a worker.
 */
#ifndef FX_QUEUE_TAGS_H
#define FX_QUEUE_TAGS_H

#include "core/job.h"
#include "store/spool.h"

struct fx_fax_tags;
/**
 * @param a     the attempt that brought the fax; times and port
 * @param tsid  sent: what we called ourselves; received: not used, the far machine's is in job
 * @return NULL: out of memory
 */
struct fx_fax_tags *fx_fax_tags_new(const struct fx_job *job, const struct fx_attempt *a,
				    const char *tsid);
struct fx_fax_tags *fx_fax_tags_free(struct fx_fax_tags *t);
/**
 * Write them, synced on return. Worker thread. A failure is logged and costs the tags, never
 * the fax; a file that is not there (moved before a crash, so tagged as well) is fine.
 */
void fx_fax_tags_write(const struct fx_fax_tags *t, struct fx_spool *spool, enum fx_spool_dir dir,
		       const char *name);

#endif
