/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file t30/doc.h
 * What a call sends (struct fx_t30_doc of session.h), as the session sees it: one
 * TIFF with the pages of all its documents, alike in width and resolution, with
 * our header line, ready for the engine to open by name. One file for all,
 * because a next page costs 2.7 s and a next document 15 s (engine.md 4.2), and
 * because the engine skips documents (G4).
 *
 * Thread: one at a time. Owner: the session.
 */
#ifndef FX_T30_DOC_H
#define FX_T30_DOC_H

#include "t30/session.h"

/**
 * Make the pages fit a far end: at most this resolution and width. Changes
 * nothing when they fit already. Else all pages are coded again in place, as
 * fx_t30_prepare() did: only phase B knows the far end, the engine must have the
 * file when its handler returns, and what most far ends never need is not coded
 * beforehand (docs/decisions/0420).
 * @param ret_changed  true when path and start page are new
 * @return 0, or as fx_t30_prepare(); then the old file stays
 */
FX_MUST_CHECK int fx_t30_doc_fit(struct fx_t30_doc *f, enum fx_resolution max_res,
				   uint32_t max_width_px, bool *ret_changed,
				   struct fx_reason *reterr);

const char *fx_t30_doc_path(const struct fx_t30_doc *f); /**< "/proc/self/fd/N" */
uint32_t fx_t30_doc_start(const struct fx_t30_doc *f);   /**< first page in it, from 0 */
uint32_t fx_t30_doc_pages(const struct fx_t30_doc *f);   /**< pages to send */
/** Of the documents, before anything was fitted. */
enum fx_resolution fx_t30_doc_native(const struct fx_t30_doc *f);
enum fx_resolution fx_t30_doc_resolution(const struct fx_t30_doc *f);
uint32_t fx_t30_doc_width(const struct fx_t30_doc *f);

#endif
