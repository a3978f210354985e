/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of the loop-back exchange, and the options of a dialled number. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "providers/loop/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fx_zalloc(size + 1);
	struct fx_loop_settings s;
	struct fx_reason why = {{0}};

	if (!text) {
		return 0;
	}
	memcpy(text, data, size);
	if (fx_loop_settings_parse(&s, text, &why) && !why.text[0]) {
		abort();
	}
	why.text[0] = '\0';
	if (fx_loop_opts_parse(&s.call, text, &why) && !why.text[0]) {
		abort();
	}
	fx_loop_settings_fini(&s);
	(void)fx_free(text);
	return 0;
}
