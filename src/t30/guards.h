/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file t30/guards.h
 * The guards against the engine's defects (engine.md section 3), by number.
 * Each is on; tests switch one off to show the failure it prevents.
 */
#ifndef FX_T30_GUARDS_H
#define FX_T30_GUARDS_H

#include <stdbool.h>
#include <stdint.h>

enum fx_guard {
	FX_GUARD_G1 = 1 << 0,  /**< a short FCD frame crashes */
	FX_GUARD_G2 = 1 << 1,  /**< lost samples fed as zeros look like carrier off */
	FX_GUARD_G3 = 1 << 2,  /**< endless T.38 send loop */
	FX_GUARD_G4 = 1 << 3,  /**< documents skipped with code 0 */
	FX_GUARD_G5 = 1 << 4,  /**< a page of millions of rows */
	FX_GUARD_G6 = 1 << 5,  /**< code 0 without delivery */
	FX_GUARD_G7 = 1 << 6,  /**< full disk, still confirmed */
	FX_GUARD_G8 = 1 << 7,  /**< calls that never end */
	FX_GUARD_G9 = 1 << 8,  /**< V.17 at -28 to -36 dBm0 */
	FX_GUARD_G10 = 1 << 9, /**< noise floor; with G9 one correction */
	FX_GUARD_G13 = 1 << 11, /**< T.38: a late answer while the command is repeated */
	FX_GUARD_G15 = 1 << 12, /**< DCS with an impossible width crashes (found by us) */
	FX_GUARD_G14 = 1 << 10, /**< T.38: a signal without a frame crashes (found by us) */
};

/** Tests only: sessions made by this thread from now on run without these guards. */
void fx_t30_test_disable(unsigned guards);
unsigned fx_t30_test_disabled(void);

/* Limits of the guards. */
#define FX_G3_PACKETS_PACED 16u     /* in one call of the engine; measured: 1 per tick */
#define FX_G3_PACKETS_UNPACED 600u  /* one ECM block is 261 */
#define FX_G5_ROWS_MAX 20000u
#define FX_WATCH_DCN_S 10u          /* receiver: EOP confirmed, DCN lost */
#define FX_WATCH_PROGRESS_S 90u     /* no frame, no growth */
#define FX_WATCH_IFP_S 60u          /* T.38 receiver: no packet at all */
#define FX_CALL_MAX_S 14400u        /* limit of a call when none is given */
#define FX_HOLD_MAX_S 3u            /* page_ack() must come within */

#endif
