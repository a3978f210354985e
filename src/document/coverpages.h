/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file document/coverpages.h
 * Common cover pages (faxcom.md 6.5): files of the service's own folder, and behind it those that
 * were installed with it. A page is known by its bare name, see fx_cover_name(). What is in a page
 * is read by the renderer alone; here only its title, for lists.
 * Thread: any, one at a time; the folders may change at any moment.
 */
#ifndef FX_DOCUMENT_COVERPAGES_H
#define FX_DOCUMENT_COVERPAGES_H

#include <stdint.h>
#include "core/cover.h"

#define FX_COVERPAGES_MAX 1000u /**< of a list */

struct fx_coverpages;
/** Folders need not exist. @param own where pages are installed; @param shared NULL = none */
FX_MUST_CHECK int fx_coverpages_new(const char *own, const char *shared,
				    struct fx_coverpages **ret);
struct fx_coverpages *fx_coverpages_free(struct fx_coverpages *c);

/**
 * Open a page for reading, by any name that fx_cover_name() takes; of two files generic.cover and
 * generic.cov the first, of two folders the own. Large, empty and Windows' files open as well.
 * @return 0, FX_ENOENT, FX_EINVAL (no name), FX_EACCES, FX_EIO
 */
FX_MUST_CHECK int fx_coverpages_open(struct fx_coverpages *c, const char *name, int *ret_fd);

struct fx_coverpage {
	char name[FX_COVER_NAME_MAX + 1];
	char title[96];  /**< "" = none */
	bool own;        /**< of the service's own folder: may be removed */
	bool windows;    /**< a .cov of Windows, which cannot be used */
	uint32_t bytes;
};
/** By name; a page that another hides is not in it. fx_free(*ret). */
FX_MUST_CHECK int fx_coverpages_list(struct fx_coverpages *c, struct fx_coverpage **ret,
				     size_t *ret_n);
/** Take in a page (replaces one of this name): durable, whole or not at all. The folder is made.
 * @return 0, FX_EINVAL, FX_ELIMIT (too large), FX_ENOSPC, FX_EIO */
FX_MUST_CHECK int fx_coverpages_put(struct fx_coverpages *c, const char *name, int fd);
/** Of the own folder. @return 0, FX_ENOENT, FX_EINVAL, FX_EIO */
FX_MUST_CHECK int fx_coverpages_remove(struct fx_coverpages *c, const char *name);
/**
 * Is this at all a page of ours? By the first bytes.
 * @return 0, or FX_EDATA with the words that name the remedy (too large, too), FX_EIO
 */
FX_MUST_CHECK int fx_coverpage_check(int fd, struct fx_reason *reterr);

#endif
