/* SPDX-License-Identifier: Apache-2.0 */
#include "t30/g711.h"

#include <pthread.h>
#include <spandsp.h>

static int16_t linear[2][256];
static uint8_t coded[2][8192]; /* by the upper 13 bits of a sample: finer than the steps */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void make_tables(void)
{
	for (int i = 0; i < 256; i++) {
		linear[FX_G711_ULAW][i] = ulaw_to_linear((uint8_t)i);
		linear[FX_G711_ALAW][i] = alaw_to_linear((uint8_t)i);
	}
	for (int i = 0; i < 8192; i++) {
		int16_t v = (int16_t)((i - 4096) * 8 + 4);

		coded[FX_G711_ULAW][i] = linear_to_ulaw(v);
		coded[FX_G711_ALAW][i] = linear_to_alaw(v);
	}
}

void fx_g711_decode(enum fx_g711 law, int16_t *dst, const uint8_t *src, size_t n)
{
	(void)pthread_once(&once, make_tables);
	for (size_t i = 0; i < n; i++) {
		dst[i] = linear[law][src[i]];
	}
}

void fx_g711_encode(enum fx_g711 law, uint8_t *dst, const int16_t *src, size_t n)
{
	(void)pthread_once(&once, make_tables);
	for (size_t i = 0; i < n; i++) {
		dst[i] = coded[law][(src[i] + 32768) >> 3];
	}
}
