/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/owners.h
 * Whom a received fax was assigned to: "1000 1001r 2147483649", a uid each, with r once he has
 * read it. NULL and "" are nobody. Pure. Thread: any.
 */
#ifndef FX_CORE_OWNERS_H
#define FX_CORE_OWNERS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/error.h"

#define FX_OWNERS_MAX 200u

/** The next of *at, which goes on behind him. @return false: no more (rubbish ends it, too) */
bool fx_owners_next(const char **at, uint32_t *ret_uid, bool *ret_read);
/** @param ret_read  optional */
bool fx_owners_has(const char *owners, uint32_t uid, bool *ret_read);
/** FX_UID_NONE of nobody. */
uint32_t fx_owners_first(const char *owners);
/** Once only, behind the others. @return 0, FX_ENOMEM, FX_ELIMIT */
FX_MUST_CHECK int fx_owners_put(char **owners, uint32_t uid, bool read);
/** @return 0 or FX_ENOMEM; *owners NULL when he was the last */
FX_MUST_CHECK int fx_owners_remove(char **owners, uint32_t uid);

#endif
