/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file providers/sip/numbers.h
 * A dialled number, step by step: as a person wrote it -> canonical -> as the trunk wants it.
 * Pure functions.
 *
 *   trunk: country 49, area 30, national 0, international 00, format national, prefix 9
 *   "(030) 1234,,55#"  canonical "+49301234"  wire "90301234"  dtmf ",,55#"
 */
#ifndef FX_SIP_NUMBERS_H
#define FX_SIP_NUMBERS_H

#include "providers/sip/settings.h"

struct fx_sip_number {
	char canonical[FX_NUMBER_SIZE]; /**< "+49301234"; without country = as dialled, bare */
	char wire[FX_NUMBER_SIZE];      /**< for fx_leg_prm.user */
	char dtmf[FX_NUMBER_SIZE];      /**< to be sent after the answer: 0-9 * # A-D, each ','
					 * a pause of dtmf_pause_ms; "" = nothing */
};
/**
 * @return 0, FX_EINVAL (nothing to dial, foreign characters), FX_EOVERFLOW; then the reason says
 *         what, and *ret is unspecified
 */
FX_MUST_CHECK int fx_sip_number(const struct fx_sip_trunk *t, const char *dialled,
				struct fx_sip_number *ret, struct fx_reason *reterr);
/** A number that somebody else wrote (caller, called): canonical when it is one, else as it is. */
void fx_sip_canonical(const struct fx_sip_trunk *t, const char *number, char dst[FX_NUMBER_SIZE]);
/** "+4930*", "+49301234" or "" (all) against a canonical number; @return characters that count,
 * -1 = does not match */
int fx_sip_pattern_match(const char *pattern, const char *number);

#endif
