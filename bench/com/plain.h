/* SPDX-License-Identifier: Apache-2.0 */
/** @file bench/com/plain.h  The least an object with a table of functions can do: the reference. */
#ifndef FX_BENCH_PLAIN_H
#define FX_BENCH_PLAIN_H

#include <stdint.h>

struct plain;
struct plain_vtbl {
	int32_t (*get_page)(struct plain *self, int32_t *ret);
};
struct plain {
	const struct plain_vtbl *vtbl;
	int32_t page;
};
struct plain *plain_make(void); /**< static */

#endif
