/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FX_BENCH_BARE_H
#define FX_BENCH_BARE_H
/** One call of spandsp with itself. @return seconds of call time, 0 = it failed */
double bench_bare_call(int t38, const char *tx_path, const char *rx_path);
#endif
