/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of an endpoint mapper, as a client reads them. */
#include <stdlib.h>

#include "clients/common/epm.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct fx_pdu_syntax fax = {
		{0x65, 0x31, 0x0a, 0xea, 0x34, 0x48, 0xd2, 0x11, 0xa6, 0xf8, 0x00, 0xc0, 0x4f, 0xa3,
		 0x46, 0xcc}, 4, 0};
	uint16_t port = 0;

	if (fx_epm_map_get(data, size, &fax, &port) == 0 && !port) {
		abort();
	}
	return 0;
}
