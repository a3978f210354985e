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
	/* messages, of both folders (FAX_GENERAL_CONFIG, ms-fax.md 4.2) */
	uint32_t archive_age_days; /**< older ones are removed; default 0 = never */
	bool quota_warning;        /**< tell when they take more than the high mark */
	uint32_t quota_high_mb, quota_low_mb; /**< MiB; told again only after the low mark */
	bool auto_accounts;        /**< who proves a name gets an account; default true */
	bool incoming_public;      /**< received faxes are everybody's; default true */
	/* activity log (FAX_ACTIVITY_LOGGING_CONFIG) */
	bool log_incoming, log_outgoing; /**< default false */
	char *activity_dir;        /**< full path; NULL = log/activity of the state folder */
	bool wizard_used;          /**< kept for clients, nothing else */
	/* mail server by FAX_RECEIPTS_CONFIG; over [mail] of the settings file when mail_set */
	bool mail_set;
	bool mail_receipts;        /**< delivery reports by e-mail are offered */
	bool mail_routing;         /**< the e-mail method uses this server, too */
	uint32_t mail_auth;        /**< enum fx_mail_auth */
	uint32_t mail_port;        /**< 1 to 65535 */
	char *mail_server, *mail_from, *mail_user;
	char *mail_password;       /**< never leaves the service */
};
enum fx_mail_auth { FX_MAIL_ANONYMOUS, FX_MAIL_BASIC, FX_MAIL_NTLM, FX_MAIL_AUTHS };

#define FX_CONFIG_PLAIN(X)                                                                         \
	X(retries) X(retry_delay_min) X(dirty_days) X(branding) X(use_device_tsid) X(server_cover) \
	X(pause_queue) X(block_outgoing) X(block_incoming) X(cheap_start_hour)                     \
	X(cheap_start_minute) X(cheap_stop_hour) X(cheap_stop_minute) X(archive_outgoing)          \
	X(resume_at_unconfirmed) X(join_jobs) X(archive_age_days) X(quota_warning)                 \
	X(quota_high_mb) X(quota_low_mb) X(auto_accounts) X(incoming_public) X(log_incoming)       \
	X(log_outgoing) X(wizard_used) X(mail_set) X(mail_receipts) X(mail_routing) X(mail_auth)   \
	X(mail_port)
#define FX_CONFIG_TEXTS(X)                                                                         \
	X(archive_directory) X(inbound_profile) X(activity_dir) X(mail_server) X(mail_from)        \
	X(mail_user) X(mail_password)
#define FX_CONFIG_PATH_MAX 180u     /**< archive, characters (ms-fax.md 6.1) */
#define FX_CONFIG_ACTIVITY_MAX 248u /**< folder of the activity log, characters */

/** What changed, as clients hear it: FAX_ENUM_CONFIG_TYPE (ms-fax.md 6.2). */
enum fx_config_kind {
	FX_CONFIG_RECEIPTS,
	FX_CONFIG_ACTIVITY,
	FX_CONFIG_OUTBOX,
	FX_CONFIG_SENT,
	FX_CONFIG_INBOX,
	FX_CONFIG_SECURITY,
	FX_CONFIG_LOGS,
	FX_CONFIG_DEVICES,
	FX_CONFIG_OUT_GROUPS,
	FX_CONFIG_OUT_RULES,
	FX_CONFIG_GENERAL,
};
/** Bits 1 << enum fx_config_kind of what differs; 0 = nothing a client hears of by kind. */
uint32_t fx_config_kinds(const struct fx_config *was, const struct fx_config *now);

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
/** @return 0, FX_EINVAL or, of a path, FX_EOVERFLOW with the reason (archiving without folder is
 * fine) */
FX_MUST_CHECK int fx_config_check(const struct fx_config *c, struct fx_reason *reterr);

/**
 * Discount period in local minutes of the day; wraps past midnight.
 * @return true when `minute` (0..1439) is inside; start == stop: always true
 */
bool fx_config_is_cheap(const struct fx_config *c, unsigned minute);

#endif
