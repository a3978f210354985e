/* SPDX-License-Identifier: Apache-2.0 */
#ifndef FX_TESTS_RPC_GOLDEN_H
#define FX_TESTS_RPC_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "support/support.h"

/** Bytes of tests/golden/msfax/<name>.hex; the caller calls fx_buf_fini(). */
static inline struct fx_buf golden_load(const char *name)
{
	struct fx_buf b = {0};
	char path[512], line[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "%s/%s.hex", FX_GOLDEN_DIR, name);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f)) {
		char *p = line + 3;
		unsigned v;
		int n;

		while (*p == ' ') {
			p++;
		}
		while (sscanf(p, "%2x%n", &v, &n) == 1) {
			fx_buf_u8(&b, (uint8_t)v);
			p += n;
			p += *p == ' ';
		}
	}
	(void)fclose(f);
	return b;
}

static inline void golden_equal(const char *name, const struct fx_buf *got)
{
	struct fx_buf want = golden_load(name);

	assert_int_equal(got->err, 0);
	assert_int_equal(got->len, want.len);
	assert_memory_equal(got->data, want.data, want.len);
	fx_buf_fini(&want);
}
#endif
