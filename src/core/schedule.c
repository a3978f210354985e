/* SPDX-License-Identifier: Apache-2.0 */
#include "core/schedule.h"

#define DAY_MIN 1440u
/* No zone changes its distance from UTC by more than this at once. */
#define ZONE_JUMP_MIN 180u

unsigned fx_local_minute_offset(void *arg, int64_t at)
{
	int64_t local = at + *(const int *)arg;
	int64_t day_s = local % 86400;

	return (unsigned)((day_s < 0 ? day_s + 86400 : day_s) / 60);
}

int64_t fx_schedule_next_cheap(const struct fx_config *c, int64_t now, fx_local_minute_fn *local,
			       void *arg)
{
	unsigned start = c->cheap_start_hour * 60u + c->cheap_start_minute;
	int64_t t = now, limit = now + 3 * 86400;
	unsigned minute = local(arg, t) % DAY_MIN;

	if (fx_config_is_cheap(c, minute)) {
		return now;
	}
	t += 60 - t % 60; /* the next whole minute */
	while (t < limit) {
		unsigned wait;

		minute = local(arg, t) % DAY_MIN;
		if (fx_config_is_cheap(c, minute)) {
			return t;
		}
		wait = (start + DAY_MIN - minute) % DAY_MIN;
		/* Far away: jump, but stop short of where a clock change may lie. */
		t += wait > ZONE_JUMP_MIN ? (int64_t)(wait - ZONE_JUMP_MIN) * 60 : 60;
	}
	return now;
}

int64_t fx_schedule_ready_at(const struct fx_config *c, enum fx_schedule schedule,
			     int64_t schedule_at, int64_t next_try_at, int64_t now,
			     fx_local_minute_fn *local, void *arg)
{
	int64_t at = next_try_at > now ? next_try_at : now;

	switch (schedule) {
	case FX_SCHEDULE_NOW:
		break;
	case FX_SCHEDULE_TIME:
		at = schedule_at > at ? schedule_at : at;
		break;
	case FX_SCHEDULE_DISCOUNT:
		at = fx_schedule_next_cheap(c, at, local, arg);
		break;
	}
	return at;
}
