/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/config.h
 * Server configuration: all fields of FAX_CONFIGURATION (winfax.md 2.6) and a
 * few of ours. Value with owned strings.
 */
#ifndef FX_CORE_CONFIG_H
#define FX_CORE_CONFIG_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"

#define FX_DIRTY_DAYS_NEVER UINT32_MAX

/** A new plain field also goes into FX_CONFIG_PLAIN, a text into FX_CONFIG_TEXTS. */
struct fx_config {
	uint32_t retries;          /**< further tries after the first; default 3 */
	uint32_t retry_delay_min;  /**< minutes; 0 = at once; default 10 */
	uint32_t dirty_days;       /**< days; FX_DIRTY_DAYS_NEVER; default 30 */
	bool branding;             /**< default true */
	bool use_device_tsid;      /**< default true */
	bool server_cover;         /**< common cover pages only; default false */
	bool pause_queue;
	bool block_outgoing;       /**< new jobs are refused; those queued go out */
	bool block_incoming;       /**< calls that come in are refused */
	uint16_t cheap_start_hour, cheap_start_minute; /**< local time; start == stop: none */
	uint16_t cheap_stop_hour, cheap_stop_minute;
	bool archive_outgoing;     /**< default true */
	char *archive_directory;   /**< NULL = none; copies of sent faxes besides the store */
	char *inbound_profile;     /**< stored only (W2K MAPI profile) */
	/* ours */
	bool resume_at_unconfirmed; /**< retry starts at first unconfirmed page; default true */
	bool join_jobs;            /**< jobs for one number share a call; default true */
};

#define FX_CONFIG_PLAIN(X)                                                                         \
	X(retries) X(retry_delay_min) X(dirty_days) X(branding) X(use_device_tsid) X(server_cover) \
	X(pause_queue) X(block_outgoing) X(block_incoming) X(cheap_start_hour)                     \
	X(cheap_start_minute) X(cheap_stop_hour) X(cheap_stop_minute) X(archive_outgoing)          \
	X(resume_at_unconfirmed) X(join_jobs)
#define FX_CONFIG_TEXTS(X) X(archive_directory) X(inbound_profile)

void fx_config_defaults(struct fx_config *c);
void fx_config_fini(struct fx_config *c);
/** Deep copy into an uninitialised *dst. @return 0 or FX_ENOMEM */
FX_MUST_CHECK int fx_config_copy(struct fx_config *dst, const struct fx_config *src);
/**
 * Take over into *dst every field in which `now` differs from `was`; the others stay.
 * @return 0 or FX_ENOMEM (then *dst is as it was)
 */
FX_MUST_CHECK int fx_config_merge(struct fx_config *dst, const struct fx_config *was,
				  const struct fx_config *now);
/** @return 0 or FX_EINVAL with the reason (hour 24, archiving without folder is fine) */
FX_MUST_CHECK int fx_config_check(const struct fx_config *c, struct fx_reason *reterr);

/**
 * Discount period in local minutes of the day; wraps past midnight.
 * @return true when `minute` (0..1439) is inside; start == stop: always true
 */
bool fx_config_is_cheap(const struct fx_config *c, unsigned minute);

#endif
