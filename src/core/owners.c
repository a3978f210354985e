/* SPDX-License-Identifier: Apache-2.0 */
#include "core/owners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/bytes.h"
#include "base/mem.h"
#include "base/str.h"
#include "core/fei.h"

bool fx_owners_next(const char **at, uint32_t *ret_uid, bool *ret_read)
{
	const char *p = fx_text(*at);
	char *end;
	unsigned long long uid;

	p += strspn(p, " ");
	if (*p < '0' || *p > '9') {
		return false;
	}
	uid = strtoull(p, &end, 10);
	if (uid >= FX_UID_NONE) {
		return false;
	}
	*ret_uid = (uint32_t)uid;
	*ret_read = *end == 'r';
	*at = end + *ret_read;
	return true;
}

bool fx_owners_has(const char *owners, uint32_t uid, bool *ret_read)
{
	uint32_t one;
	bool read;

	while (fx_owners_next(&owners, &one, &read)) {
		if (one == uid) {
			if (ret_read) {
				*ret_read = read;
			}
			return true;
		}
	}
	return false;
}

uint32_t fx_owners_first(const char *owners)
{
	uint32_t uid;
	bool read;

	return fx_owners_next(&owners, &uid, &read) ? uid : FX_UID_NONE;
}

static void put(struct fx_buf *b, uint32_t uid, bool read)
{
	fx_buf_printf(b, "%s%u%s", b->len ? " " : "", (unsigned)uid, read ? "r" : "");
}

/* All but `but`; and, if wanted, one in his place or at the end. */
static int rewrite(char **owners, uint32_t but, bool add, bool add_read)
{
	const char *at = *owners;
	struct fx_buf b = {0};
	uint32_t uid;
	unsigned n = 0;
	bool read;

	while (fx_owners_next(&at, &uid, &read)) {
		if (uid != but || add) {
			put(&b, uid, uid == but ? add_read : read);
			n++;
		}
		add = add && uid != but;
	}
	if (add) {
		put(&b, but, add_read);
		n++;
	}
	if (n > FX_OWNERS_MAX) {
		fx_buf_fini(&b);
		return FX_ELIMIT;
	}
	fx_buf_put(&b, "", 1);
	if (b.err) {
		fx_buf_fini(&b);
		return FX_ENOMEM;
	}
	(void)fx_free(*owners);
	*owners = n ? (char *)b.data : NULL;
	if (!n) {
		fx_buf_fini(&b);
	}
	return 0;
}

int fx_owners_put(char **owners, uint32_t uid, bool read)
{
	return rewrite(owners, uid, true, read);
}

int fx_owners_remove(char **owners, uint32_t uid)
{
	return rewrite(owners, uid, false, false);
}
