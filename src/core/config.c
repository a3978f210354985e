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
	};
}

void fx_config_fini(struct fx_config *c)
{
	c->archive_directory = fx_free(c->archive_directory);
	c->inbound_profile = fx_free(c->inbound_profile);
}

int fx_config_copy(struct fx_config *dst, const struct fx_config *src)
{
	struct fx_config c = *src;

	c.archive_directory = fx_strdup(src->archive_directory);
	c.inbound_profile = fx_strdup(src->inbound_profile);
	if ((src->archive_directory && !c.archive_directory) ||
	    (src->inbound_profile && !c.inbound_profile)) {
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

int fx_config_check(const struct fx_config *c, struct fx_reason *reterr)
{
	int err;

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
	err = check_time("start", c->cheap_start_hour, c->cheap_start_minute, reterr);
	if (!err) {
		err = check_time("end", c->cheap_stop_hour, c->cheap_stop_minute, reterr);
	}
	if (!err) {
		err = check_text("archive directory", c->archive_directory, reterr);
	}
	if (!err) {
		err = check_text("inbound profile", c->inbound_profile, reterr);
	}
	if (!err && c->archive_directory && *c->archive_directory &&
	    *c->archive_directory != '/') {
		err = fx_fail(reterr, FX_EINVAL,
			      "archive directory \"%.200s\" must be a full path (from /)",
			      c->archive_directory);
	}
	return err;
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
