/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Each operation on the wire without its right, and with that right alone.
 *
 * One row for each operation that is served, of both interfaces; an operation without a row fails
 * the run. Without the right, all others held: the documented error, a line in the log that names
 * user and right, and nothing has changed. With that right alone: it works.
 * Handles were opened while all rights were held, so this is also what happens to a connection
 * that loses its rights.
 */
#include <stdio.h>
#include <string.h>
#include "base/str.h"
#include "rpc/iface/iface.h"
#include "rpc/msfax/event_ex.h"
#include "tests/unit/rights/bench.h"

#define OPEN 0u                      /* to any account, whatever it holds */
#define ANY  0x80000000u             /* any right will do */
#define FAX  FX_CLIENT_FAX
#define OURS FX_CLIENT_CASELLI
#define IN(...) ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})
#define TEXT(t) {.s = {.u8 = t}}

typedef uint32_t(call_fn)(struct bench *b);

static uint32_t call(struct bench *b, enum fx_client_iface iface, uint32_t op,
		     const struct fx_ms_val *in)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(b->c, iface, op, in, FX_TEXT_UTF8, out);

	fx_client_end(b->c);
	return code;
}

/* An operation by its number, with these parameters. */
#define OP(name, iface, op, ...)                                                                   \
	static uint32_t name(struct bench *b)                                                      \
	{                                                                                          \
		return call(b, iface, op, IN(__VA_ARGS__));                                        \
	}
/* A structure goes in. */
#define OP_STRUCT(name, iface, op, type, ...)                                                      \
	static uint32_t name(struct bench *b)                                                      \
	{                                                                                          \
		struct type w = {__VA_ARGS__};                                                     \
		return call(b, iface, op, IN({.p = &w}));                                          \
	}

OP(ref_count, FAX, 1, {.p = &b->svc}, {.u = 1})
OP(open_port, FAX, 2, {.u = PORT}, {.u = FX_MS_PORT_QUERY})
OP(close_port, FAX, 3, {.p = &b->port})
OP(enum_jobs, FAX, 4, {0})
OP(get_job, FAX, 5, {.u = b->job})
OP(set_job, FAX, 6, {.u = b->job}, {.u = FX_JC_PAUSE})
OP(page_data, FAX, 7, {.u = b->job}, {0}, {0})
OP(device_status, FAX, 8, {.p = &b->port})
OP(abort_job, FAX, 9, {.u = b->job})
OP(enum_ports, FAX, 10, {0})
OP(get_port, FAX, 11, {.p = &b->port})
OP(enum_methods, FAX, 13, {.p = &b->port})
OP(enable_method, FAX, 14, {.p = &b->port}, TEXT(b->guid), {.u = 0})
OP(get_routing_info, FAX, 15, {.p = &b->port}, TEXT(b->guid))
OP(set_routing_info, FAX, 16, {.p = &b->port}, TEXT(b->guid),
   {.p = "/\0t\0m\0p\0\0", .n = 10}, {0})
OP(enum_global, FAX, 17, {0})
OP_STRUCT(set_global, FAX, 18, fx_ms_global_routing, .priority = 2, .guid = {.u8 = b->guid})
OP(get_config, FAX, 19, {0})
OP_STRUCT(set_config, FAX, 20, fx_ms_configuration, .retries = 9, .dirty_days = 5)
OP(get_logging, FAX, 21, {0})
OP(add_group, FAX, 51, TEXT("new"))
static uint32_t set_group(struct bench *b)
{
	const uint32_t ids[] = {PORT};
	const struct fx_ms_outbound_group w = {.name = {.u8 = "there"}, .n_devices = 1,
					       .devices = ids};

	return fx_client_set_outbound_group(b->c, &w);
}
OP(remove_group, FAX, 53, TEXT("none"))
OP(enum_groups, FAX, 54, {0})
OP(order_device, FAX, 55, TEXT("<All devices>"), {.u = PORT}, {.u = 1})
OP(add_rule, FAX, 56, {.u = 30}, {.u = 49}, {.u = PORT}, TEXT(NULL), {0})
OP(remove_rule, FAX, 57, {.u = 31}, {.u = 49})
static uint32_t set_rule(struct bench *b)
{
	return fx_client_set_outbound_rule(b->c, 0, 0, 0, "<All devices>");
}
OP(enum_rules, FAX, 59, {0})
OP(outbound_test, OURS, FX_CS_OUTBOUND_TEST, TEXT("+49301"), {0})
OP(plugins, OURS, FX_CS_PLUGINS, {0})
OP(enum_providers, FAX, 45, {0})
OP(enum_extensions, FAX, 78, {0})
static uint32_t register_provider(struct bench *b)
{
	return fx_client_register_provider(b->c, "x", "X", "/x.so", "");
}
static uint32_t unregister_provider(struct bench *b)
{
	return fx_client_unregister_provider(b->c, "x");
}
static uint32_t register_extension(struct bench *b)
{
	static const struct fx_client_method method = {
		"m", "M", "F", "{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}"};

	return fx_client_register_extension(b->c, "x", "X", "/x.so", &method, 1);
}
static uint32_t unregister_extension(struct bench *b)
{
	return fx_client_unregister_extension(b->c, "x");
}
OP(printers, FAX, 0, {0})
OP(prot_seq, FAX, 26, {.null = true})
OP(countries, FAX, 30, {0})
OP(profile, FAX, 31, {.u = b->sent}, {.u = FX_MS_SENT}, {.u = 2})
OP(get_receipts, FAX, 34, {0})
OP_STRUCT(set_receipts, FAX, 35, fx_ms_receipts_config, .port = 26)
OP_STRUCT(set_outbox, FAX, 39, fx_ms_outbox_config, .retries = 8)
OP(get_archive, FAX, 41, {.u = FX_MS_INBOX})
OP(get_activity_log, FAX, 43, {0})
OP_STRUCT(set_activity_log, FAX, 44, fx_ms_activity_config, .incoming = 0)
OP(get_ext_data, FAX, 49, {.u = 0}, TEXT("{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}"))
OP(set_ext_data, FAX, 50, TEXT("here"), {.u = 0},
   TEXT("{5e0b3c52-6a57-4c44-9d57-52a2a0c5f0d1}"), {.p = "data", .n = 4}, {0})
OP(wizard_used, FAX, 77, {.u = 1})
OP(refresh_archive, FAX, 82, {.u = FX_MS_INBOX})
OP(set_recipients_limit, FAX, 83, {.u = 5})
OP(check_folder, FAX, 86, TEXT("/tmp"))
OP(access_check, FAX, 25, {.u = FX_MS_MAXIMUM_ALLOWED}, {.null = true})
OP(enum_jobs_ex, FAX, 28, {.u = 0xFFFF})
OP(get_job_ex, FAX, 29, {.u = b->job_id})
OP(queue_states, FAX, 32, {0})
OP(set_queue, FAX, 33, {.u = FX_MS_QUEUE_OUT_PAUSED})
OP(receipts_options, FAX, 36, {0})
OP(outbox, FAX, 38, {0})
OP(personal_cp, FAX, 40, {0})
OP(get_port_ex, FAX, 46, {.u = PORT})
OP(enum_ports_ex, FAX, 48, {0})
OP(start_messages, FAX, 63, {.u = FX_MS_INBOX})
OP(end_messages, FAX, 64, {.p = &b->list})
OP(enum_messages, FAX, 65, {.p = &b->list}, {.u = 10})
OP(get_message, FAX, 66, {.u = b->sent}, {.u = FX_MS_SENT})
OP(remove_message, FAX, 67, {.u = b->inbox}, {.u = FX_MS_INBOX})
OP(start_copy, FAX, 68, TEXT(".tif"), TEXT("................................................"
					   "................................................"))
OP(copy_message, FAX, 69, {.u = b->sent}, {.u = FX_MS_SENT})
OP(write_file, FAX, 70, {.p = &b->up}, {.p = "II*", .n = 4}, {0})
OP(read_file, FAX, 71, {.p = &b->down}, {.u = 100}, {.u = 100})
OP(end_copy, FAX, 72, {.p = &b->up})
/* Nobody listens at this port: what a client without the right does not get to hear. */
OP(subscribe, FAX, 74, TEXT("client"), TEXT("1024"), {.u = 1}, TEXT("ncacn_ip_tcp"), {.u = 1},
   {.u = FX_MS_EVENT_QUEUE_STATE})
OP(unsubscribe, FAX, 75, {.p = &b->port})
OP(subscribe_account, FAX, 92, {0}, TEXT("client"), TEXT("1024"), {.u = 1},
   TEXT("ncacn_ip_tcp"), {.u = FX_MS_EVENT_QUEUE_STATE}, {.u = 1})
OP_STRUCT(activity, FAX, 76, fx_ms_activity, .size = 36)
OP(connect_server, FAX, 80, {.u = FX_MS_API_3})
OP(recipients_limit, FAX, 84, {0})
OP(sku, FAX, 85, {0})
OP(get_job_ex2, FAX, 87, {.u = b->job_id}, {.u = 1})
OP(enum_jobs_ex2, FAX, 88, {.u = 1}, {0}, {.u = 0xFFFF}, {.u = 1})
OP(get_message_ex, FAX, 89, {.u = b->sent}, {.u = FX_MS_SENT}, {.u = 1})
OP(start_messages_ex, FAX, 90, {.u = 1}, {0}, {.u = FX_MS_INBOX}, {.u = 1})
OP(own_jobs, FAX, 88, {.u = 0}, {0}, {.u = 0xFFFF}, {.u = 1})
OP(own_messages, FAX, 90, {.u = 0}, {0}, {.u = FX_MS_INBOX}, {.u = 1})
OP(enum_messages_ex, FAX, 91, {.p = &b->list_ex}, {.u = 10})
OP(general, FAX, 97, {.u = 0})
/* FAX_ACCOUNT_INFO_0 "X\\y" */
OP(create_account, FAX, 93, {.u = 0},
   {.p = "\x08\0\0\0\x08\0\0\0X\0\\\0y\0\0\0", .n = 16}, {0})
OP(delete_account, FAX, 94, TEXT("X\\y"))
OP(enum_accounts, FAX, 95, {.u = 0})
OP(account_info, FAX, 96, TEXT("X\\y"), {.u = 0})
OP(get_security, FAX, 99, {.u = 7})
OP(set_owner, FAX, 100, {.u = 4}, {.p = "\1\0\0\x80", .n = 4}, {0})
static uint32_t reassign(struct bench *b)
{
	struct fx_ms_reassign_info w = {.recipients = {.u8 = "root"}};

	return call(b, FAX, 102, IN({.u = b->inbox}, {.p = &w}));
}
OP(access_check_2, FAX, 101, {.u = FX_MS_MAXIMUM_ALLOWED}, {.null = true})
OP(config_option, FAX, 104, {.u = 1})

OP(info, OURS, FX_CS_INFO, {0})
OP(cs_port, OURS, FX_CS_PORT_STATUS, {.u = PORT})
OP(cs_ports, OURS, FX_CS_PORTS, {0})
OP(cs_jobs, OURS, FX_CS_JOBS, {0})
OP(cs_job, OURS, FX_CS_JOB, {.u = b->job_id})
OP(resolve, OURS, FX_CS_RESOLVE, {.u = b->job})
OP(attempts, OURS, FX_CS_ATTEMPTS, {.u = b->sent})
OP(call_log, OURS, FX_CS_CALL_LOG, {.u = b->sent}, {.u = b->attempt}, {.u = 0})
OP(messages, OURS, FX_CS_MESSAGES, {.u = FX_MS_INBOX}, {0}, {.u = 10})
OP(message, OURS, FX_CS_MESSAGE, {.u = b->sent})
OP(view_start, OURS, FX_CS_VIEW_START, {.u = b->sent}, {.u = 0}, {.u = 0})
OP(view_read, OURS, FX_CS_VIEW_READ, {.p = &b->view}, {.u = 0}, {.u = 100})
OP(view_end, OURS, FX_CS_VIEW_END, {.p = &b->view})
OP_STRUCT(send_options, OURS, FX_CS_SEND_OPTIONS, fx_cs_send_options, .priority = UINT32_MAX)
OP(trace_list, OURS, FX_CS_TRACE_LIST, {0})
OP(trace_set, OURS, FX_CS_TRACE_SET, TEXT("rpc"), {.u = 1})
OP(trace_read, OURS, FX_CS_TRACE_READ, {.u = 0}, {.u = 0})
OP(health, OURS, FX_CS_HEALTH, {0})
OP(wait_change, OURS, FX_CS_WAIT, {.u = 0}, {0}, {0}, {0})
OP(extra_get, OURS, FX_CS_EXTRA_CONFIG_GET, {0})
OP_STRUCT(extra_set, OURS, FX_CS_EXTRA_CONFIG_SET, fx_cs_extra_config, .join_jobs = 1)
OP(newest_messages, OURS, FX_CS_NEWEST_MESSAGES, {.u = FX_MS_INBOX}, {0}, {.u = 10})
OP(events, OURS, FX_CS_EVENTS, {.u = 0}, {.u = 0})
OP(access_list, OURS, FX_CS_ACCESS_LIST, {0})
OP(access_show, OURS, FX_CS_ACCESS_SHOW, TEXT("root"))
OP(access_set, OURS, FX_CS_ACCESS_SET, {.u = 0}, {.u = FX_ACCESS_USER}, TEXT("daemon"),
   TEXT("read"))

OP(disable_password, OURS, FX_CS_PASSWORD, {.u = 2}, TEXT("clerk"), {0})
OP(list_people, OURS, FX_CS_ACCOUNTS, {0})
OP(routing_test, OURS, FX_CS_ROUTING_TEST, {.u = PORT}, {0}, {0}, {0})
OP(covers, OURS, FX_CS_COVERS, {0})
OP(cover_view, OURS, FX_CS_COVER_VIEW, TEXT("no-such-page.page"), {.u = 1}, {.u = 1}, {.u = 1})
OP(cover_remove, OURS, FX_CS_COVER_PUT, TEXT("no-such-page.page"), {0})
OP(broadcast_start, OURS, FX_CS_BROADCAST_START, TEXT(b->upload), {0})
OP(broadcast_end, OURS, FX_CS_BROADCAST_END, {.u = b->broadcast})
OP(broadcast_cancel, OURS, FX_CS_BROADCAST_CANCEL, {.u = b->broadcast})
OP(jobs_page, OURS, FX_CS_JOBS_PAGE, {.u = 0}, {.u = 10})

static uint32_t broadcast_add(struct bench *b)
{
	struct fx_ms_profile from = {0}, to = {.fax_number = {.u8 = "201"}};
	struct fx_ms_job_param param = {.priority = 1};
	struct fx_client_recipient r = {NULL, &from, &to, &param};

	return fx_client_broadcast_add(b->c, b->broadcast, FX_TEXT_UTF8, &r, 1, NULL);
}

static uint32_t set_port(struct bench *b)
{
	struct fx_ms_port_info w = {.rings = 7, .priority = 2, .tsid = {.u8 = "CHANGED"}};

	return call(b, FAX, 12, IN({.p = &b->port}, {.p = &w}));
}

static uint32_t set_port_ex(struct bench *b)
{
	struct fx_ms_port_info_ex w = {.rings = 8, .send = 1, .receive_mode = 1,
				       .description = {.u8 = "by the door"}};

	return call(b, FAX, 47, IN({.u = PORT}, {.p = &w}));
}

static uint32_t set_archive(struct bench *b)
{
	struct fx_ms_archive_config w = {.use_archive = 1};

	return call(b, FAX, 42, IN({.u = FX_MS_INBOX}, {.p = &w}));
}

static uint32_t set_general(struct bench *b)
{
	struct fx_ms_general_config w = {.retries = 6, .branding = 1};
	struct fx_buf buf = {0};
	uint32_t code;

	fx_ms_put(&buf, &fx_ms_general_config_layout, &w, 1, FX_TEXT_UTF8);
	code = call(b, FAX, 98, IN({.u = 0}, {.p = buf.data, .n = (uint32_t)buf.len}, {0}));
	fx_buf_fini(&buf);
	return code;
}

static uint32_t set_logging(struct bench *b)
{
	struct fx_ms_log_category w = {.category = FX_LOG_INBOUND + 1, .level = FX_LOG_MIN};

	return fx_client_set_logging(b->c, FX_TEXT_UTF8, &w, 1);
}

static uint32_t send_document(struct bench *b)
{
	struct fx_ms_profile from = {0}, to = {.fax_number = {.u8 = "201"}};
	struct fx_ms_job_param param = {.priority = 1};
	struct fx_client_send send = {.file_name = b->upload, .sender = &from, .recipients = &to,
				      .n_recipients = 1, .param = &param, .form = FX_TEXT_UTF8};
	uint32_t job;

	return fx_client_send_document(b->c, &send, &job, NULL, NULL);
}

static uint32_t version(struct bench *b)
{
	struct fx_ms_version w;

	return fx_client_get_version(b->c, &w);
}

static uint32_t set_message(struct bench *b)
{
	return fx_client_set_message_read(b->c, b->sent, FX_MS_SENT, true);
}

static const struct row {
	enum fx_client_iface iface;
	unsigned op;
	call_fn *call;
	uint32_t needs;
	uint32_t code; /* without it; 0 = ERROR_ACCESS_DENIED */
	uint32_t with; /* with it, where what is asked for is not there */
} rows[] = {
	{FAX, 0, printers, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 26, prot_seq, OPEN, 0, FX_W_NOT_SUPPORTED}, /* not in version 3, as 41, 42, 83 */
	{FAX, 30, countries, ANY, 0, 0},
	{FAX, 31, profile, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 34, get_receipts, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 35, set_receipts, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 39, set_outbox, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 41, get_archive, FX_RIGHT_CONFIG_QUERY, 0, FX_W_NOT_SUPPORTED},
	{FAX, 42, set_archive, FX_RIGHT_CONFIG_SET, 0, FX_W_NOT_SUPPORTED},
	{FAX, 43, get_activity_log, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 44, set_activity_log, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 47, set_port_ex, FX_RIGHT_PORT_SET, 0, 0},
	{FAX, 49, get_ext_data, FX_RIGHT_CONFIG_QUERY, 0, FX_W_FILE_NOT_FOUND},
	{FAX, 50, set_ext_data, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 77, wizard_used, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 82, refresh_archive, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 83, set_recipients_limit, OPEN, 0, FX_W_NOT_SUPPORTED},
	{FAX, 86, check_folder, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 98, set_general, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 1, ref_count, ANY, 0, 0},
	{FAX, 2, open_port, FX_RIGHT_PORT_QUERY, 0, 0},
	{FAX, 3, close_port, OPEN, 0, 0}, /* what is open may always be closed */
	{FAX, 4, enum_jobs, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 5, get_job, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 6, set_job, FX_RIGHT_JOB_MANAGE, 0, 0},
	{FAX, 7, page_data, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 8, device_status, FX_RIGHT_PORT_QUERY, 0, 0},
	{FAX, 9, abort_job, FX_RIGHT_JOB_MANAGE, 0, 0},
	{FAX, 10, enum_ports, FX_RIGHT_PORT_QUERY, 0, 0},
	{FAX, 11, get_port, FX_RIGHT_PORT_QUERY, 0, 0},
	{FAX, 12, set_port, FX_RIGHT_PORT_SET, 0, 0},
	{FAX, 13, enum_methods, FX_RIGHT_PORT_QUERY, 0, 0},
	{FAX, 14, enable_method, FX_RIGHT_PORT_SET, 0, 0},
	{FAX, 15, get_routing_info, FX_RIGHT_PORT_QUERY, 0, 0},
	{FAX, 16, set_routing_info, FX_RIGHT_PORT_SET, 0, 0},
	{FAX, 17, enum_global, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 18, set_global, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 19, get_config, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 20, set_config, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 21, get_logging, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 22, set_logging, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 25, access_check, OPEN, 0, 0},
	{FAX, 27, send_document, FX_RIGHT_JOB_SUBMIT, 0, 0},
	{FAX, 28, enum_jobs_ex, ANY, 0, 0},
	{FAX, 29, get_job_ex, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 32, queue_states, ANY, 0, 0},
	{FAX, 33, set_queue, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 36, receipts_options, ANY, 0, 0},
	{FAX, 37, version, ANY, 0, 0},
	{FAX, 38, outbox, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 40, personal_cp, ANY, 0, 0},
	{FAX, 46, get_port_ex, FX_RIGHT_PORT_QUERY, 0, 0},
	{FAX, 48, enum_ports_ex, FX_RIGHT_PORT_QUERY, 0, 0},
	{FAX, 63, start_messages, ANY, 0, 0},
	{FAX, 64, end_messages, OPEN, 0, 0},
	{FAX, 65, enum_messages, FX_RIGHT_JOB_QUERY, FX_W_NO_MORE_ITEMS, 0}, /* not seen */
	{FAX, 66, get_message, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 67, remove_message, FX_RIGHT_JOB_MANAGE, 0, 0},
	{FAX, 68, start_copy, FX_RIGHT_JOB_SUBMIT, 0, 0},
	{FAX, 69, copy_message, FX_RIGHT_JOB_QUERY, FX_W_FAX_MESSAGE_NOT_FOUND, 0}, /* 9.3 */
	/* and the caller is root or the service's user, which here nobody is */
	{FAX, 60, register_provider, FX_RIGHT_CONFIG_SET, 0, FX_W_ACCESS_DENIED},
	{FAX, 61, unregister_provider, FX_RIGHT_CONFIG_SET, 0, FX_W_ACCESS_DENIED},
	{FAX, 62, unregister_extension, FX_RIGHT_CONFIG_SET, 0, FX_W_ACCESS_DENIED},
	{OURS, FX_CS_REGISTER_EXTENSION, register_extension, FX_RIGHT_CONFIG_SET, 0,
	 FX_W_ACCESS_DENIED},
	{OURS, FX_CS_PLUGINS, plugins, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 45, enum_providers, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 78, enum_extensions, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 51, add_group, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 52, set_group, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 53, remove_group, FX_RIGHT_CONFIG_SET, 0, FX_W_FAX_GROUP_NOT_FOUND},
	{FAX, 54, enum_groups, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 55, order_device, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 56, add_rule, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 57, remove_rule, FX_RIGHT_CONFIG_SET, 0, FX_W_FAX_RULE_NOT_FOUND},
	{FAX, 58, set_rule, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 59, enum_rules, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{OURS, FX_CS_OUTBOUND_TEST, outbound_test, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 70, write_file, FX_RIGHT_JOB_SUBMIT, 0, 0},
	{FAX, 71, read_file, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 72, end_copy, OPEN, 0, 0},
	{FAX, 74, subscribe, ANY, 0, FX_W_SERVER_UNAVAILABLE},
	{FAX, 75, unsubscribe, OPEN, 0, FX_W_INVALID_HANDLE}, /* a handle of another type */
	{FAX, 92, subscribe_account, ANY, 0, FX_W_SERVER_UNAVAILABLE},
	{FAX, 76, activity, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 80, connect_server, ANY, 0, 0},
	{FAX, 84, recipients_limit, FX_RIGHT_JOB_SUBMIT, 0, 0},
	{FAX, 85, sku, ANY, 0, 0},
	{FAX, 87, get_job_ex2, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 88, enum_jobs_ex2, FX_RIGHT_JOB_QUERY, 0, 0}, /* of all accounts */
	{FAX, 88, own_jobs, ANY, 0, 0},
	{FAX, 89, get_message_ex, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 90, start_messages_ex, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 90, own_messages, ANY, 0, 0},
	{FAX, 91, enum_messages_ex, FX_RIGHT_JOB_QUERY, FX_W_NO_MORE_ITEMS, 0},
	{FAX, 97, general, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 93, create_account, FX_RIGHT_CONFIG_SET, 0, 0},
	{FAX, 94, delete_account, FX_RIGHT_CONFIG_SET, 0, FX_W_INVALID_PARAMETER},
	{FAX, 95, enum_accounts, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{FAX, 96, account_info, FX_RIGHT_CONFIG_QUERY, 0, FX_W_FILE_NOT_FOUND},
	{FAX, 99, get_security, FX_RIGHT_READ_CONTROL, 0, 0},
	{FAX, 100, set_owner, FX_RIGHT_WRITE_DAC, 0, FX_W_INVALID_DATA},
	{FAX, 102, reassign, FX_RIGHT_JOB_MANAGE, 0, FX_W_INVALID_OPERATION}, /* public here */
	{FAX, 101, access_check_2, OPEN, 0, 0},
	{FAX, 103, set_message, FX_RIGHT_JOB_QUERY, 0, 0},
	{FAX, 104, config_option, ANY, 0, 0},
	{OURS, FX_CS_INFO, info, OPEN, 0, 0},
	{OURS, FX_CS_PORT_STATUS, cs_port, FX_RIGHT_PORT_QUERY, 0, 0},
	{OURS, FX_CS_PORTS, cs_ports, FX_RIGHT_PORT_QUERY, 0, 0},
	{OURS, FX_CS_JOBS, cs_jobs, ANY, 0, 0},
	{OURS, FX_CS_JOB, cs_job, FX_RIGHT_JOB_QUERY, 0, 0},
	{OURS, FX_CS_RESOLVE, resolve, FX_RIGHT_JOB_QUERY, 0, 0},
	{OURS, FX_CS_ATTEMPTS, attempts, FX_RIGHT_JOB_QUERY, 0, 0},
	{OURS, FX_CS_CALL_LOG, call_log, FX_RIGHT_JOB_QUERY, 0, 0},
	{OURS, FX_CS_MESSAGES, messages, ANY, 0, 0},
	{OURS, FX_CS_MESSAGE, message, FX_RIGHT_JOB_QUERY, 0, 0},
	{OURS, FX_CS_VIEW_START, view_start, FX_RIGHT_JOB_QUERY, 0, 0},
	{OURS, FX_CS_VIEW_READ, view_read, FX_RIGHT_JOB_QUERY, 0, 0},
	{OURS, FX_CS_VIEW_END, view_end, OPEN, 0, 0},
	{OURS, FX_CS_SEND_OPTIONS, send_options, FX_RIGHT_JOB_SUBMIT, 0, 0},
	{OURS, FX_CS_TRACE_LIST, trace_list, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{OURS, FX_CS_TRACE_SET, trace_set, FX_RIGHT_CONFIG_SET, 0, 0},
	{OURS, FX_CS_TRACE_READ, trace_read, FX_RIGHT_CONFIG_SET, 0, 0},
	{OURS, FX_CS_HEALTH, health, FX_RIGHT_PORT_QUERY, 0, 0},
	{OURS, FX_CS_WAIT, wait_change, ANY, 0, 0},
	{OURS, FX_CS_EXTRA_CONFIG_GET, extra_get, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{OURS, FX_CS_EXTRA_CONFIG_SET, extra_set, FX_RIGHT_CONFIG_SET, 0, 0},
	{OURS, FX_CS_NEWEST_MESSAGES, newest_messages, ANY, 0, 0},
	{OURS, FX_CS_EVENTS, events, ANY, 0, 0},
	{OURS, FX_CS_ACCESS_LIST, access_list, FX_RIGHT_READ_CONTROL, 0, 0},
	{OURS, FX_CS_ACCESS_SHOW, access_show, FX_RIGHT_READ_CONTROL, 0, 0},
	{OURS, FX_CS_ACCESS_SET, access_set, FX_RIGHT_WRITE_DAC, 0, 0},
	{OURS, FX_CS_PASSWORD, disable_password, FX_RIGHT_WRITE_DAC, 0, FX_W_NOT_SUPPORTED},
	{OURS, FX_CS_ACCOUNTS, list_people, FX_RIGHT_CONFIG_QUERY, 0, 0},
	{OURS, FX_CS_ROUTING_TEST, routing_test, FX_RIGHT_PORT_QUERY, 0, 0},
	{OURS, FX_CS_COVERS, covers, ANY, 0, 0},
	{OURS, FX_CS_COVER_VIEW, cover_view, ANY, 0, FX_W_NOT_SUPPORTED}, /* no renderer */
	{OURS, FX_CS_BROADCAST_START, broadcast_start, FX_RIGHT_JOB_SUBMIT, 0, 0},
	{OURS, FX_CS_BROADCAST_ADD, broadcast_add, FX_RIGHT_JOB_SUBMIT, 0, 0},
	{OURS, FX_CS_BROADCAST_END, broadcast_end, ANY, 0, 0},       /* one's own */
	{OURS, FX_CS_BROADCAST_CANCEL, broadcast_cancel, ANY, 0, 0}, /* one's own */
	{OURS, FX_CS_JOBS_PAGE, jobs_page, ANY, 0, 0},
	{OURS, FX_CS_COVER_PUT, cover_remove, FX_RIGHT_CONFIG_SET, 0, FX_W_FILE_NOT_FOUND},
};

static const struct fx_ms_iface *iface_of(enum fx_client_iface i)
{
	return i == FAX ? &fx_ms_fax_iface : &fx_ms_caselli_iface;
}

static const char *name_of(const struct row *r)
{
	return iface_of(r->iface)->ops[r->op].name;
}

static const struct row *find(enum fx_client_iface iface, unsigned op)
{
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		if (rows[i].iface == iface && rows[i].op == op) {
			return &rows[i];
		}
	}
	return NULL;
}

static void every_operation_has_a_row(void **state)
{
	unsigned served = 0, missing = 0;

	(void)state;
	for (unsigned i = FAX; i <= OURS; i++) {
		const struct fx_ms_iface *f = iface_of((enum fx_client_iface)i);

		for (unsigned op = 0; op < f->n_ops; op++) {
			bool has = find((enum fx_client_iface)i, op) != NULL;

			if (fx_iface_serves(f, op) != has) {
				print_error("%s %u %s: %s\n", f->name, op, f->ops[op].name,
					    has ? "has a row and is not served" : "has no row");
				missing++;
			}
			served += fx_iface_serves(f, op);
		}
	}
	print_message("%u operations, %zu rows\n", served, FX_ARRAY_LEN(rows));
	assert_int_equal(missing, 0);
}

static const char *right_name(const struct row *r)
{
	return r->needs == ANY ? "any right" : fx_right_str(r->needs);
}

/* All rights but the one it needs. */
static void check_without(struct bench *b, const struct row *r)
{
	uint32_t code, want = r->code ? r->code : FX_W_ACCESS_DENIED;
	char line[400];
	uint64_t before;
	unsigned n;

	bench_rights(b, r->needs == ANY ? 0 : FX_RIGHT_ALL & ~r->needs);
	before = bench_state(b);
	(void)bench_refusals(line, sizeof(line));
	code = r->call(b);
	n = bench_refusals(line, sizeof(line));
	if (code != want) {
		fail_msg("%s without %s: %u instead of %u", name_of(r), right_name(r), code, want);
	}
	if (want != FX_W_NO_MORE_ITEMS &&
	    (n != 1 || !strstr(line, right_name(r)) || !strstr(line, " client=unix pid "))) {
		fail_msg("%s without %s: %u lines, \"%s\"", name_of(r), right_name(r), n, line);
	}
	if (bench_state(b) != before) {
		fail_msg("%s without %s changed something", name_of(r), right_name(r));
	}
}

/* That right alone; of "any" one that no operation asks for. */
static void check_with(struct bench *b, const struct row *r)
{
	uint32_t code;
	char line[400];
	unsigned n;

	bench_rights(b, r->needs == ANY ? FX_RIGHT_WRITE_OWNER : r->needs);
	code = r->call(b);
	n = bench_refusals(line, sizeof(line));
	if (code != r->with || n) {
		fail_msg("%s with %s alone: %u, \"%s\"", name_of(r), right_name(r), code, line);
	}
}

static void each_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < FX_ARRAY_LEN(rows); i++) {
		struct bench b = {0};

		bench_start(&b);
		bench_open_handles(&b);
		if (rows[i].needs != OPEN) {
			check_without(&b, &rows[i]);
		}
		check_with(&b, &rows[i]);
		bench_stop(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_has_a_row),
		cmocka_unit_test(each_right),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
