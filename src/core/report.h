/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/report.h
 * Delivery reports by e-mail (DRT_EMAIL, winfax.md 1.5): what is said of a job that was sent or
 * given up, and the text in which a report waits in the store until it is mailed. Pure; values
 * with owned memory. Thread: any.
 */
#ifndef FX_CORE_REPORT_H
#define FX_CORE_REPORT_H

#include "core/job.h"

#define FX_REPORT_EMAIL 1u             /**< DRT_EMAIL */
#define FX_REPORT_PREFIX "report."     /**< of the store's meta keys */
#define FX_REPORT_KEY_SIZE 32
#define FX_REPORT_TEXT_MAX 65536u

/** Zeroed is empty. */
struct fx_report {
	uint64_t job_id;
	int64_t ended_at; /**< Unix s */
	uint32_t tries;   /**< failed ones so far */
	int64_t next_at;  /**< Unix s; 0 = at once */
	char *address, *subject, *text; /**< UTF-8; lines of text end in \n */
};
void fx_report_fini(struct fx_report *r);
/** Does the sender want to hear of this job? */
bool fx_report_wanted(const struct fx_job *job);
/**
 * @param sent   Else it is given up (job->words say why)
 * @param ended  The time of job->ended_at as people write it
 * @param ret    Uninitialised; the caller's after success
 * @return 0 or FX_ENOMEM
 */
FX_MUST_CHECK int fx_report_of_job(const struct fx_job *job, bool sent, const char *ended,
				   struct fx_report *ret);
/** In the order of the jobs. */
void fx_report_key(uint64_t job_id, char key[FX_REPORT_KEY_SIZE]);
/** Text for the store; fx_free(), NULL = out of memory. */
FX_MUST_CHECK char *fx_report_write(const struct fx_report *r);
/** @return 0, FX_ECORRUPT, FX_ENOMEM; *ret is untouched on failure */
FX_MUST_CHECK int fx_report_read(const char *text, struct fx_report *ret);

#endif
