/* SPDX-License-Identifier: Apache-2.0 */
/** @file t30/g711.h  G.711 samples to linear ones and back, by tables. Thread: any. */
#ifndef FX_T30_G711_H
#define FX_T30_G711_H

#include <stddef.h>
#include <stdint.h>

enum fx_g711 { FX_G711_ULAW, FX_G711_ALAW };
void fx_g711_decode(enum fx_g711 law, int16_t *dst, const uint8_t *src, size_t n);
void fx_g711_encode(enum fx_g711 law, uint8_t *dst, const int16_t *src, size_t n);

#endif
