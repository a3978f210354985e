/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FX_BENCH_PINGPONG_H
#define FX_BENCH_PINGPONG_H
#include <stddef.h>
/**
 * Seconds of one bare round trip of so many bytes over a Unix socket to another process: the
 * better of two placements (any processor, both on one), since waking an idle processor may cost
 * more than the trip.
 */
double bench_pingpong(size_t request, size_t reply, unsigned rounds);
#endif
