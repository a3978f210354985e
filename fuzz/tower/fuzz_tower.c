/* SPDX-License-Identifier: Apache-2.0 */
/* A tower, and what was read of it written again. */
#include <string.h>

#include "rpc/pdu/tower.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_tower t, again;
	struct fx_buf b = {0};

	if (fx_tower_get(data, size, &t) == 0 && t.tcp) {
		fx_tower_put(&b, &t);
		FX_ASSERT(b.err || (fx_tower_get(b.data, b.len, &again) == 0 && again.tcp &&
				    again.port == t.port && !memcmp(again.ip, t.ip, 4) &&
				    fx_pdu_syntax_eq(&again.iface, &t.iface)));
	}
	fx_buf_fini(&b);
	return 0;
}
