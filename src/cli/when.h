/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file cli/when.h
 * Points in time as people write them, and as they like to read them.
 * Pure but for the time zone ($TZ). Thread: any.
 */
#ifndef FX_CLI_WHEN_H
#define FX_CLI_WHEN_H

#include <stddef.h>
#include <stdint.h>
#include "base/error.h"

/**
 * "22:30" (the next time it is that late), "today 22:30", "tomorrow 8:00",
 * "monday 9:15", "2026-12-24 18:00", "2026-12-24T18:00[:00][Z|+01:00]",
 * "+2h", "+90min", "+1d", "now". Local time unless a zone is given.
 *
 * @param now_at  Unix seconds
 * @param ret_at  Unix seconds, 0 for "now"; untouched on failure
 * @return 0 or FX_EINVAL with the reason (not understood, no such hour, already past)
 */
FX_MUST_CHECK int fx_when_parse(const char *text, int64_t now_at, int64_t *ret_at,
				struct fx_reason *reterr);

/** "13:05", "Tue 13:05" within six days, else "2026-11-24 13:05"; "" for 0. @return dst */
char *fx_when_text(char *dst, size_t size, int64_t at, int64_t now_at);
/** "2026-11-24T13:05:00+01:00"; "" for 0. @return dst */
char *fx_when_iso(char *dst, size_t size, int64_t at);
/** "0:34", "12:04", "1:02:03". @return dst */
char *fx_when_elapsed(char *dst, size_t size, int64_t ms);

#endif
