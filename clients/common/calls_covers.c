/* SPDX-License-Identifier: Apache-2.0 */
/* Common cover pages, docs/caselli-rpc.md. */
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "clients/common/client_priv.h"

#define IN(...) ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})

uint32_t fx_client_covers(struct fx_client *c, enum fx_text_form form, struct fx_cs_cover **ret,
			  uint32_t *ret_n)
{
	static const struct fx_client_array call = {FX_CLIENT_CASELLI, FX_CS_COVERS,
						    &fx_cs_cover_layout, 0, 2};

	return fx_client_get_array(c, &call, NULL, form, (void **)ret, ret_n, NULL);
}

uint32_t fx_client_cover_view(struct fx_client *c, const char *name, bool common,
			      enum fx_client_view view, uint32_t page, uint8_t **ret,
			      size_t *ret_size, uint32_t *ret_pages, char **ret_words)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	struct fx_ctx h = {{0}};
	uint64_t size = 0;
	char *words = NULL;
	uint32_t wrong = 0, code;

	code = fx_client_begin(c, FX_CLIENT_CASELLI, FX_CS_COVER_VIEW,
			       IN({.s = {.u8 = name}}, {.u = common}, {.u = view}, {.u = page}),
			       FX_TEXT_UTF8, out);
	if (!code) {
		memcpy(h.b, out[0].p, sizeof(h.b));
		size = out[1].u;
		*ret_pages = (uint32_t)out[2].u;
		wrong = (uint32_t)out[3].u;
		words = fx_zalloc(out[4].n + 1);
		if (words && out[4].n) {
			memcpy(words, out[4].p, out[4].n);
		}
	}
	fx_client_end(c);
	if (code) {
		return code;
	}
	if (wrong) {
		*ret_words = words;
		return wrong;
	}
	(void)fx_free(words);
	return fx_client_read_view(c, &h, size, ret, ret_size);
}

uint32_t fx_client_cover_put(struct fx_client *c, const char *name, const char *upload)
{
	return fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_COVER_PUT,
			    IN({.s = {.u8 = name}}, {.s = {.u8 = upload}}), FX_TEXT_UTF8);
}
