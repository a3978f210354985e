/* SPDX-License-Identifier: Apache-2.0 */
/* A message of the host of a routing extension, or to one; and the registrations in the store:
 * what is read must be written to the same again. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "core/plugin.h"
#include "route/ext_msg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void registrations(const uint8_t *data, size_t size)
{
	char *text = fx_zalloc(size + 1), *back;
	struct fx_plugin *v = NULL, *again = NULL;
	size_t n = 0, k = 0;

	if (!text) {
		return;
	}
	(void)memcpy(text, data, size);
	if (!fx_plugins_parse(text, &v, &n)) {
		back = fx_plugins_format(v, n);
		if (!back || fx_plugins_parse(back, &again, &k) || n != k ||
		    memcmp(v, again, n * sizeof(*v)) != 0) {
			abort();
		}
		(void)fx_free(back);
	}
	(void)fx_free(again);
	(void)fx_free(v);
	(void)fx_free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_ext_msg m, again;
	struct fx_buf b = {0};

	registrations(data, size);
	if (!fx_ext_msg_decode(&m, data, size)) {
		if (fx_ext_msg_encode(&m, &b) || fx_ext_msg_decode(&again, b.data, b.len)) {
			abort();
		}
		fx_ext_msg_fini(&again);
	}
	fx_ext_msg_fini(&m);
	fx_buf_fini(&b);
	return 0;
}
