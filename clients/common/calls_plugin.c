/* SPDX-License-Identifier: Apache-2.0 */
/* Registration of plug-ins: 60 to 62 of MS-FAX, lists 45 and 78, two of our own. */
#include "base/bytes.h"
#include "base/str.h"
#include "clients/common/client_priv.h"

enum {
	OP_PROVIDERS = 45, OP_EXTENSIONS = 78, OP_REGISTER = 60, OP_UNREGISTER = 61,
	OP_UNREGISTER_EXTENSION = 62
};
#define FSPI_VERSION 0x00010000u
#define IN(...) ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})
#define TEXT(t) {.s = {.u8 = fx_text(t)}}

uint32_t fx_client_register_provider(struct fx_client *c, const char *name, const char *friendly,
				     const char *image, const char *tsp)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_REGISTER,
			    IN(TEXT(name), TEXT(friendly), TEXT(image), TEXT(tsp),
			       {.u = FSPI_VERSION}, {.u = 0}), FX_TEXT_UTF8);
}

uint32_t fx_client_unregister_provider(struct fx_client *c, const char *name)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_UNREGISTER, IN(TEXT(name)), FX_TEXT_UTF8);
}

uint32_t fx_client_register_extension(struct fx_client *c, const char *name, const char *friendly,
				      const char *image, const struct fx_client_method *methods,
				      uint32_t n)
{
	struct fx_buf b = {0};
	uint32_t i, code;

	for (i = 0; i < n; i++) {
		fx_buf_printf(&b, "%s\t%s\t%s\t%s\n", fx_text(methods[i].name),
			      fx_text(methods[i].friendly), fx_text(methods[i].function),
			      fx_text(methods[i].guid));
	}
	fx_buf_u8(&b, 0);
	code = b.err ? FX_W_NOT_ENOUGH_MEMORY :
		       fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_REGISTER_EXTENSION,
				    IN(TEXT(name), TEXT(friendly), TEXT(image),
				       TEXT((const char *)b.data)), FX_TEXT_UTF8);
	fx_buf_fini(&b);
	return code;
}

uint32_t fx_client_unregister_extension(struct fx_client *c, const char *name)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_UNREGISTER_EXTENSION, IN(TEXT(name)),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_plugins(struct fx_client *c, enum fx_text_form form,
			   struct fx_cs_plugin **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, &(const struct fx_client_array){FX_CLIENT_CASELLI,
				   FX_CS_PLUGINS, &fx_cs_plugin_layout, 0, 2}, NULL, form,
				   (void **)ret, ret_n, NULL);
}

uint32_t fx_client_enum_providers(struct fx_client *c, enum fx_text_form form,
				  struct fx_ms_provider_info **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, &(const struct fx_client_array){FX_CLIENT_FAX, OP_PROVIDERS,
				   &fx_ms_provider_info_layout, 0, 2}, NULL, form, (void **)ret,
				   ret_n, NULL);
}

uint32_t fx_client_enum_extensions(struct fx_client *c, enum fx_text_form form,
				   struct fx_ms_extension_info **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, &(const struct fx_client_array){FX_CLIENT_FAX, OP_EXTENSIONS,
				   &fx_ms_extension_info_layout, 0, 2}, NULL, form, (void **)ret,
				   ret_n, NULL);
}
