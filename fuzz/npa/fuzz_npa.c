/* SPDX-License-Identifier: Apache-2.0 */
/* What smbd says of a client of the named pipe. */
#include <stdint.h>
#include <string.h>

#include "rpc/npa.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_npa v;
	struct fx_reason why;

	if (fx_npa_get(data, size, &v, &why) == 0) {
		FX_ASSERT(*v.account && *v.unix_name && strlen(v.domain) < sizeof(v.domain));
	}
	return 0;
}
