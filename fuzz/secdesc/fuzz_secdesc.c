/* SPDX-License-Identifier: Apache-2.0 */
/* Security descriptors of strangers; what was read is written, and read again as the same. */
#include "base/bytes.h"
#include "service/secdesc.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_secdesc d, again;
	struct fx_reason why = {0};
	struct fx_buf b = {0};
	struct fx_sid who;

	if (fx_secdesc_get(data, size, &d, &why)) {
		return 0;
	}
	who = d.n_aces ? d.aces[0].sid : d.owner;
	if (!fx_secdesc_put(&b, &d, FX_SEC_OWNER | FX_SEC_GROUP | FX_SEC_DACL)) {
		FX_ASSERT(!fx_secdesc_get(b.data, b.len, &again, &why));
		FX_ASSERT(again.n_aces == d.n_aces);
		FX_ASSERT(fx_secdesc_granted(&d, &who, 1) == fx_secdesc_granted(&again, &who, 1));
		fx_secdesc_fini(&again);
	}
	fx_buf_fini(&b);
	fx_secdesc_fini(&d);
	return 0;
}
