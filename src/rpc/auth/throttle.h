/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/auth/throttle.h
 * Patience with wrong passwords, name by name. The first FX_THROTTLE_FREE wrong ones cost nothing;
 * after each further one the name is refused, right password or not, for 1, 2, 4 ... up to
 * FX_THROTTLE_MAX_S seconds; what comes while it is refused does not count. A right one forgets
 * them all, so do FX_THROTTLE_FORGET_S seconds of quiet. So guessing goes at two a minute, and
 * nobody is locked out for longer than half a minute.
 *
 * A table of fixed size, of hashes of names: strangers' names cost no memory.
 * Thread: any, several at once. Time is given, in microseconds, wall or monotonic.
 */
#ifndef FX_RPC_AUTH_THROTTLE_H
#define FX_RPC_AUTH_THROTTLE_H

#include <stdint.h>

#include "base/error.h"

#define FX_THROTTLE_FREE 5u
#define FX_THROTTLE_MAX_S 30
#define FX_THROTTLE_FORGET_S 600

struct fx_throttle;
FX_MUST_CHECK int fx_throttle_new(struct fx_throttle **ret);
struct fx_throttle *fx_throttle_free(struct fx_throttle *t);
/** @return microseconds until the name is heard again, 0 = it is */
int64_t fx_throttle_wait_us(struct fx_throttle *t, const char *name, int64_t now_us);
void fx_throttle_wrong(struct fx_throttle *t, const char *name, int64_t now_us);
void fx_throttle_right(struct fx_throttle *t, const char *name);

#endif
