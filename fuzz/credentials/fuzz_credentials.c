/* SPDX-License-Identifier: Apache-2.0 */
/* The file of credentials: read, changed, and what was put in is found again. */
#include <stdlib.h>
#include <string.h>

#include "clients/common/login.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool same(const struct fx_login *a, const struct fx_login *b)
{
	return strcmp(a->user, b->user) == 0 && strcmp(a->domain, b->domain) == 0 &&
	       strcmp(a->password, b->password) == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *p = (const char *)data;
	struct fx_login l = {0}, again = {0};
	struct fx_buf out = {.max = 2 * FX_LOGIN_FILE_MAX};
	struct fx_reason why = {0};
	int rc = fx_login_parse(p, size, "fax", "99", &l, &why);

	if (rc && rc != FX_ENOENT && !why.text[0]) {
		abort();
	}
	if (rc == 0 && fx_login_edit(p, size, "fax:99", &l, &out, &why) == 0 &&
	    out.len <= FX_LOGIN_FILE_MAX &&
	    (fx_login_parse((char *)out.data, out.len, "fax", "99", &again, &why) != 0 ||
	     !same(&l, &again))) {
		/* one more server than the limit is the one way for this to fail */
		if (!strstr(why.text, "servers")) {
			abort();
		}
	}
	fx_buf_fini(&out);
	return 0;
}
