/* SPDX-License-Identifier: Apache-2.0 */
/* Sizes and offsets of winfax.h as published (64-bit and 32-bit); checked by the compiler. */
#include <stddef.h>
#include <winfax.h>
#define static_assert _Static_assert
#include "layout.h"

int main(void)
{
	return 0;
}
