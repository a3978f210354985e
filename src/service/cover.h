/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file service/cover.h
 * Common cover pages (faxcom.md 6.5): list, look at, take in, remove. As in service/service.h:
 * rights are checked here. Thread: the loop thread.
 */
#ifndef FX_SERVICE_COVER_H
#define FX_SERVICE_COVER_H

#include "document/coverpages.h"
#include "service/service.h"

/** Any right. fx_free(*ret). @return FX_EACCES, FX_ENOMEM */
FX_MUST_CHECK int fx_service_covers(struct fx_service *s, const struct fx_caller *c,
				    struct fx_coverpage **ret, size_t *ret_n);

/** What a cover page looks like with made-up names, or what is wrong with it. */
struct fx_cover_ask {
	const char *name; /**< of a common page; or of an upload, which is used up by this */
	bool common;
	enum fx_view view;
	uint32_t page;    /**< from 1, of FX_VIEW_PNG */
};
/** err: FX_EDATA, FX_ELIMIT ... with words for a person. Borrowed for the call. */
typedef void(fx_service_cover_fn)(void *arg, int err, const char *words, const uint8_t *p, size_t n,
				  uint32_t pages);
/** Common: any right; an upload: JOB_SUBMIT. done() comes later. @return 0, FX_ENOENT, FX_EINVAL,
 * FX_EACCES, FX_EIO, FX_ENOMEM; then done() does not come and the upload is still there */
FX_MUST_CHECK int fx_service_cover_view(struct fx_service *s, const struct fx_caller *c,
					const struct fx_cover_ask *ask, fx_service_cover_fn *done,
					void *arg);
/** CONFIG_SET. Takes in an upload under a name, which a view found to be good before; the upload
 * is used up. @return 0, FX_EINVAL (name), FX_ENOENT, FX_EDATA, FX_ELIMIT, FX_ENOSPC, FX_EIO */
FX_MUST_CHECK int fx_service_cover_put(struct fx_service *s, const struct fx_caller *c,
				       const char *name, const char *upload,
				       struct fx_reason *reterr);
/** CONFIG_SET. @return 0, FX_ENOENT (none of this name that may be removed), FX_EINVAL */
FX_MUST_CHECK int fx_service_cover_remove(struct fx_service *s, const struct fx_caller *c,
					  const char *name);

#endif
