/* SPDX-License-Identifier: Apache-2.0 */
/* A file that somebody wants to register as a plug-in. */
#include "cli/shared_object.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const exports[] = {"FaxDevSend", "f"};
	struct fx_reason why;

	(void)!fx_so_check(data, size, exports, 2, &why);
	return 0;
}
