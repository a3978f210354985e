/* SPDX-License-Identifier: Apache-2.0 */
/* The format of a document by its first bytes. */
#include <stdint.h>

#include "document/convert.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	(void)fx_document_sniff(data, size);
	return 0;
}
