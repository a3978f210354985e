/* SPDX-License-Identifier: Apache-2.0 */
/* Buffers as a server would send them to our client: byte 0 the layout, byte 1 the number of
 * elements and the form, then the buffer. What was read is written, and read again. */
#include "base/mem.h"
#include "rpc/msfax/caselli.h"

static const struct fx_ms_layout *const all[] = {
	&fx_ms_port_info_layout, &fx_ms_port_info_ex_layout, &fx_ms_device_status_layout,
	&fx_ms_job_entry_layout, &fx_ms_job_status_layout, &fx_ms_job_entry_ex_layout,
	&fx_ms_job_entry_ex_1_layout, &fx_ms_message_layout, &fx_ms_message_1_layout,
	&fx_ms_profile_layout, &fx_ms_configuration_layout, &fx_ms_outbox_config_layout,
	&fx_ms_general_config_layout, &fx_ms_coverpage_layout, &fx_ms_job_param_layout,
	&fx_ms_version_layout, &fx_ms_activity_layout, &fx_ms_message_props_layout,
	&fx_cs_info_layout, &fx_cs_port_layout, &fx_cs_job_layout, &fx_cs_message_layout,
	&fx_cs_attempt_layout, &fx_cs_health_layout, &fx_cs_trace_layout, &fx_cs_trace_line_layout,
	&fx_cs_event_layout, &fx_cs_send_options_layout, &fx_cs_extra_config_layout,
	&fx_ms_outbound_group_layout, &fx_ms_outbound_rule_layout, &fx_cs_outbound_layout,
};

/* FAX_TAPI_LINECOUNTRY_LIST has a reader of its own: what it accepts is written and read. */
static void countries(const uint8_t *p, size_t size, enum fx_text_form form)
{
	void *block = NULL, *again = NULL;
	struct fx_buf b = {0};
	size_t n = 0;

	if (fx_ms_get_countries(p, size, form, &block, &n) == 0 && block) {
		fx_ms_put_countries(&b, block, n, form);
		if (!b.err) {
			int err = fx_ms_get_countries(b.data, b.len, form, &again, &n);

			FX_ASSERT(err == 0 || err == FX_ELIMIT || err == FX_ENOMEM);
		}
	}
	(void)fx_free(block);
	(void)fx_free(again);
	fx_buf_fini(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fx_ms_layout *l;
	enum fx_text_form form;
	void *block = NULL, *again = NULL;
	struct fx_buf b = {0};
	size_t n;

	if (size < 2) {
		return 0;
	}
	l = all[data[0] % FX_ARRAY_LEN(all)];
	form = data[1] & 0x80 ? FX_TEXT_UTF16 : FX_TEXT_UTF8;
	n = data[1] & 0x7F;
	if (data[0] == 0xFF) {
		countries(data + 2, size - 2, form);
		return 0;
	}
	if (fx_ms_get(l, data + 2, size - 2, n, form, &block) == 0 && block) {
		fx_ms_put(&b, l, block, n, form);
		if (!b.err) {
			int err = fx_ms_get(l, b.data, b.len, n, form, &again);

			/* sharing is undone by writing, so only a limit may stop it */
			FX_ASSERT(err == 0 || err == FX_ELIMIT || err == FX_ENOMEM);
		}
	}
	(void)fx_free(block);
	(void)fx_free(again);
	fx_buf_fini(&b);
	return 0;
}
