/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file core/number.h
 * Dialled numbers and addresses. What a client gave is dialled as it is; only for
 * comparing (jobs that may share a call) a bare form is made. Pure.
 */
#ifndef FX_CORE_NUMBER_H
#define FX_CORE_NUMBER_H

#include "core/call.h"

/**
 * Take over a number: white space at the ends goes, the rest stays as written.
 * @param dst FX_NUMBER_SIZE bytes, unchanged on failure
 * @return 0, FX_EINVAL (empty, control characters, not UTF-8, nothing that can be
 *         dialled: no digit, and no address with '@'), FX_EOVERFLOW (over 63 bytes)
 */
FX_MUST_CHECK int fx_number_clean(const char *s, char dst[FX_NUMBER_SIZE],
				  struct fx_reason *reterr);
/** Bare form: digits, '*', '#', leading '+'; an address (with '@') in lower case. */
void fx_number_comparable(const char *s, char dst[FX_NUMBER_SIZE]);
/** Same bare forms; empty ones never match. */
bool fx_number_equal(const char *a, const char *b);

#endif
