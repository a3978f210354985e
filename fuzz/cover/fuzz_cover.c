/* SPDX-License-Identifier: Apache-2.0 */
/* A cover page as somebody sends it, and its fields: first the fields, a NUL byte, the page. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "render/cover.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fill(const struct cover *c, const struct fx_cover_fields *f)
{
	for (size_t i = 0; i < c->n; i++) {
		const char *texts[] = {c->items[i].text, c->items[i].label_text};

		for (size_t k = 0; k < FX_ARRAY_LEN(texts); k++) {
			char *s = NULL;
			bool any;

			if (texts[k] && !cover_expand(texts[k], f, &s, &any)) {
				(void)fx_free(s);
			}
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fx_cover_fields f = {{0}};
	struct fx_reason why = {0};
	const uint8_t *nul = memchr(data, 0, size);
	size_t n = nul ? (size_t)(nul - data) : 0;
	const char *page = (const char *)data + (nul ? n + 1 : 0);
	struct cover c;

	if (nul && fx_cover_fields_parse((const char *)data, n, &f)) {
		memset(&f, 0, sizeof(f));
	}
	if (!cover_parse(page, size - (nul ? n + 1 : 0), &c, &why)) {
		fill(&c, &f);
		cover_fini(&c);
	} else if (!why.text[0]) {
		abort(); /* nobody is refused without a word */
	}
	fx_cover_fields_fini(&f);
	return 0;
}
