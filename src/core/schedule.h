/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/schedule.h
 * When a job may be sent: now, at a time, in the discount period. Pure: the local
 * time of day comes from a function, so that daylight saving is the caller's.
 */
#ifndef FX_CORE_SCHEDULE_H
#define FX_CORE_SCHEDULE_H

#include "core/config.h"
#include "core/job.h"

/** Local minute of the day, 0..1439, at a Unix time. */
typedef unsigned(fx_local_minute_fn)(void *arg, int64_t at);

/** Fixed distance from UTC; arg is int *, seconds east. */
unsigned fx_local_minute_offset(void *arg, int64_t at);

/**
 * Earliest time at or after `now` inside the discount period; now when it is open
 * or none is set. When the clock jumps over the whole period on a day, the next
 * day's; without any within three days, now.
 */
int64_t fx_schedule_next_cheap(const struct fx_config *c, int64_t now, fx_local_minute_fn *local,
			       void *arg);
/**
 * Earliest time at or after `now` at which a job may be sent.
 * @param schedule_at for FX_SCHEDULE_TIME; in the past means now
 * @param next_try_at retry delay, 0 = none
 */
int64_t fx_schedule_ready_at(const struct fx_config *c, enum fx_schedule schedule,
			     int64_t schedule_at, int64_t next_try_at, int64_t now,
			     fx_local_minute_fn *local, void *arg);

#endif
