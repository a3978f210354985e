/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include "base/mem.h"
#include "base/str.h"
#include "tests/unit/winfax/fake_admin.h"
#include "tests/unit/winfax/fake_client.h"

struct fake_admin admin;

void fake_admin_reset(void)
{
	static const char *const names[] = {"Initialization", "Outbound", "Inbound",
					    "Unkn\xC3\xB6wn"};
	static const char *const guids[] = {"{6bbf7bfe-9af2-11d0-abf7-00c04fd91a4e}",
					    "{92041a90-9af2-11d0-abf7-00c04fd91a4e}",
					    "{aec1b37c-9af2-11d0-abf7-00c04fd91a4e}"};
	uint32_t i;

	memset(&admin, 0, sizeof(admin));
	for (i = 0; i < 4; i++) {
		admin.log[i] = (struct fx_ms_log_category){{.u8 = names[i]}, i + 1, 1};
	}
	admin.n_methods = FAKE_METHODS;
	for (i = 0; i < FAKE_METHODS; i++) {
		admin.methods[i] = (struct fx_ms_routing_method){
			.device_id = 11, .enabled = i == 1,
			.device_name = {.u8 = "Z\xC3\xBCrich 1"}, .guid = {.u8 = guids[i]},
			.friendly_name = {.u8 = "Stor\xC3\xA9"},
			.function_name = {.u8 = "Function"}, .image_name = {.u8 = "caselli"},
			.extension_name = {.u8 = "Extension"}};
		admin.order[i] = i + 1;
	}
}

uint32_t fx_client_get_logging(struct fx_client *c, enum fx_text_form form,
			       struct fx_ms_log_category **ret, uint32_t *ret_n)
{
	*ret_n = 4;
	return fake_block(&fx_ms_log_category_layout, admin.log, 4, form, ret);
}

uint32_t fx_client_set_logging(struct fx_client *c, enum fx_text_form form,
			       const struct fx_ms_log_category *categories, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n && !fake.fail; i++) {
		admin.log[categories[i].category - 1].level = categories[i].level;
	}
	return fake.fail;
}

uint32_t fx_client_enum_routing_methods(struct fx_client *c, const struct fx_ctx *port,
					enum fx_text_form form, struct fx_ms_routing_method **ret,
					uint32_t *ret_n)
{
	*ret_n = admin.n_methods;
	return fake_block(&fx_ms_routing_method_layout, admin.methods, admin.n_methods, form, ret);
}

static uint32_t method(const char *guid, uint32_t *i)
{
	for (*i = 0; *i < FAKE_METHODS; (*i)++) {
		if (fx_str_ieq(admin.methods[*i].guid.u8, guid)) {
			return fake.fail;
		}
	}
	return 13;
}

uint32_t fx_client_enable_routing_method(struct fx_client *c, const struct fx_ctx *port,
					 const char *guid, bool enable)
{
	uint32_t i, code = method(guid, &i);

	if (!code) {
		admin.methods[i].enabled = enable;
	}
	return code;
}

uint32_t fx_client_get_routing_info(struct fx_client *c, const struct fx_ctx *port,
				    const char *guid, uint8_t **ret, uint32_t *ret_size)
{
	uint32_t i, code = method(guid, &i);

	if (!code && i == 0 && admin.n_data) {
		*ret = fx_memdup(admin.data, admin.n_data);
		*ret_size = admin.n_data;
		code = *ret ? 0 : 8;
	}
	return code;
}

uint32_t fx_client_set_routing_info(struct fx_client *c, const struct fx_ctx *port,
				    const char *guid, const void *p, uint32_t n)
{
	uint32_t i, code = method(guid, &i);

	if (!code) {
		admin.n_data = n < sizeof(admin.data) ? n : sizeof(admin.data);
		memcpy(admin.data, p, admin.n_data);
	}
	return code;
}

uint32_t fx_client_enum_global_routing(struct fx_client *c, enum fx_text_form form,
				       struct fx_ms_global_routing **ret, uint32_t *ret_n)
{
	struct fx_ms_global_routing list[FAKE_METHODS];
	uint32_t i;

	for (i = 0; i < FAKE_METHODS; i++) {
		const struct fx_ms_routing_method *m = &admin.methods[i];

		list[i] = (struct fx_ms_global_routing){
			.priority = admin.order[i], .guid = m->guid,
			.friendly_name = m->friendly_name, .function_name = m->function_name,
			.image_name = m->image_name, .extension_name = m->extension_name};
	}
	*ret_n = FAKE_METHODS;
	return fake_block(&fx_ms_global_routing_layout, list, FAKE_METHODS, form, ret);
}

uint32_t fx_client_set_global_routing(struct fx_client *c, enum fx_text_form form,
				      const struct fx_ms_global_routing *info)
{
	uint32_t i, code = method(info->guid.u8, &i);

	if (!code && info->priority > FAKE_METHODS) {
		code = 87;
	}
	if (!code) {
		admin.order[i] = info->priority;
	}
	return code;
}

uint32_t fx_client_register_provider(struct fx_client *c, const char *name, const char *friendly,
				     const char *image, const char *tsp)
{
	(void)fx_strlcpy(admin.name, name, 64);
	(void)fx_strlcpy(admin.friendly, friendly, 64);
	(void)fx_strlcpy(admin.image, image, 64);
	(void)fx_strlcpy(admin.tsp, tsp, 64);
	return fake.fail;
}

uint32_t fx_client_unregister_provider(struct fx_client *c, const char *name)
{
	return fx_str_eq(name, admin.name) ? fake.fail : 2;
}

uint32_t fx_client_register_extension(struct fx_client *c, const char *name, const char *friendly,
				      const char *image, const struct fx_client_method *methods,
				      uint32_t n)
{
	admin.n_ext_methods = n;
	(void)fx_strlcpy(admin.ext_function, methods[n - 1].function, 64);
	(void)fx_strlcpy(admin.ext_guid, methods[n - 1].guid, 64);
	return fx_client_register_provider(c, name, friendly, image, "");
}

uint32_t fx_client_plugins(struct fx_client *c, enum fx_text_form form,
			   struct fx_cs_plugin **ret, uint32_t *ret_n)
{
	struct fx_cs_plugin p = {.kind = 1, .serving = 1, .methods = 2, .name = {.u8 = "csv"},
				 .friendly = {.u8 = "CSV"}, .image = {.u8 = "/x.so"},
				 .state = {.u8 = "ok"}};

	*ret_n = 1;
	return fake_block(&fx_cs_plugin_layout, &p, 1, form, ret);
}

uint32_t fx_client_unregister_extension(struct fx_client *c, const char *name)
{
	return fx_client_unregister_provider(c, name);
}

uint32_t fx_client_broadcast_start(struct fx_client *c, const char *file_name,
				   enum fx_text_form form, const char *document_name,
				   uint32_t *ret_parent)
{
	fake_utf8(admin.document, 64, (union fx_wtext){.u8 = document_name}, form);
	*ret_parent = admin.parent = 40;
	return fake.fail;
}

uint32_t fx_client_broadcast_add(struct fx_client *c, uint32_t parent, enum fx_text_form form,
				 const struct fx_client_recipient *recipients, uint32_t n,
				 uint32_t *ret_jobs)
{
	const struct fx_client_recipient *last = &recipients[n - 1];
	uint32_t i;

	if (admin.fail_add || parent != admin.parent || n < 1 || n > FX_CLIENT_BROADCAST_MAX) {
		return admin.fail_add ? admin.fail_add : 87;
	}
	if (!admin.added) {
		fake_utf8(admin.first_number, 64, recipients[0].recipient->fax_number, form);
	}
	fake_utf8(admin.last_number, 64, last->recipient->fax_number, form);
	fake_utf8(admin.last_recipient, 64, last->recipient->name, form);
	fake_utf8(admin.last_name, 64, last->param->document_name, form);
	if (last->cover) {
		fake_utf8(admin.last_cover, 256, last->cover->file_name, form);
	}
	for (i = 0; i < n; i++) {
		admin.with_cover += recipients[i].cover != NULL;
	}
	admin.added += n;
	admin.batches++;
	admin.most = n > admin.most ? n : admin.most;
	return 0;
}

uint32_t fx_client_broadcast_end(struct fx_client *c, uint32_t parent)
{
	admin.ended = parent;
	return 0;
}
