/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Registration of one trunk.
 *
 *   wanted --REGISTER--> holds --before its end, or another target--> REGISTER again
 *     ^                    |
 *     |   no answer, 5xx: after 2, 4, 8 s ... 2 min, or at once at another target
 *     +-- 401, 403, 404: a wrong name or password helps itself by no haste: after 10 min
 *     +-- 423: with twice the time
 */
#include "providers/sip/trunk_priv.h"

#include <stdio.h>
#include <string.h>
#include "base/str.h"

#define CLOSE_MS 2000u
#define EXPIRES_MAX 86400u

static void on_timer(void *arg)
{
	struct fx_trunk *t = arg;

	fx_trunk_register_now(t);
	fx_trunk_update(t); /* or it ran out meanwhile */
}

int fx_trunk_register_new(struct fx_trunk *t)
{
	t->reg_expires_s = (uint32_t)t->s->expires_s;
	return fx_ua_timer_new(t->ts->prm.ua, on_timer, t, &t->reg_timer);
}

void fx_trunk_register_free(struct fx_trunk *t)
{
	t->reg = fx_ua_request_free(t->reg);
	t->reg_timer = fx_ua_timer_free(t->reg_timer);
}

/* Again after ms; sooner when what still holds runs out before, so that its end is told. */
static void again(struct fx_trunk *t, uint32_t ms)
{
	uint64_t now = fx_ua_now_ms();

	if (t->reg_until_ms > now && t->reg_until_ms - now < ms) {
		ms = (uint32_t)(t->reg_until_ms - now) + 1;
	}
	fx_ua_timer_start(t->reg_timer, ms);
}

static void back_off(struct fx_trunk *t)
{
	uint32_t max = t->ts->prm.retry_max_ms;

	t->reg_wait_ms = t->reg_wait_ms ? t->reg_wait_ms * 2 : t->ts->prm.retry_ms;
	t->reg_wait_ms = t->reg_wait_ms < max ? t->reg_wait_ms : max;
	again(t, t->reg_wait_ms);
}

static void holds(struct fx_trunk *t, uint32_t granted_s)
{
	/* A minute before the end is soon enough; of a short one half. */
	uint32_t refresh = granted_s > 120 ? granted_s - 60 : (granted_s + 1) / 2;

	t->reg_until_ms = fx_ua_now_ms() + granted_s * UINT64_C(1000);
	t->reg_granted_s = granted_s;
	t->reg_wait_ms = 0;
	t->reg_why[0] = 0;
	fx_ua_timer_start(t->reg_timer, refresh * 1000);
}

/* Name or password: a person must set it right, and a registrar blocks who tries all the time. */
static void refused(struct fx_trunk *t, int status, const char *reason)
{
	const char *what = !*t->s->password ? "it wants a password: set user and password_file" :
		status == 404 ? "it does not know this user: check user and from_host" :
				"check user, auth_user and password";

	t->reg_until_ms = 0;
	t->reg_wait_ms = 0;
	(void)snprintf(t->reg_why, sizeof(t->reg_why),
		       "registration as %.40s is refused (%d %.40s); %s; tried again in %u s",
		       t->s->user, status, reason, what,
		       (unsigned)(t->ts->prm.refused_ms / 1000));
	fx_ua_timer_start(t->reg_timer, t->ts->prm.refused_ms);
}

static void failed(struct fx_trunk *t, int status, const char *reason)
{
	(void)snprintf(t->reg_why, sizeof(t->reg_why), "not registered: %s%.0d%s%.80s",
		       status ? "the trunk said " : "", status, status ? " " : "", reason);
	/* At another target, if there is one: the change itself registers there. */
	if ((status && status != 503) || !fx_trunk_failed(t, 0, reason)) {
		back_off(t);
	}
}

static void on_reply(void *arg, int status, const char *reason, uint32_t expires_s)
{
	struct fx_trunk *t = arg;

	t->reg = fx_ua_request_free(t->reg);
	if (t->ts->closing) {
		fx_trunks_one_closed(t->ts);
		return;
	}
	t->reg_asked = true;
	if (status >= 200 && status < 300 && expires_s) {
		holds(t, expires_s);
	} else if (status == 423 && t->reg_expires_s < EXPIRES_MAX) {
		t->reg_expires_s = t->reg_expires_s * 2 < EXPIRES_MAX ? t->reg_expires_s * 2 :
									EXPIRES_MAX;
		fx_trunk_register_now(t);
	} else if (status == 401 || status == 403 || status == 404 || status == 407) {
		refused(t, status, reason);
	} else {
		failed(t, status, reason);
	}
	fx_trunk_update(t);
}

void fx_trunk_register_now(struct fx_trunk *t)
{
	int err;

	if (!t->s->do_register || !t->current || t->ts->closing || !t->way) {
		return;
	}
	t->reg = fx_ua_request_free(t->reg);
	/* Room for a challenge and its answer. */
	err = fx_ua_register(t->way, t->reg_expires_s, 2 * t->ts->prm.probe_timeout_ms, on_reply, t,
			     &t->reg);
	if (err) {
		t->reg_asked = true;
		(void)snprintf(t->reg_why, sizeof(t->reg_why), "not registered: %s",
			       fx_error_str(err));
		back_off(t);
	}
}

bool fx_trunk_unregister(struct fx_trunk *t)
{
	t->reg = fx_ua_request_free(t->reg);
	if (t->reg_timer) {
		fx_ua_timer_stop(t->reg_timer);
	}
	return t->way && t->current && t->reg_until_ms > fx_ua_now_ms() &&
	       !fx_ua_register(t->way, 0, CLOSE_MS, on_reply, t, &t->reg);
}
