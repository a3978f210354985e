/* SPDX-License-Identifier: Apache-2.0 */
#include "t30/level.h"

#include <math.h>
#include <string.h>

#define DBM0_OF_ONE 84.16 /* full scale square of 16 bits against dBm0, measured */

void fx_level_fix(struct fx_level *l, int16_t *amp, size_t n)
{
	int64_t sum = 0;
	double db;

	if (!n) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		sum += (int32_t)amp[i] * amp[i];
	}
	db = 10 * log10((double)sum / (double)n + 1e-9) - DBM0_OF_ONE;
	l->peak_dbm0 = db > l->peak_dbm0 ? db : l->peak_dbm0 - 0.0005 * (double)n / 160;
	/* Gate: 15 dB below the signal is line noise; far ends below -43 dBm0 are lost. */
	if (db < fmax(l->peak_dbm0 - 15, -43)) {
		memset(amp, 0, n * sizeof(*amp));
		return;
	}
	/* pow() once per 0.05 dB, not once per block. */
	if (fabs(l->peak_dbm0 - l->gain_peak) > 0.05) {
		l->gain_peak = l->peak_dbm0;
		l->gain = pow(10, fmin(fmax(-14 - l->peak_dbm0, 0), 30) / 20);
	}
	if (l->gain <= 1) {
		return;
	}
	for (size_t i = 0; i < n; i++) {
		double v = amp[i] * l->gain;

		amp[i] = (int16_t)(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
	}
}
