/* SPDX-License-Identifier: Apache-2.0 */
/* The layouts of ms-fax.md 4.2 and 5, one row a field, in wire order. */
#include "rpc/msfax/msfax.h"

#define F(kind, off, member) {FX_MS_##kind, off, (uint16_t)offsetof(struct S, member)}
#define LAYOUT(var, text, wire, f, nested)                                                         \
	const struct fx_ms_layout var = {.name = text, .wire_size = wire,                          \
		.c_size = (uint16_t)sizeof(struct S), .n_fields = FX_ARRAY_LEN(f), .fields = f,    \
		.sub = nested}

#define S fx_ms_port_info
static const struct fx_ms_field port_info[] = {
	F(SIZE, 0, size), F(U32, 4, device_id), F(U32, 8, state), F(U32, 12, flags),
	F(U32, 16, rings), F(U32, 20, priority), F(TEXT, 24, name), F(TEXT, 28, tsid),
	F(TEXT, 32, csid),
};
LAYOUT(fx_ms_port_info_layout, "FAX_PORT_INFO", 36, port_info, NULL);
#undef S
#define S fx_ms_port_info_ex
static const struct fx_ms_field port_info_ex[] = {
	F(SIZE, 0, size), F(U32, 4, device_id), F(TEXT, 8, name), F(TEXT, 12, description),
	F(TEXT, 16, provider_name), F(TEXT, 20, provider_guid), F(U32, 24, send),
	F(ENUM, 28, receive_mode), F(U32, 32, status), F(U32, 36, rings), F(TEXT, 40, csid),
	F(TEXT, 44, tsid),
};
LAYOUT(fx_ms_port_info_ex_layout, "FAX_PORT_INFO_EX", 48, port_info_ex, NULL);
#undef S
#define S fx_ms_device_status
static const struct fx_ms_field device_status[] = {
	F(SIZE, 0, size), F(TEXT, 4, caller_id), F(TEXT, 8, csid), F(U32, 12, current_page),
	F(U32, 16, device_id), F(TEXT, 20, device_name), F(TEXT, 24, document_name),
	F(U32, 28, job_type), F(TEXT, 32, phone_number), F(TEXT, 36, routing_string),
	F(TEXT, 40, sender_name), F(TEXT, 44, recipient_name), F(U32, 48, size_bytes),
	F(FILETIME, 52, start_time), F(U32, 60, status), F(TEXT, 64, status_string),
	F(FILETIME, 68, submitted_time), F(U32, 76, total_pages), F(TEXT, 80, tsid),
	F(TEXT, 84, user_name),
};
LAYOUT(fx_ms_device_status_layout, "FAX_DEVICE_STATUS", 88, device_status, NULL);
#undef S
#define S fx_ms_job_entry
static const struct fx_ms_field job_entry[] = {
	F(SIZE, 0, size), F(U32, 4, job_id), F(TEXT, 8, user_name), F(U32, 12, job_type),
	F(U32, 16, queue_status), F(U32, 20, status), F(U32, 24, size_bytes),
	F(U32, 28, page_count), F(TEXT, 32, recipient_number), F(TEXT, 36, recipient_name),
	F(TEXT, 40, tsid), F(TEXT, 44, sender_name), F(TEXT, 48, sender_company),
	F(TEXT, 52, sender_dept), F(TEXT, 56, billing_code), F(U32, 60, schedule_action),
	F(SYSTIME, 64, schedule_time), F(U32, 80, report_type), F(TEXT, 84, report_address),
	F(TEXT, 88, document_name),
};
LAYOUT(fx_ms_job_entry_layout, "FAX_JOB_ENTRY", 92, job_entry, NULL);
#undef S
#define S fx_ms_job_status
static const struct fx_ms_field job_status[] = {
	F(SIZE, 0, size), F(U32, 4, valid), F(U32, 8, job_id), F(U32, 12, job_type),
	F(U32, 16, queue_status), F(U32, 20, extended_status), F(TEXT, 24, extended_text),
	F(U32, 28, size_bytes), F(U32, 32, page_count), F(U32, 36, current_page),
	F(TEXT, 40, tsid), F(TEXT, 44, csid), F(SYSTIME, 48, schedule_time),
	F(SYSTIME, 64, start_time), F(SYSTIME, 80, end_time), F(U32, 96, device_id),
	F(TEXT, 100, device_name), F(U32, 104, retries), F(TEXT, 108, caller_id),
	F(TEXT, 112, routing_info), F(U32, 116, operations),
};
LAYOUT(fx_ms_job_status_layout, "FAX_JOB_STATUS", 120, job_status, NULL);
#undef S
#define S fx_ms_job_entry_ex
#define JOB_EX                                                                                     \
	F(SIZE, 0, size), F(U32, 4, valid), F(U64, 8, message_id), F(U64, 16, broadcast_id),       \
	F(TEXT, 24, recipient_number), F(TEXT, 28, recipient_name), F(TEXT, 32, sender_user),      \
	F(TEXT, 36, billing_code), F(SYSTIME, 40, original_schedule_time),                         \
	F(SYSTIME, 56, submission_time), F(U32, 72, priority), F(U32, 76, report_type),            \
	F(TEXT, 80, document_name), F(TEXT, 84, subject), F(SUB, 88, status)
static const struct fx_ms_field job_entry_ex[] = {JOB_EX};
static const struct fx_ms_field job_entry_ex_1[] = {
	JOB_EX, F(U32, 92, has_cover), F(TEXT, 96, receipt_address), F(U32, 100, schedule_action),
};
LAYOUT(fx_ms_job_entry_ex_layout, "FAX_JOB_ENTRY_EX", 96, job_entry_ex, &fx_ms_job_status_layout);
LAYOUT(fx_ms_job_entry_ex_1_layout, "FAX_JOB_ENTRY_EX_1", 104, job_entry_ex_1,
       &fx_ms_job_status_layout);
#undef S
#define S fx_ms_message
#define MESSAGE                                                                                    \
	F(SIZE, 0, size), F(U32, 4, valid), F(U64, 8, message_id), F(U64, 16, broadcast_id),       \
	F(U32, 24, job_type), F(U32, 28, queue_status), F(U32, 32, extended_status),               \
	F(TEXT, 36, extended_text), F(U32, 40, size_bytes), F(U32, 44, page_count),                \
	F(TEXT, 48, recipient_number), F(TEXT, 52, recipient_name), F(TEXT, 56, sender_number),    \
	F(TEXT, 60, sender_name), F(TEXT, 64, tsid), F(TEXT, 68, csid), F(TEXT, 72, sender_user),  \
	F(TEXT, 76, billing_code), F(SYSTIME, 80, original_schedule_time),                         \
	F(SYSTIME, 96, submission_time), F(SYSTIME, 112, start_time), F(SYSTIME, 128, end_time),   \
	F(TEXT, 144, device_name), F(U32, 148, priority), F(U32, 152, retries),                    \
	F(TEXT, 156, document_name), F(TEXT, 160, subject), F(TEXT, 164, caller_id),               \
	F(TEXT, 168, routing_info)
static const struct fx_ms_field message[] = {MESSAGE};
static const struct fx_ms_field message_1[] = {
	MESSAGE, F(U32, 172, has_cover), F(U32, 176, receipt_type), F(TEXT, 180, receipt_address),
	F(U32, 184, receive_folder), F(U32, 188, flags),
};
LAYOUT(fx_ms_message_layout, "FAX_MESSAGE", 176, message, NULL);
LAYOUT(fx_ms_message_1_layout, "FAX_MESSAGE_1", 192, message_1, NULL);
#undef S
#define S fx_ms_profile
static const struct fx_ms_field profile[] = {
	F(SIZE, 0, size), F(TEXT, 4, name), F(TEXT, 8, fax_number), F(TEXT, 12, company),
	F(TEXT, 16, street), F(TEXT, 20, city), F(TEXT, 24, state), F(TEXT, 28, zip),
	F(TEXT, 32, country), F(TEXT, 36, title), F(TEXT, 40, department),
	F(TEXT, 44, office_location), F(TEXT, 48, home_phone), F(TEXT, 52, office_phone),
	F(TEXT, 56, email), F(TEXT, 60, billing_code), F(TEXT, 64, tsid),
};
LAYOUT(fx_ms_profile_layout, "FAX_PERSONAL_PROFILE", 68, profile, NULL);
#undef S
#define S fx_ms_configuration
static const struct fx_ms_field configuration[] = {
	F(SIZE, 0, size), F(U32, 4, retries), F(U32, 8, retry_delay), F(U32, 12, dirty_days),
	F(U32, 16, branding), F(U32, 20, use_device_tsid), F(U32, 24, server_cp),
	F(U32, 28, pause_queue), F(TIME, 32, start_cheap), F(TIME, 36, stop_cheap),
	F(U32, 40, archive_outgoing), F(TEXT, 44, archive_directory), F(TEXT, 48, profile_name),
};
LAYOUT(fx_ms_configuration_layout, "FAX_CONFIGURATION", 52, configuration, NULL);
#undef S
#define S fx_ms_outbox_config
static const struct fx_ms_field outbox_config[] = {
	F(SIZE, 0, size), F(U32, 4, allow_personal_cp), F(U32, 8, use_device_tsid),
	F(U32, 12, retries), F(U32, 16, retry_delay), F(TIME, 20, discount_start),
	F(TIME, 24, discount_end), F(U32, 28, age_limit), F(U32, 32, branding),
};
LAYOUT(fx_ms_outbox_config_layout, "FAX_OUTBOX_CONFIG", 36, outbox_config, NULL);
#undef S
#define S fx_ms_general_config
static const struct fx_ms_field general_config[] = {
	F(SIZE, 0, size), F(U32, 4, use_archive), F(TEXT, 8, archive_location),
	F(U32, 12, quota_warning), F(U32, 16, quota_high), F(U32, 20, quota_low),
	F(U32, 24, archive_age_limit), F(U64, 32, archive_size), F(U32, 40, queue_age_limit),
	F(U32, 44, retries), F(U32, 48, retry_delay), F(U32, 52, use_device_tsid),
	F(TIME, 56, discount_start), F(TIME, 60, discount_end), F(U32, 64, branding),
	F(U32, 68, allow_personal_cp), F(U32, 72, queue_state), F(U32, 76, auto_create_account),
	F(U32, 80, incoming_public),
};
LAYOUT(fx_ms_general_config_layout, "FAX_GENERAL_CONFIG", 88, general_config, NULL);
#undef S
#define S fx_ms_coverpage
static const struct fx_ms_field coverpage[] = {
	F(SIZE, 0, size), F(U32, 4, format), F(TEXT, 8, file_name), F(U32, 12, server_based),
	F(TEXT, 16, note), F(TEXT, 20, subject),
};
LAYOUT(fx_ms_coverpage_layout, "FAX_COVERPAGE_INFO_EX", 24, coverpage, NULL);
#undef S
#define S fx_ms_job_param
static const struct fx_ms_field job_param[] = {
	F(SIZE, 0, size), F(U32, 4, schedule_action), F(SYSTIME, 8, schedule_time),
	F(U32, 24, report_type), F(TEXT, 28, report_address), F(ENUM, 32, priority),
	F(U32, 36, call_handle), F(U32, 40, reserved[0]), F(U32, 44, reserved[1]),
	F(U32, 48, reserved[2]), F(U32, 52, reserved[3]), F(TEXT, 56, document_name),
	F(U32, 60, page_count),
};
LAYOUT(fx_ms_job_param_layout, "FAX_JOB_PARAM_EX", 64, job_param, NULL);
#undef S
#define S fx_ms_version
static const struct fx_ms_field version[] = {
	F(SIZE, 0, size), F(U32, 4, valid), F(U16, 8, major), F(U16, 10, minor),
	F(U16, 12, major_build), F(U16, 14, minor_build), F(U32, 16, flags),
};
LAYOUT(fx_ms_version_layout, "FAX_VERSION", 20, version, NULL);
#undef S
#define S fx_ms_activity
static const struct fx_ms_field activity[] = {
	F(SIZE, 0, size), F(U32, 4, incoming), F(U32, 8, routing), F(U32, 12, outgoing),
	F(U32, 16, delegated), F(U32, 20, queued), F(U32, 24, errors), F(U32, 28, warnings),
	F(U32, 32, information),
};
LAYOUT(fx_ms_activity_layout, "FAX_SERVER_ACTIVITY", 36, activity, NULL);
#undef S
#define S fx_ms_event
static const struct fx_ms_field event[] = {
	F(SIZE, 0, size), F(FILETIME, 4, time), F(U32, 12, device_id), F(U32, 16, event_id),
	F(U32, 20, job_id),
};
LAYOUT(fx_ms_event_layout, "FAX_EVENT", 24, event, NULL);
#undef S
#define S fx_ms_message_props
static const struct fx_ms_field message_props[] = {F(U32, 0, valid), F(U32, 4, flags)};
LAYOUT(fx_ms_message_props_layout, "FAX_MESSAGE_PROPS", 8, message_props, NULL);
#undef S
#define S fx_ms_account_info
static const struct fx_ms_field account_info[] = {F(SIZE, 0, size), F(TEXT, 4, name)};
LAYOUT(fx_ms_account_info_layout, "FAX_ACCOUNT_INFO_0", 8, account_info, NULL);
#undef S
#define S fx_ms_reassign_info
static const struct fx_ms_field reassign_info[] = {
	F(TEXT, 0, recipients), F(TEXT, 4, sender_name), F(TEXT, 8, sender_number),
	F(TEXT, 12, subject), F(U32, 16, has_cover),
};
LAYOUT(fx_ms_reassign_info_layout, "FAX_REASSIGN_INFO", 20, reassign_info, NULL);
#undef S
#define S fx_ms_routing_method
static const struct fx_ms_field routing_method[] = {
	F(SIZE, 0, size), F(U32, 4, device_id), F(U32, 8, enabled), F(TEXT, 12, device_name),
	F(TEXT, 16, guid), F(TEXT, 20, friendly_name), F(TEXT, 24, function_name),
	F(TEXT, 28, image_name), F(TEXT, 32, extension_name),
};
LAYOUT(fx_ms_routing_method_layout, "FAX_ROUTING_METHOD", 36, routing_method, NULL);
#undef S
#define S fx_ms_global_routing
static const struct fx_ms_field global_routing[] = {
	F(SIZE, 0, size), F(U32, 4, priority), F(TEXT, 8, guid), F(TEXT, 12, friendly_name),
	F(TEXT, 16, function_name), F(TEXT, 20, image_name), F(TEXT, 24, extension_name),
};
LAYOUT(fx_ms_global_routing_layout, "FAX_GLOBAL_ROUTING_INFO", 28, global_routing, NULL);
#undef S
#define S fx_ms_outbound_group
static const struct fx_ms_field outbound_group[] = {
	F(SIZE, 0, size), F(TEXT, 4, name), F(U32, 8, n_devices), F(U32S, 12, devices),
	F(ENUM, 16, status),
};
LAYOUT(fx_ms_outbound_group_layout, "RPC_FAX_OUTBOUND_ROUTING_GROUP", 20, outbound_group, NULL);
#undef S
#define S fx_ms_outbound_rule
static const struct fx_ms_field outbound_rule[] = {
	F(SIZE, 0, size), F(U32, 4, area_code), F(U32, 8, country_code), F(TEXT, 12, country_name),
	F(DEST, 16, destination), F(U32, 20, use_group),
};
LAYOUT(fx_ms_outbound_rule_layout, "RPC_FAX_OUTBOUND_ROUTING_RULE", 24, outbound_rule, NULL);
#undef S
/* FAX_VERSION within another structure */
#define VERSION_AT(o)                                                                              \
	F(U32, (o), version_size), F(U32, (o) + 4, version_valid), F(U16, (o) + 8, major),         \
	F(U16, (o) + 10, minor), F(U16, (o) + 12, major_build), F(U16, (o) + 14, minor_build),     \
	F(U32, (o) + 16, version_flags)
#define S fx_ms_provider_info
static const struct fx_ms_field provider_info[] = {
	F(SIZE, 0, size), F(TEXT, 4, friendly_name), F(TEXT, 8, image_name),
	F(TEXT, 12, provider_name), F(TEXT, 16, guid), F(U32, 20, capabilities), VERSION_AT(24),
	F(U32, 44, status), F(U32, 48, last_error),
};
LAYOUT(fx_ms_provider_info_layout, "FAX_DEVICE_PROVIDER_INFO", 52, provider_info, NULL);
#undef S
#define S fx_ms_extension_info
static const struct fx_ms_field extension_info[] = {
	F(SIZE, 0, size), F(TEXT, 4, friendly_name), F(TEXT, 8, image_name),
	F(TEXT, 12, extension_name), VERSION_AT(16), F(U32, 36, status), F(U32, 40, last_error),
};
LAYOUT(fx_ms_extension_info_layout, "FAX_ROUTING_EXTENSION_INFO", 44, extension_info, NULL);
#undef S
#define S fx_ms_archive_config
static const struct fx_ms_field archive_config[] = {
	F(SIZE, 0, size), F(U32, 4, use_archive), F(TEXT, 8, folder), F(U32, 12, quota_warning),
	F(U32, 16, quota_high), F(U32, 20, quota_low), F(U32, 24, age_limit),
	F(U64, 32, archive_size),
};
LAYOUT(fx_ms_archive_config_layout, "FAX_ARCHIVE_CONFIG", 40, archive_config, NULL);
#undef S
#define S fx_ms_receipts_config
static const struct fx_ms_field receipts_config[] = {
	F(SIZE, 0, size), F(U32, 4, allowed), F(ENUM, 8, auth), F(TEXT, 12, reserved),
	F(TEXT, 16, server), F(U32, 20, port), F(TEXT, 24, from), F(TEXT, 28, user),
	F(TEXT, 32, password), F(U32, 36, for_routing),
};
LAYOUT(fx_ms_receipts_config_layout, "FAX_RECEIPTS_CONFIG", 40, receipts_config, NULL);
#undef S
#define S fx_ms_activity_config
static const struct fx_ms_field activity_config[] = {
	F(SIZE, 0, size), F(U32, 4, incoming), F(U32, 8, outgoing), F(TEXT, 12, path),
};
LAYOUT(fx_ms_activity_config_layout, "FAX_ACTIVITY_LOGGING_CONFIG", 16, activity_config, NULL);
#undef S
#define S fx_ms_printer_info
static const struct fx_ms_field printer_info[] = {
	F(TEXT, 0, printer), F(TEXT, 4, server), F(TEXT, 8, driver),
};
LAYOUT(fx_ms_printer_info_layout, "FAX_PRINTER_INFO", 16, printer_info, NULL);
#undef S
#define S fx_ms_country
static const struct fx_ms_field country[] = {
	F(U32, 0, id), F(U32, 4, code), F(TEXT, 8, name), F(TEXT, 12, long_distance_rule),
};
LAYOUT(fx_ms_country_layout, "FAX_TAPI_LINECOUNTRY_ENTRY", 16, country, NULL);
#undef S
#define S fx_ms_log_category
static const struct fx_ms_field log_category[] = {
	F(TEXT, 0, name), F(U32, 4, category), F(U32, 8, level),
};
LAYOUT(fx_ms_log_category_layout, "FAX_LOG_CATEGORY", 12, log_category, NULL);
#undef S
