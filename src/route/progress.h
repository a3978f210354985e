/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file route/progress.h
 * How far the routing of one fax got: its methods in order, how each went, what it left for its
 * next try, and the file list. Kept as a text in the store while the fax is routed, so that a
 * restart goes on from there. Values with owned memory.
 */
#ifndef FX_ROUTE_PROGRESS_H
#define FX_ROUTE_PROGRESS_H

#include "base/bytes.h"
#include "core/routing.h"

enum fx_step_state {
	FX_STEP_WAITING,  /**< its turn comes in this pass */
	FX_STEP_RETRY,    /**< failed; its turn comes again in the next pass */
	FX_STEP_DONE,
	FX_STEP_FAILED,   /**< for good */
	FX_STEP_DISABLED, /**< the method did not want to */
	FX_STEP_STATE_COUNT
};
#define FX_STEP_WORDS_SIZE 200
struct fx_step {
	char guid[FX_GUID_SIZE];
	enum fx_step_state state;
	uint32_t tries;
	uint8_t *failure, *override;
	size_t n_failure, n_override;
	char words[FX_STEP_WORDS_SIZE]; /**< of the last failure */
};
struct fx_route_file {
	char *path;
	char guid[FX_GUID_SIZE]; /**< who added it */
};
/** Zeroed is empty. */
struct fx_progress {
	struct fx_step *steps;
	size_t n_steps;
	struct fx_route_file *files; /**< without the received TIFF */
	size_t n_files;
};
void fx_progress_fini(struct fx_progress *p);
FX_MUST_CHECK int fx_progress_add_step(struct fx_progress *p, const char *guid);
FX_MUST_CHECK int fx_progress_add_file(struct fx_progress *p, const char *path, const char *guid);
/** Replaces; n 0 = none. */
FX_MUST_CHECK int fx_step_set_bytes(uint8_t **dst, size_t *dst_n, const uint8_t *p, size_t n);
/** Text for the store; fx_free(), NULL = out of memory. */
FX_MUST_CHECK char *fx_progress_write(const struct fx_progress *p);
/** @return 0, FX_ECORRUPT, FX_ELIMIT, FX_ENOMEM; *ret is untouched on failure */
FX_MUST_CHECK int fx_progress_read(const char *text, struct fx_progress *ret);

#endif
