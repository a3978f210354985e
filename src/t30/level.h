/* SPDX-License-Identifier: Apache-2.0 */
/** @file t30/level.h  Level of received samples (engine.md G9, G10). Pure. */
#ifndef FX_T30_LEVEL_H
#define FX_T30_LEVEL_H

#include <stddef.h>
#include <stdint.h>

/** dBm0 of the loudest block so far, slowly falling; start at FX_LEVEL_START. */
struct fx_level {
	double peak_dbm0;
	double gain; /**< factor for the present peak */
	double gain_peak; /**< the peak `gain` was computed for */
};
#define FX_LEVEL_START ((struct fx_level){.peak_dbm0 = -99, .gain = 1, .gain_peak = 99})

/**
 * Bring a block to the level the engine's V.17 needs, and make what lies far
 * below the signal silent, so that the end of a carrier is seen through noise.
 * In place; blocks of 20 ms (160) as measured, shorter ones are weighed by length.
 */
void fx_level_fix(struct fx_level *l, int16_t *amp, size_t n);

#endif
