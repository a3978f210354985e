/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file t30/send_file.h
 * The one TIFF that a call sends: the pages of all its documents, alike in
 * width and resolution, with our header line, ready for the engine to open by
 * name. One file for all, because a next page costs 2.7 s and a next document
 * 15 s (engine.md 4.2), and because the engine skips documents (G4).
 *
 * Thread: one at a time. Owner: the session.
 */
#ifndef FX_T30_SEND_FILE_H
#define FX_T30_SEND_FILE_H

#include "core/call.h"

struct fx_send_file;

/**
 * Open the documents and prepare their pages as they are best sent.
 * @return 0, FX_EINVAL (no page), FX_EDATA, FX_EIO, FX_ENOMEM, FX_ELIMIT
 */
FX_MUST_CHECK int fx_send_file_new(const struct fx_dial *dial, struct fx_send_file **ret,
				   struct fx_reason *reterr);
struct fx_send_file *fx_send_file_free(struct fx_send_file *f);

/**
 * Make the pages fit a far end: at most this resolution and width. Changes
 * nothing when they fit already.
 * @param ret_changed  true when path and start page are new
 * @return 0, or as fx_send_file_new(); then the old file stays
 */
FX_MUST_CHECK int fx_send_file_fit(struct fx_send_file *f, enum fx_resolution max_res,
				   uint32_t max_width_px, bool *ret_changed,
				   struct fx_reason *reterr);

const char *fx_send_file_path(const struct fx_send_file *f); /**< "/proc/self/fd/N" */
uint32_t fx_send_file_start(const struct fx_send_file *f);   /**< first page in it, from 0 */
uint32_t fx_send_file_pages(const struct fx_send_file *f);   /**< pages to send */
/** Of the documents, before anything was fitted. */
enum fx_resolution fx_send_file_native(const struct fx_send_file *f);
enum fx_resolution fx_send_file_resolution(const struct fx_send_file *f);
uint32_t fx_send_file_width(const struct fx_send_file *f);

#endif
