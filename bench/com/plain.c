/* SPDX-License-Identifier: Apache-2.0 */
#include "bench/com/plain.h"

static int32_t get_page(struct plain *self, int32_t *ret)
{
	*ret = self->page;
	return 0;
}

struct plain *plain_make(void)
{
	static const struct plain_vtbl vtbl = {get_page};
	static struct plain p = {&vtbl, 1};

	return &p;
}
