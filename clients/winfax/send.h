/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file clients/winfax/send.h
 * What FaxSendDocument, broadcasts and print jobs share: the checks of an order, its
 * cover page, and what of it goes over the wire. Thread: any.
 */
#ifndef FX_CLIENTS_WINFAX_SEND_H
#define FX_CLIENTS_WINFAX_SEND_H

#include "clients/winfax/winfax_priv.h"

#define WF_FILES_MAX 64u

/** A job to send. The W structures have the layout of the A ones, so one view serves both. */
struct wf_order {
	enum fx_text_form form;         /**< of p and cp */
	const FAX_JOB_PARAMA *p;
	const FAX_COVERPAGE_INFOA *cp;  /**< NULL = none */
	const char *const *files;       /**< UTF-8; the first names the job without DocumentName */
	const int *fds;                 /**< NULL, or read from these instead; borrowed */
	size_t n_files;
	uint32_t resolution, quality, priority, device_id;
};
/** What winfax.h promises for JobParams and CoverpageInfo. FALSE with the last error. */
BOOL wf_order_check(const struct wf_order *o);

/** One recipient as it goes over the wire; borrows from its order. */
struct wf_parcel {
	char cover_name[256];       /**< on the server, of a personal cover page */
	struct fx_ms_coverpage cover;
	struct fx_ms_profile from, to;
	struct fx_ms_job_param param;
	uint16_t *wide[4];          /**< texts of our own as UTF-16, where needed */
	size_t n_wide;
};
/** Uploads a personal cover page; wf_parcel_fini() in any case. FALSE with the last error. */
BOOL wf_parcel_make(struct wf_server *s, const struct wf_order *o, struct wf_parcel *pc);
void wf_parcel_fini(struct wf_parcel *pc);

/** Upload and submit an order that was checked. Results may be NULL. FALSE with the last error. */
BOOL wf_send(struct wf_server *s, const struct wf_order *o, DWORD *job_id, uint64_t *id);
/* cover.c */
/** The name of a common page, without folders: of Windows' ("\\\\server\\fax$\\coverpg\\x.cov") or
 * ours. The caller's; NULL = no memory. */
char *wf_cover_common(const char *name);
/** The file of a personal page: a full path, else in $XDG_DATA_HOME/caselli/coverpages with or
 * without extension, in any case. The caller's; NULL = no memory. */
char *wf_cover_personal(const char *name);
/** Has the service this common page? A service that does not tell has it. FALSE with last error. */
BOOL wf_cover_there(struct wf_server *s, const char *name);
/** A code of a send call with a cover page to the last error. */
BOOL wf_cover_result(struct wf_server *s, const struct wf_order *o, uint32_t code);
/** A code of the send calls to the last error. */
BOOL wf_send_result(uint32_t code);

#endif
