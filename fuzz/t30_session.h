/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file fuzz/t30_session.h
 * A T.38 session for a fuzz target to feed. Octet 0 of the input: bit 0 our session calls (and
 * sends two small pages), bit 1 unpaced, bit 2 no ECM; the rest is the target's.
 */
#ifndef FX_FUZZ_T30_SESSION_H
#define FX_FUZZ_T30_SESSION_H

#include <stddef.h>
#include <stdint.h>

#include "t30/session.h"

#define TICKS_MAX 3000u /* one minute of call */

/** Give the session what the octets mean; bounded in time by TICKS_MAX. */
typedef void(fx_fuzz_feed_fn)(struct fx_t30 *s, const uint8_t *data, size_t size);
/** One input from its octet 0 on. @return 0 */
int fx_fuzz_t30(const uint8_t *data, size_t size, fx_fuzz_feed_fn *feed);

#endif
