/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of the fax interface, one typed function each. */
#include <string.h>

#include "base/mem.h"
#include "base/str.h"
#include "clients/common/client_priv.h"

/* Opnums (ms-fax.md 3.1) */
enum {
	OP_REF_COUNT = 1,
	OP_OPEN_PORT = 2,
	OP_CLOSE_PORT = 3,
	OP_ENUM_JOBS = 4,
	OP_GET_JOB = 5,
	OP_SET_JOB = 6,
	OP_PAGE_DATA = 7,
	OP_DEVICE_STATUS = 8,
	OP_ABORT = 9,
	OP_ENUM_PORTS = 10,
	OP_GET_PORT = 11,
	OP_SET_PORT = 12,
	OP_GET_CONFIG = 19,
	OP_SET_CONFIG = 20,
	OP_GET_LOGGING = 21,
	OP_SET_LOGGING = 22,
	OP_ACCESS = 25,
	OP_SEND = 27,
	OP_ENUM_JOBS_EX = 28,
	OP_GET_JOB_EX = 29,
	OP_GET_QUEUE = 32,
	OP_SET_QUEUE = 33,
	OP_RECEIPTS = 36,
	OP_VERSION = 37,
	OP_OUTBOX = 38,
	OP_PERSONAL_CP = 40,
	OP_GET_PORT_EX = 46,
	OP_ENUM_PORTS_EX = 48,
	OP_START_MESSAGES = 63,
	OP_END_MESSAGES = 64,
	OP_ENUM_MESSAGES = 65,
	OP_GET_MESSAGE = 66,
	OP_REMOVE_MESSAGE = 67,
	OP_START_COPY = 68,
	OP_COPY_MESSAGE = 69,
	OP_WRITE = 70,
	OP_READ = 71,
	OP_END_COPY = 72,
	OP_ACTIVITY = 76,
	OP_CONNECT = 80,
	OP_LIMIT = 84,
	OP_SKU = 85,
	OP_GET_JOB_EX2 = 87,
	OP_ENUM_JOBS_EX2 = 88,
	OP_GET_MESSAGE_EX = 89,
	OP_START_MESSAGES_EX = 90,
	OP_ENUM_MESSAGES_EX = 91,
	OP_GENERAL = 97,
	OP_ACCESS_EX2 = 101,
	OP_SET_MESSAGE = 103,
	OP_OPTION = 104,
};

#define ONE(o, l)   (&(const struct fx_client_array){FX_CLIENT_FAX, o, &fx_ms_##l##_layout, 0, 0})
#define MANY(o, l)  (&(const struct fx_client_array){FX_CLIENT_FAX, o, &fx_ms_##l##_layout, 0, 2})
#define IN(...)     ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})
#define GET(call, in) fx_client_get_array(c, call, in, form, (void **)ret, NULL, NULL)
#define GET_N(call, in) fx_client_get_array(c, call, in, form, (void **)ret, ret_n, NULL)

/* --- connection --- */

uint32_t fx_client_connect_server(struct fx_client *c, uint32_t client_api, uint32_t *ret_api,
				  struct fx_ctx *ret)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, OP_CONNECT, IN({.u = client_api}),
					FX_TEXT_UTF8, out);

	if (!code) {
		*ret_api = (uint32_t)out[0].u;
		memcpy(ret->b, out[1].p, sizeof(ret->b));
	}
	fx_client_end(c);
	return code;
}

uint32_t fx_client_ref_count(struct fx_client *c, struct fx_ctx *h, uint32_t connect,
			     uint32_t *ret_can_share)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, OP_REF_COUNT,
					IN({.p = h}, {.u = connect}), FX_TEXT_UTF8, out);

	if (!code) {
		memcpy(h->b, out[0].p, sizeof(h->b));
		if (ret_can_share) {
			*ret_can_share = (uint32_t)out[1].u;
		}
	}
	fx_client_end(c);
	return code;
}

static uint32_t access_check(struct fx_client *c, uint32_t op, uint32_t mask, bool *ret_granted,
			     uint32_t *ret_rights)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, op,
					IN({.u = mask}, {.null = !ret_rights}), FX_TEXT_UTF8, out);

	fx_client_end(c);
	if (!code) {
		*ret_granted = out[0].u != 0;
		if (ret_rights) {
			*ret_rights = (uint32_t)out[1].u;
		}
	}
	return code;
}

uint32_t fx_client_access_check(struct fx_client *c, uint32_t mask, bool *ret_granted,
				uint32_t *ret_rights)
{
	return access_check(c, OP_ACCESS, mask, ret_granted, ret_rights);
}

uint32_t fx_client_access_check_ex2(struct fx_client *c, uint32_t mask, bool *ret_granted,
				    uint32_t *ret_rights)
{
	return access_check(c, OP_ACCESS_EX2, mask, ret_granted, ret_rights);
}

/* A structure that goes in and comes back. */
static uint32_t in_out(struct fx_client *c, uint32_t op, const void *in, void *ret, size_t size)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, op, IN({.p = in}), FX_TEXT_UTF8, out);

	if (!code) {
		memcpy(ret, out[0].p, size);
	}
	fx_client_end(c);
	return code;
}

uint32_t fx_client_get_version(struct fx_client *c, struct fx_ms_version *ret)
{
	return in_out(c, OP_VERSION, NULL, ret, sizeof(*ret));
}

uint32_t fx_client_get_activity(struct fx_client *c, struct fx_ms_activity *ret)
{
	return in_out(c, OP_ACTIVITY, NULL, ret, sizeof(*ret));
}

uint32_t fx_client_get_recipients_limit(struct fx_client *c, uint32_t *ret)
{
	return fx_client_get_u32(c, OP_LIMIT, ret);
}

uint32_t fx_client_get_sku(struct fx_client *c, uint32_t *ret)
{
	return fx_client_get_u32(c, OP_SKU, ret);
}

uint32_t fx_client_get_receipts_options(struct fx_client *c, uint32_t *ret)
{
	return fx_client_get_u32(c, OP_RECEIPTS, ret);
}

uint32_t fx_client_get_personal_cp(struct fx_client *c, uint32_t *ret)
{
	return fx_client_get_u32(c, OP_PERSONAL_CP, ret);
}

uint32_t fx_client_get_config_option(struct fx_client *c, uint32_t option, uint32_t *ret)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code =
		fx_client_begin(c, FX_CLIENT_FAX, OP_OPTION, IN({.u = option}), FX_TEXT_UTF8, out);

	fx_client_end(c);
	if (!code) {
		*ret = (uint32_t)out[0].u;
	}
	return code;
}

/* --- ports --- */

uint32_t fx_client_enum_ports(struct fx_client *c, enum fx_text_form form,
			      struct fx_ms_port_info **ret, uint32_t *ret_n)
{
	return GET_N(MANY(OP_ENUM_PORTS, port_info), NULL);
}

uint32_t fx_client_open_port(struct fx_client *c, uint32_t device_id, uint32_t flags,
			     struct fx_ctx *ret)
{
	return fx_client_open(c, FX_CLIENT_FAX, OP_OPEN_PORT, IN({.u = device_id}, {.u = flags}),
			      ret);
}

uint32_t fx_client_close_port(struct fx_client *c, struct fx_ctx *h)
{
	return fx_client_close(c, FX_CLIENT_FAX, OP_CLOSE_PORT, h);
}

uint32_t fx_client_get_device_status(struct fx_client *c, const struct fx_ctx *port,
				     enum fx_text_form form, struct fx_ms_device_status **ret)
{
	return GET(ONE(OP_DEVICE_STATUS, device_status), IN({.p = port}));
}

uint32_t fx_client_get_port(struct fx_client *c, const struct fx_ctx *port, enum fx_text_form form,
			    struct fx_ms_port_info **ret)
{
	return GET(ONE(OP_GET_PORT, port_info), IN({.p = port}));
}

uint32_t fx_client_set_port(struct fx_client *c, const struct fx_ctx *port, enum fx_text_form form,
			    const struct fx_ms_port_info *info)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_PORT, IN({.p = port}, {.p = info}), form);
}

uint32_t fx_client_get_port_ex(struct fx_client *c, uint32_t device_id, enum fx_text_form form,
			       struct fx_ms_port_info_ex **ret)
{
	return GET(ONE(OP_GET_PORT_EX, port_info_ex), IN({.u = device_id}));
}

uint32_t fx_client_enum_ports_ex(struct fx_client *c, enum fx_text_form form,
				 struct fx_ms_port_info_ex **ret, uint32_t *ret_n)
{
	return GET_N(MANY(OP_ENUM_PORTS_EX, port_info_ex), NULL);
}

/* --- jobs --- */

uint32_t fx_client_enum_jobs(struct fx_client *c, enum fx_text_form form,
			     struct fx_ms_job_entry **ret, uint32_t *ret_n)
{
	return GET_N(MANY(OP_ENUM_JOBS, job_entry), NULL);
}

uint32_t fx_client_get_job(struct fx_client *c, uint32_t job_id, enum fx_text_form form,
			   struct fx_ms_job_entry **ret)
{
	return GET(ONE(OP_GET_JOB, job_entry), IN({.u = job_id}));
}

uint32_t fx_client_set_job(struct fx_client *c, uint32_t job_id, uint32_t command)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_JOB, IN({.u = job_id}, {.u = command}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_abort(struct fx_client *c, uint32_t job_id)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_ABORT, IN({.u = job_id}), FX_TEXT_UTF8);
}

uint32_t fx_client_get_page_data(struct fx_client *c, uint32_t job_id, uint8_t **ret,
				 uint32_t *ret_size, uint32_t *ret_width, uint32_t *ret_height)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, OP_PAGE_DATA,
					IN({.u = job_id}, {0}, {0}), FX_TEXT_UTF8, out);
	uint8_t *p = NULL;

	if (!code) {
		p = fx_zalloc(out[0].n);
		code = p ? 0 : FX_W_NOT_ENOUGH_MEMORY;
		if (p && out[0].n) {
			memcpy(p, out[0].p, out[0].n);
		}
	}
	fx_client_end(c);
	if (!code) {
		*ret = p;
		*ret_size = out[0].n;
		*ret_width = (uint32_t)out[2].u;
		*ret_height = (uint32_t)out[3].u;
	}
	return code;
}

uint32_t fx_client_enum_jobs_ex(struct fx_client *c, uint32_t types, enum fx_text_form form,
				struct fx_ms_job_entry_ex **ret, uint32_t *ret_n)
{
	return GET_N(MANY(OP_ENUM_JOBS_EX, job_entry_ex), IN({.u = types}));
}

uint32_t fx_client_get_job_ex(struct fx_client *c, uint64_t message_id, enum fx_text_form form,
			      struct fx_ms_job_entry_ex **ret)
{
	return GET(ONE(OP_GET_JOB_EX, job_entry_ex), IN({.u = message_id}));
}

uint32_t fx_client_enum_jobs_ex2(struct fx_client *c, bool all_accounts, uint32_t types,
				 enum fx_text_form form, struct fx_ms_job_entry_ex **ret,
				 uint32_t *ret_n)
{
	return GET_N(MANY(OP_ENUM_JOBS_EX2, job_entry_ex_1),
		     IN({.u = all_accounts}, {0}, {.u = types}, {.u = 1}));
}

uint32_t fx_client_get_job_ex2(struct fx_client *c, uint64_t message_id, enum fx_text_form form,
			       struct fx_ms_job_entry_ex **ret)
{
	return GET(ONE(OP_GET_JOB_EX2, job_entry_ex_1), IN({.u = message_id}, {.u = 1}));
}

/* --- configuration --- */

uint32_t fx_client_get_configuration(struct fx_client *c, enum fx_text_form form,
				     struct fx_ms_configuration **ret)
{
	return GET(ONE(OP_GET_CONFIG, configuration), NULL);
}

uint32_t fx_client_set_configuration(struct fx_client *c, enum fx_text_form form,
				     const struct fx_ms_configuration *config)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_CONFIG, IN({.p = config}), form);
}

uint32_t fx_client_get_queue_states(struct fx_client *c, uint32_t *ret)
{
	return fx_client_get_u32(c, OP_GET_QUEUE, ret);
}

uint32_t fx_client_set_queue(struct fx_client *c, uint32_t states)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_QUEUE, IN({.u = states}), FX_TEXT_UTF8);
}

uint32_t fx_client_get_outbox_configuration(struct fx_client *c, struct fx_ms_outbox_config **ret)
{
	const enum fx_text_form form = FX_TEXT_UTF8;

	return GET(ONE(OP_OUTBOX, outbox_config), NULL);
}

uint32_t fx_client_get_general_configuration(struct fx_client *c, enum fx_text_form form,
					     struct fx_ms_general_config **ret)
{
	return GET(ONE(OP_GENERAL, general_config), IN({.u = 0}));
}

uint32_t fx_client_get_logging(struct fx_client *c, enum fx_text_form form,
			       struct fx_ms_log_category **ret, uint32_t *ret_n)
{
	return GET_N(MANY(OP_GET_LOGGING, log_category), NULL);
}

uint32_t fx_client_set_logging(struct fx_client *c, enum fx_text_form form,
			       const struct fx_ms_log_category *categories, uint32_t n)
{
	struct fx_buf b = {.max = FX_MS_RPC_BUFFER_MAX};
	uint32_t code;

	if (n) {
		fx_ms_put(&b, &fx_ms_log_category_layout, categories, n, form);
	}
	code = b.err ? fx_client_code(b.err) :
		       fx_client_do(c, FX_CLIENT_FAX, OP_SET_LOGGING,
				    IN({.p = b.data, .n = (uint32_t)b.len}, {0}, {.u = n}), form);
	fx_buf_fini(&b);
	return code;
}

/* --- documents --- */

uint32_t fx_client_start_copy(struct fx_client *c, const char *ext, char ret_name[256],
			      struct fx_ctx *ret)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	char filler[FX_MS_FILE_NAME_UNITS];
	uint32_t code;

	/* ms-fax.md 9.3: the filler says how much room the answer has */
	memset(filler, 'x', sizeof(filler) - 1);
	filler[sizeof(filler) - 1] = '\0';
	code = fx_client_begin(c, FX_CLIENT_FAX, OP_START_COPY,
			       IN({.s = {.u8 = ext}}, {.s = {.u8 = filler}}), FX_TEXT_UTF8, out);
	if (!code && strlen(out[0].s.u8) >= 256) {
		code = FX_W_BAD_STUB_DATA;
	}
	if (!code) {
		memcpy(ret_name, out[0].s.u8, strlen(out[0].s.u8) + 1);
		memcpy(ret->b, out[1].p, sizeof(ret->b));
	}
	fx_client_end(c);
	return code;
}

uint32_t fx_client_write_file(struct fx_client *c, const struct fx_ctx *copy, const void *p,
			      size_t n)
{
	const uint8_t *b = p;
	uint32_t code = 0;

	while (n > 0 && !code) {
		uint32_t k = n < FX_MS_COPY_CHUNK ? (uint32_t)n : FX_MS_COPY_CHUNK;

		code = fx_client_do(c, FX_CLIENT_FAX, OP_WRITE,
				    IN({.p = copy}, {.p = b, .n = k}), FX_TEXT_UTF8);
		b += k;
		n -= k;
	}
	return code;
}

uint32_t fx_client_end_copy(struct fx_client *c, struct fx_ctx *copy)
{
	return fx_client_close(c, FX_CLIENT_FAX, OP_END_COPY, copy);
}

uint32_t fx_client_send_document(struct fx_client *c, const struct fx_client_send *send,
				 uint32_t *ret_job_id, uint64_t *ret_message_id,
				 uint64_t *ret_recipient_ids)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	union fx_wtext name = {.u8 = send->file_name};
	uint16_t *wide = NULL;
	uint32_t code;

	/* one form for all texts of a call */
	if (name.u8 && send->form == FX_TEXT_UTF16) {
		wide = fx_utf16_from_utf8(name.u8, NULL);
		if (!wide) {
			return FX_W_NOT_ENOUGH_MEMORY;
		}
		name.w = wide;
	}
	code = fx_client_begin(c, FX_CLIENT_FAX, OP_SEND,
			       IN({.s = name}, {.p = send->cover}, {.p = send->sender},
				  {.u = send->n_recipients},
				  {.p = send->recipients, .n = send->n_recipients},
				  {.p = send->param}, {.u = 0}), send->form, out);
	if (!code && (out[0].null || out[2].n != send->n_recipients)) {
		code = FX_W_BAD_STUB_DATA;
	}
	if (!code) {
		*ret_job_id = (uint32_t)out[0].u;
		if (ret_message_id) {
			*ret_message_id = out[1].u;
		}
		if (ret_recipient_ids) {
			memcpy(ret_recipient_ids, out[2].p, out[2].n * sizeof(uint64_t));
		}
	}
	fx_client_end(c);
	(void)fx_free(wide);
	return code;
}

/* --- messages --- */

uint32_t fx_client_start_messages(struct fx_client *c, uint32_t folder, struct fx_ctx *ret)
{
	return fx_client_open(c, FX_CLIENT_FAX, OP_START_MESSAGES, IN({.u = folder}), ret);
}

uint32_t fx_client_enum_messages(struct fx_client *c, const struct fx_ctx *h, uint32_t max,
				 enum fx_text_form form, struct fx_ms_message **ret,
				 uint32_t *ret_n)
{
	return GET_N(MANY(OP_ENUM_MESSAGES, message), IN({.p = h}, {.u = max}));
}

uint32_t fx_client_end_messages(struct fx_client *c, struct fx_ctx *h)
{
	return fx_client_close(c, FX_CLIENT_FAX, OP_END_MESSAGES, h);
}

uint32_t fx_client_get_message(struct fx_client *c, uint64_t id, uint32_t folder,
			       enum fx_text_form form, struct fx_ms_message **ret)
{
	return GET(ONE(OP_GET_MESSAGE, message), IN({.u = id}, {.u = folder}));
}

uint32_t fx_client_remove_message(struct fx_client *c, uint64_t id, uint32_t folder)
{
	return fx_client_do(c, FX_CLIENT_FAX, OP_REMOVE_MESSAGE, IN({.u = id}, {.u = folder}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_start_messages_ex(struct fx_client *c, uint32_t folder, struct fx_ctx *ret)
{
	return fx_client_open(c, FX_CLIENT_FAX, OP_START_MESSAGES_EX,
			      IN({.u = 1}, {0}, {.u = folder}, {.u = 1}), ret);
}

uint32_t fx_client_enum_messages_ex(struct fx_client *c, const struct fx_ctx *h, uint32_t max,
				    enum fx_text_form form, struct fx_ms_message **ret,
				    uint32_t *ret_n)
{
	return GET_N(MANY(OP_ENUM_MESSAGES_EX, message_1), IN({.p = h}, {.u = max}));
}

uint32_t fx_client_get_message_ex(struct fx_client *c, uint64_t id, uint32_t folder,
				  enum fx_text_form form, struct fx_ms_message **ret)
{
	return GET(ONE(OP_GET_MESSAGE_EX, message_1), IN({.u = id}, {.u = folder}, {.u = 1}));
}

uint32_t fx_client_set_message_read(struct fx_client *c, uint64_t id, uint32_t folder, bool read)
{
	const struct fx_ms_message_props props = {.valid = 1, .flags = read};

	return fx_client_do(c, FX_CLIENT_FAX, OP_SET_MESSAGE,
			    IN({.u = id}, {.u = folder}, {.p = &props}), FX_TEXT_UTF8);
}

uint32_t fx_client_start_copy_message(struct fx_client *c, uint64_t id, uint32_t folder,
				      struct fx_ctx *ret)
{
	return fx_client_open(c, FX_CLIENT_FAX, OP_COPY_MESSAGE, IN({.u = id}, {.u = folder}), ret);
}

uint32_t fx_client_read_file(struct fx_client *c, const struct fx_ctx *copy, void *p, uint32_t max,
			     uint32_t *ret_n)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_FAX, OP_READ,
					IN({.p = copy}, {.u = max}, {.u = max}), FX_TEXT_UTF8, out);

	/* the buffer has its full size on the wire; *lpdwDataSize says how much counts */
	if (!code && out[1].u > max) {
		code = FX_W_BAD_STUB_DATA;
	}
	if (!code) {
		memcpy(p, out[0].p, out[1].u);
		*ret_n = (uint32_t)out[1].u;
	}
	fx_client_end(c);
	return code;
}
