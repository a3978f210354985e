/* SPDX-License-Identifier: Apache-2.0 */
/* The file of what worked for whom: whatever was read, what is written of it reads the same. */
#include <stdlib.h>
#include "providers/sip/policy.h"

#define NOW INT64_C(1767225600)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_policy *p = NULL, *q = NULL;
	struct fx_buf b = {0};

	if (fx_policy_new(&p) || fx_policy_new(&q)) {
		abort();
	}
	if (!fx_policy_parse(p, data, size, NOW)) {
		fx_policy_text(p, NOW, &b);
		if (b.err || fx_policy_parse(q, b.data, b.len, NOW) ||
		    fx_policy_count(q) != fx_policy_count(p)) {
			abort();
		}
	}
	fx_buf_fini(&b);
	(void)fx_policy_free(p);
	(void)fx_policy_free(q);
	return 0;
}
