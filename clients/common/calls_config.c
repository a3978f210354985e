/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration and catalogues of the later API: opnums 0, 30, 31, 34 to 50, 77, 82, 86, 98. */
#include "clients/common/client_config.h"
#include "clients/common/client_priv.h"

enum {
	OP_PRINTERS = 0,
	OP_COUNTRIES = 30,
	OP_PROFILE = 31,
	OP_GET_RECEIPTS = 34,
	OP_SET_RECEIPTS = 35,
	OP_SET_OUTBOX = 39,
	OP_GET_ACTIVITY_LOG = 43,
	OP_SET_ACTIVITY_LOG = 44,
	OP_SET_PORT_EX = 47,
	OP_GET_EXT_DATA = 49,
	OP_SET_EXT_DATA = 50,
	OP_WIZARD = 77,
	OP_REFRESH = 82,
	OP_CHECK_FOLDER = 86,
	OP_SET_GENERAL = 98,
};

#define ONE(o, l)  (&(const struct fx_client_array){FX_CLIENT_FAX, o, &fx_##l##_layout, 0, 0})
#define MANY(o, l) (&(const struct fx_client_array){FX_CLIENT_FAX, o, &fx_##l##_layout, 0, 2})
#define IN(...)    ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})

uint32_t fx_client_get_printers(struct fx_client *c, enum fx_text_form form,
				struct fx_ms_printer_info **ret, uint32_t *ret_n)
{
	return fx_client_get_array(c, MANY(OP_PRINTERS, ms_printer_info), NULL, form, (void **)ret,
				   ret_n, NULL);
}

uint32_t fx_client_get_countries(struct fx_client *c, enum fx_text_form form,
				 struct fx_ms_country **ret, uint32_t *ret_n)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, OP_COUNTRIES, NULL, form, out);
	void *block = NULL;
	size_t n = 0;
	int err;

	if (!code) {
		err = fx_ms_get_countries(out[0].p, out[0].n, form, &block, &n);
		code = err ? fx_client_code(err) : 0;
	}
	fx_client_end(c);
	if (!code) {
		*ret = block;
		*ret_n = (uint32_t)n;
	}
	return code;
}

uint32_t fx_client_get_profile(struct fx_client *c, uint64_t id, uint32_t folder, uint32_t type,
			       enum fx_text_form form, struct fx_ms_profile **ret)
{
	return fx_client_get_array(c, ONE(OP_PROFILE, ms_profile),
				   IN({.u = id}, {.u = folder}, {.u = type}), form, (void **)ret,
				   NULL, NULL);
}

uint32_t fx_client_get_receipts(struct fx_client *c, enum fx_text_form form,
				struct fx_ms_receipts_config **ret)
{
	return fx_client_get_array(c, ONE(OP_GET_RECEIPTS, ms_receipts_config), NULL, form,
				   (void **)ret, NULL, NULL);
}

uint32_t fx_client_set_receipts(struct fx_client *c, enum fx_text_form form,
				const struct fx_ms_receipts_config *config)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_RECEIPTS, IN({.p = config}), form);
}

uint32_t fx_client_set_outbox_configuration(struct fx_client *c,
					    const struct fx_ms_outbox_config *config)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_OUTBOX, IN({.p = config}), FX_TEXT_UTF8);
}

uint32_t fx_client_get_activity_log(struct fx_client *c, enum fx_text_form form,
				    struct fx_ms_activity_config **ret)
{
	return fx_client_get_array(c, ONE(OP_GET_ACTIVITY_LOG, ms_activity_config), NULL, form,
				   (void **)ret, NULL, NULL);
}

uint32_t fx_client_set_activity_log(struct fx_client *c, enum fx_text_form form,
				    const struct fx_ms_activity_config *config)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_ACTIVITY_LOG, IN({.p = config}), form);
}

uint32_t fx_client_set_port_ex(struct fx_client *c, uint32_t device_id, enum fx_text_form form,
			       const struct fx_ms_port_info_ex *info)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_PORT_EX, IN({.u = device_id}, {.p = info}),
			    form);
}

uint32_t fx_client_get_extension_data(struct fx_client *c, uint32_t device_id, const char *guid,
				      uint8_t **ret, uint32_t *ret_size)
{
	return fx_client_get_bytes(c, OP_GET_EXT_DATA, IN({.u = device_id}, {.s = {.u8 = guid}}),
				   ret, ret_size);
}

uint32_t fx_client_set_extension_data(struct fx_client *c, uint32_t device_id, const char *guid,
				      const void *p, uint32_t n)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_EXT_DATA,
			    IN({.s = {.u8 = ""}}, {.u = device_id}, {.s = {.u8 = guid}},
			       {.p = n ? p : "", .n = n}), FX_TEXT_UTF8);
}

uint32_t fx_client_set_wizard_used(struct fx_client *c, bool used)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_WIZARD, IN({.u = used}), FX_TEXT_UTF8);
}

uint32_t fx_client_refresh_archive(struct fx_client *c, uint32_t folder)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_REFRESH, IN({.u = folder}), FX_TEXT_UTF8);
}

uint32_t fx_client_check_folder(struct fx_client *c, union fx_wtext path, enum fx_text_form form)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_CHECK_FOLDER, IN({.s = path}), form);
}

uint32_t fx_client_set_general_configuration(struct fx_client *c, enum fx_text_form form,
					     const struct fx_ms_general_config *config)
{
	return fx_client_put_level0(c, OP_SET_GENERAL, &fx_ms_general_config_layout, config, form);
}
