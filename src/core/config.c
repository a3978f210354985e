/* SPDX-License-Identifier: Apache-2.0 */
#include "core/config.h"

#include <string.h>
#include "base/mem.h"
#include "base/str.h"

#define TEXT_MAX 4096u
#define RETRIES_MAX 1000u
#define RETRY_DELAY_MAX_MIN (31u * 24 * 60)
#define DIRTY_DAYS_MAX 36500u

void fx_config_defaults(struct fx_config *c)
{
	*c = (struct fx_config){
		.retries = 3,
		.retry_delay_min = 10,
		.dirty_days = 30,
		.branding = true,
		.use_device_tsid = true,
		.archive_outgoing = true,
		.resume_at_unconfirmed = true,
		.join_jobs = true,
		.auto_accounts = true,
		.incoming_public = true,
	};
}

void fx_config_fini(struct fx_config *c)
{
#define X(field) c->field = fx_free(c->field);
	FX_CONFIG_TEXTS(X)
#undef X
}

int fx_config_copy(struct fx_config *dst, const struct fx_config *src)
{
	struct fx_config c = *src;
	bool whole = true;

#define X(field)                                                                                   \
	c.field = fx_strdup(src->field);                                                           \
	whole &= !src->field || c.field;
	FX_CONFIG_TEXTS(X)
#undef X
	if (!whole) {
		fx_config_fini(&c);
		return FX_ENOMEM;
	}
	*dst = c;
	return 0;
}

int fx_config_merge(struct fx_config *dst, const struct fx_config *was, const struct fx_config *now)
{
	struct fx_config c;
	int err = fx_config_copy(&c, dst);

	if (err) {
		return err;
	}
#define X(field)                                                                                   \
	if (now->field != was->field) {                                                            \
		c.field = now->field;                                                              \
	}
	FX_CONFIG_PLAIN(X)
#undef X
#define X(field)                                                                                   \
	if (!err && strcmp(fx_text(now->field), fx_text(was->field)) != 0) {                       \
		err = fx_str_replace(&c.field, now->field);                                        \
	}
	FX_CONFIG_TEXTS(X)
#undef X
	if (err) {
		fx_config_fini(&c);
		return err;
	}
	fx_config_fini(dst);
	*dst = c;
	return 0;
}

static int check_time(const char *what, unsigned hour, unsigned minute, struct fx_reason *reterr)
{
	if (hour > 23 || minute > 59) {
		return fx_fail(reterr, FX_EINVAL,
			       "%s of the discount period is %u:%02u; use 0:00 to 23:59", what,
			       hour, minute);
	}
	return 0;
}

static int check_text(const char *what, const char *s, struct fx_reason *reterr)
{
	if (s && (strlen(s) >= TEXT_MAX || !fx_utf8_valid(s, strlen(s)))) {
		return fx_fail(reterr, FX_EINVAL, "%s is longer than %u bytes or not UTF-8", what,
			       TEXT_MAX - 1);
	}
	return 0;
}

static size_t characters(const char *utf8)
{
	size_t n = 0;

	for (; *utf8; utf8++) {
		n += ((unsigned char)*utf8 & 0xC0) != 0x80;
	}
	return n;
}

/* A folder of the machine: from the root, no part of it goes up. */
static int check_folder(const char *what, const char *path, size_t max, struct fx_reason *reterr)
{
	size_t n = path ? characters(path) : 0;

	if (n == 0) {
		return 0;
	}
	if (*path != '/') {
		return fx_fail(reterr, FX_EINVAL, "%s \"%.200s\" must be a full path (from /)",
			       what, path);
	}
	if (n > max) {
		return fx_fail(reterr, FX_EOVERFLOW, "%s has %zu characters; the most is %zu",
			       what, n, max);
	}
	return 0;
}

static int check_mail(const struct fx_config *c, struct fx_reason *reterr)
{
	if (c->mail_auth >= FX_MAIL_AUTHS || c->mail_port > UINT16_MAX) {
		return fx_fail(reterr, FX_EINVAL, "mail port %u or kind of login %u does not exist",
			       c->mail_port, c->mail_auth);
	}
	if (c->mail_set && (c->mail_receipts || c->mail_routing) &&
	    (!*fx_text(c->mail_server) || !*fx_text(c->mail_from) || !c->mail_port)) {
		return fx_fail(reterr, FX_EINVAL, "mail needs a server, its port and an address "
			       "that it comes from");
	}
	if (c->mail_set && c->mail_auth != FX_MAIL_ANONYMOUS && !*fx_text(c->mail_user)) {
		return fx_fail(reterr, FX_EINVAL, "logging in to the mail server needs a user");
	}
	return 0;
}

static int check_numbers(const struct fx_config *c, struct fx_reason *reterr)
{
	if (c->retries > RETRIES_MAX) {
		return fx_fail(reterr, FX_EINVAL, "retries is %u; the most is %u", c->retries,
			       RETRIES_MAX);
	}
	if (c->retry_delay_min > RETRY_DELAY_MAX_MIN) {
		return fx_fail(reterr, FX_EINVAL, "retry delay is %u minutes; the most is %u",
			       c->retry_delay_min, RETRY_DELAY_MAX_MIN);
	}
	if (c->dirty_days > DIRTY_DAYS_MAX && c->dirty_days != FX_DIRTY_DAYS_NEVER) {
		return fx_fail(reterr, FX_EINVAL, "dirty days is %u; the most is %u, or never",
			       c->dirty_days, DIRTY_DAYS_MAX);
	}
	if (c->archive_age_days > DIRTY_DAYS_MAX) {
		return fx_fail(reterr, FX_EINVAL, "archive age is %u days; the most is %u",
			       c->archive_age_days, DIRTY_DAYS_MAX);
	}
	if (c->quota_warning && c->quota_low_mb > c->quota_high_mb) {
		return fx_fail(reterr, FX_EINVAL, "low mark %u MB is above the high mark %u MB",
			       c->quota_low_mb, c->quota_high_mb);
	}
	return 0;
}

int fx_config_check(const struct fx_config *c, struct fx_reason *reterr)
{
	int err = check_numbers(c, reterr);

	err = err ? err : check_time("start", c->cheap_start_hour, c->cheap_start_minute, reterr);
	err = err ? err : check_time("end", c->cheap_stop_hour, c->cheap_stop_minute, reterr);
#define X(field) err = err ? err : check_text(#field, c->field, reterr);
	FX_CONFIG_TEXTS(X)
#undef X
	err = err ? err : check_folder("archive directory", c->archive_directory, TEXT_MAX, reterr);
	err = err ? err : check_folder("folder of the activity log", c->activity_dir,
				       FX_CONFIG_ACTIVITY_MAX, reterr);
	return err ? err : check_mail(c, reterr);
}

/* Each field's kinds; what is in no list (inbound_profile and such) is general. */
uint32_t fx_config_kinds(const struct fx_config *was, const struct fx_config *now)
{
	const uint32_t general = 1u << FX_CONFIG_GENERAL, outbox = 1u << FX_CONFIG_OUTBOX,
		       sent = 1u << FX_CONFIG_SENT, inbox = 1u << FX_CONFIG_INBOX,
		       activity = 1u << FX_CONFIG_ACTIVITY, receipts = 1u << FX_CONFIG_RECEIPTS;
	uint32_t kinds = 0;

#define X(field, bits) kinds |= now->field != was->field ? (bits) : 0;
	X(retries, general | outbox) X(retry_delay_min, general | outbox)
	X(dirty_days, general | outbox) X(branding, general | outbox)
	X(use_device_tsid, general | outbox) X(server_cover, general | outbox)
	X(cheap_start_hour, general | outbox) X(cheap_start_minute, general | outbox)
	X(cheap_stop_hour, general | outbox) X(cheap_stop_minute, general | outbox)
	X(pause_queue, general) X(block_outgoing, general) X(block_incoming, general)
	X(archive_outgoing, general | sent) X(resume_at_unconfirmed, general) X(join_jobs, general)
	X(archive_age_days, general | sent | inbox) X(quota_warning, general | sent | inbox)
	X(quota_high_mb, general | sent | inbox) X(quota_low_mb, general | sent | inbox)
	X(auto_accounts, general) X(incoming_public, general | inbox) X(wizard_used, general)
	X(log_incoming, activity) X(log_outgoing, activity) X(mail_set, receipts)
	X(mail_receipts, receipts) X(mail_routing, receipts) X(mail_auth, receipts)
	X(mail_port, receipts)
#undef X
#define X(field, bits) kinds |= strcmp(fx_text(now->field), fx_text(was->field)) ? (bits) : 0;
	X(archive_directory, general | sent) X(inbound_profile, general) X(activity_dir, activity)
	X(mail_server, receipts) X(mail_from, receipts) X(mail_user, receipts)
	X(mail_password, receipts)
#undef X
	return kinds;
}

bool fx_config_is_cheap(const struct fx_config *c, unsigned minute)
{
	unsigned start = c->cheap_start_hour * 60u + c->cheap_start_minute;
	unsigned stop = c->cheap_stop_hour * 60u + c->cheap_stop_minute;

	if (start == stop) {
		return true;
	}
	if (start < stop) {
		return minute >= start && minute < stop;
	}
	return minute >= start || minute < stop; /* over midnight (winfax.md 2.6) */
}
