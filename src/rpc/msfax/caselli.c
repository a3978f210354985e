/* SPDX-License-Identifier: Apache-2.0 */
/* Layouts of our own interface: as 4.1 of ms-fax.md, u64 on multiples of 8. */
#include "rpc/msfax/caselli.h"

#define F(kind, off, member) {FX_MS_##kind, off, (uint16_t)offsetof(struct S, member)}
#define LAYOUT(var, text, wire, f, nested)                                                         \
	const struct fx_ms_layout var = {.name = text, .wire_size = wire,                          \
		.c_size = (uint16_t)sizeof(struct S), .n_fields = FX_ARRAY_LEN(f), .fields = f,    \
		.sub = nested}

#define S fx_cs_info
static const struct fx_ms_field info[] = {
	F(SIZE, 0, size), F(U32, 4, version), F(TEXT, 8, product), F(TEXT, 12, user),
	F(U32, 16, rights), F(U32, 20, ports),
};
LAYOUT(fx_cs_info_layout, "cs_info", 24, info, NULL);
#undef S
#define S fx_cs_port
static const struct fx_ms_field port[] = {
	F(SIZE, 0, size), F(U32, 4, device_id), F(TEXT, 8, name), F(TEXT, 12, provider),
	F(TEXT, 16, line), F(TEXT, 20, tsid), F(TEXT, 24, csid), F(U32, 28, rings),
	F(U32, 32, priority), F(U32, 36, flags), F(TEXT, 40, state), F(TEXT, 44, state_text),
	F(U32, 48, fps), F(U32, 52, active), F(U32, 56, sender), F(TEXT, 60, transport),
	F(TEXT, 64, coding), F(TEXT, 68, resolution), F(U32, 72, page),
	F(U32, 76, pages_total), F(U32, 80, pages_confirmed), F(U32, 84, rate_bps),
	F(U32, 88, ecm), F(U32, 92, page_bytes), F(U32, 96, page_bytes_total),
	F(U32, 100, ecm_retries), F(TEXT, 104, remote_id), F(TEXT, 108, local_id),
	F(TEXT, 112, caller_id), F(TEXT, 116, routing), F(TEXT, 120, number),
	F(U64, 128, elapsed_ms), F(U64, 136, job_id), F(U32, 144, job_number),
	F(U32, 148, size_bytes), F(U64, 152, started_at), F(U64, 160, submitted_at),
	F(TEXT, 168, document_name), F(TEXT, 172, sender_name), F(TEXT, 176, recipient_name),
	F(TEXT, 180, user),
};
LAYOUT(fx_cs_port_layout, "cs_port", 184, port, NULL);
#undef S
#define S fx_cs_job
static const struct fx_ms_field job[] = {
	F(SIZE, 0, size), F(U32, 4, number), F(U64, 8, id), F(U32, 16, type),
	F(TEXT, 20, state), F(U32, 24, paused), F(U32, 28, no_line), F(U32, 32, priority),
	F(U32, 36, schedule), F(TEXT, 40, resolution), F(U32, 44, quality),
	F(U32, 48, report_type), F(U32, 52, device_id), F(U64, 56, submitted_at),
	F(U64, 64, schedule_at), F(U64, 72, next_try_at), F(U64, 80, started_at),
	F(U64, 88, ended_at), F(U32, 96, tries), F(U32, 100, pages), F(U32, 104, confirmed),
	F(U32, 108, size_bytes), F(U32, 112, fps), F(TEXT, 116, outcome), F(TEXT, 120, words),
	F(TEXT, 124, user), F(TEXT, 128, to_number), F(TEXT, 132, recipient_name),
	F(TEXT, 136, recipient_company), F(TEXT, 140, tsid), F(TEXT, 144, sender_name),
	F(TEXT, 148, sender_company), F(TEXT, 152, sender_dept), F(TEXT, 156, sender_number),
	F(TEXT, 160, billing_code), F(TEXT, 164, document_name), F(TEXT, 168, report_address),
	F(TEXT, 172, subject), F(TEXT, 176, remote_id), F(TEXT, 180, caller_id),
	F(TEXT, 184, routing), F(U32, 188, parent), F(U32, 192, recipients),
};
LAYOUT(fx_cs_job_layout, "cs_job", 200, job, NULL);
#undef S
#define S fx_cs_message
static const struct fx_ms_field message[] = {
	F(SIZE, 0, size), F(U32, 4, folder), F(U64, 8, id), F(U32, 16, read),
	F(U32, 20, partial), F(TEXT, 24, port_name), F(U32, 28, rate_bps), F(U32, 32, ecm),
	F(U32, 36, ecm_retries), F(TEXT, 40, transport), F(TEXT, 44, coding), F(SUB, 48, job),
	F(TEXT, 52, owners), F(TEXT, 56, read_by),
};
LAYOUT(fx_cs_message_layout, "cs_message", 64, message, &fx_cs_job_layout);
#undef S
#define S fx_cs_attempt
static const struct fx_ms_field attempt[] = {
	F(SIZE, 0, size), F(U32, 4, device_id), F(U64, 8, id), F(U64, 16, job_id),
	F(U32, 24, first_page), F(U64, 32, started_at), F(U64, 40, answered_at),
	F(U64, 48, ended_at), F(TEXT, 56, outcome), F(TEXT, 60, words), F(TEXT, 64, number),
	F(TEXT, 68, port_name), F(TEXT, 72, remote_id), F(TEXT, 76, transport),
	F(TEXT, 80, coding), F(U32, 84, engine_code), F(U32, 88, pages_confirmed),
	F(U32, 92, pages_total), F(U32, 96, rate_bps), F(U32, 100, ecm),
	F(U32, 104, ecm_retries), F(U32, 108, has_log),
};
LAYOUT(fx_cs_attempt_layout, "cs_attempt", 112, attempt, NULL);
#undef S
#define S fx_cs_health
static const struct fx_ms_field health[] = {
	F(SIZE, 0, size), F(U32, 4, level), F(TEXT, 8, name), F(TEXT, 12, text),
};
LAYOUT(fx_cs_health_layout, "cs_health", 16, health, NULL);
#undef S
#define S fx_cs_plugin
static const struct fx_ms_field plugin[] = {
	F(SIZE, 0, size), F(U32, 4, kind), F(U32, 8, serving), F(U32, 12, methods),
	F(TEXT, 16, name), F(TEXT, 20, friendly), F(TEXT, 24, image), F(TEXT, 28, state),
};
LAYOUT(fx_cs_plugin_layout, "cs_plugin", 32, plugin, NULL);
#undef S
#define S fx_cs_trace
static const struct fx_ms_field trace[] = {
	F(SIZE, 0, size), F(U32, 4, on), F(TEXT, 8, name),
};
LAYOUT(fx_cs_trace_layout, "cs_trace", 12, trace, NULL);
#undef S
#define S fx_cs_trace_line
static const struct fx_ms_field trace_line[] = {
	F(SIZE, 0, size), F(U32, 4, level), F(U64, 8, at_ms), F(TEXT, 16, facility),
	F(TEXT, 20, text),
};
LAYOUT(fx_cs_trace_line_layout, "cs_trace_line", 24, trace_line, NULL);
#undef S
#define S fx_cs_event
static const struct fx_ms_field event[] = {
	F(SIZE, 0, size), F(U32, 4, kind), F(U64, 8, id), F(U64, 16, at_ms),
};
LAYOUT(fx_cs_event_layout, "cs_event", 24, event, NULL);
#undef S
#define S fx_cs_send_options
static const struct fx_ms_field send_options[] = {
	F(SIZE, 0, size), F(U32, 4, resolution), F(U32, 8, quality), F(U32, 12, priority),
	F(U32, 16, device_id), F(TEXT, 20, more_files), F(TEXT, 24, subject),
};
LAYOUT(fx_cs_send_options_layout, "cs_send_options", 28, send_options, NULL);
#undef S
#define S fx_cs_extra_config
static const struct fx_ms_field extra_config[] = {
	F(SIZE, 0, size), F(U32, 4, resume_at_unconfirmed), F(U32, 8, join_jobs),
	F(U32, 12, incoming_public), F(U32, 16, auto_accounts),
	F(U32, 20, mail_by_client),
};
LAYOUT(fx_cs_extra_config_layout, "cs_extra_config", 24, extra_config, NULL);
#undef S
#define S fx_cs_account
static const struct fx_ms_field account[] = {
	F(SIZE, 0, size), F(U32, 4, kind), F(U32, 8, uid), F(U32, 12, password),
	F(U32, 16, connections), F(U64, 24, created_at), F(U64, 32, seen_at),
	F(U64, 40, password_at), F(TEXT, 48, name),
};
LAYOUT(fx_cs_account_layout, "cs_account", 56, account, NULL);
#undef S
#define S fx_cs_access
static const struct fx_ms_field access_row[] = {
	F(SIZE, 0, size), F(U32, 4, kind), F(U32, 8, source), F(U32, 12, mask),
	F(U32, 16, in_file), F(U32, 20, file_mask), F(TEXT, 24, name), F(TEXT, 28, words),
	F(TEXT, 32, file_words), F(TEXT, 36, why),
};
LAYOUT(fx_cs_access_layout, "cs_access", 40, access_row, NULL);
#undef S
#define S fx_cs_routing
static const struct fx_ms_field routing[] = {
	F(SIZE, 0, size), F(U32, 4, runs), F(U32, 8, by_rule), F(TEXT, 12, guid),
	F(TEXT, 16, friendly_name), F(TEXT, 20, data), F(TEXT, 24, rule),
};
LAYOUT(fx_cs_routing_layout, "cs_routing", 28, routing, NULL);
#undef S
#define S fx_cs_outbound
static const struct fx_ms_field outbound[] = {
	F(SIZE, 0, size), F(U32, 4, country), F(U32, 8, area), F(U32, 12, asked),
	F(U32, 16, rule_country), F(U32, 20, rule_area), F(U32, 24, status), F(U32, 28, device_id),
	F(TEXT, 32, digits), F(TEXT, 36, group), F(TEXT, 40, words), F(TEXT, 44, port_name),
	F(TEXT, 48, port_state),
};
LAYOUT(fx_cs_outbound_layout, "cs_outbound", 52, outbound, NULL);
#undef S
#define S fx_cs_cover
static const struct fx_ms_field cover[] = {
	F(SIZE, 0, size), F(U32, 4, own), F(U32, 8, windows), F(U32, 12, bytes),
	F(TEXT, 16, name), F(TEXT, 20, title),
};
LAYOUT(fx_cs_cover_layout, "cs_cover", 24, cover, NULL);
#undef S
