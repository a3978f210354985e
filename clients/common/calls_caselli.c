/* SPDX-License-Identifier: Apache-2.0 */
/* The operations of our own interface, docs/caselli-rpc.md. */
#include <string.h>

#include "base/bytes.h"
#include "base/mem.h"
#include "clients/common/client_priv.h"

#define ARRAY(o, l, at, count_at)                                                                  \
	(&(const struct fx_client_array){FX_CLIENT_CASELLI, o, &fx_cs_##l##_layout, at, count_at})
#define ONE(o, l)  ARRAY(o, l, 0, 0)
#define MANY(o, l) ARRAY(o, l, 0, 2)
#define IN(...)    ((const struct fx_ms_val[FX_MS_PARAMS_MAX]){__VA_ARGS__})
#define GET(call, in) fx_client_get_array(c, call, in, form, (void **)ret, NULL, NULL)
#define GET_N(call, in) fx_client_get_array(c, call, in, form, (void **)ret, ret_n, NULL)

uint32_t fx_client_info(struct fx_client *c, enum fx_text_form form, struct fx_cs_info **ret)
{
	return GET(ONE(FX_CS_INFO, info), NULL);
}

uint32_t fx_client_cs_port(struct fx_client *c, uint32_t device_id, enum fx_text_form form,
			   struct fx_cs_port **ret)
{
	return GET(ONE(FX_CS_PORT_STATUS, port), IN({.u = device_id}));
}

uint32_t fx_client_cs_ports(struct fx_client *c, enum fx_text_form form, struct fx_cs_port **ret,
			    uint32_t *ret_n)
{
	return GET_N(MANY(FX_CS_PORTS, port), NULL);
}

uint32_t fx_client_cs_jobs(struct fx_client *c, enum fx_text_form form, struct fx_cs_job **ret,
			   uint32_t *ret_n)
{
	return GET_N(MANY(FX_CS_JOBS, job), NULL);
}

uint32_t fx_client_cs_job(struct fx_client *c, uint64_t id, enum fx_text_form form,
			  struct fx_cs_job **ret)
{
	return GET(ONE(FX_CS_JOB, job), IN({.u = id}));
}

uint32_t fx_client_resolve_job(struct fx_client *c, uint32_t number, uint64_t *ret_id,
			       bool *ret_message)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_CASELLI, FX_CS_RESOLVE, IN({.u = number}),
					FX_TEXT_UTF8, out);

	fx_client_end(c);
	if (!code) {
		*ret_id = out[0].u;
		*ret_message = out[1].u != 0;
	}
	return code;
}

uint32_t fx_client_attempts(struct fx_client *c, uint64_t id, enum fx_text_form form,
			    struct fx_cs_attempt **ret, uint32_t *ret_n)
{
	return GET_N(MANY(FX_CS_ATTEMPTS, attempt), IN({.u = id}));
}

/* Append one piece of the answer to b. */
static uint32_t read_piece(struct fx_client *c, uint32_t op, const struct fx_ms_val *in,
			   struct fx_buf *b, uint64_t *ret_total, uint32_t *ret_n)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_CASELLI, op, in, FX_TEXT_UTF8, out);

	if (!code) {
		fx_buf_put(b, out[0].p, out[0].n);
		*ret_n = out[0].n;
		*ret_total = out[2].u;
		code = fx_client_code(b->err);
	}
	fx_client_end(c);
	return code;
}

uint32_t fx_client_call_log(struct fx_client *c, uint64_t id, uint64_t attempt_id, char **ret)
{
	struct fx_buf b = {.max = 256u << 20};
	uint64_t total = 0;
	uint32_t n = 0, code;

	do {
		code = read_piece(c, FX_CS_CALL_LOG,
				  IN({.u = id}, {.u = attempt_id}, {.u = b.len}), &b, &total, &n);
	} while (!code && n > 0 && b.len < total);
	fx_buf_u8(&b, 0);
	if (code || b.err) {
		code = code ? code : fx_client_code(b.err);
		fx_buf_fini(&b);
		return code;
	}
	*ret = (char *)b.data;
	return 0;
}

uint32_t fx_client_cs_messages(struct fx_client *c, uint32_t folder, uint64_t after_id,
			       uint32_t max, enum fx_text_form form, struct fx_cs_message **ret,
			       uint32_t *ret_n)
{
	return GET_N(MANY(FX_CS_MESSAGES, message), IN({.u = folder}, {.u = after_id}, {.u = max}));
}

uint32_t fx_client_cs_newest_messages(struct fx_client *c, uint32_t folder, uint64_t before_id,
				      uint32_t max, enum fx_text_form form,
				      struct fx_cs_message **ret, uint32_t *ret_n)
{
	return GET_N(MANY(FX_CS_NEWEST_MESSAGES, message),
		     IN({.u = folder}, {.u = before_id}, {.u = max}));
}

uint32_t fx_client_cs_message(struct fx_client *c, uint64_t id, enum fx_text_form form,
			      struct fx_cs_message **ret)
{
	return GET(ONE(FX_CS_MESSAGE, message), IN({.u = id}));
}

uint32_t fx_client_read_view(struct fx_client *c, struct fx_ctx *h, uint64_t size, uint8_t **ret,
			     size_t *ret_size)
{
	struct fx_buf b = {0};
	uint64_t none;
	uint32_t n = 0, end, code = 0;

	while (!code && b.len < size) {
		code = read_piece(c, FX_CS_VIEW_READ,
				  IN({.p = h}, {.u = b.len}, {.u = FX_CS_READ_MAX}), &b, &none, &n);
		if (!code && n == 0) {
			code = FX_W_INVALID_DATA; /* the file became shorter meanwhile */
		}
	}
	end = fx_client_close(c, FX_CLIENT_CASELLI, FX_CS_VIEW_END, h);
	code = code ? code : end;
	if (code) {
		fx_buf_fini(&b);
		return code;
	}
	*ret = b.data;
	*ret_size = b.len;
	return 0;
}

uint32_t fx_client_view(struct fx_client *c, uint64_t id, enum fx_client_view view, uint32_t page,
			uint8_t **ret, size_t *ret_size, uint32_t *ret_pages)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	struct fx_ctx h = {{0}};
	uint64_t size = 0;
	uint32_t code;

	code = fx_client_begin(c, FX_CLIENT_CASELLI, FX_CS_VIEW_START,
			       IN({.u = id}, {.u = view}, {.u = page}), FX_TEXT_UTF8, out);
	if (!code) {
		memcpy(h.b, out[0].p, sizeof(h.b));
		size = out[1].u;
		if (ret_pages) {
			*ret_pages = (uint32_t)out[2].u;
		}
	}
	fx_client_end(c);
	return code ? code : fx_client_read_view(c, &h, size, ret, ret_size);
}

uint32_t fx_client_send_options(struct fx_client *c, enum fx_text_form form,
				const struct fx_cs_send_options *options)
{
	return fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_SEND_OPTIONS, IN({.p = options}), form);
}

uint32_t fx_client_trace_list(struct fx_client *c, enum fx_text_form form,
			      struct fx_cs_trace **ret, uint32_t *ret_n)
{
	return GET_N(MANY(FX_CS_TRACE_LIST, trace), NULL);
}

uint32_t fx_client_trace_set(struct fx_client *c, const char *facility, bool on)
{
	return fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_TRACE_SET,
			    IN({.s = {.u8 = facility}}, {.u = on}), FX_TEXT_UTF8);
}

uint32_t fx_client_trace_read(struct fx_client *c, uint64_t *since, uint32_t timeout_ms,
			      enum fx_text_form form, struct fx_cs_trace_line **ret,
			      uint32_t *ret_n, uint32_t *ret_lost)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX];
	uint32_t code = fx_client_get_array(c, ARRAY(FX_CS_TRACE_READ, trace_line, 2, 4),
					    IN({.u = *since}, {.u = timeout_ms}), form,
					    (void **)ret, ret_n, out);

	if (!code) {
		*since = out[0].u;
		*ret_lost = (uint32_t)out[1].u;
	}
	return code;
}

uint32_t fx_client_health(struct fx_client *c, enum fx_text_form form, struct fx_cs_health **ret,
			  uint32_t *ret_n)
{
	return GET_N(MANY(FX_CS_HEALTH, health), NULL);
}

uint32_t fx_client_wait(struct fx_client *c, uint64_t *since, uint32_t kinds, uint64_t id,
			uint32_t timeout_ms, struct fx_cs_event **ret, uint32_t *ret_n,
			bool *ret_lost)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX];
	uint32_t code = fx_client_get_array(
		c, ARRAY(FX_CS_WAIT, event, 2, 4),
		IN({.u = *since}, {.u = kinds}, {.u = id}, {.u = timeout_ms}), FX_TEXT_UTF8,
		(void **)ret, ret_n, out);

	if (!code) {
		*since = out[0].u;
		*ret_lost = out[1].u != 0;
	}
	return code;
}

uint32_t fx_client_events(struct fx_client *c, uint64_t *since, uint32_t timeout_ms,
			  struct fx_ms_event **ret, uint32_t *ret_n, bool *ret_lost)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX];
	uint32_t code = fx_client_get_array(
		c,
		&(const struct fx_client_array){FX_CLIENT_CASELLI, FX_CS_EVENTS,
						&fx_ms_event_layout, 2, 4},
		IN({.u = *since}, {.u = timeout_ms}), FX_TEXT_UTF8, (void **)ret, ret_n, out);

	if (!code) {
		*since = out[0].u;
		*ret_lost = out[1].u != 0;
	}
	return code;
}

uint32_t fx_client_get_extra_config(struct fx_client *c, struct fx_cs_extra_config *ret)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_begin(c, FX_CLIENT_CASELLI, FX_CS_EXTRA_CONFIG_GET, NULL,
					FX_TEXT_UTF8, out);

	if (!code) {
		memcpy(ret, out[0].p, sizeof(*ret));
	}
	fx_client_end(c);
	return code;
}

uint32_t fx_client_set_extra_config(struct fx_client *c, const struct fx_cs_extra_config *config)
{
	return fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_EXTRA_CONFIG_SET, IN({.p = config}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_access_list(struct fx_client *c, enum fx_text_form form,
			       struct fx_cs_access **ret, uint32_t *ret_n)
{
	return GET_N(MANY(FX_CS_ACCESS_LIST, access), NULL);
}

uint32_t fx_client_access_show(struct fx_client *c, const char *user, enum fx_text_form form,
			       struct fx_cs_access **ret)
{
	return GET(ONE(FX_CS_ACCESS_SHOW, access), IN({.s = {.u8 = user}}));
}

uint32_t fx_client_access_set(struct fx_client *c, uint32_t how, uint32_t kind, const char *name,
			      const char *rights)
{
	return fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_ACCESS_SET,
			    IN({.u = how}, {.u = kind}, {.s = {.u8 = name}}, {.s = {.u8 = rights}}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_password(struct fx_client *c, uint32_t how, const char *name,
			    const char *password)
{
	return fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_PASSWORD,
			    IN({.u = how}, {.s = {.u8 = name}}, {.s = {.u8 = password}}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_jobs_page(struct fx_client *c, uint64_t after_id, uint32_t max,
			     enum fx_text_form form, struct fx_cs_job **ret, uint32_t *ret_n,
			     uint64_t *ret_next)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code = fx_client_get_array(c, MANY(FX_CS_JOBS_PAGE, job),
					    IN({.u = after_id}, {.u = max}), form, (void **)ret,
					    ret_n, out);

	if (!code) {
		*ret_next = out[3].u;
	}
	return code;
}

uint32_t fx_client_broadcast_start(struct fx_client *c, const char *file_name,
				   enum fx_text_form form, const char *document_name,
				   uint32_t *ret_parent)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	uint32_t code;

	(void)form; /* both names are UTF-8 */
	code = fx_client_begin(c, FX_CLIENT_CASELLI, FX_CS_BROADCAST_START,
			       IN({.s = {.u8 = file_name}}, {.s = {.u8 = document_name}}),
			       FX_TEXT_UTF8, out);
	if (!code) {
		*ret_parent = (uint32_t)out[0].u;
	}
	fx_client_end(c);
	return code;
}

/* What the wire wants: an array of each. */
struct batch {
	struct fx_cs_batch wire;
	struct fx_ms_coverpage covers[FX_CLIENT_BROADCAST_MAX];
	struct fx_ms_profile senders[FX_CLIENT_BROADCAST_MAX], recipients[FX_CLIENT_BROADCAST_MAX];
	struct fx_ms_job_param params[FX_CLIENT_BROADCAST_MAX];
};
_Static_assert(FX_CLIENT_BROADCAST_MAX <= FX_CS_BATCH_MAX, "one request takes them all");

uint32_t fx_client_broadcast_add(struct fx_client *c, uint32_t parent, enum fx_text_form form,
				 const struct fx_client_recipient *recipients, uint32_t n,
				 uint32_t *ret_jobs)
{
	struct fx_ms_val out[FX_MS_PARAMS_MAX] = {0};
	struct batch *b;
	uint32_t code;

	if (n == 0 || n > FX_CLIENT_BROADCAST_MAX) {
		return FX_W_INVALID_PARAMETER;
	}
	b = fx_zalloc(sizeof(*b));
	if (!b) {
		return FX_W_NOT_ENOUGH_MEMORY;
	}
	b->wire = (struct fx_cs_batch){n, b->covers, b->senders, b->recipients, b->params};
	for (uint32_t i = 0; i < n; i++) {
		if (recipients[i].cover) {
			b->covers[i] = *recipients[i].cover;
		}
		b->senders[i] = *recipients[i].sender;
		b->recipients[i] = *recipients[i].recipient;
		b->params[i] = *recipients[i].param;
	}
	code = fx_client_begin(c, FX_CLIENT_CASELLI, FX_CS_BROADCAST_ADD,
			       IN({.u = parent}, {.p = &b->wire}), form, out);
	if (!code && out[0].n != n) {
		code = FX_W_BAD_STUB_DATA;
	}
	for (uint32_t i = 0; !code && ret_jobs && i < n; i++) {
		ret_jobs[i] = (uint32_t)((const uint64_t *)out[0].p)[i];
	}
	fx_client_end(c);
	(void)fx_free(b);
	return code;
}

uint32_t fx_client_broadcast_end(struct fx_client *c, uint32_t parent)
{
	return fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_BROADCAST_END, IN({.u = parent}),
			    FX_TEXT_UTF8);
}

uint32_t fx_client_broadcast_cancel(struct fx_client *c, uint32_t parent)
{
	return fx_client_do(c, FX_CLIENT_CASELLI, FX_CS_BROADCAST_CANCEL, IN({.u = parent}),
			    FX_TEXT_UTF8);
}
