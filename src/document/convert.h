/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file document/convert.h
 * Turn one foreign document into a fax TIFF by running the sandboxed render
 * program (src/render) as a process. The service itself decodes nothing.
 * Real loop: nothing blocks; a timer kills a program that takes too long. Virtual loop: the
 * program runs in place, as with fx_loop_work(), and fn() comes from a later step.
 * Thread: the loop thread.
 */
#ifndef FX_DOCUMENT_CONVERT_H
#define FX_DOCUMENT_CONVERT_H

#include <stddef.h>
#include "base/loop.h"
#include "core/job.h"

struct fx_convert;
struct fx_convert_prm {
	const char *program;   /**< path of caselli-render */
	int in_fd;             /**< document as it came; dup'd */
	int out_fd;            /**< empty file for the fax TIFF; dup'd */
	/** Not NULL: in_fd is a cover page, of at most FX_COVER_FILE_MAX bytes; this is what is
	 * filled in, as core/cover.h has it; copied */
	const char *cover_fields;
	const char *name;      /**< display name, a hint for the format and page header of text */
	enum fx_resolution resolution;
	enum fx_quality quality;
	bool letter;           /**< paper for text and fitting; false = A4 */
	uint32_t max_pages;    /**< 0 = FX_DOC_PAGES_MAX */
	uint32_t timeout_s;    /**< 0 = 120 */
};
struct fx_convert_result {
	/** 0; FX_EDATA, FX_ELIMIT, FX_ETIMEDOUT: the document's fault, or past a limit of ours;
	 * FX_EIO, FX_ENOSPC, FX_ENOMEM: the machine's (also when somebody killed the program),
	 * another try may go well */
	int err;
	uint32_t pages;
	char words[200];       /**< when err: why, in plain words with the remedy */
};
typedef void(fx_convert_fn)(void *arg, const struct fx_convert_result *result);
/** Exactly one fn() follows success. @return 0, FX_EIO (program missing), FX_ENOMEM */
FX_MUST_CHECK int fx_convert_start(struct fx_loop *loop, const struct fx_convert_prm *prm,
				   fx_convert_fn *fn, void *arg, struct fx_convert **ret);
/** Kill it; fn is not called. Not after fn(), and not from it: the object is gone then. The loop
 * must run on until the process is reaped. */
void fx_convert_cancel(struct fx_convert *c);

/** Format by the first bytes; "pdf", "ps", "tiff", "png", "jpeg", "text", NULL = unknown. */
const char *fx_document_sniff(const uint8_t *p, size_t n);

#endif
