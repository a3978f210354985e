/* SPDX-License-Identifier: Apache-2.0 */
/**
 * @file rpc/msfax/msfax.h
 * Structures and numbers of [MS-FAX]. Field order and types are those of the C
 * declarations, so each struct here and its W or A counterpart in winfax.h have
 * the same layout (winfax asserts the sizes).
 * Values; texts are borrowed or belong to the block or arena they came with.
 */
#ifndef FX_RPC_MSFAX_MSFAX_H
#define FX_RPC_MSFAX_MSFAX_H

#include "rpc/msfax/layout.h"

#define FX_MS_RPC_BUFFER_MAX  0x100000u /**< FAX_MAX_RPC_BUFFER */
#define FX_MS_ANSWER_MAX      0x10000000u /**< bytes of a list: some 500,000 jobs */
#define FX_MS_COPY_CHUNK      16384u    /**< RPC_COPY_BUFFER_SIZE */
#define FX_MS_RECIPIENTS_MAX  10000u
#define FX_MS_STRING_LEN      253u      /**< MAX_FAX_STRING_LEN */
#define FX_MS_FILE_NAME_UNITS 255u      /**< server file name with NUL */
#define FX_MS_PIPE            "SHAREDFAX"

#define FX_MS_API_0 0x00000000u
#define FX_MS_API_1 0x00010000u
#define FX_MS_API_2 0x00020000u
#define FX_MS_API_3 0x00030000u

/* Win32 and fax codes that a call returns (ms-fax.md 7) */
enum fx_win32 {
	FX_W_SUCCESS = 0, FX_W_INVALID_FUNCTION = 1, FX_W_FILE_NOT_FOUND = 2,
	FX_W_PATH_NOT_FOUND = 3,
	FX_W_ACCESS_DENIED = 5, FX_W_INVALID_HANDLE = 6, FX_W_NOT_ENOUGH_MEMORY = 8,
	FX_W_BAD_FORMAT = 11, FX_W_OUTOFMEMORY = 14,
	FX_W_INVALID_DATA = 13, FX_W_WRITE_PROTECT = 19, FX_W_BAD_UNIT = 20, FX_W_GEN_FAILURE = 31,
	FX_W_NOT_SUPPORTED = 50, FX_W_INVALID_PARAMETER = 87, FX_W_BUFFER_OVERFLOW = 111,
	FX_W_DISK_FULL = 112, FX_W_ALREADY_EXISTS = 183, FX_W_NO_MORE_ITEMS = 259,
	FX_W_REGISTRY_CORRUPT = 1015, FX_W_CANCELLED = 1223, FX_W_INTERNAL_ERROR = 1359,
	FX_W_UNKNOWN_AUTHN_SERVICE = 1747, FX_W_SEC_PKG_ERROR = 1825,
	FX_W_TIMEOUT = 1460, FX_W_INVALID_HANDLE_STATE = 1609,
	FX_W_BAD_CONFIGURATION = 1610, FX_W_UNSUPPORTED_TYPE = 1630,
	FX_W_SERVER_UNAVAILABLE = 1722,
	FX_W_SERVER_TOO_BUSY = 1723, FX_W_RPC_PROTOCOL_ERROR = 1728, FX_W_CALL_FAILED = 1726,
	FX_W_UNKNOWN_IF = 1717, FX_W_INVALID_NET_ADDR = 1707, FX_W_PROCNUM_OUT_OF_RANGE = 1745,
	FX_W_BAD_STUB_DATA = 1783, FX_W_DEVICE_IN_USE = 2404, FX_W_INVALID_OPERATION = 4317,
	FX_W_DUP_NAME = 52, FX_W_FAX_GROUP_NOT_FOUND = 7002,
	FX_W_FAX_BAD_GROUP_CONFIGURATION = 7003, FX_W_FAX_GROUP_IN_USE = 7004,
	FX_W_FAX_RULE_NOT_FOUND = 7005, FX_W_FAX_DIRECTORY_IN_USE = 7007,
	FX_W_FAX_FILE_ACCESS_DENIED = 7008, FX_W_FAX_MESSAGE_NOT_FOUND = 7009, FX_W_FAX_RECIPIENTS_LIMIT = 7013,
};

#define FX_MS_DRT_EMAIL  1u
#define FX_MS_DRT_INBOX  2u
#define FX_MS_DRT_MSGBOX 4u
/* Rights of the later set (ms-fax.md 8.1, 8.2) */
enum fx_ms_right {
	FX_MS_SUBMIT = 0x1, FX_MS_SUBMIT_NORMAL = 0x2, FX_MS_SUBMIT_HIGH = 0x4,
	FX_MS_QUERY_JOBS = 0x8, FX_MS_MANAGE_JOBS = 0x10, FX_MS_QUERY_CONFIG = 0x20,
	FX_MS_MANAGE_CONFIG = 0x40,
	/* only opnum 25 */
	FX_MS_QUERY_IN_ARCHIVE = 0x80, FX_MS_MANAGE_IN_ARCHIVE = 0x100,
	FX_MS_QUERY_OUT_ARCHIVE = 0x200, FX_MS_MANAGE_OUT_ARCHIVE = 0x400, FX_MS_ALL_1 = 0x7FF,
	/* only opnum 101 */
	FX_MS_QUERY_ARCHIVES = 0x80, FX_MS_MANAGE_ARCHIVES = 0x100,
	FX_MS_MANAGE_RECEIVE_FOLDER = 0x200, FX_MS_ALL_2 = 0x3FF,
	/* both: DELETE, READ_CONTROL, WRITE_DAC, WRITE_OWNER, SYNCHRONIZE */
	FX_MS_STANDARD_RIGHTS = 0x001F0000,
	FX_MS_MAXIMUM_ALLOWED = 0x02000000,
};

enum fx_ms_folder { FX_MS_INBOX, FX_MS_SENT, FX_MS_QUEUE };
enum { FX_MS_PORT_QUERY = 1, FX_MS_PORT_MODIFY = 2 };
enum { FX_MS_FPF_RECEIVE = 1, FX_MS_FPF_SEND = 2, FX_MS_FPF_VIRTUAL = 4 };
enum { FX_MS_QUEUE_IN_BLOCKED = 1, FX_MS_QUEUE_OUT_BLOCKED = 2, FX_MS_QUEUE_OUT_PAUSED = 4 };

/** Job status bits (ms-fax.md 6.4): winfax.h's numbers; the later ones are twice these. */
enum fx_ms_js {
	FX_JS_PENDING = 0, FX_JS_INPROGRESS = 1, FX_JS_DELETING = 2, FX_JS_FAILED = 4,
	FX_JS_PAUSED = 8, FX_JS_NOLINE = 0x10, FX_JS_RETRYING = 0x20, FX_JS_RETRIES_EXCEEDED = 0x40,
};
enum fx_ms_js_ex {
	FX_JSX_PENDING = 1, FX_JSX_INPROGRESS = 2, FX_JSX_DELETING = 4, FX_JSX_FAILED = 8,
	FX_JSX_PAUSED = 0x10, FX_JSX_NOLINE = 0x20, FX_JSX_RETRYING = 0x40,
	FX_JSX_RETRIES_EXCEEDED = 0x80, FX_JSX_COMPLETED = 0x100, FX_JSX_CANCELED = 0x200,
	FX_JSX_CANCELING = 0x400, FX_JSX_ROUTING = 0x800,
};
/** Job types of the extended calls: bits. */
enum { FX_JTX_UNKNOWN = 1, FX_JTX_SEND = 2, FX_JTX_RECEIVE = 4, FX_JTX_ROUTING = 8,
       FX_JTX_FAIL_RECEIVE = 0x10, FX_JTX_BROADCAST = 0x20 };
/** Validity mask (ms-fax.md 6.3). */
enum fx_ms_job_field {
	FX_JF_JOB_ID = 1,
	FX_JF_TYPE = 2,
	FX_JF_QUEUE_STATUS = 4,
	FX_JF_STATUS_EX = 8,
	FX_JF_SIZE = 0x10,
	FX_JF_PAGE_COUNT = 0x20,
	FX_JF_CURRENT_PAGE = 0x40,
	FX_JF_RECIPIENT = 0x80,
	FX_JF_SCHEDULE_TIME = 0x100,
	FX_JF_ORIGINAL_SCHEDULE_TIME = 0x200,
	FX_JF_SUBMISSION_TIME = 0x400,
	FX_JF_START_TIME = 0x800,
	FX_JF_END_TIME = 0x1000,
	FX_JF_PRIORITY = 0x2000,
	FX_JF_RETRIES = 0x4000,
	FX_JF_REPORT_TYPE = 0x8000,
	FX_JF_SENDER = 0x10000,
	FX_JF_STATUS_SUB = 0x20000,
	FX_JF_DEVICE_ID = 0x40000,
	FX_JF_MESSAGE_ID = 0x80000,
	FX_JF_BROADCAST_ID = 0x100000,
	FX_JF_RECEIPT_TYPE = 0x200000,
	FX_JF_RECEIVE_FOLDER = 0x400000,
	FX_JF_MESSAGE_FLAGS = 0x800000,
};

struct fx_ms_time { uint16_t hour, minute; };
struct fx_ms_filetime { uint32_t low, high; };
struct fx_ms_systemtime { uint16_t year, month, weekday, day, hour, minute, second, ms; };
/** Unix seconds, UTC; 0 gives all zero and the reverse. */
struct fx_ms_filetime fx_ms_filetime_from(int64_t unix_s);
struct fx_ms_filetime fx_ms_filetime_from_us(int64_t unix_us); /**< microseconds */
int64_t fx_ms_filetime_to(struct fx_ms_filetime t);
struct fx_ms_systemtime fx_ms_systemtime_from(int64_t unix_s);
/** @return 0 or FX_EINVAL (no such date) */
FX_MUST_CHECK int fx_ms_systemtime_to(const struct fx_ms_systemtime *t, int64_t *ret);

struct fx_ms_port_info { /* FAX_PORT_INFO */
	uint32_t size, device_id, state, flags, rings, priority;
	union fx_wtext name, tsid, csid;
};
struct fx_ms_port_info_ex { /* FAX_PORT_INFO_EX */
	uint32_t size, device_id;
	union fx_wtext name, description, provider_name, provider_guid;
	uint32_t send, receive_mode, status, rings;
	union fx_wtext csid, tsid;
};
struct fx_ms_device_status { /* FAX_DEVICE_STATUS */
	uint32_t size;
	union fx_wtext caller_id, csid;
	uint32_t current_page, device_id;
	union fx_wtext device_name, document_name;
	uint32_t job_type;
	union fx_wtext phone_number, routing_string, sender_name, recipient_name;
	uint32_t size_bytes;
	struct fx_ms_filetime start_time;
	uint32_t status;
	union fx_wtext status_string;
	struct fx_ms_filetime submitted_time;
	uint32_t total_pages;
	union fx_wtext tsid, user_name;
};
struct fx_ms_job_entry { /* FAX_JOB_ENTRY */
	uint32_t size, job_id;
	union fx_wtext user_name;
	uint32_t job_type, queue_status, status, size_bytes, page_count;
	union fx_wtext recipient_number, recipient_name, tsid, sender_name, sender_company,
		sender_dept, billing_code;
	uint32_t schedule_action;
	struct fx_ms_systemtime schedule_time;
	uint32_t report_type;
	union fx_wtext report_address, document_name;
};
struct fx_ms_job_status { /* FAX_JOB_STATUS */
	uint32_t size, valid, job_id, job_type, queue_status, extended_status;
	union fx_wtext extended_text;
	uint32_t size_bytes, page_count, current_page;
	union fx_wtext tsid, csid;
	struct fx_ms_systemtime schedule_time, start_time, end_time;
	uint32_t device_id;
	union fx_wtext device_name;
	uint32_t retries;
	union fx_wtext caller_id, routing_info;
	uint32_t operations;
};
struct fx_ms_job_entry_ex { /* FAX_JOB_ENTRY_EX and, with the last three, _EX_1 */
	uint32_t size, valid;
	uint64_t message_id, broadcast_id;
	union fx_wtext recipient_number, recipient_name, sender_user, billing_code;
	struct fx_ms_systemtime original_schedule_time, submission_time;
	uint32_t priority, report_type;
	union fx_wtext document_name, subject;
	struct fx_ms_job_status *status;
	uint32_t has_cover;
	union fx_wtext receipt_address;
	uint32_t schedule_action;
};
struct fx_ms_message { /* FAX_MESSAGE and, with the last five, FAX_MESSAGE_1 */
	uint32_t size, valid;
	uint64_t message_id, broadcast_id;
	uint32_t job_type, queue_status, extended_status;
	union fx_wtext extended_text;
	uint32_t size_bytes, page_count;
	union fx_wtext recipient_number, recipient_name, sender_number, sender_name, tsid, csid,
		sender_user, billing_code;
	struct fx_ms_systemtime original_schedule_time, submission_time, start_time, end_time;
	union fx_wtext device_name;
	uint32_t priority, retries;
	union fx_wtext document_name, subject, caller_id, routing_info;
	uint32_t has_cover, receipt_type;
	union fx_wtext receipt_address;
	uint32_t receive_folder, flags;
};
struct fx_ms_profile { /* FAX_PERSONAL_PROFILE */
	uint32_t size;
	union fx_wtext name, fax_number, company, street, city, state, zip, country, title,
		department, office_location, home_phone, office_phone, email, billing_code, tsid;
};
struct fx_ms_configuration { /* FAX_CONFIGURATION */
	uint32_t size, retries, retry_delay, dirty_days, branding, use_device_tsid, server_cp,
		pause_queue;
	struct fx_ms_time start_cheap, stop_cheap;
	uint32_t archive_outgoing;
	union fx_wtext archive_directory, profile_name;
};
struct fx_ms_outbox_config { /* FAX_OUTBOX_CONFIG */
	uint32_t size, allow_personal_cp, use_device_tsid, retries, retry_delay;
	struct fx_ms_time discount_start, discount_end;
	uint32_t age_limit, branding;
};
struct fx_ms_general_config { /* FAX_GENERAL_CONFIG */
	uint32_t size, use_archive;
	union fx_wtext archive_location;
	uint32_t quota_warning, quota_high, quota_low, archive_age_limit;
	uint64_t archive_size;
	uint32_t queue_age_limit, retries, retry_delay, use_device_tsid;
	struct fx_ms_time discount_start, discount_end;
	uint32_t branding, allow_personal_cp, queue_state, auto_create_account, incoming_public;
};
struct fx_ms_archive_config { /* FAX_ARCHIVE_CONFIG */
	uint32_t size, use_archive;
	union fx_wtext folder;
	uint32_t quota_warning, quota_high, quota_low, age_limit;
	uint64_t archive_size;
};
struct fx_ms_receipts_config { /* FAX_RECEIPTS_CONFIG */
	uint32_t size, allowed, auth; /**< auth: enum of SMTP authentication, as core's */
	union fx_wtext reserved, server;
	uint32_t port;
	union fx_wtext from, user, password;
	uint32_t for_routing;
};
struct fx_ms_activity_config { /* FAX_ACTIVITY_LOGGING_CONFIG */
	uint32_t size, incoming, outgoing;
	union fx_wtext path;
};
struct fx_ms_printer_info { /* FAX_PRINTER_INFO, which has no size */
	union fx_wtext printer, server, driver;
};
struct fx_ms_country { /* FAX_TAPI_LINECOUNTRY_ENTRY */
	uint32_t id, code;
	union fx_wtext name, long_distance_rule;
};
struct fx_ms_routing_method { /* FAX_ROUTING_METHOD */
	uint32_t size, device_id, enabled;
	union fx_wtext device_name, guid, friendly_name, function_name, image_name,
		extension_name;
};
struct fx_ms_global_routing { /* FAX_GLOBAL_ROUTING_INFO */
	uint32_t size, priority;
	union fx_wtext guid, friendly_name, function_name, image_name, extension_name;
};
struct fx_ms_outbound_group { /* RPC_FAX_OUTBOUND_ROUTING_GROUP */
	uint32_t size;
	union fx_wtext name;
	uint32_t n_devices;
	const uint32_t *devices; /**< in order of preference */
	uint32_t status;         /**< ms-fax.md 6.2 */
};
struct fx_ms_outbound_rule { /* RPC_FAX_OUTBOUND_ROUTING_RULE */
	uint32_t size, area_code, country_code; /**< 0 = any */
	union fx_wtext country_name;
	struct fx_ms_destination destination;
	uint32_t use_group;
};
struct fx_ms_provider_info { /* FAX_DEVICE_PROVIDER_INFO: the version stands inside */
	uint32_t size;
	union fx_wtext friendly_name, image_name, provider_name, guid;
	uint32_t capabilities, version_size, version_valid;
	uint16_t major, minor, major_build, minor_build;
	uint32_t version_flags, status, last_error; /**< enum fx_ms_provider_status */
};
struct fx_ms_extension_info { /* FAX_ROUTING_EXTENSION_INFO */
	uint32_t size;
	union fx_wtext friendly_name, image_name, extension_name;
	uint32_t version_size, version_valid;
	uint16_t major, minor, major_build, minor_build;
	uint32_t version_flags, status, last_error;
};
enum fx_ms_provider_status { /* both kinds of plug-in */
	FX_MS_PROVIDER_SUCCESS, FX_MS_PROVIDER_SERVER_ERROR, FX_MS_PROVIDER_BAD_GUID,
	FX_MS_PROVIDER_BAD_VERSION, FX_MS_PROVIDER_CANT_LOAD, FX_MS_PROVIDER_CANT_LINK,
	FX_MS_PROVIDER_CANT_INIT,
};
struct fx_ms_log_category { /* FAX_LOG_CATEGORY, which has no size */
	union fx_wtext name;
	uint32_t category, level;
};
struct fx_ms_event { /* FAX_EVENT */
	uint32_t size;
	struct fx_ms_filetime time;
	uint32_t device_id, event_id, job_id; /**< FEI_*; 0xFFFFFFFF = no job */
};
struct fx_ms_coverpage { /* FAX_COVERPAGE_INFO_EX */
	uint32_t size, format;
	union fx_wtext file_name;
	uint32_t server_based;
	union fx_wtext note, subject;
};
struct fx_ms_job_param { /* FAX_JOB_PARAM_EX */
	uint32_t size, schedule_action;
	struct fx_ms_systemtime schedule_time;
	uint32_t report_type;
	union fx_wtext report_address;
	uint32_t priority, call_handle, reserved[4];
	union fx_wtext document_name;
	uint32_t page_count;
};
struct fx_ms_version { /* FAX_VERSION */
	uint32_t size, valid;
	uint16_t major, minor, major_build, minor_build;
	uint32_t flags;
};
struct fx_ms_activity { /* FAX_SERVER_ACTIVITY */
	uint32_t size, incoming, routing, outgoing, delegated, queued, errors, warnings,
		information;
};
struct fx_ms_message_props { uint32_t valid, flags; }; /* FAX_MESSAGE_PROPS */
struct fx_ms_account_info { /* FAX_ACCOUNT_INFO_0 */
	uint32_t size;
	union fx_wtext name;
};
struct fx_ms_reassign_info { /* FAX_REASSIGN_INFO, in NDR only */
	union fx_wtext recipients, sender_name, sender_number, subject;
	uint32_t has_cover;
};

extern const struct fx_ms_layout fx_ms_port_info_layout, fx_ms_port_info_ex_layout,
	fx_ms_device_status_layout, fx_ms_job_entry_layout, fx_ms_job_status_layout,
	fx_ms_job_entry_ex_layout, fx_ms_job_entry_ex_1_layout, fx_ms_message_layout,
	fx_ms_message_1_layout, fx_ms_profile_layout, fx_ms_configuration_layout,
	fx_ms_outbox_config_layout, fx_ms_general_config_layout, fx_ms_coverpage_layout,
	fx_ms_job_param_layout, fx_ms_version_layout, fx_ms_activity_layout,
	fx_ms_account_info_layout, fx_ms_reassign_info_layout,
	fx_ms_message_props_layout, fx_ms_log_category_layout, fx_ms_event_layout,
	fx_ms_routing_method_layout, fx_ms_global_routing_layout, fx_ms_provider_info_layout,
	fx_ms_extension_info_layout, fx_ms_outbound_group_layout, fx_ms_outbound_rule_layout,
	fx_ms_archive_config_layout, fx_ms_receipts_config_layout,
	fx_ms_activity_config_layout, fx_ms_printer_info_layout, fx_ms_country_layout;

/** FAX_TAPI_LINECOUNTRY_LIST: the number, then the entries as variable data (ms-fax.md 4.2). */
void fx_ms_put_countries(struct fx_buf *b, const struct fx_ms_country *v, size_t n,
			 enum fx_text_form form);
/** @param ret_block as of fx_ms_get(): the entries @return as fx_ms_get() */
FX_MUST_CHECK int fx_ms_get_countries(const void *p, size_t len, enum fx_text_form form,
				      void **ret_block, size_t *ret_n);

#endif
